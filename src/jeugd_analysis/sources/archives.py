"""Files inside a zip, read one by one without unpacking: a hostile zip writes nothing and fills no disk or memory."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from jeugd_analysis.errors import DeliveryError

MOST_BYTES = 1 << 30  # of all files together, unpacked
MOST_RATIO = 100  # unpacked to packed; XML of many equal lines stays below 40
MOST_FILES = 200_000

_ARCHIVES = {".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst"}
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_LOCAL_HEADER = 30  # bytes before the name of each file
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Member:
    """A file on disk or in a zip: its name for messages, and how to open it, as often as needed."""

    name: str
    open: Callable[[], IO[bytes]]


def is_zip(path: Path, head: bytes) -> bool:
    """Whether a file says it is a zip, by its name and its first bytes."""
    return path.suffix.lower() == ".zip" and head.startswith(b"PK")


def require_regular(path: Path) -> None:
    """Refuse a link, a pipe or a device: it can lead elsewhere or never end. Raises: DeliveryError ZIP-001."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise DeliveryError(
            "ZIP-001",
            wat=f"{path.name} is geen gewoon bestand.",
            doe="zet het bestand zelf in de map, geen verwijzing.",
        )


def members(path: Path, *, suffix: str) -> Iterator[Member]:
    """The files of a zip that end on `suffix`, in the order of their names. Other files are refused, hidden ones not.

    Raises: DeliveryError ZIP-001 to ZIP-006, before anything is unpacked.
    """
    require_regular(path)
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN:
        raise damaged(path.name) from None
    with archive:
        found = [info for info in archive.infolist() if not info.is_dir()]
        _check_size(path, found)
        for info in found:
            _check_name(path, info)
        wanted = [info for info in found if not _hidden(info)]
        if not wanted:
            raise DeliveryError("ZIP-006", wat=f"{path.name} is leeg.", doe="vraag een gevuld bestand.")
        for info in wanted:
            _check_kind(path, info, suffix)
        if len({info.filename for info in wanted}) < len(wanted):
            raise _unwanted(path, "twee keer een bestand met dezelfde naam", suffix)
        for info in sorted(wanted, key=lambda info: info.filename):
            yield Member(f"{path.name}: {info.filename}", lambda info=info: archive.open(info))  # type: ignore[misc]


def damaged(name: str) -> DeliveryError:
    """A zip, or a file in it, that cannot be read."""
    return DeliveryError(
        "ZIP-005",
        wat=f"{name} is beschadigd of afgebroken.",
        doe="vraag het bestand opnieuw op; er is niets ingelezen.",
    )


def _check_size(path: Path, found: Sequence[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(info.file_size for info in found), sum(info.compress_size for info in found)
    too_dense = any(info.file_size > MOST_RATIO * max(info.compress_size, 1) for info in found)
    if len(found) > MOST_FILES or unpacked > MOST_BYTES or too_dense or _overlap(found) or packed > path.stat().st_size:
        raise DeliveryError(
            "ZIP-002",
            wat=f"{path.name} pakt uit tot meer dan is toegestaan; dat kan schadelijk zijn.",
            doe="lees het niet in en vraag de leverancier waar het vandaan komt, of om kleinere bestanden.",
        )


def _overlap(found: Sequence[zipfile.ZipInfo]) -> bool:
    """Files that share bytes: how a small zip becomes a huge one while every ratio looks ordinary."""
    end = 0
    for info in sorted(found, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + _LOCAL_HEADER + info.compress_size
    return False


def _check_name(path: Path, info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    unsafe = name.startswith("/") or ".." in PurePosixPath(name).parts or any(sign in name for sign in "\\:")
    if unsafe or not name.isprintable():
        raise DeliveryError(
            "ZIP-003",
            wat=f"In {path.name} staat een bestand met een naam die buiten de map wijst; dat kan schadelijk zijn.",
            doe="lees het niet in en vraag de leverancier waar het vandaan komt.",
        )


def _check_kind(path: Path, info: zipfile.ZipInfo, suffix: str) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    ending = PurePosixPath(info.filename).suffix.lower()
    why = ""
    if kind not in (0, stat.S_IFREG):
        why = "een verwijzing of iets anders dat geen gewoon bestand is"
    elif info.flag_bits & 0x1:
        why = "een bestand met een wachtwoord"
    elif ending in _ARCHIVES:
        why = "een ingepakt bestand"
    elif ending != suffix:
        why = f"een bestand dat niet op {suffix} eindigt"
    elif info.compress_type not in _METHODS:
        why = "een bestand dat op een ongewone manier is ingepakt"
    if why:
        raise _unwanted(path, why, suffix)


def _unwanted(path: Path, why: str, suffix: str) -> DeliveryError:
    return DeliveryError(
        "ZIP-004", wat=f"In {path.name} zit {why}.", doe=f"zet er alleen gewone {suffix}-bestanden in."
    )


def _hidden(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)
