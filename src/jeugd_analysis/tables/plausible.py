"""What is odd though every line is right: jumps beside the quarter before, silence, and months that are missing.

Everything works on `claim_summary`, so that the claims themselves are read once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.tables.reconcile import text_array
from jeugd_analysis.tables.rules import RULES, Severity

_KEYS = ["municipality", "provider", "month", "receipt_quarter"]
_JUMPS = {"municipality": ("PLA-001", "PLA-002"), "provider": ("PLA-003", "PLA-004")}  # rule on money, rule on use
_WORDS = {"amount_cents": "gedeclareerde bedrag", "youths": "aantal jeugdigen per maand, opgeteld,"}
_LISTED_MONTHS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When something is odd; data/reference/quality.toml has the values, GLOSSARY.md what they mean."""

    max_change_share: float
    care_quarters: int
    min_cents: Mapping[str, int]  # by municipality, provider
    min_youth_months: Mapping[str, int]
    quarters_before: int
    months_back: int
    min_lines_per_month: float

    @classmethod
    def from_settings(cls, told: Mapping[str, Any]) -> Limits:
        """From the tables [jump] and [silence] of quality.toml."""
        jump, silence = told["jump"], told["silence"]
        return cls(
            max_change_share=float(jump["max_change_share"]),
            care_quarters=int(jump["care_quarters"]),
            min_cents={name: int(jump[name]["euro"]) * 100 for name in _JUMPS},
            min_youth_months={name: int(jump[name]["youth_months"]) for name in _JUMPS},
            quarters_before=int(silence["quarters_before"]),
            months_back=int(silence["months_back"]),
            min_lines_per_month=float(silence["min_lines_per_month"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to look at. subject: code of a municipality or a provider; amount_cents: how much it is about.

    number: the change in youth months (PLA-001 to 004), the usual lines of a quarter (PLA-005, and PLA-007 about a
    quarter), or months without a line (PLA-006, and PLA-007 about months).
    """

    code: str
    severity: str
    subject: str
    period: str
    number: int
    amount_cents: int
    text: str
    remedy: str


def remark(code: str, *, subject: str, period: str, number: int, amount_cents: int, text: str) -> Remark:
    """A remark with the severity and the remedy of its rule."""
    rule = RULES[code]
    return Remark(
        code=code, severity=rule.severity.value, subject=subject, period=period, number=int(number),
        amount_cents=int(amount_cents), text=text, remedy=rule.remedy,
    )  # fmt: skip


def claim_summary(claims: pd.DataFrame) -> pd.DataFrame:
    """One row per municipality, provider, care month and quarter of receipt; sorted by these.

    Columns: the four keys (receipt_quarter as 2026-K3), lines, youths (distinct), amount_cents (net) and
    last_received. Youths add up to youth months: one youth at one provider in one month.
    """
    received = claims["received_on"]
    quarter = received.dt.year * 4 + received.dt.quarter - 1
    # Numbers instead of pseudonyms: counting distinct texts takes four times as long.
    youth = text_array(claims["youth_id"]).dictionary_encode().indices
    table = pa.table({
        "municipality": text_array(claims["municipality"]), "provider": text_array(claims["provider"]),
        "month": pa.array(claims["month"]), "receipt_quarter": pa.array(quarter), "lines": youth, "youths": youth,
        "amount_cents": pa.array(claims["amount_cents"]), "last_received": pa.array(received),
    })  # fmt: skip
    counted = [("lines", "count"), ("youths", "count_distinct"), ("amount_cents", "sum"), ("last_received", "max")]
    summed = table.group_by(_KEYS).aggregate(counted).to_pandas()
    summed.columns = [*_KEYS, *(name for name, _ in counted)]
    labels = {number: f"{number // 4}-K{number % 4 + 1}" for number in summed["receipt_quarter"].unique()}
    named = summed.assign(receipt_quarter=summed["receipt_quarter"].map(labels).astype("str"))
    return named.sort_values(_KEYS).reset_index(drop=True)


def remarks(summary: pd.DataFrame, *, quarter: Quarter, municipalities: pd.DataFrame, limits: Limits) -> list[Remark]:
    """Everything odd about the claims known at the end of a quarter: the most severe first, then the most money.

    Shapes: `summary` from `claim_summary`; `municipalities` as data/reference has them.
    """
    known = summary[summary["receipt_quarter"] <= quarter.label]
    found = [
        *missing_municipalities(known, quarter=quarter, municipalities=municipalities, limits=limits),
        *jumps(known, quarter=quarter, municipalities=municipalities, limits=limits),
        *silent_providers(known, quarter=quarter, limits=limits),
        *gaps(known, quarter=quarter, limits=limits),
    ]
    order = [severity.value for severity in Severity]
    return sorted(found, key=lambda one: (order.index(one.severity), -abs(one.amount_cents), one.code, one.subject))


def jumps(summary: pd.DataFrame, *, quarter: Quarter, municipalities: pd.DataFrame, limits: Limits) -> list[Remark]:
    """Municipalities and providers whose claims of a quarter differ much from those of the quarter before.

    Both are taken at the same age: the lines received in a quarter on care of that quarter and of the
    `care_quarters` - 1 before it. A subject without any line is silent, which is another remark; a municipality that
    is no longer in the region may fall. Beside an empty quarter nothing is a jump: it is where the record begins.
    """
    found = []
    here = set(_in_region(municipalities, quarter))
    now, before = (_received(summary, each, limits.care_quarters) for each in (quarter, quarter.previous()))
    if before.empty:
        return []
    for by, codes in _JUMPS.items():
        pairs = _sums(now, by).join(_sums(before, by), how="outer", lsuffix="_now", rsuffix="_before").fillna(0)
        least = {"amount_cents": limits.min_cents[by], "youths": limits.min_youth_months[by]}
        for code, measure in zip(codes, least, strict=True):
            new, old = pairs[f"{measure}_now"], pairs[f"{measure}_before"]
            change = new - old
            odd = (change.abs() >= least[measure]) & (change.abs() > limits.max_change_share * old.abs())
            odd &= (pairs["lines_now"] > 0) & (pairs.index.isin(here) | (by != "municipality"))
            for subject, row in pairs[odd].iterrows():
                text = _jump_text(measure, row[f"{measure}_before"], row[f"{measure}_now"], quarter)
                found.append(remark(
                    code, subject=str(subject), period=quarter.label, text=text,
                    number=row["youths_now"] - row["youths_before"],
                    amount_cents=row["amount_cents_now"] - row["amount_cents_before"],
                ))  # fmt: skip
    return found


def silent_providers(summary: pd.DataFrame, *, quarter: Quarter, limits: Limits) -> list[Remark]:
    """Providers with lines in each of the last quarters of receipt, and none in this one."""
    lines = _per_quarter(summary, "lines")
    cents = _per_quarter(summary, "amount_cents")
    before = _labels_before(quarter, limits.quarters_before)
    if not {*before} <= {*lines.columns}:
        return []
    now = lines[quarter.label] if quarter.label in lines else pd.Series(0, index=lines.index)
    silent = lines.index[(lines[before] > 0).all(axis=1) & (now == 0)]
    return [
        remark(
            "PLA-005", subject=str(provider), period=quarter.label, number=round(lines.loc[provider, before].mean()),
            amount_cents=round(cents.loc[provider, before].mean()),
            text=f"In {quarter} kwam niets binnen. Het bedrag is dat van een gewoon kwartaal.",
        )
        for provider in silent
    ]  # fmt: skip


def gaps(summary: pd.DataFrame, *, quarter: Quarter, limits: Limits) -> list[Remark]:
    """Providers with care months without any line between their first and their last, in the last `months_back`.

    A provider with few lines has such months of itself; below `min_lines_per_month` nothing is said.
    """
    months = pd.date_range(end=quarter.last_day, periods=limits.months_back, freq="MS")
    lines, cents = (_per_month(summary, "provider", value) for value in ("lines", "amount_cents"))
    found = []
    for provider, row in lines.iterrows():
        present = row.index[row > 0]
        usual = row[present].mean()
        between = months[(months > present.min()) & (months < present.max())]
        empty = between.difference(present)
        if len(empty) and usual >= limits.min_lines_per_month:
            found.append(remark(
                "PLA-006", subject=str(provider), period=_month_label(empty[0]), number=len(empty),
                amount_cents=round(cents.loc[provider, present].mean() * len(empty)),
                text=f"Geen enkele regel over {months_in_words(empty)}. Het bedrag is dat van evenveel gewone maanden.",
            ))  # fmt: skip
    return found


def missing_municipalities(
    summary: pd.DataFrame, *, quarter: Quarter, municipalities: pd.DataFrame, limits: Limits
) -> list[Remark]:
    """Municipalities of the region from which nothing came in this quarter, or nothing at all over a care month.

    Care months count when they lie in the last `months_back` and ended a quarter ago. A municipality whose usual
    number of lines is below `min_lines_per_month` may have an empty month, but not an empty record.
    """
    received = set(summary.loc[summary["receipt_quarter"] == quarter.label, "municipality"])
    lines, cents = (_per_month(summary, "municipality", value) for value in ("lines", "amount_cents"))
    months = pd.date_range(end=quarter.previous().last_day, periods=limits.months_back - 3, freq="MS")
    found = []
    for code, first in _in_region(municipalities, quarter).items():
        usual, money = (frame.loc[code].mean() if code in frame.index else 0 for frame in (lines, cents))
        if 0 < usual < limits.min_lines_per_month:
            continue
        if code not in received:
            text = f"Er kwam in {quarter} niets binnen. Het bedrag is dat van een gewoon kwartaal."
            found.append(_missing(code, quarter.label, 3 * usual, 3 * money, text))
        have = lines.columns[lines.loc[code] > 0] if code in lines.index else months
        empty = months[(months >= first) & (months >= summary["month"].min())].difference(have)
        if len(empty):
            text = f"Geen enkele regel over {months_in_words(empty)}. Het bedrag is dat van evenveel gewone maanden."
            found.append(_missing(code, _month_label(empty[0]), len(empty), money * len(empty), text))
    return found


def months_in_words(months: Iterable[pd.Timestamp]) -> str:
    """2026-01, 2026-02 en nog 3 maanden; the count says what is not listed."""
    labels = [_month_label(month) for month in months]
    rest = len(labels) - _LISTED_MONTHS
    if rest > 0:
        return f"{', '.join(labels[:_LISTED_MONTHS])} en nog {rest} {'maanden' if rest > 1 else 'maand'}"
    return " en ".join(part for part in (", ".join(labels[:-1]), labels[-1]) if part)


def _missing(code: str, period: str, number: float, cents: float, text: str) -> Remark:
    return remark("PLA-007", subject=code, period=period, number=round(number), amount_cents=round(cents), text=text)


def _in_region(municipalities: pd.DataFrame, quarter: Quarter) -> dict[str, pd.Timestamp]:
    """Municipalities that belong to the region during the whole quarter, with their first day in it."""
    told = municipalities.assign(
        first=pd.to_datetime(municipalities["valid_from"]), last=pd.to_datetime(municipalities["valid_to"])
    )
    begin, end = pd.Timestamp(quarter.first_day), pd.Timestamp(quarter.last_day)
    inside = told[(told["first"] <= begin) & (told["last"].isna() | (told["last"] >= end))]
    return dict(zip(inside["municipality"], inside["first"], strict=True))


def _received(summary: pd.DataFrame, quarter: Quarter, care_quarters: int) -> pd.DataFrame:
    """Lines received in a quarter on care of that quarter and the ones just before it."""
    first = quarter
    for _ in range(care_quarters - 1):
        first = first.previous()
    recent = summary["month"] >= pd.Timestamp(first.first_day)
    return summary[recent & (summary["receipt_quarter"] == quarter.label)]


def _sums(summary: pd.DataFrame, by: str) -> pd.DataFrame:
    return summary.groupby(by)[["lines", "youths", "amount_cents"]].sum()


def _per_quarter(summary: pd.DataFrame, value: str) -> pd.DataFrame:
    return summary.groupby(["provider", "receipt_quarter"])[value].sum().unstack(fill_value=0)


def _per_month(summary: pd.DataFrame, by: str, value: str) -> pd.DataFrame:
    return summary.groupby([by, "month"])[value].sum().unstack(fill_value=0)


def _labels_before(quarter: Quarter, count: int) -> list[str]:
    labels = []
    for _ in range(count):
        quarter = quarter.previous()
        labels.append(quarter.label)
    return labels


def _jump_text(measure: str, old: float, new: float, quarter: Quarter) -> str:
    name, last = _WORDS[measure], quarter.previous()
    if old <= 0:
        return f"In {last} was er per saldo nog niets, in {quarter} wel."
    if new > 2 * old:
        return f"Het {name} werd {new / old:.1f} keer zo hoog als in {last}.".replace(".", ",", 1)
    word = "steeg" if new > old else "daalde"
    return f"Het {name} {word} met {abs(new - old) / old * 100:.0f}% sinds {last}."


def _month_label(month: pd.Timestamp) -> str:
    return f"{month:%Y-%m}"
