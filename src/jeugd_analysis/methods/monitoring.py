"""Did a series change when a measure began? Level and slope before and after, and what could have been seen at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import norm

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.count_models import FAMILIES, fit_counts
from jeugd_analysis.methods.local_level import jump

LOGLINEAR = "loglinear"
LEVEL_MODEL = "lokaal niveau"
FALL, RISE, UNCLEAR = "daling", "stijging", "niet te onderscheiden"
POWER = 0.8
FEWEST_ON_A_SIDE = 3  # with fewer points the level of that side is a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What happened to a series at the start of a measure. step and slope are rate ratios: 0.9 is 10 % lower.

    step: level after the start beside the level that the earlier trend gives, when the trend goes on as it was.
    slope: factor by which the trend changes per time step, from a model in which level and trend may both change.
    dispersion: variance beside that of chance, as used in the intervals; 1 for "poisson", which assumes it.
    detectable: the largest ratio below 1 (smallest fall) that would be seen in 80 of 100 cases; a rise: 1 / detectable.
    autocorrelation: of neighbouring residuals of the step model; far from 0 the intervals are too narrow.
    verdict: "daling" or "stijging" when the interval of the step does not hold 1, otherwise "niet te onderscheiden".
    """

    step: float
    step_low: float
    step_high: float
    slope: float
    slope_low: float
    slope_high: float
    dispersion: float
    detectable: float
    verdict: str
    autocorrelation: float
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Fit:
    """Logarithm of one ratio with its standard error, and what the model says of itself."""

    estimate: float
    error: float
    dispersion: float
    residuals: np.ndarray

    def limits(self, level: float) -> tuple[float, float, float]:
        reach = float(norm.ppf((1 + level) / 2)) * self.error
        low, middle, high = np.exp([self.estimate - reach, self.estimate, self.estimate + reach])
        return float(middle), float(low), float(high)


@dataclass(frozen=True, slots=True)
class _Series:
    """A checked series in order of time."""

    time: np.ndarray
    outcome: np.ndarray
    exposure: np.ndarray
    after: np.ndarray
    start: float


def interrupted_series(
    series: pd.DataFrame,
    *,
    outcome: str,
    time: str,
    start: float,
    exposure: str | None = None,
    harmonics: int = 0,
    cycle: float = 12,
    family: str = "quasipoisson",
    level: float = 0.95,
) -> Effect:
    """Segmented regression of a series of counts around the start of a measure.

    Shapes: one row per time step; `time` is a number that grows by 1 per step, gaps allowed; rows from `start` on are
    after. `exposure` is the population at risk. `harmonics` pairs of waves over `cycle` steps carry the season; a
    wave needs more than two steps, so at most 5 pairs in a year of months (the sine of a sixth is zero in every month).
    family: "poisson", "quasipoisson", "negative_binomial", or "loglinear": least squares on the logarithm of the rate,
    with standard errors that allow for correlation between neighbouring steps (Newey and West).
    Raises: FactorError on missing values, times that come twice, an outcome below 0 (loglinear: not above 0), an
    unknown family, fewer than 3 rows on a side of the start, nothing but zeros on one, or waves of two steps or less.
    Source: Lopez Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46, 348-355; Newey and
    West (1987), Econometrica 55, 703-708.
    """
    _require_level(level)
    checked = _checked(series, outcome=outcome, time=time, start=start, exposure=exposure, family=family)
    seasons = _seasons(checked.time, harmonics, cycle)
    step = _fit(checked, seasons, family, slope=False)
    slope = _fit(checked, seasons, family, slope=True)
    ratio, low, high = step.limits(level)
    change, change_low, change_high = slope.limits(level)
    needed = float(norm.ppf((1 + level) / 2) + norm.ppf(POWER)) * step.error
    return Effect(
        step=ratio,
        step_low=low,
        step_high=high,
        slope=change,
        slope_low=change_low,
        slope_high=change_high,
        dispersion=step.dispersion,
        detectable=float(np.exp(-needed)),
        verdict=_verdict(low, high),
        autocorrelation=_autocorrelation(step.residuals),
        before=int((~checked.after).sum()),
        after=int(checked.after.sum()),
    )


def placebo(series: pd.DataFrame, *, starts: Sequence[float], time: str, **told: Any) -> pd.DataFrame:
    """The same analysis for starts at which nothing happened: how often does it see something?

    `told` are the other arguments of interrupted_series. Give a series without the rows after the real start, or its
    effect leaks into every placebo. Result: one row per start: start, step, step_low, step_high, verdict.
    Raises: what interrupted_series raises; FactorError without a start.
    """
    if not len(starts):
        raise FactorError("Er is geen startmoment gegeven om te proberen.")
    rows = []
    for start in starts:
        found = interrupted_series(series, start=start, time=time, **told)
        rows.append((start, found.step, found.step_low, found.step_high, found.verdict))
    return pd.DataFrame(rows, columns=["start", "step", "step_low", "step_high", "verdict"])


def specifications(
    series: pd.DataFrame,
    *,
    start: float,
    outcome: str,
    time: str,
    exposure: str | None = None,
    harmonics: int = 0,
    cycle: float = 12,
    families: Sequence[str] = (*FAMILIES, LOGLINEAR),
    level: float = 0.95,
) -> pd.DataFrame:
    """The step under other reasonable models: does the answer depend on the choice?

    Result: one row per model: family, harmonics, trend, slope_change, step, step_low, step_high, verdict. trend is
    "vast" (one straight line), "geen" (no trend), or "lokaal niveau" (a level that wanders, on the logarithm of the
    rate; needs an outcome above 0 and at least 10 rows, and is left out otherwise). slope_change says whether the
    trend may change at the start as well; the first row after then has the step and the change once. The interval of a
    level that wanders is that of generalised least squares, given its two estimated variances. It is missing when
    those cannot be told: a series without any chance, such as a constant one, has none.
    Raises: what interrupted_series raises.
    Source: `methods.local_level` for the level that wanders.
    """
    _require_level(level)
    told: dict[str, Any] = {"outcome": outcome, "time": time, "start": start, "exposure": exposure}
    rows = []
    for family in families:
        checked = _checked(series, family=family, **told)
        for pairs in sorted({0, harmonics}):
            seasons = _seasons(checked.time, pairs, cycle)
            for trend, slope in (("vast", False), ("vast", True), ("geen", False)):
                fit = _fit(checked, seasons, family, slope=slope, trend=trend == "vast", wanted="step")
                rows.append((family, pairs, trend, slope, *_told(fit, level)))
    positive = _checked(series, family="poisson", **told)
    if (positive.outcome > 0).all() and len(positive.outcome) >= 10:
        known = np.column_stack([positive.after.astype("float64"), _seasons(positive.time, harmonics, cycle)])
        estimate, error = jump(np.log(positive.outcome / positive.exposure), known)
        fit = _Fit(estimate, error, 1.0, np.empty(0))
        rows.append((LOGLINEAR, harmonics, LEVEL_MODEL, False, *_told(fit, level)))
    names = ["family", "harmonics", "trend", "slope_change", "step", "step_low", "step_high", "verdict"]
    return pd.DataFrame(rows, columns=names)


def _told(fit: _Fit, level: float) -> tuple[float, float, float, str]:
    ratio, low, high = fit.limits(level)
    return ratio, low, high, _verdict(low, high)


def _verdict(low: float, high: float) -> str:
    return FALL if high < 1 else RISE if low > 1 else UNCLEAR


def _seasons(time: np.ndarray, harmonics: int, cycle: float) -> np.ndarray:
    """Sines and cosines: two columns per pair."""
    if isinstance(harmonics, bool) or not isinstance(harmonics, Integral) or not _is_number(cycle):
        raise FactorError("Het aantal golven is geen geheel getal, of de lengte van het seizoen geen getal.")
    if harmonics < 0 or not 0 < cycle < np.inf:
        raise FactorError("Het aantal golven of de lengte van het seizoen is te klein.")
    if 2 * harmonics >= cycle and harmonics:
        # At two steps or less a wave is zero, or the same as a longer one, at every step.
        most = max(int(np.ceil(cycle / 2)) - 1, 0)
        raise FactorError(
            f"In een seizoen van {cycle:g} stappen passen geen {harmonics} golven.",
            doe=f"geef harmonics={most} of minder, of de lengte van het seizoen (cycle) in stappen van de reeks.",
        )
    angles = [2 * np.pi * pair * time / cycle for pair in range(1, harmonics + 1)]
    return np.column_stack([wave(angle) for angle in angles for wave in (np.sin, np.cos)] or [np.empty((len(time), 0))])


def _fit(
    series: _Series, seasons: np.ndarray, family: str, *, slope: bool, trend: bool = True, wanted: str = ""
) -> _Fit:
    """The logarithm of the change in slope (slope=True), or of the step; `wanted` asks for the step beside a slope."""
    since = series.time - series.start + 1  # 1 in the first row after: the step is that of the last row before
    columns = [np.ones_like(since), series.after.astype("float64")]
    columns += [since] if trend else []
    columns += [np.where(series.after, since, 0.0)] if slope else []
    design = np.column_stack([*columns, seasons])
    place = 3 if slope and wanted != "step" else 1
    if family == LOGLINEAR:
        results = _least_squares(series, design)
        # The variance of a logarithm is about the dispersion divided by the mean.
        dispersion, residuals = float(results.mse_resid * series.outcome.mean()), np.asarray(results.resid)
    else:
        told = fit_counts(series.outcome, design, offset=np.log(series.exposure), family=family)
        results, residuals = told.results, np.asarray(told.results.resid_pearson)
        dispersion = 1.0 if family == "poisson" else told.dispersion
    return _Fit(float(results.params[place]), float(results.bse[place]), dispersion, residuals)


def _least_squares(series: _Series, design: np.ndarray) -> Any:
    rows, columns = design.shape
    if rows <= columns:
        raise FactorError("Er zijn te weinig waarnemingen voor dit model.", doe="neem een langere reeks.")
    lags = int(4 * (rows / 100) ** (2 / 9))  # Newey and West (1994), Review of Economic Studies 61, 631-653
    told = {"maxlags": lags, "use_correction": True}
    return sm.OLS(np.log(series.outcome / series.exposure), design).fit(cov_type="HAC", cov_kwds=told)


def _autocorrelation(residuals: np.ndarray) -> float:
    centred = residuals - residuals.mean()
    spread = float((centred**2).sum())
    return float((centred[1:] * centred[:-1]).sum() / spread) if spread > 0 else 0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _require_level(level: Any) -> None:
    if not _is_number(level) or not 0 < level < 1:
        raise FactorError("Het niveau ligt niet tussen 0 en 1.", doe="geef een aandeel, zoals 0.95.")


def _checked(
    series: pd.DataFrame, *, outcome: str, time: str, start: float, exposure: str | None, family: str
) -> _Series:
    if family not in {*FAMILIES, LOGLINEAR}:
        raise FactorError(f"Onbekende familie {family!r}.", doe=f"kies uit: {', '.join((*FAMILIES, LOGLINEAR))}.")
    names = [time, outcome] + ([exposure] if exposure else [])
    if missing := [name for name in names if name not in series]:
        raise FactorError(f"Kolom {', '.join(missing)} ontbreekt.")
    for name in names:
        if not pd.api.types.is_numeric_dtype(series[name]) or series[name].isna().any():
            raise FactorError(f"In kolom {name} ontbreekt een waarde of staat iets wat geen getal is.")
    if not _is_number(start):
        raise FactorError("De start is geen getal.", doe=f"geef de waarde van {time} waarbij de maatregel begint.")
    ordered = series.sort_values(time, kind="stable")
    moments, counts = ordered[time].to_numpy("float64"), ordered[outcome].to_numpy("float64")
    size = ordered[exposure].to_numpy("float64") if exposure else np.ones(len(ordered))
    if len(set(moments)) < len(moments):
        raise FactorError("Een tijdstip komt vaker voor.", doe="tel de rijen van één tijdstip op.")
    if (counts < 0).any() or (size <= 0).any() or (family == LOGLINEAR and (counts <= 0).any()):
        raise FactorError("Een aantal of bevolking is te klein voor deze methode.", doe="neem langere perioden.")
    after = moments >= start
    if min(after.sum(), (~after).sum()) < FEWEST_ON_A_SIDE:
        raise FactorError(
            f"Voor of na de start zijn er minder dan {FEWEST_ON_A_SIDE} waarnemingen.", doe="neem een langere reeks."
        )
    if not min(counts[after].sum(), counts[~after].sum()) > 0:
        raise FactorError("Voor of na de start is alles nul.", doe="neem een grotere groep of een ander cijfer.")
    return _Series(moments, counts, size, after, float(start))
