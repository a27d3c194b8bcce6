"""Time of the methods on cost growth, prices, caps and late claims as the input grows, beside plain pandas.

Run: .venv/bin/python benchmarks/methods.py [--runs 3] [--only decompose]. Prints a table; each row is a process of
its own. The largest bootstrap is a region: 33,000 youths, 6,000 cells (municipality x product x provider), 1,000 draws.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from math import prod
from typing import Any

import numpy as np
import pandas as pd
from timing import print_table

from jeugd_analysis.methods.caps import cap_saving
from jeugd_analysis.methods.claims_maturity import back_test, draw_completion, mack
from jeugd_analysis.methods.decomposition import bootstrap, cells_of_lines, cost_growth, decompose, method_band
from jeugd_analysis.methods.price_index import price_series

KEYS = ["municipality", "product", "provider"]
TOLD: dict[str, Any] = {"base": 1, "compare": 2}
Case = tuple[Callable[[], Any], Callable[[Any], object]]


def triangle(size: int) -> pd.DataFrame:
    """A square run-off triangle of random amounts."""
    rng = np.random.default_rng(1)
    amounts = rng.uniform(50, 200, (size, 1)) * np.cumprod(rng.uniform(1.0, 1.3, (size, size)), axis=1)
    known = np.arange(size) < size - np.arange(size)[:, None]
    return pd.DataFrame(np.where(known, amounts, np.nan), columns=range(1, size + 1))


def cells(count: int, factors: str = "abcde") -> pd.DataFrame:
    """Two years of cells with some factors."""
    rng = np.random.default_rng(2)
    keys = pd.DataFrame({"cell": np.tile(np.arange(count), 2), "year": np.repeat([1, 2], count)})
    return keys.assign(**{name: rng.uniform(0.5, 2.0, 2 * count) for name in factors})


def plain_pandas(table: pd.DataFrame, factors: str = "abcde") -> pd.DataFrame:
    """The same split as an analyst would write it: groupby and apply, every order of the factors per cell."""

    def one_cell(rows: pd.DataFrame) -> pd.Series:
        before, after = (rows[rows["year"] == year].iloc[0][list(factors)] for year in (1, 2))
        effects = dict.fromkeys(factors, 0.0)
        orders = list(permutations(factors))
        for order in orders:
            state = before.to_dict()
            for name in order:
                start = prod(state.values())
                state[name] = after[name]
                effects[name] += (prod(state.values()) - start) / len(orders)
        return pd.Series(effects)

    return table.groupby("cell").apply(one_cell)


def plain_columns(table: pd.DataFrame, factors: str = "abcde") -> pd.DataFrame:
    """The same by an analyst who knows pandas well: whole columns at once, every order of the factors."""
    wide = table.pivot(index="cell", columns="year", values=list(factors))
    effects = {name: 0.0 for name in factors}
    orders = list(permutations(factors))
    for order in orders:
        state = {name: wide[name, 1] for name in factors}
        for name in order:
            start = prod(state.values())
            state[name] = wide[name, 2]
            effects[name] = effects[name] + (prod(state.values()) - start) / len(orders)
    return pd.DataFrame(effects)


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


def with_late(youths: int, count: int, draws: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lines with a care quarter, and draws of what the last three quarters end at."""
    table = lines(youths, count)
    quarter = np.random.default_rng(5).integers(1, 5, len(table))
    late = draw_completion(triangle(12), draws=draws, rng=np.random.default_rng(6)).iloc[-3:]
    late = late.set_axis(["2-K2", "2-K3", "2-K4"]).rename_axis("quarter")
    return table.assign(quarter=table["year"].astype("str") + "-K" + quarter.astype("str")), late


def exact(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of fractions."""
    names = [name for name in table if name not in ("cell", "year")]
    return table.assign(**{name: [Fraction(int(value * 100), 100) for value in table[name]] for name in names})


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of whole numbers."""
    names = [name for name in table if name not in ("cell", "year")]
    return table.assign(**{name: (table[name] * 100).round().astype("int64") for name in names})


def decomposing() -> dict[str, Case]:
    """Growth with cells and with factors, beside plain pandas."""
    many: dict[str, Case] = {}
    for count in (100, 1000):
        many[f"plain pandas (groupby, apply), {count:,} cells, 5 factors"] = (
            lambda count=count: cells(count),
            plain_pandas,
        )
    for count in (1000, 100_000):
        many[f"plain pandas (columns), {count:,} cells, 5 factors"] = (lambda count=count: cells(count), plain_columns)
    for count in (1000, 10_000, 100_000, 1_000_000):
        many[f"decompose, {count:,} cells, 5 factors"] = (
            lambda count=count: cells(count), lambda table: decompose(table, tuple("abcde"), keys=["cell"], **TOLD),
        )  # fmt: skip
    for number in (2, 3, 4, 6, 7):
        names = "abcdefg"[:number]
        many[f"decompose, 100,000 cells, {number} factors"] = (
            lambda names=names: cells(100_000, names),
            lambda table, names=names: decompose(table, tuple(names), keys=["cell"], **TOLD),
        )
    for method in ("lmdi", "laspeyres"):
        many[f"decompose by {method}, 100,000 cells, 5 factors"] = (
            lambda: cells(100_000),
            lambda table, method=method: decompose(table, tuple("abcde"), keys=["cell"], method=method, **TOLD),
        )
    many["decompose in fractions, 10,000 cells, 5 factors"] = (
        lambda: exact(cells(10_000)), lambda table: decompose(table, tuple("abcde"), keys=["cell"], **TOLD),
    )  # fmt: skip
    for count in (100_000, 1_000_000):
        many[f"decompose in whole numbers, {count:,} cells, 5 factors"] = (
            lambda count=count: whole(cells(count)),
            lambda table: decompose(table, tuple("abcde"), keys=["cell"], **TOLD),
        )
    return many


def cases() -> dict[str, Case]:
    """Name -> how to make the input, and what to time."""
    many = decomposing()
    for size in (12, 36, 108):
        many[f"mack, {size} x {size} triangle"] = (lambda size=size: triangle(size), mack)
    for size in (12, 36):
        many[f"back_test, {size} x {size} triangle"] = (lambda size=size: triangle(size), back_test)
    for count in (10_000, 100_000, 1_000_000):
        many[f"method_band, {count:,} cells, 5 factors"] = (
            lambda count=count: cells(count),
            lambda table: method_band(table, tuple("abcde"), keys=["cell"], **TOLD),
        )
    many["cells_of_lines and cost_growth, 33,000 youths, 6,000 cells"] = (
        lambda: lines(33_000, 6000), lambda table: grown(*cells_of_lines(table, keys=KEYS)),
    )  # fmt: skip
    many["price_series, 6,000 contracts, 2 years"] = (
        lambda: cells_of_lines(lines(33_000, 6000), keys=KEYS)[0],
        lambda table: price_series(table, periods=[1, 2], items=["product", "provider"], by=["municipality"]),
    )
    many["cap_saving, 130,000 trajectories, 50 products, exact"] = (
        lambda: lines(33_000, 6000), lambda table: cap_saving(table, keys=["product"]),
    )  # fmt: skip
    sizes = [
        (3300, 600, 1000, []), (33_000, 6000, 100, []), (33_000, 6000, 300, []), (33_000, 6000, 1000, []),
        (33_000, 6000, 1000, KEYS),
    ]  # fmt: skip
    for youths, count, draws, by in sizes:
        many[f"bootstrap, {youths:,} youths, {count:,} cells, {draws:,} draws, by {'cell' if by else 'region'}"] = (
            lambda youths=youths, count=count: lines(youths, count),
            lambda table, draws=draws, by=by: resampled(table, draws, by),
        )
    many["bootstrap with late claims, 33,000 youths, 6,000 cells, 1,000 draws, by region"] = (
        lambda: with_late(33_000, 6000, 1000), lambda both: resampled(both[0], 1000, [], late=both[1]),
    )  # fmt: skip
    return many


def grown(table: pd.DataFrame, youths: pd.DataFrame) -> pd.DataFrame:
    """The split in float64."""
    numbers = dict.fromkeys(("clients", "units", "amount_cents"), "float64")
    return cost_growth(table.astype(numbers), keys=KEYS, youths=youths.astype({"youths": "float64"}), **TOLD)


def resampled(table: pd.DataFrame, draws: int, by: list[str], **options: Any) -> pd.DataFrame:
    """The interval with stacking."""
    told = {"keys": KEYS, "draws": draws, "by": by, "stacking": True, "rng": np.random.default_rng(4), **TOLD}
    return bootstrap(table, **told, **options)


def main() -> None:
    """Measure every case in a process of its own and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="part of the names to measure")
    options = parser.parse_args()
    print_table(cases, options.runs, only=options.only)


if __name__ == "__main__":
    main()
