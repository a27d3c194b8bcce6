"""Cases from the literature with an answer that is known.

Handbook = A. Hundepool and others, Handbook on Statistical Disclosure Control, second edition, 2024
(github.com/sdcTools/HandbookSDC, chapters/04 and chapters/05).
"""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

from jeugd_analysis.methods.disclosure import SumOver, audit, protect

SUMS = [SumOver("t", "a"), SumOver("t", "b")]


def table(rows: dict[str, list[object]], columns: list[str], value: str) -> pd.DataFrame:
    cells = [(a, b, v) for a, values in rows.items() for b, v in zip(columns, values, strict=True)]
    return pd.DataFrame(cells, columns=["a", "b", value])


def test_feasibility_interval_of_geurts_1992():
    """Handbook, section 4.2.2, example 3, from Geurts (1992), table 10, page 20: cell (1,1) lies in 3 to 6."""
    hidden = {"1": [pd.NA, pd.NA, 7], "2": [pd.NA, pd.NA, 3], "3": [3, 3, 6], "alle": [9, 7, 16]}
    published = table(hidden, ["1", "2", "alle"], "published").astype({"published": "Int64"})
    published["status"] = published["published"].isna().map({True: "secondary", False: "shown"})
    # Every number of the example is exact and may be anything from 0: no threshold, no rounding.
    found = audit({"t": published}, relations=SUMS, base=1, threshold=1).set_index(["a", "b"])
    assert found.loc[("1", "1"), ["low", "high"]].tolist() == [3, 6]
    # The other three follow from (R1), (R2) and (C1) of the example: 7 - X11, 6 - X11 and 3 - X21.
    assert found.loc[("1", "2"), ["low", "high"]].tolist() == [1, 4]
    assert found.loc[("2", "1"), ["low", "high"]].tolist() == [0, 3]
    assert found.loc[("2", "2"), ["low", "high"]].tolist() == [0, 3]


INVESTMENT = {"I": [20, 50, 10, 80], "II": [8, 19, 22, 49], "III": [17, 32, 12, 61], "alle": [45, 101, 44, 190]}


def protected_investment(width: int) -> pd.DataFrame:
    """Only (II, C) is sensitive, because of its contributors; numbers are exact, hiding costs the number itself."""
    frame = table(INVESTMENT, ["A", "B", "C", "alle"], "investment")
    providers = frame[["a", "b"]].assign(contributors=5)
    providers.loc[(providers["a"] == "II") & (providers["b"] == "C"), "contributors"] = 1
    return protect(
        {"t": frame}, count="investment", relations=SUMS, contributors={"t": providers},
        threshold=1, base=1, min_width=width, loss="values",
    )["t"]  # fmt: skip


def test_least_pattern_of_fischetti_and_salazar():
    """The table of Fischetti and Salazar (2001), Management Science 47(7), 1008-1027, sensitive cell (II, C) = 22.

    Hiding (II, A), (III, A) and (III, C) costs 8 + 17 + 12 = 37. Through row I it would be 8 + 20 + 10 = 38, through
    column B 19 + 32 + 12 = 63 or 19 + 50 + 10 = 79, and any pattern with a total costs more.
    """
    result = protected_investment(width=5)
    hidden = result[result["status"] == "secondary"]
    assert set(zip(hidden["a"], hidden["b"], strict=True)) == {("II", "A"), ("III", "A"), ("III", "C")}
    assert result.loc[result["status"] == "primary", ["a", "b"]].to_numpy().tolist() == [["II", "C"]]
    assert result["reason"].dropna().tolist() == ["providers"]


def test_the_reader_of_that_pattern_knows_5_to_30():
    """(II, A) + (II, C) = 49 - 19 = 30 and (II, A) + (III, A) = 45 - 20 = 25, so (II, C) is 30 - 25 to 30."""
    found = audit({"t": protected_investment(width=5)}, relations=SUMS, base=1, threshold=1).set_index(["a", "b"])
    assert found.loc[("II", "C"), ["low", "high"]].tolist() == [5, 30]


def test_more_width_costs_more():
    """Through (II, A), (III, A) and (III, C) the width is 25; 26 needs more than those three."""
    result = protected_investment(width=40)
    assert result.loc[result["status"] == "secondary", "investment"].sum() > 37
    found = audit({"t": result}, relations=SUMS, base=1, threshold=1).set_index(["a", "b"])
    assert found.loc[("II", "C"), "high"] - found.loc[("II", "C"), "low"] >= 40


SEX_BY_AREA = {"A": [1, 0, 1], "B": [3, 3, 6], "C": [12, 20, 32], "alle": [16, 23, 39]}
CONTROLLED = {"A": [5, 0, 5], "B": [0, 5, 5], "C": [10, 20, 30], "alle": [15, 25, 40]}


def test_controlled_rounding_of_the_handbook():
    """Handbook, section 5.5, population counts by sex and area, base 5: a solution that adds up is printed there.

    Ours adds up too, every figure is an adjacent multiple, and together they lie no further from the truth.
    """
    columns = ["man", "vrouw", "alle"]
    frame = table(SEX_BY_AREA, columns, "people")
    result = protect({"t": frame}, count="people", relations=SUMS, threshold=1, base=5, min_width=1)["t"]
    printed = table(CONTROLLED, columns, "published")["published"]
    assert result["published"].notna().all()
    assert ((result["published"] - result["people"]).abs() < 5).all() and (result["published"] % 5 == 0).all()
    for one, other in (("a", "b"), ("b", "a")):
        for _, group in result.groupby(one):
            total = group[other] == "alle"
            assert group.loc[total, "published"].sum() == group.loc[~total, "published"].sum()
    assert (result["published"] - result["people"]).abs().sum() <= (printed - frame["people"]).abs().sum()


@pytest.mark.parametrize(
    ("amount", "largest", "second", "hidden"),
    [
        (100_000, 50_000, 49_000, True),  # example 1: the second finds the first to within 2 percent
        (110_000, 52_000, 50_000, False),  # example 2: 15.4 percent, safe at p = 10
    ],
)
def test_p_percent_rule_of_the_handbook(amount, largest, second, hidden):
    """Handbook, section 4.2.1, examples 1 and 2 of the p% rule, with p = 10."""
    frame = pd.DataFrame({"cell": ["x"], "youths": [50]})
    told = frame[["cell"]].assign(contributors=20, amount=amount, largest=largest, second=second)
    result = protect({"t": frame}, count="youths", relations=[], contributors={"t": told}, p_percent=10)["t"]
    assert (result["status"].item() == "primary") == hidden


def test_rounding_to_the_nearest_gives_small_numbers_away_and_together_does_not():
    """2, 2, 2, 2 and their total 8, each to the nearest 5, is 0, 0, 0, 0 and 10: that is only possible with 2 each."""
    parts = pd.DataFrame({"part": [*"abcd", "alle"], "youths": [2, 2, 2, 2, 8]})
    possible = [each for each in product(range(3), repeat=4) if 8 <= sum(each) <= 12]
    assert possible == [(2, 2, 2, 2)]
    result = protect({"t": parts}, count="youths", relations=[SumOver("t", "part")], threshold=1, min_width=4)["t"]
    found = audit({"t": result}, relations=[SumOver("t", "part")], threshold=1)
    assert (found["high"] - found["low"]).min() >= 4
