"""The attacker: how closely can each hidden or rounded number be found from everything that was published?

Knows the rules, the relations and every edition, and nothing of how `protect` chooses; shares with it only the
description of tables and relations.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.cells import (
    NOTES,
    PRIMARY,
    PROVIDERS,
    RESULT_COLUMNS,
    ROUNDED,
    SECONDARY,
    SHOWN,
    STATUSES,
    CellRef,
)
from jeugd_analysis.methods.disclosure.forms import as_cell
from jeugd_analysis.methods.disclosure.intervals import Puzzle, intervals
from jeugd_analysis.methods.disclosure.layout import Layout, Line, layout


@dataclass(frozen=True, slots=True)
class Notice:
    """What one edition says of one cell: its published number (None: hidden), status and reason."""

    figure: int | None
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """The rules that a reader knows; smallest: the least that a number marked as small can be."""

    base: int
    threshold: int
    smallest: int


def audit(
    published: Mapping[str, Any] | Sequence[Mapping[str, pd.DataFrame]],
    *,
    relations: object,
    base: int | None = None,
    threshold: int | None = None,
    known: Mapping[CellRef, int] | Iterable[tuple[object, int]] | None = None,
    zero: str | None = None,
    count: str | None = None,
) -> pd.DataFrame:
    """The interval in which a reader knows each hidden or rounded number to be.

    Shapes: `published`: frames with key columns, "published" and "status" (and "reason"), as `protect` gives them, or
    editions of those, the oldest first; a column with exact counts (named by `protect`, or here as `count`; else
    youths) is not looked at. `relations`: see `cells`. Result: table, key columns, low, high (infinite: no limit); for
    editions "edition" comes first: 0 is the oldest, or the name it has in a mapping.
    The reader knows: a rounded number is less than `base` from the truth and at least `threshold`; primary means 1 to
    `threshold` - 1 (from 0 when `zero` is "hidden"), or at least `threshold` where the reason is the providers;
    secondary means nothing. A figure that stayed the same over editions changed less than `threshold` in truth since
    it was rounded, one that moved at least that. Without these rules those that `protect` noted, else 5, 10, "shown".
    `known`: exact numbers that an insider has, in the last edition.
    Intervals are of whole numbers up to a few hundred linked cells; above that those of fractions, rounded inwards.
    Raises: FactorError on a publication that contradicts itself.
    """
    names, editions = _editions(published)
    rules = _rules(_noted(editions), base, threshold, zero)
    keys = [{name: _keys(name, frame, count) for name, frame in edition.items()} for edition in editions]
    plan = layout(keys, relations)
    notices = [_notices(edition, plan, place) for place, edition in enumerate(editions)]
    source = _sources(notices, plan, each=known is not None)
    puzzle = _puzzle(notices, plan, source, rules)
    for cell, value in _pairs(known):
        _tell(puzzle, plan, keys[-1], len(editions) - 1, as_cell(cell, keys), value)
    low, high = intervals(puzzle)
    report = _report(keys, plan, source, puzzle, low, high)
    return (
        report.drop(columns="edition")
        if names is None
        else report.assign(edition=[names[n] for n in report["edition"]])
    )


# -- reading the publication ---------------------------------------------------------------------------


def _editions(
    published: Mapping[str, Any] | Sequence[Any],
) -> tuple[list[Any] | None, list[Mapping[str, pd.DataFrame]]]:
    """Names of the editions (None where one was given by itself) and the editions."""
    names: list[Any] | None = None
    editions: list[Any] = [published]
    if isinstance(published, Mapping) and published and all(isinstance(each, Mapping) for each in published.values()):
        names, editions = list(published), list(published.values())
    elif isinstance(published, Collection) and not isinstance(published, Mapping | str):
        names, editions = list(range(len(published))), list(published)
    for edition in editions:
        if not isinstance(edition, Mapping) or not all(isinstance(each, pd.DataFrame) for each in edition.values()):
            raise FactorError(
                f"Wat is gepubliceerd, is niet te begrijpen ({type(edition).__name__}).",
                doe="geef per editie een mapping van naam naar tabel; meer edities als lijst of als mapping.",
            )
    return names, editions


def _noted(editions: Sequence[Mapping[str, pd.DataFrame]]) -> Mapping[str, Any]:
    """The rules that `protect` noted, where its frames were kept as they are."""
    for edition in editions:
        for frame in edition.values():
            if NOTES in frame.attrs:
                return frame.attrs[NOTES]
    return {}


def _rules(noted: Mapping[str, Any], base: int | None, threshold: int | None, zero: str | None) -> _Reader:
    return _Reader(
        base=base or noted.get("base", 5),
        threshold=threshold or noted.get("threshold", 10),
        smallest=0 if (zero or noted.get("zero")) == "hidden" else 1,
    )


def _keys(name: str, frame: pd.DataFrame, count: str | None) -> pd.DataFrame:
    if missing := [column for column in ("published", "status") if column not in frame.columns]:
        raise FactorError(f"Tabel {name} heeft geen kolom {', '.join(missing)}.", doe="geef wat protect teruggaf.")
    exact = count or frame.attrs.get(NOTES, {}).get("count", "youths")
    keys = frame.drop(columns=[c for c in frame.columns if c in (*RESULT_COLUMNS, exact)])
    if taken := [column for column in keys.columns if column in ("edition", "table", "low", "high")]:
        raise FactorError(f"Tabel {name} heeft een sleutelkolom {', '.join(taken)}; die naam is bezet.")
    return keys


def _notices(edition: Mapping[str, pd.DataFrame], plan: Layout, place: int) -> dict[int, Notice]:
    told: dict[int, Notice] = {}
    for name, frame in edition.items():
        reasons = frame["reason"].tolist() if "reason" in frame.columns else [None] * len(frame)
        columns = (plan.rows[place][name].tolist(), frame["published"].tolist(), frame["status"].tolist(), reasons)
        for number, figure, status, reason in zip(*columns, strict=True):
            notice = Notice(None if pd.isna(figure) else int(figure), status, None if pd.isna(reason) else reason)
            _require_sensible(name, notice)
            told[number] = _joined(told[number], notice, plan.cells[number]) if number in told else notice
    return told


def _require_sensible(name: str, notice: Notice) -> None:
    hidden = notice.status in (PRIMARY, SECONDARY)
    if notice.status not in STATUSES:
        raise FactorError(
            f"Tabel {name} heeft een onbekende status {notice.status}.", doe=f"kies {', '.join(STATUSES)}."
        )
    if hidden != (notice.figure is None) or (notice.figure or 0) < 0:
        raise FactorError(f"Tabel {name} heeft een getal dat niet past bij de status {notice.status}.")


def _joined(one: Notice, other: Notice, cell: CellRef) -> Notice:
    """Two places that show the same cell: the one that tells most."""
    figures = {one.figure, other.figure} - {None}
    if len(figures) > 1:
        raise FactorError(f"De publicatie kan niet kloppen: {cell} staat er met twee getallen.")
    order = (SHOWN, ROUNDED, PRIMARY, SECONDARY)
    return min(one, other, key=lambda notice: order.index(notice.status))


def _sources(notices: Sequence[Mapping[int, Notice]], plan: Layout, *, each: bool) -> list[dict[int, int]]:
    """For every edition and cell the edition that stands for it: repeats of a repeat know just as much as the first.

    Editions repeat each other when they say the same about all cells that are linked in any of them.
    """
    pairs = [(line.total, part) for lines in plan.lines for line in lines for part in line.parts]
    label, cells = _linked(len(plan.cells), pairs)
    result: list[dict[int, int]] = []
    said: dict[int, tuple[list[Notice | None], list[Line]]] = {}
    times: dict[int, int] = {}
    for edition, (told, lines) in enumerate(zip(notices, plan.lines, strict=True)):
        here: list[list[Line]] = [[] for _ in cells]
        for line in lines:
            here[label[line.total]].append(line)
        result.append({})
        for place, mine in enumerate(cells):
            now = ([told.get(cell) for cell in mine.tolist()], here[place])
            times[place] = times[place] + 1 if not each and said.get(place) == now else 0
            said[place] = now
            back = max(times[place] - 1, 0)
            result[-1].update(dict.fromkeys(mine.tolist(), edition - back))
    return result


def _linked(size: int, pairs: Sequence[tuple[int, int]]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Numbers that the pairs join: the label of each, and those of each label."""
    first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = sparse.coo_array((np.ones(len(pairs)), (first, second)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    return label, np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if size else []


def _pairs(known: Mapping[CellRef, int] | Iterable[tuple[object, int]] | None) -> list[tuple[object, int]]:
    if known is None:
        return []
    return list(known.items()) if isinstance(known, Mapping) else list(known)


# -- what follows from the rules -----------------------------------------------------------------------


def _puzzle(
    notices: Sequence[Mapping[int, Notice]], plan: Layout, source: Sequence[Mapping[int, int]], rules: _Reader
) -> Puzzle:
    puzzle = Puzzle()
    draws: dict[int, tuple[int, int]] = {}  # cell -> variable and figure of the edition that rounded it
    for edition, told in enumerate(notices):
        for cell, notice in sorted(told.items()):
            if source[edition][cell] == edition:
                _add_cell(puzzle, edition, cell, notice, draws, rules)
        for line in plan.lines[edition]:
            if source[edition][line.total] == edition and not (line.doubtful and _impossible(puzzle, edition, line)):
                _add_line(puzzle, edition, line)
    return puzzle


def _add_cell(
    puzzle: Puzzle, edition: int, cell: int, notice: Notice, draws: dict[int, tuple[int, int]], rules: _Reader
) -> None:
    """A variable for one cell of one edition, with what its figure tells beside an earlier one."""
    here = puzzle.place[edition, cell] = len(puzzle.low)
    draw = draws.get(cell)
    reused = draw is not None and notice.figure == draw[1] and notice.status == ROUNDED
    low, high = _range(notice, rules, reused=reused)
    puzzle.low.append(low)
    puzzle.high.append(high)
    puzzle.asked.append(notice.status != SHOWN)
    if notice.figure is None:
        draws.pop(cell, None)
        return
    if draw is not None and draw[1] != 0 and notice.figure != 0:
        puzzle.rows.append(_change(here, draw, notice.figure, rules.threshold))
    if not reused:
        draws[cell] = (here, notice.figure)


def _impossible(puzzle: Puzzle, edition: int, line: Line) -> bool:
    """Whether a relation cannot hold, looking at what is said of each of its cells alone."""
    total = puzzle.place[edition, line.total]
    parts = [puzzle.place[edition, part] for part in line.parts]
    least = (max if line.at_most else sum)(puzzle.low[part] for part in parts)
    return least > puzzle.high[total] or sum(puzzle.high[part] for part in parts) < puzzle.low[total]


def _range(notice: Notice, rules: _Reader, *, reused: bool) -> tuple[float, float]:
    """Bounds on one cell by its own notice alone."""
    base, threshold, smallest = rules.base, rules.threshold, rules.smallest
    if notice.figure is None:
        if notice.status == SECONDARY:
            return 0.0, np.inf
        return (float(threshold), np.inf) if notice.reason == PROVIDERS else (float(smallest), threshold - 1.0)
    if notice.figure == 0 and notice.status == SHOWN:
        return 0.0, 0.0
    if reused:
        return float(threshold), np.inf
    off = 0 if notice.status == SHOWN else base - 1
    least = float(max(0, notice.figure - off))
    most = float(notice.figure + off)
    return (max(least, float(threshold)) if most >= threshold else least), most


def _change(here: int, draw: tuple[int, int], figure: int, threshold: int) -> tuple[dict[int, int], float, float]:
    """The change rule as a row: difference of two true numbers of one cell."""
    there, before = draw
    if figure == before:
        return {here: 1, there: -1}, 1.0 - threshold, threshold - 1.0
    return {here: 1, there: -1}, *((float(threshold), np.inf) if figure > before else (-np.inf, -float(threshold)))


def _add_line(puzzle: Puzzle, edition: int, line: Line) -> None:
    whole, pieces = puzzle.place[edition, line.total], [puzzle.place[edition, part] for part in line.parts]
    puzzle.rows.append(({whole: -1, **dict.fromkeys(pieces, 1)}, 0.0, np.inf if line.at_most else 0.0))
    if line.at_most:
        puzzle.rows += [({whole: 1, piece: -1}, 0.0, np.inf) for piece in pieces]


def _tell(
    puzzle: Puzzle, plan: Layout, keys: Mapping[str, pd.DataFrame], edition: int, cell: CellRef, value: int
) -> None:
    """What an insider knows of one cell."""
    frame = keys.get(cell.table)
    columns = dict(cell.key)
    if frame is None or set(columns) != set(frame.columns):
        raise FactorError(f"De bekende cel {cell} staat niet in de laatste editie.")
    match = np.ones(len(frame), dtype=bool)
    for name, wanted in columns.items():
        match &= (frame[name] == wanted).to_numpy(dtype=bool)
    if not match.any():
        raise FactorError(f"De bekende cel {cell} staat niet in de laatste editie.")
    here = puzzle.place[edition, int(plan.rows[edition][cell.table][match][0])]
    if not puzzle.low[here] <= value <= puzzle.high[here]:
        raise FactorError(f"De publicatie kan niet kloppen met het bekende getal van {cell}.")
    puzzle.low[here] = puzzle.high[here] = float(value)
    puzzle.asked[here] = False


# -- the report ----------------------------------------------------------------------------------------


def _report(
    keys: Sequence[Mapping[str, pd.DataFrame]],
    plan: Layout,
    source: Sequence[Mapping[int, int]],
    puzzle: Puzzle,
    low: np.ndarray,
    high: np.ndarray,
) -> pd.DataFrame:
    asked = np.array(puzzle.asked, dtype=bool)
    frames = [pd.DataFrame(columns=["edition", "table", "low", "high"])]
    for edition, tables in enumerate(keys):
        for name, frame in tables.items():
            numbers = plan.rows[edition][name].tolist()
            places = np.array([puzzle.place[source[edition][n], n] for n in numbers], dtype=np.int64)
            rows = frame.reset_index(drop=True).astype(object).assign(low=low[places], high=high[places])
            rows.insert(0, "table", name)
            rows.insert(0, "edition", edition)
            frames.append(rows[asked[places]])
    report = pd.concat(frames, ignore_index=True)
    order = [column for column in report.columns if column not in ("low", "high")]
    whole = {column: report[column].infer_objects() for column in order if not report[column].isna().any()}
    return report.assign(**whole)[[*order, "low", "high"]].astype({"low": float, "high": float})
