"""Chapters 50 and 55: the cost without measures that savings are measured against, from the outlook of chapter 33.

Where the outlook does not reach, assumed growth takes its place, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.chapters.outlook import CENTRAL, HIGH, LOW, baseline
from jeugd_analysis.chapters.savings_plan import Plan
from jeugd_analysis.methods.savings import autonomous_baseline
from jeugd_analysis.present.numbers import percent
from jeugd_analysis.present.sentences import listed

_LEADS = {CENTRAL: "Volgens het midden van de vooruitblik", LOW: "Volgens het lage scenario",
          HIGH: "Volgens het hoge scenario"}  # fmt: skip
_BASE = ["year", "segment", "base_cents"]


@dataclass(frozen=True, kw_only=True)
class Without:
    """Cost without measures: how a sentence about it begins -> year, segment, base_cents; the one drawn goes first.

    told: what below a figure says about where it comes from, and where the outlook falls short; from_outlook: False
    when all of it is assumed growth.
    """

    paths: dict[str, pd.DataFrame]
    told: str
    from_outlook: bool

    @property
    def drawn(self) -> str:
        """How a sentence about the one that is drawn begins."""
        return next(iter(self.paths))


def without_measures(plan: Plan) -> Without:
    """From the year before the path to its end, of every segment that can save, in prices of the last settled year.

    The outlook's scenarios; a segment that has none grows as is assumed. Without an outlook to the end of the path for
    any segment, all of them do, at each of the assumed rates.
    """
    base, years = plan.edition.quarter.last_settled_year, [plan.years[0] - 1, *plan.years]
    told = {name: _covered(baseline(plan.edition, scenario=name), plan, years) for name in _LEADS}
    known = set(told[CENTRAL]["segment"])
    if not known:
        why = "Een vooruitblik tot het einde van de opgave is er niet. De groei is daarom een aanname."
        return Without(paths=_assumed_paths(plan, years), told=f"In prijzen van {base}. {why}", from_outlook=False)
    rest = [code for code in plan.costs.index if code not in known]
    rate = plan.assumed_numbers.growth_drawn
    grown = _grown(plan.costs[rest], years, rate=rate, base=base)
    paths = {_LEADS[name]: pd.concat([rows, grown], ignore_index=True) for name, rows in told.items()}
    source = f"Zonder maatregelen: de raming van het hoofdstuk Vooruitblik, in prijzen van {base}."
    if not rest:
        return Without(paths=paths, told=source, from_outlook=True)
    names = listed([plan.edition.segment_names()[code] for code in rest])
    short = f"Voor {names} is er geen vooruitblik. Daar is de groei een aanname: {percent(rate)} per jaar."
    return Without(paths=paths, told=f"{source} {short}", from_outlook=True)


def planned_on(plan: Plan, quarters: Iterable[str]) -> tuple[pd.DataFrame | None, str]:
    """The drawn outlook as the baseline of `plan_against_actual`, and a sentence about it.

    None when there is no outlook or a quarter lies outside its years: then the cost of the last settled year stays.
    """
    without = without_measures(plan)
    rows = without.paths[without.drawn]
    if without.from_outlook and {int(label[:4]) for label in quarters} <= set(rows["year"]):
        return rows, without.told
    return None, f"Zonder maatregelen: de kosten van {plan.edition.quarter.last_settled_year}, elk jaar gelijk."


def _covered(rows: pd.DataFrame, plan: Plan, years: list[int]) -> pd.DataFrame:
    """Rows of the years and of the segments in the plan of which every year is known."""
    mine = rows[rows["year"].isin(years) & rows["segment"].isin(plan.costs.index)]
    whole = mine.groupby("segment")["year"].transform("nunique").eq(len(years))
    return mine.loc[whole, _BASE].reset_index(drop=True)


def _assumed_paths(plan: Plan, years: list[int]) -> dict[str, pd.DataFrame]:
    told, base = plan.assumed_numbers, plan.edition.quarter.last_settled_year
    rates = sorted(told.growth_rates, key=lambda rate: rate != told.growth_drawn)
    return {_lead(rate): _grown(plan.costs, years, rate=rate, base=base) for rate in rates}


def _grown(costs: pd.Series, years: list[int], *, rate: float, base: int) -> pd.DataFrame:
    growth = dict.fromkeys(costs.index, rate)
    return autonomous_baseline(costs.to_dict(), base_year=base, years=years, growth=growth)


def _lead(rate: float) -> str:
    """How a sentence about this rate begins.

    >>> _lead(0.0), _lead(0.02), _lead(0.025)
    ('Zonder groei', 'Bij 2% groei per jaar', 'Bij 2,5% groei per jaar')
    """
    return f"Bij {percent(rate, 0 if round(rate * 100, 6).is_integer() else 1)} groei per jaar" if rate else (
        "Zonder groei")  # fmt: skip
