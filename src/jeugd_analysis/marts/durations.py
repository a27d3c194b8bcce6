"""How long care lasts, counted per month of duration: enough for a Kaplan-Meier curve, and small."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import IntegerValue, Table

# A month is 487/16 days (365.25 / 12), so that whole numbers suffice.
_SIXTEENTHS = 487


def durations(spells: Table, known: Table, *, region: str, as_of: date) -> Table:
    """One row per area x segment x start_year x month: ended, running.

    `spells` are those of the whole region by segment; `known` the first_months. A spell belongs to the municipality of
    its first day, also after a move. month is the month of the duration in which it ended (1: within a month), or the
    number of whole months that a running spell was seen. Spells that began before the first care month of the claims
    are left out: of those only the long ones are known.
    """
    told = spells.inner_join(known, "municipality")
    seen = told.filter(told.first >= told.known_from)
    today = ibis.timestamp(as_of.isoformat() + " 00:00:00")
    days = seen.last.fill_null(today).delta(seen.first, unit="day").cast("int64") + 1
    over = seen.last.notnull()
    lasted = seen.select(
        "segment",
        "municipality",
        start_year=seen.first.year().cast("int64"),
        month=over.ifelse(_months(days, up=True), _months(days, up=False)),
        over=over,
    )
    both = ibis.union(
        lasted.mutate(area=ibis.literal(region)).drop("municipality"),
        lasted.mutate(area=lasted.municipality).drop("municipality").select(
            "segment", "start_year", "month", "over", "area"
        ),
    )  # fmt: skip
    keys = ["area", "segment", "start_year", "month"]
    counted = both.group_by(keys).agg(ended=both.over.sum().cast("int64"), running=(~both.over).sum().cast("int64"))
    return counted.order_by(keys)


def _months(days: IntegerValue, *, up: bool) -> IntegerValue:
    sixteenths = days * 16 + (_SIXTEENTHS - 1 if up else 0)
    return (sixteenths // _SIXTEENTHS).cast("int64")
