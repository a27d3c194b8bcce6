"""The numbers of a release as linked tables, and the sums between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from jeugd_analysis.methods.disclosure import Equal, SumOver
from jeugd_analysis.release.caps import CAP_LAYOUT, cap_relations, cap_table
from jeugd_analysis.release.flows import FLOW_LAYOUT, flow_relations, flow_table
from jeugd_analysis.release.keys import ALL
from jeugd_analysis.release.lump import LUMP_LAYOUT, lump_relations, lump_table
from jeugd_analysis.release.numbers import AGE_SEX, AT_ONCE, COSTLIEST, MINORS, YOUNG
from jeugd_analysis.release.running import RUNNING_LAYOUT, running_relations, running_table
from jeugd_analysis.release.waiting import WAITING_LAYOUT, waiting_relations, waiting_table

_BY_YEAR = ("age_band", "referrer", *AT_ONCE.values(), COSTLIEST)  # each with the year's total as its total
DIVIDING = ("age_band", *AT_ONCE.values(), COSTLIEST)  # of these a youth is in one part only
_PER_AREA = (*AT_ONCE.values(), COSTLIEST)  # who is dear or has much at once in a municipality need not be so elsewhere
LAYOUT = {  # table -> its key columns; every table has its total rows, so that sums can be checked
    "segment": ["area", "year", "quarter", "segment"],
    "quarters": ["area", "year", "quarter", "segment"],
    "product": ["area", "year", "segment", "product"],
    "minors": ["area", "year", "age_band"],
    AGE_SEX: ["area", "year", "age_band", "sex"],
    **{name: ["area", "year", name] for name in _BY_YEAR},
    **FLOW_LAYOUT,
    **WAITING_LAYOUT,
    **RUNNING_LAYOUT,
    **CAP_LAYOUT,
    **LUMP_LAYOUT,
}
_NO_COUNTS = (COSTLIEST, *RUNNING_LAYOUT)  # how many are in a tenth is no news; of a part of a year no page tells it
COUNT_TABLES = tuple(name for name in LAYOUT if name not in _NO_COUNTS)
_LISTS = tuple(WAITING_LAYOUT)
# Groups of tables that no sum ties to each other -> whether a zero among their numbers of youths is told. On a list one
# kind of help is empty beside another with a few youths: a zero would tell that all of them wait for the other.
TOGETHER = {tuple(name for name in COUNT_TABLES if name not in _LISTS): "shown", _LISTS: "hidden"}
MONEY_TABLES = ("segment", "quarters", "product", *_PER_AREA, *RUNNING_LAYOUT)
_OWN_SUMS = (
    *FLOW_LAYOUT,
    *WAITING_LAYOUT,
    *RUNNING_LAYOUT,
    *CAP_LAYOUT,
    *LUMP_LAYOUT,
)  # tables whose modules know their sums


def tables_of(cells: pd.DataFrame, carried: Sequence[str], names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The numbers as linked tables (LAYOUT), each with its totals; `row` is the row in `cells`, -1 for a copy."""
    told = cells.assign(row=cells.index, year=cells["period"].str[:4], quarter=cells["period"].str[5:].replace("", ALL))
    of = {str(name): rows for name, rows in told.groupby("dimension")}
    made = {name: _own_table(name, told) if name in _OWN_SUMS else _table(name, of, told.iloc[:0]) for name in names}
    return {name: rows[[*LAYOUT[name], *carried, "row"]].reset_index(drop=True) for name, rows in made.items()}


def _own_table(name: str, told: pd.DataFrame) -> pd.DataFrame:
    if name in FLOW_LAYOUT:
        return flow_table(told, name)
    if name in CAP_LAYOUT:
        return cap_table(told, name)
    if name in LUMP_LAYOUT:
        return lump_table(told)
    return waiting_table(told) if name in WAITING_LAYOUT else running_table(told, name)


def _table(name: str, of: Mapping[str, pd.DataFrame], nothing: pd.DataFrame) -> pd.DataFrame:
    totals, segments = of["totaal"], of.get("segment", nothing)
    mine = of.get(name, nothing)
    if name in ("segment", "quarters"):
        by_segment = pd.concat([totals.assign(segment=ALL), segments.assign(segment=segments["level"])])
        return by_segment if name == "segment" else _years_with_quarters(by_segment).assign(row=-1)
    if name == "product":
        whole = _of_all_their_products(segments[segments["quarter"] == ALL], mine).assign(row=-1, product=ALL)
        return pd.concat([whole, mine.assign(product=mine["level"])])
    if name == "minors":
        bands = of.get("age_band", nothing)
        return pd.concat([mine, bands[bands["level"].isin(YOUNG)].assign(row=-1)]).assign(
            age_band=lambda rows: rows["level"]
        )
    if name == AGE_SEX:
        bands = of.get("age_band", nothing).assign(row=-1, age_band=lambda rows: rows["level"], sex=ALL)
        both = mine["level"].str.rsplit(" ", n=1)
        mine = mine.assign(age_band=both.str[0], sex=both.str[1])
        return pd.concat([bands.merge(mine[["area", "year"]].drop_duplicates(), on=["area", "year"]), mine])
    years = totals[totals["quarter"] == ALL].assign(row=-1, level=ALL)
    if name in _PER_AREA:
        years = years.merge(mine[["area", "year"]].drop_duplicates(), on=["area", "year"])
    return pd.concat([years, mine]).assign(**{name: lambda rows: rows["level"]})


def _of_all_their_products(segments: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Segments of a year that are the sum of the products that were in them all year; others hold more."""
    keys = ["area", "year", "segment"]
    sums = products.groupby(keys, as_index=False)["amount_cents"].sum().rename(columns={"amount_cents": "whole"})
    joined = segments.assign(segment=segments["level"]).merge(sums, on=keys)
    return joined[joined["amount_cents"] == joined["whole"]].drop(columns="whole")


def _years_with_quarters(by_segment: pd.DataFrame) -> pd.DataFrame:
    """Rows of years that are shown as a whole and up to their last quarter: only those cover each other."""
    whole = by_segment["segment"] == ALL
    kept = []
    for rows in (by_segment[whole], by_segment[~whole]):
        told = rows.groupby("year")["quarter"].agg(set)
        years = [year for year, quarters in told.items() if {ALL, "K4"} <= quarters]
        kept.append(rows[rows["year"].isin(years)])
    return pd.concat(kept)


def relations_of(tables: Mapping[str, pd.DataFrame], region: str, *, distinct: bool) -> list[object]:
    """The sums within and between these tables. `distinct`: a youth can be in several parts, so they only cover it."""
    added = [name for name in tables if name not in ("quarters", *_PER_AREA, *_OWN_SUMS)]
    sums = [SumOver(name, "area", total=region, at_most=distinct) for name in added]
    covers = {"segment": "segment", "quarters": "quarter", "product": "product", "referrer": "referrer"}
    sums += [SumOver(name, over, total=ALL, at_most=distinct) for name, over in covers.items() if name in tables]
    sums += [SumOver(name, name, total=ALL) for name in DIVIDING if name in tables]
    year = {"quarter": ALL}
    same = [Equal("segment", "quarters", LAYOUT["quarters"])]
    same.append(Equal("segment", "product", ["area", "year", "segment"], where_a=year, where_b={"product": ALL}))
    if "age_band" in tables:
        sums.append(SumOver("minors", "age_band", total=MINORS))
        same.append(Equal("age_band", "minors", ["area", "year", "age_band"]))
    if AGE_SEX in tables:
        sums.append(SumOver(AGE_SEX, "sex", total=ALL))
        same.append(Equal("age_band", AGE_SEX, ["area", "year", "age_band"], where_b={"sex": ALL}))
    for name in _BY_YEAR:
        total = {"segment": ALL, **year}
        same.append(Equal("segment", name, ["area", "year"], where_a=total, where_b={name: ALL}))
    return [
        *(relation for relation in sums if _has_sum(relation, tables[relation.table])),
        *(relation for relation in same if relation.table_b in tables and _has_same(relation, tables)),
        *flow_relations(tables, region),
        *waiting_relations(tables, region),
        *running_relations(tables, region),
        *cap_relations(tables, region),
        *lump_relations(tables, region),
    ]


def _has_sum(relation: SumOver, frame: pd.DataFrame) -> bool:
    """Whether the table has a total and a part of it: not every region delivers everything."""
    rest = [name for name in LAYOUT[relation.table] if name != relation.column]
    is_total = frame[relation.column] == relation.total
    both = frame.loc[is_total, rest].merge(frame.loc[~is_total, rest].drop_duplicates(), on=rest)
    return len(both) > 0


def _has_same(relation: Equal, tables: Mapping[str, pd.DataFrame]) -> bool:
    chosen = []
    for name, where in ((relation.table_a, relation.where_a), (relation.table_b, relation.where_b)):
        rows = tables[name]
        for column, value in where.items():
            rows = rows[rows[column] == value]
        chosen.append(rows[list(relation.on)])
    return len(chosen[0].merge(chosen[1], on=list(relation.on))) > 0


def without_row(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables as they are protected and attacked."""
    return {name: frame.drop(columns="row") for name, frame in tables.items()}


def by_row(
    tables: Mapping[str, pd.DataFrame], done: Mapping[str, pd.DataFrame], columns: Sequence[str]
) -> pd.DataFrame:
    """Results of all tables by their row in the cells; a copy of a total says the same."""
    both = pd.concat([done[name][list(columns)].assign(row=tables[name]["row"]) for name in tables])
    return both[both["row"] >= 0].set_index("row")
