"""Waiting lists and places of the example region: accepted by our schemas, repeatable, and as the sources say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pytest

from jeugd_analysis.domain import codes
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.example.supply import SUPPLY, capacity, waiting
from jeugd_analysis.sources.own_csv import read_table
from jeugd_analysis.tables import TABLES, columns_of, require

DATA = Path(__file__).resolve().parents[3] / "data"
SIZE = {  # youths with care in 2022: CBS 85335NED
    "GM0503": 2685, "GM0518": 15985, "GM0603": 1570, "GM0629": 605, "GM0637": 4630, "GM1783": 2755, "GM1842": 410,
    "GM1916": 2120, "GM1926": 1580,
}  # fmt: skip
INFLOW = {
    "kdc": 420.0, "dagbesteding": 700.0, "pleegzorg": 350.0, "gezinshuis": 160.0, "verblijf": 600.0, "crisis": 450.0,
    "ggz": 700.0, "ambulant": 9000.0,
}  # fmt: skip
LAST, END = Quarter(2026, 3), Quarter(2026, 4)
SCALES = (1.0, 0.1, 0.01)


def lists(*, scale: float = 1.0, growth: float = 2.0, last: Quarter = LAST, seed: int = 1) -> pa.Table:
    rng = np.random.default_rng(seed)
    return pa.table(waiting(list(SIZE), SIZE, inflow=INFLOW, kdc_growth=growth, scale=scale, last=last, rng=rng))


def supply(*, scale: float = 1.0, last: Quarter = LAST, seed: int = 1) -> pa.Table:
    return pa.table(capacity(inflow=INFLOW, scale=scale, last=last, rng=np.random.default_rng(seed)))


def kdc_of_year(table: pa.Table, year: int) -> int:
    frame = table.to_pandas()
    return int(frame.loc[(frame["kind"] == "kdc") & frame["quarter"].str.startswith(str(year)), "waiting"].sum())


def as_delivered(table: pa.Table, name: str, folder: Path) -> pd.DataFrame:
    path = folder / f"{name}.csv"
    options = pacsv.WriteOptions(quoting_style="none", quoting_header="none")
    pacsv.write_csv(table, path, options)
    return read_table(path, TABLES[name])


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("name", "make"), [("waiting", lists), ("capacity", supply)])
def test_own_schema_accepts_it(tmp_path: Path, name: str, make, scale: float) -> None:
    table = make(scale=scale)
    assert table.column_names == list(columns_of(TABLES[name]))
    frame = as_delivered(table, name, tmp_path)
    require(TABLES[name], frame, file=f"{name}.csv")
    assert sorted(frame["quarter"].unique()) == [quarter.label for quarter in Quarter(2019, 1).until(LAST)]


def test_every_kind_is_in_the_code_lists() -> None:
    assert set(SUPPLY) == set(codes.WAITING_KINDS)
    assert {kind for kind, told in SUPPLY.items() if told.places} <= set(codes.CAPACITY_KINDS)


def test_segments_are_those_of_the_products() -> None:
    products = pd.read_csv(DATA / "reference" / "products.csv", dtype=str).set_index("product")["segment"]
    assert {kind: products[told.product] for kind, told in SUPPLY.items()} == {
        kind: told.segment for kind, told in SUPPLY.items()
    }


@pytest.mark.parametrize("make", [lists, supply])
def test_same_seed_same_rows_other_seed_other_rows(make) -> None:
    assert make() == make()
    assert make() != make(seed=2)


@pytest.mark.parametrize("make", [lists, supply])
def test_an_earlier_last_quarter_has_the_same_rows(make) -> None:
    whole, short = make(last=END).to_pandas(), make(last=Quarter(2020, 2)).to_pandas()
    kept = whole[whole["quarter"] <= "2020-K2"].reset_index(drop=True)
    pd.testing.assert_frame_equal(short, kept)
    assert short["quarter"].nunique() == 6


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("growth", [2.0, 1.5, 1.0])
def test_the_kdc_list_grows_by_the_factor(scale: float, growth: float) -> None:
    table = lists(scale=scale, growth=growth)
    before, after = kdc_of_year(table, 2023), kdc_of_year(table, 2024)
    assert before > 0
    assert after == pytest.approx(growth * before, abs=0.5)


def test_the_kdc_list_follows_the_published_factor() -> None:
    facts = pd.read_csv(DATA / "published" / "facts.csv", dtype=str).set_index("indicator")
    factor = float(facts.loc["waiting_kdc_ratio", "value"])
    table = lists(growth=factor)
    assert kdc_of_year(table, 2024) / kdc_of_year(table, 2023) == pytest.approx(factor, abs=0.01)


def test_the_kdc_list_grows_in_spite_of_extra_places() -> None:
    """Westland memo 25-0094740: "ondanks extra zorgplekken in 2024"."""
    frame = supply().to_pandas()
    places = frame[frame["kind"] == "kdc"].set_index("quarter")["places"]
    assert places["2024-K1"] > places["2023-K4"]


@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_little_holds_for_the_region(scale: float) -> None:
    """Waiting = new youths per day x mean wait; the mean wait is written in tenths of days."""
    frame = lists(scale=scale).to_pandas()
    days = (frame["waiting"] * frame["mean_wait_days"].fillna(0)).groupby([frame["kind"], frame["quarter"]]).sum()
    total = frame.groupby(["kind", "quarter"])["waiting"].sum()
    mean = (days / total.where(total > 0)).dropna()
    per_day = mean.index.get_level_values("kind").map(INFLOW).to_numpy() * scale / 365.25
    assert len(mean) > 200
    assert (per_day * mean - total[mean.index]).abs().max() <= 0.05 * per_day.max()


@pytest.mark.parametrize("kind", ["pleegzorg", "gezinshuis"])
def test_foster_and_family_homes_are_short(kind: str) -> None:
    places, queue = supply().to_pandas(), lists().to_pandas()
    rate = places[places["kind"] == kind].eval("occupied / places")
    assert rate.min() > 0.95 and rate.max() <= 1
    assert (queue[queue["kind"] == kind].groupby("quarter")["waiting"].sum() > 0).all()


def test_only_crisis_places_are_overbooked() -> None:
    frame = supply().to_pandas()
    over = frame[frame["occupied"] > frame["places"]]
    assert set(over["kind"]) == {"crisis"}
    assert (over["occupied"] <= 1.1 * over["places"]).all()


def test_places_fit_the_youths_in_care() -> None:
    """Foster care: 350 new youths a year x 26 months = 758 at once; at 98.5 % occupancy that takes 770 places."""
    frame = supply().to_pandas().set_index(["kind", "quarter"])
    assert frame.loc[("pleegzorg", "2024-K1"), "places"] == 770


def test_longer_waits_harm_more() -> None:
    frame = lists().to_pandas()
    rows = frame[(frame["waiting"] > 0) & (frame["kind"] != "crisis")]
    short, long = rows[rows["mean_wait_days"] < 60], rows[rows["mean_wait_days"] > 150]
    shares = [float(part["harmful"].sum() / part["waiting"].sum()) for part in (short, long)]
    assert 0 < shares[0] < 0.5 * shares[1] and shares[1] < 0.5


def test_small_municipalities_have_small_whole_numbers() -> None:
    frame = lists().to_pandas()
    smallest = frame[(frame["municipality"] == "GM1842") & (frame["kind"] == "kdc")]["waiting"]
    assert {0, 1, 2} <= set(smallest) and smallest.max() <= 10
    assert frame.loc[frame["waiting"] == 0, "mean_wait_days"].isna().all()
    by_size = frame.groupby("municipality")["waiting"].sum()
    assert (by_size / by_size.sum()).to_numpy() == pytest.approx(np.array(list(SIZE.values())) / 32340, abs=0.02)


def test_who_waits_now_often_waited_a_quarter_ago_too() -> None:
    """Lists drawn anew would differ by twice their mean (variance); of a list of half a year, half stays a quarter."""
    frame = lists().to_pandas()
    rows = frame[(frame["kind"] == "gezinshuis") & (frame["municipality"] != "GM0518")]
    counts = rows.pivot(index="quarter", columns="municipality", values="waiting")
    assert counts.diff().pow(2).mean().sum() < 0.75 * 2 * counts.mean().sum()


def test_nobody_new_means_nobody_waits() -> None:
    rng = np.random.default_rng(1)
    table = waiting(["GM0637"], {"GM0637": 1}, inflow={"kdc": 0.0}, kdc_growth=2.0, scale=1.0, last=LAST, rng=rng)
    assert set(table["waiting"].to_pylist()) == {0} and set(table["mean_wait_days"].to_pylist()) == {None}
