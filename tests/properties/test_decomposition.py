"""What holds for every split of a change, checked on exact numbers against a count of all orders by hand."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations, product
from math import fsum, inf, log, nan, prod
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition import METHODS, decompose

QUICK = settings(max_examples=40, deadline=None)
EXACT_METHODS = [name for name in METHODS if name != "lmdi"]  # LMDI needs logarithms and is float only
SYMMETRIC = ["shapley", "lmdi"]
TREES: list[tuple[Any, ...]] = [
    ("a",),
    ("a", "b"),
    ("a", "b", "c"),
    ("a", "b", "c", "d"),
    ("a", ("b", "c")),
    (("a", "b"), ("c", "d")),
    ("a", ("b", ("c", "d"))),
    ("a", ("b", "c", ("d", "e"))),
]
trees = st.sampled_from(TREES)
exact = st.one_of(st.integers(-20, 20), st.fractions(-5, 5, max_denominator=7))
positive = st.floats(0.001, 1e6, allow_nan=False)


def names_of(tree: Any) -> list[str]:
    return [tree] if isinstance(tree, str) else [name for part in tree for name in names_of(part)]


def orders(tree: Any) -> Iterator[tuple[str, ...]]:
    """Every order of the factors in which the members of a group follow each other."""
    if isinstance(tree, str):
        yield (tree,)
        return
    for arranged in permutations(tree):
        for parts in product(*(tuple(orders(part)) for part in arranged)):
            yield tuple(name for part in parts for name in part)


def by_counting(tree: Any, before: dict[str, Fraction], after: dict[str, Fraction]) -> dict[str, Fraction]:
    """The definition: the mean step that each factor makes over all orders that keep the groups together."""
    every = list(orders(tree))
    effects = dict.fromkeys(before, Fraction(0))
    for order in every:
        state = dict(before)
        for name in order:
            start = prod(state.values())
            state[name] = after[name]
            effects[name] += prod(state.values()) - start
    return {name: effect / len(every) for name, effect in effects.items()}


def frame(rows: list[dict[str, Any]], names: list[str]) -> pd.DataFrame:
    """Rows as a frame in which the factor columns keep their Python numbers."""
    return pd.DataFrame(rows).astype(dict.fromkeys(names, "object"))


@st.composite
def changes(draw: st.DrawFn, numbers: st.SearchStrategy[Any] = exact) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """A tree with its factors before and after."""
    tree = draw(trees)
    before, after = ({name: draw(numbers) for name in names_of(tree)} for _ in range(2))
    return tree, before, after


@st.composite
def tables(draw: st.DrawFn, numbers: st.SearchStrategy[Any] = exact) -> tuple[Any, pd.DataFrame]:
    """A tree and cells of which some are in one year only; both years have at least one cell."""
    tree = draw(trees)
    names = names_of(tree)
    keys = draw(st.lists(st.sampled_from("pqrst"), min_size=1, max_size=4, unique=True))
    years = [draw(st.sampled_from([(1,), (2,), (1, 2)])) for _ in keys[1:]]
    rows = [
        {"key": key, "year": year, **{name: draw(numbers) for name in names}}
        for key, present in zip(keys, [(1, 2), *years], strict=True)
        for year in present
    ]
    return tree, frame(draw(st.permutations(rows)), names)


def single(
    tree: Any, before: dict[str, Any], after: dict[str, Any], method: str = "shapley", kind: str = "object"
) -> dict[str, Any]:
    """The split of one cell as a plain dictionary."""
    cells = pd.DataFrame([{"year": 1, **before}, {"year": 2, **after}]).astype(dict.fromkeys(before, kind))
    return decompose(cells, tree, base=1, compare=2, method=method).iloc[0].to_dict()


def effects_of(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("entry", "exit", "total")}


@QUICK
@given(changes())
def test_shapley_is_the_mean_over_all_orders_that_keep_groups_together(change):
    tree, before, after = change
    row = single(tree, before, after)
    expected = by_counting(tree, *({k: Fraction(v) for k, v in side.items()} for side in (before, after)))
    assert {name: row[name] for name in names_of(tree)} == expected


def test_two_factors_by_hand():
    # 100 x 50 = 5000 becomes 110 x 55 = 6050. Volume: 10 x (50 + 55) / 2 = 525, tariff: 5 x (100 + 110) / 2 = 525.
    row = single(("volume", "tariff"), {"volume": 100, "tariff": 50}, {"volume": 110, "tariff": 55})
    assert row == {"volume": 525, "tariff": 525, "entry": 0, "exit": 0, "total": 1050}


def test_a_group_counts_as_one_factor_by_hand():
    # a: 1 -> 2, b: 1 -> 3, c: 1 -> 2; in all 1 -> 12. Orders with b and c together, and the step that each makes:
    # abc: 1 4 6, acb: 1 8 2, bca: 6 2 3, cba: 6 4 1. Means: a 14/4, b 18/4, c 12/4 (without the group a would be 10/3).
    row = single(("a", ("b", "c")), {"a": 1, "b": 1, "c": 1}, {"a": 2, "b": 3, "c": 2})
    assert [row["a"], row["b"], row["c"], row["total"]] == [Fraction(7, 2), Fraction(9, 2), 3, 11]


@pytest.mark.parametrize("method", EXACT_METHODS)
@QUICK
@given(table=tables())
def test_every_row_adds_up_to_its_change_exactly(method, table):
    tree, cells = table
    names = names_of(tree)
    result = decompose(cells, tree, base=1, compare=2, keys=["key"], method=method)
    value = cells.assign(value=[prod(row) for row in cells[names].itertuples(index=False)])
    for row in result.to_dict("records"):
        own = value[value["key"] == row.pop("key")]
        old, new = (sum(own.loc[own["year"] == year, "value"]) for year in (1, 2))
        total = row.pop("total")
        assert sum(row.values()) == total == new - old
        in_both = len(own) == 2
        assert (row["entry"], row["exit"]) == ((0, 0) if in_both else (new, -old))


@pytest.mark.parametrize("method", EXACT_METHODS)
@settings(max_examples=15, deadline=None)
@given(table=tables(), factor=st.integers(-5, 5))
def test_cells_do_not_touch_each_other_so_any_subtotal_adds_up(method, table, factor):
    tree, cells = table
    told = {"base": 1, "compare": 2, "keys": ["key"], "method": method}
    whole = decompose(cells, tree, **told)
    parts = [
        decompose(own, tree, **told) for _, own in cells.groupby("key") if set(own["year"]) == {1, 2}
    ]  # a part with one year only has nothing to compare
    together = whole[whole["key"].isin([part["key"].iloc[0] for part in parts])].reset_index(drop=True)
    pd.testing.assert_frame_equal(together, pd.concat(parts, ignore_index=True).sort_values("key", ignore_index=True))
    scaled = cells.assign(a=cells["a"] * factor)
    numbers = [name for name in whole if name != "key"]
    assert (decompose(scaled, tree, **told)[numbers] == whole[numbers] * factor).all(axis=None)


@pytest.mark.parametrize("method", SYMMETRIC)
@QUICK
@given(table=tables(numbers=st.integers(0, 20)))
def test_going_back_in_time_negates_every_effect(method, table):
    tree, cells = table
    names = names_of(tree)
    there = decompose(cells, tree, base=1, compare=2, keys=["key"], method=method)
    back = decompose(cells, tree, base=2, compare=1, keys=["key"], method=method)
    expected = -there[[*names, "exit", "entry", "total"]].astype("float64").to_numpy()
    got = back[[*names, "entry", "exit", "total"]].astype("float64").to_numpy()
    if method == "shapley":
        assert (got == expected).all()
    else:
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)


@QUICK
@given(changes(), st.randoms())
def test_the_written_order_of_factors_does_not_matter(change, random):
    tree, before, after = change

    def shuffled(part: Any) -> Any:
        if isinstance(part, str):
            return part
        return tuple(shuffled(inner) for inner in random.sample(list(part), len(part)))

    one, other = single(tree, before, after), single(shuffled(tree), before, after)
    assert one == other  # dictionaries: the order of the columns does not count


@QUICK
@given(changes())
def test_splitting_a_factor_further_does_not_move_the_others(change):
    tree, before, after = change
    last = tree[-1]
    inner = names_of(last)
    outer = [name for name in names_of(tree) if name not in inner]
    joined = [{**{n: side[n] for n in outer}, "joined": prod(side[n] for n in inner)} for side in (before, after)]
    whole, split = single((*tree[:-1], "joined"), *joined), single(tree, before, after)
    assert [split[name] for name in outer] == [whole[name] for name in outer]
    assert sum(split[name] for name in inner) == whole["joined"]


@pytest.mark.parametrize("method", list(METHODS))
@QUICK
@given(change=changes(numbers=st.integers(0, 30)), data=st.data())
def test_a_factor_that_did_not_change_has_no_effect(method, change, data):
    tree, before, after = change
    still = data.draw(st.sampled_from(names_of(tree)))
    assert single(tree, before, {**after, still: before[still]}, method)[still] == 0


@QUICK
@given(changes())
def test_laspeyres_and_paasche_are_the_two_one_at_a_time_splits(change):
    tree, before, after = change
    names = names_of(tree)
    total = prod(after.values()) - prod(before.values())
    for method, kept in (("laspeyres", before), ("paasche", after)):
        row = single(tree, before, after, method)
        alone = {n: (after[n] - before[n]) * prod(kept[o] for o in names if o != n) for n in names}
        assert {n: row[n] for n in names} == alone
        assert row["interaction"] == total - sum(alone.values())


def test_interaction_by_hand():
    # 10 x 3 = 30 becomes 12 x 5 = 60. Old weights: 2 x 3 = 6 and 2 x 10 = 20, together 2 x 2 = 4 more.
    # New weights: 2 x 5 = 10 and 2 x 12 = 24, together 4 less.
    before, after = {"a": 10, "b": 3}, {"a": 12, "b": 5}
    assert effects_of(single(("a", "b"), before, after, "laspeyres")) == {"a": 6, "b": 20, "interaction": 4}
    assert effects_of(single(("a", "b"), before, after, "paasche")) == {"a": 10, "b": 24, "interaction": -4}


@QUICK
@given(changes(numbers=positive))
def test_lmdi_adds_up(change):
    tree, before, after = change
    row = single(tree, before, after, "lmdi", "float64")
    size = max(prod(before.values()), prod(after.values()))
    assert fsum(effects_of(row).values()) == pytest.approx(row["total"], rel=1e-9, abs=1e-9 * size)


@pytest.mark.parametrize(("old", "new"), [(1.0, 1e-12), (1e17, 1.0), (1e-17, 1.0), (3.0, 3.0 + 1e-13)])
def test_lmdi_stays_finite_and_adds_up_when_a_factor_all_but_vanishes_or_stays(old, new):
    row = single(("a", "b"), {"a": old, "b": 1.0}, {"a": new, "b": 2.0}, "lmdi", "float64")
    assert row["a"] + row["b"] == pytest.approx(row["total"], rel=1e-9)


def test_lmdi_by_hand():
    # 2 x 3 = 6 becomes 4 x 3 x ... = 4 x 6 = 24. L = (24 - 6) / ln 4; ln 2 / ln 4 = 1/2 each: 18 / 2 = 9 and 9.
    row = single(("a", "b"), {"a": 2, "b": 3}, {"a": 4, "b": 6}, "lmdi")
    assert (row["a"], row["b"], row["total"]) == pytest.approx((9, 9, 18), rel=1e-14)


def test_lmdi_of_activity_structure_and_intensity_over_sectors():
    # Formula (5) of Ang (2005): per sector L(E1, E0) x ln(x1 / x0). Sector 1: 30 -> 80 at output 10 -> 40, sector 2:
    # 20 -> 16 at output 40 -> 32. All output 50 -> 72.
    energy, output = {1: (30, 80), 2: (20, 16)}, {1: (10, 40), 2: (40, 32)}
    rows = [
        {"sector": s, "year": y, "activity": (50, 72)[y], "share": output[s][y] / (50, 72)[y],
         "intensity": energy[s][y] / output[s][y]} for s in (1, 2) for y in (0, 1)
    ]  # fmt: skip
    told = decompose(
        pd.DataFrame(rows), ("activity", "share", "intensity"), base=0, compare=1, keys=["sector"], method="lmdi"
    )
    weight = {1: 50 / log(80 / 30), 2: -4 / log(16 / 20)}
    activity = [weight[s] * log(72 / 50) for s in (1, 2)]
    intensity = [weight[1] * log(2 / 3), 0]  # 3 -> 2 and 0.5 -> 0.5
    assert told["activity"].tolist() == pytest.approx(activity, rel=1e-12)
    assert told["intensity"].tolist() == pytest.approx(intensity, rel=1e-12, abs=1e-12)
    assert told["share"].sum() == pytest.approx(46 - sum(activity) - sum(intensity), rel=1e-12)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 0, "b": 4, "c": 5}, {"a": 2, "b": 6, "c": 1}, {"a": 12, "b": 0, "c": 0}),  # a was zero: all of 0 -> 12
        ({"a": 2, "b": 6, "c": 1}, {"a": 0, "b": 4, "c": 5}, {"a": -12, "b": 0, "c": 0}),
        ({"a": 0, "b": 0, "c": 5}, {"a": 2, "b": 6, "c": 1}, {"a": 6, "b": 6, "c": 0}),  # two were: half each
        ({"a": 0, "b": 0, "c": 0}, {"a": 2, "b": 3, "c": 1}, {"a": 2, "b": 2, "c": 2}),
        ({"a": 0, "b": 4, "c": 5}, {"a": 0, "b": 6, "c": 1}, {"a": 0, "b": 0, "c": 0}),  # zero before and after
        (
            {"a": 0, "b": 4, "c": 5},
            {"a": 2, "b": 0, "c": 5},
            {"a": 0, "b": 0, "c": 0},
        ),  # zero to zero by another factor
    ],
)
def test_lmdi_gives_the_whole_change_to_the_factor_that_was_zero(before, after, expected):
    assert {n: v for n, v in single(("a", "b", "c"), before, after, "lmdi").items() if n in expected} == expected


@pytest.mark.parametrize("values", [(-1, 1), (1, -1)])
def test_lmdi_refuses_negative_factors_by_name(values):
    cells = pd.DataFrame({"year": [1, 2], "youths": [1, 1], "tarief": list(values)})
    with pytest.raises(FactorError, match="tarief"):
        decompose(cells, ("youths", "tarief"), base=1, compare=2, method="lmdi")


@pytest.mark.parametrize("method", list(METHODS))
def test_zeros_add_up(method):
    cells = pd.DataFrame({"year": [1, 2, 1, 2], "key": [1, 1, 2, 2], "a": [0, 3, 2, 0], "b": [0, 4, 5, 5]})
    result = decompose(cells, ("a", "b"), base=1, compare=2, keys=["key"], method=method)
    parts = result.drop(columns=["key", "total"]).sum(axis=1)
    assert parts.tolist() == result["total"].tolist() == [12, -10]


@QUICK
@given(changes(numbers=st.floats(0, 1e9, allow_subnormal=False).filter(lambda x: x == 0 or x > 1e-9)))
def test_floats_are_within_1e_12_of_the_exact_answer(change):
    tree, before, after = change
    row = single(tree, before, after, kind="float64")
    told = by_counting(tree, *({k: Fraction(v) for k, v in side.items()} for side in (before, after)))
    for name, answer in told.items():
        assert abs(Fraction(row[name]) - answer) <= abs(answer) * Fraction(1, 10**12)


def test_whole_numbers_of_any_size_stay_exact():
    cells = pd.DataFrame({"year": [1, 2], "a": [2**60, 2**60 + 1], "b": [3**30, 3**31]})
    assert cells["a"].dtype == cells["b"].dtype == "int64"
    row = decompose(cells, ("a", "b"), base=1, compare=2).iloc[0]
    # a: 1 x (3^30 + 3^31) / 2 = 2 x 3^30; b: 2 x 3^30 x (2^61 + 1) / 2. In int64 or float64 neither would fit.
    assert (row["a"], row["b"]) == (2 * 3**30, 3**30 * (2**61 + 1))
    assert not isinstance(row["a"], float) and row["total"] == (2**60 + 1) * 3**31 - 2**60 * 3**30


@QUICK
@given(changes(numbers=st.integers(-(2**16), 2**16)), changes(numbers=st.integers(-(2**40), 2**40)))
def test_whole_numbers_of_any_size_are_those_of_the_definition(small, large):
    for tree, before, after in (small, large):  # the first fit in 64 bits for most trees, the second do not
        row = single(tree, before, after)
        assert {name: row[name] for name in before} == by_counting(tree, before, after)


def test_many_cells_of_whole_numbers_are_exact_without_fractions_in_between():
    rng = np.random.default_rng(5)
    names = list("abcde")
    sides = [pd.DataFrame(rng.integers(1, 1000, (20_000, 5)), columns=names).assign(key=range(20_000), year=year)
             for year in (1, 2)]  # fmt: skip
    start = process_time()
    result = decompose(pd.concat(sides), tuple(names), base=1, compare=2, keys=["key"])
    assert process_time() - start < 5  # 0.4 s on a laptop; fractions at every step took 5.5 s for 20,000 cells
    assert result[[*names, "entry", "exit"]].sum(axis=1).tolist() == result["total"].tolist()


@pytest.mark.parametrize(
    ("kind", "exactly"), [("int64", True), ("Int64", True), ("float64", False), ("Float64", False)]
)
def test_whole_columns_give_exact_objects_and_floats_give_float64(kind, exactly):
    cells = pd.DataFrame({"year": [1, 2], "a": [1, 2], "b": [3, 4]}).astype({"a": kind})
    types = set(decompose(cells, ("a", "b"), base=1, compare=2).dtypes.astype(str))
    assert types == ({"object"} if exactly else {"float64"})


@pytest.mark.parametrize("method", list(METHODS))
def test_shape_of_the_result(method):
    cells = pd.DataFrame(
        {
            "year": [2, 1, 2, 1, 3],
            "provider": ["z", "z", "a", "b", "c"],
            "product": [2, 2, 1, 1, 1],
            "c": 1,
            "a": 2,
            "b": 3,
        },
        index=[9, 3, 5, 1, 1],
    )
    kept = cells.copy()
    result = decompose(cells, ("c", ("b", "a")), base=1, compare=2, keys=("product", "provider"), method=method)
    interaction = ["interaction"] if method in ("laspeyres", "paasche") else []
    assert list(result.columns) == ["product", "provider", "c", "b", "a", *interaction, "entry", "exit", "total"]
    assert isinstance(result.index, pd.RangeIndex)
    assert list(zip(result["product"], result["provider"], strict=True)) == [(1, "a"), (1, "b"), (2, "z")]
    pd.testing.assert_frame_equal(cells, kept)


GOOD = {"year": [1, 2], "key": ["x", "x"], "a": [1, 2], "b": [3, 4]}
BAD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "missing column": ({}, {"factors": ("a", "weg")}, "weg"),
    "unknown key": ({}, {"keys": ["weg"]}, "weg"),
    "unknown period column": ({}, {"period": "jaar"}, "jaar"),
    "unknown base": ({}, {"base": 2019}, "2019"),
    "unknown compare": ({}, {"compare": "2"}, "2"),
    "unknown method": ({}, {"method": "fisher"}, "fisher"),
    "factor twice": ({}, {"factors": ("a", ("b", "a"))}, "a "),
    "factor named like a key": ({}, {"factors": ("a", "b"), "keys": ["b"]}, "b "),
    "factor named like the period": ({}, {"factors": ("a", "year")}, "year"),
    "factor named like a result": ({"total": [1, 2]}, {"factors": ("a", "total")}, "total"),
    "key named like a result": ({"exit": [1, 1]}, {"keys": ["exit"]}, "exit"),
    "no factors": ({}, {"factors": ()}, "factor"),
    "an empty group": ({}, {"factors": ("a", ())}, "groep"),
    "missing period": ({"year": [1, 2, nan], "a": [1, 2, 3], "b": [1, 1, 1]}, {}, "year"),
    "double key": ({"year": [1, 2, 2], "key": ["x"] * 3, "a": [1, 2, 3], "b": [1, 1, 1]}, {"keys": ["key"]}, "key"),
    "double without keys": ({"year": [1, 2, 2], "key": ["x", "y", "z"], "a": [1, 2, 3], "b": [1, 1, 1]}, {}, "vaker"),
    "missing key": ({"key": ["x", None]}, {"keys": ["key"]}, "key"),
    "NaN": ({"a": [1.0, nan]}, {}, "a "),
    "None": ({"a": [1, None]}, {}, "a "),
    "NA": ({"a": pd.array([1, None], dtype="Int64")}, {}, "a "),
    "inf": ({"b": [1.0, inf]}, {}, "b "),
    "minus inf": ({"b": [-inf, 1.0]}, {}, "b "),
    "text": ({"a": ["een", "twee"]}, {}, "a "),
    "numbers as text": ({"a": ["1", "2"]}, {}, "a "),
    "some text": ({"a": [1.5, "2"]}, {}, "a "),
    "booleans": ({"a": [True, False]}, {}, "a "),
    "dates": ({"a": pd.to_datetime(["2025-01-01", "2026-01-01"])}, {}, "a "),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "call", "named"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_by_name(columns, call, named):
    cells = pd.DataFrame({**GOOD, **columns} if len(columns) < 3 else columns)
    told = {"factors": ("a", "b"), "base": 1, "compare": 2, **call}
    with pytest.raises(FactorError) as refused:
        decompose(cells, **told)
    assert named in refused.value.wat and refused.value.doe


def test_a_column_that_is_there_twice_is_refused_by_name():
    cells = pd.DataFrame([[1, 3, 4, 5], [2, 5, 6, 7]], columns=["year", "a", "a", "b"])
    with pytest.raises(FactorError, match="kolom a vaker"):
        decompose(cells, ("a", "b"), base=1, compare=2)


def test_factors_may_have_numbers_for_names():
    cells = pd.DataFrame({"year": [1, 2], 0: [2, 3], 1: [5, 7]})
    row = decompose(cells, (0, 1), base=1, compare=2).iloc[0]
    assert (row[0], row[1], row["total"]) == (6, 5, 11)  # 1 x (5 + 7) / 2 and 2 x (2 + 3) / 2


def test_keys_of_text_and_numbers_mixed_are_refused_by_name():
    cells = pd.DataFrame({"area": ["x", 1, "x", 1], "year": [1, 1, 2, 2], "volume": [1, 2, 3, 4]})
    with pytest.raises(FactorError, match="area"):
        decompose(cells, ("volume",), base=1, compare=2, keys=("area",))
