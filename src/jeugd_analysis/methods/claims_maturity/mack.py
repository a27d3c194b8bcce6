"""Chain ladder with the standard errors of Mack, and the band around what is still to come."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.stats import t as student

from jeugd_analysis.errors import FactorError

_WIDER = "neem langere perioden of een grotere groep, of begin bij een latere ontwikkeling."


def mack(triangle: pd.DataFrame) -> pd.DataFrame:
    """Chain ladder of a run-off triangle, with Mack's standard errors; distribution-free.

    Shapes: `triangle` has one row per origin (period of care) and the columns 1..n (age), cumulative; NaN is not yet
    known. Rows may end at the same age (months of care seen each quarter) and old rows may all be complete, but no row
    is known further than an earlier one, and the first is known to age n. Rows in another order are sorted by origin.
    Result: one row per origin, in that order, and then "total"; latest, ultimate, reserve (ultimate minus latest) and
    standard_error (of the reserve, which is that of the ultimate), float64. Age n is final: no tail beyond it.
    Units: those of the triangle. Credits may make a row fall, not to zero or below.
    An age with one ratio has no variance of its own. It gets Mack's rule: with a and b the variances of the two ages
    before it, min(b * b / a, a, b). Where there are no two before it, as in a triangle of two or three rows, it is not
    known: rows that still have to take that step, and the total, have a standard_error of NaN. The amounts are known.
    Raises: FactorError on a hole, an amount of zero or less, text, a shape that is no run-off triangle, too few rows.
    Source: Mack (1993), ASTIN Bulletin 23(2), 213-225: factors (2), variances (section 3), theorem 3 and its corollary.

    >>> mack(pd.DataFrame({1: [100, 300, 120], 2: [130, 350, None]})).loc["total"].round(2).tolist()
    [600.0, 624.0, 24.0, 14.42]
    """
    return _ladder(triangle, known=False)


def mack_with_errors(triangle: pd.DataFrame) -> pd.DataFrame:
    """The table of `mack`, for who calculates with its errors. Raises: FactorError also where one is not known."""
    return _ladder(triangle, known=True)


def _ladder(triangle: pd.DataFrame, *, known: bool) -> pd.DataFrame:
    ordered = _oldest_first(triangle)
    amounts = amounts_of(ordered)
    age = require_run_off(ordered, amounts)
    latest, ultimate, error, together = chain_ladder(amounts, age, known=known)
    return result_of(list(ordered.index), latest, ultimate, error, together)


def _oldest_first(triangle: pd.DataFrame) -> pd.DataFrame:
    """Rows sorted by origin; as they stand when names have no order, or say another one (K9 before K10)."""
    try:
        ordered = triangle.sort_index(kind="stable")
    except TypeError:
        return triangle
    return ordered if ordered.notna().sum(axis=1).is_monotonic_decreasing else triangle


def band(result: pd.DataFrame, *, level: float = 0.8) -> pd.DataFrame:
    """The interval around what is still to come, from the standard error; lognormal.

    Shapes: `result` as `mack` and `with_prior` give it, with latest, reserve and standard_error. Result: the same rows;
    low and high (of the ultimate), reserve_low and reserve_high. `level` is the chance that the outcome lies within.
    Lognormal with the mean and the variance of the reserve: with s2 = ln(1 + (error / reserve)^2) and
    m = ln(reserve) - s2 / 2 the ends are exp(m -+ z s). A reserve of zero or less (credits) has no logarithm and gets a
    normal interval. The ends of rows do not add up to those of the total. A row whose standard error is not known (NaN)
    has no interval: NaN. With a column `freedom` (see there) z is the quantile of Student's t: a variance from few
    ratios is uncertain itself.
    Units: those of the result.
    Raises: FactorError on a level outside 0..1 or missing columns.
    Source: Mack (1994), CAS Forum Spring, 101-182: the lognormal for confidence intervals of the reserve.

    >>> told = mack(pd.DataFrame({1: [100, 300, 120], 2: [130, 350, None]}))
    >>> band(told).loc["total", ["reserve_low", "reserve_high"]].round(1).tolist()
    [10.1, 41.9]
    """
    if not 0 < level < 1:
        raise FactorError("Het niveau ligt niet tussen 0 en 1.", doe="geef een aandeel, zoals 0.8.")
    if missing := [name for name in ("latest", "reserve", "standard_error") if name not in result]:
        raise FactorError(f"De tabel heeft geen kolom {', '.join(missing)}.", doe="geef de uitkomst van mack.")
    reserve, error = result["reserve"].to_numpy("float64"), result["standard_error"].to_numpy("float64")
    z = NormalDist().inv_cdf((1 + level) / 2)
    if "freedom" in result:
        z = student.ppf((1 + level) / 2, result["freedom"].to_numpy("float64"))
    positive = reserve > 0
    ratio = np.divide(error, reserve, out=np.zeros_like(error), where=positive)
    spread = np.sqrt(np.log1p(ratio**2))
    middle = np.where(positive, reserve, 1.0) * np.exp(-(spread**2) / 2)
    ends = [np.where(positive, middle * np.exp(side * spread), reserve + side * error) for side in (-z, z)]
    latest = result["latest"].to_numpy("float64")
    columns = {"low": latest + ends[0], "high": latest + ends[1], "reserve_low": ends[0], "reserve_high": ends[1]}
    return pd.DataFrame(columns, index=result.index)


@dataclass(frozen=True, slots=True)
class Pattern:
    """How amounts grow from age k to k + 1, for k = 1..n-1; arrays of n-1.

    factor: mean growth; spread: Mack's sigma squared over factor squared; weight: the amounts the factor rests on.
    """

    factor: np.ndarray
    spread: np.ndarray
    weight: np.ndarray

    @property
    def developed(self) -> np.ndarray:
        """Share of the ultimate that is known at age 0..n: 0 at age 0, 1 at age n."""
        shares = 1 / np.cumprod(self.factor[::-1])[::-1]
        return np.concatenate([[0.0], shares, [1.0]])


def pattern_of(amounts: np.ndarray, *, known: bool = True) -> Pattern:
    """Factors and variances of a triangle of amounts.

    A variance that cannot be estimated raises FactorError, or is NaN when it need not be `known`.
    """
    later = ~np.isnan(amounts[:, 1:])
    start, end = (np.where(later, side, 0.0) for side in (amounts[:, :-1], amounts[:, 1:]))
    weight = start.sum(axis=0)
    factor = end.sum(axis=0) / weight
    variance = _variances(start, end, factor, later)
    if known and np.isnan(variance).any():
        age = int(np.flatnonzero(np.isnan(variance))[0]) + 2
        raise FactorError(
            f"Naar ontwikkeling {age} is er maar één overgang, en er zijn geen twee eerdere om op te steunen.",
            doe="geef meer perioden (rijen), of minder ontwikkelingen (kolommen).",
        )
    return Pattern(factor, variance / factor**2, weight)


def chain_ladder(
    amounts: np.ndarray, age: np.ndarray, *, known: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Latest, ultimate and squared error per row, and the squared error of all rows together; `known` as there."""
    told = pattern_of(amounts, known=known)
    completed = _completed(amounts, told.factor)
    ultimate = completed[:, -1]
    ahead = np.isnan(amounts[:, 1:])  # the steps a row still has to take
    spread = np.where(ahead, told.spread, 0.0)  # a row that took a step needs nothing of it, known or not
    process = ultimate**2 * (spread / completed[:, :-1]).sum(axis=1)
    estimation = ultimate**2 * (spread / told.weight).sum(axis=1)
    # One estimated factor serves all rows, so their errors in it add up before they are squared.
    together = ((ahead * ultimate[:, None]).sum(axis=0) ** 2 * told.spread / told.weight).sum()
    latest = amounts[np.arange(len(age)), age - 1]
    return latest, ultimate, process + estimation, float(process.sum() + together)


def result_of(
    origins: list[Hashable], latest: np.ndarray, ultimate: np.ndarray, error: np.ndarray, total_error: float
) -> pd.DataFrame:
    """The table of mack: one row per origin and then the total."""
    index = pd.Index([*origins, "total"], dtype="object", name="origin")
    result = pd.DataFrame(
        {"latest": [*latest, latest.sum()], "ultimate": [*ultimate, ultimate.sum()]}, index=index, dtype="float64"
    )
    result["reserve"] = result["ultimate"] - result["latest"]
    result["standard_error"] = np.sqrt([*error, total_error])
    return result


def _variances(start: np.ndarray, end: np.ndarray, factor: np.ndarray, later: np.ndarray) -> np.ndarray:
    """Mack's sigma squared per age; where only one ratio is known, his rule, or NaN when that has nothing to go by."""
    misses = np.divide((end - factor * start) ** 2, start, out=np.zeros_like(start), where=later)
    ratios = later.sum(axis=0)
    variance = misses.sum(axis=0) / np.maximum(ratios - 1, 1)
    for age in np.flatnonzero(ratios == 1):
        before, last = variance[age - 2 : age] if age >= 2 else (np.nan, np.nan)
        if np.isnan([before, last]).any():
            variance[age] = np.nan
        else:
            variance[age] = min(last**2 / before, before, last) if before > 0 else 0.0
    return variance


def _completed(amounts: np.ndarray, factor: np.ndarray) -> np.ndarray:
    completed = amounts.copy()
    for age, step in enumerate(factor, start=1):
        unknown = np.isnan(completed[:, age])
        completed[unknown, age] = completed[unknown, age - 1] * step
    return completed


def amounts_of(triangle: pd.DataFrame) -> np.ndarray:
    """The triangle as float64. Raises: FactorError on labels that are wrong, double or missing, and on text."""
    if list(triangle.columns) != list(range(1, triangle.shape[1] + 1)):
        raise FactorError("De kolommen van de driehoek zijn niet de ontwikkelingen 1, 2, 3 enzovoort.")
    origins = list(triangle.index)
    if triangle.index.hasnans or len(set(origins)) < len(origins) or "total" in origins:
        raise FactorError("Een periode van de driehoek is leeg, komt vaker voor of heet total.")
    if min(triangle.shape) < 2:
        raise FactorError("De driehoek is te klein.", doe="geef ten minste twee perioden en twee ontwikkelingen.")
    return np.column_stack([_numbers(column, name) for name, column in triangle.items()])


def _numbers(column: pd.Series, name: Hashable) -> np.ndarray:
    if column.dtype == object:
        right = not any(isinstance(value, str | bool) for value in column.dropna())
    else:
        right = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    try:
        if right:
            return column.to_numpy("float64", na_value=np.nan)
    except (TypeError, ValueError):  # dates or other objects in a column of objects
        pass
    raise FactorError(f"Ontwikkeling {name} bevat geen getallen.")


def require_run_off(triangle: pd.DataFrame, amounts: np.ndarray) -> np.ndarray:
    """How many ages each row is known to. Raises: FactorError that names the first row that cannot be used."""
    ages = require_no_holes(triangle, amounts)
    low = ~np.isnan(amounts) & ~((amounts > 0) & np.isfinite(amounts))
    if low.any():
        row, age = np.argwhere(low)[0]
        raise FactorError(
            f"Periode {triangle.index[row]}: ontwikkeling {age + 1} is geen bedrag boven nul.", doe=_WIDER
        )
    if not ages.all():
        raise FactorError(f"Van periode {triangle.index[int(np.argmin(ages))]} is nog niets bekend.", doe=_WIDER)
    if (longer := np.flatnonzero(np.diff(ages) > 0)).size:
        name = triangle.index[longer[0] + 1]
        raise FactorError(
            f"Periode {name} is verder bekend dan de periode ervoor.", doe="zet de oudste periode bovenaan."
        )
    if ages[0] < amounts.shape[1]:
        raise FactorError(
            f"Ontwikkeling {amounts.shape[1]} is van geen enkele periode bekend.", doe="laat lege kolommen weg."
        )
    return ages


def require_no_holes(triangle: pd.DataFrame, amounts: np.ndarray) -> np.ndarray:
    """How many ages each row is known to. Raises: FactorError on an age that is missing before one that is known."""
    known = ~np.isnan(amounts)
    ages = known.sum(axis=1)
    hole = known != (np.arange(amounts.shape[1]) < ages[:, None])
    if hole.any():
        row, age = np.argwhere(hole)[0]
        raise FactorError(
            f"Periode {triangle.index[row]}: ontwikkeling {age + 1} ontbreekt, maar een latere is wel bekend.",
            doe=_WIDER,
        )
    return ages


def freedom(triangle: pd.DataFrame) -> pd.Series:
    """Degrees of freedom behind Mack's standard error, per row: how much his variances can be relied on.

    Shapes: `triangle` as in `mack`. Result: one value per origin; infinite for a row that is complete. The variance of
    an age rests on its ratios less one; a row adds the variances of the ages it still goes through (each with its
    weight in the squared error), and the degrees of freedom of such a sum are those of Satterthwaite: the square of the
    sum over the sum of each square by its own degrees of freedom. An age with one ratio counts as one degree.
    Raises: FactorError as `mack`, and where it does not know an error.
    Source: Satterthwaite (1946), Biometrics Bulletin 2(6), 110-114, formula (17). That each age is a regression through
    the origin: Mack (1993), section 3; Murphy (1994), Proceedings of the CAS 81, 154-222.

    >>> freedom(pd.DataFrame({1: [100, 300, 120], 2: [130, 350, None]})).tolist()
    [inf, inf, 1.0]
    """
    amounts = amounts_of(triangle)
    require_run_off(triangle, amounts)
    told = pattern_of(amounts)
    ahead = np.isnan(amounts[:, 1:])
    parts = ahead * told.spread * (1 / _completed(amounts, told.factor)[:, :-1] + 1 / told.weight)
    degrees = np.maximum((~ahead).sum(axis=0) - 1, 1)
    below = (parts**2 / degrees).sum(axis=1)
    whole = np.divide(parts.sum(axis=1) ** 2, below, out=np.full(len(amounts), np.inf), where=below > 0)
    return pd.Series(whole, index=triangle.index)
