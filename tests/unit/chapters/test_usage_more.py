"""Chapter 10, over the years and by volume: numbers and words by hand; every figure for every area of the example."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.chapters import usage_volume, usage_years
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.usage import per_band
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store
from tests.unit.chapters.readable import require_readable_everywhere

PERIOD = "2026-K3"
FINDINGS = (
    usage_years.segments_per_year, usage_years.ages_per_year, usage_years.referrers_per_year,
    usage_volume.volume_per_year, usage_volume.provider_groups, usage_volume.lump_sums,
)  # fmt: skip


@pytest.mark.parametrize("find", FINDINGS, ids=lambda find: find.__name__)
def test_every_figure_of_every_area_can_be_read(find, in_example: Store):
    require_readable_everywhere(find, in_example, PERIOD)


@pytest.fixture
def quiet(own_project: Store) -> Edition:
    """An area without any break, in the edition of 2026-K3."""
    area = next(each for each in own_project.region.municipalities if each.name == "Rijswijk")
    return Edition(store=own_project, quarter=Quarter(2026, 3), area=area)


@pytest.fixture
def broken(own_project: Store) -> Edition:
    """The region, in 2024-K4: its last settled year is 2023, and there is a break in cost and youths in 2022."""
    return Edition(store=own_project, quarter=Quarter(2022, 4), area=own_project.region.area)


# -- over the years --------------------------------------------------------------------------------


def costs(*rows):
    frame = pd.DataFrame(rows, columns=["period", "S1_cents", "S2_cents"])
    return frame.astype({"S1_cents": "Int64", "S2_cents": "Int64"})


NAMES = {"S1": "Zware hulp", "S2": "Lichte hulp"}


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (
            (3_000_000_00, 2_100_000_00),
            "De kosten van zware hulp stegen in 2025 het meest: met €\xa01,0\xa0mln (50,0%)",
        ),
        (
            (2_000_000_00, 1_000_000_00),
            "De kosten van lichte hulp daalden in 2025 het meest: met €\xa01,0\xa0mln (50,0%)",
        ),
        ((2_000_000_00, 2_010_000_00), "Per segment waren de kosten in 2025 ongeveer gelijk aan 2024."),
        ((pd.NA, 2_500_000_00), "De kosten van lichte hulp stegen in 2025 het meest: met €\xa0500.000 (25,0%)"),
        ((pd.NA, pd.NA), "De kosten per segment van 2025 zijn niet met 2024 te vergelijken"),
        ((2_000_000_00, 0), "De kosten van lichte hulp daalden in 2025 het meest: met €\xa02,0\xa0mln (100,0%)"),
    ],
)
def test_the_segment_of_which_the_cost_moved_most(last, words, quiet):
    told = costs(("2024", 2_000_000_00, 2_000_000_00), ("2025", *last))
    assert usage_years.cost_words(told, NAMES, quiet)[1].startswith(words)


def test_cost_from_nothing_has_no_percentage(quiet):
    told = costs(("2024", 0, 2_000_000_00), ("2025", 500_000_00, 2_000_000_00))
    assert "met €\xa0500.000. Zij gingen van €\xa00 in 2024" in usage_years.cost_words(told, NAMES, quiet)[1]


def test_no_two_years_are_compared_over_a_break(broken, quiet):
    told = costs(("2021", 2_000_000_00, 2_000_000_00), ("2022", 3_000_000_00, 2_000_000_00))
    assert usage_years.cost_words(told, NAMES, broken)[1].endswith("er is een breuk, of er zijn te weinig jaren.")
    assert "te weinig jaren" in usage_years.cost_words(told.iloc[:1], NAMES, quiet)[1]


def shares(then: float, now: float, youths=1000):
    return pd.DataFrame(
        {"period": ["2024", "2025"], "a": [youths, youths], "a_share": [then, now]}
    ).astype({"a": "Int64", "a_share": "Float64"})  # fmt: skip


@pytest.mark.parametrize(
    ("then", "now", "title"),
    [
        (0.10, 0.12, "Het aandeel ouderen steeg van 10,0% in 2024 naar 12,0% in 2025"),
        (0.12, 0.10, "Het aandeel ouderen daalde van 12,0% in 2024 naar 10,0% in 2025"),
        (0.10, 0.104, "Per groep bleven de aandelen van 2024 naar 2025 ongeveer gelijk"),
        (0.0, 0.0, "Per groep bleven de aandelen van 2024 naar 2025 ongeveer gelijk"),
    ],
)
def test_shares_in_words(then, now, title, quiet):
    assert usage_years.share_words(shares(then, now), {"a": "ouderen"}, quiet, what="Per groep")[0] == title


def test_small_groups_that_are_not_compared_are_named(quiet):
    """Of 20 youths the share doubles in the table: the sentence may not say that nothing changed."""
    both = shares(0.10, 0.104).assign(b=pd.array([10, 20], "Int64"), b_share=pd.array([0.01, 0.02], "Float64"))
    title, words = usage_years.share_words(both, {"a": "ouderen", "b": "baby's"}, quiet, what="Per groep")
    assert title.endswith("ongeveer gelijk, voor zover te vergelijken") and "minder dan 50 jeugdigen" in words


def test_a_line_that_is_hidden_in_the_last_year_is_not_drawn():
    lines = pd.DataFrame({"period": ["2024", "2025"] * 2, "reeks": ["A", "A", "B", "B"],
                          "waarde": [1.0, None, 1.0, 2.0]})  # fmt: skip
    assert usage_years.not_drawn(lines) == ["A"]
    assert usage_years.not_drawn(lines.assign(waarde=[1.0, None, 1.0, None])) == []  # then the past is all there is


def test_too_few_youths_are_not_compared(quiet):
    """Of 40 youths one is 2.5 %: rounding alone would make a change."""
    few = usage_years.share_words(shares(0.1, 0.3, youths=40), {"a": "ouderen"}, quiet, what="Per groep")
    assert few[1].endswith("het gaat om te weinig jeugdigen.")


def test_referrers_are_parts_of_their_own_sum_and_never_of_a_sum_with_a_hole():
    frame = pd.DataFrame(
        {"period": ["2024", "2025", "2026"], "a": [300, 300, 60], "b": [100, pd.NA, 40],
         "a_status": ["rounded"] * 3, "b_status": ["rounded", "secondary", "rounded"]},
    ).astype({"a": "Int64", "b": "Int64"})  # fmt: skip
    told = usage_years.with_parts(frame, ["a", "b"])
    assert told["a_share"].tolist() == [0.75, pd.NA, pd.NA]  # 2025: b is hidden and may be large; 2026: 100 is too few
    small = usage_years.with_parts(frame.assign(b_status="primary"), ["a", "b"])
    assert small["a_share"].tolist() == [0.75, 1.0, pd.NA]


def test_shares_of_an_age_are_of_all_inhabitants_of_that_age():
    people = pd.DataFrame(
        [("GM1", 2025, 0, 3, 500), ("GM2", 2025, 0, 3, 500), ("GM1", 2025, 4, 11, 10)],
        columns=["municipality", "year", "age_from", "age_to", "inhabitants"],
    )
    told = pd.DataFrame({"period": ["2024", "2025"], "0-3": pd.array([40, 50], dtype="Int64"),
                         "4-11": pd.array([40, 50], dtype="Int64")})  # fmt: skip
    shares = usage_years.with_shares(told, ["0-3", "4-11"], people)
    assert shares["0-3_share"].tolist() == [pd.NA, 0.05]
    assert shares["4-11_share"].isna().all()  # of one of the two municipalities only: no share of both


def test_single_years_of_age_make_the_same_shares_as_bands():
    """CBS gives a row per year of age; 10 inhabitants of each age are 40 of 0-3 and 50 of 18-22."""
    single = pd.DataFrame({"municipality": "GM1", "year": 2025, "age_from": range(23), "age_to": range(23),
                           "inhabitants": 10})  # fmt: skip
    assert per_band(single, 2025) == {"0-3": 40, "4-11": 80, "12-17": 60, "18-22": 50} and per_band(single, 2024) == {}
    assert per_band(single[single["age_from"] != 7], 2025) == {"0-3": 40, "12-17": 60, "18-22": 50}
    told = pd.DataFrame({"period": ["2025"], "0-3": pd.array([10], dtype="Int64")})
    assert usage_years.with_shares(told, ["0-3"], single)["0-3_share"].tolist() == [0.25]
    both = pd.concat([single, single.assign(municipality="GM2")])
    assert per_band(both, 2025)["12-17"] == 120
    assert "12-17" not in per_band(both[~(both["municipality"].eq("GM2") & both["age_from"].eq(12))], 2025)


# -- volume ----------------------------------------------------------------------------------------


def lines(*rows):
    return pd.DataFrame(rows, columns=["youth_id", "provider", "product", "unit", "year", "units", "amount_cents"])


def test_trajectories_are_youths_times_products_and_units_are_summed_per_kind():
    told = usage_volume.volume_rows(
        lines(
            ("y1", "p", "A", "04", 2025, 10, 100), ("y1", "q", "A", "04", 2025, 5, 50),  # one product, two providers
            ("y1", "p", "B", "14", 2025, 30, 300), ("y2", "p", "A", "04", 2025, 1, 10),
            ("y3", "p", "A", "04", 2025, 2, -20),  # credited in full: no trajectory
        ),
        {2024: 0, 2025: 2},
    )  # fmt: skip
    assert told["period"].tolist() == ["2024", "2025"]
    assert told["per_youth"].tolist() == [pd.NA, 1.5] and told["u04"].tolist() == [0, 18]
    assert told["u14"].tolist() == [0, 30] and "u16" not in told


def ratios(*rows):
    return pd.DataFrame(rows, columns=["period", "per_youth", "about"]).astype(
        {"per_youth": "Float64", "about": "Float64"}
    )


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (1.8, "Dat is 20,0% meer per jeugdige dan in 2024."),
        (1.2, "Dat is 20,0% minder per jeugdige dan in 2024."),
        (1.6, "Het verschil met 2024 is zo klein dat het door afronden kan komen."),  # a step of the rounding
        (1.5, "Het gemiddelde is hetzelfde als in 2024."),
    ],
)
def test_trajectories_in_words(now, words, quiet):
    told = ratios(("2024", 1.5, 300), ("2025", now, 400))
    title, said = usage_volume.volume_words(told, quiet)
    assert said.endswith(words) and "Samen zijn dat ongeveer 400 trajecten." in said
    assert title == f"Een jeugdige had in 2025 gemiddeld {str(now).replace('.', ',')} trajecten"
    hidden = usage_volume.volume_words(ratios(("2024", 1.5, 300), ("2025", pd.NA, pd.NA)), quiet)
    assert hidden[1].endswith("het gaat om te weinig jeugdigen.")


def test_groups_of_providers_by_size():
    """Seven providers of 7, 6, ... 1 hundred: the five largest have 25 of the 28 hundred."""
    rows = [(f"y{n}", f"p{n}", "A", "04", 2025, 1, n * 100) for n in range(1, 8)]
    told = usage_volume.group_rows(lines(*rows, ("y0", "p0", "A", "04", 2025, 1, 0)))
    assert told[["aanbieders", "youths"]].values.tolist() == [[5, 5], [2, 2]]
    assert told["share"].tolist() == pytest.approx([25 / 28, 3 / 28])
    assert told["groep"].tolist() == ["De 5 grootste", "De 15 daarna"]


def test_groups_in_words():
    told = pd.DataFrame({"aanbieders": [5, 15, 80], "tekst": ["40%", "35%", "25%"]})
    title, words = usage_volume.group_words(told, 2025)
    assert title == "40% van de kosten in 2025 ging naar de 5 grootste aanbieders"
    assert "De 80 kleinste kregen samen 25%." in words


def paid(*rows):
    frame = pd.DataFrame(rows, columns=["segment", "month", "youths"])
    return frame.assign(month=pd.to_datetime(frame["month"]), youths=frame["youths"].astype("Int64"))


def test_lump_sums_are_a_mean_over_the_months_of_all_parties():
    told = usage_volume.lump_rows(
        paid(
            ("S5", "2025-01-01", 100), ("S5", "2025-01-01", 40), ("S5", "2025-02-01", 160), ("S4", "2024-05-01", pd.NA)
        ),
        {"S5": "Lichte hulp"},
    )
    assert told.values.tolist() == [["2025", "Lichte hulp", 2, 150]]


@pytest.mark.parametrize(
    ("then", "now", "months", "words"),
    [
        (600, 700, 12, "In Rijswijk kregen in 2025 ongeveer 700 jeugdigen per maand hulp met een vast bedrag"),
        (600, 600, 9, "Dat zijn er ongeveer evenveel als in 2024."),
        (600, 700, 12, "Dat is 16,7% meer dan in 2024 (600)."),
        (600, 500, 1, "In Rijswijk kregen in 1 maand van 2025 ongeveer 500"),
        (600, 500, 12, "Dat is 16,7% minder dan in 2024 (600)."),
        (600, pd.NA, 12, "naar te weinig jeugdigen om te tonen."),
        (pd.NA, 600, 12, "want er zijn geen declaraties."),
        (600, 0, 12, "In Rijswijk kreeg in 2025 (bijna) niemand hulp met een vast bedrag."),
    ],
)
def test_lump_sums_in_words(then, now, months, words, quiet):
    told = pd.DataFrame({"period": ["2024", "2025"], "maanden": [12, months], "about": [then, now]})
    told["about"] = told["about"].astype("Float64")
    assert words in usage_volume.lump_words(told, quiet)[1]
