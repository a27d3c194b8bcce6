"""Days of care that were running per quarter: what is to be expected before the claims of a quarter are in."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Table

from jeugd_analysis.domain.period import Quarter


def care_days(periods: Table, *, first: date, as_of: date) -> Table:
    """One row per municipality x product x care quarter, from the quarter of `first` to that of `as_of`: days.

    Shapes: `periods` as `spells.periods` gives them, with product. A day counts once per running period: two kinds of
    care on one day are two days. A period without an end runs on. A stop after the quarter changes nothing in it, so
    an older quarter is nearly as it was known then.
    """
    quarters = ibis.memtable(
        [
            {"care_quarter": q.label, "first_day": q.first_day.isoformat(), "last_day": q.last_day.isoformat()}
            for q in Quarter.of(first).until(Quarter.of(as_of))
        ],
        schema={"care_quarter": "string", "first_day": "string", "last_day": "string"},
    )
    dated = quarters.mutate(
        first_day=quarters.first_day.cast("timestamp"), last_day=quarters.last_day.cast("timestamp")
    )
    running = [
        periods.start <= dated.last_day,
        periods.until.isnull() | (periods.until >= dated.first_day),
    ]
    joined = periods.join(dated, running)
    last = ibis.least(joined.until.fill_null(joined.last_day), joined.last_day)
    days = last.delta(ibis.greatest(joined.start, joined.first_day), unit="day") + 1
    keys = ["municipality", "product", "care_quarter"]
    return joined.mutate(days=days).group_by(keys).agg(days=ibis._.days.sum().cast("int64")).order_by(keys)
