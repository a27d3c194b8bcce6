"""The claims of an edition, completed as known in it or at the end of an earlier quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area
from jeugd_analysis.errors import FactorError
from jeugd_analysis.late_claims.triangles import QUARTERS, triangle_of
from jeugd_analysis.methods.claims_maturity import completed, freedom, valued_days
from jeugd_analysis.store import Store

TESTED_AGES = 4  # a year later hardly anything comes in: then what was expected can be compared with what came
_BREAKS = ("cost", "tariff")  # a break in either moves what is claimed of what was allocated


@dataclass(frozen=True)
class LateClaims:
    """The claims of an edition, to be completed as known in it or at the end of an earlier quarter."""

    store: Store
    quarter: Quarter

    @cached_property
    def _receipts(self) -> pd.DataFrame:
        return self.store.mart("receipts", self.quarter)

    @cached_property
    def youths(self) -> pd.DataFrame:
        """The mart youth_receipts."""
        return self.store.mart("youth_receipts", self.quarter)

    @cached_property
    def _days(self) -> pd.DataFrame:
        told = self.store.mart("care_days", self.quarter).rename(columns={"care_quarter": "period"})
        return told.assign(year=told["period"].str[:4].astype("int64"))

    @cached_property
    def _product_cost(self) -> pd.DataFrame:
        """Cost of the whole region per product (rows) and year (columns)."""
        usage = self.store.mart("usage", self.quarter)
        region = usage["area"].eq(self.store.region.code) & usage["dimension"].eq("product")
        rows = usage[region & usage["period_kind"].eq("jaar")]
        return rows.assign(period=rows["period"].astype("int64")).pivot_table(
            index="level", columns="period", values="amount_cents", aggfunc="sum", fill_value=0
        )

    def of_area(self, area: Area) -> pd.DataFrame:
        """The rows of `receipts` of an area; the region is all of them."""
        receipts = self._receipts
        return receipts if area.is_region else receipts[receipts["municipality"] == area.code]

    def complete(self, area: Area, known: Quarter) -> pd.DataFrame | None:
        """Per care quarter the columns of `completed` and freedom, as known at a date; None without enough history.

        The cost per day of a product is that of the latest settled year then, with the claims of now.
        """
        triangle = triangle_of(self.of_area(area), known)
        if triangle is None:
            return None
        breaks = [b.year for name in _BREAKS for b in self.store.region.breaks_of(area.code, name)]
        since = max((f"{year}-K1" for year in breaks if year <= known.year), default=None)
        allocated = self._allocated(area, list(triangle.index), known)
        try:
            told = completed(triangle, allocated=allocated, since=since)
            return told.assign(freedom=freedom(triangle).reindex(told.index))
        except FactorError:  # too little history, or quarters with a net amount of zero
            return None

    def _allocated(self, area: Area, periods: list[str], known: Quarter) -> pd.Series | None:
        days, base = self._days, known.last_settled_year
        whole = days[days["year"] == base].groupby("product")["days"].sum()
        if whole.empty or base not in self._product_cost:
            return None
        mine = days[days["period"].isin(periods) & (area.is_region | days["municipality"].eq(area.code))]
        if mine.empty:
            return None
        years = range(min(base, int(mine["year"].min())), known.year + 1)
        return valued_days(mine, whole, self._product_cost[base], index=tariff_level(self.store, years), base=base)

    def dates(self, first: Quarter) -> Iterator[Quarter]:
        """The quarters at whose end an estimate can be tested: TESTED_AGES ago or more."""
        last = self.quarter
        for _ in range(TESTED_AGES):
            last = last.previous()
        return first.until(last)

    @property
    def first_test(self) -> Quarter:
        """The first quarter with QUARTERS quarters of claims behind it."""
        first = Quarter.parse(self._receipts["care_quarter"].min())
        for _ in range(QUARTERS - 1):
            first = first.next()
        return first


def tariff_level(store: Store, years: range) -> dict[int, float]:
    """The level of tariffs by the agreed indexation, 1 in the first year; a year that is not in the file adds none."""
    told = store.reference("indexation")
    percent = dict(zip(told["year"].astype("int64"), told["percent"].astype("float64"), strict=True))
    levels = np.cumprod([1.0, *(1 + percent.get(year, 0.0) / 100 for year in years[1:])])
    return dict(zip(years, levels.tolist(), strict=True))
