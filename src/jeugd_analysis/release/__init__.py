"""What an edition may say about youths and their cost: all its numbers protected together, and attacked before use.

A release holds one row per number that a page may show: the published count with its status, and the published amount
with its status. Chapters read their figures from it, so the same number is the same everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.present.disclosure import Rules
from jeugd_analysis.release.attack import Measured, require_wide
from jeugd_analysis.release.caps import cap_cells
from jeugd_analysis.release.flows import flow_cells
from jeugd_analysis.release.groups import full_groups, told_in_words
from jeugd_analysis.release.keys import KEYS
from jeugd_analysis.release.lump import lump_cells
from jeugd_analysis.release.numbers import all_cells, costliest_cells, shown_cells, stacking_cells
from jeugd_analysis.release.protected import protected_counts, protected_money, with_covering_totals
from jeugd_analysis.release.running import running_holdings
from jeugd_analysis.release.tables import COUNT_TABLES, LAYOUT, relations_of, tables_of
from jeugd_analysis.release.waiting import waiting_cells
from jeugd_analysis.store import Store, file_digest

__all__ = [
    "COUNT_TABLES",
    "KEYS",
    "LAYOUT",
    "Measured",
    "all_cells",
    "cap_cells",
    "costliest_cells",
    "flow_cells",
    "full_group_words",
    "full_groups",
    "lump_cells",
    "protected_counts",
    "protected_money",
    "relations_of",
    "release",
    "require_wide",
    "shown_cells",
    "stacking_cells",
    "tables_of",
    "with_covering_totals",
]


def release(quarter: Quarter, *, store: Store, code: str, progress: Callable[[str], None] = lambda step: None) -> bool:
    """Make and keep the release of an edition from its marts and the earlier releases; tells whether it was made.

    Raises: DisclosureError (GEH-010) when the attack finds a number too closely, DisclosureError (GEH-011) when an
    earlier edition was built without a release that is still there.
    """
    rules = Rules.from_settings(store.settings("disclosure"))
    digest = _digest(store, quarter, code)
    if store.release_digest(quarter) == digest:
        return False
    region = store.region.code
    progress("geheimhouding: wat niet te zien mag zijn")
    municipalities = [place.code for place in store.region.municipalities]
    waiting = waiting_cells(
        store.table("waiting", quarter), quarter, region=region, municipalities=municipalities
    )  # fmt: skip
    lump = lump_cells(store.table("task_payments", quarter), quarter, region=region, municipalities=municipalities)
    cells = all_cells(
        lambda name: store.mart(name, quarter), quarter, region=region, threshold=rules.threshold,
        young_quarters=rules.young_quarters, waiting=waiting,
        more=lambda usage: [lump, _above_caps(store, quarter, usage, least=rules.threshold)],
    )  # fmt: skip
    before = [frame for _, frame in store.releases(quarter)]
    counts = protected_counts(cells, before, rules, region)
    held = [store.mart("holdings", quarter), running_holdings(store.mart("running", quarter))]
    both = protected_money(counts, pd.concat(held, ignore_index=True), before, rules, region)
    progress("geheimhouding: controle door een aanval")
    require_wide(both, before, rules, region)
    for line in _full_group_words(both, store, rules):
        progress(f"let op: {line[:1].lower()}{line[1:]}")
    store.write_release(quarter, both, digest)
    return True


def full_group_words(quarter: Quarter, *, store: Store) -> list[str]:
    """What those who sign decide on: groups of the release that hold everybody of a total, without their numbers.

    Without a release there is nothing to decide yet.
    """
    if store.release_digest(quarter) is None:
        return []
    return _full_group_words(store.release(quarter), store, Rules.from_settings(store.settings("disclosure")))


def _full_group_words(cells: pd.DataFrame, store: Store, rules: Rules) -> list[str]:
    return told_in_words(full_groups(cells, rules.threshold), {area.code: area.name for area in store.region.areas})


def _above_caps(store: Store, quarter: Quarter, usage: pd.DataFrame, *, least: int) -> pd.DataFrame:
    """Youths above a maximum of units in the last settled year: what chapter 35 tells."""
    told = store.settings("caps")
    births = store.columns("youths", ["youth_id", "birth_year"], quarter).groupby("youth_id")["birth_year"].max()
    return cap_cells(
        store.mart("youth_lines", quarter), births, usage, year=quarter.last_settled_year, products=told["products"],
        percentiles=told["percentiles"], percentile=told["percentile"], region=store.region.code,
        municipalities=[place.code for place in store.region.municipalities], least=least,
    )  # fmt: skip


def _digest(store: Store, quarter: Quarter, code: str) -> str:
    """What a release was made from: the marts, the rules, the code and the earlier releases."""
    digest = hashlib.sha256(f"{store.marts_digest(quarter)} {code}".encode())
    for file in store.release_files(quarter):
        digest.update(file_digest(file).encode())
    digest.update(repr(sorted(store.settings("caps").items())).encode())
    return digest.hexdigest()
