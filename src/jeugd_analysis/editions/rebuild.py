"""An edition made anew in a folder of its own, from the deliveries and the earlier releases that a record names.

In a process of its own, with another folder, another seed of Python's hashes and another time zone: what depends on one
of these shows itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.inputs import ARCHIVE, SPLIT
from jeugd_analysis.errors import BuildError
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Store

_COMMAND = "from jeugd_analysis.cli import main; main()"
OTHERWISE = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"}


def rebuild(
    quarter: Quarter, *, store: Store, work: Path, deliveries: Collection[str] | None, releases: Collection[str]
) -> Store:
    """The whole book of an edition in `work`. `deliveries` (2026-K3/001) are all that may count; None: all.

    Raises: BuildError (VER-002) with what the build said, when it stops.
    """
    _copy_deliveries(quarter, store, work, deliveries)
    if SPLIT in releases:  # the chapter on what changed used an older edition that was made again
        for folder in sorted(store.books_folder.glob("*/opnieuw")):
            _copy_all(folder, store, work)
    for name in releases:
        kept = store.work / "data" / "archive" / name.removeprefix(ARCHIVE)
        if name.startswith(ARCHIVE) and kept.is_dir():
            _copy_all(kept, store, work)
            continue
        source = store.releases_folder / f"{name}.parquet"
        if source.is_file():
            _copy(source, work / "data" / "releases" / f"{name}.parquet")
    told = {PROJECT_VARIABLE: str(store.project), WORK_VARIABLE: str(work), **OTHERWISE}
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, "build", quarter.label],
        capture_output=True, text=True, encoding="utf8", check=False, cwd=store.project, env={**os.environ, **told},
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["onbekende fout"])[0]
        raise BuildError(
            "VER-002", wat=f"{quarter.label} is niet opnieuw te maken: {said}", doe="los dit op en probeer het opnieuw."
        )
    return Store(store.project, work)


def _copy_deliveries(quarter: Quarter, store: Store, work: Path, only: Collection[str] | None) -> None:
    last = _last_numbers(only) if only is not None else None
    for delivery in store.deliveries(quarter):
        number = delivery.name.partition("-")[0]
        if last is None or number <= last.get(delivery.quarter.label, ""):
            _copy_all(delivery.folder, store, work)
    for note in sorted(store.deliveries_folder.glob("*/*.json")):  # decisions about a quarter as a whole
        _copy(note, work / note.relative_to(store.work))


def _copy_all(folder: Path, store: Store, work: Path) -> None:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            _copy(file, work / file.relative_to(store.work))


def _last_numbers(only: Collection[str]) -> dict[str, str]:
    """Per quarter the number of the last delivery: what came before it was replaced by it or counts as well."""
    last: dict[str, str] = {}
    for name in only:
        label, number = name.split("/")[:2]
        last[label] = max(number, last.get(label, ""))
    return last


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)  # deliveries never change, so a second name is enough
    except OSError:
        shutil.copyfile(source, target)
