"""How a file of the store is written and read: whole or not at all, for its owner alone, with what it was made from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from jeugd_analysis import intact
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.swap import put, staged

DIGEST = "digest.txt"
file_digest = intact.digest_of  # of a file as delivered


def read_made(path: Path, what: str, quarter: Quarter) -> pd.DataFrame:
    """A table that a build makes. Raises: JeugdError when it has not been made."""
    if not path.is_file():
        raise JeugdError(
            "MRT-001",
            wat=f"{what} van {quarter.label} is er nog niet.",
            doe=f"maak haar met `jeugd build {quarter.label}`.",
        )
    return pd.read_parquet(path)


def no_longer_as_made(what: str, quarter: Quarter) -> JeugdError:
    """A file that was altered after it was made: it is not shown."""
    return JeugdError(
        "MRT-002",
        wat=f"{what} van {quarter.label} is niet meer zoals zij is gemaakt.",
        doe=f"bouw opnieuw met `jeugd build {quarter.label}`.",
    )


def write_frames(target: Path, frames: Mapping[str, pd.DataFrame], digest: str, *, noted: bool = False) -> None:
    """Replace a folder of tables in one rename; `noted` writes the digest of each beside it."""
    staging = staged(target)
    for name, frame in frames.items():
        frame.to_parquet(staging / f"{name}.parquet", index=False)
        if noted:
            intact.note(staging / f"{name}.parquet")
    (staging / DIGEST).write_text(digest + "\n", "utf8")
    keep_private(target.parent, staging, *staging.iterdir())
    put(staging, target)


def digest_in(folder: Path) -> str | None:
    """What a folder of tables was made from, None when it does not say."""
    path = folder / DIGEST
    return path.read_text("utf8").strip() if path.is_file() else None


def keep_private(*paths: Path) -> None:
    """Only the owner can read these, whatever the umask was (Windows goes by the rights of the folder above)."""
    for path in paths:
        path.chmod(0o700 if path.is_dir() else 0o600)


def sync(path: Path) -> None:
    """Make sure it is on disk before the rename that makes it count (Windows cannot sync a folder)."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
