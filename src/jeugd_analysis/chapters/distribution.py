"""Chapter 60: distribution keys side by side, contribution against use, who pays for whom, and how much a key moves."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.distribution_base import (
    CORRIDOR,
    KEYS,
    MIXED,
    YOUTH,
    Basis,
    basis_of,
    not_to_tell,
    nothing,
    segment_words,
)
from jeugd_analysis.chapters.savings_plan import joined, thousands
from jeugd_analysis.methods.distribution_key import (
    compare_keys,
    largest_remainder,
    usage_key,
    who_pays,
)
from jeugd_analysis.methods.distribution_key import swing as swings_of
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import diverging_chart
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.sentences import first_upper
from jeugd_analysis.present.tables import Column, Table, below_each_other, table_html
from jeugd_analysis.present.theme import Chart

_MORE, _LESS = "betaalt meer dan het gebruik", "betaalt minder dan het gebruik"


def keys(municipality: str, period: str) -> Finding:
    """The share of every municipality under every key."""
    basis = basis_of(municipality, period)
    if basis.empty:
        return Finding(
            name="sleutel-delen",
            texts={"sleutels_zin": not_to_tell(), "sleutels_segmenten": segment_words(basis.edition)},
        )
    rows = basis.keys.rename_axis("code").reset_index()
    rows.insert(0, "naam", rows["code"].map(basis.names))
    told = pd.DataFrame({"naam": list(map(first_upper, basis.explained)), "uitleg": list(basis.explained.values())})
    spread = basis.keys.max(axis=1) / basis.keys.min(axis=1) - 1
    widest = spread.idxmax()
    title = f"De keuze van de sleutel maakt het meest uit voor {basis.names[widest]}"
    return Finding(
        name="sleutel-delen",
        title=title,
        unit="Deel van de rekening per gemeente, per sleutel (rekenvoorbeeld)",
        table=below_each_other([
            table_html(basis.shown.derived(rows), {
                "naam": Column(heading="Gemeente"),
                **{name: Column(heading=key_heading(name), write=numbers.percent) for name in KEYS},
            }, caption="Verdeelsleutels naast elkaar"),
            table_html(not_personal(told, what="Voorbeelden van de makers."), {
                "naam": Column(heading="Sleutel"), "uitleg": Column(heading="Wat telt (voorbeelden van de makers)"),
            }, caption="Wat elke sleutel telt"),
        ]),
        source=basis.source,
        texts={
            "sleutels_zin": f"{title}: van {numbers.percent(basis.keys.loc[widest].min())} tot "
            f"{numbers.percent(basis.keys.loc[widest].max())} van de rekening.{_own_range(basis, widest)}",
            "sleutels_segmenten": segment_words(basis.edition),
        },
    )  # fmt: skip


def key_heading(key: str) -> str:
    """The name of a key, which may break inside a narrow column."""
    return first_upper(key).replace("Geloofwaardig", "Geloof\u00adwaardig\u00ad")


def _own_range(basis: Basis, told: str) -> str:
    own = basis.area.code
    if basis.area.is_region or own == told:
        return ""
    row = basis.keys.loc[own]
    return (
        f" Voor {basis.area.name} loopt het deel van {numbers.percent(row.min())} (sleutel {row.idxmin()}) tot "
        f"{numbers.percent(row.max())} (sleutel {row.idxmax()})."
    )


def contribution(municipality: str, period: str) -> Finding:
    """Contribution against use: per key for a municipality, and per municipality and key for the region."""
    basis = basis_of(municipality, period)
    if basis.empty:
        return nothing("sleutel-bijdrage", "bijdrage_zin")
    rows = compared(basis)
    if basis.area.is_region:
        return _for_region(basis, rows)
    own = rows[rows["municipality"] == basis.area.code].reset_index(drop=True)
    title = _own_title(own, basis)
    return Finding(
        name="sleutel-bijdrage",
        title=title,
        unit=f"Bijdrage min gebruik in {basis.year}, in procent van het gebruik, per sleutel",
        chart=_differences(basis, own, "key", title),
        table=_contribution_table(basis, own, "key", "Sleutel", f"Bijdrage en gebruik van {basis.area.name}"),
        source=basis.source,
        texts={"bijdrage_zin": f"{title}. {_range_words(own)}"},
    )  # fmt: skip


def compared(basis: Basis) -> pd.DataFrame:
    """Every key and municipality: contribution, use and their difference in thousands, and per young person."""
    rows = compare_keys(
        basis.keys, use_cents=basis.bill, youth=basis.youth.astype("int64"), threshold=basis.assumed.signal_share
    )
    rows[["contribution_cents", "use_cents"]] = rows[["contribution_cents", "use_cents"]].apply(thousands)
    return rows.assign(
        difference_cents=rows["contribution_cents"] - rows["use_cents"],
        naam=rows["municipality"].map(basis.names),
        tekst=[_signed_percent(share) for share in rows["difference_share"]],
        oordeel=[f"meer dan {basis.signal} verschil" if far else f"binnen {basis.signal}" for far in rows["signal"]],
    )


def _signed_percent(share: float) -> str:
    text = numbers.percent(share)
    return f"+{text}" if not numbers.is_missing(share) and share > 0 and text != "0,0%" else text


def _differences(basis: Basis, rows: pd.DataFrame, category: str, title: str) -> Chart | None:
    return diverging_chart(
        basis.shown.derived(rows), category=category, value="difference_share", label="tekst", above=_MORE, below=_LESS,
        title=title, unit="verschil met het gebruik",
        description="; ".join(f"{getattr(r, category)}: {r.tekst}" for r in rows.itertuples()),
    )  # fmt: skip


def _contribution_table(basis: Basis, rows: pd.DataFrame, first: str, heading: str, caption: str) -> Table:
    return table_html(basis.shown.derived(rows), {
        first: Column(heading=heading),
        "contribution_cents": Column(heading="Bijdrage", write=numbers.euro),
        "use_cents": Column(heading="Gebruik", write=numbers.euro),
        "difference_cents": Column(heading="Verschil", write=numbers.signed_euro),
        "contribution_per_youth_cents": Column(heading="Bijdrage per jongere", write=numbers.euro),
        "use_per_youth_cents": Column(heading="Gebruik per jongere", write=numbers.euro),
        "oordeel": Column(heading="Signaal (grens van de makers)"),
    }, caption=caption)  # fmt: skip


def _own_title(own: pd.DataFrame, basis: Basis) -> str:
    where, count = basis.area.name, int((own["difference_cents"] > 0).sum())
    if count == len(own):
        return f"Bij elke sleutel betaalt {where} meer dan het gebruikt"
    if not (own["difference_cents"] >= 0).any():
        return f"Bij elke sleutel betaalt {where} minder dan het gebruikt"
    return f"Bij {count} van de {len(own)} sleutels betaalt {where} meer dan het gebruikt"


def _range_words(own: pd.DataFrame) -> str:
    high, low = own.loc[own["difference_cents"].idxmax()], own.loc[own["difference_cents"].idxmin()]
    if high.difference_cents == low.difference_cents:
        return f"Het verschil is bij elke sleutel {numbers.signed_euro(high.difference_cents)}."
    return (
        f"Het verschil loopt van {numbers.signed_euro(low.difference_cents)} (sleutel {low.key}) tot "
        f"{numbers.signed_euro(high.difference_cents)} (sleutel {high.key})."
    )


def _for_region(basis: Basis, rows: pd.DataFrame) -> Finding:
    young = rows[rows["key"] == YOUTH].sort_values("difference_share", ascending=False).reset_index(drop=True)
    top = young.iloc[0]
    moved = int(young.loc[young["difference_cents"] > 0, "difference_cents"].sum())
    title = f"Bij een sleutel naar jeugdigen betaalt {top.naam} het meest boven het eigen gebruik: {top.tekst}"
    if top.difference_cents <= 0:
        title = "Bij een sleutel naar jeugdigen betaalt iedereen het eigen gebruik"
    tables = [
        _contribution_table(basis, part, "naam", "Gemeente", f"Sleutel: {name} ({basis.explained[name]})")
        for name, part in rows.groupby("key", sort=False)
    ]
    signals = rows.groupby("key", sort=False)["signal"].sum()
    calm = signals.idxmin()
    return Finding(
        name="sleutel-bijdrage",
        title=title,
        unit=f"Bijdrage min gebruik in {basis.year}, in procent van het gebruik, bij een sleutel naar jeugdigen",
        chart=_differences(basis, young, "naam", title),
        table=below_each_other(tables),
        source=basis.source,
        texts={"bijdrage_zin": f"{title}. Samen verschuift dan {numbers.euro(moved)} tussen gemeenten. "
               f"{_calm_words(str(calm), int(signals[calm]), basis)}"},
    )  # fmt: skip


def _calm_words(key: str, far: int, basis: Basis) -> str:
    if not far:
        return f"Bij de sleutel {key} wijkt geen enkele gemeente meer dan {basis.signal} af."
    verb = "wijkt" if far == 1 else "wijken"
    of = f"{far} van de {len(basis.names)}"
    return f"Bij de sleutel {key} {verb} de minste gemeenten meer dan {basis.signal} af: {of}."


def who(municipality: str, period: str) -> Finding:
    """Who pays for whom: every payment for the region under two keys, and those of a municipality under every key."""
    basis = basis_of(municipality, period)
    if basis.empty:
        return nothing("sleutel-wie", "wie_zin")
    chosen = [YOUTH, MIXED] if basis.area.is_region else list(KEYS)
    parts = []
    for name in chosen:
        paid = who_pays(largest_remainder(basis.keys[name], total_cents=int(basis.bill.sum())), basis.bill)
        if not basis.area.is_region:
            paid = paid[(paid["payer"] == basis.area.code) | (paid["receiver"] == basis.area.code)]
        parts.append(paid.assign(key=name))
    rows = pd.concat(parts, ignore_index=True)
    rows["amount_cents"] = thousands(rows["amount_cents"])
    rows = rows[rows["amount_cents"] > 0].assign(
        van=lambda frame: frame["payer"].map(basis.names), naar=lambda frame: frame["receiver"].map(basis.names)
    )
    columns = {
        "key": Column(heading="Sleutel"), "van": Column(heading="Betaalt"), "naar": Column(heading="Voor"),
        "amount_cents": Column(heading="Bedrag", write=numbers.euro),
    }  # fmt: skip
    table = table_html(basis.shown.derived(rows), columns, caption=f"Wie betaalt voor wie, {basis.area.name}")
    return Finding(
        name="sleutel-wie", table=table if len(rows) else "",
        source=joined("Geld heeft geen naam: een andere verdeling met dezelfde totalen is even waar.", basis.source),
        texts={"wie_zin": _who_words(rows, basis)},
    )  # fmt: skip


def _who_words(rows: pd.DataFrame, basis: Basis) -> str:
    if rows.empty:
        return "Bij geen van deze sleutels betaalt iemand voor een ander."
    top = rows.loc[rows["amount_cents"].idxmax()]
    most = f"{top.van} betaalt {numbers.euro(top.amount_cents)} voor {top.naar}"
    bill = numbers.euro(int(basis.bill.sum()))
    return f"Het grootste bedrag is er bij de sleutel {top.key}: {most}. Elke sleutel verdeelt dezelfde {bill}."


def swing(municipality: str, period: str) -> Finding:
    """How much each municipality's share moves from year to year: use of one year, the mean of three, young people."""
    basis = basis_of(municipality, period)
    if basis.empty:
        return nothing("sleutel-sprong", "sprong_zin")
    years, width = basis.assumed.mean_years, whole_percent(basis.assumed.corridor_width)
    yearly = pd.DataFrame({year: usage_key(basis.use[year]) for year in basis.use.columns[-2:]})
    means = pd.DataFrame(
        {
            "before": usage_key(basis.use_before),
            "after": usage_key(basis.mean_use),
        }
    )
    held = means.assign(after=basis.keys[CORRIDOR])
    rows = pd.DataFrame(
        {name: _moved(table) for name, table in (("one", yearly), ("three", means), ("held", held))}
    ).reindex(basis.keys.index)
    rows.insert(0, "naam", [basis.names[code] for code in rows.index])
    worst = rows["one"].idxmax()
    calmer = int((rows["three"] < rows["one"]).sum())
    most = numbers.percent(rows.loc[worst, "one"], 0)
    title = f"Het deel van {basis.names[worst]} springt het meest: {most} in één jaar"
    return Finding(
        name="sleutel-sprong",
        title=title,
        unit=f"Verandering van het deel van een gemeente van {basis.use.columns[-2]} op {basis.year}, zonder plus of "
        "min",
        table=table_html(basis.shown.derived(rows.reset_index(drop=True)), {
            "naam": Column(heading="Gemeente"),
            "one": Column(heading="Gebruik van één jaar", write=numbers.percent),
            "three": Column(heading=f"Gemiddelde van {years} jaar", write=numbers.percent),
            "held": Column(heading=f"Met bandbreedte van {width}", write=numbers.percent),
        }, caption="Hoeveel een sleutel springt"),
        source=basis.source,
        texts={"sprong_zin": f"{title}. Met een gemiddelde van {years} jaar springt het deel van {calmer} van de "
               f"{len(rows)} gemeenten minder."},
    )  # fmt: skip


def _moved(table: pd.DataFrame) -> pd.Series:
    """Relative change per municipality, without its sign, of a key in two years."""
    return swings_of(table).set_index("municipality")["change_relative"].abs()
