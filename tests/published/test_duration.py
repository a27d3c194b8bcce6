"""Remission of leukaemia with 6-mercaptopurine: the best known table of Kaplan and Meier's method.

Freireich et al. (1963), Blood 21, 699-716; curve and standard errors as in Kleinbaum and Klein (2012), Survival
analysis, 3rd ed., table 2.2, and Cox and Oakes (1984); quartile limits as R's survfit(conf.type = "log-log").
"""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.methods.duration import kaplan_meier

ENDED, RUNNING = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
CURVE = [
    (6, 21, 3, 0.8571, 0.0764), (7, 17, 1, 0.8067, 0.0869), (10, 15, 1, 0.7529, 0.0963), (13, 12, 1, 0.6902, 0.1068),
    (16, 11, 1, 0.6275, 0.1141), (22, 7, 1, 0.5378, 0.1282), (23, 6, 1, 0.4482, 0.1346),
]  # fmt: skip


def treated() -> pd.DataFrame:
    return pd.DataFrame({
        "month": ENDED + RUNNING, "ended": [1] * len(ENDED) + [0] * len(RUNNING),
        "running": [0] * len(ENDED) + [1] * len(RUNNING),
    })  # fmt: skip


def test_the_curve_with_censoring():
    told = kaplan_meier(treated()).curve
    found = [
        (r.month, r.at_risk, r.ended, round(r.share, 4), pytest.approx(r.error, abs=5.1e-5)) for r in told.itertuples()
    ]
    assert found == CURVE


def test_median_and_quartiles():
    told = kaplan_meier(treated())
    assert told.median == 23 and told.quartiles["month"].iloc[:2].tolist() == [13, 23]
    assert told.quartiles.loc[1, "low"] == 13 and pd.isna(told.quartiles.loc[1, "high"])
    assert pd.isna(told.quartiles.loc[2, "month"])


def test_limits_on_the_log_log_scale():
    told = kaplan_meier(treated(), after=(10, 23)).after
    assert told[["low", "high"]].astype("float64").round(3).to_numpy().tolist() == [[0.503, 0.889], [0.188, 0.680]]


def test_without_censoring_it_is_the_share_that_is_left():
    told = kaplan_meier(pd.DataFrame({"month": PLACEBO, "ended": 1, "running": 0}), after=(1, 8, 12, 23))
    assert told.median == 8
    left = [sum(month > after for month in PLACEBO) / 21 for after in (1, 8, 12, 23)]
    assert told.after["share"].tolist() == pytest.approx(left)
