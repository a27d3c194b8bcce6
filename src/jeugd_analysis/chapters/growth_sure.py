"""Part of chapter 30: how sure is each effect? Its margin, what other ways of splitting give, and what can be said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_effects import EFFECTS, SHORT
from jeugd_analysis.chapters.growth_late import late_words
from jeugd_analysis.chapters.growth_pairs import latest_pair
from jeugd_analysis.chapters.growth_shown import shown_effects, told_effects
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Safe, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_upper, listed
from jeugd_analysis.present.tables import Column, table_html

MAIN = ("volume", "stacking", "mix", "intensity", "indexation", "harmonisation")
UP, DOWN, UNSURE, METHOD, NONE, HIDDEN, UNKNOWN = (
    "duidelijk omhoog", "duidelijk omlaag", "niet te zeggen", "hangt af van rekenwijze", "geen verandering", "geheim",
    "marge onbekend",
)  # fmt: skip
CLEAR = 50  # times the rounding of amounts: from there on a whole percent tells hardly more than such amounts do
_CHANCE = {UP: "meer dan toeval", DOWN: "meer dan toeval", UNSURE: "kan toeval zijn"}  # the total itself is counted
_SUBJECT = {  # effect -> who did it when the cost rose and when it fell, and what it is about
    "volume": ("Meer jeugdigen", "Minder jeugdigen", "het aantal jeugdigen"),
    "stacking": ("Meer soorten hulp per jeugdige", "Minder soorten hulp per jeugdige", "stapeling van hulp"),
    "mix": ("Andere soorten hulp of aanbieders", "Andere soorten hulp of aanbieders", "de mix van hulp"),
    "intensity": ("Meer hulp per jeugdige", "Minder hulp per jeugdige", "de hoeveelheid hulp per jeugdige"),
    "indexation": ("Indexatie", "Indexatie", "indexatie"),
    "harmonisation": (
        "Hogere tarieven (los van indexatie)", "Lagere tarieven (los van indexatie)", "tarieven (los van indexatie)"),
}  # fmt: skip
_PLURAL = {"mix", "harmonisation", "volume"}
_SIDES = ("low", "high", "lowest", "highest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One effect as it is told, in cents: its amount, its margin and the range over methods; None: not known."""

    amount: int | None
    low: int | None = None
    high: int | None = None
    lowest: int | None = None
    highest: int | None = None

    @property
    def verdict(self) -> str:
        """What can be said: clear only when the margin and all methods point the same way."""
        if self.amount is None:
            return HIDDEN
        if self.low is None or self.high is None:
            return UNKNOWN
        ends = [end for end in (self.lowest, self.highest) if end is not None]
        if not any((self.amount, self.low, self.high, *ends)):
            return NONE
        if self.low <= 0 <= self.high:
            return UNSURE
        if min([self.low, *ends]) > 0:
            return UP
        return DOWN if max([self.high, *ends]) < 0 else METHOD


def how_sure(municipality: str, period: str) -> Finding:
    """Beside each effect of the latest comparable pair: its margin, the range over methods and a sentence."""
    edition = Edition.open(municipality, period)
    pair = latest_pair(edition)
    if pair is None:
        return _only_words("Er is niets gesplitst, dus er is ook geen marge.")
    shown = sureness(edition, *pair)
    rows = shown.frame.set_index("effect")
    found = {name: _effect(rows.loc[name]) for name in rows.index}
    return Finding(
        name="groei-zeker",
        title=_title(found),
        unit=f"Verandering van {pair[0]} naar {pair[1]}, met de marge en andere rekenwijzen, x € 1.000",
        table=table_html(_written(shown), {
            "naam": Column(heading="Onderdeel"),
            "bedrag": Column(heading="Bedrag", write=str),
            "marge": Column(heading="Marge (80%)", write=str),
            "methoden": Column(heading="Andere rekenwijzen", write=str),
            "oordeel": Column(heading="Wat is te zeggen"),
        }, caption=f"Hoe zeker is dit? {pair[0]}-{pair[1]}, {edition.area.name}"),
        source=f"Marge: uit 1.000 nieuwe trekkingen van jeugdigen en van wat nog komt. "
        "Rekenwijzen: Shapley, LMDI, Laspeyres en Paasche. "
        f"{edition.source} {shown.note}",
        texts={
            "groei_zeker": _summary(found),
            **{f"groei_zeker_{SHORT[name].replace(' ', '_')}": sentence(name, found[name]) for name in MAIN},
            "groei_zeker_aandeel": share_words(edition, *pair),
            "groei_zeker_komt": late_words(rows["late"], SHORT),
        },
    )  # fmt: skip


def _only_words(words: str) -> Finding:
    names = [f"groei_zeker_{SHORT[name].replace(' ', '_')}" for name in MAIN]
    no_words = {
        **dict.fromkeys(names, numbers.MISSING),
        "groei_zeker_aandeel": "Er is ook geen verdeling.",
        "groei_zeker_komt": "Wat er nog komt, staat verderop.",
    }
    return Finding(name="groei-zeker", texts={"groei_zeker": words, **no_words})


# -- numbers ---------------------------------------------------------------------------------------


def sureness(edition: Edition, base: int, compare: int) -> Safe:
    """Per effect and for the total: amount as told, low, high, lowest and highest around it, and late: rounded cents.

    late is what claims that are still to come would add; low and high lie around the amount with them. The estimates
    are exact and the told effects use published numbers of youths, so only distances are taken from them: they lie
    around the effect that is told. Missing: hidden, or not estimated.
    """
    told = shown_effects(edition, base, compare, "totaal", list(EFFECTS)).frame.iloc[0]
    around = _distances(edition, base, compare)
    youths = edition.usage("totaal").set_index("period")["youths"]
    least = min(youths[str(base)], youths[str(compare)])
    table = around.reset_index(names="effect").assign(youths=least)
    hidden = pd.Series([numbers.is_missing(told[name]) for name in table["effect"]])
    shown = safe(
        table, rules=edition.rules, keys=["effect"], count="youths", money=[*_SIDES, "late"], also_hidden=hidden,
    )  # fmt: skip
    frame = shown.frame.drop(columns="youths")
    amount = pd.array([told[name] for name in frame["effect"]], dtype="Int64")
    return shown.derived(frame.assign(amount=amount, **{side: amount + frame[side] for side in _SIDES}))


def _distances(edition: Edition, base: int, compare: int) -> pd.DataFrame:
    """Per effect how far ends and estimate lie from the exact effect, in cents; missing where none was estimated."""
    names = [*EFFECTS, "total"]
    interval = _estimates(edition, "growth_interval", base, compare).set_index("effect").reindex(names)
    methods = _estimates(edition, "growth_method", base, compare)
    exact = methods[methods["method"] == "shapley"].set_index("effect")["amount_cents"].reindex(names)
    range_ = methods.groupby("effect")["amount_cents"].agg(["min", "max"]).reindex(names)
    return pd.DataFrame(
        {
            "low": interval["low"] - exact,
            "high": interval["high"] - exact,
            "lowest": range_["min"] - exact,
            "highest": range_["max"] - exact,
            "late": interval["estimate"] - exact,
        }
    ).astype("Float64")


def _estimates(edition: Edition, name: str, base: int, compare: int) -> pd.DataFrame:
    told = edition.store.estimates(name, edition.quarter)
    return told[(told["area"] == edition.area.code) & (told["base"] == base) & (told["compare"] == compare)]


def _effect(row: pd.Series) -> Effect:
    told = {name: None if numbers.is_missing(row[name]) else int(row[name]) for name in ("amount", *_SIDES)}
    return Effect(**told)


def _written(shown: Safe) -> Safe:
    frame = shown.frame
    effects = [_effect(row) for _, row in frame.iterrows()]
    keep = [name in MAIN or name == "total" or effect.verdict != NONE
            for name, effect in zip(frame["effect"], effects, strict=True)]  # fmt: skip
    names = [first_upper(SHORT.get(name, "alles samen")) for name in frame["effect"]]
    return shown.derived(
        frame.assign(
            naam=names,
            bedrag=frame["amount"].map(numbers.signed_thousands, na_action=None),
            marge=[_range(effect.low, effect.high, write=numbers.signed_thousands) for effect in effects],
            methoden=[_range(effect.lowest, effect.highest, write=numbers.signed_thousands) for effect in effects],
            oordeel=[
                _CHANCE.get(effect.verdict, effect.verdict) if name == "total" else effect.verdict
                for name, effect in zip(frame["effect"], effects, strict=True)
            ],
        )[keep].reset_index(drop=True)
    )


def _range(low: int | None, high: int | None, *, write: Callable[[float], str] = numbers.signed_euro) -> str:
    if low is None or high is None:
        return numbers.MISSING
    ends = list(dict.fromkeys([write(low), write(high)]))
    return " tot ".join(ends)


# -- words -----------------------------------------------------------------------------------------


def sentence(name: str, effect: Effect) -> str:
    """What can be said about one effect, in one sentence that is right for every sign and size."""
    rise, fall, about = _SUBJECT[name]
    verdict = effect.verdict
    if verdict in (UP, DOWN):
        assert effect.amount is not None
        subject = rise if verdict == UP else fall
        verb = "maakten" if name in _PLURAL else "maakte"
        way = "duurder" if verdict == UP else "goedkoper"
        return f"{subject} {verb} de jeugdhulp duidelijk {way}: {_about(effect)}."
    return {
        HIDDEN: f"{first_upper(about)}: de bedragen zijn geheim.",
        UNKNOWN: f"{first_upper(about)}: hoe zeker dit is, is niet berekend.",
        NONE: f"{first_upper(about)}: dit veranderde de kosten niet.",
        UNSURE: f"{first_upper(about)}: of dit de kosten verhoogde of verlaagde, is niet te zeggen "
        f"(marge {_range(effect.low, effect.high)}).",
        METHOD: f"{first_upper(about)}: of dit de kosten verhoogde of verlaagde, is niet te zeggen. "
        "Dat hangt af van de rekenwijze.",
    }[verdict]


def _about(effect: Effect) -> str:
    amount = numbers.euro(abs(effect.amount or 0))
    ends = [numbers.euro(end) for end in sorted(abs(end) for end in (effect.low, effect.high) if end is not None)]
    return amount if ends[0] == ends[1] else f"ongeveer {amount}, met een marge van {ends[0]} tot {ends[1]}"


def _summary(found: dict[str, Effect]) -> str:
    """Which main effects are clear and which are not, for the first paragraph of the page."""
    of = {name: found[name].verdict for name in MAIN}
    if set(of.values()) <= {HIDDEN}:
        return "Hoe zeker dat is, is niet te tonen."
    if UNKNOWN in of.values():
        return "Hoe zeker dat is, is niet berekend."
    groups = {
        "Duidelijk omhoog": [name for name, verdict in of.items() if verdict == UP],
        "Duidelijk omlaag": [name for name, verdict in of.items() if verdict == DOWN],
        "Niet te zeggen": [name for name, verdict in of.items() if verdict in (UNSURE, METHOD)],
    }
    return " ".join(f"{way}: {listed([SHORT[name] for name in names])}." for way, names in groups.items() if names)


def _title(found: dict[str, Effect]) -> str:
    clear = [name for name in MAIN if found[name].verdict in (UP, DOWN)]
    known = [name for name in MAIN if found[name].verdict not in (HIDDEN, UNKNOWN)]
    if not known:
        return "Hoe zeker de splitsing is, is niet te tonen"
    if not clear:
        return "Van geen enkel onderdeel is duidelijk of het de kosten verhoogde"
    return f"Duidelijk {'zijn' if len(clear) > 1 else 'is alleen'}: {listed([SHORT[name] for name in clear])}"


_NO_SHARE = {
    "change_not_clear": "Intensiteit en overig tarief veranderden samen niet duidelijk.",
    "opposite_signs": "Intensiteit en overig tarief gaan tegen elkaar in.",
}


def share_words(edition: Edition, base: int, compare: int) -> str:
    """Which part of intensity and tariff together is intensity, or why no such share is given."""
    found = _estimates(edition, "growth_share", base, compare)
    shown = shown_effects(edition, base, compare, "totaal", list(EFFECTS)).frame.iloc[0]
    if numbers.is_missing(shown["total"]):
        return "De verdeling over intensiteit en tarief is geheim."
    if found.empty:
        return "Een verdeling over intensiteit en tarief is niet berekend."
    share = found.iloc[0]
    if shown["harmonisation"] == 0:
        return "Overig tarief veranderde de kosten niet. Tussen intensiteit en tarief is dus niets te verdelen."
    why = _NO_SHARE.get(share["reason"], "")
    exact = told_effects(edition, base, compare)
    both = exact["intensity"] + exact["harmonisation"]
    least = CLEAR * edition.rules.money_base_cents
    if not why and abs(shown["intensity"] + shown["harmonisation"]) < least:
        why = f"Intensiteit en overig tarief veranderden samen minder dan {numbers.euro(least)}."
    if why:
        return f"{why} Daarom geven wij geen verdeling in procenten."
    told = exact["intensity"] / both
    ends = [min(max(told + share[side] - share["share"], 0.0), 1.0) for side in ("low", "high")]
    return (
        f"Van intensiteit en overig tarief samen kwam {numbers.percent(told, 0)} door intensiteit "
        f"(marge {numbers.percent(ends[0], 0)} tot {numbers.percent(ends[1], 0)})."
    )
