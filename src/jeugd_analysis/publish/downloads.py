"""The numbers behind every figure as a CSV file, with status and source, and one description of all (Frictionless).

A file holds what the page's table says and nothing else: it is read from the sealed output, after rounding and hiding.
Made for a Dutch spreadsheet: semicolons, decimal comma, UTF-8 with its mark. Text that a spreadsheet could take for a
formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from jeugd_analysis.errors import BuildError
from jeugd_analysis.publish.figures import DATA, ShownTable, read_notebook, shown_tables
from jeugd_analysis.publish.settings import read_settings
from jeugd_analysis.publish.shown_numbers import PUBLISHED, SHOWN, Read, read_number, written

FOLDER, PACKAGE = "cijfers", "datapackage.json"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
_TABLE_END = re.compile(r"</table>\s*</div>")
_BOX = re.compile(rf'<[a-z]+ [^>]*{DATA}="')
_STATUS, _SOURCE = "status", "bron"
_FIGURE = re.compile(r"(?!(?:con|prn|aux|nul)\Z)[a-z][a-z0-9_-]{0,79}\Z")  # also on Windows a name of a file


def address_of(page: str, figure: str) -> str:
    """Where the file of a figure stands, below the site: cijfers/regio/30_groei/groei-jaar.csv.

    Raises: BuildError CIJ-001 for a figure whose name is no name of a file.
    """
    if not _FIGURE.match(figure):
        raise BuildError(
            "CIJ-001",
            wat=f"Een figuur op {page} heeft een naam die geen bestandsnaam kan zijn.",
            doe="geef de figuur in het hoofdstuk een korte naam met kleine letters, cijfers en streepjes.",
        )
    return f"{FOLDER}/{page}/{figure}.csv"


# -- links in a page --------------------------------------------------------------------------------


def with_links(content: bytes, notebook: dict[str, Any], page: str) -> bytes:
    """An executed notebook with a link to its file below every table of a figure; `notebook` is `content` as read."""
    tables = shown_tables(notebook)
    changed = False
    for cell in notebook.get("cells", []):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            part = data.get("text/html", "")
            text = "".join(part) if isinstance(part, list) else part
            if _BOX.search(text):
                data["text/html"] = _linked(text, page, tables)
                changed = True
    return (json.dumps(notebook, ensure_ascii=False) + "\n").encode() if changed else content


def _linked(text: str, page: str, tables: Iterator[ShownTable]) -> str:
    def add(end: re.Match[str]) -> str:
        table = next(tables)
        goal = posixpath.relpath(address_of(page, table.figure), posixpath.dirname(page) or ".")
        words = "Download deze cijfers (CSV)"
        label = escape(f"{words}: {table.caption}")
        return f'{end[0]}\n<p class="download"><a href="{escape(goal)}" download aria-label="{label}">{words}</a></p>'

    return _TABLE_END.sub(add, text)


# -- files ------------------------------------------------------------------------------------------


def write_downloads(source: Path, site: Path) -> None:
    """The files of every figure of the notebooks in the book's source, and their description, into the site."""
    described = []
    for notebook in sorted(source.rglob("*.ipynb")):
        page = notebook.relative_to(source).with_suffix("").as_posix()
        for table in shown_tables(read_notebook(notebook.read_bytes())):
            place = site / address_of(page, table.figure)
            place.parent.mkdir(parents=True, exist_ok=True)
            content = as_csv(table)
            place.write_bytes(content)
            described.append(_described(page, table, content))
    if described:
        about = json.dumps(_package(described, source), indent=1, ensure_ascii=False) + "\n"
        (site / FOLDER / PACKAGE).write_text(about, "utf8")


def as_csv(table: ShownTable) -> bytes:
    """The table as a file: its columns, after every column of numbers its status, and the source in the last."""
    columns = [column for place in range(len(table.heads)) for column in _columns(table, place)]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(name) for name in [*_names(table), _SOURCE]])
    for cells in zip(*columns, strict=True):
        writer.writerow([*cells, harmless(table.source)])
    return stream.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("een plaats")
    ("'=1+1", 'een plaats')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def _columns(table: ShownTable, place: int) -> list[list[str]]:
    cells = [row[place] if place < len(row) else "" for row in table.rows]
    numbers = _numbers(table, place)
    if numbers is None:
        return [[harmless(cell) for cell in cells]]
    values = ["" if number.value is None else written(number.value) for number in numbers]
    shown = PUBLISHED if table.published else SHOWN
    return [values, [shown if number.status == SHOWN else harmless(number.status) for number in numbers]]


def _numbers(table: ShownTable, place: int) -> list[Read] | None:
    """The numbers of a column, when there are any and they have one unit."""
    if not table.numeric[place] or place == 0:
        return None
    read = [read_number(row[place] if place < len(row) else "") for row in table.rows]
    units = {number.unit for number in read if number.value is not None}
    return read if len(units) == 1 else None


def _names(table: ShownTable) -> list[str]:
    """Column names, each once, with the unit: the cells are bare numbers."""
    names: list[str] = []
    for place, head in enumerate(table.heads):
        name = _with_unit(head or f"kolom {place + 1}", table, place)
        while name.casefold() in (_SOURCE, *map(str.casefold, names)):
            name += " (tabel)"
        names.append(name)
        if _numbers(table, place) is not None:
            names.append(f"{name} {_STATUS}")
    return names


def _with_unit(head: str, table: ShownTable, place: int) -> str:
    unit = _unit(_numbers(table, place) or [])
    said = head.casefold()
    return head if not unit or unit in said or (unit == "euro" and "€" in said) else f"{head} ({unit})"


def _unit(numbers: list[Read]) -> str:
    return next((number.unit for number in numbers if number.unit), "")


# -- description ------------------------------------------------------------------------------------


def _described(page: str, table: ShownTable, content: bytes) -> dict[str, Any]:
    name = f"{page}/{table.figure}".lower()
    return {
        "name": re.sub(r"[^a-z0-9._/-]", "-", name).replace("/", "--"),
        "path": address_of(page, table.figure).removeprefix(f"{FOLDER}/"),
        "title": table.title or table.caption,
        "description": " ".join(dict.fromkeys(text for text in (table.caption, table.unit) if text)),
        "figuur": f"{page}#{table.figure}",
        "type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8-sig",
        "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ";"},
        "sources": [{"title": table.source or "Dit boek"}],
        "schema": {"fields": list(_fields(table)), "missingValues": [""]},
    }  # fmt: skip


def _fields(table: ShownTable) -> Iterator[dict[str, Any]]:
    names = iter([harmless(name) for name in _names(table)])
    for place in range(len(table.heads)):
        numbers = _numbers(table, place)
        if numbers is None:
            yield {"name": next(names), "type": "string"}
            continue
        unit = _unit(numbers)
        about = {"description": f"Eenheid: {unit}, zoals op de pagina afgerond."} if unit else {}
        yield {"name": next(names), "type": "number", "decimalChar": ",", **about}
        yield {
            "name": next(names), "type": "string",
            "description": "getoond, gepubliceerd, kleiner dan de grens, geheim, onbekend, of de woorden op de pagina",
        }  # fmt: skip
    yield {"name": _SOURCE, "type": "string"}


def _package(described: list[dict[str, Any]], source: Path) -> dict[str, Any]:
    settings = source / "_config.yml"
    config: Mapping[str, Any] = read_settings(settings) if settings.is_file() else {}
    edition = config.get("sphinx", {}).get("config", {}).get("jeugd_edition", {})
    label = str(edition.get("edition", "onbekend"))
    return {
        "name": f"jeugdhulp-{label.lower()}",
        "title": str(config.get("title", "Jeugdhulp in beeld")),
        "description": f"De cijfers bij de figuren van editie {label}, zoals de pagina's ze tonen.",
        "version": label,
        "status": str(edition.get("status", "")),
        "resources": described,
    }
