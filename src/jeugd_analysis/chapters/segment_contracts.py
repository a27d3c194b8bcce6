"""When the contract of each segment starts and by which route: reference data, with what a scenario changes in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Region
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import Store

OUTSIDE = ("S0", "S9")  # no measures and no contract: outside the segments, or not yet placed in one


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The next contract of a segment, as far as the documents tell; `status` is that of its start."""

    segment: str
    start: Quarter
    status: str = ""
    route: str = ""
    route_status: str = ""
    document: str = ""
    note: str = ""


def contracts_of(store: Store, changed: Mapping[str, str] | None = None, status: str = "") -> dict[str, Contract]:
    """Segment -> its contract: contracts.csv, a start that lacks from region.toml, and then what a scenario changes.

    `changed` is segment -> first quarter; such a start carries the status of the scenario.
    Raises: JeugdError (REF-007) that names the line: an unknown segment, one that stands there twice, or no quarter.
    """
    region = store.region
    default = Quarter(int(region.details["contract_start"]), 1)
    told = {code: Contract(segment=code, start=default) for code in _codes(region)}
    rows = store.reference("contracts").fillna("")
    _require_segments(rows, set(told))
    for row in rows.itertuples():
        told[str(row.segment)] = Contract(
            segment=str(row.segment),
            start=quarter_of(str(row.start), f"contracts.csv, segment {row.segment}") if row.start else default,
            status=str(row.start_status), route=str(row.route), route_status=str(row.route_status),
            document=str(row.document), note=str(row.note),
        )  # fmt: skip
    for code, start in (changed or {}).items():
        told[code] = replace(told[code], start=quarter_of(start, f"segment {code}"), status=status)
    return told


def quarter_of(label: str, where: str) -> Quarter:
    """The quarter. Raises: JeugdError (REF-007) that tells where it stands."""
    try:
        return Quarter.parse(label)
    except JeugdError:
        raise JeugdError(
            "REF-007",
            wat=f"{where}: de start is geen kwartaal.",
            doe="geef bijvoorbeeld 2027-K1, of laat de start leeg.",
        ) from None


def _codes(region: Region) -> list[str]:
    return [segment.code for segment in region.segments if segment.code not in OUTSIDE]


def _require_segments(rows: pd.DataFrame, known: set[str]) -> None:
    codes = rows["segment"].tolist()
    if strange := sorted(set(codes) - known) or sorted({code for code in codes if codes.count(code) > 1}):
        raise JeugdError(
            "REF-007",
            wat=f"contracts.csv: segment {', '.join(strange)} bestaat niet of staat er twee keer.",
            doe=f"geef elk segment één regel; kies uit {', '.join(sorted(known))}.",
        )
