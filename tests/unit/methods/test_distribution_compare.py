"""What a key means, by hand: contribution beside use, who pays, swing, chance of a gap, incentive left."""

from __future__ import annotations

from math import isnan

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.distribution_key import (
    beside_published,
    capitation_key,
    compare_keys,
    deviation_probabilities,
    deviation_probability,
    own_part_of_extra,
    swing,
    usage_key,
    who_pays,
)

KEYS = pd.DataFrame({"gebruik": [0.6, 0.4], "jeugdigen": [0.5, 0.5]}, index=["A", "B"])
USE, YOUTH = pd.Series({"A": 605, "B": 396}), pd.Series({"A": 10, "B": 10})


def test_contribution_beside_use():
    rows = compare_keys(KEYS, use_cents=USE, youth=YOUTH)
    # 1,001 cents: 600.6 and 400.4 -> 601 and 400; 500.5 each -> 501 and 500.
    assert rows[["key", "municipality", "contribution_cents", "use_cents", "difference_cents"]].to_numpy().tolist() == [
        ["gebruik", "A", 601, 605, -4],
        ["gebruik", "B", 400, 396, 4],
        ["jeugdigen", "A", 501, 605, -104],
        ["jeugdigen", "B", 500, 396, 104],
    ]
    assert rows["signal"].tolist() == [False, False, True, True]  # more than a tenth of 605 and of 396
    assert rows["contribution_per_youth_cents"].tolist() == [60.1, 40.0, 50.1, 50.0]
    assert rows["difference_share"].tolist() == pytest.approx([-4 / 605, 4 / 396, -104 / 605, 104 / 396])
    assert compare_keys(KEYS, use_cents=USE, youth=YOUTH, threshold=0.2)["signal"].tolist() == [False] * 3 + [True]


def test_exactly_the_threshold_is_no_signal():
    halves = pd.DataFrame({"helft": [0.55, 0.45]}, index=["A", "B"])
    rows = compare_keys(halves, use_cents=pd.Series({"A": 500, "B": 500}), youth=YOUTH)
    assert rows["signal"].tolist() == [False, False]


def test_a_municipality_without_use_or_youths():
    rows = compare_keys(KEYS, use_cents=pd.Series({"A": 0, "B": 100}), youth=pd.Series({"A": 0, "B": 5})).iloc[0]
    assert isnan(rows["difference_share"]) and isnan(rows["use_per_youth_cents"]) and rows["signal"]


def test_who_pays_for_whom():
    # A pays 30 too much and B 10; C lacks 24 and D 16. A: 18 and 12, then B: 6 and 4.
    paid = pd.Series({"A": 130, "B": 110, "C": 76, "D": 84})
    rows = who_pays(paid, pd.Series({"D": 100, "C": 100, "B": 100, "A": 100}))
    assert rows.to_numpy().tolist() == [["A", "C", 18], ["A", "D", 12], ["B", "C", 6], ["B", "D", 4]]
    assert who_pays(paid, paid).empty


@pytest.mark.parametrize("use", [pd.Series({"A": 1, "B": 2}), pd.Series({"A": 1, "C": 1})])
def test_who_pays_needs_one_bill(use):
    with pytest.raises(FactorError):
        who_pays(pd.Series({"A": 1, "B": 1}), use)


def test_swing_from_year_to_year():
    keys = pd.DataFrame({2023: [0.5, 0.5, 0.0], 2024: [0.6, 0.3, 0.1], 2025: [0.6, 0.3, 0.1]}, index=["A", "B", "C"])
    rows = swing(keys).set_index(["municipality", "year"])
    assert rows.loc[("A", 2024)].tolist() == pytest.approx([0.6, 0.1, 0.2])
    assert rows.loc[("B", 2024)].tolist() == pytest.approx([0.3, -0.2, -0.4])
    assert isnan(rows.loc[("C", 2024), "change_relative"]) and rows.loc[("C", 2025), "change_relative"] == 0
    assert rows["change_share"].groupby("year").sum().tolist() == pytest.approx([0, 0], abs=1e-15)


def test_beside_what_was_paid():
    # Half of 1,001 cents is 501 and 500; the council's 400 are 101 less.
    rows = beside_published(KEYS[["jeugdigen"]], published_cents=pd.Series({"A": 400}), total_cents=1001)
    assert rows.to_numpy().tolist() == [["jeugdigen", "A", 501, 400, 101]]
    with pytest.raises(FactorError, match="Z"):
        beside_published(KEYS, published_cents=pd.Series({"Z": 1}), total_cents=10)


def cases(**counts: int) -> pd.Series:
    index = [(name, number) for name, count in counts.items() for number in range(count)]
    return pd.Series(1.0, index=pd.MultiIndex.from_tuples(index))


def test_one_municipality_always_pays_its_own_bill():
    rows = deviation_probability(cases(A=50), pd.Series({"A": 1.0}), draws=500, rng=np.random.default_rng(1))
    assert rows.iloc[0].tolist() == ["A", 50, 0.0, 1.0, 1.0]


def test_chance_of_a_gap_equals_the_poisson_distribution():
    """Equal cases: use is a Poisson count, and beside a far larger neighbour the contribution is all but fixed."""
    share = pd.Series({"A": 40 / 4040, "B": 4000 / 4040})
    rows = deviation_probability(cases(A=40, B=4000), share, draws=20_000, rng=np.random.default_rng(2))
    rows = rows.set_index("municipality")
    # |40 - N| > 0.1 N: N <= 36 (40 > 1.1 N up to 36) or N >= 45 (40 < 0.9 N from 45 on), N Poisson with mean 40.
    expected = poisson.cdf(36, 40) + poisson.sf(44, 40)
    assert rows.loc["A", "probability"] == pytest.approx(expected, abs=0.02)
    assert rows.loc["B", "probability"] == pytest.approx(0.0, abs=0.001)
    assert rows["cases"].tolist() == [40, 4000]


def test_a_small_municipality_is_hit_more_often():
    rows = deviation_probability(
        cases(A=20, B=2000), pd.Series({"A": 20 / 2020, "B": 2000 / 2020}), draws=2000, rng=np.random.default_rng(4)
    )
    assert rows["probability"].iloc[0] > 0.5 > 0.05 > rows["probability"].iloc[1]


def test_no_use_at_all_is_a_gap():
    rows = deviation_probability(
        cases(B=10), pd.Series({"A": 0.5, "B": 0.5}), draws=100, rng=np.random.default_rng(5)
    ).set_index("municipality")
    assert rows.loc["A", "probability"] == 1.0 and rows.loc["A", "ratio_low"] == np.inf


def test_many_cases_are_drawn_in_parts():
    """More numbers than fit at a time: the same law."""
    many = pd.Series(2.0, index=pd.MultiIndex.from_product([["A", "B"], range(5000)]))
    rows = deviation_probability(many, pd.Series({"A": 0.5, "B": 0.5}), draws=1700, rng=np.random.default_rng(6))
    # Contribution over use (A + B) / 2 A: standard deviation about sqrt(1 / 2 / 5000) = 0.01; 80 % within 1.28 of it.
    assert rows["ratio_high"].tolist() == pytest.approx([1.0128, 1.0128], abs=0.002)


def test_every_key_in_the_same_draws_is_each_key_alone():
    keys = pd.DataFrame({"een": [0.3, 0.7], "twee": [0.5, 0.5]}, index=["A", "B"])
    told = {"draws": 200, "threshold": 0.05}
    both = deviation_probabilities(cases(A=30, B=60), keys, rng=np.random.default_rng(4), **told)
    for name in keys:
        alone = deviation_probability(cases(A=30, B=60), keys[name], rng=np.random.default_rng(4), **told)
        assert both[name].tolist() == alone["probability"].tolist()


def test_the_seed_decides():
    told = {"draws": 200, "threshold": 0.05}
    first, again, other = (
        deviation_probability(
            cases(A=30, B=60), pd.Series({"A": 1 / 3, "B": 2 / 3}), rng=np.random.default_rng(seed), **told
        )
        for seed in (1, 1, 2)
    )
    assert first.equals(again) and not first.equals(other)


@pytest.mark.parametrize(
    ("given", "draws"), [(cases(Z=1), 10), (cases(A=1) * -1, 10), (cases(A=1) * np.nan, 10), (cases(A=1), 0)]
)
def test_cases_that_do_not_fit_are_refused(given, draws):
    with pytest.raises(FactorError):
        deviation_probability(given, pd.Series({"A": 1.0}), draws=draws, rng=np.random.default_rng(1))


YEARS = pd.DataFrame({2023: [50, 50], 2024: [50, 50]}, index=["A", "B"])


def test_incentive_by_hand():
    # Own use only: a key of that year's use makes one pay it all. By heads: only one's share.
    assert own_part_of_extra(lambda use: usage_key(use[2024]), YEARS).tolist() == pytest.approx([1, 1])
    assert own_part_of_extra(lambda use: capitation_key(pd.Series({"A": 1, "B": 3})), YEARS).to_dict() == {
        "A": 0.25,
        "B": 0.75,
    }
    # The mean of two years: 50.5 more in 2024 of 100: (100.5 / 200.5) x 100.5 - 50 over 0.5.
    two = own_part_of_extra(usage_key, YEARS)
    assert two.tolist() == pytest.approx([(100.5 / 200.5 * 100.5 - 50) / 0.5] * 2)


def test_incentive_needs_use():
    with pytest.raises(FactorError):
        own_part_of_extra(usage_key, YEARS.assign(**{"2024": 0}).set_axis([2022, 2023, 2024], axis=1))
