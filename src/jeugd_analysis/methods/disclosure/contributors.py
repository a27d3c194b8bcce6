"""Who a number consists of: whether that makes it unsafe, how far it must stay unknown, and who knows it anyway.

A number is unsafe with fewer than `min_contributors`, or where the second can find the largest to within `p_percent`.
Its protection level is the least that must stay possible above and below it: with X the amount, x1 the largest and x2
the second, p/100 x1 - (X - x1 - x2); where only the number of contributors is known, p % of the amount. Levels are in
the units of the table, also where "amount" is in others.
Source: ESSnet, Handbook on statistical disclosure control, second edition, chapter 4 (sensitivity rules and upper
protection levels; singletons).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.cells import CellRef
from jeugd_analysis.methods.disclosure.dominance import withstands_second
from jeugd_analysis.methods.disclosure.layout import cells_of

HELD = ["amount", "largest", "second"]  # of the p% rule
ROUNDING = 1e-6  # of amounts that are no whole numbers


@dataclass(frozen=True, slots=True)
class Judged:
    """Per cell: unsafe (to be hidden), level (what must stay possible on either side), single (one contributor)."""

    unsafe: np.ndarray
    level: np.ndarray
    single: np.ndarray


def judged(
    contributors: Mapping[str, pd.DataFrame] | None,
    keys: Mapping[str, pd.DataFrame],
    rows: Mapping[str, np.ndarray],
    count: np.ndarray,
    p_percent: float,
    min_contributors: int,
) -> Judged:
    """What contributors say of all cells. Shapes: `rows`: per table the number of each row; `count` of every number.

    Raises: FactorError on unknown tables or rows, rows without contributors, double keys, and numbers that cannot be.
    """
    result = Judged(*(np.zeros(len(count), dtype=kind) for kind in (bool, np.int64, bool)))
    if not isinstance(contributors, Mapping | None):
        raise FactorError(
            f"Bijdragen van het soort {type(contributors).__name__} zijn niet te begrijpen.",
            doe="geef per naam van een tabel een DataFrame met haar sleutels en contributors.",
        )
    for name, told in (contributors or {}).items():
        if name not in keys:
            raise FactorError(f"Er zijn bijdragen gegeven voor een tabel {name} die er niet is.")
        _judge_table(name, told, keys[name], rows[name], count, p_percent, min_contributors, result)
    return result


def _judge_table(
    name: str,
    told: pd.DataFrame,
    keys: pd.DataFrame,
    rows: np.ndarray,
    count: np.ndarray,
    p_percent: float,
    least: int,
    result: Judged,
) -> None:
    cells = cells_of(name, keys)
    given = _cells_told(name, told, keys, cells)
    mine = [(number, given[cell]) for cell, number in zip(cells, rows.tolist(), strict=True) if cell in given]
    for cell, number in zip(cells, rows.tolist(), strict=True):
        if cell not in given and count[number] > 0:
            raise FactorError(f"Van {cell} zijn geen bijdragen gegeven.", doe="geef bijdragen van elke rij.")
    numbers, places = np.array(mine, dtype=np.int64).reshape(-1, 2).T
    held = _held(name, told, [*given])[places]
    number_of = _whole(name, told, [*given])[places]
    amounts = count[numbers].astype(float)
    amounts_told = np.where(np.isnan(held[:, 0]), amounts, held[:, 0])
    _require_within(name, amounts_told, held, [list(given)[place] for place in places.tolist()])
    few, short = number_of < least, _short(amounts_told, held, p_percent)
    some = amounts > 0
    share = np.where(short > 0, short, np.where(few & (number_of > 0), p_percent / 100 * amounts_told, 0.0))
    level = np.ceil(share * amounts / np.where(amounts_told > 0, amounts_told, 1.0) - ROUNDING).astype(np.int64)
    result.unsafe[numbers] |= (few | (short > 0)) & some
    np.maximum.at(result.level, numbers, np.where(some, level, 0))
    result.single[numbers] |= (number_of == 1) & few & some


def _short(amount: np.ndarray, held: np.ndarray, p_percent: float) -> np.ndarray:
    """How much more the others would have to hold to withstand the second: above 0 where the p% rule is broken."""
    largest, second = held[:, 1], held[:, 2]
    safe = withstands_second(amount, largest, second, p_percent=p_percent)
    return np.where(np.isnan(largest) | safe, 0.0, p_percent / 100 * largest - (amount - largest - second))


# -- reading what is told ------------------------------------------------------------------------------


def _cells_told(name: str, told: pd.DataFrame, keys: pd.DataFrame, cells: list[CellRef]) -> dict[CellRef, int]:
    """The row of every cell that is told of."""
    if not isinstance(told, pd.DataFrame):
        raise FactorError(f"De bijdragen van tabel {name} zijn geen DataFrame.")
    named = list(keys.columns)
    if missing := [column for column in (*named, "contributors") if column not in told.columns]:
        raise FactorError(f"De bijdragen van tabel {name} missen de kolom {', '.join(map(str, missing))}.")
    if told.columns.duplicated().any():
        raise FactorError(f"De bijdragen van tabel {name} hebben twee kolommen met dezelfde naam.")
    empty = told[named].isna().any(axis=1).to_numpy()
    if empty.any():
        raise FactorError(
            f"De bijdragen van tabel {name} hebben een lege sleutel ({', '.join(map(str, named))}) in rij "
            f"{int(np.flatnonzero(empty)[0]) + 1}.",
            doe="vul de sleutelkolommen van elke rij.",
        )
    known, result = set(cells), dict[CellRef, int]()
    for place, cell in enumerate(cells_of(name, told[named])):
        if cell in result:
            raise FactorError(
                f"De bijdragen van tabel {name} noemen {cell} meer dan een keer.", doe="geef elke rij een keer."
            )
        if cell not in known:
            raise FactorError(
                f"De bijdragen van tabel {name} noemen {cell}, en die rij is er niet.", doe="controleer de sleutels."
            )
        result[cell] = place
    return result


def _whole(name: str, told: pd.DataFrame, cells: list[CellRef]) -> np.ndarray:
    """The number of contributors of every row."""
    numbers = _numbers(name, told, "contributors", cells)
    broken = np.flatnonzero(numbers % 1 != 0)
    if len(broken):
        raise FactorError(f"Van {cells[broken[0]]} is contributors geen heel getal.")
    return numbers.astype(np.int64)


def _held(name: str, told: pd.DataFrame, cells: list[CellRef]) -> np.ndarray:
    """Columns amount, largest and second; NaN where they are not given."""
    given = [column for column in HELD if column in told.columns]
    if len({"largest", "second"} & set(given)) == 1:
        raise FactorError(
            f"De bijdragen van tabel {name} hebben maar een van de kolommen largest en second.",
            doe="geef ze allebei, of geen van beide.",
        )
    result = np.full((len(told), len(HELD)), np.nan)
    for column in given:
        result[:, HELD.index(column)] = _numbers(name, told, column, cells)
    return result


def _numbers(name: str, told: pd.DataFrame, column: str, cells: list[CellRef]) -> np.ndarray:
    numbers = pd.to_numeric(told[column], errors="coerce").astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    wrong = np.flatnonzero(~np.isfinite(numbers) | (numbers < 0))
    if len(wrong):
        raise FactorError(
            f"De bijdragen van tabel {name}: van {cells[wrong[0]]} is {column} leeg, negatief of geen getal.",
            doe="vul nul in waar niets is en laat niets leeg.",
        )
    return numbers


def _require_within(name: str, amount: np.ndarray, held: np.ndarray, cells: list[CellRef]) -> None:
    """The largest is at least the second, and together they are no more than the amount."""
    largest, second = held[:, 1], held[:, 2]
    room = amount * (1 + ROUNDING) + ROUNDING
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero((largest + second > room) | (second > largest * (1 + ROUNDING)))
    if len(wrong):
        raise FactorError(
            f"De bijdragen van tabel {name}: van {cells[wrong[0]]} passen largest en second niet bij het bedrag.",
            doe="largest is minstens second, en samen zijn ze hoogstens amount.",
        )
