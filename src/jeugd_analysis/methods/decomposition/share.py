"""Which share of a change belongs to one effect, and when no share can be given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError

Reason = Literal["", "change_not_clear", "opposite_signs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of a change with its interval, or the reason why there is none; then the numbers are None.

    change_not_clear: the change itself may as well be zero, so a share of it says nothing.
    opposite_signs: some effects raise the cost and others lower it; a share would lie outside 0 to 1 or hide that.
    """

    share: float | None
    low: float | None
    high: float | None
    reason: Reason


def share_of_change(
    draws: pd.DataFrame, effect: str, *, of: Sequence[str], level: float = 0.8, sure: float = 0.95
) -> Share:
    """The share of one effect in the sum of some effects, only when that sum is clearly not zero.

    Shapes: `draws` as `effect_draws` gives it for one row of its `by`: one row per effect, the columns effect, 0 (the
    estimate) and 1 to n. `of` are the effects that are added, such as intensity and harmonisation, or total alone.
    `level` is the part of the draws within low and high. The sum is clear when the middle part `sure` of its draws
    lies on one side of zero. The share is of the estimate; low and high are those of the shares of the draws.
    Raises: FactorError on an effect that is not there or double, an empty `of`, too few draws, or levels outside 0..1.
    Source: percentile interval, Efron (1979), Annals of Statistics 7(1), 1-26; a ratio has no such interval when its
    denominator may be zero (Fieller 1954, JRSS B 16(2), 175-185).

    >>> draws = pd.DataFrame({"effect": ["intensity", "harmonisation"], 0: [69, 31], 1: [60, 40], 2: [75, 25]})
    >>> share_of_change(draws, "intensity", of=["intensity", "harmonisation"]).share
    0.69
    """
    numbers = draws.drop(columns="effect").set_axis(draws["effect"]) if "effect" in draws else pd.DataFrame()
    _require(numbers, [effect, *of], of, (level, sure))
    parts = numbers.loc[list(of)].to_numpy("float64")
    top, whole = numbers.loc[effect].to_numpy("float64"), parts.sum(axis=0)
    lowest, highest = np.quantile(whole[1:], [(1 - sure) / 2, (1 + sure) / 2])
    if whole[0] == 0 or lowest * highest <= 0 or lowest * whole[0] < 0:
        return Share(share=None, low=None, high=None, reason="change_not_clear")
    share = float(top[0] / whole[0])
    if (parts[:, 0] * whole[0] < 0).any() or not 0 <= share <= 1:
        return Share(share=None, low=None, high=None, reason="opposite_signs")
    usable = whole[1:] * whole[0] > 0  # a draw in which the change itself turns has no share
    low, high = np.quantile(top[1:][usable] / whole[1:][usable], [(1 - level) / 2, (1 + level) / 2])
    return Share(share=share, low=float(low), high=float(high), reason="")


def _require(numbers: pd.DataFrame, named: list[str], of: Sequence[str], levels: tuple[float, float]) -> None:
    if not of or len(set(of)) < len(of):
        raise FactorError("Er is niet gezegd waarvan het aandeel is, of een deel staat er twee keer.")
    if missing := [name for name in named if list(numbers.index).count(name) != 1]:
        raise FactorError(f"De trekkingen hebben niet één rij voor {', '.join(dict.fromkeys(missing))}.")
    if numbers.shape[1] < 3:
        raise FactorError("Er zijn te weinig trekkingen.", doe="vraag effect_draws om bijvoorbeeld draws=1000.")
    if not all(0 < value < 1 for value in levels):
        raise FactorError("Het niveau ligt niet tussen 0 en 1.", doe="geef een aandeel, zoals 0.8.")
