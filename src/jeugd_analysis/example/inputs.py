"""What the generator is given: frames and numbers, so that this layer opens no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from jeugd_analysis.errors import JeugdError

CBS_BREAK = 2021  # far more providers report from this year on: nji.nl/cijfers/jeugdzorg


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAnswer:
    """Two years with the same care for as many youths, in which only hours and tariffs change."""

    municipality: str
    base: int
    compare: int
    hours_growth: float
    tariff_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmonisation:
    """Providers move to one price per product on a day: mean rise, and the spread before and after it."""

    starts: date
    usual_rise: float
    spread_before: float
    spread_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LumpSum:
    """Help that leaves the claims on a day, for a share of the trajectories, and is paid to `parties` as a lump sum."""

    starts: date
    municipalities: tuple[str, ...]
    products: tuple[str, ...]
    share: float
    parties: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure with its true effect: shares of the starts and of the hours that it takes away."""

    name: str
    municipality: str
    product: str
    referrer: str  # empty: all
    starts: date
    fewer_starts: float
    fewer_hours: float
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Everything that is built in on purpose; data/reference/example_truth.toml says what and why."""

    known_answer: KnownAnswer
    harmonisation: Harmonisation
    profiles_start: date
    profiles_end: date
    residence_start: date
    residence_share: float
    lump_sums: tuple[LumpSum, ...]
    kdc_wait_growth: float
    measures: tuple[Measure, ...]

    @classmethod
    def from_settings(cls, told: Mapping[str, Any]) -> Truth:
        """From the settings of example_truth.toml."""
        return cls(
            known_answer=KnownAnswer(**told["known_answer"]),
            harmonisation=Harmonisation(**told["harmonisation"]),
            profiles_start=told["profiles"]["starts"],
            profiles_end=told["profiles"]["ends"],
            residence_start=told["residence"]["starts"],
            residence_share=told["residence"]["share"],
            lump_sums=tuple(
                LumpSum(
                    **{**entry, "municipalities": tuple(entry["municipalities"]), "products": tuple(entry["products"])}
                )
                for entry in told["lump_sum"]
            ),
            kdc_wait_growth=told["waiting"]["kdc_wait_growth"],
            measures=tuple(Measure(**entry) for entry in told["measure"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleInput:
    """The region to imitate.

    municipalities: code -> name. leaves: code -> last day in the region. products: frame of data/reference/products.csv
    (columns product, segment, unit and category are used). targets: (code, year) -> distinct youths with care, as CBS
    publishes them; years without one follow `national`. trajectories: code -> trajectories per youth in a year.
    ages: code -> youths in care by age band. residential: code -> percentage of youths with residential care.
    inhabitants: code -> inhabitants of 0-22 years on 1 January 2022; minors: those of 0-17 years.
    national: year -> youths in the Netherlands.
    indexation: year -> rise of the tariffs on 1 January, as a share. Codes without a figure get the regional mean.
    task_fields: frame of data/reference/task_fields.csv, on which the books stand; empty: there are no books.
    """

    municipalities: Mapping[str, str]
    products: pd.DataFrame
    targets: Mapping[tuple[str, int], float]
    inhabitants: Mapping[str, int]
    national: Mapping[int, int]
    indexation: Mapping[int, float]
    truth: Truth
    leaves: Mapping[str, date] = field(default_factory=dict)
    trajectories: Mapping[str, float] = field(default_factory=dict)
    ages: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    residential: Mapping[str, float] = field(default_factory=dict)
    minors: Mapping[str, float] = field(default_factory=dict)
    kdc_growth: float = 1.0
    task_fields: pd.DataFrame = field(default_factory=pd.DataFrame)

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
