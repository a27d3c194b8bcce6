"""Splits of a difference in the tables of Das Gupta, with the effects as published.

Das Gupta (1993), Standardization and decomposition of rates: a user's manual, U.S. Bureau of the Census, P23-186:
examples 2.1 to 2.4 (products of two to five factors) and 4.3 (a sum of products over seven age groups). The effects to
the digits of the README of DasGuptR (King and Matthews, CRAN, version 2.1.0), which gives these examples again.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.methods.decomposition import decompose

# Example: the factors in one population, in the other, and the effect of each; the last digit is rounded.
EXAMPLES: dict[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], float]] = {
    "2.1 earnings": ((10930, 0.717892), (16591, 0.825974), (4369.913, 1487.262), 0.001),
    "2.2 birth rate": (
        (51.78746, 0.45919, 0.52638), (84.90502, 0.75756, 0.51065), (10.4340333, 10.5608476, -0.6670084), 1e-7,
    ),
    "2.3 births outside marriage": (
        (25.3, 0.214, 0.279, 0.949), (32.7, 0.290, 0.473, 0.986), (0.6889411, 0.8125381, 1.3829055, 0.1047547), 1e-7,
    ),
    "2.4 fertility": (
        (0.58, 0.76, 0.84, 0.66, 16.573), (0.72, 0.97, 0.97, 0.56, 16.158),
        (1.0909785, 1.2298438, 0.7278399, -0.8398707, -0.1290187), 1e-7,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "effects", "digit"), EXAMPLES.values(), ids=EXAMPLES)
def test_products_of_factors(before, after, effects, digit):
    names = list("abcde")[: len(before)]
    cells = pd.DataFrame([dict(zip(names, side, strict=True)) for side in (before, after)]).assign(year=[1, 2])
    row = decompose(cells, names, base=1, compare=2).iloc[0]
    assert row[names].tolist() == pytest.approx(effects, abs=digit)
    assert row["total"] == pytest.approx(sum(effects), abs=len(names) * digit)


# Example 4.3: Taiwan 1960 and 1970, per age group of women: births per 1,000 married, share married, share of all.
AGES: dict[int, dict[str, Any]] = {
    1960: {
        "births": [393, 407, 369, 274, 184, 90, 16],
        "married": [0.122, 0.622, 0.903, 0.930, 0.916, 0.873, 0.800],
        "share": [0.043, 0.041, 0.036, 0.032, 0.026, 0.020, 0.018],
    },
    1970: {
        "births": [488, 452, 338, 156, 63, 22, 3],
        "married": [0.082, 0.527, 0.866, 0.941, 0.942, 0.923, 0.876],
        "share": [0.058, 0.038, 0.032, 0.030, 0.026, 0.023, 0.019],
    },
}


def test_a_sum_of_products_over_groups():
    cells = pd.concat([pd.DataFrame({"age": range(1, 8), "year": year, **told}) for year, told in AGES.items()])
    split = decompose(cells, ("births", "married", "share"), base=1960, compare=1970, keys=["age"])
    effects = split[["births", "married", "share", "total"]].sum().tolist()
    assert effects == pytest.approx([-7.285632, -2.720633, -1.565181, -11.571446], abs=1e-6)
    # Of the first group the README prints the rates that only the births move: 2.0046930 and 2.4892880.
    assert split["births"].iloc[0] == pytest.approx(2.4892880 - 2.0046930, abs=1e-7)
    assert split["births"].iloc[1] == pytest.approx(10.2678580 - 9.2456155, abs=1e-7)
