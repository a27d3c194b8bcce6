"""The plan at every position of its sliders: what a browser needs to add it up without rounding on the way.

Effect and start of a segment's measures are chosen from fixed positions. Everything that depends on one position only
is worked out here, as exact fractions; what depends on both is left to who adds up, in the order of `phase`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from jeugd_analysis.methods.savings.plan import measures_of, targets_of
from jeugd_analysis.methods.savings.scenario import adjust


def dial(
    measures: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    years: Sequence[int],
    delays: Sequence[int],
    percents: Sequence[int],
) -> dict[str, Any]:
    """Everything to add a plan up at any position, ready to be written as JSON.

    Shapes: measures and targets as in `phase`; delays in quarters (negative: earlier), percents of the planned effect.
    Result: years, delays, percents, and per segment its code, base, targets (one per year) and measures; of a measure
    `rate` (expected full effect, one per percent), `force` (part of it in force: per delay one per year), `once`
    (one-off cents, per delay one per year) and `shifted`. Numbers are texts: whole cents as 1_234, fractions as 3/8.
    Raises: FactorError as `phase`.
    """
    goals = targets_of(targets).set_index(["year", "segment"])["target_cents"].to_dict()
    planned = measures_of(measures)
    rates = [measures_of(adjust(measures, targets, effect_factor=Fraction(part, 100))[0]) for part in percents]
    moved = [measures_of(adjust(measures, targets, delay_quarters=quarters)[0]) for quarters in delays]
    segments = []
    for code in sorted({measure.segment for measure in planned} | {segment for _, segment in goals}):
        places = [place for place, measure in enumerate(planned) if measure.segment == code]
        told = [
            {
                "rate": [_text(each[place].expected) for each in rates],
                "force": [[_text(each[place].grown(year)) for year in years] for each in moved],
                "once": [[_text(each[place].one_off(year)) for year in years] for each in moved],
                "shifted": _text(planned[place].shifted),
            }
            for place in places
        ]
        base = planned[places[0]].base_cents if places else 0
        wanted = [_text(int(goals.get((year, code), 0))) for year in years]
        segments.append({"code": code, "base": _text(base), "targets": wanted, "measures": told})
    return {"years": list(years), "delays": list(delays), "percents": list(percents), "segments": segments}


def _text(value: Fraction | int) -> str:
    """3/8 or 1_234: digits in groups, so that no long number looks like the number of a person."""
    number = Fraction(value)
    whole = f"{number.numerator:_}"
    return whole if number.denominator == 1 else f"{whole}/{number.denominator:_}"
