"""Numbers of youths above a maximum of units, as linked tables: in all, per age and per kind of help.

Whether a youth is above it follows from all help in the region. So what a youth is in one municipality, it is in every
other: the region covers its municipalities, and ages divide the youths exactly. What lies between two maxima and those
who are not above one are told nowhere, but a reader can subtract; they are protected with the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import pandas as pd

from jeugd_analysis.domain.codes import AGE_BANDS, EUROS
from jeugd_analysis.methods.capped import above, caps_of, present, trajectories
from jeugd_analysis.methods.disclosure import AtMost, CellRef, Equal, SumOver
from jeugd_analysis.release.keys import ALL, KEYS, NUMBERS

CAP, CAP_AGE, CAP_PRODUCT = "cap", "cap_age", "cap_product"  # dimensions
REST = "_rest"  # behind a dimension: numbers that no page tells
YOUTHS, UNDER = "youths", "-under"  # parts: all, 90 (above that maximum) and 90-under; behind a group: 5-11 90
UNKNOWN_AGE = "onbekend"
CAP_LAYOUT = {
    CAP: ["area", "year", "cap"],
    CAP_AGE: ["area", "year", "age", "part"],
    CAP_PRODUCT: ["area", "year", "product", "part"],
}


def cap_cells(
    lines: pd.DataFrame,
    births: pd.Series,
    usage: pd.DataFrame,
    *,
    year: int,
    products: Sequence[str],
    percentiles: Sequence[int],
    percentile: int,
    region: str,
    municipalities: Sequence[str],
    least: int,
) -> pd.DataFrame:
    """Numbers of a release from the mart youth_lines: KEYS and youths; amount_cents is 0.

    Shapes: `births` is the year of birth by youth_id; `usage` are the numbers of `shown_cells`; `percentile` is the one
    of which groups are told. Result: dimension cap has level alle (youths with this help) and one per percentile (those
    above its maximum), cap_age and cap_product have levels such as "5-11 90".
    """
    mine = lines[lines["year"].eq(year) & lines["product"].isin(list(products))]
    mine = mine[mine["municipality"].isin(list(municipalities))]
    use = trajectories(mine[mine["unit"].ne(EUROS)])
    over = {each: above(use, caps) for each in sorted({*percentiles, percentile})
            if len(caps := caps_of(use, percentile=each, least=least))}  # fmt: skip
    there = present(mine)
    both = pd.concat([there, there.assign(municipality=region)]).drop_duplicates()
    if both.empty or not over:
        return pd.DataFrame(columns=[*KEYS, *NUMBERS]).astype(dict.fromkeys(NUMBERS, "int64"))
    beyond = {each: {youth for youth, _ in pairs} for each, pairs in over.items()}
    areas = {str(area): set(rows["youth_id"]) for area, rows in both.groupby("municipality")}
    rows = [*_whole(areas, beyond)]
    if percentile in over:
        rows += [*_ages(areas, percentile, beyond[percentile], bands_of(births, year))]
        rows += [*_products(both, percentile, over[percentile], usage, str(year))]
    told = pd.DataFrame(rows, columns=["area", "dimension", "level", "youths"])
    return told.assign(period_kind="jaar", period=str(year), amount_cents=0)[[*KEYS, *NUMBERS]]


_Row = tuple[str, str, str, int]


def _whole(areas: Mapping[str, set[str]], beyond: Mapping[int, set[str]]) -> Iterator[_Row]:
    ordered = sorted(beyond)
    for area, youths in areas.items():
        above_each = {each: len(youths & beyond[each]) for each in ordered}
        yield area, CAP, ALL, len(youths)
        for each, number in above_each.items():
            yield area, CAP, str(each), number
            yield area, CAP + REST, f"{each}{UNDER}", len(youths) - number
        for low, high in pairwise(ordered):
            yield area, CAP + REST, f"{low}-{high}", above_each[low] - above_each[high]


def _ages(areas: Mapping[str, set[str]], percentile: int, beyond: set[str], band: Mapping[str, str]) -> Iterator[_Row]:
    for area, youths in areas.items():
        groups: dict[str, set[str]] = {}
        for youth in youths:
            groups.setdefault(band.get(youth, UNKNOWN_AGE), set()).add(youth)
        for group, mine in sorted(groups.items()):  # a set has another order in every process
            yield area, CAP_AGE, f"{group} {YOUTHS}", len(mine)
            yield from _two_parts(area, CAP_AGE, group, percentile, mine, beyond)


def _two_parts(
    area: str, dimension: str, group: str, percentile: int, mine: set[str], beyond: set[str]
) -> Iterator[_Row]:
    yield area, dimension, f"{group} {percentile}", len(mine & beyond)
    yield area, dimension + REST, f"{group} {percentile}{UNDER}", len(mine - beyond)


def bands_of(births: pd.Series, year: int) -> dict[str, str]:
    """The age band of each youth on 31 December: the day of birth is never kept, so age in years is all there is."""
    ages = year - births.astype("float64")
    bands = pd.Series(UNKNOWN_AGE, index=births.index)
    for name, (low, high) in AGE_BANDS.items():
        bands = bands.mask(ages.between(low, high), name)
    return dict(bands)


def _products(
    both: pd.DataFrame, percentile: int, over: set[tuple[str, str]], usage: pd.DataFrame, year: str
) -> Iterator[_Row]:
    """Per kind of help, beside the number of youths the release already has; not for an area where they differ."""
    known = usage[usage["dimension"].eq("product") & usage["period_kind"].eq("jaar") & usage["period"].eq(year)]
    youths = known.set_index(["area", "level"])["youths"]
    for area, rows in both.groupby("municipality"):
        sets = {str(product): set(mine["youth_id"]) for product, mine in rows.groupby("product")}
        if any(int(youths.get((area, product), -1)) != len(mine) for product, mine in sets.items()):
            continue
        for product, mine in sets.items():
            beyond = {youth for youth, of in over if of == product}
            yield from _two_parts(str(area), CAP_PRODUCT, product, percentile, mine, beyond)


def cap_table(told: pd.DataFrame, name: str) -> pd.DataFrame:
    """One of CAP_LAYOUT from rows of a release with `row` and `year`."""
    mine = told[told["dimension"].isin([name, name + REST])]
    if name == CAP:
        return mine.assign(cap=mine["level"])
    group, part = (mine["level"].str.rsplit(" ", n=1).str[place] for place in (0, 1))
    if name == CAP_PRODUCT:
        rows = mine.assign(product=group, part=part)
        whole = told[told["dimension"].eq("product") & told["period_kind"].eq("jaar")]
        groups = rows[["area", "year", "product"]].drop_duplicates()
        whole = whole.assign(product=whole["level"]).merge(groups, on=["area", "year", "product"])
        return pd.concat([rows, whole.assign(part=YOUTHS, row=-1)])
    rows = mine.assign(age=group, part=part)
    whole = told[told["dimension"].isin([CAP, CAP + REST])].assign(age=ALL, row=-1)
    whole = whole.assign(part=whole["level"].replace(ALL, YOUTHS))
    known = rows[["area", "year", "part"]].drop_duplicates()
    return pd.concat([rows, whole.merge(known, on=["area", "year", "part"])])


def cap_relations(tables: Mapping[str, pd.DataFrame], region: str) -> Iterator[object]:
    """The sums within and between the tables of CAP_LAYOUT that are there and hold something."""
    there = {name: tables[name] for name in CAP_LAYOUT if name in tables and len(tables[name])}
    if CAP not in there:
        return
    levels = sorted((level for level in set(there[CAP]["cap"]) if level.isdigit()), key=int)
    for level in levels:
        yield SumOver(CAP, "cap", total=ALL, parts=[level, level + UNDER])
    for lower, level in pairwise(levels):
        yield SumOver(CAP, "cap", total=lower, parts=[f"{lower}-{level}", level])
    if {region} < set(there[CAP]["area"]):
        yield SumOver(CAP, "area", total=region, at_most=True)
    for name in (CAP_AGE, CAP_PRODUCT):
        if name in there:
            yield from _of_groups(there[name], name, region)
    if CAP_PRODUCT in there:
        for product in sorted(set(there[CAP_PRODUCT]["product"])):
            same = {"product": product}
            yield Equal("product", CAP_PRODUCT, ["area", "year"], where_a=same, where_b={**same, "part": YOUTHS})


def _of_groups(frame: pd.DataFrame, name: str, region: str) -> Iterator[object]:
    """Ages divide all youths; kinds of help cover them, for a youth can have more than one."""
    parts = sorted(set(frame["part"]))
    for level in (part for part in parts if part.isdigit()):
        yield SumOver(name, "part", total=YOUTHS, parts=[level, level + UNDER])
    if name == CAP_AGE:
        yield SumOver(CAP_AGE, "age", total=ALL)
        for part in parts:
            where = {"cap": ALL if part == YOUTHS else part}, {"age": ALL, "part": part}
            yield Equal(CAP, CAP_AGE, ["area", "year"], where_a=where[0], where_b=where[1])
    for part in (part for part in parts if not part.endswith(UNDER)):
        if name == CAP_PRODUCT:
            kinds = sorted(set(frame.loc[frame["part"].eq(part), "product"]))
            whole = CellRef(CAP, {"cap": ALL if part == YOUTHS else part})
            yield AtMost(whole, tuple(CellRef(name, {"product": kind, "part": part}) for kind in kinds))
        areas = sorted(set(frame.loc[frame["part"].eq(part), "area"]) - {region})
        if areas and frame["area"].eq(region).any() and (name, part) != (CAP_PRODUCT, YOUTHS):
            of = {area: CellRef(name, {"area": area, "part": part}) for area in (region, *areas)}
            yield AtMost(of[region], tuple(of[area] for area in areas))
