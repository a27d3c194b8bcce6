"""What may never enter the repository, and what every notebook and the lock file must be."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "analysis").glob("*.ipynb"))
LARGEST = 500_000  # bytes
_NINE_DIGITS = re.compile(r"(?<![0-9A-Za-z])\d{9}(?![0-9A-Za-z])")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_MACHINE_PATH = re.compile(r"(?<![\w.>}*-])/(?:work|root|tmp/w)/")
_TYPED_NUMBER = re.compile(r"€\s?\d|\d\s?%")


@cache
def tracked() -> tuple[Path, ...]:
    """Files that git keeps and that are there; skips where git or its folder is absent, as in a plain download."""
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("git or its folder is not here: nothing says which files are tracked")
    files = [ROOT / name for name in done.stdout.split("\0") if name]
    return tuple(file for file in files if file.is_file())


@cache
def texts() -> dict[str, str]:
    """Tracked text files by name; a file with a zero byte or that is not UTF-8 is no text."""
    found = {}
    for file in tracked():
        content = file.read_bytes()
        if b"\0" not in content:
            try:
                found[file.relative_to(ROOT).as_posix()] = content.decode("utf8")
            except UnicodeDecodeError:
                continue
    return found


def like_bsn(text: str) -> bool:
    """Whether nine digits stand together that pass the 11-test, outside the test range 9999xxxxx."""
    return any(
        not digits.startswith("9999") and sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11 == 0
        for digits in _NINE_DIGITS.findall(text)
    )


def test_no_file_is_large() -> None:
    large = {
        file.relative_to(ROOT).as_posix(): file.stat().st_size for file in tracked() if file.stat().st_size > LARGEST
    }
    assert large == {}


def test_nothing_looks_like_a_bsn() -> None:
    # Only the file is named: the number itself does not belong in a log either.
    assert [name for name, text in texts().items() if like_bsn(text)] == []


def test_no_path_of_one_machine() -> None:
    assert [name for name, text in texts().items() if _MACHINE_PATH.search(text)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nummer 111-222-333.", True),  # the well-known example: 9+8+7 + 2*(6+5+4) + 3*(3+2-1) = 66 = 6 x 11
        ("nummer 111-222-334.", False),
        ("nummer 9999-00006.", False),  # passes (9*(9+8+7+6) - 6 = 264 = 24 x 11), in the range for tests
        ("1111-222333", False),  # ten digits
        ("sha256:a111-222-333", False),
    ],
)
def test_the_scan_sees_a_bsn(text: str, expected: bool) -> None:
    assert like_bsn(text.replace("-", "")) is expected  # written apart, or this file would be found itself


# -- documents ------------------------------------------------------------------------------------

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "book" / "decisions").glob("*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(text: str) -> set[str]:
    """Addresses of the headings of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def dead_links(page: Path) -> list[str]:
    """Links to files or headings of the repository that are not there."""
    dead = []
    for link in _LINK.findall(page.read_text("utf8")):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not re.match(r"[a-z]+:", link) and (
            not target.exists() or (anchor and anchor not in anchors(target.read_text("utf8")))
        ):
            dead.append(link)
    return dead


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    assert dead_links(page) == []


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A title\n[a](gone.md) [b](#a-title) [c](#other) [d](page.md#a-title) [e](https://example.org)\n", "utf8"
    )
    assert dead_links(page) == ["gone.md", "#other"]


def test_decisions_are_numbered_without_gaps_and_have_their_parts() -> None:
    pages = [page for page in DOCUMENTS if page.parent.name == "decisions"]
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    parts = ("Status: ", "## Context", "## Decision", "## Numbers it moves", "## Alternatives", "## Undo when")
    missing = {page.name: [part for part in parts if part not in page.read_text("utf8")] for page in pages}
    assert {name: lacking for name, lacking in missing.items() if lacking} == {}


# -- the lock file --------------------------------------------------------------------------------


def lock_blocks() -> list[str]:
    """Every pinned package with the lines that belong to it."""
    text = (ROOT / "requirements.lock").read_text("utf8")
    return [block for block in re.split(r"\n(?=\S)", text) if block.strip() and not block.startswith("#")]


def test_every_pin_is_exact_and_has_hashes() -> None:
    loose = [block.splitlines()[0] for block in lock_blocks() if not re.match(r"[\w.\[\],-]+==\S+", block)]
    unhashed = [block.splitlines()[0] for block in lock_blocks() if "--hash=sha256:" not in block]
    assert (loose, unhashed) == ([], [])
    assert len(lock_blocks()) > 100


def test_the_lock_names_no_host() -> None:
    assert (
        re.findall(r"https?://|--(?:extra-)?index-url|--find-links", (ROOT / "requirements.lock").read_text("utf8"))
        == []
    )


# -- notebooks ------------------------------------------------------------------------------------


def unthin(cells: list[NotebookNode]) -> list[str]:
    """What keeps a notebook from being thin: per cell one call and one sentence, no amounts typed in."""
    problems = []
    for number, (cell, following) in enumerate(zip(cells, [*cells[1:], None], strict=True), start=1):
        if cell.cell_type == "markdown":
            if _TYPED_NUMBER.search(cell.source):
                problems.append(f"cell {number}: a typed amount or percentage; use {{glue:text}}")
        elif "parameters" not in cell.metadata.get("tags", []):
            body = [node for node in ast.parse(cell.source).body if not isinstance(node, ast.Import | ast.ImportFrom)]
            if [type(node) for node in body] != [ast.Expr]:
                problems.append(f"cell {number}: one call per cell; move the rest to chapters")
            if following is None or following.cell_type != "markdown":
                problems.append(f"cell {number}: say in words below it what it shows")
    return problems


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_committed_without_outputs(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    assert [
        i for i, c in enumerate(cells, 1) if c.cell_type == "code" and (c.outputs or c.execution_count is not None)
    ] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_thin(path: Path) -> None:
    assert unthin(nbformat.read(path, as_version=4).cells) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_has_its_parameters_and_its_place(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    assert {"title", "part", "question", "order"} <= notebook.metadata["jeugd"].keys()
    assert path.stem[:2] == f"{notebook.metadata['jeugd']['order']:02d}"


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("markdown", "De kosten stegen met € 3 mln."),
        ("markdown", "De kosten stegen met 4 %."),
        ("code", "a = 1\nshow(a)"),
        ("code", "for x in y:\n    show(x)"),
        ("code", "show(1)\nshow(2)"),
    ],
)
def test_a_thick_cell_is_seen(kind: str, source: str) -> None:
    make = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
    assert unthin([make(source), nbformat.v4.new_markdown_cell("Een zin.")]) != []


def test_a_call_without_a_sentence_is_seen() -> None:
    assert unthin([nbformat.v4.new_code_cell("show(1)")]) != []
