"""Is a delivery small enough for this computer? Asked before the first line is read."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from jeugd_analysis.errors import DeliveryError, JeugdError

_CHUNK = 1 << 20
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLimits:
    """How much may be read at once; values and where they come from: data/reference/limits.toml."""

    max_lines: int  # of one text file
    memory_per_byte: float
    max_memory_share: float  # 0..1 of what is free

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> SizeLimits:
        """Raises: JeugdError (GRE-001) when a limit is missing, no number, or none at all."""
        unknown = sorted(settings.keys() - set(cls.__slots__))
        wrong = [name for name in cls.__slots__ if not _is_number(settings.get(name))]
        if unknown or wrong:
            raise _bad(f"{', '.join(unknown or wrong)} {'is onbekend' if unknown else 'ontbreekt of is geen getal'}")
        lines, each, share = (float(str(settings[name])) for name in cls.__slots__)
        if lines < 1 or each <= 0 or not 0 < share <= 1:
            raise _bad("max_lines en memory_per_byte zijn meer dan 0, max_memory_share ligt tussen 0 en 1")
        return cls(max_lines=int(lines), memory_per_byte=each, max_memory_share=share)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bad(what: str) -> JeugdError:
    return JeugdError("GRE-001", wat=f"limits.toml klopt niet: {what}.", doe="herstel data/reference/limits.toml.")


def require_fits(paths: Sequence[Path], limits: SizeLimits, *, free: int | None = None) -> None:
    """Raises: DeliveryError GRE-002 for a file with too many lines, GRE-003 for more than the memory can hold.

    `free` is the memory that may be used, in bytes; without it, what is free on this computer now.
    """
    free = psutil.virtual_memory().available if free is None else free
    needed = limits.memory_per_byte * sum(map(_unpacked, paths))
    may = limits.max_memory_share * free
    if needed > may:
        raise DeliveryError(
            "GRE-003",
            wat=f"Deze aanlevering vraagt ongeveer {needed / _MEGABYTE:.0f} MB geheugen; op deze computer kan "
            f"{may / _MEGABYTE:.0f} MB. Er is niets ingelezen.",
            doe="sluit andere programma's, lever per kwartaal aan in plaats van alles tegelijk, of lees in op een "
            "computer met meer geheugen (de grenzen staan in data/reference/limits.toml).",
        )
    for path in paths:
        if not zipfile.is_zipfile(path) and _more_lines_than(limits.max_lines, path):
            raise DeliveryError(
                "GRE-002",
                wat=f"{path.name} heeft meer dan {limits.max_lines} regels. Er is niets ingelezen.",
                doe="controleer of dit het goede bestand is; klopt het, splits het dan per kwartaal of verhoog "
                "max_lines in data/reference/limits.toml.",
            )


def _unpacked(path: Path) -> int:
    """Bytes that a file holds; of an archive what it says it unpacks to (how much it may is up to its reader)."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError):
        return path.stat().st_size


def _more_lines_than(most: int, path: Path) -> bool:
    if path.stat().st_size <= most:  # a line is at least a byte
        return False
    lines = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            lines += chunk.count(b"\n")
            if lines > most + 1:  # the heading is no line
                return True
    return False
