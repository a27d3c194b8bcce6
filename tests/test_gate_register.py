"""What passes the gate by itself, outside the release and its attack, is listed with the reason why it may."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "src" / "jeugd_analysis" / "chapters"
DECISION = ROOT / "book" / "decisions" / "0019-numbers-outside-the-release.md"
GATES = {"safe", "measured"}
_ROW = re.compile(r"^\| (\w+\.\w+) \| [^|]{5,} \| ([^|]{5,}) \|$", re.MULTILINE)


def callers(source: str, module: str) -> Iterator[str]:
    """module.function of every function that calls a gate, under its own name or as part of a module."""
    for found in ast.walk(ast.parse(source)):
        if isinstance(found, ast.FunctionDef):
            names = {
                call.func.id if isinstance(call.func, ast.Name) else call.func.attr
                for call in ast.walk(found)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute)
            }
            if names & GATES:
                yield f"{module}.{found.name}"


def test_every_call_of_the_gate_is_listed_with_a_reason():
    calls = {one for path in CHAPTERS.glob("*.py") for one in callers(path.read_text("utf8"), path.stem)}
    listed = {name for name, _ in _ROW.findall(DECISION.read_text("utf8"))}
    assert len(calls) > 15
    assert not calls - listed, "not in the table of decision 0019"
    assert not listed - calls, "in the table of decision 0019, but no longer there"


def test_nobody_gives_the_gate_another_name():
    for path in CHAPTERS.glob("*.py"):
        assert not re.search(r"\b(?:safe|measured) as \w|= (?:safe|measured)$", path.read_text("utf8"), re.MULTILINE), (
            path
        )


def test_a_call_that_is_not_listed_is_seen():
    inner = "    def inner():\n        return disclosure.safe(e)\n    return inner()\n"
    source = f"def shown(e):\n{inner}\ndef other():\n    pass\n"
    assert set(callers(source, "new")) == {"new.shown", "new.inner"}
    assert not _ROW.findall("| new.shown | what | |")
