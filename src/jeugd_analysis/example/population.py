"""Youths and their episodes of care: the stock on 1 January and an inflow that together give the published number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.inputs import ExampleInput

DAYS_PER_MONTH = 365.25 / 12
NEVER = np.iinfo("int64").max


def day(year: int, month: int = 1, number: int = 1) -> int:
    """A date as days since 1970, the way Arrow keeps it."""
    return (date(year, month, number) - date(1970, 1, 1)).days


def number_of(when: date) -> int:
    """The same for a date."""
    return day(when.year, when.month, when.day)


def month_index(days: np.ndarray) -> np.ndarray:
    """Months since January 1970 of days since 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype("int64")


def month_start(months: np.ndarray) -> np.ndarray:
    """First day, since 1970, of months since January 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype("int64")


def years_earlier(days: np.ndarray, years: np.ndarray) -> np.ndarray:
    """The same day of the month some years before; 29 February becomes the 28th where it does not exist."""
    months = month_index(days)
    moved = month_start(months - 12 * years) + days - month_start(months)
    return np.minimum(moved, month_start(months - 12 * years + 1) - 1)


def product_codes(region: ExampleInput) -> list[str]:
    """Products of the reference table that have a profile; the others get no care in the example."""
    return [code for code in region.products["product"] if code in a.PROFILES]


class Inflow:
    """What the newly entered look like: ages and products per municipality, durations per product."""

    def __init__(self, region: ExampleInput, rng: np.random.Generator) -> None:
        self.codes, self.products = list(region.municipalities), product_codes(region)
        size = np.array([region.youths(code, a.BASE_YEAR) for code in self.codes])
        self.size = size / size.sum()
        self.mix = _product_mix(region, self.size, self.products, rng)
        self.ages = _age_shares(region, self.codes)
        self.months = np.array([a.PROFILES[code].months for code in self.products])

    def births(self, home: np.ndarray, year: int | np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Years of birth of youths that enter in a year."""
        band = (self.ages[home] < rng.random(len(home))[:, None]).sum(axis=1)
        low, high = np.array(a.AGES)[band].T
        # Nobody enters in the year of birth: help is asked for up to nine months before it begins.
        return year - np.maximum(rng.integers(low, high, endpoint=True), 1)

    def episodes(
        self, home: np.ndarray, birth: np.ndarray, year: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Product, first and last day of one episode each that begins in the year."""
        age = np.clip(year - birth, 0, a.AGES[-1][1])
        band = np.searchsorted([low for low, _ in a.AGES], age, side="right") - 1
        product = (self.mix[home, band] < rng.random(len(home))[:, None]).sum(axis=1)
        start = day(year) + rng.integers(0, 365, len(home))
        return product, start, self.ends(product, start, birth, age, rng)

    def ends(
        self, product: np.ndarray, start: np.ndarray, birth: np.ndarray, age: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Last day: lognormal durations of at least a week, cut off where youths grow up."""
        location = np.log(self.months[product] * DAYS_PER_MONTH) - a.DURATION_SPREAD**2 / 2
        length = np.maximum(7, rng.lognormal(location, a.DURATION_SPREAD)).astype("int64")
        return np.maximum(np.minimum(start + length, _last_day(age, birth, rng)), start + 1)


def simulate(region: ExampleInput, scale: float, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Youths (identifier, home, birth_year, sex, move, new_home) and episodes (youth, product, start, end, copies).

    Shapes: one row per youth and per episode. Homes and products are positions in their lists, dates are days since
    1970, `move` is the first day at the new home. The number of distinct youths in a year is the target x scale,
    as long as the stock of 1 January is smaller. An episode with `copies` happens again in each of that many earlier
    years, to the youth whose number is youth - k x `step`: that is how a known answer keeps all else the same.
    """
    inflow = Inflow(region, rng)
    codes = inflow.codes
    same = _SameEachYear(region, inflow, scale, rng)
    home, birth, last_end = same.home, same.birth, same.last_end
    episodes = [same.episodes]
    for year in range(a.FIRST_ENTRIES.start, a.LAST_YEAR + 2):
        targets = np.array([region.youths(code, max(year, a.YOUTH_ACT.year)) for code in codes]) * scale
        stock = np.bincount(home[last_end >= day(year)], minlength=len(codes))
        wanted = targets / 2 if year in a.FIRST_ENTRIES else np.maximum(targets - stock, 0)
        wanted[same.places if year <= same.until else []] = 0
        back, new_homes = _who_enters(np.rint(wanted).astype("int64"), home, birth, last_end, year, rng)
        youth = np.concatenate([back, np.arange(len(home), len(home) + len(new_homes))])
        home = np.concatenate([home, new_homes])
        birth = np.concatenate([birth, inflow.births(new_homes, year, rng)])
        product, start, end = inflow.episodes(home[youth], birth[youth], year, rng)
        last_end = np.concatenate([last_end, np.zeros(len(new_homes), dtype="int64")])
        last_end[youth] = end
        columns = {"youth": youth, "product": product, "start": start, "end": end, "copies": 0, "step": 0}
        episodes.append(pd.DataFrame(columns))
    care = pd.concat(episodes, ignore_index=True)
    return _youths(region, home, birth, care, inflow.size, rng), care


class _SameEachYear:
    """Care of the municipality with a known answer: one cohort of youths, entered anew in each year up to `until`.

    The cohort enters in the last year; every earlier one is a copy of it, so that each year has the same stock, inflow,
    products and durations. How many youths it takes follows from how many calendar years each of them has care.
    """

    def __init__(self, region: ExampleInput, inflow: Inflow, scale: float, rng: np.random.Generator) -> None:
        told = region.truth.known_answer
        self.places = [i for i, code in enumerate(inflow.codes) if code == told.municipality]
        self.until = told.compare
        years = range(told.compare - a.COHORTS + 1, told.compare + 1)
        target = region.youths(told.municipality, told.base) * scale if self.places else 0.0
        home = np.full(round(target), self.places[0] if self.places else 0)
        birth = inflow.births(home, told.compare, rng)
        product, start, end = inflow.episodes(home, birth, told.compare, rng)
        seen = (month_index(end) // 12 - month_index(start) // 12 + 1).cumsum()  # calendar years with care
        size = int(np.searchsorted(seen, target)) + 1 if len(home) else 0
        columns = {"youth": np.arange(size) + size * (len(years) - 1), "product": product[:size],
                   "start": start[:size], "end": end[:size], "copies": len(years) - 1, "step": size}  # fmt: skip
        self.episodes = pd.DataFrame(columns)
        back = np.repeat(np.arange(len(years) - 1, -1, -1), size)
        self.home, self.birth = np.tile(home[:size], len(years)), np.tile(birth[:size], len(years)) - back
        self.last_end = years_earlier(np.tile(end[:size], len(years)), back)


def _age_shares(region: ExampleInput, codes: Sequence[str]) -> np.ndarray:
    """Cumulative shares of the age bands at entry: the usual ones, moved as far as the youths in care differ."""
    total = np.sum(list(region.ages.values()), axis=0) if region.ages else np.ones(len(a.AGES))
    usual = np.array(a.AGE_AT_ENTRY)
    told = np.array([usual * np.array(region.ages.get(code, total)) / total for code in codes])
    shares = told.cumsum(axis=1) / told.sum(axis=1, keepdims=True)
    shares[:, -1] = 1.0
    return shares


def _product_mix(
    region: ExampleInput, size: np.ndarray, products: Sequence[str], rng: np.random.Generator
) -> np.ndarray:
    """Cumulative shares: municipality x age band x product, mildly different between municipalities.

    The differences cancel out over the region, in which municipalities weigh with their `size`. Residential care
    follows the published share of each municipality.
    """
    weights = np.array([a.PROFILES[code].weights for code in products]).T
    accent = rng.lognormal(0, a.LOCAL_SPREAD, (len(size), len(products)))
    stays = [i for i, code in enumerate(products) if code in a.RESIDENTIAL]
    told = list(region.residential.values())
    mean = sum(told) / len(told) if told else 1.0
    accent[:, stays] = np.array([[region.residential.get(code, mean) / mean] for code in region.municipalities])
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


def _last_day(age: np.ndarray, birth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Care ends at the eighteenth birthday for most, and with the year of the 22nd for all."""
    at_18 = (age < 18) & (rng.random(len(age)) < a.LEAVES_AT_18)
    birthday = month_start((birth + 18 - 1970) * 12) + rng.integers(0, 365, len(birth))
    return np.where(at_18, birthday, month_start((birth + 23 - 1970) * 12) - 1)


def _youths(
    region: ExampleInput,
    home: np.ndarray,
    birth: np.ndarray,
    care: pd.DataFrame,
    size: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One row per youth; a few move on the first day of a month while in care, more often to a large municipality.

    Nobody moves to or from a municipality that leaves the region, or into the known answer.
    """
    count = len(home)
    span = care.groupby("youth").agg(first=("start", "min"), last=("end", "max")).reindex(range(count), fill_value=0)
    since = span["first"].clip(lower=day(a.YOUTH_ACT.year))  # there are no files from before
    first, last = month_index(since.to_numpy()), month_index(span["last"].to_numpy())
    move = first + 1 + np.floor(rng.random(count) * (last - first)).astype("int64")
    new_home = rng.choice(len(size), count, p=size)
    told = region.truth.known_answer
    codes = list(region.municipalities)
    stays = np.array([code in region.leaves for code in codes])
    known = np.array([code == told.municipality for code in codes])
    early = month_start(move) <= day(told.compare, 12, 31)
    moves = (rng.random(count) < a.MOVER_SHARE) & (last > first) & (new_home != home)
    moves &= ~(stays[home] | stays[new_home] | ((known[home] | known[new_home]) & early))
    return pd.DataFrame(
        {
            "identifier": np.frombuffer(rng.bytes(10 * count).hex().encode(), dtype="S20"),
            "home": home,
            "birth_year": birth,
            "sex": rng.choice([1, 2], count, p=[0.55, 0.45]),
            "move": np.where(moves, month_start(move), NEVER),
            "new_home": new_home,
        }
    )
