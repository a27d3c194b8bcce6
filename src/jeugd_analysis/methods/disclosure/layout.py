"""The cells of all editions, numbered, and the relations between those numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.cells import (
    TOTAL_NAMES,
    AnyRelation,
    AtMost,
    CellRef,
    Equal,
    Relation,
    SameCell,
    SumOver,
)
from jeugd_analysis.methods.disclosure.forms import as_relations, named_twice

Sum = Relation | AtMost | SumOver
Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A relation between numbered cells: total = sum of parts, or with `at_most` between the largest and the sum.

    doubtful: parts that are named are not there; when it cannot hold, it was not meant for this edition.
    """

    total: int
    parts: tuple[int, ...]
    at_most: bool
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """All cells of a row of editions, numbered; equal cells have one number.

    cells: name of each number. rows: per edition and table the number of each row. lines: per edition its relations.
    """

    cells: list[CellRef]
    rows: list[dict[str, np.ndarray]]
    lines: list[list[Line]]


def layout(editions: Sequence[Mapping[str, pd.DataFrame]], relations: object) -> Layout:
    """Number the cells of all editions and turn the relations into lines.

    Shapes: each frame holds key columns only. Raises: FactorError on keys that are missing or double, on names that
    do not exist, and on a relation that applies to no edition.
    """
    for tables in editions:
        for name, frame in tables.items():
            _require_keys(name, frame)
    known = as_relations(relations, editions)
    numbers: dict[CellRef, int] = {}
    rows = [{name: _numbered(cells_of(name, frame), numbers) for name, frame in tables.items()} for tables in editions]
    groups, applied = _Groups(len(numbers)), [False] * len(known)
    for tables, mine in zip(editions, rows, strict=True):
        for place, relation in enumerate(known):
            if isinstance(relation, SameCell | Equal):
                applied[place] |= _join(relation, tables, mine, numbers, groups)
    merged, first = groups.renumbered()
    rows = [{name: merged[mine] for name, mine in each.items()} for each in rows]
    there: set[CellRef] = set()
    lines = [
        _lines_of(_Tables(tables, mine), known, applied, there) for tables, mine in zip(editions, rows, strict=True)
    ]
    _require_applied(known, applied, there)
    names = list(numbers)
    return Layout([names[number] for number in first], rows, lines)


def _require_applied(known: Sequence[AnyRelation], applied: Sequence[bool], there: set[CellRef]) -> None:
    for place, (relation, used) in enumerate(zip(known, applied, strict=True)):
        cells = (relation.total, *relation.parts) if isinstance(relation, Relation | AtMost) else ()
        if not used or (absent := [cell for cell in cells if cell not in there]):
            about = f"de cel {absent[0]}" if used else _told(relation)
            raise FactorError(
                f"Relatie {place + 1} past op geen enkele rij: {about}.",
                doe="controleer de namen van tabellen, kolommen en waarden in deze relatie; noem zo nodig het totaal.",
            )


def cells_of(name: str, keys: pd.DataFrame) -> list[CellRef]:
    """The cell of every row of a frame with key columns only."""
    columns = [str(column) for column in keys.columns]
    values = [keys[column].tolist() for column in keys.columns]
    if not columns:
        return [CellRef(name, ())] * len(keys)
    return [CellRef(name, tuple(zip(columns, row, strict=True))) for row in zip(*values, strict=True)]


def _require_keys(name: str, keys: pd.DataFrame) -> None:
    if keys.isna().to_numpy().any():
        raise FactorError(f"Tabel {name} heeft een lege sleutel.", doe="vul de sleutelkolommen van elke rij.")
    double = keys.duplicated().to_numpy() if len(keys.columns) else np.arange(len(keys)) > 0
    if double.any():
        raise FactorError(
            f"Tabel {name} heeft dezelfde sleutel meer dan een keer (rij {int(np.flatnonzero(double)[0]) + 1}).",
            doe="tel dubbele rijen eerst op, of geef alle sleutelkolommen mee.",
        )


def _numbered(cells: Sequence[CellRef], numbers: dict[CellRef, int]) -> np.ndarray:
    return np.array([numbers.setdefault(cell, len(numbers)) for cell in cells], dtype=np.int64)


def _require_columns(name: str, frame: pd.DataFrame, columns: Sequence[str]) -> None:
    if missing := [column for column in columns if column not in frame.columns]:
        raise FactorError(f"Tabel {name} heeft geen kolom {_listed(missing)}.")


# -- cells that are one and the same -------------------------------------------------------------------


class _Groups:
    """Cells that are one and the same (union-find)."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def top(self, number: int) -> int:
        while self.parent[number] != number:
            self.parent[number] = self.parent[self.parent[number]]
            number = self.parent[number]
        return number

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.top(one), self.top(other)))
        self.parent[high] = low

    def renumbered(self) -> tuple[np.ndarray, list[int]]:
        """New number of each cell, and the first cell of each new number."""
        tops = [self.top(number) for number in range(len(self.parent))]
        first = sorted(set(tops))
        place = {top: new for new, top in enumerate(first)}
        return np.array([place[top] for top in tops], dtype=np.int64), first


def _join(
    relation: SameCell | Equal,
    tables: Mapping[str, pd.DataFrame],
    rows: Mapping[str, np.ndarray],
    numbers: Mapping[CellRef, int],
    groups: _Groups,
) -> bool:
    """Make cells one, where both are there; says whether any was."""
    if isinstance(relation, SameCell):
        pair = [numbers.get(cell, -1) for cell in (relation.one, relation.other)]
        tables_of = (relation.one.table, relation.other.table)
        if not all(name in rows and number in rows[name] for name, number in zip(tables_of, pair, strict=True)):
            return False
        groups.join(*pair)
        return True
    if relation.table_a not in tables or relation.table_b not in tables:
        return False
    on = [relation.on] if isinstance(relation.on, str) else list(relation.on)
    left = _chosen(relation.table_a, tables, rows, on, relation.where_a)
    right = _chosen(relation.table_b, tables, rows, on, relation.where_b)
    for key in left.keys() & right.keys():
        groups.join(left[key], right[key])
    return bool(left.keys() & right.keys())


def _chosen(
    name: str,
    tables: Mapping[str, pd.DataFrame],
    rows: Mapping[str, np.ndarray],
    on: list[str],
    where: Mapping[str, Hashable],
) -> dict[Key, int]:
    frame = tables[name]
    _require_columns(name, frame, [*on, *where])
    keep = _matching(frame, where)
    values = zip(*(frame.loc[keep, column].tolist() for column in on), strict=True)
    result: dict[Key, int] = {}
    for key, number in zip(values, rows[name][keep].tolist(), strict=True):
        if result.setdefault(key, number) != number:
            raise FactorError(
                f"In tabel {name} horen meer rijen bij {_listed(key)}.",
                doe="kies met where_a en where_b de rijen die in beide tabellen staan.",
            )
    return result


def _matching(frame: pd.DataFrame, where: Mapping[str, Hashable]) -> np.ndarray:
    keep = np.ones(len(frame), dtype=bool)
    for column, value in where.items():
        keep &= (frame[column] == value).to_numpy(dtype=bool)
    return keep


# -- sums ----------------------------------------------------------------------------------------------


class _Tables:
    """The tables of one edition with the number of every row, to look rows up in."""

    def __init__(self, frames: Mapping[str, pd.DataFrame], rows: Mapping[str, np.ndarray]) -> None:
        self.frames = frames
        self.rows = {name: mine.tolist() for name, mine in rows.items()}
        self.values = {name: {c: frame[c].tolist() for c in frame.columns} for name, frame in frames.items()}
        self._by_key: dict[tuple[str, tuple[str, ...]], dict[Key, list[int]]] = {}

    def by_key(self, name: str, columns: Sequence[str]) -> dict[Key, list[int]]:
        """The places of the rows that have each combination of values in these columns."""
        wanted = (name, tuple(columns))
        if wanted not in self._by_key:
            _require_columns(name, self.frames[name], columns)
            values = [self.values[name][column] for column in columns]
            keys = zip(*values, strict=True) if values else [()] * len(self.frames[name])
            found: dict[Key, list[int]] = {}
            for place, key in enumerate(keys):
                found.setdefault(key, []).append(place)
            self._by_key[wanted] = found
        return self._by_key[wanted]


def _lines_of(
    tables: _Tables, relations: Sequence[AnyRelation], applied: list[bool], there: set[CellRef]
) -> list[Line]:
    """The lines of one edition; notes which relations gave any, and which of their cells are there."""
    found: dict[Line, None] = {}
    for place, relation in enumerate(relations):
        if isinstance(relation, SumOver):
            made = list(_lines_over(relation, tables))
        elif isinstance(relation, Relation | AtMost):
            made = list(_lines_between(relation, tables, there))
        else:
            continue
        applied[place] |= bool(made)
        found.update(dict.fromkeys(made))
    return list(found)


def _lines_between(relation: Relation | AtMost, tables: _Tables, there: set[CellRef]) -> Iterator[Line]:
    """Lines between cells: for every row of the total, the rows of the parts that agree with it."""
    if any(cell.table not in tables.frames for cell in (relation.total, *relation.parts)):
        return
    name, named = relation.total.table, [column for column, _ in relation.total.key]
    rest = [column for column in tables.frames[name].columns if column not in named]
    for place in tables.by_key(name, named).get(tuple(value for _, value in relation.total.key), []):
        there.add(relation.total)
        number = tables.rows[name][place]
        agree = {column: tables.values[name][column][place] for column in rest}
        found = [_rows_of(part, agree, number, tables) for part in relation.parts]
        there.update(part for part, rows in zip(relation.parts, found, strict=True) if rows)
        if parts := [row for rows in found for row in rows]:
            yield _line(number, parts, at_most=isinstance(relation, AtMost), doubtful=not all(found))


def _rows_of(part: CellRef, agree: Mapping[str, Hashable], total: int, tables: _Tables) -> list[int]:
    """Numbers of the rows that have the key of a part and agree in what it leaves open; the total is not among them."""
    where = {**agree, **dict(part.key)}
    places = tables.by_key(part.table, list(where)).get(tuple(where.values()), [])
    numbers = [tables.rows[part.table][place] for place in places]
    open_columns = len(where) < len(tables.frames[part.table].columns)
    return [number for number in numbers if number != total] if open_columns else numbers


def _lines_over(relation: SumOver, tables: _Tables) -> Iterator[Line]:
    if relation.table not in tables.frames:
        return
    frame, by = tables.frames[relation.table], relation.by
    rest = [by] if isinstance(by, str) else [c for c in frame.columns if c != relation.column] if by is None else by
    _require_columns(relation.table, frame, [relation.column, *rest])
    name_of_total = _total(relation, frame)
    counts = None if relation.parts is None else set(relation.parts)
    groups: dict[Key, tuple[list[int], list[int]]] = {}
    for (value, *key), places in tables.by_key(relation.table, [relation.column, *rest]).items():
        if value == name_of_total or counts is None or value in counts:
            numbers = [tables.rows[relation.table][place] for place in places]
            groups.setdefault(tuple(key), ([], []))[0 if value == name_of_total else 1].extend(numbers)
    for group, (totals, parts) in groups.items():
        if len(totals) > 1:
            raise FactorError(
                f"In tabel {relation.table} staan meer totalen over {relation.column} voor {_listed(group)}.",
                doe="geef bij by alle kolommen die een rij bepalen.",
            )
        if totals and parts:
            doubtful = counts is not None and len(parts) < len(counts)
            yield _line(totals[0], parts, at_most=relation.at_most, doubtful=doubtful)


def _total(relation: SumOver, frame: pd.DataFrame) -> Hashable:
    """The name of the total row: as given, or the one usual name that the column has."""
    if relation.total is not None:
        return relation.total
    usual = [
        value for value in frame[relation.column].unique().tolist() if str(value).strip().casefold() in TOTAL_NAMES
    ]
    if len(usual) > 1:
        raise FactorError(
            f"Kolom {relation.column} van {relation.table} heeft meer namen van een totaal: {_listed(usual)}.",
            doe="noem in de relatie met total welke het totaal is.",
        )
    return usual[0] if usual else None


def _line(total: int, parts: Sequence[int], *, at_most: bool, doubtful: bool = False) -> Line:
    if total in parts or len(set(parts)) < len(parts):
        raise named_twice()
    return Line(total, tuple(sorted(parts)), at_most and len(parts) > 1, doubtful)


def _listed(values: Sequence[Hashable]) -> str:
    return ", ".join(map(str, values))


def _told(relation: AnyRelation) -> str:
    if isinstance(relation, SumOver):
        return f"som over {relation.column} in {relation.table}"
    if isinstance(relation, Equal):
        return f"{relation.table_a} en {relation.table_b} hebben dezelfde cellen"
    if isinstance(relation, SameCell):
        return f"{relation.one} is {relation.other}"
    return f"{relation.total} uit {len(relation.parts)} delen"
