"""Two published editions as a reader meets them: over http under a strict policy, and from disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reading import Reader, axe_source
from tiny_book import STRICT_POLICY, served

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.publication import mark_as_published
from jeugd_analysis.editions.target import opened

pytestmark = pytest.mark.browser

OLD, NEW = Quarter(2026, 2), Quarter(2026, 3)


def put(shelf: Path, source: Path, quarter: Quarter) -> None:
    with opened(shelf) as target:
        mark_as_published(target.copied(source, quarter), quarter)
        target.put(quarter)


@pytest.fixture(scope="module")
def shelf(site: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny book as two editions; the older one lacks a page that the newer one has."""
    folder = tmp_path_factory.mktemp("intranet")
    older = tmp_path_factory.mktemp("ouder") / "site"
    shutil.copytree(site.folder, older)
    (older / "regio" / "detail.html").unlink()
    put(folder, older, OLD)
    put(folder, site.folder, NEW)
    return folder


@pytest.fixture(scope="module")
def places(shelf: Path) -> Iterator[dict[str, str]]:
    with served(shelf, policy=STRICT_POLICY) as address:
        yield {"http": address, "disk": shelf.as_uri() + "/"}


def test_only_the_first_script_of_a_published_page_differs_from_the_built_one(site, shelf):
    built = {path.relative_to(site.folder): path.read_bytes() for path in site.folder.rglob("*") if path.is_file()}
    there = shelf / NEW.label
    published = {path.relative_to(there): path.read_bytes() for path in there.rglob("*") if path.is_file()}
    assert [str(name) for name in built if published.get(name) != built[name]] == ["_static/jeugd/edition.js"]
    assert built.keys() == published.keys()


@pytest.mark.parametrize("way", ["http", "disk"])
def test_an_old_edition_says_so_and_leads_to_the_same_page_of_the_newest(places, way, context):
    reader = Reader(context(), places[way])
    page = reader.read("2026-K2/regio/groei.html")
    banner = page.locator(".merk-oud")
    assert "Er is een nieuwere editie" in banner.inner_text() and "2026-K2" in banner.inner_text()
    page.locator(".edities summary").click()
    assert page.locator(".edities li").all_inner_texts() == ["Editie 2026-K3 (nieuwste)", "Editie 2026-K2: u bent hier"]
    banner.locator("a").click()
    page.wait_for_url("**/2026-K3/regio/groei.html")
    page.wait_for_selector(".edities")
    assert page.locator(".merk-oud").count() == 0
    assert page.locator(".edities summary").inner_text() == "Editie 2026-K3 (nieuwste)"
    assert reader.complaints == []
    assert [url for url in reader.requests if not url.startswith((places[way], "data:"))] == []


@pytest.mark.parametrize("way", ["http", "disk"])
def test_a_page_the_other_edition_lacks_leads_to_its_first_page(places, way, context):
    reader = Reader(context(), places[way])
    page = reader.read("2026-K3/regio/detail.html")
    page.locator(".edities summary").press("Enter")  # with the keyboard too
    assert page.locator(".edities a").get_attribute("href").endswith("/2026-K2/index.html")
    page.locator(".edities a").press("Enter")
    page.wait_for_url("**/2026-K2/index.html")
    assert reader.complaints == []


@pytest.mark.parametrize("way", ["http", "disk"])
@pytest.mark.parametrize("script", [True, False])
def test_the_address_of_the_folder_leads_to_the_newest_also_without_script(places, way, script, context):
    page = context(java_script_enabled=script).new_page()
    page.goto(places[way] + ("index.html" if way == "disk" else ""))
    page.wait_for_url("**/2026-K3/index.html")


def test_a_book_that_was_only_built_shows_and_asks_nothing(serve, context):
    reader = Reader(context(), serve("strict"))
    page = reader.read("regio/groei.html")
    page.wait_for_timeout(300)
    assert page.locator(".edities, .merk-oud").count() == 0
    assert not [url for url in reader.requests if "edities.js" in url] and reader.complaints == []


def test_an_edition_that_was_copied_elsewhere_shows_nothing(shelf, tmp_path, context):
    shutil.copytree(shelf / "2026-K2", tmp_path / "2026-K2")
    page = context().new_page()
    page.goto((tmp_path / "2026-K2" / "regio" / "groei.html").as_uri())
    page.wait_for_timeout(300)
    assert page.locator("h1").count() and not page.locator(".edities, .merk-oud").count()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_choice_and_banner_are_accessible(places, theme, context):
    page = Reader(context(theme=theme), places["http"]).read("2026-K2/regio/groei.html")
    page.locator(".edities summary").click()
    page.evaluate(axe_source())
    told = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [one["id"] for one in told["violations"]] == []


def test_on_a_phone_nothing_sticks_out(places, context):
    page = Reader(context(viewport={"width": 390, "height": 800}), places["http"]).read("2026-K2/regio/groei.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
