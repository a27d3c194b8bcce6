"""Outputs of two executions of a notebook beside each other, cell by cell and exactly."""

from __future__ import annotations

import json
from itertools import zip_longest
from pathlib import Path
from typing import Any


def different_cells(before: Path, after: Path) -> list[str]:
    """Numbers (from 1) of the cells whose text or output is not the same."""
    pairs = zip_longest(_cells(before), _cells(after))
    return [str(number) for number, (one, other) in enumerate(pairs, start=1) if one != other]


def _cells(path: Path) -> list[tuple[str, Any]]:
    told = json.loads(path.read_text("utf8"))
    return [(cell["source"], cell.get("outputs")) for cell in told["cells"]]
