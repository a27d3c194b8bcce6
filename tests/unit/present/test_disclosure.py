"""The gate: what it hides, rounds and refuses, and that nothing gets around it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart, path_chart, series_chart, waterfall_chart
from jeugd_analysis.present.disclosure import Rules, Safe, not_personal, published, safe
from jeugd_analysis.present.tables import Column, table_html

RULES = Rules(
    threshold=10, count_base=5, min_width=4, money_base_cents=1_000_000, money_width_cents=4_000_000, min_providers=3,
    p_percent=10, young_quarters=2, decimals_from=4_000,
)  # fmt: skip
WORDS = {"title": "Titel", "unit": "aantal", "description": "Uitleg."}


def through(rows: dict[str, list[Any]], **options: Any) -> Safe:
    told = {"rules": RULES, "keys": ["place"], "count": "youths", **options}
    return safe(pd.DataFrame(rows), **told)


def test_fewer_than_ten_hides_every_number_of_the_row():
    shown = through(
        {
            "place": ["a", "b", "c", "d"],
            "youths": [9, 10, 0, 1234],
            "minors": [8, 9, 0, 1000],
            "cents": [123_456_789, 123_456_789, 0, -5_499_999],
        },
        counts=["minors"],
        money=["cents"],
    )
    numbers_of = shown.frame.set_index("place")
    assert numbers_of.loc[["a", "c"]].isna().all(axis=None)
    assert numbers_of.loc["b", "youths"] == 10 and numbers_of.loc["b", "cents"] == 123_000_000
    assert pd.isna(numbers_of.loc["b", "minors"])  # nine minors among ten youths are hidden on their own
    assert numbers_of.loc["d"].tolist() == [1235, 1000, -5_000_000]
    assert shown.hidden == 2 and not shown.exactly_published


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9)), max_size=8))
def test_whatever_goes_in_only_multiples_come_out(rows):
    table = pd.DataFrame(rows, columns=["youths", "up", "down"]).astype("int64").assign(place="x")
    shown = safe(table, rules=RULES, keys=["place"], count="youths", money=["up", "down"], adds_up=["up", "down"]).frame
    assert list(shown.columns) == list(table.columns) and len(shown) == len(table)
    for exact, seen in zip(table.itertuples(), shown.itertuples(), strict=True):
        if exact.youths < 10:
            assert all(numbers.is_missing(value) for value in (seen.youths, seen.up, seen.down))
        else:
            assert seen.youths % 5 == 0 and abs(seen.youths - exact.youths) <= 2
            assert seen.up % 1_000_000 == seen.down % 1_000_000 == 0
            assert abs(seen.up - exact.up) < 1_000_000 and abs(seen.down - exact.down) < 1_000_000
            assert abs(seen.up + seen.down - exact.up - exact.down) <= 500_000


def test_parts_add_up_to_the_rounded_whole():
    # 0.4 + 0.4 + 0.4 = 1.2 units of 10,000 euro: one by one they would be 0 + 0 + 0 beside a total of 1.
    rows = {"place": ["a"], "youths": [50], "x": [400_000], "y": [400_000], "z": [400_000], "total": [1_200_000]}
    money = ["x", "y", "z", "total"]
    apart = through(rows, money=money).frame
    together = through(rows, money=money, adds_up=["x", "y", "z"]).frame
    assert apart[["x", "y", "z"]].sum(axis=1).tolist() == [0]
    assert together[["x", "y", "z"]].sum(axis=1).tolist() == together["total"].tolist() == [1_000_000]


def test_a_small_further_count_is_hidden_in_a_large_row():
    shown = through({"place": ["a", "b", "c"], "youths": [100] * 3, "minors": [7, 12, None]}, counts=["minors"]).frame
    assert shown["minors"].isna().tolist() == [True, False, True] and shown["youths"].tolist() == [100] * 3
    assert shown["minors"][1] == 10


def test_an_empty_table_stays_empty():
    rows: dict[str, list[Any]] = {"place": [], "youths": [], "x": [], "y": []}
    shown = through(rows, money=["x", "y"], adds_up=["x", "y"])
    assert shown.frame.empty and list(shown.frame.columns) == list(rows) and shown.hidden == 0


@pytest.mark.parametrize("extra", ["cents", "exact", "youth_id"])
def test_a_column_that_is_not_declared_stops_the_table(extra):
    with pytest.raises(DisclosureError, match=extra) as refused:
        through({"place": ["a"], "youths": [100], extra: [1]})
    assert refused.value.exit_code == 5


def test_a_missing_count_cannot_be_judged():
    with pytest.raises(DisclosureError, match="youths"):
        through({"place": ["a"], "youths": [None]})


def test_the_exact_table_is_not_changed():
    table = pd.DataFrame({"place": ["a"], "youths": [7]})
    safe(table, rules=RULES, keys=["place"], count="youths")
    assert table["youths"].tolist() == [7]


def test_the_note_says_the_rules():
    note = through({"place": ["a"], "youths": [7]}).note
    assert "afgerond op 5" in note and "€ 10.000" in note and "Minder dan 10 jeugdigen: <10" in note


@pytest.mark.parametrize("key", [None, object(), "key", True])
def test_nobody_else_can_declare_a_table_safe(key):
    with pytest.raises(DisclosureError, match="GEH-003"):
        Safe(pd.DataFrame({"youths": [3]}), hidden=0, note="", exactly_published=False, key=key)


def test_published_figures_pass_unchanged_and_say_so():
    table = pd.DataFrame({"place": ["Wassenaar"], "youths": [3], "share": [0.123]})
    shown = published(table, source="CBS 85335NED")
    pd.testing.assert_frame_equal(shown.frame, table)
    assert shown.exactly_published and "CBS 85335NED" in shown.note and "ongewijzigd" in shown.note


def test_figures_that_are_not_about_youths_pass_with_their_reason():
    table = pd.DataFrame({"file": ["claims.csv"], "lines": [3]})
    shown = not_personal(table, what="Regels in bestanden.")
    pd.testing.assert_frame_equal(shown.frame, table)
    assert shown.note == "Regels in bestanden." and not shown.exactly_published


def test_rows_of_what_passed_stay_passed():
    shown = through({"place": ["a", "b"], "youths": [9, 12]})
    own = shown.where(place="b")
    assert isinstance(own, Safe) and own.frame["youths"].tolist() == [10] and own.note == shown.note
    assert shown.where(place="a").frame["youths"].isna().all()


@pytest.mark.parametrize("table", [pd.DataFrame({"c": ["a"], "v": [3], "t": ["3"]}), None, [], "tekst"])
def test_charts_and_tables_refuse_what_did_not_pass(table):
    calls = [
        lambda: bars_chart(table, category="c", value="v", label="t", **WORDS),
        lambda: series_chart(table, time="c", value="v", **WORDS),
        lambda: waterfall_chart(table, category="c", amount="v", label="t", totals=[], **WORDS),
        lambda: path_chart(table, **WORDS),
        lambda: table_html(table, {"c": Column(heading="C")}, caption="Titel"),
    ]
    for call in calls:
        with pytest.raises(DisclosureError, match="GEH-003"):
            call()


GOOD = {
    "threshold": 10, "count_base": "5", "min_width": 4, "money_base_cents": 1_000_000, "money_width_cents": 4_000_000,
    "min_providers": 3, "p_percent": 10, "young_quarters": 2, "decimals_from": 4_000,
}  # fmt: skip


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {**GOOD, "threshold": 1},
        {**GOOD, "count_base": 0},
        {**GOOD, "money_base_cents": -1},
        {**GOOD, "threshold": "tien"},
        {**GOOD, "threshold": True},
        {**GOOD, "threshold": 10.5},
        {**GOOD, "threshold": 15},  # the book would still say <10
        {**GOOD, "count_base": 1},
        {**GOOD, "count_base": 20},
        {**GOOD, "min_width": 3},
        {**GOOD, "money_base_cents": 50},
        {**GOOD, "money_width_cents": 999_900},
        {**GOOD, "min_providers": 1},
        {**GOOD, "p_percent": 0},
        {**GOOD, "p_percent": 101},
        {name: value for name, value in GOOD.items() if name != "count_base"},
    ],
)
def test_rules_that_are_missing_or_too_weak_are_refused(settings):
    with pytest.raises(DisclosureError, match=r"disclosure\.toml"):
        Rules.from_settings(settings)


def test_rules_from_settings():
    assert Rules.from_settings({**GOOD, "note": "x"}) == RULES


def test_a_higher_count_is_never_shown_lower():
    youths = list(range(10, 200))
    shown = through({"place": [str(y) for y in youths], "youths": youths}).frame["youths"].tolist()
    assert all(before <= after for before, after in pairwise(shown))
