"""The purchasing region as data: everything that differs between regions comes from data/reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jeugd_analysis.errors import bad_parameter

ALL_SEGMENTS = "alle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A page's subject: the region as a whole or one municipality."""

    code: str
    name: str
    is_region: bool = False

    @property
    def folder(self) -> str:
        """Folder and address of the area's pages: 'regio' or the lower-case municipality code."""
        return "regio" if self.is_region else self.code.lower()

    @property
    def full_name(self) -> str:
        """The area as a title: a region says that it is one."""
        return f"Regio {self.name}" if self.is_region else self.name

    @property
    def in_name(self) -> str:
        """How the area reads in a sentence after 'in'."""
        return f"de regio {self.name}" if self.is_region else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One of the segments in which help is bought from 2027."""

    code: str
    name: str
    funding: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A date at which a series stops being comparable with itself.

    measures: what may not be compared across it ('intensity', 'tariff', 'youths', 'cost', 'cbs').
    """

    year: int
    areas: tuple[str, ...]
    measures: frozenset[str]
    label: str
    explanation: str
    source: str
    left_out: str = ""  # what the figures no longer hold from this year on, after the word 'zonder'


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A purchasing region with its municipalities, segments and breaks."""

    code: str
    name: str
    municipalities: tuple[Area, ...]
    segments: tuple[Segment, ...]
    breaks: tuple[Break, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def area(self) -> Area:
        """The region as a page's subject."""
        return Area(code=self.code, name=self.name, is_region=True)

    @property
    def areas(self) -> tuple[Area, ...]:
        """The region, then its municipalities in their given order."""
        return (self.area, *self.municipalities)

    def find(self, code: str) -> Area:
        """The area with this code; raises UnknownNameError that lists the choices."""
        for area in self.areas:
            if area.code == code:
                return area
        raise bad_parameter("municipality", code, ", ".join(area.code for area in self.areas))

    def find_segment(self, code: str) -> Segment | None:
        """The segment with this code, None for all of them; raises UnknownNameError that lists the choices."""
        if code == ALL_SEGMENTS:
            return None
        for segment in self.segments:
            if segment.code == code:
                return segment
        raise bad_parameter("segment", code, ", ".join([ALL_SEGMENTS, *(s.code for s in self.segments)]))

    def breaks_of(self, area: str, measure: str) -> tuple[Break, ...]:
        """Breaks that touch the measure in the area, in time; '*' is every area, a municipality touches the region.

        A municipality that has left is not part of the region in any year, so its leaving breaks nothing here.
        """
        parts = {place.code for place in self.municipalities} if area == self.code else {area}
        touching = (b for b in self.breaks if measure in b.measures and ("*" in b.areas or parts & set(b.areas)))
        return tuple(sorted(touching, key=lambda b: b.year))

    def breaks_between(self, area: str, measure: str, base: int, compare: int) -> tuple[Break, ...]:
        """Breaks after the base year up to and including the compared year."""
        return tuple(b for b in self.breaks_of(area, measure) if base < b.year <= compare)

    def left_out(self, area: str, measure: str, year: int) -> str:
        """What the measure of this year does not hold, such as help that is paid as a lump sum; empty for nothing."""
        return " en ".join(b.left_out for b in self.breaks_of(area, measure) if b.left_out and b.year <= year)

    def comparable_years(self, area: str, measure: str, last: int, first: int = 2000) -> tuple[int, int] | None:
        """The latest pair of neighbouring years without a break between them, or None."""
        for compare in range(last, first, -1):
            if not self.breaks_between(area, measure, compare - 1, compare):
                return compare - 1, compare
        return None
