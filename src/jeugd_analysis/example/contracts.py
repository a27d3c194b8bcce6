"""Contracts: which provider offers which product, and at which price from which day on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.inputs import ExampleInput
from jeugd_analysis.example.population import day, month_start, number_of, product_codes

NO_PAIR = -1
_MOST_RISE = 0.5


@dataclass(frozen=True, slots=True)
class Contracts:
    """Pairs of provider and product (positions), their weight in volume, and tariffs (pair x day) in euro cents.

    combination: for each pair the pairs of the same provider that replace it, one per class of hours; NO_PAIR where
    nothing does. draw: how dear the pair is, from -1 to 1. since: the days on which tariffs change. tariff_cents: 0
    where the pair has no contract.
    """

    provider: np.ndarray
    product: np.ndarray
    weight: np.ndarray
    combination: np.ndarray
    draw: np.ndarray
    since: np.ndarray = field(default_factory=lambda: np.empty(0, dtype="int64"))
    tariff_cents: np.ndarray = field(default_factory=lambda: np.empty((0, 0), dtype="int64"))

    def choose(self, products: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """For each wanted product the position of a pair that offers it."""
        chosen = np.empty(len(products), dtype="int64")
        for product in np.unique(products):
            pairs, wanted = (np.flatnonzero(self.product == product), np.flatnonzero(products == product))
            share = self.weight[pairs] / self.weight[pairs].sum()
            chosen[wanted] = rng.choice(pairs, len(wanted), p=share)
        return chosen

    def price(self, pairs: np.ndarray, days: np.ndarray | int) -> np.ndarray:
        """Tariff in euro cents of each pair on a day."""
        return self.tariff_cents[pairs, np.searchsorted(self.since, days, side="right") - 1]


def contracts(region: ExampleInput, rng: np.random.Generator) -> Contracts:
    """One to five products per provider, large providers the most; each product has at least one provider in 18.

    Combinations come beside the products they replace, with the same provider.
    """
    codes = product_codes(region)
    plain = np.array([i for i, code in enumerate(codes) if code not in a.COMBINATIONS])
    count = a.PROVIDERS - sum(entry.parties for entry in region.truth.lump_sums)
    size = np.arange(1, count + 1) ** -a.CONCENTRATION
    extra = np.where(np.arange(count) < 10, 4, rng.binomial(4, 0.3, count))
    order = rng.random((count, len(plain)))
    order[np.arange(count), np.arange(count) % len(plain)] = -1  # so that no product is left out
    rank, offered = np.nonzero(order.argsort(axis=1).argsort(axis=1) <= extra[:, None])
    provider = rng.permutation(count)[rank]  # or the numbers of the providers would give away their size
    product = plain[offered]
    replaced = np.array([codes[i] in a.PROFILE_OF for i in product])
    combination = np.full((len(product), len(a.CLASSES)), NO_PAIR)
    combination[replaced] = len(product) + np.arange(replaced.sum() * len(a.CLASSES)).reshape(-1, len(a.CLASSES))
    new = [codes.index(a.combination(codes[i], n)) for i in product[replaced] for n in range(len(a.CLASSES))]
    again = np.repeat(np.flatnonzero(replaced), len(a.CLASSES))
    product, provider, weight = (
        np.concatenate([product, np.array(new, dtype="int64")]),
        np.concatenate([provider, provider[again]]),
        np.concatenate([size[rank], size[rank][again]]),
    )
    filled = np.full((len(product), len(a.CLASSES)), NO_PAIR)
    filled[: len(combination)] = combination
    draw = rng.uniform(-1, 1, len(product))
    return Contracts(provider=provider, product=product, weight=weight, combination=filled, draw=draw)


def with_prices(region: ExampleInput, deals: Contracts, care: pd.DataFrame, lines: pd.DataFrame) -> Contracts:
    """The contracts with their tariffs; `lines` are care months with units, which decide how far tariffs rise."""
    plain = _at(region, deals, 0.0)
    rise = _rise(region, plain, care, lines)
    return _at(region, deals, region.truth.harmonisation.usual_rise if rise is None else rise)


def _rise(region: ExampleInput, plain: Contracts, care: pd.DataFrame, lines: pd.DataFrame) -> float | None:
    """The rise with which harmonisation has its share in the known answer; None without one.

    Of a contract, the intensity effect is (u1 - u0)(t0 + t1) / 2 and the tariff effect (t1 - t0)(u0 + u1) / 2. Both
    are linear in q = 1 / (1 + rise), by which the tariffs before the day of harmonisation are lower.
    """
    told, first = region.truth.known_answer, number_of(region.truth.harmonisation.starts)
    allocation, month = lines["allocation"].to_numpy(), lines["month"].to_numpy()
    here = (
        care["copied"].to_numpy()[allocation] & (month // 12 + 1970 >= told.base) & (month // 12 + 1970 <= told.compare)
    )
    if not here.any():
        return None
    pair, month = care["pair"].to_numpy()[allocation[here]], month[here]
    weight, size = lines["units"].to_numpy()[here], len(plain.provider)
    u0 = np.bincount(pair, weight * (month // 12 + 1970 == told.base), size)
    u1 = np.bincount(pair, weight * (month // 12 + 1970 == told.compare), size)
    late = np.bincount(pair, weight * (month_start(month) >= first), size) / np.maximum(u1, 1)
    low, high = plain.price(np.arange(size), first - 1), plain.price(np.arange(size), first)
    # t0 = low q, t1 = low q (1 - late) + high late: constants and slopes of both effects.
    more, both = (u1 - u0) / 2, (u0 + u1) / 2
    intensity = (more * high * late).sum(), (more * low * (2 - late)).sum()
    tariff = (both * high * late).sum(), -(both * low * late).sum()
    odds = told.tariff_share / (1 - told.tariff_share)
    q = (odds * intensity[0] - tariff[0]) / (tariff[1] - odds * intensity[1])
    return float(np.clip(1 / q - 1 if q > 0 else _MOST_RISE, 0.0, _MOST_RISE))


def _at(region: ExampleInput, deals: Contracts, rise: float) -> Contracts:
    """Days of change and prices: indexed on 1 January, harmonised once, per combination while these are in force."""
    told = region.truth.harmonisation
    products = [product_codes(region)[i] for i in deals.product]
    years = range(a.FIRST_YEAR, a.LAST_YEAR + 1)
    since = np.array(sorted({*(day(year) for year in years), number_of(told.starts)}))
    new_year = {day(year): 1 + region.indexation.get(year, 0.0) for year in years if year > a.FIRST_YEAR}
    step = [new_year.get(int(when), 1.0) * (1 + rise * (when == number_of(told.starts))) for when in since]
    level = np.cumprod(step)
    level /= level[np.searchsorted(since, day(a.BASE_YEAR))]
    harmonised = since >= number_of(told.starts)
    combined = np.array([code in a.COMBINATIONS for code in products])
    spread = deals.draw[:, None] * np.where(harmonised, told.spread_after, told.spread_before)
    base = np.array([a.PROFILES[code].tariff_cents for code in products])
    prices = np.rint(base[:, None] * (1 + np.where(combined[:, None], 0, spread)) * level).astype("int64")
    in_force = (since >= number_of(region.truth.profiles_start)) & (since <= number_of(region.truth.profiles_end))
    replaced = np.array([code in a.PROFILE_OF for code in products])
    prices[(combined[:, None] & ~in_force) | (replaced[:, None] & in_force)] = 0
    return replace(deals, since=since, tariff_cents=prices)
