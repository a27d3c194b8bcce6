"""Charts of coming and going, and of how long it lasts: only what is drawn, nothing when all is hidden."""

from __future__ import annotations

import json

import pandas as pd
import pytest
import vl_convert

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present import charts
from jeugd_analysis.present.disclosure import Safe, not_personal
from jeugd_analysis.present.theme import Chart

WORDS = {"title": "Er begonnen er meer dan er stopten", "unit": "aantal", "description": "2024: 40 en 30."}


def told(frame: pd.DataFrame) -> Safe:
    return not_personal(frame.assign(secret="nooit te zien"), what="Proef.")


def flow(begun: list[int | None], ended: list[int | None]) -> Chart | None:
    years = [str(2023 + place) for place in range(len(begun))]
    frame = pd.DataFrame({"year": years, "begun": begun, "ended": ended}).astype({"begun": "Int64", "ended": "Int64"})
    return charts.flow_chart(told(frame), time="year", up={"begun": "begonnen"}, down={"ended": "gestopt"}, **WORDS)


def survival(share: list[float | None]) -> Chart | None:
    months = range(len(share))
    frame = pd.DataFrame({"month": months, "share": share, "low": share, "high": share}).astype({"share": "float64"})
    return charts.survival_chart(told(frame), time="month", share="share", low="low", high="high", **WORDS)


@pytest.mark.parametrize("chart", [flow([40, None], [30, 35]), survival([1.0, 0.8, 0.5])], ids=["flow", "survival"])
def test_it_draws_only_what_is_shown(chart):
    assert vl_convert.vegalite_to_svg(chart).startswith("<svg")
    assert chart["description"].startswith(WORDS["title"])
    assert "nooit te zien" not in json.dumps(chart)


def test_who_leaves_goes_down():
    drawn = json.dumps(flow([40], [30]))
    assert '"hoogte": 40' in drawn and '"hoogte": -30' in drawn


def test_nothing_to_draw_is_no_chart():
    assert flow([None], [None]) is None
    assert survival([]) is None


def test_only_what_passed_the_gate_is_drawn():
    with pytest.raises(DisclosureError):
        charts.survival_chart(pd.DataFrame(), time="month", share="share", low="low", high="high", **WORDS)
