"""The pages that lead the way: they repeat what the chapters found, and every link has a page behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area, Region, Segment
from jeugd_analysis.publish import front
from jeugd_analysis.publish.figures import read_notebook
from jeugd_analysis.publish.notebooks import Chapter, plan_runs
from jeugd_analysis.publish.sphinx_areas import neighbour_list

REGION = Region(
    code="R",
    name="Duin en Polder",
    municipalities=(Area(code="GM0001", name="Aa"), Area(code="GM0002", name="Bee")),
    segments=(Segment(code="S1", name="Verblijf", funding="x"),),
)
USAGE = Chapter(
    path=Path("10_gebruik.ipynb"), title="Gebruik", part="Cijfers", question="Hoeveel?", order=10, headline="tweede",
    front=True,
)  # fmt: skip
SAVING = Chapter(
    path=Path("50_besparing.ipynb"), title="Besparing", part="Geld", question="Kan het?", order=50, per_segment=True
)
SOURCES = Chapter(
    path=Path("90_bron.ipynb"), title="Bronnen", part="Geld", question="Waaruit?", order=90, region_only=True
)
RUNS = plan_runs([USAGE, SAVING, SOURCES], REGION, Quarter(2026, 3))
AREAS = [(area, [run for run in RUNS if run.area == area]) for area in REGION.areas]


def page(path: Path, *titles: str) -> dict[str, Any]:
    """An executed notebook with figures named eerste, tweede, ... and these titles (HTML)."""
    names = ("eerste", "tweede", "derde")
    shown = [f'<p class="figuur-titel" id="{name}">{t}</p><p>u</p>' for name, t in zip(names, titles, strict=False)]
    outputs = [new_output("display_data", data={"text/html": html}) for html in shown]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_markdown_cell("# x"), new_code_cell("y", outputs=outputs)]), path)
    return read_notebook(path.read_bytes())


def test_the_headline_is_the_wanted_figure_else_the_first_else_nothing(tmp_path):
    told = page(tmp_path / "a.ipynb", "Een &amp; twee", "Het is &lt; 10")
    assert front.headline(told, "tweede") == "Het is < 10"
    assert front.headline(told) == front.headline(told, "bestaat niet") == "Een & twee"
    assert front.headline(page(tmp_path / "b.ipynb"), "tweede") == ""


def test_the_first_page_shows_the_findings_of_the_region_that_a_chapter_puts_in_front(tmp_path):
    found = {}
    for run in RUNS:
        shown = page(tmp_path / f"{run.address}.ipynb", f"eerste van {run.address}", f"tweede van {run.address}")
        found[run.address] = front.headline(shown, run.chapter.headline)
    told = front.state(AREAS, found)
    assert told.count("grid-item-card") == 1  # only one chapter asks to stand in front
    assert (
        told.startswith("## Regio Duin en Polder in het kort\n")
        and "Hoeveel?" in told
        and "tweede van regio/10\\_gebruik" in told
        and ":link: regio/10_gebruik" in told
    )


def test_without_findings_there_is_nothing_in_front():
    assert front.state(AREAS, dict.fromkeys([run.address for run in RUNS], "")) == ""
    assert front.state([], {}) == ""


def test_the_page_of_an_area_has_its_chapters_by_part_with_what_they_found():
    told = front.area_page(REGION.municipalities[0], AREAS[1][1], {"gm0001/10_gebruik": "Meer *dan* eerst"})
    assert told.startswith("# Aa\n") and told.index("## Cijfers") < told.index("Hoeveel?") < told.index("## Geld")
    assert "- [Gebruik](10_gebruik.ipynb): Hoeveel?\\\n  Meer \\*dan\\* eerst\n" in told
    assert "- [Besparing](50_besparing.ipynb): Kan het?\n" in told  # nothing found: only the question
    assert "s1" not in told and "Bronnen" not in told


def test_every_question_leads_to_every_area_that_answers_it():
    told = front.question_page(AREAS)
    assert [line for line in told.splitlines() if line.startswith("## ")] == [
        "## Hoeveel?",
        "## Kan het?",
        "## Waaruit?",
    ]
    assert told.count("](gm0002/10_gebruik.ipynb)") == 1 and told.count("90_bron.ipynb") == 1
    assert "[Regio Duin en Polder](regio/90_bron.ipynb)" in told


def test_neighbours_are_the_same_page_elsewhere():
    told = front.neighbours(AREAS)
    assert told["gm0001/10_gebruik"] == [["Regio Duin en Polder", "regio/10_gebruik"], ["Bee", "gm0002/10_gebruik"]]
    assert told["gm0001/index"] == [["Regio Duin en Polder", "regio/index"], ["Bee", "gm0002/index"]]
    assert told["regio/50_besparing-s1"] == [["alle segmenten", "regio/50_besparing"]]
    assert "regio/90_bron" not in told  # nowhere else to go


@pytest.mark.parametrize(
    ("address", "words", "link"),
    [
        ("gm0001/10_gebruik", "Dit onderwerp voor een ander gebied", "../gm0002/x.html"),
        ("gm0001/index", "Een ander gebied", "../gm0002/x.html"),
        ("regio/50_besparing-s1", "Dit onderwerp voor een ander segment", "../gm0002/x.html"),
        ("los", "Dit onderwerp voor een ander gebied", "gm0002/x.html"),
    ],
)
def test_the_list_of_neighbours_says_what_it_is_and_links_from_where_it_stands(address, words, link):
    told = neighbour_list(address, [["B & B", "gm0002/x"]])
    assert f"<summary>{words}</summary>" in told and f'<a href="{link}">B &amp; B</a>' in told
