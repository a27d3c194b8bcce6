"""Part of chapter 30: more help per youth, because it lasted longer or because it was denser?"""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_effects import EFFECTS
from jeugd_analysis.chapters.growth_exact import split_cells
from jeugd_analysis.chapters.growth_pairs import latest_pair
from jeugd_analysis.chapters.growth_shown import shown_effects, told_effects
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Safe, released_effects
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, table_html

_PARTS = {
    "duration": ("Duur: meer of minder maanden hulp per jeugdige", "duur"),
    "frequency": ("Frequentie: meer of minder hulp per maand", "frequentie"),
}


def duration_and_frequency(municipality: str, period: str) -> Finding:
    """The effect of intensity in two: months of help per youth, and help per month."""
    edition = Edition.open(municipality, period)
    pair = latest_pair(edition)
    if pair is None:
        return _only_words("Intensiteit is hier niet te splitsen.")
    shown = split_intensity(edition, *pair)
    row = shown.frame.iloc[0]
    if numbers.is_missing(row["total"]):
        return _only_words("Intensiteit is hier geheim, dus duur en frequentie ook.")
    lines = [(text, row[name]) for name, (text, _) in _PARTS.items()]
    rows = pd.DataFrame([*lines, ("Intensiteit samen", row["total"])], columns=["naam", "amount"])
    words = _words(row)
    return Finding(
        name="groei-duur",
        title=_title(row),
        unit=f"Deel van de verandering van de kosten van {pair[0]} naar {pair[1]} door intensiteit",
        table=table_html(shown.derived(rows), {
            "naam": Column(heading="Onderdeel"),
            "amount": Column(heading="Bedrag", write=numbers.signed_euro),
        }, caption=f"Duur en frequentie, {pair[0]}-{pair[1]}, {edition.area.name}"),
        source=f"Een maand telt als er in die maand hulp is gedeclareerd. {edition.source} {shown.note}",
        texts={"groei_duur_zin": words},
    )  # fmt: skip


def _only_words(words: str) -> Finding:
    return Finding(name="groei-duur", texts={"groei_duur_zin": words})


def split_intensity(edition: Edition, base: int, compare: int) -> Safe:
    """One row: duration and frequency in cents, rounded so that they add up to the intensity that is told (total).

    What published numbers of youths change in intensity (growth_shown) belongs to duration, for that is per youth.
    """
    told = shown_effects(edition, base, compare, "totaal", list(EFFECTS)).frame.iloc[0]
    exact = split_cells(edition, base, compare, method="shapley", months="client_months")[list(_PARTS)].sum()
    moved = told_effects(edition, base, compare)["intensity"] - exact.sum()
    values = pd.DataFrame([{"level": "intensity", **exact, "duration": exact["duration"] + moved}])
    ends = [
        pd.DataFrame({"published": [1], "amount_published": pd.array([cents], dtype="Int64")}, index=["intensity"])
        for cents in (0, told["intensity"])
    ]
    return released_effects(values, before=ends[0], after=ends[1], effects=list(_PARTS), rules=edition.rules)


def _title(row: pd.Series) -> str:
    largest = max(_PARTS, key=lambda name: abs(row[name]))
    if row[largest] == 0:
        return "Duur en frequentie veranderden de kosten niet"
    return f"Het grootste deel van de intensiteit is {_PARTS[largest][1]}: {numbers.signed_euro(row[largest])}"


def _words(row: pd.Series) -> str:
    if not (row["duration"] or row["frequency"]):
        return "De duur en de frequentie van hulp veranderden de kosten niet."
    ways = {
        "Omhoog": [f"{_PARTS[name][1]} ({numbers.signed_euro(row[name])})" for name in _PARTS if row[name] > 0],
        "Omlaag": [f"{_PARTS[name][1]} ({numbers.signed_euro(row[name])})" for name in _PARTS if row[name] < 0],
    }
    return " ".join(f"{way} door {listed(told)}." for way, told in ways.items() if told)
