"""Regression of counts, shared by expected use and monitoring: Poisson, quasi-Poisson and negative binomial."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize_scalar
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from jeugd_analysis.errors import FactorError

FAMILIES = ("poisson", "quasipoisson", "negative_binomial")
_LEAST_SCALE = 1e-12  # a series that fits exactly has no dispersion, and statsmodels divides by it
_ALPHA = (-14.0, 4.0)  # logarithms: from a hair above Poisson to far beyond anything seen


@dataclass(frozen=True, slots=True, kw_only=True)
class CountFit:
    """A fitted model. dispersion: Pearson chi-square per degree of freedom; alpha: the variance is m + alpha * m^2."""

    results: Any
    alpha: float
    dispersion: float


def fit_counts(
    outcome: np.ndarray, design: np.ndarray, *, offset: np.ndarray | None = None, family: str = "quasipoisson"
) -> CountFit:
    """Log-linear regression of counts on the columns of `design`, which holds its own constant.

    quasipoisson: Poisson with standard errors times the root of the dispersion. negative_binomial: the variance grows
    with the square of the mean; alpha is the one with the highest likelihood, standard errors as if it were known.
    Raises: FactorError on an unknown family, columns that say the same, fewer rows than columns, or nothing but zeros.
    """
    if family not in FAMILIES:
        raise FactorError(f"Onbekende familie {family!r}.", doe=f"kies uit: {', '.join(FAMILIES)}.")
    if not outcome.sum() > 0:
        raise FactorError("Alle aantallen zijn nul, dus is er niets te schatten.")
    rows, columns = design.shape
    if rows <= columns:
        raise FactorError("Er zijn te weinig waarnemingen voor dit model.", doe="neem een langere of grotere reeks.")
    if np.linalg.matrix_rank(design / np.maximum(np.abs(design).max(axis=0), 1e-300)) < columns:
        raise FactorError("Twee kenmerken van het model zeggen hetzelfde.", doe="laat er één weg.")
    if family == "negative_binomial":
        alpha = _likeliest_alpha(outcome, design, offset)
        results = _fit(outcome, design, offset, sm.families.NegativeBinomial(alpha=alpha))
    else:
        alpha = 0.0
        results = _fit(outcome, design, offset, sm.families.Poisson())
    dispersion = float(results.pearson_chi2 / results.df_resid)
    if family == "quasipoisson":
        results = _fit(outcome, design, offset, sm.families.Poisson(), scale=max(dispersion, _LEAST_SCALE))
    return CountFit(results=results, alpha=alpha, dispersion=dispersion)


def _fit(
    outcome: np.ndarray, design: np.ndarray, offset: np.ndarray | None, family: Any, scale: float | None = None
) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)  # a series that fits exactly is no problem here
        return sm.GLM(outcome, design, family=family, offset=offset).fit(scale=scale)


def _likeliest_alpha(outcome: np.ndarray, design: np.ndarray, offset: np.ndarray | None) -> float:
    def loss(logarithm: float) -> float:
        family = sm.families.NegativeBinomial(alpha=float(np.exp(logarithm)))
        return -float(_fit(outcome, design, offset, family).llf)

    return float(np.exp(minimize_scalar(loss, bounds=_ALPHA, method="bounded", options={"xatol": 1e-7}).x))
