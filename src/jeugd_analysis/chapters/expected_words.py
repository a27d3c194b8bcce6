"""What the findings about expected use share: the kept tables, the words for a difference, and the region as a sum."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.methods.expected_use import standardised_ratio
from jeugd_analysis.present.numbers import MISSING, decimal, is_missing, percent

SOCIAL = ("social_assistance", "families", "owner_occupied", "home_value")  # more than numbers and ages of inhabitants
FEATURE_NAMES = {
    "social_assistance": "Inwoners met bijstand",
    "families": "Huishoudens met kinderen",
    "owner_occupied": "Koopwoningen",
    "home_value": "Waarde van woningen",
    "urbanity": "Minder stedelijk",
    "young_adults": "15-24 jaar als deel van 0-24 jaar",
    "young": "0-24 jaar als deel van alle inwoners",
    "size": "Aantal inwoners",
}
IN_KIND = "jeugdigen met jeugdzorg in natura"
_SAME = 0.005  # less than half a percent reads as 'about as much'
STEP = 5  # CBS rounds counts to it; an expected number is not told more finely


def estimates(edition: Edition, name: str) -> pd.DataFrame:
    """A table that was made with the estimates of this edition."""
    return edition.store.estimates(f"expected_{name}", edition.quarter)


def about(edition: Edition, what: str) -> pd.Series | None:
    """What is known of a comparison: year, scope, number of areas and so on; None when it was not made."""
    told = estimates(edition, "about")
    rows = told[told["what"].eq(what)]
    return rows.iloc[0] if len(rows) else None


def with_region(edition: Edition, areas: pd.DataFrame) -> pd.DataFrame:
    """The municipalities of the region, the highest ratio first, and the region as their sum when all are known.

    Shapes: area, name, observed, expected, ratio, low, high. Added: own (what the page is about).
    """
    inside = [place.code for place in edition.region.municipalities]
    names = {place.code: place.name for place in edition.region.municipalities}
    rows = areas[areas["area"].isin(inside)].sort_values(["ratio", "area"], ascending=[False, True])
    rows = rows.assign(name=rows["area"].map(names))
    if set(rows["area"]) == set(inside):
        sums = rows[["observed", "expected"]].sum()
        ratio, low, high = standardised_ratio(sums["observed"], sums["expected"])
        whole = pd.DataFrame([{
            "area": edition.region.code, "name": edition.region.area.name, "observed": sums["observed"],
            "expected": sums["expected"], "ratio": ratio, "low": low, "high": high,
        }])  # fmt: skip
        rows = pd.concat([whole, rows], ignore_index=True)
    return rows.assign(own=rows["area"].eq(edition.area.code)).reset_index(drop=True)


def as_differences(rows: pd.DataFrame) -> pd.DataFrame:
    """With gap, gap_low, gap_high (0.1: ten percent above expected), label and margin; the expected number in fives."""
    return rows.assign(
        gap=rows["ratio"] - 1,
        gap_low=rows["low"] - 1,
        gap_high=rows["high"] - 1,
        label=[signed_percent(ratio - 1) for ratio in rows["ratio"]],
        margin=[between(low - 1, high - 1) for low, high in zip(rows["low"], rows["high"], strict=True)],
        expected=(rows["expected"] / STEP).round() * STEP,
    )


def signed_percent(gap: float) -> str:
    """A difference with its sign: +38%, −24%, 0%.

    >>> signed_percent(0.378), signed_percent(-0.235), signed_percent(0.001)
    ('+38%', '−24%', '0%')
    """
    if is_missing(gap):
        return MISSING
    text = percent(gap, 0)
    return f"+{text}" if gap > 0 and text != "0%" else text


def between(low: float, high: float) -> str:
    """The margin of a difference in words."""
    if is_missing(low) or is_missing(high):
        return MISSING
    return f"{signed_percent(low)} tot {signed_percent(high)}"


def much(ratio: float) -> str:
    """'38% meer', '24% minder' or 'ongeveer evenveel'.

    >>> much(1.378), much(0.765), much(1.002)
    ('38% meer', '24% minder', 'ongeveer evenveel')
    """
    if abs(ratio - 1) < _SAME:
        return "ongeveer evenveel"
    return f"{percent(abs(ratio - 1), 0)} {'meer' if ratio > 1 else 'minder'}"


def by_chance(low: float, high: float) -> str:
    """Whether chance alone could make the difference, as a sentence."""
    if low > 1 or high < 1:
        return "Toeval alleen verklaart dat niet."
    return "Dat verschil kan toeval zijn."


def as_or_than(ratio: float) -> str:
    """The word after `much`: 'dan', or 'als' when it is about the same."""
    return "als" if abs(ratio - 1) < _SAME else "dan"


def status_of(rows: pd.DataFrame) -> str:
    """The status of the figures in words for below a figure."""
    told = sorted({str(status) for status in rows["status"].dropna().unique()})
    return f"Status: {' en '.join(told) if told else 'onbekend'}"


def mine(rows: pd.DataFrame, edition: Edition) -> Any:
    """The row the page is about; None when it is not there."""
    found = rows[rows["area"].eq(edition.area.code)]
    return next(found.itertuples(), None)


def number(value: float) -> str:
    """A published or expected number of youths."""
    return MISSING if is_missing(value) else decimal(round(value))
