"""Which tables the analyst gets, exact, and what each of them is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_exact import exact_effects
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.quality.late import provider_names
from jeugd_analysis.store import Store

# Mart -> name of its sheet, and what it holds; youth_lines and known_youth_lines are about single youths: left out.
MARTS = {
    "usage": ("Gebruik", "Jeugdigen en kosten per gebied, periode en groep."),
    "contract_cells": ("Contracten", "Cliënten, eenheden en kosten per gemeente, product, aanbieder en jaar."),
    "holdings": ("Aanbieders per cel", "Hoeveel aanbieders een bedrag delen en wat de twee grootste hebben."),
    "receipts": ("Ontvangst", "Regels en kosten naar kwartaal van de hulp en kwartaal van ontvangst."),
    "flows": ("Stromen", "Instroom, doorstroom en uitstroom per gebied, segment en jaar."),
    "endings": ("Redenen", "Beëindigingen naar reden."),
    "starts": ("Starts", "Begonnen hulp en dagen wachten."),
    "durations": ("Duur", "Hoeveel hulp na zoveel maanden eindigde of nog liep."),
    "stacking": ("Stapeling", "Jeugdigen met een of meer soorten hulp tegelijk."),
    "youth_costs": ("Duurste groepen", "Kosten van de duurste 1, 5 en 10 procent."),
    "known_cells": ("Contracten toen", "Contracten zoals bekend op eerdere dagen (snapshots.csv)."),
    "known_youths": ("Jeugdigen toen", "Jeugdigen zoals bekend op eerdere dagen."),
    "known_receipts": ("Ontvangst toen", "Wat op eerdere dagen was ontvangen, naar kwartaal van de hulp."),
    "youth_receipts": ("Ontvangst jeugdigen", "Hoeveel jeugdigen erbij kwamen, naar kwartaal van ontvangst."),
    "care_days": ("Dagen hulp", "Dagen hulp die liep, per gemeente, product en kwartaal."),
    "claimed": ("Ontvangst segmenten", "Kosten per segment naar kwartaal van de hulp en kwartaal van ontvangst."),
    "running": ("Dit jaar", "Het jaar dat nog loopt, zoals bekend aan het eind van dit en het vorige kwartaal."),
    "provider_months": ("Aanbieders en maanden", "Regels en kosten per aanbieder en maand van de hulp."),
    "arrivals": (
        "Aanbieders en ontvangst",
        "Regels, terugboekingen en kosten naar kwartaal van ontvangst.",
    ),
    "answers": ("Antwoorden", "Regels die meetellen, zijn afgewezen of op antwoord wachten."),
}
_PERSON = "youth_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One exact table: name of its file, name of its sheet, what it holds."""

    name: str
    title: str
    about: str
    frame: pd.DataFrame


def exact_tables(quarter: Quarter, store: Store) -> Iterator[Sheet]:
    """Every exact table of an edition, one at a time. Raises: DisclosureError (INT-003) for one about single youths."""
    about = "Elk getal van het boek: precies, en zoals het gepubliceerd mag worden. Leeg: verborgen."
    yield checked(Sheet(name="release", title="Vrijgave", about=about, frame=_release(quarter, store)))
    about = "De verandering in kosten, gesplitst in effecten, per gebied, voor de laatste vergelijkbare jaren."
    yield checked(Sheet(name="effects", title="Effecten", about=about, frame=effects_per_area(quarter, store)))
    names = provider_names(quarter, store)
    for mart, (title, about) in MARTS.items():
        frame = store.mart(mart, quarter)
        if "provider" in frame:
            frame = frame.assign(provider_name=frame["provider"].map(names).fillna(""))
        yield checked(Sheet(name=mart, title=title, about=about, frame=frame))


def checked(sheet: Sheet) -> Sheet:
    """The sheet itself, when nothing in it is about one youth."""
    if _PERSON in sheet.frame:
        raise DisclosureError(
            "INT-003",
            wat=f"De tabel {sheet.name} bevat codes van jeugdigen.",
            doe="laat deze tabel buiten de export; meld dit aan wie het programma onderhoudt.",
        )
    return sheet


def _release(quarter: Quarter, store: Store) -> pd.DataFrame:
    """The exact number beside the published one."""
    frame = store.release(quarter)
    keys = ["area", "period_kind", "period", "dimension", "level"]
    shown = ["youths", "published", "status", "amount_cents", "amount_published", "amount_status"]
    return frame[[*keys, *shown]].rename(columns={"amount_published": "amount_published_cents"})


def effects_per_area(quarter: Quarter, store: Store) -> pd.DataFrame:
    """Exact effects in cents of the latest comparable pair of years of each area: area, base, compare, the effects.

    A row adds up to its change; an area without such a pair is left out.
    """
    rows = []
    for area in store.region.areas:
        pair = store.region.comparable_years(area.code, "tariff", quarter.last_settled_year)
        cells = store.mart("contract_cells", quarter)
        mine = cells if area.is_region else cells[cells["municipality"] == area.code]
        if pair is None or not set(pair) <= set(mine["year"]):
            continue
        split = exact_effects(Edition(store=store, quarter=quarter, area=area), *pair)
        sums = split.drop(columns=["municipality", "product", "unit", "provider"]).select_dtypes("number").sum()
        told = {f"{name}_cents": round(value, 4) for name, value in sums.items()}
        rows.append({"area": area.code, "base": pair[0], "compare": pair[1], **told})
    return pd.DataFrame(rows)
