"""The gate between exact numbers and anything shown. Charts, tables and sentences only take what passed it.

First, simplest form: small counts hidden cell by cell, counts and money rounded. It does not yet protect linked
tables together: see book/decisions/0003 for what that means and what the book says about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.methods.disclosure import rounded, rounded_with_sum

_KEY = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Parameters of the gate; values and reasons in data/reference/disclosure.toml."""

    threshold: int
    count_base: int
    money_base_cents: int

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Rules:
        """Checked when made: raises DisclosureError when a rule is missing or too weak to be a rule."""
        try:
            rules = cls(**{name: int(str(settings[name])) for name in cls.__slots__})
        except (KeyError, ValueError) as error:
            raise DisclosureError(
                "GEH-001", wat=f"disclosure.toml mist of bevat een foute regel ({error}).", doe="herstel dit bestand."
            ) from None
        if rules.threshold < 2 or rules.count_base < 1 or rules.money_base_cents < 1:
            raise DisclosureError(
                "GEH-002", wat="De regels voor geheimhouding zijn te zwak.", doe="herstel disclosure.toml."
            )
        return rules


class Safe:
    """A table that passed the gate: hidden numbers are missing, the others rounded. Only this module makes one."""

    __slots__ = ("exactly_published", "frame", "hidden", "note")

    def __init__(self, frame: pd.DataFrame, *, hidden: int, note: str, exactly_published: bool, key: object) -> None:
        if key is not _KEY:
            raise DisclosureError(
                "GEH-003", wat="Een tabel ging niet door de controle.", doe="gebruik disclosure.safe."
            )
        self.frame, self.hidden, self.note, self.exactly_published = frame, hidden, note, exactly_published

    def where(self, **chosen: object) -> Safe:
        """The rows with these values: what passed stays passed."""
        rows = self.frame
        for name, value in chosen.items():
            rows = rows[rows[name] == value]
        return self.derived(rows.reset_index(drop=True))

    def derived(self, frame: pd.DataFrame) -> Safe:
        """A table calculated from this one alone, such as a percentage of rounded counts."""
        return Safe(frame, hidden=self.hidden, note=self.note, exactly_published=self.exactly_published, key=_KEY)


def safe(
    table: pd.DataFrame,
    *,
    rules: Rules,
    keys: Sequence[str],
    count: str,
    counts: Sequence[str] = (),
    money: Sequence[str] = (),
    adds_up: Sequence[str] = (),
) -> Safe:
    """Rows with fewer than the threshold of youths lose every number; other counts and amounts are rounded.

    Shapes: same rows and columns. `count` is the column of distinct youths that decides; `counts` are further counts,
    `money` amounts in cents, `adds_up` those money columns whose rounded values must add up per row to the rounded
    sum. Raises: DisclosureError when a column is not declared: nothing passes unnamed.
    """
    numbers = [count, *counts, *money]
    undeclared = [name for name in table.columns if name not in (*keys, *numbers)]
    if undeclared or table[count].isna().any():
        raise DisclosureError(
            "GEH-004",
            wat=f"De kolom {', '.join(undeclared) or count} is niet te beoordelen op geheimhouding.",
            doe="geef van elke kolom aan of het een sleutel, een aantal of een bedrag is.",
        )
    small = table[count] < rules.threshold
    shown = table.copy()
    for name in (count, *counts):
        few = (table[name] < rules.threshold).astype("boolean").fillna(False)
        shown[name] = rounded(table[name], base=rules.count_base).mask(few)  # five of a hundred are still five
    for name in money:
        shown[name] = rounded(table[name], base=rules.money_base_cents)
    if adds_up:
        parts = table[list(adds_up)].apply(rounded_with_sum, axis=1, base=rules.money_base_cents)
        shown[list(adds_up)] = parts.astype("Int64")
    shown[numbers] = shown[numbers].mask(small)
    note = (
        f"Aantallen zijn afgerond op {rules.count_base} en bedragen op € {rules.money_base_cents // 100:,}".replace(
            ",", "."
        )
        + f". Getallen over minder dan {rules.threshold} jeugdigen staan er niet in."
    )
    return Safe(shown, hidden=int(small.sum()), note=note, exactly_published=False, key=_KEY)


def published(table: pd.DataFrame, *, source: str) -> Safe:
    """Figures that CBS or a council already published pass unchanged, labelled with their source."""
    return Safe(
        table,
        hidden=0,
        note=f"Gepubliceerde cijfers, ongewijzigd overgenomen. Bron: {source}.",
        exactly_published=True,
        key=_KEY,
    )


def not_personal(table: pd.DataFrame, *, what: str) -> Safe:
    """Figures that are not about youths: files, targets, assumptions. `what` says so on the page."""
    return Safe(table, hidden=0, note=what, exactly_published=False, key=_KEY)
