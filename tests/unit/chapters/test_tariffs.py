"""Tariffs over contracts that match: index numbers by hand, what stands beside them, and what cannot be compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from jeugd_analysis.chapters import tariffs, tariffs_beside, tariffs_parts
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.tariffs_exact import contract_years, published, runs
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.store import Store

ROOT = Path(__file__).resolve().parents[3]
PLACE, REGION, LAST = "GM0637", "GM0000", Quarter(2026, 3)
FINDINGS = (
    tariffs.index, tariffs_beside.advice, tariffs_parts.per_segment, tariffs_parts.in_euros, tariffs_beside.formulas,
)  # fmt: skip
# Contract (provider, segment) -> year -> units and price per unit in euro.
Contracts = Mapping[tuple[str, str], Mapping[int, tuple[int, float]]]

# A and C go from 100 to 110 with equal units, B from 200 to 210 with twice as many (units in thousands):
#   Laspeyres = (1100 + 2100 + 1100) / (1000 + 2000 + 1000) = 1.0750; Paasche = (1100 + 4200 + 1100) / 6000 = 1.0667;
#   Fisher = the root of 1.14667 = 1.07083; Törnqvist = 1.1^0.421875 x 1.05^0.578125 = 1.07081.
THREE: Contracts = {
    ("A", "S5"): {2024: (10_000, 100), 2025: (10_000, 110)},
    ("B", "S5"): {2024: (10_000, 200), 2025: (20_000, 210)},
    ("C", "S5"): {2024: (10_000, 100), 2025: (10_000, 110)},
}
DOWN: Contracts = {key: {2024: years[2025], 2025: years[2024]} for key, years in THREE.items()}


def same(price: Mapping[int, float]) -> Contracts:
    """Three equal contracts with these prices."""
    return {(name, "S5"): {year: (10_000, value) for year, value in price.items()} for name in "ABC"}


def cells(told: Contracts, clients: int = 100) -> pd.DataFrame:
    rows = [
        {
            "municipality": PLACE, "segment": segment, "product": "54001", "unit": "04",
            "provider": f"0000000{ord(name) % 10}", "year": year, "clients": clients, "units": units,
            "amount_cents": round(units * price * 100),
        }
        for (name, segment), years in told.items()
        for year, (units, price) in years.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def usage(contracts: pd.DataFrame) -> pd.DataFrame:
    """Youths and cost of the whole and of each segment, of the municipality and as the region."""
    whole = contracts.assign(dimension="totaal", level="alle")
    parts = contracts.assign(dimension="segment", level=contracts["segment"])
    rows = pd.concat([whole, parts]).assign(period=lambda frame: frame["year"].astype(str), period_kind="jaar")
    keys = ["period_kind", "period", "dimension", "level"]
    told = rows.groupby(keys, as_index=False).agg(youths=("clients", "sum"), amount_cents=("amount_cents", "sum"))
    return pd.concat([told.assign(area=PLACE), told.assign(area=REGION)], ignore_index=True)


def released(told: pd.DataFrame, hidden: Sequence[str]) -> pd.DataFrame:
    secret = told["level"].isin(list(hidden))
    return told.assign(
        published=told["youths"].astype("Int64").mask(secret), status="rounded", amount_status="rounded",
        amount_published=told["amount_cents"].astype("Int64").mask(secret),
    )  # fmt: skip


@pytest.fixture
def project(own_project: Store) -> Store:
    """A project of its own with our reference data, in which 2025 has an indexation of 5 %; without deliveries."""
    told = "year,percent,status,source\n2025,5.00,aanname,proef\n"
    write(own_project.project / "data" / "reference" / "indexation.csv", told)
    return own_project


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf8")


def broken(project: Store, years: Sequence[int]) -> None:
    header = "year,areas,measures,label,explanation,left_out,source\n"
    rows = "".join(f"{year},*,tariff,{year}: proef,Een proef.,,proef\n" for year in years)
    write(project.project / "data" / "reference" / "breaks.csv", header + rows)


@pytest.fixture
def said(project: Store) -> Callable[..., Finding]:
    """A finding over these contracts."""

    def make(
        finding: Callable[[str, str], Finding], told: Contracts, hidden: Sequence[str] = (), clients: int = 100
    ) -> Finding:
        contracts = cells(told, clients)
        project.write_marts(LAST, {"contract_cells": contracts, "usage": usage(contracts)}, "proef")
        project.write_release(LAST, released(usage(contracts), hidden), "proef")
        nothing = pd.DataFrame(columns=["area", "base", "compare", "effect", "estimate", "low", "high"])
        project.write_estimates(LAST, {"growth_interval": nothing}, "proef")
        return finding(PLACE, LAST.label)

    return make


def rows(finding: Finding) -> list[list[str]]:
    """The table as text, row by row."""
    return [
        re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row.replace("\u00a0", " ").replace("\u2060", ""))
        for row in str(finding.table).split("</tr>")
        if "<td" in row
    ]


def words(finding: Finding) -> str:
    return " ".join(finding.texts.values()).replace("\u00a0", " ").replace("\u2060", "")


# -- the index -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "title", "agreed"),
    [
        (THREE, "stegen de tarieven met 7,1%", "2,1 procentpunt hoger"),
        (DOWN, "daalden de tarieven met 6,6%", "11,6 procentpunt lager"),  # 1 / 1.07083 = 0.93385
        (same({2024: 100, 2025: 100}), "bleven de tarieven gelijk", "5,0 procentpunt lager"),
        (same({2024: 100, 2025: 105}), "stegen de tarieven met 5,0%", "Dat is ongeveer evenveel."),
    ],
    ids=["rise", "fall", "no change", "as agreed"],
)
def test_the_fisher_index_and_what_was_agreed(said, told, title, agreed):
    finding = said(tariffs.index, told)
    assert finding.title == f"Van 2024 naar 2025 {title}"
    assert "Dit boek rekent voor 2025 met een indexatie van 5,00% (aanname)." in words(finding) and agreed in words(
        finding
    )


def test_a_new_contract_says_nothing_about_tariffs_and_lowers_what_is_compared(said):
    # The new contract has 1.6 of 8 million euro in 2025: 80 % is compared.
    finding = said(tariffs.index, {**THREE, ("D", "S5"): {2025: (10_000, 160)}})
    assert rows(finding)[0][:3] == ["2024-2025", "7,08%", "80%"]
    assert "ongeveer 80% van de kosten" in words(finding)


def test_a_small_part_is_called_small(said):
    finding = said(tariffs.index, {**THREE, ("D", "S5"): {2025: (100_000, 160)}})  # 6.4 of 22.4 million: 28.6 %
    assert "ongeveer 30% van de kosten. Dat is weinig" in words(finding)


def test_the_index_starts_again_after_a_break(said, project):
    broken(project, [2023])
    told = same({2021: 100, 2022: 110, 2023: 50, 2024: 55, 2025: 66})
    finding = said(tariffs.index, told)
    assert [row[:2] for row in rows(finding)] == [
        ["2021-2022", "10,00%"], ["2023-2024", "10,00%"], ["2024-2025", "20,00%"],
    ]  # fmt: skip
    points = [row for layer in finding.chart["layer"] for row in layer["data"]["values"] if "stand" in row]
    own = {row["jaar"]: round(row["stand"], 2) for row in points if row["reeks"] == "Tarieven"}
    assert own == {"2021": 100, "2022": 110, "2023": 100, "2024": 110, "2025": 132}  # 1.1 x 1.2


def test_a_series_is_only_drawn_where_every_year_of_a_run_is_known(said):
    finding = said(tariffs.index, same({2024: 100, 2025: 105}))
    points = [row for layer in finding.chart["layer"] for row in layer["data"]["values"] if "stand" in row]
    assert {row["reeks"]: round(row["stand"], 2) for row in points if row["jaar"] == "2025"} == {
        "Tarieven": 105, "Indexatie": 105, "OVA": 104.18, "PPC": 101.82, "VNG 90/10": 103.94,
    }  # fmt: skip


def test_a_year_far_from_what_was_agreed_is_named(said, project):
    broken(project, [2023])
    write(
        project.project / "data" / "reference" / "indexation.csv",
        "year,percent,status,source\n2024,2.00,aanname,a\n2025,5.00,aanname,a\n",
    )
    finding = said(tariffs.index, same({2023: 100, 2024: 110, 2025: 115.5}))
    assert "in 2024 8,0 procentpunt meer (indexatie: aanname)" in finding.texts["tarief_eerder"]
    assert said(tariffs.index, same({2023: 100, 2024: 102.5, 2025: 110})).texts["tarief_eerder"] == ""


def test_only_of_example_data_is_it_said_that_they_were_made_so(said, monkeypatch):
    told = same({2024: 100, 2025: 105})
    real = words(said(tariffs.index, told))
    monkeypatch.setattr("jeugd_analysis.chapters.edition.is_example", lambda store, quarter: True)
    example = words(said(tariffs.index, told))
    assert "voorbeelddata" not in real and "volgen de tarieven die indexatie: zo zijn ze gemaakt" in example


@pytest.mark.parametrize(
    ("told", "hidden", "clients"),
    [
        (THREE, ("alle",), 100),
        (THREE, (), 3),
        ({key: years for key, years in THREE.items() if key[0] != "C"}, (), 100),
        ({**THREE, ("B", "S5"): {2024: (10_000_000, 200), 2025: (20_000_000, 210)}}, (), 100),
    ],
    ids=["hidden", "nine youths", "two providers", "one large provider"],
)
def test_an_index_that_tells_of_few_is_not_shown(said, told, hidden, clients):
    finding = said(tariffs.index, told, hidden, clients)
    assert finding.title.endswith("is niet te tonen") and rows(finding)[0][1:3] == ["–", "–"]
    assert "7,1" not in words(finding) + str(finding.chart)
    assert "niet te tonen" in words(said(tariffs_beside.advice, told, hidden, clients))


@pytest.mark.parametrize("finding", FINDINGS)
def test_nothing_is_compared_across_a_break(said, project, finding):
    broken(project, [2025])
    told = said(finding, THREE)
    assert "%" not in words(told) and not told.table and told.chart is None
    assert re.search(r"geen (twee|drie) jaren", words(told))


def test_runs_of_years_end_at_a_break_and_at_a_missing_year(said, project):
    broken(project, [2020])
    said(tariffs.index, same({2017: 1, 2018: 1, 2020: 1, 2021: 1, 2023: 1, 2026: 1}))
    assert runs(Edition.open(PLACE, LAST.label)) == [[2017, 2018], [2020, 2021], [2023]]  # 2026 has not ended


def test_a_renamed_product_is_the_same_contract(said, project):
    text = "product,unit,to_product,to_unit,factor,valid_from,source\n54001,04,54X01,01,60,2025-01-01,proef\n"
    write(project.project / "data" / "reference" / "crosswalk.csv", text)
    contracts = cells(THREE)
    new = contracts["year"].eq(2025)
    contracts.loc[new, ["product", "unit"]] = ["54X01", "01"]
    contracts.loc[new, "units"] *= 60
    told = usage(contracts)
    project.write_marts(LAST, {"contract_cells": contracts, "usage": told}, "proef")
    project.write_release(LAST, released(told, ()), "proef")
    assert tariffs.index(PLACE, LAST.label).title.endswith("stegen de tarieven met 7,1%")


def test_euros_have_no_tariff(said):
    said(tariffs.index, THREE)
    edition = Edition.open(PLACE, LAST.label)
    contracts = cells(THREE).assign(unit="83")
    edition.store.write_marts(LAST, {"contract_cells": contracts, "usage": usage(contracts)}, "proef")
    assert contract_years(edition, [2024, 2025]).empty


# -- beside what is published --------------------------------------------------------------------


def test_published_indexes_keep_their_status_and_a_mistake_is_left_out(said):
    said(tariffs.index, THREE)
    told = published(Edition.open(PLACE, LAST.label))
    assert (told["OVA", 2024].percent, told["OVA", 2024].status) == (6.00, "definitief")
    assert (told["VNG 90/10", 2025].percent, told["VNG 90/10", 2025].status) == (3.944, "voorlopig")
    assert told["VNG 90/10 met nacalculatie", 2025].percent == 4.96  # 4.91 was taken back on 2 October 2024


def test_every_index_with_its_distance_and_formula(said):
    finding = said(tariffs_beside.advice, same({2024: 100, 2025: 104.18}))
    assert [row[:4] for row in rows(finding)] == [
        ["Indexatie", "5,00%", "aanname", "−0,82"],
        ["OVA", "4,18%", "voorlopig", "0,00"],
        ["PPC", "1,82%", "voorlopig", "+2,36"],
        ["VNG 90/10", "3,94%", "voorlopig", "+0,24"],
        ["VNG 90/10 met nacalculatie", "4,96%", "toe te passen", "−0,78"],
    ]
    assert finding.texts["tarief_naast_zin"] == (
        "De tarieven stegen in 2025 met 4,2%. Dat is meer dan de PPC en VNG 90/10; ongeveer evenveel als de OVA; "
        "minder dan de indexatie van dit boek en VNG 90/10 met nacalculatie."
    )
    assert "90% OVA en 10% PPC. Met de OVA (voorlopig) en de PPC (voorlopig) van 2025 is dat 3,94%." in words(finding)


def test_words_fit_a_fall_and_a_year_without_any_index(said, project):
    assert words(said(tariffs_beside.advice, DOWN)).startswith(
        "De tarieven daalden in 2025 met 6,6%. Dat is minder dan"
    )
    assert words(said(tariffs_beside.advice, same({2024: 1, 2025: 1}))).startswith("De tarieven bleven in 2025 gelijk.")
    write(project.project / "data" / "reference" / "indexation.csv", "year,percent,status,source\n")
    write(project.project / "data" / "published" / "indexation.csv", "year,series,status,percent,source\n")
    finding = said(tariffs_beside.advice, THREE)
    assert "Over 2025 is geen index bekend" in words(finding) and "niet na te rekenen" in words(finding)
    assert "Voor 2025 is geen indexatie opgegeven." in words(said(tariffs.index, THREE))


# -- formulas ------------------------------------------------------------------------------------


def test_four_formulas_at_once_and_in_steps(said, project):
    # A and C go 100, 50, 100 and have four times the units in between; B stays. In steps Laspeyres is
    # (500 + 1000 + 500) / 3000 = 2/3, then (4000 + 1000 + 4000) / (2000 + 1000 + 2000) = 9/5: 1.2, a drift of 20 %.
    # Paasche: (2000 + 1000 + 2000) / (4000 + 1000 + 4000) = 5/9, then 3000 / 2000: 0.8333. Fisher: the root of 1.
    broken(project, [])
    there_and_back = {2023: (10_000, 100), 2024: (40_000, 50), 2025: (10_000, 100)}
    told = {("A", "S5"): there_and_back, ("B", "S5"): dict.fromkeys((2023, 2024, 2025), (10_000, 100))}
    finding = said(tariffs_beside.formulas, {**told, ("C", "S5"): there_and_back})
    found = {row[0]: row[1:5] for row in rows(finding)}
    assert found["Laspeyres"] == ["2023-2025", "0,00%", "20,00%", "20,00%"]
    assert found["Paasche"] == ["2023-2025", "0,00%", "−16,67%", "−16,67%"]
    assert found["Fisher"] == ["2023-2025", "0,00%", "0,00%", "0,00%"]
    assert "tot 36,7 procentpunt verschil" in words(finding)


def test_equal_formulas_are_called_equal_and_two_years_are_too_few(said, project):
    broken(project, [])
    finding = said(tariffs_beside.formulas, same({2023: 100, 2024: 110, 2025: 121}))
    assert finding.title == "De manier van rekenen maakt bijna geen verschil" and "21,00%" in words(finding)
    assert "geen drie jaren op rij" in words(said(tariffs_beside.formulas, THREE))


# -- per segment, and in euros -------------------------------------------------------------------


def two_segments(other: float) -> Contracts:
    """S5 rises by 10 %; S1 as told. Three providers in each."""
    rest = {(name, "S1"): {2024: (10_000, 100), 2025: (10_000, 100 * (1 + other))} for name in "ABC"}
    return {**same({2024: 100, 2025: 110}), **rest}


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (0.02, "De tarieven stegen het meest bij veelvoorkomende jeugdhulp: 10,00%"),
        (0.10, "in alle segmenten ongeveer evenveel. Het midden is 10,00%"),
        (-0.05, "Het minst was het bij jeugdhulp met verblijf: −5,00%"),
    ],
)
def test_tariffs_per_segment(said, project, other, sentence):
    contracts = cells(two_segments(other))
    contracts.loc[contracts["segment"].eq("S1"), "product"] = "43A11"
    told = usage(contracts)
    project.write_marts(LAST, {"contract_cells": contracts, "usage": told}, "proef")
    project.write_release(LAST, released(told, ()), "proef")
    finding = tariffs_parts.per_segment(PLACE, LAST.label)
    assert sentence in words(finding)
    assert {row[0] for row in rows(finding)} == {"Jeugdhulp met verblijf", "Veelvoorkomende jeugdhulp"}


def test_a_hidden_segment_has_no_index(said):
    finding = said(tariffs_parts.per_segment, THREE, ("S5",))
    assert rows(finding) == [["Veelvoorkomende jeugdhulp", "–", "geheim", "–"]]
    assert "niet te tonen" in words(finding)


@pytest.mark.parametrize(
    ("price", "title", "sentence", "last"),
    [
        # Three contracts of 1 million. A rise of 10 %, of which 5 % indexation: Shapley of 1.05 x (1.1 / 1.05) gives
        # 0.05 x (1 + 1.047619) / 2 = 5.119 % and 0.047619 x 2.05 / 2 = 4.881 %: € 153,571 and € 146,429.
        (110, "€ 300.000 duurder", "De indexatie was +€ 150.000. Daar bovenop kwam +€ 150.000.",
         ["+150", "+150", "+300"]),
        (105, "€ 150.000 duurder", "Dat is indexatie (+€ 150.000). Boven de indexatie veranderde er bijna niets.",
         ["+150", "ongeveer 0", "+150"]),
        # No rise: 0.05 x (1 + 1 / 1.05) / 2 = 4.881 % up and as much down, € 146,429.
        (100, "niet duurder of goedkoper", "De indexatie was +€ 150.000. De tarieven bleven daarbij € 150.000 achter.",
         ["+150", "−150", "ongeveer 0"]),
    ],
    ids=["above", "as agreed", "below"],
)  # fmt: skip
def test_what_is_indexation_and_what_is_harmonisation(said, price, title, sentence, last):
    finding = said(tariffs_parts.in_euros, same({2024: 100, 2025: price}))
    assert title in finding.title.replace("\u00a0", " ")
    assert sentence in words(finding)
    assert rows(finding)[-1] == ["Alle hulp samen", *last]
    assert "volgt uit het opgegeven percentage van 2025: 5,00% (aanname)" in words(finding)


def test_hidden_cost_has_no_split_in_euros(said):
    finding = said(tariffs_parts.in_euros, THREE, ("alle", "S5"))
    assert finding.title.endswith("is geheim") and rows(finding)[-1][1:] == ["geheim"] * 3
    assert finding.chart is None


def test_the_interval_of_the_split_is_told(said, project):
    said(tariffs_parts.in_euros, same({2024: 100, 2025: 110}))
    pair = (PLACE, 2024, 2025)
    told = [(*pair, "indexation", 1.0, 14_000_000, 16_400_000), (*pair, "harmonisation", 1.0, 0, 0)]
    columns = ["area", "base", "compare", "effect", "estimate", "low", "high"]
    project.write_estimates(LAST, {"growth_interval": pd.DataFrame(told, columns=columns)}, "proef")
    sentence = words(tariffs_parts.in_euros(PLACE, LAST.label))
    assert "waarschijnlijk voor de indexatie tussen +€ 140.000 en +€ 160.000. " in sentence
    assert "voor het overige tarief tussen" not in sentence


# -- the page ------------------------------------------------------------------------------------


def test_the_page_has_every_sentence_it_asks_for(said, project):
    page = nbformat.read(ROOT / "analysis" / "40_tarieven.ipynb", as_version=4).cells
    asked = {name for cell in page for name in re.findall(r"{glue:text}`(\w+)`", cell.source)}
    given = {name for finding in FINDINGS for name in said(finding, THREE).texts}
    broken(project, [2025])
    without = {name for finding in FINDINGS for name in said(finding, THREE).texts}
    assert asked <= given and asked <= without


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_area_of_the_example_has_its_page(finding, in_example):
    for area in in_example.region.areas:
        told = finding(area.code, LAST.label)
        assert told.texts and not re.search(r"\b(nan|None|NA)\b", f"{words(told)} {told.title} {told.table}")
