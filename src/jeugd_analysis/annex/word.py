"""The summary as Word document, to paste into a council proposal: real headings, lists and tables, language Dutch."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from jeugd_analysis.annex.blocks import Block, Box, Bullets, Figure, Heading, Paragraph, Table, Terms, Words

LANGUAGE = "nl-NL"
_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def docx(title: str, blocks: Sequence[Block], *, about: Sequence[str], author: str, day: date) -> bytes:
    """The document. A chart becomes its title, in words; its tables follow. The same input gives the same bytes."""
    document = Document()
    _speak_dutch(document)
    document.add_heading(title, level=1)
    for line in about:
        document.add_paragraph(line)
    document.add_heading("Samenvatting", level=2)
    _add(document, blocks)
    told = document.core_properties
    told.title, told.author, told.language, told.last_modified_by, told.comments = title, author, LANGUAGE, author, ""
    told.created = told.modified = datetime(day.year, day.month, day.day)
    told.revision = 1
    written = io.BytesIO()
    document.save(written)
    return _without_times(written.getvalue())


def _add(document: WordDocument, blocks: Iterable[Block]) -> None:
    for block in blocks:
        match block:
            case Heading():
                _runs(document.add_heading(level=min(block.level + 1, 4)), block.words)
            case Paragraph():
                _runs(document.add_paragraph(), block.words)
            case Bullets():
                for item in block.items:
                    _runs(document.add_paragraph(style="List Number" if block.numbered else "List Bullet"), item)
            case Terms():
                for term, told in block.items:
                    _runs(document.add_paragraph(), (*term, *told))
            case Box():
                document.add_heading(block.title, level=3)
                _add(document, block.blocks)
            case Figure():
                _figure(document, block)


def _figure(document: WordDocument, figure: Figure) -> None:
    for line in (figure.title, figure.unit, figure.words):
        if line:
            document.add_paragraph(line)
    for table in figure.tables:
        _table(document, table)
    if figure.source:
        document.add_paragraph(figure.source)


def _table(document: WordDocument, table: Table) -> None:
    document.add_paragraph(table.caption, style="Caption")
    made: WordTable = document.add_table(rows=0, cols=len(table.head), style="Light List Accent 1")
    for row in (table.head, *table.rows):
        cells = made.add_row().cells
        for cell, text, number in zip(cells, row, table.numbers, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(text)
            paragraph.alignment = 2 if number else 0
    header = made.rows[0]._tr.get_or_add_trPr()
    header.append(OxmlElement("w:tblHeader"))  # repeated on every page, and read as header
    for row in made.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _runs(paragraph: WordParagraph, words: Words) -> None:
    for run in words:
        made = paragraph.add_run(run.text)
        made.bold, made.italic = run.style == "strong" or None, run.style == "emph" or None


def _speak_dutch(document: WordDocument) -> None:
    """Spelling and screen readers go by the language of the styles."""
    for language in document.styles.element.iter(qn("w:lang")):
        for kind in ("w:val", "w:eastAsia"):
            language.set(qn(kind), LANGUAGE)
    document.styles["Normal"].font.size = Pt(11)


def _without_times(content: bytes) -> bytes:
    """A Word document is a zip file, and that keeps the time of every part."""
    clean = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            told = zipfile.ZipInfo(part.filename, _FIRST_DAY_OF_ZIP)
            told.compress_type, told.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(told, old.read(part.filename))
    return clean.getvalue()
