"""The site as a reader meets it: nothing from outside, in Dutch, with and without scripts, on a phone, in the dark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from reading import ENGLISH, WORDS, Reader, axe_source
from tiny_book import require_silent

pytestmark = pytest.mark.browser

CHARTS = "regio/groei.html"


def test_build_says_nothing_that_needs_attention(site):
    require_silent(site.log)


@pytest.mark.parametrize("way", ["http", "file", "strict"])
def test_no_page_asks_anything_from_outside_or_complains(site, serve, context, way):
    reader = Reader(context(), serve(way))
    for page in [*site.pages, "search.html?q=zoekterm"]:
        reader.read(page)
    assert len(site.pages) == 5
    assert [url for url in reader.requests if not url.startswith((reader.base, "data:"))] == []
    assert reader.complaints == []


@pytest.mark.parametrize("way", ["http", "file", "strict"])
def test_charts_come_alive_with_dutch_numbers(serve, context, way):
    page = Reader(context(), serve(way)).read(CHARTS)
    page.wait_for_function("document.querySelectorAll('.grafiek-levend:not(.grafiek-wacht) svg.marks').length === 2")
    assert page.locator(".grafiek-vast").first.is_hidden()
    bars = page.locator(".grafiek-levend .mark-rect path")
    bars.last.scroll_into_view_if_needed()
    bars.last.hover()
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for(timeout=5_000)
    assert re.sub(r"\s+", " ", tip.inner_text()).strip() in {"bedrag € 3.100.000", "bedrag € 1.250.000"}


def test_living_chart_is_one_image_with_one_name(serve, context):
    page = Reader(context(), serve("http")).read(CHARTS)
    names = page.locator(".grafiek-levend").first.evaluate(
        "e => [...e.querySelectorAll('[role], [aria-label]')].map(n => [n.tagName, n.role, n.ariaLabel])"
    )
    name = "Ambulante hulp groeit het meest. Het meest bij ambulante hulp, 3,1 miljoen euro."
    assert names == [["svg", "img", name]]


def test_chart_fits_its_column_and_keeps_within_a_narrow_one(serve, context):
    for width in (1280, 390):
        page = Reader(context(viewport={"width": width, "height": 900}), serve("http")).read(CHARTS)
        column = page.locator("figure.grafiek").first.bounding_box()["width"]
        drawn = page.locator(".grafiek-levend svg.marks").first.bounding_box()["width"]
        assert column - 25 <= drawn <= column + 1


def test_a_chart_follows_its_column_when_that_gets_narrower_after_drawing(serve, context):
    page = Reader(context(), serve("http")).read(CHARTS)
    page.evaluate("document.querySelector('.bd-article').style.width = '520px'")  # the window stays as it is
    page.wait_for_function(
        "document.querySelector('.grafiek-levend svg.marks').getBoundingClientRect().width <= 521", timeout=5_000
    )


def test_without_script_the_picture_stands(serve, context):
    page = context(java_script_enabled=False).new_page()
    page.goto(serve("http") + CHARTS)
    pictures = page.locator(".grafiek-vast svg[role=img]")
    assert pictures.count() == 2
    for number in range(2):
        box = pictures.nth(number).bounding_box()
        assert box["width"] > 400
        assert box["height"] > 100
    assert page.locator(".grafiek-levend").count() == 0


def test_paper_gets_the_picture_and_the_provenance(serve, context):
    page = Reader(context(), serve("http")).read(CHARTS)
    page.emulate_media(media="print")
    assert page.locator(".grafiek-vast").first.is_visible()
    assert page.locator(".grafiek-levend").first.is_hidden()
    assert page.locator(".editie").is_visible()


def test_every_page_is_dutch_and_says_its_edition(site, serve, context):
    reader = Reader(context(), serve("http"))
    for name in site.pages:
        page = reader.read(name)
        assert page.evaluate("document.documentElement.lang") == "nl"
        line = "Editie 2026-K3 · stand 30 september 2026 · voorbeelddata · code 0.1.0 · invoer 1a2b3c4d"
        assert page.locator(".editie").inner_text() == line
        if name != "search.html":
            assert page.locator(".merk-voorbeeld").count() == 1


def test_no_english_is_left(site, serve, context):
    reader = Reader(context(), serve("http"))
    left = {}
    for name in [*site.pages, "search.html?q=zoekterm", "search.html?q=onvindbaar"]:
        page = reader.read(name)
        if "?" in name:
            page.wait_for_function("!/…|Bezig/.test(document.querySelector('#search-results').innerText)")
        left[name] = [words for words in page.evaluate(WORDS) if ENGLISH.search(words)]
    assert left == {name: [] for name in left}


@pytest.mark.parametrize("way", ["http", "file", "strict"])
def test_search_finds_the_page(serve, context, way):
    page = context().new_page()
    page.goto(serve(way) + "search.html?q=zoekterm")
    page.wait_for_selector("#search-results ul.search li a", timeout=10_000)
    assert page.locator("#search-results ul.search li a").all_inner_texts() == ["Methode"]
    assert page.locator("#search-results").inner_text().count("Pagina's gevonden: 1.") == 1
    if way != "file":
        piece = page.locator("#search-results li p.context")
        piece.wait_for()
        assert "De zoekterm staat op deze pagina" in piece.inner_text()
        assert "Voorbeelddata" not in piece.inner_text()


def test_a_search_without_result_says_so(serve, context):
    page = context().new_page()
    page.goto(serve("http") + "search.html?q=onvindbaar")
    page.get_by_text("Niets gevonden.").wait_for(timeout=10_000)


@pytest.mark.parametrize("script", [True, False])
def test_no_page_is_wider_than_a_phone(site, serve, context, script):
    narrow = context(viewport={"width": 360, "height": 740}, java_script_enabled=script)
    page = narrow.new_page()
    wide = {}
    for name in site.pages:
        page.goto(serve("http") + name)
        page.wait_for_timeout(300)
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    assert max(wide.values()) <= 360, wide


def test_a_wide_table_scrolls_with_the_keyboard(serve, context):
    page = Reader(context(viewport={"width": 360, "height": 740}), serve("http")).read(CHARTS)
    table = page.locator(".bd-article > section .tabel-omslag:visible").last
    assert table.get_attribute("aria-label") == "Kosten per jaar"
    assert table.get_attribute("tabindex") == "0"  # Chromium would do without, other browsers do not
    assert table.evaluate("e => e.scrollWidth > e.clientWidth")
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("e => e.scrollLeft > 0", arg=table.element_handle())


CONTRAST = """(selector) => {
  const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll(selector)].filter(e => e.getClientRects().length).map(e => {
    const style = getComputedStyle(e);
    const ink = numbers(e instanceof SVGElement ? style.fill : style.color);
    const [high, low] = [luminance(ink), luminance(ground(e))].sort((a, b) => b - a);
    return [(high + 0.05) / (low + 0.05), e.tagName, e.textContent.slice(0, 40)];
  });
}"""
TEXT = "h1, h2, p, li, td, th, caption, summary, .merk-voorbeeld, .grafiek-titel, figure.grafiek svg text, .bd-links a"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(site, serve, context, theme):
    reader = Reader(context(theme=theme), serve("http"))
    for name in site.pages:
        measured = reader.read(name).evaluate(CONTRAST, TEXT)
        assert len(measured) > 5
        # 4.5:1, WCAG 2.1 success criterion 1.4.3
        assert [entry for entry in measured if entry[0] < 4.5] == []


LIGHT_SHARE = """async (picture) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + picture;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
  const paper = canvas.getContext('2d');
  paper.drawImage(image, 0, 0);
  const data = paper.getImageData(0, 0, image.width, image.height).data;
  let light = 0;
  for (let i = 0; i < data.length; i += 4) light += data[i] + data[i + 1] + data[i + 2] > 600;
  return light / (data.length / 4);
}"""


def _light_share(page: Any, png: bytes) -> float:
    import base64

    return page.evaluate(LIGHT_SHARE, base64.b64encode(png).decode())


def test_in_the_dark_the_page_is_dark_and_charts_lie_on_a_light_card(serve, context):
    page = Reader(context(theme="dark"), serve("http")).read(CHARTS)
    card = page.locator(".grafiek-levend").last
    card.scroll_into_view_if_needed()
    assert _light_share(page, card.screenshot()) > 0.5
    assert _light_share(page, page.locator(".bd-sidebar-primary").screenshot()) < 0.1
    day = Reader(context(theme="light"), serve("http")).read(CHARTS)
    assert _light_share(day, day.locator(".bd-sidebar-primary").screenshot()) > 0.8


def test_the_chosen_theme_is_kept_on_the_next_page(serve, context):
    own = context()
    page = own.new_page()
    page.goto(serve("strict") + "index.html")
    page.locator("button.theme-switch-button:visible").click()
    chosen = page.evaluate("document.documentElement.dataset.mode")
    following = own.browser.new_context(storage_state=own.storage_state())
    other = following.new_page()
    other.goto(serve("strict") + "methode.html")
    kept = other.evaluate("document.documentElement.dataset.mode")
    following.close()
    assert chosen != "light"
    assert kept == chosen


def test_nothing_of_the_machine_or_the_source_is_published(site):
    assert not (site.folder / "_sources").exists()
    traces = (str(site.work), str(Path.home()), 'name="generator"', "groei()")
    for page in [*site.folder.rglob("*.html"), *site.folder.rglob("*.js"), site.folder / "searchindex.js"]:
        text = page.read_text(encoding="utf-8")
        assert [trace for trace in traces if trace in text] == [], page.name


def test_no_page_has_a_script_of_its_own(site):
    for name in site.pages:
        html = (site.folder / name).read_text(encoding="utf-8")
        own = [
            tag for tag in re.findall(r"<script\b[^>]*>", html) if "src=" not in tag and "application/json" not in tag
        ]
        assert own == [], name
        assert not re.search(r"<[^>]+\son[a-z]+=", html), name


def test_the_bundle_is_only_on_pages_with_charts(site):
    loading = {name for name in site.pages if "jeugd/vega.js" in (site.folder / name).read_text(encoding="utf-8")}
    assert loading == {CHARTS}
    assert (site.folder / "_static" / "jeugd" / "vega.js").stat().st_size > 500_000


@pytest.mark.skipif(axe_source() is None, reason="axe ontbreekt; installeer het met: pip install axe-playwright-python")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(site, serve, context, theme, width):
    reader = Reader(context(theme=theme, viewport={"width": width, "height": 900}), serve("http"))
    for name in [*site.pages, "search.html?q=zoekterm"]:
        page = reader.read(name)
        page.evaluate(axe_source())
        result = page.evaluate("axe.run(document, {preload: false})")
        assert len(result["passes"]) > 20
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in result["violations"]] == [], name
