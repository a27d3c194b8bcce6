"""From a wide table of texts, as open statistics come, to one row per published cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from jeugd_analysis.sources.text import bad_fields
from jeugd_analysis.tables.open_data import OPEN_MEASURES, OpenYouthCare

TABLE = "open_youth_care"
FIRST_LINE = 2  # of the file, below the header
FIRST_ROW = 0  # the index of the cells is the line itself: several cells stand on one line
_SIGNS = {"": "blank", ".": ".", "-": "-", "x": "x"}
_WHOLE = (r"\d{1,12}", "een geheel getal")
_DECIMAL = {
    ",": (r"\d{1,12}(?:,\d{1,9})?", "een getal met een komma als decimaalteken"),
    ".": (r"\d{1,12}(?:\.\d{1,9})?", "een getal met een punt als decimaalteken"),
}


def long_form(
    path: Path, wide: pd.DataFrame, *, headings: Mapping[str, str], decimal: str, vintage: date | None
) -> pd.DataFrame:
    """One row per line and measure, in the order of the file, with the columns of OpenYouthCare; index: line number.

    Shapes: wide has source_table, area, area_name, period and status, one text column per heading, and the line
    number as index; headings: heading in the file -> measure. vintage: of all rows; a column of that name wins.
    Raises: DeliveryError with line and heading when a text is neither a number nor a sign for 'missing'.
    """
    parts = [_cells(path, wide, heading, measure, decimal) for heading, measure in headings.items()]
    cells = pd.concat(parts).sort_index(kind="stable")
    if "vintage" not in cells:
        cells["vintage"] = pd.Series(pd.NaT if vintage is None else pd.Timestamp(vintage), index=cells.index)
    cells["vintage"] = cells["vintage"].astype("datetime64[ns]")
    return cells[list(OpenYouthCare.to_schema().columns)]


def text_frame(text: pa.Table) -> pd.DataFrame:
    """The texts with their line number in the file as index."""
    return text.to_pandas().set_axis(pd.RangeIndex(FIRST_LINE, FIRST_LINE + text.num_rows), axis=0)


def _cells(path: Path, wide: pd.DataFrame, heading: str, measure: str, decimal: str) -> pd.DataFrame:
    told = OPEN_MEASURES[measure]
    text = wide[heading]
    pattern, expected = _WHOLE if told.unit == "count" else _DECIMAL[decimal]
    missing = text.map(_SIGNS).astype("str")
    wrong = missing.isna() & ~text.str.fullmatch(pattern)
    if wrong.any():
        raise bad_fields(path, heading, [int(line) for line in wide.index[wrong]], f"{expected}, '.' of leeg")
    keys = [name for name in ("source_table", "area", "area_name", "period", "status", "vintage") if name in wide]
    return wide[keys].assign(
        measure=measure,
        value=text.where(missing.isna()).str.replace(decimal, ".", regex=False).astype("float64"),
        unit=told.unit,
        denominator=pd.Series(told.denominator, index=wide.index, dtype="str"),
        missing=missing,
    )


def slot_of(cells: pd.DataFrame) -> str:
    """Which earlier delivery these cells replace: the same tables over the same periods, of an older vintage."""
    tables, periods = (sorted(cells[name].unique()) for name in ("source_table", "period"))
    return f"{TABLE}/{'+'.join(tables)}/{'+'.join(periods)}"
