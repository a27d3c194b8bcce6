"""The whole book of the example region, made by the program as a user would, read page by page in a browser."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reading import ENGLISH, WORDS, Reader, axe_source
from tiny_book import ROOT, served

from jeugd_analysis.store import Store

pytestmark = pytest.mark.browser

PROGRAM = [sys.executable, "-c", "from jeugd_analysis.cli import main; main()"]
AREAS = ("regio", "gm0503", "gm0518", "gm1916", "gm1842", "gm1926", "gm0603", "gm0629", "gm1783", "gm0637")
CHAPTERS = ("index", "10_gebruik", "30_groei", "50_besparing", "80_datakwaliteit")
SEGMENTS = ("s1", "s2", "s3", "s4", "s5")
LOOKED_AT = (
    "regio/10_gebruik.html",
    "gm1842/30_groei.html",
    "gm0518/50_besparing.html",
    "regio/50_besparing-s1.html",
    "regio/90_verantwoording.html",
)


class Book:
    """The built book and what the program said while building it."""

    def __init__(self, work: Path, first: str, again: str) -> None:
        self.folder, self.first, self.again = work / "_build" / "2026-K3" / "site", first, again
        found = (page.relative_to(self.folder).as_posix() for page in self.folder.rglob("*.html"))
        self.pages = sorted(page for page in found if not page.startswith("_static"))


@pytest.fixture(scope="module")
def book(deliveries: Path, example: Store, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """jeugd add for each quarter, then jeugd build twice; it finds marts, release and estimates of the same ready."""
    work = tmp_path_factory.mktemp("boek")
    environment = {**os.environ, "JEUGD_WERKMAP": str(work), "JEUGD_PROJECT": str(ROOT)}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [*PROGRAM, *arguments], env=environment, capture_output=True, text=True, encoding="utf8", check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    for quarter in sorted(deliveries.iterdir()):
        run("add", quarter.name, str(quarter))
    for name in ("store", "releases", "estimates"):
        shutil.copytree(example.work / "data" / name, work / "data" / name)
    return Book(work, run("build", "2026-K3"), run("build", "2026-K3"))


@pytest.fixture(scope="module")
def address(book: Book) -> Iterator[str]:
    """The book over http, as `jeugd serve` gives it."""
    with served(book.folder) as address:
        yield address


def test_every_area_has_every_chapter(book):
    wanted = {f"{area}/{chapter}.html" for area in AREAS for chapter in CHAPTERS}
    wanted |= {f"regio/50_besparing-{segment}.html" for segment in SEGMENTS}
    wanted |= {"regio/90_verantwoording.html", "regio/92_stukken.html", "index.html", "search.html"}
    assert wanted <= set(book.pages)


def test_the_second_build_makes_nothing_again(book):
    pages = sum(bool(re.match(r"(regio|gm\d{4})/\d\d_", page)) for page in book.pages)
    assert f" {pages} opnieuw gemaakt" in book.first
    assert f"0 opnieuw gemaakt, {pages} ongewijzigd" in book.again


class Visit:
    """What one reader met on every page of the book, over http."""

    def __init__(self, book: Book, address: str, context: Callable[..., Any]) -> None:
        reader = Reader(context(), address)
        self.words: dict[str, list[str]] = {}
        self.edition: dict[str, str] = {}
        self.banners: dict[str, int] = {}
        self.links: set[str] = set()
        for name in book.pages:
            page = reader.read(name)
            self.words[name] = page.evaluate(WORDS)
            self.edition[name] = page.locator(".editie").inner_text()
            self.banners[name] = page.locator(".merk-voorbeeld").count()
            self.links |= set(page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)"))
        self.outside = [url for url in reader.requests if not url.startswith((address, "data:"))]
        self.complaints = reader.complaints


@pytest.fixture(scope="module")
def visit(book: Book, address: str, browser: Any) -> Iterator[Visit]:
    """Every page read once; the tests below look at what was met."""
    contexts: list[Any] = []

    def make(**options: Any) -> Any:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, **options))
        return contexts[-1]

    yield Visit(book, address, make)
    for context in contexts:
        context.close()


def test_no_page_asks_anything_from_outside_or_complains(visit):
    assert len(visit.words) > 50
    assert visit.outside == []
    assert visit.complaints == []


def test_from_disk_nothing_is_asked_from_outside_either(book, context):
    base = book.folder.as_uri() + "/"
    reader = Reader(context(), base)
    for name in LOOKED_AT:
        reader.read(name)
    assert [url for url in reader.requests if not url.startswith((base, "data:"))] == []
    assert reader.complaints == []


def test_every_page_says_it_is_example_data_and_which_edition(visit):
    assert [name for name, line in visit.edition.items() if "Editie 2026-K3" not in line] == []
    assert [name for name, banners in visit.banners.items() if banners != 1 and name != "search.html"] == []


def test_no_english_code_or_empty_number_is_left(visit):
    odd = {"nan", "None", "<NA>", "NaN", "inf%", "Traceback"}
    for name, words in visit.words.items():
        assert [text for text in words if ENGLISH.search(text)] == [], name
        assert [text for text in words if "glue" in text or odd & set(text.split())] == [], name


def test_serve_gives_the_book_on_this_machine_only(book):
    work = book.folder.parents[2]
    environment = {**os.environ, "JEUGD_WERKMAP": str(work), "JEUGD_PROJECT": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [*PROGRAM, "serve", "2026-K3", "--port", "0"]
    heard = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # tests may be started without Ctrl-C
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heard
    ) as server:
        line = server.stdout.readline()
        base = re.search(r"http://127\.0\.0\.1:\d+", line)[0]
        with urllib.request.urlopen(f"{base}/gm0637/10_gebruik.html", timeout=10) as answer:
            page = answer.read().decode("utf8")
        server.send_signal(signal.SIGINT)
        rest, complaints = server.communicate(timeout=10)
    assert "Gebruik – Zoetermeer" in page
    assert server.returncode == 0
    assert "Gestopt" in rest
    assert "Traceback" not in complaints


def test_no_number_below_ten_youths_is_shown(book, address, context):
    """Cells of youths are multiples of five from ten up, or the sign of a hidden one."""
    reader = Reader(context(), address)
    cells = reader.read("gm1842/10_gebruik.html").evaluate(
        "[...document.querySelectorAll('table.tabel')].filter(t => !/CBS|Nederland/.test(t.caption.innerText))"
        ".flatMap(t => { const at = [...t.tHead.rows[0].cells].findIndex(c => /^Jeugdigen/.test(c.textContent));"
        " return at < 1 ? [] : [...t.tBodies[0].rows].map(r => r.cells[at].textContent); })"
    )
    counts = [cell for cell in cells if cell not in ("<10", "–", "geheim")]
    assert counts
    assert "<10" in cells
    assert [cell for cell in counts if int(cell.replace(".", "")) % 5 or int(cell.replace(".", "")) < 10] == []


@pytest.mark.parametrize("script", [True, False])
def test_no_page_is_wider_than_a_phone(book, address, context, script):
    page = context(viewport={"width": 360, "height": 740}, java_script_enabled=script).new_page()
    wide = {}
    for name in LOOKED_AT:
        page.goto(address + name)
        page.wait_for_timeout(300)
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    assert max(wide.values()) <= 360, wide


def test_links_inside_the_book_lead_somewhere(book, visit, address):
    inside = {href.partition("#")[0].removeprefix(address) for href in visit.links if href.startswith(address)}
    assert len(inside) > 50
    assert sorted(page for page in inside if page and not (book.folder / page).is_file()) == []


STATEMENT = ROOT / "book" / "toegankelijkheid.json"
KINDS = {  # what the statement of accessibility calls a page, and the page that is tested
    "Eerste pagina": "index.html",
    "Zoek op vraag": "vragen.html",
    "Zoeken": "search.html",
    "Pagina van een gebied": "gm0637/index.html",
    "Hoofdstuk met grafieken": "regio/10_gebruik.html",
    "Hoofdstuk met een keuze van jaren": "gm1842/30_groei.html",
    "Hoofdstuk over besparing": "gm0518/50_besparing.html",
    "Hoofdstuk met alleen tabellen": "regio/80_datakwaliteit.html",
    "Verantwoording": "regio/90_verantwoording.html",
    "Uitleg": "leeswijzer.html",
    "Uitleg met formules": "methoden/decomposition.html",
    "Toegankelijkheid": "toegankelijkheid.html",
}
THEMES = {"lichte kleuren": "light", "donkere kleuren": "dark"}


@pytest.mark.skipif(axe_source() is None, reason="axe ontbreekt; installeer het met: pip install axe-playwright-python")
def test_axe_finds_nothing_and_the_statement_says_what_it_found(book, address, context, browser, request):
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    version = ""
    for theme in THEMES.values():
        reader = Reader(context(theme=theme), address)
        for kind, name in KINDS.items():
            page = reader.read(name)
            page.evaluate(axe_source())
            result = page.evaluate("axe.run(document, {preload: false})")
            version = result["testEngine"]["version"]
            found[kind] += [f"{name} {rule['id']}: {rule['nodes'][0]['html']}" for rule in result["violations"]]
    told = {
        "dag": date.today().isoformat(),
        "axe": version,
        "browser": f"Chromium {browser.version.partition('.')[0]}",
        "weergaven": list(THEMES),
        "paginas": [{"soort": kind, "fouten": len(faults)} for kind, faults in found.items()],
    }
    if request.config.getoption("--accept"):
        STATEMENT.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf8")
    written = json.loads(STATEMENT.read_text("utf8"))
    assert [fault for faults in found.values() for fault in faults] == []
    assert [written[name] for name in ("weergaven", "paginas")] == [told[name] for name in ("weergaven", "paginas")]


FOCUSED = """() => {
  const e = document.activeElement;
  const seen = e.querySelector('.toctree-toggle') || e;  // the theme draws the line around the arrow
  const box = seen.getBoundingClientRect(), style = getComputedStyle(seen);
  const text = (e.innerText || e.ariaLabel || "").trim().slice(0, 60);
  return {tag: e.tagName, text, shown: box.width > 0 && box.height > 0,
          ring: [style.outlineStyle, style.boxShadow, style.borderStyle].some(line => line !== 'none')};
}"""


def test_with_a_keyboard_alone_everything_is_reached(address, context):
    page = Reader(context(), address).read("gm1842/30_groei.html")
    page.evaluate("scrollTo(0, 0)")
    met = []
    for _ in range(400):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here["tag"] == "BODY":  # past the last one: nothing keeps the focus
            break
        met.append(here)
    else:
        pytest.fail("the focus never left the page")
    assert [here for here in met if not here["ring"]] == []
    texts = [here["text"] for here in met]
    assert texts[0] == "Naar de inhoud" and "Dit onderwerp voor een ander gebied" in texts
    assert sum(here["tag"] == "SELECT" for here in met) >= 2  # the years to choose


def test_with_a_key_the_numbers_behind_a_figure_unfold(address, context):
    page = Reader(context(), address).read("gm1842/10_gebruik.html")
    summary = page.locator("details.gegevens > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.gegevens").first.get_attribute("open") is not None


def test_the_same_subject_elsewhere_is_one_choice_away(address, context):
    page = Reader(context(), address).read("gm1842/30_groei.html")
    page.locator("details.buren > summary").click()
    page.locator("details.buren a", has_text="Delft").first.click()
    assert page.url == address + "gm0503/30_groei.html"
    assert page.locator(".bd-breadcrumbs a", has_text="Delft").count() == 1


def test_the_first_page_says_what_the_region_found(book, address, context):
    page = Reader(context(), address).read("index.html")
    cards = page.locator(".stand .sd-card")
    assert cards.count() >= 4
    chapter = Reader(context(), address).read("regio/10_gebruik.html")
    title = chapter.locator("#gebruik-jaar").inner_text()
    assert title in cards.first.inner_text()
