"""How tables, cells and the sums between them are described; shared by those who protect and those who attack.

Only shapes and names live here. How to hide and how to find out are written twice, in `protect` and in `audit`.

A table is a frame whose key columns (all but the numbers) tell its rows apart. A relation between cells is given as:

    SumOver("t", "area")                                    in table t the rows over all areas add up to the total row
    SumOver("t", "area", total="R", at_most=True)           as AtMost, with the total row named
    Relation(cell, cells), (cell, cells)                    the first is the sum of the others; tables may differ
    AtMost(cell, cells), (cell, cells, "at_most")           the first is at most the sum and at least each of the others
    Equal("t", "u", on=["area"]), SameCell(cell, cell)      rows of two tables, or two cells, are one number
    {"total": cell, "parts": cells, "kind": "at_most"}      also "table", for keys or values alone; kind may be left out
    {"table": "t", "column": "area", "total": "R"}          the mapping of any other form has the names of its fields
    ("region", ["a", "b"]), {"region": ["a", "b"]}          values alone: in every table and group that has them all
    ("t", "area"), ("t", "region", ["a", "b"])              the same within one table

and a cell as CellRef("t", {column: value}), ("t", {column: value}), {column: value}, {"table": "t", column: value},
("t", value, ...) in the order of the columns, or the key (value, ...) or the value alone when one table has it. A cell
that leaves columns open stands for every row: the total is matched with parts that are equal in what the total leaves
open, so that ("t", {"kind": "all", "level": "-"}) with [("t", {"kind": "age"})] says that ages add up in every area.
A part that an edition does not have counts as nothing there. Several relations come as a list; none is an empty list.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RESULT_COLUMNS = ("published", "status", "reason")
SHOWN, ROUNDED, PRIMARY, SECONDARY = "shown", "rounded", "primary", "secondary"
STATUSES = (SHOWN, ROUNDED, PRIMARY, SECONDARY)
YOUTHS, PROVIDERS = "youths", "providers"  # why a cell is primary; only told where providers are judged
NOTES = "disclosure"  # in attrs of the frames of `protect`: which column holds the exact numbers, and the rules
TOTAL_NAMES = frozenset("alle all eindtotaal regio region som sum t _t totaal total tot".split())


@dataclass(frozen=True, slots=True)
class CellRef:
    """One cell: the name of its table and its key, {column: value}. The order of the columns does not matter.

    A key that leaves out columns stands for all rows that have it.
    """

    table: str
    key: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", tuple(sorted(dict(self.key).items(), key=lambda item: item[0])))

    def __str__(self) -> str:
        return f"{self.table} ({', '.join(f'{name}={value}' for name, value in self.key)})"


@dataclass(frozen=True, slots=True)
class Relation:
    """The total is the sum of the parts; cells may be in different tables."""

    total: CellRef
    parts: tuple[CellRef, ...]


@dataclass(frozen=True, slots=True)
class AtMost:
    """The total is at most the sum of the parts and at least each of them: youths counted in more than one part."""

    total: CellRef
    parts: tuple[CellRef, ...]


@dataclass(frozen=True, slots=True)
class SumOver:
    """In one table: the row where `column` is `total` is the sum of the other rows with an equal rest of the key.

    `total`: without it the value that is a usual name of a total (alle, totaal, total, T, regio ...). `by` names the
    columns that must be equal; without it all others. `parts`: the values that count; without it all others.
    `at_most`: as in AtMost. A row that the table does not have counts as nothing; a group without total gives no sum.
    """

    table: str
    column: str
    total: Hashable = None
    by: Sequence[str] | None = None
    at_most: bool = False
    parts: Sequence[Hashable] | None = None


@dataclass(frozen=True, slots=True)
class SameCell:
    """Two cells that are one and the same number."""

    one: CellRef
    other: CellRef


@dataclass(frozen=True, slots=True)
class Equal:
    """Rows of two tables with equal values in the columns `on` are the same cells.

    `where_a` and `where_b` choose the rows first, such as {"product": "alle"}: only those are compared.
    """

    table_a: str
    table_b: str
    on: Sequence[str]
    where_a: Mapping[str, Hashable] = field(default_factory=dict)
    where_b: Mapping[str, Hashable] = field(default_factory=dict)


AnyRelation = Relation | AtMost | SumOver | SameCell | Equal
