"""What names a number of a release."""

from __future__ import annotations

ALL = "alle"
KEYS = ["area", "period_kind", "period", "dimension", "level"]
NUMBERS = ["youths", "amount_cents"]
