"""Annexes of a published edition are found and fetched by a reader without scripts, by keyboard and on a phone."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from reading import Reader, axe_source

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions import paper
from jeugd_analysis.store import Store

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
FILES = ("bijlage.pdf", "samenvatting.pdf", "samenvatting.docx")


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests listen in the browser."""


@pytest.fixture(scope="module")
def places(site: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The tiny book with a page of the region and made-up files beside it, over http and from disk."""
    folder = tmp_path_factory.mktemp("editie") / "2026-K3"
    shutil.copytree(site.folder, folder)
    shutil.copyfile(folder / "regio" / "groei.html", folder / "regio" / "index.html")

    def made(quarter: Quarter, *, to: Path, **_: object) -> None:
        (to / "regio").mkdir(parents=True)
        for number, name in enumerate(FILES, start=1):
            (to / "regio" / name).write_bytes(b"%PDF-1.7\n" + b"x" * number * 700_000)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper, "annexes", made)
        patch.setattr(paper, "is_example", lambda *_: True)
        paper.add_annexes(Quarter(2026, 3), Store(ROOT, folder.parent / "werk"), folder, lambda _: None)
    handler = functools.partial(_Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"http": f"http://127.0.0.1:{server.server_port}/", "disk": folder.as_uri() + "/"}
        server.shutdown()


@pytest.mark.parametrize("way", ["http", "disk"])
@pytest.mark.parametrize("script", [True, False])
def test_the_page_of_an_area_offers_its_files_with_and_without_script(places, way, script, context):
    page = context(java_script_enabled=script).new_page()
    page.goto(places[way] + "regio/index.html")
    files = page.locator(".op-papier a")
    assert files.all_inner_texts() == [
        "Bijlage met alle hoofdstukken (PDF, 700\u00a0kB)",
        "Samenvatting op één bladzijde (PDF, 1,4\u00a0MB)",
        "Samenvatting om over te nemen (Word, 2,1\u00a0MB)",
    ]
    assert files.first.is_visible()
    with page.expect_download() as fetched:  # a browser without window keeps a file instead of opening it
        files.nth(2).press("Enter")
    assert fetched.value.suggested_filename == "samenvatting.docx"
    assert Path(fetched.value.path()).stat().st_size > 2_100_000


@pytest.mark.parametrize("way", ["http", "disk"])
def test_the_foot_of_a_page_leads_to_all_annexes_without_script(places, way, context):
    page = context(java_script_enabled=False).new_page()
    page.goto(places[way] + "regio/detail.html")
    page.get_by_role("link", name="Bijlagen (PDF en Word)").click()
    page.wait_for_url("**/bijlagen/index.html#regio")
    assert page.locator("#regio a").count() == 3 and "Voorbeelddata" in page.inner_text("main")
    page.get_by_role("link", name="Terug naar het boek").click()
    page.wait_for_url(f"{places[way]}index.html")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["regio/index.html", "bijlagen/index.html"])
def test_links_to_paper_are_accessible_and_fit_a_phone(places, theme, name, context):
    reader = Reader(context(theme=theme, viewport={"width": 360, "height": 800}, color_scheme=theme), places["http"])
    page = reader.read(name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate(axe_source())
    told = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [one["id"] for one in told["violations"]] == []
    assert [url for url in reader.requests if not url.startswith((places["http"], "data:"))] == []
