"""Charts of plans: fan, tornado, timeline and bars to both sides. They draw, and hold only what is drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
import vl_convert

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present.charts.diverging import diverging_chart
from jeugd_analysis.present.charts.fan import fan_chart
from jeugd_analysis.present.charts.timeline import timeline_chart
from jeugd_analysis.present.charts.tornado import tornado_chart
from jeugd_analysis.present.disclosure import Safe, not_personal

WORDS = {"title": "De opgave wordt niet gehaald", "unit": "miljoen euro", "description": "2027: opgave € 11,3 mln."}
MILLION = 100_000_000


def told(frame: pd.DataFrame) -> Safe:
    return not_personal(frame.assign(secret="nooit te zien"), what="Proef.")


def fan(rows: int = 2) -> dict[str, Any] | None:
    frame = pd.DataFrame(
        {"year": ["2027", "2028"], "target_cents": [11, 14], "p10": [1, 2], "p50": [3, 5], "p90": [4, 9]}
    )
    frame[["target_cents", "p10", "p50", "p90"]] *= MILLION
    return fan_chart(told(frame.head(rows)), **WORDS)


def tornado(rows: int = 2) -> dict[str, Any] | None:
    frame = pd.DataFrame({"naam": ["Effect", "Start"], "low": [1 * MILLION, 3 * MILLION], "high": [9 * MILLION] * 2})
    return tornado_chart(
        told(frame.head(rows)), category="naam", low="low", high="high", planned_cents=5 * MILLION, **WORDS
    )


def timeline(rows: int = 2) -> dict[str, Any] | None:
    frame = pd.DataFrame(
        {"naam": ["Gunning", "Start"], "start": ["2026-06-01", "2027-01-01"], "end": ["2026-06-30", "2027-01-01"],
         "open": [True, False]}
    )  # fmt: skip
    return timeline_chart(told(frame.head(rows)), step="naam", reserved="open", today=date(2026, 9, 30), **WORDS)


def diverging(rows: int = 2) -> dict[str, Any] | None:
    frame = pd.DataFrame({"naam": ["Groot", "Klein"], "share": [-0.24, 1.235], "tekst": ["−24,0%", "+123,5%"]})
    return diverging_chart(
        told(frame.head(rows)), category="naam", value="share", label="tekst", above="meer", below="minder", **WORDS
    )


Draw = Callable[..., dict[str, Any] | None]
EACH = pytest.mark.parametrize("draw", [fan, tornado, timeline, diverging], ids=lambda draw: draw.__name__)


def test_the_last_month_on_the_line_of_time_is_not_cut_off() -> None:
    # The plan ends on 1 January 2027: its label ends there too, instead of running out of the picture.
    drawn = vl_convert.vegalite_to_svg(json.dumps(timeline()))
    labels = re.findall(r'<text text-anchor="(\w+)"[^>]*>(\d\d-\d{4})</text>', drawn)
    assert labels[-1] == ("end", "01-2027") and labels[0][0] != "end"


@pytest.mark.parametrize("draw", [timeline, diverging])
def test_a_legend_is_whole_on_a_phone(draw: Draw) -> None:
    # 390 pixels leave about 200 for the drawing: two names beside each other would be cut off, and so would a long one.
    spec = draw()
    assert spec is not None
    drawn = vl_convert.vegalite_to_svg(json.dumps({**spec, "width": 200}))
    names = ["meer", "minder"] if draw is diverging else ["vast of verwacht", "onder voorbehoud"]
    assert all(f">{name}</text>" in drawn and len(name) <= 26 for name in names)
    legends = re.findall(r'"legend": (\{[^{}]*\})', json.dumps(spec))
    own = [json.loads(one) for one in legends if "orient" in one and "top" in one]
    assert "vertical" in [one.get("direction") for one in own]


@EACH
def test_it_draws_and_says_in_words_what_it_shows(draw: Draw) -> None:
    spec = draw()
    assert spec is not None
    assert spec["description"] == f"{WORDS['title']}. {WORDS['description']}"
    assert "<svg" in vl_convert.vegalite_to_svg(json.dumps(spec))


@EACH
def test_it_holds_only_what_is_drawn(draw: Draw) -> None:
    assert "nooit te zien" not in json.dumps(draw(), ensure_ascii=False)


@EACH
def test_nothing_to_draw_is_no_chart(draw: Draw) -> None:
    assert draw(0) is None


def test_a_year_with_a_hidden_number_is_left_out() -> None:
    frame = pd.DataFrame({"year": ["2027", "2028"], "target_cents": [MILLION] * 2, "p10": [MILLION, None]})
    spec = fan_chart(told(frame.assign(p50=MILLION, p90=MILLION)), **WORDS)
    assert "2028" not in json.dumps(spec["layer"])
    assert "2028" not in json.dumps(spec.get("data", {}))


def test_a_table_that_did_not_pass_the_gate_is_refused() -> None:
    with pytest.raises(DisclosureError, match="GEH-003"):
        fan_chart(pd.DataFrame({"year": ["2027"]}), **WORDS)


def test_a_reservation_is_told_in_the_data() -> None:
    told_in = json.dumps(timeline(), ensure_ascii=False)
    assert '"soort": "onder voorbehoud"' in told_in
    assert '"soort": "vast of verwacht"' in told_in
