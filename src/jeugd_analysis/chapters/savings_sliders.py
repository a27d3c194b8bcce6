"""Chapter 50, trying out: a reader moves start and effect per segment in the page and sees the gap move."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.savings_phasing import gap_amount
from jeugd_analysis.chapters.savings_plan import STEP, Plan, plan_of, rounded_path, too_small
from jeugd_analysis.methods.savings import dial
from jeugd_analysis.present import numbers
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.sliders import Sliders
from jeugd_analysis.present.tables import Column, table_html


def sliders(municipality: str, period: str, segment: str) -> Finding:
    """The plan as a table that moves with two sliders per segment; the same numbers as the phasing at the start."""
    plan = plan_of(municipality, period, segment)
    if plan.empty:
        return Finding(name="besparing-schuiven", texts={"schuiven_zin": too_small(plan)})
    yearly = plan.phased().groupby("year", as_index=False)[["target_cents", "saving_cents"]].sum()
    shown = plan.shown.derived(rounded_path(yearly).assign(year=yearly["year"].astype(str)))
    assumed = plan.assumed_numbers
    told = dial(
        plan.measures, plan.targets, years=plan.years, delays=assumed.slider_delays, percents=assumed.slider_percents
    )
    return Finding(
        name="besparing-schuiven",
        title=f"Verschuif tempo en effect in {plan.where}",
        unit="Effect: deel van wat het rekenvoorbeeld aanneemt. Start: eerder of later dan in het rekenvoorbeeld",
        sliders=Sliders(
            shown=shown, dial=told, names=_names(plan, [each["code"] for each in told["segments"]]), where=plan.where,
            step_cents=STEP,
        ),
        table=table_html(shown, {
            "year": Column(heading="Jaar"),
            "target_cents": Column(heading="Opgave", write=numbers.euro),
            "saving_cents": Column(heading="Verwacht", write=numbers.euro),
            "gap_cents": Column(heading="Nog te vinden", write=gap_amount),
        }, caption=f"Opgave en verwachte besparing bij uw keuze, {plan.name}"),
        source=plan.source,
        texts={
            "schuiven_zin": f"De schuiven gaan tot {assumed.slider_percents[-1]}% van het effect in het rekenvoorbeeld."
            " "
            "Uw keuze blijft op deze pagina en gaat nergens heen.",
        },
    )  # fmt: skip


def _names(plan: Plan, codes: list[str]) -> list[tuple[str, str, str]]:
    """Code, name and measures in words of every segment of the dial."""
    names = plan.edition.segment_names()
    grouped: pd.Series = plan.measures.groupby("segment")["measure"].agg(lambda each: listed(sorted(each)))
    return [(code, names[code], str(grouped.get(code, "Geen maatregel in dit rekenvoorbeeld"))) for code in codes]
