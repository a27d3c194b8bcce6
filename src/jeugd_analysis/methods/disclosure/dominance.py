"""Whether an amount gives away what one of its contributors got: too few of them, or one that is too large."""

from __future__ import annotations

from typing import Any

import pandas as pd


def withstands_second(amount: Any, largest: Any, second: Any, *, p_percent: float) -> Any:
    """The p% rule: the second contributor cannot estimate the largest closer than p percent.

    Numbers, or series of the same index; the rest of the amount must be at least p percent of the largest. Missing is
    not enough. Source: ESSnet, Handbook on statistical disclosure control, second edition, chapter 4.

    >>> withstands_second(160, 100, 50, p_percent=10), withstands_second(159, 100, 50, p_percent=10)
    (True, False)
    """
    return 100 * (amount - largest - second) >= p_percent * largest


def held_by_few(cents: pd.Series, *, min_contributors: int, p_percent: float) -> bool:
    """Whether amounts of single contributors, one element each, are too few or dominated. Only those above zero count.

    >>> [held_by_few(pd.Series(c), min_contributors=3, p_percent=10) for c in ([100, 50, 10], [100, 50, 9], [50, 50])]
    [False, True, True]
    """
    held = cents[cents > 0].sort_values(ascending=False).tolist()
    if len(held) < max(min_contributors, 1):
        return True
    second = held[1] if len(held) > 1 else 0
    return not withstands_second(sum(held), held[0], second, p_percent=p_percent)
