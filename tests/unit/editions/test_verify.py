"""An edition follows from what it says: run again, made again elsewhere, and every difference told with its cause."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from jeugd_analysis import editions, pipeline
from jeugd_analysis.cli import app
from jeugd_analysis.editions.archive import versions
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Store
from tests.editions_book import K3

ROOT = Path(__file__).resolve().parents[3]
CHAPTERS = ("10_gebruik", "30_groei")


def small_project(folder: Path) -> Path:
    """The project with two chapters, for the region only: the real book, in two pages."""
    for name in ("data/reference", "data/published", "book"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copyfile(ROOT / "_config.yml", folder / "_config.yml")
    (folder / "analysis").mkdir()
    for name in CHAPTERS:
        notebook = nbformat.read(ROOT / "analysis" / f"{name}.ipynb", as_version=4)
        notebook.metadata["jeugd"]["region_only"] = True
        nbformat.write(notebook, folder / "analysis" / f"{name}.ipynb")
    return folder


@pytest.fixture(scope="module")
def published(example: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The example region, built and published by the real program; marts, release and estimates are ready."""
    store = Store(small_project(tmp_path_factory.mktemp("project")), tmp_path_factory.mktemp("werk"))
    shutil.copytree(example.work, store.work, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PROJECT_VARIABLE, str(store.project))
        patch.setenv(WORK_VARIABLE, str(store.work))
        pipeline.build(K3, store=store, workers=2)
        editions.publish(K3, store.work / "intranet", store=store)
        yield store


def test_made_again_elsewhere_with_another_hash_seed_and_time_zone_every_byte_is_the_same(published):
    done = editions.verify(K3, store=published, again=True, workers=2)
    assert done.same, done.lines
    text = "\n".join(done.lines)
    assert "gepubliceerd als versie 1" in text and "Invoer, naslag, programma en pakketten zijn dezelfde" in text
    assert text.count("2 van 2 gelijk") == 2  # notebooks: executed again, and made again
    assert "mag verschillen" not in text  # nothing needs an excuse


def test_a_changed_output_is_found_with_its_page_and_cell(published, tmp_path):
    page = versions(K3, published)[-1] / "notebooks" / "regio" / "30_groei.ipynb"
    kept = page.read_text("utf8")
    told = json.loads(kept)
    number, cell = next((n, cell) for n, cell in enumerate(told["cells"], 1) if cell.get("outputs"))
    cell["outputs"][0]["data"]["text/plain"] = "een ander getal"
    page.write_text(json.dumps(told), "utf8")
    try:
        done = editions.verify(K3, store=published, workers=2)
    finally:
        page.write_text(kept, "utf8")
    assert not done.same and f"  regio/30_groei: andere uitvoer in cel {number}." in done.lines
    assert done.lines[-1].startswith("Er is niets veranderd dat dit verklaart")


def test_a_changed_page_in_the_archive_is_found(published):
    page = versions(K3, published)[-1] / "site" / "regio" / "30_groei.html"
    kept = page.read_bytes()
    page.write_bytes(kept + b" ")
    try:
        done = editions.verify(K3, store=published, workers=2)
    finally:
        page.write_bytes(kept)
    assert not done.same and any("Anders: regio/30_groei.html" in line for line in done.lines)


def test_changed_reference_data_are_named_and_the_command_tells_by_its_exit_code(published):
    file = published.project / "data" / "reference" / "indexation.csv"
    kept = file.read_bytes()
    file.write_bytes(kept + b"\n")
    try:
        done = CliRunner().invoke(app, ["verify", "2026-K3", "--workers", "2"])
    finally:
        file.write_bytes(kept)
    assert "Anders dan toen, naslagbestand: data/reference/indexation.csv" in done.output
    assert done.exit_code in (0, 1)
    again = CliRunner().invoke(app, ["verify", "2026-K3", "--workers", "2"])
    assert again.exit_code == 0 and "Alles is gelijk." in again.output


def test_nothing_published_names_this_machine_or_its_user(published):
    """The real book, with its manifest and its downloads."""
    import getpass
    import socket

    place = published.work / "intranet"
    told = "\n".join(
        path.read_text("utf8", "replace")
        for path in place.rglob("*")
        if path.is_file() and "_static" not in path.parts and path.suffix in {".html", ".json", ".csv", ".js"}
    )
    assert len(told) > 100_000
    for name in (str(published.work), str(published.project), str(Path.home()) + "/", socket.gethostname()):
        assert name not in told
    assert getpass.getuser() in ("root",) or getpass.getuser() not in told


def test_every_figure_of_the_published_book_has_its_file(published):
    site = published.work / "intranet" / "2026-K3"
    package = json.loads((site / "cijfers" / "datapackage.json").read_text("utf8"))
    assert package["version"] == "2026-K3" and len(package["resources"]) >= 10
    assert all((site / "cijfers" / one["path"]).is_file() for one in package["resources"])
    page = (site / "regio" / "30_groei.html").read_text("utf8")
    assert page.count('class="download"') == sum(
        one["path"].startswith("regio/30_groei/") for one in package["resources"]
    )
