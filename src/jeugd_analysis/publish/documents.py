"""The texts in a PDF, Word or Excel file, and whether a file is of the kind that its name says.

A PDF is read by pypdf, as a reader would: the letters of each page, also when its font holds only the letters that are
used, every property, note and address, and every file that is attached. Word and Excel files are zips of XML: each part
is read as it stands and once more as running text, for a word can be cut in pieces by its layout.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from typing import Any

import pypdf
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

OFFICE = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
DEEPEST = 3  # a file in a file in a file
_MAGIC = {
    ".pdf": (b"%PDF-",), ".png": (b"\x89PNG\r\n\x1a\n",), ".ico": (b"\x00\x00\x01\x00",), ".woff": (b"wOFF",),
    ".woff2": (b"wOF2",), ".ttf": (b"\x00\x01\x00\x00", b"true", b"OTTO"),
    ".mo": (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde"),
}  # fmt: skip
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_PACKED_TEXT = re.compile(rb"zTXt|iTXt|eXIf|iCCP")  # in a PNG: text that is packed, or says who took the picture
_PIECE = re.compile(r"</(?:\w+:)?(?:p|si|is|c|comment|definedName|oddHeader|oddFooter|h|table-cell)>")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")
JOINED = "aaneengeschreven tekst"  # only for what is known: numbers of a table that touch look like any other number


class UnreadableError(Exception):
    """A file of which it cannot be known what it says."""


class TooLargeError(Exception):
    """A file that unpacks to more than is allowed."""


def is_its_kind(content: bytes, suffix: str) -> bool:
    """Whether the content is what the name of the file says; a text is UTF-8 without signs that no text has."""
    if suffix in OFFICE:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return OFFICE[suffix] in archive.namelist()
        except zipfile.BadZipFile:
            return False
    if suffix in _MAGIC:
        whole = suffix != ".png" or (content.endswith(_PNG_END) and not _PACKED_TEXT.search(content))
        return content.startswith(_MAGIC[suffix]) and whole
    try:
        return "\x00" not in content.decode("utf8")
    except UnicodeDecodeError:
        return False


def document_texts(content: bytes, suffix: str, *, most: int, deep: int = 0) -> Iterator[tuple[str, str]]:
    """Place and text of all that a document holds, with what is inside it down to DEEPEST files deep.

    Raises: UnreadableError for a document that is locked, broken or drawn in letters that have no text; TooLargeError
    when it unpacks to more than `most` bytes.
    """
    if deep > DEEPEST:
        raise UnreadableError
    if content.startswith(b"PK\x03\x04") or suffix in OFFICE:
        yield from _zipped(content, most, deep)
    elif content.startswith(b"%PDF-") or suffix == ".pdf":
        yield from _pdf(content, most, deep)


def _inside(content: bytes, name: str, place: str, most: int, deep: int) -> Iterator[tuple[str, str]]:
    """A file that is part of another one."""
    text = content.decode("utf8", "replace")
    yield place, text
    yield from ((place, part) for part in _running(text))
    suffix = f".{name.rpartition('.')[2].lower()}"
    yield from ((place, told) for _, told in document_texts(content, suffix, most=most, deep=deep + 1))


# -- Word and Excel ---------------------------------------------------------------------------------


def _zipped(content: bytes, most: int, deep: int) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > most:
                raise TooLargeError
            for part in parts:
                yield "naam in het bestand", part.filename
                yield "opmerking in het bestand", part.comment.decode("utf8", "replace")
                yield from _inside(archive.read(part), part.filename, "inhoud van het bestand", most, deep)
            yield "opmerking in het bestand", archive.comment.decode("utf8", "replace")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):  # broken, locked, packed in another way
        raise UnreadableError from None


def _running(xml: str) -> Iterator[str]:
    """The text of each paragraph or cell, without the tags that cut it in pieces."""
    if xml.lstrip("\ufeff \r\n\t").startswith("<"):
        yield from (unescape(_TAG.sub("", piece)) for piece in _PIECE.split(xml))


# -- PDF --------------------------------------------------------------------------------------------


def _pdf(content: bytes, most: int, deep: int) -> Iterator[tuple[str, str]]:
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise UnreadableError
        for number, page in enumerate(reader.pages, start=1):
            text = page.extract_text()
            yield f"pagina {number}", text
            yield JOINED, _SPACE.sub("", text)  # a code can be cut off at the end of a line
        for part in _objects(reader):
            _require_text(part)
            yield from (("kenmerken van het document", text) for text in _strings(part))
            if isinstance(part, StreamObject):
                yield from _stream(part, most, deep)
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError, zlib.error):
        raise UnreadableError from None


def _objects(reader: pypdf.PdfReader) -> Iterator[Any]:
    """Every object of a PDF, also one that no page leads to."""
    numbers = {(number, generation) for generation, found in reader.xref.items() for number in found}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    yield reader.trailer
    for number, generation in sorted(numbers):
        found = reader.get_object(IndirectObject(number, generation, reader))
        if found is not None:
            yield found


def _strings(part: Any) -> Iterator[str]:
    """The strings inside an object itself; what it refers to comes by itself."""
    if isinstance(part, TextStringObject):
        yield str(part)
    elif isinstance(part, ByteStringObject):
        yield bytes(part).decode("latin-1")
    elif isinstance(part, DictionaryObject):
        for name, value in part.items():
            yield str(name)
            if name != "/ID":  # of a file: chance
                yield from _strings(value)
    elif isinstance(part, ArrayObject):
        for value in part:
            yield from _strings(value)


_NO_WORDS = ("/Image", "/OpenType", "/CIDFontType0C", "/Type1C")  # and /Length1 a font, /N a colour profile


def _stream(part: StreamObject, most: int, deep: int) -> Iterator[tuple[str, str]]:
    """What is packed in a PDF: an attached file, properties, a drawing. Pictures and fonts hold no text."""
    kind = part.get("/Type")
    if part.get("/Subtype") in _NO_WORDS or kind in ("/ObjStm", "/XRef") or "/Length1" in part or "/N" in part:
        return
    unpacked = part.get_data()
    if len(unpacked) > most:
        raise TooLargeError
    if kind == "/EmbeddedFile":
        yield from _inside(unpacked, "", "bijlage in het document", most, deep)
    else:
        yield "kenmerken van het document", unpacked.decode("utf8", "replace")


def _require_text(part: Any) -> None:
    """Letters of a composite or drawn font are numbers: without a table from numbers to text nobody can read them."""
    font = isinstance(part, DictionaryObject) and part.get("/Type") == "/Font"
    if font and part.get("/Subtype") in ("/Type0", "/Type3") and "/ToUnicode" not in part:
        raise UnreadableError
