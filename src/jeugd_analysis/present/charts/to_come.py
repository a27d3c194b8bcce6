"""What is known and what is still to come, per period: stacked bars with a band around their sum."""

from __future__ import annotations

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe

DECLARED, TO_COME, BAND = "gedeclareerd", "nog te komen", "band van 80%"
_SMALL = 0.5  # below it ticks with one decimal would read the same
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
    known: str = DECLARED,
    axis_format: str = "",
) -> theme.Chart | None:
    """Columns: `time` (text that sorts in time), `declared` and `to_come` (numbers), `low` and `high` of their sum.

    `known` is the word for what is known already, `axis_format` the form of the numbers: one decimal unless told
    otherwise, two when all are small. A period with a hidden number leaves a gap. The axis starts at zero; a band
    without width is not drawn.
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
    highest = [(data[declared] + data[to_come]).max(), data[high].max()]
    top = max(float(value) for value in highest if value == value)
    axis_format = axis_format or (",.1~f" if top >= _SMALL else ",.2~f")
    x = alt.X(f"{time}:O", title=None, sort=times, axis=alt.Axis(labelAngle=-45, grid=False, ticks=False))
    y = alt.Y("bekend:Q", title=None, axis=alt.Axis(format=axis_format, tickCount=5),
              scale=alt.Scale(domain=[0, top * 1.05 or 1.0], nice=True))  # fmt: skip
    colour = alt.Color(
        "soort:N",
        scale=alt.Scale(domain=[known, TO_COME, BAND], range=[theme.ACCENT, _LIGHT, _DARK]),
        legend=alt.Legend(title=None, orient="top", columns=2, symbolType="square", symbolOpacity=1),
    )
    shown_as = axis_format.replace("~", "")
    tooltip = [
        alt.Tooltip(f"{time}:O", title="kwartaal"),
        alt.Tooltip("bekend:Q", title=f"{known}, {unit}", format=shown_as),
        alt.Tooltip("totaal:Q", title=f"verwacht samen, {unit}", format=shown_as),
        alt.Tooltip("laag:Q", title="band, laag", format=shown_as),
        alt.Tooltip("hoog:Q", title="band, hoog", format=shown_as),
    ]
    base = alt.Chart(inline(drawn)).encode(x=x, tooltip=tooltip)
    bars = base.mark_bar(width={"band": 0.7})
    whole = (
        bars.transform_calculate(soort=f"'{TO_COME}'").encode(y=y, y2="totaal:Q", color=colour),
        bars.transform_calculate(soort=f"'{known}'").encode(y=y, y2=alt.datum(0), color=colour),
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
