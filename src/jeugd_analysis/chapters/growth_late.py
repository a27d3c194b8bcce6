"""Part of chapter 30: what claims that are still to come would change in the split."""

from __future__ import annotations

from collections.abc import Mapping

from jeugd_analysis.present import numbers
from jeugd_analysis.present.sentences import listed

_TOP = 3  # effects that are named


def late_words(late: Mapping[str, object], names: Mapping[str, str]) -> str:
    """What is still expected to change per effect and in the total ("total"), in rounded cents; missing: hidden.

    `names` are the effects with the names that a reader sees.
    """
    if numbers.is_missing(late["total"]):
        return "Wat er nog bij komt, is niet te tonen."
    moved = {name: int(str(late[name])) for name in names if not numbers.is_missing(late[name])}
    largest = sorted((name for name in moved if moved[name]), key=lambda name: -abs(moved[name]))[:_TOP]
    total = int(str(late["total"]))
    if not largest and not total:
        return "Van deze jaren zijn naar schatting bijna alle declaraties binnen."
    parts = listed([f"{names[name]} ({numbers.signed_euro(moved[name])})" for name in largest])
    way = "hoger" if total > 0 else "lager"
    whole = f"komt het totaal {numbers.euro(abs(total))} {way} uit" if total else "blijft het totaal ongeveer gelijk"
    return (
        f"Over deze jaren komen naar schatting nog declaraties binnen. Daarmee {whole}"
        f"{f', vooral door {parts}' if parts else ''}. De marges houden daar rekening mee. De bedragen zelf niet."
    )
