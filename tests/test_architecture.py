"""The layers as ARCHITECTURE.md draws them: who imports whom, what a layer may not do, and the tree."""

from __future__ import annotations

import ast
import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "jeugd_analysis"
PAGE = ROOT / "ARCHITECTURE.md"
FILES = sorted(file.relative_to(SRC) for file in SRC.rglob("*.py") if file != SRC / "__init__.py")

# Layer -> what it may import of ours, besides itself and errors. A name with a dot allows that module only.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "domain": set(),
    "methods": {"domain"},
    "tables": {"domain"},
    "sources": {"domain", "tables"},
    "marts": {"domain", "tables"},
    "present": {"domain", "methods.disclosure"},
    "swap": set(),
    "intact": set(),
    "store": {"domain", "intact", "swap", "tables"},
    "chapters": {"domain", "marts", "methods", "present", "store"},
    "publish": {"domain", "internal", "methods.disclosure", "swap"},
    "example": {"domain", "tables"},
    "pipeline": {
        "chapters",
        "domain",
        "editions",
        "estimates",
        "example",
        "forget",
        "intake",
        "marts",
        "methods",
        "outgoing",
        "publish",
        "quality",
        "release",
        "store",
        "tables",
    },
    "fetch": {"domain", "swap"},
    "internal": set(),
    "release": {"domain", "methods.capped", "methods.disclosure", "present.disclosure", "store"},
    "late_claims": {"domain", "methods", "store"},
    "estimates": {"chapters", "domain", "late_claims", "methods", "store"},
    "intake": {"chapters", "domain", "marts", "publish", "sources", "store", "tables"},
    "quality": {"chapters", "domain", "intake", "marts", "present", "publish", "release", "store", "tables"},
    "tools": {"fetch", "intake", "sources", "store"},
    "outgoing": {"internal", "present.disclosure", "publish", "sources", "store"},
    "forget": {"domain", "intake", "sources", "store"},
    "annex": {"domain", "present.disclosure", "publish", "store", "swap"},
    "editions": {
        "annex",
        "chapters",
        "domain",
        "estimates",
        "intake",
        "outgoing",
        "publish",
        "sign",
        "store",
        "swap",
    },
    "export": {"chapters", "domain", "intake", "internal", "quality", "store", "swap"},
    "sign": {"chapters", "domain", "intake", "quality", "store"},
    "cli_leaving": {"cli_dutch", "domain", "export", "sign", "store"},
    "cli_dutch": {"domain"},
    "cli_annex": {"annex", "cli_dutch", "domain", "store"},
    "cli_intake": {"cli_dutch", "domain", "forget", "quality", "store", "tools"},
    "cli_editions": {"cli_dutch", "domain", "editions", "store"},
    "cli": {
        "cli_annex",
        "cli_dutch",
        "cli_editions",
        "cli_intake",
        "cli_leaving",
        "domain",
        "forget",
        "pipeline",
        "quality",
        "store",
    },
}
NAMELESS = {"annex", "chapters", "marts", "methods", "present", "publish", "store"}  # what differs per region is data
BY_NAME = {Path("publish/warm.py")}  # imports chapters by name, to have them in memory before the processes fork

FILE_MODULES = {"glob", "io", "os", "pathlib", "shutil", "sqlite3", "subprocess", "tempfile", "zipfile"}
CLOCK_MODULES = {"calendar", "time"}
CHANCE_MODULES = {"random", "secrets", "uuid"}
NETWORK_MODULES = {"http", "httpx", "requests", "socket", "urllib"}
IMPURE_CALLS = {"open", "print", "input", "now", "today", "utcnow", "default_rng", "seed", "RandomState"}


def layer_of(file: Path) -> str:
    """First folder, or the module itself: methods/savings.py -> methods, cli.py -> cli."""
    return file.parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module a file imports, anywhere in it, as a dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write the whole name: from jeugd_analysis.layer import ..."
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(tree: ast.AST) -> set[str]:
    """What a file imports of this package, without the package's own name: domain.period.Quarter."""
    names = (name.removeprefix("jeugd_analysis.") for name in imported(tree) if name.startswith("jeugd_analysis."))
    return {name for name in names if name != "__version__"}


def refused(layer: str, tree: ast.AST) -> list[str]:
    """Imports that the layer may not make."""
    allowed = {layer, "errors", *ALLOWED[layer]}
    return sorted(name for name in ours(tree) if not any(name == a or name.startswith(f"{a}.") for a in allowed))


def top_names(tree: ast.AST) -> set[str]:
    """First part of every imported name: numpy, pandas, os."""
    return {name.partition(".")[0] for name in imported(tree)}


def impure(tree: ast.AST) -> list[str]:
    """What reads or writes, asks the clock, or draws a number: imports and calls, with their line."""
    found = sorted(top_names(tree) & (FILE_MODULES | CLOCK_MODULES | CHANCE_MODULES | NETWORK_MODULES))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if (
                name in IMPURE_CALLS
                or name.startswith("read_")
                or re.fullmatch(r"to_(csv|parquet|json|excel|pickle)", name)
            ):
                found.append(f"line {node.lineno}: {name}()")
    return found


def parse(file: Path) -> ast.Module:
    """The syntax tree of a file of the package."""
    return ast.parse((SRC / file).read_text("utf8"))


@pytest.mark.parametrize("file", FILES, ids=str)
def test_layer_imports_only_what_it_may(file: Path) -> None:
    assert layer_of(file) in ALLOWED, (
        f"{layer_of(file)} is a layer nobody declared: add it to ALLOWED and ARCHITECTURE.md"
    )
    assert refused(layer_of(file), parse(file)) == []


@pytest.mark.parametrize("file", [file for file in FILES if file not in BY_NAME], ids=str)
def test_nothing_is_imported_by_name(file: Path) -> None:
    """A name in a string would go round the test above; a reader could not find its users either."""
    names = {
        node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in ast.walk(parse(file))
    }
    assert not names & {"import_module", "__import__"}


@pytest.mark.parametrize("file", [file for file in FILES if layer_of(file) == "domain"], ids=str)
def test_domain_needs_the_standard_library_only(file: Path) -> None:
    assert top_names(parse(file)) <= {*sys.stdlib_module_names, "jeugd_analysis"}


@pytest.mark.parametrize("file", [file for file in FILES if layer_of(file) in ("annex", "publish")], ids=str)
def test_publish_does_not_touch_data_frames(file: Path) -> None:
    assert not top_names(parse(file)) & {"pandas", "numpy", "pyarrow", "ibis", "duckdb"}


@pytest.mark.parametrize("file", [file for file in FILES if layer_of(file) == "methods"], ids=str)
def test_methods_are_pure(file: Path) -> None:
    assert impure(parse(file)) == []


@pytest.mark.parametrize("file", [file for file in FILES if layer_of(file) in NAMELESS], ids=str)
def test_no_municipality_is_named_in_code(file: Path) -> None:
    """What differs between municipalities is an entry in data/reference."""
    with (ROOT / "data" / "reference" / "municipalities.csv").open(encoding="utf8", newline="") as stream:
        places = [name for row in csv.DictReader(stream) for name in (row["municipality"], row["name"])]
    text = (SRC / file).read_text("utf8")
    assert [name for name in places if re.search(rf"\b{re.escape(name)}\b", text)] == []


# -- the checks above can fail --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ("methods", "from jeugd_analysis.store import Store"),
        ("methods", "import jeugd_analysis.present.numbers"),
        ("present", "from jeugd_analysis.methods.savings import phase"),
        ("domain", "from jeugd_analysis import tables"),
        ("chapters", "def later():\n    from jeugd_analysis.sources import SOURCES"),
    ],
)
def test_a_wrong_import_is_seen(layer: str, code: str) -> None:
    assert refused(layer, ast.parse(code)) != []


@pytest.mark.parametrize(
    "code",
    [
        "import os", "from pathlib import Path", "open('x')", "pd.read_csv('x')", "frame.to_parquet('x')",
        "datetime.now()", "date.today()", "from time import time", "np.random.default_rng()", "import random",
    ],
)  # fmt: skip
def test_an_impure_method_is_seen(code: str) -> None:
    assert impure(ast.parse(code)) != []


# -- ARCHITECTURE.md ------------------------------------------------------------------------------


def tree_paths() -> list[str]:
    """The paths in the tree of ARCHITECTURE.md: the first word of each line of the block below '## The tree'."""
    block = PAGE.read_text("utf8").partition("## The tree")[2].split("```")[1]
    return [line.split()[0] for line in block.splitlines()[1:] if line.strip()]


@pytest.mark.parametrize("path", tree_paths())
def test_the_tree_exists(path: str) -> None:
    assert list(ROOT.glob(path.rstrip("/"))), f"{path} stands in ARCHITECTURE.md and not in the repository"


def test_the_tree_is_complete() -> None:
    prefix = "src/jeugd_analysis/"
    listed = {path.removeprefix(prefix).split("/")[0] for path in tree_paths() if path.startswith(prefix)} - {""}
    there = {entry.name for entry in SRC.iterdir() if entry.suffix == ".py" or (entry / "__init__.py").is_file()}
    assert listed == there


def test_the_table_of_layers_is_the_one_that_is_tested() -> None:
    section = PAGE.read_text("utf8").partition("## Who imports whom")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \|", section, re.MULTILINE)
    assert {layer: set(re.findall(r"`([\w.]+)`", may)) for layer, may in rows} == ALLOWED
