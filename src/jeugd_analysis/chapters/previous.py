"""Chapter 85: what moved since the edition before, per page and the largest first, with the cause where it can be told.

The comparison is made in every build (editions.since) from what both editions published; this chapter only shows it.
"""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_LARGEST = 20
_MOVED = "veranderd"
_NONE = "Er is geen eerdere editie gepubliceerd. Er is dus nog niets om mee te vergelijken."
_NOTHING = "Er is hier geen veranderd cijfer om te tonen."
_NOT_SPLIT = (
    "Sinds de vorige editie veranderde ook het programma of de naslag. Daarom is bij deze cijfers niet te zeggen welk "
    "deel daardoor komt en welk deel door nieuwe gegevens."
)
_SPLIT = (
    "De oorzaak is berekend. De vorige editie is daarvoor zo nodig opnieuw gemaakt, met het programma van nu en met "
    "wat later opnieuw is aangeleverd. Heeft een cijfer meer oorzaken, dan noemen wij de grootste."
)


def per_page(municipality: str, period: str) -> Finding:
    """One sentence for every page of this area on which something moved; pages without are counted."""
    edition, pages = _rows(municipality, period, "paginas")
    if pages.empty:
        return Finding(name="vorige-paginas", texts={"vorige_zin": _NONE})
    before = str(pages["vorige"].iloc[0])
    moved = pages[pages["zin"].ne("")]
    total = int(pages["veranderd"].astype("int64").sum())
    words = _total_words(edition, before, total=total, pages=len(moved), all_pages=len(pages))
    if moved.empty:
        return Finding(name="vorige-paginas", texts={"vorige_zin": words})
    told = moved.assign(wat=[_without_title(row.zin, row.titel) for row in moved.itertuples()])
    shown = published(told.reset_index(drop=True), source=_both(before))
    return Finding(
        name="vorige-paginas",
        title=f"Wat er veranderde sinds {before}",
        unit="Cijfers in tabellen, per pagina",
        table=table_html(shown, {
            "titel": Column(heading="Pagina"),
            "wat": Column(heading="Wat er anders is"),
        }, caption=f"Veranderingen sinds editie {before}, {edition.area.name}", stacked=True),
        source=f"{edition.source} Vergeleken is wat beide edities lieten zien.",
        texts={"vorige_zin": words},
    )  # fmt: skip


def _without_title(sentence: str, title: str) -> str:
    """The sentence without the page's name, which stands beside it."""
    words = sentence.removeprefix(f"{title}: ")
    return words[:1].upper() + words[1:]


def _total_words(edition: Edition, before: str, *, total: int, pages: int, all_pages: int) -> str:
    """How much moved in all.

    Numbers that appeared or went make a page differ too, without a number that moved.
    """
    where = f"op de pagina's over {edition.area.name}"
    if not total:
        none = f"Sinds editie {before} is {where} geen enkel cijfer veranderd."
        return none if not pages else f"{none} Wel kwamen er cijfers bij of gingen er weg."
    verb, noun = ("is", "cijfer") if total == 1 else ("zijn", "cijfers")
    are = "is" if pages == 1 else "zijn"
    which = f"{numbers.decimal(pages)} van de {numbers.decimal(all_pages)} pagina's {are} anders."
    return f"Sinds editie {before} {verb} {where} {numbers.decimal(total)} {noun} veranderd. {which}"


def largest(municipality: str, period: str) -> Finding:
    """The numbers that moved most: what they were, what they are, and why."""
    edition, found = _rows(municipality, period, "cijfers")
    moved = found[found["soort"].eq(_MOVED)]
    if moved.empty:
        return Finding(name="vorige-grootste", texts={"vorige_grootste_zin": _NOTHING, "vorige_oorzaak_zin": ""})
    before = str(moved["vorige"].iloc[0])
    first = moved.head(_LARGEST).reset_index(drop=True)
    named = [f"{row.rij}, {row.kolom}\n{row.tabel}" for row in first.itertuples()]
    shown = published(first.assign(cijfer=named), source=_both(before))
    split = moved["gesplitst"].eq("ja").all()
    why = {"oorzaak": Column(heading="Oorzaak")} if split else {}
    rest = len(moved) - len(first)
    words = f"Nog {numbers.decimal(rest)} andere cijfers veranderden minder." if rest else ""
    if rest == 1:
        words = "Nog 1 ander cijfer veranderde minder."
    return Finding(
        name="vorige-grootste",
        title="De cijfers die het meest veranderden",
        unit="Bedragen eerst, dan aantallen, dan percentages",
        table=table_html(shown, {
            "cijfer": Column(heading="Cijfer"),
            "was": Column(heading="Was", write=str),
            "is": Column(heading="Is", write=str),
            **why,
        }, caption=f"Grootste veranderingen sinds editie {before}, {edition.area.name}"),
        source=f"{edition.source} Vergeleken is wat beide edities lieten zien.",
        texts={"vorige_grootste_zin": words, "vorige_oorzaak_zin": _SPLIT if split else _NOT_SPLIT},
    )  # fmt: skip


def _rows(municipality: str, period: str, name: str) -> tuple[Edition, pd.DataFrame]:
    """The rows of a table of changes that are about this area."""
    edition = Edition.open(municipality, period)
    found = edition.store.changes(name, edition.quarter)
    return edition, found[found["pagina"].str.startswith(f"{edition.area.folder}/")].reset_index(drop=True)


def _both(before: str) -> str:
    return f"editie {before} en deze editie"
