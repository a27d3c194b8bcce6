"""Chapter 55: the councils' risks with the assumption each would hit, and the plan beside what came in."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jeugd_analysis.chapters.assumed import SavingsAssumed
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_baseline import planned_on
from jeugd_analysis.chapters.savings_plan import BASE_SCENARIO, Plan, later_words, plan_of, thousands, too_small
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.savings import phase, plan_against_actual
from jeugd_analysis.methods.savings.scenario import later
from jeugd_analysis.present import numbers
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_upper, joined
from jeugd_analysis.present.tables import Column, Table, below_each_other, table_html

_HITS = {  # what a risk would hit -> its name
    "full_effect_share": "Het effect van de maatregelen",
    "success_probability": "De kans dat een maatregel slaagt",
    "start": "De start van de maatregelen",
    "ramp_quarters": "De ingroei",
    "run_off_quarters": "Hoe lang lopende hulp doorloopt",
    "shifted_share": "Wat terugkomt als lichte hulp",
    "one_off_cents": "Eenmalige kosten",
    "baseline": "De kosten zonder maatregelen",
    "target": "De opgave zelf",
    "key": "De verdeelsleutel",
    "measurement": "Of het effect te meten is",
}


def risks(municipality: str, period: str) -> Finding:
    """The councils' own risks with the assumption each would hit, and what that would cost in the worked example."""
    plan = plan_of(municipality, period, "alle", scenario="kansen")
    listed = plan.edition.store.published("risks").fillna("")
    shifts = shift_words(plan.assumed_numbers)
    costs = {} if plan.empty else {hit: _cost_of(plan, hit) for hit in _HITS}
    short = plan.edition.store.published("documents").set_index("document")["short_name"]
    hits = [hit for hit in _HITS if hit in set(listed["hits"])]
    told = pd.DataFrame(
        {
            "aanname": [_HITS[hit] for hit in hits],
            "wat": ["\n".join(_told(row, short) for row in listed[listed["hits"] == hit].itertuples()) for hit in hits],
            "kosten": [_cost_words(shifts.get(hit, ""), costs.get(hit)) for hit in hits],
        }
    )
    known = {hit: cents for hit, cents in costs.items() if cents is not None}
    return Finding(
        name="maatregelen-risicos",
        table=table_html(plan.shown.derived(told), {
            "aanname": Column(heading="Aanname die geraakt wordt"),
            "wat": Column(heading="Risico’s volgens de stukken, en wat zij ertegen doen"),
            "kosten": Column(heading="Rekenvoorbeeld"),
        }, caption="Risico’s en de aanname die ze raken", stacked=True),
        source=joined(
            f"Rekenvoorbeeld: minder besparing over {plan.years[0]}-{plan.last_year} samen, in "
            f"{plan.edition.area.in_name}. "
            "Hoe ver een aanname verschuift, is een keuze van de makers.", plan.source,
        ),
        texts={
            "risicos_aantal": numbers.decimal(len(listed)),
            "risicos_zin": _worst(known, plan),
        },
    )  # fmt: skip


def _told(row: Any, short: pd.Series) -> str:
    asked = "" if row.status == "genoemd" else f", {row.status}"
    return f"• {row.risk}. {row.response} ({short[row.document]}{asked})"


def _worst(known: dict[str, int], plan: Plan) -> str:
    if not known:
        return "Wat een risico zou kosten, is hier niet te tonen: de kosten zijn geheim."
    worst = max(known, key=lambda hit: known[hit])
    name, change = _HITS[worst], shift_words(plan.assumed_numbers)[worst]
    return (
        f"Van de verschuivingen die hier zijn doorgerekend, weegt deze in {plan.edition.area.in_name} het zwaarst: "
        f"{name.lower()} ({change}). Dat scheelt {numbers.euro(known[worst])} over {plan.years[0]}-{plan.last_year} "
        "samen."
    )


def _cost_words(change: str, cents: int | None) -> str:
    if not change:
        return "niet doorgerekend"
    if cents is None:
        return f"{first_upper(change)}: geheim"
    return f"{first_upper(change)}: {numbers.euro(cents)}"


def _cost_of(plan: Plan, hit: str) -> int | None:
    """Cents of saving that are lost over all years (or of target that is added) when this assumption shifts."""
    assumed = plan.assumed_numbers
    if hit not in shift_words(assumed):
        return None
    if hit == "target":
        return thousands(int(plan.targets["target_cents"].sum() * assumed.risk_target_share))
    before = plan.phased()["saving_cents"].sum()
    after = phase(shifted(plan.measures, hit, assumed), plan.targets, years=plan.years)["saving_cents"].sum()
    return thousands(int(before - after))


def shift_words(assumed: SavingsAssumed) -> dict[str, str]:
    """What is changed to see what a risk would cost, per assumption that it would hit."""
    effect, chance = (
        numbers.whole_percent(assumed.risk_effect_factor),
        numbers.whole_percent(assumed.risk_chance_factor),
    )
    return {
        "full_effect_share": f"alle effecten nog {effect}",
        "success_probability": f"alle kansen nog {chance}",
        "start": f"alles {later_words(assumed.risk_start_quarters)} later",
        "ramp_quarters": f"alles {later_words(assumed.risk_ramp_quarters)} langer",
        "run_off_quarters": f"{later_words(assumed.risk_run_off_quarters)} langer",
        "shifted_share": f"{numbers.decimal(assumed.risk_shifted_share * 100)} procentpunt meer",
        "target": f"{numbers.whole_percent(assumed.risk_target_share)} hoger",
    }


def shifted(measures: pd.DataFrame, hit: str, assumed: SavingsAssumed) -> pd.DataFrame:
    """The measures with one assumption shifted as `shift_words` says."""
    if hit == "start":
        return measures.assign(start=[later(str(start), assumed.risk_start_quarters) for start in measures["start"]])
    if hit in ("ramp_quarters", "run_off_quarters"):
        more = assumed.risk_ramp_quarters if hit == "ramp_quarters" else assumed.risk_run_off_quarters
        return measures.assign(**{hit: measures[hit] + more})
    if hit == "shifted_share":
        return measures.assign(shifted_share=(measures[hit] + assumed.risk_shifted_share).clip(upper=1).round(6))
    if hit == "success_probability":
        return measures.assign(success_probability=measures[hit] * assumed.risk_chance_factor)
    weaker: dict[str, Any] = {
        name: measures[name] * assumed.risk_effect_factor for name in ("full_effect_share", "low_share", "high_share")
    }
    return measures.assign(**weaker)


def plan_and_actual(municipality: str, period: str) -> Finding:
    """The plan of the worked example beside what came in, per quarter since the first measure began."""
    plan = plan_of(municipality, period, "alle", scenario=BASE_SCENARIO)
    edition = plan.edition
    first = min((Quarter.parse(str(start)) for start in plan.measures["start"]), default=None)
    if plan.empty or first is None:
        return Finding(name="maatregelen-verloop", texts={"verloop_zin": too_small(plan)})
    quarters = [] if first > edition.quarter else [each.label for each in first.until(edition.quarter)]
    actual = edition.shown("totaal", kind="kwartaal", periods=quarters).frame.dropna(subset=["amount_cents"])
    if actual.empty:
        return Finding(name="maatregelen-verloop", texts={"verloop_zin": _not_yet(first, edition)})
    rows = _beside(plan, actual, total=_total_cost(plan.shown.frame, edition.area.code))
    last = rows.iloc[-1]
    return Finding(
        name="maatregelen-verloop",
        table=below_each_other([
            table_html(plan.shown.derived(rows), {
                "quarter": Column(heading="Kwartaal"),
                "planned_cents": Column(heading="Volgens het rekenvoorbeeld", write=numbers.euro),
                "actual_cents": Column(heading="Declaraties", write=numbers.euro),
                "difference_cents": Column(heading="Verschil", write=numbers.signed_euro),
            }, caption=f"Rekenvoorbeeld naast declaraties, {plan.name}"),
            *_per_segment(plan, quarters),
        ]),
        source=joined(
            plan.source, planned_on(plan, actual["period"])[1],
            "Seizoenen zitten niet in het rekenvoorbeeld. De laatste kwartalen zijn nog niet compleet.",
        ),
        texts={
            "verloop_zin": f"In {last.quarter} waren de kosten {numbers.euro(last.actual_cents)}. Het rekenvoorbeeld "
            f"kwam op {numbers.euro(last.planned_cents)}. Waar het verschil door komt, volgt hier niet uit.",
        },
    )  # fmt: skip


def _per_segment(plan: Plan, quarters: list[str]) -> list[Table]:
    """The same for every segment with a measure, with the differences so far; empty when all of it is hidden."""
    shown = plan.edition.shown("segment", kind="kwartaal", periods=quarters)
    cost = shown.frame.dropna(subset=["amount_cents"])
    cost = cost[cost["level"].isin(set(plan.measures["segment"]))]
    if cost.empty:
        return []
    named = cost.rename(columns={"period": "quarter", "level": "segment", "amount_cents": "cost_cents"})
    rows = plan_against_actual(plan.measures, named, baseline=planned_on(plan, quarters)[0])
    money = [name for name in rows if name.endswith("_cents")]
    rows[money] = rows[money].apply(thousands)
    rows["naam"] = rows["segment"].map(plan.edition.segment_names())
    return [
        table_html(shown.derived(rows.sort_values(["segment", "quarter"], ignore_index=True)), {
            "naam": Column(heading="Segment"),
            "quarter": Column(heading="Kwartaal"),
            "planned_cents": Column(heading="Plan", write=numbers.euro),
            "actual_cents": Column(heading="Declaraties", write=numbers.euro),
            "difference_cents": Column(heading="Verschil", write=numbers.signed_euro),
            "cumulative_cents": Column(heading="Tot nu toe", write=numbers.signed_euro),
        }, caption=f"Per segment, {plan.name}")
    ]  # fmt: skip


def _not_yet(first: Quarter, edition: Edition) -> str:
    if first > edition.quarter:
        return (
            f"De eerste maatregel van het rekenvoorbeeld begint in {first.label}. Tot die tijd valt er niets te "
            "vergelijken. Daarna staat hier per kwartaal en segment het plan naast de declaraties."
        )
    return "Er zijn nog geen declaraties over de kwartalen van het plan, of ze zijn geheim."


def _total_cost(frame: pd.DataFrame, area: str) -> int:
    """Released cost of the area in all, in cents of a year."""
    return int(frame.loc[(frame["area"] == area) & (frame["dimension"] == "totaal"), "amount_cents"].sum())


def _beside(plan: Plan, actual: pd.DataFrame, *, total: int) -> pd.DataFrame:
    """Per quarter: planned (a quarter of the yearly total less what the measures save), actual and difference."""
    measures, baseline = plan.measures, planned_on(plan, actual["period"])[0]
    segments = measures.drop_duplicates("segment")
    asked = pd.DataFrame(
        [(quarter, code, 0) for quarter in actual["period"] for code in segments["segment"]],
        columns=["quarter", "segment", "cost_cents"],
    )
    planned = plan_against_actual(measures, asked, baseline=baseline).groupby("quarter")["planned_cents"].sum()
    rest = (total - int(segments["base_cents"].sum())) // 4  # cost on which no measure works
    rows = actual.set_index("period")["amount_cents"].astype("int64").rename("actual_cents").to_frame()
    rows["planned_cents"] = thousands(planned.reindex(rows.index) + rest)
    rows["actual_cents"] = thousands(rows["actual_cents"])
    rows["difference_cents"] = rows["actual_cents"] - rows["planned_cents"]
    return rows.rename_axis("quarter").reset_index()
