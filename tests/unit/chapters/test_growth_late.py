"""What is still to come: right for more, less, nothing and hidden; for years, for youths and in the split."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from jeugd_analysis.chapters import growth, growth_shift
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_late import late_words
from jeugd_analysis.chapters.growth_years import year_words, years_to_come
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store
from tests.growth_book import PLACE, REGION, contracts, estimates, released, usage_of, write

NAMES = {"volume": "volume", "intensity": "intensiteit", "mix": "mix", "indexation": "indexatie"}
NOTHING = dict.fromkeys([*NAMES, "total"], 0)
SPRING = Quarter(2021, 1)  # 2020 has ended a quarter ago: its claims are not all in
YEARS = [{"year": year, "clients": 1000, "units": 10_000, "tariff": 1_000_000} for year in (2019, 2020)]


@pytest.fixture
def project(own_project: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    (own_project.project / "data" / "reference" / "breaks.csv").write_text(
        "year,areas,measures,label,explanation,left_out,source\n", "utf8"
    )
    monkeypatch.setattr("jeugd_analysis.chapters.edition.is_example", lambda store, quarter: False)
    return own_project


# -- the split -------------------------------------------------------------------------------------


def test_what_comes_in_is_told_with_the_largest_parts_first():
    told = late_words({**NOTHING, "intensity": 43_000_000, "volume": 10_000_000, "total": 55_000_000}, NAMES)
    assert "komt het totaal €\u00a0550.000 hoger uit, vooral door intensiteit (+" in told
    assert told.index("intensiteit") < told.index("volume") and "mix" not in told


def test_what_is_taken_back_is_told_as_lower():
    told = late_words({**NOTHING, "intensity": -2_000_000, "total": -2_000_000}, NAMES)
    assert "komt het totaal €\u00a020.000 lager uit" in told and "(−" in told


def test_parts_that_cancel_leave_the_total():
    told = late_words({**NOTHING, "intensity": 2_000_000, "volume": -2_000_000}, NAMES)
    assert "blijft het totaal ongeveer gelijk, vooral door" in told


def test_a_total_without_a_part_names_none():
    assert "hoger uit. De marges" in late_words({**NOTHING, "total": 1_000_000}, NAMES)


def test_nothing_to_come_and_hidden():
    assert "bijna alle declaraties binnen" in late_words(NOTHING, NAMES)
    assert "niet te tonen" in late_words({**NOTHING, "total": pd.NA}, NAMES)


# -- a year that is not complete -------------------------------------------------------------------


def year(project: Store, *, clients: int = 1000) -> Edition:
    rows = [{**row, "clients": clients} for row in YEARS]
    told = pd.DataFrame([
        {"area": PLACE, "year": "2019", "latest": 1e9, "ultimate": 1e9, "low": 1e9, "high": 1e9},
        {"area": PLACE, "year": "2020", "latest": 1e10, "ultimate": 1.024e10, "low": 1.016e10, "high": 1.033e10},
    ])  # fmt: skip
    write(project, SPRING, contracts(rows), told={**estimates(2017, 2018), "run_off_year": told})
    return Edition.open(PLACE, SPRING.label)


def test_a_year_that_is_not_complete_has_an_estimate_and_a_band(project):
    shown = years_to_come(year(project), ["2019", "2020"])
    # Published are 100 mln; what is to come is 2.4 mln, from 1.6 to 3.3.
    assert shown.frame.to_numpy().tolist() == [["2020", 10_240_000_000, 10_160_000_000, 10_330_000_000]]
    assert year_words(shown).replace("\u00a0", " ") == (
        "Met wat nog komt, kost 2020 naar schatting € 102,4 mln (band van 80%: € 101,6 mln tot € 103,3 mln)."
    )


def test_a_year_of_too_few_youths_has_none(project):
    shown = years_to_come(year(project, clients=9), ["2019", "2020"])
    assert shown.frame["expected"].isna().all() and not year_words(shown)


def test_the_figure_of_years_shows_reported_estimate_and_band(project):
    year(project)
    finding = growth.cost_per_year(PLACE, SPRING.label)
    assert "Met wat nog komt, kost 2020 naar schatting" in finding.texts["kosten_zin"]
    drawn = [row for layer in finding.chart["layer"] for row in layer.get("data", {}).get("values", [])]
    drawn = drawn or finding.chart["data"]["values"]
    last = next(row for row in drawn if row["period"] == "2020")
    assert (last["million"], last["expected"], last["low"], last["high"]) == (100, 102.4, 101.6, 103.3)
    assert "diamond" in str(finding.chart) and "streep: de band" in finding.unit


def test_a_complete_year_has_no_diamond(project):
    write(project, Quarter(2021, 2), contracts(YEARS))
    finding = growth.cost_per_year(PLACE, "2021-K2")
    assert "diamond" not in str(finding.chart) and "streep" not in finding.unit


# -- youths ----------------------------------------------------------------------------------------


def youths(project: Store, *quarters: tuple[str, int, float, float, float]):
    """Quarter, youths known, and the estimate with its band."""
    cells = contracts(YEARS)
    write(project, SPRING, cells)
    rows = pd.DataFrame([
        {"area": PLACE, "period_kind": "kwartaal", "period": name, "dimension": "totaal", "level": "alle",
         "youths": known, "amount_cents": 100_000_000}
        for name, known, *_ in quarters
    ])  # fmt: skip
    both = pd.concat([usage_of(cells), rows], ignore_index=True)
    project.write_marts(SPRING, {"usage": both, "contract_cells": cells}, "proef")
    project.write_release(SPRING, released(both), "proef")
    told = pd.DataFrame([
        {"area": PLACE, "period_kind": "kwartaal", "period": name, "latest": known, "ultimate": end,
         "standard_error": 1.0, "low": low, "high": high}
        for name, known, end, low, high in quarters
    ])  # fmt: skip
    project.write_estimates(SPRING, {**estimates(2017, 2018), "youths_to_come": told}, "proef")
    return growth.youths_to_come(PLACE, SPRING.label)


def rows(table: str) -> list[list[str]]:
    body = table.partition("<tbody>")[2]
    cells = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in body.split("</tr>") if "<th" in row]
    return [[cell.replace("&lt;", "<") for cell in row] for row in cells]


def test_known_and_to_come_add_up_in_rounded_numbers_and_the_band_is_rounded_outwards(project):
    finding = youths(project, ("2020-K4", 243, 243, 243, 243), ("2021-K1", 162, 203.4, 197.2, 211.0))
    # 162 is published as 160. To come is 160 x 41.4 / 162 = 40.9: 40; from 160 x 35.2 / 162 = 34.8 to 48.4 is 30 to 50.
    assert rows(finding.table) == [
        ["2020-K4", "245", "0", "245", "245"],
        ["2021-K1", "160", "40", "200", "190 tot 210"],
    ]
    assert finding.title == "Over 2021-K1 komen er naar schatting nog 40 jeugdigen bij"


def test_a_few_to_come_have_no_number(project):
    finding = youths(project, ("2021-K1", 162, 166.0, 163.0, 170.0))
    assert rows(finding.table)[0][2] == "<10"
    assert finding.title == "Over 2021-K1 komt er naar schatting nog een enkele jeugdige bij"


def test_all_known_and_hidden(project):
    assert "alle jeugdigen bekend" in youths(project, ("2021-K1", 162, 162.0, 162.0, 162.0)).title
    finding = youths(project, ("2020-K4", 162, 162.0, 162.0, 162.0), ("2021-K1", 7, 9.0, 8.0, 12.0))
    assert rows(finding.table)[1] == ["2021-K1", *["geheim"] * 4]
    assert "2020-K4" in finding.title
    only = youths(project, ("2021-K1", 7, 9.0, 8.0, 12.0))
    assert not only.table and "niet te schatten" in only.texts["groei_jeugdigen_zin"]


def test_an_area_without_an_estimate_says_so(project):
    youths(project, ("2021-K1", 162, 162.0, 162.0, 162.0))
    finding = growth.youths_to_come(REGION, SPRING.label)
    assert not finding.table and "niet te toetsen" in finding.texts["groei_jeugdigen_toets"]


# -- between municipalities ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (4_000_000, "hulp meer kost per jeugdige. Dat verhoogde"),
        (-4_000_000, "hulp minder kost per jeugdige. Dat verlaagde"),
        (0, "veranderde de kosten van de regio niet"),
    ],
)
def test_a_shift_reads_right_for_every_sign(cents, words):
    told = growth_shift._words(cents)
    assert words in told and ("40.000" in told) == (cents != 0) and "−" not in told


def test_a_municipality_is_told_that_only_the_region_can_see_it(project):
    write(project, SPRING, contracts(YEARS))
    finding = growth.shift_between_municipalities(PLACE, SPRING.label)
    assert not finding.table and "alleen voor de hele regio" in finding.texts["groei_verschuiving_zin"]
