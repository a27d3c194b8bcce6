"""Part of chapter 20: our own count beside what the region's shares per age and sex would give."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.expected import gap_columns, gaps_chart
from jeugd_analysis.chapters.expected_open import whole_bands
from jeugd_analysis.chapters.expected_words import as_differences, as_or_than, by_chance, mine, much
from jeugd_analysis.domain.codes import AGE_BANDS, KNOWN_SEXES
from jeugd_analysis.methods.expected_use import expected_counts, reference_rates, standardised_ratio
from jeugd_analysis.present.disclosure import Safe, released
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import table_html


def own_count(municipality: str, period: str) -> Finding:
    """The edition's own youths beside what the region's shares would give; numbers of the release only."""
    edition = Edition.open(municipality, period)
    year = edition.quarter.last_settled_year
    found = compared(edition, year)
    if found is None:
        words = (
            f"Onze eigen telling over {year} is niet naar leeftijd te vergelijken. Inwoners naar leeftijd ontbreken, "
            "of een leeftijdsgroep van de regio is te klein om te tonen."
        )
        return Finding(name="verwacht-eigen", texts={"eigen_zin": words})
    made = found.table
    title, words = own_words(made.frame, edition, year, found.per)
    return Finding(
        name="verwacht-eigen",
        title=title,
        unit=f"Jeugdigen met jeugdhulp in {year}: verschil met het aandeel van de regio, per {found.per} gerekend"
        f"{'; voorbeelddata' if edition.is_example else ''}",
        chart=gaps_chart(made, title=title, words=words),
        table=table_html(made, gap_columns(year), caption=f"Eigen telling: werkelijk en verwacht, {year}"),
        source=f"Leeftijdsgroepen: {listed([band.replace('-', ' tot en met ') for band in AGE_BANDS])} jaar. "
        f"{_ABOUT_SEX[found.per]} De streep is de marge door toeval (95%). "
        f"{edition.source} {made.note}",
        texts={"eigen_zin": f"{words}{not_counted(edition, year)}"},
    )


_ABOUT_SEX = {
    "leeftijd en geslacht": "Een jeugdige van wie het geslacht niet bekend is, telt mee bij de jongens.",
    "leeftijd": "Naar geslacht kan niet: de inwoners zijn er alleen naar leeftijd, of een groep is te klein.",
}


def not_counted(edition: Edition, year: int) -> str:
    """What claims leave out somewhere in the region and what that does to the comparison, with a space before it."""
    left = edition.region.left_out(edition.region.code, "youths", year)
    if not left:
        return ""
    return f" Niet meegeteld: {left}. Waar die is, lijkt het gebruik hier lager dan het is. Elders lijkt het dan hoger."


@dataclass(frozen=True, slots=True)
class Compared:
    """Municipalities of the region with `as_differences`, and by what they were made comparable, in words."""

    table: Safe
    per: str


def compared(edition: Edition, year: int) -> Compared | None:
    """Every municipality beside the region's shares per age and sex, by what the release shows.

    Per age only where the inhabitants per sex, or the youths of an age and sex, are not there. None when even that
    cannot be told.
    """
    regional = Edition(store=edition.store, quarter=edition.quarter, area=edition.region.area)
    for per, made in (("leeftijd en geslacht", _by_age_and_sex), ("leeftijd", _by_age)):
        expected = made(regional, year)
        if expected is not None:
            table = _differences(edition, year, expected)
            return None if table is None else Compared(table, per)
    return None


def _by_age(regional: Edition, year: int) -> pd.Series | None:
    """Expected youths per municipality; None when a group of the region is hidden or inhabitants are not known."""
    ages = whole_bands(_people(regional, "population", year))
    return _expected(regional, ages, _youths(regional, "age_band", year), ["age_band"])


def _by_age_and_sex(regional: Edition, year: int) -> pd.Series | None:
    people = _people(regional, "population_by_sex", year)
    if people.empty:
        return None
    parts = [whole_bands(rows).assign(sex=sex) for sex, rows in people.groupby("sex")]
    youths = _youths(regional, "age_sex", year)
    level = youths["level"].str.rsplit(" ", n=1)
    known = youths.assign(age_band=level.str[0], sex=level.str[1].map(_SEX_OF_LEVEL))
    return _expected(regional, pd.concat(parts, ignore_index=True), known, ["age_band", "sex"])


_SEX_OF_LEVEL = {"meisjes": "2", "overig": "1"}  # the others are boys, but for the few whose sex is unknown


def _people(edition: Edition, table: str, year: int) -> pd.DataFrame:
    people = edition.store.table(table, edition.quarter)
    return people[people["year"].eq(year) & people["municipality"].isin(_inside(edition))]


def _inside(edition: Edition) -> list[str]:
    return [place.code for place in edition.region.municipalities]


def _youths(regional: Edition, dimension: str, year: int) -> pd.DataFrame:
    """Youths of the region as the release shows them: level, age_band (the same) and youths, missing where hidden."""
    told = regional.shown(dimension, periods=[str(year)]).frame
    return told.assign(age_band=told["level"])


def _expected(edition: Edition, people: pd.DataFrame, youths: pd.DataFrame, strata: list[str]) -> pd.Series | None:
    """Expected youths per municipality from the region's rates; None when one group lacks its youths or inhabitants.

    Shapes: `people` area, strata, inhabitants; `youths` strata, youths.
    """
    groups = len(AGE_BANDS) * (len(KNOWN_SEXES) if "sex" in strata else 1)
    complete = people.groupby("area").size().reindex(_inside(edition)).eq(groups).all()
    there = people.groupby(strata, as_index=False)["inhabitants"].sum().merge(youths, on=strata)
    if not complete or len(there) != groups or there["youths"].isna().any():
        return None
    rates = reference_rates(there.astype({"youths": "int64"}), strata=strata)
    return expected_counts(people, rates, by="area", strata=strata)


def _differences(edition: Edition, year: int, expected: pd.Series) -> Safe | None:
    cells = edition.store.release(edition.quarter)
    of_year = cells["period_kind"].eq("jaar") & cells["period"].eq(str(year)) & cells["dimension"].eq("totaal")
    shown = released(cells[of_year & cells["area"].isin(_inside(edition))], rules=edition.rules, keys=["area"])
    rows = shown.frame.assign(expected=shown.frame["area"].map(expected))
    rows = rows[rows["youths"].notna()].reset_index(drop=True)
    if rows.empty:
        return None
    rows = rows.assign(observed=rows["youths"].astype("float64"))
    ratio, low, high = standardised_ratio(rows["observed"], rows["expected"])
    names = {place.code: place.name for place in edition.region.municipalities}
    told = rows.assign(ratio=ratio, low=low, high=high, name=rows["area"].map(names))
    told = told.assign(own=told["area"].eq(edition.area.code)).sort_values("ratio", ascending=False, kind="stable")
    columns = ["area", "name", "observed", "expected", "ratio", "low", "high", "own"]
    return shown.derived(as_differences(told[columns].reset_index(drop=True)))


def own_words(rows: pd.DataFrame, edition: Edition, year: int, per: str = "leeftijd") -> tuple[str, str]:
    """Title and sentences on this municipality beside the region, or on the highest and lowest."""
    what = f"bij het aandeel van de regio per {per}"
    if edition.area.is_region:
        high, low = rows.iloc[0], rows.iloc[-1]
        if len(rows) < 2 or high["label"] == low["label"]:
            title = f"In alle gemeenten was het gebruik in {year} zoals u verwacht {what}"
            return title, f"{title}."
        title = f"Naar {per} loopt het gebruik in {year} van {low['label']} in {low['name']} tot {high['label']} in "
        title += str(high["name"])
        return title, f"{title}. Nul is het gebruik dat u verwacht {what}."
    row = mine(rows, edition)
    if row is None:
        words = f"In {edition.area.in_name} kregen in {year} te weinig jeugdigen hulp om een verschil te noemen."
        return words.rstrip("."), words
    than = as_or_than(row.ratio)
    title = f"In {edition.area.in_name} kregen {much(row.ratio)} jeugdigen hulp {than} u verwacht {what}"
    title += edition.without("youths", str(year))
    return title, f"{title}. {by_chance(row.low, row.high)} De marge is {row.margin}."
