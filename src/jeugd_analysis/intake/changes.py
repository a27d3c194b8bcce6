"""What a delivery changes: in the earlier one of its own quarter, and for the quarters that came after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Delivery, Part, Store
from jeugd_analysis.tables import TABLES

_MESSAGES = "ijw"  # the source whose tables are carried on from the quarter before
_LEANED_ON = {"allocations", "claim_answers", "claims", "declaration_answers"}  # what later claims are judged against


def changes(accepted: pd.DataFrame, slot: str, quarter: Quarter, store: Store) -> dict[str, int]:
    """What this delivery does to the earlier one of the same table and quarter; empty when there is none."""
    same = [
        (delivery, part)
        for delivery in store.deliveries()
        for part in delivery.parts
        if delivery.quarter == quarter and part.slot == slot
    ]
    if not same:
        return {}
    delivery, part = same[-1]
    return differences(pd.read_parquet(delivery.folder / part.parquet), accepted, key=list(TABLES[part.table].key))


def differences(old: pd.DataFrame, new: pd.DataFrame, *, key: Sequence[str]) -> dict[str, int]:
    """Lines that came (added), went (removed) or are other (changed), and the euro cents that makes, if any."""
    both = old.merge(new, on=list(key), how="outer", suffixes=("_old", "_new"), indicator=True, validate="one_to_one")
    told = {"added": int((both["_merge"] == "right_only").sum()), "removed": int((both["_merge"] == "left_only").sum())}
    pairs = both[both["_merge"] == "both"]
    other = pd.Series(False, index=pairs.index)
    for name in (name for name in old.columns if name not in key):
        before, after = pairs[f"{name}_old"], pairs[f"{name}_new"]
        other |= (before != after).fillna(True) & ~(before.isna() & after.isna())
    told["changed"] = int(other.sum())
    if "amount_cents" in old.columns:
        told["cents"] = int(new["amount_cents"].sum() - old["amount_cents"].sum())
    return told


def rests_on(quarter: Quarter, deliveries: Sequence[Delivery]) -> dict[str, str]:
    """Per earlier quarter the newest delivery that a delivery of this quarter builds on."""
    return {
        delivery.quarter.label: delivery.name
        for delivery in deliveries
        if delivery.quarter < quarter and any(_leaned_on(part) for part in delivery.parts)
    }


def outdated(store: Store, until: Quarter | None = None) -> dict[str, list[str]]:
    """Quarters that were taken in before an earlier one came again, each with those earlier ones.

    iJw messages are laid over the tables of the quarter before, and claims are judged against earlier ones. So such a
    quarter has to be taken in again, the oldest first.
    """
    found: dict[str, list[str]] = {}
    deliveries = store.deliveries(until)
    for quarter in sorted({delivery.quarter for delivery in deliveries}):
        now = rests_on(quarter, deliveries)
        grounds = [each.rests_on for each in _in_use(quarter, deliveries) if each.rests_on is not None]
        other = {label for before in grounds for label, name in now.items() if before.get(label) != name}
        if other:
            found[quarter.label] = sorted(other)
    return found


def outdated_in_words(found: Mapping[str, Sequence[str]]) -> list[str]:
    """What to do about quarters that rest on what is no longer so."""
    return [
        f"let op: {label} is ingelezen voordat {' en '.join(earlier)} opnieuw kwam. Lees {label} opnieuw in met "
        f"`jeugd add {label}` en bouw het boek opnieuw."
        for label, earlier in sorted(found.items())
    ]


def _in_use(quarter: Quarter, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Deliveries of a quarter of which something is still current, and that were read on top of earlier quarters."""
    newest = {
        (part.table, part.slot): (delivery, part)
        for delivery in deliveries
        if delivery.quarter == quarter
        for part in delivery.parts
    }
    used = [delivery for delivery, part in newest.values() if part.table == "claims" or part.source == _MESSAGES]
    return list({delivery.name: delivery for delivery in used}.values())


def _leaned_on(part: Part) -> bool:
    return part.table in _LEANED_ON or part.source == _MESSAGES
