"""How much a municipality's own use tells: the credibility weight estimated from the years themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.distribution_key.keys import require_same


@dataclass(frozen=True, slots=True, kw_only=True)
class Credibility:
    """Bühlmann-Straub estimates.

    within: variance of one unit of weight in one year, by chance; between: variance of the municipalities' own levels;
    k: within / between, in the unit of the weights summed over the years; infinite when own levels do not differ more
    than chance explains. weight: per municipality how far its own mean counts (0-1).
    """

    within: float
    between: float
    k: float
    weight: pd.Series


def estimate_credibility(level: pd.DataFrame, weights: pd.DataFrame) -> Credibility:
    """The credibility of each municipality's own mean, from how its years differ and how municipalities differ.

    Shapes: level municipality x year, such as use per young person; weights the same, such as young people; both
    above zero where they are given. What all municipalities share in a year (prices, say) should be taken out before:
    divide by the mean of that year (`beside_mean`).
    Raises: FactorError with fewer than two municipalities or years, on missing or negative values, or zero weights.
    Source: Bühlmann and Gisler (2005), A Course in Credibility Theory, sections 4.2 and 4.8 (unbiased estimators).
    """
    own, heavy = _checked(level, weights)
    total = heavy.sum(axis=1)
    mean = (heavy * own).sum(axis=1) / total
    whole, count = total.sum(), len(own)
    within = float((heavy * (own - mean[:, None]) ** 2).sum() / (count * (own.shape[1] - 1)))
    centre = (total * mean).sum() / whole
    spread = float((total * (mean - centre) ** 2).sum()) - (count - 1) * within
    between = max(spread / float(whole - (total**2).sum() / whole), 0.0)
    k = within / between if between else float("inf")
    weight = total / (total + k) if between else np.zeros(count)
    return Credibility(within=within, between=between, k=k, weight=pd.Series(weight, index=level.index))


def beside_mean(use: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Use per head of each municipality and year, as a share of that of all of them in the same year (1 is the mean).

    Shapes: use and people municipality x year. Raises: FactorError as `estimate_credibility`.
    """
    own, heavy = _checked(use, people)
    return pd.DataFrame(own / heavy / (own.sum(axis=0) / heavy.sum(axis=0)), index=use.index, columns=use.columns)


def _checked(values: pd.DataFrame, weights: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    require_same(values.iloc[:, 0], weights.iloc[:, 0])
    own = values.to_numpy("float64")
    heavy = weights.reindex(index=values.index, columns=values.columns).to_numpy("float64")
    if min(own.shape) < 2:
        raise FactorError("Voor een schatting zijn twee gemeenten en twee jaren nodig.")
    if not (np.isfinite(own).all() and (own >= 0).all() and np.isfinite(heavy).all() and (heavy > 0).all()):
        raise FactorError("Een waarde of gewicht ontbreekt, is negatief of is nul.")
    if not own.sum(axis=0).all():
        raise FactorError("In een jaar is er geen gebruik.")
    return own, heavy
