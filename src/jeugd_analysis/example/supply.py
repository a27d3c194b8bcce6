"""Waiting lists and places of the example region. The numbers are ours, unless a source is named.

A waiting list is a queue: youths arrive evenly over the year, who waits longest starts first, and the list is as long
as the new youths per day times the wait (Little's law). All of 2019 to 2026 is drawn, then cut: an earlier last quarter
has the same rows as a later one. Imitated (Westland memo 25-0094740): the list for day treatment of young children
(KDC) grew by a given factor in 2024 in spite of extra places, and there are too few foster and family homes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.example.assumptions import PROFILES

YEARS = range(2019, 2027)
QUARTERS = tuple(Quarter(YEARS[0], 1).until(Quarter(YEARS[-1], 4)))
GROWTH_YEAR = 2024  # in which the KDC list grows by the given factor
GROWTH_STEPS = (0.6, 0.9, 1.2, 1.3)  # how much of that growth each quarter of the year has; later ones as the last

WAIT_NOISE, LOCAL_WAIT_NOISE = 0.04, 0.12  # sigma of the region's wait, and of municipalities around it
MOST_HARMED = 0.5  # share of a list that is harmed when the wait is very long
SHARED_PLACE = 0.6  # day help: a youth comes some half days of the week, so places are shared
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """One kind of help. wait_days: mean wait per year; places: per year, as a share of those of 2024.

    product: whose mean duration says how many youths are in care at once. half_harmed_days: the mean wait at which half
    of MOST_HARMED are harmed. occupancy: share of the places in use, usually and at most. place_per_youth: below 1 when
    youths share a place.
    """

    segment: str
    product: str
    wait_days: tuple[float, ...]
    half_harmed_days: float = 180.0
    places: tuple[float, ...] = ()  # empty: help without places in the example
    occupancy: tuple[float, float] = (1.0, 1.0)
    place_per_youth: float = 1.0


SUPPLY = {
    "kdc": Supply(
        segment="S3",
        product="41A11",
        wait_days=(80, 84, 86, 88, 92, 92, 88, 84),  # before the growth of GROWTH_YEAR
        places=(0.88, 0.88, 0.90, 0.91, 0.92, 1.0, 1.02, 1.03),  # extra places in 2024: same memo
        occupancy=(0.985, 1.0),
        place_per_youth=SHARED_PLACE,
    ),
    "dagbesteding": Supply(
        segment="S3",
        product="41A12",
        wait_days=(40, 42, 44, 44, 46, 48, 48, 48),
        places=(0.94, 0.95, 0.96, 0.98, 0.99, 1.0, 1.0, 1.0),
        occupancy=(0.93, 1.0),
        place_per_youth=SHARED_PLACE,
    ),
    "pleegzorg": Supply(
        segment="S1",
        product="44A07",
        wait_days=(110, 112, 118, 125, 138, 150, 155, 158),
        places=(1.03, 1.03, 1.02, 1.02, 1.01, 1.0, 0.99, 0.99),
        occupancy=(0.985, 1.0),
    ),
    "gezinshuis": Supply(
        segment="S1",
        product="44A08",
        wait_days=(140, 146, 150, 160, 175, 190, 196, 200),
        places=(0.95, 0.96, 0.97, 0.98, 0.99, 1.0, 1.0, 1.01),
        occupancy=(0.985, 1.0),
    ),
    "verblijf": Supply(
        segment="S1",
        product="43A11",
        wait_days=(60, 60, 64, 68, 72, 74, 72, 70),
        places=(1.12, 1.10, 1.07, 1.05, 1.02, 1.0, 0.97, 0.95),
        occupancy=(0.93, 1.0),
    ),
    "crisis": Supply(
        segment="S1",
        product="46A02",
        wait_days=(3, 3, 4, 4, 4, 4, 4, 4),
        half_harmed_days=6.0,
        places=(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
        occupancy=(0.97, 1.1),  # overbooked at times: who is in danger is not sent away
    ),
    "ggz": Supply(segment="S2", product="54003", wait_days=(90, 98, 108, 116, 120, 122, 118, 114)),
    "ambulant": Supply(segment="S5", product="45A48", wait_days=(35, 38, 44, 48, 50, 50, 48, 46)),
}


def waiting(
    municipalities: Sequence[str],
    size: Mapping[str, float],
    *,
    inflow: Mapping[str, float],
    kdc_growth: float,
    scale: float,
    last: Quarter,
    rng: np.random.Generator,
) -> dict[str, pa.Array]:
    """The table `waiting` from 2019-K1 to `last`: a row per municipality, kind of `inflow` and quarter.

    size: youths in care by municipality; its shares say who waits. inflow: kind (a key of SUPPLY) -> new youths per
    year in the region at scale 1. kdc_growth: the KDC list of 2024 over that of 2023, both summed over their quarters.
    For the region as a whole, waiting = inflow per day x mean wait holds up to the rounding of the mean wait.
    """
    shares = np.array([size[code] for code in municipalities], dtype="float64")
    shares /= shares.sum()
    lists = []
    for kind, new_youths in inflow.items():
        arrivals = new_youths * scale
        growth = kdc_growth if kind == "kdc" else None
        total = _list_lengths(SUPPLY[kind], arrivals, growth, rng)
        lists.append(_queue(total, arrivals, shares, SUPPLY[kind].half_harmed_days, rng))
    columns = [np.stack(column, axis=1)[:, :, : _known(last)] for column in zip(*lists, strict=True)]
    count, wait, harmed = (column.ravel() for column in columns)
    at, kind_at, quarter_at = (grid.ravel() for grid in np.indices(columns[0].shape))
    kinds = list(inflow)
    return {
        "municipality": pa.array(list(municipalities)).take(pa.array(at)),
        "segment": pa.array([SUPPLY[kind].segment for kind in kinds], type=pa.string()).take(pa.array(kind_at)),
        "kind": pa.array(kinds, type=pa.string()).take(pa.array(kind_at)),
        "quarter": pa.array([quarter.label for quarter in QUARTERS]).take(pa.array(quarter_at)),
        "waiting": pa.array(count),
        "mean_wait_days": pa.array(np.round(wait, 1), mask=count == 0),
        "harmful": pa.array(harmed),
    }


def capacity(
    *, inflow: Mapping[str, float], scale: float, last: Quarter, rng: np.random.Generator
) -> dict[str, pa.Array]:
    """The table `capacity` from 2019-K1 to `last`: a row per kind of `inflow` that has places, and quarter.

    inflow: as for `waiting`. Places are contracted per year: those of 2024 fit the youths in care at once (new youths
    per month x mean duration in months) at the mean occupancy.
    """
    kinds = [kind for kind in inflow if SUPPLY[kind].places]
    known = _known(last)
    made = [_places(SUPPLY[kind], inflow[kind] * scale, rng) for kind in kinds]
    return {
        "segment": pa.array([SUPPLY[kind].segment for kind in kinds for _ in range(known)]),
        "kind": pa.array([kind for kind in kinds for _ in range(known)]),
        "quarter": pa.array([quarter.label for _ in kinds for quarter in QUARTERS[:known]]),
        "places": pa.array([n for places, _ in made for n in places[:known].tolist()], type=pa.int64()),
        "occupied": pa.array([n for _, used in made for n in used[:known].tolist()], type=pa.int64()),
    }


def _known(last: Quarter) -> int:
    return sum(quarter <= last for quarter in QUARTERS)


def _list_lengths(supply: Supply, arrivals: float, growth: float | None, rng: np.random.Generator) -> np.ndarray:
    """Youths waiting in the region at the end of each quarter; the sum of GROWTH_YEAR is growth x the year before."""
    path = np.interp([q.year + q.number / 4 for q in QUARTERS], np.array(YEARS) + 0.5, supply.wait_days)
    if growth is not None:
        path *= 1 + (growth - 1) * np.array([_grown(quarter) for quarter in QUARTERS])
    length = arrivals / _DAYS_PER_YEAR * path * rng.lognormal(sigma=WAIT_NOISE, size=len(QUARTERS))
    whole = np.rint(length).astype("int64")
    if growth is not None:
        of_year = np.array([quarter.year for quarter in QUARTERS])
        wanted, now = growth * whole[of_year == GROWTH_YEAR - 1].sum(), of_year == GROWTH_YEAR
        if length[now].any():
            steps = np.rint(np.cumsum(length[now]) / length[now].sum() * wanted)  # running total: no rounding is lost
            whole[now] = np.diff(steps, prepend=0).astype("int64")
    return whole


def _grown(quarter: Quarter) -> float:
    if quarter.year == GROWTH_YEAR:
        return GROWTH_STEPS[quarter.number - 1]
    return GROWTH_STEPS[-1] if quarter.year > GROWTH_YEAR else 0.0


def _queue(
    total: np.ndarray, arrivals: float, shares: np.ndarray, half_harmed_days: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Waiting, mean wait in days and harmed, each municipality x quarter, for the given length of the region's list.

    The list is the last `total` of those who have arrived, so that who waits now mostly waited a quarter ago too.
    """
    arrived = total.max() + np.rint(arrivals / 4 * np.arange(1, len(total) + 1)).astype("int64")
    homes = rng.choice(len(shares), size=arrived[-1], p=shares)
    count = np.stack(
        [
            np.bincount(homes[end - length : end], minlength=len(shares))
            for end, length in zip(arrived, total, strict=True)
        ],
        axis=1,
    )
    local = rng.lognormal(sigma=LOCAL_WAIT_NOISE, size=count.shape)
    weighted = (count * local).sum(axis=0)
    # total / weighted brings the mean over everyone who waits back to that of the region.
    wait = local * total * total * _DAYS_PER_YEAR / np.maximum(arrivals * weighted, 1e-9)
    wait = np.where(count > 0, wait, 0.0)
    harmed = rng.binomial(count, MOST_HARMED * wait / (wait + half_harmed_days))
    return count, wait, harmed


def _places(supply: Supply, arrivals: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Places and places in use at the end of each quarter."""
    usual, most = supply.occupancy
    in_care = arrivals / 12 * PROFILES[supply.product].months * supply.place_per_youth
    per_year = np.rint(in_care / usual * np.array(supply.places)).astype("int64")
    places = per_year[[quarter.year - YEARS[0] for quarter in QUARTERS]]
    rate = np.minimum(rng.normal(usual, (most - usual) / 2, len(QUARTERS)), most)
    return places, np.minimum(np.rint(places * rate), np.floor(places * most)).astype("int64")
