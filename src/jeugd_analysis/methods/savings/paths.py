"""Cost with and without measures: autonomous growth, prices, last year, and what really came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import accumulate
from typing import Any

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.savings.combine import combined_saving
from jeugd_analysis.methods.savings.plan import (
    base_of,
    bases_of,
    measures_of,
    require_columns,
    require_keys,
    whole_number,
)


def autonomous_baseline(
    base: Mapping[str, int], *, base_year: int, years: Iterable[int], growth: Mapping[str, Any]
) -> pd.DataFrame:
    """What each segment would cost without measures, in prices of the base year.

    Units: base in euro cents per year; growth: share per year and segment (0.02 is two percent), from the base year.
    Result: year, segment, base_cents (int64), sorted.
    Raises: FactorError when a segment has no growth, a year lies before the base year, or growth is -1 or less.

    >>> autonomous_baseline({"S1": 10000}, base_year=2025, years=[2027], growth={"S1": 0.02})["base_cents"].tolist()
    [10404]
    """
    if missing := sorted(set(base) - set(growth)):
        raise FactorError(f"De groei van segment {', '.join(missing)} ontbreekt.")
    factors = {segment: 1 + Fraction(str(growth[segment])) for segment in base}
    chosen = sorted(set(years))
    if min(factors.values(), default=1) <= 0 or min(chosen, default=base_year) < base_year:
        raise FactorError("De groei of een jaar kan niet: een jaar ligt voor het basisjaar, of er blijft niets over.")
    rows = [
        (year, segment, round(int(base[segment]) * factors[segment] ** (year - base_year)))
        for year in chosen
        for segment in sorted(base)
    ]
    return pd.DataFrame(rows, columns=["year", "segment", "base_cents"]).astype(
        {"year": "int64", "base_cents": "int64"}
    )


def price_levels(percent: Mapping[int, Any], *, base_year: int, years: Iterable[int]) -> dict[int, Fraction]:
    """Price level per year when that of the base year is 1.

    Units: percent[y] is the rise in percent from y - 1 to y. Years after the base year multiply, years before divide.
    Raises: FactorError when a rise on the way is missing.

    >>> [float(level) for level in price_levels({2026: 5, 2027: 4}, base_year=2026, years=[2025, 2026, 2027]).values()]
    [0.9523809523809523, 1.0, 1.04]
    """
    levels = {}
    for year in sorted(set(years)):
        on_the_way = range(min(year, base_year) + 1, max(year, base_year) + 1)
        if missing := [each for each in on_the_way if each not in percent]:
            raise FactorError(f"De indexatie van {', '.join(map(str, missing))} ontbreekt.", doe="vul een aanname in.")
        level = Fraction(1)
        for each in on_the_way:
            level *= 1 + Fraction(str(percent[each])) / 100
        levels[year] = level if year >= base_year else 1 / level
    return levels


def in_prices(table: pd.DataFrame, levels: Mapping[int, Any], *, columns: Iterable[str]) -> pd.DataFrame:
    """Amounts of a table with a column year at other prices: times the level of their year, in whole cents.

    With the levels of `price_levels` constant prices become nominal; with their inverse it goes back.
    Raises: FactorError on a year without a level.
    """
    names = list(columns)
    require_columns(table, ["year", *names])
    if missing := sorted(set(table["year"]) - set(levels)):
        raise FactorError(f"Het prijspeil van {', '.join(map(str, missing))} ontbreekt.")
    factors = [Fraction(str(levels[year])) for year in table["year"]]
    changed = {
        name: pd.Series(
            [round(whole_number(cents) * factor) for cents, factor in zip(table[name], factors, strict=True)],
            index=table.index,
            dtype="int64",
        )
        for name in names
    }
    return table.assign(**changed)


def cost_path(phased: pd.DataFrame, baseline: pd.DataFrame, *, last_year: Mapping[str, int]) -> pd.DataFrame:
    """Cost with the measures, against cost without them and against the year before: two different questions.

    Shapes: phased from `phase`; baseline as in `phase`; last_year: segment to its cost (euro cents) in the year before
    the first. Result: year, segment, baseline_cents, cost_cents (baseline minus saving), below_baseline_cents,
    above_last_year_cents (negative: cheaper than the year before). Cost may rise although the target is met.
    Raises: FactorError when a baseline or a cost of last year is missing, or years are not consecutive.
    """
    require_columns(phased, ["year", "segment", "saving_cents"])
    bases = bases_of(baseline) or {}
    rows, before = [], {str(segment): whole_number(cents) for segment, cents in last_year.items()}
    seen: dict[str, int] = {}
    for row in phased.sort_values(["year", "segment"]).itertuples():
        year, segment = int(row.year), str(row.segment)
        if (year, segment) not in bases or segment not in before or seen.get(segment, year - 1) != year - 1:
            raise FactorError(
                f"Voor {segment} in {year} ontbreken de kosten zonder maatregelen of van het jaar ervoor."
            )
        cost = bases[year, segment] - int(row.saving_cents)
        rows.append((year, segment, bases[year, segment], cost, int(row.saving_cents), cost - before[segment]))
        before[segment], seen[segment] = cost, year
    names = ["year", "segment", "baseline_cents", "cost_cents", "below_baseline_cents", "above_last_year_cents"]
    return pd.DataFrame(rows, columns=names).astype({name: "int64" for name in names if name != "segment"})


def plan_against_actual(
    measures: pd.DataFrame, actual: pd.DataFrame, *, baseline: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Planned cost beside what came in, per quarter, as deliveries come in.

    Shapes: measures and baseline as in `phase`; actual: quarter (2027-K1), segment, cost_cents. Planned cost is a
    quarter of the yearly base, less the expected saving of that quarter; seasons and one-off cost are left out. Result:
    quarter, segment, planned_cents, actual_cents, difference_cents (actual minus planned), cumulative_cents (sum of the
    differences so far in the segment). A difference says nothing about its cause.
    Raises: FactorError as `phase`; on a segment without measures.
    """
    require_columns(actual, ["quarter", "segment", "cost_cents"])
    require_keys(actual, ["quarter", "segment"])
    read, bases = measures_of(measures, needs_base=baseline is None), bases_of(baseline)
    groups = {measure.segment: [m for m in read if m.segment == measure.segment] for measure in read}
    rows = []
    for row in actual.sort_values(["segment", "quarter"]).itertuples():
        if row.segment not in groups:
            raise FactorError(f"Segment {row.segment} heeft geen maatregel in dit plan.")
        quarter, group = Quarter.parse(str(row.quarter)), groups[row.segment]
        parts = [(m.expected * m.grown_in(quarter), m.shifted) for m in group]
        shapley = combined_saving([rate for rate, _ in parts])[1]
        net = sum((part * (1 - shifted) for part, (_, shifted) in zip(shapley, parts, strict=True)), Fraction(0))
        planned = round(Fraction(base_of(group[0], quarter.year, bases), 4) * (1 - net))
        rows.append((str(row.quarter), str(row.segment), planned, whole_number(row.cost_cents)))
    table = pd.DataFrame(rows, columns=["quarter", "segment", "planned_cents", "actual_cents"])
    table = table.astype({"planned_cents": "int64", "actual_cents": "int64"})
    table["difference_cents"] = table["actual_cents"] - table["planned_cents"]
    table["cumulative_cents"] = table.groupby("segment")["difference_cents"].transform(lambda d: list(accumulate(d)))
    return table.sort_values(["quarter", "segment"], ignore_index=True)
