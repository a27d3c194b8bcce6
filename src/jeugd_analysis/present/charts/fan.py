"""A target per year as bars, and the range of likely outcomes as a band with the middle one as a line."""

from __future__ import annotations

from typing import Any

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import MILLION, inline, records
from jeugd_analysis.present.disclosure import Safe

TARGET, BAND, MIDDLE = "opgave", "8 van de 10 uitkomsten", "middelste uitkomst"
_SCALE = alt.Scale(domain=[TARGET, BAND, MIDDLE], range=["#C9CED6", "#7FA8CE", theme.ACCENT])
_MONEY = {"target_cents": "opgave", "p10": "laag", "p50": "midden", "p90": "hoog"}


def fan_chart(shown: Safe, *, title: str, unit: str, description: str) -> theme.Chart | None:
    """Columns: year (text), target_cents, p10, p50 and p90 in cents; a year with a hidden number is left out."""
    data = records(shown, ["year", *_MONEY], drop_hidden=list(_MONEY))
    if data.empty:
        return None
    drawn = data.assign(**{name: data[column].astype("float64") / MILLION for column, name in _MONEY.items()})
    base = alt.Chart(inline(drawn[["year", *_MONEY.values()]])).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, grid=False))
    )
    axis = alt.Axis(format=",.2~f", tickCount=5)
    bars = _named(base, TARGET).mark_bar(width={"band": 0.6}).encode(
        y=alt.Y("opgave:Q", title=None, stack=None, axis=axis), color=_colour(), tooltip=_told()
    )  # fmt: skip
    band = _named(base, BAND).mark_bar(width={"band": 0.28}, opacity=0.9).encode(
        y=alt.Y("laag:Q", title=None), y2="hoog:Q", color=_colour(), tooltip=_told()
    )  # fmt: skip
    line = _named(base, MIDDLE)
    y = alt.Y("midden:Q", title=None)
    layers: list[Any] = [
        bars,
        band,
        line.mark_line(strokeWidth=2.5).encode(y=y, color=_colour()),
        line.mark_point(filled=True, size=60, opacity=1).encode(y=y, color=_colour(), tooltip=_told()),
    ]
    return theme.finish(
        alt.layer(*layers).properties(width=theme.WIDTH, height=theme.HEIGHT),
        title=title, unit=unit, description=description,
    )  # fmt: skip


def _named(base: alt.Chart, name: str) -> alt.Chart:
    return base.transform_calculate(soort=f"'{name}'")


def _colour() -> alt.Color:
    return alt.Color("soort:N", scale=_SCALE, legend=alt.Legend(title=None, orient="top", symbolType="square"))


def _told() -> list[alt.Tooltip]:
    words = {"opgave": "opgave, mln euro", "laag": "P10, mln euro", "midden": "P50, mln euro", "hoog": "P90, mln euro"}
    amounts = [alt.Tooltip(f"{name}:Q", title=told, format=",.2f") for name, told in words.items()]
    return [alt.Tooltip("year:O", title="jaar"), *amounts]
