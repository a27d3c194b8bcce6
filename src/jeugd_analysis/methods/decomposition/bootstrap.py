"""How sure are the effects of cost growth? Weigh the youths again, with all their care, and split again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition.decompose import aligned_keys, at_period, numeric, require_columns
from jeugd_analysis.methods.decomposition.resample import Split, year_of
from jeugd_analysis.methods.decomposition.trees import Tree

_NUMBERS = ["units", "amount_cents"]
_RESULT = ["effect", "estimate", "low", "high"]


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
    months: str | None = None,
    late: pd.DataFrame | None = None,
    late_youths: pd.DataFrame | None = None,
    late_clients: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Percentile interval for every effect of `cost_growth`, when chance decides which youths there are.

    Shapes: `lines` has one row per youth_id x keys x period, with units and amount_cents, net. The keys are the cells,
    under the names of the compared year; clients are the youths with an amount above zero. `within` are the columns
    in which volume counts youths, as in cost_growth (standard: municipality, if it is a key). `by` are the columns for
    which effects of cells are added before the interval is taken: the ends of intervals do not add up, so ask for
    every level you show (standard: the keys; () is one total). `stacking` counts distinct youths per `within` with a
    net amount above zero there, as `youths` does in cost_growth. `indexation` is the agreed rise, a share. `months`
    names a column with the months in care, and then duration and frequency stand in the place of intensity.
    `late` is what `draw_completion` gives: one row per care period that is not complete, the columns 0 (the estimate)
    to draws, what the period ends at per euro known. Then `lines` has a row per care period too, in a column named as
    the index of `late`; periods that are not in it are complete. Units and amounts grow by it, youths do not: the
    interval carries both chances, and claims still to come raise intensity and leave volume and tariffs as they are.
    `late_youths` is the same for youths, one row per value of `period`: volume grows by it, so that what new youths
    still bring is volume and not intensity. `late_clients` is that for the clients of every cell; without it they grow
    as youths do.
    Result: one row per `by` x effect, in that order: effect, estimate (of the lines as they are, and completed when
    `late` is given), low, high. Units: cents. Memory: 8 bytes per youth x draw.
    A youth keeps all care of both years, so care of one youth rises and falls together. With weights "dirichlet"
    every youth counts a little, and a cell stays in the years it is in. With "multinomial" small cells drop out of a
    year by chance and become entry or exit; with many of them that interval lies beside the estimate.
    The interval is about who came and what they needed, and with `late` about what is still to come; not about errors.
    Raises: FactorError on unknown columns, periods or weights, double youths in a cell, missing or infinite numbers,
    with stacking on a place that has clients and no youths, and on a `late` that does not fit the draws.
    Source: Efron (1979), Rubin (1981); whole youths as in Field and Welsh (2007), JRSS B 69(3), 369-390.

    Two youths go from 10 hours at 100 cents to 12 and 16. Together that is 800 more; with weights from 0 to 2 it lies
    anywhere from 400 to 1,200, so four in five draws between 480 and 1,120.

    >>> lines = pd.DataFrame({"youth_id": ["a", "b", "a", "b"], "year": [1, 1, 2, 2], "product": "45A48",
    ...                       "units": [10, 10, 12, 16], "amount_cents": [1000, 1000, 1200, 1600]})
    >>> told = bootstrap(lines, base=1, compare=2, keys=["product"], rng=np.random.default_rng(1)).set_index("effect")
    >>> told.loc[["volume", "intensity"], ["estimate", "low", "high"]].round(-2).to_numpy().tolist()
    [[0.0, 0.0, 0.0], [800.0, 500.0, 1100.0]]
    """
    if not 0 < level < 1:
        raise FactorError("Het niveau ligt niet tussen 0 en 1.", doe="geef een aandeel, zoals 0.8.")
    ask = _Ask(base, compare, list(keys), draws, period, within, by, stacking, indexation, weights, months)
    rows, names, sums = _effects(lines, ask, rng, (late, late_youths, late_clients))
    tails = [(1 - level) / 2, (1 + level) / 2]
    told = [np.stack([part[..., 0], *np.quantile(part[..., 1:], tails, axis=-1)], axis=-1) for part in sums]
    result = _labelled(rows, names)
    result[["estimate", "low", "high"]] = np.concatenate(told).reshape(-1, 3)
    return result


def effect_draws(
    lines: pd.DataFrame,
    *,
    base: Hashable,
    compare: Hashable,
    keys: Sequence[str],
    draws: int = 1000,
    rng: np.random.Generator,
    period: str = "year",
    within: Sequence[str] | None = None,
    by: Sequence[str] = (),
    stacking: bool = False,
    indexation: float = 0.0,
    weights: str = "dirichlet",
    months: str | None = None,
    late: pd.DataFrame | None = None,
    late_youths: pd.DataFrame | None = None,
    late_clients: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every draw of `bootstrap` itself, for what an interval per effect cannot tell, such as `share_of_change`.

    Shapes: as in bootstrap. Result: one row per `by` x effect; effect, then the columns 0 (the estimate) to draws.
    Units: cents. Memory: 8 bytes per row x draw besides that of bootstrap, so ask for few rows.
    Raises: FactorError as in bootstrap.
    """
    ask = _Ask(base, compare, list(keys), draws, period, within, by, stacking, indexation, weights, months)
    rows, names, sums = _effects(lines, ask, rng, (late, late_youths, late_clients))
    drawn = np.concatenate(list(sums)).reshape(-1, draws + 1)
    return pd.concat([_labelled(rows, names), pd.DataFrame(drawn)], axis=1)


@dataclass(frozen=True, slots=True)
class _Ask:
    """What is asked for, as bootstrap and effect_draws both take it."""

    base: Hashable
    compare: Hashable
    keys: list[str]
    draws: int
    period: str
    within: Sequence[str] | None
    by: Sequence[str] | None
    stacking: bool
    indexation: float
    weights: str
    months: str | None

    @property
    def group(self) -> list[str]:
        """The columns in which volume counts youths."""
        return [name for name in self.keys if name == "municipality"] if self.within is None else list(self.within)

    @property
    def shown(self) -> list[str]:
        """The columns for which effects are added."""
        return self.keys if self.by is None else list(self.by)

    @property
    def tree(self) -> Tree:
        """The factors, as in cost_growth."""
        inner: Tree = "intensity" if self.months is None else ("duration", "frequency")
        return ("volume", *(["stacking"] if self.stacking else []), "mix", inner, ("indexation", "harmonisation"))


def _effects(
    lines: pd.DataFrame,
    ask: _Ask,
    rng: np.random.Generator,
    growing: tuple[pd.DataFrame | None, pd.DataFrame | None, pd.DataFrame | None],
) -> tuple[pd.DataFrame, list[str], Iterator[np.ndarray]]:
    """The rows of the result, the effects, and those of every draw: rows x effects x draws, some rows at a time."""
    _require_call(ask, rng)
    late, late_youths, late_clients = growing
    growth = _growth(late, ask.draws, "late")
    more_youths = _growth(late_youths, ask.draws, "late_youths")
    more_clients = more_youths if late_clients is None else _growth(late_clients, ask.draws, "late_clients")
    lines = _checked(lines, ask, None if late is None else str(late.index.name))
    cell = ask.keys
    key = ["youth_id", *cell, *(["_care"] if late is not None else [])]
    old, new = (at_period(lines, ask.period, moment, key) for moment in (ask.base, ask.compare))
    cells = aligned_keys(old, new, cell)
    rows, row = _numbered(cells, ask.shown)
    order = np.argsort(row, kind="stable")  # the cells of one row of the result next to each other
    cells, row = cells.iloc[order].reset_index(drop=True), row[order]
    _, place = _numbered(cells, ask.group)
    youths = pd.concat([old["youth_id"], new["youth_id"]]).unique()
    people = pd.Index(youths).sort_values()
    years = [
        year_of(
            part, cells, cell, people, place, growth, more=(more_youths.get(moment, 0.0), more_clients.get(moment, 0.0))
        )
        for part, moment in ((old, ask.base), (new, ask.compare))
    ]
    drawn = np.ones((ask.draws + 1, len(people)))  # the first is the lines as they are
    for draw in range(1, ask.draws + 1):
        drawn[draw] = WEIGHTS[ask.weights](len(people), rng)
    split = Split(years[0], years[1], drawn, place, float(ask.indexation), ask.tree)
    return rows, split.names, split.sums(row)


def _require_call(ask: _Ask, rng: np.random.Generator) -> None:
    taken = {*_RESULT, *_NUMBERS, "youth_id", "months", "_care"}
    keys = [*ask.keys, ask.period]
    if missing := [name for name in [*ask.group, *ask.shown] if name not in ask.keys]:
        raise FactorError(f"within of by noemt {', '.join(missing)}, maar dat is geen sleutel.")
    if wrong := [name for name in keys if name in taken or keys.count(name) > 1]:
        raise FactorError(f"De naam {', '.join(wrong)} kan geen sleutel zijn.", doe="kies een andere naam.")
    if not isinstance(rng, np.random.Generator):
        raise FactorError("Er is geen generator gegeven.", doe="geef rng=np.random.default_rng(een getal).")
    if isinstance(ask.draws, bool) or not isinstance(ask.draws, int) or ask.draws < 1:
        raise FactorError("Het aantal trekkingen is geen geheel getal boven nul.", doe="geef bijvoorbeeld draws=1000.")
    if not -1 < ask.indexation < np.inf:
        raise FactorError("De indexatie is geen getal boven -1.", doe="geef een aandeel, zoals 0.05.")
    if ask.weights not in WEIGHTS:
        raise FactorError(f"Onbekende gewichten {ask.weights!r}.", doe=f"kies uit: {', '.join(WEIGHTS)}.")


def _growth(late: pd.DataFrame | None, draws: int, name: str) -> Mapping[object, np.ndarray]:
    """What is still to come per euro known, per care period and draw. Raises: FactorError when it does not fit."""
    if late is None:
        return {}
    numbers = late.to_numpy("float64")
    if list(late.columns) != list(range(draws + 1)) or late.index.name is None or not late.index.is_unique:
        raise FactorError(
            f"De aanvulling ({name}) past niet bij het aantal trekkingen, of haar rijen hebben geen naam.",
            doe="maak haar met draw_completion, met evenveel trekkingen, en noem de index naar de kolom van de regels.",
        )
    if not (np.isfinite(numbers) & (numbers > 0)).all():
        raise FactorError(f"De aanvulling ({name}) heeft waarden die geen getal boven nul zijn.")
    return {period: row - 1 for period, row in zip(late.index, numbers, strict=True)}


def _checked(lines: pd.DataFrame, ask: _Ask, care: str | None) -> pd.DataFrame:
    """The columns that are used, numbers as float64, the care period as `_care` and the months in care as months."""
    told = {"months": ask.months, "_care": care}
    require_columns(lines, ["youth_id", *ask.keys, ask.period, *_NUMBERS, *(name for name in told.values() if name)])
    checked = lines[["youth_id", *ask.keys, ask.period]].assign(
        **{name: numeric(lines[name], name).astype("float64") for name in _NUMBERS}, months=1.0
    )
    if care is not None:
        checked["_care"] = lines[care]
    if ask.months is not None:
        checked["months"] = numeric(lines[ask.months], ask.months).astype("float64")
        if ((checked["months"] <= 0) & (checked["amount_cents"] > 0)).any():
            raise FactorError(f"Kolom {ask.months} is niet boven nul bij regels met een bedrag.")
    return checked


def _numbered(cells: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """The distinct values of some keys, sorted, and the number among them of every cell."""
    if not names:
        return pd.DataFrame(index=pd.RangeIndex(1)), np.zeros(len(cells), dtype="int64")
    groups = cells.groupby(names, sort=True)
    return groups.size().reset_index()[names], groups.ngroup().to_numpy()


def _labelled(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """One row per row of `rows` and effect."""
    result = rows.loc[rows.index.repeat(len(names))].reset_index(drop=True)
    result["effect"] = names * len(rows)
    return result
