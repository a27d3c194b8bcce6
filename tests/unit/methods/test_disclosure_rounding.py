"""Rounding that hides: multiples of a base that still add up."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure import rounded, rounded_with_sum

bases = st.sampled_from([1, 2, 5, 10, 1_000_000])
values = st.lists(st.integers(-(10**12), 10**12), max_size=9)


def nearest(value: int, base: int) -> int:
    """Half away from zero, in whole numbers only."""
    size = (2 * abs(value) + base) // (2 * base) * base
    return size if value >= 0 else -size


@settings(max_examples=100, deadline=None)
@given(values, bases)
def test_parts_are_multiples_within_a_base_and_add_up_to_the_rounded_sum(parts, base):
    result = rounded_with_sum(pd.Series(parts, dtype="int64"), base=base)
    assert str(result.dtype) == "Int64"
    assert sum(result) == nearest(sum(parts), base)
    for shown, exact in zip(result, parts, strict=True):
        assert shown % base == 0 and abs(shown - exact) < base


@settings(max_examples=60, deadline=None)
@given(values, bases)
def test_single_values_go_to_the_nearest_multiple(parts, base):
    assert rounded(pd.Series(parts, dtype="int64"), base=base).tolist() == [nearest(part, base) for part in parts]


@pytest.mark.parametrize(
    ("parts", "base", "result"),
    [
        ([4, 4, 4], 10, [10, 0, 0]),  # 12 rounds to 10; equal remainders: the first one
        ([4, 6, 4], 10, [0, 10, 0]),  # the largest remainder is raised
        ([13, 27, 5], 10, [10, 30, 10]),  # 45 rounds to 50: down to 10, 20, 0 and two up: .7 and .5
        ([-4, -4, -4], 10, [0, 0, -10]),  # -12 rounds to -10: down to -10 each and two up
        ([-15, 15], 10, [-10, 10]),  # the sum is 0: down to -20 and 10, one up, equal remainders
        ([7.5], 5, [10]),
        ([], 5, []),
    ],
)
def test_sums_by_hand(parts, base, result):
    assert rounded_with_sum(pd.Series(parts, dtype="float64"), base=base).tolist() == result


def test_halves_go_away_from_zero_and_missing_stays_missing():
    series = pd.Series([12, 13, 17.5, -2.5, -2.4, 0, None], name="youths")
    result = rounded(series, base=5)
    assert result.tolist()[:-1] == [10, 15, 20, -5, 0, 0] and pd.isna(result.iloc[-1]) and result.name == "youths"
    assert Fraction(35, 2) == Fraction(17.5)  # 17.5 is exact in binary, so it is a true half


@pytest.mark.parametrize("base", [0, -5])
def test_a_base_below_one_is_refused(base):
    with pytest.raises(FactorError, match=str(base)):
        rounded(pd.Series([1]), base=base)


def test_a_sum_with_missing_parts_is_refused():
    with pytest.raises(FactorError, match="ontbrekende"):
        rounded_with_sum(pd.Series([1, None]), base=5)
