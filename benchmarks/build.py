"""Time and memory of a full build and of an unchanged one, on the example region.

Run: make bench, or .venv/bin/python benchmarks/build.py [--scale 1.0] [--runs 3].
Prints a table for benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUARTERS = ("2025-K4", "2026-K1", "2026-K2", "2026-K3")


def run(work: Path, *arguments: str, **extra: str) -> tuple[float, float]:
    """Seconds and peak MiB (of the largest process) of one command of the program."""
    before = time.perf_counter()
    command = [sys.executable, "-c", "from jeugd_analysis.cli import main; main()", *arguments]
    environment = {**os.environ, "JEUGD_WERKMAP": str(work), "JEUGD_PROJECT": str(ROOT), **extra}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(arguments)} failed")
    return time.perf_counter() - before, usage.ru_maxrss / 1024


def main() -> None:
    """Measure every step and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", default="1.0")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--plain", action="store_true", help="also with a fresh kernel per notebook (slow)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        rows = [("sample", *run(work, "sample", "--to", str(work / "vb"), "--scale", options.scale))]
        rows += [(f"add {q}", *run(work, "add", q, str(work / "vb" / q))) for q in QUARTERS]
        rows.append(("build, everything new", *run(work, "build", "2026-K3")))
        again = [run(work, "build", "2026-K3") for _ in range(options.runs)]
        rows.append(
            (f"build, nothing changed (median of {options.runs})", *map(statistics.median, zip(*again, strict=True)))
        )
        executed = work / "_build" / "2026-K3" / "executed"
        notebooks = []
        for _ in range(options.runs):
            for file in executed.rglob("*.digest"):
                file.unlink()
            notebooks.append(run(work, "build", "2026-K3"))
        rows.append(
            (
                f"build, all notebooks again (median of {options.runs})",
                *map(statistics.median, zip(*notebooks, strict=True)),
            )
        )
        if options.plain:
            for file in executed.rglob("*.digest"):
                file.unlink()
            rows.append(("the same with a fresh kernel each", *run(work, "build", "2026-K3", JEUGD_KERNEL="plain")))
    print(
        f"scale {options.scale}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}"
    )
    print("| step | seconds | peak MiB |\n|---|--:|--:|")
    for name, seconds, peak in rows:
        print(f"| {name} | {seconds:.1f} | {peak:.0f} |")
    print(
        f"(children of this process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB at most)"
    )


if __name__ == "__main__":
    main()
