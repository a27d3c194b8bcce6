"""Contract cells for the split of cost growth: municipality x provider x product x unit x year."""

from __future__ import annotations

from ibis.expr.types import Table

CELL = ["municipality", "segment", "product", "unit", "provider", "year"]


def contract_cells(lines: Table) -> Table:
    """One row per cell: clients (distinct youths with a net amount above zero), units and amount_cents, all net."""
    per_youth = lines.group_by([*CELL, "youth_id"]).agg(
        units=lines.units.sum().cast("int64"), amount_cents=lines.amount_cents.sum().cast("int64")
    )
    return (
        per_youth.group_by(CELL)
        .agg(
            clients=(per_youth.amount_cents > 0).sum().cast("int64"),
            units=per_youth.units.sum().cast("int64"),
            amount_cents=per_youth.amount_cents.sum().cast("int64"),
        )
        .order_by(CELL)
    )
