"""How many units a trajectory takes, and what a maximum would save: by arithmetic, not by what help needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor
from numbers import Rational
from typing import Any

import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition.decompose import numeric, require_columns

PERCENTILES = (10, 25, 50, 75, 90, 95)
_KEYS = ("product", "unit")
_TOLD = ("trajectories", "cap", "above", "above_share", "units_above", "cents_above", "saving_cents", "mean", "highest")


def observed(values: Sequence[Any], percentile: Any) -> Any:
    """The smallest value that at least this percent of the values reach or stay below; always one that occurs.

    Source: Hyndman and Fan (1996), The American Statistician 50(4), 361-365, definition 1.

    >>> observed([10, 20, 30, 40], 50)
    20
    """
    ordered = sorted(values)
    return ordered[max(ceil(Fraction(percentile) * len(ordered) / 100), 1) - 1]


def between(values: Sequence[Any], percentile: Any) -> Any:
    """The value at this percent of the way from the lowest to the highest, in a straight line between neighbours.

    Source: Hyndman and Fan (1996), definition 7: that of NumPy and of PERCENTILE in spreadsheets.

    >>> float(between([10, 20, 30, 40], 50))
    25.0
    """
    ordered = sorted(values)
    place = Fraction(percentile) * (len(ordered) - 1) / 100
    low = floor(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


DEFINITIONS: dict[str, Callable[[Sequence[Any], Any], Any]] = {"observed": observed, "between": between}


def unit_distribution(
    use: pd.DataFrame,
    *,
    keys: Sequence[str] = _KEYS,
    percentiles: Sequence[int] = PERCENTILES,
    definition: str = "observed",
) -> pd.DataFrame:
    """How units are spread over trajectories, per product.

    Shapes: `use` has one row per trajectory (or youth x product x year; one choice for all rows), with keys and units
    above zero. Keep units of one kind together: hours and days are not one distribution. Result: one row per keys,
    sorted: trajectories, mean, p10 to p95 (or as asked), highest. Percentiles by `definition`: "observed" (the smallest
    value that so many percent stay at or below; exact) or "between" (a straight line between neighbours).
    Units: those of `units`; exact (ints and Fractions) when they are.
    Raises: FactorError on unknown columns, missing keys, units of zero or less, percentiles outside 0..100.
    Source: Hyndman and Fan (1996), The American Statistician 50(4), 361-365.

    >>> use = pd.DataFrame({"product": "54001", "unit": "04", "units": [4, 6, 8, 8, 10, 12, 14, 18, 30, 90]})
    >>> unit_distribution(use, percentiles=[50, 90])[["p50", "p90", "highest"]].to_numpy().tolist()
    [[10, 30, 90]]
    """
    names = [f"p{percentile}" for percentile in percentiles]
    _require_call(keys, definition, percentiles)
    if taken := [name for name in keys if name in names]:
        raise FactorError(f"De naam {', '.join(taken)} is al een kolom van de uitkomst.", doe="kies een andere naam.")
    units = _checked(use, [*keys], ["units"])["units"]
    rows = []
    for key, place in _groups(use, [*keys]):
        values = list(units.loc[place])
        told = [DEFINITIONS[definition](values, percentile) for percentile in percentiles]
        rows.append([*key, len(values), _over(sum(values), len(values)), *told, max(values)])
    return pd.DataFrame(rows, columns=[*keys, "trajectories", "mean", *names, "highest"])


def cap_saving(
    use: pd.DataFrame,
    *,
    keys: Sequence[str] = _KEYS,
    percentile: int | None = 90,
    caps: pd.DataFrame | None = None,
    saved_share: Any = 1,
    group: Sequence[str] = (),
    definition: str = "observed",
) -> pd.DataFrame:
    """What a maximum number of units per trajectory would save if all else stayed as it was, and who is above it.

    Shapes: `use` as in unit_distribution, with amount_cents too, and the columns of `group` (such as age or provider).
    The maximum is the percentile of each product over all its rows, or `caps`: one row per keys with `cap`, and then
    percentile is None. `saved_share` is the part of the units above it that is really saved: some trajectories get an
    exception, some start again. Result: one row per keys and group, sorted: trajectories, cap, above (trajectories with
    more than the cap), above_share, units_above, cents_above (those units at the mean price of their own trajectory)
    and saving_cents = saved_share x cents_above. The rows of the groups add up to those without groups.
    Exact when the numbers are: cents_above is then a Fraction. Amounts below zero are refused: they have no price.
    The sum says nothing about what these youths need: those above a maximum may be the ones who need most.
    Raises: FactorError as unit_distribution, and on a share outside 0..1, or a cap that is missing, double or below 0.

    Ten trajectories at 100 cents; the 90th percent has 30 hours, one has 90. Above it: 60 hours, 6,000 cents.

    >>> use = pd.DataFrame({"product": "54001", "unit": "04", "units": [4, 6, 8, 8, 10, 12, 14, 18, 30, 90]})
    >>> told = cap_saving(use.assign(amount_cents=use["units"] * 100), saved_share=Fraction(1, 2)).iloc[0]
    >>> int(told["above"]), int(told["cap"]), int(told["units_above"]), int(told["saving_cents"])
    (1, 30, 60, 3000)
    """
    _require_call([*keys, *group], definition, [] if percentile is None else [percentile])
    if (percentile is None) == (caps is None):
        raise FactorError("Geef een percentiel of een maximum (caps), niet allebei en niet geen van beide.")
    if isinstance(saved_share, bool) or not 0 <= saved_share <= 1:
        raise FactorError("Het deel dat echt bespaard wordt, ligt niet tussen 0 en 1.", doe="geef een aandeel.")
    numbers = _checked(use, [*keys, *group], ["units", "amount_cents"])
    limits = _caps(caps, [*keys]) if caps is not None else {}
    told = []
    for key, place in _groups(use, [*keys]):
        limit = (
            limits.get(key) if caps is not None else DEFINITIONS[definition](list(numbers["units"][place]), percentile)
        )
        if limit is None:
            raise FactorError(f"Er is geen maximum gegeven voor {', '.join(map(str, key))}.", doe="vul caps aan.")
        told += [
            [*key, *member, *_above(numbers.loc[rows], limit, saved_share)]
            for member, rows in _groups(use.loc[place], [*group])
        ]
    return pd.DataFrame(told, columns=[*keys, *group, *_TOLD[:7]])


def _above(rows: pd.DataFrame, cap: Any, saved_share: Any) -> list[Any]:
    over = rows[rows["units"] > cap]
    more = [units - cap for units in over["units"]]
    cents = sum(
        _over(amount * extra, units)
        for amount, extra, units in zip(over["amount_cents"], more, over["units"], strict=True)
    )
    return [len(rows), cap, len(over), Fraction(len(over), len(rows)), sum(more), cents, saved_share * cents]


def _over(above: Any, below: Any) -> Any:
    """The quotient, exact where both are."""
    return (
        Fraction(above) / Fraction(below)
        if isinstance(above, Rational) and isinstance(below, Rational)
        else above / below
    )


def _groups(use: pd.DataFrame, names: list[str]) -> list[tuple[tuple[Any, ...], pd.Index]]:
    """The rows of each combination of some columns, sorted; all rows when there are no columns."""
    if not names:
        return [((), use.index)]
    return [(key, rows.index) for key, rows in use.groupby(names, sort=True)]


def _checked(use: pd.DataFrame, keys: list[str], names: list[str]) -> pd.DataFrame:
    """The numbers, exact where they are. Raises: FactorError on what has no units, no price, or no key."""
    require_columns(use, [*keys, *names])
    if use.empty or not use.index.is_unique:
        raise FactorError("De tabel is leeg, of haar regels hebben geen eigen nummer.", doe="gebruik reset_index.")
    if use[keys].isna().any(axis=None):
        raise FactorError(f"De sleutel ({', '.join(keys)}) heeft ontbrekende waarden.")
    numbers = pd.DataFrame({name: numeric(use[name], name) for name in names})
    if (numbers["units"] <= 0).any():
        raise FactorError("Er zijn trajecten met nul of minder eenheden.", doe="laat trajecten zonder hulp weg.")
    if "amount_cents" in names and (numbers["amount_cents"] < 0).any():
        raise FactorError("Er zijn trajecten met een bedrag onder nul.", doe="tel creditregels op bij hun traject.")
    return numbers


def _caps(caps: pd.DataFrame, keys: list[str]) -> dict[tuple[Any, ...], Any]:
    require_columns(caps, [*keys, "cap"])
    limits = numeric(caps["cap"], "cap")
    if caps.duplicated(keys).any() or (limits < 0).any():
        raise FactorError("Een maximum staat er twee keer of is lager dan nul.")
    return dict(zip(caps[keys].itertuples(index=False, name=None), limits, strict=True))


def _require_call(keys: Sequence[str], definition: str, percentiles: Sequence[Any]) -> None:
    if not keys or len(set(keys)) < len(keys):
        raise FactorError("Er is geen sleutel gegeven, of een naam staat er twee keer.")
    if taken := [name for name in keys if name in _TOLD]:
        raise FactorError(f"De naam {', '.join(taken)} is al een kolom van de uitkomst.", doe="kies een andere naam.")
    if definition not in DEFINITIONS:
        raise FactorError(f"Onbekende definitie {definition!r}.", doe=f"kies uit: {', '.join(DEFINITIONS)}.")
    if not all(isinstance(p, int | float | Fraction) and 0 <= p <= 100 for p in percentiles):
        raise FactorError("Een percentiel ligt niet tussen 0 en 100.", doe="geef bijvoorbeeld 90.")
