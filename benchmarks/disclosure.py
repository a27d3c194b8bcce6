"""Time of protecting and attacking what a book publishes, and the share of numbers that ends up hidden.

Run: .venv/bin/python benchmarks/disclosure.py [--editions 4] [--seed 1] [--case usage|money|cube]. Prints a table for
benchmarks/README.md. Everything is made up: youths with a municipality, an age, trajectories by product and referrer.

usage: the mart of that name, distinct youths by area x (year x ~90 levels, quarter x ~8 levels); one edition a quarter.
money: the same cells in steps of 10,000 euro with their providers; sums are exact and most cells are shown exactly.
cube: municipality x segment x product with every total: sums in three directions, the hardest kind for its size.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from jeugd_analysis.methods.disclosure import AtMost, CellRef, Relation, SumOver, audit, protect

REGION = "GM0000"
SHARES = np.array([0.44, 0.16, 0.095, 0.092, 0.072, 0.054, 0.054, 0.021, 0.012])  # of nine municipalities
SEGMENTS, PRODUCTS, AGES, REFERRERS, YOUTHS, YEARS, FIRST = 7, 70, 5, 8, 26_000, 9, 2017
STEP = 10_000
KEYS = ["area", "period_kind", "period", "dimension", "level"]
LEVELS = {"jaar": ["totaal", "segment", "product", "age_band", "referrer"], "kwartaal": ["totaal", "segment"]}
MONEY = {"threshold": 1, "base": 1, "min_width": 4}


# -- a region of made-up youths ------------------------------------------------------------------------


def skewed(size: int, power: float) -> np.ndarray:
    weight = np.arange(1, size + 1.0) ** -power
    return weight / weight.sum()


def trajectories(year: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row per trajectory of one year: some youths have more than one, a few in another municipality."""
    area = rng.choice(len(SHARES), YOUTHS, p=SHARES)
    age = rng.choice(AGES, YOUTHS, p=[0.08, 0.4, 0.35, 0.13, 0.04])
    youth = np.repeat(np.arange(YOUTHS), rng.choice([1, 2, 3], YOUTHS, p=[0.6, 0.3, 0.1]))
    moved = rng.random(len(youth)) < 0.01
    start = rng.integers(1, 5, len(youth))
    product = rng.choice(PRODUCTS, len(youth), p=skewed(PRODUCTS, 1.1))
    return pd.DataFrame(
        {
            "year": year,
            "youth": youth,
            "area": np.where(moved, rng.choice(len(SHARES), len(youth), p=SHARES), area[youth]),
            "age_band": age[youth],
            "referrer": rng.choice(REFERRERS, len(youth), p=skewed(REFERRERS, 1.2)),
            "product": product,
            "provider": product * 12 + rng.zipf(1.6, len(youth)) % 12,
            "start": start,
            "end": np.minimum(4, start + rng.integers(0, 4, len(youth))),
        }
    )


def care(rng: np.random.Generator) -> pd.DataFrame:
    """One row per trajectory and quarter, with whole steps of money and the edition that knows it first (0, 1, ...).

    The last year comes in quarter by quarter; a tenth of each quarter is late by one edition, some by two.
    """
    price = (rng.pareto(1.5, PRODUCTS) * 2000 + 1500) / STEP
    segment = np.append(np.arange(SEGMENTS), rng.integers(0, SEGMENTS, PRODUCTS - SEGMENTS))
    found = []
    for year in range(FIRST, FIRST + YEARS):
        every = trajectories(year, rng)
        for quarter in range(1, 5):
            rows = every[(every["start"] <= quarter) & (quarter <= every["end"])].copy()
            late = (rng.random(len(rows)) < 0.1).astype(int) + (rng.random(len(rows)) < 0.02)
            age = quarter - 1 + 4 * (year - FIRST - YEARS + 1)
            steps = price[rows["product"]] * rng.gamma(1.5, 1 / 1.5, len(rows))
            found.append(rows.assign(quarter=quarter, known=age + late, steps=np.floor(steps + rng.random(len(rows)))))
    lines = pd.concat(found, ignore_index=True)
    return lines.assign(segment=segment[lines["product"]], totaal="alle").astype({"steps": int})


def mart(lines: pd.DataFrame) -> pd.DataFrame:
    """KEYS with youths (distinct), steps and contributors (providers; 0 where the youths are hidden)."""
    named = lines.assign(
        jaar=lines["year"].astype(str), kwartaal=lines["year"].astype(str) + "-K" + lines["quarter"].astype(str)
    )
    found = []
    for kind, dimensions in LEVELS.items():
        for dimension in dimensions:
            for rows in (
                named.assign(area=REGION),
                named.assign(area="GM" + (named["area"] + 1).astype(str).str.zfill(4)),
            ):
                groups = rows.groupby(["area", kind, dimension])
                cells = groups.agg(
                    youths=("youth", "nunique"), steps=("steps", "sum"), contributors=("provider", "nunique")
                ).reset_index()
                cells = cells.rename(columns={kind: "period", dimension: "level"})
                found.append(cells.assign(period_kind=kind, dimension=dimension, level=cells["level"].astype(str)))
    cells = pd.concat(found, ignore_index=True)
    cells["contributors"] = cells["contributors"].where(cells["youths"] >= 10, 0)
    return cells[[*KEYS, "youths", "steps", "contributors"]]


def relations(lines: pd.DataFrame, *, exact: bool) -> list[object]:
    """Youths are counted once per total, money always adds up. What is left open, such as the area, is matched."""

    def cell(kind: str, dimension: str, **more: str) -> CellRef:
        return CellRef("usage", {"period_kind": kind, "dimension": dimension, **more})

    shape = Relation if exact else AtMost
    found: list[object] = [SumOver("usage", "area", total=REGION, at_most=not exact)]
    for kind, dimensions in LEVELS.items():
        for dimension in {"segment", "age_band", "referrer"} & set(dimensions):
            inner = Relation if dimension == "age_band" else shape
            found.append(inner(cell(kind, "totaal", level="alle"), (cell(kind, dimension),)))
    for segment, rows in lines.groupby("segment"):
        products = tuple(cell("jaar", "product", level=str(product)) for product in sorted(rows["product"].unique()))
        found.append(shape(cell("jaar", "segment", level=str(segment)), products))
    for year, rows in lines.groupby("year"):
        quarters = [f"{year}-K{quarter}" for quarter in sorted(rows["quarter"].unique())]
        for dimension in LEVELS["kwartaal"]:
            parts = tuple(cell("kwartaal", dimension, period=quarter) for quarter in quarters)
            found.append(shape(cell("jaar", dimension, period=str(year)), parts))
    return found


# -- a cube with every total -----------------------------------------------------------------------------


def cube(rng: np.random.Generator) -> np.ndarray:
    """Counts whose rows and columns differ as much as municipalities and products do."""
    rate = np.ones(())
    for size in (9, 6, 9):
        weight = rng.pareto(1.5, size) + 0.1
        rate = np.multiply.outer(rate, weight / weight.mean())
    return rng.poisson(12 * rate)


def with_totals(cells: np.ndarray) -> pd.DataFrame:
    for axis in range(cells.ndim):
        cells = np.concatenate([cells, cells.sum(axis=axis, keepdims=True)], axis=axis)
    codes = [[*map(str, range(size - 1)), "alle"] for size in cells.shape]
    index = pd.MultiIndex.from_product(codes, names=["municipality", "segment", "product"])
    return pd.DataFrame({"youths": cells.ravel()}, index=index).reset_index()


# -- measuring -------------------------------------------------------------------------------------------

Case = tuple[dict[str, pd.DataFrame], dict[str, object]]  # tables, and the arguments of protect


def usage_cases(editions: int, rng: np.random.Generator, *, money: bool) -> Iterator[Case]:
    lines = care(rng)
    for edition in range(editions):
        known = lines[lines["known"] <= edition]
        cells, count = mart(known), "steps" if money else "youths"
        rules: dict[str, object] = {"count": count, "relations": relations(known, exact=money)}
        if money:
            rules |= {"contributors": {"usage": cells[[*KEYS, "contributors"]]}, **MONEY}
        yield {"usage": cells[[*KEYS, count]]}, rules


def cube_cases(editions: int, rng: np.random.Generator) -> Iterator[Case]:
    cells = cube(rng)
    for _ in range(editions):
        yield (
            {"t": with_totals(cells)},
            {
                "count": "youths",
                "relations": [SumOver("t", column) for column in ("municipality", "segment", "product")],
            },
        )
        cells = np.maximum(0, cells + (rng.random(cells.shape) < 0.1) * rng.integers(-2, 6, cells.shape))


def measure(cases: Iterator[Case]) -> Iterator[tuple[object, ...]]:
    """Protect and attack a row of editions: one line of the printed table for each."""
    done: list[dict[str, pd.DataFrame]] = []
    for edition, (tables, rules) in enumerate(cases):
        start = time.process_time()
        done.append(protect(tables, previous=done, **rules))
        middle = time.process_time()
        found = audit(done, relations=rules["relations"])
        end = time.process_time()
        status = pd.concat(done[-1].values())["status"].value_counts()
        width = (found["high"] - found["low"]).min()
        counts = [int(status.sum()), *(int(status.get(name, 0)) for name in ("primary", "secondary"))]
        yield edition + 1, *counts, f"{middle - start:.1f}", f"{end - middle:.1f}", f"{width:.0f}"


def main() -> None:
    """Measure every case and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--editions", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", choices=["usage", "money", "cube"])
    options = parser.parse_args()
    cases = {
        "usage": lambda rng: usage_cases(options.editions, rng, money=False),
        "money": lambda rng: usage_cases(options.editions, rng, money=True),
        "cube": lambda rng: cube_cases(options.editions, rng),
    }
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}; processor seconds")
    print("| case | edition | cells | primary | secondary | protect s | audit s | narrowest |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for name, make in cases.items():
        if options.case in (None, name):
            for row in measure(make(np.random.default_rng(options.seed))):
                print(f"| {' | '.join(map(str, (name, *row)))} |", flush=True)


if __name__ == "__main__":
    main()
