"""`jeugd add` killed at any moment leaves the delivery whole or absent, and can be repeated: our CSV, and messages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis import pipeline
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.sources.pseudonym import create_key
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Delivery, Store
from tests.ijw_messages import allocated, answer, claim, client, line

ROOT = Path(__file__).resolve().parents[2]
QUARTER = Quarter(2025, 4)
TABLES = {
    "csv": [
        "allocations", "budget", "capacity", "care_periods", "ledger", "population", "population_by_sex", "providers",
        "requests", "tariffs", "task_payments", "waiting", "youths", "claims",
    ],
    "messages": [
        "youths", "allocations", "removed_allocations", "requests", "care_periods", "unanswered_lines",
        "declaration_answers", "claim_answers", "claims",
    ],
}  # fmt: skip
MAY_BE_EMPTY = {"removed_allocations", "unanswered_lines"}
PROGRAM = "from jeugd_analysis.cli import main; main()"
PATIENCE = 60  # seconds
Moment = Callable[[Path, set[str]], bool]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def staged(name: str) -> Moment:
    return lambda folder, _: (folder / ".nieuw" / name).exists()


def reading(seconds: float) -> Moment:
    """So long after the folder for a new delivery was made: messages are read before the first table is written."""

    def moment(folder: Path, _: set[str]) -> bool:
        try:
            return time.time() - (folder / ".nieuw").stat().st_mtime > seconds
        except FileNotFoundError:
            return False

    return moment


ALWAYS: dict[str, Moment] = {
    "while starting": lambda folder, _: True,
    "with the lock": lambda folder, _: (folder / ".slot").exists(),
    "before the first table": lambda folder, _: (folder / ".nieuw").exists(),
    "at the last table": staged("claims.parquet"),
    "at the lines set aside": staged("terzijde__claims.parquet"),
    "at the description": staged("delivery.json"),
    "at the rename": lambda folder, known: bool(names(folder / QUARTER.label) - known),
}
MOMENTS: dict[str, dict[str, Moment]] = {
    "csv": {**ALWAYS, **{f"at {name}": staged(f"{name}.parquet") for name in TABLES["csv"][:-1:2]}},
    "messages": {
        **ALWAYS,
        **{f"while reading, {seconds} s": reading(seconds) for seconds in (0.02, 0.1, 0.3)},
        **{f"at {name}": staged(f"{name}.parquet") for name in TABLES["messages"][:-1:3]},
    },
}
CASES = [(kind, name) for kind, moments in MOMENTS.items() for name in moments]


@dataclass(frozen=True)
class Made:
    """A store that already holds a delivery of a kind, and the files of that delivery."""

    kind: str
    store: Store
    files: Path
    key: Path

    def whole(self, delivery: Delivery) -> bool:
        """Every table is there with as many lines as the description says."""
        lines = [len(pd.read_parquet(delivery.folder / part.parquet)) for part in delivery.parts]
        return [part.table for part in delivery.parts] == TABLES[self.kind] and all(
            count == part.accepted and (count or part.table in MAY_BE_EMPTY)
            for count, part in zip(lines, delivery.parts, strict=True)
        )


@pytest.fixture(scope="module")
def both(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Made]]:
    """One store per kind; every test adds to it."""
    written = tmp_path_factory.mktemp("berichten")
    pipeline.sample(written, last=QUARTER, seed=2026, scale=0.01, messages=40, store=Store(ROOT, written))
    key = tmp_path_factory.mktemp("kluis") / "sleutel"
    create_key(key, project=ROOT)
    files = {"csv": deliveries / QUARTER.label, "messages": _half_zipped(written / "ijw" / QUARTER.label)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JEUGD_SLEUTELBESTAND", str(key))
        found = {
            kind: Made(kind, Store(ROOT, tmp_path_factory.mktemp("werkmap")), folder, key)
            for kind, folder in files.items()
        }
        for made in found.values():
            assert made.whole(pipeline.add(QUARTER, [made.files], store=made.store))
        yield found


def _half_zipped(folder: Path) -> Path:
    """Claims and answers in a zip, the others as files in folders, as a supplier may send them; a line is rejected."""
    rejected = claim(line("K1", begin="2025-10-01", end="2025-10-31"), day="2025-11-03")
    said = answer(line("K1", codes="9338"), granted=0, day="2025-11-03")
    for kind, text in (("jw323", rejected), ("jw325", said)):
        (folder / kind / "nog_een.xml").write_text(text, "utf8")
    with zipfile.ZipFile(folder / "declaraties.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for kind in ("jw323", "jw325"):
            for file in sorted((folder / kind).iterdir()):
                archive.write(file, f"{kind}/{file.name}")
            shutil.rmtree(folder / kind)
    return folder


@pytest.fixture
def delivered(request: pytest.FixtureRequest, both: dict[str, Made], tmp_path: Path) -> tuple[Made, Path]:
    """The first delivery with something that no other test delivers: the same files are not taken in twice."""
    made, folder = both[request.param], tmp_path / "levering"
    shutil.copytree(made.files, folder)
    count = len(made.store.deliveries())
    if made.kind == "csv":
        with (folder / "providers.csv").open("a") as stream:
            stream.write(f"99999999,Nummer {count}\n")
    else:
        (folder / "nog_een.xml").write_text(client("jw301", allocated(900_000 + count), name=f"T{count}"), "utf8")
    return made, folder


def content(delivery: Delivery) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in delivery.folder.iterdir()}


def killed_at(moment: Moment, made: Made, delivered: Path) -> int:
    """Start the real program, kill it when the moment has come, and give its exit code."""
    store = made.store
    known = names(store.deliveries_folder / QUARTER.label)
    (store.deliveries_folder / ".slot").unlink(missing_ok=True)  # so that "with the lock" is this run's lock
    shutil.rmtree(store.deliveries_folder / ".nieuw", ignore_errors=True)  # and what is staged is staged by this run
    told = {PROJECT_VARIABLE: str(store.project), WORK_VARIABLE: str(store.work), "JEUGD_SLEUTELBESTAND": str(made.key)}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "add", QUARTER.label, str(delivered)],
        env={**os.environ, **told},
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
@pytest.mark.parametrize(("delivered", "moment"), CASES, indirect=["delivered"], ids=[" ".join(case) for case in CASES])
def test_a_killed_add_leaves_all_or_nothing_and_can_be_repeated(delivered, moment):
    made, folder = delivered
    store = made.store
    before = store.deliveries()
    kept = [content(delivery) for delivery in before]
    code = killed_at(MOMENTS[made.kind][moment], made, folder)
    assert code in (-9, 0)  # 0: it was done just before the signal
    after = store.deliveries()
    assert after[: len(before)] == before and [content(delivery) for delivery in before] == kept
    assert len(after) - len(before) in ((0, 1) if code else (1,))
    assert all(made.whole(delivery) for delivery in after)
    again = pipeline.add(QUARTER, [folder], store=store)
    assert made.whole(again) and store.deliveries()[-1] == again and again not in before
    assert not (store.deliveries_folder / ".nieuw").exists()


@pytest.mark.parametrize("delivered", MOMENTS, indirect=True)
def test_the_kill_hits_midway(delivered):
    """Otherwise the test above would hold for a program that was always killed before or after its work."""
    made, folder = delivered
    assert killed_at(staged("allocations.parquet"), made, folder) == -9
    found = {path.stem for path in (made.store.deliveries_folder / ".nieuw").glob("*.parquet")}
    assert "allocations" in found and "claims" not in found


@pytest.mark.parametrize("delivered", ["messages"], indirect=True)
def test_the_kill_hits_while_messages_are_read(delivered):
    made, folder = delivered
    assert killed_at(reading(0.1), made, folder) == -9
    assert names(made.store.deliveries_folder / ".nieuw") == set()
