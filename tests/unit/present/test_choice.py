"""A choice of years: everything in the page, one pair chosen at first, nothing that a browser could take for code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.present import charts, finding
from jeugd_analysis.present.choice import ANCHOR, Choices, Pair, attributes, name_of
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding, show
from jeugd_analysis.present.tables import Column, table_html
from jeugd_analysis.present.theme import MIME
from jeugd_analysis.publish.sphinx_vega import chart_html

PAIRS: list[Pair] = [(2024, 2025), (2017, 2018)]
CLOSED = {(2018, 2024): "Van 2018 naar 2024 niet: <b>een breuk</b>."}


def part(pair: Pair, *, chart: bool = True) -> Finding:
    shown = not_personal(pd.DataFrame({"wat": ["a"], "n": [1.0], "tekst": ["1"]}), what="proef")
    title = f"Van {pair[0]} naar {pair[1]}"
    drawn = charts.bars_chart(
        shown, category="wat", value="n", label="tekst", title=title, unit="n", description="proef"
    )
    table = table_html(shown, {"wat": Column(heading="Wat")}, caption=title)
    return Finding(name=name_of(pair), title=title, words="Woorden.", chart=drawn if chart else None, table=table)


def choices(*, leads: bool = True, closed: dict[Pair, str] = CLOSED) -> Choices:
    return Choices(parts={pair: part(pair) for pair in PAIRS}, closed=closed, leads=leads)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What `show` puts on the page."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(finding, "publish_display_data", lambda data, metadata: told.append(data))
    return told


def html(told: Sequence[dict[str, Any]]) -> str:
    return "".join(data.get("text/html", "") for data in told)


def test_every_piece_of_a_pair_is_marked_and_only_the_first_is_chosen(published):
    show(Finding(name="x", choices=choices(), texts={"a": "b"}))
    pieces = re.findall(r'<(?:div|h3) class="keuze-deel([^"]*)" data-paar="([^"]*)"', html(published))
    assert [(("gekozen" in kind), pair) for kind, pair in pieces] == [
        (pair == "2024-2025", pair)
        for pair in ("2024-2025",) * 3 + ("2017-2018",) * 3  # heading, title, table
    ]


def test_a_chart_carries_its_mark_into_the_page(published, tmp_path):
    show(Finding(name="x", choices=choices()))
    drawn = [chart_html(data[MIME], number=1, cache=tmp_path) for data in published if MIME in data]
    heads = [re.match("<figure[^>]*>", told)[0] for told in drawn]
    assert heads == [
        '<figure class="grafiek keuze-deel gekozen" data-paar="2024-2025">',
        '<figure class="grafiek keuze-deel" data-paar="2017-2018">',
    ]


def test_a_chart_outside_a_choice_has_no_mark(published, tmp_path):
    show(part(PAIRS[0]))
    drawn = [chart_html(data[MIME], number=1, cache=tmp_path) for data in published if MIME in data]
    assert drawn[0].startswith('<figure class="grafiek">') and "keuze" not in html(published)


def test_the_fields_have_labels_and_every_year_that_can_be_chosen():
    told = choices().opening()
    assert re.findall(r'<label for="(keuze-\w+)">(\w+)</label> <select id="\1"', told) == [
        ("keuze-van", "Van"), ("keuze-naar", "Naar"),
    ]  # fmt: skip
    starts, ends = re.findall(r"<select.*?</select>", told)
    assert re.findall(r">(\d{4})<", starts) == ["2017", "2018", "2024"] and "<option selected>2024" in starts
    assert re.findall(r">(\d{4})<", ends) == ["2025"] and "<option selected>2025" in ends
    assert 'role="status" aria-live="polite"' in told and f'id="{ANCHOR}"' in told


def test_without_script_the_fields_are_hidden_and_the_reasons_are_there():
    told = choices().opening()
    assert re.search(r'<div class="keuze-velden"[^>]* hidden>', told)
    assert '<li data-paar="2018-2024">Van 2018 naar 2024 niet: &lt;b&gt;een breuk&lt;/b&gt;.</li>' in told


def test_nothing_closed_gives_no_list():
    assert "<details" not in choices(closed={}).opening()


def test_a_figure_that_follows_points_to_the_fields():
    told = choices(leads=False).opening()
    assert f'href="#{ANCHOR}"' in told and "<select" not in told


def test_there_is_no_script_and_no_style_in_the_page(published):
    show(Finding(name="x", choices=choices()))
    assert not re.search(r"<script|\son\w+=|style=|javascript:", html(published))


def test_texts_are_told_once(published):
    show(Finding(name="x", choices=choices(), texts={"zin": "Een zin."}))
    assert sum("application/papermill.record/text/plain" in data for data in published) == 1


def test_attributes_are_escaped():
    assert attributes({"class": 'a"b<c'}) == ' class="a&quot;b&lt;c"'
