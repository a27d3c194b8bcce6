"""Hide small numbers, round the others so that they add up, and hide what would give a small number away.

Status of a cell: shown (exact), rounded (less than `base` from the truth, or reused from an earlier edition), primary
(1 to `threshold` - 1, or too few or too dominant contributors), secondary (hidden to protect others; any number).

contributors: per table its key with "contributors" and, for the p% rule, "largest", "second" and "amount" (without it
    the number itself). A cell is primary with fewer than `min_contributors`, or where the second can find the largest
    to within `p_percent`. 0 marks a cell that has to be hidden for any other reason, such as money of youths who are
    hidden. Zeros stay as they are. Every row once; only rows that are 0 may be left out. The result has a column
    "reason": youths or providers.
previous: what `protect` returned for earlier editions, the oldest first. What was hidden stays hidden. A figure stays
    until the truth is at least `threshold` from what it was when the figure was rounded.
min_width: without it 4, or what a number that is known to be small can leave: `threshold` - 2 (3 for a threshold of 5).
zero: "shown", or "hidden" to treat it as a small number.
loss: what hiding a cell costs: "log" (of its number), "cells" or "values".
additive: shown figures always add up; False: not where a figure was reused for a number that changed, so that less is
    hidden after a revision.

Money: amounts in whole steps with threshold=1, base=1 and contributors. Then every amount is shown exactly or hidden.
Negative amounts are refused: that nothing is below 0 is part of what the reader is taken to know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.cells import (
    NOTES,
    PRIMARY,
    PROVIDERS,
    RESULT_COLUMNS,
    ROUNDED,
    SECONDARY,
    SHOWN,
    YOUTHS,
)
from jeugd_analysis.methods.disclosure.contributors import judged
from jeugd_analysis.methods.disclosure.layout import Layout, Line, layout
from jeugd_analysis.methods.disclosure.pattern import solve
from jeugd_analysis.methods.disclosure.pieces import (
    HIDDEN,
    PROVIDER,
    SMALL,
    ZERO,
    Edition,
    Rules,
    build,
    components,
    lines_by_component,
)

LOSSES = ("log", "cells", "values")
WIDTH = 4  # five values: half the range of a number below ten


def protect(
    tables: Mapping[str, pd.DataFrame],
    *,
    count: str,
    relations: object,
    contributors: Mapping[str, pd.DataFrame] | None = None,
    previous: Sequence[Mapping[str, pd.DataFrame]] | Mapping[str, pd.DataFrame] = (),
    threshold: int = 10,
    base: int = 5,
    min_width: int | None = None,
    zero: str = "shown",
    loss: str = "log",
    additive: bool = True,
    p_percent: float = 10.0,
    min_contributors: int = 3,
) -> dict[str, pd.DataFrame]:
    """What may be published of linked tables: the same rows with "published" (Int64, missing: hidden) and "status".

    Shapes: every column of a table besides `count` is part of the key; counts are whole and not negative. `relations`
    and the forms they may have: see `cells`. `contributors`, `previous` and the other rules: see this module.
    A reader who knows these rules and all editions is left, for every number but a shown one, an interval of at least
    `min_width`. The least loss up to a few hundred linked cells, near it above.
    Raises: FactorError on sums that do not hold, negative or broken counts, unknown names, double keys, and when
    nothing safe exists.
    Source: Fischetti and Salazar-Gonzalez (2001), Management Science 47(7); Cox (1987), JASA 82 (rounding).
    """
    rules = _checked_rules(threshold, base, min_width, zero, loss, additive=additive)
    earlier = [previous] if isinstance(previous, Mapping) else list(previous)
    known = [_without_results(edition) for edition in earlier]
    keys = [{name: _keys(name, frame, count) for name, frame in edition.items()} for edition in (*known, tables)]
    plan = layout(keys, relations)
    before = [_earlier(edition, plan, place, count, rules) for place, edition in enumerate(earlier)]
    now = _counted(tables, plan, len(earlier), count)
    for edition in (*before, now):
        _require_sums(edition, plan)
    told = judged(contributors, keys[-1], plan.rows[-1], now.count, p_percent, min_contributors)
    published, status = _protected(now, told.unsafe, before, rules)
    reason = None if contributors is None else np.where(now.count < threshold, YOUTHS, PROVIDERS).astype(object)
    notes = {"count": count, "base": base, "threshold": threshold, "zero": zero}
    rows = plan.rows[-1]
    return {n: _result(f, rows[n], published, status, reason, notes) for n, f in tables.items()}


def _protected(
    now: Edition, provider: np.ndarray, before: Sequence[Edition], rules: Rules
) -> tuple[np.ndarray, np.ndarray]:
    """Figures and statuses of all cells, one set of linked cells after the other."""
    size = len(now.count)
    published = np.full(size, HIDDEN, dtype=np.int64)
    status = np.full(size, SECONDARY, dtype=object)
    parts = components(size, [*before, now])
    split = [lines_by_component(parts, edition.lines, size) for edition in (*before, now)]
    for place, cells in enumerate(parts):
        if now.present[cells].any():
            _protect_part(cells, now, provider, before, [lines[place] for lines in split], rules, published, status)
    return published, status


def _protect_part(
    cells: np.ndarray,
    now: Edition,
    provider: np.ndarray,
    before: Sequence[Edition],
    lines: Sequence[list[Line]],
    rules: Rules,
    published: np.ndarray,
    status: np.ndarray,
) -> None:
    """Fill in the figures and statuses of one component."""
    if before and lines[-1] == lines[-2] and _unchanged(cells, now, provider, before[-1], rules):
        published[cells], status[cells] = _repeated(cells, provider, before[-1])
        return
    piece = build(cells, now, provider, before, lines, rules)
    choice = solve(piece, rules)
    hide = choice.hide & (piece.kind != PROVIDER)
    primary = np.isin(piece.kind, (SMALL, PROVIDER)) & ~hide
    figure = np.select([hide | primary, piece.kind == ZERO, choice.up], [HIDDEN, 0, piece.high], piece.low)
    exact = (piece.kind == ZERO) | ((rules.base == 1) & ~piece.frozen)
    published[piece.cells] = figure
    status[piece.cells] = np.select([primary, hide, exact], [PRIMARY, SECONDARY, SHOWN], ROUNDED)


def _repeated(cells: np.ndarray, provider: np.ndarray, last: Edition) -> tuple[np.ndarray, np.ndarray]:
    """Figures and statuses as in the last edition; only which contributors are too few may differ."""
    hidden = last.published[cells] == HIDDEN
    primary = hidden & (last.marked[cells] | provider[cells])
    return last.published[cells], np.select([primary, hidden], [PRIMARY, SECONDARY], last.status[cells])


def _unchanged(cells: np.ndarray, now: Edition, provider: np.ndarray, last: Edition, rules: Rules) -> bool:
    """The last edition had the same cells with the same numbers, and hid all that must be hidden."""
    small = (now.count[cells] < rules.threshold) & ~((now.count[cells] == 0) & rules.show_zero)
    return bool(
        now.present[cells].all()
        and last.present[cells].all()
        and (now.count[cells] == last.count[cells]).all()
        and (last.published[cells][small | provider[cells]] == HIDDEN).all()
    )


# -- reading what is given -----------------------------------------------------------------------------


def _checked_rules(threshold: int, base: int, min_width: int | None, zero: str, loss: str, *, additive: bool) -> Rules:
    if threshold < 1 or base < 1 or (min_width is not None and min_width < 1):
        raise FactorError("De drempel, de afronding en de breedte moeten minstens 1 zijn.")
    if zero not in ("shown", "hidden") or loss not in LOSSES:
        raise FactorError(
            f"zero={zero} en loss={loss} kan niet.", doe=f"kies zero shown of hidden, en loss {', '.join(LOSSES)}."
        )
    room = threshold - 2 if zero == "shown" else threshold - 1
    told = threshold > 1 or zero == "hidden"  # some numbers are marked as small: they leave no more than this
    if min_width is None:
        min_width = max(1, min(WIDTH, room)) if told else WIDTH
    elif told and min_width > room:
        raise FactorError(
            f"Een breedte van {min_width} past niet bij een drempel van {threshold}: zo'n getal is al nauwer bekend.",
            doe=f"kies een breedte van hoogstens {room}.",
        )
    return Rules(
        threshold=threshold, base=base, min_width=min_width, show_zero=zero == "shown", loss=loss, additive=additive
    )


def _without_results(edition: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: frame[[c for c in frame.columns if c not in RESULT_COLUMNS]] for name, frame in edition.items()}


def _keys(name: str, frame: pd.DataFrame, count: str) -> pd.DataFrame:
    if count not in frame.columns:
        raise FactorError(f"Tabel {name} heeft geen kolom {count}.")
    if taken := [column for column in frame.columns if column in RESULT_COLUMNS]:
        raise FactorError(f"Tabel {name} heeft al een kolom {', '.join(taken)}.", doe="geef de tabel zonder uitkomst.")
    return frame.drop(columns=count)


def _whole(name: str, values: pd.Series) -> np.ndarray:
    """Counts as integers. Raises: FactorError on what is missing, negative or broken."""
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    wrong = (numbers.isna() | (numbers < 0) | (numbers % 1 != 0)).fillna(value=True).to_numpy(dtype=bool)
    if wrong.any():
        raise FactorError(
            f"Tabel {name}, rij {int(np.flatnonzero(wrong)[0]) + 1}: {values.name} is geen heel getal van 0 of meer.",
            doe="vul nul in waar niets is en laat niets leeg; voeg een negatief bedrag samen met een ander.",
        )
    return numbers.to_numpy(dtype=np.float64).astype(np.int64)


def _counted(tables: Mapping[str, pd.DataFrame], plan: Layout, place: int, count: str) -> Edition:
    """The exact numbers of one edition. Raises: FactorError when one cell has two numbers."""
    size = len(plan.cells)
    present, numbers = np.zeros(size, dtype=bool), np.zeros(size, dtype=np.int64)
    for name, frame in tables.items():
        mine, values = plan.rows[place][name], _whole(name, frame[count])
        for number, value in zip(mine.tolist(), values.tolist(), strict=True):
            if present[number] and numbers[number] != value:
                raise FactorError(
                    f"De cel {plan.cells[number]} heeft in tabel {name} een ander aantal.",
                    doe="maak de tabellen uit dezelfde gegevens, of haal de relatie weg.",
                )
            present[number], numbers[number] = True, value
    return Edition(
        present,
        numbers,
        np.full(size, HIDDEN, dtype=np.int64),
        np.full(size, SECONDARY, dtype=object),
        np.zeros(size, dtype=bool),
        [line for line in plan.lines[place] if not line.doubtful or _holds(line, numbers)],
    )


def _earlier(edition: Mapping[str, pd.DataFrame], plan: Layout, place: int, count: str, rules: Rules) -> Edition:
    """An earlier edition with what it published. A cell that it showed in two ways counts as hidden."""
    result = _counted(edition, plan, place, count)
    seen = np.zeros(len(plan.cells), dtype=bool)
    for name, frame in edition.items():
        if missing := [column for column in ("published", "status") if column not in frame.columns]:
            raise FactorError(f"Tabel {name} van een eerdere editie heeft geen kolom {', '.join(missing)}.")
        figures = frame["published"].astype("Int64").fillna(HIDDEN).tolist()
        for number, figure, told in zip(
            plan.rows[place][name].tolist(), figures, frame["status"].tolist(), strict=True
        ):
            differs = seen[number] and result.published[number] != figure
            result.published[number] = HIDDEN if differs else figure
            result.status[number] = SECONDARY if differs and told != PRIMARY else told
            result.marked[number] |= told == PRIMARY and result.count[number] < rules.threshold
            seen[number] = True
    result.marked[:] &= result.published == HIDDEN
    return result


def _holds(line: Line, count: np.ndarray) -> bool:
    parts, total = count[list(line.parts)], int(count[line.total])
    return bool(parts.max() <= total <= parts.sum() if line.at_most else total == parts.sum())


def _require_sums(now: Edition, plan: Layout) -> None:
    for line in now.lines:
        if not _holds(line, now.count):
            raise FactorError(
                f"De delen tellen niet op tot {plan.cells[line.total]}.",
                doe="maak de tabellen uit dezelfde gegevens; tellen jeugdigen in meer delen mee, gebruik dan AtMost.",
            )


def _result(
    frame: pd.DataFrame,
    mine: np.ndarray,
    figures: np.ndarray,
    statuses: np.ndarray,
    reason: np.ndarray | None,
    notes: Mapping[str, object],
) -> pd.DataFrame:
    """One table with what is published of its cells; `reason` is told only where contributors are judged."""
    published = pd.array(figures[mine], dtype="Int64")
    published[figures[mine] == HIDDEN] = pd.NA
    result = frame.reset_index(drop=True).assign(published=published, status=pd.array(statuses[mine], dtype="str"))
    if reason is not None:
        result["reason"] = pd.Series(reason[mine], dtype="str").where(statuses[mine] == PRIMARY)
    result.attrs[NOTES] = dict(notes)
    return result
