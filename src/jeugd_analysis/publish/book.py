"""Assemble the source of an edition's book and have Jupyter Book build it; the old one stays until then."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from jeugd_analysis.domain.region import ALL_SEGMENTS, Area, Region
from jeugd_analysis.errors import BuildError, JeugdError
from jeugd_analysis.publish.clean import drop_stale_words
from jeugd_analysis.publish.downloads import with_links, write_downloads
from jeugd_analysis.publish.notebooks import Run
from jeugd_analysis.publish.settings import read_settings
from jeugd_analysis.swap import put, staged

PROSE = ("index.md", "leeswijzer.md", "begrippen.md", "handleiding.md")
SAFETY = ("veiligheid.md", "dpia.md")
# Settings that Jupyter Book 1 sets for extensions we leave out; harmless and of its own making.
_HARMLESS = re.compile(r"unknown config value|WARNING: .*(bibtex|comments_config|thebe)|is already registered")
_COMMAND = "from jupyter_book.cli.main import main; main()"  # the package has no __main__


def assemble(
    runs: Sequence[Run],
    *,
    executed: Path,
    prose: Path,
    source: Path,
    region: Region,
    settings: Mapping[str, Any],
    base: Path,
) -> None:
    """Write prose, executed notebooks, table of contents and settings into `source`.

    Files that did not change keep their time stamp, so that Sphinx reads only what changed; files that no longer
    belong disappear.
    """
    done = {run.address: (executed / f"{run.address}.ipynb").read_bytes() for run in runs}
    files: dict[str, bytes] = {f"{page}.ipynb": with_links(content, page) for page, content in done.items()}
    areas = [(area, [r for r in runs if r.area == area]) for area in region.areas if any(r.area == area for r in runs)]
    for name in _prose(prose):
        text = (prose / name).read_text("utf8").replace("<!-- gebieden -->", _area_cards(areas))
        files[name] = _without_dead_links(name, text, files)
    for area, own in areas:
        files[f"{area.folder}/index.md"] = _area_page(area, own).encode()
    for file in sorted((prose / "methods").glob("*.md")):
        name = f"methoden/{file.name}"
        files[name] = _without_dead_links(name, file.read_text("utf8"), files)
    files["_toc.yml"] = _yaml(table_of_contents(areas, sorted(files)))
    files["_config.yml"] = _yaml(_settings(base, settings))
    _sync(files, source)


def _without_dead_links(name: str, text: str, files: Mapping[str, bytes]) -> bytes:
    """A book of a few pages keeps the words of a link to a notebook that it leaves out."""

    def keep(link: re.Match[str]) -> str:
        return link[0] if posixpath.normpath(posixpath.join(posixpath.dirname(name), link[2])) in files else link[1]

    return re.sub(r"\[([^\]]+)\]\((\S+\.ipynb)\)", keep, text).encode()


def _prose(folder: Path) -> list[str]:
    return [name for name in (*PROSE, *SAFETY) if (folder / name).is_file()]


def own_pages(prose: Path) -> frozenset[str]:
    """Addresses in the site of pages that are the project's own text: no data comes in them."""
    methods = (f"methoden/{file.name}" for file in (prose / "methods").glob("*.md"))
    return frozenset(name.removesuffix(".md") + ".html" for name in (*_prose(prose), *methods))


def table_of_contents(areas: Sequence[tuple[Area, Sequence[Run]]], files: Sequence[str]) -> dict[str, Any]:
    """From the notebooks' metadata: a page per area, its chapters below it in order, segments below their chapter."""
    region, places = (
        [_area_entry(area, runs) for area, runs in areas if area.is_region is wanted] for wanted in (True, False)
    )
    explained = [{"file": name.removesuffix(".md")} for name in (*PROSE[1:], *_methods(files)) if name in files]
    safe = [{"file": name.removesuffix(".md")} for name in SAFETY if name in files]
    parts = {"Regio": region, "Gemeenten": places, "Uitleg": explained, "Verantwoording": safe}
    told = [{"caption": caption, "chapters": chapters} for caption, chapters in parts.items() if chapters]
    return {"format": "jb-book", "root": "index", "parts": told}


def _methods(files: Sequence[str]) -> list[str]:
    return [name for name in files if name.startswith("methoden/")]


def _area_entry(area: Area, runs: Sequence[Run]) -> dict[str, Any]:
    sections = []
    for run in (run for run in runs if run.segment == ALL_SEGMENTS):
        entry: dict[str, Any] = {"file": run.address, "title": run.chapter.title}
        below = [r for r in runs if r.chapter == run.chapter and r.segment != ALL_SEGMENTS]
        if below:
            entry["sections"] = [{"file": r.address, "title": r.subject} for r in below]
        sections.append(entry)
    return {"file": f"{area.folder}/index", "sections": sections}


def _area_cards(areas: Sequence[tuple[Area, Sequence[Run]]]) -> str:
    """One card per area that leads to its page (sphinx-design)."""
    cards = [
        f":::{{grid-item-card}} {_area_name(area)}\n:link: {area.folder}/index\n:link-type: doc\n:::"
        for area, _ in areas
    ]
    return "::::{grid} 2 2 3 3\n:gutter: 2\n:class-container: gebieden\n\n" + "\n".join(cards) + "\n::::"


def _area_page(area: Area, runs: Sequence[Run]) -> str:
    """The page of an area: its chapters, each with the question it answers."""
    lines = [f"- [{run.chapter.title}]({Path(run.address).name}.ipynb): {run.chapter.question}" for run in runs
             if run.segment == ALL_SEGMENTS]  # fmt: skip
    return f"# {_area_name(area)}\n\nKies een onderwerp.\n\n" + "\n".join(lines) + "\n"


def _area_name(area: Area) -> str:
    return f"Regio {area.name}" if area.is_region else area.name


def _settings(base: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The project's _config.yml with the edition's title and provenance."""
    told = read_settings(base)
    told["title"] = settings["title"]
    told["sphinx"]["config"]["project"] = settings["title"]
    told["sphinx"]["config"]["jeugd_edition"] = settings["edition"]
    told["sphinx"]["config"]["jeugd_cache_dir"] = settings["cache"]
    return told


def _yaml(content: object) -> bytes:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode()


def _sync(files: Mapping[str, bytes], target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = target / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for path in sorted(target.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(target).as_posix() not in files:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def build_site(source: Path, work: Path, site: Path, *, check: Callable[[Path], None]) -> None:
    """Run Jupyter Book in `work`, have the result checked, and put it at `site` by renaming.

    Raises: BuildError with the first warning or error of the build, and what `check` raises; the old site is then
    untouched.
    """
    command = [
        sys.executable, "-c", _COMMAND, "build", str(source), "--config", str(source / "_config.yml"),
        "--path-output", str(work), "--quiet",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "NO_COLOR": "1", "PYTHONIOENCODING": "utf8"}
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=source, check=False, encoding="utf8"
    )
    _refuse_warnings(done, source)
    new = staged(site)
    hidden = shutil.ignore_patterns(".buildinfo*", ".doctrees", "_sources", "objects.inv")
    shutil.copytree(work / "_build" / "html", new, ignore=hidden, dirs_exist_ok=True)
    drop_stale_words(new)
    write_downloads(source, new)
    try:
        check(new)
    except JeugdError:
        shutil.rmtree(new)
        raise
    put(new, site)


def _refuse_warnings(done: subprocess.CompletedProcess[str], source: Path) -> None:
    lines = [line.strip() for line in (done.stderr + "\n" + done.stdout).splitlines() if line.strip()]
    found = [line for line in lines if re.search(r"\b(WARNING|ERROR|Error)\b", line) and not _HARMLESS.search(line)]
    if done.returncode == 0 and not found:
        return
    # The place is told below the book's source, without the path of the machine.
    first = (found or lines[-1:] or ["onbekende fout"])[0].replace(f"{source}{os.sep}", "")
    raise BuildError(
        "BOK-001",
        wat=f"Het boek is niet gebouwd: {first[:300]}",
        doe="herstel deze pagina en bouw opnieuw; het vorige boek is niet veranderd.",
    )
