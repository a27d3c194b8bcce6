"""Ask pip-audit whether a pinned package has a known leak. Without pip-audit or its service: say so, and go on.

Usage: python .ci/audit.py requirements.lock. Exit code 1 only when a leak is known.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SECONDS = 300


def verdict(report: dict[str, Any] | None) -> tuple[int, list[str]]:
    """Exit code and lines to print, from pip-audit's own report; None when it made none."""
    told = (report or {}).get("dependencies", [])
    checked = [one for one in told if "vulns" in one]
    if not checked:
        return 0, ["pip-audit: the advisories cannot be reached from here, so nothing was checked"]
    lines = [
        f"{one['name']} {one['version']}: {leak['id']}, fixed in "
        f"{', '.join(leak.get('fix_versions', [])) or 'no version'}"
        for one in checked
        for leak in one["vulns"]
    ]
    skipped = len(told) - len(checked)
    rest = f"; {skipped} could not be checked" if skipped else ""
    return (1 if lines else 0), [*lines, f"pip-audit: {len(checked)} packages checked, {len(lines)} known leaks{rest}"]


def audit(program: str, lock: Path) -> dict[str, Any] | None:
    """pip-audit's report on a lock file with hashes; nothing is installed or resolved."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            program, "--requirement", str(lock), "--require-hashes", "--disable-pip", "--progress-spinner", "off",
            "--timeout", "10", "--format", "json", "--output", str(report),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return None
        return json.loads(report.read_text("utf8")) if report.is_file() and report.stat().st_size else None


def main(lock: Path) -> int:
    """Find pip-audit beside this Python or on the path, run it and print the verdict."""
    program = shutil.which("pip-audit", path=str(Path(sys.executable).parent)) or shutil.which("pip-audit")
    if program is None:
        print("pip-audit is not installed: packages are not checked for known leaks (python -m pip install pip-audit)")
        return 0
    code, lines = verdict(audit(program, lock))
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
