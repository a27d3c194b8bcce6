"""How much help each youth got in a year, exact: units per youth and product, and the products of an area."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.codes import EUROS

UNIT_WORDS = {
    "01": "minuten",
    "04": "uur",
    "14": "etmalen",
    "16": "dagdelen",
    "82": "stuks",
    "84": "stuks",
}


def unit_lines(edition: Edition, years: Sequence[int], *, whole_region: bool = False) -> pd.DataFrame:
    """Lines of the mart youth_lines of these years and this area, without amounts that have no units (unit 83)."""
    lines = edition.mart("youth_lines")
    mine = lines["year"].isin(list(years)) & lines["unit"].ne(EUROS)
    if not (whole_region or edition.area.is_region):
        mine &= lines["municipality"].eq(edition.area.code)
    return lines[mine].reset_index(drop=True)


def product_names(edition: Edition) -> dict[str, str]:
    """Product code -> name, without what only an analyst needs to know of the code."""
    told = edition.store.reference("products")
    return dict(zip(told["product"], told["name"].str.removesuffix(" (lokale code)"), strict=True))


def hidden_products(edition: Edition, year: int) -> set[str]:
    """Products of which the release hides the number of youths or the amount in this area and year, or knows none."""
    rows = edition.release
    mine = rows["dimension"].eq("product") & rows["period_kind"].eq("jaar") & rows["period"].eq(str(year))
    shown = rows[mine & rows["published"].notna() & rows["amount_published"].notna()]
    return set(product_names(edition)) - set(shown["level"])
