"""What would help cost in the years ahead without new policy? Quarters since the last break, carried on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.outlook import FEWEST, band_factor, rate_forecast
from jeugd_analysis.methods.year_end import FINAL_AGE, known_shares

LEAST_KNOWN = 0.8  # share of a quarter's claims that must be in before it takes part
QUARTERS = 4
EVERY = 2  # quarters between two tests: neighbouring ones say nearly the same, and each takes time


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """How the cost per inhabitant goes on (none, damped or full), and the population where no forecast is known."""

    name: str
    trend: str
    population_growth: float  # share per year
    central: bool = False


def completed_quarters(claimed: pd.DataFrame, *, last: Quarter) -> pd.DataFrame:
    """What each care quarter costs once all is in: year, number, amount and share (known now), in order.

    Shapes: `claimed` has care_quarter, receipt_quarter and amount_cents. Quarters of which less than LEAST_KNOWN is
    known are left out, and with them what comes after. Units: those of the amount.
    """
    rows = claimed[claimed["receipt_quarter"] <= last.label]
    if rows.empty:
        return pd.DataFrame(columns=["year", "number", "amount", "share"])
    first = Quarter.parse(rows["care_quarter"].min())
    labels = [quarter.label for quarter in first.until(last)]
    place = {label: number for number, label in enumerate(labels)}
    start = rows["care_quarter"].map(place)
    age = (rows["receipt_quarter"].map(place) - start + 1).clip(1, FINAL_AGE)
    told = pd.DataFrame({"start": start, "age": age, "amount": rows["amount_cents"].astype("float64")})
    wide = told.pivot_table(index="start", columns="age", values="amount", aggfunc="sum", fill_value=0)
    full = wide.reindex(index=range(len(labels)), columns=range(1, FINAL_AGE + 1), fill_value=0).cumsum(axis=1)
    ages = np.minimum(len(labels) - np.arange(len(labels)), FINAL_AGE)
    known = full.where(np.arange(1, FINAL_AGE + 1)[None, :] <= ages[:, None])
    share = known_shares(known).reindex(ages).to_numpy()
    latest = known.to_numpy()[np.arange(len(labels)), ages - 1]
    series = pd.DataFrame({"year": [int(label[:4]) for label in labels], "number": [int(label[-1]) for label in labels],
                           "amount": latest / share, "share": share})  # fmt: skip
    enough = (series["share"] >= LEAST_KNOWN).cummin()
    return series[enough].reset_index(drop=True)


def seasons(history: pd.DataFrame) -> dict[int, float]:
    """Each quarter beside the mean quarter of its year, over all whole years; 1 when there is none.

    Shapes: `history` has year, number and amount.
    """
    whole = history.groupby("year")["number"].transform("size").eq(QUARTERS) & history["amount"].gt(0)
    rows = history[whole]
    if rows.empty:
        return dict.fromkeys(range(1, QUARTERS + 1), 1.0)
    ratio = rows["amount"] / rows.groupby("year")["amount"].transform("mean")
    mean = ratio.groupby(rows["number"]).mean()
    return {int(number): float(factor / mean.mean()) for number, factor in mean.items()}


def cost_outlook(
    history: pd.DataFrame,
    population: Mapping[str, Mapping[int, float]],
    scenarios: Sequence[Scenario],
    *,
    breaks: Sequence[int],
    base_year: int,
    last_year: int,
    test: Sequence[str] = (),
    level: float = 0.8,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cost of each year as a multiple of the base year, per scenario; and how earlier outlooks would have done.

    Shapes: `history` has year, number (quarter) and amount in constant prices, neighbouring quarters in order;
    population: scenario name -> year -> inhabitants, the past too; breaks: years on whose first day the series breaks.
    Only quarters since the last break are carried on; the earlier stretches serve the test alone. Result: year,
    scenario, index (1 = base year), low and high (the central scenario only); and scenario, horizon (quarters),
    forecast, actual. A year of which quarters are known counts those as they are.
    Units: none; amounts cancel out.
    Raises: FactorError with fewer than FEWEST quarters since the last break, or when the base year is not whole in it.
    """
    season = seasons(history)
    rows = _in_stretches(history, season, breaks)
    now = rows[rows["stretch"] == rows["stretch"].max()].reset_index(drop=True)
    base = now.loc[now["year"] == base_year, "amount"]
    if len(now) < FEWEST or len(base) < QUARTERS:
        raise FactorError(
            f"Sinds de laatste breuk zijn er te weinig kwartalen (ten minste {FEWEST}, en heel {base_year}).",
            doe="wacht tot er meer kwartalen zijn; over een breuk heen rekenen mag niet.",
        )
    tested = _tested(rows, [one for one in scenarios if one.name in test], population)
    told = [_path(now, population[one.name], one, season, last_year).assign(scenario=one.name) for one in scenarios]
    path = pd.concat(told, ignore_index=True)
    path["index"] = path["amount"] / float(base.sum())
    path[["low", "high"]] = np.nan
    for one in (each for each in scenarios if each.central):
        factor = band_factor(tested[tested["scenario"] == one.name], path["horizon"].tolist(), level=level)
        mine = path["scenario"].eq(one.name)
        path.loc[mine, ["low", "high"]] = np.column_stack([path["index"] / factor, path["index"] * factor])[mine]
    return path[["year", "scenario", "index", "low", "high"]], tested


def earlier_outlooks(
    history: pd.DataFrame,
    population: Mapping[str, Mapping[int, float]],
    scenarios: Sequence[Scenario],
    *,
    breaks: Sequence[int],
    ahead: int = 2,
) -> pd.DataFrame:
    """What each scenario would have told at the end of every year, as a multiple of that year: of the years after it.

    Shapes: as `cost_outlook`. Result: scenario, origin (year), year, factor (1 = origin); only whole years in the
    stretch of the origin, at most so many years ahead, and origins with FEWEST quarters of that stretch behind them.
    Empty without any. Population as it turned out. Units: none.
    """
    season = seasons(history)
    told = []
    for _, part in _in_stretches(history, season, breaks).groupby("stretch"):
        counts = part.groupby("year")["number"].size()
        whole = [int(year) for year in counts.index[counts == QUARTERS]]
        for origin in whole:
            now = part[part["year"] <= origin].reset_index(drop=True)
            later = [year for year in whole if origin < year <= origin + ahead]
            if len(now) < FEWEST or not later:
                continue
            base = float(now.loc[now["year"] == origin, "amount"].sum())
            for one in scenarios:
                path = _path(now, population[one.name], one, season, later[-1]).set_index("year")["amount"]
                told += [(one.name, origin, year, float(path[year]) / base) for year in later]
    return pd.DataFrame(told, columns=["scenario", "origin", "year", "factor"])


def _in_stretches(history: pd.DataFrame, season: Mapping[int, float], breaks: Sequence[int]) -> pd.DataFrame:
    """With the season of each quarter, and the number of breaks before it."""
    return history.assign(
        season=history["number"].map(season),
        stretch=[sum(first <= year for first in breaks) for year in history["year"]],
    )


def _path(
    now: pd.DataFrame, persons: Mapping[int, float], scenario: Scenario, season: Mapping[int, float], last_year: int
) -> pd.DataFrame:
    """Year, amount and horizon (quarters to the end of the year) from the first year that is not whole in the past."""
    rate = now["amount"] / now["season"] / now["year"].map(persons)
    last = Quarter(int(now["year"].iloc[-1]), int(now["number"].iloc[-1]))
    ahead = list(last.next().until(Quarter(last_year, QUARTERS)))
    rates = rate_forecast(rate, steps=len(ahead), trend=scenario.trend)
    future = pd.DataFrame({
        "year": [quarter.year for quarter in ahead],
        "amount": rates * [season[quarter.number] * persons[quarter.year] for quarter in ahead],
        "horizon": range(1, len(ahead) + 1),
    })  # fmt: skip
    known = now.loc[now["year"] >= future["year"].min(), ["year", "amount"]].assign(horizon=0)
    both = pd.concat([known, future], ignore_index=True)
    return both.groupby("year", as_index=False).agg(amount=("amount", "sum"), horizon=("horizon", "max"))


def _tested(
    rows: pd.DataFrame, scenarios: Sequence[Scenario], population: Mapping[str, Mapping[int, float]]
) -> pd.DataFrame:
    """From every point of every long stretch: the rate that each scenario would have told, and the rate that came."""
    told = []
    for _, part in rows.groupby("stretch"):
        for one in scenarios:
            persons = part["year"].map(population[one.name])
            rate = (part["amount"] / part["season"] / persons).to_numpy("float64")
            for known in range(FEWEST, len(rate), EVERY):
                rest = rate[known:]
                forecast = rate_forecast(rate[:known], steps=len(rest), trend=one.trend)
                steps = range(1, len(rest) + 1)
                told += [(one.name, *row) for row in zip(steps, forecast, rest, strict=True)]
    return pd.DataFrame(told, columns=["scenario", "horizon", "forecast", "actual"])
