"""The numbers between an old and a new edition: the old one made again, so that causes can be told apart.

Making an edition again takes as long as building it. The executed notebooks are kept beside its book, by what they were
made from: `jeugd diff` makes them, and a build after that finds them.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.causes import Steps, corrections, program_word
from jeugd_analysis.editions.compare import Key, Shown, published_numbers
from jeugd_analysis.editions.inputs import Inputs, deliveries_of, inputs_of
from jeugd_analysis.editions.rebuild import rebuild
from jeugd_analysis.editions.target import copy_files
from jeugd_analysis.intake import Progress
from jeugd_analysis.store import Store
from jeugd_analysis.swap import put, staged


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition to compare: its executed notebooks and what it was made from."""

    quarter: Quarter
    notebooks: Path
    inputs: Inputs


def steps_between(before: Edition, after: Edition, *, store: Store, again: bool, progress: Progress) -> Steps:
    """What lies between two editions. Without `again` only what was made before is used.

    What is made again is made by the program of now: when the newer edition was not, nothing can be told apart.
    """
    word = program_word(before.inputs, after.inputs)
    now = inputs_of(before.quarter, store)
    wrong = bool(corrections(before.inputs.deliveries, now.deliveries))
    if not word and not wrong:
        return Steps()
    wanted = [
        _Again(before, now, deliveries_of(before.quarter, store) if corrected else before.inputs.deliveries, corrected)
        for corrected, needed in ((False, bool(word)), (True, wrong))
        if needed
    ]
    if program_word(after.inputs, inputs_of(after.quarter, store)) or not all(
        _kept(one, store).is_dir() or again for one in wanted
    ):
        return Steps(program=word, known=False)
    numbers = {one.corrected: _numbers(one, store, progress) for one in wanted}
    return Steps(program=word, again=numbers.get(False), corrected=numbers.get(True))


@dataclass(frozen=True, slots=True)
class _Again:
    """An edition to make again: with the program of now, and the deliveries that may count."""

    edition: Edition
    now: Inputs
    deliveries: Mapping[str, str]
    corrected: bool


def _kept(one: _Again, store: Store) -> Path:
    """Where its notebooks are kept, by all they are made from."""
    told = [dict(part) for part in (one.now.packages, one.now.settings, one.now.reference, one.deliveries)]
    key = json.dumps([one.now.code, *told, dict(one.edition.inputs.releases)], sort_keys=True)
    return store.book_folder(one.edition.quarter) / "opnieuw" / hashlib.sha256(key.encode()).hexdigest()[:16]


def _numbers(one: _Again, store: Store, progress: Progress) -> dict[Key, Shown]:
    place = _kept(one, store)
    if not place.is_dir():
        with tempfile.TemporaryDirectory(prefix="jeugd-") as folder:
            _make(one, store, Path(folder), place, progress)
    return published_numbers(place)


def _make(one: _Again, store: Store, work: Path, place: Path, progress: Progress) -> None:
    quarter: Quarter = one.edition.quarter
    told = "met wat later opnieuw is aangeleverd" if one.corrected else "met het programma van nu"
    progress(f"{quarter.label} opnieuw maken {told}; dit duurt zo lang als bouwen")
    names = None if one.corrected else {"/".join(name.split("/")[:2]) for name in one.deliveries}
    made = rebuild(quarter, store=store, work=work, deliveries=names, releases=one.edition.inputs.releases)
    fresh = staged(place)
    copy_files(made.book_folder(quarter) / "executed", fresh)
    put(fresh, place)
