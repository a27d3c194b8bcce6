"""Per claim line what the municipality answered, and which declarations still wait (B058)."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.intake import unanswered
from jeugd_analysis.present.numbers import decimal, euro, percent
from jeugd_analysis.store import Store
from jeugd_analysis.tables.answers import GRANTED, REJECTED, STATES, UNTOLD, WAITING, WAITS
from jeugd_analysis.tables.rules import RULES

_ANSWERS = ("claim_answers", "declaration_answers")
REMOVED = "CLM-024"  # lines on an allocation that was taken away later
_REJECTED_BEFORE = "CLM-020"  # rejected when it came in, so that it lies aside


def line_answers(quarter: Quarter, store: Store) -> pd.DataFrame:
    """Every accepted claim line with what was answered as known in a quarter: reference, state, amount_cents.

    Only granted lines count, and those of which nobody gives answers (UNTOLD): without a single answer of a
    municipality in a quarter nothing tells a granted line from a rejected one.
    """
    current = store.current(quarter)
    told = {delivery.quarter for name in _ANSWERS for delivery, _ in current.get(name, [])}
    frames = [
        pd.read_parquet(delivery.folder / part.parquet, columns=["reference", "amount_cents"]).assign(
            state=GRANTED if delivery.quarter in told else UNTOLD
        )
        for delivery, part in current.get("claims", [])
    ]
    lines = pd.concat(frames, ignore_index=True).astype({"state": "str"})
    known = unanswered(quarter, store).drop_duplicates("reference", keep="last").set_index("reference")["state"]
    rejected = store.column("claim_answers", "reference", quarter)
    state = lines["reference"].map(known).astype("str").fillna(lines["state"])
    return lines.assign(state=state.mask(lines["reference"].isin(rejected), REJECTED))


def answer_states(quarter: Quarter, store: Store) -> pd.DataFrame:
    """Per state, in the order of STATES: lines and amount_cents. Rejected lines that lie aside are among them."""
    counted = line_answers(quarter, store).groupby("state")["amount_cents"].agg(["size", "sum"])
    summed = counted.reindex(list(STATES), fill_value=0).rename(columns={"size": "lines", "sum": "amount_cents"})
    parts = [part for _, part in store.current(quarter)["claims"]]
    summed.loc[REJECTED, "lines"] += sum(part.set_aside.get(_REJECTED_BEFORE, 0) for part in parts)
    summed.loc[REJECTED, "amount_cents"] += sum(part.set_aside_cents.get(_REJECTED_BEFORE, 0) for part in parts)
    return summed.rename_axis("state").reset_index()


def waiting(quarter: Quarter, store: Store) -> pd.DataFrame:
    """Declarations that wait: declaration, municipality, received_on, lines, amount_cents; the oldest first."""
    open_lines = unanswered(quarter, store).query("state == @WAITING", local_dict={"WAITING": WAITING})
    amounts = store.columns("claims", ["reference", "amount_cents"], quarter)
    both = open_lines.merge(amounts, on="reference").groupby(["declaration", "municipality", "received_on"])
    found = both["amount_cents"].agg(["size", "sum"]).reset_index()
    named = found.rename(columns={"size": "lines", "sum": "amount_cents"})
    return named.sort_values(["received_on", "declaration"], ignore_index=True)


def on_removed(quarter: Quarter, store: Store) -> pd.DataFrame:
    """Accepted claim lines on an allocation that the municipality took away later: reference, amount_cents."""
    removed = store.column("removed_allocations", "allocation_id", quarter)
    if removed.empty:
        return pd.DataFrame({"reference": pd.Series(dtype="str"), "amount_cents": pd.Series(dtype="int64")})
    lines = store.columns("claims", ["reference", "allocation_id", "amount_cents"], quarter)
    return lines.loc[lines["allocation_id"].isin(removed), ["reference", "amount_cents"]]


def answers_in_words(quarter: Quarter, store: Store) -> list[str]:
    """What was answered to the claims of an edition, with what does not count because of it."""
    found = answer_states(quarter, store).set_index("state")
    total = max(int(found["lines"].sum()), 1)
    told = []
    if found.loc[UNTOLD, "lines"] < total:
        parts = [f"{decimal(found.loc[state, 'lines'])} {state} ({euro(found.loc[state, 'amount_cents'])})"
                 for state in (GRANTED, REJECTED, WAITING)]  # fmt: skip
        told.append(f"  antwoorden (JW325), in regels: {', '.join(parts)}.")
    if waits := int(found.loc[WAITING, "lines"]):
        rule = RULES[WAITS]
        told.append(
            f"  let op: {decimal(waits)} regels tellen nog niet mee ({percent(waits / total)}), "
            f"{euro(found.loc[WAITING, 'amount_cents'])}: {rule.dutch} ({rule.code}). {rule.remedy}"
        )
    if untold := int(found.loc[UNTOLD, "lines"]):
        told.append(
            f"  let op: bij {decimal(untold)} regels ({percent(untold / total)}) zijn geen antwoorden (JW325) "
            "aangeleverd. Zij tellen mee, ook als de gemeente ze heeft afgewezen."
        )
    removed = on_removed(quarter, store)
    if len(removed):
        rule = RULES[REMOVED]
        told.append(
            f"  let op: {decimal(len(removed))} regels, {rule.dutch} ({rule.code}), "
            f"{euro(int(removed['amount_cents'].sum()))}. {rule.remedy}"
        )
    return told
