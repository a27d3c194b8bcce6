"""What moved since the edition before, kept for the chapter that tells of it. Made in every build."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.causes import main_cause, parts_of
from jeugd_analysis.editions.compare import MOVED
from jeugd_analysis.editions.difference import Difference, archived, between, page_in_words, title_of
from jeugd_analysis.editions.inputs import inputs_of
from jeugd_analysis.editions.steps import Edition
from jeugd_analysis.intake import Progress
from jeugd_analysis.store import Store

NUMBERS = ("vorige", "pagina", "titel", "tabel", "rij", "kolom", "soort", "was", "is", "oorzaak", "gesplitst")
PAGES = ("vorige", "pagina", "titel", "veranderd", "overig", "zin")


def note_changes(
    quarter: Quarter, *, store: Store, executed: Path, pages: Collection[str], code: str, progress: Progress
) -> str:
    """Compare the executed pages with the newest edition before that was published; a digest of what was found.

    Without such an edition the tables are empty.
    """
    before = _before(quarter, store)
    frames = {
        "cijfers": pd.DataFrame(columns=NUMBERS, dtype="str"),
        "paginas": pd.DataFrame(columns=PAGES, dtype="str"),
    }
    if before is not None:
        progress(f"vergelijken met {before.quarter.label}")
        after = Edition(quarter=quarter, notebooks=executed, inputs=inputs_of(quarter, store, code=code))
        found = between(before, after, store=store, again=False, pages=pages, progress=progress)
        frames = {"cijfers": _numbers(found), "paginas": _pages(found, pages)}
    digest = hashlib.sha256("".join(frame.to_csv() for frame in frames.values()).encode()).hexdigest()
    store.write_changes(quarter, frames, digest)
    return digest


def _before(quarter: Quarter, store: Store) -> Edition | None:
    earlier = sorted((q for q in map(Quarter.parse, store.editions()) if q < quarter), reverse=True)
    return next((found for q in earlier if (found := archived(q, store))), None)


def _numbers(found: Difference) -> pd.DataFrame:
    rows = []
    for change in found.changes:
        parts = parts_of(change, found.steps)
        shown = change.after or change.before
        rows.append(
            (
                found.before.quarter.label, change.key[0], _title(change.key[0], found), shown.table if shown else "",
                change.key[2], change.key[3], change.kind,
                change.before.text if change.before else "", change.after.text if change.after else "",
                main_cause(parts), "ja" if found.steps.known else "nee",
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(NUMBERS), dtype="str")


def _pages(found: Difference, pages: Collection[str]) -> pd.DataFrame:
    """One row for every page of this edition, also for one on which nothing moved."""
    rows = []
    for page in sorted({*pages, *(change.key[0] for change in found.changes)}):
        mine = [change for change in found.changes if change.key[0] == page]
        moved = sum(change.kind == MOVED for change in mine)
        sentence = page_in_words(page, found) if mine else ""
        label = found.before.quarter.label
        rows.append((label, page, _title(page, found), str(moved), str(len(mine) - moved), sentence))
    return pd.DataFrame(rows, columns=list(PAGES), dtype="str")


def _title(page: str, found: Difference) -> str:
    both = (found.after, found.before)
    return next((title for one in both if (title := title_of(one.notebooks / f"{page}.ipynb"))), page)
