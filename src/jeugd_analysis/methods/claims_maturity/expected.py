"""The youngest period completed with what was allocated, the others by the chain ladder."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.claims_maturity.mack import mack_with_errors
from jeugd_analysis.methods.claims_maturity.prior import prior_from_allocations, with_prior

LEAST = 3  # periods to learn from: with fewer the spread of what was allocated against what it cost is chance
BACK = 4  # the latest periods to learn from: older ones say less about the care of now
YOUNG = 2  # ages that say too little to learn from


def valued_days(
    days: pd.DataFrame, rate_days: pd.Series, cost: pd.Series, *, index: Mapping[int, float], base: int
) -> pd.Series:
    """What running care would cost per period, at the cost per day of each product in one complete year.

    Shapes: `days` has product, period, year and days (of one area); `rate_days` and `cost` are the days and the cost
    of a whole year per product, of any area that is large enough to go by; `index` the level of tariffs per year, of
    which `base` is that year. A product without days or cost in that year counts for nothing. Result: amount per
    period, in order. Units: those of cost.
    Raises: FactorError on a year that has no index.
    Source: ours.

    Ten days at 300 a day, and 5 at 20, in a year in which tariffs are 10 percent higher:

    >>> days = pd.DataFrame({"product": ["a", "b"], "period": "2020-K1", "year": 2020, "days": [10, 5]})
    >>> cost = pd.Series({"a": 30_000, "b": 400})
    >>> whole = pd.Series({"a": 100, "b": 20})
    >>> valued_days(days, whole, cost, index={2019: 1.0, 2020: 1.1}, base=2019).round().tolist()
    [3410.0]
    """
    if missing := sorted({base, *days["year"]} - set(index)):
        raise FactorError(f"Van {', '.join(map(str, missing))} is geen indexcijfer gegeven.")
    known = rate_days[rate_days > 0]
    rate = (cost.reindex(known.index) / known).fillna(0.0).astype("float64")
    level = days["year"].map(dict(index)) / index[base]
    value = days["days"] * days["product"].map(rate).fillna(0.0) * level
    return value.astype("float64").groupby(days["period"]).sum()


def completed(
    triangle: pd.DataFrame, *, allocated: pd.Series | None = None, since: Hashable | None = None
) -> pd.DataFrame:
    """The table of `mack`, with the youngest period resting on what was allocated as well.

    Shapes: `triangle` as in `mack`; `allocated` an amount per period, such as `valued_days` gives; `since` the first
    period that may be compared with the youngest one (after a break in what is claimed), None when all may be. Result:
    as `mack`, without the total, and `expected`: what allocations alone say of the youngest period, NaN elsewhere.
    How much of what was allocated is claimed is learnt from the latest BACK periods older than YOUNG ages, none before
    `since`, completed by the chain ladder themselves. The youngest period then weighs claims and allocations as
    Benktander does. How quickly claims come in is taken from all periods: a break moves amounts, not their tempo. With
    fewer than LEAST periods to learn from, or without an allocation for one of them, it is the chain ladder alone.
    Raises: FactorError as `mack` and `with_prior`, and where an error is not known.
    Source: Benktander (1976), The Actuarial Review, 7; Mack (2000), ASTIN Bulletin 30(2), 333-347.

    Claims alone make 220 of the youngest quarter; with as much care allocated as before it lies lower.

    >>> triangle = pd.DataFrame({1: [50, 48, 52, 50, 110], 2: [100, 98, 101, 101, None], 3: [100, 98, 101, None, None]})
    >>> round(completed(triangle.head(4)).loc[3, "ultimate"])
    101
    >>> told = completed(triangle, allocated=pd.Series([100.0, 98, 101, 101, 100])).loc[4]
    >>> round(told["ultimate"]), round(told["expected"])
    (190, 100)
    """
    youngest = triangle.index[-1]
    before = triangle.iloc[:-1]
    learnt = list(triangle.index[:-YOUNG])
    if since is not None:
        learnt = [period for period in learnt if period >= since]
    learnt = learnt[-BACK:]
    usable = allocated is not None and len(learnt) >= LEAST and (allocated.reindex([*learnt, youngest]) > 0).all()
    if not usable:
        return mack_with_errors(triangle).drop(index="total").assign(expected=float("nan"))
    assert allocated is not None
    ends = mack_with_errors(before)["ultimate"].loc[learnt]
    prior = prior_from_allocations(allocated.loc[[*learnt, youngest]], ends.set_axis(learnt))
    told = with_prior(triangle, prior, weight="benktander").drop(index="total")
    expected = pd.Series(float("nan"), index=told.index)
    expected[youngest] = prior.loc[youngest, "ultimate"]
    return told.assign(expected=expected)
