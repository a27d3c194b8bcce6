"""Chapter 32: words right for more, less, equal and nothing; budgets added up; readable for every kind of area."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from jeugd_analysis.chapters import forecast, forecast_checked
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.forecast import budget_words, with_budget, year_words
from jeugd_analysis.chapters.forecast_checked import change_words, compared, test_rows, test_words
from jeugd_analysis.chapters.forecast_rows import Budgeted, Moment, budget_of
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts.year_end import year_end_chart
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.store import Store
from tests.unit.chapters import readable
from tests.unit.chapters.readable import NO_NUMBER

test_rows.__test__ = test_words.__test__ = False  # not tests: what they tell is tested here
PERIOD = "2026-K3"
MILLION = 100_000_000
FINDINGS = (forecast.this_year, forecast.last_year, forecast.lump_sums, forecast_checked.against_previous,
            forecast_checked.tested)  # fmt: skip


def require_readable(finding):
    """As every figure, and without the odd full stop that a sentence in parts may leave."""
    readable.require_readable(finding)
    assert not re.search(r"\.\.|\. ?,| \.", readable.words_of(finding))
    if finding.chart:
        assert finding.chart["description"].startswith(finding.title)


@pytest.mark.parametrize("area", ["GM0000", "GM0518", "GM0637", "GM1842"])
@pytest.mark.parametrize("make", FINDINGS, ids=lambda make: make.__name__)
def test_every_figure_reads_well(make, area: str, in_example: Store):
    require_readable(make(area, PERIOD))


def whole(**told: float) -> pd.Series:
    row = {"total": 40 * MILLION, "lump": 0, "low": 38 * MILLION, "high": 42 * MILLION, "budget": 39 * MILLION}
    row |= told
    row["difference"] = pd.NA if numbers.is_missing(row["budget"]) else row["total"] - row["budget"]
    return pd.Series(row, dtype="object")


@pytest.mark.parametrize(
    ("row", "title", "words"),
    [
        (whole(budget=36 * MILLION), r"€.4,0.mln meer dan begroot", "wordt waarschijnlijk overschreden"),
        (whole(), r"€.1,0.mln meer dan begroot", "is nog niet te zeggen"),
        (whole(budget=44 * MILLION), r"€.4,0.mln minder dan begroot", "wordt waarschijnlijk niet overschreden"),
        (whole(budget=40 * MILLION), "zoals begroot", "ongeveer wat er is begroot"),
        (whole(budget=pd.NA), r"Verwacht over 2026: €.40,0.mln$", "Een begroting is niet aangeleverd"),
        (whole(low=pd.NA, high=pd.NA), "meer dan begroot", "te weinig eerdere jaren"),
        (whole(lump=5 * MILLION, total=45 * MILLION), "meer dan begroot", r"Daarvan is €.5,0.mln een vast bedrag"),
        (whole(budget=0), "meer dan begroot", "€"),
    ],
)
def test_words_on_the_year_fit_the_numbers(row, title, words):
    told = year_words(row, 2026, "Zoetermeer")
    assert re.search(title, told[0]) and re.search(words, told[1]) and not NO_NUMBER.search(" ".join(told))


def test_a_lump_sum_moves_the_band_too():
    _, words = year_words(whole(lump=5 * MILLION, total=45 * MILLION, budget=42 * MILLION), 2026, "Zoetermeer")
    assert "tussen €\u00a043,0\u00a0mln en €\u00a047,0\u00a0mln" in words and "ligt onder de band" in words


def test_a_year_that_is_over_is_told_in_the_past():
    _, words = year_words(whole(budget=36 * MILLION), 2025, "Zoetermeer", over=True)
    assert "kostte" in words and "is waarschijnlijk overschreden" in words and "verwachting €" not in words


# -- budget ----------------------------------------------------------------------------------------

BUDGET = pd.DataFrame(
    [("A", "S1", 2026, "primitief", 100, "P"), ("A", "S5", 2026, "primitief", 200, "P"),
     ("A", "S1", 2026, "gewijzigd", 110, "W"), ("A", "S5", 2026, "gewijzigd", 190, "W"),
     ("B", "S1", 2026, "primitief", 10, "Q"), ("C", "alle", 2026, "primitief", 7, "Z")],
    columns=["municipality", "segment", "year", "status", "amount_cents", "source"],
)  # fmt: skip


def test_the_latest_status_of_each_municipality_counts():
    told = budget_of(BUDGET, year=2026, places={"A": "Aa", "B": "Bee"})
    assert told.whole == 310 and told.segments.to_dict() == {"S1": 120, "S5": 190}
    assert told.status == "primitief en gewijzigd" and told.sources == ("Q", "W")


def test_a_budget_without_segments_gives_a_whole_alone():
    told = budget_of(BUDGET, year=2026, places={"B": "Bee", "C": "Cee"})
    assert told.whole == 17 and told.segments.empty
    assert "verdeling over segmenten" in budget_words(told, 2026)


def test_a_missing_municipality_gives_no_sum():
    told = budget_of(BUDGET, year=2026, places={"A": "Aa", "D": "Dee"})
    assert told.whole is None and told.missing == ("Dee",)
    assert "van Dee" in budget_words(told, 2026) and "budget.csv" in budget_words(told, 2026)
    assert budget_of(BUDGET, year=2020, places={"A": "Aa"}).whole is None


ROWS = pd.DataFrame(
    [("S1", 50, 10, 40, 100, 90, 110), ("rest", 5, 1, 4, 10, None, None), ("alle", 55, 11, 44, 110, 100, 120)],
    columns=["level", "claimed", "late", "future", "expected", "low", "high"],
).astype(dict.fromkeys(["claimed", "late", "future", "expected", "low", "high"], "Int64"))


def test_lump_sums_and_budget_beside_what_is_expected():
    lump = pd.DataFrame({"level": ["S1", "S4"], "paid": [6, 3], "expected": [8, 4]})
    budget = Budgeted(segments=pd.Series({"S1": 90, "S4": 20, "S5": 5}), whole=115, missing=())
    told = with_budget(ROWS, lump, budget, {"S1": "Verblijf", "S4": "School"}).set_index("level")
    assert told["total"].to_dict() == {"S1": 108, "rest": 14, "alle": 122}  # S4 is among the hidden
    assert told["budget"].to_dict() == {"S1": 90, "rest": 25, "alle": 115}
    assert told["difference"].to_dict() == {"S1": 18, "rest": -11, "alle": 7}


def test_a_segment_of_lump_sums_alone_has_its_own_row_where_nothing_is_hidden():
    lump = pd.DataFrame({"level": ["S4"], "paid": [3], "expected": [4]})
    rows = ROWS[ROWS["level"].ne("rest")]
    told = with_budget(rows, lump, Budgeted(segments=pd.Series(dtype="int64"), whole=None, missing=()),
                       {"S1": "Verblijf", "S4": "School"}).set_index("level")  # fmt: skip
    assert told.loc["S4", "total"] == 4 and told["budget"].isna().all() and pd.isna(told.loc["S4", "expected"])


# -- against a quarter ago, and tested ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "now", "title"),
    [(100, 104, "hoger"), (100, 96, "lager"), (1000, 1001, "gelijk gebleven"), (0, 5, "hoger")],
)
def test_words_on_the_change_since_a_quarter_ago(then, now, title):
    row = pd.Series({"then": then * MILLION, "now": now * MILLION, "change": (now - then) * MILLION})
    told = change_words(row, "2026-K2", "2026-K3", 2026)
    assert title in told[0] and "2026-K2" in told[1] and not NO_NUMBER.search(told[1])


def test_hidden_segments_are_not_compared():
    frame = pd.DataFrame({"level": ["S1", "rest", "alle"], "naam": "x", "total": [1, 2, 3]})
    assert compared(frame, frame)["level"].tolist() == ["S1", "alle"]
    assert compared(frame.iloc[:0], frame).empty


def errors(inside: list[object], age: int = 3) -> pd.DataFrame:
    told = pd.DataFrame({"age": age, "error": [0.1, -0.2] * (len(inside) // 2), "inside": inside, "year": 2020})
    return told.astype({"inside": "boolean"})


def test_errors_by_moment_by_hand():
    row = test_rows(errors([True, False])).iloc[0]
    assert row["document"].startswith("Najaarsnota: ") and row["off"] == pytest.approx(0.15) and row["worst"] == -0.2
    assert row["inside"] == "1 van 2"
    assert test_rows(errors([None, None]))["inside"].tolist() == ["niet te toetsen"]
    assert test_rows(errors([])).empty


@pytest.mark.parametrize(
    ("inside", "words"),
    [([True] * 10, "ruim"), ([True] * 8 + [False] * 2, "klopt ongeveer"), ([False] * 10, "te smal"),
     ([True, None], "te weinig toetsen")],
)  # fmt: skip
def test_words_on_the_band(inside, words):
    assert words in test_words(errors(inside), "Titel")


# -- moments -----------------------------------------------------------------------------------------


def test_in_the_first_quarter_there_is_no_earlier_forecast(in_example: Store):
    edition = Edition(store=in_example, quarter=Quarter(2026, 1), area=in_example.region.area)
    assert Moment(edition=edition, known_to=Quarter(2025, 4), year=2026).age == 0
    assert "nog niet begonnen" in forecast_checked.against_previous("GM0000", "2026-K1").texts["eerder_zin"]


def test_the_region_is_about_the_sum_of_its_parts(in_example: Store):
    edition = Edition.open("GM0000", PERIOD)
    told = Moment(edition=edition, known_to=edition.quarter, year=2026).rows().frame.set_index("level")
    parts = told.drop("alle")
    for name in ("claimed", "late", "future", "expected"):
        assert parts[name].sum() == told.loc["alle", name]
    assert (told["claimed"] + told["late"] + told["future"] == told["expected"]).all()


def test_lump_sums_go_on_as_in_the_last_month(in_example: Store):
    edition = Edition.open("GM0518", PERIOD)
    told = Moment(edition=edition, known_to=edition.quarter, year=2026).lump()
    paid = edition.store.table("task_payments", edition.quarter).query("municipality == 'GM0518'")
    last = paid.loc[paid["month"].eq(pd.Timestamp("2026-09-01")), "amount_cents"].sum()
    assert told["expected"].sum() == told["paid"].sum() + 3 * last
    assert Moment(edition=edition, known_to=edition.quarter, year=2020).lump().empty


def test_without_task_payments_it_says_so(in_example: Store, monkeypatch):
    monkeypatch.setattr(Moment, "lump", lambda self: pd.DataFrame({"level": [], "paid": [], "expected": []}))
    told = forecast.lump_sums("GM0637", PERIOD)
    assert not told.table and "niet te zeggen" in told.texts["vast_bedrag_zin"]


def test_nothing_is_drawn_without_a_number():
    columns = ["naam", "claimed", "late", "future", "lump", "budget"]
    hidden = pd.DataFrame([["a", *[pd.NA] * 5]], columns=columns)
    shown = not_personal(hidden, what="x")
    assert year_end_chart(shown, category="naam", title="t", unit="u", description="d") is None


def test_the_budget_is_a_mark_and_parts_are_stacked():
    rows = pd.DataFrame([["Veel", 1 * MILLION, 0, 2 * MILLION, 0, math.nan], ["Weinig", 1, 1, 1, 1, MILLION]],
                        columns=["naam", "claimed", "late", "future", "lump", "budget"])  # fmt: skip
    chart = year_end_chart(not_personal(rows, what="x"), category="naam", title="t", unit="u", description="d")
    bars, mark = chart["layer"]
    assert {row["soort"] for row in bars["data"]["values"] if row["groep"] == "Veel"} == {
        "gedeclareerd",
        "nog te geven hulp",
    }
    assert [row["miljoen"] for row in mark["data"]["values"]] == [1.0]
