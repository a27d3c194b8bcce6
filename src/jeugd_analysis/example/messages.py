"""The example region as iJw 3.2 messages: what a municipality receives, one XML file per message.

Made up and recognisably so: every youth is called Voorbeelddata, has a number from the range for tests, and is born on
1 January with "only the year is known" (COD170, 2). What is imitated of the rules of the standard:
- JW323: a message per provider, municipality, day of receipt and debit or credit. Credits have their own message,
  before the debits of that day, so a debit and its own credit never meet (IV086) and credits come first (OP366).
- DeclaratiePeriode is the month before receipt and never goes back, whatever the care months of the lines (IV090).
- JW325: one answer per JW323, with the rejected lines only (IV087): amount not units x tariff, allocation unknown.
Not imitated, because our tables do not have it: a size in every request and allocation with a product code (CD041).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from jeugd_analysis.domain import codes
from jeugd_analysis.domain.ijw import BASE, MESSAGE_CODES, namespace
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.tables.claims import amount_differs

MOST_YOUTHS = 9_000  # the range for tests has 9,091 numbers
_FIRST_NUMBER, _LAST_NUMBER = 999_900_000, 999_999_999
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)  # the 11-test of a citizen service number

_LARGEST = 999_999_999  # of a ToewijzingNummer
_STRAY, _STRAYS = 90_000_000, 10_000_000  # eight digits, so that none can be taken for a citizen service number
_FINE, _GRANTED, _UNKNOWN_ALLOCATION, _WRONG_AMOUNT = "0200", "8001", "9338", "9346"  # WJ001
_NAMED_REFERRERS = ("02", "03", "04", "05")  # for these a name or a code is compulsory (CD067)
_TO_PROVIDER = ("jw301", "jw325")
_ONE_CLIENT = ("day", "municipality", "provider", "bsn")  # what is the same throughout a message
_ONE_CLAIM = ("day", "municipality", "provider", "debit")
_LINE = (
    *_ONE_CLAIM, "bsn", "reference", "previous", "number", "category", "product", "begin", "end", "units", "unit",
    "tariff", "amount_cents", "verdict",
)  # fmt: skip

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
class _Message:
    kind: str
    sequence: int
    text: str


def test_numbers(count: int) -> list[str]:
    """The first `count` numbers of 999900000 to 999999999 that pass the 11-test, in order.

    Raises: JeugdError (VRB-002) above MOST_YOUTHS.
    """
    if count > MOST_YOUTHS:
        raise JeugdError(
            "VRB-002",
            wat=f"Voor {count} jeugdigen zijn er te weinig testnummers; het kan voor hoogstens {MOST_YOUTHS}.",
            doe="maak de voorbeeldregio kleiner met `--scale`.",
        )
    return _all_test_numbers()[:count]


@cache
def _all_test_numbers() -> list[str]:
    numbers = map(str, range(_FIRST_NUMBER, _LAST_NUMBER + 1))
    return [n for n in numbers if sum(w * int(d) for w, d in zip(_WEIGHTS, n, strict=True)) % 11 == 0]


def write_messages(
    folder: Path,
    *,
    quarter: Quarter,
    tables: Mapping[str, pd.DataFrame],
    categories: Mapping[str, str],
    since: date,
    until: date,
) -> list[Path]:
    """Write what is received from `since` up to and including `until`, for the youths in tables["youths"].

    tables: youths (with a column bsn), allocations, requests, care_periods and claims, as our tables have them.
    categories: product -> iJw category. quarter: names the delivery, in file names and in the identification of every
    message. Files: folder/jw301/jw301_2026-K3_000001.xml and so on; the same input gives the same bytes.
    Returns: the files. Raises: JeugdError (VRB-003, VRB-004, VRB-005) for rows that do not fit in a message.
    """
    window = (pd.Timestamp(since), pd.Timestamp(until))
    people = tables["youths"].drop_duplicates("youth_id")[["youth_id", "bsn", "birth_year", "sex"]]
    allocations = _allocations(tables["allocations"], people, categories)
    kinds = {
        "jw301": (_within(allocations, "start", window), _allocated),
        "jw305": (_within(_deliveries(tables["care_periods"], allocations), "begin", window), _started),
        "jw307": (_within(_stops(tables["care_periods"], allocations), "finish", window), _stopped),
        "jw315": (_within(_requests(tables, people, categories), "requested_on", window), _requested),
    }
    paths: list[Path] = []
    for kind, (rows, product) in kinds.items():
        paths += _write(folder, quarter, _client_messages(kind, quarter, rows, product))
    lines = _claim_lines(_within(tables["claims"], "received_on", window), tables["allocations"], people, categories)
    return [*paths, *_write(folder, quarter, _claim_messages(quarter, lines))]


def _write(folder: Path, quarter: Quarter, messages: Iterable[_Message]) -> list[Path]:
    paths = []
    for kind in MESSAGE_CODES:
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for message in messages:
        path = folder / message.kind / f"{message.kind}_{quarter.label}_{message.sequence:06d}.xml"
        path.write_bytes(message.text.encode())
        paths.append(path)
    return paths


# -- rows: what a message says, as text -----------------------------------------------------------


def _within(rows: pd.DataFrame, column: str, window: tuple[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    """The rows of the window, with its day as text in a column `day`."""
    kept = rows[rows[column].between(*window)]
    return kept.assign(day=_days(kept[column]))


def _days(days: pd.Series) -> pd.Series:
    """Days as 2026-01-31; nothing for a missing day."""
    text = pd.Series(days.to_numpy().astype("datetime64[D]").astype(str), index=days.index, dtype=object)
    return text.where(days.notna().to_numpy(), "")


def _whole(numbers: pd.Series) -> pd.Series:
    """Whole numbers as text; nothing for a missing number."""
    return numbers.astype("Int64").astype(object).map(lambda number: "" if number is pd.NA else str(number))


def _categories(products: pd.Series, categories: Mapping[str, str]) -> pd.Series:
    found = products.astype(object).map(dict(categories))
    if found.isna().any():
        raise JeugdError(
            "VRB-003",
            wat=f"Geen categorie voor product {', '.join(sorted(set(products[found.isna()])))}.",
            doe="vul de kolom category aan in data/reference/products.csv.",
        )
    return found


def _numbers(allocation_ids: pd.Series) -> pd.Series:
    """T0000000123 -> 123. A number too large for the standard belongs to an unknown allocation and gets another one."""
    digits = allocation_ids.astype(object).str.extract(r"^[A-Z]([0-9]{1,15})$", expand=False)
    if digits.isna().any():
        raise JeugdError(
            "VRB-004",
            wat=f"{int(digits.isna().sum())} nummers van toewijzingen zijn niet een letter met cijfers.",
            doe="gebruik de tabellen van de voorbeeldregio.",
        )
    numbers = digits.astype("int64")
    return numbers.where(numbers <= _LARGEST, _STRAY + numbers % _STRAYS).astype(str).astype(object)


def _allocations(rows: pd.DataFrame, people: pd.DataFrame, categories: Mapping[str, str]) -> pd.DataFrame:
    known = rows.merge(people, on="youth_id")
    return known.assign(
        number=_numbers(known["allocation_id"]),
        category=_categories(known["product"], categories),
        first=_days(known["start"]),
        last=_days(known["end"]),
        volume=_whole(known["volume"]),
        budget=_whole(known["budget_cents"]),
    )


def _deliveries(periods: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    named = periods.rename(columns={"start": "begin", "end": "finish"})
    return named.merge(allocations, on="allocation_id").assign(began=lambda rows: _days(rows["begin"]))


def _stops(periods: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    stopped = _deliveries(periods[periods["end"].notna()], allocations)
    if stopped["end_reason"].isna().any():
        raise JeugdError(
            "VRB-005",
            wat="In care_periods staat een einde zonder reden; een stopbericht kan niet zonder.",
            doe="vul de kolom end_reason.",
        )
    return stopped


def _requests(tables: Mapping[str, pd.DataFrame], people: pd.DataFrame, categories: Mapping[str, str]) -> pd.DataFrame:
    """Requests with the municipality where the youth lived then, or the first one known."""
    homes = tables["youths"][["youth_id", "valid_from", "municipality"]].sort_values("valid_from", kind="stable")
    rows = tables["requests"].merge(people, on="youth_id").sort_values("requested_on", kind="stable")
    lived = pd.merge_asof(rows, homes, left_on="requested_on", right_on="valid_from", by="youth_id")
    first = homes.drop_duplicates("youth_id").set_index("youth_id")["municipality"]
    home = lived["municipality"].fillna(lived["youth_id"].map(first))
    return lived.assign(municipality=home, category=_categories(lived["product"], categories))


def _claim_lines(
    claims: pd.DataFrame, allocations: pd.DataFrame, people: pd.DataFrame, categories: Mapping[str, str]
) -> pd.DataFrame:
    """Lines in the order of the messages: by day, municipality, provider, credits first, and youth."""
    rows = claims.merge(people[["youth_id", "bsn"]], on="youth_id")
    rows = rows.merge(allocations[["allocation_id", "start", "end"]], on="allocation_id", how="left", indicator=True)
    unknown, wrong = (rows["_merge"] == "left_only").to_numpy(), amount_differs(rows).to_numpy()
    begin, end = _product_period(rows)
    priced = (rows["unit"] != codes.EUROS).to_numpy()
    ready = rows.assign(
        number=_numbers(rows["allocation_id"]),
        category=_categories(rows["product"], categories),
        begin=begin,
        end=end,
        tariff=_whole(rows["tariff_cents"]).where(priced, ""),
        debit=rows["credit_of"].isna(),
        previous=rows["credit_of"].astype(object).where(rows["credit_of"].notna(), ""),
        verdict=np.where(unknown, _UNKNOWN_ALLOCATION, "") + np.where(unknown & wrong, " ", "")
        + np.where(wrong, _WRONG_AMOUNT, ""),
    )  # fmt: skip
    ordered = ready.sort_values([*_ONE_CLAIM, "bsn", "reference"], kind="stable")
    return ordered[list(_LINE)].astype(object)  # walking over rows of pandas' own text columns is slow


def _product_period(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The care month, cut at the start and end of an allocation that starts or ends in it (TR387, TR388)."""
    first = rows["month"]
    last = first + pd.offsets.MonthEnd(0)
    begin = rows["start"].where(rows["start"].between(first, last), first)
    end = rows["end"].where(rows["end"].between(first, last), last)
    return _days(begin), _days(end)


# -- messages about one client --------------------------------------------------------------------

_GROUPS = {
    "jw301": ("ToegewezenProducten", "ToegewezenProduct"),
    "jw305": ("StartProducten", "StartProduct"),
    "jw307": ("StopProducten", "StopProduct"),
    "jw315": ("AangevraagdeProducten", "AangevraagdProduct"),
}


def _client_messages(
    kind: str, quarter: Quarter, rows: pd.DataFrame, product: Callable[[Any], str]
) -> Iterator[_Message]:
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
        yield _Message(kind, sequence, _message(kind, _identification(quarter, kind, sequence), products[0], body))


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


def _allocated(row: Any) -> str:
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


def _started(row: Any) -> str:
    return f"{_delivery('jw305', row)}<jw305:StatusAanlevering>1</jw305:StatusAanlevering>"


def _stopped(row: Any) -> str:
    return (
        f"{_delivery('jw307', row)}<jw307:RedenBeeindiging>{row.end_reason}</jw307:RedenBeeindiging>"
        f"<jw307:Einddatum>{row.day}</jw307:Einddatum><jw307:StatusAanlevering>1</jw307:StatusAanlevering>"
    )


def _requested(row: Any) -> str:
    name = "<ijw:Naam>Voorbeelddata</ijw:Naam>" if row.referrer in _NAMED_REFERRERS else ""
    return (
        f"<jw315:ReferentieAanbieder>{escape(row.reference)}</jw315:ReferentieAanbieder>{_product('jw315', row)}"
        f"<jw315:ToewijzingIngangsdatum>{row.day}</jw315:ToewijzingIngangsdatum>"
        f"<jw315:Verwijzer><ijw:Type>{row.referrer}</ijw:Type>{name}</jw315:Verwijzer>"
    )


# -- claims and their answers ---------------------------------------------------------------------


def _claim_messages(quarter: Quarter, lines: pd.DataFrame) -> Iterator[_Message]:
    """Each JW323, followed by the JW325 that answers it; the two have the same sequence number."""
    rows = lines.itertuples(index=False)
    for sequence, (_, together) in enumerate(groupby(rows, key=attrgetter(*_ONE_CLAIM)), 1):
        claim = list(together)
        identification = _identification(quarter, "jw323", sequence)
        yield _Message("jw323", sequence, _message("jw323", identification, claim[0], _claim(identification, claim)))
        answer = _message(
            "jw325", _identification(quarter, "jw325", sequence), claim[0], _answer(identification, claim),
            more=f"<jw325:DeclaratieIdentificatie>{_message_id(identification, claim[0].day)}"
            f"</jw325:DeclaratieIdentificatie><jw325:XsdVersieDeclaratie>{_VERSION}</jw325:XsdVersieDeclaratie>"
            f"{_verdict(_FINE)}",
        )  # fmt: skip
        yield _Message("jw325", sequence, answer)


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
        f"{clients}{_verdict(_FINE if rejected else _GRANTED)}</jw325:DeclaratieAntwoord>"
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
    verdict = _verdict(_FINE) if kind == "jw325" else ""
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
