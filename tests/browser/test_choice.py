"""The choice of two years as a reader meets it: with a mouse, a keyboard, a screen reader, no script, and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_markdown_cell
from reading import Reader, violations
from tiny_book import STRICT_POLICY, blameless, book_of, served, shown_cell

from jeugd_analysis.present import charts
from jeugd_analysis.present.choice import Choices, Pair
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

pytestmark = pytest.mark.browser

PAGE = "groei.html"
PAIRS: list[Pair] = [(2024, 2025), (2018, 2019), (2017, 2019), (2017, 2018)]
CLOSED = {
    (start, end): f"Van {start} naar {end} is de verandering niet te splitsen."
    for start in (2017, 2018, 2019, 2024)
    for end in (2018, 2019, 2024, 2025)
    if start < end and (start, end) not in PAIRS
}


def part(name: str, pair: Pair) -> Finding:
    rows = pd.DataFrame({"wat": ["volume", "mix"], "n": [float(pair[0]), 1.0], "tekst": ["a", "b"]})
    shown = not_personal(rows, what="proef")
    title = f"{name}: van {pair[0]} naar {pair[1]}"
    return Finding(
        name=f"{name}-{pair[0]}-{pair[1]}" if pair != PAIRS[0] else name,
        title=title,
        unit="proef",
        words=f"Woorden van {pair[0]}.",
        chart=charts.bars_chart(
            shown, category="wat", value="n", label="tekst", title=title, unit="n", description="proef"
        ),
        table=table_html(shown, {"wat": Column(heading="Wat")}, caption=title),
    )


def cell(name: str, *, leads: bool) -> nbformat.NotebookNode:
    parts = {pair: part(name, pair) for pair in PAIRS}
    return shown_cell(Finding(name=name, choices=Choices(parts=parts, closed=CLOSED if leads else {}, leads=leads)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one page with two figures that follow the same choice."""
    cells = [
        new_markdown_cell("# Groei\n\nTekst."), cell("effecten", leads=True),
        new_markdown_cell("## Per segment\n\nTekst."), cell("segmenten", leads=False), new_markdown_cell("Einde."),
    ]  # fmt: skip
    return book_of(tmp_path_factory.mktemp("keuze"), {"groei": cells})


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The book under the strictest policy a web server could set."""
    with served(folder, policy=STRICT_POLICY) as address:
        yield address


def titles(page: Any) -> list[str]:
    """Titles of the figures that can be seen."""
    return [text for text in page.locator(".figuur-titel:visible").all_inner_texts() if text]


def both(start: int, end: int) -> list[str]:
    return [f"{name}: van {start} naar {end}" for name in ("effecten", "segmenten")]


@pytest.fixture
def page(address: str, context: Callable[..., Any]) -> Iterator[Any]:
    with blameless(context, address, PAGE) as page:
        yield page


def test_at_first_only_the_latest_pair_is_seen(page):
    assert titles(page) == both(2024, 2025)
    assert page.locator("figure.grafiek:visible").count() == 2
    assert page.locator(".keuze-kop:visible").count() == 0


def test_another_pair_takes_its_place_in_every_figure_and_its_charts_come_alive(page):
    page.get_by_label("Van", exact=True).select_option("2017")
    page.get_by_label("Naar", exact=True).select_option("2018")
    assert titles(page) == both(2017, 2018)
    chart = page.locator("figure.grafiek:visible").first
    chart.scroll_into_view_if_needed()
    chart.locator(".grafiek-levend:not(.grafiek-wacht) svg.marks").wait_for(timeout=10_000)
    assert "Woorden van 2017." in page.locator(".figuur-woorden:visible").first.inner_text()
    assert page.locator(".keuze-nu").inner_text() == "Van 2017 naar 2018."


def test_a_later_first_year_leaves_only_later_second_years(page):
    page.get_by_label("Van", exact=True).select_option("2018")
    offered = page.get_by_label("Naar", exact=True).locator("option").all_inner_texts()
    assert offered == ["2019", "2024 (alleen totaal)", "2025 (alleen totaal)"]


def test_a_first_year_without_the_chosen_second_one_takes_one_that_can_be_split(page):
    page.get_by_label("Van", exact=True).select_option("2017")
    page.get_by_label("Naar", exact=True).select_option("2018")
    page.get_by_label("Van", exact=True).select_option("2018")
    assert titles(page) == both(2018, 2019)


def test_what_cannot_be_split_is_explained_where_it_is_read_out(page):
    page.get_by_label("Van", exact=True).select_option("2018")
    page.get_by_label("Naar", exact=True).select_option("2024")
    assert titles(page) == []
    told = page.get_by_role("status")
    assert told.inner_text() == "Van 2018 naar 2024 is de verandering niet te splitsen."
    assert told.get_attribute("aria-live") == "polite"
    assert "geen splitsing" in page.locator(".keuze-nu").inner_text()


def test_the_keyboard_alone_is_enough(page):
    page.get_by_label("Van", exact=True).focus()
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "keuze-naar"
    page.keyboard.press("Home")
    assert titles(page) == both(2017, 2018)


def test_a_link_to_a_figure_of_another_pair_chooses_it(page, address):
    page.evaluate("location.hash = 'segmenten-2017-2019'")
    page.wait_for_function("document.querySelector('#keuze-naar').value === '2019'")
    assert titles(page) == both(2017, 2019)
    fresh = page.context.new_page()
    fresh.goto(f"{address}{PAGE}#effecten-2018-2019")
    assert titles(fresh) == both(2018, 2019)


def test_a_hash_that_is_nothing_does_no_harm(page, address):
    fresh = page.context.new_page()
    fresh.goto(f"{address}{PAGE}#%22%3E<b>")
    assert titles(fresh) == both(2024, 2025)


def test_on_paper_is_what_was_chosen(page):
    page.get_by_label("Van", exact=True).select_option("2017")
    page.get_by_label("Naar", exact=True).select_option("2019")
    page.emulate_media(media="print")
    assert titles(page) == both(2017, 2019)
    assert page.locator(".keuze-velden").is_hidden() and page.locator(".keuze-niet").is_hidden()
    assert page.locator("figure.grafiek:visible").count() == 2


def test_without_script_all_pairs_stand_below_each_other(address, context):
    page = context(java_script_enabled=False).new_page()
    page.goto(address + PAGE)
    assert len(titles(page)) == 2 * len(PAIRS)
    headings = page.locator("h3.keuze-kop:visible").all_inner_texts()
    assert headings == [f"Van {start} naar {end}" for start, end in PAIRS] * 2
    assert page.locator(".keuze-velden").is_hidden() and page.locator(".keuze-wijzer").is_hidden()
    page.locator(".keuze-niet summary").click()
    assert page.locator(".keuze-niet li:visible").count() == len(CLOSED)
    page.emulate_media(media="print")
    assert titles(page) == both(2024, 2025)


def test_from_disk_it_works_too(folder, context):
    page = context().new_page()
    page.goto((folder / PAGE).as_uri())
    page.get_by_label("Van", exact=True).select_option("2017")
    page.get_by_label("Naar", exact=True).select_option("2019")
    assert titles(page) == both(2017, 2019)


def test_on_a_phone_the_fields_fit_and_can_be_touched(address, context):
    page = Reader(context(viewport={"width": 360, "height": 740}), address).read(PAGE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert all(page.locator(".keuze select").nth(n).bounding_box()["height"] >= 44 for n in range(2))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_shut_out(address, context, theme):
    assert violations(Reader(context(theme=theme, bypass_csp=True), address).read(PAGE)) == []


def test_a_page_without_a_choice_has_no_script_for_it(folder):
    assert "choice.js" in (folder / PAGE).read_text(encoding="utf-8")
    assert "choice.js" not in (folder / "index.html").read_text(encoding="utf-8")
