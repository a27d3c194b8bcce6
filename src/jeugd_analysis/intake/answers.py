"""What the answers in the store say of lines whose declaration came in without its answer (B058)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import LAST, Store
from jeugd_analysis.tables import TABLES, empty
from jeugd_analysis.tables.answers import REJECTED, WAITING, line_states

_BOTH = ("unanswered_lines", "declaration_answers")


def unanswered(quarter: Quarter, store: Store) -> pd.DataFrame:
    """Lines whose declaration came in without its answer, with their `state` as known in a quarter.

    Columns of UnansweredLines, delivered (quarter of the delivery) and state. Empty when no answer was ever delivered.
    """
    answers = _read("declaration_answers", store, quarter)
    if answers.empty:
        return _none("unanswered_lines").assign(state=pd.Series(dtype="str"))
    lines = _read("unanswered_lines", store, quarter)
    return lines.assign(state=line_states(lines, answers))


def not_granted(quarter: Quarter, store: Store) -> pd.DataFrame:
    """Lines that do not count in an edition: they wait, or all of their declaration was rejected: reference, state."""
    lines = unanswered(quarter, store)
    return lines.loc[lines["state"].isin([WAITING, REJECTED]), ["reference", "state"]].reset_index(drop=True)


def rejected_whole(store: Store, quarter: Quarter, staged: Mapping[str, Sequence[Path]]) -> pd.DataFrame:
    """References rejected with all of their declaration, by an answer of another delivery than their own.

    staged: files of the delivery that is on its way in for `quarter`, by table; they take the place of those in the
    store. Answers of every quarter count: a line that was ever rejected is not there to be credited or billed again.
    """
    lines, answers = (_with_staged(name, store, quarter, staged[name]) for name in _BOTH)
    if not answers["return_codes"].notna().any():
        return lines[["reference"]].iloc[:0]
    return lines.loc[line_states(lines, answers) == REJECTED, ["reference"]]


def _with_staged(name: str, store: Store, quarter: Quarter, files: Sequence[Path]) -> pd.DataFrame:
    if not files:
        return _read(name, store, None)
    fresh = [pd.read_parquet(file).assign(delivered=quarter.label) for file in files]
    return pd.concat([_read(name, store, None, other_than=quarter), *fresh], ignore_index=True)


def _read(name: str, store: Store, until: Quarter | None, *, other_than: Quarter | None = None) -> pd.DataFrame:
    found = store.current(until or LAST).get(name, [])
    frames = [
        pd.read_parquet(delivery.folder / part.parquet).assign(delivered=delivery.quarter.label)
        for delivery, part in found
        if delivery.quarter != other_than
    ]
    return pd.concat(frames, ignore_index=True) if frames else _none(name)


def _none(name: str) -> pd.DataFrame:
    return empty(TABLES[name]).assign(delivered=pd.Series(dtype="str"))
