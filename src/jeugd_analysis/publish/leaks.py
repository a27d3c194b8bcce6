"""What may never go out: people's numbers and codes, the key, traces of this machine. Found in what is about to go out.

A finding names file, kind and place, and never repeats what was found. A citizen service number is nine digits that
pass the 11-test. Numbers of the test range (9999...) count too: a page that shows one would show a real one as well.
Not counted: multiples of 10,000 (shown amounts are), digits after a decimal point, and eight digits (codes of
providers have eight). What is looked for as a pattern is not looked for in the scripts and fonts of packages, which
are the same in every book; the store's own codes, the key and this machine's paths are looked for everywhere.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.internal import MARK
from jeugd_analysis.publish.documents import JOINED, TooLargeError, UnreadableError, document_texts, is_its_kind

BSN, YOUTH, KEY, PATH, NAME, SECRET, EMAIL, TRACE, METADATA, FILE = (
    "burgerservicenummer",
    "code van een jeugdige",
    "sleutel",
    "pad van een computer",
    "naam van computer of gebruiker",
    "geheim uit de omgeving",
    "e-mailadres",
    "foutmelding van Python",
    "sporen van het uitvoeren",
    "bestand dat er niet hoort",
)
UNREAD, INTERNAL = "bestand dat niet is na te kijken", "tabel voor intern gebruik"  # fmt: skip
REMEDY = {
    BSN: "zoek uit in welke kolom het nummer stond; die kolom mag niet worden getoond.",
    YOUTH: "toon aantallen, nooit regels van één jeugdige.",
    KEY: "haal de sleutel weg, maak een nieuwe met `jeugd key` en lees alles opnieuw in.",
    PATH: "toon alleen de naam van een bestand, niet waar het staat.",
    NAME: "haal de naam weg uit de tekst of de instellingen.",
    SECRET: "haal het weg en vervang dit geheim, want het kan al bekend zijn.",
    EMAIL: "haal het adres weg, of zet het in de tekst van het boek als het er hoort.",
    TRACE: "herstel het notebook; een foutmelding kan gegevens tonen.",
    METADATA: "maak het notebook opnieuw met `jeugd build`.",
    FILE: "haal het bestand weg uit de map van het boek.",
    INTERNAL: "haal het weg: daarin staan precieze getallen (zie `jeugd export`).",
    UNREAD: "maak het opnieuw, zonder wachtwoord en met letters die als tekst te lezen zijn.",
}
SITE_FILES = frozenset(
    ".html .js .css .map .json .svg .png .ico .txt .csv .pdf .docx .xlsx .po .mo .ttf .woff .woff2 .webmanifest".split()
)
NOTEBOOK_FILES = frozenset({".ipynb", ".digest"})
_NO_TEXT = {".png", ".ico", ".mo", ".ttf", ".woff", ".woff2"}
_PACKAGED = {
    ".js",
    ".css",
    ".map",
    ".po",
    ".mo",
    ".ttf",
    ".woff",
    ".woff2",
}  # below _static
_ZIPPED = {".zip", ".xlsx", ".ods", ".docx", ".odt"}
MOST_UNPACKED = 1 << 27  # bytes of one file
TOLD = 10  # findings named in the message

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
# Not beside a letter that occurs in digests, not the decimals of a number; the second form is how a card prints it.
_NINE = re.compile(
    r"(?<![0-9A-Fa-f])(?<!\d\.)(\d{9})(?![0-9A-Fa-f])(?!\.(?!0\b)\d)|(?<![\d.])(\d{4}\.\d{2}\.\d{3})(?![\d.])"
)
_HEX = re.compile(r"[0-9a-fA-F]{16,}")
_PSEUDONYM = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[abcdf])[0-9a-f]{32}(?![0-9A-Za-z])")  # as sources.pseudonym makes
_PATHS = re.compile(
    r"(?<![\w./-])/(?:home|Users|root|mnt|media|tmp|var/(?:folders|tmp|lib))/[\w.-][\w./-]*"
    r"|(?<![A-Za-z0-9])[A-Za-z]:[\\/]+(?:Users|Gebruikers|Documents and Settings|Windows|Temp)\b[^\s\"'<>]*"
    r"|(?<![A-Za-z0-9])[A-Z]:\\\w[\w .-]*\\|file:///?[\w%][^\s\"'<>]*"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?![\w-])")
_TRACE = re.compile(
    r"Traceback \(most recent call last\)|File \"[^\"\n]{1,300}\", line \d+|<ipython-input-|ipykernel_\d+|\x1b\["
    r"|(?:Cell )?In\[\d+\], line \d+|output traceback"
)
_TRACE_KEYS = {"papermill", "execution", "ExecuteTime", "start_time", "end_time", "input_path", "output_path"}
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]+")
# One of these stands in whatever the pattern finds: looking for them first is many times faster.
_SIGNS = {
    _PATHS: (
        *(f"/{name}/" for name in ("home", "Users", "root", "mnt", "media", "tmp", "var")),
        ":\\",
        ":/Us",
        ":/Ge",
        ":/Do",
        ":/Wi",
        ":/Te",
        "file:",
    ),
    _EMAIL: ("@",),
    _TRACE: ("Traceback", 'File "', "<ipython", "ipykernel", "\x1b[", "In[", "output traceback"),
}
_BYTES = "bytes"  # the place of what is no text: only what the store knows is looked for there
_READABLE = bytes([*range(32, 127), 9, 10, 13])
_RARE = 50  # one in so many signs
_PDF_ID = re.compile(rb"/ID\s*\[[^\]]*\]")  # a digest of the file itself; it looks like a code
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """Something that may not go out: in which file, what kind, and where in it. Never what it says."""

    file: str
    kind: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What this store and this machine know and the world may not.

    youth_ids: every code in the store, lower case; paths: folders of this machine; names: of its user and of itself;
    values: passwords and tokens; known: the project's own text, in which a name, address or path may stand.
    """

    youth_ids: frozenset[str] = frozenset()
    key: bytes = b""
    paths: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    known: str = ""

    def __repr__(self) -> str:
        """Nothing of what is inside: an error or a log may print it."""
        return "Secrets()"

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """How long the codes are."""
        return tuple(sorted({len(code) for code in self.youth_ids}))

    @cached_property
    def telling_names(self) -> tuple[str, ...]:
        """The names that the project's own text does not use: a machine may be called after a municipality."""
        return tuple(name for name in self.names if not re.search(rf"\b{re.escape(name)}\b", self.known))


def is_citizen_number(digits: str) -> bool:
    """Nine digits that pass the 11-test, and are no multiple of 10,000 (see above).

    >>> is_citizen_number("999900006"), is_citizen_number("999900007")
    (True, False)
    """
    if int(digits) % 10_000 == 0:
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0


def leaks_in(text: str, secrets: Secrets, *, patterns: bool = True) -> set[tuple[str, str]]:
    """Kind and place of everything in a text that may not go out; `patterns` also looks for what only looks like it."""
    found: set[tuple[str, str]] = set()
    for form in _forms(text):
        for kind, position in [*_exact(form, secrets), *(_patterns(form, secrets) if patterns else ())]:
            found.add((kind, f"regel {form.count(chr(10), 0, position) + 1}"))
    return found


def _forms(text: str) -> Iterator[str]:
    """The text as it is, and as a reader or a browser would see it, so that no escape hides anything."""
    yield text
    plain = _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), text)
    for escaped in ("/", '"', "\\"):
        plain = plain.replace(f"\\{escaped}", escaped)
    for decode in (unescape, unquote):
        plain = decode(plain)
    plain = _UNSEEN.sub("", plain)
    if plain != text:
        yield plain


def _exact(text: str, secrets: Secrets) -> Iterator[tuple[str, int]]:
    yield from ((YOUTH, at) for at in _youths(text, secrets))
    if secrets.key:
        lower = text.lower()
        yield from ((KEY, at) for at in _all(lower, secrets.key.hex()))
        yield from ((KEY, at) for at in _all(text, base64.b64encode(secrets.key).decode().rstrip("=")))
    for path in secrets.paths:
        for form in {path, path.replace("\\", "/"), path.replace("/", "\\")}:
            yield from ((PATH, at) for at in _all(text, form) if _stands_apart(text, at, len(form), before="./-"))
    yield from ((INTERNAL, at) for at in _all(text, MARK))
    for value in secrets.values:
        yield from ((SECRET, at) for at in _all(text, value))


def _all(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _stands_apart(text: str, at: int, length: int, *, before: str = "", after: str = "-") -> bool:
    first, last = text[at - 1 : at] if at else "", text[at + length : at + length + 1]
    return not (first and (first.isalnum() or first in f"_{before}")) and not (
        last and (last.isalnum() or last in f"_{after}")
    )


def _youths(text: str, secrets: Secrets) -> Iterator[int]:
    """Where a code stands, also in the middle of other letters that could belong to it."""
    known = secrets.youth_ids
    for run in _HEX.finditer(text) if known else ():
        signs = run[0].lower()
        for length in secrets.lengths:
            for at in range(len(signs) - length + 1):
                if signs[at : at + length] in known:
                    yield run.start() + at


def _patterns(text: str, secrets: Secrets) -> Iterator[tuple[str, int]]:
    for found in _NINE.finditer(text):
        if is_citizen_number((found[1] or found[2]).replace(".", "")):
            yield BSN, found.start()
    yield from ((YOUTH, found.start()) for found in _PSEUDONYM.finditer(text))
    for kind, sought in ((PATH, _PATHS), (EMAIL, _EMAIL), (TRACE, _TRACE)):
        if any(sign in text for sign in _SIGNS[sought]):
            yield from ((kind, found.start()) for found in sought.finditer(text) if found[0] not in secrets.known)
    for name in secrets.telling_names:
        yield from ((NAME, at) for at in _all(text, name) if _stands_apart(text, at, len(name)))


# -- files ------------------------------------------------------------------------------------------


def leaks_in_folder(
    folder: Path, secrets: Secrets, *, allowed: frozenset[str] = SITE_FILES, only: Iterable[Path] | None = None
) -> list[Leak]:
    """Every leak in the files below a folder, or in those of `only`, in the order of their names."""
    files = sorted(folder.rglob("*") if only is None else only)
    found: set[Leak] = set()
    for path in files:
        if path.is_dir() and not path.is_symlink():
            continue
        name = path.relative_to(folder).as_posix()
        in_name = leaks_in(name, secrets)
        told = "/".join([*name.split("/")[:-1], "(naam met iets dat niet getoond mag worden)"]) if in_name else name
        if leaks_in(told, secrets):  # then it stands in the name of a folder
            told = "(map met een naam die niet getoond mag worden)"
        found |= {Leak(told, kind, "naam van het bestand") for kind, _ in in_name}
        if path.is_symlink() or not path.is_file() or path.suffix.lower() not in allowed or "_sources" in path.parts:
            found.add(Leak(told, FILE, "naam van het bestand"))
        if path.is_file() and not path.is_symlink():
            found |= {Leak(told, kind, place) for kind, place in _leaks_in_file(path, name, secrets)}
    return sorted(found)


def _leaks_in_file(path: Path, name: str, secrets: Secrets) -> set[tuple[str, str]]:
    content, suffix = path.read_bytes(), path.suffix.lower()
    patterns = suffix not in _NO_TEXT and not (name.startswith("_static/") and suffix in _PACKAGED)
    found: set[tuple[str, str]] = set()
    if suffix in SITE_FILES | NOTEBOOK_FILES and not is_its_kind(content, suffix):
        found.add((FILE, "inhoud van een andere soort"))
    try:
        for place, text in _texts(content, suffix):
            for kind, where in leaks_in(text, secrets, patterns=patterns and place not in (_BYTES, JOINED)):
                found.add((kind, place or where))
    except UnreadableError:
        found.add((UNREAD, "hele bestand"))
    except TooLargeError:
        raise _too_large() from None
    if secrets.key and secrets.key in content:
        found.add((KEY, "bytes"))
    if suffix == ".ipynb":
        found |= _notebook_traces(content)
    return found


def _texts(content: bytes, suffix: str) -> Iterator[tuple[str, str]]:
    """The texts in a file, each with its place when that is no line."""
    if suffix in _ZIPPED or content.startswith(b"PK\x03\x04"):
        yield from document_texts(content, suffix, most=MOST_UNPACKED)
    elif suffix == ".pdf" or content.startswith(b"%PDF-"):
        yield from _pdf_texts(content)
        yield from document_texts(content, suffix, most=MOST_UNPACKED)
    elif suffix in _NO_TEXT:
        yield _BYTES, content.decode("latin-1")
    else:
        yield "", content.decode("utf8", "replace")


def _pdf_texts(content: bytes) -> Iterator[tuple[str, str]]:
    """What is packed inside a PDF, also where nothing leads to it; `publish.documents` reads what a reader sees.

    Fonts and packed parts hold every sequence of signs by chance: in those only what the store knows is looked for.
    """
    left = MOST_UNPACKED
    plain = _STREAM.sub(lambda stream: stream[0] if _is_text(stream[1]) else b"", content)
    yield "document", _PDF_ID.sub(b"", plain).decode("latin-1")
    yield _BYTES, content.decode("latin-1")
    for stream in _STREAM.finditer(content):
        unpack = zlib.decompressobj()
        try:
            text = unpack.decompress(stream[1], left)
        except zlib.error:
            continue
        left -= len(text)
        if left <= 0:
            raise _too_large()
        place = "document" if _is_text(text) else _BYTES
        yield place, text.decode("latin-1")
        yield place, text.replace(b"\x00", b"").decode("latin-1")  # names in UTF-16


def _is_text(part: bytes) -> bool:
    """Whether it was written to be read: hardly a sign in it that is not on a keyboard, apart from UTF-16."""
    signs = part.replace(b"\x00", b"")
    return len(signs.translate(None, _READABLE)) * _RARE <= len(signs)


def _too_large() -> DisclosureError:
    return DisclosureError(
        "LEK-003",
        wat="Een bestand van het boek pakt uit tot meer dan is toegestaan.",
        doe="haal dit bestand uit het boek.",
    )


def _notebook_traces(content: bytes) -> set[tuple[str, str]]:
    """Metadata that tells when and where a notebook ran, and outputs that are errors."""
    try:
        notebook: Any = json.loads(content)
    except ValueError:
        return {(METADATA, "hele bestand")}
    found = {(METADATA, "metadata")} if _TRACE_KEYS & _keys(notebook.get("metadata", {})) else set()
    for number, cell in enumerate(notebook.get("cells", [])):
        if _TRACE_KEYS & _keys(cell.get("metadata", {})):
            found.add((METADATA, f"cel {number}"))
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error" or output.get("name") == "stderr":
                found.add((TRACE, f"cel {number}"))
            if _TRACE_KEYS & _keys(output.get("metadata", {})):
                found.add((METADATA, f"cel {number}"))
    return found


def _keys(part: object) -> set[str]:
    if isinstance(part, Mapping):
        return {str(name) for name in part}.union(*map(_keys, part.values()))
    return set().union(*map(_keys, part)) if isinstance(part, list) else set()


# -- stopping ---------------------------------------------------------------------------------------


def refuse(leaks: Sequence[Leak], *, what: str) -> None:
    """Raises: DisclosureError LEK-001 that names files, kinds and places, when anything was found."""
    if leaks:
        kinds = Counter(leak.kind for leak in leaks)
        told = "; ".join(f"{leak.file}, {leak.place} ({leak.kind})" for leak in leaks[:TOLD])
        more = f"; en nog {len(leaks) - TOLD}" if len(leaks) > TOLD else ""
        raise DisclosureError(
            "LEK-001",
            wat=f"{what} bevat iets dat niet naar buiten mag: {told}{more}.",
            doe=" ".join(f"Bij {kind}: {REMEDY[kind]}" for kind in sorted(kinds)),
        )
