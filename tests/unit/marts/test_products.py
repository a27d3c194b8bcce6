"""A product has one segment at a time: two rows for one day would count every line of it twice."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.marts.build import one_meaning


def products(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["product", "valid_from", "valid_to"]).assign(segment="S5")


@pytest.mark.parametrize(
    "rows",
    [
        [("45A48", "2015-01-01", None), ("45A48", "2020-01-01", None)],
        [("45A48", "2015-01-01", "2020-01-01"), ("45A48", "2020-01-01", None)],  # both on that day
        [("45A48", "2015-01-01", None), ("45A48", "2016-01-01", "2017-01-01")],
    ],
)
def test_a_code_with_two_meanings_at_one_date_is_refused(rows: list[tuple[str, str, str | None]]) -> None:
    with pytest.raises(JeugdError, match=r"REF-004.*45A48"):
        one_meaning(products(*rows))


def test_meanings_that_follow_each_other_are_fine() -> None:
    told = products(("45A48", "2020-01-01", None), ("45A48", "2015-01-01", "2019-12-31"), ("54001", "2015-01-01", None))
    assert len(one_meaning(told)) == 3
