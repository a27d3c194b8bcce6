"""Part of chapter 33: the outlook of the region per segment as multiples of the last settled year, made once.

Pages multiply released amounts by these; what is published follows from the region's trend alone.
"""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.forecast_exact import ALL
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.cost_outlook import Scenario, completed_quarters, cost_outlook
from jeugd_analysis.methods.savings import price_levels
from jeugd_analysis.store import Store

YEARS_AHEAD = 8  # the savings path of the councils runs so far
OLDEST = 22  # years of age
INDEX = ["segment", "year", "scenario", "index", "low", "high"]
TESTED = ["segment", "scenario", "horizon", "forecast", "actual"]


def outlooks(store: Store, quarter: Quarter) -> dict[str, pd.DataFrame]:
    """outlook_index: per segment (and alle) and scenario each year's cost beside the last settled one, in its prices.

    outlook_test: what would have been forecast before, of all segments together; only those have a band. Segments with
    too short a series are left out.
    """
    claimed, base = store.mart("claimed", quarter), quarter.last_settled_year
    scenarios = scenarios_of(store)
    population = population_of(store, quarter, scenarios)
    breaks = [b.year for b in store.region.breaks_of(store.region.code, "cost") if b.year <= quarter.year]
    found, tested = [], []
    for level in [*sorted(claimed["segment"].unique()), ALL]:
        rows = claimed if level == ALL else claimed[claimed["segment"] == level]
        try:
            history = _in_prices(completed_quarters(rows, last=quarter), store, base)
            index, test = cost_outlook(
                history, population, scenarios, breaks=breaks, base_year=base, last_year=base + YEARS_AHEAD,
                test=[one.name for one in scenarios] if level == ALL else [],
            )  # fmt: skip
        except FactorError:  # too few quarters since the break, no cost in one of them, or no index of prices
            continue
        found.append(index.assign(segment=level))
        tested.append(test.assign(segment=level))
    return {
        "outlook_index": pd.concat(found, ignore_index=True)[INDEX] if found else pd.DataFrame(columns=INDEX),
        "outlook_test": pd.concat(tested, ignore_index=True)[TESTED] if tested else pd.DataFrame(columns=TESTED),
    }


def scenarios_of(store: Store) -> list[Scenario]:
    """The scenarios of outlook_scenarios.csv, in their order."""
    return [
        Scenario(
            name=row.scenario, trend=row.trend, population_growth=float(row.population_growth_percent) / 100,
            central=row.central == "ja",
        )
        for row in store.reference("outlook_scenarios").itertuples()
    ]  # fmt: skip


def population_of(store: Store, quarter: Quarter, scenarios: list[Scenario]) -> dict[str, dict[int, float]]:
    """Scenario -> year -> inhabitants of the region: as known, then a forecast that was delivered, then the growth.

    Years that do not have all municipalities are left out; a year between two known ones lies on the line.
    Without any population a constant stands for it: then the trend is that of the cost itself.
    """
    table = store.table("population", quarter)
    places = {place.code for place in store.region.municipalities}
    mine = table[table["municipality"].isin(places) & table["age_to"].le(OLDEST)]
    per_year = mine.groupby("year").agg(people=("inhabitants", "sum"), places=("municipality", "nunique"))
    whole = per_year[per_year["places"].eq(per_year["places"].max()) & per_year["people"].gt(0)]
    known = whole["people"].astype("float64")
    if len(known) > 1:  # a forecast may skip years
        known = known.reindex(range(int(known.index.min()), int(known.index.max()) + 1)).interpolate()
    years = range(2000, quarter.last_settled_year + YEARS_AHEAD + 1)
    if known.empty:
        known = pd.Series({years[0]: 1.0})
    told: dict[str, dict[int, float]] = {}
    for one in scenarios:
        first, last = int(known.index.min()), int(known.index.max())
        told[one.name] = {
            year: float(known[min(max(year, first), last)]) * (1 + one.population_growth) ** max(0, year - last)
            for year in years
        }
    return told


def _in_prices(history: pd.DataFrame, store: Store, base: int) -> pd.DataFrame:
    """Amounts in prices of the base year. Raises: FactorError when the index of a year is missing."""
    rates = store.reference("indexation")
    percent = dict(zip(rates["year"].astype(int), rates["percent"], strict=True))
    known = history[history["year"] >= min(percent) - 1]
    levels = price_levels(percent, base_year=base, years=known["year"].unique().tolist())
    real = known["amount"] / known["year"].map({year: float(level) for year, level in levels.items()})
    return known.assign(amount=real).reset_index(drop=True)
