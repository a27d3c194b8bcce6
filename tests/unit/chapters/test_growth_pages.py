"""Chapter 30 beside its last section: which years, how sure, per product and provider, what is still to come."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from jeugd_analysis.chapters import growth, growth_pairs, growth_providers, growth_sure, growth_to_come
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_parts import with_others
from jeugd_analysis.chapters.growth_shown import fitted, shown_effects
from jeugd_analysis.chapters.growth_sure import DOWN, HIDDEN, METHOD, NONE, UNKNOWN, UNSURE, UP, Effect, sentence
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.present.disclosure import Rules
from jeugd_analysis.store import Store
from tests.growth_book import PLACE, contracts, estimates, released, usage_of, write

ROOT = Path(__file__).resolve().parents[3]
SUMMER = Quarter(2021, 2)  # all claims of 2020 and before are in
MILLION = 100_000_000
HEADER = "year,areas,measures,label,explanation,left_out,source\n"
PROVIDERS = [f"0000{number:04d}" for number in range(1, 9)]


@pytest.fixture
def project(own_project: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A project with our reference data, without breaks and without indexation."""
    reference(own_project.project, "breaks.csv", HEADER)
    reference(own_project.project, "indexation.csv", "year,percent,status,source\n2018,0,aanname,proef\n")
    monkeypatch.setattr("jeugd_analysis.chapters.edition.is_example", lambda store, quarter: False)
    return own_project


def reference(home: Path, name: str, text: str) -> None:
    (home / "data" / "reference" / name).write_text(text, "utf8")


def rows(table: str) -> list[list[str]]:
    body = table.partition("<tbody>")[2]
    cells = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in body.split("</tr>") if "<th" in row]
    return [[cell.replace("\u2060", "") for cell in row] for row in cells]


def years(*numbers: int, youths: int = 1000) -> pd.DataFrame:
    """A contract that does not change, in these years."""
    return contracts([{"year": year, "clients": youths, "units": 10 * youths, "tariff": 100_00} for year in numbers])


# -- which years -----------------------------------------------------------------------------------


def test_pairs_lie_between_breaks_and_the_latest_comes_first(project):
    reference(project.project, "breaks.csv", HEADER + "2019,*,intensity,2019: proef,Een proef.,,proef\n")
    write(project, SUMMER, years(2017, 2018, 2019, 2020))
    edition = Edition.open(PLACE, SUMMER.label)
    assert growth_pairs.comparable_pairs(edition) == [(2019, 2020), (2017, 2018)]
    assert set(growth_pairs.why_not(edition)) == {(2017, 2019), (2017, 2020), (2018, 2019), (2018, 2020)}


def test_a_year_of_which_claims_still_come_in_is_not_split_and_says_so(project):
    write(project, Quarter(2021, 1), years(2018, 2019, 2020))
    edition = Edition.open(PLACE, "2021-K1")
    assert growth_pairs.comparable_pairs(edition) == [(2018, 2019)]
    assert "Over 2020 komen nog declaraties binnen." in growth_pairs.why_not(edition)[2019, 2020]


def test_what_cannot_be_split_says_why_and_what_can_be_told(project):
    told = (
        "2019,*,intensity,2019: andere uren,Een proef.,,proef\n2019,*,youths,2019: anders geteld,Ook geteld.,,proef\n"
    )
    reference(project.project, "breaks.csv", HEADER + told)
    write(project, SUMMER, pd.concat([years(2018), years(2019, youths=1103)], ignore_index=True))
    why = growth_pairs.why_not(Edition.open(PLACE, SUMMER.label))[2018, 2019]
    assert "anders geteld sinds 2019 (andere uren)." in why
    # 1000 x 10 x 100 euro and 1103 x 10 x 100 euro; 1103 youths are published as 1105
    assert "van €\u00a01,0\u00a0mln naar €\u00a01,1\u00a0mln" in why and "van 1.000 naar 1.105" in why
    assert why.endswith("Ook dat is niet helemaal te vergelijken. Ook geteld.")


def test_hidden_totals_are_not_told(project):
    reference(project.project, "breaks.csv", HEADER + "2019,*,tariff,2019: proef,Een proef.,,proef\n")
    write(project, SUMMER, years(2018, 2019, youths=9))
    assert growth_pairs.why_not(Edition.open(PLACE, SUMMER.label))[2018, 2019].endswith("Ook de totalen zijn geheim.")


def test_a_break_in_the_totals_only_warns(project):
    reference(project.project, "breaks.csv", HEADER + '2019,*,"cost;youths",2019: proef,Er ging iets anders.,,proef\n')
    write(project, SUMMER, years(2018, 2019))
    finding = growth.effects(PLACE, SUMMER.label)
    assert finding.choices is not None and "Let op: Er ging iets anders." in finding.choices.parts[2018, 2019].words


def test_the_page_is_about_the_latest_pair_and_holds_them_all(project):
    write(project, SUMMER, years(2018, 2019, 2020))
    finding = growth.effects(PLACE, SUMMER.label)
    assert finding.choices is not None
    names = {pair: part.name for pair, part in finding.choices.parts.items()}
    assert names == {
        (2019, 2020): "groei-effecten", (2018, 2020): "groei-effecten-2018-2020",
        (2018, 2019): "groei-effecten-2018-2019",
    }  # fmt: skip
    assert finding.texts["groei_zin"] == "Van 2019 naar 2020 bleven de kosten ongeveer gelijk."


@pytest.mark.parametrize("area", [PLACE, "GM0503"])  # one year only; a municipality without any cost
def test_an_area_with_nothing_to_compare_says_so(project, area):
    write(project, SUMMER, years(2020))
    for make in (growth.effects, growth.effects_per_segment, growth.effects_per_product, growth.how_sure,
                 growth.spread_over_providers, growth.duration_and_frequency):  # fmt: skip
        finding = make(area, SUMMER.label)
        assert finding.choices is None and not finding.table and all(finding.texts.values())


# -- effects ---------------------------------------------------------------------------------------


def test_one_contract_in_a_shrinking_place(project):
    # 1000 to 800 youths, 10 units of 100 euro: only volume, -200 x 10 x 100 euro.
    write(project, SUMMER, pd.concat([years(2018), years(2019, youths=800)], ignore_index=True))
    finding = growth.effects(PLACE, SUMMER.label)
    assert finding.texts["groei_zin"] == "Van 2018 naar 2019 daalden de kosten met €\u00a0200.000."
    assert "Omlaag door volume (−\u2060€\u00a0200.000)." in finding.texts["groei_oorzaken"]
    assert "Omhoog" not in finding.texts["groei_oorzaken"]


def test_the_gap_to_the_published_change_goes_where_effects_are():
    # 100 of volume, 300 of mix and -100 of intensity are 300; published is 340. The gap of 40 goes 3 to 1 over mix and
    # intensity, by size; volume follows from published numbers and indexation is nothing.
    exact = pd.DataFrame(
        {"level": ["x"], "volume": [100.0], "mix": [300.0], "intensity": [-100.0], "indexation": [0.0]}
    )
    told = fitted(exact, pd.Series([340.0]), ["volume", "mix", "intensity", "indexation"]).iloc[0]
    assert told[["volume", "mix", "intensity", "indexation"]].tolist() == [100, 330, -90, 0]


def test_a_hidden_change_leaves_the_effects_alone():
    exact = pd.DataFrame({"level": ["x"], "volume": [100.0], "mix": [300.0]})
    pd.testing.assert_frame_equal(fitted(exact, pd.Series([pd.NA], dtype="Float64"), ["volume", "mix"]), exact)


# -- how sure --------------------------------------------------------------------------------------

M = MILLION
CASES = {
    "rise": (Effect(amount=4 * M, low=M, high=7 * M, lowest=2 * M, highest=6 * M), UP),
    "fall": (Effect(amount=-4 * M, low=-7 * M, high=-M, lowest=-6 * M, highest=-2 * M), DOWN),
    "margin over zero": (Effect(amount=M, low=-M, high=3 * M, lowest=M, highest=M), UNSURE),
    "margin from zero": (Effect(amount=M, low=0, high=3 * M, lowest=M, highest=M), UNSURE),
    "methods differ": (Effect(amount=M, low=M // 2, high=2 * M, lowest=-M, highest=3 * M), METHOD),
    "fall, methods differ": (Effect(amount=-M, low=-2 * M, high=-M // 2, lowest=-3 * M, highest=M), METHOD),
    "nothing": (Effect(amount=0, low=0, high=0, lowest=0, highest=0), NONE),
    "zero with a margin": (Effect(amount=0, low=-M, high=M, lowest=0, highest=0), UNSURE),
    "hidden": (Effect(amount=None), HIDDEN),
    "not estimated": (Effect(amount=M), UNKNOWN),
    "no other methods": (Effect(amount=M, low=M // 2, high=2 * M), UP),
}
WORDS = {
    UP: "Meer hulp per jeugdige maakte de jeugdhulp duidelijk duurder: ongeveer €\u00a0",
    DOWN: "Minder hulp per jeugdige maakte de jeugdhulp duidelijk goedkoper: ongeveer €\u00a04,0\u00a0mln, met een "
    "marge van €\u00a01,0\u00a0mln tot €\u00a07,0\u00a0mln.",
    UNSURE: "De hoeveelheid hulp per jeugdige: of dit de kosten verhoogde of verlaagde, is niet te zeggen (marge ",
    METHOD: "is niet te zeggen. Dat hangt af van de rekenwijze.",
    NONE: "De hoeveelheid hulp per jeugdige: dit veranderde de kosten niet.",
    HIDDEN: "De hoeveelheid hulp per jeugdige: de bedragen zijn geheim.",
    UNKNOWN: "De hoeveelheid hulp per jeugdige: hoe zeker dit is, is niet berekend.",
}


@pytest.mark.parametrize(("effect", "verdict"), CASES.values(), ids=list(CASES))
def test_what_can_be_said_follows_margin_and_methods(effect, verdict):
    assert effect.verdict == verdict
    assert WORDS[verdict] in sentence("intensity", effect)
    assert ("duidelijk" in sentence("intensity", effect)) == (verdict in (UP, DOWN))


@pytest.mark.parametrize("name", growth_sure.MAIN)
def test_every_effect_has_a_sentence_that_starts_with_a_capital_and_ends(name):
    for effect, _ in CASES.values():
        assert re.fullmatch(r"[A-Z].*\.", sentence(name, effect))


def test_margins_lie_around_the_effect_that_is_told(project):
    # 1002 youths are published as 1000, so volume is told as nothing; exactly it is -2 x 10 x 100 euro.
    cells = pd.concat([years(2018, youths=1002), years(2019, youths=1000)], ignore_index=True)
    told = estimates(2018, 2019, {"volume": -200_000, "total": -200_000}, margin=3_000_000)
    write(project, SUMMER, cells, told=told)
    row = growth_sure.sureness(Edition.open(PLACE, SUMMER.label), 2018, 2019).frame.set_index("effect").loc["volume"]
    assert row[["amount", "low", "high", "lowest", "highest"]].tolist() == [0, -3_000_000, 3_000_000, 0, 0]


def test_the_table_and_the_summary_say_the_same(project):
    # 1000 youths, 10 to 12 units of 100 euro: intensity 200,000 euro, with a margin of 100,000.
    cells = contracts([
        {"year": 2018, "clients": 1000, "units": 10_000, "tariff": 100_00},
        {"year": 2019, "clients": 1000, "units": 12_000, "tariff": 100_00},
    ])  # fmt: skip
    effects = {**dict.fromkeys((*growth_sure.MAIN, "entry", "exit", "residual"), 0), "intensity": 20_000_000}
    told = estimates(2018, 2019, {**effects, "total": 20_000_000}, margin=10_000_000)
    write(project, SUMMER, cells, told=told)
    finding = growth.how_sure(PLACE, SUMMER.label)
    assert ["Intensiteit", "+200", "+100 tot +300", "+200", UP] in rows(finding.table)
    assert ["Alles samen", "+200", "+100 tot +300", "+200", "meer dan toeval"] in rows(finding.table)
    assert finding.texts["groei_zeker"] == (
        "Duidelijk omhoog: intensiteit. Niet te zeggen: volume, stapeling, mix, indexatie en overig tarief."
    )
    assert finding.title == "Duidelijk is alleen: intensiteit"


def test_few_youths_hide_how_sure(project):
    write(project, SUMMER, years(2018, 2019, youths=9), told=estimates(2018, 2019, {"volume": 5 * M}))
    finding = growth.how_sure(PLACE, SUMMER.label)
    assert "geheim" in finding.texts["groei_zeker_volume"] and "geheim" in finding.texts["groei_zeker_aandeel"]
    assert not re.search(r"\d", "".join(cell for row in rows(finding.table) for cell in row[1:]))


@pytest.mark.parametrize(
    ("tariff", "reason", "words"),
    [
        # 2 more units at a mean of 105 euro and 10 euro more at a mean of 11 units: 210 and 110, so 66 %
        (110_00, "", "kwam 66% door intensiteit (marge 56% tot 76%)"),
        (110_00, "change_not_clear", "veranderden samen niet duidelijk"),
        (90_00, "opposite_signs", "gaan tegen elkaar in"),
        (100_00, "", "Overig tarief veranderde de kosten niet"),
    ],
)
def test_a_share_is_given_only_when_there_is_one(project, tariff, reason, words):
    cells = contracts([
        {"year": 2018, "clients": 10_000, "units": 100_000, "tariff": 100_00},
        {"year": 2019, "clients": 10_000, "units": 120_000, "tariff": tariff},
    ])  # fmt: skip
    write(project, SUMMER, cells, told=estimates(2018, 2019, {"intensity": 1, "harmonisation": 1}, reason=reason))
    told = growth.how_sure(PLACE, SUMMER.label).texts["groei_zeker_aandeel"]
    assert words in told
    assert ("%" in told) == (not reason and tariff != 100_00)


# -- per product -----------------------------------------------------------------------------------

NAMES = ["volume", "stacking", "mix", "intensity", "indexation", "harmonisation", "rest", "total"]


def products(*totals: int | None) -> pd.DataFrame:
    """Products p0, p1, ... of which everything is intensity; None is hidden."""
    told = pd.DataFrame({"level": [f"p{n}" for n in range(len(totals))]})
    amounts = pd.array(totals, dtype="Int64")
    zero = amounts - amounts
    return told.assign(**{name: amounts if name in ("intensity", "total") else zero for name in NAMES})


def whole(total: int | None) -> pd.Series:
    amount = pd.NA if total is None else total
    return pd.Series({name: amount if name in ("intensity", "total") else 0 for name in NAMES})


def named(frame: pd.DataFrame) -> list[tuple[str, int]]:
    return list(zip(frame["naam"], frame["total"].tolist(), strict=True))


def test_the_largest_products_and_the_others_add_up():
    totals = [10, -90, 30, 40, 50, 60, 70, 80, 20, 5]
    told = with_others(products(*totals), whole(275), {"p1": "Pleegzorg"})
    assert named(told) == [
        ("Pleegzorg", -90), ("p7", 80), ("p6", 70), ("p5", 60), ("p4", 50), ("p3", 40), ("p2", 30), ("p8", 20),
        ("Overige producten (2)", 15), ("Alle producten samen", 275),
    ]  # fmt: skip


def test_one_product_stands_alone():
    assert named(with_others(products(70), whole(70), {})) == [("p0", 70), ("Alle producten samen", 70)]


def test_a_hidden_product_is_never_the_only_one_of_the_others():
    told = with_others(products(70, None, 20), whole(100), {})
    assert named(told) == [("p0", 70), ("Overige producten (2)", 30), ("Alle producten samen", 100)]


@pytest.mark.parametrize(("totals", "area"), [([70, 20], None), ([None, None], 100), ([70, None], 100)])
def test_nothing_is_told_of_products_when_that_would_tell_a_hidden_one(totals, area):
    assert with_others(products(*totals), whole(area), {}).empty


def test_the_page_per_product_adds_up_to_the_waterfall(project):
    cells = contracts([
        {"year": year, "product": code, "clients": 100, "units": units, "tariff": 100_00, "provider": "00000001"}
        for code, pair in {"45A48": (1000, 1200), "45A49": (1000, 700)}.items()
        for year, units in zip((2018, 2019), pair, strict=True)
    ])  # fmt: skip
    write(project, SUMMER, cells, youths={2018: 150, 2019: 150})
    finding = growth.effects_per_product(PLACE, SUMMER.label)
    assert finding.choices is not None
    table = rows(finding.choices.parts[2018, 2019].table)
    assert [row[-1] for row in table] == ["−30", "+20", "−10"]
    effects = shown_effects(Edition.open(PLACE, SUMMER.label), 2018, 2019, "totaal", NAMES[:-1]).frame
    assert effects.loc[0, "total"] == -1_000_000


# -- per provider ----------------------------------------------------------------------------------

RULES = Rules(
    threshold=10, count_base=5, min_width=4, money_base_cents=1_000_000, money_width_cents=4_000_000, min_providers=3,
    p_percent=10, young_quarters=2, decimals_from=4_000,
)  # fmt: skip


def test_ten_rise_and_ten_fall_at_most():
    changes = pd.DataFrame({"provider": [f"{n:08d}" for n in range(25)], "change": [*range(1, 14), *range(-11, 1)]})
    groups = growth_providers.grouped(changes)
    of = changes.assign(group=groups).groupby("group")["change"].agg(list)
    assert sorted(of["rise"]) == list(range(4, 14))
    assert sorted(of["fall"]) == list(range(-11, -1))
    assert sorted(of["other"]) == [-1, 0, 1, 2, 3]


def test_nothing_that_moved_gives_no_groups():
    assert growth_providers.grouped(pd.DataFrame({"provider": ["a", "b"], "change": [0, 0]})) is None


def by_provider(changes: list[int], *, youths: int = 20) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contract cells and lines per youth: every provider from 1 mln euro to 1 mln plus its change (in 10,000 euro)."""
    cells, lines = [], []
    for provider, change in zip(PROVIDERS, changes, strict=False):
        for year, units in ((2018, 10_000), (2019, 10_000 + 100 * change)):
            cells.append({"year": year, "provider": provider, "clients": youths, "units": units, "tariff": 100_00})
            lines += [
                {"youth_id": f"{provider}{n}", "municipality": PLACE, "provider": provider, "year": year,
                 "amount_cents": units * 100_00 // youths}
                for n in range(youths)
            ]  # fmt: skip
    return contracts(cells), pd.DataFrame(lines)


def spread(project: Store, changes: list[int], **told: int) -> list[list[str]]:
    cells, lines = by_provider(changes, **told)
    write(project, SUMMER, cells, youth_lines=lines)
    return rows(growth.spread_over_providers(PLACE, SUMMER.label).table)


def test_groups_of_providers_add_up(project):
    assert spread(project, [5, 4, 3, -2, -2, -3]) == [
        ["De 3 aanbieders met de grootste stijging", "3", "+€\u00a0120.000"],
        ["De 3 aanbieders met de grootste daling", "3", "−€\u00a070.000"],
        ["Alle aanbieders", "6", "+€\u00a050.000"],
    ]


@pytest.mark.parametrize(
    ("changes", "youths"),
    [([5, 4, -2, -2, -3], 20), ([90, 4, 3, -2, -2, -3], 20), ([5, 4, 3, -2, -2, -3], 3)],
    ids=["two providers", "one large provider", "nine youths"],
)
def test_one_group_that_tells_too_much_hides_them_all(project, changes, youths):
    assert spread(project, changes, youths=youths) == []
    assert "geheim" in growth.spread_over_providers(PLACE, SUMMER.label).texts["groei_aanbieders_zin"]


# -- duration and frequency ------------------------------------------------------------------------


def test_longer_help_is_duration_and_denser_help_is_frequency(project):
    # 1000 youths: 5 months of 2 units to 6 months of 2 units is duration; 5 months of 2.4 units is frequency. Both are
    # 2 more units of 100 euro per youth: 200,000 euro.
    for months, expected in ((6000, ["+€\u00a0200.000", "€\u00a00"]), (5000, ["€\u00a00", "+€\u00a0200.000"])):
        cells = contracts([
            {"year": 2018, "clients": 1000, "units": 10_000, "tariff": 100_00, "client_months": 5000},
            {"year": 2019, "clients": 1000, "units": 12_000, "tariff": 100_00, "client_months": months},
        ])  # fmt: skip
        write(project, SUMMER, cells)
        table = rows(growth.duration_and_frequency(PLACE, SUMMER.label).table)
        assert [row[1] for row in table] == [*expected, "+€\u00a0200.000"]


# -- what is still to come -------------------------------------------------------------------------


def still_to_come(
    project: Store, quarters: list[tuple[str, int, float, float]], inside: float = 0.8, *, learnt: bool = False
):
    """Quarter, youths, and in euro what is known and what is still to come; the band is 10,000 euro on either side."""
    cells = years(2019, 2020)
    write(project, SUMMER, cells)
    usage = pd.DataFrame([
        {"area": PLACE, "period_kind": "kwartaal", "period": name, "dimension": "totaal", "level": "alle",
         "youths": youths, "amount_cents": round(known * 100)}
        for name, youths, known, _ in quarters
    ])  # fmt: skip
    both = pd.concat([usage_of(cells), usage], ignore_index=True)
    project.write_marts(SUMMER, {"usage": both, "contract_cells": cells}, "proef")
    project.write_release(SUMMER, released(both), "proef")
    run_off = pd.DataFrame([
        {"area": PLACE, "care_quarter": name, "latest": 100 * known, "ultimate": 100 * (known + more),
         "standard_error": 0.0, "low": 100 * (known + more - 10_000), "high": 100 * (known + more + 10_000),
         "expected": 100 * (known + more) if learnt and name == quarters[-1][0] else None}
        for name, _, known, more in quarters
    ])  # fmt: skip
    tested = pd.DataFrame([
        {"area": PLACE, "age": "1", "predictions": 16, "inside": 0.75, "miss": 0.036},
        {"area": PLACE, "age": "total", "predictions": 90, "inside": inside, "miss": 0.0},
    ])  # fmt: skip
    project.write_estimates(SUMMER, {**estimates(2019, 2020), "run_off": run_off, "run_off_test": tested}, "proef")
    return growth.still_to_come(PLACE, SUMMER.label)


def test_declared_and_to_come_add_up_and_the_band_lies_around_them(project):
    finding = still_to_come(project, [("2021-K1", 50, 1_204_000, 0), ("2021-K2", 40, 604_000, 513_000)])
    # Published are 1.20 and 0.60 mln; what is to come is rounded to 0.51 mln.
    assert rows(finding.table) == [
        ["2021-K1", "1.200", "0", "1.200", "1.190 tot 1.210"],
        ["2021-K2", "600", "510", "1.110", "1.100 tot 1.120"],
    ]
    assert finding.title == "Naar schatting komt er nog €\u00a0510.000 aan declaraties binnen"
    assert "Over 2021-K2 is nu €\u00a0600.000 gedeclareerd." in finding.texts["groei_komt_zin"]


def test_a_hidden_quarter_stays_hidden(project):
    finding = still_to_come(project, [("2021-K1", 50, 1_204_000, 0), ("2021-K2", 7, 604_000, 513_000)])
    assert rows(finding.table)[1] == ["2021-K2", *["geheim"] * 4]
    assert "51" not in finding.title and "2021-K2" not in finding.texts["groei_komt_zin"]


def test_only_hidden_quarters_give_words_alone(project):
    finding = still_to_come(project, [("2021-K2", 7, 604_000, 513_000)])
    assert not finding.table and "geheim" in finding.texts["groei_komt_zin"]


def test_only_the_last_twelve_quarters_are_shown(project):
    names = [f"{year}-K{number}" for year in (2017, 2018, 2019, 2020) for number in (1, 2, 3, 4)]
    assert [row[0] for row in rows(still_to_come(project, [(n, 50, 1e6, 0) for n in names]).table)] == names[-12:]


@pytest.mark.parametrize(("inside", "words"), [(0.7, "te smal"), (0.77, "klopt ongeveer"), (0.9, "ruim")])
def test_how_the_band_did_before_is_told(project, inside, words):
    told = still_to_come(project, [("2021-K2", 40, 604_000, 513_000)], inside).texts["groei_komt_toets"]
    assert f"{inside:.0%} van de gevallen" in told and words in told


def test_the_youngest_quarter_is_judged_apart(project):
    told = still_to_come(project, [("2021-K2", 40, 604_000, 513_000)]).texts["groei_komt_toets"]
    assert "Bij het jongste kwartaal was dat 75%, en zat de schatting er meestal ongeveer 3,6% naast." in told


@pytest.mark.parametrize(("learnt", "words"), [(True, "voor 2021-K2 ook uit de hulp die liep"), (False, "alleen")])
def test_what_the_youngest_quarter_rests_on_is_told(project, learnt, words):
    finding = still_to_come(project, [("2021-K2", 40, 604_000, 513_000)], learnt=learnt)
    assert words in finding.source


def test_without_an_estimate_it_says_so(project):
    finding = still_to_come(project, [("2021-K2", 40, 604_000, 513_000)])
    empty = project.estimates("run_off", SUMMER).iloc[:0]
    untested = project.estimates("run_off_test", SUMMER).iloc[:0]
    told = {**estimates(2019, 2020), "run_off": empty, "run_off_test": untested}
    project.write_estimates(SUMMER, told, "proef")
    finding = growth.still_to_come(PLACE, SUMMER.label)
    assert not finding.table and "niet te schatten" in finding.texts["groei_komt_zin"]
    assert growth_to_come.quarters_to_come(Edition.open(PLACE, SUMMER.label)).frame.empty


# -- the notebook ----------------------------------------------------------------------------------


def test_the_page_asks_for_no_sentence_that_is_not_made(in_example):
    cells = nbformat.read(ROOT / "analysis" / "30_groei.ipynb", as_version=4).cells
    asked = {name for cell in cells for name in re.findall(r"{glue:text}`(\w+)`", cell.source)}
    calls = {name for cell in cells for name in re.findall(r"growth\.(\w+)\(municipality", cell.source)}
    for area in ("GM0000", "GM0637", "GM1842"):
        made = {name for call in calls for name in getattr(growth, call)(area, "2026-K3").texts}
        assert asked <= made
