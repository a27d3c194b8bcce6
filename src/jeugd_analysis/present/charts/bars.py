"""Horizontal bars from zero, one per category, with the number written at the bar."""

from __future__ import annotations

import textwrap

import altair as alt
import pandas as pd

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe

# Vega writes a list of texts on lines of their own; a long name is then never cut off, not even on a phone.
_AXIS = alt.Axis(ticks=False, domain=False, labelPadding=8, labelExpr="split(datum.value, '\\n')", labelLimit=0)
_LINE = 19


def _wrapped(name: str) -> str:
    return "\n".join(textwrap.wrap(name, _LINE, break_long_words=False))


_FOR_LABEL = 1.22  # of the longest bar: room for the number behind it
_PLOT, _LETTER = 460, 7.2  # pixels: room for the bars beside their names, and the width of a letter behind a bar


def _room(values: pd.Series, labels: pd.Series) -> float:
    """End of the axis: no label is cut off, however long it is."""
    longest = float(values.max()) if values.notna().any() else 0.0
    label = min(max(map(len, labels.astype(str)), default=0) * _LETTER, _PLOT / 2)
    return longest * max(_FOR_LABEL, _PLOT / (_PLOT - label)) or 1.0


def bars_chart(
    shown: Safe, *, category: str, value: str, label: str, title: str, unit: str, description: str
) -> theme.Chart | None:
    """Columns: `category`, `value` (number; a hidden one draws no bar) and `label` (the number as text)."""
    data = records(shown, [category, value, label])
    if data[value].isna().all():  # nothing to draw: an empty frame would look like zero
        return None
    data = data.assign(**{category: [_wrapped(str(name)) for name in data[category]]})
    order = data[category].tolist()
    y = alt.Y(f"{category}:N", sort=order, title=None, axis=_AXIS)
    base = alt.Chart(inline(data)).encode(y=y)
    bars = base.mark_bar(color=theme.ACCENT, height={"band": 0.62}).encode(
        x=alt.X(f"{value}:Q", title=None, axis=None, scale=alt.Scale(domain=[0, _room(data[value], data[label])])),
        tooltip=[alt.Tooltip(f"{category}:N", title="groep"), alt.Tooltip(f"{label}:N", title=unit)],
    )
    drawn = data.assign(plaats=data[value].fillna(0))
    text = (
        alt.Chart(inline(drawn[[category, "plaats", label]]))
        .mark_text(align="left", dx=6, fontSize=13, color="#374151")
        .encode(y=y, x=alt.X("plaats:Q", axis=None), text=f"{label}:N")
    )
    chart = alt.layer(bars, text).properties(width=theme.WIDTH, height=alt.Step(40))
    return theme.finish(chart, title=title, unit=unit, description=description, shown=shown)
