"""How a number is spread within groups: per group a line from the middle one to a high one, with both numbers."""

from __future__ import annotations

import textwrap

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe

_AXIS = alt.Axis(ticks=False, domain=False, labelPadding=8, labelExpr="split(datum.value, '\\n')", labelLimit=0)
_LINE = 19
_FOR_LABEL = 1.22  # of the longest line: room for the number behind it, also on a phone


def spread_chart(
    shown: Safe, *, category: str, middle: str, between: str, high: str, title: str, unit: str, description: str
) -> theme.Chart | None:
    """Columns: `category`, and three numbers that do not go down: `middle`, `between` and `high`; missing: not drawn.

    The filled point is the middle, the open one the high number; the small stroke is the one between them.
    """
    data = records(shown, [category, middle, between, high], drop_hidden=[middle]).reset_index(drop=True)
    if data.empty:
        return None
    data = data.assign(**{
        category: ["\n".join(textwrap.wrap(str(name), _LINE, break_long_words=False)) for name in data[category]],
        "eind": data[high].fillna(data[between]).fillna(data[middle]).astype("float64"),
    })  # fmt: skip
    top = float(data["eind"].max()) * _FOR_LABEL
    y = alt.Y(f"{category}:N", sort=data[category].tolist(), title=None, axis=_AXIS)
    scale = alt.Scale(domain=[0, top or 1.0])
    x = alt.X(f"{middle}:Q", title=None, scale=scale, axis=alt.Axis(format=",.0f", tickCount=5, grid=True))
    base = alt.Chart(inline(data)).encode(y=y)
    told = [
        alt.Tooltip(f"{category}:N", title="groep"),
        alt.Tooltip(f"{middle}:Q", title="helft blijft hieronder", format=",.0f"),
        alt.Tooltip(f"{between}:Q", title="75 van de 100", format=",.0f"),
        alt.Tooltip(f"{high}:Q", title="90 van de 100", format=",.0f"),
    ]
    rule = base.mark_rule(strokeWidth=4, color="#9CB8D3").encode(x=x, x2="eind:Q")
    dot = base.mark_point(filled=True, size=90, opacity=1, color=theme.ACCENT).encode(x=x, tooltip=told)
    tick = base.mark_tick(thickness=2, size=14, color=theme.ACCENT).encode(x=alt.X(f"{between}:Q"))
    ring = base.mark_point(size=80, strokeWidth=2, opacity=1, fill="#FFFFFF", color=theme.ACCENT).encode(
        x=alt.X(f"{high}:Q"), tooltip=told
    )
    colour = "#374151"
    above = base.mark_text(dy=-13, fontSize=13, color=colour).encode(x=x, text=alt.Text(f"{middle}:Q", format=",.0f"))
    right = base.mark_text(align="left", dx=9, fontSize=13, color=colour).encode(
        x=alt.X(f"{high}:Q"), text=alt.Text(f"{high}:Q", format=",.0f")
    )
    chart = alt.layer(rule, tick, dot, ring, above, right).properties(width=theme.WIDTH, height=alt.Step(44))
    return theme.finish(chart, title=title, unit=unit, description=description)
