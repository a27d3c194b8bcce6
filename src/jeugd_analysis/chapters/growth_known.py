"""Chapter 30, last section: a published split of the cost, made again as known then and over the whole year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_shown import told_effects, told_known_effects, whole_year_effects
from jeugd_analysis.chapters.growth_sure import CLEAR
from jeugd_analysis.domain.period import day_in_words
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart
from jeugd_analysis.present.disclosure import Rules, Safe, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.tables import Column, table_html

_PARTS = {"intensiteit": "intensity", "harmonisatie van tarieven": "harmonisation"}
_SHOWN = ["intensity", "harmonisation", "volume", "indexation", "other"]
_WHOLE_YEAR = "heel jaar"
_ARITHMETIC = "Een splitsing is rekenen. Zij zegt niet waarom de kosten veranderden."
_BUILT_IN = (
    "In de voorbeelddata hebben wij zelf ingebouwd dat gelijkgetrokken tarieven pas laat in het jaar beginnen. "
    "Daardoor telt het tarief over het hele jaar zwaarder mee. Dat is ons voorbeeld. "
    "Het bewijst niet dat het echt zo ging."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A split as it was published: shares of 0 to 1."""

    base: int
    compare: int
    vintage: str
    status: str
    intensity: float
    harmonisation: float
    document: str

    @property
    def on_whole_year(self) -> bool:
        """Published after the compared year had ended."""
        return self.vintage[:4] > str(self.compare)


def known_split(municipality: str, period: str) -> Finding:
    """What was published about the split then and later, beside the same split made from the claims."""
    edition = Edition.open(municipality, period)
    snapshots = edition.store.reference("snapshots").fillna({"note": ""})
    told = _published(edition, snapshots)
    if not told:
        return _only_words(f"Voor {edition.area.in_name} is geen eerdere splitsing gepubliceerd.", "")
    pair = snapshots[snapshots["base"].eq(str(told[0].base)) & snapshots["compare"].eq(str(told[0].compare))]
    computed = _known_in(edition, pair)
    if computed.empty:
        return _only_words(_published_words(told, snapshots), _why_not(told[0]))
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
            "volume": Column(heading="Volume", write=str),
            "indexatie": Column(heading="Indexatie", write=str),
            "overig": Column(heading="Overig", write=str),
            "verandering": Column(heading="Totaal", write=str),
        }, caption=f"De splitsing van {told[0].base} naar {told[0].compare}, {edition.area.name}"),
        source="Intensiteit en tarief (harmonisatie) zijn procenten van die twee samen, want andere delen zijn niet "
        "gepubliceerd. De rest is x € 1.000. Overig: mix, stapeling en contracten. Gepubliceerd: "
        f"{'; '.join(dict.fromkeys(split.document for split in told))}. {edition.source} {shown.note}",
        texts={
            "groei_eerder_zin": f"{_published_words(told, snapshots)} {words}",
            "groei_eerder_uitleg": f"{_method_words(computed, told[0])} {_other_words(shown, edition.rules)}",
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


# -- what was published --------------------------------------------------------------------------


def _published(edition: Edition, snapshots: pd.DataFrame) -> list[_Told]:
    """The published splits of this area in time: of the latest pair of years with a snapshot, else the latest pair."""
    code = edition.region.details["published_code"] if edition.area.is_region else edition.area.code
    facts = edition.store.published("facts")
    mine = facts["topic"].eq("decomposition") & facts["indicator"].eq("cost_growth_split") & facts["area"].eq(code)
    rows = facts[mine & facts["breakdown"].isin(list(_PARTS))]
    if rows.empty:
        return []
    with_snapshot = set(snapshots["base"] + "-" + snapshots["compare"])
    period = max(rows["period"], key=lambda period: (period in with_snapshot, period))
    return list(_read_splits(rows[rows["period"] == period]))


def _read_splits(rows: pd.DataFrame) -> Iterator[_Told]:
    for _, group in rows.groupby("vintage"):  # sorted: 2018-11-26 comes before 2019-03
        share = {_PARTS[row.breakdown]: float(row.value) / 100 for row in group.itertuples()}
        first = group.iloc[0]
        base, compare = first["period"].split("-")
        if len(share) == len(_PARTS):
            yield _Told(
                base=int(base), compare=int(compare), vintage=first["vintage"], status=first["status"],
                document=first["document"], **share,
            )  # fmt: skip


def _published_words(told: list[_Told], snapshots: pd.DataFrame) -> str:
    labels = snapshots.set_index("known_on")["label"]
    change = f"de kostenstijging van {told[0].base} naar {told[0].compare}"
    sentences = []
    for split in told:
        intensity, tariffs = whole_percent(split.intensity), whole_percent(split.harmonisation)
        shares = f"{intensity} door intensiteit en voor {tariffs} door tarieven"
        if split.on_whole_year:
            sentences.append(f"Later is over heel {split.compare} gepubliceerd: voor {shares}.")
            continue
        according = (
            f"Volgens de {labels[split.vintage]}"
            if split.vintage in labels
            else f"Volgens de stand van {split.vintage}"
        )
        forecast = " Dat was een raming." if split.status == "raming" else ""
        sentences.append(f"{according} kwam {change} voor {shares}.{forecast}")
    return " ".join(sentences)


def _why_not(told: _Told) -> str:
    return (
        f"Dit boek kan die splitsing niet opnieuw berekenen. Daarvoor zijn de declaraties van {told.base} en "
        f"{told.compare} nodig, zonder breuk ertussen."
    )


# -- the same split from the claims --------------------------------------------------------------


def _known_in(edition: Edition, pair: pd.DataFrame) -> pd.DataFrame:
    """The snapshots of a pair of years that the claims of this edition can tell about, in time."""
    cells, whole = edition.mart("known_cells"), edition.mart("contract_cells")
    if not edition.area.is_region:
        cells = cells[cells["municipality"] == edition.area.code]
        whole = whole[whole["municipality"] == edition.area.code]

    def possible(row: pd.Series) -> bool:
        base, compare = int(row["base"]), int(row["compare"])
        known = cells.loc[cells["known_on"] == row["known_on"], "year"]
        broken = [
            b
            for m in ("intensity", "tariff")
            for b in edition.region.breaks_between(edition.area.code, m, base, compare)
        ]
        complete = {base, compare} <= set(known) and {base, compare} <= set(whole["year"])
        return complete and not broken and compare <= edition.quarter.last_settled_year

    return pair.loc[[possible(row) for _, row in pair.iterrows()]].sort_values("known_on", ignore_index=True)


def _safe_effects(edition: Edition, computed: pd.DataFrame) -> Safe:
    """One row per day and one for the whole year (keys in `moment`): amounts that add up to the total, and percent.

    percent: intensity in intensity and harmonisation together, from exact cents: of rounded amounts it would be off.
    """
    base, compare = int(computed.loc[0, "base"]), int(computed.loc[0, "compare"])
    rows = [
        _one_row(day, told_known_effects(edition, day, base, compare), _known_youths(edition, day))
        for day in computed["known_on"]
    ]
    usage = edition.usage("totaal").set_index("period")["youths"]
    youths = min(usage[str(base)], usage[str(compare)])
    whole = _one_row(_WHOLE_YEAR, told_effects(edition, base, compare), youths)
    # A percent goes through the gate as one step of its rounding of amounts: hidden as they are, and in whole percents.
    step = edition.rules.money_base_cents
    exact = pd.DataFrame([*rows, whole])
    shown = safe(
        exact.assign(percent=exact["percent"] * step),
        rules=edition.rules, keys=["moment"], count="youths", money=[*_SHOWN, "percent"], adds_up=_SHOWN,
    )  # fmt: skip
    told = shown.frame.set_index("moment")
    year = whole_year_effects(edition, base, compare, pd.Series(whole)[_SHOWN])
    told.loc[_WHOLE_YEAR, _SHOWN] = year.frame.loc[0, _SHOWN]  # adds up to the amounts that other figures show
    total = told[_SHOWN].sum(axis=1, skipna=False)
    return shown.derived(told.assign(total=total, percent=told["percent"] // step).reset_index())


def _one_row(moment: str, effects: pd.Series, youths: int) -> dict[str, Any]:
    named = {name: effects[name] for name in _SHOWN if name != "other"}
    both = named["intensity"] + named["harmonisation"]
    percent = min(max(100 * named["intensity"] / both, 0), 100) if both else 0
    other = effects["total"] - sum(named.values())
    return {"moment": moment, "youths": youths, "percent": percent, **named, "other": other}


def _known_youths(edition: Edition, known_on: str) -> int:
    """Youths in the smaller of the two years, as known on that day."""
    youths = edition.mart("known_youths")
    mine = youths["known_on"].eq(known_on) & (edition.area.is_region | youths["municipality"].eq(edition.area.code))
    return int(youths[mine].groupby("year")["youths"].sum().min())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Margin:
    """How far intensity and tariff together may lie below and above what is calculated, in cents."""

    below: float
    above: float

    def is_clear(self, change: float) -> bool:
        """Whether the change is on one side of zero, margin and all."""
        return (change - self.below) * (change + self.above) > 0


def _margin(edition: Edition, base: int, compare: int) -> _Margin | None:
    """The margin over the whole year; that of an earlier day is taken to be as wide. None when it was not estimated."""
    found = []
    for name in ("growth_interval", "growth_share"):
        told = edition.store.estimates(name, edition.quarter)
        found.append(told[(told["area"] == edition.area.code) & (told["base"] == base) & (told["compare"] == compare)])
    interval, share = found
    if interval.empty or share.empty:
        return None
    estimate = interval.loc[interval["effect"].isin(_PARTS.values()), "estimate"].sum()
    return _Margin(below=estimate - share["sum_low"].iloc[0], above=share["sum_high"].iloc[0] - estimate)


def _shares(row: pd.Series, rules: Rules, margin: _Margin | None) -> tuple[float | None, float | None, str]:
    """Shares of intensity and harmonisation in the two together, or the reason why there are none."""
    intensity, harmonisation = row["intensity"], row["harmonisation"]
    if numbers.is_missing(intensity) or numbers.is_missing(harmonisation):
        return None, None, "het gaat om te weinig jeugdigen"
    if intensity * harmonisation < 0:
        return None, None, "intensiteit en tarief gaan tegen elkaar in"
    if abs(intensity + harmonisation) < (least := CLEAR * rules.money_base_cents):
        return None, None, f"intensiteit en tarief veranderden samen minder dan {numbers.euro(least)}"
    if margin is None or not margin.is_clear(intensity + harmonisation):
        return None, None, "het is niet duidelijk dat intensiteit en tarief samen veranderden"
    return row["percent"] / 100, 1 - row["percent"] / 100, ""


# -- rows and words ------------------------------------------------------------------------------


def _rows(edition: Edition, computed: pd.DataFrame, told: list[_Told], labels: pd.Series) -> Safe:
    """What is shown: per day and for the whole year first what was published, then what we calculate."""
    safe_rows = _safe_effects(edition, computed)
    margin = _margin(edition, told[0].base, told[0].compare)
    rows = [_published_row(split, labels) for split in told]
    for _, row in safe_rows.frame.iterrows():
        whole = row["moment"] == _WHOLE_YEAR
        when = f"heel {told[0].compare}" if whole else day_in_words(date.fromisoformat(row["moment"]))
        intensity, harmonisation, why = _shares(row, edition.rules, margin)
        rows.append({
            "order": (_LAST if whole else row["moment"], 1),
            "wat": f"Berekend: {when if whole else f'bekend op {when}'}",
            "kort": f"berekend, {when}", "soort": _kind(edition), "moment": row["moment"], "waarom": why,
            "share": intensity, "harmonisation_share": harmonisation,
            "total": row["total"], "small_parts": row["volume"] + row["indexation"] + row["other"],
            "volume": numbers.signed_thousands(row["volume"]), "indexatie": numbers.signed_thousands(row["indexation"]),
            "overig": numbers.signed_thousands(row["other"]), "verandering": numbers.signed_thousands(row["total"]),
        })  # fmt: skip
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


def _kind(edition: Edition) -> str:
    return "voorbeelddata" if edition.is_example else "declaraties"


def _published_row(split: _Told, labels: pd.Series) -> dict[str, Any]:
    if split.on_whole_year:
        what = short = f"heel {split.compare}"
    else:
        what = labels.get(split.vintage, f"stand {split.vintage}")
        short = day_in_words(date.fromisoformat(split.vintage)) if split.vintage in labels else split.vintage
    return {
        "order": (_LAST if split.on_whole_year else split.vintage, 0),
        "wat": f"Gepubliceerd: {what}", "kort": f"gepubliceerd, {short}", "soort": split.status,
        "moment": "", "waarom": "", "share": split.intensity, "harmonisation_share": split.harmonisation,
        **dict.fromkeys(("volume", "indexatie", "overig", "verandering"), numbers.MISSING),
    }  # fmt: skip


def _computed_words(edition: Edition, shown: Safe, computed: pd.DataFrame, told: _Told) -> str:
    """The calculated shares, or why there are none, per day and for the whole year."""
    rows = shown.frame.set_index("moment")
    days = {known_on: f"Bekend op {day_in_words(date.fromisoformat(known_on))}" for known_on in computed["known_on"]}
    sentences = [f"Dit boek maakt dezelfde splitsing met {_kind(edition)}."]
    for moment, when in {**days, _WHOLE_YEAR: f"Over heel {told.compare}"}.items():
        row = rows.loc[moment]
        shares = f"{row['intensiteit']} door intensiteit en {row['tarief']} door tarieven"
        sentences.append(
            f"{when}: {shares}." if not row["waarom"] else f"{when}: geen verdeling, want {row['waarom']}."
        )
    return " ".join(sentences)


def _method_words(computed: pd.DataFrame, told: _Told) -> str:
    days = [day_in_words(date.fromisoformat(known_on)) for known_on in computed["known_on"]]
    return (
        f"Voor {' en '.join(days)} tellen alleen de zorgmaanden die toen voorbij waren, met de declaraties die toen "
        f"binnen waren. Ze staan tegenover dezelfde maanden van {told.base}, met de declaraties die in {told.base} op "
        "dezelfde dag binnen waren."
    )


def _other_words(shown: Safe, rules: Rules) -> str:
    """How much of the whole year's change is neither intensity nor tariff: the published split has no room for it."""
    row = shown.frame.set_index("moment").loc[_WHOLE_YEAR]
    if numbers.is_missing(row["total"]) or abs(row["total"]) < CLEAR * rules.money_base_cents:
        return "Hoe groot de andere delen zijn, is niet in procenten te geven."
    return (
        f"Alle andere delen, zoals volume en indexatie, zijn in onze berekening over het hele jaar samen "
        f"{numbers.percent(row['small_parts'] / row['total'])} van de hele verandering."
    )


def _cause_words(edition: Edition, computed: pd.DataFrame) -> str:
    notes = list(dict.fromkeys(note for note in computed["note"] if note))
    return " ".join([*([_BUILT_IN] if edition.is_example else []), *notes, _ARITHMETIC])
