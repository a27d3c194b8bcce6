"""Shared by the tests of chapters: a project of the test's own, whose reference data it may change."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_output

from jeugd_analysis.present import finding
from jeugd_analysis.publish.sections import without_empty_sections
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Store

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def own_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A copy of our reference and published data, without deliveries; also what `Store.open()` finds."""
    home = tmp_path / "project"
    for name in ("reference", "published"):
        shutil.copytree(ROOT / "data" / name, home / "data" / name)
    for name in ("pyproject.toml", "_config.yml"):
        shutil.copy(ROOT / name, home)
    monkeypatch.setenv(PROJECT_VARIABLE, str(home))
    monkeypatch.setenv(WORK_VARIABLE, str(tmp_path / "werkmap"))
    return Store(home, tmp_path / "werkmap")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """A notebook as a reader sees its prose: run with these parameters, without empty sections, sentences filled in."""

    def read(name: str, **parameters: str) -> str:
        notebook = nbformat.read(ROOT / "analysis" / f"{name}.ipynb", as_version=4)
        shown: list[Any] = []
        monkeypatch.setattr(
            finding, "publish_display_data",
            lambda data, metadata: shown.append(new_output("display_data", data=data, metadata=metadata)),
        )  # fmt: skip
        known: dict[str, Any] = {}
        for cell in notebook.cells:
            if cell.cell_type == "code":
                shown.clear()
                exec(cell.source, known)
                known.update(parameters if "parameters" in cell.metadata.get("tags", []) else {})
                cell.outputs = list(shown)
        told = {
            output.metadata["scrapbook"]["name"]: next(iter(output.data.values()))
            for cell in notebook.cells for output in cell.get("outputs", []) if "scrapbook" in output.metadata
        }  # fmt: skip
        left = without_empty_sections(notebook)
        text = "\n\n".join(cell.source for cell in left.cells if cell.cell_type == "markdown")
        return re.sub(r"\{glue:text\}`([^`]+)`", lambda found: str(told[found[1]]), text)

    return read
