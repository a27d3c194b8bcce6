"""Annexes beside the site of a published edition: PDF and Word per area, a page that leads to them, links to it."""

from __future__ import annotations

import posixpath
import re
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
_WORDS = {
    BOOK: ("Bijlage met alle hoofdstukken", "PDF"),
    SUMMARY: ("Samenvatting op één bladzijde", "PDF"),
    WORD: ("Samenvatting om over te nemen", "Word"),
}
_EXAMPLE = "<p><strong>Voorbeelddata.</strong> De cijfers zijn verzonnen.</p>"
_UNDER_HEADING = re.compile(r'</h1>(?:<details class="buren">.*?</details>)?(?=\s*<p>)', re.DOTALL)
_FOOT = re.compile(r'<p class="editie">[^<]*(?=</p>)')


def add_annexes(quarter: Quarter, store: Store, folder: Path, progress: Progress) -> None:
    """Write the annexes of every area of the book below `folder`/bijlagen, and links to them into its pages.

    Raises: as `annex.make.annexes`.
    """
    areas = [area for area in store.region.areas if (folder / area.folder / INDEX).is_file()]
    if not areas:
        return
    annexes(quarter, store=store, to=folder / ANNEXES, areas=[area.code for area in areas], progress=progress)
    page = _page(quarter, areas, folder / ANNEXES, example=is_example(store, quarter))
    link_annexes(folder, areas, folder / ANNEXES)
    (folder / ANNEXES / INDEX).write_text(page, "utf8")


def link_annexes(folder: Path, areas: Sequence[Area], made: Path) -> None:
    """Plain links in the pages of a site, so that they work without script: the files `made` of an area on its own
    page, and the way to all of them at the foot of every page.
    """
    for area in areas:
        _after(folder / area.folder / INDEX, _UNDER_HEADING, _box(area, made))
    own = {area.folder for area in areas}
    for page in sorted(folder.rglob("*.html")):
        name = page.relative_to(folder)
        if name.parts[0] not in ("_static", ANNEXES):
            to = posixpath.relpath(f"{ANNEXES}/{INDEX}", name.parent.as_posix())
            to += f"#{name.parts[0]}" if name.parts[0] in own else ""
            _after(page, _FOOT, f' · <a href="{to}">Bijlagen (PDF en Word)</a>')


def _after(page: Path, place: re.Pattern[str], text: str) -> None:
    page.write_text(place.sub(lambda found: found[0] + text, page.read_text("utf8"), count=1), "utf8")


def size_in_words(size: int) -> str:
    r"""Bytes as a reader of a page knows them; number and unit stay on one line.

    >>> size_in_words(1_460_000), size_in_words(37_800), size_in_words(12)
    ('1,5\xa0MB', '38\xa0kB', '1\xa0kB')
    """
    if size >= 1_000_000:
        return f"{size / 1e6:.1f}\u00a0MB".replace(".", ",")
    return f"{max(1, round(size / 1e3))}\u00a0kB"


def _page(quarter: Quarter, areas: Sequence[Area], made: Path, *, example: bool) -> str:
    """Plain and without script: it is read on its own, or printed beside the annexes."""
    title = f"Bijlagen bij editie {quarter.label}"
    parts = "".join(
        f'<section id="{area.folder}"><h2>{escape(area.full_name)}</h2>{_files(area, made, area.folder)}</section>'
        for area in areas
    )
    return (
        f'<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="../_static/jeugd/paper.css"></head><body><main><h1>{title}</h1>'
        f"{_EXAMPLE if example else ''}<p>Deze bestanden kunt u bij een voorstel voegen.</p>{parts}"
        '<p><a href="../index.html">Terug naar het boek</a></p></main></body></html>\n'
    )


def _box(area: Area, made: Path) -> str:
    """Below the heading of an area's page."""
    files = _files(area, made, f"../{ANNEXES}/{area.folder}")
    return f'<nav class="op-papier" aria-label="Bijlagen over dit gebied"><p>Op papier</p>{files}</nav>'


def _files(area: Area, made: Path, start: str) -> str:
    items = (
        f'<li><a href="{start}/{name}">{words} ({kind}, {size_in_words((made / area.folder / name).stat().st_size)})'
        "</a></li>"
        for name, (words, kind) in _WORDS.items()
    )
    return f"<ul>{''.join(items)}</ul>"
