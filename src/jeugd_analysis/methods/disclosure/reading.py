"""Tables and earlier editions as they are given, read into numbered cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure.cells import (
    PRIMARY,
    PROVIDERS,
    RESULT_COLUMNS,
    SECONDARY,
    STATUSES,
)
from jeugd_analysis.methods.disclosure.layout import Layout, Line
from jeugd_analysis.methods.disclosure.pieces import HIDDEN, Edition, Rules

Tables = Mapping[str, pd.DataFrame]
_FORMS = (
    "geef per editie een mapping van naam naar tabel: als lijst (de oudste eerst), als mapping van editie naar "
    "tabellen, of een editie alleen."
)


def tables_given(given: object, *, what: str) -> Tables:
    """One edition: names and frames. Raises: FactorError on anything else."""
    if not isinstance(given, Mapping) or not all(isinstance(frame, pd.DataFrame) for frame in given.values()):
        raise FactorError(f"{what} zijn niet te begrijpen ({type(given).__name__}).", doe=_FORMS)
    return given


def editions_given(given: object) -> list[Tables]:
    """Earlier editions in any form, the oldest first. Raises: FactorError on what cannot be understood."""
    if given is None:
        return []
    each: Iterable[Any]
    if isinstance(given, Mapping):
        frames = [isinstance(value, pd.DataFrame) for value in given.values()]
        each = [given] if frames and all(frames) else given.values()
    elif isinstance(given, Iterable) and not isinstance(given, str | pd.DataFrame):
        each = given
    else:
        each = [given]
    return [tables_given(edition, what="De eerdere edities") for edition in each]


def keys_of(tables: Tables, count: str) -> dict[str, pd.DataFrame]:
    """The key columns of the tables that are to be protected."""
    for name, frame in tables.items():
        if count not in frame.columns:
            raise FactorError(f"Tabel {name} heeft geen kolom {count}.")
        if taken := [column for column in frame.columns if column in RESULT_COLUMNS]:
            raise FactorError(
                f"Tabel {name} heeft al een kolom {', '.join(taken)}.", doe="geef de tabel zonder uitkomst."
            )
    return {name: frame.drop(columns=count) for name, frame in tables.items()}


def keys_before(edition: Tables, now: Tables, count: str) -> dict[str, pd.DataFrame]:
    """The key columns of an earlier edition, with exact numbers or without."""
    if edition and now and not set(edition) & set(now):
        raise FactorError(
            f"Geen tabel van een eerdere editie ({', '.join(map(str, edition))}) heet als een van nu.",
            doe=f"noem een tabel in elke editie hetzelfde. {_FORMS.capitalize()}",
        )
    result = {}
    for name, frame in edition.items():
        if missing := [column for column in ("published", "status") if column not in frame.columns]:
            raise FactorError(
                f"Tabel {name} van een eerdere editie heeft geen kolom {', '.join(missing)}.",
                doe="geef wat protect teruggaf, of de sleutels met published en status.",
            )
        result[name] = frame[[column for column in frame.columns if column not in (*RESULT_COLUMNS, count)]]
        if name in now and set(result[name].columns) != set(now[name].columns):
            raise FactorError(
                f"Tabel {name} van een eerdere editie heeft andere sleutels ({', '.join(map(str, result[name]))}) dan "
                f"nu ({', '.join(map(str, now[name]))}).",
                doe="geef elke editie dezelfde sleutelkolommen; anders is niet te zien wat verborgen was.",
            )
        for column in result[name] if name in now else ():
            if _kinds(result[name][column]).isdisjoint(_kinds(now[name][column])) and len(frame) and len(now[name]):
                raise FactorError(
                    f"Kolom {column} van tabel {name} heeft in een eerdere editie een ander soort waarden.",
                    doe="lees sleutels in elke editie op dezelfde manier, bijvoorbeeld als tekst.",
                )
    return result


def _kinds(values: pd.Series) -> set[str]:
    """Numbers, or the names of the types of other values."""
    return {"number" if isinstance(value, Number) else type(value).__name__ for value in values.tolist()}


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


def counted(tables: Tables, plan: Layout, place: int, count: str) -> Edition:
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


def earlier(edition: Tables, plan: Layout, place: int, count: str, rules: Rules) -> tuple[Edition, np.ndarray]:
    """An earlier edition with what it published, and of which cells the exact number is told.

    A cell that it showed in two ways counts as hidden.
    """
    exact = {name: frame for name, frame in edition.items() if count in frame.columns}
    result = counted(exact, plan, place, count)
    if len(exact) < len(edition):
        result = replace(result, lines=plan.lines[place])
    else:
        require_sums(result, plan)
    known, seen = result.present.copy(), np.zeros(len(plan.cells), dtype=bool)
    for name, frame in edition.items():
        rows = plan.rows[place][name].tolist()
        for number, figure, told, by_providers in zip(rows, *_notices(name, frame), strict=True):
            differs = seen[number] and result.published[number] != figure
            result.published[number] = HIDDEN if differs else figure
            result.status[number] = SECONDARY if differs and told != PRIMARY else told
            small = result.count[number] < rules.threshold if known[number] else not by_providers
            result.marked[number] |= told == PRIMARY and small
            seen[number] = True
    result.present[:] = seen
    result.marked[:] &= result.published == HIDDEN
    return result, known


def _notices(name: str, frame: pd.DataFrame) -> tuple[list[int], list[str], list[bool]]:
    """Per row the figure (HIDDEN: none), the status, and whether it is hidden for its providers."""
    given = frame["published"]
    numbers = pd.to_numeric(given, errors="coerce").astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    hidden = given.isna().to_numpy()
    statuses = frame["status"].tolist()
    kept = np.array([status in (PRIMARY, SECONDARY) for status in statuses], dtype=bool)
    unknown = np.array([status not in STATUSES for status in statuses], dtype=bool)
    broken = ~hidden & ~((numbers >= 0) & (numbers % 1 == 0))
    wrong = np.flatnonzero(unknown | broken | (kept != hidden))
    if len(wrong):
        raise FactorError(
            f"Tabel {name} van een eerdere editie, rij {int(wrong[0]) + 1}: published past niet bij status.",
            doe=f"een status is {', '.join(STATUSES)}; alleen bij primary en secondary is published leeg.",
        )
    providers = frame["reason"].eq(PROVIDERS).fillna(value=False) if "reason" in frame.columns else np.zeros(len(frame))
    return np.where(hidden, HIDDEN, numbers).astype(np.int64).tolist(), statuses, list(map(bool, providers))


def _holds(line: Line, count: np.ndarray) -> bool:
    parts, total = count[list(line.parts)], int(count[line.total])
    return bool(parts.max() <= total <= parts.sum() if line.at_most else total == parts.sum())


def require_sums(now: Edition, plan: Layout) -> None:
    """Raises: FactorError on parts that do not add up to their total."""
    for line in now.lines:
        if not _holds(line, now.count):
            raise FactorError(
                f"De delen tellen niet op tot {plan.cells[line.total]}.",
                doe="maak de tabellen uit dezelfde gegevens; tellen jeugdigen in meer delen mee, gebruik dan AtMost.",
            )
