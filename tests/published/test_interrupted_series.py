"""The ban on smoking in Sicily: heart attacks before and after January 2005, all four published models.

Lopez Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46, 348-355, with the data and R code
of its authors. The data are read from a folder beside the project; the tests are skipped without it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.methods.monitoring import FALL, LEVEL_MODEL, interrupted_series, placebo, specifications

CASE = Path(__file__).resolve().parents[2].parent / "shared" / "benchmarks" / "09_its_sicily"
pytestmark = pytest.mark.skipif(not CASE.is_dir(), reason="the published case is not beside this project")
BAN = {"outcome": "aces", "time": "time", "start": 37, "exposure": "stdpop"}


@pytest.fixture(scope="module")
def series() -> pd.DataFrame:
    return pd.read_csv(CASE / "input.csv")


@pytest.fixture(scope="module")
def printed() -> pd.DataFrame:
    return pd.read_csv(CASE / "expected_r.csv").set_index(["model", "term"])


@pytest.mark.parametrize(
    ("model", "family", "harmonics"),
    [("m1_poisson", "poisson", 0), ("m2_quasi", "quasipoisson", 0), ("m3_quasi_season", "quasipoisson", 2)],
)
def test_the_step(series, printed, model, family, harmonics):
    told = interrupted_series(series, family=family, harmonics=harmonics, **BAN)
    row = printed.loc[model, "smokban"]
    # The R code took 1.96 for the normal quantile: the seventh digit of a limit.
    assert told.step == pytest.approx(row["rr"], rel=1e-9)
    assert [told.step_low, told.step_high] == pytest.approx([row["lo"], row["hi"]], rel=1e-6)
    assert told.dispersion == pytest.approx(row["dispersion"], rel=1e-9)
    assert told.verdict == FALL and (told.before, told.after) == (36, 23)


def test_the_change_of_slope(series, printed):
    told = interrupted_series(series, harmonics=2, **BAN)
    row = printed.loc["m4_slope", "slope_change"]
    found = [told.slope, told.slope_low, told.slope_high]
    assert found == pytest.approx([row["rr"], row["lo"], row["hi"]], rel=1e-6)


def test_the_step_beside_a_change_of_slope(series, printed):
    told = specifications(series, harmonics=2, **BAN)
    found = told[(told["family"] == "quasipoisson") & (told["harmonics"] == 2) & told["slope_change"]].iloc[0]
    row = printed.loc["m4_slope", "smokban"]
    assert found[["step", "step_low", "step_high"]].tolist() == pytest.approx(
        row[["rr", "lo", "hi"]].tolist(), rel=1e-6
    )


def test_another_idea_of_the_trend_gives_another_answer(series):
    """The case warns that a wandering level sees less: -0.07 on the log scale, where a straight line sees -0.12."""
    told = specifications(series, harmonics=2, **BAN).set_index("trend")
    step = told.loc[LEVEL_MODEL, "step"]
    assert -0.09 < np.log(step) < -0.06
    assert told.loc[LEVEL_MODEL, "verdict"] != FALL


def test_nothing_is_seen_where_nothing_happened(series):
    before = series[series["time"] < 37]
    told = placebo(before, starts=range(10, 30, 4), outcome="aces", time="time", exposure="stdpop", harmonics=2)
    assert told["start"].tolist() == [10, 14, 18, 22, 26]
    assert not (told["verdict"] == FALL).any()
