"""How much tariffs rose: index numbers over contracts that are there in both periods, and the agreed indexation."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition.decompose import aligned_keys, at_period, numeric, require_columns, take

FORMULAS = ("laspeyres", "paasche", "fisher", "tornqvist")
_TOLD = (*FORMULAS, "matched", "base_covered", "compare_covered")
_ITEMS = ("provider", "product", "unit")


def price_index(
    cells: pd.DataFrame,
    *,
    base: Hashable,
    compare: Hashable,
    period: str = "year",
    items: Sequence[str] = _ITEMS,
    by: Sequence[str] = (),
    tariff: str | None = None,
) -> pd.DataFrame:
    """Price indices of the compared period against the base, over items that are in both: a contract, never a mean.

    Shapes: `cells` has one row per items x `by` x period, with units and amount_cents, net. The price of an item is
    amount / units, or the column `tariff` (the agreed tariff). An item counts when it has units and a price above zero
    in both periods; the others are new or gone and say nothing about prices. Result: one row per `by`, sorted (without
    `by` one row): laspeyres, paasche, fisher, tornqvist (1 is no change; missing when nothing matches), matched (items)
    and base_covered and compare_covered: the share of amount_cents in each period that the matched items have, missing
    when there is no amount.
    With p price and q units, 0 base and 1 compared: Laspeyres = sum p1 q0 / sum p0 q0; Paasche = sum p1 q1 / sum p0 q1;
    Fisher = the root of their product; Törnqvist = prod (p1 / p0)^s, s = mean of the shares of the item in both values.
    Raises: FactorError on unknown columns or periods, double keys, missing or infinite numbers.
    Source: ILO and others (2004), Consumer Price Index Manual, chapters 15 and 16.

    Hours go from 100 to 110 and days from 200 to 210; hours have 1 of 3 in the old value and 1.1 of 5.3 in the new.

    >>> cells = pd.DataFrame({"product": ["uur", "dag"] * 2, "year": [1, 1, 2, 2], "units": [10, 10, 10, 20],
    ...                       "amount_cents": [1000, 2000, 1100, 4200]})
    >>> price_index(cells, base=1, compare=2, items=["product"])[["laspeyres", "paasche"]].round(4).to_numpy().tolist()
    [[1.0667, 1.06]]
    """
    keys = [*by, *(name for name in items if name not in by)]
    _require_names(keys, list(by), items)
    told = _prices(cells, keys, period, tariff)
    old, new = (at_period(told, period, moment, keys) for moment in (base, compare))
    return _index(old, new, keys, list(by))


def price_series(
    cells: pd.DataFrame,
    *,
    periods: Sequence[Hashable],
    period: str = "year",
    items: Sequence[str] = _ITEMS,
    by: Sequence[str] = (),
    tariff: str | None = None,
) -> pd.DataFrame:
    """Every period against the first, at once and in steps, and how far the two are apart (chain drift).

    Shapes: `cells`, `items`, `by` and `tariff` as in price_index; `periods` in their order, two or more. Result: one
    row per `by` x period x formula, in that order: period, formula, direct (against the first period), chained (product
    of the indices from period to period), drift (chained over direct, minus one), direct_covered and link_covered: the
    smaller of the two shares of value that were matched against the first, and against the previous period. The first
    period is 1 with drift 0 and covered 1. Where nothing matches, an index and the chain after it are missing.
    Direct compares the same items over many years and loses those that end; chained keeps most items and drifts when
    prices and units go up and down.
    Raises: FactorError as price_index, and on fewer than two periods or one that is double.
    Source: ILO and others (2004), Consumer Price Index Manual, chapter 15 (fixed base and chained indices) and 19.
    """
    moments = list(periods)
    if len(moments) < 2 or len(set(moments)) < len(moments):
        raise FactorError("Er zijn minder dan twee perioden, of een periode staat er twee keer.")
    if period in by:
        raise FactorError(f"De naam {period} is de periode en kan niet in by staan.")
    told: dict[str, Any] = {"period": period, "items": items, "by": by, "tariff": tariff}
    require_columns(cells, [*by, period])
    shown = pd.DataFrame(index=pd.RangeIndex(1))
    if by:
        shown = (
            cells.loc[cells[period].isin(moments), list(by)].drop_duplicates().sort_values(list(by), ignore_index=True)
        )
    chained = dict.fromkeys(FORMULAS, np.ones(len(shown)))
    parts = [_step(shown, period, moments[0], chained, chained, np.ones(len(shown)), np.ones(len(shown)))]
    for before, moment in pairwise(moments):
        direct = _at(price_index(cells, base=moments[0], compare=moment, **told), shown, list(by))
        link = _at(price_index(cells, base=before, compare=moment, **told), shown, list(by))
        chained = {name: chained[name] * link[name].to_numpy() for name in FORMULAS}
        against = {name: direct[name].to_numpy() for name in FORMULAS}
        parts.append(_step(shown, period, moment, against, chained, _covered(direct), _covered(link)))
    return pd.concat(parts).sort_values("_row", kind="stable").drop(columns="_row").reset_index(drop=True)


def _step(
    shown: pd.DataFrame,
    period: str,
    moment: Hashable,
    direct: Mapping[str, np.ndarray],
    chained: Mapping[str, np.ndarray],
    direct_covered: np.ndarray,
    link_covered: np.ndarray,
) -> pd.DataFrame:
    every = [
        shown.assign(**{
            period: moment, "formula": name, "direct": direct[name], "chained": chained[name],
            "drift": chained[name] / direct[name] - 1, "direct_covered": direct_covered, "link_covered": link_covered,
            "_row": np.arange(len(shown)),
        })
        for name in FORMULAS
    ]  # fmt: skip
    return pd.concat(every).sort_values("_row", kind="stable")


def _at(index: pd.DataFrame, shown: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The index in the rows of `shown`; missing for a group that is in neither period."""
    return shown.merge(index, on=by, how="left", validate="one_to_one") if by else index


def _covered(index: pd.DataFrame) -> np.ndarray:
    return index[["base_covered", "compare_covered"]].min(axis=1, skipna=False).to_numpy()


def _prices(cells: pd.DataFrame, keys: list[str], period: str, tariff: str | None) -> pd.DataFrame:
    """Units, price and amount as float64, beside the keys; a price of 0 is none."""
    require_columns(cells, [*keys, period, "units", "amount_cents", *([tariff] if tariff else [])])
    units, amount = (numeric(cells[name], name).astype("float64") for name in ("units", "amount_cents"))
    if tariff is None:
        price = (amount / units.where(units > 0)).fillna(0.0)
    else:
        price = numeric(cells[tariff].fillna(0), tariff).astype("float64")
    return cells[[*keys, period]].assign(_units=units, _price=price, _amount=amount)


def _require_names(keys: list[str], by: list[str], items: Sequence[str]) -> None:
    if not items or len(set(items)) < len(items) or len(set(by)) < len(by):
        raise FactorError("Er is niet gezegd wat één contract is, of een naam staat er twee keer.")
    if taken := [name for name in keys if name in (*_TOLD, "_units", "_price", "_amount")]:
        raise FactorError(f"De naam {', '.join(taken)} is al een kolom van de uitkomst.", doe="kies een andere naam.")


def _index(old: pd.DataFrame, new: pd.DataFrame, keys: list[str], by: list[str]) -> pd.DataFrame:
    rows = aligned_keys(old, new, keys)
    told = [take(part, rows, keys, ["_units", "_price", "_amount"])[0] for part in (old, new)]
    (q0, p0, v0), (q1, p1, v1) = ((part["_units"], part["_price"], part["_amount"]) for part in told)
    same = (q0 > 0) & (p0 > 0) & (q1 > 0) & (p1 > 0)
    groups = rows.groupby(by, sort=True) if by else None
    place = np.zeros(len(rows), dtype="int64") if groups is None else groups.ngroup().to_numpy()
    shown = pd.DataFrame(index=pd.RangeIndex(1)) if groups is None else groups.size().reset_index()[by]

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights=np.where(same, values, 0.0), minlength=len(shown))

    laspeyres, paasche = _over(total(p1 * q0), total(p0 * q0)), _over(total(p1 * q1), total(p0 * q1))
    shares = [np.divide(p * q, total(p * q)[place], out=np.zeros_like(p), where=same) for p, q in ((p0, q0), (p1, q1))]
    logs = np.log(np.divide(p1, p0, out=np.ones_like(p0), where=same))
    tornqvist = np.where(np.isnan(laspeyres), np.nan, np.exp(total((shares[0] + shares[1]) / 2 * logs)))
    every = [np.bincount(place, weights=value, minlength=len(shown)) for value in (v0, v1)]
    columns = (laspeyres, paasche, np.sqrt(laspeyres * paasche), tornqvist, total(np.ones(len(rows))).astype("int64"))
    covered = [_over(total(value), whole) for value, whole in zip((v0, v1), every, strict=True)]
    return shown.assign(**dict(zip(_TOLD, (*columns, *covered), strict=True)))


def _over(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)


# -- agreed indexation ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFormula:
    """How an agreed indexation is made of a rise of wages (OVA) and of prices (PPC)."""

    wage_share: Fraction
    words: str
    source: str


CONTRACT_FORMULAS: dict[str, ContractFormula] = {
    "ova": ContractFormula(
        wage_share=Fraction(1),
        words="alleen de OVA (overheidsbijdrage in de arbeidskostenontwikkeling)",
        source="ministerie van VWS, op raming van het CPB",
    ),
    "ppc": ContractFormula(
        wage_share=Fraction(0),
        words="alleen de PPC (prijsindex particuliere consumptie)",
        source="CPB, overgenomen door de NZa",
    ),
    "vng_90_10": ContractFormula(
        wage_share=Fraction(9, 10),
        words="90% OVA en 10% PPC",
        source="VNG, indexatie bij inkoop jeugdhulp en Wmo-ondersteuning",
    ),
}
CORRECTIONS = ("ratio", "difference")


def contract_rate(formula: str, *, ova: Any, ppc: Any) -> Any:
    """The agreed rise of one year from that of wages and of prices; shares, so 0.0418 is 4.18 %.

    Exact when the rates are ints or Fractions. Raises: FactorError on an unknown formula.
    Source: the entry of the formula in CONTRACT_FORMULAS.

    >>> round(contract_rate("vng_90_10", ova=0.0418, ppc=0.0182), 5)
    0.03944
    """
    if formula not in CONTRACT_FORMULAS:
        raise FactorError(f"Onbekende formule {formula!r}.", doe=f"kies uit: {', '.join(CONTRACT_FORMULAS)}.")
    wages = CONTRACT_FORMULAS[formula].wage_share
    return wages * ova + (1 - wages) * ppc


def correction(provisional: Any, final: Any, *, how: str) -> Any:
    """What last year's index was too low or too high: added to this year's, with the way it is made named.

    "ratio": (1 + final) / (1 + provisional) - 1, as VNG did for 2024. "difference": final - provisional, as VNG did for
    2025 after a first version with the ratio. All rates are shares.
    Raises: FactorError on another name, or a provisional rate of -1 or less.
    Source: VNG, Indexatie bij inkoop jeugdhulp en Wmo-ondersteuning 2024 and 2025 (update of 2 October 2024).

    >>> round(correction(0.04753, 0.06426, how="ratio"), 4), round(correction(0.04697, 0.0571, how="difference"), 5)
    (0.016, 0.01013)
    """
    if how not in CORRECTIONS:
        raise FactorError(f"Onbekende nacalculatie {how!r}.", doe=f"kies uit: {', '.join(CORRECTIONS)}.")
    if provisional <= -1:
        raise FactorError("De voorlopige index is geen getal boven -1.", doe="geef een aandeel, zoals 0.05.")
    return final - provisional if how == "difference" else (1 + final) / (1 + provisional) - 1


def agreed_level(rates: Sequence[Any]) -> list[Any]:
    """The agreed price level after each year, from rises that follow each other; 1 before the first.

    >>> [round(level, 4) for level in agreed_level([0.063, 0.0496])]
    [1, 1.063, 1.1157]
    """
    levels: list[Any] = [1]
    for rate in rates:
        levels.append(levels[-1] * (1 + rate))
    return levels
