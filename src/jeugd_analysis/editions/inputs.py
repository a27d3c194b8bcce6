"""What an edition was made from, as digests: deliveries, reference data, earlier releases, code, packages, settings."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from jeugd_analysis import __version__
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.estimates import DRAWS, LEVEL, SEED
from jeugd_analysis.publish.notebooks import code_digest
from jeugd_analysis.store import Store, file_digest

PACKAGE = Path(__file__).parents[1]
ARCHIVE = "archief/"
SPLIT = "oorzaken"
_NAME = re.compile(r"^[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Digests (SHA-256) by name, versions by package, and the settings that decide the outcome.

    deliveries: 2026-K3/001/claims -> digest of the file as delivered; reference: path in the project -> digest;
    releases: what earlier editions showed, which this one had to agree with.
    """

    deliveries: Mapping[str, str]
    reference: Mapping[str, str]
    releases: Mapping[str, str]
    code: str
    packages: Mapping[str, str]
    settings: Mapping[str, str]


def inputs_of(quarter: Quarter, store: Store, *, code: str = "") -> Inputs:
    """What the book of an edition would be made from now; `code` is the digest of a program that already ran."""
    return Inputs(
        deliveries=deliveries_of(quarter, store),
        reference=reference_of(store.project),
        releases=releases_of(quarter, store),
        code=code or code_digest(PACKAGE),
        packages=packages(),
        settings={
            "rekenversie": __version__,
            "trekkingen": str(DRAWS),
            "zekerheid": str(LEVEL),
            "beginwaarde van het toeval": str(SEED),
        },
    )


def deliveries_of(quarter: Quarter, store: Store) -> dict[str, str]:
    """Every part that counts in an edition: quarter, number, table and slot; never the name of the supplier's file."""
    found = {}
    for table, parts in store.current(quarter).items():
        for place, (delivery, part) in enumerate(parts):
            number = delivery.name.partition("-")[0]
            found[f"{delivery.quarter.label}/{number}/{table}/{place}"] = part.sha256
    return dict(sorted(found.items()))


def reference_of(project: Path) -> dict[str, str]:
    """Reference data and published figures of the project."""
    files = [file for name in ("reference", "published") for file in (project / "data" / name).rglob("*")]
    return {file.relative_to(project).as_posix(): file_digest(file) for file in sorted(files) if file.is_file()}


def releases_of(quarter: Quarter, store: Store) -> dict[str, str]:
    """Earlier releases that this one had to agree with; not itself, once it was published.

    With the newest earlier edition that was published, to which a chapter compares: archief/2026-K2/001.
    """
    own = store.release_file(quarter)
    digest = file_digest(own) if own.is_file() else ""
    found = {f"{file.parent.name}/{file.stem}": file_digest(file) for file in store.release_files(quarter)}
    manifest = previous_manifest(quarter, store)
    before = {f"{ARCHIVE}{manifest.parts[-4]}/{manifest.parts[-3]}": file_digest(manifest)} if manifest else {}
    return {name: told for name, told in found.items() if told != digest} | before | _causes(quarter, store)


def _causes(quarter: Quarter, store: Store) -> dict[str, str]:
    """Whether causes of moves were told apart, with an older edition that was made again for it."""
    changes = store.changes_file("cijfers", quarter)
    if not changes.is_file() or not store.changes("cijfers", quarter)["gesplitst"].eq("ja").any():
        return {}
    return {SPLIT: file_digest(changes)}


def previous_manifest(quarter: Quarter, store: Store) -> Path | None:
    """Manifest of the newest version of the newest earlier edition in the archive."""
    found = (store.work / "data" / "archive").glob("*/[0-9][0-9][0-9]/site/manifest.json")
    earlier = [manifest for manifest in found if manifest.parts[-4] < quarter.label]
    return max(earlier, key=lambda manifest: manifest.parts[-4:-2], default=None)


def packages() -> dict[str, str]:
    """Python and the packages this program asks for, with the versions that are installed."""
    told = metadata.requires("jeugd-analysis") or []
    asked = (line for line in told if "extra ==" not in line)
    names = sorted({found[0].lower() for line in asked if (found := _NAME.match(line))})
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in names}
