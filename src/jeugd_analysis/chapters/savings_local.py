"""Chapter 50, a municipality's own targets: beside the regional path, never added to it."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_plan import regional_path
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import joined
from jeugd_analysis.present.tables import Column, table_html


def local_targets(municipality: str, period: str, segment: str) -> Finding:
    """Targets of the municipality itself, where published. They overlap with the regional path: never added to it."""
    edition = Edition.open(municipality, period)
    if edition.region.find_segment(segment) is not None:
        return Finding(name="besparing-lokaal", texts={"lokaal_zin": ""})
    if edition.area.is_region:
        words = (
            "Sommige gemeenten hebben een eigen opgave. Die staat op de pagina van de gemeente. "
            "Ze overlapt met de regionale opgave. Tel ze niet bij elkaar op."
        )
        return Finding(name="besparing-lokaal", texts={"lokaal_zin": words})
    facts = edition.store.published("facts")
    facts = facts[facts["area"] == edition.area.code]
    rows = facts[facts["topic"] == "local-target"]
    if rows.empty:
        words = f"Voor {edition.area.in_name} is geen eigen taakstelling opgenomen in de gebruikte documenten."
        return Finding(name="besparing-lokaal", texts={"lokaal_zin": words})
    told = _beside(edition, rows, facts[facts["indicator"] == "imposed_cut_step"])
    words = (
        f"{edition.area.name} heeft ook een eigen opgave. Die overlapt met de regionale opgave. "
        "Tel ze daarom niet bij elkaar op."
    )
    return Finding(
        name="besparing-lokaal",
        title=f"De eigen opgave van {edition.area.name} staat naast de regionale opgave",
        unit="Bedragen per jaar. De kolommen overlappen: ze zijn geen delen van een totaal",
        table=table_html(not_personal(told, what="Gepubliceerde doelen."), {
            "year": Column(heading="Jaar"),
            "cut": Column(heading="Eigen taakstelling", write=_or_dash),
            "agenda": Column(heading="Minder budget door de Hervormingsagenda", write=_or_dash),
            "region": Column(heading="Opgave van de hele regio", write=_or_dash),
            "status": Column(heading="Status van de taakstelling"),
        }, caption=f"Eigen opgave van {edition.area.name}, naast die van de regio"),
        source=joined(
            f"Bron: {', '.join(sorted(rows['document'].unique()))}.", *_notes(rows["note"].dropna()),
        ),
        texts={"lokaal_zin": words},
    )  # fmt: skip


def _notes(told: pd.Series) -> list[str]:
    """Each note once; one that another begins with says nothing of its own."""
    notes = list(dict.fromkeys(told))
    return [note for note in notes if not any(other != note and other.startswith(note.rstrip(".")) for other in notes)]


def _or_dash(cents: float) -> str:
    return numbers.MISSING if numbers.is_missing(cents) else numbers.euro(cents)


def _beside(edition: Edition, rows: pd.DataFrame, step: pd.DataFrame) -> pd.DataFrame:
    """Per year the municipality's own cut, its share of the reform agenda and the regional path, side by side."""
    cents = (rows["value"].astype("float64").abs() * 100).round().astype("int64")
    cut = dict(zip(rows["period"].astype(int), cents, strict=True))
    agenda = {year: cut.pop(year) for year, kind in zip(rows["period"].astype(int), rows["indicator"], strict=True)
              if kind != "imposed_cut"}  # fmt: skip
    path = regional_path(edition).set_index("year")["target_cents"]
    told = dict.fromkeys(cut, "in het stuk")
    each = round(abs(float(step["value"].iloc[0])) * 100) if len(step) else 0
    if each:
        for year in range(max(cut) + 1, int(path.index.max()) + 1):
            cut[year], told[year] = cut[year - 1] + each, "doorgerekend: het stuk noemt geen eindjaar"
    years = sorted({*cut, *agenda, *path.index})
    start = min(agenda, default=0)
    return pd.DataFrame(
        {
            "year": [str(year) for year in years],
            "cut": pd.array([cut.get(year) for year in years], dtype="Int64"),
            "agenda": pd.array([agenda[start] if agenda and year >= start else None for year in years], dtype="Int64"),
            "region": pd.array([path.get(year) for year in years], dtype="Int64"),
            "status": [told.get(year, "") for year in years],
        }
    )
