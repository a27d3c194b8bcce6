"""Chapter 20: is use higher than one would expect? What data there are, and the comparison by number and by age."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.changes import after_title
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.expected_fit import BY_AGE, COUNTRY
from jeugd_analysis.chapters.expected_words import (
    IN_KIND,
    SOCIAL,
    about,
    as_differences,
    as_or_than,
    by_chance,
    estimates,
    mine,
    much,
    number,
    signed_percent,
    status_of,
    with_region,
)
from jeugd_analysis.present.charts import ratio_chart
from jeugd_analysis.present.disclosure import Safe, not_personal, published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_upper, listed
from jeugd_analysis.present.tables import Column, table_html
from jeugd_analysis.present.theme import Chart

FEWEST = 10  # youths: with fewer a percentage says nothing
_ADD = "haal ze op met “jeugd fetch cbs” en lees ze in met “jeugd add”"
_SCP_ADD = "zet het SCP-bestand Jeugdhulp in de wijk om naar CSV en lees het in met “jeugd add”"
_THERE, _NOT, _PART = "Ja", "Nee", "Deels"


# -- what there is -----------------------------------------------------------------------------------


def data_there(municipality: str, period: str) -> Finding:
    """What each comparison needs, whether it is there, and how to get what is not."""
    edition = Edition.open(municipality, period)
    rows = _needs(edition)
    lacking = [row["what_for"] for row in rows if row["there"] != _THERE]
    title = (
        f"Niet alle gegevens zijn er: {len(lacking)} van de {len(rows)} vergelijkingen {_lack(len(lacking))}"
        if lacking
        else "Alle gegevens voor deze vergelijkingen zijn er"
    )
    table = not_personal(pd.DataFrame(rows), what="Wat er is ingelezen, niet over jeugdigen.")
    return Finding(
        name="verwacht-gegevens",
        title=title,
        unit="Welke vergelijking kan, en wat er voor de andere nodig is",
        table=table_html(table, {
            "what_for": Column(heading="Vergelijking"),
            "there": Column(heading="Er?"),
            "explained": Column(heading="Wat er is of wat u kunt doen"),
        }, caption="Gegevens voor verwacht gebruik"),
        source="Deze open cijfers horen niet bij het programma. Wie ze inleest, krijgt ze in de volgende bouw te zien.",
        texts={"gegevens_zin": f"{title}."},
    )  # fmt: skip


def _lack(count: int) -> str:
    return "kan nog niet of maar deels" if count == 1 else "kunnen nog niet of maar deels"


def _needs(edition: Edition) -> list[dict[str, str]]:
    standard, model, wijken = (about(edition, what) for what in ("standard", "model", "wijken"))
    social = set(estimates(edition, "terms")["term"]) & set(SOCIAL)
    scp = estimates(edition, "scp")
    by_age = standard is not None and standard["basis"] == BY_AGE
    whole = standard is not None and standard["scope"] == COUNTRY
    year = "" if standard is None else str(standard["year"])
    return [
        {
            "what_for": "Naast het landelijke aandeel",
            "there": _NOT if standard is None else _THERE,
            "explained": f"Cijfers van het CBS over {year}." if standard is not None
            else f"Aantallen jeugdigen en inwoners per gemeente: {_ADD}.",
        },
        {
            "what_for": "Rekening houden met leeftijd",
            "there": _THERE if by_age else _NOT,
            "explained": f"Inwoners naar leeftijd van alle gemeenten, {year}." if by_age
            else f"Nodig: inwoners naar leeftijd van alle gemeenten (CBS-tabel 03759ned): {_ADD}. Een verdeling van"
            " jeugdigen naar leeftijd én geslacht geeft het CBS per gemeente niet.",
        },
        {
            "what_for": "Model met kenmerken van gemeenten",
            "there": _THERE if model is not None else _NOT,
            "explained": f"{int(model['areas'])} gemeenten in {year}." if model is not None
            else f"Nodig: jeugdigen en inwoners van alle gemeenten van Nederland: {_ADD}.",
        },
        {
            "what_for": "Bijstand, gezinnen en woningen in dat model",
            "there": _THERE if social else _NOT,
            "explained": "Deze kenmerken doen mee." if social
            else f"Nodig: kerncijfers wijken en buurten van het CBS, voor alle gemeenten: {_ADD}.",
        },
        {
            "what_for": "Trechter en vergelijkbare gemeenten",
            "there": _THERE if whole else _PART if standard is not None else _NOT,
            "explained": f"Alle gemeenten van Nederland in {year}." if whole
            else f"Er zijn alleen cijfers van de gemeenten in de regio. Voor heel Nederland: {_ADD}.",
        },
        {
            "what_for": "Wijken",
            "there": _THERE if wijken is not None else _NOT,
            "explained": f"{int(wijken['areas'])} wijken in {int(wijken['year'])}." if wijken is not None
            else f"Nodig: jeugdigen en kenmerken per wijk (CBS, kerncijfers wijken en buurten): {_ADD}.",
        },
        {
            "what_for": "Wijken volgens het SCP (2017)",
            "there": _THERE if len(scp) else _PART,
            "explained": f"{len(scp)} wijken in de regio." if len(scp)
            else f"Alleen het gemiddelde per gemeente is er. Voor elke wijk: {_SCP_ADD}.",
        },
    ]  # fmt: skip


# -- beside the national share -----------------------------------------------------------------------


def standard(municipality: str, period: str) -> Finding:
    """Youths as CBS counts them beside what the national share would give, by age where the ages are known."""
    edition = Edition.open(municipality, period)
    told, areas = about(edition, "standard"), estimates(edition, "areas")
    if told is None:
        words = f"Voor {edition.area.in_name} is deze vergelijking niet te maken. De cijfers van het CBS ontbreken."
        return Finding(name="verwacht-landelijk", texts={"landelijk_zin": words})
    year, by_age = int(told["year"]), told["basis"] == BY_AGE
    rows = with_region(edition, areas)
    table = published(as_differences(rows), source=sources(areas), own="wat verwacht is en het verschil")
    what = "bij de landelijke aandelen per leeftijd" if by_age else "bij het landelijke aandeel"
    title, words = standard_words(rows, edition, year, what)
    people = "inwoners van 0 tot en met 22 jaar, per leeftijdsgroep" if by_age else "inwoners van 0 tot en met 24 jaar"
    return Finding(
        name="verwacht-landelijk",
        title=title,
        unit=f"{first_upper(IN_KIND)} in {year}: verschil met wat u verwacht {what}; echte cijfers",
        chart=gaps_chart(table, title=title, words=words),
        table=table_html(table, gap_columns(year), caption=f"Werkelijk en verwacht aantal jeugdigen, {year}"),
        source=f"Verwacht: {people} maal het aandeel in Nederland. De streep is de marge door toeval (95%). "
        f"{status_of(areas[areas['area'].isin(rows['area'])])}. {table.note}",
        texts={"landelijk_zin": words},
    )


def standard_words(rows: pd.DataFrame, edition: Edition, year: int, what: str) -> tuple[str, str]:
    """Title and sentences on this area, or on the region and its highest and lowest municipality."""
    row = mine(rows, edition)
    if row is None:
        words = f"Van {edition.area.in_name} zijn niet alle cijfers over {year} er om mee te vergelijken."
        return words.rstrip("."), words
    if row.observed < FEWEST:
        words = f"In {edition.area.in_name} zijn het in {year} te weinig jeugdigen om iets over het verschil te zeggen."
        return words.rstrip("."), words
    than = as_or_than(row.ratio)
    title = f"In {edition.area.in_name} kregen {much(row.ratio)} jeugdigen jeugdzorg {than} u verwacht {what}"
    words = (
        f"{title}. {by_chance(row.low, row.high)} In {year} waren het {number(row.observed)} jeugdigen. Verwacht "
        f"waren er {number(as_differences(rows).loc[row.Index, 'expected'])}."
    )
    others = rows[~rows["area"].eq(edition.region.code)]
    if edition.area.is_region and len(others) > 1:
        high, low = others.iloc[0], others.iloc[-1]
        words += (
            f" Het verst erboven ligt {high['name']} ({much(high['ratio'])}), het verst eronder {low['name']} "
            f"({much(low['ratio'])})."
            if high["ratio"] > 1 > low["ratio"]
            else f" De gemeenten lopen uiteen van {much(low['ratio'])} ({low['name']}) tot {much(high['ratio'])} "
            f"({high['name']})."
        )
    return title, words


def gaps_chart(table: Safe, *, title: str, words: str) -> Chart | None:
    """The differences of `as_differences` with their margins."""
    return ratio_chart(
        table, category="name", value="gap", low="gap_low", high="gap_high", label="label", own="own", title=title,
        unit="verschil met verwacht", description=after_title(words, title),
    )  # fmt: skip


def gap_columns(year: int) -> dict[str, Column]:
    """Columns of a table of `as_differences`."""
    return {
        "name": Column(heading="Gebied"),
        "observed": Column(heading=f"Jeugdigen in {year}", write=number),
        "expected": Column(heading="Verwacht", write=number),
        "gap": Column(heading="Verschil", write=signed_percent),
        "margin": Column(heading="Marge door toeval"),
    }


def sources(areas: pd.DataFrame) -> str:
    """The sources of the figures, each once."""
    return listed(sorted({str(source) for source in areas["source"].dropna().unique()})) or "CBS"
