"""Reference data and published figures of the project, and the region that they describe."""

from __future__ import annotations

import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from jeugd_analysis.domain.region import Area, Break, Region, Segment
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store.place import Place
from jeugd_analysis.tables import TABLES
from jeugd_analysis.tables.corrections import crosswalk_between, parse_crosswalk
from jeugd_analysis.tables.rules import REASONS


class Reference(Place):
    """Everything below data/reference and data/published."""

    @staticmethod
    def table_name(name: str) -> str:
        """What a table is called in Dutch."""
        return TABLES[name].dutch

    @staticmethod
    def reasons() -> dict[str, str]:
        """Why lines are set aside: code -> Dutch words."""
        return dict(REASONS)

    def reference(self, name: str) -> pd.DataFrame:
        """data/reference/<name>.csv, every field as text, empty = missing."""
        return _read_text_csv(self.project / "data" / "reference" / f"{name}.csv")

    def published(self, name: str) -> pd.DataFrame:
        """data/published/<name>.csv, every field as text, empty = missing."""
        return _read_text_csv(self.project / "data" / "published" / f"{name}.csv")

    def settings(self, name: str) -> dict[str, Any]:
        """data/reference/<name>.toml."""
        path = self.project / "data" / "reference" / f"{name}.toml"
        try:
            return tomllib.loads(path.read_text("utf8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise JeugdError(
                "REF-002", wat=f"{path.name} is niet leesbaar ({type(error).__name__}).", doe="herstel dit bestand."
            ) from None

    def crosswalk(self, base: int, compare: int) -> pd.DataFrame | None:
        """How product codes and units of one year read in another, for a split of cost; None when nothing changed.

        Columns: product, unit, to_product, to_unit, factor. Raises: JeugdError (CRW-001) when the file is not right.
        """
        told = crosswalk_between(parse_crosswalk(self.reference("crosswalk")), base, compare)
        return told if len(told) else None

    @cached_property
    def region(self) -> Region:
        """The region as data/reference describes it."""
        told = self.settings("region")
        places = self.reference("municipalities")
        current = places[places["valid_to"].isna()]
        breaks = self.reference("breaks").itertuples()
        return Region(
            code=told["code"],
            name=told["name"],
            municipalities=tuple(Area(code=row.municipality, name=row.name) for row in current.itertuples(index=False)),
            segments=tuple(
                Segment(code=row.segment, name=row.name, funding=row.funding, note=row.funding_status)
                for row in self.reference("segments").itertuples(index=False)
            ),
            breaks=tuple(
                Break(
                    year=int(row.year),
                    areas=tuple(row.areas.split(";")),
                    measures=frozenset(row.measures.split(";")),
                    label=row.label,
                    explanation=row.explanation,
                    source=row.source,
                    left_out="" if pd.isna(row.left_out) else row.left_out,
                )
                for row in breaks
            ),
            details={key: str(value) for key, value in told.items()},
        )


def _read_text_csv(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise JeugdError("REF-001", wat=f"{path.name} ontbreekt in {path.parent.name}.", doe="zet dit bestand terug.")
    return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
