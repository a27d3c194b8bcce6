"""Every chart: draws in Vega-Lite, says in words what it shows, and holds only what is drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import vl_convert

from jeugd_analysis.present import charts, numbers
from jeugd_analysis.present.disclosure import Rules, Safe, safe

RULES = Rules(
    threshold=10, count_base=5, min_width=4, money_base_cents=1_000_000, money_width_cents=4_000_000, min_providers=3,
    p_percent=10, young_quarters=2, decimals_from=4_000,
)  # fmt: skip
WORDS = {"title": 'De kosten stegen met "12%"', "unit": "miljoen euro", "description": "Vooral door intensiteit."}
EXACT_SECRET, MONEY_SECRET = 7, 7_654_321  # in every table below: hidden, so nowhere in a chart
Draw = Callable[..., dict[str, Any]]


def shown(rows: list[tuple[str, int, int]], key: str, money: str = "cents") -> Safe:
    table = pd.DataFrame([(*row, "nooit") for row in rows], columns=[key, "youths", money, "secret"])
    return safe(table, rules=RULES, keys=[key, "secret"], count="youths", money=[money])


def bars(**words: str) -> dict[str, Any]:
    table = shown([("Verblijf", 1233, 0), ("Crisis", EXACT_SECRET, MONEY_SECRET), ("Ambulant", 88, 0)], "group")
    told = table.derived(table.frame.assign(text=table.frame["youths"].map(numbers.count)))
    return charts.bars_chart(told, category="group", value="youths", label="text", **words)


def series(**words: str) -> dict[str, Any]:
    years = [("2021", 1233, 0), ("2022", EXACT_SECRET, MONEY_SECRET), ("2023", 88, 0), ("2024", 105, 0)]
    return charts.series_chart(
        shown(years, "year"),
        time="year",
        value="youths",
        breaks=[("2023", "2023: breuk")],
        provisional_from="2024",
        **words,
    )


def waterfall(**words: str) -> dict[str, Any]:
    rows = [("2023", 99, 5_000_000_00), ("Volume", 99, 1_000_000_00), ("Rest", EXACT_SECRET, MONEY_SECRET)]
    table = shown([*rows, ("Mix", 99, -2_000_000_00), ("2024", 99, 4_000_000_00)], "effect")
    told = table.derived(table.frame.assign(text=table.frame["cents"].map(numbers.signed_euro)))
    return charts.waterfall_chart(
        told, category="effect", amount="cents", label="text", totals=["2023", "2024"], **words
    )


def path(**words: str) -> dict[str, Any]:
    table = shown(
        [("2027", 99, 11_300_000_00), ("2028", 99, 14_300_000_00), ("2029", EXACT_SECRET, MONEY_SECRET)],
        "year",
        "target_cents",
    )
    told = table.derived(table.frame.assign(saving_cents=table.frame["target_cents"] // 2))
    return charts.path_chart(told, **words)


def to_come(**words: str) -> dict[str, Any]:
    rows = [("2025-K4", 99, 5_000_000_00), ("2026-K1", EXACT_SECRET, MONEY_SECRET), ("2026-K2", 99, 3_000_000_00)]
    table = shown(rows, "quarter")
    known = table.frame["cents"].astype("Float64") / 1e8
    late = table.frame["quarter"].eq("2026-K2").astype("float64")
    told = table.frame.assign(known=known, more=late * 2, low=known + late * 1.5, high=known + late * 2.5)
    return charts.to_come_chart(
        table.derived(told), time="quarter", declared="known", to_come="more", low="low", high="high", **words
    )


DRAWN: dict[str, Draw] = {
    "bars_chart": bars, "series_chart": series, "waterfall_chart": waterfall, "path_chart": path,
    "to_come_chart": to_come,
}  # fmt: skip
COLUMNS = {  # what each chart needs to draw; anything more in the page is a leak
    "bars_chart": {"group", "youths", "text", "plaats"},
    "series_chart": {"year", "youths", "reeks", "soort", "tekst"},
    "waterfall_chart": {"effect", "text", "van", "tot", "soort", "top"},
    "path_chart": {"year", "opgave", "verwacht"},
    "to_come_chart": {"quarter", "bekend", "totaal", "laag", "hoog"},
}
each_chart = pytest.mark.parametrize("name", list(DRAWN))


def records(spec: Any) -> Iterator[dict[str, Any]]:
    """Every data record anywhere in the specification."""
    if isinstance(spec, dict):
        for name, value in spec.items():
            if name == "values" and isinstance(value, list):
                yield from value
            elif name == "datasets":
                for dataset in value.values():
                    yield from dataset
            else:
                yield from records(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from records(value)


def test_every_chart_is_drawn_by_a_test():
    assert set(DRAWN) == set(COLUMNS)
    elsewhere = "".join(file.read_text("utf8") for file in Path(__file__).parents[1].rglob("test_*.py"))
    assert [name for name in charts.__all__ if f"{name}(" not in elsewhere] == []


@each_chart
def test_it_draws(name):
    svg = vl_convert.vegalite_to_svg(DRAWN[name](**WORDS))
    assert svg.startswith("<svg") and "NaN" not in svg and svg.count("<path") > 2


@each_chart
def test_the_text_alternative_holds_the_finding(name):
    spec = DRAWN[name](**WORDS)
    assert spec["description"] == f"{WORDS['title']}. {WORDS['description']}"
    assert spec["usermeta"] == {"titel": WORDS["title"], "eenheid": WORDS["unit"]}


@each_chart
def test_only_what_is_drawn_is_in_the_page(name):
    found = set().union(*(record.keys() for record in records(DRAWN[name](**WORDS))))
    assert found <= COLUMNS[name]
    assert "nooit" not in json.dumps(DRAWN[name](**WORDS))


@each_chart
def test_a_hidden_number_leaves_no_number(name):
    spec = DRAWN[name](**WORDS)
    text = json.dumps(spec, ensure_ascii=False)
    assert str(MONEY_SECRET) not in text and "7.65" not in text and "0.0765" not in text
    values = [value for record in records(spec) for value in record.values() if isinstance(value, int | float)]
    assert values and EXACT_SECRET not in values
    hidden = [r for r in records(spec) if r.get("group") == "Crisis" or r.get("year") in ("2022", "2029")]
    hidden += [r for r in records(spec) if r.get("quarter") == "2026-K1"]
    numbered = ("youths", "opgave", "verwacht", "bekend", "totaal", "laag", "hoog")
    for record in hidden:  # a gap or the sign for hidden; the label may stand at the axis
        assert {v for k, v in record.items() if k in numbered} <= {None}
        assert record.get("text", "<10") == "<10" and record.get("plaats", 0) == 0


@each_chart
def test_it_is_plain_json_without_missing_numbers(name):
    json.dumps(DRAWN[name](**WORDS), allow_nan=False)


@each_chart
def test_numbers_are_written_in_dutch(name):
    locale = DRAWN[name](**WORDS)["config"]["locale"]["number"]
    assert (locale["decimal"], locale["thousands"]) == (",", ".")


def test_hostile_text_does_not_reach_the_drawing_as_markup():
    svg = vl_convert.vegalite_to_svg(bars(**{**WORDS, "title": "<script>alert(1)</script>"}))
    assert "<script" not in svg


def test_a_line_stops_at_a_break_and_provisional_points_are_open():
    drawn = [(r["year"], r["reeks"], r["soort"]) for r in records(series(**WORDS)) if "reeks" in r]
    assert list(dict.fromkeys(drawn)) == [
        ("2021", 0, "vast"), ("2022", 0, "vast"), ("2023", 1, "vast"), ("2024", 1, "voorlopig"),
    ]  # fmt: skip
    marks = [r for r in records(series(**WORDS)) if "tekst" in r]
    assert marks and all(mark == {"year": "2023", "tekst": "1"} for mark in marks)


def test_breaks_on_one_day_share_a_mark():
    two = [("2023", "2023: een"), ("2023", "2023: twee"), ("2024", "2024: drie")]
    years = shown([("2022", 1233, 0), ("2023", 88, 0), ("2024", 105, 0)], "year")
    drawn = charts.series_chart(years, time="year", value="youths", breaks=two, **WORDS)
    marks = {(r["year"], r["tekst"]) for r in records(drawn) if "tekst" in r}
    assert marks == {("2023", "1, 2"), ("2024", "3")}


def test_each_step_of_the_waterfall_starts_where_the_last_one_ended():
    # In millions of euro: 5 is a total; volume goes 5 -> 6; rest is hidden; mix 6 -> 4; 4 is the total again.
    steps = [(r["effect"], r["van"], r["tot"], r["soort"], r["top"]) for r in records(waterfall(**WORDS))]
    assert steps[:4] == [
        ("2023", 0, 5, "totaal", 5), ("Volume", 5, 6, "stijging", 6), ("Mix", 6, 4, "daling", 6),
        ("2024", 0, 4, "totaal", 4),
    ]  # fmt: skip


def test_what_is_to_come_stands_on_what_is_known_and_the_band_lies_around_their_sum():
    drawn = [r for r in records(to_come(**WORDS)) if "bekend" in r]
    assert drawn[:3] == [
        {"quarter": "2025-K4", "bekend": 5, "totaal": 5, "laag": None, "hoog": None},  # no band without width
        {"quarter": "2026-K1", "bekend": None, "totaal": None, "laag": None, "hoog": None},
        {"quarter": "2026-K2", "bekend": 3, "totaal": 5, "laag": 4.5, "hoog": 5.5},
    ]
    svg = vl_convert.vegalite_to_svg(to_come(**WORDS))
    assert all(word in svg for word in ("gedeclareerd", "nog te komen", "band van 80%"))


def test_nothing_is_drawn_when_all_is_hidden():
    table = shown([("2026-K1", EXACT_SECRET, MONEY_SECRET)], "quarter")
    empty = table.derived(table.frame.assign(a=pd.NA, b=pd.NA, c=pd.NA, d=pd.NA))
    names = {"time": "quarter", "declared": "a", "to_come": "b", "low": "c", "high": "d"}
    assert charts.to_come_chart(empty, **names, **WORDS) is None


def test_a_path_without_expectation_has_no_second_series():
    table = shown([("2027", 99, 11_300_000_00)], "year", "target_cents")
    spec = charts.path_chart(table, expected=False, **WORDS)
    assert [record for record in records(spec)] == [
        {"year": "2027", "opgave": 11.3}
    ] and "verwacht:Q" not in json.dumps(spec)
    assert vl_convert.vegalite_to_svg(spec).startswith("<svg")


def test_room_for_the_longest_label_behind_the_longest_bar():
    """27 letters of 7.2 pixels are 194 of the 460: the bars may have 266, so the axis ends at 460/266 = 1.73."""
    rows = safe(pd.DataFrame({"group": ["a", "b"], "youths": [100, 50]}), rules=RULES, keys=["group"], count="youths")
    for label, end in (("x" * 27, 173.1), ("12", 122.0), ("x" * 200, 200.0)):
        told = rows.derived(rows.frame.assign(text=[label, "1"]))
        drawn = charts.bars_chart(told, category="group", value="youths", label="text", **WORDS)
        scale = drawn["layer"][0]["encoding"]["x"]["scale"]
        assert scale["domain"] == [0, pytest.approx(end, abs=0.1)]
