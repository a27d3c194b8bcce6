"""The warm engine gives what a fresh kernel gives: outputs cell by cell, and the same error."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill as pm
import pytest
from papermill.exceptions import PapermillExecutionError

from jeugd_analysis.publish import engine

CELLS = {
    "printed text and a result": "a = 2\nprint('één'); print('twee', end='')\na + 1",
    "a variable of an earlier cell": "a += 1\na",
    "an injected parameter": "period",
    "error stream": "import sys\nprint('fout', file=sys.stderr)",
    "order of text and display": (
        "from IPython.display import HTML, display, publish_display_data\n"
        "print('voor')\ndisplay(HTML('<b>x</b>'))\nprint('na')\ndisplay(a)"
    ),
    "words for the prose": (
        "kind = 'application/papermill.record/'\n"
        "publish_display_data({kind + 'text/plain': 'x'}, metadata={'scrapbook': {'name': 'n', 'mime_prefix': kind}})"
    ),
    "an object as json": (
        "publish_display_data({'application/vnd.vegalite.v6+json': {'mark': 'bar', 'data': {'values': [{'a': None}]}}})"
    ),
    "a table": "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "the last result": "_['a'].sum()",
    "hidden by a semicolon": "'niets';",
    "nothing": "None",
    "own representation": (
        "class X:\n    def _repr_html_(self): return '<i>x</i>'\n    def __repr__(self): return 'X'\nX()"
    ),
    "several statements": "for i in range(3):\n    print(i)\ni",
    "waiting": "import asyncio\nawait asyncio.sleep(0)\n'klaar'",
    "name of the module": "__name__, [n for n in dir() if n.startswith('_i') and n == '_ih']",
}
FAILURES = {
    "ValueError": "raise ValueError('reden')",
    "KeyError": "{}['sleutel']",
    "SyntaxError": "a = = 1",
    "UnknownNameError": "from jeugd_analysis.domain.period import Quarter\nQuarter.parse('2026-Q3')",
}  # fmt: skip
Run = Callable[[Path, str | None], nbformat.NotebookNode]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def execute(path: Path, name: str | None) -> nbformat.NotebookNode:
        target = tmp_path / f"{name}.ipynb"
        return pm.execute_notebook(
            str(path),
            str(target),
            parameters={"period": "2026-K2"},
            engine_name=name,
            kernel_name="python3",
            progress_bar=False,
        )

    return execute


def without_splits(outputs: list[Any]) -> list[Any]:
    """A kernel sends its text in pieces of any size: pieces that follow each other are one."""
    joined: list[Any] = []
    for output in outputs:
        if (
            joined
            and output["output_type"] == joined[-1]["output_type"] == "stream"
            and output["name"] == joined[-1]["name"]
        ):
            joined[-1] = {**joined[-1], "text": joined[-1]["text"] + output["text"]}
        else:
            joined.append(dict(output))
    return joined


def test_outputs_are_those_of_a_fresh_kernel(make_notebook, run, monkeypatch):
    monkeypatch.delattr(builtins, "_", raising=False)  # doctest leaves one behind in the process of the tests
    path = make_notebook("proef", *CELLS.values())
    plain, warm = ([cell for cell in run(path, name).cells if cell.cell_type == "code"] for name in (None, "warm"))
    names = ["parameters", "injected", *CELLS]
    for name, expected, found in zip(names, plain, warm, strict=True):
        assert found.source == expected.source
        assert without_splits(found.outputs) == without_splits(expected.outputs), name
        assert found.execution_count == expected.execution_count, name
    shown = {name: cell.outputs for name, cell in zip(names, warm, strict=True)}
    # The comparison alone would hold for two empty notebooks.
    assert shown["an injected parameter"][0]["data"]["text/plain"] == "'2026-K2'"
    assert shown["a variable of an earlier cell"][0]["data"]["text/plain"] == "3"
    assert [output["output_type"] for output in shown["order of text and display"]] == [
        "stream", "display_data", "stream", "display_data",
    ]  # fmt: skip
    assert shown["hidden by a semicolon"] == shown["nothing"] == []


@pytest.mark.parametrize("name", list(FAILURES))
def test_an_error_stops_the_notebook_as_a_fresh_kernel_does(name, make_notebook, run):
    path = make_notebook("fout", "print('voor')", FAILURES[name], "print('nooit')")
    seen = []
    for kind in (None, "warm") if name == "ValueError" else ("warm",):  # a fresh kernel takes seconds: once is enough
        with pytest.raises(PapermillExecutionError) as stopped:
            run(path, kind)
        error = stopped.value
        seen.append((error.ename, error.evalue, error.cell_index, error.exec_count))
        written = nbformat.read(path.parent.parent / f"{kind}.ipynb", as_version=4)
        assert not any("nooit" in str(cell.get("outputs")) for cell in written.cells)
    assert len(set(seen)) == 1
    assert seen[0][0] == name and seen[0][2:] == (4, 4)


def test_a_notebook_does_not_see_the_variables_of_the_one_before(make_notebook, run):
    run(make_notebook("eerste", "lek = 1"), "warm")
    done = run(make_notebook("tweede", "'lek' in globals()"), "warm")
    assert done.cells[-1].outputs[0]["data"]["text/plain"] == "False"


def test_no_history_and_no_shell_are_left_behind(make_notebook, run):
    run(make_notebook("proef", "get_ipython().history_manager.enabled"), "warm")
    assert not engine._Shell.initialized()
