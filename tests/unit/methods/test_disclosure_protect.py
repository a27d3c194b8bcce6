"""What protect and audit accept, refuse and promise, on tables that can be checked by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure import (
    AtMost,
    CellRef,
    Equal,
    Relation,
    SameCell,
    SumOver,
    audit,
    protect,
)


def areas(**counts: int) -> pd.DataFrame:
    """One column of areas with their total last."""
    total = sum(counts.values())
    return pd.DataFrame({"area": [*counts, "alle"], "youths": [*counts.values(), total]})


def cell(area: str, table: str = "t") -> CellRef:
    return CellRef(table, {"area": area})


SUM = SumOver("t", "area")
PARTS = areas(a=23, b=14, c=4)


def statuses(frame: pd.DataFrame) -> dict[str, str]:
    return dict(zip(frame["area"], frame["status"], strict=True))


def figures(frame: pd.DataFrame) -> dict[str, int]:
    return {area: figure for area, figure in zip(frame["area"], frame["published"], strict=True) if not pd.isna(figure)}


# -- the shape of the answer ----------------------------------------------------------------------------


def test_columns_rows_and_types():
    result = protect({"t": PARTS.set_index(pd.Index([9, 8, 7, 6]))}, count="youths", relations=[SUM])["t"]
    assert list(result.columns) == ["area", "youths", "published", "status"]
    assert isinstance(result.index, pd.RangeIndex) and result["area"].tolist() == PARTS["area"].tolist()
    assert str(result["published"].dtype) == "Int64"
    assert statuses(result) == {"a": "rounded", "b": "rounded", "c": "primary", "alle": "rounded"}


def test_zero_is_shown_or_hidden():
    table = areas(a=30, b=0, c=40)
    assert statuses(protect({"t": table}, count="youths", relations=[SUM])["t"])["b"] == "shown"
    hidden = protect({"t": table}, count="youths", relations=[SUM], zero="hidden")
    assert statuses(hidden["t"])["b"] == "primary"
    found = audit(hidden, relations=[SUM], zero="hidden").set_index("area")
    assert found.loc["b", "low"] == 0 and found.loc["b", "high"] >= 4


def test_without_rounding_a_second_number_is_hidden():
    result = protect({"t": areas(a=23, b=14, c=4)}, count="youths", relations=[SUM], base=1)["t"]
    # The cheapest partner of c is b. It may be 10 to 17 then, so c is 9 to 1.
    assert statuses(result) == {"a": "shown", "b": "secondary", "c": "primary", "alle": "shown"}
    found = audit({"t": result}, relations=[SUM], base=1).set_index("area")
    assert found.loc["c", ["low", "high"]].tolist() == [1, 9]
    assert found.loc["b", ["low", "high"]].tolist() == [9, 17]  # 18 - 9 and 18 - 1: a reader cannot be sure of 10


def test_seven_ones_in_a_total_below_ten_lose_a_mark():
    """1 or more each and at most 9 together would leave 1 to 3: the mark of the total has to go."""
    table = areas(**{f"a{n}": 1 for n in range(7)})
    result = protect({"t": table}, count="youths", relations=[SUM])["t"]
    assert sum(status == "secondary" for status in statuses(result).values()) == 1
    found = audit({"t": result}, relations=[SUM])
    assert ((found["high"] - found["low"]) >= 4).all()


def test_the_input_is_not_changed():
    table = PARTS.copy()
    protect({"t": table}, count="youths", relations=[SUM])
    pd.testing.assert_frame_equal(table, PARTS)


def test_no_tables_and_no_relations():
    assert protect({}, count="youths", relations=[]) == {}
    alone = protect({"t": pd.DataFrame({"area": ["a", "b"], "youths": [3, 12]})}, count="youths", relations=[])["t"]
    assert statuses(alone) == {"a": "primary", "b": "rounded"}
    found = audit({"t": alone}, relations=[])
    assert found[["low", "high"]].to_numpy().tolist()[0] == [1, 9]
    assert found[["low", "high"]].to_numpy().tolist()[1] in ([10, 14], [11, 19])


# -- relations ------------------------------------------------------------------------------------------

FORMS = [
    SUM,
    {"table": "t", "column": "area"},
    Relation(cell("alle"), (cell("a"), cell("b"), cell("c"))),
    {"total": ("t", {"area": "alle"}), "parts": [("t", {"area": name}) for name in "abc"]},
    (("t", {"area": "alle"}), [("t", {"area": name}) for name in "abc"]),
    {"total": cell("alle"), "parts": (cell("a"), cell("b"), cell("c")), "kind": "sum"},
]


@pytest.mark.parametrize("relation", FORMS, ids=lambda form: type(form).__name__)
def test_every_form_of_a_sum_means_the_same(relation):
    expected = protect({"t": PARTS}, count="youths", relations=[SUM], base=1)["t"]
    result = protect({"t": PARTS}, count="youths", relations=[relation], base=1)["t"]
    pd.testing.assert_frame_equal(result, expected)


@pytest.mark.parametrize(
    ("relation", "message"),
    [
        ("area", "soort str"),
        ({"columns": "area"}, "columns"),
        ({"total": cell("alle"), "parts": [cell("a")], "kind": "difference"}, "difference"),
        (Relation(cell("alle"), ("z",)), "cel z is in geen enkele tabel"),
        (SumOver("t", "region"), "region"),
        (SumOver("other", "area"), "past op geen enkele rij"),
        (SumOver("t", "area", total="totaal"), "past op geen enkele rij"),
        (SumOver("t", "area", by=["year"]), "year"),
        (Relation(cell("alle"), (cell("a"), cell("z"))), "past op geen enkele rij"),
        (Relation(cell("alle"), (cell("a"), cell("a"))), "twee keer"),
        (Equal("t", "u", on=["area"]), "past op geen enkele rij"),
        (SameCell(cell("a"), cell("z")), "past op geen enkele rij"),
    ],
)
def test_a_relation_that_means_nothing_is_refused(relation, message):
    with pytest.raises(FactorError, match=message):
        protect({"t": PARTS}, count="youths", relations=[relation])


def test_equal_cells_of_two_tables_are_hidden_and_rounded_alike():
    other = pd.DataFrame({"area": ["a", "b", "c"], "part": "alle", "youths": [23, 14, 4]})
    for relation in (
        Equal("t", "u", on=["area"], where_b={"part": "alle"}),
        Equal("t", "u", on="area"),
        {"table_a": "t", "table_b": "u", "on": ["area"]},
    ):
        result = protect({"t": PARTS, "u": other}, count="youths", relations=[SUM, relation], base=1)
        assert statuses(result["u"]) == {"a": "shown", "b": "secondary", "c": "primary"}


def test_one_cell_in_two_tables():
    other = pd.DataFrame({"area": ["x"], "youths": [14]})
    for relation in (SameCell(cell("b"), cell("x", "u")), {"one": cell("b"), "other": cell("x", "u")}):
        result = protect({"t": PARTS, "u": other}, count="youths", relations=[SUM, relation], base=1)
        assert statuses(result["u"]) == {"x": "secondary"}


def test_equal_cells_with_two_numbers_are_refused():
    other = pd.DataFrame({"area": ["a"], "youths": [24]})
    with pytest.raises(FactorError, match="ander aantal"):
        protect({"t": PARTS, "u": other}, count="youths", relations=[Equal("t", "u", on=["area"])])


def test_equal_on_too_few_columns_is_refused():
    other = pd.DataFrame({"area": ["a", "a"], "part": ["x", "y"], "youths": [13, 10]})
    with pytest.raises(FactorError, match="meer rijen"):
        protect({"t": PARTS, "u": other}, count="youths", relations=[Equal("t", "u", on=["area"])])


def test_two_totals_in_one_group_are_refused():
    double = pd.DataFrame({"area": ["a", "alle", "alle"], "year": [1, 1, 2], "youths": [5, 5, 5]})
    with pytest.raises(FactorError, match="meer totalen"):
        protect({"t": double}, count="youths", relations=[SumOver("t", "area", by=[])])


def test_at_most_leaves_the_reader_both_ends():
    """13 and 15 (published 15 and 15) with 20 in all: the total is at most the sum and at least the larger."""
    table = pd.DataFrame({"area": ["a", "b", "alle"], "youths": [13, 15, 20]})
    parts = (cell("a"), cell("b"))
    for relation in (AtMost(cell("alle"), parts), {"total": cell("alle"), "parts": parts, "kind": "at_most"},
                     SumOver("t", "area", at_most=True)):  # fmt: skip
        result = protect({"t": table}, count="youths", relations=[relation])["t"]
        shown = figures(result)
        assert max(shown["a"], shown["b"]) <= shown["alle"] <= shown["a"] + shown["b"]
        found = audit({"t": result}, relations=[relation]).set_index("area")
        assert found.loc["alle", ["low", "high"]].tolist() == [16, 24]


@pytest.mark.parametrize("total", [14, 29])
def test_at_most_that_cannot_be_is_refused(total):
    table = pd.DataFrame({"area": ["a", "b", "alle"], "youths": [13, 15, total]})
    with pytest.raises(FactorError, match="tellen niet op"):
        protect({"t": table}, count="youths", relations=[AtMost(cell("alle"), (cell("a"), cell("b")))])


# -- wrong input ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (PARTS.rename(columns={"youths": "people"}), "geen kolom youths"),
        (PARTS.assign(status="shown"), "al een kolom status"),
        (PARTS.assign(youths=[1.5, 2, 3, 6.5]), "geen heel getal"),
        (PARTS.assign(youths=[-1, 2, 3, 4]), "geen heel getal"),
        (PARTS.assign(youths=[None, 2, 3, 5]), "geen heel getal"),
        (pd.concat([PARTS, PARTS]), "meer dan een keer"),
        (PARTS.assign(area=["a", None, "c", "alle"]), "lege sleutel"),
        (PARTS.assign(youths=[23, 14, 4, 40]), "tellen niet op"),
    ],
)
def test_tables_that_cannot_be_judged_are_refused(table, message):
    with pytest.raises(FactorError, match=message):
        protect({"t": table}, count="youths", relations=[SUM])


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"threshold": 0}, "minstens 1"),
        ({"base": 0}, "minstens 1"),
        ({"zero": "gone"}, "zero=gone"),
        ({"loss": "euro"}, "loss=euro"),
        ({"threshold": 3, "min_width": 4}, "hoogstens 1"),
        ({"min_width": 0}, "minstens 1"),
    ],
)
def test_rules_that_cannot_be_are_refused(rules, message):
    with pytest.raises(FactorError, match=message):
        protect({"t": PARTS}, count="youths", relations=[SUM], **rules)


@pytest.mark.parametrize(("threshold", "width"), [(2, 1), (3, 1), (5, 3), (6, 4), (10, 4), (20, 4)])
def test_a_threshold_alone_leaves_what_a_small_number_can_leave(threshold, width):
    """A number known to be 1 to threshold - 1 leaves threshold - 2 more; four where that fits."""
    table = areas(a=threshold - 1, b=4 * threshold, c=7 * threshold)
    result = protect({"t": table}, count="youths", relations=[SUM], threshold=threshold)
    assert pd.isna(result["t"]["published"][0]) and result["t"]["published"].notna().any()
    found = audit(result, relations=[SUM])
    assert ((found["high"] - found["low"]) >= width).all()


# -- contributors ---------------------------------------------------------------------------------------


def test_few_providers_hide_a_large_number():
    providers = pd.DataFrame({"area": ["a", "b", "c", "alle"], "contributors": [5, 2, 1, 9]})
    result = protect({"t": PARTS}, count="youths", relations=[SUM], contributors={"t": providers})["t"]
    assert statuses(result)["b"] == "primary" and statuses(result)["c"] == "primary"
    assert result["reason"].fillna("").tolist() == ["", "providers", "youths", ""]
    found = audit({"t": result}, relations=[SUM]).set_index("area")
    assert found.loc["b", "low"] >= 10 and ((found["high"] - found["low"]) >= 4).all()


MONEY = pd.DataFrame({"area": ["a", "b", "c", "d", "alle"], "steps": [3000, 35, 60, 15, 3110]})
FEW = pd.DataFrame({"area": [*"abcd", "alle"], "contributors": [9, 5, 2, 5, 12]})


def test_money_of_two_providers_takes_the_cheapest_other_along():
    """c has two providers; hiding d = 15 costs least, and leaves c + d = 75 with c at least 1."""
    rules = {"contributors": {"t": FEW}, "threshold": 1, "base": 1, "min_width": 4}
    result = protect({"t": MONEY}, count="steps", relations=[SUM], **rules)
    expected = {"a": "shown", "b": "shown", "c": "primary", "d": "secondary", "alle": "shown"}
    assert statuses(result["t"]) == expected and figures(result["t"]) == {"a": 3000, "b": 35, "alle": 3110}
    found = audit(result, relations=[SUM]).set_index("area")
    assert found[["low", "high"]].to_numpy().tolist() == [[1, 75], [0, 74]] and list(found.index) == ["c", "d"]


def test_money_of_hidden_youths_is_hidden_and_nothing_stays_nothing():
    """0 contributors: the youths are hidden. A cell without money is shown as 0."""
    amounts = MONEY.assign(steps=[3000, 35, 3, 0, 3038])
    told = FEW.assign(contributors=[9, 5, 0, 0, 12])
    result = protect({"t": amounts}, count="steps", relations=[SUM], contributors={"t": told}, threshold=1, base=1)
    expected = {"a": "shown", "b": "secondary", "c": "primary", "d": "shown", "alle": "shown"}
    assert statuses(result["t"]) == expected
    assert result["t"]["reason"].dropna().tolist() == ["providers"]


def test_money_over_editions_keeps_hidden_what_was_hidden():
    rules = {"count": "steps", "relations": [SUM], "threshold": 1, "base": 1}
    first = protect({"t": MONEY}, contributors={"t": FEW}, **rules)
    grown = MONEY.assign(steps=[3000, 36, 60, 15, 3111])
    second = protect({"t": grown}, contributors={"t": FEW.assign(contributors=9)}, previous=[first], **rules)
    assert figures(second["t"]) == {"a": 3000, "b": 36, "alle": 3111}
    assert statuses(second["t"]) == statuses(first["t"]) | {"c": "secondary"}
    found = audit([first, second], relations=[SUM])
    assert ((found["high"] - found["low"]) >= 4).all()


def test_negative_money_is_refused_with_what_to_do():
    with pytest.raises(FactorError, match=r"rij 4.*0 of meer.*\n.*negatief bedrag"):
        protect({"t": MONEY.assign(steps=[3000, 35, 60, -15, 3080])}, count="steps", relations=[SUM])


# -- editions -------------------------------------------------------------------------------------------


def editions(*tables: pd.DataFrame, **rules) -> list[pd.DataFrame]:
    done: list[dict[str, pd.DataFrame]] = []
    for table in tables:
        done.append(protect({"t": table}, count="youths", relations=[SUM], previous=done, **rules))
    found = audit(done, relations=[SUM], **{k: v for k, v in rules.items() if k == "base"})
    assert ((found["high"] - found["low"]) >= 4).all()
    return [edition["t"] for edition in done]


def test_the_same_truth_gives_the_same_figures():
    first, second = editions(areas(a=33, b=47, c=12), areas(a=33, b=47, c=12))
    pd.testing.assert_frame_equal(first, second)


def test_a_figure_stays_for_less_than_ten_and_moves_for_ten():
    first, stays, moves = editions(areas(a=33, b=47), areas(a=33, b=56), areas(a=33, b=57))
    assert figures(first) == figures(stays) | {"alle": figures(first)["alle"]}
    assert figures(stays)["b"] == figures(first)["b"]
    assert statuses(moves)["b"] == "secondary" or figures(moves)["b"] - figures(first)["b"] >= 10


def test_hidden_stays_hidden_when_it_grows_and_when_it_vanishes():
    _, grown, gone = editions(areas(a=33, b=47, c=4), areas(a=33, b=47, c=34), areas(a=33, b=47, c=0))
    assert statuses(grown)["c"] == "secondary" and statuses(gone)["c"] == "secondary"


def test_a_small_number_stays_marked_as_small():
    _, second = editions(areas(a=33, b=47, c=4), areas(a=33, b=47, c=6))
    assert statuses(second)["c"] == "primary"


def test_changes_do_not_add_up_unseen():
    """Three times 4 is 12: measured from the edition that was rounded, the figure moves."""
    tables = [pd.DataFrame({"area": ["a"], "youths": [33 + 4 * n]}) for n in range(4)]
    done: list[dict[str, pd.DataFrame]] = []
    for table in tables:
        done.append(protect({"t": table}, count="youths", relations=[], previous=done))
    shown = [edition["t"]["published"].item() for edition in done]
    assert shown[0] == shown[1] == shown[2] and shown[3] - shown[0] >= 10


def test_a_new_row_and_a_row_that_left():
    first = protect({"t": areas(a=33, b=47)}, count="youths", relations=[SUM])
    second = protect({"t": areas(b=47, c=21)}, count="youths", relations=[SUM], previous=[first])
    assert figures(second["t"])["b"] == figures(first["t"])["b"]
    assert ((lambda f: f["high"] - f["low"])(audit([first, second], relations=[SUM])) >= 4).all()


def test_an_earlier_edition_that_was_too_narrow_is_not_made_worse():
    """12 and 1 were published as 10 and 10 in all, so the 1 is 1 to 4: nothing can undo that, the rest is safe."""
    table = areas(a=12, c=1)
    narrow = told(a=(10, "rounded"), c=(None, "primary"), alle=(15, "rounded")).assign(youths=table["youths"])
    narrow.loc[2, "published"] = 10
    table["youths"] = narrow["youths"] = [11, 1, 12]
    second = protect({"t": table.assign(youths=[11, 2, 13])}, count="youths", relations=[SUM], previous=[{"t": narrow}])
    found = audit([{"t": narrow}, second], relations=[SUM], count="youths").set_index(["edition", "area"])
    assert found.loc[(0, "c"), ["low", "high"]].tolist() == [1, 4]
    assert ((found["high"] - found["low"])[1] >= 4).all()


def test_whole_numbers_are_asked_for_where_fractions_seem_wide_enough():
    """a and c are small, b is not; each pair has its sum. In fractions more is possible than in whole numbers."""
    values = {"a": 8, "b": 22, "c": 4, "ab": 30, "ac": 12, "bc": 26}
    table = pd.DataFrame({"area": list(values), "youths": list(values.values())})
    relations = [Relation(cell(pair), (cell(pair[0]), cell(pair[1]))) for pair in ("ab", "ac", "bc")]
    result = protect({"t": table}, count="youths", relations=relations)
    found = audit(result, relations=relations)
    assert ((found["high"] - found["low"]) >= 4).all()


def test_sums_with_reused_figures_may_be_let_go():
    """All parts grow by 6 and keep their figures, the total grows by 18 and moves: strictly one must be hidden."""
    tables = areas(a=33, b=47, c=62), areas(a=39, b=53, c=68)
    strict = editions(*tables)[1]
    assert "secondary" in statuses(strict).values()
    loose = editions(*tables, additive=False)[1]
    assert "secondary" not in statuses(loose).values()


def test_earlier_editions_that_do_not_fit_are_refused():
    first = protect({"t": PARTS}, count="youths", relations=[SUM])
    with pytest.raises(FactorError, match="eerdere editie heeft geen kolom"):
        protect({"t": PARTS}, count="youths", relations=[SUM], previous=[{"t": PARTS}])
    first["t"].loc[0, "published"] = 90
    with pytest.raises(FactorError, match="past niet bij deze regels"):
        protect({"t": PARTS.assign(youths=[24, 14, 4, 42])}, count="youths", relations=[SUM], previous=[first])


# -- the attacker ---------------------------------------------------------------------------------------


def told(**cells: tuple[int | None, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [(area, pd.NA if figure is None else figure, status) for area, (figure, status) in cells.items()],
        columns=["area", "published", "status"],
    ).astype({"published": "Int64"})


def test_the_sum_gives_a_part_away():
    """The page of the method: 25, 10 and 10 to the nearest five leave the third 1 to 9."""
    page = told(a=(10, "rounded"), b=(10, "rounded"), c=(None, "primary"), alle=(25, "rounded"))
    found = audit({"t": page}, relations=[SUM]).set_index("area")
    assert found.loc["c", ["low", "high"]].tolist() == [1, 9]
    narrow = told(a=(10, "rounded"), c=(None, "primary"), alle=(10, "rounded"))
    found = audit({"t": narrow}, relations=[SUM]).set_index("area")
    assert found.loc["c", ["low", "high"]].tolist() == [1, 4]  # 14 - 10
    assert found.loc["alle", ["low", "high"]].tolist() == [11, 14]


def test_what_nothing_limits_has_no_upper_end():
    found = audit({"t": told(a=(None, "secondary"), b=(None, "primary"), alle=(None, "secondary"))}, relations=[SUM])
    high = dict(zip(found["area"], found["high"], strict=True))
    assert high == {"a": math.inf, "b": 9, "alle": math.inf}
    assert dict(zip(found["area"], found["low"], strict=True)) == {"a": 0, "b": 1, "alle": 1}


def test_an_insider_knows_more():
    page = told(a=(None, "primary"), b=(None, "primary"), c=(90, "rounded"), alle=(100, "rounded"))
    outside = audit({"t": page}, relations=[SUM]).set_index("area")
    assert outside.loc["b", ["low", "high"]].tolist() == [1, 9]
    inside = audit({"t": page}, relations=[SUM], known={cell("a"): 9, cell("c"): 94}).set_index("area")
    assert inside.loc["b", ["low", "high"]].tolist() == [1, 1]  # at most 104 - 94 - 9
    assert set(inside.index) == {"b", "alle"}
    pairs = [(("t", {"area": "a"}), 9), (("t", {"area": "c"}), 94)]
    pd.testing.assert_frame_equal(audit({"t": page}, relations=[SUM], known=pairs).set_index("area"), inside)


def test_editions_narrow_each_other():
    """A figure that moved from 15 to 20 tells that the truth grew by 10: from 11-14 to 21-24."""
    one, two = told(a=(15, "rounded")), told(a=(20, "rounded"))
    found = audit([{"t": one}, {"t": two}], relations=[])
    assert found[["edition", "low", "high"]].to_numpy().tolist() == [[0, 11, 14], [1, 21, 24]]
    back = audit([{"t": two}, {"t": one}], relations=[])
    assert back[["edition", "low", "high"]].to_numpy().tolist() == [[0, 21, 24], [1, 11, 14]]


def test_a_reused_figure_tells_less():
    """In the second edition a is 71 - 64 to 79 - 56, and at least 10; its own figure only says 10 to 28."""
    one = told(a=(15, "rounded"), b=(40, "rounded"), alle=(55, "rounded"))
    two = told(a=(15, "rounded"), b=(60, "rounded"), alle=(75, "rounded"))
    found = audit([{"t": one}, {"t": two}], relations=[SUM]).set_index(["edition", "area"])
    assert found.loc[(0, "a"), ["low", "high"]].tolist() == [11, 19]
    assert found.loc[(1, "a"), ["low", "high"]].tolist() == [10, 23]


def test_an_edition_that_repeats_tells_less():
    """A figure that stays says only that the truth moved less than 10 from the 11 to 19 that it was."""
    page = {"t": told(a=(15, "rounded"), b=(None, "primary"))}
    found = audit([page] * 3, relations=[])
    assert found.groupby("edition")[["low", "high"]].agg(list).to_numpy().tolist() == [
        [[11, 1], [19, 9]],
        [[10, 1], [28, 9]],
        [[10, 1], [28, 9]],
    ]
    insider = audit([page] * 3, relations=[], known={cell("a"): 28}).set_index(["edition", "area"])
    assert insider.loc[(0, "a"), ["low", "high"]].tolist() == [19, 19]
    assert (2, "a") not in insider.index


def test_a_cell_shown_in_one_table_and_hidden_in_another_is_shown():
    here, there = told(a=(15, "rounded")), told(a=(None, "secondary"))
    found = audit({"t": here, "u": there}, relations=[Equal("t", "u", on=["area"])])
    assert found[["low", "high"]].to_numpy().tolist() == [[11, 19], [11, 19]]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (told(a=(15, "secret")), "onbekende status secret"),
        (told(a=(15, "primary")), "niet past bij de status primary"),
        (told(a=(None, "rounded")), "niet past bij de status rounded"),
        (told(a=(-5, "rounded")), "niet past bij de status rounded"),
        (told(a=(15, "rounded")).drop(columns="status"), "geen kolom status"),
        (told(a=(15, "rounded")).rename(columns={"area": "low"}), "naam is bezet"),
    ],
)
def test_a_publication_that_cannot_be_read_is_refused(page, message):
    with pytest.raises(FactorError, match=message):
        audit({"t": page}, relations=[])


@pytest.mark.parametrize("given", [5, "t", PARTS, [PARTS], [5], {"t": 5}, {"2025": {"t": PARTS}, "2026": PARTS}])
def test_what_is_no_publication_is_refused_in_words(given):
    with pytest.raises(FactorError, match="Wat is gepubliceerd, is niet te begrijpen"):
        audit(given, relations=[])


def test_contradictions_are_refused():
    with pytest.raises(FactorError, match="met twee getallen"):
        pages = {"t": told(a=(15, "rounded")), "u": told(a=(20, "rounded"))}
        audit(pages, relations=[Equal("t", "u", on=["area"])])
    with pytest.raises(FactorError, match="kan niet kloppen"):
        audit({"t": told(a=(50, "rounded"), b=(10, "rounded"), alle=(40, "rounded"))}, relations=[SUM])
    with pytest.raises(FactorError, match="bekende getal"):
        audit({"t": told(a=(15, "rounded"))}, relations=[], known={cell("a"): 40})
    with pytest.raises(FactorError, match="niet in de laatste editie"):
        audit({"t": told(a=(15, "rounded"))}, relations=[], known={cell("z"): 40})
    with pytest.raises(FactorError, match="niet in de laatste editie"):
        audit({"t": told(a=(15, "rounded"))}, relations=[], known={cell("a", "u"): 40})


def test_only_whole_numbers_count():
    """Three pairs that are each 11 together: in fractions each is 5.5, in whole numbers there is no answer."""
    pairs = {"ab": 11, "bc": 11, "ac": 11}
    rows = {name: (None, "primary") for name in "abc"} | {pair: (value, "shown") for pair, value in pairs.items()}
    relations = [Relation(cell(pair), (cell(pair[0]), cell(pair[1]))) for pair in pairs]
    with pytest.raises(FactorError, match="kan niet kloppen"):
        audit({"t": told(**rows)}, relations=relations)


def test_the_columns_of_the_report():
    """One edition has no column for it; in several it comes first, as a number or as the name it was given."""
    first = protect({"t": PARTS}, count="youths", relations=[SUM])
    assert list(audit(first, relations=[SUM]).columns) == ["table", "area", "low", "high"]
    several = audit([first], relations=[SUM])
    assert list(several.columns) == ["edition", "table", "area", "low", "high"] and set(several["edition"]) == {0}
    named = audit({"2026-K3": first, "2026-K4": first}, relations=[SUM])
    assert named["edition"].unique().tolist() == ["2026-K3", "2026-K4"]
    assert list(audit({}, relations=[]).columns) == ["table", "low", "high"]
    assert list(audit([], relations=[]).columns) == ["edition", "table", "low", "high"]


def test_keys_keep_their_types_in_the_report():
    years = pd.DataFrame({"year": [2024, 2025], "youths": [12, 40]})
    found = audit(protect({"t": years}, count="youths", relations=[]), relations=[])
    assert str(found["year"].dtype) == "int64" and str(found["table"].dtype) == "str"
    assert found.merge(years, on="year").shape == (2, 5)


def test_the_reader_knows_the_rules_that_were_used():
    """Base 10: 40 is 31 to 49. What `protect` noted is used unless rules are given."""
    result = protect({"t": pd.DataFrame({"area": ["a"], "youths": [40]})}, count="youths", relations=[], base=10)
    assert audit(result, relations=[])[["low", "high"]].to_numpy().tolist() == [[31, 49]]
    assert audit(result, relations=[], base=5)[["low", "high"]].to_numpy().tolist() == [[36, 44]]


def test_one_earlier_edition_needs_no_list():
    first = protect({"t": PARTS}, count="youths", relations=[SUM])
    second = protect({"t": PARTS}, count="youths", relations=[SUM], previous=first)
    pd.testing.assert_frame_equal(first["t"], second["t"])


def test_an_earlier_edition_that_does_not_add_up_is_refused():
    first = protect({"t": PARTS.assign(youths=[23, 14, 4, 50])}, count="youths", relations=[])
    with pytest.raises(FactorError, match="tellen niet op"):
        protect({"t": PARTS}, count="youths", relations=[SUM], previous=[first])


def test_a_figure_that_is_kept_without_rounding_counts_as_rounded():
    """33 became 36 and stays 33: a reader only knows 24 to 42."""
    tables = [pd.DataFrame({"area": ["a"], "youths": [number]}) for number in (33, 36)]
    first = protect({"t": tables[0]}, count="youths", relations=[], base=1)
    second = protect({"t": tables[1]}, count="youths", relations=[], base=1, previous=[first])
    assert statuses(first["t"]) == {"a": "shown"} and statuses(second["t"]) == {"a": "rounded"}
    found = audit([first, second], relations=[])
    assert found[["edition", "low", "high"]].to_numpy().tolist() == [[1, 24, 42]]


def test_exact_counts_are_not_looked_at():
    page = told(a=(15, "rounded")).assign(youths=13)
    assert "youths" not in audit({"t": page}, relations=[], count="youths").columns
    assert "youths" not in audit(protect({"t": PARTS}, count="youths", relations=[SUM]), relations=[SUM]).columns
