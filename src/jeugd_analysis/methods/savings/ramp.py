"""How far a measure is in force: its start, its growth, and allocations that run off first."""

from __future__ import annotations

from fractions import Fraction
from math import exp

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError

RAMPS = ("step", "linear", "logistic")
_STEEPNESS = 10.0  # ours: the S-curve passes a tenth at 28 % of the ramp and nine tenths at 72 %


def ramp_share(
    start: Quarter,
    ramp_quarters: int,
    year: int,
    *,
    shape: str = "linear",
    notice_quarters: int = 0,
    run_off_quarters: int = 0,
    end: Quarter | None = None,
) -> Fraction:
    """Part of its full effect that a measure has in a year, as the mean of the four quarters.

    Linear: equal steps, 1/n in the first quarter, all of it from quarter n on; n = 0 or 1 is at once. Step: nothing
    before quarter n, all of it from then on. Logistic: an S-curve through the same end points. Nothing happens during
    the notice. Allocations that run at that moment end evenly over the run-off: only what ended is under the measure.
    After `end` (its last quarter) the measure stops.
    Raises: FactorError on a negative number of quarters or an unknown shape.

    >>> ramp_share(Quarter(2027, 1), 8, 2027)
    Fraction(5, 16)
    >>> ramp_share(Quarter(2027, 1), 0, 2027, run_off_quarters=4)
    Fraction(1, 2)
    """
    quarters = [
        in_force(
            start,
            Quarter(year, number),
            ramp_quarters=ramp_quarters,
            shape=shape,
            notice_quarters=notice_quarters,
            run_off_quarters=run_off_quarters,
            end=end,
        )
        for number in (1, 2, 3, 4)
    ]
    return sum(quarters, Fraction(0)) / 4


def in_force(
    start: Quarter,
    quarter: Quarter,
    *,
    ramp_quarters: int,
    shape: str,
    notice_quarters: int,
    run_off_quarters: int,
    end: Quarter | None,
) -> Fraction:
    """Part of its full effect that a measure has in one quarter; see `ramp_share`."""
    if min(ramp_quarters, notice_quarters, run_off_quarters) < 0:
        raise FactorError("Een ingroei, opzegtermijn of uitloop kan niet negatief zijn.", doe="geef 0 of meer.")
    if shape not in RAMPS:
        raise FactorError(f"De ingroei {shape} bestaat niet.", doe=f"kies uit: {', '.join(RAMPS)}.")
    since = quarters_between(start, quarter) + 1 - notice_quarters
    if since <= 0 or (end is not None and quarter > end):
        return Fraction(0)
    return _grown(since, max(ramp_quarters, 1), shape) * _renewed(since, run_off_quarters)


def quarters_between(first: Quarter, last: Quarter) -> int:
    """How many quarters later the last is; negative when it is earlier."""
    return (last.year - first.year) * 4 + last.number - first.number


def _grown(since: int, steps: int, shape: str) -> Fraction:
    if since >= steps:
        return Fraction(1)
    if shape == "step":
        return Fraction(0)
    if shape == "linear":
        return Fraction(since, steps)
    low, high, here = (1.0 / (1.0 + exp(_STEEPNESS * (0.5 - at))) for at in (0.0, 1.0, since / steps))
    return Fraction((here - low) / (high - low))


def _renewed(since: int, run_off: int) -> Fraction:
    """Allocations that ended, as the mean over the quarter: they end evenly, so half a quarter is lost at first."""
    return Fraction(1) if since > run_off else Fraction(2 * since - 1, 2 * run_off)
