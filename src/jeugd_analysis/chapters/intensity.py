"""Chapter 35: how much help youths get, how that differs between them, and whether it changed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.intensity_exact import (
    UNIT_WORDS,
    hidden_products,
    product_names,
    unit_lines,
)
from jeugd_analysis.chapters.measured import measured
from jeugd_analysis.methods.capped import spread_of, trajectories
from jeugd_analysis.methods.mean_change import MeanChange, mean_change
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import lines_chart, spread_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower, moved
from jeugd_analysis.present.tables import Column, table_html

_PERCENTILES = (50, 75, 90)
_STEP = 5  # percentiles are told in whole fives: not the units of one youth
_TWICE = 1.75  # from here on 'about two times as much' is right
_LINES = 4  # products in the chart over time: more cannot be told apart
_LEVEL = 0.95  # four products are judged at once: with 80% one of them would often seem to change by chance
_YEAR_ONLY = (
    "Telt per kalenderjaar: hulp die over de jaarwisseling loopt, telt in elk jaar apart en lijkt dan korter dan zij "
    "is."
)


def distribution(municipality: str, period: str) -> Finding:
    """Units per youth of each product in the last settled year: what half and nine tenths of the youths stay below."""
    edition = Edition.open(municipality, period)
    year = edition.quarter.last_settled_year
    shown, left = _spread(edition, year)
    if shown.frame.empty:
        return _no_distribution(edition, year)
    unit = shown.frame.loc[0, "eenheid"]
    drawn = shown.where(eenheid=unit)
    top = drawn.frame.iloc[0]
    title = f"{top['naam']}: de helft van de jeugdigen kreeg in {year} hooguit {_about(top['p50'], unit)}"
    return Finding(
        name="intensiteit-verdeling",
        title=title,
        unit=f"{_capital(unit)} per jeugdige in {year}, per soort hulp. Dichte stip: de helft blijft eronder. "
        "Streepje: 75 van de 100 jeugdigen. Open stip: 90 van de 100",
        chart=spread_chart(
            drawn, category="naam", middle="p50", between="p75", high="p90", title=title,
            unit=f"{unit} per jeugdige",
            description="; ".join(
                f"{row.naam}: de helft hooguit {_about(row.p50, unit)}, 90 van de 100 hooguit {_about(row.p90, unit)}"
                for row in drawn.frame.itertuples()
            ),
        ),
        table=table_html(shown, {
            "naam": Column(heading="Soort hulp"),
            "eenheid": Column(heading="Eenheid"),
            "aantal": Column(heading="Jeugdigen", write=numbers.count, status="youths_status"),
            "p50": Column(heading="Helft hooguit", write=_number),
            "p75": Column(heading="75 van de 100 hooguit", write=_number),
            "p90": Column(heading="90 van de 100 hooguit", write=_number),
        }, caption=f"Hoeveelheid hulp per jeugdige in {year}, {edition.area.name}"),
        source=f"{edition.source} {shown.note} Uren, dagdelen en etmalen zijn afgerond op {_STEP}. Een getal staat er "
        f"alleen als er ten minste {edition.rules.threshold} jeugdigen boven zitten en evenveel eronder.",
        texts={
            "intensiteit_jaar": str(year),
            "intensiteit_zin": f"{title}. {_tail_words(top, unit)}".strip(),
            "intensiteit_zeker": f"{_YEAR_ONLY} {_left_words(left)}".strip(),
        },
    )  # fmt: skip


def _spread(edition: Edition, year: int) -> tuple[Safe, int]:
    """Rows of the products that can be shown, most youths first within each unit; and how many cannot be shown."""
    exact = spread_of(
        trajectories(unit_lines(edition, [year])), percentiles=_PERCENTILES, least=edition.rules.threshold
    )
    names = [f"p{percentile}" for percentile in _PERCENTILES]
    secret = exact["product"].isin(hidden_products(edition, year))
    shown = measured(
        exact, edition=edition, keys=["product", "unit"], count="youths", steps=dict.fromkeys(names, _STEP),
        also_hidden=secret,
    )  # fmt: skip
    counts = edition.shown("product", periods=[str(year)]).frame.rename(columns={"youths": "aantal"})
    told = shown.frame.merge(counts[["level", "aantal", "youths_status"]], left_on="product", right_on="level")
    told = told[told["p50"].notna()]
    told = told.assign(naam=told["product"].map(product_names(edition)), eenheid=told["unit"].map(UNIT_WORDS))
    most = told.groupby("eenheid")["aantal"].transform("sum")
    ordered = told.assign(most=most).sort_values(["most", "eenheid", "aantal"], ascending=[False, True, False])
    return shown.derived(ordered.reset_index(drop=True)), len(exact) - len(told)


def _no_distribution(edition: Edition, year: int) -> Finding:
    words = (
        f"Hoeveel hulp jeugdigen in {edition.area.in_name} in {year} kregen, is niet te tonen. "
        "Er is geen hulp per uur of dag gedeclareerd, of het gaat per soort hulp om te weinig jeugdigen."
    )
    texts = {"intensiteit_jaar": str(year), "intensiteit_zin": words, "intensiteit_zeker": _YEAR_ONLY}
    return Finding(name="intensiteit-verdeling", texts=texts)


def _tail_words(top: pd.Series, unit: str) -> str:
    if numbers.is_missing(top["p90"]):
        return ""
    ratio = top["p90"] / top["p50"] if top["p50"] else 0
    times = f": ongeveer {numbers.decimal(ratio)} keer zoveel" if ratio >= _TWICE else ""
    return f"Tien van de 100 jeugdigen kregen meer dan {_about(top['p90'], unit)}{times}."


def _left_words(left: int) -> str:
    if not left:
        return ""
    kinds = "Eén soort hulp ontbreekt" if left == 1 else f"{left} soorten hulp ontbreken"
    return f"{kinds}: daar gaat het om te weinig jeugdigen of aanbieders."


def _about(value: float, unit: str) -> str:
    """An amount of help in words; what is rounded to nothing is less than the step of rounding."""
    if numbers.is_missing(value):
        return "een onbekend aantal " + unit
    return f"{numbers.decimal(value)} {unit}" if value else f"{_STEP} {unit}"


def _number(value: float) -> str:
    return numbers.MISSING if numbers.is_missing(value) else numbers.decimal(value) if value else f"<{_STEP}"


def _capital(unit: str) -> str:
    return {"uur": "Uren"}.get(unit, unit.capitalize())


# -- over the years ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """Change of one product between the latest comparable years; `margin` is missing when it may not be shown."""

    name: str
    unit: str
    margin: MeanChange


def change(municipality: str, period: str) -> Finding:
    """Mean units per youth and year of the largest products; lines stop at a break, the last pair is compared."""
    edition = Edition.open(municipality, period)
    pair = edition.region.comparable_years(edition.area.code, "intensity", edition.quarter.last_settled_year)
    lines = unit_lines(edition, range(2000, edition.quarter.last_settled_year + 1))
    use = trajectories(lines)
    shown = _means(edition, use, pair)
    if pair is None or shown.frame.empty:
        return _no_change(edition, pair)
    changes = _changes(shown, use, pair)
    unit = shown.frame.loc[0, "eenheid"]
    title = _change_title(changes, pair)
    first, last = int(shown.frame["jaar"].min()), pair[1]
    years = [str(year) for year in range(first, last + 1)]
    return Finding(
        name="intensiteit-jaren",
        title=title,
        unit=f"Gemiddeld aantal {unit} per jeugdige per jaar, bij de soorten hulp met de meeste jeugdigen",
        chart=lines_chart(
            _drawn(shown, unit, years), time="jaar", value="gemiddeld", series="naam", title=title,
            unit=f"{unit} per jeugdige",
            description=" ".join(_change_words(told, pair) for told in changes),
            breaks=edition.breaks("intensity"), axis_format=",.0f",
        ),
        table=table_html(_wide(shown, years), {
            "naam": Column(heading="Soort hulp"),
            "eenheid": Column(heading="Eenheid"),
            **{year: Column(heading=year, write=_mean) for year in years},
        }, caption=f"Gemiddelde hoeveelheid hulp per jeugdige per jaar, {edition.area.name}"),
        source=f"{edition.source} {shown.note} Gemiddelden zijn afgerond op 1 decimaal.",
        texts={
            "intensiteit_jaren_zin": f"{title}. {' '.join(_change_words(told, pair) for told in changes)}",
            "intensiteit_jaren_zeker": _chance_words(changes, pair),
            "intensiteit_breuken": edition.explain_breaks("intensity", years) or "In deze reeks is geen breuk bekend.",
        },
    )  # fmt: skip


def _means(edition: Edition, use: pd.DataFrame, pair: tuple[int, int] | None) -> Safe:
    """Per product and year the mean of the products that can be shown in both years of the pair, largest first.

    Columns: product, unit, naam, eenheid, jaar, gemiddeld.
    """
    exact = use.groupby(["product", "unit", "year"], as_index=False).agg(
        youths=("units", "size"), mean=("units", "mean")
    )
    secret = pd.Series(False, index=exact.index)
    for year in exact["year"].unique():
        secret |= exact["year"].eq(year) & exact["product"].isin(hidden_products(edition, int(year)))
    shown = measured(
        exact,
        edition=edition,
        keys=["product", "unit", "year"],
        count="youths",
        steps={"mean": 0.1},
        also_hidden=secret,
    )
    told = shown.frame.assign(
        naam=shown.frame["product"].map(product_names(edition)), eenheid=shown.frame["unit"].map(UNIT_WORDS),
        jaar=shown.frame["year"].astype(str), gemiddeld=shown.frame["mean"],
    ).dropna(subset=["mean"])  # fmt: skip
    last = told[told["year"].eq(pair[1] if pair else -1)].set_index(["product", "unit"])["youths"]
    first = told[told["year"].eq(pair[0] if pair else -1)].set_index(["product", "unit"])
    both = last[last.index.isin(first.index)].rename("most").reset_index()
    kept = told.merge(both, on=["product", "unit"])
    unit = kept.loc[kept["year"].eq(pair[1])].groupby("unit")["most"].sum() if pair else pd.Series(dtype="Int64")
    kept = kept.assign(in_unit=kept["unit"].map(unit)).sort_values(
        ["in_unit", "unit", "most", "product", "year"], ascending=[False, True, False, True, True]
    )
    columns = ["product", "unit", "naam", "eenheid", "jaar", "gemiddeld"]
    return shown.derived(kept[columns].reset_index(drop=True))


def _changes(shown: Safe, use: pd.DataFrame, pair: tuple[int, int]) -> list[_Change]:
    """The change of the largest products of the unit that is drawn."""
    first = shown.frame[shown.frame["eenheid"].eq(shown.frame.loc[0, "eenheid"])]
    found = []
    for product, unit in first[["product", "unit"]].drop_duplicates().head(_LINES).itertuples(index=False):
        mine = use[use["product"].eq(product) & use["unit"].eq(unit)]
        before, after = (mine.loc[mine["year"].eq(year), "units"].astype("float64").tolist() for year in pair)
        row = first[first["product"].eq(product)].iloc[0]
        found.append(_Change(name=row["naam"], unit=row["eenheid"], margin=mean_change(before, after, level=_LEVEL)))
    return found


def _change_title(changes: list[_Change], pair: tuple[int, int]) -> str:
    """What happened to most of the products, when it is more than chance would explain."""
    up = [told.name for told in changes if told.margin.low > 0]
    down = [told.name for told in changes if told.margin.high < 0]
    between = f"Van {pair[0]} naar {pair[1]}"
    if not up and not down:
        return f"{between} veranderde de hoeveelheid hulp per jeugdige niet duidelijk"
    if up and down:
        return f"{between} kregen jeugdigen bij {_some(up)} meer hulp en bij {_some(down)} minder"
    return f"{between} kregen jeugdigen bij {_some(up or down)} {'meer' if up else 'minder'} hulp"


def _some(names: list[str]) -> str:
    return first_lower(names[0]) if len(names) == 1 else f"{len(names)} soorten hulp"


def _change_words(told: _Change, pair: tuple[int, int]) -> str:
    before, after = round(told.margin.before, 1), round(told.margin.after, 1)
    verb = moved(before, after, rise="steeg", fall="daalde", same="bleef ongeveer gelijk")
    if verb == "bleef ongeveer gelijk":
        return f"{told.name}: het gemiddelde {verb}, {_mean(after)} {told.unit} in {pair[1]}."
    return f"{told.name}: het gemiddelde {verb} van {_mean(before)} naar {_mean(after)} {told.unit}."


def _chance_words(changes: list[_Change], pair: tuple[int, int]) -> str:
    """How sure the changes are: each with the margin of the difference."""
    level = numbers.percent(_LEVEL, 0)
    margins = [
        f"{told.name}: tussen {_signed(told.margin.low)} en {_signed(told.margin.high)} {told.unit}" for told in changes
    ]
    return (
        f"Een deel van elk verschil is toeval: elk jaar zijn het andere jeugdigen. De marge van {level} om het "
        f"verschil tussen {pair[0]} en {pair[1]} is: {'; '.join(margins)}. Ligt nul daarin, dan kan het verschil "
        "toeval zijn."
    )


def _mean(value: float) -> str:
    return numbers.decimal(value, 1)


def _signed(value: float) -> str:
    text = numbers.decimal(value, 1)
    return f"+{text}" if value > 0 and text != numbers.decimal(0, 1) else text


def _no_change(edition: Edition, pair: tuple[int, int] | None) -> Finding:
    words = (
        "Er zijn geen twee jaren zonder breuk. De hoeveelheid hulp per jeugdige is dan niet te vergelijken."
        if pair is None
        else f"Van {pair[0]} naar {pair[1]} is de hoeveelheid hulp per jeugdige niet te vergelijken: er is geen soort "
        f"hulp die in beide jaren genoeg jeugdigen en aanbieders heeft in {edition.area.in_name}."
    )
    texts = {"intensiteit_jaren_zin": words, "intensiteit_jaren_zeker": "", "intensiteit_breuken": ""}
    return Finding(name="intensiteit-jaren", texts=texts)


def _drawn(shown: Safe, unit: str, years: list[str]) -> Safe:
    """The largest products of one unit, with a row for every year: one without a number leaves a gap."""
    rows = shown.frame[shown.frame["eenheid"].eq(unit)]
    names = list(dict.fromkeys(rows["naam"]))[:_LINES]
    every = pd.MultiIndex.from_product([names, years], names=["naam", "jaar"])
    return shown.derived(rows.set_index(["naam", "jaar"])[["gemiddeld"]].reindex(every).reset_index())


def _wide(shown: Safe, years: list[str]) -> Safe:
    """One row per product, a column per year; a year that cannot be shown is missing."""
    order = shown.frame[["product", "naam", "eenheid"]].drop_duplicates()
    wide = shown.frame.pivot_table(index="product", columns="jaar", values="gemiddeld").reindex(columns=years)
    return shown.derived(order.merge(wide.reset_index(), on="product", how="left"))
