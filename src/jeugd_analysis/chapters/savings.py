"""Chapter 50: the savings target, its path, and what a scenario of measures would save per segment."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.region import ALL_SEGMENTS, Segment
from jeugd_analysis.methods.distribution_key import largest_remainder
from jeugd_analysis.methods.savings import phase
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart, path_chart
from jeugd_analysis.present.disclosure import Safe, not_personal, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_OUTSIDE = ("S0", "S9")  # no measures: outside the segments, or not yet placed in one
_ASSUMED = (
    "De verdeling over segmenten en gemeenten is een aanname: naar hun deel in de kosten. "
    "De raden stelden die niet vast."
)


def target(municipality: str, period: str, segment: str) -> Finding:
    """The regional savings path as the councils were given it, as amounts and as a share of the regional budget."""
    edition = Edition.open(municipality, period)
    edition.region.find_segment(segment)
    path = regional_path(edition)
    budget = _fact_cents(edition, "regional-budget")
    shown = not_personal(
        path.assign(year=path["year"].astype(str), share=path["target_cents"] / budget),
        what="Opgave uit het raadsvoorstel; geen uitkomst.",
    )
    top = shown.frame["target_cents"].max()
    full = shown.frame[shown.frame["target_cents"] == top].iloc[0]
    title = f"De regio moet vanaf {full.year} {numbers.euro(top)} per jaar besparen"
    return Finding(
        name="besparing-opgave",
        title=title,
        unit="Regionale besparingsopgave per jaar, in miljoen euro",
        chart=path_chart(
            shown, title=title, unit="miljoen euro", expected=False,
            description="; ".join(f"{r.year}: {numbers.euro(r.target_cents)}" for r in shown.frame.itertuples()),
        ),
        table=table_html(shown, {
            "year": Column(heading="Jaar"),
            "target_cents": Column(heading="Besparing", write=numbers.euro),
            "share": Column(heading="Deel van de regionale begroting", write=numbers.percent),
        }, caption="Regionale besparingsopgave"),
        source=_target_source(edition),
        texts={
            "opgave_laatste": numbers.euro(top),
            "opgave_jaar": str(full.year),
            "opgave_eerste": numbers.euro(shown.frame.iloc[0].target_cents),
            "opgave_eerste_jaar": str(shown.frame.iloc[0].year),
            "opgave_aandeel": numbers.percent(top / budget),
            "opgave_begroting": numbers.euro(budget),
        },
    )  # fmt: skip


def _assumed(edition: Edition) -> str:
    """The assumption behind every split, and what the costs that it rests on leave out."""
    left_out = edition.region.left_out(edition.region.code, "cost", edition.quarter.last_settled_year)
    also = f" In die kosten zit {left_out} niet. De verdeling is daarom niet zuiver." if left_out else ""
    return _ASSUMED + also


def regional_path(edition: Edition) -> pd.DataFrame:
    """Columns year (int) and target_cents (positive saving), from data/published."""
    facts = edition.store.published("facts")
    rows = facts[facts["fact_id"].str.match(r"savings-path-\d{4}$")]
    return pd.DataFrame(
        {
            "year": rows["period"].astype("int64"),
            "target_cents": (rows["value"].astype("float64").abs() * 100).round().astype("int64"),
        }
    ).sort_values("year", ignore_index=True)


def _target_source(edition: Edition) -> str:
    """Where the path and the budget were published, and what the source does not tell about the budget."""
    facts = edition.store.published("facts").set_index("fact_id")
    path = facts.loc[facts.index.str.match(r"savings-path-\d{4}$"), "document"].iloc[0]
    budget = facts.loc["regional-budget"]
    return f"Bron: {path}. Begroting: {budget['document']}. {budget['note']}"


def _fact_cents(edition: Edition, fact_id: str) -> int:
    facts = edition.store.published("facts")
    return round(float(facts.loc[facts["fact_id"] == fact_id, "value"].iloc[0]) * 100)


def phasing(municipality: str, period: str, segment: str) -> Finding:
    """Expected saving of the base scenario per year, beside the target: region, municipality or one segment."""
    edition = Edition.open(municipality, period)
    chosen = edition.region.find_segment(segment)
    scenario = edition.store.settings("scenarios/basis")
    shown = _phased(edition, chosen, scenario)
    last = shown.frame.iloc[-1]
    what = f"in {chosen.name}" if chosen else f"in {edition.area.in_name}"
    title = _gap_title(last, what)
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
            "gap_cents": Column(heading="Nog te vinden", write=_gap_amount),
        }, caption=f"Opgave en verwachte besparing, {chosen.name if chosen else edition.area.name}"),
        source=f"{scenario['explanation']} {_assumed(edition)} {shown.note}",
        texts={
            "fasering_zin": f"{title}.",
            "fasering_scenario": str(scenario["explanation"]),
            "fasering_verloop": _course(shown),
        },
    )  # fmt: skip


def _gap_title(last: pd.Series, what: str) -> str:
    if numbers.is_missing(last.gap_cents):
        return f"De opgave {what} is te klein om te tonen"
    if last.gap_cents > 0:
        return f"In dit rekenvoorbeeld is in {last.year} {what} nog {numbers.euro(last.gap_cents)} te vinden"
    if last.gap_cents == 0:
        return f"In dit rekenvoorbeeld is de opgave in {last.year} {what} precies gehaald"
    return f"In dit rekenvoorbeeld is de opgave in {last.year} {what} gehaald, met {numbers.euro(-last.gap_cents)} over"


def _gap_amount(cents: float) -> str:
    return numbers.euro(cents) if numbers.is_missing(cents) or cents >= 0 else f"{numbers.euro(-cents)} over"


def _course(shown: Safe) -> str:
    """In which years the scenario reaches the target."""
    rows = shown.frame.dropna(subset=["gap_cents"])
    met = [str(row.year) for row in rows.itertuples() if row.gap_cents <= 0]
    if not len(rows):
        return "De bedragen zijn te klein om te tonen."
    if not met:
        return "In geen enkel jaar is de verwachte besparing zo hoog als de opgave."
    if len(met) == len(rows):
        return "In elk jaar is de verwachte besparing ten minste zo hoog als de opgave."
    return f"De verwachte besparing is ten minste zo hoog als de opgave in: {', '.join(met)}."


def _phased(edition: Edition, chosen: Segment | None, scenario: dict) -> Safe:
    """Target and expected saving per year for the area or segment, rounded; gaps follow from the rounded amounts."""
    exact = segment_phasing(edition, scenario)
    if chosen is not None:
        exact = exact[exact["segment"] == chosen.code]
    yearly = exact.groupby("year", as_index=False)[["target_cents", "saving_cents"]].sum()
    yearly["youths"] = int(_costs(edition, chosen)["youths"].max())
    shown = safe(
        yearly.assign(year=yearly["year"].astype(str)), rules=edition.rules, keys=["year"], count="youths",
        money=["target_cents", "saving_cents"],
    )  # fmt: skip
    return shown.derived(shown.frame.assign(gap_cents=shown.frame["target_cents"] - shown.frame["saving_cents"]))


def segment_phasing(edition: Edition, scenario: dict) -> pd.DataFrame:
    """Per year and segment: target_cents, saving_cents and gap_cents for the area, exact.

    The regional path is shared over segments, and over municipalities, by their part of last year's cost: ours.
    """
    here, region = _segment_costs(edition, edition.area.code), _segment_costs(edition, edition.region.code)
    path = regional_path(edition)
    parts = []
    for row in path.itertuples():
        total = round(row.target_cents * float(here.sum()) / float(region.sum()))
        split = largest_remainder(here, total_cents=total)
        parts.append(pd.DataFrame({"year": row.year, "segment": split.index, "target_cents": split.to_numpy()}))
    measures = pd.DataFrame(scenario["measures"])
    measures["base_cents"] = measures["segment"].map(here).fillna(0).astype("int64")
    return phase(measures, pd.concat(parts), years=path["year"].tolist())


def _segment_costs(edition: Edition, area: str) -> pd.Series:
    """Net cost in cents of the last full year per segment that can save, for an area."""
    usage = edition.mart("usage")
    rows = usage[
        (usage["area"] == area)
        & (usage["dimension"] == "segment")
        & (usage["period"] == str(edition.quarter.last_settled_year))
        & (usage["period_kind"] == "jaar")
        & ~usage["level"].isin(_OUTSIDE)
    ]
    return rows.set_index("level")["amount_cents"].clip(lower=0)


def _costs(edition: Edition, chosen: Segment | None) -> pd.DataFrame:
    rows = edition.usage("totaal" if chosen is None else "segment")
    rows = rows[rows["period"] == str(edition.quarter.last_settled_year)]
    return rows if chosen is None else rows[rows["level"] == chosen.code]


def per_segment(municipality: str, period: str, segment: str) -> Finding:
    """The last year of the path per segment: cost, target by cost share, expected saving and gap."""
    edition = Edition.open(municipality, period)
    edition.region.find_segment(segment)
    scenario = edition.store.settings("scenarios/basis")
    exact = segment_phasing(edition, scenario)
    last = exact[exact["year"] == exact["year"].max()]
    year = int(last["year"].iloc[0])
    usage = edition.usage("segment").query("period == @now", local_dict={"now": str(edition.quarter.last_settled_year)})
    exact = last.merge(
        usage.rename(columns={"level": "segment", "amount_cents": "cost_cents"}), on="segment", how="left"
    )
    exact = exact.fillna({"youths": 0, "cost_cents": 0}).astype({"youths": "int64", "cost_cents": "int64"})
    money = ["cost_cents", "target_cents", "saving_cents"]
    shown = safe(
        exact[["segment", "youths", *money]], rules=edition.rules, keys=["segment"], count="youths", money=money
    )
    named = shown.frame.assign(
        naam=shown.frame["segment"].map(edition.segment_names()),
        gap_cents=shown.frame["target_cents"] - shown.frame["saving_cents"],
        saving_million=shown.frame["saving_cents"].astype("Float64") / 1e8,
        tekst=shown.frame["saving_cents"].map(numbers.euro),
    )
    table = shown.derived(named)
    visible = named.dropna(subset=["saving_cents"])
    best = visible.loc[visible["saving_cents"].astype("int64").idxmax(), "naam"] if len(visible) else None
    title = (
        f"In dit rekenvoorbeeld levert {best} in {year} het meest op"
        if best
        else "De bedragen per segment zijn te klein om te tonen"
    )
    return Finding(
        name="besparing-segmenten",
        title=title,
        unit=f"Verwachte besparing in {year} per segment, in miljoen euro",
        chart=bars_chart(
            table, category="naam", value="saving_million", label="tekst", title=title, unit="miljoen euro",
            description=f"Verwachte besparing per segment in {year}.",
        ),
        table=table_html(table, {
            "naam": Column(heading="Segment"),
            "cost_cents": Column(heading=f"Kosten in {edition.quarter.last_settled_year}", write=numbers.euro),
            "target_cents": Column(heading="Opgave (aanname)", write=numbers.euro),
            "saving_cents": Column(heading="Verwacht", write=numbers.euro),
            "gap_cents": Column(heading="Nog te vinden", write=_gap_amount),
        }, caption=f"Opgave en verwachting per segment in {year}, {edition.area.name}"),
        open_table=True,
        source=f"{_assumed(edition)} {shown.note}",
        texts={"segmenten_zin": f"{title}.", "segmenten_aanname": _assumed(edition)},
    )  # fmt: skip


def measures(municipality: str, period: str, segment: str) -> Finding:
    """The assumptions of the base scenario, all of them, so that a reader can disagree."""
    edition = Edition.open(municipality, period)
    chosen = edition.region.find_segment(segment)
    rows = pd.DataFrame(edition.store.settings("scenarios/basis")["measures"])
    if chosen is not None:
        rows = rows[rows["segment"] == chosen.code]
    rows = rows.assign(naam=rows["segment"].map(edition.segment_names()), jaren=rows["ramp_quarters"] / 4)
    shown = not_personal(rows.reset_index(drop=True), what="Aannames van de makers.")
    return Finding(
        name="besparing-maatregelen",
        table=table_html(shown, {
            "measure": Column(heading="Maatregel (aanname)"),
            "naam": Column(heading="Segment"),
            "full_effect_share": Column(heading="Volledig effect", write=numbers.percent),
            "start": Column(heading="Start"),
            "jaren": Column(heading="Ingroei in jaren", write=lambda value: numbers.decimal(value, 1)),
        }, caption="Maatregelen in het rekenvoorbeeld"),
        source="Bron: data/reference/scenarios/basis.toml. Geen besluit van een raad.",
        texts={"maatregelen_aantal": f"{len(rows)} maatregel" + ("" if len(rows) == 1 else "en")},
    )  # fmt: skip


def local_targets(municipality: str, period: str, segment: str) -> Finding:
    """Targets of the municipality itself, where published. They overlap with the regional path: never added to it."""
    edition = Edition.open(municipality, period)
    edition.region.find_segment(segment)
    if edition.area.is_region:
        words = (
            "Sommige gemeenten hebben een eigen opgave. Die staat op de pagina van de gemeente. "
            "Ze overlapt met de regionale opgave. Tel ze niet bij elkaar op."
        )
        return Finding(name="besparing-lokaal", texts={"lokaal_zin": words})
    facts = edition.store.published("facts")
    rows = facts[(facts["topic"] == "local-target") & (facts["area"] == edition.area.code)]
    if rows.empty:
        words = f"Voor {edition.area.in_name} is geen eigen taakstelling opgenomen in de gebruikte documenten."
        return Finding(name="besparing-lokaal", texts={"lokaal_zin": words})
    listed = rows.assign(cents=(rows["value"].astype("float64").abs() * 100).round().astype("int64")).reset_index(
        drop=True
    )
    shown = not_personal(listed.fillna({"note": ""}), what="Gepubliceerde doelen.")
    words = (
        f"{edition.area.name} heeft ook een eigen opgave. Die overlapt met de regionale opgave. "
        "Tel ze daarom niet bij elkaar op."
    )
    return Finding(
        name="besparing-lokaal",
        table=table_html(shown, {
            "period": Column(heading="Periode"),
            "cents": Column(heading="Bedrag", write=numbers.euro),
            "status": Column(heading="Status"),
            "note": Column(heading="Toelichting"),
        }, caption=f"Eigen opgave van {edition.area.name}"),
        source=f"Bron: {', '.join(sorted(listed['document'].unique()))}.",
        texts={"lokaal_zin": words},
    )  # fmt: skip


__all__ = ["ALL_SEGMENTS", "local_targets", "measures", "per_segment", "phasing", "target"]
