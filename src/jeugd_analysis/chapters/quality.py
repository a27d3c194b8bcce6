"""Chapter 80: what was delivered, what was accepted, what was set aside, and how complete the months are."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_RECENT = 8


def deliveries(municipality: str, period: str) -> Finding:
    """Per table and delivery: lines delivered, accepted and set aside. About files, so the same for every area."""
    edition = Edition.open(municipality, period)
    rows = [
        {
            "kwartaal": delivery.quarter.label,
            "tabel": edition.store.table_name(part.table),
            "delivered": _lines(part.delivered, part.table, edition),
            "accepted": _lines(part.accepted, part.table, edition),
            "aside": part.delivered - part.accepted,
            "vingerafdruk": part.sha256[:8],
        }
        for name, found in edition.store.current(edition.quarter).items()
        for delivery, part in found
    ]
    frame = pd.DataFrame(rows).sort_values(["tabel", "kwartaal"]).reset_index(drop=True)
    shown = not_personal(frame, what="Aantallen regels in bestanden, geen jeugdigen.")
    total = frame[["delivered", "accepted", "aside"]].sum()
    return Finding(
        name="kwaliteit-aanleveringen",
        title="Wat er is aangeleverd en ingelezen",
        unit="Aantal regels per bestand, voor de hele regio",
        table=table_html(shown, {
            "tabel": Column(heading="Tabel"),
            "kwartaal": Column(heading="Aangeleverd in"),
            "delivered": Column(heading="Aangeleverd", write=numbers.count),
            "accepted": Column(heading="Ingelezen", write=numbers.count),
            "aside": Column(heading="Terzijde gelegd", write=numbers.count),
            "vingerafdruk": Column(heading="Vingerafdruk"),
        }, caption="Aanleveringen waar deze editie op rust"),
        source=f"{edition.source} De vingerafdruk is het begin van de SHA-256 van het bestand.",
        texts={
            "kwaliteit_regels": numbers.decimal(total["delivered"]),
            "kwaliteit_terzijde": numbers.decimal(total["aside"]),
            "kwaliteit_aandeel": numbers.percent(total["aside"] / total["delivered"], 2),
        },
    )  # fmt: skip


def _lines(number: int, table: str, edition: Edition) -> int:
    """Lines of a file; the table of youths has one per youth, so those are rounded as numbers of youths are."""
    base = edition.rules.count_base
    return round(number / base) * base if table == "youths" else number


def set_aside(municipality: str, period: str) -> Finding:
    """Claim lines that were set aside: reason, lines and net amount."""
    edition = Edition.open(municipality, period)
    parts = [part for _, part in edition.store.current(edition.quarter).get("claims", [])]
    rows = [
        {
            "reden": text,
            "code": code,
            "lines": sum(part.set_aside.get(code, 0) for part in parts),
            "cents": sum(part.set_aside_cents.get(code, 0) for part in parts),
        }
        for code, text in edition.store.reasons().items()
    ]
    frame = pd.DataFrame(rows).query("lines > 0").reset_index(drop=True)
    if frame.empty:
        return Finding(
            name="kwaliteit-terzijde", texts={"terzijde_zin": "Er is geen enkele declaratieregel terzijde gelegd."}
        )
    # Lines are not youths, yet few lines can be about one youth: the gate treats them alike.
    shown = safe(frame, rules=edition.rules, keys=["reden", "code"], count="lines", money=["cents"])
    return Finding(
        name="kwaliteit-terzijde",
        title="Waarom regels terzijde zijn gelegd",
        unit="Declaratieregels die niet meetellen in dit boek, voor de hele regio",
        table=table_html(shown, {
            "reden": Column(heading="Reden"),
            "code": Column(heading="Code"),
            "lines": Column(heading="Regels", write=numbers.count),
            "cents": Column(heading="Bedrag", write=numbers.euro),
        }, caption="Terzijde gelegde declaratieregels"),
        source=f"{edition.source} {shown.note}",
        texts={"terzijde_zin": "Deze regels tellen nergens in dit boek mee, tot de aanbieder ze herstelt."},
    )  # fmt: skip


def completeness(municipality: str, period: str) -> Finding:
    """Of each recent care quarter: the amount received so far and how many quarters the claims have had to come in."""
    edition = Edition.open(municipality, period)
    everything = edition.shown("totaal", kind="kwartaal")
    recent = everything.frame[everything.frame["period"] <= edition.quarter.label].tail(_RECENT)
    shown = everything.derived(recent.rename(columns={"period": "care_quarter"}).reset_index(drop=True))
    age = [_quarters_between(label, edition.quarter) for label in shown.frame["care_quarter"]]
    words = ["nog niet bruikbaar" if n == 0 else "voorlopig" if n < 3 else "bijna volledig" for n in age]
    table = shown.derived(shown.frame.assign(age=age, oordeel=words))
    return Finding(
        name="kwaliteit-compleet",
        title="Hoe jonger het kwartaal, hoe meer declaraties er nog komen",
        unit="Ontvangen declaraties per zorgkwartaal",
        table=table_html(table, {
            "care_quarter": Column(heading="Zorgkwartaal"),
            "amount_cents": Column(heading="Ontvangen tot nu", write=numbers.euro),
            "age": Column(heading="Kwartalen geleden", write=numbers.count),
            "oordeel": Column(heading="Te gebruiken?"),
        }, caption=f"Volledigheid per zorgkwartaal, {edition.area.name}"),
        source=f"{edition.source} {shown.note} Het oordeel volgt uit de leeftijd van het kwartaal.",
        texts={"compleet_laatste": edition.quarter.label},
    )  # fmt: skip


def _quarters_between(label: str, last: Quarter) -> int:
    first = Quarter.parse(label)
    return (last.year - first.year) * 4 + last.number - first.number
