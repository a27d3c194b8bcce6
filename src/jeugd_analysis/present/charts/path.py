"""A target per year as bars and what is expected as a line: the gap is what the eye sees."""

from __future__ import annotations

from typing import Any

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import MILLION, inline, records
from jeugd_analysis.present.disclosure import Safe

TARGET, EXPECTED = "opgave", "rekenvoorbeeld"


def path_chart(shown: Safe, *, title: str, unit: str, description: str, expected: bool = True) -> theme.Chart | None:
    """Columns: year (text), target_cents and, when `expected`, saving_cents; savings are positive."""
    data = records(shown, ["year", "target_cents", *(["saving_cents"] if expected else [])])
    if data["target_cents"].isna().all():  # nothing to draw: an empty frame would look like zero
        return None
    data = data.assign(opgave=data["target_cents"].astype("float64") / MILLION)
    if expected:
        data = data.assign(verwacht=data["saving_cents"].astype("float64") / MILLION)
    drawn = data.drop(columns=[name for name in ("target_cents", "saving_cents") if name in data])
    colours = alt.Scale(
        domain=[TARGET, EXPECTED] if expected else [TARGET], range=["#9CB8D3", theme.ACCENT][: 2 if expected else 1]
    )
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, grid=False))
    base = alt.Chart(inline(drawn)).encode(x=x)
    bars = (
        base.transform_calculate(soort=f"'{TARGET}'")
        .mark_bar(width={"band": 0.6})
        .encode(
            y=alt.Y("opgave:Q", title=None, stack=None, axis=alt.Axis(format=",.2~f", tickCount=5)),
            color=alt.Color("soort:N", scale=colours, legend=alt.Legend(title=None, orient="top", symbolType="square")),
            tooltip=[
                alt.Tooltip("year:O", title="jaar"),
                alt.Tooltip("opgave:Q", title="opgave, mln euro", format=",.2f"),
            ],
        )
    )
    layers: list[Any] = [bars]
    if expected:
        line = base.transform_calculate(soort=f"'{EXPECTED}'")
        y = alt.Y("verwacht:Q", title=None)
        colour = alt.Color("soort:N", scale=colours)
        tooltip = [
            alt.Tooltip("year:O", title="jaar"),
            alt.Tooltip("verwacht:Q", title="verwacht, mln euro", format=",.2f"),
        ]
        layers += [
            line.mark_line(strokeWidth=2.5).encode(y=y, color=colour),
            line.mark_point(filled=True, size=70, opacity=1).encode(y=y, color=colour, tooltip=tooltip),
        ]
    return theme.finish(
        alt.layer(*layers).properties(width=theme.WIDTH, height=theme.HEIGHT),
        title=title,
        unit=unit,
        description=description,
    )
