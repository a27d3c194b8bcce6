"""Chapter 60, fairness: chance in a small municipality, what alone would cost, and what a lump sum hides."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd

from jeugd_analysis.chapters.distribution import compared, key_heading
from jeugd_analysis.chapters.distribution_base import (
    MIXED,
    STOP,
    USAGE,
    YOUTH,
    Basis,
    basis_of,
    lump_segments,
    not_to_tell,
    nothing,
)
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_plan import thousands
from jeugd_analysis.methods.distribution_key import (
    capitation_key,
    deviation_probabilities,
    largest_remainder,
    mixed_key,
    nucleolus,
    own_part_of_extra,
    pooling_game,
    shapley_value,
    stand_alone,
    usage_key,
)
from jeugd_analysis.present import numbers
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import joined, listed
from jeugd_analysis.present.tables import Column, table_html


def incentive(municipality: str, period: str) -> Finding:
    """Which part of an extra euro of use a municipality pays itself, under the keys that a formula can tell."""
    basis = basis_of(municipality, period)
    if basis.empty:
        return nothing("sleutel-prikkel", "prikkel_zin")
    young, years = capitation_key(basis.youth), basis.assumed.mean_years
    makers = {
        "one": lambda table: usage_key(table.iloc[:, -1]),
        USAGE: usage_key,
        MIXED: lambda table: mixed_key(usage_key(table), young, weight=basis.assumed.mixed_weight),
        YOUTH: lambda table: young,
    }
    use = basis.mean_use.astype("int64")
    rows = pd.DataFrame({name: own_part_of_extra(make, use) for name, make in makers.items()})
    rows.insert(0, "naam", [basis.names[code] for code in rows.index])
    own = rows.loc[basis.smallest if basis.area.is_region else basis.area.code]
    return Finding(
        name="sleutel-prikkel",
        table=table_html(basis.shown.derived(rows.reset_index(drop=True)), {
            "naam": Column(heading="Gemeente"),
            "one": Column(heading="Gebruik van één jaar", write=_cents),
            USAGE: Column(heading=f"Gebruik over {years} jaar", write=_cents),
            MIXED: Column(heading="Gemengd", write=_cents),
            YOUTH: Column(heading="Inwoners", write=_cents),
        }, caption="Wat een gemeente zelf betaalt van elke euro extra gebruik, in hetzelfde jaar"),
        source=basis.source,
        texts={
            "prikkel_zin": f"Gebruikt {own.naam} een euro meer, dan betaalt het daarvan zelf {_cents(own['one'])} bij "
            f"een sleutel naar het gebruik van dat jaar, {_cents(own[USAGE])} bij het gemiddelde van {years} jaar en "
            f"{_cents(own[YOUTH])} bij een sleutel naar inwoners. De rest betalen de andere gemeenten, of komt later.",
        },
    )  # fmt: skip


def _cents(part: float) -> str:
    return f"{numbers.decimal(part * 100)} cent"


def chance(municipality: str, period: str) -> Finding:
    """How likely contribution and use differ more than a tenth, per municipality and key, by chance on top of level."""
    basis = basis_of(municipality, period)
    if basis.empty:
        return Finding(name="sleutel-toeval", texts={"toeval_zin": not_to_tell()})
    found = probabilities(basis)
    rows = found.rename_axis("code").reset_index()
    rows.insert(0, "naam", rows["code"].map(basis.names))
    small, large = basis.smallest, str(basis.youth.idxmax())
    title = (
        f"Meer dan {basis.signal} verschil tussen bijdrage en gebruik: {basis.names[small]} "
        f"{_how_often(found.loc[small, USAGE])}, "
        f"{basis.names[large]} {_how_often(found.loc[large, USAGE])}"
    )
    return Finding(
        name="sleutel-toeval",
        title=title,
        unit=f"Kans dat bijdrage en gebruik in een jaar meer dan {basis.signal} verschillen, per sleutel",
        table=table_html(basis.shown.derived(rows), {
            "naam": Column(heading="Gemeente"),
            **{name: Column(heading=key_heading(name), write=_chance) for name in found.columns},
        }, caption=f"Kans op een verschil van meer dan {basis.signal}"),
        source=joined(
            f"{numbers.decimal(basis.assumed.draws)} trekkingen, startgetal {basis.assumed.seed}. Elke trekking is een "
            "ander jaar met toevallig meer of minder jeugdigen. Hoe de kosten per jeugdige verschillen, is bepaald "
            "voor de regio als geheel.", basis.source,
        ),
        texts={"toeval_zin": f"{title}. Dat is bij een sleutel naar gebruik. {_best_key(found, small, basis)}"},
    )  # fmt: skip


def _how_often(share: float) -> str:
    told = _chance(share)
    return {"0%": "bijna nooit", "100%": "bijna altijd"}.get(told, f"in {told} van de jaren")


def _chance(share: float) -> str:
    if numbers.is_missing(share):
        return numbers.MISSING
    return numbers.percent(round(share * 20) / 20, 0)  # steps of 5 %: more the draws cannot carry


def _best_key(found: pd.DataFrame, place: str, basis: Basis) -> str:
    best = found.loc[place].idxmin()
    return f"Voor {basis.names[place]} is de kans het kleinst bij de sleutel {best}: {_chance(found.loc[place, best])}."


def probabilities(basis: Basis) -> pd.DataFrame:
    """Municipality x key: probability of a difference above the threshold. Same draws for every key.

    Without stop-loss: what that shares depends on the year itself, so that it is no share fixed beforehand.
    """
    told = basis.assumed
    return deviation_probabilities(
        example_cases(basis), basis.keys.drop(columns=STOP), draws=told.draws, rng=np.random.default_rng(told.seed),
        threshold=told.signal_share,
    )  # fmt: skip


def example_cases(basis: Basis) -> pd.Series:
    """Cost per case as a municipality of that size would have it: shape from the region, level and number as released.

    A municipality's own cases are never used: their spread would tell about few youths. Result: cents, by municipality.
    """
    shapes = _shapes(basis)
    counts = _counts(basis)
    made = {}
    for place in basis.keys.index:
        parts = [_spread_over(shapes[code], int(counts.get((place, code), 0))) for code in shapes]
        cases = np.concatenate([part for part in parts if len(part)] or [np.array([1.0])])
        made[place] = pd.Series(cases * (int(basis.bill[place]) / cases.sum()))
    return pd.concat(made)


def _shapes(basis: Basis) -> dict[str, np.ndarray]:
    """Sorted cost of every youth in the region per segment, in the year of the bill."""
    lines = basis.edition.mart("youth_lines")
    lines = lines[(lines["year"] == int(basis.year)) & lines["segment"].isin(lump_segments(basis.edition))]
    per_youth = lines.groupby(["segment", "youth_id"], observed=True)["amount_cents"].sum()
    kept = per_youth[per_youth > 0]
    return {code: np.sort(kept.loc[code].to_numpy("float64")) for code in kept.index.unique("segment")}


def _spread_over(shape: np.ndarray, count: int) -> np.ndarray:
    """So many evenly spaced points of a distribution."""
    return np.quantile(shape, (np.arange(count) + 0.5) / count) if count else np.array([])


def _counts(basis: Basis) -> dict[tuple[str, str], int]:
    """Released number of youths per municipality and segment; half the threshold where it is hidden."""
    frame = basis.shown.frame
    rows = frame[(frame["period"] == basis.year) & (frame["dimension"] == "segment")]
    half = basis.edition.rules.threshold // 2
    return {
        (str(row.area), str(row.level)): half if pd.isna(row.youths) else int(row.youths) for row in rows.itertuples()
    }


def small_test(municipality: str, period: str) -> Finding:
    """Is a small municipality treated fairly? Its difference, its chance and its cost alone, per key."""
    basis = basis_of(municipality, period)
    if basis.empty:
        return Finding(name="sleutel-klein", texts={"klein_zin": not_to_tell()})
    place = basis.smallest if basis.area.is_region else basis.area.code
    own = compared(basis).query("municipality == @place").set_index("key")
    rows = own.assign(chance=probabilities(basis).loc[place]).reset_index()
    far = [str(key) for key in own.index[own["signal"]]]
    name = basis.names[place]
    title = _small_title(far, len(own), name, basis.signal)
    return Finding(
        name="sleutel-klein",
        title=title,
        unit=f"Bijdrage tegenover gebruik van {name} in {basis.year}, en de kans op meer dan {basis.signal} verschil",
        table=table_html(basis.shown.derived(rows), {
            "key": Column(heading="Sleutel"),
            "contribution_cents": Column(heading="Bijdrage", write=numbers.euro),
            "tekst": Column(heading="Verschil"),
            "chance": Column(heading=f"Kans op {basis.signal}", write=_chance),
            "oordeel": Column(heading="Signaal"),
        }, caption=f"De toets voor {name}: gebruik {numbers.euro(rows['use_cents'].iloc[0])}"),
        source=joined(_why_small(basis.edition), basis.source),
        texts={"klein_zin": f"{title}. {name} heeft {numbers.decimal(int(basis.youth[place]))} inwoners van 0 tot en "
        "met 22 "
               f"jaar. Dat is {numbers.percent(basis.youth[place] / basis.youth.sum())} van de regio."},
    )  # fmt: skip


def _small_title(far: list[str], count: int, name: str, limit: str) -> str:
    if not far:
        return f"Bij geen van de {count} sleutels wijkt de bijdrage van {name} meer dan {limit} af van het gebruik"
    if len(far) == count:
        return f"Bij elke sleutel wijkt de bijdrage van {name} meer dan {limit} af van het gebruik"
    return f"De bijdrage van {name} wijkt meer dan {limit} af bij: {listed(far)}"


def _why_small(edition: Edition) -> str:
    risks = edition.store.published("risks").set_index("risk_id")
    row = risks.loc["kleine-gemeente"]
    return f"Aanleiding: {row['document']}, {row['risk'].lower()}."


def together(municipality: str, period: str) -> Finding:
    """Alone or together, with Shapley and nucleolus as an explanation of what is fair, not as keys."""
    basis = basis_of(municipality, period)
    if basis.empty:
        return Finding(name="sleutel-samen", texts={"samen_zin": not_to_tell()})
    facts = basis.edition.store.published("facts").set_index("fact_id")
    fixed = float(facts.loc["project-cost-h9", "value"]) * 100
    cases = example_cases(basis)
    spread = {place: sqrt(float((cases.loc[place] ** 2).sum())) for place in basis.keys.index}
    game = pooling_game(basis.bill, spread, fixed=fixed, safety=basis.assumed.buffer_deviations)
    everyone = game[frozenset(basis.keys.index)]
    paid = largest_remainder(basis.keys[USAGE], total_cents=round(everyone)).astype("float64")
    alone = pd.Series({place: game[frozenset([place])] for place in basis.keys.index})
    rows = stand_alone(paid, alone).assign(
        shapley=pd.Series(shapley_value(game)).reindex(basis.keys.index).to_numpy(),
        nucleolus=pd.Series(nucleolus(game)).reindex(basis.keys.index).to_numpy(),
    )
    money = ["contribution", "alone", "shapley", "nucleolus"]
    rows[money] = rows[money].apply(thousands)
    rows = rows.assign(
        naam=rows["municipality"].map(basis.names),
        oordeel=["ja" if ok else "nee" for ok in rows["passes"]],
    )
    worse = rows.loc[~rows["passes"], "naam"].tolist()
    best = rows.assign(part=rows["alone"] / rows["contribution"] - 1).sort_values("part").iloc[-1]
    title = (
        "Bij een sleutel naar gebruik is samen voor elke gemeente goedkoper dan alleen" if not worse
        else f"Bij een sleutel naar gebruik is alleen goedkoper voor: {listed(worse)}"
    )  # fmt: skip
    return Finding(
        name="sleutel-samen",
        title=title,
        unit="Kosten per jaar, met vaste kosten en een buffer voor tegenvallers (model van de makers)",
        table=table_html(basis.shown.derived(rows), {
            "naam": Column(heading="Gemeente"),
            "alone": Column(heading="Alleen", write=numbers.euro),
            "contribution": Column(heading="Samen, naar gebruik", write=numbers.euro),
            "oordeel": Column(heading="Samen goedkoper"),
            "shapley": Column(heading="Shapley (uitleg)", write=numbers.euro),
            "nucleolus": Column(heading="Nucleolus (uitleg)", write=numbers.euro),
        }, caption="Alleen of samen"),
        source=joined(
            f"Model van de makers: wie alleen inkoopt, betaalt zelf {numbers.euro(fixed)} aan vaste kosten (de "
            f"projectkosten van de regio) en houdt een buffer die in {_enough(basis)} jaren genoeg is.", basis.source,
        ),
        texts={"samen_zin": f"{title}. Het meeste verschil maakt het voor {best.naam}: alleen is dat "
               f"{numbers.percent(best.part, 0)} duurder. Shapley is wat een gemeente gemiddeld toevoegt; de nucleolus "
               "verdeelt het voordeel zo dat de minst tevreden groep het best af is."},
    )  # fmt: skip


def _enough(basis: Basis) -> str:
    """In how many years of ten the buffer is enough, under a normal distribution."""
    return f"{round(NormalDist().cdf(basis.assumed.buffer_deviations) * 10)} van de 10"
