"""Chapter 85: the words for much, little, nothing and no earlier edition; only the area's own pages."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.chapters import previous
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.since import NUMBERS, PAGES, note_changes

K3 = Quarter(2026, 3)


def page(name: str, moved: int = 0, other: int = 0) -> tuple[str, ...]:
    sentence = f"Pagina {name}: {moved} en {other}." if moved or other else ""
    return ("2026-K2", f"gm0637/{name}", f"Pagina {name}", str(moved), str(other), sentence)


def number(row: str, was: str, now: str, *, kind="veranderd", cause="later binnengekomen", split="ja", area="gm0637"):
    return ("2026-K2", f"{area}/30_groei", "Groei", "Kosten", row, "Kosten", kind, was, now, cause, split)


@pytest.fixture
def told(store):
    """Write what a build found, and give the two findings of Zoetermeer."""

    def told(pages=(), numbers=()):
        frames = {
            "paginas": pd.DataFrame(list(pages), columns=list(PAGES), dtype="str"),
            "cijfers": pd.DataFrame(list(numbers), columns=list(NUMBERS), dtype="str"),
        }
        store.write_changes(K3, frames, "x")
        return previous.per_page("GM0637", "2026-K3"), previous.largest("GM0637", "2026-K3")

    return told


def test_the_first_edition_says_there_is_nothing_to_compare_with(told):
    pages, largest = told()
    assert (
        pages.texts["vorige_zin"]
        == "Er is geen eerdere editie gepubliceerd. Er is dus nog niets om mee te vergelijken."
    )
    assert not pages.table and not largest.table and largest.texts["vorige_oorzaak_zin"] == ""
    assert largest.texts["vorige_grootste_zin"] == "Er is hier geen veranderd cijfer om te tonen."  # no empty heading


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ([page("a"), page("b")], "Sinds editie 2026-K2 is op de pagina's over Zoetermeer geen enkel cijfer veranderd."),
        (
            [page("a", other=3), page("b")],
            "Sinds editie 2026-K2 is op de pagina's over Zoetermeer geen enkel cijfer veranderd. "
            "Wel kwamen er cijfers bij of gingen er weg.",
        ),
        (
            [page("a", moved=1), page("b")],
            "Sinds editie 2026-K2 is op de pagina's over Zoetermeer 1 cijfer veranderd. 1 van de 2 pagina's is anders.",
        ),
        (
            [page("a", moved=1200), page("b", moved=30), page("c")],
            "Sinds editie 2026-K2 zijn op de pagina's over Zoetermeer 1.230 cijfers veranderd. "
            "2 van de 3 pagina's zijn anders.",
        ),
    ],
)
def test_how_much_moved_in_words(told, pages, words):
    assert told(pages)[0].texts["vorige_zin"] == words


def test_only_pages_of_the_area_with_their_sentence(told):
    other = ("2026-K2", "regio/a", "Regiopagina", "9", "0", "Regiopagina: anders.")
    shown, _ = told([page("a", moved=2), page("b"), other])
    assert ">2 en 0.<" in shown.table and "Pagina b" not in shown.table and "Regiopagina" not in shown.table


def test_the_largest_moves_with_was_is_and_cause(told):
    rows = [
        number("Delft", "€ 1,0 mln", "€ 2,0 mln"),
        number("X", "", "5", kind="nieuw"),
        number("Y", "1", "2", area="regio"),
    ]
    _, largest = told([page("30_groei", moved=1)], rows)
    for words in ("Delft", "€ 1,0 mln", "€ 2,0 mln", "later binnengekomen"):
        assert words in largest.table
    assert ">X," not in largest.table and ">Y," not in largest.table and ">Delft, Kosten<br>" in largest.table
    assert largest.texts["vorige_oorzaak_zin"].startswith("De oorzaak is berekend.")
    assert largest.texts["vorige_grootste_zin"] == ""


def test_what_cannot_be_told_apart_is_said(told):
    _, largest = told([page("a", moved=1)], [number("D", "1", "2", cause="niet uit elkaar te halen", split="nee")])
    assert "niet te zeggen" in largest.texts["vorige_oorzaak_zin"] and "Oorzaak" not in largest.table


@pytest.mark.parametrize(
    ("rows", "words"),
    [(20, ""), (21, "Nog 1 ander cijfer veranderde minder."), (25, "Nog 5 andere cijfers veranderden minder.")],
)
def test_the_rest_is_counted(told, rows, words):
    _, largest = told([page("a", moved=rows)], [number(f"rij {n}", "1", "2") for n in range(rows)])
    assert largest.texts["vorige_grootste_zin"] == words


def test_a_build_notes_what_moved_since_the_newest_published_edition(store, tmp_path, monkeypatch):
    """From the archive of an earlier edition to the words of the chapter."""
    import json

    from jeugd_analysis import editions
    from jeugd_analysis.store import Store
    from tests.editions_book import K2, Shelf

    def notebook(amount: str) -> str:
        table = (
            '<div class="cijfers" data-figuur="groei-jaar"><div><table class="tabel"><caption>Kosten in 2025</caption>'
            '<thead><tr><th>Gemeente</th><th class="getal">Kosten</th></tr></thead>'
            f'<tbody><tr><th>Delft</th><td class="getal">{amount}</td></tr></tbody></table></div></div>'
        )
        cells = [
            {"cell_type": "markdown", "source": "# Groei – Zoetermeer"},
            {"cell_type": "code", "source": "", "outputs": [{"data": {"text/html": table}}]},
        ]
        return json.dumps({"cells": cells})

    monkeypatch.setattr("jeugd_analysis.editions.publication.signers", lambda quarter, store: ())
    monkeypatch.setattr(Store, "editions", lambda self: ["2026-K2", "2026-K3"])
    shelf = Shelf(store, tmp_path / "intranet")
    shelf.build(K2)
    page = store.work / "_build" / "2026-K2" / "executed" / "gm0637" / "30_groei.ipynb"
    page.parent.mkdir(parents=True)
    page.write_text(notebook("€ 1,0 mln"), "utf8")
    from jeugd_analysis.editions.built import record_build

    record_build(K2, store)
    editions.publish(K2, shelf.intranet, store=store)
    executed = tmp_path / "executed"
    (executed / "gm0637").mkdir(parents=True)
    (executed / "gm0637" / "30_groei.ipynb").write_text(notebook("€ 1,5 mln"), "utf8")
    from jeugd_analysis.editions.inputs import PACKAGE
    from jeugd_analysis.publish.notebooks import code_digest

    note_changes(
        K3, store=store, executed=executed, pages=["gm0637/30_groei"], code=code_digest(PACKAGE), progress=print
    )
    (row,) = store.changes("cijfers", K3).to_dict("records")
    assert (row["was"], row["is"], row["oorzaak"], row["soort"]) == (
        "€ 1,0 mln", "€ 1,5 mln", "later binnengekomen", "veranderd",
    )  # fmt: skip
    told = previous.per_page("GM0637", "2026-K3")
    assert ">Één cijfer veranderd: “Delft”, “Kosten”: was €\xa01,0\xa0mln, is €\xa01,5\xa0mln" in told.table
    note_changes(K3, store=store, executed=executed, pages=["gm0637/30_groei"], code="anders", progress=print)
    assert store.changes("cijfers", K3)["oorzaak"].tolist() == ["niet uit elkaar te halen"]
