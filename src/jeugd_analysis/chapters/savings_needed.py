"""Chapter 50, what must be true: the smallest set of assumptions that closes the gap, and which one matters most."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.once import once
from jeugd_analysis.chapters.savings_phasing import gap_amount
from jeugd_analysis.chapters.savings_plan import CHANCES, Plan, later_words, plan_of, thousands, too_small
from jeugd_analysis.methods.savings import assumptions_of, closing_set, phase, tornado
from jeugd_analysis.methods.savings.gap import ClosingSet
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import tornado_chart
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import joined, listed
from jeugd_analysis.present.tables import Column, table_html

_KINDS = {"effect": "Effect van", "start": "Start van", "slagen": "Slagen van"}


def closing(municipality: str, period: str, segment: str) -> Finding:
    """The smallest set of assumptions that closes the gap in the last year, or what remains when all go well."""
    plan = plan_of(municipality, period, segment, scenario=CHANCES)
    if plan.empty:
        return Finding(name="besparing-nodig", texts={"nodig_zin": too_small(plan)})
    assumed = _that_matter(plan)
    found = closing_set(plan.measures, plan.targets, year=plan.last_year, assumptions=assumed)
    told = assumed[assumed["assumption"].isin(found.assumptions)]
    planned = plan.measures.drop_duplicates("measure").set_index("measure")
    rows = pd.DataFrame(
        {
            "naam": [_named(each) for each in told["assumption"]],
            "plan": [_written(row.column, planned.loc[row.measure, row.column]) for row in told.itertuples()],
            "nodig": [_written(row.column, row.high) for row in told.itertuples()],
        }
    )
    words = closing_words(found, plan.where, plan.last_year)
    caption = "Wat er mee moet vallen" if found.closed else "Dit alles samen is nog niet genoeg"
    table = table_html(plan.shown.derived(rows), {
        "naam": Column(heading="Aanname"),
        "plan": Column(heading="In het rekenvoorbeeld"),
        "nodig": Column(heading="Als het meevalt"),
    }, caption=f"{caption}, {plan.name}")  # fmt: skip
    return Finding(
        name="besparing-nodig", table=table if len(rows) else "", source=plan.source,
        texts={"nodig_zin": words},
    )  # fmt: skip


def closing_words(found: ClosingSet, where: str, year: int) -> str:
    """What must come out well, right for a target that is met already, can be met, or cannot."""
    start = f"In {year} is de verwachte besparing in {where}"
    if found.closed and not found.assumptions:
        return f"{start} ten minste zo hoog als de opgave. Er hoeft niets mee te vallen."
    if not found.closed:
        return (
            f"Ook als elke aanname meevalt, wordt de opgave in {where} in {year} niet gehaald. De besparing is dan "
            f"{numbers.euro(thousands(found.saving_cents))}. Er is dan nog {numbers.euro(thousands(found.gap_cents))} "
            "te vinden, met andere of meer maatregelen."
        )
    count = len(found.assumptions)
    many = "moet één aanname meevallen" if count == 1 else f"moeten {count} aannames samen meevallen"
    smaller = "" if found.exhaustive else " Er kan een kleinere combinatie bestaan: niet alle zijn geprobeerd."
    left = thousands(-found.gap_cents)
    over = f"{numbers.euro(left)} meer dan de opgave" if left else "precies de opgave"
    return (
        f"Om de opgave in {where} in {year} te halen, {many}: {listed([_named(each) for each in found.assumptions])}. "
        f"De besparing is dan {numbers.euro(thousands(found.saving_cents))}, {over}.{smaller}"
    )


def _swings(plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Assumptions of the plan, and what each does to the saving of the last year."""
    assumed = assumptions_of(
        plan.measures, effect_share=plan.assumed_numbers.tornado_effect_share,
        delay_quarters=plan.assumed_numbers.tornado_delay_quarters,
        earliest={code: told.start.label for code, told in plan.contracts.items()},
    )  # fmt: skip
    swings = once(
        lambda: tornado(plan.measures, plan.targets, year=plan.last_year, assumptions=assumed),
        what="tornado", frames=(plan.measures, plan.targets, assumed), told=(plan.last_year,),
    )  # fmt: skip
    return assumed, swings


def _that_matter(plan: Plan) -> pd.DataFrame:
    """Without assumptions that change nothing in that year: all combinations of the others can then be tried."""
    assumed, swings = _swings(plan)
    moving = swings.loc[swings["swing_cents"] > 0, "assumption"]
    return assumed[assumed["assumption"].isin(moving)].reset_index(drop=True)


def sensitivity(municipality: str, period: str, segment: str) -> Finding:
    """One assumption at a time low and high: which one moves the saving of the last year most."""
    plan = plan_of(municipality, period, segment, scenario=CHANCES)
    if plan.empty:
        return Finding(name="besparing-gevoelig", texts={"gevoelig_zin": too_small(plan)})
    _, swings = _swings(plan)
    planned = int(phase(plan.measures, plan.targets, years=[plan.last_year])["saving_cents"].sum())
    rows = swings.assign(naam=[_named(each) for each in swings["assumption"]])
    money = [name for name in rows.columns if name.endswith("_cents")]
    rows[money] = rows[money].apply(thousands)
    moving = rows[rows["swing_cents"] != 0].head(plan.assumed_numbers.tornado_drawn)
    still = int((rows["swing_cents"] == 0).sum())
    top = rows.iloc[0]
    title = f"Het meest hangt af van: {top.naam}"
    drawn = plan.shown.derived(moving)
    return Finding(
        name="besparing-gevoelig",
        title=title,
        unit=f"Verwachte besparing in {plan.last_year} in miljoen euro, als één aanname tegenvalt of meevalt",
        chart=tornado_chart(
            drawn, category="naam", low="saving_low_cents", high="saving_high_cents", planned_cents=thousands(planned),
            title=title, unit="miljoen euro",
            description=f"Zoals gepland {numbers.euro(thousands(planned))}. " + "; ".join(
                f"{r.naam}: {numbers.euro(r.saving_low_cents)} tot {numbers.euro(r.saving_high_cents)}"
                for r in moving.itertuples()
            ),
        ),
        table=table_html(plan.shown.derived(rows), {
            "naam": Column(heading="Aanname"),
            "saving_low_cents": Column(heading="Als het tegenvalt", write=numbers.euro),
            "saving_high_cents": Column(heading="Als het meevalt", write=numbers.euro),
            "swing_cents": Column(heading="Verschil", write=numbers.euro),
            "gap_high_cents": Column(heading="Dan nog te vinden", write=gap_amount),
        }, caption=f"Besparing in {plan.last_year} per aanname, {plan.name}"),
        source=joined(
            "Hoe ver een aanname kan mee- of tegenvallen, staat bij de maatregelen. Een start schuift "
            f"{later_words(plan.assumed_numbers.tornado_delay_quarters)}. De as begint niet bij nul.", plan.source,
        ),
        texts={
            "gevoelig_zin": f"{title}. Valt die tegen, dan is de besparing in {plan.last_year} "
            f"{numbers.euro(top.saving_low_cents)}. Valt die mee, dan is het {numbers.euro(top.saving_high_cents)}."
            + _no_matter(still, plan.last_year),
        },
    )  # fmt: skip


def _no_matter(still: int, year: int) -> str:
    if not still:
        return ""
    subject = "Eén aanname doet" if still == 1 else f"{still} aannames doen"
    return f" {subject} er in {year} niet meer toe, zoals een latere start: dan werkt alles al."


def _named(assumption: str) -> str:
    """'effect: Kortere trajecten' as a reader sees it."""
    kind, _, measure = assumption.partition(": ")
    return f"{_KINDS[kind]} ‘{measure}’"


def _written(column: str, value: object) -> str:
    if column == "start":
        return str(value)
    share = float(str(value))
    return numbers.percent(share, 0 if (share * 100).is_integer() else 1)
