"""Exports of suppliers, each read by the profile of its layout: data/reference/profiles/<name>.toml.

A new supplier is a new profile and no code. `propose` writes a first one, `preview` shows what a profile reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd

from jeugd_analysis.domain.codes import DERIVED
from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.profile_cells import nine_digits
from jeugd_analysis.sources.profile_layout import EXCEL_SUFFIX, Profile
from jeugd_analysis.sources.profile_propose import propose
from jeugd_analysis.sources.profile_read import read_all
from jeugd_analysis.sources.pseudonym import is_bsn
from jeugd_analysis.sources.text import BOM, header_of

__all__ = ["DERIVED", "HIDDEN", "Profile", "preview", "profiles_in", "propose", "recognises", "sources_from"]

HIDDEN = "…"
_PERSON = frozenset({"youth_id", "reference", "allocation_id", "credit_of"})


def sources_from(folder: Path) -> tuple[Source, ...]:
    """A Source for each active profile in the folder, by name; none when there is no such folder.

    Raises: JeugdError (PRF-001) with file and key for a profile that is not right.
    """
    return tuple(_source(profile) for profile in profiles_in(folder) if profile.active)


def profiles_in(folder: Path) -> tuple[Profile, ...]:
    """Every profile in the folder, by name."""
    return tuple(Profile.from_toml(path) for path in sorted(folder.glob("*.toml")))


def _source(profile: Profile) -> Source:
    def read(paths: Sequence[Path], context: Context) -> list[Reading]:
        return read_all(profile, paths, context)

    return Source(name=f"profile_{profile.name}", dutch=profile.dutch, recognise=_recogniser(profile), read_all=read)


def _recogniser(profile: Profile) -> Callable[[Path, bytes], bool]:
    return lambda path, head: recognises(profile, path, head)


def recognises(profile: Profile, path: Path, head: bytes) -> bool:
    """Whether a file has this layout: by its exact first line, and a workbook by its name."""
    suffix = path.suffix.lower()
    if suffix not in profile.suffixes:
        return False
    if profile.file_name and not fnmatch(path.name.lower(), profile.file_name.lower()):
        return False
    if suffix == EXCEL_SUFFIX:
        return True
    first = head.removeprefix(BOM).split(b"\n")[0]
    try:
        first.decode("utf8")
    except UnicodeDecodeError:
        first = first.decode(profile.encoding, "replace").encode()
    return header_of(first, profile.separator) == list(profile.header)


def preview(path: Path, profile: Profile, rows: int = 5) -> list[dict[str, str]]:
    """The first lines as the profile reads them, our columns, without anything that could name a youth.

    Needs no key, and constants that are not filled in yet are empty. Raises: JeugdError as reading does.
    """
    unfilled = {key.split(".")[1] for key in profile.unfilled()}
    columns = {name: column for name, column in profile.columns.items() if name not in unfilled}
    context = Context(pseudonym=lambda text: hashlib.sha256(text.encode()).hexdigest(), vintage=date(2000, 1, 1))
    frame = read_all(replace(profile, columns=columns), [path], context)[-1].frame.head(rows)
    return [{str(name): _shown(str(name), value) for name, value in row.items()} for row in frame.to_dict("records")]


def _shown(column: str, value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    text = value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
    hidden = column in _PERSON or any(is_bsn(digits) for digits in nine_digits(text))
    return HIDDEN if hidden else text
