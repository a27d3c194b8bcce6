"""The outlook of cost: completed, without season, never across a break; by hand on series that are known to go on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.cost_outlook import (
    Scenario,
    completed_quarters,
    cost_outlook,
    earlier_outlooks,
    seasons,
)
from jeugd_analysis.methods.outlook import band_factor

LOW = Scenario(name="laag", trend="none", population_growth=0.0)
MID = Scenario(name="midden", trend="damped", population_growth=0.0, central=True)
PEOPLE = {name: dict.fromkeys(range(2015, 2034), 1000.0) for name in ("laag", "midden")}


def series(amounts, first=2020):
    count = len(amounts)
    return pd.DataFrame({"year": [first + n // 4 for n in range(count)], "number": [n % 4 + 1 for n in range(count)],
                         "amount": np.array(amounts, dtype="float64")})  # fmt: skip


def test_a_late_quarter_is_completed_and_a_young_one_left_out():
    rows = []
    for quarter in Quarter(2019, 1).until(Quarter(2021, 4)):  # 90 at once, 10 a quarter later
        rows += [(quarter.label, quarter.label, 90), (quarter.label, quarter.next().label, 10)]
    told = completed_quarters(
        pd.DataFrame(rows, columns=["care_quarter", "receipt_quarter", "amount_cents"]), last=Quarter(2021, 4)
    )
    assert told["amount"].tolist() == pytest.approx([100.0] * 12)
    assert told["share"].iloc[-1] == pytest.approx(0.9)
    slow = [(care, receipt, 50) for care, receipt, _ in rows]
    half = completed_quarters(
        pd.DataFrame(slow, columns=["care_quarter", "receipt_quarter", "amount_cents"]), last=Quarter(2021, 4)
    )
    assert len(half) == 11  # of the last quarter only half is known


def test_nothing_gives_nothing():
    empty = pd.DataFrame({"care_quarter": [], "receipt_quarter": [], "amount_cents": []}).astype(
        {"receipt_quarter": "str"}
    )
    assert completed_quarters(empty, last=Quarter(2021, 4)).empty


def test_a_season_is_beside_the_mean_quarter():
    assert seasons(series([80, 120, 100, 100] * 3)) == pytest.approx({1: 0.8, 2: 1.2, 3: 1.0, 4: 1.0})
    assert seasons(series([5, 6])) == dict.fromkeys(range(1, 5), 1.0)


def test_a_season_is_no_trend():
    index, _ = cost_outlook(series([80, 120, 100, 100] * 3 + [80, 120]), PEOPLE, [LOW, MID], breaks=[], base_year=2022,
                            last_year=2025)  # fmt: skip
    assert index["index"].tolist() == pytest.approx([1.0] * 6) and index["year"].tolist() == [2023, 2024, 2025] * 2


def test_inhabitants_count():
    people = {"laag": PEOPLE["laag"] | {2023: 1100.0, 2024: 1210.0}}
    index, _ = cost_outlook(series([100] * 12), people, [LOW], breaks=[], base_year=2022, last_year=2024)
    assert index["index"].tolist() == pytest.approx([1.1, 1.21])


def test_nothing_before_a_break_is_carried_on():
    grown = [100 * 1.1**n for n in range(8)]
    index, _ = cost_outlook(
        series([*grown, *[50.0] * 8]), PEOPLE, [LOW, MID], breaks=[2022], base_year=2023, last_year=2025
    )
    season = seasons(series([*grown, *[50.0] * 8]))
    assert max(season.values()) < 1.1  # years that grow within look like a season; flat ones halve that
    assert index.loc[index["scenario"] == "midden", "index"].tolist() == pytest.approx([1.0, 1.0], abs=0.1)


def test_too_few_quarters_since_the_break_is_an_error():
    for history, breaks in ((series([100.0] * 12), [2022]), (series([100.0] * 6), [])):
        with pytest.raises(FactorError, match="laatste breuk"):
            cost_outlook(history, PEOPLE, [LOW], breaks=breaks, base_year=2023, last_year=2025)


def test_the_test_stays_within_its_stretch():
    _, tested = cost_outlook(series([100.0] * 8 + [300.0] * 8), PEOPLE, [LOW, MID], breaks=[2022], base_year=2023,
                             last_year=2025, test=["laag"])  # fmt: skip
    assert set(tested["scenario"]) == {"laag"} and tested["horizon"].max() == 3
    assert (tested["forecast"] / tested["actual"]).tolist() == pytest.approx([1.0] * len(tested))


def test_a_band_is_one_at_once_and_grows():
    tested = pd.DataFrame({"horizon": [1, 1, 2, 2], "forecast": [110.0, 90, 120, 80], "actual": 100.0})
    factors = band_factor(tested, [0, 1, 2, 8])
    assert factors[0] == 1 and np.all(np.diff(factors) > 0)
    # beyond what was tested the logarithm grows with the square root of the distance: sqrt(8 / 2) = 2
    assert np.log(factors[3]) == pytest.approx(2 * np.log(factors[2]))
    assert np.isnan(band_factor(tested.iloc[:1], [1])).all()


def test_earlier_outlooks_by_hand_and_within_a_stretch():
    """A flat series tells itself; one that rises in its last year is told too low by 'laag': 1 where 1.1 came."""
    told = earlier_outlooks(series([100] * 12 + [110] * 4), PEOPLE, [LOW], breaks=[])
    assert told[["origin", "year"]].values.tolist() == [[2021, 2022], [2021, 2023], [2022, 2023]]
    assert told["factor"].tolist() == pytest.approx([1, 1, 1])  # of 2020 alone there are too few quarters
    broken = earlier_outlooks(series([100] * 16), PEOPLE, [LOW], breaks=[2022])
    assert broken.empty  # two stretches of two years: from the first of each there are four quarters
    people = {"laag": PEOPLE["laag"] | {2022: 1200.0}}
    grown = earlier_outlooks(series([100] * 12), people, [LOW], breaks=[])
    assert grown["factor"].tolist() == pytest.approx([1.2])  # the rate stays, the inhabitants are a fifth more
    assert earlier_outlooks(series([100] * 14), PEOPLE, [LOW], breaks=[])["year"].max() == 2022  # 2023 is not whole
