"""Folders that must never be published: marked by a file, so that every program that copies can see it."""

from __future__ import annotations

from pathlib import Path

from jeugd_analysis.errors import DisclosureError

MARK = "VERTROUWELIJK: precieze cijfers, alleen voor intern gebruik. Niet publiceren en niet delen."  # in every sheet
MARKER = "VERTROUWELIJK-NIET-PUBLICEREN.txt"
_SITE = ("searchindex.js", "index.html")  # of a book, or the root of a folder with editions


def is_internal(folder: Path) -> bool:
    """Whether a folder is marked, or lies in one that is."""
    whole = folder.resolve()
    return any((place / MARKER).exists() for place in (whole, *whole.parents))


def refuse_internal(folder: Path) -> None:
    """Raises: DisclosureError (INT-001) when a folder is, lies in or holds one that must not be published."""
    held = folder.is_dir() and any(name.lower() == MARKER.lower() for name in _names(folder))
    if is_internal(folder) or held:
        raise DisclosureError(
            "INT-001",
            wat=f"De map {folder.name} hoort bij een interne export: er staan precieze aantallen en bedragen in.",
            doe="publiceer naar een andere map en laat deze map erbuiten.",
        )


def refuse_published(folder: Path) -> None:
    """Raises: DisclosureError (INT-002) when a folder is, or lies in, one that readers look in."""
    whole = folder.resolve()
    if any((place / name).exists() for place in (whole, *whole.parents) for name in _SITE):
        raise DisclosureError(
            "INT-002",
            wat=f"De map {folder.name} staat in een boek of in een map met gepubliceerde boeken.",
            doe="kies een map die alleen u kunt lezen.",
        )


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]
