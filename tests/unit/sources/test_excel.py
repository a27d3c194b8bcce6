"""Workbooks: the bad inputs of the trust reference, each with its sheet and cell."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources import Context, Reading
from jeugd_analysis.sources.excel import read_sheet
from jeugd_analysis.sources.profile import Profile, propose, recognises
from jeugd_analysis.sources.profile_read import read_all
from jeugd_analysis.tables import TABLES, require

HEADER = ["Kind", "Aanbieder", "Product", "Eenheid", "Maand", "Aantal", "Bedrag"]
LINE = ["K001", "Hulp BV", "45A48", "Uren", date(2025, 2, 1), 12, 1234.5]
PROFILE = """
dutch = "test"
table = "claims"
active = true
[recognise]
suffixes = [".xlsx"]
file_name = "export*.xlsx"
columns = ["Kind", "Aanbieder", "Product", "Eenheid", "Maand", "Aantal", "Bedrag"]
[format]
decimal = ","
thousands = "."
dates = "%d-%m-%Y"
[excel]
header_row = 1
[columns]
reference = { rule = "row" }
allocation_id = { value = "T1" }
youth_id = { rule = "supplier_id", from = "Kind", pattern = "K?[0-9]{3,15}" }
municipality = { value = "GM0637" }
provider = { rule = "provider_name", from = "Aanbieder" }
product = { from = "Product" }
month = { from = "Maand" }
units = { from = "Aantal" }
unit = { from = "Eenheid", codes = { Uren = "04" } }
amount_cents = { rule = "euros", from = "Bedrag", decimals = 2 }
received_on = { value = "2025-03-31" }
[providers]
"Hulp BV" = "00000001"
"""
CONTEXT = Context(pseudonym=lambda text: f"{sum(map(ord, text)):016x}")


def profile_of(folder: Path, toml: str = PROFILE) -> Profile:
    path = folder / "werkmap.toml"
    path.write_text(toml, "utf8")
    return Profile.from_toml(path)


def workbook(folder: Path, *rows: list[object], change: Callable[[Worksheet], None] = lambda sheet: None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Export"
    for row in rows:
        sheet.append(row)
    change(sheet)
    path = folder / "export.xlsx"
    book.save(path)
    return path


def take_in(folder: Path, path: Path, toml: str = PROFILE) -> Reading:
    reading = read_all(profile_of(folder, toml), [path], CONTEXT)[-1]
    require(TABLES[reading.table], reading.frame, file=path.name, first_row=reading.first_row)
    return reading


def refusal(folder: Path, path: Path) -> str:
    with pytest.raises(DeliveryError) as refused:
        take_in(folder, path)
    assert path.name in refused.value.wat and refused.value.doe
    for value in ("K001", "1234", "45658", "9999999"):
        assert value not in refused.value.wat
    return refused.value.wat


def other(column: str, value: object) -> list[object]:
    """The good line with something else in one column."""
    return [value if name == column else good for name, good in zip(HEADER, LINE, strict=True)]


def test_typed_cells_are_read_as_they_are(tmp_path: Path) -> None:
    computed = other("Bedrag", 2866.2599999999998)
    path = workbook(tmp_path, HEADER, LINE, computed, other("Bedrag", 47), other("Maand", datetime(2025, 3, 1)))
    frame = take_in(tmp_path, path).frame
    assert frame["amount_cents"].tolist() == [123450, 286626, 4700, 123450]
    assert frame["month"].tolist() == [pd.Timestamp("2025-02-01")] * 3 + [pd.Timestamp("2025-03-01")]
    assert frame["units"].tolist() == [12] * 4 and frame["unit"].tolist() == ["04"] * 4


def test_numbers_in_text_follow_the_declared_signs(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, other("Bedrag", "1.234,50"))
    assert take_in(tmp_path, path).frame["amount_cents"].tolist() == [123450]
    wat = refusal(tmp_path, workbook(tmp_path, HEADER, LINE, other("Bedrag", "1,234.50")))
    assert "blad Export, cel G3" in wat


def test_identifier_that_excel_made_a_number(tmp_path: Path) -> None:
    as_number = take_in(tmp_path, workbook(tmp_path, HEADER, other("Kind", 123))).frame["youth_id"]
    as_text = take_in(tmp_path, workbook(tmp_path, HEADER, other("Kind", "123"))).frame["youth_id"]
    assert as_number.tolist() == as_text.tolist()


def test_dates_of_the_old_mac_calendar(tmp_path: Path) -> None:
    def old_mac(sheet: Worksheet) -> None:
        sheet.parent.epoch = CALENDAR_MAC_1904

    path = workbook(tmp_path, HEADER, LINE, change=old_mac)
    assert take_in(tmp_path, path).frame["month"].tolist() == [pd.Timestamp("2025-02-01")]


@pytest.mark.parametrize("value", [45658, "01-02-2025", datetime(2025, 2, 1, 13, 30), True])
def test_b031_a_date_is_a_typed_date(tmp_path: Path, value: object) -> None:
    wat = refusal(tmp_path, workbook(tmp_path, HEADER, LINE, other("Maand", value)))
    assert "blad Export, cel E3" in wat and "echte datum" in wat


def test_b033_formula_without_a_stored_result(tmp_path: Path) -> None:
    wat = refusal(tmp_path, workbook(tmp_path, HEADER, LINE, other("Aantal", "=1+1")))
    assert "blad Export, cel F3" in wat and "formule" in wat


def test_b033_formula_with_a_stored_result_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, other("Aantal", "=5+7"))
    edit(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("<v></v>", "<v>12</v>").replace("<v/>", "<v>12</v>"))
    assert take_in(tmp_path, path).frame["units"].tolist() == [12]


@pytest.mark.parametrize("sign", ["#N/A", "#REF!", "#DIV/0!"])
def test_b034_error_value(tmp_path: Path, sign: str) -> None:
    wat = refusal(tmp_path, workbook(tmp_path, HEADER, LINE, other("Bedrag", sign)))
    assert "blad Export, cel G3" in wat and "foutmelding" in wat


def test_b035_hidden_rows_columns_sheets_and_filter_are_told(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.auto_filter.ref = "A1:G4"
        sheet.auto_filter.add_filter_column(0, ["K001"])
        sheet.parent.create_sheet("Oud").sheet_state = "hidden"

    reading = take_in(tmp_path, workbook(tmp_path, HEADER, LINE, LINE, LINE, change=hide))
    assert len(reading.frame) == 3
    said = " | ".join(reading.warnings)
    for part in ("2 verborgen rijen", "1 verborgen kolommen", "filter", "1 verborgen bladen"):
        assert part in said
    assert take_in(tmp_path, workbook(tmp_path, HEADER, LINE)).warnings == ()


def test_b035_two_visible_sheets_need_a_choice(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, LINE, change=lambda sheet: sheet.parent.create_sheet("Uitleg"))
    assert "2 zichtbare bladen" in refusal(tmp_path, path)
    chosen = PROFILE.replace("[excel]", '[excel]\nsheet = "Export"')
    assert len(take_in(tmp_path, path, chosen).frame) == 1


def test_b037_title_above_the_table(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Declaraties K001"], HEADER, LINE)
    wat = refusal(tmp_path, path)
    assert "rij 1: 1 x tekst, 6 x leeg; rij 2: 7 x tekst; rij 3: 4 x tekst, 1 x datum of tijd, 2 x getal" in wat
    declared = take_in(tmp_path, path, PROFILE.replace("header_row = 1", "header_row = 2"))
    assert len(declared.frame) == 1 and declared.first_row == 3


def test_b037_second_header_line(tmp_path: Path) -> None:
    units = ["", "", "", "", "", "aantal", "euro"]
    assert "blad Export, cel" in refusal(tmp_path, workbook(tmp_path, HEADER, units, LINE))


def test_b037_other_columns_are_named(tmp_path: Path) -> None:
    assert "ontbreekt: Bedrag" in refusal(tmp_path, workbook(tmp_path, HEADER[:-1], LINE[:-1]))
    assert "te veel kolommen" in refusal(tmp_path, workbook(tmp_path, [*HEADER, "Extra"], [*LINE, 1]))
    assert "cel H2" in refusal(tmp_path, workbook(tmp_path, HEADER, [*LINE, 1]))


def test_b038_largest_number_of_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, LINE)
    edit(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace('r="2"', 'r="1048576"').replace('2" ', '1048576" '))
    assert "1048576 rijen" in refusal(tmp_path, path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><table><tr><td>K001</td></tr></table></html>", "webpagina (HTML)"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html></html>", "webpagina (HTML)"),
        (b'<?xml version="1.0"?><Workbook/>', "XML-bestand"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "oud Excel-bestand (.xls) of een werkmap met een wachtwoord"),
        (b"Kind;Aanbieder\n", "geen Excel-werkmap"),
        (b"", "leeg (0 bytes)"),
        (b"PK\x03\x04 en dan niets", "beschadigd"),
    ],
)
def test_b039_says_what_the_file_really_is(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "export.xlsx"
    path.write_bytes(content)
    assert said in refusal(tmp_path, path)


@pytest.mark.parametrize("value", [9999999999999999, 1e15, 12.5, date(2025, 2, 1), True])
def test_b041_identifier_that_excel_has_changed(tmp_path: Path, value: object) -> None:
    wat = refusal(tmp_path, workbook(tmp_path, HEADER, LINE, other("Kind", value)))
    assert "blad Export, cel A3" in wat and "15 cijfers" in wat


def test_b042_few_cells_far_apart(tmp_path: Path) -> None:
    def far(sheet: Worksheet) -> None:
        for at in range(10):
            sheet.cell(row=1_000_000 + at, column=16_000 + at, value=1)

    assert "te veel cellen" in refusal(tmp_path, workbook(tmp_path, HEADER, LINE, change=far))


def test_b042_declared_size_is_not_believed(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, LINE)
    edit(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace('ref="A1:G2"', 'ref="A1:XFD1048576"'))
    assert "XFD1048576" in content_of(path, "xl/worksheets/sheet1.xml")
    assert len(take_in(tmp_path, path).frame) == 1


def test_b043_zip_bomb(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, LINE)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/groot.bin", b"0" * (64 << 20))
    assert "uitgepakt is het 64 MB" in refusal(tmp_path, path)


def test_b043_sizes_that_are_not_true(tmp_path: Path) -> None:
    """A bomb that says of itself that it is small: unpacking stops at the said size and the checksum is wrong."""
    path = workbook(tmp_path, HEADER, LINE)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/groot.bin", b"0" * (64 << 20))
    whole = path.read_bytes()
    assert whole.count((64 << 20).to_bytes(4, "little")) == 2  # in the entry and in the directory
    path.write_bytes(whole.replace((64 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert "beschadigd" in refusal(tmp_path, path)


def test_workbook_without_its_parts(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, LINE)
    edit(path, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace("Target=", "Doel="))
    assert "beschadigd" in refusal(tmp_path, path)


def test_entities_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, LINE)
    bomb = '<!DOCTYPE x [<!ENTITY a "K001">]><worksheet'
    edit(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("<worksheet", bomb, 1))
    assert "DTD" in refusal(tmp_path, path)


def test_merged_cells_and_empty_rows(tmp_path: Path) -> None:
    merged = workbook(tmp_path, HEADER, LINE, LINE, change=lambda sheet: sheet.merge_cells("A2:A3"))
    assert "cel A2:A3" in refusal(tmp_path, merged)
    assert "cel A3" in refusal(tmp_path, workbook(tmp_path, HEADER, LINE, [], LINE))
    assert "geen rijen onder de kop" in refusal(tmp_path, workbook(tmp_path, HEADER))


def test_table_that_starts_lower_keeps_its_addresses(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Export"
    for at, name in enumerate(HEADER, 1):
        book.active.cell(row=3, column=at, value=name)
        book.active.cell(row=4, column=at, value=LINE[at - 1])
        book.active.cell(row=5, column=at, value=other("Aantal", "veel")[at - 1])
    book.save(path)
    with pytest.raises(DeliveryError, match=r"blad Export, cel F5: .*\(Aantal\)"):
        take_in(tmp_path, path, PROFILE.replace("header_row = 1", "header_row = 3"))


def test_workbook_is_recognised_by_its_name(tmp_path: Path) -> None:
    profile = profile_of(tmp_path)
    assert recognises(profile, tmp_path / "Export 2025.XLSX", b"PK\x03\x04")
    assert not recognises(profile, tmp_path / "anders.xlsx", b"PK\x03\x04")
    assert not recognises(profile, tmp_path / "export.csv", b"")


def test_proposal_finds_the_header_and_shows_no_value(tmp_path: Path) -> None:
    proposed = propose(workbook(tmp_path, ["Declaraties"], HEADER, LINE, other("Bedrag", 2)))
    assert "header_row = 2" in proposed and 'sheet = "Export"' in proposed
    assert '"Maand": cellen met datum; 2 gevuld, 1 verschillend' in proposed
    assert "K001" not in proposed and "Hulp BV" not in proposed


def test_several_errors_are_counted(tmp_path: Path) -> None:
    wat = refusal(tmp_path, workbook(tmp_path, HEADER, *[other("Bedrag", "#N/A")] * 8))
    assert "cel G2, G3, G4, G5, G6 en nog 3" in wat


def test_strict_reading_needs_the_named_sheet(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="het blad Anders ontbreekt"):
        read_sheet(workbook(tmp_path, HEADER, LINE), columns=HEADER, sheet="Anders")


def content_of(path: Path, part: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(part).decode()


def edit(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Rewrite one part of a workbook, as programs write what openpyxl cannot."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert change(parts[part].decode()) != parts[part].decode()
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
