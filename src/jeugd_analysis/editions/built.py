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


def require_book(quarter: Quarter, store: Store) -> Path:
    """The site of an edition. Raises: JeugdError (PUB-001) when it was not built, or before the release of now."""
    site = store.site_folder(quarter)
    if not site.is_dir() or not store.book_fits(quarter):
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
    folder = store.book_folder(quarter)
    told = Build(
        inputs=inputs_of(quarter, store, code=code),
        notebooks=notebooks_of(folder / "executed", pages),
        made=made_of(quarter, store),
        pages=pages_of(store.site_folder(quarter)),
    )
    (folder / _RECORD).write_text(json.dumps(asdict(told), indent=1, sort_keys=True) + "\n", "utf8")
    store.stamp_book(quarter)


def read_build(quarter: Quarter, store: Store) -> Build:
    """What `record_build` wrote. Raises: JeugdError (PUB-001) without it."""
    record = store.book_folder(quarter) / _RECORD
    if not record.is_file():
        raise _no_book(quarter)
    told = json.loads(record.read_text("utf8"))
    return Build(**{**told, "inputs": Inputs(**told["inputs"])})
