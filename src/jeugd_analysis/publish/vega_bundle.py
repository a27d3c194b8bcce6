"""One script with Vega, Vega-Lite, Vega-Embed and Dutch number formats, made from the installed vl-convert.

It is about 900 kB and takes seconds to make, so it is neither committed nor made twice: a cache folder keeps it.
"""

from __future__ import annotations

import json
import tempfile
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

import vl_convert

LOCALE: Final = "nl-NL"
BUNDLE_NAME = "vega.js"
DRAWN_BY = f"vl-convert {version('vl-convert-python')}"


def dutch_formats() -> dict[str, object]:
    """The Dutch number and date formats of d3, as vl-convert ships them."""
    return {"number": vl_convert.get_format_locale(LOCALE), "time": vl_convert.get_time_format_locale(LOCALE)}


def bundle_snippet() -> str:
    """What the bundle leaves behind for charts.js: one global object, window.jeugdVega."""
    formats = json.dumps(dutch_formats(), ensure_ascii=True, sort_keys=True)
    return f"window.jeugdVega = {{ embed: vegaEmbed, formats: {formats} }};"


def make_bundle() -> str:
    """The script itself (about 3 seconds).

    Vega-Embed carries its own expression interpreter, so the page needs no eval (option `ast`).
    """
    script = vl_convert.javascript_bundle(bundle_snippet())
    # As a plain script its top-level names would clash with Sphinx' own `_`; a module would not load from disk.
    return f"(function () {{\n{script}\n}})();\n"


def bundle_file(cache: Path) -> Path:
    """The bundle in the cache folder; made on first use and after an upgrade of vl-convert."""
    key = sha256(f"{DRAWN_BY}\n{bundle_snippet()}".encode()).hexdigest()[:16]
    path = cache / f"vega-{key}.js"
    if not path.exists():
        write_whole(path, make_bundle())
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a cache file in one step: builds that run side by side never read half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as part:
        part.write(text)
    Path(part.name).chmod(0o644)  # a temporary file is private; the site is not
    Path(part.name).replace(path)
