"""Changes between rounded numbers: what rounding alone could have made is not told as a change."""

from __future__ import annotations

from jeugd_analysis.present.numbers import is_missing
from jeugd_analysis.present.sentences import moved


def moved_beyond(before: float, after: float, margin: float, *, rise: str, fall: str, same: str) -> str:
    """As `moved`, but a change of at most `margin` reads as no change.

    >>> moved_beyond(405, 410, 5, rise="meer", fall="minder", same="evenveel")
    'evenveel'
    >>> moved_beyond(405, 415, 5, rise="meer", fall="minder", same="evenveel")
    'meer'
    """
    if is_missing(before) or is_missing(after) or abs(after - before) <= margin:
        return same
    return moved(before, after, rise=rise, fall=fall, same=same)


def after_title(words: str, title: str) -> str:
    """The sentences without the first, where that is the title: a text alternative says it once.

    >>> after_title("Het stijgt. Het was 5.", "Het stijgt")
    'Het was 5.'
    """
    return words.removeprefix(title).lstrip(". ")
