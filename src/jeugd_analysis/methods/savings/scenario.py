"""What a scenario changes: later, less effect, another target; and a start that follows the contracts."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.savings.plan import require_columns, targets_of, whole_number

_EFFECTS = ("full_effect_share", "low_share", "high_share")


def adjust(
    measures: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    delay_quarters: int = 0,
    effect_factor: Any = 1,
    target_factor: Any = 1,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The plan and the targets of a scenario: all starts later, all effects and targets times a factor.

    Shapes: see `phase`; the results have the same rows. Effects stay at most 1, targets stay whole cents.
    Raises: FactorError on a negative factor.

    >>> m = pd.DataFrame({"start": ["2027-K3"], "full_effect_share": [0.1]})
    >>> t = pd.DataFrame({"year": [2027], "segment": ["S1"], "target_cents": [1000]})
    >>> later, half = adjust(m, t, delay_quarters=2, target_factor=0.5)
    >>> later["start"].tolist(), half["target_cents"].tolist()
    (['2028-K1'], [500])
    """
    effect, target = Fraction(str(effect_factor)), Fraction(str(target_factor))
    if effect < 0 or target < 0:
        raise FactorError("Een factor kan niet negatief zijn.", doe="geef 1 voor ongewijzigd, of bijvoorbeeld 0.5.")
    require_columns(measures, ["start"])
    changed = measures.assign(start=[later(str(start), delay_quarters) for start in measures["start"]])
    for name in sorted(set(_EFFECTS) & set(measures.columns)):
        scaled = [each if pd.isna(each) else min(Fraction(str(each)) * effect, Fraction(1)) for each in measures[name]]
        changed[name] = pd.Series(scaled, index=measures.index, dtype="object") if effect != 1 else measures[name]
    goals = targets_of(targets)
    return changed, goals.assign(target_cents=[round(int(cents) * target) for cents in goals["target_cents"]])


def start_from_contracts(measures: pd.DataFrame, contracts: Mapping[str, Quarter]) -> pd.DataFrame:
    """Give each measure its start: the start of its segment's contract plus `after_contract_quarters`.

    Shapes: measures with columns segment and after_contract_quarters (whole number, negative = before); contracts:
    segment to the first quarter of its contract. Result: the same rows with a column start. One later contract moves
    every measure of its segment.
    Raises: FactorError when a segment has no contract.
    """
    require_columns(measures, ["segment", "after_contract_quarters"])
    if missing := sorted(set(measures["segment"]) - set(contracts)):
        raise FactorError(f"Van segment {', '.join(missing)} is geen start van het contract bekend.")
    starts = [
        later(contracts[segment].label, whole_number(quarters))
        for segment, quarters in zip(measures["segment"], measures["after_contract_quarters"], strict=True)
    ]
    return measures.assign(start=starts)


def later(label: str, quarters: int) -> str:
    """The quarter so many quarters later.

    >>> later("2027-K3", 2), later("2027-K1", -1)
    ('2028-K1', '2026-K4')
    """
    start = Quarter.parse(label)
    year, number = divmod(start.year * 4 + start.number - 1 + quarters, 4)
    return Quarter(year, number + 1).label
