"""Which numbers of a release are hidden, and how the others are rounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from jeugd_analysis.methods.disclosure import protect, rounded, withstands_second
from jeugd_analysis.present.disclosure import Rules
from jeugd_analysis.release.keys import ALL, KEYS
from jeugd_analysis.release.numbers import AGE_SEX, COSTLIEST, GROUPS, YOUNG
from jeugd_analysis.release.running import RUNNING, lifted_running
from jeugd_analysis.release.tables import (
    DIVIDING,
    LAYOUT,
    MONEY_TABLES,
    TOGETHER,
    by_row,
    relations_of,
    tables_of,
    without_row,
)

COUNT = ["published", "status"]  # of a number of youths


def protected_counts(cells: pd.DataFrame, before: Sequence[pd.DataFrame], rules: Rules, region: str) -> pd.DataFrame:
    """The cells with `published` (missing: hidden) and `status` of their number of youths, as `protect` gives them."""
    whole = with_covering_totals(cells, region)
    told = []
    for names, zero in TOGETHER.items():
        tables = tables_of(whole, ["youths"], names)
        done = protect(
            without_row(tables),
            count="youths",
            relations=relations_of(tables, region, distinct=True),
            previous=[without_row(tables_of(frame, ["youths", *COUNT], names)) for frame in before],
            threshold=rules.threshold,
            base=rules.count_base,
            min_width=rules.min_width,
            zero=zero,
            additive=False,
        )
        told.append(by_row(tables, done, COUNT))
    return cells.join(pd.concat(told))


def with_covering_totals(cells: pd.DataFrame, region: str) -> pd.DataFrame:
    """Totals raised to their largest part where a credit made them smaller: rounding needs parts within their total.

    A youth whose net amount is above zero in one segment can be at or below it over all; that is one or two youths.
    """
    raised = cells.copy()
    for _ in range(_ROUNDS):
        before = raised["youths"].copy()
        for table, total in (
            ("segment", "quarter"),
            ("segment", "segment"),
            ("product", "product"),
            ("segment", "area"),
        ):
            rows = tables_of(raised, ["youths"], [table])[table]
            is_total = rows[total].eq(region if total == "area" else ALL)
            rest = [name for name in LAYOUT[table] if name != total]
            most = rows[~is_total].groupby(rest)["youths"].max().rename("most").reset_index()
            found = rows[is_total].merge(most, on=rest).query("row >= 0 and most > youths")
            raised.loc[found["row"], "youths"] = found["most"].to_numpy()
        if raised["youths"].equals(before):
            break
    return _parts_follow(raised, cells["youths"])


_ROUNDS = 6  # in which totals can raise totals of their own


def _parts_follow(raised: pd.DataFrame, before: pd.Series) -> pd.DataFrame:
    """What divides a raised total exactly is raised too, in its largest part."""
    more = raised["youths"] - before
    for place in more.index[more.gt(0) & raised["dimension"].eq("totaal") & raised["period_kind"].eq("jaar")]:
        same = raised["area"].eq(raised.at[place, "area"]) & raised["period"].eq(raised.at[place, "period"])
        for dimension in DIVIDING:
            parts = raised.loc[same & raised["dimension"].eq(dimension), "youths"]
            if parts.empty:
                continue
            raised.loc[parts.idxmax(), "youths"] += more[place]
            if dimension == "age_band":
                _age_follows(raised, same, raised.at[parts.idxmax(), "level"], more[place])
    return raised


def _age_follows(raised: pd.DataFrame, same: pd.Series, band: str, more: int) -> None:
    """What holds a raised age band, and its largest part by sex, in the rows `same`; in place."""
    if band in YOUNG:
        raised.loc[same & raised["dimension"].eq("minors"), "youths"] += more
    of_band = raised["dimension"].eq(AGE_SEX) & raised["level"].str.startswith(f"{band} ")
    by_sex = raised.loc[same & of_band, "youths"]
    if len(by_sex):
        raised.loc[by_sex.idxmax(), "youths"] += more


def protected_money(
    cells: pd.DataFrame, holdings: pd.DataFrame, before: Sequence[pd.DataFrame], rules: Rules, region: str
) -> pd.DataFrame:
    """The cells with `amount_published` in cents and `amount_status`.

    An amount is hidden where its youths are, where too few providers or one large one hold it, where it was hidden
    before, and where another hidden amount could be found from it.
    """
    judged = cells.merge(holdings, on=KEYS, how="left", validate="one_to_one")
    judged = judged.assign(unsafe=_unsafe(judged, rules) | _hidden_before(judged, before), euros=_euros(judged, region))
    by_segment = judged["period_kind"].eq("kwartaal") & judged["dimension"].ne("totaal")
    priced = judged[~by_segment]  # no page splits a quarter's cost
    held = _held(priced)
    tables = tables_of(priced.assign(**held), ["euros", "unsafe", *held], MONEY_TABLES)
    done = protect(
        {name: frame[[*LAYOUT[name], "euros"]] for name, frame in tables.items()},
        count="euros",
        relations=relations_of(tables, region, distinct=False),
        contributors={
            name: frame[[*LAYOUT[name], *held]].assign(contributors=(~frame["unsafe"]).astype("int64"))
            for name, frame in tables.items()
        },
        threshold=1,
        base=1,
        min_width=rules.money_width_cents // 100,
        p_percent=rules.p_percent,
        min_contributors=1,
    )
    told = by_row(tables, done, ["status"]).rename(columns={"status": "amount_status"})
    both = cells.join(told).assign(euros=judged["euros"])
    told = _frozen(both, before, rules)
    hidden = both["amount_status"].isna() | both["amount_status"].isin(["primary", "secondary"])
    return both.assign(amount_drawn=told["amount_drawn"], amount_published=told["amount_published"].mask(hidden))


def _held(judged: pd.DataFrame) -> dict[str, pd.Series]:
    """amount, largest and second in euros: how far a hidden amount must stay unknown to the second largest provider.

    Nothing is held of what is not unsafe: it is shown. Credits can make the largest more than the whole.
    """
    largest, second = (
        judged[name].fillna(0).clip(lower=0).where(judged["unsafe"], 0) / 100
        for name in ("largest_cents", "second_cents")
    )
    second = second.clip(upper=largest)
    return {"amount": judged["euros"].clip(lower=largest + second), "largest": largest, "second": second}


def _euros(judged: pd.DataFrame, region: str) -> pd.Series:
    """Whole euros of every row, none below zero; those of groups of youths add up to the euros of their year."""
    euros = lifted_running(judged, _lifted(judged, region), region)
    keys = ["area", "period"]
    year = judged["dimension"].eq("totaal") & judged["period_kind"].eq("jaar")
    whole = judged.loc[year, keys].assign(total=euros[year])
    total = judged[keys].merge(whole, on=keys, how="left")["total"].set_axis(judged.index)
    for dimension, last in GROUPS.items():
        mine = judged[judged["dimension"].eq(dimension)]
        own = (mine["amount_cents"] // 100).mask(mine["level"].eq(last), 0)
        left = total[mine.index] - own.groupby([mine["area"], mine["period"]]).transform("sum")
        euros[mine.index] = own.mask(mine["level"].eq(last), left).astype("int64")
    return euros


def _lifted(judged: pd.DataFrame, region: str) -> pd.Series:
    """Euros in which a product or segment that was credited for more than it cost counts as one euro.

    What it is part of goes up with it, so that all sums still hold. Only for hiding: the amounts themselves stay.
    """
    euros = judged["euros"].fillna(0).astype("int64")
    keys = ["area", "period", "dimension", "level"]
    place = pd.Series(judged.index, index=pd.MultiIndex.from_frame(judged[keys]))
    year = judged["period_kind"].eq("jaar") & judged["area"].ne(region)
    for dimension in ("product", "segment"):
        for row in judged[year & judged["dimension"].eq(dimension) & euros.lt(0)].itertuples():
            more = 1 - int(euros[row.Index])
            for area in (row.area, region):
                for key in _holding(judged, euros, row, area):
                    euros[place.get(key, [])] += more
    return euros.clip(lower=0).mask(judged["dimension"].eq(RUNNING), judged["euros"].fillna(0).astype("int64"))


def _holding(judged: pd.DataFrame, euros: pd.Series, row: Any, area: str) -> list[tuple[str, str, str, str]]:
    """The amounts of an area that a product or segment is part of, with itself; also a quarter of its municipality."""
    own = [(area, row.period, row.dimension, row.level)]
    if row.dimension == "product" and not row.segment:
        return own  # in more segments that year: part of no sum but that over the municipalities
    if row.dimension == "product":
        own.append((area, row.period, "segment", row.segment))
    quarters = judged["area"].eq(row.area) & judged["period"].str.startswith(f"{row.period}-")
    quarters &= judged["dimension"].eq("totaal")
    largest = [(area, judged.at[euros[quarters].idxmax(), "period"], "totaal", "alle")] if quarters.any() else []
    return [*own, (area, row.period, "totaal", "alle"), *largest]


def _unsafe(judged: pd.DataFrame, rules: Rules) -> pd.Series:
    """Too few youths, too few providers, or one that the second largest can estimate too closely (p% rule).

    Groups of youths by cost or by kinds of help are not judged on providers: what they get comes from all of them.
    """
    amounts = (judged[name] for name in ("amount_cents", "largest_cents", "second_cents"))
    few = judged["providers"].fillna(0) < rules.min_providers
    dominated = ~withstands_second(*amounts, p_percent=rules.p_percent)
    grouped = judged["dimension"].isin(list(GROUPS))
    hidden = judged["published"].isna() & ~judged["dimension"].isin([COSTLIEST, RUNNING]) | judged["youths"].lt(
        rules.threshold
    )
    unsafe = hidden | ((few | dominated) & ~grouped) | judged["amount_cents"].lt(0)
    return unsafe & judged["amount_cents"].ne(0)


def _hidden_before(cells: pd.DataFrame, before: Sequence[pd.DataFrame]) -> pd.Series:
    """What an earlier edition hid stays hidden: two editions beside each other would tell it."""
    hidden = [frame.loc[frame["amount_published"].isna() & frame["amount_status"].notna(), KEYS] for frame in before]
    if not hidden:
        return pd.Series(data=False, index=cells.index)
    marked = pd.concat(hidden).drop_duplicates().assign(hidden_before=True)
    return cells[KEYS].merge(marked, on=KEYS, how="left")["hidden_before"].notna()


def _frozen(cells: pd.DataFrame, before: Sequence[pd.DataFrame], rules: Rules) -> pd.DataFrame:
    """Columns amount_drawn (the exact cents that a figure was rounded from) and amount_published, in whole steps.

    A figure stays until as much has changed as `threshold` youths cost: the difference of two editions would otherwise
    be the amount of a few youths.
    """
    drawn = cells["amount_cents"].astype("Int64")
    if before:
        last = before[-1][[*KEYS, "amount_drawn"]]
        earlier = cells[KEYS].merge(last, on=KEYS, how="left")["amount_drawn"].astype("Int64").set_axis(cells.index)
        least = cells["amount_cents"].abs() / cells["youths"].clip(lower=1) * rules.threshold
        little = ((drawn - earlier).abs() < least).fillna(value=False).astype(bool)
        drawn = drawn.mask(little, earlier)
    return pd.DataFrame({"amount_drawn": drawn, "amount_published": rounded(drawn, base=rules.money_base_cents)})
