"""Contract cells for the split of cost growth: municipality x provider x product x unit x year."""

from __future__ import annotations

from collections.abc import Sequence

from ibis.expr.types import Table

CELL = ["municipality", "segment", "product", "unit", "provider", "year"]


def contract_cells(lines: Table, *, per: Sequence[str] = ()) -> Table:
    """One row per cell: clients (distinct youths with a net amount above zero), units and amount_cents, all net.

    client_months: the months of care with a net amount above zero of those clients, added up. `per` names columns that
    come before those of the cell, such as the day on which the lines were known.
    """
    keys = [*per, *CELL]
    per_month = lines.group_by([*keys, "youth_id", "month"]).agg(
        units=lines.units.sum().cast("int64"), amount_cents=lines.amount_cents.sum().cast("int64")
    )
    per_youth = per_month.group_by([*keys, "youth_id"]).agg(
        units=per_month.units.sum().cast("int64"),
        amount_cents=per_month.amount_cents.sum().cast("int64"),
        months=(per_month.amount_cents > 0).sum().cast("int64"),
    )
    return (
        per_youth.group_by(keys)
        .agg(
            clients=(per_youth.amount_cents > 0).sum().cast("int64"),
            units=per_youth.units.sum().cast("int64"),
            amount_cents=per_youth.amount_cents.sum().cast("int64"),
            client_months=(per_youth.amount_cents > 0).ifelse(per_youth.months, 0).sum().cast("int64"),
        )
        .order_by(keys)
    )
