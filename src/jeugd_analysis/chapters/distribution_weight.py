"""Chapter 60, assumptions: the numbers behind the keys, and the weight of own use as the years themselves tell it."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.distribution_base import CREDIBLE, Basis, basis_of, nothing, young_people
from jeugd_analysis.methods.distribution_key import (
    Credibility,
    beside_mean,
    credibility_key,
    estimate_credibility,
)
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.sentences import joined
from jeugd_analysis.present.tables import Column, table_html


def weight(municipality: str, period: str) -> Finding:
    """How far own use counts: as chosen, and as the differences between years and municipalities tell."""
    basis = basis_of(municipality, period)
    if basis.empty or basis.mean_use.shape[1] < 2:
        return nothing("sleutel-gewicht", "gewicht_zin")
    people = people_of(basis)
    found = estimate_credibility(beside_mean(basis.mean_use.astype("float64"), people), people)
    half = found.k / basis.mean_use.shape[1]  # the key weighs with the youths of a year, the estimate with all years
    chosen = basis.assumed.credibility_youths
    estimated = credibility_key(basis.mean_use, basis.youth, k=half)
    rows = pd.DataFrame(
        {
            "naam": [basis.names[code] for code in basis.keys.index],
            "chosen": (basis.youth / (basis.youth + chosen)).astype("float64").to_numpy(),
            "share": basis.keys[CREDIBLE].to_numpy(),
            "estimated": found.weight.reindex(basis.keys.index).to_numpy(),
            "estimated_share": estimated.reindex(basis.keys.index).to_numpy(),
        }
    )
    return Finding(
        name="sleutel-gewicht",
        table=table_html(basis.shown.derived(rows), {
            "naam": Column(heading="Gemeente"),
            "chosen": Column(heading="Telt mee, gekozen", write=whole_percent),
            "share": Column(heading="Deel", write=numbers.percent),
            "estimated": Column(heading="Telt mee, geschat", write=whole_percent),
            "estimated_share": Column(heading="Deel", write=numbers.percent),
        }, caption="Hoeveel het eigen gebruik telt: gekozen en geschat"),
        source=joined("Schatting van Bühlmann en Straub.", basis.source),
        texts={"gewicht_zin": weight_words(found, half, chosen, basis)},
    )  # fmt: skip


def people_of(basis: Basis) -> pd.DataFrame:
    """Inhabitants 0-22 per municipality and year of `mean_use`; a year without them takes the last known."""
    told = {}
    for year in basis.mean_use.columns:
        people = young_people(basis.edition, int(year))
        told[year] = basis.youth if people.isna().any() else people
    return pd.DataFrame(told).astype("float64")


def weight_words(found: Credibility, half: float, chosen: int, basis: Basis) -> str:
    """What the estimate says beside the choice; right when own levels tell nothing."""
    years, places = basis.mean_use.shape[1], len(basis.names)
    start = f"Gekozen is: eigen gebruik telt voor de helft bij {numbers.decimal(chosen)} inwoners van 0-22 jaar."
    unsure = f"De schatting rust op {places} gemeenten en {years} jaren. Ze is daarom zelf ook onzeker."
    if not found.between:
        return (
            f"{start} De gemeenten verschillen niet meer van elkaar dan door toeval te verwachten is. Eigen gebruik "
            f"zou dan niet tellen. {unsure}"
        )
    side = "minder" if half < chosen else "meer"
    return (
        f"{start} Uit de verschillen tussen jaren en gemeenten volgt: bij {numbers.decimal(_rounded(half))}. Dat is "
        f"{side}, dus eigen gebruik zou {'zwaarder' if half < chosen else 'minder zwaar'} tellen. {unsure}"
    )


def _rounded(youths: float) -> int:
    """Two digits: more the estimate cannot carry."""
    size = max(len(str(int(youths))) - 2, 0)
    return int(round(youths, -size))


def assumptions(municipality: str, period: str) -> Finding:
    """Every number behind the keys that the makers chose."""
    basis = basis_of(municipality, period)
    told = basis.assumed
    rows = pd.DataFrame(
        [
            ("Jaren gebruik in een sleutel naar gebruik", numbers.decimal(told.mean_years)),
            ("Deel gebruik in de gemengde sleutel", whole_percent(told.mixed_weight)),
            ("Bandbreedte rond het deel van een jaar eerder", whole_percent(told.corridor_width)),
            ("Grens van de stop-loss, van het gemiddelde gebruik", whole_percent(told.stop_loss_limit)),
            ("Inwoners van 0-22 jaar waarbij eigen gebruik half telt", numbers.decimal(told.credibility_youths)),
            ("Verschil dat groot heet", whole_percent(told.signal_share)),
            ("Jaren terug voor een vast bedrag", numbers.decimal(told.lump_years)),
            ("Trekkingen voor het toeval", numbers.decimal(told.draws)),
            ("Buffer van wie alleen inkoopt, in standaardafwijkingen", numbers.decimal(told.buffer_deviations, 2)),
        ],
        columns=["wat", "waarde"],
    )
    return Finding(
        name="sleutel-aannames",
        table=table_html(not_personal(rows, what="Aannames van de makers."), {
            "wat": Column(heading="Aanname"), "waarde": Column(heading="Waarde"),
        }, caption="Waarden die de makers kozen"),
        source="Bron: data/reference/distribution.toml. Geen besluit van een raad.",
        texts={"sleutel_aannames_aantal": numbers.decimal(len(rows)), "sleutel_aannames_grond": basis.grounds},
    )  # fmt: skip
