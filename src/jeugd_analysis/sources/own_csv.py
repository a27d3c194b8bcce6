"""Our own CSV layout, already pseudonymised: one file per table, named as the table, columns in the table's order.

Comma separated, UTF-8, decimal point, dates as 2026-01-31, amounts in euro cents, every line ended.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.compute as pc

from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.text import OPEN_END, has_bom, header_of, read_text, typed
from jeugd_analysis.tables import TABLES, Table, columns_of

_KINDS = {
    "string": "text",
    "str": "text",
    "int64": "int",
    "Int64": "Int64",
    "float64": "float",
    "datetime64[ns]": "date",
}


def read_table(path: Path, table: Table) -> pd.DataFrame:
    """The file as the typed frame of its table. Raises: DeliveryError with file, row and column."""
    return _read(path, table)[0]


def _read(path: Path, table: Table) -> tuple[pd.DataFrame, int]:
    """The typed frame, and how many dates said 'no end'."""
    columns = columns_of(table)
    text = read_text(path, separator=",", columns=list(columns))
    series: dict[str, pd.Series] = {}
    open_ends = 0
    for name, column in columns.items():
        kind = _KINDS[str(column.dtype).partition("[pyarrow")[0]]
        if kind == "date" and column.nullable:
            open_ends += pc.sum(pc.equal(text[name], OPEN_END)).as_py() or 0
        series[name] = typed(path, name, text[name], kind, nullable=column.nullable)
        text = text.drop_columns([name])  # text and typed values of every column at once would double the memory
    return pd.DataFrame(series), open_ends


def _source(table: Table) -> Source:
    columns = list(columns_of(table))

    def recognise(path: Path, head: bytes) -> bool:
        return path.suffix.lower() == ".csv" and (path.stem == table.name or header_of(head, ",") == columns)

    def read(path: Path, context: Context) -> Reading:
        frame, open_ends = _read(path, table)
        counts = {"BOM aan het begin": int(has_bom(path)), f"{OPEN_END} gelezen als open einde": open_ends}
        normalised = {what: count for what, count in counts.items() if count}
        return Reading(table=table.name, frame=frame, slot=table.name, normalised=normalised)

    return Source(name=f"own_{table.name}", dutch=f"{table.dutch} (eigen indeling)", recognise=recognise, read=read)


OWN = tuple(_source(table) for table in TABLES.values())
