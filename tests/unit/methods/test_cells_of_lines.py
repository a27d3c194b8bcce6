"""From lines to contract cells and distinct youths, by hand, and through the split."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition import cells_of_lines, cost_growth

TOWN, OTHER = "GM0001", "GM0002"


def line(youth: str, product: str, units: int, cents: int, *, year: int = 2023, town: str = TOWN) -> dict[str, Any]:
    keys = {"municipality": town, "product": product, "unit": "04", "provider": "00000001"}
    return {"youth_id": youth, **keys, "year": year, "units": units, "amount_cents": cents, "months": 1}


# a has two months of A and one of B; b has A; c was credited in full; d lives elsewhere.
LINES = pd.DataFrame([
    line("a", "A", 4, 400), line("a", "A", 6, 600), line("a", "B", 1, 300), line("b", "A", 5, 500),
    line("c", "B", 2, 600), line("c", "B", -2, -600), line("d", "A", 9, 900, town=OTHER),
])  # fmt: skip


def test_cells_and_youths_by_hand():
    cells, youths = cells_of_lines(LINES, months="months")
    numbers = ["clients", "units", "amount_cents", "client_months"]
    assert cells[["municipality", "product", *numbers]].to_numpy().tolist() == [
        [TOWN, "A", 2, 15, 1500, 3], [TOWN, "B", 1, 1, 300, 1], [OTHER, "A", 1, 9, 900, 1],
    ]  # fmt: skip
    assert youths[["municipality", "youths"]].to_numpy().tolist() == [[TOWN, 2], [OTHER, 1]]
    assert "client_months" not in cells_of_lines(LINES)[0]


def test_youths_over_all_towns_or_per_product():
    assert cells_of_lines(LINES, within=())[1]["youths"].tolist() == [3]
    per_product = cells_of_lines(LINES, within=["municipality", "product"])[1]
    assert per_product["youths"].tolist() == [2, 1, 1]


def test_through_the_split_a_second_kind_of_help_is_stacking():
    # 2023: a and b have A, 10 hours of 100 cents each. 2024: both also have B, 5 hours of 100: places per youth 1 -> 2.
    # A goes from share 1 to 1/2 of twice as many places: stacking and mix of A cancel; B is entry, 1,000 cents.
    before = [line(youth, "A", 10, 1000) for youth in "ab"]
    after = [line(youth, *care, year=2024) for youth in "ab" for care in (("A", 10, 1000), ("B", 5, 500))]
    cells, youths = cells_of_lines(pd.DataFrame([*before, *after]))
    told = cost_growth(cells, base=2023, compare=2024, youths=youths).set_index("product")
    # 2 youths x (1 -> 2) x (1 -> 1/2) x 1,000 cents: stacking 2 x 1 x 3/4 x 1,000 and mix the opposite.
    assert told.loc["A", ["volume", "stacking", "mix", "intensity", "total"]].tolist() == [0, 1500, -1500, 0, 0]
    assert told.loc["B", ["entry", "total"]].tolist() == [1000, 1000]


@pytest.mark.parametrize(
    ("lines", "options", "named"),
    [
        (LINES.drop(columns="units"), {}, "units"),
        (LINES, {"within": ["segment"]}, "segment"),
        (LINES, {"months": "weken"}, "weken"),
        (LINES.assign(provider=None), {}, "ontbrekende"),
        (LINES.assign(units="x"), {}, "units"),
    ],
)
def test_bad_input_is_refused(lines, options, named):
    with pytest.raises(FactorError) as refused:
        cells_of_lines(lines, **options)
    assert named in refused.value.wat and refused.value.doe
