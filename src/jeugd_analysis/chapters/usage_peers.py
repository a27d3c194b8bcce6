"""Chapter 10, beside others: the municipality among those that are most like it, and the Netherlands."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.changes import after_title
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.expected_near import near_words, own_row, peers, why_none
from jeugd_analysis.chapters.expected_open import NATIONAL, by_area, figures
from jeugd_analysis.chapters.expected_words import about, estimates, status_of
from jeugd_analysis.methods.expected_use.features import YOUNG
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart
from jeugd_analysis.present.disclosure import published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_HERE, _LIKE, _COUNTRY = "dit gebied", "vergelijkbaar", "Nederland"


def comparable(municipality: str, period: str) -> Finding:
    """The published share of inhabitants of 0-24 with youth care: here, in comparable municipalities, in the country.

    How those are chosen, and what a model expects of them, is on the page of expected use.
    """
    edition = Edition.open(municipality, period)
    near, told = peers(edition), about(edition, "model")
    if edition.area.is_region or told is None or near.empty:
        return Finding(name="gebruik-vergelijkbaar", texts={"vergelijkbare_gemeenten_zin": why_none(edition)})
    year, own = int(told["year"]), own_row(edition)
    rows = compared(own.assign(soort=_HERE), near.assign(soort=_LIKE), national_share(edition, year))
    table = published(rows, source="CBS StatLine", own="de keuze van gemeenten en het aandeel")
    title, words = near_words(own.iloc[0], near, edition, year)
    country = rows.loc[rows["soort"].eq(_COUNTRY), "label"]
    beside = f" In Nederland was het {country.iloc[0]}." if len(country) else ""
    areas = estimates(edition, "areas")
    return Finding(
        name="gebruik-vergelijkbaar",
        title=title,
        unit=f"Jeugdigen met jeugdzorg in natura per inwoner van 0-24 jaar, {year}; echte cijfers van het CBS",
        chart=bars_chart(
            table, category="naam", value="share", label="label", title=title, unit="van de inwoners van 0-24 jaar",
            description=after_title(words, title),
        ),
        table=table_html(table, {
            "naam": Column(heading="Gebied"),
            "soort": Column(heading="Wat"),
            "share": Column(heading="Aandeel van 0-24 jaar", write=numbers.percent),
        }, caption=f"{edition.area.name} naast vergelijkbare gemeenten"),
        source=f"{status_of(areas[areas['area'].eq(edition.area.code)])}. {table.note} Hoe deze gemeenten zijn gekozen,"
        " staat in het hoofdstuk Verwacht gebruik.",
        texts={"vergelijkbare_gemeenten_zin": f"{words}{beside}"},
    )  # fmt: skip


def national_share(edition: Edition, year: int) -> float | None:
    """Youths with youth care per inhabitant of 0-24 in the Netherlands, as published; None when a part is not known."""
    rows = by_area(figures(edition.store, edition.quarter), NATIONAL)
    mine = rows[rows["year"].eq(year) & rows["youths"].gt(0) & rows[YOUNG].gt(0)]
    return None if mine.empty else float(mine["youths"].iloc[0] / mine[YOUNG].iloc[0])


def compared(own: pd.DataFrame, near: pd.DataFrame, national: float | None) -> pd.DataFrame:
    """Naam, soort, share and label (text), the highest share first; the country only where its share is known."""
    rows = pd.concat([own.assign(name=own["name"] + " (dit gebied)"), near])[["name", "soort", "share"]]
    if national is not None:
        rows = pd.concat([rows, pd.DataFrame([(_COUNTRY, _COUNTRY, national)], columns=list(rows))])
    rows = rows.rename(columns={"name": "naam"}).sort_values("share", ascending=False, kind="stable")
    return rows.assign(label=[numbers.percent(share) for share in rows["share"]]).reset_index(drop=True)
