"""Two people sign the check report of an edition; without both, a book of real data is not published.

What is signed is one digest of three things: the check report as it lies beside the book, all that the edition is made
from, and what the edition may say (its release). When one of them changes, the signatures no longer count. They stay in
the file, with their day. A name is what somebody typed: it says who answers for it, it proves nothing.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

from jeugd_analysis.chapters.edition import is_example
from jeugd_analysis.domain.names import hidden_signs, label
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.intake import only_one
from jeugd_analysis.quality import write_quality
from jeugd_analysis.store import Store, file_digest, keep_private, sync

NEEDED = 2
_SHORTEST, _LONGEST = 3, 80  # letters of a name
_FIELDS = {"name", "day", "digest"}


def sign(quarter: Quarter, name: str, *, store: Store, today: date | None = None) -> list[tuple[str, str]]:
    """Put a name under the check report of an edition; the signatures that count, with this one.

    Raises: JeugdError for a name that is none (HND-001) or that signed already (HND-002), without a check report of the
    data of now (HND-003) or without a built edition (HND-004).
    """
    written = _name(name)
    with only_one(store):
        signed = _digest(quarter, store)
        if signed is None:
            raise JeugdError(
                "HND-004",
                wat=f"Van {quarter.label} is er nog geen boek en geen controlerapport om te ondertekenen.",
                doe=f"bouw het met `jeugd build {quarter.label}`, lees daarna het rapport van `jeugd check "
                f"{quarter.label}`.",
            )
        _require_report_of_now(quarter, store)
        if _same_person(written) in {_same_person(other) for other, _ in signatures(quarter, store=store)}:
            raise JeugdError(
                "HND-002",
                wat=f"{written} heeft dit rapport al ondertekend.",
                doe="laat een andere persoon het bekijken en ondertekenen.",
            )
        day = (today or datetime.now(tz=UTC).date()).isoformat()
        _write(quarter, [*_read(quarter, store), {"name": written, "day": day, "digest": signed}], store)
        return signatures(quarter, store=store)


def signatures(quarter: Quarter, *, store: Store) -> list[tuple[str, str]]:
    """Name and day (2026-11-22) of everybody who signed the edition as it is now, in the order of signing."""
    now = _digest(quarter, store)
    found: dict[str, tuple[str, str]] = {}
    for told in _read(quarter, store):
        if now is not None and told["digest"] == now:
            found.setdefault(_same_person(told["name"]), (told["name"], told["day"]))
    return list(found.values())


def require_signed(quarter: Quarter, *, store: Store) -> list[tuple[str, str]]:
    """The signatures under an edition; for example data there need be none.

    Raises: JeugdError (HND-005) for real data that fewer than two people signed as it is now.
    """
    found = signatures(quarter, store=store)
    if len(found) < NEEDED and not is_example(store, quarter):
        void = len(_read(quarter, store)) - len(found)
        later = f" Er {'is 1 handtekening' if void == 1 else f'zijn {void} handtekeningen'} vervallen, want daarna is "
        later += "er iets veranderd."
        names = f" Ondertekend door: {found[0][0]}." if found else ""
        raise JeugdError(
            "HND-005",
            wat=f"Het controlerapport van {quarter.label} is niet door twee mensen ondertekend.{names}"
            f"{later if void else ''}",
            doe=f"laat twee mensen het rapport lezen (`jeugd check {quarter.label}`) en ondertekenen met `jeugd sign "
            f"{quarter.label} --name NAAM`.",
        )
    return found


def _name(told: str) -> str:
    """A name on one line. Raises: JeugdError (HND-001)."""
    written = " ".join(told.split())
    letters = sum(sign.isalpha() for sign in written)
    if letters < _SHORTEST or hidden_signs(written) or label(written, longest=_LONGEST) != written:
        raise JeugdError(
            "HND-001",
            wat="Dit is geen naam van een persoon.",
            doe=f"geef een voor- en achternaam van hoogstens {_LONGEST} tekens, zonder bijzondere tekens.",
        )
    return written


def _same_person(name: str) -> str:
    """A name without capitals, accents, spaces and points: J. Jansen is J Jansen, also when somebody hurries."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


# -- what is signed --------------------------------------------------------------------------------


def _digest(quarter: Quarter, store: Store) -> str | None:
    """Digest of check report, inputs and release; None when one of them is not there (any more)."""
    report = _report_digest(store.check_report_folder(quarter))
    if report is None or store.release_digest(quarter) is None:
        return None
    parts = [quarter.label, report, store.inputs_digest(quarter), file_digest(store.release_file(quarter))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _report_digest(folder: Path) -> str | None:
    files = sorted(file for file in folder.glob("*") if file.is_file()) if folder.is_dir() else []
    if not files:
        return None
    return hashlib.sha256("\n".join(f"{file.name} {file_digest(file)}" for file in files).encode()).hexdigest()


def _require_report_of_now(quarter: Quarter, store: Store) -> None:
    """Raises: JeugdError (HND-003) when the report that lies there is not that of the data of now."""
    with tempfile.TemporaryDirectory() as place:
        fresh = write_quality(quarter, store=store, folder=Path(place) / "kwaliteit")
        same = _report_digest(fresh[0].parent) == _report_digest(store.check_report_folder(quarter))
    if not same:
        raise JeugdError(
            "HND-003",
            wat=f"Het controlerapport van {quarter.label} hoort niet bij de gegevens van nu.",
            doe=f"maak het opnieuw met `jeugd check {quarter.label}`, lees het, en onderteken daarna.",
        )


# -- the file --------------------------------------------------------------------------------------


def _file(quarter: Quarter, store: Store) -> Path:
    return store.work / "data" / "signatures" / f"{quarter.label}.json"


def _read(quarter: Quarter, store: Store) -> list[dict[str, str]]:
    """Every signature that was ever put. Raises: JeugdError (HND-006) when the file was damaged."""
    path = _file(quarter, store)
    if not path.is_file():
        return []
    try:
        told = json.loads(path.read_text("utf8"))
        good = all(set(one) == _FIELDS and all(isinstance(value, str) for value in one.values()) for one in told)
    except (ValueError, TypeError):
        good = False
    if not good or not isinstance(told, list):
        raise JeugdError(
            "HND-006",
            wat=f"Het bestand met handtekeningen van {quarter.label} is niet te lezen.",
            doe="zet data/signatures terug uit de reservekopie, of haal dit bestand weg en onderteken opnieuw.",
        )
    return told


def _write(quarter: Quarter, told: list[dict[str, str]], store: Store) -> None:
    path = _file(quarter, store)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.nieuw")
    fresh.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf8")
    keep_private(path.parent, fresh)
    sync(fresh)
    fresh.replace(path)
    sync(path.parent)
