"""Small tables against counting every possibility: the attacker's intervals, and the least that must be hidden."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure import SumOver, audit, protect

SUMS = [SumOver("t", "a"), SumOver("t", "b")]
Cells = dict[tuple[str, str], int]  # to numbers, or to grids of numbers


def square(values: list[list[int]]) -> Cells:
    """A table with its totals."""
    cells = {(f"r{i}", f"k{j}"): value for i, row in enumerate(values) for j, value in enumerate(row)}
    rows, columns = range(len(values)), range(len(values[0]))
    cells |= {(f"r{i}", "alle"): sum(values[i]) for i in rows}
    cells |= {("alle", f"k{j}"): sum(values[i][j] for i in rows) for j in columns}
    cells["alle", "alle"] = sum(map(sum, values))
    return cells


def frame(cells: Cells) -> pd.DataFrame:
    return pd.DataFrame([(*key, value) for key, value in cells.items()], columns=["a", "b", "youths"])


# -- the attacker ---------------------------------------------------------------------------------------


def allowed(figure: object, status: str, values: np.ndarray) -> np.ndarray:
    """Which values a reader who knows the rules holds possible, looking at one cell alone."""
    if status == "shown":
        return values == figure
    if status == "rounded":
        return (np.abs(values - int(figure)) < 5) & (values >= 10)
    return (values >= 0) if status == "secondary" else (values >= 1) & (values <= 9)


def by_counting(published: pd.DataFrame, most: int) -> dict[tuple[str, str], tuple[int, int]]:
    """Interval of every cell over all 2 x 2 tables of whole numbers up to `most` that agree with what is published."""
    told = {(row.a, row.b): (row.published, row.status) for row in published.itertuples()}
    w, x, y, z = np.meshgrid(*[np.arange(most + 1)] * 4, indexing="ij", sparse=True)
    tables = square([[w, x], [y, z]])
    fit = np.ones((most + 1,) * 4, dtype=bool)
    for key, values in tables.items():
        fit &= allowed(*told[key], values)
    every = {key: np.broadcast_to(values, fit.shape)[fit] for key, values in tables.items()}
    return {key: (int(values.min()), int(values.max())) for key, values in every.items()}


def shown_as(cells: Cells, hide: set[tuple[str, str]]) -> pd.DataFrame:
    """A publication made by hand: small numbers hidden, some others too, the rest rounded half up."""
    rows = []
    for key, value in cells.items():
        if 1 <= value <= 9:
            rows.append((*key, pd.NA, "primary"))
        elif key in hide and value:
            rows.append((*key, pd.NA, "secondary"))
        else:
            rows.append((*key, (value + 2) // 5 * 5, "rounded" if value else "shown"))
    return pd.DataFrame(rows, columns=["a", "b", "published", "status"]).astype({"published": "Int64"})


small_tables = st.lists(st.lists(st.integers(0, 16), min_size=2, max_size=2), min_size=2, max_size=2)


@settings(max_examples=40, deadline=None)
@given(small_tables, st.sets(st.sampled_from([("r0", "k0"), ("r1", "k1"), ("r0", "k1")]), max_size=2))
def test_intervals_are_those_of_all_possible_tables(values, hide):
    cells = square(values)
    if sum(map(sum, values)) < 10:
        hide = set()
    published = shown_as(cells, hide)
    found = audit({"t": published}, relations=SUMS)
    # Totals of rows are shown or small and at most 32, so no table has a number above 36.
    counted = by_counting(published, most=37)
    for row in found.itertuples():
        assert (row.low, row.high) == counted[row.a, row.b], (row.a, row.b)


def test_what_cannot_be_is_refused():
    published = frame(square([[10, 20], [30, 40]])).rename(columns={"youths": "published"})
    published["published"] = published["published"].astype("Int64")
    published["status"] = "rounded"
    published.loc[published["a"].eq("alle") & published["b"].eq("alle"), "published"] = 150
    with pytest.raises(FactorError, match="kan niet kloppen"):
        audit({"t": published}, relations=SUMS)


# -- the least that must be hidden ----------------------------------------------------------------------


def possible(cells: Cells, bounds: dict[tuple[str, str], tuple[float, float]], target: tuple[str, str]) -> float:
    """Width of the interval of one cell, by two linear programs of its own."""
    keys = list(cells)
    place = {key: n for n, key in enumerate(keys)}
    rows = sorted({a for a, _ in keys} - {"alle"})
    columns = sorted({b for _, b in keys} - {"alle"})
    lines = [((a, "alle"), [(a, b) for b in columns]) for a in [*rows, "alle"]]
    lines += [(("alle", b), [(a, b) for a in rows]) for b in [*columns, "alle"]]
    matrix = np.zeros((len(lines), len(keys)))
    for n, (total, parts) in enumerate(lines):
        matrix[n, place[total]] = -1
        matrix[n, [place[part] for part in parts]] = 1
    aim = np.zeros(len(keys))
    aim[place[target]] = 1
    ends = [linprog(s * aim, A_eq=matrix, b_eq=np.zeros(len(lines)), bounds=[bounds[k] for k in keys]) for s in (1, -1)]
    if any(end.status == 2 for end in ends):
        return -1.0
    return np.inf if any(end.x is None for end in ends) else -ends[1].fun - ends[0].fun


def exact_bounds(cells: Cells, hide: set[tuple[str, str]]) -> dict[tuple[str, str], tuple[float, float]]:
    """Without rounding: what is shown is exact; what is hidden besides small numbers is at least 10."""
    return {
        key: (1, 9) if 1 <= value <= 9 else (10, np.inf) if key in hide else (value, value)
        for key, value in cells.items()
    }


def cheapest(cells: Cells) -> float:
    """Least number of youths in extra hidden cells, over all sets of cells."""
    large = [key for key, value in cells.items() if value >= 10]
    small = [key for key, value in cells.items() if 1 <= value <= 9]
    best = np.inf
    for size in range(len(large) + 1):
        for chosen in combinations(large, size):
            loss = sum(cells[key] for key in chosen)
            bounds = exact_bounds(cells, set(chosen))
            if loss < best and all(possible(cells, bounds, target) >= 4 for target in small):
                best = loss
    return best


@pytest.mark.parametrize(
    "values",
    [
        [[20, 50, 10], [8, 19, 22], [17, 32, 12]],
        [[3, 40, 25], [30, 12, 15], [18, 21, 60]],
        [[3, 40, 25], [30, 5, 15], [18, 21, 60]],
        [[9, 0, 25], [30, 12, 0], [0, 21, 14]],
    ],
)
def test_the_least_is_hidden_where_numbers_are_not_rounded(values):
    cells = square(values)
    result = protect({"t": frame(cells)}, count="youths", relations=SUMS, base=1, loss="values")["t"]
    assert (result["status"] == "primary").equals(result["youths"].between(1, 9))
    assert result.loc[result["status"] == "secondary", "youths"].sum() == cheapest(cells)


def roundings(cells: Cells, hide: set[tuple[str, str]]):
    """Every way to round up or down all that is shown."""
    shown = [key for key, value in cells.items() if value >= 10 and key not in hide]
    for choice in product(*({cells[key] // 5 * 5, -(-cells[key] // 5) * 5} for key in shown)):
        yield dict(zip(shown, choice, strict=True))


def adds_up(cells: Cells, figures: dict[tuple[str, str], int]) -> bool:
    """Sums of which every cell is shown hold; elsewhere the rest is 0 to what the small parts can be, rounded up."""
    rows = sorted({a for a, _ in cells} - {"alle"})
    columns = sorted({b for _, b in cells} - {"alle"})
    lines = [((a, "alle"), [(a, b) for b in columns]) for a in [*rows, "alle"]]
    lines += [(("alle", b), [(a, b) for a in rows]) for b in [*columns, "alle"]]
    for total, parts in lines:
        if total in figures:
            rest = figures[total] - sum(figures.get(part, 0) for part in parts)
            few = sum(1 <= cells[part] <= 9 for part in parts)
            if not 0 <= rest <= -(-9 * few // 5) * 5:
                return False
    return True


def safe_as_rounded(cells: Cells, figures: dict[tuple[str, str], int]) -> bool:
    bounds = {
        key: (max(10, figures[key] - 4), figures[key] + 4) if key in figures else (1, 9) if value else (0, 0)
        for key, value in cells.items()
    }
    return all(possible(cells, bounds, key) >= 4 for key, value in cells.items() if value)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 25), min_size=2, max_size=2), min_size=2, max_size=2))
def test_nothing_more_is_hidden_where_rounding_alone_is_enough(values):
    cells = square(values)
    result = protect({"t": frame(cells)}, count="youths", relations=SUMS)["t"]
    enough = any(adds_up(cells, figures) and safe_as_rounded(cells, figures) for figures in roundings(cells, set()))
    assert (result["status"] == "secondary").any() != enough
