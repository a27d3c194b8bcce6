"""What chapter 32 calculates with: released amounts, the part of a year that is known by then, lump sums and budget.

Expected amounts follow from amounts that the release shows and shares of the whole region, so they tell nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.forecast_exact import ALL
from jeugd_analysis.domain.codes import BUDGET_STATUSES, WHOLE_BUDGET
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.year_end import reach_of, year_end
from jeugd_analysis.present.disclosure import Safe, released

REST = "rest"
LEVEL = 0.8
MONEY = ["claimed", "late", "future", "expected", "low", "high"]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A care year as it looked at the end of a quarter; age: so many quarters after the year began."""

    edition: Edition
    known_to: Quarter
    year: int

    @property
    def age(self) -> int:
        """4 at the end of the year itself."""
        return (self.known_to.year - self.year) * 4 + self.known_to.number

    def claimed(self) -> Safe:
        """Amount_cents by level as the release has them: of a year that has ended, or of a part of this year."""
        edition = self.edition
        if self.age < 4:
            cells = edition.release
            rows = cells[cells["dimension"].eq("running") & cells["period"].eq(self.known_to.label)]
            return released(rows, rules=edition.rules, keys=["level"])
        cells = edition.release
        here = cells["dimension"].isin(["segment", "totaal"]) & cells["period_kind"].eq("jaar")
        return released(cells[here & cells["period"].eq(str(self.year))], rules=edition.rules, keys=["level"])

    def rows(self) -> Safe:
        """Per segment level, claimed, late, future, expected, low and high in cents; then rest (hidden) and alle.

        late: for help that was given, not claimed yet. future: help of the rest of the year. Empty when the whole is
        hidden or nothing was claimed.
        """
        told = self.claimed()
        return told.derived(self._expected(told.frame))

    def _expected(self, frame: pd.DataFrame) -> pd.DataFrame:
        amounts = frame.set_index("level")["amount_cents"]
        whole = amounts.get(ALL, pd.NA)
        columns = ["level", *MONEY]
        if pd.isna(whole) or whole <= 0:
            return pd.DataFrame(columns=columns)
        parts = amounts.drop(ALL).dropna()
        parts = parts[parts > 0].sort_index()
        if amounts.drop(ALL).isna().any() and (left := int(whole) - int(parts.sum())) > 0:
            parts[REST] = left
        return year_end(
            parts, self._shares(), reach=self._reach([*parts.index, ALL]),
            step=self.edition.rules.money_base_cents, fallback=ALL,
        )[columns]  # fmt: skip

    def _shares(self) -> pd.DataFrame:
        told = self.edition.store.estimates("year_share", self.edition.quarter)
        mine = told[told["moment"].eq(self.known_to.label) & told["year"].eq(self.year)]
        return mine.set_index("level")[["share", "delivered"]]

    def _reach(self, levels: list[str]) -> pd.Series:
        tested = self.edition.store.estimates("year_test", self.edition.quarter)
        mine = tested[tested["area"] == self.edition.area.code]
        found = {one: reach_of(mine[mine["level"] == one], age=self.age, level=LEVEL) for one in levels}
        return pd.Series(found, dtype="float64")

    def lump(self) -> pd.DataFrame:
        """Lump sums of the year per segment: level, paid and expected in cents.

        Expected: the months that were paid, and for the rest of the year the last month again, for that is the
        contract.
        """
        paid = self.edition.store.table("task_payments", self.edition.quarter)
        if paid.empty:
            return _no_lump()
        here = paid if self.edition.area.is_region else paid[paid["municipality"] == self.edition.area.code]
        here = here[here["month"].dt.year.eq(self.year) & here["month"].le(pd.Timestamp(self.known_to.last_day))]
        if here.empty:
            return _no_lump()
        monthly = here.groupby(["segment", "month"], as_index=False)["amount_cents"].sum()
        told = monthly.groupby("segment").agg(
            paid=("amount_cents", "sum"), last=("amount_cents", "last"), until=("month", "max")
        )
        left = 12 - told["until"].dt.month if self.age < 4 else 0
        return (
            told.assign(expected=told["paid"] + told["last"] * left)
            .rename_axis("level")
            .reset_index()[["level", "paid", "expected"]]
        )

    def budget(self) -> Budgeted:
        """What was decided for the year, as delivered last."""
        table = self.edition.store.table("budget", self.edition.quarter)
        places = {place.code: place.name for place in self.edition.region.municipalities}
        wanted = list(places) if self.edition.area.is_region else [self.edition.area.code]
        return budget_of(table, year=self.year, places={code: places[code] for code in wanted})


def _no_lump() -> pd.DataFrame:
    return pd.DataFrame({"level": [], "paid": [], "expected": []}).astype({"level": "str"})


@dataclass(frozen=True, kw_only=True)
class Budgeted:
    """Budget in cents per segment (empty when a municipality has no split) and as a whole (None: not known).

    missing: names of municipalities without a budget; status and sources as they were delivered.
    """

    segments: pd.Series
    whole: int | None
    missing: tuple[str, ...]
    status: str = ""
    sources: tuple[str, ...] = ()


def budget_of(table: pd.DataFrame, *, year: int, places: dict[str, str]) -> Budgeted:
    """The latest status per municipality, added up; no sum when one of them has no budget."""
    if table.empty:
        return Budgeted(segments=pd.Series(dtype="int64"), whole=None, missing=())
    mine = table[table["year"].eq(year) & table["municipality"].isin(list(places))]
    rank = mine["status"].map({status: place for place, status in enumerate(BUDGET_STATUSES)})
    latest = mine[rank.eq(rank.groupby(mine["municipality"]).transform("max"))]
    missing = tuple(name for code, name in places.items() if code not in set(latest["municipality"]))
    nothing = pd.Series(dtype="int64")
    if missing or latest.empty:
        return Budgeted(segments=nothing, whole=None, missing=missing)
    split = nothing if latest["segment"].eq(WHOLE_BUDGET).any() else latest.groupby("segment")["amount_cents"].sum()
    statuses = [status for status in BUDGET_STATUSES if status in set(latest["status"])]
    return Budgeted(
        segments=split, whole=int(latest["amount_cents"].sum()), missing=(),
        status=" en ".join(statuses), sources=tuple(sorted(latest["source"].unique())),
    )  # fmt: skip
