"""Effects beside amounts: exact ones give numbers of youths away, those with published numbers do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition import decompose
from jeugd_analysis.methods.disclosure import (
    Counts,
    possible_counts,
    rounded,
    rounded_to_total,
    volume_effect,
    with_published_counts,
)

EFFECTS = ["volume", "mix", "intensity", "indexation"]


def series(*values):
    return pd.Series(values, dtype="float64")


def counts(exact, published=None):
    first, last = (pd.Series(told, dtype="Int64") for told in exact)
    told = published or [rounded(number, base=5).tolist() for number in (first, last)]
    return Counts(exact=(first, last), published=tuple(pd.Series(number, dtype="Int64") for number in told))


def test_the_volume_effect_is_that_of_the_decomposition_with_two_factors():
    cells = pd.DataFrame({"year": [1, 2], "youths": [52, 61], "mean": [8000.0, 8250.0]})
    expected = decompose(cells, ("youths", "mean"), base=1, compare=2)["youths"].iloc[0]
    found = volume_effect(series(52), series(61), series(52 * 8000), series(61 * 8250))
    assert found.iloc[0] == pytest.approx(expected, rel=1e-12)


def test_a_number_that_is_zero_or_hidden_has_no_volume_effect():
    missing = pd.Series([0, None, 10], dtype="Int64")
    assert volume_effect(missing, series(10, 10, 0), series(1, 1, 1), series(1, 1, 1)).tolist() == [0, 0, 0]


def test_by_hand():
    """100 -> 110 youths of 10 -> 12 euro: half of (110 - 100) x (10 + 12) = 110; published 100 -> 115 gives
    half of 15 x (1000 / 100 + 1320 / 115) = 161.09: volume takes 51.09 more and intensity that much less."""
    effects = pd.DataFrame({"volume": [110.0], "mix": [0.0], "intensity": [210.0]})
    own = counts(([100], [110]), ([100], [115]))
    told = with_published_counts(effects, own=own, within=own, base_cents=series(1000), compare_cents=series(1320))
    assert told.loc[0].tolist() == pytest.approx([161.0869565, 0.0, 158.9130435])


def test_a_part_moves_mix_and_the_whole_moves_volume():
    effects = pd.DataFrame({"volume": [10.0], "mix": [20.0], "intensity": [30.0]})
    own, within = counts(([50], [50]), ([50], [55])), counts(([200], [200]), ([200], [200]))
    told = with_published_counts(effects, own=own, within=within, base_cents=series(5000), compare_cents=series(5500))
    moved = 5 / 2 * (5000 / 50 + 5500 / 55)
    assert told.loc[0].tolist() == pytest.approx([10, 20 + moved, 30 - moved])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(10, 400), st.integers(10, 400), st.floats(500, 60_000), st.floats(500, 60_000)),
        min_size=1,
        max_size=6,
    )
)
def test_every_row_still_adds_up(rows):
    first, last, before, after = map(list, zip(*rows, strict=True))
    effects = pd.DataFrame(np.arange(4.0 * len(rows)).reshape(-1, 4), columns=EFFECTS)
    own = counts((first, last))
    told = with_published_counts(
        effects, own=own, within=own, base_cents=series(*before) * first, compare_cents=series(*after) * last
    )
    scale = max(b * f + a * n for f, n, b, a in rows)
    assert np.allclose(told.sum(axis=1), effects.sum(axis=1), atol=1e-9 * scale)
    assert told["indexation"].equals(effects["indexation"])


def effects_of(number, amounts):
    """Volume and intensity of one area with one kind of help: all of its cost."""
    volume = volume_effect(*map(series, number), *map(series, amounts))
    return pd.DataFrame({"volume": volume, "mix": 0.0, "intensity": amounts[1] - amounts[0] - volume})


GENERATED = [
    ((int(first), int(last)), (first * float(a), last * float(b)))
    for first, last, a, b in zip(
        *np.random.default_rng(1).integers(12, 90, (2, 300)), *np.random.default_rng(2).uniform(3000, 20_000, (2, 300)),
        strict=True,
    )
]  # fmt: skip


def published(number):
    return tuple(rounded(pd.Series([n]), base=5).tolist()[0] for n in number)


def test_an_exact_effect_gives_nearly_every_number_away():
    """As the design says of exact cents: 287 of 300 cells. Ours are other cells, the trap is the same."""
    found = [
        possible_counts(effects_of(number, amounts)["volume"].iloc[0], published=published(number), amounts=amounts,
                        step=0.02, base=5)
        for number, amounts in GENERATED
    ]  # fmt: skip
    assert sum(min(left) == 1 for left in found) > 270


@pytest.mark.parametrize(("number", "amounts"), GENERATED[:100])
def test_what_is_told_is_the_same_for_all_numbers_that_are_published_the_same(number, amounts):
    shown = published(number)
    told = []
    for first, last in ((0, 0), (2, -2), (-2, 1)):
        other = (max(shown[0] + first, 1), max(shown[1] + last, 1))
        own = counts(([other[0]], [other[1]]))
        assert tuple(part.iloc[0] for part in own.published) == shown
        told.append(
            with_published_counts(
                effects_of(other, amounts), own=own, within=own,
                base_cents=series(amounts[0]), compare_cents=series(amounts[1]),
            )
        )  # fmt: skip
    for row in told[1:]:
        assert row.loc[0].tolist() == pytest.approx(told[0].loc[0].tolist(), rel=1e-9, abs=1e-6)


def test_the_attack_keeps_the_truth_and_counts_by_hand():
    """50 -> 52 youths of 8,000 euro; 16,000 euro known to 1 euro fits (50, 52) alone, to 100,000 euro nearly all."""
    amounts = (400_000.0, 416_000.0)
    assert possible_counts(16_000, published=(50, 50), amounts=amounts, step=2, base=5) == (1, 1)
    assert possible_counts(16_000, published=(50, 50), amounts=amounts, step=200_000, base=5) == (9, 9)


def test_a_missing_effect_is_refused():
    own = counts(([10], [10]))
    with pytest.raises(FactorError, match="mix"):
        with_published_counts(
            pd.DataFrame({"volume": [1.0], "intensity": [1.0]}),
            own=own, within=own, base_cents=series(1), compare_cents=series(1),
        )  # fmt: skip


# -- rounding to a given total -----------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-5_000, 5_000), min_size=1, max_size=9), st.integers(-3, 3))
def test_the_parts_add_up_to_the_total_and_stay_near(values, off):
    exact = pd.Series(values, dtype="float64")
    total = int(rounded(pd.Series([sum(values)]), base=10).iloc[0]) + 10 * off
    told = rounded_to_total(exact, base=10, total=total)
    assert int(told.sum()) == total or not exact.any()
    assert (told % 10 == 0).all()
    moving = max(int((exact != 0).sum()), 1)
    assert ((told.astype("float64") - exact).abs() < 10 + 10 * (abs(off) + 1) / moving + 10).all()
    if exact.any():
        assert (told[exact == 0] == 0).all()


def test_rounding_to_a_total_by_hand():
    assert rounded_to_total(pd.Series([14.0, 14.0, 0.0]), base=10, total=40).tolist() == [20, 20, 0]
    assert rounded_to_total(pd.Series([0.0, 0.0]), base=10, total=20).tolist() == [10, 10]
    with pytest.raises(FactorError, match="veelvoud"):
        rounded_to_total(pd.Series([1.0]), base=10, total=15)
