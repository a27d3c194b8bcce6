"""LMDI-I as another program gives it, with and without zeros.

LMDIR, an R package by M.K. Heun (github.com/MatthewHeun/LMDIR, version 0.1.14), made after Ang (2005), Energy Policy
33, 867-871. Its own test has these three factors of two groups in four years and prints the effects to eight decimals.
Its zeros are those of table 2 of Ang, Zhang and Choi (1998), Energy 23(6), 489-495.
"""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.methods.decomposition import decompose

FACTORS = ("one", "two", "three")
YEARS = {
    1971: [(1, 10, 2), (4, 5, 3)], 1972: [(4, 5, 3), (5, 6, 4)], 1973: [(8, 2, 4), (5, 7, 5)],
    1974: [(10, 1, 5), (6, 8, 6)],
}  # fmt: skip
PER_GROUP = {  # first year -> effects of both groups to the next year
    1971: [(50.47438029, -25.23719014, 14.76280986), (19.31568569, 15.78206435, 24.90224996)],
    1972: [(42.96021467, -56.79031473, 17.83010006), (0, 22.47128816, 32.52871184)],
    1973: [(12.6549815, -39.30996299, 12.6549815), (41.35566084, 30.28867832, 41.35566084)],
}
TOGETHER = {
    1971: (69.79006598, -9.455125793, 39.66505981), 1972: (42.96021467, -34.31902656, 50.3588119),
    1973: (54.01064234, -9.021284671, 54.01064234),
}  # fmt: skip


def split(before: list[tuple[int, ...]], after: list[tuple[int, ...]]) -> pd.DataFrame:
    sides = [
        pd.DataFrame(side, columns=list(FACTORS)).assign(group=[1, 2], year=year)
        for year, side in enumerate((before, after))
    ]
    return decompose(pd.concat(sides), FACTORS, base=0, compare=1, keys=["group"], method="lmdi")


@pytest.mark.parametrize("year", PER_GROUP)
def test_effects_of_each_group_and_of_both(year):
    told = split(YEARS[year], YEARS[year + 1])[list(FACTORS)]
    assert told.to_numpy().ravel() == pytest.approx([effect for row in PER_GROUP[year] for effect in row], abs=1e-7)
    assert told.sum().tolist() == pytest.approx(TOGETHER[year], abs=1e-7)


def test_a_factor_that_was_zero_gets_the_whole_rise():
    told = split([(0, 10, 2), YEARS[1971][1]], YEARS[1972])[list(FACTORS)].to_numpy()
    assert told[0].tolist() == [60, 0, 0]
    assert told[1] == pytest.approx(PER_GROUP[1971][1], abs=1e-7)


def test_a_factor_that_becomes_zero_gets_the_whole_fall():
    told = split(YEARS[1971], [YEARS[1972][0], (5, 6, 0)])[list(FACTORS)].to_numpy()
    assert told[1].tolist() == [0, 0, -60]
    assert told[0] == pytest.approx(PER_GROUP[1971][0], abs=1e-7)
