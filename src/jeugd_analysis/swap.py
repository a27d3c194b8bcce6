"""Replace a folder as a whole: whoever looks sees the old one or the new one, and a killed run can be repeated."""

from __future__ import annotations

import shutil
from pathlib import Path


def staged(target: Path) -> Path:
    """An empty folder beside the target, on the same disk, in which the new content is made.

    A run that died between the two renames of `put` left the target under another name: it is put back first.
    """
    old, new = _old(target), target.with_name(f".{target.name}.nieuw")
    if old.exists() and not target.exists():
        old.rename(target)
    for leftover in (old, new):
        shutil.rmtree(leftover, ignore_errors=True)
    new.mkdir(parents=True)
    return new


def put(new: Path, target: Path) -> None:
    """Make the staged folder the target."""
    if target.exists():
        target.rename(_old(target))
    new.rename(target)
    shutil.rmtree(_old(target), ignore_errors=True)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.oud")
