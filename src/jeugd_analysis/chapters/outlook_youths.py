"""Chapter 33, besides cost: how many youths would get help in the years ahead without new policy."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.forecast_exact import ALL
from jeugd_analysis.chapters.outlook import CENTRAL, HIGH, LOW, SAME, multiplied, segment_rows, signed, without_words
from jeugd_analysis.chapters.outlook_exact import YOUTHS
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import outlook_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower
from jeugd_analysis.present.tables import Column, table_html

_NO_POLICY = (
    "Raming zonder nieuw beleid. De trend is die van de jeugdigen per kwartaal in de regio, sinds de laatste breuk."
)
_NAME, _SEGMENT = "vooruitblik-jeugdigen", "vooruitblik-jeugdigen-segment"
_FEWEST = 50  # youths: rounded to five, a smaller number says nothing of growth, and an outlook can fall below ten
_FEW = 100  # youths: below it a percentage moves too much by rounding


def youths(municipality: str, period: str) -> Finding:
    """Facts up to the last settled year, and the outlook of the number of youths."""
    edition = Edition.open(municipality, period)
    base = edition.quarter.last_settled_year
    facts = edition.shown("totaal", periods=[year for year in edition.full_years() if int(year) <= base])
    rows = with_band(facts.frame, index_of(edition), base=base, step=edition.rules.count_base)
    if rows.empty:
        said = {"vooruitblik_jeugdigen_zin": nothing_words(edition, base), "vooruitblik_jeugdigen_breuken": ""}
        return Finding(name=_NAME, texts=said)
    told = facts.frame[["period", "youths"]].rename(columns={"youths": "fact"})
    both = facts.derived(told.merge(rows, on="period", how="outer").sort_values("period", ignore_index=True))
    title, words = youths_words(rows, base, edition.rules.count_base)
    table = both.derived(_readable(both.frame[both.frame["period"].astype(int) >= base], base))
    return Finding(
        name=_NAME,
        title=title,
        unit=f"Aantal jeugdigen met jeugdhulp per jaar; vanaf {base + 1} een raming",
        chart=outlook_chart(
            both, time="period", title=title, unit="jeugdigen", breaks=edition.breaks(YOUTHS), description=words,
            decimals=0,
        ),
        table=table_html(table, {
            "period": Column(heading="Jaar"),
            "soort": Column(heading="Soort"),
            LOW: Column(heading="Laag", write=numbers.count),
            CENTRAL: Column(heading="Midden", write=numbers.count),
            HIGH: Column(heading="Hoog", write=numbers.count),
            "band": Column(heading="Band van 80% om midden"),
        }, caption=f"Jeugdigen zonder nieuw beleid, {edition.area.name}"),
        source=f"{_NO_POLICY}{without_words(edition, base)} {edition.source} {facts.note}",
        texts={
            "vooruitblik_jeugdigen_zin": f"{words} {to_come_words(edition)}".strip(),
            "vooruitblik_jeugdigen_breuken": edition.explain_breaks(YOUTHS, both.frame["period"].tolist()),
        },
    )  # fmt: skip


def index_of(edition: Edition) -> pd.DataFrame:
    """The region's youths as multiples of the last settled year: segment, year, scenario, index, low, high."""
    return edition.store.estimates("outlook_youths", edition.quarter)


def with_band(facts: pd.DataFrame, index: pd.DataFrame, *, base: int, step: int) -> pd.DataFrame:
    """Released youths of the base year times the index: period (text), laag, midden, hoog, low and high (youths).

    Shapes: facts has period and youths; index as of `index_of`. The base year has the released number in each. Empty
    when that is hidden or small, or without an outlook.
    """
    start = facts.loc[facts["period"].eq(str(base)) & facts["youths"].ge(_FEWEST), "youths"]
    told = multiplied(start.set_axis([ALL] * len(start)), index, base=base, step=step)
    whole = index[index["segment"].eq(ALL) & index["scenario"].eq(CENTRAL)].set_index("year")
    for name in ("low", "high"):
        band = told["year"].map(whole[name]).astype("Float64") * int(start.sum()) / step
        told[name] = (band.round().astype("Int64") * step).mask(told["year"].eq(base), told[CENTRAL])
    return told.assign(period=told["year"].astype(str)).drop(columns=["year", "segment"])


def _readable(rows: pd.DataFrame, base: int) -> pd.DataFrame:
    bands = [
        numbers.MISSING if numbers.is_missing(low) or low == high else f"{numbers.count(low)} tot {numbers.count(high)}"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    kinds = ["cijfer" if int(year) <= base else "raming" for year in rows["period"]]
    return rows.assign(band=bands, soort=kinds).reset_index(drop=True)


def nothing_words(edition: Edition, base: int) -> str:
    """Why there is no outlook of youths: too short a series, or too few of them."""
    if index_of(edition).empty:
        return (
            "Een vooruitblik van het aantal jeugdigen is niet te maken: sinds de laatste breuk zijn er te weinig "
            "kwartalen."
        )
    return (
        f"Het aantal jeugdigen in {base} in {edition.area.in_name} is te klein voor een vooruitblik, of er waren er "
        "geen."
    )


def to_come_words(edition: Edition) -> str:
    """Breaks that are known to come, and that the outlook does not hold; empty without any."""
    later = [b for b in edition.region.breaks_of(edition.area.code, YOUTHS) if b.year > edition.quarter.year]
    told = " ".join(b.explanation for b in later)
    return f"{told} Dat zit niet in deze raming." if told else ""


def youths_words(rows: pd.DataFrame, base: int, step: int) -> tuple[str, str]:
    """Title and sentences: rise, fall or about equal in the central scenario, with the range and the band.

    A change that rounding to the step could have made is no change.
    """
    first, last = rows.iloc[0], rows.iloc[-1]
    year, start, end = last["period"], numbers.count(first[CENTRAL]), numbers.count(last[CENTRAL])
    change = last[CENTRAL] / first[CENTRAL] - 1
    if abs(change) < SAME or abs(last[CENTRAL] - first[CENTRAL]) <= step:
        title = f"Raming: zonder nieuw beleid blijft het aantal jeugdigen tot {year} ongeveer gelijk"
        told = f"Zonder nieuw beleid krijgen in {year} ongeveer evenveel jeugdigen hulp als in {base} ({start})."
    else:
        way = "stijgt" if change > 0 else "daalt"
        by = f" met {numbers.whole_percent(abs(change))}" if first[CENTRAL] >= _FEW else ""
        title = f"Raming: zonder nieuw beleid {way} het aantal jeugdigen tot {year}{by}"
        told = (
            f"Zonder nieuw beleid gaat het aantal jeugdigen volgens het midden van {start} in {base} naar {end} in "
            f"{year}."
        )
    low, high = numbers.count(last[LOW]), numbers.count(last[HIGH])
    span = f" Het lage scenario komt uit op {low}, het hoge op {high}."
    if low == high:
        span = f" Elk scenario komt uit op {low}."
    if numbers.is_missing(last["low"]):
        return title, f"{told}{span} Een marge is niet te geven: de reeks is te kort."
    margin = f" De marge om het midden loopt van {numbers.count(last['low'])} tot {numbers.count(last['high'])}."
    return title, f"{told}{span}{margin}"


def per_segment(municipality: str, period: str) -> Finding:
    """Per segment the youths of the last settled year and of the last year of the outlook."""
    edition = Edition.open(municipality, period)
    base = edition.quarter.last_settled_year
    shown = edition.shown("segment", periods=[str(base)])
    known = shown.frame.set_index("level")["youths"].dropna()
    index = index_of(edition)
    told = multiplied(known[known >= _FEWEST], index, base=base, step=edition.rules.count_base)
    if told.empty:
        few = "Per segment zijn er te weinig jeugdigen voor een vooruitblik."
        words = nothing_words(edition, base) if index.empty else few
        return Finding(name=_SEGMENT, texts={"vooruitblik_jeugdigen_segment_zin": words})
    rows = segment_rows(told, edition.segment_names())
    last = int(told["year"].max())
    title, words = segment_words(rows, base, last, edition.rules.count_base)
    small = len(known[known >= _FEWEST]) < len(shown.frame)
    left = f" Segmenten met minder dan {_FEWEST} jeugdigen staan er niet bij." if small else ""
    return Finding(
        name=_SEGMENT,
        title=title,
        unit=f"Raming van het aantal jeugdigen in {last} per segment naast het cijfer van {base}",
        table=table_html(_steady(shown.derived(rows)), {
            "naam": Column(heading="Segment"),
            "start": Column(heading=f"Cijfer {base}", write=numbers.count),
            LOW: Column(heading=f"Laag {last}", write=numbers.count),
            CENTRAL: Column(heading=f"Midden {last}", write=numbers.count),
            HIGH: Column(heading=f"Hoog {last}", write=numbers.count),
            "change": Column(heading="Groei, midden", write=signed),
        }, caption=f"Raming van jeugdigen per segment, {edition.area.name}"),
        source=f"{_NO_POLICY} Wie hulp krijgt uit twee segmenten, telt in beide mee.{left}"
        f"{without_words(edition, base)} {edition.source} {shown.note}",
        open_table=True,
        texts={"vooruitblik_jeugdigen_segment_zin": words},
    )  # fmt: skip


def _steady(rows: Safe) -> Safe:
    """Without the percentage of a small number."""
    return rows.derived(rows.frame.assign(change=rows.frame["change"].mask(rows.frame["start"] < _FEW)))


def segment_words(rows: pd.DataFrame, base: int, last: int, step: int) -> tuple[str, str]:
    """Title and sentence: the segment whose number rises or falls most, among those that are not small."""
    large = rows[rows["start"].ge(_FEW)]
    if large.empty:
        few = "Per segment zijn er te weinig jeugdigen om een groei te noemen"
        return few, f"{few}."
    top = large.loc[large["change"].astype("float64").abs().idxmax()]
    if abs(top["change"]) < SAME or abs(top[CENTRAL] - top["start"]) <= step:
        title = f"Raming: in geen enkel groter segment verandert het aantal jeugdigen tot {last} veel"
        return title, f"{title}."
    way = "stijging" if top["change"] > 0 else "daling"
    title = f"Raming: de grootste {way} van het aantal jeugdigen tot {last} is bij {first_lower(top['naam'])}"
    told = f"van {numbers.count(top['start'])} in {base} naar {numbers.count(top[CENTRAL])} ({signed(top['change'])})"
    return title, f"{title}: {told}, volgens het midden."
