"""Figures on youth care per municipality in one wide file, as municipalities exchange them.

Two layouts: with population, region mark and a status text that names the CBS table and its vintage, or without those.
Comma separated; an empty cell is a missing value. Region codes are GM0637, NL00, or H9 for the region's own sum.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.open_cells import FIRST_ROW, TABLE, long_form, slot_of, text_frame
from jeugd_analysis.sources.text import bad_fields, header_of, read_text, require_header

UNNAMED_TABLE, POPULATION_TABLE = "municipal_figures", "KWB"  # KWB: Kerncijfers wijken en buurten
CARE = {
    "jongeren_totaal": "youths",
    "jongeren_0_3": "youths_0_3",
    "jongeren_4_11": "youths_4_11",
    "jongeren_12_17": "youths_12_17",
    "jongeren_18_22": "youths_18_22",
    "hh_eenouder": "youths_single_parent",
    "hh_paar": "youths_two_parents",
    "hh_ander": "youths_other_household",
    "trajecten_totaal": "trajectories",
    "verw_gemeentelijke_toegang": "referrer_municipality",
    "verw_huisarts": "referrer_gp",
    "verw_jeugdarts": "referrer_youth_doctor",
    "verw_gi": "referrer_certified_institution",
    "verw_medisch_specialist": "referrer_medical_specialist",
    "verw_rechter_ovj": "referrer_court",
    "verw_geen": "referrer_none",
    "verw_onbekend": "referrer_unknown",
}
_PEOPLE = {"a_inw": "inhabitants", "a_00_14": "inhabitants_0_14", "a_15_24": "inhabitants_15_24"}
_PEOPLE_KWB = {f"kwb_{name}": measure for name, measure in _PEOPLE.items()}
WITH_STATUS = ["jaar", "regio_code", "gemeente", "in_h9", *_PEOPLE_KWB, *CARE, "status"]
WITHOUT_STATUS = ["jaar", "regio_code", "gm_naam", *_PEOPLE, *CARE]
_STATUS = re.compile(
    r"CBS (\d{5}NED)(?: (voorlopig|nader voorlopig|definitief))?(?: \(vintage (20\d{2}-(?:0[1-9]|1[0-2]))\))?"
)
_AREA = r"GM\d{4}|NL00|H\d{1,2}"


def recognise(path: Path, head: bytes) -> bool:
    """Both layouts start with year and region code."""
    return header_of(head, ",")[:2] == ["jaar", "regio_code"]


def read(path: Path, context: Context) -> Reading:
    """Cells of OpenYouthCare. Population counts as the table KWB; without a status text the table has no number.

    Raises: DeliveryError for another layout, an unknown year, region code or status text, or a cell that is no number.
    """
    text = read_text(path, separator=",")
    with_status = "status" in text.column_names
    require_header(path, text.column_names, WITH_STATUS if with_status else WITHOUT_STATUS)
    wide = text_frame(text)
    require_form(path, wide, "jaar", r"20\d{2}", "een jaar als 2022")
    require_form(path, wide, "regio_code", _AREA, "een regiocode als GM0637, NL00 of H9")
    places = wide.assign(
        area=wide["regio_code"], area_name=wide["gemeente" if with_status else "gm_naam"], period=wide["jaar"] + "JJ00"
    )
    cells = _with_status(path, places) if with_status else _without_status(path, places, context)
    warnings = () if with_status else ("dit bestand noemt geen CBS-tabel en geen status",)
    return Reading(table=TABLE, frame=cells, slot=slot_of(cells), first_row=FIRST_ROW, warnings=warnings)


def _with_status(path: Path, places: pd.DataFrame) -> pd.DataFrame:
    told = places["status"].map(_STATUS.fullmatch)
    if told.isna().any():
        lines = [int(line) for line in places.index[told.isna()]]
        raise bad_fields(path, "status", lines, "een tekst als CBS 85335NED voorlopig (vintage 2023-06)")
    months = pd.Series([match[3] for match in told], index=places.index, dtype="str")
    care = places.assign(
        source_table=[match[1] for match in told],
        status=[match[2] or "onbekend" for match in told],
        vintage=pd.to_datetime(months, format="%Y-%m"),  # the first of the month stands for the month
    )
    people = places.assign(source_table=POPULATION_TABLE, status="onbekend")
    parts = [
        long_form(path, care, headings=CARE, decimal=".", vintage=None),
        long_form(path, people, headings=_PEOPLE_KWB, decimal=".", vintage=None),
    ]
    return pd.concat(parts)


def _without_status(path: Path, places: pd.DataFrame, context: Context) -> pd.DataFrame:
    unnamed = places.assign(source_table=UNNAMED_TABLE, status="onbekend")
    return long_form(path, unnamed, headings={**CARE, **_PEOPLE}, decimal=".", vintage=context.vintage)


def require_form(path: Path, wide: pd.DataFrame, column: str, pattern: str, expected: str) -> None:
    """Raises: DeliveryError with the lines whose text in this column is not of this form."""
    wrong = ~wide[column].str.fullmatch(pattern)
    if wrong.any():
        raise bad_fields(path, column, [int(line) for line in wide.index[wrong]], expected)


MUNICIPAL_FIGURES = Source(
    name="municipal_figures",
    dutch="cijfers over jeugdzorg per gemeente (brede indeling)",
    recognise=recognise,
    read=read,
)
