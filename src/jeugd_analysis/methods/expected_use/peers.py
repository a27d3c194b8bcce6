"""Comparable areas: of about the same size, and nearest in what is known of their inhabitants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.expected_use.limits import signed
from jeugd_analysis.methods.expected_use.standardise import require

_DIGITS = 12  # of a distance: what differs in the last place of a float is equally near
SIZE_BOUNDS = (20_000, 50_000, 100_000, 250_000)  # inhabitants; a class begins at its lower bound


def size_class(inhabitants: pd.Series, *, bounds: Sequence[int] = SIZE_BOUNDS) -> pd.Series:
    """Number of the class of each area: 0 below the first bound, 1 from there on, and so on.

    >>> size_class(pd.Series([19_999, 20_000, 600_000])).tolist()
    [0, 1, 4]
    """
    return pd.Series(np.searchsorted(list(bounds), signed(inhabitants, "inwoners"), side="right"), inhabitants.index)


def peers(
    areas: pd.DataFrame,
    *,
    area: str,
    features: Sequence[str],
    size: str = "inhabitants",
    key: str = "area",
    bounds: Sequence[int] = SIZE_BOUNDS,
    number: int = 5,
) -> pd.DataFrame:
    """The areas in the class of size of this one that are nearest to it; the nearest first.

    Shapes: one row per area. Result: key and distance, at most `number` rows. The distance is the square root of the
    mean square of the differences, each feature in standard deviations over all areas: 1 means that the two differ as
    much as two areas differ from the mean. Equally near: in order of the key.
    Raises: FactorError when the area is not there or comes twice, values are missing, or a feature is the same
    everywhere.
    """
    require(areas, [key, size, *features])
    if areas[key].duplicated().any():
        raise FactorError("Een gebied komt vaker voor.")
    if not areas[key].eq(area).any():
        raise FactorError(f"Gebied {area} staat niet in de tabel.")
    values = pd.DataFrame({name: signed(areas[name], name) for name in features}, index=areas.index)
    spread = values.std(ddof=0)
    if same := [name for name in features if not spread[name] > 0]:
        raise FactorError(f"Kenmerk {', '.join(same)} is in elk gebied gelijk.", doe="laat het weg.")
    scaled = (values - values.mean()) / spread
    here = areas[key].eq(area)
    apart = np.sqrt(((scaled - scaled[here].iloc[0]) ** 2).mean(axis=1)).round(_DIGITS)
    classes = size_class(areas[size], bounds=bounds)
    others = areas[[key]].assign(distance=apart)[~here & classes.eq(classes[here].iloc[0])]
    return others.sort_values(["distance", key], kind="stable").head(number).reset_index(drop=True)
