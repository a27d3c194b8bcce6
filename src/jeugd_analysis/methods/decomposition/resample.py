"""The split of cost growth for many weighings of the youths at once: sparse arrays of cells x youths, in blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition.effects import owen_effects
from jeugd_analysis.methods.decomposition.trees import Tree, leaves

_BLOCK = 250_000  # numbers in one array at a time (cells x draws): small enough for the cache of a laptop
More = tuple[np.ndarray | float, np.ndarray | float]
Late = tuple[np.ndarray, sparse.csr_matrix, sparse.csr_matrix]  # what is still to come per euro known; units; amount


@dataclass(frozen=True, slots=True)
class Year:
    """What each youth has in one year; all are cells x youths, but youths, which is places x youths.

    late has one entry per care period that is not complete: the share still to come per draw, and what is known of it.
    more is the share of youths and of clients (youths in a cell) still to come per draw, 0 when all are known.
    """

    clients: sparse.csr_matrix
    units: sparse.csr_matrix
    amount: sparse.csr_matrix
    months: sparse.csr_matrix
    youths: sparse.csr_matrix
    late: tuple[Late, ...] = ()
    more: More = (0.0, 0.0)


def year_of(
    rows: pd.DataFrame,
    cells: pd.DataFrame,
    keys: list[str],
    people: pd.Index,
    place: np.ndarray,
    late: Mapping[object, np.ndarray],
    *,
    more: More,
) -> Year:
    """Lines of one year as arrays. `late`: care period (column `_care`) -> share still to come per draw."""
    if keys:
        numbered = cells.assign(_cell=np.arange(len(cells)))
        at = rows[keys].merge(numbered, on=keys, how="left", validate="many_to_one")["_cell"].to_numpy()
    else:
        at = np.zeros(len(rows), dtype="int64")
    who = people.get_indexer(rows["youth_id"])
    shape = (len(cells), len(people))

    def matrix(name: str, chosen: slice | np.ndarray = slice(None)) -> sparse.csr_matrix:
        return sparse.csr_matrix((rows[name].to_numpy("float64")[chosen], (at[chosen], who[chosen])), shape=shape)

    amount = matrix("amount_cents")  # adds the care periods of a youth in a cell
    clients = _positive(amount)
    youths = sparse.csr_matrix((rows["amount_cents"].to_numpy(), (place[at], who)), shape=(place.max() + 1, shape[1]))
    told = []
    for period, growth in late.items():
        chosen = np.flatnonzero((rows["_care"] == period).to_numpy())
        if chosen.size:
            told.append((growth, matrix("units", chosen), matrix("amount_cents", chosen)))
    months = matrix("months").multiply(clients).tocsr()
    return Year(clients, matrix("units"), amount, months, _positive(youths), (*told,), more)


def _positive(numbers: sparse.csr_matrix) -> sparse.csr_matrix:
    """1 where a number is above zero: a youth counts once, in however many lines."""
    counted = numbers.copy()
    counted.data = (counted.data > 0).astype("float64")
    return counted


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Some cells of one year in every draw; arrays of cells x draws. Where not present, units are 1 and the rest 0."""

    present: np.ndarray
    clients: np.ndarray
    units: np.ndarray
    amount: np.ndarray
    residual: np.ndarray
    months: np.ndarray | None


@dataclass(frozen=True, slots=True)
class Split:
    """The split of cost_growth for many draws at once, a block of cells at a time. weights: draws x youths."""

    before: Year
    after: Year
    weights: np.ndarray
    place: np.ndarray
    rate: float
    tree: Tree

    @property
    def names(self) -> list[str]:
        """Effects in the order of cost_growth."""
        return [*leaves(self.tree), "entry", "exit", "residual", "total"]

    @property
    def step(self) -> int:
        """Cells in a block."""
        return max(1, _BLOCK // len(self.weights))

    def sums(self, row: np.ndarray) -> Iterator[np.ndarray]:
        """Effects added per row of the result, some rows at a time: rows x effects x draws. `row` is in order."""
        levels = [self._levels(year) for year in (self.before, self.after)]
        first = np.searchsorted(row, np.arange(row[-1] + 2))
        start = 0
        while start <= row[-1]:
            stop = max(start + 1, int(np.searchsorted(first, first[start] + self.step, side="right")) - 1)
            sums = np.zeros((stop - start, len(self.names), len(self.weights)))
            for cells in _blocks(first[start], first[stop], self.step):
                effects = self._effects(cells, levels)
                adding = _adding(row[cells] - start, stop - start)
                for number, name in enumerate(self.names):
                    sums[:, number] += adding @ effects[name]
            yield sums
            start = stop

    def _levels(self, year: Year) -> tuple[np.ndarray, np.ndarray]:
        """Volume (youths) and places (clients of all cells) per draw; the same unless stacking is asked for."""
        count = year.youths.shape[0]
        places = np.zeros((count, len(self.weights)))
        for cells in _blocks(0, len(self.place), self.step):
            places += _adding(self.place[cells], count) @ self._drawn(year, cells).clients
        if "stacking" not in self.names:
            return places, places
        volume = np.empty_like(places)
        for some in _blocks(0, len(self.weights), max(1, _BLOCK // self.weights.shape[1])):
            volume[:, some] = year.youths @ self.weights[some].T
        if ((volume <= 0) & (places > 0)).any():
            raise FactorError("Er zijn kosten in een groep zonder jeugdigen.", doe="controleer de creditregels.")
        return volume * (1 + year.more[0]), places

    def _drawn(self, year: Year, cells: slice) -> _Drawn:
        known = [year.clients, year.units, year.amount, *([year.months] if "duration" in self.names else [])]
        clients, units, amount, *months = self._weighted([part[cells] for part in known])
        for growth, late_units, late_amount in year.late:
            more_units, more_amount = self._weighted([late_units[cells], late_amount[cells]])
            units, amount = units + growth * more_units, amount + growth * more_amount
        present = (clients > 0) & (units > 0)
        clients, months = clients * (1 + year.more[1]), [part * (1 + year.more[1]) for part in months]
        return _Drawn(
            present,
            np.where(present, clients, 0.0),
            np.where(present, units, 1.0),
            np.where(present, amount, 0.0),
            np.where(present, 0.0, amount),
            np.where(present, months[0], 0.0) if months else None,
        )

    def _weighted(self, parts: list[sparse.csr_matrix]) -> list[np.ndarray]:
        """Each part times the weights of its youths: cells x draws."""
        numbers = sparse.vstack(parts, format="csc")
        used = np.flatnonzero(np.diff(numbers.indptr))  # the youths of these cells; the others need no weights
        return np.split(numbers[:, used].tocsr() @ np.ascontiguousarray(self.weights[:, used].T), len(parts))

    def _effects(self, cells: slice, levels: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
        old, new = (self._drawn(year, cells) for year in (self.before, self.after))
        (volume_old, places_old), (volume_new, places_new) = ([a[self.place[cells]] for a in both] for both in levels)
        before = _factors(old, volume_old, places_old, 0.0)
        after = _factors(new, volume_new, places_new, self.rate)
        matched = old.present & new.present
        effects = {name: np.where(matched, v, 0.0) for name, v in owen_effects(self.tree, before, after).items()}
        effects["entry"] = np.where(old.present, 0.0, new.amount)
        effects["exit"] = np.where(new.present, 0.0, -old.amount)
        effects["residual"] = new.residual - old.residual
        effects["total"] = new.amount - old.amount + effects["residual"]
        return effects


def _factors(drawn: _Drawn, volume: np.ndarray, places: np.ndarray, rate: float) -> dict[str, np.ndarray]:
    clients = np.where(drawn.present, drawn.clients, 1.0)
    factors = {
        "volume": volume,
        "stacking": places / np.where(volume > 0, volume, 1.0),
        "mix": drawn.clients / np.where(places > 0, places, 1.0),
        "indexation": np.full_like(volume, 1 + rate),
        "harmonisation": drawn.amount / drawn.units / (1 + rate),
    }
    if drawn.months is None:
        return {**factors, "intensity": drawn.units / clients}
    frequency = drawn.units / np.where(drawn.months > 0, drawn.months, 1.0)
    return {**factors, "duration": drawn.months / clients, "frequency": frequency}


def _blocks(start: int, stop: int, step: int) -> Iterator[slice]:
    return (slice(place, min(place + step, stop)) for place in range(start, stop, step))


def _adding(rows: np.ndarray, count: int) -> sparse.csr_matrix:
    """Times an array of cells x draws, this adds the cells of each row."""
    return sparse.csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(count, len(rows)))
