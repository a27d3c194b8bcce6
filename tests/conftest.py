"""Shared by all tests: the example region taken in once, notebooks made on the spot, the switch for golden files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from jeugd_analysis import pipeline
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.since import note_changes
from jeugd_analysis.estimates import estimate
from jeugd_analysis.release import release
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Store

ROOT = Path(__file__).resolve().parents[1]
LAST = Quarter(2026, 3)
SCALE, SEED = 0.01, 2026


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the golden files and print what changed")


@pytest.fixture(scope="session")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example region's deliveries on a hundredth of its size: a folder per quarter, 2025-K4 to 2026-K3."""
    target = tmp_path_factory.mktemp("voorbeeld")
    pipeline.sample(target, last=LAST, seed=SEED, scale=SCALE, store=Store(ROOT, target))
    return target


@pytest.fixture(scope="session")
def example(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with all four deliveries and the marts of 2026-K3. Shared: read it, never add to it."""
    store = Store(ROOT, tmp_path_factory.mktemp("werkmap"))
    for quarter in Quarter(2025, 4).until(LAST):
        pipeline.add(quarter, [deliveries / quarter.label], store=store)
    pipeline.refresh_marts(LAST, store=store, code="test")
    release(LAST, store=store, code="test")
    estimate(LAST, store=store, code="test")
    note_changes(LAST, store=store, executed=store.work, pages=[], code="test", progress=print)
    return store


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
