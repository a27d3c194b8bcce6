"""Messages about one client: allocations (JW301), starts (JW305), stops (JW307) and requests (JW315).

Of the person only pseudonym, year of birth and sex are kept. Name, address, day of birth, relations and comments are
never read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from jeugd_analysis.domain import codes
from jeugd_analysis.domain.ijw import find_part
from jeugd_analysis.sources.archives import Member
from jeugd_analysis.sources.ijw_claims import require_year
from jeugd_analysis.sources.ijw_messages import (
    Header,
    read_whole,
    refused,
    require_bsn,
    require_no_bsn,
    required_at,
    text_at,
)

OPEN_END = "9999-12-31"  # some suppliers write this for "no end"
NO_PRODUCT = "-"  # an allocation may leave the product to the provider
GROUPS = {
    "jw301": "Client/ToegewezenProducten/ToegewezenProduct",
    "jw305": "Client/StartProducten/StartProduct",
    "jw307": "Client/StopProducten/StopProduct",
    "jw315": "Client/AangevraagdeProducten/AangevraagdProduct",
}
REMOVED_BECAUSE = {"01", "13"}  # JZ002: removed; 01 was its code before iJw 3.1
REMOVED_STATUS = "3"  # StatusAanlevering: the message takes an earlier one back

_UNKNOWN_YEAR = "3"  # DatumGebruik: day, month and year unknown; 1 and 2 still know the year (CS139)
_YEARS = range(1990, 2100)
_PRODUCT = re.compile(codes.PRODUCT)

Moment = tuple[str, str, str]  # date and time of what is said, date of the message, its identification: later is newer


@dataclass(frozen=True, slots=True)
class Sighting:
    """A youth in a municipality on a day. The year of birth may be unknown."""

    youth_id: str
    municipality: str
    day: str
    birth_year: int | None
    sex: str
    moment: Moment


@dataclass(frozen=True, slots=True)
class Allocated:
    """One version of an allocation: the row of the table, and whether it takes the allocation away."""

    row: tuple[object, ...]
    removed: bool
    moment: Moment


@dataclass(frozen=True, slots=True)
class Delivered:
    """A start or stop message about one care period."""

    allocation_id: str
    start: str
    stop: bool
    removed: bool
    end: str | None
    end_reason: str | None
    moment: Moment


@dataclass(slots=True)
class Clients:
    """Everything that messages about clients said, in the order in which they were read."""

    pseudonym: Callable[[str], str]
    sightings: list[Sighting] = field(default_factory=list)
    allocations: list[Allocated] = field(default_factory=list)
    requests: list[tuple[Moment, tuple[object, ...]]] = field(default_factory=list)
    deliveries: list[Delivered] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def read_client(member: Member, kind: str, found: Clients) -> None:
    """Add one message. Raises: DeliveryError for structure and for dates and numbers that cannot be."""
    header, root = read_whole(member, kind)
    require_year(header.day, header.file, None, "Dagtekening")
    client = root.find(find_part(kind, "Client").tag)
    bsn = required_at(client, kind, "Client", "Bsn")
    youth = found.pseudonym(require_bsn(bsn, header.file, client.sourceline))
    read = {"jw301": _allocated, "jw305": _delivered, "jw307": _delivered, "jw315": _requested}[kind]
    days = [
        read(_Product(node, header, youth), found)
        for node in root.iter(find_part(kind, GROUPS[kind]).tag)
    ]  # fmt: skip
    year, sex = _birth_year(client, kind), required_at(client, kind, "Client", "Geslacht")
    moment = (header.day, header.day, header.identification)
    found.sightings.append(Sighting(youth, header.municipality, min(days), year, sex, moment))


def _birth_year(client: etree._Element, kind: str) -> int | None:
    if text_at(client, kind, "Client", "Geboortedatum/DatumGebruik") == _UNKNOWN_YEAR:
        return None
    year = int(required_at(client, kind, "Client", "Geboortedatum/Datum")[:4])
    return year if year in _YEARS else None


@dataclass(frozen=True, slots=True)
class _Product:
    """One product of a message, with what the message says of all of them."""

    node: etree._Element
    header: Header
    youth: str

    @property
    def base(self) -> str:
        return GROUPS[self.header.kind]

    def text(self, path: str) -> str | None:
        """Text of an element that may be left out."""
        return text_at(self.node, self.header.kind, self.base, path)

    def need(self, path: str) -> str:
        """Text of an element that is always there."""
        return required_at(self.node, self.header.kind, self.base, path)

    def number(self, path: str) -> int | None:
        """A whole number, or nothing."""
        text = self.text(path)
        return None if text is None else int(text)

    def day(self, path: str) -> str:
        """A day that youth care can be about."""
        day = self.need(path)
        require_year(day, self.header.file, self.node.sourceline, path)
        return day

    def end(self, path: str, begin: str, counts: Counter[str]) -> str | None:
        """A last day, not before `begin`; nothing when it is open."""
        if self.text(path) == OPEN_END:
            counts[f"{OPEN_END} gelezen als open einde"] += 1
            return None
        if self.text(path) is None:
            return None
        end = self.day(path)
        if end < begin:
            wat, doe = f"{path} ligt voor het begin", "laat de leverancier de datums herstellen; er is niets ingelezen."
            raise refused("IJW-010", self.header.file, self.node.sourceline, wat, doe)
        return end

    def allocation(self) -> str | None:
        """Number of the allocation, unique over municipalities."""
        number = self.number("ToewijzingNummer")
        return None if number is None else f"{self.header.municipality}/{number}"

    def product(self, counts: Counter[str]) -> str:
        """The product code; the category when that is all, and a sign when the product is left open."""
        code = self.text("Product/Code")
        if code is None:
            counts["product zonder code"] += 1
            return self.text("Product/Categorie") or NO_PRODUCT
        if not _PRODUCT.fullmatch(code):
            wat, doe = "in Product/Code staat een spatie", "laat de leverancier dit herstellen; er is niets ingelezen."
            raise refused("IJW-012", self.header.file, self.node.sourceline, wat, doe)
        return code

    def moment(self, said: str) -> Moment:
        """When this was said; later wins, whatever the order of the files."""
        return (said, self.header.day, self.header.identification)


def _allocated(product: _Product, found: Clients) -> str:
    start, decided = product.day("Ingangsdatum"), product.day("Toewijzingsdatum")
    end = product.end("Einddatum", start, found.counts)
    removed = end == start and product.text("RedenWijziging") in REMOVED_BECAUSE
    row = (
        product.allocation(),
        product.youth,
        product.header.municipality,
        product.header.provider,
        product.product(found.counts),
        start,
        end,
        product.number("Omvang/Volume"),
        product.text("Omvang/Eenheid"),
        product.text("Omvang/Frequentie"),
        product.number("Budget"),
    )
    moment = product.moment(f"{decided}T{product.need('Toewijzingstijd')}")
    found.allocations.append(Allocated(row, removed, moment))
    return min(start, decided)


def _delivered(product: _Product, found: Clients) -> str:
    start, allocation = product.day("Begindatum"), product.allocation()
    stop = product.header.kind == "jw307"
    end = product.end("Einddatum", start, found.counts) if stop else None
    if allocation is None:
        found.counts["start- of stopbericht zonder ToewijzingNummer, niet gebruikt"] += 1
    else:
        removed = product.need("StatusAanlevering") == REMOVED_STATUS
        reason = product.need("RedenBeeindiging") if stop and end else None
        moment = product.moment(product.header.day)
        found.deliveries.append(Delivered(allocation, start, stop, removed, end, reason, moment))
    return start


def _requested(product: _Product, found: Clients) -> str:
    reference, header = product.need("ReferentieAanbieder"), product.header
    require_no_bsn(reference, header.file, product.node.sourceline, "ReferentieAanbieder")
    row = (
        f"{header.provider}/{reference}",
        product.youth,
        header.provider,
        product.product(found.counts),
        product.need("Verwijzer/Type"),
        header.day,
    )
    found.requests.append((product.moment(header.day), row))
    return header.day
