"""Part of chapter 33: the outlook of the region per segment as multiples of the last settled year, made once.

Pages multiply released amounts by these; what is published follows from the region's trend alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from jeugd_analysis.chapters.forecast_exact import ALL
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.cost_outlook import (
    Scenario,
    completed_quarters,
    cost_outlook,
    earlier_outlooks,
)
from jeugd_analysis.methods.savings import price_levels
from jeugd_analysis.store import Store

YEARS_AHEAD = 8  # the savings path of the councils runs so far
OLDEST = 22  # years of age
INDEX = ["segment", "year", "scenario", "index", "low", "high"]
TESTED = ["segment", "scenario", "horizon", "forecast", "actual"]
PAST = ["measure", "scenario", "origin", "year", "factor"]
COST, YOUTHS = "cost", "youths"  # what breaks call them too
UNSETTLED = 2  # quarters that still get many youths


def outlooks(store: Store, quarter: Quarter) -> dict[str, pd.DataFrame]:
    """outlook_index: per segment (and alle) and scenario each year's cost beside the last settled one, in its prices.

    outlook_youths: the same for numbers of youths. outlook_test: what would have been forecast before, of the cost of
    all segments together; only all together have a band. outlook_past: what would have been told at the end of earlier
    years, of all segments together, per measure (cost, youths). Segments with too short a series are left out.
    """
    claimed = store.mart("claimed", quarter)
    base = quarter.last_settled_year

    def cost(level: str) -> pd.DataFrame:
        rows = claimed if level == ALL else claimed[claimed["segment"] == level]
        return _in_prices(completed_quarters(rows, last=quarter), store, base)

    counted = youths_per_quarter(store, quarter)
    found = _carried_on(store, quarter, COST, [*sorted(claimed["segment"].unique()), ALL], cost)
    youths = _carried_on(
        store, quarter, YOUTHS, counted["level"].unique(), lambda level: counted[counted["level"] == level]
    )
    past = pd.concat([found[2], youths[2]], ignore_index=True)
    return {"outlook_index": found[0], "outlook_test": found[1], "outlook_youths": youths[0], "outlook_past": past}


def youths_per_quarter(store: Store, quarter: Quarter) -> pd.DataFrame:
    """Exact numbers of youths of the region per quarter: level (segment, or alle), year, number and amount (youths).

    Without the youngest quarters: nobody can tell how many youths late claims will still add per segment.
    """
    usage, last = store.mart("usage", quarter), Quarter(quarter.year, quarter.number)
    for _ in range(UNSETTLED):
        last = last.previous()
    mine = usage["area"].eq(store.region.code) & usage["period_kind"].eq("kwartaal") & usage["period"].le(last.label)
    rows = usage[mine & usage["dimension"].isin(["totaal", "segment"])].sort_values("period")
    return pd.DataFrame({
        "level": rows["level"].mask(rows["dimension"].eq("totaal"), ALL),
        "year": rows["period"].str[:4].astype("int64"),
        "number": rows["period"].str[-1].astype("int64"), "amount": rows["youths"].astype("float64"),
    }).reset_index(drop=True)  # fmt: skip


def _carried_on(
    store: Store, quarter: Quarter, measure: str, levels: Iterable[str], history_of: Callable[[str], pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """INDEX and TESTED of every level that can be carried on, and PAST of all together."""
    scenarios, base = scenarios_of(store), quarter.last_settled_year
    population = population_of(store, quarter, scenarios)
    breaks = [b.year for b in store.region.breaks_of(store.region.code, measure) if b.year <= quarter.year]
    index, tested, past = pd.DataFrame(columns=INDEX), pd.DataFrame(columns=TESTED), pd.DataFrame(columns=PAST)
    found, tests = [], []
    for level in levels:
        try:
            history = history_of(level).reset_index(drop=True)
            told, test = cost_outlook(
                history, population, scenarios, breaks=breaks, base_year=base, last_year=base + YEARS_AHEAD,
                test=[one.name for one in scenarios] if level == ALL else [],
            )  # fmt: skip
        except FactorError:  # too few quarters since the break, none in one of them, or no index of prices
            continue
        found.append(told.assign(segment=level))
        tests.append(test.assign(segment=level))
        if level == ALL:
            past = earlier_outlooks(history, population, scenarios, breaks=breaks).assign(measure=measure)[PAST]
    index = pd.concat(found, ignore_index=True)[INDEX] if found else index
    tested = pd.concat(tests, ignore_index=True)[TESTED] if tests else tested
    return index, tested, past


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
