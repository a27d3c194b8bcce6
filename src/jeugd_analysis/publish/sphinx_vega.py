"""Charts in the book: a static SVG that needs no script, and the specification that makes it interactive.

MyST-NB finds `VegaLiteRenderer` through the entry point in pyproject.toml. The browser swaps the SVG for the
interactive view (static/jeugd/charts.js); the SVG stays for print and for readers without scripts.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import vl_convert
from docutils import nodes

from jeugd_analysis.errors import BuildError
from jeugd_analysis.publish.vega_bundle import BUNDLE_NAME, DRAWN_BY, LOCALE, bundle_file, write_whole

if TYPE_CHECKING:
    from myst_nb.core.render import MimeData, NbElementRenderer
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.writers.html5 import HTML5Translator

Spec = Mapping[str, Any]

MIME = "application/vnd.vegalite.v6+json"
STATIC_WIDTH = 640  # pixels, for charts that take the width of the page: a static picture has no page
WIDE = 400  # pixels; pictures from this width on fill the page, smaller ones keep their size (as in charts.js)
STATIC = Path(__file__).parent / "static"
SPEC_CLASS = "grafiek-spec"
_ORIGIN = ("herkomst", "gepubliceerd")
_SCRIPTS = {  # what present writes -> the script that reads it
    'class="keuze" id=': "choice.js",
    'class="keuze" data-lijst=': "options.js",
    'class="schuiven"': "sliders.js",
}
_TAG = re.compile(r'<[a-zA-Z](?:[^<>"]|"[^"]*")*>')  # not the text between tags, which may look like attributes
_MARK_ARIA = re.compile(r' aria-(?:label|roledescription|hidden)="[^"]*"| role="graphics-[a-z]+"')
_WIDTH = re.compile(r'<svg\b[^>]*? width="([\d.]+)"')
_ID_OR_USE = re.compile(r'( id="| (?:xlink:)?href="#|url\(#)(?=[^"])')
_OUTSIDE = re.compile(r' (?:xlink:)?(?:href|src)="(?!#|data:image/)|url\((?!#)')


class ChartNode(nodes.General, nodes.Element):
    """A chart in a page; attribute `spec` is its Vega-Lite specification."""


class VegaLiteRenderer:
    """MyST-NB mime renderer: a cell output with a Vega-Lite specification becomes a ChartNode."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int]]] = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """A list with one ChartNode, or None when the output is not ours or stands inside a sentence."""
        if inline or data.mime_type != MIME:
            return None
        content = data.content
        return [ChartNode(spec=content if isinstance(content, dict) else json.loads(content))]


def heading(spec: Spec) -> tuple[str, str]:
    """Title and subtitle that stand in the chart itself, as plain text; empty when it has none."""
    title = spec.get("title") or ""
    if not isinstance(title, Mapping):
        return _one_line(title), ""
    return _one_line(title.get("text") or ""), _one_line(title.get("subtitle") or "")


def _one_line(text: object) -> str:
    return " ".join(str(line) for line in text) if isinstance(text, list) else str(text)


def drawn_spec(spec: Spec) -> dict[str, Any]:
    """The specification without its title and notes.

    The page shows the title as text, which wraps on a phone and can be searched. Vega-Embed would take options from
    `usermeta`.
    """
    return {key: value for key, value in spec.items() if key not in {"title", "usermeta"}}


def static_svg(spec: Spec, cache: Path) -> str:
    """The chart as SVG text, from the cache when the same chart was drawn before by the same vl-convert.

    Raises BuildError when vl-convert cannot draw it or when the picture would load something from elsewhere.
    """
    if refers_outside(spec):
        raise _cannot_draw(spec)
    fixed = {**spec, "width": STATIC_WIDTH} if spec.get("width") == "container" else dict(spec)
    key = json.dumps([DRAWN_BY, LOCALE, fixed], sort_keys=True, ensure_ascii=True)
    path = cache / "svg" / f"{sha256(key.encode()).hexdigest()}.svg"
    if path.exists():
        return path.read_text(encoding="utf-8")
    svg = _draw(fixed)
    write_whole(path, svg)
    return svg


def refers_outside(part: object) -> bool:
    """Whether a specification takes data from a file or an address; vl-convert itself refuses the address only."""
    if isinstance(part, Mapping):
        data = part.get("data")
        return (isinstance(data, Mapping) and "url" in data) or any(map(refers_outside, part.values()))
    return isinstance(part, list) and any(map(refers_outside, part))


def _draw(spec: dict[str, Any]) -> str:
    try:
        svg = vl_convert.vegalite_to_svg(
            spec, allowed_base_urls=[], format_locale=LOCALE, time_format_locale=LOCALE, show_warnings=False
        )
    except ValueError as error:
        raise _cannot_draw(spec) from error
    if any(_OUTSIDE.search(tag) for tag in _TAG.findall(svg)):
        raise _cannot_draw(spec)
    return svg


def _cannot_draw(spec: Spec) -> BuildError:
    shown = str(spec.get("description") or spec.get("name") or "zonder beschrijving")[:80]
    return BuildError(
        "GRF-001",
        wat=f"Een grafiek kan niet worden getekend: {shown}.",
        doe="controleer de grafiekfunctie; gegevens en plaatjes moeten in de grafiek zelf zitten, zonder verwijzing.",
    )


def accessible_svg(svg: str, *, title: str, description: str, prefix: str) -> str:
    """The SVG as one image with a name and a description, and ids that start with the prefix.

    Vega names every mark; inside an image those names are noise, and the data table beside a chart is better.
    """
    quiet = _TAG.sub(lambda tag: _ID_OR_USE.sub(rf"\g<1>{prefix}-", _MARK_ARIA.sub("", tag[0])), svg)
    named = f'<svg role="img" aria-labelledby="{prefix}-titel" aria-describedby="{prefix}-tekst"'
    words = f'<title id="{prefix}-titel">{escape(title)}</title><desc id="{prefix}-tekst">{escape(description)}</desc>'
    return _TAG.sub(lambda tag: named + tag[0].removeprefix("<svg") + words, quiet, count=1)


def script_json(spec: Spec) -> str:
    """JSON that is safe inside a script element: no `<` is left that could close it or open a comment."""
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def chart_html(spec: Spec, *, number: int, cache: Path) -> str:
    """One chart as HTML: title, static picture, specification. `number` makes its ids unique on the page."""
    title, subtitle = heading(spec)
    description = _one_line(spec.get("description") or "")
    bare = drawn_spec(spec)
    name = title or str(spec.get("usermeta", {}).get("titel", "")) or "Grafiek"
    svg = accessible_svg(static_svg(bare, cache), title=name, description=description, prefix=f"grafiek-{number}")
    width = _WIDTH.search(svg)
    size = "grafiek-vast breed" if width and float(width[1]) >= WIDE else "grafiek-vast"
    lines = [f'<span class="grafiek-titel">{escape(title)}</span>'] if title else []
    lines += [f'<span class="grafiek-ondertitel">{escape(subtitle)}</span>'] if subtitle else []
    caption = f"<figcaption>{''.join(lines)}</figcaption>" if lines else ""
    kind, pair = _choice(spec)
    return (
        f'<figure class="grafiek{kind}"{pair}{_origin(spec)}>{caption}<div class="{size}" tabindex="0">{svg}</div>'
        f'<script type="application/json" class="{SPEC_CLASS}">{script_json(bare)}</script></figure>\n'
    )


def _choice(spec: Spec) -> tuple[str, str]:
    """Class and attribute of a chart that is one of several to choose from (present.choice); else empty."""
    told = spec.get("usermeta", {}).get("keuze", {})
    return (f" {escape(told['class'])}", f' data-paar="{escape(told["data-paar"])}"') if told else ("", "")


def _origin(spec: Spec) -> str:
    """The mark of figures that were published elsewhere (present.finding); exit_check leaves those alone."""
    told = spec.get("usermeta", {}).get(_ORIGIN[0]) == _ORIGIN[1]
    return f' data-{_ORIGIN[0]}="{_ORIGIN[1]}"' if told else ""


def cache_folder(config: Config) -> Path:
    """Where pictures and the bundle are kept between builds; a relative folder counts from the current one."""
    return Path(config.jeugd_cache_dir).absolute()


def _visit_html(translator: HTML5Translator, node: ChartNode) -> None:
    number = getattr(translator, "jeugd_charts", 0) + 1
    translator.jeugd_charts = number
    translator.body.append(chart_html(node["spec"], number=number, cache=cache_folder(translator.config)))
    raise nodes.SkipNode


def _visit_text(translator: Any, node: ChartNode) -> None:
    """Builders for text and paper leave charts out; the annexes draw their own."""
    raise nodes.SkipNode


def _add_static(app: Sphinx, config: Config) -> None:
    config.html_static_path.append(str(STATIC))
    # Sphinx copies static files only when it writes a page: another style or script must count as another setting.
    contents = (file.read_bytes() for file in sorted(STATIC.rglob("*")) if file.is_file())
    config.jeugd_assets = hashlib.sha256(b"\0".join(contents)).hexdigest()
    # Without one, every browser asks the server for a favicon.ico that is not there.
    config.html_favicon = config.html_favicon or str(STATIC / "jeugd" / "favicon.svg")


def _add_assets(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    app.add_css_file("jeugd/book.css", priority=900)  # after the theme, which it adjusts
    for mark, script in _SCRIPTS.items():
        if mark in (context.get("body") or ""):
            app.add_js_file(f"jeugd/{script}", loading_method="defer")
    if SPEC_CLASS not in (context.get("body") or ""):
        return
    target = Path(app.outdir) / "_static" / "jeugd" / BUNDLE_NAME
    source = bundle_file(cache_folder(app.config))
    if not target.exists() or target.stat().st_size != source.stat().st_size:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    app.add_js_file(f"jeugd/{BUNDLE_NAME}", loading_method="defer")
    app.add_js_file("jeugd/charts.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this. Assets come from the package: Jupyter Book puts every script of a book on every page."""
    app.add_config_value("jeugd_cache_dir", os.environ.get("JEUGD_CACHE_DIR", "_build/cache"), "")
    app.add_config_value("jeugd_assets", "", "html", types=[str])
    app.add_node(ChartNode, html=(_visit_html, None), text=(_visit_text, None), latex=(_visit_text, None))
    app.connect("config-inited", _add_static)
    app.connect("html-page-context", _add_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
