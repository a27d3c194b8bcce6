"""Part of chapter 30: the same split per segment and per product, in tables that add up."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_effects import SHORT
from jeugd_analysis.chapters.growth_pairs import with_choice
from jeugd_analysis.chapters.growth_shown import shown_effects
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_upper
from jeugd_analysis.present.tables import Column, Table, table_html

_TOLD = ("volume", "stacking", "mix", "intensity", "indexation", "harmonisation")
_NUMBERS = [*_TOLD, "rest", "total"]
_BOTH = "mix_and_intensity"  # apart they would rest on published numbers of youths that are too coarse
_NAMES = {**SHORT, _BOTH: "mix en intensiteit"}
_TOP = 8  # products shown one by one
_CONTRACTS = "Contracten: nieuw, gestopt en niet te splitsen. Elke rij telt op."


def effects_per_segment(municipality: str, period: str) -> Finding:
    """The split per segment, for every pair of comparable years."""
    edition = Edition.open(municipality, period)
    chosen = with_choice(edition, "groei-segmenten", lambda *pair: segments_between(edition, *pair), leads=False)
    nothing = {"groei_segmenten_zin": "Per segment is er niets te splitsen."}
    return chosen or Finding(name="groei-segmenten", texts=nothing)


def effects_per_product(municipality: str, period: str) -> Finding:
    """The split per product: the largest changes one by one, all others together, adding up to the whole area."""
    edition = Edition.open(municipality, period)
    chosen = with_choice(edition, "groei-producten", lambda *pair: products_between(edition, *pair), leads=False)
    nothing = {"groei_producten_zin": "Per product is er niets te splitsen."}
    return chosen or Finding(name="groei-producten", texts=nothing)


def segments_between(edition: Edition, base: int, compare: int) -> Finding:
    """Effects per segment between two years."""
    shown = shown_effects(edition, base, compare, "segment", [*_TOLD, "rest"])
    shown = shown.derived(shown.frame.assign(naam=shown.frame["level"].map(edition.segment_names())))
    largest = _largest(shown.frame)
    words = (
        f"De grootste verandering zit in {largest['naam']}: {numbers.signed_euro(largest['total'])}."
        if largest is not None else "Per segment zijn de bedragen niet te tonen."
    )  # fmt: skip
    return Finding(
        name="groei-segmenten",
        title=words.rstrip("."),
        unit=f"Verandering van de kosten van {base} naar {compare} per segment, x € 1.000",
        table=_table(edition, shown, "Segment", f"Effecten per segment, {base}-{compare}, {edition.area.name}"),
        source=f"{_note(edition)} {edition.source} {shown.note}",
        texts={"groei_segmenten_zin": words},
    )


def products_between(edition: Edition, base: int, compare: int) -> Finding:
    """Effects per product between two years."""
    names = [*_TOLD, "rest"]
    whole = shown_effects(edition, base, compare, "totaal", names)
    products = shown_effects(edition, base, compare, "product", names)
    shown = products.derived(with_others(products.frame, whole.frame.iloc[0], _product_names(edition)))
    if shown.frame.empty:
        words = "Per product zijn de bedragen niet te tonen."
        return Finding(name="groei-producten", title=words.rstrip("."), texts={"groei_producten_zin": words})
    largest = shown.frame.iloc[0]
    words = f"De grootste verandering per product zit in {largest['naam']}: {numbers.signed_euro(largest['total'])}."
    return Finding(
        name="groei-producten",
        title=words.rstrip("."),
        unit=f"Verandering van de kosten van {base} naar {compare} per product, x € 1.000",
        table=_table(edition, shown, "Product", f"Effecten per product, {base}-{compare}, {edition.area.name}"),
        source=f"{_note(edition)} De rijen tellen op tot de laatste rij. {edition.source} {shown.note}",
        texts={"groei_producten_zin": words},
    )


def with_others(products: pd.DataFrame, whole: pd.Series, names: dict[str, str]) -> pd.DataFrame:
    """The largest changes, the other products together, and the whole area; only what is shown, so it adds up.

    Shapes: `products` has level and the numbers, missing where hidden; `whole` the same numbers of the area. Result:
    naam and the numbers; empty when the area itself is hidden or no product can stand alone.
    """
    visible = products.dropna(subset=["total"])
    ordered = visible.loc[visible["total"].astype("int64").abs().sort_values(ascending=False, kind="stable").index]
    if len(visible) < len(products):  # the others then hold one that is shown too: no hidden one stands alone
        top = ordered.head(min(_TOP, len(visible) - 1) if len(visible) else 0)
    else:
        top = ordered.head(_TOP if len(visible) > _TOP + 1 else len(visible))
    if numbers.is_missing(whole["total"]) or top.empty:
        return pd.DataFrame(columns=["naam", *_NUMBERS])
    rest = len(products) - len(top)
    rows = [top.assign(naam=top["level"].map(names).fillna(top["level"]))[["naam", *_NUMBERS]]]
    if rest:
        others = {name: whole[name] - top[name].sum() for name in _NUMBERS}
        rows.append(pd.DataFrame([{"naam": f"Overige producten ({rest})", **others}]))
        total = whole[_NUMBERS]
    else:
        total = top[_NUMBERS].sum()
    rows.append(pd.DataFrame([{"naam": "Alle producten samen", **total.to_dict()}]))
    return pd.concat(rows, ignore_index=True).astype(dict.fromkeys(_NUMBERS, "Int64"))


def _largest(frame: pd.DataFrame) -> pd.Series | None:
    visible = frame.dropna(subset=["total"])
    return visible.loc[visible["total"].astype("int64").abs().idxmax()] if len(visible) else None


def _product_names(edition: Edition) -> dict[str, str]:
    """Name of each product, the latest when it was renamed."""
    told = edition.store.reference("products").drop_duplicates("product", keep="last")
    return dict(zip(told["product"], told["name"], strict=True))


def _table(edition: Edition, shown: Safe, heading: str, caption: str) -> Table:
    """Only effects that are somewhere get a column; in a municipality mix and intensity stand together."""
    frame, names = shown.frame, list(_TOLD)
    if not edition.area.is_region:
        frame = frame.assign(**{_BOTH: frame["mix"] + frame["intensity"]})
        names = ["volume", "stacking", _BOTH, "indexation", "harmonisation"]
    columns = {"naam": Column(heading=heading)}
    for name in names:
        if (frame[name].fillna(0) != 0).any():
            columns[name] = Column(heading=first_upper(_NAMES[name]), write=numbers.signed_thousands)
    columns["rest"] = Column(heading="Contracten", write=numbers.signed_thousands)
    columns["total"] = Column(heading="Totaal", write=numbers.signed_thousands)
    return table_html(shown.derived(frame), columns, caption=caption)


def _note(edition: Edition) -> str:
    if edition.area.is_region:
        return _CONTRACTS
    return f"{_CONTRACTS} Mix en intensiteit staan samen: apart zijn ze per gemeente te onzeker, door het afronden."
