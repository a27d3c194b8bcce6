"""Made-up budgets: by hand from cost of two years before; what is known when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.example.budget import AMENDMENT, CHANCE, budgets, known

COST = pd.DataFrame({"municipality": ["A", "A", "B"], "segment": "S5", "year": [2023, 2023, 2023],
                     "amount_cents": [60_000_000, 40_000_000, 50_000_000]})  # fmt: skip


def made(**told: object) -> pd.DataFrame:
    rates = {2024: 0.05, 2025: 0.10}
    return budgets(COST, **{"indexation": rates, "leaves": {"B": 2024}, "rng": np.random.default_rng(1), **told})


def test_cost_of_two_years_before_with_the_rise_of_both_years():
    told = made()
    assert told[["municipality", "year", "status"]].values.tolist() == [
        ["A", 2025, "primitief"], ["A", 2025, "gewijzigd"],
    ]  # fmt: skip
    # € 1,000,000 x 1.05 x 1.10 = € 1,155,000, give or take the chance and a rounding of € 1,000
    original, amended = told["amount_cents"]
    assert abs(original / 115_500_000 - 1) <= CHANCE + 0.001
    assert abs(amended / original - 1 - AMENDMENT) < 0.001
    assert (told["amount_cents"] % 100_000 == 0).all()


def test_the_amendment_comes_with_spring():
    told = made()
    assert known(told, Quarter(2024, 4)).empty
    assert known(told, Quarter(2025, 1))["status"].tolist() == ["primitief"]
    assert known(told, Quarter(2025, 2))["status"].tolist() == ["primitief", "gewijzigd"]
    assert known(told, Quarter(2026, 1))["status"].tolist() == ["primitief", "gewijzigd"]
