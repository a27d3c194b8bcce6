"""Shared by the tests of chapters: a project of the test's own, whose reference data it may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

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
