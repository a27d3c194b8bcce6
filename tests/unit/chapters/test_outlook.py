"""Chapter 33: released amounts times the region's outlook; words right for rise, fall, equal and nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.chapters import outlook
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.outlook import (
    baseline,
    multiplied,
    outlook_words,
    segment_rows,
    segment_words,
    test_rows,
    test_words,
    together,
)
from jeugd_analysis.chapters.outlook_exact import population_of, scenarios_of
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.present.charts.outlook import outlook_chart
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.store import Store
from tests.unit.chapters.test_forecast import NO_NUMBER, require_readable

test_rows.__test__ = test_words.__test__ = False  # not tests: what they tell is tested here
PERIOD = "2026-K3"
MILLION = 100_000_000
FINDINGS = (outlook.outlook, outlook.per_segment, outlook.assumptions, outlook.checked)
FACTORS = [("laag", 1.0, None, None), ("midden", 1.1, 1.0, 1.2), ("hoog", 0.9, None, None)]
INDEX = pd.DataFrame(
    [(segment, year, scenario, factor, low, high)
     for segment in ("S1", "alle") for year in (2026, 2027)
     for scenario, factor, low, high in FACTORS],
    columns=["segment", "year", "scenario", "index", "low", "high"],
)  # fmt: skip


@pytest.mark.parametrize("area", ["GM0000", "GM0518", "GM1842"])
@pytest.mark.parametrize("make", FINDINGS, ids=lambda make: make.__name__)
def test_every_figure_reads_well(make, area: str, in_example: Store):
    told = make(area, PERIOD)
    require_readable(told)
    if told.chart:
        assert "Raming" in told.title and "raming" in told.unit


def test_low_is_the_lowest_and_the_base_year_is_the_fact():
    told = multiplied(pd.Series({"S1": 100, "rest": 10, "S9": 5}), INDEX, base=2025, step=1)
    s1 = told[told["segment"] == "S1"].set_index("year")
    assert s1.loc[2025, ["laag", "midden", "hoog"]].tolist() == [100, 100, 100]
    assert s1.loc[2027, ["laag", "midden", "hoog"]].tolist() == [90, 110, 110]
    assert set(told["segment"]) == {"S1", "rest"}  # no outlook of S9; what is hidden follows the whole
    whole = together(told, INDEX).set_index("year")
    assert whole.loc[2025, ["midden", "low", "high"]].tolist() == [110, 110, 110]
    assert whole.loc[2026, ["midden", "low", "high"]].tolist() == [121, 110, 132]  # 1.0 / 1.1 and 1.2 / 1.1


def test_the_baseline_is_that_of_the_page(in_example: Store):
    edition = Edition.open("GM0000", PERIOD)
    told = baseline(edition)
    assert list(told.columns) == ["year", "segment", "base_cents"] and not told.duplicated(["year", "segment"]).any()
    base = told[told["year"] == 2025].set_index("segment")["base_cents"]
    released = edition.shown("segment", periods=["2025"]).frame.dropna(subset=["amount_cents"]).set_index("level")
    assert base.to_dict() == released["amount_cents"].astype("int64").reindex(base.index).to_dict()
    assert set(told["year"]) == set(range(2025, 2034))
    low, high = (baseline(edition, scenario=name)["base_cents"].sum() for name in ("laag", "hoog"))
    assert low <= told["base_cents"].sum() <= high


def path(first, last, low=None, high=None):
    rows = [(2025, first, first, first, first, first), (2033, last, last, last, low, high)]
    return pd.DataFrame(rows, columns=["year", "laag", "midden", "hoog", "low", "high"]).mul(
        {"year": 1, **dict.fromkeys(["laag", "midden", "hoog", "low", "high"], MILLION)}
    ).astype({"low": "Float64", "high": "Float64"}).astype({"year": "int64"})  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "title", "words"),
    [(path(10, 12, 9, 15), "stijgen de kosten tot 2033 met 20%", "van €\u00a09,0\u00a0mln tot €\u00a015,0\u00a0mln"),
     (path(10, 8, 7, 9), "dalen de kosten tot 2033 met 20%", "De marge om het midden"),
     (path(10, 10, 9, 11), "ongeveer gelijk", "ongeveer even hoog als in 2025"),
     (path(10, 12), "stijgen", "de reeks is te kort")],
)  # fmt: skip
def test_words_on_the_outlook(rows, title, words):
    said = outlook_words(rows, 2025)
    assert title in said[0] and words in said[1] and said[0].startswith("Raming") and not NO_NUMBER.search(said[1])


def test_words_per_segment():
    def rows(last):
        told = pd.DataFrame([(2025, "S1", *[100 * MILLION] * 3), (2033, "S1", *[last * MILLION] * 3)],
                            columns=["year", "segment", "laag", "midden", "hoog"])  # fmt: skip
        return segment_rows(told, {"S1": "Verblijf"})

    assert "grootste stijging tot 2033 is bij verblijf (+50%)" in segment_words(rows(150), 2025, 2033)[0]
    assert "grootste daling" in segment_words(rows(50), 2025, 2033)[0]
    assert "in geen enkel segment" in segment_words(rows(100), 2025, 2033)[0]


def test_errors_one_and_two_years_ahead_by_hand():
    tested = pd.DataFrame({"segment": "alle", "scenario": ["midden"] * 3 + ["laag"], "horizon": [4, 4, 8, 8],
                           "forecast": [110.0, 90.0, 120.0, 100.0], "actual": 100.0})  # fmt: skip
    rows = test_rows(tested)
    assert rows[["scenario", "ver", "forecasts"]].values.tolist() == [
        ["laag", "2 jaar", 1], ["midden", "1 jaar", 2], ["midden", "2 jaar", 1],
    ]  # fmt: skip
    title, words = test_words(rows)
    assert "1 jaar vooruit 10,0% en 2 jaar vooruit 20,0%" in title and "scenario laag zat er toen minder ver" in words
    assert test_rows(tested.iloc[:0]).empty


def test_a_delivered_forecast_of_the_population_goes_before_the_assumption(in_example: Store, monkeypatch):
    scenarios = scenarios_of(in_example)
    assert [one.name for one in scenarios if one.central] == ["midden"]
    table = pd.DataFrame({"municipality": "GM0637", "year": [2026, 2030], "inhabitants": [100, 120], "age_to": 22})
    monkeypatch.setattr(Store, "table", lambda self, name, until: table)
    told = population_of(in_example, Quarter(2026, 3), scenarios)["hoog"]
    assert (
        told[2030] == 120
        and told[2028] == pytest.approx(110)
        and told[2031] == pytest.approx(120 * 1.006)
        and told[2026] == 100
    )
    other = pd.DataFrame({"municipality": "GM0503", "year": [2026], "inhabitants": [50], "age_to": 22})
    monkeypatch.setattr(Store, "table", lambda self, name, until: pd.concat([table, other]))
    told = population_of(in_example, Quarter(2026, 3), scenarios)["hoog"]
    assert told[2026] == 150 and told[2030] == pytest.approx(150 * 1.006**4)  # 2030 is known of one of the two
    monkeypatch.setattr(Store, "table", lambda self, name, until: table.iloc[:0])
    assert population_of(in_example, Quarter(2026, 3), scenarios)["laag"][2030] == 1.0


def test_the_outlook_has_its_own_colour_and_dashes():
    rows = pd.DataFrame({"period": ["2024", "2025", "2026"], "fact": [1.0, 2.0, None], "laag": [None, 2.0, 2.0],
                         "midden": [None, 2.0, 3.0], "hoog": [None, 2.0, 4.0], "low": [None, 2.0, 1.0],
                         "high": [None, 2.0, 5.0]})  # fmt: skip
    chart = outlook_chart(not_personal(rows, what="x"), time="period", title="t", unit="u", description="d",
                          breaks=[("2025", "b")])  # fmt: skip
    dashed = [layer for layer in chart["layer"] if "strokeDash" in layer["mark"] and layer["mark"]["type"] == "line"]
    kinds = {layer["data"]["values"][0]["soort"] for layer in dashed}
    assert kinds == {"raming, midden", "raming, laag en hoog"}
    facts = [row for layer in chart["layer"] for row in layer["data"]["values"] if row.get("soort") == "cijfer"]
    assert {row["deel"] for row in facts} == {0, 1}  # the line of facts stops at the break
    empty = rows.assign(midden=None)
    assert outlook_chart(not_personal(empty, what="x"), time="period", title="t", unit="u", description="d") is None
