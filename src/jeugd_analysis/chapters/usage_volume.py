"""Chapter 10: trajectories and units per year, providers in groups, and help that is paid as a lump sum."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jeugd_analysis.chapters.changes import after_title, moved_beyond
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.intensity_exact import unit_lines
from jeugd_analysis.chapters.measured import held_by_few, measured
from jeugd_analysis.methods.capped import trajectories
from jeugd_analysis.methods.completeness import by_rank
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart, series_chart
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.sentences import relative_change
from jeugd_analysis.present.tables import Column, table_html

_RATIO = 0.1  # trajectories per youth are told with one decimal
_HUNDRED = 100  # units are told in whole hundreds
_UNITS = {"04": "Uren", "14": "Etmalen", "16": "Dagdelen", "84": "Stuks"}
_TEN, _YEAR = 10, 12
_SIZES = (5, 15)  # the five with the most money, the fifteen after them, and the others
_GROUPS = ("De 5 grootste", "De 15 daarna", "Alle andere")


# -- trajectories and units --------------------------------------------------------------------------


def volume_per_year(municipality: str, period: str) -> Finding:
    """Per year the trajectories per youth, about how many that are, and the units of each kind."""
    edition = Edition.open(municipality, period)
    years = [int(year) for year in edition.full_years()]
    lines = unit_lines(edition, years)
    youths = edition.usage("totaal").set_index("period")["youths"]
    exact = volume_rows(lines, {int(year): int(n) for year, n in youths.items() if int(year) in years})
    names = [f"u{unit}" for unit in _UNITS if f"u{unit}" in exact]
    shown = measured(
        exact, edition=edition, keys=["period"], count="youths",
        steps={"per_youth": _RATIO, **dict.fromkeys(names, _HUNDRED)},
    )  # fmt: skip
    few = _units_held_by_few(edition, lines, exact["period"].tolist())
    hidden = {name: shown.frame[name].mask(few[name]) for name in names}
    told = edition.shown("totaal", periods=exact["period"].tolist()).frame
    joined = shown.frame.drop(columns="youths").merge(told[["period", "youths", "youths_status"]], on="period")
    about = (joined["youths"].astype("Float64") * joined["per_youth"] / _HUNDRED).round() * _HUNDRED
    table = shown.derived(joined.assign(**hidden, about=about))
    title, words = volume_words(table.frame, edition)
    return Finding(
        name="gebruik-trajecten",
        title=title,
        unit="Trajecten per jeugdige, per jaar; een traject is hier een product dat een jeugdige in dat jaar kreeg",
        chart=series_chart(
            table, time="period", value="per_youth", title=title, unit="trajecten per jeugdige", axis_format=".1f",
            breaks=edition.breaks("intensity"), provisional_from=edition.provisional_year,
            description=after_title(words, title),
        ),
        table=table_html(table, {
            "period": Column(heading="Jaar"),
            "per_youth": Column(heading="Trajecten per jeugdige", write=_one),
            "about": Column(heading="Trajecten, ongeveer", write=_whole),
            **{name: Column(heading=_UNITS[name[1:]], write=_whole) for name in names},
        }, caption=f"Trajecten en eenheden per jaar, {edition.area.name}"),
        source="Eenheden zijn afgerond op honderd. Uren, etmalen en dagdelen zijn niet bij elkaar op te tellen. "
        f"Geheim: te weinig jeugdigen of aanbieders. {edition.source} {shown.note}",
        texts={"trajecten_zin": words, "trajecten_breuken": _break_words(edition, exact["period"].tolist())},
    )  # fmt: skip


def volume_rows(lines: pd.DataFrame, youths: dict[int, int]) -> pd.DataFrame:
    """One row per year: period, youths, per_youth and, per kind of unit there is, its units (u04 and so on).

    Shapes: `lines` has youth_id, product, unit, year, units and amount_cents; a year without youths has no ratio.
    """
    use = trajectories(lines)
    counted = use.drop_duplicates(["youth_id", "product", "year"]).groupby("year").size()
    units = lines.pivot_table(index="year", columns="unit", values="units", aggfunc="sum", fill_value=0)
    rows = []
    for year in sorted(youths):
        number = int(counted.get(year, 0))
        row = {
            "period": str(year),
            "youths": youths[year],
            "per_youth": number / youths[year] if youths[year] else pd.NA,
        }
        rows.append({**row, **{f"u{unit}": units[unit].get(year, 0) for unit in _UNITS if unit in units}})
    frame = pd.DataFrame(rows)
    return frame.astype({name: "Float64" for name in frame if name not in ("period", "youths")})


def _units_held_by_few(edition: Edition, lines: pd.DataFrame, periods: Sequence[str]) -> pd.DataFrame:
    """Per year and kind of unit whether too few providers gave it, or one gave nearly all."""
    rows = []
    for year in periods:
        part = lines[lines["year"] == int(year)]
        held = {unit: part[part["unit"] == unit].groupby("provider")["amount_cents"].sum() for unit in _UNITS}
        small = {
            unit: part[part["unit"] == unit]["youth_id"].nunique() < edition.rules.threshold for unit in _UNITS
        }  # fmt: skip
        rows.append({f"u{unit}": small[unit] or held_by_few(held[unit], edition.rules) for unit in _UNITS})
    return pd.DataFrame(rows, dtype=bool)


def volume_words(told: pd.DataFrame, edition: Edition) -> tuple[str, str]:
    """Title and sentences on the last settled year, beside the year before where no break lies between."""
    before, last = edition.last_two(told)
    if numbers.is_missing(last["per_youth"]):
        few = f"Hoeveel trajecten een jeugdige in {last['period']} had, is niet te tonen"
        return few, f"{few}: het gaat om te weinig jeugdigen."
    title = f"Een jeugdige had in {last['period']} gemiddeld {_one(last['per_youth'])} trajecten"
    words = f"{title}. Samen zijn dat ongeveer {_whole(last['about'])} trajecten."
    years = int(before["period"]), int(last["period"])
    if years[0] == years[1] or numbers.is_missing(before["per_youth"]):
        return title, words
    if edition.region.breaks_between(edition.area.code, "intensity", *years):
        return title, f"{words} Met {years[0]} is dat niet te vergelijken: er zit een breuk tussen."
    verb = moved_beyond(before["per_youth"], last["per_youth"], 1.5 * _RATIO, rise="meer", fall="minder", same="")
    if not verb:
        if _one(before["per_youth"]) == _one(last["per_youth"]):
            return title, f"{words} Het gemiddelde is hetzelfde als in {years[0]}."
        return title, f"{words} Het verschil met {years[0]} is zo klein dat het door afronden kan komen."
    by = relative_change(before["per_youth"], last["per_youth"])
    return title, f"{words} Dat is {by} {verb} per jeugdige dan in {years[0]}."


def _break_words(edition: Edition, periods: list[str]) -> str:
    return edition.explain_breaks("intensity", periods) or "In deze reeks is geen breuk bekend."


def _one(value: float) -> str:
    return numbers.SECRET if numbers.is_missing(value) else numbers.decimal(value, 1)


def _whole(value: float) -> str:
    return numbers.SECRET if numbers.is_missing(value) else numbers.decimal(value)


# -- providers in groups -----------------------------------------------------------------------------


def provider_groups(municipality: str, period: str) -> Finding:
    """The cost of the last settled year by the size of its providers: the five largest, fifteen more, the others."""
    edition = Edition.open(municipality, period)
    year = edition.quarter.last_settled_year
    exact = group_rows(unit_lines_of_year(edition, year))
    total = edition.shown("totaal", periods=[str(year)]).frame["amount_cents"]
    few = [held_by_few(part, edition.rules) for part in exact["amounts"]]
    safe_all = len(exact) == len(_GROUPS) and not any(few) and exact["youths"].ge(edition.rules.threshold).all()
    if not safe_all or total.isna().any():
        words = (
            "Hoe de kosten over aanbieders zijn verdeeld, is hier niet te tonen: er zijn te weinig aanbieders of "
            "jeugdigen, of één aanbieder is te groot."
        )
        return Finding(name="gebruik-aanbieders", texts={"gebruik_aanbieders_zin": words})
    shown = measured(
        exact[["groep", "aanbieders", "youths", "share"]], edition=edition, keys=["groep", "aanbieders"],
        count="youths", steps={"share": 0.01},
    )  # fmt: skip
    table = shown.derived(shown.frame.assign(tekst=[whole_percent(share) for share in shown.frame["share"]]))
    title, words = group_words(table.frame, year)
    return Finding(
        name="gebruik-aanbieders",
        title=title,
        unit=f"Deel van de kosten van {year}, naar grootte van de aanbieder in {edition.area.name}",
        chart=bars_chart(
            table, category="groep", value="share", label="tekst", title=title, unit="van de kosten",
            description=after_title(words, title),
        ),
        table=table_html(table, {
            "groep": Column(heading="Aanbieders"),
            "aanbieders": Column(heading="Aantal aanbieders", write=numbers.decimal),
            "tekst": Column(heading="Deel van de kosten"),
        }, caption=f"Kosten naar grootte van de aanbieder, {edition.area.name}"),
        source=f"Een aanbieder alleen tonen wij niet. {edition.source} {shown.note}",
        texts={"gebruik_aanbieders_zin": words},
    )  # fmt: skip


def unit_lines_of_year(edition: Edition, year: int) -> pd.DataFrame:
    """Lines of the mart youth_lines of one year and this area: youth_id, provider and amount_cents."""
    lines = edition.mart("youth_lines")
    mine = lines["year"].eq(year)
    if not edition.area.is_region:
        mine &= lines["municipality"].eq(edition.area.code)
    return lines.loc[mine, ["youth_id", "provider", "amount_cents"]]


def group_rows(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per group of providers: groep, aanbieders, youths, share of the net cost and amounts per provider."""
    amounts = lines.groupby("provider")["amount_cents"].sum()
    groups = by_rank(amounts[amounts > 0], sizes=_SIZES)
    total = amounts[groups.index].sum()
    rows = []
    for group, name in enumerate(_GROUPS):
        members = groups.index[groups == group]
        if len(members):
            own = lines[lines["provider"].isin(members)]
            paid = own.groupby("youth_id")["amount_cents"].sum()
            share = amounts[members].sum() / total
            rows.append((name, len(members), int((paid > 0).sum()), share, amounts[members]))
    return pd.DataFrame(rows, columns=["groep", "aanbieders", "youths", "share", "amounts"])


def group_words(told: pd.DataFrame, year: int) -> tuple[str, str]:
    """Title and sentences: the part of the largest, and that of the smallest with their number."""
    first, last = told.iloc[0], told.iloc[-1]
    title = f"{first['tekst']} van de kosten in {year} ging naar de {first['aanbieders']} grootste aanbieders"
    return title, (
        f"{title}. De {numbers.decimal(last['aanbieders'])} kleinste kregen samen {last['tekst']}. Groot of klein gaat "
        "over het bedrag in dit gebied."
    )


# -- lump sums ---------------------------------------------------------------------------------------


def lump_sums(municipality: str, period: str) -> Finding:
    """Per year how many youths a month got help that is paid as a lump sum, for which there are no claims."""
    edition = Edition.open(municipality, period)
    paid = edition.store.table("task_payments", edition.quarter)
    mine = paid if paid.empty or edition.area.is_region else paid[paid["municipality"] == edition.area.code]
    nothing = Finding(name="gebruik-vast-bedrag", texts={"vast_bedrag_zin": _no_lump_sum(edition)})
    if mine.empty:
        return nothing
    exact = lump_rows(mine, edition.segment_names())
    if exact.empty:
        return nothing
    told = edition.shown("lump", periods=exact["period"].tolist())
    rows = exact.drop(columns="youths").merge(told.frame, on="period").rename(columns={"youths": "about"})
    if rows.empty:
        return nothing
    shown = told.derived(rows)
    title, words = lump_words(shown.frame, edition)
    return Finding(
        name="gebruik-vast-bedrag",
        title=title,
        unit="Jeugdigen per maand met hulp waarvoor een vast bedrag wordt betaald, gemiddeld over het jaar",
        table=table_html(shown, {
            "period": Column(heading="Jaar"),
            "segmenten": Column(heading="Segment"),
            "maanden": Column(heading="Maanden", write=numbers.decimal),
            "about": Column(heading="Jeugdigen per maand", write=numbers.count, status="youths_status"),
        }, caption=f"Hulp met een vast bedrag, {edition.area.name}"),
        source="Opgave van de aanbieders per maand, niet uit declaraties. Wie hulp kreeg van twee partijen, kan dubbel "
        f"tellen. De bedragen zijn geheim: minder dan {edition.rules.min_providers} partijen krijgen bijna alles. "
        f"{edition.source} {shown.note}",
        texts={"vast_bedrag_zin": words},
    )  # fmt: skip


def _no_lump_sum(edition: Edition) -> str:
    return f"Voor {edition.area.in_name} zijn geen vaste bedragen opgegeven."


def lump_rows(paid: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """One row per year: period, segmenten, maanden, and youths, the mean over its months; the release has the number.

    A year of which a month has no number of youths is left out: its mean would be too low.
    """
    rows = []
    for year, part in paid.groupby(paid["month"].dt.year):
        if part["youths"].isna().any():
            continue
        per_month = part.groupby("month")["youths"].sum()
        told = ", ".join(names.get(code, code) for code in sorted(part["segment"].unique()))
        rows.append((str(year), told, len(per_month), round(per_month.mean())))
    return pd.DataFrame(rows, columns=["period", "segmenten", "maanden", "youths"])


def lump_words(told: pd.DataFrame, edition: Edition) -> tuple[str, str]:
    """Title and sentences on the last year, beside the year before; a part of a year is told as such."""
    last, where = told.iloc[-1], edition.area.in_name
    when = _when(last)
    if numbers.is_missing(last["about"]):
        few = f"Hulp met een vast bedrag ging in {where} in {when} naar te weinig jeugdigen om te tonen"
        return few, f"{few}."
    if last["about"] == 0:
        none = f"In {where} kreeg in {when} (bijna) niemand hulp met een vast bedrag"
        return none, f"{none}."
    many = f"ongeveer {numbers.count(last['about'])} jeugdigen per maand"
    title = f"In {where} kregen in {when} {many} hulp met een vast bedrag"
    words = f"{title}. Zij tellen in de andere figuren niet mee, want er zijn geen declaraties."
    if len(told) < 2 or numbers.is_missing(told.iloc[-2]["about"]):
        return title, words
    before = told.iloc[-2]
    verb = moved_beyond(before["about"], last["about"], _TEN, rise="meer", fall="minder", same="")
    if not verb:
        return title, f"{words} Dat zijn er ongeveer evenveel als in {_when(before)}."
    by = relative_change(before["about"], last["about"])
    return title, f"{words} Dat is {by} {verb} dan in {_when(before)} ({numbers.count(before['about'])})."


def _when(row: pd.Series) -> str:
    """'2025', or how many of its months are known."""
    months = int(row["maanden"])
    if months == _YEAR:
        return str(row["period"])
    return f"{months} {'maand' if months == 1 else 'maanden'} van {row['period']}"
