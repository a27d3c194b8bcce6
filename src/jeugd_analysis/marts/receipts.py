"""When claims come in: the ground of every statement on completeness."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Table


def receipts(claims: Table, *, as_of: date) -> Table:
    """One row per municipality x care quarter x quarter of receipt: lines, youths and net amount_cents received."""
    known = claims.filter(claims.received_on <= ibis.timestamp(as_of.isoformat() + " 00:00:00"))
    dated = known.mutate(
        care_quarter=known.month.year().cast("string") + "-K" + known.month.quarter().cast("string"),
        receipt_quarter=known.received_on.year().cast("string") + "-K" + known.received_on.quarter().cast("string"),
    )
    keys = ["municipality", "care_quarter", "receipt_quarter"]
    return (
        dated.group_by(keys)
        .agg(
            lines=dated.count().cast("int64"),
            youths=dated.youth_id.nunique().cast("int64"),
            amount_cents=dated.amount_cents.sum().cast("int64"),
        )
        .order_by(keys)
    )
