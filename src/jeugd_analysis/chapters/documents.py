"""Chapter 92: where the council documents contradict each other, what they plan, and what they promise to follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pandas as pd

from jeugd_analysis.chapters.edition import Edition, day
from jeugd_analysis.errors import bad_parameter
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_upper
from jeugd_analysis.present.tables import Column, Table, below_each_other, table_html

_SMALL = ("afronding", "naam of nummer")  # no difference of substance: shown apart, below the others
_LINES = re.compile(r" \(tekst r\. [^)]*\)")  # lines of our plain text version: in the file, of no use to a reader
_DONE = "gedaan volgens het stuk"
_PAST, _RUNNING, _AHEAD, _UNDATED = "datum voorbij", "loopt", "komt nog", "geen datum"

Cite = Callable[[str, str], str]  # (document, place) -> source as a reader sees it


def sources(municipality: str, period: str) -> Finding:
    """The council documents that the book is built on, with the short names used on this page."""
    rows = _rows(Edition.open(municipality, period), "documents")
    told = rows.assign(wat=[f"{row.title}\n({row.status}, {row.dated})" for row in rows.itertuples()])
    return Finding(
        name="stukken-bronnen",
        table=table_html(not_personal(told, what="De gebruikte stukken."), {
            "short_name": Column(heading="Naam op deze pagina"),
            "wat": Column(heading="Stuk"),
        }, caption="De stukken van de gemeenten"),
        texts={"stukken_aantal": numbers.decimal(len(rows))},
    )  # fmt: skip


def overview(municipality: str, period: str) -> Finding:
    """How many contradictions there are of each kind, and how many no document explains."""
    rows = _substantial(_rows(Edition.open(municipality, period), "contradictions"))
    counted = (
        rows.assign(open=rows["status"].eq("open"))
        .groupby("kind", sort=False, as_index=False)
        .agg(aantal=("contradiction_id", "size"), open=("open", "sum"))
    )
    counted["kind"] = counted["kind"].map(first_upper)
    return Finding(
        name="stukken-overzicht",
        table=table_html(not_personal(counted, what="Aantal tegenspraken per soort."), {
            "kind": Column(heading="Soort"),
            "aantal": Column(heading="Aantal", write=numbers.count),
            "open": Column(heading="Nog open", write=numbers.count),
        }, caption="Tegenspraken per soort"),
        texts={
            "tegenspraken_aantal": numbers.decimal(len(rows)),
            "tegenspraken_open": _count(rows["status"].eq("open")),
            "tegenspraken_verklaard": _count(rows["status"].eq("verklaard")),
            "tegenspraken_tijd": _count(rows["status"].eq("verschil in tijd")),
        },
    )  # fmt: skip


def contradictions(municipality: str, period: str, kind: str = "") -> Finding:
    """Two statements that differ, each with its place, and what the book does with them; of one kind, or all.

    Raises: UnknownNameError when no contradiction is of this kind.
    """
    edition = Edition.open(municipality, period)
    rows = _rows(edition, "contradictions")
    kinds = rows["kind"].unique().tolist()
    if kind and kind not in kinds:
        raise bad_parameter("kind", kind, ", ".join(kinds))
    chosen = _substantial(rows[rows["kind"] == kind] if kind else rows)
    name = kind.replace(" ", "_") or "alle"
    caption = f"Twee uitspraken naast elkaar: {kind or 'alle'}"
    return Finding(
        name=f"stukken-{name}",
        table=_contradiction_table(chosen, _citation(edition), caption=caption),
        texts={f"tegenspraken_{name}": numbers.decimal(len(chosen))},
    )


def small_differences(municipality: str, period: str) -> Finding:
    """Roundings, names and numbers that differ: no difference of substance, but a reader may stumble over them."""
    edition = Edition.open(municipality, period)
    rows = _rows(edition, "contradictions")
    small = rows[rows["status"].isin(_SMALL)]
    return Finding(
        name="stukken-klein",
        table=_contradiction_table(small, _citation(edition), caption="Afronding, namen en nummers"),
        texts={"klein_aantal": numbers.decimal(len(small))},
    )


def planning(municipality: str, period: str) -> Finding:
    """Every dated step per track, with where it stands on the last day of the edition."""
    edition = Edition.open(municipality, period)
    cite = _citation(edition)
    rows = _rows(edition, "planning")
    stands = [_stand(row.start, row.end, row.status, edition.quarter.last_day) for row in rows.itertuples()]
    told = rows.assign(
        wat=[f"{row.step}\n({cite(row.document, row.place)})" for row in rows.itertuples()],
        wanneer=[
            f"{when} ({stand})\n{_LINES.sub('', note)}".strip()
            for when, stand, note in zip(rows["when"], stands, rows["note"], strict=True)
        ],
    )
    tables: list[Table] = [
        table_html(not_personal(part, what="Planning uit de stukken."), {
            "wat": Column(heading="Wat gebeurt er"), "wanneer": Column(heading="Wanneer"),
        }, caption=str(track))
        for track, part in told.groupby("track", sort=False)
    ]  # fmt: skip
    return Finding(
        name="stukken-planning",
        table=below_each_other(tables),
        texts={
            "planning_aantal": numbers.decimal(len(rows)),
            "planning_dag": day(edition.quarter),
            "planning_voorbij": numbers.decimal(stands.count(_PAST)),
            "planning_komt": numbers.decimal(stands.count(_AHEAD)),
            "planning_voorbehoud": _count(rows["status"].eq("onder voorbehoud")),
        },
    )


def indicators(municipality: str, period: str) -> Finding:
    """What the documents promise to follow, for whom, and where the book answers it."""
    edition = Edition.open(municipality, period)
    cite = _citation(edition)
    rows = _rows(edition, "indicators")
    told = rows.assign(
        wat=[
            f"{row.indicator}\nVoor: {row.for_whom}. Hoe vaak: {row.frequency}.\n({cite(row.document, row.place)})"
            for row in rows.itertuples()
        ]
    )
    return Finding(
        name="stukken-indicatoren",
        table=_answer_table(told, heading="Wat de stukken willen volgen", caption="Beloofde indicatoren"),
        texts={
            "indicatoren_aantal": numbers.decimal(len(rows)),
            "indicatoren_beantwoord": _count(rows["chapter"].ne("")),
            "indicatoren_nog_niet": _count(rows["chapter"].eq("")),
        },
    )


def goals(municipality: str, period: str) -> Finding:
    """The goals of each segment as the council set them, and what the book can say about them."""
    edition = Edition.open(municipality, period)
    rows = _rows(edition, "goals")
    told = rows.assign(wat=[f"{row.number}. {row.goal}" for row in rows.itertuples()])
    names = edition.segment_names()
    tables: list[Table] = [
        _answer_table(part, heading="Doel", caption=names[str(segment)])
        for segment, part in told.groupby("segment", sort=False)
    ]
    return Finding(
        name="stukken-doelen",
        table=below_each_other(tables),
        source=f"Bron: {', '.join(rows['document'].unique())}, doelstellingen per segment, in eigen woorden.",
        texts={
            "doelen_aantal": numbers.decimal(len(rows)),
            "doelen_segmenten": numbers.decimal(rows["segment"].nunique()),
            "doelen_beantwoord": _count(rows["chapter"].ne("")),
        },
    )


def _rows(edition: Edition, name: str) -> pd.DataFrame:
    """A published table with empty texts instead of missing ones."""
    return edition.store.published(name).fillna("")


def _count(these: pd.Series) -> str:
    return numbers.decimal(int(these.sum()))


def _substantial(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[~rows["status"].isin(_SMALL)].reset_index(drop=True)


def _citation(edition: Edition) -> Cite:
    """How a source is named on this page: a council document by its short name and section, any other by its name."""
    short = _rows(edition, "documents").set_index("document")["short_name"].to_dict()

    def cite(document: str, place: str) -> str:
        return f"{short[document]}, {_LINES.sub('', place)}" if document in short else document

    return cite


def _contradiction_table(rows: pd.DataFrame, cite: Cite, *, caption: str) -> Table:
    """Subject and status head the row; both statements with their source and the consequence fill it."""
    told = pd.DataFrame(
        {
            "wat": [f"{row.subject}\n({row.status})" for row in rows.itertuples()],
            "tekst": [
                f"{row.statement_1} ({cite(row.document_1, row.place_1)})\n\n"
                f"{row.statement_2} ({cite(row.document_2, row.place_2)})\n\n"
                f"Gevolg: {row.consequence_for_the_book}"
                for row in rows.itertuples()
            ],
        }
    )
    return table_html(not_personal(told, what="Uitspraken uit stukken, in eigen woorden."), {
        "wat": Column(heading="Onderwerp"), "tekst": Column(heading="Wat er staat, en het gevolg voor dit boek"),
    }, caption=caption)  # fmt: skip


def _answer_table(rows: pd.DataFrame, *, heading: str, caption: str) -> Table:
    """What is asked beside the chapter that answers it, or why none does."""
    told = rows.assign(
        antwoord=[
            f"Hoofdstuk {row.chapter}. {row.answer}" if row.chapter else f"Nog niet. {row.answer}"
            for row in rows.itertuples()
        ]
    )
    return table_html(not_personal(told, what="Uit de stukken, in eigen woorden."), {
        "wat": Column(heading=heading), "antwoord": Column(heading="In dit boek"),
    }, caption=caption)  # fmt: skip


def _stand(start: str, end: str, status: str, today: date) -> str:
    """Where a step stands on a day, by its dates alone: a past date does not tell that the step was taken."""
    if status == "afgerond":
        return _DONE
    if not start or not end:
        return _UNDATED
    if date.fromisoformat(end) < today:
        return _PAST
    return _AHEAD if date.fromisoformat(start) > today else _RUNNING
