"""What a table is: a pandera model, its key and its Dutch name; and one way of checking a frame against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow.compute as pc
from pandera.errors import SchemaErrors
from pyarrow import array as pa_array

from jeugd_analysis.errors import DeliveryError

DATE = pa.DateTime  # a day; nanoseconds, as pandas and Parquet both keep them

_RULE = re.compile(r"([A-Z]{3}-\d{3}) (.*)")
_SHOWN_ROWS = 5
_LABELS = {"name", "area_name", "denominator", "source"}  # words to be shown, which are cleaned when they are
_DUTCH = {  # pandera's names of its checks, in words for the analyst
    "str_matches": "de waarde heeft niet de afgesproken vorm",
    "str_length": "de waarde is te kort of te lang",
    "isin": "de waarde staat niet in de codelijst",
    "in_range": "de waarde ligt buiten het toegestane bereik",
    "greater_than_or_equal_to": "de waarde is te laag",
    "not_nullable": "de waarde mag niet leeg zijn",
    "dtype": "de kolom heeft niet het juiste type",
    "column_in_schema": "deze kolom hoort niet in de tabel",
    "column_in_dataframe": "deze kolom ontbreekt",
    "column_ordered": "de kolommen staan niet in de afgesproken volgorde",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the store. One row is one fact; `key` is unique.

    accumulates: deliveries of later quarters add to earlier ones; otherwise the latest delivery is the whole table.
    """

    name: str
    dutch: str
    model: type[pa.DataFrameModel]
    key: tuple[str, ...]
    accumulates: bool = False


def columns_of(table: Table) -> dict[str, Any]:
    """Column name -> pandera column, in the order of the layout."""
    return dict(table.model.to_schema().columns)


def empty(table: Table) -> pd.DataFrame:
    """The table without a line, with the types it would have."""
    columns = columns_of(table)
    return pd.DataFrame({name: pd.Series(dtype=str(column.dtype)) for name, column in columns.items()})


def require(table: Table, frame: pd.DataFrame, *, file: str, first_row: int = 2) -> None:
    """Check types, rules and key of a frame; the error names file, row, column and rule, never a value.

    Shapes: one row per line of the file; row numbers in messages count from `first_row`.
    Raises: DeliveryError (TAB-010 and the code of the rule).
    """
    problems: list[str] = []
    try:
        table.model.validate(frame, lazy=True)
    except SchemaErrors as found:
        problems = [_sentence(case, group, first_row) for case, group in _cases(found.failure_cases)]
    problems = problems or _unseen(frame, first_row)
    if not problems:
        doubled = frame.duplicated(subset=list(table.key), keep="first")
        if doubled.any():
            keys = ", ".join(table.key)
            problems.append(f"{_rows(frame.index[doubled], first_row)}: sleutel ({keys}) komt vaker voor")
    if problems:
        shown = problems[:_SHOWN_ROWS]
        more = f" (en nog {len(problems) - len(shown)} soorten fouten)" if len(problems) > len(shown) else ""
        raise DeliveryError(
            "TAB-010",
            wat=f"{file} voldoet niet aan de tabel {table.dutch}: " + "; ".join(shown) + more + ".",
            doe="laat de leverancier deze regels herstellen en lever het bestand opnieuw aan.",
        )


def _unseen(frame: pd.DataFrame, first_row: int) -> list[str]:
    """Codes and references with a sign that is not seen: two of them look the same and are not."""
    told = []
    for name in frame.columns:
        if name not in _LABELS and isinstance(frame[name].dtype, pd.StringDtype):
            seen = pc.fill_null(pc.utf8_is_printable(pa_array(frame[name])), fill_value=True)
            if not pc.all(seen, min_count=0).as_py():
                rows = frame.index[~seen.to_numpy(zero_copy_only=False)]
                told.append(f"{_rows(rows, first_row)}, kolom {name}: de waarde bevat een onzichtbaar teken")
    return told


def _cases(failures: pd.DataFrame) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    # A rule over whole lines fails once per column of the line: it is one case, of no column.
    column = failures["column"].where(failures["schema_context"] == "Column").fillna("").astype(str)
    named = failures.assign(column=column, check=failures["check"].astype(str))
    return [((str(column), str(check)), group) for (column, check), group in named.groupby(["column", "check"])]


def _sentence(case: tuple[str, str], group: pd.DataFrame, first_row: int) -> str:
    column, check = case
    rows = pd.Index(group["index"].dropna().unique())
    where = _rows(rows, first_row) if len(rows) else "het bestand"
    place = f", kolom {column}" if column else ""
    match = _RULE.match(check)
    rule = f"{match[2]} ({match[1]})" if match else _DUTCH.get(check.partition("(")[0], check)
    return f"{where}{place}: {rule}"


def _rows(index: pd.Index, first_row: int) -> str:
    numbers = sorted(int(i) + first_row for i in index)
    listed = ", ".join(str(number) for number in numbers[:_SHOWN_ROWS])
    rest = f" en nog {len(numbers) - _SHOWN_ROWS} regels" if len(numbers) > _SHOWN_ROWS else ""
    return f"regel {listed}{rest}"
