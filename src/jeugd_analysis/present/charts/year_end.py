"""A year that is not over, per segment: what was claimed, what is expected beside it, and the budget as a mark."""

from __future__ import annotations

import textwrap

import altair as alt
import pandas as pd

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import MILLION, inline, records
from jeugd_analysis.present.disclosure import Safe

CLAIMED, LATE, FUTURE, LUMP, BUDGET = (
    "gedeclareerd",
    "komt nog",
    "nog te geven hulp",
    "vast bedrag",
    "begroting",
)
_PARTS = {"claimed": CLAIMED, "late": LATE, "future": FUTURE, "lump": LUMP}
_COLOURS = {CLAIMED: theme.ACCENT, LATE: "#6C9DC6", FUTURE: "#BCD2E6", LUMP: "#7B4EA3", BUDGET: "#B3541E"}
_AXIS = alt.Axis(ticks=False, domain=False, labelPadding=8, labelExpr="split(datum.value, '\\n')", labelLimit=0)
_LINE = 19  # letters of a name on one line, for a phone


def year_end_chart(shown: Safe, *, category: str, title: str, unit: str, description: str) -> theme.Chart | None:
    """Columns: `category`, claimed, late, future, lump and budget in cents (missing: not drawn)."""
    data = records(shown, [category, *_PARTS, "budget"])
    if data.empty or data["claimed"].isna().all():
        return None
    names = ["\n".join(textwrap.wrap(str(name), _LINE, break_long_words=False)) for name in data[category]]
    told = data.assign(groep=names)
    long = told.melt(["groep"], list(_PARTS), "part", "cents").dropna(subset=["cents"])
    long = long.assign(
        soort=long["part"].map(_PARTS), order=long["part"].map({name: place for place, name in enumerate(_PARTS)}),
        miljoen=long["cents"].astype("float64") / MILLION,
    )  # fmt: skip
    there = [name for name in _COLOURS if name in set(long.loc[long["cents"] > 0, "soort"])]
    marked = told.dropna(subset=["budget"])
    there += [BUDGET] if len(marked) else []
    colour = alt.Color(
        "soort:N", scale=alt.Scale(domain=there, range=[_COLOURS[name] for name in there]),
        legend=alt.Legend(title=None, orient="top", columns=2, symbolType="square", symbolOpacity=1),
    )  # fmt: skip
    y = alt.Y("groep:N", sort=names, title=None, axis=_AXIS)
    numbers = told[[*_PARTS, "budget"]].astype("Float64").fillna(0)
    top = float(max(numbers[list(_PARTS)].sum(axis=1).max(), numbers["budget"].max()))
    scale = alt.Scale(domain=[0, top / MILLION * 1.04 or 1.0], nice=False)
    x = alt.X("miljoen:Q", title=None, stack="zero", scale=scale, axis=alt.Axis(format=",.1~f", tickCount=4))
    tooltip = [alt.Tooltip("groep:N", title="segment"), alt.Tooltip("soort:N", title="deel"),
               alt.Tooltip("miljoen:Q", title=unit, format=",.2f")]  # fmt: skip
    rows = long.loc[long["cents"] > 0, ["groep", "soort", "order", "miljoen"]]
    bars = alt.Chart(inline(rows)).mark_bar(height={"band": 0.6}).encode(
        x=x, y=y, color=colour, order=alt.Order("order:Q"), tooltip=tooltip
    )  # fmt: skip
    layers = [bars, *_budget(marked, y, colour, tooltip)]
    chart = alt.layer(*layers).properties(width=theme.WIDTH, height=alt.Step(44))
    return theme.finish(chart, title=title, unit=unit, description=description)


def _budget(told: pd.DataFrame, y: alt.Y, colour: alt.Color, tooltip: list[alt.Tooltip]) -> list[alt.Chart]:
    if told.empty:
        return []
    rows = told[["groep"]].assign(soort=BUDGET, miljoen=told["budget"].astype("float64") / MILLION)
    mark = alt.Chart(inline(rows)).mark_tick(thickness=3, height={"band": 0.85})
    return [mark.encode(x=alt.X("miljoen:Q"), y=y, color=colour, tooltip=tooltip)]
