"""Chapter 30, last section: a published split of the cost, made again as known then and over the whole year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_known_amounts import (
    WHOLE_YEAR,
    Margin,
    completed_moment,
    day_of,
    is_completed,
    known_in,
    margins_of,
    safe_effects,
    shares,
)
from jeugd_analysis.chapters.growth_published import Told, published_splits, published_words, why_not
from jeugd_analysis.chapters.growth_sure import CLEAR
from jeugd_analysis.domain.period import day_in_words
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart
from jeugd_analysis.present.disclosure import Rules, Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.tables import Column, table_html

_ARITHMETIC = "Een splitsing is rekenen. Zij zegt niet waarom de kosten veranderden."
_BUILT_IN = (
    "In de voorbeelddata hebben wij zelf ingebouwd dat gelijkgetrokken tarieven pas laat in het jaar beginnen. "
    "Daardoor telt het tarief over het hele jaar zwaarder mee. Dat is ons voorbeeld. "
    "Het bewijst niet dat het echt zo ging."
)


def known_split(municipality: str, period: str) -> Finding:
    """What was published about the split then and later, beside the same split made from the claims."""
    edition = Edition.open(municipality, period)
    snapshots = edition.store.reference("snapshots").fillna({"note": ""})
    told = published_splits(edition, snapshots)
    if not told:
        return _only_words(f"Voor {edition.area.in_name} is geen eerdere splitsing gepubliceerd.", "")
    pair = snapshots[snapshots["base"].eq(str(told[0].base)) & snapshots["compare"].eq(str(told[0].compare))]
    computed = known_in(edition, pair)
    if computed.empty:
        return _only_words(published_words(told, snapshots), why_not(told[0]))
    shown = _rows(edition, computed, told, snapshots.set_index("known_on")["label"])
    words = _computed_words(edition, shown, computed, told[0])
    title = f"De splitsing van {told[0].base} naar {told[0].compare}: eerder bekend en over het hele jaar"
    return Finding(
        name="groei-eerder-bekend",
        title=title,
        unit="Deel dat door intensiteit kwam, in procent van intensiteit en tarief samen; de rest is tarief",
        chart=bars_chart(
            shown, category="kort", value="percent", label="intensiteit", title=title, unit="deel door intensiteit",
            description="; ".join(f"{row.wat}: {row.intensiteit}" for row in shown.frame.itertuples()),
        ),
        table=table_html(shown, {
            "wat": Column(heading="Wat"),
            "soort": Column(heading="Soort"),
            "intensiteit": Column(heading="Intensiteit", write=str),
            "tarief": Column(heading="Tarief", write=str),
            "marge": Column(heading="Marge (80%)", write=str),
            "volume": Column(heading="Volume", write=str),
            "indexatie": Column(heading="Indexatie", write=str),
            "overig": Column(heading="Overig", write=str),
            "verandering": Column(heading="Totaal", write=str),
        }, caption=f"De splitsing van {told[0].base} naar {told[0].compare}, {edition.area.name}"),
        source="Intensiteit en tarief (harmonisatie) zijn procenten van die twee samen, want andere delen zijn niet "
        "gepubliceerd. Marge: van het deel door intensiteit, uit 1.000 trekkingen. De rest is x € 1.000. "
        "Overig: mix, stapeling en contracten. Gepubliceerd: "
        f"{'; '.join(dict.fromkeys(split.document for split in told))}. {edition.source} {shown.note}",
        texts={
            "groei_eerder_zin": f"{published_words(told, snapshots)} {words}",
            "groei_eerder_uitleg": f"{_method_words(computed, shown, told[0])} {_other_words(shown, edition.rules)}",
            "groei_eerder_oorzaak": _cause_words(edition, computed),
        },
        open_table=True,
    )  # fmt: skip


def _only_words(what: str, why: str) -> Finding:
    texts = {
        "groei_eerder_zin": what,
        "groei_eerder_uitleg": why or "Hier is dus niets te vergelijken.",
        "groei_eerder_oorzaak": _ARITHMETIC,
    }
    return Finding(name="groei-eerder-bekend", texts=texts)


# -- rows and words ------------------------------------------------------------------------------


def _rows(edition: Edition, computed: pd.DataFrame, told: list[Told], labels: pd.Series) -> Safe:
    """What is shown: per day and for the whole year first what was published, then what we calculate."""
    margins = margins_of(edition, computed)
    safe_rows = safe_effects(edition, computed, margins)
    rows = [_published_row(split, labels) for split in told]
    rows += [_computed_row(edition, row, told[0], margins) for _, row in safe_rows.frame.iterrows()]
    frame = pd.DataFrame(sorted(rows, key=lambda row: row["order"])).drop(columns="order")
    frame = frame.astype({"share": "Float64", "harmonisation_share": "Float64"})
    return safe_rows.derived(
        frame.assign(
            percent=(frame["share"] * 100).round(),
            intensiteit=frame["share"].map(whole_percent, na_action=None),
            tarief=frame["harmonisation_share"].map(whole_percent, na_action=None),
        )
    )


_LAST = "9999"
_AMOUNTS = {"volume": "volume", "indexation": "indexatie", "other": "overig", "total": "verandering"}


def _computed_row(edition: Edition, row: pd.Series, told: Told, margins: Mapping[str, Margin]) -> dict[str, Any]:
    moment, margin = row["moment"], margins.get(row["moment"])
    intensity, harmonisation, why = shares(row, edition.rules, margin)
    when = _when(moment, told)
    completed = is_completed(moment)
    what = when if moment == WHOLE_YEAR else f"bekend op {when}"
    amounts = {
        dutch: numbers.MISSING if completed else numbers.signed_thousands(row[name]) for name, dutch in _AMOUNTS.items()
    }
    return {
        "order": (_LAST if moment == WHOLE_YEAR else day_of(moment), 2 if completed else 1),
        "wat": f"Berekend: {what}{_WITH_LATE if completed else ''}",
        "kort": f"berekend, {when}{_WITH_LATE if completed else ''}",
        "soort": _kind(edition), "moment": moment, "waarom": why, "share": intensity,
        "harmonisation_share": harmonisation, "total": row["total"],
        "small_parts": row["volume"] + row["indexation"] + row["other"],
        "marge": _margin_words(intensity, margin), **amounts,
    }  # fmt: skip


_WITH_LATE = ", met wat nog komt"


def _when(moment: str, told: Told) -> str:
    if moment == WHOLE_YEAR:
        return f"heel {told.compare}"
    return day_in_words(date.fromisoformat(day_of(moment)))


def _margin_words(share: float | None, margin: Margin | None) -> str:
    ends = None if share is None or margin is None else margin.around(share)
    return numbers.MISSING if ends is None else " tot ".join(dict.fromkeys(whole_percent(end) for end in ends))


def _kind(edition: Edition) -> str:
    return "voorbeelddata" if edition.is_example else "declaraties"


def _published_row(split: Told, labels: pd.Series) -> dict[str, Any]:
    if split.on_whole_year:
        what = short = f"heel {split.compare}"
    else:
        what = labels.get(split.vintage, f"stand {split.vintage}")
        short = day_in_words(date.fromisoformat(split.vintage)) if split.vintage in labels else split.vintage
    return {
        "order": (_LAST if split.on_whole_year else split.vintage, 0),
        "wat": f"Gepubliceerd: {what}", "kort": f"gepubliceerd, {short}", "soort": split.status,
        "moment": "", "waarom": "", "share": split.intensity, "harmonisation_share": split.harmonisation,
        **dict.fromkeys(("marge", *_AMOUNTS.values()), numbers.MISSING),
    }  # fmt: skip


def _computed_words(edition: Edition, shown: Safe, computed: pd.DataFrame, told: Told) -> str:
    """The calculated shares, or why there are none, per day and for the whole year."""
    rows = shown.frame.set_index("moment")
    sentences = [f"Dit boek maakt dezelfde splitsing met {_kind(edition)}."]
    for known_on in computed["known_on"]:
        day = day_in_words(date.fromisoformat(known_on))
        sentences.append(_share_words(f"Bekend op {day}", rows.loc[known_on]))
        if completed_moment(known_on) in rows.index:
            when = f"Met wat er volgens de stand van {day} over die maanden nog zou komen"
            sentences.append(_share_words(when, rows.loc[completed_moment(known_on)]))
    sentences.append(_share_words(f"Over heel {told.compare}", rows.loc[WHOLE_YEAR]))
    return " ".join(sentences)


def _share_words(when: str, row: pd.Series) -> str:
    if row["waarom"]:
        return f"{when}: geen verdeling, want {row['waarom']}."
    margin = "" if row["marge"] == numbers.MISSING else f" (marge van het eerste {row['marge']})"
    return f"{when}: {row['intensiteit']} door intensiteit en {row['tarief']} door tarieven{margin}."


def _method_words(computed: pd.DataFrame, shown: Safe, told: Told) -> str:
    late = any(is_completed(moment) for moment in shown.frame["moment"])
    completed = (
        " Met wat nog komt is de schatting die toen te maken was: dezelfde maanden, aangevuld naar hoe snel "
        f"declaraties tot die dag binnenkwamen, tegenover wat er van {told.base} op die dag binnen was."
        if late else ""
    )  # fmt: skip
    days = [day_in_words(date.fromisoformat(known_on)) for known_on in computed["known_on"]]
    return (
        f"Voor {' en '.join(days)} tellen alleen de zorgmaanden die toen voorbij waren, met de declaraties die toen "
        f"binnen waren. Ze staan tegenover dezelfde maanden van {told.base}, met de declaraties die in {told.base} op "
        f"dezelfde dag binnen waren.{completed}"
    )


def _other_words(shown: Safe, rules: Rules) -> str:
    """How much of the whole year's change is neither intensity nor tariff: the published split has no room for it."""
    row = shown.frame.set_index("moment").loc[WHOLE_YEAR]
    if numbers.is_missing(row["total"]) or abs(row["total"]) < CLEAR * rules.money_base_cents:
        return "Hoe groot de andere delen zijn, is niet in procenten te geven."
    return (
        f"Alle andere delen, zoals volume en indexatie, zijn in onze berekening over het hele jaar samen "
        f"{numbers.percent(row['small_parts'] / row['total'])} van de hele verandering."
    )


def _cause_words(edition: Edition, computed: pd.DataFrame) -> str:
    notes = list(dict.fromkeys(note for note in computed["note"] if note))
    return " ".join([*([_BUILT_IN] if edition.is_example else []), *notes, _ARITHMETIC])
