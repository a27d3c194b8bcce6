"""What happens to allocations on the days that the region changes: contracts, payers, lump sums, measures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.contracts import Contracts
from jeugd_analysis.example.inputs import ExampleInput
from jeugd_analysis.example.population import number_of, product_codes

_NOTICE = 30  # days between the request for a new allocation and the day a contract changes


def with_breaks(
    region: ExampleInput, youths: pd.DataFrame, care: pd.DataFrame, deals: Contracts, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The allocations that reach the claims, in order of their start, and those that are paid as a lump sum.

    The municipality of both is the one that pays; the second also has `entry`, the position of the lump sum.
    """
    care = _with_movers(youths, care)
    care = _with_measures(region, care, rng)
    care = _with_payers(region, care, rng)
    care = _with_combinations(region, care, deals)
    care, lump = _without_lump_sums(region, care, rng)
    care = _without_leavers(region, care)
    order = ["start", "youth", "product", "care_start"]
    return care.sort_values(order, kind="stable", ignore_index=True), lump.reset_index(drop=True)


def _split(care: pd.DataFrame, chosen: np.ndarray, first: int | np.ndarray, reason: str) -> pd.DataFrame:
    """Cut the chosen allocations in two on a day: the old ones end on the day before it, new ones begin.

    first: one day, or one for each row. The new ones come last.
    """
    days = np.broadcast_to(first, len(care))
    runs = chosen & (care["care_start"] < days).to_numpy() & (care["care_end"] >= days).to_numpy()
    old = care.copy()
    old.loc[runs, "care_end"] = old.loc[runs, "end"] = days[runs] - 1
    old.loc[runs, "end_reason"] = reason
    new = care[runs].assign(start=days[runs], care_start=days[runs], requested_on=days[runs] - _NOTICE)
    return pd.concat([old, new], ignore_index=True)


def _with_movers(youths: pd.DataFrame, care: pd.DataFrame) -> pd.DataFrame:
    """Who moves gets an allocation of the new municipality from that day on."""
    count, youth = len(care), care["youth"].to_numpy()
    care = _split(care, np.ones(count, dtype=bool), youths["move"].to_numpy()[youth], a.CHANGED)
    moved = care["youth"].iloc[count:].to_numpy()
    care.loc[count:, "municipality"] = youths["new_home"].to_numpy()[moved]
    return care


def _with_measures(region: ExampleInput, care: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Fewer starts where a measure works."""
    codes, products = list(region.municipalities), product_codes(region)
    for measure in region.truth.measures:
        if measure.municipality not in codes:
            continue
        touched = (
            (care["municipality"] == codes.index(measure.municipality))
            & (care["product"] == products.index(measure.product))
            & (care["care_start"] >= number_of(measure.starts))
        )
        if measure.referrer:
            touched &= care["referrer"] == measure.referrer
        care = care[~(touched & (rng.random(len(care)) < measure.fewer_starts))]
    return care.reset_index(drop=True)


def _with_payers(region: ExampleInput, care: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Before the new rule on the place of residence, another municipality paid for some of the residential care."""
    codes, first = list(region.municipalities), number_of(region.truth.residence_start)
    fixed = [codes.index(code) for code in (*region.leaves, region.truth.known_answer.municipality) if code in codes]
    others = [place for place in range(len(codes)) if place not in fixed]
    if len(others) < 2:
        return care
    stays = [i for i, code in enumerate(product_codes(region)) if code in a.RESIDENTIAL]
    chosen = (
        care["product"].isin(stays).to_numpy()
        & (rng.random(len(care)) < region.truth.residence_share)
        & care["municipality"].isin(others).to_numpy()
    )
    size = np.array([region.youths(codes[place], region.truth.residence_start.year) for place in others])
    payer = rng.choice(others, len(care), p=size / size.sum())
    care["home"] = care["municipality"]
    paid_elsewhere = chosen & (care["care_start"] < first).to_numpy() & (payer != care["municipality"])
    care.loc[paid_elsewhere, "municipality"] = payer[paid_elsewhere]
    care = _split(care, (care["home"] != care["municipality"]).to_numpy(), first, a.CHANGED)
    late = care["care_start"] >= first
    care.loc[late, "municipality"] = care.loc[late, "home"]
    return care.drop(columns="home")


def _with_combinations(region: ExampleInput, care: pd.DataFrame, deals: Contracts) -> pd.DataFrame:
    """While profile-intensity combinations are in force they replace the products with hours."""
    first, last = number_of(region.truth.profiles_start), number_of(region.truth.profiles_end)
    codes = product_codes(region)
    replaced = [i for i, code in enumerate(codes) if code in a.PROFILE_OF]
    for moment in (first, last + 1):
        care = _split(care, care["product"].isin(replaced).to_numpy(), moment, a.CHANGED)
    inside = care["product"].isin(replaced) & care["care_start"].between(first, last)
    limits = [low for _, low, _ in a.CLASSES]
    number = np.searchsorted(limits, care.loc[inside, "relative"].to_numpy(), side="right") - 1
    pair = deals.combination[care.loc[inside, "pair"].to_numpy(), number]
    care.loc[inside, "pair"] = pair
    care.loc[inside, "product"] = deals.product[pair]
    care.loc[inside, "end"] = care.loc[inside, "end"].clip(upper=last)
    later = care["product"].isin(replaced) & (care["care_start"] > last)
    for rows, earliest in ((inside, first), (later, last + 1)):
        late = (earliest - care.loc[rows, "start"]).clip(lower=0)
        care.loc[rows, "start"] += late
        care.loc[rows, "requested_on"] += late
    return care


def _without_lump_sums(
    region: ExampleInput, care: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Trajectories under a lump sum end with the old rule, or are not there at client level at all."""
    codes, products = list(region.municipalities), product_codes(region)
    taken = [care.iloc[:0].assign(entry=0)]
    for entry, told in enumerate(region.truth.lump_sums):
        places = [codes.index(code) for code in told.municipalities if code in codes]
        kinds = [products.index(code) for code in told.products]
        # Light trajectories go more often; the mean over gamma(4, 1/4) stays the share.
        chance = np.clip(told.share * (1.6 - 0.6 * care["relative"]), 0, 1)
        chosen = care["municipality"].isin(places) & care["product"].isin(kinds) & (rng.random(len(care)) < chance)
        care = _split(care.assign(chosen=chosen), chosen.to_numpy(), number_of(told.starts), a.BY_MUNICIPALITY)
        gone = care["chosen"] & (care["care_start"] >= number_of(told.starts))
        taken.append(care[gone].drop(columns="chosen").assign(entry=entry))
        care = care[~gone].drop(columns="chosen").reset_index(drop=True)
    return care, pd.concat(taken, ignore_index=True)


def _without_leavers(region: ExampleInput, care: pd.DataFrame) -> pd.DataFrame:
    """A municipality that leaves the region takes its youths along on its last day."""
    for code, last in region.leaves.items():
        here = (care["municipality"] == list(region.municipalities).index(code)).to_numpy()
        runs = here & (care["care_end"] > number_of(last)).to_numpy()
        care.loc[runs, "end_reason"] = a.BY_MUNICIPALITY
        care.loc[runs, ["care_end", "end"]] = number_of(last)
        care = care[~(here & (care["start"] > number_of(last)))]
        care = care[care["care_start"] <= care["care_end"]].reset_index(drop=True)
    return care
