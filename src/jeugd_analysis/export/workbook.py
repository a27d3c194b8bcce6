"""The tables as one Excel workbook: a sheet that explains, then a sheet per table, each marked as confidential."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from jeugd_analysis.domain.names import label
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.internal import MARK

EURO, WHOLE, FRACTION = "[$€-413] #,##0.00;[Red]-[$€-413] #,##0.00", "#,##0", "#,##0.00"
MOST_ROWS = 1_048_576 - 3  # of a sheet, without what stands above the rows
_CENTS = "_cents"
_WIDEST = 40
_YEARS = {"year", "base", "compare", "start_year"}  # a year has no point for thousands
_RED = "C00000"
_HEADINGS = {
    "area": "Gebied", "municipality": "Gemeente", "period_kind": "Soort periode", "period": "Periode", "year": "Jaar",
    "base": "Van jaar", "compare": "Naar jaar", "dimension": "Indeling", "level": "Groep", "segment": "Segment",
    "product": "Product", "unit": "Eenheid", "provider": "Aanbieder (AGB)", "provider_name": "Naam aanbieder",
    "youths": "Jeugdigen", "clients": "Cliënten", "units": "Aantal eenheden", "amount_cents": "Kosten",
    "published": "Jeugdigen gepubliceerd", "status": "Status jeugdigen", "amount_status": "Status kosten",
    "amount_published_cents": "Kosten gepubliceerd", "providers": "Aanbieders", "largest_cents": "Grootste aanbieder",
    "second_cents": "Tweede aanbieder", "lines": "Regels", "care_quarter": "Kwartaal van de hulp",
    "receipt_quarter": "Kwartaal van ontvangst", "known_on": "Bekend op", "euros": "Hele euro's",
    "client_months": "Maanden hulp", "end_reason": "Reden", "month": "Maand", "ended": "Geëindigd",
    "running": "Loopt nog", "start_year": "Jaar van begin", "quarter": "Kwartaal", "started": "Begonnen",
    "waited": "Met wachttijd", "wait_days": "Dagen wachten", "kind": "Soort", "at_once": "Tegelijk",
    "top_percent": "Duurste procent", "periods": "Perioden", "left": "Uit de hulp", "total_cents": "Totaal",
    "volume_cents": "Volume", "stacking_cents": "Stapeling", "mix_cents": "Mix", "intensity_cents": "Intensiteit",
    "indexation_cents": "Indexatie", "harmonisation_cents": "Overig tarief", "entry_cents": "Nieuw",
    "exit_cents": "Verdwenen", "residual_cents": "Rest", "before_cents": "Kosten eerst", "after_cents": "Kosten later",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the first sheet says about an edition."""

    quarter: Quarter
    region: str
    status: str
    code: str
    digest: str


class Workbook:
    """A workbook that is filled sheet by sheet, so that one table at a time is in memory."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._book = openpyxl.Workbook(write_only=True)
        self._about: list[tuple[str, str, str, int, bool]] = []
        made = datetime.combine(told.quarter.last_day, time())  # not the clock, and nobody's name
        self._book.properties.creator, self._book.properties.title = "jeugd_analysis", f"Intern: {told.quarter.label}"
        self._book.properties.created = self._book.properties.modified = made
        self._first = self._sheet("Lees mij", columns=4)

    def add(self, frame: pd.DataFrame, *, name: str, title: str, about: str) -> None:
        """One table as a sheet; one with more rows than a sheet can hold is only mentioned on the first."""
        fits = len(frame) <= MOST_ROWS
        self._about.append((title, about, name, len(frame), fits))
        if not fits:
            return
        sheet = self._sheet(title, columns=len(frame.columns))
        sheet.append([_bold(sheet, heading(str(column))) for column in frame.columns])
        sheet.freeze_panes = "A3"
        for row in _rows(frame):
            sheet.append([_cell(sheet, value, column) for value, column in zip(row, frame.columns, strict=True)])

    def save(self, path: Path) -> None:
        """Write the workbook, with the sheet that explains it first."""
        told, sheet = self._told, self._first
        lines = [
            ("Regio", told.region), ("Editie", told.quarter.label), ("Status", told.status), ("Programma", told.code),
            ("Digest van de invoer", told.digest),
            ("Wat dit is", "De precieze tabellen achter de editie, om na te rekenen. Het boek rondt ze af."),
            ("Wat u er niet mee doet", "Kopieer niets naar een raadsstuk of mail: neem de cijfers uit het boek."),
            ("Bedragen", "In euro's en centen. In de Parquet-bestanden staan hele centen (kolommen op _cents)."),
            ("Leeg", "Niet bekend of niet van toepassing; bij gepubliceerde cijfers: verborgen."),
        ]  # fmt: skip
        for name, text in lines:
            sheet.append([_bold(sheet, name), _cell(sheet, text, "")])
        sheet.append([])
        sheet.append([_bold(sheet, name) for name in ("Blad", "Wat erin staat", "Bestand", "Rijen")])
        for title, about, name, count, fits in self._about:
            words = about if fits else f"{about} Te groot voor Excel: alleen in het Parquet-bestand."
            sheet.append([_cell(sheet, part, "") for part in (title, words, f"{name}.parquet", count)])
        self._book.save(path)

    def _sheet(self, title: str, *, columns: int) -> Any:
        sheet = self._book.create_sheet(title)
        sheet.sheet_properties.tabColor = _RED
        sheet.oddHeader.center.text = sheet.oddFooter.center.text = "VERTROUWELIJK"
        for number in range(1, columns + 1):
            sheet.column_dimensions[get_column_letter(number)].width = _WIDEST // 2
        mark = _cell(sheet, MARK, "")
        mark.font = Font(bold=True, color=_RED)
        sheet.append([mark])
        return sheet


def heading(column: str) -> str:
    """What a column is called; one without a Dutch name keeps its own."""
    return _HEADINGS.get(column, column.removesuffix(_CENTS))


def _rows(frame: pd.DataFrame) -> Iterator[Sequence[Any]]:
    """Rows with None for what is missing."""
    plain = frame.astype("object").where(frame.notna(), None)
    yield from plain.itertuples(index=False, name=None)


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    cell = _cell(sheet, text, "")
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any, column: str) -> WriteOnlyCell:
    """A number with its format, or text that is never a formula, whatever a provider calls itself."""
    if value is None or isinstance(value, int | float) or hasattr(value, "item"):
        number = value.item() if hasattr(value, "item") else value
        money = column.endswith(_CENTS) and number is not None
        cell = WriteOnlyCell(sheet, value=number / 100 if money else number)
        cell.number_format = EURO if money else _plain(number, column)
        return cell
    cell = WriteOnlyCell(sheet, value=label(str(value), longest=500) if value != "" else None)
    if cell.value is not None:
        cell.data_type = "s"  # openpyxl takes text that begins with = for a formula
    return cell


def _plain(number: Any, column: str) -> str:
    if column in _YEARS or number is None:
        return "General"
    return FRACTION if isinstance(number, float) else WHOLE
