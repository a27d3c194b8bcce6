"""A funnel plot: areas by how many youths were expected, and the limits between which chance would put most of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from jeugd_analysis.present import theme
from jeugd_analysis.present.charts.data import inline, records
from jeugd_analysis.present.disclosure import Safe

_HEIGHT = 400
_PHONE, _EDGE, _GAP = (
    250,
    14,
    9,
)  # pixels of a plot on a phone, beside it and beside a point: names that do not touch there never do
_LETTER, _LINE = 6.6, 14  # pixels of a letter and of a line of a name
_TICKS = (10, 100, 1000, 10_000)
_INK = "#374151"
_NO_PLUS = "datum.value == 0 ? '0%' : datum.label"
Bounds = tuple[float, float]
Side = Literal["left", "right"]
_SIDES: tuple[Side, Side] = ("left", "right")


def funnel_chart(
    areas: Safe,
    limits: Safe,
    *,
    size: str,
    value: str,
    name: str,
    named: str,
    own: str,
    unit: str,
    size_title: str,
    title: str,
    description: str,
) -> theme.Chart | None:
    """Points and limits on one scale; the horizontal scale is logarithmic.

    Shapes: `areas` has `size` (expected number), `value` (0.1 is ten percent above), `name`, and two truths: `named`
    (its name is written) and `own` (in colour). `limits` has `size` and low_95, high_95, low_99_8, high_99_8,
    chance_low, chance_high, on the scale of `value`.
    """
    data = records(areas, [size, value, name, named, own], drop_hidden=[size, value]).reset_index(drop=True)
    lines = records(limits, [size, *_LIMITS])
    if data.empty or lines.empty:
        return None
    low, high = _domain(data[value])
    across = (float(data[size].quantile(0.02)) * 0.8, float(data[size].max()) * 1.5)
    x = alt.X(
        f"{size}:Q", title=size_title, scale=alt.Scale(type="log", domain=list(across), nice=False, clamp=True),
        axis=alt.Axis(format=",.0f", values=[tick for tick in _TICKS if across[0] <= tick <= across[1]], grid=False),
    )  # fmt: skip
    scale = alt.Scale(domain=[low, high], nice=False, clamp=True)
    y = alt.Y(f"{value}:Q", title=None, scale=scale, axis=alt.Axis(format="+.0%", tickCount=6, labelExpr=_NO_PLUS))
    told = [alt.Tooltip(f"{name}:N", title="gemeente"), alt.Tooltip(f"{value}:Q", title=unit, format="+.0%")]
    grey, mine = data[~data[named].astype("bool")], data[data[named].astype("bool")]
    layers: list[Any] = [*_limits(lines[lines[size] >= across[0]], size, x, scale)]
    if len(grey):
        dots = alt.Chart(inline(grey[[size, value, name]])).mark_point(
            filled=True, size=26, color="#8A94A3", opacity=0.6
        )
        layers.append(dots.encode(x=x, y=y, tooltip=told))
    colour = alt.condition(f"datum['{own}']", alt.value(theme.ACCENT), alt.value(theme.RISE))
    layers.append(
        alt.Chart(inline(mine.drop(columns=named)))
        .mark_point(filled=True, size=90, opacity=1)
        .encode(x=x, y=y, color=colour, tooltip=told)
    )
    layers += _names(mine.reset_index(drop=True), size, value, name, x, y, across, (low, high))
    chart = alt.layer(*layers).properties(width=theme.WIDTH, height=_HEIGHT)
    return theme.finish(chart, title=title, unit=unit, description=description)


_LIMITS = ("low_95", "high_95", "low_99_8", "high_99_8", "chance_low", "chance_high")


def _domain(values: pd.Series) -> tuple[float, float]:
    """All points but the odd few: a tiny area must not press the others flat; what lies outside is at the edge."""
    low, high = float(values.quantile(0.01)), float(values.quantile(0.99))
    return min(low * 1.15, -0.5), max(high * 1.15, 0.6)


def _limits(lines: pd.DataFrame, size: str, x: Any, scale: alt.Scale) -> list[Any]:
    base = alt.Chart(inline(lines)).encode(x=x)
    area = base.mark_area(color="#9CB8D3", opacity=0.28, clip=True).encode(
        y=alt.Y("low_95:Q", scale=scale, title=None), y2="high_95:Q"
    )
    found: list[Any] = [area]
    for column, dash, colour in (
        ("low_99_8", [6, 4], theme.ACCENT), ("high_99_8", [6, 4], theme.ACCENT),
        ("chance_low", [1, 3], _INK), ("chance_high", [1, 3], _INK),
    ):  # fmt: skip
        line = base.mark_line(color=colour, strokeDash=dash, strokeWidth=1.5, clip=True)
        found.append(line.encode(y=alt.Y(f"{column}:Q", scale=scale, title=None)))
    zero = alt.Chart(alt.Data(values=[{"nul": 0}])).mark_rule(color=_INK)
    return [*found, zero.encode(y=alt.Y("nul:Q", scale=scale, title=None))]


def _names(
    data: pd.DataFrame, size: str, value: str, name: str, x: Any, y: Any, across: Bounds, down: Bounds
) -> list[Any]:
    """The names, each beside its point where it touches no other name or point; two layers per place.

    Under each name lies the same in thick white, so that a line behind it does not strike it out.
    """
    placed = label_places(data[size], data[value], [str(each) for each in data[name]], across, down)
    words: list[Any] = []
    for look in ({"color": "white", "stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}, {"color": _INK}):
        for row, (align, dx, dy) in zip(data.to_dict("records"), placed, strict=True):
            one = alt.Chart(inline(pd.DataFrame([row])[[size, value, name]]))
            told = one.mark_text(align=align, baseline="middle", dx=dx, dy=dy, fontSize=12.5, fontWeight="bold", **look)
            words.append(told.encode(x=x, y=y, text=f"{name}:N"))
    return words


def label_places(
    sizes: pd.Series, values: pd.Series, names: Sequence[str], across: Bounds, down: Bounds
) -> list[tuple[Side, int, int]]:
    """Per point: on which side its name stands (align) and how far from it (dx, dy), so that names do not touch.

    The places are tried from near to far; when all are taken, the first one is used.
    """
    xs = np.log(sizes.to_numpy("float64") / across[0]) / np.log(across[1] / across[0]) * _PHONE
    ys = (down[1] - values.to_numpy("float64")) / (down[1] - down[0]) * _HEIGHT
    taken = [(a - 6, d - 6, a + 6, d + 6) for a, d in zip(xs, ys, strict=True)]
    result: list[tuple[Side, int, int]] = []
    for place, text in enumerate(names):
        wide = _LETTER * len(text)
        spots: list[tuple[Side, int]] = [(side, dy) for dy in (0, -13, 13, -26, 26, -39, 39) for side in _SIDES]
        boxes = {spot: _box(float(xs[place]), float(ys[place]), wide, *spot) for spot in spots}
        inside = [spot for spot in spots if boxes[spot][0] >= 0 and boxes[spot][2] <= _PHONE + _EDGE]
        free = [spot for spot in inside if not any(_touch(boxes[spot], t) for at, t in enumerate(taken) if at != place)]
        side, dy = (free or inside or spots)[0]
        taken.append(boxes[side, dy])
        result.append((side, _GAP if side == "left" else -_GAP, dy))
    return result


def _box(x: float, y: float, wide: float, side: Side, dy: int) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a name beside a point."""
    start = x + _GAP if side == "left" else x - _GAP - wide
    return start, y + dy - _LINE / 2, start + wide, y + dy + _LINE / 2


def _touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
