"""Growth, prices, last year, and plan against what came in, by hand."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.savings import (
    autonomous_baseline,
    cost_path,
    in_prices,
    phase,
    plan_against_actual,
    price_levels,
)

PLAN = pd.DataFrame({
    "measure": ["A"], "segment": ["S1"], "base_cents": [400_000], "full_effect_share": [0.1], "start": ["2027-K1"],
    "ramp_quarters": [4],
})  # fmt: skip
NOTHING = pd.DataFrame(columns=["year", "segment", "target_cents"])


def test_growth_from_the_base_year():
    grown = autonomous_baseline(
        {"S2": 1000, "S1": 100}, base_year=2025, years=[2027, 2025], growth={"S1": 0.1, "S2": 0}
    )
    assert grown.to_dict("split")["data"] == [
        [2025, "S1", 100], [2025, "S2", 1000], [2027, "S1", 121], [2027, "S2", 1000],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"growth": {}}, {"growth": {"S1": -1}}, {"years": [2024]}], ids=["no growth", "nothing left", "before"]
)
def test_growth_that_cannot_be_is_refused(wrong):
    told = {"base_year": 2025, "years": [2026], "growth": {"S1": 0.1}} | wrong
    with pytest.raises(FactorError):
        autonomous_baseline({"S1": 100}, **told)


def test_price_levels_go_both_ways():
    levels = price_levels({2026: 5, 2027: 10, 2028: 20}, base_year=2026, years=[2025, 2026, 2028])
    assert levels == {2025: Fraction(100, 105), 2026: 1, 2028: Fraction(132, 100)}
    with pytest.raises(FactorError, match="2029"):
        price_levels({2027: 1, 2028: 1}, base_year=2026, years=[2030])


def test_constant_prices_become_nominal_and_back():
    table = pd.DataFrame({"year": [2026, 2027], "saving_cents": [1000, 1000], "other": [1, 1]})
    levels = price_levels({2027: 4.96}, base_year=2026, years=[2026, 2027])
    nominal = in_prices(table, levels, columns=["saving_cents"])
    assert nominal["saving_cents"].tolist() == [1000, 1050] and nominal["other"].tolist() == [1, 1]  # 1,049.6
    back = in_prices(nominal, {year: 1 / level for year, level in levels.items()}, columns=["saving_cents"])
    assert back["saving_cents"].tolist() == [1000, 1000]
    with pytest.raises(FactorError, match="2027"):
        in_prices(table, {2026: 1}, columns=["saving_cents"])


def test_the_target_may_be_met_while_cost_rises():
    # Without measures 400,000, 440,000, 484,000; the saving is 10/16 of 10 %, then 10 %: 25,000, 44,000, 48,400.
    years = [2027, 2028, 2029]
    baseline = pd.DataFrame({"year": years, "segment": "S1", "base_cents": [400_000, 440_000, 484_000]})
    phased = phase(PLAN, NOTHING, years=years, baseline=baseline)
    path = cost_path(phased, baseline, last_year={"S1": 390_000})
    assert path.to_dict("split")["data"] == [
        [2027, "S1", 400_000, 375_000, 25_000, -15_000],
        [2028, "S1", 440_000, 396_000, 44_000, 21_000],
        [2029, "S1", 484_000, 435_600, 48_400, 39_600],
    ]


@pytest.mark.parametrize("years", [[2027, 2029], [2030]])
def test_a_path_with_a_hole_is_refused(years):
    baseline = pd.DataFrame({"year": [2027, 2028, 2029], "segment": "S1", "base_cents": 400_000})
    phased = pd.DataFrame({"year": years, "segment": "S1", "saving_cents": 1})
    with pytest.raises(FactorError, match="S1"):
        cost_path(phased, baseline, last_year={"S1": 1})


def test_plan_against_what_came_in():
    # A quarter of 400,000 less 1/4, 2/4 ... of 10 %: 97,500 and 95,000. Came in: 99,000 and 94,000.
    actual = pd.DataFrame({"quarter": ["2027-K2", "2027-K1"], "segment": "S1", "cost_cents": [94_000, 99_000]})
    assert plan_against_actual(PLAN, actual).to_dict("split")["data"] == [
        ["2027-K1", "S1", 97_500, 99_000, 1500, 1500],
        ["2027-K2", "S1", 95_000, 94_000, -1000, 500],
    ]


def test_cost_that_moves_is_not_planned_as_a_saving():
    actual = pd.DataFrame({"quarter": ["2028-K1"], "segment": "S1", "cost_cents": [0]})
    assert plan_against_actual(PLAN.assign(shifted_share=0.5), actual)["planned_cents"].tolist() == [95_000]
    with pytest.raises(FactorError, match="S7"):
        plan_against_actual(PLAN, actual.assign(segment="S7"))
