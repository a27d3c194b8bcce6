"""Expected use from features of areas: what other areas with these features use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.count_models import fit_counts
from jeugd_analysis.methods.expected_use.limits import normal_quantile, numbers, signed, standardised_ratio
from jeugd_analysis.methods.expected_use.standardise import require


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedModel:
    """A fitted model. Frames have a RangeIndex.

    areas: the keys, observed, expected, ratio, low, high (of the ratio, by chance alone), residual (Pearson),
    leverage, cooks_distance, influential (Cook's distance above 4 / number of areas). The last four are of the areas
    that were fitted; an area that was left out has no number there and is not influential.
    coefficients: term, ratio, low, high; the factor by which use changes with one standard deviation of a feature.
    dispersion: Pearson chi-square per degree of freedom, near 1 when the family fits. alpha: of the negative binomial.
    explained: share of the deviance of a model without features that is explained.
    """

    areas: pd.DataFrame
    coefficients: pd.DataFrame
    family: str
    alpha: float
    dispersion: float
    deviance: float
    degrees: int
    explained: float


def expected_model(
    table: pd.DataFrame,
    *,
    observed: str,
    exposure: str,
    covariates: Sequence[str],
    keys: Sequence[str],
    family: str = "negative_binomial",
    level: float = 0.95,
    leave_out: pd.Series | None = None,
) -> ExpectedModel:
    """Expected numbers from a log-linear model with the exposure as offset, over all areas of the table.

    Shapes: one row per area, such as every Dutch municipality, or every neighbourhood. `exposure` is the population at
    risk. The features are scaled to mean 0 and standard deviation 1 first. Missing values are not filled in.
    family: "negative_binomial" (areas differ more than chance and features explain), "quasipoisson" as its check, or
    "poisson". leave_out: areas (True) that get an expected number but do not count in the fit, to see what a few odd
    ones do.
    Raises: FactorError on missing values, an exposure that is not above 0, a feature that is the same everywhere or
    says the same as others, double keys, and too few areas.
    Source: Hilbe (2011), Negative Binomial Regression, 2nd ed.; Cook (1977), Technometrics 19, 15-18.
    """
    require(table, [*keys, observed, exposure, *covariates])
    if table.duplicated(list(keys)).any():
        raise FactorError("Een gebied komt vaker voor.")
    counts, size = numbers(table[observed], observed), numbers(table[exposure], exposure, above=0)
    design, offset = _design(table, covariates), np.log(size)
    used = np.ones(len(table), dtype=bool) if leave_out is None else ~leave_out.to_numpy(dtype=bool)
    fitted = fit_counts(counts[used], design[used], offset=offset[used], family=family)
    results = fitted.results
    expected = np.exp(design @ np.asarray(results.params) + offset)
    ratio, low, high = standardised_ratio(counts, expected, level=level)
    areas = table[list(keys)].reset_index(drop=True).assign(
        observed=counts, expected=expected, ratio=ratio, low=low, high=high, **_influence(results, used)
    )  # fmt: skip
    return ExpectedModel(
        areas=areas,
        coefficients=_coefficients(results, covariates, level),
        family=family,
        alpha=fitted.alpha,
        dispersion=fitted.dispersion,
        deviance=float(results.deviance),
        degrees=int(results.df_resid),
        explained=float(1 - results.deviance / results.null_deviance),
    )


def expected_share(
    table: pd.DataFrame, *, share: str, covariates: Sequence[str], keys: Sequence[str], level: float = 0.95
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Expected shares where only shares are known: a logistic model of the shares, with robust standard errors.

    Shapes: one row per area, such as a neighbourhood; `share` is 0-1. Result: the keys with observed, expected and
    difference (all shares), and the coefficients: term, ratio (of the odds, per standard deviation), low, high.
    Raises: FactorError on missing values, a share outside 0-1, a feature that is the same everywhere, too few areas.
    Source: Papke and Wooldridge (1996), Journal of Applied Econometrics 11, 619-632.
    """
    require(table, [*keys, share, *covariates])
    shares = numbers(table[share], share)
    if (shares > 1).any():
        raise FactorError(f"In {share} staat een aandeel boven 1.", doe="deel percentages door 100.")
    design = _design(table, covariates)
    if design.shape[0] <= design.shape[1]:
        raise FactorError("Er zijn te weinig gebieden voor dit model.", doe="neem minder kenmerken.")
    results = sm.GLM(shares, design, family=sm.families.Binomial()).fit(cov_type="HC1")
    areas = table[list(keys)].reset_index(drop=True)
    areas = areas.assign(observed=shares, expected=results.fittedvalues, difference=shares - results.fittedvalues)
    return areas, _coefficients(results, covariates, level)


def _influence(results: Any, used: np.ndarray) -> dict[str, np.ndarray]:
    """What each fitted area did to the model; nothing for those that were left out."""
    influence = results.get_influence(observed=False)
    cook = influence.cooks_distance[0]
    told = {"residual": results.resid_pearson, "leverage": influence.hat_matrix_diag, "cooks_distance": cook}
    whole = {name: np.full(used.size, np.nan) for name in told}
    for name, values in told.items():
        whole[name][used] = values
    influential = np.zeros(used.size, dtype=bool)
    influential[used] = cook > 4 / used.sum()
    return {**whole, "influential": influential}


def _design(table: pd.DataFrame, covariates: Sequence[str]) -> np.ndarray:
    """A column of ones and the features, each with mean 0 and standard deviation 1."""
    features = np.column_stack([np.empty((len(table), 0)), *(signed(table[name], name) for name in covariates)])
    spread = features.std(axis=0)
    if same := [name for name, size in zip(covariates, spread, strict=True) if not size > 0]:
        raise FactorError(f"Kenmerk {', '.join(same)} is in elk gebied gelijk.", doe="laat het weg.")
    return np.column_stack([np.ones(len(table)), (features - features.mean(axis=0)) / spread])


def _coefficients(results: Any, covariates: Sequence[str], level: float) -> pd.DataFrame:
    z = normal_quantile(level)
    estimate, error = np.asarray(results.params)[1:], np.asarray(results.bse)[1:]
    return pd.DataFrame({
        "term": list(covariates), "ratio": np.exp(estimate), "low": np.exp(estimate - z * error),
        "high": np.exp(estimate + z * error),
    })  # fmt: skip
