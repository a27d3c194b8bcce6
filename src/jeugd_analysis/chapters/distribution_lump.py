"""Chapter 60, money in one sum: the project costs beside each key, and paying per youth against a lump sum."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jeugd_analysis.chapters.assumed import keys_assumed
from jeugd_analysis.chapters.distribution_base import STOP, basis_of
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_plan import STEP, thousands
from jeugd_analysis.chapters.segment_contracts import OUTSIDE
from jeugd_analysis.methods.distribution_key import beside_published
from jeugd_analysis.methods.savings import price_levels
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import joined, listed
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
    """Per segment what was paid over the years since, and what a lump sum would have been, in two behaviours."""
    edition = Edition.open(municipality, period)
    last = edition.quarter.last_settled_year
    base = last - keys_assumed(edition.store).lump_years
    years = list(range(base + 1, last + 1))
    shown = edition.shown("segment", periods=[str(year) for year in (base, *years)])
    names, already = edition.segment_names(), already_lump(edition)
    told = tried_out(shown.frame, base=base, levels=_levels(edition, base, years))
    told = told[~told["level"].isin([*OUTSIDE, *already])].assign(naam=lambda frame: frame["level"].map(names))
    rows = over_years(told)
    known = rows.dropna(subset=["difference_cents"])
    if known.empty:
        words = f"Voor {edition.area.in_name} is dit niet te tonen: de kosten per segment zijn geheim of ontbreken."
        return Finding(name="sleutel-vast", texts={"vast_zin": words})
    span = f"{years[0]}-{last}" if len(years) > 1 else str(last)
    title = lump_title(known, span)
    return Finding(
        name="sleutel-vast",
        title=title,
        unit=f"Kosten over {span}: wat is betaald, en wat een vast bedrag vanaf {base} zou zijn geweest",
        table=below_each_other([
            table_html(shown.derived(rows.reset_index(drop=True)), {
                "naam": Column(heading="Segment"),
                "actual_cents": Column(heading="Betaald", write=numbers.euro),
                "fixed_cents": Column(heading="Vast bedrag", write=numbers.euro),
                "difference_cents": Column(heading="Verschil", write=numbers.signed_euro),
                "following_cents": Column(heading="Mee met jeugdigen", write=numbers.euro),
            }, caption=f"Wat een vast bedrag over {span} had gekost, {edition.area.name}"),
            table_html(shown.derived(told.reset_index(drop=True)), {
                "naam": Column(heading="Segment"),
                "year": Column(heading="Jaar"),
                "actual_cents": Column(heading="Betaald", write=numbers.euro),
                "fixed_cents": Column(heading="Vast bedrag", write=numbers.euro),
                "following_cents": Column(heading="Mee met jeugdigen", write=numbers.euro),
            }, caption="Per jaar"),
        ]),
        source=joined(
            f"Vast bedrag: de kosten van {base}, daarna alleen met de index. Mee met jeugdigen: ook met het aantal "
            "jeugdigen in hulp.", _left(already, names), shown.note, edition.source,
        ),
        texts={"vast_zin": f"{title}. Dit gaat uit van twee soorten gedrag. Bij een vast bedrag geeft de aanbieder "
               "dezelfde hulp en draagt hij het verschil. Bij de laatste kolom groeit het bedrag mee met het aantal "
               "jeugdigen. Een aanbieder kan ook minder hulp geven, of jeugdigen laten wachten. Wat dat scheelt, is "
               "uit de gegevens niet te zeggen."},
    )  # fmt: skip


def lump_title(rows: pd.DataFrame, span: str) -> str:
    """In which segments a lump sum would have been lower; columns naam, fixed_cents, actual_cents."""
    lower = rows[rows["fixed_cents"] < rows["actual_cents"]]["naam"].tolist()
    if not lower:
        return f"Een vast bedrag dat met de prijzen meegroeit, was over {span} nergens lager geweest dan wat is betaald"
    return f"Over {span} was een vast bedrag lager geweest dan wat is betaald, in: {listed(lower)}"


def _levels(edition: Edition, base: int, years: list[int]) -> dict[int, float]:
    rates = edition.store.reference("indexation")
    percent = dict(zip(rates["year"].astype(int), rates["percent"], strict=True))
    return {year: float(level) for year, level in price_levels(percent, base_year=base, years=years).items()}


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


def tried_out(frame: pd.DataFrame, *, base: int, levels: Mapping[int, float]) -> pd.DataFrame:
    """Per segment (level) and year: actual, fixed and following in cents; missing where a number is hidden.

    Shapes: frame with period, level, youths and amount_cents; levels: price level of each year when that of base is 1.
    Fixed: the amount of the base year at the prices of the year. Following: also with the number of youths.
    """
    before = frame[frame["period"] == str(base)].set_index("level")
    parts = []
    for year, level in levels.items():
        rows = frame[frame["period"] == str(year)].set_index("level")[["amount_cents", "youths"]]
        rows = rows.join(before[["amount_cents", "youths"]], rsuffix="_before", how="left").astype("Float64")
        fixed = rows["amount_cents_before"] * level
        following = fixed * (rows["youths"] / rows["youths_before"])
        told = pd.DataFrame({"actual_cents": rows["amount_cents"], "fixed_cents": fixed, "following_cents": following})
        parts.append(((told / STEP).round().astype("Int64") * STEP).assign(year=str(year)).reset_index())
    return pd.concat(parts, ignore_index=True).sort_values(["level", "year"], ignore_index=True)


def over_years(rows: pd.DataFrame) -> pd.DataFrame:
    """The years of `tried_out` together, and fixed minus actual; a sum with a hidden year is missing."""
    money = ["actual_cents", "fixed_cents", "following_cents"]
    told = rows.groupby(["level", "naam"], as_index=False)[money].agg(lambda each: each.sum(skipna=False))
    return told.assign(difference_cents=told["fixed_cents"] - told["actual_cents"])


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
        }, caption="Wat u bij een vast bedrag niet meer ziet", stacked=True),
        source=f"Lijst van de makers. Gevraagd in: {indicator['document']} ({indicator['status']}).",
        texts={"kpi_zin": f"Van de {len(rows)} gegevens zijn er {lost} bij een vast bedrag niet meer te zien. "
        f"{indicator['answer']}"},
    )  # fmt: skip
