"""The split of a change in cost in exact cents: over whole years, and as it was known on an earlier day."""

from __future__ import annotations

from math import prod

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.methods.decomposition import cost_growth

# Fractions are some thirty times slower; what is shown is rounded to far more than the last digit of a float.
_NUMBERS = ("clients", "units", "amount_cents")
KEYS = ("municipality", "product", "unit", "provider")


def exact_effects(edition: Edition, base: int, compare: int) -> pd.DataFrame:
    """Effects per contract cell in cents, exact: municipality, product, unit, provider and the effect columns."""
    return split_cells(edition, base, compare, method="shapley")


def split_cells(
    edition: Edition, base: int, compare: int, *, method: str, months: str | None = None, between: bool = False
) -> pd.DataFrame:
    """The same by a method of `cost_growth`; Laspeyres and Paasche have a column more, interaction.

    With `months`, the column with the months of help of the clients together, intensity is split in two. With `between`
    volume is: that of all municipalities together, and a shift between them.
    """
    usage = edition.mart("usage")
    totals = usage[
        (usage["dimension"] == "totaal") & (usage["period_kind"] == "jaar") & (usage["area"] != edition.region.code)
    ]
    youths = totals.assign(year=totals["period"].astype("int64")).rename(columns={"area": "municipality"})
    cells = edition.mart("contract_cells")
    return _split(edition, cells, youths, base, compare, method=method, months=months, between=between)


def known_effects(edition: Edition, known_on: str, base: int, compare: int) -> pd.DataFrame:
    """The same over the months and lines that were known on a day of snapshots.csv."""
    cells, youths = edition.mart("known_cells"), edition.mart("known_youths")
    cells = cells[cells["known_on"] == known_on].drop(columns="known_on")
    return _split(edition, cells, youths[youths["known_on"] == known_on], base, compare)


def indexation_rate(edition: Edition, base: int, compare: int) -> float:
    """Agreed indexation from one year to a later one, as a share; from data/reference/indexation.csv.

    A year that is not in the file counts as zero.
    """
    told = edition.store.reference("indexation")
    percent = told.loc[told["year"].astype("int64").between(base + 1, compare), "percent"].astype("float64")
    return prod(1 + percent / 100) - 1


def _split(
    edition: Edition,
    cells: pd.DataFrame,
    youths: pd.DataFrame,
    base: int,
    compare: int,
    *,
    method: str = "shapley",
    months: str | None = None,
    between: bool = False,
) -> pd.DataFrame:
    if not edition.area.is_region:
        cells = cells[cells["municipality"] == edition.area.code]
    numbers = [*_NUMBERS, *([months] if months else [])]
    return cost_growth(
        cells.drop(columns="segment").astype(dict.fromkeys(numbers, "float64")), base=base, compare=compare, keys=KEYS,
        youths=youths[["municipality", "year", "youths"]], indexation=indexation_rate(edition, base, compare),
        crosswalk=edition.store.crosswalk(base, compare), method=method, months=months, between=between,
    )  # fmt: skip
