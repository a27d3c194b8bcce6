"""Every published number of two editions beside each other: matched by page, figure, row and column.

The numbers are read from the sealed tables as readers saw them. A figure whose caption or unit names other years than
before is about a new period: its numbers are not held against the old ones as if they had moved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from jeugd_analysis.publish.figures import ShownTable, read_notebook, shown_tables
from jeugd_analysis.publish.shown_numbers import MISSING, Read, read_number

_PERIOD = re.compile(r"\b(?:19|20)\d\d(?:-K[1-4]|-(?:19|20)\d\d)?\b")
THOUSANDS = "x € 1.000"  # as captions and subtitles say it
Key = tuple[str, str, str, str]  # page, figure, row, column
MOVED, NEW, GONE, HIDDEN, TOLD, PERIOD = "veranderd", "nieuw", "weg", "verborgen", "zichtbaar", "andere periode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A number as it was published, the words of its cell, and the periods its figure names."""

    number: Read
    text: str
    periods: tuple[str, ...]
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A number that is not what it was. `kind` is one of the words above."""

    key: Key
    kind: str
    before: Shown | None
    after: Shown | None

    @property
    def difference(self) -> Decimal | None:
        """After minus before, when both are numbers of one unit."""
        if self.kind != MOVED or self.before is None or self.after is None:
            return None
        one, other = self.before.number, self.after.number
        if one.value is None or other.value is None or one.unit != other.unit:
            return None
        return other.value - one.value


CHAPTER = "85_vorige_editie"  # tells of the comparison itself, so its numbers are not compared


def published_numbers(notebooks: Path, pages: Collection[str] | None = None) -> dict[Key, Shown]:
    """Every number of an edition's executed notebooks, or of those of `pages` (addresses)."""
    found: dict[Key, Shown] = {}
    for path in sorted(notebooks.rglob("*.ipynb")):
        page = path.relative_to(notebooks).with_suffix("").as_posix()
        if path.stem != CHAPTER and (pages is None or page in pages):
            for table in shown_tables(read_notebook(path.read_bytes())):
                found |= dict(_numbers(page, table))
    return found


def _numbers(page: str, table: ShownTable) -> Iterator[tuple[Key, Shown]]:
    said = f"{table.caption} {table.unit}"
    periods = tuple(dict.fromkeys(_PERIOD.findall(said)))
    for row, cells in zip(row_names(table), table.rows, strict=True):
        for place, text in enumerate(cells):
            if place and place < len(table.heads) and table.numeric[place]:
                key = (page, table.figure, row, table.heads[place])
                number, words = _whole(read_number(text), text) if THOUSANDS in said else (read_number(text), text)
                yield key, Shown(number=number, text=words, periods=periods, table=table.caption)


def _whole(number: Read, text: str) -> tuple[Read, str]:
    """A bare number of a table in thousands of euro, as an amount; other numbers as they are."""
    if number.unit or number.value is None:
        return number, text
    return replace(number, value=number.value * 1000, unit="euro"), f"{text} ({THOUSANDS})"


def row_names(table: ShownTable) -> list[str]:
    """What each row is called: its first cell, with further words where that is not enough, then a number."""
    words = [place for place in range(len(table.heads)) if place == 0 or not table.numeric[place]]
    for used in range(1, len(words) + 1):
        names = ["; ".join(row[place] for place in words[:used] if place < len(row)) for row in table.rows]
        if len(set(names)) == len(names):
            return names
    return [f"{name} ({number})" for number, name in enumerate(names, start=1)] if table.rows else []


def changes(before: Mapping[Key, Shown], after: Mapping[Key, Shown]) -> list[Change]:
    """Everything that is not the same, in the order of its key."""
    found = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if kind := _kind(old, new):
            found.append(Change(key=key, kind=kind, before=old, after=new))
    return found


def _kind(old: Shown | None, new: Shown | None) -> str:
    if old is None or new is None:
        return NEW if old is None else GONE
    if old.periods != new.periods:
        return PERIOD
    if old.text == new.text:
        return ""
    known = [shown.number.value is not None for shown in (old, new)]
    if known == [True, False] and new.number.status != MISSING:
        return HIDDEN
    return TOLD if known == [False, True] and old.number.status != MISSING else MOVED


def ranked(found: Sequence[Change]) -> list[Change]:
    """The largest moves first: euros, then numbers, then percentages, each by size; then what appeared or went."""

    def order(change: Change) -> tuple[int, Decimal, Key]:
        difference = change.difference
        if difference is None or change.after is None:
            return (len(_UNITS), Decimal(0), change.key)
        return (_UNITS.get(change.after.number.unit, 1), -abs(difference), change.key)

    return sorted(found, key=order)


_UNITS = {"euro": 0, "": 1, "%": 2}
