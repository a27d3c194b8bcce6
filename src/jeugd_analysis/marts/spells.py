"""Care without a gap: what flows and durations stand on. From start and stop messages, never from planned days.

An allocation whose number the program made itself, from claims, has no start or stop and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import ibis
from ibis.expr.types import Table

from jeugd_analysis.domain.codes import DERIVED
from jeugd_analysis.marts.care_lines import with_segment
from jeugd_analysis.marts.usage import ALL

GAP_DAYS = 31  # care that goes on within this many days never stopped: a new contract, provider, product or payer
MISSING_REASON = "onbekend"
_OF_FIRST = ("municipality", "allocation_id")  # what a spell keeps of its first period
NEVER = ibis.timestamp("2199-12-31 00:00:00")
_NO_DAY = ibis.null("timestamp")
_PERIOD = ["allocation_id", "youth_id", "municipality", "product", "segment", "start", "until", "end_reason"]


def periods(tables: Mapping[str, Table], products: Table, *, as_of: date) -> Table:
    """Delivered periods that began by `as_of`: the columns of _PERIOD.

    `until` is the last day of care, empty while it runs; end_reason then is empty too.
    Care ends on the day of the stop message; without one, on the last day of its allocation when that has passed.
    The segment is that of the product on the first day.
    """
    today = ibis.timestamp(as_of.isoformat() + " 00:00:00")
    allocations = tables["allocations"].filter(~tables["allocations"].allocation_id.startswith(DERIVED))
    known = allocations.select("allocation_id", "youth_id", "municipality", "product", planned=allocations.end)
    begun = tables["care_periods"].filter(tables["care_periods"].start <= today)
    joined = begun.inner_join(known, "allocation_id")
    last = ibis.coalesce(joined.end, joined.planned)
    told = joined.mutate(month=joined.start, until=(last <= today).ifelse(ibis.greatest(last, joined.start), _NO_DAY))
    reason = told.end.isnull().ifelse(MISSING_REASON, told.end_reason.fill_null(MISSING_REASON))
    reasoned = told.mutate(end_reason=told.until.notnull().ifelse(reason, ibis.null("string")))
    return with_segment(reasoned.drop("end", "planned"), products).select(*_PERIOD)


def no_periods() -> Table:
    """The table of start and stop messages when none was delivered."""
    columns = {"allocation_id": "string", "start": "timestamp", "end": "timestamp", "end_reason": "string"}
    return ibis.memtable([], schema=columns)


def spells(periods: Table, *, per: list[str], as_of: date) -> Table:
    """Periods of one youth joined while no gap is longer than GAP_DAYS.

    Columns: youth_id, `per`, first, last, municipality, allocation_id. `per` names columns
    within which care is joined, such as segment. last is empty while care runs, and also in the
    first days after it stopped, when it may still go on. municipality and allocation_id are those of the first period.
    """
    keys = ["youth_id", *per]
    told = periods.mutate(end=periods.until.fill_null(NEVER))
    order = [told.start, told.end, told.allocation_id]
    reached = told.mutate(reached=told.end.max().over(ibis.cumulative_window(group_by=keys, order_by=order)))
    order = [reached.start, reached.end, reached.allocation_id]
    before = reached.mutate(before=reached.reached.lag().over(ibis.window(group_by=keys, order_by=order)))
    gap = ibis.interval(days=GAP_DAYS + 1)
    fresh = before.mutate(fresh=(before.before.isnull() | (before.start > before.before + gap)).cast("int64"))
    order = [fresh.start, fresh.end, fresh.allocation_id]
    numbered = fresh.mutate(spell=fresh.fresh.sum().over(ibis.cumulative_window(group_by=keys, order_by=order)))
    order = [numbered.start, numbered.end, numbered.allocation_id]
    firsts = {name: numbered[name].first(order_by=order) for name in _OF_FIRST if name not in keys}
    joined = numbered.group_by([*keys, "spell"]).agg(first=numbered.start.min(), last=numbered.end.max(), **firsts)
    certain = ibis.timestamp(as_of.isoformat() + " 00:00:00") - ibis.interval(days=GAP_DAYS)
    over = joined.last < certain
    return joined.mutate(last=over.ifelse(joined.last, _NO_DAY)).select(*keys, "first", "last", *firsts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """periods: those of `periods`, in their segment and again in all together. regional and local: their spells, per
    segment, over the whole region and within each municipality.
    """

    periods: Table
    regional: Table
    local: Table


def all_spells(known: Table, *, as_of: date, keep: Callable[[str, Table], Table]) -> Spells:
    """The spells of the delivered periods; `keep` stores a table that is used more than once."""
    both = keep("periods", every_segment(known))
    return Spells(
        periods=both,
        regional=keep("spells", spells(both, per=["segment"], as_of=as_of)),
        local=keep("local_spells", spells(both, per=["municipality", "segment"], as_of=as_of)),
    )


def every_segment(periods: Table) -> Table:
    """Each period twice: in its segment and in all of them together."""
    return periods.union(periods.mutate(segment=ibis.literal(ALL)))


def first_months(claims: Table) -> Table:
    """Per municipality the first care month of its claims: before it nothing is known for certain."""
    return claims.group_by("municipality").agg(known_from=claims.month.min())
