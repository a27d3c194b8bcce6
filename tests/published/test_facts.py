"""Published figures are checked against each other and against the documents, never against our own output."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.sources import Context
from jeugd_analysis.sources.municipal_figures import read

ROOT = Path(__file__).resolve().parents[2]
FACTS = pd.read_csv(ROOT / "data" / "published" / "facts.csv", dtype="str", keep_default_na=False)
INDEX = pd.read_csv(ROOT / "data" / "published" / "indexation.csv", dtype="str", keep_default_na=False)
REGION = ROOT.parent / "shared" / "data" / "h9_jeugdzorg_gemeente_2021_2022.csv"
PLACES = pd.read_csv(ROOT / "data" / "reference" / "municipalities.csv", dtype="str", keep_default_na=False)
NINE = sorted(PLACES.loc[PLACES["valid_to"] == "", "municipality"])
ELSEWHERE = {"NL00", "LD03", "H9", "H10", "GGDH", "GM0034", "GM0059", "GM0060"}  # Almere, Achtkarspelen, Ameland
YEARS = ("2021", "2022")
REFERRERS = (
    "municipality", "gp", "youth-doctor", "certified-institution", "medical-specialist", "court", "none", "unknown",
)  # fmt: skip


def value(fact_id: str) -> Decimal:
    """The figure of one fact; a name that does not exist, or twice, is an error."""
    found = FACTS.loc[FACTS["fact_id"] == fact_id, "value"]
    assert len(found) == 1, fact_id
    return Decimal(found.iloc[0])


def known(fact_id: str) -> Decimal:
    return value(fact_id) if (FACTS["fact_id"] == fact_id).any() else Decimal(0)


def rounded(number: Decimal, places: str = "0.1") -> Decimal:
    return number.quantize(Decimal(places), rounding=ROUND_HALF_UP)


# -- form -------------------------------------------------------------------------------------------


def test_names_are_unique_and_stable_in_form() -> None:
    assert FACTS["fact_id"].is_unique
    assert FACTS["fact_id"].str.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*").all()


@pytest.mark.parametrize(
    "column", ["topic", "indicator", "area", "area_name", "value", "unit", "status", "document", "place"]
)
def test_every_fact_tells(column: str) -> None:
    assert FACTS.loc[FACTS[column].str.strip() == "", "fact_id"].tolist() == []


def test_every_area_is_known() -> None:
    used = {code for areas in FACTS["area"] for code in areas.split("+")}
    assert used <= ELSEWHERE | set(PLACES["municipality"])


def test_municipalities_have_one_name() -> None:
    names = dict(zip(PLACES["municipality"], PLACES["name"], strict=True))
    ours = FACTS[FACTS["area"].isin(names)]
    assert (ours["area_name"] == ours["area"].map(names)).all()


def test_no_figure_stands_twice() -> None:
    keys = ["topic", "indicator", "area", "period", "breakdown", "denominator", "vintage", "status", "document"]
    assert FACTS.loc[FACTS.duplicated(keys, keep=False), "fact_id"].tolist() == []


def test_shares_name_what_they_are_a_share_of() -> None:
    shares = FACTS[FACTS["unit"] == "procent"]
    nameless = shares[(shares["denominator"] == "") & (shares["indicator"] != "share_youth_care_scp")]
    assert nameless["fact_id"].tolist() == []


def test_provisional_figures_of_2022_are_marked() -> None:
    of_2022 = FACTS[
        FACTS["document"].isin(["CBS StatLine 85335NED", "CBS StatLine 85098NED"]) & (FACTS["period"] == "2022")
    ]
    as_first_seen = of_2022[of_2022["vintage"] != "later"]
    assert set(as_first_seen["status"]) == {"voorlopig", "eigen som"}


# -- CBS, region and country --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "year", "printed"),
    [
        ("youths", "2021", 31_280),
        ("youths", "2022", 32_340),
        ("trajectories", "2021", 49_070),
        ("trajectories", "2022", 51_400),
    ],
)
def test_region_is_the_sum_of_nine_rounded_cells(indicator: str, year: str, printed: int) -> None:
    assert len(NINE) == 9
    summed = sum(value(f"cbs-{indicator}-{code.lower()}-{year}") for code in NINE)
    assert summed == value(f"cbs-{indicator}-h9-{year}") == printed


@pytest.mark.parametrize("code", [*NINE, "H9"])
@pytest.mark.parametrize("indicator", ["youths", "trajectories"])
def test_printed_growth_follows_from_the_counts(indicator: str, code: str) -> None:
    before, after = (value(f"cbs-{indicator}-{code.lower()}-{year}") for year in YEARS)
    printed = value(f"cbs-{indicator}-growth-{code.lower()}-2021-2022")
    assert rounded(100 * (after - before) / before) == printed


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("code", [*NINE, "H9"])
def test_age_groups_tie_within_rounding(code: str, year: str) -> None:
    ages = sum(value(f"cbs-youths-{code.lower()}-{year}-age-{age}") for age in ("0-3", "4-11", "12-17", "18-22"))
    cells = 9 if code == "H9" else 1
    assert abs(ages - value(f"cbs-youths-{code.lower()}-{year}")) <= Decimal("2.5") * 5 * cells


def test_referrers_leave_a_gap_in_the_country() -> None:
    summed = sum(value(f"cbs-referrer-{who}-nl00-2022") for who in REFERRERS)
    assert summed == value("cbs-referrer-sum-nl00-2022") == 643_710
    assert value("cbs-trajectories-nl00-2022") - summed == value("cbs-referrer-gap-nl00-2022") == 51_385


@pytest.mark.parametrize("code", ["NL00", "H9", *NINE])
def test_referrer_shares_follow_from_the_counts(code: str) -> None:
    area = code.lower()
    base = sum(known(f"cbs-referrer-{who}-{area}-2022") for who in REFERRERS)
    for who in ("municipality", "gp", "none", "certified-institution"):
        printed = value(f"own-referrer-share-{who}-{area}-2022")
        assert rounded(100 * value(f"cbs-referrer-{who}-{area}-2022") / base) == printed, who


def test_shares_of_0_17_fit_the_counts() -> None:
    """Zoetermeer has the highest share of the nine and the country lies between lowest and highest."""
    shares = {code: value(f"cbs-share-assistance-{code.lower()}-2022") for code in NINE}
    assert max(shares, key=lambda code: shares[code]) == "GM0637" and shares["GM0637"] == Decimal("17.5")
    assert min(shares.values()) < value("cbs-share-assistance-nl00-2022") == Decimal("13.2") < max(shares.values())


def test_half_years_lie_below_the_year() -> None:
    year = value("cbs-share-assistance-nl00-2023")
    assert all(value(f"cbs-share-assistance-nl00-2023-{half}") < year for half in ("h1", "h2"))


def test_later_vintage_differs_from_the_first() -> None:
    """cbsodataR, guide on maps: Almere 12.9, Achtkarspelen 13.0, Ameland 7.9; the export of June 2023 had others."""
    for area, tenths in {"gm0034": -1, "gm0059": 2, "gm0060": 1}.items():
        first, later = value(f"cbs-share-assistance-{area}-2022"), value(f"cbs-share-assistance-{area}-2022-later")
        assert 10 * (later - first) == tenths


def test_out_is_start_plus_in_minus_end() -> None:
    start, inflow, end, out = (value(f"cbs-flow-{what}-nl00-2021-h1") for what in ("start", "in", "end", "out"))
    assert end == 362_320 and start + inflow - end == out == 114_085


def test_ages_on_one_day_tie_within_rounding() -> None:
    ages = sum(value(f"cbs-youths-nl00-2023-12-31-age-{age}") for age in ("0-3", "4-11", "12-17", "18-22"))
    assert abs(ages - value("cbs-youths-nl00-2023-12-31")) <= Decimal("12.5")


@pytest.mark.parametrize(
    ("year", "gap"),
    [(str(year), {2016: 2000, 2018: -215, 2020: 90}.get(year, 0)) for year in range(2016, 2025)],
)
def test_national_series_ties_except_where_the_source_does_not(year: str, gap: int) -> None:
    ages = value(f"nji-youths-nl00-{year}-age-0-17") + value(f"nji-youths-nl00-{year}-age-18-22")
    assert ages - value(f"nji-youths-nl00-{year}") == gap
    note = FACTS.loc[FACTS["fact_id"] == f"nji-youths-nl00-{year}", "note"].iloc[0]
    assert ("tellen in de bron op" in note) == (gap != 0)


def test_break_of_2021_shows_in_almere() -> None:
    before, after = value("kwb-youths-gm0034-2020"), value("kwb-youths-gm0034-2021")
    assert rounded(100 * (after - before) / before) == value("kwb-youths-growth-gm0034-2020-2021") == Decimal("10.5")


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("suffix", ["", "-age-0-14", "-age-15-24"])
def test_inhabitants_of_the_region_are_the_sum(year: str, suffix: str) -> None:
    summed = sum(value(f"kwb-inhabitants-{code.lower()}-{year}{suffix}") for code in NINE)
    assert summed == value(f"kwb-inhabitants-h9-{year}{suffix}")


@pytest.mark.parametrize(("area", "printed"), [("gm0518", 87), ("gm0637", 91)])
def test_neighbourhoods_do_not_add_up(area: str, printed: int) -> None:
    share = 100 * value(f"own-neighbourhood-sum-{area}-2022") / value(f"cbs-youths-{area}-2022")
    assert rounded(share, "1") == value(f"own-neighbourhood-share-{area}-2022") == printed


@pytest.mark.skipif(not REGION.is_file(), reason="de open data in shared/ is hier niet aanwezig")
def test_facts_are_the_cells_of_the_open_data() -> None:
    """Every count of the nine, Voorschoten, the region and the country equals the cell our reader finds."""
    cells = read(REGION, Context()).frame
    totals = cells[cells["measure"].isin(["youths", "trajectories"]) & cells["value"].notna()]
    assert len(totals) == 46
    for row in totals.itertuples():
        assert value(f"cbs-{row.measure}-{row.area.lower()}-{row.period[:4]}") == Decimal(row.value)


# -- councils -------------------------------------------------------------------------------------------


def test_savings_path_in_millions() -> None:
    """Zoetermeer, raadsvoorstel 2025-038583, table in the section Financiën."""
    path = [value(f"savings-path-{year}") / 1_000_000 for year in range(2027, 2034)]
    assert path == [Decimal(text) for text in ("-11.3", "-14.3", "-21.5", "-24", "-25", "-25", "-25")]
    assert sum(path) == Decimal("-146.1") == value("savings-path-total") / 1_000_000
    assert path[-1] * 1_000_000 == value("savings-target-full") == value("savings-target-full-midden-delfland")


def test_target_as_share_of_the_budget() -> None:
    share = -100 * value("savings-target-full") / value("regional-budget")
    assert rounded(share) == value("savings-share-of-budget") == Decimal("7.1")


def test_contribution_of_zoetermeer_adds_up() -> None:
    years = [value(f"project-contribution-gm0637-{year}") for year in (2024, 2025, 2026)]
    assert years == [44_208, 151_424, 151_424] and sum(years) == value("project-contribution-gm0637") == 347_056


def test_project_cost_is_less_than_a_hundredth_of_the_budget() -> None:
    assert value("project-cost-h9") == value("project-cost-h9-westland")
    share = 100 * value("project-cost-h9") / value("regional-budget")
    assert share < value("project-share-of-budget-max") == 1
    assert value("project-contribution-gm0637") + value("project-contribution-gm1842") < value("project-cost-h9")


@pytest.mark.parametrize(("vintage", "intensity"), [("2018-11", 85), ("2019-03", 69)])
def test_growth_split_is_whole(vintage: str, intensity: int) -> None:
    parts = [value(f"growth-split-{part}-gm0637-{vintage}") for part in ("intensity", "harmonisation")]
    assert parts[0] == intensity and sum(parts) == 100


def test_forecast_split_is_not_shown_as_a_fact() -> None:
    split = FACTS[FACTS["indicator"] == "cost_growth_split"]
    assert split.groupby("vintage")["status"].unique().map(list).to_dict() == {
        "2018-11-26": ["raming"],
        "2019-03": ["feit"],
    }


def test_local_targets_are_the_stated_years_only() -> None:
    local = FACTS[FACTS["topic"] == "local-target"]
    stated = {(row.period, Decimal(row.value) / 1_000_000) for row in local.itertuples()}
    assert stated == {("2025", Decimal(3)), ("2026", Decimal(7)), ("2027", Decimal("6.8"))}
    assert set(local["area"]) == {"GM0637"} and set(local["status"]) == {"doel"}


def test_measures_of_2019_add_up_to_the_net_total() -> None:
    net = [value(f"measure-2019-{number:02d}-net") for number in range(1, 18)]
    assert sum(net) == value("measures-2019-net-total") == 3_375_600 and len(net) == value("measures-2019-count")


@pytest.mark.parametrize("number", range(1, 18))
def test_net_is_gross_minus_cost_except_where_the_source_says_otherwise(number: int) -> None:
    gross, cost, net = (known(f"measure-2019-{number:02d}-{what}") for what in ("gross", "cost", "net"))
    assert (net == gross - cost) == (number not in (8, 17))
    explained = FACTS.loc[FACTS["fact_id"] == f"measure-2019-{number:02d}-net", "note"].iloc[0]
    assert (explained != "") == (number in (3, 8, 11, 17))


def test_voorzorg_yields_a_fifth_more_than_it_costs() -> None:
    cost, gain = value("measure-2019-03-cost"), value("measure-2019-03-return")
    assert rounded(cost * (1 + gain / 100), "1E+3") == value("measure-2019-03-yield")
    assert value("measure-2019-03-yield") / 2 == value("measure-2019-03-gross")


@pytest.mark.parametrize("topic", ["savings-path", "local-target", "project", "decomposition", "measures-2019"])
def test_council_figures_name_a_numbered_or_dated_document(topic: str) -> None:
    documents = FACTS.loc[FACTS["topic"] == topic, "document"].unique()
    assert all(re.search(r"\d{4}", document) for document in documents)


# -- derived figures: our own sums are recomputed from the figures they rest on ---------------------------


@pytest.mark.parametrize(
    ("column", "printed"), [("gross", 6_033_600), ("cost", 483_000), ("net", 3_375_600), ("societal", 1_187_000)]
)
def test_every_column_of_the_measures_adds_up(column: str, printed: int) -> None:
    summed = sum(known(f"measure-2019-{number:02d}-{column}") for number in range(1, 18))
    assert summed == value(f"measures-2019-{column}-total") == printed


def test_what_net_lacks_is_budgeted_before_or_not_explained() -> None:
    """Gross minus cost minus net is nothing, except for measures 8 and 17."""
    gap = sum(
        (known(f"measure-2019-{number:02d}-{column}") * sign)
        for number in range(1, 18)
        for column, sign in (("gross", 1), ("cost", -1), ("net", -1))
    )
    budgeted, unexplained = value("measure-2019-08-difference"), value("measure-2019-17-difference")
    assert (budgeted, unexplained) == (1_950_000, 225_000) and gap == budgeted + unexplained
    for number, difference in ((8, budgeted), (17, unexplained)):
        gross, cost, net = (value(f"measure-2019-{number:02d}-{what}") for what in ("gross", "cost", "net"))
        assert gross - cost - net == difference


def test_one_off_money_is_apart_from_the_structural_amounts() -> None:
    assert value("measure-2019-07-one-off") + value("measure-2019-11-one-off") == value("measures-2019-one-off-total")
    structural = [number for number in range(1, 18) if known(f"measure-2019-{number:02d}-cost")]
    assert structural == [3, 5, 7]  # Actieplan 2019, paragraaf 3.1: "bij maatregel 3, 5 en 7 structureel"


@pytest.mark.parametrize("number", ["03", "11"])
def test_a_halved_measure_saves_as_much_for_society(number: str) -> None:
    assert value(f"measure-2019-{number}-municipal-share") == 50
    assert value(f"measure-2019-{number}-gross") == value(f"measure-2019-{number}-societal")


def test_voorzorg_before_rounding() -> None:
    exact = value("measure-2019-03-cost") * (1 + value("measure-2019-03-return") / 100)
    assert exact == value("measure-2019-03-yield-exact") == 218_400
    assert rounded(exact, "1E+3") == value("measure-2019-03-yield")


def test_ggz_at_school_saves_what_the_trajectories_cost_now() -> None:
    assert value("measure-2019-05-current-cost") == value("measure-2019-05-gross") == 670_000


def test_pgb_tariff_follows_from_the_overhead_of_2014() -> None:
    assert 100 - value("measure-2019-14-overhead") == value("measure-2019-14-pgb-tariff-current")
    assert value("measure-2019-14-pgb-tariff-proposed") < value("measure-2019-14-pgb-tariff-current")


def test_the_split_shifts_by_as_much_on_both_sides() -> None:
    for part, sign in (("intensity", 1), ("harmonisation", -1)):
        early, late = (value(f"growth-split-{part}-gm0637-{vintage}") for vintage in ("2018-11", "2019-03"))
        assert late - early == sign * value("growth-split-shift-gm0637") == sign * -16


def test_the_path_never_falls_and_lies_below_the_full_amount_for_four_years() -> None:
    path = [-value(f"savings-path-{year}") for year in range(2027, 2034)]
    full = -value("savings-target-full")
    assert path == sorted(path) and [amount < full for amount in path] == [True] * 4 + [False] * 3
    assert sum(full - amount for amount in path[:4]) == value("savings-below-full-2027-2030") == 28_900_000
    assert rounded(100 * path[0] / full) == value("savings-path-share-2027") == Decimal("45.2")


def test_region_against_the_country() -> None:
    national = value("reform-national-full-zoetermeer")
    assert national == value("reform-national-2027")  # "bijna" in the one, without it in the other
    assert -100 * value("savings-target-full") / national == value("savings-share-of-national")
    youths = 100 * value("cbs-youths-h9-2022") / value("cbs-youths-nl00-2022")
    assert rounded(youths) == value("cbs-youths-share-h9-nl00-2022") == Decimal("7.0")


def test_local_cut_grows_by_one_step_a_year() -> None:
    after = value("local-cut-gm0637-2026") + value("local-cut-step-gm0637")
    assert after == value("local-cut-gm0637-2027-derived") == 8_000_000
    share = -100 * value("reform-local-gm0637-2027") / value("savings-target-full")
    assert rounded(share) == value("local-share-of-regional-gm0637") == Decimal("27.2")


def test_contributions_as_shares_of_the_project_cost() -> None:
    two_years = value("project-contribution-gm0637-2025") + value("project-contribution-gm0637-2026")
    assert two_years == value("project-contribution-gm0637-2025-2026")
    assert two_years == value("project-contribution-gm0637") - value("project-contribution-gm0637-2024")
    for paid, fact in (
        (two_years, "project-share-gm0637-2025-2026"),
        (value("project-contribution-gm0637"), "project-share-gm0637-2024-2026"),
        (value("project-contribution-gm1842"), "project-share-gm1842-2025-2026"),
    ):
        assert rounded(100 * paid / value("project-cost-h9")) == value(fact)


@pytest.mark.parametrize("area", ["gm0637", "gm1842"])
def test_inhabitants_as_a_share_of_the_region(area: str) -> None:
    share = 100 * value(f"kwb-inhabitants-{area}-2022") / value("kwb-inhabitants-h9-2022")
    assert rounded(share) == value(f"own-inhabitants-share-{area}-2022")


def test_youths_as_a_share_of_the_region() -> None:
    share = 100 * value("cbs-youths-gm0637-2022") / value("cbs-youths-h9-2022")
    assert rounded(share) == value("cbs-youths-share-gm0637-h9-2022") == Decimal("14.3")


@pytest.mark.parametrize("area", ["gm0637", "h9"])
def test_youths_per_inhabitants_up_to_24(area: str) -> None:
    inhabitants = sum(value(f"kwb-inhabitants-{area}-2022-age-{ages}") for ages in ("0-14", "15-24"))
    share = 100 * value(f"cbs-youths-{area}-2022") / inhabitants
    assert rounded(share) == value(f"own-youths-per-0-24-{area}-2022")


def test_one_in_six_fits_youths_under_18_only() -> None:
    """Zoetermeer says one in six and gives no ages; CBS has 17.5 percent of 0-17 years in 2022."""
    one_in = value("use-one-in-gm0637")
    assert rounded(100 / value("cbs-share-assistance-gm0637-2022"), "1") == one_in == 6
    assert rounded(100 / value("own-youths-per-0-24-gm0637-2022"), "1") > one_in


def test_nine_is_one_and_eight() -> None:
    assert len(NINE) == 1 + value("partner-municipalities-gm0637") == value("municipalities-h9") == 9
    assert value("municipalities-h9") == value("municipalities-h9-midden-delfland")


def test_documents_agree_on_segments_and_contract_years() -> None:
    assert value("segments-h9") == value("segments-h9-midden-delfland") == 5
    assert value("segments-task-based-h9") == value("segments-revision-h9") == value("segments-h9") - 1
    assert value("contract-years-h9") == value("contract-years-h9-westland") == 6


def test_growth_of_the_hague_from_its_own_amounts() -> None:
    before, after = value("cost-gm0518-2015"), value("cost-gm0518-2019")
    assert rounded(100 * (after - before) / before) == value("cost-growth-own-gm0518-2015-2019") == Decimal("67.1")
    assert value("cost-growth-gm0518-2015-2019") == 66


def test_ages_of_2016_add_up_to_another_total() -> None:
    ages = value("nji-youths-nl00-2016-age-0-17") + value("nji-youths-nl00-2016-age-18-22")
    assert ages == value("nji-youths-nl00-2016-sum-of-ages") != value("nji-youths-nl00-2016")


def test_bounds_are_in_order() -> None:
    for low in FACTS.loc[FACTS["breakdown"].str.contains("ondergrens"), "fact_id"]:
        assert value(low) < value(low.replace("-low", "-high"))


# -- indexation -----------------------------------------------------------------------------------------


def percent(year: int, series: str, status: str) -> Decimal:
    found = INDEX[(INDEX["year"] == str(year)) & (INDEX["series"] == series) & (INDEX["status"] == status)]
    assert len(found) == 1, (year, series, status)
    return Decimal(found["percent"].iloc[0])


@pytest.mark.parametrize(
    ("year", "status"),
    [(2023, "voorlopig"), (2023, "definitief"), (2024, "voorlopig"), (2024, "definitief"), (2025, "voorlopig")],
)
def test_advice_is_nine_tenths_wages_and_one_tenth_prices(year: int, status: str) -> None:
    mixed = (9 * percent(year, "OVA", status) + percent(year, "PPC", status)) / 10
    printed = percent(year, "VNG 90/10", status)
    assert abs(mixed - printed) <= Decimal("0.005")


def test_correction_over_2023_is_a_ratio() -> None:
    final, first = (percent(2023, "VNG 90/10", status) for status in ("definitief", "voorlopig"))
    correction = percent(2024, "VNG nacalculatie over het jaar ervoor", "toe te passen")
    assert abs(100 * ((100 + final) / (100 + first) - 1) - correction) < Decimal("0.01")
    total = percent(2024, "VNG 90/10 met nacalculatie", "toe te passen")
    assert percent(2024, "VNG 90/10", "voorlopig") + correction == total == Decimal("6.30")


def test_corrected_figure_of_2025_is_a_difference_and_the_first_a_ratio() -> None:
    base, name = percent(2025, "VNG 90/10", "voorlopig"), "VNG nacalculatie over het jaar ervoor"
    used, wrong = percent(2025, name, "toe te passen"), percent(2025, name, "fout gepubliceerd")
    assert (
        rounded(base + used, "0.01") == percent(2025, "VNG 90/10 met nacalculatie", "toe te passen") == Decimal("4.96")
    )
    assert (
        rounded(base + wrong, "0.01")
        == percent(2025, "VNG 90/10 met nacalculatie", "fout gepubliceerd")
        == Decimal("4.91")
    )
    exact = (9 * percent(2024, "OVA", "voorlopig") + percent(2024, "PPC", "voorlopig")) / 10
    final = percent(2024, "VNG 90/10", "definitief")
    assert final - exact == used and rounded(100 * ((100 + final) / (100 + exact) - 1), "0.01") == wrong


@pytest.mark.parametrize(("fact", "status"), [("first", "fout gepubliceerd"), ("corrected", "toe te passen")])
def test_index_of_2025_is_the_same_in_both_files(fact: str, status: str) -> None:
    assert value(f"vng-index-2025-{fact}") == percent(2025, "VNG 90/10 met nacalculatie", status)


def test_every_index_names_its_source() -> None:
    assert (INDEX["source"].str.strip() != "").all() and not INDEX.duplicated(["year", "series", "status"]).any()


# -- SCP, neighbourhoods of 2017 ----------------------------------------------------------------------

SCP = ROOT.parent / "shared" / "data" / "scp_wijk_2017_h9.csv"


@pytest.mark.skipif(not SCP.is_file(), reason="the file of the SCP is not beside this project")
@pytest.mark.parametrize("code", NINE)
def test_means_of_neighbourhoods_follow_from_the_file_of_the_scp(code: str) -> None:
    told = pd.read_csv(SCP).dropna(subset=["perc_jhzv", "perc_przv"])
    rows = told[told["gemeentecode"] == int(code[2:])]
    name = code.lower()
    for kind, column in (("observed", "perc_jhzv"), ("expected", "perc_przv")):
        assert rounded(Decimal(f"{rows[column].mean():.6f}")) == value(f"scp-{kind}-mean-{name}-2017")
    assert len(rows) == value(f"scp-compared-{name}-2017")
    assert (rows["perc_jhzv"] > rows["perc_przv"]).sum() == value(f"scp-above-expected-{name}-2017")


def test_claims_name_figures_that_are_there() -> None:
    claims = pd.read_csv(ROOT / "data" / "published" / "claims.csv", dtype="str", keep_default_na=False)
    told = claims[claims["fact_id"] != ""]
    assert set(told["kind"]) == {"one_in"} and set(told["fact_id"]) <= set(FACTS["fact_id"])
    for row in told.itertuples():
        fact = FACTS[FACTS["fact_id"] == row.fact_id].iloc[0]
        assert (fact["area"], fact["unit"], fact["document"]) == (row.area, "een op", row.document)
