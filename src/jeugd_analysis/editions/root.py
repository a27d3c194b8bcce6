"""What stands beside the editions: a first page that leads to the newest, and the list that their pages read.

Old editions are never changed. A script in their pages (publish/static/jeugd/editions.js) reads `edities.js`, which is
a script and no data file because a page that was opened from disk may not read other files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from jeugd_analysis.editions.manifest import MANIFEST, told_by

INDEX = "index.html"
OURS = '<meta name="generator" content="jeugd_analysis">'
ROOT_FILES = ("edities.js", "edities.json", INDEX)


def root_files(editions: Sequence[Path]) -> dict[str, bytes]:
    """The files by name, for editions in these folders (the folder's name is its address)."""
    told = _listed(editions)
    as_json = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    script = as_json.replace("<", "\\u003c")
    return {
        "edities.js": f"window.jeugdEdities = {script};\n".encode(),
        "edities.json": f"{as_json}\n".encode(),
        INDEX: _first_page(told).encode(),
    }


def _listed(editions: Sequence[Path]) -> dict[str, Any]:
    """Newest first. `zonder` are pages that another edition has and this one has not: a link must not lead nowhere."""
    newest_first = sorted(editions, key=lambda folder: folder.name, reverse=True)
    pages = {folder: html_of(folder) for folder in newest_first}
    every = set().union(*pages.values()) if pages else set()
    return {
        "nieuwste": newest_first[0].name if newest_first else "",
        "edities": [
            {"editie": folder.name, **_about(folder), "zonder": sorted(every - pages[folder])}
            for folder in newest_first
        ],
    }


def html_of(folder: Path) -> set[str]:
    """Addresses of the pages of an edition, below its folder."""
    found = (page.relative_to(folder) for page in folder.rglob("*.html"))
    return {page.as_posix() for page in found if page.parts[0] != "_static"}


def _about(folder: Path) -> dict[str, str]:
    manifest = folder / MANIFEST
    told = told_by(manifest.read_text("utf8")) if manifest.is_file() else {}
    return {"titel": told.get("name", "Jeugdhulp in beeld"), "status": told.get("creativeWorkStatus", "")}


def _first_page(told: dict[str, Any]) -> str:
    newest = told["nieuwste"]
    title = escape(told["edities"][0]["titel"]) if told["edities"] else "Jeugdhulp in beeld"
    forward = f'<meta http-equiv="refresh" content="0; url={newest}/index.html">' if newest else ""
    lead = f'<p><a href="{newest}/index.html">Naar de nieuwste editie, {newest}</a></p>' if newest else ""
    older = "".join(
        f'<li><a href="{one["editie"]}/index.html">Editie {one["editie"]}</a></li>' for one in told["edities"][1:]
    )
    rest = f"<h2>Oudere edities</h2><ul>{older}</ul>" if older else ""
    return (
        f'<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8">{OURS}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{forward}<title>{title}</title></head><body><main><h1>{title}</h1>{lead}{rest}</main></body></html>\n"
    )
