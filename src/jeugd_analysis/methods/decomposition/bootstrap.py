"""How sure are the effects of cost growth? Weigh the youths again, with all their care, and split again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition.decompose import aligned_keys, at_period, numeric, require_columns
from jeugd_analysis.methods.decomposition.effects import Tree, leaves, owen_effects

_NUMBERS = ["units", "amount_cents"]
_RESULT = ["effect", "estimate", "low", "high"]
_BLOCK = 250_000  # numbers in one array at a time (cells x draws): small enough for the cache of a laptop


def dirichlet(youths: int, rng: np.random.Generator) -> np.ndarray:
    """Weights above zero that add up to the number of youths (Rubin 1981, Annals of Statistics 9(1), 130-134)."""
    drawn = rng.standard_exponential(youths)
    return drawn / drawn.sum() * youths


def multinomial(youths: int, rng: np.random.Generator) -> np.ndarray:
    """How often each youth comes up in as many draws with return (Efron 1979, Annals of Statistics 7(1), 1-26)."""
    return np.bincount(rng.integers(youths, size=youths), minlength=youths).astype("float64")


WEIGHTS: dict[str, Callable[[int, np.random.Generator], np.ndarray]] = {
    "dirichlet": dirichlet,
    "multinomial": multinomial,
}


def bootstrap(
    lines: pd.DataFrame,
    *,
    base: Hashable,
    compare: Hashable,
    keys: Sequence[str],
    draws: int = 1000,
    rng: np.random.Generator,
    level: float = 0.8,
    period: str = "year",
    within: Sequence[str] | None = None,
    by: Sequence[str] | None = None,
    stacking: bool = False,
    indexation: float = 0.0,
    weights: str = "dirichlet",
) -> pd.DataFrame:
    """Percentile interval for every effect of `cost_growth`, when chance decides which youths there are.

    Shapes: `lines` has one row per youth_id x keys x period, with units and amount_cents, net. The keys are the cells,
    under the names of the compared year; clients are the youths with an amount above zero. `within` are the columns
    in which volume counts youths, as in cost_growth (standard: municipality, if it is a key). `by` are the columns for
    which effects of cells are added before the interval is taken: the ends of intervals do not add up, so ask for
    every level you show (standard: the keys; () is one total). `stacking` counts distinct youths per `within` with a
    net amount above zero there, as `youths` does in cost_growth. `indexation` is the agreed rise, a share.
    Result: one row per `by` x effect, in that order: effect, estimate (of the lines as they are), low, high.
    Units: cents. Memory: 8 bytes per youth x draw.
    A youth keeps all care of both years, so care of one youth rises and falls together. With weights "dirichlet"
    every youth counts a little, and a cell stays in the years it is in. With "multinomial" small cells drop out of a
    year by chance and become entry or exit; with many of them that interval lies beside the estimate.
    The interval is about who came and what they needed, not about errors in claims or claims still to come.
    Raises: FactorError on unknown columns, periods or weights, double youths in a cell, missing or infinite numbers,
    and with stacking on a place that has clients and no youths.
    Source: Efron (1979), Rubin (1981); whole youths as in Field and Welsh (2007), JRSS B 69(3), 369-390.

    Two youths go from 10 hours at 100 cents to 12 and 16. Together that is 800 more; with weights from 0 to 2 it lies
    anywhere from 400 to 1,200, so four in five draws between 480 and 1,120.

    >>> lines = pd.DataFrame({"youth_id": ["a", "b", "a", "b"], "year": [1, 1, 2, 2], "product": "45A48",
    ...                       "units": [10, 10, 12, 16], "amount_cents": [1000, 1000, 1200, 1600]})
    >>> told = bootstrap(lines, base=1, compare=2, keys=["product"], rng=np.random.default_rng(1)).set_index("effect")
    >>> told.loc[["volume", "intensity"], ["estimate", "low", "high"]].round(-2).to_numpy().tolist()
    [[0.0, 0.0, 0.0], [800.0, 500.0, 1100.0]]
    """
    cell, group = list(keys), _within(keys, within)
    shown = cell if by is None else list(by)
    _require_call([*cell, period], [*group, *shown], draws, rng, level, indexation, weights)
    lines = _checked(lines, [*cell, period])
    old, new = (at_period(lines, period, moment, ["youth_id", *cell]) for moment in (base, compare))
    cells = aligned_keys(old, new, cell)
    rows, row = _numbered(cells, shown)
    order = np.argsort(row, kind="stable")  # the cells of one row of the result next to each other
    cells, row = cells.iloc[order].reset_index(drop=True), row[order]
    _, place = _numbered(cells, group)
    youths = pd.concat([old["youth_id"], new["youth_id"]]).unique()
    people = pd.Index(youths).sort_values()
    years = [_year(part, cells, cell, people, place) for part in (old, new)]
    drawn = np.ones((draws + 1, len(people)))  # the first is the lines as they are
    for draw in range(1, draws + 1):
        drawn[draw] = WEIGHTS[weights](len(people), rng)
    tree: Tree = ("volume", *(["stacking"] if stacking else []), "mix", "intensity", ("indexation", "harmonisation"))
    split = _Split(years[0], years[1], drawn, place, float(indexation), tree)
    tails = [(1 - level) / 2, (1 + level) / 2]
    numbers = [
        np.stack([sums[..., 0], *np.quantile(sums[..., 1:], tails, axis=-1)], axis=-1) for sums in split.sums(row)
    ]
    return _result(rows, split.names, np.concatenate(numbers))


def _within(keys: Sequence[str], within: Sequence[str] | None) -> list[str]:
    return [name for name in keys if name == "municipality"] if within is None else list(within)


def _require_call(
    keys: list[str],
    parts: list[str],
    draws: int,
    rng: np.random.Generator,
    level: float,
    indexation: float,
    weights: str,
) -> None:
    if missing := [name for name in parts if name not in keys[:-1]]:
        raise FactorError(f"within of by noemt {', '.join(missing)}, maar dat is geen sleutel.")
    if taken := [name for name in keys if name in {*_RESULT, *_NUMBERS, "youth_id"} or keys.count(name) > 1]:
        raise FactorError(f"De naam {', '.join(taken)} kan geen sleutel zijn.", doe="kies een andere naam.")
    if not isinstance(rng, np.random.Generator):
        raise FactorError("Er is geen generator gegeven.", doe="geef rng=np.random.default_rng(een getal).")
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 1:
        raise FactorError("Het aantal trekkingen is geen geheel getal boven nul.", doe="geef bijvoorbeeld draws=1000.")
    if not 0 < level < 1:
        raise FactorError("Het niveau ligt niet tussen 0 en 1.", doe="geef een aandeel, zoals 0.8.")
    if not -1 < indexation < np.inf:
        raise FactorError("De indexatie is geen getal boven -1.", doe="geef een aandeel, zoals 0.05.")
    if weights not in WEIGHTS:
        raise FactorError(f"Onbekende gewichten {weights!r}.", doe=f"kies uit: {', '.join(WEIGHTS)}.")


def _checked(lines: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    require_columns(lines, ["youth_id", *keys, *_NUMBERS])
    return lines[["youth_id", *keys]].assign(
        **{name: numeric(lines[name], name).astype("float64") for name in _NUMBERS}
    )


def _numbered(cells: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """The distinct values of some keys, sorted, and the number among them of every cell."""
    if not names:
        return pd.DataFrame(index=pd.RangeIndex(1)), np.zeros(len(cells), dtype="int64")
    groups = cells.groupby(names, sort=True)
    return groups.size().reset_index()[names], groups.ngroup().to_numpy()


def _result(rows: pd.DataFrame, names: list[str], numbers: np.ndarray) -> pd.DataFrame:
    """One row per row of `rows` and effect; numbers is rows x effects x (estimate, low, high)."""
    result = rows.loc[rows.index.repeat(len(names))].reset_index(drop=True)
    result["effect"] = names * len(rows)
    result[["estimate", "low", "high"]] = numbers.reshape(-1, 3)
    return result


@dataclass(frozen=True, slots=True)
class _Year:
    """What each youth has in one year: clients, units and amount are cells x youths, youths is places x youths."""

    clients: sparse.csr_matrix
    units: sparse.csr_matrix
    amount: sparse.csr_matrix
    youths: sparse.csr_matrix


def _year(rows: pd.DataFrame, cells: pd.DataFrame, keys: list[str], people: pd.Index, place: np.ndarray) -> _Year:
    if keys:
        numbered = cells.assign(_cell=np.arange(len(cells)))
        at = rows[keys].merge(numbered, on=keys, how="left", validate="many_to_one")["_cell"].to_numpy()
    else:
        at = np.zeros(len(rows), dtype="int64")
    who = people.get_indexer(rows["youth_id"])
    shape = (len(cells), len(people))
    amount = rows["amount_cents"].to_numpy()
    is_client = (amount > 0).astype("float64")
    youths = sparse.csr_matrix((amount, (place[at], who)), shape=(place.max() + 1, len(people)))
    youths.data = (youths.data > 0).astype("float64")  # a youth counts once, in however many cells
    clients, units, cents = (
        sparse.csr_matrix((values, (at, who)), shape=shape) for values in (is_client, rows["units"].to_numpy(), amount)
    )
    return _Year(clients, units, cents, youths)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Some cells of one year in every draw; arrays of cells x draws. Where not present, units are 1 and the rest 0."""

    present: np.ndarray
    clients: np.ndarray
    units: np.ndarray
    amount: np.ndarray
    residual: np.ndarray


@dataclass(frozen=True, slots=True)
class _Split:
    """The split of cost_growth for many draws at once, a block of cells at a time. weights: draws x youths."""

    before: _Year
    after: _Year
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

    def _levels(self, year: _Year) -> tuple[np.ndarray, np.ndarray]:
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
        return volume, places

    def _drawn(self, year: _Year, cells: slice) -> _Drawn:
        numbers = sparse.vstack([year.clients[cells], year.units[cells], year.amount[cells]], format="csc")
        used = np.flatnonzero(np.diff(numbers.indptr))  # the youths of these cells; the others need no weights
        clients, units, amount = np.split(numbers[:, used].tocsr() @ np.ascontiguousarray(self.weights[:, used].T), 3)
        present = (clients > 0) & (units > 0)
        return _Drawn(
            present,
            np.where(present, clients, 0.0),
            np.where(present, units, 1.0),
            np.where(present, amount, 0.0),
            np.where(present, 0.0, amount),
        )

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
    return {
        "volume": volume,
        "stacking": places / np.where(volume > 0, volume, 1.0),
        "mix": drawn.clients / np.where(places > 0, places, 1.0),
        "intensity": drawn.units / np.where(drawn.present, drawn.clients, 1.0),
        "indexation": np.full_like(volume, 1 + rate),
        "harmonisation": drawn.amount / drawn.units / (1 + rate),
    }


def _blocks(start: int, stop: int, step: int) -> Iterator[slice]:
    return (slice(place, min(place + step, stop)) for place in range(start, stop, step))


def _adding(rows: np.ndarray, count: int) -> sparse.csr_matrix:
    """Times an array of cells x draws, this adds the cells of each row."""
    return sparse.csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(count, len(rows)))
