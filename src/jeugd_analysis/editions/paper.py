"""Annexes beside the site of a published edition: PDF and Word per area, and a page that leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from jeugd_analysis.annex.make import BOOK, SUMMARY, WORD, annexes
from jeugd_analysis.chapters.edition import is_example
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area
from jeugd_analysis.intake import Progress
from jeugd_analysis.store import Store

ANNEXES = "bijlagen"  # folder of what is typeset apart from the book
INDEX = "index.html"
_WORDS = {BOOK: "bijlage (PDF)", SUMMARY: "samenvatting op één bladzijde (PDF)", WORD: "samenvatting (Word)"}
_EXAMPLE = "<p><strong>Voorbeelddata.</strong> De cijfers zijn verzonnen.</p>"


def add_annexes(quarter: Quarter, store: Store, folder: Path, progress: Progress) -> None:
    """Write the annexes of every area of the book below `folder`/bijlagen. Raises: as `annex.make.annexes`."""
    areas = [area for area in store.region.areas if (folder / area.folder / INDEX).is_file()]
    if not areas:
        return
    annexes(quarter, store=store, to=folder / ANNEXES, areas=[area.code for area in areas], progress=progress)
    page = _page(quarter, areas, example=is_example(store, quarter))
    (folder / ANNEXES / INDEX).write_text(page, "utf8")


def _page(quarter: Quarter, areas: Sequence[Area], *, example: bool) -> str:
    """Plain and without script: it is read on its own, or printed beside the annexes."""
    title = f"Bijlagen bij editie {quarter.label}"
    items = "".join(f"<li>{escape(area.full_name)}: {_links(area)}</li>" for area in areas)
    return (
        f'<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="../_static/jeugd/paper.css"></head><body><main><h1>{title}</h1>'
        f"{_EXAMPLE if example else ''}<p>Deze bestanden kunt u bij een voorstel voegen.</p><ul>{items}</ul>"
        '<p><a href="../index.html">Terug naar het boek</a></p></main></body></html>\n'
    )


def _links(area: Area) -> str:
    told = (f'<a href="{area.folder}/{name}">{words}</a>' for name, words in _WORDS.items())
    return " · ".join(told)
