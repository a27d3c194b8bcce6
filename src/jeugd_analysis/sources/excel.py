"""One sheet of a workbook (.xlsx), with the checks that a list of values cannot make.

Two readers look at a sheet. Our own walks through its XML: formulas without a result, error values, hidden rows,
merged cells and how far the filled cells reach, all before any memory is taken. Calamine then gives the typed values.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.parsers import expat

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources.excel_scan import Scan, letters, scan_sheet
from jeugd_analysis.sources.text import unreadable

Cell = str | int | float | bool | date | datetime | time | timedelta
MOST_ROWS = 1_048_576  # of a sheet: an export that reaches it was cut off there
CELL_BUDGET = 2_000_000
_MOST_BYTES, _MOST_RATIO, _SMALL = 1 << 30, 100, 10 << 20  # a small file may be packed tighter
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATIONS = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_AS_XLSX = "open het in Excel en sla het op als Excel-werkmap (.xlsx), zonder wachtwoord."
_DAMAGED = (  # what the readers below raise for a file that is not what it says
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    RuntimeError,  # a part behind a password; its child NotImplementedError: an unknown way of packing
    etree.XMLSyntaxError,
    expat.ExpatError,
    CalamineError,
)
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows below the header, all as wide as the header. Row i of the list is row i + first_row of the sheet."""

    name: str
    rows: list[list[Cell]]
    first_row: int
    warnings: tuple[str, ...]


def bad_cells(path: Path, sheet: str, cells: Sequence[str], expected: str) -> DeliveryError:
    """Cells that are not what the layout says; their value is not shown."""
    listed = ", ".join(cells[:_SHOWN]) + (f" en nog {len(cells) - _SHOWN}" if len(cells) > _SHOWN else "")
    return DeliveryError(
        "BES-002",
        wat=f"{path.name}, blad {sheet}, cel {listed}: verwacht {expected}.",
        doe="laat de leverancier deze cellen herstellen; er is niets ingelezen.",
    )


def read_sheet(path: Path, *, columns: Sequence[str], sheet: str = "", header_row: int = 1) -> Sheet:
    """The values below the header, with their types. sheet: its name; without one the only visible sheet.

    Raises: DeliveryError as read_cells does, and for another header, an empty row or cells beside the table.
    """
    name, cells, warnings = read_cells(path, sheet=sheet, header_row=header_row)
    return _table(path, name, cells, list(columns), header_row, warnings)


def read_cells(path: Path, *, sheet: str = "", header_row: int = 1) -> tuple[str, list[list[Cell]], tuple[str, ...]]:
    """Name of the sheet, every cell from A1 on, and warnings. A missing value is an empty text.

    Raises: DeliveryError with sheet and cell for what is no .xlsx, too large when unpacked, cut off at the largest
    number of rows, merged cells from the header on, error values, and formulas without a stored result.
    """
    _require_workbook(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _require_modest(path, archive)
            name, part, others = _choose(path, _sheets(archive), sheet)
            with archive.open(part) as stream:
                scan = scan_sheet(stream)
        _require_whole(path, name, scan, header_row)
        cells = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)
    except _DAMAGED:
        raise unreadable(path, "het bestand is beschadigd en niet leesbaar als Excel-werkmap", _AS_XLSX) from None
    return name, cells, (*_warnings(name, scan), *others)


def _require_workbook(path: Path) -> None:
    """The first bytes must be those of a zip: what a file is called says nothing."""
    with path.open("rb") as stream:
        head = stream.read(512)
    if not head:
        raise unreadable(path, "het bestand is leeg (0 bytes)", "vraag de leverancier om een gevuld bestand.")
    if head.startswith(b"PK\x03\x04"):
        return
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        what = "dit is een oud Excel-bestand (.xls) of een werkmap met een wachtwoord"
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        what = "dit is een webpagina (HTML) met de naam van een Excel-bestand"
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        what = "dit is een XML-bestand met de naam van een Excel-bestand"
    else:
        what = "dit is geen Excel-werkmap (.xlsx)"
    raise unreadable(path, what, _AS_XLSX)


def _require_modest(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse what unpacks to far more than a table: by what the file says of itself, then by unpacking once."""
    unpacked = sum(entry.file_size for entry in archive.infolist())
    packed = max(path.stat().st_size, 1)
    if unpacked > _MOST_BYTES or (unpacked > _SMALL and unpacked / packed > _MOST_RATIO):
        wat = f"uitgepakt is het {unpacked >> 20} MB, {unpacked // packed} keer zo groot"
        raise unreadable(path, f"{wat}; zo is een gewone werkmap niet", "lever de tabel aan als CSV in UTF-8.")
    if archive.testzip() is not None:  # the sizes were not true
        raise zipfile.BadZipFile
    for entry in archive.infolist():
        with archive.open(entry) as stream:
            if b"<!DOCTYPE" in stream.read(1024):
                raise unreadable(path, "het bestand bevat een DTD; die hoort niet in een werkmap", _AS_XLSX)


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, bool, str]]:
    """Name, visible and part of each sheet."""
    links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), _parser())
    parts = {link.get("Id"): link.get("Target") for link in links}
    book = etree.fromstring(archive.read("xl/workbook.xml"), _parser())
    found = []
    for sheet in book.iterfind(".//{*}sheet"):
        target = parts[sheet.get(_RELATIONS) or sheet.get(_STRICT_RELATIONS)]
        if target is None:
            raise zipfile.BadZipFile
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found.append((sheet.get("name"), sheet.get("state", "visible") == "visible", part))
    return found


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _choose(path: Path, sheets: list[tuple[str, bool, str]], wanted: str) -> tuple[str, str, tuple[str, ...]]:
    """Name and part of the sheet to read, and what is said of the others."""
    chosen = [sheet for sheet in sheets if (sheet[0] == wanted if wanted else sheet[1])]
    if len(chosen) != 1:
        wat = (
            f"het blad {wanted} ontbreekt" if wanted else f"er zijn {len(chosen)} zichtbare bladen; er is er één nodig"
        )
        raise unreadable(path, wat, "zet de naam van het blad in het profiel (excel.sheet).")
    name, visible, part = chosen[0]
    hidden = sum(not sheet[1] for sheet in sheets if sheet[0] != name)
    warnings = [f"{path.name}: {hidden} verborgen bladen zijn niet gelezen"] if hidden else []
    warnings += [] if visible else [f"{path.name}: het blad {name} is verborgen en toch gelezen"]
    return name, part, tuple(warnings)


def _require_whole(path: Path, name: str, scan: Scan, header_row: int) -> None:
    if scan.last_row >= MOST_ROWS:
        wat = f"blad {name} heeft {MOST_ROWS} rijen, het grootste aantal in Excel; de export is daar afgebroken"
        raise unreadable(path, wat, "lever de tabel aan als CSV in UTF-8.")
    if scan.last_row * scan.last_column > CELL_BUDGET:
        wat = f"de gevulde cellen van blad {name} reiken tot {letters(scan.last_column - 1)}{scan.last_row}"
        doe = f"haal losse cellen ver van de tabel weg, of lever meer dan {CELL_BUDGET} cellen aan als CSV in UTF-8."
        raise unreadable(path, f"{wat}; dat zijn te veel cellen", doe)
    if scan.unresolved:
        raise bad_cells(path, name, scan.unresolved, "een uitkomst; deze formule heeft er geen bewaard")
    if scan.errors:
        raise bad_cells(path, name, scan.errors, "een waarde en geen foutmelding zoals #N/B")
    merged = [reference for reference in scan.merged if _last_row_of(reference) >= header_row]
    if merged:
        raise bad_cells(path, name, merged, "losse cellen; deze zijn samengevoegd")


def _last_row_of(reference: str) -> int:
    digits = "".join(sign for sign in reference.rpartition(":")[2] if sign.isdigit())
    return int(digits or 0)


def _warnings(name: str, scan: Scan) -> Iterable[str]:
    if scan.hidden_rows:
        yield f"blad {name} heeft {scan.hidden_rows} verborgen rijen; ze zijn meegelezen"
    if scan.hidden_columns:
        yield f"blad {name} heeft {scan.hidden_columns} verborgen kolommen; ze zijn meegelezen"
    if scan.filtered:
        yield f"op blad {name} staat een filter aan; ook wat het filter verbergt is meegelezen"


def _table(
    path: Path, name: str, cells: list[list[Cell]], columns: list[str], header_row: int, warnings: tuple[str, ...]
) -> Sheet:
    found = [str(value) for value in cells[header_row - 1]] if len(cells) >= header_row else []
    while found and found[-1] == "":
        found.pop()
    if found != columns:
        raise _other_header(path, name, cells, header_row, found, columns)
    rows, width = cells[header_row:], len(columns)
    if not rows:
        raise unreadable(path, f"blad {name}: er staan geen rijen onder de kop", "vraag om een gevuld bestand.")
    outside = [
        f"{letters(width)}{header_row + 1 + at}" for at, row in enumerate(rows) if any(v != "" for v in row[width:])
    ]
    if outside:
        raise bad_cells(path, name, outside, "niets; rechts van de tabel hoort niets te staan")
    empty = [f"A{header_row + 1 + at}" for at, row in enumerate(rows) if all(value == "" for value in row)]
    if empty:
        raise bad_cells(path, name, empty, "een gevulde rij; deze rij is leeg")
    return Sheet(name=name, rows=[row[:width] for row in rows], first_row=header_row + 1, warnings=warnings)


def _other_header(
    path: Path, name: str, cells: list[list[Cell]], header_row: int, found: list[str], columns: list[str]
) -> DeliveryError:
    """Says what kind of values the first rows have; the values themselves may be of a person."""
    missing = [column for column in columns if column not in found]
    if len(missing) < len(columns):
        why = f"de kolommen in rij {header_row} kloppen niet"
        why += f" (ontbreekt: {', '.join(missing)})" if missing else " (andere volgorde, of te veel kolommen)"
    else:
        why = f"in rij {header_row} staat geen van de afgesproken kolomnamen"
    rows = "; ".join(f"rij {number}: {_types(row)}" for number, row in enumerate(cells[:_SHOWN], 1))
    doe = f"zet in rij {header_row} deze kolommen: {', '.join(columns)}; of pas excel.header_row in het profiel aan."
    return unreadable(path, f"blad {name}: {why}. De eerste rijen zijn: {rows}", doe)


def _types(row: list[Cell]) -> str:
    """How many cells of which kind."""
    counts: dict[str, int] = {}
    for value in row:
        if value == "":
            kind = "leeg"
        elif isinstance(value, str):
            kind = "tekst"
        elif isinstance(value, date | time | timedelta):
            kind = "datum of tijd"
        else:
            kind = "waar of onwaar" if isinstance(value, bool) else "getal"
        counts[kind] = counts.get(kind, 0) + 1
    return ", ".join(f"{count} x {kind}" for kind, count in counts.items()) or "leeg"
