"""What was known on an earlier day: whole months that had ended, lines that had come in, credits that had come in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.marts import build_marts
from jeugd_analysis.marts.known import moments, years_earlier

ANNE, BO, CAS = "00aa11bb22cc33dd", "00aa11bb22cc33ee", "00aa11bb22cc33ff"
HERE, THERE, GONE = "GM0001", "GM0002", "GM0003"
CELL = ["known_on", "municipality", "segment", "product", "unit", "provider", "year"]
MEMO = ("2018-11-26", "2017", "2018")


def line(youth_id: str, month: str, units: int, received_on: str, **told: Any) -> dict[str, Any]:
    """A claim line of 1 euro per unit; a credit has negative units."""
    row = {
        "allocation_id": youth_id[-2:], "youth_id": youth_id, "municipality": HERE, "provider": "00000001",
        "product": "45A48", "unit": "04", "month": f"{month}-01", "units": units, "amount_cents": 100 * units,
        "credit_of": "D1" if units < 0 else None, "received_on": received_on,
    }  # fmt: skip
    return {**row, **told}


IN_2018 = [
    line(ANNE, "2018-10", 3, "2018-11-26"),  # came in on the day itself
    line(ANNE, "2018-10", 50, "2018-11-27"),  # a day late
    line(ANNE, "2018-11", 60, "2018-11-20"),  # a month that was not over
    line(BO, "2018-03", 2, "2018-04-10"),
    line(BO, "2018-03", -2, "2018-12-05"),  # taken back when nobody could know it yet
    line(CAS, "2018-02", 4, "2018-03-10"),
    line(CAS, "2018-02", -4, "2018-05-10"),  # taken back in time
]
IN_2017 = [
    line(ANNE, "2017-10", 7, "2017-11-26"),
    line(ANNE, "2017-10", 70, "2017-11-27"),  # known in 2018, but not when 2017 was as old
    line(CAS, "2017-01", 1, "2017-02-10", municipality=THERE),
    line(CAS, "2017-12", 80, "2018-01-10"),  # no such month in 2018 yet
    line(BO, "2017-05", 90, "2017-06-10", municipality=GONE),  # not one of today's municipalities
    line(BO, "2016-05", 95, "2016-06-10"),  # neither of the two years
]


def snapshots(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["known_on", "base", "compare"], dtype="str")


@pytest.fixture
def built(tmp_path: Path):
    """The marts of these claim lines on 30 June 2019, for the snapshots given."""
    dated = {"month": "datetime64[ns]", "received_on": "datetime64[ns]"}
    tables = {
        "claims": pd.DataFrame(IN_2018 + IN_2017).astype(dated),
        "youths": pd.DataFrame({"youth_id": [ANNE, BO, CAS], "birth_year": [2010] * 3, "sex": ["1", "2", "0"]}),
        "allocations": pd.DataFrame({
            "allocation_id": ["dd", "ee", "ff"], "youth_id": [ANNE, BO, CAS], "municipality": HERE, "product": "45A48",
            "start": pd.Timestamp("2016-01-01"), "end": pd.NaT,
        }),
    }  # fmt: skip
    for name, frame in tables.items():
        frame.to_parquet(tmp_path / f"{name}.parquet", index=False)
    products = pd.DataFrame(
        {"product": ["45A48"], "segment": ["S5"], "valid_from": ["2017-01-01"], "valid_to": ["2018-06-30"]}
    )

    def build(*rows: tuple[str, str, str], as_of: date = date(2019, 6, 30)) -> dict[str, pd.DataFrame]:
        return build_marts(
            {name: [tmp_path / f"{name}.parquet"] for name in tables}, products=products, snapshots=snapshots(*rows),
            region="R", municipalities=[HERE, THERE], as_of=as_of,
        )  # fmt: skip

    return build


def test_cells_as_known_by_hand(built):
    rows = built(MEMO)["known_cells"]
    assert list(rows) == [*CELL, "clients", "units", "amount_cents", "client_months"]
    assert [tuple(row) for row in rows.itertuples(index=False)] == [
        # Anne; the product had lost its segment
        ("2018-11-26", HERE, "S0", "45A48", "04", "00000001", 2018, 1, 3, 300, 1),
        ("2018-11-26", HERE, "S5", "45A48", "04", "00000001", 2017, 1, 7, 700, 1),  # Anne
        ("2018-11-26", HERE, "S5", "45A48", "04", "00000001", 2018, 1, 2, 200, 1),  # Bo counts, Cas was taken back
        ("2018-11-26", THERE, "S5", "45A48", "04", "00000001", 2017, 1, 1, 100, 1),  # Cas
    ]


def test_youths_as_known_by_hand(built):
    rows = built(MEMO)["known_youths"]
    assert list(rows) == ["known_on", "municipality", "year", "youths"]
    assert [tuple(row) for row in rows.itertuples(index=False)] == [
        ("2018-11-26", HERE, 2017, 1),
        ("2018-11-26", HERE, 2018, 2),
        ("2018-11-26", THERE, 2017, 1),
    ]


def test_a_day_after_the_years_takes_all_their_months(built):
    rows = built(("2019-01-10", "2017", "2018"))["known_cells"]
    units = rows.groupby(["municipality", "year"])["units"].sum()
    # 2018: 3 + 50 + 60, Bo and Cas taken back. 2017 when it was as old, 10 January 2018: 7 + 70 + 80.
    assert units.to_dict() == {(HERE, 2018): 113, (HERE, 2017): 157, (THERE, 2017): 1}


def test_days_are_kept_apart_and_years_may_lie_further_apart(built):
    rows = built(MEMO, ("2018-04-15", "2016", "2018"))["known_youths"]
    early = rows[rows["known_on"] == "2018-04-15"]
    # January to March 2018: Bo, and Cas, whose line was taken back in May. Nothing of 2016 lies in those months.
    assert [tuple(row) for row in early.itertuples(index=False)] == [("2018-04-15", HERE, 2018, 2)]
    assert len(rows) == 1 + 3


@pytest.mark.parametrize(
    ("rows", "as_of"),
    [
        ([], date(2019, 6, 30)),
        ([("2030-11-26", "2029", "2030")], date(2031, 6, 30)),  # years without a claim
        ([MEMO], date(2018, 9, 30)),  # an edition from before that day
    ],
    ids=["none", "other years", "later than the edition"],
)
def test_without_a_day_within_the_data_the_marts_are_empty_with_their_columns(built, rows, as_of):
    marts, full = built(*rows, as_of=as_of), built(MEMO)
    for name in ("known_cells", "known_youths"):
        assert marts[name].empty
        assert list(marts[name]) == list(full[name])


def test_the_other_marts_do_not_depend_on_the_days(built):
    with_day, without = built(MEMO), built()
    for name in ("usage", "contract_cells", "receipts"):
        pd.testing.assert_frame_equal(with_day[name], without[name])


def test_a_leap_day_moves_to_the_28th():
    found = moments(snapshots(("2020-02-29", "2019", "2020")), as_of=date(2020, 6, 30)).to_pylist()
    days = {row["year"]: (row["received_until"].date(), row["months_before"].date()) for row in found}
    assert days == {
        2019: (date(2019, 2, 28), date(2019, 2, 1)),
        2020: (date(2020, 2, 29), date(2020, 2, 1)),
    }
    assert years_earlier(date(2020, 2, 29), 4) == date(2016, 2, 28)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("26-11-2018", "2017", "2018")], "regel 2"),
        ([MEMO, ("2019-02-01", "later", "2018")], "regel 3"),
        ([("2018-11-26", "2018", "2017")], "regel 2 ligt base niet voor compare"),
        ([MEMO, MEMO], "vaker"),
    ],
    ids=["date", "year", "order", "twice"],
)
def test_a_wrong_row_is_told(rows, why):
    with pytest.raises(JeugdError, match=why) as refused:
        moments(snapshots(*rows), as_of=date(2019, 6, 30))
    assert refused.value.code == "REF-003" and "snapshots.csv" in refused.value.wat


# -- for an interval, and for late claims ---------------------------------------------------------


def test_lines_per_youth_hold_what_was_known_on_the_day_and_at_the_same_age(built):
    rows = built(MEMO)["known_youth_lines"]
    told = {
        (row.youth_id, row.municipality, row.month.strftime("%Y-%m")): (
            row.units, row.amount_cents, row.aged_units, row.aged_cents,
        )
        for row in rows.itertuples()
    }  # fmt: skip
    assert told == {
        (ANNE, HERE, "2018-10"): (3, 300, 3, 300),
        (BO, HERE, "2018-03"): (2, 200, 2, 200),
        (CAS, HERE, "2018-02"): (0, 0, 0, 0),
        (ANNE, HERE, "2017-10"): (77, 7700, 7, 700),  # the second line came in a day too late for the same age
        (CAS, THERE, "2017-01"): (1, 100, 1, 100),
    }


def test_lines_per_youth_add_up_to_the_cells(built):
    marts = built(MEMO)
    lines = marts["known_youth_lines"].groupby(CELL)[["aged_units", "aged_cents"]].sum()
    cells = marts["known_cells"].set_index(CELL)[["units", "amount_cents"]]
    assert lines.sort_index().to_numpy().tolist() == cells.sort_index().to_numpy().tolist()


def test_receipts_by_month_count_ages_up_to_the_day_of_the_month(built):
    rows = built(MEMO)["known_receipts"]
    told = {(row.municipality, row.month.strftime("%Y-%m"), row.age): row.amount_cents for row in rows.itertuples()}
    assert told == {
        (HERE, "2018-10", 1): 300, (HERE, "2018-03", 1): 200,
        (HERE, "2018-02", 1): 400, (HERE, "2018-02", 3): -400,
        (HERE, "2017-10", 1): 700, (HERE, "2017-10", 2): 7000,  # the 27th is past the 26th
        (HERE, "2017-12", 1): 8000,  # no month to compare with, but it tells how quickly claims come in
        (THERE, "2017-01", 1): 100,
    }  # fmt: skip


def test_youths_come_and_go_with_the_lines_that_are_known(built):
    rows = built()["youth_receipts"]
    told = {(r.area, r.period_kind, r.period, r.receipt_quarter): r.youths for r in rows.itertuples()}
    here = {key[2:]: youths for key, youths in told.items() if key[:2] == (HERE, "kwartaal") and key[2] >= "2018"}
    # Cas is there from his first line to the credit; Bo from then until hers; together nothing changes in 2018-K2.
    assert here == {("2018-K1", "2018-K1"): 1, ("2018-K1", "2018-K4"): -1, ("2018-K4", "2018-K4"): 1}
    assert told["R", "jaar", "2017", "2017-K1"] == 1  # Cas, there
    assert told["R", "jaar", "2017", "2017-K4"] == 1  # Anne
    assert ("R", "jaar", "2017", "2018-K1") not in told  # Cas again, here: the region knows her already
    assert told[HERE, "jaar", "2017", "2018-K1"] == 1
    assert sum(told[key] for key in told if key[:3] == ("R", "jaar", "2018")) == 1  # only Anne is left


def test_without_start_and_stop_messages_care_runs_on_the_days_of_its_allocation(built):
    rows = built()["care_days"]
    told = {row.care_quarter: row.days for row in rows.itertuples()}
    # Three allocations from 2016 without an end; 2019-K1 has 90 days.
    assert told["2019-K1"] == 270 and "2015-K4" not in told
