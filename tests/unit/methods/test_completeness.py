"""Completeness of months: providers and verdicts counted by hand from small tables."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.completeness import (
    NOT_YET,
    UNKNOWN,
    USABLE,
    WITH_ESTIMATE,
    Usable,
    beside,
    by_size,
    coverage,
    expected_providers,
    judged,
)

LIMITS = Usable(declared=0.98, estimated=0.75, providers=0.9)
MONTHS = pd.date_range("2025-01-01", periods=14, freq="MS")


def months(**present: set[int]) -> pd.DataFrame:
    """Rows provider x month; the numbers are positions in MONTHS in which a provider declared."""
    rows = [(name, MONTHS[place], 1, 100) for name, places in present.items() for place in sorted(places)]
    return pd.DataFrame(rows, columns=["provider", "month", "lines", "amount_cents"])


@pytest.mark.parametrize(
    ("declared", "providers", "verdict"),
    [
        (1.0, 1.0, USABLE), (0.98, 0.9, USABLE), (0.98, 0.89, WITH_ESTIMATE), (0.979, 1.0, WITH_ESTIMATE),
        (0.75, None, WITH_ESTIMATE), (0.749, 1.0, NOT_YET), (0.8, 0.5, NOT_YET), (0.1, 0.1, NOT_YET),
        (0.0, 0.0, NOT_YET), (None, 1.0, UNKNOWN),
    ],
)  # fmt: skip
def test_a_verdict_follows_from_money_and_providers(declared, providers, verdict):
    assert judged(declared, providers, LIMITS) == verdict


@pytest.mark.parametrize("wrong", [{"declared": 0.5}, {"estimated": -0.1}, {"providers": 1.1}, {"declared": 1.2}])
def test_limits_that_are_no_limits_are_refused(wrong):
    with pytest.raises(FactorError, match="quality"):
        Usable(**{"declared": 0.98, "estimated": 0.75, "providers": 0.9, **wrong})


def test_who_declared_nine_of_the_twelve_months_before_is_expected():
    told = months(every=set(range(14)), nine=set(range(9)), eight=set(range(8)), late=set(range(12)))
    found = expected_providers(told, shown=12, until=MONTHS[13])
    # Month 12 is the first with twelve before it: nine has 9 of 0-11, eight has 8. Month 13: nine has 8 of 1-12.
    at = {month: set(part["provider"]) for month, part in found.groupby("month")}
    assert at == {MONTHS[12]: {"every", "nine", "late"}, MONTHS[13]: {"every", "late"}}
    came = {(row.provider, row.month): row.came for row in found.itertuples()}
    assert came["every", MONTHS[12]] and not came["nine", MONTHS[12]] and not came["late", MONTHS[13]]


def test_a_month_without_any_line_is_there_too():
    found = expected_providers(months(a=set(range(12))), shown=12, until=MONTHS[13])
    assert found["month"].tolist() == [MONTHS[12], MONTHS[13]] and not found["came"].any()


def test_who_declared_the_month_elsewhere_is_not_late():
    here, region = months(a=set(range(12))), months(a=set(range(13)))
    found = expected_providers(here, shown=1, until=MONTHS[12], arrived=region)
    assert found["came"].tolist() == [True]


def test_a_year_of_months_is_needed():
    with pytest.raises(FactorError, match="12 maanden"):
        expected_providers(months(a=set(range(12))), shown=12, until=MONTHS[11])
    with pytest.raises(FactorError, match="0 maanden"):
        expected_providers(months(), shown=12, until=MONTHS[11])


def test_groups_go_by_the_amount_of_the_oldest_months():
    told = months(large={0, 1, 2}, middle={0, 1}, small={0}, new=set(range(12, 14)))
    assert by_size(told, sizes=(1, 1)).to_dict() == {"large": 0, "middle": 1, "small": 2, "new": 2}
    assert by_size(told, sizes=()).unique().tolist() == [0]


def expected(*rows):
    return pd.DataFrame(
        [(name, MONTHS[place], came) for name, place, came in rows], columns=["provider", "month", "came"]
    )


def test_coverage_counts_per_month_and_group():
    told = expected(("a", 0, True), ("b", 0, True), ("c", 0, True), ("d", 0, False))
    groups = pd.Series({"a": 0, "b": 0, "c": 1, "d": 1})
    found = coverage(told, groups, least=2)
    assert found[["group", "expected", "came"]].values.tolist() == [[0, 2, 2], [1, 2, 1]]


def test_a_group_that_is_too_small_joins_its_neighbour():
    told = expected(("a", 0, True), ("b", 0, True), ("c", 0, False), ("d", 0, True))
    first = coverage(told, pd.Series({"a": 0, "b": 1, "c": 1, "d": 1}), least=2)
    assert first.values.tolist() == [[MONTHS[0], 1, 4, 3]]
    last = coverage(told, pd.Series({"a": 0, "b": 0, "c": 0, "d": 1}), least=2)
    assert last[["group", "expected", "came"]].values.tolist() == [[0, 4, 3]]
    assert coverage(told.head(1), pd.Series({"a": 0}), least=2).empty


def test_a_group_that_is_not_there_every_month_is_not_shown_apart():
    told = expected(*[(name, 0, True) for name in "abcd"], *[(name, 1, True) for name in "ab"])
    found = coverage(told, pd.Series({"a": 0, "b": 0, "c": 1, "d": 1}), least=2)
    assert found["expected"].tolist() == [4, 2]


@pytest.mark.parametrize(
    ("own", "other", "told"),
    [(98, 100, "gelijk"), (102, 100, "gelijk"), (97.9, 100, "lager"), (103, 100, "hoger"), (0, 0, "gelijk"),
     (1, 0, "hoger"), (float("nan"), 100, UNKNOWN), (100, float("nan"), UNKNOWN), (-103, -100, "lager")],
)  # fmt: skip
def test_two_sources_beside_each_other(own, other, told):
    assert beside(own, other, tolerance=0.02) == told
