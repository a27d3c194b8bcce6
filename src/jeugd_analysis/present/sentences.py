"""Words that follow the numbers: right for a rise, a fall, no change and nothing to tell."""

from __future__ import annotations

from collections.abc import Sequence

from jeugd_analysis.present.numbers import is_missing, percent, percent_of

_SAME = 0.005  # a change of less than half a percent reads as 'about equal'


def moved(before: float, after: float, *, rise: str, fall: str, same: str) -> str:
    """The verb that fits the change: 'steeg', 'daalde' or 'bleef ongeveer gelijk'."""
    if is_missing(before) or is_missing(after) or (before == 0 and after == 0):
        return same
    if before and abs(after / before - 1) < _SAME:
        return same
    return rise if after > before else fall


def relative_change(before: float, after: float, *, people: bool = False) -> str:
    """'5,2%' without sign; empty when it cannot be told. `people`: the numbers are of people (see percent_of)."""
    if is_missing(before) or is_missing(after) or before == 0:
        return ""
    change = abs(after / before - 1)
    return percent_of(change, before) if people else percent(change)


def listed(parts: Sequence[str]) -> str:
    """'a', 'a en b', 'a, b en c'.

    >>> listed(["volume", "tarief", "mix"])
    'volume, tarief en mix'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} en {parts[-1]}"


def joined(*sentences: str) -> str:
    """Sentences after each other, without the empty ones."""
    return " ".join(text for text in sentences if text)


def first_lower(text: str) -> str:
    """First letter small, as within a sentence, but not that of an abbreviation.

    >>> first_lower("Jeugd-ggz"), first_lower("KDC")
    ('jeugd-ggz', 'KDC')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def first_upper(text: str) -> str:
    """First letter as a capital."""
    return text[:1].upper() + text[1:]
