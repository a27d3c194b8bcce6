"""What the theme leaves undone for Dutch readers and for readers who use a keyboard or a screen reader.

Translations go through Sphinx' own catalogues where the theme uses them. The rest is text in the theme's templates,
repaired on the rendered page; the browser tests fail when a theme upgrade moves that text.
"""

from __future__ import annotations

import re
from gettext import NullTranslations
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from sphinx.locale import translators

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

DUTCH = {
    "Announcement": "Mededeling",
    "Back to top": "Terug naar boven",
    "Breadcrumb": "Kruimelpad",
    "By": "Door",
    "Collapse Sidebar": "Menu inklappen",
    "Color mode": "Licht of donker",
    "Contents": "Op deze pagina",
    "Dark": "Donker",
    "Error": "Fout",
    "Expand Sidebar": "Menu uitklappen",
    "Home": "Start",
    "Light": "Licht",
    "Link to this equation": "Link naar deze formule",
    "Link to this heading": "Link naar deze kop",
    "Link to this image": "Link naar deze afbeelding",
    "Link to this table": "Link naar deze tabel",
    "Link to this term": "Link naar dit begrip",
    "Link to this definition": "Link naar dit begrip",
    "Link to this code": "Link naar deze code",
    "Link to this toctree": "Link naar deze inhoudsopgave",
    "Permalink to this heading": "Link naar deze kop",
    "On this page": "Op deze pagina",
    "Please activate JavaScript to enable the search functionality.": "Zet JavaScript aan om te kunnen zoeken.",
    "Search": "Zoeken",
    "Section Navigation": "Hoofdstukken",
    "Show Source": "Bron tonen",
    "Site navigation": "Navigatie",
    "Skip to main content": "Naar de inhoud",
    "System Settings": "Zoals mijn apparaat",
    "Version warning": "Let op de versie",
    "next": "Volgende",
    "next page": "volgende pagina",
    "previous": "Vorige",
    "previous page": "vorige pagina",
}
"""What a reader sees of the catalogues `sphinx` (Sphinx and pydata theme) and `booktheme`."""

_TEMPLATE_TEXT = (
    ('title="Toggle primary sidebar"', 'title="Menu" aria-label="Menu tonen of verbergen"'),
    (
        'title="Toggle secondary sidebar"',
        'title="Op deze pagina" aria-label="Inhoud van deze pagina tonen of verbergen"',
    ),
    (
        '<nav class="bd-links bd-docs-nav" aria-label="Main">',
        '<nav class="bd-links bd-docs-nav" aria-label="Hoofdstukken">',
    ),
    ('<nav aria-label="Page">', '<nav aria-label="Inhoud van deze pagina">'),
    (' - Home"', ' - startpagina"'),
)
_TOGGLE = re.compile(r'<summary>(\s*)<span class="toctree-toggle" role="presentation">')
_NAMED_TOGGLE = (
    r"""<summary aria-label="Onderliggende pagina's tonen of verbergen">"""
    r'\1<span class="toctree-toggle" aria-hidden="true">'
)
_SEARCH_BUTTON = re.compile(r'(<button class="btn search-button-field[^>]*?) aria-label="[^"]*"')
_THEME_BUTTON = re.compile(r'(<button class="[^"]*theme-switch-button[^>]*?) aria-label="[^"]*"')
_LOGO = re.compile(r'<a class="navbar-brand logo".*?</a>', re.DOTALL)
_EMPTY_HEADER = re.compile(r"<th\b([^>]*)>(?:\s|&nbsp;|&#160;|<p>\s*</p>)*</th>")
_HEADER_ATTRIBUTES = re.compile(r'\s(?:scope|abbr)="[^"]*"')
_GENERATOR = re.compile(r'\s*<meta[^>]*\bname="generator"[^>]*>')
_WIDE_TABLE = re.compile(
    r'<div class="tabel-omslag"[^>]*>(?=\s*<table[^>]*>\s*(?:<caption[^>]*>(?P<caption>.*?)</caption>)?)', re.DOTALL
)
_CONTENT_ROOT = re.compile(r'<html[^>]*\bdata-content_root="([^"]*)"')
_THEME_SCRIPT = re.compile(
    r"<script\b(?![^>]*\b(?:src|type)=)[^>]*>\s*(?:document\.documentElement\.dataset\.mode|DOCUMENTATION_OPTIONS\."
    r"|// Activate the search field).*?</script>\s*",
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]+>")

_JUPYTER_BOOK_ONLY = ("comments_config", "use_jupyterbook_latex")
"""Jupyter Book always passes these, for extensions we leave out; Sphinx would warn of them in every build."""


class ReaderDutch(NullTranslations):
    """Our words first, then the catalogue that was there."""

    def __init__(self, catalogue: NullTranslations) -> None:
        super().__init__()
        self.add_fallback(catalogue)

    def gettext(self, message: str) -> str:
        """The Dutch text for a message of Sphinx or the theme."""
        return DUTCH.get(message) or super().gettext(message)


def repair(html: str) -> str:
    """A rendered page with Dutch labels, names for all controls, and without traces of the machine that made it."""
    for english, dutch in _TEMPLATE_TEXT:
        html = html.replace(english, dutch)
    html = _TOGGLE.sub(_NAMED_TOGGLE, html)
    # A button with visible words needs no other name; a second name confuses people who speak their commands.
    html = _SEARCH_BUTTON.sub(r"\1", html)
    html = _THEME_BUTTON.sub(r'\1 aria-label="Licht of donker"', html)
    html = _LOGO.sub(lambda found: f'<nav class="startpagina" aria-label="Startpagina">{found[0]}</nav>', html)
    html = _EMPTY_HEADER.sub(lambda found: f"<td{_HEADER_ATTRIBUTES.sub('', found[1])}></td>", html)
    html = _WIDE_TABLE.sub(_scrollable, html)
    return _GENERATOR.sub("", without_inline_scripts(html))


def without_inline_scripts(html: str) -> str:
    """The page with the theme's inline scripts in a file, so that a server may forbid all inline script.

    static/jeugd/theme.js sets light or dark as early as the theme does; the other inline scripts serve options that we
    do not use.
    """
    root = _CONTENT_ROOT.search(html)
    if root is None or not _THEME_SCRIPT.search(html):
        return html
    early = f'<script src="{root[1]}_static/jeugd/theme.js"></script>'
    return _THEME_SCRIPT.sub("", html).replace("<head>", f"<head>\n    {early}", 1)


def _scrollable(found: re.Match[str]) -> str:
    caption = " ".join(unescape(_TAG.sub("", found["caption"] or "Tabel")).split())
    return f'<div class="tabel-omslag" tabindex="0" role="group" aria-label="{escape(caption)}">'


def _translate(app: Sphinx, config: Config) -> None:
    for catalogue in ("sphinx", "booktheme"):
        existing = translators.get(("general", catalogue), NullTranslations())
        translators["general", catalogue] = ReaderDutch(existing)
    app.translator = translators["general", "sphinx"]


def _repair_pages(app: Sphinx) -> None:
    templates = getattr(app.builder, "templates", None)
    if templates is None:
        return
    render = templates.render

    def repaired(template: str, context: dict[str, Any]) -> str:
        page: str = render(template, context)
        return repair(page) if template.endswith(".html") else page

    templates.render = repaired


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this; the translations follow after every extension has added its catalogue."""
    app.connect("config-inited", _translate, priority=900)
    app.connect("builder-inited", _repair_pages)
    for name in _JUPYTER_BOOK_ONLY:
        app.add_config_value(name, None, "")
    app.add_js_file("jeugd/dutch.js", priority=210)  # between doctools.js (200) and Sphinx' Dutch catalogue (500)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
