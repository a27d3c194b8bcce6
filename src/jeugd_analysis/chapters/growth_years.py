"""Part of chapter 30: what a year that is not complete will cost, with the claims that are still to come."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Safe, safe

_SIDES = ["to_come", "low", "high"]


def years_to_come(edition: Edition, years: list[str]) -> Safe:
    """Per year that is not complete: year, expected, low and high in rounded cents; without rows when all are.

    What is to come is added to the published amount. Missing: hidden. The band is that of 80%.
    """
    told = edition.store.estimates("run_off_year", edition.quarter)
    provisional = edition.provisional_year
    late = told["area"].eq(edition.area.code) & told["year"].isin(years) & (told["year"] >= (provisional or "9999"))
    mine = told[late].reset_index(drop=True)
    release = edition.shown("totaal").frame.set_index("period")["amount_cents"].reindex(mine["year"])
    youths = edition.usage("totaal").set_index("period")["youths"].reindex(mine["year"]).fillna(0)
    ends = pd.DataFrame(
        {
            "year": mine["year"],
            "youths": youths.astype("int64").to_numpy(),
            **{
                side: mine[name] - mine["latest"]
                for side, name in zip(_SIDES, ("ultimate", "low", "high"), strict=True)
            },
        }
    )
    hidden = release.isna().reset_index(drop=True)
    shown = safe(ends, rules=edition.rules, keys=["year"], count="youths", money=_SIDES, also_hidden=hidden)
    published = release.reset_index(drop=True).astype("Int64")
    around = {
        name: published + shown.frame[side] for name, side in zip(("expected", "low", "high"), _SIDES, strict=True)
    }
    return shown.derived(pd.DataFrame({"year": mine["year"], **around}))


def year_words(shown: Safe) -> str:
    """What the year is expected to cost; empty without such a year."""
    told = []
    for row in shown.frame.dropna().itertuples():
        told.append(
            f"Met wat nog komt, kost {row.year} naar schatting {numbers.euro(row.expected)} (band van 80%: "
            f"{numbers.euro(row.low)} tot {numbers.euro(row.high)})."
        )
    return " ".join(told)
