"""One youth, several kinds of help in one month: how many youths, and what share of the cost is theirs."""

from __future__ import annotations

import ibis
from ibis.expr.types import StringValue, Table

MOST = 3  # three or more
KINDS = {"product": "products", "segment": "segments"}
PERIODS = ("jaar", "kwartaal", "maand")


def youth_months(lines: Table, *, region: str) -> Table:
    """One row per area x youth x month: products and segments with a net amount above zero, and the amount_cents.

    Made once and used six times, because it is the only step that sees every line.
    """
    net = lines.group_by(["municipality", "youth_id", "month", "segment", "product"]).agg(
        amount_cents=lines.amount_cents.sum().cast("int64")
    )
    columns = ["youth_id", "month", "segment", "product", "amount_cents"]
    # A youth who moves within a month has the same product in two municipalities: for the region that is one.
    regional = net.group_by(columns[:-1]).agg(amount_cents=net.amount_cents.sum().cast("int64"))
    both = ibis.union(regional.select(*columns, area=ibis.literal(region)), net.select(*columns, area=net.municipality))
    youth = ["area", "youth_id", "month"]
    by_segment = both.group_by([*youth, "segment"]).agg(
        products=(both.amount_cents > 0).sum().cast("int64"), amount_cents=both.amount_cents.sum().cast("int64")
    )
    return by_segment.group_by(youth).agg(
        products=by_segment.products.sum().cast("int64"),
        segments=(by_segment.amount_cents > 0).sum().cast("int64"),
        amount_cents=by_segment.amount_cents.sum().cast("int64"),
    )


def stacking(months: Table) -> Table:
    """One row per area x period x kind x at_once: youths (net amount above zero) and their whole amount_cents.

    `months` are the youth_months. at_once is the largest number of products (or segments) with a net amount above zero
    in one month of the period: 1, 2 or 3 for three and more; 0 holds money of youths who were credited in full. A
    product of two providers is one. Over at_once, youths and money add up to those of the period.
    """
    parts = [_counted(youths, period, kind) for period in PERIODS for youths in [_in(months, period)] for kind in KINDS]
    return ibis.union(*parts).order_by(["area", "period_kind", "period", "kind", "at_once"])


def _in(months: Table, period: str) -> Table:
    """Each youth in each period, with the fullest month."""
    labelled = months.mutate(period=_label(months, period))
    return labelled.group_by(["area", "period", "youth_id"]).agg(
        products=labelled.products.max(),
        segments=labelled.segments.max(),
        amount_cents=labelled.amount_cents.sum().cast("int64"),
    )


def _label(months: Table, period: str) -> StringValue:
    year = months.month.year().cast("string")
    if period == "kwartaal":
        return year + "-K" + months.month.quarter().cast("string")
    return year if period == "jaar" else year + "-" + months.month.month().cast("string").lpad(2, "0")


def _counted(youths: Table, period: str, kind: str) -> Table:
    told = youths.mutate(at_once=ibis.least(youths[KINDS[kind]], MOST).cast("int64"))
    counted = told.group_by(["area", "period", "at_once"]).agg(
        youths=(told.amount_cents > 0).sum().cast("int64"), amount_cents=told.amount_cents.sum().cast("int64")
    )
    named = counted.mutate(period_kind=ibis.literal(period), kind=ibis.literal(kind))
    return named.select("area", "period_kind", "period", "kind", "at_once", "youths", "amount_cents")
