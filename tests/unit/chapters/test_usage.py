"""Chapter 10: words and shares calculated by hand from small tables; every figure for every area of the example."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from jeugd_analysis.chapters import usage, usage_kinds, usage_published, usage_quarters
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store
from tests.unit.chapters.readable import require_readable_everywhere

PERIOD = "2026-K3"
FINDINGS = (
    usage.youths_per_year, usage.index_per_year, usage.youths_per_quarter, usage.cost_per_quarter,
    usage_quarters.youths_per_quarter_and_segment, usage_kinds.youths_per_segment, usage_kinds.youths_per_product,
    usage_kinds.youths_per_age, usage_kinds.youths_per_referrer, usage_kinds.funding, usage_published.cbs_series,
    usage_published.national_series, usage_published.peers, usage_published.referrers_published,
    usage_published.neighbourhoods,
)  # fmt: skip


@pytest.mark.parametrize("find", FINDINGS, ids=lambda find: find.__name__)
def test_every_figure_of_every_area_can_be_read(find, in_example: Store):
    require_readable_everywhere(find, in_example, PERIOD)


# -- indexed ---------------------------------------------------------------------------------------


def years(*rows):
    return pd.DataFrame(rows, columns=["period", "youths", "amount_cents"]).astype(
        {"youths": "Int64", "amount_cents": "Int64"}
    )


def test_the_index_begins_again_after_a_break():
    told = usage.indexed(
        years(
            ("2022", 200, 1_000_000_00),
            ("2023", 210, 1_200_000_00),
            ("2024", 100, 500_000_00),
            ("2025", 125, 800_000_00),
        ),
        ["2024"],
    )
    assert told["youths_index"].tolist() == [100, 105, 100, 125]
    assert told["cost_index"].tolist() == [100, 120, 100, 160]
    # 5,000 and 5,714 -> 5,700; 5,000 and 6,400: per youth in whole hundreds of euros
    assert told["per_youth"].tolist() == [5_000_00, 5_700_00, 5_000_00, 6_400_00]
    assert told["per_youth_index"].tolist() == pytest.approx([100, 114, 100, 128])


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ((450, 4_400_000_00), "steeg het aantal jeugdigen met 12% en stegen de kosten met 10,0%"),
        ((300, 2_000_000_00), "daalde het aantal jeugdigen met 25% en daalden de kosten met 50,0%"),
        ((405, 4_010_000_00), "bleef het aantal jeugdigen ongeveer gelijk en bleven de kosten ongeveer gelijk"),
    ],
)
def test_the_index_in_words_is_right_for_a_rise_a_fall_and_no_change(last, words):
    told = usage.indexed(years(("2024", 400, 4_000_000_00), ("2025", *last)), [])
    _, sentence = usage.index_words(told, 5)
    assert sentence.startswith(f"Van 2024 naar 2025 {words}.")


def test_a_change_that_rounding_alone_can_make_is_no_change():
    """405 and 410 youths can be the same number; cost per youth then moves by up to 5/405 + 5/410 = 2.5 %."""
    told = usage.indexed(years(("2024", 410, 4_100_000_00), ("2025", 405, 4_100_000_00)), [])
    title, _ = usage.index_words(told, 5)
    assert title == "De kosten per jeugdige bleven ongeveer gelijk van 2024 naar 2025"


def test_a_single_year_and_a_hidden_year_are_not_compared():
    alone = usage.indexed(years(("2023", 100, 1_000_00), ("2024", 100, 1_000_00)), ["2024"])
    assert "nog niets te vergelijken" in usage.index_words(alone, 5)[1]
    hidden = usage.indexed(years(("2024", 100, 1_000_00), ("2025", pd.NA, pd.NA)), [])
    assert "te weinig jeugdigen" in usage.index_words(hidden, 5)[1]


# -- per quarter -----------------------------------------------------------------------------------


def quarters(*rows):
    columns = ["care_quarter", "declared", "expected", "low", "high"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], "Int64"))


def test_the_quarter_of_which_most_is_declared_is_told_beside_a_year_before():
    full = ("2025-K2", 2_000_000_00, 2_000_000_00, 2_000_000_00, 2_000_000_00)
    told = quarters(
        full, ("2026-K2", 2_000_000_00, 2_200_000_00, 2_100_000_00, 2_300_000_00), ("2026-K3", 100, 900, 100, 2000)
    )
    title, words = usage.quarter_words(told)
    assert title == "De hulp van 2026-K2 kost naar schatting €\xa02,2\xa0mln"
    assert "10,0% meer dan in 2025-K2 (€\xa02,0\xa0mln)" in words and "valt binnen" not in words
    near = quarters(full, ("2026-K2", 2_000_000_00, 2_100_000_00, 1_950_000_00, 2_300_000_00))
    assert usage.quarter_words(near)[1].endswith("Dat verschil valt binnen de band van de schatting.")
    same = quarters(full, ("2026-K2", 2_000_000_00, 2_000_000_00, 2_000_000_00, 2_000_000_00))
    assert "ongeveer evenveel als in 2025-K2" in usage.quarter_words(same)[1]


def test_a_quarter_without_one_to_compare_or_without_an_amount():
    alone = quarters(("2026-K2", 2_000_000_00, 2_200_000_00, 2_100_000_00, 2_300_000_00))
    assert usage.quarter_words(alone)[1].endswith("gedeclareerd.")
    hidden = quarters(("2026-K2", pd.NA, pd.NA, pd.NA, pd.NA))
    assert "niet te schatten" in usage.quarter_words(hidden)[0]


def by_quarter(**segments):
    labels = ["2024-K4", "2025-K1", "2025-K2", "2025-K3", "2025-K4", "2026-K1"]
    rows = [
        (label, code, count, "primary" if count is pd.NA else "rounded")
        for code, counts in segments.items()
        for label, count in zip(labels, counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["period", "level", "youths", "youths_status"])


def test_quarters_begin_after_the_break_and_small_or_hidden_segments_are_not_drawn():
    told = by_quarter(
        S1=[900, 100, 110, 120, 130, 150], S2=[60, 60, 55, 45, 60, 60], S3=[pd.NA, 100, 100, pd.NA, 100, 100]
    )
    wide = usage_quarters.wide_quarters(told, "2025-K1")
    assert wide["period"].tolist() == ["2025-K1", "2025-K2", "2025-K3", "2025-K4", "2026-K1"]
    lines = usage_quarters.index_lines(wide, ["S1", "S2", "S3"])
    assert set(lines["segment"]) == {"S1"} and lines["index"].tolist() == [100, 110, 120, 130, 150]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (
            [0, 100, 100, 100, 100, 150],
            "kregen 150 jeugdigen zware hulp. Een jaar eerder waren dat er 100 (50% meer)",
        ),
        ([0, 100, 100, 100, 100, 80], "Een jaar eerder waren dat er 100 (20% minder)"),
        ([0, 100, 100, 100, 100, 105], "In elk segment waren er in 2026-K1 ongeveer evenveel jeugdigen"),
        ([0, 45, 45, 45, 45, 90], "te weinig jeugdigen om 2026-K1 te vergelijken"),
        ([0, pd.NA, 45, 45, 45, 90], "te weinig jeugdigen om 2026-K1 te vergelijken"),
    ],
)
def test_the_segment_that_changed_most(counts, words):
    wide = usage_quarters.wide_quarters(by_quarter(S1=counts), "")
    assert words in usage_quarters.segment_words(wide, {"S1": "Zware hulp"}, 5)[1]


def test_quarters_within_a_year_of_a_break_are_not_compared():
    wide = usage_quarters.wide_quarters(by_quarter(S1=[900, 100, 110, 120, 130, 150]), "2025-K2")
    assert "nog geen jaar om mee te vergelijken" in usage_quarters.segment_words(wide, {"S1": "Zware hulp"}, 5)[0]


# -- by kind ---------------------------------------------------------------------------------------


def test_cost_by_funding_is_hidden_where_a_segment_is():
    told = pd.DataFrame(
        [("S1", "onbeslist", 100), ("S2", "onbeslist", pd.NA), ("S5", "per uur", 300), ("S6", "per uur", 5)],
        columns=["level", "funding", "amount_cents"],
    ).astype({"amount_cents": "Int64"})  # fmt: skip
    names = {"S1": "Een", "S2": "Twee", "S5": "Vijf", "S6": "Zes"}
    sums = usage_kinds.by_funding(told, names).set_index("funding")
    assert pd.isna(sums.at["onbeslist", "amount_cents"]) and sums.at["per uur", "amount_cents"] == 305
    assert sums.at["per uur", "names"] == "Vijf en Zes"


def test_what_is_undecided_and_hidden_is_said_to_be(own_project: Store):
    """Without it the sentence reads as if all cost had been told."""
    area = next(each for each in own_project.region.municipalities if each.name == "Rijswijk")
    edition = Edition(store=own_project, quarter=Quarter(2026, 3), area=area)
    ways = ["onbeslist", "inspanningsgericht"]
    told = pd.DataFrame({"funding": ways, "amount_cents": pd.array([pd.NA, 300], "Int64")})
    assert "is geheim" in usage_kinds._funding_words(told, edition, "2025")
    known = told.assign(amount_cents=pd.array([100, 300], "Int64"))
    assert "geheim" not in usage_kinds._funding_words(known, edition, "2025")


def test_own_referrers_are_shares_of_those_who_were_referred(in_example: Store):
    finding = usage_kinds.youths_per_referrer("GM0000", PERIOD)
    cells = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", finding.table)
    rows = {name: re.findall(r"<td[^>]*>(.*?)</td>", rest) for name, rest in cells}
    shares = {name: int(told[2].rstrip("%")) for name, told in rows.items() if told[2].endswith("%")}
    assert "Zelf of geen verwijzer" not in shares and "Gemeente" in shares
    assert sum(shares.values()) == pytest.approx(100, abs=4)  # each is rounded to whole percents


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([0.2, 0.3, 0.5], "De meeste kosten horen bij ‘drie’: €\xa05,0\xa0mln (50%)."),
        ([0.2, pd.NA, 0.06], "Welk segment het meest kost, is niet te zeggen: van sommige is het bedrag geheim."),
        ([0.6, pd.NA, pd.NA], "De meeste kosten horen bij ‘een’: €\xa06,0\xa0mln (60%)."),
        ([pd.NA] * 3, "De kosten per segment zijn niet te tonen."),
    ],
)
def test_what_costs_most_is_only_told_when_no_hidden_amount_can_be_more(shares, words):
    told = pd.DataFrame({"naam": ["Een", "Twee", "Drie"], "share": pd.array(shares, dtype="Float64")})
    assert usage_kinds._dearest(told.assign(amount_now=told["share"] * 1_000_000_000)) == words


def test_the_largest_group_is_called_so_only_when_no_larger_one_can_be_hidden():
    counts, top = pd.Series([30, pd.NA], dtype="Int64"), "De grootste is {name} ({number} jeugdigen)"
    names = pd.Series(["Een", "Twee"])
    title = usage_kinds._largest_title(names, counts, "soort", top, pd.Series(["rounded", "primary"]))
    assert title == "De grootste is een (30 jeugdigen)"
    title = usage_kinds._largest_title(names, counts, "soort", top, pd.Series(["rounded", "secondary"]))
    assert title == "Voor zover te tonen: de grootste is een (30 jeugdigen)"


# -- published -------------------------------------------------------------------------------------


def test_published_referrers_use_the_sum_of_referrers_and_not_the_total():
    """85335NED, 2022, Delft: 1,260 of 1,260 + 1,385 + 140 + 405 + 140 + 25 = 3,355 referred; 1,290 had no referrer."""
    counts = {
        "gemeentelijke toegang": 1260, "huisarts": 1385, "jeugdarts": 140, "gecertificeerde instelling": 405,
        "medisch specialist": 140, "rechter of officier van justitie": 25, "geen verwijzer": 1290,
    }  # fmt: skip
    wide = pd.DataFrame({"GM0503": counts, "NL00": counts})
    told = usage_published.referred_shares(wide, "GM0503").set_index("verwijzer")
    assert told.at["Gemeentelijke toegang", "own_share"] == pytest.approx(1260 / 3355)
    assert pd.isna(told.at["Geen verwijzer", "own_share"])


def peers_of(*rows):
    return pd.DataFrame(rows, columns=["area", "area_name", "share"])


def test_a_municipality_stands_beside_the_country_and_the_region_between_its_ends():
    told = peers_of(("GM1", "Een", 0.1), ("GM2", "Twee", 0.2), ("NL00", "Nederland", 0.132), ("GM9", "Ver", 0.3))
    title, words = usage_published.peer_words(told, "GM1", "2022", {"GM1", "GM2"})
    assert title == "In Een kreeg 10,0% van de 0-17-jarigen jeugdhulp in 2022; in Nederland 13,2%"
    assert "Dat is 1 op de 10. In Nederland is het 13,2%." in words
    region, _ = usage_published.peer_words(told, "GM0000", "2022", {"GM1", "GM2"})
    assert region.endswith("loopt in 2022 van 10,0% (Een) tot 20,0% (Twee)")
    assert "geen cijfers" in usage_published.peer_words(told, "GM0000", "2022", set())[0]


def test_neighbourhoods_say_what_part_they_add_up_to():
    rows = pd.DataFrame(
        [("share_sum_neighbourhoods", "Stad", 87.0), ("neighbourhoods", "Stad", 9.0)],
        columns=["indicator", "area_name", "getal"],
    )
    words = "De wijken samen zijn minder dan de gemeente: Stad 87%."
    assert usage_published.neighbourhood_words(rows) == words
    assert usage_published.neighbourhood_words(rows.iloc[1:]) == ""
