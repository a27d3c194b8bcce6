"""Part of chapter 32: how years fill up in the region, and how forecasts of earlier years did, from exact amounts.

Made once per edition with the estimates. Pages only take shares and errors from it; amounts come from the release.
"""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.year_end import back_test, delivered_share, known_shares, year_triangle
from jeugd_analysis.store import Store

ALL = "alle"
SHARES = ["moment", "year", "level", "age", "share", "delivered"]
TESTS = ["area", "level", "year", "age", "error", "inside"]


def year_ends(store: Store, quarter: Quarter) -> dict[str, pd.DataFrame]:
    """year_share: per moment (this quarter and the one before), care year and segment the share that is known then.

    year_test: per area and segment what forecasts of earlier years would have been off. Both also for all segments
    together (alle).
    """
    claimed = store.mart("claimed", quarter)
    levels = [*sorted(claimed["segment"].unique()), ALL]
    shares = [row for level in levels for row in _shares(_of(claimed, level), quarter, level)]
    tests = [_tests(store, _of(claimed, level), quarter, level) for level in levels]
    known = [frame for frame in tests if len(frame)]
    return {
        "year_share": pd.DataFrame(shares, columns=SHARES),
        "year_test": pd.concat(known, ignore_index=True)[TESTS] if known else pd.DataFrame(columns=TESTS),
    }


def _of(claimed: pd.DataFrame, level: str) -> pd.DataFrame:
    return claimed if level == ALL else claimed[claimed["segment"] == level]


def _shares(claimed: pd.DataFrame, quarter: Quarter, level: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for moment in (quarter, quarter.previous()):
        known = claimed[claimed["receipt_quarter"] <= moment.label]
        if known.empty:
            continue
        shares = known_shares(year_triangle(known, last=moment))
        for year, age in ((moment.year, moment.number), (moment.year - 1, 4 + moment.number)):
            part = delivered_share(known, quarters=min(age, 4), before=moment.year - 1) if age < 4 else 1.0
            rows.append((moment.label, year, level, age, shares.get(age, float("nan")), part))
    return rows


def _tests(store: Store, claimed: pd.DataFrame, quarter: Quarter, level: str) -> pd.DataFrame:
    pattern = year_triangle(claimed, last=quarter)
    found = []
    for area in store.region.areas:
        own = claimed if area.is_region else claimed[claimed["municipality"] == area.code]
        if own.empty:
            continue
        triangle = pattern if area.is_region else year_triangle(own, last=quarter).reindex(pattern.index)
        found.append(back_test(triangle, pattern).assign(area=area.code, level=level))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()
