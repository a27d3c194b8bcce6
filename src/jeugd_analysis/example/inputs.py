"""What the generator is given: frames and numbers, so that this layer opens no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from jeugd_analysis.errors import JeugdError

CBS_BREAK = 2021  # far more providers report from this year on: nji.nl/cijfers/jeugdzorg


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleInput:
    """The region to imitate.

    municipalities: code -> name. products: frame of data/reference/products.csv (columns product and unit are used).
    targets: (code, year) -> distinct youths with care, as CBS publishes them; years without one follow `national`.
    inhabitants: code -> inhabitants of 0-22 years on 1 January 2022. national: year -> youths in the Netherlands.
    task_based: code -> first year without claims for most ambulant help (Den Haag 2024: Westland memo 25-0094740).
    """

    municipalities: Mapping[str, str]
    products: pd.DataFrame
    targets: Mapping[tuple[str, int], float]
    inhabitants: Mapping[str, int]
    national: Mapping[int, int]
    task_based: Mapping[str, int] = field(default_factory=lambda: {"GM0518": 2024})

    def youths(self, municipality: str, year: int) -> float:
        """Distinct youths with care in the year: the target, or the nearest one moved along with the national index.

        Raises: JeugdError (VRB-001) when the municipality has no target at all.
        """
        known = [known for code, known in self.targets if code == municipality]
        if not known:
            raise JeugdError(
                "VRB-001",
                wat=f"Voor {self.municipalities[municipality]} is geen aantal jeugdigen bekend.",
                doe="vul het gepubliceerde aantal in bij data/published of laat de gemeente weg.",
            )
        nearest = min(sorted(known), key=lambda other: abs(other - year))
        return self.targets[municipality, nearest] * self._level(year) / self._level(nearest)

    def _level(self, year: int) -> float:
        """The national series with its break closed: the step from 2020 to 2021 is the mean growth before it."""
        first, last, before = min(self.national), max(self.national), CBS_BREAK - 1
        if year >= CBS_BREAK:
            return float(self.national[min(year, last)])
        growth = (self.national[before] / self.national[first]) ** (1 / (before - first))
        level = self.national[max(year, first)] * growth ** min(0, year - first)
        return self.national[CBS_BREAK] / growth * level / self.national[before]
