"""The sliders of the savings plan in a browser: the same cents as methods.savings, for every kind of reader."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from nbformat.v4 import new_markdown_cell
from reading import Reader, violations
from tiny_book import STRICT_POLICY, blameless, book_of, served, shown_cell

from jeugd_analysis.chapters.savings_phasing import gap_amount
from jeugd_analysis.chapters.savings_plan import STEP, rounded_path
from jeugd_analysis.methods.savings import adjust, dial, phase
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.options import Options
from jeugd_analysis.present.sliders import Sliders
from jeugd_analysis.present.tables import Column, table_html

pytestmark = pytest.mark.browser

PAGE, YEARS = "besparing.html", list(range(2027, 2034))
DELAYS, PERCENTS = list(range(-4, 13)), list(range(0, 201, 5))
# Everything a plan may hold: bases that make halves of cents, three measures on one base, cost that comes back, cost
# once, an end, a chance with a range, an S-curve, and a segment with a target but no measure.
MEASURES = pd.DataFrame(
    [
        ("Een", "S1", 6_279_000_000, 0.06, "2027-K1", 16, "linear", 0, None, 1.0, 0.06, 0.06, 0.1, 25_000_005),
        ("Twee", "S1", 6_279_000_000, 0.045, "2027-K3", 12, "linear", 4, None, 0.7, 0.02, 0.09, 0.0, 0),
        ("Drie", "S1", 6_279_000_000, 0.333, "2028-K1", 0, "step", 2, "2032-K2", 1.0, 0.333, 0.333, 0.25, 0),
        ("Vier", "S5", 18_611_111_111, 0.04, "2027-K2", 11, "logistic", 3, None, 0.8, 0.02, 0.06, 0.0, 0),
    ],
    columns=[
        "measure", "segment", "base_cents", "full_effect_share", "start", "ramp_quarters", "ramp", "run_off_quarters",
        "end", "success_probability", "low_share", "high_share", "shifted_share", "one_off_cents",
    ],
)  # fmt: skip
TARGETS = pd.DataFrame(
    [
        (year, code, cents * (year - 2025) // 3)
        for year in YEARS
        for code, cents in (("S1", 311_111_111), ("S3", 77_700_001), ("S5", 280_000_000))
    ],
    columns=["year", "segment", "target_cents"],
)
SEGMENTS = ["S1", "S3", "S5"]


def plan_at(positions: list[tuple[int, int]]) -> pd.DataFrame:
    """What methods.savings makes of a choice of (percent, quarters) per segment: exact cents per year."""
    parts = []
    for code, (percent, quarters) in zip(SEGMENTS, positions, strict=True):
        own, goals = MEASURES[MEASURES["segment"] == code], TARGETS[TARGETS["segment"] == code]
        moved, wanted = adjust(own, goals, delay_quarters=quarters, effect_factor=f"{percent}/100")
        parts.append(phase(moved, wanted, years=YEARS))
    return pd.concat(parts).groupby("year", as_index=False)[["saving_cents", "target_cents"]].sum()


def written(rows: pd.DataFrame) -> list[list[str]]:
    """The table as the book writes it."""
    told = rounded_path(rows)
    return [
        [str(r.year), numbers.euro(r.target_cents), numbers.euro(r.saving_cents), gap_amount(r.gap_cents)]
        for r in told.itertuples()
    ]


def sliders() -> Finding:
    shown = not_personal(rounded_path(plan_at([(100, 0)] * 3)).astype({"year": "str"}), what="proef")
    told = dial(MEASURES, TARGETS, years=YEARS, delays=DELAYS, percents=PERCENTS)
    assert [each["code"] for each in told["segments"]] == SEGMENTS
    return Finding(
        name="schuiven", title="Verschuif tempo en effect", unit="proef",
        sliders=Sliders(shown=shown, dial=told, names=[(c, f"Segment {c}", "Maatregel") for c in SEGMENTS],
                        where="de proef", step_cents=STEP),
        table=table_html(shown, {
            "year": Column(heading="Jaar"), "target_cents": Column(heading="Opgave", write=numbers.euro),
            "saving_cents": Column(heading="Verwacht", write=numbers.euro),
            "gap_cents": Column(heading="Nog te vinden", write=gap_amount),
        }, caption="Proef"),
    )  # fmt: skip


def options() -> Finding:
    names = ["jeugdigen", "gebruik", "gemengd"]
    parts = {}
    for at, name in enumerate(names):
        shown = not_personal(
            pd.DataFrame({"naam": ["Groot"], **{each: [f"{at}{each}"] for each in names}}), what="proef"
        )
        columns = {each: Column(heading=f"Min {each}", against=each) for each in names if each != name}
        parts[name] = Finding(
            name=f"deel-{name}", title=f"Bij de sleutel {name}", unit="proef",
            table=table_html(shown, {"naam": Column(heading="Gemeente"), **columns}, caption=name),
        )  # fmt: skip
    return Finding(name="kiezen", choices=Options(parts=parts, what="sleutel", against="gebruik"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of a page with sliders and one with keys."""
    pages = {
        name: [new_markdown_cell(f"# {name.capitalize()}\n\nTekst."), shown_cell(told)]
        for name, told in (("besparing", sliders()), ("sleutel", options()))
    }
    return book_of(tmp_path_factory.mktemp("schuiven"), pages)


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The book under the strictest policy a web server could set."""
    with served(folder, policy=STRICT_POLICY) as address:
        yield address


@pytest.fixture
def page(address: str, context: Callable[..., Any]) -> Iterator[Any]:
    with blameless(context, address, PAGE) as page:
        yield page


def cells(page: Any) -> list[list[str]]:
    rows = page.locator("table.tabel tbody tr")
    return [rows.nth(at).locator("th, td").all_inner_texts() for at in range(rows.count())]


def put(page: Any, positions: list[tuple[int, int]]) -> None:
    """Every slider in its place, as a reader would leave it."""
    places = [[PERCENTS.index(percent), DELAYS.index(quarters)] for percent, quarters in positions]
    page.evaluate(
        """places => document.querySelectorAll('.schuif-segment').forEach((field, at) =>
             field.querySelectorAll('input').forEach((input, kind) => {
               input.value = places[at][kind]; input.dispatchEvent(new Event('input')); }))""",
        places,
    )


def test_at_first_the_table_is_the_plan(page):
    assert cells(page) == written(plan_at([(100, 0)] * 3))
    assert page.locator(".schuif-zonder").is_hidden()


def test_any_position_has_the_cents_of_python(page):
    chance = random.Random(2027)
    for _ in range(60):
        positions = [(chance.choice(PERCENTS), chance.choice(DELAYS)) for _ in SEGMENTS]
        put(page, positions)
        expected = plan_at(positions)
        told = page.locator("table.tabel tbody tr").evaluate_all("rows => rows.map(row => row.dataset.centen)")
        assert list(map(int, told)) == expected["saving_cents"].tolist(), positions
        assert cells(page) == written(expected), positions


def test_the_words_follow_the_gap(page):
    told = page.get_by_role("status")
    assert told.get_attribute("aria-live") == "polite"
    put(page, [(0, 0)] * 3)
    rows = rounded_path(plan_at([(0, 0)] * 3))
    assert f"is nog {numbers.euro(rows['gap_cents'].iloc[-1])} te vinden in de proef in 2033" in told.inner_text()
    put(page, [(200, -4)] * 3)
    rows = rounded_path(plan_at([(200, -4)] * 3))
    assert rows["gap_cents"].iloc[-1] < 0
    assert f"is de opgave gehaald, met {numbers.euro(-rows['gap_cents'].iloc[-1])} over" in told.inner_text()


def test_the_keyboard_moves_a_slider_and_says_where_it_stands(page):
    effect = page.get_by_label("Effect").first
    effect.focus()
    page.keyboard.press("ArrowLeft")
    assert effect.get_attribute("aria-valuetext") == "95% van het plan"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-valuetext')") == "een kwartaal later"
    assert cells(page) == written(plan_at([(95, 1), (100, 0), (100, 0)]))
    page.get_by_role("button", name="Terug naar het rekenvoorbeeld").click()
    assert cells(page) == written(plan_at([(100, 0)] * 3))


def test_without_script_the_plan_stands_there(address, context):
    page = context(java_script_enabled=False).new_page()
    page.goto(address + PAGE)
    assert cells(page) == written(plan_at([(100, 0)] * 3))
    assert page.locator(".schuif-velden").is_hidden() and page.locator(".schuif-zonder").is_visible()


def test_from_disk_it_works_too(folder, context):
    page = context().new_page()
    page.goto((folder / PAGE).as_uri())
    put(page, [(50, 4), (100, 0), (150, 0)])
    assert cells(page) == written(plan_at([(50, 4), (100, 0), (150, 0)]))


def test_on_a_phone_it_fits_and_can_be_touched(address, context):
    page = Reader(context(viewport={"width": 360, "height": 740}), address).read(PAGE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert all(page.locator(".schuiven input").nth(n).bounding_box()["height"] >= 44 for n in range(6))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [PAGE, "sleutel.html"])
def test_nobody_is_shut_out(address, context, theme, name):
    assert violations(Reader(context(theme=theme, bypass_csp=True), address).read(name)) == []


def test_a_key_is_chosen_and_compared(address, context):
    reader = Reader(context(), address)
    page = reader.read("sleutel.html")
    assert page.locator(".figuur-titel:visible").all_inner_texts() == ["Bij de sleutel jeugdigen"]
    assert page.locator("table.tabel:visible th[scope=col]:visible").all_inner_texts() == ["Gemeente", "Min gebruik"]
    page.get_by_label("Sleutel", exact=True).select_option("gemengd")
    page.get_by_label("Vergelijk met").select_option("jeugdigen")
    assert page.locator("table.tabel:visible td:visible").all_inner_texts() == ["2jeugdigen"]
    assert page.get_by_role("status").inner_text() == "U ziet de sleutel gemengd, vergeleken met jeugdigen."
    page.get_by_label("Vergelijk met").select_option("gemengd")
    assert page.locator("table.tabel:visible td:visible").count() == 0
    assert "Kies een andere" in page.get_by_role("status").inner_text()
    assert reader.complaints == []


def test_without_script_every_key_stands_there(address, context):
    page = context(java_script_enabled=False).new_page()
    page.goto(address + "sleutel.html")
    assert page.locator("h3.keuze-kop:visible").all_inner_texts() == [
        "Sleutel: jeugdigen", "Sleutel: gebruik", "Sleutel: gemengd"
    ]  # fmt: skip
    assert page.locator("table.tabel td:visible").count() == 6


def test_each_page_has_only_its_own_script(folder):
    told = {name: (folder / name).read_text(encoding="utf-8") for name in (PAGE, "sleutel.html", "index.html")}
    assert ["sliders.js" in told[name] for name in told] == [True, False, False]
    assert ["jeugd/options.js" in told[name] for name in told] == [False, True, False]
