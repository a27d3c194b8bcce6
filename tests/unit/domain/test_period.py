"""Quarters: labels, days and order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import UnknownNameError

quarters = st.builds(Quarter, st.integers(2001, 2098), st.integers(1, 4))


@pytest.mark.parametrize(
    ("label", "first", "last"),
    [
        ("2026-K1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-K2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-K3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-K4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-K1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2000-K1", date(2000, 1, 1), date(2000, 3, 31)),
    ],
)
def test_days_of_a_quarter(label, first, last):
    quarter = Quarter.parse(label)
    assert (quarter.first_day, quarter.last_day, str(quarter)) == (first, last, label)


@given(quarters)
def test_label_and_steps_come_back(quarter):
    assert Quarter.parse(quarter.label) == quarter == quarter.next().previous() == quarter.previous().next()
    assert quarter.previous() < quarter < quarter.next()
    assert quarter.last_day + timedelta(days=1) == quarter.next().first_day


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_every_day_lies_in_its_quarter(day):
    quarter = Quarter.of(day)
    assert quarter.first_day <= day <= quarter.last_day


def test_until_counts_both_ends():
    labels = [quarter.label for quarter in Quarter(2025, 3).until(Quarter(2026, 2))]
    assert labels == ["2025-K3", "2025-K4", "2026-K1", "2026-K2"]
    assert list(Quarter(2026, 2).until(Quarter(2026, 1))) == []


@pytest.mark.parametrize(("label", "year"), [("2026-K3", 2025), ("2026-K4", 2026), ("2027-K1", 2026)])
def test_last_full_year(label, year):
    assert Quarter.parse(label).last_full_year == year


@pytest.mark.parametrize(
    "label",
    ["", "2026", "2026K3", "2026-k3", "2026-K0", "2026-K5", "26-K3", "1999-K4", "2026-K3\n", " 2026-K3", "2026-Q3",
     "2026-K33", "2026-09", "20２６-K3", "../2026-K3"],
)  # fmt: skip
def test_anything_else_is_refused_with_an_example(label):
    with pytest.raises(UnknownNameError, match="2026-K3") as refused:
        Quarter.parse(label)
    assert refused.value.exit_code == 3


def test_what_cannot_be_shown_safely_is_not_repeated():
    with pytest.raises(UnknownNameError) as refused:
        Quarter.parse("\x1b[31m2026")
    assert "\x1b" not in str(refused.value) and "onleesbaar" in refused.value.wat


@pytest.mark.parametrize(("year", "number"), [(1999, 1), (2100, 1), (2026, 0), (2026, 5)])
def test_a_quarter_out_of_range_cannot_be_made(year, number):
    with pytest.raises(UnknownNameError):
        Quarter(year, number)
