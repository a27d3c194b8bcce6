"""What the book says about the example region, word for word: a number that moves is seen and explained.

The expected words are our own output, looked at once: they say that nothing moved, not that it is right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jeugd_analysis.present import finding

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("findings.json")
AREAS = ["GM0637", "GM0000"]
LARGEST = 120_000  # bytes: small enough to read in a review
Texts = dict[str, Any]


def said(notebook: Path, area: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Texts]:
    """Run the cells of a notebook for an area and keep the title and the texts of every finding it shows."""
    shown: dict[str, Texts] = {}

    def keep(one: finding.Finding) -> None:
        shown[one.name] = {"title": one.title, **dict(sorted(one.texts.items()))}

    monkeypatch.setattr(finding, "show", keep)
    names: dict[str, Any] = {}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)  # our own notebooks; the parameter cell gives the other defaults
            names["municipality"] = area
    return shown


def flat(told: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if not isinstance(told, dict):
        yield place, told
        return
    for name, inner in told.items():
        yield from flat(inner, f"{place} / {name}" if place else name)


def moved(old: Texts, new: Texts) -> list[str]:
    """One line per text that changed, appeared or went: old → new."""
    before, after = dict(flat(old)), dict(flat(new))
    return [
        f"{place}: {before.get(place, '(nieuw)')} → {after.get(place, '(weg)')}"
        for place in sorted(before.keys() | after.keys())
        if before.get(place) != after.get(place)
    ]


def test_the_words_of_the_book_did_not_move(in_example, monkeypatch, request, capsys):
    notebooks = sorted((ROOT / "analysis").glob("*.ipynb"))
    now = {area: {path.stem: said(path, area, monkeypatch) for path in notebooks} for area in AREAS}
    written = json.dumps(now, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert len(written.encode()) < LARGEST
    before = json.loads(GOLDEN.read_text("utf8")) if GOLDEN.is_file() else {}
    changes = moved(before, now)
    if request.config.getoption("--accept"):
        GOLDEN.write_text(written, "utf8")
        with capsys.disabled():
            print("", *(changes or ["Niets veranderd."]), sep="\n")
        return
    assert not changes, "\n".join(
        [
            f"{len(changes)} texts moved (old → new):",
            *changes,
            "",
            "If this is meant: make accept, and note it in CHANGELOG.md",
        ]
    )


HIDDEN = "GM1842"  # so few youths in the small example that every number is hidden
WRONG = {
    "a hidden amount is like the year before": r"geheim\. Dat is",
    "a hidden share is blamed on a missing table": r"geen bevolkingstabel",
}


@pytest.mark.parametrize("claim", WRONG.values(), ids=list(WRONG))
def test_nothing_is_said_about_a_hidden_number(claim, in_example, monkeypatch):
    notebooks = [ROOT / "analysis" / f"{name}.ipynb" for name in ("10_gebruik", "30_groei")]
    told = "\n".join(text for path in notebooks for _, text in flat(said(path, HIDDEN, monkeypatch)))
    assert "minder dan 10" in told and not re.search(claim, told)


@pytest.mark.parametrize("path", sorted((ROOT / "analysis").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_sentence_of_a_page_is_there_also_when_all_is_hidden(path, in_example, monkeypatch):
    """A sentence that a notebook asks for and no finding gives would stop the book of that municipality only."""
    asked = {
        name
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
        for name in re.findall(r"\{glue:text\}`([^`]+)`", cell.source)
    }
    given = {name for texts in said(path, HIDDEN, monkeypatch).values() for name in texts}
    assert asked - given == set()


def test_every_difference_is_told():
    old, new = {"a": {"x": "1", "y": "2"}, "b": {"z": "3"}}, {"a": {"x": "1", "y": "4"}, "c": {"z": "5"}}
    assert moved(old, new) == ["a / y: 2 → 4", "b / z: 3 → (weg)", "c / z: (nieuw) → 5"]
    assert moved(old, old) == []
