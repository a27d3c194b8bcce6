"""What holds for every price index, on generated contracts."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.methods.price_index import FORMULAS, price_index, price_series

QUICK = settings(max_examples=50, deadline=None)
units, prices = st.integers(1, 500), st.integers(1, 20_000)


@st.composite
def contracts(draw: st.DrawFn, *, matched: bool = False) -> pd.DataFrame:
    """Contracts of two years; the first is in both, the others in one or both."""
    rows: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 6))):
        years = (1, 2) if matched or number == 0 else draw(st.sampled_from([(1,), (2,), (1, 2)]))
        for year in years:
            count = draw(units)
            rows.append({"item": number, "year": year, "units": count, "amount_cents": count * draw(prices)})
    return pd.DataFrame(draw(st.permutations(rows)))


def index(cells: pd.DataFrame, base: int = 1, compare: int = 2) -> pd.Series:
    return price_index(cells, base=base, compare=compare, items=["item"]).iloc[0]


def numbers(row: pd.Series) -> list[float]:
    return row[list(FORMULAS)].tolist()


@QUICK
@given(contracts())
def test_prices_that_stay_give_one(cells):
    first = cells[cells["year"] == 1]
    stay = pd.concat([first, first.assign(year=2, units=first["units"] * 3, amount_cents=first["amount_cents"] * 3)])
    assert numbers(index(stay)) == pytest.approx([1] * 4, rel=1e-12)


@QUICK
@given(contracts(), st.integers(2, 9))
def test_all_prices_times_a_number_give_the_index_times_that_number(cells, factor):
    dearer = cells.assign(amount_cents=cells["amount_cents"].where(cells["year"] == 1, cells["amount_cents"] * factor))
    assert numbers(index(dearer)) == pytest.approx([factor * x for x in numbers(index(cells))], rel=1e-12)


@QUICK
@given(contracts())
def test_going_back_in_time_inverts_fisher_and_tornqvist_and_swaps_the_other_two(cells):
    there, back = index(cells), index(cells, base=2, compare=1)
    swapped = [back["paasche"], back["laspeyres"], back["fisher"], back["tornqvist"]]
    assert [x * y for x, y in zip(numbers(there), swapped, strict=True)] == pytest.approx([1] * 4, rel=1e-10)


@QUICK
@given(contracts())
def test_every_index_lies_between_the_smallest_and_the_largest_rise(cells):
    both = cells.assign(price=cells["amount_cents"] / cells["units"]).pivot(
        index="item", columns="year", values="price"
    )
    rise = (both[2] / both[1]).dropna() if 2 in both else None
    told = index(cells)
    assert all(rise.min() * (1 - 1e-12) <= value <= rise.max() * (1 + 1e-12) for value in numbers(told))
    assert told["matched"] == len(rise)
    low, high = sorted([told["laspeyres"], told["paasche"]])
    assert low * (1 - 1e-12) <= told["fisher"] <= high * (1 + 1e-12)


@QUICK
@given(contracts(matched=True))
def test_value_is_price_times_quantity_when_all_match(cells):
    value = cells.groupby("year")["amount_cents"].sum()
    price = index(cells)
    turned = cells.assign(units=cells["amount_cents"] / cells["units"])  # prices and units change places
    quantity = index(turned)
    assert price["fisher"] * quantity["fisher"] == pytest.approx(value[2] / value[1], rel=1e-10)
    assert price["laspeyres"] * quantity["paasche"] == pytest.approx(value[2] / value[1], rel=1e-10)


@QUICK
@given(contracts(), st.integers(1, 100), st.integers(1, 60))
def test_other_units_and_other_money_give_the_same_index(cells, money, size):
    other = cells.assign(amount_cents=cells["amount_cents"] * money, units=cells["units"] * size)
    assert numbers(index(other)) == pytest.approx(numbers(index(cells)), rel=1e-10)


@QUICK
@given(contracts())
def test_what_does_not_match_moves_nothing_but_the_coverage(cells):
    extra = pd.DataFrame([{"item": -1, "year": 1, "units": 7, "amount_cents": 70_000}])
    with_extra, without = index(pd.concat([cells, extra])), index(cells)
    assert numbers(with_extra) == pytest.approx(numbers(without), rel=1e-12)
    assert with_extra["base_covered"] < without["base_covered"]


@QUICK
@given(contracts(matched=True))
def test_a_chain_of_one_link_does_not_drift(cells):
    told = price_series(cells, periods=[1, 2], items=["item"])
    assert (told["drift"].abs() < 1e-12).all()
