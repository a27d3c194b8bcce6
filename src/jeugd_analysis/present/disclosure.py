"""The gate between exact numbers and anything shown. Charts, tables and sentences only take what passed it.

Numbers of youths and their cost come from the release of the edition, where all of them were protected together
(`released`). What is not linked to other numbers goes through `safe`, cell by cell. Figures that were published
elsewhere, or are not about youths, pass labelled as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.methods.disclosure import rounded, rounded_to_total, rounded_with_sum
from jeugd_analysis.present.numbers import FEWEST, FINE, HIDDEN

_KEY = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Parameters of the gate; values and reasons in data/reference/disclosure.toml."""

    threshold: int  # youths
    count_base: int
    min_width: int  # so many values more than one must stay possible for a hidden or rounded count
    money_base_cents: int
    money_width_cents: int  # the same for a hidden amount
    min_providers: int
    p_percent: int
    young_quarters: int  # last quarters that are only told as a total
    decimals_from: int  # people; a share of fewer is told in whole percents

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Rules:
        """Checked when made: raises DisclosureError when a rule is missing, no whole number, or cannot be a rule."""
        try:
            rules = cls(**{name: int(str(settings[name])) for name in cls.__slots__})
        except (KeyError, ValueError) as error:
            raise DisclosureError(
                "GEH-001", wat=f"disclosure.toml mist of bevat een foute regel ({error}).", doe="herstel dit bestand."
            ) from None
        if wrong := [f"{name} = {getattr(rules, name)}: {why}" for name, why in rules.broken()]:
            raise DisclosureError(
                "GEH-002",
                wat=f"Met deze regels is geheimhouding te zwak of niet mogelijk ({'; '.join(wrong)}).",
                doe="herstel data/reference/disclosure.toml.",
            )
        return rules

    def broken(self) -> list[tuple[str, str]]:
        """Rules that hide nothing, or that do not go together: name and why."""
        must = {
            "threshold": (self.threshold == FEWEST, f"het boek schrijft {HIDDEN}; pas dan ook present/numbers.py aan"),
            "count_base": (2 <= self.count_base <= self.threshold, "minstens 2 en hoogstens threshold"),
            "min_width": (self.min_width >= self.count_base - 1, "minstens count_base min 1"),
            "money_base_cents": (self.money_base_cents >= 1 and self.money_base_cents % 100 == 0, "hele euro's"),
            "money_width_cents": (self.money_width_cents >= self.money_base_cents, "minstens money_base_cents"),
            "min_providers": (self.min_providers >= 2, "minstens 2"),
            "young_quarters": (1 <= self.young_quarters <= 8, "tussen 1 en 8"),
            "decimals_from": (
                self.decimals_from == FINE,
                f"het boek rekent met {FINE}; pas dan ook present/numbers.py aan",
            ),
            "p_percent": (1 <= self.p_percent <= 100, "tussen 1 en 100"),
        }
        return [(name, why) for name, (right, why) in must.items() if not right]


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
    also_hidden: pd.Series | None = None,
) -> Safe:
    """Rows with fewer than the threshold of youths lose every number; other counts and amounts are rounded.

    Shapes: same rows and columns. `count` is the column of distinct youths that decides; `counts` are further counts,
    `money` amounts in cents, `adds_up` those money columns whose rounded values must add up per row to the rounded
    sum. `also_hidden` marks rows that the release hides for another reason.
    Raises: DisclosureError when a column is not declared: nothing passes unnamed.
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
    if also_hidden is not None:
        small = small | also_hidden.set_axis(table.index)
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
    note = _note(rules, secret=bool(small.any()))
    return Safe(shown, hidden=int(small.sum()), note=note, exactly_published=False, key=_KEY)


def released(cells: pd.DataFrame, *, rules: Rules, keys: Sequence[str]) -> Safe:
    """Rows of the release of an edition as a page may show them: keys, youths, amount_cents and a status of each.

    Shapes: `cells` has the keys, published and status, amount_published and amount_status. Result: the keys, youths
    and amount_cents (missing: hidden), youths_status and amount_status (shown, rounded, primary, secondary).
    """
    frame = cells[list(keys)].assign(
        youths=cells["published"].astype("Int64"),
        youths_status=cells["status"],
        amount_cents=cells["amount_published"].astype("Int64"),
        amount_status=cells["amount_status"],
    )
    hidden = cells["published"].isna()
    return Safe(
        frame.reset_index(drop=True),
        hidden=int(hidden.sum()),
        note=_note(rules, secret=bool(cells["amount_published"].isna().any() or cells["status"].eq("secondary").any())),
        exactly_published=False,
        key=_KEY,
    )


def released_effects(
    exact: pd.DataFrame, *, before: pd.DataFrame, after: pd.DataFrame, effects: Sequence[str], rules: Rules
) -> Safe:
    """Effects between two published amounts, rounded so that every row adds up to the change of those amounts.

    Shapes: `exact` has level and the effects in cents; `before` and `after` are rows of the release by level. Result:
    level, base_cents, compare_cents, the effects and total. A level that is absent in a year cost nothing in it; a row
    of which the youths or the amount is hidden in either year loses every number.
    """
    levels = pd.Index(exact["level"])
    amounts, hidden = [], pd.Series(data=False, index=levels)
    for year in (before, after):
        there = levels.isin(year.index)
        rows = year.reindex(levels)
        hidden |= there & (rows["published"].isna() | rows["amount_published"].isna())
        amounts.append(rows["amount_published"].astype("Int64").mask(~there, 0))
    values = exact.set_index("level")[list(effects)]
    told = pd.DataFrame(index=levels, columns=list(effects), dtype="Int64")
    for level in levels[~hidden.to_numpy()]:
        change = int(amounts[1][level] - amounts[0][level])
        told.loc[level] = rounded_to_total(values.loc[level], base=rules.money_base_cents, total=change)
    frame = told.assign(base_cents=amounts[0].mask(hidden), compare_cents=amounts[1].mask(hidden))
    frame["total"] = frame["compare_cents"] - frame["base_cents"]
    return Safe(
        frame.rename_axis("level").reset_index(),
        hidden=int(hidden.sum()),
        note=_note(rules, secret=bool(hidden.any())),
        exactly_published=False,
        key=_KEY,
    )


def _note(rules: Rules, *, secret: bool) -> str:
    """Why numbers are not exact, and why some are missing."""
    amount = f"€ {rules.money_base_cents // 100:,}".replace(",", ".")
    words = f"Aantallen zijn afgerond op {rules.count_base} en bedragen op {amount}."
    if secret:
        words += (
            f" Minder dan {rules.threshold} jeugdigen: <{rules.threshold}. Geheim: het getal gaat over te weinig"
            " jeugdigen of aanbieders, of zou een ander geheim getal verraden."
        )
    return words


def published(table: pd.DataFrame, *, source: str, own: str = "") -> Safe:
    """Figures that CBS or a council already published pass unchanged, labelled with their source.

    own: what beside them was calculated from published figures alone, in words.
    """
    kept = (
        f"Gepubliceerde cijfers; eigen berekening: {own}." if own else "Gepubliceerde cijfers, ongewijzigd overgenomen."
    )
    return Safe(
        table,
        hidden=0,
        note=f"{kept} Bron: {source}.",
        exactly_published=True,
        key=_KEY,
    )


def not_personal(table: pd.DataFrame, *, what: str) -> Safe:
    """Figures that are not about youths: files, targets, assumptions. `what` says so on the page."""
    return Safe(table, hidden=0, note=what, exactly_published=False, key=_KEY)
