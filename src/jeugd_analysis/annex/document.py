"""The whole of an annex as the plain data that template.typ sets: every figure drawn, every table measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jeugd_analysis.annex.blocks import Block, Box, Bullets, Figure, Heading, Paragraph, Run, Table, Terms, Words
from jeugd_analysis.annex.drawing import picture
from jeugd_analysis.annex.layout import Layout, layout
from jeugd_analysis.annex.pages import Page

Told = dict[str, Any]
NUMBERS_TITLE = "Cijfers bij de figuren"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Where pictures are drawn (`folder`) and kept between builds (`cache`)."""

    folder: Path
    cache: Path


@dataclass(slots=True)
class Typeset:
    """Chapters become data one after the other; tables that stand apart are kept for the end."""

    drawing: Drawing
    known: frozenset[str]  # chapters in this annex: a link to another one keeps its words only
    count: int = 0

    def chapter(self, page: Page) -> tuple[Told, list[Told]]:
        """The chapter, and its tables that stand at the end."""
        apart: list[Told] = []
        blocks = [told for block in page.blocks for told in self.block(block, apart)]
        return {"name": page.name, "title": page.title, "numbered": True, "blocks": blocks}, apart

    def block(self, block: Block, apart: list[Told]) -> Iterator[Told]:
        """One block; tables behind a chart, and those too wide for an upright page, go to `apart`."""
        match block:
            case Heading():
                yield {"kind": "heading", "level": block.level, "words": self.words(block.words)}
            case Paragraph():
                yield {"kind": "paragraph", "words": self.words(block.words)}
            case Bullets():
                items = [self.words(item) for item in block.items]
                yield {"kind": "bullets", "numbered": block.numbered, "items": items}
            case Terms():
                yield {"kind": "terms", "items": [[self.words(term), self.words(told)] for term, told in block.items]}
            case Box():
                inside = [told for part in block.blocks for told in self.block(part, apart)]
                yield {"kind": "box", "title": block.title, "blocks": inside}
            case Figure():
                yield self._finding(block, apart)

    def words(self, words: Words) -> list[Told]:
        """The runs of a paragraph."""
        return [
            {"text": bound(run.text), "style": run.style, "to": run.to if run.to in self.known else ""} for run in words
        ]

    def _finding(self, figure: Figure, apart: list[Told]) -> Told:
        said = {name: bound(getattr(figure, name)) for name in ("title", "unit", "words", "source")}
        told: Told = {"kind": "finding", **said, "picture": ""}
        if figure.spec is not None:
            name, width = picture(figure.spec, self.drawing.folder, self.drawing.cache)
            told |= {"picture": name, "width": width, "alt": alternative(figure)}
            unit = f"Bij de figuur: {figure.title}" if figure.title else ""
            behind = [self._table(table, layout(table), unit=unit, source="") for table in figure.tables]
            apart += behind
            return told | {"tables": [], "elsewhere": [table["name"] for table in behind]}
        here: list[Told] = []
        away: list[Told] = []
        alone = len(figure.tables) == 1 and bool(figure.title)
        for table in figure.tables:
            fit = layout(table)
            # A finding with one table: its title is that of the table.
            shown = replace(table, caption=figure.title) if alone and not fit.turned else table
            unit = figure.unit if alone and not fit.turned else ""
            (away if fit.turned else here).append(self._table(shown, fit, unit=unit, source=""))
        apart += [{**table, "unit": figure.title, "source": figure.source} for table in away]
        loose = bool(figure.title) and not (alone and here)
        whole = all(table["whole"] for table in here) and len(here) < 2
        elsewhere = [table["name"] for table in away]
        return told | {"tables": here, "elsewhere": elsewhere, "loose": loose, "whole": whole}

    def _table(self, table: Table, fit: Layout, *, unit: str, source: str) -> Told:
        self.count += 1
        return {
            "kind": "table", "name": f"tabel-{self.count}", "caption": table.caption, "unit": unit, "source": source,
            "head": table.head, "rows": table.rows, "numbers": table.numbers, "columns": fit.columns, "size": fit.size,
            "whole": fit.whole, "turned": fit.turned,
        }  # fmt: skip


_UNIT = re.compile(r"(?<=€) (?=\d)|(?<=\d) (?=(?:mln|mld)\b)")


def bound(text: str) -> str:
    """The text with a number and its unit on one line."""
    return _UNIT.sub("\u00a0", text)


def alternative(figure: Figure) -> str:
    """What a figure says, for who cannot see it: the description of its chart, or its title."""
    description = str((figure.spec or {}).get("description") or "").strip()
    return description or figure.title or "Grafiek"


def numbers_chapter(apart: Sequence[tuple[str, Sequence[Told]]]) -> list[Told]:
    """The chapter with the tables that stand at the end, by chapter; tables on a turned page together."""
    blocks: list[Told] = []
    for title, tables in apart:
        if tables:
            blocks.append({"kind": "heading", "level": 2, "words": [{"text": title, "style": "", "to": ""}]})
            blocks += [table for table in tables if not table["turned"]]
            if turned := [table for table in tables if table["turned"]]:
                blocks.append({"kind": "turned", "tables": turned})
    if not blocks:
        return []
    return [{"name": "cijfers", "title": NUMBERS_TITLE, "numbered": False, "blocks": blocks}]


def sentence(text: str) -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph((Run(text),))
