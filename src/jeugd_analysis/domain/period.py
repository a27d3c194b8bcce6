"""Quarters: the clock of the book. An edition is one quarter, written 2026-K3."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jeugd_analysis.errors import UnknownNameError

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
SHORT_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_LABEL = re.compile(r"(20\d{2})-K([1-4])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter.

    >>> Quarter.parse("2026-K3").next().label
    '2026-K4'
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (2000 <= self.year <= 2099 and 1 <= self.number <= 4):
            raise bad_quarter(f"{self.year}-K{self.number}")

    @classmethod
    def parse(cls, label: str) -> Quarter:
        """Read the label 2026-K3; anything else is an error, never a guess."""
        match = _LABEL.fullmatch(label)
        if match is None:
            raise bad_quarter(label)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter that a day falls in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def label(self) -> str:
        """2026-K3: used in file names, commands and text."""
        return f"{self.year}-K{self.number}"

    @property
    def first_day(self) -> date:
        """First calendar day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """Last calendar day."""
        month = 3 * self.number
        return date(self.year, month, monthrange(self.year, month)[1])

    def next(self) -> Quarter:
        """The quarter after this one."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def previous(self) -> Quarter:
        """The quarter before this one."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def until(self, last: Quarter) -> Iterator[Quarter]:
        """Every quarter from this one up to and including last."""
        quarter = self
        while quarter <= last:
            yield quarter
            quarter = quarter.next()

    @property
    def last_full_year(self) -> int:
        """The latest calendar year that has ended when this quarter ends."""
        return self.year if self.number == 4 else self.year - 1

    @property
    def last_settled_year(self) -> int:
        """The latest calendar year that ended at least two quarters ago: nearly all of its claims have come in.

        >>> [Quarter(2026, number).last_settled_year for number in (1, 2, 3, 4)]
        [2024, 2025, 2025, 2025]
        """
        return self.year - 2 if self.number == 1 else self.year - 1

    def __str__(self) -> str:
        return self.label


def bad_quarter(label: str) -> UnknownNameError:
    """The label is not a quarter."""
    shown = label if re.fullmatch(r"[\w\-./ ]{1,30}", label) else "(onleesbaar)"
    return UnknownNameError(
        "PER-001", wat=f"{shown} is geen kwartaal.", doe="schrijf jaar-K-nummer, bijvoorbeeld 2026-K3."
    )


def day_in_words(day: date) -> str:
    """30 september 2026; written out here, because strftime follows the language of the machine."""
    return f"{day.day} {month_in_words(day)}"


def month_in_words(day: date) -> str:
    """The month of a day.

    >>> month_in_words(date(2026, 9, 30))
    'september 2026'
    """
    return f"{MONTHS[day.month - 1]} {day.year}"


def short_month(day: date) -> str:
    """The month of a day where there is little room: the axis of a chart.

    >>> short_month(date(2026, 3, 1))
    'mrt 2026'
    """
    return f"{SHORT_MONTHS[day.month - 1]} {day.year}"
