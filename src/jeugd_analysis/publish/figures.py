"""The figures of an executed notebook: what each shows as a table, read from what was sealed and shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import html

DATA = "data-figuur"  # the figure's name, as present.finding writes it around its data

_BLANK = re.compile(r"[ \t\r\n]+")  # a space that keeps a number and its unit together stays


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    """A table of a figure as a page shows it.

    figure: name of the figure, with a number when it has more tables; heads and rows: the words of the cells;
    numeric: per column whether it holds numbers; published: figures of others, taken over unchanged.
    """

    figure: str
    title: str
    unit: str
    caption: str
    source: str
    published: bool
    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


def shown_tables(notebook: Mapping[str, Any]) -> Iterator[ShownTable]:
    """Every table of every figure of a notebook, in the order of the page; names are unique in it."""
    title, unit, taken = "", "", dict[str, int]()
    for part in html_parts(notebook):
        root = html.fragment_fromstring(part, create_parent="div")
        if found := root.find_class("figuur-titel"):
            title = _words(found[0])
            unit = " ".join(_words(one) for one in root.find_class("figuur-eenheid"))
        for box in root.xpath(f".//*[@{DATA}]"):
            source = " ".join(_words(one) for one in box.find_class("bron"))
            for table in box.iter("table"):
                name = str(box.get(DATA))
                taken[name] = taken.get(name, 0) + 1
                number = f"-{taken[name]}" if taken[name] > 1 else ""
                yield _table(table, figure=name + number, title=title, unit=unit, source=source)
            title, unit = "", ""


def html_parts(notebook: Mapping[str, Any]) -> Iterator[str]:
    """What every output shows as HTML, in the order of the page."""
    for cell in notebook.get("cells", []):
        for output in cell.get("outputs", []):
            part = output.get("data", {}).get("text/html", "")
            yield "".join(part) if isinstance(part, list) else part or "<div></div>"


def _table(table: html.HtmlElement, *, figure: str, title: str, unit: str, source: str) -> ShownTable:
    heads = [cell for row in table.iterfind("./thead/tr") for cell in row.iterchildren("th", "td")]
    captions = [_words(one) for one in table.iterfind("./caption")]
    return ShownTable(
        figure=figure,
        title=title,
        unit=unit,
        caption=" ".join(captions),
        source=source,
        published=table.get("data-herkomst") == "gepubliceerd",
        heads=tuple(_words(cell) for cell in heads),
        numeric=tuple("getal" in (cell.get("class") or "").split() for cell in heads),
        rows=tuple(
            tuple(_words(cell) for cell in row.iterchildren("th", "td")) for row in table.iterfind("./tbody/tr")
        ),
    )


def _words(element: html.HtmlElement) -> str:
    for line in element.iter("br"):
        line.tail = f" {line.tail or ''}"
    return _BLANK.sub(" ", element.text_content()).strip(" ")


def read_notebook(content: bytes) -> dict[str, Any]:
    """An executed notebook as plain values."""
    told: dict[str, Any] = json.loads(content)
    return told
