"""Chapter 55, calculating: amounts of 2019 made again, what each kind of measure yields, and measures that overlap."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.measures import facts_of, published_ledger, whole_euro
from jeugd_analysis.chapters.savings_plan import plan_of, thousands, too_small
from jeugd_analysis.methods import measures as calculators
from jeugd_analysis.methods.measures import Outcome
from jeugd_analysis.methods.savings import per_measure
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal, published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_upper
from jeugd_analysis.present.tables import Column, table_html

_MILLION = 100_000_000  # cents: what a calculator makes of a million euros


def recalculated(municipality: str, period: str) -> Finding:
    """Every amount of 2019 that can be made again from the figures beside it, and which cannot."""
    edition = Edition.open(municipality, period)
    table = published_ledger(edition).set_index("number")
    value = facts_of(edition).set_index("fact_id")["value"].astype("float64")

    def cents(fact_id: str) -> int:
        return round(value[fact_id] * 100)

    home = calculators.return_on_investment(
        cents("measure-2019-03-cost"),
        return_share=_share(value["measure-2019-03-return"]),
        municipal_share=_share(value["measure-2019-03-municipal-share"]),
        round_to_cents=100_000,
    )
    school = calculators.do_it_yourself(cents("measure-2019-05-current-cost"), own_cents=cents("measure-2019-05-cost"))
    base = calculators.implied_base(cents("measure-2019-07-gross"), share=_share(value["measure-2019-07-reduction"]))
    made = {3: ("Investering en rendement", home.net_cents), 5: ("Zelf doen in plaats van inkopen", school.net_cents)}
    rows = pd.DataFrame(
        [
            {
                "naam": f"{number}. {table.loc[number, 'measure']}", "soort": kind,
                "made": whole_euro(net / 100), "told": whole_euro(table.loc[number, "net_euro"]),
                "klopt": "ja" if net == table.loc[number, "net_euro"] * 100 else "nee",
            }
            for number, (kind, net) in made.items()
        ]
    )  # fmt: skip
    count = int((rows["klopt"] == "ja").sum())
    shown = published(rows, source=table["document"].iloc[0])
    return Finding(
        name="maatregelen-nagerekend",
        table=table_html(shown, {
            "naam": Column(heading="Maatregel"), "soort": Column(heading="Soort berekening"),
            "made": Column(heading="Nagerekend, netto"), "told": Column(heading="In het stuk, netto"),
            "klopt": Column(heading="Gelijk"),
        }, caption="Bedragen die na te rekenen zijn", stacked=True),
        source=shown.note,
        texts={
            "nagerekend_zin": f"Van {len(rows)} maatregelen geeft het stuk alles om het bedrag na te rekenen. "
            f"{_same_words(count, len(rows))} Van de andere {len(table) - len(rows)} ontbreekt een gegeven, of er is "
            "geen "
            "bedrag.",
            "nagerekend_grondslag": f"Bij maatregel 7 hoort bij {whole_euro(value['measure-2019-07-gross'])} en "
            f"{numbers.decimal(value['measure-2019-07-reduction'])}% een bedrag van {whole_euro(float(base) / 100)}. "
            "Dat getal staat niet in het stuk: het is afgeleid.",
        },
    )  # fmt: skip


def _same_words(count: int, of: int) -> str:
    if count == of:
        return "Ze komen allemaal op hetzelfde bedrag uit."
    return f"Bij {count} daarvan komt hetzelfde bedrag uit."


def _share(percent: float) -> Fraction:
    return Fraction(str(percent)) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of measure: its assumption in the example, what a million euros becomes of it, and what one must know."""

    name: str
    assumption: str
    outcome: Outcome
    needs: str


def _capped(hours: list[int]) -> Outcome:
    """What a cap saves on trajectories that cost a million euros together."""
    cap = calculators.cap_for(hours, finished_share=Fraction(3, 4))
    return calculators.hours_cap(hours, cap=cap, tariff_cents=_MILLION // sum(hours))


_KINDS = (
    Kind(name="Lager pgb-tarief", assumption="van 85% naar 75% van het tarief in natura",
         outcome=calculators.tariff_cut(_MILLION, before=Fraction(85, 100), after=Fraction(75, 100)),
         needs="uitgaven aan pgb per soort"),
    Kind(name="Maximum aan uren", assumption="vier trajecten van 10, 20, 30 en 90 uur; drie van de vier blijven binnen "
        "het maximum",
         outcome=_capped([10, 20, 30, 90]), needs="uren per traject"),
    Kind(name="Regionaal in plaats van landelijk", assumption="een kwart verschuift, tarief 20% lager",
         outcome=calculators.national_to_regional(1, moved_share=Fraction(1, 4), national_cents=_MILLION,
                                                          regional_cents=_MILLION * 4 // 5),
         needs="landelijk ingekochte hulp, beide tarieven"),
    Kind(name="Minder vervoer", assumption="een tiende minder ritten",
         outcome=calculators.transport(_MILLION, fewer_share=Fraction(1, 10)), needs="uitgaven aan vervoer"),
    Kind(name="Verlengde hulp eerder stoppen", assumption="30% stopt, 40% daarvan komt terug als andere hulp",
         outcome=calculators.extended_care(_MILLION, ended_share=Fraction(3, 10),
                                           replaced_share=Fraction(4, 10)),
         needs="uitgaven aan hulp van 18 tot 23 jaar"),
    Kind(name="Naar de Wlz", assumption="20 aanvragen van elk € 50.000 per jaar, 60% lukt, € 1.000 hulp per aanvraag",
         outcome=calculators.wlz_outflow(20, accepted_share=Fraction(6, 10), yearly_cost_cents=_MILLION // 20,
                                                 support_cents=100_000),
         needs="jeugdigen met zware zorg, kans van slagen"),
    Kind(name="Minder gebruik door jongerenwerk", assumption="4% minder hulp, zonder de kosten van het werk",
         outcome=calculators.less_use(_MILLION, reduction_share=Fraction(4, 100)),
         needs="kosten van ambulante hulp en van het jongerenwerk"),
)  # fmt: skip


def kinds(municipality: str, period: str) -> Finding:
    """What each kind of measure makes of a million euros, under an assumption of ours, and what it takes to know "
    "more.
    """
    edition = Edition.open(municipality, period)
    rows = pd.DataFrame([
        {"naam": kind.name, "aanname": kind.assumption, "net_cents": thousands(kind.outcome.net_cents),
         "needs": first_upper(kind.needs)}
        for kind in _KINDS
    ])  # fmt: skip
    plan = plan_of(municipality, period, "alle")
    return Finding(
        name="maatregelen-soorten",
        table=table_html(not_personal(rows, what="Rekenvoorbeelden."), {
            "naam": Column(heading="Soort maatregel"), "aanname": Column(heading="Rekenvoorbeeld (aanname)"),
            "net_cents": Column(heading="Netto per miljoen", write=numbers.euro),
            "needs": Column(heading="Wat u moet weten voor uw eigen bedrag"),
        }, caption="Hoe zulke bedragen te berekenen zijn", stacked=True),
        source="Rekenvoorbeelden van de makers. Uit een percentage volgt niet dat een maatregel werkt.",
        texts={"soorten_zin": f"De tabel heeft {len(rows)} soorten maatregelen. De bedragen zijn niet met elkaar te "
               f"vergelijken: elk voorbeeld heeft zijn eigen aanname. {_youth_work(plan.costs.get('S5'), edition)}"},
    )  # fmt: skip


def _youth_work(cents: float | None, edition: Edition) -> str:
    if cents is None:
        return f"Voor {edition.area.in_name} is een eigen bedrag niet te tonen: de kosten zijn geheim."
    saved = thousands(calculators.less_use(int(cents), reduction_share=Fraction(4, 100)).gross_cents)
    return (
        f"Vier procent minder veelvoorkomende jeugdhulp zou in {edition.area.in_name} {numbers.euro(saved)} per jaar "
        f"schelen, naar de kosten van {edition.quarter.last_settled_year} en zonder de kosten van het jongerenwerk."
    )


def overlap(municipality: str, period: str) -> Finding:
    """The measures of the worked example that share their base: alone, together, and the part of each."""
    plan = plan_of(municipality, period, "alle")
    counted = plan.measures.groupby("segment")["measure"].size()
    shared = counted[counted > 1].index.tolist()
    if plan.empty or not shared:
        words = too_small(plan) if plan.empty else "In het rekenvoorbeeld delen geen twee maatregelen dezelfde kosten."
        return Finding(name="maatregelen-overlap", texts={"overlap_zin": words})
    group = plan.measures[plan.measures["segment"].isin(shared)]
    together = per_measure(group, years=[plan.last_year])
    alone = pd.concat([per_measure(group.iloc[[at]], years=[plan.last_year]) for at in range(len(group))])
    rows = together.merge(
        alone[["segment", "measure", "gross_cents"]], on=["segment", "measure"], suffixes=("", "_alone")
    )
    rows[["gross_cents", "gross_cents_alone"]] = rows[["gross_cents", "gross_cents_alone"]].apply(thousands)
    rows["naam"] = rows["segment"].map(plan.edition.segment_names())
    total, apart = int(rows["gross_cents"].sum()), int(rows["gross_cents_alone"].sum())
    return Finding(
        name="maatregelen-overlap",
        table=table_html(plan.shown.derived(rows), {
            "measure": Column(heading="Maatregel (aanname)"), "naam": Column(heading="Segment"),
            "gross_cents_alone": Column(heading="Als enige", write=numbers.euro),
            "gross_cents": Column(heading="Zijn deel, samen met de andere", write=numbers.euro),
        }, caption=f"Maatregelen op dezelfde kosten in {plan.last_year}, {plan.name}", stacked=True),
        source=plan.source,
        texts={"overlap_zin": f"Los opgeteld zouden ze in {plan.last_year} {numbers.euro(apart)} opleveren. Samen is "
        "het "
               f"{numbers.euro(total)}. Het verschil van {numbers.euro(apart - total)} zou anders dubbel tellen."},
    )  # fmt: skip
