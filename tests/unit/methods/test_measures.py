"""The ledger and its calculators, by hand. The figures of 2019 themselves: tests/published/test_measures_2019.py."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.measures import (
    Outcome,
    cap_for,
    do_it_yourself,
    extended_care,
    hours_cap,
    implied_base,
    ledger,
    less_use,
    national_to_regional,
    return_on_investment,
    tariff_cut,
    totals,
    transport,
    wlz_outflow,
)


def facts(*rows: tuple[str, str, object]) -> pd.DataFrame:
    """(indicator, breakdown, value) of one plan."""
    table = pd.DataFrame(list(rows), columns=["indicator", "breakdown", "value"])
    return table.assign(topic="plan", period="2030", document="Plan 2028")


TWO = facts(
    ("saving_gross", "2 Twee", "100"),
    ("saving_cost", "2 Twee", "30"),
    ("saving_net", "2 Twee", "70"),
    ("saving_gross", "10 Tien", "50"),
    ("saving_already_budgeted", "10 Tien", "20"),
    ("saving_net", "10 Tien", "30"),
    ("saving_societal", "10 Tien", "5"),
    ("home_visits", "10 Tien", "40"),  # another kind of figure
    ("saving_gross_total", "", "150"),
)


def test_ledger_keeps_amounts_apart():
    table = ledger(TWO, topic="plan")
    assert table["number"].tolist() == [2, 10] and table["measure"].tolist() == ["Twee", "Tien"]
    assert table["target_year"].tolist() == ["2030", "2030"]
    assert table["needed_euro"].tolist() == [30, pd.NA] and table["already_budgeted_euro"].tolist() == [pd.NA, 20]
    summed = totals(table)
    assert summed["gross_euro"] == 150 and summed["net_euro"] == 100 and summed["societal_euro"] == 5
    assert ledger(TWO, topic="ander plan").empty


BAD = {
    "net does not follow": (TWO.replace("70", "71"), "maatregel 2"),
    "figure twice": (pd.concat([TWO, TWO.head(1)]), "vaker"),
    "no net": (TWO.drop(index=2), "netto"),
    "half a euro": (TWO.replace("70", "70.5"), "heel getal"),
    "no column": (TWO.drop(columns="period"), "period"),
}


@pytest.mark.parametrize(("given", "named"), BAD.values(), ids=BAD)
def test_a_bad_ledger_is_refused(given, named):
    with pytest.raises(FactorError, match=named):
        ledger(given, topic="plan")


def outcome(gross: int, needed: int = 0, net: int | None = None, societal: int = 0) -> Outcome:
    return Outcome(
        gross_cents=gross,
        needed_cents=needed,
        net_cents=gross - needed if net is None else net,
        societal_cents=societal,
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (tariff_cut(8500, before=0.85, after=0.75), outcome(1000)),  # 10/85 of what is spent
        (tariff_cut(100, before=0.85, after=0.75), outcome(12)),  # 11.76 cents
        (tariff_cut(8500, before=0.85, after=0.85), outcome(0)),
        (hours_cap([10, 30, 50.5], cap=30, tariff_cents=8000), outcome(164_000)),  # 20.5 hours
        (hours_cap([], cap=30, tariff_cents=8000), outcome(0)),
        (national_to_regional(400, moved_share=0.25, national_cents=12_000, regional_cents=9500), outcome(250_000)),
        (national_to_regional(400, moved_share=0.25, national_cents=9500, regional_cents=12_000), outcome(-250_000)),
        (transport(100_000, fewer_share=0.1, needed_cents=2500), outcome(10_000, 2500)),
        (extended_care(100_000, ended_share=0.3, replaced_share=0.4), outcome(30_000, 12_000)),
        (extended_care(100_000, ended_share=0.3, replaced_share=1.5), outcome(30_000, 45_000)),  # dearer elsewhere
        (
            wlz_outflow(10, accepted_share=0.6, yearly_cost_cents=5_000_000, support_cents=100_000),
            outcome(30_000_000, 1_000_000),
        ),
        (less_use(367_500_000, reduction_share=0.04, needed_cents=8_100_000), outcome(14_700_000, 8_100_000)),
        (do_it_yourself(67_000_000, own_cents=22_000_000), outcome(67_000_000, 22_000_000)),
        (
            return_on_investment(1000, return_share=0.2, municipal_share=0.25),  # 1,200: 300 here, 900 elsewhere
            outcome(300, 1000, societal=900),
        ),
    ],
)
def test_calculators_by_hand(found, expected):
    assert found == expected


@pytest.mark.parametrize(("share", "cap"), [(0.75, 30), (0.76, 90), (1, 90), (0, 10), (0.25, 10), (0.26, 20)])
def test_cap_within_which_a_share_can_be_finished(share, cap):
    assert cap_for([90, 10, 30, 20], finished_share=share) == cap


def test_implied_base_is_the_way_back():
    assert implied_base(1000, share=Fraction(10, 85)) == 8500
    assert less_use(int(implied_base(1000, share=0.04)), reduction_share=0.04).gross_cents == 1000


@pytest.mark.parametrize(
    "call",
    [
        lambda: tariff_cut(100, before=0.75, after=0.85),
        lambda: tariff_cut(100, before=0.85, after=0),
        lambda: tariff_cut(-100, before=0.85, after=0.75),
        lambda: tariff_cut(0.5, before=0.85, after=0.75),
        lambda: less_use(100, reduction_share=1.2),
        lambda: less_use(100, reduction_share="veel"),
        lambda: transport(100, fewer_share=-0.1),
        lambda: cap_for([], finished_share=0.5),
        lambda: hours_cap([-1], cap=1, tariff_cents=1),
        lambda: implied_base(100, share=0),
    ],
)
def test_a_wrong_call_is_refused(call):
    with pytest.raises(FactorError):
        call()
