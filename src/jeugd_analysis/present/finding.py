"""A finding: what a figure shows, its data and the sentences about it; and the one way to put it on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from IPython.display import publish_display_data

from jeugd_analysis.domain.seal import SEAL, seal
from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present.choice import META, Choices, attributes, heading
from jeugd_analysis.present.tables import Table
from jeugd_analysis.present.theme import MIME, Chart

# The index of the search box drops tags: without a space between them, two cells would become one word.
_END = re.compile(r"</(?:t[dhr]|caption|p|summary)>(?=<)")
_GLUE = "application/papermill.record/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One figure and what is said about it.

    title: the finding as a sentence; unit: what the numbers are; chart: a finished Vega-Lite object; table: HTML from
    tables.table_html; source: where the numbers come from; texts: name -> words for the prose (glue). words: sentences
    that stand with the figure itself. choices: findings for a reader to choose from, shown in the place of this one.
    """

    name: str
    title: str = ""
    unit: str = ""
    chart: Chart | None = None
    table: Table | str = ""
    source: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    open_table: bool = False
    words: str = ""
    choices: Choices | None = None

    def __post_init__(self) -> None:
        """Raises: DisclosureError for a chart or a table that was not made from a table that passed the gate."""
        made_here = isinstance(self.chart, Chart | None) and (isinstance(self.table, Table) or not self.table)
        if not made_here:
            raise DisclosureError(
                "GEH-003",
                wat=f"De figuur {self.name} ging niet door de controle.",
                doe="maak tabellen met table_html en grafieken met present.charts.",
            )


def show(finding: Finding) -> None:
    """Put a finding on the page: title, chart, data behind it, source; and hand its texts to the prose."""
    if finding.choices is None:
        _figure(finding, {})
    else:
        _html(finding.choices.opening())
        for pair, part in finding.choices.parts.items():
            mark = finding.choices.mark(pair)
            _html(heading(pair, mark))
            _figure(part, mark)
    for name, text in sorted(finding.texts.items()):
        _publish({_GLUE + "text/plain": text}, scrapbook={"name": name, "mime_prefix": _GLUE})


def _figure(finding: Finding, mark: Mapping[str, str]) -> None:
    """The figure itself. `mark` are the attributes of a figure that is one of several to choose from."""
    if finding.title:
        words = f'<p class="figuur-woorden">{escape(finding.words)}</p>' if finding.words else ""
        _html(
            f'<p class="figuur-titel" id="{escape(finding.name)}">{escape(finding.title)}</p>{words}'
            f'<p class="figuur-eenheid">{escape(finding.unit)}</p>',
            mark,
        )
    if finding.chart is not None:
        chart = dict(finding.chart)
        if mark:
            chart["usermeta"] = {**chart["usermeta"], META: dict(mark)}
        _publish({MIME: chart, "text/plain": f"[figuur] {finding.title}"})
    if finding.table:
        pair = mark.get("data-paar", "")
        name = finding.name if finding.name.endswith(pair) else f"{finding.name}-{pair}"  # the first has no years in it
        _html(f'<div class="cijfers" data-figuur="{escape(name)}">{_data(finding)}</div>', mark)


def _publish(data: dict[str, Any], **about: Any) -> None:
    """The one place where something reaches a page; the seal lets the build refuse what came another way."""
    publish_display_data(data, metadata={**about, SEAL: seal(data)})


def _data(finding: Finding) -> str:
    source = f'<p class="bron">{escape(finding.source)}</p>' if finding.source else ""
    if finding.chart is None or finding.open_table:
        return finding.table + source
    summary = "<summary>Bekijk de cijfers bij deze figuur</summary>"
    return f'<details class="gegevens">{summary}{finding.table}</details>{source}'


def _html(html: str, mark: Mapping[str, str] | None = None) -> None:
    spaced = _END.sub(r"\g<0>\n", html)
    marked = f"<div{attributes(mark)}>{spaced}</div>" if mark else spaced
    _publish({"text/html": marked, "text/plain": "[tabel of tekst]"})
