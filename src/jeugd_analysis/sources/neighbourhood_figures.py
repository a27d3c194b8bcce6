"""Figures on youth care and inhabitants per neighbourhood (wijk) in one wide file, as municipalities exchange them.

Comma separated; an empty cell is a missing value. The figures are those of Statistics Netherlands: youth care per
neighbourhood and 'Kerncijfers wijken en buurten', but the file names neither table nor status. Its column p_ink_li
(share of persons with a low income) lost its decimal comma and is therefore not taken over: 417 may be 41,7 or 4,17.
"""

from __future__ import annotations

from pathlib import Path

from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.municipal_figures import CARE, require_form
from jeugd_analysis.sources.open_cells import FIRST_ROW, TABLE, long_form, slot_of, text_frame
from jeugd_analysis.sources.text import header_of, read_text, require_header

SOURCE_TABLE = "neighbourhood_figures"
FEATURES = {
    "a_inw": "inhabitants",
    "a_00_14": "inhabitants_0_14",
    "a_15_24": "inhabitants_15_24",
    "p_1gezw": "share_single_family_homes",
    "p_koopw": "share_owner_occupied",
    "g_wozbag": "home_value",
    "a_hh": "households",
    "a_hh_m_k": "households_with_children",
    "a_soz_wb": "social_assistance",
    "ste_mvs": "urbanity",
}
_DAMAGED = "p_ink_li"
_BEFORE_CARE = [*list(FEATURES)[:-1], _DAMAGED, "ste_mvs"]
COLUMNS = ["jaar", "wijk_code", "wijk", "gm_naam", *_BEFORE_CARE, *CARE]
_START = ["jaar", "wijk_code"]
_TENTHS = "a_soz_wb"  # whole numbers written as 130.0


def recognise(path: Path, head: bytes) -> bool:
    """The layout starts with year and code of the neighbourhood."""
    return header_of(head, ",")[:2] == _START


def read(path: Path, context: Context) -> Reading:
    """Cells of OpenYouthCare for neighbourhoods; their names carry their code, for names come twice.

    Raises: DeliveryError for another layout, an unknown year or code, or a cell that is no number.
    """
    text = read_text(path, separator=",")
    require_header(path, text.column_names, COLUMNS)
    wide = text_frame(text)
    require_form(path, wide, "jaar", r"20\d{2}", "een jaar als 2022")
    require_form(path, wide, "wijk_code", r"WK\d{6}", "een wijkcode als WK063711")
    written = wide[_TENTHS]
    places = wide.assign(
        area=wide["wijk_code"],
        area_name=wide["wijk"] + " " + wide["wijk_code"],
        period=wide["jaar"] + "JJ00",
        source_table=SOURCE_TABLE,
        status="onbekend",
        **{_TENTHS: written.str.replace(r"^(\d+)\.0$", r"\1", regex=True)},
    )
    cells = long_form(path, places, headings={**FEATURES, **CARE}, decimal=".", vintage=context.vintage)
    changed = int((places[_TENTHS] != written).sum())
    return Reading(
        table=TABLE,
        frame=cells,
        slot=slot_of(cells),
        first_row=FIRST_ROW,
        normalised={f"hele getallen met .0 in {_TENTHS}": changed} if changed else {},
        warnings=(
            "dit bestand noemt geen CBS-tabel en geen status",
            f"de kolom {_DAMAGED} mist haar komma en is niet overgenomen",
        ),
    )


NEIGHBOURHOOD_FIGURES = Source(
    name="neighbourhood_figures",
    dutch="cijfers over jeugdzorg en inwoners per wijk (brede indeling)",
    recognise=recognise,
    read=read,
)
