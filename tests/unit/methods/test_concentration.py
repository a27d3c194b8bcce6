"""Shares of providers and how concentrated they are."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.concentration import concentration, provider_shares


def cells(**amounts: int) -> pd.DataFrame:
    return pd.DataFrame({"year": 2024, "provider": list(amounts), "amount_cents": list(amounts.values())})


def test_the_example_of_the_american_guidelines():
    """Horizontal Merger Guidelines (2010), section 5.3: shares of 30, 30, 20 and 20 % give an index of 2,600."""
    told = concentration(cells(a=30, b=30, c=20, d=20)).iloc[0]
    assert told["hhi"] * 10_000 == pytest.approx(2600) and told["parties"] == 4


def test_shares_ranks_and_groups():
    table = pd.concat([cells(a=60, b=40), cells(a=5, c=5, d=-10).assign(year=2025), cells(a=-10)])
    told = provider_shares(table)
    assert told[["year", "provider", "share", "rank", "cumulative"]].to_numpy().tolist() == [
        [2024, "a", pytest.approx(50 / 90), 1, pytest.approx(50 / 90)], [2024, "b", pytest.approx(40 / 90), 2, 1.0],
        [2025, "a", 0.5, 1, 0.5], [2025, "c", 0.5, 2, 1.0],  # d was credited and has no share
    ]  # fmt: skip
    grouped = concentration(table, top=(1, 4))
    assert grouped["top_1"].tolist() == pytest.approx([50 / 90, 0.5]) and grouped["top_4"].tolist() == [1.0, 1.0]


def test_equal_parties_count_as_many_and_one_as_one():
    assert concentration(cells(a=1, b=1, c=1, d=1, e=1))["effective"].tolist() == pytest.approx([5.0])
    assert concentration(cells(a=7))["hhi"].tolist() == [1.0]


def test_without_keys_there_is_one_group():
    told = provider_shares(cells(a=3, b=1), keys=())
    assert list(told.columns) == ["provider", "amount_cents", "share", "rank", "cumulative"]
    assert told["share"].tolist() == [0.75, 0.25]


@pytest.mark.parametrize(
    ("table", "named"),
    [
        (cells(a=0, b=-1), "geen enkel bedrag"),
        (pd.concat([cells(a=1), cells(a=0).assign(year=2025)]), "geen enkel bedrag"),
        (cells(a=1).drop(columns="provider"), "provider ontbreekt"),
        (cells(a=1).assign(provider=None), "ontbreken waarden"),
    ],
)
def test_what_cannot_be_used_is_refused(table, named):
    with pytest.raises(FactorError, match=named):
        concentration(table)
