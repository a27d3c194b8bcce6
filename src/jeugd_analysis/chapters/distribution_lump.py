"""Chapter 60, money in one sum: the project costs beside each key, and paying per youth against a lump sum."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.assumed import keys_assumed
from jeugd_analysis.chapters.distribution_base import STOP, basis_of
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_plan import OUTSIDE, joined, thousands
from jeugd_analysis.methods.distribution_key import beside_published
from jeugd_analysis.methods.savings import price_levels
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, below_each_other, table_html


def project(municipality: str, period: str) -> Finding:
    """The published contributions to the project costs beside what each key would make of them."""
    basis = basis_of(municipality, period)
    facts = basis.edition.store.published("facts").set_index("fact_id")
    total = round(float(facts.loc["project-cost-h9", "value"]) * 100)
    names = basis.names
    told = facts[facts["indicator"].eq("project_contribution") & facts["area"].isin(names)]
    told = told[told["period"] == facts.loc["project-cost-h9", "period"]].set_index("area")
    paid = (told["value"].astype("float64") * 100).round().astype("int64").sort_values(ascending=False)
    words = listed(
        [f"{names[code]} {numbers.euro(cents)} ({numbers.percent(cents / total)})" for code, cents in paid.items()]
    )
    start = (
        f"Van de projectkosten over {facts.loc['project-cost-h9', 'period']} ({numbers.euro(total)}) betaalt {words}. "
        "De sleutel staat niet in de stukken."
    )
    sources = f"Bron: {', '.join(dict.fromkeys(told['document']))}."
    if basis.empty:
        rows = pd.DataFrame({"naam": [names[code] for code in paid.index], "paid": paid.to_numpy()})
        return Finding(
            name="sleutel-project",
            table=table_html(not_personal(rows, what="Gepubliceerd."), {
                "naam": Column(heading="Gemeente"), "paid": Column(heading="In het stuk", write=numbers.euro),
            }, caption="Bijdragen aan de projectkosten"),
            source=sources, texts={"project_zin": start},
        )  # fmt: skip
    beside = beside_published(basis.keys.drop(columns=STOP), published_cents=paid, total_cents=total)
    beside[["key_cents", "difference_cents"]] = beside[["key_cents", "difference_cents"]].apply(thousands)
    beside["naam"] = beside["municipality"].map(names)
    nearest = [
        f"voor {names[code]} de sleutel {part.loc[part['difference_cents'].abs().idxmin(), 'key']}"
        for code, part in beside.groupby("municipality", sort=False)
    ]
    tables = [
        table_html(basis.shown.derived(part.reset_index(drop=True)), {
            "key": Column(heading="Sleutel"), "key_cents": Column(heading="Zou zijn", write=numbers.euro),
            "published_cents": Column(heading="In het stuk", write=numbers.euro),
            "difference_cents": Column(heading="Verschil", write=numbers.signed_euro),
        }, caption=str(name))
        for name, part in beside.groupby("naam", sort=False)
    ]  # fmt: skip
    return Finding(
        name="sleutel-project", table=below_each_other(tables), source=joined(sources, basis.source),
        texts={"project_zin": f"{start} Het dichtst bij ligt {listed(nearest)}. Dat zegt niet dat die gebruikt is."},
    )  # fmt: skip


def lump_sums(municipality: str, period: str) -> Finding:
    """Per segment what was paid, and what a lump sum set three years before would have been, in two behaviours."""
    edition = Edition.open(municipality, period)
    last = edition.quarter.last_settled_year
    base = last - keys_assumed(edition.store).lump_years
    shown = edition.shown("segment", periods=[str(base), str(last)])
    rates = edition.store.reference("indexation")
    percent = dict(zip(rates["year"].astype(int), rates["percent"], strict=True))
    rows = tried_out(shown.frame, base=str(base), last=str(last), level=_level(percent, base, last))
    names = edition.segment_names()
    already = already_lump(edition)
    rows = rows[~rows["level"].isin([*OUTSIDE, *already])].assign(naam=lambda frame: frame["level"].map(names))
    told = rows.dropna(subset=["difference_cents"])
    words = {
        "vast_zin": f"Voor {edition.area.in_name} is dit niet te tonen: de kosten per segment zijn geheim of ontbreken."
    }
    if told.empty:
        return Finding(name="sleutel-vast", texts=words)
    cheaper = told[told["fixed_cents"] < told["actual_cents"]]["naam"].tolist()
    title = (
        f"Een vast bedrag dat alleen met de prijzen meegroeit, was in {last} lager geweest dan wat is betaald, in: "
        f"{listed(cheaper)}" if cheaper
        else f"Een vast bedrag dat met de prijzen meegroeit, was in {last} nergens lager geweest dan wat is betaald"
    )  # fmt: skip
    return Finding(
        name="sleutel-vast",
        title=title,
        unit=f"Kosten in {last}: betaald per jeugdige, en wat een vast bedrag vanaf {base} zou zijn geweest",
        table=table_html(shown.derived(rows.reset_index(drop=True)), {
            "naam": Column(heading="Segment"),
            "actual_cents": Column(heading=f"Betaald in {last}", write=numbers.euro),
            "fixed_cents": Column(heading=f"Vast bedrag van {base}, met indexatie", write=numbers.euro),
            "following_cents": Column(heading="Ook mee met het aantal jeugdigen", write=numbers.euro),
            "difference_cents": Column(heading="Vast bedrag min betaald", write=numbers.signed_euro),
        }, caption=f"Per jeugdige of een vast bedrag, {edition.area.name}"),
        source=joined(
            "Rekenvoorbeeld. Aanname: aanbieders geven dezelfde hulp en dragen het verschil. In werkelijkheid kan een "
            "vast "
            "bedrag ook de hulp veranderen.", _left(already, names), shown.note, edition.source,
        ),
        texts={"vast_zin": f"{title}. Lager is niet hetzelfde als beter: het kan ook zijn dat een aanbieder minder "
        "hulp geeft "
               "of dat jeugdigen langer wachten."},
    )  # fmt: skip


def already_lump(edition: Edition) -> list[str]:
    """Segments in which a lump sum is paid already in the area: their claims do not tell what the help cost."""
    paid = edition.store.table("task_payments", edition.quarter)
    if paid.empty:
        return []
    here = paid if edition.area.is_region else paid[paid["municipality"] == edition.area.code]
    return sorted(here["segment"].unique())


def _left(codes: list[str], names: dict[str, str]) -> str:
    if not codes:
        return ""
    return f"Zonder {listed([names[code] for code in codes])}: daar is al voor een deel een vast bedrag betaald."


def _level(percent: dict[int, str], base: int, last: int) -> float:
    return float(price_levels(percent, base_year=base, years=[last])[last])


def tried_out(frame: pd.DataFrame, *, base: str, last: str, level: float) -> pd.DataFrame:
    """Per segment (level): actual, fixed and following in cents, and fixed minus actual; missing where one is "
    "hidden.
    """
    before, after = (frame[frame["period"] == year].set_index("level") for year in (base, last))
    rows = after[["amount_cents", "youths"]].join(before[["amount_cents", "youths"]], rsuffix="_before", how="left")
    fixed = rows["amount_cents_before"].astype("Float64") * level
    following = fixed * (rows["youths"].astype("Float64") / rows["youths_before"].astype("Float64"))
    told = pd.DataFrame({"actual_cents": rows["amount_cents"].astype("Float64"), "fixed_cents": fixed,
                         "following_cents": following})  # fmt: skip
    told = (told / 100_000).round().astype("Int64") * 100_000
    return told.assign(difference_cents=told["fixed_cents"] - told["actual_cents"]).reset_index()


_LOST = (  # what claims show, what stands in its place under a lump sum, and whether this book can read it
    ("Uren en dagen per jeugdige", "niets: zwaarte en duur zijn niet meer te volgen", "nee"),
    ("Tarief en indexatie", "het vaste bedrag per maand", "ja"),
    ("Kosten per jeugdige", "het vaste bedrag gedeeld door het aantal jeugdigen in hulp", "ja"),
    ("Product en soort hulp", "niets, tenzij het contract erom vraagt", "nee"),
    ("Begin en einde van hulp", "aantal begonnen en gestopte jeugdigen per maand", "ja"),
    ("Wachttijd", "aantal wachtenden", "ja"),
    ("Verwijzer", "niets, tenzij het contract erom vraagt", "nee"),
    ("Uitkomst", "tevredenheid, doelrealisatie en uitval", "ja"),
)


def kpis(municipality: str, period: str) -> Finding:
    """What can no longer be seen under lump sums, and which figure would replace it: a list of ours."""
    edition = Edition.open(municipality, period)
    rows = pd.DataFrame(_LOST, columns=["wat", "kpi", "leesbaar"])
    lost = int(rows["leesbaar"].eq("nee").sum())
    indicator = edition.store.published("indicators").set_index("indicator_id").loc["kpi-taakgericht"]
    return Finding(
        name="sleutel-kpi",
        table=table_html(not_personal(rows, what="Lijst van de makers."), {
            "wat": Column(heading="Wat declaraties per jeugdige laten zien"),
            "kpi": Column(heading="Wat er bij een vast bedrag voor in de plaats komt"),
            "leesbaar": Column(heading="Leest dit boek het in"),
        }, caption="Wat u bij een vast bedrag niet meer ziet"),
        source=f"Lijst van de makers. Gevraagd in: {indicator['document']} ({indicator['status']}).",
        texts={"kpi_zin": f"Van de {len(rows)} gegevens zijn er {lost} bij een vast bedrag niet meer te zien. "
        f"{indicator['answer']}"},
    )  # fmt: skip
