"""Expected numbers by age and sex, and rates as if every area had the same ages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.expected_use.limits import EXACT_BELOW, byar_limits, is_number, numbers

STRATA = ("age_band", "sex")


def reference_rates(
    table: pd.DataFrame, *, strata: Sequence[str] = STRATA, events: str = "youths", persons: str = "inhabitants"
) -> pd.DataFrame:
    """Rate per stratum over all areas together: the strata and `rate`, events per person.

    Raises: FactorError when a stratum has no inhabitants, or on what is no number or below zero.
    """
    require(table, [*strata, events, persons])
    _require_numbers(table, [events, persons])
    sums = table.groupby(list(strata), as_index=False, sort=True)[[events, persons]].sum()
    if (sums[persons] <= 0).any():
        raise FactorError("Een groep heeft geen inwoners, dus is er geen aandeel te berekenen.")
    return sums[list(strata)].assign(rate=sums[events] / sums[persons])


def expected_counts(
    population: pd.DataFrame,
    rates: pd.DataFrame,
    *,
    by: str = "municipality",
    strata: Sequence[str] = STRATA,
    persons: str = "inhabitants",
) -> pd.Series:
    """How many an area would have if each of its groups used as much as in the reference (indirect standardisation).

    Shapes: `population` has one row per area x stratum, `rates` one per stratum, with `rate`. Result: one value per
    area, named expected, index in order. Units: events.
    Raises: FactorError when a stratum of an area has no rate, when rates or cells come twice, or values are missing, no
    numbers or below zero.
    """
    keys = list(strata)
    require(population, [by, *keys, persons])
    require(rates, [*keys, "rate"])
    _require_numbers(population, [persons])
    _require_numbers(rates, ["rate"])
    for frame, names in ((population, [by, *keys]), (rates, keys)):
        if frame.duplicated(names).any():
            raise FactorError(f"Een combinatie van {', '.join(names)} komt vaker voor.")
    joined = population.merge(rates[[*keys, "rate"]], on=keys, how="left", validate="many_to_one")
    if joined["rate"].isna().any():
        lacking = joined.loc[joined["rate"].isna(), keys].drop_duplicates().astype("str").agg(" ".join, axis=1)
        raise FactorError(f"Er is geen landelijk aandeel voor {', '.join(lacking)}.")
    return (joined[persons] * joined["rate"]).groupby(joined[by]).sum().rename("expected").astype("float64")


def direct_rate(
    table: pd.DataFrame,
    *,
    events: str = "youths",
    persons: str = "inhabitants",
    standard: str = "standard",
    frequencies: Sequence[str] = (),
    multiplier: float = 100_000,
    level: float = 0.95,
) -> tuple[float, float, float]:
    """The rate an area would have with the ages of the standard population, with Dobson's limits.

    Shapes: one row per stratum of one area. `frequencies` are columns with how many persons had 1, 2, 3 ... events,
    for events that are not independent, such as several trajectories of one youth. Units: events per `multiplier`.
    Raises: FactorError with fewer than 10 events (the limits would mean little), a stratum without persons, or
    frequencies that do not add up to the events; on what is no number or below zero.
    Source: Dobson et al. (1991), Statistics in Medicine 10, 457-462; repeated events: PHE (2018).
    """
    require(table, [events, persons, standard, *frequencies])
    _require_numbers(table, [events, persons, standard, *frequencies])
    if not is_number(multiplier) or not 0 < multiplier < np.inf:
        raise FactorError("De multiplier is geen getal boven nul.", doe="geef bijvoorbeeld 100000.")
    total = float(table[events].sum())
    if total < EXACT_BELOW:
        raise FactorError("Er zijn minder dan 10 gebeurtenissen.", doe="kies een groter gebied of meer jaren.")
    if (table[persons] <= 0).any():
        raise FactorError("Een groep heeft geen inwoners, dus is er geen aandeel te berekenen.")
    squares = table[events].astype("float64")
    if frequencies:
        often = np.arange(1, len(frequencies) + 1)
        persons_with = table[list(frequencies)].to_numpy("float64")
        if not np.allclose(persons_with @ often, squares):
            raise FactorError("De aantallen per jeugdige tellen niet op tot het aantal gebeurtenissen.")
        squares = pd.Series(persons_with @ often**2, index=table.index)
    weight = table[standard] / table[standard].sum()
    rate = float((weight * table[events] / table[persons]).sum())
    variance = float((weight**2 * squares / table[persons] ** 2).sum())
    low, high = byar_limits(total, level=level)
    step = np.sqrt(variance / total)
    return rate * multiplier, (rate + step * (low - total)) * multiplier, (rate + step * (high - total)) * multiplier


def require(table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raises: FactorError that names columns that are not there or hold missing values."""
    if missing := [name for name in columns if name not in table]:
        raise FactorError(f"Kolom {', '.join(missing)} ontbreekt.")
    if holes := [name for name in columns if table[name].isna().any()]:
        raise FactorError(f"In kolom {', '.join(holes)} ontbreken waarden.", doe="vul ze aan of laat die rijen weg.")


def _require_numbers(table: pd.DataFrame, columns: Sequence[str]) -> None:
    for name in columns:
        numbers(table[name], name)
