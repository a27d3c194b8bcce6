"""Time of all annexes of a built edition: cold (every chart drawn) and warm (charts from the cache).

Run: JEUGD_WERKMAP=FOLDER .venv/bin/python benchmarks/annexes.py 2026-K3 [--workers 2] [--warm]. The cache of pictures
is emptied first, unless --warm is given. Prints lines for benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from jeugd_analysis.annex import annexes
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store


def measured(quarter: Quarter, store: Store, workers: int, name: str) -> str:
    """One line of a table: files, seconds, and size of the files."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        made = annexes(quarter, store=store, to=Path(folder) / "bijlagen", workers=workers)
        seconds = time.perf_counter() - start
        size = sum(file.stat().st_size for file in made.files) / 1e6
    return f"| {name} | {len(made.files)} | {seconds:.0f} | {size:.0f} |"


def main() -> None:
    """Measure once cold and once warm."""
    parser = argparse.ArgumentParser()
    parser.add_argument("quarter")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--warm", action="store_true")
    told = parser.parse_args()
    store, quarter = Store.open(), Quarter.parse(told.quarter)
    print("| all annexes | files | s | MB |\n|---|---|---|---|")
    if not told.warm:
        for name in ("svg", "print"):
            shutil.rmtree(store.work / "_build" / "cache" / name, ignore_errors=True)
        print(measured(quarter, store, told.workers, "cold"))
    print(measured(quarter, store, told.workers, "warm"))


if __name__ == "__main__":
    main()
