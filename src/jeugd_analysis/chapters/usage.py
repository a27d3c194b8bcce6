"""Chapter 10: how many young people use help, of which kind, and how does that develop?"""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain import codes
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart, series_chart
from jeugd_analysis.present.disclosure import Safe, published, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import moved, relative_change
from jeugd_analysis.present.tables import Column, table_html

PROVISIONAL_QUARTERS = 4  # lines of the last year are still coming in
_MINOR = [band for band, (_, high) in codes.AGE_BANDS.items() if high < 18]


def youths_per_year(municipality: str, period: str) -> Finding:
    """Distinct youths per calendar year, all ages and under 18 apart, with their share of the population."""
    edition = Edition.open(municipality, period)
    years = edition.full_years()
    total = edition.usage("totaal")[["period", "youths"]]
    minors = edition.usage("age_band").query("level in @_MINOR").groupby("period", as_index=False)["youths"].sum()
    exact = total.merge(
        minors.rename(columns={"youths": "youths_0_17"}), on="period", how="left", validate="one_to_one"
    )
    exact = exact[exact["period"].isin(years)].fillna({"youths_0_17": 0}).astype({"youths_0_17": "int64"})
    shown = safe(
        exact.reset_index(drop=True), rules=edition.rules, keys=["period"], count="youths", counts=["youths_0_17"]
    )
    table = shown.derived(_with_shares(shown.frame, _inhabitants(edition)))
    first = table.frame.iloc[0]
    before, last = edition.last_two(table.frame)
    verb = moved(before.youths, last.youths, rise="meer", fall="minder", same="ongeveer evenveel")
    without = edition.without("youths", last.period)
    title = (
        f"{numbers.count(last.youths)} jeugdigen in {edition.area.in_name} kregen in {last.period} jeugdhulp{without}"
    )
    return Finding(
        name="gebruik-jaar",
        title=title,
        unit="Aantal jeugdigen van 0 tot en met 22 jaar met jeugdhulp, per jaar",
        chart=series_chart(
            table, time="period", value="youths", title=title, unit="jeugdigen", breaks=edition.breaks("youths"),
            provisional_from=edition.provisional_year,
            description=f"In {first.period} waren het er {numbers.count(first.youths)}.",
        ),
        table=table_html(table, _YEAR_COLUMNS, caption=f"Jeugdigen met jeugdhulp per jaar, {edition.area.name}"),
        source=f"{edition.source} {shown.note}",
        texts={
            "jeugdigen_jaar": str(last.period),
            "jeugdigen_zin": f"{_year_sentence(edition, before, last, verb)} {edition.provisional_words}".strip(),
            "jeugdigen_aandeel": _share_sentence(edition, last),
            "jeugdigen_breuken": edition.explain_breaks("youths", years) or "In deze reeks is geen breuk bekend.",
        },
    )  # fmt: skip


_YEAR_COLUMNS = {
    "period": Column(heading="Jaar"),
    "youths": Column(heading="Jeugdigen 0-22", write=numbers.count),
    "youths_0_17": Column(heading="Waarvan 0-17", write=numbers.count),
    "share_0_17": Column(heading="Aandeel van alle 0-17-jarigen", write=numbers.percent),
    "share_0_22": Column(heading="Aandeel van alle 0-22-jarigen", write=numbers.percent),
}


def _inhabitants(edition: Edition) -> pd.DataFrame:
    """Inhabitants 0-17 and 0-22 on 1 January per year for the area; empty without a delivery."""
    population = edition.store.table("population", edition.quarter)
    if population.empty:
        return pd.DataFrame(columns=["period", "people_0_17", "people_0_22"])
    inside = [area.code for area in edition.region.municipalities] if edition.area.is_region else [edition.area.code]
    rows = population[population["municipality"].isin(inside) & (population["age_to"] <= 22)]
    minors = rows[rows["age_to"] <= 17].groupby("year")["inhabitants"].sum()
    everyone = rows.groupby("year")["inhabitants"].sum()
    people = pd.DataFrame({"people_0_17": minors, "people_0_22": everyone}).reset_index()
    return people.assign(period=people["year"].astype(str)).drop(columns="year")


def _with_shares(shown: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Shares of the rounded counts: a share of the exact count would give the exact count away."""
    joined = shown.merge(people, on="period", how="left", validate="one_to_one")
    joined["share_0_17"] = joined["youths_0_17"].astype("Float64") / joined["people_0_17"].astype("Float64")
    joined["share_0_22"] = joined["youths"].astype("Float64") / joined["people_0_22"].astype("Float64")
    return joined.drop(columns=["people_0_17", "people_0_22"])


def _year_sentence(edition: Edition, before: pd.Series, last: pd.Series, verb: str) -> str:
    where = edition.area.in_name
    if numbers.is_missing(last.youths):
        return f"In {where} kregen in {last.period} minder dan {edition.rules.threshold} jeugdigen jeugdhulp."
    without = edition.without("youths", last.period)
    start = f"In {last.period} kregen {numbers.count(last.youths)} jeugdigen in {where} jeugdhulp{without}."
    if before.period == last.period or numbers.is_missing(before.youths):
        return start
    if edition.region.breaks_between(edition.area.code, "youths", int(before.period), int(last.period)):
        return f"{start} Met {before.period} is dat niet te vergelijken, want er zit een breuk tussen."
    by = relative_change(before.youths, last.youths)
    extra = "" if verb == "ongeveer evenveel" else f" ({by} {verb})"
    return (
        f"{start} In {before.period} waren dat er {numbers.count(before.youths)}{extra}."
        if extra
        else (f"{start} Dat is ongeveer evenveel als in {before.period}.")
    )


def _share_sentence(edition: Edition, last: pd.Series) -> str:
    if numbers.is_missing(last.youths_0_17):
        return "Het aandeel van alle jeugdigen is niet te geven: het gaat om te weinig jeugdigen."
    if numbers.is_missing(last.share_0_17):
        return "Het aandeel van alle jeugdigen is niet te geven: er is geen bevolkingstabel ingelezen."
    return (
        f"Van alle inwoners van 0 tot en met 17 jaar kreeg {numbers.percent(last.share_0_17)} jeugdhulp"
        f"{edition.without('youths', last.period)}. "
        f"Dat is {numbers.one_in(last.share_0_17)}. Van alle inwoners van 0 tot en met 22 jaar is het "
        f"{numbers.percent(last.share_0_22)}. Dat zijn twee verschillende maten: vergelijk ze niet met elkaar."
    )


def youths_per_quarter(municipality: str, period: str) -> Finding:
    """Distinct youths per quarter; the last quarters are provisional because claims are still coming in."""
    edition = Edition.open(municipality, period)
    exact = edition.usage("totaal", kind="kwartaal")
    quarters = [q.label for q in _quarters_until(edition)]
    exact = exact[exact["period"].isin(quarters)].reset_index(drop=True)[["period", "youths"]]
    shown = safe(exact, rules=edition.rules, keys=["period"], count="youths")
    start = quarters[-PROVISIONAL_QUARTERS]
    table = shown.derived(
        shown.frame.assign(status=["voorlopig" if p >= start else "bijna volledig" for p in shown.frame["period"]])
    )
    title = "De laatste kwartalen zijn nog niet compleet"
    return Finding(
        name="gebruik-kwartaal",
        title=f"{title}: een daling aan het eind zegt nog niets",
        unit="Aantal jeugdigen met jeugdhulp per kwartaal; open punt = voorlopig",
        chart=series_chart(
            table, time="period", value="youths", title=title, unit="jeugdigen", provisional_from=start,
            breaks=[(f"{year}-K1", label) for year, label in edition.breaks("youths")],
            description=f"Vanaf {start} zijn de aantallen voorlopig.",
        ),
        table=table_html(table, {
            "period": Column(heading="Kwartaal"),
            "youths": Column(heading="Jeugdigen", write=numbers.count),
            "status": Column(heading="Status"),
        }, caption=f"Jeugdigen met jeugdhulp per kwartaal, {edition.area.name}"),
        source=f"{edition.source} {shown.note}",
        texts={"kwartaal_voorlopig": start},
    )  # fmt: skip


def _quarters_until(edition: Edition) -> list:
    first = edition.quarter
    for _ in range(15):
        first = first.previous()
    return list(first.until(edition.quarter))


def youths_per_segment(municipality: str, period: str) -> Finding:
    """Distinct youths per segment in the last full year, beside the year before."""
    edition = Edition.open(municipality, period)
    names = edition.segment_names()
    return _by_level(
        edition, "segment", name="gebruik-segment", what="segment", labels=names,
        top="De grootste groep krijgt {name} ({number} jeugdigen)",
        order=[code for code in names if code != "S0"],
        note="Wie hulp krijgt uit twee segmenten, telt in beide mee. De segmenten tellen dus niet op.",
    )  # fmt: skip


def youths_per_age(municipality: str, period: str) -> Finding:
    """Distinct youths per age band in the last full year (age on 31 December)."""
    edition = Edition.open(municipality, period)
    labels = {band: f"{band.replace('-', ' t/m ')} jaar" for band in codes.AGE_BANDS}
    return _by_level(
        edition, "age_band", name="gebruik-leeftijd", what="leeftijd", labels=labels, order=list(labels),
        top="De grootste groep is {name} ({number} jeugdigen)",
        note="Leeftijd op 31 december van het jaar.",
    )  # fmt: skip


def youths_per_referrer(municipality: str, period: str) -> Finding:
    """Distinct youths per referrer in the last full year."""
    edition = Edition.open(municipality, period)
    labels = {**codes.REFERRERS, "onbekend": "Onbekend"}
    return _by_level(
        edition, "referrer", name="gebruik-verwijzer", what="verwijzer", labels=labels, order=list(labels),
        top="De grootste groep kwam via: {name} ({number} jeugdigen)",
        note="De verwijzer staat alleen in het verzoek om toewijzing. Zonder verzoek is de verwijzer onbekend.",
    )  # fmt: skip


def _by_level(
    edition: Edition,
    dimension: str,
    *,
    name: str,
    what: str,
    labels: dict[str, str],
    order: list[str],
    top: str,
    note: str,
) -> Finding:
    """The shared form of the three figures above: bars for the last full year, a table with the year before."""
    last = str(edition.quarter.last_settled_year)
    shown = _two_years(edition, dimension, last, order)
    table = shown.derived(
        shown.frame.assign(groep=shown.frame["level"].map(labels), tekst=shown.frame["now"].map(numbers.count))
    )
    title, second = _largest(table.frame, what, top)
    return Finding(
        name=name,
        title=title,
        unit=f"Aantal jeugdigen met jeugdhulp in {last}, per {what}",
        chart=bars_chart(
            table, category="groep", value="now", label="tekst", title=title, unit="jeugdigen",
            description=f"Verdeling van jeugdigen naar {what} in {last} in {edition.area.name}.",
        ),
        table=table_html(table, {
            "groep": Column(heading=what.capitalize()),
            "then": Column(heading=str(int(last) - 1), write=numbers.count),
            "now": Column(heading=last, write=numbers.count),
        }, caption=f"Jeugdigen per {what}, {edition.area.name}"),
        source=f"{note} {edition.source} {shown.note}",
        texts={f"{name.replace('-', '_')}_zin": f"{title}. {second}".strip()},
    )  # fmt: skip


def _two_years(edition: Edition, dimension: str, last: str, order: list[str]) -> Safe:
    """One row per level with the rounded youths of this year and the year before, in the given order."""
    rows = edition.usage(dimension)
    exact = rows[rows["period"].isin([last, str(int(last) - 1)])][["period", "level", "youths"]]
    shown = safe(exact, rules=edition.rules, keys=["period", "level"], count="youths")
    wide = shown.frame.pivot(index="level", columns="period", values="youths").reindex(order)
    columns = {str(int(last) - 1): "then", last: "now"}
    wide = wide.reindex(columns=list(columns)).rename(columns=columns).astype("Int64")
    known = wide.index.isin(exact["level"])
    return shown.derived(wide[known].rename_axis(None, axis=1).reset_index())


def _largest(shown: pd.DataFrame, what: str, top: str) -> tuple[str, str]:
    """The largest group as a sentence without its full stop, and a sentence on the second."""
    visible = shown.dropna(subset=["now"])
    if visible.empty:
        return f"Per {what} zijn de aantallen te klein om te tonen", ""
    largest = visible.assign(n=visible["now"].astype("int64")).nlargest(2, "n")
    names = [row.groep[:1].lower() + row.groep[1:] for row in largest.itertuples()]
    counts = [numbers.count(row.n) for row in largest.itertuples()]
    second = f"Op de tweede plaats: {names[1]} ({counts[1]})." if len(names) > 1 else ""
    return top.format(name=names[0], number=counts[0]), second


def cbs_series(municipality: str, period: str) -> Finding:
    """What Statistics Netherlands published for this area; real figures, beside the edition's own."""
    edition = Edition.open(municipality, period)
    told = pd.concat([_cbs_facts(edition), _cbs_delivered(edition)], ignore_index=True)
    # The same figure from two files is shown once, with the status that is known; another vintage is another figure.
    told = told.assign(unknown=told["status"].eq("onbekend")).sort_values("unknown", kind="stable")
    rows = told.drop_duplicates(["indicator", "period", "getal"], keep="first").drop(columns="unknown")
    rows = rows.assign(wat=rows["indicator"].map(_CBS), tekst=[_cbs_value(row) for row in rows.itertuples()])
    rows = rows.sort_values(["wat", "period", "document"]).reset_index(drop=True)
    shown = published(rows, source="CBS StatLine, CC BY 4.0")
    apart = " Deze cijfers zijn echt en staan los van de voorbeelddata." if edition.is_example else ""
    return Finding(
        name="gebruik-cbs",
        title=f"Wat het CBS over {edition.area.in_name} publiceerde",
        unit="Echte cijfers van het CBS: hulp in natura, geen pgb",
        table=table_html(shown, {
            "wat": Column(heading="Cijfer"),
            "period": Column(heading="Periode"),
            "tekst": Column(heading="Waarde", write=str),
            "status": Column(heading="Status"),
            "document": Column(heading="Bron"),
        }, caption=f"Open cijfers van het CBS, {edition.area.name}"),
        source=f"Het CBS rondt aantallen af op 5.{apart}",
        texts={"cbs_zin": _cbs_sentence(edition, rows)},
    )  # fmt: skip


def _cbs_facts(edition: Edition) -> pd.DataFrame:
    """The figures that ship with the program: indicator, period, getal, eenheid, status, document."""
    facts = edition.store.published("facts")
    code = edition.region.details["published_code"] if edition.area.is_region else edition.area.code
    rows = facts[facts["topic"].eq("youth-care") & facts["area"].eq(code) & facts["indicator"].isin(_CBS)]
    rows = rows[rows["breakdown"].isna()]
    return pd.DataFrame(
        {
            "indicator": rows["indicator"],
            "period": rows["period"],
            "getal": rows["value"].astype("float64"),
            "eenheid": rows["unit"],
            "status": rows["status"].replace("feit", "gepubliceerd"),
            "document": rows["document"],
        }
    )


def _cbs_delivered(edition: Edition) -> pd.DataFrame:
    """The same from the CBS files that were taken in; years only, a half-year is another measure."""
    open_data = edition.store.table("open_youth_care", edition.quarter)
    if open_data.empty:
        return pd.DataFrame()
    mine = open_data["area"].eq(edition.area.code) & open_data["measure"].isin(_CBS) & open_data["value"].notna()
    rows = open_data[mine & open_data["period"].str.endswith("JJ00")]
    return pd.DataFrame(
        {
            "indicator": rows["measure"],
            "period": rows["period"].str[:4],
            "getal": rows["value"],
            "eenheid": rows["unit"].map({"percent": "procent", "count": ""}),
            "status": rows["status"],
            "document": [
                f"CBS StatLine {t}" if t.endswith("NED") else "ingelezen bestand" for t in rows["source_table"]
            ],
        }
    )


def national_series(municipality: str, period: str) -> Finding:
    """Youths with youth care in the Netherlands as published, with the break of 2021 drawn and not bridged."""
    edition = Edition.open(municipality, period)
    facts = edition.store.published("facts")
    rows = facts[facts["fact_id"].str.fullmatch(r"nji-youths-nl00-\d{4}")].sort_values("period")
    table = published(
        rows.assign(youths=rows["value"].astype("float64")).reset_index(drop=True),
        source="CBS, via nji.nl/cijfers/jeugdzorg; jeugdigen tot 23 jaar, hulp in natura en pgb",
    )
    last, before = table.frame.iloc[-1], table.frame.iloc[-2]
    verb = moved(before.youths, last.youths, rise="steeg", fall="daalde", same="bleef ongeveer gelijk")
    title = f"In Nederland kregen {numbers.count(last.youths)} jeugdigen jeugdzorg in {last.period}"
    return Finding(
        name="gebruik-nederland",
        title=title,
        unit="Echte cijfers: jeugdigen tot 23 jaar met jeugdzorg in natura of pgb, per jaar",
        chart=series_chart(
            table, time="period", value="youths", title=title, unit="jeugdigen",
            breaks=[(str(b.year), b.label) for b in edition.region.breaks_of(edition.area.code, "cbs")],
            description=f"In {before.period} waren het er {numbers.count(before.youths)}.",
        ),
        table=table_html(table, {
            "period": Column(heading="Jaar"),
            "youths": Column(heading="Jeugdigen", write=numbers.count),
            "status": Column(heading="Status"),
        }, caption="Jeugdigen met jeugdzorg in Nederland"),
        source=table.note,
        texts={
            "nederland_zin": f"Landelijk {verb} het aantal jeugdigen van {numbers.count(before.youths)} in "
            f"{before.period} naar {numbers.count(last.youths)} in {last.period}. Dat laatste cijfer is {last.status}.",
        },
    )  # fmt: skip


_CBS = {
    "youths": "Jeugdigen met jeugdzorg in natura",
    "trajectories": "Trajecten jeugdzorg in natura",
    "share_youth_assistance": "Aandeel 0-17-jarigen met jeugdhulp in natura",
}


def _cbs_value(row: object) -> str:
    value = row.getal  # type: ignore[attr-defined]
    if numbers.is_missing(value):
        return numbers.MISSING
    return f"{numbers.decimal(value, 1)}%" if row.eenheid == "procent" else numbers.decimal(value)  # type: ignore[attr-defined]


def _cbs_sentence(edition: Edition, shown: pd.DataFrame) -> str:
    youths = shown[shown["indicator"] == "youths"].sort_values("period")
    if len(youths) < 2:
        return f"Voor {edition.area.in_name} zijn geen twee CBS-jaren opgenomen om te vergelijken."
    first, last = youths.iloc[0], youths.iloc[-1]
    own = last.status == "eigen som"
    status = "Dat is onze optelling van de afgeronde cijfers per gemeente." if own else f"Dat cijfer is {last.status}."
    verb = moved(first.getal, last.getal, rise="steeg", fall="daalde", same="bleef ongeveer gelijk")
    return (
        f"Volgens het CBS {verb} het aantal jeugdigen met jeugdzorg van {numbers.decimal(first.getal)} "
        f"in {first.period} naar {numbers.decimal(last.getal)} in {last.period}. {status}"
    )
