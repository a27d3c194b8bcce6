"""Cost growth of care bought by price and quantity: volume, mix, intensity, tariff, entry, exit and a residual."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from numbers import Integral, Rational

import numpy as np
import pandas as pd

from jeugd_analysis.domain.region import Break
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition.breaks import require_comparable
from jeugd_analysis.methods.decomposition.decompose import (
    METHODS,
    aligned_keys,
    assemble,
    at_period,
    numeric,
    require_columns,
    take,
)
from jeugd_analysis.methods.decomposition.trees import Tree

_NUMBERS = ["clients", "units", "amount_cents"]
_WITHIN = ("municipality",)
_EFFECTS = {
    "volume", "shift", "stacking", "mix", "intensity", "duration", "frequency", "indexation", "harmonisation",
    "interaction", "entry", "exit", "residual", "total",
}  # fmt: skip


def cost_growth(
    cells: pd.DataFrame,
    *,
    base: Hashable,
    compare: Hashable,
    period: str = "year",
    keys: Sequence[str] = ("municipality", "product", "unit", "provider"),
    within: Sequence[str] = _WITHIN,
    youths: pd.DataFrame | None = None,
    crosswalk: pd.DataFrame | None = None,
    indexation: pd.DataFrame | float | None = None,
    method: str = "shapley",
    months: str | None = None,
    between: bool = False,
    breaks: Iterable[Break] = (),
) -> pd.DataFrame:
    """Split the change in cost per cell (a contract: provider x product x unit x municipality) into effects in cents.

    Shapes: `cells` has one row per keys x period with clients (youths in that cell), units and amount_cents; `youths`
    one row per within x period with the distinct youths; without a municipality among the keys, volume is that of all
    cells; `crosswalk` maps product and unit of the base year to to_product and to_unit, with `factor` new units per
    old unit; `indexation` is the agreed rise from base to compare, a share (0.05) or a frame of key columns with
    `rate`. `months` names a column with the months in care of the clients together (client_months). With `between`
    volume is split in two: volume, that of all groups together, and shift, a move of youths between the groups of
    `within`; they add up to what volume is without it, and the other effects stay as they are. Result: one row per
    keys with the columns volume, shift (only with between), stacking (only with youths), mix, intensity (with months:
    duration and frequency), indexation, harmonisation, entry, exit, residual, total.
    Exact (int or Fraction) when all numbers are ints or Fractions, else float64; LMDI is always float64.
    cost = youths x cells per youth x share of the cell x units per client x tariff, and tariff = index x the rest:
    indexation and harmonisation are nested, so splitting the tariff never moves the other effects. Nested in the same
    way, units per client = duration (months per client) x frequency (units per month); they add up to intensity.
    Tariffs are compared per contract, never between contracts: a shift between providers is mix, entry or exit.
    Money without clients or units cannot be split and is the residual; clients of such a cell are in no other factor.
    Raises: FactorError on unknown columns, double keys, missing numbers, or a year without youths; ComparisonError
    when `breaks` (those of the area) has one for intensity or tariffs between the two periods, which then are years.
    Source: Das Gupta (1993) P23-186; Shorrocks (2013). Choice: book/decisions/0004.
    """
    key_list = list(keys)
    group = [name for name in within if name in key_list] if tuple(within) == _WITHIN else list(within)
    if missing := [name for name in group if name not in key_list]:
        raise FactorError(f"within noemt {', '.join(missing)}, maar dat is geen sleutel.")
    if method not in METHODS:
        raise FactorError(f"Onbekende methode {method!r}.", doe=f"kies uit: {', '.join(METHODS)}.")
    if taken := [name for name in key_list if name in _EFFECTS]:
        raise FactorError(f"De naam {', '.join(taken)} is al een kolom van de uitkomst.", doe="kies een andere naam.")
    numbers = [*_NUMBERS, *([months] if months is not None else [])]
    if len(set(numbers)) < len(numbers) or months in key_list:
        raise FactorError(f"Kolom {months} kan niet het aantal maanden zijn.")
    require_columns(cells, [*key_list, period, *numbers])
    _require_no_break(breaks, base, compare)
    exact, cells, youths = _exact_or_float(cells, numbers, youths, crosswalk, indexation)
    old, new = (at_period(cells, period, moment, key_list) for moment in (base, compare))
    if crosswalk is not None:
        old = translate(old, crosswalk, key_list, numbers, exact=exact)
    known = {base: _youths(youths, group, period, base), compare: _youths(youths, group, period, compare)}
    index = aligned_keys(old, new, key_list)
    rates = _rates(indexation, index, exact=exact)
    if not all(math.isfinite(rate) and rate > -1 for rate in rates):
        raise FactorError("De indexatie is geen getal boven -1.", doe="geef een aandeel, zoals 0.05.")
    before = _factors(old, index, key_list, group, known[base], rates * 0, months)
    after = _factors(new, index, key_list, group, known[compare], rates, months)
    if between:
        before, after = (_apart(*side, index, group, known[year]) for side, year in ((before, base), (after, compare)))
    outer: Tree = ("volume", "shift") if between else "volume"
    inner: Tree = "intensity" if months is None else ("duration", "frequency")
    tree = (outer, *(["stacking"] if youths is not None else []), "mix", inner, ("indexation", "harmonisation"))
    result = assemble(index, tree, before[:2], after[:2], method=method)
    result.insert(result.columns.get_loc("total"), "residual", after[2] - before[2])
    result["total"] = result["total"] + result["residual"]
    return result.astype({"residual": "float64", "total": "float64"}) if method == "lmdi" else result


def _require_no_break(breaks: Iterable[Break], base: Hashable, compare: Hashable) -> None:
    between = list(breaks)
    if not between:
        return
    if not (isinstance(base, Integral) and isinstance(compare, Integral)):
        raise FactorError("Breuken zijn alleen te controleren tussen hele jaren.", doe="geef base en compare als jaar.")
    for measure in ("intensity", "tariff"):
        require_comparable(between, base=int(base), compare=int(compare), measure=measure)


def _exact_or_float(
    cells: pd.DataFrame,
    names: list[str],
    youths: pd.DataFrame | None,
    crosswalk: pd.DataFrame | None,
    indexation: pd.DataFrame | float | None,
) -> tuple[bool, pd.DataFrame, pd.DataFrame | None]:
    """Fractions when every number that comes in is exact, float64 as soon as one is not."""
    columns = {name: numeric(cells[name], name) for name in names}
    people = None
    if youths is not None:
        require_columns(youths, ["youths"])
        people = numeric(youths["youths"], "youths")
    told = [*columns.values(), *([people] if people is not None else [])]
    if crosswalk is not None:
        require_columns(crosswalk, ["factor"])
        told.append(numeric(crosswalk["factor"], "factor"))
    rate_is_exact = indexation is None or isinstance(indexation, Rational)
    if isinstance(indexation, pd.DataFrame):
        require_columns(indexation, ["rate"])
        rate_is_exact = all(isinstance(rate, Rational) for rate in indexation["rate"])
    exact = rate_is_exact and all(column.dtype == object for column in told)

    def converted(column: pd.Series) -> pd.Series:
        return column.map(Fraction).astype("object") if exact else column.astype("float64")

    known = None if youths is None or people is None else youths.assign(youths=converted(people))
    return exact, cells.assign(**{name: converted(column) for name, column in columns.items()}), known


def _factors(
    rows: pd.DataFrame,
    index: pd.DataFrame,
    keys: list[str],
    group: list[str],
    youths: pd.DataFrame | None,
    rates: np.ndarray,
    months: str | None,
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Factor arrays, which cells are present, and the money that has no clients or units."""
    numbers, _ = take(rows, index, keys, [*_NUMBERS, *([months] if months is not None else [])])
    clients, units, amount = (numbers[name] for name in _NUMBERS)
    none, one = clients * 0, clients * 0 + 1  # of the kind of number that came in: exact or float
    present = ((clients > 0) & (units > 0)).astype(bool)
    residual = np.where(present, none, amount)
    clients, units = np.where(present, clients, none), np.where(present, units, one)
    cells_in_group = _per_group(index, group, clients)
    volume = cells_in_group if youths is None else _match(index, group, youths)
    if ((volume <= 0).astype(bool) & present).any():
        raise FactorError("Er zijn kosten in een groep zonder jeugdigen.", doe="controleer de tabel youths.")
    stacking = cells_in_group / np.where((volume > 0).astype(bool), volume, one)
    share = clients / np.where((cells_in_group > 0).astype(bool), cells_in_group, one)
    intensity = units / np.where(present, clients, one)
    tariff = np.where(present, amount, none) / units
    inner = {"intensity": intensity}
    if months is not None:
        inner = _duration_and_frequency(numbers[months], clients, units, present, one)
    outer = {"volume": volume, "stacking": stacking, "mix": share}
    return {**outer, **inner, "indexation": 1 + rates, "harmonisation": tariff / (1 + rates)}, present, residual


def _apart(
    factors: dict[str, np.ndarray],
    present: np.ndarray,
    residual: np.ndarray,
    index: pd.DataFrame,
    group: list[str],
    youths: pd.DataFrame | None,
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Volume of a group as that of all groups together times the share of the group."""
    own = factors["volume"]
    if youths is not None:
        whole = youths["youths"].sum()
    else:
        whole = own[~index.duplicated(group).to_numpy()].sum() if group else own[0]
    return {**factors, "volume": own * 0 + whole, "shift": own / whole}, present, residual


def _duration_and_frequency(
    months: np.ndarray, clients: np.ndarray, units: np.ndarray, present: np.ndarray, one: np.ndarray
) -> dict[str, np.ndarray]:
    if ((months <= 0).astype(bool) & present).any():
        raise FactorError("Er zijn cellen met hulp maar zonder maanden.", doe="controleer de maanden in zorg per cel.")
    months = np.where(present, months, one)
    return {"duration": months / np.where(present, clients, one), "frequency": units / months}


def _per_group(index: pd.DataFrame, group: list[str], values: np.ndarray) -> np.ndarray:
    if not group:
        return values * 0 + values.sum()
    return index[group].assign(_v=values).groupby(group)["_v"].transform("sum").to_numpy()


def _youths(youths: pd.DataFrame | None, group: list[str], period: str, moment: Hashable) -> pd.DataFrame | None:
    if youths is None:
        return None
    require_columns(youths, [*group, period, "youths"])
    return at_period(youths, period, moment, group)


def _match(index: pd.DataFrame, group: list[str], youths: pd.DataFrame) -> np.ndarray:
    if not group:
        return np.repeat(youths["youths"].to_numpy(), len(index))
    joined = index[group].merge(youths[[*group, "youths"]], on=group, how="left", validate="many_to_one")
    return joined["youths"].fillna(youths["youths"].iloc[0] * 0).to_numpy()


def _rates(indexation: pd.DataFrame | float | None, index: pd.DataFrame, *, exact: bool) -> np.ndarray:
    kind = "object" if exact else "float64"
    if not isinstance(indexation, pd.DataFrame):
        rate = 0 if indexation is None else indexation
        if isinstance(rate, str | bool):
            raise FactorError("De indexatie is geen getal boven -1.", doe="geef een aandeel, zoals 0.05.")
        return np.array([Fraction(rate) if exact else float(rate)] * len(index), dtype=kind)
    require_columns(indexation, ["rate"])
    on = [name for name in indexation.columns if name != "rate"]
    require_columns(index, on)
    if on and indexation.duplicated(on).any():
        raise FactorError("De indexatie noemt een sleutel vaker.", doe="geef voor elke sleutel één rate.")
    rates = index.merge(indexation, on=on, how="left", validate="many_to_one")["rate"] if on else None
    if rates is None or rates.isna().any():
        raise FactorError("De indexatie noemt niet elke cel.", doe="geef voor elke sleutel een rate, desnoods 0.")
    return np.array([Fraction(rate) if exact else float(rate) for rate in rates], dtype=kind)


def translate(
    rows: pd.DataFrame, crosswalk: pd.DataFrame, keys: list[str], numbers: list[str], *, exact: bool = False
) -> pd.DataFrame:
    """Base-year rows under the names and units of the compared year; rows that then have the same keys are added.

    Shapes: `rows` has the keys (product and unit among them) and the numbers, of which units is converted; `crosswalk`
    as in `cost_growth`. Raises: FactorError on a crosswalk that names a product and unit twice, or a factor of zero.
    """
    require_columns(crosswalk, ["product", "unit", "to_product", "to_unit", "factor"])
    factors = numeric(crosswalk["factor"], "factor")
    if not (factors > 0).all() or crosswalk.duplicated(["product", "unit"]).any():
        raise FactorError("De vertaaltabel noemt een product en eenheid vaker, of een factor die niet boven nul ligt.")
    told = crosswalk.assign(factor=factors.astype("object" if exact else "float64"))  # ints become float beside a gap
    joined = rows.merge(told, on=["product", "unit"], how="left", validate="many_to_one")
    renamed = joined.assign(
        product=joined["to_product"].fillna(joined["product"]),
        unit=joined["to_unit"].fillna(joined["unit"]),
        units=joined["units"] * joined["factor"].where(joined["factor"].notna(), 1),
    )
    return renamed.groupby(keys, as_index=False)[numbers].sum()
