"""The source of the book: table of contents from the runs, and only what changed is written."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from nbformat.v4 import new_notebook

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area, Region, Segment
from jeugd_analysis.errors import BuildError
from jeugd_analysis.publish.book import _refuse_warnings, _sync, assemble, table_of_contents
from jeugd_analysis.publish.house_style import HouseStyle
from jeugd_analysis.publish.notebooks import Chapter, Run, plan_runs

REGION = Region(
    code="R",
    name="Duin en Polder",
    municipalities=(Area(code="GM0001", name="Aa"), Area(code="GM0002", name="Bee")),
    segments=(Segment(code="S1", name="Verblijf", funding="x"), Segment(code="S9", name="Buiten", funding="x")),
)
CHAPTERS = [
    Chapter(path=Path("10_gebruik.ipynb"), title="Gebruik", part="Cijfers", question="Hoeveel?", order=10),
    Chapter(
        path=Path("50_besparing.ipynb"), title="Besparing", part="C", question="Haalbaar?", order=50, per_segment=True
    ),
    Chapter(path=Path("90_bronnen.ipynb"), title="Bronnen", part="C", question="Waaruit?", order=90, region_only=True),
]
RUNS = plan_runs(CHAPTERS, REGION, Quarter(2026, 3))
CONFIG = "title: x\nsphinx:\n  config:\n    language: nl\n"
PLAIN = HouseStyle(name="Regio", contact="vraag@regio.example")
OLD = 1_000_000_000  # a time stamp that no new file can have


def grouped(runs: list[Run]) -> list[tuple[Area, list[Run]]]:
    return [(area, [run for run in runs if run.area == area]) for area in REGION.areas]


def test_contents_follow_the_runs():
    files = ["begrippen.md", "leeswijzer.md", "methoden/mack.md", "regio/index.md"]
    toc = table_of_contents(grouped(RUNS), files)
    assert (toc["format"], toc["root"]) == ("jb-book", "index")
    assert [part["caption"] for part in toc["parts"]] == ["Regio", "Gemeenten", "Uitleg", "Zo is gerekend"]
    region, places, explained, counted = (part["chapters"] for part in toc["parts"])
    assert [chapter["file"] for chapter in region] == ["regio/index"]
    assert [(s["file"], s["title"]) for s in region[0]["sections"]] == [
        ("regio/10_gebruik", "Gebruik"), ("regio/50_besparing", "Besparing"), ("regio/90_bronnen", "Bronnen"),
    ]  # fmt: skip
    assert [s["file"] for s in region[0]["sections"][1]["sections"]] == ["regio/50_besparing-s1"]
    assert [chapter["file"] for chapter in places] == ["gm0001/index", "gm0002/index"]
    assert [s["file"] for s in places[1]["sections"]] == ["gm0002/10_gebruik", "gm0002/50_besparing"]
    assert all("sections" not in section for section in places[1]["sections"])
    assert {entry["file"] for entry in explained} == {"begrippen", "leeswijzer"}
    assert [entry["file"] for entry in counted] == ["methoden/mack"]


def test_a_part_without_pages_is_left_out():
    only = [run for run in RUNS if run.area.code == "GM0001"]
    toc = table_of_contents([(REGION.municipalities[0], only)], [])
    assert [part["caption"] for part in toc["parts"]] == ["Gemeenten"]


def all_files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def aged(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (OLD, OLD))


def fresh(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_mtime != OLD
    }


def test_sync_writes_what_changed_keeps_what_did_not_and_removes_what_went(tmp_path):
    _sync({"a.md": b"1", "in/b.md": b"2", "gone/deep/c.md": b"3", "d.md": b"4"}, tmp_path)
    aged(tmp_path)
    _sync({"a.md": b"1", "in/b.md": b"changed", "new/e.md": b"5"}, tmp_path)
    assert all_files(tmp_path) == {"a.md", "in/b.md", "new/e.md"}
    assert not (tmp_path / "gone").exists()  # no empty folders either
    assert fresh(tmp_path) == {"in/b.md", "new/e.md"}
    assert (tmp_path / "in/b.md").read_bytes() == b"changed"


@pytest.fixture
def made(tmp_path):
    """Assemble a small book; returns its source folder and the way to do it again."""
    executed, prose, base = tmp_path / "executed", tmp_path / "book", tmp_path / "_config.yml"
    for run in RUNS:
        page = executed / f"{run.address}.ipynb"
        page.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(), page)
    (prose / "methods").mkdir(parents=True)
    (prose / "decisions").mkdir()
    (prose / "index.md").write_text("# Boek\n\n<!-- gebieden -->\n")
    (prose / "leeswijzer.md").write_text("# Leeswijzer\n")
    (prose / "methods" / "shapley.md").write_text("# Splitsen\n")
    (prose / "decisions" / "0001-x.md").write_text("# For developers\n")
    base.write_text(CONFIG)
    settings = {"title": "Jeugdhulp: Duin en Polder", "edition": {"edition": "2026-K3"}, "cache": "c"}

    def again(runs: list[Run] = RUNS, style: HouseStyle = PLAIN, **changed: Any) -> Path:
        assemble(
            runs, executed=executed, prose=prose, source=tmp_path / "source", region=REGION,
            settings={**settings, **changed}, base=base, style=style,
        )  # fmt: skip
        return tmp_path / "source"

    return again


def test_the_source_is_complete_and_the_contents_name_only_what_is_there(made):
    source = made()
    pages = {f"{run.address}.ipynb" for run in RUNS}
    areas = {"regio/index.md", "gm0001/index.md", "gm0002/index.md"}
    prose = {"index.md", "leeswijzer.md", "vragen.md", "methoden/shapley.md", "_toc.yml", "_config.yml"}
    assert all_files(source) == pages | areas | prose
    toc = yaml.safe_load((source / "_toc.yml").read_text())
    named = {str(value) for value in _named(toc)}
    assert {f for f in named if not any((source / f"{f}{kind}").is_file() for kind in (".md", ".ipynb"))} == set()
    assert len(named) == len(pages | areas) + len({"leeswijzer", "vragen", "methoden/shapley"})


def _named(toc: Any) -> list[str]:
    if isinstance(toc, dict):
        own = [toc["file"]] if "file" in toc else []
        return own + [name for value in toc.values() for name in _named(value)]
    return [name for value in toc for name in _named(value)] if isinstance(toc, list) else []


def test_area_pages_and_the_front_page_lead_on(made):
    source = made()
    front = (source / "index.md").read_text("utf8")
    assert "(gm0001/index.md)" in front and "Regio Duin en Polder" in front and "<!--" not in front
    own = (source / "gm0001" / "index.md").read_text("utf8")
    assert own.startswith("# Aa\n") and "[Gebruik](10_gebruik.ipynb): Hoeveel?" in own and "50_besparing-s1" not in own


def test_a_house_style_brings_its_logo_colour_and_sender(made, tmp_path):
    logo = tmp_path / "wapen van ons.svg"
    logo.write_text("<svg/>")
    source = made(style=HouseStyle(name="Gemeente Aa", contact="bel ons", logo=logo, accent="#7A0019"))
    assert (source / "_static" / "logo.svg").read_text() == "<svg/>"
    assert "--jeugd-accent: #7A0019" in (source / "_static" / "huisstijl.css").read_text()
    told = yaml.safe_load((source / "_config.yml").read_text("utf8"))
    assert told["logo"] == "_static/logo.svg"
    assert told["sphinx"]["config"]["jeugd_sender"] == {"name": "Gemeente Aa", "contact": "bel ons"}


def test_without_a_house_style_there_is_only_a_sender(made):
    source = made()
    assert not (source / "_static").exists()
    told = yaml.safe_load((source / "_config.yml").read_text("utf8"))
    assert "logo" not in told and told["sphinx"]["config"]["jeugd_sender"]["contact"] == "vraag@regio.example"


def test_settings_carry_the_edition(made):
    told = yaml.safe_load((made() / "_config.yml").read_text("utf8"))
    assert told["title"] == told["sphinx"]["config"]["project"] == "Jeugdhulp: Duin en Polder"
    assert told["sphinx"]["config"]["jeugd_edition"] == {"edition": "2026-K3"}
    assert told["sphinx"]["config"]["language"] == "nl"


def test_making_it_again_touches_nothing_and_fewer_areas_leave_no_pages_behind(made):
    source = made()
    aged(source)
    made()
    assert fresh(source) == set()
    made([run for run in RUNS if run.area.code == "GM0001"])
    assert not (source / "gm0002").exists() and not (source / "regio").exists()
    assert fresh(source) == {"index.md", "vragen.md", "_toc.yml", "_config.yml"}
    aged(source)
    made([run for run in RUNS if run.area.code == "GM0001"], title="Anders")
    assert fresh(source) == {"_config.yml"}


@pytest.mark.parametrize(
    ("code", "error", "refused"),
    [
        (0, "", None),
        (0, "WARNING: unknown config value 'thebe_config' in override, ignoring", None),
        (
            0,
            "{source}/regio/index.md:3: WARNING: 'myst' cross-reference target not found: 'x'",
            "regio/index.md:3: WARNING",
        ),
        (2, "boem", "boem"),
        (2, "", "onbekende fout"),
        (2, "Er ging iets stuk\n\n", "Er ging iets stuk"),
    ],
)
def test_a_build_with_a_warning_is_refused_without_the_path_of_the_machine(tmp_path, code, error, refused):
    done = subprocess.CompletedProcess([], code, stdout="", stderr=error.format(source=tmp_path))
    if refused is None:
        _refuse_warnings(done, tmp_path)
        return
    with pytest.raises(BuildError, match="BOK-001") as stopped:
        _refuse_warnings(done, tmp_path)
    assert refused in stopped.value.wat and str(tmp_path) not in str(stopped.value)
