"""Hide small numbers, round the others so that they add up, and hide what would give a small number away.

Status of a cell: shown (exact), rounded (less than `base` from the truth, or reused from an earlier edition), primary
(1 to `threshold` - 1, or too few or too dominant contributors), secondary (hidden to protect others; any number).

contributors: per table its key with "contributors" and, for the p% rule, "largest", "second" and "amount" (without it
    the number itself). A cell is primary with fewer than `min_contributors`, or where the second can find the largest
    to within `p_percent`. 0 marks a cell that has to be hidden for any other reason, such as money of youths who are
    hidden. Zeros stay as they are. Every row once; only rows that are 0 may be left out. The result has a column
    "reason": youths or providers.
    What a reader can take for possible reaches from a primary number at least its protection level up and down, as far
    as any hiding can give that: see `contributors`. A sum never hides just two numbers of one contributor each, and who
    knows one of those cannot find the other closer than that by way of other sums either.
previous: what earlier editions published, the oldest first: a sequence of editions (as `protect` returned them), a
    mapping of names to editions as `audit` takes it, or one edition. What was hidden stays hidden. A figure stays
    until the truth is at least `threshold` from what it was when the figure was rounded.
    Tables may come without their exact numbers: the keys, "published" and "status" (and "reason"). Then the published
    figure stands in for the truth of that edition, or, where such figures could not all be true together, the nearest
    numbers that could (see `stand_ins`): a figure stays until the truth is `threshold` from its stand-in.
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
from typing import Any

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.cells import (
    NOTES,
    PRIMARY,
    PROVIDERS,
    ROUNDED,
    SECONDARY,
    SHOWN,
    YOUTHS,
)
from jeugd_analysis.methods.disclosure.contributors import Judged, judged
from jeugd_analysis.methods.disclosure.layout import Line, layout
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
from jeugd_analysis.methods.disclosure.reading import (
    Tables,
    counted,
    earlier,
    editions_given,
    keys_before,
    keys_of,
    require_sums,
    tables_given,
)
from jeugd_analysis.methods.disclosure.stand_ins import with_stand_ins

LOSSES = ("log", "cells", "values")
WIDTH = 4  # five values: half the range of a number below ten


def protect(
    tables: Mapping[str, pd.DataFrame],
    *,
    count: str,
    relations: object,
    contributors: Mapping[str, pd.DataFrame] | None = None,
    previous: Sequence[Tables] | Mapping[Any, Tables] | Tables | None = (),
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
    Raises: FactorError on sums that do not hold, negative or broken counts, unknown names, double keys, earlier
    editions that cannot be read or true, and when nothing safe exists.
    Source: Fischetti and Salazar-Gonzalez (2001), Management Science 47(7); Cox (1987), JASA 82 (rounding).
    """
    rules = _checked_rules(threshold, base, min_width, zero, loss, additive=additive)
    editions = editions_given(previous)
    keys = keys_of(tables_given(tables, what="De tabellen"), count)
    plan = layout([*(keys_before(edition, keys, count) for edition in editions), keys], relations)
    before = with_stand_ins([earlier(each, plan, n, count, rules) for n, each in enumerate(editions)], rules)
    now = counted(tables, plan, len(editions), count)
    require_sums(now, plan)
    of_whom = judged(contributors, keys, plan.rows[-1], now.count, p_percent, min_contributors)
    published, status = _protected(now, of_whom, before, rules)
    reason = None if contributors is None else np.where(now.count < threshold, YOUTHS, PROVIDERS).astype(object)
    notes = {"count": count, "base": base, "threshold": threshold, "zero": zero}
    rows = plan.rows[-1]
    return {n: _result(f, rows[n], published, status, reason, notes) for n, f in tables.items()}


def _protected(now: Edition, judged: Judged, before: Sequence[Edition], rules: Rules) -> tuple[np.ndarray, np.ndarray]:
    """Figures and statuses of all cells, one set of linked cells after the other."""
    size = len(now.count)
    published = np.full(size, HIDDEN, dtype=np.int64)
    status = np.full(size, SECONDARY, dtype=object)
    parts = components(size, [*before, now])
    split = [lines_by_component(parts, edition.lines, size) for edition in (*before, now)]
    for place, cells in enumerate(parts):
        if now.present[cells].any():
            _protect_part(cells, now, judged, before, [lines[place] for lines in split], rules, published, status)
    return published, status


def _protect_part(
    cells: np.ndarray,
    now: Edition,
    judged: Judged,
    before: Sequence[Edition],
    lines: Sequence[list[Line]],
    rules: Rules,
    published: np.ndarray,
    status: np.ndarray,
) -> None:
    """Fill in the figures and statuses of one component."""
    asked = judged.level[cells].any() or judged.single[cells].any()  # of the last edition, perhaps not
    if before and not asked and lines[-1] == lines[-2] and _unchanged(cells, now, judged.unsafe, before[-1], rules):
        published[cells], status[cells] = _repeated(cells, judged.unsafe, before[-1])
        return
    piece = build(cells, now, judged, before, lines, rules)
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
