"""Declared corrections change what they say and nothing else, and stop when the source has changed; the crosswalk."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.methods.decomposition import cost_growth
from jeugd_analysis.tables.corrections import (
    CROSSWALK,
    Applied,
    apply_corrections,
    crosswalk_between,
    parse_corrections,
    parse_crosswalk,
)

ROOT = Path(__file__).resolve().parents[3]
K1 = Quarter(2026, 1)
ENTRY: dict[str, Any] = {
    "table": "claims", "delivery": "2026-K1", "where": {"provider": "00000001", "period": "2025-K1"},
    "action": {"column": "tariff_cents", "scale": 0.01}, "expect": {"lines": 2, "min": 100_000},
    "reason": "Tarief factor 100 te hoog", "status": "gemeld", "who": "A. de Vries", "when": date(2026, 4, 14),
}  # fmt: skip


def claims() -> pd.DataFrame:
    lines = [
        ("00000001", "2025-01-01", 950_000, 95_000, "45A48"), ("00000001", "2025-03-01", 100_000, 10_000, "45A48"),
        ("00000001", "2025-04-01", 950_000, 95_000, "45A48"), ("00000002", "2025-01-01", 950_000, 95_000, "54002"),
        ("00000002", "2025-02-01", None, 77, "54002"),
    ]  # fmt: skip
    made = pd.DataFrame(lines, columns=["provider", "month", "tariff_cents", "amount_cents", "product"])
    return made.assign(month=pd.to_datetime(made["month"])).astype({"tariff_cents": "Int64", "provider": "str"})


def corrected(**told: Any) -> tuple[pd.DataFrame, list[Applied]]:
    entries = parse_corrections("claims.toml", {"corrections": [{**ENTRY, **told}]})
    return apply_corrections(claims(), entries, table="claims", delivery=K1)


def test_an_amount_is_scaled_where_the_codes_say_so() -> None:
    found, done = corrected()
    assert found["tariff_cents"].tolist()[:4] == [9500, 1000, 950_000, 950_000]
    assert found["tariff_cents"].dtype == "Int64" and found["tariff_cents"].isna().tolist()[4]
    pd.testing.assert_frame_equal(found.drop(columns="tariff_cents"), claims().drop(columns="tariff_cents"))
    assert done == [
        Applied(name="claims.toml, blok 1", table="claims", lines=2, amount_cents=0, reason=ENTRY["reason"],
                status="gemeld", who="A. de Vries", when=date(2026, 4, 14))
    ]  # fmt: skip


def test_the_change_in_euros_is_told() -> None:
    found, done = corrected(
        action={"column": "amount_cents", "scale": 0.1}, expect={"cents": 105_000, "max": 95_000}, status="akkoord"
    )
    assert found["amount_cents"].tolist() == [9500, 1000, 95_000, 95_000, 77] and done[0].amount_cents == -94_500


def test_a_code_is_replaced() -> None:
    found, done = corrected(
        where={"product": "54002"}, action={"column": "product", "to": "54003"}, expect={"lines": 2}
    )
    assert found["product"].tolist() == ["45A48"] * 3 + ["54003"] * 2 and done[0].lines == 2


def test_a_proposal_is_shown_and_not_applied() -> None:
    found, done = corrected(status="voorgesteld")
    pd.testing.assert_frame_equal(found, claims())
    assert [(one.lines, one.amount_cents, one.status) for one in done] == [(0, 0, "voorgesteld")]


@pytest.mark.parametrize("other", [{"table": "tariffs"}, {"delivery": "2026-K2"}])
def test_another_table_or_delivery_is_left_alone(other: dict[str, Any]) -> None:
    found, done = corrected(**other)
    pd.testing.assert_frame_equal(found, claims())
    assert done == []


def test_entries_are_applied_in_their_order() -> None:
    first = {**ENTRY, "expect": {"max": 950_000}}
    second = {**ENTRY, "expect": {"max": 9_500}}
    entries = parse_corrections("claims.toml", {"corrections": [first, second]})
    found, done = apply_corrections(claims(), entries, table="claims", delivery=K1)
    assert found["tariff_cents"].tolist()[:2] == [95, 10] and [one.name[-1] for one in done] == ["1", "2"]


@pytest.mark.parametrize(
    ("told", "code", "words"),
    [
        ({"where": {"provider": "00000009"}}, "COR-002", "geen enkele regel"),
        ({"where": {"provider": "00000001", "period": "2024-K1"}}, "COR-002", "geen enkele regel"),
        ({"expect": {"lines": 3}}, "COR-003", "2 in plaats van 3"),
        ({"expect": {"cents": 105_001}}, "COR-003", "105000 in plaats van 105001"),
        ({"expect": {"min": 100_001}}, "COR-003", "onder 100001"),
        ({"expect": {"max": 949_999}}, "COR-003", "boven 949999"),
        ({"action": {"column": "amount_cents", "scale": 0.0001}}, "COR-004", "geen hele getallen in amount_cents"),
        ({"where": {"segment": "S1"}}, "COR-001", "geen kolom segment"),
        ({"action": {"column": "units", "scale": 2}}, "COR-001", "geen kolom units"),
    ],
)
def test_the_run_stops_when_the_source_is_not_what_was_declared(told: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(JeugdError, match=words) as stopped:
        corrected(**{"expect": {"lines": 2}, **told})
    assert stopped.value.code == code and "claims.toml, blok 1" in stopped.value.wat


def test_a_guard_on_a_column_that_is_not_there() -> None:
    entries = parse_corrections("x.toml", {"corrections": [{**ENTRY, "expect": {"cents": 1}}]})
    with pytest.raises(JeugdError, match="geen kolom amount_cents"):
        apply_corrections(claims().drop(columns="amount_cents"), entries, table="claims", delivery=K1)
    tariffs = [{**ENTRY, "table": "tariffs", "where": {"period": "2025-K1"}}]
    with pytest.raises(JeugdError, match="geen kolom month"):
        apply_corrections(claims().drop(columns="month"), parse_corrections("x.toml", {"corrections": tariffs}),
                          table="tariffs", delivery=K1)  # fmt: skip


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"where": {"youth_id": "00112233445566ab"}}, "where mag niet op youth_id"),
        ({"where": {"reference": "D1"}}, "where mag niet op reference"),
        ({"where": {}}, "where noemt per kolom"),
        ({"where": {"provider": 1}}, "where noemt per kolom"),
        ({"where": {"period": "2025"}}, "2025 is geen kwartaal"),
        ({"delivery": "nu"}, "nu is geen kwartaal"),
        ({"action": {"column": "youth_id", "to": "x"}}, "action mag youth_id niet veranderen"),
        ({"action": {"column": "birth_year", "scale": 2}}, "action mag birth_year niet veranderen"),
        ({"action": {"column": "product", "scale": 2}}, "action mag product niet veranderen"),
        ({"action": {"column": "amount_cents", "to": "0"}}, "action mag amount_cents niet veranderen"),
        ({"action": {"column": "product", "to": ""}}, "to is een code"),
        ({"action": {"column": "units", "scale": 0}}, "scale is een getal boven nul"),
        ({"action": {"column": "units", "scale": True}}, "scale is een getal boven nul"),
        ({"action": {"column": "units", "scale": "2"}}, "scale is een getal boven nul"),
        ({"action": {"column": "units"}}, "action heeft column met scale"),
        ({"expect": {}}, "expect noemt"),
        ({"expect": {"rows": 2}}, "expect noemt"),
        ({"expect": {"lines": 2.5}}, "hele getallen"),
        ({"action": {"column": "product", "to": "54003"}, "expect": {"min": 1}}, "min en max"),
        ({"status": "misschien"}, "status is geen van voorgesteld, gemeld, akkoord"),
        ({"when": "2026-04-14"}, "when is geen datum"),
        ({"reason": " "}, "geen tekst bij reason"),
        ({"extra": 1}, "onbekend: extra"),
    ],
)
def test_an_entry_that_is_not_well_formed_is_refused(told: dict[str, Any], words: str) -> None:
    with pytest.raises(JeugdError, match=words) as refused:
        parse_corrections("claims.toml", {"corrections": [ENTRY, {**ENTRY, **told}]})
    assert refused.value.code == "COR-001" and "claims.toml, blok 2" in refused.value.wat


def test_an_entry_needs_all_its_keys_and_a_file_holds_nothing_else() -> None:
    with pytest.raises(JeugdError, match="ontbreekt: who"):
        parse_corrections("x.toml", {"corrections": [{key: value for key, value in ENTRY.items() if key != "who"}]})
    for told in ({}, {"corrections": [], "more": 1}, {"corrections": ENTRY}):
        with pytest.raises(JeugdError, match="alleen blokken"):
            parse_corrections("x.toml", told)


def test_the_example_in_the_readme_is_a_correction() -> None:
    page = (ROOT / "data" / "reference" / "corrections" / "README.md").read_text("utf8")
    [entry] = parse_corrections("claims.toml", tomllib.loads(page.split("```toml\n")[1].split("```")[0]))
    assert entry.applies and entry.expect == {"lines": 120, "min": 100_000} and entry.scale == pytest.approx(0.01)


def test_the_corrections_of_the_project_are_well_formed() -> None:
    for file in sorted((ROOT / "data" / "reference" / "corrections").glob("*.toml")):
        parse_corrections(file.name, tomllib.loads(file.read_text("utf8")))


# -- crosswalk -------------------------------------------------------------------------------------


def crosswalk(*rows: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame([(*row, "raadsbesluit") for row in rows], columns=list(CROSSWALK), dtype="str")


ROWS = [
    ("A", "04", "B", "01", "60", "2020-01-01"),  # an hour is sixty minutes
    ("B", "01", "C", "01", "0.5", "2023-01-01"),
    ("X", "14", "Y", "14", "1", "2021-07-01"),
    ("P", "82", "Q", "82", "2", "2030-12-31"),
]


@pytest.mark.parametrize(
    ("base", "compare", "expected"),
    [
        (2019, 2024, [("A", "04", "C", "01", 30.0), ("B", "01", "C", "01", 0.5), ("X", "14", "Y", "14", 1.0)]),
        (2019, 2020, [("A", "04", "B", "01", 60.0)]),
        (2020, 2021, [("X", "14", "Y", "14", 1.0)]),  # on 1 January 2020 A was B already
        (2021, 2022, [("X", "14", "Y", "14", 1.0)]),  # half of the base year still has X
        (2024, 2025, []),
        (2029, 2030, [("P", "82", "Q", "82", 2.0)]),
    ],
)
def test_codes_that_changed_between_two_years(base: int, compare: int, expected: list[tuple[Any, ...]]) -> None:
    found = crosswalk_between(parse_crosswalk(crosswalk(*ROWS)), base, compare)
    assert list(found.itertuples(index=False, name=None)) == expected
    assert list(found.columns) == ["product", "unit", "to_product", "to_unit", "factor"]


def test_cost_growth_takes_it_as_it_is() -> None:
    """10 hours of A at 60 and 600 minutes of B at 1 are the same care: nothing but the price of C has changed."""
    cells = pd.DataFrame(
        [("A", "04", 2022, 10, 60_000), ("C", "01", 2024, 300, 66_000)],
        columns=["product", "unit", "year", "units", "amount_cents"],
    ).assign(municipality="G", provider="P", clients=2)
    found = crosswalk_between(parse_crosswalk(crosswalk(("A", "04", "C", "01", "30", "2023-01-01"))), 2022, 2024)
    growth = cost_growth(cells, base=2022, compare=2024, crosswalk=found)
    assert growth["total"].sum() == 6000 and growth["harmonisation"].sum() == pytest.approx(6000)
    assert growth[["entry", "exit"]].to_numpy().sum() == 0


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([ROWS[0], ("A", "04", "D", "04", "1", "2024-01-01")], r"vaker vertaald: A \(04\)"),
        ([ROWS[0], ROWS[1], ("C", "01", "A", "04", "1", "2025-01-01")], r"in een kring vertaald: A \(04\), B \(01\)"),
        ([("A", "04", "A", "04", "2", "2025-01-01")], "in een kring"),
        ([("A", "04", "B", "04", "0", "2025-01-01")], "geen getal boven nul"),
        ([("A", "04", "B", "04", "1,5", "2025-01-01")], "geen getal boven nul"),
        ([("A", "04", "B", "04", "inf", "2025-01-01")], "geen getal boven nul"),
        ([("A", "04", "B", "04", "1", "01-01-2025")], "2027-01-01"),
        ([("A", "04", None, "04", "1", "2025-01-01")], "lege velden in to_product"),
    ],
)
def test_a_crosswalk_that_contradicts_itself_is_refused(rows: list[tuple[Any, ...]], words: str) -> None:
    with pytest.raises(JeugdError, match=words) as refused:
        parse_crosswalk(crosswalk(*rows))
    assert refused.value.code == "CRW-001"


def test_other_columns_are_refused() -> None:
    with pytest.raises(JeugdError, match="de kolommen moeten zijn: product, unit"):
        parse_crosswalk(crosswalk(*ROWS).drop(columns="source"))


def test_a_chain_beside_a_circle_is_not_in_it() -> None:
    rows = [("A", "04", "B", "04", "1", "2025-01-01"), ("B", "04", "C", "04", "1", "2025-01-01"),
            ("C", "04", "B", "04", "1", "2025-01-01")]  # fmt: skip
    with pytest.raises(JeugdError, match=r"in een kring vertaald: B \(04\), C \(04\)\."):
        parse_crosswalk(crosswalk(*rows))


def test_the_crosswalk_of_the_project_is_in_order() -> None:
    told = pd.read_csv(ROOT / "data" / "reference" / "crosswalk.csv", dtype="str", keep_default_na=False)
    assert len(crosswalk_between(parse_crosswalk(told), 2015, 2099)) == len(told)
