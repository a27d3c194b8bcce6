"""Run-off triangles of money and of youths, as known at the end of a quarter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.domain.period import Quarter

QUARTERS = 20  # of care: older ones no longer say how quickly claims come in now
FINAL_AGE = 12  # quarters after which nothing is expected to come in
FINAL_MONTHS = 18  # the same in months, of a snapshot
FINAL_YEAR_AGE = 6  # the same for the youths of a year, in quarters from its last one


def triangle_of(receipts: pd.DataFrame, quarter: Quarter) -> pd.DataFrame | None:
    """Cumulative cents by care quarter and age (1: received in the quarter itself); None without enough history.

    Deliveries that were taken in together carry the real day of receipt, so old quarters have their ages too.
    """
    rows = receipts.rename(columns={"care_quarter": "period", "amount_cents": "value"})
    return _triangle(rows, _last_quarters(quarter), quarter, final=FINAL_AGE)


def youth_triangle(rows: pd.DataFrame, kind: str, quarter: Quarter) -> pd.DataFrame | None:
    """The same with youths, from rows of `youth_receipts` of one area; kind jaar has ages from the last quarter on."""
    rows = rows[rows["period_kind"] == kind].rename(columns={"youths": "value"})
    if kind == "kwartaal":
        return _triangle(rows, _last_quarters(quarter), quarter, final=FINAL_AGE)
    years = [year for year in sorted(rows["period"].unique()) if int(year) <= quarter.last_full_year]
    return _triangle(rows, years, quarter, final=FINAL_YEAR_AGE) if len(years) > FINAL_YEAR_AGE // 2 else None


def _last_quarters(quarter: Quarter) -> list[str]:
    last = [quarter]
    while len(last) < QUARTERS:
        last.append(last[-1].previous())
    return [origin.label for origin in reversed(last)]


def _triangle(rows: pd.DataFrame, periods: list[str], quarter: Quarter, *, final: int) -> pd.DataFrame | None:
    told = rows[rows["period"].isin(periods) & (rows["receipt_quarter"] <= quarter.label)]
    if set(periods) - set(told["period"]):
        return None
    ages = [_age(period, received) for period, received in zip(told["period"], told["receipt_quarter"], strict=True)]
    summed = told.assign(age=np.clip(ages, 1, final)).pivot_table(
        index="period", columns="age", values="value", aggfunc="sum", fill_value=0
    )
    known = np.array([min(_age(period, quarter.label), final) for period in periods])
    final = int(known.max())
    full = summed.reindex(index=periods, columns=range(1, final + 1), fill_value=0).astype("float64").cumsum(axis=1)
    full[np.arange(1, final + 1)[None, :] > known[:, None]] = np.nan
    return full


def _age(period: str, received: str) -> int:
    """1 in the quarter of care itself, or in the last quarter of a year; 2 in the next."""
    first = Quarter.parse(period) if "-" in period else Quarter(int(period), 4)
    last = Quarter.parse(received)
    return (last.year - first.year) * 4 + last.number - first.number + 1


def month_triangle(receipts: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """The triangle of care months by age in months, as known on a day."""
    months = sorted(receipts["month"].unique())
    known = np.array([(until.year - month.year) * 12 + until.month - month.month for month in months])
    final = min(FINAL_MONTHS, int(known.max()))
    summed = receipts.assign(age=receipts["age"].clip(upper=final)).pivot_table(
        index="month", columns="age", values="amount_cents", aggfunc="sum", fill_value=0
    )
    full = summed.reindex(index=months, columns=range(1, final + 1), fill_value=0).astype("float64").cumsum(axis=1)
    full[np.arange(1, final + 1)[None, :] > known[:, None]] = np.nan
    return full.rename_axis("month")
