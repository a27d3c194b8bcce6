"""Chapter 55: the ledger of 2019 to the euro, its two differences, and amounts that can be made again."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.chapters import measures, measures_kinds
from jeugd_analysis.chapters.savings_plan import plan_of
from jeugd_analysis.present.finding import Finding

ROOT = Path(__file__).resolve().parents[3]
PERIOD, REGION = "2026-K3", "GM0000"


@pytest.fixture(autouse=True)
def _in_example(in_example):
    """All findings read the store of the example region."""


def rows(finding: Finding, table: int = 0) -> list[list[str]]:
    """One of its tables as plain text, row by row."""
    body = finding.table.split("<tbody>")[table + 1].partition("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("</tr>")]
    return [[unescape(cell).replace("\u00a0", " ") for cell in row] for row in cells if row]


def words(finding: Finding) -> str:
    return " ".join(finding.texts.values()).replace("\u00a0", " ")


def test_the_totals_of_the_published_table():
    told = measures.ledger(REGION, PERIOD)
    # Zoetermeer, Actieplan Taskforce Jeugd (2019), table 1.
    assert rows(told)[-1] == ["Samen", "€ 6.033.600", "€ 483.000", "€ 1.950.000", "€ 225.000", "€ 3.375.600"]
    assert rows(told, 1)[-1] == ["Samen", "€ 1.187.000", "€ 258.000", "–", "–"]
    assert len(rows(told)) == 17 + 1


def test_every_kind_of_amount_has_its_own_column():
    by_name = {row[0].partition(".")[0]: row[1:] for row in rows(measures.ledger(REGION, PERIOD))}
    assert by_name["3"] == ["€ 109.000", "€ 182.000", "–", "–", "−€ 73.000"]
    assert by_name["8"] == ["€ 2.385.000", "€ 0", "€ 1.950.000", "–", "€ 435.000"]
    assert by_name["17"] == ["€ 400.000", "€ 0", "–", "€ 225.000", "€ 175.000"]


def test_the_two_differences_and_the_two_halves_are_explained():
    finding = measures.differences(REGION, PERIOD)
    assert "Bij 15 van de 17 maatregelen is netto gelijk aan bruto min benodigd" in words(finding)
    assert "maatregel 8 scheelt het € 1.950.000: een groot deel stond al in de begroting" in words(finding)
    assert "maatregel 17 scheelt het € 225.000, zonder uitleg" in words(finding)
    assert "Bij maatregel 3 en 11 is het bedrag al het deel van de gemeente" in words(finding)
    assert [row[0].partition(".")[0] for row in rows(finding)] == ["3", "8", "11", "17"]


def test_two_amounts_can_be_made_again():
    finding = measures_kinds.recalculated(REGION, PERIOD)
    # 182,000 x 1.2 = 218,400, rounded 218,000; half is 109,000; less 182,000. And 670,000 less 220,000.
    assert [row[2:] for row in rows(finding)] == [
        ["−€ 73.000", "−€ 73.000", "ja"],
        ["€ 450.000", "€ 450.000", "ja"],
    ]
    assert "€ 147.000 en 4% een bedrag van € 3.675.000" in words(finding)  # 147,000 / 0.04


def test_what_a_million_becomes_under_each_kind():
    net = {row[0]: row[2] for row in rows(measures_kinds.kinds(REGION, PERIOD))}
    assert net["Lager pgb-tarief"] == "€ 118.000"  # 10/85
    assert net["Maximum aan uren"] == "€ 400.000"  # 60 of 150 hours are above 30
    assert net["Regionaal in plaats van landelijk"] == "€ 50.000"  # a quarter, a fifth cheaper
    assert net["Verlengde hulp eerder stoppen"] == "€ 180.000"  # 300,000 less 40 % of it
    assert net["Naar de Wlz"] == "€ 580.000"  # 12 of 20 x 50,000, less 20 x 1,000


def test_overlap_is_less_than_the_sum_and_adds_up():
    finding = measures_kinds.overlap(REGION, PERIOD)
    base = int(plan_of(REGION, PERIOD, "alle").costs["S5"]) / 100
    told = [float(part.replace(".", "")) for part in re.findall(r"€ ([\d.]+)", words(finding))]
    # 4 % and 2.5 % of one base: 1 - 0.96 x 0.975 = 6.4 %, not 6.5 %.
    assert told == pytest.approx([base * 0.065, base * 0.064, base * 0.001], abs=1500)
    assert [row[0] for row in rows(finding)] == ["Kortere trajecten (normenkader)", "Meer hulp door lokale teams"]


def test_no_earlier_plan_tells_an_outcome_per_measure():
    finding = measures.earlier_plans(REGION, PERIOD)
    assert "Van 2 van de 5 eerdere plannen is de uitkomst bekend" in words(finding)
    goals = {row[0]: row[1] for row in rows(finding)}
    assert "€ 3.375.600" in goals["Actieplan van de Taskforce Jeugd van Zoetermeer (2019)"]


def test_only_segments_of_today_are_counted():
    # Measures 4, 5, 7, 8, 9 and 16; 13 and 15 lie outside the segments (data/reference/measures_2019.csv).
    assert "werken er 6 op één van de segmenten" in words(measures.details(REGION, PERIOD))


@pytest.mark.parametrize(("value", "text"), [(pd.NA, "–"), (0, "€ 0"), (-73000, "−€ 73.000"), (1950000, "€ 1.950.000")])
def test_whole_euros_as_in_the_source(value, text):
    assert measures.whole_euro(value).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    "make",
    [
        measures.ledger, measures.differences, measures.details, measures.earlier_plans, measures_kinds.recalculated,
        measures_kinds.kinds, measures_kinds.overlap,
    ],
    ids=lambda make: make.__name__,
)  # fmt: skip
def test_every_finding_works_for_every_area(in_example, make):
    for area in in_example.region.areas:
        assert words(make(area.code, PERIOD)).strip()


def test_a_neutral_score_is_no_missing_one(own_project):
    # Table 1 of the plan: measure 5 has a 0, its legend says neutral; measure 4 has two plus signs.
    table = measures.ledger("GM0000", "2026-K3").table
    second = table.split("<tbody>")[2]
    rows = {row.split("</th>")[0].rpartition(">")[2]: row for row in second.split("</tr>")}
    assert ">0<" in rows["5. Ggz-expertise op locatie"] and ">++<" in rows["4. Onderwijs-jeugdarrangementen"]
