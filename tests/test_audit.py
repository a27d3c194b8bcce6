"""The check of packages for known leaks: it fails on a leak, and says so when it could not look."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
_SPEC = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
assert _SPEC and _SPEC.loader
audit = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(audit)

SOUND = {"name": "a", "version": "1.0", "vulns": []}
LEAK = {"name": "b", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}, {"id": "PYSEC-2"}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("report", "code", "words"),
    [
        (None, 0, ["cannot be reached"]),
        ({"dependencies": [UNKNOWN]}, 0, ["cannot be reached"]),
        ({"dependencies": [SOUND]}, 0, ["1 packages checked, 0 known leaks"]),
        ({"dependencies": [SOUND, UNKNOWN]}, 0, ["1 could not be checked"]),
        (
            {"dependencies": [SOUND, LEAK]},
            1,
            ["b 2.0: PYSEC-1, fixed in 2.1", "PYSEC-2, fixed in no version", "2 known"],
        ),
    ],
)
def test_verdict(report: dict[str, Any] | None, code: int, words: list[str]) -> None:
    found, lines = audit.verdict(report)
    assert found == code and all(word in "\n".join(lines) for word in words)


def fake(folder: Path, script: str) -> str:
    program = folder / "pip-audit"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def test_the_report_of_the_program_is_read(tmp_path: Path) -> None:
    told = '{"dependencies": [{"name": "a", "version": "1.0", "vulns": []}]}'
    program = fake(tmp_path, f'while [ "$1" != "--output" ]; do shift; done; echo \'{told}\' > "$2"; exit 1')
    assert audit.audit(program, ROOT / "requirements.lock") == {"dependencies": [SOUND]}
    assert audit.audit(fake(tmp_path, "exit 1"), ROOT / "requirements.lock") is None


def test_without_the_program_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(audit.shutil, "which", lambda *_, **__: None)
    assert audit.main(ROOT / "requirements.lock") == 0 and "not installed" in capsys.readouterr().out


def test_make_check_runs_it() -> None:
    text = (ROOT / "Makefile").read_text("utf8")
    check = text.partition("\ncheck: setup")[2].partition("\n\n")[0]
    assert "audit.py requirements.lock" in check
