"""Estimates of cost and of youths still to come per area, and how earlier estimates did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area
from jeugd_analysis.errors import FactorError
from jeugd_analysis.late_claims.known import TESTED_AGES, LateClaims
from jeugd_analysis.late_claims.triangles import triangle_of, youth_triangle
from jeugd_analysis.methods.claims_maturity import band, draw_completion, freedom, mack
from jeugd_analysis.store import Store

LEVEL, SEED, DRAWS = 0.8, 20260930, 1000

RUN_OFF = ["area", "care_quarter", "latest", "ultimate", "standard_error", "low", "high", "expected"]
RUN_OFF_YEAR = ["area", "year", "latest", "ultimate", "low", "high"]
YOUTHS = ["area", "period_kind", "period", "latest", "ultimate", "standard_error", "low", "high"]
TEST = ["area", "age", "predictions", "inside", "miss"]
YOUTHS_TEST = ["area", "period_kind", "age", "predictions", "inside", "miss"]
_NUMBERS = ("latest", "ultimate", "standard_error", "low", "high", "expected", "inside", "miss")


def run_off(store: Store, quarter: Quarter) -> dict[str, pd.DataFrame]:
    """Estimates of cost and of youths still to come, per area, and how earlier estimates did."""
    claims = LateClaims(store, quarter)
    told, years, tested = [], [], []
    for area in store.region.areas:
        result = claims.complete(area, quarter)
        if result is None:
            continue
        rows = result.join(band(result, level=LEVEL)[["low", "high"]]).reset_index(names="care_quarter")
        told.append(rows.assign(area=area.code))
        years.append(_years(claims, area, result).assign(area=area.code))
        tested.append(_summary(_tested(claims, area), ["age"]).assign(area=area.code))
    return {
        "run_off": _together(told, RUN_OFF),
        "run_off_year": _together(years, RUN_OFF_YEAR),
        "run_off_test": _together(tested, TEST),
        **_youths_to_come(claims),
    }


def _years(claims: LateClaims, area: Area, result: pd.DataFrame) -> pd.DataFrame:
    """What whole years will cost: quarters added, and a band from draws in which they rise and fall together."""
    triangle = triangle_of(claims.of_area(area), claims.quarter)
    assert triangle is not None  # there is a result
    rng = np.random.default_rng([SEED, *map(ord, area.code)])
    try:
        ratios = draw_completion(triangle, draws=DRAWS, rng=rng)  # stops where mack knows no error
        ladder = mack(triangle).drop(index="total")
    except FactorError:  # a youngest quarter without claims, or too few quarters: its year has no band
        return pd.DataFrame(columns=RUN_OFF_YEAR)
    # Where the estimate is not that of the ladder, its draws move with it and get its spread.
    drawn = ratios.mul(ladder["latest"], axis=0).sub(ladder["ultimate"], axis=0)
    scale = (result["standard_error"] / ladder["standard_error"]).where(ladder["standard_error"] > 0, 0.0)
    sums = drawn.mul(scale, axis=0).add(result["ultimate"], axis=0)
    year = result.index.str[:4]
    whole = pd.Series(year).value_counts().loc[lambda count: count == 4].index.sort_values()
    totals = result.groupby(year)[["latest", "ultimate"]].sum().loc[whole]
    low, high = np.quantile(sums.groupby(year).sum().loc[whole][range(1, DRAWS + 1)], _tails(), axis=1)
    return totals.assign(low=low, high=high).rename_axis("year").reset_index()


def _tails() -> list[float]:
    return [(1 - LEVEL) / 2, (1 + LEVEL) / 2]


def _tested(claims: LateClaims, area: Area) -> pd.DataFrame:
    """Every estimate of a young quarter at every earlier date: age, predicted, came and inside."""
    came = claims.of_area(area).groupby("care_quarter")["amount_cents"].sum()
    return _each_date(claims, lambda known: claims.complete(area, known), came)


def _each_date(
    claims: LateClaims,
    complete: Callable[[Quarter], pd.DataFrame | None],
    came: pd.Series,
    *,
    whole: bool = False,
) -> pd.DataFrame:
    """Every date and young quarter; with `whole` the band runs from and to whole numbers, as what is counted does."""
    parts = []
    for known in claims.dates(claims.first_test):
        result = complete(known)
        if result is None:
            continue
        young = result.join(band(result, level=LEVEL)[["low", "high"]]).tail(TESTED_AGES)
        parts.append(
            pd.DataFrame(
                {
                    "age": range(len(young), 0, -1),
                    "predicted": young["ultimate"].to_numpy(),
                    "came": came.reindex(young.index).to_numpy("float64"),
                    "low": young["low"].to_numpy(),
                    "high": young["high"].to_numpy(),
                }
            )
        )
    if not parts:
        return pd.DataFrame(columns=["age", "predicted", "came", "inside"])
    told = pd.concat(parts, ignore_index=True)
    if whole:
        told = told.assign(low=np.floor(told["low"]), high=np.ceil(told["high"]))
    return told.assign(inside=told["came"].between(told["low"], told["high"]))


def _summary(tested: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Per age and for all together ("total"): how many estimates, how often inside the band, and by how much off.

    miss is the typical distance (root mean square) between what came and what was predicted, as a share of what came.
    """
    both = pd.concat([tested.assign(age=tested["age"].astype("str")), tested.assign(age="total")])
    if tested.empty:
        return pd.DataFrame(columns=[*keys, "predictions", "inside", "miss"])
    off = (both["predicted"] / both["came"] - 1) ** 2
    groups = both.assign(off=off).groupby(keys, as_index=False)
    told = groups.agg(predictions=("inside", "size"), inside=("inside", "mean"), miss=("off", "mean"))
    return told.assign(miss=np.sqrt(told["miss"]))


def _together(frames: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    full = [frame for frame in frames if len(frame)]
    told = pd.concat(full, ignore_index=True)[columns] if full else pd.DataFrame(columns=columns)
    kinds = {name: "float64" for name in columns if name in _NUMBERS}
    whole = {"predictions": "int64"} if "predictions" in columns else {}
    return told.astype({**dict.fromkeys(columns, "str"), **kinds, **whole})


# -- youths ----------------------------------------------------------------------------------------


def _youths_to_come(claims: LateClaims) -> dict[str, pd.DataFrame]:
    told, tested = [], []
    for area in claims.store.region.areas:
        rows = claims.youths[claims.youths["area"] == area.code]
        for kind in ("kwartaal", "jaar"):
            result = _youths_as_known(rows, kind, claims.quarter)
            if result is None:
                continue
            ends = result.join(band(result, level=LEVEL)[["low", "high"]])
            named = {"area": area.code, "period_kind": kind}
            told.append(ends.rename_axis("period").reset_index().assign(**named))
            if kind == "kwartaal":  # of years there are too few to test
                came = rows[rows["period_kind"] == kind].groupby("period")["youths"].sum()
                each = _each_date(claims, _Known(rows, kind), came, whole=True)
                tested.append(_summary(each, ["age"]).assign(**named))
    return {"youths_to_come": _together(told, YOUTHS), "youths_to_come_test": _together(tested, YOUTHS_TEST)}


@dataclass(frozen=True, slots=True)
class _Known:
    """Youths of one area, completed as known at the end of a quarter."""

    rows: pd.DataFrame
    kind: str

    def __call__(self, known: Quarter) -> pd.DataFrame | None:
        return _youths_as_known(self.rows, self.kind, known)


def _youths_as_known(rows: pd.DataFrame, kind: str, known: Quarter) -> pd.DataFrame | None:
    triangle = youth_triangle(rows, kind, known)
    if triangle is None:
        return None
    try:
        return mack(triangle).drop(index="total").assign(freedom=freedom(triangle))
    except FactorError:  # too little history, or a quarter without youths
        return None
