"""What every chapter starts from: the edition, the area, the rules of disclosure and the words for its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from jeugd_analysis.domain.codes import EXAMPLE_PROVIDERS
from jeugd_analysis.domain.period import Quarter, day_in_words
from jeugd_analysis.domain.region import Area, Region
from jeugd_analysis.present.disclosure import Rules, Safe, released
from jeugd_analysis.store import Store

EXAMPLE = "voorbeelddata"


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An area in an edition, with access to the store."""

    store: Store
    quarter: Quarter
    area: Area

    @classmethod
    def open(cls, municipality: str, period: str) -> Edition:
        """Raises: UnknownNameError when the area or the quarter does not exist."""
        store = Store.open()
        return cls(store=store, quarter=Quarter.parse(period), area=store.region.find(municipality))

    @property
    def region(self) -> Region:
        """The purchasing region."""
        return self.store.region

    @cached_property
    def rules(self) -> Rules:
        """The rules of the disclosure gate."""
        return Rules.from_settings(self.store.settings("disclosure"))

    @cached_property
    def is_example(self) -> bool:
        """Whether everything in this edition is example data."""
        return is_example(self.store, self.quarter)

    @property
    def source(self) -> str:
        """Where the figures of this edition come from, for below a figure."""
        kind = "Voorbeelddata (verzonnen), geen echte jeugdigen" if self.is_example else "Declaraties van aanbieders"
        return f"Bron: {kind}; stand {day(self.quarter)}."

    def mart(self, name: str) -> pd.DataFrame:
        """A mart of this edition."""
        return self.store.mart(name, self.quarter)

    def usage(self, dimension: str, kind: str = "jaar") -> pd.DataFrame:
        """Rows of the usage mart for this area: period, level, youths, amount_cents."""
        mart = self.mart("usage")
        rows = mart[(mart["area"] == self.area.code) & (mart["dimension"] == dimension) & (mart["period_kind"] == kind)]
        return rows[["period", "level", "youths", "amount_cents"]].reset_index(drop=True)

    @cached_property
    def release(self) -> pd.DataFrame:
        """What this edition may say about this area, with the exact numbers beside it."""
        cells = self.store.release(self.quarter)
        return cells[cells["area"] == self.area.code].reset_index(drop=True)

    def shown(self, dimension: str, kind: str = "jaar", periods: Sequence[str] | None = None) -> Safe:
        """The same rows as `usage`, as they may be shown: period, level, youths, amount_cents and their statuses."""
        cells = self.release
        rows = cells[(cells["dimension"] == dimension) & (cells["period_kind"] == kind)]
        if periods is not None:
            rows = rows[rows["period"].isin(periods)]
        return released(rows, rules=self.rules, keys=["period", "level"])

    def full_years(self, first: int = 2000) -> list[str]:
        """Calendar years of the usage mart that have ended in this edition, as text."""
        periods = self.usage("totaal")["period"].unique()
        return sorted(p for p in periods if first <= int(p) <= self.quarter.last_full_year)

    @property
    def provisional_year(self) -> str:
        """The first year that has ended but whose claims are still coming in; empty when there is none."""
        year = self.quarter.last_settled_year + 1
        return str(year) if year <= self.quarter.last_full_year else ""

    @property
    def provisional_words(self) -> str:
        """What to say about that year."""
        year = self.provisional_year
        return f"Het jaar {year} is nog niet compleet: er komen nog declaraties binnen." if year else ""

    def without(self, measure: str, period: str) -> str:
        """' (zonder ...)' when the measure of this year leaves something out in this area, else empty."""
        left_out = self.region.left_out(self.area.code, measure, int(period))
        return f" (zonder {left_out})" if left_out else ""

    def last_two(self, shown: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
        """Of a table by year: the row before the last settled year, and that year's; the same one when it is alone."""
        settled = shown[shown["period"].astype(int) <= self.quarter.last_settled_year]
        rows = settled if len(settled) else shown
        return rows.iloc[max(len(rows) - 2, 0)], rows.iloc[-1]

    def segment_names(self) -> dict[str, str]:
        """Segment code -> name."""
        return {segment.code: segment.name for segment in self.region.segments}

    def breaks(self, measure: str) -> list[tuple[str, str]]:
        """(first period after the break, label) for series of this area, in time."""
        return [
            (str(b.year), b.label)
            for b in self.region.breaks_of(self.area.code, measure)
            if b.year <= self.quarter.year
        ]

    def explain_breaks(self, measure: str, periods: list[str]) -> str:
        """One sentence per break within these periods, numbered as in the chart."""
        inside = [b for b in self.breaks(measure) if b[0] in periods]
        texts = {b.label: b.explanation for b in self.region.breaks}
        return " ".join(f"({number}) {texts[label]}" for number, (_, label) in enumerate(inside, start=1))


def is_example(store: Store, quarter: Quarter) -> bool:
    """Whether everything in an edition is example data: every row of the population says so, and every line of care has
    a provider of the example. One real line or row is enough to be real: the other way round a book of real youths
    would go out as made up, without signatures.
    """
    population = store.table("population", quarter)
    marked = bool(len(population)) and bool(population["status"].eq(EXAMPLE).all())
    return marked and all(_of_example(store.extremes(table, "provider", quarter)) for table in _CARE
                          if store.files(table, quarter))  # fmt: skip


_CARE = ("claims", "allocations")  # tables whose lines name a provider


def _of_example(ends: tuple[str, str] | None) -> bool:
    return ends is not None and EXAMPLE_PROVIDERS[0] <= ends[0] and ends[1] <= EXAMPLE_PROVIDERS[1]


def day(quarter: Quarter) -> str:
    """Last day of the quarter in words: 30 september 2026."""
    return day_in_words(quarter.last_day)
