"""Chapter 90: methods, rules, breaks, sources and what is not known."""

from __future__ import annotations

import platform
from fractions import Fraction
from importlib.metadata import version

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.methods.decomposition import decompose
from jeugd_analysis.methods.savings import combined_saving
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_PACKAGES = ("jeugd-analysis", "pandas", "duckdb", "ibis-framework", "altair", "papermill", "jupyter-book")


def reference_results(municipality: str, period: str) -> Finding:
    """Known answers, calculated again while this page was made."""
    Edition.open(municipality, period)
    cells = pd.DataFrame({"year": [1, 2], "youths": [100, 100], "units": [10, 12], "tariff": [90, 100]})
    split = decompose(cells, ("youths", "units", "tariff"), base=1, compare=2).iloc[0]
    total, parts = combined_saving([Fraction(1, 10), Fraction(2, 10)])
    rows = [
        (
            "100 jeugdigen, 10 naar 12 uur: effect van meer uren",
            "€ 19.000",
            f"€ {numbers.decimal(int(split['units']))}",
        ),
        (
            "100 jeugdigen, € 90 naar € 100 per uur: effect van tarief",
            "€ 11.000",
            f"€ {numbers.decimal(int(split['tariff']))}",
        ),
        ("10% en 20% besparen op hetzelfde bedrag: samen", "28%", numbers.percent(float(total), 0)),
        ("Deel van de maatregel van 10%", "9%", numbers.percent(float(parts[0]), 0)),
    ]
    frame = pd.DataFrame(rows, columns=["wat", "verwacht", "berekend"])
    right = int((frame["verwacht"] == frame["berekend"]).sum())
    frame["klopt"] = ["ja" if a == b else "nee" for a, b in zip(frame["verwacht"], frame["berekend"], strict=True)]
    shown = not_personal(frame, what="Rekenvoorbeelden.")
    return Finding(
        name="verantwoording-proeven",
        table=table_html(shown, {
            "wat": Column(heading="Proef"),
            "verwacht": Column(heading="Bekend antwoord", write=str),
            "berekend": Column(heading="Nu berekend", write=str),
            "klopt": Column(heading="Klopt"),
        }, caption="Proeven met een bekend antwoord"),
        source="De antwoorden zijn met de hand na te rekenen.",
        texts={"proeven_goed": numbers.decimal(right), "proeven_aantal": numbers.decimal(len(frame))},
    )  # fmt: skip


def breaks(municipality: str, period: str) -> Finding:
    """Every known break, what it touches and its source."""
    edition = Edition.open(municipality, period)
    words = {
        "intensity": "intensiteit",
        "tariff": "tarief",
        "youths": "jeugdigen",
        "cost": "kosten",
        "cbs": "cijfers van het CBS",
    }
    rows = [
        {
            "wat": b.label,
            "uitleg": b.explanation,
            "raakt": ", ".join(sorted(words[m] for m in b.measures)),
            "bron": b.source,
        }
        for b in sorted(edition.region.breaks, key=lambda b: b.year)
    ]
    shown = not_personal(pd.DataFrame(rows), what="Bekende breuken.")
    return Finding(
        name="verantwoording-breuken",
        table=table_html(shown, {
            "wat": Column(heading="Breuk"),
            "uitleg": Column(heading="Uitleg"),
            "raakt": Column(heading="Raakt"),
            "bron": Column(heading="Bron"),
        }, caption="Breuken in de reeksen", stacked=True),
        texts={"breuken_aantal": numbers.decimal(len(rows))},
    )  # fmt: skip


def sources(municipality: str, period: str) -> Finding:
    """The documents and statistics behind the published figures in this book."""
    edition = Edition.open(municipality, period)
    facts = edition.store.published("facts")
    counted = facts.groupby("document", as_index=False).agg(aantal=("fact_id", "size"))
    shown = not_personal(counted, what="Aantal overgenomen cijfers per bron.")
    return Finding(
        name="verantwoording-bronnen",
        table=table_html(shown, {
            "document": Column(heading="Bron"),
            "aantal": Column(heading="Overgenomen cijfers", write=numbers.count),
        }, caption="Bronnen van de gepubliceerde cijfers"),
        source="Alle cijfers met vindplaats staan in data/published/facts.csv.",
        texts={"bronnen_aantal": numbers.decimal(len(counted)), "feiten_aantal": numbers.decimal(len(facts))},
    )  # fmt: skip


def provenance(municipality: str, period: str) -> Finding:
    """What this edition was made with."""
    edition = Edition.open(municipality, period)
    rows = [
        ("Editie", edition.quarter.label),
        ("Vingerafdruk van alle invoer", edition.store.inputs_digest(edition.quarter)[:16]),
        ("Python", ".".join(platform.python_version_tuple()[:2])),
        *[(name, version(name)) for name in _PACKAGES],
    ]
    shown = not_personal(pd.DataFrame(rows, columns=["wat", "waarde"]), what="Herkomst.")
    rules = edition.rules
    return Finding(
        name="verantwoording-herkomst",
        table=table_html(shown, {
            "wat": Column(heading="Onderdeel"), "waarde": Column(heading="Versie of waarde"),
        }, caption="Herkomst van deze editie"),
        texts={
            "regel_drempel": numbers.decimal(rules.threshold),
            "regel_afronding": numbers.decimal(rules.count_base),
            "regel_bedrag": numbers.euro(rules.money_base_cents),
            "regel_aanval": f"voor elk verborgen of afgerond aantal bleven er minstens {rules.min_width + 1} mogelijke "
            "waarden over.",
            "status_data": "Dit boek is gemaakt met voorbeelddata: verzonnen jeugdigen en verzonnen bedragen."
            if edition.is_example else "Dit boek is gemaakt met aangeleverde gegevens.",
        },
    )  # fmt: skip
