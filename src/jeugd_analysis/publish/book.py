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
from jeugd_analysis.publish import access_statement, front, house_site
from jeugd_analysis.publish.clean import drop_stale_words
from jeugd_analysis.publish.downloads import with_links, write_downloads
from jeugd_analysis.publish.figures import read_notebook
from jeugd_analysis.publish.house_style import HouseStyle
from jeugd_analysis.publish.notebooks import Run
from jeugd_analysis.publish.settings import read_settings
from jeugd_analysis.swap import put, staged

PROSE = ("index.md", "leeswijzer.md", "adviseur.md", "handleiding.md", "begrippen.md")
SAFETY = (access_statement.PAGE, "veiligheid.md", "dpia.md")
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
    style: HouseStyle,
) -> None:
    """Write prose, executed notebooks, table of contents and settings into `source`.

    Files that did not change keep their time stamp, so that Sphinx reads only what changed; files that no longer
    belong disappear.
    """
    files, found = _pages(runs, executed)
    areas = [(area, [r for r in runs if r.area == area]) for area in region.areas if any(r.area == area for r in runs)]
    marks = {front.AREAS_MARK: front.area_choice(areas), front.STATE_MARK: front.state(areas, found)}
    for name in _prose(prose):
        about_access = name == access_statement.PAGE
        text = access_statement.statement(prose) if about_access else (prose / name).read_text("utf8")
        for mark, shown in marks.items():
            text = text.replace(mark, shown)
        files[name] = _without_dead_links(name, text, files)
    for area, own in areas:
        files[f"{area.folder}/index.md"] = front.area_page(area, own, found).encode()
    files[front.QUESTIONS] = front.question_page(areas).encode()
    for file in sorted((prose / "methods").glob("*.md")):
        name = f"methoden/{file.name}"
        files[name] = _without_dead_links(name, file.read_text("utf8"), files)
    files |= house_site.files(style)
    files["_toc.yml"] = _yaml(table_of_contents(areas, sorted(files)))
    files["_config.yml"] = _yaml(
        _settings(base, {**settings, "neighbours": front.neighbours(areas), **house_site.settings(style)})
    )
    _sync(files, source)


def _pages(runs: Sequence[Run], executed: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """The notebooks as they go into the book, and by address what each that is about a whole area found."""
    files, found = {}, {}
    for run in runs:
        name = f"{run.address}.ipynb"
        content = (executed / name).read_bytes()
        notebook = read_notebook(content)
        if run.segment == ALL_SEGMENTS:
            found[run.address] = front.headline(notebook, run.chapter.headline)
        files[name] = with_links(content, notebook, run.address)
    return files, found


def _without_dead_links(name: str, text: str, files: Mapping[str, bytes]) -> bytes:
    """A book of a few pages keeps the words of a link to a notebook that it leaves out."""

    def keep(link: re.Match[str]) -> str:
        return link[0] if posixpath.normpath(posixpath.join(posixpath.dirname(name), link[2])) in files else link[1]

    return re.sub(r"\[([^\]]+)\]\((\S+\.ipynb)\)", keep, text).encode()


def _prose(folder: Path) -> list[str]:
    return [name for name in (*PROSE, *SAFETY) if (folder / name).is_file()]


def own_pages(prose: Path) -> frozenset[str]:
    """Addresses in the site of pages that are the project's own text: no data comes in them, as on the first page."""
    methods = (f"methoden/{file.name}" for file in (prose / "methods").glob("*.md"))
    names = (name for name in (*_prose(prose), *methods) if name != "index.md")
    return frozenset(name.removesuffix(".md") + ".html" for name in names)


def table_of_contents(areas: Sequence[tuple[Area, Sequence[Run]]], files: Sequence[str]) -> dict[str, Any]:
    """From the notebooks' metadata: a page per area, its chapters below it in order, segments below their chapter."""
    region, places = (
        [_area_entry(area, runs) for area, runs in areas if area.is_region is wanted] for wanted in (True, False)
    )
    explained, counted, safe = (
        [{"file": name.removesuffix(".md")} for name in names if name in files]
        for names in ((front.QUESTIONS, *PROSE[1:]), _methods(files), SAFETY)
    )
    parts = {"Regio": region, "Gemeenten": places, "Uitleg": explained, "Zo is gerekend": counted}
    parts["Verantwoording"] = safe
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


def _settings(base: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The project's _config.yml with the edition's title and provenance."""
    told = read_settings(base)
    told["title"] = settings["title"]
    told["sphinx"]["config"]["project"] = settings["title"]
    told["sphinx"]["config"]["jeugd_edition"] = settings["edition"]
    told["sphinx"]["config"]["jeugd_cache_dir"] = settings["cache"]
    told["sphinx"]["config"]["jeugd_neighbours"] = settings["neighbours"]
    told["sphinx"]["config"]["jeugd_sender"] = settings["sender"]
    if "logo" in settings:
        told["logo"] = settings["logo"]
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
    found = [line for line in lines if re.search(r"\b(WARNING|ERROR|\w*Error)\b", line) and not _HARMLESS.search(line)]
    if done.returncode == 0 and not found:
        return
    # The place is told below the book's source, without the path of the machine.
    first = (found or lines[-1:] or ["onbekende fout"])[0].replace(f"{source}{os.sep}", "")
    raise BuildError(
        "BOK-001",
        wat=f"Het boek is niet gebouwd: {first[:300]}",
        doe="herstel deze pagina en bouw opnieuw; het vorige boek is niet veranderd.",
    )
