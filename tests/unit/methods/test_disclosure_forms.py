"""Every way to write a relation or a cell, and every way that cannot be understood."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure import AtMost, CellRef, Equal, Relation, SameCell, SumOver, audit, protect
from jeugd_analysis.methods.disclosure.layout import layout


def keys(*rows: tuple[object, ...], columns: str) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


ONE = {"t": keys(("a",), ("b",), ("region",), columns="area")}
TWO = {"t": keys(*[(y, a) for y in (2024, 2025) for a in ("a", "b", "region")], columns="year area")}
APART = {"parts": keys(("a",), ("b",), columns="area"), "whole": keys(("all of it",), columns="place")}


def lines(tables: dict[str, pd.DataFrame], relations: object) -> set[tuple[int, tuple[int, ...], bool]]:
    return {(line.total, line.parts, line.at_most) for line in layout([tables], relations).lines[0]}


def ref(table: str, **key: object) -> CellRef:
    return CellRef(table, key)


SUM_OF_ONE = [
    [SumOver("t", "area")],
    [SumOver("t", "area", total="region")],
    [SumOver("t", "area", total="region", parts=["a", "b"])],
    [("t", "area")],
    [("t", "area", "region")],
    SumOver("t", "area"),
    [("region", ["a", "b"])],
    [("region", ("a", "b"))],
    ("region", ["a", "b"]),
    [["region", ["a", "b"]]],
    [("t", "region", ["a", "b"])],
    [("region", ["a", "b"], "sum")],
    [("region", ["a", "b"], "=")],
    {"region": ["a", "b"]},
    [{"region": {"a", "b"}}],
    {"total": "region", "parts": ["a", "b"]},
    [{"table": "t", "total": "region", "parts": ["a", "b"]}],
    [{"table": "t", "column": "area"}],
    [{"table": "t", "column": "area", "total": "region"}],
    [Relation(ref("t", area="region"), (ref("t", area="a"), ref("t", area="b")))],
    [Relation("region", ("a", "b"))],
    [(ref("t", area="region"), [ref("t", area="a"), ref("t", area="b")])],
    [(("t", {"area": "region"}), [("t", {"area": "a"}), ("t", {"area": "b"})])],
    (("t", {"area": "region"}), [("t", {"area": "a"}), ("t", {"area": "b"})]),
    [(("t", "region"), [("t", "a"), ("t", "b")])],
    [({"area": "region"}, [{"area": "a"}, {"area": "b"}])],
    [({"table": "t", "area": "region"}, [{"table": "t", "area": "a"}, "b"])],
    [(("region",), [("a",), ("b",)])],
    [("region", pd.Series(["a", "b"]))],
]


@pytest.mark.parametrize("relations", SUM_OF_ONE, ids=range(len(SUM_OF_ONE)))
def test_every_form_of_one_sum(relations):
    assert lines(ONE, relations) == {(2, (0, 1), False)}


@pytest.mark.parametrize(
    "relations",
    [
        [SumOver("t", "area", at_most=True)],
        [("region", ["a", "b"], "at_most")],
        [("region", ["a", "b"], "<=")],
        [{"total": "region", "parts": ["a", "b"], "kind": "at_most"}],
        [{"total": "region", "parts": ["a", "b"], "at_most": True}],
        [AtMost("region", ("a", "b"))],
        [{"table": "t", "column": "area", "at_most": True}],
    ],
    ids=str,
)
def test_every_form_of_at_most(relations):
    assert lines(ONE, relations) == {(2, (0, 1), True)}


@pytest.mark.parametrize(
    "relations",
    [
        [("region", ["a", "b"])],
        [("t", "area")],
        [(("t", {"area": "region"}), [("t", {"area": "a"}), ("t", {"area": "b"})])],
        [Relation(ref("t", area="region"), (CellRef("t", {}),))],
        [((2024, "region"), [(2024, "a"), (2024, "b")]), (("t", 2025, "region"), [("t", (2025, "a")), (2025, "b")])],
    ],
    ids=str,
)
def test_what_a_relation_leaves_open_holds_in_every_group(relations):
    assert lines(TWO, relations) == {(2, (0, 1), False), (5, (3, 4), False)}


@pytest.mark.parametrize(
    "relations",
    [
        [("all of it", ["a", "b"])],
        [Relation(ref("whole", place="all of it"), (ref("parts", area="a"), ref("parts", area="b")))],
        [({"place": "all of it"}, [CellRef("parts", {})])],
    ],
    ids=str,
)
def test_total_and_parts_in_two_tables(relations):
    assert lines(APART, relations) == {(2, (0, 1), False)}


def test_parts_of_another_kind_within_each_area():
    """Ages and segments are levels of one column; only ages add up, in each area."""
    rows = [(a, *level) for a in "xy" for level in (("all", "-"), ("age", "0"), ("age", "1"), ("segment", "s"))]
    total, parts = ("t", {"kind": "all", "level": "-"}), [("t", {"kind": "age"})]
    found = lines(
        {"t": keys(*rows, columns="area kind level")}, [(total, parts), (total, [("t", "x", "segment", "s")])]
    )
    assert found == {(0, (1, 2), False), (4, (5, 6), False), (0, (3,), False), (4, (3,), False)}


@pytest.mark.parametrize(
    "relations",
    [
        [SameCell(ref("t", area="a"), ref("parts", area="b"))],
        [(("t", {"area": "a"}), ("parts", {"area": "b"}))],
        [{"one": ("t", "a"), "other": ("parts", "b")}],
    ],
    ids=str,
)
def test_every_form_of_one_cell_in_two_tables(relations):
    tables = ONE | {"parts": APART["parts"]}
    assert len(layout([tables], relations).cells) == 4


def test_equal_rows_of_two_tables():
    tables = ONE | {"parts": APART["parts"]}
    for relation in (Equal("t", "parts", on="area"), {"table_a": "t", "table_b": "parts", "on": ["area"]}):
        assert len(layout([tables], [relation]).cells) == 3


@pytest.mark.parametrize("name", ["alle", "totaal", "Totaal", "total", "Total", "T", "regio", "Region", " som "])
def test_usual_names_of_a_total_are_known(name):
    assert lines({"t": keys(("a",), ("b",), (name,), columns="area")}, [SumOver("t", "area")]) == {(2, (0, 1), False)}


@pytest.mark.parametrize("relations", [[], (), None, {}])
def test_no_relations(relations):
    assert lines(ONE, relations) == set()
    frame = ONE["t"].assign(youths=[4, 14, 18])
    result = protect({"t": frame}, count="youths", relations=relations)
    assert result["t"]["status"].tolist() == ["primary", "rounded", "rounded"]
    assert audit(result, relations=relations)["area"].tolist() == ["a", "b", "region"]


DOUBLE = {"t": keys(("a", "a"), ("b", "b"), ("region", "region"), columns="area place"), **APART}


@pytest.mark.parametrize(
    ("tables", "relations", "message"),
    [
        (ONE, "region", "soort str"),
        (ONE, 5, "soort int"),
        (ONE, [5], "soort int"),
        (ONE, ["region"], "soort str"),
        (ONE, [("region", "a")], "soort tuple"),
        (ONE, [("region", ["a", "b"], "minus")], "soort tuple"),
        (ONE, [("region", ["a", "elsewhere"])], "cel elsewhere is in geen enkele tabel"),
        (ONE, [({"area": "region"}, [{"place": "a"}])], "geen enkele tabel"),
        (ONE, [({"area": "region"}, [{}])], "geen enkele tabel"),
        (ONE | {"u": ONE["t"]}, [({"area": "region"}, ["a"])], "meer tabellen"),
        (ONE | {"u": ONE["t"]}, [(("region",), ["a"])], "meer tabellen"),
        (ONE, [{"total": "region", "of": ["a"]}], "of, total"),
        (ONE, [{"total": "region", "parts": ["a"], "kind": "minus"}], "soort minus"),
        (ONE, [{"total": "region", "parts": ["region"]}], "twee keer"),
        (ONE, [SumOver("t", "place")], "geen kolom place"),
        (ONE, [SumOver("t", "area", total="all of it")], "past op geen enkele rij"),
        (ONE, [Relation(ref("t", area="region"), (ref("t", area="z"),))], "past op geen enkele rij"),
        (DOUBLE, [("region", ["a", "b"])], "meer kolommen van tabel t: area, place"),
        ({"t": keys(("alle",), ("totaal",), columns="area")}, [SumOver("t", "area")], "alle, totaal"),
        (TWO, [(("t", {"year": 2024, "area": "region"}), [("t", {"place": "a"})])], "geen kolom place"),
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_refused(tables, relations, message):
    with pytest.raises(FactorError, match=message):
        layout([tables], relations)


# -- a part that is not there ----------------------------------------------------------------------------


def counted(**counts: int) -> dict[str, pd.DataFrame]:
    return {"t": pd.DataFrame({"area": list(counts), "youths": list(counts.values())})}


def test_a_part_that_an_edition_lacks_counts_as_nothing_there():
    """In the first edition c is not there yet, so a and b are all there is and a = 30 gives b = 4 away."""
    sums = [("region", ["a", "b", "c"])]
    first = protect(counted(a=30, b=4, region=34), count="youths", relations=[("region", ["a", "b"])], base=1)
    assert first["t"]["status"].tolist() != ["shown", "primary", "shown"]
    second = protect(counted(a=30, b=4, c=20, region=54), count="youths", relations=sums, previous=first, base=1)
    found = audit([first, second], relations=sums)
    assert (found["high"] - found["low"]).min() >= 4
    plan = layout([{"t": ONE["t"]}, {"t": keys(("a",), ("b",), ("c",), ("region",), columns="area")}], sums)
    assert [len(line.parts) for lines_now in plan.lines for line in lines_now] == [2, 3]


def test_a_sum_that_was_not_meant_for_an_earlier_edition_is_left_out():
    """In the first edition the region was a and b; in the second b left and c came."""
    first = protect(counted(a=30, b=24, region=54), count="youths", relations=[("region", ["a", "b"])])
    now = counted(a=30, c=80, region=110)
    second = protect(now, count="youths", relations=[("region", ["a", "c"])], previous=[first])
    found = audit([first, second], relations=[("region", ["a", "c"])])
    assert (found["high"] - found["low"]).min() >= 4 and set(found["edition"]) == {0, 1}
