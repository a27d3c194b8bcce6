"""Full groups: everybody of a number of youths is in one segment, has one referrer, stopped for one reason.

Whoever knows that a youth is one of them, then knows that too. Rounding leaves doubt as long as others are written
beside it; where all other groups are empty it leaves none. Why this is told and not hidden: book/decisions/0014.
"""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.release.flows import ENDING, FLOW

SENSITIVE = {  # dimension -> in words, and where its total stands: dimension and level; an age is no secret
    "segment": ("segment", "totaal", "alle"),
    "referrer": ("verwijzer", "totaal", "alle"),
    "products_at_once": ("aantal soorten hulp tegelijk", "totaal", "alle"),
    "segments_at_once": ("aantal segmenten tegelijk", "totaal", "alle"),
    ENDING: ("reden van beëindiging", FLOW, "stopped"),
}
_PLACE = ["area", "period"]


def full_groups(cells: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Groups that hold everybody of a total that is shown: area, period, dimension, level, youths.

    Shapes: `cells` as in a release. Totals below the threshold are hidden and do not count.
    """
    found = []
    for dimension, (_, total_of, level) in SENSITIVE.items():
        is_total = cells["dimension"].eq(total_of) & cells["level"].eq(level)
        totals = cells.loc[is_total, [*_PLACE, "youths"]].rename(columns={"youths": "whole"})
        rows = cells[cells["dimension"].eq(dimension)].merge(totals, on=_PLACE)
        found.append(rows[(rows["youths"] >= rows["whole"]) & (rows["whole"] >= threshold)])
    columns = [*_PLACE, "dimension", "level", "youths"]
    return pd.concat(found, ignore_index=True)[columns].sort_values(columns, ignore_index=True)


def told_in_words(full: pd.DataFrame, names: dict[str, str]) -> list[str]:
    """One line per dimension, with the places and periods, for whoever decides on publishing. No numbers."""
    lines = []
    for dimension, rows in full.groupby("dimension", sort=False):
        places = sorted({f"{names.get(row.area, row.area)} in {row.period}" for row in rows.itertuples()})
        listed = ", ".join(places[:_TOLD]) + (f" en nog {len(places) - _TOLD}" if len(places) > _TOLD else "")
        lines.append(
            f"Alle jeugdigen vallen in één groep ({SENSITIVE[str(dimension)][0]}): {listed}. Wie weet dat een "
            "jeugdige daar hulp krijgt, weet dan ook welke groep het is. Overleg of dit zo naar buiten kan."
        )
    return lines


_TOLD = 5
