"""Where a store is: the project with its reference data, and the folder with what is made from deliveries."""

from __future__ import annotations

import os
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError

PROJECT_VARIABLE, WORK_VARIABLE = "JEUGD_PROJECT", "JEUGD_WERKMAP"


class Place:
    """`project` holds reference data, `work` what is made from deliveries; `known`: the last delivery that counts."""

    def __init__(self, project: Path, work: Path, *, known: tuple[Quarter, int] | None = None) -> None:
        self.project, self.work, self.known = project, work, known


def find_project(start: Path | None = None) -> Path:
    """The folder with _config.yml and data/reference: this one or the nearest above it.

    Raises: JeugdError when there is none.
    """
    if told := os.environ.get(PROJECT_VARIABLE):
        chosen = Path(told).resolve()
        if _is_project(chosen):
            return chosen
        raise JeugdError(
            "PRJ-001",
            wat=f"De map in {PROJECT_VARIABLE} is geen map van het project.",
            doe=f"zet {PROJECT_VARIABLE} op de map met _config.yml en data/reference, of haal de instelling weg.",
        )
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if _is_project(folder):
            return folder
    raise JeugdError(
        "PRJ-001",
        wat="Dit is geen map van het project: _config.yml en data/reference zijn niet gevonden.",
        doe="ga naar de map van het project en probeer het opnieuw.",
    )


def _is_project(folder: Path) -> bool:
    return (folder / "_config.yml").is_file() and (folder / "data" / "reference").is_dir()
