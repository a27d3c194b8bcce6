"""Chapter 35, second part: what a maximum of units per youth would save, by arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.intensity_exact import UNIT_WORDS, hidden_products, product_names, unit_lines
from jeugd_analysis.chapters.measured import held_by_few
from jeugd_analysis.methods.capped import CAP_STEP, KEYS, caps_of, trajectories
from jeugd_analysis.methods.caps import cap_saving
from jeugd_analysis.methods.disclosure import rounded
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart
from jeugd_analysis.present.disclosure import Safe, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.sentences import first_lower, listed
from jeugd_analysis.present.tables import Column, table_html

_NEED = (
    "Wie veel hulp krijgt, heeft misschien de meeste hulp nodig. De som zegt daar niets over. "
    "Ook kan er andere hulp voor in de plaats komen, of een nieuw traject beginnen."
)


@dataclass(frozen=True, kw_only=True)
class CapUse:
    """Help that the exercise is about, in the last settled year: of the region, which sets the maximum, and here."""

    year: int
    region: pd.DataFrame
    here: pd.DataFrame
    lines: pd.DataFrame
    names: dict[str, str]
    hidden: bool

    def caps(self, percentile: int, least: int) -> pd.DataFrame:
        """product, unit and cap, from the whole region."""
        return caps_of(self.region, percentile=percentile, least=least)


def cap_use(edition: Edition) -> CapUse:
    """The help of data/reference/caps.toml in this edition."""
    told, year = edition.store.settings("caps"), edition.quarter.last_settled_year
    lines = unit_lines(edition, [year], whole_region=True)
    lines = lines[lines["product"].isin(told["products"])]
    here = lines if edition.area.is_region else lines[lines["municipality"].eq(edition.area.code)]
    names = product_names(edition)
    products = set(here["product"])
    return CapUse(
        year=year, region=trajectories(lines), here=trajectories(here), lines=here,
        names={code: names[code] for code in told["products"]},
        hidden=bool(products & hidden_products(edition, year)),
    )  # fmt: skip


# -- several maxima ------------------------------------------------------------------------------


def maximum(municipality: str, period: str) -> Finding:
    """Saving and youths above the maximum for several percentiles: a reader picks one in the table."""
    edition = Edition.open(municipality, period)
    told, use = edition.store.settings("caps"), cap_use(edition)
    shown = _several(edition, use, told)
    chosen = shown.where(percentile=told["percentile"]).frame
    if chosen.empty:
        return _no_maximum(edition, use, told)
    row = chosen.iloc[0]
    title = _title(row, use.year)
    share = numbers.percent(told["saved_share"], 0)
    return Finding(
        name="maximum-besparing",
        title=title,
        unit=f"Wat een maximum in {use.year} hooguit had gescheeld, per hoogte van het maximum, in euro",
        chart=bars_chart(
            shown, category="grens", value="most", label="hooguit", title=title, unit="hooguit per jaar",
            description="; ".join(f"{r.grens}: {r.hooguit}" for r in shown.frame.itertuples()),
        ),
        table=table_html(shown, {
            "grens": Column(heading="Blijven eronder"),
            "cap": Column(heading="Maximum", write=str),
            "above": Column(heading="Jeugdigen erboven", write=numbers.count, status="status"),
            "deel": Column(heading="Deel", write=whole_percent),
            "most": Column(heading="Hooguit", write=numbers.euro),
            "assumed": Column(heading=f"Als {share} wegvalt", write=numbers.euro),
        }, caption=f"Een maximum voor {listed(list(use.names.values()))} in {use.year}, {edition.area.name}"),
        source=f"{edition.source} {shown.note} Het maximum volgt uit alle jeugdigen in de regio en is afgerond op "
        f"{CAP_STEP}. Het deel dat echt wegvalt ({share}) is onze aanname.",
        open_table=True,
        texts={
            "maximum_jaar": str(use.year),
            "maximum_zin": _words(edition, row, use, told),
            "maximum_zeker": _NEED,
            "maximum_plan": _plan_words(edition, told),
        },
    )  # fmt: skip


def _several(edition: Edition, use: CapUse, told: dict) -> Safe:
    """One row per percentile: the maximum per product, youths above it, the part of all, and what it would save.

    Numbers of youths are those of the release. Where fewer than may be shown are above or below the maximum, or too few
    providers help those above it, there are no amounts.
    """
    rows = [row for percentile in told["percentiles"] if (row := _one(edition, use, told, percentile)) is not None]
    columns = ["percentile", "cap", "least", "most", "secret"]
    exact = pd.DataFrame(rows, columns=columns).astype({"least": "int64", "most": "float64"})
    secret = exact.pop("secret").astype("bool")
    shown = safe(
        exact, rules=edition.rules, keys=["percentile", "cap"], count="least", money=["most"], also_hidden=secret
    )
    counts = edition.shown("cap", periods=[str(use.year)]).frame.set_index("level")
    above = counts.reindex(exact["percentile"].astype(str)).reset_index(drop=True)
    youths = above["youths"].astype("Int64").mask(pd.Series(use.hidden, index=above.index))
    every = counts["youths"].reindex(["alle"]).astype("Float64").replace(0, pd.NA).iloc[0]
    frame = shown.frame.drop(columns="least")
    return shown.derived(
        frame.assign(
            above=youths,
            status="secondary" if use.hidden else above["youths_status"].fillna("secondary"),
            grens=[f"{percentile} van de 100" for percentile in frame["percentile"]],
            deel=youths.astype("Float64") / every,
            hooguit=frame["most"].map(numbers.euro, na_action=None),
            assumed=rounded(frame["most"].astype("Float64") * told["saved_share"], base=edition.rules.money_base_cents),
        )
    )  # fmt: skip


def _one(edition: Edition, use: CapUse, told: dict, percentile: int) -> list | None:
    """percentile, the maximum in words, youths above or below it (whichever are fewer), most and whether it is secret.

    The part that is really saved is a share of what is shown: rounded on its own it would tell more.
    """
    caps = use.caps(percentile, edition.rules.threshold)
    here = use.here.merge(caps, on=KEYS)
    if here.empty:
        return None
    saved = cap_saving(here.drop(columns="cap"), percentile=None, caps=caps)
    over = here[here["units"] > here["cap"]]
    youths, above = here["youth_id"].nunique(), over["youth_id"].nunique()
    held = use.lines.merge(over[["youth_id", *KEYS]], on=["youth_id", *KEYS]).groupby("provider")["amount_cents"].sum()
    words = _cap_words(caps, [code for code in use.names if code in set(here["product"])])
    secret = use.hidden or held_by_few(held, edition.rules)
    return [percentile, words, min(above, youths - above), float(saved["cents_above"].sum()), secret]


def _cap_words(caps: pd.DataFrame, codes: list[str]) -> str:
    """The maximum of each product in the order of their names: 50 en 85 uur."""
    rows = [row for code in codes for row in caps[caps["product"].eq(code)].itertuples()]
    units = {UNIT_WORDS[row.unit] for row in rows}
    if len(units) == 1:
        return f"{listed([numbers.decimal(row.cap) for row in rows])} {units.pop()}"
    return listed([f"{numbers.decimal(row.cap)} {UNIT_WORDS[row.unit]}" for row in rows])


def _title(row: pd.Series, year: int) -> str:
    if numbers.is_missing(row["most"]):
        return f"Wat een maximum in {year} had gescheeld, is geheim"
    if row["most"] == 0:
        return f"Een maximum waar {row['grens']} onder blijven, had in {year} bijna niets gescheeld"
    return f"Een maximum waar {row['grens']} onder blijven, had in {year} hooguit {row['hooguit']} gescheeld"


def _words(edition: Edition, row: pd.Series, use: CapUse, told: dict) -> str:
    start = (
        f"Stel: er komt een maximum voor {listed([first_lower(name) for name in use.names.values()])}. Het ligt zo "
        f"dat {row['grens']} jeugdigen in de regio eronder blijven."
    )
    if numbers.is_missing(row["most"]):
        why = "het gaat om te weinig jeugdigen of aanbieders"
        return f"{start} Wat dat in {edition.area.in_name} scheelt, is geheim: {why}."
    return (
        f"{start} In {edition.area.in_name} zaten in {use.year} ongeveer {numbers.count(row['above'])} jeugdigen "
        f"erboven. Dat is {whole_percent(row['deel'])} van de jeugdigen met deze hulp. Het maximum scheelt dan hooguit "
        f"{row['hooguit']} per jaar. Valt {whole_percent(told['saved_share'])} van de hulp erboven echt weg, "
        f"dan scheelt het {numbers.euro(row['assumed'])}."
    )


def _plan_words(edition: Edition, told: dict) -> str:
    """What the plan that proposed this said it would save: published, and of its own place and year."""
    facts = edition.store.published("facts")
    rows = facts[facts["fact_id"].eq(f"measure-2019-{told['measure']}-gross")]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    return (
        f"Het idee komt uit: {row['document']}, maatregel {told['measure']}. Daar is de besparing in "
        f"{row['area_name']} op {numbers.euro(float(row['value']) * 100)} geraamd, voor {row['period']}. Hoe hoog het "
        "maximum zou zijn, staat er niet bij. Die raming is dus niet na te rekenen."
    )


def _no_maximum(edition: Edition, use: CapUse, told: dict) -> Finding:
    words = (
        f"Voor {listed([first_lower(name) for name in use.names.values()])} is in {edition.area.in_name} over "
        f"{use.year} geen maximum door te rekenen: er zijn te weinig jeugdigen met deze hulp, of er is niet per uur "
        "betaald."
    )
    texts = {
        "maximum_jaar": str(use.year), "maximum_zin": words, "maximum_zeker": _NEED,
        "maximum_plan": _plan_words(edition, told),
    }  # fmt: skip
    return Finding(name="maximum-besparing", texts=texts)
