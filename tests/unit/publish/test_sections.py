"""Headings of a page: one that leads nowhere goes, and a sentence that was said stands once."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from jeugd_analysis.publish.sections import without_empty_sections

SECRET = "De kosten zijn geheim."


def code(figure: bool = False, **sentences: str) -> nbformat.NotebookNode:
    """An executed cell: a table when it shows a figure, and the sentences that it hands over."""
    outputs = [new_output("display_data", data={"text/html": "<table></table>"})] if figure else []
    for name, words in sentences.items():
        data = {"application/papermill.record/text/plain": words}
        outputs.append(new_output("display_data", data=data, metadata={"scrapbook": {"name": name}}))
    return new_code_cell("show(...)", outputs=outputs)


def page(*cells: nbformat.NotebookNode | str) -> str:
    """The text of the page that is left; its headings and paragraphs."""
    made = [new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    left = without_empty_sections(new_notebook(cells=[new_markdown_cell("# Titel"), code(), *made]))
    kept = [cell for cell in left.cells if cell.cell_type == "code"]
    assert kept[1:] == [cell for cell in made if cell.cell_type == "code"]  # what a cell showed is never taken away
    return "\n\n".join(cell.source for cell in left.cells if cell.cell_type == "markdown")


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ .*", text, re.MULTILINE)


def test_what_was_said_is_said_once():
    # As a notebook has it: a sentence stands in the cell of the next heading.
    text = page(
        "Inleiding.\n\n## Delen", code(a=SECRET), "{glue:text}`a`\n\n## Sprong", code(b=SECRET),
        "{glue:text}`b`\n\n## Project", code(figure=True, c=SECRET), "{glue:text}`c`\n\n## Kosten", code(d="Anders."),
        "{glue:text}`d`",
    )  # fmt: skip
    assert headings(text) == ["# Titel", "## Delen", "## Project", "## Kosten"]
    assert "{glue:text}`a`" in text and "{glue:text}`b`" not in text and text.startswith("# Titel\n\nInleiding.")


def test_without_a_sentence_and_a_figure_there_is_no_heading_and_no_fixed_text_about_it():
    text = page("## Kans", code(a="", b=""), "{glue:text}`a` {glue:text}`b`\n\nDat telt mee.\n\n## Meer", code(c="Ja."),
                "{glue:text}`c`")  # fmt: skip
    assert text == "# Titel\n\n## Meer\n\n{glue:text}`c`"


def test_a_blank_sentence_leaves_no_empty_paragraph():
    text = page("## Kans", code(figure=True, a="", b="Ja."), "{glue:text}`a`\n\n{glue:text}`b` {glue:text}`a`")
    assert text == "# Titel\n\n## Kans\n\n{glue:text}`b` {glue:text}`a`"


@pytest.mark.parametrize(("shown", "left"), [(True, ["## A", "### B"]), (False, [])])
def test_a_heading_stays_for_the_one_below_it(shown, left):
    text = page("## A", code(a=""), "{glue:text}`a`\n\n### B", code(figure=shown, b=""), "{glue:text}`b`")
    assert headings(text) == ["# Titel", *left]


def test_a_heading_does_not_stay_for_one_below_its_neighbour():
    text = page("## A", code(a=""), "{glue:text}`a`\n\n## B", code(b=""), "{glue:text}`b`\n\n### C", code(figure=True))
    assert headings(text) == ["# Titel", "## B", "### C"]


def test_fixed_text_without_cells_and_figures_without_sentences_stay():
    text = page("## Uitleg\n\nZo leest u dit.\n\n## Tabel", code(figure=True), "Klaar.")
    assert headings(text) == ["# Titel", "## Uitleg", "## Tabel"]
