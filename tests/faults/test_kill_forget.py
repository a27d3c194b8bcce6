"""`jeugd forget` killed at any moment leaves the old store or the new one, and can be finished."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis import forget, pipeline
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Store

ROOT = Path(__file__).resolve().parents[2]
QUARTERS = (Quarter(2025, 4), Quarter(2026, 1))
# The real program, killed by itself (SIGKILL: nothing is tidied up) at the n-th thing it does to the disk.
PROGRAM = """
import os, shutil, signal, sys
from pathlib import Path
left = int(sys.argv.pop(1))
def counted(owner, name):
    real = getattr(owner, name)
    def step(*args, **kwargs):
        global left
        if any(".vergeten" in str(one) or "deliveries" in str(one) or "forgotten" in str(one) for one in args):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    setattr(owner, name, step)
for owner, name in ((Path, "rename"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir"), (Path, "write_text"),
                    (shutil, "rmtree"), (shutil, "copytree"), (os, "fsync")):
    counted(owner, name)
import jeugd_analysis.forget
counted(jeugd_analysis.forget.pq, "write_table")
from jeugd_analysis.cli import main
sys.argv[0] = "jeugd"
main()
"""
MOST = 200

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is for POSIX systems")


@pytest.fixture(scope="module")
def filled(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("vergeten")
    store = Store(ROOT, work)
    for quarter in QUARTERS:
        pipeline.add(quarter, [deliveries / quarter.label], store=store)
    return work


def codes(store: Store) -> dict[str, set[str]]:
    """Who is in which file of which delivery; raises JeugdError when nobody may read."""
    return {
        f"{delivery.quarter}/{path.name}": set(pd.read_parquet(path, columns=["youth_id"])["youth_id"])
        for delivery in store.deliveries()
        for path in sorted(delivery.folder.glob("*.parquet"))
        if path.stem.partition("__")[2] in ("", "claims") and path.stem in _WITH_YOUTH
    }


_WITH_YOUTH = {"youths", "allocations", "requests", "claims", "terzijde__claims"}


def killed(work: Path, youth: str, step: int) -> int:
    environment = {**os.environ, PROJECT_VARIABLE: str(ROOT), WORK_VARIABLE: str(work)}
    words = [sys.executable, "-c", PROGRAM, str(step), "forget", "--youth", youth, "--yes"]
    return subprocess.run(words, env=environment, capture_output=True, check=False).returncode


def whole(store: Store) -> bool:
    """Every part has as many lines as the description says."""
    return all(
        len(pd.read_parquet(delivery.folder / part.parquet)) == part.accepted
        for delivery in store.deliveries()
        for part in delivery.parts
    )


@pytest.mark.parametrize("first", [1, *(pytest.param(first, marks=pytest.mark.long) for first in (5, 9))])
def test_a_killed_forget_leaves_old_or_new_and_can_be_finished(filled, tmp_path, first):
    before = codes(Store(ROOT, filled))
    youth = sorted(before["2026-K1/terzijde__claims.parquet"] or before["2026-K1/claims.parquet"])[0]
    after = {name: found - {youth} for name, found in before.items()}
    seen = set()
    for step in range(first, MOST, _STRIDE):
        work = tmp_path / f"moment{step}"
        shutil.copytree(filled, work)
        store = Store(ROOT, work)
        code = killed(work, youth, step)
        assert code in (-9, 0)
        try:
            state = codes(store)
            assert _same(state, before) or _same(state, after)
            assert whole(store)
            seen.add("old" if _same(state, before) else "new")
        except JeugdError as refused:
            assert refused.code == "VRG-004"  # half way: nobody reads, and the next order finishes it
            seen.add("half way")
            assert forget.resume(store=store)
            assert _same(codes(store), after) and whole(store)
        if _same(codes(store), before):
            assert killed(work, youth, MOST * 10) == 0
        assert _same(codes(store), after) and whole(store) and not store.forget_folder.exists()
        assert store.forgotten(QUARTERS[1])
        shutil.rmtree(work)
        if code == 0:
            break
    else:
        pytest.fail("the work has more steps than were tried")
    assert seen == {"old", "half way", "new"}


_STRIDE = 12  # every twelfth step; with the long runs every fourth


def _same(state: dict[str, set[str]], other: dict[str, set[str]]) -> bool:
    """Files that were emptied of lines set aside are gone."""
    return {name: found for name, found in state.items() if found} == {n: found for n, found in other.items() if found}
