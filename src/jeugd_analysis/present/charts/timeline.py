"""Steps with a start and an end on a line of time. What is not yet decided stays open: no fill, a dashed edge."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import Any

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe

SURE, OPEN = "vast of verwacht", "onder voorbehoud"
_AXIS = alt.Axis(ticks=False, domain=False, labelPadding=8, labelExpr="split(datum.value, '\\n')", labelLimit=0)
_LINE = 23


def timeline_chart(
    shown: Safe, *, step: str, reserved: str, today: date, title: str, unit: str, description: str
) -> theme.Chart | None:
    """Columns: `step` (its name, in order), start and end (date as text) and `reserved` (bool). A rule marks today."""
    data = records(shown, [step, "start", "end", reserved])
    if data.empty:
        return None
    names = ["\n".join(textwrap.wrap(str(name), _LINE, break_long_words=False)) for name in data[step]]
    rows = data.assign(**{step: names, "soort": [OPEN if open_ else SURE for open_ in data[reserved]]})
    base = alt.Chart(inline(rows.drop(columns=[reserved]))).encode(
        y=alt.Y(f"{step}:N", sort=names, title=None, axis=_AXIS),
        tooltip=[
            alt.Tooltip(f"{step}:N", title="stap"),
            alt.Tooltip("start:T", title="begin", format="%d-%m-%Y"),
            alt.Tooltip("end:T", title="einde", format="%d-%m-%Y"),
            alt.Tooltip("soort:N", title="status"),
        ],
    )
    scale = alt.Scale(domain=[SURE, OPEN], range=[theme.ACCENT, "#FFFFFF"])
    # Below each other and whole: side by side they would be cut off on a phone.
    legend = alt.Legend(title=None, orient="top", direction="vertical", labelLimit=0, symbolStrokeColor=theme.ACCENT)
    fill = alt.Fill("soort:N", scale=scale, legend=legend)
    axis = alt.Axis(format="%m-%Y", tickCount=6, grid=True, labelFlush=True, labelOverlap="parity", labelSeparation=8)
    look: dict[str, Any] = {"stroke": theme.ACCENT, "strokeWidth": 1.5}
    x = alt.X("start:T", title=None, axis=axis)
    bars = (
        base.transform_filter("datum.start != datum.end")
        .mark_bar(height={"band": 0.5}, **look)
        .encode(x=x, x2="end:T", fill=fill)
    )
    points = base.transform_filter("datum.start == datum.end").mark_point(
        shape="diamond", size=130, opacity=1, **look
    ).encode(x=x, fill=fill)  # fmt: skip
    now = alt.Chart(alt.Data(values=[{"dag": today.isoformat(), "tekst": "peildatum"}]))
    rule = now.mark_rule(strokeDash=[4, 4], strokeWidth=1.5, color=theme.RISE).encode(x="dag:T")
    text = now.mark_text(align="right", baseline="bottom", dx=-4, y=-4, fontSize=13, color=theme.RISE).encode(
        x="dag:T", text="tekst:N"
    )
    chart = alt.layer(bars, points, rule, text).properties(width=theme.WIDTH, height=alt.Step(_step(names)))
    return theme.finish(chart, title=title, unit=unit, description=description)


def _step(names: list[str]) -> int:
    """Pixels per row: names of several lines must not run into each other."""
    return max(34, 8 + 15 * max(name.count("\n") + 1 for name in names))
