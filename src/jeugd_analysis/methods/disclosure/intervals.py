"""Puzzles of whole numbers: between which values does each unknown lie? Used by the attacker only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import optimize, sparse
from scipy.sparse.csgraph import connected_components

from jeugd_analysis.errors import FactorError

WHOLE_NUMBERS_UP_TO = 400  # unknowns: above this an interval is that of fractions, rounded inwards
NODES = 2000


@dataclass(slots=True)
class Puzzle:
    """All that is known, over one variable per cell and edition: bounds, sums and differences."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    asked: list[bool] = field(default_factory=list)
    rows: list[tuple[dict[int, int], float, float]] = field(default_factory=list)  # coefficients, least, most
    place: dict[tuple[int, int], int] = field(default_factory=dict)


def intervals(puzzle: Puzzle) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest possible value of every variable that is asked for."""
    low, high = np.array(puzzle.low, dtype=float), np.array(puzzle.high, dtype=float)
    if not len(low):
        return low, high
    _tighten(puzzle, low, high)
    size = len(low)
    pairs = [(min(row), other) for row, _, _ in puzzle.rows for other in row]
    first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = sparse.coo_array((np.ones(len(pairs)), (first, second)), shape=(size, size))
    count, label = connected_components(graph, directed=False)
    rows: list[list[int]] = [[] for _ in range(count)]
    for place, (row, _, _) in enumerate(puzzle.rows):
        rows[int(label[min(row)])].append(place)
    members = np.split(np.argsort(label, kind="stable"), np.flatnonzero(np.diff(np.sort(label))) + 1)
    for group, mine in zip(rows, members, strict=True):
        asked = [int(v) for v in mine if puzzle.asked[v] and low[v] < high[v]]
        if group:
            _solve_part(puzzle, group, mine, asked, low, high)
    return low, high


def _tighten(puzzle: Puzzle, low: np.ndarray, high: np.ndarray) -> None:
    """Narrow bounds row by row until little changes; everything found holds in whole numbers."""
    for _ in range(20):
        before = low.sum() + high[np.isfinite(high)].sum(), np.isfinite(high).sum()
        for row, least, most in puzzle.rows:
            _tighten_row(row, least, most, low, high)
        if before == (low.sum() + high[np.isfinite(high)].sum(), np.isfinite(high).sum()):
            break
    if (low > high).any():
        raise contradiction()


def _tighten_row(row: Mapping[int, int], least: float, most: float, low: np.ndarray, high: np.ndarray) -> None:
    lows = {v: sign * (low[v] if sign > 0 else high[v]) for v, sign in row.items()}
    highs = {v: sign * (high[v] if sign > 0 else low[v]) for v, sign in row.items()}
    for variable, sign in row.items():
        top = most - _rest(lows, variable)
        bottom = least - _rest(highs, variable)
        if sign < 0:
            top, bottom = -bottom, -top
        low[variable], high[variable] = max(low[variable], bottom), min(high[variable], top)


def _rest(ends: Mapping[int, float], but: int) -> float:
    """Sum of the ends of all others; infinite when one of them is."""
    return sum(value for variable, value in ends.items() if variable != but)


def contradiction() -> FactorError:
    """Nothing fits everything that was published."""
    return FactorError(
        "De publicatie kan niet kloppen: er is geen tabel die past bij alles wat er staat.",
        doe="controleer de relaties; tellen jeugdigen in meer delen mee, gebruik dan AtMost.",
    )


@dataclass(slots=True)
class _Part:
    """One connected part of the puzzle for the solver."""

    equal: sparse.csr_array
    right: np.ndarray
    below: sparse.csr_array
    limit: np.ndarray
    low: np.ndarray
    high: np.ndarray


def _part(puzzle: Puzzle, group: Sequence[int], free: np.ndarray, low: np.ndarray, high: np.ndarray) -> _Part:
    """The rows about variables that are not exactly known; what is known goes to the right-hand side."""
    place = {int(variable): column for column, variable in enumerate(free)}
    equal: list[tuple[dict[int, int], float]] = []
    below: list[tuple[dict[int, int], float]] = []
    for whole, least, most in (puzzle.rows[number] for number in group):
        row = {variable: value for variable, value in whole.items() if variable in place}
        told = sum(value * low[variable] for variable, value in whole.items() if variable not in place)
        if not row and least <= told <= most:
            continue
        if least == most:
            equal.append((row, least - told))
        else:
            if np.isfinite(most):
                below.append((row, most - told))
            if np.isfinite(least):
                below.append(({variable: -value for variable, value in row.items()}, told - least))

    def matrix(rows: Sequence[tuple[dict[int, int], float]]) -> tuple[sparse.csr_array, np.ndarray]:
        entries = [(line, place[v], value) for line, (row, _) in enumerate(rows) for v, value in row.items()]
        line, column, value = np.array(entries, dtype=np.int64).reshape(-1, 3).T
        shape = (len(rows), len(free))
        return sparse.csr_array((value.astype(float), (line, column)), shape=shape), np.array([r for _, r in rows])

    return _Part(*matrix(equal), *matrix(below), low[free], high[free])


def _solve_part(
    puzzle: Puzzle, group: Sequence[int], mine: np.ndarray, asked: Sequence[int], low: np.ndarray, high: np.ndarray
) -> None:
    free = mine[low[mine] < high[mine]]
    part = _part(puzzle, group, free, low, high)
    if not len(free):
        return
    column = {int(variable): place for place, variable in enumerate(free)}
    tables = _tables(part, np.array([column[variable] for variable in asked], dtype=np.int64))
    for variable in asked:
        here = column[variable]
        for sign, edges in ((1.0, part.high), (-1.0, part.low)):
            if edges[here] not in tables[:, here]:
                edges[here], found = _extreme(part, here, sign)
                if found is not None:
                    tables = np.concatenate([tables, found[None, :]])
        low[variable], high[variable] = part.low[here], part.high[here]


def _tables(part: _Part, asked: np.ndarray) -> np.ndarray:
    """Some tables that fit: where one touches a bound, that bound needs no program of its own."""
    first, _ = _best_table(part, np.zeros(len(part.low)), 10**6)
    tables = np.array([] if first is None else [first]).reshape(-1, len(part.low))
    before = -1
    for turn in range(40):
        up = asked[np.isfinite(part.high[asked]) & ~(tables[:, asked] == part.high[asked]).any(axis=0)]
        down = asked[~(tables[:, asked] == part.low[asked]).any(axis=0)]
        if turn % 2 == 0 and 0 <= before < len(up) + len(down) + 3:
            break  # from here on one at a time is as quick
        before = len(up) + len(down) if turn % 2 == 0 else before
        aim = np.zeros(len(part.low))
        aim[down[turn % 2 :: 2]] = -1.0
        aim[up[turn % 2 :: 2]] = 1.0
        table = _fitting(part, aim) if aim.any() else None
        if table is not None:
            tables = np.concatenate([tables, table[None, :]])
    return tables


def _fitting(part: _Part, aim: np.ndarray) -> np.ndarray | None:
    """A table that fits, with a large aim @ table; of whole numbers where the part is small."""
    result = _edge(part, -aim)
    whole = _whole_edge(part, result)
    if whole is not None or result.x is None:
        return whole
    if len(part.low) <= WHOLE_NUMBERS_UP_TO:
        return _best_table(part, aim, 50)[0]
    near = np.rint(result.x)
    return np.where(np.abs(result.x - near) < 1e-7, near, result.x)


def _best_table(part: _Part, aim: np.ndarray, nodes: int) -> tuple[np.ndarray | None, bool]:
    """A whole-number table that fits, checked exactly, with a large aim @ table; and whether none has a larger."""
    rows = []
    if part.equal.shape[0]:
        rows.append(optimize.LinearConstraint(part.equal, part.right, part.right))
    if part.below.shape[0]:
        rows.append(optimize.LinearConstraint(part.below, -np.inf, part.limit))
    bounds = optimize.Bounds(part.low, part.high)
    for presolve in (False, True) if len(aim) <= WHOLE_NUMBERS_UP_TO else (True, False):
        # The presolve of HiGHS 1.12 calls some systems infeasible that are not, so its word alone is not taken for it.
        options = {"node_limit": nodes, "presolve": presolve}
        result = optimize.milp(-aim, constraints=rows, integrality=np.ones(len(aim)), bounds=bounds, options=options)
        if result.status != 2:
            break
    else:
        raise contradiction()
    if result.x is None:
        return None, False
    whole = np.rint(result.x)
    return (whole if _fits(part, whole) else None), bool(result.status == 0)


def _extreme(part: _Part, here: int, sign: float) -> tuple[float, np.ndarray | None]:
    """The greatest (sign 1) or least (-1) value of one variable, and a whole-number table that has it if found."""
    aim = np.zeros(len(part.low))
    aim[here] = -sign
    result = _edge(part, aim)
    if result.status == 3 and np.isinf(part.high[here] if sign > 0 else part.low[here]):
        return sign * np.inf, None
    if result.x is None:
        raise FactorError("De oplosser vond geen antwoord op een stelsel dat er een heeft.", doe="meld dit als fout.")
    edge = np.floor(-result.fun + 1e-6)  # of sign x value: the fraction, rounded inwards
    whole = _whole_edge(part, result)
    if whole is None and len(part.low) <= WHOLE_NUMBERS_UP_TO:
        return _extreme_whole(part, -aim, sign, edge)
    return sign * edge, whole


def _edge(part: _Part, cost: np.ndarray) -> optimize.OptimizeResult:
    """The linear program; without presolve where that leaves open whether there is no answer or no limit."""
    for presolve in (True, False):
        result = optimize.linprog(
            cost,
            A_eq=part.equal if part.equal.shape[0] else None,
            b_eq=part.right if part.equal.shape[0] else None,
            A_ub=part.below if part.below.shape[0] else None,
            b_ub=part.limit if part.below.shape[0] else None,
            bounds=np.column_stack([part.low, part.high]),
            method="highs",
            options={"presolve": presolve},
        )
        if result.x is not None or result.status == 3:
            break
    return result


def _whole_edge(part: _Part, result: optimize.OptimizeResult) -> np.ndarray | None:
    """The solution of a linear program when it consists of whole numbers, checked exactly."""
    if result.x is None:
        return None
    whole = np.rint(result.x)
    near = np.abs(result.x - whole).max() < 1e-6
    return whole if near and _fits(part, whole) else None


def _fits(part: _Part, whole: np.ndarray) -> bool:
    inside = (whole >= part.low).all() and (whole <= part.high).all()
    return bool(inside and (part.equal @ whole == part.right).all() and (part.below @ whole <= part.limit).all())


def _extreme_whole(part: _Part, aim: np.ndarray, sign: float, edge: float) -> tuple[float, np.ndarray | None]:
    """The same in whole numbers; the edge of the fractions when the solver does not finish."""
    table, proven = _best_table(part, aim, NODES)
    return (sign * float(aim @ table), table) if table is not None and proven else (sign * edge, table)
