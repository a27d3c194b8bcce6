"""A published split made again from claims: amounts and shares per moment, each with what is said of its margin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_published import PARTS
from jeugd_analysis.chapters.growth_shown import told_effects, told_known_effects, whole_year_effects
from jeugd_analysis.chapters.growth_sure import CLEAR
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Rules, Safe, safe

SHOWN = ["intensity", "harmonisation", "volume", "indexation", "other"]
WHOLE_YEAR = "heel jaar"
_COMPLETED = " aangevuld"  # behind a day: with what was expected then to come in still
AGED_KIND, COMPLETED_KIND = "even oud", "aangevuld"  # as estimates.py names them


def completed_moment(known_on: str) -> str:
    """The name of a day with late claims completed."""
    return known_on + _COMPLETED


def day_of(moment: str) -> str:
    """The day of a moment that is not the whole year."""
    return moment.removesuffix(_COMPLETED)


def is_completed(moment: str) -> bool:
    """Whether late claims are completed in it."""
    return moment.endswith(_COMPLETED)


def known_in(edition: Edition, pair: pd.DataFrame) -> pd.DataFrame:
    """The snapshots of a pair of years that the claims of this edition can tell about, in time."""
    cells, whole = edition.mart("known_cells"), edition.mart("contract_cells")
    if not edition.area.is_region:
        cells = cells[cells["municipality"] == edition.area.code]
        whole = whole[whole["municipality"] == edition.area.code]

    def possible(row: pd.Series) -> bool:
        base, compare = int(row["base"]), int(row["compare"])
        known = cells.loc[cells["known_on"] == row["known_on"], "year"]
        broken = [
            b
            for m in ("intensity", "tariff")
            for b in edition.region.breaks_between(edition.area.code, m, base, compare)
        ]
        complete = {base, compare} <= set(known) and {base, compare} <= set(whole["year"])
        return complete and not broken and compare <= edition.quarter.last_settled_year

    return pair.loc[[possible(row) for _, row in pair.iterrows()]].sort_values("known_on", ignore_index=True)


def safe_effects(edition: Edition, computed: pd.DataFrame, margins: Mapping[str, Margin]) -> Safe:
    """One row per moment (key `moment`): amounts that add up to the total, and percent.

    Moments: each day, each day with late claims completed when that was estimated, and the whole year. percent:
    intensity in intensity and harmonisation together, from exact cents: of rounded amounts it would be off. With late
    claims completed there is only a percent: its amounts rest on exact numbers of youths.
    """
    base, compare = int(computed.loc[0, "base"]), int(computed.loc[0, "compare"])
    rows = []
    for day in computed["known_on"]:
        youths = _known_youths(edition, day)
        rows.append(_one_row(day, told_known_effects(edition, day, base, compare), youths))
        if (late := margins.get(completed_moment(day))) is not None and late.share is not None:
            nothing = dict.fromkeys(SHOWN, 0.0)
            rows.append({"moment": completed_moment(day), "youths": youths, "percent": 100 * late.share, **nothing})
    usage = edition.usage("totaal").set_index("period")["youths"]
    whole = _one_row(WHOLE_YEAR, told_effects(edition, base, compare), min(usage[str(base)], usage[str(compare)]))
    # A percent goes through the gate as one step of its rounding of amounts: hidden as they are, and in whole percents.
    step = edition.rules.money_base_cents
    exact = pd.DataFrame([*rows, whole])
    shown = safe(
        exact.assign(percent=exact["percent"] * step),
        rules=edition.rules, keys=["moment"], count="youths", money=[*SHOWN, "percent"], adds_up=SHOWN,
    )  # fmt: skip
    told = shown.frame.set_index("moment")
    year = whole_year_effects(edition, base, compare, pd.Series(whole)[SHOWN])
    told.loc[WHOLE_YEAR, SHOWN] = year.frame.loc[0, SHOWN]  # adds up to the amounts that other figures show
    total = told[SHOWN].sum(axis=1, skipna=False)
    return shown.derived(told.assign(total=total, percent=told["percent"] // step).reset_index())


def _one_row(moment: str, effects: pd.Series, youths: int) -> dict[str, Any]:
    named = {name: effects[name] for name in SHOWN if name != "other"}
    both = named["intensity"] + named["harmonisation"]
    percent = min(max(100 * named["intensity"] / both, 0), 100) if both else 0
    other = effects["total"] - sum(named.values())
    return {"moment": moment, "youths": youths, "percent": percent, **named, "other": other}


def _known_youths(edition: Edition, known_on: str) -> int:
    """Youths in the smaller of the two years, as known on that day."""
    youths = edition.mart("known_youths")
    mine = youths["known_on"].eq(known_on) & (edition.area.is_region | youths["municipality"].eq(edition.area.code))
    return int(youths[mine].groupby("year")["youths"].sum().min())


# -- margins and shares ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How far intensity and tariff together may lie below and above what is calculated, in cents; and their share.

    change: the two together as they are estimated, in cents. share, low and high: that of intensity in the two
    together, 0 to 1; None when no share can be given.
    """

    below: float
    above: float
    change: float
    share: float | None = None
    low: float | None = None
    high: float | None = None

    def is_clear(self, change: float) -> bool:
        """Whether the change is on one side of zero, margin and all."""
        return (change - self.below) * (change + self.above) > 0

    def around(self, share: float) -> tuple[float, float] | None:
        """The interval of the share, laid around the one that is told; None without one."""
        if self.share is None or self.low is None or self.high is None:
            return None
        low, high = (min(max(share + end - self.share, 0.0), 1.0) for end in (self.low, self.high))
        return low, high


def margins_of(edition: Edition, computed: pd.DataFrame) -> dict[str, Margin]:
    """The margin of every moment that has one: of its own draws, for a day as it was known then."""
    base, compare = int(computed.loc[0, "base"]), int(computed.loc[0, "compare"])
    told = [_estimates(edition, name, base, compare) for name in _TABLES]
    found = {WHOLE_YEAR: _margin(told[0], told[1])}
    for day in computed["known_on"]:
        for kind, moment in ((AGED_KIND, day), (COMPLETED_KIND, completed_moment(day))):
            mine = [rows[rows["known_on"].eq(day) & rows["kind"].eq(kind)] for rows in told[2:]]
            found[moment] = _margin(*mine)
    return {moment: margin for moment, margin in found.items() if margin is not None}


_TABLES = ("growth_interval", "growth_share", "known_interval", "known_share")


def _estimates(edition: Edition, name: str, base: int, compare: int) -> pd.DataFrame:
    told = edition.store.estimates(name, edition.quarter)
    return told[(told["area"] == edition.area.code) & (told["base"] == base) & (told["compare"] == compare)]


def _margin(interval: pd.DataFrame, share: pd.DataFrame) -> Margin | None:
    if interval.empty or share.empty:
        return None
    estimate = interval.loc[interval["effect"].isin(PARTS.values()), "estimate"].sum()
    row = share.iloc[0]
    ends = {name: None if numbers.is_missing(row[name]) else float(row[name]) for name in ("share", "low", "high")}
    return Margin(below=estimate - row["sum_low"], above=row["sum_high"] - estimate, change=estimate, **ends)


def shares(row: pd.Series, rules: Rules, margin: Margin | None) -> tuple[float | None, float | None, str]:
    """Shares of intensity and harmonisation in the two together, or the reason why there are none."""
    intensity, harmonisation = row["intensity"], row["harmonisation"]
    if numbers.is_missing(intensity) or numbers.is_missing(harmonisation):
        return None, None, "het gaat om te weinig jeugdigen"
    # With late claims completed no amounts are told, so the estimate itself decides.
    told = intensity + harmonisation
    change = margin.change if margin is not None and is_completed(row["moment"]) else told
    if intensity * harmonisation < 0:
        return None, None, "intensiteit en tarief gaan tegen elkaar in"
    if abs(change) < (least := CLEAR * rules.money_base_cents):
        return None, None, f"intensiteit en tarief veranderden samen minder dan {numbers.euro(least)}"
    if margin is None or not margin.is_clear(change):
        return None, None, "het is niet duidelijk dat intensiteit en tarief samen veranderden"
    return row["percent"] / 100, 1 - row["percent"] / 100, ""
