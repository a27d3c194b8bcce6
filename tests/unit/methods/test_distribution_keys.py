"""Keys by hand: usage, heads, mixed, corridor, stop-loss, credibility; and what they refuse."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.distribution_key import (
    capitation_key,
    corridor,
    credibility_key,
    mixed_key,
    stop_loss,
    usage_key,
)

USE = pd.DataFrame({2023: [60, 30, 10], 2024: [80, 10, 10]}, index=["A", "B", "C"])
YOUTH = pd.Series({"A": 500, "B": 300, "C": 200})


def key(*shares: object, names: str = "ABC") -> pd.Series:
    return pd.Series(list(shares), index=list(names[: len(shares)]))


def test_usage_is_the_mean_of_the_years():
    # Means 70, 20, 10 of 100.
    assert usage_key(USE).to_dict() == {"A": 0.7, "B": 0.2, "C": 0.1}
    assert usage_key(USE[2024]).to_dict() == {"A": 0.8, "B": 0.1, "C": 0.1}
    assert usage_key(USE).dtype == "float64"


def test_a_year_with_more_counts_for_more():
    # Means of amounts (10 + 300) / 2 and (30 + 100) / 2: 155 and 65 of 220; not the mean of the shares 1/4 and 3/4.
    assert usage_key(pd.DataFrame({1: [10, 30], 2: [300, 100]})).tolist() == [155 / 220, 65 / 220]


def test_fractions_in_fractions_out():
    thirds = usage_key(pd.Series([Fraction(1), Fraction(2)], index=["A", "B"]))
    assert thirds.tolist() == [Fraction(1, 3), Fraction(2, 3)]
    assert mixed_key(thirds, key(Fraction(1), Fraction(0)), weight=Fraction(3, 4)).tolist() == [
        Fraction(1, 2),
        Fraction(1, 2),
    ]


def test_heads_and_a_mixture():
    heads = capitation_key(YOUTH)
    assert heads.to_dict() == {"A": 0.5, "B": 0.3, "C": 0.2}
    # 3/4 of the usage key and 1/4 of the heads: 0.65, 0.225, 0.125.
    mixed = mixed_key(usage_key(USE), heads, weight=0.75)
    assert mixed.to_dict() == {"A": 0.65, "B": 0.225, "C": 0.125}
    assert mixed_key(usage_key(USE), heads, weight=Decimal("1")).equals(usage_key(USE))
    assert mixed_key(usage_key(USE), heads[::-1], weight=0).to_dict() == heads.to_dict()  # by name, not by place


def test_a_key_within_the_corridor_does_not_change():
    assert corridor(key(0.52, 0.29, 0.19), reference=key(0.5, 0.3, 0.2), width=0.1).tolist() == [0.52, 0.29, 0.19]


def test_corridor_by_hand():
    # 10 % around 0.5, 0.3, 0.2. 0.7 comes down to 0.55. Left 0.45 for B and C in proportion 2 : 1, 0.30 and 0.15; but C
    # stays at least 0.18, so B gets 0.27: its own lower limit.
    held = corridor(key(0.7, 0.2, 0.1), reference=key(0.5, 0.3, 0.2), width=0.1)
    assert held.tolist() == [0.55, 0.27, 0.18]


def test_who_is_free_keeps_the_proportions():
    # 20 % around 0.4, 0.3, 0.3. 0.7 comes down to 0.48; B and C share 0.52 as 2 : 1, but C stays at least 0.24: B 0.28.
    held = corridor(key(0.7, 0.2, 0.1), reference=key(0.4, 0.3, 0.3), width=0.2)
    assert held.tolist() == [0.48, 0.28, 0.24]
    # With room on both sides: A at most 0.6 of 1; B and C share 0.4 as 2 : 1.
    free = corridor(key(0.7, 0.2, 0.1), reference=key(0.5, 0.3, 0.2), width=Fraction(1, 5))
    assert free.tolist() == [0.6, 0.24, 0.16]


def test_no_room_is_the_reference_and_endless_room_the_key():
    wanted, anchor = key(0.7, 0.2, 0.1), key(0.5, 0.3, 0.2)
    assert corridor(wanted, reference=anchor, width=0).tolist() == [0.5, 0.3, 0.2]
    assert corridor(wanted, reference=anchor, width=9).tolist() == [0.7, 0.2, 0.1]


def test_a_zero_in_the_key_takes_what_the_others_may_not():
    # 10 % around a half each: A wants all of it, may have 0.55; B gets the rest although its key is zero.
    assert corridor(key(1.0, 0.0), reference=key(0.5, 0.5), width=0.1).tolist() == [0.55, 0.45]
    # B and C both zero, lower limits 0.27 and 0.18: exactly what is left.
    assert corridor(key(1, 0, 0), reference=key(0.5, 0.3, 0.2), width=0.1).tolist() == [0.55, 0.27, 0.18]
    # Half around 0.4, 0.4 and 0.2: B 0.6, A 0.2, C 0.1; the 0.1 that is left over the rooms 0.4 and 0.2.
    wide = corridor(key(0, 1, 0), reference=key(0.4, 0.4, 0.2), width=0.5)
    assert wide.tolist() == [float(Fraction(4, 15)), 0.6, float(Fraction(2, 15))]


def test_stop_loss_per_case():
    # Above 100 goes to the pot: 50 + 20 = 70, shared half and half. A 100 + 30 + 35, B 100 + 35.
    cases = pd.Series([150, 30, 120], index=pd.MultiIndex.from_tuples([("A", 1), ("A", 2), ("B", 1)]))
    paid = stop_loss(cases, limit=100, pool_key=key(0.5, 0.5))
    assert paid.to_dict() == {"A": 165, "B": 135} and paid.dtype == "int64" and paid.sum() == 300


def test_stop_loss_per_municipality_with_its_own_limit():
    costs = pd.Series({"A": 1000, "B": 300, "C": 50})
    paid = stop_loss(costs, limit=pd.Series({"A": 900, "B": 400, "C": 40}), pool_key=key(0.5, 0.25, 0.25))
    # Pot 100 + 10 = 110: 55, 27.5 and 27.5; the odd cent goes to the first of the two.
    assert paid.tolist() == [955, 328, 67] and paid.sum() == 1350


def test_a_municipality_without_cost_helps_to_pay_the_pot():
    assert stop_loss(pd.Series({"A": 300}), limit=100, pool_key=key(0.5, 0.5)).to_dict() == {"A": 200, "B": 100}
    assert stop_loss(pd.Series({"A": -300}), limit=100, pool_key=key(0.5, 0.5)).to_dict() == {"A": -300, "B": 0}


def test_the_order_is_that_of_the_costs():
    # B up to 100 and half of the pot of 50; A its 20 and the other half. C has no costs and no part of the pot.
    paid = stop_loss(pd.Series({"B": 150, "A": 20}), limit=100, pool_key=key(0.5, 0.5, 0.0))
    assert list(paid.items()) == [("B", 125), ("A", 45), ("C", 0)]
    cases = pd.Series([150, 30, 120], index=pd.MultiIndex.from_tuples([("B", 1), ("A", 2), ("B", 3)]))
    # Ties go in the order of the pool: of the pot of 51 the odd cent is for A.
    cases.loc[("B", 1)] = 131
    assert list(stop_loss(cases, limit=100, pool_key=key(0.5, 0.5)).items()) == [("B", 225), ("A", 56)]


@pytest.mark.parametrize("limit", [float("inf"), Decimal("Infinity"), pd.Series({"A": float("inf"), "B": np.inf})])
def test_without_a_limit_everybody_bears_its_own_cost(limit):
    costs = pd.Series({"B": 900, "A": 10**18})
    paid = stop_loss(costs, limit=limit, pool_key=key(0.5, 0.5))
    assert paid.to_dict() == {"B": 900, "A": 10**18} and paid.dtype == "int64"


def test_a_limit_for_one_of_two():
    # A bears all of its 300; of B's 300 goes 200 into the pot, half for each.
    limits = pd.Series({"A": float("inf"), "B": 100})
    paid = stop_loss(pd.Series({"A": 300, "B": 300}), limit=limits, pool_key=key(0.5, 0.5))
    assert paid.to_dict() == {"A": 400, "B": 200}


def test_costs_too_large_for_64_bits():
    paid = stop_loss(pd.Series({"A": 10**20, "B": 2}, dtype="object"), limit=2, pool_key=key(0.5, 0.5))
    assert paid.to_dict() == {"A": 5 * 10**19 + 1, "B": 5 * 10**19 + 1}


def test_credibility_by_hand():
    # Use per youth 0.14, 1/15 and 0.05; region 0.1. With k = 500: A counts 500/1000, B 300/800, C 200/700.
    # A 500 x 0.12 = 60; B 300 x (0.375 / 15 + 0.0625) = 26.25; C 200 x (2/7 x 0.05 + 5/7 x 0.1) = 120/7.
    shares = credibility_key(usage_key(USE) * 100, YOUTH, k=500)
    total = Fraction(60) + Fraction(105, 4) + Fraction(120, 7)
    expected = [float(part / total) for part in (Fraction(60), Fraction(105, 4), Fraction(120, 7))]
    assert shares.tolist() == pytest.approx(expected, rel=1e-12)


def test_credibility_lies_between_use_and_heads():
    assert credibility_key(USE, YOUTH, k=0).tolist() == usage_key(USE).tolist()
    endless = credibility_key(USE, YOUTH, k=float("inf"))
    assert endless.equals(capitation_key(YOUTH)) and endless.equals(credibility_key(USE, YOUTH[::-1], k=Decimal("inf")))
    far = credibility_key(USE, YOUTH, k=10**12)
    assert far.tolist() == pytest.approx(capitation_key(YOUTH).tolist(), abs=1e-8)


NOT_A_KEY = [key(0.5, 0.6), key(10, 20), key(1.5, -0.5), key(0.5, None), pd.Series([0.5, 0.5], index=["A", "A"])]


@pytest.mark.parametrize("wrong", NOT_A_KEY)
def test_what_is_no_key_is_refused(wrong):
    right = key(0.5, 0.5)
    for call in (
        lambda: mixed_key(wrong, right, weight=0.5),
        lambda: corridor(wrong, reference=right, width=0.1),
        lambda: corridor(right, reference=wrong, width=0.1),
        lambda: stop_loss(pd.Series({"A": 1}), limit=1, pool_key=wrong),
    ):
        with pytest.raises(FactorError):
            call()


@pytest.mark.parametrize(
    "wrong",
    [
        pd.Series([1, -1], index=["A", "B"]),
        pd.Series([1, float("nan")], index=["A", "B"]),
        pd.Series([0, 0], index=["A", "B"]),
        pd.Series([1, 2], index=["A", "A"]),
        pd.Series(["1", "2"], index=["A", "B"]),
        pd.Series([1, float("inf")], index=["A", "B"]),
        pd.DataFrame(index=["A", "B"]),
        pd.Series([1, 2], index=["A", None]),
    ],
)
def test_use_that_cannot_be_shared_by_is_refused(wrong):
    for method in (usage_key, capitation_key, lambda use: credibility_key(use, key(1, 1), k=1)):
        with pytest.raises(FactorError):
            method(wrong)


@pytest.mark.parametrize(
    "call",
    [
        lambda: mixed_key(key(0.5, 0.5), key(0.5, 0.5), weight=1.1),
        lambda: mixed_key(key(0.5, 0.5), key(0.5, 0.5), weight=-0.1),
        lambda: mixed_key(key(0.5, 0.5), key(0.5, 0.5, names="AC"), weight=0.5),
        lambda: corridor(key(0.5, 0.5), reference=key(0.5, 0.5), width=-1),
        lambda: credibility_key(USE, YOUTH, k=-1),
        lambda: credibility_key(USE, YOUTH.head(2), k=1),
        lambda: credibility_key(USE, YOUTH * 0, k=1),
        lambda: stop_loss(pd.Series({"Z": 1}), limit=1, pool_key=key(0.5, 0.5)),
        lambda: stop_loss(pd.Series({"A": 1.5}), limit=1, pool_key=key(0.5, 0.5)),
        lambda: stop_loss(pd.Series({"A": 1}), limit=-1, pool_key=key(0.5, 0.5)),
        lambda: stop_loss(pd.Series([1, 1], index=["A", "A"]), limit=1, pool_key=key(0.5, 0.5)),
        lambda: stop_loss(pd.Series({"A": 1}), limit=pd.Series({"B": 1}), pool_key=key(0.5, 0.5)),
        lambda: stop_loss(pd.Series({"A": 1}), limit=pd.Series([1, 2], index=["A", "A"]), pool_key=key(0.5, 0.5)),
        lambda: stop_loss(pd.Series({"A": 1}), limit=float("-inf"), pool_key=key(0.5, 0.5)),
        lambda: stop_loss(pd.Series({"A": 1}), limit=float("nan"), pool_key=key(0.5, 0.5)),
        lambda: credibility_key(USE, YOUTH, k=float("-inf")),
        lambda: credibility_key(USE, YOUTH, k=float("nan")),
        lambda: credibility_key(USE, YOUTH, k="1"),
        lambda: credibility_key(USE * 0, YOUTH, k=float("inf")),
        lambda: credibility_key(USE, YOUTH - 200, k=0),
    ],
)
def test_a_wrong_call_is_refused(call):
    with pytest.raises(FactorError):
        call()


TWICE = pd.Series([0.5, 0.5], index=["GM0637", "GM0637"])


@pytest.mark.parametrize(
    "call",
    [
        lambda: usage_key(TWICE),
        lambda: usage_key(TWICE.to_frame(2024)),
        lambda: capitation_key(TWICE),
        lambda: mixed_key(TWICE, key(0.5, 0.5), weight=0.5),
        lambda: mixed_key(key(0.5, 0.5), TWICE, weight=0.5),
        lambda: corridor(TWICE, reference=key(0.5, 0.5), width=0.1),
        lambda: corridor(key(0.5, 0.5), reference=TWICE, width=0.1),
        lambda: credibility_key(TWICE, key(1, 1), k=1),
        lambda: credibility_key(key(1, 1), TWICE, k=1),
        lambda: stop_loss(TWICE, limit=1, pool_key=pd.Series({"GM0637": 1.0})),
        lambda: stop_loss(pd.Series({"GM0637": 1}), limit=1, pool_key=TWICE),
        lambda: stop_loss(pd.Series({"GM0637": 1}), limit=TWICE, pool_key=pd.Series({"GM0637": 1.0})),
    ],
)
def test_a_municipality_that_comes_twice_is_named(call):
    with pytest.raises(FactorError, match=r"vaker voor bij .*: GM0637"):
        call()


def test_a_case_that_comes_twice_names_the_municipality_and_never_the_youth():
    cases = pd.Series([1, 2], index=pd.MultiIndex.from_tuples([("GM0637", "abcdef"), ("GM0637", "abcdef")]))
    with pytest.raises(FactorError, match="de kosten: GM0637") as refused:
        stop_loss(cases, limit=1, pool_key=pd.Series({"GM0637": 1.0}))
    assert "abcdef" not in str(refused.value)


def test_a_municipality_outside_the_pool_is_named():
    with pytest.raises(FactorError, match="sleutel van de pot: GM0503"):
        stop_loss(pd.Series({"GM0503": 1}), limit=1, pool_key=pd.Series({"GM0637": 1.0}))
    with pytest.raises(FactorError, match="bij de grenzen: GM0637"):
        stop_loss(pd.Series({"GM0637": 1}), limit=pd.Series({"GM0503": 1}), pool_key=pd.Series({"GM0637": 1.0}))
