"""The parent of the notebook processes: one thread, and everything a chapter imports already there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jeugd_analysis.publish.engine import PRELOAD
from jeugd_analysis.publish.notebooks import NO_THREADS

COUNT = "import importlib, os; importlib.import_module({name!r}); print(len(os.listdir('/proc/self/task')))"


def tasks(**environment: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", COUNT.format(name=PRELOAD)],
        env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="telt draden via /proc, alleen op Linux")
def test_preloading_starts_no_thread():
    assert tasks(**NO_THREADS) == 1


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="telt draden via /proc, alleen op Linux")
def test_the_settings_are_what_keeps_it_at_one_thread():
    without = {name: "" for name in NO_THREADS} | {"OPENBLAS_NUM_THREADS": "2"}
    assert tasks(**without) > 1


def test_preloading_leaves_out_what_only_the_parent_program_needs():
    there = "'duckdb' in sys.modules, 'typer' in sys.modules"
    code = f"import importlib, sys; importlib.import_module({PRELOAD!r}); print({there})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
