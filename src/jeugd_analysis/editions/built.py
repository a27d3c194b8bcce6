"""The book of an edition as `jeugd build` left it: where it is, which release it shows, and what it was made from."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.digests import made_of, notebooks_of, pages_of
from jeugd_analysis.editions.inputs import Inputs, inputs_of
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import Store

_RECORD = "gemaakt.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What a build was made from, and digests of what it made: notebooks and pages by address, marts by name."""

    inputs: Inputs
    notebooks: Mapping[str, str]
    made: Mapping[str, str]
    pages: Mapping[str, str]


def book_folder(quarter: Quarter, store: Store) -> Path:
    """Everything of the book of an edition."""
    return store.work / "_build" / quarter.label


def release_stamp(quarter: Quarter, store: Store) -> Path:
    """Which release the book of an edition was made from."""
    return book_folder(quarter, store) / "release.digest"


def require_book(quarter: Quarter, store: Store) -> Path:
    """The site of an edition. Raises: JeugdError (PUB-001) when it was not built, or before the release of now."""
    site, stamp = book_folder(quarter, store) / "site", release_stamp(quarter, store)
    told = stamp.read_text("utf8") if stamp.is_file() else ""
    if not site.is_dir() or told != store.release_digest(quarter):
        raise _no_book(quarter)
    return site


def _no_book(quarter: Quarter) -> JeugdError:
    return JeugdError(
        "PUB-001",
        wat=f"Van {quarter.label} is er geen boek dat bij de gegevens van nu hoort.",
        doe=f"bouw het met `jeugd build {quarter.label}` en publiceer daarna.",
    )


def record_build(quarter: Quarter, store: Store, *, code: str = "", pages: Collection[str] = ()) -> None:
    """Write down what the book that was just built was made from, so that publishing it later tells the truth.

    code: digest of the program that ran; pages: addresses of the notebooks in the book (without: all that are there).
    """
    folder = book_folder(quarter, store)
    told = Build(
        inputs=inputs_of(quarter, store, code=code),
        notebooks=notebooks_of(folder / "executed", pages),
        made=made_of(quarter, store),
        pages=pages_of(folder / "site"),
    )
    (folder / _RECORD).write_text(json.dumps(asdict(told), indent=1, sort_keys=True) + "\n", "utf8")
    release_stamp(quarter, store).write_text(str(store.release_digest(quarter)), "utf8")


def read_build(quarter: Quarter, store: Store) -> Build:
    """What `record_build` wrote. Raises: JeugdError (PUB-001) without it."""
    record = book_folder(quarter, store) / _RECORD
    if not record.is_file():
        raise _no_book(quarter)
    told = json.loads(record.read_text("utf8"))
    return Build(**{**told, "inputs": Inputs(**told["inputs"])})
