"""What an annex says about itself: which edition, of what status, made of what; and the words that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area
from jeugd_analysis.errors import BuildError
from jeugd_analysis.publish.house_style import HouseStyle
from jeugd_analysis.publish.settings import read_settings
from jeugd_analysis.publish.sphinx_edition import EXAMPLE, dutch_date
from jeugd_analysis.store import Store

PROVISIONAL = "voorlopig"
WARNINGS = {
    EXAMPLE: "Voorbeelddata. De cijfers in dit document zijn verzonnen. Ze gaan niet over echte jeugdigen. "
    "Trek er geen conclusies uit. Bij echte cijfers, zoals die van het CBS en uit raadsstukken, staat dat erbij.",
    PROVISIONAL: "Voorlopig. Van de laatste kwartalen komen nog declaraties binnen. In een volgende editie kunnen deze "
    "cijfers anders zijn.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A built edition: where it is, and what its own pages say about it."""

    quarter: Quarter
    folder: Path
    title: str
    about: Mapping[str, str]
    style: HouseStyle

    @property
    def status(self) -> str:
        """voorbeelddata, voorlopig, or what the edition says."""
        return self.about.get("status", "")

    @property
    def day(self) -> date:
        """The date of every file that is made of it, so that the same edition gives the same bytes."""
        return self.quarter.last_day

    @property
    def name(self) -> str:
        """The book without the region: that of the annex is its own area."""
        return self.title.partition(":")[0]


def built_edition(quarter: Quarter, store: Store, style: HouseStyle) -> Built:
    """The edition as it was built. Raises: BuildError ANX-001 when it was not, or no longer fits the data."""
    folder = store.book_folder(quarter)
    settings = folder / "source" / "_config.yml"
    whole = (folder / "site.digest").is_file() and settings.is_file()
    if not whole or not store.book_fits(quarter):
        raise not_built(quarter)
    told = read_settings(settings)
    about = {name: str(value) for name, value in told["sphinx"]["config"]["jeugd_edition"].items()}
    return Built(quarter=quarter, folder=folder, title=str(told["title"]), about=about, style=style)


def not_built(quarter: Quarter) -> BuildError:
    """There is no whole book of the edition that belongs to the data of now: annexes come out of that."""
    return BuildError(
        "ANX-001",
        wat=f"Van {quarter.label} is geen heel boek gebouwd dat bij de gegevens van nu hoort.",
        doe=f"bouw het met `jeugd build {quarter.label}` en maak daarna de bijlage.",
    )


def cover(built: Built) -> list[str]:
    """Lines of the title page."""
    status = {EXAMPLE: "Voorbeelddata", PROVISIONAL: "Voorlopige cijfers"}.get(built.status, built.status.capitalize())
    return [line for line in (f"Editie {built.quarter.label}", f"Stand van {_as_of(built)}", status) if line]


def facts(built: Built, area: Area, chapters: str, reference: str) -> list[tuple[str, str]]:
    """Names and values of the last page."""
    told = [
        ("Gebied", area.full_name),
        ("Hoort bij", reference),
        ("Editie", built.quarter.label),
        ("Stand van de gegevens", _as_of(built)),
        ("Status", built.status),
        ("Hoofdstukken", chapters),
        ("Versie programma", built.about.get("code", "")),
        ("Kenmerk invoer", built.about.get("digest", "")),
        ("Uitgegeven door", built.style.name),
        ("Contact", built.style.contact),
    ]
    return [(name, value) for name, value in told if value]


def origin(built: Built) -> str:
    """What it was made of, in one line."""
    parts = {"versie programma": built.about.get("code", ""), "kenmerk invoer": built.about.get("digest", "")}
    told = ", ".join(f"{name} {value}" for name, value in parts.items() if value)
    return f"Uit het boek {built.name}, editie {built.quarter.label}{f', {told}' if told else ''}."


def _as_of(built: Built) -> str:
    return dutch_date(built.about.get("as_of", ""))
