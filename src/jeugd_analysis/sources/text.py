"""Text files read as text: nothing is guessed, every field is counted, and only declared signs are changed.

Pandas' own typing turns 0637 into 637 and makes 12E4 and 120000 one child; so every field is read as a string first.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from jeugd_analysis.errors import DeliveryError

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BOM = b"\xef\xbb\xbf"
OPEN_END = "9999-12-31"  # declared sign for "no end date"; everything else outside 1990-2099 is an error
_DAY = r"^(?:19[9]\d|20\d{2})-\d{2}-\d{2}$"


def unreadable(path: Path, wat: str, doe: str = "lever het bestand opnieuw aan als CSV in UTF-8.") -> DeliveryError:
    """The file as a whole cannot be read."""
    return DeliveryError("BES-001", wat=f"{path.name}: {wat}.", doe=doe)


def bad_fields(path: Path, column: str, rows: list[int], expected: str) -> DeliveryError:
    """Fields of one column that are not what the layout says; their value is not shown."""
    listed = ", ".join(str(row) for row in rows[:5]) + (f" en nog {len(rows) - 5}" if len(rows) > 5 else "")
    return DeliveryError(
        "BES-002",
        wat=f"{path.name} regel {listed}, kolom {column}: verwacht {expected}.",
        doe="laat de leverancier deze velden herstellen; er is niets ingelezen.",
    )


def check_bytes(path: Path) -> None:
    """Refuse what is not plain UTF-8 text with an ended last line: empty, UTF-16, NUL bytes, cut off.

    Raises: DeliveryError that names the file and, where it can be told, the line.
    """
    size = path.stat().st_size
    if size == 0:
        raise unreadable(path, "het bestand is leeg (0 bytes)", "vraag de leverancier om een gevuld bestand.")
    line = 1
    last = b""
    with path.open("rb") as stream:
        first = True
        while block := stream.read(1 << 22):
            if first and block.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise unreadable(path, "het bestand is UTF-16", "sla het op als 'CSV UTF-8' en lever het opnieuw aan.")
            if found := _CONTROL.search(block):
                where = line + block.count(b"\n", 0, found.start())
                raise unreadable(path, f"regel {where} bevat een stuurteken dat niet in tekst hoort")
            if not first and _BOM in block:
                raise unreadable(path, "er staat een BOM midden in het bestand")
            line += block.count(b"\n")
            last, first = block, False
    if not last.endswith(b"\n"):
        raise unreadable(
            path, "de laatste regel is niet afgesloten; het bestand kan zijn afgebroken", "vraag het volledige bestand op."
        )


def read_text(path: Path, *, separator: str, encoding: str = "utf8") -> pa.Table:
    """Every field of a delimited file as text; empty stays empty. Column names are those of the first line.

    Raises: DeliveryError when a row has too many or too few fields (with its line number) or is not in `encoding`.
    """
    wrong: list[tuple[int | None, int, int]] = []

    def refuse(row: pacsv.InvalidRow) -> str:
        wrong.append((row.number, row.expected_columns, row.actual_columns))
        return "skip"

    header = _header(path, separator, encoding)
    try:
        table = pacsv.read_csv(
            path,
            read_options=pacsv.ReadOptions(encoding=encoding, use_threads=False, block_size=1 << 24),
            parse_options=pacsv.ParseOptions(delimiter=separator, invalid_row_handler=refuse),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False, check_utf8=True
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        # Arrow's message may quote the row: it is not repeated.
        where = re.search(r"row #?(\d+)", str(error))
        place = f" bij regel {where[1]}" if where else ""
        raise unreadable(path, f"de tekst is niet leesbaar{place} (afwijkende codering of een open aanhalingsteken)") from None
    if wrong:
        number, expected, actual = wrong[0]
        more = f"; in totaal {len(wrong)} regels" if len(wrong) > 1 else ""
        raise unreadable(path, f"regel {number} heeft {actual} velden, verwacht {expected}{more}")
    if table.num_rows == 0:
        raise unreadable(path, "er staan geen regels onder de kop", "vraag de leverancier om een gevuld bestand.")
    return table


def _header(path: Path, separator: str, encoding: str) -> list[str]:
    with path.open(encoding="utf-8-sig" if encoding == "utf8" else encoding) as stream:
        first = stream.readline().rstrip("\r\n")
    return [name.strip('"') for name in first.split(separator)]


def require_header(path: Path, found: list[str], expected: list[str]) -> None:
    """The columns must be the declared ones, in the declared order.

    Raises: DeliveryError that names what is missing, unknown or out of order.
    """
    if found == expected:
        return
    missing = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    parts = [f"ontbreekt: {', '.join(missing)}"] if missing else []
    parts += [f"onbekend: {', '.join(extra[:5])}"] if extra else []
    raise unreadable(
        path, "de kolommen kloppen niet (" + ("; ".join(parts) or "andere volgorde") + ")",
        f"gebruik precies deze kolommen: {', '.join(expected)}.",
    )


def rows_where(mask: pa.ChunkedArray, first_row: int = 2) -> list[int]:
    """Line numbers of the rows that are true in the mask."""
    return [int(i) + first_row for i in pc.indices_nonzero(mask).to_pylist()]


def typed(path: Path, column: str, text: pa.ChunkedArray, kind: str, *, nullable: bool, first_row: int = 2) -> pd.Series:
    """One column of text as the type its table declares: 'text', 'int', 'Int64', 'float' or 'date'.

    An empty field is missing where the column allows it. Raises: DeliveryError that names file, rows and column.
    """
    empty = pc.equal(text, "")
    if not nullable and pc.any(empty).as_py():
        raise bad_fields(path, column, rows_where(empty, first_row), "een ingevulde waarde")
    filled = pc.if_else(empty, pa.scalar(None, pa.string()), text)
    if kind == "text":
        return pd.Series(filled.to_pandas(), dtype="str", name=column)
    pattern, expected = {
        "int": (r"^-?\d{1,15}$", "een geheel getal"),
        "Int64": (r"^-?\d{1,15}$", "een geheel getal"),
        "float": (r"^-?\d{1,15}(\.\d{1,9})?$", "een getal met een punt als decimaalteken"),
        "date": (_DAY, "een datum als 2026-01-31"),
    }[kind]
    if kind == "date":
        filled = pc.if_else(pc.equal(filled, OPEN_END), pa.scalar(None, pa.string()), filled)
    wrong = pc.invert(pc.fill_null(pc.match_substring_regex(filled, pattern), fill_value=True))
    if pc.any(wrong).as_py():
        raise bad_fields(path, column, rows_where(wrong, first_row), expected)
    if kind == "date":
        return _days(path, column, filled, first_row)
    if kind == "float":
        return pd.Series(pc.cast(filled, pa.float64()).to_pandas(), name=column)
    numbers = pc.cast(filled, pa.int64())
    if kind == "Int64":
        return pd.Series(numbers.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get), name=column)
    return pd.Series(numbers.to_pandas(), dtype="int64", name=column)


def _days(path: Path, column: str, text: pa.ChunkedArray, first_row: int) -> pd.Series:
    # A delivery has few different days and many rows: each day is parsed once.
    coded = text.combine_chunks().dictionary_encode()
    days = pd.to_datetime(pd.Series(coded.dictionary.to_pandas(), dtype="str"), format="%Y-%m-%d", errors="coerce")
    if days.isna().any():
        impossible = pc.is_in(text, value_set=coded.dictionary.filter(pa.array(days.isna())))
        raise bad_fields(path, column, rows_where(impossible, first_row), "een bestaande datum")
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    values = days.astype("datetime64[ns]").to_numpy()
    taken = values.take(codes, mode="clip") if len(values) else pd.array([pd.NaT] * len(codes)).to_numpy("datetime64[ns]")
    return pd.Series(taken, name=column).mask(codes < 0).astype("datetime64[ns]")
