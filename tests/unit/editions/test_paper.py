"""Links to the annexes stand in the pages themselves: they lead to files that are there and tell kind and size."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from jeugd_analysis.domain.region import Area
from jeugd_analysis.editions.checks import check_edition
from jeugd_analysis.editions.paper import ANNEXES, add_annexes, link_annexes
from jeugd_analysis.store import Store
from tests.editions_book import K3

BUREN = '<details class="buren"><summary>Een ander gebied</summary><ul><li>Delft</li></ul></details>'
PAGE = (
    '<!DOCTYPE html><html lang="nl"><body><div id="voor"><h1>{title}</h1>\n</div><h1>{title}</h1>{buren}\n<p>Kies.</p>'
    '<footer><p class="editie">Editie 2026-K3 · voorlopig</p><p class="afzender">Regio</p></footer></body></html>'
)


@pytest.fixture
def areas(store: Store) -> list[Area]:
    return list(store.region.areas)[:2]


@pytest.fixture
def site(tmp_path: Path, areas: list[Area]) -> Path:
    folder = tmp_path / "site"
    names = ["index.html", "methoden/prijs.html", "_static/jeugd/paper.css"]
    names += [f"{area.folder}/{name}.html" for area in areas for name in ("index", "10_gebruik")]
    for name in names:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(PAGE.format(title=name, buren=BUREN if name.endswith("index.html") else ""), "utf8")
    return folder


def fake_annexes(quarter, *, to: Path, areas, **_) -> None:
    """Files of known sizes, so that making real ones is left to other tests."""
    for folder in areas:
        for name, size in (("bijlage.pdf", 1_460_000), ("samenvatting.pdf", 37_800), ("samenvatting.docx", 12)):
            place = to / folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"x" * size)


def made(site: Path, areas: list[Area]) -> Path:
    fake_annexes(K3, to=site / ANNEXES, areas=[area.folder for area in areas])
    return site / ANNEXES


def links(page: Path) -> dict[str, str]:
    """Words and address of every link about paper."""
    root = html.fromstring(page.read_bytes().decode("utf8"))
    return {a.text_content(): a.get("href") for a in root.iter("a") if ANNEXES in a.get("href")}


def test_the_page_of_an_area_leads_to_its_own_three_files_with_kind_and_size(site, areas):
    link_annexes(site, areas, made(site, areas))
    area = areas[1].folder
    assert links(site / area / "index.html") == {
        "Bijlage met alle hoofdstukken (PDF, 1,5\u00a0MB)": f"../bijlagen/{area}/bijlage.pdf",
        "Samenvatting op één bladzijde (PDF, 38\u00a0kB)": f"../bijlagen/{area}/samenvatting.pdf",
        "Samenvatting om over te nemen (Word, 1\u00a0kB)": f"../bijlagen/{area}/samenvatting.docx",
        "Bijlagen (PDF en Word)": f"../bijlagen/index.html#{area}",
    }
    page = (site / area / "index.html").read_text("utf8")
    assert page.count("op-papier") == 1 and page.index(BUREN) < page.index("op-papier") < page.index("<p>Kies.")


def test_every_page_leads_to_all_annexes_from_its_own_depth(site, areas):
    link_annexes(site, areas, made(site, areas))
    words = "Bijlagen (PDF en Word)"
    assert links(site / "index.html") == {words: "bijlagen/index.html"}
    assert links(site / "methoden" / "prijs.html") == {words: "../bijlagen/index.html"}
    assert links(site / areas[0].folder / "10_gebruik.html") == {words: f"../bijlagen/index.html#{areas[0].folder}"}


def test_with_the_page_of_all_annexes_no_link_is_dead_and_without_annexes_nothing_is_added(
    site, areas, store, monkeypatch
):
    before = (site / "index.html").read_bytes()
    monkeypatch.setattr("jeugd_analysis.editions.paper.is_example", lambda *_: True)
    folders = {area.code: area.folder for area in areas}
    monkeypatch.setattr(
        "jeugd_analysis.editions.paper.annexes",
        lambda quarter, *, to, areas, **_: fake_annexes(quarter, to=to, areas=[folders[code] for code in areas]),
    )
    add_annexes(K3, store, site, lambda _: None)
    check_edition(site)
    told = (site / ANNEXES / "index.html").read_text("utf8")
    assert "Voorbeelddata" in told and told.count("(PDF, 1,5\u00a0MB)") == 2 and "<script" not in told
    bare = site.parent / "kaal"
    bare.mkdir()
    (bare / "index.html").write_bytes(before)
    add_annexes(K3, store, bare, lambda _: None)  # a book without pages of areas
    assert (bare / "index.html").read_bytes() == before and not (bare / ANNEXES).exists()
