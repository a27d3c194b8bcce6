"""Optional columns of a plan, by hand: ramps, notice, run-off, chance, cost that moves, cost that comes once."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import exp, nan

import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.savings import adjust, combined_saving, per_measure, phase, ramp_share, start_from_contracts

START = Quarter(2027, 1)


def plan(*rows: dict[str, object]) -> pd.DataFrame:
    """Measures at once in force in S1 on a base of 100,000 cents, with what each row tells."""
    usual = {"segment": "S1", "base_cents": 100_000, "full_effect_share": 0.1, "start": "2027-K1", "ramp_quarters": 0}
    return pd.DataFrame([{"measure": f"M{number}"} | usual | row for number, row in enumerate(rows)])


def targets(*rows: tuple[int, str, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["year", "segment", "target_cents"])


def saving(measures: pd.DataFrame, *years: int) -> list[int]:
    return phase(measures, targets(), years=years)["saving_cents"].tolist()


@pytest.mark.parametrize(
    ("ramp", "more", "year", "share"),
    [
        (4, {"shape": "step"}, 2027, Fraction(1, 4)),  # 0 0 0 1
        (8, {"shape": "step"}, 2027, Fraction(0)),
        (8, {"shape": "step"}, 2028, Fraction(1, 4)),
        (0, {"notice_quarters": 2}, 2027, Fraction(1, 2)),  # 0 0 1 1
        (4, {"notice_quarters": 2}, 2027, Fraction(3, 16)),  # 0 0 1/4 2/4
        (0, {"run_off_quarters": 2}, 2027, Fraction(3, 4)),  # 1/4 3/4 1 1: allocations end evenly over half a year
        (0, {"run_off_quarters": 4}, 2027, Fraction(1, 2)),  # 1/8 3/8 5/8 7/8
        (0, {"run_off_quarters": 4}, 2028, Fraction(1)),
        (2, {"run_off_quarters": 2}, 2027, Fraction(23, 32)),  # 1/2 x 1/4, 1 x 3/4, 1, 1 = 1/8 + 6/8 + 16/8 over 4
        (0, {"notice_quarters": 1, "run_off_quarters": 1}, 2027, Fraction(5, 8)),  # 0 1/2 1 1
        (0, {"end": Quarter(2032, 4)}, 2032, Fraction(1)),
        (0, {"end": Quarter(2032, 4)}, 2033, Fraction(0)),  # the contract is over before the path is
        (0, {"end": Quarter(2032, 2)}, 2032, Fraction(1, 2)),
    ],
)
def test_course_by_hand(ramp, more, year, share):
    assert ramp_share(START, ramp, year, **more) == share


def test_logistic_is_the_s_curve_between_nothing_and_all():
    # Quarter k of 8: (L(k/8) - L(0)) / (L(1) - L(0)) with L(x) = 1 / (1 + exp(-10 (x - 1/2))); halfway it is a half.
    def curve(at: float) -> float:
        return 1 / (1 + exp(-10 * (at - 0.5)))

    first = [(curve(k / 8) - curve(0)) / (curve(1) - curve(0)) for k in (1, 2, 3, 4)]
    assert first[3] == pytest.approx(0.5)
    assert float(ramp_share(START, 8, 2027, shape="logistic")) == pytest.approx(sum(first) / 4)
    assert ramp_share(START, 8, 2029, shape="logistic") == 1


@pytest.mark.parametrize("wrong", [{"shape": "snel"}, {"notice_quarters": -1}, {"run_off_quarters": -1}])
def test_a_course_that_does_not_exist_is_refused(wrong):
    with pytest.raises(FactorError):
        ramp_share(START, 4, 2027, **wrong)


def test_columns_of_the_plan_reach_the_course():
    told = {"ramp": "step", "notice_quarters": 1, "run_off_quarters": 2, "end": "2028-K2", "ramp_quarters": 2}
    # From the second quarter on 0 1 1: with the run-off 0, 0, 3/4, 1 -> 7/16; 2028: two quarters.
    assert saving(plan(told), 2027, 2028, 2029) == [4375, 5000, 0]


def test_chance_and_range_give_the_expected_effect():
    # (2 % + 6 % + 13 %) / 3 = 7 %, half of it by chance: 3.5 % of 100,000.
    told = {"full_effect_share": 0.06, "low_share": 0.02, "high_share": 0.13, "success_probability": 0.5}
    assert saving(plan(told), 2027) == [3500]


def test_expected_values_combine_like_independent_measures():
    # Each of 10 % and 20 % succeeds in half of the cases: a quarter each of 0, 10, 20 and 28 percent: 14.5 percent.
    half = plan({"success_probability": 0.5}, {"success_probability": 0.5, "full_effect_share": 0.2})
    assert saving(half, 2027) == [14_500]


def test_what_moves_elsewhere_and_what_comes_once_count_against_the_saving():
    # 10 % and 20 % on one base: parts 9 % and 19 %. A third of the second comes back: 19,000 - 6,333. 2,000 once.
    both = plan(
        {"one_off_cents": 2000}, {"full_effect_share": 0.2, "shifted_share": Fraction(1, 3), "one_off_cents": None}
    )
    parts = per_measure(both, years=[2027, 2028])
    assert parts.to_dict("split")["data"] == [
        [2027, "S1", "M0", 9000, 0, 2000, 7000],
        [2027, "S1", "M1", 19_000, 6333, 0, 12_667],
        [2028, "S1", "M0", 9000, 0, 0, 9000],
        [2028, "S1", "M1", 19_000, 6333, 0, 12_667],
    ]
    assert saving(both, 2027, 2028) == [19_667, 21_667]


def test_one_off_cost_may_come_before_the_start():
    early = plan({"one_off_cents": 500, "one_off_year": 2026})
    assert saving(early, 2026, 2027) == [-500, 10_000]


def test_parts_of_measures_add_up_to_the_cent():
    three = plan(*[{"full_effect_share": Fraction(1, 7), "base_cents": 1000}] * 3)
    parts = per_measure(three, years=[2027])["gross_cents"]
    assert parts.sum() == round(1000 * (1 - Fraction(6, 7) ** 3)) and parts.max() - parts.min() <= 1


def test_empty_optional_values_are_the_default():
    bare = plan({}, {"full_effect_share": 0.2})
    empty = bare.assign(
        ramp=None, notice_quarters=nan, run_off_quarters=pd.NA, end="", success_probability=nan, low_share=nan,
        high_share=None, shifted_share=nan, one_off_cents=nan, one_off_year=nan,
    )  # fmt: skip
    assert saving(empty, 2027, 2028) == saving(bare, 2027, 2028) == [28_000, 28_000]


def test_a_baseline_replaces_the_base():
    base = pd.DataFrame({"year": [2027, 2028], "segment": "S1", "base_cents": [100_000, 110_000]})
    measures = plan({}).drop(columns="base_cents")
    assert phase(measures, targets(), years=[2027, 2028], baseline=base)["saving_cents"].tolist() == [10_000, 11_000]
    with pytest.raises(FactorError, match="2029"):
        phase(measures, targets(), years=[2029], baseline=base)


BAD = {
    "chance": ({"success_probability": 1.5}, "success_probability"),
    "text": ({"full_effect_share": "veel"}, "full_effect_share"),
    "range": ({"low_share": 0.2}, "low_share"),
    "half a quarter": ({"ramp_quarters": 2.5}, "heel getal"),
    "text quarters": ({"notice_quarters": "twee"}, "heel getal"),
    "negative once": ({"one_off_cents": -1}, "negatief"),
    "negative base": ({"base_cents": -1}, "negatief"),
    "no start": ({"start": None}, "start"),
    "no share": ({"full_effect_share": nan}, "full_effect_share"),
    "misspelt": ({"succes_probability": 0.5}, "success_probability"),
    "no name": ({"measure": None}, "leeg"),
}


@pytest.mark.parametrize(("row", "named"), BAD.values(), ids=BAD)
def test_a_bad_plan_is_refused(row, named):
    with pytest.raises(FactorError) as refused:
        phase(plan({}, row), targets((2027, "S1", 1)), years=[2027])
    assert named in refused.value.wat


@pytest.mark.parametrize("wrong", [{"target_cents": nan}, {"target_cents": 0.5}, {"year": None}])
def test_a_bad_target_is_refused(wrong):
    with pytest.raises(FactorError):
        phase(plan({}), targets((2027, "S1", 1)).assign(**wrong), years=[2027])


def test_a_column_of_ones_own_is_no_error():
    assert saving(plan({"source": "raad"}), 2027) == [10_000]


def test_combined_saving_takes_decimals_and_many_measures():
    assert combined_saving([Decimal("0.1"), Decimal("0.2")])[1] == (Fraction(9, 100), Fraction(19, 100))
    total, parts = combined_saving([Fraction(1, 20)] * 30)  # equal measures have equal parts
    assert total == 1 - Fraction(19, 20) ** 30 and parts == (total / 30,) * 30


@pytest.mark.parametrize("wrong", ["0.1", None, Decimal("NaN")])
def test_a_rate_that_is_no_number_is_refused(wrong):
    with pytest.raises(FactorError):
        combined_saving([wrong])


# -- scenarios --------------------------------------------------------------------------------------


def test_a_scenario_moves_starts_effects_and_targets():
    measures = plan({"low_share": 0.05, "high_share": None}, {"full_effect_share": 0.8, "low_share": None})
    later, lower = adjust(
        measures, targets((2027, "S1", 1001)), delay_quarters=5, effect_factor=1.5, target_factor=0.75
    )
    assert later["start"].tolist() == ["2028-K2", "2028-K2"]
    assert later["full_effect_share"].tolist() == [Fraction(15, 100), 1]  # 80 % times 1.5 stays at most all of it
    assert later["low_share"].iloc[0] == Fraction(75, 1000) and pd.isna(later["low_share"].iloc[1])
    assert lower["target_cents"].tolist() == [751]  # 750.75
    same = adjust(measures, targets((2027, "S1", 1001)))
    assert same[0].equals(measures) and same[1]["target_cents"].tolist() == [1001]


@pytest.mark.parametrize("wrong", [{"effect_factor": -1}, {"target_factor": -0.5}])
def test_a_negative_factor_is_refused(wrong):
    with pytest.raises(FactorError, match="negatief"):
        adjust(plan({}), targets(), **wrong)


def test_starts_follow_the_contracts():
    measures = plan({"after_contract_quarters": 0}, {"after_contract_quarters": 3, "segment": "S2"})
    contracts = {"S1": Quarter(2027, 1), "S2": Quarter(2027, 3)}
    assert start_from_contracts(measures, contracts)["start"].tolist() == ["2027-K1", "2028-K2"]
    with pytest.raises(FactorError, match="S2"):
        start_from_contracts(measures, {"S1": Quarter(2027, 1)})
