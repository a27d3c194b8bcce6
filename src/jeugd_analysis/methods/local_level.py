"""A jump in a series whose level wanders: how large it is, and how sure that is."""

from __future__ import annotations

import warnings

import numpy as np
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import ConvergenceWarning

_LEAST_ERROR = 1e-6  # of the usual change from step to step: below it a series has no chance in it, only rounding


def jump(values: np.ndarray, known: np.ndarray) -> tuple[float, float]:
    """Coefficient of the first known column, and its standard error, when the level takes random steps.

    Shapes: one value per step; `known` has a row per value. The standard error is that of generalised least squares,
    given the two estimated variances (of the steps of the level, and of the noise on it). It is NaN when they cannot be
    told: a series without any chance in it, such as a constant one, has none.
    Source: Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter, section 7.3.
    """
    usual = float(np.sqrt(np.mean(np.diff(values) ** 2)))
    if not usual > 0:
        return 0.0, float("nan")
    # The jump is a state of its own: as a parameter it would get the outer product of gradients as its variance, and
    # those are near zero at every step but one.
    told = {"level": "local level", "mle_regression": False, "use_exact_diffuse": True}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # such a fit gets no error
        # In units of the usual change the variances are near 1, where the optimiser finds them.
        results = sm.tsa.UnobservedComponents(values / usual, exog=known, **told).fit(disp=False)
    place = 1  # after the level itself
    estimate = usual * float(results.filter_results.filtered_state[place, -1])
    variance = float(results.filter_results.filtered_state_cov[place, place, -1])
    sure = results.mle_retvals["converged"] and variance > _LEAST_ERROR**2
    return estimate, usual * float(np.sqrt(variance)) if sure else float("nan")
