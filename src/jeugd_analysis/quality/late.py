"""Who is late with claims, and what is odd about them."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.domain.period import Quarter, day_in_words
from jeugd_analysis.store import Store
from jeugd_analysis.tables.coverage import Lateness, ProviderStatus, reminder
from jeugd_analysis.tables.coverage import status as coverage_status
from jeugd_analysis.tables.plausible import Limits, Remark, claim_summary, remarks


def status(quarter: Quarter, *, store: Store) -> list[str]:
    """Per provider which care months came in and which are late, with the letter that asks for them."""
    rows = provider_status(quarter, store=store)
    names = provider_names(quarter, store)
    late = [row for row in rows if row.months_late]
    behind = "1 loopt" if len(late) == 1 else f"{len(late)} lopen"
    lines = [f"{len(rows)} aanbieders leverden declaraties tot en met {quarter}; {behind} achter.", ""]
    for row in late:
        lines += [reminder(row.provider, names.get(row.provider, row.provider), row.months_late), ""]
    for row in rows:
        name = names.get(row.provider, "onbekende naam")
        last = day_in_words(row.last_received)
        lines.append(f"{row.provider} {name}: {len(row.months_present)} maanden, laatste declaratie {last}")
    return lines


def provider_status(quarter: Quarter, *, store: Store) -> list[ProviderStatus]:
    """What each provider delivered, as known at the end of a quarter."""
    settings = Lateness.from_settings(store.settings("quality"))
    return coverage_status(summary_of(quarter, store), quarter, lateness=settings)


def summary_of(quarter: Quarter, store: Store) -> pd.DataFrame:
    """The claims of an edition per municipality, provider, care month and quarter of receipt (`claim_summary`)."""
    store.require(("claims",), quarter)
    columns = ["municipality", "provider", "month", "received_on", "youth_id", "amount_cents"]
    return claim_summary(store.columns("claims", columns, quarter))


def provider_names(quarter: Quarter, store: Store) -> dict[str, str]:
    """Names of providers by AGB code, as known in a quarter."""
    table = store.table("providers", quarter)
    return dict(zip(table["provider"], table["name"], strict=True)) if len(table) else {}


def odd(quarter: Quarter, *, store: Store) -> list[Remark]:
    """What is odd about the claims of a quarter: jumps, silence, months and municipalities that are missing."""
    limits = Limits.from_settings(store.settings("quality"))
    places = store.reference("municipalities")
    return remarks(summary_of(quarter, store), quarter=quarter, municipalities=places, limits=limits)
