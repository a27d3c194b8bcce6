"""Chapter 15: how many young people come, stay, leave and come back, and why care ended."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.changes import after_title, moved_beyond
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import flow_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower, relative_change
from jeugd_analysis.present.tables import Column, table_html

_FLOW = "flow"  # dimension of the release
_COLUMNS = {
    "at_start": "Op 1 januari",
    "inflow": "Ingestroomd",
    "returned": "Teruggekomen",
    "moved_in": "Verhuisd, erbij",
    "youths": "Alle jeugdigen",
    "throughflow": "Doorgestroomd",
    "outflow": "Uitgestroomd",
    "moved_out": "Verhuisd, eraf",
    "at_end": "Op 31 december",
}
_NOT_YET = "S0"  # products without a segment


def flow_numbers(edition: Edition, segment: str = "") -> Safe:
    """One row per year: period, and per number its count and, with _status, why it is hidden. NA: not known.

    segment: empty for all help. Numbers that no year has are columns of missing values.
    """
    shown = edition.shown(f"{_FLOW} {segment}".strip())
    wide = pd.DataFrame({"period": sorted(shown.frame["period"].unique())}, dtype="str")
    for name in (*_COLUMNS, "switched_in", "switched_out", "stopped", "came_back"):
        part = shown.frame.loc[shown.frame["level"].eq(name), ["period", "youths", "youths_status"]]
        named = part.rename(columns={"youths": name, "youths_status": f"{name}_status"})
        wide = wide.merge(named, on="period", how="left", validate="one_to_one")
    return shown.derived(wide)


def flows_per_year(municipality: str, period: str) -> Finding:
    """Inflow, throughflow and outflow per year, with those who came back and those who moved."""
    edition = Edition.open(municipality, period)
    shown = flow_numbers(edition)
    if shown.frame.empty:
        return Finding(name="stromen-jaar", texts={"stromen_zin": _NOTHING, "stromen_breuken": "", "stromen_rest": ""})
    before, last = edition.last_two(shown.frame)
    title, words = flow_words(edition, before, last)
    moves = (shown.frame[["moved_in", "moved_out"]].fillna(1) != 0).any(axis=None)
    columns = {name: told for name, told in _COLUMNS.items() if moves or not name.startswith("moved")}
    return Finding(
        name="stromen-jaar",
        title=title,
        unit="Aantal jeugdigen per jaar; wie uitstroomt staat onder de nullijn",
        chart=flow_chart(
            shown, time="period", up={"inflow": "ingestroomd", "returned": "teruggekomen"},
            down={"outflow": "uitgestroomd"}, title=title, unit="jeugdigen",
            description=after_title(words, title),
            breaks=edition.breaks("youths"),
        ),
        table=table_html(
            with_unknown(shown),
            {"period": Column(heading="Jaar"), **{name: count_column(name, told) for name, told in columns.items()}},
            caption=f"In-, door- en uitstroom per jaar, {edition.area.name}",
        ),
        source=f"Wie eerst instroomt en later uitstroomt, telt bij beide. {edition.source} {shown.note}",
        texts={
            "stromen_zin": f"{words} {edition.provisional_words}".strip(),
            "stromen_breuken": _break_words(edition, list(shown.frame["period"])),
            "stromen_rest": _unseen_words(edition),
        },
    )  # fmt: skip


_NOTHING = "Er zijn geen begin- en eindberichten ingelezen. Stromen zijn daarom niet te tellen."
_UNKNOWN = "onbekend"


def count_column(name: str, heading: str) -> Column:
    """Column for a number of youths that can be hidden or unknown."""
    return Column(heading=heading, write=_count, status=f"{name}_status")


def _count(value: float) -> str:
    """A count, a hidden one, or -1 for what cannot be known."""
    return _UNKNOWN if not numbers.is_missing(value) and value < 0 else numbers.count(value)


def with_unknown(shown: Safe) -> Safe:
    """What has no number and no status was never known: written as such, not as a small number."""
    frame = shown.frame.copy()
    for name in frame.columns:
        if f"{name}_status" in frame:
            frame[name] = frame[name].astype("Int64").mask(frame[f"{name}_status"].isna(), -1)
    return shown.derived(frame)


def flow_words(edition: Edition, before: pd.Series, last: pd.Series) -> tuple[str, str]:
    """Title and sentences on the last settled year, beside the year before where that can be compared."""
    year, where = last["period"], edition.area.in_name
    if numbers.is_missing(last["outflow"]):
        few = f"De stromen van {year} in {where} zijn niet te tonen: het gaat om te weinig jeugdigen"
        return few, f"{few}."
    out = f"stroomden {numbers.count(last['outflow'])} jeugdigen uit"
    if numbers.is_missing(last["inflow"]):
        why = (
            "Hoeveel er instroomden, is niet bekend: het jaar ervoor zit niet in de gegevens."
            if _never(last, "inflow") else "Hoeveel er instroomden, is te klein om te tonen."
        )  # fmt: skip
        return f"In {year} {out}", f"In {year} {out} in {where}. {why}"
    came, left = numbers.count(last["inflow"]), numbers.count(last["outflow"])
    both, back = f"In {year} stroomden {came} jeugdigen in en {left} uit", ""
    if not numbers.is_missing(last["returned"]) and last["returned"]:
        again = numbers.count(last["returned"])
        both, back = f"{both}; {again} kwamen terug", f"Er kwamen er {again} binnen een jaar terug."
    told = f"In {year} stroomden in {where} {came} jeugdigen in en {left} uit{edition.without('youths', year)}."
    parts = [told, back, _stock_words(edition, last), _stay_words(last), _compared(edition, before, last)]
    return both, " ".join(part for part in parts if part)


def _stock_words(edition: Edition, last: pd.Series) -> str:
    """Whether there were more at the end than at the start: who moved and who came back are in it."""
    first, final = last["at_start"], last["at_end"]
    if numbers.is_missing(first) or numbers.is_missing(final):
        return ""
    verb = moved_beyond(first, final, edition.rules.count_base, rise="meer", fall="minder", same="")
    how = f"{relative_change(first, final, people=True)} {verb} dan" if verb and first else "ongeveer evenveel als"
    return f"Op 31 december hadden {numbers.count(final)} jeugdigen hulp, {how} op 1 januari ({numbers.count(first)})."


def _never(row: pd.Series, name: str) -> bool:
    return numbers.is_missing(row[f"{name}_status"])


def _stay_words(last: pd.Series) -> str:
    if numbers.is_missing(last["throughflow"]) or numbers.is_missing(last["at_start"]) or not last["at_start"]:
        return ""
    share = numbers.percent_of(last["throughflow"] / last["at_start"], last["at_start"])
    return (
        f"Van wie op 1 januari hulp had, had {share} op 31 december nog of weer hulp "
        f"({numbers.count(last['throughflow'])} jeugdigen)."
    )


def _compared(edition: Edition, before: pd.Series, last: pd.Series) -> str:
    if before["period"] == last["period"] or numbers.is_missing(before["inflow"]):
        return ""
    first, final = int(before["period"]), int(last["period"])
    # Who disappears from the figures on 1 January left in the year before it: such a year is not compared either.
    if edition.region.breaks_between(edition.area.code, "youths", first, final + 1):
        return f"Met {first} zijn deze stromen niet te vergelijken: er zit een breuk tussen."
    base = edition.rules.count_base
    verb = moved_beyond(before["inflow"], last["inflow"], base, rise="meer", fall="minder", same="")
    if not verb:
        return f"De instroom was ongeveer gelijk aan die van {first}."
    by = relative_change(before["inflow"], last["inflow"], people=True)
    return f"De instroom was {by} {verb} dan in {first} ({numbers.count(before['inflow'])})."


def _break_words(edition: Edition, periods: list[str]) -> str:
    words = edition.explain_breaks("youths", periods)
    if not words:
        return "In deze reeks is geen breuk bekend."
    return f"{words} Wie door een breuk op 1 januari uit de cijfers verdwijnt, telt in het jaar ervoor als uitstroom."


def _unseen_words(edition: Edition) -> str:
    """Whether there were youths whose care is only known from claims; how many is not told, they are few."""
    mart = edition.mart("flows")
    mine = mart[mart["area"].eq(edition.area.code) & mart["segment"].eq("alle")]
    if mine["claimed_only"].sum() == 0:
        return "Van alle jeugdigen met declaraties is ook een beginbericht bekend."
    return "Van sommige jeugdigen zijn er declaraties, maar geen beginbericht. Zij tellen hier niet mee."


# -- per segment -------------------------------------------------------------------------------------


def flows_per_segment(municipality: str, period: str) -> Finding:
    """In the last settled year, per segment of the whole region: who came, who switched and who left."""
    edition = Edition.open(municipality, period)
    regional = Edition(store=edition.store, quarter=edition.quarter, area=edition.region.area)
    year = str(edition.quarter.last_settled_year)
    parts, safe = [], None
    for segment in edition.region.segments:
        numbers_of = flow_numbers(regional, segment.code)
        row = numbers_of.frame[numbers_of.frame["period"] == year]
        if segment.code != _NOT_YET and len(row):
            parts.append(row.assign(naam=segment.name))
            safe = numbers_of
    if safe is None:
        return Finding(
            name="stromen-segment", texts={"stromen_segment_zin": "Per segment zijn er geen stromen bekend."}
        )
    shown = safe.derived(pd.concat(parts, ignore_index=True))
    title, words = segment_words(shown.frame, year, regional.area.in_name)
    return Finding(
        name="stromen-segment",
        title=title,
        unit=f"Aantal jeugdigen per segment in {year}, {regional.area.in_name}",
        table=table_html(with_unknown(shown), {
            "naam": Column(heading="Segment"),
            "at_start": count_column("at_start", "Op 1 januari"),
            "inflow": count_column("inflow", "Ingestroomd"),
            "returned": count_column("returned", "Teruggekomen"),
            "switched_in": count_column("switched_in", "Uit een ander segment"),
            "youths": count_column("youths", "Alle jeugdigen"),
            "outflow": count_column("outflow", "Uitgestroomd"),
            "switched_out": count_column("switched_out", "Naar een ander segment"),
            "at_end": count_column("at_end", "Op 31 december"),
        }, caption=f"In-, door- en uitstroom per segment, {regional.area.name}"),
        source=f"Alleen voor de regio: per gemeente zijn deze aantallen te klein. {regional.source} {shown.note}",
        texts={"stromen_segment_zin": words},
    )  # fmt: skip


def segment_words(told: pd.DataFrame, year: str, where: str) -> tuple[str, str]:
    """Title and sentence: in which segment the stock grew most, and in which it fell most."""
    known = told.dropna(subset=["at_start", "at_end"])
    change = (known["at_end"] - known["at_start"]).astype("int64")
    if known.empty or not change.any():
        same = (
            f"In {year} bleef het aantal jeugdigen per segment gelijk"
            if len(known)
            else "Per segment is niets te tonen"
        )
        return same, f"{same}."
    row = known.loc[change.abs().idxmax()]
    verb = "groeide" if row["at_end"] > row["at_start"] else "kromp"
    name = first_lower(row["naam"])
    title = f"In {where} {verb} {name} in {year} het meest"
    return title, (
        f"{title}: van {numbers.count(row['at_start'])} jeugdigen op 1 januari naar {numbers.count(row['at_end'])} op "
        "31 december."
    )
