"""What is known of the inhabitants of areas, as features for a model: from counts to shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

YOUNG = "people_0_24"


def _log(values: pd.Series) -> pd.Series:
    return np.log(values.where(values > 0))  # nobody, or nothing: missing


_Feature = tuple[tuple[str, ...], Callable[[pd.DataFrame], pd.Series]]
FEATURES: Mapping[str, _Feature] = {  # name -> the columns it needs, and how it follows from them
    "social_assistance": (("social_assistance", "inhabitants"), lambda t: t["social_assistance"] / t["inhabitants"]),
    "families": (("households_with_children", "households"), lambda t: t["households_with_children"] / t["households"]),
    "owner_occupied": (("share_owner_occupied",), lambda t: t["share_owner_occupied"] / 100),
    "home_value": (("home_value",), lambda t: _log(t["home_value"])),
    "urbanity": (("urbanity",), lambda t: t["urbanity"]),
    "young_adults": (("inhabitants_15_24", YOUNG), lambda t: t["inhabitants_15_24"] / t[YOUNG]),
    "young": ((YOUNG, "inhabitants"), lambda t: t[YOUNG] / t["inhabitants"]),
    "size": (("inhabitants",), lambda t: _log(t["inhabitants"])),
}


def features_of(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The features that the columns of the table allow, in this order; a value that cannot be told is missing.

    Shapes: one row per area, counts of persons and households, percents, home_value in thousands of euros. Result: the
    same index, one column per feature: shares 0-1, logarithms of home value and size, urbanity as it is.
    """
    told = {
        name: rule(table).replace([np.inf, -np.inf], np.nan).astype("float64")
        for name, (needed, rule) in ((name, FEATURES[name]) for name in names)
        if set(needed) <= set(table)
    }
    return pd.DataFrame(told, index=table.index)


def usable(features: pd.DataFrame, *, known: float = 0.95, per_feature: int = 10, alike: float = 0.9) -> list[str]:
    """The features a model can use: known nearly everywhere, not the same everywhere, not the same as an earlier one.

    known: the least share of areas with a value. per_feature: so many areas are needed for each feature.
    alike: two features whose correlation is stronger say the same; the first stays.
    """
    chosen: list[str] = []
    for name in features:
        values = features[name]
        if values.notna().mean() < known or not values.std(ddof=0) > 0:
            continue
        if any(abs(values.corr(features[other])) > alike for other in chosen):
            continue
        if values.notna().sum() >= per_feature * (len(chosen) + 1):
            chosen.append(name)
    return chosen
