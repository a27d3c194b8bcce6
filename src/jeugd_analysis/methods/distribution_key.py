"""Sharing money over parties so that the cents add up exactly."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.errors import FactorError


def largest_remainder(shares: pd.Series, *, total_cents: int) -> pd.Series:
    """Whole cents per party in proportion to its share, adding up exactly to the total.

    Shapes: a Series indexed by party, with non-negative shares (they need not add up to one); the result keeps the
    index and is int64. Everyone gets the whole part; cents left over go to the largest remainders, ties in index order.
    A negative total is shared as its mirror image.
    Raises: FactorError on missing or negative shares, or when all are zero.
    Source: Hamilton's method; Balinski and Young (2001), Fair Representation, 2nd ed., appendix A.

    >>> largest_remainder(pd.Series({"a": 1, "b": 1, "c": 1}), total_cents=100).to_dict()
    {'a': 34, 'b': 33, 'c': 33}
    """
    if shares.isna().any() or (shares < 0).any() or not shares.sum() > 0:
        raise FactorError("De aandelen moeten ingevuld, niet negatief en samen meer dan nul zijn.")
    size, sign = abs(total_cents), -1 if total_cents < 0 else 1
    exact = shares.astype("float64") / float(shares.sum()) * size
    whole = exact.round(9).floordiv(1).astype("int64")  # 9 decimals: 0.1 + 0.2 must not lose a cent
    left = size - int(whole.sum())
    order = (exact - whole).sort_values(ascending=False, kind="stable").index[:left]
    return sign * whole.add(pd.Series(1, index=order), fill_value=0).reindex(shares.index).astype("int64")
