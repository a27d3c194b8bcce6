"""Headings of a page with something below them: a sentence stands once, and what shows nothing has no heading.

Every area gets the same notebook, so in a small one many sections can only say that a number is hidden. A reader then
wants that sentence once, not under seven headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from nbformat import NotebookNode

_GLUE = re.compile(r"\{glue:text\}`([^`]+)`")
_HEADING = re.compile(r"(#{1,6}) \S")
_RECORD = "application/papermill.record/"


@dataclass(slots=True)
class _Section:
    """A heading with the paragraphs below it, up to the next heading; level 0 is what comes before the first.

    paragraphs: place of their cell and text, the heading itself first; figure: whether a cell of it shows one.
    """

    level: int
    paragraphs: list[tuple[int, str]] = field(default_factory=list)
    runs_code: bool = False
    figure: bool = False

    @property
    def glue(self) -> list[str]:
        """Names of the sentences that its text asks for."""
        return [name for _, text in self.paragraphs for name in _GLUE.findall(text)]


def without_empty_sections(notebook: NotebookNode) -> NotebookNode:
    """The executed notebook without headings that lead nowhere, and without paragraphs whose sentences are blank.

    A section goes when its cells show no figure and hand over no sentence that the page has not told yet: its fixed
    words would be about nothing. A heading stays as long as one below it stays. Outputs stay where they are.
    """
    told = _sentences(notebook)
    sections = list(_sections(notebook))
    kept = _kept(sections, told)
    texts: dict[int, list[str]] = {}
    for section in kept:
        for place, text in section.paragraphs:
            if not _blank(text, told):
                texts.setdefault(place, []).append(text)
    cells = []
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            if place not in texts:
                continue
            cell.source = "\n\n".join(texts[place])
        cells.append(cell)
    notebook.cells = cells
    return notebook


def _sentences(notebook: NotebookNode) -> dict[str, str]:
    """Name -> words of every sentence that the cells handed over."""
    told = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            if name:
                told[str(name)] = str(output.data.get(_RECORD + "text/plain", ""))
    return told


def _sections(notebook: NotebookNode) -> Iterator[_Section]:
    section = _Section(level=0)
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown":
            shown = [output for output in cell.get("outputs", []) if not _is_sentence(output)]
            section.runs_code, section.figure = True, section.figure or bool(shown)
            continue
        for text in filter(None, (part.strip("\n") for part in re.split(r"\n{2,}", cell.source))):
            if heading := _HEADING.match(text):
                yield section
                section = _Section(level=len(heading[1]))
            section.paragraphs.append((place, text))
    yield section


def _is_sentence(output: NotebookNode) -> bool:
    data = output.get("data", {})
    return bool(data) and all(str(kind).startswith(_RECORD) for kind in data)


def _kept(sections: list[_Section], told: dict[str, str]) -> list[_Section]:
    said: set[str] = set()
    stays = []
    for section in sections:
        new = {told.get(name, name) for name in section.glue} - said - {""}
        stays.append(not section.runs_code or section.figure or not section.glue or bool(new))
        said |= new if stays[-1] else set()
    for at in range(len(sections) - 1, -1, -1):  # a heading above one that stays
        below = [other for other in range(at + 1, len(sections)) if stays[other]]
        nearest = sections[below[0]].level if below else 0
        between = any(sections[other].level <= sections[at].level for other in range(at + 1, below[0] if below else at))
        stays[at] = stays[at] or (nearest > sections[at].level and not between)
    return [section for section, stay in zip(sections, stays, strict=True) if stay]


def _blank(text: str, told: dict[str, str]) -> bool:
    """Whether a paragraph is nothing but sentences, and those are all blank."""
    return bool(_GLUE.search(text)) and not _GLUE.sub(lambda found: told.get(found[1], found[1]), text).strip()
