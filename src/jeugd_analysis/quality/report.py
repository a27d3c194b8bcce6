"""Everything the data quality report tells, gathered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from jeugd_analysis import __version__
from jeugd_analysis.chapters.edition import is_example
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.intake import outdated, outdated_in_words
from jeugd_analysis.present.disclosure import Rules
from jeugd_analysis.publish.check_lines import (
    AnswerLine,
    AsideLine,
    CorrectionLine,
    FileLine,
    ProductLine,
    ProviderLine,
    RemarkLine,
    Report,
    RuleLine,
    WaitingLine,
)
from jeugd_analysis.publish.check_report import write_report
from jeugd_analysis.publish.notebooks import code_digest
from jeugd_analysis.quality.answers import REMOVED, answer_states, on_removed, waiting
from jeugd_analysis.quality.beside import book_lines, month_lines
from jeugd_analysis.quality.late import odd, provider_names, provider_status
from jeugd_analysis.quality.overview import BOOKKEEPING, check, set_aside
from jeugd_analysis.release import full_group_words
from jeugd_analysis.store import Part, Store, keep_private
from jeugd_analysis.tables import TABLES
from jeugd_analysis.tables.answers import WAITS
from jeugd_analysis.tables.coverage import ProviderStatus, unknown_products
from jeugd_analysis.tables.plausible import Remark
from jeugd_analysis.tables.rules import RULES


def report(quarter: Quarter, *, store: Store, code: str) -> Report:
    """Everything the data quality report tells."""
    current = store.current(quarter)
    parts = [(delivery, part) for found in current.values() for delivery, part in found]
    odd_ones = odd(quarter, store=store) if "claims" in current else []
    names = {**provider_names(quarter, store), **{area.code: area.name for area in store.region.municipalities}}
    products = store.reference("products")
    columns = ["product", "month", "youth_id", "unit", "amount_cents"]
    unknown = unknown_products(store.columns("claims", columns, quarter), products)
    last = check(quarter, store=store)[-1]
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
            if part.table not in BOOKKEEPING
        ],
        rules=_rule_lines([part for _, part in parts], quarter, store),
        remarks=[_remark_line(one, names) for one in odd_ones],
        providers=[
            _provider_line(row, names)
            for row in (provider_status(quarter, store=store) if "claims" in current else [])
        ],
        products=[_product_line(row, store) for row in unknown.itertuples()],
        answers=_answer_lines(quarter, store) if "claims" in current else (),
        waiting=[_waiting_line(row, names) for row in waiting(quarter, store).itertuples()],
        advice=[
            *(text[:1].upper() + text[1:] for text in outdated_in_words(outdated(store, quarter))),
            *full_group_words(quarter, store=store),
        ],
        corrections=[_correction_line(one) for _, part in parts for one in part.corrections],
        decisions=[
            *(decision for _, part in parts for decision in part.decisions),
            *(f"{d['code']} klopt volgens {d['who']}: {d['why']}" for d in store.decisions(quarter)),
        ],
        aside=[_aside_line(row) for row in set_aside(quarter, store=store).itertuples()],
        months=month_lines(quarter, store, names) if "claims" in current else [],
        books=book_lines(quarter, store, names) if "claims" in current else [],
    )  # fmt: skip


def _remark_line(one: Remark, names: Mapping[str, str]) -> RemarkLine:
    rule = RULES[one.code]
    return RemarkLine(
        code=one.code, kind=rule.kind.value, severity=one.severity, title=rule.dutch,
        subject=f"{names.get(one.subject, 'onbekende naam')} ({one.subject})", period=one.period, number=one.number,
        amount_cents=one.amount_cents, text=one.text, remedy=one.remedy,
    )  # fmt: skip


def _provider_line(row: ProviderStatus, names: Mapping[str, str]) -> ProviderLine:
    return ProviderLine(
        provider=row.provider, name=names.get(row.provider, "onbekende naam"), last_received=row.last_received,
        lines=row.lines, amount_cents=row.amount_cents, months_present=len(row.months_present),
        months_late=row.months_late, expected=row.expected,
    )  # fmt: skip


def _product_line(row: Any, store: Store) -> ProductLine:
    fewest = Rules.from_settings(store.settings("disclosure")).threshold
    return ProductLine(
        product=row.product, lines=int(row.lines), amount_cents=int(row.amount_cents),
        youths=str(row.youths) if row.youths >= fewest else f"minder dan {fewest}",
        unit="" if pd.isna(row.unit) else row.unit,
        first_month=f"{row.first_month:%Y-%m}", last_month=f"{row.last_month:%Y-%m}",
    )  # fmt: skip


def _answer_lines(quarter: Quarter, store: Store) -> list[AnswerLine]:
    states = answer_states(quarter, store)
    return [
        AnswerLine(state=row.state, lines=int(row.lines), amount_cents=int(row.amount_cents))
        for row in states.itertuples()
    ]


def _waiting_line(row: Any, names: Mapping[str, str]) -> WaitingLine:
    provider, _, number = str(row.declaration).split("/", 2)
    return WaitingLine(
        provider=provider, name=names.get(provider, ""), municipality=names.get(row.municipality, row.municipality),
        number=number, received_on=row.received_on.date(), lines=int(row.lines), amount_cents=int(row.amount_cents),
    )  # fmt: skip


def _aside_line(row: Any) -> AsideLine:
    return AsideLine(
        file=row.file, line=int(row.line), code=row.reason, text=row.words, amount_cents=int(row.amount_cents)
    )


def _correction_line(told: Mapping[str, Any]) -> CorrectionLine:
    return CorrectionLine(**{**told, "when": date.fromisoformat(told["when"])})


def _rule_lines(parts: Sequence[Part], quarter: Quarter, store: Store) -> list[RuleLine]:
    lines: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    for part in parts:
        for counts, amounts in ((part.set_aside, part.set_aside_cents), (part.doubts, part.doubts_cents)):
            lines.update(counts)
            cents.update(amounts)
    if store.files("claims", quarter):
        told = ((WAITS, waiting(quarter, store)), (REMOVED, on_removed(quarter, store)))
        for code, found in told:
            lines[code] += int(found["lines"].sum()) if "lines" in found else len(found)
            cents[code] += int(found["amount_cents"].sum())
    return [
        RuleLine(
            code=code, kind=RULES[code].kind.value, severity=RULES[code].severity.value, text=RULES[code].dutch,
            remedy=RULES[code].remedy, lines=number, amount_cents=cents[code],
        )
        for code, number in sorted(lines.items())
        if number
    ]  # fmt: skip


def write_quality(quarter: Quarter, *, store: Store, folder: Path | None = None) -> list[Path]:
    """Write the report of an edition, beside its book or in `folder`. Internal: it holds small numbers."""
    code = f"{__version__} ({code_digest(Path(__file__).parents[1])[:8]})"
    told = report(quarter, store=store, code=code)
    folder = folder or store.check_report_folder(quarter)
    written = write_report(told, folder)
    keep_private(folder, *written)
    return written
