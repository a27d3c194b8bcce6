"""Chapter 30: why did the cost change? Volume, mix, intensity, indexation, harmonisation, entry and exit."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_exact import exact_effects
from jeugd_analysis.chapters.growth_known import known_split as known_split
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import series_chart, waterfall_chart
from jeugd_analysis.present.disclosure import Safe, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed, moved, relative_change
from jeugd_analysis.present.tables import Column, table_html

EFFECTS = {
    "volume": "Meer of minder jeugdigen",
    "stacking": "Meer of minder soorten hulp per jeugdige",
    "mix": "Andere soorten hulp of aanbieders",
    "intensity": "Meer of minder hulp per jeugdige",
    "indexation": "Indexatie van tarieven",
    "harmonisation": "Overige tariefverandering",
    "entry": "Nieuwe contracten",
    "exit": "Gestopte contracten",
    "residual": "Niet te splitsen",
}
_SHORT = {
    "volume": "volume", "stacking": "stapeling", "mix": "mix", "intensity": "intensiteit", "indexation": "indexatie",
    "harmonisation": "overig tarief", "entry": "nieuwe contracten", "exit": "gestopte contracten", "residual": "rest",
}  # fmt: skip


def cost_per_year(municipality: str, period: str) -> Finding:
    """Net cost per calendar year."""
    edition = Edition.open(municipality, period)
    rows = edition.usage("totaal")
    exact = rows[rows["period"].isin(edition.full_years())][["period", "youths", "amount_cents"]].reset_index(drop=True)
    shown = safe(exact, rules=edition.rules, keys=["period"], count="youths", money=["amount_cents"])
    million = shown.derived(shown.frame.assign(million=shown.frame["amount_cents"].astype("Float64") / 1e8))
    before, last = edition.last_two(million.frame)
    verb = moved(before.amount_cents, last.amount_cents, rise="hoger", fall="lager", same="ongeveer gelijk")
    without = edition.without("cost", last.period)
    title = f"De kosten in {last.period}: {numbers.euro(last.amount_cents)}{without}"
    return Finding(
        name="groei-jaar",
        title=title,
        unit="Gedeclareerde kosten na correcties, per zorgjaar, in miljoen euro, niet gecorrigeerd voor prijsstijging",
        chart=series_chart(
            million, time="period", value="million", title=title, unit="miljoen euro", axis_format=",.1~f",
            breaks=edition.breaks("cost"), provisional_from=edition.provisional_year,
            description=f"In {before.period} was het {numbers.euro(before.amount_cents)}.",
        ),
        table=table_html(shown, {
            "period": Column(heading="Jaar"),
            "amount_cents": Column(heading="Kosten", write=numbers.euro),
            "youths": Column(heading="Jeugdigen", write=numbers.count),
        }, caption=f"Kosten en jeugdigen per jaar, {edition.area.name}"),
        source=f"{edition.source} {shown.note}",
        texts={
            "kosten_zin": f"{_cost_sentence(edition, before, last, verb)} {edition.provisional_words}".strip(),
            "kosten_breuken": edition.explain_breaks("cost", list(million.frame["period"]))
            or "In deze reeks is geen breuk bekend.",
        },
    )  # fmt: skip


def _cost_sentence(edition: Edition, before: pd.Series, last: pd.Series, verb: str) -> str:
    if numbers.is_missing(last.amount_cents):
        return f"De kosten van {last.period} zijn niet te tonen: het gaat om te weinig jeugdigen."
    without = edition.without("cost", last.period)
    amount = numbers.euro(last.amount_cents)
    start = f"In {last.period} kostte de jeugdhulp in {edition.area.in_name} {amount}{without}."
    if before.period == last.period or numbers.is_missing(before.amount_cents):
        return start
    if edition.region.breaks_between(edition.area.code, "cost", int(before.period), int(last.period)):
        return f"{start} Met {before.period} is dat niet te vergelijken, want er zit een breuk tussen."
    by = relative_change(before.amount_cents, last.amount_cents)
    if verb == "ongeveer gelijk":
        return f"{start} Dat is ongeveer gelijk aan {before.period}."
    return f"{start} Dat is {by} {verb} dan in {before.period} ({numbers.euro(before.amount_cents)})."


def effects(municipality: str, period: str) -> Finding:
    """The change between the latest comparable pair of years, split into effects that add up."""
    edition = Edition.open(municipality, period)
    pair = edition.region.comparable_years(edition.area.code, "tariff", edition.quarter.last_settled_year)
    if pair is None:
        return _nothing_to_split(edition)
    base, compare = pair
    shown = _shown_effects(edition, base, compare)
    steps = _steps(shown, base, compare)
    parts = steps.frame[steps.frame["effect"].isin(EFFECTS)].dropna(subset=["amount"])
    title = _change_title(base, compare, shown.frame.loc[0, "total"])
    return Finding(
        name="groei-effecten",
        title=title,
        unit=f"Bijdrage aan de verandering van de kosten van {base} naar {compare}, in miljoen euro"
        f"{edition.without('cost', str(compare))}",
        chart=waterfall_chart(
            steps.derived(steps.frame[steps.frame["effect"] != "before"]),
            category="wat", amount="change", label="tekst", totals=[_TOTAL],
            title=title, unit="miljoen euro", description=_effects_words(parts),
        ),
        table=table_html(steps, {
            "uitleg": Column(heading="Onderdeel"),
            "bedrag": Column(heading="Bedrag", write=str),
        }, caption=f"Verandering van de kosten van {base} naar {compare}, {edition.area.name}"),
        source=f"{edition.source} {shown.note} De bedragen tellen op.",
        texts={
            "groei_van": str(base),
            "groei_naar": str(compare),
            "groei_zin": f"{title}.",
            "groei_oorzaken": _effects_words(parts),
            "groei_indexatie": _indexation_words(edition, compare),
        },
    )  # fmt: skip


def _nothing_to_split(edition: Edition) -> Finding:
    words = "Er zijn geen twee jaren zonder breuk. De kosten zijn dan niet te splitsen. Het totaal is wel te geven."
    names = ("groei_van", "groei_naar", "groei_oorzaken", "groei_indexatie")
    return Finding(name="groei-effecten", texts={**dict.fromkeys(names, numbers.MISSING), "groei_zin": words})


def _shown_effects(edition: Edition, base: int, compare: int) -> Safe:
    """One row: the area's effects with its cost in both years, rounded so that they still add up."""
    summed = exact_effects(edition, base, compare)[[*EFFECTS, "total"]].sum()
    year = edition.usage("totaal").set_index("period")
    before, after = year.loc[str(base)], year.loc[str(compare)]
    row = pd.DataFrame([{
        "youths": min(before["youths"], after["youths"]), "before": before["amount_cents"], **summed.to_dict(),
    }])  # fmt: skip
    shown = safe(
        row,
        rules=edition.rules,
        keys=[],
        count="youths",
        money=["before", *EFFECTS, "total"],
        adds_up=["before", *EFFECTS],
    )
    total = shown.frame[list(EFFECTS)].sum(axis=1, skipna=False)
    return shown.derived(shown.frame.assign(total=total, after=shown.frame["before"] + total))


def _steps(shown: Safe, base: int, compare: int) -> Safe:
    row = shown.frame.iloc[0]
    lines = [
        {"effect": "before", "wat": str(base), "uitleg": f"Kosten in {base}", "amount": row["before"]},
        *[
            {"effect": n, "wat": _SHORT[n], "uitleg": f"{text} ({_SHORT[n]})", "amount": row[n]}
            for n, text in EFFECTS.items()
        ],
        {"effect": "after", "wat": _TOTAL, "uitleg": f"Kosten in {compare}", "amount": row["after"]},
    ]
    frame = pd.DataFrame(lines)
    kept = frame[(frame["amount"].isna()) | (frame["amount"] != 0) | frame["effect"].isin(["before", "after"])]
    change = kept["amount"].mask(kept["effect"] == "after", row["total"])
    whole = kept["effect"].isin(["before", "after"])
    amounts = [numbers.euro(v) if w else numbers.signed_euro(v) for v, w in zip(kept["amount"], whole, strict=True)]
    return shown.derived(
        kept.assign(change=change, tekst=change.map(_million_words), bedrag=amounts).reset_index(drop=True)
    )


_TOTAL = "totaal"


def _million_words(cents: float) -> str:
    return numbers.MISSING if numbers.is_missing(cents) else numbers.decimal(cents / 1e8, 1 if abs(cents) >= 1e8 else 2)


def _change_title(base: int, compare: int, cents: float) -> str:
    """The change as a sentence, right for a rise, a fall, no change and a hidden amount."""
    if numbers.is_missing(cents):
        return f"De verandering van de kosten van {base} naar {compare} is geheim"
    if cents == 0:
        return f"Van {base} naar {compare} bleven de kosten ongeveer gelijk"
    verb = "stegen" if cents > 0 else "daalden"
    return f"Van {base} naar {compare} {verb} de kosten met {numbers.euro(abs(cents))}"


def _effects_words(parts: pd.DataFrame) -> str:
    """Which effects pushed the cost up and which down, largest first."""
    if parts.empty:
        return "De oorzaken zijn niet te tonen: het gaat om te weinig jeugdigen of te kleine bedragen."
    amounts = parts.assign(n=parts["amount"].astype("int64"))
    up, down = amounts[amounts["n"] > 0].nlargest(3, "n"), amounts[amounts["n"] < 0].nsmallest(2, "n")
    sentences = []
    if len(up):
        sentences.append(
            f"Omhoog door {listed([f'{row.wat} ({numbers.signed_euro(row.n)})' for row in up.itertuples()])}."
        )
    if len(down):
        sentences.append(
            f"Omlaag door {listed([f'{row.wat} ({numbers.signed_euro(row.n)})' for row in down.itertuples()])}."
        )
    return " ".join(sentences)


def _indexation_words(edition: Edition, year: int) -> str:
    row = edition.store.reference("indexation").query("year == @year_text", local_dict={"year_text": str(year)})
    if row.empty:
        return f"Voor {year} is geen indexatie opgegeven; alle tariefverandering valt onder overig tarief."
    told = row.iloc[0]
    percentage = numbers.decimal(float(told["percent"]), 2)
    return f"Voor {year} is gerekend met een indexatie van {percentage}% ({told['status']})."


def effects_per_segment(municipality: str, period: str) -> Finding:
    """The same split per segment."""
    edition = Edition.open(municipality, period)
    pair = edition.region.comparable_years(edition.area.code, "tariff", edition.quarter.last_settled_year)
    if pair is None:
        return Finding(name="groei-segmenten", texts={"groei_segmenten_zin": "Per segment is er niets te splitsen."})
    shown = _shown_per_segment(edition, *pair)
    visible = shown.frame.dropna(subset=["total"])
    top = visible.loc[visible["total"].astype("int64").abs().idxmax()] if len(visible) else None
    words = (
        f"De grootste verandering zit in {top['naam']}: {numbers.signed_euro(top['total'])}."
        if top is not None else "Per segment zijn de bedragen niet te tonen."
    )  # fmt: skip
    told = [
        name for name in _TOLD if (shown.frame[name].fillna(0) != 0).any()
    ]  # an effect that is nowhere needs no column
    columns = {"naam": Column(heading="Segment")}
    columns |= {name: Column(heading=_SHORT[name].capitalize(), write=numbers.signed_thousands) for name in told}
    columns["rest"] = Column(heading="Contracten", write=numbers.signed_thousands)
    columns["total"] = Column(heading="Totaal", write=numbers.signed_thousands)
    return Finding(
        name="groei-segmenten",
        title=words.rstrip("."),
        unit=f"Verandering van de kosten van {pair[0]} naar {pair[1]} per segment, x € 1.000",
        table=table_html(shown, columns, caption=f"Effecten per segment, {pair[0]}-{pair[1]}, {edition.area.name}"),
        source=f"Contracten: nieuw, gestopt en niet te splitsen. Elke rij telt op. {edition.source} {shown.note}",
        texts={"groei_segmenten_zin": words},
    )


_TOLD = ("volume", "stacking", "mix", "intensity", "indexation", "harmonisation")


def _shown_per_segment(edition: Edition, base: int, compare: int) -> Safe:
    cells = edition.mart("contract_cells")
    segments = cells[["product", "segment"]].drop_duplicates()
    per_cell = exact_effects(edition, base, compare).merge(segments, on="product", how="left", validate="many_to_one")
    per_cell["rest"] = per_cell["entry"] + per_cell["exit"] + per_cell["residual"]
    summed = per_cell.groupby("segment", as_index=False)[[*_TOLD, "rest"]].sum()
    usage = edition.usage("segment")
    both = usage[usage["period"].isin([str(base), str(compare)])].groupby("level", as_index=False)["youths"].min()
    exact = summed.merge(both.rename(columns={"level": "segment"}), on="segment", how="left").fillna({"youths": 0})
    exact["youths"] = exact["youths"].astype("int64")
    shown = safe(
        exact, rules=edition.rules, keys=["segment"], count="youths", money=[*_TOLD, "rest"], adds_up=[*_TOLD, "rest"]
    )
    total = shown.frame[[*_TOLD, "rest"]].sum(axis=1, skipna=False)
    names = edition.segment_names()
    return shown.derived(shown.frame.assign(total=total, naam=shown.frame["segment"].map(names)))
