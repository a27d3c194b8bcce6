"""Youths and their episodes of care: the stock on 1 January and an inflow that together give the published number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.inputs import ExampleInput

DAYS_PER_MONTH = 365.25 / 12


def day(year: int, month: int = 1, number: int = 1) -> int:
    """A date as days since 1970, the way Arrow keeps it."""
    return (date(year, month, number) - date(1970, 1, 1)).days


def month_index(days: np.ndarray) -> np.ndarray:
    """Months since January 1970 of days since 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype("int64")


def month_start(months: np.ndarray) -> np.ndarray:
    """First day, since 1970, of months since January 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype("int64")


def product_codes(region: ExampleInput) -> list[str]:
    """Products of the reference table that have a profile; the others get no care in the example."""
    return [code for code in region.products["product"] if code in a.PROFILES]


def simulate(region: ExampleInput, scale: float, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Youths (identifier, home, birth_year, sex, move, new_home) and episodes (youth, product, start, end).

    Shapes: one row per youth and per episode. Homes and products are positions in their lists, dates are days since
    1970, `move` is the first day at the new home. The number of distinct youths in a year is the target x scale,
    as long as the stock of 1 January is smaller.
    """
    codes, products = list(region.municipalities), product_codes(region)
    size = np.array([region.youths(code, a.BASE_YEAR) for code in codes])
    mix = _product_mix(size / size.sum(), products, rng)
    months = np.array([a.PROFILES[code].months for code in products])
    home, birth, last_end = (np.empty(0, dtype="int64") for _ in range(3))
    episodes = []
    for year in range(a.FIRST_ENTRIES.start, a.LAST_YEAR + 2):
        targets = np.array([region.youths(code, max(year, a.YOUTH_ACT.year)) for code in codes]) * scale
        stock = np.bincount(home[last_end >= day(year)], minlength=len(codes))
        inflow = targets / 2 if year in a.FIRST_ENTRIES else np.maximum(targets - stock, 0)
        back, new_homes = _who_enters(np.rint(inflow).astype("int64"), home, birth, last_end, year, rng)
        youth = np.concatenate([back, np.arange(len(home), len(home) + len(new_homes))])
        home = np.concatenate([home, new_homes])
        birth = np.concatenate([birth, year - _ages(len(new_homes), rng)])
        age = year - birth[youth]
        band = np.searchsorted([low for low, _ in a.AGES], age, side="right") - 1
        product = (mix[home[youth], band] < rng.random(len(youth))[:, None]).sum(axis=1)
        start = day(year) + rng.integers(0, 365, len(youth))
        end = np.minimum(start + _durations(months[product], rng), _last_day(age, birth[youth], rng))
        last_end = np.concatenate([last_end, np.zeros(len(new_homes), dtype="int64")])
        last_end[youth] = end
        episodes.append(pd.DataFrame({"youth": youth, "product": product, "start": start, "end": end}))
    care = pd.concat(episodes, ignore_index=True)
    care = care[care["end"] >= day(a.YOUTH_ACT.year)].reset_index(drop=True)
    care["start"] = care["start"].clip(lower=day(a.YOUTH_ACT.year))
    return _youths(home, birth, care, size / size.sum(), rng), care


def _product_mix(size: np.ndarray, products: Sequence[str], rng: np.random.Generator) -> np.ndarray:
    """Cumulative shares: municipality x age band x product, mildly different between municipalities.

    The differences cancel out over the region, in which municipalities weigh with their `size`.
    """
    weights = np.array([a.PROFILES[code].weights for code in products]).T
    accent = rng.lognormal(0, a.LOCAL_SPREAD, (len(size), len(products)))
    local = weights[None] * (accent / (size @ accent))[:, None]
    shares = local.cumsum(axis=2) / local.sum(axis=2, keepdims=True)
    shares[:, :, -1] = 1.0
    return shares


def _who_enters(
    inflow: np.ndarray, home: np.ndarray, birth: np.ndarray, last_end: np.ndarray, year: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Youths that come back after care that ended in an earlier year, and the homes of the new ones."""
    ended = (last_end < day(year)) & (last_end >= day(year - a.REPEAT_WITHIN_YEARS)) & (year - birth < 18)
    back, new_homes = [np.empty(0, dtype="int64")], []
    for place, count in enumerate(inflow):
        earlier = np.flatnonzero(ended & (home == place))
        again = rng.choice(earlier, min(round(a.REPEAT_SHARE * count), len(earlier)), replace=False)
        back.append(again)
        new_homes.append(np.full(count - len(again), place))
    return np.concatenate(back), np.concatenate(new_homes)


def _ages(count: int, rng: np.random.Generator) -> np.ndarray:
    bands = np.array(a.AGES)[rng.choice(len(a.AGES), count, p=a.AGE_AT_ENTRY)]
    return rng.integers(bands[:, 0], bands[:, 1], endpoint=True)


def _durations(months: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Days; lognormal with the given means in months, at least a week."""
    location = np.log(months * DAYS_PER_MONTH) - a.DURATION_SPREAD**2 / 2
    return np.maximum(7, rng.lognormal(location, a.DURATION_SPREAD)).astype("int64")


def _last_day(age: np.ndarray, birth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Care ends at the eighteenth birthday for most, and with the year of the 22nd for all."""
    at_18 = (age < 18) & (rng.random(len(age)) < a.LEAVES_AT_18)
    birthday = month_start((birth + 18 - 1970) * 12) + rng.integers(0, 365, len(birth))
    return np.where(at_18, birthday, month_start((birth + 23 - 1970) * 12) - 1)


def _youths(
    home: np.ndarray, birth: np.ndarray, care: pd.DataFrame, size: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per youth; a few move on the first day of a month while in care, more often to a large municipality."""
    count = len(home)
    span = care.groupby("youth").agg(first=("start", "min"), last=("end", "max")).reindex(range(count), fill_value=0)
    first, last = (month_index(span[name].to_numpy()) for name in ("first", "last"))
    move = first + 1 + np.floor(rng.random(count) * (last - first)).astype("int64")
    new_home = rng.choice(len(size), count, p=size)
    moves = (rng.random(count) < a.MOVER_SHARE) & (last > first) & (new_home != home)
    return pd.DataFrame(
        {
            "identifier": np.frombuffer(rng.bytes(10 * count).hex().encode(), dtype="S20"),
            "home": home,
            "birth_year": birth,
            "sex": rng.choice([1, 2], count, p=[0.55, 0.45]),
            "move": np.where(moves, month_start(move), np.iinfo("int64").max),
            "new_home": new_home,
        }
    )
