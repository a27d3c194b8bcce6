"""Chapter 75, beside the lists: who waits for help that is paid as a lump sum, as its providers report per month."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.changes import moved_beyond
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.measured import measured
from jeugd_analysis.domain.period import month_in_words
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower, relative_change
from jeugd_analysis.present.tables import Column, table_html

_TEN = 10  # youths; the region is the sum of its municipalities, and in fives a small one could be found
_APART = "Of zij ook op de wachtlijsten hierboven staan, is niet te zeggen. Tel de aantallen dus niet bij elkaar op."


def lump_sum_lists(municipality: str, period: str) -> Finding:
    """Per segment how many waited in the last reported month, beside the same month a year before."""
    edition = Edition.open(municipality, period)
    paid = edition.store.table("task_payments", edition.quarter)
    mine = paid if paid.empty or edition.area.is_region else paid[paid["municipality"] == edition.area.code]
    where = edition.area.in_name
    if mine.empty:
        words = f"Voor {where} zijn geen vaste bedragen opgegeven. Wie op zulke hulp wacht, is dus niet bekend."
        return Finding(name="wachten-vast-bedrag", texts={"wachten_vast_zin": words})
    when = mine["month"].max()
    month = month_in_words(when.date())
    exact = month_lists(mine, when)
    if exact.empty:
        words = f"Hoeveel jeugdigen in {where} in {month} op hulp met een vast bedrag wachtten, is niet opgegeven."
        return Finding(name="wachten-vast-bedrag", texts={"wachten_vast_zin": words})
    shown = _shown(exact, edition)
    title, words = lump_words(shown.frame, where, month)
    few = f" {numbers.HIDDEN}: minder dan {edition.rules.threshold} jeugdigen." if shown.hidden else ""
    return Finding(
        name="wachten-vast-bedrag",
        title=title,
        unit=f"Jeugdigen die in {month} wachtten op hulp waarvoor een vast bedrag wordt betaald, per segment",
        table=table_html(shown, {
            "naam": Column(heading="Segment"),
            "before_told": Column(heading="Een jaar eerder", write=str),
            "now": Column(heading=f"Wachtend in {month}", write=numbers.count),
        }, caption=f"Wachten op hulp met een vast bedrag, {edition.area.name}"),
        source="Opgave van de aanbieders per maand, afgerond op 10. Wie bij twee aanbieders wacht, telt twee keer. "
        f"{edition.source}{few}",
        open_table=True,
        texts={"wachten_vast_zin": words},
    )  # fmt: skip


def month_lists(paid: pd.DataFrame, when: pd.Timestamp) -> pd.DataFrame:
    """Exact: level (segment), now and before (a year earlier, missing when not told), of segments told completely.

    A segment of which a provider told no number is left out: its sum would be too low.
    """
    told = {}
    for name, month in (("now", when), ("before", when - pd.DateOffset(years=1))):
        rows = paid[paid["month"] == month].groupby("segment")["waiting"]
        told[name] = rows.agg(lambda each: each.sum(skipna=False))
    both = pd.DataFrame(told).dropna(subset=["now"]).astype("Int64")
    return both.rename_axis("level").reset_index()


def _shown(exact: pd.DataFrame, edition: Edition) -> Safe:
    """Level, naam, now and before in tens, missing where too few wait, and before_told: a dash where not known."""
    parts = {}
    for name in ("now", "before"):
        known = exact[["level", name]].assign(about=exact[name]).fillna({name: 0})
        parts[name] = measured(known, edition=edition, keys=["level"], count=name, steps={"about": _TEN})
    names = edition.segment_names()
    now, before = (parts[name].frame["about"].array for name in ("now", "before"))
    rows = pd.DataFrame({"level": exact["level"], "naam": [names.get(code, code) for code in exact["level"]],
                         "now": now, "before": before})  # fmt: skip
    unknown = exact["before"].isna()
    told = rows["before"].map(numbers.count).mask(unknown, numbers.MISSING)
    return parts["now" if parts["now"].hidden else "before"].derived(rows.assign(before_told=told))


def lump_words(told: pd.DataFrame, where: str, month: str) -> tuple[str, str]:
    """Title and sentences: the longest list that may be told, beside a year before; or that too few wait."""
    known = told.dropna(subset=["now"])
    if known.empty:
        few = f"In {where} wachtten in {month} te weinig jeugdigen op hulp met een vast bedrag om te tonen"
        return few, f"{few}. Het kan ook zijn dat er niemand wachtte."
    top = known.loc[known["now"].astype("float64").idxmax()]
    many = numbers.count(top["now"])
    title = f"In {where} wachtten in {month} ongeveer {many} jeugdigen op hulp met een vast bedrag"
    if len(told) > 1:
        title += f" bij {first_lower(top['naam'])}"
    if numbers.is_missing(top["before"]):
        return title, f"{title}. Met een jaar eerder is dat niet te vergelijken. {_APART}"
    verb = moved_beyond(top["before"], top["now"], _TEN, rise="meer", fall="minder", same="")
    if not verb:
        return title, f"{title}. Dat zijn er ongeveer evenveel als een jaar eerder. {_APART}"
    by = relative_change(top["before"], top["now"], people=True)
    return title, f"{title}. Dat is {by} {verb} dan een jaar eerder ({numbers.count(top['before'])}). {_APART}"
