"""Chapter 00: what a council member needs, in five points and one table, taken from the other chapters."""

from __future__ import annotations

from jeugd_analysis.chapters import usage
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth import cost_per_year
from jeugd_analysis.chapters.growth_effects import effects_between
from jeugd_analysis.chapters.growth_pairs import latest_pair
from jeugd_analysis.chapters.growth_sure import how_sure
from jeugd_analysis.chapters.growth_to_come import NOTHING_TO_COME, still_to_come
from jeugd_analysis.chapters.savings import target
from jeugd_analysis.chapters.savings_phasing import phasing
from jeugd_analysis.domain.region import ALL_SEGMENTS
from jeugd_analysis.present import numbers
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, table_html

_YEARS = 5
NO_PAIR = "Waardoor de kosten veranderden, is niet te zeggen: er zijn geen twee jaren om te vergelijken."


def main_points(municipality: str, period: str) -> Finding:
    """Youths, cost, why it changed, what is still to come, and the savings, each as the chapter about it says it."""
    edition = Edition.open(municipality, period)
    youths = usage.youths_per_year(municipality, period).texts
    return Finding(
        name="samenvatting",
        texts={
            "samenvatting_jeugdigen": youths["jeugdigen_zin"],
            "samenvatting_kosten": cost_per_year(municipality, period).texts["kosten_zin"],
            "samenvatting_waarom": _why(edition),
            "samenvatting_komt": _to_come(edition),
            "samenvatting_opgave": f"{target(municipality, period, ALL_SEGMENTS).title}.",
            "samenvatting_besparing": _saving(edition),
        },
    )


def _why(edition: Edition) -> str:
    """What is certain about the latest change in cost, and what is not."""
    pair = latest_pair(edition)
    if pair is None:
        return NO_PAIR
    change = effects_between(edition, *pair).texts["groei_zin"]
    sure = how_sure(edition.area.code, edition.quarter.label).texts["groei_zeker"]
    return f"{change} {sure}"


def _to_come(edition: Edition) -> str:
    found = still_to_come(edition.area.code, edition.quarter.label)
    if not found.title:
        return found.texts["groei_komt_zin"]
    return f"{found.title}. {_OPEN if found.title != NOTHING_TO_COME else ''}".strip()


_OPEN = "De laatste kwartalen zijn dus nog niet compleet."


def _saving(edition: Edition) -> str:
    """What the worked example finds; it is told that it is one only where there is one."""
    found = phasing(edition.area.code, edition.quarter.label, ALL_SEGMENTS)
    words = found.texts["fasering_zin"]
    return f"{words} {_EXAMPLE}" if found.title else words


_EXAMPLE = "Dat is geen besluit en geen voorspelling: alle aannames zijn van de makers."


def key_figures(municipality: str, period: str) -> Finding:
    """The last settled years beside each other: youths, share of all children, cost and cost per youth."""
    edition = Edition.open(municipality, period)
    settled = [year for year in edition.full_years() if int(year) <= edition.quarter.last_settled_year]
    years = (settled or edition.full_years())[-_YEARS:]
    shown = usage.with_shares(edition, years)
    table = shown.derived(usage.indexed(shown.frame, []))
    first, last = years[0], years[-1]
    return Finding(
        name="samenvatting-cijfers",
        title=f"{edition.area.name} in cijfers: {first} tot en met {last}" if first != last
        else f"{edition.area.name} in cijfers: {last}",
        unit="Jeugdigen met jeugdhulp en gedeclareerde kosten per jaar, niet gecorrigeerd voor prijsstijging",
        table=table_html(table, {
            "period": Column(heading="Jaar"),
            "youths": Column(heading="Jeugdigen", write=numbers.count, status="youths_status"),
            "share_0_17": Column(heading="Deel van alle 0-17-jarigen", write=numbers.percent),
            "amount_cents": Column(heading="Kosten", write=numbers.euro),
            "per_youth": Column(heading="Kosten per jeugdige", write=numbers.euro),
        }, caption=f"Jeugdigen en kosten in het kort, {edition.area.name}"),
        source=f"{edition.source} {shown.note}",
        texts={"samenvatting_breuken": _breaks(edition, years)},
    )  # fmt: skip


def _breaks(edition: Edition, years: list[str]) -> str:
    """Between which of these years nothing may be compared; without a break that they may."""
    starts = sorted({start for name in ("youths", "cost") for start, _ in edition.breaks(name)})
    inside = [start for start in starts if start in years[1:]]
    if not inside:
        return "In deze jaren is geen breuk bekend."
    return (
        f"Vanaf {listed(inside)} is anders geteld of betaald. Vergelijk zo'n jaar en de jaren erna niet met de jaren "
        "ervoor. Waarom, staat in het hoofdstuk Gebruik."
    )
