"""What several measures on one base save together: never the plain sum."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import comb, prod
from numbers import Rational
from typing import Any

import numpy as np

from jeugd_analysis.errors import FactorError


def combined_saving(rates: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
    """What several measures on one base save together, and each one's part; never the plain sum.

    Units: shares of the base (0-1). The second measure only works on what the first left over; the parts are the
    average over every order (Shapley), so they add up to the total. Exact for whole numbers, fractions and decimals.
    Raises: FactorError when a rate is outside 0-1 or no number.
    Source: Shorrocks (2013), Journal of Economic Inequality 11(1), 99-126.

    >>> total, parts = combined_saving([Fraction(1, 10), Fraction(2, 10)])
    >>> str(total), [str(part) for part in parts]
    ('7/25', ['9/100', '19/100'])
    """
    numbers = [_share(rate) for rate in rates]
    exact = all(isinstance(rate, Rational) for rate in numbers)
    parts = tuple(rate * _left_by_others(numbers, place, exact=exact) for place, rate in enumerate(numbers))
    return 1 - prod((1 - rate for rate in numbers), start=1), parts


def _share(rate: Any) -> Any:
    number = Fraction(rate) if isinstance(rate, Decimal) and rate.is_finite() else rate
    try:
        inside = bool(0 <= number <= 1)
    except (TypeError, ArithmeticError):  # text, or a decimal that is no number
        inside = False
    if not inside:
        raise FactorError(f"Een besparing van {rate} valt buiten 0 tot 1.", doe="geef een aandeel, zoals 0.1.")
    return number


def _left_by_others(rates: Sequence[Any], place: int, *, exact: bool) -> Any:
    """What the others leave of the base when this measure comes in, averaged over every order."""
    sums: list[Any] = [1]  # elementary symmetric sums of what each other measure leaves: all subsets, by their size
    for other in (1 - rate for at, rate in enumerate(rates) if at != place):
        sums = [
            (sums[size] if size < len(sums) else 0) + (sums[size - 1] * other if size else 0)
            for size in range(len(sums) + 1)
        ]
    others = len(sums) - 1
    left: Any = 0
    for size, together in enumerate(sums):
        weight = Fraction(1, (others + 1) * comb(others, size))
        left = left + together * (weight if exact else float(weight))
    return left


def saved_share(rates: np.ndarray, shifted: np.ndarray) -> np.ndarray:
    """The saving of many draws at once, after cost that moves elsewhere; float64.

    Shapes: rates draws x measures, each 0-1; shifted: one share (0-1) per measure of its own part of the saving. With
    nothing shifted this is the combined saving. Otherwise each part is an integral over the share in which all measures
    are in force (Owen 1972), a polynomial, so that Gauss-Legendre with half as many points is exact.
    Source: Owen (1972), Management Science 18(5), P64-P79.
    """
    if not shifted.any():
        return 1.0 - np.prod(1.0 - rates, axis=1)
    points, weights = np.polynomial.legendre.leggauss(rates.shape[1] // 2 + 1)
    kept = rates * (1.0 - shifted)
    net = np.zeros(len(rates))
    for point, weight in zip((points + 1.0) / 2.0, weights / 2.0, strict=True):
        left = 1.0 - point * rates
        net += weight * np.prod(left, axis=1) * (kept / left).sum(axis=1)
    return net
