"""Chapter 00: five points and one table, right for every area and for what cannot be told."""

from __future__ import annotations

import re

import pytest

from jeugd_analysis.chapters import summary
from jeugd_analysis.present.finding import Finding
from tests.unit.chapters.readable import NO_NUMBER

PERIOD = "2026-K3"
POINTS = {"jeugdigen", "kosten", "waarom", "komt", "opgave", "besparing"}


def test_every_area_has_all_points_in_whole_sentences(in_example):
    for area in in_example.region.areas:
        texts = summary.main_points(area.code, PERIOD).texts
        assert {name.removeprefix("samenvatting_") for name in texts} == POINTS
        for text in texts.values():
            assert text.endswith(".") and ".." not in text and "  " not in text
            assert not NO_NUMBER.search(text)


def test_the_table_has_the_last_years_that_are_settled(in_example):
    """2026-K3: the last year of which hardly any claim is still to come is 2025."""
    for area in in_example.region.areas:
        finding = summary.key_figures(area.code, PERIOD)
        assert re.findall(r'<th scope="row">(\d{4})</th>', finding.table) == ["2021", "2022", "2023", "2024", "2025"]
        assert finding.title == f"{area.name} in cijfers: 2021 tot en met 2025"
        assert not NO_NUMBER.search(finding.table)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            Finding(name="f", title="Naar schatting komt er nog € 1,0 mln aan declaraties binnen"),
            "Naar schatting komt er nog € 1,0 mln aan declaraties binnen. "
            "De laatste kwartalen zijn dus nog niet compleet.",
        ),
        (
            Finding(name="f", title="Er komen naar schatting geen declaraties meer binnen"),
            "Er komen naar schatting geen declaraties meer binnen.",
        ),
        (Finding(name="f", texts={"groei_komt_zin": "Wat er nog komt, is geheim."}), "Wat er nog komt, is geheim."),
    ],
    ids=["some", "none", "hidden"],
)
def test_incomplete_quarters_are_told_only_when_something_is_to_come(in_example, monkeypatch, found, said):
    monkeypatch.setattr(summary, "still_to_come", lambda *_: found)
    assert summary.main_points("GM0637", PERIOD).texts["samenvatting_komt"] == said


def test_an_example_is_called_that_only_where_there_is_one(in_example, monkeypatch):
    shown = Finding(name="f", title="Nog te vinden", texts={"fasering_zin": "Nog te vinden."})
    hidden = Finding(name="f", texts={"fasering_zin": "De kosten zijn geheim."})
    told = []
    for finding in (shown, hidden):
        monkeypatch.setattr(summary, "phasing", lambda *_, finding=finding: finding)
        told.append(summary.main_points("GM0637", PERIOD).texts["samenvatting_besparing"])
    assert told[0].startswith("Nog te vinden. Dat is geen besluit") and told[1] == "De kosten zijn geheim."


def test_without_two_comparable_years_there_is_no_why(in_example, monkeypatch):
    monkeypatch.setattr(summary, "latest_pair", lambda _: None)
    assert summary.main_points("GM0637", PERIOD).texts["samenvatting_waarom"] == summary.NO_PAIR


def test_breaks_between_the_years_are_told(in_example):
    """data/reference/breaks.csv: 2022 for every area, 2024 for those where schools got a budget."""
    assert summary.key_figures("GM0637", PERIOD).texts["samenvatting_breuken"].startswith("Vanaf 2022 en 2024 is")
    assert summary.key_figures("GM1916", PERIOD).texts["samenvatting_breuken"].startswith("Vanaf 2022 is anders")
