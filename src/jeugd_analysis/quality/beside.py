"""For the analyst alone: the months of every provider by name, and claims beside the books to the cent."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.publish.check_lines import BookLine, MonthLine
from jeugd_analysis.quality.late import summary_of
from jeugd_analysis.store import Store

_MONTHS = 24  # care months back from the end of the quarter


def month_lines(quarter: Quarter, store: Store, names: Mapping[str, str]) -> list[MonthLine]:
    """One per provider and care month of the last two years: lines and net cents, by provider and then by month."""
    summary = summary_of(quarter, store)
    first = pd.Timestamp(quarter.last_day.replace(day=1)) - pd.DateOffset(months=_MONTHS - 1)
    recent = summary[summary["month"] >= first]
    summed = recent.groupby(["provider", "month"])[["lines", "amount_cents"]].sum().reset_index()
    return [
        MonthLine(
            provider=row.provider, name=names.get(row.provider, ""), month=f"{row.month:%Y-%m}", lines=int(row.lines),
            amount_cents=int(row.amount_cents),
        )
        for row in summed.itertuples()
    ]  # fmt: skip


def book_lines(quarter: Quarter, store: Store, names: Mapping[str, str]) -> list[BookLine]:
    """One per municipality and year of the books: all claims taken in, lump sums and the books."""
    ledger = store.table("ledger", quarter)
    if ledger.empty:
        return []
    fields = store.reference("task_fields")[["task_field", "valid_from", "valid_to"]]
    told = ledger.merge(fields, on="task_field")
    until = told["valid_to"].fillna("9999").astype(int)
    rows = told[(told["valid_from"].astype(int) <= told["year"]) & (told["year"] <= until)]
    claims = _per_year(summary_of(quarter, store))
    lump = _per_year(store.table("task_payments", quarter))
    return [
        BookLine(
            municipality=names.get(str(code), str(code)), year=int(year), claims_cents=claims.get((code, year), 0),
            lump_cents=lump.get((code, year), 0), ledger_cents=int(cents),
        )
        for (code, year), cents in rows.groupby(["municipality", "year"])["amount_cents"].sum().items()
    ]  # fmt: skip


def _per_year(frame: pd.DataFrame) -> dict[tuple[str, int], int]:
    """Municipality and year of the care month -> net cents."""
    if frame.empty:
        return {}
    summed = frame.groupby(["municipality", frame["month"].dt.year])["amount_cents"].sum()
    return {(str(code), int(year)): int(cents) for (code, year), cents in summed.items()}
