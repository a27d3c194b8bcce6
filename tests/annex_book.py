"""For tests of annexes: an edition that was built as far as they need it, and ways to spoil it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import yaml

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store

ROOT = Path(__file__).resolve().parents[1]
QUARTER = Quarter(2026, 3)
AREAS = ("GM0637", "GM1842")
CHAPTERS = ("samenvatting", "gebruik", "groei", "verdeelsleutel")
ABOUT = {
    "edition": "2026-K3", "as_of": "30 september 2026", "status": "voorbeelddata", "code": "0.1.0 (test)",
    "digest": "0a1b2c3d",
}  # fmt: skip


def project_with(chapters: tuple[str, ...], home: Path) -> Path:
    """A project with these chapters only: the whole book of an edition is then quickly made."""
    for name in ("data/reference", "data/published", "book"):
        shutil.copytree(ROOT / name, home / name)
    shutil.copy(ROOT / "_config.yml", home)
    (home / "analysis").mkdir()
    for path in (ROOT / "analysis").glob("*.ipynb"):
        if path.stem.partition("_")[2] in chapters:
            shutil.copy(path, home / "analysis")
    return home


def stamp(store: Store, status: str = "voorbeelddata") -> None:
    """What a build leaves behind when all went well."""
    folder = store.work / "_build" / QUARTER.label
    (folder / "source").mkdir(parents=True, exist_ok=True)
    about = {"jeugd_edition": {**ABOUT, "status": status}}
    settings = {"title": "Jeugdhulp in beeld: Haaglanden", "sphinx": {"config": about}}
    (folder / "source" / "_config.yml").write_text(yaml.safe_dump(settings), "utf8")
    (folder / "site.digest").write_text("x", "utf8")
    (folder / "release.digest").write_text(str(store.release_digest(QUARTER)), "utf8")


def spoil(store: Store, page: str, old: str, new: str) -> None:
    """Change what an executed notebook says, as somebody with an editor would."""
    path = store.work / "_build" / QUARTER.label / "executed" / f"{page}.ipynb"
    text = path.read_text("utf8")
    assert old in text
    json.loads(text.replace(old, new))
    path.write_text(text.replace(old, new), "utf8")
