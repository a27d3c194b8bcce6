"""The split of cost growth against cases that can be done by hand; the sums stand beside them."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan
from numbers import Rational
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition import METHODS, cost_growth

TOWN, OTHER_TOWN = "GM0637", "GM0503"
KEYS = ["municipality", "product", "unit", "provider"]
EFFECTS = ["volume", "mix", "intensity", "indexation", "harmonisation", "entry", "exit", "residual", "total"]


def cell(
    year: int, clients: float, units: float, cents: float, *, product: str = "45A48", **named: str
) -> dict[str, Any]:
    """One contract in one year."""
    keys = {"municipality": TOWN, "product": product, "unit": "04", "provider": "00000001", **named}
    return {**keys, "year": year, "clients": clients, "units": units, "amount_cents": cents}


def growth(*cells: dict[str, Any], **options: Any) -> pd.DataFrame:
    return cost_growth(pd.DataFrame(list(cells)), base=2023, compare=2024, **options)


def only(row: pd.Series) -> dict[str, float]:
    """The effects of a row that are not zero, to the hundredth of a cent."""
    return {str(name): round(value, 2) for name, value in row.items() if name not in KEYS and round(value, 2) != 0}


def youths(before: int, after: int) -> pd.DataFrame:
    return pd.DataFrame({"municipality": TOWN, "year": [2023, 2024], "youths": [before, after]})


def test_more_youths_alone_is_volume():
    # 100 -> 110 youths with 10 hours at 50 cents each: 10 x 10 x 50 = 5,000.
    result = growth(cell(2023, 100, 1000, 50_000), cell(2024, 110, 1100, 55_000))
    assert only(result.iloc[0]) == {"volume": 5000, "total": 5000}
    assert list(result.columns) == [*KEYS, *EFFECTS]


def test_more_hours_alone_is_intensity():
    # 100 youths from 10 to 12 hours at 50 cents: 100 x 2 x 50 = 10,000.
    result = growth(cell(2023, 100, 1000, 50_000), cell(2024, 100, 1200, 60_000))
    assert only(result.iloc[0]) == {"intensity": 10_000, "total": 10_000}


def test_tariff_without_an_agreed_index_is_all_harmonisation():
    result = growth(cell(2023, 10, 100, 10_000), cell(2024, 10, 100, 12_600))
    assert only(result.iloc[0]) == {"harmonisation": 2600, "total": 2600}


@pytest.mark.parametrize("frame", [False, True])
def test_indexation_and_harmonisation_by_hand(frame):
    # 100 hours, 100 -> 126 cents = 1.05 x 120. Index: 0.05 x (100 + 120) / 2 = 5.50; rest: 20 x (1 + 1.05) / 2 = 20.50.
    rate: Any = pd.DataFrame({"product": ["45A48"], "rate": [0.05]}) if frame else 0.05
    result = growth(cell(2023, 10, 100, 10_000), cell(2024, 10, 100, 12_600), indexation=rate)
    assert only(result.iloc[0]) == {"indexation": 550, "harmonisation": 2050, "total": 2600}


def test_a_tariff_that_rose_less_than_the_index_has_negative_harmonisation():
    # 100 -> 102 = 1.05 x 97.142857. Index: 0.05 x (100 + 97.142857) / 2 = 4.928571; rest: -2.857143 x 1.025.
    result = growth(cell(2023, 10, 100, 10_000), cell(2024, 10, 100, 10_200), indexation=0.05)
    assert only(result.iloc[0]) == {"indexation": 492.86, "harmonisation": -292.86, "total": 200}


def test_volume_intensity_and_tariff_together_by_hand():
    # 10 -> 12 youths, 4 -> 5 hours, 100 -> 110 cents: 4,000 -> 6,600. The mean over the six orders (Das Gupta):
    # volume    2 x (4x100 + 5x110) / 3 + 2 x (4x110 + 5x100) / 6  =  2 x (950/3 + 940/6)    =   946.67
    # intensity 1 x (10x100 + 12x110) / 3 + (10x110 + 12x100) / 6  =  2320/3 + 2300/6        = 1,156.67
    # tariff   10 x (10x4 + 12x5) / 3 + 10 x (10x5 + 12x4) / 6     = 10 x (100/3 + 98/6)     =   496.67
    result = growth(cell(2023, 10, 40, 4000), cell(2024, 12, 60, 6600))
    told = {
        "volume": Fraction("946.67"),
        "intensity": Fraction("1156.67"),
        "harmonisation": Fraction("496.67"),
        "total": 2600,
    }
    assert only(result.iloc[0]) == told


SHIFT = (
    cell(2023, 60, 60, 6000, product="A"),
    cell(2023, 40, 40, 12_000, product="B"),
    cell(2024, 40, 40, 4000, product="A"),
    cell(2024, 60, 60, 18_000, product="B"),
)


def test_a_shift_between_products_is_mix_and_never_tariff_or_volume():
    # 20 of 100 youths from A (100 cents) to B (300): -20 x 100 and +20 x 300. The mean price rose from 180 to 220.
    result = growth(*SHIFT, youths=youths(100, 100))
    assert [only(row) for _, row in result.iterrows()] == [
        {"mix": -2000, "total": -2000},
        {"mix": 6000, "total": 6000},
    ]


def test_a_shift_with_growth_by_hand():
    # All: 100 -> 110. A: share 0.6 -> 0.4 at 100: volume 10 x 0.5 x 100 = 500, mix -0.2 x 105 x 100 = -2,100.
    # B: share 0.4 -> 0.6 at 300: volume 10 x 0.5 x 300 = 1,500, mix 0.2 x 105 x 300 = 6,300.
    result = growth(SHIFT[0], SHIFT[1], cell(2024, 44, 44, 4400, product="A"), cell(2024, 66, 66, 19_800, product="B"))
    assert [only(row) for _, row in result.iterrows()] == [
        {"volume": 500, "mix": -2100, "total": -1600},
        {"volume": 1500, "mix": 6300, "total": 7800},
    ]


def test_fewer_kinds_of_help_per_youth_is_stacking():
    # 100 places for 80 youths (1.25 each), then for 100 (1 each): the same money. Per cell of 60 x 100 cents:
    # volume 20 x (1.25 + 1) / 2 x 0.6 x 100 = 1,350; stacking -0.25 x (80 + 100) / 2 x 0.6 x 100 = -1,350.
    after = [{**row, "year": 2024} for row in SHIFT[:2]]
    result = growth(*SHIFT[:2], *after, youths=youths(80, 100))
    assert list(result.columns)[4:7] == ["volume", "stacking", "mix"]
    assert [only(row) for _, row in result.iterrows()] == [
        {"volume": 1350, "stacking": -1350},
        {"volume": 2700, "stacking": -2700},  # 0.4 x 300 = 120 per youth, twice the 60 of A
    ]


def test_a_contract_in_one_year_only_is_entry_or_exit():
    result = growth(
        cell(2023, 5, 50, 700, provider="00000009"),
        cell(2024, 4, 80, 900, provider="00000002"),
        cell(2023, 1, 1, 100),
        cell(2024, 1, 1, 100),
    )
    told = {row["provider"]: only(row) for _, row in result.iterrows()}
    assert told["00000009"] == {"exit": -700, "total": -700}
    assert told["00000002"] == {"entry": 900, "total": 900}


def test_money_without_clients_or_units_is_residual():
    # B has money alone in both years; C delivered in 2023 and has only a settlement in 2024. Each product on its own.
    result = growth(
        cell(2023, 10, 100, 1000),
        cell(2024, 10, 100, 1000),
        cell(2023, 0, 5, 40, product="B"),
        cell(2024, 3, 0, 90, product="B"),
        cell(2023, 2, 20, 300, product="C"),
        cell(2024, 0, 0, -25, product="C"),
        within=("municipality", "product"),
    )
    assert [only(row) for _, row in result.iterrows()] == [
        {},
        {"residual": 50, "total": 50},
        {"exit": -300, "residual": -25, "total": -325},
    ]


def test_minutes_become_hours_without_any_effect():
    # 6,000 minutes at 1.50 are 100 hours at 90: the same 9,000 cents for the same 10 youths.
    crosswalk = pd.DataFrame(
        {"product": ["54001"], "unit": ["01"], "to_product": ["54002"], "to_unit": ["04"], "factor": [1 / 60]}
    )
    before, after = cell(2023, 10, 6000, 9000, product="54001", unit="01"), cell(2024, 10, 100, 9000, product="54002")
    result = growth(before, after, crosswalk=crosswalk)
    assert result[KEYS].iloc[0].tolist() == [TOWN, "54002", "04", "00000001"]
    assert len(result) == 1 and only(result.iloc[0]) == {}
    without = growth(before, after)
    assert without[["entry", "exit"]].sum().round(6).tolist() == [9000, -9000]


def test_products_that_become_one_are_added_first():
    # 4 and 6 youths with 40 and 60 hours at 100 cents become one: 10 youths, 100 hours, 10,000 cents; then 11,000.
    names = {"unit": "04", "to_product": "NEW", "to_unit": "04", "factor": 1}
    crosswalk = pd.DataFrame([{"product": code, **names} for code in ("A", "B")])
    result = growth(
        cell(2023, 4, 40, 4000, product="A"),
        cell(2023, 6, 60, 6000, product="B"),
        cell(2024, 10, 110, 11_000, product="NEW"),
        crosswalk=crosswalk,
    )
    assert len(result) == 1 and only(result.iloc[0]) == {"intensity": 1000, "total": 1000}


CELLS = (
    *SHIFT,
    cell(2023, 7, 90, 1234),
    cell(2024, 9, 85, 1717),
    cell(2024, 2, 3, 55, provider="00000007"),
    cell(2023, 3, 30, 999, municipality=OTHER_TOWN),
    cell(2024, 5, 31, 888, municipality=OTHER_TOWN),
    cell(2024, 0, 0, 17, product="Z"),
)


def test_splitting_the_tariff_does_not_move_the_other_effects():
    without, split = growth(*CELLS), growth(*CELLS, indexation=0.0496)
    others = ["volume", "mix", "intensity", "entry", "exit", "residual", "total"]
    assert split[list(KEYS)].equals(without[list(KEYS)])
    pd.testing.assert_frame_equal(split[others].astype("float64"), without[others].astype("float64"))
    tariff = split["indexation"] + split["harmonisation"]
    assert tariff.tolist() == pytest.approx(without["harmonisation"].tolist(), abs=1e-9)
    assert (split["indexation"] != 0).sum() == 4  # the contracts of both years


@pytest.mark.parametrize("method", list(METHODS))
@pytest.mark.parametrize("within", [("municipality",), (), ("municipality", "product")])
def test_every_row_adds_up_to_its_change(method, within):
    result = growth(*CELLS, method=method, within=within, indexation=0.05)
    parts = result.drop(columns=[*KEYS, "total"]).sum(axis=1)
    money = pd.DataFrame(list(CELLS)).pivot_table(index=KEYS, columns="year", values="amount_cents", fill_value=0)
    change = (money[2024] - money[2023]).sort_index()
    assert parts.tolist() == pytest.approx(change.tolist(), abs=1e-6)
    assert result["total"].tolist() == pytest.approx(change.tolist(), abs=1e-6)


def test_volume_is_counted_per_municipality():
    # Zoetermeer stays at 10 youths and Delft goes from 10 to 20: only Delft has volume, 10 x 100 = 1,000.
    rows = [
        cell(year, clients, clients, 100 * clients, municipality=town)
        for year, town, clients in [(2023, TOWN, 10), (2024, TOWN, 10), (2023, OTHER_TOWN, 10), (2024, OTHER_TOWN, 20)]
    ]
    result = growth(*rows)
    assert dict(zip(result["municipality"], result["volume"].round(6), strict=True)) == {TOWN: 0, OTHER_TOWN: 1000}
    # Over both together volume is 20 -> 30 and the shares shift: 10 x (1/2 + 1/3) / 2 x 100 = 416.67 for Zoetermeer.
    region = growth(*rows, within=()).set_index("municipality")["volume"]
    assert region[TOWN] == pytest.approx(10 * (1 / 2 + 1 / 3) / 2 * 100)


# Zoetermeer 10 -> 20 youths at 100 each, Delft 10 -> 10 at 300 each.
MOVED = [
    cell(year, clients, clients, price * clients, municipality=town)
    for year, town, clients, price in [
        (2023, TOWN, 10, 100), (2024, TOWN, 20, 100), (2023, OTHER_TOWN, 10, 300), (2024, OTHER_TOWN, 10, 300),
    ]
]  # fmt: skip


def test_a_shift_between_municipalities_stands_apart_from_youths_of_the_region():
    told = growth(*MOVED, between=True).set_index("municipality")
    # The region goes from 20 to 30 youths and the shares from 1/2 and 1/2 to 2/3 and 1/3:
    #   region 10 x (1/2 + 2/3) / 2 x 100 = 583.33 and 10 x (1/2 + 1/3) / 2 x 300 = 1,250;
    #   shift 1/6 x 25 x 100 = 416.67 and -1/6 x 25 x 300 = -1,250.
    assert told.loc[TOWN, ["volume", "shift"]].tolist() == pytest.approx([583 + 1 / 3, 416 + 2 / 3])
    assert told.loc[OTHER_TOWN, ["volume", "shift"]].tolist() == pytest.approx([1250, -1250])


@pytest.mark.parametrize("people", [None, "distinct"])
def test_volume_and_shift_add_up_to_volume_and_nothing_else_moves(people):
    cells = pd.DataFrame(list(CELLS))
    exact = {name: cells[name].map(Fraction) for name in ("clients", "units", "amount_cents")}
    told = {"base": 2023, "compare": 2024, "indexation": Fraction(5, 100)}
    if people:
        counted = cells.groupby(["municipality", "year"], as_index=False)["clients"].max()
        told["youths"] = counted.rename(columns={"clients": "youths"}).assign(
            youths=lambda frame: frame["youths"].map(Fraction)
        )
    without = cost_growth(cells.assign(**exact), **told)
    apart = cost_growth(cells.assign(**exact), between=True, **told)
    assert (apart["volume"] + apart["shift"]).tolist() == without["volume"].tolist()
    assert apart.drop(columns=["volume", "shift"]).equals(without.drop(columns="volume"))


def test_the_given_tables_are_left_as_they_were():
    cells, rates = pd.DataFrame(list(CELLS)), pd.DataFrame({"rate": [0.05, 0.1], "municipality": [TOWN, OTHER_TOWN]})
    copies = cells.copy(), rates.copy()
    cost_growth(cells, base=2023, compare=2024, indexation=rates)
    pd.testing.assert_frame_equal(cells, copies[0])
    pd.testing.assert_frame_equal(rates, copies[1])


TWO = (cell(2023, 10, 100, 1000), cell(2024, 10, 100, 1100))
CROSSWALK = {"product": ["45A48"], "unit": ["04"], "to_product": ["NEW"], "to_unit": ["04"], "factor": [1.0]}
BAD: dict[str, tuple[tuple[dict[str, Any], ...], dict[str, Any], str]] = {
    "missing year": (TWO, {"compare": 2031}, "2031"),
    "double key": ((*TWO, TWO[0]), {}, "municipality"),
    "missing column": (({"year": 2023}, {"year": 2024}), {}, "clients"),
    "missing number": ((TWO[0], {**TWO[1], "units": nan}), {}, "units"),
    "infinite number": ((TWO[0], {**TWO[1], "clients": inf}), {}, "clients"),
    "text": ((TWO[0], {**TWO[1], "amount_cents": "1100"}), {}, "amount_cents"),
    "within is no key": (TWO, {"within": ("segment",)}, "segment"),
    "unknown method": (TWO, {"method": "fisher"}, "fisher"),
    "no youths in a year": (TWO, {"youths": youths(1, 1).head(1)}, "2024"),
    "no youths for a place": (TWO, {"youths": youths(1, 1).assign(municipality=OTHER_TOWN)}, "zonder jeugdigen"),
    "zero youths": (TWO, {"youths": youths(10, 0)}, "zonder jeugdigen"),
    "youths twice": (TWO, {"youths": pd.concat([youths(1, 1)] * 2)}, "municipality"),
    "crosswalk without factor": (TWO, {"crosswalk": pd.DataFrame(CROSSWALK).drop(columns="factor")}, "factor"),
    "crosswalk with a product twice": (TWO, {"crosswalk": pd.concat([pd.DataFrame(CROSSWALK)] * 2)}, "vaker"),
    "crosswalk with zero": (TWO, {"crosswalk": pd.DataFrame({**CROSSWALK, "factor": [0.0]})}, "nul"),
    "crosswalk with a gap": (TWO, {"crosswalk": pd.DataFrame({**CROSSWALK, "factor": [nan]})}, "factor"),
    "rate missing for a cell": (TWO, {"indexation": pd.DataFrame({"product": ["B"], "rate": [0.1]})}, "indexatie"),
    "rate twice": (TWO, {"indexation": pd.DataFrame({"product": ["45A48"] * 2, "rate": [0.1, 0.2]})}, "indexatie"),
    "rate by an unknown column": (TWO, {"indexation": pd.DataFrame({"segment": ["S1"], "rate": [0.1]})}, "segment"),
    "frame without rate": (TWO, {"indexation": pd.DataFrame({"product": ["45A48"]})}, "rate"),
    "rate is NaN": (TWO, {"indexation": nan}, "indexatie"),
    "rate is text": (TWO, {"indexation": "0.05"}, "indexatie"),
    "missing year of a line": ((*TWO, {**TWO[0], "year": nan, "product": "B"}), {}, "year"),
    "rate of minus 100 %": (TWO, {"indexation": -1.0}, "indexatie"),
    "lmdi below zero": ((TWO[0], {**TWO[1], "amount_cents": -5}), {"method": "lmdi"}, "negatieve"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "options", "named"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(cells, options, named):
    with pytest.raises(FactorError) as refused:
        cost_growth(pd.DataFrame(list(cells)), **{"base": 2023, "compare": 2024, **options})
    assert named in refused.value.wat and refused.value.doe


def test_whole_numbers_give_exact_effects_and_floats_give_the_same_within_rounding():
    exact = growth(*CELLS)
    floats = growth(*[{**row, "amount_cents": float(row["amount_cents"])} for row in CELLS])
    effects = ["volume", "mix", "intensity", "indexation", "harmonisation", "entry", "exit", "residual"]
    assert all(isinstance(value, Rational) for value in exact["volume"])
    assert (exact[effects].sum(axis=1) == exact["total"]).all()
    assert floats["volume"].dtype == "float64"
    for name in effects:
        assert floats[name].to_numpy() == pytest.approx([float(value) for value in exact[name]], rel=1e-12, abs=1e-9)


def test_a_crosswalk_keeps_whole_numbers_exact():
    # As "products that become one": 12 half hours are 6 hours, and another product keeps its name beside them.
    crosswalk = pd.DataFrame([{"product": "A", "unit": "04", "to_product": "NEW", "to_unit": "04",
                               "factor": Fraction(1, 2)}])  # fmt: skip
    for factor in (Fraction(1, 2), 2):
        result = growth(
            cell(2023, 4, 12, 1200, product="A"), cell(2023, 1, 3, 7), cell(2024, 4, 12, 1400, product="NEW"),
            cell(2024, 1, 3, 8), crosswalk=crosswalk.assign(factor=[factor]),
        )  # fmt: skip
        assert len(result) == 2 and result[EFFECTS].map(lambda value: isinstance(value, Rational)).all(axis=None)
        assert (result[EFFECTS].drop(columns="total").sum(axis=1) == result["total"]).all()
        assert result["total"].tolist() == [1, 200]
        # 4 youths from 12 x factor to 12 units; tariff from 100 / factor to 1400 / 12 cents.
        assert result["intensity"].iloc[1] == (12 - 12 * factor) * (Fraction(100) / factor + Fraction(1400, 12)) / 2


def test_lmdi_of_whole_numbers_is_float_everywhere():
    result = growth(*CELLS, method="lmdi")
    assert set(result[EFFECTS].dtypes.astype(str)) == {"float64"}
    assert result["residual"].sum() == 17


def test_without_a_municipality_volume_is_that_of_all_cells():
    cells = pd.DataFrame(list(CELLS)).groupby(["product", "year"], as_index=False)[
        ["clients", "units", "amount_cents"]].sum()  # fmt: skip
    told = {"base": 2023, "compare": 2024, "keys": ("product",)}
    pd.testing.assert_frame_equal(cost_growth(cells, **told), cost_growth(cells, within=(), **told))


def test_a_key_named_like_an_effect_is_refused():
    cells = pd.DataFrame([{**row, "volume": 1} for row in CELLS])
    with pytest.raises(FactorError, match="volume"):
        cost_growth(cells, base=2023, compare=2024, keys=[*KEYS, "volume"])


def test_youths_of_everything_together_when_no_group_is_named():
    # One group: 50 -> 60 youths, each with two contracts of 10 hours at 50 cents: 10 x 2 x 10 x 50 = 10,000.
    people = pd.DataFrame({"year": [2023, 2024], "youths": [50, 60]})
    cells = [
        cell(year, clients, clients * 10, clients * 500, provider=provider)
        for year, clients in ((2023, 50), (2024, 60))
        for provider in ("00000001", "00000002")
    ]
    result = growth(*cells, within=(), youths=people)
    assert result["volume"].sum() == 10_000
    assert result[["stacking", "mix", "intensity", "harmonisation"]].sum().sum() == 0


# -- intensity in two parts: months in care, and units per month -----------------------------------


def with_months(row: dict[str, Any], months: float) -> dict[str, Any]:
    return {**row, "client_months": months}


def test_longer_care_is_duration_and_more_hours_a_month_is_frequency():
    # 10 youths for 4 months with 5 hours a month at 100 cents: 20,000. Five months: 1 x 10 x 5 x 100 more.
    before = with_months(cell(2023, 10, 200, 20_000), 40)
    longer = growth(before, with_months(cell(2024, 10, 250, 25_000), 50), months="client_months")
    assert only(longer.iloc[0]) == {"duration": 5000, "total": 5000}
    assert list(longer.columns)[4:8] == ["volume", "mix", "duration", "frequency"]
    denser = growth(before, with_months(cell(2024, 10, 240, 24_000), 40), months="client_months")
    assert only(denser.iloc[0]) == {"frequency": 4000, "total": 4000}


def test_duration_and_frequency_by_hand():
    # Per youth 4 months of 5 hours becomes 5 months of 6 hours, 10 youths at 100 cents: 20,000 -> 30,000.
    # Duration 1 x (5 + 6) / 2 x 1,000 = 5,500; frequency 1 x (4 + 5) / 2 x 1,000 = 4,500.
    cells = with_months(cell(2023, 10, 200, 20_000), 40), with_months(cell(2024, 10, 300, 30_000), 50)
    assert only(growth(*cells, months="client_months").iloc[0]) == {
        "duration": 5500,
        "frequency": 4500,
        "total": 10_000,
    }


def test_the_parts_add_up_to_intensity_and_move_nothing_else():
    cells = [with_months(row, row["clients"] * 3 + row["units"] / 50) for row in CELLS]
    whole, split = growth(*cells, indexation=0.05), growth(*cells, indexation=0.05, months="client_months")
    others = ["volume", "mix", "indexation", "harmonisation", "entry", "exit", "residual", "total"]
    for name in others:
        assert split[name].astype("float64").tolist() == pytest.approx(whole[name].astype("float64").tolist(), abs=1e-9)
    parts = (split["duration"] + split["frequency"]).astype("float64")
    assert parts.tolist() == pytest.approx(whole["intensity"].astype("float64").tolist(), abs=1e-9)


def test_months_are_translated_with_the_product():
    crosswalk = pd.DataFrame([
        {"product": code, "unit": "04", "to_product": "NEW", "to_unit": "04", "factor": 1} for code in ("A", "B")
    ])  # fmt: skip
    result = growth(
        with_months(cell(2023, 4, 40, 4000, product="A"), 10),
        with_months(cell(2023, 6, 60, 6000, product="B"), 10),
        with_months(cell(2024, 10, 100, 10_000, product="NEW"), 20),
        crosswalk=crosswalk,
        months="client_months",
    )
    assert only(result.iloc[0]) == {}


@pytest.mark.parametrize(
    ("cells", "months", "named"),
    [
        (TWO, "client_months", "client_months"),
        ([with_months(row, 0) for row in TWO], "client_months", "zonder maanden"),
        ([with_months(row, nan) for row in TWO], "client_months", "client_months"),
        (TWO, "units", "units"),
        (TWO, "product", "product"),
    ],
)
def test_months_that_cannot_be_used_are_refused(cells, months, named):
    with pytest.raises(FactorError) as refused:
        growth(*cells, months=months)
    assert named in refused.value.wat and refused.value.doe
