"""What somebody decides: lines that count after all or never will, and jumps that are right."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.intake import Progress, only_one, outdated, outdated_in_words, silent
from jeugd_analysis.quality.late import odd
from jeugd_analysis.store import Delivery, Part, Store
from jeugd_analysis.tables.answers import WAITS
from jeugd_analysis.tables.rules import RULES, Kind

_TOLD = 3


def decide(
    quarter: Quarter, reason: str, *, release: bool, who: str, why: str, store: Store, progress: Progress = silent
) -> Delivery | None:
    """Release the lines of a quarter that were set aside for a reason, or refuse them for good; both are kept on file.

    A rule that stops the book (a jump, a municipality without claims) is decided on as a whole: releasing it lets the
    book be built.

    A release is a new delivery of the same quarter, so that what was known before stays as it was.
    Raises: JeugdError (TER-001) when no line is set aside for this reason, or without a name and a reason.
    """
    if not who.strip() or not why.strip():
        raise JeugdError("TER-002", wat="Een besluit heeft een naam en een reden nodig.", doe="geef --who en --why op.")
    if reason == WAITS:
        raise JeugdError(
            "TER-004",
            wat="Regels die op antwoord wachten, kunt u niet vrijgeven of afwijzen: dat doet de gemeente (JW325).",
            doe="lever de antwoorden aan; de regels tellen dan vanzelf mee.",
        )
    with only_one(store):
        if RULES.get(reason) and RULES[reason].kind is Kind.STOP:
            _accepted(quarter, reason, who=who, why=why, store=store)
            return None
        delivery, part = _lying_aside(quarter, reason, store)
        staging = store.stage()
        try:
            decided = _decided(delivery, part, staging, reason, release=release, note=f"{who.strip()}: {why.strip()}")
            progress(decided.decisions[-1])
            accepted = store.accept(
                staging, quarter, [decided], made_from=delivery.made_from, key=delivery.key, rests_on=delivery.rests_on
            )
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        for line in outdated_in_words(outdated(store)):
            progress(line)
        return accepted


def _lying_aside(quarter: Quarter, reason: str, store: Store) -> tuple[Delivery, Part]:
    """The newest part of the quarter with lines set aside for a reason."""
    parts = [
        (delivery, part)
        for pairs in store.current(quarter).values()
        for delivery, part in pairs
        if delivery.quarter == quarter
    ]
    found = [(delivery, part) for delivery, part in parts if reason in part.set_aside]
    if not found:
        known = sorted({code for _, part in parts for code in part.set_aside})
        choices = ", ".join(known) or "er ligt niets terzijde"
        raise JeugdError("TER-001", wat=f"Om {reason} ligt in {quarter} niets terzijde.", doe=f"kies uit: {choices}.")
    return found[-1]


def _accepted(quarter: Quarter, code: str, *, who: str, why: str, store: Store) -> None:
    if code not in {one.code for one in odd(quarter, store=store)}:
        raise JeugdError("TER-001", wat=f"{code} komt in {quarter} niet voor.", doe=f"kijk in `jeugd check {quarter}`.")
    store.decide(quarter, code=code, who=who.strip(), why=why.strip())


def require_decided(quarter: Quarter, *, store: Store) -> None:
    """Raises: JeugdError (PLA-000) when something stops the book and nobody decided that it is right."""
    decided = {one["code"] for one in store.decisions(quarter)}
    found = [one for one in odd(quarter, store=store) if RULES[one.code].kind is Kind.STOP]
    if stopping := [one for one in found if one.code not in decided]:
        names = {area.code: area.name for area in store.region.municipalities}
        told = [
            f"{names.get(one.subject, one.subject)}: {one.text.rstrip('.')} ({one.code})." for one in stopping[:_TOLD]
        ]
        code = stopping[0].code
        raise JeugdError(
            "PLA-000",
            wat=f"Er is iets dat eerst moet worden uitgezocht. {' '.join(told)}",
            doe=f"klopt het? Leg dat per code vast: `jeugd aside {quarter} --release {code} --who NAAM --why REDEN`.",
        )


def _decided(delivery: Delivery, part: Part, staging: Path, reason: str, *, release: bool, note: str) -> Part:
    """Write the part again with the lines of a reason accepted, or with the decision to refuse them."""
    accepted = pd.read_parquet(delivery.folder / part.parquet)
    aside = pd.read_parquet(delivery.folder / ("terzijde__" + part.parquet))
    chosen = aside["reason"] == reason
    number = int(chosen.sum())
    word = "vrijgegeven" if release else "afgewezen"
    decisions = (*part.decisions, f"{number} regels om {reason} {word} door {note}")
    if not release:
        accepted.to_parquet(staging / part.parquet, index=False, compression="zstd")
        aside.to_parquet(staging / ("terzijde__" + part.parquet), index=False)
        return replace(part, decisions=decisions)
    freed = aside.loc[chosen, accepted.columns].astype(accepted.dtypes.to_dict())
    whole = pd.concat([accepted, freed], ignore_index=True)
    whole.to_parquet(staging / part.parquet, index=False, compression="zstd")
    if not chosen.all():
        aside[~chosen].to_parquet(staging / ("terzijde__" + part.parquet), index=False)
    rest = {code: count for code, count in part.set_aside.items() if code != reason}
    cents = {code: count for code, count in part.set_aside_cents.items() if code != reason}
    return replace(part, accepted=len(whole), set_aside=rest, set_aside_cents=cents, decisions=decisions)
