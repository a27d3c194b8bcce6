"""Taking in a delivery, all or nothing: recognise, read, check, keep; and what to do with lines that were set aside."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DeliveryError, JeugdError
from jeugd_analysis.publish.notebooks import code_digest
from jeugd_analysis.sources import SOURCES, Context, Reading, Source
from jeugd_analysis.sources.profile import sources_from
from jeugd_analysis.sources.pseudonym import key_check, read_key, youth_pseudonym
from jeugd_analysis.store import Delivery, Part, Store, file_digest
from jeugd_analysis.tables import TABLES, require
from jeugd_analysis.tables.corrections import Correction, apply_corrections, parse_corrections
from jeugd_analysis.tables.reconcile import (
    EARLIER_COLUMNS,
    REASONS,
    Judged,
    Known,
    judge_allocations,
    judge_claims,
)

Progress = Callable[[str], None]
HEAD = 4096


def silent(message: str) -> None:
    """A progress reporter that says nothing."""


@contextmanager
def only_one(store: Store) -> Iterator[None]:
    """Two runs at once would mix; the second stops. The system frees the lock when a process dies."""
    store.deliveries_folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(store.deliveries_folder / ".slot", timeout=0):
            yield
    except Timeout:
        raise JeugdError(
            "SLT-001", wat="Er loopt al een opdracht in deze map.", doe="wacht tot die klaar is en probeer het opnieuw."
        ) from None


@dataclass(frozen=True, slots=True)
class Batch:
    """Files of one kind that are read together, or one file."""

    source: Source
    paths: tuple[Path, ...]

    @property
    def name(self) -> str:
        """How the batch is called in messages."""
        return self.paths[0].name if len(self.paths) == 1 else f"{self.source.dutch} ({len(self.paths)} bestanden)"

    @property
    def holds_claims(self) -> bool:
        """Whether claim lines can come out of it, which are checked against the rest of the delivery."""
        return self.source.read_all is not None or self.source.name == "own_claims"

    def read(self, context: Context) -> list[Reading]:
        """Everything that is in it; claims come last, their answers just before them."""
        if self.source.read_all is not None:
            return sorted(self.source.read_all(self.paths, context), key=lambda reading: _rank(reading.table))
        assert self.source.read is not None
        return [self.source.read(self.paths[0], context)]

    def digest(self) -> str:
        """SHA-256 of the file, or of the digests of all of them."""
        digests = sorted(file_digest(path) for path in self.paths)
        return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _rank(table: str) -> int:
    return {"claims": 2, "claim_answers": 1}.get(table, 0)


def add(quarter: Quarter, paths: Sequence[Path], *, store: Store, progress: Progress = silent) -> Delivery:
    """Recognise, validate and take in files for a quarter: all of them, or nothing.

    Raises: DeliveryError with file, row, column and remedy; the store is then as it was.
    """
    batches = _batches(list(_expand(paths)), _sources(store))
    key = read_key(os.environ, store.project, store.work)
    with only_one(store):
        _require_same_key(store, key)
        made_from = _made_from(batches, quarter, store)
        latest = [delivery for delivery in store.deliveries() if delivery.quarter == quarter][-1:]
        if latest and latest[0].made_from == made_from:
            progress("deze bestanden zijn al ingelezen; er verandert niets")
            return latest[0]
        staging = store.stage()
        try:
            parts: list[Part] = []
            context = _context(quarter, store, key)
            for batch in batches:
                progress(f"{batch.name}: {batch.source.dutch}" if len(batch.paths) == 1 else batch.name)
                digest = batch.digest()
                for reading in batch.read(context):
                    parts.append(_take_in(batch, reading, digest, Intake(staging, parts, quarter, store)))
            checks = {"key": key_check(key)} if key and any(batch.source.read_all for batch in batches) else {}
            return store.accept(staging, quarter, parts, made_from=made_from, **checks)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _sources(store: Store) -> dict[str, Source]:
    """The kinds of files that are part of the program, and those that data/reference/profiles describes."""
    return {**SOURCES, **{source.name: source for source in sources_from(store.project / "data/reference/profiles")}}


def _batches(files: Sequence[Path], sources: Mapping[str, Source]) -> list[Batch]:
    """Claims come last: their lines are checked against the allocations of the same delivery."""
    alone: list[Batch] = []
    together: dict[str, list[Path]] = {}
    for path in files:
        source = _recognise(path, sources)
        if source.read_all is None:
            alone.append(Batch(source, (path,)))
        else:
            together.setdefault(source.name, []).append(path)
    joined = [Batch(sources[name], tuple(paths)) for name, paths in together.items()]
    return sorted(
        [*alone, *joined], key=lambda batch: (batch.holds_claims, batch.source.name == "own_claims", batch.name)
    )


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
    digest = hashlib.sha256(code_digest(Path(__file__).parent).encode())
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


def _expand(paths: Sequence[Path]) -> Iterator[Path]:
    """Regular files only, folders with everything below them; hidden ones are skipped."""
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise DeliveryError("BES-003", wat=f"{path.name} bestaat niet.", doe="controleer het pad.")
        if path.is_dir() and not path.is_symlink():
            inside = [file for file in sorted(path.rglob("*")) if not _hidden(file, path) and not file.is_dir()]
            if not inside:
                raise DeliveryError("BES-004", wat=f"De map {path.name} is leeg.", doe="zet de bestanden in deze map.")
            yield from map(regular, inside)
        else:
            yield regular(path)


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def regular(path: Path) -> Path:
    """A link, pipe or device could lead out of the delivery or never end."""
    if path.is_symlink() or not path.is_file():
        raise DeliveryError(
            "BES-007",
            wat=f"{path.name} is geen gewoon bestand.",
            doe="zet het bestand zelf in de map, geen verwijzing.",
        )
    return path


def _recognise(path: Path, sources: Mapping[str, Source]) -> Source:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    found = [source for source in sources.values() if source.recognise(path, head)]
    if len(found) == 1:
        return found[0]
    if found:
        kinds = ", ".join(sorted(source.dutch for source in found))
        wat = f"{path.name} past bij meer soorten bestanden: {kinds}."
        raise DeliveryError("BES-005", wat=wat, doe="controleer de naam en de kolommen van het bestand.")
    raise DeliveryError(
        "BES-005",
        wat=f"{path.name} is geen bekend soort bestand.",
        doe="controleer naam en kolommen (README); `jeugd profile BESTAND` stelt een profiel voor.",
    )


@dataclass(frozen=True, slots=True)
class Intake:
    """A delivery on its way in."""

    staging: Path
    parts: list[Part]
    quarter: Quarter
    store: Store


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
    judged = _judged(reading, corrected, intake)
    reasons, aside = judged.reasons, judged.reasons.notna()
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
        doubts={code: int(found.sum()) for code, found in judged.doubts.items() if found.any()},
        doubts_cents=_doubted_cents(corrected, judged),
        corrections=tuple({**asdict(one), "when": one.when.isoformat()} for one in applied),
        changes=_changes(reading, accepted, intake),
    )
    _stop_when_too_many(batch.name, part, intake.store)
    accepted.to_parquet(intake.staging / part.parquet, index=False, compression="zstd")
    if aside.any():
        lines = corrected[aside].assign(reason=reasons[aside], line=corrected.index[aside] + reading.first_row)
        lines.to_parquet(intake.staging / ("terzijde__" + part.parquet), index=False)
    return part


def _changes(reading: Reading, accepted: pd.DataFrame, intake: Intake) -> dict[str, int]:
    """What this delivery does to the earlier one of the same table and quarter; empty when there is none."""
    same = [
        (delivery, part)
        for delivery in intake.store.deliveries()
        for part in delivery.parts
        if delivery.quarter == intake.quarter and part.slot == reading.slot
    ]
    if not same:
        return {}
    delivery, part = same[-1]
    return differences(pd.read_parquet(delivery.folder / part.parquet), accepted, key=list(TABLES[part.table].key))


def differences(old: pd.DataFrame, new: pd.DataFrame, *, key: Sequence[str]) -> dict[str, int]:
    """Lines that came (added), went (removed) or are other (changed), and the euro cents that makes, if any."""
    both = old.merge(new, on=list(key), how="outer", suffixes=("_old", "_new"), indicator=True, validate="one_to_one")
    told = {"added": int((both["_merge"] == "right_only").sum()), "removed": int((both["_merge"] == "left_only").sum())}
    pairs = both[both["_merge"] == "both"]
    other = pd.Series(False, index=pairs.index)
    for name in (name for name in old.columns if name not in key):
        before, after = pairs[f"{name}_old"], pairs[f"{name}_new"]
        other |= (before != after).fillna(True) & ~(before.isna() & after.isna())
    told["changed"] = int(other.sum())
    if "amount_cents" in old.columns:
        told["cents"] = int(new["amount_cents"].sum() - old["amount_cents"].sum())
    return told


def _judged(reading: Reading, frame: pd.DataFrame, intake: Intake) -> Judged:
    """What the reader and the rules across tables say of each line."""
    told = reading.set_aside
    given = pd.Series(pd.NA, index=frame.index, dtype="str") if told is None else told.astype("str")
    if reading.table == "claims":
        return judge_claims(frame, _known(intake), given=given)
    if reading.table == "allocations":
        ages = intake.store.settings("quality")["age_at_start"]
        found = judge_allocations(
            frame, youths=_beside("youths", ["youth_id", "birth_year"], intake),
            lowest_age=ages["lowest"], highest_age=ages["highest"],
        )  # fmt: skip
        return Judged(reasons=given.fillna(found.reasons), doubts=found.doubts)
    return Judged(reasons=given, doubts={})


def _known(intake: Intake) -> Known:
    store, quarter = intake.store, intake.quarter
    answers = [_beside("claim_answers", ["reference"], intake), store.columns("claim_answers", ["reference"], None)]
    return Known(
        allocations=_beside("allocations", ["allocation_id", "start", "end"], intake),
        earlier=store.columns("claims", list(EARLIER_COLUMNS), None, other_than=quarter),
        municipalities=store.reference("municipalities"),
        products=store.reference("products"),
        rejected=pd.concat(answers, ignore_index=True)["reference"],
    )


def _beside(table: str, names: list[str], intake: Intake) -> pd.DataFrame:
    """Columns of a table of the same delivery, or else as known before."""
    files = [intake.staging / part.parquet for part in intake.parts if part.table == table]
    if not files:
        return intake.store.columns(table, names, intake.quarter)
    return pd.concat([pd.read_parquet(file, columns=names) for file in files], ignore_index=True)


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
        entry for name in names for entry in parse_corrections(f"{name}.toml", store.settings(f"corrections/{name}"))
    ]


def _stop_when_too_many(name: str, part: Part, store: Store) -> None:
    most = float(store.settings("quality")["max_set_aside_share"])
    aside = sum(part.set_aside.values())
    if part.delivered and aside / part.delivered > most:
        why = "; ".join(f"{count} x {REASONS[code]}" for code, count in part.set_aside.items())
        raise DeliveryError(
            "AAN-001",
            wat=f"{name}: {aside} van de {part.delivered} regels zijn niet bruikbaar ({why}).",
            doe="vraag een nieuwe aanlevering; er is niets ingelezen.",
        )


def _area_codes(store: Store) -> dict[str, str]:
    places = store.reference("municipalities")
    names = {row.cbs_name: row.municipality for row in places.itertuples()}
    return {**names, **{row.name_: row.municipality for row in places.rename(columns={"name": "name_"}).itertuples()}}
