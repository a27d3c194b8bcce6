"""Who delivered what: care months per provider, a text to ask for what is late, and products nobody has placed yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from jeugd_analysis.domain.period import Quarter, day_in_words
from jeugd_analysis.errors import bad_parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """When a care month of a provider is late; data/reference/quality.toml has the values."""

    after_days: int
    months_back: int
    gone_after_quarters: int
    min_lines_per_month: float

    @classmethod
    def from_settings(cls, told: Mapping[str, Any]) -> Lateness:
        """From the tables [late] and [silence] of quality.toml."""
        late = told["late"]
        return cls(
            after_days=int(late["after_days"]),
            months_back=int(late["months_back"]),
            gone_after_quarters=int(late["gone_after_quarters"]),
            min_lines_per_month=float(told["silence"]["min_lines_per_month"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderStatus:
    """What a provider delivered, over the last months that should be in by now.

    months_present and months_late are care months as 2026-05. expected: claims of every month are expected of this
    provider; not of one that has stopped, or that has too few lines to have one in each month.
    """

    provider: str
    last_received: date
    lines: int
    amount_cents: int
    months_present: tuple[str, ...]
    months_late: tuple[str, ...]
    expected: bool


def status(summary: pd.DataFrame, until: Quarter, *, lateness: Lateness) -> list[ProviderStatus]:
    """One row per provider as known at the end of a quarter: those with late months first, then by money.

    Shapes: `summary` from `plausible.claim_summary`. lines and amount_cents are those of the same months.
    """
    known = summary[summary["receipt_quarter"] <= until.label]
    months = _due(until, lateness)
    recent = known[known["month"].isin(months)]
    last = known.groupby("provider")["last_received"].max()
    first = known.groupby("provider")["month"].min()
    lines, cents = (recent.groupby("provider")[name].sum() for name in ("lines", "amount_cents"))
    usual = known.groupby("provider")["lines"].sum() / known.groupby("provider")["month"].nunique()
    present = recent[recent["lines"] > 0].groupby("provider")["month"].unique()
    gone = pd.Timestamp(_quarters_before(until, lateness.gone_after_quarters).last_day)
    rows = []
    for provider, received in last.items():
        have = pd.DatetimeIndex(present.get(provider, [])).sort_values()
        expected = bool(received > gone and usual[provider] >= lateness.min_lines_per_month)
        absent = months[months >= first[provider]].difference(have) if expected else have[:0]
        rows.append(
            ProviderStatus(
                provider=str(provider),
                last_received=received.date(),
                lines=int(lines.get(provider, 0)),
                amount_cents=int(cents.get(provider, 0)),
                months_present=_labels(have),
                months_late=_labels(absent),
                expected=expected,
            )
        )
    return sorted(rows, key=lambda row: (-len(row.months_late), -row.amount_cents, row.provider))


def reminder(provider: str, name: str, months: Iterable[str]) -> str:
    """A letter in plain Dutch that asks a provider for the claims of care months (2026-05).

    Raises: UnknownNameError without a month, or for one that is no month.
    """
    listed = "\n".join(f"- {_month_in_words(month)}" for month in sorted(months))
    if not listed:
        raise bad_parameter("months", "", "een of meer maanden, zoals 2026-05")
    return (
        f"Onderwerp: declaraties jeugdhulp die wij missen\n\n"
        f"Beste {name} (AGB-code {provider}),\n\n"
        f"Wij missen uw declaraties jeugdhulp over:\n{listed}\n\n"
        f"Gaf u in deze maanden hulp? Stuur de declaraties dan zo snel mogelijk.\n"
        f"Gaf u geen hulp? Laat ons dat dan weten. Dan vragen wij er niet meer om.\n\n"
        f"Stuur geen gegevens van jeugdigen in een e-mail.\n\n"
        f"Met vriendelijke groet,\n"
    )


def unknown_products(claims: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Products without a row in products.csv for the care month: product, lines, youths, amount_cents, first_month,
    last_month and unit (missing when the lines have more than one).

    One row per product, the most money first. Shapes: `claims` has product, month, youth_id, unit and amount_cents,
    `products` product, valid_from and valid_to.
    """
    pairs = claims[["product", "month"]].drop_duplicates(ignore_index=True)
    dated = products[["product", "valid_from", "valid_to"]].assign(
        valid_from=pd.to_datetime(products["valid_from"]), valid_to=pd.to_datetime(products["valid_to"])
    )
    joined = pairs.merge(dated, on="product", how="left")
    holds = (joined["month"] >= joined["valid_from"]) & ~(joined["month"] > joined["valid_to"])
    placed = joined.loc[holds, ["product", "month"]].drop_duplicates().assign(placed=True)
    rest = pairs.merge(placed, on=["product", "month"], how="left", validate="one_to_one")
    open_pairs = rest.loc[rest["placed"].isna(), ["product", "month"]]
    few = claims[claims["product"].isin(open_pairs["product"].unique())]
    lines = few.merge(open_pairs, on=["product", "month"], validate="many_to_one")
    summed = lines.groupby("product", as_index=False).agg(
        lines=("month", "size"), youths=("youth_id", "nunique"), amount_cents=("amount_cents", "sum"),
        first_month=("month", "min"), last_month=("month", "max"), unit=("unit", "first"), units=("unit", "nunique"),
    )  # fmt: skip
    summed["unit"] = summed["unit"].where(summed["units"] == 1)
    ordered = summed.drop(columns="units").sort_values(["amount_cents", "product"], ascending=[False, True])
    return ordered.reset_index(drop=True)


def _due(until: Quarter, lateness: Lateness) -> pd.DatetimeIndex:
    """The last care months whose claims should be in at the end of the quarter."""
    last = pd.Timestamp(until.last_day) - pd.Timedelta(days=lateness.after_days)
    ends = pd.date_range(end=last, periods=lateness.months_back, freq="ME")
    return pd.DatetimeIndex([end.replace(day=1) for end in ends])


def _quarters_before(quarter: Quarter, count: int) -> Quarter:
    for _ in range(count):
        quarter = quarter.previous()
    return quarter


def _labels(months: pd.DatetimeIndex) -> tuple[str, ...]:
    return tuple(f"{month:%Y-%m}" for month in months)


def _month_in_words(month: str) -> str:
    """2026-05 -> mei 2026."""
    try:
        return day_in_words(date.fromisoformat(f"{month}-01")).removeprefix("1 ")
    except ValueError:
        raise bad_parameter("months", month, "een of meer maanden, zoals 2026-05") from None
