"""Chapter 33, youths and the test per area: numbers by hand; words for rise, fall, about equal and too few."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.chapters import outlook_tested, outlook_youths
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.outlook_exact import youths_per_quarter
from jeugd_analysis.chapters.outlook_youths import segment_words, to_come_words, with_band, youths_words
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store
from tests.unit.chapters.test_forecast import require_readable

PERIOD = "2026-K3"
INDEX = pd.DataFrame(
    [("alle", 2026, "laag", 1.0, None, None), ("alle", 2026, "midden", 1.1, 1.0, 1.2),
     ("alle", 2026, "hoog", 0.9, None, None)],
    columns=["segment", "year", "scenario", "index", "low", "high"],
)  # fmt: skip


@pytest.fixture
def quiet(own_project: Store) -> Edition:
    """Rijswijk: breaks in 2022 only."""
    area = next(each for each in own_project.region.municipalities if each.name == "Rijswijk")
    return Edition(store=own_project, quarter=Quarter(2026, 3), area=area)


@pytest.mark.parametrize("area", ["GM0000", "GM0518", "GM1842"])
def test_every_figure_reads_well(area: str, in_example: Store):
    for make in (outlook_youths.youths, outlook_youths.per_segment, outlook_tested.here):
        told = make(area, PERIOD)
        require_readable(told)
        if make is not outlook_tested.here and told.table:
            assert "Raming" in told.title and "raming" in told.unit.lower()


def test_the_young_quarters_take_no_part(in_example: Store):
    told = youths_per_quarter(in_example, Quarter(2026, 3))
    last = told[told["level"] == "alle"].iloc[-1]
    assert (last["year"], last["number"]) == (2026, 1) and told["amount"].gt(0).all()


def test_released_youths_times_the_index_in_whole_fives():
    facts = pd.DataFrame({"period": ["2024", "2025"], "youths": pd.array([300, 405], dtype="Int64")})
    told = with_band(facts, INDEX, base=2025, step=5).set_index("period")
    assert told.loc["2025", ["laag", "midden", "hoog", "low", "high"]].tolist() == [405] * 5
    # 405 x 0.9 = 364.5, x 1.1 = 445.5, x 1.0 and x 1.2 = 486
    assert told.loc["2026", ["laag", "midden", "hoog", "low", "high"]].tolist() == [365, 445, 445, 405, 485]
    hidden = facts.assign(youths=pd.array([300, pd.NA], dtype="Int64"))
    assert with_band(hidden, INDEX, base=2025, step=5).empty and with_band(facts, INDEX[:0], base=2025, step=5).empty
    few = facts.assign(youths=pd.array([300, 45], dtype="Int64"))  # with an index of 0.1 it would come to five youths
    assert with_band(few, INDEX, base=2025, step=5).empty


@pytest.mark.parametrize(
    ("last", "band", "title", "words"),
    [(480, 500, "stijgt het aantal jeugdigen tot 2033 met 20%", "van 400 in 2025 naar 480"),
     (320, 500, "daalt het aantal jeugdigen tot 2033 met 20%", "De marge om het midden"),
     (405, 500, "blijft het aantal jeugdigen tot 2033 ongeveer gelijk", "ongeveer evenveel jeugdigen hulp als in 2025"),
     (480, None, "stijgt", "de reeks is te kort")],
)  # fmt: skip
def test_words_on_youths(last, band, title, words):
    rows = pd.DataFrame([("2025", *[400] * 5), ("2033", last, last, last, band and 300, band)],
                        columns=["period", "laag", "midden", "hoog", "low", "high"])  # fmt: skip
    said = youths_words(rows.astype(dict.fromkeys(["low", "high"], "Int64")), 2025, 5)
    assert title in said[0] and words in said[1] and said[0].startswith("Raming")
    assert f"Elk scenario komt uit op {last}." in said[1]
    apart = youths_words(rows.assign(laag=300).astype(dict.fromkeys(["low", "high"], "Int64")), 2025, 5)[1]
    assert f"Het lage scenario komt uit op 300, het hoge op {last}." in apart


def test_words_per_segment_leave_small_ones_out():
    def rows(start, last):
        return pd.DataFrame([("A", 20, 60, 2.0), ("Verblijf", start, last, last / start - 1)],
                            columns=["naam", "start", "midden", "change"])  # fmt: skip

    assert "grootste stijging van het aantal jeugdigen tot 2033 is bij verblijf" in segment_words(
        rows(200, 300), 2025, 2033, 5
    )[0]  # fmt: skip
    assert "grootste daling" in segment_words(rows(300, 200), 2025, 2033, 5)[0]
    assert "in geen enkel groter segment" in segment_words(rows(200, 205), 2025, 2033, 5)[0]
    assert "te weinig jeugdigen" in segment_words(rows(50, 90), 2025, 2033, 5)[0]


def test_a_break_to_come_is_told(quiet: Edition):
    assert to_come_words(quiet).startswith("Vanaf 1 januari 2027") and "zit niet in deze raming" in to_come_words(quiet)


# -- tested per area -----------------------------------------------------------------------------------


def past(*rows):
    return pd.DataFrame(rows, columns=["measure", "scenario", "origin", "year", "factor"])


def test_errors_by_hand_and_never_across_a_break(quiet: Edition, monkeypatch):
    told = past(("youths", "midden", 2018, 2019, 1.1), ("youths", "midden", 2021, 2022, 1.0),
                ("youths", "laag", 2018, 2019, 9.0), ("cost", "midden", 2018, 2020, 1.2),
                ("youths", "midden", 2019, 2020, 1.0))  # fmt: skip
    monkeypatch.setattr(Store, "estimates", lambda self, name, quarter: told)
    million = 100_000_000
    facts = pd.DataFrame({
        "year": [2018, 2019, 2020, 2021, 2022],
        "cost": pd.array([10 * million, 11 * million, 10 * million, None, None], "Float64"),
        "youths": pd.array([1000, 1000, None, 1000, 1000], "Float64"),
    })  # fmt: skip
    rows = outlook_tested.tested(facts, quiet)
    # 1000 x 1.1 was told and 1000 came; 10 x 1.2 was told and 10 came. Across 2022, and to a hidden year: no test.
    assert rows["measure"].tolist() == ["cost", "youths"] and rows["ahead"].tolist() == [2, 1]
    assert rows["error_share"].tolist() == pytest.approx([0.2, 0.1])
    small = facts.assign(youths=pd.array([100] * 5, "Float64"))
    assert outlook_tested.tested(small, quiet)["measure"].tolist() == ["cost"]


def test_from_fewer_than_three_nobody_can_tell():
    rows = pd.DataFrame([("cost", 1, 0.1), ("cost", 1, -0.1), ("cost", 1, 0.4), ("cost", 2, 0.2), ("youths", 1, 0.1)],
                        columns=["measure", "ahead", "error_share"])  # fmt: skip
    told = outlook_tested.summary(rows)
    assert told[["wat", "ver", "forecasts"]].values.tolist() == [["Kosten", "1 jaar", 3], ["Kosten", "2 jaar", 1]]
    assert told["off"].tolist() == pytest.approx([0.2, 0.2]) and told["bias"].tolist() == pytest.approx([0.4 / 3, 0.2])
    title, words = outlook_tested.here_words(told, "Rijswijk")
    assert "voor Rijswijk er eerder gemiddeld zo ver naast: kosten 20%" in title
    assert "Van de jeugdigen zijn er te weinig ramingen" in words
    assert outlook_tested.summary(rows[rows["measure"] == "youths"]).empty


def test_prices_of_the_last_settled_year(quiet: Edition, monkeypatch):
    rates = pd.DataFrame({"year": [2024, 2025], "percent": ["10", "25"]})
    monkeypatch.setattr(Store, "reference", lambda self, name: rates)
    told = outlook_tested.in_base_prices(
        pd.DataFrame({"period": ["2022", "2023", "2025"], "amount_cents": pd.array([1, 800, 1000], "Int64"),
                      "youths": pd.array([1, 2, 3], "Int64")}), quiet)  # fmt: skip
    # 2023 in prices of 2025: 800 x 1.1 x 1.25 = 1100; of 2022 no index is known.
    assert told["cost"].tolist() == pytest.approx([1100, 1000]) and told["year"].tolist() == [2023, 2025]
