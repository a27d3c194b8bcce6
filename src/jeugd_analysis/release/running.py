"""The cost of the year that is not over, per segment, as linked amounts: the ground of the forecast of its end.

The amounts of a quarter's end are one table: its segments add up to the whole, and municipalities to the region. As
known now the whole is also the sum of the quarters that the release shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from jeugd_analysis.methods.disclosure import Equal, SumOver
from jeugd_analysis.release.keys import ALL, KEYS, NUMBERS

RUNNING, PERIOD_KIND = "running", "lopend"
BY_QUARTER = "running_quarters"
RUNNING_LAYOUT = {RUNNING: ["area", "year", "quarter", "running"], BY_QUARTER: ["area", "year", "quarter"]}


def running_cells(running: pd.DataFrame) -> pd.DataFrame:
    """Rows of the mart as numbers of a release: KEYS, youths and amount_cents."""
    return running.assign(period_kind=PERIOD_KIND, dimension=RUNNING)[[*KEYS, *NUMBERS]]


def running_holdings(running: pd.DataFrame) -> pd.DataFrame:
    """The same rows as in the mart holdings."""
    held = running.assign(period_kind=PERIOD_KIND, dimension=RUNNING)
    return held[[*KEYS, "providers", "largest_cents", "second_cents", "euros"]]


def lifted_running(told: pd.DataFrame, euros: pd.Series, region: str) -> pd.Series:
    """The euros of these rows with none below zero: a segment that was credited for more takes from the largest.

    Only for hiding: such a segment is hidden itself. All sums still hold.
    """
    mine = told[told["dimension"].eq(RUNNING)].assign(euros=euros)
    for _, rows in mine[mine["area"].ne(region)].groupby(["area", "period"]):
        parts = rows[rows["level"].ne(ALL)]
        low = parts.index[parts["euros"] < 0]
        if len(low):
            largest = parts["euros"].idxmax()
            mine.loc[largest, "euros"] += int(mine.loc[low, "euros"].sum())
            mine.loc[low, "euros"] = 0
    own = mine[mine["area"].ne(region)].groupby(["period", "level"])["euros"].sum()
    whole = mine["area"].eq(region)
    keys = pd.MultiIndex.from_frame(mine.loc[whole, ["period", "level"]])
    mine.loc[whole, "euros"] = own.reindex(keys).fillna(0).to_numpy()
    return euros.mask(euros.index.isin(mine.index), mine["euros"].reindex(euros.index)).astype("int64")


def running_table(told: pd.DataFrame, name: str) -> pd.DataFrame:
    """One of RUNNING_LAYOUT from rows of a release with `row`, `year` and `quarter`."""
    mine = told[told["dimension"].eq(RUNNING)].assign(running=lambda rows: rows["level"])
    if name == RUNNING or mine.empty:
        return mine
    last = mine[mine["period"].eq(mine["period"].max()) & mine["level"].eq(ALL)]
    quarters = told[told["dimension"].eq("totaal") & told["period_kind"].eq("kwartaal")]
    if quarters["period"].max() != mine["period"].max():  # only as known before: the quarters of then are not told
        return mine.iloc[:0]
    known = quarters[quarters["year"].isin(last["year"])]
    return pd.concat([last.assign(quarter=ALL), known]).assign(row=-1)


def running_relations(tables: Mapping[str, pd.DataFrame], region: str) -> Iterator[object]:
    """The sums within and between these tables, as far as they are there and hold something."""
    there = {name: tables[name] for name in RUNNING_LAYOUT if name in tables and len(tables[name])}
    if RUNNING not in there:
        return
    frame = there[RUNNING]
    if set(frame["running"]) > {ALL}:
        yield SumOver(RUNNING, "running", total=ALL)
    if set(frame["area"]) > {region}:
        yield SumOver(RUNNING, "area", total=region)
    if BY_QUARTER in there:
        yield SumOver(BY_QUARTER, "quarter", total=ALL)
        yield from _same_amounts(frame, there[BY_QUARTER])


def _same_amounts(frame: pd.DataFrame, by_quarter: pd.DataFrame) -> Iterator[object]:
    """The quarters are those of the release; the whole is that of the last quarter's end."""
    yield Equal("segment", BY_QUARTER, ["area", "year", "quarter"], where_a={"segment": ALL})
    last = frame["quarter"].max()
    whole, year = {"quarter": last, "running": ALL}, {"quarter": ALL}
    yield Equal(RUNNING, BY_QUARTER, ["area", "year"], where_a=whole, where_b=year)
