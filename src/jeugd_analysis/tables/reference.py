"""Tables that describe contracts: tariffs and providers."""

from __future__ import annotations

import pandera.pandas as pa

from jeugd_analysis.domain import codes
from jeugd_analysis.tables.base import DATE


class Tariffs(pa.DataFrameModel):
    """One row per contract price: euro cents per unit from a date on. Empty provider: holds for all providers."""

    provider: str = pa.Field(str_matches=rf"^{codes.PROVIDER}$", nullable=True)
    product: str = pa.Field(str_matches=rf"^{codes.PRODUCT}$")
    unit: str = pa.Field(isin=list(codes.UNITS))
    valid_from: DATE = pa.Field()
    tariff_cents: int = pa.Field(ge=0)

    class Config:
        strict = True
        ordered = True


class Providers(pa.DataFrameModel):
    """One row per provider (AGB code)."""

    provider: str = pa.Field(str_matches=rf"^{codes.PROVIDER}$")
    name: str = pa.Field(str_length={"min_value": 1, "max_value": 200})

    class Config:
        strict = True
        ordered = True
