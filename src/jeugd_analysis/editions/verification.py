"""`jeugd verify`: does an edition follow from what it says it was made from? Run again, compared byte for byte."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.archive import NOTEBOOKS, SITE, versions
from jeugd_analysis.editions.built import Build, read_build
from jeugd_analysis.editions.digests import made_of, notebooks_of, pages_of
from jeugd_analysis.editions.inputs import Inputs, inputs_of
from jeugd_analysis.editions.manifest import CRATE, MANIFEST, read_manifest
from jeugd_analysis.editions.outputs import different_cells
from jeugd_analysis.editions.paper import ANNEXES, link_annexes
from jeugd_analysis.editions.publication import mark_as_published
from jeugd_analysis.editions.rebuild import rebuild
from jeugd_analysis.intake import Progress, only_one, silent
from jeugd_analysis.publish.notebooks import execute_all, plan_runs, read_chapters
from jeugd_analysis.store import Store

JUSTIFIED: Mapping[str, str] = {}
"""Files of a site that may differ after a rebuild from the same inputs, each with its reason. There are none."""

_TOLD = 10
_KINDS = {
    "deliveries": ("aanlevering", "later opnieuw aangeleverd of verwijderd"),
    "reference": ("naslagbestand", "gewijzigd in data/reference of data/published"),
    "releases": ("eerdere vrijgave", "een eerdere editie is later gepubliceerd of opnieuw gemaakt"),
    "packages": ("pakket", "een andere versie geïnstalleerd"),
    "settings": ("instelling", "veranderd in het programma"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found, in Dutch, and whether everything was the same."""

    lines: tuple[str, ...]
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What an edition said about itself, and where its executed notebooks are."""

    build: Build
    notebooks: Path
    site: Path
    about: str


def verify(
    quarter: Quarter, *, store: Store, again: bool = False, workers: int, progress: Progress = silent
) -> Verified:
    """Compare an edition with what it says about itself; `again` also makes it anew from its deliveries.

    Raises: JeugdError (PUB-001) when it was neither published nor built.
    """
    with only_one(store):
        record = _record(quarter, store)
        lines = [record.about]
        causes = changed_inputs(record.build.inputs, inputs_of(quarter, store))
        lines += causes or ["Invoer, naslag, programma en pakketten zijn dezelfde als toen."]
        found = _compared("bestanden van het boek", record.build.pages, _without_manifest(pages_of(record.site)))
        found += _compared("tussentabellen, schattingen en vrijgave", record.build.made, made_of(quarter, store))
        progress("notebooks opnieuw uitvoeren")
        found += _notebooks_again(quarter, store, record, workers, progress)
    if again:
        progress("het boek opnieuw maken uit de aanleveringen")
        found += _made_again(quarter, store, record)
    differs = any(not one.same for one in found)
    lines += [one.text for one in found]
    if differs and causes:
        lines.append("Een verschil kan komen door wat hierboven is veranderd sinds de editie werd gemaakt.")
    elif differs:
        lines.append("Er is niets veranderd dat dit verklaart: zoek dit uit voor u deze editie gebruikt.")
    return Verified(lines=tuple(lines), same=not differs)


def _record(quarter: Quarter, store: Store) -> _Record:
    """The newest version in the archive; of an edition that was not published the book that was built."""
    kept = [version for version in versions(quarter, store) if (version / SITE / MANIFEST).is_file()]
    if not kept:
        book = store.book_folder(quarter)
        return _Record(
            build=read_build(quarter, store), notebooks=book / "executed", site=book / "site",
            about=f"Editie {quarter.label}, gebouwd en niet gepubliceerd.",
        )  # fmt: skip
    told = read_manifest(kept[-1] / SITE / MANIFEST)
    return _Record(
        build=Build(inputs=told.inputs, notebooks=told.notebooks, made=told.made, pages=told.files),
        notebooks=kept[-1] / NOTEBOOKS,
        site=kept[-1] / SITE,
        about=f"Editie {quarter.label}, gepubliceerd als versie {int(kept[-1].name)}.",
    )


def _without_manifest(files: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in files.items() if name not in (MANIFEST, CRATE)}


def changed_inputs(then: Inputs, now: Inputs) -> list[str]:
    """One sentence per kind of input that is not what it was."""
    lines = []
    for name, (word, why) in _KINDS.items():
        before, after = getattr(then, name), getattr(now, name)
        moved = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        if moved:
            lines.append(f"Anders dan toen, {word}: {_some(moved)} ({why}).")
    if then.code != now.code:
        lines.append("Anders dan toen, programma: de code is gewijzigd (CHANGELOG.md zegt welke getallen bewegen).")
    return lines


@dataclass(frozen=True, slots=True)
class _Found:
    text: str
    same: bool


def _compared(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[_Found]:
    """How many of the digests are the same, and which are not. What may differ is told with its reason."""
    moved = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    allowed = [key for key in moved if key in JUSTIFIED]
    wrong = [key for key in moved if key not in JUSTIFIED]
    found = [_Found(f"{what.capitalize()}: {len(before) - len(moved)} van {len(before)} gelijk.", same=True)]
    found += [_Found(f"  {key}: mag verschillen, {JUSTIFIED[key]}.", same=True) for key in allowed]
    return [*found, _Found(f"  Anders: {_some(wrong)}.", same=False)] if wrong else found


def _some(names: list[str]) -> str:
    return ", ".join(names[:_TOLD]) + (f" en nog {len(names) - _TOLD}" if len(names) > _TOLD else "")


def _notebooks_again(quarter: Quarter, store: Store, record: _Record, workers: int, progress: Progress) -> list[_Found]:
    runs = [
        run
        for run in plan_runs(read_chapters(store.project / "analysis"), store.region, quarter)
        if run.address in record.build.notebooks
    ]
    with tempfile.TemporaryDirectory(prefix="jeugd-") as folder:
        execute_all(runs, Path(folder), workers=workers, progress=_every(progress), cwd=store.project)
        found = _compared("opnieuw uitgevoerde notebooks", record.build.notebooks, notebooks_of(Path(folder)))
        for run in runs:
            pair = [place / f"{run.address}.ipynb" for place in (record.notebooks, Path(folder))]
            if pair[0].is_file() and (cells := different_cells(*pair)):
                found.append(_Found(f"  {run.address}: andere uitvoer in cel {', '.join(cells)}.", same=False))
    return found


def _every(progress: Progress) -> Callable[[int, int, str], None]:
    return lambda done, total, name: progress(f"pagina {done} van {total}: {name}")


def _made_again(quarter: Quarter, store: Store, record: _Record) -> list[_Found]:
    told = record.build
    names = {"/".join(name.split("/")[:2]) for name in told.inputs.deliveries}
    with tempfile.TemporaryDirectory(prefix="jeugd-") as folder:
        made = rebuild(quarter, store=store, work=Path(folder), deliveries=names, releases=told.inputs.releases)
        site = made.site_folder(quarter)
        if (record.site / MANIFEST).is_file():
            mark_as_published(site, quarter)
        if (record.site / ANNEXES).is_dir():
            areas = [area for area in store.region.areas if (record.site / ANNEXES / area.folder).is_dir()]
            link_annexes(site, areas, record.site / ANNEXES)
        pages = {name: digest for name, digest in told.pages.items() if not name.startswith(f"{ANNEXES}/")}
        return [
            *_compared("opnieuw gemaakt, tussentabellen, schattingen en vrijgave", told.made, made_of(quarter, made)),
            *_compared(
                "opnieuw gemaakt, notebooks", told.notebooks, notebooks_of(made.book_folder(quarter) / "executed")
            ),
            *_compared("opnieuw gemaakt, bestanden van het boek", pages, pages_of(site)),
        ]
