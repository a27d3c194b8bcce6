"""A measure over time, with breaks that are drawn and never bridged, and provisional periods marked."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe

_BANDS = alt.Scale(type="band", paddingInner=0, paddingOuter=0)


def series_chart(
    shown: Safe,
    *,
    time: str,
    value: str,
    title: str,
    unit: str,
    description: str,
    breaks: Sequence[tuple[str, str]] = (),
    provisional_from: str = "",
    axis_format: str = ",.0f",
    expected: tuple[str, str, str] | None = None,
) -> theme.Chart | None:
    """A line with points. Columns: `time` (text that sorts in time), `value` (number, missing = gap).

    `expected` names three more columns, missing where nothing is to come: what a provisional period will end at, and
    the ends of its band. That point is a diamond and its band a rule.

    `breaks` are (first period after the break, label): the line stops there and a dashed rule marks it; periods from
    `provisional_from` on have open points. Bounds: the axis starts at zero.
    """
    data = records(shown, [time, value, *(expected or ())])
    if data[value].isna().all():  # nothing to draw: an empty frame would look like zero
        return None
    times = sorted(data[time].astype(str))
    data = data.assign(
        reeks=[sum(str(moment) >= first for first, _ in breaks) for moment in data[time]],
        soort=["voorlopig" if provisional_from and str(m) >= provisional_from else "vast" for m in data[time]],
    )
    axis = alt.Axis(labelAngle=-45 if len(times) > 14 else 0, grid=False, ticks=False)
    x = alt.X(f"{time}:O", title=None, sort=times, scale=_BANDS, axis=axis)
    y = alt.Y(
        f"{value}:Q",
        title=None,
        scale=alt.Scale(domain=[0, _top(data[[value, *(expected or ())]].max())], nice=True),
        axis=alt.Axis(format=axis_format, tickCount=5),
    )
    tooltip = [alt.Tooltip(f"{time}:O", title="periode"), alt.Tooltip(f"{value}:Q", title=unit, format=axis_format)]
    base = alt.Chart(inline(data)).encode(x=x)
    line = base.mark_line(color=theme.ACCENT, strokeWidth=2.5).encode(y=y, detail="reeks:N")
    points = base.mark_point(size=60, strokeWidth=2, opacity=1, color=theme.ACCENT).encode(
        y=y,
        tooltip=tooltip,
        fill=alt.Fill(
            "soort:N", scale=alt.Scale(domain=["vast", "voorlopig"], range=[theme.ACCENT, "#FFFFFF"]), legend=None
        ),
    )
    marks = _marks([(first, label) for first, label in breaks if first in times], time, times)
    layers = [line, points, *_estimates(base, expected), *marks]
    return theme.finish(
        alt.layer(*layers).properties(width=theme.WIDTH, height=theme.HEIGHT),
        title=title,
        unit=unit,
        description=description,
        shown=shown,
    )


def _estimates(base: alt.Chart, expected: tuple[str, str, str] | None) -> list[alt.Chart]:
    """A diamond and a rule for every period of which something is still to come; they share the axis of the line."""
    if expected is None:
        return []
    middle, low, high = expected
    there = base.transform_filter(f"isValid(datum['{middle}'])")
    rule = there.mark_rule(color=theme.RISE, strokeWidth=2).encode(y=alt.Y(f"{low}:Q", title=None), y2=high)
    point = there.mark_point(shape="diamond", size=90, strokeWidth=2, color=theme.RISE, opacity=1).encode(
        y=alt.Y(f"{middle}:Q", title=None), tooltip=_ends(middle, low, high)
    )
    return [rule, point]


def _ends(middle: str, low: str, high: str) -> list[alt.Tooltip]:
    names = ("verwacht", "band, laag", "band, hoog")
    return [alt.Tooltip(f"{n}:Q", title=t, format=",.1f") for n, t in zip((middle, low, high), names, strict=True)]


def _top(values: pd.Series) -> float:
    """A little above the highest point, so that no point touches the edge."""
    highest = float(values.max()) if values.notna().any() else 0.0
    return highest * 1.08 or 1.0


def _marks(breaks: list[tuple[str, str]], time: str, times: list[str]) -> list[alt.Chart]:
    if not breaks:
        return []
    numbers: dict[str, list[str]] = {}  # two breaks on one day share a mark
    for number, (first, _) in enumerate(breaks, start=1):
        numbers.setdefault(first, []).append(str(number))
    source = alt.Data(values=[{time: first, "tekst": ", ".join(told)} for first, told in numbers.items()])
    # The break lies before the first period after it: at the left edge of that period's band, at every width.
    x = alt.X(f"{time}:O", sort=times, title=None, scale=_BANDS, bandPosition=0)
    rule = alt.Chart(source).mark_rule(strokeDash=[4, 4], color=theme.GREY).encode(x=x)
    text = (
        alt.Chart(source)
        .mark_text(align="left", baseline="top", dx=4, y=0, fontSize=13, fontWeight="bold", color=theme.GREY)
        .encode(x=x, text="tekst:N")
    )
    return [rule, text]
