"""Chapters 50 and 60 as pages: what a segment page holds, and a sentence about hidden amounts that stands once."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from jeugd_analysis.chapters import savings, savings_local, savings_timeline
from jeugd_analysis.chapters.segment_contracts import Contract
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store

PERIOD, REGION, SMALL = "2026-K3", "GM0000", "GM1842"
NAMES = {"S1": "Verblijf", "S2": "Ggz", "S3": "Dag"}


def headings(text: str) -> list[str]:
    return re.findall(r"^#{2,} (.*)", text, re.MULTILINE)


def rewrite(store: Store, name: str, before: str, after: str) -> None:
    path = store.project / "data" / "reference" / name
    told = path.read_text("utf8")
    assert before in told
    path.write_text(told.replace(before, after, 1), "utf8")


def test_hidden_keys_are_said_once_and_leave_no_empty_heading(in_example, page):
    # A hundredth of the region: the cost of small municipalities is hidden, so no key can be compared.
    text = page("60_verdeelsleutel", municipality=SMALL, period=PERIOD)
    assert text.count("Verdeelsleutels zijn hier niet te vergelijken") == 1
    assert headings(text) == [
        "Sleutels naast elkaar", "De kosten van het project", "Per jeugdige betalen of een vast bedrag?",
        "Wat u bij een vast bedrag niet meer ziet", "Aannames",
    ]  # fmt: skip


def test_hidden_costs_are_said_once_on_the_page_about_savings(in_example, page, monkeypatch):
    monkeypatch.setattr(Store, "release", hidden_release(Store.release))
    text = page("50_besparing", municipality=SMALL, period=PERIOD, segment="alle")
    assert text.count("De kosten in Midden-Delfland zijn geheim") == 1
    assert not {"Hoe zeker is het?", "Wat moet er kloppen?", "Tempo en effect"} & set(headings(text))
    assert "In dit deel telt ook mee" not in text
    assert {"De opgave per jaar", "De maatregelen in het rekenvoorbeeld", "Aannames"} <= set(headings(text))


def hidden_release(real):
    """The release with every amount of the small municipality hidden."""

    def read(store: Store, quarter: Quarter) -> pd.DataFrame:
        cells = real(store, quarter).copy()
        cells.loc[cells["area"] == SMALL, "amount_published"] = pd.NA
        return cells

    return read


@pytest.mark.parametrize("code", ["S1", "S5"])
def test_a_segment_page_holds_its_own_and_one_line_for_the_rest(in_example, page, code):
    text = page("50_besparing", municipality=REGION, period=PERIOD, segment=code)
    assert not {"Waar de opgave vandaan komt", "Prijspeil", "Eigen opgave van een gemeente"} & set(headings(text))
    assert text.count("op de pagina over alle segmenten samen") == 1
    assert {
        "De opgave per jaar", "Fasering: een rekenvoorbeeld", "Hoe zeker is het?", "Wat moet er kloppen?",
        "Welke aanname weegt het zwaarst?", "Doelen, bekostiging en inkoop per segment", "Contract per segment",
        "Stappen naar het contract van dit segment",
    } <= set(headings(text))  # fmt: skip
    assert "Het nieuwe contract begint op 1 januari 2027. Dat is nog niet zeker." in text


def test_the_page_of_all_segments_has_no_steps_of_one(in_example, page):
    text = page("50_besparing", municipality=REGION, period=PERIOD, segment="alle")
    assert "Stappen naar het contract van dit segment" not in headings(text)
    assert {"Waar de opgave vandaan komt", "Prijspeil", "Contract per segment"} <= set(headings(text))


def test_steps_of_a_segment_are_those_about_it(own_project):
    # planning.csv: every step of a route is about all segments; of the dated steps on funding, one is about S1-S4 only.
    counts = {}
    for code in ("S1", "S5"):
        finding = savings_timeline.segment_timeline(REGION, PERIOD, code)
        counts[code] = (
            finding.table.partition("Stappen naar nieuwe contracten")[2].partition("</table>")[0].count("<tr")
        )
    assert counts["S1"] - counts["S5"] == 1
    assert "onder voorbehoud" in finding.table


def test_measures_of_a_segment_stand_beside_its_contract(own_project):
    # Four quarters after the contract, and full effect in the last of the eight quarters of growth.
    finding = savings_timeline.segment_timeline(REGION, PERIOD, "S4")
    assert (
        "begint de eerste maatregel in 2028-K1. Vanaf 2029-K4 werkt alles volledig."
        in finding.texts["segment_tijdlijn_zin"]
    )
    rewrite(own_project, "contracts.csv", "S4,,", "S4,2029-K1,")
    moved = savings_timeline.segment_timeline(REGION, PERIOD, "S4")
    assert "begint de eerste maatregel in 2030-K1. Vanaf 2031-K4" in moved.texts["segment_tijdlijn_zin"]
    assert "2029-K1" in moved.table and "Stappen" in moved.table


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([("S1", (2027, 1), "x")], "Het nieuwe contract begint op 1 januari 2027. Dat is nog niet zeker."),
        ([("S1", (2027, 1), "besloten")], "Het nieuwe contract begint op 1 januari 2027."),
        (
            [("S1", (2027, 1), "x"), ("S2", (2027, 1), "besloten")],
            "Nieuwe contracten beginnen op 1 januari 2027. Dat is voor Verblijf nog niet zeker.",
        ),
        (
            [("S1", (2028, 3), "x"), ("S2", (2027, 1), "x"), ("S3", (2027, 1), "x")],
            "Nieuwe contracten beginnen op 1 januari 2027 voor Ggz en Dag en op 1 juli 2028 voor Verblijf. Dat is nog "
            "niet zeker.",
        ),
    ],
)
def test_when_contracts_begin_in_words(told, words):
    made = [Contract(segment=code, start=Quarter(*start), status=status) for code, start, status in told]
    assert savings_timeline.contract_words(made, NAMES) == words


@pytest.mark.parametrize(
    ("start", "words"),
    [
        # Six years, the path until 2033: from 2027 until 2032, from mid-2027 until mid-2033, from 2028 all of it.
        ("", "zeker tot en met 2032. De opgave loopt door tot en met 2033."),
        ("2027-K3", "zeker tot en met 30 juni 2033. De opgave loopt door tot en met 2033."),
        ("2028-K1", "zeker tot en met 2033. Dat is de hele looptijd van de opgave."),
    ],
)
def test_how_far_the_contract_of_a_segment_reaches(own_project, start, words):
    if start:
        rewrite(own_project, "contracts.csv", "S1,,", f"S1,{start},")
    assert words in savings.target(REGION, PERIOD, "S1").texts["opgave_contracten"]
    everything = savings.target(REGION, PERIOD, "alle").texts["opgave_contracten"]
    assert ("en waar ze later beginnen" in everything) == bool(start)


def test_a_note_on_a_local_target_stands_once(own_project):
    source = savings_local.local_targets("GM0637", PERIOD, "alle").source
    assert source.count("Taakstelling uit de Perspectiefnota 2025") == 1 and "daarna elk jaar" in source
