"""What contributors may say, and what follows from it: amounts of one or two, levels around them, and insiders."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure import CellRef, SumOver, audit, protect

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
        (pd.concat([TOLD, TOLD]), r"tabel t noemen t \(area=a\) meer dan een keer"),
        (pd.concat([TOLD.assign(contributors=1), TOLD]), r"tabel t noemen t \(area=a\) meer dan een keer"),
        (pd.concat([TOLD, TOLD.iloc[:1].assign(area="z")]), r"tabel t noemen t \(area=z\), en die rij is er niet"),
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


# -- amounts: how far they must stay unknown ------------------------------------------------------------

MONEY = {"threshold": 1, "base": 1, "count": "euros", "relations": [SUM]}


def money(**euros: int) -> pd.DataFrame:
    return pd.DataFrame({"area": [*euros, "alle"], "euros": [*euros.values(), sum(euros.values())]})


def held(**contributors: int) -> pd.DataFrame:
    return pd.DataFrame({"area": [*contributors, "alle"], "contributors": [*contributors.values(), 20]})


EUROS = money(a=1000, b=20, c=90, d=5000)
TWO = held(a=2, b=9, c=9, d=9)


def hidden(result: dict[str, pd.DataFrame]) -> set[str]:
    return set(result["t"].loc[result["t"]["published"].isna(), "area"])


def interval(result: dict[str, pd.DataFrame], area: str, **known: int) -> list[float]:
    cells = {CellRef("t", {"area": name}): value for name, value in known.items()}
    found = audit(result, relations=[SUM], known=cells or None).set_index("area")
    return found.loc[area, ["low", "high"]].tolist()


def test_the_runner_up_cannot_find_the_largest_within_p_percent():
    """600 and 400 of 1000: the level is 60. Beside b = 20 the one of 400 would find 600 to 620; beside c up to 690."""
    told = TWO.assign(amount=EUROS["euros"], largest=[600, 5, 20, 900, 900], second=[400, 5, 20, 900, 900])
    result = protect({"t": EUROS}, contributors={"t": told}, **MONEY)
    assert hidden(result) == {"a", "c"}
    assert interval(result, "a") == [1, 1090]


@pytest.mark.parametrize(
    ("p_percent", "also", "most"),
    [
        (1.9, {"b"}, 1020),  # 19 is what b = 20 can give when it keeps one: an amount of 0 is never hidden
        (2, {"c"}, 1090),
        (8.9, {"c"}, 1090),
        (9, {"b", "c"}, 1110),  # for less than d
        (10.8, {"b", "c"}, 1110),
        (10.9, {"d"}, 6000),
    ],
)
def test_where_only_their_number_is_known_the_level_is_a_share_of_the_amount(p_percent, also, most):
    result = protect({"t": EUROS}, contributors={"t": TWO}, p_percent=p_percent, **MONEY)
    assert hidden(result) == {"a"} | also
    assert interval(result, "a") == [1, most]


def test_levels_are_in_the_units_of_the_table():
    """1000 stands for 2,000,000 cents: 1,400,000, 498,000 and a rest. 140,000 - 102,000 is 19 of those: b is enough."""
    told = TWO.assign(
        amount=EUROS["euros"] * 2000, largest=[1_400_000, 1, 1, 1, 1], second=[498_000, 1, 1, 1, 1], contributors=9
    )
    result = protect({"t": EUROS}, contributors={"t": told}, **MONEY)
    assert hidden(result) == {"a", "b"}
    more = told.assign(largest=[1_410_000, 1, 1, 1, 1])  # 141,000 - 92,000 is 24.5
    assert hidden(protect({"t": EUROS}, contributors={"t": more}, **MONEY)) == {"a", "c"}


def test_an_amount_hidden_for_another_reason_has_no_level():
    """0 contributors: min_width alone, which b = 20 gives."""
    assert hidden(protect({"t": EUROS}, contributors={"t": held(a=0, b=9, c=9, d=9)}, **MONEY)) == {"a", "b"}


def test_the_width_stays_the_floor():
    """2 % of 1000 is 20; a width of 50 asks for c."""
    result = protect({"t": money(a=1000, b=20, c=90)}, contributors={"t": held(a=2, b=9, c=9)}, p_percent=2,
                     min_width=1050, **MONEY)  # fmt: skip
    assert hidden(result) == {"a", "c"}


def test_a_level_that_nothing_can_reach_is_let_go():
    """Three of 1 euro are at least 1 each, so their total of 3 is never less: the level below it cannot be had."""
    table = money(a=1, b=1, c=1)
    told = held(a=1, b=1, c=1).assign(contributors=[1, 1, 1, 2])
    result = protect({"t": table}, contributors={"t": told}, **MONEY)
    assert hidden(result) == {"a", "b", "c", "alle"}


# -- insiders -------------------------------------------------------------------------------------------

PAIR = money(a=1000, b=2000, c=5000, d=6000)


def test_two_numbers_of_one_contributor_each_do_not_stand_alone_in_a_sum():
    """The one of a would find b as 3000 - 1000. With c it is left with 7000 for b and c together."""
    result = protect({"t": PAIR}, contributors={"t": held(a=1, b=1, c=9, d=9)}, **MONEY)
    assert hidden(result) == {"a", "b", "c"}
    assert interval(result, "b", a=1000) == [1, 7000]


@pytest.mark.parametrize("others", [(1, 2), (2, 2), (0, 1)])
def test_two_of_another_kind_may(others):
    """Two contributors do not know each other's part; 0 says that the number is hidden for something else."""
    told = held(a=others[0], b=others[1], c=9, d=9)
    assert hidden(protect({"t": PAIR}, contributors={"t": told}, **MONEY)) == {"a", "b"}


def test_a_total_of_one_contributor_is_of_the_same_one():
    table = money(a=1000, b=0, c=0)
    told = held(a=1, b=0, c=0).assign(contributors=[1, 0, 0, 1])
    assert hidden(protect({"t": table}, contributors={"t": told}, **MONEY)) == {"a", "alle"}


def test_one_contributor_is_enough_where_the_caller_says_so():
    told = held(a=0, b=1, c=1, d=1)
    result = protect({"t": PAIR}, contributors={"t": told}, min_contributors=1, **MONEY)
    assert hidden(result) == {"a", "b"}


def test_later_editions_keep_levels_and_insiders_in_mind():
    """The first edition knows nothing of single contributors; in the second the same amounts ask for a third."""
    first = protect({"t": PAIR}, contributors={"t": held(a=2, b=2, c=9, d=9)}, **MONEY)
    rules = MONEY | {"previous": {"2025": first}}
    second = protect({"t": PAIR}, contributors={"t": held(a=1, b=1, c=9, d=9)}, **rules)
    assert hidden(first) == {"a", "b"} and hidden(second) == {"a", "b", "c"}


def grid(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Skewed amounts of 3 x 3 with totals; about half of the inner ones of one contributor."""
    rng = np.random.default_rng(seed)
    body = pd.DataFrame(1 + (300 * rng.pareto(1.5, (3, 3))).astype(int), index=list("xyz"), columns=list("abc"))
    body.loc["alle"] = body.sum()
    body["alle"] = body.sum(axis="columns")
    table = body.rename_axis("row").rename_axis(columns="column").stack().rename("euros").reset_index()
    inner = table["row"].ne("alle") & table["column"].ne("alle")
    told = table[["row", "column"]].assign(contributors=np.where(inner, rng.choice([1, 9], len(table)), 12))
    return table, told


def pairs_in_a_sum(told: pd.DataFrame) -> list[tuple[dict[str, str], dict[str, str]]]:
    single = told.loc[told["contributors"] == 1, ["row", "column"]].to_dict("records")
    return [
        (one, two) for one in single for two in single if (one["row"] == two["row"]) != (one["column"] == two["column"])
    ]


@pytest.mark.parametrize("seed", range(8))
def test_no_insider_finds_another_in_the_same_sum(seed):
    """Also not by way of other sums: who knows one amount can take the other for a tenth more, and a tenth less."""
    table, told = grid(seed)
    sums = [SumOver("t", "row"), SumOver("t", "column")]
    result = protect({"t": table}, contributors={"t": told}, **MONEY | {"relations": sums})
    amount = table.set_index(["row", "column"])["euros"]
    for one, two in pairs_in_a_sum(told):
        known = {CellRef("t", one): int(amount[one["row"], one["column"]])}
        found = audit(result, relations=sums, known=known).set_index(["row", "column"])
        low, high = found.loc[(two["row"], two["column"]), ["low", "high"]]
        truth = amount[two["row"], two["column"]]
        assert high >= 1.1 * truth - 1e-6 and low <= max(1, 0.9 * truth)
