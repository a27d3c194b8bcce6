"""Chapter 40, second part: tariffs beside published indexes, and whether the way of calculating makes a difference."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.measured import held_by_few, measured
from jeugd_analysis.chapters.tariffs import (
    BESIDE,
    NOTHING,
    SAME,
    cover_words,
    fewest_youths,
    percent_words,
    tariff_steps,
)
from jeugd_analysis.chapters.tariffs_exact import (
    CONTRACT,
    COVER_STEP,
    INDEX_STEP,
    OWN,
    Published,
    agreed,
    contract_years,
    hidden_amount,
    latest_pair,
    matched_cents,
    published,
    runs,
)
from jeugd_analysis.methods.price_index import CONTRACT_FORMULAS, contract_rate, price_series
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, table_html

_CORRECTED = "VNG 90/10 met nacalculatie"
_FORMULA_WORDS = {
    "laspeyres": "Laspeyres",
    "paasche": "Paasche",
    "fisher": "Fisher",
    "tornqvist": "Törnqvist",
}


def advice(municipality: str, period: str) -> Finding:
    """The tariffs of the latest pair of years beside the indexation of the book, OVA, PPC and the advice of VNG."""
    edition = Edition.open(municipality, period)
    pair = latest_pair(edition)
    if pair is None:
        return Finding(name="tarief-naast", texts={"tarief_naast_zin": NOTHING, "tarief_naast_formule": ""})
    steps = tariff_steps(edition, [pair])
    own = steps.frame.loc[0, "percent"]
    told = [row for row in _of_year(edition, pair[1]) if row is not None]
    rows = [{
        "reeks": row.series, "percent": row.percent, "status": row.status, "formule": _formula(row.series),
        "verschil": _apart(own, row.percent),
    } for row in told]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["reeks", "percent", "status", "formule", "verschil"])
    shown = steps.derived(frame)
    words = _near_words(own, told, pair[1])
    return Finding(
        name="tarief-naast",
        title=words.partition(". ")[0].rstrip("."),
        unit=f"Stijging in {pair[1]} in procent, en het verschil met de tarieven in procentpunt",
        table=table_html(shown, {
            "reeks": Column(heading="Index"),
            "percent": Column(heading="Stijging", write=percent_words),
            "status": Column(heading="Status"),
            "verschil": Column(heading="Tarieven min deze index", write=str),
            "formule": Column(heading="Formule"),
        }, caption=f"Tarieven en gepubliceerde indexen in {pair[1]}, {edition.area.name}"),
        open_table=True,
        source=f"{edition.source} {' '.join(f'{row.series}: {row.source}.' for row in told)}",
        texts={"tarief_naast_zin": words, "tarief_naast_formule": _formula_words(edition, pair[1])},
    )  # fmt: skip


def _of_year(edition: Edition, year: int) -> list[Published | None]:
    others = published(edition)
    return [agreed(edition).get(year), *(others.get((name, year)) for name in (*BESIDE, _CORRECTED))]


def _formula(series: str) -> str:
    """How an index is made, in words."""
    names = {"OVA": "ova", "PPC": "ppc", "VNG 90/10": "vng_90_10"}
    if series in names:
        return CONTRACT_FORMULAS[names[series]].words
    return "90% OVA en 10% PPC, met nacalculatie over het jaar ervoor" if series == _CORRECTED else "zie de bron"


def _apart(own: float, other: float) -> str:
    if numbers.is_missing(own):
        return numbers.MISSING
    text = numbers.decimal(own - other, 2)
    return f"+{text}" if own > other and text != numbers.decimal(0, 2) else text


def _near_words(own: float, told: list[Published], year: int) -> str:
    """Which of the published indexes the tariffs stayed above and which below."""
    if numbers.is_missing(own):
        return f"De tarieven van {year} zijn niet te tonen, de gepubliceerde indexen wel."
    if not told:
        return f"Over {year} is geen index bekend om de tarieven naast te leggen."
    groups = {
        "meer dan": [row.series for row in told if own - row.percent >= SAME],
        "ongeveer evenveel als": [row.series for row in told if abs(own - row.percent) < SAME],
        "minder dan": [row.series for row in told if row.percent - own >= SAME],
    }
    parts = [f"{way} {listed([_INDEX_WORDS.get(n, n) for n in names])}" for way, names in groups.items() if names]
    verb = "daalden" if own <= -SAME else "stegen" if own >= SAME else ""
    start = (
        f"De tarieven {verb} in {year} met {numbers.decimal(abs(own), 1)}%"
        if verb
        else f"De tarieven bleven in {year} gelijk"
    )
    return f"{start}. Dat is {'; '.join(parts)}."


_INDEX_WORDS = {OWN: "de indexatie van dit boek", "OVA": "de OVA", "PPC": "de PPC"}


def _formula_words(edition: Edition, year: int) -> str:
    """VNG 90/10 made again from its parts, with the status of each."""
    others = published(edition)
    ova, ppc, vng = (others.get((name, year)) for name in BESIDE)
    if ova is None or ppc is None:
        return f"Voor {year} zijn OVA en PPC niet allebei gepubliceerd. De formule 90/10 is dan niet na te rekenen."
    made = contract_rate("vng_90_10", ova=ova.percent, ppc=ppc.percent)
    words = (
        f"VNG 90/10 is {CONTRACT_FORMULAS['vng_90_10'].words}. Met de OVA ({ova.status}) en de PPC ({ppc.status}) van "
        f"{year} is dat {percent_words(made)}."
    )
    if vng is None:
        return words
    same = abs(made - vng.percent) < INDEX_STEP
    return (
        f"{words} De VNG publiceerde {percent_words(vng.percent)} ({vng.status}){'' if same else ', dus iets anders'}."
    )


# -- four formulas, at once and in steps ---------------------------------------------------------


def formulas(municipality: str, period: str) -> Finding:
    """Four formulas over the latest run of three or more years, at once and in steps, with the drift between them."""
    edition = Edition.open(municipality, period)
    long = [run for run in runs(edition) if len(run) > 2]
    if not long:
        words = "Er zijn geen drie jaren op rij zonder breuk. In één keer of in stappen meten maakt dan geen verschil."
        return Finding(name="tarief-formules", texts={"tarief_formules_zin": words})
    shown = _all_formulas(edition, long)
    visible = shown.frame.dropna(subset=["direct"])
    if visible.empty:
        words = "De vier formules zijn niet te tonen: het gaat om te weinig jeugdigen of aanbieders."
        return Finding(name="tarief-formules", texts={"tarief_formules_zin": words})
    words = _drift_words(visible)
    return Finding(
        name="tarief-formules",
        title=words.partition(". ")[0].rstrip("."),
        unit="Stijging van de tarieven over drie of meer jaren zonder breuk, in procent, per manier van rekenen",
        table=table_html(shown, {
            "naam": Column(heading="Formule"),
            "jaren": Column(heading="Jaren"),
            "direct": Column(heading="In één keer", write=percent_words),
            "chained": Column(heading="In stappen", write=percent_words),
            "drift": Column(heading="Ketendrift", write=percent_words),
            "direct_covered": Column(heading="Kosten die meetellen", write=cover_words),
        }, caption=f"Vier prijsindexen, in één keer en in stappen, {edition.area.name}"),
        open_table=True,
        source=f"{edition.source} Ketendrift: het verschil tussen rekenen in stappen en in één keer. "
        "Kosten die meetellen: van contracten die er in het eerste en in het laatste jaar zijn.",
        texts={"tarief_formules_zin": words},
    )  # fmt: skip


def _all_formulas(edition: Edition, long: Sequence[list[int]]) -> Safe:
    """Per run of years, the latest first, and formula: naam, jaren, direct, chained, drift and what is covered."""
    exact = pd.concat([_formulas(edition, run) for run in reversed(long)], ignore_index=True)
    steps = {**dict.fromkeys(("direct", "chained", "drift"), INDEX_STEP), "direct_covered": COVER_STEP}
    shown = measured(
        exact.drop(columns="secret"), edition=edition, keys=["formula", "jaren"], count="youths", steps=steps,
        also_hidden=exact["secret"],
    )  # fmt: skip
    return shown.derived(shown.frame.assign(naam=shown.frame["formula"].map(_FORMULA_WORDS)))


def _formulas(edition: Edition, run: list[int]) -> pd.DataFrame:
    """The last year of a run against its first, exact."""
    cells = contract_years(edition, run).astype({"units": "float64", "amount_cents": "float64"})
    series = price_series(cells, periods=run, items=CONTRACT)
    last = series[series["year"].eq(run[-1])].reset_index(drop=True)
    secret = bool(hidden_amount(edition, "totaal", run)) or any(
        held_by_few(matched_cents(edition, *pair).groupby("provider")["amount_cents"].sum(), edition.rules)
        for pair in [*pairwise(run), (run[0], run[-1])]
    )
    return last[["formula", "direct_covered"]].assign(
        jaren=f"{run[0]}-{run[-1]}", direct=100 * (last["direct"] - 1), chained=100 * (last["chained"] - 1),
        drift=100 * last["drift"], youths=fewest_youths(edition, run[0], run[-1]), secret=secret,
    )  # fmt: skip


def _drift_words(visible: pd.DataFrame) -> str:
    """Whether the choice of a formula, or of steps, makes a difference: over the years where it makes the largest."""
    both = visible.assign(
        low=visible[["direct", "chained"]].min(axis=1), high=visible[["direct", "chained"]].max(axis=1)
    )
    ends = both.groupby("jaren", sort=False).agg(low=("low", "min"), high=("high", "max"))
    apart = (ends["high"] - ends["low"]).astype("float64")
    years = str(apart.idxmax())
    fisher = visible[visible["jaren"].eq(years) & visible["formula"].eq("fisher")].iloc[0]
    rise = f"Over {years} is Fisher in stappen {percent_words(fisher['chained'])}"
    drift = f"de ketendrift is {percent_words(fisher['drift'])}"
    if apart[years] < 2 * SAME:
        return f"De manier van rekenen maakt bijna geen verschil. {rise} en {drift}."
    return (
        f"De manier van rekenen maakt tot {numbers.decimal(apart[years], 1)} procentpunt verschil. {rise} en {drift}."
    )
