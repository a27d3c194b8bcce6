"""Keys: each municipality's share of a bill. Calculated in fractions; shown as float64 unless fractions came in."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor, inf, isfinite
from numbers import Rational, Real
from typing import Any

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError

_NEAR_ONE = Fraction(1, 10**9)  # a key of floats may miss one by this
_LARGEST = 2**63 - 1  # of an int64
Shares = dict[Hashable, Fraction]


def usage_key(use: pd.Series | pd.DataFrame) -> pd.Series:
    """Share in proportion to own use; over several years, to the mean of the years.

    Shapes: a Series per municipality, or a DataFrame municipality x year; use in euros, youths or units, not negative.
    Result: shares that sum to one, in the order of the index; float64, or fractions when fractions came in. Every year
    counts by its amount.
    Raises: FactorError on missing or negative values, a municipality that comes twice, or no use at all.

    >>> usage_key(pd.DataFrame({2023: [10, 30], 2024: [20, 40]}, index=["a", "b"])).to_dict()
    {'a': 0.3, 'b': 0.7}
    """
    return _key(_means(use, "gebruik"), like=[use])


def capitation_key(youth: pd.Series | pd.DataFrame) -> pd.Series:
    """Share in proportion to the number of young people; shapes and errors as `usage_key`.

    >>> capitation_key(pd.Series({"a": 1000, "b": 3000})).to_dict()
    {'a': 0.25, 'b': 0.75}
    """
    return _key(_means(youth, "jeugdigen"), like=[youth])


def mixed_key(a: pd.Series, b: pd.Series, *, weight: Any) -> pd.Series:
    """Weighted mean of two keys: weight (0-1) for the first, the rest for the second.

    Raises: FactorError when they are no keys, have different municipalities, or the weight is outside 0-1.
    """
    first, second, part = key_shares(a), key_shares(b), _number(weight, "gewicht")
    require_same(first, second)
    if part > 1:
        raise FactorError(f"Een gewicht van {weight} valt buiten 0 tot 1.", doe="geef een aandeel, zoals 0.5.")
    return _key({name: part * share + (1 - part) * second[name] for name, share in first.items()}, like=[a, b])


def corridor(key: pd.Series, *, reference: pd.Series, width: Any) -> pd.Series:
    """The key, held within `width` of a reference (last year's key, say), and still summing to one.

    Units: width is relative: 0.1 keeps a share of 20 % between 18 % and 22 %. Who is not at a limit keeps the
    proportions of the key: all of them move by one factor. A key inside the corridor does not change. What then is
    still missing goes to municipalities with a zero in the key, in proportion to their room.
    Raises: FactorError when one of both is no key, municipalities differ, or the width is negative.
    """
    wanted, anchor, part = key_shares(key), key_shares(reference), _number(width, "breedte")
    require_same(wanted, anchor)
    low = {name: anchor[name] * max(1 - part, Fraction(0)) for name in wanted}
    high = {name: anchor[name] * (1 + part) for name in wanted}
    return _key(_within(wanted, low, high), like=[key, reference])


def _within(wanted: Shares, low: Shares, high: Shares) -> Shares:
    """Shares min(max(f x wanted, low), high), with the factor f for which they sum to one."""

    def at(factor: Fraction) -> Shares:
        return {name: min(max(factor * share, low[name]), high[name]) for name, share in wanted.items()}

    if at(Fraction(1)) == wanted:
        return wanted
    bends = sorted({bound[name] / share for name, share in wanted.items() if share for bound in (low, high)})
    for factor in bends:
        shares = at(factor)
        if _total(shares) >= 1:
            # Up to this bend the sum is a straight line: those that are not yet at a limit make up the difference.
            moving = [name for name, share in wanted.items() if low[name] < factor * share <= high[name]]
            grown = _total({name: wanted[name] for name in moving})
            fixed = _total({name: share for name, share in shares.items() if name not in moving})
            return at((1 - fixed) / grown) if grown else shares
    shares = at(bends[-1])
    room = {name: high[name] - shares[name] for name, share in wanted.items() if not share}
    left, total = 1 - _total(shares), _total(room)
    return {name: share + left * room.get(name, 0) / total for name, share in shares.items()}


def stop_loss(costs: pd.Series, *, limit: Any, pool_key: pd.Series) -> pd.Series:
    """Cost per municipality when what is above a limit is paid together: own cost up to the limit, plus a pool share.

    Shapes: costs in whole euro cents, either one row per municipality, or one per case with the municipality as first
    index level (the limit then holds per case, such as one youth). limit: cents, or a Series per municipality; an
    infinite one is no stop-loss: everybody bears its own cost. pool_key: how the pool is shared.
    Result: whole cents per municipality, that sum exactly to the costs; types as `largest_remainder`. In the order of
    costs (where a municipality comes first), then those of pool_key that have no costs and pay for the pool only.
    Raises: FactorError on cost that is no whole cents, an unknown or double municipality, or a negative limit.

    >>> costs = pd.Series({"b": 150, "a": 20})
    >>> stop_loss(costs, limit=100, pool_key=pd.Series({"a": 0.5, "b": 0.5})).to_dict()
    {'b': 125, 'a': 45}
    """
    shares = key_shares(pool_key)
    bounds = _bounds(limit, shares)
    _require_once(costs.index, "de kosten")
    where = costs.index.get_level_values(0)
    for known, what in ((shares, "in de sleutel van de pot"), (bounds, "bij de grenzen")):
        if unknown := sorted(set(map(str, where)) - set(map(str, known))):
            raise FactorError(f"Niet {what}: {', '.join(unknown)}.")
    own, pool = dict.fromkeys([*dict.fromkeys(where), *shares], 0), 0
    for place, value in zip(where, costs, strict=True):
        cents, bound = _cents(value), bounds[place]
        kept = cents if cents <= bound else int(bound)
        own[place] += kept
        pool += cents - kept
    pooled = dict(zip(shares, largest_remainder(pool_key, total_cents=pool), strict=True))
    return _whole([cents + int(pooled[place]) for place, cents in own.items()], pd.Index(own, name=where.name))


def _bounds(limit: Any, places: Shares) -> dict[Any, float]:
    """What each municipality pays itself at most: whole cents, or infinite."""
    if isinstance(limit, pd.Series):
        _require_once(limit.index, "de grenzen")
    told = limit.to_dict() if isinstance(limit, pd.Series) else dict.fromkeys(places, limit)
    bounds = {place: inf if _is_infinite(value) else _cents(value) for place, value in told.items()}
    if min(bounds.values(), default=0) < 0:
        raise FactorError("Een grens kan niet negatief zijn.")
    return bounds


def credibility_key(use: pd.Series | pd.DataFrame, youth: pd.Series | pd.DataFrame, *, k: Any) -> pd.Series:
    """Share by use per youth, in which a small municipality's own use counts less and the region's more.

    Shapes: as `usage_key`, both with the same municipalities. Own use counts for n / (n + k), with n its youths and k
    the number of youths at which it counts for half; the rest is the mean of the region. k = 0 is the usage key; an
    infinite k its limit, the capitation key.
    Raises: FactorError as `usage_key`, on a negative k, or a municipality without youths.
    Source: Bühlmann and Gisler (2005), A Course in Credibility Theory, section 3.1; k is chosen, not estimated.
    """
    own, people = _means(use, "gebruik"), _means(youth, "jeugdigen")
    half = None if _is_infinite(k) else _number(k, "k")
    require_same(own, people)
    if not all(people.values()):
        raise FactorError("Een gemeente heeft geen jeugdigen.")
    mean = _total(own) / _total(people)
    if half is None:
        return _key({name: people[name] * mean for name in own}, like=[use, youth])
    credible = {name: n * (own[name] + half * mean) / (n + half) for name, n in people.items()}
    return _key({name: credible[name] for name in own}, like=[use, youth])


def largest_remainder(shares: pd.Series, *, total_cents: int) -> pd.Series:
    """Whole cents per party in proportion to its share, adding up exactly to the total.

    Shapes: a Series indexed by party, with non-negative shares (they need not add up to one); the result keeps the
    index and is int64, or Python ints when one does not fit in it. Everyone gets the whole part; cents left over go to
    the largest remainders, ties in index order. Calculated in fractions: 0.1 is a tenth. A negative total is shared as
    its mirror image.
    Raises: FactorError on missing or negative shares, when all are zero, on a party that comes twice or has no name,
    and on a total that is no whole cents.
    Source: Hamilton's method; Balinski and Young (2001), Fair Representation, 2nd ed., appendix A.

    >>> largest_remainder(pd.Series({"a": 1, "b": 1, "c": 1}), total_cents=100).to_dict()
    {'a': 34, 'b': 33, 'c': 33}
    """
    _require_once(shares.index, "de aandelen")
    try:
        parts = [_number(share, "aandelen") for share in shares]
    except FactorError:
        parts = []
    if not (whole := sum(parts, Fraction(0))):
        raise FactorError("De aandelen moeten ingevuld, niet negatief en samen meer dan nul zijn.")
    size, sign = abs(_cents(total_cents)), -1 if total_cents < 0 else 1
    exact = [part * size / whole for part in parts]
    cents = [floor(amount) for amount in exact]
    order = sorted(range(len(parts)), key=lambda place: cents[place] - exact[place])
    for place in order[: size - sum(cents)]:
        cents[place] += 1
    return _whole([sign * cent for cent in cents], shares.index)


def _whole(cents: Sequence[int], index: pd.Index) -> pd.Series:
    fits = all(-_LARGEST <= amount <= _LARGEST for amount in cents)
    return pd.Series(list(cents), index=index, dtype="int64" if fits else "object")


def key_shares(key: pd.Series) -> Shares:
    """The shares of a key, made to sum to one exactly. Raises: FactorError when they clearly do not, or are missing."""
    shares = amounts_of(key, "aandelen")
    total = _total(shares)
    if abs(total - 1) > _NEAR_ONE:
        raise FactorError("De aandelen van de sleutel zijn samen geen 1.", doe="gebruik een sleutel, geen bedragen.")
    return {name: share / total for name, share in shares.items()}


def require_same(first: Mapping[Any, Any] | pd.Series, second: Mapping[Any, Any] | pd.Series) -> None:
    """Raises: FactorError that names the municipalities that stand in one of both only."""
    if apart := sorted(map(str, set(first.keys()) ^ set(second.keys()))):
        raise FactorError(f"Niet in beide tabellen: {', '.join(apart)}.")


def amounts_of(values: pd.Series, what: str) -> Shares:
    """Values per municipality as fractions. Raises: FactorError on double, missing or negative ones."""
    _require_once(values.index, what)
    return {name: _number(value, what) for name, value in zip(values.index, values, strict=True)}


def _require_once(index: pd.Index, what: str) -> None:
    """Raises: FactorError that names the municipalities that come twice; of cases it names the municipality only."""
    places = index.get_level_values(0)
    if places.hasnans:
        raise FactorError(f"Bij {what} ontbreekt de naam van een gemeente.")
    if twice := sorted(map(str, set(places[index.duplicated()]))):
        raise FactorError(f"Komt vaker voor bij {what}: {', '.join(twice)}.", doe="geef elke gemeente één keer.")


def _means(values: pd.Series | pd.DataFrame, what: str) -> Shares:
    """Mean per municipality over the years."""
    columns = [values] if isinstance(values, pd.Series) else [values.iloc[:, at] for at in range(values.shape[1])]
    if not columns:
        raise FactorError(f"De tabel met {what} heeft geen jaren.")
    read = [amounts_of(column, what) for column in columns]
    return {name: sum((year[name] for year in read), Fraction(0)) / len(read) for name in read[0]}


def _key(amounts: Shares, *, like: list[Any]) -> pd.Series:
    total = _total(amounts)
    if not total:
        raise FactorError("Er valt niets te verdelen: alle waarden zijn nul.")
    exact = any(isinstance(value, Fraction) for table in like for value in table.to_numpy().flat)
    shares = [amount / total for amount in amounts.values()]
    index = pd.Index(list(amounts), name=like[0].index.name)
    return pd.Series(shares if exact else list(map(float, shares)), index=index, dtype="object" if exact else "float64")


def _total(amounts: Shares) -> Fraction:
    return sum(amounts.values(), Fraction(0))


def _number(value: Any, what: str) -> Fraction:
    """An exact number; a float is the decimal it is written as. Raises: FactorError on what is missing or negative."""
    number = Fraction(-1)
    if isinstance(value, Rational) and not isinstance(value, bool):
        number = Fraction(int(value.numerator), int(value.denominator))
    elif isinstance(value, Real | Decimal) and not isinstance(value, bool) and isfinite(value):
        number = Fraction(repr(float(value)) if isinstance(value, Real) else value)
    if number < 0:
        raise FactorError(f"De waarden van {what} moeten ingevuld en niet negatief zijn.")
    return number


def _is_infinite(value: Any) -> bool:
    return isinstance(value, Real | Decimal) and not isinstance(value, bool) and value == inf


def _cents(value: Any) -> int:
    try:
        cents = int(value)
    except (TypeError, ValueError, OverflowError):
        cents = None
    if cents is None or isinstance(value, str | bool | np.bool_) or cents != value:
        raise FactorError(f"Het bedrag {value} is geen heel aantal centen.")
    return cents
