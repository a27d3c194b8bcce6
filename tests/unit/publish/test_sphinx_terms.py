"""Words of the glossary become links on the first use of a page, and nothing else changes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from sphinx.application import Sphinx

from jeugd_analysis.publish.sphinx_terms import address, link_terms, pattern_of, terms_in

ROOT = Path(__file__).resolve().parents[3]
TERMS = ["Breuk", "CBS", "Geheim", "Tarief", "Verwijzer", "Zorg in natura"]


def links(source: str, terms: list[str] = TERMS) -> list[tuple[str, str]]:
    page = publish_doctree(source, settings_overrides={"report_level": 5})
    before = page.astext()
    link_terms(page, terms, "begrippen.html")
    assert page.astext() == before  # only links are added, no letter moves
    found = [one for one in page.findall(nodes.reference) if "begrip" in one.get("classes", [])]
    return [(one.astext(), one["refuri"]) for one in found]


def test_the_first_use_is_a_link_and_the_second_is_not():
    told = links("De tarieven stijgen na een breuk. Het tarief stijgt.\n\nEen breuk is een breuk.")
    assert told == [("tarieven", "begrippen.html#begrip-tarief"), ("breuk", "begrippen.html#begrip-breuk")]


def test_headings_links_code_and_tables_are_left_alone():
    source = (
        "Breuk\n=====\n\nVia een `verwijzer <https://example.org>`_ en ``tarief``.\n\n"
        "=====  ======\nBreuk  Tarief\n=====  ======\n1      2\n=====  ======\n"
    )
    assert links(source) == []


def test_emphasis_and_lists_are_running_text():
    assert [word for word, _ in links("- Een **breuk** en\n- *geheime* zaken")] == ["breuk", "geheime"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Verwijzers, een breukvlak en tarief-afspraak.", ["Verwijzers"]),  # no part of another word
        ("cbs is geen CBS", ["CBS"]),
        ("Zorg in natura", ["Zorg in natura"]),
        ("niets", []),
    ],
)
def test_only_whole_words_count(text, words):
    assert pattern_of(TERMS).findall(text) == words


def test_without_terms_nothing_is_found():
    assert pattern_of([]).findall("breuk") == [] and links("Een breuk.", []) == []


def test_every_term_of_our_glossary_has_its_own_address():
    terms = terms_in((ROOT / "book" / "begrippen.md").read_text("utf8"))
    assert len(terms) > 60 and len({address(term) for term in terms}) == len(terms)
    for term in terms:  # and can be found by its own pattern
        assert pattern_of(terms).fullmatch(term), term


def test_a_built_page_links_to_where_the_term_stands(tmp_path):
    source = tmp_path / "bron"
    (source / "regio").mkdir(parents=True)
    (source / "begrippen.md").write_text("# Begrippen\n\nBreuk\n: Een moment.\n\nZorg in natura\n: Hulp.\n", "utf8")
    (source / "index.md").write_text("# Breuk\n\n```{toctree}\nbegrippen\nregio/a\n```\n", "utf8")
    page = "# Zorg in natura\n\nNa een breuk komt zorg in natura.\n\n| breuk |\n|---|\n| breuk |\n\n"
    page += "[een breuk](../index.md)\n"
    (source / "regio" / "a.md").write_text(page, "utf8")
    settings = {
        "extensions": ["myst_parser", "jeugd_analysis.publish.sphinx_terms"], "myst_enable_extensions": ["deflist"],
    }  # fmt: skip
    app = Sphinx(
        str(source), None, str(tmp_path / "uit"), str(tmp_path / "bomen"), "html", confoverrides=settings, status=None,
        warningiserror=True,
    )  # fmt: skip
    app.build()
    told = (tmp_path / "uit" / "regio" / "a.html").read_text("utf8")
    body = told[told.index('role="main"') :]
    found = re.findall(r'<a class="begrip[^"]*" href="([^"]*)">([^<]*)</a>', body)
    assert found == [
        ("../begrippen.html#begrip-breuk", "breuk"), ("../begrippen.html#begrip-zorg-in-natura", "zorg in natura"),
    ]  # fmt: skip
    glossary = (tmp_path / "uit" / "begrippen.html").read_text("utf8")
    assert 'id="begrip-breuk"' in glossary and 'id="begrip-zorg-in-natura"' in glossary
    assert 'class="begrip' not in glossary
