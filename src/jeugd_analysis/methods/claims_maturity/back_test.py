"""Would the estimate have been right before? Every earlier triangle, completed again, against what came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.claims_maturity.mack import amounts_of, band, chain_ladder, require_run_off

_COLUMNS = [
    "known_to", "origin", "age", "to_age", "latest", "predicted", "standard_error", "low", "high", "came", "inside",
]  # fmt: skip


def back_test(triangle: pd.DataFrame, *, level: float = 0.8, per_age: int = 1, step: int = 1) -> pd.DataFrame:
    """Predict from each earlier diagonal what is known now, with only what was known then.

    Shapes: `triangle` as in `mack`, and regular: each row is known as far as the newest date allows. `per_age` is the
    number of rows (periods of care) to one age: 1 for months with ages in months or quarters with ages in quarters, 3
    for months with ages in quarters. `step` is the number of ages between editions: 1, or 3 for months seen once a
    quarter. A row that is now known to age b, and was known to age a, is predicted to age b: for that the ages beyond b
    are left out, so that what came is certain. Dates at which too little was known are skipped.
    Result: one row per date and origin, oldest date first: known_to (the newest period of care then), origin, age,
    to_age, latest (known then), predicted, standard_error, low, high (`band` at this level), came, inside.
    Units: those of the triangle. Rows of one date share their factors: they miss together, so that a share of rows that
    lie inside is less sure than their number suggests.
    Raises: FactorError as `mack` and `band`, on a triangle that is not regular, and when nothing can be predicted.
    Source: Mack (1993) for the prediction; comparing it with later diagonals is ours.
    """
    amounts = amounts_of(triangle)
    ages = require_run_off(triangle, amounts)
    started = _started(triangle, ages, per_age)
    told: list[dict[str, Any]] = []
    newest = int((started + ages).max())
    for date in range(newest - step, 0, -step) if step > 0 else ():
        then = np.clip(date - started, 0, amounts.shape[1])
        told[:0] = _predicted(triangle, amounts, then, ages)
    if not told:
        raise FactorError("Geen enkele eerdere stand is genoeg om mee te schatten.", doe="geef meer perioden (rijen).")
    tested = pd.DataFrame(told)
    tested = tested.join(band(tested.assign(reserve=tested["predicted"] - tested["latest"]), level=level))
    return tested.assign(inside=tested["came"].between(tested["low"], tested["high"]))[_COLUMNS]


def coverage(tested: pd.DataFrame) -> pd.DataFrame:
    """How often what came lay inside the band, per age at which it was predicted, and for all ages together.

    Shapes: `tested` as `back_test` gives it. Result: one row per age and then "total"; predictions (how many), inside
    (share), miss (sum of what came over sum of what was predicted, minus one: above zero when too little was foreseen).
    """
    groups = [*tested.groupby("age"), ("total", tested)]
    rows = [
        {
            "predictions": len(part),
            "inside": part["inside"].mean(),
            "miss": part["came"].sum() / part["predicted"].sum() - 1,
        }
        for _, part in groups
    ]
    return pd.DataFrame(rows, index=pd.Index([name for name, _ in groups], dtype="object", name="age"))


def _started(triangle: pd.DataFrame, ages: np.ndarray, per_age: int) -> np.ndarray:
    """The date, in ages, just before each row began. Raises: FactorError when the rows do not follow each other."""
    if isinstance(per_age, bool) or not isinstance(per_age, int) or per_age < 1:
        raise FactorError("Het aantal perioden per leeftijd is geen geheel getal boven nul.", doe="geef 1, of 3.")
    started = np.arange(len(ages)) // per_age
    expected = np.minimum((started + ages).max() - started, triangle.shape[1])
    if (irregular := np.flatnonzero(expected != ages)).size:
        raise FactorError(
            f"Periode {triangle.index[irregular[0]]} is niet bekend tot de leeftijd die bij de nieuwste stand hoort.",
            doe="geef alle perioden, zonder gat, met per_age perioden op een leeftijd.",
        )
    return started


def _predicted(
    triangle: pd.DataFrame, amounts: np.ndarray, then: np.ndarray, now: np.ndarray
) -> Iterator[dict[str, Any]]:
    """Predictions of one date: rows open then, to the age they are known to now."""
    known = np.where(np.arange(amounts.shape[1]) < then[:, None], amounts, np.nan)
    there = then > 0
    opened = there & (then < now)
    for to_age in np.unique(now[opened & (now <= then.max())]):  # an age nobody had reached cannot be predicted
        try:
            latest, ultimate, error, _ = chain_ladder(known[there, :to_age], np.minimum(then[there], to_age))
        except FactorError:  # too few rows at that date for a variance
            continue
        for row in np.flatnonzero(opened & (now == to_age)):
            yield {
                "known_to": triangle.index[np.flatnonzero(there)[-1]], "origin": triangle.index[row],
                "age": int(then[row]), "to_age": int(to_age), "latest": latest[row], "predicted": ultimate[row],
                "standard_error": np.sqrt(error[row]), "came": amounts[row, to_age - 1],
            }  # fmt: skip
