"""What the data quality report is made of: one small record per thing to tell. Nothing in it is about one youth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file of a delivery. changed: what was changed while reading, in Dutch, and how often."""

    quarter: str
    table: str
    file: str
    delivered: int
    accepted: int
    changed: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule that lines break, with how many and their net amount; kind: stop, terzijde, aangepast or let op."""

    code: str
    kind: str
    severity: str
    text: str
    remedy: str
    lines: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkLine:
    """Something odd. title: the words of the rule; subject: name with code; number: what the code counts."""

    code: str
    kind: str
    severity: str
    title: str
    subject: str
    period: str
    number: int
    amount_cents: int
    text: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLine:
    """What a provider delivered over the last care months."""

    provider: str
    name: str
    last_received: date
    lines: int
    amount_cents: int
    months_present: int
    months_late: Sequence[str]
    expected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLine:
    """A product that products.csv does not place. youths: a number, or words when it is small; months as 2026-05.

    unit: the one its lines have; empty when they have more.
    """

    product: str
    unit: str
    lines: int
    youths: str
    amount_cents: int
    first_month: str
    last_month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionLine:
    """What a declared correction did; 0 lines for one that is only proposed."""

    name: str
    table: str
    lines: int
    amount_cents: int
    reason: str
    status: str
    who: str
    when: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideLine:
    """A line that was set aside: where it stands, why and how much. Never who it is about."""

    file: str
    line: int
    code: str
    text: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """How many claim lines a municipality granted or rejected, that wait, or of which nobody tells."""

    state: str
    lines: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """A declaration that waits for its answer (JW325), by its number."""

    provider: str
    name: str
    municipality: str
    number: str
    received_on: date
    lines: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthLine:
    """What a provider declared of a care month (2026-05)."""

    provider: str
    name: str
    month: str
    lines: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """Claims and lump sums of a municipality in a year beside its books."""

    municipality: str
    year: int
    claims_cents: int
    lump_cents: int
    ledger_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the report tells, in Dutch. stopping: what keeps the book from being built (tables that miss);
    advice: what to do besides (quarters to take in again).
    """

    region: str
    edition: str
    as_of: date
    status: str
    code: str
    digest: str
    stopping: Sequence[str] = ()
    files: Sequence[FileLine] = ()
    rules: Sequence[RuleLine] = ()
    remarks: Sequence[RemarkLine] = ()
    providers: Sequence[ProviderLine] = ()
    products: Sequence[ProductLine] = ()
    answers: Sequence[AnswerLine] = ()
    waiting: Sequence[WaitingLine] = ()
    advice: Sequence[str] = ()
    corrections: Sequence[CorrectionLine] = ()
    decisions: Sequence[str] = ()
    aside: Sequence[AsideLine] = ()
    months: Sequence[MonthLine] = ()
    books: Sequence[BookLine] = ()
