"""The house style in the site: accent colour, logo and sender, as files and settings of the book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jeugd_analysis.publish.house_style import ACCENT, HouseStyle, contrast_on_white

STYLE = "_static/huisstijl.css"
_ON_DARK = 7.0  # contrast that the accent must reach with the dark background: WCAG 2.2, 1.4.6
_DARK_LUMINANCE = 0.0091  # of #14181d, the dark background of book.css


def files(style: HouseStyle) -> dict[str, bytes]:
    """Files of the book's source, by name: a style sheet when the accent is another one, and the logo."""
    told = {STYLE: style_sheet(style.accent).encode()} if style.accent != ACCENT else {}
    if style.logo is not None:
        told[logo_name(style)] = style.logo.read_bytes()
    return told


def settings(style: HouseStyle) -> dict[str, Any]:
    """What goes in the settings of the book: the logo, and who to ask."""
    told: dict[str, Any] = {"sender": {"name": style.name, "contact": style.contact}}
    return {**told, "logo": logo_name(style)} if style.logo is not None else told


def logo_name(style: HouseStyle) -> str:
    """Where the logo stands in the source; its own name may say where it came from."""
    return f"_static/logo{style.logo.suffix}" if style.logo is not None else ""


def style_sheet(accent: str) -> str:
    """Style rules that set the accent for light and for dark; a step further for what one points at.

    >>> print(style_sheet("#7A0019").splitlines()[0])
    html[data-theme="light"]:root { --jeugd-accent: #7A0019; --jeugd-accent-sterk: #550012; }
    """
    dark = for_dark(accent)
    rules = {"light": (accent, _mixed(accent, 0, 0.3)), "dark": (dark, _mixed(dark, 255, 0.4))}
    return "".join(
        f'html[data-theme="{theme}"]:root {{ --jeugd-accent: {plain}; --jeugd-accent-sterk: {strong}; }}\n'
        for theme, (plain, strong) in rules.items()
    )


def for_dark(accent: str) -> str:
    """The accent, made lighter until it can be read on the dark background."""
    shares = (step / 20 for step in range(21))
    return next(
        colour for colour in (_mixed(accent, 255, share) for share in shares) if _contrast_on_dark(colour) >= _ON_DARK
    )


def _contrast_on_dark(colour: str) -> float:
    with_its_own = 1.05 / contrast_on_white(colour)  # luminance + 0.05, as WCAG adds it
    return with_its_own / (_DARK_LUMINANCE + 0.05)


def _mixed(colour: str, with_: int, share: float) -> str:
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part * (1 - share) + with_ * share):02X}" for part in parts)


def sender_line(sender: Mapping[str, str]) -> str:
    """Who made the book and where to ask, in one line."""
    return " · ".join(filter(None, (sender.get("name"), sender.get("contact"))))
