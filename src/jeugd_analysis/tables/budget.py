"""What councils decided may be spent: the budget, for comparing what is claimed and expected with it."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from jeugd_analysis.domain import codes


class Budget(pa.DataFrameModel):
    """One row per municipality, segment, year and status: euro cents, claims and lump sums together.

    segment: a segment, or `alle` where the council decided on one amount for all of them. status: `primitief` is what
    the council decided before the year, `gewijzigd` what holds after its amendments so far. source: the document.
    """

    municipality: str = pa.Field(str_matches=rf"^{codes.MUNICIPALITY}$")
    segment: str = pa.Field(str_matches=rf"^({codes.SEGMENT}|{codes.WHOLE_BUDGET})$")
    year: int = pa.Field(in_range={"min_value": 2000, "max_value": 2099})
    status: str = pa.Field(isin=list(codes.BUDGET_STATUSES))
    amount_cents: int = pa.Field(ge=0)
    source: str = pa.Field(str_length={"min_value": 1, "max_value": 200})

    @pa.dataframe_check(error="BUD-001 een begroting is per segment of voor alles samen, niet allebei")
    def split_or_whole(cls, budget: pd.DataFrame) -> pd.Series:
        whole = budget["segment"].eq(codes.WHOLE_BUDGET)
        group = [budget[name] for name in ("municipality", "year", "status")]
        return whole.groupby(group).transform("all") | ~whole.groupby(group).transform("any")

    class Config:
        strict = True
        ordered = True
