"""Tables that describe contracts and the books of the municipality: tariffs, providers, ledger."""

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


class Ledger(pa.DataFrameModel):
    """One row per municipality, task field of Iv3 and year: what the books say, to compare the claims with.

    Task fields are text such as 6.72a; their list changes over the years, so only the shape is checked.
    """

    municipality: str = pa.Field(str_matches=rf"^{codes.MUNICIPALITY}$")
    task_field: str = pa.Field(str_matches=r"^\d{1,2}\.\d{1,3}[a-z]?$")
    year: int = pa.Field(in_range={"min_value": 2000, "max_value": 2099})
    amount_cents: int = pa.Field()

    class Config:
        strict = True
        ordered = True
