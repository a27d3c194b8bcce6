"""Formulas as static MathML: browsers and screen readers read it without any script."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)
_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = frozenset(
    _NAMESPACE + name
    for name in (
        "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace "
        "msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"
    ).split()
)
_UNKNOWN_ENVIRONMENT = re.compile(r"\\(begin|end)\{(?:aligned|gathered)\}")


class FormulaNotReadError(ValueError):
    """latex2mathml did not read the whole formula."""


def mathml(tex: str, *, block: bool = False) -> str:
    """MathML for a formula in LaTeX, with that LaTeX as its text alternative.

    Raises FormulaNotReadError. latex2mathml itself lets an unknown command, a stray `&` or an HTML element through.
    """
    known = _UNKNOWN_ENVIRONMENT.sub(r"\\\1{align*}", tex)
    try:
        html = convert(known, display="block" if block else "inline")
        parts = list(ET.fromstring(html).iter())
    except Exception as error:  # the library has many exceptions and no common class
        raise FormulaNotReadError(f"{type(error).__name__}: {error}") from error
    for part in parts:
        if part.tag not in _ELEMENTS or "href" in part.attrib or (part.text or "").startswith("\\"):
            raise FormulaNotReadError(part.text or part.tag)
    return html.replace("<math ", f'<math alttext="{escape(tex.strip())}" ', 1)


def _formula(node: nodes.Element, *, block: bool) -> str:
    tex = node.astext()
    try:
        return mathml(tex, block=block)
    except FormulaNotReadError as error:
        LOGGER.warning("formule niet te lezen (%s): %s", error, tex, location=node, type="jeugd", subtype="formule")
        return f'<code class="formule">{escape(tex)}</code>'


def _visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_formula(node, block=False))
    raise nodes.SkipNode


def _visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    formula = _formula(node, block=True)
    translator.body.append(translator.starttag(node, "div", CLASS="formule-blok"))
    translator.body.append(f'<div class="formule-regel" tabindex="0">{formula}</div>')
    if node.get("number"):
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})</span>')
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this; `html_math_renderer: mathml` in _config.yml selects it."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
