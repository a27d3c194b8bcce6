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
from jeugd_analysis.release.tables import MONEY_TABLES, TOGETHER, relations_of, tables_of, without_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the attacker was left with: numbers hidden or rounded, and the narrowest interval of each kind."""

    cells: int
    narrowest_count: float
    narrowest_cents: float


def require_wide(cells: pd.DataFrame, before: Sequence[pd.DataFrame], rules: Rules, region: str) -> Measured:
    """What an attacker can find from this and all earlier editions. Raises: DisclosureError when that is too much."""
    _refuse_small(cells, rules)
    found = pd.concat([_attacked((*before, cells), names, zero, rules, region) for names, zero in TOGETHER.items()])
    width = found["high"] - found["low"]
    amounts = money_told(cells)
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


def _attacked(
    frames: Sequence[pd.DataFrame], names: Sequence[str], zero: str, rules: Rules, region: str
) -> pd.DataFrame:
    """What is known of the numbers of youths in these tables: table, low and high of each."""
    editions = [without_row(tables_of(frame, COUNT, names)) for frame in frames]
    relations = relations_of(editions[-1], region, distinct=True)
    found = audit(editions, relations=relations, base=rules.count_base, threshold=rules.threshold, zero=zero)
    return found[["table", "low", "high"]]


def _refuse_small(cells: pd.DataFrame, rules: Rules) -> None:
    """The attack asks about what is hidden or rounded; a small or exact number that is shown needs no attack."""
    told = cells["published"].astype("Int64")
    wrong = (told.between(1, rules.threshold - 1) | told.mod(rules.count_base).ne(0)).fillna(value=False)
    if wrong.any():
        named = ", ".join(sorted(set(cells.loc[wrong.astype(bool), "dimension"])))
        raise DisclosureError(
            "GEH-010",
            wat=f"Een aantal jeugdigen is te klein of niet afgerond ({named}).",
            doe="publiceer deze editie niet; bouw haar opnieuw, en meld dit als het blijft.",
        )


def money_told(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The amounts as the attacker may know them: those that are shown to the euro, more than a page tells."""
    priced = cells[cells["amount_status"].notna()]
    told = priced.assign(
        published=priced["euros"].astype("Int64").mask(priced["amount_published"].isna()),
        status=priced["amount_status"],
        reason=priced["amount_status"].map({"primary": "providers"}),
    )
    return without_row(tables_of(told, [*COUNT, "reason"], MONEY_TABLES))
