"""A file with its digest beside it: what was altered, half written or taken away is noticed before it is used.

It finds mistakes and damage, also a file put back from another edition. Who may write in the folder and means harm can
write a digest as well: rights on the folder and a copy elsewhere are for that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

_BESIDE = ".sha256"


def digest_of(path: Path) -> str:
    """SHA-256 of the content of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def note(path: Path, *, name: str = "") -> Path:
    """Write the digest of a file beside it, under the name it has or will get, in one rename; where it is."""
    beside = path.with_name((name or path.name) + _BESIDE)
    fresh = beside.with_name(f".{beside.name}.nieuw")
    fresh.write_text(digest_of(path) + "\n", "utf8")
    fresh.replace(beside)
    return beside


def finish(waiting: Path, target: Path) -> None:
    """Rename a file that waits beside its noted digest, when a run stopped between the two."""
    beside = target.with_name(target.name + _BESIDE)
    there = waiting.is_file() and beside.is_file() and not target.exists()
    if there and beside.read_text("utf8").strip() == digest_of(waiting):
        waiting.replace(target)


def is_intact(path: Path) -> bool:
    """Whether the file is there as it was when its digest was noted; without a digest that is not known, so no."""
    beside = path.with_name(path.name + _BESIDE)
    if not path.is_file() or not beside.is_file():
        return False
    return beside.read_text("utf8").strip() == digest_of(path)


def altered(files: Iterable[Path]) -> list[Path]:
    """Those that are not intact, and those of which only the digest is left."""
    return [path for path in files if not is_intact(path)]


def noted(folder: Path, pattern: str) -> list[Path]:
    """Every file of which a digest was noted in a folder, by name, whether it is still there or not."""
    return sorted(path.with_name(path.name.removesuffix(_BESIDE)) for path in folder.glob(pattern + _BESIDE))
