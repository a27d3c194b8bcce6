"""Owen's effects for ints and Fractions: whole numbers over one denominator, and a fraction only at the end.

Fractions reduce themselves after every step, which takes some fifty times as long as the step itself.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, lcm, prod
from typing import Any

import numpy as np

from jeugd_analysis.methods.decomposition.trees import Tree, Values, is_leaf, leaves

_LARGEST = 2**63 - 1  # of an int64
_numerator = np.frompyfunc(lambda value: value.numerator, 1, 1)
_denominator = np.frompyfunc(lambda value: value.denominator, 1, 1)
_least_multiple = np.frompyfunc(lcm, 2, 1)


def exact_owen_effects(tree: Tree, before: Values, after: Values) -> dict[str, np.ndarray]:
    """As `owen_effects`, for object arrays of ints and Fractions: an int where the effect is whole, else a Fraction."""
    old, new, below = {}, {}, 1
    for name in leaves(tree):
        old[name], new[name], denominator = _whole(before[name], after[name])
        below = below * denominator
    if not isinstance(below, np.ndarray) and _fits(tree, old, new):
        old, new = ({name: array.astype("int64") for name, array in side.items()} for side in (old, new))
    effects: dict[str, np.ndarray] = {}
    _spread(tree, old, new, 1, below, effects)
    return effects


def _whole(old: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray, Any]:
    """Both as whole numbers over the same denominator: 1, or an array of one per cell."""
    first, second = _denominator(old), _denominator(new)
    if (first == 1).all() and (second == 1).all():
        return _numerator(old), _numerator(new), 1
    both = _least_multiple(first, second)
    return _numerator(old) * (both // first), _numerator(new) * (both // second), both


def _fits(tree: Tree, old: Values, new: Values) -> bool:
    """Whether no step can leave the range of an int64: mean weights add up to their denominator at each level."""
    largest = [max((abs(value) for side in (old, new) for value in side[name]), default=0) for name in leaves(tree)]
    return 2 ** (len(largest) + 1) * prod(largest) * _weights_below(tree) <= _LARGEST


def _weights_below(tree: Tree) -> int:
    return 1 if is_leaf(tree) else _weights(len(tree))[1] * prod(_weights_below(part) for part in tree)


def _weights(parts: int) -> tuple[list[int], int]:
    """Per number of siblings that changed before, the weight of such an order, as whole numbers over the second."""
    below = [parts * comb(parts - 1, size) for size in range(parts)]
    common = lcm(*below)
    return [common // each for each in below], common


def _spread(
    tree: Tree, before: Values, after: Values, outside: Any, below: Any, effects: dict[str, np.ndarray]
) -> None:
    if is_leaf(tree):
        effects[tree] = _over((after[tree] - before[tree]) * outside, below)
        return
    old, new = ([prod((side[name] for name in leaves(part)), start=1) for part in tree] for side in (before, after))
    weights, common = _weights(len(tree))
    for place, part in enumerate(tree):
        others = [i for i in range(len(tree)) if i != place]
        level = sum(weight * each for weight, each in zip(weights, _by_changed(others, old, new), strict=True))
        _spread(part, before, after, outside * level, below * common, effects)


def _by_changed(siblings: list[int], old: list[Any], new: list[Any]) -> list[Any]:
    """Per number of siblings that changed, the sum of the products: coefficients of the product of (old + new x)."""
    sums: list[Any] = [1]
    for i in siblings:
        stays, goes = [each * old[i] for each in sums], [each * new[i] for each in sums]
        sums = [stays[0], *(a + b for a, b in zip(stays[1:], goes[:-1], strict=True)), goes[-1]]
    return sums


def _over(above: np.ndarray, below: Any) -> np.ndarray:
    """Exact quotients as an object array."""
    result = np.empty(len(above), dtype=object)
    whole = above % below == 0
    result[whole] = (above[whole] // (below[whole] if isinstance(below, np.ndarray) else below)).astype(object)
    rest = np.flatnonzero(~whole.astype(bool))
    parts = below[rest].tolist() if isinstance(below, np.ndarray) else [below] * len(rest)
    result[rest] = [Fraction(n, d) for n, d in zip(above[rest].tolist(), parts, strict=True)]
    return result
