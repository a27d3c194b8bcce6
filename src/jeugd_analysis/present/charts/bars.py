"""Horizontal bars from zero, one per category, with the number written at the bar."""

from __future__ import annotations

from typing import Any

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe


def bars_chart(
    shown: Safe, *, category: str, value: str, label: str, title: str, unit: str, description: str
) -> dict[str, Any]:
    """Columns: `category`, `value` (number; a hidden one draws no bar) and `label` (the number as text)."""
    data = records(shown, [category, value, label])
    order = data[category].tolist()
    y = alt.Y(f"{category}:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8))
    base = alt.Chart(inline(data)).encode(y=y)
    bars = base.mark_bar(color=theme.ACCENT, height={"band": 0.62}).encode(
        x=alt.X(f"{value}:Q", title=None, axis=None, scale=alt.Scale(zero=True, padding=40)),
        tooltip=[alt.Tooltip(f"{category}:N", title="groep"), alt.Tooltip(f"{label}:N", title=unit)],
    )
    drawn = data.assign(plaats=data[value].fillna(0))
    text = (
        alt.Chart(inline(drawn[[category, "plaats", label]]))
        .mark_text(align="left", dx=6, fontSize=13, color="#374151")
        .encode(y=y, x=alt.X("plaats:Q", axis=None), text=f"{label}:N")
    )
    chart = alt.layer(bars, text).properties(width=theme.WIDTH, height=alt.Step(34))
    return theme.finish(chart, title=title, unit=unit, description=description)
