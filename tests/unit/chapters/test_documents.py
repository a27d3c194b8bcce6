"""The page of the council documents: complete, cited, dated by the edition and counted from the files."""

from __future__ import annotations

import csv
import json
import re
from html import escape
from pathlib import Path

import pytest

from jeugd_analysis.chapters import documents
from jeugd_analysis.errors import UnknownNameError
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.store import Store

ROOT = Path(__file__).resolve().parents[3]
AREA, EDITION = "GM0000", "2026-K3"
KINDS = ("tussen stukken", "binnen een stuk", "stuk en openbare cijfers", "tussen openbare bronnen")

pytestmark = pytest.mark.usefixtures("store")  # the page reads no delivery: an empty store will do


def on_file(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "published" / f"{name}.csv").open(encoding="utf8", newline="") as stream:
        return list(csv.DictReader(stream))


def page() -> list[Finding]:
    """Every finding of the page."""
    whole = (documents.sources, documents.overview, documents.small_differences, documents.planning)
    parts = [make(AREA, EDITION) for make in (*whole, documents.indicators, documents.goals)]
    return parts + [documents.contradictions(AREA, EDITION, kind) for kind in KINDS]


def row_of(table: str, text: str) -> str:
    """The one table row that holds a text."""
    found = [row for row in re.findall(r"<tr>.*?</tr>", table) if escape(text) in row]
    assert len(found) == 1, text
    return found[0]


def test_every_contradiction_stands_on_the_page_once_with_both_statements() -> None:
    shown = "".join(part.table for part in page())
    for row in on_file("contradictions"):
        cells = row_of(shown, row["statement_1"])
        for column in ("statement_1", "statement_2", "consequence_for_the_book"):
            assert escape(row[column]) in cells, row["contradiction_id"]


def test_kinds_and_small_differences_together_are_everything() -> None:
    told = documents.overview(AREA, EDITION).texts
    small = documents.small_differences(AREA, EDITION).texts["klein_aantal"]
    assert int(told["tegenspraken_aantal"]) + int(small) == len(on_file("contradictions"))
    apart = [documents.contradictions(AREA, EDITION, kind).texts for kind in KINDS]
    assert sum(int(text) for texts in apart for text in texts.values()) == int(told["tegenspraken_aantal"])
    explained = sum(int(told[f"tegenspraken_{how}"]) for how in ("open", "verklaard", "tijd"))
    assert explained == int(told["tegenspraken_aantal"])


def test_without_a_kind_every_contradiction_of_substance_is_there() -> None:
    told = documents.overview(AREA, EDITION).texts["tegenspraken_aantal"]
    assert documents.contradictions(AREA, EDITION).texts == {"tegenspraken_alle": told}


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="tussen stukken"):
        documents.contradictions(AREA, EDITION, "tussen gemeenten")


def test_task_based_segments_stand_as_the_two_documents_have_them() -> None:
    """Midden-Delfland, kanttekening 1.2, against Westland's memo: the first contradiction a reader looks for."""
    cells = row_of(documents.contradictions(AREA, EDITION, "tussen stukken").table, "Bekostiging van vier segmenten")
    assert "(open)" in cells
    assert "(Midden-Delfland 2025, Kanttekening 1.2)" in cells and "(Westland 2025, " in cells
    assert cells.index("Midden-Delfland") < cells.index("Westland") < cells.index("Gevolg: ")


def test_sources_are_cited_without_the_lines_of_our_text_version() -> None:
    assert [part.name for part in page() if "tekst r." in part.table] == []


@pytest.mark.parametrize(
    ("step", "edition", "stand"),
    [
        ("Gunning", "2026-K1", "komt nog"),  # June 2026
        ("Gunning", "2026-K2", "loopt"),  # the edition ends on the last day of June
        ("Gunning", "2026-K3", "datum voorbij"),
        ("Voorbereiding van de start", "2026-K3", "loopt"),
        ("Einde van de huidige overeenkomsten", "2026-K4", "loopt"),  # 31 December 2026 itself
        ("Einde van de huidige overeenkomsten", "2027-K1", "datum voorbij"),
        ("Besluit van de raad van Zoetermeer", "2026-K3", "gedaan volgens het stuk"),
        ("Westland bekijkt hoe een jeugdige door de segmenten gaat", "2026-K3", "geen datum"),
    ],
)
def test_steps_are_dated_by_the_edition(step: str, edition: str, stand: str) -> None:
    assert f"({stand})" in row_of(documents.planning(AREA, edition).table, step)


def test_planning_counts_what_it_shows() -> None:
    plan = documents.planning(AREA, EDITION)
    assert plan.texts["planning_dag"] == "30 september 2026"
    assert int(plan.texts["planning_aantal"]) == len(on_file("planning")) == plan.table.count('<th scope="row">')
    for name, stand in (("planning_voorbij", "datum voorbij"), ("planning_komt", "komt nog")):
        assert int(plan.texts[name]) == plan.table.count(f"({stand})")


def test_indicators_say_which_chapter_answers_or_that_none_does() -> None:
    shown = documents.indicators(AREA, EDITION)
    assert "Hoofdstuk Gebruik. " in row_of(shown.table, "Gebruik van jeugdhulp")
    assert "Nog niet. " in row_of(shown.table, "Uitkomsten van jeugdhulp")
    assert shown.table.count("<td>Nog niet. ") == int(shown.texts["indicatoren_nog_niet"])
    assert shown.table.count("<td>Hoofdstuk ") == int(shown.texts["indicatoren_beantwoord"])


def test_goals_stand_per_segment() -> None:
    shown = documents.goals(AREA, EDITION)
    rows = [table.count('<th scope="row">') for table in shown.table.split("<table")[1:]]
    assert rows == [6, 5, 2, 1, 5] and shown.texts["doelen_aantal"] == "19"
    assert "<caption>Jeugdhulp met verblijf</caption>" in shown.table


def test_line_breaks_are_kept_and_everything_else_is_escaped(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Store.published
    changed = lambda self, name: read(self, name).replace({"title": {r"^": "<b>"}}, regex=True)  # noqa: E731
    monkeypatch.setattr(Store, "published", changed)
    table = documents.sources(AREA, EDITION).table
    assert "&lt;b&gt;Bouwen aan" in table and "<b>" not in table
    assert "<br>(besloten, 2 juni 2025)" in table


def test_every_word_that_the_notebook_takes_over_is_there() -> None:
    cells = json.loads((ROOT / "analysis" / "92_stukken.ipynb").read_text("utf8"))["cells"]
    prose = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    given = {name for part in page() for name in part.texts}
    assert set(re.findall(r"\{glue:text\}`(\w+)`", prose)) == given
