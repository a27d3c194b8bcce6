"""Which numbers of youths and cost the pages of an edition may show: one row per number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from jeugd_analysis.domain.codes import AGE_BANDS, KNOWN_SEXES
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.release.flows import flow_cells
from jeugd_analysis.release.keys import KEYS, NUMBERS
from jeugd_analysis.release.running import running_cells

MINORS = "0-17"
USAGE = ("segment", "product", "age_band", "referrer")  # dimensions of the mart usage, per year
AT_ONCE = {"product": "products_at_once", "segment": "segments_at_once"}  # kind in the mart stacking -> dimension
COSTLIEST = "costliest"
AGE_SEX, GIRLS, OTHERS = "age_sex", KNOWN_SEXES["2"], "overig"  # of the region; levels such as '0-3 meisjes'
_UNKNOWN_SEX = 0.01  # with more youths of unknown sex than this the others say too little about boys
# Groups that divide the youths and the cost of a year -> the level that takes what rounding to euros leaves over.
GROUPS = {**dict.fromkeys(AT_ONCE.values(), "1"), COSTLIEST: "rest"}
YOUNG = [band for band, (_, high) in AGE_BANDS.items() if high < 18]
_TOPS = (1, 5, 10)  # percent of the youths
_LEAST_CENTS = 100_000  # a level that takes what is left over and holds less could become negative


def all_cells(
    mart: Callable[[str], pd.DataFrame],
    quarter: Quarter,
    *,
    region: str,
    threshold: int,
    young_quarters: int,
    waiting: pd.DataFrame,
    more: Callable[[pd.DataFrame], Sequence[pd.DataFrame]] = lambda usage: (),
) -> pd.DataFrame:
    """Every number that pages of this edition may show: KEYS, segment (of a product), youths and amount_cents.

    `mart` gives a mart of the edition by name; `waiting` are those of `waiting_cells`; `more` gives further numbers,
    which may lean on those of the mart usage.
    """
    usage = shown_cells(mart("usage"), mart("contract_cells"), quarter, young_quarters=young_quarters)
    added = [
        stacking_cells(mart("stacking"), usage),
        costliest_cells(mart("youth_costs"), usage, threshold=threshold),
        flow_cells(mart("flows"), mart("endings"), quarter, region),
        running_cells(mart("running")),
        waiting,
        *more(usage),
    ]
    whole = pd.concat([usage, *(cells.assign(segment="") for cells in added)], ignore_index=True)
    return whole.astype(dict.fromkeys(NUMBERS, "int64"))


def shown_cells(
    usage: pd.DataFrame, contract_cells: pd.DataFrame, quarter: Quarter, *, young_quarters: int
) -> pd.DataFrame:
    """The numbers of the mart usage that may be shown: KEYS, segment (of a product), youths and amount_cents.

    Years that have ended; quarters as a total, and per segment when `young_quarters` have come after them: what is
    hidden once would stay hidden. Minors are added.
    """
    ended = usage["period_kind"].eq("jaar") & (usage["period"].str[:4].astype(int) <= quarter.last_full_year)
    old = quarter
    for _ in range(young_quarters):
        old = old.previous()
    quarters = usage["period_kind"].eq("kwartaal") & (usage["dimension"].eq("totaal") | (usage["period"] <= old.label))
    cells = usage[(ended & usage["dimension"].isin(["totaal", *USAGE])) | quarters]
    cells = pd.concat([cells, _girls_and_others(usage[ended & usage["dimension"].eq(AGE_SEX)])], ignore_index=True)
    minors = cells[cells["dimension"].eq("age_band") & cells["level"].isin(YOUNG)]
    added = minors.groupby(KEYS[:3], as_index=False)[NUMBERS].sum()
    both = pd.concat([cells, added.assign(dimension="minors", level=MINORS)], ignore_index=True)
    return both.assign(segment=_segment_of(both, contract_cells))


def _girls_and_others(by_sex: pd.DataFrame) -> pd.DataFrame:
    """Per age band the girls and all others: those of unknown sex would be a group too small to show beside the boys.

    Years in which the sex of more than _UNKNOWN_SEX of the youths is unknown are left out.
    """
    band, sex = (by_sex["level"].str.rsplit(" ", n=1).str[place] for place in (0, 1))
    unknown = by_sex["youths"].mask(sex.isin(list(KNOWN_SEXES.values())), 0)
    share = unknown.groupby(by_sex["period"]).sum() / by_sex.groupby("period")["youths"].sum()
    known = by_sex["period"].map(share).le(_UNKNOWN_SEX)
    level = band + " " + sex.where(sex.eq(GIRLS), OTHERS)
    return by_sex.assign(level=level)[known].groupby(KEYS, as_index=False)[NUMBERS].sum()


def _segment_of(cells: pd.DataFrame, contract_cells: pd.DataFrame) -> pd.Series:
    """Segment of each product in a year; empty where it had more than one, for then it adds up to none of them."""
    known = contract_cells[["product", "year", "segment"]].drop_duplicates()
    single = known.drop_duplicates(["product", "year"], keep=False)
    of = {(row.product, str(row.year)): row.segment for row in single.itertuples()}
    return pd.Series([of.get(key, "") for key in zip(cells["level"], cells["period"], strict=True)], index=cells.index)


def stacking_cells(stacking: pd.DataFrame, usage: pd.DataFrame) -> pd.DataFrame:
    """Youths and cost of each year by the most kinds of help in one month; level 3 is three or more.

    Money of youths who were credited in full (0 at once) goes with level 1.
    """
    rows = stacking[stacking["period_kind"].eq("jaar")]
    level = rows["at_once"].clip(lower=1).astype("int64").astype(str)
    named = rows.assign(dimension=rows["kind"].map(AT_ONCE), level=level)
    return _dividing(named.groupby(KEYS, as_index=False)[NUMBERS].sum(), usage)


def costliest_cells(youth_costs: pd.DataFrame, usage: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """The cost of each year by how dear its youths were: levels such as 0-1 and 1-5 (percent of the youths) and rest.

    A group of fewer than `threshold` youths goes with the next one: then there is 0-5 instead of 0-1 and 1-5.
    """
    rows = []
    for (area, year), groups in youth_costs.groupby(["area", "year"], sort=False):
        known, start, before = groups.set_index("top_percent"), 0, (0, 0)
        for top in _TOPS:
            here = int(known.at[top, "youths"]), int(known.at[top, "amount_cents"])
            if here[0] - before[0] >= threshold:
                rows.append((area, str(year), f"{start}-{top}", here[0] - before[0], here[1] - before[1]))
                start, before = top, here
    told = pd.DataFrame(rows, columns=["area", "period", "level", *NUMBERS])
    named = told.assign(period_kind="jaar", dimension=COSTLIEST)
    taken = named.groupby(KEYS[:4], as_index=False)[NUMBERS].sum()
    rest = taken.merge(_totals(usage), on=KEYS[:3]).assign(level="rest")
    for name in NUMBERS:
        rest[name] = rest[f"{name}_all"] - rest[name]
    return _dividing(pd.concat([named, rest], ignore_index=True)[[*KEYS, *NUMBERS]], usage)


def _dividing(groups: pd.DataFrame, usage: pd.DataFrame) -> pd.DataFrame:
    """Those groups that divide the youths and the cost of their year, with something above zero in each."""
    known = groups.merge(_totals(usage), on=KEYS[:3])
    last = known["level"].eq(known["dimension"].map(GROUPS))
    known = known.assign(
        positive=known["amount_cents"].ge(0) & known["youths"].ge(0),
        last=last & known["amount_cents"].ge(_LEAST_CENTS),
    )
    within = known.groupby(KEYS[:4])
    adds_up = [within[name].transform("sum").eq(known[f"{name}_all"]) for name in NUMBERS]
    fits = adds_up[0] & adds_up[1] & within["positive"].transform("all") & within["last"].transform("any")
    return known.loc[fits, [*KEYS, *NUMBERS]].reset_index(drop=True)


def _totals(usage: pd.DataFrame) -> pd.DataFrame:
    rows = usage[usage["dimension"].eq("totaal") & usage["period_kind"].eq("jaar")]
    return rows[[*KEYS[:3], *NUMBERS]].rename(columns={name: f"{name}_all" for name in NUMBERS})
