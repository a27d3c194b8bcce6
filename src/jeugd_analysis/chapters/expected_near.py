"""Chapter 20: comparable municipalities, chosen by a stated rule; also the peers of other chapters."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.changes import after_title
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.expected_model import features_in, gap_of
from jeugd_analysis.chapters.expected_words import about, estimates, mine, number, status_of
from jeugd_analysis.methods.expected_use import SIZE_BOUNDS
from jeugd_analysis.present.charts import bars_chart
from jeugd_analysis.present.disclosure import published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import decimal, percent
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, table_html

_NEAR, _FAR = 0.5, 1.0  # standard deviations: up to here alike, beyond the last hardly


def peers(edition: Edition) -> pd.DataFrame:
    """The municipalities comparable to that of the page, the nearest first.

    Columns: area (code), name, distance (1: as far as an average municipality lies from the mean), inhabitants,
    share (youths per inhabitant of 0-24, 0-1) and ratio (to the model). Empty for the region, and without the figures
    of all municipalities.
    """
    told = estimates(edition, "peers")
    rows = told[told["area"].eq(edition.area.code)].sort_values("place")
    return rows.drop(columns=["area", "place"]).rename(columns={"peer": "area"}).reset_index(drop=True)


def comparable(municipality: str, period: str) -> Finding:
    """The share of youths with help here and in the municipalities most like it."""
    edition = Edition.open(municipality, period)
    near, told = peers(edition), about(edition, "model")
    if edition.area.is_region or told is None or near.empty:
        return Finding(name="verwacht-vergelijkbaar", texts={"vergelijkbaar_zin": why_none(edition)})
    areas, here = estimates(edition, "areas"), own_row(edition)
    rows = pd.concat([here.assign(naam=f"{edition.area.name} (dit gebied)"), near.assign(naam=near["name"])])
    rows = rows.assign(label=[percent(share) for share in rows["share"]]).sort_values("share", ascending=False)
    table = published(rows.reset_index(drop=True), source="CBS", own="de keuze van gemeenten, het aandeel en het model")
    title, words = near_words(here.iloc[0], near, edition, int(told["year"]))
    return Finding(
        name="verwacht-vergelijkbaar",
        title=title,
        unit=f"Jeugdigen met jeugdzorg in natura per inwoner van 0-24 jaar, {int(told['year'])}; echte cijfers",
        chart=bars_chart(
            table, category="naam", value="share", label="label", title=title, unit="van de inwoners van 0-24 jaar",
            description=after_title(words, title),
        ),
        table=table_html(table, {
            "naam": Column(heading="Gemeente"),
            "inhabitants": Column(heading="Inwoners", write=number),
            "share": Column(heading="Aandeel", write=percent),
            "ratio": Column(heading="Verschil met model", write=gap_of),
            "distance": Column(heading="Afstand", write=lambda value: decimal(value, 2)),
        }, caption=f"Vergelijkbare gemeenten, {edition.area.name}"),
        source=f"Gekozen: dezelfde grootteklasse (grenzen bij {_bounds()} inwoners) en daarin de kleinste afstand in "
        f"{listed(features_in(edition))}. Afstand 0 is gelijk; 1 is zo ver als een doorsnee gemeente van het "
        f"gemiddelde ligt. {status_of(areas[areas['area'].eq(edition.area.code)])}. {table.note}",
        texts={"vergelijkbaar_zin": words},
    )  # fmt: skip


def _bounds() -> str:
    return listed([decimal(bound) for bound in SIZE_BOUNDS])


def own_row(edition: Edition) -> pd.DataFrame:
    """The municipality of the page as one row of `peers`, at distance 0."""
    own = mine(estimates(edition, "areas"), edition)
    return pd.DataFrame([{
        "area": own.area, "name": edition.area.name, "distance": 0.0, "share": own.observed / own.people,
        "ratio": mine(estimates(edition, "model"), edition).ratio, "inhabitants": own.inhabitants,
    }])  # fmt: skip


def why_none(edition: Edition) -> str:
    """Why there are no comparable municipalities on this page."""
    if about(edition, "model") is None:
        return (
            "Vergelijkbare gemeenten zijn nog niet te kiezen. Daarvoor zijn de cijfers van alle gemeenten van "
            "Nederland nodig."
        )
    if edition.area.is_region:
        return "Voor de regio als geheel zijn er geen vergelijkbare gemeenten. Kijk op de pagina van een gemeente."
    return f"Voor {edition.area.in_name} is geen vergelijkbare gemeente gevonden."


def near_words(here: pd.Series, near: pd.DataFrame, edition: Edition, year: int) -> tuple[str, str]:
    """Title and sentences: higher than how many comparable ones, and how alike they are."""
    names = listed(list(near["name"]))
    below = int((near["share"] < here["share"]).sum())
    name, many = edition.area.name, len(near)
    others = "de enige vergelijkbare gemeente" if many == 1 else f"alle {many} vergelijkbare gemeenten"
    if below == many:
        title = f"Het aandeel in {name} is hoger dan in {others}"
    elif below:
        title = f"Het aandeel in {name} is hoger dan in {below} van de {many} vergelijkbare gemeenten"
    elif many == 1:
        title = f"Het aandeel in {name} is niet hoger dan in {others}"
    else:
        title = f"Het aandeel in {name} is niet hoger dan in een van de {many} vergelijkbare gemeenten"
    farthest = float(near["distance"].max())
    alike = (
        "Ze lijken sterk op elkaar in wat het model kent."
        if farthest <= _NEAR
        else "Ze lijken redelijk op elkaar in wat het model kent."
        if farthest <= _FAR
        else "Niet alle lijken ze sterk: er zijn weinig gemeenten van deze grootte."
    )
    told = f"In {name} was het {percent(here['share'])} in {year}. Het meest vergelijkbaar: {names}."
    return title, f"{title}. {told} {alike}"
