"""The simulation against closed forms: where chance can be calculated, the draws must agree.

With n draws a share p has standard error sqrt(p (1 - p) / n); the tolerance is 4.5 of them (one in 150,000 by chance).
"""

from __future__ import annotations

from math import asin, pi, sqrt

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr, ndtri

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.savings import phase, simulate

DRAWS = 100_000
BASE = 1_000_000


def plan(*rows: dict[str, object]) -> pd.DataFrame:
    usual = {"segment": "S1", "base_cents": BASE, "full_effect_share": 0.1, "start": "2027-K1", "ramp_quarters": 0}
    return pd.DataFrame([{"measure": f"M{number}"} | usual | row for number, row in enumerate(rows)])


def target(cents: int, segment: str = "S1") -> pd.DataFrame:
    return pd.DataFrame({"year": [2027], "segment": [segment], "target_cents": [cents]})


def drawn(measures: pd.DataFrame, targets: pd.DataFrame, rho: float = 0.0, **more: object) -> pd.Series:
    told = {"draws": DRAWS, "rng": np.random.default_rng(1)} | more
    return simulate(measures, targets, rho=rho, **told).iloc[0]


def near(share: float, draws: int = DRAWS) -> object:
    return pytest.approx(share, abs=4.5 * sqrt(share * (1 - share) / draws) + 1e-12)


@pytest.mark.parametrize("chance", [0.05, 0.3, 0.5, 0.95])
def test_one_measure_is_a_coin(chance):
    row = drawn(plan({"success_probability": chance}), target(100_000))
    assert row["p_target"] == near(chance)
    # 10 % of 1,000,000 or nothing; the median of a fair coin is either
    ends = {0.05: (0, 0, 0), 0.3: (0, 0, 100_000), 0.5: (0, None, 100_000), 0.95: (100_000,) * 3}[chance]
    assert [got for got, end in zip(row[["p10", "p50", "p90"]], ends, strict=True) if end not in (None, got)] == []


def test_independent_measures_multiply():
    both = plan({"success_probability": 0.6}, {"success_probability": 0.3, "full_effect_share": 0.2})
    assert drawn(both, target(280_000))["p_target"] == near(0.18)
    assert drawn(both, target(280_001))["p_target"] == 0
    assert drawn(both, target(100_000))["p_target"] == near(1 - 0.4 * 0.7)


def test_at_full_correlation_the_likelier_measure_always_comes_with_the_other():
    both = plan({"success_probability": 0.6}, {"success_probability": 0.3, "full_effect_share": 0.2})
    assert drawn(both, target(280_000), 1)["p_target"] == near(0.3)
    assert drawn(both, target(200_000), 1)["p_target"] == near(0.3)
    assert drawn(both, target(100_000), 1)["p_target"] == near(0.6)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, 1.0])
def test_two_fair_coins_succeed_together_as_sheppard_found(rho):
    """Sheppard (1899): both normals of correlation rho are above their median with chance 1/4 + arcsin(rho) / 2 pi."""
    both = plan({"success_probability": 0.5}, {"success_probability": 0.5})
    assert drawn(both, target(190_000), rho)["p_target"] == near(0.25 + asin(rho) / (2 * pi))


@pytest.mark.parametrize("rho", [0.3, 0.6])
def test_many_small_measures_follow_vasicek(rho):
    """Vasicek (2002): of very many equal measures the share that works has a closed distribution."""
    count, chance = 500, 0.7
    many = plan(*[
        {"segment": f"S{number}", "success_probability": chance, "full_effect_share": 1.0, "base_cents": 1000}
        for number in range(count)
    ])  # fmt: skip
    everything = pd.DataFrame({"year": 2027, "segment": many["segment"], "target_cents": 1000})
    rows = simulate(many, everything, draws=10_000, rho=rho, rng=np.random.default_rng(3), total="totaal")
    total = rows[rows["segment"] == "totaal"].iloc[0]
    for name, level in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        expected = ndtr((ndtri(chance) + sqrt(rho) * ndtri(level)) / sqrt(1 - rho))
        assert total[name] / (1000 * count) == pytest.approx(expected, abs=0.03)


def test_percentiles_of_a_triangle():
    # Low 0, top 0.1, high 0.2: symmetric. At level u <= 1/2 lies sqrt(u / 2) / 5: 0.0447 at a tenth, mirrored at 0.9.
    row = drawn(plan({"low_share": 0.0, "high_share": 0.2}), target(100_000))
    tenth = sqrt(0.1 / 2) / 5
    assert row["p10"] / BASE == pytest.approx(tenth, abs=0.001)
    assert row["p50"] / BASE == pytest.approx(0.1, abs=0.001)
    assert row["p90"] / BASE == pytest.approx(0.2 - tenth, abs=0.001)
    assert row["p_target"] == near(0.5)


def test_a_skew_triangle_after_success():
    # Succeeds in half: then at least 0.15 in (0.2 - 0.15)^2 / ((0.2 - 0) (0.2 - 0.05)) = 1/12 of the cases.
    skew = plan({"full_effect_share": 0.05, "low_share": 0.0, "high_share": 0.2, "success_probability": 0.5})
    assert drawn(skew, target(150_000))["p_target"] == near(1 / 24)


@pytest.mark.parametrize("shifted", [0.0, 0.3])
def test_the_mean_is_that_of_phase(shifted):
    """Draws of independent coins on few atoms: chances from p_target at each atom give the mean exactly enough."""
    two = plan(
        {"success_probability": 0.6, "shifted_share": shifted}, {"success_probability": 0.3, "full_effect_share": 0.2}
    )
    parts = {
        name: int(phase(two.assign(success_probability=ps), target(0), years=[2027])["saving_cents"].iloc[0])
        for name, ps in {"none": [0, 0], "first": [1, 0], "second": [0, 1], "both": [1, 1]}.items()
    }
    chances = {"none": 0.4 * 0.7, "first": 0.6 * 0.7, "second": 0.4 * 0.3, "both": 0.6 * 0.3}
    expected = sum(parts[name] * chance for name, chance in chances.items())
    assert phase(two, target(0), years=[2027])["saving_cents"].iloc[0] == pytest.approx(expected, abs=1)
    for name, chance in (("both", 0.18), ("second", 0.3), ("first", 0.72)):
        assert drawn(two, target(parts[name]))["p_target"] == near(chance)


def test_without_chance_the_simulation_is_the_plan():
    sure = plan(
        {"shifted_share": 0.2, "one_off_cents": 700}, {"full_effect_share": 0.2, "ramp_quarters": 8}, {"segment": "S2"}
    )
    targets = pd.concat([target(200_000), target(1, "S3"), target(100_000, "S2")]).assign(year=2028)
    row = simulate(sure, targets, draws=5, rho=0.3, rng=np.random.default_rng(0))
    planned = phase(sure, targets, years=[2028])
    assert row[["year", "segment"]].equals(planned[["year", "segment"]])
    for name in ("p10", "p50", "p90"):
        assert (row[name] - planned["saving_cents"]).abs().max() <= 1
    assert row["p_target"].tolist() == [1.0, 1.0, 0.0]  # S2 exactly met; S3 has a target and no measure


def test_an_exactly_met_target_is_met():
    third = plan({"full_effect_share": 0.1, "base_cents": 3_333_333_333_330})
    assert drawn(third, target(333_333_333_333), draws=1)["p_target"] == 1
    assert drawn(third, target(333_333_333_334), draws=1)["p_target"] == 0


def test_a_measure_in_two_segments_has_one_luck():
    row = {"measure": "samen", "success_probability": 0.5}
    targets = pd.concat([target(100_000), target(100_000, "S2")])
    rows = simulate(
        plan(row, row | {"segment": "S2"}), targets, draws=DRAWS, rho=0, rng=np.random.default_rng(1), total="Z"
    )
    assert rows.loc[rows["segment"] == "Z", "p_target"].iloc[0] == near(0.5)
    assert rows["p_target"].nunique() == 1


def test_the_same_seed_gives_the_same_whatever_the_order_of_the_rows():
    two = plan({"success_probability": 0.6}, {"success_probability": 0.3, "low_share": 0.05, "high_share": 0.2})
    first, again, turned = (
        simulate(table, target(50_000), draws=1000, rho=0.3, rng=np.random.default_rng(7))
        for table in (two, two, two.iloc[::-1])
    )
    assert first.equals(again) and first.equals(turned)
    other = simulate(two, target(50_000), draws=1000, rho=0.3, rng=np.random.default_rng(8))
    assert not first.equals(other)


def test_more_correlation_widens_the_band_and_keeps_the_chance_of_each():
    both = plan({"success_probability": 0.5}, {"success_probability": 0.5, "segment": "S2"})
    targets = pd.concat([target(100_000), target(100_000, "S2")])
    chance = [
        simulate(both, targets, draws=DRAWS, rho=rho, rng=np.random.default_rng(1), total="Z")["p_target"].tolist()
        for rho in (0.0, 0.3, 0.6)
    ]
    assert [row[0] for row in chance] == [near(0.5)] * 3
    assert chance[0][2] < chance[1][2] < chance[2][2]


@pytest.mark.parametrize("wrong", [{"rho": -0.1}, {"rho": 1.1}, {"rho": float("nan")}, {"draws": 0}])
def test_a_wrong_call_is_refused(wrong):
    told = {"rho": 0.0, "draws": 10, "rng": np.random.default_rng(1)} | wrong
    with pytest.raises(FactorError):
        simulate(plan({}), target(1), **told)
