"""Kaplan-Meier from counts: by hand, at the edges, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.duration import kaplan_meier


def counts(*rows: tuple[int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["month", "ended", "running"])


def test_by_hand():
    """Ten start; two end in month 1, two are seen no longer than that; of the six left three end in month 4."""
    told = kaplan_meier(counts((1, 2, 2), (4, 3, 0), (6, 0, 3)), after=(1, 3, 5, 7))
    assert told.curve["share"].tolist() == pytest.approx([0.8, 0.8 * 3 / 6])
    assert told.curve["at_risk"].tolist() == [10, 6]
    # Greenwood: 0.8^2 x 2/(10 x 8) = 0.016; 0.4^2 x (2/80 + 3/(6 x 3))
    assert (told.curve["error"] ** 2).tolist() == pytest.approx([0.016, 0.16 * (0.025 + 1 / 6)])
    assert told.after["share"].astype("float64").tolist()[:3] == pytest.approx([0.8, 0.8, 0.4])
    assert told.after["share"].isna().tolist() == [False, False, False, True]  # nobody was seen for seven months
    assert (told.started, told.ended, told.seen_until, told.median) == (10, 5, 6, 4.0)


def test_rows_of_areas_and_years_are_added():
    whole = kaplan_meier(counts((2, 4, 6), (5, 2, 8)))
    split = kaplan_meier(counts((5, 2, 3), (2, 1, 6), (2, 3, 0), (5, 0, 5)))
    pd.testing.assert_frame_equal(whole.curve, split.curve)


def test_everything_ended_and_nothing_ended():
    told = kaplan_meier(counts((1, 3, 0), (2, 5, 0)), after=(1, 2))
    assert told.curve["share"].tolist() == [0.625, 0.0] and told.curve["low"].iloc[-1] == 0
    assert told.curve["high"].iloc[-1] == told.curve["high"].iloc[0]
    running = kaplan_meier(counts((3, 0, 5)), after=(2, 4))
    assert running.curve.empty and running.median is None
    assert running.after["share"].tolist()[0] == 1.0 and pd.isna(running.after["share"][1])


def test_half_of_four_is_half():
    assert kaplan_meier(counts((1, 1, 0), (2, 1, 0), (9, 2, 0))).median == 2


def test_care_seen_for_less_than_a_month_says_nothing_of_the_first():
    assert kaplan_meier(counts((0, 0, 40), (1, 1, 0), (2, 1, 0))).curve["at_risk"].tolist() == [2, 1]


def test_limits_hold_the_share_and_lie_within_zero_and_one():
    told = kaplan_meier(counts(*((month, 3, 2) for month in range(1, 15)))).curve
    assert ((told["low"] >= 0) & (told["low"] <= told["share"]) & (told["share"] <= told["high"])).all()
    assert (told["high"] <= 1).all()


@pytest.mark.parametrize(
    ("table", "named"),
    [
        (counts((1, 2, 3)).drop(columns="ended"), "ended ontbreekt"),
        (counts((1, -2, 3)), "negatief"),
        (counts((1, 2, 3)).assign(month=1.5), "niet heel"),
        (counts((1, 2, 3)).assign(running=None), "ontbreekt"),
        (counts((0, 0, 3)), "een maand of langer"),
        (counts((1, 0, 0)), "een maand of langer"),
    ],
)
def test_what_cannot_be_used_is_refused(table, named):
    with pytest.raises(FactorError, match=named):
        kaplan_meier(table)


def test_a_level_is_a_share():
    with pytest.raises(FactorError, match="niveau"):
        kaplan_meier(counts((1, 2, 3)), level=1.0)
