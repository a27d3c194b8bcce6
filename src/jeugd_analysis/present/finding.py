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
from jeugd_analysis.present.choice import META, Choices, attributes
from jeugd_analysis.present.options import Options
from jeugd_analysis.present.sliders import Sliders
from jeugd_analysis.present.tables import Table
from jeugd_analysis.present.theme import MIME, Chart

# The index of the search box drops tags: without a space between them, two cells would become one word.
_END = re.compile(r"</(?:t[dhr]|caption|p|summary)>(?=<)")
ORIGIN, PUBLISHED = "herkomst", "gepubliceerd"
_GLUE = "application/papermill.record/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One figure and what is said about it.

    title: the finding as a sentence; unit: what the numbers are; chart: a finished Vega-Lite object; table: HTML from
    tables.table_html; source: where the numbers come from; texts: name -> words for the prose (glue). words: sentences
    that stand with the figure itself. choices: findings for a reader to choose from, shown in the place of this one.
    sliders: fields that move the table. folded: the table unfolds under these words.
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
    choices: Choices | Options | None = None
    sliders: Sliders | None = None
    folded: str = ""

    def __post_init__(self) -> None:
        """Raises: DisclosureError for a chart or a table that was not made from a table that passed the gate."""
        made_here = isinstance(self.chart, Chart | None) and (isinstance(self.table, Table) or not self.table)
        if not made_here:
            raise DisclosureError(
                "GEH-003",
                wat=f"De figuur {self.name} ging niet door de controle.",
                doe="maak tabellen met table_html en grafieken met present.charts.",
            )

    @property
    def exactly_published(self) -> bool:
        """Whether all that the figure shows was published elsewhere; its title then tells such a figure too."""
        parts = [part for part in (self.chart, self.table) if isinstance(part, Chart | Table) and part]
        return bool(parts) and self.choices is None and all(part.exactly_published for part in parts)


def show(finding: Finding) -> None:
    """Put a finding on the page: title, chart, data behind it, source; and hand its texts to the prose."""
    if finding.choices is None:
        _figure(finding, {})
    else:
        _html(finding.choices.opening())
        _parts(finding.choices)
    for name, text in sorted(finding.texts.items()):
        _publish({_GLUE + "text/plain": text}, scrapbook={"name": name, "mime_prefix": _GLUE})


def _parts(choices: Choices | Options) -> None:
    names: Any = choices.parts  # pairs of years, or names
    told: Any = choices
    for name, part in names.items():
        _html(told.heading(name))
        _figure(part, told.mark(name))


def _figure(finding: Finding, mark: Mapping[str, str]) -> None:
    """The figure itself. `mark` are the attributes of a figure that is one of several to choose from."""
    if finding.title:
        words = f'<p class="figuur-woorden">{escape(finding.words)}</p>' if finding.words else ""
        _html(
            f'<p class="figuur-titel" id="{escape(finding.name)}"{_origin(finding)}>{escape(finding.title)}</p>{words}'
            f'<p class="figuur-eenheid">{escape(finding.unit)}</p>',
            mark,
        )
    if finding.chart is not None:
        chart = dict(finding.chart)
        chart["usermeta"] = _with_origin(chart["usermeta"], published=finding.chart.exactly_published)
        if mark:
            chart["usermeta"] = {**chart["usermeta"], META: dict(mark)}
        _publish({MIME: chart, "text/plain": f"[figuur] {finding.title}"})
    if finding.sliders is not None:
        _html(finding.sliders.html(), mark)
    if finding.table:
        pair = mark.get("data-paar", "")
        name = finding.name if finding.name.endswith(pair) else f"{finding.name}-{pair}"  # the first has no years in it
        _html(f'<div class="cijfers" data-figuur="{escape(name)}">{_data(finding)}</div>', mark)


def _origin(finding: Finding) -> str:
    """The mark that the last look before publishing goes by (publish.exit_check)."""
    return f' data-{ORIGIN}="{PUBLISHED}"' if finding.exactly_published else ""


def _with_origin(usermeta: Mapping[str, Any], *, published: bool) -> dict[str, Any]:
    """What travels with a chart, with the mark of published figures only where it belongs."""
    told = {name: value for name, value in usermeta.items() if name != ORIGIN}
    return {**told, ORIGIN: PUBLISHED} if published else told


def _publish(data: dict[str, Any], **about: Any) -> None:
    """The one place where something reaches a page; the seal lets the build refuse what came another way."""
    publish_display_data(data, metadata={**about, SEAL: seal(data)})


def _data(finding: Finding) -> str:
    source = f'<p class="bron">{escape(finding.source)}</p>' if finding.source else ""
    if (finding.chart is None or finding.open_table) and not finding.folded:
        return finding.table + source
    summary = f"<summary>{escape(finding.folded or 'Bekijk de cijfers bij deze figuur')}</summary>"
    return f'<details class="gegevens">{summary}{finding.table}</details>{source}'


def _html(html: str, mark: Mapping[str, str] | None = None) -> None:
    spaced = _END.sub(r"\g<0>\n", html)
    marked = f"<div{attributes(mark)}>{spaced}</div>" if mark else spaced
    _publish({"text/html": marked, "text/plain": "[tabel of tekst]"})
