"""The method pages of the book: their examples run, their formulas can be shown, and their method exists."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from jeugd_analysis.publish.sphinx_mathml import mathml

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "book" / "methods").glob("*.md"))
METHODS = ROOT / "src" / "jeugd_analysis" / "methods"
_BLOCK = re.compile(r"^```\{code-block\} python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FORMULA = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)


def examples(page: Path) -> doctest.DocTest:
    """All examples of a page as one test, so that a later block may use what an earlier one made."""
    code = "\n".join(match[1] for match in _BLOCK.finditer(page.read_text("utf8")))
    return doctest.DocTestParser().get_doctest(code, {}, page.stem, str(page), 0)


def report(test: doctest.DocTest) -> tuple[int, str]:
    """How many examples of a page fail, and what they print."""
    said: list[str] = []
    failed = doctest.DocTestRunner(verbose=False).run(test, out=said.append).failed
    return failed, "".join(said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_give_the_numbers_on_the_page(page: Path) -> None:
    test = examples(page)
    assert test.examples, f"{page.name} has no example that can be run"
    failed, said = report(test)
    assert failed == 0, said


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_formulas_can_be_shown(page: Path) -> None:
    assert [mathml(tex, block=True)[:5] for tex in _FORMULA.findall(page.read_text("utf8"))] != []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_method_page_is_about_a_method(page: Path) -> None:
    assert (METHODS / f"{page.stem}.py").is_file() or (METHODS / page.stem / "__init__.py").is_file()


def test_a_wrong_number_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "wrong.md"
    page.write_text("```{code-block} python\n>>> 1 + 1\n3\n```\n", "utf8")
    assert report(examples(page))[0] == 1


def test_there_are_method_pages() -> None:
    assert PAGES
