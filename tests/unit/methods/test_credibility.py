"""Credibility estimated from years: the famous data of Hachemeister, and cases that can be done on paper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.distribution_key import beside_mean, estimate_credibility

PUBLISHED = Path(__file__).parents[2] / "published" / "hachemeister_1975.csv"


def test_hachemeister():
    """As the vignette on credibility of the R package actuar prints it (Goulet and others)."""
    told = pd.read_csv(PUBLISHED)
    level = told.pivot(index="state", columns="period", values="severity")
    claims = told.pivot(index="state", columns="period", values="claims")
    assert claims.sum(axis=1).tolist() == [100155, 19895, 13735, 4152, 36110]
    found = estimate_credibility(level, claims)
    assert round(found.within) == 139_120_026 and round(found.between) == 89639
    assert found.weight.round(4).tolist() == [0.9847, 0.9276, 0.8985, 0.7279, 0.9588]


def test_by_hand():
    # Two places, two years, weight one: means 2 and 6, within (1 + 1 + 1 + 1) / (2 x 1) = 2. Spread 2 x 4 + 2 x 4 = 16,
    # less 2; over 4 - 8/4 = 2: between 7. k = 2/7, weight 2 / (2 + 2/7) = 7/8.
    level = pd.DataFrame({2024: [1.0, 5.0], 2025: [3.0, 7.0]}, index=["a", "b"])
    found = estimate_credibility(level, level * 0 + 1)
    assert (found.within, found.between) == (2.0, 7.0)
    assert found.k == pytest.approx(2 / 7) and found.weight.tolist() == pytest.approx([7 / 8] * 2)


def test_differences_that_chance_explains_give_no_weight():
    level = pd.DataFrame({2024: [1.0, 3.0], 2025: [3.0, 1.0]}, index=["a", "b"])
    found = estimate_credibility(level, level * 0 + 1)
    assert found.between == 0 and found.k == np.inf and found.weight.tolist() == [0.0, 0.0]


def test_what_all_share_in_a_year_is_taken_out():
    use = pd.DataFrame({2024: [10.0, 30.0], 2025: [20.0, 60.0]}, index=["a", "b"])
    people = pd.DataFrame({2024: [1.0, 1.0], 2025: [1.0, 1.0]}, index=["a", "b"])
    assert beside_mean(use, people).to_numpy().tolist() == [[0.5, 0.5], [1.5, 1.5]]


@pytest.mark.parametrize(
    ("level", "weights"),
    [
        ({2024: [1.0, 2.0]}, {2024: [1.0, 1.0]}),
        ({2024: [1.0], 2025: [2.0]}, {2024: [1.0], 2025: [1.0]}),
        ({2024: [1.0, -2.0], 2025: [1.0, 1.0]}, {2024: [1.0, 1.0], 2025: [1.0, 1.0]}),
        ({2024: [1.0, 2.0], 2025: [1.0, None]}, {2024: [1.0, 1.0], 2025: [1.0, 1.0]}),
        ({2024: [1.0, 2.0], 2025: [1.0, 1.0]}, {2024: [1.0, 0.0], 2025: [1.0, 1.0]}),
        ({2024: [0.0, 0.0], 2025: [1.0, 1.0]}, {2024: [1.0, 1.0], 2025: [1.0, 1.0]}),
    ],
    ids=["one year", "one place", "negative", "missing", "no weight", "no use"],
)
def test_what_cannot_be_estimated_from_is_refused(level, weights):
    with pytest.raises(FactorError):
        estimate_credibility(pd.DataFrame(level), pd.DataFrame(weights))


def test_other_municipalities_are_refused():
    level = pd.DataFrame({2024: [1.0, 2.0], 2025: [1.0, 1.0]}, index=["a", "b"])
    with pytest.raises(FactorError, match="Niet in beide tabellen"):
        estimate_credibility(level, level.rename(index={"b": "c"}))
