"""The end of a year: shares and forecasts by hand; nothing is known before it came in; the band widens with a bias."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy.stats import t

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.year_end import (
    FINAL_AGE,
    back_test,
    delivered_share,
    known_shares,
    reach_of,
    year_end,
    year_triangle,
)


def claimed(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["care_quarter", "receipt_quarter", "amount_cents"])


def whole_years(first: int, last: Quarter, amounts: dict[int, int]) -> pd.DataFrame:
    """Every quarter a quarter of the year's amount; half comes in at once, half a quarter later."""
    rows = []
    for quarter in Quarter(first, 1).until(last):
        part = amounts[quarter.year] // 4
        rows += [(quarter.label, quarter.label, part // 2), (quarter.label, quarter.next().label, part - part // 2)]
    told = claimed(*rows)
    return told[told["receipt_quarter"] <= last.label]


def test_a_triangle_by_hand():
    told = year_triangle(
        claimed(("2024-K1", "2024-K1", 10), ("2024-K1", "2024-K3", 5), ("2024-K4", "2025-K1", 7),
                ("2025-K1", "2025-K1", 4)),
        last=Quarter(2025, 1),
    )  # fmt: skip
    assert told.loc[2024, [1, 2, 3, 4, 5]].tolist() == [10, 10, 15, 15, 22]
    assert told.loc[2025, 1] == 4 and told.loc[2025, 2:].isna().all() and told.loc[2024, 6:].isna().all()


def test_what_came_in_later_was_not_known():
    rows = claimed(("2024-K1", "2024-K1", 10), ("2024-K1", "2024-K2", 90))
    assert year_triangle(rows, last=Quarter(2024, 1)).loc[2024, 1] == 10


def test_what_comes_very_late_counts_at_the_last_age():
    rows = claimed(("2020-K1", "2020-K1", 10), ("2020-K1", "2025-K1", 1))
    assert year_triangle(rows, last=Quarter(2025, 1)).loc[2020, FINAL_AGE] == 11


def test_a_first_year_that_begins_halfway_is_left_out():
    rows = claimed(("2023-K3", "2023-K3", 10), ("2024-K1", "2024-K1", 20))
    assert year_triangle(rows, last=Quarter(2024, 1)).index.tolist() == [2024]


def test_nothing_is_an_error_in_words():
    with pytest.raises(FactorError, match="geen declaraties"):
        year_triangle(claimed(), last=Quarter(2024, 1))


def test_shares_are_chain_ladder():
    # From age 1 to 2: (200 + 150) / (100 + 50) = 350 / 150; from 2 to 3: 220 / 200.
    triangle = pd.DataFrame({1: [100.0, 50.0, 30.0], 2: [200.0, 150.0, None], 3: [220.0, None, None]})
    shares = known_shares(triangle)
    assert shares[2] == pytest.approx(200 / 220) and shares[1] == pytest.approx(200 / 220 * 150 / 350)
    assert shares[3] == 1


def test_one_year_is_too_little_for_an_early_share():
    triangle = pd.DataFrame({age: [float(age)] for age in range(1, FINAL_AGE + 1)})
    shares = known_shares(triangle)
    assert math.isnan(shares[1]) and shares[FINAL_AGE] == 1


def test_the_share_of_help_given_is_that_of_earlier_years():
    rows = claimed(("2023-K1", "2023-K1", 30), ("2023-K2", "2023-K2", 20), ("2023-K4", "2024-K1", 50),
                   ("2024-K1", "2024-K1", 999))  # fmt: skip
    assert delivered_share(rows, quarters=2, before=2024) == pytest.approx(0.5)
    assert math.isnan(delivered_share(rows, quarters=2, before=2023))


def test_years_that_fill_up_alike_are_forecast_exactly():
    amounts = dict.fromkeys(range(2017, 2026), 8000) | {2021: 16000, 2024: 4000}
    triangle = year_triangle(whole_years(2017, Quarter(2025, 4), amounts), last=Quarter(2025, 4))
    tested = back_test(triangle, triangle)
    assert set(tested["age"]) >= {1, 2, 3, 4} and tested["error"].abs().max() < 1e-9
    # half of the first quarter is in: an eighth of the year; then three eighths, five and seven
    shares = known_shares(triangle)
    assert shares[[1, 2, 3, 4]].tolist() == pytest.approx([1 / 8, 3 / 8, 5 / 8, 7 / 8])


def test_the_band_rests_on_the_years_before_alone():
    amounts = dict.fromkeys(range(2017, 2026), 8000)
    rows = whole_years(2017, Quarter(2025, 4), amounts)
    late = rows["care_quarter"].eq(
        "2024-K1"
    )  # in 2024 the first quarter was four times as dear: all is forecast too high
    rows["amount_cents"] = rows["amount_cents"].where(~late, rows["amount_cents"] * 4)
    triangle = year_triangle(rows, last=Quarter(2025, 4))
    tested = back_test(triangle, triangle).set_index(["year", "age"])
    assert tested.loc[(2023, 1), "low"] == pytest.approx(tested.loc[(2023, 1), "predicted"])
    assert tested.loc[(2024, 1), "error"] > 0.5 and not tested.loc[(2024, 1), "inside"]
    assert pd.isna(tested.loc[(2019, 1), "inside"])  # no earlier year was forecast


def test_the_reach_is_t_times_the_root_mean_square():
    tested = pd.DataFrame({"age": [3, 3, 3, 2], "error": [0.1, -0.1, 0.2, 9.0]})
    expected = t.ppf(0.9, 3) * math.sqrt((0.01 + 0.01 + 0.04) / 3)
    assert reach_of(tested, age=3) == pytest.approx(expected)
    assert math.isnan(reach_of(tested, age=2))


SHARES = pd.DataFrame({"share": [0.5, 0.4], "delivered": [0.75, 0.75]}, index=["alle", "S1"])
NO_REACH = pd.Series({"alle": math.log(2)})


def test_parts_add_up_to_the_end_and_segments_to_the_whole():
    told = year_end(pd.Series({"S1": 40, "S5": 50}), SHARES, reach=NO_REACH, step=1).set_index("level")
    assert told.loc["S1", ["claimed", "late", "future", "expected"]].tolist() == [40, 35, 25, 100]
    assert told.loc["S5", ["claimed", "late", "future", "expected"]].tolist() == [50, 25, 25, 100]  # share of the whole
    assert told.loc["alle", ["claimed", "late", "future", "expected"]].tolist() == [90, 60, 50, 200]
    assert told.loc["alle", ["low", "high"]].tolist() == [100, 400] and told.loc["S1", ["low", "high"]].isna().all()


def test_the_end_is_never_below_what_was_claimed():
    wide = pd.Series({"alle": math.log(10)})
    assert year_end(pd.Series({"S5": 50}), SHARES, reach=wide, step=1).set_index("level").loc["alle", "low"] == 50


def test_more_than_usual_claimed_leaves_nothing_late():
    shares = pd.DataFrame({"share": [0.8], "delivered": [0.75]}, index=["alle"])
    told = year_end(pd.Series({"S5": 80}), shares, reach=NO_REACH, step=1).set_index("level")
    assert told.loc["S5", ["late", "future", "expected"]].tolist() == [0, 20, 100]


def test_without_earlier_years_there_is_no_forecast():
    nothing = pd.DataFrame({"share": [math.nan], "delivered": [math.nan]}, index=["alle"])
    with pytest.raises(FactorError, match="eerdere jaren"):
        year_end(pd.Series({"S5": 50}), nothing, reach=NO_REACH, step=1)
