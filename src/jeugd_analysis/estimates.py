"""What takes long and many pages share: intervals around effects, the methods beside each other, claims to come.

Made once per edition from its marts, with seeded chance, and kept beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.expected_fit import frames as expected_frames
from jeugd_analysis.chapters.forecast_exact import year_ends
from jeugd_analysis.chapters.growth_exact import KEYS, indexation_rate, split_cells
from jeugd_analysis.chapters.outlook_exact import outlooks
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.late_claims import known_draws_of, run_off, year_draws
from jeugd_analysis.methods.decomposition import effect_draws, share_of_change
from jeugd_analysis.methods.decomposition.growth import translate
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
PAIR = ("area", "base", "compare")
KNOWN = ("area", "known_on", "kind", "base", "compare")
_PARTS = ("intensity", "harmonisation")
_MEASURES = ("intensity", "tariff")  # a break in either makes two years impossible to split
SURE = 0.95  # of the draws on one side of zero: from there on a change is clear
AGED, COMPLETED = "even oud", "aangevuld"  # two ways to look at an earlier day


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
    known = known_draws(store, quarter)
    frames |= {"known_interval": intervals(known, KNOWN), "known_share": shares(known, KNOWN)}
    progress("schatting: declaraties die nog komen")
    frames |= run_off(store, quarter)
    frames |= year_ends(store, quarter) | outlooks(store, quarter)
    progress("schatting: verwacht gebruik")
    frames |= expected_frames(store, quarter)
    store.write_estimates(quarter, frames, digest)
    return True


# -- the split of cost -----------------------------------------------------------------------------


def growth_draws(store: Store, quarter: Quarter) -> pd.DataFrame:
    """Draws of every effect for the latest comparable pair of years of each area and the pairs of snapshots.csv.

    Columns: area, base, compare, effect, 0 (the estimate) to DRAWS; with the claims and youths that are still to come
    in each year, so that chance decides in every draw both which youths there are and what comes in. Areas with the
    same pair share their draws: the region is the sum of its municipalities in every draw. An area without such a pair
    is left out.
    """
    region = store.region
    lines = store.mart("youth_lines", quarter)
    numbers = list(range(DRAWS + 1))
    found = []
    late, late_youths = year_draws(store, quarter, draws=DRAWS)
    for (base, compare), areas in _pairs(store, quarter).items():
        years = _comparable(store, lines, base, compare)
        edition = Edition(store=store, quarter=quarter, area=region.area)
        drawn = effect_draws(
            years.assign(care_year=years["year"]), base=base, compare=compare, keys=KEYS,
            draws=DRAWS, rng=np.random.default_rng([SEED, base, compare]), by=["municipality"], within=["municipality"],
            stacking=True, indexation=indexation_rate(edition, base, compare), late=late, late_youths=late_youths,
        )  # fmt: skip
        told = drawn.rename(columns={"municipality": "area"})
        if region.code in areas:
            whole = told.groupby("effect", sort=False, as_index=False)[numbers].sum().assign(area=region.code)
            told = pd.concat([told, whole], ignore_index=True)
        found.append(told[told["area"].isin(areas)].assign(base=base, compare=compare))
    if not found:
        return pd.DataFrame(columns=["area", "base", "compare", "effect", *numbers])
    return pd.concat(found, ignore_index=True)[["area", "base", "compare", "effect", *numbers]]


def _comparable(store: Store, lines: pd.DataFrame, base: int, compare: int) -> pd.DataFrame:
    """The lines of two years, those of the first under the products and units of the second."""
    keys, crosswalk = ["youth_id", *KEYS, "year"], store.crosswalk(base, compare)
    mine = lines.loc[lines["year"].isin([base, compare]), [*keys, "units", "amount_cents"]]
    both = mine.groupby(keys, as_index=False)[["units", "amount_cents"]].sum()
    if crosswalk is None:
        return both
    old = translate(both[both["year"] == base], crosswalk, keys, ["units", "amount_cents"])
    return pd.concat([old, both[both["year"] == compare]], ignore_index=True)


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


def known_draws(store: Store, quarter: Quarter) -> pd.DataFrame:
    """The same for the areas with a published split, as it was known on a day of snapshots.csv; columns of KNOWN more.

    Per day twice (kind): the same months of both years at the same age, and completed with what was expected then.
    """
    numbers = list(range(DRAWS + 1))
    columns = [*KNOWN, "effect", *numbers]
    lines = store.mart("known_youth_lines", quarter)
    found = []
    for told in store.reference("snapshots").itertuples():
        base, compare = int(str(told.base)), int(str(told.compare))
        areas = [area for area in _told_areas(store) if area in _pairs(store, quarter).get((base, compare), [])]
        mine = lines[lines["known_on"] == told.known_on]
        if not areas or not {base, compare} <= set(mine["year"]):
            continue
        edition = Edition(store=store, quarter=quarter, area=store.region.area)
        aged = mine.drop(columns=["units", "amount_cents"]).rename(
            columns={"aged_units": "units", "aged_cents": "amount_cents"}
        )
        aged = aged[(aged["units"] != 0) | (aged["amount_cents"] != 0)]
        for area in areas:
            late = known_draws_of(store, quarter, store.region.find(area), str(told.known_on), draws=DRAWS)
            for kind, rows, more in ((AGED, aged, {}), (COMPLETED, mine, late)):
                own = rows if area == store.region.code else rows[rows["municipality"] == area]
                if not more:
                    own = own.groupby(["youth_id", *KEYS, "year"], as_index=False)[["units", "amount_cents"]].sum()
                drawn = effect_draws(
                    own, base=base, compare=compare, keys=KEYS, draws=DRAWS,
                    rng=np.random.default_rng([SEED, base, compare]), by=[], within=["municipality"], stacking=True,
                    indexation=indexation_rate(edition, base, compare), **more,
                )  # fmt: skip
                place = {"area": area, "known_on": told.known_on, "kind": kind, "base": base, "compare": compare}
                found.append(drawn.assign(**place)[columns])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def _told_areas(store: Store) -> list[str]:
    """Areas of which a split of cost growth was published."""
    facts = store.published("facts")
    told = set(facts.loc[facts["topic"].eq("decomposition") & facts["indicator"].eq("cost_growth_split"), "area"])
    code = store.region.details["published_code"]
    return [area.code for area in store.region.areas if (code if area.is_region else area.code) in told]


def intervals(drawn: pd.DataFrame, of: tuple[str, ...] = PAIR) -> pd.DataFrame:
    """Per area and effect: estimate, low and high in cents, the middle LEVEL of the draws."""
    keys = drawn[[*of, "effect"]]
    numbers = drawn[range(1, DRAWS + 1)].to_numpy("float64")
    low, high = np.quantile(numbers, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1) if len(drawn) else ([], [])
    return keys.assign(estimate=drawn[0].astype("float64"), low=low, high=high)


def shares(drawn: pd.DataFrame, of: tuple[str, ...] = PAIR) -> pd.DataFrame:
    """Per area and pair the share of intensity in intensity and harmonisation together, or why there is none.

    sum_low and sum_high hold the middle SURE of the draws of the two together, in cents.
    """
    rows = []
    for place, told in drawn.groupby(list(of), sort=False):
        share = share_of_change(told.drop(columns=list(of)), _PARTS[0], of=_PARTS, level=LEVEL, sure=SURE)
        both = told.loc[told["effect"].isin(_PARTS), range(1, DRAWS + 1)].to_numpy("float64").sum(axis=0)
        low, high = np.quantile(both, [(1 - SURE) / 2, (1 + SURE) / 2])
        rows.append((*place, share.share, share.low, share.high, share.reason, low, high))
    numbers = ["share", "low", "high", "sum_low", "sum_high"]
    columns = [*of, "share", "low", "high", "reason", "sum_low", "sum_high"]
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
