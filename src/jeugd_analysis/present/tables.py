"""Accessible HTML tables: caption, header scope, Dutch numbers, hidden cells that say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present.disclosure import Safe

Format = Callable[[float], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column to show: its heading and, for numbers, how they are written."""

    heading: str
    write: Format | None = None


def table_html(shown: Safe, columns: Mapping[str, Column], *, caption: str) -> str:
    """The chosen columns as a table; the first one heads the rows.

    Raises: DisclosureError for anything that did not pass the gate.
    """
    if not isinstance(shown, Safe):
        raise DisclosureError("GEH-003", wat="Een tabel ging niet door de controle.", doe="gebruik disclosure.safe.")
    head = "".join(
        f'<th scope="col"{_number_class(column)}>{escape(column.heading)}</th>' for column in columns.values()
    )
    body = "".join(_row(row, columns) for row in shown.frame[list(columns)].itertuples(index=False, name=None))
    return (
        f'<div class="tabel-omslag" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="tabel">'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _number_class(column: Column) -> str:
    return ' class="getal"' if column.write else ""


def _row(values: tuple[object, ...], columns: Mapping[str, Column]) -> str:
    cells = []
    for place, (value, column) in enumerate(zip(values, columns.values(), strict=True)):
        text = column.write(value) if column.write else str(value)  # type: ignore[arg-type]
        kind = _number_class(column) or (' class="kort"' if len(text) <= _SHORT else "")
        inside = escape(text).replace("\n", "<br>")  # prose in a cell has its source on a line of its own
        cells.append(f'<th scope="row">{inside}</th>' if place == 0 else f"<td{kind}>{inside}</td>")
    return f"<tr>{''.join(cells)}</tr>"


_SHORT = 12  # a quarter or a status must not break over two lines
