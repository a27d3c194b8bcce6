"""Who would be above a maximum of units, counted so that groups add up to the whole and areas cover the region."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jeugd_analysis.methods.caps import unit_distribution
from jeugd_analysis.methods.disclosure import rounded

KEYS = ["product", "unit"]
CAP_STEP = 5  # a maximum is a round number


def trajectories(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per youth_id x product x unit x year: units and amount_cents, both above zero.

    A youth with two providers of one product has one row: what counts is how much help the youth got.
    """
    told = lines.groupby(["youth_id", *KEYS, "year"], as_index=False)[["units", "amount_cents"]].sum()
    return told[told["units"].gt(0) & told["amount_cents"].gt(0)].reset_index(drop=True)


def spread_of(use: pd.DataFrame, *, percentiles: Sequence[int], least: int) -> pd.DataFrame:
    """Per product and unit: youths and the percentiles; one with fewer than `least` youths on a side is missing.

    Shapes: `use` as `trajectories` gives, of one year. Result: product, unit, youths, p50 and so on.
    """
    names = [f"p{percentile}" for percentile in percentiles]
    if use.empty:
        return pd.DataFrame(columns=[*KEYS, "youths", *names])
    told = unit_distribution(use, keys=KEYS, percentiles=percentiles).rename(columns={"trajectories": "youths"})
    of = dict(list(use.groupby(KEYS)["units"]))
    for name in names:
        wide = [
            min((of[product, unit] < value).sum(), (of[product, unit] > value).sum()) >= least
            for product, unit, value in told[[*KEYS, name]].itertuples(index=False)
        ]
        told[name] = told[name].astype("Float64").where(pd.Series(wide, index=told.index))
    return told[[*KEYS, "youths", *names]]


def caps_of(use: pd.DataFrame, *, percentile: int, least: int) -> pd.DataFrame:
    """product, unit and cap: the percentile of this use as a round number; none where few are beyond it."""
    told = spread_of(use, percentiles=[percentile], least=least).dropna(subset=[f"p{percentile}"])
    cap = rounded(told[f"p{percentile}"], base=CAP_STEP).clip(lower=CAP_STEP)
    return told[KEYS].assign(cap=cap.astype("int64")).reset_index(drop=True)


def present(lines: pd.DataFrame) -> pd.DataFrame:
    """municipality, youth_id and product of which the year's net amount there is above zero."""
    paid = lines.groupby(["municipality", "youth_id", "product"], as_index=False)["amount_cents"].sum()
    return paid.loc[paid["amount_cents"].gt(0), ["municipality", "youth_id", "product"]].reset_index(drop=True)


def above(use: pd.DataFrame, caps: pd.DataFrame) -> set[tuple[str, str]]:
    """(youth_id, product) above the maximum. `use` is that of the whole region: a youth who moves stays above it."""
    both = use.merge(caps, on=KEYS)
    over = both.loc[both["units"] > both["cap"], ["youth_id", "product"]]
    return set(over.itertuples(index=False, name=None))
