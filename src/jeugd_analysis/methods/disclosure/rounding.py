"""Arithmetic of disclosure control: rounding that hides small numbers and still adds up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError


def rounded(values: pd.Series, *, base: int) -> pd.Series:
    """Whole multiples of base, halves away from zero; missing stays missing. Result: nullable Int64.

    >>> rounded(pd.Series([12, 13, 17.5]), base=5).tolist()
    [10, 15, 20]
    """
    if base < 1:
        raise FactorError(f"Afronden op {base} kan niet.", doe="geef een basis van 1 of meer.")
    exact = values.astype("Float64")
    size = np.floor(exact.abs() / base + 0.5) * base
    return (size * np.sign(exact)).astype("Int64").rename(values.name)


def rounded_with_sum(values: pd.Series, *, base: int) -> pd.Series:
    """Multiples of base that add up to the rounded sum, each less than one base away from its value.

    The parts are cut down to a multiple and the largest remainders are raised (controlled rounding in one dimension).
    Raises: FactorError on missing values. Source: Cox (1987), JASA 82, 520-524.

    >>> rounded_with_sum(pd.Series([4, 4, 4]), base=10).tolist()
    [10, 0, 0]
    """
    if values.isna().any():
        raise FactorError("Afronden met behoud van de som kan niet met ontbrekende waarden.")
    if values.empty:
        return values.astype("Int64")
    total = int(rounded(pd.Series([values.sum()]), base=base).iloc[0])
    steps = np.floor(values.astype("float64") / base)
    remainder = values.astype("float64") / base - steps
    missing = total // base - int(steps.sum())
    order = (-remainder.to_numpy()).argsort(kind="stable")
    raised = np.zeros(len(values))
    raised[order[: max(missing, 0)]] = 1
    return ((steps + raised) * base).astype("int64").astype("Int64").rename(values.name)
