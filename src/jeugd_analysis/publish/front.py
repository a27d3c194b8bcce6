"""The pages that lead the way: first page, a page per area, a page per question, each with what the chapters found."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

from jeugd_analysis.domain.region import ALL_SEGMENTS, Area
from jeugd_analysis.publish.figures import html_parts
from jeugd_analysis.publish.notebooks import Run

AREAS_MARK, STATE_MARK = "<!-- gebieden -->", "<!-- stand -->"
QUESTIONS = "vragen.md"
_TITLE = re.compile(r'class="figuur-titel" id="(?P<name>[^"]*)">(?P<title>.*?)</p>', re.DOTALL)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|$:])")

Areas = Sequence[tuple[Area, Sequence[Run]]]


def headline(notebook: Mapping[str, Any], wanted: str = "") -> str:
    """What an executed notebook found: the title of the figure `wanted`, else that of its first figure, else nothing.

    A title went through the gate with its figure; it is repeated here, never made.
    """
    titles = [
        (found["name"], unescape(found["title"])) for html in html_parts(notebook) for found in _TITLE.finditer(html)
    ]
    return dict(titles).get(wanted) or (titles[0][1] if titles else "")


def area_choice(areas: Areas) -> str:
    """A list of links to the pages of the areas."""
    items = "\n".join(f"- [{_plain(area.full_name)}]({area.folder}/index.md)" for area, _ in areas)
    return f"::::{{div}} gebieden\n\n{items}\n\n::::"


def state(areas: Areas, found: Mapping[str, str]) -> str:
    """A card per chapter of the first area that has a finding to put in front: question, finding and way there."""
    if not areas:
        return ""
    area, runs = areas[0]
    cards = [
        f":::{{grid-item-card}} {_plain(run.chapter.question)}\n:link: {run.address}\n:link-type: doc\n\n"
        f"{_plain(found[run.address])}\n:::"
        for run in runs
        if run.segment == ALL_SEGMENTS and run.chapter.front and found[run.address]
    ]
    if not cards:
        return ""
    grid = "::::{grid} 1 1 2 2\n:gutter: 3\n:class-container: stand\n\n" + "\n".join(cards) + "\n::::"
    return f"## {_plain(area.full_name)} in het kort\n\n{grid}"


def area_page(area: Area, runs: Sequence[Run], found: Mapping[str, str]) -> str:
    """The page of an area: by part of the book each chapter with its question and what it found."""
    lines = [
        f"# {_plain(area.full_name)}",
        "",
        "Kies een onderwerp. Bij elk onderwerp staat het eerste dat eruit komt.",
    ]
    whole = [run for run in runs if run.segment == ALL_SEGMENTS]
    for part in dict.fromkeys(run.chapter.part for run in whole):
        lines += ["", f"## {part}", ""]
        for run in (run for run in whole if run.chapter.part == part):
            lines += _chapter_item(f"{posixpath.basename(run.address)}.ipynb", run, found)
    return "\n".join(lines) + "\n"


def question_page(areas: Areas) -> str:
    """Every question of the book with the areas for which it is answered."""
    lines = ["# Zoek op vraag", "", "Kies een vraag en daarna een gebied."]
    chapters = {run.chapter.path.name: run.chapter for _, runs in areas for run in runs}
    for name, chapter in chapters.items():
        asked = [
            run for _, runs in areas for run in runs if run.chapter.path.name == name and run.segment == ALL_SEGMENTS
        ]
        links = " · ".join(f"[{_plain(run.area.full_name)}]({run.address}.ipynb)" for run in asked)
        lines += ["", f"## {_plain(chapter.question)}", "", f"{_plain(chapter.title)}: {links}"]
    return "\n".join(lines) + "\n"


def neighbours(areas: Areas) -> dict[str, list[list[str]]]:
    """Per page the same page of other areas, as name and address; for a page about a segment the other segments."""
    told: dict[str, list[list[str]]] = {}
    runs = [run for _, own in areas for run in own]
    for run in runs:
        same = [r for r in runs if r.chapter == run.chapter and r.address != run.address]
        if run.segment == ALL_SEGMENTS:
            told[run.address] = [[r.area.full_name, r.address] for r in same if r.segment == ALL_SEGMENTS]
        else:
            told[run.address] = [[_of_segment(r), r.address] for r in same if r.area == run.area]
    for area, _ in areas:
        others = [[other.full_name, f"{other.folder}/index"] for other, _ in areas if other != area]
        told[f"{area.folder}/index"] = others
    return {address: others for address, others in told.items() if others}


def _of_segment(run: Run) -> str:
    return "alle segmenten" if run.segment == ALL_SEGMENTS else run.subject


def _chapter_item(address: str, run: Run, found: Mapping[str, str]) -> list[str]:
    item = f"- [{_plain(run.chapter.title)}]({address}): {_plain(run.chapter.question)}"
    finding = found.get(run.address, "")
    return [f"{item}\\\n  {_plain(finding)}"] if finding else [item]


def _plain(text: str) -> str:
    """The text as it is, whatever signs of Markdown it has."""
    return _MARKDOWN.sub(r"\\\1", text)
