"""Chapter 75, waiting for help that is paid as a lump sum: sums by hand, and words for every change and too few."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.chapters.waiting_lump import lump_sum_lists, lump_words, month_lists
from jeugd_analysis.store import Store
from tests.unit.chapters.test_forecast import require_readable

PERIOD, NOW = "2026-K3", pd.Timestamp(2026, 9, 1)
SAID = "wachten_vast_zin"


def paid(*rows: tuple[str, str, str, int | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["segment", "municipality", "month", "waiting"])
    return table.assign(
        month=pd.to_datetime(table["month"]).astype("datetime64[ns]"), waiting=table["waiting"].astype("Int64"),
        provider="90000001",
    )  # fmt: skip


def test_lists_of_a_month_are_summed_and_a_hole_makes_no_sum():
    told = month_lists(
        paid(("S4", "GM1", "2026-09-01", 12), ("S4", "GM2", "2026-09-01", 30), ("S4", "GM1", "2025-09-01", 7),
             ("S5", "GM1", "2026-09-01", None), ("S5", "GM2", "2026-09-01", 50), ("S4", "GM1", "2026-08-01", 99)),
        NOW,
    )  # fmt: skip
    assert told.values.tolist() == [["S4", 42, 7]]


def test_what_is_shown_is_in_tens_and_too_few_are_not(own_project: Store, monkeypatch):
    rows = paid(("S4", "GM0518", "2026-09-01", 44), ("S4", "GM0518", "2025-09-01", 24),
                ("S5", "GM0518", "2026-09-01", 6), ("S4", "GM1842", "2026-09-01", 3))  # fmt: skip
    monkeypatch.setattr(Store, "table", lambda self, name, until: rows)
    monkeypatch.setattr("jeugd_analysis.chapters.edition.is_example", lambda store, quarter: True)
    town = lump_sum_lists("GM0518", PERIOD)
    require_readable(town)
    assert "In Den Haag wachtten in september 2026 ongeveer 40 jeugdigen" in town.title
    assert "meer dan een jaar eerder (20)" in town.texts[SAID] and "44" not in town.table and "&lt;10" in town.table
    assert "minder dan 10 jeugdigen" in town.source and ">–</td>" in town.table
    small = lump_sum_lists("GM1842", PERIOD)
    assert "te weinig jeugdigen" in small.title and "niemand" in small.texts[SAID]
    assert "geen vaste bedragen" in lump_sum_lists("GM0603", PERIOD).texts[SAID]
    monkeypatch.setattr(Store, "table", lambda self, name, until: rows.assign(waiting=pd.array([pd.NA] * 4, "Int64")))
    assert "niet opgegeven" in lump_sum_lists("GM0518", PERIOD).texts[SAID]


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [(200, 260, "30% meer dan een jaar eerder (200)"), (260, 200, "minder dan een jaar eerder (260)"),
     (250, 260, "ongeveer evenveel als een jaar eerder"), (pd.NA, 260, "niet te vergelijken")],
)  # fmt: skip
def test_words_for_more_fewer_and_as_many(before, now, said):
    told = pd.DataFrame({"level": ["S5"], "naam": ["Veelvoorkomende jeugdhulp"], "now": pd.array([now], "Float64"),
                         "before": pd.array([before], "Float64")})  # fmt: skip
    title, words = lump_words(told, "X", "september 2026")
    assert said in words and "Tel de aantallen dus niet bij elkaar op" in words and "bij veelv" not in title


@pytest.mark.parametrize("area", ["GM0000", "GM0518", "GM1842"])
def test_the_example_can_be_read(area: str, in_example: Store):
    require_readable(lump_sum_lists(area, PERIOD))
