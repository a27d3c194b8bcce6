"""Chapter 90, last section: what the example region has built in, so that the book can be checked against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.period import day_in_words
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, table_html

_EVERYWHERE = "alle gemeenten"


def built_in(municipality: str, period: str) -> Finding:
    """The truths of the example region; only words when the edition is about real deliveries."""
    edition = Edition.open(municipality, period)
    if not edition.is_example:
        return Finding(
            name="verantwoording-voorbeeld",
            texts={"voorbeeld_zin": "Dit boek is gemaakt met aangeleverde gegevens. Er is niets ingebouwd."},
        )
    told = edition.store.settings("example_truth")
    names = {area.code: area.name for area in edition.region.areas}
    rows = [*_contracts(told, names), *(_lump_sum(entry, names) for entry in told["lump_sum"])]
    rows += [_measure(entry, names) for entry in told["measure"]]
    shown = not_personal(pd.DataFrame(rows, columns=["wat", "waar", "vanaf", "waarheid"]), what="Ingebouwde waarheden.")
    return Finding(
        name="verantwoording-voorbeeld",
        table=table_html(shown, {
            "wat": Column(heading="Ingebouwd"),
            "waar": Column(heading="Waar"),
            "vanaf": Column(heading="Vanaf"),
            "waarheid": Column(heading="Wat er waar is"),
        }, caption="Wat er in de voorbeelddata is ingebouwd", stacked=True),
        source="Bron: data/reference/example_truth.toml. Gemeenten heten echt zo, de maatregelen zijn verzonnen.",
        texts={
            "voorbeeld_zin": "In de voorbeelddata is met opzet het een en ander ingebouwd. Daardoor is na te gaan of "
            "de hoofdstukken het goede antwoord geven."
        },
    )  # fmt: skip


def _contracts(told: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    known, harmonisation = told["known_answer"], told["harmonisation"]
    profiles, residence = told["profiles"], told["residence"]
    tariff = numbers.percent(known["tariff_share"], 0)
    return [
        (
            "Bekend antwoord",
            names.get(known["municipality"], known["municipality"]),
            str(known["compare"]),
            f"Evenveel jeugdigen krijgen dezelfde hulp als in {known['base']}. Alleen uren en tarieven stijgen: "
            f"{tariff} van de stijging komt door tarieven.",
        ),
        (
            "Harmonisatie van tarieven",
            _EVERYWHERE,
            day_in_words(harmonisation["starts"]),
            "Aanbieders krijgen bijna dezelfde prijs per product. De prijzen stijgen; dat jaar is er geen indexatie.",
        ),
        (
            "Profielen en intensiteiten",
            _EVERYWHERE,
            day_in_words(profiles["starts"]),
            f"Tot en met {day_in_words(profiles['ends'])} geldt één prijs per maand in plaats van een prijs per uur.",
        ),
        (
            "Woonplaatsbeginsel",
            _EVERYWHERE,
            day_in_words(residence["starts"]),
            f"Eerst betaalde bij {numbers.percent(residence['share'], 0)} van het verblijf een andere gemeente.",
        ),
    ]


def _lump_sum(entry: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, str, str, str]:
    return (
        f"Vast bedrag voor {listed(entry['products'])}",
        listed([names.get(code, code) for code in entry["municipalities"]]),
        day_in_words(entry["starts"]),
        f"{numbers.percent(entry['share'], 0)} van deze trajecten is niet te zien in de declaraties, vooral lichte.",
    )


def _measure(entry: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, str, str, str]:
    effects = []
    if entry["fewer_starts"]:
        effects.append(f"{numbers.percent(entry['fewer_starts'], 0)} minder nieuwe trajecten")
    if entry["fewer_hours"]:
        effects.append(f"{numbers.percent(entry['fewer_hours'], 0)} minder uren")
    true = listed(effects) or "geen verschil"
    return (
        f"Maatregel: {entry['name']} ({entry['product']})",
        names.get(entry["municipality"], entry["municipality"]),
        day_in_words(entry["starts"]),
        f"In werkelijkheid: {true}. Juist oordeel: {entry['verdict']}.",
    )
