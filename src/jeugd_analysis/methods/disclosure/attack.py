"""What an attacker can find out under one choice, as inequalities that a better choice must meet.

A number passes only on witnesses: whole-number tables that agree with everything published and lie far enough apart,
checked exactly. So rounding errors of the solver can cost an extra hidden cell and never a disclosure.
Source of the inequalities: M. Fischetti, J.J. Salazar-Gonzalez (2001), Management Science 47(7), 1008-1027.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import optimize, sparse
from scipy.sparse.csgraph import connected_components

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.pieces import ABOVE, BELOW, LARGE, PROVIDER, SMALL, WIDTH, ZERO, Piece, Rules

SECONDS = 60.0  # only against a solver that hangs; the answer stays safe
TOLERANCE = 1e-6
SIDES = {WIDTH: (0, 1), ABOVE: (0,), BELOW: (1,)}  # which of the two extremes of a number count: upwards, downwards


@dataclass(slots=True)
class Choice:
    """hide: per cell of the new edition, hidden (for a small number: its mark too). up: rounded to the higher value."""

    hide: np.ndarray
    up: np.ndarray


@dataclass(slots=True)
class Cut:
    """hide @ y + up @ u >= least."""

    hide: np.ndarray
    up: np.ndarray
    least: float


@dataclass(slots=True)
class Part:
    """Unknown numbers that hang together, as steps from the truth: sums @ step = 0, limits @ step <= room.

    free: the numbers. sum_rows and limit_rows: which rows of the piece these are.
    """

    free: np.ndarray
    sum_rows: np.ndarray
    limit_rows: np.ndarray
    sums: sparse.csr_array
    limits: sparse.csr_array
    room: np.ndarray


@dataclass(slots=True)
class Attack:
    """Everything an attacker knows under one choice.

    limit_rows: rows of limits that hold; the others belong to hidden cells. whole: all numbers not exactly known.
    label: for each number the part it is in, parts: those made so far.
    """

    lower: np.ndarray
    upper: np.ndarray
    limits: sparse.csr_array
    limit: np.ndarray
    whole: Part
    label: np.ndarray
    parts: dict[int, Part] = field(default_factory=dict)


@dataclass(slots=True)
class Search:
    """The state of the search in one piece.

    wanted: as `need` of the piece, raised where only fractions would reach it. likely: cells that may be worth hiding.
    standing: what every good choice meets. insider: a number that this attacker knows as well; partners: of each number
    of one contributor the others in a sum with it. settled: what an insider leaves of a number at most.
    """

    piece: Piece
    rules: Rules
    wanted: np.ndarray
    witnesses: np.ndarray
    likely: np.ndarray
    standing: list[optimize.LinearConstraint]
    cuts: list[Cut] = field(default_factory=list)
    insider: int | None = None
    partners: dict[int, list[int]] = field(default_factory=dict)
    settled: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)


def known_by_attacker(piece: Piece, rules: Rules, choice: Choice) -> Attack:
    """Bounds and active rows under a choice."""
    n, threshold = piece.n, rules.threshold
    lower, upper = piece.lower.copy(), piece.upper.copy()
    hide, kind = choice.hide, piece.kind
    figure = np.where(choice.up, piece.high, piece.low)
    drawn = (kind == LARGE) & ~hide & ~piece.frozen
    lower[:n] = np.select(
        [kind == ZERO, kind == SMALL, drawn],
        [0, np.where(hide, 0, rules.smallest), np.maximum(threshold, figure - rules.base + 1)],
        threshold,
    )
    upper[:n] = np.select(
        [(kind == ZERO) & ~hide, (kind == SMALL) & ~hide, drawn],
        [0, threshold - 1, figure + rules.base - 1],
        piece.cap[:n],
    )
    holds = np.flatnonzero((piece.owner < 0) | ~np.append(hide, False)[piece.owner])
    limits, limit = piece.limits[holds], piece.limit[holds]
    free = np.flatnonzero((lower < upper) | (piece.need > 0).any(axis=0))
    whole = _part(piece, free, np.arange(piece.sums.shape[0]), holds)
    return Attack(lower, upper, limits, limit, whole, _labels(len(lower), whole))


def _part(piece: Piece, free: np.ndarray, sum_rows: np.ndarray, limit_rows: np.ndarray) -> Part:
    """The rows that say something of these numbers."""
    sums, limits = piece.sums[sum_rows][:, free], piece.limits[limit_rows][:, free]
    in_sums, in_limits = np.diff(sums.indptr) > 0, np.diff(limits.indptr) > 0
    sum_rows, limit_rows = sum_rows[in_sums], limit_rows[in_limits]
    room = piece.limit[limit_rows] - piece.limits[limit_rows] @ piece.truth
    return Part(free, sum_rows, limit_rows, sums[in_sums], limits[in_limits], room)


def _labels(size: int, whole: Part) -> np.ndarray:
    """Numbers that no row of unknown numbers joins have different labels."""
    rows = sparse.vstack([whole.sums, whole.limits]).tocsr()
    rows.data[:] = 1.0  # a sum of opposite signs would hide a link
    _, found = connected_components(rows.T @ rows, directed=False)
    label = np.full(size, -1, dtype=np.int64)
    label[whole.free] = found
    return label


def _part_of(piece: Piece, known: Attack, target: int) -> Part:
    """The part that a number is in."""
    label = int(known.label[target])
    if label not in known.parts:
        free = np.flatnonzero(known.label == label)
        known.parts[label] = _part(piece, free, known.whole.sum_rows, known.whole.limit_rows)
    return known.parts[label]


def attack(search: Search, choice: Choice, *, spread: bool = False, first: bool = False) -> list[Cut]:
    """Inequalities that this choice breaks; none when witnesses prove that every number is wide enough.

    `spread`: a number in one sum with another that was found is left for a next time. `first`: one is enough.
    """
    piece, known = search.piece, known_by_attacker(search.piece, search.rules, choice)
    search.witnesses = search.witnesses[_agreeing(piece, known, search.witnesses)]
    need = _needed(search, choice)
    if not first:
        _sweep(search, known, need)
    cuts: list[Cut] = []
    near = np.zeros(need.shape[1], dtype=bool)
    for target in _open(search, need).tolist():
        if near[target] or _wide_enough(search, need, target):
            continue
        found = _single(search, known, choice, need, target)
        cuts += found
        if found and first:
            break
        if found and spread:
            near[_together(piece, target)] = True
    return cuts or _attack_from_inside(search, known, choice, need, first=first)


def _attack_from_inside(search: Search, known: Attack, choice: Choice, need: np.ndarray, *, first: bool) -> list[Cut]:
    """The same by those who are alone in a number and know it, on others of one contributor in a sum with it."""
    cuts: list[Cut] = []
    for insider, others in search.partners.items():
        mine = search.witnesses[:, insider] == search.piece.truth[insider]
        inner = replace(search, insider=insider, witnesses=search.witnesses[mine], wanted=np.zeros_like(search.wanted))
        asked = need.copy()
        for target in others:
            asked[:, target] = search.settled.get((insider, target), need[:, target])
        left = [target for target in others if not _wide_enough(inner, asked, target)]
        seen = len(inner.witnesses)
        there = _knowing(search.piece, known, insider) if left else known
        for target in left:
            if not (first and cuts) and not _wide_enough(inner, asked, target):
                cuts += _single(inner, there, choice, asked, target)
                if (asked[:, target] < need[:, target]).any():
                    search.settled[insider, target] = asked[:, target].copy()
        search.witnesses = np.concatenate([search.witnesses, inner.witnesses[seen:]])
    return cuts


def _knowing(piece: Piece, known: Attack, insider: int | None) -> Attack:
    """What an attacker knows who also knows one of the numbers."""
    if insider is None:
        return known
    lower, upper = known.lower.copy(), known.upper.copy()
    lower[insider] = upper[insider] = piece.truth[insider]
    free = known.whole.free[known.whole.free != insider]
    whole = _part(piece, free, known.whole.sum_rows, known.whole.limit_rows)
    return Attack(lower, upper, known.limits, known.limit, whole, _labels(len(lower), whole))


def _together(piece: Piece, target: int) -> np.ndarray:
    """The numbers that are in a sum with this one."""
    return piece.sums[piece.sums_of[[target]].indices].indices


def _needed(search: Search, choice: Choice) -> np.ndarray:
    """How much must stay possible: whatever is hidden must be worth hiding."""
    need = search.piece.need.copy()
    hidden = choice.hide & (need[WIDTH, : search.piece.n] == 0)
    need[WIDTH, : search.piece.n][hidden] = search.rules.min_width
    return need


def _wide_enough(search: Search, need: np.ndarray, target: int) -> bool:
    return bool((_reached(search, target) >= need[:, target]).all())


def _reached(search: Search, numbers: int | slice) -> np.ndarray:
    """How far the witnesses lie apart, and how far above and below the truth: as the rows of `need`."""
    tables, truth = search.witnesses[:, numbers], search.piece.truth[numbers]
    most, least = tables.max(axis=0), tables.min(axis=0)
    return np.stack([most - least, most - truth, truth - least])


def _agreeing(piece: Piece, known: Attack, tables: np.ndarray) -> np.ndarray:
    """Which whole-number tables agree with everything known; exact."""
    good = ((tables >= known.lower) & (tables <= known.upper)).all(axis=1)
    if piece.sums.shape[0]:
        good &= ~np.rint(piece.sums @ tables.T).any(axis=0)
    if known.limits.shape[0]:
        good &= (np.rint(known.limits @ tables.T) <= known.limit[:, None]).all(axis=0)
    return np.asarray(good)


def _open(search: Search, need: np.ndarray) -> np.ndarray:
    """Numbers for which the witnesses do not lie far enough apart yet."""
    return np.flatnonzero((_reached(search, slice(None)) < need).any(axis=0))


def _sweep(search: Search, known: Attack, need: np.ndarray) -> None:
    """Witnesses that push many numbers up and others down at once; most numbers need no more."""
    piece, whole = search.piece, known.whole
    for turn in range(40):
        left = _open(search, need)
        if len(left) < 3:
            return
        sign = np.where((np.arange(len(left)) >> turn % 10) & 1, -1.0, 1.0) if turn else np.ones(len(left))
        for direction in (sign, -sign):
            aim = np.zeros(len(piece.truth))
            aim[left] = direction
            if not _add_witness(search, known, _moved(piece, whole, _extreme_step(piece, known, whole, aim).x)):
                _add_witness(search, known, _extreme_table(piece, known, whole, aim, quick=True))
        if len(left) - len(_open(search, need)) < 3:  # from here on one at a time is as quick
            return


def _add_witness(search: Search, known: Attack, table: np.ndarray | None) -> bool:
    """Keep a table when it consists of whole numbers and agrees with everything known."""
    if table is None:
        return False
    whole = np.rint(table).astype(np.int64)[None, :]
    fits = bool(_agreeing(search.piece, known, whole)[0])
    if fits:
        search.witnesses = np.concatenate([search.witnesses, whole])
    return fits


def _extreme_table(piece: Piece, known: Attack, part: Part, aim: np.ndarray, *, quick: bool) -> np.ndarray | None:
    """A whole-number table that agrees with everything known and has a large aim @ table.

    Solved as a step away from the truth: then the gap at which the solver may stop is about the step.
    """
    rows = []
    if part.sums.shape[0]:
        rows.append(optimize.LinearConstraint(part.sums, 0, 0))
    if part.limits.shape[0]:
        rows.append(optimize.LinearConstraint(part.limits, -np.inf, part.room))
    bounds = optimize.Bounds((known.lower - piece.truth)[part.free], (known.upper - piece.truth)[part.free])
    options = {"node_limit": 50 if quick else 1000, "mip_rel_gap": 0.3 if quick else 0.0}
    step = whole_solution(-aim[part.free], rows, bounds, options)
    return None if step is None else _moved(piece, part, step)


def _extreme_step(piece: Piece, known: Attack, part: Part, aim: np.ndarray) -> optimize.OptimizeResult:
    """The same without asking for whole numbers, which quite often come by themselves."""
    return optimize.linprog(
        -aim[part.free],
        A_eq=part.sums if part.sums.shape[0] else None,
        b_eq=np.zeros(part.sums.shape[0]) if part.sums.shape[0] else None,
        A_ub=part.limits if part.limits.shape[0] else None,
        b_ub=part.room if part.limits.shape[0] else None,
        bounds=np.column_stack([known.lower - piece.truth, known.upper - piece.truth])[part.free],
        method="highs",
    )


def _moved(piece: Piece, part: Part, step: np.ndarray | None) -> np.ndarray | None:
    if step is None:
        return None
    table = piece.truth.astype(float)
    table[part.free] += step
    return table


def whole_solution(
    cost: np.ndarray,
    rows: list[optimize.LinearConstraint],
    bounds: optimize.Bounds,
    options: dict[str, float],
) -> np.ndarray | None:
    """The best whole-number solution found; every system asked for here has one."""
    for presolve in (True, False):  # the presolve of HiGHS 1.12 calls some systems infeasible that are not
        settings = {**options, "presolve": presolve, "time_limit": SECONDS}
        result = optimize.milp(cost, constraints=rows, integrality=np.ones(len(cost)), bounds=bounds, options=settings)
        if result.x is not None:
            return np.asarray(result.x)
    return None


def _single(search: Search, known: Attack, choice: Choice, need: np.ndarray, target: int) -> list[Cut]:
    """Attack one number: cuts when it can be found too closely, otherwise witnesses are added and none returned."""
    piece = search.piece
    part, aims = _part_of(piece, known, target), _aims(piece, target)
    found = [_extreme_step(piece, known, part, aim) for aim in aims]
    if any(each.x is None for each in found):
        raise _no_answer()
    for each in found:
        _add_witness(search, known, _moved(piece, part, each.x))
    wanted = np.maximum(search.wanted[:, target], need[:, target])
    reach = np.array([-sum(found[side].fun for side in sides) for sides in SIDES.values()])
    if (reach >= wanted - TOLERANCE).all() and not _wide_enough(search, need, target):
        for aim in aims:
            _add_witness(search, known, _extreme_table(piece, known, part, aim, quick=False))
    short = np.flatnonzero(_reached(search, target) < need[:, target])
    # Whole numbers do not reach what fractions seem to allow: ask for more room.
    search.wanted[short, target] = np.maximum(wanted, np.floor(reach + TOLERANCE) + 1)[short]
    if target >= piece.n and len(short):
        _settle_for_possible(search, target, choice)
        need[:, target] = piece.need[:, target]
    cuts: list[Cut] = []
    for goal in short.tolist():
        if _reached(search, target)[goal] < need[goal, target]:
            cut = _cut(search, known, choice, target, goal, found, search.wanted[goal, target] - reach[goal])
            settles = goal != WIDTH or search.insider is not None
            if settles and cut.hide.sum() + np.maximum(cut.up, 0).sum() < cut.least - TOLERANCE:
                cuts += _with_all_hidden(search, choice, need, target, goal)
            else:
                cuts.append(cut)
    return cuts


def _with_all_hidden(search: Search, choice: Choice, need: np.ndarray, target: int, goal: int) -> list[Cut]:
    """No hiding reaches a level in fractions: settle for what all hidden numbers together leave in whole ones."""
    piece = search.piece
    every = known_by_attacker(piece, search.rules, Choice(np.ones(piece.n, dtype=bool), choice.up))
    bare = _knowing(piece, every, search.insider)
    aims = [_aims(piece, target)[side] for side in SIDES[goal]]
    tables = [_extreme_table(piece, bare, _part_of(piece, bare, target), aim, quick=False) for aim in aims]
    most = sum(abs(round(table[target]) - int(piece.truth[target])) for table in tables if table is not None)
    need[goal, target] = min(need[goal, target], most)
    search.wanted[goal, target] = need[goal, target]
    if search.insider is None:
        piece.need[goal, target] = need[goal, target]
    if _reached(search, target)[goal] >= need[goal, target]:
        return []
    shown = ~choice.hide & (piece.kind != PROVIDER)
    if not shown.any():
        raise _no_answer()
    return [Cut(shown.astype(float), np.zeros(piece.n), 1.0)]


def _aims(piece: Piece, target: int) -> list[np.ndarray]:
    """Up and down in one number."""
    aim = np.zeros(len(piece.truth))
    aim[target] = 1.0
    return [aim, -aim]


def _no_answer() -> FactorError:
    return FactorError("De oplosser vond geen antwoord op een stelsel dat er een heeft.", doe="meld dit als fout.")


def _settle_for_possible(search: Search, target: int, choice: Choice) -> None:
    """An earlier edition may have been too narrow already: nothing published now can widen it again."""
    piece = search.piece
    bare = known_by_attacker(piece, search.rules, Choice(np.ones(piece.n, dtype=bool), choice.up))
    part = _part_of(piece, bare, target)
    tables = [_extreme_table(piece, bare, part, aim, quick=False) for aim in _aims(piece, target)]
    reach = [piece.truth[target] if table is None else round(table[target]) for table in tables]
    piece.need[WIDTH, target] = min(piece.need[WIDTH, target], reach[0] - reach[1])


def _cut(
    search: Search,
    known: Attack,
    choice: Choice,
    target: int,
    goal: int,
    found: Sequence[optimize.OptimizeResult],
    short: float,
) -> Cut:
    """The duals of the programs bound how much hiding and other rounding can widen the interval (concavity)."""
    piece, rules, n = search.piece, search.rules, search.piece.n
    above, below, binding = _prices(piece, _part_of(piece, known, target), target, goal, found)
    drawn = (piece.kind == LARGE) & ~choice.hide & ~piece.frozen
    step = np.where(drawn, piece.high - piece.low, 0)
    figure = np.where(choice.up, piece.high, piece.low)
    up = -step * (above + np.where(figure - rules.base + 1 >= rules.threshold, below, 0.0))
    decline = np.maximum(0.0, -up * np.where(choice.up, -1, 1))
    most = short + decline.sum()
    floor = np.where(np.isin(piece.kind, (SMALL, ZERO)), 0, rules.threshold)
    gain = -above * (piece.cap[:n] - known.upper[:n]) - below * (floor - known.lower[:n]) + np.abs(up)
    owners = piece.owner[binding]
    gain[owners[owners >= 0]] = most
    gain[choice.hide | (piece.kind == PROVIDER)] = 0.0
    hide, least = np.clip(gain, 0.0, most), short + up @ choice.up
    if target < n and piece.need[WIDTH, target] == 0:  # only asked for while it is hidden
        hide[target] = -most
        least -= most
    return Cut(hide / most, up / most, float(least / most))


def _prices(
    piece: Piece, part: Part, target: int, goal: int, found: Sequence[optimize.OptimizeResult]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What a wider upper or lower bound of each cell is worth to the programs, and the limits that count in them."""
    above, below = np.zeros(piece.n), np.zeros(piece.n)
    counts = np.zeros(len(part.limit_rows), dtype=bool)
    for sign, result in [((-1.0, 1.0)[side], found[side]) for side in SIDES[goal]]:
        price = np.zeros(len(piece.truth))
        price[target] = sign
        if len(part.sum_rows):
            price -= piece.sums[part.sum_rows].T @ result.eqlin.marginals
        if len(part.limit_rows):
            price -= piece.limits[part.limit_rows].T @ result.ineqlin.marginals
            counts |= result.ineqlin.marginals < -1e-9
        price = np.where(np.abs(price) > 1e-9, price, 0.0)[: piece.n]
        above += np.minimum(price, 0.0)
        below += np.maximum(price, 0.0)
    return above, below, part.limit_rows[counts]
