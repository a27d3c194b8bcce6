"""Lines with their names at the end, and the spread within groups: what is drawn, what is not, and that names part."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
import vl_convert

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present.charts.lines import _LINE, lines_chart
from jeugd_analysis.present.charts.spread import spread_chart
from jeugd_analysis.present.disclosure import Safe, not_personal
from jeugd_analysis.present.theme import HEIGHT

WORDS = {"title": "De tarieven stegen", "unit": "indexcijfer", "description": "Vooral in 2025."}


def table(values: dict[str, list[float | None]], first: int = 2022) -> Safe:
    rows = [
        {"jaar": str(first + place), "stand": value, "reeks": name, "geheim": 7654321}
        for name, told in values.items()
        for place, value in enumerate(told)
    ]
    return not_personal(pd.DataFrame(rows), what="proef")


def lines(shown: Safe, **told: Any) -> dict[str, Any] | None:
    return lines_chart(shown, time="jaar", value="stand", series="reeks", **WORDS, **told)


def values(chart: dict[str, Any], column: str) -> list[dict[str, Any]]:
    parts = [chart, *chart["layer"]]
    return [row for part in parts for row in part.get("data", {}).get("values", []) if column in row]


def spread(rows: list[tuple[str, float | None, float | None, float | None]]) -> dict[str, Any] | None:
    frame = pd.DataFrame(rows, columns=["groep", "p50", "p75", "p90"]).assign(geheim=7654321)
    shown = not_personal(frame, what="proef")
    return spread_chart(shown, category="groep", middle="p50", between="p75", high="p90", **WORDS)


def test_a_line_stops_at_a_break_and_says_what_it_shows():
    chart = lines(table({"Tarieven": [100, 101, 100, 105]}), breaks=[("2024", "2024: breuk")])
    part = {row["jaar"]: row["deel"] for row in values(chart, "stand")}
    assert part["2022"] == part["2023"] != part["2024"] == part["2025"]
    assert chart["description"] == "De tarieven stegen. Vooral in 2025."
    assert vl_convert.vegalite_to_svg(dict(chart)).count("Tarieven") >= 1


def test_a_reader_sees_the_words_of_a_period_in_the_order_of_time():
    told = pd.DataFrame({"maand": ["2025-09", "2025-10"], "stand": [0.9, 0.5], "groep": "alle"})
    chart = lines_chart(
        not_personal(told, what="proef"), time="maand", value="stand", series="groep", breaks=[("2025-10", "breuk")],
        words={"2025-09": "sep 2025", "2025-10": "okt 2025"}, **WORDS,
    )  # fmt: skip
    drawn = vl_convert.vegalite_to_svg(dict(chart))
    assert 0 < drawn.index(">sep 2025<") < drawn.index(">okt 2025<") and "2025-10" not in drawn
    assert ">1<" in drawn  # the mark of the break, that the text under the chart explains
    assert [row["stand"] for row in values(chart, "stand") if row["maand"] == "okt 2025"][:1] == [0.5]


def test_names_that_would_stand_on_each_other_are_moved_apart():
    told = {"Een": [100, 105.0], "Twee": [100, 105.0], "Drie met een heel lange naam": [100, 105.1], "Vier": [100, 90]}
    chart = lines(table(told), from_zero=False)
    ends = sorted(values(chart, "plaats"), key=lambda row: row["plaats"])
    domain = next(layer for layer in chart["layer"])["encoding"]["y"]["scale"]["domain"]
    line = (domain[1] - domain[0]) * _LINE / HEIGHT
    for low, high in pairwise(ends):  # a name hangs below its place
        assert high["plaats"] - low["plaats"] >= (high["opschrift"].count("\n") + 1) * line - 1e-9
    assert {row["opschrift"] for row in ends} == {"Een", "Twee", "Drie met een heel\nlange naam", "Vier"}
    assert ends[0]["reeks"] == "Vier"


def test_no_line_of_a_name_is_drawn_on_another_nor_below_the_axis():
    """Five low lines with long names: measured in the drawing itself, in pixels."""
    told = {"Een naam van twee regels lang": [1, 2.0], "Kort": [1, 1.5], "Nog een naam van twee regels": [1, 1.2],
            "Laag": [1, 1.0], "Alleen hoog": [100, 100.0]}  # fmt: skip
    drawing = vl_convert.vegalite_to_svg(dict(lines(table(told))))
    found = re.findall(r'<text[^>]*opschrift: ([^"]*)"[^>]*translate\([^,]*,([^)]*)\)', drawing)
    heights = [float(top) + _LINE * place for name, top in found for place in range(len(name.split("&#xA;")))]
    assert len(heights) == 7
    assert all(low - high >= 15 for high, low in pairwise(sorted(heights)))
    assert max(heights) < HEIGHT  # below it are the years


def test_a_name_stands_at_the_last_year_that_is_shown():
    chart = lines(table({"Een": [1, 2, None], "Twee": [None, None, None], "Drie": [1, 1, 3]}))
    assert {row["reeks"]: row["jaar"] for row in values(chart, "plaats")} == {"Een": "2023", "Drie": "2024"}


def test_the_axis_starts_at_zero_unless_told_otherwise():
    def domain(**told: Any) -> list[float]:
        return lines(table({"Een": [100, 110]}), **told)["layer"][0]["encoding"]["y"]["scale"]["domain"]

    assert domain()[0] == 0 and domain()[1] > 110
    assert 90 < domain(from_zero=False)[0] < 100


def test_the_spread_draws_what_is_shown():
    chart = spread(
        [("Begeleiding aan huis en op school", 45, 85, 140), ("Geheim", None, None, None), ("Kort", 5, 10, None)]
    )
    rows = values(chart, "p50")
    assert {(row["groep"], row["eind"]) for row in rows} == {("Begeleiding aan\nhuis en op school", 140), ("Kort", 10)}
    svg = vl_convert.vegalite_to_svg(dict(chart))
    assert ">140<" in svg and ">45<" in svg and "Geheim" not in svg


@pytest.mark.parametrize("chart", [lines(table({"A": [1, 2]})), spread([("A", 1, 2, 3)])], ids=["lines", "spread"])
def test_nothing_but_what_is_drawn_is_in_the_page(chart):
    assert "7654321" not in json.dumps(chart)


def test_nothing_to_draw_is_no_chart():
    assert lines(table({"A": [None, None]})) is None
    assert spread([("A", None, None, None)]) is None


def test_only_what_passed_the_gate_is_drawn():
    frame = table({"A": [1, 2]}).frame
    with pytest.raises(DisclosureError):
        lines(frame)
