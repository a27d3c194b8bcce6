"""What a file of claims alone does not bring, made from its lines: references, allocations and youths.

Marts count lines and distinct youths and only look up whether an allocation is known, so cost, units and youths per
product and month are right with one derived allocation per youth, provider and product. What such a file does not hold
stays unknown: referrer, allocated volume, first and last day of the allocation (here: the first and last day claimed),
what was claimed late or rejected, neighbourhood. DERIVED marks those allocations, so that nobody reads a waiting time
or an outflow from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from jeugd_analysis.domain.codes import DERIVED
from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources.base import Context, Reading
from jeugd_analysis.sources.profile_cells import Lines
from jeugd_analysis.sources.profile_columns import no_text
from jeugd_analysis.sources.profile_layout import Profile
from jeugd_analysis.tables import TABLES, columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """One file, read: the lines of its table and, line by line, what the derived tables need."""

    path: Path
    lines: Lines
    frame: pd.DataFrame
    start: pd.Series | None
    end: pd.Series | None
    youths: pd.DataFrame


def _digests(texts: Sequence[str], length: int) -> list[str]:
    return [hashlib.sha256(text.encode()).hexdigest()[:length] for text in texts]


def _joined(parts: Sequence[pa.Array | pa.ChunkedArray | str]) -> list[str]:
    whole = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
    separator = pa.scalar("\x1f", pa.large_string())
    return pc.binary_join_element_wise(*whole, separator, null_handling="replace").to_pylist()


def content_references(profile: Profile, lines: Lines, frame: pd.DataFrame) -> pd.Series:
    """A reference made of what the line says and how often it was said before in this file.

    A line that was delivered before then has the same reference and is set aside (CLM-011), also from another file.
    """
    ids = {
        source for column in profile.all_columns() if column.target == "youth_id" for source in column.sources.values()
    }
    said = [lines.text[name].cast(pa.large_string()) for name in profile.header if name not in ids]
    own = [pa.array(frame[name], type=pa.large_string()) for name in ("youth_id", "municipality") if name in frame]
    references = pd.Series(_digests(_joined([profile.name, *own, *said]), 26), dtype="str")
    return references + "-" + (references.groupby(references).cumcount() + 1).astype("str")


def _prefix(profile: Profile) -> str:
    return f"{DERIVED}{hashlib.sha256(profile.name.encode()).hexdigest()[:4]}-"


def derived_allocation_ids(profile: Profile, frame: pd.DataFrame) -> pd.Series:
    """One derived allocation per municipality, youth, provider and product."""
    keys = ["municipality", "youth_id", "provider", "product"]
    group = frame.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
    each = frame[keys].drop_duplicates()
    numbers = _digests(_joined([pa.array(each[key], type=pa.large_string()) for key in keys]), 22)
    known = pa.array([_prefix(profile) + number for number in numbers], type=pa.large_string())
    return pd.Series(known.take(pa.array(group)).to_pandas(), dtype="str")


def derived_readings(profile: Profile, files: Sequence[ReadFile], context: Context) -> list[Reading]:
    """Youths and allocations of all files together with the earlier ones, as far as the profile derives them."""
    readings = []
    seen = pd.concat([_seen(file) for file in files], ignore_index=True) if files[0].start is not None else None
    if seen is not None and profile.youths:
        frame = _youths(profile, seen, files, context)
        readings.append(Reading(table="youths", frame=frame, slot=f"youths/{profile.name}"))
    if seen is not None and profile.derives_allocations:
        frame = _allocations(profile, seen, context)
        warning = f"{len(frame)} toewijzingen zijn afgeleid uit declaraties ({profile.dutch}); ze zijn niet aangeleverd"
        readings.append(
            Reading(table="allocations", frame=frame, slot=f"allocations/{profile.name}", warnings=(warning,))
        )
    return readings


def _seen(file: ReadFile) -> pd.DataFrame:
    """Per line who, what and when."""
    names = ["allocation_id", "youth_id", "municipality", "provider", "product"]
    assert file.start is not None and file.end is not None
    dated = file.frame[names].assign(start=file.start, end=file.end)
    return pd.concat([dated, file.youths], axis=1)


def _earlier(context: Context, table: str) -> pd.DataFrame:
    """What was known before this delivery, in the columns of its table."""
    columns = list(columns_of(TABLES[table]))
    known = context.earlier(table) if context.earlier is not None else pd.DataFrame()
    return known[columns] if len(known) else pd.DataFrame(columns=columns)


def _known_allocations(profile: Profile, context: Context) -> pd.DataFrame:
    known = _earlier(context, "allocations")
    return known[known["allocation_id"].astype("str").str.startswith(_prefix(profile))]


def _allocations(profile: Profile, seen: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Earlier ones and those of this delivery, from the first to the last day that was claimed."""
    names = ["allocation_id", "youth_id", "municipality", "provider", "product", "start", "end"]
    known = _known_allocations(profile, context)
    both = pd.concat([known[names], seen[names]]) if len(known) else seen[names]
    first = {name: (name, "first") for name in names[1:5]}  # the number is made of these
    grouped = both.groupby("allocation_id", sort=True, as_index=False).agg(
        **first, start=("start", "min"), end=("end", "max")
    )
    empty = {"volume": "Int64", "unit": "str", "frequency": "str", "budget_cents": "Int64"}
    blank = {name: pd.Series([None] * len(grouped), dtype=dtype) for name, dtype in empty.items()}
    frame = grouped.assign(**blank)[list(columns_of(TABLES["allocations"]))]
    return frame.astype({"start": "datetime64[ns]", "end": "datetime64[ns]"})


def _youths(profile: Profile, seen: pd.DataFrame, files: Sequence[ReadFile], context: Context) -> pd.DataFrame:
    """One row per youth: the lowest birth year (an age before the birthday gives a year too many), the known sex.

    Raises: DeliveryError when lines of one youth differ in sex, or more than a year in age: then the supplier gave one
    number to several children.
    """
    ours = set(_known_allocations(profile, context)["youth_id"])
    known = _earlier(context, "youths")
    known = known[known["youth_id"].isin(ours)].rename(columns={"valid_from": "start"})
    names = ["youth_id", "birth_year", "sex", "municipality", "start"]
    both = pd.concat([known[names], seen[names]]) if len(known) else seen[names]
    both = both.astype({"birth_year": "int64"})
    _require_one_child(profile, both.assign(sex=both["sex"].mask(both["sex"] == "0")), len(known), files)
    frame = both.groupby("youth_id", sort=True, as_index=False).agg(
        birth_year=("birth_year", "min"), sex=("sex", "max"), municipality=("municipality", "last"),
        valid_from=("start", "min"),
    )  # fmt: skip
    frame["neighbourhood"] = no_text(len(frame))
    frame["valid_to"] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    return frame[list(columns_of(TABLES["youths"]))].astype({"valid_from": "datetime64[ns]"})


def _require_one_child(profile: Profile, lines: pd.DataFrame, earlier: int, files: Sequence[ReadFile]) -> None:
    told = lines.groupby("youth_id").agg(
        low=("birth_year", "min"), high=("birth_year", "max"), sexes=("sex", "nunique")
    )
    mixed = told.index[(told["high"] - told["low"] > 1) | (told["sexes"] > 1)]
    if not len(mixed):
        return
    rows = np.flatnonzero(lines["youth_id"].isin(mixed).to_numpy()[earlier:])
    where = ", ".join(file.path.name for file in files)
    if len(files) == 1:
        shown = [str(int(row) + files[0].lines.first_row) for row in rows]
        where += f" regel {', '.join(shown[:5])}" + (f" en nog {len(shown) - 5}" if len(shown) > 5 else "")
    raise DeliveryError(
        "PRF-005",
        wat=f"{where}: bij {len(mixed)} nummers van jeugdigen verschilt geslacht, of leeftijd meer dan een jaar.",
        doe="vraag de leverancier of één nummer voor meer kinderen kan staan, zoals bij een nieuwe nummering per jaar.",
    )
