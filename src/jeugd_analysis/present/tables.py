"""Accessible HTML tables: caption, header scope, Dutch numbers, hidden cells that say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from jeugd_analysis.domain.names import label
from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.numbers import SECRET, is_missing, percent_of

Format = Callable[[float], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column to show: its heading and, for numbers, how they are written.

    status: the column that says why a number is hidden; a number hidden to protect another reads 'geheim'.
    of: the column with the number of people that a share is of; it decides how precisely the share is written.
    against: the option (present.options) that the column compares with.
    """

    heading: str
    write: Format | None = None
    status: str = ""
    of: str = ""
    against: str = ""


class Table(str):
    """HTML of a table; only `table_html` makes one, so that a finding cannot carry anything else."""

    exactly_published = False  # whether every figure in it was published elsewhere


def table_html(shown: Safe, columns: Mapping[str, Column], *, caption: str, stacked: bool = False) -> Table:
    """The chosen columns as a table; the first one heads the rows. Stacked: on a phone a row is a list of its cells.

    Raises: DisclosureError for anything that did not pass the gate.
    """
    if not isinstance(shown, Safe):
        raise DisclosureError("GEH-003", wat="Een tabel ging niet door de controle.", doe="gebruik disclosure.safe.")
    head = "".join(
        f'<th scope="col"{_number_class(column)}{_against(column)}>{escape(column.heading)}</th>'
        for column in columns.values()
    )
    body = "".join(_row(row, columns, stacked=stacked) for row in shown.frame.to_dict("records"))
    # What leaves is checked for small numbers; those that others published may be small.
    origin = ' data-herkomst="gepubliceerd"' if shown.exactly_published else ""
    table = Table(
        f'<div class="tabel-omslag" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="tabel{" stapel" if stacked else ""}"{origin}>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    table.exactly_published = shown.exactly_published
    return table


def below_each_other(tables: Sequence[Table]) -> Table:
    """Several tables as one."""
    joined = Table("".join(tables))
    joined.exactly_published = bool(tables) and all(table.exactly_published for table in tables)
    return joined


def _number_class(column: Column) -> str:
    return ' class="getal"' if column.write or column.of else ""


def _against(column: Column) -> str:
    return f' data-tegen="{escape(column.against)}"' if column.against else ""


def _row(row: Mapping[Hashable, Any], columns: Mapping[str, Column], *, stacked: bool) -> str:
    cells = []
    for place, (name, column) in enumerate(columns.items()):
        text = _text(row, name, column)
        kind = _number_class(column) or (' class="kort"' if len(text) <= _SHORT else "")
        kind += _against(column) + (f' data-kop="{escape(column.heading)}"' if stacked else "")
        inside = escape(text).replace("\n", "<br>")  # prose in a cell has its source on a line of its own
        cells.append(f'<th scope="row">{inside}</th>' if place == 0 else f"<td{kind}>{inside}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _text(row: Mapping[Hashable, Any], name: str, column: Column) -> str:
    value = row[name]
    if column.status and is_missing(value) and row[column.status] == _SECONDARY:
        return SECRET
    if column.of:
        return percent_of(value, row[column.of])
    if column.write:
        return column.write(value)
    # Names of others may hold anything.
    lines = str(value).split("\n")
    # An empty line parts two statements; an empty cell is a name that is not there.
    labels = (label(line, longest=_LONGEST) if line.strip() or len(lines) == 1 else "" for line in lines)
    return _AMOUNT.sub(lambda amount: amount[0].replace(" ", "\u00a0"), "\n".join(labels))


_AMOUNT = re.compile(r"€ \d[\d.,]*(?: ml[nd]\b)?")  # in prose; it must not break over two lines
_LONGEST = 400  # letters of one line of prose
_SHORT = 12  # a quarter or a status must not break over two lines
_SECONDARY = "secondary"
