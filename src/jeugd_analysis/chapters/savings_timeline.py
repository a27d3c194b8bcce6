"""Chapters 50 and 55, timing: the steps towards new contracts, for all segments or for one, and each contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from jeugd_analysis.chapters.edition import Edition, day
from jeugd_analysis.chapters.savings_plan import BASE_SCENARIO, read_scenario
from jeugd_analysis.chapters.segment_contracts import Contract
from jeugd_analysis.domain.period import day_in_words
from jeugd_analysis.domain.region import Segment
from jeugd_analysis.methods.savings.scenario import later
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import timeline_chart
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import joined, listed
from jeugd_analysis.present.tables import Column, Table, below_each_other, table_html

_LINES = re.compile(r" \(tekst r\. [^)]*\)")  # lines of our plain text version: of no use to a reader
_RESERVED, _PAST, _DECIDED = "onder voorbehoud", "datum voorbij", "besloten"
_TRACKS = ("Bekostiging", "Route", "Contracten: einde")  # decisions and contracts; other tracks stand in chapter 92
_AFTER = date(2027, 6, 30)  # what runs on for years would squeeze the steps before it


def timeline(municipality: str, period: str) -> Finding:
    """Decisions and contracts per route, with their status on the last day of the edition; reservations stay."""
    edition = Edition.open(municipality, period)
    told = _steps(edition, None)
    title = f"Van de {len(told)} stappen naar nieuwe contracten zijn er {int(told['reserved'].sum())} onder voorbehoud"
    return _figure(edition, told, name="maatregelen-tijdlijn", title=title, tables=[_steps_table(told)], texts={
        "tijdlijn_zin": f"{title}. {_routes(told)} {_gone(edition, told)}",
    })  # fmt: skip


def segment_timeline(municipality: str, period: str, segment: str) -> Finding:
    """The same steps as far as they are about one segment, and when its measures start; nothing for all together."""
    edition = Edition.open(municipality, period)
    chosen = edition.region.find_segment(segment)
    if chosen is None:
        return Finding(name="besparing-tijdlijn", texts={"segment_tijdlijn_zin": ""})
    scenario = read_scenario(edition, BASE_SCENARIO)
    told = _steps(edition, chosen)
    measures = [row for row in scenario["measures"] if row["segment"] == chosen.code]
    title = (
        f"Van de {len(told)} stappen naar een nieuw contract voor {chosen.name} zijn er "
        f"{int(told['reserved'].sum())} onder voorbehoud"
    )
    tables = [_steps_table(told), *_measures_table(measures, scenario["contracts"][chosen.code])]
    return _figure(edition, told, name="besparing-tijdlijn", title=title, tables=tables, texts={
        "segment_tijdlijn_zin": joined(f"{title}.", _gone(edition, told), _first_measure(measures)),
    })  # fmt: skip


def _steps(edition: Edition, chosen: Segment | None) -> pd.DataFrame:
    """Steps with a date: route, step, when, start, end, status, stand on the day of the edition, reserved, note."""
    planned = edition.store.published("planning").fillna("")
    rows = planned[planned["track"].str.startswith(_TRACKS) & planned["start"].ne("")]
    if chosen is not None:
        rows = rows[[not codes or chosen.code in codes.split(";") for codes in rows["segments"]]]
    today = edition.quarter.last_day
    return rows.reset_index(drop=True).assign(
        route=lambda frame: [track.partition(":")[0].partition(" en ")[0] for track in frame["track"]],
        stand=lambda frame: [stand(row.start, row.end, row.status, today) for row in frame.itertuples()],
        reserved=lambda frame: frame["status"].eq(_RESERVED),
        note=lambda frame: [_LINES.sub("", note) or numbers.MISSING for note in frame["note"]],
    )


def _figure(
    edition: Edition, told: pd.DataFrame, *, name: str, title: str, tables: list[Table], texts: Mapping[str, str]
) -> Finding:
    drawn = told[told["end"] <= _AFTER.isoformat()].assign(
        naam=lambda frame: [f"{row.route}: {row.step}" for row in frame.itertuples()]
    )
    shown = not_personal(drawn.reset_index(drop=True), what="Planning uit de stukken.")
    return Finding(
        name=name,
        title=title,
        unit=f"Stappen per route, zoals de stukken ze noemen; stand op {day(edition.quarter)}",
        chart=timeline_chart(
            shown, step="naam", reserved="reserved", today=edition.quarter.last_day, title=title, unit="",
            description="; ".join(f"{row.naam}: {row.when} ({row.status})" for row in drawn.itertuples()),
        ),
        table=below_each_other(tables),
        source=f"Bron: {', '.join(dict.fromkeys(told['document']))}.",
        texts=texts,
    )  # fmt: skip


def _steps_table(told: pd.DataFrame) -> Table:
    return table_html(not_personal(told, what="Planning uit de stukken."), {
        "route": Column(heading="Route"),
        "step": Column(heading="Stap"),
        "when": Column(heading="Wanneer"),
        "status": Column(heading="Status in het stuk"),
        "stand": Column(heading="Op de peildatum"),
        "note": Column(heading="Opmerking"),
    }, caption="Stappen naar nieuwe contracten", stacked=True)  # fmt: skip


def _measures_table(measures: list[dict[str, object]], contract: Contract) -> list[Table]:
    """Start and full effect of each measure beside the start of the contract; empty without measures."""
    if not measures:
        return []
    rows = pd.DataFrame(
        {
            "measure": [row["measure"] for row in measures],
            "contract": contract.start.label,
            "start": [row["start"] for row in measures],
            "full": [_full_from(row) for row in measures],
        }
    )
    return [
        table_html(not_personal(rows, what="Aannames van de makers."), {
            "measure": Column(heading="Maatregel (aanname)"),
            "contract": Column(heading="Contract begint"),
            "start": Column(heading="Maatregel begint"),
            "full": Column(heading="Volledig effect vanaf"),
        }, caption="Maatregelen na het contract", stacked=True)
    ]  # fmt: skip


def _full_from(row: Mapping[str, object]) -> str:
    """The first quarter with full effect: a growth of n quarters ends in its n-th."""
    return later(str(row["start"]), max(int(str(row["ramp_quarters"])), 1) - 1)


def _first_measure(measures: list[dict[str, object]]) -> str:
    if not measures:
        return "Het rekenvoorbeeld heeft voor dit segment geen maatregel."
    first, last = min(str(row["start"]) for row in measures), max(_full_from(row) for row in measures)
    return f"In het rekenvoorbeeld begint de eerste maatregel in {first}. Vanaf {last} werkt alles volledig."


def _routes(rows: pd.DataFrame) -> str:
    """What each route is, from the name of its track."""
    named = [track for track in dict.fromkeys(rows["track"]) if track.startswith("Route")]
    return " ".join(f"{track}." for track in named)


def _gone(edition: Edition, told: pd.DataFrame) -> str:
    """How many steps have a date that has passed; the documents do not tell whether they were taken."""
    gone = int(told["stand"].eq(_PAST).sum())
    if not gone:
        return f"Op {day(edition.quarter)} is nog van geen enkele stap de datum voorbij."
    many = "één stap" if gone == 1 else f"{gone} stappen"
    taken = "Of die gezet is, staat" if gone == 1 else "Of ze gezet zijn, staat"
    return (
        f"Op {day(edition.quarter)} is de datum van {many} voorbij. {taken} niet in de stukken die dit boek gebruikt."
    )


def stand(start: str, end: str, status: str, today: date) -> str:
    """Where a step stands by its dates alone; a past date does not tell that the step was taken."""
    if status == "afgerond":
        return "gedaan volgens het stuk"
    if date.fromisoformat(end) < today:
        return _PAST
    return "komt nog" if date.fromisoformat(start) > today else "loopt"


def contracts(municipality: str, period: str, segment: str) -> Finding:
    """The next contract per segment: its start and route, and how certain those are."""
    edition = Edition.open(municipality, period)
    chosen = edition.region.find_segment(segment)
    scenario = read_scenario(edition, BASE_SCENARIO)
    told: dict[str, Contract] = scenario["contracts"]
    names = edition.segment_names()
    rows = pd.DataFrame(
        [
            (names[code], _first_day(each), each.status, each.route, each.route_status, each.note or numbers.MISSING)
            for code, each in told.items()
            if chosen is None or chosen.code == code
        ],
        columns=["naam", "start", "status", "route", "route_status", "note"],
    )
    mine = [each for code, each in told.items() if chosen is None or chosen.code == code]
    return Finding(
        name="besparing-contracten",
        table=table_html(not_personal(rows, what="Uit de stukken, in eigen woorden."), {
            "naam": Column(heading="Segment"),
            "start": Column(heading="Contract begint"),
            "status": Column(heading="Status van de start"),
            "route": Column(heading="Route"),
            "route_status": Column(heading="Status van de route"),
            "note": Column(heading="Opmerking"),
        }, caption="Het nieuwe contract per segment", stacked=True),
        source=f"Bron: {', '.join(dict.fromkeys(each.document for each in mine if each.document))}. "
        "De start staat in data/reference/contracts.csv en region.toml.",
        texts={"contracten_zin": joined(contract_words(mine, names), _followed(scenario["measures"]))},
    )  # fmt: skip


def contract_words(told: Iterable[Contract], names: Mapping[str, str]) -> str:
    """When contracts start, right for one date and for several, and for which segments it is not sure yet."""
    each = list(told)
    groups: dict[str, list[str]] = {}
    for one in sorted(each, key=lambda contract: contract.start):
        groups.setdefault(_first_day(one), []).append(names[one.segment])
    if len(groups) == 1:
        subject = "Het nieuwe contract begint" if len(each) == 1 else "Nieuwe contracten beginnen"
        start = f"{subject} op {next(iter(groups))}."
    else:
        start = (
            f"Nieuwe contracten beginnen {listed([f'op {date} voor {listed(who)}' for date, who in groups.items()])}."
        )
    unsure = [names[one.segment] for one in each if one.status != _DECIDED]
    if not unsure:
        return start
    whom = "" if len(unsure) == len(each) else f" voor {listed(unsure)}"
    return f"{start} Dat is{whom} nog niet zeker."


def _followed(measures: list[dict[str, object]]) -> str:
    if not all("after_contract_quarters" in row for row in measures):
        return ""
    return "Elke maatregel in het rekenvoorbeeld volgt het contract van het eigen segment."


def _first_day(contract: Contract) -> str:
    return day_in_words(contract.start.first_day)
