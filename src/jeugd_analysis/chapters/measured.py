"""Numbers that are neither youths nor euros, such as hours and index numbers, through the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.methods.disclosure import dominance
from jeugd_analysis.present.disclosure import Rules, Safe, safe


def measured(
    exact: pd.DataFrame,
    *,
    edition: Edition,
    keys: Sequence[str],
    count: str,
    steps: Mapping[str, float],
    counts: Sequence[str] = (),
    money: Sequence[str] = (),
    also_hidden: pd.Series | None = None,
) -> Safe:
    """As `safe`, with columns that are rounded to a step of their own: {"p90": 5} is in whole fives.

    A number that is missing stays missing. They pass the gate as amounts do, counted in its steps of rounding, so that
    a row with too few youths loses them too. Result: the columns of `steps` are Float64.
    """
    unit = edition.rules.money_base_cents
    scaled = exact.assign(**{name: exact[name].astype("Float64") / step * unit for name, step in steps.items()})
    shown = safe(
        scaled, rules=edition.rules, keys=keys, count=count, counts=counts, money=[*money, *steps],
        also_hidden=also_hidden,
    )  # fmt: skip
    told = {name: (shown.frame[name] // unit).astype("Float64") * step for name, step in steps.items()}
    return shown.derived(shown.frame.assign(**told))


def held_by_few(cents: pd.Series, rules: Rules) -> bool:
    """Whether an amount is held by too few providers or one dominates it, by the rules of the release.

    `cents` has one element per provider.
    """
    return dominance.held_by_few(cents, min_contributors=rules.min_providers, p_percent=rules.p_percent)
