"""Which numbers to hide and how to round the others: a master problem that learns from attacks on its answers.

Rounding and hiding are chosen together, because another way of rounding often makes hiding needless.
Source: M. Fischetti, J.J. Salazar-Gonzalez (2001), Management Science 47(7), 1008-1027.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import optimize, sparse

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.attack import TOLERANCE, Choice, Cut, Search, attack, whole_solution
from jeugd_analysis.methods.disclosure.pieces import ABOVE, LARGE, PROVIDER, SMALL, ZERO, Piece, Rules

ROUNDS = 25  # in which anything may be hidden or shown again
LEVEL_ROUNDS = 4  # times as many where amounts have protection levels: those take more cuts
GROWING_ROUNDS, LATER_ROUNDS = 50, 400  # in which what is hidden stays so; the later ones choose greedily
TRIES = 40
SMALL_ENOUGH = 300  # cells of a piece up to which the least loss is asked for
NODES = 5000  # of branch and bound, instead of seconds: the same input gives the same book on every machine


def solve(piece: Piece, rules: Rules) -> Choice:
    """The choice with the least loss that leaves every number wide enough; near the least where the piece is large.

    Raises: FactorError when not even hiding everything is enough.
    """
    search = Search(
        piece=piece,
        rules=rules,
        wanted=piece.need.copy(),
        witnesses=piece.truth[None, :].copy(),
        likely=piece.forced.copy(),
        standing=_standing_rows(piece, rules),
        partners=_partners(piece),
    )
    choice = _first(search)
    for _ in range(ROUNDS * (LEVEL_ROUNDS if piece.need[ABOVE].any() else 1)):
        found = attack(search, choice, spread=piece.n >= SMALL_ENOUGH)
        if not found:
            return choice
        search.cuts += found
        better = _master(search, piece.forced)
        if better is None:
            break
        choice = better
    return _hidden_until_safe(search, choice)


def _hidden_until_safe(search: Search, choice: Choice) -> Choice:
    """Hide more, the least that meets what is known so far, and greedily when that takes long; then show again."""
    start = choice.hide
    for turn in range(GROWING_ROUNDS + LATER_ROUNDS):
        found = attack(search, choice)
        if not found:
            return _relaxed(search, choice, start)
        search.cuts += found
        better = _master(search, choice.hide) if turn < GROWING_ROUNDS else None
        if better is None:
            _hide_more(search, choice, found)
        else:
            choice = better
    raise _nothing_is_safe()


def _nothing_is_safe() -> FactorError:
    return FactorError(
        "Er is geen veilige manier gevonden om deze tabellen samen te publiceren.",
        doe="voeg groepen samen, of laat een tabel weg.",
    )


def weights(piece: Piece, rules: Rules) -> np.ndarray:
    """What hiding each cell costs. Hiding a zero or the mark of a small number is for when nothing else helps."""
    count = piece.truth[: piece.n].astype(float)
    loss = {"values": np.maximum(count, 1.0), "cells": 1 + count / (1 + count.sum()), "log": np.log10(1 + count)}[
        rules.loss
    ]
    large = piece.kind == LARGE
    last = 5 * (loss[large].max() if large.any() else 1.0) + (loss[large].sum() if rules.loss == "values" else 0.0)
    return np.where(large, loss, np.where(piece.kind == ZERO, last, 2 * last))


def _needs_figures(piece: Piece) -> bool:
    """Rounded or reused figures must add up as shown; exact ones do by themselves."""
    large = piece.kind == LARGE
    count = piece.truth[: piece.n]
    return bool(((piece.low != count) | (piece.high != count))[large].any())


def _first(search: Search) -> Choice:
    """Hide what was hidden, round so that it adds up; hide every large number where that cannot be found."""
    piece = search.piece
    choice = Choice(piece.forced.copy(), np.zeros(piece.n, dtype=bool))
    if search.standing:
        found = _master(search, piece.forced)
        if found is not None:
            return found
        choice.hide |= piece.kind == LARGE
    return choice


def _standing_rows(piece: Piece, rules: Rules) -> list[optimize.LinearConstraint]:
    """What every good choice meets, before any attack."""
    rows = _figure_rows(piece, rules) if _needs_figures(piece) else _pair_rows(piece, rules)
    rows += _insider_rows(piece)
    return [_constraint(piece, rows)] if rows else []


def _partners(piece: Piece) -> dict[int, list[int]]:
    """Of each number of one contributor the others in a sum with it, unless the sum is of one contributor too."""
    found: dict[int, set[int]] = {}
    single = piece.single & np.isin(piece.kind, (SMALL, PROVIDER))
    for total, parts in piece.lines_now:
        mine = [part for part in parts if single[part] and not piece.single[total]]
        for part in mine:
            found.setdefault(part, set()).update(other for other in mine if other != part)
    return {part: sorted(others) for part, others in found.items() if others}


def _insider_rows(piece: Piece) -> list[tuple[dict[int, float], float]]:
    """No sum hides just two numbers of one contributor each: the one would find the other (PS2 in the handbook).

    Where the rest is nothing, total and part are of the same contributor.
    """
    rows: list[tuple[dict[int, float], float]] = []
    hidden = np.isin(piece.kind, (SMALL, PROVIDER)) | piece.forced
    for total, parts in piece.lines_now:
        line = np.array([total, *parts])
        mine, others = line[hidden[line]], line[~hidden[line]]
        if len(mine) == 2 and piece.single[mine].all() and piece.truth[others].any():
            rows.append((dict.fromkeys(others.tolist(), 1.0), 1.0))
    return rows


def _pair_rows(piece: Piece, rules: Rules) -> list[tuple[dict[int, float], float]]:
    """No number is hidden alone in a sum of exact numbers."""
    rows: list[tuple[dict[int, float], float]] = []
    told = rules.threshold - 1 - rules.smallest
    for total, parts in piece.lines_now:
        line = [total, *parts]
        kinds = piece.kind[line]
        room = np.where(kinds == SMALL, told, np.where(kinds == PROVIDER, np.inf, 0.0))
        for cell, kind, own in zip(line, kinds.tolist(), room.tolist(), strict=True):
            others = room.sum() - own if np.isfinite(own) else (np.inf if (kinds == PROVIDER).sum() > 1 else 0.0)
            if others < rules.min_width:
                row = dict.fromkeys([other for other in line if other != cell], 1.0)
                rows.append((row, 1.0) if kind in (SMALL, PROVIDER) else (row | {cell: -1.0}, 0.0))
    return rows


def _master(search: Search, keep: np.ndarray) -> Choice | None:
    """The cheapest choice that hides `keep`, meets every cut and whose figures add up; None when none was found."""
    n = search.piece.n
    cost, bounds = _costs(search.piece, search.rules, keep)
    rows = list(search.standing)
    if search.cuts:
        left = sparse.csr_array(np.array([np.concatenate([cut.hide, cut.up]) for cut in search.cuts]))
        rows.append(optimize.LinearConstraint(left, np.array([cut.least for cut in search.cuts]), np.inf))
    if n < SMALL_ENOUGH:
        found = whole_solution(cost, rows, bounds, {"node_limit": NODES, "mip_rel_gap": 0.0})
    else:
        found = _near_best(search, cost, rows, bounds)
    return None if found is None else Choice(found[:n] > 0.5, found[n:] > 0.5)


def _costs(piece: Piece, rules: Rules, keep: np.ndarray) -> tuple[np.ndarray, optimize.Bounds]:
    """Cost and bounds of (hide, up). Rounding the wrong way costs little beside hiding."""
    large = piece.kind == LARGE
    weight = weights(piece, rules)
    deviation = np.where(large, piece.high + piece.low - 2 * piece.truth[: piece.n], 0).astype(float)
    finest = 0.4 * weight.min() / max(1.0, np.abs(deviation).sum()) if piece.n else 0.0
    fixed = keep.astype(float)
    most = np.concatenate([np.where(piece.kind == PROVIDER, fixed, 1.0), large & (piece.high > piece.low)])
    cost = np.concatenate([weight, deviation * max(finest, 0.002)])
    return cost, optimize.Bounds(np.concatenate([fixed, np.zeros(piece.n)]), most)


def _near_best(
    search: Search, cost: np.ndarray, rows: list[optimize.LinearConstraint], bounds: optimize.Bounds
) -> np.ndarray | None:
    """For large pieces: hide only what some program in fractions hid, or anything where that is not enough."""
    n, options = search.piece.n, {"node_limit": 50, "mip_rel_gap": 0.05}
    fractions = optimize.milp(cost, constraints=rows, bounds=bounds).x
    if fractions is not None:
        search.likely |= fractions[:n] > TOLERANCE
    most = np.append(np.where(search.likely, bounds.ub[:n], bounds.lb[:n]), bounds.ub[n:])
    found = whole_solution(cost, rows, optimize.Bounds(bounds.lb, most), options)
    return whole_solution(cost, rows, bounds, options) if found is None else found


def _figure_rows(piece: Piece, rules: Rules) -> list[tuple[dict[int, float], float]]:
    """On (hide, up): shown figures add up; where parts are hidden, what is left over for them is possible.

    Where all cells of a relation are shown it holds exactly. The rest for small parts is 0 to what they can be,
    rounded up; hiding one of the others lifts the limit it stood in the way of.
    """
    rows: list[tuple[dict[int, float], float]] = []  # coefficients @ (hide, up) >= least
    for total, parts in piece.lines_now:
        free = not rules.additive and bool(piece.stale[[total, *parts]].any())
        if (piece.kind[[total, *parts]] == LARGE).any() and piece.kind[total] != PROVIDER and not free:
            rows.append(_at_least(piece, total, parts, 1, 0.0))
            room = _room(piece, rules, parts)
            if np.isfinite(room):
                rows.append(_at_least(piece, total, parts, -1, -room))
    for total, parts in piece.at_most_now:
        free = not rules.additive and bool(piece.stale[[total, *parts]].any())
        if piece.kind[total] == LARGE and not free:
            room = _room(piece, rules, parts)
            if np.isfinite(room):
                rows.append(_at_least(piece, total, parts, -1, -room))
            rows += [_at_least(piece, total, (part,), 1, 0.0) for part in parts if piece.kind[part] == LARGE]
    return rows


def _constraint(piece: Piece, rows: Sequence[tuple[dict[int, float], float]]) -> optimize.LinearConstraint:
    entries = [(place, column, value) for place, (row, _) in enumerate(rows) for column, value in row.items()]
    row, column, value = np.array(entries, dtype=float).reshape(-1, 3).T
    matrix = sparse.csr_array((value, (row.astype(int), column.astype(int))), shape=(len(rows), 2 * piece.n))
    return optimize.LinearConstraint(matrix, np.array([least for _, least in rows]), np.inf)


def _room(piece: Piece, rules: Rules, parts: tuple[int, ...]) -> float:
    """How much the figures may leave for parts that are hidden anyway."""
    kinds = piece.kind[list(parts)]
    if (kinds == PROVIDER).any():
        return np.inf
    return float(-(-int((kinds == SMALL).sum()) * (rules.threshold - 1) // rules.base) * rules.base)


def _at_least(
    piece: Piece, total: int, parts: tuple[int, ...], sign: int, least: float
) -> tuple[dict[int, float], float]:
    """Row for sign x (figure of the total - figures of the parts) >= least, unless a cell is hidden."""
    large = [
        (cell, side) for cell, side in ((total, sign), *((part, -sign) for part in parts)) if piece.kind[cell] == LARGE
    ]
    start = sum(side * float(piece.low[cell]) for cell, side in large)
    lowest = sum(float(piece.low[cell]) if side > 0 else -float(piece.high[cell]) for cell, side in large)
    row: dict[int, float] = {}
    for cell, side in large:
        row[piece.n + cell] = side * float(piece.high[cell] - piece.low[cell])
        # A hidden part no longer takes its figure from the rest; a hidden total, or a rest without end, asks nothing.
        row[cell] = float(piece.high[cell]) if side < 0 and cell != total else max(0.0, least - lowest)
    return row, least - start


def _hide_more(search: Search, choice: Choice, cuts: list[Cut]) -> None:
    """Meet the cuts by hiding alone: repeatedly the cell that does most for its weight."""
    weight = weights(search.piece, search.rules)
    matrix = np.array([cut.hide for cut in cuts])
    short = np.array([cut.least - cut.up @ choice.up - cut.hide @ choice.hide for cut in cuts])
    while (short > TOLERANCE).any():
        use = np.minimum(matrix, np.maximum(short, 0)[:, None]).sum(axis=0)
        use[choice.hide] = 0.0
        best = int(np.argmax(use / weight))
        if use[best] <= 0:
            raise _nothing_is_safe()
        choice.hide[best] = True
        short -= matrix[:, best]


def _relaxed(search: Search, choice: Choice, start: np.ndarray) -> Choice:
    """Show again what was hidden since the start for nothing, dearest first; a bounded number of tries."""
    weight = weights(search.piece, search.rules)
    extra = np.flatnonzero(choice.hide & ~start)
    for cell in extra[np.argsort(-weight[extra], kind="stable")][:TRIES].tolist():
        trial = Choice(choice.hide.copy(), choice.up)
        trial.hide[cell] = False
        if _adds_up(search, trial):
            kept = search.witnesses
            if not attack(search, trial, first=True):
                choice = trial
            else:
                search.witnesses = kept
    return choice


def _adds_up(search: Search, choice: Choice) -> bool:
    """Whether the choice meets what every good choice meets."""
    both = np.concatenate([choice.hide, choice.up]).astype(float)
    return all(bool((rows.A @ both >= rows.lb - TOLERANCE).all()) for rows in search.standing)
