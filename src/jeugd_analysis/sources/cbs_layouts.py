"""Which tables of CBS the program reads over OData, and by which titles.

Measures and codes are matched by their title, never by their place: places differ from year to year. Titles of
85098NED, 85099NED, 83454NED, 03759ned and the KWB tables come from publications and public code; those of 85097NED
follow the sister tables per neighbourhood and those of 85335NED and its sisters the column names of their v3 dump: they
were never seen. A table that does not have the declared titles is refused with the titles it does have, so nothing is
guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jeugd_analysis.sources.open_cells import TABLE as CARE

PEOPLE, BY_SEX = "population", "population_by_sex"
YOUNGEST, OLDEST = 0, 22  # what the program needs of the population; wider groups would count people twice
_SEX = "Geslacht"
_FORMS = {
    "JZ Totaal jeugdzorg": "",
    "JH 1 Totaal jeugdhulp": "_assistance",
    "JB 1 Totaal jeugdbescherming": "_protection",
    "JR 1 Totaal jeugdreclassering": "_rehabilitation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table of CBS is read.

    measures: title or identifier -> our measure; several spellings of one measure may stand side by side, one of them
    must be there. per: a dimension whose codes become part of the measure, levels: title -> what it adds to the name;
    '' is the total, which must be there. totals: other dimensions -> the title of everyone together.
    year: of a table without periods. optional: measures that may lack, or be in another unit; they are then left out
    with a word about it. country: figures of all municipalities are asked for, not only of the region. recent: of so
    many last years, 0: all. parts: of a dimension in `totals`, the titles of parts that are read as well -> our code.
    """

    dutch: str
    measures: Mapping[str, str]
    per: str | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    year: int | None = None
    optional: frozenset[str] = frozenset()
    country: bool = False
    recent: int = 0
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table of ours that it fills."""
        return PEOPLE if PEOPLE in self.measures.values() else CARE


_FEATURES = {  # of the inhabitants of an area: what a model of use can know
    "Aantal inwoners": "inhabitants",
    "0 tot 15 jaar": "inhabitants_0_14",
    "15 tot 25 jaar": "inhabitants_15_24",
    "Huishoudens totaal": "households",
    "Huishoudens met kinderen": "households_with_children",
    "Gemiddelde WOZ-waarde van woningen": "home_value",
    "Gemiddelde woningwaarde": "home_value",
    "Percentage eengezinswoning": "share_single_family_homes",
    "Koopwoningen": "share_owner_occupied",
    "Personen per soort uitkering; Bijstand": "social_assistance",
    "Mate van stedelijkheid": "urbanity",
}


def _neighbourhoods(year: int) -> Layout:
    return Layout(
        dutch=f"kerncijfers wijken en buurten {year}",
        # The identifiers are the same in every year (T001203, A045561); the titles may not be.
        measures={
            "T001203": "youths",
            "Jongeren met jeugdzorg in natura": "youths",
            "A045561": "share_youths",
            "Percentage jongeren met jeugdzorg": "share_youths",
            **_FEATURES,
        },
        year=year,
        optional=frozenset(_FEATURES.values()),
        country=True,
    )


def _youths_per_neighbourhood(year: int) -> Layout:
    return Layout(
        dutch=f"jongeren met jeugdzorg per wijk {year}",
        measures={
            "Totaal jongeren met jeugdzorg in natura": "youths",
            "0 tot 4 jaar": "youths_0_3",
            "4 tot 12 jaar": "youths_4_11",
            "12 tot 18 jaar": "youths_12_17",
            "18 tot 23 jaar": "youths_18_22",
        },
        totals={"VormenVanJeugdzorg": ("T001203", "JZ Totaal jeugdzorg", "Totaal jeugdzorg")},
        country=True,
    )


_YEARS = dict(
    zip(
        "83765NED 84286NED 84583NED 84799NED 85039NED 85318NED 85618NED 85984NED 86165NED".split(),
        range(2017, 2026),
        strict=True,
    )
)
_YOUTHS = {"85075NED": 2021, "85335NED": 2022, "85685NED": 2023}
LAYOUTS: dict[str, Layout] = {
    "85098NED": Layout(
        dutch="indicatoren jeugdzorg in natura",
        measures={
            "Jongeren met jeugdhulp in natura": "share_youth_assistance",
            "Jongeren met jeugdh. met verbl. in nat.": "share_residential",
            "Jongeren met jeugdbescherming": "share_youth_protection",
            "Jeugdbesch. en jeugdh. met verbl. in nat.": "share_protection_residential",
            "Jongeren met jeugdreclassering": "share_juvenile_rehabilitation",
        },
    ),
    "85099NED": Layout(
        dutch="kerncijfers over jeugdzorg",
        measures={"Jongeren met jeugdzorg": "youths"},
        per="VormenVanJeugdzorg",
        levels={
            **_FORMS,
            "JH 121 Totaal jeugdhulp zonder verblijf": "_non_residential",
            "JH 122 Totaal jeugdhulp met verblijf": "_residential",
        },
    ),
    "85097NED": Layout(
        dutch="trajecten jeugdhulp naar verwijzer",
        measures={
            "Totaal begonnen trajecten": "trajectories_started",
            "Toaal begonnen trajecten": "trajectories_started",  # spelled so by CBS in the sister table 85096NED
            "Begonnen trajecten": "trajectories_started",
            "Totaal beëindigde trajecten": "trajectories_ended",
            "Beëindigde trajecten": "trajectories_ended",
        },
        per="VerwijzerJeugdzorg",
        levels={
            "Totaal verwijzer": "",
            "Gemeentelijke toegang": "_municipality",
            "Huisarts": "_gp",
            "Jeugdarts": "_youth_doctor",
            "Gecertificeerde instelling": "_certified_institution",
            "Medisch specialist": "_medical_specialist",
            "Rechter, Officier van Justitie": "_court",
            "Geen verwijzer": "_none",
            "Verwijzer onbekend": "_unknown",
        },
        totals={"VormenVanJeugdzorg": ("JH 1 Totaal jeugdhulp", "JZ Totaal jeugdzorg")},
    ),
    "83454NED": Layout(
        dutch="gemeentelijke kosten jeugdzorg",
        measures={"Begrote kosten": "cost_budgeted", "Gerealiseerde kosten": "cost_realised"},
        per="VormenVanJeugdzorg",
        levels={**_FORMS, "JH met verblijf (Zin+PGB)": "_residential"},
    ),
    "03759ned": Layout(
        dutch="bevolking naar leeftijd",
        measures={"Bevolking op 1 januari": PEOPLE},
        per="Leeftijd",
        totals={_SEX: ("Totaal mannen en vrouwen",), "BurgerlijkeStaat": ("Totaal burgerlijke staat",)},
        parts={_SEX: {"Mannen": "1", "Vrouwen": "2"}},
        country=True,  # what is expected rests on the ages of all municipalities
        recent=10,
    ),
    **{table: _youths_per_neighbourhood(year) for table, year in _YOUTHS.items()},
    **{table: _neighbourhoods(year) for table, year in _YEARS.items()},
}
