"""The baseline: three ways in which a rate may go on, times the population, and how far off it would have been."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.outlook import CENTRAL, SCENARIOS, accuracy, back_test, outlook, rate_forecast

GROWING = 0.1 * 1.03 ** np.arange(10)


def history(rates: np.ndarray = GROWING, **told: object) -> pd.DataFrame:
    table = pd.DataFrame({"segment": "S5", "year": range(2016, 2016 + len(rates)), "inhabitants": 2000.0})
    return table.assign(youths=rates * 2000).assign(**told)


AHEAD = pd.DataFrame({"year": [2026, 2027, 2028], "inhabitants": [2000, 2100, 2200]})


def test_growth_that_never_wavered_goes_on_in_the_full_trend():
    told = rate_forecast(GROWING, steps=4, trend="full")
    assert told == pytest.approx(GROWING[-1] * 1.03 ** np.arange(1, 5), rel=1e-4)


def test_damped_growth_gets_smaller_each_step():
    wavering = GROWING * np.exp(np.random.default_rng(4).normal(0, 0.01, 10))
    steps = np.diff(np.log(np.concatenate([wavering[-1:], rate_forecast(wavering, steps=20, trend="damped")])))[1:]
    assert (steps > 0).all() and (np.diff(steps) < 0).all()
    # From one step to the next the slope is multiplied by one damping factor, between 0.8 and 0.98.
    factors = steps[1:] / steps[:-1]
    assert np.ptp(factors) < 1e-6 and 0.8 - 1e-9 <= factors[0] <= 0.98 + 1e-9


def test_a_flat_series_stays_flat_in_every_scenario():
    for trend in SCENARIOS.values():
        assert rate_forecast([0.2] * 6, steps=3, trend=trend).tolist() == [0.2] * 3


def test_the_last_rate_times_the_population():
    told = outlook(history(), AHEAD).set_index(["scenario", "year"])
    last = GROWING[-1]
    assert told.loc["gelijk gebruik", "youths"].tolist() == pytest.approx([last * n for n in (2000, 2100, 2200)])
    assert told.loc["gelijk gebruik", "rate"].tolist() == pytest.approx([last] * 3)
    assert told.loc["gelijk gebruik", "low"].isna().all()


def test_scenarios_lie_in_order_when_use_grew():
    told = outlook(history(), AHEAD).pivot_table(index="year", columns="scenario", values="youths")
    assert (told["gelijk gebruik"] < told[CENTRAL]).all() and (told[CENTRAL] < told["trend gaat door"]).all()


def test_the_band_never_gets_narrower_and_holds_the_forecast():
    rng = np.random.default_rng(1)
    told = outlook(history(GROWING * np.exp(rng.normal(0, 0.03, 10))), AHEAD)
    central = told[told["scenario"] == CENTRAL]
    ratio = (central["high"] / central["youths"]).astype("float64").to_numpy()
    assert (ratio > 1).all() and (np.diff(ratio) >= -1e-12).all()
    assert (central["low"] * central["high"]).to_numpy("float64") == pytest.approx(central["youths"].to_numpy() ** 2)


def test_a_series_too_short_to_test_has_no_band():
    told = outlook(history(GROWING[:5]), AHEAD.assign(year=[2021, 2022, 2023]))
    assert told["low"].isna().all() and len(told) == 9


def test_each_group_has_its_own_population_and_trend():
    both = pd.concat([history(), history(np.full(10, 0.05), segment="S1")])
    own = pd.concat([AHEAD.assign(segment="S5"), AHEAD.assign(segment="S1", inhabitants=100)])
    told = outlook(both, own)
    flat = told[told["segment"] == "S1"]
    assert flat["youths"].tolist() == pytest.approx([5.0] * 9)
    alone = outlook(history().drop(columns="segment"), AHEAD, keys=())
    assert alone["youths"].tolist() == pytest.approx(told.loc[told["segment"] == "S5", "youths"].tolist())


def test_back_test_by_hand():
    """With an equal rate every step ahead misses one more year of 3 % growth."""
    told = back_test(history())
    equal = told[told["scenario"] == "gelijk gebruik"]
    assert len(equal) == 5 + 4 + 3 + 2 + 1
    assert equal["error_share"].to_numpy() == pytest.approx(1.03 ** -equal["horizon"].to_numpy("float64") - 1)
    by_horizon = accuracy(told).set_index(["scenario", "horizon"])
    assert by_horizon.loc[("gelijk gebruik", 1), "forecasts"] == 5
    assert by_horizon.loc[("gelijk gebruik", 2), "mean_absolute_error_share"] == pytest.approx(1 - 1.03**-2)


def test_the_population_as_it_turned_out_counts_in_a_back_test():
    table = history(np.full(8, 0.1)).assign(inhabitants=np.arange(1000.0, 1800, 100))
    table["youths"] = table["inhabitants"] * 0.1
    assert back_test(table)["error_share"].abs().max() < 1e-9


@pytest.mark.parametrize(
    ("table", "ahead", "named"),
    [
        (history().drop(index=4), AHEAD, "ontbreekt een periode"),
        (history(youths=None), AHEAD, "ontbreekt een waarde"),
        (history(inhabitants=0.0), AHEAD, "geen inwoners"),
        (history(youths=0.0), AHEAD, "niet boven nul"),
        (history(GROWING[:4]), AHEAD.assign(year=[2020, 2021, 2022]), "minder dan 5"),
        (history(), AHEAD.iloc[1:], "sluit niet aan"),
        (history(), AHEAD.iloc[:0], "sluit niet aan"),
        (pd.concat([history(), history()]), AHEAD, "komt een periode vaker"),
        (history().drop(columns="youths"), AHEAD, "youths ontbreekt"),
    ],
)
def test_what_cannot_be_used_is_refused(table, ahead, named):
    with pytest.raises(FactorError, match=named):
        outlook(table, ahead)


def test_an_unknown_trend_is_refused():
    with pytest.raises(FactorError, match="steil"):
        rate_forecast(GROWING, steps=1, trend="steil")
