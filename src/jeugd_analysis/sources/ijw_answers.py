"""Answers to claims (JW325): which lines a municipality rejected, or the whole declaration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from jeugd_analysis.domain.ijw import find_part
from jeugd_analysis.sources.archives import Member
from jeugd_analysis.sources.ijw_claims import FIRST_YEAR, LAST_YEAR, ClaimLines, require_year, signed_total
from jeugd_analysis.sources.ijw_messages import Header, read_header, require_no_bsn, required_at, stream_parts, text_at

FINE = {"0200", "0233", "8001"}  # WJ001: no remark, not judged, wholly granted; every other code rejects
REPEATED = "8021"  # WJ001: the reference was delivered before

_ANSWERED = "DeclaratieAntwoord/Clienten/Client"
_ABOUT = ("Identificatie", "Dagtekening")  # of the JW323 that a JW325 answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One JW325. `whole`: the codes that reject the whole declaration; `lines`: reference and codes of each line."""

    header: Header
    number: str | None  # DeclaratieNummer; missing when the message was rejected unread
    claim: str  # Identificatie of the JW323
    claimed_on: str  # its Dagtekening
    whole: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    adds_up: bool  # submitted minus granted is what the rejected lines come to

    @property
    def sides(self) -> tuple[str, str]:
        """Provider and municipality, as in the keys of a claim message."""
        return (self.header.provider, self.header.municipality)

    @property
    def declaration(self) -> str | None:
        """The declaration it answers, as the tables have it; missing when that was rejected unread."""
        return None if self.number is None else "/".join((*self.sides, self.number))

    def place(self, lines: ClaimLines) -> int | None:
        """Which message of this delivery it is about, if it is here."""
        return lines.place(self.sides, number=self.number, name=self.claim)

    @property
    def message(self) -> str:
        """The message it answers, as the tables have it."""
        return "/".join((*self.sides, self.claim))


def read_answer(member: Member) -> Answer:
    """The answer to one declaration. Raises: DeliveryError for its structure."""
    header: Header | None = None
    lines: list[tuple[str, tuple[str, ...]]] = []
    of_client: list[tuple[str, tuple[str, ...]]] = []
    rejected = 0
    for name, node in stream_parts(member, "jw325", declaration="DeclaratieAntwoord"):
        if name == "Header":
            header = read_header(node, "jw325", member.name)
            require_year(header.day, member.name, node.sourceline, "Dagtekening")
            told = _codes(node, "Header")
            about = [required_at(node, "jw325", "Header", f"DeclaratieIdentificatie/{name}") for name in _ABOUT]
        elif name == "Prestatie" and header is not None:
            reference, cents = _rejected_line(node, member.name)
            of_client.append((f"{header.provider}/{reference}", _codes(node, f"{_ANSWERED}/Prestaties/Prestatie")))
            rejected += cents
        elif name == "Client":
            codes_of_client = _codes(node, _ANSWERED)
            lines += [(reference, (*own, *codes_of_client)) for reference, own in of_client]
            of_client = []
        elif name == "Bericht" and header is not None:
            return _answer(node, header, about, told, lines, rejected)
    raise AssertionError("a message ends with its root")


def _answer(
    root: etree._Element,
    header: Header,
    about: Sequence[str],
    told: tuple[str, ...],
    lines: list[tuple[str, tuple[str, ...]]],
    rejected: int,
) -> Answer:
    number = text_at(root, "jw325", "", "DeclaratieAntwoord/DeclaratieNummer")
    claim, claimed_on = about
    if not FIRST_YEAR <= int(claimed_on[:4]) <= LAST_YEAR:  # a typing error in a copy is no reason to refuse
        claimed_on = header.day
    if number is None:
        return Answer(
            header=header, number=None, claim=claim, claimed_on=claimed_on, whole=told, lines=(), adds_up=True
        )
    told = (*told, *_codes(root.find(find_part("jw325", "DeclaratieAntwoord").tag), "DeclaratieAntwoord"))
    whole = told if rejecting(told) else ()
    sent, granted = (
        signed_total(root, "jw325", f"DeclaratieAntwoord/Totaal{which}Bedrag") for which in ("Ingediend", "Toegekend")
    )
    adds_up = granted == 0 if whole else sent - granted == rejected
    return Answer(
        header=header, number=number, claim=claim, claimed_on=claimed_on, whole=whole, lines=tuple(lines),
        adds_up=adds_up,
    )  # fmt: skip


def _rejected_line(node: etree._Element, file: str) -> tuple[str, int]:
    base = f"{_ANSWERED}/Prestaties/Prestatie"
    reference = required_at(node, "jw325", base, "ProductReferentie/ReferentieNummer")
    require_no_bsn(reference, file, node.sourceline, "ReferentieNummer")
    amount, sign = (required_at(node, "jw325", base, f"IngediendBedrag/{name}") for name in ("Bedrag", "DebetCredit"))
    return reference, -int(amount) if sign == "C" else int(amount)


def _codes(node: etree._Element, path: str) -> tuple[str, ...]:
    """The return codes of a part itself, not of the parts within it."""
    tag = find_part("jw325", f"{path}/RetourCodes/RetourCode").tag
    verdict = node.find(find_part("jw325", f"{path}/RetourCodes").tag)
    return tuple(code.text or "" for code in verdict.findall(tag))


def rejecting(told: Iterable[str]) -> list[str]:
    """The codes that say no, each once, in order.

    >>> rejecting(["0200", "9346", "9338", "9346"])
    ['9338', '9346']
    """
    return sorted(set(told) - FINE)
