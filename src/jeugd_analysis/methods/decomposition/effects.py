"""The four ways to split the change of a product over its factors. All work on arrays, one element per cell.

Effects are exact for Python ints and Fractions (object arrays); LMDI needs logarithms and is float only.
"""

from __future__ import annotations

from itertools import combinations
from math import comb, prod
from typing import Any

import numpy as np

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition.exact import exact_owen_effects
from jeugd_analysis.methods.decomposition.trees import Tree, Values, is_leaf, leaves


def _value(tree: Tree, values: Values) -> np.ndarray:
    names = leaves(tree)
    result = values[names[0]]
    for name in names[1:]:
        result = result * values[name]
    return result


def owen_effects(tree: Tree, before: Values, after: Values) -> dict[str, np.ndarray]:
    """Average each factor's effect over every order that keeps nested groups together (Owen; flat: Shapley).

    Shapes: every array has one element per cell; the effects keep that shape and add up to the change exactly.
    A group is one factor to its siblings, so splitting a factor further never moves the effects outside it.
    Source: Shorrocks (2013), Journal of Economic Inequality 11(1), 99-126, sections 2 and 4 (hierarchical form);
    Das Gupta (1993), U.S. Census Bureau P23-186, chapters 2 and 3 (the same for a product of factors).
    """
    if all(array.dtype == object for array in [*before.values(), *after.values()]):
        return exact_owen_effects(tree, before, after)
    effects: dict[str, np.ndarray] = {}
    _spread(tree, before, after, 1.0, effects)
    return effects


def _spread(tree: Tree, before: Values, after: Values, outside: Any, effects: dict[str, np.ndarray]) -> None:
    if is_leaf(tree):
        effects[tree] = (after[tree] - before[tree]) * outside
        return
    old, new = [_value(part, before) for part in tree], [_value(part, after) for part in tree]
    for place, part in enumerate(tree):
        siblings = [i for i in range(len(tree)) if i != place]
        level = _average_of_siblings(siblings, old, new)
        _spread(part, before, after, outside * level, effects)


def _average_of_siblings(siblings: list[int], old: list[Any], new: list[Any]) -> Any:
    """Mean over all orders of the product of the siblings, each old until its turn has come."""
    count = len(siblings)
    total: Any = 0
    for size in range(count + 1):
        weight = 1 / ((count + 1) * comb(count, size))
        for changed in combinations(siblings, size):
            total = total + weight * prod((new[i] if i in changed else old[i] for i in siblings), start=1)
    return total


def lmdi_effects(tree: Tree, before: Values, after: Values) -> dict[str, np.ndarray]:
    """Logarithmic mean Divisia index, additive form I, with analytic zero limits (no small-number fillers).

    Where the value goes from or to zero, the whole change belongs to the factor that was zero, in equal parts when
    several were. Raises: FactorError when a factor is negative.
    Source: Ang (2005), Energy Policy 33, 867-871; zero limits: Ang and Liu (2007), Energy Policy 35, 238-246.
    """
    names = leaves(tree)
    old = {name: np.asarray(before[name], dtype="float64") for name in names}
    new = {name: np.asarray(after[name], dtype="float64") for name in names}
    for name in names:
        if (old[name] < 0).any() or (new[name] < 0).any():
            raise FactorError(f"Factor {name} heeft negatieve waarden.", doe="kies methode shapley; die kan dat wel.")
    start, end = prod((old[n] for n in names), start=1.0), prod((new[n] for n in names), start=1.0)
    switched = {name: (old[name] == 0) != (new[name] == 0) for name in names}
    zero = (start == 0) | (end == 0)
    shared = np.maximum(sum(switched[name].astype("int64") for name in names), 1)
    weight = _logarithmic_mean(np.where(zero, 1.0, start), np.where(zero, 1.0, end))
    effects = {}
    for name in names:
        safe_old, safe_new = np.where(zero, 1.0, old[name]), np.where(zero, 1.0, new[name])
        growth = weight * _log_ratio(safe_old, safe_new)
        effects[name] = np.where(zero, np.where(switched[name], (end - start) / shared, 0.0), growth)
    return effects


def _log_ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    # log1p keeps the digits where a and b are nearly equal, log where b is a tiny part of a (log1p(-1) is infinite).
    change = (b - a) / a
    near = np.abs(change) < 0.5
    return np.where(near, np.log1p(np.where(near, change, 0.0)), np.log(b / a))


def _logarithmic_mean(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    # (b - a) / log(b / a), and a where both are equal.
    ratio = (b - a) / a
    logs = _log_ratio(a, b)
    return a * np.divide(ratio, logs, out=np.ones_like(ratio), where=logs != 0)


def laspeyres_effects(tree: Tree, before: Values, after: Values) -> dict[str, np.ndarray]:
    """Each factor changes alone from the base period; what they do together is the interaction."""
    return _one_at_a_time(tree, before, after, fixed=before)


def paasche_effects(tree: Tree, before: Values, after: Values) -> dict[str, np.ndarray]:
    """Each factor changes last, with all others already at the compared period; the interaction is the rest."""
    return _one_at_a_time(tree, before, after, fixed=after)


def _one_at_a_time(tree: Tree, before: Values, after: Values, *, fixed: Values) -> dict[str, np.ndarray]:
    names = leaves(tree)
    effects = {
        name: (after[name] - before[name]) * prod((fixed[other] for other in names if other != name), start=1)
        for name in names
    }
    effects["interaction"] = _value(tree, after) - _value(tree, before) - sum(effects[name] for name in names)
    return effects
