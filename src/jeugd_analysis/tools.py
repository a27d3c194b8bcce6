"""Around taking in: the pseudonym key, a profile for an export, and open statistics."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from jeugd_analysis.errors import JeugdError, bad_parameter
from jeugd_analysis.fetch import fetch_table
from jeugd_analysis.intake import HEAD, Progress, regular, silent
from jeugd_analysis.sources.cbs_odata import LAYOUTS as CBS_TABLES
from jeugd_analysis.sources.cbs_odata import wanted
from jeugd_analysis.sources.profile import preview, profiles_in, propose, recognises
from jeugd_analysis.sources.pseudonym import create_key, default_key_file
from jeugd_analysis.store import Store


def make_key(path: Path | None, *, store: Store) -> Path:
    """Make the key for pseudonyms, outside the project; where it is."""
    target = path or default_key_file(os.environ)
    create_key(target, project=store.project, work=store.work)
    return target


def propose_profile(path: Path, *, store: Store) -> tuple[str, list[str]]:
    """A profile for a file, or what the profile that fits it reads: the text, and the first lines as they are read."""
    regular(path)
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    known = [one for one in profiles_in(store.project / "data/reference/profiles") if recognises(one, path, head)]
    if not known:
        return propose(path), []
    rows = preview(path, known[0])
    lines = [f"Dit bestand past bij het profiel {known[0].name}. Zo wordt het gelezen:"]
    lines += [", ".join(f"{name}: {value}" for name, value in row.items() if value) for row in rows]
    return "", lines


def fetch_cbs(target: Path, tables: Sequence[str], *, store: Store, progress: Progress = silent) -> list[Path]:
    """Fetch tables of CBS for the municipalities of the region; the files, each whole and dated."""
    codes = list(store.reference("municipalities")["municipality"])
    chosen = list(tables) or list(CBS_TABLES)
    if unknown := [name for name in chosen if name not in CBS_TABLES]:
        raise bad_parameter("tables", ", ".join(unknown), ", ".join(CBS_TABLES))
    target.mkdir(parents=True, exist_ok=True)
    today = datetime.now(tz=UTC).date()
    files, failed = [], []
    for name in chosen:  # a table that CBS changed must not keep the others away
        try:
            files.append(fetch_table(name, target, today=today, filters=wanted(codes), progress=progress).path)
        except JeugdError as error:
            progress(f"{name} is niet opgehaald: {error.wat}")
            failed.append((name, error))
    if failed:
        names = ", ".join(name for name, _ in failed)
        wat = f"Niet opgehaald: {names}. Wel opgehaald: {len(files)} tabellen. {failed[0][1].wat}"
        raise JeugdError(failed[0][1].code, wat=wat, doe=failed[0][1].doe)
    return files
