"""What was taken in for an edition, line by line, and what lies aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from jeugd_analysis.chapters.edition import day
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.intake import outdated, outdated_in_words
from jeugd_analysis.marts import NEEDED
from jeugd_analysis.present.numbers import decimal, euro, signed_euro
from jeugd_analysis.quality.answers import answers_in_words
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES
from jeugd_analysis.tables.rules import REASONS, RULES

_SHOWN = 10
BOOKKEEPING = {"removed_allocations", "unanswered_lines"}  # what messages leave to remember, not files


def check(quarter: Quarter, *, store: Store) -> list[str]:
    """What was taken in for an edition, line by line, in words; nothing is built."""
    store.require((), quarter)
    current = store.current(quarter)
    lines = [f"Editie {quarter}: stand {day(quarter)}", ""]
    for name, found in current.items():
        if name in BOOKKEEPING:
            continue
        delivered, accepted = sum(p.delivered for _, p in found), sum(p.accepted for _, p in found)
        lines.append(f"{TABLES[name].dutch}: {decimal(delivered)} regels aangeleverd, {decimal(accepted)} ingelezen.")
        reasons: Counter[str] = Counter()
        cents: Counter[str] = Counter()
        for _, part in found:
            reasons.update(part.set_aside)
            cents.update(part.set_aside_cents)
        for code, number in sorted(reasons.items()):
            lines.append(f"  let op: {number} regels terzijde, {REASONS[code]} ({code}), {euro(cents[code])}")
        for code in sorted({code for _, part in found for code in part.doubts}):
            number = sum(part.doubts.get(code, 0) for _, part in found)
            lines.append(f"  let op: {number} regels, {RULES[code].dutch} ({code}). {RULES[code].remedy}")
        if name == "claims":
            lines += answers_in_words(quarter, store)
        lines += [f"  let op: {warning}" for _, part in found for warning in part.warnings]
        lines += [
            f"  correctie: {one['lines']} regels, {signed_euro(one['amount_cents'])}: {one['reason']} ({one['status']})"
            for _, part in found for one in part.corrections
        ]  # fmt: skip
        lines += [f"  besluit: {decision}" for _, part in found for decision in part.decisions]
        lines += [f"  {changes_in_words(part.changes)}" for _, part in found if part.changes]
    missing = [TABLES[name].dutch for name in NEEDED if name not in current]
    quarters = claim_quarters(quarter, store=store)
    if quarters and quarters[-1] != quarter:
        missing.append(f"declaraties van {quarter} (de laatste zijn van {quarters[-1]})")
    gaps = [q.label for q in quarters[0].until(quarters[-1]) if q not in quarters] if quarters else []
    if gaps:
        lines.append(f"  let op: er zijn geen declaraties aangeleverd in {', '.join(gaps)}. Klopt dat?")
    lines += [f"  {line}" for line in outdated_in_words(outdated(store, quarter))]
    lines += [f"besluit: {d['code']} klopt volgens {d['who']}: {d['why']}" for d in store.decisions(quarter)]
    lines += ["", f"Ontbreekt nog: {', '.join(missing)}." if missing else "Alles wat nodig is om te bouwen, is er."]
    return lines


def changes_in_words(changes: Mapping[str, int]) -> str:
    """What a new delivery changed in the earlier one of the same quarter.

    >>> changes_in_words({"added": 0, "removed": 0, "changed": 0})
    'dezelfde regels als de vorige aanlevering van dit kwartaal'
    >>> changes_in_words({"added": 0, "removed": 1, "changed": 0}).partition(": ")[2]
    '0 regels erbij, 1 regels weg, 0 regels gewijzigd'
    """
    if not any(changes[name] for name in ("added", "removed", "changed")):
        return "dezelfde regels als de vorige aanlevering van dit kwartaal"
    words = (
        f"anders dan de vorige aanlevering van dit kwartaal: {decimal(changes['added'])} regels erbij, "
        f"{decimal(changes['removed'])} regels weg, {decimal(changes['changed'])} regels gewijzigd"
    )
    return f"{words}, {signed_euro(changes['cents'])}" if "cents" in changes else words


def claim_quarters(until: Quarter, *, store: Store) -> list[Quarter]:
    """The quarters for which claims were delivered, in time."""
    return sorted({delivery.quarter for delivery, _ in store.current(until).get("claims", [])})


def set_aside(quarter: Quarter, *, store: Store) -> pd.DataFrame:
    """Lines that were set aside in a quarter and still are: table, file, line, reason, words, amount_cents.

    One row per line, in the order of the files. Nothing that could name a youth is in it.
    """
    frames = []
    for name, found in store.current(quarter).items():
        for delivery, part in found:
            path = delivery.folder / ("terzijde__" + part.parquet)
            if delivery.quarter == quarter and path.is_file():
                lines = pd.read_parquet(path)
                cents = lines.get("amount_cents", 0)
                told = {
                    "table": TABLES[name].dutch,
                    "file": part.file,
                    "line": lines["line"],
                    "reason": lines["reason"],
                }
                frames.append(pd.DataFrame({**told, "words": lines["reason"].map(REASONS), "amount_cents": cents}))
    columns = ["table", "file", "line", "reason", "words", "amount_cents"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def aside_in_words(quarter: Quarter, *, store: Store) -> list[str]:
    """The lines that lie aside, per reason, and where each of them stands."""
    store.require((), quarter)
    lines = set_aside(quarter, store=store)
    told = [f"{decimal(len(lines))} regels van {quarter} liggen terzijde."]
    for (reason, words), group in lines.groupby(["reason", "words"], sort=True):
        told += ["", f"{reason}: {words}. {len(group)} regels, {euro(int(group['amount_cents'].sum()))}."]
        told.append(f"  {RULES[str(reason)].remedy}")
        for file, numbers in group.groupby("file")["line"]:
            shown = ", ".join(str(number) for number in numbers.head(_SHOWN))
            more = f" en nog {len(numbers) - _SHOWN}" if len(numbers) > _SHOWN else ""
            told.append(f"  {file}, regel {shown}{more}")
    if len(lines):
        told += ["", "Alle regels staan in terzijde.csv; `jeugd check` schrijft dat bestand."]
    return told
