"""Do a waiting list, the number of starts and the reported waiting time fit together? Little's law."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.errors import FactorError

DAYS_PER_QUARTER = 365.25 / 4
FITS, TOO_SHORT, TOO_LONG, UNKNOWN = "past", "opgave is korter", "opgave is langer", "niet te zeggen"
FACTOR = 2.0  # how many times the one waiting time may be the other


def littles_law(
    table: pd.DataFrame,
    *,
    waiting: str = "waiting",
    started: str = "started",
    reported: str = "mean_wait_days",
    days: float = DAYS_PER_QUARTER,
    factor: float = FACTOR,
    fewest: int = 10,
) -> pd.DataFrame:
    """The table with the waiting time that list and starts imply, and whether the reported one can be true.

    Shapes: one row per group and period of `days` days. waiting: youths on the list, best the mean over the period.
    started: youths who left the list in it because their help began. Columns added: implied_days (waiting / started x
    days), ratio (reported / implied) and plausible: "past" within the factor, "opgave is korter", "opgave is langer",
    or "niet te zeggen" with fewer than `fewest` waiting or started, or nothing reported.
    The law holds for any queue that is about as long at the end as at the start; in a list that grows, the implied
    time is what those who come now may expect, not what those who start now have waited. Who leaves the list without
    help makes the implied time too long. So the factor is wide on purpose.
    Raises: FactorError on missing columns, negative numbers, a factor of 1 or less.
    Source: Little (1961), Operations Research 9(3), 383-387.

    >>> queue = pd.DataFrame({"waiting": [60], "started": [30], "mean_wait_days": [70.0]})
    >>> told = littles_law(queue, days=90)
    >>> float(told["implied_days"][0]), told["plausible"][0]
    (180.0, 'opgave is korter')
    """
    names = [waiting, started, reported]
    if missing := [name for name in names if name not in table]:
        raise FactorError(f"Kolom {', '.join(missing)} ontbreekt.")
    if not factor > 1 or not days > 0:
        raise FactorError("De factor is niet groter dan 1, of de periode is niet langer dan nul dagen.")
    numbers = table[names].astype("Float64")
    if (numbers < 0).any(axis=None):
        raise FactorError("Een aantal of wachttijd ligt onder nul.")
    implied = (numbers[waiting] / numbers[started].mask(numbers[started] == 0) * days).mask(numbers[started].isna())
    ratio = (numbers[reported] / implied.mask(implied == 0)).rename("ratio")
    told = pd.Series(FITS, index=table.index, dtype="object")
    told = told.mask((ratio < 1 / factor).fillna(False), TOO_SHORT).mask((ratio > factor).fillna(False), TOO_LONG)
    few = (numbers[waiting] < fewest) | (numbers[started] < fewest)
    told = told.mask(few.fillna(True) | ratio.isna(), UNKNOWN)
    return table.assign(implied_days=implied, ratio=ratio, plausible=told.astype("str"))
