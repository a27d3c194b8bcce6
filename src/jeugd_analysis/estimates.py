"""What takes long and many pages share: intervals around effects, the methods beside each other, claims to come.

Made once per edition from its marts, with seeded chance, and kept beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.forecast_exact import year_ends
from jeugd_analysis.chapters.growth_exact import KEYS, indexation_rate, split_cells
from jeugd_analysis.chapters.outlook_exact import outlooks
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.claims_maturity import back_test, band, coverage, mack
from jeugd_analysis.methods.decomposition import effect_draws, share_of_change
from jeugd_analysis.store import Store

DRAWS, LEVEL, SEED = 1000, 0.8, 20260930
METHODS = ("shapley", "lmdi", "laspeyres", "paasche")
EFFECTS = [
    "volume",
    "stacking",
    "mix",
    "intensity",
    "indexation",
    "harmonisation",
    "entry",
    "exit",
    "residual",
    "total",
]
_PAIR = ("intensity", "harmonisation")
_MEASURES = ("intensity", "tariff")  # a break in either makes two years impossible to split
SURE = 0.95  # of the draws on one side of zero: from there on a change is clear
QUARTERS = 20  # of care, for claims to come: older ones no longer say how quickly claims come in now
FINAL_AGE = 12  # quarters after which nothing is expected to come in


def estimate(quarter: Quarter, *, store: Store, code: str, progress: Callable[[str], None] = lambda step: None) -> bool:
    """Make the estimates of an edition from its marts; tells whether it did."""
    digest = hashlib.sha256(f"{store.marts_digest(quarter)} {code}".encode()).hexdigest()
    if store.estimates_digest(quarter) == digest:
        return False
    progress("schatting: marges rond de splitsing van de kosten")
    drawn = growth_draws(store, quarter)
    frames = {
        "growth_interval": intervals(drawn),
        "growth_share": shares(drawn),
        "growth_method": methods(store, quarter),
    }
    progress("schatting: declaraties die nog komen")
    frames |= run_off(store, quarter)
    frames |= year_ends(store, quarter) | outlooks(store, quarter)
    store.write_estimates(quarter, frames, digest)
    return True


# -- the split of cost -----------------------------------------------------------------------------


def growth_draws(store: Store, quarter: Quarter) -> pd.DataFrame:
    """Draws of every effect for the latest comparable pair of years of each area and the pairs of snapshots.csv.

    Columns: area, base, compare, effect, 0 (the estimate) to DRAWS. Areas with the same pair share their draws, so that
    the region is the sum of its municipalities in every draw. An area without such a pair is left out.
    """
    region = store.region
    lines = store.mart("youth_lines", quarter)
    numbers = list(range(DRAWS + 1))
    found = []
    for (base, compare), areas in _pairs(store, quarter).items():
        years = lines[lines["year"].isin([base, compare])]
        edition = Edition(store=store, quarter=quarter, area=region.area)
        drawn = effect_draws(
            years.drop(columns="segment"), base=base, compare=compare, keys=KEYS, draws=DRAWS,
            rng=np.random.default_rng([SEED, base, compare]), by=["municipality"], within=["municipality"],
            stacking=True, indexation=indexation_rate(edition, base, compare),
        )  # fmt: skip
        told = drawn.rename(columns={"municipality": "area"})
        if region.code in areas:
            whole = told.groupby("effect", sort=False, as_index=False)[numbers].sum().assign(area=region.code)
            told = pd.concat([told, whole], ignore_index=True)
        found.append(told[told["area"].isin(areas)].assign(base=base, compare=compare))
    if not found:
        return pd.DataFrame(columns=["area", "base", "compare", "effect", *numbers])
    return pd.concat(found, ignore_index=True)[["area", "base", "compare", "effect", *numbers]]


def _pairs(store: Store, quarter: Quarter) -> dict[tuple[int, int], list[str]]:
    """The latest comparable pair of years and those of snapshots.csv, each with the areas that it holds for.

    An area has such a pair when it has cost in both years, all claims are in, and no break lies between them.
    """
    cells = store.mart("contract_cells", quarter)
    published = store.reference("snapshots")[["base", "compare"]].astype("int64").itertuples(index=False, name=None)
    asked = [pair for pair in dict.fromkeys(published) if pair[1] <= quarter.last_settled_year]
    pairs: dict[tuple[int, int], list[str]] = {}
    for area in store.region.areas:
        latest = store.region.comparable_years(area.code, "tariff", quarter.last_settled_year)
        mine = cells if area.is_region else cells[cells["municipality"] == area.code]
        for pair in dict.fromkeys([*([latest] if latest else []), *asked]):
            broken = [b for name in _MEASURES for b in store.region.breaks_between(area.code, name, *pair)]
            if set(pair) <= set(mine["year"]) and not broken:
                pairs.setdefault(pair, []).append(area.code)
    return pairs


def intervals(drawn: pd.DataFrame) -> pd.DataFrame:
    """Per area and effect: estimate, low and high in cents, the middle LEVEL of the draws."""
    keys = drawn[["area", "base", "compare", "effect"]]
    numbers = drawn[range(1, DRAWS + 1)].to_numpy("float64")
    low, high = np.quantile(numbers, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1) if len(drawn) else ([], [])
    return keys.assign(estimate=drawn[0].astype("float64"), low=low, high=high)


def shares(drawn: pd.DataFrame) -> pd.DataFrame:
    """Per area and pair the share of intensity in intensity and harmonisation together, or why there is none.

    sum_low and sum_high hold the middle SURE of the draws of the two together, in cents.
    """
    rows = []
    for (area, base, compare), told in drawn.groupby(["area", "base", "compare"], sort=False):
        share = share_of_change(
            told.drop(columns=["area", "base", "compare"]), _PAIR[0], of=_PAIR, level=LEVEL, sure=SURE
        )
        both = told.loc[told["effect"].isin(_PAIR), range(1, DRAWS + 1)].to_numpy("float64").sum(axis=0)
        low, high = np.quantile(both, [(1 - SURE) / 2, (1 + SURE) / 2])
        rows.append((area, base, compare, share.share, share.low, share.high, share.reason, low, high))
    numbers = ["share", "low", "high", "sum_low", "sum_high"]
    columns = ["area", "base", "compare", "share", "low", "high", "reason", "sum_low", "sum_high"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, "float64"))


def methods(store: Store, quarter: Quarter) -> pd.DataFrame:
    """Every effect of every area by each method: area, base, compare, method, effect, amount_cents."""
    rows = []
    for (base, compare), areas in _pairs(store, quarter).items():
        for area in areas:
            edition = Edition(store=store, quarter=quarter, area=store.region.find(area))
            for method in METHODS:
                try:
                    split = split_cells(edition, base, compare, method=method)
                except FactorError:  # LMDI cannot take a net negative amount
                    continue
                told = split[[name for name in split if name not in KEYS]].sum()
                rows += [(area, base, compare, method, effect, value) for effect, value in told.items()]
    return pd.DataFrame(rows, columns=["area", "base", "compare", "method", "effect", "amount_cents"])


# -- claims to come --------------------------------------------------------------------------------


def run_off(store: Store, quarter: Quarter) -> dict[str, pd.DataFrame]:
    """Per area: what care quarters cost as known and as estimated (`run_off`), and how earlier estimates did."""
    receipts = store.mart("receipts", quarter)
    told, tested = [], []
    for area in store.region.areas:
        mine = receipts if area.is_region else receipts[receipts["municipality"] == area.code]
        triangle = triangle_of(mine, quarter)
        if triangle is None:
            continue
        try:
            result = mack(triangle)
            ends = band(result, level=LEVEL)
            checked = coverage(back_test(triangle, level=LEVEL))
        except FactorError:  # too little history, or quarters with a net amount of zero
            continue
        rows = result.join(ends[["low", "high"]]).drop(index="total").reset_index(names="care_quarter")
        told.append(rows.assign(area=area.code))
        tested.append(checked.reset_index(names="age").assign(area=area.code))
    return {"run_off": _together(told, _RUN_OFF), "run_off_test": _together(tested, _TEST)}


_RUN_OFF = ["area", "care_quarter", "latest", "ultimate", "standard_error", "low", "high"]
_TEST = ["area", "age", "predictions", "inside", "miss"]


def _together(frames: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=columns)
    return pd.concat(frames, ignore_index=True)[columns].astype({columns[1]: "str"})


def triangle_of(receipts: pd.DataFrame, quarter: Quarter) -> pd.DataFrame | None:
    """Cumulative cents by care quarter and age (1: received in the quarter itself); None without enough history.

    Deliveries that were taken in together carry the real day of receipt, so old quarters have their ages too.
    """
    last = [quarter]
    while len(last) < QUARTERS:
        last.append(last[-1].previous())
    origins = list(reversed(last))
    labels = [origin.label for origin in origins]
    rows = receipts[receipts["care_quarter"].isin(labels) & (receipts["receipt_quarter"] <= quarter.label)]
    if set(labels) - set(rows["care_quarter"]):
        return None
    age = [
        _between(care, received) for care, received in zip(rows["care_quarter"], rows["receipt_quarter"], strict=True)
    ]
    told = rows.assign(age=np.clip(age, 1, FINAL_AGE))
    summed = told.pivot_table(index="care_quarter", columns="age", values="amount_cents", aggfunc="sum", fill_value=0)
    full = summed.reindex(index=labels, columns=range(1, FINAL_AGE + 1), fill_value=0).astype("float64").cumsum(axis=1)
    known = np.array(list(_ages(origins, quarter)))
    full[np.arange(1, FINAL_AGE + 1)[None, :] > known[:, None]] = np.nan
    return full


def _ages(origins: Sequence[Quarter], last: Quarter) -> Iterator[int]:
    for origin in origins:
        yield min(_between(origin.label, last.label), FINAL_AGE)


def _between(care: str, received: str) -> int:
    """1 in the quarter of care itself, 2 in the next."""
    first, last = Quarter.parse(care), Quarter.parse(received)
    return (last.year - first.year) * 4 + last.number - first.number + 1
