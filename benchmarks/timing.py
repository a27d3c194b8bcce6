"""Median seconds and peak memory of cases, each in a process of its own; shared by the benchmarks of methods."""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

Cases = Callable[[], Mapping[str, tuple[Callable[[], Any], Callable[[Any], Any]]]]


def measure(cases: Cases, name: str, runs: int) -> tuple[float, float]:
    """Median seconds of a case and peak MiB of this process."""
    make, call = cases()[name]
    table, seconds = make(), []
    for _ in range(runs):
        before = time.perf_counter()
        call(table)
        seconds.append(time.perf_counter() - before)
    return statistics.median(seconds), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def print_table(cases: Cases, runs: int, *, only: str = "") -> None:
    """Measure every case whose name holds `only` in a process of its own and print a table."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    print(f"| step (median of {runs}) | seconds | peak MiB |\n|---|--:|--:|")
    for name in (name for name in cases() if only in name):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, peak = pool.apply(measure, (cases, name, runs))
        print(f"| {name} | {seconds:.3f} | {peak:.0f} |", flush=True)
