"""Shared by all tests: the example region taken in once, notebooks made on the spot, the switch for golden files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from filelock import FileLock
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from jeugd_analysis import pipeline
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.since import note_changes
from jeugd_analysis.estimates import estimate
from jeugd_analysis.publish.notebooks import code_digest
from jeugd_analysis.release import release
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Store

ROOT = Path(__file__).resolve().parents[1]
FIRST, LAST = Quarter(2025, 4), Quarter(2026, 3)
CODE = code_digest(ROOT / "src" / "jeugd_analysis")  # as `jeugd build` has it: it finds the example ready
SCALE, SEED = 0.01, 2026


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the golden files and print what changed")


# What takes a minute or more goes first, the longest in front: a run ends when the last worker does.
HEAVY = (
    "tests/browser/test_book.py", "tests/published/test_calibration.py", "tests/faults/test_kill_forget.py",
    "tests/unit/editions/test_verify.py", "tests/faults/test_same_bytes.py", "tests/unit/test_release.py",
    "tests/golden/test_findings.py", "tests/faults/test_kill_publish.py", "tests/unit/test_export.py",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Workers take files in the order below, and not those with the most tests first."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The heavy files in front; the rest in the order of collection."""
    rank = {name: place for place, name in enumerate(HEAVY)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(HEAVY)))


@pytest.fixture(scope="session")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example region's deliveries on a hundredth of its size: a folder per quarter, 2025-K4 to 2026-K3."""
    target = tmp_path_factory.mktemp("voorbeeld")
    pipeline.sample(target, last=LAST, seed=SEED, scale=SCALE, store=Store(ROOT, target))
    return target


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Store], None]) -> Store:
    """A store that one worker of the run makes and the others wait for; each gets a copy of its own."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"{name}-gedeeld"
    with FileLock(f"{shared}.slot"):
        if not shared.is_dir():
            store = Store(ROOT, factory.mktemp(f"{name}-nieuw"))
            make(store)
            store.work.rename(shared)
    return Store(ROOT, Path(shutil.copytree(shared, factory.mktemp(name), dirs_exist_ok=True)))


@pytest.fixture(scope="session")
def example(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with all four deliveries and the marts of 2026-K3. Shared: read it, never add to it."""

    def make(store: Store) -> None:
        for quarter in FIRST.until(LAST):
            pipeline.add(quarter, [deliveries / quarter.label], store=store)
        pipeline.refresh_marts(LAST, store=store, code=CODE)
        release(LAST, store=store, code=CODE)
        estimate(LAST, store=store, code=CODE)
        note_changes(LAST, store=store, executed=store.work, pages=[], code=CODE, progress=print)

    return made_once(tmp_path_factory, "werkmap", make)


@pytest.fixture(scope="session")
def first_edition(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the delivery, the marts and the release of 2025-K4. Shared: copy it before you add to it."""

    def make(store: Store) -> None:
        pipeline.add(FIRST, [deliveries / FIRST.label], store=store)
        pipeline.refresh_marts(FIRST, store=store, code=CODE)
        assert release(FIRST, store=store, code=CODE)

    return made_once(tmp_path_factory, "winter", make)


@pytest.fixture
def in_example(example: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The example store as the one that `Store.open()` finds."""
    monkeypatch.setenv(PROJECT_VARIABLE, str(ROOT))
    monkeypatch.setenv(WORK_VARIABLE, str(example.work))
    return example


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty store of the test's own, also for `Store.open()`."""
    monkeypatch.setenv(PROJECT_VARIABLE, str(ROOT))
    monkeypatch.setenv(WORK_VARIABLE, str(tmp_path / "werkmap"))
    return Store(ROOT, tmp_path / "werkmap")


@pytest.fixture
def make_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook: a heading, a parameter cell and the given code cells. Called again, it writes it anew."""

    def make(name: str, *cells: str, parameters: str = 'municipality = "R"\nperiod = "2026-K3"', **told: Any) -> Path:
        about = {"title": name.capitalize(), "part": "Cijfers", "question": "Wat gebeurt er?", "order": 10, **told}
        notebook = new_notebook(
            cells=[
                new_markdown_cell(f"# {name}\n\nTekst."),
                new_code_cell(parameters, metadata={"tags": ["parameters"]}),
                *(new_code_cell(cell) for cell in cells),
            ],
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
                "jeugd": about,
            },
        )
        path = tmp_path / "analysis" / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(notebook, path)
        return path

    return make
