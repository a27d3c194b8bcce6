"""Accepted deliveries: a folder appears in one rename, and the newest of each slot make up a table."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError, missing_tables, unknown_edition
from jeugd_analysis.store.frames import keep_private, sync
from jeugd_analysis.store.notes import Notes
from jeugd_analysis.tables import TABLES, columns_of, empty

LAST = Quarter(2099, 4)
_NUMBERED = re.compile(r"^aanlevering \S+/(\d+)-")


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


class Deliveries(Notes):
    """Everything below data/deliveries."""

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
            found = [delivery for delivery in found if (delivery.quarter, number_of(delivery)) <= last]
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
        taken = [number_of(delivery) for delivery in self.deliveries() if delivery.quarter == quarter]
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


def _parts(store: Deliveries, table: str, until: Quarter) -> list[tuple[Delivery, Part]]:
    return store.current(until).get(table, [])


def number_of(delivery: Delivery) -> int:
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
