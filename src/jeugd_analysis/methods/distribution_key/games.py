"""Sharing cost as a game: an explanation of what is fair, not a key to pay by.

A game tells the cost of every coalition of municipalities: a mapping from a frozenset of names to its cost.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from itertools import combinations
from math import factorial, isfinite, sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.distribution_key.keys import require_same

Coalition = frozenset[Hashable]
_TIGHT = 1e-7  # shadow prices and distances below this are zero; the game is scaled to about one


def pooling_game(
    use: Mapping[Any, Any] | pd.Series, spread: Mapping[Any, Any] | pd.Series, *, fixed: Any, safety: float
) -> dict[Coalition, float]:
    """Cost of buying together: fixed cost once, the expected use, and a buffer that grows with the root of the risk.

    Units: use and spread (standard deviation) per municipality in one currency; fixed cost of any coalition, however
    large; safety: how many standard deviations the buffer holds. Risks are taken as independent. A model of ours, to
    show why a small municipality gains by joining; the councils name no such cost.
    Raises: FactorError when municipalities differ.
    """
    require_same(use, spread)
    return {
        frozenset(group): float(fixed)
        + sum(float(use[name]) for name in group)
        + safety * sqrt(sum(float(spread[name]) ** 2 for name in group))
        for size in range(1, len(use) + 1)
        for group in combinations(use.keys(), size)
    }


def shapley_value(cost: Mapping[Coalition, Any]) -> dict[Hashable, Any]:
    """Each player's mean extra cost over every order of joining; exact for whole numbers and fractions.

    Raises: FactorError when a coalition lacks.
    Source: Shapley (1953), Contributions to the Theory of Games II, 307-317.

    >>> cost = {frozenset("a"): 6, frozenset("b"): 4, frozenset("ab"): 8}
    >>> {name: str(part) for name, part in shapley_value(cost).items()}
    {'a': '5', 'b': '3'}
    """
    players = _players(cost)
    count = len(players)
    value: dict[Hashable, Any] = dict.fromkeys(players, 0)
    for player in players:
        others = [other for other in players if other != player]
        for size in range(count):
            weight = Fraction(factorial(size) * factorial(count - 1 - size), factorial(count))
            for group in combinations(others, size):
                extra = cost[frozenset({*group, player})] - cost.get(frozenset(group), 0)
                value[player] = value[player] + extra * (float(weight) if isinstance(extra, float) else weight)
    return value


def nucleolus(cost: Mapping[Coalition, Any]) -> dict[Hashable, float]:
    """The shares for which the least satisfied coalition is as satisfied as can be, then the next, and so on.

    A coalition is satisfied by what it pays less than it would cost on its own. Successive linear programmes (HiGHS):
    each raises the least satisfaction, and settles the coalitions that cannot do better.
    Gains instead of costs: give their negatives, and negate the result. Precise to about a millionth of the largest
    cost.
    Raises: FactorError when a coalition lacks or no solution is found.
    Source: Schmeidler (1969), SIAM Journal on Applied Mathematics 17(6), 1163-1170; Maschler, Peleg and Shapley (1979),
    Mathematics of Operations Research 4(4), 303-338.
    """
    players = _players(cost)
    scale = max(abs(float(value)) for value in cost.values()) or 1.0
    groups = [frozenset(g) for size in range(1, len(players)) for g in combinations(players, size)]
    member = np.array([[float(player in group) for player in players] for group in groups]).reshape(-1, len(players))
    alone = np.array([float(cost[group]) / scale for group in groups])
    settled = np.ones((1, len(players)))
    settled_cost = np.array([float(cost[frozenset(players)]) / scale])
    while np.linalg.matrix_rank(settled) < len(players):
        free = [at for at in range(len(groups)) if not _spanned(member[at], settled)]
        solution = linprog(
            np.r_[np.zeros(len(players)), -1.0],  # the most of what every free coalition saves at least
            A_ub=np.c_[member[free], np.ones(len(free))],
            b_ub=alone[free],
            A_eq=np.c_[settled, np.zeros(len(settled))],
            b_eq=settled_cost,
            bounds=(None, None),
            method="highs",
        )
        if not solution.success:
            raise FactorError("Voor deze verdeling is geen oplossing gevonden.")
        tight = [at for at, price in zip(free, -solution.ineqlin.marginals, strict=True) if price > _TIGHT]
        settled = np.vstack([settled, member[tight]])
        settled_cost = np.r_[settled_cost, alone[tight] - solution.x[-1]]
    shares = np.linalg.lstsq(settled, settled_cost, rcond=None)[0] * scale
    return dict(zip(players, map(float, shares), strict=True))


def stand_alone(contribution: pd.Series, alone: pd.Series) -> pd.DataFrame:
    """Does anyone pay more together than it would pay on its own?

    Shapes: amounts per municipality in one unit. Result, in the order of the contribution: municipality, contribution,
    alone, gain (alone minus contribution), passes (gain is not negative).
    Raises: FactorError when municipalities differ.
    Source: Young (1994), Handbook of Game Theory II, chapter 34 (the stand-alone test).
    """
    require_same(contribution, alone)
    apart = alone.reindex(contribution.index)
    gain = apart - contribution
    return pd.DataFrame(
        {
            "municipality": contribution.index,
            "contribution": contribution.to_numpy(),
            "alone": apart.to_numpy(),
            "gain": gain.to_numpy(),
            "passes": (gain >= 0).to_numpy(),
        }
    )


def _spanned(row: np.ndarray, settled: np.ndarray) -> bool:
    """Whether what this coalition pays already follows from the settled ones."""
    weights = np.linalg.lstsq(settled.T, row, rcond=None)[0]
    return bool(np.abs(settled.T @ weights - row).max() < _TIGHT)


def _players(cost: Mapping[Coalition, Any]) -> list[Hashable]:
    """The players in a fixed order. Raises: FactorError when a coalition of them lacks."""
    players = sorted({player for group in cost for player in group}, key=str)
    whole = 2 ** len(players) - 1
    if not players or len([group for group in cost if group]) != whole:
        raise FactorError("Niet van elke groep gemeenten is een bedrag bekend.", doe="geef alle groepen een bedrag.")
    if not all(isfinite(value) for value in cost.values()):
        raise FactorError("Het bedrag van een groep gemeenten ontbreekt of is oneindig.")
    return players
