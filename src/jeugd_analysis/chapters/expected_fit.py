"""What the expected-use page needs and takes long: models over all municipalities and neighbourhoods, once per edition.

`frames` gives small tables that are kept with the estimates; the pages only read those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from jeugd_analysis.chapters.expected_open import NATIONAL, ages_of, by_area, figures
from jeugd_analysis.domain.codes import AGE_BANDS
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.expected_use import (
    Overdispersion,
    expected_counts,
    expected_model,
    features_of,
    funnel,
    funnel_limits,
    overdispersion,
    peers,
    reference_rates,
    standardised_ratio,
    usable,
)
from jeugd_analysis.methods.expected_use.features import FEATURES, YOUNG
from jeugd_analysis.store import Store

COUNTRY, REGION = "land", "regio"  # what areas are compared with: all of the country, or only those of the region
BY_AGE, BY_NUMBER = "leeftijd", "aantal"
LEVELS = (0.95, 0.998)
PEERS = 5
_COUNTRY_AREAS = 50  # with fewer a model of the country would be one of a part of it
_FEWEST = 5  # areas for which a spread can be told
_SMALL = 100  # inhabitants 0-24 below which a neighbourhood says nothing
_CHECK = "quasipoisson"
_KEYS = ["area", "name"]
_LIMITS = [f"{side}_{level}" for level in ("95", "99_8") for side in ("low", "high")]

AREAS = [
    "area", "name", "year", "observed", "people", "inhabitants", "expected", "ratio", "low", "high", "status", "source",
]  # fmt: skip
MODEL = [
    "area", "name", "year", "observed", "expected", "ratio", "low", "high", *_LIMITS, "position_95", "position_99_8",
    "position_chance", "ratio_check", "ratio_without", "cooks_distance", "influential", "status",
]  # fmt: skip
TERMS = ["family", "term", "ratio", "low", "high"]
ABOUT = [
    "what", "year", "scope", "basis", "areas", "left_out", "alpha", "dispersion", "dispersion_check", "explained",
    "phi", "tau2", "influential",
]  # fmt: skip
GRID = ["expected", *_LIMITS, "chance_low", "chance_high"]
PEER = ["area", "peer", "name", "place", "distance", "inhabitants", "share", "ratio"]
SCP = ["area", "name", "municipality", "observed", "expected"]
SHARES = ["area", "year", "share"]
_MINORS = "share_youth_assistance"
SUMS = ["area", "year", "neighbourhoods", "whole", "shown", "hidden"]


def frames(store: Store, quarter: Quarter) -> dict[str, pd.DataFrame]:
    """The tables by name, empty where the figures are not there."""
    told = figures(store, quarter)
    here = [area.code for area in store.region.municipalities]
    chosen = _choose(told, here)
    about: list[dict[str, object]] = []
    made = {
        "expected_areas": pd.DataFrame(columns=AREAS),
        "expected_model": pd.DataFrame(columns=MODEL),
        "expected_terms": pd.DataFrame(columns=TERMS),
        "expected_grid": pd.DataFrame(columns=GRID),
        "expected_peers": pd.DataFrame(columns=PEER),
    }
    if chosen is not None:
        ages = ages_of(store, quarter, chosen.year)
        areas, basis = standardised(chosen, ages)
        made["expected_areas"] = areas[AREAS]
        about.append({"what": "standard", "year": chosen.year, "scope": chosen.scope, "basis": basis,
                      "areas": len(areas), "left_out": chosen.left_out})  # fmt: skip
        made |= _model_frames(chosen, areas, basis, about, here)
    made |= _neighbourhood_frames(told, here, about)
    made["expected_shares"] = shares(told, here)
    made["expected_about"] = pd.DataFrame(about, columns=ABOUT)
    return made


# -- municipalities ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The areas of one year that are compared, and the national figures. left_out: areas without a full set of them."""

    table: pd.DataFrame
    national: pd.DataFrame
    year: int
    scope: str
    left_out: int


def _choose(told: pd.DataFrame, here: Sequence[str]) -> Chosen | None:
    """The latest year with youths and inhabitants of the country's municipalities, else of the region's own."""
    areas, national = by_area(told, "GM"), by_area(told, NATIONAL)
    full = areas["youths"].gt(0) & areas[YOUNG].gt(0)
    counts = areas[full].groupby("year").size()
    years = counts.index[counts >= _COUNTRY_AREAS]
    inside = areas["area"].isin(here)
    own = areas[full & inside].groupby("year").size()
    if len(years):
        year, scope, rows = int(max(years)), COUNTRY, areas["year"].notna()
    else:
        known = national.loc[national["youths"].gt(0) & national[YOUNG].gt(0), "year"]
        own = own[(own >= _FEWEST) & own.index.isin(known)]
        if own.empty:
            return None
        year, scope, rows = int(own.index.max()), REGION, inside
    mine = rows & areas["year"].eq(year) & areas["youths"].notna()
    table = areas[mine & full].sort_values("area").reset_index(drop=True)
    country = national[national["year"].eq(year)]
    return Chosen(table=table, national=country, year=year, scope=scope, left_out=int((mine & ~full).sum()))


def standardised(chosen: Chosen, ages: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The areas with what would be expected by the national shares; by age where all ages are known, else by number.

    Columns added: observed, people, expected, ratio, low, high.
    """
    table = chosen.table.assign(observed=chosen.table["youths"], people=chosen.table[YOUNG])
    rates = _national_rates(chosen, ages)
    basis = BY_NUMBER
    if rates is not None and set(table["area"]) <= set(ages["area"]):
        inside = ages[ages["area"].isin(table["area"])]
        expected = table["area"].map(expected_counts(inside, rates, by="area", strata=["age_band"]))
        table["people"] = table["area"].map(inside.groupby("area")["inhabitants"].sum()).astype("float64")
        basis = BY_AGE
    else:
        expected = table["people"] * _national_share(chosen)
    ratio, low, high = standardised_ratio(table["observed"], expected)
    return table.assign(expected=expected, ratio=ratio, low=low, high=high), basis


def _national_share(chosen: Chosen) -> float:
    """Youths per inhabitant of 0-24 in the country: as published, else of all municipalities together."""
    told = chosen.national[chosen.national["youths"].gt(0) & chosen.national[YOUNG].gt(0)]
    rows = told if len(told) else chosen.table
    return float(rows["youths"].sum() / rows[YOUNG].sum())


def _national_rates(chosen: Chosen, ages: pd.DataFrame) -> pd.DataFrame | None:
    """National share per age band; None without published youths by age or without the ages of the whole country."""
    names = {f"youths_{band.replace('-', '_')}": band for band in AGE_BANDS}
    if chosen.scope != COUNTRY or ages.empty or not set(names) <= set(chosen.national):
        return None
    row = chosen.national[list(names)].dropna()
    if row.empty:
        return None
    youths = row.iloc[0].rename(names).rename_axis("age_band").rename("youths").reset_index()
    people = ages.groupby("age_band", as_index=False)["inhabitants"].sum()
    return reference_rates(youths.merge(people, on="age_band"), strata=["age_band"])


def _model_frames(
    chosen: Chosen, areas: pd.DataFrame, basis: str, about: list[dict[str, object]], here: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """The model over all municipalities with what it is worth, the limits of the funnel, and comparable ones."""
    told = areas.assign(exposure=areas["expected"] if basis == BY_AGE else areas["people"])
    names = [name for name in FEATURES if not (basis == BY_AGE and name == "young_adults")]
    made: dict[str, pd.DataFrame] = {}
    fitted = fit(told, names) if chosen.scope == COUNTRY else None
    if fitted is not None:
        made |= {"expected_model": fitted.areas[MODEL], "expected_terms": fitted.terms}
        about.append({"what": "model", "year": chosen.year, "scope": COUNTRY, "basis": basis, **fitted.about})
        made["expected_grid"] = grid(fitted.areas["expected"], fitted.spread)
        made["expected_peers"] = _peers(told, fitted, here)
    elif len(told) >= _FEWEST:
        spread = overdispersion(told["observed"], told["expected"], kind="ratio")
        made["expected_model"] = _positions(told, spread)[MODEL]
        made["expected_grid"] = grid(told["expected"], spread)
        about.append({"what": "spread", "year": chosen.year, "scope": chosen.scope, "basis": basis,
                      "areas": len(told), "phi": spread.phi, "tau2": spread.tau2})  # fmt: skip
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A model with its check. areas: MODEL; terms: TERMS; about: a row of ABOUT without what, year, scope, basis."""

    areas: pd.DataFrame
    terms: pd.DataFrame
    about: dict[str, object]
    features: list[str]
    spread: Overdispersion


def fit(table: pd.DataFrame, names: Sequence[str]) -> Fit | None:
    """Negative binomial with the exposure as offset, quasi-Poisson beside it, and once more without influential areas.

    Shapes: area, name, year, observed, exposure and the columns of the features. None when no feature can be used or
    there are too few areas.
    """
    features = features_of(table, names)
    chosen = usable(features)
    if not chosen:
        return None
    full = features[chosen].notna().all(axis=1)
    rows = pd.concat([table[[*_KEYS, "year", "observed", "exposure", "status"]], features[chosen]], axis=1)[full]
    rows = rows.reset_index(drop=True)
    fitted = partial(
        expected_model, rows, observed="observed", exposure="exposure", covariates=chosen, keys=[*_KEYS, "year"]
    )
    try:
        main = fitted()
        check = fitted(family=_CHECK)
        without = fitted(leave_out=main.areas["influential"])
        spread = overdispersion(main.areas["observed"], main.areas["expected"], kind="ratio")
    except FactorError:  # too few areas for what is known of them
        return None
    areas = _positions(main.areas, spread).assign(
        ratio_check=check.areas["ratio"],
        ratio_without=without.areas["ratio"],
        cooks_distance=main.areas["cooks_distance"],
        influential=main.areas["influential"],
        status=rows["status"],
    )
    terms = pd.concat([each.coefficients.assign(family=each.family) for each in (main, check)], ignore_index=True)
    about: dict[str, object] = {
        "areas": len(rows), "left_out": int((~full).sum()), "alpha": main.alpha, "dispersion": main.dispersion,
        "dispersion_check": check.dispersion, "explained": main.explained, "phi": spread.phi, "tau2": spread.tau2,
        "influential": int(main.areas["influential"].sum()),
    }  # fmt: skip
    return Fit(areas=areas, terms=terms[TERMS], about=about, features=chosen, spread=spread)


def _positions(areas: pd.DataFrame, spread: Overdispersion) -> pd.DataFrame:
    """The areas with the limits of the funnel and on which side of them they lie, also by chance alone."""
    wide = funnel(areas, levels=LEVELS, overdispersion=spread)
    chance = funnel(areas, levels=LEVELS)
    told = wide.assign(position_chance=chance["position_99_8"])
    nothing = {name: np.nan for name in ("ratio_check", "ratio_without", "cooks_distance")}
    return told.assign(**nothing, influential=False)


def grid(expected: pd.Series, spread: Overdispersion, *, points: int = 60) -> pd.DataFrame:
    """The limits of the funnel along the expected numbers, with and without what areas differ of themselves."""
    along = np.geomspace(max(expected.min(), 1.0), expected.max() * 1.5, points)
    told = {"expected": along}
    for level, name in zip(LEVELS, ("95", "99_8"), strict=True):
        told[f"low_{name}"], told[f"high_{name}"] = funnel_limits(
            along, kind="ratio", level=level, overdispersion=spread
        )
    told["chance_low"], told["chance_high"] = funnel_limits(along, kind="ratio", level=LEVELS[1])
    return pd.DataFrame(told)[GRID]


def _peers(table: pd.DataFrame, fitted: Fit, here: Sequence[str]) -> pd.DataFrame:
    """For every municipality of the region the comparable ones, with their share of youths and ratio in the model."""
    features = features_of(table, fitted.features)
    whole = pd.concat([table[["area", "inhabitants"]].rename(columns={"inhabitants": "people_all"}), features], axis=1)
    full = whole[whole.notna().all(axis=1)]
    parts = []
    for area in full.loc[full["area"].isin(here), "area"]:
        near = peers(full, area=area, features=fitted.features, size="people_all", number=PEERS)
        parts.append(near.rename(columns={"area": "peer"}).assign(area=area, place=range(1, len(near) + 1)))
    if not parts:
        return pd.DataFrame(columns=PEER)
    told, about = pd.concat(parts, ignore_index=True), table.set_index("area")
    added = {
        "name": about["name"],
        "inhabitants": about["inhabitants"],
        "share": about["observed"] / about["people"],
        "ratio": fitted.areas.set_index("area")["ratio"],
    }
    return told.assign(**{name: told["peer"].map(values) for name, values in added.items()})[PEER]


def shares(told: pd.DataFrame, here: Sequence[str]) -> pd.DataFrame:
    """The published share of minors with help (0-1) in the region's municipalities and the country, the latest year."""
    rows = told[told["measure"].eq(_MINORS) & told["area"].isin([*here, NATIONAL])]
    last = rows[rows["year"].eq(rows.loc[rows["area"].isin(here), "year"].max())]
    return last.assign(share=last["value"] / 100)[SHARES].reset_index(drop=True)


# -- neighbourhoods ----------------------------------------------------------------------------------


def _neighbourhood_frames(
    told: pd.DataFrame, here: Sequence[str], about: list[dict[str, object]]
) -> dict[str, pd.DataFrame]:
    """The model over neighbourhoods, what they add up to beside their municipality, and the model of the SCP."""
    made = {
        "expected_wijken": pd.DataFrame(columns=[*MODEL, "municipality"]),
        "expected_wijk_terms": pd.DataFrame(columns=TERMS),
        "expected_sums": pd.DataFrame(columns=SUMS),
        "expected_scp": pd.DataFrame(columns=SCP),
    }
    wijken = by_area(told, "WK")
    if wijken.empty:
        return made
    made["expected_scp"] = _scp(told, here)
    years = wijken.loc[wijken["youths"].notna() & wijken[YOUNG].notna(), "year"]
    if years.empty:
        return made
    year = int(years.max())
    rows = wijken[wijken["year"].eq(year)].reset_index(drop=True)
    made["expected_sums"] = sums(rows, by_area(told, "GM"), here)
    big = rows[rows["youths"].notna() & rows[YOUNG].ge(_SMALL)].reset_index(drop=True)
    fitted = fit(big.assign(observed=big["youths"], exposure=big[YOUNG]), [name for name in FEATURES if name != "size"])
    if fitted is not None:
        inside = fitted.areas.assign(municipality="GM" + fitted.areas["area"].str[2:6])
        kept = inside[inside["municipality"].isin(here)].reset_index(drop=True)
        made |= {"expected_wijken": kept[[*MODEL, "municipality"]], "expected_wijk_terms": fitted.terms}
        left = len(rows) - len(fitted.areas)
        about.append({"what": "wijken", "year": year, "scope": REGION, "basis": BY_NUMBER, **fitted.about,
                      "left_out": left})  # fmt: skip
    return made


def sums(rows: pd.DataFrame, areas: pd.DataFrame, here: Sequence[str]) -> pd.DataFrame:
    """Per municipality: the youths of its neighbourhoods together beside its own number, and how many are hidden."""
    told = rows.assign(municipality="GM" + rows["area"].str[2:6], hidden=rows["youths"].isna())
    found = told[told["municipality"].isin(here)].groupby(["municipality", "year"], as_index=False).agg(
        neighbourhoods=("area", "size"), shown=("youths", "sum"), hidden=("hidden", "sum")
    )  # fmt: skip
    whole = areas[["area", "year", "youths"]].rename(columns={"area": "municipality", "youths": "whole"})
    joined = found.merge(whole, on=["municipality", "year"], how="left").rename(columns={"municipality": "area"})
    return joined[SUMS]


def _scp(told: pd.DataFrame, here: Sequence[str]) -> pd.DataFrame:
    """Neighbourhoods of the region with the share that the SCP saw and the one it expected, 0-1."""
    names = {"share_non_residential_scp": "observed", "share_expected_scp": "expected"}
    rows = told[told["measure"].isin(names) & told["area"].str[2:6].isin([code[2:] for code in here])]
    if rows["measure"].nunique() < len(names):
        return pd.DataFrame(columns=SCP)
    wide = rows.pivot(index=["area", "name"], columns="measure", values="value").rename(columns=names).div(100)
    full = wide.dropna().rename_axis(columns=None).reset_index()
    return full.assign(municipality="GM" + full["area"].str[2:6])[SCP]
