"""Contracts of an area by year and the index numbers over them, exact, for chapter 40."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.codes import EUROS
from jeugd_analysis.methods.price_index import price_index
from jeugd_analysis.present.disclosure import Rules

CONTRACT = ["provider", "product", "unit"]
TARIFF, OWN = "Tarieven", "Indexatie"
INDEX_STEP = 0.01  # percent: index numbers are told to this
COVER_STEP = 0.05  # share of the cost: finer, and the rest of it would be the cost of a few youths
# From what counts most to what counts least; what a source took back is left out.
_STATUSES = ("toe te passen", "definitief", "bijgesteld", "voorlopig", "raming")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published index of one year, in percent."""

    series: str
    year: int
    percent: float
    status: str
    source: str


def contract_years(edition: Edition, years: Sequence[int], *, by: Sequence[str] = ()) -> pd.DataFrame:
    """One row per contract (provider x product x unit) and year: units and amount_cents, in codes of the last year.

    For the region the municipalities are one buyer. Amounts without units (unit 83) have no tariff and are left out.
    """
    cells = edition.mart("contract_cells")
    mine = cells["year"].isin(list(years)) & cells["unit"].ne(EUROS)
    if not edition.area.is_region:
        mine &= cells["municipality"].eq(edition.area.code)
    told = [_translated(edition, rows, int(year), max(years)) for year, rows in cells[mine].groupby("year")]
    keys = [*by, *CONTRACT, "year"]
    whole = pd.concat(told) if told else cells.iloc[:0]
    return whole.groupby(keys, as_index=False)[["units", "amount_cents"]].sum()


def _translated(edition: Edition, rows: pd.DataFrame, year: int, last: int) -> pd.DataFrame:
    """Products and units of a year in the codes of a later year."""
    crosswalk = edition.store.crosswalk(year, last) if year < last else None
    if crosswalk is None:
        return rows
    joined = rows.merge(crosswalk, on=["product", "unit"], how="left", validate="many_to_one")
    return joined.assign(
        product=joined["to_product"].fillna(joined["product"]), unit=joined["to_unit"].fillna(joined["unit"]),
        units=joined["units"] * joined["factor"].fillna(1),
    )  # fmt: skip


def runs(edition: Edition) -> list[list[int]]:
    """Settled years with contracts, in runs of neighbouring years without a break for tariffs between them."""
    cells = edition.mart("contract_cells")
    mine = cells if edition.area.is_region else cells[cells["municipality"] == edition.area.code]
    years = sorted(int(year) for year in mine["year"].unique() if year <= edition.quarter.last_settled_year)
    found: list[list[int]] = [[year] for year in years[:1]]
    for before, year in pairwise(years):
        broken = edition.region.breaks_between(edition.area.code, "tariff", before, year)
        if broken or year != before + 1:
            found.append([year])
        else:
            found[-1].append(year)
    return found


def latest_pair(edition: Edition) -> tuple[int, int] | None:
    """The latest two neighbouring years that can be compared."""
    pairs = [pair for run in runs(edition) for pair in pairwise(run)]
    return pairs[-1] if pairs else None


def matched_cents(edition: Edition, base: int, compare: int, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Of the contracts that are in both years: by, provider and amount_cents in the compared year."""
    cells = contract_years(edition, [base, compare], by=by)
    priced = cells[cells["units"].gt(0) & cells["amount_cents"].gt(0)]
    keys = [*by, *CONTRACT]
    before = priced.loc[priced["year"].eq(base), keys]
    both = priced[priced["year"].eq(compare)].merge(before, on=keys)
    return both.groupby([*by, "provider"], as_index=False)["amount_cents"].sum()


def pair_index(edition: Edition, base: int, compare: int, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """`price_index` of the compared year against the base year, and least_cents: the cost of the smaller of the two."""
    cells = contract_years(edition, [base, compare], by=by).astype({"units": "float64", "amount_cents": "float64"})
    told = price_index(cells, base=base, compare=compare, items=CONTRACT, by=by)
    spent = cells.groupby([*by, "year"], as_index=False)["amount_cents"].sum()
    if not by:
        return told.assign(least_cents=spent["amount_cents"].min())
    smallest = spent.groupby(list(by), as_index=False).agg(least_cents=("amount_cents", "min"))
    return told.merge(smallest, on=list(by), how="left")


def covered_share(told: pd.Series, rules: Rules) -> float | None:
    """The smaller of the two shares of the cost that were compared; None where a step of it is about few youths.

    `told` is a row of `pair_index`.
    """
    if told["least_cents"] * COVER_STEP < rules.money_width_cents:
        return None
    return float(min(told["base_covered"], told["compare_covered"]))


def agreed(edition: Edition) -> dict[int, Published]:
    """The indexation that the book reckons with, per year, from data/reference/indexation.csv: mostly advice."""
    rows = edition.store.reference("indexation")
    return {
        int(row.year): Published(
            series=OWN, year=int(row.year), percent=float(row.percent), status=row.status, source=row.source
        )
        for row in rows.itertuples()
    }


def published(edition: Edition) -> dict[tuple[str, int], Published]:
    """Published indexes by series and year, each with the status that counts most."""
    rows = edition.store.published("indexation")
    rows = rows[rows["status"].isin(_STATUSES)]
    ranked = rows.assign(rank=rows["status"].map(_STATUSES.index)).sort_values("rank", kind="stable")
    return {
        (row.series, int(row.year)): Published(
            series=row.series, year=int(row.year), percent=float(row.percent), status=row.status, source=row.source
        )
        for row in ranked.drop_duplicates(["series", "year"]).itertuples()
    }


def hidden_amount(edition: Edition, dimension: str, years: Sequence[int]) -> set[str]:
    """Levels of which the release hides youths or amount in one of these years, or that are absent in one."""
    rows = edition.release
    mine = rows[rows["dimension"].eq(dimension) & rows["period_kind"].eq("jaar")]
    told = mine[mine["published"].notna() & mine["amount_published"].notna()]
    shown = [set(told.loc[told["period"].eq(str(year)), "level"]) for year in years]
    return set(mine["level"]) - set.intersection(*shown)
