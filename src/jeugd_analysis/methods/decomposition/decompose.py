"""Split the change of a product of factors per cell, with entry and exit as effects of their own."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from numbers import Rational

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition.effects import (
    laspeyres_effects,
    lmdi_effects,
    owen_effects,
    paasche_effects,
)
from jeugd_analysis.methods.decomposition.trees import Tree, Values, is_leaf, leaves

METHODS: dict[str, Callable[[Tree, Values, Values], dict[str, np.ndarray]]] = {
    "shapley": owen_effects,
    "lmdi": lmdi_effects,
    "laspeyres": laspeyres_effects,
    "paasche": paasche_effects,
}
RESERVED = ("entry", "exit", "total", "interaction")


def decompose(
    cells: pd.DataFrame,
    factors: Sequence[Tree],
    *,
    base: Hashable,
    compare: Hashable,
    period: str = "year",
    keys: Sequence[str] = (),
    method: str = "shapley",
) -> pd.DataFrame:
    """Split each cell's change from base to compare over its factors; the effects add up to the change exactly.

    Shapes: `cells` has one row per keys x period; the product of the factor columns is the cell's value. A nested
    tuple is hierarchy: ("clients", ("share", "intensity")). The result has one row per keys, sorted by them, with a
    column per factor, then entry (value of a cell that is only in compare), exit (minus the value of a cell that is
    only in base) and total; laspeyres and paasche add the column interaction before entry.
    Units: effects are in the unit of the product. Exact (int and Fraction) when all factors are ints or Fractions,
    else float64; LMDI is always float64.
    Raises: FactorError on unknown columns, periods or methods, duplicate keys, missing or infinite numbers, and on
    negative factors with lmdi.
    Source: see the methods in effects.py. Choice: book/decisions/0004.

    >>> two_years = pd.DataFrame({"year": [1, 2], "youths": [100, 100], "units": [10, 12], "tariff": [90, 100]})
    >>> row = decompose(two_years, ("youths", "units", "tariff"), base=1, compare=2).iloc[0]
    >>> int(row["units"]), int(row["tariff"]), int(row["total"])
    (19000, 11000, 30000)
    """
    require_methods([method])
    index, before, after = two_periods(cells, factors, base=base, compare=compare, period=period, keys=keys)
    return assemble(index, tuple(factors), before, after, method=method)


def require_methods(methods: Sequence[str]) -> None:
    """Raises FactorError that names the first method there is not."""
    for method in methods:
        if method not in METHODS:
            raise FactorError(f"Onbekende methode {method!r}.", doe=f"kies uit: {', '.join(METHODS)}.")


Known = tuple[Values, np.ndarray]  # factors of each cell in a period, and whether it is there


def two_periods(
    cells: pd.DataFrame, factors: Sequence[Tree], *, base: Hashable, compare: Hashable, period: str, keys: Sequence[str]
) -> tuple[pd.DataFrame, Known, Known]:
    """Every key of either period once, with its factors in the one and in the other: what `assemble` splits.

    Raises: FactorError as `decompose`, but for the method.
    """
    _require_whole_groups(tuple(factors))
    key_list, names = list(keys), leaves(tuple(factors))
    require_columns(cells, [*key_list, period, *names])
    _require_distinct(names, key_list, period)
    columns = {name: numeric(cells[name], name) for name in names}
    if any(column.dtype != object for column in columns.values()):  # one float makes the product a float
        columns = {name: column.astype("float64") for name, column in columns.items()}
    numbers = cells[[*key_list, period]].copy()
    for name, column in columns.items():  # names need not be text
        numbers[name] = column
    old, new = (at_period(numbers, period, moment, key_list) for moment in (base, compare))
    both = aligned_keys(old, new, key_list)
    return both, take(old, both, key_list, names), take(new, both, key_list, names)


def assemble(
    index: pd.DataFrame,
    tree: Tree,
    before: Known,
    after: Known,
    *,
    method: str,
) -> pd.DataFrame:
    """Effects of cells known in both periods, entry and exit of the others, and the total; one row per key."""
    (old, had), (new, has) = before, after
    names = leaves(tree)
    matched = had & has
    zero = _zeros(old, len(index))
    parts = METHODS[method](tree, {n: old[n][matched] for n in names}, {n: new[n][matched] for n in names})
    result = index.copy()
    for name in [*names, *(["interaction"] if "interaction" in parts else [])]:
        column = zero.astype("float64") if method == "lmdi" else zero.copy()
        column[matched] = parts[name]
        result[name] = column
    value_before = np.where(had, _product(old, names), zero)
    value_after = np.where(has, _product(new, names), zero)
    result["entry"] = np.where(had, zero, value_after)
    result["exit"] = np.where(has, zero, -value_before)
    result["total"] = value_after - value_before
    if method == "lmdi":
        result = result.astype({name: "float64" for name in ("entry", "exit", "total")})
    return result.reset_index(drop=True)


def require_columns(cells: pd.DataFrame, names: Sequence[str]) -> None:
    """Raises FactorError that names the columns the frame does not have."""
    if missing := [name for name in names if name not in cells.columns]:
        raise FactorError(f"De tabel heeft geen kolom {', '.join(map(str, missing))}.")
    if doubled := [name for name in names if list(cells.columns).count(name) > 1]:
        raise FactorError(f"De tabel heeft kolom {', '.join(map(str, doubled))} vaker.")


def _require_whole_groups(tree: Tree) -> None:
    if is_leaf(tree):
        return
    if not len(tree):
        raise FactorError("Er is geen enkele factor gegeven, of een groep van factoren is leeg.")
    for part in tree:
        _require_whole_groups(part)


def _require_distinct(names: list[str], keys: list[str], period: str) -> None:
    every = [*names, *keys, period]
    if doubled := sorted({str(name) for name in every if every.count(name) > 1}):
        raise FactorError(f"De naam {', '.join(doubled)} komt vaker voor in factoren en sleutels.")
    if taken := [name for name in [*names, *keys] if name in RESERVED]:
        raise FactorError(f"De naam {', '.join(taken)} is al een kolom van de uitkomst.", doe="kies een andere naam.")


def numeric(column: pd.Series, name: str) -> pd.Series:
    """The column as float64, or as exact Python numbers when it holds ints or Fractions only.

    Raises: FactorError on text, missing and infinite values.
    """
    if column.isna().any():
        raise FactorError(f"Kolom {name} heeft ontbrekende waarden.")
    texts = column.dtype == object and any(isinstance(value, str | bool) for value in column)
    if texts or pd.api.types.is_bool_dtype(column) or pd.api.types.is_string_dtype(column):
        raise FactorError(f"Kolom {name} bevat geen getallen.")
    if pd.api.types.is_integer_dtype(column):
        return pd.Series([int(value) for value in column], index=column.index, dtype="object")
    if column.dtype == object and all(isinstance(value, Rational) and not isinstance(value, bool) for value in column):
        return column.map(Fraction).astype("object")
    try:
        floats = column.astype("float64")
    except (TypeError, ValueError):
        raise FactorError(f"Kolom {name} bevat geen getallen.") from None
    if not np.isfinite(floats).all():
        raise FactorError(f"Kolom {name} heeft oneindige waarden.")
    return floats


def at_period(cells: pd.DataFrame, period: str, moment: Hashable, keys: list[str]) -> pd.DataFrame:
    """The rows of one period. Raises FactorError when a period or key is missing, a key is double, or none is known."""
    if cells[period].isna().any():
        raise FactorError(f"Kolom {period} heeft ontbrekende waarden.")
    rows = cells[cells[period] == moment]
    if rows.empty:
        known = ", ".join(sorted(map(str, cells[period].dropna().unique()))[:12])
        raise FactorError(f"Periode {moment} komt niet voor in kolom {period}.", doe=f"kies uit: {known}.")
    if keys and rows[keys].isna().any(axis=None):
        raise FactorError(f"De sleutel ({', '.join(keys)}) heeft ontbrekende waarden.")
    if (rows.duplicated(subset=keys) if keys else pd.Series([len(rows) > 1])).any():
        raise FactorError(
            f"De sleutel ({', '.join(keys) or 'geen'}) komt in periode {moment} vaker voor.",
            doe="tel de regels eerst per sleutel op, of geef meer sleutels.",
        )
    return rows


def aligned_keys(old: pd.DataFrame, new: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Every key of either period, once, sorted; one empty row when there are no keys."""
    if not keys:
        return pd.DataFrame(index=pd.RangeIndex(1))
    both = pd.concat([old[keys], new[keys]]).drop_duplicates()
    try:
        return both.sort_values(keys).reset_index(drop=True)
    except TypeError:
        raise FactorError(f"De sleutel ({', '.join(keys)}) bevat tekst en getallen door elkaar.") from None


def take(
    rows: pd.DataFrame, index: pd.DataFrame, keys: list[str], names: list[str]
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The factor columns in the order of the index (0 where the cell is absent), and which cells are present."""
    if not keys:
        return {name: rows[name].to_numpy() for name in names}, np.array([True])
    place = index[keys].merge(rows[keys].assign(_row=np.arange(len(rows))), on=keys, how="left", validate="one_to_one")[
        "_row"
    ]
    present = place.notna().to_numpy()
    at = place.fillna(0).to_numpy(dtype="int64")
    columns = {name: rows[name].to_numpy()[at] for name in names}
    return {
        name: np.where(present, values, _zeros({name: values}, len(at))) for name, values in columns.items()
    }, present


def _zeros(values: Values, length: int) -> np.ndarray:
    exact = all(array.dtype == object for array in values.values())
    return np.array([0] * length, dtype=object) if exact else np.zeros(length)


def _product(values: Values, names: list[str]) -> np.ndarray:
    result = values[names[0]]
    for name in names[1:]:
        result = result * values[name]
    return result
