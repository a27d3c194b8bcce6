"""A secret in a PDF, Word or Excel file is found wherever it was put; what cannot be read does not go out."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
import typst
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from jeugd_analysis.publish import documents, leaks
from jeugd_analysis.publish.leaks import BSN, FILE, UNREAD, YOUTH, Secrets, leaks_in_folder

YOUTH_ID = "fb4456a575025ec80973"
NUMBER = "9999" + "00006"
SECRETS = Secrets(youth_ids=frozenset({YOUTH_ID}))


def kinds(folder: Path) -> set[str]:
    return {leak.kind for leak in leaks_in_folder(folder, SECRETS)}


def found(tmp_path: Path, name: str, content: bytes) -> set[str]:
    (tmp_path / name).write_bytes(content)
    return kinds(tmp_path)


def typeset(text: str, head: str = "") -> bytes:
    """A PDF whose fonts hold only the letters that are used: its text stands in it as numbers of those."""
    made = typst.compile(f'#set document(title: "Bijlage", date: none)\n{head}\nGewone tekst. {text}'.encode())
    assert isinstance(made, bytes)
    return made


def pdf_with(change: Callable[[pypdf.PdfWriter], object]) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(typeset("")))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def workbook(change: Callable[[openpyxl.Workbook], object] = lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "Kosten"
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def letter(change: Callable[[docx.document.Document], object] = lambda text: None) -> bytes:
    text = docx.Document()
    text.add_paragraph("Samenvatting voor de raad.")
    change(text)
    out = io.BytesIO()
    text.save(out)
    return out.getvalue()


def test_documents_without_a_secret_go_out(tmp_path):
    for name, content in (("a.pdf", typeset("Niets geheims.")), ("a.xlsx", workbook()), ("a.docx", letter())):
        (tmp_path / name).write_bytes(content)
    assert leaks_in_folder(tmp_path, SECRETS) == []


# -- PDF -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("secret", "kind"), [(NUMBER, BSN), (YOUTH_ID, YOUTH)])
@pytest.mark.parametrize("how", ["{}", "#text(fill: white, size: 1pt)[{}]", "#table(columns: 1, [{}])", "_{}_"])
def test_the_letters_of_a_page_are_read_also_when_its_font_holds_only_some(tmp_path, how, secret, kind):
    content = typeset(how.format(secret))
    assert secret.encode() not in content and not any(secret in text for text in leaks._pdf_texts(content))
    assert found(tmp_path, "a.pdf", content) == {kind}


def test_a_code_that_is_cut_off_at_the_end_of_a_line_is_read(tmp_path):
    content = typeset(f"{YOUTH_ID[:9]} \\ {YOUTH_ID[9:]}")
    assert found(tmp_path, "a.pdf", content) == {YOUTH}


PDF_PLACES = {
    "author": lambda pdf: pdf.add_metadata({"/Author": YOUTH_ID}),
    "property of one's own, in UTF-16": lambda pdf: pdf.add_metadata({"/Bron": f"é {YOUTH_ID}"}),
    "attached text": lambda pdf: pdf.add_attachment("a.csv", f"jeugdige\n{YOUTH_ID}\n".encode()),
    "name of an attachment": lambda pdf: pdf.add_attachment(f"{YOUTH_ID}.csv", b"a"),
    "attached workbook": lambda pdf: pdf.add_attachment("a.xlsx", workbook(lambda b: b.active.append([YOUTH_ID]))),
    "attached PDF": lambda pdf: pdf.add_attachment("b.pdf", typeset(YOUTH_ID)),
    "bookmark": lambda pdf: pdf.add_outline_item(YOUTH_ID, 0),
    "script": lambda pdf: pdf.root_object.update({NameObject("/OpenAction"): action(f"app.alert('{YOUTH_ID}')")}),
    "an object that nothing leads to": lambda pdf: pdf._add_object(
        DictionaryObject({NameObject("/Oud"): TextStringObject(YOUTH_ID)})
    ),
    "a drawing that no page uses": lambda pdf: pdf._add_object(packed(f"({YOUTH_ID}) Tj")),
}


def action(script: str) -> DictionaryObject:
    told = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
    return DictionaryObject(told)


def packed(text: str) -> StreamObject:
    stream = StreamObject()
    stream.set_data(text.encode())
    return stream.flate_encode()


@pytest.mark.parametrize("place", PDF_PLACES)
def test_a_secret_anywhere_in_a_pdf_is_found(tmp_path, place):
    assert found(tmp_path, "a.pdf", pdf_with(PDF_PLACES[place])) == {YOUTH}


def without_table(pdf: pypdf.PdfWriter) -> None:
    fonts = [part.get_object() for part in pdf._objects if part is not None]
    composite = [font for font in fonts if isinstance(font, DictionaryObject) and font.get("/Subtype") == "/Type0"]
    assert composite
    for font in composite:
        del font["/ToUnicode"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: pdf_with(lambda pdf: pdf.encrypt("wachtwoord")),
        lambda: pdf_with(without_table),
        lambda: typeset("x")[:400],
        lambda: b"%PDF-1.7\nniets",
    ],
    ids=["locked", "letters without text", "cut off", "empty"],
)
def test_a_pdf_that_cannot_be_read_does_not_go_out(tmp_path, make):
    assert UNREAD in found(tmp_path, "a.pdf", make())


def test_a_file_in_a_file_without_end_does_not_go_out(tmp_path):
    content = b"a"
    for _ in range(documents.DEEPEST + 2):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", "<w:p/>")
            archive.writestr("b.docx", content)
        content = out.getvalue()
    assert UNREAD in found(tmp_path, "a.docx", content)


# -- Word ------------------------------------------------------------------------------------------


def cut(text: docx.document.Document) -> None:
    paragraph = text.add_paragraph()
    for part in (YOUTH_ID[:5], YOUTH_ID[5:12], YOUTH_ID[12:]):
        paragraph.add_run(part).bold = part.startswith("f")


WORD_PLACES = {
    "a word cut in pieces by its layout": cut,
    "header": lambda text: text.sections[0].header.paragraphs[0].add_run(YOUTH_ID),
    "footer": lambda text: text.sections[0].footer.paragraphs[0].add_run(YOUTH_ID),
    "table": lambda text: text.add_table(1, 1).cell(0, 0).paragraphs[0].add_run(YOUTH_ID),
    "author": lambda text: setattr(text.core_properties, "author", YOUTH_ID),
    "last saved by": lambda text: setattr(text.core_properties, "last_modified_by", YOUTH_ID),
    "comment": lambda text: text.add_comment(text.paragraphs[0].runs, text=YOUTH_ID),
}


@pytest.mark.parametrize("place", WORD_PLACES)
def test_a_secret_anywhere_in_a_word_file_is_found(tmp_path, place):
    assert found(tmp_path, "a.docx", letter(WORD_PLACES[place])) == {YOUTH}


# -- Excel -----------------------------------------------------------------------------------------


def hidden_sheet(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet("Rest")
    sheet["C9"], sheet.sheet_state = YOUTH_ID, "veryHidden"


EXCEL_PLACES = {
    "cell": lambda book: book.active.append([YOUTH_ID]),
    "name of a sheet": lambda book: book.create_sheet(YOUTH_ID),
    "hidden sheet": hidden_sheet,
    "comment": lambda book: setattr(book.active["A1"], "comment", Comment(YOUTH_ID, "x")),
    "author": lambda book: setattr(book.properties, "creator", YOUTH_ID),
    "name of a range": lambda book: book.defined_names.add(DefinedName("jeugdige", attr_text=f'"{YOUTH_ID}"')),
    "header for paper": lambda book: setattr(book.active.oddHeader.left, "text", YOUTH_ID),
    "formula": lambda book: book.active.append([f'="{YOUTH_ID}"']),
}


@pytest.mark.parametrize("place", EXCEL_PLACES)
def test_a_secret_anywhere_in_a_workbook_is_found(tmp_path, place):
    assert found(tmp_path, "a.xlsx", workbook(EXCEL_PLACES[place])) == {YOUTH}


def test_a_citizen_number_as_a_number_in_a_cell_is_found(tmp_path):
    assert found(tmp_path, "a.xlsx", workbook(lambda book: book.active.append([int(NUMBER)]))) == {BSN}


def test_amounts_and_days_in_a_workbook_are_no_citizen_numbers(tmp_path):
    rows = [[date(2026, 9, 30), 12_345_678.91, "2025", 1_233, "GM0637"], ["=SUM(B1:B9)", 0.123456789]]
    assert found(tmp_path, "a.xlsx", workbook(lambda book: [book.active.append(row) for row in rows])) == set()


# -- kinds of files --------------------------------------------------------------------------------


def png(*more: tuple[bytes, bytes], after: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    parts = [head, *(chunk(*one) for one in more), chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + after


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", png(after=zlib.compress(YOUTH_ID.encode()))),
        ("a.png", png((b"zTXt", b"Bron\0\0" + zlib.compress(YOUTH_ID.encode())))),
        ("a.html", workbook()),
        ("a.csv", b"PAR1\x00\x01"),
        ("a.csv", "jeugdige;1\n".encode("utf-16")),
        ("a.json", b"\x80\x04\x95"),
        ("a.xlsx", letter()),
        ("a.docx", b"gewone tekst"),
        ("a.woff2", b"PK\x05\x06" + bytes(18)),
        ("a.exe", b"MZ"),
        ("a.zip", workbook()),
        ("a", b"tekst"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_does_not_go_out(tmp_path, name, content):
    assert FILE in found(tmp_path, name, content)


def test_a_picture_as_it_should_be_goes_out(tmp_path):
    assert found(tmp_path, "a.png", png()) == set()


def test_numbers_beside_each_other_in_a_table_are_no_citizen_service_number(tmp_path):
    cells = f"#table(columns: 2, [{NUMBER[:4]}], [{NUMBER[4:]}])"
    assert found(tmp_path, "a.pdf", typeset(cells)) == set()
