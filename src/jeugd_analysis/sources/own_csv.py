"""Our own CSV layout, already pseudonymised: one file per table, named as the table, columns in the table's order.

Comma separated, UTF-8, decimal point, dates as 2026-01-31, amounts in euro cents, every line ended.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.text import check_bytes, read_text, require_header, typed
from jeugd_analysis.tables import TABLES, Table, columns_of

_KINDS = {"string": "text", "str": "text", "int64": "int", "Int64": "Int64", "float64": "float", "datetime64[ns]": "date"}


def read_table(path: Path, table: Table) -> pd.DataFrame:
    """The file as the typed frame of its table. Raises: DeliveryError with file, row and column."""
    check_bytes(path)
    text = read_text(path, separator=",")
    columns = columns_of(table)
    require_header(path, text.column_names, list(columns))
    return pd.DataFrame(
        {
            name: typed(
                path, name, text[name], _KINDS[str(column.dtype).partition("[pyarrow")[0]], nullable=column.nullable
            )
            for name, column in columns.items()
        }
    )


def _source(table: Table) -> Source:
    columns = ",".join(columns_of(table))

    def recognise(path: Path, head: bytes) -> bool:
        first_line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n")[0].strip().decode("utf8", "replace")
        return path.suffix == ".csv" and (path.stem == table.name or first_line.replace('"', "") == columns)

    def read(path: Path, context: Context) -> Reading:
        return Reading(table=table.name, frame=read_table(path, table), slot=table.name)

    return Source(name=f"own_{table.name}", dutch=f"{table.dutch} (eigen indeling)", recognise=recognise, read=read)


OWN = tuple(_source(table) for table in TABLES.values())
