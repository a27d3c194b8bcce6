"""Numbers of youths that wait, as linked tables: kinds of help within segments, harmful waiting within all waiting.

A youth who waits for two kinds of help is on two lists and counts twice, so all sums hold exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.disclosure import SumOver
from jeugd_analysis.release.keys import ALL, KEYS, NUMBERS

WAITING = "waiting"
PARTS = (WAITING, "harmful", "bearable")  # dimensions; bearable is not shown, but a reader can subtract
WAITING_LAYOUT = {WAITING: ["area", "year", "quarter", "kind", "part"]}
YEARS_BACK = 3  # from the first quarter of that year on


def waiting_cells(
    waiting: pd.DataFrame, quarter: Quarter, *, region: str, municipalities: Sequence[str]
) -> pd.DataFrame:
    """Numbers of a release from the table waiting: KEYS and youths; amount_cents is 0, for waiting has no cost.

    level: alle, a segment, or segment and kind (S3 kdc) where a segment has more kinds than one. Harmful waiting is
    told of segments, not of kinds. A municipality that has reported a quarter and leaves out a kind has nobody waiting
    for it; the region is the sum of those that have reported.
    """
    first = Quarter(quarter.year - YEARS_BACK, 1)
    mine = waiting[waiting["municipality"].isin(list(municipalities))]
    mine = mine[mine["quarter"].between(first.label, quarter.label)]
    if mine.empty:
        return pd.DataFrame(columns=[*KEYS, *NUMBERS]).astype(dict.fromkeys(NUMBERS, "int64"))
    rows = mine.assign(bearable=mine["waiting"] - mine["harmful"])
    long = rows.melt(["municipality", "segment", "kind", "quarter"], list(PARTS), "dimension", "youths")
    kinds = mine.groupby("segment")["kind"].nunique()
    several = long["segment"].map(kinds).gt(1) & long["dimension"].eq(WAITING)
    levels = [
        long.assign(level=ALL),
        long.assign(level=long["segment"]),
        long[several].assign(level=long["segment"] + " " + long["kind"]),
    ]
    told = pd.concat(levels, ignore_index=True).rename(columns={"municipality": "area", "quarter": "period"})
    both = pd.concat([told, told.assign(area=region)], ignore_index=True)
    summed = both.groupby(["area", "period", "dimension", "level"], as_index=False)["youths"].sum()
    grid = summed[["area", "period"]].drop_duplicates().merge(
        summed[["dimension", "level"]].drop_duplicates(), how="cross"
    )  # fmt: skip
    full = grid.merge(summed, how="left").assign(period_kind="kwartaal", amount_cents=0)
    return full.assign(youths=full["youths"].fillna(0).astype("int64"))[[*KEYS, *NUMBERS]]


def waiting_table(told: pd.DataFrame) -> pd.DataFrame:
    """The table of WAITING_LAYOUT from rows of a release with `row`, `year` and `quarter`."""
    rows = told[told["dimension"].isin(PARTS)]
    return rows.assign(kind=rows["level"], part=rows["dimension"])


def waiting_relations(tables: Mapping[str, pd.DataFrame], region: str) -> Iterator[object]:
    """The sums within the table, when it is there and holds something."""
    frame = tables.get(WAITING)
    if frame is None or frame.empty:
        return
    levels = set(frame["kind"]) - {ALL}
    segments = {level for level in levels if " " not in level}
    yield SumOver(WAITING, "kind", total=ALL, parts=sorted(segments))
    for segment in sorted(segments):
        if kinds := sorted(level for level in levels if level.startswith(f"{segment} ")):
            yield SumOver(WAITING, "kind", total=segment, parts=kinds)
    yield SumOver(WAITING, "part", total=WAITING, parts=PARTS[1:])
    if set(frame["area"]) > {region}:
        yield SumOver(WAITING, "area", total=region)
