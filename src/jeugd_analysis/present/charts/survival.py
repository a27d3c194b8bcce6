"""How much of what began still runs: a line in steps from one downwards, with the band around it."""

from __future__ import annotations

from typing import Any

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe

_BAND = "#C9D9E8"
_YEAR = 12


def survival_chart(
    shown: Safe, *, time: str, share: str, low: str, high: str, title: str, unit: str, description: str
) -> theme.Chart | None:
    """Columns: `time` (whole months, ascending, from 0), `share` and its ends `low` and `high` (0 to 1)."""
    data = records(shown, [time, share, low, high], drop_hidden=[share])
    if data.empty:  # nothing to draw: an empty frame would look like zero
        return None
    last = int(data[time].max())
    step = 3 if last <= 2 * _YEAR else 6
    x = alt.X(
        f"{time}:Q",
        title="maanden na het begin",
        scale=alt.Scale(domain=[0, last], nice=False),
        axis=alt.Axis(values=list(range(0, last + 1, step)), grid=False, format="d"),
    )
    percent: dict[str, Any] = {"format": ".0%"}
    y = alt.Y(f"{share}:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(**percent, tickCount=5))
    base = alt.Chart(inline(data)).encode(x=x)
    band = base.mark_area(interpolate="step-after", color=_BAND, opacity=0.8).encode(
        y=alt.Y(f"{low}:Q", title=None), y2=f"{high}:Q"
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5, color=theme.ACCENT).encode(y=y)
    points = base.mark_point(filled=True, size=40, opacity=0, color=theme.ACCENT).encode(
        y=y,
        tooltip=[
            alt.Tooltip(f"{time}:Q", title="maand"),
            alt.Tooltip(f"{share}:Q", title=unit, **percent),
            alt.Tooltip(f"{low}:Q", title="marge, laag", **percent),
            alt.Tooltip(f"{high}:Q", title="marge, hoog", **percent),
        ],
    )
    half = (
        alt.Chart(alt.Data(values=[{"helft": 0.5}])).mark_rule(strokeDash=[4, 4], color=theme.GREY).encode(y="helft:Q")
    )
    return theme.finish(
        alt.layer(band, half, line, points).properties(width=theme.WIDTH, height=theme.HEIGHT),
        title=title,
        unit=unit,
        description=description,
    )
