"""What was claimed and when: by hand, and as parts of the marts that were there."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.marts.build import to_frame
from jeugd_analysis.marts.claimed import claimed, running
from jeugd_analysis.store import Store

LAST = Quarter(2026, 3)
PRODUCTS = ibis.memtable(
    pd.DataFrame({"product": ["45A48", "43A11"], "segment": ["S5", "S1"], "valid_from": pd.Timestamp("2015-01-01"),
                  "valid_to": pd.Series([pd.NaT, pd.NaT], dtype="datetime64[ns]")})
)  # fmt: skip
ANNE, BO = "a" * 16, "b" * 16
LINES = pd.DataFrame(
    [  # youth, municipality, provider, product, month, amount, received
        (ANNE, "GM0637", "00000001", "45A48", "2026-01-01", 1000, "2026-02-10"),
        (ANNE, "GM0637", "00000001", "45A48", "2026-01-01", -1000, "2026-05-02"),  # credited a quarter later
        (ANNE, "GM0637", "00000002", "43A11", "2026-02-01", 5000, "2026-04-20"),  # late: known from the second quarter
        (BO, "GM0503", "00000002", "45A48", "2026-05-01", 700, "2026-06-30"),
        (BO, "GM0503", "00000002", "45A48", "2026-07-01", 900, "2026-07-31"),  # care of the third quarter
        (BO, "GM0503", "00000002", "99X99", "2025-12-01", 40, "2026-01-05"),  # a year before; a product without segment
    ],
    columns=["youth_id", "municipality", "provider", "product", "month", "amount_cents", "received_on"],
).assign(month=lambda f: pd.to_datetime(f["month"]), received_on=lambda f: pd.to_datetime(f["received_on"]))


def made(mart, as_of: date, **told: str) -> pd.DataFrame:
    return to_frame(mart(ibis.memtable(LINES), PRODUCTS, as_of=as_of, **told).to_pyarrow())


def test_claimed_by_hand():
    told = made(claimed, date(2026, 6, 30)).set_index(["municipality", "segment", "care_quarter", "receipt_quarter"])
    assert told["amount_cents"].to_dict() == {
        ("GM0503", "S0", "2025-K4", "2026-K1"): 40,
        ("GM0503", "S5", "2026-K2", "2026-K2"): 700,
        ("GM0637", "S1", "2026-K1", "2026-K2"): 5000,
        ("GM0637", "S5", "2026-K1", "2026-K1"): 1000,
        ("GM0637", "S5", "2026-K1", "2026-K2"): -1000,
    }


def test_running_by_hand():
    told = made(running, date(2026, 6, 30), region="R").set_index(["area", "period", "level"])
    assert told["amount_cents"].to_dict() == {
        ("GM0503", "2026-K2", "S5"): 700, ("GM0503", "2026-K2", "alle"): 700,
        ("GM0637", "2026-K1", "S5"): 1000, ("GM0637", "2026-K1", "alle"): 1000,
        ("GM0637", "2026-K2", "S1"): 5000, ("GM0637", "2026-K2", "S5"): 0, ("GM0637", "2026-K2", "alle"): 5000,
        ("R", "2026-K1", "S5"): 1000, ("R", "2026-K1", "alle"): 1000,
        ("R", "2026-K2", "S1"): 5000, ("R", "2026-K2", "S5"): 700, ("R", "2026-K2", "alle"): 5700,
    }  # fmt: skip
    assert told.loc[("GM0637", "2026-K2", "S5"), "youths"] == 0  # credited in full: not with care
    assert told.loc[("R", "2026-K2", "alle"), "youths"] == 2
    whole = told.loc[("R", "2026-K2", "alle")]
    assert whole[["providers", "largest_cents", "second_cents"]].tolist() == [1, 5700, 0]


@pytest.mark.parametrize(("as_of", "periods"), [
    (date(2026, 3, 31), {"2026-K1"}), (date(2026, 9, 30), {"2026-K2", "2026-K3"}),
    (date(2026, 12, 31), {"2026-K3"}), (date(2025, 12, 31), set()),
])  # fmt: skip
def test_only_this_year_at_the_end_of_this_quarter_and_the_one_before(as_of, periods):
    assert set(made(running, as_of, region="R")["period"]) == periods


def test_they_are_parts_of_the_other_marts(example: Store):
    receipts, told = example.mart("receipts", LAST), example.mart("claimed", LAST)
    keys = ["municipality", "care_quarter", "receipt_quarter"]
    assert told.groupby(keys)["amount_cents"].sum().to_dict() == receipts.set_index(keys)["amount_cents"].to_dict()
    usage, now = example.mart("usage", LAST), example.mart("running", LAST)
    now = now[now["period"] == LAST.label].set_index(["area", "level"])
    year = usage[(usage["period"] == "2026") & usage["dimension"].isin(["totaal", "segment"])]
    year = year.set_index(["area", "level"])
    both = now.join(year[["youths", "amount_cents"]], rsuffix="_usage")
    assert (both["amount_cents"] == both["amount_cents_usage"]).all() and (both["youths"] == both["youths_usage"]).all()
    held, quarters = example.mart("holdings", LAST), ["2026-K1", "2026-K2", "2026-K3"]
    parts = held[held["period"].isin(quarters) & held["dimension"].eq("totaal")].groupby("area")["euros"].sum()
    assert now.xs("alle", level="level")["euros"].to_dict() == parts.to_dict()
