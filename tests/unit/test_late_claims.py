"""Claims and youths still to come, from marts made by hand: half of every quarter comes in at once."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.late_claims import run_off, year_draws
from jeugd_analysis.late_claims.known import tariff_level
from jeugd_analysis.late_claims.run_off import _summary, _youths_as_known
from jeugd_analysis.late_claims.triangles import triangle_of, youth_triangle
from jeugd_analysis.store import Store

PLACE, REGION = "GM0637", "GM0000"
LAST = Quarter(2025, 4)
QUARTERS = [quarter.label for quarter in Quarter(2020, 1).until(LAST)]


def cost(place: int) -> float:
    return 1_000_000.0 * (100 + place % 3)


def receipts(*, youngest: float = 0.5) -> pd.DataFrame:
    """A little more or less than half in the quarter itself, the rest in the next."""
    rows = []
    for place, (quarter, after) in enumerate(pairwise([*QUARTERS, Quarter.parse(QUARTERS[-1]).next().label])):
        share = youngest if quarter == LAST.label else 0.5 + (-1) ** place / 50
        rows += [(quarter, quarter, share * cost(place)), (quarter, after, (1 - share) * cost(place))]
    told = pd.DataFrame(rows, columns=["care_quarter", "receipt_quarter", "amount_cents"])
    return told[told["receipt_quarter"] <= LAST.label].assign(municipality=PLACE, lines=1, youths=1)


def youths() -> pd.DataFrame:
    known = receipts().rename(columns={"care_quarter": "period"})
    quarters = known.assign(youths=(known["amount_cents"] / 1_000_000).round().astype("int64"), period_kind="kwartaal")
    years = pd.DataFrame(
        [(str(y), f"{y}-K4", 400) for y in range(2020, 2026)]
        + [(str(y), f"{y + 1}-K1", 4 + y % 2) for y in range(2020, 2025)],
        columns=["period", "receipt_quarter", "youths"],
    ).assign(period_kind="jaar")
    both = pd.concat([quarters, years])[["period_kind", "period", "receipt_quarter", "youths"]]
    return pd.concat([both.assign(area=area) for area in (PLACE, REGION)], ignore_index=True)


@pytest.fixture
def made(store: Store):
    """The estimates from these marts; care runs 90 days a quarter, but none with `running=False`."""

    def make(*, running: bool = True, youngest: float = 0.5) -> dict[str, pd.DataFrame]:
        days = pd.DataFrame({"municipality": PLACE, "product": "45A48", "care_quarter": QUARTERS, "days": 90})
        usage = pd.DataFrame([
            {"area": REGION, "period_kind": "jaar", "period": str(year), "dimension": "product", "level": "45A48",
             "youths": 1, "amount_cents": 400_000_000} for year in range(2020, 2026)
        ])  # fmt: skip
        marts = {"receipts": receipts(youngest=youngest), "youth_receipts": youths(), "usage": usage,
                 "care_days": days if running else days.iloc[:0]}  # fmt: skip
        store.write_marts(LAST, marts, "proef")
        return run_off(store, LAST)

    return make


def young(frames: dict[str, pd.DataFrame], name: str = "run_off") -> pd.Series:
    rows = frames[name]
    return rows[(rows["area"] == PLACE) & (rows.iloc[:, 1:3].eq(LAST.label).any(axis=1))].iloc[0]


def test_without_running_care_the_youngest_quarter_is_doubled(made):
    row = young(made(running=False, youngest=0.6))
    assert pd.isna(row["expected"])
    assert row["ultimate"] / row["latest"] == pytest.approx(2, abs=0.02)


def test_running_care_pulls_a_young_quarter_with_many_early_claims_back(made):
    row = young(made(youngest=0.6))  # 61 mln at once, where 50 is usual; the ladder would make it 122
    # As much care as before costs about 101, and indexation of the year makes that some percents more.
    assert 100e6 < row["expected"] < 108e6
    middle = row["latest"] + 0.5 * (0.5 * 2 * row["latest"] + 0.5 * row["expected"])
    assert row["ultimate"] == pytest.approx(middle, rel=0.01)
    assert row["low"] < row["ultimate"] < row["high"]


def test_a_year_is_the_sum_of_its_quarters(made):
    frames = made()
    rows = frames["run_off"].query("area == @PLACE and care_quarter >= '2025'")
    year = frames["run_off_year"].query("area == @PLACE and year == '2025'").iloc[0]
    assert year["ultimate"] == pytest.approx(rows["ultimate"].sum())
    assert year["low"] < year["ultimate"] < year["high"]
    # One pattern serves all quarters, but only the youngest has much to come: the band is nearly that quarter's.
    assert year["high"] - year["low"] == pytest.approx(young(frames)["high"] - young(frames)["low"], rel=0.15)


def test_every_earlier_moment_with_enough_history_is_tested(made):
    told = made()["run_off_test"].query("area == @PLACE").set_index("age")
    # Twenty quarters are known from 2024-K4 on, and a year later one sees what came: one moment, four young quarters.
    assert told["predictions"].to_dict() == {"1": 1, "2": 1, "3": 1, "4": 1, "total": 4}
    assert told.loc["3", "miss"] == 0 and 0 < told.loc["1", "miss"] < 0.1


def test_how_far_off_is_the_root_of_the_mean_square():
    tested = pd.DataFrame({"age": [1, 1], "predicted": [103.0, 96], "came": [100.0, 100], "inside": [True, False]})
    told = _summary(tested, ["age"]).set_index("age")
    # 3 and 4 percent: the root of (9 + 16) / 2.
    assert told.loc["total", ["inside", "miss"]].tolist() == pytest.approx([0.5, 12.5**0.5 / 100])


def test_youths_of_a_young_quarter_double_as_well(made):
    row = young(made(), "youths_to_come")
    assert row["ultimate"] / row["latest"] == pytest.approx(2, abs=0.05)


def test_youths_of_a_year_have_ages_from_its_last_quarter_on():
    told = youth_triangle(youths().query("area == @PLACE"), "jaar", LAST)
    assert list(told.index) == [str(year) for year in range(2020, 2026)]
    assert told.loc["2024"].dropna().tolist() == [400, 404, 404, 404, 404]
    assert told.loc["2025"].dropna().tolist() == [400]


def test_too_little_history_gives_no_triangle():
    assert triangle_of(receipts(), Quarter(2024, 3)) is None  # nineteen quarters
    assert triangle_of(receipts(), Quarter(2024, 4)) is not None


def test_years_of_youths_without_a_known_error_are_not_estimated(monkeypatch):
    # Three by three: mack tells the amounts, but no error, so there is no band to show.
    table = pd.DataFrame([[100, 150, 160], [200, 290, None], [100, None, None]], columns=[1, 2, 3])
    monkeypatch.setitem(_youths_as_known.__globals__, "youth_triangle", lambda *_: table)
    assert _youths_as_known(pd.DataFrame(), "jaar", LAST) is None


def test_draws_of_a_year_are_those_of_its_quarters(made, store):
    frames = made(running=False)
    money, people = year_draws(store, LAST, draws=200)
    assert list(money.index) == [2025] and money.index.name == "care_year"
    rows = frames["run_off"].query("area == @REGION and care_quarter >= '2025'")
    assert money.loc[2025, 0] == pytest.approx(rows["ultimate"].sum() / rows["latest"].sum())
    # Youths of a year grow by 4 or 5 of 400 after it: 22 of 2000.
    assert people.loc[2025, 0] == pytest.approx(1 + 22 / 2000)


def test_the_level_of_tariffs_follows_the_agreed_indexation(store):
    told = store.reference("indexation").set_index("year")["percent"].astype("float64")
    level = tariff_level(store, range(2024, 2026))
    assert level == pytest.approx({2024: 1.0, 2025: 1 + told["2025"] / 100})
    assert tariff_level(store, range(1990, 1992)) == {1990: 1.0, 1991: 1.0}
