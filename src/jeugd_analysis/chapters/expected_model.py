"""Chapter 20: expected use from features of municipalities, the funnel, and how far the model can be trusted."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jeugd_analysis.chapters.changes import after_title
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.expected import FEWEST, gap_columns, gaps_chart, sources
from jeugd_analysis.chapters.expected_fit import COUNTRY
from jeugd_analysis.chapters.expected_words import (
    FEATURE_NAMES,
    SOCIAL,
    STEP,
    about,
    as_differences,
    as_or_than,
    estimates,
    mine,
    much,
    number,
    signed_percent,
    status_of,
    with_region,
)
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import funnel_chart, ratio_chart
from jeugd_analysis.present.disclosure import published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import decimal, percent
from jeugd_analysis.present.sentences import first_lower, listed
from jeugd_analysis.present.tables import Column, table_html

_MAIN, _CHECK = "negative_binomial", "quasipoisson"
_STRONGEST = 3  # areas that pull at the model, named
_FAR = 0.05  # models whose differences are further apart than five points do not give one answer
_LACKING = (
    "Een model met kenmerken van gemeenten is er nog niet. Daarvoor zijn de cijfers van alle gemeenten van Nederland "
    "nodig. Hierboven staat hoe u die inleest."
)
_INSIDE, _ABOVE, _BELOW = "binnen", "hoger", "lager"


# -- the model ---------------------------------------------------------------------------------------


def model(municipality: str, period: str) -> Finding:
    """Youths beside what municipalities with the same features have: negative binomial, quasi-Poisson as check."""
    edition = Edition.open(municipality, period)
    told = about(edition, "model")
    if told is None:
        return Finding(name="verwacht-model", texts={"model_zin": _LACKING})
    areas, year = estimates(edition, "model"), int(told["year"])
    rows = with_region(edition, areas)
    table = published(as_differences(rows), source="CBS", own="het model en wat het verwacht")
    title, words = model_words(rows, edition, known_words(edition))
    return Finding(
        name="verwacht-model",
        title=title,
        unit=f"Jeugdigen met jeugdzorg in natura in {year}: verschil met wat u verwacht bij deze kenmerken",
        chart=gaps_chart(table, title=title, words=words),
        table=table_html(table, {
            **gap_columns(year),
            "ratio_check": Column(heading="Verschil, tweede model", write=gap_of),
            "ratio_without": Column(heading="Zonder uitschieters", write=gap_of),
        }, caption=f"Werkelijk en verwacht aantal jeugdigen volgens het model, {year}"),
        source=f"Model over {int(told['areas'])} gemeenten. De streep is de marge door toeval (95%). Het model zelf is "
        f"minder zeker dan die streep. {status_of(rows)}. {table.note}",
        texts={"model_zin": words},
    )  # fmt: skip


def gap_of(ratio: float) -> str:
    """A ratio as a difference with its sign; missing: a dash."""
    return signed_percent(ratio - 1)


def known_words(edition: Edition) -> str:
    """What the model knows, and that it knows little when it has no feature beyond numbers and ages."""
    names = features_in(edition)
    told = set(estimates(edition, "terms")["term"])
    little = (
        "" if told & set(SOCIAL) else " Bijstand, gezinnen en woningen kent het niet: die cijfers zijn niet ingelezen."
    )
    return f"Het model kent: {listed(names)}.{little}"


def features_in(edition: Edition, terms: str = "terms") -> list[str]:
    """The features of a model, in words."""
    told = estimates(edition, terms)
    names = told.loc[told["family"].eq(_MAIN), "term"]
    return [first_lower(FEATURE_NAMES[name]) for name in names]


def model_words(rows: pd.DataFrame, edition: Edition, known: str) -> tuple[str, str]:
    """Title and sentences: this area, whether both models and the limits say the same."""
    row = mine(rows, edition)
    if row is None or row.observed < FEWEST:
        words = f"Van {edition.area.in_name} zijn er te weinig cijfers voor het model."
        return words.rstrip("."), f"{words} {known}"
    than = as_or_than(row.ratio)
    title = f"In {edition.area.in_name} kregen {much(row.ratio)} jeugdigen jeugdzorg {than} het model verwacht"
    if edition.area.is_region:
        outside = rows[rows["position_95"].isin([_ABOVE, _BELOW])]
        parts = [f"{name} ({side})" for name, side in zip(outside["name"], outside["position_95"], strict=True)]
        return title, f"{title}. {_outside_words(parts)} {known}"
    return title, f"{title}. {position_words(row)} {second_words(row)} {known}"


def _outside_words(parts: list[str]) -> str:
    if not parts:
        return (
            "Geen enkele gemeente van de regio valt buiten de grenzen waarbinnen 95% van de gemeenten hoort te liggen."
        )
    return f"Buiten de grenzen waarbinnen 95% van de gemeenten hoort te liggen: {listed(parts)}."


def position_words(row: Any) -> str:
    """Where an area lies in the funnel."""
    side = "boven" if row.position_95 == _ABOVE else "onder"
    if row.position_99_8 != _INSIDE:
        return f"Dat ligt {side} de buitenste grens: zo'n verschil komt tussen gemeenten bijna nooit voor."
    if row.position_95 != _INSIDE:
        return (
            f"Dat ligt {side} de grens waarbinnen 95% van de gemeenten hoort te liggen, maar niet buiten de buitenste."
        )
    if row.position_chance != _INSIDE:
        return "Toeval alleen verklaart dat niet, maar gemeenten verschillen vaker zoveel. Het valt binnen de grenzen."
    return "Dat valt binnen de grenzen en kan toeval zijn."


def second_words(row: Any) -> str:
    """Whether the other model and the one without influential areas say about the same."""
    others = {"een tweede model": row.ratio_check, "het model zonder uitschieters": row.ratio_without}
    told = {name: ratio for name, ratio in others.items() if not numbers.is_missing(ratio)}
    if not told:
        return ""
    parts = [f"{much(ratio)} ({name})" for name, ratio in told.items()]
    if any((ratio - 1) * (row.ratio - 1) < 0 for ratio in told.values()):
        return f"Andere modellen geven een andere richting: {listed(parts)}. Er is dus geen duidelijk antwoord."
    if any(abs(ratio - row.ratio) > _FAR for ratio in told.values()):
        return f"Andere modellen geven dezelfde richting, maar een ander verschil: {listed(parts)}."
    return f"Andere modellen geven ongeveer hetzelfde: {listed(parts)}."


# -- features and trust ------------------------------------------------------------------------------


def terms(municipality: str, period: str) -> Finding:
    """How use goes together with each feature, by both models; and what the model is worth."""
    edition = Edition.open(municipality, period)
    told = about(edition, "model")
    if told is None:
        return Finding(
            name="verwacht-kenmerken", texts={"kenmerken_zin": "Zonder model is hier nog niets over te zeggen."}
        )
    whole = estimates(edition, "terms")
    wide = whole.pivot(index="term", columns="family", values="ratio")
    main = whole[whole["family"].eq(_MAIN)].assign(
        naam=lambda rows: rows["term"].map(FEATURE_NAMES),
        gap=lambda rows: rows["ratio"] - 1,
        gap_low=lambda rows: rows["low"] - 1,
        gap_high=lambda rows: rows["high"] - 1,
        label=lambda rows: [signed_percent(ratio - 1) for ratio in rows["ratio"]],
        check=lambda rows: rows["term"].map(wide[_CHECK]),
        own=True,
    )
    table = published(main.reset_index(drop=True), source="CBS", own="de samenhang")
    title, words = term_words(table.frame)
    return Finding(
        name="verwacht-kenmerken",
        title=title,
        unit="Hoeveel meer of minder gebruik samengaat met één standaardafwijking meer van het kenmerk",
        chart=ratio_chart(
            table, category="naam", value="gap", low="gap_low", high="gap_high", label="label", own="own",
            title=title, unit="samenhang met gebruik", description=after_title(words, title),
        ),
        table=table_html(table, {
            "naam": Column(heading="Kenmerk"),
            "gap": Column(heading="Samenhang", write=signed_percent),
            "gap_low": Column(heading="Van", write=signed_percent),
            "gap_high": Column(heading="Tot", write=signed_percent),
            "check": Column(heading="Tweede model", write=gap_of),
        }, caption="Samenhang van kenmerken met gebruik"),
        source=f"Negatief binomiaal model over {int(told['areas'])} gemeenten; tweede model: quasi-Poisson. De streep "
        f"is de marge (95%). {table.note}",
        texts={"kenmerken_zin": f"{words} {trust_words(told, estimates(edition, 'model'))}"},
    )  # fmt: skip


def term_words(rows: pd.DataFrame) -> tuple[str, str]:
    """Title and sentences on the features that clearly go together with use in both models."""
    clear = rows[(rows["low"] > 1) | (rows["high"] < 1)]
    if clear.empty:
        title = "Geen enkel kenmerk hangt duidelijk samen met het gebruik"
        return title, f"{title}. Samenhang is geen oorzaak."
    top = clear.loc[(clear["ratio"] - 1).abs().idxmax()]
    more = "meer" if top["ratio"] > 1 else "minder"
    title = f"Het sterkst hangt samen: {first_lower(top['naam'])} (meer daarvan, {more} gebruik)"
    split = [
        row.naam for row in clear.itertuples() if (row.ratio - 1) * (row.check - 1) < 0 or abs(row.check - 1) < 0.02
    ]
    doubt = (
        f" Het tweede model ziet die samenhang niet bij: {listed([first_lower(n) for n in split])}." if split else ""
    )
    return title, f"{title}. Samenhang is geen oorzaak.{doubt}"


def trust_words(told: pd.Series, areas: pd.DataFrame) -> str:
    """What the model is worth: how much it explains, whether its family fits, and how many areas pull at it."""
    explained, dispersion = float(told["explained"]), float(told["dispersion"])
    fits = "Dat past goed" if 0.8 <= dispersion <= 1.25 else "Dat past matig"
    out = int(told["influential"])
    many = "Geen enkele gemeente trekt" if not out else "Eén gemeente trekt" if out == 1 else f"{out} gemeenten trekken"
    strongest = listed(list(areas.nlargest(min(out, _STRONGEST), "cooks_distance")["name"]))
    who = f", het meest {strongest}" if out else ""
    return (
        f"Het model verklaart {percent(explained, 0)} van de verschillen tussen gemeenten. De spreiding rond het model "
        f"is {decimal(dispersion, 1)} keer wat het zelf aanneemt. {fits}. Zou alleen toeval tellen, dan was de "
        f"spreiding {decimal(float(told['dispersion_check']))} keer te groot. {many} sterk aan de uitkomst{who}."
    )


# -- the funnel --------------------------------------------------------------------------------------


def funnel(municipality: str, period: str) -> Finding:
    """All municipalities by expected number, with limits that allow for differences between municipalities."""
    edition = Edition.open(municipality, period)
    areas, grid = estimates(edition, "model"), estimates(edition, "grid")
    told = about(edition, "model")
    told = about(edition, "spread") if told is None else told
    if told is None or areas.empty:
        words = "Een trechter is er niet: daarvoor zijn cijfers van ten minste vijf gemeenten nodig."
        return Finding(name="verwacht-trechter", texts={"trechter_zin": words})
    names = {place.code: place.name for place in edition.region.municipalities}
    inside = areas["area"].isin(names)
    drawn = areas.assign(
        gap=areas["ratio"] - 1,
        name=areas["area"].map(names).fillna(areas["name"]),
        named=inside,
        own=areas["area"].eq(edition.area.code) | (inside & edition.area.is_region),
        expected=(areas["expected"] / STEP).round() * STEP,
    )
    whole, year = told["scope"] == COUNTRY, int(told["year"])
    base = "het model" if whole else "het landelijke aandeel"
    source = "CBS" if whole else sources(estimates(edition, "areas"))
    shown = published(drawn, source=source, own="wat verwacht is en de grenzen")
    limits = published(_shifted(grid), source=source, own="de grenzen")
    title, words = funnel_words(drawn, edition, whole=whole)
    listing = shown.derived(drawn[inside].sort_values("gap", ascending=False).reset_index(drop=True))
    return Finding(
        name="verwacht-trechter",
        title=title,
        unit=f"Verschil met wat {base} verwacht in {year}, naar verwacht aantal jeugdigen; echte cijfers",
        chart=funnel_chart(
            shown, limits, size="expected", value="gap", name="name", named="named", own="own",
            unit="verschil met verwacht", size_title="Verwacht aantal", title=title,
            description=after_title(words, title),
        ),
        table=table_html(listing, {
            "name": Column(heading="Gemeente"),
            "expected": Column(heading="Verwacht", write=number),
            "gap": Column(heading="Verschil", write=signed_percent),
            "low_95": Column(heading="Grens onder (95%)", write=gap_of),
            "high_95": Column(heading="Grens boven (95%)", write=gap_of),
            "position_95": Column(heading="95%"),
            "position_99_8": Column(heading="99,8%"),
            "position_chance": Column(heading="99,8%, alleen toeval"),
        }, caption=f"Plaats in de trechter, gemeenten van de regio, {year}"),
        source=f"Blauw vlak: hier hoort 95% van de gemeenten te liggen. Gestreept: 99,8%. Gestippeld: 99,8% als alleen "
        f"toeval telt. Wie buiten de figuur valt, staat op de rand. Grenzen volgens Spiegelhalter (2005), "
        f"met extra spreiding tussen {int(told['areas'])} gemeenten. {status_of(listing.frame)}. {shown.note}",
        texts={"trechter_zin": words},
    )  # fmt: skip


def _shifted(grid: pd.DataFrame) -> pd.DataFrame:
    """Limits of ratios as differences: 0.1 is ten percent above."""
    return grid.assign(**{name: grid[name] - 1 for name in grid if name != "expected"})


def funnel_words(rows: pd.DataFrame, edition: Edition, *, whole: bool) -> tuple[str, str]:
    """Title and sentences: this municipality's place, and how many others lie outside."""
    outside = rows[rows["position_95"].ne(_INSIDE)]
    more = len(outside) > 0.1 * len(rows)
    many = (
        f"Van {len(rows)} gemeenten vallen er {len(outside)} buiten het blauwe vlak."
        + (" Dat is veel meer dan 5%. Er zijn dus verschillen die het model niet kent." if more else "")
        if whole
        else f"Van de {len(rows)} gemeenten in de regio vallen er {len(outside)} buiten het blauwe vlak. De grenzen "
        "rusten hier op zo weinig gemeenten dat ze zelf onzeker zijn."
    )
    if edition.area.is_region:
        ours = outside[outside["named"].astype("bool")].sort_values("gap", ascending=False)
        told = [f"{name} ({side})" for name, side in zip(ours["name"], ours["position_95"], strict=True)]
        title = f"Buiten het blauwe vlak van de trechter: {listed(told)}"
        if not told:
            title = "Alle gemeenten van de regio liggen binnen het blauwe vlak van de trechter"
        return title, f"{title}. {many}"
    row = mine(rows, edition)
    if row is None or row.observed < FEWEST:
        words = f"{edition.area.name} heeft te weinig cijfers voor een plaats in de trechter"
        return words, f"{words}. {many}"
    place = {_INSIDE: "binnen", _ABOVE: "boven", _BELOW: "onder"}[row.position_95]
    edge = "de grenzen" if row.position_95 == _INSIDE else "het blauwe vlak"
    title = f"{edition.area.name} ligt {place} {edge} van de trechter ({signed_percent(row.gap)})"
    return title, f"{title}. {position_words(row)} {many}"
