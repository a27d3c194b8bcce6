"""Allocations with their requests and care periods, as they would be without breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.contracts import Contracts
from jeugd_analysis.example.inputs import ExampleInput
from jeugd_analysis.example.population import DAYS_PER_MONTH, NEVER, day, product_codes, years_earlier

NO_DAY = NEVER  # later than any edition: an end that is not known
_DAYS = ["requested_on", "start", "end", "care_start", "care_end"]


def allocations(
    region: ExampleInput, youths: pd.DataFrame, episodes: pd.DataFrame, deals: Contracts, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per allocation that still ran in the first year of the claims.

    Columns: youth, product, municipality, pair (positions), requested_on, start, end (planned), care_start, care_end
    (days since 1970; NO_DAY: open), relative (hours beside the mean of the product), bounded, referrer, end_reason,
    copied, origin (rows that are copies of each other share it), back (how many years a copy lies before the original).
    """
    home = youths["home"].to_numpy()
    extra = _stacked(region, episodes, home[episodes["youth"].to_numpy()], rng)
    care = pd.concat([episodes, extra], ignore_index=True).rename(columns={"start": "care_start", "end": "care_end"})
    count = len(care)
    care["pair"] = deals.choose(care["product"].to_numpy(), rng)
    wait = np.minimum(rng.gamma(1.2, 20, count), 200)
    slow = (care["product"] == product_codes(region).index("41A11")) & (care["care_start"] >= day(2024))
    wait = np.where(slow, np.minimum(wait * region.truth.kdc_wait_growth, 270), wait).astype("int64")
    care["start"] = care["care_start"] - wait
    care["requested_on"] = care["start"] - rng.integers(14, 84, count, endpoint=True)
    planned = care["care_end"] + (rng.random(count) < 0.5) * rng.integers(1, 120, count)
    care["end"] = planned.mask(rng.random(count) < a.OPEN_ENDED_SHARE, NO_DAY)
    care["relative"] = rng.gamma(4, 1 / 4, count)
    care["bounded"] = rng.random(count) >= a.UNBOUNDED_SHARE
    care["referrer"] = _referrers(region, care, home[care["youth"].to_numpy()], rng)
    care["end_reason"] = rng.choice(list(a.END_REASONS), count, p=list(a.END_REASONS.values()))
    care = _from_the_youth_act(_copied(care))
    youth = care["youth"].to_numpy()
    moved = care["care_start"].to_numpy() >= youths["move"].to_numpy()[youth]
    care["municipality"] = np.where(moved, youths["new_home"].to_numpy()[youth], home[youth])
    return care[care["care_end"] >= day(a.FIRST_YEAR)].reset_index(drop=True)


def _stacked(region: ExampleInput, episodes: pd.DataFrame, home: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Further allocations inside an episode, of another product than the first; more where CBS counts more of them."""
    ratio = [region.trajectories.get(code, a.TRAJECTORIES_PER_YOUTH) for code in region.municipalities]
    mean = np.maximum(np.array(ratio) - 1, 0) * a.STACKED_PER_TRAJECTORY
    count = np.minimum(rng.poisson(mean[home]), a.MOST_STACKED)
    extra = episodes.loc[episodes.index.repeat(count)].reset_index(drop=True)
    main = extra["product"].to_numpy()
    extra["product"] = _shuffled_within(main, np.repeat(home, count), rng)  # the mix of the episodes with stacking
    length = (extra["end"] - extra["start"]).to_numpy()
    begin = (length * rng.uniform(0, 0.5, len(extra))).astype("int64")
    extra["start"] += begin
    extra["end"] = extra["start"] + ((length - begin) * rng.uniform(0.4, 1.0, len(extra))).astype("int64")
    return extra[extra["product"] != main]


def _shuffled_within(values: np.ndarray, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The values in another order, each staying in its own group."""
    shuffled = np.empty_like(values)
    shuffled[np.argsort(groups, kind="stable")] = values[np.lexsort([rng.random(len(values)), groups])]
    return shuffled


def _copied(care: pd.DataFrame) -> pd.DataFrame:
    """Each row once more for every year before it in which the same care was given."""
    rows = care.index.repeat(care["copies"] + 1)
    made = care.loc[rows].reset_index(drop=True)
    back = made.groupby(rows.to_numpy()).cumcount().to_numpy()
    for name in _DAYS:
        days = made[name].to_numpy()
        made[name] = np.where(days == NO_DAY, NO_DAY, years_earlier(np.where(days == NO_DAY, 0, days), back))
    made["youth"] -= back * made["step"]
    copied = made["copies"] > 0
    return made.drop(columns=["copies", "step"]).assign(origin=rows.to_numpy(), back=back, copied=copied)


def _from_the_youth_act(care: pd.DataFrame) -> pd.DataFrame:
    """What runs on the day of the Youth Act starts on it; what had ended is not in its files."""
    first = day(a.YOUTH_ACT.year)
    kept = care[care["care_end"] >= first]
    start = kept["start"].clip(lower=first)
    notice = kept["start"] - kept["requested_on"]
    return kept.assign(care_start=kept["care_start"].clip(lower=first), start=start, requested_on=start - notice)


def _referrers(region: ExampleInput, care: pd.DataFrame, home: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    named = np.array([a.REFERRERS.get(code, a.REFERRERS_ELSEWHERE) for code in region.municipalities]) / 100
    rest = (1 - named.sum(axis=1, keepdims=True)) * np.array(a.REFERRER_REST)
    limits = np.hstack([named, rest]).cumsum(axis=1)[:, :-1]
    drawn = np.array(a.REFERRER_CODES)[(limits[home] < rng.random(len(home))[:, None]).sum(axis=1)]
    codes = product_codes(region)
    return np.where(care["product"].isin([codes.index(code) for code in a.PROTECTION]), a.COURT, drawn)


def usual_units(region: ExampleInput) -> np.ndarray:
    """Units per full month of each product, in prices and hours of the base year."""
    return np.array([a.PROFILES[code].units for code in product_codes(region)])


def monthly_volume(region: ExampleInput, care: pd.DataFrame) -> np.ndarray:
    """The agreed units per month: what the youth is expected to use, rounded up."""
    product = care["product"].to_numpy()
    combined = np.array([code in a.COMBINATIONS for code in product_codes(region)])
    units = usual_units(region)[product] * np.where(combined[product], 1.0, care["relative"].to_numpy())
    return np.ceil(np.minimum(units, DAYS_PER_MONTH)).astype("int64")
