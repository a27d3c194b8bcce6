"""The first use of a word of the glossary on each page leads to its explanation.

Done on the parsed page and not on its text, so that no heading, link, table or formula can break. The glossary is
begrippen.md: a term on a line of its own, its meaning on the next line after a colon.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

GLOSSARY = "begrippen"
_ENDINGS = "(?:e?n|s|'s|e)?"  # the usual plurals and the bent adjective
_FORMS = {  # what the endings do not make
    "tarief": ("tarieven",),
    "perceel": ("percelen",),
    "mediaan": ("medianen",),
    "dagdeel": ("dagdelen",),
    "etmaal": ("etmalen",),
    "crediteren": ("gecrediteerd", "gecrediteerde", "crediteert"),
    "uitstroom": ("uitgestroomd",),
    "instroom": ("ingestroomd",),
    "persoonsgebonden budget": ("pgb", "persoonsgebonden budgetten"),
}
# A word inside one of these is no running text, or leads somewhere already.
_NOT_IN = (
    nodes.title, nodes.reference, nodes.literal, nodes.literal_block, nodes.raw, nodes.math, nodes.math_block,
    nodes.table, nodes.caption, nodes.term, nodes.comment, nodes.Invisible,
)  # fmt: skip


def terms_in(text: str) -> list[str]:
    r"""The terms of a glossary in their order.

    >>> terms_in("# Begrippen\n\nBreuk\n: Een moment.\n\nCBS\n: Een bureau.\n")
    ['Breuk', 'CBS']
    """
    return [term.strip() for term, meaning in pairwise(text.splitlines()) if meaning.startswith(": ") and term.strip()]


def address(term: str) -> str:
    """Where a term stands on the page of the glossary.

    >>> address("Zorg in natura"), address("Pgb (budget)")
    ('begrip-zorg-in-natura', 'begrip-pgb-budget')
    """
    return "begrip-" + re.sub(r"\W+", "-", term.casefold()).strip("-")


def pattern_of(terms: Sequence[str]) -> re.Pattern[str]:
    """Finds any of the terms, the longest first; an abbreviation only in capitals.

    >>> pattern_of(["Tarief", "CBS"]).findall("De tarieven stijgen. Het CBS telt cbs niet.")
    ['tarieven', 'CBS']
    """
    forms = sorted({form: None for term in terms for form in _written(term)}, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])") if forms else re.compile(r"(?!)")


def _written(term: str) -> list[str]:
    """How a term can be written, as patterns."""
    if term.isupper():
        return [re.escape(term)]
    found = [f"(?i:{re.escape(term)}{_ENDINGS})"]
    return found + [f"(?i:{re.escape(form)})" for form in _FORMS.get(term.casefold(), ())]


def link_terms(page: nodes.document, terms: Sequence[str], glossary: str) -> int:
    """Make the first use of each term in running text a link to its place on the page `glossary`; how many it made."""
    pattern = pattern_of(terms)
    term_of = {term: re.compile("|".join(_written(term))) for term in terms}
    seen: set[str] = set()
    for paragraph in list(page.findall(nodes.paragraph)):
        if _inside(paragraph, page):
            continue
        for text in list(paragraph.findall(nodes.Text)):
            if not _inside(text, paragraph):
                _link_in(text, pattern, term_of, seen, glossary)
    return len(seen)


def _inside(node: nodes.Node, top: nodes.Node) -> bool:
    """Whether a node stands within something that takes no links, or on a card that is a link as a whole."""
    parent = node.parent
    while parent is not None and parent is not top:
        if isinstance(parent, _NOT_IN) or "sd-card" in parent.get("classes", []):
            return True
        parent = parent.parent
    return False


def _link_in(
    text: nodes.Text, pattern: re.Pattern[str], term_of: Mapping[str, re.Pattern[str]], seen: set[str], glossary: str
) -> None:
    told, made, last = str(text), [], 0
    for found in pattern.finditer(told):
        term = next(term for term, own in term_of.items() if own.fullmatch(found[0]))
        if term in seen:
            continue
        seen.add(term)
        link = nodes.reference("", found[0], refuri=f"{glossary}#{address(term)}", internal=True, classes=["begrip"])
        made += [nodes.Text(told[last : found.start()]), link]
        last = found.end()
    if made:
        parent = text.parent
        place = parent.index(text)
        parent[place : place + 1] = [piece for piece in (*made, nodes.Text(told[last:])) if piece.astext()]


def _read_glossary(app: Sphinx, config: Config) -> None:
    path = Path(app.srcdir) / f"{GLOSSARY}.md"
    config.jeugd_terms = terms_in(path.read_text("utf8")) if path.is_file() else []


def _name_terms(app: Sphinx, page: nodes.document) -> None:
    """Every term of the glossary can be linked to."""
    if app.env.docname == GLOSSARY:
        for term in page.findall(nodes.term):
            term["ids"].append(address(term.astext()))


def _link_page(app: Sphinx, page: nodes.document, name: str) -> None:
    if name != GLOSSARY and app.config.jeugd_terms:
        link_terms(page, app.config.jeugd_terms, app.builder.get_relative_uri(name, GLOSSARY))


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this. A changed glossary writes every page again."""
    app.add_config_value("jeugd_terms", [], "html", types=[list])
    app.connect("config-inited", _read_glossary)
    app.connect("doctree-read", _name_terms)
    app.connect("doctree-resolved", _link_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
