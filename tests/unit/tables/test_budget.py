"""The budget: refused when it counts the same money twice, or says what no budget can say."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.tables import TABLES, require

RIGHT = pd.DataFrame(
    {
        "municipality": ["GM0637", "GM0637", "GM1842"],
        "segment": ["S1", "S5", "alle"],
        "year": [2026, 2026, 2026],
        "status": "primitief",
        "amount_cents": [1_200_000_00, 4_500_000_00, 3_000_000_00],
        "source": "Programmabegroting 2026",
    }
).astype({"municipality": "str", "segment": "str", "status": "str", "source": "str"})


def test_a_budget_per_segment_and_one_for_all_may_stand_in_one_file():
    require(TABLES["budget"], RIGHT, file="budget.csv")


def test_an_amendment_may_be_in_total_where_the_budget_was_split():
    amended = RIGHT.iloc[[0]].assign(segment="alle", status="gewijzigd")
    require(TABLES["budget"], pd.concat([RIGHT, amended], ignore_index=True), file="budget.csv")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"segment": "alle"}, "BUD-001"),  # beside S5 of the same municipality, year and status
        ({"status": "concept"}, "status"),
        ({"amount_cents": -1}, "amount_cents"),
        ({"source": ""}, "source"),
        ({"segment": "S5"}, "sleutel"),
    ],
)
def test_a_wrong_budget_is_refused(change, told):
    wrong = RIGHT.copy()
    for name, value in change.items():
        wrong.loc[0, name] = value
    with pytest.raises(DeliveryError) as refused:
        require(TABLES["budget"], wrong, file="budget.csv")
    assert told in str(refused.value)
