"""From a table that passed the gate to the records of a chart. Hidden numbers leave a gap, never a zero."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present.disclosure import Safe

MILLION = 100_000_000  # cents in a million euro


def records(shown: Safe, columns: Sequence[str], *, drop_hidden: Sequence[str] = ()) -> pd.DataFrame:
    """Only the columns that are drawn: what is in a page can be read from it, drawn or not.

    Raises: DisclosureError for anything that did not pass the gate.
    """
    if not isinstance(shown, Safe):
        raise DisclosureError(
            "GEH-003", wat="Een grafiek kreeg cijfers buiten de controle om.", doe="gebruik disclosure.safe."
        )
    frame = shown.frame[list(columns)]
    return frame.dropna(subset=list(drop_hidden)) if drop_hidden else frame


def inline(frame: pd.DataFrame) -> alt.Data:
    """Records with whole numbers as numbers and missing as null."""
    rows = [
        {
            name: (None if pd.isna(value) else value.item() if hasattr(value, "item") else value)
            for name, value in row.items()
        }
        for row in frame.to_dict("records")
    ]
    return alt.Data(values=rows)
