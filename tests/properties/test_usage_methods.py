"""What holds for every count, funnel, duration, concentration and queue."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from jeugd_analysis.methods.concentration import concentration
from jeugd_analysis.methods.duration import kaplan_meier
from jeugd_analysis.methods.expected_use import (
    Overdispersion,
    byar_limits,
    exact_limits,
    expected_counts,
    funnel_limits,
    reference_rates,
    standardised_ratio,
    wilson_limits,
)
from jeugd_analysis.methods.monitoring import interrupted_series
from jeugd_analysis.methods.waiting import littles_law

QUICK = settings(max_examples=40, deadline=None)
levels = st.sampled_from([0.8, 0.95, 0.998])
sizes = st.floats(0.05, 5000)


@QUICK
@given(count=st.integers(0, 3000), level=levels)
def test_exact_limits_are_poisson_tails(count, level):
    low, high = exact_limits(count, level=level)
    assert poisson.cdf(count, high) == pytest.approx((1 - level) / 2, rel=1e-6)
    assert low == 0 if count == 0 else poisson.sf(count - 1, low) == pytest.approx((1 - level) / 2, rel=1e-6)


@QUICK
@given(count=st.integers(10, 5000), level=st.sampled_from([0.8, 0.95]))
def test_byar_is_close_to_exact_from_ten_on(count, level):
    assert byar_limits(count, level=level) == pytest.approx(exact_limits(count, level=level), rel=5e-3)


@QUICK
@given(observed=st.integers(0, 500), expected=sizes, level=levels, scale=st.floats(0.1, 10))
def test_a_ratio_lies_in_its_interval_and_scales_with_what_was_expected(observed, expected, level, scale):
    told = standardised_ratio(observed, expected, level=level)
    assert told[1] <= told[0] <= told[2]
    assert standardised_ratio(observed, expected * scale, level=level) == pytest.approx([v / scale for v in told])


@QUICK
@given(persons=st.integers(1, 1000), share=st.floats(0, 1), level=levels)
def test_a_share_lies_in_its_interval_within_zero_and_one(persons, share, level):
    count = round(persons * share)
    low, high = wilson_limits(count, persons, level=level)
    assert 0 <= low <= count / persons + 1e-12 and count / persons - 1e-12 <= high <= 1


@QUICK
@given(size=sizes, level=levels, target=st.floats(0.01, 500))
def test_funnel_limits_hold_the_target_and_narrow_with_size(size, level, target):
    low, high = funnel_limits(size, kind="rate", level=level, target=target)
    nearer_low, nearer_high = funnel_limits(size * 4, kind="rate", level=level, target=target)
    assert 0 <= low <= target <= high
    assert low <= nearer_low and nearer_high <= high


@QUICK
@given(count=st.integers(1, 2000), level=levels)
def test_a_funnel_is_the_interval_turned_round(count, level):
    """An area lies on the limit when the target lies on the limit of its own exact interval."""
    low, high = exact_limits(count, level=level)
    assert funnel_limits(high, kind="ratio", level=level)[0] * high == pytest.approx(count, rel=1e-7)
    assert funnel_limits(low, kind="ratio", level=level)[1] * low == pytest.approx(count, rel=1e-7)


@QUICK
@given(size=sizes, tau2=st.floats(0, 1), kind=st.sampled_from(["ratio", "proportion"]))
def test_overdispersed_limits_are_never_narrower(size, tau2, kind):
    told = {"kind": kind, "level": 0.95, "target": 0.3 if kind == "proportion" else 1.0}
    plain = funnel_limits(size, **told)
    wide = funnel_limits(size, **told, overdispersion=Overdispersion(phi=2.0, tau2=tau2, areas=9, kind=kind))
    assert wide[0] <= plain[0] + 1e-12 and plain[1] <= wide[1] + 1e-12


@QUICK
@given(counts=st.lists(st.tuples(st.integers(1, 500), st.integers(0, 50)), min_size=4, max_size=12))
def test_expected_numbers_of_all_areas_add_up_to_the_observed_ones(counts):
    rows = [(place // 2, "ab"[place % 2], persons, youths) for place, (persons, youths) in enumerate(counts)]
    table = pd.DataFrame(rows, columns=["municipality", "age_band", "inhabitants", "youths"])
    rates = reference_rates(table, strata=["age_band"])
    assert expected_counts(table, rates, strata=["age_band"]).sum() == pytest.approx(table["youths"].sum())


months = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=15)


@QUICK
@given(rows=months.filter(lambda rows: sum(a + b for _, a, b in rows) > 0))
def test_a_curve_only_falls_and_ends_at_nothing_when_all_have_ended(rows):
    table = pd.DataFrame(rows, columns=["month", "ended", "running"])
    told = kaplan_meier(table)
    share = told.curve["share"].to_numpy()
    assert (np.diff(share) <= 0).all() and ((share >= 0) & (share <= 1)).all()
    everyone = kaplan_meier(table.assign(ended=table["ended"] + table["running"], running=0)).curve
    assert everyone["share"].iloc[-1] == 0
    left = [(table["month"] > m).mul(table["ended"] + table["running"]).sum() for m in everyone["month"]]
    total = (table["ended"] + table["running"]).sum()
    assert everyone["share"].tolist() == pytest.approx([n / total for n in left])


@QUICK
@given(amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=30), factor=st.integers(2, 9))
def test_the_index_lies_between_equal_shares_and_one(amounts, factor):
    table = pd.DataFrame({"provider": range(len(amounts)), "amount_cents": amounts})
    told = concentration(table, keys=()).iloc[0]
    assert 1 / len(amounts) - 1e-9 <= told["hhi"] <= 1 + 1e-9
    more = concentration(table.assign(amount_cents=table["amount_cents"] * factor), keys=()).iloc[0]
    assert more["hhi"] == pytest.approx(told["hhi"])


@QUICK
@given(waiting=st.integers(10, 900), started=st.integers(10, 900), days=st.floats(1, 400))
def test_who_waits_as_long_as_the_law_says_always_fits(waiting, started, days):
    table = pd.DataFrame({"waiting": [waiting], "started": [started], "mean_wait_days": [waiting / started * days]})
    told = littles_law(table, days=days).iloc[0]
    assert told["ratio"] == pytest.approx(1) and told["plausible"] == "past"


@QUICK
@given(
    counts=st.lists(st.integers(5, 500), min_size=20, max_size=40),
    shift=st.integers(-100, 100),
    scale=st.floats(0.1, 9),
)
def test_an_effect_does_not_depend_on_where_time_begins_or_on_the_unit_of_the_population(counts, shift, scale):
    table = pd.DataFrame({"time": range(len(counts)), "youths": counts, "people": 1000.0})
    told = {"outcome": "youths", "time": "time", "exposure": "people"}
    first = interrupted_series(table, start=10, **told)
    moved = table.assign(time=table["time"] + shift, people=table["people"] * scale)
    second = interrupted_series(moved, start=10 + shift, **told)
    assert [second.step, second.slope, second.dispersion] == pytest.approx(
        [first.step, first.slope, first.dispersion], rel=1e-6
    )
