"""Numbers in place of exact ones that an earlier edition was given without.

A stand-in is a set of numbers that could have been the truth of all editions together: it agrees with every figure,
mark, sum and change that was published. As far as that goes it is the published figure itself. So whatever is decided
by it holds in a world that a reader cannot rule out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from scipy import optimize, sparse

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.attack import whole_solution
from jeugd_analysis.methods.disclosure.cells import PRIMARY, SHOWN
from jeugd_analysis.methods.disclosure.layout import Line
from jeugd_analysis.methods.disclosure.pieces import HIDDEN, Edition, Rules, components, drawn_in

Row = tuple[dict[int, float], float, float]  # coefficients, least, most
NODES = 5000


def with_stand_ins(told: Sequence[tuple[Edition, np.ndarray]], rules: Rules) -> list[Edition]:
    """The editions with a number for every cell. `told`: each with the cells of which the exact number is known.

    Raises: FactorError when no numbers fit everything that was published.
    """
    editions = [replace(edition, count=edition.count.copy()) for edition, _ in told]
    missing = [edition.present & ~known for edition, known in told]
    for edition, unknown in zip(editions, missing, strict=True):
        edition.count[unknown] = edition.published[unknown]  # HIDDEN where nothing was told
    if rules.exact or not any(unknown.any() for unknown in missing):
        return editions  # exact figures of one edition say nothing of another
    low, high = _bounds(editions, missing, rules)
    editions = [
        replace(each, lines=[line for line in each.lines if not line.doubtful or _possible(line, low[n], high[n])])
        for n, each in enumerate(editions)
    ]
    for cells in components(len(editions[0].count), editions):
        if any(unknown[cells].any() for unknown in missing):
            _fill_in(cells, editions, low, high, rules)
    return editions


def _bounds(editions: Sequence[Edition], missing: Sequence[np.ndarray], rules: Rules) -> tuple[np.ndarray, np.ndarray]:
    """What is told of each number by itself: per edition and cell the least and the most."""
    low = np.array([edition.count for edition in editions], dtype=float)
    high = low.copy()
    for place, unknown in enumerate(missing):
        for cell in np.flatnonzero(unknown).tolist():
            low[place, cell], high[place, cell] = _range(place, cell, editions, rules)
    return low, high


def _range(place: int, cell: int, editions: Sequence[Edition], rules: Rules) -> tuple[float, float]:
    edition, threshold = editions[place], float(rules.threshold)
    figure, status = int(edition.published[cell]), edition.status[cell]
    if edition.marked[cell]:
        return float(rules.smallest), threshold - 1
    if figure == HIDDEN:
        return (threshold if status == PRIMARY else 0.0), np.inf
    if status == SHOWN:
        return float(figure), float(figure)
    before = drawn_in(cell, editions[:place])
    if before is not None and before[1] == figure:
        return threshold, np.inf
    return max(threshold, float(figure - rules.base + 1)), float(figure + rules.base - 1)


def _possible(line: Line, low: np.ndarray, high: np.ndarray) -> bool:
    parts = list(line.parts)
    least = low[parts].max() if line.at_most else low[parts].sum()
    return bool(least <= high[line.total] and high[parts].sum() >= low[line.total])


def _fill_in(cells: np.ndarray, editions: Sequence[Edition], low: np.ndarray, high: np.ndarray, rules: Rules) -> None:
    """Numbers of one set of linked cells in all editions, as near to the published figures as can be."""
    there = [(n, cell) for n, each in enumerate(editions) for cell in cells[each.present[cells]].tolist()]
    place = {key: number for number, key in enumerate(there)}
    told = [key for key in there if editions[key[0]].published[key[1]] != HIDDEN]
    rows = list(_sums(cells, editions, place)) + list(_changes(told, editions, place, rules))
    for number, key in enumerate(told):
        figure = float(editions[key[0]].published[key[1]])
        off = len(there) + number
        rows += [({off: 1, place[key]: -1}, -figure, np.inf), ({off: 1, place[key]: 1}, figure, np.inf)]
    free = [np.zeros(len(told)), np.full(len(told), np.inf)]
    bounds = [np.append([edges[key] for key in there], more) for edges, more in zip((low, high), free, strict=True)]
    cost = np.append(np.zeros(len(there)), np.ones(len(told)))
    found = None
    if (bounds[0] <= bounds[1]).all():
        found = whole_solution(cost, _constraints(rows, len(cost)), optimize.Bounds(*bounds), {"node_limit": NODES})
    if found is None:
        raise FactorError(
            "De eerdere edities kunnen niet kloppen: er zijn geen aantallen die passen bij alles wat er staat.",
            doe="geef de eerdere edities zoals protect ze gaf, de oudste eerst, met dezelfde drempel en afronding.",
        )
    for number, (edition, cell) in enumerate(there):
        editions[edition].count[cell] = round(found[number])


def _sums(cells: np.ndarray, editions: Sequence[Edition], place: dict[tuple[int, int], int]) -> Iterator[Row]:
    mine = set(cells.tolist())
    for n, edition in enumerate(editions):
        for line in edition.lines:
            if line.total not in mine:
                continue
            whole, parts = place[n, line.total], [place[n, part] for part in line.parts]
            yield {whole: -1.0, **dict.fromkeys(parts, 1.0)}, 0.0, np.inf if line.at_most else 0.0
            if line.at_most:
                yield from (({whole: 1.0, part: -1.0}, 0.0, np.inf) for part in parts)


def _changes(
    told: Sequence[tuple[int, int]], editions: Sequence[Edition], place: dict[tuple[int, int], int], rules: Rules
) -> Iterator[Row]:
    """The change rule: an equal figure moved less than the threshold since it was rounded, another at least that."""
    least = float(rules.threshold)
    for n, cell in told:
        figure, before = int(editions[n].published[cell]), drawn_in(cell, editions[:n])
        if before is None or before[1] == 0 or figure == 0:
            continue
        row = {place[n, cell]: 1.0, place[before[0], cell]: -1.0}
        if figure == before[1]:
            yield row, 1 - least, least - 1
        elif figure > before[1]:
            yield row, least, np.inf
        else:
            yield row, -np.inf, -least


def _constraints(rows: Sequence[Row], size: int) -> list[optimize.LinearConstraint]:
    entries = [(n, column, value) for n, (row, _, _) in enumerate(rows) for column, value in row.items()]
    row, column, value = np.array(entries, dtype=float).reshape(-1, 3).T
    matrix = sparse.csr_array((value, (row.astype(int), column.astype(int))), shape=(len(rows), size))
    least, most = np.array([edges for _, *edges in rows], dtype=float).reshape(-1, 2).T
    return [optimize.LinearConstraint(matrix, least, most)] if rows else []
