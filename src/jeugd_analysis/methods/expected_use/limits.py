"""Intervals of a count, a share and a ratio of observed to expected."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtri
from scipy.stats import norm

from jeugd_analysis.errors import FactorError

EXACT_BELOW = 10  # below it Byar's limits are no longer close enough (PHE technical guide 2018, section 3)


def standardised_ratio(observed: Any, expected: Any, *, level: float = 0.95) -> tuple[Any, Any, Any]:
    """Observed divided by expected, with its interval: exact Poisson limits below 10 observed, Byar's from 10 on.

    Shapes: numbers, arrays or Series on one shared index; the three results keep that shape. `expected` counts as
    known. Units: persons in, ratios out; 1 is as expected.
    Raises: FactorError on an observed number below 0 or an expected one that is not above 0, on missing or odd values.
    Source: Garwood (1936), Biometrika 28, 437-442; Breslow and Day (1987), Statistical methods in cancer research II,
    69-71; the switch at 10: Public Health England (2018), Commonly used public health statistics.

    >>> [round(number, 4) for number in standardised_ratio(12, 8.0)]
    [1.5, 0.7742, 2.6204]
    """
    counts, others = numbers(observed, "observed"), numbers(expected, "expected", above=0)
    counts, others = paired(counts, others)
    exact, byar = exact_limits(counts, level=level), byar_limits(counts, level=level)
    low, high = (np.where(counts < EXACT_BELOW, few, many) for few, many in zip(exact, byar, strict=True))
    return tuple(shaped(values / others, observed, expected) for values in (counts, low, high))


def exact_limits(count: Any, *, level: float = 0.95) -> tuple[Any, Any]:
    """Limits of a Poisson count from the chi-square distribution; the lower limit of 0 is 0.

    >>> [round(limit, 3) for limit in exact_limits(9)]
    [4.115, 17.085]
    """
    tail, counts = (1 - interval_level(level)) / 2, numbers(count, "count")
    low = np.where(counts > 0, chdtri(2 * np.maximum(counts, 1e-300), 1 - tail) / 2, 0.0)
    return shaped(low, count), shaped(chdtri(2 * (counts + 1), tail) / 2, count)


def byar_limits(count: Any, *, level: float = 0.95) -> tuple[Any, Any]:
    """Byar's approximation of the limits of a Poisson count; a lower limit below zero becomes 0.

    >>> [round(limit, 2) for limit in byar_limits(65)]
    [50.16, 82.85]
    """
    z, counts = normal_quantile(level), numbers(count, "count")
    safe = np.maximum(counts, 1e-300)
    low = safe * np.maximum(1 - 1 / (9 * safe) - z / (3 * np.sqrt(safe)), 0) ** 3
    more = counts + 1
    return shaped(low, count), shaped(more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3, count)


def wilson_limits(count: Any, persons: Any, *, level: float = 0.95) -> tuple[Any, Any]:
    """Limits of a share of persons.

    Raises: FactorError when a count is larger than its number of persons, which must be above 0.
    Source: Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    >>> [round(limit, 4) for limit in wilson_limits(65, 100)]
    [0.5525, 0.7364]
    """
    z = normal_quantile(level)
    counts, size = paired(numbers(count, "count"), numbers(persons, "persons", above=0))
    if (counts > size).any():
        raise FactorError("Een aantal is groter dan de groep waar het deel van is.")
    middle = 2 * counts + z**2
    spread = z * np.sqrt(z**2 + 4 * counts * (1 - counts / size))
    low, high = (middle - spread) / (2 * (size + z**2)), (middle + spread) / (2 * (size + z**2))
    return shaped(np.maximum(low, 0), count, persons), shaped(np.minimum(high, 1), count, persons)


def normal_quantile(level: float) -> float:
    """How many standard deviations an interval of this level reaches to each side."""
    return float(norm.ppf((1 + interval_level(level)) / 2))


def interval_level(level: float) -> float:
    """The level itself. Raises: FactorError outside 0-1."""
    if not is_number(level) or not 0 < level < 1:
        raise FactorError("Het niveau ligt niet tussen 0 en 1.", doe="geef een aandeel, zoals 0.95.")
    return level


def numbers(values: Any, name: str, *, above: float | None = None) -> np.ndarray:
    """The values as float64, of numbers only: text and truth values are none.

    Raises: FactorError that names them when one is no number, missing, negative or not above a bound.
    """
    found = signed(values, name)
    if above is not None and (found <= above).any():
        raise FactorError(f"In {name} staat een waarde die niet boven {above:g} ligt.")
    if (found < 0).any():
        raise FactorError(f"In {name} staat een waarde onder nul.")
    return found


def signed(values: Any, name: str) -> np.ndarray:
    """The values as float64, also negative ones. Raises: FactorError that names them on no number or a missing one."""
    try:
        raw = np.asarray(values)
        if raw.dtype == object:
            right = all(value is None or value is pd.NA or is_number(value) for value in raw.flat)
        else:
            right = raw.dtype.kind in "iuf"
        found = np.where(pd.isna(raw), np.nan, raw).astype("float64") if right else np.empty(0)
    except (TypeError, ValueError, OverflowError):  # lists of different lengths, or a whole number beyond float64
        right = False
    if not right:
        raise FactorError(f"In {name} staat iets wat geen getal is.")
    if not np.isfinite(found).all():
        raise FactorError(f"In {name} ontbreekt een waarde.")
    return found


def is_number(value: Any) -> bool:
    """A number, and no truth value."""
    return isinstance(value, Real | Decimal) and not isinstance(value, bool)


def paired(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both in one shape. Raises: FactorError when their lengths differ."""
    try:
        a, b = np.broadcast_arrays(first, second)
    except ValueError:
        raise FactorError("De reeksen zijn niet even lang.") from None
    return a, b


def shaped(values: np.ndarray, *like: Any) -> Any:
    """The values in the shape of the input: a Series with its index, an array, or one number.

    Raises: FactorError when two Series have different indexes.
    """
    series = [each for each in like if isinstance(each, pd.Series)]
    if any(not each.index.equals(series[0].index) for each in series):
        raise FactorError("De reeksen hebben niet dezelfde rijen.")
    if series:
        return pd.Series(values, index=series[0].index, dtype="float64")
    return float(values) if np.ndim(values) == 0 else np.asarray(values)
