"""The band over the methods against cases that can be done by hand, and against the methods one by one."""

from __future__ import annotations

from fractions import Fraction
from math import log
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition import METHODS, decompose, method_band

# 10 x 3 = 30 becomes 12 x 5 = 60. At the old other factor: 2 x 3 = 6 and 2 x 10 = 20, 4 left over. At the new one:
# 2 x 5 = 10 and 2 x 12 = 24, 4 too much.
SMALL = pd.DataFrame({"year": [1, 2], "a": [10, 12], "b": [3, 5]})
NAMES = ["a", "b", "interaction", "entry", "exit", "total"]


def band(cells: pd.DataFrame, factors: Any = ("a", "b"), **options: Any) -> pd.DataFrame:
    return method_band(cells, factors, base=1, compare=2, **options)


def as_dict(table: pd.DataFrame) -> dict[str, tuple[Any, Any]]:
    return {row.effect: (row.low, row.high) for row in table.itertuples()}


def test_the_band_runs_from_the_lowest_to_the_highest_by_hand():
    told = as_dict(band(SMALL))
    assert told == {
        "a": (6, 10), "b": (20, 24), "interaction": (-4, 4), "entry": (0, 0), "exit": (0, 0), "total": (30, 30)
    }  # fmt: skip
    assert list(told) == NAMES


def test_methods_that_leave_nothing_over_have_no_interaction():
    # Shapley: 2 x (3 + 5) / 2 = 8 and 22. LMDI: 30 x ln(1.2) / ln(2) = 7.89 and the rest.
    told = as_dict(band(SMALL, methods=("lmdi", "shapley")))
    assert list(told) == ["a", "b", "entry", "exit", "total"]
    assert told["a"] == pytest.approx((30 * log(1.2) / log(2), 8)) and told["a"][0] < 8
    assert told["b"] == pytest.approx((22, 30 - 30 * log(1.2) / log(2)))


def test_shapley_beside_laspeyres_counts_as_nothing_left_over():
    assert as_dict(band(SMALL, methods=("shapley", "laspeyres")))["interaction"] == (0, 4)
    assert as_dict(band(SMALL, methods=("paasche",)))["interaction"] == (-4, -4)


def test_exact_numbers_stay_exact_without_lmdi():
    cells = SMALL.assign(b=[Fraction(10, 3), Fraction(16, 3)])
    told = as_dict(band(cells, methods=("shapley", "laspeyres", "paasche")))
    assert told["a"] == (Fraction(20, 3), Fraction(32, 3)) and isinstance(told["a"][0], Fraction)
    assert {str(kind) for kind in band(SMALL).dtypes.iloc[-2:]} == {"float64"}


ROWS = st.lists(
    st.tuples(st.sampled_from("xy"), st.sampled_from("pq"), st.sampled_from([1, 2]), *[st.integers(0, 9)] * 3),
    unique_by=lambda row: row[:3],
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, shown=st.sampled_from([None, [], ["k"], ["m", "k"]]), nested=st.booleans())
def test_it_holds_every_method_and_no_more(rows, shown, nested):
    always = [("z", "z", 1, 1, 2, 3), ("z", "z", 2, 3, 2, 1)]
    cells = pd.DataFrame([*always, *rows], columns=["k", "m", "year", "a", "b", "c"])
    factors = ("a", ("b", "c")) if nested else ("a", "b", "c")
    told = {"base": 1, "compare": 2, "keys": ["k", "m"]}
    by = ["k", "m"] if shown is None else shown
    every = []
    for method in METHODS:
        split = decompose(cells, factors, method=method, **told).assign(all=0)
        split["interaction"] = split.get("interaction", 0)
        every.append(split.groupby(by or ["all"])[["a", "b", "c", *NAMES[2:]]].sum().astype("float64").to_numpy())
    got = band(cells, factors, keys=["k", "m"], by=shown)
    assert list(got.columns) == [*by, "effect", "low", "high"] and isinstance(got.index, pd.RangeIndex)
    np.testing.assert_allclose(got["low"], np.min(every, axis=0).ravel(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(got["high"], np.max(every, axis=0).ravel(), rtol=1e-12, atol=1e-12)


def test_the_band_of_a_sum_is_narrower_than_the_sum_of_the_bands():
    # In x all rises, in y the same falls back: per cell Laspeyres gives 6 and -10, Paasche 10 and -6; added -4 and 4.
    back = SMALL.assign(year=[2, 1], key="y")
    cells = pd.concat([SMALL.assign(key="x"), back], ignore_index=True)
    apart = band(cells, keys=["key"]).query("effect == 'a'")
    assert apart[["key", "low", "high"]].to_numpy().tolist() == [["x", 6, 10], ["y", -10, -6]]
    assert as_dict(band(cells, keys=["key"], by=[]))["a"] == (-4, 4)


def test_rows_are_sorted_by_the_keys_in_their_order():
    cells = pd.DataFrame({"p": ["z", "z", "a", "b"], "m": [2, 2, 1, 1], "year": [2, 1, 2, 1], "a": 1, "b": 2})
    told = band(cells, keys=["m", "p"])
    assert told[["m", "p"]].drop_duplicates().to_numpy().tolist() == [[1, "a"], [1, "b"], [2, "z"]]
    assert told["effect"].tolist() == NAMES * 3
    assert band(cells, keys=["m", "p"], by=["p"])["p"].unique().tolist() == ["a", "b", "z"]
    assert band(cells, keys=["m", "p"], by=["p", "m"]).columns.tolist()[:2] == ["p", "m"]


NEGATIVE = pd.DataFrame({
    "key": ["x", "x", "y", "y"], "group": "g", "year": [1, 2, 1, 2], "a": [10, 12, 10, 12], "b": [3, 5, -3, -5],
})  # fmt: skip


def test_a_negative_cell_is_banded_without_lmdi_and_the_others_with_it():
    methods = ("shapley", "lmdi")
    told = band(NEGATIVE, keys=["key"], methods=methods).query("effect == 'a'").set_index("key")
    assert told.loc["x"].tolist()[1:] == pytest.approx([30 * log(1.2) / log(2), 8])
    assert told.loc["y"].tolist()[1:] == [-8, -8]
    # A sum with that cell has no LMDI either: 8 - 8.
    for by in (["group"], []):
        assert as_dict(band(NEGATIVE, keys=["key", "group"], by=by, methods=methods))["a"] == (0, 0)


def test_a_negative_cell_of_another_year_does_not_matter():
    other = pd.concat([SMALL, pd.DataFrame({"year": [3], "a": [-1], "b": [1]})], ignore_index=True)
    pd.testing.assert_frame_equal(band(other), band(SMALL))


def test_lmdi_alone_is_refused_for_negative_factors():
    with pytest.raises(FactorError, match="Factor b heeft negatieve waarden"):
        band(NEGATIVE, keys=["key"], methods=("lmdi",))


def test_entry_and_exit_are_the_same_in_every_method():
    cells = pd.concat([SMALL.assign(key="x"), pd.DataFrame({"key": ["n", "o"], "year": [2, 1], "a": 2, "b": 7})])
    told = band(cells, keys=["key"]).set_index(["key", "effect"])
    assert told.loc[("n", "entry")].tolist() == told.loc[("n", "total")].tolist() == [14, 14]
    assert told.loc[("o", "exit")].tolist() == told.loc[("o", "total")].tolist() == [-14, -14]


@pytest.mark.parametrize(
    ("call", "named"),
    [
        ({"methods": ()}, "methode"),
        ({"methods": ("shapley", "shapley")}, "twee keer"),
        ({"methods": ("shapley", "fisher"), "keys": ["key"]}, "fisher"),
        ({"keys": ["weg"]}, "weg"),
        ({"keys": ["effect"]}, "effect"),
        ({"keys": ["key"], "by": ["year"]}, "year"),
        ({"factors": ("a", "weg")}, "weg"),
        ({"compare": 3, "keys": ["key"]}, "3"),
        ({}, "vaker"),
    ],
)
def test_bad_input_is_refused_by_name(call, named):
    told = {"factors": ("a", "b"), "base": 1, "compare": 2, **call}
    with pytest.raises(FactorError) as refused:
        method_band(NEGATIVE.assign(effect=1), **told)
    assert named in refused.value.wat and refused.value.doe
