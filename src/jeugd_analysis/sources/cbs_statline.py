"""Web export of StatLine table 85098NED (indicators of youth care in kind, per municipality).

BOM, semicolons, quoted headings, decimal comma; an empty cell is a missing value; 2022* is a provisional year.
Source: opendata.cbs.nl, table 85098NED; CBS, conventions of StatLine ("Verklaring van tekens").
"""

from __future__ import annotations

import re
from pathlib import Path

from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.open_cells import FIRST_ROW, TABLE, long_form, slot_of, text_frame
from jeugd_analysis.sources.text import bad_fields, has_bom, header_of, read_text
from jeugd_analysis.tables.open_data import NETHERLANDS

SOURCE_TABLE = "85098NED"
_SEPARATOR, _DECIMAL = ";", ","
_AREA, _PERIOD = "Regio's", "Perioden"
_UNIT = "(% (zie toelichting))"
HEADINGS = {
    f"Jongeren met jeugdhulp in natura {_UNIT}": "share_youth_assistance",
    f"Jongeren met jeugdh. met verbl. in nat. {_UNIT}": "share_residential",
    f"Jongeren met jeugdbescherming {_UNIT}": "share_youth_protection",
    f"Jeugdbesch. en jeugdh. met verbl. in nat {_UNIT}": "share_protection_residential",
    f"Jongeren met jeugdreclassering {_UNIT}": "share_juvenile_rehabilitation",
}
COUNTRY = {
    "Nederland": NETHERLANDS,
    "Noord-Nederland (LD)": "LD01",
    "Oost-Nederland (LD)": "LD02",
    "West-Nederland (LD)": "LD03",
    "Zuid-Nederland (LD)": "LD04",
}
_WRITTEN = re.compile(r"(\d{4})(?: ([12])e halfjaar| ([1-4])e kwartaal)?(\*{0,2})")
_STATUS = {"": "definitief", "*": "voorlopig", "**": "nader voorlopig"}


def recognise(path: Path, head: bytes) -> bool:
    """A StatLine export starts with these two headings; which table it is, the reader finds out."""
    return header_of(head, _SEPARATOR)[:2] == [_AREA, _PERIOD]


def read(path: Path, context: Context) -> Reading:
    """The export as cells of OpenYouthCare; areas that `context` does not know keep their name and no code.

    Raises: DeliveryError for another table, an unknown way of writing a period, and cells that are no number.
    """
    text = read_text(path, separator=_SEPARATOR, columns=[_AREA, _PERIOD, *HEADINGS])
    wide = text_frame(text)
    written = wide[_PERIOD].map(parse_period)
    if written.isna().any():
        lines = [int(line) for line in wide.index[written.isna()]]
        raise bad_fields(path, _PERIOD, lines, "een periode als 2022, 2022*, 2022** of 2023 1e halfjaar*")
    wide = wide.assign(
        source_table=SOURCE_TABLE,
        area=wide[_AREA].map({**context.area_codes, **COUNTRY}).astype("str"),
        area_name=wide[_AREA],
        period=[period for period, _ in written],
        status=[status for _, status in written],
    )
    cells = long_form(path, wide, headings=HEADINGS, decimal=_DECIMAL, vintage=context.vintage)
    normalised = {"BOM aan het begin": 1} if has_bom(path) else {}
    return Reading(table=TABLE, frame=cells, slot=slot_of(cells), first_row=FIRST_ROW, normalised=normalised)


def parse_period(written: str) -> tuple[str, str] | None:
    """Period code and status of a period as StatLine writes it; None when it is written otherwise.

    >>> parse_period("2022*"), parse_period("2023 1e halfjaar**")
    (('2022JJ00', 'voorlopig'), ('2023HJ01', 'nader voorlopig'))
    """
    match = _WRITTEN.fullmatch(written)
    if match is None:
        return None
    year, half, quarter, stars = match.groups()
    part = f"HJ0{half}" if half else f"KW0{quarter}" if quarter else "JJ00"
    return year + part, _STATUS[stars]


STATLINE = Source(
    name="cbs_statline",
    dutch="StatLine-export van CBS-tabel 85098NED (indicatoren jeugdzorg)",
    recognise=recognise,
    read=read,
)
