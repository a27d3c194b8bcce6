"""The look of `exit_check` at what an executed notebook shows: what goes into an annex never passes through a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from nbformat import NotebookNode

from jeugd_analysis.publish.exit_check import PUBLISHED, Limits, refused_in_chart, refused_in_page, refused_in_text
from jeugd_analysis.publish.leaks import Leak

_CHART = "application/vnd.vegalite.v"


def small_numbers_shown(notebook: NotebookNode, name: str, limits: Limits) -> list[Leak]:
    """Every number of youths in the outputs and texts that may not be shown; figures published elsewhere are left."""
    found: set[Leak] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            found |= {
                Leak(name, kind, f"cel {number}, {place}") for kind, place in refused_in_text(cell.source, limits)
            }
        for output in cell.get("outputs", []):
            found |= {Leak(name, kind, f"cel {number}, {place}") for kind, place in _looked_at(output, limits)}
    return sorted(found)


def _looked_at(output: NotebookNode, limits: Limits) -> Iterator[tuple[str, str]]:
    for kind, told in output.get("data", {}).items():
        text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
        if kind == "text/html":
            yield from refused_in_page(text, limits)
        elif kind.startswith(_CHART) and not _published(told):
            yield from refused_in_chart(text, limits)
        elif "papermill" in kind:
            yield from refused_in_text(text, limits)


def _published(spec: object) -> bool:
    """Whether the figures of a chart were published elsewhere: `present.finding` says so in the chart itself."""
    told = spec.get("usermeta", {}) if isinstance(spec, Mapping) else {}
    return told.get(PUBLISHED[0].removeprefix("data-")) == PUBLISHED[1]
