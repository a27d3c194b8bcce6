"""Checking a frame against a table: what is wrong is told once, with its lines."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.tables import TABLES
from jeugd_analysis.tables.base import require


def claims(*lines: dict[str, Any]) -> pd.DataFrame:
    """Right lines, but for what is given."""
    right = {
        "allocation_id": "T1", "youth_id": "a" * 32, "municipality": "GM0637", "provider": "06123456",
        "product": "45A48", "month": "2026-03-01", "units": 2, "unit": "04", "tariff_cents": 100, "amount_cents": 200,
        "credit_of": None, "received_on": "2026-04-10",
    }  # fmt: skip
    frame = pd.DataFrame([{"reference": f"R{at}", **right, **line} for at, line in enumerate(lines)])
    words = {name: "str" for name in frame if frame[name].dtype == object}
    dates = dict.fromkeys(("month", "received_on"), "datetime64[ns]")
    return frame.astype({**words, **dates, "tariff_cents": "Int64", "credit_of": "str"})


EARLY, NEGATIVE = {"received_on": "2026-02-10"}, {"units": -2, "amount_cents": -200}


def refused(*lines: dict[str, Any]) -> str:
    with pytest.raises(DeliveryError, match="TAB-010") as caught:
        require(TABLES["claims"], claims(*lines), file="claims.csv")
    return caught.value.wat


def test_right_lines_pass():
    require(TABLES["claims"], claims({}, {}), file="claims.csv")


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (EARLY, "een declaratie komt na het begin van de zorgmaand binnen (CLM-004)"),
        (NEGATIVE, "alleen een creditregel heeft een negatief aantal of bedrag (CLM-002)"),
    ],
    ids=["CLM-004", "CLM-002"],
)
def test_a_rule_of_whole_lines_is_told_once(wrong, rule):
    # The header is line 1: the third line of the table is line 4 of the file.
    assert refused({}, {}, wrong) == f"claims.csv voldoet niet aan de tabel declaraties: regel 4: {rule}."
    assert refused(wrong, {}, wrong).endswith(f"declaraties: regel 2, 4: {rule}.")


def test_two_rules_and_a_column_are_three_problems():
    told = refused({}, EARLY, {**EARLY, **NEGATIVE}, {"unit": "99"})
    assert told.count("CLM-004") == told.count("CLM-002") == 1
    assert "regel 3, 4: een declaratie komt" in told and "regel 4: alleen een creditregel" in told
    assert "regel 5, kolom unit: de waarde staat niet in de codelijst" in told and "en nog" not in told


def test_the_same_rule_for_two_columns_names_both():
    told = refused({"unit": "99", "product": "te lang product"})
    assert "regel 2, kolom product: de waarde heeft niet de afgesproken vorm" in told
    assert "regel 2, kolom unit: de waarde staat niet in de codelijst" in told
