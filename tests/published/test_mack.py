"""The run-off of two published triangles, with the reserves and standard errors as their papers print them.

Taylor and Ashe (1983), Journal of Econometrics 23(1), 37-61; results in Mack (1993), ASTIN Bulletin 23(2), 213-225,
tables 2 and 3 (thousands, percentages); in whole amounts as R's MackChainLadder(GenIns, est.sigma = "Mack") gives them.
Reinsurance Association of America, general liability; triangle and results in Mack (1994), Measuring the variability
of chain ladder reserve estimates, CAS Forum Spring 1994, 101-182.
"""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.methods.claims_maturity import mack, with_prior

TAYLOR_ASHE = """
357848 1124788 1735330 2218270 2745596 3319994 3466336 3606286 3833515 3901463
352118 1236139 2170033 3353322 3799067 4120063 4647867 4914039 5339085
290507 1292306 2218525 3235179 3985995 4132918 4628910 4909315
310608 1418858 2195047 3757447 4029929 4381982 4588268
443160 1136350 2128333 2897821 3402672 3873311
396132 1333217 2180715 2985752 3691712
440832 1288463 2419861 3483130
359480 1421128 2864498
376686 1363294
344014
"""
RAA = """
5012 8269 10907 11805 13539 16181 18009 18608 18662 18834
106 4285 5396 10666 13782 15599 15496 16169 16704
3410 8992 13873 16141 18735 22214 22863 23466
5655 11555 15766 21266 23425 26083 27067
1092 9565 15836 22169 25955 26180
1513 6445 11702 12935 15852
557 4020 10946 12314
1351 6947 13112
3133 5395
2063
"""


def triangle(text: str, first: int) -> pd.DataFrame:
    """Rows of numbers as a triangle of accident years."""
    rows = [[float(number) for number in line.split()] for line in text.split("\n") if line]
    known = {age: [row[age - 1] if age <= len(row) else None for row in rows] for age in range(1, len(rows) + 1)}
    return pd.DataFrame(known, index=range(first, first + len(rows)))


def test_taylor_and_ashe_total():
    total = mack(triangle(TAYLOR_ASHE, 1972)).loc["total"]
    assert total[["reserve", "standard_error"]].round().tolist() == [18_680_856, 2_447_095]


def test_taylor_and_ashe_per_year():
    told = mack(triangle(TAYLOR_ASHE, 1972)).drop(index="total")
    assert told["reserve"].round(-3).div(1000).tolist() == [0, 95, 470, 710, 985, 1419, 2178, 3920, 4279, 4626]
    errors = [0, 75_535, 121_699, 133_549, 261_406, 411_010, 558_317, 875_328, 971_258, 1_363_155]
    assert told["standard_error"].round().tolist() == errors
    share = (100 * told["standard_error"] / told["reserve"]).iloc[1:]
    assert share.round().tolist() == [80, 26, 19, 27, 29, 26, 22, 23, 29]


def test_raa_total():
    total = mack(triangle(RAA, 1981)).loc["total"]
    assert total[["reserve", "standard_error"]].round().tolist() == [52_135, 26_909]


@pytest.mark.parametrize(
    ("column", "printed"),
    [
        ("latest", [18_834, 16_704, 23_466, 27_067, 26_180, 15_852, 12_314, 13_112, 5395, 2063]),
        ("ultimate", [18_834, 16_858, 24_083, 28_703, 28_927, 19_501, 17_749, 24_019, 16_045, 18_402]),
        ("reserve", [0, 154, 617, 1636, 2747, 3649, 5435, 10_907, 10_650, 16_339]),
        ("standard_error", [0, 206, 623, 747, 1469, 2002, 2209, 5358, 6333, 24_566]),
    ],
)
def test_raa_per_year(column, printed):
    assert mack(triangle(RAA, 1981))[column].round().tolist()[:-1] == printed


def test_a_claim_in_half_of_the_time_by_mack_2000():
    """Mack (2000), Credible claims reserves, ASTIN Bulletin 30(2), 333-347, section 4: prior 90 %, half known, 55 % in.

    Bornhuetter-Ferguson then ends at 100 %, Benktander at 105 % and the chain ladder at 110 %.
    """
    half = pd.DataFrame({1: [50.0, 40.0, 55.0], 2: [100.0, 80.0, None]}, index=["a", "b", "c"])
    prior = pd.DataFrame({"ultimate": [90.0], "standard_error": [0.0]}, index=["c"])
    ends = [
        with_prior(half, prior, weight=weight).loc["c", "ultimate"]
        for weight in ("bornhuetter_ferguson", "benktander", 1)
    ]
    assert ends == pytest.approx([100, 105, 110])
