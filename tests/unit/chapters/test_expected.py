"""Chapter 20 on what ships, on a country made by hand, on the example region, and on the real figures where at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis import pipeline
from jeugd_analysis.chapters import (
    expected,
    expected_claims,
    expected_model,
    expected_near,
    expected_own,
    expected_wijken,
    usage_peers,
)
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.expected_fit import frames
from jeugd_analysis.chapters.expected_open import whole_bands
from jeugd_analysis.domain.codes import AGE_BANDS
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
LAST = Quarter(2026, 3)
PEERS_SAID = "vergelijkbare_gemeenten_zin"
NINE = ["GM0503", "GM0518", "GM0603", "GM0629", "GM0637", "GM1783", "GM1842", "GM1916", "GM1926"]
FINDINGS = [
    expected.data_there, expected.standard, expected_model.model, expected_model.terms, expected_model.funnel,
    expected_near.comparable, expected_wijken.neighbourhoods, expected_wijken.sums, expected_wijken.scp,
    expected_claims.more_than_expected, expected_claims.one_in_claims, usage_peers.comparable,
]  # fmt: skip
needs_real = pytest.mark.skipif(not DATA.is_dir(), reason="the open figures are not beside this project")


def opened(store: Store) -> Store:
    """The store with the estimates of this chapter, made from what it holds."""
    store.write_estimates(LAST, frames(store, LAST), "test")
    return store


def edition(store: Store, area: str) -> Edition:
    return Edition(store=store, quarter=LAST, area=store.region.find(area))


# -- with what ships ----------------------------------------------------------------------------------


def test_beside_the_national_share_by_hand(own_project: Store) -> None:
    """Zoetermeer 2022: 4,630 of 35,422 inhabitants of 0-24; the Netherlands 461,985 of 4,870,702."""
    opened(own_project)
    found = expected.standard("GM0637", "2026-K3")
    ratio = 4630 / (35_422 * 461_985 / 4_870_702)
    assert round(100 * (ratio - 1)) == 38 and "38% meer" in found.title
    assert "4.630 jeugdigen" in found.texts["landelijk_zin"] and "3.360" in found.texts["landelijk_zin"]
    assert "24% minder" in expected.standard("GM1842", "2026-K3").title
    region = expected.standard("GM0000", "2026-K3")
    assert "Zoetermeer (38% meer)" in region.texts["landelijk_zin"] and "32.340" in region.texts["landelijk_zin"]


@pytest.mark.parametrize("area", ["GM0000", *NINE])
def test_every_figure_says_something_without_open_files(own_project: Store, area: str) -> None:
    opened(own_project)
    for make in FINDINGS:
        found = make(area, "2026-K3")
        assert found.texts and all(text.strip() for text in found.texts.values()), found.name
        assert not found.title.endswith("."), found.title
        assert found.table == "" or (found.unit and found.source), found.name
    assert "Nee" in str(expected.data_there(area, "2026-K3").table)


def test_what_is_not_there_says_how_to_get_it(own_project: Store) -> None:
    opened(own_project)
    assert "jeugd fetch cbs" in str(expected.data_there("GM0637", "2026-K3").table)
    assert "alle gemeenten van Nederland" in expected_model.model("GM0637", "2026-K3").texts["model_zin"]
    assert expected_near.peers(edition(own_project, "GM0637")).empty
    assert "alle gemeenten van Nederland nodig" in usage_peers.comparable("GM0637", "2026-K3").texts[PEERS_SAID]


def test_peers_and_the_country_in_one_order(own_project: Store) -> None:
    """461,985 of 4,870,702 inhabitants of 0-24 in the Netherlands in 2022 is 9.5 %: between 10 % and 8 %."""
    national = usage_peers.national_share(edition(own_project, "GM0637"), 2022)
    own = pd.DataFrame([("A", "dit gebied", 0.08)], columns=["name", "soort", "share"])
    near = pd.DataFrame([("B", "vergelijkbaar", 0.10), ("C", "vergelijkbaar", 0.05)], columns=list(own))
    told = usage_peers.compared(own, near, national)
    assert told[["naam", "label"]].values.tolist() == [
        ["B", "10,0%"], ["Nederland", "9,5%"], ["A (dit gebied)", "8,0%"], ["C", "5,0%"],
    ]  # fmt: skip
    assert usage_peers.national_share(edition(own_project, "GM0637"), 2019) is None
    assert "Nederland" not in set(usage_peers.compared(own, near, None)["naam"])


def test_the_claims_beside_what_ships(own_project: Store) -> None:
    """17.5 % of minors is 1 in 6 and 13.1 % of everyone up to 24 is 1 in 8; the SCP expected 14.3 and saw 15.3."""
    opened(own_project)
    told = expected_claims.one_in_claims("GM0637", "2026-K3")
    assert "past bij één manier van tellen" in told.texts["een_op_zin"] and "17,5%" in str(told.table)
    assert "13,1%" in str(told.table) and "1 op de 8" in str(told.table)
    assert "niet te zeggen" in told.texts["een_op_zin"]  # of the region there is no share of minors
    more = expected_claims.more_than_expected("GM0637", "2026-K3")
    assert "beide vergelijkingen hoger" in more.title and "+1,0 procentpunt" in str(more.table)
    assert "geen getal" in more.texts["hoger_niet"]
    assert "niet over Delft" in expected_claims.more_than_expected("GM0503", "2026-K3").texts["hoger_zin"]


# -- a country made by hand ---------------------------------------------------------------------------


def country(folder: Path, *, social: bool = False) -> Path:
    """Sixty municipalities and the region's nine with use of 10 % of people of 0-24; Zoetermeer has 20 %."""
    rng = np.random.default_rng(7)
    codes = [*NINE, *(f"GM{9000 + n}" for n in range(60))]
    lines = ["source_table,area,area_name,period,measure,value,unit,denominator,status,missing,vintage"]
    for at, code in enumerate(codes):
        inhabitants = int(rng.integers(20_000, 120_000))
        old, young = int(inhabitants * rng.uniform(0.1, 0.16)), int(inhabitants * rng.uniform(0.14, 0.2))
        youths = 5 * round((0.2 if code == "GM0637" else 0.1) * (old + young) * rng.uniform(0.9, 1.1) / 5)
        told = {"inhabitants": inhabitants, "inhabitants_0_14": young, "inhabitants_15_24": old, "youths": youths}
        if social:
            told["social_assistance"] = int(inhabitants * rng.uniform(0.01, 0.05))
        lines += [f"85999NED,{code},G{at},2023JJ00,{name},{value},count,,voorlopig,,2026-01-01" for name, value in
                  told.items()]  # fmt: skip
    path = folder / "open_youth_care.csv"
    path.write_text("\n".join(lines) + "\n", "utf8")
    return path


@pytest.fixture
def with_country(own_project: Store, tmp_path: Path) -> Store:
    pipeline.add(LAST, [country(tmp_path)], store=own_project)
    return opened(own_project)


def test_a_model_of_the_country_finds_the_odd_one(with_country: Store) -> None:
    told = with_country.estimates("expected_about", LAST).set_index("what")
    assert (told.loc["model", "areas"], told.loc["model", "year"], told.loc["model", "scope"]) == (69, 2023, "land")
    model = with_country.estimates("expected_model", LAST).set_index("area")
    assert model.loc["GM0637", "ratio"] == pytest.approx(2, abs=0.25)
    assert model.loc["GM0637", "position_99_8"] == "hoger"
    assert (model.drop("GM0637")["position_99_8"] == "binnen").mean() > 0.95
    found = expected_model.funnel("GM0637", "2026-K3")
    assert "boven het blauwe vlak" in found.title and "bijna nooit" in found.texts["trechter_zin"]
    assert (
        "Bijstand, gezinnen en woningen kent het niet" in expected_model.model("GM0637", "2026-K3").texts["model_zin"]
    )


def test_comparable_municipalities_are_of_the_same_size(with_country: Store) -> None:
    areas = with_country.estimates("expected_areas", LAST).set_index("area")["inhabitants"]
    bounds = [20_000, 50_000, 100_000, 250_000]
    for code in NINE:
        near = expected_near.peers(edition(with_country, code))
        assert len(near) == 5 and code not in set(near["area"]) and near["distance"].is_monotonic_increasing
        classes = {int(np.searchsorted(bounds, areas[area], side="right")) for area in [code, *near["area"]]}
        assert len(classes) == 1
    assert "hoger dan in alle 5" in expected_near.comparable("GM0637", "2026-K3").title
    beside = usage_peers.comparable("GM0637", "2026-K3")
    assert "hoger dan in alle 5" in beside.title and "Zoetermeer (dit gebied)" in str(beside.table)
    # The country ships for 2022 only, and these figures are of 2023: no bar of another year.
    assert "<td>Nederland</td>" not in str(beside.table) and "In Nederland" not in beside.texts[PEERS_SAID]
    assert "regio als geheel" in expected_near.comparable("GM0000", "2026-K3").texts["vergelijkbaar_zin"]


def test_features_of_inhabitants_enter_the_model(own_project: Store, tmp_path: Path) -> None:
    pipeline.add(LAST, [country(tmp_path, social=True)], store=own_project)
    opened(own_project)
    assert "social_assistance" in set(own_project.estimates("expected_terms", LAST)["term"])
    assert "inwoners met bijstand" in expected_model.model("GM0637", "2026-K3").texts["model_zin"]


@pytest.mark.parametrize("area", ["GM0000", *NINE])
def test_every_figure_says_something_with_a_country(with_country: Store, area: str) -> None:
    for make in FINDINGS:
        assert all(text.strip() for text in make(area, "2026-K3").texts.values())


# -- age ----------------------------------------------------------------------------------------------


def test_ages_are_added_up_only_when_all_are_there() -> None:
    single = pd.DataFrame({"municipality": "GM1", "age_from": range(23), "age_to": range(23), "inhabitants": 10})
    bands = whole_bands(single).set_index("age_band")["inhabitants"]
    assert bands.to_dict() == {"0-3": 40, "4-11": 80, "12-17": 60, "18-22": 50}
    assert whole_bands(single[single["age_from"] != 7]).empty
    wide = pd.DataFrame({"municipality": "GM1", "age_from": [0, 18], "age_to": [17, 22], "inhabitants": [1, 2]})
    assert whole_bands(wide).empty  # a band of 0-17 says nothing of 0-3


def test_by_age_where_the_ages_of_every_municipality_are_known(own_project: Store, tmp_path: Path) -> None:
    """The country has shares of 5, 10, 20 and 2 % by age; Zoetermeer 1,000 inhabitants in each of the four groups."""
    path = country(tmp_path)
    codes = sorted({line.split(",")[1] for line in path.read_text("utf8").splitlines()[1:]})
    people = 4 * [1000 * len(codes)]
    shares = {"youths_0_3": 0.05, "youths_4_11": 0.1, "youths_12_17": 0.2, "youths_18_22": 0.02}
    numbers = {name: int(count * share) for (name, share), count in zip(shares.items(), people, strict=True)}
    numbers |= {"youths": sum(numbers.values()), "inhabitants_0_14": 1, "inhabitants_15_24": 1}
    with path.open("a", encoding="utf8") as stream:
        stream.writelines(
            f"85999NED,NL00,Nederland,2023JJ00,{name},{number},count,,voorlopig,,2026-01-01\n"
            for name, number in numbers.items()
        )
    ages = tmp_path / "population.csv"
    lines = [f"{code},2023,{low},{high},1000,definitief" for code in codes for low, high in AGE_BANDS.values()]
    ages.write_text("\n".join(["municipality,year,age_from,age_to,inhabitants,status", *lines]) + "\n", "utf8")
    pipeline.add(LAST, [path, ages], store=own_project)
    opened(own_project)
    told = own_project.estimates("expected_areas", LAST).set_index("area")
    assert told.loc["GM0637", "expected"] == pytest.approx(1000 * (0.05 + 0.1 + 0.2 + 0.02))
    assert told.loc["GM0637", "people"] == 4000
    about = own_project.estimates("expected_about", LAST).set_index("what")
    assert set(about.loc[["standard", "model"], "basis"]) == {"leeftijd"}
    assert "young_adults" not in set(own_project.estimates("expected_terms", LAST)["term"])
    found = expected.standard("GM0637", "2026-K3")
    assert "per leeftijd" in found.title and "0 tot en met 22 jaar" in found.source


def test_own_count_by_age_adds_up_to_the_region(in_example: Store) -> None:
    """The expected numbers of the municipalities add up to what the region has: that is where its shares come from."""
    here = edition(in_example, "GM0637")
    found = expected_own.compared(here, LAST.last_settled_year)
    assert found is not None and not found.table.exactly_published
    made = found.table
    bands = Edition(store=in_example, quarter=LAST, area=in_example.region.area).shown("age_band").frame
    whole = bands.loc[bands["period"].eq(str(LAST.last_settled_year)), "youths"].sum()
    assert len(made.frame) <= 9 and made.frame["observed"].mod(5).eq(0).all()
    if len(made.frame) == 9:
        assert made.frame["expected"].sum() == pytest.approx(float(whole), abs=9 * 2.5)
    shown = expected_own.own_count("GM0637", "2026-K3")
    assert "voorbeelddata" in shown.unit and f"per {found.per} gerekend" in shown.unit
    assert ("Naar geslacht kan niet" in shown.source) == (found.per == "leeftijd")


def test_expected_by_age_and_sex_by_hand(monkeypatch: pytest.MonkeyPatch, in_example: Store) -> None:
    """Girls of 0-3 use 10 %, all others 20 %: the place with more girls may expect fewer youths.

    Two places of 1,000 inhabitants per age; of the age 0-3, A has 700 girls and B 300, of the others both 500.
    A: 70 + 60 of 0-3, and 3 x (0.2 x 1,000) = 730. B: 30 + 140 + 600 = 770. By age alone both would have 750.
    """
    here = edition(in_example, "GM0637")
    girls = {("A", "0-3"): 700, ("B", "0-3"): 300}
    people = pd.DataFrame([
        (place, band, sex, girls.get((place, band), 500) if sex == "2" else 1000 - girls.get((place, band), 500))
        for place in "AB" for band in AGE_BANDS for sex in "12"
    ], columns=["area", "age_band", "sex", "inhabitants"])  # fmt: skip
    youths = pd.DataFrame([
        (band, sex, 100 if (band, sex) == ("0-3", "2") else 200) for band in AGE_BANDS for sex in ("1", "2")
    ], columns=["age_band", "sex", "youths"])  # fmt: skip
    monkeypatch.setattr(expected_own, "_inside", lambda edition: ["A", "B"])
    told = expected_own._expected(here, people, youths, ["age_band", "sex"])
    assert told is not None and told.round(9).to_dict() == {"A": 730, "B": 770}
    hidden = youths.assign(youths=youths["youths"].astype("Int64").mask(youths.index == 1))
    assert expected_own._expected(here, people, hidden, ["age_band", "sex"]) is None
    assert expected_own._expected(here, people[people["area"].eq("A")], youths, ["age_band", "sex"]) is None


def test_without_inhabitants_per_sex_the_own_count_is_by_age(
    in_example: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Store.table
    monkeypatch.setattr(
        Store, "table", lambda self, name, quarter: (
            whole(self, name, quarter).iloc[:0] if name == "population_by_sex" else whole(self, name, quarter)
        ),
    )  # fmt: skip
    shown = expected_own.own_count("GM0637", "2026-K3")
    assert "per leeftijd gerekend" in shown.unit and "Naar geslacht kan niet" in shown.source


def test_what_claims_leave_out_stands_beside_the_own_count(own_project: Store) -> None:
    """Since 2024 most help in The Hague has no claims: it may not read as if fewer youths got help there."""
    hague, other = edition(own_project, "GM0518"), edition(own_project, "GM0603")
    told = pd.DataFrame([{"area": code, "name": code, "ratio": 0.93, "low": 0.92, "high": 0.95, "margin": "x"}
                         for code in ("GM0518", "GM0603")])  # fmt: skip
    assert expected_own.own_words(told, hague, 2025)[0].endswith("(zonder de taakgerichte hulp in Den Haag)")
    assert "zonder" not in expected_own.own_words(told, other, 2025)[0]
    assert expected_own.not_counted(other, 2025).startswith(" Niet meegeteld: de taakgerichte hulp in Den Haag")
    assert expected_own.not_counted(other, 2023) == ""


# -- words --------------------------------------------------------------------------------------------


def rows(ratio: float, observed: float = 100) -> pd.DataFrame:
    return pd.DataFrame([{
        "area": "GM0637", "name": "Zoetermeer", "observed": observed, "expected": observed / ratio, "ratio": ratio,
        "low": ratio * 0.95, "high": ratio * 1.05,
    }])  # fmt: skip


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (1.2, "20% meer jeugdigen jeugdzorg dan u verwacht"),
        (0.8, "20% minder jeugdigen jeugdzorg dan u verwacht"),
        (1.001, "ongeveer evenveel jeugdigen jeugdzorg als u verwacht"),
    ],
)
def test_words_for_higher_lower_and_the_same(own_project: Store, ratio: float, said: str) -> None:
    title, words = expected.standard_words(rows(ratio), edition(own_project, "GM0637"), 2022, "bij het aandeel")
    assert said in title and words.startswith(title)
    assert ("kan toeval zijn" in words) == (ratio == 1.001)


def test_words_for_too_few_and_for_nothing(own_project: Store) -> None:
    here = edition(own_project, "GM0637")
    assert "te weinig jeugdigen" in expected.standard_words(rows(1.2, 5), here, 2022, "x")[0]
    assert "niet alle cijfers" in expected.standard_words(rows(1.2).iloc[:0], here, 2022, "x")[0]
    assert "te weinig cijfers" in expected_model.model_words(rows(1.2).iloc[:0], here, "")[0]


def area(**told: object) -> object:
    base = {"ratio": 1.2, "ratio_check": 1.2, "ratio_without": 1.2, "position_95": "binnen", "position_99_8": "binnen",
            "position_chance": "binnen"}  # fmt: skip
    return next(pd.DataFrame([{**base, **told}]).itertuples())


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "kan toeval zijn"),
        ({"position_chance": "hoger"}, "binnen de grenzen"),
        ({"position_95": "hoger", "position_chance": "hoger"}, "boven de grens"),
        ({"position_95": "lager", "position_chance": "lager"}, "onder de grens"),
        ({"position_95": "hoger", "position_99_8": "hoger"}, "boven de buitenste"),
        ({"position_95": "lager", "position_99_8": "lager"}, "onder de buitenste"),
    ],
)
def test_words_for_a_place_in_the_funnel(told: dict[str, object], said: str) -> None:
    assert said in expected_model.position_words(area(**told))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "ongeveer hetzelfde"),
        ({"ratio_check": 1.3}, "een ander verschil"),
        ({"ratio_check": 0.9}, "geen duidelijk antwoord"),
        ({"ratio_check": np.nan, "ratio_without": np.nan}, ""),
    ],
)
def test_words_for_the_other_models(told: dict[str, object], said: str) -> None:
    words = expected_model.second_words(area(**told))
    assert (said in words) and bool(words) == bool(said)


@pytest.mark.parametrize(
    ("gaps", "said"),
    [
        ([0.1, 0.2], "beide vergelijkingen hoger"),
        ([-0.1, -0.2, -0.1], "alle 3 vergelijkingen lager"),
        ([0.1, -0.2, 0.0], "niet dezelfde kant op: 1 keer hoger, 1 keer lager, 1 keer ongeveer gelijk"),
        ([0.0], "ongeveer gelijk aan verwacht"),
    ],
)
def test_words_for_the_evidence(own_project: Store, gaps: list[float], said: str) -> None:
    assert said in expected_claims.evidence_title(pd.DataFrame({"richting": gaps}), edition(own_project, "GM0637"))


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.1, 0.11], "hoger dan in alle 2 vergelijkbare"),
        ([0.1, 0.2], "hoger dan in 1 van de 2"),
        ([0.2, 0.3], "niet hoger dan in een van de 2"),
        ([0.1], "hoger dan in de enige"),
        ([0.2], "niet hoger dan in de enige"),
    ],
)
def test_words_for_comparable_municipalities(own_project: Store, shares: list[float], said: str) -> None:
    near = pd.DataFrame({"name": [f"G{n}" for n in range(len(shares))], "share": shares, "distance": 0.3})
    here = pd.Series({"share": 0.15})
    assert said in expected_near.near_words(here, near, edition(own_project, "GM0637"), 2022)[0]


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (["binnen", "binnen"], "Geen van de 2 wijken"),
        (["binnen"], "De ene wijk in Zoetermeer met cijfers valt binnen"),
        (["hoger", "binnen"], "valt 1 van de 2 wijken buiten"),
        (["hoger", "lager", "binnen"], "vallen 2 van de 3 wijken buiten"),
        (["hoger"] * 8, "vallen 8 van de 8 wijken buiten"),
    ],
)
def test_words_for_neighbourhoods(own_project: Store, places: list[str], said: str) -> None:
    wijken = pd.DataFrame({"name": [f"W{n}" for n in range(len(places))], "label": "+1%", "position_95": places})
    title, words = expected_wijken.wijk_words(wijken, edition(own_project, "GM0637"))
    assert said in title and ("onder meer" in words) == (len(places) == 8)


# -- the real figures ---------------------------------------------------------------------------------


@needs_real
def test_on_the_real_figures(own_project: Store) -> None:
    """345 municipalities in 2022; neighbourhoods 87 % (Den Haag) and 91 % (Zoetermeer), as in the published facts."""
    names = [
        "nl_gemeenten_jeugdzorg_2021_2022.csv", "h9_jeugdzorg_wijk_2021_2022.csv", "scp_wijk_2017_h9.csv",
        "raw/cbs_85335NED_2022_typeddataset_v3.csv",
    ]  # fmt: skip
    pipeline.add(LAST, [DATA / name for name in names], store=own_project)
    opened(own_project)
    told = own_project.estimates("expected_about", LAST).set_index("what")
    assert (told.loc["model", "areas"], told.loc["model", "year"]) == (345, 2022)
    assert told.loc["model", "dispersion"] == pytest.approx(1, abs=0.1)
    assert told.loc["model", "dispersion_check"] > 10  # chance alone does not explain how municipalities differ
    sums = own_project.estimates("expected_sums", LAST).set_index("area")
    assert (sums["shown"] / sums["whole"]).round(2)[["GM0518", "GM0637"]].tolist() == [0.87, 0.91]
    near = expected_near.peers(edition(own_project, "GM0518"))
    assert set(near["name"]) == {"Amsterdam", "Rotterdam", "Utrecht"}
    model = own_project.estimates("expected_model", LAST).set_index("area")
    assert set(model.loc[NINE, "status"]) == {"voorlopig"}  # the files do not tell; the same figures that ship do
    for area in ("GM0000", *NINE):
        for make in FINDINGS:
            found = make(area, "2026-K3")
            assert all(text.strip() for text in found.texts.values())
            assert found.chart is None or found.title in str(found.chart["description"])
