"""Part of chapter 80: which quarters and months can be used, from the claims that came in and those still to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from jeugd_analysis.chapters.changes import after_title
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_to_come import method_words, quarters_to_come
from jeugd_analysis.domain.period import Quarter, month_in_words, short_month
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.completeness import (
    NOT_YET,
    UNKNOWN,
    USABLE,
    WITH_ESTIMATE,
    Usable,
    by_size,
    coverage,
    expected_providers,
    judged,
)
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart, lines_chart
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, table_html

VERDICTS = {
    USABLE: "bruikbaar",
    WITH_ESTIMATE: "alleen met schatting",
    NOT_YET: "nog niet bruikbaar",
    UNKNOWN: "niet te zeggen",
}
_QUARTERS, _MONTHS = 8, 12
_SIZES = (10, 20)  # the ten with the most money, the twenty after them, and the others
_GROUP_NAMES = ("grootste", "middelste", "kleinste")


def limits_of(edition: Edition) -> Usable:
    """When a month can be used: data/reference/quality.toml."""
    told = edition.store.settings("quality")["usable"]
    return Usable(**{name: float(told[name]) for name in ("declared", "estimated", "providers")})


# -- quarters ----------------------------------------------------------------------------------------


def usable_quarters(municipality: str, period: str) -> Finding:
    """Per quarter of care the part of its expected cost that has been declared, with a band and a verdict."""
    edition = Edition.open(municipality, period)
    shown = quarters_to_come(edition)
    told = shown.derived(with_verdict(shown.frame.tail(_QUARTERS).reset_index(drop=True), limits_of(edition)))
    title, words = quarter_words(told.frame)
    if told.frame["share"].isna().all():
        return Finding(name="kwaliteit-compleet", texts={"compleet_zin": words})
    return Finding(
        name="kwaliteit-compleet",
        title=title,
        unit="Deel van de verwachte kosten dat is gedeclareerd, per kwartaal van de hulp",
        chart=bars_chart(
            told, category="care_quarter", value="share", label="tekst", title=title, unit="gedeclareerd",
            description=after_title(words, title),
        ),
        table=table_html(told, {
            "care_quarter": Column(heading="Kwartaal"),
            "declared": Column(heading="Gedeclareerd", write=numbers.euro),
            "expected": Column(heading="Verwacht", write=numbers.euro),
            "tekst": Column(heading="Binnen"),
            "band": Column(heading="Marge"),
            "verdict": Column(heading="Te gebruiken?"),
        }, caption=f"Welke kwartalen te gebruiken zijn, {edition.area.name}"),
        open_table=True,
        source=f"{method_words(edition)} De marge is die van 80%. {_limit_words(limits_of(edition))} "
        f"{edition.source} {shown.note}",
        texts={"compleet_zin": words},
    )  # fmt: skip


def with_verdict(told: pd.DataFrame, limits: Usable) -> pd.DataFrame:
    """The quarters with share (NA: hidden), tekst, band and verdict, from rounded amounts.

    Shapes: care_quarter, declared, expected, low and high in cents. A share above one is an estimate that credits will
    come: it reads as 100 %.
    """
    amounts = {name: told[name].astype("Float64") for name in ("declared", "expected", "low", "high")}
    shares = {
        name: (amounts["declared"] / amounts[name].where(amounts[name] > 0)).clip(upper=1)
        for name in ("expected", "low", "high")
    }
    share = shares["expected"]
    known = [None if numbers.is_missing(value) else float(value) for value in share]
    ends = zip(shares["high"], shares["low"], strict=True)
    return told.assign(
        share=share,
        tekst=[_percent(value) for value in share],
        band=[" tot ".join(dict.fromkeys([_percent(low), _percent(high)])) for low, high in ends],
        verdict=[VERDICTS[judged(value, None, limits)] for value in known],
    )


def _percent(share: float) -> str:
    """With a decimal, so that it fits the limits; and never 100 % of what is not there yet."""
    if numbers.is_missing(share):
        return numbers.SECRET
    return numbers.percent(1, 0) if share >= 1 else numbers.percent(min(share, 0.999))


def _limit_words(limits: Usable) -> str:
    return (
        f"Bruikbaar: ten minste {numbers.percent(limits.declared, 0)} binnen. Alleen met schatting: ten minste "
        f"{numbers.percent(limits.estimated, 0)}."
    )


def quarter_words(told: pd.DataFrame) -> tuple[str, str]:
    """Title and sentences: the last quarter that can be used as it is, and what can be said of the later ones."""
    known = told.dropna(subset=["share"])
    if known.empty:
        none = "Hoe volledig de kwartalen zijn, is niet te schatten"
        return none, f"{none}: er zijn te weinig jeugdigen of te weinig oude kwartalen."
    usable = known[known["verdict"] == VERDICTS[USABLE]]
    later = known if usable.empty else known[known["care_quarter"] > usable.iloc[-1]["care_quarter"]]
    title = (
        "Geen van de laatste kwartalen is al bruikbaar" if usable.empty
        else f"Tot en met {usable.iloc[-1]['care_quarter']} zijn de kosten bruikbaar"
    )  # fmt: skip
    parts = [f"{row.care_quarter} is voor {row.tekst} binnen: {row.verdict}" for row in later.itertuples()]
    return title, f"{title}. " + (f"{'; '.join(parts)}." if parts else "Van geen kwartaal komt er nog veel bij.")


# -- months ------------------------------------------------------------------------------------------


def usable_months(municipality: str, period: str) -> Finding:
    """Per care month and group of providers how many declared of those that are expected, with a verdict."""
    edition = Edition.open(municipality, period)
    covered, names = covered_months(edition)
    if covered.empty:
        words = "Per maand is niets te zeggen: er zijn te weinig aanbieders die elke maand declareren."
        return Finding(name="kwaliteit-maanden", texts={"maanden_zin": words, "maanden_wie": ""})
    quarters = quarters_to_come(edition)
    rows = quarters.derived(month_rows(covered, quarters.frame, names, limits_of(edition)))
    title, words = month_words(rows.frame, edition.quarter)
    begun = covered[covered["month"] <= covered.loc[covered["came"] > 0, "month"].max()]
    drawn = begun.assign(
        maand=begun["month"].dt.strftime("%Y-%m"), groep=begun["group"].map(names),
        share=begun["came"] / begun["expected"],
    )  # fmt: skip
    return Finding(
        name="kwaliteit-maanden",
        title=title,
        unit="Deel van de verwachte aanbieders dat declareerde, per maand van de hulp",
        chart=lines_chart(
            not_personal(drawn, what="Aantallen aanbieders."), time="maand", value="share", series="groep",
            title=title, unit="van de aanbieders", axis_format=".0%",
            words={f"{month:%Y-%m}": short_month(month) for month in begun["month"]},
            description=after_title(words, title),
        ),
        table=table_html(rows, {
            "maand": Column(heading="Maand"),
            **{f"g{group}": Column(heading=f"Aanbieders: {name}") for group, name in names.items()},
            "verdict": Column(heading="Te gebruiken?"),
        }, caption=f"Welke maanden te gebruiken zijn, {edition.area.name}"),
        open_table=True,
        source="Verwacht: wie hier in 9 van de 12 maanden ervoor declareerde. Een aanbieder is er ook als hij alleen "
        "over een andere gemeente in de regio declareerde: dan is hij niet te laat. Het oordeel weegt ook mee welk "
        f"deel van de kosten van het kwartaal binnen is. {edition.source}",
        texts={"maanden_zin": words, "maanden_wie": _who(covered, names)},
    )  # fmt: skip


def covered_months(edition: Edition) -> tuple[pd.DataFrame, dict[int, str]]:
    """Counts of providers per month and group (month, group, expected, came), and what the groups are called."""
    whole = edition.mart("provider_months")
    told = whole if edition.area.is_region else whole[whole["municipality"] == edition.area.code]
    last = pd.Timestamp(edition.quarter.last_day.replace(day=1))
    try:
        expected = expected_providers(told, shown=_MONTHS, until=last, arrived=whole)
    except FactorError:  # less than a year and a month of claims
        expected = pd.DataFrame(columns=["provider", "month", "came"])
    groups = by_size(told, sizes=_SIZES)
    counted = coverage(expected, groups, least=edition.rules.min_providers)
    return counted, group_names(sorted(counted["group"].unique()))


def group_names(groups: Sequence[int]) -> dict[int, str]:
    """What the groups that are left are called: 'alle' for one, 'grootste' and 'andere' for two."""
    if len(groups) == 1:
        return {groups[0]: "alle"}
    last = len(groups) - 1
    names = _GROUP_NAMES if len(groups) == len(_GROUP_NAMES) else (_GROUP_NAMES[0], "andere")
    return {group: names[min(place, last)] for place, group in enumerate(groups)}


def month_rows(covered: pd.DataFrame, quarters: pd.DataFrame, names: Mapping[int, str], limits: Usable) -> pd.DataFrame:
    """One row per month: month, maand (in words), per group ('g0') '9 van 10', providers (share of all) and verdict."""
    shares = quarters.set_index("care_quarter")
    rows = []
    for month, part in covered.groupby("month"):
        of = part.set_index("group")
        day = pd.Timestamp(str(month)).date()
        quarter = Quarter.of(day).label
        declared = _share(shares.loc[quarter]) if quarter in shares.index else None
        providers = float(part["came"].sum() / part["expected"].sum())
        cells = {f"g{group}": f"{of.loc[group, 'came']} van {of.loc[group, 'expected']}" for group in names}
        verdict = VERDICTS[judged(declared, providers, limits)]
        rows.append({"month": month, "maand": month_in_words(day), **cells, "providers": providers, "verdict": verdict})
    return pd.DataFrame(rows)


def _share(row: pd.Series) -> float | None:
    if numbers.is_missing(row["expected"]) or row["expected"] <= 0:
        return None
    return float(min(row["declared"] / row["expected"], 1))


def month_words(rows: pd.DataFrame, last: Quarter) -> tuple[str, str]:
    """Title and sentences: up to which month the claims can be used, and how many providers are in of the last one."""
    usable = rows[rows["verdict"] == VERDICTS[USABLE]]
    begun = rows[rows["providers"] > 0]
    empty = rows["maand"][len(begun) :].tolist() if len(begun) else []
    end = begun.iloc[-1] if len(begun) else rows.iloc[-1]
    share = numbers.percent(end["providers"], 0)
    who = f"Over {end['maand']} declareerde tot nu {share} van de aanbieders van wie dat te verwachten is"
    none = f" Over {listed(empty)} is nog niets binnen." if empty else ""
    if rows["verdict"].eq(VERDICTS[UNKNOWN]).all():
        return (
            who,
            f"{who}. Welk deel van de kosten binnen is, is hier niet te zeggen. Dus ook niet of een maand te "
            "gebruiken is.",
        )
    if usable.empty:
        many = len(rows) > 1
        title = f"Geen van de laatste {len(rows)} maanden is al bruikbaar" if many else "Nog geen maand is bruikbaar"
    else:
        title = f"De laatste maand die zonder schatting te gebruiken is, is {usable.iloc[-1]['maand']}"
    return title, f"{title}. {who}.{none} Dit is de stand op de laatste dag van {last.label}."


def _who(covered: pd.DataFrame, names: Mapping[int, str]) -> str:
    """What the groups are, with how many are expected in the last month."""
    last = covered[covered["month"] == covered["month"].max()].set_index("group")["expected"]
    if len(names) == 1:
        return f"Het gaat om {last.iloc[0]} aanbieders die bijna elke maand declareren."
    parts = [f"{last[group]} {name}" for group, name in names.items()]
    return (
        f"De aanbieders die bijna elke maand declareren, zijn ingedeeld naar hun bedrag: {listed(parts)}. "
        "Een aanbieder alleen tonen we niet."
    )
