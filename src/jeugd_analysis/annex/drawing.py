"""Charts for paper: vector pictures from the same specification, in the letter of the document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from jeugd_analysis.publish.sphinx_vega import drawn_spec, static_svg
from jeugd_analysis.publish.vega_bundle import write_whole

WIDTH = 720  # pixels over the whole width of the text: labels of 13 pixels become 8.5 points
MEASURED_WITH = "Liberation Sans"  # vl-convert carries it, so a chart is the same on every machine
LETTER = "Libertinus Serif"  # typst carries it; narrower than what was measured, so nothing runs together
_FAMILY = re.compile(r'font-family="[^"]*"')
FLATTER = 0.8  # of the height on the screen: two charts fit on a page
TALLEST = 1.2  # times the width of the text: caption and source stay on the same page
_SIZE = re.compile(r'<svg\b[^>]*? width="([\d.]+)" height="([\d.]+)"')
_STEP, _SHRINK = 36, range(37, 45)  # pixels: two lines of a label; steps on the screen that were made for those
_LABEL = {"labelFontSize": 14, "titleFontSize": 14}


def picture(spec: Mapping[str, Any], folder: Path, cache: Path) -> tuple[str, float]:
    """Name of the SVG in `folder`, and which part of the width of the text it takes (0-1).

    Kept by the digest of what is drawn; the same chart is drawn once.
    """
    svg = _FAMILY.sub(f'font-family="{LETTER}"', static_svg(printed(spec), cache))
    name = f"{sha256(svg.encode()).hexdigest()}.svg"
    if not (folder / name).is_file():
        write_whole(folder / name, svg)
    size = _SIZE.search(svg)
    wide, high = (float(size[1]), float(size[2])) if size else (WIDTH, WIDTH)
    return name, round(min(wide / WIDTH, 1.0, TALLEST * wide / high), 4)


def printed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The specification in the print theme: as wide as the text, no title (that is the caption), darker letters."""
    told = drawn_spec(spec)
    config = dict(told.get("config", {}))
    config["font"] = MEASURED_WITH
    config["axis"] = {**config.get("axis", {}), **_LABEL}
    config["legend"] = {**config.get("legend", {}), **_LABEL}
    if isinstance(told.get("width"), int | str):
        told["width"] = WIDTH
    return {**told, **_flatter(told.get("height")), "config": config}


def _flatter(height: object) -> dict[str, Any]:
    """A lower chart. Steps that were made for labels of more than two lines stay: those would run together."""
    if isinstance(height, int | float):
        return {"height": round(height * FLATTER)}
    if isinstance(height, Mapping) and height.get("step", 0) in _SHRINK:
        return {"height": {**height, "step": _STEP}}
    return {}
