"""Who came and who went, per year: bars up and down from zero, so that the eye sees which side is longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.charts.series import _BANDS, _marks
from jeugd_analysis.present.disclosure import Safe

_COLOURS = {False: (theme.ACCENT, "#9CB8D3"), True: (theme.RISE, "#E0B08F")}  # down?: strong and light


def flow_chart(
    shown: Safe,
    *,
    time: str,
    up: Mapping[str, str],
    down: Mapping[str, str],
    title: str,
    unit: str,
    description: str,
    breaks: Sequence[tuple[str, str]] = (),
) -> theme.Chart | None:
    """Columns: `time` (text that sorts in time) and those of `up` and `down` (column -> name in the legend).

    A hidden number leaves its part of the bar out. `breaks` are (first period after the break, label).
    """
    data = records(shown, [time, *up, *down])
    names = {column: name for column, name in {**up, **down}.items() if data[column].notna().any()}
    if not names:  # nothing to draw: an empty frame would look like zero
        return None
    times = sorted(data[time].astype(str))
    long = data.melt(time, list(names), var_name="stroom", value_name="aantal").dropna(subset=["aantal"])
    signed = long["aantal"].astype("int64") * long["stroom"].map(lambda name: -1 if name in down else 1)
    place = dict(zip(names, "abcd", strict=False))  # letters: a number here would read as a count of youths
    drawn = long.assign(hoogte=signed, plaats=long["stroom"].map(place), stroom=long["stroom"].map(names))
    colours = [
        _COLOURS[column in down][list(of).index(column)] for column in names for of in (down if column in down else up,)
    ]
    x = alt.X(f"{time}:O", title=None, sort=times, scale=_BANDS, axis=alt.Axis(labelAngle=0, grid=False, ticks=False))
    bars = (
        alt.Chart(inline(drawn))
        .mark_bar(width={"band": 0.6})
        .encode(
            x=x,
            # What leaves stands below zero, yet nobody is less than nobody: the axis has no minus signs.
            y=alt.Y("hoogte:Q", title=None, axis=alt.Axis(labelExpr="format(abs(datum.value), ',.0f')", tickCount=6)),
            color=alt.Color(
                "stroom:N",
                scale=alt.Scale(domain=list(names.values()), range=colours),
                legend=alt.Legend(title=None, orient="top", symbolType="square", columns=3),
            ),
            order=alt.Order("plaats:O"),
            tooltip=[
                alt.Tooltip(f"{time}:O", title="jaar"),
                alt.Tooltip("stroom:N", title="stroom"),
                alt.Tooltip("aantal:Q", title=unit, format=",.0f"),
            ],
        )
    )
    zero = alt.Chart(alt.Data(values=[{"nul": 0}])).mark_rule(color=theme.GREY).encode(y=alt.Y("nul:Q", title=None))
    layers = [bars, zero, *_marks([(first, told) for first, told in breaks if first in times], time, times)]
    return theme.finish(
        alt.layer(*layers).properties(width=theme.WIDTH, height=theme.HEIGHT),
        title=title,
        unit=unit,
        description=description,
    )
