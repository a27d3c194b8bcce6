"""Chapter 60 on a region made by hand: keys, contributions and tests calculated on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.chapters import (
    distribution,
    distribution_choice,
    distribution_lump,
    distribution_meaning,
    distribution_weight,
)
from jeugd_analysis.chapters.distribution_base import basis_of, use_of
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.publish.downloads import as_csv
from jeugd_analysis.publish.exit_check import Limits, small_numbers
from jeugd_analysis.publish.figures import shown_tables
from jeugd_analysis.store import Store

ROOT = Path(__file__).resolve().parents[3]
QUARTER = Quarter(2026, 3)
PERIOD, REGION, TOWN, SMALL = QUARTER.label, "GM0000", "GM0637", "GM1842"
MILLION = 100_000_000  # cents
YEARS = ("2022", "2023", "2024", "2025")

# Millions in S1, every year the same: 90 in the town and 10 in the small one. S5 is paid by the hour and takes no part.
USE = {TOWN: (90, 90, 90, 90), SMALL: (10, 10, 10, 10)}
YOUTH = {TOWN: 30_000, SMALL: 10_000}
Use = Mapping[str, tuple[float | None, ...]]


def release(use: Use) -> pd.DataFrame:
    """Cells of four years; None is a hidden amount of S1, with S5 hidden too so that it does not follow."""
    told = []
    for place, amounts in use.items():
        for year, million in zip(YEARS, amounts, strict=True):
            told += [(place, year, "segment", "S1", million), (place, year, "segment", "S5", 5 if million else None)]
            told.append((place, year, "totaal", "alle", 5 + (million or 1)))
    frame = pd.DataFrame(told, columns=["area", "period", "dimension", "level", "million"])
    whole = frame.groupby(["period", "dimension", "level"], as_index=False)["million"].sum().assign(area=REGION)
    both = pd.concat([frame, whole], ignore_index=True)
    cents = pd.array([None if pd.isna(m) else round(m * MILLION) for m in both["million"]], dtype="Int64")
    return both.drop(columns="million").assign(
        period_kind="jaar", youths=100, amount_cents=0, amount_published=cents, published=pd.array([100] * len(both)),
        status="rounded", amount_status=["primary" if pd.isna(c) else "shown" for c in cents],
    )  # fmt: skip


TWO_PLACES = (
    "municipality,name,cbs_name,valid_from,valid_to\nGM0637,Zoetermeer,Zoetermeer,2015-01-01,\n"
    "GM1842,Midden-Delfland,Midden-Delfland,2015-01-01,\n"
)


@pytest.fixture
def project(own_project: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Our reference data with two municipalities; population and cost per youth made by hand."""
    (own_project.project / "data" / "reference" / "municipalities.csv").write_text(TWO_PLACES, "utf8")
    people = pd.DataFrame(
        [(place, 2025, 0, 22, count, "vast") for place, count in YOUTH.items()],
        columns=["municipality", "year", "age_from", "age_to", "inhabitants", "status"],
    )
    monkeypatch.setattr(Store, "table", lambda store, name, until: people if name == "population" else pd.DataFrame())
    return own_project


@pytest.fixture
def region(project: Store) -> Callable[..., None]:
    """Write a release and a mart in which every youth of the region costs the same."""

    def make(use: Use = USE) -> None:
        project.write_release(QUARTER, release(use), "proef")
        youths = pd.DataFrame({"youth_id": [f"y{number}" for number in range(200)], "segment": "S1", "year": 2025})
        project.write_marts(QUARTER, {"youth_lines": youths.assign(amount_cents=50_000_000)}, "proef")

    return make


def rows(finding: Finding, table: int = 0) -> list[list[str]]:
    """One of its tables as plain text, row by row."""
    body = finding.table.split("<tbody>")[table + 1].partition("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("</tr>")]
    return [[plain(cell) for cell in row] for row in cells if row]


def plain(text: str) -> str:
    return unescape(text).replace("\u00a0", " ").replace("\u2060", "")


def words(finding: Finding) -> str:
    return plain(" ".join(finding.texts.values()))


def test_the_share_of_each_key(region):
    region()
    # Use 9 to 1, young people 3 to 1; mixed 0.825 and 0.175. Credibility: z is 30/40 and 10/20, the mean use 2,500 per
    # youth: the town 0.75 x 3,000 + 0.25 x 2,500 = 2,875, the small one 0.5 x 1,000 + 0.5 x 2,500 = 1,750 per youth.
    # 86.25 and 17.5 million of 103.75: 83.1 % and 16.9 %. Nothing changes over the years: corridor and stop-loss too.
    told = {row[0]: row[1:] for row in rows(distribution.keys(REGION, PERIOD))}
    assert told["Zoetermeer"] == ["90,0%", "75,0%", "82,5%", "90,0%", "90,0%", "83,1%"]
    assert told["Midden-Delfland"] == ["10,0%", "25,0%", "17,5%", "10,0%", "10,0%", "16,9%"]


def test_every_key_shares_the_bill_to_the_cent(region):
    region({TOWN: (90, 91.3, 88.1, 90.01), SMALL: (10, 9.7, 12.9, 10.02)})
    basis = basis_of(REGION, PERIOD)
    assert basis.keys.sum().tolist() == pytest.approx([1.0] * 6, abs=1e-12)
    assert distribution.compared(basis).groupby("key")["use_cents"].sum().unique().tolist() == [10_003_000_000]


def test_contribution_against_use_of_a_municipality(region):
    region()
    finding = distribution.contribution(SMALL, PERIOD)
    by_key = {row[0]: row[1:] for row in rows(finding)}
    # By youth it pays 25 of the 100 million and uses 10; per young person 2,500 against 1,000 euro.
    assert by_key["inwoners"][:3] == ["€ 25,0 mln", "€ 10,0 mln", "+€ 15,0 mln"]
    assert by_key["inwoners"][3:] == ["€ 2.500", "€ 1.000", "meer dan 10%"]
    assert by_key["gebruik"] == ["€ 10,0 mln", "€ 10,0 mln", "€ 0", "€ 1.000", "€ 1.000", "binnen 10%"]
    assert "Bij 3 van de 6 sleutels betaalt Midden-Delfland meer dan het gebruikt" in words(finding)


def test_the_other_side_pays_less(region):
    region()
    said = words(distribution.contribution(TOWN, PERIOD))
    assert "Bij geen enkele sleutel betaalt Zoetermeer meer dan het gebruikt" in said
    assert "van −€ 15,0 mln (sleutel inwoners) tot € 0 (sleutel gebruik)" in said


def test_the_region_sees_how_much_moves(region):
    region()
    finding = distribution.contribution(REGION, PERIOD)
    assert "De sleutel inwoners verschuift het meest tussen gemeenten: € 15,0 mln" in words(finding)
    assert ["inwoners", "€ 15,0 mln", "Midden-Delfland (+150,0%)", "2"] in rows(finding)
    assert ["gebruik", "€ 0", "niemand", "0"] in rows(finding)
    assert "Bij de sleutel gebruik wijkt geen enkele gemeente meer dan 10% af" in words(finding)


@pytest.mark.parametrize("area", [REGION, TOWN])
def test_no_table_of_a_key_reads_as_a_number_of_youths(region, area, tmp_path):
    # The last look at a book knows a number of youths by its column or row: a key named after them stops the build.
    region({TOWN: (90, 90, 90, 90), SMALL: (10, 10, 10, 11)})
    findings = [
        make(area, PERIOD) for make in (distribution.keys, distribution.contribution, distribution_lump.project)
    ]
    findings += distribution_choice.choose(area, PERIOD).choices.parts.values()
    files = tmp_path / "cijfers"
    files.mkdir()
    for number, finding in enumerate(findings):
        box = f'<div class="cijfers" data-figuur="{finding.name}">{finding.table}</div>'
        for place, table in enumerate(shown_tables({"cells": [{"outputs": [{"data": {"text/html": box}}]}]})):
            (files / f"{number}-{place}.csv").write_bytes(as_csv(table))
    assert len(list(files.iterdir())) > len(findings)
    assert small_numbers(files, Limits(threshold=10, base=5)) == []


def test_who_pays_for_whom(region):
    region()
    parts = distribution_choice.choose(REGION, PERIOD).choices.parts
    assert rows(parts["inwoners"], 1) == [["Midden-Delfland", "Zoetermeer", "€ 15,0 mln"]]
    own = distribution_choice.choose(SMALL, PERIOD).choices.parts
    assert rows(own["gemengd"], 1) == [["Midden-Delfland", "Zoetermeer", "€ 7,5 mln"]]
    assert own["gebruik"].table.count("<table") == 1


def test_a_key_beside_every_other_one(region):
    region()
    finding = distribution_choice.choose(REGION, PERIOD)
    assert list(finding.choices.parts) == ["inwoners", "gebruik", "gemengd", "bandbreedte", "stop-loss", "afgevlakt"]
    young = finding.choices.parts["inwoners"]
    assert plain(young.title) == (
        "Bij de sleutel inwoners betaalt Midden-Delfland € 15,0 mln meer dan het gebruikt, en Zoetermeer € 15,0 mln "
        "minder"
    )
    told = {row[0]: row[1:] for row in rows(young)}
    # 25 of 100 million by heads; 10 by use; half of both is 17.5.
    small = told["Midden-Delfland"]
    assert small[:5] == ["€ 25,0 mln", "+€ 15,0 mln", "€ 2.500", "+€ 15,0 mln", "+€ 7,5 mln"]
    assert 'data-tegen="gebruik">Tegenover gebruik' in young.table
    assert "verschuift het meest tussen gemeenten: € 15,0 mln" in words(finding)


def test_the_weight_of_own_use_as_chosen_and_as_estimated(region):
    # Every year the same: no chance to see within a municipality, so its own use tells everything.
    region()
    finding = distribution_weight.weight(REGION, PERIOD)
    told = {row[0]: row[1:] for row in rows(finding)}
    # 10,000 of 10,000 + 10,000 youths: a half. Mean of the region 2,500 a head, own 1,000: 1,750 a head; the town
    # 30 of 40: 2,500 + 0.75 x 500 = 2,875 a head. Together 17.5 and 86.25 million: 16.9 %.
    assert told["Midden-Delfland"] == ["50%", "16,9%", "100%", "10,0%"]
    assert "bij 0. Dat is minder, dus eigen gebruik zou zwaarder tellen" in words(finding)


def test_levels_that_are_chance_alone_tell_nothing(region):
    region({TOWN: (75, 80, 70, 75), SMALL: (25, 20, 30, 25)})
    finding = distribution_weight.weight(REGION, PERIOD)
    assert "Eigen gebruik zou dan niet tellen" in words(finding)
    assert {row[0]: row[4] for row in rows(finding)} == {"Zoetermeer": "75,0%", "Midden-Delfland": "25,0%"}


def test_another_assumption_is_another_page(region, project):
    region()
    path = project.project / "data" / "reference" / "distribution.toml"
    path.write_text(path.read_text("utf8").replace("mixed_weight = 0.5", "mixed_weight = 0.8"), "utf8")
    told = {row[0]: row[1:] for row in rows(distribution.keys(REGION, PERIOD))}
    assert told["Midden-Delfland"][2] == "13,0%"  # 0.8 x 10 % + 0.2 x 25 %
    assert ["Deel gebruik in de gemengde sleutel", "80%"] in rows(distribution_weight.assumptions(REGION, PERIOD))


def test_equal_use_moves_nothing(region):
    region({TOWN: (75, 75, 75, 75), SMALL: (25, 25, 25, 25)})
    assert "Bij elke sleutel betaalt iedereen het eigen gebruik" in words(distribution_choice.choose(REGION, PERIOD))
    assert "betaalt iedereen het eigen gebruik" in words(distribution.contribution(REGION, PERIOD))
    own = distribution.contribution(SMALL, PERIOD)
    assert "Bij geen enkele sleutel betaalt Midden-Delfland meer dan het gebruikt" in words(own)


def test_a_mean_of_years_moves_less_and_a_corridor_holds(region):
    # The small one goes from 10 to 20 million. Its share of one year: 10 % to 20/110 = 18.2 %, 82 % more. Its mean over
    # three years: 10 % to 40/310 = 12.9 %, 29 % more. The corridor stops at 11 %.
    region({TOWN: (90, 90, 90, 90), SMALL: (10, 10, 10, 20)})
    told = {row[0]: row[1:] for row in rows(distribution.swing(REGION, PERIOD))}
    assert told["Midden-Delfland"] == ["81,8%", "29,0%", "10,0%"]


def test_stop_loss_lets_all_pay_for_what_is_above_the_limit(region):
    # Limit: 110 % of 10 million. Of 20 million it pays 11 and a quarter of the other 9: 13.25 of 110.
    region({TOWN: (90, 90, 90, 90), SMALL: (10, 10, 10, 20)})
    basis = basis_of(REGION, PERIOD)
    assert basis.keys.loc[SMALL, "stop-loss"] == pytest.approx(13.25 / 110)


def test_what_a_municipality_feels_of_an_extra_euro(region):
    region()
    told = {row[0]: row[1:] for row in rows(distribution_meaning.incentive(SMALL, PERIOD))}
    # The year's use: all of it. Young people: a quarter. Three years: its own share of the bill, 10 cent, and what its
    # key rises: 1 % of 10 million more is 0.1 on 30.1 of 300.1 million, times a bill of 100.1.
    rise = (30.1 / 300.1) * 100.1 - 10
    assert told["Midden-Delfland"][0] == "100 cent"
    assert told["Midden-Delfland"][1] == f"{round(rise / 0.1 * 100)} cent"
    assert told["Midden-Delfland"][3] == "25 cent"


def test_the_small_one_is_off_more_often_by_chance(region):
    region()
    found = distribution_meaning.probabilities(basis_of(REGION, PERIOD))
    assert "stop-loss" not in found  # it is no share that is fixed beforehand
    # Both have 100 youths of equal cost: use varies by a tenth in each. The share of the bill mostly follows the town.
    assert found.loc[SMALL, "gebruik"] > 0.2 > found.loc[TOWN, "gebruik"]
    assert found.loc[SMALL, "inwoners"] == 1.0  # 25 against about 10


@pytest.mark.parametrize(
    ("share", "said"),
    # The same steps of 5 % as the table beside it: 0.66 stands there as 65 %.
    [(0.66, "in 65% van de jaren"), (0.02, "bijna nooit"), (0.98, "bijna altijd"), (0.03, "in 5% van de jaren")],
)
def test_how_often_in_words_is_what_the_table_says(share, said):
    assert distribution_meaning._how_often(share) == said


def test_the_test_of_a_small_municipality(region):
    region()
    finding = distribution_meaning.small_test(REGION, PERIOD)
    assert finding.title == (
        "De bijdrage van Midden-Delfland wijkt meer dan 10% af bij: inwoners, gemengd en afgevlakt"
    )
    assert "10.000 inwoners van 0 tot en met 22 jaar. Dat is 25,0% van de regio." in words(finding)
    region({TOWN: (75, 75, 75, 75), SMALL: (25, 25, 25, 25)})
    assert "Bij geen van de 6 sleutels" in distribution_meaning.small_test(SMALL, PERIOD).title


def test_together_is_cheaper_with_one_set_of_fixed_costs(region):
    region()
    finding = distribution_meaning.together(REGION, PERIOD)
    assert "is samen voor elke gemeente goedkoper dan alleen" in words(finding)
    # Two players share what they gain equally, under Shapley and under the nucleolus.
    assert all(row[4] == row[5] for row in rows(finding))


def test_project_costs_beside_each_key(region):
    region()
    finding = distribution_lump.project(REGION, PERIOD)
    assert "Zoetermeer € 302.848 (10,4%) en Midden-Delfland € 46.000 (1,6%)" in words(finding)
    town = {row[0]: row[1:] for row in rows(finding)}
    assert town["gebruik"] == ["€ 2,6 mln", "€ 302.848", "+€ 2,3 mln"]  # 90 % of 2.9 million


def test_a_lump_sum_that_only_follows_prices():
    frame = pd.DataFrame(
        {
            "period": ["2022", "2025"] * 2, "level": ["S1", "S1", "S2", "S2"], "youths": [100, 110, 50, None],
            "amount_cents": [10 * MILLION, 13 * MILLION, 5 * MILLION, None],
        }
    ).astype({"youths": "Int64", "amount_cents": "Int64"})  # fmt: skip
    told = distribution_lump.tried_out(frame, base=2022, levels={2025: 1.2})
    sums = distribution_lump.over_years(told.assign(naam=told["level"])).set_index("level")
    assert sums.loc["S1"].tolist()[1:] == [13 * MILLION, 12 * MILLION, 1_320_000_000, -1 * MILLION]
    assert sums.loc["S2", "difference_cents"] is pd.NA


def test_the_years_of_a_lump_sum_add_up():
    frame = pd.DataFrame(
        {"period": ["2022", "2023", "2024"], "level": "S1", "youths": [100, 110, 90],
         "amount_cents": [10 * MILLION, 12 * MILLION, 9 * MILLION]}
    ).astype({"youths": "Int64", "amount_cents": "Int64"})  # fmt: skip
    told = distribution_lump.tried_out(frame, base=2022, levels={2023: 1.0, 2024: 1.1})
    assert told["fixed_cents"].tolist() == [10 * MILLION, 11 * MILLION]
    assert told["following_cents"].tolist() == [11 * MILLION, 990_000_000]
    sums = distribution_lump.over_years(told.assign(naam="Verblijf")).iloc[0]
    assert (sums.actual_cents, sums.fixed_cents, sums.difference_cents) == (21 * MILLION, 21 * MILLION, 0)


@pytest.mark.parametrize(
    ("fixed", "title"),
    [
        (9, "Over 2023-2025 was een vast bedrag lager geweest dan wat is betaald, in: Verblijf"),
        (
            10,
            "Een vast bedrag dat met de prijzen meegroeit, was over 2023-2025 nergens lager geweest dan wat is betaald",
        ),
        (
            11,
            "Een vast bedrag dat met de prijzen meegroeit, was over 2023-2025 nergens lager geweest dan wat is betaald",
        ),
    ],
)
def test_the_title_of_a_lump_sum_lower_equal_and_higher(fixed, title):
    rows = pd.DataFrame({"naam": ["Verblijf"], "fixed_cents": [fixed], "actual_cents": [10]})
    assert distribution_lump.lump_title(rows, "2023-2025") == title


def test_use_follows_from_the_total_when_one_segment_is_hidden(project):
    frame = release(USE).query("area == @SMALL and period == '2025'").reset_index(drop=True)
    frame.loc[frame["level"] == "S1", "amount_published"] = pd.NA
    frame = frame.rename(columns={"amount_cents": "exact"}).rename(columns={"amount_published": "amount_cents"})
    edition = basis_edition(project)
    assert use_of(edition, frame, SMALL, "2025") == 10 * MILLION  # 15 less the 5 of S5
    frame.loc[frame["level"] == "S5", "amount_cents"] = pd.NA
    assert use_of(edition, frame, SMALL, "2025") is None


def basis_edition(project: Store) -> Edition:
    return Edition(store=project, quarter=QUARTER, area=project.region.find(SMALL))


EVERY = [
    distribution.keys, distribution.contribution, distribution_choice.choose, distribution_weight.weight,
    distribution.swing, distribution_meaning.incentive,
    distribution_meaning.chance, distribution_meaning.small_test, distribution_meaning.together,
    distribution_lump.project, distribution_lump.lump_sums, distribution_lump.kpis,
]  # fmt: skip


@pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__name__)
def test_a_hidden_amount_of_one_municipality_hides_the_keys(region, make):
    region({TOWN: (90, 90, 90, 90), SMALL: (10, 10, 10, None)})
    finding = make(TOWN, PERIOD)
    said = words(finding)
    assert said.strip()
    if make.__name__ not in ("project", "lump_sums", "kpis"):
        assert "Verdeelsleutels zijn hier niet te vergelijken" in said
        assert not finding.table


@pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__name__)
def test_every_finding_works_for_every_area(in_example, make):
    for area in in_example.region.areas:
        assert words(make(area.code, PERIOD)).strip()
