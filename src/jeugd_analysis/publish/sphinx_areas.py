"""Under the heading of a page: the same subject in other areas, so that a reader can go from one to the next.

The builder passes `jeugd_neighbours`: per page a list of names and addresses (publish.front.neighbours).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

_HEADING = re.compile(r"</h1>")


def neighbour_list(page: str, others: Sequence[Sequence[str]]) -> str:
    """A list of links that opens on request; it works without script and with a keyboard."""
    start = posixpath.dirname(page)
    items = "".join(
        f'<li><a href="{escape(posixpath.relpath(address, start or "."))}.html">{escape(name)}</a></li>'
        for name, address in others
    )
    what = "Een ander gebied" if posixpath.basename(page) == "index" else "Dit onderwerp voor een ander gebied"
    if "-" in posixpath.basename(page):  # a page about a segment
        what = "Dit onderwerp voor een ander segment"
    return f'<details class="buren"><summary>{what}</summary><ul>{items}</ul></details>'


def _add(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    others = app.config.jeugd_neighbours.get(page)
    if others and context.get("body"):
        told = neighbour_list(page, others)
        context["body"] = _HEADING.sub(lambda found: found[0] + told, context["body"], count=1)


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this. Other areas in the book write every page again."""
    app.add_config_value("jeugd_neighbours", {}, "html", types=[dict])
    app.connect("html-page-context", _add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
