"""Little's law as a check on what is reported."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.waiting import FITS, TOO_LONG, TOO_SHORT, UNKNOWN, littles_law


def queue(waiting: float, started: float | None, reported: float | None) -> pd.DataFrame:
    return pd.DataFrame({"waiting": [waiting], "started": [started], "mean_wait_days": [reported]})


@pytest.mark.parametrize(
    ("waiting", "started", "reported", "expected"),
    [
        (60, 30, 100, FITS),  # 60 / 30 x 90 = 180 days
        (60, 30, 89, TOO_SHORT),
        (60, 30, 361, TOO_LONG),
        (60, 30, 90, FITS),
        (60, 30, None, UNKNOWN),
        (60, None, 100, UNKNOWN),
        (9, 30, 100, UNKNOWN),
        (60, 9, 100, UNKNOWN),
        (60, 0, 100, UNKNOWN),
        (0, 30, 100, UNKNOWN),
    ],
)
def test_by_hand(waiting, started, reported, expected):
    assert littles_law(queue(waiting, started, reported), days=90)["plausible"].tolist() == [expected]


def test_the_implied_time_and_the_rows_stay():
    told = littles_law(queue(60, 30, 100).assign(segment="S3"), days=90).iloc[0]
    assert (told["implied_days"], told["segment"]) == (180.0, "S3") and told["ratio"] == pytest.approx(100 / 180)
    assert littles_law(queue(60, 0, 100))["implied_days"].isna().all()


@pytest.mark.parametrize(
    ("table", "told", "named"),
    [
        (queue(-1, 30, 100), {}, "onder nul"),
        (queue(1, 30, 100).drop(columns="started"), {}, "started ontbreekt"),
        (queue(1, 30, 100), {"factor": 1.0}, "factor"),
        (queue(1, 30, 100), {"days": 0}, "nul dagen"),
    ],
)
def test_what_cannot_be_used_is_refused(table, told, named):
    with pytest.raises(FactorError, match=named):
        littles_law(table, **told)
