"""Effects of cost growth as a page may show them: between published amounts, with published numbers of youths."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_exact import exact_effects, known_effects
from jeugd_analysis.methods.disclosure import Counts, rounded, with_published_counts
from jeugd_analysis.present.disclosure import Rules, Safe, released_effects

_ALL = "alle"
_REST = ["entry", "exit", "residual"]
_EFFECTS = ["volume", "stacking", "mix", "intensity", "indexation", "harmonisation", *_REST, "total"]


def shown_effects(edition: Edition, base: int, compare: int, dimension: str, effects: Sequence[str]) -> Safe:
    """Per level of a dimension (totaal, segment, product): the effects, each row adding up to the published change.

    Shapes: result level, base_cents, compare_cents, the effects and total, all in cents, missing where either amount or
    number of youths is hidden in either year. The name `rest` stands for entry, exit and residual together.
    """
    exact = _corrected(edition, base, compare, dimension)
    exact["rest"] = exact[_REST].sum(axis=1)
    years = [_year(edition.release, dimension, year) for year in (base, compare)]
    change = _published_change(exact["level"], years)
    return released_effects(
        fitted(exact[["level", *effects]], change, effects),
        before=years[0],
        after=years[1],
        effects=effects,
        rules=edition.rules,
    )


def fitted(exact: pd.DataFrame, change: pd.Series, effects: Sequence[str]) -> pd.DataFrame:
    """The effects with the gap to the published change spread over them by size: what is nothing stays nothing.

    The amounts that are published were rounded and may be of an earlier edition. The volume effect is left alone: it
    follows from published numbers. `change` has the index of `exact`, missing where an amount is hidden.
    """
    moving = [name for name in effects if name != "volume"]
    sizes = exact[moving].abs()
    gap = change.astype("float64") - exact[list(effects)].sum(axis=1)
    weights = sizes.div(sizes.sum(axis=1), axis=0).fillna(0.0)
    return exact.assign(**{name: exact[name] + (weights[name] * gap).fillna(0.0) for name in moving})


def told_effects(edition: Edition, base: int, compare: int) -> pd.Series:
    """The effects of the whole area in cents, not rounded yet, with published numbers of youths in volume and mix."""
    return _corrected(edition, base, compare, "totaal").set_index("level").loc[_ALL]


def whole_year_effects(edition: Edition, base: int, compare: int, effects: pd.Series) -> Safe:
    """One row of effects of the whole area, rounded so that they add up to the published change of its cost."""
    years = [_year(edition.release, "totaal", year) for year in (base, compare)]
    row = pd.DataFrame([{"level": _ALL, **effects.to_dict()}])
    names = list(effects.index)
    told = fitted(row, _published_change(row["level"], years), names)
    return released_effects(told, before=years[0], after=years[1], effects=names, rules=edition.rules)


def told_known_effects(edition: Edition, known_on: str, base: int, compare: int) -> pd.Series:
    """As `told_effects`, over the lines that were known on a day, with the numbers of `known_published`."""
    rows = known_effects(edition, known_on, base, compare).groupby("municipality", as_index=False)[_EFFECTS].sum()
    youths, cells = edition.mart("known_youths"), edition.mart("known_cells")
    release = edition.store.release(edition.quarter)
    years = []
    for year in (base, compare):
        number = youths[youths["known_on"].eq(known_on) & youths["year"].eq(year)].set_index("municipality")["youths"]
        lines = cells[cells["known_on"].eq(known_on) & cells["year"].eq(year)]
        told = pd.DataFrame({"youths": number, "amount_cents": lines.groupby("municipality")["amount_cents"].sum()})
        whole = release[release["dimension"].eq("totaal") & release["period"].eq(str(year))].set_index("area")
        told["published"] = known_published(told["youths"], whole.reindex(told.index), edition.rules)
        years.append(told.reindex(rows["municipality"]).reset_index(drop=True))
    return _with_counts(rows, years, years)[_EFFECTS].sum()


def known_published(known: pd.Series, now: pd.DataFrame, rules: Rules) -> pd.Series:
    """Numbers of youths as known on a day, by what is published now: those less the ones that became known since.

    Rounded on their own they would tell more of the number that is published now. Fewer than the threshold since then
    count as none; a hidden number is half the threshold on every day. `now` has youths and published on the same index.
    """
    since = now["youths"].astype("Float64") - known.astype("Float64")
    less = rounded(since, base=rules.count_base).astype("Float64").mask((since < rules.threshold).fillna(True), 0)
    told = (now["published"].astype("Float64") - less).clip(lower=rules.count_base)
    return told.fillna(rules.threshold / 2).round().astype("Int64")


def _published_change(levels: pd.Series, years: Sequence[pd.DataFrame]) -> pd.Series:
    """Published amount of the compared year less that of the base year; a level that is absent cost nothing."""
    amounts = []
    for year in years:
        rows = year["amount_published"].astype("Float64").reindex(levels)
        amounts.append(rows.mask(~levels.isin(year.index).to_numpy(), 0.0).reset_index(drop=True))
    return (amounts[1] - amounts[0]).set_axis(levels.index)


def _corrected(edition: Edition, base: int, compare: int, dimension: str) -> pd.DataFrame:
    """Exact effects per level, with the published numbers of youths of the area itself in volume and mix.

    The region takes its own numbers, not those of its municipalities added up: each of those can lag by some youths.
    """
    cells = exact_effects(edition, base, compare)
    cells["level"] = _level(edition, cells, dimension)
    rows = cells.groupby("level", as_index=False)[_EFFECTS].sum()
    release = edition.release
    own = _counted(release, dimension, (base, compare), rows["level"])
    within = _counted(release, "totaal", (base, compare), [_ALL] * len(rows))
    return _with_counts(rows, own, within)[["level", *_EFFECTS]]


def _counted(release: pd.DataFrame, dimension: str, years: Sequence[int], levels: Sequence[str]) -> list[pd.DataFrame]:
    """youths, published and amount_cents of these levels of the area, per year."""
    columns = ["youths", "published", "amount_cents"]
    return [_year(release, dimension, year)[columns].reindex(list(levels)).reset_index(drop=True) for year in years]


def _with_counts(rows: pd.DataFrame, own: Sequence[pd.DataFrame], within: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return with_published_counts(
        rows,
        own=_counts(own),
        within=_counts(within),
        base_cents=own[0]["amount_cents"].fillna(0),
        compare_cents=own[1]["amount_cents"].fillna(0),
    )


def _level(edition: Edition, cells: pd.DataFrame, dimension: str) -> pd.Series:
    if dimension == "totaal":
        return pd.Series(_ALL, index=cells.index)
    if dimension == "product":
        return cells["product"]
    segments = edition.mart("contract_cells")[["product", "segment"]].drop_duplicates("product", keep="last")
    return cells["product"].map(segments.set_index("product")["segment"])


def _year(release: pd.DataFrame, dimension: str, year: int) -> pd.DataFrame:
    """The rows of a dimension in a year, by level."""
    chosen = release["dimension"].eq(dimension) & release["period_kind"].eq("jaar") & release["period"].eq(str(year))
    return release[chosen].set_index("level")


def _counts(years: Sequence[pd.DataFrame]) -> Counts:
    return Counts(
        exact=(years[0]["youths"], years[1]["youths"]), published=(years[0]["published"], years[1]["published"])
    )
