"""The accent of a municipality can be read in light and in dark; contrast is calculated here from the definition."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jeugd_analysis.publish.house_site import for_dark, sender_line, style_sheet

DARK = "#14181D"  # the background of the book in dark


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, definition of contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


@given(colours)
def test_any_accent_becomes_readable_on_the_dark_background(accent):
    assert contrast(for_dark(accent), DARK) >= 6.95  # 7, and what rounding the background's luminance can cost


def test_a_light_accent_stays_as_it_is_in_the_dark():
    assert for_dark("#7CC0F5") == "#7CC0F5"


def test_the_style_sheet_sets_light_and_dark():
    rule = r'data-theme="(\w+)"\]:root { --jeugd-accent: (#\w{6}); --jeugd-accent-sterk: (#\w{6})'
    told = re.findall(rule, style_sheet("#7A0019"))
    assert [theme for theme, *_ in told] == ["light", "dark"]
    assert told[0][1:] == ("#7A0019", "#550012")  # 30 % darker: 122 -> 85, 25 -> 17.5, to even


@pytest.mark.parametrize(
    ("sender", "line"),
    [({"name": "Aa", "contact": "bel"}, "Aa · bel"), ({"name": "Aa", "contact": ""}, "Aa"), ({}, "")],
)
def test_the_sender_in_one_line(sender, line):
    assert sender_line(sender) == line
