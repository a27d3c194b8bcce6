"""Rules that look at lines beside other lines: what is set aside, why, and how many euros it is about."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from jeugd_analysis.tables.claims import amount_differs

REASONS = {
    "CLM-003": "bedrag is niet aantal x tarief",
    "CLM-010": "geen toewijzing met dit nummer",
    "CLM-011": "regel is al eerder aangeleverd",
    "CLM-012": "creditregel zonder oorspronkelijke regel",
}


def set_aside_claims(claims: pd.DataFrame, *, allocations: pd.Series, earlier: pd.Series) -> pd.Series:
    """The reason code of each claim line that cannot be used, missing for the others.

    Shapes: `allocations` holds the known allocation numbers, `earlier` the claim references of other quarters; the
    result has the index of `claims`. The first rule that a line breaks is its reason.
    Source: iJw 3.2, rules TR346 (amount), IV085 and TR390 (credits), WJ001 code 8021 (reference already delivered).
    """
    reasons = pd.Series(pd.NA, index=claims.index, dtype="str", name="reason")
    original = _within(claims["credit_of"], claims["reference"]) | _within(claims["credit_of"], earlier)
    checks = {
        "CLM-011": _within(claims["reference"], earlier),
        "CLM-010": ~_within(claims["allocation_id"], allocations),
        "CLM-003": amount_differs(claims),
        "CLM-012": claims["credit_of"].notna() & ~original,
    }
    for code, broken in checks.items():
        reasons = reasons.mask(broken & reasons.isna(), code)
    return reasons


def with_credits_of(claims: pd.DataFrame, reasons: pd.Series) -> pd.Series:
    """A credit of a line that is set aside goes with it: on its own it would lower the cost."""
    aside = claims.loc[reasons.notna() & claims["credit_of"].isna(), "reference"]
    orphan = _within(claims["credit_of"], aside) & reasons.isna()
    return reasons.mask(orphan, "CLM-012")


def _within(values: pd.Series, known: pd.Series) -> pd.Series:
    """Whether each text is one of the known; a missing one never is. Arrow itself: pandas' isin walks in Python."""
    text, one_of = pa.array(values, type=pa.large_string()), pa.array(known, type=pa.large_string())
    found = pc.and_kleene(pc.is_in(text, value_set=one_of.drop_null()), pc.is_valid(text))
    return pd.Series(found.to_numpy(zero_copy_only=False), index=values.index)
