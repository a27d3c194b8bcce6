"""Marts, release and estimates of an edition by hand, for the tests of chapter 30: whatever the chapter reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from jeugd_analysis.store import Store

PLACE, REGION = "GM0637", "GM0000"
KEYS = ["municipality", "segment", "product", "unit", "provider", "year"]
USAGE = ["area", "period_kind", "period", "dimension", "level", "youths", "amount_cents"]


def contracts(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Contract cells: year, clients, units and tariff in cents, in one place unless told otherwise."""
    told = []
    for row in rows:
        cell = {"municipality": PLACE, "segment": "S5", "product": "45A48", "unit": "04", "provider": "00000001", **row}
        cell["amount_cents"] = cell["units"] * cell.pop("tariff")
        told.append({"client_months": cell["clients"], **cell})
    return pd.DataFrame(told)[[*KEYS, "clients", "units", "amount_cents", "client_months"]]


def usage_of(cells: pd.DataFrame, *, youths: Mapping[int, int] | None = None) -> pd.DataFrame:
    """The usage mart by year for the place and the region: each youth in one cell, unless their number is told."""
    parts = []
    for dimension, level in (("totaal", None), ("segment", "segment"), ("product", "product")):
        rows = cells.assign(level=cells[level] if level else "alle")
        sums = rows.groupby(["year", "level"], as_index=False)[["clients", "amount_cents"]].sum()
        if youths and not level:
            sums["clients"] = sums["year"].map(youths)
        parts.append(sums.assign(dimension=dimension))
    told = pd.concat(parts, ignore_index=True).rename(columns={"clients": "youths"})
    told = told.assign(period=told["year"].astype(str), period_kind="jaar")
    return pd.concat([told.assign(area=area) for area in (PLACE, REGION)], ignore_index=True)[USAGE]


def released(usage: pd.DataFrame) -> pd.DataFrame:
    """A release that hides below ten youths and rounds, and hides nothing else."""
    few = usage["youths"] < 10
    counts = (5 * (usage["youths"] / 5).round()).astype("Int64").mask(few)
    money = (1_000_000 * (usage["amount_cents"] / 1_000_000).round()).astype("Int64").mask(few)
    status = few.map({True: "primary", False: "rounded"})
    return usage.assign(
        segment="", published=counts, status=status, amount_status=few.map({True: "primary", False: "shown"}),
        amount_drawn=usage["amount_cents"], amount_published=money, euros=usage["amount_cents"] // 100,
    )  # fmt: skip


def estimates(
    base: int,
    compare: int,
    effects: Mapping[str, int] | None = None,
    *,
    margin: int = 20_000_000,
    reason: str = "",
    share: float = 0.5,
    known_on: Sequence[str] = (),
    completed_on: Sequence[str] = (),
) -> dict[str, pd.DataFrame]:
    """Estimates of one pair for the place: every effect with the same margin, and methods that agree with it.

    The days of `known_on` get the same, and those of `completed_on` with late claims completed.
    """
    told = dict(effects or {})
    pair = {"area": PLACE, "base": base, "compare": compare}
    interval = [{**pair, "effect": n, "estimate": v, "low": v - margin, "high": v + margin} for n, v in told.items()]
    methods = [{**pair, "method": "shapley", "effect": n, "amount_cents": v} for n, v in told.items()]
    both = told.get("intensity", 0) + told.get("harmonisation", 0)
    shares = [{**pair, "share": None if reason else share, "low": share - 0.1, "high": share + 0.1, "reason": reason,
               "sum_low": both - margin, "sum_high": both + margin}]  # fmt: skip
    names = ["area", "base", "compare"]
    known = [(day, "even oud") for day in known_on] + [(day, "aangevuld") for day in completed_on]
    intervals = [{**row, "known_on": day, "kind": kind} for day, kind in known for row in interval]
    known_shares = [{**row, "known_on": day, "kind": kind} for day, kind in known for row in shares]
    place = [*names, "known_on", "kind"]
    numbers = ["share", "low", "high", "sum_low", "sum_high"]
    nothing = {
        "run_off": ["area", "care_quarter", "latest", "ultimate", "standard_error", "low", "high", "expected"],
        "run_off_year": ["area", "year", "latest", "ultimate", "low", "high"],
        "run_off_test": ["area", "age", "predictions", "inside", "miss"],
        "youths_to_come": ["area", "period_kind", "period", "latest", "ultimate", "standard_error", "low", "high"],
        "youths_to_come_test": ["area", "period_kind", "age", "predictions", "inside", "miss"],
    }
    return {
        **{name: pd.DataFrame(columns=columns) for name, columns in nothing.items()},
        "known_interval": pd.DataFrame(intervals, columns=[*place, "effect", "estimate", "low", "high"]),
        "known_share": pd.DataFrame(known_shares, columns=[*place, "reason", *numbers]),
        "growth_interval": pd.DataFrame(interval, columns=[*names, "effect", "estimate", "low", "high"]),
        "growth_method": pd.DataFrame(methods, columns=[*names, "method", "effect", "amount_cents"]),
        "growth_share": pd.DataFrame(shares).astype({"share": "float64"}),
    }


def write(
    store: Store,
    quarter: Any,
    cells: pd.DataFrame,
    *,
    youths: Mapping[int, int] | None = None,
    told: Mapping[str, pd.DataFrame] | None = None,
    **marts: pd.DataFrame,
) -> None:
    """Put it all in the store; `told` are the estimates."""
    usage = usage_of(cells, youths=youths)
    store.write_marts(quarter, {"usage": usage, "contract_cells": cells, **marts}, "proef")
    store.write_release(quarter, released(usage), "proef")
    store.write_estimates(quarter, told or estimates(2017, 2018), "proef")
