"""Games: Shapley and nucleolus against closed forms and an independent rule."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from math import sqrt
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.distribution_key import games, nucleolus, pooling_game, shapley_value, stand_alone


def game(players: list[Any], worth: Callable[[tuple[Any, ...]], Any]) -> dict[frozenset[Any], Any]:
    return {frozenset(g): worth(g) for size in range(1, len(players) + 1) for g in combinations(players, size)}


def runway(needs: list[int]) -> dict[frozenset[int], int]:
    """The airport game: a coalition pays for the longest runway among its members."""
    return game(list(range(len(needs))), lambda group: max(needs[player] for player in group))


def test_shapley_of_a_runway():
    # Littlechild and Owen (1973): those who need a piece of runway share it. 12: 4 each; then 6 by two; then 8.
    assert shapley_value(runway([12, 18, 26])) == {0: 4, 1: 7, 2: 15}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=6))
def test_shapley_of_any_runway_is_exact(needs):
    value = shapley_value(runway(needs))
    by_pieces = dict.fromkeys(range(len(needs)), Fraction(0))
    for low, high in zip([0, *sorted(needs)], sorted(needs), strict=False):
        users = [player for player, need in enumerate(needs) if need > low and need >= high]
        for player in users:
            by_pieces[player] += Fraction(high - low, len(users))
    assert value == by_pieces and sum(value.values()) == max(needs)


def test_nucleolus_of_two_shares_the_gain_equally():
    # Alone 6 and 4, together 8: two saved, one each.
    shares = nucleolus({frozenset("a"): 6, frozenset("b"): 4, frozenset("ab"): 8})
    assert shares == {"a": pytest.approx(5), "b": pytest.approx(3)}


def test_nucleolus_of_a_runway():
    # {0} saves 12 - x0, {0, 1} saves 18 - x0 - x1 and {0, 2} and {1, 2} save what 1 and 0 pay. Equal at 6: x0 = 6 and
    # x1 = 6, so that 2 pays 14 and saves 12.
    assert list(nucleolus(runway([12, 18, 26])).values()) == pytest.approx([6, 6, 14])


def talmud(claims: list[int], estate: int) -> list[float]:
    """Aumann and Maschler's rule: gain up to half of each claim, then lose down to it; found by bisection."""
    total = sum(claims)

    def levelled(amount: float) -> list[float]:
        low, high = 0.0, float(max(claims))
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if sum(min(c / 2, middle) for c in claims) < amount else (low, middle)
        return [min(c / 2, high) for c in claims]

    if estate <= total / 2:
        return levelled(estate)
    return [claim - part for claim, part in zip(claims, levelled(total - estate), strict=True)]


def bankruptcy(claims: list[int], estate: int) -> dict[frozenset[int], float]:
    """What a coalition is sure to get, when the others take their whole claims first; as costs: negative."""
    everyone = range(len(claims))
    return game(
        list(everyone), lambda group: -max(0, estate - sum(claims[other] for other in everyone if other not in group))
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 300), min_size=2, max_size=5), st.fractions(0, 1, max_denominator=50))
def test_nucleolus_of_any_bankruptcy_is_the_rule_of_the_talmud(claims, part):
    estate = int(sum(claims) * part)
    found = [-share for share in nucleolus(bankruptcy(claims, estate)).values()]
    assert found == pytest.approx(talmud(claims, estate), abs=1e-5 * max(1, estate))


def test_nine_municipalities_pay_their_bill_and_none_more_than_alone():
    use = pd.Series({f"G{number}": cost for number, cost in enumerate([26, 160, 21, 4, 16, 16, 6, 27, 46])}) * 1e8
    together = pooling_game(use, use**0.5 * 1e4, fixed=3e8, safety=1.5)
    whole = together[frozenset(use.index)]
    for solution in (shapley_value(together), nucleolus(together)):
        assert sum(solution.values()) == pytest.approx(whole, rel=1e-9)
        paid = pd.Series(solution)
        alone = pd.Series({name: together[frozenset([name])] for name in use.index})
        assert stand_alone(paid, alone)["passes"].all()


def test_pooling_game_by_hand():
    # Fixed 10 once; 100 and 50; two deviations of 3 and 4: sqrt(9 + 16) = 5.
    told = pooling_game({"A": 100, "B": 50}, {"A": 3, "B": 4}, fixed=10, safety=2)
    assert told == {frozenset("A"): 116, frozenset("B"): 68, frozenset("AB"): 170}
    assert told[frozenset("AB")] == 160 + 2 * sqrt(9 + 16)


def test_stand_alone_by_hand():
    rows = stand_alone(pd.Series({"A": 100, "B": 60, "C": 5}), pd.Series({"B": 60, "A": 120, "C": 4}))
    assert rows.to_numpy().tolist() == [["A", 100, 120, 20, True], ["B", 60, 60, 0, True], ["C", 5, 4, -1, False]]


@pytest.mark.parametrize("method", [shapley_value, nucleolus])
def test_a_coalition_that_lacks_is_refused(method):
    with pytest.raises(FactorError):
        method({frozenset("a"): 1, frozenset("ab"): 2})
    with pytest.raises(FactorError):
        method({})


@pytest.mark.parametrize("method", [shapley_value, nucleolus])
@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_a_cost_that_is_no_amount_is_refused(method, wrong):
    with pytest.raises(FactorError, match="ontbreekt"):
        method({frozenset("a"): 1.0, frozenset("b"): wrong, frozenset("ab"): 2.0})


def test_a_programme_without_solution_is_told(monkeypatch):
    monkeypatch.setattr(games, "linprog", lambda *args, **told: SimpleNamespace(success=False))
    with pytest.raises(FactorError, match="geen oplossing"):
        nucleolus(runway([1, 2]))


def test_one_player_and_a_game_of_nothing():
    assert shapley_value({frozenset("a"): 3}) == {"a": 3} and nucleolus({frozenset("a"): 3}) == {"a": pytest.approx(3)}
    assert list(nucleolus(game([1, 2, 3], lambda group: 0)).values()) == pytest.approx([0, 0, 0])


@pytest.mark.parametrize("call", [lambda: pooling_game({"A": 1}, {"B": 1}, fixed=0, safety=1),
                                  lambda: stand_alone(pd.Series({"A": 1}), pd.Series({"B": 1}))])  # fmt: skip
def test_other_municipalities_are_refused(call):
    with pytest.raises(FactorError, match="A, B"):
        call()
