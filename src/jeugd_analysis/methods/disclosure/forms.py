"""Relations and cells in every form that `cells` describes, read into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.cells import AnyRelation, AtMost, CellRef, Equal, Relation, SameCell, SumOver

Editions = Sequence[Mapping[str, pd.DataFrame]]

_Shape = type[Relation] | type[AtMost]
_KINDS: dict[object, _Shape] = {"sum": Relation, "=": Relation, "at_most": AtMost, "<=": AtMost}
_MANY = (list, tuple, set, frozenset, pd.Index, pd.Series)
_FORMS = (
    "gebruik Relation, AtMost, SumOver, SameCell of Equal, een paar (totaal, delen), of een mapping met total en "
    "parts, met table en column of met table_a, table_b en on."
)


def as_relations(given: object, editions: Editions) -> list[AnyRelation]:
    """All relations, whatever form each has. `editions`: frames of key columns, to look up names and values.

    Raises: FactorError on what cannot be understood.
    """
    if given is None or (isinstance(given, Mapping) and not given):
        return []
    one = isinstance(given, Mapping | AnyRelation) or (isinstance(given, tuple) and _looks_like_one(given))
    if (not one and not isinstance(given, Iterable)) or isinstance(given, str):
        raise _not_understood(given)
    each = [given] if one else list(given)  # type: ignore[call-overload]
    return [relation for form in each for relation in _read(form, editions)]


def as_cell(given: object, editions: Editions, table: str | None = None) -> CellRef:
    """One cell from any form; `table` when the relation names it. Raises: FactorError on what cannot be understood."""
    if isinstance(given, CellRef):
        return given
    if _is_table_and_key(given):
        return CellRef(*given)  # type: ignore[misc]
    if isinstance(given, Mapping):
        return _cell_of_mapping(dict(given), editions, table)
    values = given if isinstance(given, tuple) else (given,)
    if len(values) > 1 and values[0] in _names(editions):
        table, values = values[0], values[1:]
        values = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
    found = [name for name in ([table] if table else _names(editions)) if _has_row(name, values, editions)]
    if len(found) != 1:
        raise FactorError(
            f"De cel {given} is in {'geen enkele tabel' if not found else 'meer tabellen'} te vinden.",
            doe="geef een cel als CellRef of als (tabel, {kolom: waarde}).",
        )
    return CellRef(found[0], dict(zip(_columns(found[0], editions), values, strict=True)))


def _looks_like_one(given: tuple[Any, ...]) -> bool:
    if len(given) not in (2, 3) or isinstance(given[0], AnyRelation | Mapping | list):
        return False
    return not isinstance(given[0], tuple) or _is_table_and_key(given[0])


def _not_understood(given: object) -> FactorError:
    return FactorError(f"Een relatie van het soort {type(given).__name__} is niet te begrijpen.", doe=_FORMS)


def _read(given: object, editions: Editions) -> list[AnyRelation]:
    if isinstance(given, Relation | AtMost):
        return _sums(type(given), given.total, given.parts, editions)
    if isinstance(given, SameCell):
        return [SameCell(as_cell(given.one, editions), as_cell(given.other, editions))]
    if isinstance(given, SumOver | Equal):
        return [given]
    if isinstance(given, Mapping):
        return _from_mapping(dict(given), editions)
    if isinstance(given, tuple | list) and len(given) in (2, 3):
        return _from_tuple(tuple(given), editions)
    raise _not_understood(given)


def _from_tuple(given: tuple[Any, ...], editions: Editions) -> list[AnyRelation]:
    first, second, *rest = given
    shape: _Shape = Relation
    if rest and isinstance(rest[0], str) and rest[0] in _KINDS:
        shape, rest = _KINDS[rest[0]], []
    if not rest and _is_table_and_key(second):
        return [SameCell(as_cell(first, editions), as_cell(second, editions))]
    if not rest and isinstance(second, _MANY):
        return _sums(shape, first, second, editions)
    in_table = isinstance(first, str) and first in _names(editions)
    if in_table and rest and isinstance(rest[0], _MANY):
        return _sums(shape, second, rest[0], editions, first)
    if in_table and isinstance(second, str) and second in _columns(first, editions):
        return [SumOver(first, second, rest[0] if rest else None, at_most=shape is AtMost)]
    raise _not_understood(given)


def _from_mapping(given: dict[Any, Any], editions: Editions) -> list[AnyRelation]:
    names = set(given)
    if {"total", "parts"} <= names <= {"total", "parts", "kind", "at_most", "table"}:
        kind = given.get("kind", "at_most" if given.get("at_most") else "sum")
        if kind not in _KINDS:
            raise FactorError(f"Een relatie van de soort {kind} bestaat niet.", doe="kies sum of at_most.")
        return _sums(_KINDS[kind], given["total"], given["parts"], editions, given.get("table"))
    if {"table", "column"} <= names <= set(SumOver.__slots__):
        return [SumOver(**given)]
    if {"table_a", "table_b", "on"} <= names <= set(Equal.__slots__):
        return [Equal(**given)]
    if names == {"one", "other"}:
        return [SameCell(as_cell(given["one"], editions), as_cell(given["other"], editions))]
    if names and all(isinstance(parts, _MANY) for parts in given.values()):
        return [made for total, parts in given.items() for made in _sums(Relation, total, parts, editions)]
    raise FactorError(f"Een relatie met {', '.join(sorted(map(str, names)))} is niet te begrijpen.", doe=_FORMS)


def _sums(shape: _Shape, total: object, parts: Any, editions: Editions, table: str | None = None) -> list[AnyRelation]:
    """A relation between cells, or between values alone: then one for every table that has them all in a column."""
    parts = list(parts) if isinstance(parts, _MANY) and not _is_table_and_key(parts) else [parts]
    values = [total, *parts]
    if not any(isinstance(value, CellRef | Mapping | tuple) for value in values):
        if total in parts or len(set(parts)) < len(parts):
            raise named_twice()
        found = {name: _column_with(name, values, editions) for name in ([table] if table else _names(editions))}
        if any(found.values()):
            at_most = shape is AtMost
            return [
                SumOver(name, column, total, at_most=at_most, parts=parts)  # type: ignore[arg-type]
                for name, column in found.items()
                if column
            ]
    return [shape(as_cell(total, editions, table), tuple(as_cell(part, editions, table) for part in parts))]


# -- what the tables have ------------------------------------------------------------------------------


def named_twice() -> FactorError:
    """One cell in two places of one relation."""
    return FactorError("Een relatie noemt dezelfde cel twee keer.", doe="noem elke cel in een som een keer.")


def _is_table_and_key(given: object) -> bool:
    return isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], str) and isinstance(given[1], Mapping)


def _names(editions: Editions) -> list[str]:
    return list(dict.fromkeys(name for tables in editions for name in tables))


def _columns(name: str, editions: Editions) -> list[str]:
    return next((list(tables[name].columns) for tables in reversed(editions) if name in tables), [])


def _column_with(name: str, values: Sequence[Any], editions: Editions) -> str | None:
    """The column of a table that has all these values, in any edition."""
    found = [
        column
        for column in _columns(name, editions)
        if set(values) <= {value for tables in editions if name in tables for value in tables[name][column].tolist()}
    ]
    if len(found) > 1:
        raise FactorError(
            f"De waarden van een relatie staan in meer kolommen van tabel {name}: {', '.join(found)}.",
            doe="noem de kolom: (tabel, {kolom: waarde}).",
        )
    return found[0] if found else None


def _has_row(name: str, values: tuple[Any, ...], editions: Editions) -> bool:
    columns = _columns(name, editions)
    if len(columns) != len(values):
        return False
    frames = [tables[name] for tables in editions if name in tables]
    return any((frame[columns] == list(values)).all(axis=1).any() for frame in frames)


def _cell_of_mapping(given: dict[Any, Any], editions: Editions, table: str | None) -> CellRef:
    name = table or (given.pop("table", None) if "table" not in _all_columns(editions) else None)
    found = [each for each in ([name] if name else _names(editions)) if set(given) <= set(_columns(each, editions))]
    if len(found) != 1 or not given:
        raise FactorError(
            f"De cel {given} is in {'meer tabellen' if len(found) > 1 else 'geen enkele tabel'} te vinden.",
            doe="geef een cel als CellRef of als (tabel, {kolom: waarde}).",
        )
    return CellRef(found[0], given)


def _all_columns(editions: Editions) -> set[str]:
    return {column for name in _names(editions) for column in _columns(name, editions)}
