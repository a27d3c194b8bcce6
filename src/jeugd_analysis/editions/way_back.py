"""`jeugd rollback`: take the newest publication back. Nothing is lost: the archive keeps every version.

What readers saw they saw: the releases stay remembered and bind every later edition.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.archive import SITE, keep, versions
from jeugd_analysis.editions.target import Target, opened
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.intake import only_one
from jeugd_analysis.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """What was taken back, where it is kept, and what readers see instead: an earlier version, or an older edition."""

    quarter: Quarter
    kept: Path
    version: Path | None
    newest: Quarter


def rollback(folder: Path, *, store: Store, quarter: Quarter | None = None) -> RolledBack:
    """Take an edition back to its version before, or away when it has none; without a quarter the newest edition.

    Raises: JeugdError PUB-010 when there is nothing to go back to.
    """
    with only_one(store):
        if not folder.is_dir():
            raise _nothing(folder, "daar is niets gepubliceerd")
        with opened(folder) as target:
            editions = target.editions()
            if not editions or (quarter is not None and quarter not in editions):
                raise _nothing(folder, "deze editie staat er niet" if editions else "daar is niets gepubliceerd")
            chosen = quarter or editions[-1]
            kept = keep(target.place(chosen), chosen, store)
            before = _before(kept, chosen, store)
            if before is None and editions == [chosen]:
                raise _nothing(folder, f"{chosen.label} is de enige editie en heeft geen eerdere versie")
            _take_back(target, chosen, before)
            return RolledBack(quarter=chosen, kept=kept, version=before, newest=target.editions()[-1])


def _before(kept: Path, quarter: Quarter, store: Store) -> Path | None:
    earlier = [version for version in versions(quarter, store) if version.name < kept.name]
    return earlier[-1] if earlier else None


def _take_back(target: Target, quarter: Quarter, before: Path | None) -> None:
    if before is None:
        target.take_away(quarter)
    else:
        target.copied(before / SITE, quarter)
        target.put(quarter)


def _nothing(folder: Path, why: str) -> JeugdError:
    return JeugdError(
        "PUB-010",
        wat=f"In {folder} is niets om naar terug te gaan: {why}.",
        doe="kijk in de map welke edities er staan; moet de laatste editie helemaal weg, haal de map dan zelf weg.",
    )
