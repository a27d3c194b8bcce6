"""Chapter 15, after care: who comes back within a year, and why did care end?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jeugd_analysis.chapters.changes import after_title
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.flows import count_column, flow_numbers, with_unknown
from jeugd_analysis.domain import codes
from jeugd_analysis.methods.expected_use.limits import wilson_limits
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower, first_upper
from jeugd_analysis.present.tables import Column, table_html

_ENDING = "ending"  # dimension of the release
_EARLY = ("32", "33", "34", "35")  # reasons for ending before the plan


def repeat_use(municipality: str, period: str) -> Finding:
    """Who began again within 12 months: of those who came in, and of those who stopped; with Wilson limits."""
    edition = Edition.open(municipality, period)
    shown = flow_numbers(edition)
    table = shown.derived(repeat_shares(shown.frame))
    visible = table.frame.dropna(subset=["again_share"])
    settled = visible[visible["period"].astype(int) <= edition.quarter.last_settled_year]
    title, words = repeat_words(settled, table.frame)
    if shown.frame.empty:
        return Finding(name="stromen-terug", texts={"terug_zin": words})
    return Finding(
        name="stromen-terug",
        title=title,
        unit="Aandeel van de jeugdigen dat binnen 12 maanden opnieuw hulp kreeg",
        table=table_html(with_unknown(table), {
            "period": Column(heading="Jaar"),
            "returned": count_column("returned", "Teruggekomen"),
            "again_share": Column(heading="Deel van wie begon", of="again_of"),
            "again_range": Column(heading="Marge"),
            "came_back": count_column("came_back", "Later terug"),
            "back_share": Column(heading="Deel van wie stopte", of="back_of"),
            "back_range": Column(heading="Marge"),
        }, caption=f"Herhaald beroep, {edition.area.name}"),
        source=f"Marge van 95% (Wilson), uit de afgeronde aantallen. {edition.source} {shown.note}",
        texts={"terug_zin": words},
    )  # fmt: skip


def repeat_shares(told: pd.DataFrame) -> pd.DataFrame:
    """Shares of the rounded counts: again_share (returned of all who began) and back_share (came back of who stopped).

    With what each is a share of (again_of, back_of) and the ends of its interval as text (again_range, back_range).
    """
    frame = told.copy()
    whole = {"again": ("returned", frame["inflow"] + frame["returned"]), "back": ("came_back", frame["stopped"])}
    for name, (part, size) in whole.items():
        share = frame[part].astype("Float64") / size.astype("Float64").replace(0, pd.NA)
        ends = [_range(count, of) for count, of in zip(frame[part], size, strict=True)]
        frame = frame.assign(**{f"{name}_share": share, f"{name}_of": size, f"{name}_range": ends})
    return frame


def _range(count: float, of: float) -> str:
    if numbers.is_missing(count) or numbers.is_missing(of) or of <= 0:
        return numbers.MISSING
    low, high = wilson_limits(float(count), float(of))
    return f"{numbers.percent_of(low, of)} – {numbers.percent_of(high, of)}"


def repeat_words(settled: pd.DataFrame, told: pd.DataFrame) -> tuple[str, str]:
    """Title and sentences on the last year of which the share can be shown."""
    if settled.empty:
        hidden = told["returned_status"].notna().any() if len(told) else False
        why = "het gaat om te weinig jeugdigen" if hidden else "daarvoor is ook het jaar ervoor nodig"
        return "Herhaald beroep is niet te tonen", f"Hoeveel jeugdigen terugkomen, is niet te tonen: {why}."
    last = settled.iloc[-1]
    share = numbers.percent_of(last["again_share"], last["again_of"])
    title = first_upper(f"{share} van wie in {last['period']} begon, had minder dan een jaar eerder ook al hulp")
    words = (
        f"Van wie in {last['period']} begon, had {share} minder dan 12 maanden eerder ook "
        f"al hulp ({numbers.count(last['returned'])} jeugdigen; marge {last['again_range']})."
    )
    back = told.dropna(subset=["back_share"])
    if back.empty:
        return title, words
    row = back.iloc[-1]
    share = numbers.percent_of(row["back_share"], row["back_of"])
    words += f" Van wie in {row['period']} stopte, kreeg {share} binnen 12 maanden opnieuw hulp."
    later = told[told["period"] > row["period"]]
    if len(later) and later["came_back_status"].isna().all():
        words += " Van een later jaar zijn die 12 maanden nog niet om."
    return title, words


def reasons_for_ending(municipality: str, period: str) -> Finding:
    """Youths who left care in the last settled year, by the reason on the stop message."""
    edition = Edition.open(municipality, period)
    year = str(edition.quarter.last_settled_year)
    shown = edition.shown(_ENDING, periods=[year])
    names: Mapping[str, str] = {**codes.END_REASONS, "onbekend": "Niet opgegeven"}
    frame = shown.frame.assign(naam=shown.frame["level"].map(names).fillna(shown.frame["level"]))
    flows = flow_numbers(edition).frame
    total = flows.loc[flows["period"].eq(year), "stopped"].dropna().sum()
    frame = frame.assign(
        share=frame["youths"].astype("Float64") / (total or pd.NA),
        tekst=frame["youths"].map(numbers.count),
        total=total,
    )
    table = shown.derived(frame.sort_values("youths", ascending=False, kind="stable").reset_index(drop=True))
    title, words = reason_words(table.frame, year)
    if table.frame.empty:
        return Finding(name="stromen-reden", texts={"reden_zin": words})
    return Finding(
        name="stromen-reden",
        title=title,
        unit=f"Aantal jeugdigen dat in {year} uit de hulp ging, naar de reden die de aanbieder opgaf",
        chart=bars_chart(
            table, category="naam", value="youths", label="tekst", title=title, unit="jeugdigen",
            description=after_title(words, title),
        ),
        table=table_html(table, {
            "naam": Column(heading="Reden"),
            "youths": Column(heading="Jeugdigen", write=numbers.count, status="youths_status"),
            "share": Column(heading="Deel van wie stopte", of="total"),
        }, caption=f"Redenen van beëindiging, {edition.area.name}"),
        source=f"Wie twee redenen had, telt bij beide. {edition.source} {shown.note}",
        texts={"reden_zin": words},
    )  # fmt: skip


def reason_words(told: pd.DataFrame, year: str) -> tuple[str, str]:
    """Title and sentence: the largest reason, and how many ended before the plan, at least where some are hidden."""
    visible = told.dropna(subset=["share"])
    visible = visible[visible["youths"] > 0]
    if visible.empty:
        return "De redenen zijn niet te tonen", f"Van {year} zijn geen redenen van beëindiging te tonen."
    top = visible.iloc[0]
    name = first_lower(top["naam"])
    title = f"De reden die het vaakst is opgegeven: {name} ({numbers.percent_of(top['share'], top['total'])})"
    early = told[told["level"].isin(_EARLY)]
    share = early["share"].sum()
    if not share > 0:
        return title, f"{title}."
    least = "ten minste " if early["youths"].isna().any() else ""
    return title, f"{title}. Bij {least}{numbers.percent_of(share, top['total'])} stopte de hulp eerder dan gepland."
