"""What municipalities answered to claims (JW325): only rejected lines come back, the rest is granted (OP303, TR342).

So a line is granted when its declaration was answered and the answer does not name it. A line of a declaration without
an answer is neither granted nor rejected: it waits.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pandera.pandas as pa

from jeugd_analysis.domain import codes
from jeugd_analysis.tables.base import DATE

GRANTED, REJECTED, WAITING, UNTOLD = "toegekend", "afgewezen", "wacht op antwoord", "geen antwoorden aangeleverd"
STATES = (GRANTED, REJECTED, WAITING, UNTOLD)
WAITS = "CLM-023"  # rule of a line that waits: it is kept, and counts when the answer has come

_CODES = r"^[0-9A-Z][0-9]{3}(;[0-9A-Z][0-9]{3})*$"
_DECLARATION = {"min_value": 1, "max_value": 45}


class ClaimAnswers(pa.DataFrameModel):
    """One row per rejected claim line, with the codes that say why (iJw list WJ001)."""

    reference: str = pa.Field(str_length={"min_value": 1, "max_value": 36})
    status: str = pa.Field(isin=[REJECTED])
    return_codes: str = pa.Field(str_matches=_CODES)
    answered_on: DATE = pa.Field()

    class Config:
        strict = True
        ordered = True


class DeclarationAnswers(pa.DataFrameModel):
    """One row per declaration that a municipality answered; return_codes only when all of it was rejected."""

    declaration: str = pa.Field(str_length=_DECLARATION, nullable=True)  # empty: rejected unread
    message: str = pa.Field(str_length=_DECLARATION)
    municipality: str = pa.Field(str_matches=rf"^{codes.MUNICIPALITY}$")
    declared_on: DATE = pa.Field()  # day of the declaration itself
    answered_on: DATE = pa.Field()
    return_codes: str = pa.Field(str_matches=_CODES, nullable=True)

    class Config:
        strict = True
        ordered = True


class UnansweredLines(pa.DataFrameModel):
    """One row per claim line whose declaration came in without its answer. The answer may follow in any delivery."""

    reference: str = pa.Field(str_length={"min_value": 1, "max_value": 36})
    declaration: str = pa.Field(str_length=_DECLARATION)
    message: str = pa.Field(str_length=_DECLARATION)
    municipality: str = pa.Field(str_matches=rf"^{codes.MUNICIPALITY}$")
    received_on: DATE = pa.Field()

    class Config:
        strict = True
        ordered = True


def line_states(lines: pd.DataFrame, answers: pd.DataFrame) -> pd.Series:
    """GRANTED, REJECTED, WAITING or UNTOLD for each line whose declaration came in without its answer.

    A line waits when its municipality does answer: answers of it came in with the same quarter, and it answers
    declarations since the calendar quarter of the line or before. Otherwise nobody told: the supplier gives no answers,
    or none on those years. Of two answers to one declaration the last one holds.
    Shapes: `lines` as UnansweredLines, `answers` as DeclarationAnswers, both with `delivered`: the quarter of the
    delivery. Result: on the index of `lines`.
    """
    told = answers[["delivered", "municipality"]].drop_duplicates().assign(told=True)
    beside = lines[["delivered", "municipality"]].merge(told, on=["delivered", "municipality"], how="left")
    first = answers.groupby("municipality")["declared_on"].min().dt.to_period("Q").dt.start_time
    since = first.reindex(lines["municipality"]).to_numpy()
    awaited = beside["told"].notna().to_numpy() & (lines["received_on"].to_numpy() >= since)
    unanswered = pd.Series(UNTOLD, index=lines.index, dtype="str").mask(awaited, WAITING)
    unread = answers[answers["declaration"].isna()]
    return _verdict(lines, answers, "declaration").fillna(_verdict(lines, unread, "message")).fillna(unanswered)


def _verdict(lines: pd.DataFrame, answers: pd.DataFrame, by: str) -> pd.Series:
    """GRANTED or REJECTED per line by the last answer with the same number or name; missing without one."""
    newest = answers.dropna(subset=by).sort_values("answered_on", kind="stable").drop_duplicates(by, keep="last")
    words = np.where(newest["return_codes"].notna(), REJECTED, GRANTED)
    return lines[by].map(pd.Series(words, index=newest[by], dtype="str")).astype("str")
