"""Price indices and agreed indexation against what was published.

Index numbers: the artificial data of the manuals on price indices, six products in five periods. Prices and quantities:
ILO, IMF and others (2004), Producer Price Index Manual, chapter 19, tables 19.1 and 19.2 (the same data stand in the
Consumer Price Index Manual, chapter 19). Indices to four decimals: Balk (2008), Price and Quantity Index Numbers,
Cambridge University Press, table 3.4 and further (fixed base); the chained ones: the manuals, chapter 19.
Indexation: the advice of VNG for 2023, 2024 and 2025, in data/published/indexation.csv with the address of each.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.methods.price_index import FORMULAS, contract_rate, correction, price_index, price_series

PRICES = [
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
    [1.2, 3.0, 1.3, 0.7, 1.4, 0.8],
    [1.0, 1.0, 1.5, 0.5, 1.7, 0.6],
    [0.8, 0.5, 1.6, 0.3, 1.9, 0.4],
    [1.0, 1.0, 1.6, 0.1, 2.0, 0.2],
]
UNITS = [
    [1.0, 1.0, 2.0, 1.0, 4.5, 0.5],
    [0.8, 0.9, 1.9, 1.3, 4.7, 0.6],
    [1.0, 1.1, 1.8, 3.0, 5.0, 0.8],
    [1.2, 1.2, 1.9, 6.0, 5.6, 1.3],
    [0.9, 1.2, 2.0, 12.0, 6.5, 2.5],
]
DIRECT = {
    "laspeyres": [1.0, 1.42, 1.345, 1.355, 1.44],
    "paasche": [1.0, 1.3824, 1.2031, 1.0209, 0.7968],
    "fisher": [1.0, 1.4011, 1.2721, 1.1762, 1.0712],
    "tornqvist": [1.0, 1.4052, 1.289, 1.2268, 1.2477],
}
CHAINED = {
    "laspeyres": [1.0, 1.42, 1.3646, 1.3351, 1.3306],
    "paasche": [1.0, 1.3824, 1.274, 1.206, 1.1234],
    "fisher": [1.0, 1.4011, 1.3185, 1.2689, 1.2226],
    "tornqvist": [1.0, 1.4052, 1.3112, 1.2624, 1.2224],
}
CELLS = pd.DataFrame([
    {"product": product, "period": period, "units": units, "amount_cents": price * units}
    for period, (prices, quantities) in enumerate(zip(PRICES, UNITS, strict=True), start=1)
    for product, (price, units) in enumerate(zip(prices, quantities, strict=True), start=1)
])  # fmt: skip


def test_values_per_period_of_table_19_3():
    assert CELLS.groupby("period")["amount_cents"].sum().round(2).tolist() == [10.0, 14.1, 15.28, 17.56, 20.0]


@pytest.mark.parametrize("period", [2, 3, 4, 5])
def test_fixed_base_indices(period):
    told = price_index(CELLS, base=1, compare=period, period="period", items=["product"]).iloc[0]
    assert [round(told[name], 4) for name in FORMULAS] == [DIRECT[name][period - 1] for name in FORMULAS]
    assert told[["matched", "base_covered", "compare_covered"]].tolist() == [6, 1, 1]


@pytest.mark.parametrize("formula", FORMULAS)
def test_chained_indices_and_their_drift(formula):
    told = price_series(CELLS, periods=[1, 2, 3, 4, 5], period="period", items=["product"])
    own = told[told["formula"] == formula]
    assert own["direct"].round(4).tolist() == DIRECT[formula]
    assert own["chained"].round(4).tolist() == CHAINED[formula]
    drift = [chain / direct - 1 for chain, direct in zip(CHAINED[formula], DIRECT[formula], strict=True)]
    assert own["drift"].tolist() == pytest.approx(drift, abs=2e-4)  # both ends are rounded to four decimals


# -- the advice of VNG ----------------------------------------------------------------------------

FILE = Path(__file__).resolve().parents[2] / "data" / "published" / "indexation.csv"
PUBLISHED = pd.read_csv(FILE).set_index(["year", "series", "status"])["percent"]
PERIODS = [(2023, "voorlopig"), (2023, "definitief"), (2024, "voorlopig"), (2024, "definitief"), (2025, "voorlopig")]


def advised(year: int, status: str) -> float:
    """The 90/10 rate from OVA and PPC, in percent."""
    parts = {name: PUBLISHED[year, name.upper(), status] / 100 for name in ("ova", "ppc")}
    return 100 * contract_rate("vng_90_10", **parts)


@pytest.mark.parametrize(("year", "status"), PERIODS)
def test_ninety_ten_is_what_vng_advised(year, status):
    printed = PUBLISHED[year, "VNG 90/10", status]
    digits = 3 if printed == 3.944 else 2
    assert round(advised(year, status), digits) == pytest.approx(printed)


def test_the_correction_for_2024_is_a_ratio():
    ratio = 100 * correction(advised(2023, "voorlopig") / 100, advised(2023, "definitief") / 100, how="ratio")
    assert round(ratio, 2) == PUBLISHED[2024, "VNG nacalculatie over het jaar ervoor", "toe te passen"] == 1.60
    # VNG added the rounded parts.
    applied = PUBLISHED[2024, "VNG 90/10 met nacalculatie", "toe te passen"]
    assert round(advised(2024, "voorlopig"), 2) + round(ratio, 2) == pytest.approx(applied)


@pytest.mark.parametrize(("how", "status"), [("difference", "toe te passen"), ("ratio", "fout gepubliceerd")])
def test_the_correction_for_2025_was_a_ratio_and_became_a_difference(how, status):
    told = 100 * correction(advised(2024, "voorlopig") / 100, advised(2024, "definitief") / 100, how=how)
    assert told == pytest.approx(PUBLISHED[2025, "VNG nacalculatie over het jaar ervoor", status], abs=0.005)
    applied = PUBLISHED[2025, "VNG 90/10 met nacalculatie", status]
    assert round(advised(2025, "voorlopig") + told, 2) == pytest.approx(applied)
