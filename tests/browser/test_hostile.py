"""Names that try to be more than a text are only a text: in tables, charts, sentences and the quality report."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from payloads import PAYLOADS
from tiny_book import KERNEL, ROOT, built, require_silent, served

from jeugd_analysis import outgoing
from jeugd_analysis.domain.names import hidden_signs, label
from jeugd_analysis.present import finding, numbers
from jeugd_analysis.present.charts.bars import bars_chart
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding, show
from jeugd_analysis.present.tables import Column, table_html
from jeugd_analysis.publish.check_lines import ProviderLine, Report
from jeugd_analysis.publish.check_page import page_html
from jeugd_analysis.publish.exit_check import Limits, small_numbers
from jeugd_analysis.publish.leaks import leaks_in_folder
from jeugd_analysis.store import Store

pytestmark = pytest.mark.browser

QUIET = {name: f"Gewone naam {number}" for number, name in enumerate(PAYLOADS)}
COUNT = """() => {
  const count = {};
  document.querySelectorAll('article *').forEach(e => { count[e.localName] = (count[e.localName] || 0) + 1; });
  return count;
}"""
HANDLERS = """() => [...document.querySelectorAll('*')].filter(e =>
  [...e.attributes].some(a => /^on/i.test(a.name) || /^\\s*(javascript|data:text)/i.test(a.value))).length"""
CELLS = "() => [...document.querySelectorAll('table.tabel tbody th')].map(e => e.textContent)"


def outputs(names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[nbformat.NotebookNode]:
    """What a chapter would put on its page for these names, through the project's own functions."""
    made: list[nbformat.NotebookNode] = []

    def publish(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
        plain = data if "text/plain" in data else {**data, "text/plain": "[uitvoer]"}
        made.append(new_output("display_data", data=plain, metadata=metadata or {}))

    monkeypatch.setattr(finding, "publish_display_data", publish)
    shown_names = [label(name) for name in names.values()]
    frame = pd.DataFrame({"naam": shown_names, "regels": range(10, 10 + len(names))})
    frame["tekst"] = frame["regels"].astype(str)
    shown = not_personal(frame, what="Regels.")
    columns = {"naam": Column(heading="Naam"), "regels": Column(heading="Regels", write=numbers.count)}
    for number, name in enumerate(shown_names):
        one = not_personal(frame.iloc[[number]].reset_index(drop=True), what="Regels.")
        told = {"category": "naam", "value": "regels", "label": "tekst", "title": name, "unit": "regels"}
        chart = bars_chart(one, **told, description=name) if number % 8 == 0 else None
        show(
            Finding(name=f"naam-{number}", title=name, unit=name, chart=chart, source=name, texts={f"n{number}": name})
        )
    everyone = bars_chart(shown, category="naam", value="regels", label="tekst", title="Alle", unit="regels",
                          description="Alle namen")  # fmt: skip
    show(Finding(name="alle", title="Alle", chart=everyone, table=table_html(shown, columns, caption=shown_names[0]),
                 open_table=True))  # fmt: skip
    return made


def build(folder: Path, names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book of one page, by the real Jupyter Book with the project's settings."""
    source = folder / "source"
    source.mkdir(parents=True)
    sentences = " ".join(f"{{glue:text}}`n{number}`." for number in range(len(names)))
    cells = [
        new_markdown_cell("# Aanbieders\n\nTekst."),
        new_code_cell("toon()", metadata={"tags": ["remove-input"]}, outputs=outputs(names, monkeypatch)),
        new_markdown_cell(f"## In zinnen\n\n{sentences}"),
    ]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), source / "index.ipynb")
    (source / "_toc.yml").write_text("format: jb-book\nroot: index\n", "utf8")
    site, said = built(folder, edition={})
    require_silent(said)
    return site


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of the same page with hostile and with ordinary names."""
    folder = tmp_path_factory.mktemp("namen")
    with pytest.MonkeyPatch.context() as monkeypatch, ExitStack() as servers:
        yield {
            kind: servers.enter_context(served(build(folder / kind, names, monkeypatch)))
            for kind, names in (("vijandig", PAYLOADS), ("gewoon", QUIET))
        }


class Watched:
    """A page of which every question, dialog and new window is kept."""

    def __init__(self, context: Any, address: str) -> None:
        self.address = address
        self.outside: list[str] = []
        self.dialogs: list[str] = []
        self.page = context.new_page()
        self.page.on("request", self._asked)
        self.page.on("dialog", self._asked_user)
        context.on("page", lambda page: self.dialogs.append(page.url))
        self.page.goto(address, wait_until="load")
        self.page.wait_for_timeout(1500)  # an event handler of a picture needs the picture to fail

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.address.rpartition("/")[0], "data:image/", "about:")):
            self.outside.append(request.url)

    def _asked_user(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@pytest.fixture
def hostile(sites, context) -> Watched:
    return Watched(context(), sites["vijandig"])


def test_nothing_runs_asks_or_opens(hostile):
    page = hostile.page
    for cell in page.locator("table.tabel tbody th").all()[:60]:
        cell.hover(timeout=2_000)
    assert (hostile.outside, hostile.dialogs) == ([], [])
    assert page.evaluate("window.geraakt") is None
    assert page.evaluate(HANDLERS) == 0
    assert page.locator("body").is_visible()


def test_a_name_adds_no_element_to_the_page(hostile, sites, context):
    quiet = Watched(context(), sites["gewoon"]).page
    told, expected = hostile.page.evaluate(COUNT), quiet.evaluate(COUNT)
    drawn = {"g", "path", "text", "tspan", "line", "rect", "svg"}  # a longer name takes more lines in a picture
    assert {k: n for k, n in told.items() if k not in drawn} == {k: n for k, n in expected.items() if k not in drawn}
    assert not {"img", "iframe", "object", "embed", "meta", "base"} & told.keys()


def test_every_name_stands_there_as_it_is(hostile):
    assert hostile.page.evaluate(CELLS) == [label(name) for name in PAYLOADS.values()]
    sentences = hostile.page.locator("#in-zinnen").inner_text()
    for name in ("script", "image", "raw role", "markdown link", "formula", "glue"):
        assert label(PAYLOADS[name]) in sentences


def test_a_chart_shows_names_as_text(hostile):
    chart = hostile.page.locator("figure.grafiek").last
    chart.scroll_into_view_if_needed()
    hostile.page.wait_for_timeout(1000)
    # The names wrap in the picture; without spaces every name must be there.
    drawn = re.sub(r"\s", "", "".join(chart.locator("svg").first.locator("text").all_text_contents()))
    for name in PAYLOADS.values():
        assert re.sub(r"\s", "", label(name)) in drawn
    assert chart.locator("svg image, svg a, svg script, svg foreignObject").count() == 0


def test_the_tip_of_a_chart_shows_a_name_as_text(hostile):
    page = hostile.page
    chart = page.locator("figure.grafiek").last
    chart.scroll_into_view_if_needed()
    page.wait_for_selector(".grafiek-levend:not(.grafiek-wacht) svg.marks", timeout=10_000)
    bars = chart.locator(".grafiek-levend .mark-rect path")
    for number in (0, 2, 3, 6):
        bars.nth(number).scroll_into_view_if_needed()
        bars.nth(number).hover()
        tip = page.locator("#vg-tooltip-element.visible")
        tip.wait_for(timeout=5_000)
        assert tip.locator("img, script, svg, iframe").count() == 0
    assert page.evaluate("window.geraakt") is None


@pytest.mark.parametrize("way", ["index", "zoeken"])
def test_the_search_index_and_the_search_page_show_text(sites, context, way):
    address = sites["vijandig"]
    watched = Watched(context(), address + ("search.html?q=onerror" if way == "zoeken" else "searchindex.js"))
    assert (watched.outside, watched.dialogs, watched.page.evaluate("window.geraakt")) == ([], [], None)


def test_the_quality_report_shows_names_as_text(tmp_path, context):
    """The page that only the analyst sees; it shows names as they were delivered."""
    providers = [
        ProviderLine(
            provider=f"{number:08}", name=name, last_received=date(2026, 9, 1), lines=20, amount_cents=100,
            months_present=3, months_late=("2026-08",), expected=True,
        )
        for number, name in enumerate(PAYLOADS.values())
    ]  # fmt: skip
    hostile = "".join(name for name in list(PAYLOADS.values())[:30])
    told = Report(
        region=hostile, edition="2026-K3", as_of=date(2026, 9, 30), status="voorlopig", code="x", digest="y",
        providers=providers, decisions=list(PAYLOADS.values()),
    )  # fmt: skip
    page = tmp_path / "check.html"
    page.write_text(page_html(told), "utf8")
    text = page.read_text("utf8")
    without = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert without != text
    page.write_text(without, "utf8")  # the page may not lean on its policy: it is opened from a folder
    watched = Watched(context(), page.as_uri())
    assert (watched.outside, watched.dialogs, watched.page.evaluate("window.geraakt")) == ([], [], None)
    assert watched.page.evaluate(HANDLERS) == 0
    assert watched.page.locator("img, script, iframe, object, form, base, svg, a[href^='http']").count() == 0
    assert watched.page.locator("body").is_visible()
    text = watched.page.locator("body").inner_text()  # the browser puts tabs between cells
    assert not any(hidden_signs(line.replace("\t", " ")) for line in text.split("\n"))


def test_there_are_many_payloads_and_each_is_another():
    assert len(PAYLOADS) >= 30 and len(set(PAYLOADS.values())) == len(PAYLOADS)
    assert json.dumps(PAYLOADS)  # all are texts


# -- the last look at a real book ----------------------------------------------------------------------


@pytest.fixture
def outgoing_book(site, tmp_path) -> Path:
    """The tiny book of conftest, as build_site puts it in its place."""
    hidden = shutil.ignore_patterns(".buildinfo*", ".doctrees", "_sources", "objects.inv")
    return Path(shutil.copytree(site.folder, tmp_path / "site", ignore=hidden))


def test_nothing_may_not_go_out_in_a_real_book(outgoing_book, tmp_path):
    store = Store(ROOT, tmp_path / "werk")
    secrets = outgoing.secrets_of(store)
    assert {str(ROOT), str(tmp_path / "werk")} <= set(secrets.paths)
    assert leaks_in_folder(outgoing_book, secrets) == []
    assert small_numbers(outgoing_book, Limits(threshold=10, base=5), explained={"methode.html"}) == []


@pytest.mark.parametrize("name", ["regio/groei.html", "searchindex.js", "_static/jeugd/favicon.svg", "regio/nieuw.csv"])
def test_what_is_planted_in_a_real_book_is_found(outgoing_book, tmp_path, name):
    path = outgoing_book / name
    text = path.read_text("utf8") if path.is_file() else "a"
    path.write_text(
        text.replace("</svg>", f"<desc>{ROOT} 7 jeugdigen</desc></svg>", 1) + f"\n{ROOT} 7 jeugdigen", "utf8"
    )
    secrets = outgoing.secrets_of(Store(ROOT, tmp_path / "werk"))
    assert {leak.file for leak in leaks_in_folder(outgoing_book, secrets)} == {name}
    assert name in {one.file for one in small_numbers(outgoing_book, Limits(threshold=10, base=5))}
