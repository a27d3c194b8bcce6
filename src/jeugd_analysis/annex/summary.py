"""The summary of an area: the chapter of that name, or the first finding of every chapter."""

from __future__ import annotations

from collections.abc import Sequence

from jeugd_analysis.annex.blocks import Block, Bullets, Figure, Heading, Paragraph, Run
from jeugd_analysis.annex.pages import Page

CHAPTER = "samenvatting"
TITLE = "Samenvatting"


def summary_of(pages: Sequence[Page], told: Page | None) -> tuple[Block, ...]:
    """The blocks of the summary. `told` is the executed chapter with it, if the edition has one."""
    if told is not None:
        return told.blocks
    found = [(page, next((figure for figure in page.figures if figure.title), None)) for page in pages]
    items = tuple(
        (Run(f"{page.title}: ", "strong"), Run(_full_stop(figure))) for page, figure in found if figure is not None
    )
    intro = Paragraph((Run("Wat per hoofdstuk het eerst opvalt."),))
    return (intro, Bullets(items)) if items else ()


def _full_stop(figure: Figure) -> str:
    return figure.title if figure.title.endswith((".", "?", "!")) else f"{figure.title}."


def with_heading(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The summary under its own heading."""
    return (Heading(1, (Run(TITLE),)), *blocks)
