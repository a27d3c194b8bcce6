"""Which part of the cost is that of the costliest youths?"""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

TOPS = (1, 5, 10, 100)  # percent of the youths; 100 is everyone


def youth_costs(lines: Table, *, region: str) -> Table:
    """One row per area x year x top_percent: youths in that group and their amount_cents together.

    Only youths with a net amount above zero in the year, ordered by it; the group is rounded up to whole youths. Never
    holds the amount of one youth apart, but a group can be that small: it passes the disclosure gate like any count.
    """
    cells = ibis.union(
        lines.select("youth_id", "year", "amount_cents", area=ibis.literal(region)),
        lines.select("youth_id", "year", "amount_cents", area=lines.municipality),
    )
    net = cells.group_by(["area", "year", "youth_id"]).agg(amount_cents=cells.amount_cents.sum().cast("int64"))
    positive = net.filter(net.amount_cents > 0)
    place = ibis.row_number().over(
        ibis.window(group_by=["area", "year"], order_by=[positive.amount_cents.desc(), positive.youth_id])
    )
    everyone = positive.count().over(ibis.window(group_by=["area", "year"]))
    ranked = positive.mutate(place=place.cast("int64"), everyone=everyone.cast("int64"))
    parts = []
    for percent in TOPS:
        top = ranked.filter(ranked.place < (ranked.everyone * percent + 99) // 100)
        parts.append(
            top.group_by(["area", "year"]).agg(
                youths=top.count().cast("int64"), amount_cents=top.amount_cents.sum().cast("int64")
            ).mutate(top_percent=ibis.literal(percent).cast("int64"))
            .select("area", "year", "top_percent", "youths", "amount_cents")
        )  # fmt: skip
    return ibis.union(*parts).order_by(["area", "year", "top_percent"])
