"""Rules across tables: each sets its line aside, leaves the line beside it alone, and the first rule is the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.tables.reconcile import EARLIER_COLUMNS, Judged, Known, judge_allocations, judge_claims
from jeugd_analysis.tables.rules import REASONS, RULES, Kind

DATES = ("month", "received_on", "start", "end")
ALLOCATIONS = [("T1", "2026-01-20", "2026-04-02"), ("T2", "2026-01-01", None)]
PRODUCTS = [("45A48", "2015-01-01", None), ("50P1L", "2020-01-01", "2022-12-31"), ("54099", "2026-02-15", None)]
PLACES = [("GM0637", "2015-01-01", None), ("GM0626", "2015-01-01", "2026-01-31")]


def frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=columns)
    for name in made.columns:
        if name in DATES:
            made[name] = pd.to_datetime(made[name]).astype("datetime64[ns]")
        elif name == "tariff_cents":
            made[name] = made[name].astype("Int64")
        elif name in ("units", "amount_cents"):
            made[name] = made[name].astype("int64")
        else:
            made[name] = made[name].astype("str")
    return made


def claim(reference: str, **told: Any) -> dict[str, Any]:
    line = {
        "reference": reference, "allocation_id": "T1", "municipality": "GM0637", "product": "45A48",
        "month": "2026-03-01", "units": 2, "unit": "04", "tariff_cents": 100, "credit_of": None,
        "received_on": "2026-04-10", **told,
    }  # fmt: skip
    return {"amount_cents": line["units"] * (line["tariff_cents"] or 0), **line}


def credit(reference: str, of: str, **told: Any) -> dict[str, Any]:
    return claim(reference, credit_of=of, **{"units": -2, "received_on": "2026-04-20", **told})


def claims(*lines: dict[str, Any]) -> pd.DataFrame:
    return frame(list(lines), list(claim("")))


def known(*earlier: dict[str, Any], rejected: tuple[str, ...] = (), later: tuple[str, ...] = ()) -> Known:
    def listed(code: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=[code, "valid_from", "valid_to"], dtype="str")

    return Known(
        allocations=frame([dict(zip(("allocation_id", "start", "end"), row, strict=True)) for row in ALLOCATIONS],
                          ["allocation_id", "start", "end"]),
        earlier=claims(*earlier)[list(EARLIER_COLUMNS)],
        elsewhere=pd.Series([*(line["reference"] for line in earlier), *later], dtype="str"),
        municipalities=listed("municipality", PLACES),
        products=listed("product", PRODUCTS),
        rejected=pd.Series(rejected, dtype="str"),
    )  # fmt: skip


def reasons(judged: Judged, lines: pd.DataFrame) -> dict[str, str]:
    """Reference -> code, for the lines that are set aside."""
    return dict(judged.reasons.set_axis(lines["reference"]).dropna())


def judge(*lines: dict[str, Any], **told: Any) -> dict[str, str]:
    made = claims(*lines)
    before = known(*told.pop("earlier", ()), **told)
    return reasons(judge_claims(made, before), made)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (claim("A", amount_cents=201), "CLM-003"),  # 2 x 100 is 200
        (claim("A", amount_cents=200), None),
        (claim("A", unit="83", units=200, tariff_cents=None, amount_cents=200), None),
        (claim("A", allocation_id="T9"), "CLM-010"),
        (credit("A", of="weg"), "CLM-012"),
        (claim("A", month="2026-01-01"), None),  # T1 starts on 20 January
        (claim("A", month="2025-12-01"), "CLM-017"),
        (claim("A", month="2026-04-01"), None),  # and ends on 2 April
        (claim("A", month="2026-05-01", received_on="2026-06-01"), "CLM-017"),
        (claim("A", allocation_id="T2", month="2031-05-01", received_on="2031-06-01"), None),  # T2 has no end
        (claim("A", municipality="GM9999"), "CLM-019"),
        (claim("A", municipality="GM9999", allocation_id="T9", amount_cents=1), "CLM-019"),  # three faults, one reason
    ],
)  # fmt: skip
def test_a_line_is_judged_by_itself(line: dict[str, Any], code: str | None) -> None:
    assert judge(line, claim("Z", allocation_id="T2")) == ({} if code is None else {"A": code})


def test_lines_of_other_quarters_count() -> None:
    assert judge(claim("A"), earlier=[claim("A")]) == {"A": "CLM-011"}
    assert judge(claim("A"), later=("A",)) == {"A": "CLM-011"}
    assert judge(claim("A"), later=("A",), rejected=("A",)) == {"A": "CLM-020"}
    assert judge(credit("C", of="A"), earlier=[claim("A")]) == {}


@pytest.mark.parametrize("change", [
    {"units": -1, "amount_cents": -100}, {"amount_cents": -199, "unit": "83"}, {"month": "2026-02-01"},
    {"product": "50P1L"}, {"allocation_id": "T2"},
])  # fmt: skip
@pytest.mark.parametrize("before", [True, False])
def test_a_credit_is_the_mirror_of_its_original(change: dict[str, Any], before: bool) -> None:
    original, wrong = claim("A"), credit("C", of="A", **change)
    found = judge(wrong, earlier=[original]) if before else judge(original, wrong)
    assert found == {"C": "CLM-022"}


def test_the_second_credit_of_a_line_goes_aside_by_day_of_receipt() -> None:
    late, early = credit("C1", of="A", received_on="2026-05-09"), credit("C2", of="A", received_on="2026-05-01")
    assert judge(claim("A"), late, early) == {"C1": "CLM-015"}
    assert judge(credit("C9", of="A"), earlier=[claim("A"), credit("C1", of="A")]) == {"C9": "CLM-015"}


def test_a_wrong_credit_does_not_stand_in_the_way_of_the_right_one() -> None:
    partial = credit("C1", of="A", units=-1)
    assert judge(claim("A"), partial, credit("C2", of="A", received_on="2026-05-09")) == {"C1": "CLM-022"}


def again(reference: str, day: str, **told: Any) -> dict[str, Any]:
    return claim(reference, received_on=day, units=told.pop("units", 3), **told)


@pytest.mark.parametrize(
    ("lines", "aside"),
    [
        ([claim("A"), again("B", "2026-04-11")], {"B": "CLM-016"}),
        ([again("B", "2026-04-11"), claim("A")], {"B": "CLM-016"}),  # by day of receipt, not by place in the file
        ([claim("B"), claim("A")], {"B": "CLM-016"}),  # the same day: by reference
        ([claim("A"), again("B", "2026-04-11", month="2026-02-01")], {}),
        ([claim("A"), again("B", "2026-04-11", allocation_id="T2")], {}),
        ([claim("A"), again("B", "2026-04-11", product="50P1L")], {}),
        ([claim("A"), credit("C", of="A"), again("B", "2026-05-01")], {}),
        ([claim("A"), credit("C", of="A"), again("B", "2026-04-20")], {}),  # credits are handled first that day
        ([claim("A"), credit("C", of="A"), again("B", "2026-04-19")], {"B": "CLM-016"}),
        ([claim("A"), again("B", "2026-04-11"), again("D", "2026-04-12")], {"B": "CLM-016", "D": "CLM-016"}),
        # B never counted, so its month is free again as soon as A has been credited; B's own credit goes with B
        ([claim("A"), again("B", "2026-04-11"), credit("C", of="A"), again("D", "2026-05-01")], {"B": "CLM-016"}),
        ([claim("A"), again("B", "2026-04-11"), credit("C", of="B", units=-3)], {"B": "CLM-016", "C": "CLM-012"}),
        # a credit that is set aside gives the month back to nobody
        ([claim("A"), credit("C", of="A", units=-1), again("B", "2026-05-01")], {"C": "CLM-022", "B": "CLM-016"}),
        # a line that is set aside for something else does not take the month
        ([claim("A", amount_cents=1), again("B", "2026-04-11")], {"A": "CLM-003"}),
        ([claim("A"), credit("C", of="A"), again("B", "2026-05-01"), credit("E", of="B", units=-3,
          received_on="2026-05-20"), again("F", "2026-06-01")], {}),
    ],
)  # fmt: skip
def test_a_month_is_billed_once_until_it_is_credited(lines: list[dict[str, Any]], aside: dict[str, str]) -> None:
    assert judge(*lines) == aside


def test_a_month_that_was_billed_in_another_quarter() -> None:
    old, rebilled = claim("A"), again("B", "2026-07-01")
    assert judge(rebilled, earlier=[old]) == {"B": "CLM-016"}
    assert judge(rebilled, earlier=[old, credit("C", of="A")]) == {}
    assert judge(credit("C", of="A", received_on="2026-06-30"), rebilled, earlier=[old]) == {}
    assert judge(again("B", "2026-01-31"), earlier=[old]) == {"B": "CLM-016"}  # what was taken in before stays
    assert judge(rebilled, earlier=[again("X", "2026-04-01", allocation_id="T2"), claim("Y", month="2026-02-01")]) == {}


def test_rejected_lines_go_aside_and_may_be_sent_again() -> None:
    assert judge(claim("A"), again("B", "2026-05-01"), rejected=("A",)) == {"A": "CLM-020"}
    assert judge(again("B", "2026-07-01"), earlier=[claim("A")], rejected=("A",)) == {}  # answered after it came in


def test_products_and_places_that_are_only_doubted_keep_counting() -> None:
    lines = claims(
        claim("A", product="99999"),
        claim("B", product="50P1L", allocation_id="T2"),  # ended in 2022
        claim("C", product="54099", month="2026-02-01"),  # from 15 February: not yet on the first of the month
        claim("D", product="54099", month="2026-03-01"),
        claim("E", municipality="GM0626", month="2026-01-01"),
        claim("F", municipality="GM0626", month="2026-02-01"),
        claim("G", municipality="GM9999", product="99999", allocation_id="T2", month="2026-02-01"),  # set aside anyway
    )
    judged = judge_claims(lines, known())
    assert reasons(judged, lines) == {"G": "CLM-019"}
    doubted = {code: lines.loc[found, "reference"].tolist() for code, found in judged.doubts.items()}
    assert doubted == {"CLM-018": ["A", "B", "C"], "CLM-021": ["F"]}
    assert judged.counts(lines["amount_cents"]).to_dict("split")["data"] == [
        ["CLM-018", 3, 600], ["CLM-019", 1, 200], ["CLM-021", 1, 200],
    ]  # fmt: skip


def test_a_product_may_have_more_rows() -> None:
    told = known()
    products = pd.DataFrame(
        [("45A48", "2015-01-01", "2019-12-31"), ("45A48", "2026-03-01", None)], columns=told.products.columns
    )
    lines = claims(claim("A", month="2026-02-01"), claim("B", month="2026-03-01"), claim("C", month="2019-12-01"))
    judged = judge_claims(
        lines,
        replace(told, products=products),
    )  # fmt: skip
    assert judged.doubts["CLM-018"].tolist() == [True, False, False]


def test_an_empty_delivery_and_an_empty_store() -> None:
    nothing = judge_claims(claims(), known())
    assert len(nothing.reasons) == 0 and nothing.counts().empty
    lines = claims(claim("A"))
    told = known()
    bare = replace(told, allocations=told.allocations.iloc[:0])
    assert reasons(judge_claims(lines, bare), lines) == {"A": "CLM-010"}


def test_the_index_of_the_lines_is_kept() -> None:
    lines = claims(claim("A"), claim("B", allocation_id="T9")).set_axis([7, 9])
    judged = judge_claims(lines, known())
    assert judged.reasons.dropna().to_dict() == {9: "CLM-010"}
    assert all(found.index.tolist() == [7, 9] for found in judged.doubts.values())


def test_many_lines_of_one_month_are_judged_quickly() -> None:
    """5,000 debits of one allocation and month: only the first counts."""
    judged = judge_claims(claims(*(claim(f"A{n:04}") for n in range(5000))), known())
    assert judged.counts().to_dict("records") == [{"code": "CLM-016", "lines": 4999, "amount_cents": 0}]


# -- the credit of what goes aside -----------------------------------------------------------------


def test_a_credit_of_a_line_that_came_twice_still_counts() -> None:
    """The first delivery of A counts, so its credit must lower the cost."""
    assert judge(claim("A"), credit("C", of="A"), earlier=[claim("A")]) == {"A": "CLM-011"}


def test_what_the_reader_found_comes_first_and_stands_in_nobodys_way() -> None:
    lines = claims(claim("A", allocation_id="T9"), claim("B"), again("D", "2026-05-01"), credit("C", of="B"))
    given = pd.Series(["CLM-013", "CLM-014", None, None], dtype="str")
    judged = judge_claims(lines, known(), given=given)
    assert reasons(judged, lines) == {"A": "CLM-013", "B": "CLM-014", "C": "CLM-012"}
    none_given = judge_claims(lines, known(), given=pd.Series([None] * 4, dtype="str"))
    assert reasons(none_given, lines) == {"A": "CLM-010"}


# -- allocations -----------------------------------------------------------------------------------


def allocations(*rows: tuple[str, str, str, str, str | None]) -> pd.DataFrame:
    names = ["allocation_id", "youth_id", "product", "start", "end"]
    made = [{**dict(zip(names, row, strict=True)), "provider": "90000001"} for row in rows]
    return frame(made, [*names, "provider"])


YOUTHS = pd.DataFrame({"youth_id": ["a", "a", "b"], "birth_year": [2010, 2010, 2000]}).astype({"youth_id": "str"})


def judged_allocations(*rows: tuple[str, str, str, str, str | None]) -> tuple[list[str], list[str]]:
    made = allocations(*rows)
    judged = judge_allocations(made, youths=YOUTHS, lowest_age=-1, highest_age=24)
    assert set(judged.reasons.dropna()) <= {"ALL-003"}
    names = made["allocation_id"]
    return names[judged.reasons.notna()].tolist(), names[judged.doubts["ALL-002"]].tolist()


def test_ages_that_cannot_be_right_set_an_allocation_aside() -> None:
    rows = [
        ("1", "a", "45A48", "2008-12-01", "2008-12-31"),  # two years before the year of birth
        ("2", "a", "45A48", "2009-01-01", "2009-12-31"),  # help can be granted before birth
        ("3", "b", "45A48", "2024-12-31", "2024-12-31"),  # 23 or 24
        ("4", "b", "45A48", "2025-01-01", "2025-12-31"),  # at least 24
        ("5", "unknown", "45A48", "2025-01-01", None),
    ]
    assert judged_allocations(*rows) == (["1", "4"], [])


def test_overlap_is_doubted_and_never_set_aside() -> None:
    rows = [
        ("1", "a", "45A48", "2020-01-01", "2020-12-31"),
        ("2", "a", "45A48", "2020-02-01", "2020-02-28"),  # inside 1
        ("3", "a", "45A48", "2020-12-31", "2021-03-31"),  # the last day of 1, though 2 lies between
        ("4", "a", "45A48", "2021-04-01", None),  # the day after 3
        ("5", "a", "45A48", "2031-01-01", "2031-01-02"),  # 4 is open
        ("6", "a", "54002", "2020-01-01", "2020-12-31"),  # another product
        ("7", "b", "45A48", "2020-01-01", "2020-12-31"),  # another youth
    ]
    aside, doubted = judged_allocations(*rows)
    assert (set(aside), doubted) == (set(), ["2", "3", "5"])


def test_without_youths_no_age_is_judged() -> None:
    judged = judge_allocations(
        allocations(("1", "a", "45A48", "1950-01-01", None)), youths=YOUTHS.iloc[:0], lowest_age=-1, highest_age=24
    )
    assert judged.reasons.isna().all() and judged.counts().empty


# -- the table of rules ----------------------------------------------------------------------------


def test_every_rule_says_what_is_wrong_and_what_to_do() -> None:
    for code, rule in RULES.items():
        assert rule.code == code and rule.dutch and rule.dutch[0].islower() and not rule.dutch.endswith(".")
        assert rule.remedy.endswith(".") and rule.remedy[0].isupper()
    assert set(REASONS) == {code for code, rule in RULES.items() if rule.kind is Kind.QUARANTINE}


def test_every_code_a_line_can_get_is_a_rule_of_that_kind() -> None:
    lines = claims(claim("A"))
    judged = [judge_claims(lines, known()), judge_allocations(
        allocations(("1", "a", "45A48", "2020-01-01", None)), youths=YOUTHS, lowest_age=0, highest_age=0)]  # fmt: skip
    assert {code for one in judged for code in one.doubts} == {"CLM-018", "CLM-021", "ALL-002"}
    assert all(RULES[code].kind is Kind.WARN for one in judged for code in one.doubts)
