"""What stands in an annex, before it is typeset: headings, paragraphs, figures and tables, as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Style = Literal["", "strong", "emph"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a sentence in one style. `to` is the chapter that it points to, if any."""

    text: str
    style: Style = ""
    to: str = ""


Words = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a chapter."""

    level: int
    words: Words


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of prose."""

    words: Words


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; `numbered` counts its items."""

    items: tuple[Words, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Words with their explanation."""

    items: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A text beside the story, such as 'Hoe lees ik dit?'."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of text. The first cell of a row heads it; numbers: which columns hold numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A finding: its title and unit, sentences with it, a chart (Vega-Lite), the tables and the source."""

    title: str = ""
    unit: str = ""
    words: str = ""
    spec: Mapping[str, Any] | None = None
    tables: tuple[Table, ...] = ()
    source: str = ""


Block = Heading | Paragraph | Bullets | Terms | Box | Figure


def plain(words: Iterable[Run]) -> str:
    """The text without its styles."""
    return "".join(run.text for run in words)


def text_of(blocks: Iterable[Block]) -> str:
    """Everything that is said in words, for a search through the text; tables are left out."""
    parts: list[str] = []
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                parts.append(plain(block.words))
            case Bullets():
                parts += [plain(item) for item in block.items]
            case Terms():
                parts += [f"{plain(term)} {plain(told)}" for term, told in block.items]
            case Box():
                parts += [block.title, text_of(block.blocks)]
            case Figure():
                parts += [block.title, block.unit, block.words]
    return "\n".join(part for part in parts if part)
