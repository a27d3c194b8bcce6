"""Planning, checking and running notebooks: only what changed, and a failure that leaves the page of before."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from papermill import inspect_notebook

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area, Region, Segment
from jeugd_analysis.errors import BuildError, DisclosureError, UnknownNameError
from jeugd_analysis.publish.notebooks import (
    Outcome,
    Run,
    check_parameters,
    code_digest,
    execute_all,
    plan_runs,
    read_chapters,
    with_digest,
)

REGION = Region(
    code="R",
    name="Duin en Polder",
    municipalities=(Area(code="GM0001", name="Aa"), Area(code="GM0002", name="Bee")),
    segments=tuple(Segment(code=code, name=f"Segment {code}", funding="x") for code in ("S1", "S2", "S9", "S0")),
)
EDITION = Quarter(2026, 3)
SECRET = "0011223344556677"
WITH_SEGMENT = 'municipality = "R"\nperiod = "2026-K3"\nsegment = "alle"'


def plan(folder: Path, **limits: Any) -> list[Run]:
    return plan_runs(read_chapters(folder), REGION, EDITION, **limits)


@pytest.fixture
def execute(tmp_path):
    """Run what changed, two at once; the folder with the pages is tmp_path/executed."""

    def run(runs: list[Run], *, code: str = "c", data: str = "d") -> Outcome:
        dated = [with_digest(each, code=code, data=data) for each in runs]
        said: list[tuple[int, int]] = []
        outcome = execute_all(
            dated, tmp_path / "executed", workers=2, progress=lambda n, total, _: said.append((n, total)), cwd=tmp_path
        )
        assert said == [(n, len(outcome.executed)) for n in range(1, len(outcome.executed) + 1)]
        return outcome

    return run


@pytest.fixture
def page(tmp_path):
    return lambda address: (tmp_path / "executed" / f"{address}.ipynb").read_text("utf8")


# -- planning ------------------------------------------------------------------------------------


def test_every_chapter_for_every_area_and_segments_for_the_region_alone(make_notebook):
    make_notebook("20_later", order=20)
    make_notebook("90_alleen_regio", order=90, region_only=True)
    folder = make_notebook("10_eerst", order=10, per_segment=True, parameters=WITH_SEGMENT).parent
    assert [run.address for run in plan(folder)] == [
        "regio/10_eerst", "regio/10_eerst-s1", "regio/10_eerst-s2", "regio/20_later", "regio/90_alleen_regio",
        "gm0001/10_eerst", "gm0001/20_later",
        "gm0002/10_eerst", "gm0002/20_later",
    ]  # fmt: skip
    by_address = {run.address: run for run in plan(folder)}
    assert by_address["regio/10_eerst-s1"].parameters == {"municipality": "R", "period": "2026-K3", "segment": "S1"}
    assert by_address["gm0001/10_eerst"].parameters["segment"] == "alle"
    assert by_address["gm0001/20_later"].parameters == {"municipality": "GM0001", "period": "2026-K3"}
    assert by_address["gm0001/20_later"].title == "20_later – Aa"
    assert by_address["regio/10_eerst-s2"].title == "10_eerst – Segment S2"


def test_limits_by_area_and_chapter(make_notebook):
    make_notebook("20_later", order=20)
    folder = make_notebook("10_eerst", order=10).parent
    assert [run.address for run in plan(folder, areas=["GM0002"], only=["20_later"])] == ["gm0002/20_later"]
    assert [run.address for run in plan(folder, areas=["GM0002"], only=["later"])] == ["gm0002/20_later"]


@pytest.mark.parametrize(
    ("limits", "choice"), [({"areas": ["GM9999"]}, "R, GM0001, GM0002"), ({"only": ["30_weg"]}, "eerst")]
)
def test_unknown_limits_list_the_choices(make_notebook, limits, choice):
    folder = make_notebook("10_eerst").parent
    with pytest.raises(UnknownNameError, match=choice):
        plan(folder, **limits)


@pytest.mark.parametrize("told", [{"order": "eerst"}, {"title": None}])
def test_metadata_that_is_missing_or_wrong_names_the_notebook(make_notebook, told):
    path = make_notebook("10_eerst", **told)
    if told.get("title", "") is None:
        notebook = nbformat.read(path, as_version=4)
        del notebook.metadata.jeugd["title"]
        nbformat.write(notebook, path)
    with pytest.raises(BuildError, match=r"NBK-001.*10_eerst\.ipynb"):
        read_chapters(path.parent)


# -- parameters ----------------------------------------------------------------------------------


def one(folder: Path, **parameters: str) -> Run:
    run = plan(folder, areas=["GM0001"])[0]
    return replace(run, parameters={**run.parameters, **parameters})


def test_good_parameters_pass(make_notebook):
    path = make_notebook("10_eerst", parameters=WITH_SEGMENT)
    check_parameters(one(path.parent, segment="S2"), REGION)
    found = {name: told["default"] for name, told in inspect_notebook(str(path)).items()}
    assert found == {"municipality": '"R"', "period": '"2026-K3"', "segment": '"alle"'}


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"gemeente": "GM0001"}, "gemeente"),  # papermill would only warn and run the default
        ({"Municipality": "GM0001"}, "Municipality"),
        ({"municipality": "GM9999"}, "R, GM0001, GM0002"),
        ({"municipality": "../../x"}, "R, GM0001, GM0002"),
        ({"municipality": ""}, "R, GM0001, GM0002"),
        ({"period": "../../x"}, "2026-K3"),
        ({"period": "2026-Q3"}, "2026-K3"),
        ({"segment": "../../x"}, "alle, S1"),
    ],
)
def test_names_and_values_outside_the_lists_are_refused_before_anything_runs(make_notebook, parameters, told):
    path = make_notebook("10_eerst", "raise SystemError", parameters=WITH_SEGMENT)
    with pytest.raises(UnknownNameError, match=told) as refused:
        check_parameters(one(path.parent, **parameters), REGION)
    assert refused.value.exit_code == 3 and list(path.parent.parent.iterdir()) == [path.parent]


def test_a_parameter_of_the_notebook_without_a_closed_list_is_refused(make_notebook):
    path = make_notebook("10_eerst", parameters='municipality = "R"\nperiod = "2026-K3"\nmap = "."')
    with pytest.raises(UnknownNameError, match="map"):
        check_parameters(one(path.parent, map="/tmp"), REGION)


# -- digests -------------------------------------------------------------------------------------


def test_the_digest_follows_notebook_parameters_title_code_and_data(make_notebook):
    path = make_notebook("10_eerst", "1")
    run = plan(path.parent, areas=["GM0001"])[0]
    told = {"code": "c", "data": "d"}
    digests = [
        with_digest(run, **told).digest,
        with_digest(run, code="C", data="d").digest,
        with_digest(run, code="c", data="D").digest,
        with_digest(run, code="cd", data="").digest,
        with_digest(replace(run, parameters={**run.parameters, "period": "2026-K2"}), **told).digest,
        with_digest(plan(path.parent, areas=["GM0002"])[0], **told).digest,
        with_digest(replace(run, chapter=replace(run.chapter, title="Anders")), **told).digest,
    ]
    make_notebook("10_eerst", "2")
    digests.append(with_digest(run, **told).digest)
    assert len(set(digests)) == len(digests)
    make_notebook("10_eerst", "1")
    nbformat.write(normalised(path), path)
    kept = with_digest(run, **told)
    assert kept.address == run.address and kept == with_digest(run, **told)


def normalised(path: Path) -> Any:
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"c{number}"  # new cell ids are drawn each time
    return notebook


def test_the_code_digest_follows_every_file_and_its_name(tmp_path):
    def digest() -> str:
        return code_digest(tmp_path)

    (tmp_path / "sub").mkdir()
    (tmp_path / "a.py").write_text("x = 1\n")
    seen = [digest()]
    (tmp_path / "a.py").write_text("x = 2\n")
    seen.append(digest())
    (tmp_path / "sub" / "b.py").write_text("")
    seen.append(digest())
    (tmp_path / "sub" / "b.py").rename(tmp_path / "sub" / "c.py")
    seen.append(digest())
    assert len(set(seen)) == 4
    (tmp_path / "a.pyc").write_text("no code")
    assert digest() == seen[-1]


SAY = (
    "from jeugd_analysis.present.finding import Finding, show\n"
    "say = lambda *told: show(Finding(name='proef', texts={'woord': ' '.join(map(str, told))}))\n"
)


# -- running -------------------------------------------------------------------------------------


def test_pages_are_made_once_and_again_only_when_something_changed(make_notebook, execute, page):
    folder = make_notebook("10_eerst", SAY + "say(municipality)").parent
    make_notebook("20_later", SAY + "say('a')", order=20)
    runs = plan(folder, areas=["GM0001"])
    assert sorted(execute(runs).executed) == ["gm0001/10_eerst", "gm0001/20_later"]
    assert "GM0001" in page("gm0001/10_eerst") and "# 10_eerst – Aa" in page("gm0001/10_eerst")
    first = {address: page(address) for address in ("gm0001/10_eerst", "gm0001/20_later")}
    again = execute(runs)
    assert (again.executed, sorted(again.unchanged)) == ([], sorted(first))
    make_notebook("20_later", SAY + "say('b')", order=20)
    changed = execute(plan(folder, areas=["GM0001"]))
    assert (changed.executed, changed.unchanged) == (["gm0001/20_later"], ["gm0001/10_eerst"])
    assert page("gm0001/10_eerst") == first["gm0001/10_eerst"] and page("gm0001/20_later") != first["gm0001/20_later"]
    (folder.parent / "executed" / "gm0001" / "10_eerst.ipynb").unlink()  # a page that is gone is made again
    assert execute(plan(folder, areas=["GM0001"])).executed == ["gm0001/10_eerst"]


def test_new_data_or_code_makes_every_page_again_and_the_bytes_are_the_same(make_notebook, execute, page):
    folder = make_notebook("10_eerst", SAY + "import time\nsay(time.time_ns() and {3, 1, 2})").parent
    runs = plan(folder, areas=["GM0001"])
    execute(runs)
    first = page("gm0001/10_eerst")
    assert execute(runs, data="D").executed == ["gm0001/10_eerst"]
    assert execute(runs, data="D", code="C").executed == ["gm0001/10_eerst"]
    assert page("gm0001/10_eerst") == first  # no time, path or drawn id in a page
    assert str(folder.parent) not in first


def test_the_parameters_are_hidden_and_the_code_is_not_shown(make_notebook, execute, page):
    folder = make_notebook("10_eerst", SAY + "say('x')").parent
    execute(plan(folder, areas=["GM0001"]))
    notebook = nbformat.reads(page("gm0001/10_eerst"), as_version=4)
    tags = [cell.metadata.get("tags") for cell in notebook.cells]
    assert tags == [None, ["remove-cell"], ["remove-cell"], ["remove-input"]]
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


def test_nothing_of_one_page_reaches_the_next(make_notebook, execute, page):
    look = (
        SAY + "import math, os\nsay('schoon:', not ('lek' in globals() or hasattr(math, 'lek') or 'LEK' in os.environ))"
    )
    spoil = "lek = math.lek = 1\nos.environ['LEK'] = '1'"
    folder = make_notebook("10_eerst", look, spoil).parent
    execute(plan(folder))
    assert all("schoon: True" in page(f"{area.folder}/10_eerst") for area in REGION.areas)


def test_a_failing_notebook_says_which_cell_and_shows_no_data(make_notebook, execute, page):
    folder = make_notebook("10_eerst", "a = 1").parent
    runs = plan(folder, areas=["GM0001"])
    execute(runs)
    before = page("gm0001/10_eerst")
    make_notebook("10_eerst", "a = 1", f"youth = '{SECRET}'\n{{}}[youth]")
    with pytest.raises(BuildError) as stopped:
        execute(plan(folder, areas=["GM0001"]))
    message = str(stopped.value)
    # Cell 1 holds the defaults, 2 the parameters of this page, 3 and 4 the two calls.
    assert message.startswith("[NBK-003] Notebook 10_eerst.ipynb voor gm0001/10_eerst stopt bij cel 4: KeyError")
    assert SECRET not in message and "Traceback" not in message and "File" not in message
    assert "Doe dit:" in message and stopped.value.exit_code == 4
    assert page("gm0001/10_eerst") == before
    assert sorted(p.name for p in (folder.parent / "executed" / "gm0001").iterdir() if "nieuw" in p.name) == []


def test_a_message_of_our_own_is_repeated(make_notebook, execute):
    cell = "from jeugd_analysis.domain.period import Quarter\nQuarter.parse('morgen')"
    with pytest.raises(BuildError, match=r"NBK-003.*cel 3: \[PER-001\] morgen is geen kwartaal"):
        execute(plan(make_notebook("10_eerst", cell).parent, areas=["GM0001"]))


def test_a_process_that_dies_is_a_build_error_too(make_notebook, execute):
    folder = make_notebook("10_eerst", "import os\nos._exit(1)").parent
    with pytest.raises(BuildError, match=r"NBK-002.*10_eerst\.ipynb"):
        execute(plan(folder, areas=["GM0001"]))


def test_pages_made_beside_a_failure_are_not_taken_for_the_old_ones(make_notebook, execute, page):
    """Version 2 of the slow page is written while another page fails; going back to version 1 must make it again."""

    def version(text: str, *, fails: bool) -> list[Run]:
        make_notebook("10_langzaam", f"{SAY}import time\ntime.sleep({0.8 if fails else 0})\nsay('{text}')", order=10)
        folder = make_notebook("20_fout", "raise ValueError" if fails else "a = 1", order=20).parent
        for name in ("10_langzaam", "20_fout"):
            nbformat.write(normalised(folder / f"{name}.ipynb"), folder / f"{name}.ipynb")
        return plan(folder, areas=["GM0001"])

    execute(version("versie een", fails=False))
    with pytest.raises(BuildError):
        execute(version("versie twee", fails=True))
    execute(version("versie een", fails=False))
    assert "versie een" in page("gm0001/10_langzaam") and "versie twee" not in page("gm0001/10_langzaam")


def test_the_warm_engine_and_a_fresh_kernel_write_the_same_page(make_notebook, execute, page, monkeypatch):
    folder = make_notebook("10_eerst", SAY + "say(municipality)\nsay(period)").parent
    runs = plan(folder, areas=["GM0001"])
    execute(runs)
    warm = page("gm0001/10_eerst")
    monkeypatch.setenv("JEUGD_KERNEL", "plain")
    execute(runs, data="D")
    assert page("gm0001/10_eerst") == warm
    assert re.search(r"GM0001.*2026-K3", warm, re.DOTALL)


def test_a_page_sees_the_settings_of_now_and_not_those_of_the_first_page(make_notebook, execute, page, monkeypatch):
    """The server that forks keeps the environment it was started with."""
    folder = make_notebook("10_eerst", SAY + "import os; say(os.environ.get('JEUGD_PROEF'))").parent
    for value in ("een", "twee"):
        monkeypatch.setenv("JEUGD_PROEF", value)
        execute(plan(folder, areas=["R"]), data=value)
        assert f'"{value}"' in page("regio/10_eerst")
    monkeypatch.delenv("JEUGD_PROEF")
    execute(plan(folder, areas=["R"]), data="geen")
    assert '"None"' in page("regio/10_eerst")


PLANTED = {
    "printed": "print('7 jeugdigen')",
    "the last value of a cell": "7",
    "a frame": "import pandas as pd\npd.DataFrame({'jeugdigen': [7]})",
    "a displayed object": "from IPython.display import HTML, display\ndisplay(HTML('<p>7 jeugdigen</p>'))",
    "a picture": "from IPython.display import Image, display\ndisplay(Image(data=b'7', format='png'))",
    "a warning": "import sys\nprint('7 jeugdigen', file=sys.stderr)",
    "glue without the gate": (
        "from IPython.display import publish_display_data\nkind = 'application/papermill.record/text/plain'\n"
        "publish_display_data({kind: '7 jeugdigen'}, metadata={'scrapbook': {'name': 'n'}})"
    ),
    "a seal that was copied from another output": (
        "from IPython.display import publish_display_data\nfrom jeugd_analysis.domain.seal import SEAL, seal\n"
        "publish_display_data({'text/plain': '7'}, metadata={SEAL: seal({'text/plain': '5'})})"
    ),
}


@pytest.mark.parametrize("cell", PLANTED.values(), ids=PLANTED.keys())
def test_a_number_that_did_not_pass_the_gate_stops_the_build(make_notebook, execute, cell):
    folder = make_notebook("10_eerst", cell).parent
    with pytest.raises(DisclosureError, match=r"GEH-005.*cel 4"):
        execute(plan(folder, areas=["GM0001"]))
    assert not (folder.parent / "executed" / "gm0001" / "10_eerst.ipynb").exists()
