"""Several measures over time on one scale, each with its name at the end of its line instead of a legend."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.charts.series import _BANDS, _marks
from jeugd_analysis.present.disclosure import Safe

_AXIS = alt.Axis(labelAngle=0, labelOverlap=True, grid=False, ticks=False)
_LETTERS = 19  # of a name on one line: on a phone there is no room for more
_EDGE = 14  # pixels beside the names: bold letters are wider than what is reserved for them
_LINE = 16  # pixels of a line of a name


def lines_chart(
    shown: Safe,
    *,
    time: str,
    value: str,
    series: str,
    title: str,
    unit: str,
    description: str,
    breaks: Sequence[tuple[str, str]] = (),
    from_zero: bool = True,
    axis_format: str = ",.0f",
    words: Mapping[str, str] | None = None,
) -> theme.Chart | None:
    """One line per series, in the order of the table.

    Columns: `time` (text that sorts in time), `value` (number, missing = gap) and `series` (short name). `breaks` are
    (first period after the break, label): every line stops there. `words` has what a reader sees for each value of
    `time`, where that is not a reader's word itself.

    A name stands where its line ends; names that would stand on each other are moved apart.
    """
    data = records(shown, [time, value, series]).assign(**{value: lambda rows: rows[value].astype("float64")})
    if data[value].isna().all():  # nothing to draw: an empty frame would look like zero
        return None
    times, names = sorted(data[time].astype(str).unique()), list(dict.fromkeys(data[series]))
    data = data.assign(deel=[sum(str(moment) >= first for first, _ in breaks) for moment in data[time]])
    low, high = _domain(data[value], from_zero=from_zero)
    ends = _ends(data, time, value, series, line=(high - low) * _LINE / theme.HEIGHT, low=low)
    marks = [(first, told) for first, told in breaks if first in times]
    if words:  # only now: what stands above needs values that sort in time
        times, marks = [words[moment] for moment in times], [(words[first], told) for first, told in marks]
        data, ends = (rows.assign(**{time: rows[time].astype(str).map(words)}) for rows in (data, ends))
    x = alt.X(f"{time}:O", title=None, sort=times, scale=_BANDS, axis=_AXIS)
    scale = alt.Scale(domain=[low, high], zero=from_zero, nice=False)
    y = alt.Y(f"{value}:Q", title=None, scale=scale, axis=alt.Axis(format=axis_format, tickCount=5))
    colours = [theme.SERIES[place % len(theme.SERIES)] for place in range(len(names))]
    colour = alt.Color(f"{series}:N", scale=alt.Scale(domain=names, range=colours), legend=None)
    told = [
        alt.Tooltip(f"{time}:O", title="periode"),
        alt.Tooltip(f"{series}:N", title="reeks"),
        alt.Tooltip(f"{value}:Q", title=unit, format=axis_format),
    ]
    drawn: list[alt.Chart] = []
    for name in reversed(names):  # the first one on top: where lines lie on each other, that is the one to see
        base = alt.Chart(inline(data[data[series] == name])).encode(x=x, y=y, color=colour)
        drawn.append(base.mark_line(strokeWidth=2.5).encode(detail="deel:N"))
        drawn.append(base.mark_point(filled=True, size=50, opacity=1).encode(tooltip=told))
    text = (
        alt.Chart(inline(ends))
        .mark_text(
            align="left", baseline="middle", dx=8, fontSize=13, lineBreak="\n", lineHeight=_LINE, fontWeight="bold"
        )
        .encode(x=x, y=alt.Y("plaats:Q", scale=scale), text="opschrift:N", color=colour)
    )  # fmt: skip
    layers = [*drawn, text, *_marks(marks, time, times)]
    edge = alt.Padding(left=5, top=5, bottom=5, right=_EDGE)
    whole = alt.layer(*layers).properties(width=theme.WIDTH, height=theme.HEIGHT, padding=edge)
    return theme.finish(whole, title=title, unit=unit, description=description)


def _domain(values: pd.Series, *, from_zero: bool) -> tuple[float, float]:
    """From zero, or a little below the lowest point, to a little above the highest."""
    low, high = float(values.min()), float(values.max())
    if from_zero:
        return 0.0, high * 1.08 or 1.0
    edge = (high - low or 1.0) * 0.12
    return low - edge, high + edge


def _ends(data: pd.DataFrame, time: str, value: str, series: str, *, line: float, low: float) -> pd.DataFrame:
    """Per series the last point that is there, its name in lines, and the middle of the first of those lines (plaats).

    `line` is the height of a line of text in units of the value, `low` where the axis begins. Names are pushed up where
    they would overlap, and then all down again by the mean of that, but not below the axis: there are the years.
    """
    last = data.dropna(subset=[value]).sort_values(time, kind="stable").groupby(series, sort=False).tail(1)
    ordered = last.sort_values(value, kind="stable")[[time, series, value]].reset_index(drop=True)
    names = ["\n".join(textwrap.wrap(str(name), _LETTERS)) for name in ordered[series]]
    half = [(name.count("\n") + 1) * line / 2 for name in names]
    places: list[float] = []
    for number, wanted in enumerate(ordered[value]):
        least = places[-1] + half[number - 1] + half[number] if places else wanted
        places.append(max(float(wanted), least))
    down = (sum(places) - float(ordered[value].sum())) / len(places)
    down = min(down, places[0] - half[0] - low)
    # Vega puts the first line of a text at its place and the others below it.
    firsts = [place - down + part - line / 2 for place, part in zip(places, half, strict=True)]
    return ordered.assign(opschrift=names, plaats=firsts).drop(columns=value)
