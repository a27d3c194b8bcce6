"""Chapter 10, over time: how many young people use help, at what cost, per year and per quarter?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jeugd_analysis.chapters.changes import after_title, moved_beyond
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.expected_open import full_bands
from jeugd_analysis.chapters.growth_to_come import method_words, quarters_to_come
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import lines_chart, series_chart, to_come_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import moved, relative_change
from jeugd_analysis.present.tables import Column, table_html

PROVISIONAL_QUARTERS = 4  # lines of the last year are still coming in
_QUARTERS = 16
_MOST = 0.8  # of what a quarter is expected to cost
_PER_YOUTH = 10_000  # cents: cost per youth is told in whole hundreds of euros


def youths_per_year(municipality: str, period: str) -> Finding:
    """Distinct youths per calendar year, all ages and under 18 apart, with their share of the population."""
    edition = Edition.open(municipality, period)
    years = edition.full_years()
    table = with_shares(edition, years)
    young = [int(year) > edition.quarter.last_settled_year for year in table.frame["period"]]
    table = table.derived(table.frame.assign(status=["voorlopig" if y else "vrijwel definitief" for y in young]))
    first = table.frame.iloc[0]
    before, last = edition.last_two(table.frame)
    without = edition.without("youths", last.period)
    title = (
        f"{numbers.count(last.youths)} jeugdigen in {edition.area.in_name} kregen in {last.period} jeugdhulp{without}"
    )
    return Finding(
        name="gebruik-jaar",
        title=title,
        unit="Aantal jeugdigen van 0 tot en met 22 jaar met jeugdhulp, per jaar",
        chart=series_chart(
            table, time="period", value="youths", title=title, unit="jeugdigen", breaks=edition.breaks("youths"),
            provisional_from=edition.provisional_year,
            description=f"In {first.period} waren het er {numbers.count(first.youths)}.",
        ),
        table=table_html(table, _YEAR_COLUMNS, caption=f"Jeugdigen met jeugdhulp per jaar, {edition.area.name}"),
        source=f"{edition.source} {table.note}",
        texts={
            "jeugdigen_jaar": str(last.period),
            "jeugdigen_zin": f"{_year_sentence(edition, before, last)} {edition.provisional_words}".strip(),
            "jeugdigen_aandeel": _share_sentence(edition, last),
            "jeugdigen_breuken": edition.explain_breaks("youths", years) or "In deze reeks is geen breuk bekend.",
        },
    )  # fmt: skip


_YEAR_COLUMNS = {
    "period": Column(heading="Jaar"),
    "youths": Column(heading="Jeugdigen 0-22", write=numbers.count, status="youths_status"),
    "youths_0_17": Column(heading="Waarvan 0-17", write=numbers.count, status="youths_0_17_status"),
    "share_0_17": Column(heading="Aandeel van alle 0-17-jarigen", of="people_0_17"),
    "share_0_22": Column(heading="Aandeel van alle 0-22-jarigen", of="people_0_22"),
    "status": Column(heading="Status"),
}


def with_shares(edition: Edition, years: Sequence[str]) -> Safe:
    """Per year: youths, amount_cents and youths_0_17 as released, and share_0_17 and share_0_22 of all inhabitants."""
    shown = edition.shown("totaal", periods=years)
    minors = edition.shown("minors", periods=years).frame[["period", "youths", "youths_status"]]
    both = shown.frame.merge(minors, on="period", how="left", suffixes=("", "_0_17"), validate="one_to_one")
    both = both.rename(columns={"youths_status_0_17": "youths_0_17_status"})
    return shown.derived(_with_shares(both, inhabitants(edition)))


def inhabitants(edition: Edition) -> pd.DataFrame:
    """Inhabitants 0-17 and 0-22 on 1 January per year for the area; empty without a delivery."""
    rows = population(edition)
    minors = rows[rows["age_to"] <= 17].groupby("year")["inhabitants"].sum()
    everyone = rows.groupby("year")["inhabitants"].sum()
    people = pd.DataFrame({"people_0_17": minors, "people_0_22": everyone}).reset_index()
    return people.assign(period=people["year"].astype(str)).drop(columns="year")


def population(edition: Edition) -> pd.DataFrame:
    """Inhabitants up to 22 of the area: municipality, year, age_from, age_to, inhabitants; empty without a delivery."""
    told = edition.store.table("population", edition.quarter)
    columns = ["municipality", "year", "age_from", "age_to", "inhabitants"]
    if told.empty:
        return pd.DataFrame(columns=columns)
    inside = [area.code for area in edition.region.municipalities] if edition.area.is_region else [edition.area.code]
    return told.loc[told["municipality"].isin(inside) & (told["age_to"] <= 22), columns]


def per_band(people: pd.DataFrame, year: int) -> dict[str, int]:
    """Age band -> inhabitants on 1 January, from single years of age or from bands.

    Shapes: people as of `population`. A band is left out when a municipality of that year misses one of its ages.
    """
    rows = people[people["year"] == year]
    told = full_bands(rows).groupby("age_band")["inhabitants"].agg(["sum", "size"])
    whole = told[told["size"] == rows["municipality"].nunique()]
    return {str(band): int(number) for band, number in whole["sum"].items()}


def _with_shares(shown: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Shares of the rounded counts: a share of the exact count would give the exact count away."""
    joined = shown.merge(people, on="period", how="left", validate="one_to_one")
    joined["share_0_17"] = joined["youths_0_17"].astype("Float64") / joined["people_0_17"].astype("Float64")
    joined["share_0_22"] = joined["youths"].astype("Float64") / joined["people_0_22"].astype("Float64")
    return joined


def _year_sentence(edition: Edition, before: pd.Series, last: pd.Series) -> str:
    where = edition.area.in_name
    if numbers.is_missing(last.youths):
        return f"In {where} kregen in {last.period} minder dan {edition.rules.threshold} jeugdigen jeugdhulp."
    without = edition.without("youths", last.period)
    start = f"In {last.period} kregen {numbers.count(last.youths)} jeugdigen in {where} jeugdhulp{without}."
    if before.period == last.period or numbers.is_missing(before.youths):
        return start
    if edition.region.breaks_between(edition.area.code, "youths", int(before.period), int(last.period)):
        return f"{start} Met {before.period} is dat niet te vergelijken, want er zit een breuk tussen."
    base = edition.rules.count_base
    verb = moved_beyond(before.youths, last.youths, base, rise="meer", fall="minder", same="")
    if not verb:
        return f"{start} Dat is ongeveer evenveel als in {before.period}."
    by = relative_change(before.youths, last.youths, people=True)
    return f"{start} In {before.period} waren dat er {numbers.count(before.youths)} ({by} {verb})."


def _share_sentence(edition: Edition, last: pd.Series) -> str:
    if numbers.is_missing(last.youths_0_17):
        return "Het aandeel van alle jeugdigen is niet te geven: het gaat om te weinig jeugdigen."
    if numbers.is_missing(last.share_0_17):
        return "Het aandeel van alle jeugdigen is niet te geven: er is geen bevolkingstabel ingelezen."
    minors = numbers.percent_of(last.share_0_17, last.people_0_17)
    everyone = numbers.percent_of(last.share_0_22, last.people_0_22)
    return (
        f"Van alle inwoners van 0 tot en met 17 jaar kreeg {minors} jeugdhulp"
        f"{edition.without('youths', last.period)}. "
        f"Dat is {numbers.one_in(last.share_0_17)}. Van alle inwoners van 0 tot en met 22 jaar is het "
        f"{everyone}. Dat zijn twee verschillende maten: vergelijk ze niet met elkaar."
    )


# -- indexed -----------------------------------------------------------------------------------------


def index_per_year(municipality: str, period: str) -> Finding:
    """Youths, cost and cost per youth per settled year, with the first year after each break as 100."""
    edition = Edition.open(municipality, period)
    years = [year for year in edition.full_years() if int(year) <= edition.quarter.last_settled_year]
    shown = edition.shown("totaal", periods=years)
    breaks = sorted({*edition.breaks("youths"), *edition.breaks("cost")})
    table = shown.derived(indexed(shown.frame, [first for first, _ in breaks]))
    title, words = index_words(table.frame, edition.rules.count_base)
    named = {"youths_index": "jeugdigen", "cost_index": "kosten", "per_youth_index": "kosten per jeugdige"}
    long = table.frame.melt("period", list(named), var_name="reeks_naam", value_name="index")
    values = long["index"].astype("Float64").to_numpy(dtype="float64", na_value=float("nan"))
    lines = table.derived(long.assign(index=values, reeks_naam=long["reeks_naam"].map(named)))
    return Finding(
        name="gebruik-index",
        title=title,
        unit="Index: het eerste jaar na elke breuk is 100",
        chart=lines_chart(
            lines, time="period", value="index", series="reeks_naam", title=title, unit="index",
            description=after_title(words, title),
            breaks=breaks, from_zero=False,
        ),
        table=table_html(table, {
            "period": Column(heading="Jaar"),
            "youths": Column(heading="Jeugdigen", write=numbers.count, status="youths_status"),
            "amount_cents": Column(heading="Kosten", write=numbers.euro),
            "per_youth": Column(heading="Kosten per jeugdige", write=numbers.euro),
            "youths_index": Column(heading="Index jeugdigen", write=_index),
            "cost_index": Column(heading="Index kosten", write=_index),
            "per_youth_index": Column(heading="Index per jeugdige", write=_index),
        }, caption=f"Jeugdigen en kosten per jaar met index, {edition.area.name}"),
        source=f"Kosten zijn niet gecorrigeerd voor prijsstijging. {edition.source} {shown.note}",
        texts={"index_zin": words},
    )  # fmt: skip


def _index(value: float) -> str:
    return numbers.decimal(value, 1)


def indexed(shown: pd.DataFrame, breaks: list[str]) -> pd.DataFrame:
    """The years with cost per youth, and the three numbers as an index from the first year after each break.

    Shapes: period, youths and amount_cents in; added per_youth (cents) and youths_index, cost_index, per_youth_index.
    """
    frame = shown.sort_values("period").reset_index(drop=True)
    per_youth = frame["amount_cents"].astype("Float64") / frame["youths"].astype("Float64").replace(0, pd.NA)
    frame["per_youth"] = (per_youth / _PER_YOUTH).round() * _PER_YOUTH
    run = pd.Series([sum(str(year) >= first for first in breaks) for year in frame["period"]], dtype="int64")
    for column, name in (("youths", "youths_index"), ("amount_cents", "cost_index"), ("per_youth", "per_youth_index")):
        values = frame[column].astype("Float64")
        base = values.groupby(run).transform(lambda part: part.iloc[0])
        frame[name] = 100 * values / base.replace(0, pd.NA)
    return frame.assign(start=frame["period"].groupby(run).transform("first"))


def index_words(told: pd.DataFrame, base: int) -> tuple[str, str]:
    """Title and sentence about the years since the last break. base: counts are rounded to multiples of it."""
    last = told.iloc[-1]
    first = told[told["period"] == last["start"]].iloc[0]
    if first["period"] == last["period"]:
        return (
            f"Voor {last['period']} is er nog geen jaar om mee te vergelijken",
            f"Met {last['period']} begint de reeks opnieuw. Er is dus nog niets te vergelijken.",
        )
    if any(numbers.is_missing(row[name]) for row in (first, last) for name in ("youths", "amount_cents")):
        return "De index is niet te geven", "De index is niet te geven: het gaat om te weinig jeugdigen."
    span = f"van {first['period']} naar {last['period']}"
    plural = ("stegen", "daalden", "bleven ongeveer gelijk")
    rounding = base / max(first["youths"], 1) + base / max(last["youths"], 1)  # part of cost per youth it can be off by
    youths = _change(first["youths"], last["youths"], base, "steeg", "daalde", "bleef ongeveer gelijk", people=True)
    cost = _change(first["amount_cents"], last["amount_cents"], 0, *plural)
    each = _change(first["per_youth"], last["per_youth"], rounding * last["per_youth"], *plural)
    both = f"{_moved_first('het aantal jeugdigen', youths)} en {_moved_first('de kosten', cost)}"
    words = f"{span[:1].upper()}{span[1:]} {both}. De kosten per jeugdige {each}."
    return f"De kosten per jeugdige {each} {span}", words


def _change(
    before: float, after: float, margin: float, rise: str, fall: str, same: str, *, people: bool = False
) -> str:
    """'steeg met 2,0%' or 'bleef ongeveer gelijk'."""
    verb = moved_beyond(before, after, margin, rise=rise, fall=fall, same=same)
    return verb if verb == same else f"{verb} met {relative_change(before, after, people=people)}"


def _moved_first(what: str, change: str) -> str:
    """'steeg het aantal jeugdigen met 2,0%': the verb before what it is about."""
    verb, _, rest = change.partition(" ")
    return f"{verb} {what} {rest}".strip()


# -- per quarter -------------------------------------------------------------------------------------


def youths_per_quarter(municipality: str, period: str) -> Finding:
    """Distinct youths per quarter; the last quarters are provisional because claims are still coming in."""
    edition = Edition.open(municipality, period)
    quarters = [quarter.label for quarter in _quarters_until(edition)]
    shown = edition.shown("totaal", kind="kwartaal", periods=quarters)
    start = quarters[-PROVISIONAL_QUARTERS]
    table = shown.derived(
        shown.frame.assign(status=["voorlopig" if p >= start else "bijna volledig" for p in shown.frame["period"]])
    )
    title = "De laatste kwartalen zijn nog niet compleet"
    return Finding(
        name="gebruik-kwartaal",
        title=f"{title}: een daling aan het eind zegt nog niets",
        unit="Aantal jeugdigen met jeugdhulp per kwartaal; open punt = voorlopig",
        chart=series_chart(
            table, time="period", value="youths", title=title, unit="jeugdigen", provisional_from=start,
            breaks=[(f"{year}-K1", label) for year, label in edition.breaks("youths")],
            description=f"Vanaf {start} zijn de aantallen voorlopig.",
        ),
        table=table_html(table, {
            "period": Column(heading="Kwartaal"),
            "youths": Column(heading="Jeugdigen", write=numbers.count, status="youths_status"),
            "status": Column(heading="Status"),
        }, caption=f"Jeugdigen met jeugdhulp per kwartaal, {edition.area.name}"),
        source=f"{edition.source} {shown.note}",
        texts={"kwartaal_voorlopig": start},
    )  # fmt: skip


def _quarters_until(edition: Edition) -> list[Quarter]:
    first = edition.quarter
    for _ in range(_QUARTERS - 1):
        first = first.previous()
    return list(first.until(edition.quarter))


def cost_per_quarter(municipality: str, period: str) -> Finding:
    """Cost per quarter of care: declared so far, and with the estimate of claims that are still to come."""
    edition = Edition.open(municipality, period)
    shown = quarters_to_come(edition)
    since = max((f"{first}-K1" for first, _ in edition.breaks("cost")), default="")
    shown = shown.derived(shown.frame[shown.frame["care_quarter"] >= since].reset_index(drop=True))
    title, words = quarter_words(shown.frame)
    if shown.frame["expected"].isna().all():
        return Finding(name="gebruik-kosten-kwartaal", texts={"kosten_kwartaal_zin": words})
    million = shown.frame[["declared", "to_come", "low", "high"]].astype("Float64") / 1e8
    return Finding(
        name="gebruik-kosten-kwartaal",
        title=title,
        unit="Kosten per kwartaal van de hulp, in miljoen euro: gedeclareerd en naar schatting nog te komen",
        chart=to_come_chart(
            shown.derived(shown.frame[["care_quarter"]].join(million)),
            time="care_quarter", declared="declared", to_come="to_come", low="low", high="high",
            title=title, unit="miljoen euro",
            description=after_title(words, title),
        ),
        table=table_html(_marked(shown, edition), {
            "care_quarter": Column(heading="Kwartaal"),
            "declared": Column(heading="Gedeclareerd", write=numbers.euro),
            "expected": Column(heading="Verwacht", write=numbers.euro),
            "low": Column(heading="Band, laag", write=numbers.euro),
            "high": Column(heading="Band, hoog", write=numbers.euro),
            "status": Column(heading="Status"),
        }, caption=f"Kosten per kwartaal, {edition.area.name}"),
        source=f"{method_words(edition)} De band is die van 80%. {edition.source} {shown.note}",
        texts={"kosten_kwartaal_zin": words},
    )  # fmt: skip


def _marked(shown: Safe, edition: Edition) -> Safe:
    young = edition.quarter
    for _ in range(PROVISIONAL_QUARTERS - 1):
        young = young.previous()
    status = ["voorlopig" if quarter >= young.label else "bijna volledig" for quarter in shown.frame["care_quarter"]]
    return shown.derived(shown.frame.assign(status=status))


def quarter_words(told: pd.DataFrame) -> tuple[str, str]:
    """Title and sentence: a quarter beside the same one a year before, both with what is still to come.

    It is the last quarter of which most has been declared: before that an estimate can be far off.
    """
    visible = told.dropna(subset=["expected"])
    if visible.empty:
        words = "De kosten per kwartaal zijn niet te schatten: het gaat om te weinig jeugdigen of te weinig kwartalen."
        return "De kosten per kwartaal zijn niet te schatten", words
    most = visible[visible["declared"] >= _MOST * visible["expected"]]
    last = (most if len(most) else visible).iloc[-1]
    start = f"De hulp van {last['care_quarter']} kost naar schatting {numbers.euro(last['expected'])}"
    year, _, number = str(last["care_quarter"]).partition("-")
    before = visible[visible["care_quarter"] == f"{int(year) - 1}-{number}"]
    known = f"{start}. Daarvan is {numbers.euro(last['declared'])} gedeclareerd."
    if before.empty:
        return start, known
    then = before.iloc[0]
    verb = moved(then["expected"], last["expected"], rise="meer", fall="minder", same="")
    by = f"{relative_change(then['expected'], last['expected'])} {verb} dan" if verb else "ongeveer evenveel als"
    inside = last["low"] <= then["expected"] <= last["high"]
    sure = " Dat verschil valt binnen de band van de schatting." if inside and verb else ""
    return start, (
        f"{known} De verwachte kosten zijn {by} in {then['care_quarter']} ({numbers.euro(then['expected'])}).{sure}"
    )
