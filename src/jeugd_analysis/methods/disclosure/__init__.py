"""Disclosure control: rounding that adds up, hiding in linked tables and editions, and the attacker who checks it."""

from jeugd_analysis.methods.disclosure.audit import audit
from jeugd_analysis.methods.disclosure.cells import AtMost, CellRef, Equal, Relation, SameCell, SumOver
from jeugd_analysis.methods.disclosure.dominance import held_by_few, withstands_second
from jeugd_analysis.methods.disclosure.effects import (
    Counts,
    possible_counts,
    rounded_to_total,
    volume_effect,
    with_published_counts,
)
from jeugd_analysis.methods.disclosure.protect import protect
from jeugd_analysis.methods.disclosure.rounding import rounded, rounded_with_sum

__all__ = [
    "AtMost",
    "CellRef",
    "Counts",
    "Equal",
    "Relation",
    "SameCell",
    "SumOver",
    "audit",
    "held_by_few",
    "possible_counts",
    "protect",
    "rounded",
    "rounded_to_total",
    "rounded_with_sum",
    "volume_effect",
    "with_published_counts",
    "withstands_second",
]
