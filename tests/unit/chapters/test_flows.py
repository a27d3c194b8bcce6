"""Chapter 15: words and shares calculated by hand from small tables; every figure for every area of the example."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from jeugd_analysis.chapters import flows, flows_after, flows_duration, stacking
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area, Break, Region, Segment
from jeugd_analysis.methods.duration import kaplan_meier
from jeugd_analysis.store import Store
from tests.unit.chapters.readable import require_readable_everywhere

PERIOD = "2026-K3"
FINDINGS = (
    flows.flows_per_year, flows.flows_per_segment, flows_after.repeat_use, flows_after.reasons_for_ending,
    flows_duration.duration, flows_duration.duration_per_segment, stacking.stacking_per_year, stacking.costliest,
)  # fmt: skip
SETTINGS = {
    "threshold": 10, "count_base": 5, "min_width": 4, "money_base_cents": 1_000_000, "money_width_cents": 4_000_000,
    "min_providers": 3, "p_percent": 10, "young_quarters": 2, "decimals_from": 4000,
}  # fmt: skip


@pytest.mark.parametrize("find", FINDINGS, ids=lambda find: find.__name__)
def test_every_figure_of_every_area_can_be_read(find, in_example: Store):
    require_readable_everywhere(find, in_example, PERIOD)


# -- flows -----------------------------------------------------------------------------------------

PLACE = Area(code="GM1", name="Dorp")


def edition_of(*, breaks=(), marts=None) -> Edition:
    region = Region(
        code="R", name="Streek", municipalities=(PLACE,), segments=(Segment(code="S1", name="Hulp", funding=""),),
        breaks=tuple(
            Break(year=year, areas=("*",), measures=frozenset({"youths"}), label="", explanation="", source="")
            for year in breaks
        ),
    )  # fmt: skip
    store = SimpleNamespace(region=region, settings=lambda name: SETTINGS, mart=lambda name, quarter: marts[name])
    return Edition(store=store, quarter=Quarter(2026, 3), area=PLACE)


def year(period, **told):
    """A row of flow_numbers. A count of None is hidden, one that is left out is not known."""
    row = {"period": period}
    for name in (*flows._COLUMNS, "switched_in", "switched_out", "stopped", "came_back"):
        row[name] = pd.NA if told.get(name) is None else told[name]
        row[f"{name}_status"] = None if name not in told else "primary" if told[name] is None else "rounded"
    return pd.Series(row)


BEFORE = year("2024", at_start=200, inflow=100, returned=10, outflow=110, at_end=200, throughflow=80)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ((120, 220), ["10% meer dan op 1 januari (200)", "De instroom was 20% meer dan in 2024 (100)"]),
        ((80, 180), ["10% minder dan op 1 januari (200)", "De instroom was 20% minder dan in 2024"]),
        ((105, 205), ["ongeveer evenveel als op 1 januari", "De instroom was ongeveer gelijk aan die van 2024"]),
    ],
)  # fmt: skip
def test_flows_in_words_are_right_for_a_rise_a_fall_and_no_change(told, words):
    came, at_end = told
    last = year("2025", at_start=200, inflow=came, returned=15, outflow=110, throughflow=80, at_end=at_end)
    title, sentence = flows.flow_words(edition_of(), BEFORE, last)
    assert title == f"In 2025 stroomden {came} jeugdigen in en 110 uit; 15 kwamen terug"
    assert "Van wie op 1 januari hulp had, had 40% op 31 december nog of weer hulp (80 jeugdigen)." in sentence
    for part in words:
        assert part in sentence


@pytest.mark.parametrize("when", [2025, 2026])
def test_flows_are_not_compared_over_a_break_nor_up_to_one(when):
    """Who disappears from the figures on 1 January left in the year before it."""
    last = year("2025", at_start=200, inflow=120, returned=10, outflow=110, at_end=220, throughflow=80)
    assert "er zit een breuk tussen" in flows.flow_words(edition_of(breaks=(when,)), BEFORE, last)[1]


def test_a_hidden_flow_and_a_first_year_say_why():
    first = year("2017", outflow=110, at_end=200, youths=310)
    title, words = flows.flow_words(edition_of(), first, first)
    assert title == "In 2017 stroomden 110 jeugdigen uit" and "het jaar ervoor zit niet in de gegevens" in words
    small = year("2025", outflow=110, inflow=None, at_end=200)
    assert "te klein om te tonen" in flows.flow_words(edition_of(), small, small)[1]
    nothing = year("2025", outflow=None, inflow=None)
    assert "niet te tonen" in flows.flow_words(edition_of(), nothing, nothing)[0]
    no_return = year("2025", at_start=200, inflow=120, returned=None, outflow=110, at_end=220, throughflow=None)
    title, words = flows.flow_words(edition_of(), no_return, no_return)
    assert title == "In 2025 stroomden 120 jeugdigen in en 110 uit" and "nog of weer" not in words


@pytest.mark.parametrize(
    ("stock", "words"),
    [
        ([(100, 140), (300, 290)], "groeide een in 2025 het meest: van 100 jeugdigen op 1 januari naar 140"),
        ([(100, 110), (300, 250)], "kromp twee in 2025 het meest: van 300 jeugdigen op 1 januari naar 250"),
        ([(100, 100), (300, 300)], "bleef het aantal jeugdigen per segment gelijk"),
        ([(pd.NA, 100), (300, pd.NA)], "niets te tonen"),
    ],
)
def test_the_segment_that_grew_or_shrank_most(stock, words):
    told = pd.DataFrame(stock, columns=["at_start", "at_end"]).astype("Int64").assign(naam=["Een", "Twee"])
    assert words in flows.segment_words(told, "2025", "Streek")[1]


# -- repeat use and reasons ------------------------------------------------------------------------


def test_repeat_use_by_hand_with_the_limits_of_wilson():
    """10 of 30 + 10 began again: 25 %, Wilson 95 % from 14.2 to 40.2; 13 of 52 who stopped: 25 %."""
    told = flows_after.repeat_shares(
        pd.DataFrame(
            [year("2024", inflow=30, returned=10, stopped=52, came_back=13), year("2025", inflow=30, returned=None)]
        )
    )
    assert told["again_share"].tolist()[0] == 0.25 and told["back_share"].tolist()[0] == 0.25
    assert told["again_range"].tolist() == ["14% – 40%", "–"]
    title, words = flows_after.repeat_words(told.iloc[:1], told)
    assert title == "25% van wie in 2024 begon, had minder dan een jaar eerder ook al hulp"
    assert words.endswith("Van een later jaar zijn die 12 maanden nog niet om.")


def test_repeat_use_that_is_hidden_is_not_called_too_early():
    told = flows_after.repeat_shares(
        pd.DataFrame([
            year("2024", inflow=30, returned=10, stopped=52, came_back=13),
            year("2025", inflow=30, returned=None, stopped=50, came_back=None),
        ])
    )  # fmt: skip
    assert "nog niet om" not in flows_after.repeat_words(told.iloc[:1], told)[1]
    hidden = told.iloc[1:]
    assert "te weinig jeugdigen" in flows_after.repeat_words(hidden.iloc[:0], hidden)[1]
    first = flows_after.repeat_shares(pd.DataFrame([year("2017", stopped=50)]))
    assert "ook het jaar ervoor nodig" in flows_after.repeat_words(first.iloc[:0], first)[1]


def reasons(*rows):
    told = pd.DataFrame(rows, columns=["level", "naam", "youths", "share"]).assign(total=100)
    return told.astype({"youths": "Int64", "share": "Float64"})


def test_reasons_tell_at_least_how_many_ended_early_where_some_are_hidden():
    told = reasons(
        ("31", "Volgens plan", 70, 0.7), ("32", "Voortijdig, door cliënt", 20, 0.2), ("34", "Voortijdig", 10, 0.1)
    )
    title, words = flows_after.reason_words(told, "2025")
    assert title == "De reden die het vaakst is opgegeven: volgens plan (70%)"
    assert words == f"{title}. Bij 30% stopte de hulp eerder dan gepland."
    hidden = reasons(
        ("31", "Volgens plan", 70, 0.7), ("32", "Voortijdig, door cliënt", 20, 0.2), ("34", "V", pd.NA, pd.NA)
    )
    assert "Bij ten minste 20% stopte" in flows_after.reason_words(hidden, "2025")[1]
    planned = reasons(("31", "Volgens plan", 70, 0.7))
    assert "eerder dan gepland" not in flows_after.reason_words(planned, "2025")[1]
    assert "niet te tonen" in flows_after.reason_words(hidden.iloc[2:], "2025")[0]


# -- duration --------------------------------------------------------------------------------------


def durations(ended, running):
    """Of so many starts: care that ended in each month, and care last seen running after it."""
    months = sorted({*ended, *running})
    return pd.DataFrame({
        "area": "GM1", "segment": "alle", "start_year": 2025, "month": months,
        "ended": [ended.get(month, 0) for month in months], "running": [running.get(month, 0) for month in months],
    })  # fmt: skip


def test_the_curve_is_told_in_whole_percents_and_not_beyond_what_was_followed():
    """1,000 begin; 300 end in month 3 (70 %), 350 in month 6 (35 %), 260 run on from there, 90 end in month 8."""
    told = kaplan_meier(durations({3: 300, 6: 350, 8: 90}, {6: 260}), after=(3, 6, 12, 24))
    shown = flows_duration.curve(told, edition_of()).frame.set_index("month")["share"]
    assert shown.loc[[0, 2, 3, 5, 6]].tolist() == pytest.approx([1.0, 1.0, 0.7, 0.7, 0.35])
    assert shown.index.max() == 6  # ninety are left in month 8: fewer than a hundred
    assert flows_duration.median_of(told)[0] == 6


def test_a_small_group_is_told_in_steps_of_five_percent():
    """Of 300 there are 100 after month 3: 66.7 % ended; 33.3 % reads as 35 %."""
    told = kaplan_meier(durations({3: 200, 5: 100}, {}), after=(3,))
    shown = flows_duration.curve(told, edition_of()).frame.set_index("month")["share"]
    assert shown[3] == pytest.approx(0.35)


def test_only_care_that_began_after_the_last_break_counts_and_too_little_is_said():
    old = durations({3: 900}, {}).assign(start_year=2023)
    marts = {"durations": pd.concat([old, durations({3: 150}, {})])}
    edition = edition_of(breaks=(2024,), marts=marts)
    first, told = flows_duration._fitted(edition, "GM1", "alle")
    assert (first, told.started) == (2025, 150)
    assert flows_duration._fitted(edition, "GM2", "alle") == (2024, None)


def test_duration_in_words():
    shown = pd.DataFrame({"month": [3, 6, 12], "share": [0.8, 0.5, 0.2]})
    title, words = flows_duration.duration_words(shown, (6.0, 5.0, 7.0))
    assert title == "De helft van de hulp is na 6 maanden voorbij"
    assert words == (
        f"{title} (marge 5 tot 7). Na 3 maanden loopt nog 80%; na 6 maanden loopt nog 50%; na 12 maanden loopt nog 20%."
    )
    assert flows_duration.duration_words(shown, (None, None, None))[0].startswith("Meer dan de helft")
    assert flows_duration.duration_words(shown, (1.0, 1.0, 1.0))[0] == "De helft van de hulp is na 1 maand voorbij"
    assert flows_duration.duration_words(shown.iloc[:0], (None, None, None))[1].endswith("Er is nog te kort gevolgd.")


def test_the_longest_and_shortest_segment():
    told = pd.DataFrame({"naam": ["Een", "Twee", "Drie"], "median": [7.0, 12.0, None]})
    assert flows_duration.longest_words(told).startswith("Het langst duurt twee: de helft is na 12 maanden voorbij.")
    assert "In elk segment" in flows_duration.longest_words(told.assign(median=7.0))
    ties = pd.DataFrame({"naam": ["Een", "Twee", "Drie"], "median": [7.0, 12.0, 7.0]})
    assert flows_duration.longest_words(ties).endswith("Het kortst duren een en drie: 7 maanden.")
    assert "niet met elkaar" in flows_duration.longest_words(told.iloc[2:])


# -- stacking --------------------------------------------------------------------------------------


def at_once(period, counts, amounts):
    rows = [
        (period, str(level), count, "primary" if count is pd.NA else "rounded", amount)
        for level, count, amount in zip((1, 2, 3), counts, amounts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["period", "level", "youths", "youths_status", "amount_cents"])


def test_stacking_is_a_share_of_the_parts_and_unknown_when_one_is_hidden():
    told = pd.concat([
        at_once("2024", (60, 30, 10), (50, 30, 20)), at_once("2025", (60, 30, pd.NA), (50, 30, pd.NA)),
    ])  # fmt: skip
    shares = stacking.stacked_shares(told).set_index("period")
    assert shares.at["2024", "youth_share"] == 0.4 and shares.at["2024", "cost_share"] == 0.5
    assert shares.loc["2025", ["youth_share", "cost_share"]].isna().all()


@pytest.mark.parametrize(
    ("counts", "broken", "words"),
    [
        ((500, 400, 100), False, "hoger dan in 2024 (40%)"),
        ((700, 200, 100), False, "lager dan in 2024 (40%)"),
        ((590, 310, 100), False, "ongeveer gelijk aan 2024"),
        ((500, 400, 100), True, "niet te vergelijken"),
        ((500, 400, pd.NA), False, "niet te tonen: het gaat om te weinig jeugdigen"),
    ],
)
def test_stacking_in_words(counts, broken, words):
    """A thousand youths: rounding can move the share by 2 x 5 / 1000, so one percent point is no news."""
    told = pd.concat([at_once("2024", (600, 300, 100), (50, 30, 20)), at_once("2025", counts, (50, 30, 20))])
    before, last = (row for _, row in stacking.stacked_shares(told).iterrows())
    assert words in stacking.stacking_words(before, last, broken=broken, base=5)[1]


def costliest(**amounts):
    return pd.DataFrame({"level": list(amounts), "amount_cents": pd.array(list(amounts.values()), dtype="Int64")})


def test_the_costliest_groups_add_up_and_are_only_told_where_a_group_ends():
    told = stacking.carried(costliest(**{"0-1": 100, "1-5": 150, "5-10": 150, "rest": 600}))
    assert told["share"].tolist() == [0.1, 0.25, 0.4]
    small = stacking.carried(costliest(**{"0-5": 250, "5-10": 150, "rest": 600}))
    assert pd.isna(small["share"][0]) and small["share"].tolist()[1:] == [0.25, 0.4]
    title, words = stacking.costliest_words(small, "2025")
    assert title == "40% van de kosten in 2025 ging naar de duurste 10% van de jeugdigen"
    assert words.endswith("Naar de duurste 5% ging 25%. Van kleinere groepen is het geheim.")


def test_the_costliest_are_secret_when_any_part_is_or_nothing_is_there():
    for told in (costliest(**{"0-1": pd.NA, "1-5": 150, "rest": 600}), costliest()):
        groups = stacking.carried(told)
        assert groups["share"].isna().all()
        assert "niet te tonen" in stacking.costliest_words(groups, "2025")[0]
