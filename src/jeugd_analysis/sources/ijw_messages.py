"""One iJw message at a time: which one it is, who sent it, and its parts as they come by, each checked and then let go.

Nothing here knows what the parts mean. Errors name file, line, element and rule, never what is written there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import IO

from lxml import etree

from jeugd_analysis.domain.ijw import MESSAGES, Element, find_part
from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources.archives import BROKEN, Member, damaged
from jeugd_analysis.sources.ijw_structure import PARSER_OPTIONS, SPACE, Violation, not_xml, parse_message, violations
from jeugd_analysis.sources.pseudonym import is_bsn

VERSION = ("3", "2")
LARGEST = 25 << 20  # bytes of a message (iJw OP179); messages with claims are read in parts and may be larger
# Return messages, and requests for a change with their answers: valid traffic that none of our tables needs.
UNUSED = {"jw302", "jw306", "jw308", "jw316", "jw317", "jw318", "jw319", "jw320"}

_HEAD = 1 << 16
_NAMESPACE = re.compile(r"\{http://www\.istandaarden\.nl/ijw/([0-9]{1,2})_([0-9]{1,2})/(jw[0-9]{3})/schema\}Bericht")
_NINE_DIGITS = re.compile(r"(?<![0-9])[0-9]{9}(?![0-9])")
_TO_PROVIDER = ("jw301", "jw325")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Who sent what to whom, and when. `day` is the date of the message (Dagtekening), as text."""

    kind: str
    file: str
    municipality: str
    provider: str
    identification: str
    day: str


# -- errors -----------------------------------------------------------------------------------------


def shown(name: str) -> str:
    """The name of a file for a message: a citizen service number in it is hidden.

    >>> shown("jw301_999900006.xml")
    'jw301_(nummer).xml'
    """
    return _NINE_DIGITS.sub(lambda found: "(nummer)" if is_bsn(found[0]) else found[0], name)


def refused(code: str, file: str, line: int | None, wat: str, doe: str) -> DeliveryError:
    """A message that cannot be used, with the line that says why."""
    place = f" regel {line}" if line else ""
    return DeliveryError(code, wat=f"{shown(file)}{place}: {wat}.", doe=doe)


def broken(file: str, violation: Violation) -> DeliveryError:
    """A message that is not what iJw 3.2 says it is (B049): no part of it is used."""
    wat, _, doe = violation.text.partition("; ")
    return refused(violation.code, file, violation.line, f"{violation.path} {wat}", f"{doe} Er is niets ingelezen.")


def missing(file: str, line: int | None, path: str) -> DeliveryError:
    """An element that should have come before this line."""
    text = "ontbreekt of staat te laat; vul dit verplichte element."
    return broken(file, Violation(line or 0, path, "XML-013", text))


def require_structure(node: etree._Element, expected: Element, file: str, *, apart: tuple[Element, ...] = ()) -> None:
    """Raises: DeliveryError with the first violation."""
    if found := violations(node, expected, apart=apart):
        raise broken(file, found[0])


def require_no_bsn(text: str | None, file: str, line: int | None, element: str) -> None:
    """Text that is kept may not hold a citizen service number (B071). Raises: DeliveryError IJW-005."""
    if text and len(text) >= 9 and any(map(is_bsn, _NINE_DIGITS.findall(text))):
        raise refused(
            "IJW-005",
            file,
            line,
            f"in {element} staat een getal dat een burgerservicenummer kan zijn",
            "laat de leverancier een ander nummer gebruiken; er is niets ingelezen.",
        )


def masked(text: str, pseudonym: Callable[[str], str]) -> str:
    """The name of a declaration, for keeping: a number in it that could be a citizen service number is replaced.

    The same number gives the same text every time, so that an answer still finds its declaration.
    """
    return _NINE_DIGITS.sub(lambda found: f"x{pseudonym(found[0])[:11]}" if is_bsn(found[0]) else found[0], text)


def require_bsn(text: str, file: str, line: int | None) -> str:
    """The text itself, when it passes the 11-test (iJw CS002); else raises DeliveryError IJW-004."""
    if not is_bsn(text):
        raise refused(
            "IJW-004",
            file,
            line,
            "het Bsn doorstaat de 11-proef niet",
            "laat de leverancier het nummer controleren; er is niets ingelezen.",
        )
    return text


# -- which message ----------------------------------------------------------------------------------


def kind_of(member: Member) -> str:
    """The kind of a message, such as jw323, by the namespace of its first element.

    Raises: DeliveryError IJW-001 (no iJw message), IJW-002 (another version) or XML-001 (not XML).
    """
    with opened(member) as stream:
        head = stream.read(_HEAD)
    parser = etree.XMLPullParser(events=("start",), **PARSER_OPTIONS)
    tag = ""
    try:
        parser.feed(head)
    except etree.XMLSyntaxError as error:
        tag = _first_tag(parser)
        if not tag:
            raise not_xml(shown(member.name), error.lineno) from None
    found = _NAMESPACE.fullmatch(tag or _first_tag(parser))
    if found and (found[1], found[2]) != VERSION:
        raise _other_version(member.name, found[3], found[1], found[2])
    if not found or found[3] not in MESSAGES.keys() | UNUSED:
        known = ", ".join(MESSAGES)
        raise refused("IJW-001", member.name, None, "dit is geen iJw-bericht", f"lever alleen {known} aan.")
    return found[3]


def _first_tag(parser: etree.XMLPullParser) -> str:
    return next((node.tag for _, node in parser.read_events()), "")


def _other_version(file: str, kind: str, version: str, subversion: str) -> DeliveryError:
    return refused(
        "IJW-002",
        file,
        None,
        f"dit is een {kind} van iJw {version}.{subversion}; alleen iJw {'.'.join(VERSION)} wordt gelezen",
        "vraag de leverancier het bericht in iJw 3.2 te leveren.",
    )


# -- its parts --------------------------------------------------------------------------------------


@cache
def _steps(kind: str, base: str, path: str) -> str:
    """The way from one part to a part below it, as lxml wants it."""
    names = path.split("/")
    full = [f"{base}/{'/'.join(names[: i + 1])}".strip("/") for i in range(len(names))]
    return "/".join(find_part(kind, step).tag for step in full)


def text_at(node: etree._Element, kind: str, base: str, path: str) -> str | None:
    """The text of an element of a checked part, without white space around it; missing when it is left out.

    base: the path of `node` in the message; path: from there on.
    """
    found = node.find(_steps(kind, base, path))
    return None if found is None else (found.text or "").strip(SPACE)


def required_at(node: etree._Element, kind: str, base: str, path: str) -> str:
    """The text of an element that a checked part always has."""
    text = text_at(node, kind, base, path)
    assert text is not None, path
    return text


def read_header(node: etree._Element, kind: str, file: str) -> Header:
    """Check and read the header. Raises: DeliveryError IJW-002 (another version) or XML-0nn."""
    version, subversion = (text_at(node, kind, "Header", f"Bericht{name}") or "" for name in ("Versie", "Subversie"))
    if re.fullmatch("[0-9]{1,2},[0-9]{1,2}", f"{version},{subversion}") and (version, subversion) != VERSION:
        raise _other_version(file, kind, version, subversion)
    require_structure(node, find_part(kind, "Header"), file)
    sender, receiver = (required_at(node, kind, "Header", name) for name in ("Afzender", "Ontvanger"))
    municipality, provider = (sender, receiver) if kind in _TO_PROVIDER else (receiver, sender)
    return Header(
        kind=kind,
        file=file,
        municipality=f"GM{municipality}",
        provider=provider,
        identification=required_at(node, kind, "Header", "BerichtIdentificatie/Identificatie"),
        day=required_at(node, kind, "Header", "BerichtIdentificatie/Dagtekening"),
    )


def read_whole(member: Member, kind: str) -> tuple[Header, etree._Element]:
    """A message about one client, checked. Raises: DeliveryError also IJW-013 above the size iJw allows."""
    with opened(member) as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise refused(
            "IJW-013", member.name, None, "groter dan 25 MB (iJw OP179)", "vraag de leverancier het te splitsen."
        )
    root = parse_message(content, name=shown(member.name))
    node = root.find(find_part(kind, "Header").tag)
    header = None if node is None else read_header(node, kind, member.name)
    require_structure(root, MESSAGES[kind], member.name)
    assert header is not None  # a message without header is a violation
    return header, root


def stream_parts(
    member: Member, kind: str, *, declaration: str, line_is_checked: bool = True
) -> Iterator[tuple[str, etree._Element]]:
    """The parts of a message with claims as they come by: Header, Bsn, Prestatie, Client and at last Bericht itself.

    A part is emptied when the next one is asked for, so that memory does not grow with the message. All of them are
    checked, except a Prestatie when `line_is_checked` is false: then the caller does that, faster.
    Raises: DeliveryError with the first violation.
    """
    clients = f"{declaration}/Clienten/Client"
    header, client, bsn, line = (
        find_part(kind, path) for path in ("Header", clients, f"{clients}/Bsn", f"{clients}/Prestaties/Prestatie")
    )
    repeated = {client.tag, line.tag}
    tags = {part.tag: part for part in (header, client, bsn, line)}
    with opened(member) as stream:
        parts = etree.iterparse(stream, events=("end",), tag=tuple(tags), **PARSER_OPTIONS)
        headed = False
        for node in _events(parts, member.name):
            part = tags[node.tag]
            headed = headed or part is header
            if not headed:
                raise missing(member.name, node.sourceline, "Bericht/Header")
            if part is client:
                require_structure(node, client, member.name, apart=(line,))
            elif part is line and line_is_checked:
                require_structure(node, line, member.name)
            yield part.name, node
            if node.tag in repeated:
                _let_go(node, member.name)
        root = parts.root
        require_structure(root, MESSAGES[kind], member.name, apart=(client,))
        yield "Bericht", root


def _events(parts: etree.iterparse, file: str) -> Iterator[etree._Element]:
    try:
        for _, node in parts:
            yield node
    except etree.XMLSyntaxError as error:
        raise not_xml(shown(file), error.lineno) from None


def _let_go(node: etree._Element, file: str) -> None:
    """Empty a part, and take away the one before it: one stays, so that the check of the whole still finds it."""
    before = node.getprevious()
    if before is not None and before.tag == node.tag:
        if before.tail and before.tail.strip(SPACE):
            line = before.sourceline or 0
            raise broken(
                file, Violation(line, etree.QName(node).localname, "XML-015", "bevat tekst ernaast; haal die weg.")
            )
        node.getparent().remove(before)
    node.clear(keep_tail=True)


class opened:
    """The bytes of a member; what a damaged zip or disk does becomes a DeliveryError."""

    def __init__(self, member: Member) -> None:
        self.member = member

    def __enter__(self) -> _Guarded:
        try:
            self.stream = self.member.open()
        except BROKEN:
            raise damaged(shown(self.member.name)) from None
        return _Guarded(self.stream, shown(self.member.name))

    def __exit__(self, *_: object) -> None:
        self.stream.close()


class _Guarded:
    """A stream of which only `read` is used, as a parser does."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self.stream, self.name = stream, name

    def read(self, size: int = -1) -> bytes:
        """Raises: DeliveryError ZIP-005 when the bytes cannot be had."""
        try:
            return self.stream.read(size)
        except BROKEN:
            raise damaged(self.name) from None
