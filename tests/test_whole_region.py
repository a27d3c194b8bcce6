"""The example region at its full size, from deliveries to a published edition: what one percent hides can show here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-c", "from jeugd_analysis.cli import main; main()"]
AREAS = ("regio", "gm0503", "gm0518", "gm1916", "gm1842", "gm1926", "gm0603", "gm0629", "gm1783", "gm0637")


@pytest.mark.long
def test_the_whole_region_goes_from_deliveries_to_a_published_edition(tmp_path):
    environment = {**os.environ, "JEUGD_WERKMAP": str(tmp_path / "werk"), "JEUGD_PROJECT": str(ROOT)}

    def run(*arguments: str) -> None:
        done = subprocess.run(
            [*PROGRAM, *arguments], env=environment, capture_output=True, text=True, encoding="utf8", check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]

    run("sample", "--to", str(tmp_path / "voorbeeld"))
    for quarter in ("2025-K4", "2026-K1", "2026-K2", "2026-K3"):
        run("add", quarter, str(tmp_path / "voorbeeld" / quarter))
    run("build", "2026-K3")
    run("publish", "2026-K3", "--to", str(tmp_path / "intranet"))
    published = tmp_path / "intranet" / "2026-K3"
    assert all((published / area / "30_groei.html").is_file() for area in AREAS)
    assert len(list(published.rglob("*.pdf"))) == 2 * len(AREAS)
