"""Speed and memory of reading claims in our own CSV layout, at the size of the region and at ten times that.

Run: .venv/bin/python benchmarks/claims_csv.py [--times 1 10]. Prints a table for benchmarks/README.md. Memory is that
of a process of its own, with the program in it.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jeugd_analysis import pipeline
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.sources.own_csv import read_table
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
HISTORY = Quarter(2025, 4)


def grown(claims: Path, times: int, target: Path) -> Path:
    """The claims this many times over, each time with references of their own."""
    header, _, lines = claims.read_bytes().partition(b"\n")
    with target.open("wb") as stream:
        stream.write(header + b"\n")
        for letter in range(times):
            stream.write(lines.replace(b"\nD", b"\n" + bytes([ord("A") + letter])))
    return target


def measured(path: Path) -> None:
    """In a process of its own: seconds of processor time, lines and peak MiB."""
    start = time.process_time()
    lines = len(read_table(path, TABLES["claims"]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{lines} {time.process_time() - start:.1f} {peak:.0f}")


def main() -> None:
    """Write the files, read each in a fresh process, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--file", type=Path, help="measure this file only; used by the script itself")
    told = parser.parse_args()
    if told.file:
        measured(told.file)
        return
    print("| claims | lines | seconds | lines/s | peak MiB |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        pipeline.sample(work, last=HISTORY, seed=2026, scale=1.0, store=Store(ROOT, work))
        for times in told.times:
            path = grown(work / HISTORY.label / "claims.csv", times, work / "claims.csv")
            command = [sys.executable, __file__, "--file", str(path)]
            found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            lines, seconds, peak = int(found[0]), float(found[1]), found[2]
            print(f"| {times} x the region | {lines:,} | {seconds} | {lines / seconds:,.0f} | {peak} |", flush=True)


if __name__ == "__main__":
    main()
