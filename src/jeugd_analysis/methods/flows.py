"""From counts of flows to shares: how much is new, how much leaves, and who comes back?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.expected_use.limits import wilson_limits

ENTERED = ("inflow", "returned", "moved_in", "switched_in")
LEFT = ("outflow", "moved_out", "switched_out")
_NEEDED = ("youths", "at_start", "at_end", *ENTERED, *LEFT, "stopped", "came_back")
# name of the share -> counted part, and what it is a part of
SHARES = {
    "inflow_share": ("inflow", ("youths",)),
    "outflow_share": ("outflow", ("youths",)),
    "repeat_share": ("returned", ("inflow", "returned")),
    "came_back_share": ("came_back", ("stopped",)),
}


def flow_shares(flows: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """The flows with shares and their intervals: who is new, who left, repeat use, back within 12 months.

    Shapes: rows of the mart flows. Result: the same rows with, for each of SHARES, the share, and its ends with _low
    and _high; missing where a count is missing or nobody could be counted.
    Raises: FactorError when a row does not balance (see require_balance).
    """
    require_balance(flows)
    added: dict[str, pd.Series] = {}
    for name, (part, whole) in SHARES.items():
        size = flows[list(whole)].astype("Float64").sum(axis=1, skipna=False)
        told = (size > 0).fillna(False) & flows[part].notna()
        counts, persons = (values[told].astype("float64") for values in (flows[part], size))
        low, high = wilson_limits(counts, persons, level=level)
        for column, values in ((name, counts / persons), (f"{name}_low", low), (f"{name}_high", high)):
            added[column] = values.reindex(flows.index).astype("Float64")
    return flows.assign(**added)


def require_balance(flows: pd.DataFrame) -> None:
    """Raises: FactorError that names the first row whose stock at the start, flows and stock at the end do not fit.

    Youths of a year were there at the start or entered; they are there at the end or left. Rows in which it cannot be
    told who entered are looked at for those who left only.
    """
    if missing := [name for name in _NEEDED if name not in flows]:
        raise FactorError(f"Kolom {', '.join(missing)} ontbreekt.")
    entered = flows[["at_start", *ENTERED]].astype("Float64").sum(axis=1, skipna=False)
    left = flows[["at_end", *LEFT]].astype("Float64").sum(axis=1, skipna=False)
    wrong = (entered != flows["youths"]).fillna(False) | (left != flows["youths"]).fillna(False)
    if wrong.any():
        row = flows.loc[wrong.idxmax() if isinstance(wrong, pd.Series) else np.argmax(wrong)]
        named = ", ".join(str(row[name]) for name in ("area", "segment", "year") if name in flows)
        raise FactorError(f"De stromen sluiten niet bij {named or 'een rij'}.")
