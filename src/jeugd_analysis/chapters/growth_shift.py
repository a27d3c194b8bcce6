"""Part of chapter 30: more youths in the whole region, or youths who moved to municipalities where care costs more?"""

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
from jeugd_analysis.present.tables import Column, table_html

_PARTS = {
    "volume": "Meer of minder jeugdigen in de hele regio",
    "shift": "Verschuiving tussen gemeenten",
}
_NAME = "groei-verschuiving"


def shift_between_municipalities(municipality: str, period: str) -> Finding:
    """For the region the effect of volume in two: youths of the region, and a shift between its municipalities."""
    edition = Edition.open(municipality, period)
    if not edition.area.is_region:
        return _only_words("Of jeugdigen tussen gemeenten verschuiven, is alleen voor de hele regio te zien.")
    pair = latest_pair(edition)
    if pair is None:
        return _only_words("Volume is hier niet te splitsen.")
    shown = split_volume(edition, *pair)
    row = shown.frame.iloc[0]
    if numbers.is_missing(row["total"]):
        return _only_words("Volume is hier geheim, dus een verschuiving tussen gemeenten ook.")
    lines = [(text, row[name]) for name, text in _PARTS.items()]
    rows = pd.DataFrame([*lines, ("Volume samen", row["total"])], columns=["naam", "amount"])
    return Finding(
        name=_NAME,
        title=_title(row["shift"]),
        unit=f"Deel van de verandering van de kosten van {pair[0]} naar {pair[1]} door volume",
        table=table_html(shown.derived(rows), {
            "naam": Column(heading="Onderdeel"),
            "amount": Column(heading="Bedrag", write=numbers.signed_euro),
        }, caption=f"Volume en verschuiving, {pair[0]}-{pair[1]}, {edition.area.name}"),
        source=f"Een jeugdige telt mee in elke gemeente die voor hem betaalt. {edition.source} {shown.note}",
        texts={"groei_verschuiving_zin": _words(row["shift"])},
    )  # fmt: skip


def _only_words(words: str) -> Finding:
    return Finding(name=_NAME, texts={"groei_verschuiving_zin": words})


def split_volume(edition: Edition, base: int, compare: int) -> Safe:
    """One row: volume and shift in cents, rounded so that they add up to the volume that is told (total).

    What published numbers of youths change in volume (growth_shown) belongs to that of the region, for those are its.
    """
    told = shown_effects(edition, base, compare, "totaal", list(EFFECTS)).frame.iloc[0]
    exact = split_cells(edition, base, compare, method="shapley", between=True)[list(_PARTS)].sum()
    moved = told_effects(edition, base, compare)["volume"] - exact.sum()
    values = pd.DataFrame([{"level": "volume", **exact, "volume": exact["volume"] + moved}])
    ends = [
        pd.DataFrame({"published": [1], "amount_published": pd.array([cents], dtype="Int64")}, index=["volume"])
        for cents in (0, told["volume"])
    ]
    return released_effects(values, before=ends[0], after=ends[1], effects=list(_PARTS), rules=edition.rules)


def _title(shift: int) -> str:
    if shift == 0:
        return "Een verschuiving tussen gemeenten veranderde de kosten niet"
    return f"Een verschuiving tussen gemeenten: {numbers.signed_euro(shift)}"


def _words(shift: int) -> str:
    if shift == 0:
        return "Het aandeel van de gemeenten in de jeugdigen veranderde de kosten van de regio niet."
    where, way = ("meer", "verhoogde") if shift > 0 else ("minder", "verlaagde")
    return (
        f"Jeugdigen verschoven naar gemeenten waar hulp {where} kost per jeugdige. Dat {way} de kosten van de regio "
        f"met {numbers.euro(abs(shift))}."
    )
