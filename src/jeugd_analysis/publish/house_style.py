"""House style of the organisation that publishes: name, logo, accent colour and contact, in one optional file.

data/reference/house_style.toml; a field that is missing keeps its neutral default.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jeugd_analysis.domain.region import Region
from jeugd_analysis.errors import BuildError

FILE = "house_style.toml"
FIELDS = ("name", "logo", "accent", "contact")
ACCENT = "#00599C"  # the first colour of the charts
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text on white
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_LOGOS = {".svg", ".png"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStyle:
    """name: of the organisation; logo: picture file; accent: #rrggbb; contact: where to ask, in words."""

    name: str
    contact: str
    logo: Path | None = None
    accent: str = ACCENT


def house_style_of(project: Path, region: Region) -> HouseStyle:
    """The house style of the organisation that buys for a region. Raises: as `read_house_style`."""
    told = region.details
    return read_house_style(project / "data" / "reference", name=told["owner"], contact=told["contact"])


def read_house_style(folder: Path, *, name: str, contact: str) -> HouseStyle:
    """The house style in a folder; `name` and `contact` hold when the file says nothing.

    Raises: BuildError HUI-001 with the file, the field and what it should be.
    """
    path = folder / FILE
    if not path.is_file():
        return HouseStyle(name=name, contact=contact)
    told = _read(path)
    accent = told.get("accent", ACCENT)
    if not _COLOUR.fullmatch(accent):
        raise _wrong("accent", "een kleur als #00599C")
    if contrast_on_white(accent) < LEAST_CONTRAST:
        raise _wrong("accent", "een donkerder kleur: op wit is deze niet te lezen")
    logo = folder / told["logo"] if told.get("logo") else None
    if logo is not None and not (logo.is_file() and logo.suffix in _LOGOS and logo.resolve().is_relative_to(folder)):
        raise _wrong("logo", f"een .svg of .png in de map van {FILE}")
    return HouseStyle(
        name=told.get("name") or name, contact=told.get("contact") or contact, logo=logo, accent=accent.upper()
    )


def _read(path: Path) -> Mapping[str, str]:
    try:
        told = tomllib.loads(path.read_text("utf8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise _wrong("het hele bestand", 'regels als: name = "Gemeente"') from None
    for field, value in told.items():
        if field not in FIELDS or not isinstance(value, str):
            raise _wrong(field, f"tekst, en een van: {', '.join(FIELDS)}")
    return told


def contrast_on_white(colour: str) -> float:
    """Contrast ratio of a colour with white (WCAG 2.2).

    >>> round(contrast_on_white("#767676"), 2), contrast_on_white("#000000")
    (4.54, 21.0)
    """
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _wrong(field: str, wanted: str) -> BuildError:
    return BuildError("HUI-001", wat=f"In {FILE} klopt niet: {field}.", doe=f"vul in: {wanted}.")
