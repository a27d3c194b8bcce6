"""How much help each youth got in a year, exact: units per youth and product, and the products of an area."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.codes import AGE_BANDS, EUROS
from jeugd_analysis.methods.caps import unit_distribution

KEYS = ["product", "unit"]
UNKNOWN = "onbekend"
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


def trajectories(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per youth_id x product x unit x year: units and amount_cents, both above zero.

    A youth with two providers of one product has one row: what counts is how much help the youth got.
    """
    told = lines.groupby(["youth_id", *KEYS, "year"], as_index=False)[["units", "amount_cents"]].sum()
    return told[told["units"].gt(0) & told["amount_cents"].gt(0)].reset_index(drop=True)


def spread_of(use: pd.DataFrame, *, percentiles: Sequence[int], least: int) -> pd.DataFrame:
    """Per product and unit: youths and the percentiles; one with fewer than `least` youths on a side is missing.

    Shapes: `use` as `trajectories` gives, of one year. Result: product, unit, youths, p50 and so on.
    """
    names = [f"p{percentile}" for percentile in percentiles]
    if use.empty:
        return pd.DataFrame(columns=[*KEYS, "youths", *names])
    told = unit_distribution(use, keys=KEYS, percentiles=percentiles).rename(columns={"trajectories": "youths"})
    of = dict(list(use.groupby(KEYS)["units"]))
    for name in names:
        wide = [
            min((of[product, unit] < value).sum(), (of[product, unit] > value).sum()) >= least
            for product, unit, value in told[[*KEYS, name]].itertuples(index=False)
        ]
        told[name] = told[name].astype("Float64").where(pd.Series(wide, index=told.index))
    return told[[*KEYS, "youths", *names]]


def age_bands(edition: Edition, youths: pd.Series, year: int) -> pd.Series:
    """The age band of each youth on 31 December: the day of birth is never kept, so age in years is all there is."""
    births = edition.store.columns("youths", ["youth_id", "birth_year"], edition.quarter)
    ages = year - youths.map(births.groupby("youth_id")["birth_year"].max()).astype("float64")
    bands = pd.Series(UNKNOWN, index=youths.index)
    for name, (low, high) in AGE_BANDS.items():
        bands = bands.mask(ages.between(low, high), name)
    return bands


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
