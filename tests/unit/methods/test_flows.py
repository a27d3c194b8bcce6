"""Shares of flows, and flows that do not balance."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.expected_use import wilson_limits
from jeugd_analysis.methods.flows import flow_shares, require_balance

ROW = {
    "area": "R", "segment": "alle", "year": 2024, "youths": 100, "at_start": 60, "inflow": 30, "returned": 10,
    "moved_in": 0, "switched_in": 0, "throughflow": 40, "outflow": 50, "moved_out": 0, "switched_out": 0, "at_end": 50,
    "stopped": 52, "came_back": 13, "claimed_only": 0,
}  # fmt: skip


def test_by_hand():
    told = flow_shares(pd.DataFrame([ROW])).iloc[0]
    assert [told["inflow_share"], told["outflow_share"]] == [0.3, 0.5]
    assert [told["repeat_share"], told["came_back_share"]] == [0.25, 0.25]  # 10 of 40 who came in; 13 of 52 who stopped
    assert [told["repeat_share_low"], told["repeat_share_high"]] == pytest.approx(list(wilson_limits(10, 40)))


def test_what_cannot_be_told_stays_empty():
    first = {**ROW, **dict.fromkeys(("inflow", "returned", "moved_in", "switched_in", "came_back"))}
    nobody = {**ROW, **dict.fromkeys(("youths", "at_start", "inflow", "returned", "outflow", "at_end", "stopped"), 0)}
    told = flow_shares(pd.DataFrame([first, {**nobody, "came_back": 0}, ROW]))
    assert told["inflow_share"].isna().tolist() == [True, True, False]
    assert told["came_back_share"].isna().tolist() == [True, True, False]
    assert told["outflow_share"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize("change", [{"inflow": 31}, {"at_end": 49}])
def test_a_row_that_does_not_balance_is_named(change):
    with pytest.raises(FactorError, match="R, alle, 2024"):
        require_balance(pd.DataFrame([ROW | {"area": "Q"}, ROW | change]))


def test_a_missing_column_is_named():
    with pytest.raises(FactorError, match="stopped"):
        require_balance(pd.DataFrame([ROW]).drop(columns="stopped"))


def test_the_flows_of_the_example_balance(example):
    told = flow_shares(example.mart("flows", Quarter(2026, 3)))
    assert told["outflow_share"].between(0, 1).all() and told["inflow_share"].notna().any()
