"""What holds for every plan: parts add up, overlap is never counted twice, the simulation keeps to the plan."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.methods.savings import RAMPS, adjust, cost_path, per_measure, phase, simulate
from jeugd_analysis.methods.savings.combine import combined_saving, saved_share

QUICK = settings(max_examples=25, deadline=None)
YEARS = list(range(2026, 2035))
NOTHING = pd.DataFrame(columns=["year", "segment", "target_cents"])
shares = st.fractions(0, 1, max_denominator=20)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, object]:
    low, top, high = sorted(draw(st.tuples(shares, shares, shares)))
    return {
        "full_effect_share": top,
        "low_share": low,
        "high_share": high,
        "success_probability": draw(shares),
        "shifted_share": draw(shares),
        "one_off_cents": draw(st.integers(0, 1000)),
        "start": f"{draw(st.integers(2026, 2030))}-K{draw(st.integers(1, 4))}",
        "ramp_quarters": draw(st.integers(0, 12)),
        "ramp": draw(st.sampled_from(RAMPS)),
        "notice_quarters": draw(st.integers(0, 4)),
        "run_off_quarters": draw(st.integers(0, 8)),
        "segment": draw(st.sampled_from(["S1", "S2"])),
    }


@st.composite
def plans(draw: st.DrawFn, size: int = 5) -> pd.DataFrame:
    base = draw(st.integers(0, 10**9))
    measures = draw(st.lists(rows(), min_size=1, max_size=size))
    return pd.DataFrame([{"measure": f"M{at}", "base_cents": base} | row for at, row in enumerate(measures)])


def savings(plan: pd.DataFrame) -> pd.Series:
    return phase(plan, NOTHING, years=YEARS).set_index(["year", "segment"])["saving_cents"]


@QUICK
@given(plans())
def test_parts_add_up_and_stay_within_the_plain_sum_and_the_base(plan):
    parts = per_measure(plan, years=YEARS)
    assert (parts["gross_cents"] - parts["shifted_cents"] - parts["one_off_cents"] == parts["net_cents"]).all()
    assert parts.groupby(["year", "segment"])["net_cents"].sum().equals(savings(plan).rename("net_cents"))
    gross = parts.groupby(["year", "segment"])["gross_cents"].sum()
    alone = pd.concat([per_measure(plan.iloc[[at]], years=YEARS) for at in range(len(plan))])
    plain = alone.groupby(["year", "segment"])["gross_cents"].sum()
    assert (gross <= plain + len(plan)).all()  # each measure alone is rounded to a cent of its own
    assert (gross <= plan["base_cents"].iloc[0]).all() and (parts["gross_cents"] >= 0).all()


@QUICK
@given(plans())
def test_the_same_measure_again_adds_less_than_it_did(plan):
    bare = plan.assign(one_off_cents=0, shifted_share=0, segment="S1")
    again = pd.concat([bare, bare.iloc[[-1]].assign(measure="nog eens")], ignore_index=True)
    without, once, twice = (
        savings(table) if len(table) else 0 * savings(bare) for table in (bare.iloc[:-1], bare, again)
    )
    assert (once >= without).all() and (twice >= once).all()
    assert (twice - once <= once - without + 1).all()  # a cent of rounding


@QUICK
@given(plans())
def test_a_plan_without_an_end_only_grows(plan):
    bare = plan.assign(one_off_cents=0, shifted_share=0)
    grown = savings(bare).unstack("segment")
    assert all((later >= earlier - 1).all() for earlier, later in pairwise(grown.to_numpy()))


@QUICK
@given(plans(), st.integers(0, 8), shares)
def test_later_or_weaker_never_saves_more(plan, delay, factor):
    """Without cost that moves elsewhere: a measure whose saving moves takes from another whose saving stays."""
    bare = plan.assign(one_off_cents=0, shifted_share=0)
    changed, _ = adjust(bare, NOTHING, delay_quarters=delay, effect_factor=factor)
    assert (savings(changed) <= savings(bare) + 1).all()


@QUICK
@given(plans())
def test_the_order_of_the_rows_does_not_matter(plan):
    assert savings(plan).equals(savings(plan.iloc[::-1]))


@QUICK
@given(plans(), st.sampled_from([0.0, 0.3, 0.6, 1.0]))
def test_without_chance_every_draw_is_the_plan(plan, rho):
    sure = plan.assign(success_probability=1).drop(columns=["low_share", "high_share"])
    targets = pd.DataFrame([(year, s, 0) for year in YEARS for s in ("S1", "S2")], columns=NOTHING.columns)
    drawn = simulate(sure, targets, draws=3, rho=rho, rng=np.random.default_rng(1))
    planned = phase(sure, targets, years=YEARS)
    for name in ("p10", "p50", "p90"):
        assert (drawn[name] - planned["saving_cents"]).abs().max() <= 1 + len(plan)  # cents per measure are rounded


@QUICK
@given(plans(), st.sampled_from([0.0, 0.3, 0.6, 1.0]), st.integers(0, 10**9))
def test_percentiles_are_in_order_and_a_higher_target_is_less_likely(plan, rho, goal):
    goals = [0, goal, 2 * goal]
    drawn = [
        simulate(
            plan,
            pd.DataFrame({"year": [2030], "segment": ["S1"], "target_cents": [cents]}),
            draws=200,
            rho=rho,
            rng=np.random.default_rng(2),
        )
        for cents in goals
    ]
    assert all((table["p10"] <= table["p50"]).all() and (table["p50"] <= table["p90"]).all() for table in drawn)
    chances = [table["p_target"].iloc[0] for table in drawn]
    assert chances == sorted(chances, reverse=True) and all(0 <= chance <= 1 for chance in chances)


@QUICK
@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=7))
def test_the_numeric_saving_is_the_exact_one(pairs):
    rates, moved = zip(*pairs, strict=True)
    parts = combined_saving(rates)[1]
    exact = sum((part * (1 - shift) for part, shift in zip(parts, moved, strict=True)), Fraction(0))
    found = saved_share(np.array([rates], dtype="float64"), np.array(moved, dtype="float64"))
    assert abs(found[0] - float(exact)) < 1e-12


@QUICK
@given(plans(), st.integers(0, 10**9))
def test_cost_is_what_is_left_and_the_changes_add_up(plan, before):
    years = YEARS[1:]
    base = int(plan["base_cents"].iloc[0])
    present = sorted(set(plan["segment"]))
    baseline = pd.DataFrame(
        [(year, s, base) for year in years for s in present], columns=["year", "segment", "base_cents"]
    )
    path = cost_path(
        phase(plan, NOTHING, years=years, baseline=baseline), baseline, last_year=dict.fromkeys(present, before)
    )
    assert (path["cost_cents"] + path["below_baseline_cents"] == path["baseline_cents"]).all()
    last = path[path["year"] == years[-1]].set_index("segment")["cost_cents"]
    assert (path.groupby("segment")["above_last_year_cents"].sum() + before == last).all()
