"""Text files read as text: nothing is guessed, every field is counted, and only declared signs are changed.

Pandas' own typing turns 0637 into 637 and makes 12E4 and 120000 one child; so every field is read as a string first.
One record is one line, so that a row number is a line number: a field may not run on over several lines.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from jeugd_analysis.errors import DeliveryError

BOM = b"\xef\xbb\xbf"
OPEN_END = "9999-12-31"  # declared sign for "no end date"; everything else outside 1990-2099 is an error
_DAY = r"^(?:19[9]\d|20\d{2})-\d{2}-\d{2}$"
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\r(?!\n)")
_EMPTY_LINE = re.compile(rb"(?:^|\n)\r?\n")  # no MULTILINE: ^ is the start of a piece, which is the start of a line
_BLOCK, _LONGEST_LINE = 1 << 22, 1 << 20
_MANGLED = re.compile(  # UTF-8 once read as Windows-1252 (é became Ã©, ’ became â€™), or the sign for "lost"
    rb"\xc3[\x82\x83]\xc2[\x80-\xbf]|\xc3\xa2\xe2\x82\xac|\xef\xbf\xbd"
)
_SEPARATORS = {",": "een komma", ";": "een puntkomma", "\t": "een tab", "|": "een verticale streep"}


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


def check_bytes(path: Path, *, separator: str = ",", encoding: str = "utf8") -> None:
    """Refuse what is not plain text in `encoding`, one record a line, with an ended last line.

    Refused: empty, an empty line, UTF-16, a BOM that is not at the start, control characters, letters mangled by a
    wrong code page, a quote that is not closed on its own line, cut off. Raises: DeliveryError with file and line.
    """
    if path.stat().st_size == 0:
        raise unreadable(path, "het bestand is leeg (0 bytes)", "vraag de leverancier om een gevuld bestand.")
    line = 1
    for lines in _whole_lines(path):
        _check_controls(path, lines, line, separator)
        if found := _EMPTY_LINE.search(lines):
            raise unreadable(path, f"regel {_line(lines, found.end() - 1, line)} is leeg", "haal de lege regel weg.")
        _check_letters(path, lines, line, encoding)
        if b'"' in lines:
            _check_quotes(path, lines, line, separator)
        line += lines.count(b"\n")


def has_bom(path: Path) -> bool:
    """Whether the file starts with the mark of UTF-8; it is allowed there and skipped."""
    with path.open("rb") as stream:
        return stream.read(3) == BOM


def _whole_lines(path: Path) -> Iterator[bytes]:
    """The file in pieces that end at a line end, without the BOM; raises when the last line has no end."""
    line = 1
    with path.open("rb") as stream:
        if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise unreadable(path, "het bestand is UTF-16", "sla het op als 'CSV UTF-8' en lever het opnieuw aan.")
        stream.seek(0)
        while block := stream.read(_BLOCK):
            lines = block if block.endswith(b"\n") else block + stream.readline(_LONGEST_LINE)
            lines = lines.removeprefix(BOM) if line == 1 else lines
            if not lines.endswith(b"\n"):
                raise _not_ended(path, lines, line)
            yield lines
            line += lines.count(b"\n")


def _not_ended(path: Path, lines: bytes, first: int) -> DeliveryError:
    _check_controls(path, lines, first, ",")  # a file with the line ends of an old Mac has no line end at all
    wat = f"regel {_line(lines, len(lines), first)} is niet afgesloten; het bestand kan zijn afgebroken"
    return unreadable(path, wat, "vraag het volledige bestand op.")


def _check_controls(path: Path, lines: bytes, first: int, separator: str) -> None:
    # Deleting and counting are many times faster than a search; the search runs only to say where.
    lone_returns = lines.count(b"\r") - lines.count(b"\r\n")
    if not lone_returns and len(lines.translate(None, _CONTROLS)) == len(lines):
        return
    found = _CONTROL.search(lines)
    assert found is not None
    before = lines[: found.start()].rpartition(b"\n")[2].decode("utf8", "replace")
    field = len(next(csv.reader([before], delimiter=separator), [""]))
    what = "een losse regelterugloop" if found[0] == b"\r" else "een stuurteken dat niet in tekst hoort"
    raise unreadable(path, f"regel {_line(lines, found.start(), first)}, veld {field} bevat {what}")


def _check_letters(path: Path, lines: bytes, first: int, encoding: str) -> None:
    if lines.isascii():
        return
    try:
        lines.decode(encoding)
    except UnicodeDecodeError as error:
        where = _line(lines, error.start, first)
        raise unreadable(path, f"regel {where} is niet in de afgesproken codering ({encoding})") from None
    if encoding != "utf8":
        return
    if BOM in lines:
        where = _line(lines, lines.index(BOM), first)
        raise unreadable(path, f"regel {where} bevat een BOM; die mag alleen aan het begin van het bestand staan")
    if found := _MANGLED.search(lines):
        wat = f"regel {_line(lines, found.start(), first)} bevat verminkte letters, zoals Ã© in plaats van é"
        raise unreadable(path, wat, "laat de leverancier het bestand opnieuw uit het bronsysteem halen, in UTF-8.")


def _check_quotes(path: Path, lines: bytes, first: int, separator: str) -> None:
    signs = np.frombuffer(lines, dtype=np.uint8)
    ends, quotes = np.flatnonzero(signs == ord("\n")), np.flatnonzero(signs == ord('"'))
    doe = "laat de leverancier elk veld op één regel zetten en de aanhalingstekens herstellen."
    odd = np.diff(np.searchsorted(quotes, ends), prepend=0) % 2 == 1
    if odd.any():
        raise unreadable(path, f"in regel {first + int(odd.argmax())} is een aanhalingsteken niet gesloten", doe)
    edge = np.isin(np.arange(256), list(f'{separator}"\r\n'.encode()))  # what a quote may have on one of its sides
    before = edge[signs[np.maximum(quotes - 1, 0)]] | (quotes == 0)
    stray = ~before & ~edge[signs[quotes + 1]]
    if stray.any():
        where = _line(lines, int(quotes[stray.argmax()]), first)
        raise unreadable(path, f"in regel {where} staat een los aanhalingsteken", doe)


def _line(lines: bytes, position: int, first: int) -> int:
    return first + lines.count(b"\n", 0, position)


def read_text(path: Path, *, separator: str, encoding: str = "utf8", columns: list[str] | None = None) -> pa.Table:
    """Every field of a delimited file as text; empty stays empty. Column names are those of the first line.

    columns: what the first line must be; told before anything is said of the lines below it. Row i of the table is
    line i + 2 of the file. Raises: DeliveryError as check_bytes and require_header do, and when a line has too many or
    too few fields (with its number) or there are no lines below the header.
    """
    check_bytes(path, separator=separator, encoding=encoding)
    header = _header(path, separator, encoding)
    if columns is not None:
        require_header(path, header, columns)
    table, wrong = _arrow(path, header, separator, encoding)
    if wrong:
        number, expected, actual = wrong[0]
        fields = "veld" if actual == 1 else "velden"
        more = f"; in totaal {len(wrong)} regels" if len(wrong) > 1 else ""
        raise unreadable(path, f"regel {number} heeft {actual} {fields}, verwacht {expected}{more}")
    if table.num_rows == 0:
        raise unreadable(path, "er staan geen regels onder de kop", "vraag de leverancier om een gevuld bestand.")
    return table


def _arrow(path: Path, header: list[str], separator: str, encoding: str) -> tuple[pa.Table, list[tuple[int, int, int]]]:
    """The lines that fit the header, and of the others number, expected and found fields."""
    wrong: list[tuple[int, int, int]] = []

    def refuse(row: pacsv.InvalidRow) -> str:
        wrong.append((row.number, row.expected_columns, row.actual_columns))
        return "skip"

    try:
        table = pacsv.read_csv(
            path,
            # One thread: only then does Arrow know the row number of a line it refuses.
            read_options=pacsv.ReadOptions(encoding=encoding, use_threads=False, block_size=1 << 24),
            parse_options=pacsv.ParseOptions(delimiter=separator, invalid_row_handler=refuse),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False, check_utf8=True
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        # Arrow's message may quote the row: it is not repeated.
        raise unreadable(path, "de tekst is niet leesbaar als tabel") from None
    return table, wrong


def header_of(line: bytes, separator: str) -> list[str]:
    """Column names in the first line of a file; none when it is no line of text."""
    text = line.removeprefix(BOM).split(b"\n")[0].decode("utf8", "replace").rstrip("\r")
    try:
        return next(csv.reader([text], delimiter=separator), [])
    except csv.Error:  # a lone return, as packed files have them
        return []


def _header(path: Path, separator: str, encoding: str) -> list[str]:
    with path.open("rb") as stream:
        first = stream.readline(_LONGEST_LINE)
    return header_of(first.decode(encoding).encode() if encoding != "utf8" else first, separator)


def require_header(path: Path, found: list[str], expected: list[str]) -> None:
    """The columns must be the declared ones, in the declared order.

    Raises: DeliveryError that names what is missing, unknown, double or out of order. What stands in the first line
    is only repeated when it is a header: a file without one has a person's row there.
    """
    if found == expected:
        return
    doe = f"gebruik precies deze kolommen: {', '.join(expected)}."
    if not set(found) & set(expected):
        why = _no_header(found, expected)
        if "gescheiden" in why:  # what Dutch Excel does by default
            wanted = "een puntkomma" if "een komma" in why else "een komma"
            doe = f"sla het bestand op met {wanted} tussen de velden. De kolommen zijn: {', '.join(expected)}."
        raise unreadable(path, why, doe)
    missing = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    double = sorted({name for name in found if found.count(name) > 1})
    parts = [f"ontbreekt: {', '.join(missing)}"] if missing else []
    parts += [f"onbekend: {', '.join(extra[:5])}"] if extra else []
    parts += [f"dubbel: {', '.join(double)}"] if double else []
    raise unreadable(path, f"de kolommen kloppen niet ({'; '.join(parts) or 'andere volgorde'})", doe)


def _no_header(found: list[str], expected: list[str]) -> str:
    for sign, dutch in _SEPARATORS.items():
        if len(found) == 1 and set(found[0].split(sign)) & set(expected):
            return f"de velden zijn gescheiden door {dutch}; dat is een ander scheidingsteken dan afgesproken"
    return "op de eerste regel staat geen van de afgesproken kolomnamen"


def rows_where(mask: pa.ChunkedArray, first_row: int = 2) -> list[int]:
    """Line numbers of the rows that are true in the mask."""
    return [int(i) + first_row for i in pc.indices_nonzero(mask).to_pylist()]


def typed(
    path: Path, column: str, text: pa.ChunkedArray, kind: str, *, nullable: bool, first_row: int = 2
) -> pd.Series:
    """One column of text as the type its table declares: 'text', 'int', 'Int64', 'float' or 'date'.

    An empty field is missing where the column allows it; so is OPEN_END in a date. Raises: DeliveryError that names
    file, rows and column.
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
    if kind == "date" and nullable:
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
    taken = (
        values.take(codes, mode="clip") if len(values) else pd.array([pd.NaT] * len(codes)).to_numpy("datetime64[ns]")
    )
    return pd.Series(taken, name=column).mask(codes < 0).astype("datetime64[ns]")
