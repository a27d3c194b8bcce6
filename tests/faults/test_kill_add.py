"""`jeugd add` killed at any moment leaves the delivery whole or absent, and can be repeated."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis import pipeline
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Delivery, Store

QUARTER = Quarter(2025, 4)
TABLES = [
    "allocations", "capacity", "care_periods", "population", "providers", "requests", "tariffs", "task_payments",
    "waiting", "youths", "claims",
]  # fmt: skip
PROGRAM = "from jeugd_analysis.cli import main; main()"
PATIENCE = 60  # seconds
Moment = Callable[[Path, set[str]], bool]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def staged(name: str) -> Moment:
    return lambda folder, _: (folder / ".nieuw" / name).exists()


MOMENTS: dict[str, Moment] = {
    "while starting": lambda folder, _: True,
    "with the lock": lambda folder, _: (folder / ".slot").exists(),
    "before the first table": lambda folder, _: (folder / ".nieuw").exists(),
    **{f"at {name}": staged(f"{name}.parquet") for name in TABLES[::2]},
    "at the last table": staged("claims.parquet"),
    "at the lines set aside": staged("terzijde__claims.parquet"),
    "at the description": staged("delivery.json"),
    "at the rename": lambda folder, known: bool(names(folder / QUARTER.label) - known),
}


@pytest.fixture(scope="module")
def store(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store that already holds a delivery; every test adds to it."""
    work = tmp_path_factory.mktemp("werkmap")
    made = Store(Path(__file__).resolve().parents[2], work)
    pipeline.add(QUARTER, [deliveries / QUARTER.label], store=made)
    return made


@pytest.fixture
def delivered(deliveries: Path, tmp_path: Path) -> Path:
    """The example's first delivery with one line that no other test delivers: the same files are not taken in twice."""
    folder = tmp_path / "levering"
    shutil.copytree(deliveries / QUARTER.label, folder)
    with (folder / "providers.csv").open("a") as stream:
        stream.write(f"99999999,{tmp_path.name}\n")
    return folder


def whole(delivery: Delivery) -> bool:
    """Every table is there with as many lines as the description says."""
    return [part.table for part in delivery.parts] == TABLES and all(
        len(pd.read_parquet(delivery.folder / part.parquet)) == part.accepted > 0 for part in delivery.parts
    )


def content(delivery: Delivery) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in delivery.folder.iterdir()}


def killed_at(moment: Moment, store: Store, delivered: Path) -> int:
    """Start the real program, kill it when the moment has come, and give its exit code."""
    known = names(store.deliveries_folder / QUARTER.label)
    (store.deliveries_folder / ".slot").unlink(missing_ok=True)  # so that "with the lock" is this run's lock
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "add", QUARTER.label, str(delivered)],
        env={**os.environ, PROJECT_VARIABLE: str(store.project), WORK_VARIABLE: str(store.work)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + PATIENCE
    while process.poll() is None and not moment(store.deliveries_folder, known):
        assert time.monotonic() < until, "the moment never came"
        time.sleep(0.0002)
    process.kill()
    return process.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is for POSIX systems")
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_a_killed_add_leaves_all_or_nothing_and_can_be_repeated(moment, store, delivered):
    before = store.deliveries()
    kept = [content(delivery) for delivery in before]
    code = killed_at(moment, store, delivered)
    assert code in (-9, 0)  # 0: it was done just before the signal
    after = store.deliveries()
    assert after[: len(before)] == before and [content(delivery) for delivery in before] == kept
    assert len(after) - len(before) in ((0, 1) if code else (1,))
    assert all(whole(delivery) for delivery in after)
    again = pipeline.add(QUARTER, [delivered], store=store)
    assert whole(again) and store.deliveries()[-1] == again and again not in before
    assert not (store.deliveries_folder / ".nieuw").exists()


def test_the_kill_hits_midway(store, delivered):
    """Otherwise the test above would hold for a program that was always killed before or after its work."""
    assert killed_at(MOMENTS["at allocations"], store, delivered) == -9
    found = {path.stem for path in (store.deliveries_folder / ".nieuw").glob("*.parquet")}
    assert "allocations" in found and "claims" not in found
