"""Dutch numbers: signs, spaces that do not break, and what a hidden number looks like."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from jeugd_analysis.present import numbers

NB, WJ = "\u00a0", "\u2060"
NOTHING = [None, pd.NA, pd.NaT, float("nan")]


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, 0, "0"),
        (1234567, 0, "1.234.567"),
        (999, 0, "999"),
        (1234.56, 1, "1.234,6"),
        (-1234.56, 2, "−1.234,56"),
        (-0.04, 1, "0,0"),  # no minus before nothing
        (-0.06, 1, "−0,1"),
        (0.5, 2, "0,50"),
    ],
)
def test_decimal(value, digits, text):
    assert numbers.decimal(value, digits) == text


@pytest.mark.parametrize("value", NOTHING)
def test_a_missing_number_is_never_a_zero(value):
    assert numbers.is_missing(value)
    assert numbers.decimal(value) == numbers.percent(value) == numbers.one_in(value) == "–"
    assert numbers.count(value) == "<10"
    assert numbers.euro(value) == numbers.signed_euro(value) == numbers.signed_thousands(value) == "geheim"


@pytest.mark.parametrize("value", [0, 0.0, "", "tekst", -1, pd.Timestamp(2026, 1, 1)])
def test_anything_else_is_not_missing(value):
    assert not numbers.is_missing(value)


def test_count_has_no_decimals():
    assert (numbers.count(12345), numbers.count(15.0)) == ("12.345", "15")


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, f"€{NB}0"),
        (1_00, f"€{NB}1"),
        (350_000_00, f"€{NB}350.000"),
        (-350_000_00, f"−€{NB}350.000"),
        (999_499_99, f"€{NB}999.500"),
        (999_500_00, f"€{NB}1,0{NB}mln"),
        (123_456_789_00, f"€{NB}123,5{NB}mln"),
        (-1_250_000_000_00, f"−€{NB}1.250,0{NB}mln"),
    ],
)
def test_euro(cents, text):
    assert numbers.euro(cents) == text


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, f"€{NB}0"),
        (20_000_00, f"+{WJ}€{NB}20.000"),
        (-20_000_00, f"−{WJ}€{NB}20.000"),
        (-2_000_000_00, f"−{WJ}€{NB}2,0{NB}mln"),
    ],
)
def test_signed_euro(cents, text):
    assert numbers.signed_euro(cents) == text


@pytest.mark.parametrize("cents", [40, -40])
def test_an_amount_that_rounds_to_nothing_has_no_sign(cents):
    assert numbers.euro(cents) == numbers.signed_euro(cents) == f"€{NB}0"


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0"), (1_240_000_00, "+1.240"), (-1_240_000_00, "−1.240"), (400_00, "0"), (-400_00, "0"), (600_00, "+1")],
)
def test_signed_thousands(cents, text):
    assert numbers.signed_thousands(cents) == text


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [(0.125, 1, "12,5%"), (0, 1, "0,0%"), (1, 0, "100%"), (-0.0123, 1, "−1,2%"), (12, 0, "1.200%")],
)
def test_percent(share, digits, text):
    assert numbers.percent(share, digits) == text


@pytest.mark.parametrize(
    ("share", "text"), [(1 / 7, "1 op de 7"), (0.166, "1 op de 6"), (1, "1 op de 1"), (0.0001, "1 op de 10.000")]
)
def test_one_in(share, text):
    assert numbers.one_in(share) == text


@pytest.mark.parametrize("share", [0, -0.5, math.inf])
def test_one_in_of_nothing_is_a_dash(share):
    assert numbers.one_in(share) == "–"
