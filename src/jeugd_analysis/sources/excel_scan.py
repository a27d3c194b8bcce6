"""What the XML of a sheet tells besides values: formulas, errors, what is hidden, and how far the filled cells reach.

Walked through as a stream, so that a hostile sheet takes no memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

MOST_COLUMNS = 16_384
_BLOCK = 1 << 20


@dataclass(slots=True)
class Scan:
    """Addresses (B17) of formulas without a stored result and of error values; counts of what is hidden."""

    last_row: int = 0
    last_column: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0
    filtered: bool = False
    unresolved: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def letters(column: int) -> str:
    """Letters of a column, counted from 0.

    >>> [letters(number) for number in (0, 25, 26, 16383)]
    ['A', 'Z', 'AA', 'XFD']
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def scan_sheet(stream: IO[bytes]) -> Scan:
    """Walk through a sheet. Raises: expat.ExpatError or ValueError for what is no sheet."""
    walk = _Walk()
    while block := stream.read(_BLOCK):
        walk.parser.Parse(block, False)
    walk.parser.Parse(b"", True)
    return walk.scan


class _Walk:
    """Keeps the place in the sheet: row and column as the addresses say, or else counted on."""

    def __init__(self) -> None:
        self.scan = Scan()
        self.row = self.column = 0
        self.kind: str | None = None
        self.filled = self.formula = self.result = False
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.names: dict[str, str] = {}

    def start(self, tag: str, told: dict[str, str]) -> None:
        name = self.names.get(tag) or self.names.setdefault(tag, tag.rpartition("}")[2])
        if name == "c":
            self.column = _column_number(told["r"]) if "r" in told else self.column + 1
            self.kind, self.filled, self.formula, self.result = told.get("t"), False, False, False
        elif name == "v":
            self.filled = True
        elif name == "f":
            self.formula = True
            self.parser.CharacterDataHandler = None
        elif name == "is":
            self.filled = self.result = True
        elif name == "row":
            self.row, self.column = int(told.get("r", self.row + 1)), 0
            self.scan.hidden_rows += told.get("hidden") in ("1", "true")
        elif name == "col" and told.get("hidden") in ("1", "true"):
            self.scan.hidden_columns += min(int(told["max"]), MOST_COLUMNS) - int(told["min"]) + 1
        elif name == "filterColumn":  # an arrow above a column hides nothing; a condition does
            self.scan.filtered = True
        elif name == "mergeCell":
            self.scan.merged.append(told["ref"])
        if name == "v" and self.formula:
            self.parser.CharacterDataHandler = self.text

    def text(self, text: str) -> None:
        self.result = True

    def end(self, tag: str) -> None:
        if self.names[tag] != "c":
            return
        if self.formula:
            self.parser.CharacterDataHandler = None
            if not self.result and self.kind != "str":  # kind str: the result is an empty text
                self.scan.unresolved.append(f"{letters(self.column - 1)}{self.row}")
        if self.kind == "e":
            self.scan.errors.append(f"{letters(self.column - 1)}{self.row}")
        if self.filled or self.formula:
            self.scan.last_row = max(self.scan.last_row, self.row)
            self.scan.last_column = max(self.scan.last_column, self.column)


def _column_number(address: str) -> int:
    number = 0
    for sign in address:
        if not "A" <= sign <= "Z":
            break
        number = number * 26 + ord(sign) - 64
    return number
