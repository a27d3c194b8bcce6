"""A solver that stops early or fails may cost hidden numbers, never a disclosure; attacker and protector are apart."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure import SumOver, audit, pattern, protect
from jeugd_analysis.methods.disclosure import attack as attack_module
from jeugd_analysis.methods.disclosure import intervals as intervals_module

PACKAGE = Path(attack_module.__file__).parent
SUMS = [SumOver("t", column) for column in "abc"]


def cube(seed: int, mean: float = 15) -> pd.DataFrame:
    """3 x 3 x 3 skewed counts with every total."""
    rng = np.random.default_rng(seed)
    cells = rng.poisson(mean * rng.pareto(1.5, (3, 3, 3)))
    for axis in range(3):
        cells = np.concatenate([cells, cells.sum(axis=axis, keepdims=True)], axis=axis)
    index = pd.MultiIndex.from_product([["1", "2", "3", "alle"]] * 3, names=list("abc"))
    return pd.DataFrame({"youths": cells.ravel()}, index=index).reset_index()


def hidden_besides(result: dict[str, pd.DataFrame]) -> int:
    return int((result["t"]["status"] == "secondary").sum())


def require_safe(result: dict[str, pd.DataFrame], **rules: int) -> None:
    found = audit(result, relations=SUMS, **rules)
    if rules.get("base") == 1:  # exact numbers besides: only the small ones are secret
        found = found.merge(result["t"].query("status == 'primary'"), on=list("abc"))
    assert ((found["high"] - found["low"]) >= 4).all()


@pytest.mark.parametrize(("seed", "base"), [(0, 5), (1, 5), (2, 5), (1, 1)])
def test_greedy_hiding_is_safe_and_hides_no_less(monkeypatch, seed, base):
    table = {"t": cube(seed)}
    best = protect(table, count="youths", relations=SUMS, base=base, loss="cells")
    monkeypatch.setattr(pattern, "ROUNDS", 0)
    monkeypatch.setattr(pattern, "GROWING_ROUNDS", 0)
    greedy = protect(table, count="youths", relations=SUMS, base=base, loss="cells")
    require_safe(best, base=base)
    require_safe(greedy, base=base)
    assert hidden_besides(greedy) >= hidden_besides(best)


def few_contributors(seed: int) -> pd.DataFrame:
    table = cube(seed)
    few = np.random.default_rng(seed).choice([1, 9, 9], len(table))
    return table.drop(columns="youths").assign(contributors=few)


RULES = {"count": "youths", "relations": SUMS, "threshold": 1, "base": 1, "loss": "cells"}


@cache
def least_hidden(seed: int) -> dict[str, pd.DataFrame]:
    return protect({"t": cube(seed)}, contributors={"t": few_contributors(seed)}, **RULES)


@pytest.mark.parametrize("rounds", [0, 1, 25])
@pytest.mark.parametrize("seed", range(3))
def test_large_tables_are_safe_too(monkeypatch, seed, rounds):
    """Near the least, and safe, however soon hidden cells have to stay hidden; never less than the least."""
    least = least_hidden(seed)
    monkeypatch.setattr(pattern, "SMALL_ENOUGH", 1)
    monkeypatch.setattr(pattern, "ROUNDS", rounds)
    near = protect({"t": cube(seed)}, contributors={"t": few_contributors(seed)}, **RULES)
    assert hidden_besides(near) >= hidden_besides(least) > 0
    for result in (least, near):
        found = audit(result, relations=SUMS)
        assert len(found) and ((found["high"] - found["low"]) >= 4).all()


@pytest.mark.parametrize("seed", range(3))
def test_large_tables_of_youths_are_safe_too(monkeypatch, seed):
    monkeypatch.setattr(pattern, "SMALL_ENOUGH", 1)
    require_safe(protect({"t": cube(seed)}, count="youths", relations=SUMS))


@pytest.mark.parametrize("seed", range(3))
def test_intervals_of_fractions_hold_those_of_whole_numbers(monkeypatch, seed):
    result = protect({"t": cube(seed, mean=6)}, count="youths", relations=SUMS)
    whole = audit(result, relations=SUMS)
    monkeypatch.setattr(intervals_module, "WHOLE_NUMBERS_UP_TO", 0)
    fractions = audit(result, relations=SUMS)
    assert (fractions["low"] <= whole["low"]).all() and (whole["high"] <= fractions["high"]).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_solver_without_answers_is_safe(monkeypatch, seed):
    monkeypatch.setattr(pattern, "whole_solution", lambda *_: None)
    monkeypatch.setattr(attack_module, "whole_solution", lambda *_: None)
    require_safe(protect({"t": cube(seed)}, count="youths", relations=SUMS))


def test_a_system_the_solver_cannot_solve_stops_the_book(monkeypatch):
    class Nothing:
        x = None

    monkeypatch.setattr(attack_module.optimize, "linprog", lambda *_, **__: Nothing())
    with pytest.raises(FactorError, match="oplosser"):
        protect({"t": cube(2)}, count="youths", relations=SUMS, base=1)


def test_a_system_called_infeasible_is_tried_without_presolve(monkeypatch):
    real, asked = attack_module.optimize.milp, []

    def doubtful(*arguments, options, **named):
        asked.append(options["presolve"])
        result = real(*arguments, options=options, **named)
        if options["presolve"]:
            result.x = None
        return result

    monkeypatch.setattr(attack_module.optimize, "milp", doubtful)
    require_safe(protect({"t": cube(0)}, count="youths", relations=SUMS))
    assert asked[:2] == [True, False]


def test_when_nothing_is_enough_the_book_stops(monkeypatch):
    monkeypatch.setattr(
        pattern, "attack", lambda search, *_, **__: [attack_module.Cut(*np.zeros((2, search.piece.n)), 1.0)]
    )
    with pytest.raises(FactorError, match="geen veilige manier"):
        protect({"t": cube(0)}, count="youths", relations=SUMS)
    monkeypatch.setattr(pattern, "ROUNDS", 0)
    monkeypatch.setattr(pattern, "GROWING_ROUNDS", 0)
    monkeypatch.setattr(pattern, "LATER_ROUNDS", 0)
    with pytest.raises(FactorError, match="geen veilige manier"):
        protect({"t": cube(0)}, count="youths", relations=SUMS)


@pytest.mark.parametrize(
    ("modules", "others"),
    [
        (("audit", "intervals"), {"cells", "forms", "layout", "intervals"}),
        (("protect", "pattern", "attack", "pieces"), None),
    ],
)
def test_attacker_and_protector_share_descriptions_only(modules, others):
    for name in modules:
        tree = ast.parse((PACKAGE / f"{name}.py").read_text("utf8"))
        used = {
            node.module.rpartition(".")[2]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and "methods.disclosure" in str(node.module)
        }
        assert used <= others if others else not used & {"audit", "intervals"}
