"""The page on accessibility says what the last run found, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jeugd_analysis.errors import BuildError
from jeugd_analysis.publish.access_statement import PAGE, RUN, statement

RESULT = {
    "dag": "2026-03-01",
    "axe": "4.9",
    "browser": "Chromium 150",
    "weergaven": ["lichte kleuren", "donkere kleuren"],
    "paginas": [{"soort": "Eerste pagina", "fouten": 0}, {"soort": "Zoeken", "fouten": 0}],
}


def written(folder: Path, result: object) -> Path:
    (folder / PAGE).write_text("# T\n\n<!-- uitslag -->\n\n<!-- paginas -->\n", "utf8")
    (folder / RUN).write_text(json.dumps(result), "utf8")
    return folder


def test_it_tells_day_programme_and_pages(tmp_path):
    told = statement(written(tmp_path, RESULT))
    assert "Op 1 maart 2026" in told and "axe 4.9 in Chromium 150, in lichte kleuren en donkere kleuren" in told
    assert "geen fouten gevonden" in told and "| Zoeken | 0 |" in told and "<!--" not in told


@pytest.mark.parametrize(("faults", "words"), [(1, "is één fout"), (3, "zijn 3 fouten")])
def test_faults_are_told_too(tmp_path, faults, words):
    found = {**RESULT, "paginas": [{"soort": "Zoeken", "fouten": faults}]}
    told = statement(written(tmp_path, found))
    assert words in told and "geen fouten" not in told


@pytest.mark.parametrize("result", [{}, [], {**RESULT, "dag": "gisteren"}])
def test_a_record_that_is_not_one_stops_the_book(tmp_path, result):
    with pytest.raises(BuildError, match="BOK-003"):
        statement(written(tmp_path, result))
