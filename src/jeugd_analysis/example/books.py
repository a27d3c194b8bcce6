"""The books of the municipalities (Iv3): what was claimed and paid as a lump sum, with a made-up difference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.inputs import ExampleInput
from jeugd_analysis.example.population import product_codes

_CLOSED_AFTER = 2  # quarters: the books of a year are closed in the second quarter of the next


def closed_year(year: int, quarter: int) -> int:
    """The last year whose books are closed at the end of a quarter.

    >>> closed_year(2026, 1), closed_year(2026, 2)
    (2024, 2025)
    """
    return year - 1 if quarter >= _CLOSED_AFTER else year - 2


def booked(
    region: ExampleInput, care: pd.DataFrame, lines: pd.DataFrame, payments: pd.DataFrame, *, until: int
) -> pd.DataFrame:
    """One row per municipality (position), task_field and year up to `until`: amount_cents, in whole euros.

    Cost stands in the year of the care, whenever the claim came in; a year before the first task field has no books.
    """
    fields = [_fields(region, year) for year in range(a.FIRST_YEAR, until + 1)]
    of_care = care.take(lines["allocation"].to_numpy())
    claimed = pd.DataFrame(
        {
            "municipality": of_care["municipality"].to_numpy(),
            "product": of_care["product"].to_numpy(),
            "year": 1970 + lines["month"].to_numpy() // 12,
            "amount_cents": lines["amount_cents"].to_numpy(),
        }
    )
    first = [product_codes(region).index(entry.products[0]) for entry in region.truth.lump_sums]
    lump = pd.DataFrame(
        {
            "municipality": payments["municipality"].to_numpy(),
            "product": np.array(first, dtype="int64")[payments["entry"].to_numpy()],
            "year": 1970 + payments["month"].to_numpy() // 12,
            "amount_cents": payments["amount_cents"].to_numpy(),
        }
    )
    both = pd.concat([claimed, lump], ignore_index=True).merge(pd.concat(fields), on=["product", "year"])
    keys = ["municipality", "task_field", "year"]
    summed = both.groupby(keys, as_index=False)["amount_cents"].sum()
    factor = np.array(a.BOOKED)[summed["municipality"].to_numpy() % len(a.BOOKED)]
    euros = (summed["amount_cents"].to_numpy() * factor / 100).round().astype("int64")
    return summed.assign(amount_cents=euros * 100)


def _fields(region: ExampleInput, year: int) -> pd.DataFrame:
    """Product (position) and its task field in a year; a category that no field names goes with the first field."""
    told = region.task_fields
    there = told[
        (told["valid_from"].astype(int) <= year) & ~(told["valid_to"].fillna(str(year)).astype(int) < year)
    ]  # fmt: skip
    named = there.assign(category=there["categories"].str.split(";")).explode("category")
    of = dict(zip(named["category"], named["task_field"], strict=True))
    categories = region.products.drop_duplicates("product").set_index("product")["category"]
    rows = [
        (place, year, of.get(categories[code], there["task_field"].iloc[0]))
        for place, code in enumerate(product_codes(region))
        if len(there)
    ]
    return pd.DataFrame(rows, columns=["product", "year", "task_field"])
