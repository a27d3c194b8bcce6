"""Draws of what the recent periods end at, for an interval that carries late claims too."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.claims_maturity.mack import amounts_of, pattern_of, require_run_off


def draw_completion(triangle: pd.DataFrame, *, draws: int, rng: np.random.Generator) -> pd.DataFrame:
    """What every period ends at per euro known: the chain ladder, and draws from the model of Mack around it.

    Shapes: `triangle` as in `mack`. Result: one row per origin, the columns 0 (ultimate over latest) to draws; 1 where
    all is known. The index keeps its name: the column of the care period in the lines of `bootstrap`.
    In each draw every factor is drawn once for all periods (it is estimated), and then each step of each period
    (chance in the claims), both lognormal with the mean and the variance of Mack. The spread of the draws is his
    standard error, but for terms of second order.
    Raises: FactorError as `mack` and where it does not know an error, and on a number of draws below one or something
    that is no generator.
    Source: Mack (1993), ASTIN Bulletin 23(2), 213-225, for mean and variance; the lognormal is ours.
    """
    if not isinstance(rng, np.random.Generator):
        raise FactorError("Er is geen generator gegeven.", doe="geef rng=np.random.default_rng(een getal).")
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 1:
        raise FactorError("Het aantal trekkingen is geen geheel getal boven nul.", doe="geef bijvoorbeeld draws=1000.")
    amounts = amounts_of(triangle)
    age = require_run_off(triangle, amounts)
    told = pattern_of(amounts)
    latest = amounts[np.arange(len(age)), age - 1]
    drawn = np.repeat(latest[:, None], draws, axis=1)
    for step, (factor, spread, weight) in enumerate(zip(told.factor, told.spread, told.weight, strict=True), start=1):
        variance = spread * factor**2
        growth = _lognormal(np.full(draws, factor), variance / weight, rng)
        chance = _lognormal(drawn * growth, variance * drawn, rng)
        drawn = np.where((age <= step)[:, None], chance, drawn)
    ratios = np.column_stack([1 / told.developed[age], drawn / latest[:, None]])
    return pd.DataFrame(ratios, index=triangle.index, columns=range(draws + 1))


def _lognormal(mean: np.ndarray, variance: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    spread = np.sqrt(np.log1p(variance / mean**2))
    return mean * np.exp(spread * rng.standard_normal(mean.shape) - spread**2 / 2)
