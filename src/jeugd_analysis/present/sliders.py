"""Sliders in the page: a reader chooses effect and start per segment and sees the table of the plan move.

The table holds the plan as it is and stays as it is without script. Works from disk and under a strict content policy:
publish/static/jeugd/sliders.js reads what is written here and adds up in whole cents, as methods.savings does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present.disclosure import Safe

CLASS = "schuiven"
_SPEC = "schuif-gegevens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliders:
    """One pair of sliders per segment.

    dial: the numbers as methods.savings.dial makes them, of `shown` alone; names: (code, name, measures in words) per
    segment, in the order of the dial; where: what the total is called; step_cents: what amounts are rounded to.
    """

    shown: Safe
    dial: Mapping[str, Any]
    names: Sequence[tuple[str, str, str]]
    where: str
    step_cents: int

    def __post_init__(self) -> None:
        """Raises: DisclosureError when the numbers did not come from a table that passed the gate."""
        if not isinstance(self.shown, Safe):
            raise DisclosureError("GEH-003", wat="Schuiven gingen niet door de controle.", doe="gebruik disclosure.")

    def html(self) -> str:
        """The sliders, hidden until the script runs, and the numbers it adds up."""
        told = {**self.dial, "step": f"{self.step_cents:_}", "where": self.where}
        data = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        fields = "".join(self._segment(place) for place in range(len(self.names)))
        return (
            f'<div class="{CLASS}">'
            '<p class="schuif-zonder">Met JavaScript aan kunt u hier tempo en effect per segment verschuiven. De tabel '
            "hieronder toont het rekenvoorbeeld zoals het is.</p>"
            f'<div class="schuif-velden" hidden>{fields}'
            '<p class="schuif-uitkomst" role="status" aria-live="polite"></p>'
            '<button type="button" class="schuif-terug">Terug naar het rekenvoorbeeld</button></div>'
            f'<script type="application/json" class="{_SPEC}">{data}</script></div>'
        )

    def _segment(self, place: int) -> str:
        code, name, measures = self.names[place]
        delays, percents = self.dial["delays"], self.dial["percents"]
        effect = _slider(f"schuif-effect-{code}", "Effect", len(percents), percents.index(100))
        start = _slider(f"schuif-start-{code}", "Start", len(delays), delays.index(0))
        return (
            f'<fieldset class="schuif-segment"><legend>{escape(name)}</legend>'
            f'<p class="schuif-maatregel">{escape(measures)}</p>{effect}{start}'
            '<p class="schuif-deel"></p></fieldset>'
        )


def _slider(name: str, label: str, positions: int, chosen: int) -> str:
    return (
        f'<span class="schuif-veld"><label for="{name}">{label}</label>'
        f'<input type="range" id="{name}" min="0" max="{positions - 1}" step="1" value="{chosen}" autocomplete="off">'
        '<span class="schuif-stand" aria-hidden="true"></span></span>'
    )
