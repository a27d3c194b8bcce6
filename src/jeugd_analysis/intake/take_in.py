"""Taking in a delivery: read, check, keep. Only when all of it is right does it get its place, in one rename."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.intake.changes import changes, outdated, outdated_in_words, rests_on
from jeugd_analysis.intake.files import Batch, batches, expand
from jeugd_analysis.intake.judged import Intake, judged
from jeugd_analysis.intake.lock import Progress, only_one, silent
from jeugd_analysis.intake.public_words import require_nobody
from jeugd_analysis.intake.size import SizeLimits, require_fits
from jeugd_analysis.publish.notebooks import code_digest
from jeugd_analysis.sources import SOURCES, Context, Reading, Source
from jeugd_analysis.sources.profile import sources_from
from jeugd_analysis.sources.pseudonym import key_check, read_key, youth_pseudonym
from jeugd_analysis.store import Delivery, Part, Store
from jeugd_analysis.tables import TABLES, require
from jeugd_analysis.tables.corrections import Correction, apply_corrections, parse_corrections
from jeugd_analysis.tables.reconcile import Judged
from jeugd_analysis.tables.rules import REASONS

_REJECTED = "CLM-020"


def add(quarter: Quarter, paths: Sequence[Path], *, store: Store, progress: Progress = silent) -> Delivery:
    """Recognise, validate and take in files for a quarter: all of them, or nothing.

    Raises: DeliveryError with file, row, column and remedy; the store is then as it was.
    """
    found = batches(list(expand(paths)), _sources(store))
    limits = SizeLimits.from_settings(store.settings("limits"))
    require_fits([path for batch in found for path in batch.paths], limits)
    key = read_key(os.environ, store.project, store.work)
    with only_one(store):
        _require_same_key(store, key)
        made_from = _made_from(found, quarter, store)
        latest = [delivery for delivery in store.deliveries() if delivery.quarter == quarter][-1:]
        if latest and latest[0].made_from == made_from:
            progress("deze bestanden zijn al ingelezen; er verandert niets")
            return latest[0]
        staging = store.stage()
        try:
            parts: list[Part] = []
            context = _context(quarter, store, key)
            for batch in found:
                progress(f"{batch.name}: {batch.source.dutch}" if len(batch.paths) == 1 else batch.name)
                digest = batch.digest()
                for reading in batch.read(context):
                    parts.append(_take_in(batch, reading, digest, Intake(staging, parts, quarter, store)))
            checks = {"key": key_check(key)} if key and any(batch.source.read_all for batch in found) else {}
            ground = rests_on(quarter, store.deliveries())
            delivery = store.accept(staging, quarter, parts, made_from=made_from, rests_on=ground, **checks)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        for line in outdated_in_words(outdated(store)):
            progress(line)
        return delivery


def _sources(store: Store) -> dict[str, Source]:
    """The kinds of files that are part of the program, and those that data/reference/profiles describes."""
    return {**SOURCES, **{source.name: source for source in sources_from(store.project / "data/reference/profiles")}}


def _context(quarter: Quarter, store: Store, key: bytes | None) -> Context:
    before = quarter.previous()
    return Context(
        area_codes=_area_codes(store),
        pseudonym=youth_pseudonym(key) if key else None,
        earlier=lambda table: store.table(table, before),
    )


def _require_same_key(store: Store, key: bytes | None) -> None:
    """Another key makes other pseudonyms: every youth would be somebody new."""
    used = {delivery.key for delivery in store.deliveries() if delivery.key}
    if key and used and key_check(key) not in used:
        raise DeliveryError(
            "KEY-010",
            wat="Eerdere aanleveringen zijn met een andere sleutel gepseudonimiseerd.",
            doe="zet de oude sleutel terug, of lees alle aanleveringen opnieuw in met de nieuwe (zie de handleiding).",
        )


def _made_from(batches: Sequence[Batch], quarter: Quarter, store: Store) -> str:
    """Digest of the files, the code that reads them, and what claims of this delivery are checked against."""
    digest = hashlib.sha256(code_digest(Path(__file__).parents[1]).encode())
    kinds = {batch.source.name for batch in batches}
    for batch in batches:
        names = " ".join(path.name for path in batch.paths) if len(batch.paths) < 2 else str(len(batch.paths))
        digest.update(f"{batch.source.name} {names} {batch.digest()}".encode())
    if any(batch.holds_claims for batch in batches):
        # Later quarters do not count: they already set aside what this delivery had brought before them.
        digest.update(" ".join(d.made_from for d in store.deliveries(quarter.previous())).encode())
    if "own_claims" in kinds and "own_allocations" not in kinds:
        known = store.current(quarter).get("allocations", [])
        digest.update(" ".join(part.sha256 for _, part in known).encode())
    for name in ("municipalities.csv", "products.csv", "quality.toml"):
        digest.update((store.project / "data" / "reference" / name).read_bytes())
    for folder in ("profiles", "corrections"):
        for file in sorted((store.project / "data" / "reference" / folder).glob("*.toml")):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _take_in(batch: Batch, reading: Reading, digest: str, intake: Intake) -> Part:
    table = TABLES[reading.table]
    require(table, reading.frame, file=batch.name, first_row=reading.first_row)
    if any(part.slot == reading.slot for part in intake.parts):
        raise DeliveryError(
            "BES-006",
            wat=f"{batch.name} is het tweede bestand met {table.dutch} in deze aanlevering.",
            doe="lever één bestand per tabel aan.",
        )
    corrected, applied = apply_corrections(
        reading.frame, _corrections(intake.store), table=reading.table, delivery=intake.quarter
    )
    found = judged(reading, corrected, intake)
    reasons, aside = found.reasons, found.reasons.notna()
    accepted = corrected[~aside]
    part = Part(
        table=reading.table,
        slot=reading.slot,
        source=batch.source.name,
        file=batch.name,
        sha256=digest,
        delivered=len(corrected),
        accepted=len(accepted),
        set_aside={str(code): int(count) for code, count in reasons.value_counts().sort_index().items()},
        set_aside_cents=_cents(corrected, reasons),
        normalised=dict(reading.normalised),
        warnings=reading.warnings,
        doubts={code: int(lines.sum()) for code, lines in found.doubts.items() if lines.any()},
        doubts_cents=_doubted_cents(corrected, found),
        corrections=tuple({**asdict(one), "when": one.when.isoformat()} for one in applied),
        changes=changes(accepted, reading.slot, intake.quarter, intake.store),
    )
    _stop_when_too_many(batch.name, part, intake.store)
    accepted.to_parquet(intake.staging / part.parquet, index=False, compression="zstd")
    if aside.any():
        kept = corrected[aside].assign(reason=reasons[aside], line=corrected.index[aside] + reading.first_row)
        kept.to_parquet(intake.staging / ("terzijde__" + part.parquet), index=False)
    return part


def _cents(frame: pd.DataFrame, reasons: pd.Series) -> dict[str, int]:
    if "amount_cents" not in frame:
        return {}
    sums = frame["amount_cents"].groupby(reasons).sum()
    return {str(code): int(cents) for code, cents in sums.items()}


def _doubted_cents(frame: pd.DataFrame, judged: Judged) -> dict[str, int]:
    if "amount_cents" not in frame:
        return {}
    return {code: int(frame.loc[found, "amount_cents"].sum()) for code, found in judged.doubts.items() if found.any()}


def _corrections(store: Store) -> list[Correction]:
    """Every declared correction, in the order of the files."""
    folder = store.project / "data" / "reference" / "corrections"
    names = [file.stem for file in sorted(folder.glob("*.toml"))]
    return [
        require_nobody(entry)
        for name in names
        for entry in parse_corrections(f"{name}.toml", store.settings(f"corrections/{name}"))
    ]


def _stop_when_too_many(name: str, part: Part, store: Store) -> None:
    """A line that its municipality rejected is no fault of the file, and it can be one in twenty."""
    most = float(store.settings("quality")["max_set_aside_share"])
    faults = {code: count for code, count in part.set_aside.items() if code != _REJECTED}
    aside = sum(faults.values())
    if part.delivered and aside / part.delivered > most:
        why = "; ".join(f"{count} x {REASONS[code]}" for code, count in faults.items())
        raise DeliveryError(
            "AAN-001",
            wat=f"{name}: {aside} van de {part.delivered} regels zijn niet bruikbaar ({why}).",
            doe="vraag een nieuwe aanlevering; er is niets ingelezen.",
        )


def _area_codes(store: Store) -> dict[str, str]:
    places = store.reference("municipalities")
    names = {row.cbs_name: row.municipality for row in places.itertuples()}
    return {**names, **{row.name_: row.municipality for row in places.rename(columns={"name": "name_"}).itertuples()}}
