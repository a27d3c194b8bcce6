"""Chapter 50, uncertainty: how likely the target is, what must be true to meet it, and what matters most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.chapters.once import once
from jeugd_analysis.chapters.savings_phasing import gap_amount
from jeugd_analysis.chapters.savings_plan import ALL_TOGETHER, CHANCES, Plan, plan_of, thousands, too_small
from jeugd_analysis.domain.region import ALL_SEGMENTS
from jeugd_analysis.methods.savings import simulate
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart, fan_chart
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import joined, listed
from jeugd_analysis.present.tables import Column, Table, below_each_other, table_html

_LEVELS = ["p10", "p50", "p90"]


def chance(municipality: str, period: str, segment: str) -> Finding:
    """Range of outcomes per year beside the target, and how likely it is met, with three strengths of shared luck."""
    plan = plan_of(municipality, period, segment, scenario=CHANCES)
    if plan.empty:
        return Finding(
            name="besparing-kans", texts={"kans_zin": too_small(plan), "kans_samenhang": "", "kans_anders": ""}
        )
    rho = float(plan.scenario["rho"])
    rows = _drawn(plan, rho)
    # Beside it only the last year is told: the same draws, without the other years.
    told = {
        other: rows if other == rho else _drawn(plan, other, last=True) for other in plan.assumed_numbers.coherences
    }
    shown = plan.shown.derived(rows)
    last = rows.iloc[-1]
    title = f"De kans dat de opgave in {plan.where} in {plan.last_year} gehaald wordt, is {chance_words(last.p_target)}"
    per_rho = pd.DataFrame({"rho": list(told)}).assign(
        **{name: [each.iloc[-1][name] for each in told.values()] for name in [*_LEVELS, "p_target"]}
    )
    return Finding(
        name="besparing-kans",
        title=title,
        unit="Besparing per jaar in miljoen euro: de opgave en de uitkomsten van veel trekkingen",
        chart=fan_chart(
            shown, title=title, unit="miljoen euro",
            description="; ".join(
                f"{r.year}: opgave {numbers.euro(r.target_cents)}, laag {numbers.euro(r.p10)}, "
                f"midden {numbers.euro(r.p50)}, hoog {numbers.euro(r.p90)}" for r in rows.itertuples()
            ),
        ),
        table=below_each_other([
            _year_table(plan, rows),
            *([_rho_table(plan, per_rho)] if len(plan.measures) > 1 else []),  # one measure hangs together with none
        ]),
        source=joined(
            f"{numbers.decimal(int(plan.scenario['draws']))} trekkingen, startgetal {plan.scenario['seed']}, samenhang "
            f"{numbers.decimal(rho, 1)}.", plan.source,
        ),
        texts={
            "kans_zin": f"{title}. In de helft van de trekkingen is de besparing in {plan.last_year} hooguit "
            f"{numbers.euro(last.p50)}. In 8 van de 10 ligt zij tussen {numbers.euro(last.p10)} en "
            f"{numbers.euro(last.p90)}. De opgave is {numbers.euro(last.target_cents)}.",
            "kans_samenhang": _together(per_rho) if len(plan.measures) > 1 else "",
            "kans_anders": _beside_phasing(plan, int(last.p50)),
        },
    )  # fmt: skip


def _rho_table(plan: Plan, rows: pd.DataFrame) -> Table:
    return table_html(plan.shown.derived(rows), {
        "rho": Column(heading="Samenhang (rho)", write=lambda value: numbers.decimal(value, 1)),
        **_LEVEL_COLUMNS,
    }, caption=f"De uitkomst in {plan.last_year} bij meer of minder samenhang, {plan.name}")  # fmt: skip


def _beside_phasing(plan: Plan, middle: int) -> str:
    """What this part counts beside the phasing, and what that does to the middle outcome of the last year."""
    base = plan_of(
        plan.edition.area.code, plan.edition.quarter.label, plan.chosen.code if plan.chosen else ALL_SEGMENTS
    )
    phased = thousands(int(base.phased().query("year == @plan.last_year")["saving_cents"].sum()))
    counts = (
        "In dit deel telt ook mee dat maatregelen kunnen mislukken, dat lopende hulp eerst afloopt en dat een deel "
        "terugkomt als kosten van lichte hulp."
    )
    if middle == phased:
        return f"{counts} De middelste uitkomst is even hoog als bij de fasering: {numbers.euro(phased)}."
    side = "lager" if middle < phased else "hoger"
    return f"{counts} De middelste uitkomst is {side} dan bij de fasering ({numbers.euro(phased)})."


def _drawn(plan: Plan, rho: float, *, last: bool = False) -> pd.DataFrame:
    """Per year, all segments together, in whole thousands: year (text), target_cents, the levels, gap, p_target."""
    found = simulated(plan, rho, last=last).query("segment == @ALL_TOGETHER")
    goals = plan.targets.groupby("year")["target_cents"].sum()
    return _rounded(found, found["year"].map(goals)).drop(columns="segment").reset_index(drop=True)


def simulated(plan: Plan, rho: float, *, last: bool = False) -> pd.DataFrame:
    """`simulate` for the plan, with the draws and the seed of its scenario: the same on every page."""
    seed, draws = int(plan.scenario["seed"]), int(plan.scenario["draws"])
    targets = plan.targets[plan.targets["year"] == plan.last_year] if last else plan.targets
    return once(
        lambda: simulate(
            plan.measures, targets, draws=draws, rho=rho, rng=np.random.default_rng(seed), total=ALL_TOGETHER
        ),
        what="simulate", frames=(plan.measures, targets), told=(draws, seed, rho),
    )  # fmt: skip


def _rounded(found: pd.DataFrame, goals: pd.Series) -> pd.DataFrame:
    rows = found.assign(target_cents=goals.astype("int64"), year=found["year"].astype(str))
    money = ["target_cents", *_LEVELS]
    rows[money] = rows[money].apply(thousands)
    return rows.assign(gap_cents=rows["target_cents"] - rows["p50"])


_LEVEL_COLUMNS = {
    "p10": Column(heading="Laag (P10)", write=numbers.euro),
    "p50": Column(heading="Midden (P50)", write=numbers.euro),
    "p90": Column(heading="Hoog (P90)", write=numbers.euro),
    "p_target": Column(heading="Kans", write=lambda share: chance_number(share)),
}


def _year_table(plan: Plan, rows: pd.DataFrame) -> Table:
    return table_html(plan.shown.derived(rows), {
        "year": Column(heading="Jaar"),
        "target_cents": Column(heading="Opgave", write=numbers.euro),
        **_LEVEL_COLUMNS,
        "gap_cents": Column(heading="Tekort bij P50", write=gap_amount),
    }, caption=f"Opgave en uitkomsten per jaar, {plan.name}")  # fmt: skip


def chance_number(share: float) -> str:
    """A probability in whole percents; never 0 or 100 when it is not."""
    if 0 < share < 0.005:
        return "minder dan 1%"
    if 0.995 < share < 1:
        return "meer dan 99%"
    return numbers.percent(share, 0)


def _short(share: float) -> str:
    """A probability beside a bar, where words would be cut off."""
    return chance_number(share).replace("minder dan ", "<").replace("meer dan ", ">")


def chance_words(share: float) -> str:
    """A probability in a sentence.

    >>> chance_words(0.234), chance_words(0.0), chance_words(0.001)
    ('23%', '0%: in geen enkele trekking lukt het', 'minder dan 1%')
    """
    if share == 0:
        return "0%: in geen enkele trekking lukt het"
    return "100%: in elke trekking lukt het" if share == 1 else chance_number(share)


def _together(rows: pd.DataFrame) -> str:
    """What more shared luck does to the outcomes."""
    first, last = rows.iloc[0], rows.iloc[-1]
    start = "Maatregelen slagen vaak samen of mislukken samen."
    if last.p90 - last.p10 <= first.p90 - first.p10:
        return f"{start} Hier maakt dat voor de spreiding weinig uit."
    return (
        f"{start} Hangen ze niet samen, dan liggen 8 van de 10 uitkomsten tussen {numbers.euro(first.p10)} en "
        f"{numbers.euro(first.p90)}. Bij een samenhang van {numbers.decimal(last.rho, 1)} is dat tussen "
        f"{numbers.euro(last.p10)} en {numbers.euro(last.p90)}. {_other_chance(first.p_target, last.p_target)}"
    )


def _other_chance(alone: float, together: float) -> str:
    if chance_number(alone) == chance_number(together):
        return "Aan de kans op de opgave verandert dat niets."
    return f"De kans op de opgave is dan {chance_number(together)} in plaats van {chance_number(alone)}."


def chance_per_segment(municipality: str, period: str, segment: str) -> Finding:
    """Per segment and year: target, P10, P50, P90, what is still to be found and the probability; for all together."""
    if segment != ALL_SEGMENTS:  # the page of a segment has told it
        return Finding(name="besparing-kans-segmenten", texts={"kans_segment_zin": ""})
    plan = plan_of(municipality, period, segment, scenario=CHANCES)
    if plan.empty:
        return Finding(name="besparing-kans-segmenten", texts={"kans_segment_zin": too_small(plan)})
    found = simulated(plan, float(plan.scenario["rho"])).query("segment != @ALL_TOGETHER")
    goals = plan.targets.set_index(["year", "segment"])["target_cents"]
    rows = _rounded(found, pd.Series([goals[key] for key in zip(found["year"], found["segment"], strict=True)],
                                      index=found.index))  # fmt: skip
    told = rows.assign(naam=rows["segment"].map(plan.edition.segment_names()))
    last = told[told["year"] == str(plan.last_year)]
    columns = {
        "year": Column(heading="Jaar"),
        "target_cents": Column(heading="Opgave (aanname)", write=numbers.euro),
        **_LEVEL_COLUMNS,
        "gap_cents": Column(heading="Tekort bij P50", write=gap_amount),
    }
    title = _segment_title(last, plan)
    drawn = last.assign(
        million=last["p50"] / 1e8,
        tekst=[f"{numbers.euro(r.p50)} ({_short(r.p_target)})" for r in last.itertuples()],
    )
    tables = [
        table_html(plan.shown.derived(part), columns, caption=str(name))
        for name, part in told.groupby("naam", sort=False)
    ]
    return Finding(
        name="besparing-kans-segmenten",
        title=title,
        unit=f"Middelste uitkomst (P50) in {plan.last_year} per segment, met de kans op het deel van de opgave",
        chart=bars_chart(
            plan.shown.derived(drawn), category="naam", value="million", label="tekst", title=title, unit="miljoen "
                "euro",
            description="; ".join(f"{r.naam}: {r.tekst}" for r in drawn.itertuples()),
        ),
        table=below_each_other(tables),
        source=joined("De P10 van de segmenten tellen niet op tot de P10 van het geheel.", plan.source),
        texts={"kans_segment_zin": f"{title}. {_not_planned(last)}".strip()},
    )  # fmt: skip


def _segment_title(last: pd.DataFrame, plan: Plan) -> str:
    best = last.loc[last["p_target"].idxmax()]
    if best.p_target == 0:
        return f"In geen enkel segment wordt het deel van de opgave in {plan.last_year} gehaald"
    if len(last) == 1:
        return f"De kans op de opgave in {best.naam} is in {plan.last_year} {chance_number(best.p_target)}"
    return f"De kans is in {plan.last_year} het grootst in {best.naam}: {chance_number(best.p_target)}"


def _not_planned(last: pd.DataFrame) -> str:
    none = last.loc[last["p_target"] == 0, "naam"].tolist()
    if not none or len(none) == len(last):
        return ""
    return f"In {listed(none)} lukt het in geen enkele trekking."
