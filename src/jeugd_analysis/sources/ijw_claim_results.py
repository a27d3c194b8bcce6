"""From claim messages and their answers to tables: the new lines of a delivery, and what was said of them (B058)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from jeugd_analysis.sources.base import Reading
from jeugd_analysis.sources.ijw_answers import REPEATED, Answer, rejecting
from jeugd_analysis.sources.ijw_claims import ClaimLines, euro
from jeugd_analysis.sources.ijw_results import DAY, reading, typed_frame
from jeugd_analysis.tables.answers import REJECTED, ClaimAnswers, DeclarationAnswers
from jeugd_analysis.tables.claims import Claims

TWO_MONTHS, OWN_CREDIT = "CLM-013", "CLM-014"  # codes of RULES in tables/rules.py

Mask = Callable[[str], str]
_Rejected = list[tuple[str, str, str]]  # reference, codes, day of the answer


def claims(lines: ClaimLines, answers: Sequence[Answer], mask: Mask) -> tuple[Reading, Reading, _Rejected]:
    """The claim lines, those whose declaration is not answered, and those rejected because all of theirs was.

    mask: hides what could be a citizen service number in the name of a declaration, the same way every time.
    """
    columns = lines.table()
    rejected = _rejected_whole(lines, columns, answers)
    two_months, own_credit = ~columns["whole_month"].to_numpy(), _with_own_credit(columns)
    message = columns["message"].to_numpy()
    taken = dict(zip(columns.column_names, columns.columns, strict=True))
    del columns
    frame = _claims_frame(taken)
    reasons = pd.Series(pd.NA, index=frame.index, dtype="str")
    reasons = reasons.mask(two_months, TWO_MONTHS).mask(own_credit, OWN_CREDIT)
    first = _first_of_each(frame)
    unanswered = _unanswered(lines, answers, mask, frame, message, first)
    twice = ~first
    warnings = _unanswered_in_words(lines, unanswered)
    if twice.any():
        cents = int(frame.loc[twice, "amount_cents"].sum())
        warnings.append(
            f"{int(twice.sum())} regels hebben een ReferentieNummer dat al eerder voorkomt; alleen de eerste telt, "
            f"{euro(cents)} telt niet mee."
        )
        frame, reasons = frame[first].reset_index(drop=True), reasons[first].reset_index(drop=True)
    told = reading("claims", frame, {}, set_aside=reasons, warnings=tuple(warnings))
    return told, reading("unanswered_lines", unanswered, {}), rejected


def _unanswered(
    lines: ClaimLines, answers: Sequence[Answer], mask: Mask, frame: pd.DataFrame, message: np.ndarray, first: pd.Series
) -> pd.DataFrame:
    """The lines of declarations without an answer in this delivery; whether they wait is for tables/answers.py."""
    answered = np.zeros(len(lines.messages), dtype=bool)
    answered[[at for answer in answers if (at := answer.place(lines)) is not None]] = True
    rows = np.flatnonzero(~answered[message] & first.to_numpy())
    chosen = frame.iloc[rows][["reference", "municipality", "received_on"]].reset_index(drop=True)
    named = {
        "declaration": [mask("/".join(one.key)) for one in lines.messages],
        "message": [mask("/".join(one.name)) for one in lines.messages],
    }
    for place, (name, texts) in enumerate(named.items(), start=1):
        values = pa.array(texts, pa.string()).take(pa.array(message[rows], pa.int32()))
        chosen.insert(place, name, pd.Series(values.to_pandas(), dtype="str"))
    return chosen


def _unanswered_in_words(lines: ClaimLines, unanswered: pd.DataFrame) -> list[str]:
    without, total = unanswered["declaration"].nunique(), len(lines.messages)
    text = f"van {without} van de {total} declaraties zit het antwoord (JW325) niet in deze aanlevering"
    return [f"{text}: {len(unanswered)} regels. `jeugd check` laat zien of zij meetellen."] if without else []


def declaration_answers(answers: Sequence[Answer], mask: Mask) -> Reading:
    """Every declaration that was answered, once: the last answer holds."""
    rows = {}
    for answer in sorted(answers, key=lambda one: (one.header.day, bool(one.whole))):
        said = _told(answer.whole) if answer.whole else None
        place, day = answer.header.municipality, answer.header.day
        key = (answer.declaration and mask(answer.declaration), mask(answer.message))
        rows[key] = (*key, place, answer.claimed_on, day, said)
    made = sorted(rows.values(), key=lambda row: (row[0] or "", row[1]))
    return reading("declaration_answers", typed_frame(DeclarationAnswers, made), {})


def _claims_frame(columns: dict[str, pa.ChunkedArray]) -> pd.DataFrame:
    """The columns of the table; each is taken out of `columns`, so that they are not in memory twice."""
    made: dict[str, pd.Series] = {}
    for name, column in Claims.to_schema().columns.items():
        values, kind = columns.pop(name), str(column.dtype)
        if kind == DAY:
            values = pc.cast(pc.cast(values, pa.date32()), pa.timestamp("ns"))
        if kind == "Int64":
            made[name] = pd.Series(values.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get))
        else:
            made[name] = pd.Series(values.to_pandas(), dtype="str" if kind.startswith("str") else kind)
    return pd.DataFrame(made)


def _with_own_credit(columns: pa.Table) -> np.ndarray:
    """Debits with their own credit in the same message, and those credits (TR316, B054)."""
    flagged = np.zeros(len(columns), dtype=bool)
    credit = pc.is_valid(columns["credit_of"])
    original = pc.is_in(columns["reference"], value_set=columns["credit_of"].filter(credit).combine_chunks())
    pairs = {}
    for at in np.flatnonzero(original.to_numpy()):
        pairs[columns["message"][at].as_py(), columns["reference"][at].as_py()] = at
    for at in np.flatnonzero(credit.to_numpy()):
        debit = pairs.get((columns["message"][at].as_py(), columns["credit_of"][at].as_py()))
        if debit is not None:
            flagged[[at, debit]] = True
    return flagged


def _first_of_each(frame: pd.DataFrame) -> pd.Series:
    """Whether a line is the first with its reference, by day of receipt and then by order."""
    if not frame["reference"].duplicated().any():
        return pd.Series(True, index=frame.index)
    ordered = frame[["reference", "received_on"]].sort_values("received_on", kind="stable")
    return ~ordered["reference"].duplicated(keep="first").reindex(frame.index)


def _rejected_whole(lines: ClaimLines, columns: pa.Table, answers: Sequence[Answer]) -> _Rejected:
    """Every line of the declarations that were rejected as a whole."""
    found = []
    for answer in answers:
        if answer.whole and (at := answer.place(lines)) is not None:
            references = columns["reference"].filter(pc.equal(columns["message"], at)).to_pylist()
            found += [(reference, _told(answer.whole), answer.header.day) for reference in references]
    return found


def _told(told: Sequence[str]) -> str:
    return ";".join(rejecting(told) or sorted(set(told)))


def claim_answers(answers: Sequence[Answer], rejected_whole: Sequence[tuple[str, str, str]]) -> Reading:
    """The rejected lines, each once. Lines of a declaration of another delivery that was rejected whole are not here.

    A line that was rejected because its reference was delivered before (8021) is left out: the first one stands.
    """
    told = [(reference, _told(own), answer.header.day) for answer in answers for reference, own in answer.lines]
    repeats = [row for row in told if REPEATED in row[1].split(";")]
    rows = sorted(
        [*(row for row in told if REPEATED not in row[1].split(";")), *rejected_whole], key=lambda row: row[2]
    )
    first = {row[0]: row for row in reversed(rows)}
    made = [(reference, REJECTED, said, day) for reference, said, day in sorted(first.values())]
    odd = sum(not answer.adds_up for answer in answers)
    warnings = []
    if odd:
        warnings.append(
            f"in {odd} antwoorden (JW325) is ingediend min toegekend niet het bedrag van de afgewezen regels."
        )
    counts = {"antwoord op een herhaalde regel (8021), niet gebruikt": len(repeats)}
    return reading("claim_answers", typed_frame(ClaimAnswers, made), counts, warnings=tuple(warnings))
