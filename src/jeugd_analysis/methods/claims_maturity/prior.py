"""What is still to come when claims alone say too little: an expectation from allocations beside the chain ladder."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.claims_maturity.mack import (
    Pattern,
    amounts_of,
    pattern_of,
    require_no_holes,
    require_run_off,
    result_of,
)

WEIGHTS = ("bornhuetter_ferguson", "benktander")


def with_prior(
    triangle: pd.DataFrame,
    prior: pd.DataFrame,
    *,
    weight: str | float = "bornhuetter_ferguson",
    development: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Chain ladder for the old periods, and for those in `prior` what was expected before the first claim came in.

    Shapes: `triangle` as in `mack`. `prior` has one row per period, with ultimate (the expected end, from allocations)
    and standard_error (how far such expectations were off before). Periods that are not in the triangle yet may be in
    it. A period in the prior may have claims of zero or below; it then says nothing about the factors. `development` is
    another triangle to take the factors from: the region for a small municipality, or the years before a break when
    claims come in as fast as before. Result: as `mack`, the periods of the prior that are not in the triangle last.
    With p the share that is known at the age of a period, C its claims, U0 the prior:
    still to come = (1 - p) (c C / p + (1 - c) U0). The weight c is 0 for Bornhuetter-Ferguson, p for Benktander, or a
    number from 0 to 1; 1 is the chain ladder.
    Standard error: chance in the claims of the period, the estimated factors, and the prior. It is ours (first order,
    for a given c, in the model of Mack (1993) with the prior independent of the claims); with c = 1 it is that of Mack.
    Errors of the prior count as one error in all periods: they come from the same use of allocations.
    Units: those of the triangle.
    Raises: FactorError as `mack` and where it does not know an error, and on a prior that is double, empty, or has
    numbers that are missing or negative.
    Source: Bornhuetter and Ferguson (1972), Proceedings CAS 59, 181-195; Benktander (1976), The Actuarial Review, 7;
    Mack (2000), ASTIN Bulletin 30(2), 333-347 (both as weights of one formula).

    Half is in, 55 where 45 was expected: 100 with Bornhuetter-Ferguson, 105 with Benktander, 110 without the prior.

    >>> triangle = pd.DataFrame({1: [50, 40, 55], 2: [100, 80, None]})
    >>> prior = pd.DataFrame({"ultimate": [90], "standard_error": [9]}, index=[2])
    >>> [round(with_prior(triangle, prior, weight=name).loc[2, "ultimate"]) for name in WEIGHTS]
    [100, 105]
    """
    expected = _prior(prior)
    amounts = amounts_of(triangle)
    age = require_no_holes(triangle, amounts)
    told = _pattern(triangle, amounts, expected, development)
    origins = [*triangle.index, *(name for name in expected.index if name not in triangle.index)]
    extra = len(origins) - len(age)
    latest = np.append(np.where(age > 0, amounts[np.arange(len(age)), age - 1], 0.0), np.zeros(extra))
    age = np.append(age, np.zeros(extra, dtype="int64"))
    known = pd.Index(expected.index).get_indexer(pd.Index(origins, dtype="object"))
    if (bare := (known < 0) & ~(latest > 0)).any():
        raise FactorError(f"Van periode {origins[int(np.argmax(bare))]} zijn er geen declaraties en geen verwachting.")
    chosen = expected.to_numpy("float64")[known]  # where known is -1 the weight is 1 and these do not count
    own = np.where(known < 0, 1.0, _weights(weight, told.developed[age]))
    return _estimate(origins, latest, age, told, np.where(known[:, None] < 0, 0.0, chosen), own)


def prior_from_allocations(allocated: pd.Series, ended: pd.Series) -> pd.DataFrame:
    """What periods are expected to end at, from what was allocated: the `prior` of `with_prior`.

    Shapes: `allocated` has the amount that was allocated per period; `ended` what the complete ones among them ended
    at, at least two. Result: one row per period that is not in `ended`, in the order of allocated: ultimate and
    standard_error. The share that is used is taken over the complete periods together, and its spread from how far each
    of them was off: the step of the chain ladder, with the allocation as the first age.
    Units: those of the amounts; both the same.
    Raises: FactorError on labels that are double, amounts that are not above zero, or fewer than two complete periods.
    Source: Mack (1993), ASTIN Bulletin 23(2), 213-225, for one step; allocations as that step are ours.

    >>> prior_from_allocations(pd.Series([100, 300, 120]), pd.Series([130, 350])).round(2).loc[2].tolist()
    [144.0, 14.42]
    """
    for amounts, what in ((allocated, "toewijzingen"), (ended, "eindbedragen")):
        numbers = pd.to_numeric(amounts, errors="coerce").to_numpy("float64", na_value=np.nan)
        if not amounts.index.is_unique or not (np.isfinite(numbers) & (numbers > 0)).all():
            raise FactorError(f"De {what} hebben een dubbele periode, of een bedrag dat niet boven nul ligt.")
    if len(ended) < 2 or not ended.index.isin(allocated.index).all():
        raise FactorError("Er zijn minder dan twee complete perioden met een toewijzing en een eindbedrag.")
    start, end = allocated.loc[ended.index].to_numpy("float64"), ended.to_numpy("float64")
    factor = end.sum() / start.sum()
    variance = (start * (end / start - factor) ** 2).sum() / (len(ended) - 1)
    ahead = allocated[~allocated.index.isin(ended.index)].astype("float64")
    error = np.sqrt(variance * ahead * (1 + ahead / start.sum()))
    return pd.DataFrame({"ultimate": ahead * factor, "standard_error": error})


def _estimate(
    origins: list, latest: np.ndarray, age: np.ndarray, told: Pattern, prior: np.ndarray, own: np.ndarray
) -> pd.DataFrame:
    """The table of mack for weights `own` of the chain ladder; prior is periods x (ultimate, standard error)."""
    share = told.developed[age]
    ladder = np.divide(latest, share, out=np.zeros_like(latest), where=share > 0)
    reserve = (1 - share) * (own * ladder + (1 - own) * prior[:, 0])
    ultimate = latest + reserve
    ahead = np.arange(1, len(told.factor) + 1) >= age[:, None]  # the steps a row still has to take
    process = np.maximum(ultimate, 0) * (ahead * told.spread / told.developed[1:-1]).sum(axis=1)
    slope = own * ladder + (1 - own) * share * prior[:, 0]  # of the reserve, per relative change of the known share
    estimation = slope**2 * (ahead * told.spread / told.weight).sum(axis=1)
    together = ((ahead * slope[:, None]).sum(axis=0) ** 2 * told.spread / told.weight).sum()
    from_prior = (1 - share) * (1 - own) * prior[:, 1]
    error = process + estimation + from_prior**2
    return result_of(origins, latest, ultimate, error, float(process.sum() + together + from_prior.sum() ** 2))


def _weights(weight: str | float, share: np.ndarray) -> np.ndarray:
    if weight == "bornhuetter_ferguson":
        return np.zeros_like(share)
    if weight == "benktander":
        return share
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= 1:
        raise FactorError(
            f"Onbekend gewicht {weight!r}.",
            doe=f"kies uit: {', '.join(WEIGHTS)}, of geef een getal van 0 tot en met 1.",
        )
    return np.where(share > 0, float(weight), 0.0)


def _pattern(
    triangle: pd.DataFrame, amounts: np.ndarray, expected: pd.DataFrame, development: pd.DataFrame | None
) -> Pattern:
    if development is None:
        usable = (np.nan_to_num(amounts, nan=1.0) > 0).all(axis=1) & ~np.isnan(amounts[:, 0])
        kept = triangle[usable | ~triangle.index.isin(expected.index)]
        amounts = amounts_of(kept)
        require_run_off(kept, amounts)
        return pattern_of(amounts)
    if development.shape[1] != triangle.shape[1]:
        raise FactorError("De driehoek voor de factoren heeft een ander aantal ontwikkelingen.")
    amounts = amounts_of(development)
    require_run_off(development, amounts)
    return pattern_of(amounts)


def _prior(prior: pd.DataFrame) -> pd.DataFrame:
    names = ["ultimate", "standard_error"]
    if missing := [name for name in names if name not in prior]:
        raise FactorError(f"De verwachting heeft geen kolom {', '.join(missing)}.")
    if prior.empty or not prior.index.is_unique or prior.index.hasnans or "total" in prior.index:
        raise FactorError("De verwachting is leeg, of een periode is leeg, komt vaker voor of heet total.")
    numbers = prior[names].apply(pd.to_numeric, errors="coerce")
    if not (np.isfinite(numbers.to_numpy("float64", na_value=np.nan)) & (numbers.to_numpy() >= 0)).all():
        raise FactorError("De verwachting heeft waarden die geen getal van nul of hoger zijn.")
    return numbers
