"""What an attacker learns from a group that holds everybody: by trying every world that fits what is published."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pandas as pd
import pytest

from jeugd_analysis import release as made
from jeugd_analysis.release.groups import full_groups, told_in_words
from tests.unit.test_release import K3, NO_CELLS, PLACES, REGION, RULES, YOUTHS, at, row, usage_of, whole

BASE, SMALL = 5, range(1, 10)


def outside(total: int, group: int, others: Sequence[object]) -> set[int]:
    """How many can be outside a group, for who sees a rounded total, a rounded group and the others beside it.

    A figure is less than five from the truth; of the others a figure is one too, None is hidden (1 to 9), 0 is empty.
    """
    choices = [SMALL if other is None else [0] if other == 0 else around(int(str(other))) for other in others]
    worlds = product(around(total), around(group), *choices)
    return {whole - mine for whole, mine, *rest in worlds if whole - mine == sum(rest)}


def around(figure: int) -> range:
    return range(max(figure - BASE + 1, 0), figure + BASE)


def test_one_small_group_beside_a_full_one_leaves_five_possible_numbers_outside():
    found = outside(30, 30, [None])
    assert found == set(range(1, 9)) and len(found) > RULES.min_width


def test_rounding_alone_leaves_no_doubt_when_the_other_groups_are_empty():
    """The reason why the build tells it: thirty youths get help, and all of it is residential care."""
    assert outside(30, 30, [0, 0]) == {0} and outside(30, 30, []) == {0}


def test_without_the_other_groups_beside_it_nobody_could_tell():
    """If the other groups were not written, equal figures would still leave room for eight others."""
    worlds = {total - group for total in around(30) for group in around(30) if total >= group}
    assert worlds == set(range(9))


@pytest.fixture(scope="module")
def full() -> pd.DataFrame:
    """The release of a region in which all youths of place C are in segment S1."""
    youths = {**YOUTHS, ("C", "S2"): 0}
    usage = usage_of(youths)
    return whole(made.shown_cells(usage[usage["youths"] > 0], NO_CELLS, K3, young_quarters=2))


def test_a_full_group_is_found_and_named_without_its_number(full):
    found = full_groups(full, RULES.threshold)
    assert found[["area", "period", "dimension", "level"]].values.tolist() == [["C", "2025", "segment", "S1"]]
    (line,) = told_in_words(found, {"C": "Zeedorp"})
    assert "Zeedorp in 2025" in line and "segment" in line and "55" not in line


def test_it_is_published_as_it_was_and_the_attacker_knows(full):
    """The limit that book/decisions/0014 names: should a rule hide this one day, this test has to change."""
    total, group = at(full, "C", "alle", dimension="totaal"), at(full, "C", "S1")
    assert total == group == 55 and outside(total, group, []) == {0}


def test_a_group_beside_others_or_in_a_hidden_total_is_not_full():
    cells = whole(made.shown_cells(usage_of(), NO_CELLS, K3, young_quarters=2))
    assert full_groups(cells, RULES.threshold).empty
    few = pd.DataFrame([row("A", "2025", "totaal", "alle", 9), row("A", "2025", "segment", "S1", 9)])
    assert full_groups(few, RULES.threshold).empty
    assert len(full_groups(few.assign(youths=10), RULES.threshold)) == 1


def test_reasons_are_judged_on_those_who_stopped():
    cells = pd.DataFrame([
        row("A", "2025", "totaal", "alle", 200), row("A", "2025", "flow", "stopped", 12),
        row("A", "2025", "flow", "youths", 12), row("A", "2025", "ending", "31", 12),
        row(REGION, "2025", "flow", "stopped", 60), row(REGION, "2025", "ending", "31", 59),
        *(row(place, "2025", "age_band", "0-3", 200) for place in PLACES),
    ])  # fmt: skip
    assert full_groups(cells, RULES.threshold)[["area", "level"]].values.tolist() == [["A", "31"]]


def test_many_places_are_counted_and_not_all_named():
    rows = [
        row(f"P{n}", "2025", name, level, 20)
        for n in range(8)
        for name, level in (("totaal", "alle"), ("segment", "S1"))
    ]
    (line,) = told_in_words(full_groups(pd.DataFrame(rows), 10), {})
    assert line.count(" in 2025") == 5 and "en nog 3" in line
