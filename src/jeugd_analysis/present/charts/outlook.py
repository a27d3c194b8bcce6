"""What was and what may come: facts as a solid line, an outlook in its own colour, dashed, with a band."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.charts.series import _BANDS, _marks
from jeugd_analysis.present.disclosure import Safe

FACT, CENTRAL, RANGE, BAND = "cijfer", "raming, midden", "raming, laag en hoog", "band van 80%"
_OUTLOOK, _LIGHT = "#B3541E", "#EBC9B2"
_COLOURS = {FACT: theme.ACCENT, CENTRAL: _OUTLOOK, RANGE: "#8A6D00", BAND: _LIGHT}
_AXIS = alt.Axis(labelAngle=0, labelOverlap=True, grid=False, ticks=False)
_NUMBERS = ["fact", "laag", "midden", "hoog", "low", "high"]


def outlook_chart(
    shown: Safe,
    *,
    time: str,
    title: str,
    unit: str,
    description: str,
    breaks: Sequence[tuple[str, str]] = (),
    decimals: int = 1,
) -> theme.Chart | None:
    """Columns: `time` (text that sorts in time), fact, laag, midden, hoog, low and high (numbers, missing = not drawn).

    The last year with a fact has its outlook too, equal to it, so that the lines begin there. `breaks` as in
    series_chart: only the line of facts stops there, for no outlook crosses one. decimals: in the tooltip.
    """
    data = records(shown, [time, *_NUMBERS])
    if data["midden"].isna().all():
        return None
    data = data.assign(**{name: data[name].astype("Float64") for name in _NUMBERS})
    times = sorted(data[time].astype(str))
    data = data.assign(deel=[sum(str(moment) >= first for first, _ in breaks) for moment in data[time]])
    top = float(data[_NUMBERS].max().max()) * 1.08
    x = alt.X(f"{time}:O", title=None, sort=times, scale=_BANDS, axis=_AXIS)
    axis = alt.Axis(format=",.1~f", tickCount=5)
    scale = alt.Scale(domain=[0, top], nice=True)
    there = [name for name in _COLOURS if name != BAND or data["low"].notna().any()]
    colour = alt.Color(
        "soort:N", scale=alt.Scale(domain=there, range=[_COLOURS[name] for name in there]),
        legend=alt.Legend(title=None, orient="top", columns=2, symbolType="square", symbolOpacity=1),
    )  # fmt: skip

    def layer(name: str, column: str) -> alt.Chart:
        rows = data[[time, "deel", column]].dropna(subset=[column]).rename(columns={column: "waarde"})
        told = [alt.Tooltip(f"{time}:O", title="jaar"), alt.Tooltip("soort:N", title="soort"),
                alt.Tooltip("waarde:Q", title=unit, format=f",.{decimals}f")]  # fmt: skip
        return alt.Chart(inline(rows.assign(soort=name))).encode(
            x=x, y=alt.Y("waarde:Q", title=None, scale=scale, axis=axis), color=colour, tooltip=told
        )

    drawn = [_band(data, time, x, scale, colour)] if data["low"].notna().any() else []
    drawn += [layer(RANGE, name).mark_line(strokeWidth=1.5, strokeDash=[2, 3]) for name in ("laag", "hoog")]
    central = layer(CENTRAL, "midden")
    drawn += [
        central.mark_line(strokeWidth=2.5, strokeDash=[7, 4]),
        central.mark_point(size=45, fill="#FFFFFF", opacity=1),
    ]
    fact = layer(FACT, "fact")
    drawn += [fact.mark_line(strokeWidth=2.5).encode(detail="deel:N"), fact.mark_point(filled=True, size=55, opacity=1)]
    marks = _marks([(first, told) for first, told in breaks if first in times], time, times)
    return theme.finish(
        alt.layer(*drawn, *marks).properties(width=theme.WIDTH, height=theme.HEIGHT),
        title=title, unit=unit, description=description,
    )  # fmt: skip


def _band(data: pd.DataFrame, time: str, x: alt.X, scale: alt.Scale, colour: alt.Color) -> alt.Chart:
    rows = data[[time, "low", "high"]].dropna().assign(soort=BAND)
    chart = alt.Chart(inline(rows)).mark_area(opacity=0.55)
    return chart.encode(x=x, y=alt.Y("low:Q", title=None, scale=scale), y2="high:Q", color=colour)
