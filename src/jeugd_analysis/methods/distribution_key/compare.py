"""What a key means: contribution beside use, who pays for whom, swing, chance of a gap, and the incentive left."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.distribution_key.keys import amounts_of, key_shares, largest_remainder, require_same

_CELLS = 4_000_000  # numbers drawn at a time, about 32 MiB


def compare_keys(keys: pd.DataFrame, *, use_cents: pd.Series, youth: pd.Series, threshold: float = 0.1) -> pd.DataFrame:
    """Every key's contribution beside the use, per municipality.

    Shapes: keys municipality x key (each column sums to one); use_cents whole cents per municipality, whose sum is the
    bill; youth the young people per municipality. Result: one row per key x municipality in their order: key,
    municipality, share, contribution_cents (sums exactly to the bill), use_cents, difference_cents (contribution minus
    use; positive pays for others), difference_share (of the use; missing without use), contribution_per_youth_cents,
    use_per_youth_cents, signal (the difference is more than `threshold` of the use, or there is no use to compare).
    Units: the threshold is ours: the councils set none.
    Raises: FactorError when a column is no key or municipalities differ.
    """
    use, people = amounts_of(use_cents, "gebruik"), amounts_of(youth, "jeugdigen")
    require_same(use, people)
    total = int(use_cents.sum())
    rows = []
    for name in keys.columns:
        shares = key_shares(keys[name])
        require_same(shares, use)
        for place, cents in largest_remainder(keys[name], total_cents=total).items():
            own = int(use[place])
            rows.append(
                {
                    "key": name,
                    "municipality": place,
                    "share": float(shares[place]),
                    "contribution_cents": int(cents),
                    "use_cents": own,
                    "difference_cents": int(cents) - own,
                    "difference_share": (int(cents) - own) / own if own else np.nan,
                    "contribution_per_youth_cents": int(cents) / float(people[place]) if people[place] else np.nan,
                    "use_per_youth_cents": own / float(people[place]) if people[place] else np.nan,
                    "signal": abs(int(cents) - own) > Fraction(str(threshold)) * own,
                }
            )
    return pd.DataFrame(rows)


def beside_published(keys: pd.DataFrame, *, published_cents: pd.Series, total_cents: int) -> pd.DataFrame:
    """What each key would make of a bill of which some contributions were published.

    Shapes: keys municipality x key; published_cents for some of the municipalities; total_cents the bill. Result: key,
    municipality, key_cents, published_cents, difference_cents (key minus published), published municipalities only.
    Raises: FactorError when a column is no key or lacks a published municipality.
    """
    rows = []
    for name in keys.columns:
        key_shares(keys[name])
        if missing := sorted(set(published_cents.index) - set(keys.index)):
            raise FactorError(f"In de sleutel ontbreekt: {', '.join(map(str, missing))}.")
        cents = largest_remainder(keys[name], total_cents=total_cents)
        rows += [
            (name, place, int(cents[place]), int(paid), int(cents[place]) - int(paid))
            for place, paid in published_cents.items()
        ]
    return pd.DataFrame(rows, columns=["key", "municipality", "key_cents", "published_cents", "difference_cents"])


def who_pays(contribution_cents: pd.Series, use_cents: pd.Series) -> pd.DataFrame:
    """Who pays for whom: each municipality that pays more than it uses, over those that pay less.

    Shapes: whole cents per municipality, with the same sum. Result: payer, receiver, amount_cents (int64, above zero).
    A payer's surplus goes to the receivers in proportion to what they still lack; every surplus and every shortage
    comes out to the cent. Money has no name: another division with the same sums would be as true.
    Raises: FactorError when the sums or the municipalities differ.
    """
    require_same(contribution_cents, use_cents)
    difference = (contribution_cents - use_cents.reindex(contribution_cents.index)).astype("int64")
    if difference.sum() != 0:
        raise FactorError("De bijdragen en het gebruik zijn samen niet gelijk.")
    lacking = -difference[difference < 0]
    rows = []
    for payer, surplus in difference[difference > 0].items():
        parts = largest_remainder(lacking, total_cents=int(surplus))
        lacking = lacking - parts
        rows += [(payer, receiver, int(cents)) for receiver, cents in parts.items() if cents]
    return pd.DataFrame(rows, columns=["payer", "receiver", "amount_cents"]).astype({"amount_cents": "int64"})


def swing(keys: pd.DataFrame) -> pd.DataFrame:
    """How much a key moves from year to year.

    Shapes: keys municipality x year, in order of the years, each column summing to one. Result: one row per
    municipality and year after the first: municipality, year, share, change_share (in the share itself: 0.01 is one
    percent point), change_relative (of the share before; missing when that was zero).
    Raises: FactorError when a column is no key.
    """
    rows = []
    for before, year in pairwise(keys.columns):
        old, new = key_shares(keys[before]), key_shares(keys[year])
        for place, share in new.items():
            step = share - old[place]
            relative = float(step / old[place]) if old[place] else np.nan
            rows.append((place, year, float(share), float(step), relative))
    return pd.DataFrame(rows, columns=["municipality", "year", "share", "change_share", "change_relative"])


def deviation_probability(
    cases: pd.Series, key: pd.Series, *, draws: int, rng: np.random.Generator, threshold: float = 0.1
) -> pd.DataFrame:
    """How likely it is that contribution and use differ more than a threshold, by chance alone.

    Shapes: cases: cost of each youth (any unit, not negative), municipality as first index level; key: the shares
    that are paid, fixed beforehand. Each draw is another year of the same kind: every case comes in a Poisson number of
    times (Poisson bootstrap), so that both the number of youths and their cost vary; the bill of that draw is shared by
    the key. Result: one row per municipality in the order of the key: municipality, cases, probability, ratio_low and
    ratio_high (contribution over use; 80 % of the draws lie between them, infinite without use).
    Units: the threshold is relative to the use and ours.
    Raises: FactorError on negative or missing cost, an unknown municipality, or without a draw.
    Source: Hanley and MacGibbon (2006), Computers in Biology and Medicine 36, 1107-1116.
    """
    shares = key_shares(key)
    drawn = _other_years(cases, list(shares), draws, rng)
    bill = sum(drawn.values())
    where = cases.index.get_level_values(0)
    rows = []
    for place, use in drawn.items():
        paid = float(shares[place]) * bill
        ratio = np.divide(paid, use, out=np.full(draws, np.inf), where=use > 0)
        low, high = np.quantile(ratio, [0.1, 0.9], method="inverted_cdf")
        off = float((np.abs(paid - use) > threshold * use).mean())
        rows.append((place, int((where == place).sum()), off, float(low), float(high)))
    return pd.DataFrame(rows, columns=["municipality", "cases", "probability", "ratio_low", "ratio_high"])


def deviation_probabilities(
    cases: pd.Series, keys: pd.DataFrame, *, draws: int, rng: np.random.Generator, threshold: float = 0.1
) -> pd.DataFrame:
    """The probability of `deviation_probability` for every key, in the same draws.

    Shapes: cases as there; keys municipality x key. Result: municipality x key, float64. Raises: FactorError as there.
    """
    drawn = _other_years(cases, list(keys.index), draws, rng)
    bill = sum(drawn.values())
    told = {}
    for name in keys.columns:
        shares = key_shares(keys[name])
        told[name] = [
            float((np.abs(float(shares[place]) * bill - use) > threshold * use).mean()) for place, use in drawn.items()
        ]
    return pd.DataFrame(told, index=keys.index)


def _other_years(cases: pd.Series, places: list[Any], draws: int, rng: np.random.Generator) -> dict[Any, np.ndarray]:
    """Cost of each municipality in every draw. Raises: FactorError on what cannot be drawn from."""
    where, costs = cases.index.get_level_values(0), cases.to_numpy("float64")
    if draws < 1 or not set(where) <= set(places) or not (costs >= 0).all() or not np.isfinite(costs).all():
        raise FactorError("De gevallen horen niet bij de sleutel, of een bedrag of het aantal trekkingen kan niet.")
    return {place: _resampled(costs[where == place], draws, rng) for place in places}


def _resampled(costs: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Total cost in each draw. Equal to a Poisson count per case: how many come in all, and then which."""
    if not len(costs):
        return np.zeros(draws)
    counts = rng.poisson(len(costs), draws)
    totals = np.zeros(draws)
    step = max(_CELLS // len(costs), 1)
    for first in range(0, draws, step):
        sizes = counts[first : first + step]
        picked = costs[rng.integers(len(costs), size=int(sizes.sum()))]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        totals[first : first + step] = np.bincount(owner, weights=picked, minlength=len(sizes))
    return totals


def own_part_of_extra(
    make_key: Callable[[pd.DataFrame], pd.Series], use: pd.DataFrame, *, extra_share: float = 0.01
) -> pd.Series:
    """The incentive left: which part of an extra euro of its own use a municipality pays itself.

    Shapes: use municipality x year; make_key makes a key of such a table. The last year's bill is shared by the key;
    then one municipality uses `extra_share` more in that year, and so does the bill. Result: share per municipality
    (float64): 1 pays all of it, a share near its key pays hardly anything of what it causes.
    Raises: FactorError when a municipality has no use in the last year.
    """
    before, last = key_shares(make_key(use)), use.columns[-1]
    bill = int(use[last].sum())
    parts: dict[Any, float] = {}
    for place in use.index:
        extra = Fraction(str(extra_share)) * Fraction(str(use.loc[place, last]))
        if not extra:
            raise FactorError("Een gemeente heeft geen gebruik in het laatste jaar.")
        more = use.astype("object")
        more.loc[place, last] = Fraction(str(use.loc[place, last])) + extra
        after = key_shares(make_key(more))
        parts[place] = float((after[place] * (bill + extra) - before[place] * bill) / extra)
    return pd.Series(parts, dtype="float64").rename_axis(use.index.name)
