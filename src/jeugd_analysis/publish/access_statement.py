"""The page on accessibility, filled with what the last run of the tests found (book/toegankelijkheid.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jeugd_analysis.domain.period import day_in_words
from jeugd_analysis.errors import BuildError

PAGE, RUN = "toegankelijkheid.md", "toegankelijkheid.json"
_RUN_MARK, _PAGES_MARK = "<!-- uitslag -->", "<!-- paginas -->"


def statement(prose: Path) -> str:
    """The text of the page. Raises: BuildError when the record of the run is missing or not what the tests write."""
    try:
        run = json.loads((prose / RUN).read_text("utf8"))
        told = {_RUN_MARK: _outcome(run), _PAGES_MARK: _pages(run)}
    except (OSError, ValueError, KeyError, TypeError):
        raise BuildError(
            "BOK-003",
            wat=f"De uitslag van de toegankelijkheidstest in {RUN} is er niet of is niet te lezen.",
            doe="zet het bestand terug, of maak het met `make accept` nadat de test is gelopen.",
        ) from None
    text = (prose / PAGE).read_text("utf8")
    for mark, words in told.items():
        text = text.replace(mark, words)
    return text


def _outcome(run: Mapping[str, Any]) -> str:
    found = sum(page["fouten"] for page in run["paginas"])
    told = {0: "zijn geen fouten", 1: "is één fout"}.get(found, f"zijn {found} fouten")
    day = day_in_words(date.fromisoformat(run["dag"]))
    how = f"met het programma axe {run['axe']} in {run['browser']}, in {' en '.join(run['weergaven'])}"
    return f"Op {day} is van elke soort pagina er één getest, {how}. Daarbij {told} gevonden."


def _pages(run: Mapping[str, Any]) -> str:
    rows = [f"| {page['soort']} | {page['fouten']} |" for page in run["paginas"]]
    return "\n".join(["| Soort pagina | Fouten |", "|---|---:|", *rows])
