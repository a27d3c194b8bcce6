"""What has to be protected, cut into pieces that have nothing to do with each other.

A piece is a set of cells joined by relations, in the new edition and in earlier ones, as one system for a solver:
variables are the true numbers as an attacker sees them, in the new edition first and then in each earlier edition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.contributors import Judged
from jeugd_analysis.methods.disclosure.layout import Line

ZERO, SMALL, PROVIDER, LARGE = range(4)
HIDDEN = -1  # in place of a published number
WIDTH, ABOVE, BELOW = range(3)  # what must stay possible: between least and most, and on either side of the truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What counts as small, how numbers are rounded, and how much must stay possible."""

    threshold: int
    base: int
    min_width: int
    show_zero: bool
    loss: str
    additive: bool

    @property
    def exact(self) -> bool:
        """Every figure is the truth, in every edition: then one edition says nothing of the numbers of another."""
        return self.threshold == 1 and self.base == 1

    @property
    def smallest(self) -> int:
        """The least a number marked as small can be."""
        return 1 if self.show_zero else 0


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition over all cells: is the cell in it, its exact number, what was published (HIDDEN: nothing), status.

    marked: hidden, and the reader sees that it is small.
    """

    present: np.ndarray
    count: np.ndarray
    published: np.ndarray
    status: np.ndarray
    marked: np.ndarray
    lines: list[Line]


@dataclass(slots=True)
class Piece:
    """One system. The first `n` variables are the cells of the new edition, the others those of earlier editions.

    kind, forced (hidden before), frozen (published figure reused), stale (reused for another true number) and the
    rounded values to choose from (low, high) belong to the first n. lower and upper hold for the earlier ones.
    sums @ z = 0, limits @ z <= limit; a limit with an owner falls away when that cell is hidden. need: how much must
    stay possible, in rows WIDTH, ABOVE and BELOW (the truth). cap: stands for no limit. single: of one contributor.
    lines_now and at_most_now: relations of the new edition, (total, parts).
    """

    cells: np.ndarray
    n: int
    kind: np.ndarray
    forced: np.ndarray
    frozen: np.ndarray
    stale: np.ndarray
    low: np.ndarray
    high: np.ndarray
    truth: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    sums: sparse.csr_array
    sums_of: sparse.csr_array
    limits: sparse.csr_array
    limit: np.ndarray
    owner: np.ndarray
    need: np.ndarray
    cap: np.ndarray
    single: np.ndarray
    lines_now: list[tuple[int, tuple[int, ...]]]
    at_most_now: list[tuple[int, tuple[int, ...]]]


def components(size: int, editions: Sequence[Edition]) -> list[np.ndarray]:
    """Cells that are joined by lines of any edition, as arrays of numbers."""
    pairs = np.array(
        [(line.total, part) for edition in editions for line in edition.lines for part in line.parts], dtype=np.int64
    ).reshape(-1, 2)
    graph = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if size else []


def lines_by_component(parts: Sequence[np.ndarray], lines: Sequence[Line], size: int) -> list[list[Line]]:
    """The lines of one edition, sorted into components."""
    label = np.zeros(size, dtype=np.int64)
    for place, cells in enumerate(parts):
        label[cells] = place
    found: list[list[Line]] = [[] for _ in parts]
    for line in lines:
        found[int(label[line.total])].append(line)
    return found


# -- what earlier editions said ---------------------------------------------------------------------


def drawn_in(cell: int, before: Sequence[Edition]) -> tuple[int, int] | None:
    """The edition in which the figure that a cell last showed was rounded, and that figure; None without one."""
    found: tuple[int, int] | None = None
    for place in range(len(before) - 1, -1, -1):
        if not before[place].present[cell]:
            continue
        figure = int(before[place].published[cell])
        if figure == HIDDEN or (found is not None and figure != found[1]):
            break
        found = (place, figure)
    return found


def was_hidden(cells: np.ndarray, before: Sequence[Edition]) -> np.ndarray:
    """Cells that were hidden in any earlier edition."""
    hidden = np.zeros(len(cells), dtype=bool)
    for edition in before:
        hidden |= edition.present[cells] & (edition.published[cells] == HIDDEN)
    return hidden


def distinct(cells: np.ndarray, before: Sequence[Edition], lines: Sequence[list[Line]]) -> list[int]:
    """For each earlier edition, the first of the row of editions that say the same about these cells."""
    kept: list[int] = []
    for place, edition in enumerate(before):
        same = place > 0 and all(
            np.array_equal(getattr(edition, name)[cells], getattr(before[place - 1], name)[cells])
            for name in ("present", "published", "marked")
        )
        kept.append(kept[-1] if same and lines[place] == lines[place - 1] else place)
    return kept


class _System:
    """Collects variables, bounds and rows of a piece."""

    def __init__(self) -> None:
        self.place: dict[tuple[int, int], int] = {}
        self.truth: list[int] = []
        self.lower: list[int] = []
        self.upper: list[int | None] = []
        self.sums: list[tuple[int, tuple[int, ...]]] = []
        self.at_most: list[tuple[int, tuple[int, ...]]] = []
        self.links: list[tuple[int, int, int, int]] = []  # first - second <= at most, owner

    def add(self, layer: int, cell: int, truth: int, lower: int, upper: int | None) -> int:
        self.place[layer, cell] = len(self.truth)
        self.truth.append(truth)
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.truth) - 1

    def add_lines(self, layer: int, lines: Sequence[Line]) -> None:
        for line in lines:
            row = (self.place[layer, line.total], tuple(self.place[layer, part] for part in line.parts))
            (self.at_most if line.at_most else self.sums).append(row)

    def link(self, here: int, there: int, change: int, threshold: int, *, same: bool, owner: int) -> None:
        """The change rule: equal figures differ less than the threshold in truth, other figures at least that."""
        if same:
            self.links += [(here, there, threshold - 1, owner), (there, here, threshold - 1, owner)]
        elif change > 0:
            self.links.append((there, here, -threshold, owner))
        else:
            self.links.append((here, there, -threshold, owner))


def _matrix(rows: Sequence[dict[int, int]], size: int) -> sparse.csr_array:
    places = [(place, column, value) for place, row in enumerate(rows) for column, value in row.items()]
    row, column, value = np.array(places, dtype=np.int64).reshape(-1, 3).T
    return sparse.csr_array((value.astype(float), (row, column)), shape=(len(rows), size))


def _sum_rows(sums: Sequence[tuple[int, tuple[int, ...]]]) -> list[dict[int, int]]:
    return [{total: -1, **dict.fromkeys(parts, 1)} for total, parts in sums]


def _limit_rows(system: _System) -> tuple[list[dict[int, int]], list[int], list[int]]:
    rows: list[dict[int, int]] = []
    limit: list[int] = []
    owner: list[int] = []
    for total, parts in system.at_most:
        rows += [{total: 1, **dict.fromkeys(parts, -1)}, *({part: 1, total: -1} for part in parts)]
        limit += [0] * (1 + len(parts))
        owner += [-1] * (1 + len(parts))
    for first, second, most, who in system.links:
        rows.append({first: 1, second: -1})
        limit.append(most)
        owner.append(who)
    return rows, limit, owner


def build(
    cells: np.ndarray,
    now: Edition,
    judged: Judged,
    before: Sequence[Edition],
    lines: Sequence[list[Line]],
    rules: Rules,
) -> Piece:
    """The system of one component. `lines`: of each earlier edition and then of the new one, for these cells only.

    Raises: FactorError when an earlier edition cannot have been made by these rules.
    """
    mine = cells[now.present[cells]]
    system = _System()
    count = now.count[mine]
    kind = np.select(
        [(count == 0) & rules.show_zero, count < rules.threshold, judged.unsafe[mine]], [ZERO, SMALL, PROVIDER], LARGE
    )
    level = np.where(kind == PROVIDER, judged.level[mine], 0)
    for cell, truth in zip(mine.tolist(), count.tolist(), strict=True):
        system.add(len(before), cell, truth, 0, None)
    system.add_lines(len(before), lines[-1])
    kept = distinct(cells, before, lines[:-1])
    for layer in sorted(set(kept)) if not rules.exact else ():
        _add_layer(system, layer, cells, before, kept, lines[layer], rules)
    figures = _figures(system, mine, count, kind, before, kept, rules)
    forced = was_hidden(mine, before) & np.isin(kind, (ZERO, LARGE))  # a small number is hidden anyway
    return _finished(system, mine, kind, forced, figures, level, judged.single[mine], rules)


def _add_layer(
    system: _System,
    layer: int,
    cells: np.ndarray,
    before: Sequence[Edition],
    kept: Sequence[int],
    lines: Sequence[Line],
    rules: Rules,
) -> None:
    edition, base = before[layer], rules.base
    for cell in cells[edition.present[cells]].tolist():
        figure, truth = int(edition.published[cell]), int(edition.count[cell])
        earlier = drawn_in(cell, before[:layer])
        if figure == HIDDEN and edition.marked[cell]:
            system.add(layer, cell, truth, rules.smallest, rules.threshold - 1)
        elif figure == HIDDEN:
            system.add(layer, cell, truth, rules.threshold if truth >= rules.threshold else 0, None)
        elif figure == 0 and truth == 0:
            system.add(layer, cell, truth, 0, 0)
        else:
            same = earlier is not None and earlier[1] == figure
            lower = rules.threshold if same else max(rules.threshold, figure - base + 1)
            here = system.add(layer, cell, truth, lower, None if same else figure + base - 1)
            if earlier is not None and earlier[1] != 0:
                there = system.place[kept[earlier[0]], cell]
                system.link(here, there, figure - earlier[1], rules.threshold, same=same, owner=-1)
    system.add_lines(layer, lines)


def _figures(
    system: _System,
    mine: np.ndarray,
    count: np.ndarray,
    kind: np.ndarray,
    before: Sequence[Edition],
    kept: Sequence[int],
    rules: Rules,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The two multiples each shown number may become (equal when there is no choice), which are reused, and stale."""
    base = rules.base
    low = count // base * base
    high = -(-count // base) * base
    frozen = np.zeros(len(mine), dtype=bool)
    stale = np.zeros(len(mine), dtype=bool)
    for place in np.flatnonzero(kind == LARGE).tolist() if not rules.exact else ():
        cell = int(mine[place])
        earlier = drawn_in(cell, before)
        if earlier is None or earlier[1] == 0:
            continue
        change = int(count[place]) - int(before[earlier[0]].count[cell])
        frozen[place] = same = abs(change) < rules.threshold
        there = system.place[kept[earlier[0]], cell]
        system.link(place, there, change, rules.threshold, same=bool(same), owner=place)
        stale[place] = same and change != 0
        if same:
            low[place] = high[place] = earlier[1]
        elif min(abs(low[place] - earlier[1]), abs(high[place] - earlier[1])) < (
            rules.threshold + rules.min_width - 2 * (base - 1)
        ):
            # A figure one step away would tell that the change was hardly more than the threshold.
            low[place] = high[place] = max(low[place], high[place]) if change > 0 else min(low[place], high[place])
    return low, high, frozen, stale


def _finished(
    system: _System,
    mine: np.ndarray,
    kind: np.ndarray,
    forced: np.ndarray,
    figures: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    level: np.ndarray,
    single: np.ndarray,
    rules: Rules,
) -> Piece:
    n, size = len(mine), len(system.truth)
    truth = np.array(system.truth, dtype=np.int64)
    rows, limit, owner = _limit_rows(system)
    low, high, frozen, stale = figures
    cap = _caps(truth, level, rules)
    lower = np.array(system.lower, dtype=np.int64)
    upper = np.array([cap[i] if top is None else top for i, top in enumerate(system.upper)], dtype=np.int64)
    _require_fitting(truth[n:], lower[n:], upper[n:])
    told = ((kind == LARGE) & (rules.base == 1) & ~frozen) | (kind == ZERO)
    exact = np.append(told & ~forced, (lower == upper)[n:])
    sums = _matrix(_sum_rows(system.sums), size)
    return Piece(
        cells=mine,
        n=n,
        kind=kind,
        forced=forced,
        frozen=frozen,
        stale=stale,
        low=low,
        high=high,
        truth=truth,
        lower=lower,
        upper=upper,
        sums=sums,
        sums_of=sums.T.tocsr(),
        limits=_matrix(rows, size),
        limit=np.array(limit, dtype=np.int64),
        owner=np.array(owner, dtype=np.int64),
        need=_needs(exact, truth, level, rules),
        cap=cap,
        single=single,
        lines_now=[row for row in system.sums if row[0] < n],
        at_most_now=[row for row in system.at_most if row[0] < n],
    )


def _needs(exact: np.ndarray, truth: np.ndarray, level: np.ndarray, rules: Rules) -> np.ndarray:
    """How much must stay possible of each number; nothing below the threshold, for it shows that it is not small."""
    need = np.zeros((3, len(truth)))
    need[WIDTH] = np.where(exact, 0.0, rules.min_width)
    need[ABOVE, : len(level)] = level
    need[BELOW, : len(level)] = np.minimum(level, np.maximum(truth[: len(level)] - rules.threshold, 0))
    return need


def _caps(truth: np.ndarray, level: np.ndarray, rules: Rules) -> np.ndarray:
    """Room enough to let every number grow by the same factor until the smallest has grown by what is needed."""
    least = max(1, int(truth[truth > 0].min())) if (truth > 0).any() else 1
    growth = max(-(-rules.min_width // least), int((level // np.maximum(truth[: len(level)], 1)).max(initial=0)))
    return truth * (2 + growth) + 2 * rules.min_width + 2 * rules.base


def _require_fitting(truth: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> None:
    if (truth < lower).any() or (truth > upper).any():
        raise FactorError(
            "Een eerdere editie past niet bij deze regels: een getal ligt te ver van wat is gepubliceerd.",
            doe="geef de eerdere edities zoals protect ze gaf, met dezelfde drempel en afronding.",
        )
