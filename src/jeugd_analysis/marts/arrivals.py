"""What came in and when: which provider declared which months, what each quarter brought, what was answered to it.

The ground of the chapter on data quality. All lines that were taken in count here, also those that wait for an answer:
they did come in. A single provider is never shown in the book: methods.completeness counts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr.types import Table

from jeugd_analysis.domain.period import Quarter

MONTHS = 24  # care months back from the end of the edition
COUNTED = "telt mee"  # neither rejected nor waiting


def provider_months(claims: Table, *, as_of: date) -> Table:
    """One row per municipality x provider x care month, the last MONTHS: lines and net amount_cents received."""
    last = Quarter.of(as_of)
    first = date(last.last_day.year - MONTHS // 12, last.last_day.month, 1)
    known = _known(claims, as_of).filter(claims.month > ibis.timestamp(first.isoformat() + " 00:00:00"))
    keys = ["municipality", "provider", "month"]
    return (
        known.group_by(keys)
        .agg(lines=known.count().cast("int64"), amount_cents=known.amount_cents.sum().cast("int64"))
        .order_by(keys)
    )


def arrivals(claims: Table, *, as_of: date) -> Table:
    """One row per municipality x provider x quarter of receipt: what came in, and between which days.

    Columns: the keys, lines, amount_cents (net), credit_lines, credit_cents (not above zero), first_received,
    last_received.
    """
    known = _known(claims, as_of)
    credit = known.credit_of.notnull()
    told = known.mutate(
        receipt_quarter=known.received_on.year().cast("string") + "-K" + known.received_on.quarter().cast("string"),
        credited=credit.ifelse(known.amount_cents, 0),
        is_credit=credit.cast("int64"),
    )
    keys = ["municipality", "provider", "receipt_quarter"]
    return (
        told.group_by(keys)
        .agg(
            lines=told.count().cast("int64"),
            amount_cents=told.amount_cents.sum().cast("int64"),
            credit_lines=told.is_credit.sum().cast("int64"),
            credit_cents=told.credited.sum().cast("int64"),
            first_received=told.received_on.min(),
            last_received=told.received_on.max(),
        )
        .order_by(keys)
    )


def answers(claims: Table, out: Sequence[Table]) -> Table:
    """One row per municipality x provider x state: lines and amount_cents of claims as taken in.

    Each table of `out` has reference and state of lines that do not count; a line that is in two of them has the state
    that comes first in the alphabet: afgewezen before wacht op antwoord.
    """
    keys = ["municipality", "provider", "state"]
    told = claims.mutate(state=ibis.literal(COUNTED))
    if out:
        both = ibis.union(*out) if len(out) > 1 else out[0]
        first = both.group_by("reference").agg(state=both.state.min())
        joined = claims.left_join(first, "reference")
        told = joined.mutate(state=joined.state.fill_null(COUNTED))
    return (
        told.group_by(keys)
        .agg(lines=told.count().cast("int64"), amount_cents=told.amount_cents.sum().cast("int64"))
        .order_by(keys)
    )


def _known(claims: Table, as_of: date) -> Table:
    return claims.filter(claims.received_on <= ibis.timestamp(as_of.isoformat() + " 00:00:00"))
