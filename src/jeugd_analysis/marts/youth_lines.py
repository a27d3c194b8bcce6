"""Lines per youth for the interval around effects: who got how much of what, in a year."""

from __future__ import annotations

from ibis.expr.types import Table

_CELL = ["municipality", "segment", "product", "unit", "provider", "year"]


def youth_lines(lines: Table) -> Table:
    """One row per youth_id x contract cell x year: units and amount_cents, net. For resampling youths; never shown."""
    keys = ["youth_id", *_CELL]
    return (
        lines.group_by(keys)
        .agg(units=lines.units.sum().cast("int64"), amount_cents=lines.amount_cents.sum().cast("int64"))
        .order_by(keys)
    )
