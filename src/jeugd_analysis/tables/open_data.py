"""Open statistics: population and youth care as Statistics Netherlands (CBS) publishes them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from jeugd_analysis.domain import codes
from jeugd_analysis.tables.base import DATE

STATUSES = ["definitief", "voorlopig", "nader voorlopig", "voorbeelddata", "prognose", "onbekend"]
OPEN_UNITS = ["count", "percent", "euro_thousand", "class"]
MISSING_SIGNS = [".", "blank", "-", "x"]
NETHERLANDS = "NL00"
# Netherlands, part of the country, municipality, neighbourhood; or a purchasing region by its own short name (H9).
_AREA = r"^(NL00|LD\d{2}|GM\d{4}|WK\d{6}|H\d{1,2})$"


@dataclass(frozen=True, slots=True)
class OpenMeasure:
    """What a published cell says. denominator: what a percentage is a share of, in Dutch words."""

    unit: str = "count"
    denominator: str | None = None


_YOUTHS = (
    "youths",
    "youths_0_3",
    "youths_4_11",
    "youths_12_17",
    "youths_18_22",
    "youths_single_parent",
    "youths_two_parents",
    "youths_other_household",
)
_TRAJECTORIES = (  # the total also counts protection and rehabilitation, which have no referrer
    "trajectories",
    "referrer_municipality",
    "referrer_gp",
    "referrer_youth_doctor",
    "referrer_certified_institution",
    "referrer_medical_specialist",
    "referrer_court",
    "referrer_none",
    "referrer_unknown",
)
_YOUTHS_BY_FORM = (  # a youth with two forms counts in both
    "youths_assistance",
    "youths_non_residential",
    "youths_residential",
    "youths_protection",
    "youths_rehabilitation",
)
_REFERRERS = (
    "municipality",
    "gp",
    "youth_doctor",
    "certified_institution",
    "medical_specialist",
    "court",
    "none",
    "unknown",
)
_FLOWS = tuple(
    f"trajectories_{flow}{by}" for flow in ("started", "ended") for by in ("", *(f"_{r}" for r in _REFERRERS))
)
_COSTS = tuple(
    f"cost_{kind}{form}"
    for kind in ("budgeted", "realised")
    for form in ("", "_assistance", "_residential", "_protection", "_rehabilitation")
)
_INHABITANTS = ("inhabitants", "inhabitants_0_14", "inhabitants_15_24")
_HOUSEHOLDS = ("households", "households_with_children", "social_assistance")  # the last: persons on social assistance
_HOMES = {"share_single_family_homes": "alle woningen", "share_owner_occupied": "alle woningen"}
_SCP_MINORS = "jeugdigen; leeftijd volgens de toelichting van het SCP"  # help without residence, 2017
_ALL_MINORS, _WITH_HELP = "alle jeugdigen van 0 tot en met 17 jaar", "jeugdigen met jeugdhulp in natura"
_SHARES = {
    "share_youth_assistance": _ALL_MINORS,
    "share_residential": _WITH_HELP,
    "share_youth_protection": _ALL_MINORS,
    "share_protection_residential": "jeugdigen met jeugdbescherming",
    # Rehabilitation reaches 22 years; the export leaves the base of this share to the explanation of the table.
    "share_juvenile_rehabilitation": "jeugdigen; leeftijd volgens de toelichting van het CBS",
    "share_youths": "alle jeugdigen tot 23 jaar",  # not to be put beside the shares of minors
    "share_non_residential_scp": _SCP_MINORS,
    "share_expected_scp": _SCP_MINORS,
    **_HOMES,
}
_COUNTS = (*_YOUTHS, *_YOUTHS_BY_FORM, *_TRAJECTORIES, *_FLOWS, *_INHABITANTS, *_HOUSEHOLDS)
OPEN_MEASURES = {
    **{name: OpenMeasure() for name in _COUNTS},
    **{name: OpenMeasure("percent", denominator) for name, denominator in _SHARES.items()},
    **{name: OpenMeasure("euro_thousand") for name in (*_COSTS, "home_value")},
    "urbanity": OpenMeasure("class"),  # 1 very urban to 5 not urban, by the number of addresses nearby
}


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


class PopulationBySex(Population):
    """One row per municipality, year (1 January), age group, bounds included, and sex: both sexes of every group."""

    sex: str = pa.Field(isin=list(codes.KNOWN_SEXES))


class OpenYouthCare(pa.DataFrameModel):
    """One row per published cell. A missing value is kept as missing, with the sign the publisher gave it."""

    source_table: str = pa.Field(str_matches=r"^[0-9A-Za-z_-]{1,40}$")
    area: str = pa.Field(str_matches=_AREA, nullable=True)
    area_name: str = pa.Field(str_length={"min_value": 1, "max_value": 100})
    period: str = pa.Field(str_matches=r"^\d{4}(JJ00|HJ0[12]|KW0[1-4]|MM(0[1-9]|1[0-2]))$")
    measure: str = pa.Field(isin=list(OPEN_MEASURES))
    value: float = pa.Field(ge=0, nullable=True)
    unit: str = pa.Field(isin=OPEN_UNITS)
    denominator: str = pa.Field(nullable=True)  # what a percentage is a share of, in words
    status: str = pa.Field(isin=STATUSES)
    missing: str = pa.Field(isin=MISSING_SIGNS, nullable=True)  # why there is no value
    vintage: DATE = pa.Field(nullable=True)  # the day it was retrieved, when known

    @pa.dataframe_check(error="OPN-001 een cel heeft een waarde of een teken waarom die ontbreekt")
    def value_or_sign(cls, cells: pd.DataFrame) -> pd.Series:
        return cells["value"].isna() == cells["missing"].notna()

    @pa.dataframe_check(error="OPN-002 een percentage ligt onder of op 100 en noemt waarvan het een deel is")
    def shares_are_shares(cls, cells: pd.DataFrame) -> pd.Series:
        # Comparing with missing values gives False: a missing percentage is judged by its denominator alone.
        return (cells["unit"] != "percent") | (~(cells["value"] > 100) & cells["denominator"].notna())

    class Config:
        strict = True
        ordered = True
