"""Phasing of savings: when does a measure save how much, and what remains of the target?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb, prod
from numbers import Rational
from typing import Any

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError

MEASURE_COLUMNS = ["measure", "segment", "base_cents", "full_effect_share", "start", "ramp_quarters"]


def combined_saving(rates: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
    """What several measures on one base save together, and each one's part; never the plain sum.

    Units: shares of the base (0-1). The second measure only works on what the first left over; the parts are the
    average over every order (Shapley), so they add up to the total exactly.
    Raises: FactorError when a rate is outside 0-1.
    Source: Shorrocks (2013), Journal of Economic Inequality 11(1), 99-126.

    >>> total, parts = combined_saving([Fraction(1, 10), Fraction(2, 10)])
    >>> str(total), [str(part) for part in parts]
    ('7/25', ['9/100', '19/100'])
    """
    for rate in rates:
        if not 0 <= rate <= 1:
            raise FactorError(f"Een besparing van {rate} valt buiten 0 tot 1.", doe="geef een aandeel, zoals 0.1.")
    exact = all(isinstance(rate, Rational) for rate in rates)
    parts = tuple(rate * _left_by_others(rates, place, exact=exact) for place, rate in enumerate(rates))
    return 1 - prod((1 - rate for rate in rates), start=1), parts


def _left_by_others(rates: Sequence[Any], place: int, *, exact: bool) -> Any:
    others = [1 - rate for i, rate in enumerate(rates) if i != place]
    count = len(others)
    left: Any = 0
    for size in range(count + 1):
        weight: Any = Fraction(1, (count + 1) * comb(count, size))
        weight = weight if exact else float(weight)
        left = left + weight * sum(prod(chosen, start=1) for chosen in combinations(others, size))
    return left


def ramp_share(start: Quarter, ramp_quarters: int, year: int) -> Fraction:
    """Part of its full effect that a measure has in a year, as the mean of the four quarters.

    The effect grows in equal steps: 1/n in the first quarter, all of it from quarter n on; n = 0 or 1 is a step.

    >>> ramp_share(Quarter(2027, 1), 8, 2027)
    Fraction(5, 16)
    """
    if ramp_quarters < 0:
        raise FactorError("Een ingroei kan niet negatief zijn.", doe="geef 0 of meer kwartalen.")
    steps = max(ramp_quarters, 1)
    since = [(year - start.year) * 4 + (number - start.number) + 1 for number in (1, 2, 3, 4)]
    return sum((Fraction(min(max(quarters, 0), steps), steps) for quarters in since), Fraction(0)) / 4


def phase(measures: pd.DataFrame, targets: pd.DataFrame, *, years: Iterable[int]) -> pd.DataFrame:
    """Expected saving per year and segment, beside the target and what is still to be found.

    Shapes: measures has one row per measure: measure, segment, base_cents (yearly cost it works on),
    full_effect_share (0-1 of that base), start (2027-K1), ramp_quarters. targets has year, segment and target_cents
    (a saving is positive). Result: one row per year x segment of either table, sorted: year, segment, saving_cents,
    target_cents, gap_cents (target minus saving; negative = more saved than asked).
    Measures of one segment work on one base after each other: 10 % and 20 % save 28 %.
    Raises: FactorError on unknown columns, double keys, shares outside 0-1, or measures of one segment with
    different bases.
    """
    for frame, names in ((measures, MEASURE_COLUMNS), (targets, ["year", "segment", "target_cents"])):
        if missing := [name for name in names if name not in frame.columns]:
            raise FactorError(f"De tabel heeft geen kolom {', '.join(missing)}.")
    if targets.duplicated(["year", "segment"]).any() or measures.duplicated(["measure", "segment"]).any():
        raise FactorError("Een maatregel of doel komt vaker voor.", doe="geef elke sleutel één keer.")
    chosen = list(years)
    rows = [
        {"year": year, "segment": segment, "saving_cents": _segment_saving(group, year)}
        for segment, group in measures.groupby("segment", sort=True)
        for year in chosen
    ]
    savings = pd.DataFrame(rows, columns=["year", "segment", "saving_cents"])
    wanted = targets.loc[targets["year"].isin(chosen), ["year", "segment", "target_cents"]]
    both = savings.merge(wanted, on=["year", "segment"], how="outer", validate="one_to_one")
    filled = both.fillna({"saving_cents": 0, "target_cents": 0}).astype(
        {"year": "int64", "saving_cents": "int64", "target_cents": "int64"}
    )
    filled["gap_cents"] = filled["target_cents"] - filled["saving_cents"]
    return filled.sort_values(["year", "segment"]).reset_index(drop=True)


def _segment_saving(group: pd.DataFrame, year: int) -> int:
    if (group["base_cents"] != group["base_cents"].iloc[0]).any():
        raise FactorError(
            f"Maatregelen van segment {group['segment'].iloc[0]} noemen verschillende grondslagen.",
            doe="geef alle maatregelen van een segment dezelfde base_cents.",
        )
    rates = [
        Fraction(str(row.full_effect_share)) * ramp_share(Quarter.parse(str(row.start)), int(row.ramp_quarters), year)
        for row in group.itertuples()
    ]
    total, _ = combined_saving(rates)
    return round(total * int(group["base_cents"].iloc[0]))
