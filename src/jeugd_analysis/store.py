"""The only writer below data/ and the only reader of what is there: deliveries, marts, reference and published data.

A delivery is a folder that appears in one rename, so a reader sees all of it or nothing. Later deliveries never
change earlier ones: they only come after them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from jeugd_analysis import intact
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area, Break, Region, Segment
from jeugd_analysis.errors import DisclosureError, JeugdError, bad_parameter, missing_tables, unknown_edition
from jeugd_analysis.swap import put, staged
from jeugd_analysis.tables import TABLES, columns_of, empty
from jeugd_analysis.tables.corrections import crosswalk_between, parse_crosswalk
from jeugd_analysis.tables.rules import REASONS

PROJECT_VARIABLE, WORK_VARIABLE = "JEUGD_PROJECT", "JEUGD_WERKMAP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table of a delivery: where it came from, how many lines were delivered, accepted and set aside."""

    table: str
    slot: str
    source: str
    file: str
    sha256: str
    delivered: int
    accepted: int
    set_aside: Mapping[str, int]
    set_aside_cents: Mapping[str, int]
    normalised: Mapping[str, int]
    warnings: tuple[str, ...]
    doubts: Mapping[str, int] = field(default_factory=dict)  # lines that count and break a rule that only warns
    doubts_cents: Mapping[str, int] = field(default_factory=dict)
    corrections: tuple[Mapping[str, Any], ...] = ()  # declared corrections and what they did
    changes: Mapping[str, int] = field(default_factory=dict)  # beside the earlier delivery of the same quarter
    decisions: tuple[str, ...] = ()  # who released or refused which lines, and why

    @property
    def parquet(self) -> str:
        """File name of the accepted lines; a slot may hold slashes, a file name may not."""
        return self.slot.replace("/", "__") + ".parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What was taken in together, for one quarter."""

    quarter: Quarter
    name: str
    folder: Path
    parts: tuple[Part, ...]
    made_from: str  # digest of the files and of what their lines were checked against
    key: str = ""  # check of the pseudonym key that was used, if one was
    rests_on: Mapping[str, str] | None = None  # quarter -> the delivery of it that was the newest; None: not recorded


def find_project(start: Path | None = None) -> Path:
    """The folder with _config.yml and data/reference: this one or the nearest above it.

    Raises: JeugdError when there is none.
    """
    if told := os.environ.get(PROJECT_VARIABLE):
        chosen = Path(told).resolve()
        if _is_project(chosen):
            return chosen
        raise JeugdError(
            "PRJ-001",
            wat=f"De map in {PROJECT_VARIABLE} is geen map van het project.",
            doe=f"zet {PROJECT_VARIABLE} op de map met _config.yml en data/reference, of haal de instelling weg.",
        )
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if _is_project(folder):
            return folder
    raise JeugdError(
        "PRJ-001",
        wat="Dit is geen map van het project: _config.yml en data/reference zijn niet gevonden.",
        doe="ga naar de map van het project en probeer het opnieuw.",
    )


LAST = Quarter(2099, 4)
_DECISIONS = "besluiten.json"
_NUMBERED = re.compile(r"^aanlevering \S+/(\d+)-")
_KEPT, _WAITING = "gepubliceerd-", ".te-bewaren.parquet"
_DIGEST = "digest.txt"


def _is_project(folder: Path) -> bool:
    return (folder / "_config.yml").is_file() and (folder / "data" / "reference").is_dir()


class Store:
    """Access to everything below data/. `project` holds reference data, `work` what is made from deliveries."""

    def __init__(self, project: Path, work: Path, *, known: tuple[Quarter, int] | None = None) -> None:
        self.project, self.work, self.known = project, work, known

    def as_known(self, quarter: Quarter, number: int) -> Store:
        """The same store as it was known when delivery `number` of the quarter was the last: later ones do not count.

        Raises: UnknownNameError without that delivery.
        """
        if number not in [_number(delivery) for delivery in self.deliveries() if delivery.quarter == quarter]:
            have = [f"{_number(d)}" for d in self.deliveries() if d.quarter == quarter]
            raise bad_parameter("delivery", number, ", ".join(have) or f"geen: {quarter} is niet ingelezen")
        return Store(self.project, self.work, known=(quarter, number))

    @classmethod
    def open(cls) -> Store:
        """The store of the current project; JEUGD_WERKMAP puts deliveries and results in another folder."""
        project = find_project()
        return cls(project, Path(os.environ.get(WORK_VARIABLE) or project).resolve())

    @property
    def deliveries_folder(self) -> Path:
        """Accepted deliveries, pseudonymised."""
        return self.work / "data" / "deliveries"

    @property
    def marts_folder(self) -> Path:
        """Marts by quarter."""
        return self.work / "data" / "store"

    @property
    def estimates_folder(self) -> Path:
        """Estimates by quarter."""
        return self.work / "data" / "estimates"

    # -- words ----------------------------------------------------------------------------------

    @staticmethod
    def table_name(name: str) -> str:
        """What a table is called in Dutch."""
        return TABLES[name].dutch

    @staticmethod
    def reasons() -> dict[str, str]:
        """Why lines are set aside: code -> Dutch words."""
        return dict(REASONS)

    # -- reference and published data ------------------------------------------------------------

    def reference(self, name: str) -> pd.DataFrame:
        """data/reference/<name>.csv, every field as text, empty = missing."""
        return _read_text_csv(self.project / "data" / "reference" / f"{name}.csv")

    def published(self, name: str) -> pd.DataFrame:
        """data/published/<name>.csv, every field as text, empty = missing."""
        return _read_text_csv(self.project / "data" / "published" / f"{name}.csv")

    def settings(self, name: str) -> dict[str, Any]:
        """data/reference/<name>.toml."""
        path = self.project / "data" / "reference" / f"{name}.toml"
        try:
            return tomllib.loads(path.read_text("utf8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise JeugdError(
                "REF-002", wat=f"{path.name} is niet leesbaar ({type(error).__name__}).", doe="herstel dit bestand."
            ) from None

    def crosswalk(self, base: int, compare: int) -> pd.DataFrame | None:
        """How product codes and units of one year read in another, for a split of cost; None when nothing changed.

        Columns: product, unit, to_product, to_unit, factor. Raises: JeugdError (CRW-001) when the file is not right.
        """
        told = crosswalk_between(parse_crosswalk(self.reference("crosswalk")), base, compare)
        return told if len(told) else None

    @cached_property
    def region(self) -> Region:
        """The region as data/reference describes it."""
        told = self.settings("region")
        places = self.reference("municipalities")
        current = places[places["valid_to"].isna()]
        breaks = self.reference("breaks").itertuples()
        return Region(
            code=told["code"],
            name=told["name"],
            municipalities=tuple(Area(code=row.municipality, name=row.name) for row in current.itertuples(index=False)),
            segments=tuple(
                Segment(code=row.segment, name=row.name, funding=row.funding, note=row.funding_status)
                for row in self.reference("segments").itertuples(index=False)
            ),
            breaks=tuple(
                Break(
                    year=int(row.year),
                    areas=tuple(row.areas.split(";")),
                    measures=frozenset(row.measures.split(";")),
                    label=row.label,
                    explanation=row.explanation,
                    source=row.source,
                    left_out="" if pd.isna(row.left_out) else row.left_out,
                )
                for row in breaks
            ),
            details={key: str(value) for key, value in told.items()},
        )

    # -- deliveries ------------------------------------------------------------------------------

    def deliveries(self, until: Quarter | None = None) -> list[Delivery]:
        """Every accepted delivery up to and including a quarter, in the order they were taken in per quarter."""
        if not self.deliveries_folder.is_dir():
            return []
        if self.forget_order.is_file():
            raise JeugdError(
                "VRG-004", wat="Een opdracht om te vergeten is halverwege gestopt.", doe="maak haar af: `jeugd forget`."
            )
        found = [
            _delivery(folder)
            for quarter in sorted(self.deliveries_folder.iterdir())
            if quarter.is_dir() and not quarter.name.startswith(".")
            for folder in sorted(quarter.iterdir())
            if (folder / "delivery.json").is_file()
        ]
        if self.known is not None:
            last = self.known
            found = [delivery for delivery in found if (delivery.quarter, _number(delivery)) <= last]
        return [delivery for delivery in found if until is None or delivery.quarter <= until]

    def editions(self) -> list[str]:
        """Labels of the quarters for which something was taken in."""
        return sorted({delivery.quarter.label for delivery in self.deliveries()})

    def current(self, until: Quarter) -> dict[str, list[tuple[Delivery, Part]]]:
        """Per table the parts that make it up as known in a quarter: the newest of each slot.

        A table that accumulates keeps one part per slot and quarter; another keeps the newest part of each slot.
        """
        chosen: dict[tuple[str, str, str], tuple[Delivery, Part]] = {}
        for delivery in self.deliveries(until):
            for part in delivery.parts:
                when = delivery.quarter.label if TABLES[part.table].accumulates else ""
                chosen[(part.table, part.slot, when)] = (delivery, part)
        tables: dict[str, list[tuple[Delivery, Part]]] = {}
        for (table, _, _), found in sorted(chosen.items()):
            tables.setdefault(table, []).append(found)
        return tables

    def files(self, table: str, until: Quarter) -> list[Path]:
        """Parquet files that together are the table as known in a quarter."""
        return [delivery.folder / part.parquet for delivery, part in _parts(self, table, until)]

    def extremes(self, table: str, name: str, until: Quarter) -> tuple[str, str] | None:
        """First and last value of a text column as known in a quarter, from the files' own statistics; None without."""
        ends = []
        for file in self.files(table, until):
            told = pq.ParquetFile(file).metadata
            place = told.schema.to_arrow_schema().names.index(name)
            for group in range(told.num_row_groups):
                found = told.row_group(group).column(place).statistics
                if told.row_group(group).num_rows and not (found and found.has_min_max):
                    return None
                ends += [str(found.min), str(found.max)] if told.row_group(group).num_rows else []
        return (min(ends), max(ends)) if ends else None

    def require(self, tables: Iterable[str], quarter: Quarter) -> None:
        """Raises UnknownNameError without any delivery for the quarter, JeugdError when tables are missing."""
        if quarter.label not in self.editions():
            raise unknown_edition(quarter.label, self.editions())
        have = self.current(quarter)
        if missing := [TABLES[name].dutch for name in tables if name not in have]:
            raise missing_tables(missing, quarter.label)

    def column(self, table: str, name: str, until: Quarter | None, *, other_than: Quarter | None = None) -> pd.Series:
        """One column of a table as known in a quarter (None: ever), without the deliveries of `other_than`."""
        return self.columns(table, [name], until, other_than=other_than)[name]

    def columns(
        self, table: str, names: Sequence[str], until: Quarter | None, *, other_than: Quarter | None = None
    ) -> pd.DataFrame:
        """Some columns of a table as known in a quarter (None: ever), without the deliveries of `other_than`."""
        found = [pair for pair in self.current(until or LAST).get(table, []) if pair[0].quarter != other_than]
        files = [delivery.folder / part.parquet for delivery, part in found]
        if not files:
            return empty(TABLES[table])[list(names)]
        return pd.concat([pd.read_parquet(file, columns=list(names)) for file in files], ignore_index=True)

    def table(self, name: str, until: Quarter) -> pd.DataFrame:
        """A whole (small) table as known in a quarter; an empty frame without any delivery."""
        files = self.files(name, until)
        return pd.concat([pd.read_parquet(file) for file in files], ignore_index=True) if files else empty(TABLES[name])

    def aside(self, table: str, until: Quarter) -> pd.DataFrame:
        """Lines of a table that were set aside and still are, as known in a quarter, with their reason.

        The columns of the table, reason (code of a rule) and line.
        """
        paths = [delivery.folder / f"terzijde__{part.parquet}" for delivery, part in _parts(self, table, until)]
        frames = [pd.read_parquet(path) for path in paths if path.is_file()]
        columns = [*columns_of(TABLES[table]), "reason", "line"]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def next_folder(self, quarter: Quarter, digest: str) -> Path:
        """The folder a new delivery of this quarter will get."""
        taken = [_number(delivery) for delivery in self.deliveries() if delivery.quarter == quarter]
        # A number is not given twice: a delivery that was forgotten keeps its own.
        taken += [int(found[1]) for note in self.forgotten(quarter) if (found := _NUMBERED.search(note["what"]))]
        return self.deliveries_folder / quarter.label / f"{max(taken, default=0) + 1:03d}-{digest[:12]}"

    def stage(self) -> Path:
        """An empty folder beside the deliveries, on the same disk so that a rename is enough."""
        staging = self.deliveries_folder / ".nieuw"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        keep_private(self.deliveries_folder, staging)
        return staging

    def accept(
        self,
        staging: Path,
        quarter: Quarter,
        parts: list[Part],
        *,
        made_from: str = "",
        key: str = "",
        rests_on: Mapping[str, str] | None = None,
    ) -> Delivery:
        """Turn a staged folder into a delivery: written out, synced, then renamed into place."""
        digest = hashlib.sha256("".join(sorted(part.sha256 for part in parts)).encode()).hexdigest()
        target = self.next_folder(quarter, digest)
        told = [_as_dict(part) for part in parts]
        described = {
            "quarter": quarter.label, "made_from": made_from, "key": key, "rests_on": rests_on, "parts": told,
        }  # fmt: skip
        (staging / "delivery.json").write_text(json.dumps(described, indent=1, sort_keys=True) + "\n", "utf8")
        for file in staging.iterdir():
            keep_private(file)
            sync(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        keep_private(target.parent)
        staging.rename(target)
        sync(target.parent)
        return _delivery(target)

    # -- what was forgotten ----------------------------------------------------------------------

    @property
    def forget_folder(self) -> Path:
        """Where an order to forget is made ready."""
        return self.deliveries_folder / ".vergeten"

    @property
    def forget_order(self) -> Path:
        """The order itself; while it is there, the deliveries are partly old and partly new."""
        return self.forget_folder / "opdracht.json"

    def forgotten(self, quarter: Quarter) -> list[dict[str, str]]:
        """What was taken from under an edition: what and when. Such an edition cannot be made again as it was."""
        path = self.work / "data" / "forgotten" / f"{quarter.label}.json"
        return json.loads(path.read_text("utf8")) if path.is_file() else []

    def note_forgotten(self, quarter: Quarter, note: Mapping[str, str]) -> None:
        """Remember that something was taken from under an edition, in one rename; the same note only once in a row."""
        known = self.forgotten(quarter)
        if known[-1:] == [dict(note)]:
            return
        path = self.work / "data" / "forgotten" / f"{quarter.label}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.nieuw")
        fresh.write_text(json.dumps([*known, dict(note)], indent=1, ensure_ascii=False) + "\n", "utf8")
        sync(fresh)
        fresh.replace(path)

    # -- decisions -------------------------------------------------------------------------------

    def decisions(self, quarter: Quarter) -> list[dict[str, str]]:
        """Decisions on what is odd about a quarter as a whole: code, who, why."""
        path = self.deliveries_folder / quarter.label / _DECISIONS
        return json.loads(path.read_text("utf8")) if path.is_file() else []

    def decide(self, quarter: Quarter, *, code: str, who: str, why: str) -> None:
        """Add a decision, in one rename."""
        told = [*self.decisions(quarter), {"code": code, "who": who, "why": why}]
        path = self.deliveries_folder / quarter.label / _DECISIONS
        fresh = path.with_name(f".{path.name}.nieuw")
        fresh.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf8")
        sync(fresh)
        fresh.replace(path)

    # -- marts -----------------------------------------------------------------------------------

    def inputs_digest(self, quarter: Quarter) -> str:
        """Digest of everything an edition is made from: its deliveries, reference data and published figures."""
        digest = hashlib.sha256(quarter.label.encode())
        for name, found in sorted(self.current(quarter).items()):
            digest.update(name.encode())
            for _, part in found:  # the same file can give other lines when other allocations were known
                aside = sorted(part.set_aside.items()), sorted(part.set_aside_cents.items())
                digest.update(f"{part.sha256} {part.accepted} {aside}".encode())
        for folder in ("reference", "published"):
            for file in sorted((self.project / "data" / folder).rglob("*")):
                if file.is_file():
                    digest.update(file.relative_to(self.project).as_posix().encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()

    def mart_file(self, name: str, quarter: Quarter) -> Path:
        """Where a mart of an edition is kept."""
        return self.marts_folder / quarter.label / f"{name}.parquet"

    def mart(self, name: str, quarter: Quarter) -> pd.DataFrame:
        """A mart of an edition. Raises JeugdError when it has not been made."""
        return _read_made(self.mart_file(name, quarter), f"De tussentabel {name}", quarter)

    def write_marts(self, quarter: Quarter, marts: Mapping[str, pd.DataFrame], digest: str) -> None:
        """Replace the marts of an edition in one rename; the digest says what they were made from."""
        _write_frames(self.marts_folder / quarter.label, marts, digest)

    def marts_digest(self, quarter: Quarter) -> str | None:
        """What the marts of an edition were made from, None without marts."""
        return _digest_in(self.marts_folder / quarter.label)

    # -- estimates -------------------------------------------------------------------------------

    def estimates(self, name: str, quarter: Quarter) -> pd.DataFrame:
        """An estimate of an edition, by name. Raises: JeugdError when it is not there or no longer as made."""
        path = self._estimates(quarter) / f"{name}.parquet"
        if path.is_file() and not intact.is_intact(path):
            raise _no_longer_as_made(f"De schatting {name}", quarter)
        return _read_made(path, f"De schatting {name}", quarter)

    def write_estimates(self, quarter: Quarter, frames: Mapping[str, pd.DataFrame], digest: str) -> None:
        """Replace the estimates of an edition in one rename; the digest says what they were made from."""
        _write_frames(self._estimates(quarter), frames, digest, noted=True)

    def estimates_digest(self, quarter: Quarter) -> str | None:
        """What the estimates of an edition were made from, None without them or when one is not as it was made."""
        folder = self._estimates(quarter)
        files = sorted({*intact.noted(folder, "*.parquet"), *folder.glob("*.parquet")})
        return None if intact.altered(files) else _digest_in(folder)

    def _estimates(self, quarter: Quarter) -> Path:
        return self.estimates_folder / quarter.label

    # -- changes since the edition before ----------------------------------------------------------

    def changes(self, name: str, quarter: Quarter) -> pd.DataFrame:
        """What moved since the edition before: `cijfers` or `paginas`. Raises: JeugdError when it was not compared."""
        return _read_made(self.changes_file(name, quarter), "De vergelijking met de vorige editie", quarter)

    def changes_file(self, name: str, quarter: Quarter) -> Path:
        """Where that is kept."""
        return self._changes(quarter) / f"{name}.parquet"

    def write_changes(self, quarter: Quarter, frames: Mapping[str, pd.DataFrame], digest: str) -> None:
        """Replace the changes of an edition in one rename; the digest says what was compared."""
        _write_frames(self._changes(quarter), frames, digest)

    def _changes(self, quarter: Quarter) -> Path:
        return self.work / "data" / "changes" / quarter.label

    # -- releases --------------------------------------------------------------------------------

    @property
    def releases_folder(self) -> Path:
        """Releases by quarter."""
        return self.work / "data" / "releases"

    def release_file(self, quarter: Quarter) -> Path:
        """What an edition may say about youths and cost, with the exact numbers beside it: never leaves this folder."""
        return self.releases_folder / quarter.label / "release.parquet"

    def release(self, quarter: Quarter) -> pd.DataFrame:
        """The release of an edition. Raises: JeugdError when it has not been made, or is not as it was made."""
        path = self.release_file(quarter)
        if path.is_file() and not intact.is_intact(path):
            raise _no_longer_as_made("De vrijgave", quarter)
        return _read_made(path, "De vrijgave", quarter)

    def release_files(self, quarter: Quarter) -> list[Path]:
        """Releases that readers of a new edition may already have, the oldest first.

        Every release that was published, also of this very quarter; of an earlier quarter that was never published the
        last one that was built, for its book may have been passed on.
        """
        folder = self.releases_folder
        if not folder.is_dir():
            return []
        known = sorted(Quarter.parse(found.name) for found in folder.iterdir() if not found.name.startswith("."))
        files: list[Path] = []
        for other in known:
            kept = sorted((folder / other.label).glob(f"{_KEPT}*.parquet"))
            built = [self.release_file(other)] if other < quarter and self.release_file(other).is_file() else []
            files += kept or built
        return files

    def releases(self, quarter: Quarter) -> list[tuple[str, pd.DataFrame]]:
        """What is in `release_files`, each with its digest. Raises: DisclosureError (GEH-012) as `require_archive`."""
        self.require_archive(quarter)
        return [(file_digest(file), pd.read_parquet(file)) for file in self.release_files(quarter)]

    def require_archive(self, quarter: Quarter) -> None:
        """Raises: DisclosureError (GEH-012) when a release that binds this edition was altered or taken away.

        Published releases of every quarter count, and what was built of earlier quarters.
        """
        folder = self.releases_folder
        for path in intact.noted(folder, f"*/{_KEPT}*.parquet"):
            intact.finish(path.with_name(_WAITING), path)
        kept = sorted({*intact.noted(folder, f"*/{_KEPT}*.parquet"), *folder.glob(f"*/{_KEPT}*.parquet")})
        lost = intact.altered({*kept, *self.release_files(quarter)})
        for path in kept:  # they are numbered from 1: a gap is one that is gone with its digest
            number = int(path.stem.removeprefix(_KEPT))
            lost += [] if number == 1 or path.with_name(f"{_KEPT}{number - 1:03d}.parquet") in kept else [path]
        if lost:
            names = ", ".join(sorted({f"{path.parent.name}/{path.name}" for path in lost}))
            raise DisclosureError(
                "GEH-012",
                wat=f"Het archief van vrijgaven is veranderd of niet meer compleet ({names}). Zonder dit archief is "
                "niet na te gaan of een nieuw boek verraadt wat een eerder boek verborg.",
                doe="zet data/releases terug uit de reservekopie; van een kwartaal dat nooit is gepubliceerd, kunt u "
                "het boek opnieuw bouwen.",
            )

    def keep_release(self, quarter: Quarter) -> None:
        """Remember the release of an edition as published: what it showed and hid binds every later one.

        Raises: DisclosureError (GEH-012) when it or an earlier one is no longer as it was made.
        """
        self.require_archive(quarter.next())  # with the release of this quarter
        source = self.release_file(quarter)
        kept = sorted(source.parent.glob(f"{_KEPT}*.parquet"))
        if any(file_digest(file) == file_digest(source) for file in kept):
            return
        fresh, target = source.with_name(_WAITING), source.with_name(f"{_KEPT}{len(kept) + 1:03d}.parquet")
        shutil.copyfile(source, fresh)
        keep_private(fresh)
        sync(fresh)
        sync(intact.note(fresh, name=target.name))
        fresh.replace(target)

    def write_release(self, quarter: Quarter, frame: pd.DataFrame, digest: str) -> None:
        """Replace the release of an edition, first the figures and then the digest of what they were made from."""
        target = self.release_file(quarter)
        target.parent.mkdir(parents=True, exist_ok=True)
        stamp = target.with_name(_DIGEST)
        stamp.unlink(missing_ok=True)
        fresh = target.with_name(".nieuw.parquet")
        frame.to_parquet(fresh, index=False)
        keep_private(target.parent.parent, target.parent, fresh)
        sync(fresh)
        fresh.replace(target)
        sync(intact.note(target))
        stamp.write_text(digest + "\n", "utf8")

    def release_digest(self, quarter: Quarter) -> str | None:
        """What the release of an edition was made from, None without one or when it is not as it was made."""
        path = self.release_file(quarter)
        return _digest_in(path.parent) if intact.is_intact(path) else None


def _read_made(path: Path, what: str, quarter: Quarter) -> pd.DataFrame:
    """A table that a build makes. Raises: JeugdError when it has not been made."""
    if not path.is_file():
        raise JeugdError(
            "MRT-001",
            wat=f"{what} van {quarter.label} is er nog niet.",
            doe=f"maak haar met `jeugd build {quarter.label}`.",
        )
    return pd.read_parquet(path)


def _no_longer_as_made(what: str, quarter: Quarter) -> JeugdError:
    return JeugdError(
        "MRT-002",
        wat=f"{what} van {quarter.label} is niet meer zoals zij is gemaakt.",
        doe=f"bouw opnieuw met `jeugd build {quarter.label}`.",
    )


def _write_frames(target: Path, frames: Mapping[str, pd.DataFrame], digest: str, *, noted: bool = False) -> None:
    """Replace a folder of tables in one rename; `noted` writes the digest of each beside it."""
    staging = staged(target)
    for name, frame in frames.items():
        frame.to_parquet(staging / f"{name}.parquet", index=False)
        if noted:
            intact.note(staging / f"{name}.parquet")
    (staging / _DIGEST).write_text(digest + "\n", "utf8")
    keep_private(target.parent, staging, *staging.iterdir())
    put(staging, target)


def _digest_in(folder: Path) -> str | None:
    path = folder / _DIGEST
    return path.read_text("utf8").strip() if path.is_file() else None


file_digest = intact.digest_of  # of a file as delivered


def _parts(store: Store, table: str, until: Quarter) -> list[tuple[Delivery, Part]]:
    return store.current(until).get(table, [])


def _read_text_csv(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise JeugdError("REF-001", wat=f"{path.name} ontbreekt in {path.parent.name}.", doe="zet dit bestand terug.")
    return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])


def _number(delivery: Delivery) -> int:
    """Place of a delivery among those of its quarter."""
    return int(delivery.name.partition("-")[0])


def _delivery(folder: Path) -> Delivery:
    told = json.loads((folder / "delivery.json").read_text("utf8"))
    return Delivery(
        quarter=Quarter.parse(told["quarter"]),
        name=folder.name,
        folder=folder,
        made_from=told["made_from"],
        key=told.get("key", ""),
        rests_on=told.get("rests_on"),
        parts=tuple(_part(part) for part in told["parts"]),
    )


def _part(told: Mapping[str, Any]) -> Part:
    return Part(**{**told, **{name: tuple(told.get(name, ())) for name in ("warnings", "decisions", "corrections")}})


def _as_dict(part: Part) -> dict[str, Any]:
    return {name: getattr(part, name) for name in Part.__slots__}


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
