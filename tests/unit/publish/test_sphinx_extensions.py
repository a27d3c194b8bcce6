"""Charts, formulas, repairs and provenance, each on its own: no Sphinx build, no browser."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from jeugd_analysis.errors import BuildError, UnknownNameError
from jeugd_analysis.publish import sphinx_access, sphinx_edition, sphinx_vega, vega_bundle
from jeugd_analysis.publish.sphinx_mathml import FormulaNotReadError, mathml

SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
HOSTILE = '"></script><script>alert(1)</script><img src=x onerror=alert(1)> id="x" href="http://example.org"'


def spec(**changes: Any) -> dict[str, Any]:
    """A small chart with a colour scale, so that its picture has an id (a gradient) of its own."""
    return {
        "title": "Kosten stijgen",
        "description": "Kosten stijgen. Van 1 naar 2 miljoen euro.",
        "data": {"values": [{"jaar": "2024", "euro": 1_000_000}, {"jaar": "2025", "euro": 2_000_000}]},
        "mark": "bar",
        "encoding": {
            "x": {"field": "jaar", "type": "nominal"},
            "y": {"field": "euro", "type": "quantitative", "axis": {"format": ",.0f"}},
            "color": {"field": "euro", "type": "quantitative"},
        },
        **changes,
    }


def picture(html: str) -> ET.Element:
    return ET.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])


def written_spec(html: str) -> str:
    return re.search(r'<script type="application/json" class="grafiek-spec">(.*?)</script>', html, re.DOTALL)[1]


# Charts


def test_picture_is_one_image_with_title_and_description(tmp_path):
    svg = picture(sphinx_vega.chart_html(spec(), number=1, cache=tmp_path))
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert svg.get("role") == "img"
    assert (svg.get("aria-labelledby"), svg.get("aria-describedby")) == (title.get("id"), description.get("id"))
    assert (title.text, description.text) == ("Kosten stijgen", "Kosten stijgen. Van 1 naar 2 miljoen euro.")
    assert [part.tag for part in svg.iter() if any("aria" in name for name in part.attrib)] == [svg.tag]


def test_title_of_the_page_layer_names_the_picture_without_a_second_heading(tmp_path):
    chart = spec(usermeta={"titel": "Uit de bevinding"})
    del chart["title"]
    html = sphinx_vega.chart_html(chart, number=1, cache=tmp_path)
    assert picture(html).find(f"{SVG}title").text == "Uit de bevinding"
    assert "<figcaption>" not in html
    assert "usermeta" not in written_spec(html)


def test_the_same_chart_twice_on_a_page_has_different_ids(tmp_path):
    pictures = [picture(sphinx_vega.chart_html(spec(), number=number, cache=tmp_path)) for number in (1, 2)]
    ids = [part.get("id") for svg in pictures for part in svg.iter() if part.get("id")]
    assert len(ids) >= 6
    assert len(set(ids)) == len(ids)
    for svg in pictures:
        own = {part.get("id") for part in svg.iter()}
        used = re.findall(r"url\(#([^)]+)\)", ET.tostring(svg, encoding="unicode"))
        assert used
        assert set(used) <= own


def test_numbers_in_the_picture_are_dutch(tmp_path):
    svg = picture(sphinx_vega.chart_html(spec(), number=1, cache=tmp_path))
    assert "2.000.000" in [text.text for text in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize("width", ["container", 640])
def test_a_chart_without_a_page_is_640_wide(tmp_path, width):
    html = sphinx_vega.chart_html(spec(width=width), number=1, cache=tmp_path)
    assert 640 < float(picture(html).get("width")) < 800  # axis and legend come on top
    assert json.loads(written_spec(html))["width"] == width
    assert 'class="grafiek-vast breed"' in html


def test_hostile_text_stays_text(tmp_path):
    chart = spec(title={"text": HOSTILE, "subtitle": [HOSTILE, "tweede regel"]}, description=HOSTILE)
    chart["data"]["values"][0]["jaar"] = HOSTILE
    html = sphinx_vega.chart_html(chart, number=1, cache=tmp_path)
    assert re.findall(r"<(script|img|/script)\b", html) == ["script", "/script"]
    assert json.loads(written_spec(html)) == {key: value for key, value in chart.items() if key != "title"}
    assert picture(html).find(f"{SVG}title").text == HOSTILE
    assert any('id="x"' in (text.text or "") or "<script>" in (text.text or "") for text in picture(html).iter())
    around = re.sub(r"<(script|svg).*?</\1>", "", html, flags=re.DOTALL)
    assert "&lt;img src=x onerror" in around


@pytest.mark.parametrize(
    "reference",
    [
        {"data": {"url": "https://example.org/a.csv"}},
        {"data": {"url": "file:///etc/hostname", "format": {"type": "csv"}}},
        {"transform": [{"lookup": "jaar", "from": {"data": {"url": "a.csv"}, "key": "jaar", "fields": ["x"]}}]},
        {"mark": {"type": "image"}, "encoding": {"url": {"value": "https://example.org/a.png"}}},
        {"encoding": {"href": {"value": "https://example.org/"}, "x": {"field": "jaar"}}},
    ],
    ids=["web", "disk", "lookup", "image", "link"],
)
def test_a_chart_that_refers_elsewhere_is_refused(tmp_path, reference):
    with pytest.raises(BuildError, match=r"GRF-001.*Van 1 naar 2 miljoen"):
        sphinx_vega.chart_html(spec(**reference), number=1, cache=tmp_path)
    assert list(tmp_path.rglob("*.svg")) == []


def test_a_drawn_chart_comes_from_the_cache_until_it_changes(tmp_path, monkeypatch):
    first = sphinx_vega.static_svg(spec(), tmp_path)
    drawn = []
    monkeypatch.setattr(sphinx_vega, "_draw", lambda given: drawn.append(given) or "<svg></svg>")
    assert sphinx_vega.static_svg(spec(), tmp_path) == first
    assert drawn == []
    sphinx_vega.static_svg(spec(mark="line"), tmp_path)
    monkeypatch.setattr(sphinx_vega, "DRAWN_BY", "vl-convert 0.0")
    sphinx_vega.static_svg(spec(), tmp_path)
    assert len(drawn) == 2
    assert len(list(tmp_path.rglob("*.svg"))) == 3
    assert [path for path in tmp_path.rglob("*") if path.name.startswith(".")] == []


def test_renderer_takes_charts_and_leaves_the_rest():
    def handled(mime: str, content: object, *, inline: bool = False) -> object:
        data = SimpleNamespace(mime_type=mime, content=content)
        return sphinx_vega.VegaLiteRenderer.handle_mime(None, data, inline)

    assert handled(sphinx_vega.MIME, spec())[0]["spec"] == spec()
    assert handled(sphinx_vega.MIME, json.dumps(spec()))[0]["spec"] == spec()
    assert handled("text/html", "<p>") is None
    assert handled(sphinx_vega.MIME, spec(), inline=True) is None


def test_renderer_is_known_to_myst_nb():
    from myst_nb.core.render import get_mime_priority, load_mime_renders

    assert sphinx_vega.VegaLiteRenderer in load_mime_renders()
    assert get_mime_priority("html", [])[0] == sphinx_vega.MIME


def test_bundle_is_made_once_and_keeps_its_names_to_itself(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(
        vega_bundle.vl_convert, "javascript_bundle", lambda snippet: made.append(snippet) or "var _ = 1;"
    )
    first, second = vega_bundle.bundle_file(tmp_path), vega_bundle.bundle_file(tmp_path)
    assert first == second
    assert len(made) == 1
    assert '"decimal": ","' in made[0]
    assert first.read_text(encoding="utf-8") == "(function () {\nvar _ = 1;\n})();\n"
    monkeypatch.setattr(vega_bundle, "DRAWN_BY", "vl-convert 0.0")
    assert vega_bundle.bundle_file(tmp_path) != first


def test_shipped_assets_are_small_and_ask_nothing_from_outside():
    assets = [path for path in sphinx_vega.STATIC.rglob("*") if path.is_file()]
    assert {path.suffix for path in assets} == {".css", ".js", ".svg"}
    for path in assets:
        assert path.stat().st_size < 500_000
        links = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]+", path.read_text(encoding="utf-8"))
        assert set(links) <= {"http://www.w3.org"}, path.name


# Formulas


def test_formula_becomes_mathml_with_its_source_as_alternative():
    formula = ET.fromstring(mathml(r"\frac{a}{b} < c", block=True))
    assert (formula.tag, formula.get("display")) == (f"{MATHML}math", "block")
    assert formula.get("alttext") == r"\frac{a}{b} < c"
    assert [part.text for part in formula.find(f".//{MATHML}mfrac").iter(f"{MATHML}mi")] == ["a", "b"]


def test_aligned_lines_become_rows():
    formula = ET.fromstring(mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", block=True))
    assert len(formula.findall(f".//{MATHML}mtr")) == 2


@pytest.mark.parametrize(
    "tex",
    [
        r"\onbekend{x}",
        "a & b",
        r"\left( a",
        r"\text{<script>alert(1)</script>}",
        r"\text{<b>x</b>}",
        r"\href{javascript:alert(1)}{x}",
    ],
)
def test_a_formula_that_cannot_be_read_is_refused(tex):
    with pytest.raises(FormulaNotReadError):
        mathml(tex)


def test_hostile_formula_cannot_leave_its_attribute():
    formula = mathml('x "> < y')
    assert ET.fromstring(formula).get("alttext") == 'x "> < y'


# Repairs

PAGE = '<html lang="nl" data-content_root="../"><head></head><body>{}</body></html>'


def test_menu_toggle_gets_a_name():
    before = '<summary><span class="toctree-toggle" role="presentation"><i></i></span></summary>'
    summary = ET.fromstring(sphinx_access.repair(before))
    assert summary.get("aria-label") == "Onderliggende pagina's tonen of verbergen"
    assert summary[0].attrib == {"class": "toctree-toggle", "aria-hidden": "true"}


def test_button_with_words_has_no_other_name():
    before = (
        '<button class="btn search-button-field pst-js-only" title="Zoeken" aria-label="Zoeken"><b>Zoeken</b></button>'
    )
    assert ET.fromstring(sphinx_access.repair(before)).attrib == {
        "class": "btn search-button-field pst-js-only",
        "title": "Zoeken",
    }


def test_logo_stands_in_a_landmark():
    before = '<div><a class="navbar-brand logo" href="index.html"><p>Boek</p></a></div>'
    landmark = ET.fromstring(sphinx_access.repair(before))[0]
    assert (landmark.tag, landmark.get("aria-label")) == ("nav", "Startpagina")


@pytest.mark.parametrize("empty", ["", " ", "\n", "&nbsp;"])
def test_empty_header_is_no_header(empty):
    before = f'<tr><th scope="col" class="a">{empty}</th><th scope="col">2025</th></tr>'
    assert sphinx_access.repair(before) == '<tr><td class="a"></td><th scope="col">2025</th></tr>'


@pytest.mark.parametrize("attributes", ["", ' tabindex="0" role="region" aria-label="Anders"'])
def test_table_scrolls_with_the_keyboard_under_the_name_of_its_caption(attributes):
    before = (
        f'<div class="tabel-omslag"{attributes}><table class="tabel"><caption>Kosten <b>&amp;</b> "baten"</caption>'
        "</table></div>"
    )
    box = ET.fromstring(sphinx_access.repair(before))
    assert box.attrib["tabindex"] == "0"
    assert box.attrib["role"] == "group"
    assert box.attrib["aria-label"] == 'Kosten & "baten"'


@pytest.mark.parametrize(
    "script",
    [
        "DOCUMENTATION_OPTIONS.pagename = 'a';",
        'document.documentElement.dataset.mode = localStorage.getItem("mode") || "light";',
    ],
)
def test_inline_script_of_the_theme_moves_to_a_file(script):
    html = sphinx_access.repair(PAGE.format(f"<script>\n{script}</script><p>Tekst</p>"))
    assert re.findall("<script.*?>", html) == ['<script src="../_static/jeugd/theme.js">']
    assert "<p>Tekst</p>" in html


def test_data_and_files_are_no_inline_script():
    body = '<script type="application/json">{"a": "DOCUMENTATION_OPTIONS."}</script><script src="a.js"></script>'
    assert sphinx_access.repair(PAGE.format(body)) == PAGE.format(body)


def test_generator_is_not_published():
    before = (
        '<head>\n  <meta content="Docutils 0.21" name="generator" />\n  <meta name="viewport" content="a" /></head>'
    )
    assert sphinx_access.repair(before) == '<head>\n  <meta name="viewport" content="a" /></head>'


def test_our_dutch_comes_before_that_of_sphinx():
    class Sphinx(sphinx_access.NullTranslations):
        def gettext(self, message: str) -> str:
            return {"Contents": "Inhoudsopgave", "Overview": "Overzicht"}.get(message, message)

    dutch = sphinx_access.ReaderDutch(Sphinx())
    assert [dutch.gettext(word) for word in ("Contents", "Overview", "Volgende")] == [
        "Op deze pagina",
        "Overzicht",
        "Volgende",
    ]


# Provenance


@pytest.mark.parametrize("day", ["2026-09-30", datetime.date(2026, 9, 30)])
def test_edition_line(day):
    edition = {
        "edition": "2026-K3",
        "as_of": day,
        "status": "voorlopig",
        "code": "0.1.0",
        "digest": "sha256:1a2b3c4d5e",
    }
    line = "Editie 2026-K3 · stand 30 september 2026 · voorlopig · code 0.1.0 · invoer 1a2b3c4d"
    assert sphinx_edition.edition_line(edition) == line


def test_what_is_unknown_is_left_out():
    assert sphinx_edition.edition_line({"edition": "2026-K3", "code": ""}) == "Editie 2026-K3"
    assert sphinx_edition.edition_line({}) == ""


def footer(edition: dict[str, str], sender: dict[str, str]) -> dict[str, str]:
    options = {"toc_title": "x"}
    config = SimpleNamespace(jeugd_edition=edition, jeugd_sender=sender, html_theme_options=options)
    sphinx_edition._add_footer(None, config)
    return config.html_theme_options


def test_footer_escapes_and_is_absent_without_edition():
    sender = {"name": "Gemeente <Aa>", "contact": "bel"}
    line, who = '<p class="editie">&lt;b&gt;</p>', '<p class="afzender">Gemeente &lt;Aa&gt; · bel</p>'
    assert footer({"status": "<b>"}, {}) == {"toc_title": "x", "extra_footer": line}
    assert footer({"status": "<b>"}, sender) == {"toc_title": "x", "extra_footer": line + who}
    assert footer({}, {}) == {"toc_title": "x"}


@pytest.mark.parametrize(
    ("status", "body", "banners"),
    [
        ("voorbeelddata", "<p>a</p>", 1),
        ("Voorbeelddata, voorlopig", "<p>a</p>", 1),
        ("definitief", "<p>a</p>", 0),
        ("voorbeelddata", '<p class="merk-voorbeeld">a</p>', 1),
        ("voorbeelddata", "", 0),
    ],
)
def test_every_page_with_example_data_says_so_once(status, body, banners):
    context = {"body": body}
    app = SimpleNamespace(config=SimpleNamespace(jeugd_edition={"status": status}))
    sphinx_edition._add_banner(app, "a", "page.html", context, None)
    assert context["body"].count("merk-voorbeeld") == banners
    assert context["body"].endswith(body)


def test_edition_from_the_environment(monkeypatch):
    monkeypatch.delenv("JEUGD_EDITION", raising=False)
    assert sphinx_edition.edition_from_environment() == {}
    monkeypatch.setenv("JEUGD_EDITION", '{"edition": "2026-K3"}')
    assert sphinx_edition.edition_from_environment() == {"edition": "2026-K3"}


@pytest.mark.parametrize("text", ["2026-K3", "[1]", "{"])
def test_edition_that_is_no_object_is_refused(monkeypatch, text):
    monkeypatch.setenv("JEUGD_EDITION", text)
    with pytest.raises(UnknownNameError, match=r"JEUGD_EDITION.*\n.*JSON-object"):
        sphinx_edition.edition_from_environment()


# Settings


def test_settings_name_what_the_extensions_promise():
    import yaml

    settings = yaml.safe_load((Path(__file__).parents[3] / "_config.yml").read_text(encoding="utf-8"))
    config = settings["sphinx"]["config"]
    assert settings["execute"]["execute_notebooks"] == "off"  # unquoted, YAML would make this False
    assert (config["language"], config["html_theme"]) == ("nl", "sphinx_book_theme")
    assert (config["html_copy_source"], config["html_math_renderer"]) == (False, "mathml")
    assert not {"sphinx_thebe", "sphinx_comments", "sphinx.ext.mathjax"} & set(config["extensions"])
