"""Chapter 75, the lists: youths waiting and days by segment and kind of help, harmful waiting, and a year before."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.changes import after_title, moved_beyond
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.measured import measured
from jeugd_analysis.domain.codes import WAITING_KINDS
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart, series_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, table_html

ALL = "alle"
HOW = (
    "Lever een bestand waiting.csv aan, met per gemeente, segment, soort hulp en kwartaal het aantal wachtenden, de "
    "gemiddelde wachttijd in dagen en het aantal dat schadelijk wacht. De indeling staat in GLOSSARY.md."
)
_STEADY = 100  # youths: below it rounding to five moves a percentage by too much
_MOST_GUESSED = 0.2  # of the weight of a mean wait; a hidden list can weigh from nothing to twice what is taken for it
_SUMMED = ["waiting", "weight", "guessed", "waited_days"]
_HARMFUL = "Schadelijk wachten is alleen per segment te tonen."
_COUNTS = "Wie voor twee soorten hulp wacht, telt twee keer. Stand op de laatste dag van het kwartaal."


def now(municipality: str, period: str) -> Finding:
    """Per segment and kind: waiting now and a year before, days, and how many of them wait harmfully."""
    edition = Edition.open(municipality, period)
    table = lists(edition)
    if table.frame.empty:
        words = nothing_words(edition)
        return Finding(name="wachten-nu", texts={"wachten_zin": words, "wachten_schadelijk_zin": ""})
    title, words = now_words(table.frame.iloc[-1], latest(edition), edition)
    drawn = table.derived(
        table.frame[~table.frame["level"].str.contains(" ") & table.frame["level"].ne(ALL)].assign(
            label=lambda rows: [numbers.count(value) for value in rows["waiting"]]
        )
    )
    return Finding(
        name="wachten-nu",
        title=title,
        unit=f"Aantal wachtende jeugdigen per segment, eind {latest(edition)}",
        chart=bars_chart(
            drawn, category="naam", value="waiting", label="label", title=title, unit="wachtende jeugdigen",
            description="; ".join(f"{r.naam}: {r.label} wachtenden" for r in drawn.frame.itertuples()),
        ),
        table=table_html(table, {
            "naam": Column(heading="Segment en soort hulp"),
            "waiting": Column(heading="Wachtend", write=numbers.count, status="status"),
            "before": Column(heading="Een jaar eerder", write=numbers.count, status="before_status"),
            "days": Column(heading="Wachttijd in dagen", write=_days),
            "harmful": Column(heading="Wacht schadelijk", write=_harmful, status="harmful_status"),
        }, caption=f"Wachtende jeugdigen eind {latest(edition)}, {edition.area.name}"),
        source=f"{_COUNTS} {_HARMFUL} Opgave van aanbieders. {source(edition)} {table.note}",
        open_table=True,
        texts={
            "wachten_zin": f"{words} {silent_words(edition)}".strip(),
            "wachten_schadelijk_zin": harmful_words(table.frame.iloc[-1], edition),
        },
    )  # fmt: skip


def source(edition: Edition) -> str:
    """Lists are reported by providers; they are not claims."""
    return edition.source.replace("Declaraties van aanbieders", "Wachtlijsten van aanbieders")


def latest(edition: Edition) -> str:
    """The last quarter with a list; empty without one."""
    quarters = edition.store.table("waiting", edition.quarter)["quarter"]
    known = quarters[quarters <= edition.quarter.label]
    return str(known.max()) if len(known) else ""


def year_before(label: str) -> str:
    """2025-K3 of 2026-K3."""
    quarter = Quarter.parse(label)
    return Quarter(quarter.year - 1, quarter.number).label


def lists(edition: Edition) -> Safe:
    """Segments, each with its kinds, and all last: level, naam, waiting, before, days, harmful and statuses."""
    quarter = latest(edition)
    cells = edition.shown("waiting", kind="kwartaal").frame.set_index(["period", "level"])
    if not quarter or quarter not in cells.index.get_level_values(0):
        return measured_days(edition, quarter or edition.quarter.label).derived(pd.DataFrame({"level": []}))
    harmful = edition.shown("harmful", kind="kwartaal").frame.set_index(["period", "level"])
    days = measured_days(edition, quarter)
    rows = cells.loc[quarter]
    told = pd.DataFrame({"level": rows.index, "waiting": rows["youths"].array, "status": rows["youths_status"].array})
    for name, frame, when in (("before", cells, year_before(quarter)), ("harmful", harmful, quarter)):
        of = frame.loc[when] if when in frame.index.get_level_values(0) else frame.iloc[:0].droplevel(0)
        told[name] = of["youths"].reindex(told["level"]).array
        told[f"{name}_status"] = of["youths_status"].reindex(told["level"]).array
    told = told.merge(days.frame[["level", "days"]], on="level", how="left")
    names = edition.segment_names()
    told["naam"] = [level_name(level, names) for level in told["level"]]
    order = told["level"].where(told["level"].ne(ALL), "T")
    return days.derived(told.assign(order=order).sort_values("order", ignore_index=True).drop(columns="order"))


def level_name(level: str, names: dict[str, str]) -> str:
    """The name of a segment, a kind within it, or all together."""
    if level == ALL:
        return "Alle wachtlijsten samen"
    code, _, kind = level.partition(" ")
    return f"– {WAITING_KINDS[kind]}" if kind else names[code]


def reported(edition: Edition, quarter: str) -> pd.DataFrame:
    """level, waiting (exact, to judge by), weight, guessed, waited_days (weight x mean wait) of the area in a quarter.

    A mean is weighed with the numbers that are published, of every municipality and kind of help. A hidden one counts
    as half the threshold, and is `guessed`. With exact weights the means of parts and whole together would tell the
    numbers of youths.
    """
    table = edition.store.table("waiting", edition.quarter)
    places = {place.code for place in edition.region.municipalities}
    here = table[table["municipality"].isin(places if edition.area.is_region else {edition.area.code})]
    rows = here[here["quarter"] == quarter]
    published = _published_weights(edition, rows, quarter)
    weight = published.fillna(edition.rules.threshold / 2).where(rows["mean_wait_days"].notna(), 0.0)
    rows = rows.assign(weight=weight, guessed=weight.where(published.isna(), 0.0))
    rows = rows.assign(waited_days=weight * rows["mean_wait_days"].fillna(0.0))
    levels = [rows.assign(level=ALL), rows.assign(level=rows["segment"]),
              rows.assign(level=rows["segment"] + " " + rows["kind"])]  # fmt: skip
    return pd.concat(levels).groupby("level", as_index=False)[_SUMMED].sum()


def _published_weights(edition: Edition, rows: pd.DataFrame, quarter: str) -> pd.Series:
    """The published number of each list, missing where it is hidden."""
    cells = edition.store.release(edition.quarter)
    mine = cells[cells["dimension"].eq("waiting") & cells["period"].eq(quarter)]
    known = mine.set_index(["area", "level"])["published"]
    named = [rows["segment"] + " " + rows["kind"], rows["segment"]]  # a segment of one kind has no level of the kind
    of = [pd.MultiIndex.from_arrays([rows["municipality"], level]) for level in named]
    number = known.reindex(of[0]).where(of[0].isin(known.index), known.reindex(of[1]).to_numpy())
    return number.astype("Float64").astype("float64").set_axis(rows.index)


def mean_days(lists: pd.DataFrame) -> pd.Series:
    """Mean wait of rows of `reported`; missing where nobody waits, and where too much of the weight is guessed.

    Lists of a few youths each can have any mean together.
    """
    sure = (lists["weight"] > 0) & (lists["guessed"] <= _MOST_GUESSED * lists["weight"])
    return (lists["waited_days"] / lists["weight"].where(sure)).reset_index(drop=True)


def measured_days(edition: Edition, quarter: str) -> Safe:
    """Level and days: the mean wait of those on the list, where the release shows how many they are."""
    exact = reported(edition, quarter).reset_index(drop=True)
    days = mean_days(exact)
    unsure = days.isna() & exact["weight"].gt(0)
    exact = exact[["level", "waiting"]].assign(days=days.fillna(0.0))
    cells = edition.shown("waiting", kind="kwartaal", periods=[quarter]).frame.set_index("level")["youths"]
    hidden = cells.reindex(exact["level"]).isna().reset_index(drop=True) | unsure
    return measured(exact, edition=edition, keys=["level"], count="waiting", steps={"days": 1.0}, also_hidden=hidden)


def nothing_words(edition: Edition) -> str:
    """Why there is no list to show."""
    if not latest(edition):
        return f"Er is geen wachtlijst aangeleverd. {HOW}"
    return f"Voor {edition.area.in_name} is geen wachtlijst aangeleverd. {HOW}"


def silent_words(edition: Edition) -> str:
    """Which municipalities of the region reported nothing for the last quarter; empty on other pages."""
    table = edition.store.table("waiting", edition.quarter)
    told = set(table.loc[table["quarter"] == latest(edition), "municipality"])
    silent = [place.name for place in edition.region.municipalities if place.code not in told]
    if not silent or not edition.area.is_region:
        return ""
    return f"Zonder {listed(silent)}: daarvan is over dit kwartaal niets opgegeven."


def now_words(whole: pd.Series, quarter: str, edition: Edition) -> tuple[str, str]:
    """Title and sentences: how many wait, how long, and whether that is more, fewer or as many as a year before."""
    where = edition.area.in_name
    if numbers.is_missing(whole.waiting):
        few = f"Hoeveel jeugdigen er eind {quarter} in {where} wachtten, is niet te tonen"
        return few, f"{few}: het zijn er te weinig."
    if whole.waiting == 0:
        none = f"Eind {quarter} wachtte er in {where} niemand"
        return none, f"{none}, volgens de opgave van aanbieders."
    title = f"Eind {quarter} wachtten er {numbers.count(whole.waiting)} jeugdigen"
    long = "" if numbers.is_missing(whole.days) else f", gemiddeld {_days(whole.days)} dagen"
    start = f"Eind {quarter} stonden er in {where} {numbers.count(whole.waiting)} jeugdigen op een wachtlijst{long}."
    if numbers.is_missing(whole.before):
        return title, f"{start} Met een jaar eerder is dat niet te vergelijken."
    base = edition.rules.count_base
    verb = moved_beyond(whole.before, whole.waiting, base, rise="meer", fall="minder", same="")
    if not verb:
        return (
            f"{title}, ongeveer evenveel als een jaar eerder",
            f"{start} Dat is ongeveer evenveel als een jaar eerder.",
        )
    change = abs(whole.waiting / whole.before - 1) if whole.before >= _STEADY else None
    told = f"{numbers.whole_percent(change)} {verb}" if change is not None else verb
    was = numbers.count(whole.before)
    return f"{title}, {told} dan een jaar eerder", f"{start} Een jaar eerder waren dat er {was}: nu {told}."


def harmful_words(whole: pd.Series, edition: Edition) -> str:
    """How many wait harmfully, as a share where both numbers are told."""
    if numbers.is_missing(whole.harmful):
        return "Hoeveel van hen schadelijk wachten, is niet te tonen: het zijn er te weinig."
    if whole.harmful == 0:
        return "Volgens de opgave wacht niemand van hen schadelijk."
    share = "" if numbers.is_missing(whole.waiting) or not whole.waiting else (
        f" Dat is {numbers.percent(whole.harmful / whole.waiting, 0)} van de wachtenden."
    )  # fmt: skip
    return (
        f"Van hen wachten er {numbers.count(whole.harmful)} schadelijk, volgens het afwegingskader van de regio.{share}"
    )


def per_quarter(municipality: str, period: str) -> Finding:
    """All lists together per quarter."""
    edition = Edition.open(municipality, period)
    shown = edition.shown("waiting", kind="kwartaal").where(level=ALL)
    if shown.frame.empty:
        return Finding(name="wachten-kwartaal", texts={"wachten_reeks_zin": nothing_words(edition)})
    title, words = series_words(shown.frame, edition.rules.count_base)
    return Finding(
        name="wachten-kwartaal",
        title=title,
        unit="Aantal wachtende jeugdigen aan het einde van elk kwartaal",
        chart=series_chart(
            shown, time="period", value="youths", title=title, unit="wachtende jeugdigen",
            description=after_title(words, title).removeprefix(f"{title}: "),
        ),
        table=table_html(shown, {
            "period": Column(heading="Kwartaal"),
            "youths": Column(heading="Wachtend", write=numbers.count, status="youths_status"),
        }, caption=f"Wachtende jeugdigen per kwartaal, {edition.area.name}"),
        source=f"{_COUNTS} Opgave van aanbieders. {source(edition)} {shown.note}",
        texts={"wachten_reeks_zin": words},
    )  # fmt: skip


def series_words(told: pd.DataFrame, base: int) -> tuple[str, str]:
    """Title and sentence: the longest and the shortest list among the quarters that are told."""
    known = told.dropna(subset=["youths"])
    if len(known) < 2:
        few = "De wachtlijst per kwartaal is niet te tonen"
        return few, f"{few}: er zijn te weinig kwartalen met genoeg wachtenden."
    first, last = known.iloc[0], known.iloc[-1]
    verb = moved_beyond(first.youths, last.youths, base, rise="langer", fall="korter", same="ongeveer even lang")
    title = f"De wachtlijst is {verb} {'als' if verb.startswith('ongeveer') else 'dan'} in {first.period}"
    most = known[known["youths"] == known["youths"].max()]
    which = f"was die van {most['period'].iloc[0]}, met" if len(most) == 1 else f"telde in {len(most)} kwartalen"
    return title, (
        f"{title}: toen {numbers.count(first.youths)} wachtenden, in {last.period} {numbers.count(last.youths)}. "
        f"De langste lijst {which} {numbers.count(most['youths'].iloc[0])}{'' if len(most) == 1 else ' wachtenden'}."
    )


def _harmful(value: float) -> str:
    return numbers.MISSING if numbers.is_missing(value) else numbers.count(value)


def _days(value: float) -> str:
    return numbers.MISSING if numbers.is_missing(value) else numbers.decimal(value)
