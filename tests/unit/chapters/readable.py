"""What every figure must be to be read: titled, sourced, with a text alternative, and without holes in its words."""

from __future__ import annotations

import re
from collections.abc import Callable

from jeugd_analysis.present.finding import Finding
from jeugd_analysis.store import Store

NO_NUMBER = re.compile(r"\bnan\b|None|<NA>|&lt;NA&gt;|\bNaT\b|\binf\b")


def words_of(finding: Finding) -> str:
    """Everything that a figure says, its chart left out."""
    return "\n".join([finding.title, finding.unit, finding.source, *finding.texts.values(), finding.table])


def require_readable(finding: Finding, about: str = "") -> None:
    """A figure has a title, unit, source and text alternative; nothing reads as a number that is not there."""
    told = words_of(finding)
    assert not NO_NUMBER.search(told), (about, NO_NUMBER.search(told))
    assert not finding.table or (finding.title and finding.unit and finding.source), about
    assert not finding.title.endswith(".") and "  " not in told, about
    if finding.chart is not None:
        assert finding.chart["description"].startswith(finding.title[:20]), about


def require_readable_everywhere(find: Callable[[str, str], Finding], store: Store, period: str) -> None:
    """The figure of every area of the region can be read."""
    for area in store.region.areas:
        require_readable(find(area.code, period), area.code)
