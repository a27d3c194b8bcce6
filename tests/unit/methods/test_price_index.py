"""Price indices by hand: what matches, what is missing, groups, agreed tariffs, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from math import exp, inf, isnan, log, nan, sqrt
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.price_index import (
    CONTRACT_FORMULAS,
    FORMULAS,
    agreed_level,
    contract_rate,
    correction,
    price_index,
    price_series,
)


def cell(year: int, provider: str, units: float, cents: float, **named: Any) -> dict[str, Any]:
    keys = {"provider": provider, "product": "45A48", "unit": "04", "year": year}
    return {**keys, "units": units, "amount_cents": cents, **named}


def index(*cells: dict[str, Any], **options: Any) -> pd.DataFrame:
    return price_index(pd.DataFrame(list(cells)), **{"base": 2023, "compare": 2024, **options})


# a: 10 hours at 100 cents, then 10 at 110. b: 10 hours at 200, then 20 at 210.
BOTH = (cell(2023, "a", 10, 1000), cell(2023, "b", 10, 2000), cell(2024, "a", 10, 1100), cell(2024, "b", 20, 4200))


def test_four_indices_by_hand():
    # Laspeyres (1100 + 2100) / 3000, Paasche 5300 / (1000 + 4000). Shares: a 1/3 and 11/53, b 2/3 and 42/53.
    told = index(*BOTH)
    assert list(told.columns) == [*FORMULAS, "matched", "base_covered", "compare_covered"]
    row = told.iloc[0]
    shares = (1 / 3 + 11 / 53) / 2, (2 / 3 + 42 / 53) / 2
    tornqvist = exp(shares[0] * log(1.1) + shares[1] * log(1.05))
    assert row[list(FORMULAS)].tolist() == pytest.approx([16 / 15, 1.06, sqrt(16 / 15 * 1.06), tornqvist], rel=1e-14)
    assert row[["matched", "base_covered", "compare_covered"]].tolist() == [2, 1, 1]


def test_a_shift_between_contracts_is_no_price_rise():
    # Five of ten hours go from 100 to 200 cents: the mean price rises from 150 to 175 and no tariff changes.
    row = index(
        cell(2023, "a", 10, 1000), cell(2023, "b", 10, 2000), cell(2024, "a", 5, 500), cell(2024, "b", 15, 3000)
    )
    assert row.loc[0, list(FORMULAS)].tolist() == pytest.approx([1, 1, 1, 1])


def test_what_is_in_one_year_only_does_not_count_and_is_told():
    new, gone, settled = cell(2024, "n", 10, 700), cell(2023, "g", 10, 1000), cell(2024, "s", 0, 300)
    row = index(*BOTH, new, gone, settled).iloc[0]
    assert row["fisher"] == index(*BOTH).loc[0, "fisher"] and row["matched"] == 2
    assert row[["base_covered", "compare_covered"]].tolist() == pytest.approx([3000 / 4000, 5300 / 6300])


@pytest.mark.parametrize("other", [cell(2024, "c", 10, 0), cell(2024, "c", 10, -50), cell(2024, "c", -1, -90)])
def test_an_item_without_a_price_or_units_in_one_year_does_not_match(other):
    row = index(*BOTH, cell(2023, "c", 5, 500), other).iloc[0]
    assert row["matched"] == 2 and row["fisher"] == index(*BOTH).loc[0, "fisher"]


def test_nothing_in_common_has_no_index():
    row = index(cell(2023, "a", 1, 100), cell(2024, "b", 1, 110)).iloc[0]
    assert all(isnan(row[name]) for name in FORMULAS)
    assert row[["matched", "base_covered", "compare_covered"]].tolist() == [0, 0, 0]
    without_money = index(cell(2023, "a", 0, 0), cell(2024, "a", 1, 110)).iloc[0]
    assert isnan(without_money["base_covered"]) and without_money["compare_covered"] == 0


def test_groups_have_their_own_index_and_are_sorted():
    cells = [{**row, "segment": "S5" if row["provider"] == "a" else "S1"} for row in BOTH]
    told = index(*cells, by=["segment"])
    assert told["segment"].tolist() == ["S1", "S5"]
    assert told["fisher"].tolist() == pytest.approx([1.05, 1.1])
    assert index(*cells, by=["provider"])["fisher"].tolist() == pytest.approx([1.1, 1.05])


def test_the_agreed_tariff_in_the_place_of_amount_over_units():
    # Claims were wrong by 10 cents an hour in 2024; the agreed tariff rose from 100 to 105.
    cells = [cell(2023, "a", 10, 1000, tariff_cents=100), cell(2024, "a", 10, 1150, tariff_cents=105)]
    assert index(*cells, tariff="tariff_cents").loc[0, "laspeyres"] == pytest.approx(1.05)
    assert index(*cells).loc[0, "laspeyres"] == pytest.approx(1.15)
    unknown = [*cells, cell(2023, "b", 1, 100, tariff_cents=None), cell(2024, "b", 1, 100, tariff_cents=100)]
    assert index(*unknown, tariff="tariff_cents").loc[0, "matched"] == 1


def test_drift_by_hand():
    # A price falls and comes back, and units follow it. Direct: nothing changed. In steps, Laspeyres: to 2024
    # (10 x 50 + 10 x 100) / 2000 = 0.75; to 2025 with the units of 2024 (40 x 100 + 10 x 100) / (40 x 50 + 10 x 100).
    sale = pd.DataFrame([
        cell(2023, "a", 10, 1000), cell(2023, "b", 10, 1000), cell(2024, "a", 40, 2000), cell(2024, "b", 10, 1000),
        cell(2025, "a", 10, 1000), cell(2025, "b", 10, 1000),
    ])  # fmt: skip
    told = price_series(sale, periods=[2023, 2024, 2025])
    assert list(told.columns) == ["year", "formula", "direct", "chained", "drift", "direct_covered", "link_covered"]
    assert (
        told["formula"].tolist() == list(FORMULAS) * 3 and told["year"].tolist() == [2023] * 4 + [2024] * 4 + [2025] * 4
    )
    last = told[told["year"] == 2025].set_index("formula")
    assert last["direct"].tolist() == pytest.approx([1] * 4)
    assert last.loc["laspeyres", "chained"] == pytest.approx(0.75 * 5000 / 3000)
    assert last.loc["laspeyres", "drift"] == pytest.approx(0.25)
    # Paasche: 3000 / 5000, then 2000 / (500 + 1000); Fisher: the root of both products, so no drift here.
    assert last.loc["paasche", "chained"] == pytest.approx(3000 / 5000 * 2000 / 1500)
    assert last.loc["fisher", "drift"] == pytest.approx(0, abs=1e-12)


def test_a_chain_keeps_items_that_the_first_period_does_not_have():
    cells = pd.DataFrame([
        cell(2023, "a", 10, 1000), cell(2024, "a", 10, 1000), cell(2024, "b", 10, 3000), cell(2025, "b", 10, 3300),
        cell(2025, "a", 1, 100),
    ])  # fmt: skip
    last = price_series(cells, periods=[2023, 2024, 2025]).query("year == 2025 and formula == 'fisher'").iloc[0]
    assert last["direct"] == pytest.approx(1) and last["direct_covered"] == pytest.approx(100 / 3400)
    assert last["link_covered"] == 1 and last["chained"] > 1.05


def test_series_per_group_and_a_group_that_comes_later():
    cells = pd.DataFrame([{**row, "segment": row["provider"]} for row in (*BOTH, cell(2024, "z", 1, 100))])
    told = price_series(cells, periods=[2023, 2024], by=["segment"]).query("formula == 'fisher' and year == 2024")
    assert told["segment"].tolist() == ["a", "b", "z"]
    assert told["direct"].iloc[:2].tolist() == pytest.approx([1.1, 1.05]) and isnan(told["direct"].iloc[2])


BAD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "missing year": ({}, {"compare": 2031}, "2031"),
    "unknown item": ({}, {"items": ["weg"]}, "weg"),
    "unknown group": ({}, {"by": ["weg"]}, "weg"),
    "no items": ({}, {"items": []}, "contract"),
    "item twice": ({}, {"items": ["provider", "provider"]}, "twee keer"),
    "double item": ({}, {"items": ["product"]}, "vaker"),
    "item named like a result": ({"fisher": 1}, {"items": ["fisher"]}, "fisher"),
    "missing units": ({"units": nan}, {}, "units"),
    "infinite amount": ({"amount_cents": inf}, {}, "amount_cents"),
    "text": ({"amount_cents": "x"}, {}, "amount_cents"),
    "no tariff column": ({}, {"tariff": "tariff_cents"}, "tariff_cents"),
    "missing key": ({"provider": None}, {}, "ontbrekende"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "options", "named"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(changed, options, named):
    cells = pd.DataFrame([{**BOTH[0], **changed}, *BOTH[1:]])
    with pytest.raises(FactorError) as refused:
        price_index(cells, **{"base": 2023, "compare": 2024, **options})
    assert named in refused.value.wat and refused.value.doe


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"periods": [2023]}, "perioden"),
        ({"periods": [2023, 2023]}, "perioden"),
        ({"periods": [2023, 2024], "by": ["year"]}, "year"),
    ],
)
def test_a_bad_series_is_refused(options, named):
    with pytest.raises(FactorError, match=named):
        price_series(pd.DataFrame(list(BOTH)), **options)


# -- agreed indexation ----------------------------------------------------------------------------


def test_the_formulas_are_named_and_exact():
    assert {name: formula.wage_share for name, formula in CONTRACT_FORMULAS.items()} == {
        "ova": 1, "ppc": 0, "vng_90_10": Fraction(9, 10),
    }  # fmt: skip
    assert all(formula.words and formula.source for formula in CONTRACT_FORMULAS.values())
    rates = {"ova": Fraction(418, 10_000), "ppc": Fraction(182, 10_000)}
    assert [contract_rate(name, **rates) for name in CONTRACT_FORMULAS] == [*rates.values(), Fraction(3944, 100_000)]


def test_both_corrections_by_hand():
    assert correction(Fraction(5, 100), Fraction(6, 100), how="difference") == Fraction(1, 100)
    assert correction(Fraction(5, 100), Fraction(6, 100), how="ratio") == Fraction(1, 105)


def test_levels_follow_each_other():
    assert agreed_level([Fraction(1, 10), Fraction(-1, 10)]) == [1, Fraction(11, 10), Fraction(99, 100)]
    assert agreed_level([]) == [1]


@pytest.mark.parametrize(
    "call",
    [
        lambda: contract_rate("cpi", ova=0, ppc=0),
        lambda: correction(0, 0, how="som"),
        lambda: correction(-1, 0, how="ratio"),
    ],
)
def test_unknown_formulas_are_refused(call):
    with pytest.raises(FactorError) as refused:
        call()
    assert refused.value.doe
