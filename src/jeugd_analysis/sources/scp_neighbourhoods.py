"""'Jeugdhulp in de wijk' of the SCP: use per neighbourhood in 2017, and the use that its model expects.

Comma separated, one row per neighbourhood, columns as the SCP names them; other columns (its determinants) may stand
beside those that are read. An empty cell or '.' is a missing value. Help without residence; borders of 2017.
Source: SCP (2020), Jeugdhulp in de wijk, digitaal.scp.nl/jeugdhulp-in-de-wijk.
"""

from __future__ import annotations

from pathlib import Path

from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.municipal_figures import require_form
from jeugd_analysis.sources.open_cells import FIRST_ROW, TABLE, long_form, slot_of, text_frame
from jeugd_analysis.sources.text import header_of, read_text, require_header

SOURCE_TABLE, PERIOD = "SCP-Jeugdhulp-in-de-wijk", "2017JJ00"
MEASURES = {"perc_jhzv": "share_non_residential_scp", "perc_przv": "share_expected_scp"}
_KEYS = ["wijk", "wijknaam", "gemeentecode"]
_CODE = r"\d{5,6}"  # the SCP writes codes as numbers, without the zero in front
_NOISY = r"\d{1,3}\.\d{10,}"  # three decimals that went through a binary number: 3.7070000000000003


def recognise(path: Path, head: bytes) -> bool:
    """The keys stand first, the observed share is among the columns."""
    names = header_of(head, ",")
    return names[:3] == _KEYS and next(iter(MEASURES)) in names


def read(path: Path, context: Context) -> Reading:
    """Cells of OpenYouthCare: the observed and the expected share of each neighbourhood, in percents.

    Raises: DeliveryError when a column is missing, a code is not in its known form, or a cell is no number.
    """
    text = read_text(path, separator=",")
    needed = [*_KEYS, *MEASURES]
    require_header(path, [name for name in text.column_names if name in needed], needed)
    wide = text_frame(text.select(needed))
    require_form(path, wide, "wijk", _CODE, "een wijkcode als 63711")
    area = "WK" + wide["wijk"].str.zfill(6)
    long = {name: wide[name].str.fullmatch(_NOISY) for name in MEASURES}
    tidy = {name: wide[name].mask(long[name], wide[name].where(long[name]).astype("float64").round(3)) for name in long}
    places = wide.assign(
        **{name: values.astype("str") for name, values in tidy.items()},
        area=area,
        area_name=wide["wijknaam"] + " " + area,
        period=PERIOD,
        source_table=SOURCE_TABLE,
        status="definitief",
    )
    cells = long_form(path, places, headings=MEASURES, decimal=".", vintage=context.vintage)
    others = len(text.column_names) - len(needed)
    warnings = (f"{others} kolommen met kenmerken van wijken zijn niet overgenomen",) if others else ()
    changed = int(sum(noisy.sum() for noisy in long.values()))
    return Reading(
        table=TABLE,
        frame=cells,
        slot=slot_of(cells),
        first_row=FIRST_ROW,
        normalised={"percentages teruggebracht tot drie decimalen": changed} if changed else {},
        warnings=warnings,
    )


SCP_NEIGHBOURHOODS = Source(
    name="scp_neighbourhoods",
    dutch="gebruik van jeugdhulp per wijk volgens het SCP (2017)",
    recognise=recognise,
    read=read,
)
