"""Time of the methods on cost growth and late claims as the input grows.

Run: .venv/bin/python benchmarks/methods.py [--runs 3]. Prints a table; each row is a process of its own.
The largest bootstrap is a whole region: 33,000 youths, 6,000 cells (municipality x product x provider), 1,000 draws.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from jeugd_analysis.methods.claims_maturity import mack
from jeugd_analysis.methods.decomposition import bootstrap, method_band

KEYS = ["municipality", "product", "provider"]


def triangle(size: int) -> pd.DataFrame:
    """A square run-off triangle of random amounts."""
    rng = np.random.default_rng(1)
    amounts = rng.uniform(50, 200, (size, 1)) * np.cumprod(rng.uniform(1.0, 1.3, (size, size)), axis=1)
    known = np.arange(size) < size - np.arange(size)[:, None]
    return pd.DataFrame(np.where(known, amounts, np.nan), columns=range(1, size + 1))


def cells(count: int) -> pd.DataFrame:
    """Two years of cells with five factors."""
    rng = np.random.default_rng(2)
    keys = pd.DataFrame({"cell": np.tile(np.arange(count), 2), "year": np.repeat([1, 2], count)})
    return keys.assign(**{name: rng.uniform(0.5, 2.0, 2 * count) for name in "abcde"})


def lines(youths: int, count: int) -> pd.DataFrame:
    """Two years of lines: about four per youth in all, few in most cells and many in some, as in a real region."""
    rng = np.random.default_rng(3)
    size, places = int(2.8 * youths), 10
    youth = rng.integers(youths, size=size)
    chance = np.arange(1, count // places + 1) ** -0.9
    contract = rng.choice(len(chance), size=size, p=chance / chance.sum())
    care = pd.DataFrame({
        "youth_id": youth, "municipality": youth % places, "product": contract % 50, "provider": contract,
    }).drop_duplicates()  # fmt: skip
    which = rng.choice(3, size=len(care), p=[0.285, 0.285, 0.43])  # first year, second year, both
    both = pd.concat([care[which != 1].assign(year=1), care[which != 0].assign(year=2)], ignore_index=True)
    units = rng.integers(1, 60, len(both))
    return both.assign(units=units, amount_cents=units * (5000 + both["product"] * 37 + both["year"] * 200))


def cases() -> dict[str, tuple[Callable[[], pd.DataFrame], Callable[[pd.DataFrame], object]]]:
    """Name -> how to make the input, and what to time."""
    told = {"base": 1, "compare": 2}
    many: dict[str, tuple[Callable[[], pd.DataFrame], Callable[[pd.DataFrame], object]]] = {}
    for size in (12, 36, 108):
        many[f"mack, {size} x {size} triangle"] = (lambda size=size: triangle(size), mack)
    for count in (10_000, 100_000, 1_000_000):
        many[f"method_band, {count:,} cells, 5 factors"] = (
            lambda count=count: cells(count),
            lambda table: method_band(table, tuple("abcde"), keys=["cell"], **told),
        )
    sizes = [(3300, 600, 1000, []), (33_000, 6000, 100, []), (33_000, 6000, 1000, []), (33_000, 6000, 1000, KEYS)]
    for youths, count, draws, by in sizes:
        many[f"bootstrap, {youths:,} youths, {count:,} cells, {draws:,} draws, by {'cell' if by else 'region'}"] = (
            lambda youths=youths, count=count: lines(youths, count),
            lambda table, draws=draws, by=by: bootstrap(
                table, keys=KEYS, draws=draws, by=by, stacking=True, rng=np.random.default_rng(4), **told
            ),
        )
    return many


def measure(name: str, runs: int) -> tuple[float, float]:
    """Median seconds of a case and peak MiB of this process."""
    make, call = cases()[name]
    table, seconds = make(), []
    for _ in range(runs):
        before = time.perf_counter()
        call(table)
        seconds.append(time.perf_counter() - before)
    return statistics.median(seconds), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure every case in a process of its own and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    print(f"| step (median of {options.runs}) | seconds | peak MiB |\n|---|--:|--:|")
    for name in cases():
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, peak = pool.apply(measure, (name, options.runs))
        print(f"| {name} | {seconds:.3f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
