"""Funnel plots: between which limits do areas lie when only chance makes them differ, and when they differ anyway?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammainc, gammaincc

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.expected_use.limits import (
    interval_level,
    is_number,
    normal_quantile,
    numbers,
    paired,
    shaped,
)

KINDS = ("proportion", "ratio", "rate")
POSITIONS = ("lager", "binnen", "hoger")
_FEWEST_AREAS = 5
_HALVINGS = 80  # a bisection that ends at the last digits of a float


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdispersion:
    """How much more areas differ than chance explains, on the scale on which their variance is constant.

    phi: mean square of the winsorised z-scores, 1 when chance explains all. tau2: variance between areas.
    """

    phi: float
    tau2: float
    areas: int
    kind: str


def funnel_limits(
    expected: Any,
    *,
    kind: str,
    level: float,
    target: float = 1.0,
    overdispersion: Overdispersion | float | None = None,
) -> tuple[Any, Any]:
    """Between which values an area lies with this probability when its true value is the target.

    Shapes: a number, array or Series; both results keep that shape. `expected` is the number of events expected at the
    target (ratio, rate) or the number of persons (proportion). Units: those of `target`: 1 for a ratio, a share (0-1)
    for a proportion, say 116.2 per 100,000 for a rate.
    Ratio and rate: the count whose exact Poisson tail is (1 - level) / 2, read between whole counts. Proportion: the
    share whose Wilson interval just holds the target. With an `Overdispersion` the limits are moved away from the
    target as if the variance were that of chance plus its tau2 (additive). A plain number is phi, such as the variance
    divided by that of chance (multiplicative): the limits lie the root of phi times as far from the target, not below 0
    (nor above 1 for a proportion). Without excess variance (tau2 of 0, phi of 1 or less) they stay what they are.
    Raises: FactorError on an unknown kind, a target out of range, an expected number that is not above 0, or
    overdispersion of another kind of figure, not above 0, or of another type.
    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202; sections 4.2 (phi) and 4.3 (tau2).

    With 20 expected, 11 or fewer come up in 2.1 % and 12 or fewer in 3.9 % of cases, so the limit lies at 11.2 of 20.

    >>> [round(limit, 3) for limit in funnel_limits(20, kind="ratio", level=0.95)]
    [0.562, 1.485]
    """
    size = numbers(expected, "expected", above=0)
    _require_target(kind, target)
    excess, times = _excess(overdispersion)
    if kind == "proportion":
        reach = normal_quantile(level) * np.sqrt(target * (1 - target) / size)
        low, high = target - reach, target + reach
    else:
        tail = (1 - interval_level(level)) / 2
        low, high = (target * count / size for count in _poisson_counts(size, tail))
    if times > 1:
        low, high = (target + times * (limit - target) for limit in (low, high))
    low, high = np.maximum(low, 0), np.minimum(high, 1.0 if kind == "proportion" else np.inf)
    if excess is not None:
        low, high = _wider(low, high, size, target, kind, excess)
    return shaped(low, expected), shaped(high, expected)


def overdispersion(
    observed: Any, expected: Any, *, kind: str, target: float = 1.0, winsorise: float = 0.1
) -> Overdispersion:
    """How much more areas differ than chance explains: phi and the variance between areas tau2.

    Shapes: arrays or Series with one value per area. `expected` as in `funnel_limits`; `observed` are counts.
    Values are taken on a scale with constant variance: the square root of a ratio or rate, the arcsine of the root of
    a proportion. The most extreme `winsorise` on each side counts as the next value inwards, so that a few odd areas do
    not make the limits so wide that they lie within them.
    Raises: FactorError with fewer than 5 areas, a winsorised share outside 0-0.5, and what funnel_limits raises.
    Source: Spiegelhalter (2005), as above, sections 4.2 (phi) and 4.3 (tau2: DerSimonian and Laird); the square root:
    Spiegelhalter et al. (2012), Journal of the Royal Statistical Society A 175, 1-47.
    """
    counts, size = paired(numbers(observed, "observed"), numbers(expected, "expected", above=0))
    _require_target(kind, target)
    if counts.size < _FEWEST_AREAS:
        raise FactorError(f"Er zijn minder dan {_FEWEST_AREAS} gebieden om spreiding mee te schatten.")
    if not is_number(winsorise) or not 0 <= winsorise < 0.5:
        raise FactorError("Het aandeel dat wordt afgekapt ligt niet tussen 0 en 0,5.")
    scale = _scale(kind)
    z = (scale.there(target * counts / size if kind != "proportion" else counts / size) - scale.there(target)) / (
        scale.deviation(size, target)
    )
    low, high = np.quantile(z, [winsorise, 1 - winsorise])
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    weights = 1 / scale.deviation(size, target) ** 2
    areas = counts.size
    excess = areas * phi - (areas - 1)
    tau2 = max(0.0, excess / float(weights.sum() - (weights**2).sum() / weights.sum()))
    return Overdispersion(phi=phi, tau2=tau2, areas=areas, kind=kind)


def funnel(
    table: pd.DataFrame,
    *,
    observed: str = "observed",
    expected: str = "expected",
    kind: str = "ratio",
    target: float = 1.0,
    levels: Sequence[float] = (0.95, 0.998),
    overdispersion: Overdispersion | float | None = None,
) -> pd.DataFrame:
    """The table with value, the limits of each level and where the area lies: "lager", "binnen" or "hoger".

    Columns added: value, then low_95, high_95, position_95 and so on for each level (0.998 becomes 99_8).
    """
    size = table[expected]
    value = table[observed] / size * (target if kind != "proportion" else 1.0)
    result = table.assign(value=value.astype("float64"))
    for level in levels:
        low, high = funnel_limits(size, kind=kind, level=level, target=target, overdispersion=overdispersion)
        name = f"{100 * level:g}".replace(".", "_")
        place = np.select([result["value"] < low, result["value"] > high], [POSITIONS[0], POSITIONS[2]], POSITIONS[1])
        result[f"low_{name}"], result[f"high_{name}"], result[f"position_{name}"] = low, high, place
    return result


@dataclass(frozen=True, slots=True)
class _Scale:
    """A scale on which the variance of a value hardly depends on the value."""

    there: Callable[[Any], Any]
    back: Callable[[np.ndarray], np.ndarray]
    deviation: Callable[[np.ndarray, float], np.ndarray]  # of chance alone, from the size and the target


def _scale(kind: str) -> _Scale:
    if kind == "proportion":
        return _Scale(
            lambda share: np.arcsin(np.sqrt(share)),
            lambda angle: np.sin(np.clip(angle, 0, np.pi / 2)) ** 2,
            lambda size, target: 1 / (2 * np.sqrt(size)),
        )
    return _Scale(np.sqrt, lambda root: np.maximum(root, 0) ** 2, lambda size, target: np.sqrt(target / size) / 2)


def _excess(given: Any) -> tuple[Overdispersion | None, float]:
    """The variance between areas that was estimated, and how many times as far the limits lie for a plain phi."""
    if given is None or isinstance(given, Overdispersion):
        return given, 1.0
    if not is_number(given) or not 0 < given < np.inf:
        raise FactorError(
            "De spreiding is geen getal boven nul en geen uitkomst van overdispersion.",
            doe="geef phi (1 is alleen toeval), of de uitkomst van overdispersion.",
        )
    return None, max(float(given), 1.0) ** 0.5


def _wider(
    low: np.ndarray, high: np.ndarray, size: np.ndarray, target: float, kind: str, excess: Overdispersion
) -> tuple[np.ndarray, np.ndarray]:
    if excess.kind != kind:
        raise FactorError("De spreiding is van een ander soort cijfer dan de grenzen.", doe=f"schat haar als {kind!r}.")
    scale = _scale(kind)
    middle = scale.there(target)
    times = np.sqrt(1 + excess.tau2 / scale.deviation(size, target) ** 2)
    lower, upper = (scale.back(middle + (scale.there(limit) - middle) * times) for limit in (low, high))
    return lower, upper


def _poisson_counts(size: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Counts with P(X <= low) = tail and P(X >= high) = tail; the lower is 0 when even no event is likelier than that.

    The incomplete gamma function carries both probabilities on between whole counts.
    """
    most = 10 + 2 * size + 40 * np.sqrt(size)
    few = _solve(lambda count: gammaincc(count + 1, size) - tail, most)
    many = _solve(lambda count: tail - gammainc(count, size), most)
    return few, many


def _solve(rising: Callable[[np.ndarray], np.ndarray], most: np.ndarray) -> np.ndarray:
    """Where a rising function of a count crosses zero; 0 when it is above zero from the start."""
    low, high = np.full(most.shape, 1e-12), most.astype("float64").copy()
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = rising(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(low <= 1e-12, 0.0, (low + high) / 2)


def _require_target(kind: str, target: float) -> None:
    if kind not in KINDS:
        raise FactorError(f"Onbekend soort cijfer {kind!r}.", doe=f"kies uit: {', '.join(KINDS)}.")
    if not is_number(target):
        raise FactorError("De streefwaarde is geen getal.")
    if kind == "proportion" and not 0 < target < 1:
        raise FactorError("Het streefaandeel ligt niet tussen 0 en 1.", doe="geef target als aandeel, zoals 0.12.")
    if not 0 < target < np.inf:
        raise FactorError("De streefwaarde ligt niet boven nul.")
