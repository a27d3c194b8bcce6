"""Every version of an edition that readers had: site, annexes, downloads, executed notebooks and manifest.

Kept in the work folder and not on the intranet: a version that was taken back may be wrong. data/archive/2026-K3/001 is
the published folder as it was, with the executed notebooks beside it in `notebooks/`.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.manifest import MANIFEST
from jeugd_analysis.editions.target import copy_files, told_plainly
from jeugd_analysis.store import Store, keep_private, sync
from jeugd_analysis.swap import put, staged

SITE, NOTEBOOKS = "site", "notebooks"


def archive_folder(quarter: Quarter, store: Store) -> Path:
    """All versions of an edition."""
    return store.work / "data" / "archive" / quarter.label


def versions(quarter: Quarter, store: Store) -> list[Path]:
    """What was published of an edition, in that order; each holds `site` and `notebooks`."""
    folder = archive_folder(quarter, store)
    return sorted(path for path in folder.glob("[0-9][0-9][0-9]") if path.is_dir()) if folder.is_dir() else []


def version_of(site: Path, quarter: Quarter, store: Store) -> Path | None:
    """The version with the same manifest as a published folder."""
    manifest = site / MANIFEST
    told = manifest.read_bytes() if manifest.is_file() else None
    kept = [version for version in versions(quarter, store) if (version / SITE / MANIFEST).is_file()]
    same = [version for version in kept if (version / SITE / MANIFEST).read_bytes() == told]
    return same[-1] if same else None


def keep(
    site: Path, quarter: Quarter, store: Store, *, notebooks: Path | None = None, pages: Collection[str] = ()
) -> Path:
    """The version of this folder, copied into the archive when it was not there yet, in one rename.

    notebooks: folder of the executed notebooks; pages: addresses of those that belong to the edition.
    """
    if known := version_of(site, quarter, store):
        return known
    with told_plainly(store.work):
        return _add(site, quarter, store, notebooks, pages)


def _add(site: Path, quarter: Quarter, store: Store, notebooks: Path | None, pages: Collection[str]) -> Path:
    folder = archive_folder(quarter, store)
    numbers = [int(version.name) for version in versions(quarter, store)]
    place = folder / f"{max(numbers, default=0) + 1:03d}"
    folder.mkdir(parents=True, exist_ok=True)
    fresh = staged(place)
    copy_files(site, fresh / SITE)
    (fresh / NOTEBOOKS).mkdir()
    if notebooks is not None:
        for page in sorted(pages):
            copy = fresh / NOTEBOOKS / f"{page}.ipynb"
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(notebooks / f"{page}.ipynb", copy)
    for path in fresh.rglob("*"):
        sync(path)
    keep_private(folder.parent, folder, fresh)
    put(fresh, place)
    sync(folder)
    return place
