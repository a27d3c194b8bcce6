"""Time of a publication of a built edition with all its annexes: cold (every chart drawn), warm, and nothing changed.

Run on a copy of a work folder, because publishing keeps every version in its archive:
JEUGD_WERKMAP=COPY .venv/bin/python benchmarks/publish.py 2026-K3. The edition must have been built, and signed when it
holds real data. Prints lines for benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jeugd_analysis.store import Store


def published(quarter: str, to: Path) -> tuple[float, float, float]:
    """Seconds, processor seconds (with those of its processes) and peak MiB (of the largest) of one publication."""
    before = time.perf_counter()
    program = [sys.executable, "-c", "from jeugd_analysis.cli import main; main()"]
    process = subprocess.Popen([*program, "publish", quarter, "--to", str(to)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit("publish failed")
    return time.perf_counter() - before, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Publish three times and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("quarter")
    quarter = parser.parse_args().quarter
    shutil.rmtree(Store.open().work / "_build" / "cache" / "print", ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            ("publish, cold: no chart for paper drawn yet", *published(quarter, Path(folder) / "a")),
            ("publish, warm: charts from the cache", *published(quarter, Path(folder) / "b")),
            ("publish again, nothing changed", *published(quarter, Path(folder) / "b")),
        ]
        files = [path for path in (Path(folder) / "b" / quarter).rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{len(files)} files, {size:.0f} MB; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print("| step | seconds | processor s | peak MiB |\n|---|--:|--:|--:|")
    for name, seconds, processor, peak in rows:
        print(f"| {name} | {seconds:.0f} | {processor:.0f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
