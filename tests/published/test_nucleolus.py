"""The nucleolus gives the divisions of the Talmud, as Aumann and Maschler (1985) proved."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.methods.distribution_key import nucleolus

PUBLISHED = pd.read_csv(Path(__file__).with_name("aumann_maschler_1985.csv"), comment="#", dtype="str")


def numbers(text: str) -> list[Fraction]:
    return [Fraction(part) for part in text.split(";")]


@pytest.mark.parametrize(("estate", "claims", "awards"), list(PUBLISHED.itertuples(index=False, name=None)))
def test_awards_are_those_of_the_talmud(estate, claims, awards):
    """A coalition is worth what the others leave of the estate when they take their whole claims."""
    owed = numbers(claims)
    everyone = range(len(owed))
    worth = {
        frozenset(group): max(Fraction(0), int(estate) - sum(owed[other] for other in everyone if other not in group))
        for size in range(1, len(owed) + 1)
        for group in combinations(everyone, size)
    }
    shares = nucleolus({group: -value for group, value in worth.items()})
    assert [-shares[player] for player in everyone] == pytest.approx([float(part) for part in numbers(awards)])
    assert sum(numbers(awards)) == int(estate)
