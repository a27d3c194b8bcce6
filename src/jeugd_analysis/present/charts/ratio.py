"""How far areas lie from what was expected: a point with its margin on either side of a line at zero."""

from __future__ import annotations

import textwrap

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe

_AXIS = alt.Axis(ticks=False, domain=False, labelPadding=8, labelExpr="split(datum.value, '\\n')", labelLimit=0)
_LINE = 19  # letters of a name on one line: on a phone there is no room for more
_ROOM, _EDGE = 0.42, 0.04  # of the drawn width: for the column of numbers at the right, also on a phone; at the left
_NO_PLUS = "datum.value == 0 ? '0%' : datum.label"


def ratio_chart(
    shown: Safe,
    *,
    category: str,
    value: str,
    low: str,
    high: str,
    label: str,
    own: str,
    title: str,
    unit: str,
    description: str,
) -> theme.Chart | None:
    """Columns: `category` in order, `value`, `low` and `high` (0.1 is ten percent above; missing: not drawn), `label`.

    `own` is true for what the page is about: drawn in colour, the others in grey.
    """
    data = records(shown, [category, value, low, high, label, own], drop_hidden=[value]).reset_index(drop=True)
    if data.empty:
        return None
    names = ["\n".join(textwrap.wrap(str(name), _LINE, break_long_words=False)) for name in data[category]]
    data = data.assign(**{category: names, own: data[own].astype("bool")})
    for name in (low, high):
        data[name] = data[name].fillna(data[value])
    least, most = min(float(data[low].min()), 0.0), max(float(data[high].max()), 0.0)
    span = (most - least) or 0.1
    scale = alt.Scale(domain=[least - span * _EDGE, most + span * _ROOM], nice=False)
    y = alt.Y(f"{category}:N", sort=names, title=None, axis=_AXIS)
    axis = alt.Axis(format="+.0%", tickCount=4, grid=True, labelExpr=_NO_PLUS)
    x = alt.X(f"{value}:Q", title=None, scale=scale, axis=axis)
    colour = alt.condition(f"datum['{own}']", alt.value(theme.ACCENT), alt.value(theme.GREY))
    base = alt.Chart(inline(data)).encode(y=y, color=colour)
    margin = base.mark_rule(strokeWidth=3, opacity=0.55).encode(x=alt.X(f"{low}:Q", scale=scale), x2=f"{high}:Q")
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=x, tooltip=[alt.Tooltip(f"{category}:N", title="groep"), alt.Tooltip(f"{label}:N", title=unit)]
    )
    text = base.mark_text(align="right", fontSize=13).encode(
        x=alt.value("width"), text=f"{label}:N", color=alt.value("#374151")
    )
    zero = alt.Chart(alt.Data(values=[{"nul": 0}])).mark_rule(color="#374151", strokeDash=[4, 3]).encode(x="nul:Q")
    tall = max(30, 10 + 15 * max(name.count("\n") + 1 for name in names))
    chart = alt.layer(zero, margin, dots, text).properties(width=theme.WIDTH, height=alt.Step(tall))
    return theme.finish(chart, title=title, unit=unit, description=description)
