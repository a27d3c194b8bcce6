"""When youths become known through claims: the ground of every estimate of youths still to come."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Table

_KEYS = ["area", "period_kind", "period"]


def youth_receipts(claims: Table, *, region: str, as_of: date) -> Table:
    """One row per area x period (quarter or year of care) x quarter of receipt: youths, the change in their number.

    A youth counts from the quarter of receipt in which the net amount known so far is above zero, and no longer when
    a credit takes it back to zero: added up to any quarter it is the number that was known then. The region counts a
    youth of two municipalities once. A period without a change in a quarter has no row for it.
    """
    known = claims.filter(claims.received_on <= ibis.timestamp(as_of.isoformat() + " 00:00:00"))
    year = known.month.year().cast("string")
    dated = known.mutate(
        receipt_quarter=_label(known.received_on), jaar=year, kwartaal=_label(known.month), regio=ibis.literal(region)
    )
    parts = [
        _changes(
            dated.select("youth_id", "receipt_quarter", "amount_cents", area=dated[area], period=dated[kind]), kind
        )
        for kind in ("jaar", "kwartaal")
        for area in ("regio", "municipality")
    ]
    return ibis.union(*parts).order_by([*_KEYS, "receipt_quarter"])


def _label(day: ibis.expr.types.TimestampValue) -> ibis.expr.types.StringValue:
    return day.year().cast("string") + "-K" + day.quarter().cast("string")


def _changes(lines: Table, kind: str) -> Table:
    """The change per quarter of receipt in the number of youths with a net amount above zero."""
    keys = ["area", "period", "youth_id"]
    received = lines.group_by([*keys, "receipt_quarter"]).agg(amount=lines.amount_cents.sum())
    so_far = ibis.cumulative_window(group_by=keys, order_by=received.receipt_quarter)
    told = received.mutate(there=(received.amount.sum().over(so_far) > 0).cast("int64"))
    before = told.there.lag().over(ibis.window(group_by=keys, order_by=told.receipt_quarter)).fill_null(0)
    moved = told.mutate(change=told.there - before)
    summed = moved.group_by(["area", "period", "receipt_quarter"]).agg(youths=moved.change.sum().cast("int64"))
    return (
        summed.filter(summed.youths != 0)
        .mutate(period_kind=ibis.literal(kind))
        .select(*_KEYS, "receipt_quarter", "youths")
    )
