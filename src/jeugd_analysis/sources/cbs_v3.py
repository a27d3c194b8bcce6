"""Dump of the OData v3 TypedDataSet of CBS tables 'Jongeren met jeugdzorg; wijken' (85335NED and its yearly sisters).

Keys and numbers are padded with spaces, '.' is secret or unknown, the first column is an index without a name, and
column names end in their position (_1, _2, ...), which differs from year to year. The status of the period and the
number of the table are not in the file: the number must stand in its name.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.open_cells import FIRST_ROW, TABLE, long_form, slot_of, text_frame
from jeugd_analysis.sources.text import bad_fields, header_of, read_text, require_header
from jeugd_analysis.tables.open_data import NETHERLANDS

_KEYS = ["ID", "VormenVanJeugdzorg", "Wijken", "Perioden"]
_ALL_FORMS = "T001203"  # total of the forms of youth care; rows of single forms have no place in the table
MEASURES = {
    "TotaalJongerenMetJeugdzorgInNatura": "youths",
    "k_0Tot4Jaar": "youths_0_3",
    "k_4Tot12Jaar": "youths_4_11",
    "k_12Tot18Jaar": "youths_12_17",
    "k_18Tot23Jaar": "youths_18_22",
    "ThuiswonendKindInEenouderhuishouden": "youths_single_parent",
    "ThuiswonendKindBijEenPaar": "youths_two_parents",
    "AnderHuishouden": "youths_other_household",
    "TotaalTrajectenInNatura": "trajectories",
    "GemeentelijkeToegang": "referrer_municipality",
    "Huisarts": "referrer_gp",
    "Jeugdarts": "referrer_youth_doctor",
    "GecertificeerdeInstelling": "referrer_certified_institution",
    "MedischSpecialist": "referrer_medical_specialist",
    "RechterOfficierVanJustitie": "referrer_court",
    "GeenVerwijzer": "referrer_none",
    "VerwijzerOnbekend": "referrer_unknown",
}
_ABOUT = ["Gemeentenaam", "SoortRegio", "Codering", "IndelingswijzigingWijken"]
_POSITION = re.compile(r"_\d+$")
_PERIOD = r"\d{4}(?:JJ00|HJ0[12]|KW0[1-4])"
_AREA = r"NL00|GM\d{4}|WK\d{6}"
_NUMBER = re.compile(r"\d{5}NED", re.IGNORECASE)


def recognise(path: Path, head: bytes) -> bool:
    """The keys of these tables and their first measure stand on the first line."""
    names = _without_index(header_of(head, ","))
    return names[:1] == ["ID"] and "VormenVanJeugdzorg" in names and _bare(names)[4:5] == [next(iter(MEASURES))]


def read(path: Path, context: Context) -> Reading:
    """Cells of OpenYouthCare for the country, municipalities and neighbourhoods, all forms of youth care together.

    Raises: DeliveryError when the table number is not in the file name, a column is missing or unknown, a key is
    not in its known form, or a cell is no number.
    """
    source_table = _table_in_name(path)
    text = read_text(path, separator=",")
    names = _without_index(text.column_names)
    require_header(path, _bare(names), [*_KEYS, *MEASURES, *_ABOUT])
    padded = text_frame(text.select(names)).set_axis(_bare(names), axis=1)
    wide = padded.apply(lambda column: column.str.strip(" "))
    normalised = {"velden ontdaan van opvulspaties": int((wide != padded).to_numpy().sum())}
    kept, warnings = _kept(path, wide)
    kept = kept.assign(
        source_table=source_table,
        area=kept["Wijken"],
        area_name=_names(kept),
        period=kept["Perioden"],
        status="onbekend",
    )
    cells = long_form(path, kept, headings=MEASURES, decimal=".", vintage=context.vintage)
    return Reading(
        table=TABLE,
        frame=cells,
        slot=slot_of(cells),
        first_row=FIRST_ROW,
        normalised={what: count for what, count in normalised.items() if count},
        warnings=(*warnings, "de status (voorlopig of definitief) staat niet in dit bestand"),
    )


def _table_in_name(path: Path) -> str:
    found = {number.upper() for number in _NUMBER.findall(path.name)}
    if len(found) != 1:
        what = "staan meer tabelnummers" if found else "staat geen tabelnummer"
        raise DeliveryError(
            "BES-007",
            wat=f"In de naam van {path.name} {what}, en het bestand zelf noemt het niet.",
            doe="zet het nummer van de CBS-tabel in de bestandsnaam, bijvoorbeeld cbs_85335NED_2022.csv.",
        )
    return found.pop()


def _kept(path: Path, wide: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Rows the table has a place for, and in words how many were left out."""
    period = wide["Perioden"].str.fullmatch(_PERIOD)
    if not period.all():
        raise bad_fields(path, "Perioden", _lines(wide[~period]), "een periode als 2022JJ00")
    form = wide["VormenVanJeugdzorg"] == _ALL_FORMS
    area = wide["Wijken"].str.fullmatch(_AREA)
    if not (form & area).any():
        raise bad_fields(path, "VormenVanJeugdzorg", _lines(wide), f"ook regels met het totaal ({_ALL_FORMS})")
    left_out = {"een afzonderlijke vorm van jeugdzorg": ~form, "een ander soort regio": form & ~area}
    warnings = [
        f"{int(rows.sum())} regels over {what} zijn niet overgenomen" for what, rows in left_out.items() if rows.any()
    ]
    return wide[form & area], warnings


def _names(kept: pd.DataFrame) -> pd.Series:
    # The dump names the municipality of a neighbourhood, not the neighbourhood: its code keeps the names apart.
    neighbourhood = kept["Wijken"].str.startswith("WK")
    names = kept["Gemeentenaam"].mask(neighbourhood, kept["Gemeentenaam"] + " " + kept["Wijken"])
    return names.mask(kept["Wijken"] == NETHERLANDS, "Nederland")


def _lines(rows: pd.DataFrame) -> list[int]:
    return [int(line) for line in rows.index]


def _without_index(names: list[str]) -> list[str]:
    return names[1:] if names[:1] == [""] else names


def _bare(names: list[str]) -> list[str]:
    return [_POSITION.sub("", name) for name in names]


V3 = Source(
    name="cbs_v3",
    dutch="OData v3-bestand van een CBS-tabel met jeugdzorg per wijk (zoals 85335NED)",
    recognise=recognise,
    read=read,
)
