"""Waiting lists, places, and help that is paid as a lump sum: figures that providers report, none about one youth.

Each delivery holds the whole series and replaces the earlier one, so that a corrected quarter needs no rule of its own.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from jeugd_analysis.domain import codes
from jeugd_analysis.tables.base import DATE

SPARE_PLACES = 2  # beyond this a kind may be overbooked by half of its places: see Capacity


class Waiting(pa.DataFrameModel):
    """One row per municipality, kind of help and quarter: the list on the last day of the quarter.

    mean_wait_days is the wait from request to first day of help, so that waiting is near new youths per day times
    mean_wait_days (Little's law).
    """

    municipality: str = pa.Field(str_matches=rf"^{codes.MUNICIPALITY}$")
    segment: str = pa.Field(str_matches=rf"^{codes.SEGMENT}$")
    kind: str = pa.Field(isin=list(codes.WAITING_KINDS))
    quarter: str = pa.Field(str_matches=rf"^{codes.QUARTER}$")
    waiting: int = pa.Field(ge=0)
    mean_wait_days: float = pa.Field(ge=0, nullable=True)  # empty = nobody waits
    harmful: int = pa.Field(ge=0)

    @pa.dataframe_check(error="WAI-001 er wachten niet meer jeugdigen schadelijk dan er wachten")
    def harmful_are_among_the_waiting(cls, waiting: pd.DataFrame) -> pd.Series:
        return waiting["harmful"] <= waiting["waiting"]

    @pa.dataframe_check(error="WAI-002 een wachtlijst met jeugdigen heeft een gemiddelde wachttijd")
    def who_waits_has_a_wait(cls, waiting: pd.DataFrame) -> pd.Series:
        return (waiting["waiting"] == 0) | waiting["mean_wait_days"].notna()

    class Config:
        strict = True
        ordered = True


class Capacity(pa.DataFrameModel):
    """One row per kind of help and quarter, for the region: places, and how many are in use on the last day.

    Crisis places are overbooked at times, and where there are few places one bed more is a large share. So half more
    than the places is accepted, and always SPARE_PLACES more. Beyond that the columns were swapped, or youths
    were counted (of a whole year, or sharing a day place) instead of places.
    """

    segment: str = pa.Field(str_matches=rf"^{codes.SEGMENT}$")
    kind: str = pa.Field(isin=list(codes.CAPACITY_KINDS))
    quarter: str = pa.Field(str_matches=rf"^{codes.QUARTER}$")
    places: int = pa.Field(ge=0)
    occupied: int = pa.Field(ge=0)

    @pa.dataframe_check(error="CAP-001 er zijn hoogstens anderhalf keer zoveel plaatsen bezet als er zijn")
    def occupied_fits_the_places(cls, capacity: pd.DataFrame) -> pd.Series:
        extra = (capacity["places"] // 2).clip(lower=SPARE_PLACES)
        return capacity["occupied"] <= capacity["places"] + extra

    class Config:
        strict = True
        ordered = True


class TaskPayments(pa.DataFrameModel):
    """One row per segment, municipality, provider and month of help paid as a lump sum (taakgericht).

    There are no claims per youth; also collective budgets of schools. The key figures may be empty, the amount not. The
    outcome criteria are percentages: client satisfaction, goals reached, drop-out.
    """

    segment: str = pa.Field(str_matches=rf"^{codes.SEGMENT}$")
    municipality: str = pa.Field(str_matches=rf"^{codes.MUNICIPALITY}$")
    provider: str = pa.Field(str_matches=rf"^{codes.PROVIDER}$")
    month: DATE = pa.Field()
    amount_cents: int = pa.Field(ge=0)
    youths: pd.Int64Dtype = pa.Field(ge=0, nullable=True)
    started: pd.Int64Dtype = pa.Field(ge=0, nullable=True)
    ended: pd.Int64Dtype = pa.Field(ge=0, nullable=True)
    waiting: pd.Int64Dtype = pa.Field(ge=0, nullable=True)
    satisfaction: float = pa.Field(in_range={"min_value": 0, "max_value": 100}, nullable=True)
    goal_attainment: float = pa.Field(in_range={"min_value": 0, "max_value": 100}, nullable=True)
    drop_out: float = pa.Field(in_range={"min_value": 0, "max_value": 100}, nullable=True)

    @pa.dataframe_check(error="TSK-001 de maand is de eerste dag van een kalendermaand")
    def month_is_a_first_day(cls, payments: pd.DataFrame) -> pd.Series:
        return payments["month"].dt.day == 1

    class Config:
        strict = True
        ordered = True
