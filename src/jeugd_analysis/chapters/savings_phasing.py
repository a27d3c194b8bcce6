"""Chapter 50, the worked example: what measures would save per year and segment, beside the target and the cost."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_baseline import without_measures
from jeugd_analysis.chapters.savings_plan import (
    CHANCES,
    Plan,
    plan_of,
    read_scenario,
    rounded_path,
    thousands,
    too_small,
)
from jeugd_analysis.methods.savings import cost_path, phase
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart, lines_chart, path_chart
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.sentences import first_lower, joined
from jeugd_analysis.present.tables import Column, below_each_other, table_html

_WITH, _WITHOUT = "met maatregelen", "zonder"


def phasing(municipality: str, period: str, segment: str) -> Finding:
    """Expected saving of the base scenario per year, beside the target: region, municipality or one segment."""
    plan = plan_of(municipality, period, segment)
    if plan.empty:
        words = {"fasering_zin": too_small(plan), "fasering_verloop": "", "fasering_scenario": ""}
        return Finding(name="besparing-fasering", texts=words)
    yearly = plan.phased().groupby("year", as_index=False)[["target_cents", "saving_cents"]].sum()
    shown = plan.shown.derived(rounded_path(yearly).assign(year=yearly["year"].astype(str)))
    title = gap_title(shown.frame.iloc[-1], plan.where)
    return Finding(
        name="besparing-fasering",
        title=title,
        unit="Besparing per jaar in miljoen euro: de opgave en wat het rekenvoorbeeld oplevert",
        chart=path_chart(
            shown, title=title, unit="miljoen euro",
            description="; ".join(
                f"{r.year}: opgave {numbers.euro(r.target_cents)}, verwacht {numbers.euro(r.saving_cents)}"
                for r in shown.frame.itertuples()
            ),
        ),
        table=table_html(shown, {
            "year": Column(heading="Jaar"),
            "target_cents": Column(heading="Opgave", write=numbers.euro),
            "saving_cents": Column(heading="Verwacht", write=numbers.euro),
            "gap_cents": Column(heading="Nog te vinden", write=gap_amount),
        }, caption=f"Opgave en verwachte besparing, {plan.name}"),
        source=plan.source,
        texts={
            "fasering_zin": f"{title}.",
            "fasering_scenario": str(plan.scenario["explanation"]),
            "fasering_verloop": joined(course(shown.frame), plan.left_out),
        },
    )  # fmt: skip


def gap_title(last: pd.Series, where: str) -> str:
    """The finding about the last year: still to be found, met exactly, or met with something left."""
    if last.gap_cents > 0:
        return f"In dit rekenvoorbeeld is in {where} in {last.year} nog {numbers.euro(last.gap_cents)} te vinden"
    if last.gap_cents == 0:
        return f"In dit rekenvoorbeeld is de opgave in {where} in {last.year} precies gehaald"
    left = numbers.euro(-last.gap_cents)
    return f"In dit rekenvoorbeeld is de opgave in {where} in {last.year} gehaald, met {left} over"


def gap_amount(cents: float) -> str:
    """What is still to be found, or what is left over."""
    return numbers.euro(cents) if numbers.is_missing(cents) or cents >= 0 else f"{numbers.euro(-cents)} over"


def course(rows: pd.DataFrame) -> str:
    """In which years the scenario reaches the target. Columns: year, gap_cents."""
    met = [str(row.year) for row in rows.itertuples() if row.gap_cents <= 0]
    if not met:
        return "In geen enkel jaar is de verwachte besparing zo hoog als de opgave."
    if len(met) == len(rows):
        return "In elk jaar is de verwachte besparing ten minste zo hoog als de opgave."
    return f"De verwachte besparing is ten minste zo hoog als de opgave in: {', '.join(met)}."


def per_segment(municipality: str, period: str, segment: str) -> Finding:
    """The last year of the path per segment: cost, target by cost share, expected saving and gap; all segments."""
    plan = plan_of(municipality, period, segment)
    if plan.empty:
        return Finding(name="besparing-segmenten", texts={"segmenten_zin": too_small(plan), "segmenten_aanname": ""})
    rows = plan.phased().query("year == @plan.last_year")
    names = plan.edition.segment_names()
    table = rounded_path(rows).merge(plan.costs.rename("cost_cents"), left_on="segment", right_index=True)
    hidden = pd.DataFrame({"segment": list(plan.hidden)}, dtype="object")
    everything = pd.concat([table, hidden], ignore_index=True).sort_values("segment", ignore_index=True)
    money = ["cost_cents", "target_cents", "saving_cents", "gap_cents"]
    everything[money] = everything[money].astype("Int64")
    shown = plan.shown.derived(everything.assign(
        naam=everything["segment"].map(names),
        saving_million=everything["saving_cents"].astype("Float64") / 1e8,
        tekst=everything["saving_cents"].map(numbers.euro),
    ))  # fmt: skip
    best = table.loc[table["saving_cents"].idxmax()]
    title = f"In dit rekenvoorbeeld levert {names[best.segment]} in {plan.last_year} het meest op"
    if len(table) == 1:
        amount = numbers.euro(best.saving_cents)
        title = f"In dit rekenvoorbeeld levert {names[best.segment]} in {plan.last_year} {amount} op"
    return Finding(
        name="besparing-segmenten",
        title=title,
        unit=f"Verwachte besparing in {plan.last_year} per segment, in miljoen euro",
        chart=bars_chart(
            shown, category="naam", value="saving_million", label="tekst", title=title, unit="miljoen euro",
            description="; ".join(f"{r.naam}: {r.tekst}" for r in shown.frame.itertuples()),
        ) if len(everything) > 1 else None,  # one bar compares nothing
        table=table_html(shown, {
            "naam": Column(heading="Segment"),
            "cost_cents": Column(heading=f"Kosten in {plan.edition.quarter.last_settled_year}", write=numbers.euro),
            "target_cents": Column(heading="Opgave (aanname)", write=numbers.euro),
            "saving_cents": Column(heading="Verwacht", write=numbers.euro),
            "gap_cents": Column(heading="Nog te vinden", write=gap_amount),
        }, caption=f"Opgave en verwachting per segment in {plan.last_year}, {plan.name}"),
        open_table=True,
        source=plan.source,
        texts={"segmenten_zin": f"{title}.", "segmenten_aanname": plan.assumed},
    )  # fmt: skip


def measures(municipality: str, period: str, segment: str) -> Finding:
    """The assumptions of the base scenario and their chances, all of them, so that a reader can disagree."""
    edition = Edition.open(municipality, period)
    chosen = edition.region.find_segment(segment)
    rows = pd.DataFrame(read_scenario(edition, CHANCES)["measures"])
    if chosen is not None:
        rows = rows[rows["segment"] == chosen.code]
    told = rows.assign(
        naam=rows["segment"].map(edition.segment_names()),
        marge=[f"{numbers.percent(r.low_share)} tot {numbers.percent(r.high_share)}" for r in rows.itertuples()],
        jaren=rows["ramp_quarters"] / 4,
        uitloop=rows["run_off_quarters"] / 4,
    ).reset_index(drop=True)  # fmt: skip
    shown = not_personal(told, what="Aannames van de makers.")
    return Finding(
        name="besparing-maatregelen",
        table=below_each_other([
            table_html(shown, {
                "measure": Column(heading="Maatregel (aanname)"),
                "naam": Column(heading="Segment"),
                "full_effect_share": Column(heading="Volledig effect", write=numbers.percent),
                "start": Column(heading="Start"),
                "jaren": Column(heading="Ingroei in jaren", write=_years),
            }, caption="Maatregelen in het rekenvoorbeeld", stacked=True),
            table_html(shown, {
                "measure": Column(heading="Maatregel (aanname)"),
                "success_probability": Column(heading="Kans van slagen", write=whole_percent),
                "marge": Column(heading="Effect, laagste en hoogste"),
                "uitloop": Column(heading="Uitloop in jaren", write=_years),
                "shifted_share": Column(heading="Komt terug", write=whole_percent),
            }, caption="Wat bij de kansen ook meetelt", stacked=True),
        ]),
        source="Bron: data/reference/scenarios/basis.toml en kansen.toml. Geen besluit van een raad. Uitloop: zo lang "
        "loopt "
        "lopende hulp nog door. Komt terug: dat deel van de besparing wordt kosten van lichte hulp.",
        texts={"maatregelen_zin": _how_many(rows["segment"].value_counts(), chosen is not None)},
    )  # fmt: skip


def _how_many(per_segment: pd.Series, one_segment: bool) -> str:
    """How many measures there are; that two on the same money overlap, only where that happens."""
    count = int(per_segment.sum())
    many = {0: "geen enkele maatregel", 1: "één maatregel"}.get(count, f"{count} maatregelen")
    told = f"Het rekenvoorbeeld telt {many}{' voor dit segment' if one_segment else ''}."
    if not (per_segment > 1).any():
        return told
    return (
        f"{told} Twee maatregelen op hetzelfde geld leveren samen minder op dan hun som. De tweede werkt alleen op wat "
        "de eerste overlaat."
    )


def _years(value: float) -> str:
    return numbers.decimal(value, 1 if value % 1 else 0)


def growth(municipality: str, period: str, segment: str) -> Finding:
    """Less than without measures is not less than last year: the same saving beside the scenarios of the outlook."""
    plan = plan_of(municipality, period, segment)
    if plan.empty:
        return Finding(name="besparing-groei", texts={"groei_zin": too_small(plan), "groei_andere": ""})
    without = without_measures(plan)
    paths = {lead: _measured_against(plan, rows) for lead, rows in without.paths.items()}
    drawn = paths[without.drawn]
    told = pd.concat([
        drawn[["year"]].assign(reeks=name, million=drawn[column] / 1e8)
        for name, column in ((_WITHOUT, "baseline_cents"), (_WITH, "cost_cents"))
    ])  # fmt: skip
    lines = plan.shown.derived(told.assign(year=told["year"].astype(str)))
    shown = plan.shown.derived(drawn.assign(year=drawn["year"].astype(str)))
    title = growth_title(drawn, without.drawn, plan.where)
    return Finding(
        name="besparing-groei",
        title=title,
        unit="Kosten per jaar in miljoen euro, met en zonder de maatregelen van het rekenvoorbeeld",
        chart=lines_chart(
            lines, time="year", value="million", series="reeks", title=title, unit="miljoen euro", from_zero=False,
            axis_format=",.2~f",
            description="; ".join(
                f"{r.year}: zonder {numbers.euro(r.baseline_cents)}, met {numbers.euro(r.cost_cents)}"
                for r in shown.frame.itertuples()
            ),
        ),
        table=table_html(shown, {
            "year": Column(heading="Jaar"),
            "baseline_cents": Column(heading="Kosten zonder maatregelen", write=numbers.euro),
            "cost_cents": Column(heading="Kosten met maatregelen", write=numbers.euro),
            "below_baseline_cents": Column(heading="Minder dan zonder maatregelen", write=numbers.euro),
            "above_last_year_cents": Column(heading="Verschil met het jaar ervoor", write=numbers.signed_euro),
        }, caption=f"Kosten met en zonder maatregelen, {plan.name}"),
        source=joined(f"{without.told} De as begint niet bij nul.", plan.source),
        texts={
            "groei_zin": f"{title}. {_below(drawn, plan.last_year)} Tegenover {plan.years[0] - 1} zijn ze "
            f"{_compared(drawn)}.",
            "groei_andere": joined(*(
                other_path(lead, _compared(path), _compared(drawn)) for lead, path in paths.items()
                if lead != without.drawn
            ), _beside_phasing(drawn, plan), target_and_cost(drawn)),
        },
    )  # fmt: skip


def growth_title(path: pd.DataFrame, lead: str, where: str) -> str:
    """What the cost with measures does, and whether it would do so without them; `lead` begins the sentence."""
    before, last = path["last_year_cents"].iloc[0], path.iloc[-1]
    if last.cost_cents > before:
        return f"{lead} stijgen de kosten in {where} ondanks de maatregelen"
    if last.cost_cents == before:
        return f"{lead} blijven de kosten in {where} met de maatregelen gelijk"
    if last.baseline_cents < before:
        return f"{lead} dalen de kosten in {where}, ook zonder de maatregelen"
    return f"{lead} dalen de kosten in {where} door de maatregelen"


def other_path(lead: str, compared: str, drawn: str) -> str:
    """How another path compares with the year before the measures, beside the one that is drawn.

    >>> other_path("Volgens het hoge scenario", "€ 2 hoger", "€ 1 lager")
    'Volgens het hoge scenario zijn ze € 2 hoger.'
    >>> other_path("Volgens het hoge scenario", "€ 1 lager", "€ 1 lager")
    'Ook volgens het hoge scenario zijn ze € 1 lager.'
    """
    begin = f"Ook {first_lower(lead)}" if compared == drawn else lead
    return f"{begin} zijn ze {compared}."


def target_and_cost(path: pd.DataFrame) -> str:
    """That a target met and cost that falls are two things. Columns: cost_cents, last_year_cents."""
    if path["cost_cents"].iloc[-1] > path["last_year_cents"].iloc[0]:
        return "Een opgave kan dus gehaald zijn terwijl de kosten toch stijgen."
    return "Lagere kosten zeggen nog niet dat de opgave gehaald is: zonder maatregelen veranderen de kosten ook."


def _below(path: pd.DataFrame, year: int) -> str:
    saved = int(path["below_baseline_cents"].iloc[-1])
    if not saved:
        return f"In {year} zijn de kosten even hoog als zonder maatregelen."
    return (
        f"In {year} zijn de kosten {numbers.euro(abs(saved))} {'lager' if saved > 0 else 'hoger'} dan zonder "
        "maatregelen."
    )


def _beside_phasing(path: pd.DataFrame, plan: Plan) -> str:
    """Why the phasing of the page tells another saving; empty when it tells the same."""
    phased = thousands(int(plan.phased().query("year == @plan.last_year")["saving_cents"].sum()))
    if numbers.euro(phased) == numbers.euro(int(path["below_baseline_cents"].iloc[-1])):
        return ""
    return (
        f"Bij de fasering is de besparing {numbers.euro(phased)}. Daar werken de maatregelen op de kosten van "
        f"{plan.edition.quarter.last_settled_year}, hier op die van {plan.last_year}."
    )


def _measured_against(plan: Plan, baseline: pd.DataFrame) -> pd.DataFrame:
    """Per year: baseline, cost, below_baseline and above_last_year in cents, and last_year_cents before the first.

    Shapes: baseline is year, segment, base_cents from the year before the path.
    """
    before = baseline[baseline["year"] == plan.years[0] - 1].set_index("segment")["base_cents"]
    phased = phase(plan.measures, plan.targets, years=plan.years, baseline=baseline)
    rows = cost_path(phased, baseline, last_year=before.to_dict()).drop(columns="segment")
    yearly = rows.groupby("year", as_index=False).sum()
    money = [name for name in yearly.columns if name != "year"]
    yearly[money] = yearly[money].apply(thousands)
    return yearly.assign(last_year_cents=thousands(int(before.sum())))


def _compared(path: pd.DataFrame) -> str:
    change = int(path["cost_cents"].iloc[-1] - path["last_year_cents"].iloc[0])
    if change == 0:
        return "even hoog"
    return f"{numbers.euro(abs(change))} {'hoger' if change > 0 else 'lager'}"
