"""From one year's cost to the next: a bar for each effect, starting where the last one ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import MILLION, inline, records
from jeugd_analysis.present.disclosure import Safe


def waterfall_chart(
    shown: Safe,
    *,
    category: str,
    amount: str,
    label: str,
    totals: Sequence[str],
    title: str,
    unit: str,
    description: str,
) -> theme.Chart | None:
    """Columns: `category` in order, `amount` in cents and `label`. Categories in `totals` start at zero."""
    data = records(shown, [category, amount, label], drop_hidden=[amount]).reset_index(drop=True)
    if data[amount].isna().all():  # nothing to draw: an empty frame would look like zero
        return None
    data = data.assign(**_steps(data[category].tolist(), (data[amount].astype("float64") / MILLION).tolist(), totals))
    order = data[category].tolist()
    x = alt.X(f"{category}:N", sort=order, title=None, axis=alt.Axis(labelAngle=-30, labelLimit=150, grid=False))
    colour = alt.Color(
        "soort:N",
        scale=alt.Scale(domain=["totaal", "stijging", "daling"], range=[theme.GREY, theme.RISE, theme.FALL]),
        legend=alt.Legend(title=None, orient="top"),
    )
    y = alt.Y(
        "van:Q",
        title=None,
        axis=alt.Axis(format=",.2~f", tickCount=5),
        scale=alt.Scale(domain=_domain(data), nice=True, zero=False, clamp=True),
    )
    base = alt.Chart(inline(data.drop(columns=[amount]))).encode(x=x)
    bars = base.mark_bar(width={"band": 0.7}).encode(
        y=y,
        y2="tot:Q",
        color=colour,
        tooltip=[alt.Tooltip(f"{category}:N", title="onderdeel"), alt.Tooltip(f"{label}:N", title="bedrag")],
    )
    text = base.mark_text(baseline="bottom", dy=-4, fontSize=12, color="#374151").encode(
        y=alt.Y("top:Q"), text=f"{label}:N"
    )
    return theme.finish(
        alt.layer(bars, text).properties(width=theme.WIDTH, height=theme.HEIGHT),
        title=title,
        unit=unit,
        description=description,
    )


def _steps(names: list[str], amounts: list[float], totals: Sequence[str]) -> dict[str, list[Any]]:
    start, froms, tos, kinds = 0.0, [], [], []
    for name, value in zip(names, amounts, strict=True):
        froms.append(0.0 if name in totals else start)
        tos.append(value if name in totals else start + value)
        kinds.append("totaal" if name in totals else "stijging" if value >= 0 else "daling")
        start = tos[-1]
    return {"van": froms, "tot": tos, "soort": kinds, "top": [max(pair) for pair in zip(froms, tos, strict=True)]}


def _domain(data: pd.DataFrame) -> list[float]:
    """From the lowest step, or zero, to a little above the highest, where its number stands."""
    low, high = min(0.0, float(data[["van", "tot"]].min().min())), float(data["top"].max())
    return [low, high * 1.08 if high > 0 else 1.0]
