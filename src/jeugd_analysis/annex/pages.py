"""An executed notebook as blocks. Nothing is taken that does not carry the seal of `present`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from jeugd_analysis.annex.blocks import Block, Figure, Heading, plain
from jeugd_analysis.annex.figures import Gathering, chart, page_html
from jeugd_analysis.annex.markdown import read_markdown
from jeugd_analysis.publish.exit_check import Limits, refuse
from jeugd_analysis.publish.exit_notebook import small_numbers_shown
from jeugd_analysis.publish.notebooks import Run, require_sealed
from jeugd_analysis.publish.sphinx_vega import MIME

GLUE = "application/papermill.record/text/plain"
_AREA = re.compile(r" – .*\Z")


@dataclass(frozen=True, slots=True)
class Page:
    """A chapter as it stands in an annex. `name` is what links point to."""

    name: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Figure))


def read_page(path: Path, run: Run, limits: Limits) -> Page:
    """The page of one run.

    Raises: DisclosureError GEH-005 for an output without seal or with a broken one, LEK-002 for a number of youths that
    may not be shown: an annex is not made from the site, so its numbers are looked at once more.
    """
    notebook = nbformat.read(path, as_version=4)
    require_sealed(notebook, run)
    refuse(small_numbers_shown(notebook, run.chapter.path.name, limits))
    first, *blocks = _blocks(notebook, run)
    title = plain(first.words) if isinstance(first, Heading) else run.title
    # The whole annex is about one area; a segment is told.
    short = _AREA.sub("", title) if run.subject == run.area.name else title
    return Page(run.chapter.path.stem, short, tuple(blocks))


def _blocks(notebook: NotebookNode, run: Run) -> Iterator[Block]:
    glue = _glue(notebook)
    now = Gathering()
    for cell in notebook.cells:
        yield from now.figure()  # a cell shows whole figures
        if cell.cell_type == "markdown":
            yield from read_markdown(cell.source, glue, page=run.chapter.path.name)
        for output in cell.get("outputs", []):
            if "text/html" in output.data:
                yield from page_html(output.data["text/html"], now)
            elif MIME in output.data:
                chart(output.data[MIME], now)
    yield from now.figure()


def _glue(notebook: NotebookNode) -> dict[str, str]:
    """Sentences that the notebook computed, by name."""
    return {
        output.metadata["scrapbook"]["name"]: output.data[GLUE]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if GLUE in output.data and "scrapbook" in output.metadata
    }
