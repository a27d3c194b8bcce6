"""No effect across a break: what is refused, and what the message says can be told instead."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.domain.region import Break
from jeugd_analysis.errors import FactorError, JeugdError
from jeugd_analysis.methods.decomposition import ComparisonError, cost_growth, require_comparable


def broken(year: int, *measures: str) -> Break:
    return Break(
        year=year, areas=("*",), measures=frozenset(measures), label=f"{year}: breuk", explanation="", source="bron"
    )


PROFILES, RESIDENCE = broken(2020, "intensity", "tariff"), broken(2022, "youths", "cost")
TASK_BASED = broken(2024, "intensity", "tariff", "youths", "cost")
EVERY = (PROFILES, RESIDENCE, TASK_BASED)


@pytest.mark.parametrize(
    ("base", "compare", "measure"),
    [
        (2018, 2019, "intensity"),
        (2020, 2021, "intensity"),  # a break is at the start of its year
        (2020, 2022, "tariff"),
        (2019, 2021, "cost"),
        (2024, 2025, "youths"),
        (2023, 2023, "intensity"),
    ],
)
def test_years_on_one_side_are_fine(base, compare, measure):
    require_comparable(EVERY, base=base, compare=compare, measure=measure)


@pytest.mark.parametrize(
    ("base", "compare", "measure", "said", "instead"),
    [
        (2019, 2020, "intensity", "de intensiteit niet te vergelijken (2020: breuk)", "de totale kosten en het aantal"),
        (2020, 2019, "tariff", "Tussen 2019 en 2020 is het tarief", "de totale kosten en het aantal jeugdigen"),
        (2019, 2022, "intensity", "(2020: breuk)", "toon elk jaar apart"),  # 2022 breaks cost and youths
        (2021, 2022, "cost", "(2022: breuk)", "toon elk jaar apart"),
        (2019, 2024, "intensity", "(2020: breuk; 2024: breuk)", "toon elk jaar apart"),
    ],
)
def test_across_a_break_the_message_says_what_can_be_told(base, compare, measure, said, instead):
    with pytest.raises(ComparisonError) as refused:
        require_comparable(EVERY, base=base, compare=compare, measure=measure)
    assert said in refused.value.wat and instead in refused.value.doe
    assert "twee jaren aan dezelfde kant van de breuk" in refused.value.doe
    assert isinstance(refused.value, JeugdError) and refused.value.code == "MET-002"
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)


def test_what_cannot_be_asked_is_not_offered():
    with pytest.raises(ComparisonError) as refused:
        require_comparable([broken(2022, "youths")], base=2021, compare=2022, measure="youths")
    assert refused.value.doe.startswith("vergelijk alleen de totale kosten,")


def test_a_break_that_is_told_twice_is_named_once():
    with pytest.raises(ComparisonError) as refused:
        require_comparable([PROFILES, PROFILES], base=2019, compare=2020, measure="tariff")
    assert refused.value.wat.count("2020: breuk") == 1


def test_an_unknown_measure_is_refused():
    with pytest.raises(ComparisonError, match="uren"):
        require_comparable(EVERY, base=2018, compare=2019, measure="uren")


KEYS = {"municipality": "M", "product": "P", "unit": "04", "provider": "a"}
CELLS = pd.DataFrame([{**KEYS, "year": y, "clients": 1, "units": 1, "amount_cents": 100} for y in (2019, 2020, 2021)])


def growth(base: Any, compare: Any, *breaks: Break) -> pd.DataFrame:
    return cost_growth(CELLS, base=base, compare=compare, breaks=breaks)


def test_the_split_itself_refuses_intensity_or_tariff_across_a_break():
    for found in (PROFILES, broken(2020, "tariff")):
        with pytest.raises(ComparisonError):
            growth(2019, 2020, found)
    assert growth(2020, 2021, *EVERY)["total"].tolist() == [0]
    assert growth(np.int64(2020), np.int64(2021), *EVERY)["total"].tolist() == [0]
    assert growth(2019, 2020, broken(2020, "cbs"))["total"].tolist() == [0]


def test_breaks_need_whole_years():
    quarters = CELLS.assign(year=["2019-K1", "2019-K2", "2019-K3"])
    with pytest.raises(FactorError, match="hele jaren"):
        cost_growth(quarters, base="2019-K1", compare="2019-K2", breaks=EVERY)
