"""The tornado and the smallest closing set, by hand and against a count of all subsets."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.savings import assumptions_of, closing_set, phase, tornado


def plan(*rows: dict[str, object]) -> pd.DataFrame:
    usual = {"segment": "S1", "base_cents": 100_000, "full_effect_share": 0.1, "start": "2027-K1", "ramp_quarters": 0}
    return pd.DataFrame([{"measure": f"M{number}"} | usual | row for number, row in enumerate(rows)])


def target(cents: int) -> pd.DataFrame:
    return pd.DataFrame({"year": [2027], "segment": ["S1"], "target_cents": [cents]})


def told(*rows: tuple[str, str, str, object, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["assumption", "measure", "column", "low", "high"])


THREE = plan({}, {"segment": "S2"}, {"segment": "S3"})
EFFECTS = told(
    ("a", "M0", "full_effect_share", 0.05, 0.15),
    ("b", "M1", "full_effect_share", 0.0, 0.30),
    ("c", "M2", "full_effect_share", 0.05, 0.20),
)


def test_tornado_by_hand():
    # Planned 10,000 in each of three segments; one at a time: a 25 to 35, b 20 to 50, c 25 to 40 thousand.
    rows = tornado(THREE, target(40_000), year=2027, assumptions=EFFECTS)
    assert rows.to_dict("split")["data"] == [
        ["b", 20_000, 50_000, 20_000, -10_000, 30_000],
        ["c", 25_000, 40_000, 15_000, 0, 15_000],
        ["a", 25_000, 35_000, 15_000, 5000, 10_000],
    ]


@pytest.mark.parametrize(
    ("goal", "chosen", "saving"),
    [
        (30_000, (), 30_000),  # exactly met as planned: nothing needs to come out better
        (30_001, ("b",), 50_000),  # each of the three would do; b saves most
        (50_001, ("b", "c"), 60_000),
        (65_000, ("a", "b", "c"), 65_000),
        (65_001, ("a", "b", "c"), 65_000),  # impossible: all of them, and still a cent short
    ],
)
def test_the_smallest_set_by_hand(goal, chosen, saving):
    found = closing_set(THREE, target(goal), year=2027, assumptions=EFFECTS)
    assert (found.assumptions, found.saving_cents, found.gap_cents) == (chosen, saving, goal - saving)
    assert found.closed is (saving >= goal) and found.exhaustive and found.target_cents == goal


def test_several_assumptions_of_one_measure_work_together():
    # 10 % from 2028 on; earlier gives 10,000 in 2027, and only with the larger effect 20,000.
    late = plan({"start": "2028-K1"})
    both = told(("eerder", "M0", "start", "2029-K1", "2027-K1"), ("meer", "M0", "full_effect_share", 0.05, 0.2))
    assert closing_set(late, target(10_000), year=2027, assumptions=both).assumptions == ("eerder",)
    assert closing_set(late, target(20_000), year=2027, assumptions=both).assumptions == ("eerder", "meer")


def by_counting(measures: pd.DataFrame, assumptions: pd.DataFrame, goal: int) -> tuple[int, int]:
    """Size and saving of the best smallest set, by trying every subset with the plan itself."""
    best: tuple[int, int] | None = None
    for size in range(len(assumptions) + 1):
        for subset in combinations(assumptions.itertuples(), size):
            changed = measures.astype({"full_effect_share": "object", "start": "object"})
            for row in subset:
                changed.loc[changed["measure"] == row.measure, row.column] = row.high
            saved = int(phase(changed, target(goal), years=[2027])["saving_cents"].sum())
            if saved >= goal and (best is None or saved > best[1]):
                best = (size, saved)
        if best is not None:
            return best
    raise AssertionError("no subset reaches the goal")


@pytest.mark.parametrize("goal", [31_000, 36_000, 41_000, 44_000])
def test_overlapping_measures_against_a_count_of_all_subsets(goal):
    shared = plan({}, {"full_effect_share": 0.2}, {"start": "2027-K3", "shifted_share": 0.2}, {"segment": "S2"})
    assumed = assumptions_of(shared, effect_share=0.5, delay_quarters=2)
    assert len(assumed) == 8
    found = closing_set(shared, target(goal), year=2027, assumptions=assumed)
    assert (len(found.assumptions), found.saving_cents) == by_counting(shared, assumed, goal)


def test_more_than_fifteen_assumptions_are_tried_one_by_one_and_said_so():
    many = plan(*[{"segment": f"S{number:02}"} for number in range(16)])
    assumed = told(*[(f"a{number:02}", f"M{number}", "full_effect_share", 0.0, 0.2) for number in range(16)])
    found = closing_set(many, target(180_000), year=2027, assumptions=assumed)
    assert not found.exhaustive and found.closed
    assert len(found.assumptions) == 2 and found.saving_cents == 180_000  # 160,000 planned, 10,000 more each
    short = closing_set(many, target(320_001), year=2027, assumptions=assumed)
    assert not short.closed and len(short.assumptions) == 16 and short.gap_cents == 1
    useless = assumed.assign(high=0.1)
    assert closing_set(many, target(180_000), year=2027, assumptions=useless).assumptions == ()


def test_greedy_leaves_out_what_is_not_needed():
    # The largest gain first (6,000), but 5,000 and 5,000 close 10,000 without it.
    high = [0.16, 0.15, 0.15, *[0.1] * 13]
    many = plan(*[{"segment": f"S{number:02}"} for number in range(16)])
    assumed = told(*[(f"a{at:02}", f"M{at}", "full_effect_share", 0.0, share) for at, share in enumerate(high)])
    found = closing_set(many, target(170_000), year=2027, assumptions=assumed)
    assert found.closed and set(found.assumptions) <= {"a00", "a01", "a02"} and len(found.assumptions) == 2


def test_assumptions_of_a_plan():
    uncertain = plan({"success_probability": 0.5}, {"full_effect_share": 0.9, "low_share": None}).assign(
        high_share=None
    )
    assumed = assumptions_of(uncertain, earliest="2026-K3")
    assert assumed["assumption"].tolist() == ["effect: M0", "start: M0", "slagen: M0", "effect: M1", "start: M1"]
    first = assumed.set_index("assumption")
    assert first.loc["start: M0", ["low", "high"]].tolist() == ["2028-K1", "2026-K3"]
    assert first.loc["effect: M1", ["low", "high"]].tolist() == [pytest.approx(0.675), 1.0]  # at most all of it
    ranged = assumptions_of(plan({"low_share": 0.02, "high_share": 0.13}))
    assert ranged.loc[0, ["low", "high"]].tolist() == [0.02, 0.13]


def test_a_told_effect_is_no_range_any_more():
    ranged = plan({"low_share": 0.02, "high_share": 0.13})
    rows = tornado(ranged, target(0), year=2027, assumptions=assumptions_of(ranged))
    assert rows.loc[
        rows["assumption"] == "effect: M0", ["saving_low_cents", "saving_high_cents"]
    ].to_numpy().tolist() == [[2000, 13_000]]


BAD = {
    "unknown measure": (("a", "M9", "start", "2027-K1", "2027-K1"), "M9"),
    "unknown column": (("a", "M0", "kleur", 0, 1), "kleur"),
    "the base": (("a", "M0", "base_cents", 0, 1), "base_cents"),
}


@pytest.mark.parametrize(("row", "named"), BAD.values(), ids=BAD)
def test_bad_assumptions_are_refused(row, named):
    for method in (tornado, closing_set):
        with pytest.raises(FactorError, match=named):
            method(THREE, target(1), year=2027, assumptions=told(row))


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "M0", "start", "2027-K1", "2027-K1"), ("a", "M1", "start", "2027-K1", "2027-K1")],
        [("a", "M0", "start", "2027-K1", "2027-K1"), ("b", "M0", "start", "2028-K1", "2027-K1")],
    ],
)
def test_the_same_assumption_twice_is_refused(rows):
    with pytest.raises(FactorError):
        tornado(THREE, target(1), year=2027, assumptions=told(*rows))
