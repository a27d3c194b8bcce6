"""What `present` put on a page (HTML and Vega-Lite), read back as figures and tables.

A reader of paper cannot choose: of a choice only the part that is shown at first is taken, and fields are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import html
from lxml.html import HtmlElement

from jeugd_analysis.annex.blocks import Block, Figure, Paragraph, Run, Table

_SPACES = re.compile(r"[ \t\r\n]+")  # not the spaces that keep a number and its unit together
_CHOICE, _CHOSEN = "keuze-deel", "gekozen"
_SCREEN_ONLY = frozenset({"keuze", "keuze-wijzer", "keuze-kop"})
_FIELDS = frozenset("button fieldset form input label meter nav output progress script select style textarea".split())


@dataclass(slots=True)
class Gathering:
    """A figure in the making: its parts stand in outputs of their own, one after the other."""

    told: dict[str, Any] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)

    def figure(self) -> Iterator[Figure]:
        """The figure gathered so far, if any; the next one starts empty."""
        if self.told or self.tables:
            yield Figure(**self.told, tables=tuple(self.tables))
        self.told, self.tables = {}, []


def is_chosen(classes: Sequence[str]) -> bool:
    """Whether a part is shown at first; what is no part of a choice always is."""
    return _CHOICE not in classes or _CHOSEN in classes


def chart(spec: Mapping[str, Any], now: Gathering) -> None:
    """Take a chart, unless it is one that a reader of the screen has to choose."""
    mark = spec.get("usermeta", {}).get("keuze", {})
    if is_chosen(str(mark.get("class", "")).split()):
        now.told["spec"] = spec


def page_html(text: str, now: Gathering) -> Iterator[Block]:
    """What one HTML output adds: a new figure closes the one before it; other text becomes a paragraph."""
    for element in html.fragments_fromstring(text):
        if isinstance(element, HtmlElement):
            yield from _element(element, now)
        elif element.strip():
            yield from _paragraph(str(element), now)


def _element(element: HtmlElement, now: Gathering) -> Iterator[Block]:
    classes = str(element.get("class", "")).split()
    if not isinstance(element.tag, str) or element.tag in _FIELDS or _SCREEN_ONLY & {*classes}:
        return
    if not is_chosen(classes) or "hidden" in element.attrib or _only_links(element):
        return
    if element.tag == "table":
        if (table := _table(element)).rows:  # a head alone tells nothing
            now.tables.append(table)
    elif "figuur-titel" in classes:
        yield from now.figure()
        now.told["title"] = _text(element)
    elif told := next((name for name, kind in _PARTS.items() if kind in classes), ""):
        now.told[told] = _text(element)
        if told == "source":
            yield from now.figure()
    elif element.tag in ("div", "details", "figure", "section"):
        for part in element:
            yield from _element(part, now)
    elif element.tag != "summary" and _text(element):
        yield from _paragraph(_text(element), now)


def _only_links(element: HtmlElement) -> bool:
    """A line of things to click, such as a download."""
    if element.tag == "a":
        return True
    own = [element.text, *(part.tail for part in element)]
    return (
        len(element) > 0 and all(part.tag == "a" for part in element) and not "".join(filter(None, own)).strip(" ·|\n")
    )


_PARTS = {"unit": "figuur-eenheid", "words": "figuur-woorden", "source": "bron"}


def _paragraph(text: str, now: Gathering) -> Iterator[Block]:
    yield from now.figure()
    yield Paragraph((Run(text.strip()),))


def _table(element: HtmlElement) -> Table:
    caption = element.find("caption")
    first, *others = element.iter("tr")
    head = list(first)
    rows = tuple(tuple(_text(cell) for cell in row) for row in others)
    marked = ["getal" in str(cell.get("class", "")).split() for cell in head]
    return Table(
        caption="" if caption is None else _text(caption),
        head=tuple(_text(cell) for cell in head),
        rows=rows,
        numbers=tuple(told or holds_numbers([row[at] for row in rows], at) for at, told in enumerate(marked)),
    )


def holds_numbers(cells: Sequence[str], place: int) -> bool:
    """Whether a column that was written as text is one of numbers; the first one heads the rows.

    >>> holds_numbers(["€ 1.000", "−€ 73.000", "–"], 1), holds_numbers(["1. Zorgpaden"], 1), holds_numbers(["2025"], 0)
    (True, False, False)
    >>> holds_numbers(["1,9% – 3,1%", "−⁠€ 5 tot +⁠€ 9"], 1)
    True
    """
    numbers = [cell for cell in cells if cell not in _NO_NUMBER]
    return place > 0 and bool(numbers) and all(_NUMBERS.fullmatch(cell) for cell in numbers)


_NO_NUMBER = ("", "–", "geheim", "<10")
_NUMBER = r"[−+-]?\u2060?(?:€\s?)?\d[\d.]*(?:,\d+)?(?:\s?(?:mln|mld))?%?"
_NUMBERS = re.compile(rf"{_NUMBER}(?:\s(?:–|tot)\s{_NUMBER})?")  # or from one to another


def _text(element: HtmlElement) -> str:
    """The words of an element; a break becomes a new line."""
    for line in element.iter("br"):
        line.tail = "\n" + (line.tail or "")
    lines = str(element.text_content()).split("\n")
    return "\n".join(part for line in lines if (part := _SPACES.sub(" ", line).strip()))
