"""Expected use takes numbers only, and overdispersion as a plain number: by hand and from the definition."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.expected_use import (
    byar_limits,
    direct_rate,
    exact_limits,
    expected_counts,
    expected_model,
    funnel,
    funnel_limits,
    overdispersion,
    peers,
    reference_rates,
    standardised_ratio,
    wilson_limits,
)

POPULATION = pd.DataFrame({
    "municipality": "A", "age_band": ["0-11", "12-22"], "sex": "m", "youths": [20, 30], "inhabitants": [400, 300],
})  # fmt: skip


# -- numbers only ----------------------------------------------------------------------------------

NO_NUMBERS = [
    "5",
    True,
    np.bool_(True),
    5j,
    pd.Timestamp(0),
    ["5"],
    [True],
    pd.Series(["5"]),
    pd.Series([True]),
    [5, "5"],
]


@pytest.mark.parametrize("wrong", NO_NUMBERS, ids=repr)
def test_text_and_truth_values_are_no_numbers(wrong):
    for call in (
        lambda: standardised_ratio(wrong, 4),
        lambda: standardised_ratio(4, wrong),
        lambda: exact_limits(wrong),
        lambda: byar_limits(wrong),
        lambda: wilson_limits(wrong, 10),
        lambda: wilson_limits(4, wrong),
        lambda: funnel_limits(wrong, kind="ratio", level=0.95),
        lambda: overdispersion(wrong, 4, kind="ratio"),
    ):
        with pytest.raises(FactorError, match="geen getal"):
            call()


@pytest.mark.parametrize("wrong", ["0.95", True, None, 95, 1, 0, float("nan"), [0.95]])
def test_a_level_is_a_number_between_zero_and_one(wrong):
    for call in (
        lambda: standardised_ratio(5, 4, level=wrong),
        lambda: funnel_limits(20, kind="ratio", level=wrong),
        lambda: funnel_limits(20, kind="proportion", level=wrong, target=0.5),
        lambda: wilson_limits(4, 10, level=wrong),
    ):
        with pytest.raises(FactorError, match="niveau"):
            call()


@pytest.mark.parametrize("missing", [None, float("nan"), [1, None], pd.Series([1, None], dtype="Int64"), float("inf")])
def test_missing_numbers_are_called_missing(missing):
    with pytest.raises(FactorError, match="ontbreekt"):
        standardised_ratio(missing, 4)


def test_other_kinds_of_numbers_count():
    plain = standardised_ratio(12, 8.0)
    for twelve in (np.int8(12), np.float32(12), Fraction(12), Decimal(12)):
        assert standardised_ratio(twelve, 8) == plain
    assert standardised_ratio(pd.Series([12], dtype="Int64"), 8)[0].tolist() == [1.5]
    for odd in ([[1], [1, 2]], 10**400):
        with pytest.raises(FactorError, match="geen getal"):
            standardised_ratio(odd, 8)


def test_text_in_a_table_is_named():
    text = POPULATION.assign(standard=1).astype({"youths": "str"})
    with pytest.raises(FactorError, match="In youths staat"):
        reference_rates(text)
    with pytest.raises(FactorError, match="In youths staat"):
        direct_rate(text)
    with pytest.raises(FactorError, match="multiplier"):
        direct_rate(POPULATION.assign(standard=1), multiplier="1000")
    rates = reference_rates(POPULATION)
    with pytest.raises(FactorError, match="In rate staat"):
        expected_counts(POPULATION, rates.astype({"rate": "str"}))
    with pytest.raises(FactorError, match="In inhabitants staat"):
        expected_counts(POPULATION.astype({"inhabitants": "str"}), rates)


# -- overdispersion as a number --------------------------------------------------------------------


def test_phi_moves_the_limits_of_a_share_by_its_root():
    # 0.5 -/+ 1.96 x root(4) x 0.05: Spiegelhalter's target -/+ z root(phi V).
    low, high = funnel_limits(100, kind="proportion", level=0.95, target=0.5, overdispersion=4)
    assert [low, high] == pytest.approx([0.5 - 2 * 1.959964 * 0.05, 0.5 + 2 * 1.959964 * 0.05], abs=1e-7)
    # A half of 2 reaches 0.693 to each side: beyond 0 and 1, with or without phi.
    assert funnel_limits(2, kind="proportion", level=0.95, target=0.5, overdispersion=2.0) == (0.0, 1.0)


@pytest.mark.parametrize(("kind", "target"), [("ratio", 1.0), ("rate", 250.0)])
def test_phi_moves_the_limits_of_a_count_by_its_root(kind, target):
    # With this many expected the exact lower limit lies at 8: 15.763 - 8 below. Root 2.25 is 1.5.
    expected = exact_limits(8)[1]
    low, high = funnel_limits(expected, kind=kind, level=0.95, target=target, overdispersion=2.25)
    assert low / target * expected == pytest.approx(expected - 1.5 * (expected - 8), abs=1e-8)
    plain = funnel_limits(expected, kind=kind, level=0.95, target=target)[1]
    assert high - target == pytest.approx(1.5 * (plain - target))
    assert funnel_limits(expected, kind=kind, level=0.95, target=target, overdispersion=25)[0] == 0  # not below zero


@pytest.mark.parametrize("phi", [1, 1.0, 0.4])
def test_phi_of_one_or_less_leaves_the_limits_alone(phi):
    plain = funnel_limits(np.array([20.0, 3.0]), kind="ratio", level=0.95)
    told = funnel_limits(np.array([20.0, 3.0]), kind="ratio", level=0.95, overdispersion=phi)
    assert [side.tolist() for side in told] == [side.tolist() for side in plain]


def test_a_funnel_takes_phi_too():
    table = pd.DataFrame({"observed": [30.0], "expected": [20.0]})
    assert funnel(table, levels=[0.95])["position_95"].tolist() == ["hoger"]  # 1.5 above 1.485
    assert funnel(table, levels=[0.95], overdispersion=2)["position_95"].tolist() == ["binnen"]


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf"), True, "2", [2.0], (2.0, 0.1), {"phi": 2}])
def test_overdispersion_of_another_type_is_refused(wrong):
    with pytest.raises(FactorError, match="spreiding"):
        funnel_limits(20, kind="ratio", level=0.95, overdispersion=wrong)


@pytest.mark.parametrize("wrong", ["1", True, None, [1.0]])
def test_a_target_that_is_no_number_is_refused(wrong):
    with pytest.raises(FactorError, match="streefwaarde"):
        funnel_limits(20, kind="ratio", level=0.95, target=wrong)


def test_text_among_features_is_named():
    table = pd.DataFrame({"area": ["a", "b", "c"], "observed": 5, "people": 9, "size": 1, "home": ["1", "2", "3"]})
    with pytest.raises(FactorError, match="In home staat"):
        expected_model(table, observed="observed", exposure="people", covariates=["home"], keys=["area"])
    with pytest.raises(FactorError, match="In home staat"):
        peers(table, area="a", features=["home"], size="size")
    with pytest.raises(FactorError, match="In inwoners staat"):
        peers(table.assign(value=[1, 2, 3]), area="a", features=["value"], size="home")
