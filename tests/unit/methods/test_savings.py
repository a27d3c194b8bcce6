"""Savings that work on one base, the ramp of a measure and the gap to a target, by hand and by property."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError, UnknownNameError
from jeugd_analysis.methods.savings import combined_saving, phase, ramp_share

QUICK = settings(max_examples=60, deadline=None)
rates = st.lists(st.fractions(0, 1, max_denominator=20), max_size=5)
START = Quarter(2027, 1)


def by_counting(shares: list[Fraction]) -> list[Fraction]:
    """The mean over all orders of what each measure saves of what the earlier ones left."""
    parts = [Fraction(0)] * len(shares)
    every = list(permutations(range(len(shares))))
    for order in every:
        left = Fraction(1)
        for place in order:
            parts[place] += left * shares[place]
            left *= 1 - shares[place]
    return [part / len(every) for part in parts]


def test_ten_and_twenty_percent_save_28_split_9_and_19():
    # 1 - 0.9 x 0.8 = 0.28; 0.10 x (1 + 0.8) / 2 = 0.09 and 0.20 x (1 + 0.9) / 2 = 0.19.
    total, parts = combined_saving([Fraction(1, 10), Fraction(2, 10)])
    assert (total, parts) == (Fraction(28, 100), (Fraction(9, 100), Fraction(19, 100)))
    total, parts = combined_saving([0.1, 0.2])
    assert total == pytest.approx(0.28, rel=1e-14) and parts == pytest.approx((0.09, 0.19), rel=1e-14)


@QUICK
@given(rates)
def test_parts_add_up_and_never_exceed_the_plain_sum(shares):
    total, parts = combined_saving(shares)
    assert sum(parts) == total <= sum(shares)
    assert list(parts) == by_counting(shares)
    assert all(0 <= part <= share for part, share in zip(parts, shares, strict=True))
    assert total <= 1 and all(total >= share for share in shares)


@pytest.mark.parametrize(("shares", "total"), [([], 0), ([0], 0), ([1], 1), ([1, 1], 1), ([0, 1], 1)])
def test_nothing_and_everything(shares, total):
    assert combined_saving(shares)[0] == total == sum(combined_saving(shares)[1])


@pytest.mark.parametrize("wrong", [-0.01, 1.01, float("nan"), 10])
def test_a_share_outside_0_to_1_is_refused(wrong):
    with pytest.raises(FactorError, match="0 tot 1"):
        combined_saving([0.1, wrong])


@pytest.mark.parametrize(
    ("start", "ramp", "year", "share"),
    [
        (START, 0, 2026, Fraction(0)),
        (START, 0, 2027, Fraction(1)),  # no ramp: all at once
        (START, 1, 2027, Fraction(1)),
        (START, 4, 2027, Fraction(10, 16)),  # 1/4 2/4 3/4 4/4
        (START, 8, 2027, Fraction(10, 32)),  # 1/8 2/8 3/8 4/8
        (START, 8, 2028, Fraction(26, 32)),  # 5/8 6/8 7/8 8/8
        (START, 8, 2029, Fraction(1)),
        (Quarter(2027, 3), 0, 2027, Fraction(1, 2)),  # two of four quarters
        (Quarter(2027, 3), 4, 2027, Fraction(3, 16)),  # 0 0 1/4 2/4
        (Quarter(2027, 3), 4, 2028, Fraction(15, 16)),  # 3/4 4/4 4/4 4/4
        (Quarter(2027, 4), 3, 2027, Fraction(1, 12)),  # 0 0 0 1/3
        (Quarter(2027, 4), 3, 2026, Fraction(0)),
        (START, 20, 2031, Fraction(74, 80)),  # 17/20 18/20 19/20 20/20
    ],
)
def test_ramp_by_hand(start, ramp, year, share):
    assert ramp_share(start, ramp, year) == share


@QUICK
@given(st.integers(2025, 2030), st.integers(1, 4), st.integers(0, 40))
def test_a_ramp_only_grows_and_gets_there(year, number, ramp):
    shares = [ramp_share(Quarter(year, number), ramp, each) for each in range(year - 1, year + 13)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)


def test_a_negative_ramp_is_refused():
    with pytest.raises(FactorError):
        ramp_share(START, -1, 2027)


def measures(*rows: tuple[str, str, int, Any, str, int]) -> pd.DataFrame:
    return pd.DataFrame(
        list(rows), columns=["measure", "segment", "base_cents", "full_effect_share", "start", "ramp_quarters"]
    )


def targets(*rows: tuple[int, str, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["year", "segment", "target_cents"])


TWO = measures(("A", "S5", 100_000, 0.1, "2027-K1", 4), ("B", "S5", 100_000, 0.2, "2028-K1", 0))


def test_phase_by_hand():
    # 2027: A at 10/16 of 10 % = 6.25 % -> 6,250. 2028: 10 % and 20 % -> 28 % -> 28,000. S1 has a target and no measure.
    result = phase(TWO, targets((2027, "S5", 10_000), (2028, "S5", 20_000), (2028, "S1", 5000)), years=[2028, 2027])
    assert result.to_dict("split")["data"] == [
        [2027, "S5", 6250, 10_000, 3750],
        [2028, "S1", 0, 5000, 5000],
        [2028, "S5", 28_000, 20_000, -8000],  # more than asked
    ]
    assert list(result.columns) == ["year", "segment", "saving_cents", "target_cents", "gap_cents"]
    assert (result.dtypes.drop("segment") == "int64").all()


def test_a_year_without_a_target_has_a_saving_and_other_years_are_left_out():
    result = phase(TWO, targets((2040, "S5", 1)), years=[2026, 2029])
    assert result["saving_cents"].tolist() == [0, 28_000]
    assert result["target_cents"].tolist() == [0, 0] and result["gap_cents"].tolist() == [0, -28_000]


def test_without_any_measure_the_gap_is_the_target():
    result = phase(TWO.head(0), targets((2027, "S5", 10_000)), years=[2027])
    assert result["gap_cents"].tolist() == [10_000]


def test_large_amounts_stay_whole_cents():
    # One third of 900,000,000,000,003 cents is 300,000,000,000,001 exactly; a float share of 0.3 has its own decimals.
    base = 900_000_000_000_003
    result = phase(measures(("A", "S1", base, Fraction(1, 3), "2027-K1", 0)), targets((2027, "S1", 0)), years=[2027])
    assert result["saving_cents"].tolist() == [300_000_000_000_001]


BAD: dict[str, tuple[pd.DataFrame, pd.DataFrame, str]] = {
    "measure without start": (TWO.drop(columns="start"), targets((2027, "S5", 1)), "start"),
    "target without amount": (TWO, targets((2027, "S5", 1)).drop(columns="target_cents"), "target_cents"),
    "target twice": (TWO, targets((2027, "S5", 1), (2027, "S5", 2)), "vaker"),
    "measure twice": (pd.concat([TWO, TWO]), targets((2027, "S5", 1)), "vaker"),
    "share above one": (TWO.assign(full_effect_share=1.2), targets((2028, "S5", 1)), "0 tot 1"),
    "two bases": (TWO.assign(base_cents=[1, 2]), targets((2027, "S5", 1)), "S5"),
}


@pytest.mark.parametrize(("given_measures", "given_targets", "named"), BAD.values(), ids=BAD)
def test_bad_tables_are_refused(given_measures, given_targets, named):
    with pytest.raises(FactorError) as refused:
        phase(given_measures, given_targets, years=[2027, 2028])
    assert named in refused.value.wat


def test_a_start_that_is_no_quarter_is_refused():
    with pytest.raises(UnknownNameError, match="kwartaal"):
        phase(TWO.assign(start="januari 2027"), targets((2027, "S5", 1)), years=[2027])
