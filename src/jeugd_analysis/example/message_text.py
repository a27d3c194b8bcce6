"""iJw 3.2 messages of the example region as XML, written out of rows of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd

from jeugd_analysis.domain.ijw import BASE, MESSAGE_CODES, namespace
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.example.message_rows import FINE, GRANTED, ONE_CLAIM

_NAMED_REFERRERS = ("02", "03", "04", "05")  # for these a name or a code is compulsory (CD067)
_TO_PROVIDER = ("jw301", "jw325")
_ONE_CLIENT = ("day", "municipality", "provider", "bsn")  # what is the same throughout a message
_START = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<!-- Voorbeelddata: verzonnen jeugdigen, aanbieders en bedragen. Niets hierin gaat over een bestaand mens. -->\n"
)
_VERSION = (
    "<ijw:BasisschemaXsdVersie>1.0.0</ijw:BasisschemaXsdVersie><ijw:BerichtXsdVersie>1.0.0</ijw:BerichtXsdVersie>"
)
_NAME = "<ijw:Geslachtsnaam><ijw:Achternaam>Voorbeelddata</ijw:Achternaam></ijw:Geslachtsnaam>"
_CONTACT = "<jw301:Contactgegevens><jw301:Contact><jw301:Soort>02</jw301:Soort></jw301:Contact></jw301:Contactgegevens>"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: what kind, which of its kind in the delivery, and its XML."""

    kind: str
    sequence: int
    text: str


# -- messages about one client --------------------------------------------------------------------

_GROUPS = {
    "jw301": ("ToegewezenProducten", "ToegewezenProduct"),
    "jw305": ("StartProducten", "StartProduct"),
    "jw307": ("StopProducten", "StopProduct"),
    "jw315": ("AangevraagdeProducten", "AangevraagdProduct"),
}


def client_messages(
    kind: str, quarter: Quarter, rows: pd.DataFrame, product: Callable[[Any], str]
) -> Iterator[Message]:
    """One message per client, day, municipality and provider."""
    group, item = _GROUPS[kind]
    tie = "allocation_id" if "allocation_id" in rows else "reference"
    ordered = rows.sort_values([*_ONE_CLIENT, tie], kind="stable").itertuples(index=False)
    for sequence, (_, together) in enumerate(groupby(ordered, key=attrgetter(*_ONE_CLIENT)), 1):
        products = list(together)
        listed = "\n".join(f"<{kind}:{item}>{product(row)}</{kind}:{item}>" for row in products)
        body = (
            f"<{kind}:Client>{_person(kind, products[0])}\n"
            f"<{kind}:{group}>\n{listed}\n</{kind}:{group}></{kind}:Client>"
        )
        yield Message(kind, sequence, _message(kind, _identification(quarter, kind, sequence), products[0], body))


def _person(kind: str, row: Any) -> str:
    full = "<ijw:NaamGebruik>1</ijw:NaamGebruik>" if kind == "jw301" else ""
    return (
        f"<{kind}:Bsn>{row.bsn}</{kind}:Bsn><{kind}:Geboortedatum><ijw:Datum>{row.birth_year}-01-01</ijw:Datum>"
        f"<ijw:DatumGebruik>2</ijw:DatumGebruik></{kind}:Geboortedatum><{kind}:Geslacht>{row.sex}</{kind}:Geslacht>"
        f"<{kind}:Naam>{_NAME}{full}</{kind}:Naam>{_CONTACT if kind == 'jw301' else ''}"
    )


def _product(kind: str, row: Any) -> str:
    return (
        f"<{kind}:Product><ijw:Categorie>{row.category}</ijw:Categorie>"
        f"<ijw:Code>{escape(row.product)}</ijw:Code></{kind}:Product>"
    )


def allocated(row: Any) -> str:
    """A product of a JW301."""
    end = f"<jw301:Einddatum>{row.last}</jw301:Einddatum>" if row.last else ""
    sized = row.volume and pd.notna(row.unit) and pd.notna(row.frequency)
    size = (
        f"<jw301:Omvang><ijw:Volume>{row.volume}</ijw:Volume><ijw:Eenheid>{row.unit}</ijw:Eenheid>"
        f"<ijw:Frequentie>{row.frequency}</ijw:Frequentie></jw301:Omvang>"
    )
    budget = f"<jw301:Budget>{row.budget}</jw301:Budget>" if row.budget else ""
    return (
        f"<jw301:ToewijzingNummer>{row.number}</jw301:ToewijzingNummer>{_product('jw301', row)}"
        f"<jw301:Toewijzingsdatum>{row.first}</jw301:Toewijzingsdatum>"
        f"<jw301:Toewijzingstijd>00:00:00</jw301:Toewijzingstijd>"
        f"<jw301:Ingangsdatum>{row.first}</jw301:Ingangsdatum>{end}{size if sized else ''}{budget}"
    )


def _delivery(kind: str, row: Any) -> str:
    return (
        f"<{kind}:ToewijzingNummer>{row.number}</{kind}:ToewijzingNummer>{_product(kind, row)}"
        f"<{kind}:ToewijzingIngangsdatum>{row.first}</{kind}:ToewijzingIngangsdatum>"
        f"<{kind}:Begindatum>{row.began}</{kind}:Begindatum>"
    )


def started(row: Any) -> str:
    """A product of a JW305."""
    return f"{_delivery('jw305', row)}<jw305:StatusAanlevering>1</jw305:StatusAanlevering>"


def stopped(row: Any) -> str:
    """A product of a JW307."""
    return (
        f"{_delivery('jw307', row)}<jw307:RedenBeeindiging>{row.end_reason}</jw307:RedenBeeindiging>"
        f"<jw307:Einddatum>{row.day}</jw307:Einddatum><jw307:StatusAanlevering>1</jw307:StatusAanlevering>"
    )


def requested(row: Any) -> str:
    """A product of a JW315."""
    name = "<ijw:Naam>Voorbeelddata</ijw:Naam>" if row.referrer in _NAMED_REFERRERS else ""
    return (
        f"<jw315:ReferentieAanbieder>{escape(row.reference)}</jw315:ReferentieAanbieder>{_product('jw315', row)}"
        f"<jw315:ToewijzingIngangsdatum>{row.day}</jw315:ToewijzingIngangsdatum>"
        f"<jw315:Verwijzer><ijw:Type>{row.referrer}</ijw:Type>{name}</jw315:Verwijzer>"
    )


# -- claims and their answers ---------------------------------------------------------------------


def claim_messages(quarter: Quarter, lines: pd.DataFrame) -> Iterator[Message]:
    """Each JW323, followed by the JW325 that answers it; the two have the same sequence number."""
    rows = lines.itertuples(index=False)
    for sequence, (_, together) in enumerate(groupby(rows, key=attrgetter(*ONE_CLAIM)), 1):
        claim = list(together)
        identification = _identification(quarter, "jw323", sequence)
        yield Message("jw323", sequence, _message("jw323", identification, claim[0], _claim(identification, claim)))
        answer = _message(
            "jw325", _identification(quarter, "jw325", sequence), claim[0], _answer(identification, claim),
            more=f"<jw325:DeclaratieIdentificatie>{_message_id(identification, claim[0].day)}"
            f"</jw325:DeclaratieIdentificatie><jw325:XsdVersieDeclaratie>{_VERSION}</jw325:XsdVersieDeclaratie>"
            f"{_verdict(FINE)}",
        )  # fmt: skip
        yield Message("jw325", sequence, answer)


def _claim(identification: str, lines: list[Any]) -> str:
    first = lines[0]
    begin, end = _claim_period(first.day[:7], max(line.begin for line in lines)[:7])
    return (
        f"<jw323:Declaratie><jw323:DeclaratieNummer>{identification}</jw323:DeclaratieNummer>"
        f"<jw323:DeclaratiePeriode>{_period(begin, end)}</jw323:DeclaratiePeriode>"
        f"<jw323:DeclaratieDagtekening>{first.day}</jw323:DeclaratieDagtekening>"
        f"{_total('jw323:TotaalIngediendBedrag', lines)}\n{_clients('jw323', lines)}</jw323:Declaratie>"
    )


def _answer(identification: str, lines: list[Any]) -> str:
    rejected = [line for line in lines if line.verdict]
    granted = [line for line in lines if not line.verdict]
    clients = _clients("jw325", rejected) if rejected else ""
    return (
        f"<jw325:DeclaratieAntwoord><jw325:DeclaratieNummer>{identification}</jw325:DeclaratieNummer>"
        f"{_total('jw325:TotaalIngediendBedrag', lines)}{_total('jw325:TotaalToegekendBedrag', granted)}\n"
        f"{clients}{_verdict(FINE if rejected else GRANTED)}</jw325:DeclaratieAntwoord>"
    )


@cache
def _claim_period(received: str, latest: str) -> tuple[str, str]:
    """First and last day of the month before receipt; of the care month itself when that has not ended yet."""
    month = max(pd.Period(received, "M") - 1, pd.Period(latest, "M"))
    return f"{month.start_time:%Y-%m-%d}", f"{month.end_time:%Y-%m-%d}"


def _total(tag: str, lines: list[Any]) -> str:
    """Debits minus credits (TR358); nothing is a debit (CS325)."""
    cents = sum(line.amount_cents for line in lines)  # credits are negative in our tables
    sign = "C" if cents < 0 else "D"
    return f"<{tag}><ijw:TotaalBedrag>{abs(cents)}</ijw:TotaalBedrag><ijw:DebetCredit>{sign}</ijw:DebetCredit></{tag}>"


def _clients(kind: str, lines: list[Any]) -> str:
    verdict = _verdict(FINE) if kind == "jw325" else ""
    parts = []
    for bsn, own in groupby(lines, key=attrgetter("bsn")):
        listed = "\n".join([_performance(kind, line) for line in own])
        parts.append(
            f"<{kind}:Client><{kind}:Bsn>{bsn}</{kind}:Bsn><{kind}:Prestaties>\n{listed}\n"
            f"</{kind}:Prestaties>{verdict}</{kind}:Client>\n"
        )
    return f"<{kind}:Clienten>\n{''.join(parts)}</{kind}:Clienten>\n"


def _performance(kind: str, line: Any) -> str:
    previous = (
        f"<ijw:VorigReferentieNummer>{escape(line.previous)}</ijw:VorigReferentieNummer>" if line.previous else ""
    )
    tariff = f"<{kind}:ProductTarief>{line.tariff}</{kind}:ProductTarief>" if line.tariff else ""
    return (
        f"<{kind}:Prestatie><{kind}:ProductReferentie><ijw:ReferentieNummer>{escape(line.reference)}"
        f"</ijw:ReferentieNummer>{previous}</{kind}:ProductReferentie>"
        f"<{kind}:ToewijzingNummer>{line.number}</{kind}:ToewijzingNummer>"
        f"<{kind}:ProductCategorie>{line.category}</{kind}:ProductCategorie>"
        f"<{kind}:ProductCode>{escape(line.product)}</{kind}:ProductCode>"
        f"<{kind}:ProductPeriode>{_period(line.begin, line.end)}</{kind}:ProductPeriode>"
        f"<{kind}:GeleverdVolume>{abs(line.units)}</{kind}:GeleverdVolume><{kind}:Eenheid>{line.unit}</{kind}:Eenheid>"
        f"{tariff}<{kind}:IngediendBedrag><ijw:Bedrag>{abs(line.amount_cents)}</ijw:Bedrag>"
        f"<ijw:DebetCredit>{'D' if line.debit else 'C'}</ijw:DebetCredit></{kind}:IngediendBedrag>"
        f"{_verdict(line.verdict) if kind == 'jw325' else ''}</{kind}:Prestatie>"
    )


def _period(begin: str, end: str) -> str:
    return f"<ijw:Begindatum>{begin}</ijw:Begindatum><ijw:Einddatum>{end}</ijw:Einddatum>"


@cache
def _verdict(return_codes: str) -> str:
    listed = "".join(f"<jw325:RetourCode>{code}</jw325:RetourCode>" for code in return_codes.split())
    return f"<jw325:RetourCodes>{listed}</jw325:RetourCodes>"


# -- what every message starts with ---------------------------------------------------------------


def _identification(quarter: Quarter, kind: str, sequence: int) -> str:
    """Twelve digits, unique over kinds and deliveries: 26 3 323 000001."""
    return f"{quarter.year % 100:02d}{quarter.number}{kind[2:]}{sequence:06d}"


def _message_id(identification: str, day: str) -> str:
    return f"<ijw:Identificatie>{identification}</ijw:Identificatie><ijw:Dagtekening>{day}</ijw:Dagtekening>"


def _message(kind: str, identification: str, row: Any, body: str, *, more: str = "") -> str:
    """A whole message; `more` comes at the end of the header."""
    sender, receiver = row.provider, row.municipality.removeprefix("GM")
    if kind in _TO_PROVIDER:
        sender, receiver = receiver, sender
    return (
        f'{_START}<{kind}:Bericht xmlns:{kind}="{namespace(kind)}" xmlns:ijw="{namespace(BASE)}">\n'
        f"<{kind}:Header><{kind}:BerichtCode>{MESSAGE_CODES[kind]}</{kind}:BerichtCode>"
        f"<{kind}:BerichtVersie>3</{kind}:BerichtVersie><{kind}:BerichtSubversie>2</{kind}:BerichtSubversie>"
        f"<{kind}:Afzender>{sender}</{kind}:Afzender><{kind}:Ontvanger>{receiver}</{kind}:Ontvanger>"
        f"<{kind}:BerichtIdentificatie>{_message_id(identification, row.day)}</{kind}:BerichtIdentificatie>"
        f"<{kind}:XsdVersie>{_VERSION}</{kind}:XsdVersie>{more}</{kind}:Header>\n{body}\n</{kind}:Bericht>\n"
    )
