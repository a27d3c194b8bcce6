"""How a table fits on the page: widths of its columns, size of its letters, upright or turned, whole or broken."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from jeugd_analysis.annex.blocks import Table

UPRIGHT, TURNED = 453.0, 700.0  # points across the text: A4 with margins of 25 mm
SIZES = (9.5, 9.0, 8.5, 8.0)  # points, tried in this order
_LETTER = 0.5  # mean width of a letter beside its size
_INSET = 9.0  # points of white beside the text of a cell
_WHOLE_WORD = 14  # letters; a longer word may be hyphenated
_BREAKS = re.compile(r"[ \n]|(?<=-)")  # not the spaces that keep a number and its unit together
_HALVINGS = 30  # to find the level at which the columns fill the width
_HEAD_LINES = 2  # a head takes about as many where there is room
_TOGETHER = 24  # rows, counted in lines, that stay on one page


@dataclass(frozen=True, slots=True)
class Layout:
    """columns: parts of the width, 0 is as wide as its words; size: of the letters, in points.

    turned: on a page on its side; whole: on one page.
    """

    columns: tuple[float, ...]
    size: float
    turned: bool
    whole: bool


def layout(table: Table) -> Layout:
    """The first layout in which no word has to be cut: smaller letters first, then a turned page."""
    columns = list(zip(table.head, *table.rows, strict=True))
    # The head is in bolder letters: one letter more.
    least = [max(_longest_word(head) + 1, *map(_longest_word, body)) for head, *body in columns]
    turned, size = next(
        ((turned, size) for turned, width in ((False, UPRIGHT), (True, TURNED)) for size in SIZES
         if sum(least) * _LETTER * size + _INSET * len(columns) <= width),
        (True, SIZES[-1]),
    )  # fmt: skip
    width = TURNED if turned else UPRIGHT
    wanted = [
        max(need, math.ceil(_longest_line(head) / _HEAD_LINES), *map(_longest_line, body))
        for need, (head, *body) in zip(least, columns, strict=True)
    ]
    room = (width - _INSET * len(columns)) / (_LETTER * size)
    given = _shares(least, wanted, room)
    lines = sum(max(map(_lines, row, given)) for row in table.rows)
    fits = sum(max(map(_longest_line, column)) for column in columns) <= room
    inset = _INSET / (_LETTER * size)
    shown = [0.0] * len(columns) if fits else [round(share + inset, 1) for share in given]
    return Layout(tuple(shown), size, turned, lines <= _TOGETHER)


def _shares(least: Sequence[int], wanted: Sequence[int], room: float) -> list[float]:
    """Letters per column: at least its longest word, at most what it wants; a longer text gets more, not all."""

    def at(level: float) -> list[float]:
        return [min(want, max(need, level * math.sqrt(want))) for need, want in zip(least, wanted, strict=True)]

    low, high = 0.0, room
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(at(middle)) <= room else (low, middle)
    return at(low)


def _longest_word(cell: str) -> int:
    return max(min(len(word), _WHOLE_WORD) if word.isalpha() else len(word) for word in _BREAKS.split(cell))


def _lines(cell: str, room: float) -> int:
    return math.ceil(_longest_line(cell) / max(room, 1)) + cell.count("\n")


def _longest_line(cell: str) -> int:
    return max(map(len, cell.split("\n")), default=0)
