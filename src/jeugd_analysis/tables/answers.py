"""Answers to claim lines (JW325): only what was rejected comes back; all the rest is approved (iJw OP303, TR342)."""

from __future__ import annotations

import pandera.pandas as pa

from jeugd_analysis.tables.base import DATE

REJECTED = "afgewezen"


class ClaimAnswers(pa.DataFrameModel):
    """One row per rejected claim line, with the codes that say why (iJw list WJ001)."""

    reference: str = pa.Field(str_length={"min_value": 1, "max_value": 36})
    status: str = pa.Field(isin=[REJECTED])
    return_codes: str = pa.Field(str_matches=r"^[0-9A-Z][0-9]{3}(;[0-9A-Z][0-9]{3})*$")
    answered_on: DATE = pa.Field()

    class Config:
        strict = True
        ordered = True
