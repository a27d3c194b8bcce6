"""Time and memory of the savings and distribution-key methods as measures, draws and youths grow.

Run: .venv/bin/python benchmarks/savings.py [--runs 3]. Prints a table; each row is a process of its own.
The plan of the book has 6 measures; a region's plan has perhaps 20, spread over five segments and seven years.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import pandas as pd
from timing import print_table

from jeugd_analysis.methods.distribution_key import deviation_probability, nucleolus, pooling_game, shapley_value
from jeugd_analysis.methods.savings import assumptions_of, closing_set, phase, simulate, tornado

YEARS = range(2027, 2034)
TARGETS = pd.DataFrame(
    [(year, f"S{number}", 700_000_000) for year in YEARS for number in range(1, 6)],
    columns=["year", "segment", "target_cents"],
)


def plan(count: int, *, shifted: float) -> pd.DataFrame:
    """Measures spread over five segments, each with a chance, a range and a run-off."""
    return pd.DataFrame({
        "measure": [f"M{number}" for number in range(count)],
        "segment": [f"S{number % 5 + 1}" for number in range(count)],
        "base_cents": 7_000_000_000, "full_effect_share": 0.03, "low_share": 0.01, "high_share": 0.05,
        "start": "2027-K1", "ramp_quarters": 12, "run_off_quarters": 4, "success_probability": 0.7,
        "shifted_share": shifted,
    })  # fmt: skip


def youths(count: int) -> tuple[pd.Series, pd.Series]:
    """Cost per youth in nine municipalities of very different size, and the key of their number."""
    rng = np.random.default_rng(5)
    weight = np.array([0.083, 0.495, 0.066, 0.013, 0.049, 0.049, 0.019, 0.085, 0.141])
    place = rng.choice(9, size=count, p=weight / weight.sum())
    cost = pd.Series(rng.lognormal(8.5, 1.3, count), index=pd.MultiIndex.from_arrays([place, np.arange(count)]))
    return cost, pd.Series(np.bincount(place, minlength=9) / count)


def game() -> dict[frozenset[object], float]:
    """All 511 coalitions of nine municipalities."""
    use = pd.Series([26, 160, 21, 4, 16, 16, 6, 27, 46]) * 1e8
    return pooling_game(use, use**0.5 * 1e4, fixed=3e8, safety=1.5)


def cases() -> dict[str, tuple[Callable[[], object], Callable[[object], object]]]:
    """Name -> how to make the input, and what to time."""
    many: dict[str, tuple[Callable[[], object], Callable[[object], object]]] = {}
    for count in (6, 20, 100):
        many[f"phase, {count} measures, 7 years"] = (
            lambda count=count: plan(count, shifted=0.0),
            lambda table: phase(table, TARGETS, years=YEARS),
        )
    for count, draws, shifted in ((6, 100_000, 0.1), (20, 100_000, 0.0), (20, 100_000, 0.1), (20, 1_000_000, 0.1)):
        told = "with" if shifted else "without"
        many[f"simulate, {count} measures, 7 years, {draws:,} draws, {told} shifted cost"] = (
            lambda count=count, shifted=shifted: plan(count, shifted=shifted),
            lambda table, draws=draws: simulate(
                table, TARGETS, draws=draws, rho=0.3, rng=np.random.default_rng(1), total="totaal"
            ),
        )
    for count in (6, 20):
        many[f"tornado, {count} measures"] = (
            lambda count=count: plan(count, shifted=0.1),
            lambda table: tornado(table, TARGETS, year=2031, assumptions=assumptions_of(table)),
        )
    for limit, told in ((15, "15 assumptions, all 32,768 sets"), (60, "60 assumptions, one by one")):
        many[f"closing_set, 20 measures, {told}"] = (
            lambda: plan(20, shifted=0.1),
            lambda table, limit=limit: closing_set(
                table, TARGETS, year=2031, assumptions=assumptions_of(table).head(limit)
            ),
        )
    for count in (3300, 33_000):
        many[f"deviation_probability, {count:,} youths, 1,000 draws"] = (
            lambda count=count: youths(count),
            lambda made: deviation_probability(made[0], made[1], draws=1000, rng=np.random.default_rng(2)),
        )
    many["shapley_value, 9 municipalities"] = (game, shapley_value)
    many["nucleolus, 9 municipalities"] = (game, nucleolus)
    return many


def main() -> None:
    """Measure every case in a process of its own and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print_table(cases, options.runs)


if __name__ == "__main__":
    main()
