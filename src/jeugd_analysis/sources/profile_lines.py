"""A file of a known layout as text: delimited text as it stands, a sheet with its typed values written as declared."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from jeugd_analysis.sources.excel import Cell, bad_cells, read_sheet
from jeugd_analysis.sources.excel_scan import letters
from jeugd_analysis.sources.profile_cells import Lines
from jeugd_analysis.sources.profile_layout import DATE, EXCEL_SUFFIX, NUMBER, TEXT, Column, Numbers, Profile
from jeugd_analysis.sources.text import has_bom, read_text

_SHEET_LIMITS = (65_536, 1_048_576)  # rows of .xls and .xlsx: an export of exactly so many may have been cut off there
_EXACT = 10**15  # Excel keeps fifteen digits


def read_lines(profile: Profile, path: Path) -> Lines:
    """Every field as text, under the exact header of the profile. Raises: DeliveryError with file and row or cell."""
    if path.suffix.lower() == EXCEL_SUFFIX:
        return _sheet_lines(profile, path)
    encoding = encoding_of(path, profile.encoding)
    normalised = Counter({"BOM aan het begin": 1} if has_bom(path) and encoding == "utf8" else {})
    if encoding != profile.encoding:
        normalised[f"gelezen als {encoding} in plaats van {profile.encoding}"] = 1
    text = read_text(path, separator=profile.separator, encoding=encoding, columns=list(profile.header))
    warnings = []
    if text.num_rows + 1 in _SHEET_LIMITS:
        rows = text.num_rows + 1
        warnings.append(f"{path.name} heeft precies {rows} regels, een grens van Excel; is de export daar afgebroken?")
    return Lines(path=path, text=text, normalised=normalised, warnings=tuple(warnings))


def encoding_of(path: Path, declared: str) -> str:
    """UTF-8 when the whole file is that: no other code page gives that by chance. Otherwise the declared one."""
    decoder = codecs.getincrementaldecoder("utf8")()
    only_ascii = True
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 22):
                only_ascii = only_ascii and block.isascii()
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return declared
    return declared if only_ascii else "utf8"


def _sheet_lines(profile: Profile, path: Path) -> Lines:
    sheet = read_sheet(path, columns=profile.header, sheet=profile.sheet, header_row=profile.header_row)
    kinds = profile.kinds()
    columns = {}
    for at, name in enumerate(profile.header):
        kind, column = kinds.get(name, (TEXT, None))
        write, expected = _writer(kind, column, loose=column is None)
        texts = [write(row[at]) for row in sheet.rows]
        if wrong := [row for row, text in enumerate(texts) if text is None]:
            cells = [f"{letters(at)}{row + sheet.first_row}" for row in wrong]
            raise bad_cells(path, sheet.name, cells, f"{expected} ({name})")
        columns[name] = pa.chunked_array([pa.array(texts, type=pa.string())])
    return Lines(
        path=path, text=pa.table(columns), first_row=sheet.first_row, sheet=sheet.name, warnings=sheet.warnings
    )


def _writer(kind: str, column: Column | None, *, loose: bool) -> tuple[Callable[[Cell], str | None], str]:
    """Writes a cell as the profile says such a value is written in text; None when the cell has another type."""
    if loose:
        return str, "iets"
    assert column is not None
    if kind == DATE:
        return lambda value: date_text(value, column.dates), "een cel met een echte datum, zonder tijd"
    if kind == NUMBER:
        return lambda value: number_text(value, column.numbers), "een getal"
    return text_text, "tekst, of een geheel getal van hoogstens 15 cijfers"


def date_text(value: Cell, form: str) -> str | None:
    """A typed date; a bare number or a text is none, even when it looks like one."""
    if isinstance(value, datetime):
        value = value.date() if value == datetime(value.year, value.month, value.day) else ""
        return f"{value:{form}}" if value and form else None
    if isinstance(value, date):
        return f"{value:{form}}" if form else None
    return "" if value == "" else None


def number_text(value: Cell, numbers: Numbers) -> str | None:
    """A number as Excel shows it in fifteen digits, with the declared sign and decimals; a text stays as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    shown = f"{value:.15g}"
    if "e" in shown:
        return None
    whole, _, rest = shown.partition(".")
    if numbers.decimals is not None:
        rest = rest.ljust(numbers.decimals, "0")
    return f"{whole}{numbers.decimal or '.'}{rest}" if rest else whole


def text_text(value: Cell) -> str | None:
    """Text; whole numbers too, because Excel makes numbers of codes that look like it. Not above fifteen digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return f"{value:.0f}" if value == int(value) and abs(value) < _EXACT else None
