"""What must be true to meet the target, and which assumption matters most."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.savings.combine import saved_share
from jeugd_analysis.methods.savings.plan import (
    MEASURE_COLUMNS,
    OPTIONAL_COLUMNS,
    Measure,
    base_of,
    bases_of,
    measures_of,
    per_measure,
    phase,
    require_columns,
    require_keys,
)
from jeugd_analysis.methods.savings.scenario import later

EXHAUSTIVE = 15  # up to 32,768 combinations are all tried
_ASSUMPTION = ["assumption", "measure", "column", "low", "high"]
Savings = Callable[[np.ndarray], np.ndarray]
_CHANGEABLE = {*MEASURE_COLUMNS, *OPTIONAL_COLUMNS} - {"measure", "segment", "base_cents"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingSet:
    """The fewest assumptions that must come out well; `exhaustive` tells whether every combination was tried."""

    assumptions: tuple[str, ...]
    saving_cents: int
    target_cents: int
    gap_cents: int
    closed: bool
    exhaustive: bool


def assumptions_of(
    measures: pd.DataFrame,
    *,
    effect_share: float = 0.25,
    delay_quarters: int = 4,
    earliest: str | Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Assumptions to vary, two per measure: its effect and its start; one more where its success is uncertain.

    Units: the effect goes from low_share to high_share where the plan has them, and otherwise `effect_share` (relative)
    less or more, at most 1. The start moves `delay_quarters` later (low) or earlier (high), not before `earliest`, such
    as the first quarter of the contracts: one quarter, or one per segment. Both ranges are ours. Result: assumption,
    measure, column, low, high.
    """
    require_columns(measures, ["measure", "full_effect_share", "start"])
    rows: list[tuple[str, str, str, Any, Any]] = []
    for row in measures.drop_duplicates("measure").to_dict("records"):
        name, share, start = str(row["measure"]), float(row["full_effect_share"]), str(row["start"])
        given = {column: row[column] for column in ("low_share", "high_share") if pd.notna(row.get(column))}
        least = given.get("low_share", share * (1 - effect_share))
        most = given.get("high_share", min(share * (1 + effect_share), 1.0))
        sooner = later(start, -delay_quarters)
        bound = earliest.get(str(row.get("segment"))) if isinstance(earliest, Mapping) else earliest
        if bound is not None:
            sooner = min(start, max(sooner, bound))
        rows.append((f"effect: {name}", name, "full_effect_share", least, most))
        rows.append((f"start: {name}", name, "start", later(start, delay_quarters), sooner))
        if 0 <= row.get("success_probability", 1) < 1:
            rows.append((f"slagen: {name}", name, "success_probability", 0, 1))
    return pd.DataFrame(rows, columns=_ASSUMPTION)


def tornado(
    measures: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    year: int,
    assumptions: pd.DataFrame,
    baseline: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One assumption at a time at its low and its high value, all else as planned; the largest swing first.

    Shapes: see `phase`; assumptions: assumption (a name), measure, column (of the measures), low, high (values for it;
    high is the favourable one). All segments together, in one year. Result: assumption, saving_low_cents,
    saving_high_cents, gap_low_cents, gap_high_cents, swing_cents (high minus low). Euro cents, int64.
    Raises: FactorError on a measure or column that does not exist, or an assumption that stands there twice.
    """
    _require_assumptions(assumptions, measures)
    planned = phase(measures, targets, years=[year], baseline=baseline)
    goal, saved = int(planned["target_cents"].sum()), planned.set_index("segment")["saving_cents"]
    rows = []
    for told in assumptions.to_dict("records"):
        # Only the segments that the measure works in can move: working out the others again would give the same cents.
        touched = set(measures.loc[measures["measure"] == told["measure"], "segment"])
        inside = measures[measures["segment"].isin(touched)]
        others = int(saved[~saved.index.isin(touched)].sum())
        low, high = (
            others + int(per_measure(changed, years=[year], baseline=baseline)["net_cents"].sum())
            for changed in (_changed(inside, told, told[side]) for side in ("low", "high"))
        )
        rows.append(
            {
                "assumption": told["assumption"],
                "saving_low_cents": low,
                "saving_high_cents": high,
                "gap_low_cents": goal - low,
                "gap_high_cents": goal - high,
                "swing_cents": high - low,
            }
        )
    names = ["saving_low_cents", "saving_high_cents", "gap_low_cents", "gap_high_cents", "swing_cents"]
    table = pd.DataFrame(rows, columns=["assumption", *names]).astype(dict.fromkeys(names, "int64"))
    order = table["swing_cents"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def closing_set(
    measures: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    year: int,
    assumptions: pd.DataFrame,
    baseline: pd.DataFrame | None = None,
) -> ClosingSet:
    """The smallest set of assumptions that closes the gap of a year when they come out at their high value.

    Shapes: see `tornado`. All others stay as planned. Up to 15 assumptions every combination is tried; of equally
    small sets the one that saves most is given, then the first in the order of the table. With more assumptions the
    largest gain is added until the gap is closed, and what turns out not to be needed is left out again: `exhaustive`
    is False and a smaller set may exist. `closed` is False when even the best combination falls short: that is then
    what the result holds.
    """
    _require_assumptions(assumptions, measures)
    told = assumptions.to_dict("records")
    goal = int(phase(measures.head(0), targets, years=[year], baseline=baseline)["target_cents"].sum())
    savings = _savings_of(measures, told, year, baseline)
    count = len(told)
    chosen = _smallest(savings, goal, count) if count <= EXHAUSTIVE else _greedy(savings, goal, count)
    at_high = measures
    for place in chosen:
        at_high = _changed(at_high, told[place], told[place]["high"])
    exact = phase(at_high, targets, years=[year], baseline=baseline)
    saving = int(exact["saving_cents"].sum())
    return ClosingSet(
        assumptions=tuple(str(told[place]["assumption"]) for place in chosen),
        saving_cents=saving,
        target_cents=goal,
        gap_cents=goal - saving,
        closed=saving >= goal,
        exhaustive=count <= EXHAUSTIVE,
    )


def _smallest(savings: Savings, goal: int, count: int) -> list[int]:
    """Places of the smallest combination that reaches the goal; of the largest saving when none does."""
    high = np.arange(2**count)[:, None] >> np.arange(count) & 1 == 1
    saved, sizes = savings(high), high.sum(axis=1)
    pool = np.flatnonzero(saved >= goal if (saved >= goal).any() else saved == saved.max())
    pool = pool[sizes[pool] == sizes[pool].min()]
    pool = pool[saved[pool] == saved[pool].max()]
    return min(np.flatnonzero(high[each]).tolist() for each in pool)


def _greedy(savings: Savings, goal: int, count: int) -> list[int]:
    """The largest gain added until the goal is reached; then what is not needed left out, in the order it came."""
    chosen: list[int] = []
    high = np.zeros(count, dtype=bool)
    reached = savings(high[None])[0]
    while reached < goal:
        tried = high | np.eye(count, dtype=bool)
        saved = savings(tried)
        best = int(np.argmax(saved))
        if saved[best] <= reached:
            break
        high, reached = tried[best], saved[best]
        chosen.append(best)
    for place in chosen:
        without = high & (np.arange(count) != place)
        high = without if reached >= goal and savings(without[None])[0] >= goal else high
    return np.flatnonzero(high).tolist()


def _savings_of(
    measures: pd.DataFrame, told: list[dict[Any, Any]], year: int, baseline: pd.DataFrame | None
) -> Savings:
    """A function of which assumptions are at their high value (sets x assumptions) to the saving in whole cents."""
    bases = bases_of(baseline)
    segments = []
    for _, group in measures.groupby("segment", sort=True):
        variants = [_variants(row, told, baseline) for row in (group.iloc[[at]] for at in range(len(group)))]
        segments.append((variants, base_of(variants[0][1][0], year, bases)))

    def savings(high: np.ndarray) -> np.ndarray:
        total = np.zeros(len(high))
        for variants, base in segments:
            rates, shifted = np.empty((len(high), len(variants))), np.empty((len(high), len(variants)))
            for at, (places, made) in enumerate(variants):
                which = high[:, places] @ (1 << np.arange(len(places)))
                rates[:, at] = np.array([float(each.expected * each.grown(year)) for each in made])[which]
                shifted[:, at] = np.array([float(each.shifted) for each in made])[which]
                total -= np.array([each.one_off(year) for each in made])[which]
            total += np.rint(base * saved_share(rates, shifted))
        return total

    return savings


def _variants(
    row: pd.DataFrame, told: list[dict[Any, Any]], baseline: pd.DataFrame | None
) -> tuple[list[int], list[Measure]]:
    """Places of the assumptions about a measure, and the measure with each combination of them at its high value."""
    places = [place for place, each in enumerate(told) if each["measure"] == row["measure"].iloc[0]]
    made = []
    for bits in range(2 ** len(places)):
        changed = row
        for bit, place in enumerate(places):
            changed = _changed(changed, told[place], told[place]["high"]) if bits >> bit & 1 else changed
        made += measures_of(changed, needs_base=baseline is None)
    return places, made


def _changed(measures: pd.DataFrame, told: dict[Any, Any], value: Any) -> pd.DataFrame:
    """The measures with one value in one column of one measure; an optional column comes into being."""
    columns = [told["column"]]
    if told["column"] == "full_effect_share":  # an effect that is told is no range any more
        columns += [name for name in ("low_share", "high_share") if name in measures.columns]
    changed = {}
    for name in columns:
        there = measures[name] if name in measures.columns else pd.Series(None, index=measures.index, dtype="object")
        changed[name] = there.astype("object").mask(measures["measure"] == told["measure"], value)
    return measures.assign(**changed)


def _require_assumptions(assumptions: pd.DataFrame, measures: pd.DataFrame) -> None:
    require_columns(assumptions, _ASSUMPTION)
    require_columns(measures, ["measure"])
    require_keys(assumptions, ["assumption"])
    if strange := sorted(set(assumptions["measure"]) - set(measures["measure"])):
        raise FactorError(f"De maatregel {', '.join(map(str, strange))} staat niet in het plan.")
    if strange := sorted(set(assumptions["column"]) - _CHANGEABLE):
        raise FactorError(f"De kolom {', '.join(map(str, strange))} kan geen aanname zijn.")
    if assumptions.duplicated(["measure", "column"]).any():
        raise FactorError("Twee aannames gaan over hetzelfde van één maatregel.", doe="houd er één over.")
