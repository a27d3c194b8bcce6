"""Texts of others, such as the name of a provider, made fit to be shown: no sign that hides, turns around or controls.

What is shown in a page is escaped there as well; here go the signs that no escape makes harmless.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST, LONGEST_WORD = 120, 40  # letters; a longer name or word pushes everything else off the page
NAMELESS = "(zonder naam)"
_NEVER = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, format (U+202E turns text around), not a letter at all
_SPACES = re.compile(r"\s+")
_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_MOST_MARKS = 2  # on one letter; more of them cover the lines above and below


def hidden_signs(text: str) -> bool:
    r"""Whether a text holds signs that are not seen, or change how the rest is seen; a key may hold none.

    >>> hidden_signs("A12"), hidden_signs("A\u202e21")
    (False, True)
    """
    return any(unicodedata.category(sign) in _NEVER for sign in text)


def label(text: str, *, longest: int = LONGEST) -> str:
    r"""A name as it may stand in a table, a chart or a list: on one line, only signs that are seen, cut when too long.

    >>> label("Hulp\u202e  B.V.\n")
    'Hulp B.V.'
    """
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    seen = _few_marks("".join(sign for sign in spaced if unicodedata.category(sign) not in _NEVER).strip())
    seen = _WORD.sub(lambda word: word[0][: LONGEST_WORD - 1] + "…", seen)
    if len(seen) > longest:
        seen = seen[: longest - 1].rstrip() + "…"
    return seen or NAMELESS


def _few_marks(text: str) -> str:
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def printable(text: str) -> str:
    r"""Text for a terminal: lines stay lines, and no sign can move the cursor, change colours or turn text around.

    >>> printable("Hulp\x1b[2J\nB.V.")
    'Hulp[2J\nB.V.'
    """
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in _NEVER)
