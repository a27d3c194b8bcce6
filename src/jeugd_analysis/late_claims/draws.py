"""Draws of what is still to come, for intervals of the split of cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area
from jeugd_analysis.errors import FactorError
from jeugd_analysis.late_claims.known import LateClaims
from jeugd_analysis.late_claims.triangles import month_triangle, triangle_of, youth_triangle
from jeugd_analysis.methods.claims_maturity import draw_completion
from jeugd_analysis.store import Store

SEED = 20260930
_CELL = ["municipality", "product", "unit", "provider"]


def year_draws(store: Store, quarter: Quarter, *, draws: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each year that is not complete ends at per euro and per youth known: `late` and `late_youths` of bootstrap.

    Shapes: rows care_year and year, columns 0 to draws; without rows when nothing can be estimated. The region's: small
    municipalities have too few claims to come for a pattern of their own.
    """
    claims = LateClaims(store, quarter)
    nothing = pd.DataFrame(columns=range(draws + 1), dtype="float64")
    region = store.region.area
    money, youths = nothing.rename_axis("care_year"), nothing.rename_axis("year")
    triangle = triangle_of(claims.of_area(region), quarter)
    try:
        if triangle is not None:
            rng = np.random.default_rng([SEED, 1])
            ratios = draw_completion(triangle, draws=draws, rng=rng)
            latest = triangle.ffill(axis=1).iloc[:, -1]
            year = pd.Index(triangle.index.str[:4].astype("int64"), name="care_year")
            money = ratios.mul(latest, axis=0).groupby(year).sum().div(latest.groupby(year).sum(), axis=0)
        rows = claims.youths[claims.youths["area"] == region.code]
        if (people := youth_triangle(rows, "jaar", quarter)) is not None:
            youths = draw_completion(people, draws=draws, rng=np.random.default_rng([SEED, 2]))
            youths.index = pd.Index(people.index.astype("int64"), name="year")
    except FactorError:
        pass
    return money[(money != 1).any(axis=1)], youths[(youths != 1).any(axis=1)]


def known_draws_of(store: Store, quarter: Quarter, area: Area, known_on: str, *, draws: int) -> dict[str, pd.DataFrame]:
    """The same for an area and the two years of a snapshot, per care month, with only what had come in by that day.

    Shapes: late with the rows month, late_youths and late_clients with the row of the compared year; empty without
    enough history. How many youths (and clients: youths per contract) were still unknown is taken from the base year:
    those known on the day over those known when that year was as old. That is one ratio, so it has no spread.
    """
    receipts, lines = store.mart("known_receipts", quarter), store.mart("known_youth_lines", quarter)
    here = [told["known_on"].eq(known_on) & (area.is_region | told["municipality"].eq(area.code))
            for told in (receipts, lines)]  # fmt: skip
    try:
        triangle = month_triangle(receipts[here[0]], pd.Timestamp(known_on))
        late = draw_completion(triangle, draws=draws, rng=np.random.default_rng([SEED, 3]))
    except FactorError:
        return {}
    mine = lines[here[1]]
    base, compare = int(mine["year"].min()), int(mine["year"].max())
    told = {"late": late[(late != 1).any(axis=1)]}
    for name, keys in (("late_youths", ["municipality"]), ("late_clients", _CELL)):
        cents = mine[mine["year"] == base].groupby([*keys, "youth_id"])[["amount_cents", "aged_cents"]].sum()
        paid = (cents > 0).sum()
        ratio = paid["amount_cents"] / paid["aged_cents"]
        told[name] = pd.DataFrame(ratio, index=pd.Index([compare], name="year"), columns=range(draws + 1))
    return told
