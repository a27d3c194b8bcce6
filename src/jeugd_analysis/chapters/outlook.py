"""Chapter 33: what help would cost in the years ahead without new policy, and how far off such outlooks were before.

`baseline` is the one place where cost without policy comes from: savings are measured against it.
"""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.forecast_exact import ALL
from jeugd_analysis.methods.outlook import accuracy
from jeugd_analysis.methods.savings import price_levels
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import outlook_chart
from jeugd_analysis.present.disclosure import Safe, not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower
from jeugd_analysis.present.tables import Column, table_html

LOW, CENTRAL, HIGH = "laag", "midden", "hoog"
REST = "rest"
_YEAR = 4  # quarters
_NO_POLICY = "Raming zonder nieuw beleid, in prijzen van {base}. De trend is die van de regio sinds de laatste breuk."


def baseline(edition: Edition, *, scenario: str = CENTRAL) -> pd.DataFrame:
    """Cost per year and segment without new policy, in prices of the last settled year: year, segment, base_cents.

    scenario: laag, midden or hoog. From what the release shows of the last settled year, times the outlook of the
    region: so it tells no more than the release. Segments whose cost is hidden, or with too short a series, are left
    out. Years: from the last settled year (the amount of the release itself) to eight years on.
    """
    told = ahead(edition).frame
    rows = told[told["segment"].ne(REST)][["year", "segment", scenario]]
    known = rows.dropna(subset=[scenario]).rename(columns={scenario: "base_cents"})
    return known.astype({"base_cents": "int64"}).sort_values(["year", "segment"], ignore_index=True)


def ahead(edition: Edition) -> Safe:
    """Per segment (and rest: hidden ones together) and year: laag, midden and hoog in cents.

    laag and hoog are the lowest and highest of the scenarios: where use falls, going on is the lowest. The base year
    has the released amount in each.
    """
    base = edition.quarter.last_settled_year
    shown = edition.shown("segment", periods=[str(base)])
    whole = edition.shown("totaal", periods=[str(base)]).frame["amount_cents"]
    amounts = shown.frame.set_index("level")["amount_cents"]
    known = amounts.dropna()
    known = known[known > 0]
    left = int(whole.iloc[0]) - int(known.sum()) if len(whole) and whole.notna().all() else 0
    if amounts.isna().any() and left > 0:
        known = pd.concat([known, pd.Series({REST: left})])
    index = edition.store.estimates("outlook_index", edition.quarter)
    return shown.derived(multiplied(known, index, base=base, step=edition.rules.money_base_cents))


def multiplied(known: pd.Series, index: pd.DataFrame, *, base: int, step: int) -> pd.DataFrame:
    """Released numbers of the base year (a segment each; rest follows the whole) times the index: year, segment, LOW,
    CENTRAL, HIGH, rounded to the step; the base year as released. Segments without an index are left out.
    """
    rows = []
    for segment, cents in known.items():
        mine = index[index["segment"].eq(ALL if segment == REST else segment)]
        if mine.empty:
            continue
        rows.append((base, segment, *[int(cents)] * 3))
        for year, told in mine[mine["year"] > base].groupby("year"):
            central = told[told["scenario"] == CENTRAL].iloc[0]
            factors = [told["index"].min(), central["index"], told["index"].max()]
            rows.append((int(year), segment, *[round(cents * factor / step) * step for factor in factors]))
    columns = ["year", "segment", LOW, CENTRAL, HIGH]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], "Int64"))


def together(told: pd.DataFrame, index: pd.DataFrame, *, step: int = 1) -> pd.DataFrame:
    """All segments together per year: year, laag, midden, hoog, and the band of the whole around midden.

    Shapes: `told` as of `ahead`, `index` of outlook_index. The segments do not miss together, so their bands are not
    added up: the whole has its own. step: cents; the band is rounded to it, as the amounts are.
    """
    summed = told.groupby("year", as_index=False)[[LOW, CENTRAL, HIGH]].sum()
    whole = index[index["segment"].eq(ALL) & index["scenario"].eq(CENTRAL)].set_index("year")
    for name in ("low", "high"):
        ratio = (whole[name] / whole["index"]).reindex(summed["year"]).astype("Float64").array
        summed[name] = (summed[CENTRAL].astype("Float64") * ratio / step).round().astype("Int64") * step
    first = summed["year"] == summed["year"].min()
    return summed.assign(**{name: summed[name].mask(first, summed[CENTRAL]) for name in ("low", "high")})


def outlook(municipality: str, period: str) -> Finding:
    """Facts up to the last settled year in its prices, and the outlook of all segments together."""
    edition = Edition.open(municipality, period)
    told = ahead(edition)
    base = edition.quarter.last_settled_year
    whole = edition.shown("totaal", periods=[str(base)]).frame["amount_cents"]
    if told.frame.empty or whole.isna().any():  # the segments that are shown are not all of it
        said = {"vooruitblik_zin": nothing_words(edition, base), "vooruitblik_breuken": ""}
        return Finding(name="vooruitblik", texts=said)
    index = edition.store.estimates("outlook_index", edition.quarter)
    rows = together(told.frame, index, step=edition.rules.money_base_cents)
    both = told.derived(with_facts(rows, edition, base))
    title, words = outlook_words(rows, base)
    million = both.frame.assign(**{name: both.frame[name].astype("Float64") / 1e8 for name in
                                   ("fact", LOW, CENTRAL, HIGH, "low", "high")})  # fmt: skip
    table = both.frame[both.frame["period"].astype(int) >= base].reset_index(drop=True)
    return Finding(
        name="vooruitblik",
        title=title,
        unit=f"Kosten per jaar in miljoen euro, in prijzen van {base}; vanaf {base + 1} een raming",
        chart=outlook_chart(
            both.derived(million), time="period", title=title, unit="miljoen euro", breaks=edition.breaks("cost"),
            description=words,
        ),
        table=table_html(both.derived(table), {
            "period": Column(heading="Jaar"),
            "soort": Column(heading="Soort"),
            LOW: Column(heading="Laag", write=numbers.euro),
            CENTRAL: Column(heading="Midden", write=numbers.euro),
            HIGH: Column(heading="Hoog", write=numbers.euro),
            "band": Column(heading="Band van 80% om midden"),
        }, caption=f"Kosten zonder nieuw beleid, {edition.area.name}"),
        source=f"{_NO_POLICY.format(base=base)}{without_words(edition, base)} {edition.source} {told.note}",
        texts={
            "vooruitblik_zin": words,
            "vooruitblik_breuken": edition.explain_breaks("cost", both.frame["period"].tolist())
            or "In deze reeks is geen breuk bekend.",
        },
    )  # fmt: skip


def nothing_words(edition: Edition, base: int) -> str:
    """Why there is no outlook: hidden cost, or too short a series."""
    if edition.store.estimates("outlook_index", edition.quarter).empty:
        return (
            "Een vooruitblik is niet te maken: sinds de laatste breuk zijn er te weinig kwartalen, of een "
            "prijsstijging ontbreekt. Over een breuk heen rekenen doen wij niet."
        )
    return (
        f"De kosten van {base} in {edition.area.in_name} zijn geheim of er waren er geen. Een vooruitblik is er niet."
    )


def without_words(edition: Edition, base: int) -> str:
    """What the outlook leaves out, such as lump sums; with a space before it."""
    left = edition.region.left_out(edition.area.code, "cost", base)
    return f" Zonder {left}." if left else ""


def with_facts(rows: pd.DataFrame, edition: Edition, base: int) -> pd.DataFrame:
    """Rows by period (text), with fact: released cost in prices of the base year; soort and band as words."""
    told = edition.shown("totaal", periods=[year for year in edition.full_years() if int(year) <= base]).frame
    rates = edition.store.reference("indexation")
    percent = dict(zip(rates["year"].astype(int), rates["percent"], strict=True))
    years = [int(year) for year in told["period"] if int(year) >= min(percent) - 1]
    levels = price_levels(percent, base_year=base, years=years)
    amounts = told.set_index("period")["amount_cents"].astype("Float64")
    facts = pd.DataFrame({"period": [str(year) for year in years]})
    facts["fact"] = [amounts[str(year)] / float(levels[year]) for year in years]
    named = rows.assign(period=rows["year"].astype(str)).drop(columns="year")
    both = facts.merge(named, on="period", how="outer").sort_values("period", ignore_index=True)
    bands = [
        numbers.MISSING if numbers.is_missing(low) or low == high else f"{numbers.euro(low)} tot {numbers.euro(high)}"
        for low, high in zip(both["low"], both["high"], strict=True)
    ]
    return both.assign(soort=["cijfer" if int(p) <= base else "raming" for p in both["period"]], band=bands)


def outlook_words(rows: pd.DataFrame, base: int) -> tuple[str, str]:
    """Title and sentences: rise, fall or about equal in the central scenario, with the range and the band."""
    first, last = rows.iloc[0], rows.iloc[-1]
    change = last[CENTRAL] / first[CENTRAL] - 1
    year = int(last["year"])
    if abs(change) < SAME:
        title = f"Raming: zonder nieuw beleid blijven de kosten tot {year} ongeveer gelijk"
        told = f"Zonder nieuw beleid zijn de kosten in {year} ongeveer even hoog als in {base}"
    else:
        way = "stijgen" if change > 0 else "dalen"
        title = f"Raming: zonder nieuw beleid {way} de kosten tot {year} met {numbers.whole_percent(abs(change))}"
        told = (
            f"Zonder nieuw beleid gaan de kosten volgens het midden van {numbers.euro(first[CENTRAL])} in {base} naar "
            f"{numbers.euro(last[CENTRAL])} in {year}"
        )
    span = f" Het lage scenario komt uit op {numbers.euro(last[LOW])}, het hoge op {numbers.euro(last[HIGH])}."
    if numbers.is_missing(last["low"]):
        return title, f"{told}, in prijzen van {base}.{span} Een marge is niet te geven: de reeks is te kort."
    band = f" De marge om het midden is groot: van {numbers.euro(last['low'])} tot {numbers.euro(last['high'])}."
    return title, f"{told}, in prijzen van {base}.{span}{band}"


SAME = 0.01  # share: less than a percent in so many years is no change


def per_segment(municipality: str, period: str) -> Finding:
    """Per segment the base year, next year and the last year of the outlook."""
    edition = Edition.open(municipality, period)
    told, base = ahead(edition), edition.quarter.last_settled_year
    if told.frame.empty:
        return Finding(name="vooruitblik-segment", texts={"vooruitblik_segment_zin": nothing_words(edition, base)})
    rows = segment_rows(told.frame, {**edition.segment_names(), REST: "Segmenten die geheim zijn, samen"})
    last = int(told.frame["year"].max())
    title, words = segment_words(rows, base, last)
    return Finding(
        name="vooruitblik-segment",
        title=title,
        unit=f"Raming van de kosten in {last} per segment naast het cijfer van {base}, in prijzen van {base}",
        table=table_html(told.derived(rows), {
            "naam": Column(heading="Segment"),
            "start": Column(heading=f"Cijfer {base}", write=numbers.euro),
            LOW: Column(heading=f"Laag {last}", write=numbers.euro),
            CENTRAL: Column(heading=f"Midden {last}", write=numbers.euro),
            HIGH: Column(heading=f"Hoog {last}", write=numbers.euro),
            "change": Column(heading="Groei, midden", write=signed),
        }, caption=f"Raming per segment, {edition.area.name}"),
        source=f"{_NO_POLICY.format(base=base)}{without_words(edition, base)} {edition.source} {told.note}",
        open_table=True,
        texts={"vooruitblik_segment_zin": words},
    )  # fmt: skip


def segment_rows(told: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Per segment: naam, start, laag, midden and hoog of the last year, and change as a share."""
    first, last = (told[told["year"] == year].set_index("segment") for year in (told["year"].min(), told["year"].max()))
    rows = last[[LOW, CENTRAL, HIGH]].assign(start=first[CENTRAL])
    rows = rows.assign(change=rows[CENTRAL].astype("Float64") / rows["start"].astype("Float64") - 1)
    return rows.reset_index().assign(naam=lambda frame: frame["segment"].map(names))


def segment_words(rows: pd.DataFrame, base: int, last: int) -> tuple[str, str]:
    """Title and sentence: the segment whose outlook rises or falls most."""
    top = rows.loc[rows["change"].astype("float64").abs().idxmax()]
    if abs(top["change"]) < SAME:
        title = f"Raming: in geen enkel segment veranderen de kosten tot {last} veel"
        return title, f"{title}."
    way = "stijging" if top["change"] > 0 else "daling"
    title = f"Raming: de grootste {way} tot {last} is bij {first_lower(top['naam'])} ({signed(top['change'])})"
    return title, (
        f"{title}: van {numbers.euro(top['start'])} in {base} naar {numbers.euro(top[CENTRAL])}, volgens het midden."
    )


def signed(share: float) -> str:
    """A change as a whole percentage with its sign; a dash when it is missing."""
    if numbers.is_missing(share):
        return numbers.MISSING
    text = numbers.whole_percent(share)
    return f"+{text}" if share > 0 and text != numbers.whole_percent(0) else text


def checked(municipality: str, period: str) -> Finding:
    """How far off the scenarios would have been one and two years ahead, in unbroken stretches of the past."""
    edition = Edition.open(municipality, period)
    told = edition.store.estimates("outlook_test", edition.quarter)
    mine = told[told["segment"].eq(ALL)]
    rows = test_rows(mine)
    if rows.empty:
        words = "Hoe goed zulke ramingen eerder waren, is niet te toetsen: er zijn te weinig kwartalen zonder breuk."
        return Finding(name="vooruitblik-toets", texts={"vooruitblik_toets_zin": words})
    title, words = test_words(rows)
    return Finding(
        name="vooruitblik-toets",
        title=title,
        unit="Ramingen voor de regio die op eerdere momenten gemaakt zouden zijn, naast wat het werd",
        table=table_html(not_personal(rows, what="Percentages over de hele regio."), {
            "wat": Column(heading="Scenario"),
            "ver": Column(heading="Vooruit"),
            "forecasts": Column(heading="Toetsen", write=numbers.decimal),
            "mean_absolute_error_share": Column(heading="Gemiddeld ernaast", write=numbers.percent),
            "mean_error_share": Column(heading="Te hoog (+) of te laag (−)", write=signed),
        }, caption="Eerdere ramingen getoetst, regio"),
        source=f"Alleen binnen reeksen zonder breuk, met de inwoners zoals ze werden. {edition.source}",
        open_table=True,
        texts={"vooruitblik_toets_zin": words},
    )  # fmt: skip


def test_rows(told: pd.DataFrame) -> pd.DataFrame:
    """Per scenario one and two years ahead: wat, ver and the columns of `accuracy`; empty without tests."""
    if told.empty:
        return pd.DataFrame()
    rows = accuracy(told.assign(error_share=told["forecast"] / told["actual"] - 1))
    years = {_YEAR: "1 jaar", 2 * _YEAR: "2 jaar"}
    rows = rows[rows["horizon"].isin(list(years))]
    order = rows["scenario"].map({LOW: 0, CENTRAL: 1, HIGH: 2})
    rows = rows.assign(ver=rows["horizon"].map(years), wat=rows["scenario"].str.capitalize(), order=order)
    return rows.sort_values(["order", "horizon"], ignore_index=True)


def test_words(rows: pd.DataFrame) -> tuple[str, str]:
    """Title and sentence about the central scenario, and whether another did better."""
    central = rows[rows["scenario"] == CENTRAL]
    if central.empty:
        return "Van het middelste scenario is geen toets", "Van het middelste scenario is geen toets."
    parts = [f"{row.ver} vooruit {numbers.percent(row.mean_absolute_error_share)}" for row in central.itertuples()]
    title = f"Eerdere ramingen zaten er gemiddeld naast: {' en '.join(parts)}"
    far = rows[rows["horizon"] == central["horizon"].max()]
    best = far.loc[far["mean_absolute_error_share"].idxmin()]
    other = (
        "" if best["scenario"] == CENTRAL
        else f" Het scenario {best['scenario']} zat er toen minder ver naast: een trend zet dus niet altijd door."
    )  # fmt: skip
    return title, f"{title}.{other} Verder vooruit dan de toets reikt, is de marge een rekenregel."


def assumptions(municipality: str, period: str) -> Finding:
    """The scenarios as they stand in the reference data."""
    edition = Edition.open(municipality, period)
    rows = edition.store.reference("outlook_scenarios")
    table = edition.store.table("population", edition.quarter)
    delivered = bool(table["status"].eq("prognose").any())
    people = (
        "De inwoners komen uit een aangeleverde prognose." if delivered
        else "Een prognose van de inwoners is niet aangeleverd. Daarom rekenen wij met de groei in de tabel."
    )  # fmt: skip
    told = rows.assign(groei=[numbers.percent(float(value) / 100) for value in rows["population_growth_percent"]])
    return Finding(
        name="vooruitblik-aannames",
        title="De drie scenario's en hun aannames",
        unit="Aannames per scenario",
        table=table_html(not_personal(told, what="Aannames van de makers."), {
            "name": Column(heading="Scenario"),
            "groei": Column(heading="Groei van het aantal inwoners per jaar"),
            "source": Column(heading="Aanname"),
        }, caption="Scenario's van de vooruitblik"),
        source="Eigen aannames, geen besluit van een raad: data/reference/outlook_scenarios.csv.",
        open_table=True,
        texts={"vooruitblik_inwoners_zin": people},
    )  # fmt: skip
