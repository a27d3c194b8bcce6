"""Open statistics: population and youth care as Statistics Netherlands (CBS) publishes them."""

from __future__ import annotations

import pandera.pandas as pa

from jeugd_analysis.domain import codes
from jeugd_analysis.tables.base import DATE

STATUSES = ["definitief", "voorlopig", "nader voorlopig", "voorbeelddata", "onbekend"]
OPEN_UNITS = ["count", "percent"]


class Population(pa.DataFrameModel):
    """One row per municipality, year (1 January) and age group, bounds included."""

    municipality: str = pa.Field(str_matches=rf"^{codes.MUNICIPALITY}$")
    year: int = pa.Field(in_range={"min_value": 2000, "max_value": 2099})
    age_from: int = pa.Field(in_range={"min_value": 0, "max_value": 130})
    age_to: int = pa.Field(in_range={"min_value": 0, "max_value": 130})
    inhabitants: int = pa.Field(ge=0)
    status: str = pa.Field(isin=STATUSES)

    class Config:
        strict = True
        ordered = True


class OpenYouthCare(pa.DataFrameModel):
    """One row per published cell. A missing value is kept as missing, with the sign the publisher gave it."""

    source_table: str = pa.Field(str_matches=r"^[0-9A-Za-z_-]{1,40}$")
    area: str = pa.Field(str_matches=r"^(GM\d{4}|NL00|LD\d{2}|WK\d{6})$", nullable=True)
    area_name: str = pa.Field(str_length={"min_value": 1, "max_value": 100})
    period: str = pa.Field(str_matches=r"^\d{4}(JJ00|HJ0[12]|KW0[1-4])$")
    measure: str = pa.Field(str_matches=r"^[a-z0-9_]{1,60}$")
    value: float = pa.Field(ge=0, nullable=True)
    unit: str = pa.Field(isin=OPEN_UNITS)
    denominator: str = pa.Field(nullable=True)  # what a percentage is a share of, in words
    status: str = pa.Field(isin=STATUSES)
    missing: str = pa.Field(isin=[".", "blank", "-", "x"], nullable=True)  # why there is no value
    vintage: DATE = pa.Field(nullable=True)  # the day it was retrieved, when known

    class Config:
        strict = True
        ordered = True
