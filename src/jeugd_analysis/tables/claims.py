"""Claim lines (declaratieregels). Source of the rules: iJw 3.2, TR346, IV091, TR387."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from jeugd_analysis.domain import codes
from jeugd_analysis.tables.base import DATE


class Claims(pa.DataFrameModel):
    """One row per claim line. Euro cents, so that sums are exact. A credit is the negative mirror of its original."""

    reference: str = pa.Field(str_length={"min_value": 1, "max_value": 36})
    allocation_id: str = pa.Field(str_length={"min_value": 1, "max_value": 36})
    youth_id: str = pa.Field(str_matches=rf"^{codes.PSEUDONYM}$")
    municipality: str = pa.Field(str_matches=rf"^{codes.MUNICIPALITY}$")
    provider: str = pa.Field(str_matches=rf"^{codes.PROVIDER}$")
    product: str = pa.Field(str_matches=rf"^{codes.PRODUCT}$")
    month: DATE = pa.Field()  # first day of the care month
    units: int = pa.Field()
    unit: str = pa.Field(isin=list(codes.UNITS))
    tariff_cents: pd.Int64Dtype = pa.Field(ge=0, nullable=True)
    amount_cents: int = pa.Field()
    credit_of: str = pa.Field(nullable=True)
    received_on: DATE = pa.Field()

    @pa.dataframe_check(error="CLM-001 de maand is de eerste dag van een kalendermaand")
    def month_is_a_first_day(cls, claims: pd.DataFrame) -> pd.Series:
        return claims["month"].dt.day == 1

    @pa.dataframe_check(error="CLM-002 alleen een creditregel heeft een negatief aantal of bedrag")
    def only_credits_are_negative(cls, claims: pd.DataFrame) -> pd.Series:
        credit = claims["credit_of"].notna()
        negative = (claims["units"] < 0) | (claims["amount_cents"] < 0)
        positive = (claims["units"] > 0) | (claims["amount_cents"] > 0)
        return (credit & ~positive) | (~credit & ~negative)

    @pa.dataframe_check(error="CLM-004 een declaratie komt na het begin van de zorgmaand binnen")
    def received_after_month_starts(cls, claims: pd.DataFrame) -> pd.Series:
        return claims["received_on"] >= claims["month"]

    class Config:
        strict = True
        ordered = True


def amount_differs(claims: pd.DataFrame) -> pd.Series:
    """Lines whose amount is not units x tariff (CLM-003, iJw TR346); unit 83 is an amount itself."""
    priced = (claims["unit"] != codes.EUROS) & claims["tariff_cents"].notna()
    expected = claims["units"] * claims["tariff_cents"].fillna(0).astype("int64")
    return priced & (claims["amount_cents"] != expected)
