"""Part of chapter 30: the change in cost between two years, split into effects that add up, as a waterfall."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_pairs import caution, with_choice
from jeugd_analysis.chapters.growth_shown import shown_effects
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import waterfall_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
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
SHORT = {
    "volume": "volume", "stacking": "stapeling", "mix": "mix", "intensity": "intensiteit", "indexation": "indexatie",
    "harmonisation": "overig tarief", "entry": "nieuwe contracten", "exit": "gestopte contracten", "residual": "rest",
}  # fmt: skip
_TOTAL = "totaal"


def effects(municipality: str, period: str) -> Finding:
    """The change between two comparable years, split into effects; for every such pair, the latest first."""
    edition = Edition.open(municipality, period)
    chosen = with_choice(edition, "groei-effecten", lambda *pair: effects_between(edition, *pair), leads=True)
    return chosen or _nothing_to_split()


def effects_between(edition: Edition, base: int, compare: int) -> Finding:
    """The same for one pair of years."""
    shown = shown_effects(edition, base, compare, "totaal", list(EFFECTS))
    steps = _steps(shown, base, compare)
    parts = steps.frame[steps.frame["effect"].isin(EFFECTS)].dropna(subset=["amount"])
    title = _change_title(base, compare, shown.frame.loc[0, "total"])
    causes, index = _effects_words(parts), _indexation_words(edition, base, compare)
    return Finding(
        name="groei-effecten",
        title=title,
        unit=f"Bijdrage aan de verandering van de kosten van {base} naar {compare}, in miljoen euro"
        f"{edition.without('cost', str(compare))}",
        chart=waterfall_chart(
            steps.derived(steps.frame[steps.frame["effect"] != "before"]),
            category="wat", amount="change", label="tekst", totals=[_TOTAL],
            title=title, unit="miljoen euro", description=causes,
        ),
        table=table_html(steps, {
            "uitleg": Column(heading="Onderdeel"),
            "bedrag": Column(heading="Bedrag", write=str),
        }, caption=f"Verandering van de kosten van {base} naar {compare}, {edition.area.name}"),
        source=f"{edition.source} {shown.note} De bedragen tellen op.",
        words=" ".join(told for told in (causes, index, caution(edition, base, compare)) if told),
        texts={
            "groei_van": str(base),
            "groei_naar": str(compare),
            "groei_zin": f"{title}.",
            "groei_oorzaken": causes,
            "groei_indexatie": index,
        },
    )  # fmt: skip


def _nothing_to_split() -> Finding:
    words = "Er zijn geen twee jaren zonder breuk. De kosten zijn dan niet te splitsen. Het totaal is wel te geven."
    names = ("groei_van", "groei_naar", "groei_oorzaken", "groei_indexatie")
    return Finding(name="groei-effecten", texts={**dict.fromkeys(names, numbers.MISSING), "groei_zin": words})


def _steps(shown: Safe, base: int, compare: int) -> Safe:
    row = shown.frame.iloc[0]
    lines = [
        {"effect": "before", "wat": str(base), "uitleg": f"Kosten in {base}", "amount": row["base_cents"]},
        *[
            {"effect": n, "wat": SHORT[n], "uitleg": _named(text, SHORT[n]), "amount": row[n]}
            for n, text in EFFECTS.items()
        ],
        {"effect": "after", "wat": _TOTAL, "uitleg": f"Kosten in {compare}", "amount": row["compare_cents"]},
    ]
    frame = pd.DataFrame(lines)
    kept = frame[(frame["amount"].isna()) | (frame["amount"] != 0) | frame["effect"].isin(["before", "after"])]
    change = kept["amount"].mask(kept["effect"] == "after", row["total"])
    whole = kept["effect"].isin(["before", "after"])
    amounts = [numbers.euro(v) if w else numbers.signed_euro(v) for v, w in zip(kept["amount"], whole, strict=True)]
    return shown.derived(
        kept.assign(change=change, tekst=change.map(_million_words), bedrag=amounts).reset_index(drop=True)
    )


def _named(text: str, short: str) -> str:
    """What an effect is, with the short name that stands in the figure."""
    return text if text.casefold() == short.casefold() else f"{text} ({short})"


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
    amounts = parts.assign(n=parts["amount"].astype("int64")).query("n != 0")
    if parts.empty:
        return "De oorzaken zijn niet te tonen: het gaat om te weinig jeugdigen of te kleine bedragen."
    up, down = amounts[amounts["n"] > 0].nlargest(3, "n"), amounts[amounts["n"] < 0].nsmallest(2, "n")
    told = [
        f"{way} door {listed([f'{row.wat} ({numbers.signed_euro(row.n)})' for row in rows.itertuples()])}."
        for way, rows in (("Omhoog", up), ("Omlaag", down))
        if len(rows)
    ]
    return " ".join(told)


def _indexation_words(edition: Edition, base: int, compare: int) -> str:
    """With which indexation was reckoned in each of the years; from data/reference/indexation.csv."""
    told = edition.store.reference("indexation").set_index("year")
    years = [str(year) for year in range(base + 1, compare + 1)]
    known = [year for year in years if year in told.index]
    sentences = []
    if known:
        rates = [
            f"{numbers.decimal(float(told.loc[year, 'percent']), 2)}% in {year} ({told.loc[year, 'status']})"
            for year in known
        ]
        sentences.append(f"Er is gerekend met een indexatie van {listed(rates)}.")
    if absent := [year for year in years if year not in told.index]:
        sentences.append(
            f"Voor {listed(absent)} is geen indexatie opgegeven; alle tariefverandering valt onder overig tarief."
        )
    return " ".join(sentences)
