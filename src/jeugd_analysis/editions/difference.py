"""`jeugd diff`: what moved between two editions, by how much and why; a sentence per page, every number in a file.

Nothing moves silently: a number that appeared, went, was hidden or became visible is named as well.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.archive import NOTEBOOKS, SITE, versions
from jeugd_analysis.editions.built import read_build
from jeugd_analysis.editions.causes import UNKNOWN, Steps, main_cause, parts_of
from jeugd_analysis.editions.compare import (
    GONE,
    HIDDEN,
    MOVED,
    NEW,
    PERIOD,
    TOLD,
    Change,
    changes,
    published_numbers,
    ranked,
)
from jeugd_analysis.editions.manifest import MANIFEST, read_manifest
from jeugd_analysis.editions.steps import Edition, steps_between
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.intake import Progress, silent
from jeugd_analysis.publish.downloads import harmless
from jeugd_analysis.publish.shown_numbers import written
from jeugd_analysis.store import Store

_COLUMNS = (
    "pagina", "figuur", "tabel", "rij", "kolom", "soort", "was", "is", "verschil", "oorzaak", "delen",
)  # fmt: skip
_WORDS = {NEW: "nieuw", GONE: "weg", HIDDEN: "nu verborgen", TOLD: "nu zichtbaar", PERIOD: "over een andere periode"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What moved, the largest first, with the numbers between old and new; `compared` is how many were compared."""

    before: Edition
    after: Edition
    changes: tuple[Change, ...]
    steps: Steps
    compared: int


def find_edition(quarter: Quarter, store: Store) -> Edition:
    """The newest version in the archive; of an edition that was not published the book that was built.

    Raises: JeugdError (PUB-001) when there is neither.
    """
    if found := archived(quarter, store):
        return found
    inputs = read_build(quarter, store).inputs
    return Edition(quarter=quarter, notebooks=store.book_folder(quarter) / "executed", inputs=inputs)


def archived(quarter: Quarter, store: Store) -> Edition | None:
    """The newest version of an edition in the archive; None when it was never published."""
    kept = [version for version in versions(quarter, store) if (version / SITE / MANIFEST).is_file()]
    if not kept:
        return None
    inputs = read_manifest(kept[-1] / SITE / MANIFEST).inputs
    return Edition(quarter=quarter, notebooks=kept[-1] / NOTEBOOKS, inputs=inputs)


def diff(
    first: Quarter, second: Quarter, *, store: Store, again: bool = True, progress: Progress = silent
) -> Difference:
    """Compare two editions. With `again` the older one is made again where that is needed to tell causes apart.

    Raises: JeugdError (VER-001) when the second is not the later one.
    """
    if first >= second:
        raise JeugdError(
            "VER-001", wat=f"{first} komt niet voor {second}.", doe="noem de oudste editie eerst: jeugd diff OUD NIEUW."
        )
    before, after = find_edition(first, store), find_edition(second, store)
    return between(before, after, store=store, again=again, progress=progress)


def between(
    before: Edition,
    after: Edition,
    *,
    store: Store,
    again: bool,
    pages: Collection[str] | None = None,
    progress: Progress = silent,
) -> Difference:
    """What moved between two editions, on all pages or on these."""
    old, new = (published_numbers(edition.notebooks, pages) for edition in (before, after))
    return Difference(
        before=before,
        after=after,
        changes=tuple(ranked(changes(old, new))),
        steps=steps_between(before, after, store=store, again=again, progress=progress),
        compared=len(old.keys() & new.keys()),
    )


# -- in words ---------------------------------------------------------------------------------------


def in_words(found: Difference) -> list[str]:
    """What moved, in all and per page; the pages with most that moved first."""
    kinds = Counter(change.kind for change in found.changes)
    labels = f"{found.before.quarter.label} en {found.after.quarter.label}"
    lines = [
        f"Van {labels} zijn {found.compared} cijfers met elkaar vergeleken; {kinds[MOVED]} zijn veranderd.",
        *([f"Verder: {', '.join(f'{kinds[kind]} {word}' for kind, word in _WORDS.items() if kinds[kind])}."]
          if sum(kinds.values()) > kinds[MOVED] else []),
    ]  # fmt: skip
    if kinds[MOVED] and not found.steps.known:
        lines.append("Het programma of de naslag is ook veranderd; de oorzaken zijn zo niet uit elkaar te halen.")
    pages = Counter(change.key[0] for change in found.changes if change.kind == MOVED)
    rest = sorted({change.key[0] for change in found.changes} - pages.keys())
    ordered = [page for page, _ in sorted(pages.items(), key=lambda item: (-item[1], item[0]))] + rest
    return lines + [page_in_words(page, found) for page in ordered]


def page_in_words(page: str, found: Difference) -> str:
    """One sentence on a page."""
    mine = [change for change in found.changes if change.key[0] == page]
    kinds = Counter(change.kind for change in mine)
    others = [f"{kinds[kind]} {word}" for kind, word in _WORDS.items() if kinds[kind]]
    title = title_of(found.after.notebooks / f"{page}.ipynb") or title_of(found.before.notebooks / f"{page}.ipynb")
    first = mine[0]
    if first.kind == MOVED:
        told = f"{kinds[MOVED]} cijfers veranderd, het meest {change_in_words(first, found.steps)}"
        if kinds[MOVED] == 1:
            told = f"één cijfer veranderd: {change_in_words(first, found.steps)}"
        others.insert(0, told)
    return f"{title or page}: {'; '.join(others)}."


def change_in_words(change: Change, steps: Steps) -> str:
    """'“Verblijf”, “Kosten”: was € 1,2 mln, is € 1,3 mln (later binnengekomen)', without a cause that is not known."""
    _, _, row, column = change.key
    was, now = (shown.text if shown else "–" for shown in (change.before, change.after))
    cause = main_cause(parts_of(change, steps))
    return f"“{row}”, “{column}”: was {was}, is {now}" + (f" ({cause})" if cause and cause != UNKNOWN else "")


def title_of(notebook: Path) -> str:
    """Heading of a page; empty when it is not there."""
    if not notebook.is_file():
        return ""
    cells = json.loads(notebook.read_text("utf8"))["cells"]
    texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return next((text.splitlines()[0].removeprefix("# ") for text in texts if text.startswith("# ")), "")


def as_csv(found: Difference) -> bytes:
    """Every change with its parts, as a file for a spreadsheet."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for change in found.changes:
        writer.writerow([harmless(text) for text in _row(change, found.steps)])
    return stream.getvalue().encode("utf-8-sig")


def _row(change: Change, steps: Steps) -> Sequence[str]:
    shown = change.after or change.before
    parts = parts_of(change, steps)
    difference = change.difference
    return (
        change.key[0], change.key[1], shown.table if shown else "", *change.key[2:], change.kind,
        change.before.text if change.before else "", change.after.text if change.after else "",
        "" if difference is None else written(difference),
        main_cause(parts), "; ".join(f"{word} {written(part)}" for word, part in parts.items()),
    )  # fmt: skip
