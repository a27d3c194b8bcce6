"""Chapter 60, choosing: a council picks a key in the page and compares it with another, per municipality."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.distribution import compared, differences_chart
from jeugd_analysis.chapters.distribution_base import KEYS, USAGE, YOUTH, Basis, basis_of, nothing
from jeugd_analysis.chapters.savings_plan import thousands
from jeugd_analysis.methods.distribution_key import largest_remainder, who_pays
from jeugd_analysis.present import numbers
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.options import Options
from jeugd_analysis.present.sentences import joined
from jeugd_analysis.present.tables import Column, Table, below_each_other, table_html

_PAYMENTS = 8  # so many are told apart: the others are small


def choose(municipality: str, period: str) -> Finding:
    """Every key as a part to choose: contribution against use of all municipalities, and who pays for whom."""
    basis = basis_of(municipality, period)
    if basis.empty:
        return nothing("sleutel-kiezen", "kiezen_zin")
    rows = compared(basis)
    shared = rows.pivot(index="municipality", columns="key", values="contribution_cents")
    order = [YOUTH, *(name for name in KEYS if name != YOUTH)]
    parts = {name: _part(basis, rows[rows["key"] == name].reset_index(drop=True), shared, name) for name in order}
    bill = numbers.euro(int(basis.bill.sum()))
    return Finding(
        name="sleutel-kiezen",
        choices=Options(parts=parts, what="sleutel", against=USAGE),
        texts={"kiezen_zin": f"Elke sleutel verdeelt dezelfde {bill}. {_most_moved(basis)}"},
    )


def _part(basis: Basis, rows: pd.DataFrame, shared: pd.DataFrame, name: str) -> Finding:
    others = [each for each in KEYS if each != name]
    told = rows.sort_values("difference_share", ascending=False).reset_index(drop=True)
    for each in others:
        told[f"tegen_{each}"] = (shared[name] - shared[each]).reindex(told["municipality"]).to_numpy()
    title = part_title(told, name, basis)
    return Finding(
        name=f"sleutel-kiezen-{name}",
        title=title,
        unit=f"Bijdrage min gebruik in {basis.year}, in procent van het gebruik",
        words=f"Wat telt: {basis.explained[name]}.",
        chart=differences_chart(basis, told, "naam", title),
        table=below_each_other([_contributions(basis, told, others, name), *_payments(basis, name)]),
        open_table=True,
        source=joined("Geld heeft geen naam: wie voor wie betaalt, is één manier om het te verdelen.", basis.source),
    )


def part_title(rows: pd.DataFrame, name: str, basis: Basis) -> str:
    """Who pays most above and below its use; columns naam and difference_cents, in thousands."""
    top, low = rows.loc[rows["difference_cents"].idxmax()], rows.loc[rows["difference_cents"].idxmin()]
    if top.difference_cents <= 0:
        return f"Bij de sleutel {name} betaalt iedereen het eigen gebruik"
    return (
        f"Bij de sleutel {name} betaalt {top.naam} {numbers.euro(top.difference_cents)} meer dan het gebruikt, en "
        f"{low.naam} {numbers.euro(-low.difference_cents)} minder"
    )


def _contributions(basis: Basis, rows: pd.DataFrame, others: list[str], name: str) -> Table:
    against = {
        f"tegen_{each}": Column(heading=f"Tegenover {each}", write=numbers.signed_euro, against=each) for each in others
    }
    return table_html(basis.shown.derived(rows), {
        "naam": Column(heading="Gemeente"),
        "contribution_cents": Column(heading="Bijdrage", write=numbers.euro),
        "difference_cents": Column(heading="Boven eigen gebruik", write=numbers.signed_euro),
        "contribution_per_youth_cents": Column(heading="Per inwoner 0\u201122", write=numbers.euro),
        **against,
    }, caption=f"Bijdragen bij de sleutel {name}")  # fmt: skip


def _payments(basis: Basis, name: str) -> list[Table]:
    """Who pays for whom: all of it in the region, that of the municipality on its own page; empty without payments."""
    paid = who_pays(largest_remainder(basis.keys[name], total_cents=int(basis.bill.sum())), basis.bill)
    if not basis.area.is_region:
        paid = paid[(paid["payer"] == basis.area.code) | (paid["receiver"] == basis.area.code)]
    rows = paid.assign(amount_cents=thousands(paid["amount_cents"]))
    rows = rows[rows["amount_cents"] > 0].sort_values("amount_cents", ascending=False, kind="stable")
    if rows.empty:
        return []
    told = _largest(rows.assign(van=rows["payer"].map(basis.names), naar=rows["receiver"].map(basis.names)))
    return [
        table_html(basis.shown.derived(told.reset_index(drop=True)), {
            "van": Column(heading="Betaalt"), "naar": Column(heading="Voor"),
            "amount_cents": Column(heading="Bedrag", write=numbers.euro),
        }, caption=f"Wie betaalt voor wie bij de sleutel {name}, {basis.area.name}")
    ]  # fmt: skip


def _largest(rows: pd.DataFrame) -> pd.DataFrame:
    """The largest payments, and the others in one row."""
    if len(rows) <= _PAYMENTS + 1:
        return rows
    others = rows.iloc[_PAYMENTS:]
    told = {"van": f"{len(others)} kleinere", "naar": "samen", "amount_cents": int(others["amount_cents"].sum())}
    return pd.concat([rows.head(_PAYMENTS), pd.DataFrame([told])], ignore_index=True)


def _most_moved(basis: Basis) -> str:
    """How much each key moves between municipalities, in a sentence."""
    moved = {
        name: thousands(int((largest_remainder(basis.keys[name], total_cents=int(basis.bill.sum())) - basis.bill)
                            .clip(lower=0).sum()))
        for name in KEYS
    }  # fmt: skip
    most, least = max(moved, key=lambda name: moved[name]), min(moved, key=lambda name: moved[name])
    if not moved[most]:
        return "Bij elke sleutel betaalt iedereen het eigen gebruik."
    return (
        f"Bij de sleutel {most} verschuift het meest tussen gemeenten: {numbers.euro(moved[most])}. Bij {least} is dat "
        f"{numbers.euro(moved[least])}."
    )
