"""Effects of cost growth that do not give numbers of youths away.

An exact volume effect beside amounts tells how many youths there were: dividing them gives a fraction with few
possible whole numbers. So what the number of youths does to an effect is calculated from the published numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError


@dataclass(frozen=True, slots=True)
class Counts:
    """Youths in the base and the compared year, exact and as published; series with the index of the effects."""

    exact: tuple[pd.Series, pd.Series]
    published: tuple[pd.Series, pd.Series]


def volume_effect(before: pd.Series, after: pd.Series, base_cents: pd.Series, compare_cents: pd.Series) -> pd.Series:
    """What a change in the number of youths does to the cost: the Shapley effect of the number in number x mean cost.

    Zero where a number is zero or missing. Source: as `decompose` with two factors.

    >>> one = lambda number: pd.Series([number])
    >>> volume_effect(one(100), one(110), one(1000.0), one(1320.0)).tolist()
    [110.0]
    """
    first, last = before.astype("Float64"), after.astype("Float64")
    known = first.gt(0).fillna(value=False) & last.gt(0).fillna(value=False)
    mean = base_cents.astype("Float64") / first.mask(~known) + compare_cents.astype("Float64") / last.mask(~known)
    return ((last - first) * mean / 2).fillna(0.0).astype("float64")


def with_published_counts(
    effects: pd.DataFrame, *, own: Counts, within: Counts, base_cents: pd.Series, compare_cents: pd.Series
) -> pd.DataFrame:
    """The effects with volume and mix as the published numbers give them; intensity takes the difference.

    Shapes: `effects` has columns volume, mix and intensity; `own` are the youths of each row, `within` those of the
    area that volume is about (for a row that is a whole area the same). Amounts are exact. Each row adds up to what it
    did. A row with a hidden or zero number keeps its effects: it must be hidden, or is all entry or exit.
    Raises: FactorError when a column is missing.
    """
    if missing := [name for name in ("volume", "mix", "intensity") if name not in effects]:
        raise FactorError(f"De effecten missen de kolom {', '.join(missing)}.")
    whole, part = (_moved(counts, base_cents, compare_cents) for counts in (within, own))
    return effects.assign(
        volume=effects["volume"] + whole,
        mix=effects["mix"] + part - whole,
        intensity=effects["intensity"] - part,
    )


def _moved(counts: Counts, base_cents: pd.Series, compare_cents: pd.Series) -> pd.Series:
    """By how much the effect of the number changes when the published numbers take the place of the exact ones."""
    exact = volume_effect(*counts.exact, base_cents, compare_cents)
    told = volume_effect(*counts.published, base_cents, compare_cents)
    both = [number.astype("Float64").gt(0).fillna(value=False) for number in (*counts.exact, *counts.published)]
    return (told - exact).where(both[0] & both[1] & both[2] & both[3], 0.0)


def possible_counts(
    volume: float, *, published: tuple[int, int], amounts: tuple[float, float], step: float, base: int
) -> tuple[int, int]:
    """How many numbers the attacker is left with for the base and the compared year, from an effect and two amounts.

    The attacker tries every pair of numbers that rounds to the published ones, and keeps those whose volume effect is
    within half a step of the one that was told; amounts are taken as exact, which is more than is told.

    >>> possible_counts(16_000, published=(50, 50), amounts=(400_000, 416_000), step=2, base=5)
    (1, 1)
    """
    first, last = (np.arange(max(1, number - base + 1), number + base) for number in published)
    before, after = np.meshgrid(first, last, indexing="ij")
    told = (after - before) / 2 * (amounts[0] / before + amounts[1] / after)
    fits = np.abs(told - volume) <= step / 2
    return int(fits.any(axis=1).sum()), int(fits.any(axis=0).sum())


def rounded_to_total(values: pd.Series, *, base: int, total: int) -> pd.Series:
    """Multiples of `base` that add up to `total`, itself a multiple; a value of zero stays zero where another is not.

    As `rounded_with_sum`, for a total that was rounded elsewhere: it can be a step or more from the sum.
    Raises: FactorError on a total that is no multiple.

    >>> rounded_to_total(pd.Series([14.0, 14.0, 0.0]), base=10, total=40).tolist()
    [20, 20, 0]
    """
    if total % base:
        raise FactorError(f"Het totaal {total} is geen veelvoud van {base}.")
    exact = values.astype("float64").to_numpy()
    steps = np.floor(exact / base)
    moving = np.flatnonzero(exact) if exact.any() else np.arange(len(exact))
    order = moving[(steps - exact / base)[moving].argsort(kind="stable")]  # the largest remainder first
    if len(order):
        everyone, rest = divmod(total // base - int(steps.sum()), len(order))
        steps[order] += everyone
        steps[order[:rest]] += 1
    return pd.Series(steps * base, index=values.index, name=values.name).astype("int64").astype("Int64")
