"""Chapters 50 and 55: every assumption in one place, and what deliveries can and cannot tell about a measure."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.assumed import SavingsAssumed, savings_assumed
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_plan import BASE_SCENARIO, later_words, moved_words, plan_of, read_scenario
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.sentences import first_lower, joined, listed
from jeugd_analysis.present.tables import Column, table_html

_ROUNDED = "Berekende bedragen zijn afgerond op €\u00a01.000."


def assumptions(municipality: str, period: str, segment: str) -> Finding:
    """The numbers behind the chapter that no scenario file has, and the assumptions behind every split."""
    plan = plan_of(municipality, period, segment)
    rows = pd.DataFrame(_told(savings_assumed(plan.edition.store)), columns=["wat", "waarde"])
    return Finding(
        name="besparing-aannames",
        table=table_html(not_personal(rows, what="Aannames van de makers."), {
            "wat": Column(heading="Aanname"), "waarde": Column(heading="Waarde"),
        }, caption="Waarden die de makers kozen", stacked=True),
        source="Bron: data/reference/savings.toml en data/reference/scenarios. Geen besluit van een raad.",
        texts={"aannames_zin": joined(plan.assumed, _ROUNDED, plan.shown.note)},
    )  # fmt: skip


def _told(told: SavingsAssumed) -> list[tuple[str, str]]:
    rates = listed([numbers.percent(rate) for rate in told.growth_rates])
    moved = listed([first_lower(moved_words(quarters)) for quarters in told.grid_delays])
    effects = listed([whole_percent(effect) for effect in told.grid_effects])
    return [
        ("Kosten zonder maatregelen", "de vooruitblik zonder nieuw beleid: midden, laag en hoog"),
        ("Groei per jaar waar een vooruitblik ontbreekt", f"{rates}; getekend: {numbers.percent(told.growth_drawn)}"),
        ("Samenhang van de kansen", listed([numbers.decimal(rho, 1) for rho in told.coherences])),
        ("Tempo in de tabel", moved),
        ("Effect in de tabel", effects),
        ("Meer of minder effect, als het scenario geen marge heeft", whole_percent(told.tornado_effect_share)),
        ("Eerder of later bij de vraag welke aanname het zwaarst weegt", later_words(told.tornado_delay_quarters)),
    ]


def measurable(municipality: str, period: str) -> Finding:
    """Per measure of the worked example what deliveries tell about it, and what they cannot."""
    edition = Edition.open(municipality, period)
    rows = pd.DataFrame(read_scenario(edition, BASE_SCENARIO)["measures"])
    told = pd.DataFrame(
        {
            "measure": rows["measure"],
            "naam": rows["segment"].map(edition.segment_names()),
            "start": rows["start"],
            "seen": _column(rows, "seen_in"),
            "not_seen": _column(rows, "not_seen"),
        }
    )
    known = int((told["not_seen"] != numbers.MISSING).sum())
    return Finding(
        name="maatregelen-meetbaar",
        table=table_html(not_personal(told, what="Lijst van de makers."), {
            "measure": Column(heading="Maatregel (aanname)"),
            "naam": Column(heading="Segment"),
            "start": Column(heading="Start"),
            "seen": Column(heading="Te zien aan"),
            "not_seen": Column(heading="Niet te zien"),
        }, caption="Wat de aanleveringen over een maatregel zeggen", stacked=True),
        source="Lijst van de makers, uit data/reference/scenarios/basis.toml.",
        texts={
            "meetbaar_zin": f"{_unseen(known, len(told))} Een verschil tussen "
            "plan en declaraties zegt bovendien niet waardoor het komt. Ook zonder maatregel kunnen kosten veranderen.",
        },
    )  # fmt: skip


def _unseen(known: int, count: int) -> str:
    if not known:
        return "Bij geen enkele maatregel is opgeschreven wat buiten beeld blijft."
    if known == count:
        return "Bij elke maatregel blijft iets buiten beeld."
    return f"Bij {known} van de {count} maatregelen blijft iets buiten beeld."


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    if name not in rows:
        return pd.Series(numbers.MISSING, index=rows.index)
    return rows[name].fillna(numbers.MISSING)
