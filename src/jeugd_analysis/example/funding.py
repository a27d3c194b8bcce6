"""Lump sums: what is paid to partnerships and schools, and the few figures they give account of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.care import usual_units
from jeugd_analysis.example.claims import care_months
from jeugd_analysis.example.contracts import Contracts
from jeugd_analysis.example.inputs import ExampleInput
from jeugd_analysis.example.population import month_index, month_start, product_codes

_OUTCOMES = {"satisfaction": 78.0, "goal_attainment": 71.0, "drop_out": 9.0}  # means in %, made up


def payments(region: ExampleInput, lump: pd.DataFrame, deals: Contracts, rng: np.random.Generator) -> pd.DataFrame:
    """One row per lump sum, municipality, party and month.

    Columns: entry, municipality, party (positions; parties count on over the entries), month (since January 1970),
    amount_cents (a twelfth of the worth of the year's help, in whole hundreds of euros), youths, started, ended,
    waiting, satisfaction, goal_attainment, drop_out.
    """
    first = np.cumsum([0, *(entry.parties for entry in region.truth.lump_sums)])
    count = np.array([entry.parties for entry in region.truth.lump_sums])
    entry = lump["entry"].to_numpy()
    party = first[entry] + (rng.random(len(lump)) * count[entry]).astype("int64")
    keys = ["entry", "municipality", "party"]
    care = lump.assign(party=party)
    months = care_months(care)
    rows = care.take(months["allocation"].to_numpy()).reset_index(drop=True)
    month = months["month"].to_numpy(dtype="int64")
    worth = _worth(region, rows, deals, month)
    told = rows[keys].assign(
        month=month, youth=rows["youth"], worth=worth,
        started=month_index(rows["care_start"].to_numpy()) == month,
        ended=month_index(rows["care_end"].to_numpy()) == month,
    )  # fmt: skip
    kpi = told.groupby([*keys, "month"], as_index=False).agg(
        youths=("youth", "nunique"), started=("started", "sum"), ended=("ended", "sum"), worth=("worth", "sum")
    )
    year = kpi["month"] // 12
    whole = kpi.groupby([*keys, year])["worth"].transform("sum") / 12
    kpi["amount_cents"] = (whole / 10_000).round().astype("int64") * 10_000
    kpi["waiting"] = rng.poisson(0.08 * kpi["youths"])
    for name, mean in _OUTCOMES.items():
        kpi[name] = np.clip(rng.normal(mean, 3.0, len(kpi)), 0, 100).round(1)
    return kpi.drop(columns="worth")


def _worth(region: ExampleInput, rows: pd.DataFrame, deals: Contracts, month: np.ndarray) -> np.ndarray:
    """Euro cents of the hours that the youth would have had in the month."""
    product = rows["product"].to_numpy()
    growth = np.array([1 + a.PROFILES[code].growth for code in product_codes(region)])
    units = usual_units(region)[product] * rows["relative"].to_numpy()
    level = growth[product] ** (month // 12 + 1970 - a.BASE_YEAR)
    return units * level * deals.price(rows["pair"].to_numpy(), month_start(month))
