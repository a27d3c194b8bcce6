"""Part of chapter 30: how the change in cost is spread over providers, in groups: no single provider is shown."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_pairs import latest_pair
from jeugd_analysis.chapters.growth_shown import whole_year_effects
from jeugd_analysis.chapters.measured import held_by_few
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_GROUPS = {"rise": "grootste stijging", "fall": "grootste daling"}
_SIZE = 10


def spread_over_providers(municipality: str, period: str) -> Finding:
    """The change of the providers with the largest rise together, the largest fall together, and the others."""
    edition = Edition.open(municipality, period)
    pair = latest_pair(edition)
    if pair is None:
        return _only_words("Er zijn geen twee jaren te vergelijken.")
    changes = provider_changes(edition, *pair)
    groups = grouped(changes)
    if groups is None or not _may_be_shown(edition, pair, changes.assign(group=groups)):
        return _only_words(
            "Hoe de verandering over aanbieders is verdeeld, is hier geheim. Het gaat om te weinig aanbieders of "
            "jeugdigen, of één aanbieder is te groot."
        )
    told = changes.assign(group=groups).groupby("group")["change"].agg(["sum", "size"])
    shown = whole_year_effects(edition, *pair, told["sum"])
    if numbers.is_missing(shown.frame.loc[0, "total"]):
        return _only_words("De verandering van de kosten is geheim, dus ook de verdeling over aanbieders.")
    rows = _rows(shown, told["size"])
    words = _words(rows.frame)
    return Finding(
        name="groei-aanbieders",
        title=words.partition(". Bij")[0].rstrip("."),
        unit=f"Verandering van de kosten van {pair[0]} naar {pair[1]}, van groepen aanbieders samen",
        table=table_html(rows, {
            "naam": Column(heading="Groep"),
            "providers": Column(heading="Aanbieders", write=numbers.decimal),
            "amount": Column(heading="Verandering", write=numbers.signed_euro),
        }, caption=f"Verandering van de kosten per groep aanbieders, {pair[0]}-{pair[1]}, {edition.area.name}"),
        source=f"Een aanbieder alleen tonen wij niet. De rijen tellen op. {edition.source} {shown.note}",
        texts={"groei_aanbieders_zin": words},
    )  # fmt: skip


def _only_words(words: str) -> Finding:
    return Finding(name="groei-aanbieders", texts={"groei_aanbieders_zin": words})


def provider_changes(edition: Edition, base: int, compare: int) -> pd.DataFrame:
    """One row per provider with cost in either year: provider, base, compare and change, in exact cents."""
    cells = edition.mart("contract_cells")
    mine = cells[cells["year"].isin([base, compare])]
    if not edition.area.is_region:
        mine = mine[mine["municipality"] == edition.area.code]
    years = mine.pivot_table(index="provider", columns="year", values="amount_cents", aggfunc="sum", fill_value=0)
    years = years.reindex(columns=[base, compare], fill_value=0).astype("int64")
    told = pd.DataFrame({"base": years[base], "compare": years[compare]}).rename_axis("provider").reset_index()
    return told.assign(change=told["compare"] - told["base"])


def grouped(changes: pd.DataFrame) -> pd.Series | None:
    """rise, fall or other for each provider; None when not a single one rose or fell.

    The ten with the largest rise and the ten with the largest fall, or fewer when fewer rose or fell.
    """
    ordered = changes.sort_values(["change", "provider"])["change"]
    fall, rise = ordered[ordered < 0].head(_SIZE).index, ordered[ordered > 0].tail(_SIZE).index
    if not len(fall) and not len(rise):
        return None
    groups = pd.Series("other", index=changes.index, name="group")
    groups[fall], groups[rise] = "fall", "rise"
    return groups


def _may_be_shown(edition: Edition, pair: tuple[int, int], grouped_changes: pd.DataFrame) -> bool:
    """All groups or none: with the change of the whole area known, a group that is left out could be calculated."""
    lines = edition.mart("youth_lines")
    if not edition.area.is_region:
        lines = lines[lines["municipality"] == edition.area.code]
    of = grouped_changes.set_index("provider")["group"]
    youths = pd.DataFrame(
        {year: _youths(lines[lines["year"] == year], of) for year in pair}, index=sorted(set(of))
    ).fillna(0)
    return all(
        not held_by_few(group["change"].abs(), edition.rules)
        and all(number == 0 or number >= edition.rules.threshold for number in youths.loc[name])
        for name, group in grouped_changes.groupby("group")
    )


def _youths(lines: pd.DataFrame, group_of: pd.Series) -> pd.Series:
    """Distinct youths with a net amount above zero in each group of providers."""
    told = lines.assign(group=lines["provider"].map(group_of)).dropna(subset=["group"])
    paid = told.groupby(["group", "youth_id"])["amount_cents"].sum()
    return paid[paid > 0].groupby("group").size()


def _rows(shown: Safe, sizes: pd.Series) -> Safe:
    row = shown.frame.iloc[0]
    told = [
        {"group": name, "naam": _name(name, int(sizes[name])), "providers": int(sizes[name]), "amount": row[name]}
        for name in (*_GROUPS, "other")
        if name in sizes
    ]
    whole = {"group": "all", "naam": "Alle aanbieders", "providers": int(sizes.sum()), "amount": row["total"]}
    return shown.derived(pd.DataFrame([*told, whole]))


def _name(group: str, size: int) -> str:
    if group == "other":
        return "Alle andere aanbieders samen"
    return f"De {size} aanbieders met de {_GROUPS[group]}"


def _words(rows: pd.DataFrame) -> str:
    of = rows.set_index("group")
    told = []
    if "rise" in of.index:
        told.append(
            f"Bij de {of.loc['rise', 'providers']} aanbieders met de grootste stijging stegen de kosten samen met "
            f"{numbers.euro(of.loc['rise', 'amount'])}."
        )
    if "fall" in of.index:
        told.append(
            f"Bij de {of.loc['fall', 'providers']} met de grootste daling daalden ze samen met "
            f"{numbers.euro(-of.loc['fall', 'amount'])}."
        )
    return " ".join(told)
