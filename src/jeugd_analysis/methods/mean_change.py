"""Whether a mean changed more than chance would explain: the difference of two means with its margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, variance

from jeugd_analysis.errors import FactorError


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanChange:
    """Two means, and the margin of their difference."""

    before: float
    after: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the margin leaves zero out."""
        return self.low > 0 or self.high < 0


def mean_change(before: Sequence[float], after: Sequence[float], *, level: float) -> MeanChange:
    """The means of two groups, and the margin (`level`, 0 to 1) of the second minus the first.

    The groups count as separate draws with a spread of their own. Where the same youths are in both, the real margin
    is mostly narrower. By the normal distribution, so for groups of some tens or more.
    Raises: FactorError with fewer than two values in a group, or a level that is not between 0 and 1.
    Source: Welch (1947), Biometrika 34(1/2), 28-35.

    Variances 1 and 4 over three values each: the standard error is the root of 5/3, and 1.2816 of those are 1.6545.

    >>> told = mean_change([1, 2, 3], [3, 5, 7], level=0.8)
    >>> round(told.low, 4), round(told.high, 4), told.clear
    (1.3455, 4.6545, True)
    """
    if min(len(before), len(after)) < 2:
        raise FactorError("Er zijn te weinig waarden voor een marge.", doe="geef er in elke groep twee of meer.")
    if not 0 < level < 1:
        raise FactorError("De zekerheid ligt niet tussen 0 en 1.", doe="geef bijvoorbeeld 0.8.")
    means = fmean(before), fmean(after)
    error = sqrt(variance(before) / len(before) + variance(after) / len(after))
    reach = NormalDist().inv_cdf((1 + level) / 2) * error
    change = means[1] - means[0]
    return MeanChange(before=means[0], after=means[1], low=change - reach, high=change + reach)
