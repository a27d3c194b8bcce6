"""Youths a month with help that is paid as a lump sum, per year: reported by those who give it, not from claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.disclosure import SumOver
from jeugd_analysis.release.keys import ALL, KEYS, NUMBERS

LUMP = "lump"
LUMP_LAYOUT = {LUMP: ["area", "year"]}


def lump_cells(paid: pd.DataFrame, quarter: Quarter, *, region: str, municipalities: Sequence[str]) -> pd.DataFrame:
    """Numbers of a release from the table task_payments: KEYS and youths, the mean over the months of a year.

    A year of which a month has no number of youths is left out. The region is the sum of its municipalities, each
    rounded to whole youths; amount_cents is 0, for these amounts are told nowhere.
    """
    mine = paid[paid["municipality"].isin(list(municipalities)) & paid["month"].dt.year.le(quarter.year)]
    mine = mine.assign(year=mine["month"].dt.year)
    known = mine.groupby("year")["youths"].apply(lambda youths: bool(youths.notna().all()))
    told = mine[mine["year"].isin(known.index[known])] if len(mine) else mine
    months = told.groupby("year")["month"].nunique()
    summed = told.groupby(["municipality", "year"], as_index=False)["youths"].sum()
    means = summed["youths"].astype("float64") / summed["year"].map(months).astype("float64")
    rows = summed.assign(youths=means.round().astype("int64")).rename(columns={"municipality": "area"})
    whole = rows.groupby("year", as_index=False)["youths"].sum().assign(area=region)
    both = pd.concat([rows, whole], ignore_index=True)
    named = both.assign(period_kind="jaar", period=both["year"].astype(str), dimension=LUMP, level=ALL, amount_cents=0)
    return named[[*KEYS, *NUMBERS]].astype(dict.fromkeys(NUMBERS, "int64"))


def lump_table(told: pd.DataFrame) -> pd.DataFrame:
    """The table of LUMP_LAYOUT from rows of a release with `row` and `year`."""
    return told[told["dimension"].eq(LUMP)]


def lump_relations(tables: Mapping[str, pd.DataFrame], region: str) -> Iterator[object]:
    """The region is the sum of its municipalities."""
    if LUMP in tables and {region} < set(tables[LUMP]["area"]):
        yield SumOver(LUMP, "area", total=region)
