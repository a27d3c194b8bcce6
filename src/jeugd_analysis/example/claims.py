"""Claim lines: one per allocation and care month, then credits, new lines after a credit, and a few faulty lines."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.domain import codes
from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.care import Contracts
from jeugd_analysis.example.inputs import ExampleInput
from jeugd_analysis.example.population import DAYS_PER_MONTH, day, month_index, month_start, product_codes

UNKNOWN = -1  # position of an allocation that is in no delivery
ETMAAL = next(code for code, name in codes.UNITS.items() if name == "etmaal")


def claim_lines(region: ExampleInput, care: pd.DataFrame, deals: Contracts, rng: np.random.Generator) -> pd.DataFrame:
    """All lines of the care months 2017-01 to 2026-12, in order of receipt; the index + 1 is the reference number.

    Columns: allocation (position in `care`), known (false: the line names an allocation nobody knows), month (since
    January 1970), units, tariff_cents, amount_cents, received_on (days since 1970), credit_of (reference number, 0: no
    credit). The order does not depend on which quarter is delivered last.
    """
    lines = _care_months(care)
    allocation, year = (lines["allocation"].to_numpy(), lines["month"].to_numpy() // 12 + 1970)
    lines["units"], lines["most"] = _units(region, care, lines, year, rng)
    lines["tariff_cents"] = deals.tariff_cents[care["pair"].to_numpy()[allocation], year - a.FIRST_YEAR]
    lines["amount_cents"] = lines["units"].astype("int64") * lines["tariff_cents"]
    lag = a.LAG_FIRST + rng.gamma(a.LAG_SHAPE, a.LAG_SCALE, len(lines))
    month_end = month_start(lines["month"].to_numpy() + 1) - 1
    lines["received_on"] = (month_end + np.minimum(lag, a.LAG_LAST)).astype("int32")
    lines["original"], lines["known"] = np.int32(-1), True
    credit = np.flatnonzero(rng.random(len(lines)) < a.CREDIT_SHARE)
    faulty = np.setdiff1d(np.flatnonzero(rng.random(len(lines)) < a.WRONG_AMOUNT_SHARE), credit)
    lines.loc[faulty, "amount_cents"] += rng.integers(100, 50_000, len(faulty))
    stray = np.setdiff1d(np.flatnonzero(rng.random(len(lines)) < a.UNKNOWN_ALLOCATION_SHARE), credit)
    lines.loc[stray, "known"] = False
    return _numbered([lines, *_credits(lines, credit, rng)])


def _care_months(care: pd.DataFrame) -> pd.DataFrame:
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


def _units(
    region: ExampleInput, care: pd.DataFrame, lines: pd.DataFrame, year: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Whole units of each line, at least one, and the most there can be: no more nights than days of care."""
    products = product_codes(region)
    units = region.products.set_index("product")["unit"]
    nights = np.array([units[code] == ETMAAL for code in products])
    growth = np.array([1 + a.PROFILES[code].growth for code in products])
    usual = np.array([a.PROFILES[code].units for code in products])
    allocation, days = lines["allocation"].to_numpy(), lines["days"].to_numpy()
    product = care["product"].to_numpy()[allocation]
    rate = growth[product] ** (year - a.BASE_YEAR) / DAYS_PER_MONTH
    stays = nights[product]
    drawn = np.empty(len(lines), dtype="int32")
    drawn[stays] = rng.binomial(days[stays], np.minimum((usual[product] * rate)[stays], 0.99))
    drawn[~stays] = rng.poisson((care["intensity"].to_numpy()[allocation] * rate * days)[~stays])
    return np.maximum(drawn, 1), np.where(stays, days, np.iinfo("int32").max)


def _credits(lines: pd.DataFrame, credit: np.ndarray, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The exact mirrors of some lines and, for most of these, a new line with another number of units."""
    mirror = lines.loc[credit].copy()
    mirror["original"] = credit.astype("int32")
    mirror[["units", "amount_cents"]] *= -1
    mirror["received_on"] += rng.integers(31, 183, len(mirror)).astype("int32")
    again = lines.loc[credit].assign(received_on=mirror["received_on"])
    again = again[rng.random(len(again)) < a.REBILLED_SHARE]
    change = np.maximum(np.rint(again["units"] * rng.uniform(0.1, 0.4, len(again))), 1).astype("int32")
    lower = (rng.random(len(again)) < 0.7) & (change < again["units"]) | (change > again["most"] - again["units"])
    again["units"] += np.where(lower, -change, change).astype("int32")
    again = again[again["units"] > 0]
    again["amount_cents"] = again["units"].astype("int64") * again["tariff_cents"]
    again["received_on"] += rng.integers(0, 30, len(again)).astype("int32")
    return mirror, again


def _numbered(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Lines in order of receipt, a credit before the line that replaces it, and credits pointing at a reference."""
    lines = pd.concat(parts, ignore_index=True)
    kept = (lines["received_on"] <= day(a.LAST_YEAR, 12, 31)).to_numpy()
    order = np.argsort(lines["received_on"].to_numpy(), kind="stable")
    order = order[kept[order]]
    number = np.zeros(len(lines), dtype="int32")
    number[order] = np.arange(1, len(order) + 1)
    original = lines.pop("original").to_numpy()
    del lines["days"], lines["most"]
    lines["credit_of"] = np.where(original >= 0, number[original], 0)
    return lines.take(order).reset_index(drop=True)
