"""Files of one layout into the tables that its profile names.

A layout of claims without allocations (rule `allocation`) gives three tables: the lines, the allocations and, where the
lines tell sex and age, the youths. Why that is right, and what it cannot tell: profile_derived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from jeugd_analysis.errors import DeliveryError, JeugdError
from jeugd_analysis.sources.base import Context, Reading
from jeugd_analysis.sources.profile_cells import Lines, require_no_bsn, texts_of
from jeugd_analysis.sources.profile_columns import Reader
from jeugd_analysis.sources.profile_derived import (
    ReadFile,
    content_references,
    derived_allocation_ids,
    derived_readings,
)
from jeugd_analysis.sources.profile_layout import TEXT, Column, Profile
from jeugd_analysis.sources.profile_lines import read_lines
from jeugd_analysis.tables import TABLES, columns_of, require


def read_all(profile: Profile, paths: Sequence[Path], context: Context) -> list[Reading]:
    """All files of a layout in a delivery into one Reading per table; the derived tables come first.

    Raises: JeugdError (PRF-002) when constants of the profile are not filled in; DeliveryError with file and place.
    """
    if missing := profile.unfilled():
        raise JeugdError(
            "PRF-002",
            wat=f"In {profile.file} is nog niet ingevuld: {', '.join(missing)}. Het bestand zelf vertelt dit niet.",
            doe="vul dit in en lees het bestand opnieuw in.",
        )
    files = [_read(profile, path, context) for path in paths]
    if len(files) > 1:
        for file in files:
            require(TABLES[profile.table], file.frame, file=file.path.name, first_row=file.lines.first_row)
    _require_no_overlap(profile, files)
    return [*derived_readings(profile, files, context), _main(profile, files)]


def _main(profile: Profile, files: Sequence[ReadFile]) -> Reading:
    normalised: Counter[str] = Counter()
    for file in files:
        normalised.update(file.lines.normalised)
    warnings = [warning for file in files for warning in file.lines.warnings] + ([profile.note] if profile.note else [])
    return Reading(
        table=profile.table,
        frame=pd.concat([file.frame for file in files], ignore_index=True) if len(files) > 1 else files[0].frame,
        slot=f"{profile.table}/{profile.name}",
        normalised=dict(sorted(normalised.items())),
        warnings=tuple(warnings),
        first_row=files[0].lines.first_row if len(files) == 1 else 2,
    )


def _require_no_overlap(profile: Profile, files: Sequence[ReadFile]) -> None:
    """The same line in two files would count twice."""
    keys = list(TABLES[profile.table].key)
    seen = pd.concat([file.frame[keys].assign(file=file.path.name) for file in files], ignore_index=True)
    double = seen.duplicated(keys, keep=False) & (seen.groupby(keys, dropna=False)["file"].transform("nunique") > 1)
    if len(files) > 1 and double.any():
        named = ", ".join(sorted(seen.loc[double, "file"].unique()))
        raise DeliveryError(
            "BES-008",
            wat=f"{named} bevatten {int(double.sum())} keer dezelfde regel.",
            doe="lever elke regel in één bestand aan; er is niets ingelezen.",
        )


def _read(profile: Profile, path: Path, context: Context) -> ReadFile:
    lines = read_lines(profile, path)
    _scan_for_bsn(profile, lines)
    reader = Reader(profile=profile, lines=lines, context=context)
    model = columns_of(TABLES[profile.table])
    frame = pd.DataFrame(index=pd.RangeIndex(lines.text.num_rows))
    late: list[Column] = []
    for target in model:
        column = profile.columns.get(target)
        if column is not None and column.rule in ("content", "allocation"):
            late.append(column)  # they look at the other columns
            frame[target] = pd.Series("", index=frame.index, dtype="str")
        else:
            frame[target] = reader.series(target, column, profile.table)
    youths = pd.DataFrame({name: reader.series(name, told, "youths") for name, told in profile.youths.items()})
    for column in late:
        if column.rule == "content":
            frame[column.target] = content_references(profile, lines, frame)
        else:
            frame[column.target] = derived_allocation_ids(profile, frame)
    month = next((column for column in profile.columns.values() if column.rule == "month"), None)
    start, end = (None, None) if month is None else (reader.day(month, "start"), reader.day(month, "end"))
    return ReadFile(
        path=path,
        lines=replace(lines, warnings=(*lines.warnings, *reader.doubtful_dates())),
        frame=frame,
        start=start,
        end=end,
        youths=youths,
    )


def _scan_for_bsn(profile: Profile, lines: Lines) -> None:
    """Every column of the file, also those that are not kept: such a file should not have been sent."""
    kinds = profile.kinds()
    for source in profile.header:
        kind, column = kinds.get(source, (TEXT, None))
        if kind == TEXT:
            known = column is not None and column.target in ("youth_id", "reference", "allocation_id", "credit_of")
            require_no_bsn(texts_of(lines, source, empty=profile.empty), identifier=known)
