"""Which edition a page belongs to: a line under every page, and a warning above pages with example data.

The builder passes `jeugd_edition` in its copy of _config.yml, or as JSON in the variable JEUGD_EDITION:
`{"edition": "2026-K3", "as_of": "2026-09-30", "status": "voorlopig", "code": "0.1.0", "digest": "1a2b3c4d..."}`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

from jeugd_analysis.domain.period import day_in_words
from jeugd_analysis.errors import bad_parameter
from jeugd_analysis.publish.house_site import sender_line

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config

EXAMPLE = "voorbeelddata"
DIGEST_SHOWN = 8  # characters: enough to recognise, the manifest has all of them
FIELDS = ("edition", "as_of", "status", "code", "digest")
EXAMPLE_BANNER = (
    '<aside class="merk-voorbeeld" aria-label="Voorbeelddata"><strong>Voorbeelddata.</strong> '
    "De cijfers in dit boek zijn verzonnen. Ze gaan niet over echte jeugdigen. "
    "Bij echte cijfers staat dat erbij.</aside>\n"
)


def dutch_date(value: str | date) -> str:
    """30 september 2026, from an ISO date; other text stays as it is."""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError:
        return str(value)
    return day_in_words(day)


def edition_line(edition: Mapping[str, Any]) -> str:
    """One line of text: edition, date, status, code version and digest of the inputs; what is missing is left out."""
    parts = {
        "edition": "Editie {}",
        "as_of": "stand {}",
        "status": "{}",
        "code": "code {}",
        "digest": "invoer {}",
    }
    shown = {key: str(edition[key]) for key in FIELDS if edition.get(key)}
    if "as_of" in shown:
        shown["as_of"] = dutch_date(edition["as_of"])
    if "digest" in shown:
        shown["digest"] = shown["digest"].removeprefix("sha256:")[:DIGEST_SHOWN]
    return " · ".join(parts[key].format(value) for key, value in shown.items())


def edition_from_environment(variable: str = "JEUGD_EDITION") -> dict[str, Any]:
    """The edition in the environment; empty when there is none.

    Raises UnknownNameError when it is not a JSON object.
    """
    text = os.environ.get(variable, "")
    try:
        edition = json.loads(text) if text else {}
    except ValueError:
        edition = None
    if not isinstance(edition, dict):
        raise bad_parameter(variable, text, "een JSON-object met " + ", ".join(FIELDS))
    return edition


def is_example(edition: Mapping[str, Any]) -> bool:
    """Whether the edition was made of the built-in example region."""
    return EXAMPLE in str(edition.get("status", "")).lower()


def _add_footer(app: Sphinx, config: Config) -> None:
    lines = {"editie": edition_line(config.jeugd_edition), "afzender": sender_line(config.jeugd_sender)}
    told = "".join(f'<p class="{kind}">{escape(line)}</p>' for kind, line in lines.items() if line)
    if told:
        config.html_theme_options = {**config.html_theme_options, "extra_footer": told}


def _add_banner(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    body = context.get("body") or ""
    if body and is_example(app.config.jeugd_edition) and "merk-voorbeeld" not in body:
        context["body"] = EXAMPLE_BANNER + body


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this. A changed edition writes every page again."""
    app.add_config_value("jeugd_edition", lambda _config: edition_from_environment(), "html", types=[dict])
    app.add_config_value("jeugd_sender", {}, "html", types=[dict])
    app.connect("config-inited", _add_footer, priority=100)  # before the theme copies its options
    app.connect("html-page-context", _add_banner)
    for script in ("edition", "editions"):  # publishing names the edition in the first, the second shows the choice
        app.add_js_file(f"jeugd/{script}.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
