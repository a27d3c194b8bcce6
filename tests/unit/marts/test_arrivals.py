"""What came in and what was answered, counted by hand from six lines."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import pytest

from jeugd_analysis.marts.arrivals import answers, arrivals, provider_months

COLUMNS = ["reference", "municipality", "provider", "month", "amount_cents", "credit_of", "received_on"]
LINES = [
    ("a", "GM1", "p", "2026-07-01", 100, None, "2026-08-01"),
    ("b", "GM1", "p", "2026-07-01", -100, "a", "2026-09-30"),
    ("c", "GM1", "q", "2026-06-01", 50, None, "2026-07-02"),
    ("d", "GM2", "p", "2026-07-01", 70, None, "2026-08-05"),
    ("e", "GM1", "q", "2024-09-01", 30, None, "2026-07-09"),  # 24 months back is 2024-10
    ("f", "GM1", "q", "2026-07-01", 20, None, "2026-10-01"),  # after the edition
]
AS_OF = date(2026, 9, 30)


@pytest.fixture
def claims() -> ibis.Table:
    frame = pd.DataFrame(LINES, columns=COLUMNS)
    return ibis.memtable(
        frame.assign(month=pd.to_datetime(frame["month"]), received_on=pd.to_datetime(frame["received_on"]))
    )


def rows(expression: ibis.Table) -> list[tuple]:
    return list(expression.to_pandas().itertuples(index=False, name=None))


def test_lines_per_provider_and_month_of_the_last_two_years(claims):
    assert [(m, p, str(month)[:7], *rest) for m, p, month, *rest in rows(provider_months(claims, as_of=AS_OF))] == [
        ("GM1", "p", "2026-07", 2, 0),
        ("GM1", "q", "2026-06", 1, 50),
        ("GM2", "p", "2026-07", 1, 70),
    ]


def test_what_a_quarter_brought_with_what_was_taken_back(claims):
    told = rows(arrivals(claims, as_of=AS_OF))
    assert [row[:7] for row in told] == [
        ("GM1", "p", "2026-K3", 2, 0, 1, -100),
        ("GM1", "q", "2026-K3", 2, 80, 0, 0),
        ("GM2", "p", "2026-K3", 1, 70, 0, 0),
    ]
    assert [str(day)[:10] for day in told[0][7:]] == ["2026-08-01", "2026-09-30"]


def test_a_line_that_was_rejected_and_waits_counts_as_rejected(claims):
    out = [
        ibis.memtable(pd.DataFrame({"reference": ["c"], "state": ["afgewezen"]})),
        ibis.memtable(pd.DataFrame({"reference": ["c", "d"], "state": ["wacht op antwoord"] * 2})),
    ]
    assert rows(answers(claims, out)) == [
        ("GM1", "p", "telt mee", 2, 0),
        ("GM1", "q", "afgewezen", 1, 50),
        ("GM1", "q", "telt mee", 2, 50),
        ("GM2", "p", "wacht op antwoord", 1, 70),
    ]
    counted = "telt mee"
    assert rows(answers(claims, [])) == [
        ("GM1", "p", counted, 2, 0), ("GM1", "q", counted, 3, 100), ("GM2", "p", counted, 1, 70),
    ]  # fmt: skip
