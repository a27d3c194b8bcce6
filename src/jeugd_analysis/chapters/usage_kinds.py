"""Chapter 10, by kind: which help, which ages, who referred them, and how the help is paid for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from jeugd_analysis.chapters.changes import after_title
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.usage import per_band, population
from jeugd_analysis.chapters.usage_years import through
from jeugd_analysis.domain import codes
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.sentences import first_lower, listed
from jeugd_analysis.present.tables import Column, table_html

_NONE = "06"  # no referrer: counted in very different ways, so it stands apart
_TOP = 8  # products in the chart
_PER_YOUTH = 10_000  # cents: cost per youth is told in whole hundreds of euros
_NOT_YET = "S0"  # products without a segment
_HALF = 0.5  # of the cost: what has more is the most, whatever is hidden


def youths_per_segment(municipality: str, period: str) -> Finding:
    """Distinct youths and cost per segment in the last settled year, beside the year before."""
    edition = Edition.open(municipality, period)
    names = edition.segment_names()
    shown = two_years(edition, "segment", [code for code in names if code != _NOT_YET])
    whole = edition.shown("totaal", periods=[_last(edition)]).frame
    total = whole["amount_cents"].iloc[0] if len(whole) else pd.NA
    share = shown.frame["amount_now"].astype("Float64") / (pd.NA if numbers.is_missing(total) else total or pd.NA)
    shown = shown.derived(shown.frame.assign(share=share))
    return _bars(
        edition, shown, name="gebruik-segment", what="segment", labels=names,
        top="De grootste groep krijgt {name} ({number} jeugdigen)",
        more=f" {_dearest(shown.frame.assign(naam=shown.frame['level'].map(names)))}",
        note="Wie hulp krijgt uit twee segmenten, telt in beide mee. De jeugdigen tellen dus niet op, de kosten wel.",
        columns={
            "amount_now": Column(heading=f"Kosten {_last(edition)}", write=numbers.euro),
            "share": Column(heading="Deel van de kosten", write=numbers.percent),
        },
    )  # fmt: skip


def _dearest(told: pd.DataFrame) -> str:
    visible = told.dropna(subset=["share"])
    if visible.empty:
        return "De kosten per segment zijn niet te tonen."
    row = visible.loc[visible["share"].astype("float64").idxmax()]
    if len(visible) < len(told) and row["share"] < _HALF:
        return "Welk segment het meest kost, is niet te zeggen: van sommige is het bedrag geheim."
    cost = f"{numbers.euro(row['amount_now'])} ({whole_percent(row['share'])})"
    return f"De meeste kosten horen bij ‘{first_lower(row['naam'])}’: {cost}."


def youths_per_product(municipality: str, period: str) -> Finding:
    """Youths, cost and cost per youth of every product in the last settled year that can be shown."""
    edition = Edition.open(municipality, period)
    last = _last(edition)
    told = edition.store.reference("products").drop_duplicates("product", keep="last")
    names = dict(zip(told["product"], told["name"], strict=True))
    levels = edition.shown("product", periods=[last]).frame["level"]
    shown = two_years(edition, "product", sorted(levels))
    per_youth = shown.frame["amount_now"].astype("Float64") / shown.frame["now"].astype("Float64").replace(0, pd.NA)
    frame = shown.frame.assign(
        naam=shown.frame["level"].map(names).fillna(shown.frame["level"]),
        met_code=shown.frame["level"].map(lambda code: f"{names[code]} ({code})" if code in names else code),
        per_youth=(per_youth / _PER_YOUTH).round() * _PER_YOUTH,
    )
    visible = frame.dropna(subset=["now"]).sort_values("now", ascending=False, kind="stable").reset_index(drop=True)
    table, few = shown.derived(visible.assign(tekst=visible["now"].map(numbers.count))), len(frame) - len(visible)
    title = _largest_title(
        visible["naam"],
        visible["now"],
        "product",
        "Het meest gebruikt: {name} ({number} jeugdigen)",
        frame["now_status"],
    )
    words = f"{title}. {_left_out(few)}".strip()
    return Finding(
        name="gebruik-product",
        title=title,
        unit=f"Aantal jeugdigen per product in {last}, de {min(_TOP, len(visible))} meest gebruikte",
        chart=bars_chart(
            table.derived(table.frame.head(_TOP)), category="naam", value="now", label="tekst", title=title,
            unit="jeugdigen",
            description=after_title(words, title),
        ),
        table=table_html(table, {
            "met_code": Column(heading="Product"),
            "then": Column(heading=str(int(last) - 1), write=numbers.count, status="then_status"),
            "now": Column(heading=last, write=numbers.count, status="now_status"),
            "amount_now": Column(heading=f"Kosten {last}", write=numbers.euro),
            "per_youth": Column(heading="Kosten per jeugdige", write=numbers.euro),
        }, caption=f"Jeugdigen en kosten per product, {edition.area.name}"),
        source=f"Wie twee producten kreeg, telt in beide mee. {edition.source} {shown.note}",
        texts={"gebruik_product_zin": words},
    )  # fmt: skip


def _left_out(few: int) -> str:
    if not few:
        return ""
    return f"Van {few} {'product is' if few == 1 else 'producten is'} het aantal jeugdigen te klein om te tonen."


def youths_per_age(municipality: str, period: str) -> Finding:
    """Distinct youths per age band in the last settled year (age on 31 December), as a part of all inhabitants."""
    edition = Edition.open(municipality, period)
    labels = {band: f"{band.replace('-', ' t/m ')} jaar" for band in codes.AGE_BANDS}
    shown = two_years(edition, "age_band", list(labels))
    people = shown.frame["level"].map(per_band(population(edition), int(_last(edition)))).astype("Float64")
    share = shown.frame["now"].astype("Float64") / people.replace(0, pd.NA)
    shown = shown.derived(shown.frame.assign(share=share, one_in=share, people=people))
    visible = shown.frame.dropna(subset=["share"])
    more = ""
    if len(visible):
        row = visible.loc[visible["share"].astype("float64").idxmax()]
        most = numbers.percent_of(row["share"], row["people"])
        more = (
            f" Naar verhouding krijgen jeugdigen van {labels[row['level']]} de meeste hulp: "
            f"{most} van alle inwoners van die leeftijd, {numbers.one_in(row['share'])}."
        )
    return _bars(
        edition, shown, name="gebruik-leeftijd", what="leeftijd", labels=labels, more=more,
        top="De grootste groep is {name} ({number} jeugdigen)",
        note="Leeftijd op 31 december van het jaar. Inwoners op 1 januari.",
        columns={
            "share": Column(heading="Aandeel van die leeftijd", of="people"),
            "one_in": Column(heading="Ofwel", write=numbers.one_in),
        },
    )  # fmt: skip


def youths_per_referrer(municipality: str, period: str) -> Finding:
    """Distinct youths per referrer in the last settled year, as a part of those that a referrer sent."""
    edition = Edition.open(municipality, period)
    labels = {**codes.REFERRERS, "onbekend": "Onbekend"}
    shown = two_years(edition, "referrer", list(labels))
    apart = shown.frame["level"].isin([_NONE, "onbekend"])
    referred = shown.frame["now"].astype("Float64").mask(apart)
    sent = referred.sum()
    share = referred / (sent or pd.NA)
    shown = shown.derived(shown.frame.assign(share=share, sent=sent))
    return _bars(
        edition, shown, name="gebruik-verwijzer", what="verwijzer", labels=labels,
        top="De grootste groep kwam via: {name} ({number} jeugdigen)", more=f" {_referrer_words(shown.frame, labels)}",
        note="Het deel is van alle jeugdigen met een verwijzer; wie er twee had, telt twee keer. Zonder verwijzer en"
        " onbekend staan apart.",
        columns={"share": Column(heading="Deel van wie verwezen is", of="sent")},
    )  # fmt: skip


def _referrer_words(told: pd.DataFrame, labels: Mapping[str, str]) -> str:
    visible = told.dropna(subset=["share"])
    if visible.empty:
        return "Een verdeling over verwijzers is niet te geven."
    rows = visible.sort_values("share", ascending=False).head(2)
    parts = [
        f"{numbers.percent_of(row['share'], row['sent'])} via {through(labels[row['level']])}"
        for _, row in rows.iterrows()
    ]
    words = f"Van wie verwezen is, kwam {listed(parts)}."
    none = told.loc[told["level"].eq(_NONE), "now"].dropna()
    return f"{words} Daarnaast kwamen {numbers.count(none.iloc[0])} jeugdigen zonder verwijzer." if len(none) else words


def funding(municipality: str, period: str) -> Finding:
    """The cost of the last settled year by how its segments will be paid for, and what no claims tell about."""
    edition = Edition.open(municipality, period)
    last = _last(edition)
    segments = pd.DataFrame(
        [(each.code, each.funding) for each in edition.region.segments if each.code != _NOT_YET],
        columns=["level", "funding"],
    )
    shown = edition.shown("segment", periods=[last])
    table = shown.derived(by_funding(shown.frame.merge(segments, on="level"), edition.segment_names()))
    words = _funding_words(table.frame, edition, last)
    return Finding(
        name="gebruik-bekostiging",
        title="Hoe de hulp in het nieuwe contract wordt betaald, staat nog niet voor alle segmenten vast"
        if _UNDECIDED in set(table.frame["funding"]) else f"De kosten van {last} naar wijze van betalen",
        unit=f"Kosten in {last} van de segmenten, naar hoe zij vanaf het nieuwe contract worden betaald",
        table=table_html(table, {
            "way": Column(heading="Bekostiging"),
            "names": Column(heading="Segmenten"),
            "amount_cents": Column(heading="Kosten", write=numbers.euro),
        }, caption=f"Kosten naar bekostiging, {edition.area.name}"),
        source=f"Bekostiging per segment: de raadsstukken, zie Stukken en bronnen. {edition.source} {shown.note}",
        texts={"bekostiging_zin": words},
    )  # fmt: skip


_UNDECIDED = "onbeslist"
_WAYS = {
    _UNDECIDED: "van {amount} is nog niet beslist hoe er betaald wordt",
    "inspanningsgericht": "{amount} wordt per uur, dagdeel of etmaal betaald (inspanningsgericht)",
    "taakgericht": "voor {amount} komt een vast bedrag (taakgericht)",
    "outputgericht": "{amount} wordt per resultaat betaald (outputgericht)",
    "niet van toepassing": "{amount} valt buiten de segmenten",
}


def by_funding(told: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Published cost per way of paying: funding, way (for a table), names, amount_cents (missing when a part is)."""
    rows = []
    for way, parts in told.groupby("funding", sort=False):
        amount = pd.NA if parts["amount_cents"].isna().any() else int(parts["amount_cents"].sum())
        rows.append((way, f"{way[:1].upper()}{way[1:]}", listed([names[level] for level in parts["level"]]), amount))
    return pd.DataFrame(rows, columns=["funding", "way", "names", "amount_cents"]).astype({"amount_cents": "Int64"})


def _funding_words(told: pd.DataFrame, edition: Edition, last: str) -> str:
    left_out = edition.without("cost", last).strip(" ()")
    known = told.dropna(subset=["amount_cents"])
    known = known[known["amount_cents"] > 0]
    parts = [
        _WAYS.get(row.funding, "{amount} is {way}").format(amount=numbers.euro(row.amount_cents), way=row.funding)
        for row in known.itertuples()
    ]
    words = f"Van de kosten in {last}: {listed(parts)}." if parts else "De kosten per bekostiging zijn niet te tonen."
    if parts and told.loc[told["funding"].eq(_UNDECIDED), "amount_cents"].isna().any():
        words += " Hoeveel er gaat naar segmenten waarvoor nog niets is beslist, is geheim."
    if not left_out:
        return words
    return (
        f"{words} De cijfers zijn {left_out}: daarvoor betaalt de gemeente een vast bedrag en zijn er geen declaraties."
    )


# -- the shared form ---------------------------------------------------------------------------------


def two_years(edition: Edition, dimension: str, order: Sequence[str]) -> Safe:
    """One row per level, in this order, of the last settled year and the year before.

    Columns: level, then and now (youths), amount_then and amount_now, and the status of each. Levels that neither year
    has are left out.
    """
    last = _last(edition)
    before = str(int(last) - 1)
    shown = edition.shown(dimension, periods=[before, last])
    wide = pd.DataFrame(index=pd.Index(order, name="level"))
    for period, column in ((before, "then"), (last, "now")):
        names = {
            "youths": column, "youths_status": f"{column}_status",
            "amount_cents": f"amount_{column}", "amount_status": f"amount_{column}_status",
        }  # fmt: skip
        rows = shown.where(period=period).frame.set_index("level")[list(names)]
        wide = wide.join(rows.rename(columns=names))
    known = wide.index.isin(shown.frame["level"])
    return shown.derived(wide[known].reset_index())


def _last(edition: Edition) -> str:
    return str(edition.quarter.last_settled_year)


def _bars(
    edition: Edition,
    shown: Safe,
    *,
    name: str,
    what: str,
    labels: Mapping[str, str],
    top: str,
    note: str,
    columns: Mapping[str, Column],
    more: str = "",
) -> Finding:
    """Bars for the last settled year, a table with the year before and the given columns."""
    last = _last(edition)
    table = shown.derived(
        shown.frame.assign(groep=shown.frame["level"].map(labels), tekst=shown.frame["now"].map(numbers.count))
    )
    title = _largest_title(table.frame["groep"], table.frame["now"], what, top, table.frame["now_status"])
    words = f"{title}.{more}"
    return Finding(
        name=name,
        title=title,
        unit=f"Aantal jeugdigen met jeugdhulp in {last}, per {what}",
        chart=bars_chart(
            table, category="groep", value="now", label="tekst", title=title, unit="jeugdigen",
            description=after_title(words, title),
        ),
        table=table_html(table, {
            "groep": Column(heading=what.capitalize()),
            "then": Column(heading=str(int(last) - 1), write=numbers.count, status="then_status"),
            "now": Column(heading=last, write=numbers.count, status="now_status"),
            **columns,
        }, caption=f"Jeugdigen per {what}, {edition.area.name}"),
        source=f"{note} {edition.source} {shown.note}",
        texts={f"{name.replace('-', '_')}_zin": words},
    )  # fmt: skip


def _largest_title(labels: pd.Series, counts: pd.Series, what: str, top: str, statuses: pd.Series) -> str:
    """The largest group as a sentence without its full stop; of what can be shown, where a larger one may be hidden."""
    visible = counts.dropna()
    if visible.empty:
        return f"Per {what} zijn de aantallen te klein om te tonen"
    place = visible.astype("int64").idxmax()
    told = top.format(name=first_lower(str(labels[place])), number=numbers.count(visible[place]))
    return f"Voor zover te tonen: {first_lower(told)}" if statuses.eq("secondary").any() else told
