"""A published split made again: shares calculated by hand, what is said when they cannot be given, and by whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from jeugd_analysis import pipeline
from jeugd_analysis.chapters import growth
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_exact import exact_effects, indexation_rate, known_effects
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.estimates import estimate
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.release import release
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES, columns_of
from tests import growth_book

ROOT = Path(__file__).resolve().parents[3]
PLACE, OTHER, REGION = "GM0637", "GM0503", "GM0000"  # the first has a published split (data/published/facts.csv)
SUMMER = Quarter(2019, 2)
MEMO = "2018-11-26"
KEYS = {"municipality": PLACE, "segment": "S5", "product": "45A48", "unit": "04", "provider": "00000001"}

# year -> youths, units per youth, cents per unit. With equal youths the effects are
#   intensity = youths x (difference in units) x (mean tariff), tariff = youths x (difference in tariff) x (mean units).
# Whole year: 13.8 x 100 against 6.2 x 100 is 69 to 31. Known: 17 x 100 against 3 x 100 is 85 to 15. Both: 2 mln euro.
WHOLE = {2017: (1000, 93.1, 96_90), 2018: (1000, 106.9, 103_10)}
KNOWN = {2017: (1000, 91.5, 98_50), 2018: (1000, 108.5, 101_50)}
Years = Mapping[int, tuple[int, float, int]]


def cells(years: Years) -> pd.DataFrame:
    """One contract."""
    rows = []
    for year, (youths, per_youth, tariff) in years.items():
        units = round(youths * per_youth)
        rows.append({**KEYS, "year": year, "clients": youths, "units": units, "amount_cents": units * tariff})
    return pd.DataFrame(rows, columns=[*KEYS, "year", "clients", "units", "amount_cents"])


def marts(whole: Years, known: Years) -> dict[str, pd.DataFrame]:
    """The marts that the chapter reads, with one contract in one municipality."""
    contracts = cells(whole)
    usage = contracts.rename(columns={"municipality": "area", "clients": "youths"}).assign(
        period_kind="jaar", dimension="totaal", level="alle", period=contracts["year"].astype(str)
    )
    both = pd.concat([usage, usage.assign(area=REGION)], ignore_index=True)
    earlier = cells(known)
    youths = earlier[["municipality", "year"]].assign(known_on=MEMO, youths=earlier["clients"])
    return {
        "usage": both[["area", "period_kind", "period", "dimension", "level", "youths", "amount_cents"]],
        "contract_cells": contracts,
        "known_cells": earlier.assign(known_on=MEMO),
        "known_youths": youths,
    }


@pytest.fixture
def project(own_project: Store) -> Store:
    """A project of its own with our reference data, in which 2018 has no indexation; without deliveries."""
    told = "year,percent,status,source\n2018,0.00,aanname,proef\n2019,5.00,aanname,proef\n"
    write(own_project.project, "indexation.csv", told)
    return own_project


def keep(
    store: Store, quarter: Quarter, made: dict[str, pd.DataFrame], *, margin: int = 20_000_000, **told: Any
) -> None:
    """Marts, and a release and estimates that go with them; `margin` in cents on either side of the two together.

    The share of intensity is estimated at 50%, with a margin of ten points on either side, then and over the year.
    """
    store.write_marts(quarter, made, "proef")
    store.write_release(quarter, growth_book.released(made["usage"]), "proef")
    effects = {"intensity": 138_000_000, "harmonisation": 62_000_000}
    store.write_estimates(
        quarter, growth_book.estimates(2017, 2018, effects, margin=margin, **{"known_on": [MEMO], **told}), "proef"
    )


def write(home: Path, name: str, text: str) -> None:
    (home / "data" / "reference" / name).write_text(text, "utf8")


@pytest.fixture
def said(project: Store) -> Callable[..., Finding]:
    """The finding for an area over the marts of these two pairs of years."""

    def make(
        whole: Years = WHOLE, known: Years = KNOWN, *, area: str = PLACE, period: Quarter = SUMMER,
        margin: int = 20_000_000, **told: Any,
    ) -> Finding:  # fmt: skip
        keep(project, period, marts(whole, known), margin=margin, **told)
        return growth.known_split(area, period.label)

    return make


def rows(finding: Finding) -> list[list[str]]:
    """The table as text, row by row."""
    body = finding.table.partition("<tbody>")[2]
    return [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in body.split("</tr>") if "<th" in row]


def words(finding: Finding) -> str:
    return " ".join(finding.texts[f"groei_eerder_{name}"] for name in ("zin", "uitleg", "oorzaak"))


# -- shares --------------------------------------------------------------------------------------


def test_the_split_as_known_then_and_over_the_whole_year(said):
    finding = said()
    assert finding.name == "groei-eerder-bekend"
    assert rows(finding) == [
        ["Gepubliceerd: memo van 26 november 2018", "raming", "85%", "15%", "–", "–", "–", "–", "–"],
        ["Berekend: bekend op 26 november 2018", "declaraties", "85%", "15%", "75% tot 95%", "0", "0", "0", "+2.000"],
        ["Gepubliceerd: heel 2018", "feit", "69%", "31%", "–", "–", "–", "–", "–"],
        ["Berekend: heel 2018", "declaraties", "69%", "31%", "59% tot 79%", "0", "0", "0", "+2.000"],
    ]


def test_the_effects_behind_it_in_cents(said, project):
    said()
    edition = Edition.open(PLACE, SUMMER.label)
    names = ["intensity", "harmonisation", "volume", "indexation", "total"]
    whole = exact_effects(edition, 2017, 2018)[names].sum()
    known = known_effects(edition, MEMO, 2017, 2018)[names].sum()
    assert whole.to_list() == pytest.approx([138_000_000, 62_000_000, 0, 0, 200_000_000], abs=1e-3)
    assert known.to_list() == pytest.approx([170_000_000, 30_000_000, 0, 0, 200_000_000], abs=1e-3)


def test_the_bars_are_those_of_the_table(said):
    chart = said().chart
    found = [row for layer in chart["layer"] for row in layer.get("data", {}).get("values", [])]
    drawn = {row["kort"].replace("\n", " "): row["percent"] for row in found if "percent" in row}
    assert drawn == {
        "gepubliceerd, 26 november 2018": 85, "berekend, 26 november 2018": 85,
        "gepubliceerd, heel 2018": 69, "berekend, heel 2018": 69,
    }  # fmt: skip


def test_a_share_is_made_of_exact_cents_and_not_of_rounded_amounts(said):
    # 300 youths: 16.8 x 100 and 3.2 x 100 each, 504,000 and 96,000 euro: 84 to 16. Rounded to 10,000 euro so that they
    # add up to 600,000 they are 500,000 and 100,000, and that would be 83 to 17.
    finding = said(known={2017: (300, 91.6, 98_40), 2018: (300, 108.4, 101_60)})
    assert rows(finding)[1][2:4] == ["84%", "16%"]


def test_two_days_are_shown_in_time(project):
    snapshots = (project.project / "data" / "reference" / "snapshots.csv").read_text("utf8")
    write(project.project, "snapshots.csv", f"{snapshots}2018-08-15,2017,2018,brief van augustus,,proef\n")
    made, half = marts(WHOLE, KNOWN), {2017: (1000, 97.5, 92_50), 2018: (1000, 102.5, 107_50)}  # 25 to 75
    for name, earlier in marts(WHOLE, half).items():
        if name.startswith("known"):
            made[name] = pd.concat([made[name], earlier.assign(known_on="2018-08-15")], ignore_index=True)
    keep(project, SUMMER, made, known_on=[MEMO, "2018-08-15"])
    found = [row[:4] for row in rows(growth.known_split(PLACE, SUMMER.label)) if row[0].startswith("Berekend")]
    assert found == [
        ["Berekend: bekend op 15 augustus 2018", "declaraties", "25%", "75%"],
        ["Berekend: bekend op 26 november 2018", "declaraties", "85%", "15%"],
        ["Berekend: heel 2018", "declaraties", "69%", "31%"],
    ]


def test_the_sentences_follow_the_shares(said):
    # Known: 5 x 100 against 15 x 100 (in units of 1,000 youths): 25 to 75.
    finding = said(known={2017: (1000, 97.5, 92_50), 2018: (1000, 102.5, 107_50)})
    sentence = finding.texts["groei_eerder_zin"]
    assert "memo van 26 november 2018 kwam de kostenstijging van 2017 naar 2018 voor 85% door intensiteit" in sentence
    assert (
        "Bekend op 26 november 2018: 25% door intensiteit en 75% door tarieven (marge van het eerste 15% tot 35%)."
        in sentence
    )
    assert "Over heel 2018: 69% door intensiteit en 31% door tarieven (marge van het eerste 59% tot 79%)." in sentence
    assert "0,0% van de hele verandering" in finding.texts["groei_eerder_uitleg"]


def test_volume_and_indexation_are_shown_and_stay_outside_the_shares(said, project):
    # 1000 to 1250 youths, everything else equal but a tariff of 100 to 104, of which 4 % is indexed: no harmonisation.
    # Units 10 to 11 per youth. The effects are those of a product of three factors (Shapley, in euro):
    #   indexation 4 x (2 x 10000 + 2 x 13750 + 12500 + 11000) / 6 = 47,333; intensity 1 x (2 x 100000 + 2 x 130000
    #   + 125000 + 104000) / 6 = 114,833; volume 250 x (2 x 1000 + 2 x 1144 + 1100 + 1040) / 6 = 267,833; total 430,000.
    write(project.project, "indexation.csv", "year,percent,status,source\n2018,4.00,aanname,proef\n")
    years = {2017: (1000, 10, 100_00), 2018: (1250, 11, 104_00)}
    said(years, years)
    effects = known_effects(Edition.open(PLACE, SUMMER.label), MEMO, 2017, 2018).sum(numeric_only=True)
    expected = {"indexation": 47_333_33, "intensity": 114_833_33, "volume": 267_833_33, "harmonisation": 0}
    assert {name: effects[name] for name in expected} == pytest.approx(expected, abs=1)
    times_ten = {2017: (10_000, 10, 100_00), 2018: (12_500, 11, 104_00)}
    finding = said(times_ten, times_ten)
    assert rows(finding)[-1][2:] == ["100%", "0%", "90% tot 100%", "+2.680", "+470", "0", "+4.300"]
    assert "73,3% van de hele verandering" in words(finding)  # (2,680 + 470) / 4,300


def test_indexation_over_more_years_is_compounded(said, project):
    write(project.project, "indexation.csv", "year,percent,status,source\n2018,2,a,b\n2019,5,a,b\n2020,9,a,b\n")
    said()
    edition = Edition.open(PLACE, SUMMER.label)
    assert indexation_rate(edition, 2017, 2018) == pytest.approx(0.02)
    assert indexation_rate(edition, 2017, 2019) == pytest.approx(0.071)  # 1.02 x 1.05
    assert indexation_rate(edition, 2015, 2017) == 0


def test_the_margin_of_a_day_is_that_of_the_day_itself(said):
    # Clear over the year is not clear then: the draws of the day reach zero.
    finding = said(known={2017: (1000, 97.5, 92_50), 2018: (1000, 102.5, 107_50)})
    day, year = rows(finding)[1], rows(finding)[3]
    assert (day[4], year[4]) == ("15% tot 35%", "59% tot 79%")


def test_with_late_claims_completed_there_is_a_share_and_no_amount(said):
    finding = said(completed_on=[MEMO])
    assert rows(finding)[2] == [
        "Berekend: bekend op 26 november 2018, met wat nog komt", "declaraties", "50%", "50%", "40% tot 60%",
        "–", "–", "–", "–",
    ]  # fmt: skip
    assert "zou komen: 50% door intensiteit en 50% door tarieven (marge van het eerste 40% tot 60%)." in words(finding)


def test_with_late_claims_completed_a_small_change_has_no_share(said, project):
    said()
    few = {"intensity": 30_000_000, "harmonisation": 10_000_000}  # 0.4 mln euro together
    told = growth_book.estimates(2017, 2018, few, margin=1_000_000, known_on=[MEMO], completed_on=[MEMO])
    project.write_estimates(SUMMER, told, "proef")
    finding = growth.known_split(PLACE, SUMMER.label)
    assert rows(finding)[2][2:5] == ["–", "–", "–"]
    assert "zou komen: geen verdeling, want intensiteit en tarief veranderden samen minder dan" in words(finding)


def test_without_a_clear_change_late_claims_change_nothing(said):
    finding = said(completed_on=[MEMO], reason="change_not_clear")
    assert len(rows(finding)) == 4 and "zou komen" not in words(finding)


# -- no share ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({2017: (1000, 10, 100_00), 2018: (1000, 10, 100_00)}, "samen minder dan €\u00a0500.000"),
        # 100 youths x 1 hour x 100 euro: 10,000 euro, of which rounding could make anything
        ({2017: (100, 10, 100_00), 2018: (100, 11, 100_00)}, "samen minder dan €\u00a0500.000"),
        ({2017: (1000, 90, 110_00), 2018: (1000, 110, 100_00)}, "intensiteit en tarief gaan tegen elkaar in"),
        ({2017: (9, 9_000, 98_50), 2018: (1000, 108, 101_50)}, "het gaat om te weinig jeugdigen"),
    ],
    ids=["nothing changed", "little", "opposite", "few youths"],
)
def test_a_share_that_says_nothing_is_not_given(said, known, why):
    finding = said(known=known)
    assert re.search(f"Bekend op 26 november 2018: geen verdeling, want [^.]*{why}", words(finding))
    assert rows(finding)[1][2:4] == ["–", "–"]
    assert rows(finding)[3][2:4] == ["69%", "31%"]


def test_a_share_of_a_change_that_may_be_chance_is_not_given(said):
    # The two together are 2 mln; a margin of 2 mln on either side reaches zero, one of 1.99 mln does not.
    finding = said(margin=200_000_000)
    assert [row[2:4] for row in rows(finding)] == [["85%", "15%"], ["–", "–"], ["69%", "31%"], ["–", "–"]]
    assert words(finding).count("niet duidelijk dat intensiteit en tarief samen veranderden") == 2
    assert [row[2] for row in rows(said(margin=199_000_000))] == ["85%", "85%", "69%", "69%"]


def test_without_a_margin_there_is_no_share(said, project):
    said()
    project.write_estimates(SUMMER, growth_book.estimates(2016, 2017), "proef")
    assert [row[2] for row in rows(growth.known_split(PLACE, SUMMER.label))] == ["85%", "–", "69%", "–"]


def test_few_youths_hide_every_amount(said):
    few = {2017: (9, 9_000, 98_50), 2018: (9, 12_000, 101_50)}
    finding = said(few, few)
    assert rows(finding)[1][2:] == rows(finding)[3][2:] == ["–", "–", "–", "geheim", "geheim", "geheim", "geheim"]
    assert "niet in procenten te geven" in words(finding)


# -- nothing to compare --------------------------------------------------------------------------


@pytest.mark.parametrize(("area", "name"), [(OTHER, "Delft"), (REGION, "de regio Haaglanden")])
def test_an_area_without_a_published_split_says_so_in_a_sentence(said, area, name):
    finding = said(area=area)
    assert finding.texts["groei_eerder_zin"] == f"Voor {name} is geen eerdere splitsing gepubliceerd."
    assert not finding.table and finding.chart is None and not finding.title
    assert "%" not in words(finding)


def without_years(project: Store) -> Finding:
    empty = {name: frame.iloc[:0] for name, frame in marts(WHOLE, KNOWN).items() if name != "usage"}
    keep(project, SUMMER, {**marts(WHOLE, KNOWN), **empty})
    return growth.known_split(PLACE, SUMMER.label)


def without_snapshots(project: Store) -> Finding:
    write(project.project, "snapshots.csv", "known_on,base,compare,label,note,source\n")
    keep(project, SUMMER, marts(WHOLE, KNOWN))
    return growth.known_split(PLACE, SUMMER.label)


def with_a_break(project: Store) -> Finding:
    header = "year,areas,measures,label,explanation,left_out,source\n"
    write(project.project, "breaks.csv", f"{header}2018,*,intensity,2018: proef,Een proef.,,proef\n")
    keep(project, SUMMER, marts(WHOLE, KNOWN))
    return growth.known_split(PLACE, SUMMER.label)


def too_early(project: Store) -> Finding:
    keep(project, Quarter(2019, 1), marts(WHOLE, KNOWN))
    return growth.known_split(PLACE, "2019-K1")


@pytest.mark.parametrize("why", [without_years, without_snapshots, with_a_break, too_early])
def test_what_was_published_is_told_also_when_it_cannot_be_made_again(project, why):
    finding = why(project)
    assert "85% door intensiteit" in words(finding) and "voor 69% door intensiteit" in words(finding)
    assert "niet opnieuw berekenen" in words(finding)
    assert not finding.table and finding.chart is None


# -- whose numbers -------------------------------------------------------------------------------


def test_only_example_data_have_the_built_in_mechanism(said, monkeypatch):
    real = words(said())
    monkeypatch.setattr("jeugd_analysis.chapters.edition.is_example", lambda store, quarter: True)
    example = words(said())
    assert "ingebouwd" not in real and "voorbeeld" not in real
    assert "hebben wij zelf ingebouwd dat gelijkgetrokken tarieven pas laat in het jaar beginnen" in example
    assert "dezelfde splitsing met voorbeelddata" in example
    for told in (real, example):
        assert "noemen geen oorzaak" in told and "prognose" in told and "Een splitsing is rekenen" in told


def test_the_page_has_every_sentence_it_asks_for(said):
    cells = nbformat.read(ROOT / "analysis" / "30_groei.ipynb", as_version=4).cells
    asked = {name for cell in cells for name in re.findall(r"{glue:text}`(groei_eerder_\w+)`", cell.source)}
    assert asked == set(said().texts) == set(said(area=OTHER).texts)
    assert all(said(area=OTHER).texts.values())


# -- from delivery to page -----------------------------------------------------------------------


def csv(folder: Path, name: str, told: list[dict[str, Any]]) -> None:
    pd.DataFrame(told, columns=list(columns_of(TABLES[name]))).to_csv(folder / f"{name}.csv", index=False)


def test_from_claims_to_the_table(project, tmp_path):
    """60 youths of three providers, October and December.

    October: 85 to 15 by hand, as above (9150 to 10850 hours, 98.50 to 101.50).

    December: 9150 hours, 98.50 to 120.00. Together 18300 to 20000 hours, and 98.50 to 109.96375 per hour:
    1700 x 104.231875 = 177,194 for intensity and 11.46375 x 19150 = 219,531 for the tariff: 45 to 55.
    """
    folder = tmp_path / "levering"
    folder.mkdir()
    people = [f"00aa11bb22cc33{n:02x}" for n in range(60)]
    at = {person: f"0000000{n % 3 + 1}" for n, person in enumerate(people)}
    care = {
        "2017-10": (9150, 98_50, "2017-11-20"), "2017-12": (9150, 98_50, "2018-01-20"),
        "2018-10": (10_850, 101_50, "2018-11-20"), "2018-12": (9150, 120_00, "2019-01-20"),
    }  # fmt: skip
    contract = {"municipality": PLACE, "product": "45A48"}
    lives = {"birth_year": 2008, "sex": "1", "municipality": PLACE, "valid_from": "2016-01-01"}
    csv(folder, "youths", [{"youth_id": p, **lives} for p in people])
    csv(folder, "allocations", [
        {"allocation_id": f"T{p}", "youth_id": p, "provider": at[p], **contract, "start": "2017-01-01"} for p in people
    ])  # fmt: skip
    csv(folder, "claims", [
        {
            "reference": f"{p[-2:]}-{month}", "allocation_id": f"T{p}", "youth_id": p, **contract, "unit": "04",
            "provider": at[p],
            "month": f"{month}-01", "units": units, "tariff_cents": tariff, "amount_cents": units * tariff,
            "received_on": received_on,
        }
        for p in people for month, (units, tariff, received_on) in care.items()
    ])  # fmt: skip
    pipeline.add(SUMMER, [folder], store=project)
    pipeline.refresh_marts(SUMMER, store=project, code="proef")
    release(SUMMER, store=project, code="proef")
    estimate(SUMMER, store=project, code="proef")
    finding = growth.known_split(PLACE, SUMMER.label)
    # Nothing came in later, so with late claims completed the day says the same.
    shares = [["85%", "15%"], ["85%", "15%"], ["85%", "15%"], ["69%", "31%"], ["45%", "55%"]]
    assert [row[2:4] for row in rows(finding)] == shares
