"""Units per trajectory and what a maximum saves, by hand and exact."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan
from numbers import Rational
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.caps import DEFINITIONS, between, cap_saving, observed, unit_distribution

# Hours of ten trajectories, as measure 16 of 2019 meant them: most end within a number of hours, a few go far beyond.
HOURS = [4, 6, 8, 8, 10, 12, 14, 18, 30, 90]
USE = pd.DataFrame({
    "product": "54001", "unit": "04", "units": HOURS, "amount_cents": [hours * 9000 for hours in HOURS],
    "age": ["0-11"] * 8 + ["12-17"] * 2,
})  # fmt: skip


def test_a_percentile_by_both_definitions_by_hand():
    # Of ten values the 25th percent is reached at the third; the line is at place 9 x 0.25 = 2.25: 8 + 0.25 x 0.
    assert [observed(HOURS, p) for p in (0, 10, 25, 50, 90, 91, 100)] == [4, 4, 8, 10, 30, 90, 90]
    # 50: place 4.5, 10 + 0.5 x 2; 90: place 8.1, 30 + 0.1 x 60.
    assert [between(HOURS, p) for p in (0, 25, 50, 90, 100)] == [4, 8, 11, 36, 90]
    assert isinstance(between(HOURS, 90), Rational)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=1, max_size=30), st.integers(0, 100))
def test_percentiles_are_those_of_numpy(values, percent):
    assert observed(values, percent) == np.percentile(values, percent, method="inverted_cdf")
    assert float(between(values, percent)) == pytest.approx(np.percentile(values, percent), rel=1e-12)
    assert sum(value <= observed(values, percent) for value in values) * 100 >= percent * len(values)


def test_the_distribution_by_hand():
    told = unit_distribution(USE)
    columns = ["product", "unit", "trajectories", "mean", "p10", "p25", "p50", "p75", "p90", "p95", "highest"]
    assert list(told.columns) == columns
    assert told.iloc[0].tolist() == ["54001", "04", 10, 20, 4, 8, 10, 18, 30, 90, 90]
    other = unit_distribution(USE, percentiles=[50], definition="between", keys=["age"])
    # 0-11: 4, 6, 8, 8, 10, 12, 14, 18, in the middle 8 and 10, together 80; 12-17: 30 and 90.
    assert other.to_numpy().tolist() == [["0-11", 8, 10, 9, 18], ["12-17", 2, 60, 60, 90]]


def test_products_are_not_mixed():
    both = pd.concat([USE, USE.assign(product="54002", units=USE["units"] * 2)], ignore_index=True)
    assert unit_distribution(both)["p50"].tolist() == [10, 20]


def test_a_cap_by_hand():
    # The 75th percent is 18 hours. Above it: 30 and 90, so 12 + 72 = 84 hours of 90 euro.
    told = cap_saving(USE, percentile=75).iloc[0]
    assert told["trajectories"] == 10 and told["cap"] == 18 and told["above"] == 2
    assert told["above_share"] == Fraction(1, 5)
    assert (told["units_above"], told["cents_above"], told["saving_cents"]) == (84, 756_000, 756_000)


def test_each_trajectory_has_its_own_price():
    # 20 hours for 1,000 cents and 10 hours for 2,000 cents, capped at 5: 15 x 50 and 5 x 200. Thirds stay exact.
    use = pd.DataFrame({"product": "P", "unit": "04", "units": [20, 10], "amount_cents": [1000, 2000]})
    caps = pd.DataFrame({"product": ["P"], "unit": ["04"], "cap": [5]})
    assert cap_saving(use, percentile=None, caps=caps).loc[0, "cents_above"] == 750 + 1000
    third = cap_saving(use.assign(units=[20, 3]), percentile=None, caps=caps.assign(cap=[1])).loc[0, "cents_above"]
    assert third == 950 + Fraction(4000, 3) and isinstance(third, Fraction)


def test_part_of_it_is_really_saved():
    whole, part = (cap_saving(USE, percentile=75, saved_share=share).iloc[0] for share in (1, Fraction(3, 5)))
    assert part["saving_cents"] == whole["cents_above"] * Fraction(3, 5) and part["units_above"] == whole["units_above"]
    assert cap_saving(USE, saved_share=0).loc[0, "saving_cents"] == 0


def test_who_is_hit_adds_up_to_all():
    groups, whole = cap_saving(USE, percentile=75, group=["age"]), cap_saving(USE, percentile=75)
    assert groups["age"].tolist() == ["0-11", "12-17"] and groups["cap"].tolist() == [18, 18]
    assert groups["above"].tolist() == [0, 2] and groups["above_share"].tolist() == [0, 1]
    for name in ("trajectories", "above", "units_above", "cents_above", "saving_cents"):
        assert groups[name].sum() == whole.loc[0, name]


def test_a_cap_at_the_top_saves_nothing():
    told = cap_saving(USE, percentile=100).iloc[0]
    assert told[["above", "units_above", "cents_above"]].tolist() == [0, 0, 0]


def test_floats_stay_floats():
    told = cap_saving(USE.assign(units=USE["units"] + 0.5), percentile=75)
    assert isinstance(told.loc[0, "cents_above"], float)
    # Prices: 30 and 90 hours of 9,000 cents are now 30.5 and 90.5 hours for the same money.
    expected = 30 * 9000 * 12 / 30.5 + 90 * 9000 * 72 / 90.5
    assert told.loc[0, "cents_above"] == pytest.approx(expected)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 99), st.integers(0, 9999)), min_size=1, max_size=25),
    st.integers(1, 100),
    st.sampled_from(list(DEFINITIONS)),
)
def test_what_stays_is_at_most_the_cap_and_all_adds_up(rows, percent, definition):
    use = pd.DataFrame(rows, columns=["product", "units", "amount_cents"])
    told = cap_saving(use, keys=["product"], percentile=percent, definition=definition)
    for row in told.itertuples():
        own = use[use["product"] == row.product]
        stays = own["units"].clip(upper=float(row.cap)) if definition == "observed" else None
        if stays is not None:
            assert row.units_above == own["units"].sum() - int(stays.sum())
        assert 0 <= row.cents_above <= own["amount_cents"].sum()
        assert row.above == (own["units"] > float(row.cap)).sum() == row.above_share * row.trajectories
        assert row.above * 100 <= (100 - percent) * row.trajectories or definition == "between"


GOOD = {"product": ["P", "P"], "unit": ["04", "04"], "units": [1, 2], "amount_cents": [100, 200]}
CAPS = pd.DataFrame({"product": ["P"], "unit": ["04"], "cap": [1]})
BAD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "no units": ({"units": [0, 2]}, {}, "nul of minder"),
    "missing units": ({"units": [nan, 2]}, {}, "units"),
    "infinite": ({"units": [inf, 2]}, {}, "units"),
    "text": ({"amount_cents": "x"}, {}, "amount_cents"),
    "credit alone": ({"amount_cents": [-1, 2]}, {}, "onder nul"),
    "missing key": ({"product": ["P", None]}, {}, "ontbrekende"),
    "unknown key": ({}, {"keys": ["weg"]}, "weg"),
    "unknown group": ({}, {"group": ["weg"]}, "weg"),
    "group that is a key": ({}, {"group": ["unit"]}, "twee keer"),
    "key like a result": ({"cap": 1}, {"keys": ["cap"]}, "cap"),
    "no keys": ({}, {"keys": []}, "sleutel"),
    "percentile": ({}, {"percentile": 101}, "percentiel"),
    "definition": ({}, {"definition": "beste"}, "beste"),
    "share in percent": ({}, {"saved_share": 60}, "0 en 1"),
    "two caps": ({}, {"caps": CAPS}, "niet allebei"),
    "no cap at all": ({}, {"percentile": None}, "geen van beide"),
    "cap missing for a product": ({"product": ["P", "Q"]}, {"percentile": None, "caps": CAPS}, "Q"),
    "cap twice": ({}, {"percentile": None, "caps": pd.concat([CAPS, CAPS])}, "twee keer"),
    "cap below zero": ({}, {"percentile": None, "caps": CAPS.assign(cap=-1)}, "lager"),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "options", "named"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(columns, options, named):
    with pytest.raises(FactorError) as refused:
        cap_saving(pd.DataFrame({**GOOD, **columns}), **options)
    assert named in refused.value.wat and refused.value.doe


def test_an_empty_table_double_labels_and_a_key_named_like_a_percentile_are_refused():
    with pytest.raises(FactorError, match="leeg"):
        unit_distribution(USE.head(0))
    with pytest.raises(FactorError, match="nummer"):
        unit_distribution(pd.concat([USE, USE]))
    with pytest.raises(FactorError, match="p50"):
        unit_distribution(USE.assign(p50=1), keys=["p50"])
