"""An edition whose chapters were executed for real, and its annex."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jeugd_analysis.annex import annex
from jeugd_analysis.publish.notebooks import execute_all, plan_runs, read_chapters, with_digest
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Store
from tests.annex_book import AREAS, CHAPTERS, QUARTER, project_with, stamp


@pytest.fixture(scope="session")
def built(example: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with a built edition of two municipalities. Shared: copy what you change."""
    patch = pytest.MonkeyPatch()
    home = project_with(CHAPTERS, tmp_path_factory.mktemp("project") / "boek")
    work = tmp_path_factory.mktemp("bijlagen") / "werkmap"
    shutil.copytree(example.work, work)
    store = Store(home, work)
    with patch.context() as set_to:
        set_to.setenv(PROJECT_VARIABLE, str(home))
        set_to.setenv(WORK_VARIABLE, str(work))
        runs = plan_runs(read_chapters(home / "analysis"), store.region, QUARTER, areas=AREAS)
        dated = [with_digest(run, code="test", data="test") for run in runs]
        execute_all(dated, work / "_build" / QUARTER.label / "executed", workers=2, progress=lambda *_: None, cwd=home)
    stamp(store)
    return store


@pytest.fixture
def own(built: Store, tmp_path: Path) -> Store:
    """A copy of the built edition that a test may spoil."""
    shutil.copytree(built.project, tmp_path / "project")
    shutil.copytree(built.work, tmp_path / "werkmap")
    return Store(tmp_path / "project", tmp_path / "werkmap")


@pytest.fixture(scope="session")
def whole(built: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full annex of a municipality. Shared: read it."""
    target = tmp_path_factory.mktemp("pdf") / "bijlage.pdf"
    annex(QUARTER, store=built, area="GM0637", to=target, reference="RIS 123456")
    return target
