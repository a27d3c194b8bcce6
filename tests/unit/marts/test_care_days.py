"""Days of care that ran, by hand."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd

from jeugd_analysis.marts.build import to_frame
from jeugd_analysis.marts.care_days import care_days

HERE, THERE = "GM0001", "GM0002"


def days(*periods: tuple[str, str, str, str | None]) -> dict[tuple[str, str, str], int]:
    frame = pd.DataFrame(periods, columns=["municipality", "product", "start", "until"])
    table = ibis.memtable(
        frame.astype({"start": "datetime64[ns]", "until": "datetime64[ns]"}),
        schema={"municipality": "string", "product": "string", "start": "timestamp", "until": "timestamp"},
    )
    made = to_frame(care_days(table, first=date(2019, 10, 1), as_of=date(2020, 6, 30)).to_pyarrow())
    return {(row.municipality, row.product, row.care_quarter): row.days for row in made.itertuples()}


def test_first_and_last_day_count():
    assert days((HERE, "45A48", "2020-01-31", "2020-02-01")) == {(HERE, "45A48", "2020-K1"): 2}


def test_a_period_is_cut_at_the_quarter_and_runs_on_without_an_end():
    # 31 December; 91 days in 2020-K1 (a leap year) and 91 in 2020-K2; what lies before the first quarter is left out.
    told = days((HERE, "45A48", "2019-12-31", None), (THERE, "45A48", "2018-01-01", "2019-10-02"))
    assert told == {
        (HERE, "45A48", "2019-K4"): 1, (HERE, "45A48", "2020-K1"): 91, (HERE, "45A48", "2020-K2"): 91,
        (THERE, "45A48", "2019-K4"): 2,
    }  # fmt: skip


def test_periods_are_added_per_product():
    told = days((HERE, "45A48", "2020-04-01", "2020-04-10"), (HERE, "45A48", "2020-04-05", "2020-04-05"),
                (HERE, "43A11", "2020-04-01", "2020-04-03"))  # fmt: skip
    assert told == {(HERE, "45A48", "2020-K2"): 11, (HERE, "43A11", "2020-K2"): 3}
