"""Is a message what iJw 3.2 says it is? Names the line, the element and the rule; never what is written there.

As strict as the XML Schema of the standard, and stricter in three things: a day has four digits for its year, a comment
may not stand inside a value (a reader would see half of it), and a message has no DOCTYPE and is UTF-8 without BOM.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import IO

from lxml import etree

from jeugd_analysis.domain.ijw import CODE_LISTS, MESSAGES, Element, Facets, namespace
from jeugd_analysis.errors import DeliveryError

PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}

SPACE = " \t\n\r"  # white space of XML; Python's own also counts non-breaking spaces
_DOCTYPE = b"<!DOCTYPE"
_BLOCK = 1 << 20
_DECLARED = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LONGEST_INTEGER = 18  # digits; no facet of the standard comes near
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)")
_LOCATIONS = {  # attributes every XML Schema allows on any element
    "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation",
    "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation",
}
_KINDS = {"integer": "een geheel getal", "date": "een datum als 2026-01-31", "time": "een tijd als 23:59:59"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of the structure. `path` starts at the element that was checked; `text` says what to do, in Dutch."""

    line: int
    path: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """An element of the standard, ready for checking: places of its children by tag, and the test of its text."""

    element: Element
    children: dict[str, tuple[int, _Rule]]
    test: Callable[[str], tuple[str, str] | None] | None


def parse_message(source: Path | bytes, *, name: str = "Het bericht") -> etree._Element:
    """The root of a small message. Reads it whole; entities, DTDs and the network stay out.

    Raises: DeliveryError XML-001 (not XML), XML-002 (not plain UTF-8) or XML-003 (has a DOCTYPE).
    """
    name, content = (name, source) if isinstance(source, bytes) else (source.name, source.read_bytes())
    check_content(io.BytesIO(content), name)
    try:
        return etree.fromstring(content, etree.XMLParser(**PARSER_OPTIONS))
    except etree.XMLSyntaxError as error:
        raise not_xml(name, error.lineno) from None


def check_content(stream: IO[bytes], name: str) -> str:
    """Read a whole message in pieces before any parser sees it, and return its SHA-256.

    Raises: DeliveryError XML-002 (BOM, another encoding, or one that lies) or XML-003 (a DOCTYPE).
    """
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf8")()
    before = b""
    while block := stream.read(_BLOCK):
        if not before and not _starts_as_utf8(block):
            raise _not_utf8(name)
        if _DOCTYPE in before + block:
            raise DeliveryError(
                "XML-003",
                wat=f"{name} bevat een DOCTYPE. Dat hoort niet in een iJw-bericht en kan schadelijk zijn.",
                doe="lees het bestand niet in en vraag de leverancier waar het vandaan komt.",
            )
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            raise _not_utf8(name) from None
        digest.update(block)
        before = block[-len(_DOCTYPE) :]
    if decoder.getstate()[0]:
        raise _not_utf8(name)
    return digest.hexdigest()


def not_xml(name: str, line: int | None) -> DeliveryError:
    """Not well formed. The parser's own words may repeat what is in the file, so they are not used."""
    return DeliveryError(
        "XML-001",
        wat=f"{name} regel {line or 1} is geen geldige XML; het bestand kan zijn afgebroken.",
        doe="vraag het volledige bericht opnieuw op.",
    )


def _starts_as_utf8(block: bytes) -> bool:
    declared = _DECLARED.match(block)
    return not block.startswith(codecs.BOM_UTF8) and (declared is None or declared[1].upper() == b"UTF-8")


def _not_utf8(name: str) -> DeliveryError:
    return DeliveryError(
        "XML-002",
        wat=f"{name} is geen UTF-8 zonder BOM (iJw OP192).",
        doe="vraag de leverancier het bericht opnieuw te maken; er is niets ingelezen.",
    )


def violations(element: etree._Element, expected: Element, *, apart: Container[Element] = ()) -> list[Violation]:
    """Every breach of the structure in a message or in a part of it, in the order of the text.

    apart: parts whose contents are checked on their own, as by a reader that empties each one after use; of these only
    the place and the number are checked.
    """
    rule, found = _rule(expected), _Found(element)
    if element.tag != expected.tag:
        found.add(element, *_stranger(element, {expected.name: expected}))
        return found.list
    _check(element, rule, apart, found)
    return found.list


class _Found:
    """Collects violations; the path is worked out only when there is one."""

    def __init__(self, top: etree._Element) -> None:
        self.top = top
        self.list: list[Violation] = []

    def add(self, node: etree._Element, code: str, text: str, *, child: str = "") -> None:
        """A violation at `node`, or at a child of it that is not there."""
        path = [child] if child else []
        at: etree._Element | None = node
        while at is not None:
            path.insert(0, _shown(at))
            at = None if at is self.top else at.getparent()
        self.list.append(Violation(node.sourceline or 0, "/".join(path), code, text))


def _check(node: etree._Element, rule: _Rule, apart: Container[Element], found: _Found) -> None:
    if node.keys() and not set(node.keys()) <= _LOCATIONS:
        found.add(node, "XML-016", "heeft een attribuut; laat dat weg, iJw 3.2 gebruikt ze niet.")
    if rule.test is None:
        _check_children(node, rule, apart, found)
    elif len(node):
        found.add(node, "XML-017", "bevat meer dan tekst; zet er alleen de waarde in.")
    elif problem := rule.test(node.text or ""):
        found.add(node, *problem)


def _check_children(node: etree._Element, rule: _Rule, apart: Container[Element], found: _Found) -> None:
    loose = node.text
    places = rule.children
    counts = [0] * len(places)
    reached = 0
    for child in node:
        loose = child.tail if loose is None or not loose.strip(SPACE) else loose
        known = places.get(child.tag)
        if known is None:
            if isinstance(child.tag, str):  # a comment or an instruction is no element
                found.add(child, *_stranger(child, {part.element.name: part.element for _, part in places.values()}))
            continue
        place, part = known
        counts[place] += 1
        if place < reached:
            text = "staat te laat; zet de elementen in de volgorde van iJw 3.2."
            found.add(child, "XML-012", text)
        reached = max(reached, place)
        most = part.element.most
        if most is not None and counts[place] > most:
            found.add(child, "XML-014", f"staat er vaker dan {most} keer; laat het dubbele element weg.")
        if part.element not in apart:
            _check(child, part, apart, found)
    if loose is not None and loose.strip(SPACE):
        found.add(node, "XML-015", "bevat tekst tussen de elementen; haal die weg.")
    for count, (_, part) in zip(counts, places.values(), strict=True):
        if count < part.element.least:
            found.add(node, "XML-013", "ontbreekt; vul dit verplichte element.", child=part.element.name)


def _stranger(node: etree._Element, expected: dict[str, Element]) -> tuple[str, str]:
    """Code and text for an element that does not belong here."""
    same = expected.get(etree.QName(node).localname)
    if same is not None:
        space = namespace(same.prefix)
        return "XML-010", f"staat in een andere naamruimte dan iJw 3.2 voorschrijft; gebruik {space}."
    return "XML-011", "hoort hier niet volgens iJw 3.2; haal het weg of zet het op de juiste plaats."


def _shown(node: etree._Element) -> str:
    """The name of an element, when it is one of the standard: any other name is text of the supplier."""
    name = etree.QName(node).localname
    return name if name in _known_names() else "(onbekend element)"


@cache
def _known_names() -> frozenset[str]:
    def below(element: Element) -> Iterator[str]:
        yield element.name
        for child in element.children:
            yield from below(child)

    return frozenset(name for message in MESSAGES.values() for name in below(message))


@cache
def _rule(element: Element) -> _Rule:
    children = {child.tag: (place, _rule(child)) for place, child in enumerate(element.children)}
    return _Rule(element, children, _test(element.facets) if element.facets else None)


@cache
def _test(facets: Facets) -> Callable[[str], tuple[str, str] | None]:
    """The test of one kind of text: None, or code and text of the first facet that does not hold."""
    tests = [_lexical(facets), _enumerated(facets), _long_enough(facets), _patterned(facets), _in_range(facets)]
    steps = [test for test in tests if test is not None]
    strip = facets.kind != "string"  # XML Schema ignores white space around everything but text

    def test(text: str) -> tuple[str, str] | None:
        value = text.strip(SPACE) if strip else text
        if not value:
            return "XML-020", "is leeg; vul het, of laat het hele element weg als het niet verplicht is."
        for holds, code, wording in steps:
            if not holds(value):
                return code, wording
        return None

    return test


_Step = tuple[Callable[[str], object], str, str]


def _lexical(facets: Facets) -> _Step | None:
    if facets.kind == "string":
        return None
    tests: dict[str, Callable[[str], object]] = {
        "integer": _INTEGER.fullmatch,
        "date": is_day,
        "time": _CLOCK.fullmatch,
    }
    return tests[facets.kind], "XML-021", f"is niet {_KINDS[facets.kind]}; vul het zo in."


def is_day(text: str) -> bool:
    """Four digits, two and two, on the calendar. Python's own reading of dates also takes other forms."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _enumerated(facets: Facets) -> _Step | None:
    if not facets.enum:
        return None
    allowed = frozenset(facets.enum)
    listed = ", ".join(facets.enum)
    return allowed.__contains__, "XML-023", f"staat niet in de codelijst; gebruik een van {listed}."


def _long_enough(facets: Facets) -> _Step | None:
    shortest, longest = facets.min_length or 0, facets.max_length
    if longest is None:
        return None  # empty is refused already, and no text has to be longer than one character
    wording = f"heeft niet de juiste lengte; vul {max(shortest, 1)} tot en met {longest} tekens in."
    return lambda text: shortest <= len(text) <= longest, "XML-024", wording


def _patterned(facets: Facets) -> _Step | None:
    pattern = CODE_LISTS[facets.code_list] if facets.code_list else _python_pattern(facets.pattern)
    if not pattern:
        return None
    return re.compile(pattern).fullmatch, "XML-022", "heeft niet de vorm die iJw 3.2 voorschrijft; vul het zo in."


def _in_range(facets: Facets) -> _Step | None:
    least, most = facets.least, facets.most
    if least is None or most is None:
        return None

    def in_range(text: str) -> bool:
        return len(text.lstrip("+-0")) <= _LONGEST_INTEGER and least <= int(text) <= most

    return in_range, "XML-025", f"ligt buiten het bereik; vul een getal van {least} tot en met {most} in."


def _python_pattern(pattern: str) -> str:
    r"""A pattern of XML Schema in Python's dialect: other line ends for the dot, other white space for \s and \S.

    >>> _python_pattern(r".[.\s]\S")
    '[^\\n\\r][.\\x20\\t\\n\\r][^\\x20\\t\\n\\r]'
    """
    space = r"\x20\t\n\r"
    done: list[str] = []
    inside = False
    for token in re.findall(r"\\.|.", pattern):
        if token == r"\s":
            done.append(space if inside else f"[{space}]")
        elif token == r"\S":
            done.append(f"[^{space}]")
        elif token == "." and not inside:
            done.append(r"[^\n\r]")
        else:
            inside = token == "[" or (inside and token != "]")
            done.append(token)
    return "".join(done)
