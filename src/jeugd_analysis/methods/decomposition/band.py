"""How much does the choice of method matter? The lowest and highest effect over the ways to split."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition.decompose import METHODS, assemble, decompose, require_methods, two_periods
from jeugd_analysis.methods.decomposition.trees import Tree, leaves

_RESULT = ["effect", "low", "high"]


def method_band(
    cells: pd.DataFrame,
    factors: Sequence[Tree],
    *,
    base: Hashable,
    compare: Hashable,
    period: str = "year",
    keys: Sequence[str] = (),
    methods: Sequence[str] = tuple(METHODS),
    by: Sequence[str] | None = None,
) -> pd.DataFrame:
    """The lowest and the highest value of every effect over the methods.

    Shapes: cells, factors, period and keys as in `decompose`. Result: one row per keys x effect, sorted by the keys,
    the effects in the order of decompose; effect, low, high. `by` are the keys for which effects are added before the
    band is taken: ends of bands do not add up, so ask for every level you show (standard: the keys; () is one total).
    Laspeyres and Paasche leave something over that belongs to no factor. It is not spread over the factors: that would
    be another method. It has a row of its own, interaction, in which a method that leaves nothing over counts as zero.
    LMDI cannot take negative factors: a cell (one combination of keys) with one is banded over the other methods, and
    so is every row of `by` that it is part of. Asked for LMDI alone, it is refused.
    Units: effects are in the unit of the product; float64 with lmdi, else as in decompose.
    Raises: FactorError as in decompose, and when methods is empty or names one twice.
    Source: see the methods in effects.py.

    >>> two_years = pd.DataFrame({"year": [1, 2], "youths": [100, 100], "units": [10, 12], "tariff": [90, 100]})
    >>> band = method_band(two_years, ("youths", "units", "tariff"), base=1, compare=2).set_index("effect")
    >>> band.loc[["units", "tariff"]].to_numpy().tolist()
    [[18000.0, 20000.0], [10000.0, 12000.0]]
    """
    key_list, asked = list(keys), list(methods)
    shown = key_list if by is None else list(by)
    _require_call(key_list, shown, asked)
    told: dict[str, Any] = {"base": base, "compare": compare, "period": period, "keys": key_list}
    require_methods(asked)
    index, before, after = two_periods(cells, factors, **told)  # once for all methods: most of the work

    def split(method: str) -> pd.DataFrame:
        return _added(assemble(index, tuple(factors), before, after, method=method), key_list, shown)

    splits = [split(name) for name in asked if name != "lmdi"]
    if "lmdi" in asked:
        below = any((values < 0).any() for known, _ in (before, after) for values in known.values())
        splits.append(_lmdi(cells, factors, told, shown) if below and splits else split("lmdi"))
    names = [name for name in _in_order(splits) if name not in shown]
    values = [split.reindex(columns=names, fill_value=0).to_numpy() for split in splits]
    if "lmdi" in asked:
        values = [array.astype("float64") for array in values]
    rows = splits[0][shown]
    result = rows.loc[rows.index.repeat(len(names))].reset_index(drop=True)
    result["effect"] = pd.array(names, dtype="str").take(np.tile(np.arange(len(names)), len(rows)))
    result["low"], result["high"] = np.fmin.reduce(values).ravel(), np.fmax.reduce(values).ravel()
    return result


def _require_call(keys: list[str], shown: list[str], methods: list[str]) -> None:
    if not methods or len(set(methods)) < len(methods):
        raise FactorError(
            "Er is geen methode gegeven, of een methode twee keer.", doe=f"kies uit: {', '.join(METHODS)}."
        )
    if missing := [name for name in shown if name not in keys]:
        raise FactorError(f"by noemt {', '.join(missing)}, maar dat is geen sleutel.")
    if taken := [name for name in keys if name in _RESULT]:
        raise FactorError(f"De naam {', '.join(taken)} is al een kolom van de uitkomst.", doe="kies een andere naam.")


def _in_order(splits: list[pd.DataFrame]) -> list[str]:
    """Column names of the split that has most: those with an interaction have one more than the others."""
    return list(max(splits, key=lambda split: split.shape[1]).columns)


def _added(split: pd.DataFrame, keys: list[str], shown: list[str]) -> pd.DataFrame:
    """Effects of cells added per value of the shown keys, sorted by them."""
    effects = split.drop(columns=[name for name in keys if name not in shown])
    if not shown:
        return effects.sum().to_frame().T.astype(effects.dtypes)
    return effects if shown == keys else effects.groupby(shown, as_index=False).sum()


def _lmdi(cells: pd.DataFrame, factors: Sequence[Tree], told: dict[str, Any], shown: list[str]) -> pd.DataFrame:
    """LMDI, with NaN in the rows of which a cell has a negative factor in either period."""
    names, keys = leaves(tuple(factors)), told["keys"]
    numbers = cells[names]
    both = cells[told["period"]].isin([told["base"], told["compare"]])
    negative = cells[both & (numbers < 0).any(axis=1)]
    split = _added(decompose(cells.assign(**numbers.abs()), factors, method="lmdi", **told), keys, shown)
    effects = [name for name in split if name not in shown]
    if shown:
        bad = pd.MultiIndex.from_frame(split[shown]).isin(pd.MultiIndex.from_frame(negative[shown]))
        split.loc[bad, effects] = np.nan
    elif len(negative):
        split[effects] = np.nan
    return split
