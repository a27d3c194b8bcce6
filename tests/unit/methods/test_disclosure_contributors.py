"""What contributors may say, and what follows from it: amounts of one or two, levels around them, and insiders."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure import SumOver, protect

SUM = SumOver("t", "area")
AREAS = ["a", "b", "c", "alle"]
YOUTHS = pd.DataFrame({"area": AREAS, "youths": [23, 14, 34, 71]})
TOLD = pd.DataFrame({"area": AREAS, "contributors": [5, 4, 6, 9]})
HELD = TOLD.assign(amount=[300, 200, 500, 1000], largest=[100, 60, 200, 200], second=[50, 50, 100, 120])


def protected(told: object) -> pd.DataFrame:
    return protect({"t": YOUTHS}, count="youths", relations=[SUM], contributors={"t": told})["t"]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (TOLD[["area"]], "tabel t missen de kolom contributors"),
        (TOLD.drop(columns="area"), "tabel t missen de kolom area"),
        (TOLD.iloc[:2], r"Van t \(area=c\) zijn geen bijdragen"),
        (pd.concat([TOLD, TOLD]), r"noemen t \(area=a\) meer dan een keer"),
        (pd.concat([TOLD.assign(contributors=1), TOLD]), r"noemen t \(area=a\) meer dan een keer"),
        (pd.concat([TOLD, TOLD.iloc[:1].assign(area="z")]), r"bijdragen van t \(area=z\), en die rij is er niet"),
        (TOLD.assign(area=["a", None, "c", "alle"]), r"tabel t hebben een lege sleutel \(area\) in rij 2"),
        (TOLD.assign(contributors=[5, None, 6, 9]), r"tabel t: van t \(area=b\) is contributors leeg"),
        (TOLD.assign(contributors=[5, -1, 6, 9]), r"t \(area=b\) is contributors leeg, negatief"),
        (TOLD.assign(contributors=[5, 1.5, 6, 9]), r"t \(area=b\) is contributors geen heel getal"),
        (TOLD.assign(contributors=["5", "veel", "6", "9"]), r"t \(area=b\) is contributors"),
        (HELD.assign(amount=[300, None, 500, 1000]), r"t \(area=b\) is amount leeg"),
        (HELD.assign(second=[50, -50, 100, 120]), r"t \(area=b\) is second leeg, negatief"),
        (HELD.assign(largest=[100, 201, 200, 200], second=0), r"t \(area=b\) passen largest en second niet"),
        (HELD.assign(largest=[100, 160, 200, 200]), r"t \(area=b\) passen largest en second niet"),
        (HELD.assign(second=[50, 61, 100, 120]), r"t \(area=b\) passen largest en second niet"),
        (HELD.drop(columns="second"), "maar een van de kolommen largest en second"),
        ([5, 4, 6, 9], "tabel t zijn geen DataFrame"),
    ],
)
def test_contributors_that_cannot_be_are_refused_with_their_table_and_key(told, message):
    with pytest.raises(FactorError, match=message):
        protected(told)


@pytest.mark.parametrize(("given", "message"), [({"u": TOLD}, "tabel u die er niet is"), (TOLD, "soort DataFrame")])
def test_contributors_of_no_table_are_refused(given, message):
    with pytest.raises(FactorError, match=message):
        protect({"t": YOUTHS}, count="youths", relations=[SUM], contributors=given)


def test_the_order_of_rows_and_of_columns_says_nothing():
    told = HELD.assign(contributors=[5, 2, 6, 9])
    turned = told.iloc[::-1][["second", "largest", "contributors", "area", "amount"]]
    pd.testing.assert_frame_equal(protected(told), protected(turned))


def test_without_an_amount_the_number_itself_is_the_amount():
    """b = 14: 8 and 4 leave 2 for the others, at least a tenth of 8; 9 and 5 leave nothing."""
    few = TOLD.assign(largest=[9, 8, 12, 20], second=[4, 4, 6, 12])
    assert protected(few)["status"].tolist() == ["rounded"] * 4
    dominated = few.assign(largest=[9, 9, 12, 20], second=[4, 5, 6, 12])
    assert protected(dominated)["status"].tolist()[1] == "primary"
