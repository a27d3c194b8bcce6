"""A small number of youths stops an annex wherever it is put; published figures and rounded ones do not."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from jeugd_analysis.publish.exit_check import Limits
from jeugd_analysis.publish.exit_notebook import small_numbers_shown

LIMITS = Limits(threshold=10, base=5)
GLUE, CHART = "application/papermill.record/text/plain", "application/vnd.vegalite.v6+json"


def table(cell: str, more: str = "") -> str:
    head = "<thead><tr><th>Jaar</th><th>Jeugdigen</th></tr></thead>"
    return f"<table{more}>{head}<tr><th>2025</th><td>{cell}</td></tr></table>"


def chart(number: int, **more: object) -> dict[str, object]:
    return {
        "data": {"values": [{"jaar": "2025", "youths": number}]},
        "encoding": {"x": {"field": "jaar"}, "y": {"field": "youths", "type": "quantitative", "title": "jeugdigen"}},
        **more,
    }


def found(data: dict[str, object] | None = None, source: str = "# Titel") -> int:
    outputs = [new_output("display_data", data=data)] if data else []
    return len(small_numbers_shown(new_notebook(cells=[new_markdown_cell(source), new_code_cell(outputs=outputs)]),
                                   "a.ipynb", LIMITS))  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": table("7")}, {"text/html": table("12")}, {"text/html": "<p>Het waren 7 jeugdigen.</p>"},
        {"text/html": '<figure><svg role="img" aria-label="2025: 7 jeugdigen"></svg></figure>'},
        {CHART: chart(7)}, {CHART: chart(10, description="In 2025 waren het 7 jeugdigen")},
        {GLUE: "Dat zijn 7 jeugdigen."},
    ],
)  # fmt: skip
def test_a_planted_number_is_found(data):
    assert found(data) == 1


def test_also_in_the_text_of_a_cell():
    assert found(source="# Titel\n\nEr zijn 7 jeugdigen.") == 1


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": table("&lt;10")}, {"text/html": table("geheim")}, {"text/html": table("15")},
        {"text/html": table("7", ' data-herkomst="gepubliceerd"')}, {CHART: chart(15)},
        {CHART: chart(7, usermeta={"herkomst": "gepubliceerd"})}, {GLUE: "Dat zijn minder dan 10 jeugdigen."},
    ],
)  # fmt: skip
def test_what_may_be_shown_passes(data):
    assert found(data) == 0
