"""Hours per youth, their change, and a maximum: numbers calculated by hand, and what is said when there are few."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from jeugd_analysis.chapters import intensity, intensity_cap, intensity_who
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.mean_change import mean_change
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.release import cap_cells
from jeugd_analysis.store import Store

ROOT = Path(__file__).resolve().parents[3]
PLACE, REGION, LAST = "GM0637", "GM0000", Quarter(2026, 3)
BASIC, SPECIAL = "54001", "54002"
TARIFF = 10_000_00  # cents per hour: large, so that rounding to 10,000 euro hides nothing of a hand calculation
FINDINGS = (intensity.distribution, intensity.change, intensity_cap.maximum, intensity_who.who)
Help = Mapping[tuple[str, int], Sequence[int]]  # product and year -> the hours of each youth


def lines(told: Help) -> pd.DataFrame:
    """Youths take turns over four providers, so that none of them stands out."""
    rows = [
        {
            "youth_id": f"{product}{number:011x}", "municipality": PLACE, "segment": "S5", "product": product,
            "unit": "04", "provider": f"0000000{number % 4}", "year": year, "units": hours,
            "amount_cents": hours * TARIFF,
        }
        for (product, year), youths in told.items()
        for number, hours in enumerate(youths)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def released(use: pd.DataFrame, hidden: Sequence[str] = ()) -> pd.DataFrame:
    """The release of these lines: every number as it is, but for the products that are hidden."""
    told = use.groupby(["product", "year"], as_index=False).agg(
        youths=("youth_id", "nunique"), amount_cents=("amount_cents", "sum")
    )
    rows = told.rename(columns={"product": "level"}).assign(
        area=PLACE, period_kind="jaar", period=told["year"].astype(str), dimension="product"
    )
    secret = rows["level"].isin(list(hidden))
    return rows.drop(columns="year").assign(
        published=rows["youths"].astype("Int64").mask(secret), status=secret.map({True: "primary", False: "rounded"}),
        amount_published=rows["amount_cents"].astype("Int64").mask(secret), amount_status="rounded",
    )  # fmt: skip


def with_caps(release: pd.DataFrame, use: pd.DataFrame, project: Store) -> pd.DataFrame:
    """The release with the numbers of youths above the maxima, as they are; those below ten are hidden."""
    told = project.settings("caps")
    births = project.columns("youths", ["youth_id", "birth_year"], LAST).groupby("youth_id")["birth_year"].max()
    cells = cap_cells(
        use, births, released(use), year=2025, products=told["products"], percentiles=told["percentiles"],
        percentile=told["percentile"], region=REGION, municipalities=[PLACE, "GM0503"], least=10,
    )  # fmt: skip
    few = cells["youths"].between(1, 9)
    return pd.concat([release, cells.assign(
        published=cells["youths"].astype("Int64").mask(few), status=few.map({True: "primary", False: "rounded"}),
        amount_published=pd.NA, amount_status=None,
    )])  # fmt: skip


@pytest.fixture
def project(own_project: Store) -> Store:
    """A project of its own with our reference data; without deliveries."""
    return own_project


def set_caps(project: Store, **told: object) -> None:
    chosen = {"measure": 16, "products": [BASIC], "percentiles": [75], "percentile": 75, "saved_share": 0.5, **told}
    text = "".join(f"{name} = {value!r}\n".replace("'", '"') for name, value in chosen.items())
    (project.project / "data" / "reference" / "caps.toml").write_text(text, "utf8")


@pytest.fixture
def said(project: Store) -> Callable[..., Finding]:
    """A finding over the hours of these youths."""

    def make(finding: Callable[[str, str], Finding], told: Help, hidden: Sequence[str] = ()) -> Finding:
        use = lines(told)
        project.write_marts(LAST, {"youth_lines": use}, "proef")
        project.write_release(LAST, with_caps(released(use, hidden), use, project), "proef")
        return finding(PLACE, LAST.label)

    return make


def rows(finding: Finding) -> list[list[str]]:
    """The table as text, row by row."""
    return [
        re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row.replace("\u00a0", " "))
        for row in str(finding.table).split("</tr>")
        if "<td" in row
    ]


def words(finding: Finding) -> str:
    return " ".join(finding.texts.values()).replace("\u00a0", " ")


# -- the distribution ----------------------------------------------------------------------------

HUNDRED = {(BASIC, 2025): range(1, 101)}  # 1 to 100 hours: half get 50 or fewer, nine of ten 90 or fewer


def test_half_and_nine_tenths_of_a_hundred_youths(said):
    finding = said(intensity.distribution, HUNDRED)
    assert rows(finding) == [["Jeugd-ggz basis", "uur", "100", "50", "75", "90"]]
    assert finding.texts["intensiteit_zin"] == (
        "Jeugd-ggz basis: de helft van de jeugdigen kreeg in 2025 hooguit 50 uur. "
        "Tien van de 100 jeugdigen kregen meer dan 90 uur: ongeveer 2 keer zoveel."
    )


def test_a_percentile_is_in_whole_fives_and_has_ten_youths_on_each_side(said):
    # 38 youths with 1 to 38 hours: the 19th has 19 hours, the 29th (28.5 up) 29 with nine above it: not told.
    finding = said(intensity.distribution, {(BASIC, 2025): range(1, 39)})
    assert rows(finding) == [["Jeugd-ggz basis", "uur", "38", "20", "–", "–"]]
    assert "90 van de 100" not in finding.texts["intensiteit_zin"]


def test_less_than_half_a_step_is_not_nothing(said):
    half = said(intensity.distribution, {(BASIC, 2025): [1] * 20 + [2] * 40 + [40] * 20})
    assert rows(half)[0][3] == "&lt;5" and "hooguit 5 uur" in half.texts["intensiteit_zin"]


def test_few_youths_or_a_hidden_product_are_not_shown(said):
    for told, hidden in (({(BASIC, 2025): range(1, 10)}, ()), (HUNDRED, (BASIC,))):
        finding = said(intensity.distribution, told, hidden)
        assert not finding.table and finding.chart is None
        assert "is niet te tonen" in finding.texts["intensiteit_zin"]


def test_what_is_left_out_is_said(said):
    finding = said(intensity.distribution, {**HUNDRED, (SPECIAL, 2025): range(1, 101)}, [SPECIAL])
    assert [row[0] for row in rows(finding)] == ["Jeugd-ggz basis"]
    assert "Eén soort hulp ontbreekt" in finding.texts["intensiteit_zeker"]


def test_two_providers_of_one_youth_are_one_trajectory(said, project):
    use = lines({(BASIC, 2025): [5] * 40})
    twice = pd.concat([use, use.assign(provider="00000009")], ignore_index=True)
    project.write_marts(LAST, {"youth_lines": twice}, "proef")
    told = intensity.trajectories(twice)
    assert len(told) == 40 and set(told["units"]) == {10}


def test_credits_above_the_claims_leave_no_trajectory():
    use = lines({(BASIC, 2025): [5, 5]})
    more = pd.concat([use, use.iloc[[0]].assign(units=-5, amount_cents=-5 * TARIFF)], ignore_index=True)
    assert len(intensity.trajectories(more)) == 1


# -- over the years ------------------------------------------------------------------------------

LOW, HIGH = [10] * 20 + [20] * 20, [20] * 20 + [30] * 20  # means 15 and 25; variance 25 x 40 / 39 in both


@pytest.mark.parametrize(
    ("before", "after", "title", "sentence", "margin"),
    [
        (LOW, HIGH, "kregen jeugdigen bij jeugd-ggz basis meer hulp", "steeg van 15,0 naar 25,0 uur", "+7,8 en +12,2"),
        (HIGH, LOW, "bij jeugd-ggz basis minder hulp", "daalde van 25,0 naar 15,0 uur", "−12,2 en −7,8"),
        (LOW, LOW, "niet duidelijk", "bleef ongeveer gelijk, 15,0 uur in 2025", "−2,2 en +2,2"),
    ],
    ids=["rise", "fall", "no change"],
)  # fmt: skip
def test_the_mean_and_its_margin(said, before, after, title, sentence, margin):
    # The standard error is the root of 2 x (1000 / 39) / 40 = 1.1323; times 1.95996 that is 2.219.
    finding = said(intensity.change, {(BASIC, 2024): before, (BASIC, 2025): after})
    assert finding.title.startswith("Van 2024 naar 2025") and title in finding.title
    assert sentence in finding.texts["intensiteit_jaren_zin"]
    assert f"tussen {margin} uur" in finding.texts["intensiteit_jaren_zeker"]


def test_two_directions_are_both_in_the_title(said):
    told = {(BASIC, 2024): LOW, (BASIC, 2025): HIGH, (SPECIAL, 2024): HIGH, (SPECIAL, 2025): LOW}
    title = said(intensity.change, told).title
    assert "bij jeugd-ggz basis meer hulp en bij jeugd-ggz specialistisch minder" in title


@pytest.mark.parametrize(
    ("told", "hidden"),
    [
        ({(BASIC, 2024): LOW[:9], (BASIC, 2025): HIGH}, ()),
        ({(BASIC, 2025): HIGH}, ()),
        ({(BASIC, 2024): LOW, (BASIC, 2025): HIGH}, (BASIC,)),
    ],
    ids=["few", "one year", "hidden"],
)
def test_no_change_where_a_year_cannot_be_shown(said, told, hidden):
    finding = said(intensity.change, told, hidden)
    assert finding.chart is None and not finding.table
    assert "niet te vergelijken" in finding.texts["intensiteit_jaren_zin"]


def test_no_change_across_a_break(said, project):
    header = "year,areas,measures,label,explanation,left_out,source\n"
    every = "".join(f"{year},*,intensity,{year}: proef,Een proef.,,proef\n" for year in range(2001, 2026))
    (project.project / "data" / "reference" / "breaks.csv").write_text(header + every, "utf8")
    finding = said(intensity.change, {(BASIC, 2024): LOW, (BASIC, 2025): HIGH})
    assert finding.texts["intensiteit_jaren_zin"].startswith("Er zijn geen twee jaren zonder breuk.")


def test_the_line_stops_at_a_break_and_leaves_a_gap(said):
    told = {(BASIC, year): LOW for year in (2018, 2019, 2023, 2024, 2025)}
    chart = said(intensity.change, told).chart
    points = [row for layer in chart["layer"] for row in layer["data"]["values"] if "gemiddeld" in row]
    drawn = {row["jaar"]: (row["gemiddeld"], row["deel"]) for row in points}
    assert drawn["2019"][1] != drawn["2023"][1] != drawn["2024"][1] == drawn["2025"][1]  # breaks of 2020, 2023 and 2024
    assert drawn["2020"][0] is None and drawn["2022"][0] is None


def test_a_mean_of_too_few_or_a_wrong_level_is_refused():
    for before, level in (([1], 0.9), ([1, 2], 0), ([1, 2], 1)):
        with pytest.raises(Exception, match="MET-001"):
            mean_change(before, [1, 2], level=level)


# -- a maximum -----------------------------------------------------------------------------------


def test_what_a_maximum_saves_by_hand(said, project):
    # 1 to 100 hours, € 10,000 each. Above 80 hours: 1 + ... + 20 = 210 hours; above 85: 120; 90: 55.
    # Half of 55 x € 10,000 is € 275,000, told as € 280,000. Above 95 are five youths: hidden, and no maximum at all.
    set_caps(project, percentiles=[80, 85, 90, 95], percentile=90)
    finding = said(intensity_cap.maximum, HUNDRED)
    assert rows(finding) == [
        ["80 van de 100", "80 uur", "20", "20%", "€ 2,1 mln", "€ 1,1 mln"],
        ["85 van de 100", "85 uur", "15", "15%", "€ 1,2 mln", "€ 600.000"],
        ["90 van de 100", "90 uur", "10", "10%", "€ 550.000", "€ 280.000"],
    ]
    assert finding.title.endswith("90 van de 100 onder blijven, had in 2025 hooguit €\u00a0550.000 gescheeld")
    assert "ongeveer 10 jeugdigen erboven. Dat is 10%" in words(finding)
    assert "Valt 50% van de hulp erboven echt weg, dan scheelt het € 280.000." in words(finding)


def test_each_product_has_its_own_maximum(said, project):
    # Above 80 of 1 to 100 hours: 210 hours, above 160 of 2 to 200: 2 + 4 + ... + 40 = 420. Together € 6.3 mln.
    set_caps(project, products=[BASIC, SPECIAL], percentiles=[80], percentile=80, saved_share=0.4)
    told = {**HUNDRED, (SPECIAL, 2025): range(2, 201, 2)}
    found = rows(said(intensity_cap.maximum, told))
    assert [row[1:] for row in found] == [["80 en 160 uur", "40", "20%", "€ 6,3 mln", "€ 2,5 mln"]]


def test_a_municipality_is_held_against_the_maximum_of_the_region(project):
    set_caps(project)
    elsewhere = lines({(BASIC, 2025): range(101, 301)}).assign(municipality="GM0503")
    elsewhere["youth_id"] = "b" + elsewhere["youth_id"]
    use = pd.concat([lines(HUNDRED), elsewhere], ignore_index=True)  # together 1 to 300: three quarters stay below 225
    project.write_marts(LAST, {"youth_lines": use}, "proef")
    project.write_release(LAST, with_caps(released(lines(HUNDRED)), use, project), "proef")
    finding = intensity_cap.maximum(PLACE, LAST.label)
    assert rows(finding) == [["75 van de 100", "225 uur", "0", "0%", "geheim", "geheim"]]
    assert "is geheim: het gaat om te weinig jeugdigen of aanbieders" in finding.texts["maximum_zin"]


@pytest.mark.parametrize("why", ["one provider", "release"])
def test_a_saving_at_few_providers_or_hidden_cost_is_secret(project, why):
    set_caps(project)
    use = lines(HUNDRED)
    alone = use.assign(provider=use["provider"].where(use["units"] <= 75, "00000001"))
    project.write_marts(LAST, {"youth_lines": alone if why == "one provider" else use}, "proef")
    release = with_caps(released(use, [BASIC] if why == "release" else []), use, project)
    project.write_release(LAST, release, "proef")
    told = ["geheim", "–"] if why == "release" else ["25", "25%"]
    assert rows(intensity_cap.maximum(PLACE, LAST.label))[0][2:] == [*told, "geheim", "geheim"]


def test_without_this_help_there_is_nothing_to_calculate(said, project):
    set_caps(project)
    for told in ({(SPECIAL, 2025): range(1, 101)}, {(BASIC, 2025): range(1, 15)}):
        finding = said(intensity_cap.maximum, told)
        assert "geen maximum door te rekenen" in finding.texts["maximum_zin"] and not finding.table


def test_the_published_estimate_stands_beside_it_and_is_not_ours(said):
    plan = words(said(intensity_cap.maximum, HUNDRED))
    assert "maatregel 16" in plan and "Zoetermeer op € 711.000 geraamd, voor 2025" in plan


# -- who is above it -----------------------------------------------------------------------------

# 4-11: 10 of 100 above 50 hours; 12-17: 30 of 100. Sorted: 140 x 10, 20 x 50, 40 x 100: three quarters stay at 50.
YOUNG, OLDER = [10] * 85 + [50] * 5 + [100] * 10, [10] * 55 + [50] * 15 + [100] * 30


@pytest.fixture
def ages(monkeypatch) -> Callable[[Mapping[int, int]], None]:
    """Sets the years of birth: from that youth on, this year."""

    def born(since: Mapping[int, int]) -> None:
        years = [max((n, year) for n, year in since.items() if n <= number)[1] for number in range(300)]
        frame = pd.DataFrame({"youth_id": [f"{BASIC}{n:011x}" for n in range(300)], "birth_year": years})
        monkeypatch.setattr(Store, "columns", lambda *_: frame)

    return born


def test_who_is_above_by_age(said, project, ages):
    set_caps(project)
    ages({0: 2015, 100: 2010})  # 10 and 15 years old on 31 December 2025
    finding = said(intensity_who.who, {(BASIC, 2025): [*YOUNG, *OLDER]})
    assert rows(finding) == [
        ["4-11 jaar", "100", "10", "10%"],
        ["12-17 jaar", "100", "30", "30%"],
        ["Jeugd-ggz basis", "200", "40", "20%"],
    ]
    # By chance 12.2 to 27.8 of 100 would be above it when 20 % are: 1.96 x the root of 0.2 x 0.8 / 100.
    assert finding.title == "Jeugdigen van 12-17 jaar zitten vaker boven het maximum dan andere jeugdigen"


@pytest.mark.parametrize(("since", "units"), [({0: 2015}, YOUNG), ({0: 2015, 100: 2010}, [10] * 100)])
def test_one_age_or_nobody_above_it_says_nothing_of_who(said, project, ages, since, units):
    set_caps(project)
    ages(since)
    finding = said(intensity_who.who, {(BASIC, 2025): [*units, *([] if len(since) == 1 else [10] * 100)]})
    assert finding.texts["maximum_wie_zin"].startswith("Wie er boven het maximum zit, is niet te tonen")


def test_a_difference_that_can_be_chance_is_called_so(said, project, ages):
    set_caps(project)
    ages({0: 2015, 100: 2010})
    same = [10] * 70 + [50] * 10 + [100] * 20
    finding = said(intensity_who.who, {(BASIC, 2025): [*same, *same]})
    assert finding.title == "De verschillen tussen leeftijden zijn zo klein dat ze toeval kunnen zijn"


def test_a_small_group_is_hidden(said, project, ages):
    # Nine youths of 0-3. Whether the others and the whole tell about them: tests/unit/test_release_caps.py.
    set_caps(project)
    ages({0: 2015, 100: 2010, 200: 2023})
    finding = said(intensity_who.who, {(BASIC, 2025): [*YOUNG, *OLDER, *[10] * 9]})
    shown = {row[0]: row[1:] for row in rows(finding)}
    assert shown["0-3 jaar"] == ["&lt;10", "0", "–"]
    assert shown["12-17 jaar"] == ["100", "30", "30%"]


def test_nobody_is_told_of_when_every_group_is_small(said, project, ages):
    set_caps(project)
    ages({0: 2015})
    for told, hidden in (({(BASIC, 2025): range(1, 13)}, ()), ({(BASIC, 2025): [*YOUNG, *OLDER]}, (BASIC,))):
        finding = said(intensity_who.who, told, hidden)
        assert "niet te tonen" in finding.texts["maximum_wie_zin"] and not finding.table and finding.chart is None


# -- the page ------------------------------------------------------------------------------------


def test_the_page_has_every_sentence_it_asks_for(said):
    cells = nbformat.read(ROOT / "analysis" / "35_intensiteit.ipynb", as_version=4).cells
    asked = {name for cell in cells for name in re.findall(r"{glue:text}`(\w+)`", cell.source)}
    for told in ({(BASIC, 2024): LOW, (BASIC, 2025): HIGH}, {(BASIC, 2025): [3]}):
        given = {name for finding in FINDINGS for name in said(finding, told).texts}
        assert asked <= given


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_area_of_the_example_has_its_page(finding, in_example):
    for area in in_example.region.areas:
        told = finding(area.code, LAST.label)
        assert told.texts and not re.search(r"\b(nan|None|NA)\b", f"{words(told)} {told.title} {told.table}")
