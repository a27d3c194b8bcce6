"""A finding: what a figure shows, its data and the sentences about it; and the one way to put it on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from IPython.display import publish_display_data

from jeugd_analysis.present.theme import MIME

_GLUE = "application/papermill.record/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One figure and what is said about it.

    title: the finding as a sentence; unit: what the numbers are; chart: a finished Vega-Lite object; table: HTML from
    tables.table_html; source: where the numbers come from; texts: name -> words for the prose (glue).
    """

    name: str
    title: str = ""
    unit: str = ""
    chart: Mapping[str, Any] | None = None
    table: str = ""
    source: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    open_table: bool = False


def show(finding: Finding) -> None:
    """Put a finding on the page: title, chart, data behind it, source; and hand its texts to the prose."""
    if finding.title:
        _html(
            f'<p class="figuur-titel" id="{escape(finding.name)}">{escape(finding.title)}</p>'
            f'<p class="figuur-eenheid">{escape(finding.unit)}</p>'
        )
    if finding.chart is not None:
        publish_display_data({MIME: dict(finding.chart), "text/plain": f"[figuur] {finding.title}"})
    if finding.table:
        _html(_data(finding))
    for name, text in sorted(finding.texts.items()):
        publish_display_data({_GLUE + "text/plain": text}, metadata={"scrapbook": {"name": name, "mime_prefix": _GLUE}})


def _data(finding: Finding) -> str:
    source = f'<p class="bron">{escape(finding.source)}</p>' if finding.source else ""
    if finding.chart is None or finding.open_table:
        return finding.table + source
    summary = "<summary>Bekijk de cijfers bij deze figuur</summary>"
    return f'<details class="gegevens">{summary}{finding.table}</details>{source}'


def _html(html: str) -> None:
    publish_display_data({"text/html": html, "text/plain": "[tabel of tekst]"})
