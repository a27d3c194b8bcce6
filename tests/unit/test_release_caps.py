"""Youths above a maximum of units, and youths with help for a lump sum: linked to each other, hidden and attacked."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.methods.disclosure import audit
from jeugd_analysis.present.disclosure import Rules
from jeugd_analysis.release import cap_cells, lump_cells, protected_counts, relations_of, require_wide, tables_of
from jeugd_analysis.release.caps import CAP_LAYOUT
from jeugd_analysis.release.lump import LUMP_LAYOUT
from jeugd_analysis.release.tables import without_row
from jeugd_analysis.store import Store

REGION, A, B, C = "GM0000", "GM0001", "GM0002", "GM0003"
RULES = Rules(
    threshold=10, count_base=5, min_width=4, money_base_cents=1_000_000, money_width_cents=4_000_000, min_providers=3,
    p_percent=10, young_quarters=2, decimals_from=4_000,
)  # fmt: skip
COUNT = ["published", "status"]


def help_of(area: str, product: str, hours: list[int], start: int = 0) -> pd.DataFrame:
    """A line per youth, numbered from `start`."""
    youths = [f"{number:04d}" for number in range(start, start + len(hours))]
    return pd.DataFrame({
        "youth_id": youths, "municipality": area, "product": product, "unit": "04", "provider": "p", "year": 2025,
        "units": hours, "amount_cents": [each * 100 for each in hours],
    })  # fmt: skip


def usage_of(lines: pd.DataFrame) -> pd.DataFrame:
    """Youths per product and area, as the mart usage counts them; with the totals every release has."""
    both = pd.concat([lines, lines.assign(municipality=REGION)])
    counts = both.groupby(["municipality", "product"], as_index=False)["youth_id"].nunique()
    totals = both.groupby("municipality", as_index=False)["youth_id"].nunique().assign(product="alle")
    rows = pd.concat([counts.assign(dimension="product"), totals.assign(dimension="totaal")])
    named = rows.rename(columns={"municipality": "area", "product": "level", "youth_id": "youths"})
    return named.assign(period_kind="jaar", period="2025", amount_cents=0, segment="")


def cells_of(lines: pd.DataFrame, births: dict[str, int] | None = None, percentile: int = 75) -> pd.DataFrame:
    usage = usage_of(lines)
    told = cap_cells(
        lines, pd.Series(births or {}, dtype="float64"), usage, year=2025, products=["b", "s"],
        percentiles=[75, 90], percentile=percentile, region=REGION, municipalities=[A, B, C], least=10,
    )  # fmt: skip
    return pd.concat([usage, told.assign(segment="")], ignore_index=True)


def at(cells: pd.DataFrame, area: str, dimension: str, level: str, column: str = "youths") -> object:
    mine = cells[cells["area"].eq(area) & cells["dimension"].eq(dimension) & cells["level"].eq(level)]
    assert len(mine) == 1, (area, dimension, level)
    return mine[column].iloc[0]


def attacked(done: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    tables = without_row(tables_of(done, COUNT, names))
    sums = [each for each in relations_of(tables_of(done, COUNT, [*names, "segment", "product"]), REGION, distinct=True)
            if getattr(each, "table", None) in names]  # fmt: skip
    return audit(tables, relations=sums, base=5, threshold=10)


LOW, HIGH = 10, 100
REAL = pd.concat([
    help_of(A, "b", [LOW] * 40 + [HIGH] * 4 + [200] * 8),
    help_of(B, "b", [LOW] * 40 + [HIGH] * 4 + [200] * 12, start=100),
    help_of(C, "b", [LOW] * 80 + [HIGH] * 8 + [200] * 40, start=200),
], ignore_index=True)  # fmt: skip


SPREAD = REAL.assign(units=REAL["units"].where(REAL["units"].ne(200), 140 + REAL.groupby("units").cumcount()))


def test_numbers_by_hand():
    # 236 youths: 160 with 10 hours, 16 with 100, and 140 to 199 hours: 140 to 147 in A, to 159 in B, the rest in C.
    cells = cells_of(SPREAD)
    # Three quarters is the 177th value: 140. Above it are 141 to 147 in A, 148 to 159 in B and 160 to 199 in C.
    assert [at(cells, area, "cap", "75") for area in (A, B, C, REGION)] == [7, 12, 40, 59]
    assert at(cells, A, "cap", "alle") == 52 and at(cells, A, "cap_rest", "75-under") == 45
    # 90 % of 236 is 212.4, so the 213th value: 176, told as a maximum of 175. Above it are 176 to 199.
    assert at(cells, REGION, "cap", "90") == 24 and at(cells, REGION, "cap_rest", "75-90") == 35


def test_a_youth_who_moves_is_above_it_in_both_places_and_once_in_the_region():
    # Ten youths have 60 hours in A and 60 in B: over 100 together, under it in each.
    rest = help_of(C, "b", [5] * 10 + [10] * 80 + [200] * 20, start=500)
    moved = [help_of(area, "b", [60] * 10, start=10) for area in (A, B)]
    cells = cells_of(pd.concat([*moved, rest], ignore_index=True))
    # 120 values: 10 x 5, 80 x 10, 10 x 120, 20 x 200: the 90th (75 %) is 10, with ten below it.
    assert [at(cells, area, "cap", "75") for area in (A, B, REGION)] == [10, 10, 30]


def test_ages_divide_them_and_kinds_of_help_cover_them():
    both = pd.concat([
        help_of(A, "b", [5] * 10 + [10] * 50 + [100] * 20),
        help_of(A, "s", [5] * 10 + [10] * 30 + [100] * 12, start=10),
    ], ignore_index=True)  # fmt: skip
    births = {f"{number:04d}": 2015 if number < 30 else 2010 for number in range(70)}
    cells = cells_of(both, births)
    parts = {level: at(cells, A, "cap_age", level) for level in ("4-11 75", "12-17 75", "onbekend 75")}
    # The 60th of 80 and the 39th of 52 are 10.
    # b: numbers 60 to 79 are above it; s: 50 to 61. Together 50 to 79: 20 of 12-17 and ten without a year of birth.
    assert parts == {"4-11 75": 0, "12-17 75": 20, "onbekend 75": 10}
    assert at(cells, A, "cap", "75") == 30
    assert [at(cells, A, "cap_product", f"{product} 75") for product in "bs"] == [20, 12]
    assert at(cells, A, "cap_product_rest", "b 75-under") == 60


def test_a_small_number_above_the_maximum_is_hidden_and_cannot_be_found():
    done = protected_counts(cells_of(SPREAD), [], RULES, REGION)
    assert pd.isna(at(done, A, "cap", "75", "published"))  # seven
    found = attacked(done, tuple(CAP_LAYOUT))
    assert len(found) and ((found["high"] - found["low"]) >= 4).all()


CELLS = [("cap", "75"), ("cap_age", "4-11 75"), ("cap_product", "b 75")]  # seven youths each, in A


@pytest.fixture
def told() -> pd.DataFrame:
    """A whole release: numbers protected, and an amount for the totals."""
    done = protected_counts(cells_of(SPREAD, dict.fromkeys(SPREAD["youth_id"], 2016)), [], RULES, REGION)
    whole = done["dimension"].eq("totaal")
    return done.assign(
        euros=done["area"].eq(REGION).map({True: 3_000_000, False: 1_000_000}),
        amount_published=pd.Series(100_000_000, index=done.index, dtype="Int64").where(whole),
        amount_status=whole.map({True: "shown", False: None}),
    )  # fmt: skip


@pytest.mark.parametrize("number", [7, 12])
@pytest.mark.parametrize(("dimension", "level"), [*CELLS, ("totaal", "alle"), ("product", "b")])
def test_a_planted_small_or_exact_number_stops_the_release(told, dimension, level, number):
    require_wide(told, [], RULES, REGION)
    mine = told["area"].eq(A) & told["dimension"].eq(dimension) & told["level"].eq(level)
    assert mine.sum() == 1
    with pytest.raises(DisclosureError, match=rf"GEH-010.*{dimension}"):
        require_wide(told.assign(published=told["published"].mask(mine, number)), [], RULES, REGION)


@pytest.mark.parametrize(("dimension", "level"), CELLS)
def test_the_attack_finds_a_number_that_exact_ones_beside_it_give_away(told, dimension, level):
    mine = told["area"].eq(A) & told["dimension"].eq(dimension) & told["level"].eq(level)
    exact = told.assign(published=told["youths"].astype("Int64").mask(mine), status="shown")
    exact["status"] = exact["status"].mask(mine, "primary")
    found = attacked(exact, tuple(CAP_LAYOUT))
    assert set(found["low"]) == set(found["high"]) == {7}


# -- lump sums -----------------------------------------------------------------------------------


def paid(**youths: list[object]) -> pd.DataFrame:
    """Two months of 2025 per municipality."""
    months = pd.to_datetime(["2025-01-01", "2025-02-01"])
    return pd.concat([
        pd.DataFrame({"municipality": area, "month": months, "youths": pd.array(numbers, dtype="Int64")})
        for area, numbers in youths.items()
    ])  # fmt: skip


def test_a_year_of_lump_sums_is_the_mean_over_its_months_and_the_region_is_the_sum():
    told = lump_cells(paid(GM0001=[20, 23], GM0002=[4, 4]), Quarter(2025, 3), region=REGION, municipalities=[A, B])
    assert dict(zip(told["area"], told["youths"], strict=True)) == {A: 22, B: 4, REGION: 26}  # 21.5 goes to even


def test_a_month_without_a_number_leaves_the_year_out_and_no_deliveries_none():
    for table in (paid(GM0001=[20, None]), paid(GM0001=[1, 1]).iloc[:0]):
        assert lump_cells(table, Quarter(2025, 3), region=REGION, municipalities=[A]).empty


def test_a_small_one_beside_the_region_is_not_found():
    lump = lump_cells(paid(GM0001=[300, 300], GM0002=[4, 4]), Quarter(2025, 3), region=REGION, municipalities=[A, B])
    cells = pd.concat([usage_of(REAL), lump.assign(segment="")], ignore_index=True)
    done = protected_counts(cells, [], RULES, REGION)
    assert pd.isna(at(done, B, "lump", "alle", "published"))
    found = attacked(done, tuple(LUMP_LAYOUT))
    assert ((found["high"] - found["low"]) >= 4).all()


# -- the example ---------------------------------------------------------------------------------


def test_the_example_tells_what_its_own_lines_say(example: Store):
    quarter = Quarter(2026, 3)
    release = example.release(quarter)
    whole = release[release["dimension"].eq("cap") & release["level"].eq("alle")].set_index("area")["youths"]
    region = example.region.code
    assert whole[region] <= whole.drop(region).sum() and whole[region] >= whole.drop(region).max()
    small = release["youths"].between(1, 9) & release["dimension"].str.startswith(("cap", "lump"))
    assert small.any() and release.loc[small, "published"].isna().all()
