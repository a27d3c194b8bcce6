"""Who comes in, stays, leaves and comes back; why care ended; and how long youths waited for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, Table, TimestampValue

from jeugd_analysis.marts.spells import NEVER, Spells
from jeugd_analysis.marts.usage import ALL

KEYS = ["area", "segment", "year"]
ENTERED = ("inflow", "returned", "moved_in", "switched_in")
LEFT = ("outflow", "moved_out", "switched_out")
_YEAR = ibis.interval(years=1)
_FIRST_YEAR = 2015  # of the Youth Act


def flows(made: Spells, lines: Table, known: Table, *, region: str, as_of: date) -> Table:
    """One row per area x segment x year: youths in care, in what way they entered and left, and what cannot be told.

    `made` and `known` are those of `spells.py`, `lines` the care_lines. A youth counts once per row.
    at_start + inflow + returned + moved_in + switched_in = youths = at_end + outflow + moved_out + switched_out, where
    the first (last) spell that begins (ends) in the year decides. at_start and at_end: in care across the turn of the
    year; in a year that is not over at_end is in care on `as_of`. inflow: no care at all, of any kind or payer, in the
    12 months before. returned: care stopped less than 12 months before. moved: the same care goes on under another
    municipality of the region. switched: care goes on in another segment. A new contract or provider is none of these.
    throughflow: there at the start and at the end. stopped: care of any kind and payer stopped at least once in the
    year, also when the youth was back before its end; came_back: of those, new care within 12 months.
    claimed_only: youths with a net amount above zero and no start message; the rest of the row does not count them.
    Empty: the 12 months before the year (for came_back: after it) are not in the data. Years before the first whole
    year of claims are left out; the region has a year when all its municipalities have.
    """
    columns = ["area", "segment", "youth_id", "first", "last"]
    both = ibis.union(
        made.regional.mutate(area=ibis.literal(region)).select(columns),
        made.local.mutate(area=made.local.municipality).select(columns),
    )
    counted = _counted(_yearly(_kinds(both, made.regional), as_of=as_of))
    unseen = _unseen(made.periods, lines, region=region)
    joined = counted.left_join(unseen, KEYS).drop(*(f"{key}_right" for key in KEYS))
    return _told(joined, known, region=region, as_of=as_of)


def _kinds(both: Table, regional: Table) -> Table:
    """Each spell with how it was entered and left, read from the spell of the whole region that it is part of."""
    same = regional.select("youth_id", "segment", same_first="first", same_last="last")
    whole = regional.filter(regional.segment == ALL)
    order = ibis.window(group_by="youth_id", order_by=whole.first)
    care = whole.select(
        "youth_id", all_first=whole.first, all_last=whole.last,
        earlier=whole.last.lag().over(order), later=whole.first.lead().over(order),
    )  # fmt: skip
    one = _part_of(both, same, ["youth_id", "segment"], "same_first", "same_last")
    two = _part_of(one, care, ["youth_id"], "all_first", "all_last")
    enter = ibis.cases(
        (two.same_first < two.first, "moved_in"),
        (two.all_first < two.first, "switched_in"),
        ((two.earlier + _YEAR >= two.all_first).fill_null(False), "returned"),
        else_="inflow",
    )
    leave = ibis.cases(
        (two.last.isnull(), ibis.null("string")),
        (_after(two.same_last, two.last), "moved_out"),
        (_after(two.all_last, two.last), "switched_out"),
        else_="outflow",
    )
    back = (two.later <= two.all_last + _YEAR).fill_null(False)
    return two.select("area", "segment", "youth_id", "first", "last", enter=enter, leave=leave, back=back)


def _after(end: TimestampValue, day: TimestampValue) -> BooleanValue:
    return end.isnull() | (end > day)


def _part_of(spell: Table, whole: Table, keys: list[str], first: str, last: str) -> Table:
    """Each spell beside the longer spell that holds it; those of one youth do not overlap, so there is one."""
    same = [spell[key] == whole[key] for key in keys]
    holds = [whole[first] <= spell.first, whole[last].isnull() | (whole[last] >= spell.first)]
    joined = spell.inner_join(whole, [*same, *holds])
    return joined.drop(*(f"{key}_right" for key in keys))


def _yearly(placed: Table, *, as_of: date) -> Table:
    """One row per area, segment, youth and year with care: at_start, at_end, enter, leave, stopped, back."""
    numbers = range(_FIRST_YEAR, as_of.year + 1)
    years = ibis.memtable({"year": list(numbers)}, schema={"year": "int64"})
    dated = placed.cross_join(years)
    inside = dated.mutate(opens=_first_day(dated.year), closes=_first_day(dated.year + 1))
    kept = inside.filter(inside.first < inside.closes, inside.last.isnull() | (inside.last >= inside.opens))
    stays = kept.last.isnull() | (kept.last >= kept.closes)
    stopped = (kept.leave == "outflow").fill_null(False) & ~stays
    marked = kept.mutate(there=kept.first < kept.opens, stays=stays, stopped=stopped)
    return marked.group_by(["area", "segment", "youth_id", "year"]).agg(
        at_start=marked.there.any(),
        at_end=marked.stays.any(),
        enter=marked.enter.argmin(marked.first),
        leave=marked.leave.argmax(marked.first),
        stopped=marked.stopped.any(),
        back=(marked.stopped & marked.back).any(),
    )


def _counted(youths: Table) -> Table:
    def count(told: BooleanValue) -> ibis.Value:
        return told.sum().cast("int64")

    came, gone = ~youths.at_start, ~youths.at_end
    return youths.group_by(KEYS).agg(
        youths=youths.count().cast("int64"),
        at_start=count(youths.at_start),
        **{name: count(came & (youths.enter == name)) for name in ENTERED},
        throughflow=count(youths.at_start & youths.at_end),
        **{name: count(gone & (youths.leave == name)) for name in LEFT},
        at_end=count(youths.at_end),
        stopped=count(youths.stopped),
        came_back=count(youths.back),
    )


def _unseen(periods: Table, lines: Table, *, region: str) -> Table:
    """Youths with a net amount above zero and no delivered period at all in the year, per area and segment."""
    until = periods.until.fill_null(NEVER)
    known = periods.select("youth_id", "segment", start=periods.start, until=until)
    told = lines.select("youth_id", "municipality", "segment", "year", "amount_cents")
    every = told.union(told.mutate(segment=ibis.literal(ALL)))
    both = ibis.union(
        every.select("youth_id", "segment", "year", "amount_cents", area=ibis.literal(region)),
        every.select("youth_id", "segment", "year", "amount_cents", area=every.municipality),
    )
    net = both.group_by([*KEYS, "youth_id"]).agg(amount_cents=both.amount_cents.sum())
    paid = net.filter(net.amount_cents > 0)
    overlap = [
        paid.youth_id == known.youth_id, paid.segment == known.segment,
        known.start.year() <= paid.year, known.until.year() >= paid.year,
    ]  # fmt: skip
    alone = paid.anti_join(known, overlap)
    return alone.group_by(KEYS).agg(claimed_only=alone.count().cast("int64"))


def _told(counted: Table, known: Table, *, region: str, as_of: date) -> Table:
    """The counts that the data allow, in their order; known months decide per area, the last one for the region."""
    dated = _whole_years(counted, known, region=region)
    before = dated.known_from + _YEAR <= dated.opens
    after = dated.year + 1 < as_of.year + ((as_of.month, as_of.day) == (12, 31))
    nothing = ibis.null("int64")
    return dated.select(
        *KEYS,
        "youths",
        "at_start",
        **{name: before.ifelse(dated[name], nothing) for name in ENTERED},
        throughflow=dated.throughflow,
        **{name: dated[name] for name in LEFT},
        at_end=dated.at_end,
        stopped=dated.stopped,
        came_back=after.ifelse(dated.came_back, nothing),
        claimed_only=dated.claimed_only.fill_null(0),
    ).order_by(KEYS)


def _whole_years(counted: Table, known: Table, *, region: str) -> Table:
    """Rows of years that the data hold from their first day, with opens (that day) and known_from."""
    last = known.agg(known_from=known.known_from.max()).mutate(area=ibis.literal(region))
    areas = known.select("known_from", area=known.municipality).union(last.select("known_from", "area"))
    joined = counted.inner_join(areas, "area")
    dated = joined.mutate(opens=_first_day(joined.year))
    return dated.filter(dated.opens >= dated.known_from)


def _first_day(year: IntegerValue) -> TimestampValue:
    return ibis.date(year.cast("int32"), 1, 1).cast("timestamp")


def endings(made: Spells, known: Table, *, region: str) -> Table:
    """One row per area x segment x year x end_reason: periods that ended, their youths, and left.

    left: youths for whom nothing went on or began within the days that join care, anywhere in the region: only those
    left care. A youth with two reasons on that day counts at both. `known` as in flows.
    """
    whole = made.regional.filter(made.regional.segment == ALL, made.regional.last.notnull())
    last = whole.select("youth_id", until="last", final=ibis.literal(True))
    over = made.periods.filter(made.periods.until.notnull())
    ended = over.left_join(last, ["youth_id", "until"]).mutate(final=ibis._.final.fill_null(False))
    columns = ["youth_id", "segment", "end_reason", "until", "final", "area"]
    both = ibis.union(
        ended.mutate(area=ibis.literal(region)).select(columns),
        ended.mutate(area=ended.municipality).select(columns),
    )
    dated = both.mutate(year=both.until.year().cast("int64"))
    keys = [*KEYS, "end_reason"]
    counted = dated.group_by(keys).agg(
        periods=dated.count().cast("int64"),
        youths=dated.youth_id.nunique().cast("int64"),
        left=dated.youth_id.nunique(where=dated.final).cast("int64"),
    )
    return _whole_years(counted, known, region=region).select(*keys, "periods", "youths", "left").order_by(keys)


def starts(made: Spells, tables: Mapping[str, Table], known: Table, *, region: str) -> Table:
    """One row per area x segment x quarter: started, waited and wait_days.

    started: spells of care that began, in the municipality of the first day; care that goes on elsewhere does not
    begin. waited: those with a request known, and wait_days their days from request to first day together.
    """
    begun = made.regional.inner_join(known, "municipality")
    seen = begun.filter(begun.first >= begun.known_from)
    asked = seen.left_join(_requested(tables), "allocation_id").drop("allocation_id_right")
    days = asked.first.delta(asked.requested_on, unit="day").cast("int64")
    told = asked.select(
        "segment", "municipality", days=days,
        quarter=asked.first.year().cast("string") + "-K" + asked.first.quarter().cast("string"),
    )  # fmt: skip
    both = ibis.union(
        told.select("segment", "quarter", "days", area=ibis.literal(region)),
        told.select("segment", "quarter", "days", area=told.municipality),
    )
    keys = ["area", "segment", "quarter"]
    counted = both.group_by(keys).agg(
        started=both.count().cast("int64"),
        waited=both.days.count().cast("int64"),
        wait_days=both.days.sum().fill_null(0).cast("int64"),
    )
    return counted.order_by(keys)


def _requested(tables: Mapping[str, Table]) -> Table:
    """Per allocation the day of the latest request on or before its first day; none without requests."""
    allocations = tables["allocations"]
    if "requests" not in tables:
        empty = allocations.filter(ibis.literal(False))
        return empty.select("allocation_id", requested_on=empty.start)
    pairs = allocations.inner_join(tables["requests"], ["youth_id", "provider", "product"])
    before = pairs.filter(pairs.requested_on <= pairs.start)
    return before.group_by("allocation_id").agg(requested_on=before.requested_on.max())
