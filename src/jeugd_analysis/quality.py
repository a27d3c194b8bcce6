"""What came in, what lies aside, who is late and what is odd: the analyst's view of the deliveries of an edition."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from jeugd_analysis import __version__
from jeugd_analysis.chapters.edition import day, is_example
from jeugd_analysis.domain.period import Quarter, day_in_words
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.intake import Progress, only_one, silent
from jeugd_analysis.marts import NEEDED
from jeugd_analysis.present.numbers import decimal, euro, signed_euro
from jeugd_analysis.publish.check_report import (
    AsideLine,
    CorrectionLine,
    FileLine,
    ProductLine,
    ProviderLine,
    RemarkLine,
    Report,
    RuleLine,
    write_report,
)
from jeugd_analysis.publish.notebooks import code_digest
from jeugd_analysis.store import Delivery, Part, Store
from jeugd_analysis.tables import TABLES
from jeugd_analysis.tables.coverage import Lateness, ProviderStatus, reminder, unknown_products
from jeugd_analysis.tables.coverage import status as coverage_status
from jeugd_analysis.tables.plausible import Limits, Remark, claim_summary, remarks
from jeugd_analysis.tables.reconcile import REASONS, RULES, Kind

_SHOWN = 10
_TOLD = 3


def check(quarter: Quarter, *, store: Store) -> list[str]:
    """What was taken in for an edition, line by line, in words; nothing is built."""
    store.require((), quarter)
    current = store.current(quarter)
    lines = [f"Editie {quarter}: stand {day(quarter)}", ""]
    for name, found in current.items():
        delivered, accepted = sum(p.delivered for _, p in found), sum(p.accepted for _, p in found)
        lines.append(f"{TABLES[name].dutch}: {decimal(delivered)} regels aangeleverd, {decimal(accepted)} ingelezen.")
        reasons: Counter[str] = Counter()
        cents: Counter[str] = Counter()
        for _, part in found:
            reasons.update(part.set_aside)
            cents.update(part.set_aside_cents)
        for code, number in sorted(reasons.items()):
            lines.append(f"  let op: {number} regels terzijde, {REASONS[code]} ({code}), {euro(cents[code])}")
        for code in sorted({code for _, part in found for code in part.doubts}):
            number = sum(part.doubts.get(code, 0) for _, part in found)
            lines.append(f"  let op: {number} regels, {RULES[code].dutch} ({code}). {RULES[code].remedy}")
        lines += [f"  let op: {warning}" for _, part in found for warning in part.warnings]
        lines += [
            f"  correctie: {one['lines']} regels, {signed_euro(one['amount_cents'])}: {one['reason']} ({one['status']})"
            for _, part in found for one in part.corrections
        ]  # fmt: skip
        lines += [f"  besluit: {decision}" for _, part in found for decision in part.decisions]
        lines += [f"  {changes_in_words(part.changes)}" for _, part in found if part.changes]
    missing = [TABLES[name].dutch for name in NEEDED if name not in current]
    quarters = claim_quarters(quarter, store=store)
    if quarters and quarters[-1] != quarter:
        missing.append(f"declaraties van {quarter} (de laatste zijn van {quarters[-1]})")
    gaps = [q.label for q in quarters[0].until(quarters[-1]) if q not in quarters] if quarters else []
    if gaps:
        lines.append(f"  let op: er zijn geen declaraties aangeleverd in {', '.join(gaps)}. Klopt dat?")
    lines += [f"besluit: {d['code']} klopt volgens {d['who']}: {d['why']}" for d in store.decisions(quarter)]
    lines += ["", f"Ontbreekt nog: {', '.join(missing)}." if missing else "Alles wat nodig is om te bouwen, is er."]
    return lines


def changes_in_words(changes: Mapping[str, int]) -> str:
    """What a new delivery changed in the earlier one of the same quarter."""
    words = (
        f"anders dan de vorige aanlevering van dit kwartaal: {decimal(changes['added'])} regels erbij, "
        f"{decimal(changes['removed'])} regels weg, {decimal(changes['changed'])} regels gewijzigd"
    )
    return f"{words}, {signed_euro(changes['cents'])}" if "cents" in changes else words


def claim_quarters(until: Quarter, *, store: Store) -> list[Quarter]:
    """The quarters for which claims were delivered, in time."""
    return sorted({delivery.quarter for delivery, _ in store.current(until).get("claims", [])})


def set_aside(quarter: Quarter, *, store: Store) -> pd.DataFrame:
    """Lines that were set aside in a quarter and still are: table, file, line, reason, words, amount_cents.

    One row per line, in the order of the files. Nothing that could name a youth is in it.
    """
    frames = []
    for name, found in store.current(quarter).items():
        for delivery, part in found:
            path = delivery.folder / ("terzijde__" + part.parquet)
            if delivery.quarter == quarter and path.is_file():
                lines = pd.read_parquet(path)
                cents = lines.get("amount_cents", 0)
                told = {
                    "table": TABLES[name].dutch,
                    "file": part.file,
                    "line": lines["line"],
                    "reason": lines["reason"],
                }
                frames.append(pd.DataFrame({**told, "words": lines["reason"].map(REASONS), "amount_cents": cents}))
    columns = ["table", "file", "line", "reason", "words", "amount_cents"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


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
    with only_one(store):
        if RULES.get(reason) and RULES[reason].kind is Kind.STOP:
            _accepted(quarter, reason, who=who, why=why, store=store)
            return None
        found = [
            (delivery, part)
            for pairs in store.current(quarter).values()
            for delivery, part in pairs
            if delivery.quarter == quarter and reason in part.set_aside
        ]
        if not found:
            known = sorted(
                {code for pairs in store.current(quarter).values() for _, part in pairs for code in part.set_aside}
            )
            choices = ", ".join(known) or "er ligt niets terzijde"
            raise JeugdError(
                "TER-001", wat=f"Om {reason} ligt in {quarter} niets terzijde.", doe=f"kies uit: {choices}."
            )
        delivery, part = found[-1]
        staging = store.stage()
        try:
            decided = _decided(delivery, part, staging, reason, release=release, note=f"{who.strip()}: {why.strip()}")
            progress(decided.decisions[-1])
            return store.accept(staging, quarter, [decided], made_from=delivery.made_from, key=delivery.key)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


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


# -- who is late, what is odd, and the report -----------------------------------------------------


def status(quarter: Quarter, *, store: Store) -> list[str]:
    """Per provider which care months came in and which are late, with the letter that asks for them."""
    rows = provider_status(quarter, store=store)
    names = _provider_names(quarter, store)
    late = [row for row in rows if row.months_late]
    behind = "1 loopt" if len(late) == 1 else f"{len(late)} lopen"
    lines = [f"{len(rows)} aanbieders leverden declaraties tot en met {quarter}; {behind} achter.", ""]
    for row in late:
        lines += [reminder(row.provider, names.get(row.provider, row.provider), row.months_late), ""]
    for row in rows:
        name = names.get(row.provider, "onbekende naam")
        last = day_in_words(row.last_received)
        lines.append(f"{row.provider} {name}: {len(row.months_present)} maanden, laatste declaratie {last}")
    return lines


def provider_status(quarter: Quarter, *, store: Store) -> list[ProviderStatus]:
    """What each provider delivered, as known at the end of a quarter."""
    settings = Lateness.from_settings(store.settings("quality"))
    return coverage_status(_summary(quarter, store), quarter, lateness=settings)


def _summary(quarter: Quarter, store: Store) -> pd.DataFrame:
    store.require(("claims",), quarter)
    columns = ["municipality", "provider", "month", "received_on", "youth_id", "amount_cents"]
    return claim_summary(store.columns("claims", columns, quarter))


def _provider_names(quarter: Quarter, store: Store) -> dict[str, str]:
    table = store.table("providers", quarter)
    return dict(zip(table["provider"], table["name"], strict=True)) if len(table) else {}


def odd(quarter: Quarter, *, store: Store) -> list[Remark]:
    """What is odd about the claims of a quarter: jumps, silence, months and municipalities that are missing."""
    limits = Limits.from_settings(store.settings("quality"))
    places = store.reference("municipalities")
    return remarks(_summary(quarter, store), quarter=quarter, municipalities=places, limits=limits)


def aside_in_words(quarter: Quarter, *, store: Store) -> list[str]:
    """The lines that lie aside, per reason, and where each of them stands."""
    store.require((), quarter)
    lines = set_aside(quarter, store=store)
    told = [f"{decimal(len(lines))} regels van {quarter} liggen terzijde."]
    for (reason, words), group in lines.groupby(["reason", "words"], sort=True):
        told += ["", f"{reason}: {words}. {len(group)} regels, {euro(int(group['amount_cents'].sum()))}."]
        told.append(f"  {RULES[str(reason)].remedy}")
        for file, numbers in group.groupby("file")["line"]:
            shown = ", ".join(str(number) for number in numbers.head(_SHOWN))
            more = f" en nog {len(numbers) - _SHOWN}" if len(numbers) > _SHOWN else ""
            told.append(f"  {file}, regel {shown}{more}")
    if len(lines):
        told += ["", "Alle regels staan in terzijde.csv; `jeugd check` schrijft dat bestand."]
    return told


def report(quarter: Quarter, *, store: Store, code: str) -> Report:
    """Everything the data quality report tells."""
    current = store.current(quarter)
    parts = [(delivery, part) for found in current.values() for delivery, part in found]
    odd_ones = odd(quarter, store=store) if "claims" in current else []
    names = {**_provider_names(quarter, store), **{area.code: area.name for area in store.region.municipalities}}
    products = store.reference("products")
    columns = ["reference", "product", "month", "amount_cents"]
    unknown = unknown_products(store.columns("claims", columns, quarter), products)
    last = check(quarter, store=store)[-1]
    aside = set_aside(quarter, store=store)
    return Report(
        region=store.region.name, edition=quarter.label, as_of=quarter.last_day,
        status="voorbeelddata" if is_example(store, quarter) else "voorlopig",
        code=code, digest=store.inputs_digest(quarter)[:8],
        stopping=(last,) if last.startswith("Ontbreekt") else (),
        files=[
            FileLine(
                quarter=delivery.quarter.label, table=TABLES[part.table].dutch, file=part.file,
                delivered=part.delivered, accepted=part.accepted, changed=tuple(part.normalised.items()),
            )
            for delivery, part in parts
        ],
        rules=_rule_lines([part for _, part in parts]),
        remarks=[
            RemarkLine(
                code=one.code, kind=RULES[one.code].kind.value, severity=one.severity, title=RULES[one.code].dutch,
                subject=f"{names.get(one.subject, 'onbekende naam')} ({one.subject})", period=one.period,
                number=one.number, amount_cents=one.amount_cents, text=one.text, remedy=one.remedy,
            )
            for one in odd_ones
        ],
        providers=[
            ProviderLine(
                provider=row.provider, name=names.get(row.provider, "onbekende naam"), last_received=row.last_received,
                lines=row.lines, amount_cents=row.amount_cents, months_present=len(row.months_present),
                months_late=row.months_late, expected=row.expected,
            )
            for row in (provider_status(quarter, store=store) if "claims" in current else [])
        ],
        products=[
            ProductLine(
                product=row.product, lines=int(row.lines), amount_cents=int(row.amount_cents),
                first_month=f"{row.first_month:%Y-%m}", last_month=f"{row.last_month:%Y-%m}",
            )
            for row in unknown.itertuples()
        ],
        corrections=[_correction_line(one) for _, part in parts for one in part.corrections],
        decisions=[
            *(decision for _, part in parts for decision in part.decisions),
            *(f"{d['code']} klopt volgens {d['who']}: {d['why']}" for d in store.decisions(quarter)),
        ],
        aside=[
            AsideLine(
                file=row.file, line=int(row.line), code=row.reason, text=row.words, amount_cents=int(row.amount_cents)
            )
            for row in aside.itertuples()
        ],
    )  # fmt: skip


def _correction_line(told: Mapping[str, Any]) -> CorrectionLine:
    return CorrectionLine(**{**told, "when": date.fromisoformat(told["when"])})


def _rule_lines(parts: Sequence[Part]) -> list[RuleLine]:
    lines: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    for part in parts:
        for counts, amounts in ((part.set_aside, part.set_aside_cents), (part.doubts, part.doubts_cents)):
            lines.update(counts)
            cents.update(amounts)
    return [
        RuleLine(
            code=code, kind=RULES[code].kind.value, severity=RULES[code].severity.value, text=RULES[code].dutch,
            remedy=RULES[code].remedy, lines=number, amount_cents=cents[code],
        )
        for code, number in sorted(lines.items())
    ]  # fmt: skip


def write_quality(quarter: Quarter, *, store: Store) -> list[Path]:
    """Write the report of an edition: a page and two lists, beside its book. Internal: it holds small numbers."""
    code = f"{__version__} ({code_digest(Path(__file__).parent)[:8]})"
    told = report(quarter, store=store, code=code)
    return write_report(told, store.work / "_build" / quarter.label / "kwaliteit")
