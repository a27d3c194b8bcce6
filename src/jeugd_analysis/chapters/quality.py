"""Chapter 80: what was delivered, what was accepted and what was set aside; the rest is in quality_*.py."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html


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
