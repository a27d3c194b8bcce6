"""Budgets of the example region: made up, as a council might have set them from what was known in the autumn before.

The budget of a year is what help cost two years earlier, with the agreed rise of the tariffs of both years and some
chance. So it holds no growth of use: that is why the example overspends, as real municipalities did.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from jeugd_analysis.domain.codes import AMENDED, ORIGINAL
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.example import assumptions as a

YEARS = range(a.FIRST_YEAR + 2, a.LAST_YEAR + 1)
STEP = 100_000  # cents: budgets are in whole thousands of euros
CHANCE = 0.03  # a budget lies at most this share above or below that
AMENDMENT = 0.02  # what the spring memorandum adds
AMENDED_IN = 2  # quarter
SOURCE = "Verzonnen begroting van de voorbeeldregio"


def budgets(
    cost: pd.DataFrame, *, indexation: Mapping[int, float], leaves: Mapping[str, int], rng: np.random.Generator
) -> pd.DataFrame:
    """One row per municipality, segment, year and status, as the table `budget`, for all of YEARS.

    `cost` has municipality, segment, year and amount_cents, claims and lump sums together. leaves: code -> last year in
    the region.
    """
    summed = cost.groupby(["municipality", "segment", "year"], as_index=False)["amount_cents"].sum()
    told = summed.assign(year=summed["year"] + 2)
    told = told[told["year"].isin(YEARS) & (told["amount_cents"] > 0)]
    stays = told["year"] <= told["municipality"].map(dict(leaves)).fillna(a.LAST_YEAR)
    told = told[stays].reset_index(drop=True)
    rise = [(1 + indexation.get(year - 1, 0.0)) * (1 + indexation.get(year, 0.0)) for year in told["year"]]
    drawn = 1 + rng.uniform(-CHANCE, CHANCE, len(told))
    original = told.assign(status=ORIGINAL, amount_cents=_stepped(told["amount_cents"] * rise * drawn))
    amended = original.assign(status=AMENDED, amount_cents=_stepped(original["amount_cents"] * (1 + AMENDMENT)))
    both = pd.concat([original, amended]).assign(source=SOURCE)
    return both.sort_values(["municipality", "segment", "year"], kind="stable", ignore_index=True)[
        ["municipality", "segment", "year", "status", "amount_cents", "source"]
    ]


def known(told: pd.DataFrame, last: Quarter) -> pd.DataFrame:
    """What was decided by the end of a quarter: the budget of the year, and from spring on its amendment."""
    decided = told["year"] < last.year
    now = told["year"] == last.year
    amended = told["status"].eq(AMENDED)
    return told[decided | (now & (~amended | (last.number >= AMENDED_IN)))]


def _stepped(cents: pd.Series) -> pd.Series:
    return (cents / STEP).round().astype("int64") * STEP
