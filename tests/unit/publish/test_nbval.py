"""nbval: a page made by the warm engine, run again in an ordinary kernel, must give the same outputs cell by cell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.publish.notebooks import execute_all, plan_runs, read_chapters

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def page(example, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30_groei for Zoetermeer, executed warm."""
    target = tmp_path_factory.mktemp("paginas")
    os.environ.update(JEUGD_PROJECT=str(ROOT), JEUGD_WERKMAP=str(example.work))
    runs = plan_runs(
        read_chapters(ROOT / "analysis"), example.region, Quarter(2026, 3), areas=["GM0637"], only=["30_groei"]
    )
    try:
        execute_all(runs, target, workers=1, progress=lambda *_: None, cwd=ROOT)
    finally:
        del os.environ["JEUGD_PROJECT"], os.environ["JEUGD_WERKMAP"]
    return target / "gm0637" / "30_groei.ipynb"


def validate(page: Path, work: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "JEUGD_PROJECT": str(ROOT), "JEUGD_WERKMAP": str(work)}
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(page)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf8", check=False)


def test_an_ordinary_kernel_gives_the_same_outputs(page, example):
    done = validate(page, example.work)
    assert done.returncode == 0, done.stdout[-2000:]
    cells = [cell for cell in json.loads(page.read_text("utf8"))["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 6 and f"{len(cells)} passed" in done.stdout  # two parameter cells and the findings


def test_a_changed_number_is_noticed(page, example, tmp_path):
    told = json.loads(page.read_text("utf8"))
    text = next(
        output["data"]
        for cell in told["cells"]
        for output in cell.get("outputs", [])
        if "application/papermill.record/text/plain" in output["data"]
    )
    text["application/papermill.record/text/plain"] = "een ander getal"
    changed = tmp_path / "30_groei.ipynb"
    changed.write_text(json.dumps(told), "utf8")
    assert validate(changed, example.work).returncode != 0
