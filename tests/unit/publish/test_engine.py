"""The warm engine gives what a fresh kernel gives: outputs cell by cell, and the same error."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
}
# The process of the tests has an event loop of the browser and a `_` of doctest: notebooks run in one of their own.
PROGRAM = """
import json, sys
import papermill as pm
from papermill.exceptions import PapermillExecutionError
from jeugd_analysis.publish import engine
told = []
for path, name in json.load(sys.stdin):
    target = f"{path}.{name}.ipynb"
    try:
        pm.execute_notebook(path, target, parameters={"period": "2026-K2"}, engine_name=name, kernel_name="python3",
                            progress_bar=False)
        error = None
    except PapermillExecutionError as stopped:
        error = [stopped.ename, stopped.evalue, stopped.cell_index, stopped.exec_count]
    with open(target) as stream:
        told.append({"cells": json.load(stream)["cells"], "error": error})
json.dump({"told": told, "shell": engine._Shell.initialized()}, sys.stdout)
"""
Job = tuple[Path, str | None]


def execute(jobs: Sequence[Job]) -> dict[str, Any]:
    """Run notebooks one after another in one new process; cells and error of each."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([(str(path), name) for path, name in jobs]),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def joined(outputs: list[Any]) -> list[Any]:
    """A kernel sends its text in pieces of any size: pieces that follow each other are one."""
    whole: list[Any] = []
    for output in outputs:
        if output["output_type"] != "stream":
            whole.append(output)
        elif whole and whole[-1].get("name") == output["name"]:
            whole[-1] = {**whole[-1], "text": whole[-1]["text"] + "".join(output["text"])}
        else:
            whole.append({**output, "text": "".join(output["text"])})
    return whole


def test_outputs_are_those_of_a_fresh_kernel(make_notebook):
    path = make_notebook("proef", *CELLS.values())
    plain, warm = (
        [cell for cell in told["cells"] if cell["cell_type"] == "code"]
        for told in execute([(path, None), (path, "warm")])["told"]
    )
    names = ["parameters", "injected", *CELLS]
    for name, expected, found in zip(names, plain, warm, strict=True):
        assert found["source"] == expected["source"]
        assert joined(found["outputs"]) == joined(expected["outputs"]), name
        assert found["execution_count"] == expected["execution_count"], name
    shown = {name: cell["outputs"] for name, cell in zip(names, warm, strict=True)}
    # The comparison alone would hold for two empty notebooks.
    assert shown["an injected parameter"][0]["data"]["text/plain"] == ["'2026-K2'"]
    assert shown["a variable of an earlier cell"][0]["data"]["text/plain"] == ["3"]
    assert [output["output_type"] for output in shown["order of text and display"]] == [
        "stream", "display_data", "stream", "display_data",
    ]  # fmt: skip
    assert shown["hidden by a semicolon"] == shown["nothing"] == []


def test_an_error_stops_the_notebook_as_a_fresh_kernel_does(make_notebook):
    paths = {name: make_notebook(name, "print('voor')", cell, "print('nooit')") for name, cell in FAILURES.items()}
    told = execute([(path, kind) for path in paths.values() for kind in (None, "warm")])["told"]
    for name, plain, warm in zip(FAILURES, told[::2], told[1::2], strict=True):
        if name == "SyntaxError":  # names the file of the cell, which has no other name than a number
            plain["error"][1] = warm["error"][1] = "invalid syntax"
        assert warm["error"] == plain["error"]
        assert (warm["error"][0], warm["error"][2:]) == (name, [4, 4])
        for run in (plain, warm):
            printed = [output.get("text") for cell in run["cells"] for output in cell.get("outputs", [])]
            assert ["voor\n"] in printed and ["nooit\n"] not in printed


def test_a_notebook_does_not_see_the_variables_of_the_one_before_and_no_shell_stays(make_notebook):
    first = make_notebook("eerste", "lek = 1")
    second = make_notebook("tweede", "'lek' in globals()", "get_ipython().history_manager.enabled")
    found = execute([(first, "warm"), (second, "warm")])
    seen, history = (cell["outputs"][0]["data"]["text/plain"] for cell in found["told"][1]["cells"][-2:])
    assert seen == history == ["False"] and found["shell"] is False
