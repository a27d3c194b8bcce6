"""Chapter 40, second part: tariffs per segment, and what indexation and other rises of tariffs cost in euros."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_effects import EFFECTS
from jeugd_analysis.chapters.growth_shown import shown_effects
from jeugd_analysis.chapters.measured import held_by_few, measured
from jeugd_analysis.chapters.tariffs import cover_words, percent_words
from jeugd_analysis.chapters.tariffs_exact import (
    COVER_STEP,
    INDEX_STEP,
    agreed,
    covered_share,
    hidden_amount,
    latest_pair,
    matched_cents,
    pair_index,
)
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import waterfall_chart
from jeugd_analysis.present.disclosure import Safe, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower, listed
from jeugd_analysis.present.tables import Column, table_html

_LITTLE = 2  # steps of rounding: an amount up to here may be no more than rounding
_APART = 0.5  # percentage points: segments that are less apart are told as about equal
_SEGMENT_EFFECTS = ("volume", "stacking", "mix", "intensity", "indexation", "harmonisation", "rest")
_TARIFF = ("indexation", "harmonisation")
_TOTAL = "tarieven samen"


def per_segment(municipality: str, period: str) -> Finding:
    """The Fisher index of each segment between the latest two years, with what part of its cost is compared."""
    edition = Edition.open(municipality, period)
    pair = latest_pair(edition)
    if pair is None:
        words = "Per segment is er geen prijsindex: er zijn geen twee jaren zonder breuk."
        return Finding(name="tarief-segmenten", texts={"tarief_segmenten_zin": words})
    shown = _segments(edition, *pair)
    visible = shown.frame.dropna(subset=["percent"])
    words = _segment_words(visible, pair)
    return Finding(
        name="tarief-segmenten",
        title=words.partition(". ")[0].rstrip("."),
        unit=f"Stijging van de tarieven van {pair[0]} naar {pair[1]} per segment (Fisher), in procent",
        table=table_html(shown, {
            "naam": Column(heading="Segment"),
            "percent": Column(heading="Stijging", write=percent_words),
            "matched": Column(heading="Contracten in beide jaren", write=numbers.count, status="reden"),
            "covered": Column(heading="Kosten die meetellen", write=cover_words),
        }, caption=f"Prijsindex per segment, {pair[0]}-{pair[1]}, {edition.area.name}"),
        open_table=True,
        source=f"{edition.source} {shown.note}",
        texts={"tarief_segmenten_zin": words},
    )  # fmt: skip


def _segments(edition: Edition, base: int, compare: int) -> Safe:
    """level, naam, percent, matched and covered per segment."""
    told = pair_index(edition, base, compare, by=["segment"]).rename(columns={"segment": "level"})
    held = matched_cents(edition, base, compare, by=["segment"])
    few = {
        level: held_by_few(rows.set_index("provider")["amount_cents"], edition.rules)
        for level, rows in held.groupby("segment")
    }
    hidden = hidden_amount(edition, "segment", [base, compare])
    usage = edition.usage("segment")
    youths = usage[usage["period"].isin([str(base), str(compare)])].groupby("level")["youths"].min()
    exact = told[["level", "matched"]].assign(
        youths=told["level"].map(youths).fillna(0).astype("int64"), percent=100 * (told["fisher"] - 1),
        covered=pd.Series([covered_share(row, edition.rules) for _, row in told.iterrows()], dtype="float64"),
    )  # fmt: skip
    shown = measured(
        exact, edition=edition, keys=["level"], count="youths", counts=["matched"],
        steps={"percent": INDEX_STEP, "covered": COVER_STEP},
        also_hidden=pd.Series([level in hidden or few.get(level, True) for level in exact["level"]], index=exact.index),
    )  # fmt: skip
    reason = shown.frame["percent"].isna().map({True: "secondary", False: "primary"})
    return shown.derived(shown.frame.assign(naam=shown.frame["level"].map(edition.segment_names()), reden=reason))


def _segment_words(visible: pd.DataFrame, pair: tuple[int, int]) -> str:
    if visible.empty:
        return f"Per segment zijn de tarieven van {pair[0]} en {pair[1]} niet te tonen."
    ordered = visible.assign(n=visible["percent"].astype("float64")).sort_values("n")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    if len(ordered) == 1:
        return f"De tarieven van {first_lower(high['naam'])} veranderden met {percent_words(high['n'])}."
    if high["n"] - low["n"] < _APART:
        middle = percent_words(ordered["n"].median())
        return f"De tarieven veranderden in alle segmenten ongeveer evenveel. Het midden is {middle}."
    return (
        f"De tarieven stegen het meest bij {first_lower(high['naam'])}: {percent_words(high['n'])}. "
        f"Het minst was het bij {first_lower(low['naam'])}: {percent_words(low['n'])}."
    )


# -- in euros ------------------------------------------------------------------------------------


def in_euros(municipality: str, period: str) -> Finding:
    """What the rise of tariffs cost: the agreed indexation, and the rest, as in the split of the cost."""
    edition = Edition.open(municipality, period)
    pair = latest_pair(edition)
    if pair is None:
        words = "Wat hogere tarieven kostten, is niet te zeggen: er zijn geen twee jaren zonder breuk."
        return Finding(name="tarief-euro", texts={"tarief_euro_zin": words, "tarief_euro_zeker": ""})
    whole = shown_effects(edition, *pair, "totaal", list(EFFECTS))
    row = whole.frame.iloc[0]
    title = _euro_title(row, pair)
    steps, little = whole.derived(_bars(row)), _LITTLE * edition.rules.money_base_cents

    def write(cents: float) -> str:
        return _thousands(cents, little)

    return Finding(
        name="tarief-euro",
        title=title,
        unit=f"Wat de verandering van tarieven kostte van {pair[0]} naar {pair[1]}, in miljoen euro",
        chart=waterfall_chart(
            steps, category="wat", amount="bedrag", label="tekst", totals=[_TOTAL], title=title, unit="miljoen euro",
            description="; ".join(f"{r.wat}: {numbers.signed_euro(r.bedrag)}" for r in steps.frame.itertuples()),
        ),
        table=table_html(_euro_table(edition, whole, pair), {
            "naam": Column(heading="Segment"),
            "indexation": Column(heading="Indexatie", write=write),
            "harmonisation": Column(heading="Overig tarief", write=write),
            "together": Column(heading="Samen", write=write),
        }, caption=f"Indexatie en overige tariefverandering, {pair[0]}-{pair[1]}, x € 1.000, {edition.area.name}"),
        source=f"{edition.source} {whole.note} Per segment is apart afgerond: de segmenten tellen niet precies op tot "
        "het geheel. Dezelfde bedragen staan in het hoofdstuk over kostenontwikkeling.",
        texts={
            "tarief_euro_zin": f"{title}. {_euro_words(row, little)}".strip(),
            "tarief_euro_zeker": _interval_words(edition, pair, row),
        },
    )  # fmt: skip


def _thousands(cents: float, little: int) -> str:
    """An amount in thousands; what may be no more than rounding reads so."""
    near = not numbers.is_missing(cents) and abs(cents) <= little
    return "ongeveer 0" if near else numbers.signed_thousands(cents)


def _bars(row: pd.Series) -> pd.DataFrame:
    names = {"indexation": "indexatie", "harmonisation": "overig tarief"}
    lines = [{"wat": words, "bedrag": row[name]} for name, words in names.items()]
    frame = pd.DataFrame([*lines, {"wat": _TOTAL, "bedrag": row["indexation"] + row["harmonisation"]}])
    return frame.assign(tekst=[numbers.signed_euro(value) for value in frame["bedrag"]])


def _euro_table(edition: Edition, whole: Safe, pair: tuple[int, int]) -> Safe:
    parts = shown_effects(edition, *pair, "segment", list(_SEGMENT_EFFECTS))
    told = parts.frame.assign(naam=parts.frame["level"].map(edition.segment_names()))
    both = pd.concat([told, whole.frame.assign(naam="Alle hulp samen")], ignore_index=True)[["naam", *_TARIFF]]
    return whole.derived(both.assign(together=both["indexation"] + both["harmonisation"]))


def _euro_title(row: pd.Series, pair: tuple[int, int]) -> str:
    together = row["indexation"] + row["harmonisation"]
    if numbers.is_missing(together):
        return f"Wat andere tarieven van {pair[0]} naar {pair[1]} kostten, is geheim"
    if together == 0:
        return f"Andere tarieven maakten de hulp van {pair[0]} naar {pair[1]} niet duurder of goedkoper"
    way = "duurder" if together > 0 else "goedkoper"
    return f"Door andere tarieven werd de hulp van {pair[0]} naar {pair[1]} {numbers.euro(abs(together))} {way}"


def _euro_words(row: pd.Series, little: int) -> str:
    index, rest = row["indexation"], row["harmonisation"]
    if numbers.is_missing(index) or numbers.is_missing(rest):
        return "Het gaat om te weinig jeugdigen of aanbieders."
    if abs(rest) <= little:
        return f"Dat is indexatie ({numbers.signed_euro(index)}). Boven de indexatie veranderde er bijna niets."
    if rest > 0:
        return f"De indexatie was {numbers.signed_euro(index)}. Daar bovenop kwam {numbers.signed_euro(rest)}."
    return f"De indexatie was {numbers.signed_euro(index)}. De tarieven bleven daarbij {numbers.euro(-rest)} achter."


def _interval_words(edition: Edition, pair: tuple[int, int], row: pd.Series) -> str:
    """How sure the two amounts are: the interval of the split of cost, and what decides between the two."""
    told = agreed(edition).get(pair[1])
    basis = (
        f"Wat indexatie heet, volgt uit het opgegeven percentage van {pair[1]}: {percent_words(told.percent)} "
        f"({told.status}). Klopt dat percentage niet, dan schuift er geld van het ene naar het andere deel."
        if told else f"Voor {pair[1]} is geen indexatie opgegeven. Alles telt dan als overig tarief."
    )  # fmt: skip
    rows = edition.store.estimates("growth_interval", edition.quarter)
    mine = rows[rows["area"].eq(edition.area.code) & rows["base"].eq(pair[0]) & rows["compare"].eq(pair[1])]
    mine = mine[mine["effect"].isin(_TARIFF)]
    if mine.empty or numbers.is_missing(row["indexation"]):
        return basis
    usage = edition.usage("totaal").set_index("period")["youths"]
    exact = mine[["effect", "low", "high"]].assign(youths=int(min(usage[str(year)] for year in pair)))
    shown = safe(
        exact.reset_index(drop=True), rules=edition.rules, keys=["effect"], count="youths", money=["low", "high"]
    )
    of = shown.frame.set_index("effect")
    words = {"indexation": "de indexatie", "harmonisation": "het overige tarief"}
    margins = [
        f"voor {text} tussen {numbers.signed_euro(of.loc[name, 'low'])} en {numbers.signed_euro(of.loc[name, 'high'])}"
        for name, text in words.items()
        if name in of.index and not numbers.is_missing(of.loc[name, "low"]) and of.loc[name, ["low", "high"]].any()
    ]
    return (
        f"Hadden net andere jeugdigen hulp gehad, dan lag het bedrag waarschijnlijk {listed(margins)}. {basis}"
        if margins
        else basis
    )
