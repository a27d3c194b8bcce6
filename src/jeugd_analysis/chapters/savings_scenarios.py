"""Chapter 50, what if: scenarios side by side, a grid of pace and effect, and what is not yet decided per segment."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_phasing import gap_amount
from jeugd_analysis.chapters.savings_plan import (
    BASE_SCENARIO,
    Plan,
    moved_words,
    plan_of,
    scenario_names,
    thousands,
    too_small,
)
from jeugd_analysis.chapters.segment_contracts import OUTSIDE
from jeugd_analysis.domain.region import Segment
from jeugd_analysis.methods.savings import adjust, phase
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import lines_chart
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_upper, joined, listed
from jeugd_analysis.present.tables import Column, below_each_other, table_html

_RESERVED = "onder voorbehoud"


def scenarios(municipality: str, period: str, segment: str) -> Finding:
    """Every scenario file beside the others: saving per year, and target and gap in the last year."""
    names = scenario_names(Edition.open(municipality, period))
    plans = [plan_of(municipality, period, segment, scenario=name) for name in names]
    first = plans[0]
    if first.empty:
        return Finding(name="besparing-scenarios", texts={"scenarios_zin": too_small(first)})
    rows = pd.DataFrame([_outcome(plan) for plan in plans])
    drawn = pd.concat([
        each.phased().groupby("year", as_index=False)["saving_cents"].sum().assign(reeks=each.scenario["name"])
        for name, each in zip(names, plans, strict=True) if name == BASE_SCENARIO or _changes_saving(each.scenario)
    ])  # fmt: skip
    drawn["million"] = thousands(drawn["saving_cents"]) / 1e8
    lines = first.shown.derived(drawn.assign(year=drawn["year"].astype(str)).reset_index(drop=True))
    title = _scenario_title(rows.loc[rows["gap_cents"] <= 0, "naam"].tolist(), len(rows), first)
    return Finding(
        name="besparing-scenarios",
        title=title,
        unit="Verwachte besparing per jaar in miljoen euro, per scenario",
        chart=lines_chart(
            lines, time="year", value="million", series="reeks", title=title, unit="miljoen euro", axis_format=",.2~f",
            from_zero=bool(drawn["million"].min() >= 0),
            description="; ".join(f"{r.naam}: {numbers.euro(r.saving_cents)} in {first.last_year}"
                                   for r in rows.itertuples()),
        ),
        table=below_each_other([table_html(first.shown.derived(rows), {
            "naam": Column(heading="Scenario (aanname)"),
            "target_cents": Column(heading=f"Opgave in {first.last_year}", write=numbers.euro),
            "saving_cents": Column(heading="Verwacht", write=numbers.euro),
            "gap_cents": Column(heading="Nog te vinden", write=gap_amount),
            "all_years": Column(heading="Idem, alle jaren", write=gap_amount),
        }, caption=f"Scenario’s naast elkaar, {first.name}"), table_html(first.shown.derived(rows), {
            "naam": Column(heading="Scenario (aanname)"), "uitleg": Column(heading="Wat er anders is"),
        }, caption="De scenario’s", stacked=True)]),
        open_table=True,
        source=joined("Bron: data/reference/scenarios, één bestand per scenario.", first.source),
        texts={"scenarios_zin": f"{title}."},
    )  # fmt: skip


def _outcome(plan: Plan) -> dict[str, Any]:
    phased = plan.phased()
    last = phased[phased["year"] == plan.last_year]
    target, saving = thousands(int(last["target_cents"].sum())), thousands(int(last["saving_cents"].sum()))
    return {
        "naam": plan.scenario["name"],
        "target_cents": target,
        "saving_cents": saving,
        "gap_cents": target - saving,
        "uitleg": str(plan.scenario["explanation"]),
        "all_years": thousands(int(phased["gap_cents"].sum())),
    }


def _changes_saving(scenario: dict[str, Any]) -> bool:
    """Whether it has a line of its own: one that only changes the target saves as much as its base."""
    return bool(scenario.get("measures")) and bool(
        scenario.get("delay_quarters", 0) != 0
        or scenario.get("effect_factor", 1) != 1
        or {"draws", "one_off_share"} & scenario.keys()
    )


def _scenario_title(met: list[str], count: int, plan: Plan) -> str:
    where, year = plan.where, plan.last_year
    if not met:
        return f"In geen van de {count} scenario’s is de opgave in {where} in {year} gehaald"
    if len(met) == count:
        return f"In alle {count} scenario’s is de opgave in {where} in {year} gehaald"
    return f"De opgave in {where} is in {year} alleen gehaald in: {listed(met)}"


def grid(municipality: str, period: str, segment: str) -> Finding:
    """Pace against effect: what is still to be found over all years together, and which effect would do."""
    plan = plan_of(municipality, period, segment)
    if plan.empty:
        return Finding(name="besparing-tempo", texts={"tempo_zin": too_small(plan), "tempo_nodig": ""})
    effects = {factor: f"effect_{round(factor * 1000)}" for factor in plan.assumed_numbers.grid_effects}
    rows = pd.DataFrame([
        {"tempo": moved_words(delay)} | {name: _gap_over_years(plan, delay, factor) for factor, name in effects.items()}
        for delay in plan.assumed_numbers.grid_delays
    ])  # fmt: skip
    goal = thousands(int(plan.targets["target_cents"].sum()))
    gaps = rows[list(effects.values())].to_numpy().ravel()
    met = int((gaps <= 0).sum())
    span = f"{plan.years[0]}-{plan.last_year}"
    title = (
        f"In {met} van de {len(gaps)} combinaties van tempo en effect is de opgave over {span} gehaald" if met
        else f"In geen enkele combinatie van tempo en effect is de opgave over {span} gehaald"
    )  # fmt: skip
    return Finding(
        name="besparing-tempo",
        title=title,
        unit=f"Nog te vinden over {span} samen; de opgave is samen {numbers.euro(goal)}",
        table=table_html(plan.shown.derived(rows), {
            "tempo": Column(heading="Start van alle maatregelen"),
            **{name: Column(heading=_effect_words(factor), write=gap_amount) for factor, name in effects.items()},
        }, caption=f"Tempo en effect, {plan.name}"),
        source=plan.source,
        texts={"tempo_zin": f"{title}.", "tempo_nodig": _needed(plan)},
    )  # fmt: skip


def _effect_words(factor: float) -> str:
    return "Effect als gepland" if factor == 1 else f"Effect {numbers.percent(factor, 0)}"


def _gap_over_years(plan: Plan, delay: int, factor: float) -> int:
    measures, targets = adjust(plan.measures, plan.targets, delay_quarters=delay, effect_factor=factor)
    return thousands(int(phase(measures, targets, years=plan.years)["gap_cents"].sum()))


def _needed(plan: Plan) -> str:
    """How much larger every effect would have to be to reach the target of the last year."""
    where, year = plan.where, plan.last_year
    step_size, most = plan.assumed_numbers.grid_step, plan.assumed_numbers.grid_most
    factors = [round(step * step_size, 6) for step in range(round(most / step_size) + 1)]
    place = bisect_left(factors, True, key=lambda factor: _met(plan, factor))  # more effect never saves less
    if place < len(factors):
        return _needed_words(factors[place], where, year)
    return f"Ook met {numbers.decimal(most)} keer zo grote effecten wordt de opgave in {where} in {year} niet gehaald."


def _met(plan: Plan, factor: float) -> bool:
    """Whether the target of the last year is met with every effect so many times as large."""
    measures, targets = adjust(plan.measures, plan.targets, effect_factor=factor)
    return bool(phase(measures, targets, years=[plan.last_year])["gap_cents"].sum() <= 0)


def _needed_words(factor: float, where: str, year: int) -> str:
    if factor <= 1:
        left = "" if factor == 1 else f" Ook met {numbers.percent(factor, 0)} van elk effect lukt dat nog."
        return f"Met de geplande effecten wordt de opgave in {where} in {year} gehaald.{left}"
    return (
        f"Om de opgave in {where} in {year} te halen, moet elk effect ongeveer {numbers.decimal(factor, 2)} keer zo "
        "groot "
        "zijn als in het rekenvoorbeeld."
    )


def forms(municipality: str, period: str, segment: str) -> Finding:
    """Per segment: its goals, how it would be paid and bought, how long, and what is still undecided about that."""
    edition = Edition.open(municipality, period)
    chosen = edition.region.find_segment(segment)
    published = edition.store.published("segment_forms").fillna("")
    goals = edition.store.published("goals").fillna("")
    segments = [s for s in edition.region.segments if s.code not in OUTSIDE and chosen in (None, s)]
    codes = {each.code for each in segments}
    short = edition.store.published("documents").set_index("document")["short_name"]
    about = published[[bool(codes & set(told.split(";"))) for told in published["segments"]]]
    names = {each.code: each.name for each in segments}
    rows = about.assign(
        wat=about["aspect"].map(first_upper),
        vorm=[f"{joined(f'{row.form}.', row.note)}\n({short[row.document]})" for row in about.itertuples()],
        waar=[_segments_told(told, names) for told in about["segments"]],
    )
    aims = goals[goals["segment"].isin(codes)].groupby("segment", sort=False)["goal"].agg("\n".join).reset_index()
    return Finding(
        name="besparing-vormen",
        table=below_each_other([
            table_html(not_personal(rows, what="Uit de stukken, in eigen woorden."), {
                "wat": Column(heading="Wat"),
                "vorm": Column(heading="Wat de stukken zeggen"),
                "waar": Column(heading="Segmenten"),
                "status": Column(heading="Status"),
            }, caption="Looptijd, bekostiging en inkoop", stacked=True),
            table_html(not_personal(aims.assign(naam=aims["segment"].map(names)), what="Uit de stukken."), {
                "naam": Column(heading="Segment"), "goal": Column(heading="Doelen volgens het raadsbesluit"),
            }, caption="Doelen per segment", stacked=True),
        ]),
        folded="Bekijk wat de stukken per segment zeggen" if chosen is None else "",
        source="Bron: de stukken die in de tabel staan, in eigen woorden. "
        f"Doelen: {', '.join(dict.fromkeys(goals['document']))}.",
        texts={"vormen_zin": _undecided(segments, published, goals, ", ".join(short[goals["document"].unique()]))},
    )  # fmt: skip


def _segments_told(told: str, names: dict[str, str]) -> str:
    """Names of the segments of the page that a statement is about."""
    inside = [names[code] for code in told.split(";") if code in names]
    return "alle" if len(inside) == len(names) > 1 else "\n".join(inside)


def _undecided(segments: list[Segment], published: pd.DataFrame, goals: pd.DataFrame, told_in: str) -> str:
    reserved = published[published["status"].eq(_RESERVED)]
    open_ones = [each.name for each in segments if any(each.code in codes.split(";") for codes in reserved["segments"])]
    count = int(goals["segment"].isin([each.code for each in segments]).sum())
    aims = f"De raad stelde {count} {'doel' if count == 1 else 'doelen'} vast ({told_in})."
    if not open_ones:
        return f"{aims} Over de vorm staat niets meer open."
    where = "elk segment" if len(open_ones) == len(segments) > 1 else listed(open_ones)
    return f"{aims} Voor {where} is nog niet zeker hoe de hulp wordt ingekocht en betaald."
