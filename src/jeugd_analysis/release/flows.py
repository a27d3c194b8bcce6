"""Numbers of who came, stayed, left and why, as linked tables.

They are those of the marts flows and endings: of all help together in every area, and per segment for the region. Per
segment in one municipality most of them would be hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.disclosure import AtMost, CellRef, Equal, SameCell, SumOver
from jeugd_analysis.release.keys import ALL, KEYS, NUMBERS

FLOW, ENDING = "flow", "ending"  # dimensions; of one segment: flow S1
_KEY = ["area", "segment", "year", "part"]
# Table -> its total and the parts that add up to it exactly. A number that stands in more tables is one cell.
PARTS = {
    "left": ("youths", ("at_end", "outflow", "moved_out", "switched_out")),
    "entered": ("youths", ("at_start", "inflow", "returned", "moved_in", "switched_in")),
    "from_start": ("at_start", ("throughflow", "start_gone")),
    "to_end": ("at_end", ("throughflow", "end_new")),
    "stopped": ("stopped", ("outflow", "again")),
    "back": ("stopped", ("came_back", "stayed_away")),
}
FLOW_LAYOUT = {**dict.fromkeys(PARTS, _KEY), "reasons": ["area", "year", "ended_by"]}
_HOME: dict[str, str] = {}  # part -> the first table it stands in
for _table, (_total, _parts) in PARTS.items():
    for _part in (_total, *_parts):
        _HOME.setdefault(_part, _table)
# Who counts here in a municipality or segment counts in the whole too, and the other way round. Not so for the others:
# care that went on elsewhere at the turn of the year, or stopped here and began again there, is one stay of the whole.
_COVERED = ("youths", "inflow")
_NEED_YEAR_BEFORE = [*PARTS["entered"][1], "throughflow", "start_gone", "end_new"]


def flow_cells(flows: pd.DataFrame, endings: pd.DataFrame, quarter: Quarter, region: str) -> pd.DataFrame:
    """One row per number of years that have ended: KEYS and youths; amount_cents is 0, for these have no cost.

    Added, because a reader can subtract: start_gone (there at the start, not at the end), end_new (the other way
    round), again (stopped, and back before the end) and stayed_away (stopped, and not back within 12 months). In the
    first year, of which it is not known who entered, only those who left are told.
    """
    rows = flows[(flows["year"] <= quarter.last_full_year) & (flows["segment"].eq(ALL) | flows["area"].eq(region))]
    told = rows.assign(
        start_gone=rows["at_start"] - rows["throughflow"],
        end_new=rows["at_end"] - rows["throughflow"],
        again=rows["stopped"] - rows["outflow"],
        stayed_away=rows["stopped"] - rows["came_back"],
    )
    told[_NEED_YEAR_BEFORE] = told[_NEED_YEAR_BEFORE].astype("Int64").where(told["inflow"].notna())
    long = told.melt(["area", "segment", "year"], list(_HOME), var_name="level", value_name="number")
    whole = long["segment"].eq(ALL)
    named = long.assign(dimension=(FLOW + " " + long["segment"]).mask(whole, FLOW), youths=long["number"])
    return _as_cells(pd.concat([named, _reasons(endings, told)], ignore_index=True))


def _reasons(endings: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Youths who left care per reason, where they cover those who stopped, as they should."""
    rows = endings[endings["segment"].eq(ALL) & endings["year"].isin(told["year"])]
    stopped = told.loc[told["segment"].eq(ALL), ["area", "year", "stopped"]]
    known = rows.merge(stopped, on=["area", "year"], how="inner")
    within = known.groupby(["area", "year"])["left"]
    covers = (within.transform("max") <= known["stopped"]) & (known["stopped"] <= within.transform("sum"))
    return known[covers].rename(columns={"end_reason": "level"}).assign(youths=known["left"], dimension=ENDING)


def _as_cells(rows: pd.DataFrame) -> pd.DataFrame:
    named = rows.dropna(subset=["youths"]).assign(period_kind="jaar", amount_cents=0)
    period = named["year"].astype("int64").astype(str)
    return named.assign(period=period)[[*KEYS, *NUMBERS]].astype({"youths": "int64"}).reset_index(drop=True)


def flow_table(told: pd.DataFrame, name: str) -> pd.DataFrame:
    """One of FLOW_LAYOUT from rows of a release with `row`: the number of the row, -1 where it stands elsewhere too."""
    is_flow = told["dimension"].str.startswith(FLOW)
    if name == "reasons":
        stopped = told[told["dimension"].eq(FLOW) & told["level"].eq("stopped")]
        ended = told[told["dimension"].eq(ENDING)]
        known = ended[["area", "period"]].drop_duplicates()
        whole = stopped.assign(row=-1, level=ALL).merge(known, on=["area", "period"])
        both = pd.concat([whole, ended], ignore_index=True)
        return both.assign(year=both["period"], ended_by=both["level"])
    total, parts = PARTS[name]
    rows = told[is_flow & told["level"].isin([total, *parts])]
    rows = rows.assign(
        year=rows["period"], part=rows["level"], row=rows["row"].where(rows["level"].map(_HOME).eq(name), -1),
        segment=rows["dimension"].str.removeprefix(FLOW).str.strip().replace("", ALL),
    )  # fmt: skip
    there = rows.groupby(["area", "segment", "year"])["part"].transform("nunique")
    complete = there == 1 + len(parts)  # in the first and last year not every part is known
    return rows[complete | rows["level"].map(_HOME).eq(name)]


def flow_relations(tables: Mapping[str, pd.DataFrame], region: str) -> Iterator[object]:
    """The sums within and between the tables of FLOW_LAYOUT that are there and hold something."""
    there = {name: tables[name] for name in FLOW_LAYOUT if name in tables and len(tables[name])}
    for name in (name for name in PARTS if name in there):
        total, parts = PARTS[name]
        yield SumOver(name, "part", total=total, parts=parts)
        for part in (total, *parts):
            home = _HOME[part]
            if home != name and home in there and _both(there[home], there[name], part):
                yield Equal(home, name, _KEY[:3], where_a={"part": part}, where_b={"part": part})
    for part in _COVERED:
        if _HOME[part] in there:
            yield from _covered(there[_HOME[part]], _HOME[part], part, region)
    if {"left", "entered"} <= there.keys():
        yield from _across_years(there["left"], there["entered"])
    if "reasons" in there:
        yield SumOver("reasons", "ended_by", total=ALL, at_most=True)
        stopped = {"segment": ALL, "part": "stopped"}
        yield Equal("stopped", "reasons", ["area", "year"], where_a=stopped, where_b={"ended_by": ALL})
        if {region} < set(there["reasons"]["area"]):
            yield SumOver("reasons", "area", total=region, at_most=True)


def _both(one: pd.DataFrame, other: pd.DataFrame, part: str) -> bool:
    rows = [frame.loc[frame["part"].eq(part), _KEY[:3]] for frame in (one, other)]
    return len(rows[0].merge(rows[1])) > 0


def _covered(frame: pd.DataFrame, name: str, part: str, region: str) -> Iterator[AtMost]:
    """The region covers its municipalities, and all help its segments."""
    rows = frame[frame["part"].eq(part)]
    for column, total in (("area", region), ("segment", ALL)):
        whole = rows[rows[column].eq(total)]
        rest = [key for key in ("area", "segment", "year") if key != column]
        parts = rows[rows[column].ne(total)].merge(whole[rest], on=rest)[column].unique()
        if len(parts):
            of = {value: CellRef(name, {column: value, "part": part}) for value in (total, *parts)}
            yield AtMost(of[total], tuple(of[value] for value in parts))


def _across_years(left: pd.DataFrame, entered: pd.DataFrame) -> Iterator[SameCell]:
    """Who is there at the end of a year is there at the start of the next."""
    ends = left.loc[left["part"].eq("at_end"), _KEY[:3]]
    ends = ends.assign(next=(ends["year"].astype(int) + 1).astype(str))
    starts = entered.loc[entered["part"].eq("at_start"), _KEY[:3]]
    both = ends.merge(starts, left_on=["area", "segment", "next"], right_on=_KEY[:3], suffixes=("", "_start"))
    for row in both.itertuples():
        keys = {"area": row.area, "segment": row.segment}
        yield SameCell(
            CellRef("left", {**keys, "year": row.year, "part": "at_end"}),
            CellRef("entered", {**keys, "year": row.next, "part": "at_start"}),
        )
