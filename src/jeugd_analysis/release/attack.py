"""The attack on a release before it is used: what could a reader of this and all earlier editions find out?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.methods.disclosure import audit
from jeugd_analysis.present.disclosure import Rules
from jeugd_analysis.release.protected import COUNT
from jeugd_analysis.release.tables import COUNT_TABLES, MONEY_TABLES, relations_of, tables_of, without_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the attacker was left with: numbers hidden or rounded, and the narrowest interval of each kind."""

    cells: int
    narrowest_count: float
    narrowest_cents: float


def require_wide(cells: pd.DataFrame, before: Sequence[pd.DataFrame], rules: Rules, region: str) -> Measured:
    """What an attacker can find from this and all earlier editions. Raises: DisclosureError when that is too much."""
    editions = [without_row(tables_of(frame, COUNT, COUNT_TABLES)) for frame in (*before, cells)]
    found = audit(
        editions,
        relations=relations_of(editions[-1], region, distinct=True),
        base=rules.count_base,
        threshold=rules.threshold,
    )
    width = found["high"] - found["low"]
    amounts = _money_told(cells)
    money = audit(amounts, relations=relations_of(amounts, region, distinct=False), base=1, threshold=1)
    money_width = (money["high"] - money["low"]) * 100
    measured = Measured(
        cells=len(found),
        narrowest_count=float(width.min()),
        narrowest_cents=float(money_width.min()) if len(money) else math.inf,
    )
    if (width < rules.min_width).any() or (money_width < rules.money_width_cents).any():
        tables = sorted(
            {*found.loc[width < rules.min_width, "table"], *money.loc[money_width < rules.money_width_cents, "table"]}
        )
        raise DisclosureError(
            "GEH-010",
            wat=f"De controle op geheimhouding kon verborgen getallen te precies terugvinden ({', '.join(tables)}).",
            doe="publiceer deze editie niet; bouw haar opnieuw, en meld dit als het blijft.",
        )
    return measured


def _money_told(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The amounts as the attacker may know them: those that are shown to the euro, more than a page tells."""
    priced = cells[cells["amount_status"].notna()]
    told = priced.assign(
        published=priced["euros"].astype("Int64").mask(priced["amount_published"].isna()),
        status=priced["amount_status"],
        reason=priced["amount_status"].map({"primary": "providers"}),
    )
    return without_row(tables_of(told, [*COUNT, "reason"], MONEY_TABLES))
