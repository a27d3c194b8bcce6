"""What iJw messages of the example region say, as rows of text: one row per client, product or claim line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from jeugd_analysis.domain import codes
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.tables.claims import amount_differs

_LARGEST = 999_999_999  # of a ToewijzingNummer
_STRAY, _STRAYS = 90_000_000, 10_000_000  # eight digits, so that none can be taken for a citizen service number
FINE, GRANTED, _UNKNOWN_ALLOCATION, _WRONG_AMOUNT = "0200", "8001", "9338", "9346"  # WJ001
ONE_CLAIM = ("day", "municipality", "provider", "debit")
_LINE = (
    *ONE_CLAIM, "bsn", "reference", "previous", "number", "category", "product", "begin", "end", "units", "unit",
    "tariff", "amount_cents", "verdict",
)  # fmt: skip


def within(rows: pd.DataFrame, column: str, window: tuple[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    """The rows of the window, with its day as text in a column `day`."""
    kept = rows[rows[column].between(*window)]
    return kept.assign(day=_days(kept[column]))


def _days(days: pd.Series) -> pd.Series:
    """Days as 2026-01-31; nothing for a missing day."""
    text = pd.Series(days.to_numpy().astype("datetime64[D]").astype(str), index=days.index, dtype=object)
    return text.where(days.notna().to_numpy(), "")


def _whole(numbers: pd.Series) -> pd.Series:
    """Whole numbers as text; nothing for a missing number."""
    return numbers.astype("Int64").astype(object).map(lambda number: "" if number is pd.NA else str(number))


def _categories(products: pd.Series, categories: Mapping[str, str]) -> pd.Series:
    found = products.astype(object).map(dict(categories))
    if found.isna().any():
        raise JeugdError(
            "VRB-003",
            wat=f"Geen categorie voor product {', '.join(sorted(set(products[found.isna()])))}.",
            doe="vul de kolom category aan in data/reference/products.csv.",
        )
    return found


def _numbers(allocation_ids: pd.Series) -> pd.Series:
    """T0000000123 -> 123. A number too large for the standard belongs to an unknown allocation and gets another one."""
    digits = allocation_ids.astype(object).str.extract(r"^[A-Z]([0-9]{1,15})$", expand=False)
    if digits.isna().any():
        raise JeugdError(
            "VRB-004",
            wat=f"{int(digits.isna().sum())} nummers van toewijzingen zijn niet een letter met cijfers.",
            doe="gebruik de tabellen van de voorbeeldregio.",
        )
    numbers = digits.astype("int64")
    return numbers.where(numbers <= _LARGEST, _STRAY + numbers % _STRAYS).astype(str).astype(object)


def allocation_rows(rows: pd.DataFrame, people: pd.DataFrame, categories: Mapping[str, str]) -> pd.DataFrame:
    """Allocations with their client and number: a product of a JW301 each."""
    known = rows.merge(people, on="youth_id")
    return known.assign(
        number=_numbers(known["allocation_id"]),
        category=_categories(known["product"], categories),
        first=_days(known["start"]),
        last=_days(known["end"]),
        volume=_whole(known["volume"]),
        budget=_whole(known["budget_cents"]),
    )


def delivery_rows(periods: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """Care that began: a product of a JW305 each."""
    named = periods.rename(columns={"start": "begin", "end": "finish"})
    return named.merge(allocations, on="allocation_id").assign(began=lambda rows: _days(rows["begin"]))


def stop_rows(periods: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """Care that ended: a product of a JW307 each. Raises: JeugdError (VRB-005) without a reason."""
    stopped = delivery_rows(periods[periods["end"].notna()], allocations)
    if stopped["end_reason"].isna().any():
        raise JeugdError(
            "VRB-005",
            wat="In care_periods staat een einde zonder reden; een stopbericht kan niet zonder.",
            doe="vul de kolom end_reason.",
        )
    return stopped


def request_rows(
    tables: Mapping[str, pd.DataFrame], people: pd.DataFrame, categories: Mapping[str, str]
) -> pd.DataFrame:
    """Requests with the municipality where the youth lived then, or the first one known."""
    homes = tables["youths"][["youth_id", "valid_from", "municipality"]].sort_values("valid_from", kind="stable")
    rows = tables["requests"].merge(people, on="youth_id").sort_values("requested_on", kind="stable")
    lived = pd.merge_asof(rows, homes, left_on="requested_on", right_on="valid_from", by="youth_id")
    first = homes.drop_duplicates("youth_id").set_index("youth_id")["municipality"]
    home = lived["municipality"].fillna(lived["youth_id"].map(first))
    return lived.assign(municipality=home, category=_categories(lived["product"], categories))


def claim_lines(
    claims: pd.DataFrame, allocations: pd.DataFrame, people: pd.DataFrame, categories: Mapping[str, str]
) -> pd.DataFrame:
    """Lines in the order of the messages: by day, municipality, provider, credits first, and youth."""
    rows = claims.merge(people[["youth_id", "bsn"]], on="youth_id")
    rows = rows.merge(allocations[["allocation_id", "start", "end"]], on="allocation_id", how="left", indicator=True)
    unknown, wrong = (rows["_merge"] == "left_only").to_numpy(), amount_differs(rows).to_numpy()
    begin, end = _product_period(rows)
    priced = (rows["unit"] != codes.EUROS).to_numpy()
    ready = rows.assign(
        number=_numbers(rows["allocation_id"]),
        category=_categories(rows["product"], categories),
        begin=begin,
        end=end,
        tariff=_whole(rows["tariff_cents"]).where(priced, ""),
        debit=rows["credit_of"].isna(),
        previous=rows["credit_of"].astype(object).where(rows["credit_of"].notna(), ""),
        verdict=np.where(unknown, _UNKNOWN_ALLOCATION, "") + np.where(unknown & wrong, " ", "")
        + np.where(wrong, _WRONG_AMOUNT, ""),
    )  # fmt: skip
    ordered = ready.sort_values([*ONE_CLAIM, "bsn", "reference"], kind="stable")
    return ordered[list(_LINE)].astype(object)  # walking over rows of pandas' own text columns is slow


def _product_period(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The care month, cut at the start and end of an allocation that starts or ends in it (TR387, TR388)."""
    first = rows["month"]
    last = first + pd.offsets.MonthEnd(0)
    begin = rows["start"].where(rows["start"].between(first, last), first)
    end = rows["end"].where(rows["end"].between(first, last), last)
    return _days(begin), _days(end)
