"""Contracts (providers, products, tariffs) and allocations with their requests and care periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.inputs import ExampleInput
from jeugd_analysis.example.population import DAYS_PER_MONTH, day, product_codes

TARIFF_YEARS = range(a.FIRST_YEAR, a.LAST_YEAR + 1)
NO_DAY = np.iinfo("int64").max  # later than any edition: an end that is not known


@dataclass(frozen=True, slots=True)
class Contracts:
    """Pairs of provider and product (positions), their weight in volume, and tariffs (pair x year) in euro cents."""

    provider: np.ndarray
    product: np.ndarray
    weight: np.ndarray
    tariff_cents: np.ndarray

    def choose(self, products: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """For each wanted product the position of a pair that offers it."""
        chosen = np.empty(len(products), dtype="int64")
        for product in range(int(self.product.max()) + 1):
            pairs, wanted = (np.flatnonzero(self.product == product), np.flatnonzero(products == product))
            share = self.weight[pairs] / self.weight[pairs].sum()
            chosen[wanted] = rng.choice(pairs, len(wanted), p=share)
        return chosen


def contracts(region: ExampleInput, rng: np.random.Generator) -> Contracts:
    """One to five products per provider, large providers the most; each product has at least one provider in 18."""
    profiles = [a.PROFILES[code] for code in product_codes(region)]
    size = np.arange(1, a.PROVIDERS + 1) ** -a.CONCENTRATION
    extra = np.where(np.arange(a.PROVIDERS) < 10, 4, rng.binomial(4, 0.3, a.PROVIDERS))
    order = rng.random((a.PROVIDERS, len(profiles)))
    order[np.arange(a.PROVIDERS), np.arange(a.PROVIDERS) % len(profiles)] = -1  # so that no product is left out
    offers = order.argsort(axis=1).argsort(axis=1) <= extra[:, None]
    shuffled = rng.permutation(a.PROVIDERS)  # or the numbers of the providers would give away their size
    rank, product = np.nonzero(offers)
    level = np.cumprod([1 + a.INDEXATION.get(year, 0) for year in TARIFF_YEARS])
    level /= level[TARIFF_YEARS.index(a.BASE_YEAR)]
    base = np.array([profile.tariff_cents for profile in profiles])[product]
    spread = rng.uniform(1 - a.TARIFF_SPREAD, 1 + a.TARIFF_SPREAD, len(product))
    tariffs = np.rint((base * spread)[:, None] * level[None]).astype("int64")
    return Contracts(provider=shuffled[rank], product=product, weight=size[rank], tariff_cents=tariffs)


def allocations(
    region: ExampleInput, youths: pd.DataFrame, episodes: pd.DataFrame, deals: Contracts, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per allocation that still ran in the first year of the claims, in order of its start.

    Columns: youth, product, municipality, pair (positions), requested_on, start, end (planned), care_start, care_end
    (days since 1970; NO_DAY: open), intensity (units per full month in BASE_YEAR), bounded, referrer, end_reason.
    """
    care = pd.concat([episodes, _stacked(episodes, rng)], ignore_index=True)
    care = care.rename(columns={"start": "care_start", "end": "care_end"})
    youth, count = care["youth"].to_numpy(), len(care)
    moved = care["care_start"].to_numpy() >= youths["move"].to_numpy()[youth]
    care["municipality"] = np.where(moved, youths["new_home"].to_numpy()[youth], youths["home"].to_numpy()[youth])
    care["pair"] = deals.choose(care["product"].to_numpy(), rng)
    wait = np.minimum(rng.gamma(1.2, 20, count).astype("int64"), 200)
    care["start"] = np.maximum(care["care_start"] - wait, day(a.YOUTH_ACT.year))
    care["requested_on"] = care["start"] - rng.integers(14, 84, count, endpoint=True)
    planned = care["care_end"] + (rng.random(count) < 0.5) * rng.integers(1, 120, count)
    care["end"] = planned.mask(rng.random(count) < a.OPEN_ENDED_SHARE, NO_DAY)
    units = np.array([a.PROFILES[code].units for code in product_codes(region)])
    care["intensity"] = units[care["product"]] * rng.gamma(4, 1 / 4, count)
    care["bounded"] = rng.random(count) >= a.UNBOUNDED_SHARE
    care["referrer"] = _referrers(region, care["municipality"].to_numpy(), rng)
    care["end_reason"] = rng.choice(list(a.END_REASONS), count, p=list(a.END_REASONS.values()))
    care = _without_task_based(region, care, rng)
    kept = care[care["care_end"] >= day(a.FIRST_YEAR)]
    return kept.sort_values(["start", "youth", "product"], kind="stable", ignore_index=True)


def _stacked(episodes: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Further allocations inside an episode, of another product than the first."""
    count = rng.choice(len(a.STACKING), len(episodes), p=a.STACKING)
    extra = episodes.loc[episodes.index.repeat(count)].reset_index(drop=True)
    main = extra["product"].to_numpy()
    extra["product"] = rng.permutation(main)  # the mix of the episodes with stacking
    length = (extra["end"] - extra["start"]).to_numpy()
    begin = (length * rng.uniform(0, 0.5, len(extra))).astype("int64")
    extra["start"] += begin
    extra["end"] = extra["start"] + ((length - begin) * rng.uniform(0.4, 1.0, len(extra))).astype("int64")
    return extra[extra["product"] != main]


def _referrers(region: ExampleInput, municipality: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    named = np.array([a.REFERRERS.get(code, a.REFERRERS_ELSEWHERE) for code in region.municipalities]) / 100
    rest = (1 - named.sum(axis=1, keepdims=True)) * np.array(a.REFERRER_REST)
    limits = np.hstack([named, rest]).cumsum(axis=1)[:, :-1]
    return np.array(a.REFERRER_CODES)[(limits[municipality] < rng.random(len(municipality))[:, None]).sum(axis=1)]


def _without_task_based(region: ExampleInput, care: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Trajectories under a lump sum end with the old year, or are not there at client level at all."""
    ambulant = [i for i, code in enumerate(product_codes(region)) if code in a.TASK_BASED_PRODUCTS]
    chosen = care["product"].isin(ambulant) & (rng.random(len(care)) < a.TASK_BASED_SHARE)
    since = np.array([day(region.task_based.get(code, a.LAST_YEAR + 9)) for code in region.municipalities])
    limit = pd.Series(since[care["municipality"]], index=care.index)
    cut = chosen & (care["care_start"] < limit) & (care["care_end"] >= limit)
    care.loc[cut, "end_reason"] = a.TASK_BASED_REASON
    for column in ("care_end", "end"):
        care[column] = care[column].mask(cut, limit - 1)
    return care[~(chosen & (care["care_start"] >= limit))]


def monthly_volume(care: pd.DataFrame) -> np.ndarray:
    """The agreed units per month: what the youth is expected to use, rounded up."""
    return np.ceil(np.minimum(care["intensity"].to_numpy(), DAYS_PER_MONTH)).astype("int64")
