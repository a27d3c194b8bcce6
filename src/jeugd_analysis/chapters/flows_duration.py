"""Chapter 15, duration: how long care lasts, with care that still runs counted for as long as it was seen."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.changes import after_title
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.measured import measured
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.duration import Duration, kaplan_meier
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import survival_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower, listed
from jeugd_analysis.present.tables import Column, table_html

_AFTER = (3, 6, 12, 24)
# A step of the curve must be worth ten youths or more: whole percents from a thousand starts, fives from two hundred.
_LEAST, _MANY = 200, 1000
_FINE, _COARSE = 0.01, 0.05
_AT_RISK = 100  # fewer than this still followed: the curve is not drawn further
_ALL, _NOT_YET = "alle", "S0"
_HUNDRED = 100  # how many began is told in whole hundreds


def duration(municipality: str, period: str) -> Finding:
    """The share of care that still runs after so many months, of care that began since the last break."""
    edition = Edition.open(municipality, period)
    first, told = _fitted(edition, edition.area.code, _ALL)
    if told is None or told.started < _LEAST:
        words = "Hoe lang hulp duurt, is niet te zeggen: er zijn te weinig begin- en eindberichten sinds het begin."
        return Finding(name="stromen-duur", texts={"duur_zin": words, "duur_grondslag": ""})
    shown = curve(told, edition)
    title, words = duration_words(shown.frame, median_of(told))
    after = shown.derived(shown.frame[shown.frame["month"].isin(_AFTER)].reset_index(drop=True))
    return Finding(
        name="stromen-duur",
        title=title,
        unit="Deel van de hulp dat na zoveel maanden nog loopt, met een marge van 95%",
        chart=survival_chart(
            shown, time="month", share="share", low="low", high="high", title=title, unit="nog in zorg",
            description=after_title(words, title),
        ),
        table=table_html(after, {
            "month": Column(heading="Na zoveel maanden", write=numbers.decimal),
            "share": Column(heading="Nog in zorg", write=_percent),
            "low": Column(heading="Marge, laag", write=_percent),
            "high": Column(heading="Marge, hoog", write=_percent),
        }, caption=f"Hulp die nog loopt, {edition.area.name}"),
        open_table=True,
        source=f"{_base_words(told, first)} {edition.source} Kaplan-Meier. {_step_words(told)}",
        texts={"duur_zin": words, "duur_grondslag": _base_words(told, first)},
    )  # fmt: skip


def _fitted(edition: Edition, area: str, segment: str) -> tuple[int, Duration | None]:
    """Care that began since the last break, and that year: a break would look like the end of care."""
    mart = edition.mart("durations")
    first = max((int(year) for year, _ in edition.breaks("youths")), default=0)
    rows = mart[mart["area"].eq(area) & mart["segment"].eq(segment) & mart["start_year"].ge(first)]
    try:
        return int(rows["start_year"].min()) if len(rows) else first, kaplan_meier(rows, after=_AFTER)
    except FactorError:  # nothing was followed for a month
        return first, None


def curve(told: Duration, edition: Edition) -> Safe:
    """The curve as it may be shown: month (every one from 0), share, low and high, in steps of ten youths or more."""
    seen = told.curve[told.curve["at_risk"] >= _AT_RISK]
    last = int(seen["month"].max()) if len(seen) else 0
    months = pd.DataFrame({"month": range(last + 1)})
    steps = pd.merge_asof(months, seen[["month", "share", "low", "high"]], on="month")
    exact = steps.fillna({"share": 1.0, "low": 1.0, "high": 1.0}).assign(started=told.started)
    step = _FINE if told.started >= _MANY else _COARSE
    columns = ("share", "low", "high")
    return measured(exact, edition=edition, keys=["month"], count="started", steps=dict.fromkeys(columns, step))


def median_of(told: Duration) -> tuple[float | None, float | None, float | None]:
    """The month in which half has ended, with the ends of its interval; None for what was not seen."""
    row = told.quartiles[told.quartiles["share_ended"] == 0.5].iloc[0]
    low, middle, high = (None if pd.isna(row[name]) else float(row[name]) for name in ("low", "month", "high"))
    return middle, low, high


def duration_words(shown: pd.DataFrame, median: tuple[float | None, float | None, float | None]) -> tuple[str, str]:
    """Title and sentences: the median with its limits, and what still runs after the months of the table."""
    middle, low, high = median
    after = shown[shown["month"].isin(_AFTER)].dropna(subset=["share"])
    parts = [f"na {int(row.month)} maanden loopt nog {_percent(row.share)}" for row in after.itertuples()]
    still = f"{'; '.join(parts)}." if parts else "Er is nog te kort gevolgd."
    still = still[:1].upper() + still[1:]
    if middle is None:
        title = "Meer dan de helft van de hulp liep nog toen er voor het laatst werd gekeken"
        return title, f"{title}. {still}"
    months = f"{int(middle)} {'maand' if middle == 1 else 'maanden'}"
    ends = "" if low is None or high is None or low == high else f" (marge {int(low)} tot {int(high)})"
    return f"De helft van de hulp is na {months} voorbij", f"De helft van de hulp is na {months} voorbij{ends}. {still}"


def _percent(share: float) -> str:
    return numbers.percent(share, 0)


def _base_words(told: Duration, first: int) -> str:
    began = numbers.decimal(round(told.started / _HUNDRED) * _HUNDRED)
    running = _percent(round((told.started - told.ended) / told.started * 20) / 20)
    return f"Het gaat om ongeveer {began} keer dat hulp begon, vanaf {first}. Daarvan loopt ongeveer {running} nog."


def _step_words(told: Duration) -> str:
    return "Afgerond op hele procenten." if told.started >= _MANY else "Afgerond op 5%: het zijn er minder dan 1.000."


def duration_per_segment(municipality: str, period: str) -> Finding:
    """The same per segment of the whole region: the median, and what still runs after the months of the table."""
    edition = Edition.open(municipality, period)
    regional = Edition(store=edition.store, quarter=edition.quarter, area=edition.region.area)
    rows, left_out, safe = [], [], None
    for segment in (each for each in edition.region.segments if each.code != _NOT_YET):
        _, told = _fitted(regional, regional.area.code, segment.code)
        if told is None or told.started < _LEAST:
            left_out.append(segment.name)
            continue
        safe = curve(told, regional)
        shares = safe.frame.set_index("month")["share"]
        row = {f"after_{month}": shares.get(month, pd.NA) for month in _AFTER}
        rows.append({"naam": segment.name, "median": median_of(told)[0], **row})
    if safe is None:
        return Finding(name="stromen-duur-segment", texts={"duur_segment_zin": "Per segment is de duur niet te geven."})
    shown = safe.derived(pd.DataFrame(rows))
    words = longest_words(shown.frame)
    return Finding(
        name="stromen-duur-segment",
        title=words.split(". ")[0].rstrip("."),
        unit=f"Deel van de hulp dat na zoveel maanden nog loopt, {regional.area.in_name}",
        table=table_html(shown, {
            "naam": Column(heading="Segment"),
            "median": Column(heading="Helft na (mnd)", write=numbers.decimal),
            **{f"after_{month}": Column(heading=f"Na {month} mnd", write=_percent) for month in _AFTER},
        }, caption=f"Duur per segment, {regional.area.name}"),
        source="Alleen voor de regio: per gemeente zijn het er te weinig. Streep: te kort of te weinig gevolgd."
        f" {regional.source} Kaplan-Meier."
        + (f" Te weinig waarnemingen: {', '.join(left_out)}." if left_out else ""),
        texts={"duur_segment_zin": words},
    )  # fmt: skip


def longest_words(told: pd.DataFrame) -> str:
    """Which segment lasts longest and which shortest, by the middle duration."""
    known = told.dropna(subset=["median"])
    if len(known) < 2:
        return "Per segment is de duur niet met elkaar te vergelijken."
    long, short = known.loc[known["median"].idxmax()], known.loc[known["median"].idxmin()]
    if long["median"] == short["median"]:
        return f"In elk segment is de helft van de hulp na {numbers.decimal(long['median'])} maanden voorbij."
    most, least = (
        [first_lower(name) for name in known.loc[known["median"] == row["median"], "naam"]] for row in (long, short)
    )
    return (
        f"Het langst {_lasts(most)}: de helft is na {numbers.decimal(long['median'])} maanden voorbij. Het kortst "
        f"{_lasts(least)}: {numbers.decimal(short['median'])} maanden."
    )


def _lasts(names: list[str]) -> str:
    return f"{'duurt' if len(names) == 1 else 'duren'} {listed(names)}"
