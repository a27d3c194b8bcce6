"""Prose of notebooks on paper: no mark of Markdown is left, computed sentences are in their places."""

from __future__ import annotations

import pytest

from jeugd_analysis.annex.blocks import Box, Bullets, Heading, Paragraph, Run, Terms, plain
from jeugd_analysis.annex.markdown import read_markdown
from jeugd_analysis.errors import BuildError


def read(text: str, **glue: str):
    return read_markdown(text, glue, page="10_gebruik.ipynb")


def test_headings_lists_and_paragraphs():
    blocks = read("## Per jaar\n\nEerste\nregel.\n\n- een\n- twee\n\n1. drie")
    assert blocks == (
        Heading(2, (Run("Per jaar"),)),
        Paragraph((Run("Eerste"), Run(" "), Run("regel."))),
        Bullets(((Run("een"),), (Run("twee"),))),
        Bullets(((Run("drie"),),), numbered=True),
    )


def test_a_computed_sentence_takes_the_place_of_its_name_and_is_not_read_as_markdown():
    (paragraph,) = read("Dus: {glue:text}`zin` {glue:text}`zin`.", zin="*2* jeugdigen [a](b)")
    assert plain(paragraph.words) == "Dus: *2* jeugdigen [a](b) *2* jeugdigen [a](b)."
    assert {run.style for run in paragraph.words} == {""}


def test_a_link_keeps_its_words_and_tells_where_it_leads():
    (paragraph,) = read("Zie [Besparing](../regio/50_besparing.ipynb) en **let op**.")
    assert paragraph.words == (
        Run("Zie "),
        Run("Besparing", "emph", "50_besparing"),
        Run(" en "),
        Run("let op", "strong"),
        Run("."),
    )


def test_a_box_has_a_title_and_its_own_blocks():
    (box,) = read(":::{admonition} Hoe lees ik dit?\n:class: note\nElke balk is *iets*.\n\n- punt\n:::")
    assert box == Box(
        "Hoe lees ik dit?",
        (
            Paragraph((Run("Elke balk is "), Run("iets", "emph"), Run("."))),
            Bullets(((Run("punt"),),)),
        ),
    )


def test_a_glossary_is_terms_with_their_words():
    (terms,) = read("Breuk\n: Een moment.\n\nVolume\n: Het aantal.")
    assert terms == Terms((((Run("Breuk"),), (Run("Een moment."),)), ((Run("Volume"),), (Run("Het aantal."),))))


@pytest.mark.parametrize("text", ["{glue:text}`weg`", "{doc}`zin`", "![plaatje](a.png)", "```python\n1\n```"])
def test_what_has_no_form_on_paper_is_named(text):
    with pytest.raises(BuildError, match=r"ANX-003.*10_gebruik"):
        read(text, zin="ja")
