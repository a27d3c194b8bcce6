"""`jeugd export`: the exact tables behind an edition, for the analyst only, in a folder that is never published."""

from __future__ import annotations

import shutil
from pathlib import Path

from jeugd_analysis import __version__
from jeugd_analysis.chapters.edition import is_example
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.export.tables import exact_tables
from jeugd_analysis.export.workbook import Told, Workbook
from jeugd_analysis.intake import Progress, only_one, silent
from jeugd_analysis.internal import MARK, MARKER, refuse_published
from jeugd_analysis.store import Store, keep_private
from jeugd_analysis.swap import put, staged

WORKBOOK = "tabellen.xlsx"

__all__ = ["WORKBOOK", "export"]


def export(quarter: Quarter, target: Path, *, store: Store, progress: Progress = silent) -> Path:
    """Write the exact tables of an edition to a folder below `target`, all or nothing: one workbook, and Parquet.

    Raises: JeugdError (MRT-001) when the edition was not built, INT-002 for a folder of readers, INT-004 for one of
    somebody else. What was there stays as it was then.
    """
    place = target / f"intern-{quarter.label}"
    refuse_published(target)
    if place.exists() and not (place / MARKER).is_file():
        raise JeugdError(
            "INT-004",
            wat=f"De map {place.name} is er al en is geen interne export.",
            doe="kies een andere map met --to, of haal deze map zelf weg.",
        )
    with only_one(store):
        store.release(quarter)  # before anything is made: is there a book?
        fresh_target = not target.exists()
        target.mkdir(parents=True, exist_ok=True)
        if fresh_target:
            keep_private(target)
        staging = staged(place)
        try:
            keep_private(staging)
            _fill(staging, quarter, store, progress)
            keep_private(*(file for file in staging.iterdir()))
            put(staging, place)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return place


def _fill(folder: Path, quarter: Quarter, store: Store, progress: Progress) -> None:
    (folder / MARKER).write_text(f"{MARK}\nEditie {quarter.label}.\n", "utf8")  # first: half a folder is marked too
    status = "voorbeelddata" if is_example(store, quarter) else "voorlopig"
    told = Told(
        quarter=quarter, region=store.region.name, status=status, code=f"jeugd_analysis {__version__}",
        digest=store.inputs_digest(quarter)[:8],
    )  # fmt: skip
    book = Workbook(told)
    for sheet in exact_tables(quarter, store):
        progress(f"tabel {sheet.title}")
        sheet.frame.to_parquet(folder / f"{sheet.name}.parquet", index=False)
        book.add(sheet.frame, name=sheet.name, title=sheet.title, about=sheet.about)
    book.save(folder / WORKBOOK)
