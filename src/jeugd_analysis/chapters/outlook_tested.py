"""Chapter 33, tested per area: what the outlook would have told at the end of earlier years, beside what it became.

The region's growth of then times the area's released number of then: it tells no more than the release.
"""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.outlook import CENTRAL, signed
from jeugd_analysis.chapters.outlook_exact import COST, YOUTHS
from jeugd_analysis.methods.savings import price_levels
from jeugd_analysis.present import numbers
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_ENOUGH = 3  # outlooks a year ahead; from fewer nobody can tell
_MEASURES = {COST: "Kosten", YOUTHS: "Jeugdigen"}
_SMALL = {COST: 100_000_000, YOUTHS: 200}  # below these (cents, youths) rounding alone moves a percentage


def here(municipality: str, period: str) -> Finding:
    """How far off the central scenario would have been for this area, one and two years ahead."""
    edition = Edition.open(municipality, period)
    shown = edition.shown("totaal", periods=_settled(edition))
    rows = tested(in_base_prices(shown.frame, edition), edition)
    told = summary(rows)
    if told.empty:
        return Finding(name="vooruitblik-toets-gebied", texts={"vooruitblik_gebied_zin": too_few(edition)})
    title, words = here_words(told, edition.area.in_name)
    return Finding(
        name="vooruitblik-toets-gebied",
        title=title,
        unit=f"Ramingen voor {edition.area.name} aan het eind van een jaar, scenario midden, naast wat het werd",
        table=table_html(shown.derived(told), {
            "wat": Column(heading="Raming van"),
            "ver": Column(heading="Vooruit"),
            "forecasts": Column(heading="Toetsen", write=numbers.decimal),
            "off": Column(heading="Gemiddeld ernaast", write=numbers.whole_percent),
            "bias": Column(heading="Te hoog (+) of te laag (−)", write=signed),
        }, caption=f"Eerdere ramingen getoetst, {edition.area.name}"),
        source=f"De groei die de regio toen liet zien, maal het cijfer van het gebied zelf. {_HOW} {edition.source}",
        open_table=True,
        texts={"vooruitblik_gebied_zin": words},
    )  # fmt: skip


_HOW = "Alleen binnen reeksen zonder breuk, met de inwoners zoals ze werden. Kosten in gelijke prijzen."


def _settled(edition: Edition) -> list[str]:
    return [year for year in edition.full_years() if int(year) <= edition.quarter.last_settled_year]


def in_base_prices(told: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Released numbers per year (int): cost in prices of the last settled year, and youths; not of years without index.

    Shapes: told has period, amount_cents and youths; result year, cost, youths.
    """
    base = edition.quarter.last_settled_year
    rates = edition.store.reference("indexation")
    percent = dict(zip(rates["year"].astype(int), rates["percent"], strict=True))
    years = [int(year) for year in told["period"] if int(year) >= min(percent) - 1]
    levels = price_levels(percent, base_year=base, years=years)
    rows = told.assign(year=told["period"].astype(int)).set_index("year").loc[years]
    level = pd.Series({year: float(value) for year, value in levels.items()}, dtype="float64")
    return pd.DataFrame({COST: rows["amount_cents"].astype("Float64") / level.reindex(rows.index),
                         YOUTHS: rows["youths"].astype("Float64")}).reset_index()  # fmt: skip


def tested(facts: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Measure, ahead (years), and error_share (told / became - 1) of every outlook that did not cross a break here.

    Shapes: facts as of `in_base_prices`. Outlooks from or to a hidden or small number are left out.
    """
    past = edition.store.estimates("outlook_past", edition.quarter)
    rows = []
    for measure in _MEASURES:
        breaks = [int(year) for year, _ in edition.breaks(measure)]
        known = facts.set_index("year")[measure].dropna()
        known = known[known >= _SMALL[measure]]
        mine = past[past["measure"].eq(measure) & past["scenario"].eq(CENTRAL)]
        rows += [
            (measure, int(row.year - row.origin), float(known[row.origin] * row.factor / known[row.year] - 1))
            for row in mine.itertuples()
            if {row.origin, row.year} <= set(known.index) and not any(row.origin < year <= row.year for year in breaks)
        ]
    return pd.DataFrame(rows, columns=["measure", "ahead", "error_share"])


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Per measure with enough outlooks, and years ahead: measure, wat, ahead, ver, forecasts, off and bias (shares)."""
    told = []
    for measure, name in _MEASURES.items():
        mine = rows[rows["measure"] == measure]
        if mine["ahead"].eq(1).sum() < _ENOUGH:
            continue
        for ahead, part in mine.groupby("ahead"):
            errors = part["error_share"]
            told.append((measure, name, int(ahead), f"{ahead} jaar", len(part), errors.abs().mean(), errors.mean()))
    columns = ["measure", "wat", "ahead", "ver", "forecasts", "off", "bias"]
    return pd.DataFrame(told, columns=columns)


def here_words(told: pd.DataFrame, where: str) -> tuple[str, str]:
    """Title and sentences: how far off one year ahead, on how few outlooks that rests, and what cannot be told."""
    near = told[told["ahead"] == 1]
    parts = [f"{row.wat.lower()} {numbers.whole_percent(row.off)}" for row in near.itertuples()]
    title = f"Een jaar vooruit zat de raming voor {where} er eerder gemiddeld zo ver naast: {' en '.join(parts)}"
    fewest = int(near["forecasts"].min())
    few = f"Dat rust op {fewest} ramingen per getal: het zegt iets over de orde van grootte, niet meer."
    left = set(_MEASURES) - set(near["measure"])
    without = "".join(
        f" Van de {_MEASURES[measure].lower()} zijn er te weinig ramingen om te toetsen." for measure in sorted(left)
    )
    return title, f"{title}. {few}{without}"


def too_few(edition: Edition) -> str:
    """Why it cannot be told."""
    return (
        f"Hoe goed zulke ramingen voor {edition.area.in_name} eerder waren, is uit de gegevens niet te zeggen. Er zijn "
        "te weinig jaren zonder breuk, of de cijfers zijn geheim of te klein."
    )
