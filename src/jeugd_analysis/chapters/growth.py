"""Chapter 30: why did the cost change? Volume, mix, intensity, indexation, harmonisation, entry and exit."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_effects import effects as effects
from jeugd_analysis.chapters.growth_known import known_split as known_split
from jeugd_analysis.chapters.growth_months import duration_and_frequency as duration_and_frequency
from jeugd_analysis.chapters.growth_parts import effects_per_product as effects_per_product
from jeugd_analysis.chapters.growth_parts import effects_per_segment as effects_per_segment
from jeugd_analysis.chapters.growth_providers import spread_over_providers as spread_over_providers
from jeugd_analysis.chapters.growth_shift import shift_between_municipalities as shift_between_municipalities
from jeugd_analysis.chapters.growth_sure import how_sure as how_sure
from jeugd_analysis.chapters.growth_to_come import still_to_come as still_to_come
from jeugd_analysis.chapters.growth_years import year_words, years_to_come
from jeugd_analysis.chapters.growth_youths import youths_to_come as youths_to_come
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import series_chart
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import moved, relative_change
from jeugd_analysis.present.tables import Column, table_html

_EXPECTED = ("expected", "low", "high")
_LATE = "; open punt: nog niet compleet, ruit: met wat nog komt, streep: de band van 80%"


def cost_per_year(municipality: str, period: str) -> Finding:
    """Net cost per calendar year."""
    edition = Edition.open(municipality, period)
    shown = edition.shown("totaal", periods=edition.full_years())
    late = years_to_come(edition, edition.full_years())
    ends = shown.frame[["period"]].merge(late.frame, left_on="period", right_on="year", how="left")
    columns = {name: ends[name].astype("Float64") / 1e8 for name in _EXPECTED}
    million = shown.derived(shown.frame.assign(million=shown.frame["amount_cents"].astype("Float64") / 1e8, **columns))
    before, last = edition.last_two(million.frame)
    verb = moved(before.amount_cents, last.amount_cents, rise="hoger", fall="lager", same="ongeveer gelijk")
    without = edition.without("cost", last.period)
    title = f"De kosten in {last.period}: {numbers.euro(last.amount_cents)}{without}"
    return Finding(
        name="groei-jaar",
        title=title,
        unit="Gedeclareerde kosten na correcties, per zorgjaar, in miljoen euro, niet gecorrigeerd voor prijsstijging"
        f"{_LATE if len(late.frame) else ''}",
        chart=series_chart(
            million, time="period", value="million", title=title, unit="miljoen euro", axis_format=",.1~f",
            breaks=edition.breaks("cost"), provisional_from=edition.provisional_year,
            expected=_EXPECTED if len(late.frame) else None,
            description=f"In {before.period} was het {numbers.euro(before.amount_cents)}.",
        ),
        table=table_html(shown, {
            "period": Column(heading="Jaar"),
            "amount_cents": Column(heading="Kosten", write=numbers.euro),
            "youths": Column(heading="Jeugdigen", write=numbers.count, status="youths_status"),
        }, caption=f"Kosten en jeugdigen per jaar, {edition.area.name}"),
        source=f"{edition.source} {shown.note}",
        texts={
            "kosten_zin": " ".join([
                _cost_sentence(edition, before, last, verb),
                *(told for told in (edition.provisional_words, year_words(late)) if told),
            ]),
            "kosten_breuken": edition.explain_breaks("cost", list(million.frame["period"]))
            or "In deze reeks is geen breuk bekend.",
        },
    )  # fmt: skip


def _cost_sentence(edition: Edition, before: pd.Series, last: pd.Series, verb: str) -> str:
    if numbers.is_missing(last.amount_cents):
        return (
            f"De kosten van {last.period} zijn niet te tonen: het gaat om te weinig jeugdigen of te weinig aanbieders."
        )
    without = edition.without("cost", last.period)
    amount = numbers.euro(last.amount_cents)
    start = f"In {last.period} kostte de jeugdhulp in {edition.area.in_name} {amount}{without}."
    if before.period == last.period or numbers.is_missing(before.amount_cents):
        return start
    if edition.region.breaks_between(edition.area.code, "cost", int(before.period), int(last.period)):
        return f"{start} Met {before.period} is dat niet te vergelijken, want er zit een breuk tussen."
    by = relative_change(before.amount_cents, last.amount_cents)
    if verb == "ongeveer gelijk":
        return f"{start} Dat is ongeveer gelijk aan {before.period}."
    return f"{start} Dat is {by} {verb} dan in {before.period} ({numbers.euro(before.amount_cents)})."
