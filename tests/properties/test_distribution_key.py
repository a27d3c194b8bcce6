"""What holds for every key: shares sum to one, cents to the bill, more use never lowers a share."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.methods.distribution_key import (
    capitation_key,
    compare_keys,
    corridor,
    credibility_key,
    largest_remainder,
    mixed_key,
    stop_loss,
    usage_key,
    who_pays,
)

QUICK = settings(max_examples=60, deadline=None)
NAMES = [f"G{number}" for number in range(6)]
counts = st.integers(0, 10**7)
youths = st.lists(st.integers(1, 50_000), min_size=6, max_size=6)
tables = st.lists(st.lists(counts, min_size=3, max_size=3), min_size=6, max_size=6).filter(
    lambda rows: any(map(any, rows))
)
parts = st.fractions(0, 1, max_denominator=20)


def use_of(rows: list[list[int]]) -> pd.DataFrame:
    exact = [[Fraction(value) for value in row] for row in rows]
    return pd.DataFrame(exact, index=NAMES, columns=[2023, 2024, 2025], dtype="object")


def heads_of(people: list[int]) -> pd.Series:
    return pd.Series(people, index=NAMES)


def keys_of(rows: list[list[int]], people: list[int], part: Fraction) -> dict[str, pd.Series]:
    use, heads = use_of(rows), heads_of(people)
    usage, capita = usage_key(use), capitation_key(heads)
    return {
        "usage": usage,
        "mixed": mixed_key(usage, capita, weight=part),
        "corridor": corridor(usage, reference=capita, width=part),
        "credibility": credibility_key(use, heads, k=1000 * part),
    }


@QUICK
@given(tables, youths, parts)
def test_shares_sum_to_one_exactly(rows, people, part):
    for name, key in keys_of(rows, people, part).items():
        assert sum(key) == 1 and min(key) >= 0 and list(key.index) == NAMES, name


@QUICK
@given(tables, youths, parts)
def test_floats_sum_to_one(rows, people, part):
    for key in (usage_key(use_of(rows).astype("float64")), capitation_key(heads_of(people).astype("float64"))):
        assert key.dtype == "float64" and key.sum() == pytest.approx(1, abs=1e-15)


@QUICK
@given(tables, youths, parts, st.sampled_from(range(6)), st.integers(1, 10**6))
def test_more_use_never_lowers_ones_share(rows, people, part, who, extra):
    more = [list(row) for row in rows]
    more[who][2] += extra
    before, after = keys_of(rows, people, part), keys_of(more, people, part)
    for name in before:
        assert after[name].iloc[who] >= before[name].iloc[who], name


@QUICK
@given(tables, youths, parts)
def test_twice_the_use_everywhere_changes_nothing(rows, people, part):
    twice = [[2 * value for value in row] for row in rows]
    for name, key in keys_of(rows, people, part).items():
        assert key.equals(keys_of(twice, people, part)[name]), name


@QUICK
@given(tables, youths, parts)
def test_the_corridor_holds_everyone(rows, people, part):
    usage, capita = usage_key(use_of(rows)), [Fraction(n, sum(people)) for n in people]
    held = corridor(usage, reference=capitation_key(heads_of(people).astype("object")), width=part)
    reference = corridor(usage, reference=pd.Series(capita, index=NAMES, dtype="object"), width=part)
    for share, anchor in zip(reference, capita, strict=True):
        assert anchor * (1 - part) <= share <= anchor * (1 + part)
    assert [float(share) for share in held] == pytest.approx([float(share) for share in reference], abs=1e-9)


@QUICK
@given(tables, youths, parts)
def test_the_corridor_keeps_the_order_of_who_pays_more_than_the_reference(rows, people, part):
    """Those free to move all move by one factor, so that nobody passes the other in share over key."""
    usage = usage_key(use_of(rows))
    anchor = pd.Series([Fraction(n, sum(people)) for n in people], index=NAMES, dtype="object")
    held = corridor(usage, reference=anchor, width=part)
    free = {
        held[name] / usage[name]
        for name in NAMES
        if usage[name] and anchor[name] * (1 - part) < held[name] < anchor[name] * (1 + part)
    }
    assert len(free) <= 1


@QUICK
@given(tables, youths, parts)
def test_credibility_weighs_own_use_per_head_and_the_region(rows, people, part):
    k = 1000 * part
    own = [Fraction(sum(row), 3 * n) for row, n in zip(rows, people, strict=True)]  # mean of three years, per head
    region = Fraction(sum(map(sum, rows)), 3 * sum(people))
    weight = [Fraction(n) / (n + k) for n in people]
    amounts = [n * (z * rate + (1 - z) * region) for n, z, rate in zip(people, weight, own, strict=True)]
    found = credibility_key(use_of(rows), heads_of(people), k=k)
    assert found.tolist() == [amount / sum(amounts) for amount in amounts]


@QUICK
@given(st.lists(counts, min_size=6, max_size=6).filter(any), st.integers(-(10**12), 10**12))
def test_cents_sum_exactly_and_a_larger_share_never_gets_less(weights, cents):
    shared = largest_remainder(pd.Series(weights, index=NAMES), total_cents=cents)
    assert shared.sum() == cents
    for place, weight in enumerate(weights):
        exact = Fraction(cents * weight, sum(weights))
        assert abs(shared.iloc[place] - exact) < 1
        for other, less in enumerate(weights):
            if weight > less:
                assert abs(shared.iloc[place]) >= abs(shared.iloc[other])


@QUICK
@given(st.lists(st.tuples(st.sampled_from(NAMES), counts), min_size=1, max_size=30), counts, youths)
def test_stop_loss_keeps_every_cent_and_caps_what_is_own(cases, limit, people):
    index = pd.MultiIndex.from_tuples([(name, number) for number, (name, _) in enumerate(cases)])
    costs = pd.Series([cost for _, cost in cases], index=index)
    key = capitation_key(heads_of(people))
    paid = stop_loss(costs, limit=limit, pool_key=key)
    assert paid.sum() == costs.sum()
    pool = sum(max(cost - limit, 0) for _, cost in cases)
    for name in NAMES:
        own = sum(min(cost, limit) for place, cost in cases if place == name)
        assert own <= paid[name] <= own + float(key[name]) * pool + 1


@QUICK
@given(st.lists(counts, min_size=6, max_size=6), youths)
def test_who_pays_settles_every_surplus_and_every_shortage(use, people):
    bill = pd.Series(use, index=NAMES)
    paid = largest_remainder(heads_of(people), total_cents=int(bill.sum()))
    rows = who_pays(paid, bill)
    assert (rows["amount_cents"] > 0).all()
    given_by = rows.groupby("payer")["amount_cents"].sum().reindex(NAMES, fill_value=0)
    got_by = rows.groupby("receiver")["amount_cents"].sum().reindex(NAMES, fill_value=0)
    assert (given_by - got_by == paid - bill).all() and not set(rows["payer"]) & set(rows["receiver"])


@QUICK
@given(tables, youths, parts)
def test_a_comparison_bills_every_key_to_the_cent(rows, people, part):
    keys = pd.DataFrame(keys_of(rows, people, part))
    bill = pd.Series([row[0] for row in rows], index=NAMES)
    compared = compare_keys(keys, use_cents=bill, youth=heads_of(people))
    assert (compared.groupby("key")["contribution_cents"].sum() == bill.sum()).all()
    assert (compared.groupby("key")["difference_cents"].sum() == 0).all()
