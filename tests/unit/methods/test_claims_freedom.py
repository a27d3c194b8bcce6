"""Degrees of freedom behind Mack's error, and the wider band that goes with few of them: calculated by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from jeugd_analysis.methods.claims_maturity import band, freedom, mack

# Two ages, four rows: three ratios for the one factor, so two degrees of freedom for the row that still has to take it.
TWO = pd.DataFrame({1: [100.0, 200, 300, 120], 2: [120.0, 210, 360, None]})


def test_one_step_has_its_ratios_less_one():
    assert freedom(TWO).tolist() == [math.inf, math.inf, math.inf, 2.0]


def test_two_steps_are_added_by_satterthwaite():
    triangle = pd.DataFrame({1: [100.0, 100, 100, 100], 2: [120.0, 130, 140, None], 3: [126.0, 143, None, None]})
    # Factors 1.3 and 269/250. Variances: step 1 (10^2 + 0 + 10^2) / 100 / 2 = 1 with two degrees; step 2
    # ((126 - 129.12)^2 / 120 + (143 - 139.88)^2 / 130) / 1 = 9.7344 x (1/120 + 1/130) with one degree.
    first = 1 / 1.3**2 * (1 / 100 + 1 / 300)
    factor = 269 / 250
    second = 9.7344 * (1 / 120 + 1 / 130) / factor**2
    last = second * (1 / 130 + 1 / 250)  # the youngest row is expected at 130 before it
    assert freedom(triangle)[2] == pytest.approx(1.0)
    assert freedom(triangle)[3] == pytest.approx((first + last) ** 2 / (first**2 / 2 + last**2 / 1))


def test_the_band_of_few_degrees_is_that_of_student():
    told = mack(TWO).drop(index="total").assign(freedom=freedom(TWO))
    wide, narrow = band(told), band(told.drop(columns="freedom"))
    row = told.loc[3]
    spread = math.sqrt(math.log1p((row["standard_error"] / row["reserve"]) ** 2))
    middle = row["reserve"] * math.exp(-(spread**2) / 2)
    # t with two degrees: P(|t| < x) = x / root(2 + x^2), so 80 % at x = root(2 x 0.64 / 0.36) = 1.8856.
    assert wide.loc[3, "reserve_high"] == pytest.approx(middle * math.exp(math.sqrt(2 * 0.64 / 0.36) * spread))
    assert narrow.loc[3, "reserve_high"] == pytest.approx(middle * math.exp(1.2815516 * spread), rel=1e-6)
    assert wide.loc[0, "low"] == wide.loc[0, "high"] == 120  # complete: nothing can differ
