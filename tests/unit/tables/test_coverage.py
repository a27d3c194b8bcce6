"""Who delivered what, the letter about what is late, and products that nobody has placed."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import UnknownNameError
from jeugd_analysis.tables.coverage import Lateness, reminder, status, unknown_products

ROOT = Path(__file__).resolve().parents[3]
K3 = Quarter(2026, 3)
LATENESS = Lateness(after_days=60, months_back=4, gone_after_quarters=2, min_lines_per_month=3)


def summary(*rows: tuple[str, str, str, int, int, str]) -> pd.DataFrame:
    """provider, month, receipt quarter, lines, cents, last received."""
    names = ["provider", "month", "receipt_quarter", "lines", "amount_cents", "last_received"]
    made = pd.DataFrame(rows, columns=names).assign(municipality="GM0637", youths=1)
    return made.assign(month=pd.to_datetime(made["month"]), last_received=pd.to_datetime(made["last_received"]))


def months(provider: str, *numbers: int, lines: int = 10, received: str = "2026-08-15") -> list[tuple[Any, ...]]:
    quarter = f"{received[:4]}-K{(int(received[5:7]) - 1) // 3 + 1}"
    return [(provider, f"2026-{number:02}-01", quarter, lines, 100 * lines, received) for number in numbers]


def told(*rows: tuple[Any, ...]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]]:
    found = status(summary(*rows), K3, lateness=LATENESS)
    return {one.provider: (one.months_present, one.months_late, one.expected) for one in found}


def test_months_that_should_be_in_are_those_that_ended_sixty_days_ago() -> None:
    """On 30 September that is up to 1 August: April to July, the last four that ended by then."""
    found = told(*months("P1", 3, 4, 5, 6, 7, 8))
    assert found == {"P1": (("2026-04", "2026-05", "2026-06", "2026-07"), (), True)}


def test_late_months_are_named() -> None:
    assert told(*months("P1", 3, 4, 6)) == {"P1": (("2026-04", "2026-06"), ("2026-05", "2026-07"), True)}


def test_a_new_provider_is_not_late_with_what_was_before_it() -> None:
    assert told(*months("P1", 6)) == {"P1": (("2026-06",), ("2026-07",), True)}


def test_of_small_and_stopped_providers_nothing_is_expected() -> None:
    assert told(*months("P1", 4, 7, lines=3))["P1"][2]  # three lines a month is enough
    found = told(*months("small", 4, 7, lines=2), *months("gone", 1, 2, received="2026-03-31"),
                 *months("back", 1, 2, received="2026-04-01"))  # fmt: skip
    assert found["small"] == (("2026-04", "2026-07"), (), False)
    assert found["gone"] == ((), (), False)
    assert found["back"] == ((), ("2026-04", "2026-05", "2026-06", "2026-07"), True)


def test_the_last_receipt_and_the_amounts_of_the_same_months() -> None:
    rows = [*months("P1", 3, 4, received="2026-05-20"), *months("P1", 7, lines=4)]
    rows += [("P1", "2026-07-01", "2026-K4", 50, 5000, "2026-10-02")]  # after the edition: not known yet
    one = status(summary(*rows), K3, lateness=LATENESS)[0]
    assert (one.last_received, one.lines, one.amount_cents) == (date(2026, 8, 15), 14, 1400)


def test_the_latest_come_first_then_the_most_money() -> None:
    rows = [*months("ok", 4, 5, 6, 7), *months("rich", 4, 5, 6, 7, lines=99), *months("late", 4, 5)]
    assert [one.provider for one in status(summary(*rows), K3, lateness=LATENESS)] == ["late", "rich", "ok"]


def test_no_claims_no_rows() -> None:
    assert status(summary(), K3, lateness=LATENESS) == []


def test_the_letter_names_the_months_in_order() -> None:
    letter = reminder("90000016", "Hulp BV", ["2026-05", "2025-12"])
    assert "Beste Hulp BV (AGB-code 90000016)," in letter
    assert "- december 2025\n- mei 2026\n" in letter and letter.startswith("Onderwerp: ")


@pytest.mark.parametrize("wrong", [[], ["2026-13"], ["mei"]])
def test_the_letter_needs_months(wrong: list[str]) -> None:
    with pytest.raises(UnknownNameError, match="PAR-001"):
        reminder("90000016", "Hulp BV", wrong)


def test_products_without_a_place_are_counted_by_month() -> None:
    products = pd.DataFrame(
        [("A", "2015-01-01", None), ("B", "2015-01-01", "2026-02-28"), ("B", "2026-05-01", None)],
        columns=["product", "valid_from", "valid_to"],
    )
    lines = [("A", 1, 5), ("B", 2, 5), ("B", 3, 7), ("B", 3, 1), ("B", 4, 2), ("B", 5, 5), ("C", 1, 3), ("D", 1, 99)]
    claims = pd.DataFrame(lines, columns=["product", "month", "amount_cents"])
    claims = claims.assign(youth_id=list("azabbzac"), unit=["04", "04", "14", "04", "14", "04", "16", "04"])
    claims["month"] = pd.to_datetime("2026-0" + claims["month"].astype(str) + "-01")
    found = unknown_products(claims, products)
    named = [(row.product, row.lines, row.amount_cents, row.first_month.month, row.last_month.month, row.youths,
              None if pd.isna(row.unit) else row.unit) for row in found.itertuples()]  # fmt: skip
    assert named == [("D", 1, 99, 1, 1, 1, "04"), ("B", 3, 10, 3, 4, 2, None), ("C", 1, 3, 1, 1, 1, "16")]
    assert unknown_products(claims[claims["product"] == "A"], products).empty


def test_the_settings_of_the_project_can_be_read() -> None:
    settings = tomllib.loads((ROOT / "data" / "reference" / "quality.toml").read_text("utf8"))
    assert Lateness.from_settings(settings).after_days == settings["late"]["after_days"]
