"""From lines of care to the tables that cost_growth takes: contract cells, and distinct youths."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition.decompose import numeric, require_columns


def cells_of_lines(
    lines: pd.DataFrame,
    *,
    keys: Sequence[str] = ("municipality", "product", "unit", "provider"),
    within: Sequence[str] = ("municipality",),
    period: str = "year",
    months: str | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contract cells and the distinct youths beside them: the `cells` and `youths` of `cost_growth`.

    Shapes: `lines` has youth_id, keys, period, units and amount_cents, net; any number of lines per youth. `months`
    names a column with the months in care of that line. Cells: one row per keys x period, sorted; clients (youths with
    a net amount above zero in the cell), units, amount_cents, and with `months` client_months (those of the clients).
    Youths: one row per within x period; youths with a net amount above zero there, once, in however many cells.
    Cells per youth is the stacking of cost_growth: the sum of clients over youths, per `within`.
    Units: amounts in cents; whole numbers stay exact.
    Raises: FactorError on unknown columns, missing keys or numbers, text, or a `within` that is no key.
    """
    key, group = [*keys, period], [*within, period]
    if missing := [name for name in within if name not in keys]:
        raise FactorError(f"within noemt {', '.join(missing)}, maar dat is geen sleutel.")
    numbers = ["units", "amount_cents", *([months] if months else [])]
    require_columns(lines, ["youth_id", *key, *numbers])
    if lines[["youth_id", *key]].isna().any(axis=None):
        raise FactorError(f"De sleutel (youth_id, {', '.join(key)}) heeft ontbrekende waarden.")
    for name in numbers:
        numeric(lines[name], name)
    per_youth = lines.groupby([*key, "youth_id"], as_index=False)[numbers].sum()
    counted = per_youth.assign(clients=(per_youth["amount_cents"] > 0).astype("int64"))
    totals = ["clients", "units", "amount_cents"]
    if months:
        counted = counted.assign(client_months=counted[months].where(counted["clients"] == 1, 0))
        totals = [*totals, "client_months"]
    whole = lines.groupby([*group, "youth_id"], as_index=False)["amount_cents"].sum()
    youths = whole.assign(youths=(whole["amount_cents"] > 0).astype("int64"))
    return (
        counted.groupby(key, as_index=False)[totals].sum(),
        youths.groupby(group, as_index=False)["youths"].sum(),
    )
