"""The same deliveries give the same bytes under another clock, time zone, language, folder and hash seed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jeugd_analysis.store import Store
from tests.conftest import CODE, LAST, ROOT

# Marts, release, estimates and one page, as `jeugd build` makes them; in a process of its own.
MAKE = """
import datetime, sys
from pathlib import Path
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.estimates import estimate
from jeugd_analysis.pipeline import refresh_marts
from jeugd_analysis.publish.notebooks import execute_all, plan_runs, read_chapters, with_digest
from jeugd_analysis.release import release
from jeugd_analysis.store import Store

def main():
    project, work, quarter = Path(sys.argv[1]), Path(sys.argv[2]), Quarter.parse(sys.argv[3])
    code = sys.argv[4]
    store = Store(project, work)
    refresh_marts(quarter, store=store, code=code)
    release(quarter, store=store, code=code)
    estimate(quarter, store=store, code=code)
    runs = plan_runs(read_chapters(project / "analysis"), store.region, quarter, areas=["GM0637"], only=["gebruik"])
    todo = [with_digest(run, code=code, data="test") for run in runs]
    execute_all(todo, work / "pages", workers=1, progress=lambda *told: None, cwd=project)
    print(datetime.datetime.now().year, ascii(chr(252).upper()), hash("jeugd"))

if __name__ == "__main__":
    main()
"""
# Every way that a program can ask for the time of day.
CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
#define AHEAD (4 * 366 * 86400L)
int clock_gettime(clockid_t id, struct timespec *t) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(id, t);
    if (id == CLOCK_REALTIME) t->tv_sec += AHEAD;
    return done;
}
int gettimeofday(struct timeval *t, void *zone) {
    int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, "gettimeofday");
    int done = real(t, zone);
    t->tv_sec += AHEAD;
    return done;
}
time_t time(time_t *t) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (t) *t = now.tv_sec;
    return now.tv_sec;
}
"""


def _made(work: Path, environment: dict[str, str]) -> tuple[dict[str, bytes], str]:
    """What a process with this environment makes of the deliveries in `work`, and what it told about itself."""
    script = work / "make.py"
    script.write_text(MAKE, "utf8")
    told = subprocess.run(
        [sys.executable, str(script), str(ROOT), str(work), LAST.label, CODE],
        env={**os.environ, "JEUGD_PROJECT": str(ROOT), "JEUGD_WERKMAP": str(work), **environment},
        cwd=work, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    store = Store(ROOT, work)
    kept = [*(store.marts_folder / LAST.label).iterdir(), *(store.estimates_folder / LAST.label).iterdir()]
    files = [*kept, store.release_file(LAST), *work.glob("pages/*/*.ipynb")]
    return {file.relative_to(work).as_posix(): file.read_bytes() for file in files}, told.stdout


@pytest.fixture(scope="module")
def made_here(example: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], str]:
    """What the tests themselves made, and a page made of it in a process of its own."""
    work = tmp_path_factory.mktemp("hier")
    shutil.copytree(example.work / "data", work / "data")
    return _made(work, {"PYTHONHASHSEED": "1", "TZ": "Europe/Amsterdam"})


def made_elsewhere(work: Path, example: Store, environment: dict[str, str]) -> tuple[dict[str, bytes], str]:
    """All of it made of the deliveries alone, in another folder."""
    shutil.copytree(example.deliveries_folder, work / "data" / "deliveries")
    return _made(work, environment)


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A library that puts the clock four years ahead."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("without a C compiler on Linux the clock cannot be moved")
    folder = tmp_path_factory.mktemp("klok")
    (folder / "clock.c").write_text(CLOCK, "utf8")
    command = [compiler, "-shared", "-fPIC", "-o", str(folder / "clock.so"), str(folder / "clock.c"), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return str(folder / "clock.so")


def test_b127_the_same_bytes_four_years_later_in_another_place(made_here, later, example, tmp_path):
    files, told = made_here
    work = tmp_path / "een andere map é"
    others, told_there = made_elsewhere(
        work, example,
        {
            "LD_PRELOAD": later, "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8",
            "LANGUAGE": "tr", "PYTHONHASHSEED": "4242",
        },
    )  # fmt: skip
    here, there = told.split(), told_there.split()
    assert int(there[0]) - int(here[0]) == 4 and there[2] != here[2]  # the variation was really there
    assert len(files) > 20 and sum(name.endswith(".ipynb") for name in files) == 1
    assert {name for name in files if files[name] != others.get(name)} == set()
    assert files.keys() == others.keys()


def test_b127_the_same_bytes_where_the_machine_knows_no_dutch_letters(made_here, example, tmp_path):
    """A server that was never told a language: ASCII is then the encoding of a file that is opened without one."""
    plain = {
        "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "America/St_Johns",
        "PYTHONHASHSEED": "7",
    }  # fmt: skip
    others, _ = made_elsewhere(tmp_path / "w", example, plain)
    assert {name for name, content in made_here[0].items() if content != others.get(name)} == set()
