"""Chapter 50 on a region made by hand: sentences and amounts for a target that is met, missed, exact, out of reach."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.chapters import (
    savings,
    savings_assumptions,
    savings_chance,
    savings_local,
    savings_needed,
    savings_phasing,
    savings_scenarios,
    savings_sliders,
    savings_steps,
    savings_timeline,
)
from jeugd_analysis.chapters.savings_plan import plan_of, scenario_names, thousands
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.store import Store

ROOT = Path(__file__).resolve().parents[3]
QUARTER = Quarter(2026, 3)
PERIOD, REGION, TOWN, SMALL = QUARTER.label, "GM0000", "GM0637", "GM1842"
MILLION = 100_000_000  # cents
Costs = Mapping[str, Mapping[str, float | None]]

# Millions in 2025. Region: 100 in S1 and 100 in S5, so the last target of 25 million is 12.5 each. Town: 60 and 40 of
# 100, half of the region, so 12.5 million: 7.5 in S1 and 5 in S5. S9 lies outside and takes no part.
COSTS: Costs = {
    REGION: {"S1": 100, "S5": 100, "S9": 30},
    TOWN: {"S1": 60, "S5": 40, "S9": 10},
    SMALL: {"S1": 40, "S5": 60, "S9": 20},
}


def release(costs: Costs) -> pd.DataFrame:
    """Cells of 2025 as a page may show them; None is a hidden amount."""
    rows = []
    for area, parts in costs.items():
        total = sum(COSTS[area][code] for code in parts)
        for level, million in {"alle": total, **parts}.items():
            cents = None if million is None else round(million * MILLION)
            rows.append(
                {
                    "area": area, "period_kind": "jaar", "period": "2025", "level": level,
                    "dimension": "totaal" if level == "alle" else "segment", "youths": 100, "amount_cents": 0,
                    "published": None if cents is None else 100, "status": "primary" if cents is None else "rounded",
                    "amount_published": cents, "amount_status": "primary" if cents is None else "shown",
                }
            )  # fmt: skip
    frame = pd.DataFrame(rows)
    return frame.astype({"published": "Int64", "amount_published": "Int64"})


def outlook(factors: Mapping[str, float]) -> pd.DataFrame:
    """Estimates of the outlook: per segment the cost of 2026 to 2033 grows so much a year; laag is flat, hoog twice."""
    rows = [
        (segment, year, scenario, (1 + times * growth) ** (year - 2025), None, None)
        for segment, growth in factors.items() for year in range(2026, 2034)
        for scenario, times in (("laag", 0), ("midden", 1), ("hoog", 2))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["segment", "year", "scenario", "index", "low", "high"])


TWO_PLACES = (
    "municipality,name,cbs_name,valid_from,valid_to\nGM0637,Zoetermeer,Zoetermeer,2015-01-01,\n"
    "GM1842,Midden-Delfland,Midden-Delfland,2015-01-01,\n"
)


@pytest.fixture
def project(own_project: Store) -> Store:
    """Our reference data with two municipalities and one scenario; no deliveries."""
    reference = own_project.project / "data" / "reference"
    (reference / "municipalities.csv").write_text(TWO_PLACES, "utf8")
    for file in (reference / "scenarios").glob("*.toml"):
        if file.stem not in ("basis", "kansen"):
            file.unlink()
    return own_project


@pytest.fixture
def region(project: Store) -> Callable[..., None]:
    """Write the release and the scenarios: full effect of one measure in S1 and one in S5, at once from 2027."""

    def make(
        s1: float = 0.10, s5: float = 0.20, *, costs: Costs = COSTS, chances: str = "", start: str = "2027-K1"
    ) -> None:
        project.write_release(QUARTER, release(costs), "proef")
        project.write_estimates(QUARTER, {"outlook_index": outlook({})}, "proef")
        told = 'name = "Proef"\nstatus = "aanname"\nexplanation = "Alles is een aanname."\n'
        for name, code, share in (("Eerste", "S1", s1), ("Tweede", "S5", s5)):
            told += f'[[measures]]\nmeasure = "{name}"\nsegment = "{code}"\nfull_effect_share = {share}\n'
            told += f'start = "{start}"\nramp_quarters = 0\n'
        write(project, "basis", told)
        about = 'name = "Kansen"\nstatus = "aanname"\nexplanation = "Kansen."\nbased_on = "basis"\nrho = 0.3\n'
        extra = "low_share = {0}\nhigh_share = {0}\nrun_off_quarters = 0\nshifted_share = 0.0\n"
        for name, share in (("Eerste", s1), ("Tweede", s5)):
            about_one = f'[[measures]]\nmeasure = "{name}"\n{extra.format(share)}'
            about += ("draws = 20000\nseed = 7\n" if name == "Eerste" else "") + about_one
            about += chances or "success_probability = 0.5\n"
        write(project, "kansen", about)

    return make


def write(store: Store, name: str, text: str) -> None:
    (store.project / "data" / "reference" / "scenarios" / f"{name}.toml").write_text(text, "utf8")


def rows(finding: Finding, table: int = 0) -> list[list[str]]:
    """One of its tables as plain text, row by row."""
    body = finding.table.split("<tbody>")[table + 1].partition("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("</tr>")]
    return [[plain(cell) for cell in row] for row in cells if row]


def plain(text: str) -> str:
    return unescape(text.replace("<br>", "\n")).replace("\u00a0", " ").replace("\u2060", "")


def records(spec: object) -> list[dict[str, object]]:
    """Every data record of a chart."""
    if isinstance(spec, dict):
        own = spec.get("values", []) if isinstance(spec.get("values"), list) else []
        return [*own, *(row for part in spec.values() for row in records(part))]
    return [row for part in spec for row in records(part)] if isinstance(spec, list) else []


def words(finding: Finding) -> str:
    return plain(" ".join(finding.texts.values()))


# -- where the target comes from -------------------------------------------------------------------


def test_the_cascade_tells_the_published_amounts_and_what_is_open(region):
    region()
    finding = savings.cascade(REGION, PERIOD, "alle")
    assert "€ 374,0 mln in 2023" in words(finding)
    assert "bijna € 1 mld vanaf 2027" in words(finding)
    assert "€ 25,0 mln per jaar" in words(finding)
    assert "2,5% van het landelijke bedrag" in words(finding)
    assert "4 stappen staan nog onder voorbehoud" in words(finding)
    assert [row[2] for row in rows(finding) if "(2033)" in row[2]] == ["€ 11,3 mln (2027) tot € 25,0 mln (2033)"]


def test_a_step_of_another_municipality_stays_off_the_page(region):
    region()
    town, small = (savings.cascade(area, PERIOD, "alle").table for area in (TOWN, SMALL))
    assert "Perspectiefnota" in town
    assert "Perspectiefnota" not in small


def test_the_two_readings_of_the_price_level(region, project):
    region()
    file = project.project / "data" / "reference" / "indexation.csv"
    file.write_text("year,percent,status,source\n2026,10.00,aanname,proef\n", "utf8")
    finding = savings.prices(REGION, PERIOD, "alle")
    # 10 % a year after 2025: in 2027 the level is 1.21. 11.3 / 1.21 = 9.34 and 11.3 x 1.21 = 13.67.
    assert rows(finding)[0] == ["2027", "€ 11,3 mln", "€ 9,3 mln", "€ 13,7 mln"]
    assert "Voor de jaren na 2026 is de laatste waarde (10,0%) aangehouden" in finding.source


def test_local_targets_stand_beside_the_path_and_are_never_added(region):
    region()
    finding = savings_local.local_targets(TOWN, PERIOD, "alle")
    told = {row[0]: row[1:4] for row in rows(finding)}
    assert told["2025"] == ["€ 3,0 mln", "–", "–"]
    assert told["2026"] == ["€ 7,0 mln", "–", "–"]
    assert told["2027"] == ["€ 8,0 mln", "€ 6,8 mln", "€ 11,3 mln"]
    assert told["2033"] == ["€ 14,0 mln", "€ 6,8 mln", "€ 25,0 mln"]
    assert "Tel ze daarom niet bij elkaar op" in words(finding)
    assert "geen eigen taakstelling" in words(savings_local.local_targets(SMALL, PERIOD, "alle"))


def test_the_contracts_may_end_before_the_path(region):
    region()
    said = words(savings.target(REGION, PERIOD, "alle"))
    assert "zeker tot en met 2032. De opgave loopt door tot en met 2033" in said


# -- the worked example ----------------------------------------------------------------------------


def test_targets_are_shared_by_cost_in_cents_that_add_up(region):
    region()
    region_plan, town, small = (plan_of(area, PERIOD, "alle").targets for area in (REGION, TOWN, SMALL))
    both = town["target_cents"] + small["target_cents"]
    assert both.tolist() == region_plan["target_cents"].tolist()
    last = town[town["year"] == 2033].set_index("segment")["target_cents"]
    assert {code: last[code] for code in ("S1", "S5")} == {"S1": 750_000_000, "S5": 500_000_000}


def test_the_region_and_the_town_have_targets_that_are_never_added(region):
    """The town's own cut and its part of the regional path stand in columns of their own; no cell holds their sum."""
    region()
    finding = savings_local.local_targets(TOWN, PERIOD, "alle")
    told = {row[0]: row[1:4] for row in rows(finding)}
    assert told["2027"] == ["€ 8,0 mln", "€ 6,8 mln", "€ 11,3 mln"]  # 7 in 2026 and 1 more; 6.8; the region's path
    sums = {"€ 14,8 mln", "€ 19,3 mln", "€ 18,1 mln", "€ 26,1 mln"}
    assert not sums & {cell for row in rows(finding) for cell in row}
    assert "Samen" not in finding.table and "Tel ze daarom niet bij elkaar op" in words(finding)


def test_one_off_cost_counts_against_the_saving_in_the_year_of_the_start(region, project):
    region(0.10, 0.20)
    write(
        project, "eenmalig", 'name = "Eenmalig"\nstatus = "aanname"\nexplanation = "x"\nbased_on = "basis"\n'
        "one_off_share = 0.05\n",
    )  # fmt: skip
    saved = [
        plan_of(REGION, PERIOD, "alle", scenario=name).phased().groupby("year")["saving_cents"].sum()
        for name in ("basis", "eenmalig")
    ]
    # 10 % and 20 % of 100 million each; once 5 % of both, in 2027.
    assert saved[0].loc[[2027, 2028]].tolist() == [30 * MILLION, 30 * MILLION]
    assert saved[1].loc[[2027, 2028]].tolist() == [20 * MILLION, 30 * MILLION]


def test_the_sliders_start_with_the_plan(region):
    region(0.10, 0.20)
    finding = savings_sliders.sliders(TOWN, PERIOD, "alle")
    phased = savings_phasing.phasing(TOWN, PERIOD, "alle")
    assert rows(finding) == rows(phased)
    told = finding.sliders.dial
    assert [each["code"] for each in told["segments"]] == ["S1", "S5"]
    assert told["segments"][0]["base"] == "6_000_000_000" and told["segments"][0]["measures"][0]["rate"][20] == "1/10"


def test_every_assumption_is_told(region):
    region()
    told = dict(rows(savings_assumptions.assumptions(REGION, PERIOD, "alle")))
    assert told["Groei per jaar waar een vooruitblik ontbreekt"] == "0,0%, 2,0% en 4,0%; getekend: 2,0%"
    assert told["Tempo in de tabel"] == "een half jaar eerder, zoals gepland, een jaar later en 2 jaar later"


def test_what_cannot_be_seen_of_a_measure_is_told(own_project):
    finding = savings_assumptions.measurable(REGION, PERIOD)
    assert len(rows(finding)) == 6 and "Bij elke maatregel blijft iets buiten beeld" in words(finding)
    write(own_project, "basis", MINIMAL)
    assert "Bij geen enkele maatregel is opgeschreven" in words(savings_assumptions.measurable(REGION, PERIOD))


MINIMAL = (
    'name = "Kaal"\nstatus = "aanname"\nexplanation = "x"\n[[measures]]\nmeasure = "Eén"\nsegment = "S1"\n'
    'full_effect_share = 0.1\nstart = "2027-K1"\nramp_quarters = 0\n'
)


def test_an_uncertain_step_leads_to_the_scenario_that_works_it_out(own_project):
    finding = savings.cascade(REGION, PERIOD, "alle")
    open_steps = [row for row in rows(finding) if "Groeipijn" in row[1] or "Voorjaarsnota" in row[1]]
    assert len(open_steps) == 2 and all("scenario ‘Lagere opgave’" in row[1] for row in open_steps)


@pytest.mark.parametrize(
    ("shares", "title"),
    [
        # Saving in 2033: 100 x s1 + 100 x s5 million against 25.
        ((0.10, 0.20), "is de opgave in de regio Haaglanden in 2033 gehaald, met € 5,0 mln over"),
        ((0.10, 0.15), "is de opgave in de regio Haaglanden in 2033 precies gehaald"),
        ((0.05, 0.05), "is in de regio Haaglanden in 2033 nog € 15,0 mln te vinden"),
    ],
)
def test_the_title_is_right_for_met_exactly_met_and_missed(region, shares, title):
    region(*shares)
    assert plain(savings_phasing.phasing(REGION, PERIOD, "alle").title) == f"In dit rekenvoorbeeld {title}"


@pytest.mark.parametrize(
    ("shares", "course"),
    [
        ((0.10, 0.20), "In elk jaar is de verwachte besparing ten minste zo hoog als de opgave."),
        ((0.05, 0.05), "In geen enkel jaar"),  # 10 million against 11.3 in the first year
        ((0.06, 0.10), "ten minste zo hoog als de opgave in: 2027, 2028."),  # 16 million against 11.3, 14.3, 21.5
    ],
)
def test_the_course_tells_in_which_years_it_is_met(region, shares, course):
    region(*shares)
    assert course in words(savings_phasing.phasing(REGION, PERIOD, "alle"))


def test_the_table_adds_up_as_it_is_read(region):
    region(0.05, 0.05)
    finding = savings_phasing.phasing(TOWN, PERIOD, "alle")  # 60 x 5 % + 40 x 5 % = 5; target 12.5
    assert rows(finding)[-1] == ["2033", "€ 12,5 mln", "€ 5,0 mln", "€ 7,5 mln"]


def test_a_segment_page_is_about_that_segment(region):
    region()
    finding = savings_phasing.phasing(REGION, PERIOD, "S1")  # 10 million against 12.5
    assert plain(finding.title) == (
        "In dit rekenvoorbeeld is in Jeugdhulp met verblijf in 2033 nog € 2,5 mln te vinden"
    )


def test_a_segment_without_cost_has_nothing_to_save(region):
    region()
    assert "geen kosten om op te besparen" in words(savings_phasing.phasing(REGION, PERIOD, "S2"))
    assert len(rows(savings_phasing.per_segment(REGION, PERIOD, "alle"))) == 2


def test_what_the_release_hides_is_hidden_here_too(region):
    hidden = {**COSTS, SMALL: {"S1": None, "S5": 60, "S9": 20}}
    region(costs=hidden)
    finding = savings_phasing.phasing(SMALL, PERIOD, "alle")
    # S1 takes no part on either side: S5 has 60 of 100 of the small one's half, 7.5 million, and saves 20 % of 60.
    assert rows(finding)[-1] == ["2033", "€ 7,5 mln", "€ 12,0 mln", "€ 4,5 mln over"]
    assert "De kosten van Jeugdhulp met verblijf zijn geheim" in words(finding)
    per_segment = {row[0]: row[1:] for row in rows(savings_phasing.per_segment(SMALL, PERIOD, "alle"))}
    assert per_segment["Jeugdhulp met verblijf"] == ["geheim"] * 4
    assert per_segment["Veelvoorkomende jeugdhulp"] == ["€ 60,0 mln", "€ 7,5 mln", "€ 12,0 mln", "€ 4,5 mln over"]


EVERY = [
    savings_sliders.sliders, savings_assumptions.assumptions,
    savings.cascade, savings.target, savings.prices, savings_local.local_targets, savings_phasing.phasing,
    savings_phasing.per_segment, savings_phasing.measures, savings_phasing.growth, savings_chance.chance,
    savings_chance.chance_per_segment, savings_needed.closing, savings_needed.sensitivity,
    savings_scenarios.scenarios, savings_scenarios.grid, savings_scenarios.forms, savings_timeline.contracts,
]  # fmt: skip
OF_ALL = (
    savings.cascade,
    savings.prices,
    savings_local.local_targets,
    savings_chance.chance_per_segment,
)  # say nothing on the page of a segment


@pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__name__)
def test_nothing_is_shown_when_every_cost_is_hidden(region, make):
    hidden = {**COSTS, SMALL: {"S1": None, "S5": None, "S9": None}}
    region(costs=hidden)
    said = words(make(SMALL, PERIOD, "alle"))
    assert said.strip()
    if make.__module__.endswith(("phasing", "chance", "needed", "scenarios")) and make.__name__ not in (
        "measures", "forms",
    ):  # fmt: skip
        assert "De kosten in Midden-Delfland zijn geheim" in said


# -- against no measures, and against last year ----------------------------------------------------


def test_less_than_without_measures_is_not_less_than_last_year(region):
    region(0.10, 0.10)
    finding = savings_phasing.growth(REGION, PERIOD, "alle")
    # Growth of 2 %: 200 x 1.02^2 = 208.08 in 2027 and 200 x 1.02^8 = 234.33 in 2033; a tenth less is 187.27 and 210.90.
    # In 2026 nothing is saved yet: 204.
    assert rows(finding)[0] == ["2027", "€ 208,1 mln", "€ 187,3 mln", "€ 20,8 mln", "−€ 16,7 mln"]
    assert rows(finding)[-1][:4] == ["2033", "€ 234,3 mln", "€ 210,9 mln", "€ 23,4 mln"]
    assert "Bij 2% groei per jaar stijgen de kosten in de regio Haaglanden ondanks de maatregelen" in words(finding)
    assert "Tegenover 2026 zijn ze € 6,9 mln hoger." in words(finding)
    assert "Zonder groei zijn ze € 20,0 mln lager." in words(finding)
    # The phasing rests on the cost of 2025: a tenth of 200.
    assert "Bij de fasering is de besparing € 20,0 mln. Daar werken de maatregelen op" in words(finding)
    assert "De groei is daarom een aanname." in finding.source


def test_savings_are_measured_against_the_outlook(region, project):
    region(0.10, 0.10)
    project.write_estimates(QUARTER, {"outlook_index": outlook({"S1": 0.0, "S5": 0.1})}, "proef")
    finding = savings_phasing.growth(REGION, PERIOD, "alle")
    # S1 stays 100 and S5 grows by a tenth a year: 100 x 1.1^2 = 121 in 2027 and 100 x 1.1^8 = 214.36 in 2033.
    # Before, in 2026: 100 + 110. A tenth less in 2027: 198.9, 11.1 below 2026.
    assert rows(finding)[0] == ["2027", "€ 221,0 mln", "€ 198,9 mln", "€ 22,1 mln", "−€ 11,1 mln"]
    assert rows(finding)[-1][:4] == ["2033", "€ 314,4 mln", "€ 282,9 mln", "€ 31,4 mln"]
    assert "Volgens het midden van de vooruitblik stijgen de kosten in de regio Haaglanden" in words(finding)
    assert "Volgens het lage scenario zijn ze € 20,0 mln lager." in words(finding)  # 200 flat, a tenth less
    # S5 at 20 % a year: 429.98 + 100 = 529.98 in 2033, a tenth less 476.98; in 2026 220.
    assert "Volgens het hoge scenario zijn ze € 257,0 mln hoger." in words(finding)
    assert "de raming van het hoofdstuk Vooruitblik, in prijzen van 2025" in finding.source
    assert "aanname:" not in finding.source
    alone = savings_phasing.growth(REGION, PERIOD, "S1")
    assert "blijven" not in words(alone) and rows(alone)[0][1:3] == ["€ 100,0 mln", "€ 90,0 mln"]


def test_a_segment_without_outlook_grows_as_assumed_and_is_named(region, project):
    region(0.10, 0.10)
    project.write_estimates(QUARTER, {"outlook_index": outlook({"S1": 0.0})}, "proef")
    finding = savings_phasing.growth(REGION, PERIOD, "alle")
    assert rows(finding)[0][1] == "€ 204,0 mln"  # 100 + 100 x 1.02^2
    assert "Voor Veelvoorkomende jeugdhulp is er geen vooruitblik. Daar is de groei een aanname: 2,0%" in finding.source


def test_an_outlook_that_stops_before_the_path_is_not_used(region, project):
    region(0.10, 0.10)
    short = outlook({"S1": 0.1, "S5": 0.1}).query("year < 2033")
    project.write_estimates(QUARTER, {"outlook_index": short}, "proef")
    finding = savings_phasing.growth(REGION, PERIOD, "alle")
    assert rows(finding)[0][1] == "€ 208,1 mln"
    assert "Een vooruitblik tot het einde van de opgave is er niet" in finding.source


@pytest.mark.parametrize(
    ("before", "baseline", "cost", "said"),
    [(10, 12, 11, "stijgen de kosten in X ondanks de maatregelen"), (10, 12, 9, "dalen de kosten in X door de"),
     (10, 8, 7, "dalen de kosten in X, ook zonder de maatregelen"), (10, 10, 9, "dalen de kosten in X door de"),
     (10, 12, 10, "blijven de kosten in X met de maatregelen gelijk")],
)  # fmt: skip
def test_the_title_tells_what_measures_do_and_what_would_happen_anyway(before, baseline, cost, said):
    path = pd.DataFrame({"last_year_cents": [before], "baseline_cents": [baseline], "cost_cents": [cost]})
    assert said in savings_phasing.growth_title(path, "Dan", "X")


def test_costs_that_fall_are_said_to_fall(region):
    region(0.5, 0.5)
    said = words(savings_phasing.growth(REGION, PERIOD, "alle"))
    assert "dalen de kosten in de regio Haaglanden door de maatregelen" in said
    assert "terwijl de kosten toch stijgen" not in said and "Lagere kosten zeggen nog niet" in said


@pytest.mark.parametrize(("cost", "said"), [(11, "terwijl de kosten toch stijgen"), (10, "nog niet"), (9, "nog niet")])
def test_a_target_met_and_cost_that_falls_are_two_things(cost, said):
    assert said in savings_phasing.target_and_cost(pd.DataFrame({"cost_cents": [cost], "last_year_cents": [10]}))


def test_one_segment_has_no_chart_of_segments(region):
    region(0.10, 0.10)
    alone = savings_phasing.per_segment(REGION, PERIOD, "S5")
    assert alone.chart is None and alone.table is not None
    assert savings_phasing.per_segment(REGION, PERIOD, "alle").chart is not None


# -- chance ----------------------------------------------------------------------------------------


def test_two_coins_meet_the_target_in_a_quarter_of_the_draws(region):
    region(0.10, 0.20)  # both are needed: 10 or 20 million is less than 25
    finding = savings_chance.chance(REGION, PERIOD, "alle")
    per_rho = {row[0]: row[4] for row in rows(finding, 1)}
    assert per_rho["0,0"] == "25%"
    # 1/4 + arcsin(rho) / (2 pi): 30 % at 0.3 and 35 % at 0.6 (Sheppard 1899).
    assert per_rho["0,3"] in ("29%", "30%")
    assert per_rho["0,6"] in ("35%", "36%")
    assert "€ 30,0 mln" in {row[3] for row in rows(finding, 1)}


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ("success_probability = 1\n", "is 100%: in elke trekking lukt het"),
        ("success_probability = 0\n", "is 0%: in geen enkele trekking lukt het"),
    ],
)
def test_a_sure_thing_and_an_impossible_one(region, chances, said):
    region(chances=chances)
    assert said in words(savings_chance.chance(REGION, PERIOD, "alle"))


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ("success_probability = 1\n", "De middelste uitkomst is even hoog als bij de fasering: € 30,0 mln."),
        # One in four that both work, so half of all draws save less than 30 million.
        ("", "De middelste uitkomst is lager dan bij de fasering (€ 30,0 mln)."),
    ],
)
def test_what_chance_does_beside_the_phasing(region, chances, said):
    region(0.10, 0.20, chances=chances)
    assert said in savings_chance.chance(REGION, PERIOD, "alle").texts["kans_anders"].replace("\u00a0", " ").replace(
        "\u2060", ""
    )


def test_one_measure_hangs_together_with_none(region):
    region()
    finding = savings_chance.chance(REGION, PERIOD, "S1")
    assert finding.texts["kans_samenhang"] == "" and "rho" not in finding.table
    assert "rho" in savings_chance.chance(REGION, PERIOD, "alle").table


def test_how_many_measures_and_whether_two_work_on_the_same_money(region, project):
    region()
    assert words(savings_phasing.measures(REGION, PERIOD, "alle")) == "Het rekenvoorbeeld telt 2 maatregelen."
    one = words(savings_phasing.measures(REGION, PERIOD, "S1"))
    assert one == "Het rekenvoorbeeld telt één maatregel voor dit segment."
    path = project.project / "data" / "reference" / "scenarios" / "basis.toml"
    path.write_text(path.read_text("utf8").replace('segment = "S1"', 'segment = "S5"'), "utf8")
    assert "De tweede werkt alleen op wat de eerste overlaat" in words(savings_phasing.measures(REGION, PERIOD, "alle"))
    none = words(savings_phasing.measures(REGION, PERIOD, "S1"))
    assert none == "Het rekenvoorbeeld telt geen enkele maatregel voor dit segment."


def test_the_chance_per_segment_follows_its_own_target(region):
    region(0.10, 0.20)  # S1 saves 10 at most of its 12.5; S5 saves 20 with a chance of a half
    told = words(savings_chance.chance_per_segment(REGION, PERIOD, "alle"))
    assert re.search(r"het grootst in Veelvoorkomende jeugdhulp: (49|50|51)%", told)
    assert "In Jeugdhulp met verblijf" in told
    assert "lukt het in geen enkele trekking" in told


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0%"), (0.001, "minder dan 1%"), (0.5, "50%"), (0.999, "meer dan 99%"), (1.0, "100%")]
)
def test_a_chance_is_never_rounded_to_sure_or_impossible(share, text):
    assert savings_chance.chance_number(share) == text


# -- what must be true -----------------------------------------------------------------------------


def test_a_target_that_rounds_to_nothing_is_too_small_and_never_met(region, monkeypatch):
    monkeypatch.setattr("jeugd_analysis.chapters.savings_plan.STEP", 10**12)  # a step above every target here
    region()
    told = savings_phasing.phasing(TOWN, PERIOD, "alle").texts["fasering_zin"]
    assert "te klein om te tonen" in told and "gehaald" not in told


def test_the_smallest_set_that_closes_the_gap(region):
    region(0.10, 0.20)  # expected 5 + 10; sure of the second alone gives 25: exactly enough
    said = words(savings_needed.closing(REGION, PERIOD, "alle"))
    assert "moet één aanname meevallen: Slagen van ‘Tweede’" in said
    assert "precies de opgave" in said


def test_a_target_that_is_met_needs_nothing(region):
    region(0.4, 0.4)  # expected 20 + 20
    finding = savings_needed.closing(REGION, PERIOD, "alle")
    assert "Er hoeft niets mee te vallen" in words(finding)
    assert not finding.table


def test_a_target_out_of_reach_is_called_that(region):
    region(0.05, 0.05)
    said = words(savings_needed.closing(REGION, PERIOD, "alle"))
    assert "Ook als elke aanname meevalt" in said
    assert "De besparing is dan € 10,0 mln. Er is dan nog € 15,0 mln te vinden" in said


def test_the_largest_swing_comes_first(region):
    region(0.10, 0.20)
    finding = savings_needed.sensitivity(REGION, PERIOD, "alle")
    # The second alone: 5 when it fails and 25 when it succeeds.
    assert rows(finding)[0][:4] == ["Slagen van ‘Tweede’", "€ 5,0 mln", "€ 25,0 mln", "€ 20,0 mln"]
    assert "aannames doen er in 2033 niet meer toe" in words(finding)


# -- scenarios -------------------------------------------------------------------------------------


def test_every_file_is_a_scenario_with_its_own_row(region, project):
    region(0.10, 0.20)
    told = 'name = "Half effect"\nstatus = "aanname"\nexplanation = "Helft."\nbased_on = "basis"\neffect_factor = 0.5\n'
    write(project, "half", told)
    write(
        project,
        "lager",
        told.replace("Half effect", "Lagere opgave").replace("effect_factor = 0.5", "target_factor = 0.5"),
    )
    assert scenario_names(plan_of(REGION, PERIOD, "alle").edition) == ["basis", "half", "kansen", "lager"]
    by_name = {row[0]: row[1:4] for row in rows(savings_scenarios.scenarios(REGION, PERIOD, "alle"))}
    assert by_name["Half effect"] == ["€ 25,0 mln", "€ 15,0 mln", "€ 10,0 mln"]
    assert by_name["Lagere opgave"] == ["€ 12,5 mln", "€ 30,0 mln", "€ 17,5 mln over"]


def test_the_grid_of_pace_and_effect(region):
    region(0.10, 0.15)  # 25 million every year against 146.1 in all: 28.9 over
    finding = savings_scenarios.grid(REGION, PERIOD, "alle")
    by_pace = {row[0]: row[1:] for row in rows(finding)}
    assert by_pace["Zoals gepland"][2] == "€ 28,9 mln over"
    assert by_pace["Een jaar later"][2] == "€ 3,9 mln over"  # 25 million less
    assert by_pace["Zoals gepland"][0] == "€ 58,6 mln"  # half of 175 is 87.5
    assert "Met de geplande effecten wordt de opgave in de regio Haaglanden in 2033 gehaald." in words(finding)


def test_the_effect_that_would_be_needed(region):
    region(0.10, 0.10)  # 20 of 25: a quarter more
    said = words(savings_scenarios.grid(REGION, PERIOD, "alle"))
    assert "moet elk effect ongeveer 1,25 keer zo groot zijn" in said
    region(0.01, 0.01)  # 2 of 25
    assert "Ook met 5 keer zo grote effecten" in words(savings_scenarios.grid(REGION, PERIOD, "alle"))


def test_what_is_undecided_per_segment_stays_so(region):
    region()
    everything = savings_scenarios.forms(REGION, PERIOD, "alle")
    assert "19 doelen" in words(everything)
    last = savings_scenarios.forms(REGION, PERIOD, "S5")
    assert "onder voorbehoud" in last.table
    assert "Taakgericht. Westland" not in last.table  # proposed for the other four


# -- timing and risks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "status", "expected"),
    [
        ("2026-09-01", "2026-09-30", "gepland", "loopt"),
        ("2026-09-01", "2026-09-29", "gepland", "datum voorbij"),
        ("2026-10-01", "2026-10-31", "onder voorbehoud", "komt nog"),
        ("2025-01-01", "2025-01-01", "afgerond", "gedaan volgens het stuk"),
    ],
)
def test_where_a_step_stands(start, end, status, expected):
    assert savings_timeline.stand(start, end, status, QUARTER.last_day) == expected


def test_reservations_stay_in_the_timeline(region):
    region()
    finding = savings_timeline.timeline(REGION, PERIOD)
    assert "zijn er 12 onder voorbehoud" in finding.title
    assert {row["soort"] for row in records(finding.chart) if "soort" in row} == {
        "vast of verwacht",
        "onder voorbehoud",
    }


def test_a_risk_is_linked_to_the_assumption_it_would_hit(region):
    region(0.10, 0.10)
    finding = savings_steps.risks(REGION, PERIOD)
    by_name = {row[0]: row[2] for row in rows(finding)}
    # Expected 10 + 10 with a chance of a half: 10 million in each of seven years.
    assert by_name["De start van de maatregelen"] == "Alles een jaar later: € 10,0 mln"
    assert by_name["Het effect van de maatregelen"] == "Alle effecten nog 50%: € 35,0 mln"
    assert by_name["De opgave zelf"] == "25% hoger: € 36,5 mln"
    assert by_name["De verdeelsleutel"] == "niet doorgerekend"
    assert "de opgave zelf (25% hoger)" in words(finding)


def test_before_the_first_measure_there_is_nothing_to_compare(region):
    region()
    assert "begint in 2027-K1" in words(savings_steps.plan_and_actual(REGION, PERIOD))


def test_plan_beside_what_came_in(region, project):
    region(start="2026-K3")
    cells = release(COSTS)
    quarter = cells[(cells["area"] == REGION) & (cells["dimension"] == "totaal")].assign(
        period_kind="kwartaal", period="2026-K3", amount_published=pd.array([55 * MILLION], dtype="Int64")
    )
    project.write_release(QUARTER, pd.concat([cells, quarter], ignore_index=True), "proef 2")
    # A quarter of 230 is 57.5; S1 saves 2.5 and S5 saves 5: 50. What came in is 55.
    assert rows(savings_steps.plan_and_actual(REGION, PERIOD)) == [
        ["2026-K3", "€ 50,0 mln", "€ 55,0 mln", "+€ 5,0 mln"]
    ]
    assert savings_steps.plan_and_actual(REGION, PERIOD).table.count("<table") == 1
    # S1: a quarter of 100 is 25, less 10 %: 22.5. What came in for it is 24. S5 is hidden, S9 has no measure.
    parts = cells[(cells["area"] == REGION) & (cells["dimension"] == "segment")].assign(
        period_kind="kwartaal", period="2026-K3",
        amount_published=pd.array([24 * MILLION, None, 7 * MILLION], dtype="Int64"),
    )  # fmt: skip
    project.write_release(QUARTER, pd.concat([cells, quarter, parts], ignore_index=True), "proef 3")
    assert rows(savings_steps.plan_and_actual(REGION, PERIOD), 1) == [
        ["Jeugdhulp met verblijf", "2026-K3", "€ 22,5 mln", "€ 24,0 mln", "+€ 1,5 mln", "+€ 1,5 mln"]
    ]
    # With an outlook in which S1 costs a fifth more in 2026: 120 / 4 less 10 % is 27.
    project.write_estimates(QUARTER, {"outlook_index": outlook({"S1": 0.2, "S5": 0.0})}, "proef")
    assert rows(savings_steps.plan_and_actual(REGION, PERIOD), 1)[0][2] == "€ 27,0 mln"
    assert "de raming van het hoofdstuk Vooruitblik" in savings_steps.plan_and_actual(REGION, PERIOD).source


@pytest.mark.parametrize(("cents", "expected"), [(49_999, 0), (50_000, 100_000), (-50_001, -100_000), (0, 0)])
def test_amounts_are_rounded_to_whole_thousands(cents, expected):
    assert thousands(cents) == expected


# -- the example region ----------------------------------------------------------------------------


@pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__name__)
def test_every_finding_works_for_every_area_and_segment(in_example, make):
    for area in in_example.region.areas:
        assert words(make(area.code, PERIOD, "alle")).strip()
    for code in ("S1", "S2", "S3", "S4", "S5"):
        assert bool(words(make(REGION, PERIOD, code)).strip()) == (make not in OF_ALL)


@pytest.mark.parametrize(
    "make",
    [savings_timeline.timeline, savings_steps.risks, savings_steps.plan_and_actual, savings_assumptions.measurable],
    ids=lambda make: make.__name__,
)
def test_every_step_works_for_every_area(in_example, make):
    for area in in_example.region.areas:
        assert words(make(area.code, PERIOD)).strip()
