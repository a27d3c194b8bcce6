"""`jeugd publish`: an edition made aside, checked, archived, and given to readers in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jeugd_analysis.chapters.edition import is_example
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.archive import keep
from jeugd_analysis.editions.built import Build, read_build, require_book
from jeugd_analysis.editions.checks import check_edition
from jeugd_analysis.editions.contents import MAKERS, Maker
from jeugd_analysis.editions.manifest import MANIFEST, Told, write_manifest
from jeugd_analysis.editions.signers import Signers, signers
from jeugd_analysis.editions.target import Target, opened
from jeugd_analysis.intake import Progress, only_one, silent
from jeugd_analysis.outgoing import check_site, secrets_of
from jeugd_analysis.store import Store

EDITION_SCRIPT = "_static/jeugd/edition.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Where readers find an edition, which version it is, and which version it took the place of, if any."""

    place: Path
    version: Path
    replaced: Path | None
    unchanged: bool


def publish(
    quarter: Quarter, folder: Path, *, store: Store, makers: Sequence[Maker] = MAKERS, progress: Progress = silent
) -> Published:
    """Give readers the book of an edition below `folder`, and remember what it showed.

    Raises: JeugdError PUB-001 (no book of the data of now), HND-005 (not signed) and those of `editions.target`;
    BuildError and DisclosureError when a check finds something. What readers see has then not changed.
    """
    with only_one(store):
        site, build = require_book(quarter, store), read_build(quarter, store)
        store.require_archive(quarter.next())  # before anything is copied: this edition's own releases count too
        signed = signers(quarter, store)
        with opened(folder) as target:
            progress("editie klaarzetten")
            staging = target.copied(site, quarter)
            for maker in makers:
                maker(quarter, store, staging, progress)
            mark_as_published(staging, quarter)
            write_manifest(staging, _told(quarter, store, signed, build), build.inputs)
            progress("editie controleren")
            check_edition(staging)
            check_site(staging, store=store, secrets=secrets_of(store))
            return _put(target, staging, quarter, store, build)


def mark_as_published(folder: Path, quarter: Quarter) -> None:
    """From here on the pages look for the list of editions beside them; a book that was only built does not."""
    script = folder / EDITION_SCRIPT
    if script.is_file():
        script.write_text(f'window.jeugdEditie = "{quarter.label}";\n', "utf8")


def _told(quarter: Quarter, store: Store, signed: Signers, build: Build) -> Told:
    return Told(
        quarter=quarter,
        title=f"Jeugdhulp in beeld: {store.region.name}",
        status="voorbeelddata" if is_example(store, quarter) else "voorlopig",
        signers=signed,
        notebooks=build.notebooks,
        made=build.made,
    )


def _put(target: Target, staging: Path, quarter: Quarter, store: Store, build: Build) -> Published:
    place = target.place(quarter)
    same = (place / MANIFEST).is_file() and (place / MANIFEST).read_bytes() == (staging / MANIFEST).read_bytes()
    replaced = keep(place, quarter, store) if place.is_dir() and not same else None
    executed = store.book_folder(quarter) / "executed"
    version = keep(staging, quarter, store, notebooks=executed, pages=build.notebooks.keys())
    store.keep_release(quarter)  # first: a figure that was seen and not remembered could be found out later
    if same:
        target.refresh_root()
    else:
        target.put(quarter)
    return Published(place=place, version=version, replaced=replaced, unchanged=same)
