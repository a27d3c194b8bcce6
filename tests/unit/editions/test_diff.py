"""What moved between two editions: matched by figure and key, split by cause in parts that add up, told per page."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis import editions
from jeugd_analysis.editions import difference as made
from jeugd_analysis.editions.built import record_build
from jeugd_analysis.editions.causes import Steps, corrections, main_cause, parts_of, program_word
from jeugd_analysis.editions.compare import changes, published_numbers, ranked
from jeugd_analysis.editions.inputs import Inputs
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.present import finding
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import count, euro
from jeugd_analysis.present.tables import Column, table_html
from jeugd_analysis.store import Store
from tests.editions_book import K2, K3

COLUMNS = {
    "wie": Column(heading="Gemeente"),
    "n": Column(heading="Jeugdigen", write=count),
    "geld": Column(heading="Kosten", write=euro),
}
EMPTY = Inputs(deliveries={}, reference={}, releases={}, code="a", packages={}, settings={})


def figure(rows: dict[str, tuple[Any, Any]], *, name: str = "groei", caption: str = "Kosten in 2025") -> Finding:
    frame = pd.DataFrame(
        {"wie": list(rows), "n": [n for n, _ in rows.values()], "geld": [money for _, money in rows.values()]}
    )
    return Finding(name=name, title="t", table=table_html(not_personal(frame, what="x"), COLUMNS, caption=caption))


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write the executed notebooks of an edition: page -> figures."""

    def write(where: str, **pages: Finding) -> Path:
        folder = tmp_path / where
        for page, one in pages.items():
            outputs: list[dict[str, Any]] = []
            monkeypatch.setattr(
                finding, "publish_display_data", lambda data, metadata, to=outputs: to.append({"data": data})
            )
            finding.show(one)
            cells = [
                {"cell_type": "markdown", "source": f"# Pagina {page}\n\nTekst."},
                {"cell_type": "code", "source": "", "outputs": outputs},
            ]
            place = folder / "regio" / f"{page}.ipynb"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(json.dumps({"cells": cells}), "utf8")
        return folder

    return write


MLN = 100_000_000  # cents


def test_numbers_are_matched_by_page_figure_row_and_column(write):
    before = published_numbers(write("a", groei=figure({"Delft": (100, 2 * MLN), "Rijswijk": (50, MLN)})))
    after = published_numbers(write("b", groei=figure({"Rijswijk": (50, MLN), "Delft": (110, 3 * MLN)})))  # other order
    found = {change.key: change for change in changes(before, after)}
    assert sorted(found) == [
        ("regio/groei", "groei", "Delft", "Jeugdigen"),
        ("regio/groei", "groei", "Delft", "Kosten"),
    ]
    assert found["regio/groei", "groei", "Delft", "Kosten"].difference == Decimal(1_000_000)  # euro
    assert found["regio/groei", "groei", "Delft", "Jeugdigen"].difference == 10


def test_what_appears_goes_hides_or_shows_itself_is_no_silent_move(write):
    before = write("a", groei=figure({"Delft": (100, MLN), "Weg": (20, MLN), "Klein": (None, None), "Groot": (30, 5)}))
    after = write("b", groei=figure({"Delft": (100, MLN), "Bij": (20, MLN), "Klein": (15, MLN), "Groot": (None, 5)}))
    kinds = {c.key[2:]: c.kind for c in changes(published_numbers(before), published_numbers(after))}
    assert kinds == {
        ("Bij", "Jeugdigen"): "nieuw", ("Bij", "Kosten"): "nieuw", ("Weg", "Jeugdigen"): "weg",
        ("Weg", "Kosten"): "weg",
        ("Klein", "Jeugdigen"): "zichtbaar", ("Klein", "Kosten"): "zichtbaar", ("Groot", "Jeugdigen"): "verborgen",
    }  # fmt: skip


def test_a_figure_about_another_year_is_not_a_number_that_moved(write):
    before = write("a", groei=figure({"Delft": (100, MLN)}, caption="Kosten in 2024"))
    after = write("b", groei=figure({"Delft": (120, MLN)}, caption="Kosten in 2025"))
    assert {c.kind for c in changes(published_numbers(before), published_numbers(after))} == {"andere periode"}


def test_the_largest_move_stands_first_euros_before_numbers(write):
    before = write("a", groei=figure({"Delft": (100, 2 * MLN), "Rijswijk": (50, MLN)}))
    after = write("b", groei=figure({"Delft": (400, 3 * MLN), "Rijswijk": (70, 4 * MLN)}))
    found = ranked(changes(published_numbers(before), published_numbers(after)))
    assert [change.key[2:] for change in found] == [
        ("Rijswijk", "Kosten"), ("Delft", "Kosten"), ("Delft", "Jeugdigen"), ("Rijswijk", "Jeugdigen"),
    ]  # fmt: skip


def test_a_number_of_a_table_in_thousands_of_euro_is_an_amount_with_its_unit(write):
    captions = {"caption": "Kosten in 2025, x € 1.000"}
    before = write("a", groei=figure({"Delft": (8810, 2 * MLN)}, **captions))
    after = write("b", groei=figure({"Delft": (4320, 2 * MLN)}, **captions))
    found = changes(published_numbers(before), published_numbers(after))
    assert [change.key[2:] for change in found] == [("Delft", "Jeugdigen")]  # the column with a € of its own stays
    assert found[0].difference == Decimal(-4_490_000) and found[0].after.number.unit == "euro"
    assert (found[0].before.text, found[0].after.text) == ("8.810 (x € 1.000)", "4.320 (x € 1.000)")


# -- causes: by hand ------------------------------------------------------------------------------


def numbers(write, where: str, cents: int) -> dict:
    return published_numbers(write(where, groei=figure({"Delft": (100, cents)})))


def test_a_move_is_split_into_method_correction_and_late_data_that_add_up(write):
    """100 published; 103 with today's program; 98 with what came again; 110 a quarter later: +3 −5 +12 = +10."""
    million = [MLN * value for value in (100, 103, 98, 110)]
    before, again, corrected, after = (numbers(write, str(place), cents) for place, cents in enumerate(million))
    (change,) = changes(before, after)
    parts = parts_of(change, Steps(program="methode", again=again, corrected=corrected))
    assert {word: int(part / 1_000_000) for word, part in parts.items()} == {
        "methode": 3, "correctie": -5, "later binnengekomen": 12,
    }  # fmt: skip
    assert sum(parts.values()) == change.difference == 10_000_000 and main_cause(parts) == "later binnengekomen"


def test_without_other_changes_all_of_it_came_in_later(write):
    (change,) = changes(numbers(write, "a", MLN), numbers(write, "b", 3 * MLN))
    assert parts_of(change, Steps()) == {"later binnengekomen": 2_000_000}


def test_what_cannot_be_told_apart_says_so(write):
    (change,) = changes(numbers(write, "a", MLN), numbers(write, "b", 3 * MLN))
    for steps in (Steps(program="methode", known=False), Steps(program="methode", again={})):
        assert parts_of(change, steps) == {"niet uit elkaar te halen": 2_000_000}


def test_which_inputs_changed_decides_what_the_cause_is_called():
    def other(**fields):
        return Inputs(**{**{name: getattr(EMPTY, name) for name in Inputs.__slots__}, **fields})

    assert program_word(EMPTY, EMPTY) == ""
    assert program_word(EMPTY, other(code="b")) == program_word(EMPTY, other(packages={"pandas": "3"})) == "methode"
    assert program_word(EMPTY, other(reference={"data/reference/x.csv": "1"})) == "naslaggegevens"
    assert program_word(EMPTY, other(code="b", reference={"x": "1"})) == "methode of naslaggegevens"
    assert corrections({"2026-K2/001/claims/0": "a"}, {"2026-K2/002/claims/0": "b"}) == [
        "2026-K2/001/claims/0", "2026-K2/002/claims/0",
    ]  # fmt: skip


# -- in words -------------------------------------------------------------------------------------


def difference(write, before: dict, after: dict) -> made.Difference:
    pages = [write("a", **before), write("b", **after)]
    both = [
        made.Edition(quarter=quarter, notebooks=folder, inputs=EMPTY)
        for quarter, folder in zip((K2, K3), pages, strict=True)
    ]
    old, new = map(published_numbers, pages)
    return made.Difference(
        before=both[0], after=both[1], changes=tuple(ranked(changes(old, new))), steps=Steps(),
        compared=len(old.keys() & new.keys()),
    )  # fmt: skip


def test_one_sentence_per_page_and_the_page_with_most_moves_first(write):
    found = difference(
        write,
        {"groei": figure({"Delft": (100, MLN)}), "gebruik": figure({"Delft": (100, MLN), "Rijswijk": (50, MLN)})},
        {"groei": figure({"Delft": (100, 2 * MLN)}), "gebruik": figure({"Delft": (110, 3 * MLN), "Bij": (50, MLN)})},
    )
    assert made.in_words(found) == [
        "Van 2026-K2 en 2026-K3 zijn 4 cijfers met elkaar vergeleken; 3 zijn veranderd.",
        "Verder: 2 nieuw, 2 weg.",
        "Pagina gebruik: 2 cijfers veranderd, het meest “Delft”, “Kosten”: was €\xa01,0\xa0mln, is €\xa03,0\xa0mln"
        " (later binnengekomen); 2 nieuw; 2 weg.",
        "Pagina groei: één cijfer veranderd: “Delft”, “Kosten”: was €\xa01,0\xa0mln, is €\xa02,0\xa0mln"
        " (later binnengekomen).",
    ]


def test_nothing_moved_reads_as_nothing_moved(write):
    same = {"groei": figure({"Delft": (100, MLN)})}
    assert made.in_words(difference(write, same, same)) == [
        "Van 2026-K2 en 2026-K3 zijn 2 cijfers met elkaar vergeleken; 0 zijn veranderd."
    ]


def test_the_file_has_every_change_with_its_parts(write):
    found = difference(write, {"groei": figure({"=x": (100, MLN)})}, {"groei": figure({"=x": (100, 2 * MLN)})})
    head, row = made.as_csv(found).decode("utf-8-sig").splitlines()
    assert head == "pagina;figuur;tabel;rij;kolom;soort;was;is;verschil;oorzaak;delen"
    assert row == (
        "regio/groei;groei;Kosten in 2025;'=x;Kosten;veranderd;€\xa01,0\xa0mln;€\xa02,0\xa0mln;1000000;"
        "later binnengekomen;later binnengekomen 1000000"
    )


def test_the_older_edition_is_named_first(store):
    with pytest.raises(JeugdError, match="VER-001"):
        editions.diff(K3, K2, store=store)


def test_two_published_editions_are_compared_from_the_archive(shelf):
    """Their notebooks have no figures: nothing is compared, and nothing is made up."""
    for quarter in (K2, K3):
        shelf.build(quarter)
        editions.publish(quarter, shelf.intranet, store=shelf.store)
    found = editions.diff(K2, K3, store=shelf.store)
    assert found.compared == 0 and found.changes == () and "archive" in found.before.notebooks.parts


@pytest.fixture
def two_editions(shelf, write):
    """2026-K2 published by an older program with 100 youths, 2026-K3 published now with 110."""
    for quarter, youths, code in ((K2, 100, "oud programma"), (K3, 110, "")):
        shelf.build(quarter)
        executed = shelf.store.work / "_build" / quarter.label / "executed"
        shutil.rmtree(executed)
        shutil.copytree(write(quarter.label, groei=figure({"Delft": (youths, MLN)})), executed)
        record_build(quarter, shelf.store, code=code)
        editions.publish(quarter, shelf.intranet, store=shelf.store)
    return shelf


def test_the_older_edition_is_made_again_once_and_found_again_by_a_build(two_editions, write, monkeypatch):
    store, asked = two_editions.store, []

    def rebuild(quarter, *, store, work, deliveries, releases):
        """As the real one: the book of the quarter in `work`. With the program of now it says 104."""
        asked.append((quarter, deliveries))
        shutil.copytree(
            write("opnieuw", groei=figure({"Delft": (104, MLN)})), work / "_build" / quarter.label / "executed"
        )
        return Store(store.project, work)

    monkeypatch.setattr("jeugd_analysis.editions.steps.rebuild", rebuild)
    quick = editions.diff(K2, K3, store=store, again=False)
    (change,) = quick.changes
    assert asked == [] and parts_of(change, quick.steps) == {"niet uit elkaar te halen": 10}
    for again in (True, True, False):  # the last as a build asks it: only what was made before
        found = editions.diff(K2, K3, store=store, again=again)
        assert parts_of(change, found.steps) == {"methode": 4, "later binnengekomen": 6}
    assert asked == [(K2, set())]


def test_an_edition_made_by_another_program_than_that_of_now_is_not_explained(two_editions, monkeypatch):
    """What is made again would be made by a third program."""
    monkeypatch.setattr("jeugd_analysis.editions.inputs.code_digest", lambda package: "een derde programma")
    found = editions.diff(K2, K3, store=two_editions.store)
    assert not found.steps.known
