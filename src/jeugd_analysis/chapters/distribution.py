"""Chapter 60: distribution keys side by side, contribution against use, and how much a key moves."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.distribution_base import (
    CORRIDOR,
    KEYS,
    Basis,
    basis_of,
    not_to_tell,
    nothing,
    segment_words,
)
from jeugd_analysis.chapters.savings_plan import thousands
from jeugd_analysis.methods.distribution_key import (
    compare_keys,
    usage_key,
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
            }, caption="Wat elke sleutel telt", stacked=True),
        ]),
        source=basis.source,
        texts={
            "sleutels_zin": f"{title}: van {numbers.percent(basis.keys.loc[widest].min())} tot "
            f"{numbers.percent(basis.keys.loc[widest].max())} van de rekening.{_own_range(basis, widest)}",
            "sleutels_segmenten": segment_words(basis.edition),
        },
    )  # fmt: skip


def key_heading(key: str) -> str:
    """The name of a key above a column."""
    return first_upper(key)


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
        chart=differences_chart(basis, own, "key", title),
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
        oordeel=[f"meer dan {basis.signal}" if far else f"binnen {basis.signal}" for far in rows["signal"]],
    )


def _signed_percent(share: float) -> str:
    text = numbers.percent(share)
    return f"+{text}" if not numbers.is_missing(share) and share > 0 and text != "0,0%" else text


def differences_chart(basis: Basis, rows: pd.DataFrame, category: str, title: str) -> Chart | None:
    """Contribution minus use as a share of the use, per row of `compared`."""
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
        "contribution_per_youth_cents": Column(heading="Bijdrage per inwoner 0\u201122", write=numbers.euro),
        "use_per_youth_cents": Column(heading="Gebruik per inwoner 0\u201122", write=numbers.euro),
        "oordeel": signal_column(),
    }, caption=caption)  # fmt: skip


def signal_column() -> Column:
    """Whether the difference is larger than the threshold."""
    return Column(heading="Verschil met gebruik")


def _own_title(own: pd.DataFrame, basis: Basis) -> str:
    where, count = basis.area.name, int((own["difference_cents"] > 0).sum())
    if count == len(own):
        return f"Bij elke sleutel betaalt {where} meer dan het gebruikt"
    if not (own["difference_cents"] >= 0).any():
        return f"Bij elke sleutel betaalt {where} minder dan het gebruikt"
    if not count:
        return f"Bij geen enkele sleutel betaalt {where} meer dan het gebruikt"
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
    """A row per key: how much moves, who pays most above its use, and how many are far off."""
    told = pd.DataFrame([_key_row(str(name), part) for name, part in rows.groupby("key", sort=False)])
    most = told.loc[told["moved_cents"].idxmax()]
    calm = told.loc[told["far"].idxmin()]
    title = f"De sleutel {most.key} verschuift het meest tussen gemeenten: {numbers.euro(most.moved_cents)}"
    if not most.moved_cents:
        title = "Bij elke sleutel betaalt iedereen het eigen gebruik"
    return Finding(
        name="sleutel-bijdrage",
        title=title,
        unit=f"Bijdrage tegenover gebruik in {basis.year}, per sleutel",
        table=table_html(basis.shown.derived(told), {
            "key": Column(heading="Sleutel"),
            "moved_cents": Column(heading="Verschuift", write=numbers.euro),
            "top": Column(heading="Betaalt het meest boven het gebruik"),
            "far": Column(heading=f"Gemeenten met meer dan {basis.signal} verschil", write=numbers.decimal),
        }, caption="Wat elke sleutel verschuift", stacked=True),
        source=basis.source,
        texts={"bijdrage_zin": f"{title}. {_calm_words(str(calm.key), int(calm.far), basis)}"},
    )  # fmt: skip


def _key_row(name: str, part: pd.DataFrame) -> dict[str, object]:
    top = part.loc[part["difference_share"].idxmax()]
    above = f"{top.naam} ({top.tekst})" if top.difference_cents > 0 else "niemand"
    moved = int(part.loc[part["difference_cents"] > 0, "difference_cents"].sum())
    return {"key": name, "moved_cents": moved, "top": above, "far": int(part["signal"].sum())}


def _calm_words(key: str, far: int, basis: Basis) -> str:
    if not far:
        return f"Bij de sleutel {key} wijkt geen enkele gemeente meer dan {basis.signal} af."
    verb = "wijkt" if far == 1 else "wijken"
    of = f"{far} van de {len(basis.names)}"
    return f"Bij de sleutel {key} {verb} de minste gemeenten meer dan {basis.signal} af: {of}."


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
