"""The youngest period with what was allocated: by hand, and when it is the chain ladder alone."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.claims_maturity import completed, mack, prior_from_allocations, valued_days, with_prior

# Half comes in at once and half later; the last period has 110 where the others had 50 or so.
TRIANGLE = pd.DataFrame(
    {1: [50, 48, 52, 50, 110], 2: [100, 98, 101, 101, None], 3: [100, 98, 101, None, None]}, index=list("abcde")
)
ALLOCATED = pd.Series({"a": 100.0, "b": 98, "c": 101, "d": 101, "e": 100})


def test_the_youngest_period_lies_between_claims_and_allocations():
    told = completed(TRIANGLE, allocated=ALLOCATED)
    # Learnt from a, b and c, which ended at exactly what was allocated: 100 is expected. Half of it is known (200 of
    # 400), so Benktander gives 110 + 0.5 x (0.5 x 220 + 0.5 x 100) = 190.
    assert told.loc["e", "expected"] == pytest.approx(100)
    assert told.loc["e", "ultimate"] == pytest.approx(190, abs=0.5)
    assert mack(TRIANGLE).loc["e", "ultimate"] == pytest.approx(220, abs=0.5)


def test_the_other_periods_are_those_of_the_chain_ladder():
    told, ladder = completed(TRIANGLE, allocated=ALLOCATED), mack(TRIANGLE).drop(index="total")
    pd.testing.assert_frame_equal(told.drop(columns="expected").head(4), ladder.head(4), check_names=False)
    assert told["expected"].head(4).isna().all()


def test_it_is_the_method_with_a_prior():
    prior = prior_from_allocations(ALLOCATED.loc[["a", "b", "c", "e"]], pd.Series({"a": 100.0, "b": 98, "c": 101}))
    told = with_prior(TRIANGLE, prior, weight="benktander").loc["e", ["ultimate", "standard_error"]]
    assert completed(TRIANGLE, allocated=ALLOCATED).loc["e", ["ultimate", "standard_error"]].tolist() == told.tolist()


@pytest.mark.parametrize(
    ("allocated", "since"),
    [
        (None, None),
        (ALLOCATED, "b"),  # a break: two periods are left to learn from
        (ALLOCATED.drop("e"), None),
        (ALLOCATED.drop("b"), None),
        (ALLOCATED.where(ALLOCATED.index != "e", 0.0), None),
    ],
    ids=["nothing", "break", "not of the youngest", "not of one to learn from", "zero"],
)
def test_without_enough_to_learn_from_it_is_the_chain_ladder_alone(allocated, since):
    told = completed(TRIANGLE, allocated=allocated, since=since)
    assert told["expected"].isna().all()
    assert told["ultimate"].tolist() == mack(TRIANGLE).drop(index="total")["ultimate"].tolist()


def test_a_youngest_period_without_claims_can_be_completed():
    empty = TRIANGLE.assign(**{"1": 0}).drop(columns="1").astype("float64")
    empty.loc["e", 1] = 0.0
    told = completed(empty, allocated=ALLOCATED)
    assert 0 < told.loc["e", "ultimate"] < 100  # Benktander: half of what is expected counts for the half still to come
    with pytest.raises(FactorError):
        completed(empty)


# -- what running care would cost ------------------------------------------------------------------


def test_days_are_valued_at_the_cost_per_day_of_a_whole_year():
    days = pd.DataFrame({
        "product": ["a", "b", "a", "new"], "period": ["2020-K1", "2020-K1", "2021-K1", "2021-K1"],
        "year": [2020, 2020, 2021, 2021], "days": [10, 5, 10, 99],
    })  # fmt: skip
    whole, cost = pd.Series({"a": 100, "b": 20, "never": 0}), pd.Series({"a": 30_000, "b": 400, "new": 7})
    told = valued_days(days, whole, cost, index={2019: 1.0, 2020: 1.1, 2021: 1.21}, base=2019)
    # a costs 300 a day and b 20: (3000 + 100) x 1.1 and 3000 x 1.21; a product that was not there counts for nothing.
    assert told.to_dict() == pytest.approx({"2020-K1": 3410, "2021-K1": 3630})


def test_a_year_without_an_index_is_refused():
    days = pd.DataFrame({"product": ["a"], "period": ["2020-K1"], "year": [2020], "days": [1]})
    with pytest.raises(FactorError, match="2020"):
        valued_days(days, pd.Series({"a": 1}), pd.Series({"a": 1}), index={2019: 1.0}, base=2019)
