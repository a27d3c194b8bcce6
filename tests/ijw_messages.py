"""Messages of iJw 3.2 to write in a test: builders of the parts, with everything a reader may not keep in them."""

from __future__ import annotations

from typing import Any

from jeugd_analysis.domain.ijw import MESSAGE_CODES

ANNE_BSN, BRAM_BSN = "999900006", "999900018"  # from the range for tests
SECRET = "Geheimenis"  # stands where a message has a name, an address or a comment
ONE, DELFT, WESTLAND = "90000001", "0503", "1783"
DAY = "2026-08-03"
NAME = f"<b:Geslachtsnaam><b:Achternaam>{SECRET}</b:Achternaam></b:Geslachtsnaam>"


def message(
    kind: str, body: str, *, day: str = DAY, place: str = DELFT, name: str = "A1", version: str = "3_2",
    said: str = "3,2", more: str = "", provider: str = ONE,
) -> str:  # fmt: skip
    """A whole message. Prefix a is its own namespace, b the shared one."""
    base = "http://www.istandaarden.nl/ijw"
    sides = (place, provider) if kind in ("jw301", "jw325") else (provider, place)
    versions = "<b:BasisschemaXsdVersie>1.0.0</b:BasisschemaXsdVersie><b:BerichtXsdVersie>1.0.0</b:BerichtXsdVersie>"
    major, minor = said.split(",")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<a:Bericht xmlns:a="{base}/{version}/{kind}/schema" xmlns:b="{base}/{version}/basisschema/schema">\n'
        f"<a:Header><a:BerichtCode>{MESSAGE_CODES[kind]}</a:BerichtCode><a:BerichtVersie>{major}</a:BerichtVersie>"
        f"<a:BerichtSubversie>{minor}</a:BerichtSubversie><a:Afzender>{sides[0]}</a:Afzender>"
        f"<a:Ontvanger>{sides[1]}</a:Ontvanger><a:BerichtIdentificatie><b:Identificatie>{name}</b:Identificatie>"
        f"<b:Dagtekening>{day}</b:Dagtekening></a:BerichtIdentificatie><a:XsdVersie>{versions}</a:XsdVersie>{more}"
        f"</a:Header>\n{body}\n</a:Bericht>\n"
    )


def optional(tag: str, text: object) -> str:
    return f"<{tag}>{text}</{tag}>" if text not in ("", None) else ""


def client(kind: str, products: str, *, bsn: str = ANNE_BSN, born: str = "2012-05-06", use: str = "",
           sex: str = "2", **header: Any) -> str:  # fmt: skip
    """A message about one client."""
    full = "<b:NaamGebruik>1</b:NaamGebruik>" if kind == "jw301" else ""
    contact = (
        f"<a:Commentaar>{SECRET}</a:Commentaar><a:Contactgegevens><a:Contact><a:Soort>02</a:Soort><a:Organisatie>{SECRET}"
        "</a:Organisatie></a:Contact></a:Contactgegevens>"
    )
    group = {"jw301": "ToegewezenProducten", "jw305": "StartProducten", "jw307": "StopProducten",
             "jw315": "AangevraagdeProducten"}[kind]  # fmt: skip
    body = (
        f"<a:Client><a:Bsn>{bsn}</a:Bsn><a:Geboortedatum><b:Datum>{born}</b:Datum>{optional('b:DatumGebruik', use)}"
        f"</a:Geboortedatum><a:Geslacht>{sex}</a:Geslacht><a:Naam>{NAME}{full}</a:Naam>"
        f"{contact if kind == 'jw301' else ''}\n<a:{group}>{products}</a:{group}></a:Client>"
    )
    return message(kind, body, **header)


def product(code: str = "54002") -> str:
    return f"<a:Product><b:Categorie>54</b:Categorie>{optional('b:Code', code)}</a:Product>"


def allocated(number: int = 5, *, start: str = "2026-07-01", end: str = "", decided: str = "2026-06-20",
              time: str = "10:00:00", reason: str = "", volume: str = "", named: str | None = None) -> str:  # fmt: skip
    size = (
        f"<a:Omvang><b:Volume>{volume}</b:Volume><b:Eenheid>04</b:Eenheid><b:Frequentie>4</b:Frequentie></a:Omvang>"
        if volume
        else ""
    )
    return (
        f"<a:ToegewezenProduct><a:ToewijzingNummer>{number}</a:ToewijzingNummer>{product() if named is None else named}"
        f"<a:Toewijzingsdatum>{decided}</a:Toewijzingsdatum><a:Toewijzingstijd>{time}</a:Toewijzingstijd>"
        f"<a:Ingangsdatum>{start}</a:Ingangsdatum>{optional('a:Einddatum', end)}"
        f"{optional('a:RedenWijziging', reason)}{size}<a:Commentaar>{SECRET}</a:Commentaar></a:ToegewezenProduct>"
    )


def started(begin: str = "2026-07-10", *, number: int | str = 5, status: str = "1") -> str:
    return (
        f"<a:StartProduct>{optional('a:ToewijzingNummer', number)}{product()}<a:Begindatum>{begin}</a:Begindatum>"
        f"<a:StatusAanlevering>{status}</a:StatusAanlevering></a:StartProduct>"
    )


def stopped(begin: str = "2026-07-10", end: str = "2026-09-30", *, why: str = "31", number: int = 5,
            status: str = "1") -> str:  # fmt: skip
    return (
        f"<a:StopProduct><a:ToewijzingNummer>{number}</a:ToewijzingNummer>{product()}<a:Begindatum>{begin}</a:Begindatum>"
        f"<a:RedenBeeindiging>{why}</a:RedenBeeindiging><a:Einddatum>{end}</a:Einddatum>"
        f"<a:StatusAanlevering>{status}</a:StatusAanlevering></a:StopProduct>"
    )


def requested(reference: str = "V1", *, referrer: str = "02") -> str:
    return (
        f"<a:AangevraagdProduct><a:ReferentieAanbieder>{reference}</a:ReferentieAanbieder>{product()}"
        f"<a:ToewijzingIngangsdatum>2026-09-01</a:ToewijzingIngangsdatum><a:Verwijzer><b:Type>{referrer}</b:Type>"
        f"<b:Naam>{SECRET}</b:Naam></a:Verwijzer><a:Commentaar>{SECRET}</a:Commentaar></a:AangevraagdProduct>"
    )


def line(reference: str = "D1", *, number: int = 5, begin: str = "2026-07-01", end: str = "2026-07-31", units: int = 2,
         unit: str = "04", tariff: object = 9325, amount: int = 18650, sign: str = "D", previous: str = "",
         code: str = "54002", codes: str = "") -> str:  # fmt: skip
    return (
        f"<a:Prestatie><a:ProductReferentie><b:ReferentieNummer>{reference}</b:ReferentieNummer>"
        f"{optional('b:VorigReferentieNummer', previous)}</a:ProductReferentie><a:ToewijzingNummer>{number}"
        f"</a:ToewijzingNummer><a:ProductCategorie>54</a:ProductCategorie><a:ProductCode>{code}</a:ProductCode>"
        f"<a:ProductPeriode><b:Begindatum>{begin}</b:Begindatum><b:Einddatum>{end}</b:Einddatum></a:ProductPeriode>"
        f"<a:GeleverdVolume>{units}</a:GeleverdVolume><a:Eenheid>{unit}</a:Eenheid>"
        f"{optional('a:ProductTarief', tariff)}"
        f"<a:IngediendBedrag><b:Bedrag>{amount}</b:Bedrag><b:DebetCredit>{sign}</b:DebetCredit></a:IngediendBedrag>"
        f"{verdict(codes) if codes else ''}</a:Prestatie>\n"
    )


def claim(
    *lines: str, total: int = 18650, sign: str = "D", number: str = "N1", bsn: str = ANNE_BSN, **header: Any
) -> str:
    body = (
        f"<a:Declaratie><a:DeclaratieNummer>{number}</a:DeclaratieNummer><a:DeclaratiePeriode><b:Begindatum>2026-07-01"
        "</b:Begindatum><b:Einddatum>2026-07-31</b:Einddatum></a:DeclaratiePeriode><a:DeclaratieDagtekening>2026-08-02"
        f"</a:DeclaratieDagtekening><a:TotaalIngediendBedrag><b:TotaalBedrag>{total}</b:TotaalBedrag><b:DebetCredit>{sign}"
        f"</b:DebetCredit></a:TotaalIngediendBedrag>\n<a:Clienten><a:Client><a:Bsn>{bsn}</a:Bsn>"
        f"<a:Prestaties>\n{''.join(lines)}</a:Prestaties></a:Client></a:Clienten></a:Declaratie>"
    )
    return message("jw323", body, **header)


def verdict(codes: str) -> str:
    return f"<a:RetourCodes>{''.join(f'<a:RetourCode>{code}</a:RetourCode>' for code in codes.split())}</a:RetourCodes>"


def answer(*lines: str, number: str | None = "N1", claimed: str = "A1", head: str = "0200", codes: str = "0200",
           client_codes: str = "0200", sent: int = 18650, granted: int = 18650, declared: str = DAY,
           **header: Any) -> str:  # fmt: skip
    versions = "<b:BasisschemaXsdVersie>1.0.0</b:BasisschemaXsdVersie><b:BerichtXsdVersie>1.0.0</b:BerichtXsdVersie>"
    more = (
        f"<a:DeclaratieIdentificatie><b:Identificatie>{claimed}</b:Identificatie><b:Dagtekening>{declared}</b:Dagtekening>"
        f"</a:DeclaratieIdentificatie><a:XsdVersieDeclaratie>{versions}</a:XsdVersieDeclaratie>{verdict(head)}"
    )
    clients = (
        f"<a:Clienten><a:Client><a:Bsn>{ANNE_BSN}</a:Bsn><a:Prestaties>{''.join(lines)}</a:Prestaties>"
        f"{verdict(client_codes)}</a:Client></a:Clienten>"
    )
    totals = "".join(
        f"<a:Totaal{which}Bedrag><b:TotaalBedrag>{cents}</b:TotaalBedrag><b:DebetCredit>D</b:DebetCredit></a:Totaal{which}Bedrag>"
        for which, cents in (("Ingediend", sent), ("Toegekend", granted))
    )
    body = (
        f"<a:DeclaratieAntwoord><a:DeclaratieNummer>{number}</a:DeclaratieNummer>{totals}{clients if lines else ''}"
        f"{verdict(codes)}</a:DeclaratieAntwoord>"
    )
    return message("jw325", body if number else "", more=more, **{"day": "2026-08-10", **header})
