"""Chapter 50, the target: where it comes from, its path over the years, and its prices."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_plan import read_scenario, regional_path, scenario_names
from jeugd_analysis.chapters.segment_contracts import contracts_of
from jeugd_analysis.domain.period import Quarter, day_in_words
from jeugd_analysis.domain.region import Segment
from jeugd_analysis.methods.savings import in_prices, price_levels
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import path_chart
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_upper, joined
from jeugd_analysis.present.tables import Column, table_html

_RESERVED = "onder voorbehoud"
_ELSEWHERE = (
    "Waar de opgave vandaan komt, het prijspeil en de eigen opgave van gemeenten staan op de pagina over alle "
    "segmenten samen."
)


def cascade(municipality: str, period: str, segment: str) -> Finding:
    """From the national amount to region and municipality: every step with its status, as the documents tell it."""
    edition = Edition.open(municipality, period)
    if edition.region.find_segment(segment) is not None:
        return Finding(name="besparing-herkomst", texts={"herkomst_zin": ""})
    facts = edition.store.published("facts").set_index("fact_id")
    rows = edition.store.published("cascade").fillna("")
    rows = rows[[_concerns(edition, facts, ids.split(";")) for ids in rows["fact_ids"]]]
    short = edition.store.published("documents").set_index("document")["short_name"]
    worked = _worked_out(edition)
    told = rows.assign(
        niveau=rows["level"].map(first_upper),
        bedrag=[_amounts_of(facts, ids.split(";")) for ids in rows["fact_ids"]],
        wat=[
            "\n".join(
                filter(None, [joined(row.statement, row.note), worked.get(row.step_id), f"({short[row.document]})"])
            )
            for row in rows.itertuples()
        ],
    ).reset_index(drop=True)
    shown = not_personal(told, what="Uit de stukken, in eigen woorden.")
    open_steps = int(rows["status"].eq(_RESERVED).sum())
    national, full = _fact(facts, "reform-national-2027"), _fact(facts, "savings-target-full")
    return Finding(
        name="besparing-herkomst",
        title=f"Van landelijk {_big(national)} naar {_big(full)} in de regio",
        unit="De stappen van het landelijke bedrag naar de gemeente, met hun status",
        table=table_html(shown, {
            "niveau": Column(heading="Niveau"),
            "wat": Column(heading="Wat er staat"),
            "bedrag": Column(heading="Bedrag"),
            "status": Column(heading="Status"),
        }, caption="Waar de opgave vandaan komt", stacked=True),
        folded="Bekijk alle stappen met hun bron",
        source="Bron: de stukken die in de tabel staan, in eigen woorden.",
        texts={
            "herkomst_zin": f"De landelijke maatregelen begonnen met "
            f"{numbers.euro(_fact(facts, 'reform-national-2023'))} "
            f"in 2023. Ze lopen op tot bijna {_big(national)} vanaf 2027. De regio moet daarvan "
            f"{numbers.euro(full)} per jaar vinden. Dat is ongeveer {numbers.percent(full / national)} van het "
            "landelijke bedrag. Wat daarna nog nodig is, moet elke gemeente zelf vinden. "
            + _open_steps(open_steps),
        },
    )  # fmt: skip


def _worked_out(edition: Edition) -> dict[str, str]:
    """Uncertain step -> which scenario file works it out."""
    told = {name: read_scenario(edition, name) for name in scenario_names(edition)}
    return {
        step: f"Doorgerekend in het scenario ‘{each['name']}’, verderop." for each in told.values()
        for step in each.get("steps", [])
    }  # fmt: skip


def _open_steps(count: int) -> str:
    if not count:
        return "Geen enkele stap staat nog open."
    subject = "Eén stap staat" if count == 1 else f"{numbers.decimal(count)} stappen staan"
    return f"{subject} nog onder voorbehoud. De opgave kan daardoor veranderen."


def _concerns(edition: Edition, facts: pd.DataFrame, ids: list[str]) -> bool:
    """Whether a step belongs on this page: a step with another municipality's amount does not."""
    areas = {facts.loc[name, "area"] for name in ids if name}
    others = {place.code for place in edition.region.municipalities} - {edition.area.code}
    return edition.area.is_region or not areas & others


def _amounts_of(facts: pd.DataFrame, ids: list[str]) -> str:
    """Amounts of a step: 'vanaf' and 'tot en met' of a path, one amount with its year otherwise."""
    named = [name for name in ids if name]
    if not named:
        return "niet genoemd"
    if len(named) > _PATH:
        first, last = named[0], named[-1]
        return f"{_amount(facts, first)} tot {_amount(facts, last)}"
    return "; ".join(_amount(facts, name) for name in named)


_PATH = 3  # so many amounts or more are told by the first and the last


def _amount(facts: pd.DataFrame, fact_id: str) -> str:
    row = facts.loc[fact_id]
    year = f" ({row['period']})" if not numbers.is_missing(row["period"]) else ""
    step = " per jaar erbij" if row["indicator"] == "imposed_cut_step" else ""
    return f"{_big(_fact(facts, fact_id))}{step}{year}"


def _big(cents: int) -> str:
    """An amount as `numbers.euro`, in billions from a billion on."""
    billion = cents / 100 / 1e9
    return (
        f"€\u00a0{numbers.decimal(billion, 0 if billion == round(billion) else 1)}\u00a0mld"
        if billion >= 1
        else numbers.euro(cents)
    )


def _fact(facts: pd.DataFrame, fact_id: str) -> int:
    """An amount in cents, without its sign: a target is told as a saving."""
    return round(abs(float(facts.loc[fact_id, "value"])) * 100)


def target(municipality: str, period: str, segment: str) -> Finding:
    """The regional savings path as the councils were given it, as amounts and as a share of the regional budget."""
    edition = Edition.open(municipality, period)
    chosen = edition.region.find_segment(segment)
    facts = edition.store.published("facts").set_index("fact_id")
    path, budget = regional_path(edition), _fact(facts, "regional-budget")
    shown = not_personal(
        path.assign(year=path["year"].astype(str), share=path["target_cents"] / budget),
        what="Opgave uit het raadsvoorstel; geen uitkomst.",
    )
    top = shown.frame["target_cents"].max()
    full, first, last = (
        shown.frame[shown.frame["target_cents"] == top].iloc[0],
        shown.frame.iloc[0],
        shown.frame.iloc[-1],
    )
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
        source=_target_source(facts),
        texts={
            "opgave_laatste": numbers.euro(top),
            "opgave_jaar": str(full.year),
            "opgave_eerste": numbers.euro(first.target_cents),
            "opgave_eerste_jaar": str(first.year),
            "opgave_aandeel": numbers.percent(top / budget),
            "opgave_begroting": numbers.euro(budget),
            "opgave_contracten": _contracts(facts, contract_starts(edition, chosen), int(last.year)),
            "opgave_elders": "" if chosen is None else _ELSEWHERE,
        },
    )  # fmt: skip


def contract_starts(edition: Edition, chosen: Segment | None) -> list[Quarter]:
    """First quarters of the new contracts, of one segment or of all, each once and in time."""
    told = contracts_of(edition.store)
    return sorted({each.start for code, each in told.items() if chosen is None or code == chosen.code})


def _contracts(facts: pd.DataFrame, starts: list[Quarter], last: int) -> str:
    """How long the contracts surely last beside the path: a contract of n years ends n years after its first day."""
    years = int(facts.loc["contract-years-h9", "value"])
    until = sorted({Quarter(start.year + years, start.number).previous() for start in starts})
    one = f"De nieuwe contracten duren minimaal {years} jaar: zeker tot en met {_until(until[0])}."
    start = one if len(until) == 1 else f"{one[:-1]}, en waar ze later beginnen tot en met {_until(until[-1])}."
    if until[0] >= Quarter(last, 4):
        return f"{start} Dat is de hele looptijd van de opgave."
    return f"{start} De opgave loopt door tot en met {last}. Wat daarna geldt, is nog niet bekend."


def _until(quarter: Quarter) -> str:
    """A contract's end: the year when it ends with it, else the day."""
    return str(quarter.year) if quarter.number == 4 else day_in_words(quarter.last_day)


def _target_source(facts: pd.DataFrame) -> str:
    """Where the path and the budget were published, and what the source does not tell about the budget."""
    path = facts.loc[facts.index.str.match(r"savings-path-\d{4}$"), "document"].iloc[0]
    budget = facts.loc["regional-budget"]
    return f"Bron: {path}. Begroting: {budget['document']}. {budget['note']}"


def prices(municipality: str, period: str, segment: str) -> Finding:
    """The path read in two ways, for its documents do not tell its price level: as nominal or as constant prices."""
    edition = Edition.open(municipality, period)
    if edition.region.find_segment(segment) is not None:
        return Finding(name="besparing-prijzen", texts={"prijzen_zin": ""})
    path, base = regional_path(edition), edition.quarter.last_settled_year
    percent, known = _indexation(edition, path["year"].max())
    levels = price_levels(percent, base_year=base, years=path["year"])
    told = path.assign(
        now=in_prices(path, {year: 1 / level for year, level in levels.items()}, columns=["target_cents"])[
            "target_cents"
        ],
        then=in_prices(path, levels, columns=["target_cents"])["target_cents"],
        year=path["year"].astype(str),
    )
    last = told.iloc[-1]
    title = f"Als de opgave niet meegroeit met de prijzen, is ze in {last.year} nog {numbers.euro(last.now)} waard"
    return Finding(
        name="besparing-prijzen",
        title=title,
        unit=f"De regionale opgave zoals in het stuk, wat die waard is in prijzen van {base}, en als die meegroeit",
        table=table_html(not_personal(told, what="Rekenvoorbeeld."), {
            "year": Column(heading="Jaar"),
            "target_cents": Column(heading="In het stuk", write=numbers.euro),
            "now": Column(heading=f"Waard in prijzen van {base}", write=numbers.euro),
            "then": Column(heading="Als het meegroeit", write=numbers.euro),
        }, caption="De opgave bij twee lezingen van het prijspeil"),
        source=f"Bron: data/reference/indexation.csv. {_carried(known, percent)}",
        texts={
            "prijzen_zin": f"De stukken noemen geen prijspeil. {title}. Groeit ze wel mee, dan is het in {last.year} "
            f"{numbers.euro(last.then)}. De rest van dit hoofdstuk rekent met de bedragen zoals ze in het stuk staan, "
            f"naast kosten in prijzen van {base}.",
        },
    )  # fmt: skip


def _indexation(edition: Edition, until: int) -> tuple[dict[int, str], int]:
    """Percent per year, the last known one carried on, and the year of that one."""
    rows = edition.store.reference("indexation")
    percent = dict(zip(rows["year"].astype(int), rows["percent"], strict=True))
    known = max(percent)
    return percent | {year: percent[known] for year in range(known + 1, until + 1)}, known


def _carried(known: int, percent: dict[int, str]) -> str:
    value = numbers.percent(float(percent[known]) / 100)
    return f"Voor de jaren na {known} is de laatste waarde ({value}) aangehouden. Dat is een aanname."
