"""Claims still to come: what the recent periods will cost once every claim is in, and how sure that is."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError

_WIDER = "neem langere perioden of een grotere groep, of begin bij een latere ontwikkeling."


def mack(triangle: pd.DataFrame) -> pd.DataFrame:
    """Chain ladder of a run-off triangle, with Mack's standard errors; distribution-free.

    Shapes: `triangle` has one row per origin (period of care) and the columns 1..n (age), cumulative; NaN is not yet
    known. Rows may end at the same age (months of care seen each quarter) and old rows may all be complete, but no row
    is known further than an earlier one, and the first is known to age n. Result: one row per origin and then "total";
    latest, ultimate, reserve (ultimate minus latest) and standard_error (of the reserve, which is that of the
    ultimate), float64. Age n is final: there is no tail beyond it.
    Units: those of the triangle. Credits may make a row fall, not to zero or below.
    An age with one ratio has no variance of its own. It gets Mack's rule: with a and b the variances of the two ages
    before it, min(b * b / a, a, b).
    Raises: FactorError on a hole, an amount of zero or less, text, a shape that is no run-off triangle, too few rows.
    Source: Mack (1993), ASTIN Bulletin 23(2), 213-225: factors (2), variances (section 3), theorem 3 and its corollary.

    >>> mack(pd.DataFrame({1: [100, 300, 120], 2: [130, 350, None]})).loc["total"].round(2).tolist()
    [600.0, 624.0, 24.0, 14.42]
    """
    amounts = _amounts(triangle)
    age = _require_run_off(triangle, amounts)
    later = ~np.isnan(amounts[:, 1:])
    start, end = (np.where(later, side, 0.0) for side in (amounts[:, :-1], amounts[:, 1:]))
    weight = start.sum(axis=0)
    factor = end.sum(axis=0) / weight
    spread = _variances(start, end, factor, later) / factor**2
    completed = _completed(amounts, factor)
    ultimate = completed[:, -1]
    ahead = ~later  # the steps a row still has to take
    process = ultimate**2 * (ahead * spread / completed[:, :-1]).sum(axis=1)
    estimation = ultimate**2 * (ahead * spread / weight).sum(axis=1)
    # One estimated factor serves all rows, so their errors in it add up before they are squared.
    together = ((ahead * ultimate[:, None]).sum(axis=0) ** 2 * spread / weight).sum()
    latest = amounts[np.arange(len(age)), age - 1]
    return _result(triangle, latest, ultimate, process + estimation, process.sum() + together)


def _result(
    triangle: pd.DataFrame, latest: np.ndarray, ultimate: np.ndarray, error: np.ndarray, total_error: float
) -> pd.DataFrame:
    origins = pd.Index([*triangle.index, "total"], dtype="object", name="origin")
    result = pd.DataFrame(
        {"latest": [*latest, latest.sum()], "ultimate": [*ultimate, ultimate.sum()]}, index=origins, dtype="float64"
    )
    result["reserve"] = result["ultimate"] - result["latest"]
    result["standard_error"] = np.sqrt([*error, total_error])
    return result


def _variances(start: np.ndarray, end: np.ndarray, factor: np.ndarray, later: np.ndarray) -> np.ndarray:
    """Mack's sigma squared per age; where only one ratio is known, his rule."""
    misses = np.divide((end - factor * start) ** 2, start, out=np.zeros_like(start), where=later)
    ratios = later.sum(axis=0)
    variance = misses.sum(axis=0) / np.maximum(ratios - 1, 1)
    for age in np.flatnonzero(ratios == 1):
        if age < 2:
            raise FactorError(
                f"Naar ontwikkeling {age + 2} is er maar één overgang, en er zijn geen twee eerdere om op te steunen.",
                doe="geef meer perioden (rijen), of minder ontwikkelingen (kolommen).",
            )
        before, last = variance[age - 2], variance[age - 1]
        variance[age] = min(last**2 / before, before, last) if before > 0 else 0.0
    return variance


def _completed(amounts: np.ndarray, factor: np.ndarray) -> np.ndarray:
    completed = amounts.copy()
    for age, step in enumerate(factor, start=1):
        unknown = np.isnan(completed[:, age])
        completed[unknown, age] = completed[unknown, age - 1] * step
    return completed


def _amounts(triangle: pd.DataFrame) -> np.ndarray:
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


def _require_run_off(triangle: pd.DataFrame, amounts: np.ndarray) -> np.ndarray:
    """How many ages each row is known to. Raises: FactorError that names the first row that cannot be used."""
    known = ~np.isnan(amounts)
    ages = known.sum(axis=1)
    hole = known != (np.arange(amounts.shape[1]) < ages[:, None])
    low = known & ~((amounts > 0) & np.isfinite(amounts))
    for wrong, what in ((hole, "ontbreekt, maar een latere is wel bekend"), (low, "is geen bedrag boven nul")):
        if wrong.any():
            row, age = np.argwhere(wrong)[0]
            raise FactorError(f"Periode {triangle.index[row]}: ontwikkeling {age + 1} {what}.", doe=_WIDER)
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
