"""How far the outcome moves when one assumption comes out low or high, the largest swing on top."""

from __future__ import annotations

import textwrap

import altair as alt

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import MILLION, inline, records
from jeugd_analysis.present.disclosure import Safe

LOW, HIGH = "valt tegen", "valt mee"
_AXIS = alt.Axis(ticks=False, domain=False, labelPadding=8, labelExpr="split(datum.value, '\\n')", labelLimit=0)
_LINE = 26


def tornado_chart(
    shown: Safe, *, category: str, low: str, high: str, planned_cents: int, title: str, unit: str, description: str
) -> theme.Chart | None:
    """Columns: `category`, and the outcomes `low` and `high` in cents. The rule stands at the outcome as planned."""
    data = records(shown, [category, low, high], drop_hidden=[low, high])
    if data.empty:
        return None
    names = ["\n".join(textwrap.wrap(str(name), _LINE, break_long_words=False)) for name in data[category]]
    rows = data.assign(**{
        category: names, "laag": data[low].astype("float64") / MILLION, "hoog": data[high].astype("float64") / MILLION,
        "plan": planned_cents / MILLION,
    })[[category, "laag", "hoog", "plan"]]  # fmt: skip
    edges = [*rows["laag"], *rows["hoog"], planned_cents / MILLION]
    room = (max(edges) - min(edges) or 1.0) * 0.06
    x = alt.Scale(domain=[min(edges) - room, max(edges) + room], zero=False, nice=False)
    axis = alt.Axis(format=",.2~f", tickCount=5, grid=True)
    colours = alt.Scale(domain=[LOW, HIGH], range=[theme.RISE, theme.FALL])
    base = alt.Chart(inline(rows)).encode(y=alt.Y(f"{category}:N", sort=names, title=None, axis=_AXIS))
    layers = [
        base.transform_calculate(soort=f"'{name}'").mark_bar(height={"band": 0.55}).encode(
            x=alt.X("plan:Q", title=None, scale=x, axis=axis),
            x2=f"{column}:Q",
            color=alt.Color("soort:N", scale=colours, legend=alt.Legend(title=None, orient="top", symbolType="square")),
            tooltip=[
                alt.Tooltip(f"{category}:N", title="aanname"),
                alt.Tooltip("laag:Q", title="valt tegen, mln euro", format=",.2f"),
                alt.Tooltip("hoog:Q", title="valt mee, mln euro", format=",.2f"),
            ],
        )
        for name, column in ((LOW, "laag"), (HIGH, "hoog"))
    ]  # fmt: skip
    rule = alt.Chart(inline(rows[["plan"]].head(1))).mark_rule(strokeWidth=1.5, color="#374151").encode(x="plan:Q")
    chart = alt.layer(*layers, rule).properties(width=theme.WIDTH, height=alt.Step(_step(names)))
    return theme.finish(chart, title=title, unit=unit, description=description)


def _step(names: list[str]) -> int:
    """Pixels per row: names of several lines must not run into each other."""
    return max(34, 8 + 15 * max(name.count("\n") + 1 for name in names))
