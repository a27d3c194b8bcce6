"""Digests of what a build made: marts, estimates, release, executed notebooks, files of the site."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store, file_digest


def made_of(quarter: Quarter, store: Store) -> dict[str, str]:
    """SHA-256 of the marts, the estimates and the release of an edition, by kind and name."""
    folders = {"mart": store.marts_folder, "schatting": store.estimates_folder}
    found = {
        f"{kind}/{file.stem}": file_digest(file)
        for kind, folder in folders.items()
        for file in sorted((folder / quarter.label).glob("*.parquet"))
    }
    release = store.release_file(quarter)
    return found | ({"vrijgave": file_digest(release)} if release.is_file() else {})


def notebooks_of(folder: Path, pages: Collection[str] = ()) -> dict[str, str]:
    """SHA-256 of every executed notebook, by its address; with `pages` only of those: others are of earlier builds."""
    files = {file.relative_to(folder).with_suffix("").as_posix(): file for file in sorted(folder.rglob("*.ipynb"))}
    return {name: file_digest(file) for name, file in files.items() if not pages or name in pages}


def pages_of(site: Path) -> dict[str, str]:
    """SHA-256 of every file of a site, by its address."""
    return {path.relative_to(site).as_posix(): file_digest(path) for path in sorted(site.rglob("*")) if path.is_file()}
