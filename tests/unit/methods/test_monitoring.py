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
