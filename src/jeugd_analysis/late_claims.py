"""Claims still to come: what recent quarters and years will cost, how many youths, and how such estimates did before.

Everything as it was known on the last day of a quarter, so that the same steps can be taken again for an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.claims_maturity import band, completed, draw_completion, mack, valued_days
from jeugd_analysis.store import Store

LEVEL, SEED, DRAWS = 0.8, 20260930, 1000
QUARTERS = 20  # of care: older ones no longer say how quickly claims come in now
FINAL_AGE = 12  # quarters after which nothing is expected to come in
FINAL_MONTHS = 18  # months after which nothing is expected to come in
FINAL_YEAR_AGE = 6  # the same for the youths of a year, in quarters from its last one
TESTED_AGES = 4  # a year later hardly anything comes in: then what was expected can be compared with what came
_CELL = ["municipality", "product", "unit", "provider"]
_BREAKS = ("cost", "tariff")  # a break in either moves what is claimed of what was allocated

RUN_OFF = ["area", "care_quarter", "latest", "ultimate", "standard_error", "low", "high", "expected"]
RUN_OFF_YEAR = ["area", "year", "latest", "ultimate", "low", "high"]
YOUTHS = ["area", "period_kind", "period", "latest", "ultimate", "standard_error", "low", "high"]
TEST = ["area", "age", "predictions", "inside", "miss"]
YOUTHS_TEST = ["area", "period_kind", "age", "predictions", "inside", "miss"]
_NUMBERS = ("latest", "ultimate", "standard_error", "low", "high", "expected", "inside", "miss")


@dataclass(frozen=True)
class LateClaims:
    """The claims of an edition, to be completed as known in it or at the end of an earlier quarter."""

    store: Store
    quarter: Quarter

    @cached_property
    def _receipts(self) -> pd.DataFrame:
        return self.store.mart("receipts", self.quarter)

    @cached_property
    def youths(self) -> pd.DataFrame:
        """The mart youth_receipts."""
        return self.store.mart("youth_receipts", self.quarter)

    @cached_property
    def _days(self) -> pd.DataFrame:
        told = self.store.mart("care_days", self.quarter).rename(columns={"care_quarter": "period"})
        return told.assign(year=told["period"].str[:4].astype("int64"))

    @cached_property
    def _product_cost(self) -> pd.DataFrame:
        """Cost of the whole region per product (rows) and year (columns)."""
        usage = self.store.mart("usage", self.quarter)
        region = usage["area"].eq(self.store.region.code) & usage["dimension"].eq("product")
        rows = usage[region & usage["period_kind"].eq("jaar")]
        return rows.assign(period=rows["period"].astype("int64")).pivot_table(
            index="level", columns="period", values="amount_cents", aggfunc="sum", fill_value=0
        )

    def of_area(self, area: Area) -> pd.DataFrame:
        """The rows of `receipts` of an area; the region is all of them."""
        receipts = self._receipts
        return receipts if area.is_region else receipts[receipts["municipality"] == area.code]

    def complete(self, area: Area, known: Quarter) -> pd.DataFrame | None:
        """Per care quarter the columns of `completed`, as known at the end of a quarter; None without enough history.

        The cost per day of a product is that of the latest settled year then, with the claims of now.
        """
        triangle = triangle_of(self.of_area(area), known)
        if triangle is None:
            return None
        breaks = [b.year for name in _BREAKS for b in self.store.region.breaks_of(area.code, name)]
        since = max((f"{year}-K1" for year in breaks if year <= known.year), default=None)
        allocated = self._allocated(area, list(triangle.index), known)
        try:
            return completed(triangle, allocated=allocated, since=since)
        except FactorError:  # too little history, or quarters with a net amount of zero
            return None

    def _allocated(self, area: Area, periods: list[str], known: Quarter) -> pd.Series | None:
        days, base = self._days, known.last_settled_year
        whole = days[days["year"] == base].groupby("product")["days"].sum()
        if whole.empty or base not in self._product_cost:
            return None
        mine = days[days["period"].isin(periods) & (area.is_region | days["municipality"].eq(area.code))]
        if mine.empty:
            return None
        years = range(min(base, int(mine["year"].min())), known.year + 1)
        return valued_days(mine, whole, self._product_cost[base], index=tariff_level(self.store, years), base=base)

    def dates(self, first: Quarter) -> Iterator[Quarter]:
        """The quarters at whose end an estimate can be tested: TESTED_AGES ago or more."""
        last = self.quarter
        for _ in range(TESTED_AGES):
            last = last.previous()
        return first.until(last)

    @property
    def first_test(self) -> Quarter:
        """The first quarter with QUARTERS quarters of claims behind it."""
        first = Quarter.parse(self._receipts["care_quarter"].min())
        for _ in range(QUARTERS - 1):
            first = first.next()
        return first


def tariff_level(store: Store, years: range) -> dict[int, float]:
    """The level of tariffs by the agreed indexation, 1 in the first year; a year that is not in the file adds none."""
    told = store.reference("indexation")
    percent = dict(zip(told["year"].astype("int64"), told["percent"].astype("float64"), strict=True))
    levels = np.cumprod([1.0, *(1 + percent.get(year, 0.0) / 100 for year in years[1:])])
    return dict(zip(years, levels.tolist(), strict=True))


# -- what is still to come -------------------------------------------------------------------------


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
        ratios = draw_completion(triangle, draws=DRAWS, rng=rng)
        ladder = mack(triangle).drop(index="total")
    except FactorError:  # a youngest quarter without claims: its year has no band
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


# -- triangles -------------------------------------------------------------------------------------


def triangle_of(receipts: pd.DataFrame, quarter: Quarter) -> pd.DataFrame | None:
    """Cumulative cents by care quarter and age (1: received in the quarter itself); None without enough history.

    Deliveries that were taken in together carry the real day of receipt, so old quarters have their ages too.
    """
    rows = receipts.rename(columns={"care_quarter": "period", "amount_cents": "value"})
    return _triangle(rows, _last_quarters(quarter), quarter, final=FINAL_AGE)


def youth_triangle(rows: pd.DataFrame, kind: str, quarter: Quarter) -> pd.DataFrame | None:
    """The same with youths, from rows of `youth_receipts` of one area; kind jaar has ages from the last quarter on."""
    rows = rows[rows["period_kind"] == kind].rename(columns={"youths": "value"})
    if kind == "kwartaal":
        return _triangle(rows, _last_quarters(quarter), quarter, final=FINAL_AGE)
    years = [year for year in sorted(rows["period"].unique()) if int(year) <= quarter.last_full_year]
    return _triangle(rows, years, quarter, final=FINAL_YEAR_AGE) if len(years) > FINAL_YEAR_AGE // 2 else None


def _last_quarters(quarter: Quarter) -> list[str]:
    last = [quarter]
    while len(last) < QUARTERS:
        last.append(last[-1].previous())
    return [origin.label for origin in reversed(last)]


def _triangle(rows: pd.DataFrame, periods: list[str], quarter: Quarter, *, final: int) -> pd.DataFrame | None:
    told = rows[rows["period"].isin(periods) & (rows["receipt_quarter"] <= quarter.label)]
    if set(periods) - set(told["period"]):
        return None
    ages = [_age(period, received) for period, received in zip(told["period"], told["receipt_quarter"], strict=True)]
    summed = told.assign(age=np.clip(ages, 1, final)).pivot_table(
        index="period", columns="age", values="value", aggfunc="sum", fill_value=0
    )
    known = np.array([min(_age(period, quarter.label), final) for period in periods])
    final = int(known.max())
    full = summed.reindex(index=periods, columns=range(1, final + 1), fill_value=0).astype("float64").cumsum(axis=1)
    full[np.arange(1, final + 1)[None, :] > known[:, None]] = np.nan
    return full


def _age(period: str, received: str) -> int:
    """1 in the quarter of care itself, or in the last quarter of a year; 2 in the next."""
    first = Quarter.parse(period) if "-" in period else Quarter(int(period), 4)
    last = Quarter.parse(received)
    return (last.year - first.year) * 4 + last.number - first.number + 1


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
        return mack(triangle).drop(index="total")
    except FactorError:  # too little history, or a quarter without youths
        return None


# -- draws, for the split of cost ------------------------------------------------------------------


def year_draws(store: Store, quarter: Quarter, *, draws: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each year that is not complete ends at per euro and per youth known: `late` and `late_youths` of bootstrap.

    Shapes: rows care_year and year, columns 0 to draws; without rows when nothing can be estimated. The region's: small
    municipalities have too few claims to come for a pattern of their own.
    """
    claims = LateClaims(store, quarter)
    nothing = pd.DataFrame(columns=range(draws + 1), dtype="float64")
    region = store.region.area
    money, youths = nothing.rename_axis("care_year"), nothing.rename_axis("year")
    triangle = triangle_of(claims.of_area(region), quarter)
    try:
        if triangle is not None:
            rng = np.random.default_rng([SEED, 1])
            ratios = draw_completion(triangle, draws=draws, rng=rng)
            latest = triangle.ffill(axis=1).iloc[:, -1]
            year = pd.Index(triangle.index.str[:4].astype("int64"), name="care_year")
            money = ratios.mul(latest, axis=0).groupby(year).sum().div(latest.groupby(year).sum(), axis=0)
        rows = claims.youths[claims.youths["area"] == region.code]
        if (people := youth_triangle(rows, "jaar", quarter)) is not None:
            youths = draw_completion(people, draws=draws, rng=np.random.default_rng([SEED, 2]))
            youths.index = pd.Index(people.index.astype("int64"), name="year")
    except FactorError:
        pass
    return money[(money != 1).any(axis=1)], youths[(youths != 1).any(axis=1)]


def known_draws_of(store: Store, quarter: Quarter, area: Area, known_on: str, *, draws: int) -> dict[str, pd.DataFrame]:
    """The same for an area and the two years of a snapshot, per care month, with only what had come in by that day.

    Shapes: late with the rows month, late_youths and late_clients with the row of the compared year; empty without
    enough history. How many youths (and clients: youths per contract) were still unknown is taken from the base year:
    those known on the day over those known when that year was as old. That is one ratio, so it has no spread.
    """
    receipts, lines = store.mart("known_receipts", quarter), store.mart("known_youth_lines", quarter)
    here = [told["known_on"].eq(known_on) & (area.is_region | told["municipality"].eq(area.code))
            for told in (receipts, lines)]  # fmt: skip
    try:
        triangle = _months(receipts[here[0]], pd.Timestamp(known_on))
        late = draw_completion(triangle, draws=draws, rng=np.random.default_rng([SEED, 3]))
    except FactorError:
        return {}
    mine = lines[here[1]]
    base, compare = int(mine["year"].min()), int(mine["year"].max())
    told = {"late": late[(late != 1).any(axis=1)]}
    for name, keys in (("late_youths", ["municipality"]), ("late_clients", _CELL)):
        cents = mine[mine["year"] == base].groupby([*keys, "youth_id"])[["amount_cents", "aged_cents"]].sum()
        paid = (cents > 0).sum()
        ratio = paid["amount_cents"] / paid["aged_cents"]
        told[name] = pd.DataFrame(ratio, index=pd.Index([compare], name="year"), columns=range(draws + 1))
    return told


def _months(receipts: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """The triangle of care months by age in months, as known on a day."""
    months = sorted(receipts["month"].unique())
    known = np.array([(until.year - month.year) * 12 + until.month - month.month for month in months])
    final = min(FINAL_MONTHS, int(known.max()))
    summed = receipts.assign(age=receipts["age"].clip(upper=final)).pivot_table(
        index="month", columns="age", values="amount_cents", aggfunc="sum", fill_value=0
    )
    full = summed.reindex(index=months, columns=range(1, final + 1), fill_value=0).astype("float64").cumsum(axis=1)
    full[np.arange(1, final + 1)[None, :] > known[:, None]] = np.nan
    return full.rename_axis("month")
