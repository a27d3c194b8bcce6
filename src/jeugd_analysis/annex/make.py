"""Making annexes of a built edition: one for an area and a choice of chapters, or all of an edition."""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jeugd_analysis.annex import edition
from jeugd_analysis.annex.blocks import Block, Heading, Terms, plain, text_of
from jeugd_analysis.annex.document import Drawing, Typeset, numbers_chapter, sentence
from jeugd_analysis.annex.edition import Built, built_edition, not_built
from jeugd_analysis.annex.markdown import read_markdown
from jeugd_analysis.annex.pages import Page, read_page
from jeugd_analysis.annex.summary import CHAPTER, summary_of, with_heading
from jeugd_analysis.annex.typesetting import pdf
from jeugd_analysis.annex.word import docx
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area
from jeugd_analysis.errors import BuildError
from jeugd_analysis.present.disclosure import Rules
from jeugd_analysis.publish.exit_check import Limits
from jeugd_analysis.publish.house_style import house_style_of
from jeugd_analysis.publish.notebooks import plan_runs, read_chapters
from jeugd_analysis.store import Store
from jeugd_analysis.swap import put, staged

Progress = Callable[[str], None]
BOOK, SUMMARY, WORD = "bijlage.pdf", "samenvatting.pdf", "samenvatting.docx"
GUIDE, WORDS_PAGE = "bijlage.md", "begrippen.md"


def silent(_: str) -> None:
    """Tell nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made: the files, by what they are."""

    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One area of a built edition: its pages, its summary, and where its pictures are drawn."""

    built: Built
    area: Area
    pages: tuple[Page, ...]
    summary: tuple[Block, ...]
    drawing: Drawing
    prose: Path
    reference: str
    chosen: bool


def annex(
    quarter: Quarter,
    *,
    store: Store,
    area: str,
    to: Path,
    chapters: Sequence[str] = (),
    reference: str = "",
    summary: bool = False,
) -> Made:
    """One annex as PDF; `summary` makes the one-page summary, and one with the ending .docx the summary as text.

    Raises: BuildError ANX-001 when the edition was not built, UnknownNameError for an area or chapter that is not
    there, DisclosureError when something on a page did not pass the gate.
    """
    subject = _subject(quarter, store, store.region.find(area), chapters, reference)
    make = _word if to.suffix == ".docx" else _one_page if summary else _whole
    content = make(subject)
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f".{to.name}.nieuw")
    part.write_bytes(content)
    part.replace(to)
    return Made(files=(to,))


def annexes(
    quarter: Quarter,
    *,
    store: Store,
    to: Path,
    areas: Sequence[str] = (),
    chapters: Sequence[str] = (),
    progress: Progress = silent,
    workers: int = os.cpu_count() or 1,
) -> Made:
    """For every area a folder with the full annex, the summary on one page, and the summary as Word document.

    The folder `to` takes its place as a whole; `workers` processes make areas beside each other.

    Raises: as `annex`, and BuildError ANX-004 when a process was killed.
    """
    wanted = [store.region.find(code) for code in areas] or list(store.region.areas)
    new = staged(to)
    try:
        with ProcessPoolExecutor(min(workers, len(wanted)), mp_context=_fresh_processes()) as pool:
            waiting = {pool.submit(_area_files, quarter, store, area, chapters, new): area for area in wanted}
            for number, done in enumerate(as_completed(waiting), start=1):
                done.result()
                progress(f"bijlage {number} van {len(wanted)}: {waiting[done].name}")
    except BrokenProcessPool:
        shutil.rmtree(new)
        raise BuildError(
            "ANX-004",
            wat="Het maken van de bijlagen is afgebroken; meestal is het geheugen dan vol.",
            doe="sluit andere programma's en probeer het opnieuw; er is niets veranderd.",
        ) from None
    except BaseException:
        shutil.rmtree(new)
        raise
    put(new, to)
    return Made(files=tuple(to / area.folder / name for area in wanted for name in (BOOK, SUMMARY, WORD)))


def _fresh_processes() -> multiprocessing.context.BaseContext:
    """Not a copy of this process: a fork of one with threads, such as those of the typesetter, can hang."""
    return multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")


def _area_files(quarter: Quarter, store: Store, area: Area, chapters: Sequence[str], folder: Path) -> None:
    """Write what is made of one area."""
    subject = _subject(quarter, store, area, chapters, "")
    (folder / area.folder).mkdir(exist_ok=True)
    for name, make in ((BOOK, _whole), (SUMMARY, _one_page), (WORD, _word)):
        (folder / area.folder / name).write_bytes(make(subject))


def _subject(quarter: Quarter, store: Store, area: Area, chapters: Sequence[str], reference: str) -> Subject:
    built = built_edition(quarter, store, house_style_of(store.project, store.region))
    every = read_chapters(store.project / "analysis")
    runs = plan_runs(every, store.region, quarter, areas=[area.code], only=chapters)
    rules = Rules.from_settings(store.settings("disclosure"))
    limits = Limits(threshold=rules.threshold, base=rules.count_base)
    pages = {}
    for run in runs:
        path = built.folder / "executed" / f"{run.address}.ipynb"
        if not path.is_file():
            raise not_built(quarter)
        pages[run.address] = (run.chapter.name, read_page(path, run, limits))
    shown = tuple(page for name, page in pages.values() if name != CHAPTER)
    written = next((page for name, page in pages.values() if name == CHAPTER), None)
    cache = store.pictures_folder
    return Subject(
        built=built, area=area, pages=shown, summary=summary_of(shown, written), reference=reference,
        drawing=Drawing(folder=cache / "print", cache=cache), prose=store.project / "book", chosen=bool(chapters),
    )  # fmt: skip


def _whole(subject: Subject) -> bytes:
    """The annex: title page, summary, contents, chapters, tables behind the figures, words, provenance."""
    built, area = subject.built, subject.area
    typeset = Typeset(subject.drawing, frozenset(page.name for page in subject.pages))
    beside: list[dict[str, Any]] = []
    summary = [told for block in with_heading(subject.summary) for told in typeset.block(block, beside)]
    guide = _prose(subject, typeset, GUIDE, "leeswijzer")
    chapters, apart = [], [("Samenvatting", beside)]
    for page in subject.pages:
        chapter, tables = typeset.chapter(page)
        chapters.append(chapter)
        apart.append((page.title, tables))
    words = _words_used(subject, typeset)
    titles = ", ".join(page.title for page in subject.pages) if subject.chosen else "alle"
    document = _base(subject, "annex") | {
        "reference": _reference(subject.reference),
        "summary": summary,
        "depth": 1 if len(subject.pages) > _MANY else 2,
        "chapters": [*guide, *chapters, *numbers_chapter(apart), *words],
        "about": {"title": "Over deze bijlage", "blocks": [
            told for block in _about() for told in typeset.block(block, [])
        ]},
        "facts": edition.facts(built, area, titles, subject.reference),
    }  # fmt: skip
    return pdf(document, folder=_folder(subject), day=built.day)


_MANY = 12  # chapters: from here on the contents name chapters only


def _one_page(subject: Subject) -> bytes:
    """The summary on one page."""
    beside: list[dict[str, Any]] = []
    typeset = Typeset(subject.drawing, frozenset())
    blocks = [told for block in subject.summary for told in typeset.block(block, beside)]
    document = _base(subject, "summary") | {"summary": [*blocks, *({**table, "turned": False} for table in beside)]}
    return pdf(document, folder=_folder(subject), day=subject.built.day)


def _word(subject: Subject) -> bytes:
    """The summary as Word document."""
    built = subject.built
    title = f"{built.name} – {subject.area.name}"
    told = [*edition.cover(built), edition.WARNINGS.get(built.status, "")]
    return docx(title, subject.summary, about=[line for line in told if line], author=built.style.name, day=built.day)


def _base(subject: Subject, kind: str) -> dict[str, Any]:
    """What both kinds of document say."""
    built, area = subject.built, subject.area
    of = "Bijlage" if kind == "annex" else "Samenvatting"
    lines = edition.cover(built)
    return {
        "kind": kind,
        "title": f"{of} {built.name} – {area.name}, {built.quarter.label}",
        "heading": built.name if kind == "annex" else f"{built.name}: {area.name}",
        "area": area.full_name,
        "description": f"{of} bij {built.name} over {area.in_name}. {'. '.join(lines)}.",
        "keywords": ["jeugdhulp", area.name, built.quarter.label, built.status],
        "date": [built.day.year, built.day.month, built.day.day],
        "footer": f"{built.name} · {area.name} · editie {built.quarter.label}",
        "mark": built.status if built.status in edition.WARNINGS else "",
        "warning": edition.WARNINGS.get(built.status, ""),
        "cover": lines,
        "origin": edition.origin(built),
        "contact": f"Vragen? {_capital(built.style.contact)}.",
        "style": {
            "name": built.style.name, "accent": built.style.accent, "logo": _logo(subject),
            "logo-alt": f"Logo van {built.style.name}",
        },
    }  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")


def _reference(reference: str) -> str:
    return f"Bijlage bij voorstel {reference}" if reference else "Bijlage voor de gemeenteraad"


def _folder(subject: Subject) -> Path:
    subject.drawing.folder.mkdir(parents=True, exist_ok=True)
    return subject.drawing.folder


def _logo(subject: Subject) -> str:
    """The logo beside the other pictures, where typst may read it."""
    logo = subject.built.style.logo
    if logo is None:
        return ""
    name = f"logo{logo.suffix}"
    (_folder(subject) / name).write_bytes(logo.read_bytes())
    return name


def _prose(subject: Subject, typeset: Typeset, file: str, name: str) -> list[dict[str, Any]]:
    """A page of the project's own text as a chapter without number."""
    first, *blocks = read_markdown((subject.prose / file).read_text("utf8"), {}, page=file)
    title = plain(first.words) if isinstance(first, Heading) else name
    told = [part for block in blocks for part in typeset.block(block, [])]
    return [{"name": name, "title": title, "numbered": False, "blocks": told}]


def _words_used(subject: Subject, typeset: Typeset) -> list[dict[str, Any]]:
    """The reader's glossary, as far as its words occur in the annex."""
    said = "\n".join(text_of(page.blocks) for page in subject.pages).lower()
    first, *blocks = read_markdown((subject.prose / WORDS_PAGE).read_text("utf8"), {}, page=WORDS_PAGE)
    terms = tuple(item for block in blocks if isinstance(block, Terms) for item in block.items)
    used = tuple((term, told) for term, told in terms if plain(term).lower() in said)
    if not used or not isinstance(first, Heading):
        return []
    told = list(typeset.block(Terms(tuple((term, told) for term, told in used)), []))
    return [{"name": "begrippen", "title": plain(first.words), "numbered": False, "blocks": told}]


def _about() -> list[Block]:
    return [
        sentence(
            "Deze bijlage is door een programma gemaakt uit hetzelfde boek als de website. De cijfers zijn dus gelijk. "
            "Elk getal is gecontroleerd op geheimhouding. Onder elke figuur staat de bron."
        ),
        sentence(
            "Met de kenmerken hieronder is na te gaan uit welke gegevens en met welke versie van het programma deze "
            "bijlage is gemaakt. Noem bij het overnemen van een getal de editie en de bron."
        ),
    ]
