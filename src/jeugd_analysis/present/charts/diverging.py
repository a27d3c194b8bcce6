"""Horizontal bars to both sides of zero, with the number written at the end of the bar."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe

_AXIS = alt.Axis(ticks=False, domain=False, labelPadding=8, labelExpr="split(datum.value, '\\n')", labelLimit=0)
_LINE = 19
_FOR_LABEL = 0.45  # of the widest bar: room for a number on either side, on a phone too


def diverging_chart(
    shown: Safe,
    *,
    category: str,
    value: str,
    label: str,
    above: str,
    below: str,
    title: str,
    unit: str,
    description: str,
) -> theme.Chart | None:
    """Columns: `category` in order, `value` (missing: not drawn) and `label`. `above` and `below` name both sides."""
    data = records(shown, [category, value, label], drop_hidden=[value]).reset_index(drop=True)
    if data.empty:
        return None
    names = ["\n".join(textwrap.wrap(str(name), _LINE, break_long_words=False)) for name in data[category]]
    amounts = data[value].astype("float64")
    drawn = data.assign(**{category: names, value: amounts, "soort": [above if a >= 0 else below for a in amounts]})
    low, high = min(float(amounts.min()), 0.0), max(float(amounts.max()), 0.0)
    room = (max(high, -low) or 1.0) * _FOR_LABEL
    scale = alt.Scale(domain=[low - room, high + room], nice=False)
    colours = alt.Scale(domain=[above, below], range=[theme.RISE, theme.FALL])
    legend = alt.Legend(title=None, orient="top", direction="vertical", labelLimit=0, symbolType="square")
    y = alt.Y(f"{category}:N", sort=names, title=None, axis=_AXIS)
    x = alt.X(f"{value}:Q", title=None, axis=None, scale=scale)
    base = alt.Chart(inline(drawn)).encode(y=y, x=x)
    bars = base.mark_bar(height={"band": 0.6}).encode(
        color=alt.Color("soort:N", scale=colours, legend=legend),
        tooltip=[alt.Tooltip(f"{category}:N", title="groep"), alt.Tooltip(f"{label}:N", title=unit)],
    )
    words: dict[str, Any] = {"fontSize": 13, "color": "#374151"}
    right = base.transform_filter(f"datum['{value}'] >= 0").mark_text(align="left", dx=6, **words)
    left = base.transform_filter(f"datum['{value}'] < 0").mark_text(align="right", dx=-6, **words)
    sides = [side.encode(text=f"{label}:N") for side in (right, left)]
    zero = alt.Chart(alt.Data(values=[{"nul": 0}])).mark_rule(color=theme.GREY).encode(x=alt.X("nul:Q", axis=None))
    chart = alt.layer(bars, *sides, zero).properties(width=theme.WIDTH, height=alt.Step(_step(names)))
    return theme.finish(chart, title=title, unit=unit, description=description)


def _step(names: list[str]) -> int:
    """Pixels per row: names of several lines must not run into each other."""
    return max(34, 8 + 15 * max(name.count("\n") + 1 for name in names))
