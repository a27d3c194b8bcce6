"""Cents that add up exactly, as near to the shares as whole cents can be."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.distribution_key import largest_remainder

whole = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


def shared(shares: list[float], cents: int) -> list[int]:
    return largest_remainder(pd.Series(shares), total_cents=cents).tolist()


@settings(max_examples=150, deadline=None)
@given(whole, st.integers(-(10**11), 10**11))
def test_cents_add_up_and_are_within_one_cent_of_the_share(shares, cents):
    result = shared(shares, cents)
    assert sum(result) == cents
    for cent, share in zip(result, shares, strict=True):
        assert abs(cent - Fraction(cents * share, sum(shares))) < 1
        assert share or cent == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12).filter(lambda x: sum(x) > 1e-3), st.integers(0, 10**11))
def test_shares_as_floats_add_up_too(shares, cents):
    assert sum(shared(shares, cents)) == cents


@pytest.mark.parametrize(
    ("shares", "cents", "result"),
    [
        ([1, 1, 1], 100, [34, 33, 33]),  # 33.33 each; the cent that is left goes to the first
        ([1, 1, 1], -100, [-34, -33, -33]),
        ([5, 3, 2], 7, [4, 2, 1]),  # 3.5, 2.1, 1.4: one left, largest remainder 0.5
        ([0.1, 0.2, 0.7], 1000, [100, 200, 700]),  # 0.1 + 0.2 is not 0.3 in binary: no cent may get lost
        ([0, 0, 4], 5, [0, 0, 5]),
        ([47, 16, 15.8, 12, 6.1, 3.1], 10, [5, 2, 1, 1, 1, 0]),  # 4.7 1.6 1.58 1.2 .61 .31: 7 given, to .7 .61 .6
        ([3, 1], 0, [0, 0]),
    ],
)
def test_by_hand(shares, cents, result):
    assert shared(shares, cents) == result


def test_keeps_the_parties_and_whole_numbers():
    result = largest_remainder(pd.Series({"GM0637": 2, "GM0503": 1}), total_cents=10)
    assert result.to_dict() == {"GM0637": 7, "GM0503": 3} and result.dtype == "int64"


@pytest.mark.parametrize("shares", [[1.0, None], [1, -1], [0, 0], [float("nan")], []])
def test_shares_that_cannot_be_shared_by_are_refused(shares):
    with pytest.raises(FactorError, match="aandelen"):
        largest_remainder(pd.Series(shares, dtype="float64"), total_cents=100)


@pytest.mark.parametrize("cents", [0.5, "100", None, float("nan")])
def test_a_total_that_is_no_whole_cents_is_refused(cents):
    with pytest.raises(FactorError, match="centen"):
        largest_remainder(pd.Series([1, 2]), total_cents=cents)


def test_a_tenth_is_a_tenth():
    # As binary numbers 0.1 and 0.2 are a little more and 0.7 a little less; as tenths the parts are whole.
    assert shared([0.1, 0.2, 0.7], 10**15) == [10**14, 2 * 10**14, 7 * 10**14]


def test_amounts_too_large_for_64_bits_add_up_too():
    # 10^20 over 1, 1 and 1: 33...33 each, and one cent for the first.
    third = (10**20 - 1) // 3
    result = largest_remainder(pd.Series([1, 1, 1]), total_cents=10**20)
    assert result.tolist() == [third + 1, third, third] and result.dtype == "object"
    assert {type(cents) for cents in result} == {int}
    assert shared([10**30, 3 * 10**30], 4 * 10**20) == [10**20, 3 * 10**20]
    assert shared([1], -(2**63)) == [-(2**63)]
    assert shared([1e300, 3e300], 8) == [2, 6]


@pytest.mark.parametrize("cents", [10.5, float("inf"), True, np.bool_(True), "10", None, [10]])
def test_a_total_of_another_kind_is_refused(cents):
    with pytest.raises(FactorError, match="heel aantal centen"):
        largest_remainder(pd.Series([1, 2]), total_cents=cents)


def test_a_party_that_comes_twice_is_named():
    with pytest.raises(FactorError, match="vaker voor bij de aandelen: GM0637") as refused:
        largest_remainder(pd.Series([1, 1, 1], index=["GM0637", "GM0503", "GM0637"]), total_cents=3)
    assert "GM0503" not in refused.value.wat
    with pytest.raises(FactorError, match="naam van een gemeente"):
        largest_remainder(pd.Series([1, 1], index=["GM0637", None]), total_cents=3)
