"""Youths, allocations (toewijzingen), requests (verzoeken om toewijzing) and care periods (zorgperioden)."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from jeugd_analysis.domain import codes
from jeugd_analysis.tables.base import DATE


class Youths(pa.DataFrameModel):
    """One row per youth and period at one address. Only the year of birth, never the day."""

    youth_id: str = pa.Field(str_matches=rf"^{codes.PSEUDONYM}$")
    birth_year: int = pa.Field(in_range={"min_value": 1990, "max_value": 2099})
    sex: str = pa.Field(isin=list(codes.SEXES))
    municipality: str = pa.Field(str_matches=rf"^{codes.MUNICIPALITY}$")
    neighbourhood: str = pa.Field(str_matches=r"^WK\d{6}$", nullable=True)
    valid_from: DATE = pa.Field()
    valid_to: DATE = pa.Field(nullable=True)  # last day at this address; empty = still there

    class Config:
        strict = True
        ordered = True


class Allocations(pa.DataFrameModel):
    """One row per allocated product (toegewezen product). End, volume and budget may be open, as in JW301."""

    allocation_id: str = pa.Field(str_length={"min_value": 1, "max_value": 36})
    youth_id: str = pa.Field(str_matches=rf"^{codes.PSEUDONYM}$")
    municipality: str = pa.Field(str_matches=rf"^{codes.MUNICIPALITY}$")
    provider: str = pa.Field(str_matches=rf"^{codes.PROVIDER}$")
    product: str = pa.Field(str_matches=rf"^{codes.PRODUCT}$")
    start: DATE = pa.Field()
    end: DATE = pa.Field(nullable=True)
    volume: pd.Int64Dtype = pa.Field(ge=0, nullable=True)
    unit: str = pa.Field(isin=list(codes.UNITS), nullable=True)
    frequency: str = pa.Field(isin=["1", "2", "4", "6"], nullable=True)
    budget_cents: pd.Int64Dtype = pa.Field(ge=0, nullable=True)

    @pa.dataframe_check(error="ALL-001 de einddatum ligt niet voor de ingangsdatum")
    def ends_after_start(cls, allocations: pd.DataFrame) -> pd.Series:
        return allocations["end"].isna() | (allocations["end"] >= allocations["start"])

    class Config:
        strict = True
        ordered = True


class RemovedAllocations(pa.DataFrameModel):
    """One row per allocation that the municipality took away (JW301, RedenWijziging 13): it must never come back."""

    allocation_id: str = pa.Field(str_length={"min_value": 1, "max_value": 36})
    decided_at: str = pa.Field(str_matches=r"^\d{4}-\d{2}-\d{2}T\S+$")  # a later decision can allocate it again

    class Config:
        strict = True
        ordered = True


class Requests(pa.DataFrameModel):
    """One row per request for allocation (JW315): the only place that names the referrer."""

    reference: str = pa.Field(str_length={"min_value": 1, "max_value": 45})  # provider and 36 characters of its own
    youth_id: str = pa.Field(str_matches=rf"^{codes.PSEUDONYM}$")
    provider: str = pa.Field(str_matches=rf"^{codes.PROVIDER}$")
    product: str = pa.Field(str_matches=rf"^{codes.PRODUCT}$")
    referrer: str = pa.Field(isin=list(codes.REFERRERS))
    requested_on: DATE = pa.Field()

    class Config:
        strict = True
        ordered = True


class CarePeriods(pa.DataFrameModel):
    """One row per delivered period: start message (JW305) with its stop (JW307) when it has come."""

    allocation_id: str = pa.Field(str_length={"min_value": 1, "max_value": 36})
    start: DATE = pa.Field()
    end: DATE = pa.Field(nullable=True)
    end_reason: str = pa.Field(isin=list(codes.END_REASONS), nullable=True)

    @pa.dataframe_check(error="CAR-001 de einddatum ligt niet voor de begindatum")
    def ends_after_start(cls, periods: pd.DataFrame) -> pd.Series:
        return periods["end"].isna() | (periods["end"] >= periods["start"])

    @pa.dataframe_check(error="CAR-002 een reden van beëindiging hoort bij een einddatum")
    def reason_needs_an_end(cls, periods: pd.DataFrame) -> pd.Series:
        return periods["end_reason"].isna() | periods["end"].notna()

    class Config:
        strict = True
        ordered = True
