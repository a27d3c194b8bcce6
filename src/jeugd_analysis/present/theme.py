"""Colours, fonts and the Dutch locale of every chart. Colours: Okabe-Ito order, darkened to 3:1 on white."""

from __future__ import annotations

import json
from typing import Any

import altair as alt

from jeugd_analysis.domain.period import MONTHS, SHORT_MONTHS
from jeugd_analysis.present.disclosure import Safe

MIME = "application/vnd.vegalite.v6+json"  # nbformat only lets *+json hold an object; altair's own type is refused
ACCENT, GREY, RISE, FALL = "#00599C", "#6B7280", "#B3541E", "#1B7F5C"
SERIES = ["#00599C", "#B3541E", "#1B7F5C", "#7B4EA3", "#8A6D00", "#A3336A", "#3F6F8F", "#5F5F5F"]
FONT = "Segoe UI, Helvetica Neue, Arial, DejaVu Sans, sans-serif"
WIDTH, HEIGHT = 640, 300

NUMBERS: dict[str, Any] = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€\u00a0", ""], "minus": "−"}
TIMES: dict[str, Any] = {
    "dateTime": "%a %e %B %Y %X",
    "date": "%d-%m-%Y",
    "time": "%H:%M:%S",
    "periods": ["", ""],
    "days": ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
    "shortDays": ["zo", "ma", "di", "wo", "do", "vr", "za"],
    "months": list(MONTHS),
    "shortMonths": list(SHORT_MONTHS),
}  # fmt: skip


class Chart(dict[str, Any]):
    """A finished Vega-Lite object; only `finish` makes one, so that a finding cannot carry anything else."""

    _published_as = ""  # what it held when it was made from published figures alone

    @property
    def exactly_published(self) -> bool:
        """Whether everything in it was published elsewhere; no longer when something was put in afterwards."""
        return bool(self._published_as) and self._published_as == _content(self)


def _content(chart: Chart) -> str:
    return json.dumps(chart, sort_keys=True, default=str)


def finish(chart: Any, *, title: str, unit: str, description: str, shown: Safe | None = None) -> Chart:
    """The chart as a Vega-Lite object: house style, Dutch locale and a text alternative that states the finding.

    The title stands above the chart in the page, where it wraps on a phone; it also travels in usermeta. `shown` is
    what was drawn: when those figures were published elsewhere, the chart knows it.
    """
    styled = chart.properties(description=f"{title}. {description}").configure(
        locale=alt.Locale(number=alt.NumberLocale(**NUMBERS), time=alt.TimeLocale(**TIMES)),
        font=FONT,
        background="transparent",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),  # every chart as wide as the text, same letters
    )
    styled = (
        styled.configure_axis(
            labelFontSize=13, titleFontSize=13, titleFontWeight="normal", labelColor="#374151", titleColor="#374151",
            gridColor="#E5E7EB", domainColor="#9CA3AF", tickColor="#9CA3AF", labelLimit=260,
        )
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=13, titleFontSize=13, labelColor="#374151", labelLimit=320)
        .configure_range(category=SERIES)
    )  # fmt: skip
    spec = Chart(styled.to_dict())
    spec["usermeta"] = {"titel": title, "eenheid": unit}
    if isinstance(shown, Safe) and shown.exactly_published:
        spec._published_as = _content(spec)
    return spec
