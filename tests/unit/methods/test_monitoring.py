"""Interrupted series: what was put in comes out, and what cannot be told is said."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.monitoring import (
    FALL,
    LEVEL_MODEL,
    RISE,
    UNCLEAR,
    interrupted_series,
    placebo,
    specifications,
)

TOLD = {"outcome": "youths", "time": "month"}


def smooth(step: float = 1.0, bend: float = 1.0, months: int = 60, start: int = 37) -> pd.DataFrame:
    """A series without chance: 1,000 growing 0.5 % a month, times the step and the bend from the start on."""
    month = np.arange(1, months + 1)
    after = np.maximum(month - start + 1, 0)
    level = 1000 * 1.005**month * np.where(after > 0, step, 1.0) * bend**after
    return pd.DataFrame({"month": month, "youths": level})


@pytest.mark.parametrize("family", ["poisson", "quasipoisson", "negative_binomial", "loglinear"])
def test_a_step_without_chance_is_found_exactly(family):
    told = interrupted_series(smooth(step=0.9), start=37, family=family, **TOLD)
    assert told.step == pytest.approx(0.9, rel=1e-6) and told.slope == pytest.approx(1.0, abs=1e-6)
    assert told.verdict == FALL


def test_a_bend_without_chance_is_found_exactly():
    told = interrupted_series(smooth(bend=0.99), start=37, **TOLD)
    assert told.slope == pytest.approx(0.99, rel=1e-6)


def test_the_detectable_fall_follows_from_the_interval():
    """2.8016 standard errors: 1.9600 to be outside the interval and 0.8416 to be so in 80 of 100 cases."""
    told = interrupted_series(smooth(), start=37, family="poisson", **TOLD)
    error = log(told.step_high / told.step_low) / (2 * 1.959964)
    assert told.detectable == pytest.approx(exp(-2.801585 * error), rel=1e-6)
    assert told.verdict == UNCLEAR and told.dispersion == 1.0


def noisy(rng: np.random.Generator, step: float) -> pd.DataFrame:
    table = smooth(step=step, months=48, start=25)
    return table.assign(youths=rng.poisson(table["youths"] / 5))


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(11)
    found = [interrupted_series(noisy(rng, 0.9), start=25, family="poisson", **TOLD) for _ in range(200)]
    inside = np.mean([told.step_low < 0.9 < told.step_high for told in found])
    assert 0.90 < inside < 0.99
    seen = np.mean([told.verdict == FALL for told in found])
    error = -log(found[0].detectable) / 2.801585  # the standard error that the smallest detectable fall rests on
    assert seen == pytest.approx(norm.cdf(-log(0.9) / error - 1.959964), abs=0.09)  # three standard deviations of 200


def test_a_rise_is_called_a_rise_and_exposure_counts():
    table = smooth(step=1.2)
    assert interrupted_series(table, start=37, **TOLD).verdict == RISE
    people = table.assign(people=np.where(table["month"] >= 37, 1.2, 1.0))
    told = interrupted_series(people, start=37, exposure="people", **TOLD)
    assert told.step == pytest.approx(1.0, rel=1e-6)


def test_the_season_is_taken_out():
    table = smooth(step=0.95)
    season = 1 + 0.2 * np.sin(2 * np.pi * table["month"] / 12)
    table = table.assign(youths=table["youths"] * season)
    without, within = (interrupted_series(table, start=37, harmonics=n, **TOLD) for n in (0, 2))
    assert within.dispersion < without.dispersion / 20
    assert within.step == pytest.approx(0.95, abs=0.005)


def test_the_order_of_rows_does_not_matter_and_gaps_may_be():
    table = smooth(step=0.9).drop(index=[40, 41])
    assert interrupted_series(table, start=37, **TOLD) == interrupted_series(table[::-1], start=37, **TOLD)


def test_neighbours_that_go_together_are_noticed():
    table = smooth()
    wave = np.repeat([1.1, 0.9] * 5, 6)
    assert interrupted_series(table.assign(youths=table["youths"] * wave), start=37, **TOLD).autocorrelation > 0.5


@pytest.mark.parametrize(
    ("change", "told", "named"),
    [
        ({}, {"start": 2}, "minder dan 3"),
        ({}, {"start": 60}, "minder dan 3"),
        ({"youths": None}, {}, "youths"),
        ({"month": 1}, {}, "komt vaker voor"),
        ({"youths": -1.0}, {}, "te klein"),
        ({"youths": 0.0}, {"family": "loglinear"}, "te klein"),
        ({"youths": [1.0] * 36 + [0.0] * 24}, {}, "alles nul"),
        ({}, {"family": "tobit"}, "tobit"),
        ({}, {"level": 95}, "niveau"),
        ({}, {"exposure": "people"}, "people ontbreekt"),
        ({}, {"harmonics": -1}, "golven"),
        ({}, {"harmonics": 6}, "harmonics=5 of minder"),
        ({}, {"harmonics": 7}, "harmonics=5 of minder"),
        ({}, {"harmonics": 2, "cycle": 4}, "harmonics=1 of minder"),
        ({}, {"harmonics": 3, "cycle": 5}, "harmonics=2 of minder"),
        ({}, {"harmonics": 1, "cycle": 1}, "harmonics=0 of minder"),
        ({}, {"harmonics": 1.5}, "geen geheel getal"),
        ({}, {"harmonics": True}, "geen geheel getal"),
        ({}, {"cycle": "12"}, "geen getal"),
        ({}, {"cycle": float("nan")}, "te klein"),
        ({}, {"level": "0.95"}, "niveau"),
        ({}, {"start": "37"}, "start is geen getal"),
    ],
)
def test_what_cannot_be_used_is_refused(change, told, named):
    with pytest.raises(FactorError, match=named):
        interrupted_series(smooth().assign(**change), **{"start": 37, **TOLD, **told})


@pytest.mark.parametrize("family", ["quasipoisson", "loglinear"])
def test_a_series_shorter_than_its_model_is_refused(family):
    with pytest.raises(FactorError, match="te weinig"):
        interrupted_series(smooth(months=6, start=4), start=4, harmonics=3, family=family, **TOLD)


def test_placebos_are_the_same_analysis_elsewhere():
    table = smooth()
    told = placebo(table, starts=[20, 30], **TOLD)
    alone = interrupted_series(table, start=20, **TOLD)
    assert told.loc[0].tolist() == [20, alone.step, alone.step_low, alone.step_high, alone.verdict]
    with pytest.raises(FactorError, match="geen startmoment"):
        placebo(table, starts=[], **TOLD)


def test_specifications_differ_in_one_thing_at_a_time():
    told = specifications(smooth(step=0.9), start=37, harmonics=1, **TOLD)
    assert len(told) == 4 * 2 * 3 + 1 and told["trend"].iloc[-1] == LEVEL_MODEL
    straight = told[told["trend"] == "vast"]
    assert straight["step"].tolist() == pytest.approx([0.9] * len(straight), rel=1e-4)
    flat = told[told["trend"] == "geen"]
    assert (flat["step"] > 1).all()  # a growing series without a trend looks like a rise


def test_a_level_that_wanders_needs_counts_above_zero():
    table = smooth()
    table.loc[3, "youths"] = 0
    told = specifications(table, start=37, families=["quasipoisson"], **TOLD)
    assert LEVEL_MODEL not in set(told["trend"])


@pytest.mark.parametrize(("harmonics", "cycle"), [(5, 12), (1, 4), (2, 5)])
def test_as_many_waves_as_fit_in_the_season(harmonics, cycle):
    told = interrupted_series(smooth(step=0.9), start=37, harmonics=harmonics, cycle=cycle, **TOLD)
    assert told.step == pytest.approx(0.9, rel=1e-6)


def wandering(table: pd.DataFrame, start: int = 37) -> pd.Series:
    told = specifications(table, start=start, families=["quasipoisson"], **TOLD)
    return told[told["trend"] == LEVEL_MODEL].iloc[0]


def test_a_smooth_series_has_the_interval_of_a_random_walk():
    """By hand: without noise the level is a random walk, so the jump is the one change at the start.

    Logarithms change by 0.002 in the 35 steps before, by 0.012 in the 35 after, and by log 0.8 at the start. The
    variance of a step is the mean of the other squares, 7.4e-5, and that is the variance of the jump.
    """
    month = np.arange(1, 73)
    after = month >= 37
    level = 5000 * np.exp(0.002 * month + log(0.8) * after + 0.01 * (month - 37) * after)
    told = wandering(pd.DataFrame({"month": month, "youths": level}))
    error = ((35 * 0.002**2 + 35 * 0.012**2) / 70) ** 0.5
    jump = log(0.8) + 0.002
    assert told["step"] == pytest.approx(exp(jump), rel=1e-5)
    reach = 1.959964 * error
    assert [told["step_low"], told["step_high"]] == pytest.approx([exp(jump - reach), exp(jump + reach)], rel=1e-4)
    assert told["verdict"] == FALL


def test_the_interval_of_a_wandering_level_holds_the_truth_about_as_often_as_it_says():
    rng, inside = np.random.default_rng(5), []
    for _ in range(60):
        level = np.cumsum(rng.normal(0, 0.02, 60)) + rng.normal(0, 0.02, 60) + log(0.9) * (np.arange(60) >= 36)
        told = wandering(pd.DataFrame({"month": np.arange(1, 61), "youths": 1000 * np.exp(level)}))
        inside.append(told["step_low"] < 0.9 < told["step_high"])
    assert 0.84 < np.mean(inside) <= 1  # three standard errors below 95 %


@pytest.mark.parametrize("step", [1.0, 0.9])
def test_a_level_without_any_chance_has_no_interval(step):
    month = np.arange(1, 61)
    told = wandering(pd.DataFrame({"month": month, "youths": np.where(month >= 37, 100 * step, 100.0)}))
    assert told["step"] == pytest.approx(step, rel=1e-6)
    assert np.isnan([told["step_low"], told["step_high"]]).all() and told["verdict"] == UNCLEAR


def test_a_level_outside_zero_to_one_is_refused_for_models_too():
    with pytest.raises(FactorError, match="niveau"):
        specifications(smooth(), start=37, level=95, **TOLD)
