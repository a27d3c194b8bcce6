"""How well estimates of what is still to come did before, made again with what was known then, in words."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.present import numbers

_LEVEL = 0.8  # of the band, as late_claims makes it
_NEAR = 0.05  # a coverage this near to the level is what the band promises
_YOUNGEST, _OLDER = "1", ("2", "3", "4")


def tested_words(edition: Edition, name: str) -> str:
    """How often what came lay inside the band over all earlier moments, and how far the youngest quarter was off."""
    tested = edition.store.estimates(name, edition.quarter)
    mine = tested[tested["area"] == edition.area.code].set_index("age")
    if "total" not in mine.index:
        return "Hoe goed zulke schattingen eerder waren, is niet te toetsen."
    row = mine.loc["total"]
    start = (
        f"Wij toetsten dit aan {numbers.decimal(row['predictions'])} eerdere schattingen. Wat er kwam, lag in "
        f"{numbers.percent(row['inside'], 0)} van de gevallen binnen de band. Bedoeld is 80%."
    )
    return " ".join([start, _judged(row["inside"]), *_youngest(mine), *_older(mine)])


def _judged(inside: float) -> str:
    if inside < _LEVEL - _NEAR:
        return "De band is dus te smal: de echte uitkomst kan verder weg liggen."
    if inside > _LEVEL + _NEAR:
        return "De band is dus ruim."
    return "Dat klopt ongeveer."


def _youngest(mine: pd.DataFrame) -> list[str]:
    if _YOUNGEST not in mine.index:
        return []
    row = mine.loc[_YOUNGEST]
    return [
        f"Bij het jongste kwartaal was dat {numbers.percent(row['inside'], 0)}, en zat de schatting er meestal "
        f"ongeveer {numbers.percent(row['miss'])} naast."
    ]


def _older(mine: pd.DataFrame) -> list[str]:
    """Quarters that are a little older: little is still to come, so a small surprise is soon outside the band."""
    rows = mine[mine.index.isin(_OLDER)]
    if len(rows) < len(_OLDER):
        return []
    inside = (rows["inside"] * rows["predictions"]).sum() / rows["predictions"].sum()
    return [
        f"Bij kwartalen van {_OLDER[0]} tot en met {_OLDER[-1]} kwartalen oud lag {numbers.percent(inside, 0)} binnen "
        "de band."
    ]
