"""What will a year have cost when all is in? From what was claimed of it so far, and how earlier years filled up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import t

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError

FINAL_AGE = 12  # quarters after the start of a year, after which nothing is expected to come in
FEWEST_YEARS = 2  # earlier years that a share rests on
FEWEST_ERRORS = 3  # earlier forecasts that a band rests on
SETTLED_AGE = 8  # from this age on what came is known well enough to compare a forecast with


def year_triangle(claimed: pd.DataFrame, *, last: Quarter) -> pd.DataFrame:
    """Cumulative amount of each care year by age in quarters: age 1 is the end of its first quarter.

    Shapes: `claimed` has care_quarter, receipt_quarter and amount_cents, in any number of rows. Result: index year,
    columns 1 to FINAL_AGE (what comes later counts at that age), NaN where `last` has not come to. Units: the same.
    A first year of which the first quarter is not there is left out. Raises: FactorError when there is nothing.
    """
    known = claimed[claimed["receipt_quarter"] <= last.label]
    if known.empty:
        raise FactorError("Er zijn geen declaraties.", doe="lever ze aan, of kies een later kwartaal.")
    year = known["care_quarter"].str[:4].astype("int64")
    age = (known["receipt_quarter"].str[:4].astype("int64") - year) * 4 + known["receipt_quarter"].str[-1].astype(int)
    rows = pd.DataFrame({"year": year, "age": age.clip(1, FINAL_AGE), "amount": known["amount_cents"]})
    begun = int(year.min()) + (not known["care_quarter"].min().endswith("K1"))  # the data begin within a year
    years = range(begun, last.year + 1)
    wide = rows.pivot_table(index="year", columns="age", values="amount", aggfunc="sum", fill_value=0)
    full = wide.reindex(index=years, columns=range(1, FINAL_AGE + 1), fill_value=0).astype("float64").cumsum(axis=1)
    ages = np.array([(last.year - each) * 4 + last.number for each in years])
    full[np.arange(1, FINAL_AGE + 1)[None, :] > ages[:, None]] = np.nan
    return full


def known_shares(triangle: pd.DataFrame) -> pd.Series:
    """Which part of a year is known at each age: chain ladder, so years that are not complete help too.

    Shapes: `triangle` as of year_triangle; result indexed by age, missing where fewer than FEWEST_YEARS years tell.
    A year that cost nothing tells nothing. Units: share of what the year ends at, at the oldest age that is known.

    Half of the first year and 40 of 100 of the second were known after a quarter: 90 of 200, and then all.

    >>> known_shares(pd.DataFrame({1: pd.Series([50.0, 40.0, 60.0]), 2: pd.Series([100.0, 100.0])})).tolist()
    [0.45, 1.0]
    """
    amounts = triangle.to_numpy("float64")
    reached = int((~np.isnan(amounts)).any(axis=0).sum())
    shares = {reached: 1.0}
    for age in range(reached - 1, 0, -1):
        both = ~np.isnan(amounts[:, age]) & (amounts[:, age - 1] > 0)
        before, after = amounts[both, age - 1].sum(), amounts[both, age].sum()
        enough = both.sum() >= (FEWEST_YEARS if age < reached - _OLDEST else 1)
        shares[age] = shares[age + 1] * before / after if enough and after > 0 else np.nan
    return pd.Series(shares, dtype="float64").sort_index()


_OLDEST = 5  # the last steps hold hardly any money: one year is enough for those


def delivered_share(claimed: pd.DataFrame, *, quarters: int, before: int) -> float:
    """Which part of a year's cost is for care in its first so many quarters, over the years before `before`.

    Shapes: as for year_triangle. Missing without such years.
    """
    year = claimed["care_quarter"].str[:4].astype("int64")
    earlier = claimed[year < before]
    first = earlier["care_quarter"].str[-1].astype(int) <= quarters
    whole = earlier["amount_cents"].sum()
    return float(earlier.loc[first, "amount_cents"].sum() / whole) if whole > 0 else np.nan


def back_test(own: pd.DataFrame, pattern: pd.DataFrame, *, level: float = 0.8) -> pd.DataFrame:
    """What would have been forecast of each earlier year at each age, with only what was known then.

    Shapes: two triangles of year_triangle with the same years: `own` whose end is forecast, and `pattern` (the region)
    whose filling up it follows; the same one for the region itself. Result: year, age, predicted, came (at the oldest
    age known now, of years that are settled), error (logarithm of predicted over came), low, high and inside. The band
    rests on the errors at that age of the years before; missing with fewer than FEWEST_ERRORS of them.
    Units: those of the triangles; errors are logarithms.
    """
    rows = list(_forecasts(own, pattern))
    told = pd.DataFrame(rows, columns=["year", "age", "predicted", "came"])
    told["error"] = np.log(told["predicted"] / told["came"])
    reach = [_reach(told[(told["age"] == row.age) & (told["year"] < row.year)]["error"], level)
             for row in told.itertuples()]  # fmt: skip
    factor = np.exp(np.array(reach, dtype="float64"))
    told = told.assign(low=told["predicted"] / factor, high=told["predicted"] * factor)
    inside = told["came"].between(told["low"], told["high"]).astype("boolean").mask(told["low"].isna())
    return told.assign(inside=inside)


def reach_of(tested: pd.DataFrame, *, age: int, level: float = 0.8) -> float:
    """How far, as a logarithm, the band around a forecast at this age reaches to either side; missing: not known."""
    return _reach(tested.loc[tested["age"] == age, "error"], level)


def _reach(errors: pd.Series, level: float) -> float:
    """From the mean square of the errors, so that a bias widens the band; t, for there are few."""
    known = errors.dropna()
    if len(known) < FEWEST_ERRORS:
        return np.nan
    return float(t.ppf((1 + level) / 2, len(known)) * np.sqrt((known**2).mean()))


def _forecasts(own: pd.DataFrame, pattern: pd.DataFrame) -> Iterator[tuple[int, int, float, float]]:
    for year in own.index:
        known = own.loc[year].dropna()
        if len(known) < SETTLED_AGE or not known.iloc[-1] > 0:
            continue
        for age in range(1, SETTLED_AGE):
            earlier = pattern.loc[pattern.index <= year]
            ages = np.minimum((year - earlier.index.to_numpy()) * 4 + age, FINAL_AGE)
            then = earlier.where(np.arange(1, FINAL_AGE + 1)[None, :] <= ages[:, None])
            share = known_shares(then).get(age, np.nan)
            if known[age] > 0 and share > 0 and len(earlier) > FEWEST_YEARS:
                yield int(year), age, float(known[age] / share), float(known.iloc[-1])


def year_end(
    claimed: pd.Series, shares: pd.DataFrame, *, reach: pd.Series, step: int, fallback: str = "alle"
) -> pd.DataFrame:
    """What each segment will have cost at the end of its year, and all of them together in the last row.

    Shapes: `claimed` by level, above zero; `shares` by level with share (known of the year) and delivered (of its
    help); a level without a share gets that of `fallback`. reach: logarithm to either side by level, missing: no band.
    Result: level, claimed, late (help that was given, not claimed yet), future (help still to be given), expected, low
    and high, in whole steps; late, future and claimed add up to expected, and levels to the last row (`fallback`).
    Raises: FactorError without a share for `fallback`.

    Half of the year is known, three quarters of the help was given: 50 + 25 + 25.

    >>> told = pd.DataFrame({"share": [0.5], "delivered": [0.75]}, index=["alle"])
    >>> year_end(pd.Series({"S5": 50}), told, reach=pd.Series({"alle": 0.0}), step=1).iloc[0, 1:5].map(int).tolist()
    [50, 25, 25, 100]
    """
    if fallback not in shares.index or not shares.loc[fallback, "share"] > 0:
        raise FactorError("Van eerdere jaren is te weinig bekend voor een verwachting.", doe="lever oudere jaren aan.")
    known = shares.reindex(claimed.index)
    known = known.mask(~(known["share"] > 0)).fillna(shares.loc[fallback])
    amounts = claimed.astype("float64")
    expected = _stepped(amounts / known["share"], step)
    given = _stepped(expected * known["delivered"].fillna(1.0), step)
    late = (given - amounts).clip(lower=0).clip(upper=expected - amounts)
    told = pd.DataFrame({"claimed": amounts, "late": late, "future": expected - amounts - late, "expected": expected})
    told.loc[fallback] = told.sum()
    factor = np.exp(reach.reindex(told.index))
    told = told.assign(low=_stepped(told["expected"] / factor, step), high=_stepped(told["expected"] * factor, step))
    low = told["low"].where(told["low"] > told["claimed"], told["claimed"]).mask(told["low"].isna())
    return told.assign(low=low).round().astype("Int64").rename_axis("level").reset_index()


def _stepped(amounts: pd.Series, step: int) -> pd.Series:
    return (amounts / step).round() * step
