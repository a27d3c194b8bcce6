"""Distinct youths and net cost, counted anew at every level that is shown: levels never add up by themselves."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

ALL = "alle"
YEAR_DIMENSIONS = ("segment", "product", "age_band", "referrer")
REGION_DIMENSIONS = ("age_sex",)  # per year, of the region only: in a municipality the groups are small
QUARTER_DIMENSIONS = ("segment",)


def usage(lines: Table, *, region: str) -> Table:
    """One row per area x period x dimension x level: youths (distinct, net amount above zero) and amount_cents.

    Columns: area, period_kind (jaar, kwartaal), period, dimension (totaal, segment, ...), level, youths, amount_cents.
    A youth counts once per cell; in the region once, also after moving between municipalities.
    """
    period_kinds = {"jaar": ("year", YEAR_DIMENSIONS), "kwartaal": ("quarter", QUARTER_DIMENSIONS)}
    parts = [
        _count(lines, region=region, regional=True, kind="jaar", period="year", dimension=dimension)
        for dimension in REGION_DIMENSIONS
    ] + [
        _count(lines, region=region, regional=regional, kind=kind, period=period, dimension=dimension)
        for kind, (period, dimensions) in period_kinds.items()
        for regional in (True, False)
        for dimension in ("totaal", *dimensions)
    ]
    return ibis.union(*parts).order_by(["area", "period_kind", "period", "dimension", "level"])


def _count(lines: Table, *, region: str, regional: bool, kind: str, period: str, dimension: str) -> Table:
    cells = lines.select(
        area=ibis.literal(region) if regional else lines.municipality,
        period=lines[period].cast("string"),
        level=ibis.literal(ALL) if dimension == "totaal" else lines[dimension],
        youth_id=lines.youth_id,
        amount_cents=lines.amount_cents,
    )
    keys = ["area", "period", "level"]
    per_youth = cells.group_by([*keys, "youth_id"]).agg(amount_cents=cells.amount_cents.sum().cast("int64"))
    counted = per_youth.group_by(keys).agg(
        youths=(per_youth.amount_cents > 0).sum().cast("int64"),
        amount_cents=per_youth.amount_cents.sum().cast("int64"),
    )
    return counted.select(
        "area",
        "period",
        "level",
        "youths",
        "amount_cents",
        period_kind=ibis.literal(kind),
        dimension=ibis.literal(dimension),
    ).select("area", "period_kind", "period", "dimension", "level", "youths", "amount_cents")
