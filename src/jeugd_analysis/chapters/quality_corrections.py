"""Part of chapter 80: the corrections that were declared, and what they did."""

from __future__ import annotations

from datetime import date

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.period import day_in_words
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html


def corrections(municipality: str, period: str) -> Finding:
    """Corrections in force: known errors of a source, put right on purpose. For the whole region, like the files."""
    edition = Edition.open(municipality, period)
    rows = [
        {
            "tabel": edition.store.table_name(one["table"]),
            "kwartaal": delivery.quarter.label,
            "reden": one["reason"],
            "status": one["status"],
            "wanneer": day_in_words(date.fromisoformat(one["when"])),
            "lines": _rounded(int(one["lines"]), edition),
        }
        for found in edition.store.current(edition.quarter).values()
        for delivery, part in found
        for one in part.corrections
    ]
    words = correction_words(rows)
    if not rows:
        return Finding(name="kwaliteit-correcties", texts={"correcties_zin": words})
    shown = not_personal(pd.DataFrame(rows), what="Regels in bestanden.")
    return Finding(
        name="kwaliteit-correcties",
        title=words.split(". ")[0].rstrip("."),
        unit="Bekende fouten in aangeleverde bestanden, voor de hele regio",
        table=table_html(shown, {
            "tabel": Column(heading="Tabel"),
            "kwartaal": Column(heading="Aangeleverd in"),
            "reden": Column(heading="Wat er mis was"),
            "status": Column(heading="Status"),
            "wanneer": Column(heading="Vastgelegd op"),
            "lines": Column(heading="Regels"),
        }, caption="Correcties die gelden in deze editie"),
        source=f"Bedragen staan in de kwaliteitsrapportage van de analist. {edition.source}",
        texts={"correcties_zin": words},
    )  # fmt: skip


def _rounded(lines: int, edition: Edition) -> str:
    """Lines as text: few lines can be about one youth."""
    base = edition.rules.count_base
    if not lines:
        return "geen"
    return numbers.HIDDEN if lines < edition.rules.threshold else numbers.count(round(lines / base) * base)


def correction_words(rows: list[dict[str, str]]) -> str:
    """How many corrections apply, and how many are only proposed."""
    if not rows:
        return "Er is geen enkele correctie van kracht: alle bestanden tellen mee zoals ze kwamen."
    proposed = sum(row["status"] == "voorgesteld" for row in rows)
    applied = len(rows) - proposed
    told = {0: "Er is geen correctie van kracht.", 1: "Er is één correctie van kracht."}.get(
        applied, f"Er zijn {numbers.decimal(applied)} correcties van kracht."
    )
    if not proposed:
        return told
    more = (
        "Eén is voorgesteld en verandert" if proposed == 1
        else f"{numbers.decimal(proposed)} zijn voorgesteld en veranderen"
    )  # fmt: skip
    return f"{told} {more} nog niets."
