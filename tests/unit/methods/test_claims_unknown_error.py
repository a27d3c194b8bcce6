"""Triangles too small for Mack's rule: amounts by hand, an error that is not known, and nobody takes it for zero."""

from __future__ import annotations

from math import inf, nan, sqrt

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.claims_maturity import (
    back_test,
    band,
    completed,
    draw_completion,
    freedom,
    mack,
    with_prior,
)

TWO = pd.DataFrame([[100, 150], [200, nan]], columns=[1, 2], index=[2024, 2025])
THREE = pd.DataFrame([[100, 150, 160], [200, 290, nan], [100, nan, nan]], columns=[1, 2, 3], index=[2023, 2024, 2025])


def test_two_by_two_by_hand():
    # The factor is 150 / 100, from one ratio: 200 becomes 300. One ratio has no spread.
    told = mack(TWO)
    assert told["latest"].tolist() == [150, 200, 350] and told["ultimate"].tolist() == [150, 300, 450]
    assert told["reserve"].tolist() == [0, 100, 100]
    assert told["standard_error"].fillna(-1).tolist() == [0, -1, -1]


def test_three_by_three_by_hand():
    # Factors 440 / 300 and 160 / 150. 290 x 16/15 = 309.33; 100 x 22/15 x 16/15 = 156.44.
    told = mack(THREE)
    assert told["ultimate"].tolist() == pytest.approx([160, 290 * 16 / 15, 100 * 22 / 15 * 16 / 15, 625.7777777778])
    assert told["standard_error"].fillna(-1).tolist() == [0, -1, -1, -1]


def test_only_rows_that_need_the_unknown_variance_lack_an_error():
    # Three ratios to age 2 and one to age 3: all rows but the first still go to age 3, so they have no error.
    wide = pd.DataFrame({1: [100.0, 200, 100, 50], 2: [150.0, 290, 155, nan], 3: [160.0, nan, nan, nan]})
    assert mack(wide)["standard_error"].isna().tolist() == [False, True, True, True, True]
    # Without age 3 the error of the last row is that of three ratios.
    told = mack(wide[[1, 2]])
    factor, weight = 595 / 400, 400
    spread = sum(x * (y / x - factor) ** 2 for x, y in [(100, 150), (200, 290), (100, 155)]) / 2
    square = 50**2 * spread * (1 / 50 + 1 / weight)
    assert told["standard_error"].tolist() == pytest.approx([0, 0, 0, sqrt(square), sqrt(square)])


def test_a_rule_that_rests_on_an_unknown_variance_is_unknown_too():
    # One ratio to each of ages 2, 3 and 4: the rule has nothing to go by for any.
    told = mack(pd.DataFrame([[100, 150, 160, 162], [200, nan, nan, nan]], columns=[1, 2, 3, 4]))
    assert told["ultimate"].tolist() == [162, 324, 486] and np.isnan(told["standard_error"].iloc[1])


@pytest.mark.parametrize("table", [TWO, THREE], ids=["two", "three"])
def test_a_row_without_an_error_has_no_band(table):
    told = band(mack(table))
    assert told.iloc[0, :2].tolist() == [table.iloc[0, -1]] * 2  # complete: nothing can differ
    assert told.iloc[1:].isna().all(axis=None)
    assert band(mack(table).assign(freedom=inf)).iloc[1:].isna().all(axis=None)


@pytest.mark.parametrize(("table", "age"), [(TWO, 2), (THREE, 3)], ids=["two", "three"])
def test_who_calculates_with_the_error_stops_and_says_why(table, age):
    prior = pd.DataFrame({"ultimate": [300.0], "standard_error": [10.0]}, index=[2026])
    for call in (
        lambda: freedom(table),
        lambda: draw_completion(table, draws=2, rng=np.random.default_rng(1)),
        lambda: with_prior(table, prior),
        lambda: completed(table),
    ):
        with pytest.raises(FactorError, match=f"Naar ontwikkeling {age} is er maar één overgang") as refused:
            call()
        assert "meer perioden" in refused.value.doe
    with pytest.raises(FactorError, match="eerdere stand"):
        back_test(table)


# -- origins in another order ----------------------------------------------------------------------

FOUR = pd.DataFrame(
    [[100, 130, 135, 136], [300, 350, 360, nan], [120, 150, nan, nan], [200, nan, nan, nan]], columns=[1, 2, 3, 4]
)


@pytest.mark.parametrize(
    "names",
    [
        [2022, 2023, 2024, 2025],
        ["2025-K1", "2025-K2", "2025-K3", "2025-K4"],
        pd.period_range("2025-01", periods=4, freq="M"),
        pd.date_range("2025-01-01", periods=4, freq="MS"),
    ],
    ids=["years", "quarters", "periods", "dates"],
)
def test_origins_in_another_order_are_sorted(names):
    table = FOUR.set_axis(names, axis="index")
    expected = mack(table)
    for order in ([3, 2, 1, 0], [2, 0, 3, 1]):
        pd.testing.assert_frame_equal(mack(table.iloc[order]), expected)


def test_names_that_sort_in_another_way_stay_as_they_are():
    table = FOUR.set_axis(["K8", "K9", "K10", "K11"], axis="index")
    assert list(mack(table).index) == ["K8", "K9", "K10", "K11", "total"]
    mixed = FOUR.set_axis([2022, "2023", 2024, "2025"], axis="index")
    assert mack(mixed)["ultimate"].tolist() == mack(FOUR)["ultimate"].tolist()


def test_an_order_that_is_no_run_off_in_any_way_is_refused():
    with pytest.raises(FactorError, match="Periode 2025 is verder bekend"):
        mack(FOUR.set_axis([2023, 2022, 2025, 2024], axis="index").iloc[[0, 1, 3, 2]])
