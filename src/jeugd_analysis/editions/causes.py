"""Why a number moved between two editions, in parts that add up to the move.

Between the old number and the new one lie at most two others: the old edition made again with today's program and
reference data (what differs is method or reference data), and that with what was delivered again since (what differs is
correction). The rest came in later. A part that could not be told apart says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from jeugd_analysis.editions.compare import Change, Key, Shown
from jeugd_analysis.editions.inputs import Inputs

METHOD, REFERENCE, EITHER = "methode", "naslaggegevens", "methode of naslaggegevens"
CORRECTION, LATE, PERIOD = "correctie", "later binnengekomen", "nieuwe periode"
UNKNOWN = "niet uit elkaar te halen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The numbers between old and new. None: that step was not needed, because nothing of its kind changed.

    known: whether every step that was needed was made; without, parts cannot be told apart.
    """

    program: str = ""  # what `again` differs in: METHOD, REFERENCE or EITHER
    again: Mapping[Key, Shown] | None = None
    corrected: Mapping[Key, Shown] | None = None
    known: bool = True


def program_word(then: Inputs, now: Inputs) -> str:
    """Whether code (or a package) or reference data, or both, are not what they were; empty when neither."""
    code = (then.code, dict(then.packages), dict(then.settings)) != (now.code, dict(now.packages), dict(now.settings))
    reference = dict(then.reference) != dict(now.reference)
    return EITHER if code and reference else METHOD if code else REFERENCE if reference else ""


def corrections(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Parts of the old edition's own deliveries that are not what they were: delivered again since."""
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))


def parts_of(change: Change, steps: Steps) -> dict[str, Decimal]:
    """Cause -> part of the difference; together they are the difference. Empty when there is none to split."""
    total = change.difference
    if total is None or change.before is None:
        return {}
    if not steps.known:
        return {UNKNOWN: total}
    at = change.before.number.value or Decimal(0)
    parts: dict[str, Decimal] = {}
    for word, numbers in ((steps.program or METHOD, steps.again), (CORRECTION, steps.corrected)):
        if numbers is None:
            continue
        shown = numbers.get(change.key)
        if shown is None or shown.number.value is None or shown.number.unit != change.before.number.unit:
            return {UNKNOWN: total}
        parts[word] = shown.number.value - at
        at = shown.number.value
    parts[LATE] = change.before.number.value + total - at if change.before.number.value is not None else total
    return {word: part for word, part in parts.items() if part}


def main_cause(parts: Mapping[str, Decimal]) -> str:
    """The largest part's name; empty without parts."""
    return max(parts, key=lambda word: abs(parts[word])) if parts else ""
