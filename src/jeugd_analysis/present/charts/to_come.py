"""What is known and what is still to come, per period: stacked bars with a band around their sum."""

from __future__ import annotations

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe

DECLARED, TO_COME, BAND = "gedeclareerd", "nog te komen (schatting)", "band van 80%"
_LIGHT, _DARK = "#A9C4DC", "#374151"


def to_come_chart(
    shown: Safe,
    *,
    time: str,
    declared: str,
    to_come: str,
    low: str,
    high: str,
    title: str,
    unit: str,
    description: str,
) -> theme.Chart | None:
    """Columns: `time` (text that sorts in time), `declared` and `to_come` (numbers), `low` and `high` of their sum.

    A period with a hidden number leaves a gap. The axis starts at zero; a band without width is not drawn.
    """
    data = records(shown, [time, declared, to_come, low, high])
    if data[declared].isna().all():  # nothing to draw: an empty frame would look like zero
        return None
    times = sorted(data[time].astype(str))
    drawn = data[[time]].assign(
        bekend=data[declared],
        totaal=data[declared] + data[to_come],
        laag=data[low].mask(data[low] == data[high]),
        hoog=data[high].mask(data[low] == data[high]),
    )
    known = [(data[declared] + data[to_come]).max(), data[high].max()]
    top = max(float(value) for value in known if value == value)
    x = alt.X(f"{time}:O", title=None, sort=times, axis=alt.Axis(labelAngle=-45, grid=False, ticks=False))
    digits = 1 if top >= 1 else 2  # in small amounts two steps of the axis would read the same
    y = alt.Y("bekend:Q", title=None, axis=alt.Axis(format=f",.{digits}~f", tickCount=5),
              scale=alt.Scale(domain=[0, top * 1.05 or 1.0], nice=True))  # fmt: skip
    colour = alt.Color(
        "soort:N",
        scale=alt.Scale(domain=[DECLARED, TO_COME, BAND], range=[theme.ACCENT, _LIGHT, _DARK]),
        legend=alt.Legend(title=None, orient="top", symbolType="square", symbolOpacity=1),
    )
    tooltip = [
        alt.Tooltip(f"{time}:O", title="kwartaal"),
        alt.Tooltip("bekend:Q", title=f"{DECLARED}, {unit}", format=",.1f"),
        alt.Tooltip("totaal:Q", title=f"verwacht samen, {unit}", format=",.1f"),
        alt.Tooltip("laag:Q", title="band, laag", format=",.1f"),
        alt.Tooltip("hoog:Q", title="band, hoog", format=",.1f"),
    ]
    base = alt.Chart(inline(drawn)).encode(x=x, tooltip=tooltip)
    bars = base.mark_bar(width={"band": 0.7})
    whole = (
        bars.transform_calculate(soort=f"'{TO_COME}'").encode(y=y, y2="totaal:Q", color=colour),
        bars.transform_calculate(soort=f"'{DECLARED}'").encode(y=y, y2=alt.datum(0), color=colour),
    )
    rule = base.transform_filter("isValid(datum.hoog)").transform_calculate(soort=f"'{BAND}'")
    ends = [
        rule.mark_tick(thickness=2, width={"band": 0.3}, orient="horizontal").encode(y=alt.Y(f"{end}:Q"), color=colour)
        for end in ("laag", "hoog")
    ]
    band = rule.mark_rule(strokeWidth=2).encode(y=alt.Y("laag:Q"), y2="hoog:Q", color=colour)
    return theme.finish(
        alt.layer(*whole, band, *ends).properties(width=theme.WIDTH, height=theme.HEIGHT),
        title=title,
        unit=unit,
        description=description,
    )
