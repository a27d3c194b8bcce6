"""Claim lines: one per allocation and care month, then credits, new lines after a credit, and a few faulty lines."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.domain import codes
from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.care import usual_units
from jeugd_analysis.example.contracts import Contracts
from jeugd_analysis.example.inputs import ExampleInput
from jeugd_analysis.example.population import DAYS_PER_MONTH, day, month_index, month_start, number_of, product_codes

FIXED = -1  # as `most`: the number of units is never another one
ETMAAL = next(code for code, name in codes.UNITS.items() if name == "etmaal")


def volumes(region: ExampleInput, care: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Care months with their units: allocation (position in `care`), month (since January 1970), days, units, most.

    most: the units there can be. twin: the line whose chance this one shares, mostly itself.
    """
    lines = care_months(care)
    lines["twin"] = _twins(care, lines, region.truth.known_answer.compare)
    lines["units"], lines["most"] = _units(region, care, lines, rng)
    return lines


def claim_lines(lines: pd.DataFrame, care: pd.DataFrame, deals: Contracts, rng: np.random.Generator) -> pd.DataFrame:
    """All claims on the care months of `volumes`, in order of receipt; the index + 1 is the reference number.

    Columns: allocation (position in `care`), known (false: the line names an allocation nobody knows), month (since
    January 1970), units, tariff_cents, amount_cents, received_on (days since 1970), credit_of (reference number, 0: no
    credit). The order does not depend on which quarter is delivered last.
    """
    twin = lines["twin"].to_numpy()
    pair, month = care["pair"].to_numpy()[lines["allocation"].to_numpy()], lines["month"].to_numpy()
    lines = lines.assign(tariff_cents=deals.price(pair, month_start(month)))
    lines["amount_cents"] = lines["units"].astype("int64") * lines["tariff_cents"]
    lag = (a.LAG_FIRST + rng.gamma(a.LAG_SHAPE, a.LAG_SCALE, len(lines)))[twin]
    lines["received_on"] = (month_start(month + 1) - 1 + np.minimum(lag, a.LAG_LAST)).astype("int32")
    lines["original"], lines["known"] = np.int32(-1), True
    is_credit = (rng.random(len(lines)) < a.CREDIT_SHARE)[twin]
    faulty = np.flatnonzero((rng.random(len(lines)) < a.WRONG_AMOUNT_SHARE)[twin] & ~is_credit)
    lines.loc[faulty, "amount_cents"] += rng.integers(100, 50_000, len(faulty))
    stray = np.flatnonzero((rng.random(len(lines)) < a.UNKNOWN_ALLOCATION_SHARE)[twin] & ~is_credit)
    lines.loc[stray, "known"] = False
    return _numbered([lines, *_credits(lines, np.flatnonzero(is_credit), rng)])


def care_months(care: pd.DataFrame) -> pd.DataFrame:
    """One row per allocation and calendar month with care: allocation, month and days of care in it."""
    first_day, last_day = care["care_start"].to_numpy(), care["care_end"].to_numpy()
    first = np.maximum(month_index(first_day), (a.FIRST_YEAR - 1970) * 12)
    last = np.minimum(month_index(last_day), (a.LAST_YEAR - 1970) * 12 + 11)
    count = np.maximum(last - first + 1, 0)
    allocation = np.repeat(np.arange(len(care)), count)
    month = first[allocation] + np.arange(len(allocation)) - np.repeat(count.cumsum() - count, count)
    begin = np.maximum(month_start(month), first_day[allocation])
    end = np.minimum(month_start(month + 1) - 1, last_day[allocation])
    columns = {"allocation": allocation, "month": month, "days": end - begin + 1}
    return pd.DataFrame({name: values.astype("int32") for name, values in columns.items()})


def _twins(care: pd.DataFrame, lines: pd.DataFrame, until: int) -> np.ndarray:
    """For each line the line whose chance it shares: itself, or the same month of care of the allocation it copies."""
    twin = np.arange(len(lines))
    allocation, month = lines["allocation"].to_numpy(), lines["month"].to_numpy()
    copied = care["copied"].to_numpy()
    rows = np.flatnonzero(copied[allocation] & (month < (until + 1 - 1970) * 12))
    if len(rows):
        origin, back = care["origin"].to_numpy()[allocation[rows]], care["back"].to_numpy()[allocation[rows]]
        key = origin * 10_000 + month[rows] + 12 * back
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        twin[rows] = rows[first[inverse]]
    return twin


def _units(
    region: ExampleInput, care: pd.DataFrame, lines: pd.DataFrame, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Whole units of each line, at least one, and the most there can be: no more nights than days of care."""
    products = product_codes(region)
    units = region.products.drop_duplicates("product").set_index("product")["unit"]
    nights = np.array([units[code] == ETMAAL for code in products])
    combined = np.array([code in a.COMBINATIONS for code in products])
    allocation, days = lines["allocation"].to_numpy(), lines["days"].to_numpy()
    product = care["product"].to_numpy()[allocation]
    rate = usual_units(region)[product] * _level(region, care, lines) / DAYS_PER_MONTH
    stays, hours = nights[product], ~(nights | combined)[product]
    drawn = np.ones(len(lines), dtype="int32")
    drawn[stays] = rng.binomial(days[stays], np.minimum(rate[stays], 0.99))
    drawn[hours] = rng.poisson((care["relative"].to_numpy()[allocation] * rate * days)[hours])
    drawn = np.maximum(drawn[lines["twin"]], 1)
    _lower_base_year(region, care, lines, drawn, hours)
    return drawn, np.where(stays, days, np.where(combined[product], FIXED, np.iinfo("int32").max))


def _level(region: ExampleInput, care: pd.DataFrame, lines: pd.DataFrame) -> np.ndarray:
    """Units of the month beside those of the base year: growth per year, and less where a measure takes hours away.

    Copies of a known answer all have the level of its compared year.
    """
    allocation, month = lines["allocation"].to_numpy(), lines["month"].to_numpy()
    growth = np.array([1 + a.PROFILES[code].growth for code in product_codes(region)])
    product, year = care["product"].to_numpy()[allocation], month // 12 + 1970
    copied = care["copied"].to_numpy()[allocation]
    year = np.where(copied, np.maximum(year, region.truth.known_answer.compare), year)
    level = growth[product] ** (year - a.BASE_YEAR)
    places = list(region.municipalities)
    for measure in region.truth.measures:
        if measure.fewer_hours and measure.municipality in places:
            touched = (care["municipality"] == places.index(measure.municipality)).to_numpy() & (
                care["product"] == product_codes(region).index(measure.product)
            ).to_numpy()
            level[touched[allocation] & (month_start(month) >= number_of(measure.starts))] *= 1 - measure.fewer_hours
    return level


def _lower_base_year(
    region: ExampleInput, care: pd.DataFrame, lines: pd.DataFrame, drawn: np.ndarray, hours: np.ndarray
) -> None:
    """Take the built-in growth out of the base year of a known answer, contract by contract, without chance."""
    told = region.truth.known_answer
    allocation = lines["allocation"].to_numpy()
    copied = care["copied"].to_numpy()[allocation]
    rows = np.flatnonzero(copied & hours & (lines["month"].to_numpy() // 12 + 1970 == told.base))
    if not len(rows):
        return
    rows = rows[np.lexsort([lines["month"].to_numpy()[rows], care["pair"].to_numpy()[allocation[rows]]])]
    total = np.floor(drawn[rows].cumsum() / (1 + told.hours_growth) + 0.5).astype("int64")
    drawn[rows] = np.maximum(np.diff(total, prepend=0), 1)


def _credits(lines: pd.DataFrame, credit: np.ndarray, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The exact mirrors of some lines and, for most of these, a new line with another number of units."""
    mirror = lines.loc[credit].copy()
    mirror["original"] = credit.astype("int32")
    mirror[["units", "amount_cents"]] *= -1
    _, first, inverse = np.unique(lines["twin"].to_numpy()[credit], return_index=True, return_inverse=True)
    same = first[inverse]  # the credits of twins share their chance too
    mirror["received_on"] += rng.integers(31, 183, len(mirror)).astype("int32")[same]
    again = lines.loc[credit].assign(received_on=mirror["received_on"])
    share, lower = rng.uniform(0.1, 0.4, len(again))[same], (rng.random(len(again)) < 0.7)[same]
    later = rng.integers(0, 30, len(again)).astype("int32")[same]
    change = np.maximum(np.rint(again["units"] * share), 1).astype("int32")
    lower = lower & (change < again["units"]) | (change > again["most"] - again["units"])
    change[again["most"] == FIXED] = 0  # one month at one price: billed again as it was
    again["units"] += np.where(lower, -change, change).astype("int32")
    again["amount_cents"] = again["units"].astype("int64") * again["tariff_cents"]
    again["received_on"] += later
    return mirror, again[(rng.random(len(again)) < a.REBILLED_SHARE)[same] & (again["units"] > 0)]


def _numbered(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Lines in order of receipt, a credit before the line that replaces it, and credits pointing at a reference."""
    lines = pd.concat(parts, ignore_index=True)
    kept = (lines["received_on"] <= day(a.LAST_YEAR, 12, 31)).to_numpy()
    order = np.argsort(lines["received_on"].to_numpy(), kind="stable")
    order = order[kept[order]]
    number = np.zeros(len(lines), dtype="int32")
    number[order] = np.arange(1, len(order) + 1)
    original = lines.pop("original").to_numpy()
    lines = lines.drop(columns=["days", "most", "twin"])
    lines["credit_of"] = np.where(original >= 0, number[original], 0)
    return lines.take(order).reset_index(drop=True)
