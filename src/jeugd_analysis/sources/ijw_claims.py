"""Claims (JW323): large messages, read in parts into columns. Their answers (JW325) are in ijw_answers.py.

Rules that look at one line or one message are here; rules that look at several messages are in ijw_results.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import cast

import pyarrow as pa
from lxml import etree

from jeugd_analysis.domain import codes
from jeugd_analysis.domain.ijw import find_part
from jeugd_analysis.sources.archives import Member
from jeugd_analysis.sources.ijw_leaves import Leaves
from jeugd_analysis.sources.ijw_messages import (
    Header,
    broken,
    missing,
    read_header,
    refused,
    require_bsn,
    require_no_bsn,
    required_at,
    stream_parts,
)
from jeugd_analysis.sources.ijw_structure import violations

_LINE = "Declaratie/Clienten/Client/Prestaties/Prestatie"
_BATCH = 50_000  # lines turned into columns at a time
FIRST_YEAR, LAST_YEAR = 1990, 2099
_EPOCH = date(1970, 1, 1).toordinal()
_SCHEMA = pa.schema(
    [
        ("message", pa.int32()),
        ("reference", pa.string()),
        ("allocation_id", pa.string()),
        ("youth_id", pa.string()),
        ("product", pa.string()),
        ("month", pa.int32()),  # days since 1970
        ("units", pa.int64()),
        ("unit", pa.string()),
        ("tariff_cents", pa.int64()),
        ("amount_cents", pa.int64()),
        ("credit_of", pa.string()),
        ("whole_month", pa.bool_()),  # the period lies within one calendar month
    ]
)
_TEXTS = ("municipality", "provider")  # of the message, given to each of its lines at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMessage:
    """What is known of one JW323 besides its lines."""

    header: Header
    number: str  # DeclaratieNummer

    @property
    def key(self) -> tuple[str, str, str]:
        """Who numbered it, for whom, and the number: no two messages may share it (TR333)."""
        return (self.header.provider, self.header.municipality, self.number)

    @property
    def name(self) -> tuple[str, str, str]:
        """The message itself, as an answer to one that was never read names it."""
        return (self.header.provider, self.header.municipality, self.header.identification)


class ClaimLines:
    """The lines of all claim messages of a delivery, as columns; a line takes about 200 bytes."""

    def __init__(self) -> None:
        self.messages: list[ClaimMessage] = []
        self.leaves = Leaves(find_part("jw323", _LINE))
        self._by_number: dict[tuple[str, str, str], int] = {}
        self._by_name: dict[tuple[str, str, str], int] = {}
        self._rows: list[tuple[object, ...]] = []
        self._batches: list[pa.RecordBatch] = []

    def add(self, row: tuple[object, ...]) -> None:
        """One line, in the order of the columns."""
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self._flush()

    def close(self, message: ClaimMessage) -> None:
        """The lines since the message before it are those of this one."""
        self._by_number[message.key] = self._by_name[message.name] = len(self.messages)
        self.messages.append(message)

    def place(self, sides: tuple[str, str], *, number: str | None, name: str) -> int | None:
        """Which message an answer is about, if it is here; by its name when its number was never read."""
        return self._by_name.get((*sides, name)) if number is None else self._by_number.get((*sides, number))

    def table(self) -> pa.Table:
        """Every line so far, with municipality, provider and received_on of its message; they are then let go."""
        self._flush()
        lines = pa.Table.from_batches(self._batches, schema=_SCHEMA)
        self._batches = []
        for name in _TEXTS:
            texts = pa.array([getattr(message.header, name) for message in self.messages], pa.string())
            lines = lines.append_column(name, texts.take(lines["message"]))
        days = pa.array([day_number(message.header.day) for message in self.messages], pa.int32())
        return lines.append_column("received_on", days.take(lines["message"]))

    def _flush(self) -> None:
        if self._rows:
            columns = zip(*self._rows, strict=True)
            arrays = [pa.array(column, kind) for column, kind in zip(columns, _SCHEMA.types, strict=True)]
            self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA))
            self._rows = []


@cache
def day_number(day: str) -> int:
    """Days since 1970 of a checked day."""
    return date.fromisoformat(day).toordinal() - _EPOCH


@cache
def first_of_month(day: str) -> int:
    """Days since 1970 of the first day of its month."""
    return day_number(f"{day[:7]}-01")


def require_year(day: str, file: str, line: int | None, element: str) -> None:
    """A day that can be about youth care; others are typing errors. Raises: DeliveryError IJW-014."""
    if not FIRST_YEAR <= int(day[:4]) <= LAST_YEAR:
        raise refused(
            "IJW-014",
            file,
            line,
            f"{element} ligt niet tussen {FIRST_YEAR} en {LAST_YEAR}",
            "laat de leverancier de datum herstellen; er is niets ingelezen.",
        )


# -- JW323 ------------------------------------------------------------------------------------------

_Texts = tuple[str, str | None, str, str, str, str, str, str, str, str | None, str, str]
_Row = tuple[int, str, str, str, str, int, int, str, int | None, int, str | None, bool]


def read_claims(member: Member, lines: ClaimLines, pseudonym: Callable[[str], str]) -> None:
    """Add the lines of one JW323. Raises: DeliveryError for structure, totals (B050) and lines that cannot be."""
    file, youth, total = member.name, "", 0
    header: Header | None = None
    for name, node in stream_parts(member, "jw323", declaration="Declaratie", line_is_checked=False):
        if name == "Prestatie":
            if header is None or not youth:
                raise missing(file, node.sourceline, "Client/Bsn")
            row = _claim_line(node, lines.leaves, header, youth, len(lines.messages))
            total += row[9]
            lines.add(row)
        elif name == "Bsn":
            youth = pseudonym(require_bsn(node.text or "", file, node.sourceline))
        elif name == "Client":
            youth = ""
        elif name == "Header":
            header = read_header(node, "jw323", file)
            require_year(header.day, file, node.sourceline, "Dagtekening")
        elif header is not None:
            lines.close(_claim_message(node, header, total))


def _claim_line(node: etree._Element, leaves: Leaves, header: Header, youth: str, message: int) -> _Row:
    """One line in the order of the columns; units and amount of a credit are negative (B051)."""
    found = leaves.read(node)
    if found is None:
        raise broken(header.file, violations(node, leaves.expected)[0])
    texts = cast(_Texts, found)
    _check_line(texts, header, node)
    reference, previous, number, _, product, begin, end, volume, unit, tariff, amount, sign = texts
    credit = sign == "C"
    return (
        message,
        f"{header.provider}/{reference}",
        f"{header.municipality}/{int(number)}",
        youth,
        product,
        first_of_month(begin),
        -int(volume) if credit else int(volume),
        unit,
        None if tariff is None else int(tariff),
        -int(amount) if credit else int(amount),
        f"{header.provider}/{previous}" if credit else None,
        begin[:7] == end[:7] and begin <= end,
    )


def _check_line(texts: _Texts, header: Header, node: etree._Element) -> None:
    reference, previous, _, _, product, begin, _, volume, unit, _, amount, sign = texts
    wrong = ""
    if unit == codes.EUROS and int(volume) != int(amount):
        wrong = "IJW-008"
    elif (previous is not None) != (sign == "C"):
        wrong = "IJW-009"
    elif begin[:7] > header.day[:7]:
        wrong = "IJW-011"
    elif not _PRODUCT.fullmatch(product):
        wrong = "IJW-012"
    if wrong:
        raise refused(wrong, header.file, node.sourceline, *_WRONG[wrong])
    require_year(begin, header.file, node.sourceline, "ProductPeriode/Begindatum")
    require_no_bsn(reference, header.file, node.sourceline, "ReferentieNummer")
    require_no_bsn(previous, header.file, node.sourceline, "VorigReferentieNummer")


_PRODUCT = re.compile(codes.PRODUCT)
_AGAIN = "laat de leverancier dit herstellen; er is niets ingelezen."
_WRONG = {
    "IJW-008": (
        "bij eenheid 83 (euro) is GeleverdVolume niet gelijk aan Bedrag (iJw IV042)",
        "laat de leverancier beide in eurocenten vullen; er is niets ingelezen.",
    ),
    "IJW-009": ("alleen een creditregel heeft een VorigReferentieNummer, en elke creditregel (iJw IV091)", _AGAIN),
    "IJW-011": ("de ProductPeriode begint na de maand waarin de declaratie is ingediend", _AGAIN),
    "IJW-012": ("in ProductCode staat een spatie", _AGAIN),
}


def _claim_message(root: etree._Element, header: Header, total: int) -> ClaimMessage:
    sent = signed_total(root, "jw323", "Declaratie/TotaalIngediendBedrag")
    if sent != total:
        raise refused(
            "IJW-006",
            header.file,
            None,
            f"het totaal van het bericht is {euro(sent)}, debet min credit van de regels is {euro(total)} (iJw TR358)",
            "vraag de leverancier een bericht dat klopt; er is niets ingelezen.",
        )
    return ClaimMessage(header=header, number=required_at(root, "jw323", "", "Declaratie/DeclaratieNummer"))


def signed_total(root: etree._Element, kind: str, path: str) -> int:
    """A total in euro cents, negative when it is a credit."""
    amount, sign = (required_at(root, kind, "", f"{path}/{name}") for name in ("TotaalBedrag", "DebetCredit"))
    return -int(amount) if sign == "C" else int(amount)


def euro(cents: int) -> str:
    """An amount in a message, as € 1.234,50."""
    whole = f"{abs(cents) // 100:,}".replace(",", ".")
    return f"{'−' if cents < 0 else ''}€ {whole},{abs(cents) % 100:02d}"
