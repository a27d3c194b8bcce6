"""Chapter 10, beside the claims: what Statistics Netherlands and others published about the same area, and others."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jeugd_analysis.chapters.changes import after_title
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.usage_years import through
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart, series_chart
from jeugd_analysis.present.disclosure import published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed, moved
from jeugd_analysis.present.tables import Column, table_html

_CBS = {
    "youths": "Jeugdigen met jeugdzorg in natura",
    "trajectories": "Trajecten jeugdzorg in natura",
    "share_youth_assistance": "Aandeel 0-17-jarigen met jeugdhulp in natura",
}
_NATIONAL = "NL00"
_PEER, _REFERRED = "share_youth_assistance", "trajectories_by_referrer"
_APART = ("geen verwijzer", "verwijzer onbekend")


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
        texts={"cbs_zin": " ".join(_cbs_sentence(edition, rows, what) for what in ("youths", "trajectories"))},
    )  # fmt: skip


def _facts(edition: Edition, topic: str) -> pd.DataFrame:
    """Figures of a topic that ship with the program, with value as a number."""
    facts = edition.store.published("facts")
    rows = facts[facts["topic"].eq(topic)]
    return rows.assign(getal=rows["value"].astype("float64"), status=rows["status"].replace("feit", "gepubliceerd"))


def _code(edition: Edition) -> str:
    return edition.region.details["published_code"] if edition.area.is_region else edition.area.code


def _cbs_facts(edition: Edition) -> pd.DataFrame:
    """The figures that ship with the program: indicator, period, getal, eenheid, status, document."""
    rows = _facts(edition, "youth-care")
    rows = rows[rows["area"].eq(_code(edition)) & rows["indicator"].isin(_CBS) & rows["breakdown"].isna()]
    return rows.rename(columns={"unit": "eenheid"})[["indicator", "period", "getal", "eenheid", "status", "document"]]


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


def _cbs_value(row: Any) -> str:
    if numbers.is_missing(row.getal):
        return numbers.MISSING
    return f"{numbers.decimal(row.getal, 1)}%" if row.eenheid == "procent" else numbers.decimal(row.getal)


_WORDS = {"youths": "jeugdigen met jeugdzorg", "trajectories": "trajecten"}


def _cbs_sentence(edition: Edition, shown: pd.DataFrame, what: str) -> str:
    rows = shown[shown["indicator"] == what].sort_values("period")
    if rows["period"].nunique() < 2:
        return f"Voor {edition.area.in_name} zijn geen twee CBS-jaren met {_WORDS[what]} opgenomen om te vergelijken."
    first, last = rows.iloc[0], rows.iloc[-1]
    own = last.status == "eigen som"
    status = "Dat is onze optelling van de afgeronde cijfers per gemeente." if own else f"Dat cijfer is {last.status}."
    verb = moved(first.getal, last.getal, rise="steeg", fall="daalde", same="bleef ongeveer gelijk")
    return (
        f"Volgens het CBS {verb} het aantal {_WORDS[what]} van {numbers.decimal(first.getal)} "
        f"in {first.period} naar {numbers.decimal(last.getal)} in {last.period}. {status}"
    )


def national_series(municipality: str, period: str) -> Finding:
    """Youths with youth care in the Netherlands as published, with the break of 2021 drawn and not bridged."""
    edition = Edition.open(municipality, period)
    facts = _facts(edition, "youth-care")
    rows = facts[facts["fact_id"].str.fullmatch(r"nji-youths-nl00-\d{4}")].sort_values("period")
    table = published(
        rows.assign(youths=rows["getal"]).reset_index(drop=True),
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


def peers(municipality: str, period: str) -> Finding:
    """The published share of 0-17-year-olds with help: this area beside the Netherlands and other municipalities."""
    edition = Edition.open(municipality, period)
    facts = edition.store.published("facts")
    others = set(facts.loc[facts["topic"].eq("reference-municipality"), "area"])
    inside = {area.code for area in edition.region.municipalities}
    rows = facts[
        facts["indicator"].eq(_PEER) & facts["breakdown"].isna() & facts["area"].isin({*inside, *others, _NATIONAL})
    ]
    year = str(rows.loc[rows["area"].isin(inside), "period"].max())
    rows = (
        rows[rows["period"].eq(year)]
        .drop_duplicates("area")
        .assign(share=lambda told: told["value"].astype("float64") / 100)
    )
    ordered = rows.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)
    names = [
        f"{row.area_name} (dit gebied)" if row.area == edition.area.code else row.area_name
        for row in ordered.itertuples()
    ]
    kind = [
        "buiten de regio" if area in others else "Nederland" if area == _NATIONAL else "in de regio"
        for area in ordered["area"]
    ]
    table = published(
        ordered.assign(naam=names, soort=kind, tekst=[numbers.percent(share) for share in ordered["share"]]),
        source="CBS StatLine 85098NED, CC BY 4.0",
    )
    title, words = peer_words(table.frame, edition.area.code, year, inside)
    return Finding(
        name="gebruik-vergelijken",
        title=title,
        unit=f"Aandeel van de 0-17-jarigen met jeugdhulp in natura in {year}; echte cijfers van het CBS",
        chart=bars_chart(
            table, category="naam", value="share", label="tekst", title=title, unit="van de 0-17-jarigen",
            description=after_title(words, title),
        ),
        table=table_html(table, {
            "naam": Column(heading="Gebied"),
            "soort": Column(heading="Waar"),
            "share": Column(heading="Aandeel van de 0-17-jarigen", write=numbers.percent),
            "status": Column(heading="Status"),
        }, caption="Aandeel 0-17-jarigen met jeugdhulp in natura"),
        source=f"{table.note} Het CBS geeft dit percentage niet voor de regio als geheel.",
        texts={"vergelijken_zin": words},
    )  # fmt: skip


def peer_words(told: pd.DataFrame, area: str, year: str, inside: set[str]) -> tuple[str, str]:
    """Title and sentence on the share of this area, or of the region's highest and lowest, beside the country."""
    national = told.loc[told["area"].eq(_NATIONAL), "share"]
    beside = f"In Nederland is het {numbers.percent(national.iloc[0])}." if len(national) else ""
    mine = told[told["area"] == area]
    if len(mine):
        share = mine.iloc[0]["share"]
        place = f"In {mine.iloc[0]['area_name']} kreeg {numbers.percent(share)} van de 0-17-jarigen jeugdhulp in {year}"
        title = f"{place}; in Nederland {numbers.percent(national.iloc[0])}" if len(national) else place
        return title, f"{place}. Dat is {numbers.one_in(share)}. {beside}".strip()
    rows = told[told["area"].isin(inside)]
    if rows.empty:
        return "Er zijn geen cijfers om te vergelijken", "Er zijn geen CBS-cijfers van deze gemeenten opgenomen."
    high, low = rows.loc[rows["share"].idxmax()], rows.loc[rows["share"].idxmin()]
    spread = (
        f"Het aandeel 0-17-jarigen met jeugdhulp loopt in {year} van {numbers.percent(low['share'])} "
        f"({low['area_name']}) tot {numbers.percent(high['share'])} ({high['area_name']})"
    )
    return spread, f"{spread}. {beside}".strip()


def referrers_published(municipality: str, period: str) -> Finding:
    """Trajectories by referrer as published, as shares of those with a referrer; without one stands apart."""
    edition = Edition.open(municipality, period)
    rows = _facts(edition, "referrers")
    rows = rows[rows["indicator"].eq(_REFERRED) & rows["area"].isin([_code(edition), _NATIONAL])]
    wide = rows.pivot_table(index="breakdown", columns="area", values="getal", sort=False)
    if _code(edition) not in wide:
        words = f"Voor {edition.area.in_name} zijn geen trajecten per verwijzer opgenomen."
        return Finding(name="gebruik-cbs-verwijzer", texts={"cbs_verwijzer_zin": words})
    year = str(rows["period"].max())
    table = published(
        referred_shares(wide, _code(edition)), source="CBS StatLine 85335NED, CC BY 4.0; delen: eigen berekening"
    )
    words = _referrer_words(table.frame, year)
    return Finding(
        name="gebruik-cbs-verwijzer",
        title=words.split(". ")[0].rstrip("."),
        unit=f"Trajecten in {year}, als deel van alle trajecten met een verwijzer; echte cijfers van het CBS",
        table=table_html(table, {
            "verwijzer": Column(heading="Verwijzer"),
            "own": Column(heading=f"Trajecten {edition.area.name}", write=numbers.decimal),
            "own_share": Column(heading="Deel", write=numbers.percent),
            "national_share": Column(heading="Deel in Nederland", write=numbers.percent),
        }, caption=f"Trajecten per verwijzer volgens het CBS, {edition.area.name}"),
        source=f"{table.note} Het totaal van het CBS telt ook jeugdbescherming en jeugdreclassering mee. Die hebben"
        " geen verwijzer. Daarom is het deel van de som van de verwijzers. Streep: door het CBS niet gegeven.",
        texts={"cbs_verwijzer_zin": words},
    )  # fmt: skip


def referred_shares(wide: pd.DataFrame, area: str) -> pd.DataFrame:
    """Rows verwijzer, own, own_share and national_share; shares of the sum of referrers, without those who had none."""
    frame = wide.rename_axis("verwijzer").reset_index()
    sent = ~frame["verwijzer"].isin(_APART)
    told = {"verwijzer": frame["verwijzer"].str[:1].str.upper() + frame["verwijzer"].str[1:], "own": frame[area]}
    for name, code in (("own_share", area), ("national_share", _NATIONAL)):
        counts = frame[code] if code in frame else pd.Series(pd.NA, index=frame.index, dtype="Float64")
        told[name] = (counts / counts[sent].sum()).where(sent)
    return pd.DataFrame(told)


def _referrer_words(told: pd.DataFrame, year: str) -> str:
    top = told.dropna(subset=["own_share"]).sort_values("own_share", ascending=False).head(2)
    parts = [f"{numbers.percent(row.own_share)} via {through(row.verwijzer)}" for row in top.itertuples()]
    words = f"Van de trajecten met een verwijzer kwam in {year} {listed(parts)}."
    none = told.loc[told["verwijzer"].str.lower().eq(_APART[0]), "own"].dropna()
    return f"{words} Zonder verwijzer: {numbers.decimal(none.iloc[0])} trajecten." if len(none) else words


def neighbourhoods(municipality: str, period: str) -> Finding:
    """Published figures of neighbourhoods, and why they do not add up to their municipality."""
    edition = Edition.open(municipality, period)
    rows = _facts(edition, "neighbourhoods")
    codes = [area.code for area in edition.region.municipalities] if edition.area.is_region else [edition.area.code]
    rows = rows[rows["area"].isin(codes)]
    if rows.empty:
        words = f"Voor {edition.area.in_name} zijn geen cijfers per wijk opgenomen."
        return Finding(name="gebruik-wijken", texts={"wijken_zin": words})
    rows = rows.assign(
        wat=[_neighbourhood(row) for row in rows.itertuples()],
        tekst=[
            f"{numbers.decimal(row.getal, 1)}%" if row.unit == "procent" else numbers.decimal(row.getal)
            for row in rows.itertuples()
        ],
    ).sort_values(["area_name", "period"], kind="stable")
    shown = published(rows.reset_index(drop=True), source="CBS en SCP, zie de laatste kolom")
    return Finding(
        name="gebruik-wijken",
        title="Wijken tellen niet op tot hun gemeente",
        unit="Echte cijfers van het CBS en het SCP over wijken",
        table=table_html(shown, {
            "wat": Column(heading="Cijfer"),
            "area_name": Column(heading="Gemeente"),
            "period": Column(heading="Jaar"),
            "tekst": Column(heading="Waarde", write=str),
            "status": Column(heading="Status"),
            "document": Column(heading="Bron"),
        }, caption=f"Cijfers over wijken, {edition.area.name}"),
        source=shown.note,
        texts={"wijken_zin": neighbourhood_words(rows)},
    )  # fmt: skip


_NEIGHBOURHOOD = {
    "share_youth_care_scp": "Jeugdigen met jeugdhulp",
    "youths_sum_neighbourhoods": "Jeugdigen, alle wijken opgeteld",
    "share_sum_neighbourhoods": "Wijken samen, deel van de gemeente",
    "neighbourhoods": "Aantal wijken",
}


def _neighbourhood(row: Any) -> str:
    name = _NEIGHBOURHOOD.get(row.indicator, row.indicator)
    return name if pd.isna(row.breakdown) else f"{name}, {row.breakdown}"


def neighbourhood_words(rows: pd.DataFrame) -> str:
    """What part of the municipality its neighbourhoods add up to, where that was published."""
    sums = rows[rows["indicator"] == "share_sum_neighbourhoods"]
    parts = [f"{row.area_name} {numbers.decimal(row.getal)}%" for row in sums.itertuples()]
    return f"De wijken samen zijn minder dan de gemeente: {listed(parts)}." if parts else ""
