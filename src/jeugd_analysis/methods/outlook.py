"""What would happen without new policy? Population forecast times use rate, with a trend that dies out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from jeugd_analysis.errors import FactorError

FEWEST = 5  # points of a trend; below it a slope is a guess
_DAMPING = (0.8, 0.98)  # Hyndman and Athanasopoulos, section 8.2: below 0.8 nothing is left, above 0.98 no damping
# scenario -> how the trend of the rate goes on
SCENARIOS: Mapping[str, str] = {
    "gelijk gebruik": "none",
    "trend dooft uit": "damped",
    "trend gaat door": "full",
}
CENTRAL = "trend dooft uit"


def rate_forecast(rates: Sequence[float], *, steps: int, trend: str = "damped") -> np.ndarray:
    """The next rates of one series by Holt's method on their logarithms, so that they stay above zero.

    trend: "damped" (each step the slope gets smaller), "full" (the slope goes on) or "none" (the last rate stays).
    Raises: FactorError with fewer than 5 rates, a rate that is not above 0, or an unknown trend.
    Source: Gardner and McKenzie (1985), Management Science 31, 1237-1246; Hyndman and Athanasopoulos (2021),
    Forecasting: principles and practice, 3rd ed., section 8.2.
    """
    values = np.asarray(rates, dtype="float64")
    if trend not in SCENARIOS.values():
        raise FactorError(f"Onbekende trend {trend!r}.", doe=f"kies uit: {', '.join(SCENARIOS.values())}.")
    if values.size < FEWEST:
        raise FactorError(f"Er zijn minder dan {FEWEST} perioden.", doe="neem een langere reeks zonder breuk.")
    if not (np.isfinite(values).all() and (values > 0).all()):
        raise FactorError("Een gebruikscijfer ontbreekt of ligt niet boven nul.")
    logs = np.log(values)
    if trend == "none" or np.ptp(logs) < 1e-9:  # a flat series has no slope to estimate
        return np.full(steps, values[-1])
    return np.exp(_holt(logs, steps, damped=trend == "damped"))


def outlook(
    history: pd.DataFrame,
    population: pd.DataFrame,
    *,
    keys: Sequence[str] = ("segment",),
    value: str = "youths",
    persons: str = "inhabitants",
    period: str = "year",
    level: float = 0.8,
) -> pd.DataFrame:
    """Baseline per group: rate of the past, carried on, times the population forecast; one row per scenario.

    Shapes: `history` has keys x period with value and persons, one row each, neighbouring periods without a break in
    the figures; `population` has period and persons for the periods to come (with the keys, if it differs by group).
    Result: keys, period, scenario, rate, value, low, high. low and high are for the central scenario only: the band in
    which earlier forecasts of this series would have come true (see back_test); missing when it is too short for that.
    Units: those of value. It says what happens if nothing changes, not what will happen.
    Raises: FactorError on gaps, double or missing rows, and what rate_forecast raises.
    """
    told = _rates(history, keys, value, persons, period)
    rows = []
    for group, series in _groups(told, keys):
        ahead = _ahead(population, keys, group, period, persons, int(series[period].iloc[-1]))
        error = _errors_by_horizon(_tested(series, period, value, persons, CENTRAL))
        for scenario, trend in SCENARIOS.items():
            rates = rate_forecast(series["_rate"], steps=len(ahead), trend=trend)
            for horizon, (when, size, rate) in enumerate(zip(ahead[period], ahead[persons], rates, strict=True), 1):
                spread = _reach(error, horizon, level) if scenario == CENTRAL else None
                low, high = (None, None) if spread is None else (rate * size / spread, rate * size * spread)
                rows.append((*group, int(when), scenario, rate, rate * size, low, high))
    columns = [*keys, period, "scenario", "rate", value, "low", "high"]
    return pd.DataFrame(rows, columns=columns).astype({"low": "Float64", "high": "Float64"})


def back_test(
    history: pd.DataFrame,
    *,
    keys: Sequence[str] = ("segment",),
    value: str = "youths",
    persons: str = "inhabitants",
    period: str = "year",
) -> pd.DataFrame:
    """What each scenario would have said in the past, with the population as it turned out, beside what came true.

    Every point from the fifth on serves as the last known one. Result: keys, origin, period, horizon, scenario,
    actual, forecast, error_share (forecast / actual - 1).
    Raises: as outlook.
    """
    told = _rates(history, keys, value, persons, period)
    tested = [
        _tested(series, period, value, persons, scenario).assign(**dict(zip(keys, group, strict=True)))
        for group, series in _groups(told, keys)
        for scenario in SCENARIOS
    ]
    columns = [*keys, "origin", period, "horizon", "scenario", "actual", "forecast", "error_share"]
    return pd.concat(tested, ignore_index=True)[columns].sort_values(
        [*keys, "scenario", "origin", "horizon"], ignore_index=True
    )


def accuracy(tested: pd.DataFrame) -> pd.DataFrame:
    """How far off: scenario, horizon, forecasts, mean_error_share (bias) and mean_absolute_error_share."""
    groups = tested.assign(size=tested["error_share"].abs()).groupby(["scenario", "horizon"], as_index=False, sort=True)
    return groups.agg(
        forecasts=("error_share", "size"),
        mean_error_share=("error_share", "mean"),
        mean_absolute_error_share=("size", "mean"),
    )


def band_factor(tested: pd.DataFrame, horizons: Sequence[int], *, level: float = 0.8) -> np.ndarray:
    """By which factor outcomes lay at most above or below earlier forecasts, for forecasts so far ahead.

    Shapes: `tested` has horizon, forecast and actual, as of back_test; result: one factor per horizon, 1 for horizon 0,
    missing without two forecasts at one horizon. Beyond the furthest it grows with the square root of the distance.
    """
    error = _errors_by_horizon(tested)
    reach = [1.0 if horizon == 0 else _reach(error, horizon, level) for horizon in horizons]
    return np.array([np.nan if factor is None else factor for factor in reach], dtype="float64")


def _holt(logs: np.ndarray, steps: int, *, damped: bool) -> np.ndarray:
    told = {"trend": "add", "damped_trend": damped, "initialization_method": "estimated"}
    bounds = {"damping_trend": _DAMPING} if damped else None
    with warnings.catch_warnings():
        # Short series have flat likelihoods: the optimiser says so although its forecast hardly moves.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return np.asarray(ExponentialSmoothing(logs, **told, bounds=bounds).fit(use_brute=False).forecast(steps))


def _rates(history: pd.DataFrame, keys: Sequence[str], value: str, persons: str, period: str) -> pd.DataFrame:
    """History in order with its rate. Raises: FactorError on gaps, double rows and missing values."""
    names = [*keys, period, value, persons]
    if missing := [name for name in names if name not in history]:
        raise FactorError(f"Kolom {', '.join(missing)} ontbreekt.")
    if history[names].isna().any(axis=None) or history.duplicated([*keys, period]).any():
        raise FactorError("In de reeks ontbreekt een waarde of komt een periode vaker voor.")
    if (history[persons] <= 0).any():
        raise FactorError("In een periode zijn er geen inwoners.")
    ordered = history[names].sort_values([*keys, period], ignore_index=True)
    for _, series in _groups(ordered, keys):
        if (series[period].diff().dropna() != 1).any():
            raise FactorError("Er ontbreekt een periode in de reeks.", doe="begin na het gat.")
    return ordered.assign(_rate=ordered[value].astype("float64") / ordered[persons].astype("float64"))


def _groups(table: pd.DataFrame, keys: Sequence[str]) -> list[tuple[tuple[object, ...], pd.DataFrame]]:
    if not keys:
        return [((), table)]
    return [(group, part) for group, part in table.groupby(list(keys), sort=True)]


def _ahead(
    population: pd.DataFrame, keys: Sequence[str], group: tuple[object, ...], period: str, persons: str, last: int
) -> pd.DataFrame:
    """The population of the periods to come, in order, right after the last known one."""
    own = [name for name in keys if name in population]
    chosen = population
    for name, wanted in zip(keys, group, strict=True):
        chosen = chosen[chosen[name] == wanted] if name in own else chosen
    later = chosen[chosen[period] > last].sort_values(period)
    expected = list(range(last + 1, last + 1 + len(later)))
    if later.empty or later[period].tolist() != expected or later[persons].isna().any():
        raise FactorError("De bevolkingsprognose sluit niet aan op de reeks.", doe="geef elke periode één keer.")
    return later


def _tested(series: pd.DataFrame, period: str, value: str, persons: str, scenario: str) -> pd.DataFrame:
    rows = []
    for known in range(FEWEST, len(series)):
        rest = series.iloc[known:]
        rates = rate_forecast(series["_rate"].iloc[:known], steps=len(rest), trend=SCENARIOS[scenario])
        forecast = rates * rest[persons].to_numpy("float64")
        actual = rest[value].to_numpy("float64")
        rows.append(pd.DataFrame({
            "origin": int(series[period].iloc[known - 1]), period: rest[period].to_numpy(),
            "horizon": np.arange(1, len(rest) + 1), "scenario": scenario, "actual": actual, "forecast": forecast,
            "error_share": forecast / actual - 1,
        }))  # fmt: skip
    columns = ["origin", period, "horizon", "scenario", "actual", "forecast", "error_share"]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)


def _errors_by_horizon(tested: pd.DataFrame) -> dict[int, float]:
    """Root mean square of the logarithmic errors, by how far ahead; needs two forecasts."""
    if tested.empty:
        return {}
    logs = np.log(tested["forecast"].astype("float64") / tested["actual"].astype("float64"))
    grouped = (logs**2).groupby(tested["horizon"])
    return {int(horizon): float(np.sqrt(part.mean())) for horizon, part in grouped if len(part) > 1}


def _reach(error: Mapping[int, float], horizon: int, level: float) -> float | None:
    """Factor of the band; beyond what was tested it grows with the square root of the distance, and never shrinks."""
    if not error:
        return None
    furthest = max(error)
    near = [size for step, size in error.items() if step <= min(horizon, furthest)]
    known = max(near, default=error[min(error)])
    beyond = np.sqrt(horizon / furthest) if horizon > furthest else 1.0
    return float(np.exp(norm.ppf((1 + level) / 2) * known * beyond))
