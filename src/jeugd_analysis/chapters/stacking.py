"""Chapter 15, stacking: several kinds of help at once, its share of the cost, and the part of the costliest youths."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.changes import after_title, moved_beyond
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart, series_chart
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_PRODUCTS, _SEGMENTS, _COSTLIEST = "products_at_once", "segments_at_once", "costliest"  # dimensions of the release
_LEVELS = ("1", "2", "3")
_NAMES = {"1": "1 soort hulp", "2": "2 soorten hulp", "3": "3 of meer soorten hulp"}
_TOPS = (1, 5, 10)
_POINT = 0.005  # half a percent point


def stacking_per_year(municipality: str, period: str) -> Finding:
    """Per year the share of youths with two or more products in one month, and their share of the cost."""
    edition = Edition.open(municipality, period)
    shown = edition.shown(_PRODUCTS)
    table = shown.derived(stacked_shares(shown.frame))
    if table.frame.empty:
        return Finding(name="stapeling-jaar", texts={"stapeling_zin": "Over stapeling is nog niets te zeggen."})
    before, last = edition.last_two(table.frame)
    broken = edition.region.breaks_between(edition.area.code, "youths", int(before["period"]), int(last["period"]))
    title, words = stacking_words(before, last, broken=bool(broken), base=edition.rules.count_base)
    return Finding(
        name="stapeling-jaar",
        title=title,
        unit="Deel van de jeugdigen met twee of meer soorten hulp in één maand, per jaar",
        chart=series_chart(
            table, time="period", value="youth_share", title=title, unit="van de jeugdigen", axis_format=".0%",
            breaks=edition.breaks("youths"), provisional_from=edition.provisional_year,
            description=after_title(words, title),
        ),
        table=table_html(table, {
            "period": Column(heading="Jaar"),
            **{f"n_{level}": Column(heading=_NAMES[level], write=numbers.count, status=f"n_{level}_status")
               for level in _LEVELS},
            "youth_share": Column(heading="Twee of meer", write=_whole),
            "cost_share": Column(heading="Hun deel van de kosten", write=_whole),
        }, caption=f"Stapeling van hulp, {edition.area.name}"),
        source=f"Een soort is een product. Telt de drukste maand van het jaar. {edition.source} {shown.note}",
        texts={"stapeling_zin": words, "stapeling_segment_zin": _segment_words(edition)},
    )  # fmt: skip


def stacked_shares(told: pd.DataFrame) -> pd.DataFrame:
    """One row per year: n_1 to n_3 with their status, youth_share and cost_share of two and more, NA where hidden."""
    rows = []
    for period, part in told.groupby("period"):
        of = part.set_index("level")
        row: dict[str, object] = {"period": period}
        for level in _LEVELS:
            row[f"n_{level}"] = of["youths"].get(level, 0)
            row[f"n_{level}_status"] = of["youths_status"].get(level, "shown")
        amounts = [of["amount_cents"].get(level, 0) for level in _LEVELS]
        counts = [row[f"n_{level}"] for level in _LEVELS]
        rows.append({**row, "youth_share": _part(counts), "cost_share": _part(amounts)})
    return pd.DataFrame(rows).astype({"youth_share": "Float64", "cost_share": "Float64"}) if rows else pd.DataFrame()


def _part(values: list) -> object:
    """The share of all but the first; NA when one of them is hidden."""
    if any(numbers.is_missing(value) for value in values) or sum(values) <= 0:
        return pd.NA
    return sum(values[1:]) / sum(values)


def stacking_words(before: pd.Series, last: pd.Series, *, broken: bool, base: int) -> tuple[str, str]:
    """Title and sentences on the last settled year, beside the year before."""
    year = last["period"]
    if numbers.is_missing(last["youth_share"]):
        few = f"Hoeveel jeugdigen in {year} meer soorten hulp tegelijk kregen, is niet te tonen"
        return few, f"{few}: het gaat om te weinig jeugdigen."
    share = numbers.percent(last["youth_share"], 0)
    cost = numbers.percent(last["cost_share"], 0)
    start = f"In {year} kreeg {share} van de jeugdigen twee of meer soorten hulp tegelijk"
    known = not numbers.is_missing(last["cost_share"])
    title = (
        f"{share} van de jeugdigen krijgt hulp van twee of meer soorten, met {cost} van de kosten" if known else start
    )
    words = f"{start}. " + (
        f"Hun hulp kostte samen {cost} van alle kosten." if known else "Hun deel van de kosten is geheim."
    )
    if before["period"] == year or numbers.is_missing(before["youth_share"]):
        return title, words
    if broken:
        return title, f"{words} Met {before['period']} is dat niet te vergelijken: er zit een breuk tussen."
    least = max(min(sum(row[f"n_{level}"] for level in _LEVELS) for row in (before, last)), 1)
    margin = _POINT + 2 * base / least  # what rounding of counts can make of a share
    verb = moved_beyond(before["youth_share"], last["youth_share"], margin, rise="hoger", fall="lager", same="")
    then = numbers.percent(before["youth_share"], 0)
    if not verb:
        return title, f"{words} Dat aandeel is ongeveer gelijk aan {before['period']}."
    return title, f"{words} Dat aandeel is {verb} dan in {before['period']} ({then})."


def _segment_words(edition: Edition) -> str:
    told = stacked_shares(edition.shown(_SEGMENTS).frame)
    if told.empty:
        return ""
    _, last = edition.last_two(told)
    if numbers.is_missing(last["youth_share"]):
        return f"Hoeveel jeugdigen in {last['period']} hulp uit meer segmenten tegelijk kregen, is niet te tonen."
    words = (
        f"Hulp uit twee of meer segmenten tegelijk kreeg {numbers.percent(last['youth_share'], 0)} van de jeugdigen."
    )
    if numbers.is_missing(last["cost_share"]):
        return words
    return f"{words} Hun deel van de kosten is {numbers.percent(last['cost_share'], 0)}."


def costliest(municipality: str, period: str) -> Finding:
    """The part of the cost of the dearest 1, 5 and 10 percent of the youths, where the group is large enough."""
    edition = Edition.open(municipality, period)
    year = str(edition.quarter.last_settled_year)
    shown = edition.shown(_COSTLIEST, periods=[year])
    table = shown.derived(carried(shown.frame))
    title, words = costliest_words(table.frame, year)
    visible = table.frame["share"].notna().any()
    return Finding(
        name="stapeling-duurste",
        title=title,
        unit=f"Deel van de kosten van {year}, op hele procenten",
        chart=bars_chart(
            table, category="naam", value="share", label="tekst", title=title, unit="van de kosten",
            description=after_title(words, title),
        ) if visible else None,
        table=table_html(table, {
            "naam": Column(heading="Groep"),
            "tekst": Column(heading="Deel van de kosten"),
        }, caption=f"Deel van de kosten van de duurste jeugdigen, {edition.area.name}"),
        source=f"Een groep van minder dan {edition.rules.threshold} jeugdigen wordt niet getoond. {edition.source}",
        texts={"duurste_zin": words},
    )  # fmt: skip


def carried(told: pd.DataFrame) -> pd.DataFrame:
    """Per group (the dearest 1, 5 and 10 %): naam, top, share in whole percents (NA: hidden) and tekst.

    A group is told when it ends where a level of the release ends and none of its amounts is hidden.
    """
    amounts = dict(zip(told["level"], told["amount_cents"], strict=True))
    total = sum(amounts.values()) if amounts and not any(map(numbers.is_missing, amounts.values())) else pd.NA
    ends = {int(level.partition("-")[2]): level for level in amounts if "-" in level}
    rows = []
    for top in _TOPS:
        inside = [amounts[level] for end, level in ends.items() if end <= top]
        known = top in ends and not numbers.is_missing(total) and total > 0
        share = round(sum(inside) / total, 2) if known else pd.NA
        text = numbers.percent(share, 0) if known else numbers.SECRET
        rows.append({"naam": f"Duurste {top}% van de jeugdigen", "top": top, "share": share, "tekst": text})
    return pd.DataFrame(rows).astype({"share": "Float64"})


def costliest_words(told: pd.DataFrame, year: str) -> tuple[str, str]:
    """Title and sentences: the widest group first, then the narrower ones that can be shown."""
    visible = told.dropna(subset=["share"]).sort_values("top", ascending=False)
    if visible.empty:
        few = f"Het deel van de duurste jeugdigen in {year} is niet te tonen"
        return few, f"{few}: de groepen zijn te klein."
    top = visible.iloc[0]
    title = f"{top['tekst']} van de kosten in {year} ging naar de duurste {top['top']}% van de jeugdigen"
    parts = [f"Naar de duurste {row.top}% ging {row.tekst}." for row in visible.iloc[1:].itertuples()]
    hidden = "" if len(visible) == len(told) else " Van kleinere groepen is het geheim."
    return title, f"{title}. {' '.join(parts)}".strip() + hidden


def _whole(share: float) -> str:
    return numbers.SECRET if numbers.is_missing(share) else numbers.whole_percent(share)
