"""`jeugd publish` and `jeugd rollback` killed at every step: readers keep whole editions, and the next run repairs.

A forked process does the real work. An audit hook of Python counts every file it opens for writing, every rename and
every removal, and sends the process SIGKILL at the chosen one. So the test knows that it hit every step.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jeugd_analysis import editions
from jeugd_analysis.editions.target import opened
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Store
from tests.editions_book import K2, K3, Shelf, is_whole

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 is for POSIX systems")
ROOT = Path(__file__).resolve().parents[2]
STEPS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "shutil.copyfile"}
NEVER = 10**6
_AGAIN = 4  # after every so many deaths the work is done again
Work = Callable[[Shelf], object]


def publish(quarter, text):
    def work(shelf: Shelf) -> object:
        return editions.publish(quarter, shelf.intranet, store=shelf.store)

    return quarter, text, work


def rollback(shelf: Shelf) -> object:
    return editions.rollback(shelf.intranet, store=shelf.store)


# What readers have before, and the work that is killed.
CASES: dict[str, tuple[list, tuple]] = {
    "the first edition": ([], publish(K3, "een")),
    "a new edition beside an old one": ([(K2, "een")], publish(K3, "een")),
    "the same edition with changes": ([(K2, "een"), (K3, "een")], publish(K3, "twee")),
    "back to the version before": ([(K2, "een"), (K3, "een"), (K3, "twee")], (None, None, rollback)),
    "back to the edition before": ([(K2, "een"), (K3, "een")], (None, None, rollback)),
}


def killed_at(step: int, work: Work, shelf: Shelf) -> tuple[int, int]:
    """Do the work in a process of its own that is killed before its nth step: its exit code, and the steps it took."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        taken = 0

        def hook(event: str, arguments: tuple) -> None:
            nonlocal taken
            written = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if event in STEPS or written:
                taken += 1
                if taken == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            work(shelf)
            os.write(writing, str(taken).encode())
            os._exit(0)
        except BaseException:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        told = stream.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), int(told or 0)


@pytest.fixture(params=CASES, ids=list(CASES))
def case(request, tmp_path, monkeypatch) -> tuple[Shelf, Work]:
    """What readers have, with the next book built and not yet published."""
    monkeypatch.setattr("jeugd_analysis.editions.publication.signers", lambda quarter, store: ())
    shelf = Shelf(Store(ROOT, tmp_path / "begin" / "werkmap"), tmp_path / "begin" / "intranet")
    before, (quarter, text, work) = CASES[request.param]
    for earlier, told in before:
        shelf.build(earlier, told)
        editions.publish(earlier, shelf.intranet, store=shelf.store)
    if quarter:
        shelf.build(quarter, text)
    return shelf, work


def copies(shelf: Shelf, tmp_path: Path) -> Iterator[Shelf]:
    """The same situation again and again."""
    begin = tmp_path / "begin"
    while True:
        here = tmp_path / "nu"
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(begin, here)
        yield Shelf(Store(ROOT, here / "werkmap"), here / "intranet")


def test_killed_at_every_step_readers_keep_whole_editions_and_the_next_run_repairs(case, tmp_path):
    begin, work = case
    fresh = copies(begin, tmp_path)
    before = begin.seen() if begin.intranet.exists() else {}
    done = next(fresh)
    code, steps = killed_at(NEVER, work, done)
    assert code == 0 and steps > 15
    after = done.seen()
    assert after != before
    outcomes = set()
    for step in range(1, steps + 1):
        shelf = next(fresh)
        code, _ = killed_at(step, work, shelf)
        assert code == -signal.SIGKILL
        there = shelf.seen() if shelf.intranet.exists() else {}
        for label in {name.partition("/")[0] for name in there if "/" in name}:
            assert is_whole(shelf.intranet / label), f"step {step}: {label}"
        if "index.html" in there:  # it never leads to what is not there
            newest = (shelf.intranet / "index.html").read_text("utf8").partition("url=")[2].partition("/")[0]
            moving = (shelf.intranet / ".jeugd" / "stap.json").is_file()
            assert moving or (shelf.intranet / newest / "index.html").is_file(), f"step {step}"
        if shelf.intranet.exists():
            with opened(shelf.intranet):  # the repair with which every next run starts
                pass
        repaired = shelf.seen() if shelf.intranet.exists() else {}
        assert repaired in (before, after), f"step {step}"
        outcomes.add(repaired == after)
        if repaired == after:  # what readers may have seen is remembered
            assert len(shelf.store.releases(K3)) == len(done.store.releases(K3))
        elif step % _AGAIN == 0:
            work(shelf)
            assert shelf.seen() == after, f"step {step}"
        for label in ("nieuw", "oud", "stap.json"):
            assert not (shelf.intranet / ".jeugd" / label).exists()
    assert outcomes == {True, False}  # some deaths came before the step that counts, some after it


def test_the_real_program_killed_and_started_twice(tmp_path, monkeypatch):
    """The program itself, from the command line: killed in the middle, and two at once."""
    shelf = Shelf(Store(ROOT, tmp_path / "werkmap"), tmp_path / "intranet")
    site = shelf.build(K3)
    for number in range(300):
        (site / f"bijlage-{number}.txt").write_text("tekst " * 2000, "utf8")
    shelf.build(K3)  # records the book with them
    patched = (
        "from jeugd_analysis.editions import publication; publication.signers = lambda q, s: (); "
        "from jeugd_analysis.cli import main; main()"
    )
    told = {PROJECT_VARIABLE: str(ROOT), WORK_VARIABLE: str(shelf.store.work)}

    def start() -> subprocess.Popen:
        command = [sys.executable, "-c", patched, "publish", "2026-K3", "--to", str(shelf.intranet)]
        return subprocess.Popen(
            command, env={**os.environ, **told}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    first = start()
    until = time.monotonic() + 60
    while not list(shelf.intranet.glob(".jeugd/nieuw/*/bijlage-1*.txt")):
        assert time.monotonic() < until and first.poll() is None
        time.sleep(0.001)
    first.kill()
    assert first.wait() == -signal.SIGKILL and shelf.seen() == {}
    both = [start(), start()]
    said = [process.communicate(timeout=120)[1] for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 0], [0, 1]), said  # one after the other, or the second was told to wait
    assert codes == [0, 0] or any("SLT-001" in text or "PUB-007" in text for text in said)
    assert is_whole(shelf.intranet / "2026-K3")
