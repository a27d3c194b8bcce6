"""The funnel and the chart of differences: what is drawn, and names that do not touch each other."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present.charts import funnel_chart, ratio_chart
from jeugd_analysis.present.charts.funnel import _box, _touch, label_places
from jeugd_analysis.present.disclosure import published

ABOUT = {"unit": "verschil", "title": "Delft ligt hoger", "description": "Uitleg"}
RATIO = {"category": "name", "value": "gap", "low": "low", "high": "high", "label": "label", "own": "own"}


def areas(**more: object) -> pd.DataFrame:
    base = pd.DataFrame({
        "name": ["Delft", "Elders", "Den Haag"], "expected": [3000.0, 400.0, 15_000.0], "gap": [0.2, -0.1, 0.0],
        "low": [0.1, -0.3, -0.02], "high": [0.3, 0.1, 0.02], "label": ["+20%", "−10%", "0%"],
        "own": [True, False, False], "named": [True, False, True],
    })  # fmt: skip
    return base.assign(**more)


def limits() -> pd.DataFrame:
    return pd.DataFrame({
        "expected": [100.0, 1000.0, 20_000.0], "low_95": -0.3, "high_95": 0.3, "low_99_8": -0.4, "high_99_8": 0.4,
        "chance_low": -0.1, "chance_high": 0.1,
    })  # fmt: skip


def test_differences_carry_title_description_and_dutch_numbers() -> None:
    chart = ratio_chart(published(areas(), source="CBS"), **RATIO, **ABOUT)
    assert chart is not None and chart["description"] == "Delft ligt hoger. Uitleg"
    assert chart["config"]["locale"]["number"]["decimal"] == ","
    assert ratio_chart(published(areas(gap=float("nan")), source="CBS"), **RATIO, **ABOUT) is None


def test_charts_take_only_what_passed_the_gate() -> None:
    with pytest.raises(DisclosureError):
        ratio_chart(areas(), **RATIO, **ABOUT)


def test_the_funnel_names_only_those_that_are_asked() -> None:
    chart = funnel_chart(
        published(areas(), source="CBS"), published(limits(), source="CBS"), size="expected", value="gap", name="name",
        named="named", own="own", size_title="Verwacht", **ABOUT,
    )  # fmt: skip
    assert chart is not None
    texts = [layer for layer in chart["layer"] if layer["mark"]["type"] == "text"]
    under, over = texts[:2], texts[2:]  # a white edge below every name, then the names
    for half in (under, over):
        assert [layer["data"]["values"][0]["name"] for layer in half] == ["Delft", "Den Haag"]
    assert {layer["mark"].get("stroke") for layer in under} == {"white"}
    assert {layer["mark"].get("stroke") for layer in over} == {None}
    ticks = chart["layer"][0]["encoding"]["x"]["axis"]["values"]
    low, high = chart["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert ticks and all(low <= tick <= high for tick in ticks)  # a tick outside would be drawn on the edge


def test_names_of_points_that_lie_close_do_not_touch() -> None:
    names = ["Pijnacker-Nootdorp", "Rijswijk", "Delft", "Westland"]
    sizes, values = pd.Series([1700.0, 1500.0, 1600.0, 3000.0]), pd.Series([0.0, -0.01, 0.01, 0.3])
    across, down = (100.0, 30_000.0), (-0.5, 0.6)
    places = label_places(sizes, values, names, across, down)
    import numpy as np

    xs = np.log(sizes / across[0]) / np.log(across[1] / across[0]) * 250
    ys = (down[1] - values) / (down[1] - down[0]) * 400
    boxes = [_box(x, y, 6.6 * len(n), side, dy) for x, y, n, (side, _, dy) in zip(xs, ys, names, places, strict=True)]
    assert not any(_touch(a, b) for at, a in enumerate(boxes) for b in boxes[at + 1 :])
