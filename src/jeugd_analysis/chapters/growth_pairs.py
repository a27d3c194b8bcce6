"""Which years of cost can be split against each other in an area, and what is said of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.region import Break
from jeugd_analysis.present import numbers
from jeugd_analysis.present.choice import Choices, Pair, name_of
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed

_SPLIT = ("intensity", "tariff")
_TOTAL = ("cost", "youths")


def comparable_pairs(edition: Edition) -> list[Pair]:
    """Pairs of years with cost of which all claims are in, without a break for intensity or tariff; latest first."""
    settled = [year for year in _years(edition) if year <= edition.quarter.last_settled_year]
    found = [pair for pair in combinations(settled, 2) if not _breaks(edition, pair, _SPLIT)]
    return sorted(found, key=lambda pair: (pair[1], pair[0]), reverse=True)


def latest_pair(edition: Edition) -> Pair | None:
    """The pair that a page is about until its reader chooses another; None when nothing can be split."""
    return next(iter(comparable_pairs(edition)), None)


def with_choice(edition: Edition, name: str, make: Callable[[int, int], Finding], *, leads: bool) -> Finding | None:
    """A finding per comparable pair to choose from, with the title and texts of the latest; None without any pair."""
    parts = {pair: make(*pair) for pair in comparable_pairs(edition)}
    if not parts:
        return None
    latest = next(iter(parts.values()))
    named = {
        pair: replace(part, name=name if part is latest else f"{name}-{name_of(pair)}") for pair, part in parts.items()
    }
    choices = Choices(parts=named, closed=why_not(edition) if leads else {}, leads=leads)
    return Finding(name=name, title=latest.title, texts=latest.texts, choices=choices)


def why_not(edition: Edition) -> dict[Pair, str]:
    """Pairs of years that cannot be split: why, and what can be told instead."""
    shown = edition.shown("totaal").frame.set_index("period")
    allowed = set(comparable_pairs(edition))
    return {
        pair: " ".join([_reason(edition, pair), *_instead(edition, pair, shown)])
        for pair in combinations(_years(edition), 2)
        if pair not in allowed
    }


def caution(edition: Edition, base: int, compare: int) -> str:
    """What makes the totals of a pair hard to compare although it can be split; empty when nothing does."""
    found = _breaks(edition, (base, compare), _TOTAL)
    if not found:
        return ""
    return f"Let op: {' '.join(b.explanation for b in found)} Dat is een deel van de verandering."


def _years(edition: Edition) -> list[int]:
    """Years that have ended and in which the area had cost."""
    rows = edition.usage("totaal")
    there = rows.loc[rows["youths"] > 0, "period"].astype("int64")
    return sorted(int(year) for year in there if year <= edition.quarter.last_full_year)


def _breaks(edition: Edition, pair: Pair, measures: tuple[str, ...]) -> list[Break]:
    """Breaks between two years for any of these measures, in time, each once."""
    found = [b for measure in measures for b in edition.region.breaks_between(edition.area.code, measure, *pair)]
    return sorted(dict.fromkeys(found), key=lambda b: (b.year, b.label))


def _reason(edition: Edition, pair: Pair) -> str:
    start = f"Van {pair[0]} naar {pair[1]} is de verandering niet te splitsen."
    if late := [str(year) for year in pair if year > edition.quarter.last_settled_year]:
        return f"{start} Over {listed(late)} komen nog declaraties binnen."
    told = [f"{b.year} ({b.label.partition(': ')[2] or b.label})" for b in _breaks(edition, pair, _SPLIT)]
    return f"{start} Hulp per jeugdige en tarieven zijn anders geteld sinds {listed(told)}."


def _instead(edition: Edition, pair: Pair, shown: pd.DataFrame) -> list[str]:
    """The total cost and the youths of both years, as they are published."""
    before, after = (shown.loc[str(year)] for year in pair)
    told = []
    if not (numbers.is_missing(before.amount_cents) or numbers.is_missing(after.amount_cents)):
        told.append(f"de kosten gingen van {numbers.euro(before.amount_cents)} naar {numbers.euro(after.amount_cents)}")
    if not (numbers.is_missing(before.youths) or numbers.is_missing(after.youths)):
        count = f"van {numbers.count(before.youths)} naar {numbers.count(after.youths)}"
        told.append(f"het aantal jeugdigen ging {count}")
    if not told:
        return ["Ook de totalen zijn geheim."]
    left = edition.without("cost", str(pair[1]))
    words = [f"Wel te zeggen: {listed(told)}{left}."]
    if others := [b for b in _breaks(edition, pair, _TOTAL) if not set(_SPLIT) & b.measures]:
        words.append(f"Ook dat is niet helemaal te vergelijken. {' '.join(b.explanation for b in others)}")
    return words
