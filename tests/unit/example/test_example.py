"""The example region: accepted by our own reader and schemas, repeatable, and near the figures it imitates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.example import ExampleInput, write_example
from jeugd_analysis.example.assumptions import PROFILES
from jeugd_analysis.sources.own_csv import read_table
from jeugd_analysis.tables import TABLES, require
from jeugd_analysis.tables.claims import amount_differs

REFERENCE = Path(__file__).resolve().parents[3] / "data" / "reference"
SCALE = 0.01
LAST = Quarter(2026, 3)
FOLDERS = ["2025-K4", "2026-K1", "2026-K2", "2026-K3"]
NAMES = ["youths", "allocations", "requests", "care_periods", "claims", "tariffs", "providers", "population"]

CBS_YOUTHS = {  # 85075NED (2021) and 85335NED (2022, provisional)
    "GM0503": (2610, 2685), "GM0518": (15840, 15985), "GM1916": (2020, 2120), "GM1842": (365, 410),
    "GM1926": (1525, 1580), "GM0603": (1435, 1570), "GM0629": (640, 605), "GM1783": (2735, 2755),
    "GM0637": (4110, 4630),
}  # fmt: skip
NATIONAL = {  # nji.nl/cijfers/jeugdzorg: youths below 23 with youth care, personal budgets included
    2016: 404080, 2017: 419580, 2018: 430175, 2019: 443585, 2020: 435760,
    2021: 469705, 2022: 476560, 2023: 489895, 2024: 481355,
}  # fmt: skip
INHABITANTS = {  # 0-14 years and eight tenths of 15-24 years in 2022 (KWB), rounded
    "GM0503": 29500, "GM0518": 146000, "GM1916": 18200, "GM1842": 5200,
    "GM1926": 16700, "GM0603": 13500, "GM0629": 6900, "GM1783": 29000, "GM0637": 32400,
}  # fmt: skip


def example_region(municipalities: tuple[str, ...] = tuple(CBS_YOUTHS)) -> ExampleInput:
    """The nine municipalities with the figures of CBS."""
    names = pd.read_csv(REFERENCE / "municipalities.csv", dtype=str).set_index("municipality")["name"]
    return ExampleInput(
        municipalities={code: names[code] for code in municipalities},
        products=pd.read_csv(REFERENCE / "products.csv", dtype=str),
        targets={(code, year): CBS_YOUTHS[code][year - 2021] for code in CBS_YOUTHS for year in (2021, 2022)},
        inhabitants=INHABITANTS,
        national=NATIONAL,
    )


class Written:
    """Deliveries on disk, read back with the program's own reader."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self._frames: dict[tuple[str, str], pd.DataFrame] = {}

    def table(self, name: str, folder: str = FOLDERS[-1]) -> pd.DataFrame:
        if (folder, name) not in self._frames:
            self._frames[folder, name] = read_table(self.target / folder / f"{name}.csv", TABLES[name])
        return self._frames[folder, name]

    @property
    def claims(self) -> pd.DataFrame:
        return pd.concat([self.table("claims", folder) for folder in FOLDERS], ignore_index=True)


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Written:
    target = tmp_path_factory.mktemp("example")
    write_example(target, region=example_region(), last=LAST, scale=SCALE)
    return Written(target)


@pytest.fixture(scope="module")
def tenth(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A tenth of the size: enough lines for money, shares and percentiles."""
    target = tmp_path_factory.mktemp("tenth")
    write_example(target, region=example_region(), last=LAST, scale=0.1)
    return Written(target)


def contents(target: Path) -> dict[str, bytes]:
    return {str(path.relative_to(target)): path.read_bytes() for path in sorted(target.rglob("*.csv"))}


def test_returns_the_files_it_wrote_and_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[str] = []
    files = write_example(tmp_path, region=example_region(), last=LAST, scale=0.002, progress=told.append)
    assert sorted(files) == sorted(tmp_path.rglob("*.csv"))
    assert {str(path.relative_to(tmp_path)) for path in files} == {f"{f}/{n}.csv" for f in FOLDERS for n in NAMES}
    assert [folder for folder in FOLDERS if any(folder in line for line in told)] == FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("name", NAMES)
def test_own_schemas_accept_every_file(deliveries: Written, folder: str, name: str) -> None:
    frame = deliveries.table(name, folder)
    require(TABLES[name], frame, file=f"{name}.csv")
    raw = (deliveries.target / folder / f"{name}.csv").read_bytes()
    assert b'"' not in raw
    assert b"\r" not in raw


def test_same_seed_same_bytes_other_seed_other_bytes(deliveries: Written, tmp_path: Path) -> None:
    write_example(tmp_path / "again", region=example_region(), last=LAST, scale=SCALE)
    write_example(tmp_path / "other", region=example_region(), last=LAST, scale=SCALE, seed=7)
    first, other = contents(deliveries.target), contents(tmp_path / "other")
    assert contents(tmp_path / "again") == first
    assert {name for name in first if first[name] == other[name]} == {  # these hold no chance
        f"{folder}/{name}.csv" for folder in FOLDERS for name in ("providers", "population")
    }


def test_a_later_quarter_does_not_change_the_earlier_deliveries(deliveries: Written, tmp_path: Path) -> None:
    write_example(tmp_path, region=example_region(), last=Quarter(2026, 1), scale=SCALE)
    first = contents(deliveries.target)
    assert contents(tmp_path) == {name: raw for name, raw in first.items() if name[:7] in FOLDERS[:2]}


def test_claims_are_increments(deliveries: Written) -> None:
    assert deliveries.claims["reference"].is_unique
    for folder in FOLDERS:
        quarter = Quarter.parse(folder)
        received = deliveries.table("claims", folder)["received_on"].dt.date
        assert received.max() <= quarter.last_day
        if folder != FOLDERS[0]:
            assert received.min() >= quarter.first_day
    history = deliveries.table("claims", FOLDERS[0])["month"]  # December comes in after the quarter has ended
    assert (history.min(), history.max()) == (pd.Timestamp(2017, 1, 1), pd.Timestamp(2025, 11, 1))


def test_credits_mirror_an_original_once(deliveries: Written) -> None:
    claims = deliveries.claims
    credits = claims[claims["credit_of"].notna()]
    pairs = credits.merge(claims, left_on="credit_of", right_on="reference", suffixes=("", "_original"))
    assert len(pairs) == len(credits) > 100
    assert credits["credit_of"].is_unique
    same = ["allocation_id", "youth_id", "municipality", "provider", "product", "month", "unit", "tariff_cents"]
    for column in same:
        assert pairs[column].equals(pairs[f"{column}_original"].rename(column)), column
    for column in ("units", "amount_cents"):
        assert (pairs[column] == -pairs[f"{column}_original"]).all()
    waited = (pairs["received_on"] - pairs["received_on_original"]).dt.days
    assert waited.between(28, 184).all()  # one to six months
    assert len(credits) / len(claims) == pytest.approx(0.02, abs=0.004)


def test_three_quarters_of_the_credits_are_billed_again_with_other_units(deliveries: Written) -> None:
    claims = deliveries.claims
    early = claims[claims["month"] < pd.Timestamp(2024, 1, 1)]  # their new lines have all come in
    place = ["allocation_id", "month"]
    originals = early[early["reference"].isin(early["credit_of"].dropna())]
    billed = early[early["credit_of"].isna() & ~early["reference"].isin(originals["reference"])]
    again = originals.merge(billed, on=place, suffixes=("", "_again"))
    assert len(again) / len(originals) == pytest.approx(0.75, abs=0.08)
    assert (again["units"] != again["units_again"]).all()
    assert (again["received_on_again"] >= again["received_on"] + pd.Timedelta(days=28)).all()


def test_few_lines_are_faulty_and_the_others_are_exact(deliveries: Written) -> None:
    claims = deliveries.claims
    known = claims["allocation_id"].isin(deliveries.table("allocations")["allocation_id"])
    assert 0.0003 < amount_differs(claims).mean() < 0.002
    assert 0.0001 < (~known).mean() < 0.0012
    assert (claims["units"] != 0).all()


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_a_line_refers_to_is_in_the_same_delivery(deliveries: Written, folder: str) -> None:
    allocations = deliveries.table("allocations", folder)
    youths = set(deliveries.table("youths", folder)["youth_id"])
    assert set(deliveries.table("requests", folder)["youth_id"]) == youths  # known from the first request on
    for name in ("allocations", "claims"):
        assert set(deliveries.table(name, folder)["youth_id"]) <= youths
    assert set(deliveries.table("care_periods", folder)["allocation_id"]) <= set(allocations["allocation_id"])
    joined = deliveries.table("claims", folder).merge(allocations, on="allocation_id", suffixes=("", "_allocated"))
    for column in ("youth_id", "provider", "product"):
        assert (joined[column] == joined[f"{column}_allocated"]).all()
    asked = deliveries.table("requests", folder).groupby(["youth_id", "provider", "product"]).size()
    allocated = allocations.groupby(["youth_id", "provider", "product"]).size()
    assert (asked.reindex(allocated.index, fill_value=0) >= allocated).all()


@pytest.mark.parametrize("folder", FOLDERS)
def test_only_planned_ends_lie_in_the_future(deliveries: Written, folder: str) -> None:
    last_day = pd.Timestamp(Quarter.parse(folder).last_day)
    allocations, periods = (deliveries.table("allocations", folder), deliveries.table("care_periods", folder))
    assert (allocations["end"] > last_day).any()
    assert not (periods["end"] > last_day).any()
    assert periods["end"].isna().any()
    assert periods["end_reason"].notna().equals(periods["end"].notna().rename("end_reason"))
    assert not (deliveries.table("youths", folder)["valid_to"] >= last_day).any()
    starts = {"allocations": "start", "requests": "requested_on", "care_periods": "start", "tariffs": "valid_from"}
    for name, column in starts.items():
        assert deliveries.table(name, folder)[column].max() <= last_day


def test_claims_fall_in_months_of_care(deliveries: Written) -> None:
    care = deliveries.claims.merge(deliveries.table("care_periods"), on="allocation_id")
    assert (care["month"] >= care["start"].dt.to_period("M").dt.to_timestamp()).all()
    assert (care["end"].isna() | (care["month"] <= care["end"])).all()
    lines = care[care["credit_of"].isna()]
    days = (care["end"].fillna(pd.Timestamp(2099, 1, 1)) - care["month"]).dt.days + 1
    nights = lines["unit"] == "14"
    assert (lines.loc[nights, "units"] <= np.minimum(days[lines.index][nights], 31)).all()


def test_claims_follow_the_municipality_of_the_month(deliveries: Written) -> None:
    youths, claims = deliveries.table("youths"), deliveries.claims
    movers = youths[youths["youth_id"].duplicated(keep=False)]
    assert 0.002 < movers["youth_id"].nunique() / youths["youth_id"].nunique() < 0.02
    lived = claims.merge(youths, on="youth_id", suffixes=("", "_lived"))
    lived = lived[(lived["valid_to"].isna() | (lived["month"] <= lived["valid_to"]))]
    lived = lived[(lived["month"] >= lived["valid_from"]) | ~lived["youth_id"].isin(movers["youth_id"])]
    assert len(lived) == len(claims)
    assert (lived["municipality"] == lived["municipality_lived"]).all()


def test_tariffs_are_those_of_the_contract_in_that_year(deliveries: Written) -> None:
    claims, tariffs = deliveries.claims, deliveries.table("tariffs")
    claims["valid_from"] = claims["month"].dt.to_period("Y").dt.to_timestamp()
    priced = claims.merge(tariffs, on=["provider", "product", "unit", "valid_from"], suffixes=("", "_contract"))
    assert len(priced) == len(claims)
    assert (priced["tariff_cents"] == priced["tariff_cents_contract"]).all()
    wide = tariffs.pivot(index=["provider", "product"], columns="valid_from", values="tariff_cents")
    wide.columns = [day.year for day in wide.columns]
    assert (wide[2024] / wide[2023]).mean() == pytest.approx(1.063, abs=2e-4)  # VNG advice 2024; cents are rounded
    assert (wide[2025] / wide[2024]).mean() == pytest.approx(1.0496, abs=2e-4)  # VNG advice 2025


@pytest.mark.parametrize(
    ("municipality", "year", "published"),
    [("GM0637", 2021, 4110), ("GM0637", 2022, 4630), ("GM0518", 2021, 15840), ("GM0518", 2022, 15985)],
)
def test_distinct_youths_are_near_the_figure_of_cbs(
    deliveries: Written, municipality: str, year: int, published: int
) -> None:
    claims = deliveries.claims
    found = claims[(claims["municipality"] == municipality) & (claims["month"].dt.year == year)]["youth_id"].nunique()
    assert found == pytest.approx(published * SCALE, abs=2 + 0.02 * published * SCALE)  # two youths: rounding, movers


def test_all_municipalities_are_within_four_percent(tenth: Written) -> None:
    claims = tenth.claims
    use = claims.groupby(["municipality", claims["month"].dt.year])["youth_id"].nunique()
    for code, published in CBS_YOUTHS.items():
        for year, count in zip((2021, 2022), published, strict=True):
            assert use[code, year] == pytest.approx(count * 0.1, abs=1.5 + 0.04 * count * 0.1), (code, year)


@pytest.mark.parametrize(
    ("year", "youths"),
    [
        (2022, 4630.0),
        (2023, 4630 * 489895 / 476560),
        (2024, 4630 * 481355 / 476560),
        (2026, 4630 * 481355 / 476560),  # flat after the last national figure
        (2020, 4110 / 1.0190488),  # growth 2016-2020: (435760 / 404080) ** (1 / 4) = 1.0190488
        (2019, 4110 / 1.0190488 * 443585 / 435760),
        (2015, 4110 / 1.0190488**2 * 404080 / 435760),
    ],
)
def test_other_years_follow_the_national_series_without_its_break(year: int, youths: float) -> None:
    assert example_region().youths("GM0637", year) == pytest.approx(youths, rel=1e-6)


def test_den_haag_has_no_client_level_claims_for_most_ambulant_help_from_2024(deliveries: Written) -> None:
    allocations, claims = deliveries.table("allocations"), deliveries.claims
    ambulant = allocations["product"].isin(["45A48", "45A49"]) & (allocations["municipality"] == "GM0518")
    periods, new_year = deliveries.table("care_periods"), pd.Timestamp(2024, 1, 1)
    ended = periods[periods["end_reason"] == "36"]
    assert set(ended["end"]) == {pd.Timestamp(2023, 12, 31)}
    assert set(ended["allocation_id"]) <= set(allocations[ambulant]["allocation_id"])
    running = (periods["start"] < new_year) & ~(periods["end"] < pd.Timestamp(2023, 12, 31))
    both = running & periods["allocation_id"].isin(allocations[ambulant]["allocation_id"])
    assert len(ended) / both.sum() == pytest.approx(0.6, abs=0.15)
    new = allocations[ambulant].groupby(allocations["start"].dt.year).size()
    assert new[2024] / new[2022] == pytest.approx(0.4, abs=0.15)
    late = claims[claims["month"] >= new_year]
    assert not late["allocation_id"].isin(ended["allocation_id"]).any()


def test_ages_in_care_are_near_those_of_cbs(tenth: Written) -> None:
    claims, youths = tenth.claims, tenth.table("youths").drop_duplicates("youth_id").set_index("youth_id")
    seen = claims[claims["month"].dt.year == 2022]["youth_id"].drop_duplicates()
    bands = pd.cut(2022 - seen.map(youths["birth_year"]), [-1, 3, 11, 17, 22]).value_counts(sort=False)
    assert bands.sum() == len(seen)  # nobody of 23 or older
    published = np.array([2905, 15480, 13005, 965])  # CBS 85335NED, the nine together
    assert bands.to_numpy() / bands.sum() == pytest.approx(published / published.sum(), abs=0.025)


def test_one_in_seven_episodes_is_repeat_use_and_a_quarter_is_stacked(tenth: Written) -> None:
    care = tenth.table("care_periods").merge(tenth.table("allocations")[["allocation_id", "youth_id"]])
    care = care.fillna({"end": pd.Timestamp(2099, 1, 1)}).sort_values(["youth_id", "start", "end"], ascending=[1, 1, 0])
    earlier = care.groupby("youth_id")["end"].transform(lambda end: end.cummax().shift())
    care["episode"] = (earlier.isna() | (earlier < care["start"])).cumsum()
    episodes = care.groupby("episode").agg(start=("start", "min"), lines=("start", "size"), youth=("youth_id", "first"))
    recent = episodes["start"].dt.year.between(2021, 2023)
    assert episodes["youth"].duplicated()[recent].mean() == pytest.approx(0.15, abs=0.02)
    assert (episodes["lines"] > 1)[recent].mean() == pytest.approx(0.25, abs=0.03)
    assert episodes["lines"].max() == 3


def test_about_350_mln_euro_in_2024(tenth: Written) -> None:
    claims = tenth.claims
    assert claims.loc[claims["month"].dt.year == 2024, "amount_cents"].sum() / 1e8 == pytest.approx(350 * 0.1, rel=0.05)


def test_ten_providers_receive_about_half(tenth: Written) -> None:
    euros = tenth.claims.groupby("provider")["amount_cents"].sum().sort_values(ascending=False)
    assert 180 <= len(euros) <= 189  # the smallest may have no youth at this size
    assert euros.head(10).sum() / euros.sum() == pytest.approx(0.5, abs=0.07)


def test_claims_come_in_after_weeks_to_months(tenth: Written) -> None:
    claims = tenth.claims
    billed = claims[claims["credit_of"].isna() & (claims["month"] < pd.Timestamp(2025, 1, 1))]
    first = billed.drop_duplicates(["allocation_id", "month"])
    lag = (first["received_on"] - (first["month"] + pd.offsets.MonthEnd(0))).dt.days
    assert 30 <= lag.median() <= 40
    assert 165 <= lag.quantile(0.95) <= 190
    assert 300 < lag.max() <= 427


def test_referrers_are_those_of_den_haag(deliveries: Written) -> None:
    youths = deliveries.table("youths").drop_duplicates("youth_id").set_index("youth_id")["municipality"]
    requests = deliveries.table("requests")
    shares = requests[requests["youth_id"].map(youths) == "GM0518"]["referrer"].value_counts(normalize=True)
    for code, published in {"01": 0.148, "02": 0.354, "06": 0.323, "04": 0.085}.items():  # own, from CBS 85335NED
        assert shares[code] == pytest.approx(published, abs=0.05)
    assert set(shares.index) == {"01", "02", "03", "04", "05", "06", "08"}


def test_requests_precede_the_allocation_by_two_to_twelve_weeks(deliveries: Written) -> None:
    keys = ["youth_id", "provider", "product"]
    allocations, requests = (deliveries.table("allocations"), deliveries.table("requests"))
    single = allocations[~allocations.duplicated(keys, keep=False)]
    weeks = single.merge(requests[~requests.duplicated(keys, keep=False)], on=keys)
    assert (weeks["start"] - weeks["requested_on"]).dt.days.between(14, 84).all()


def test_population_is_scaled_example_data(deliveries: Written) -> None:
    population = deliveries.table("population")
    assert set(population["status"]) == {"voorbeelddata"}
    assert sorted(population["year"].unique()) == list(range(2015, 2027))
    zoetermeer = population[(population["municipality"] == "GM0637") & (population["year"] == 2022)]
    assert zoetermeer["inhabitants"].sum() == pytest.approx(324, abs=2)  # 32,400 x 0.01; four rounded groups
    assert deliveries.table("population", "2025-K4")["year"].max() == 2025


def test_every_product_of_the_region_gets_care(tenth: Written) -> None:
    products = pd.read_csv(REFERENCE / "products.csv", dtype=str)["product"]
    assert set(products) == set(PROFILES) == set(tenth.claims["product"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scale": 0.0}, "PAR-001"),
        ({"scale": 1.5}, "PAR-001"),
        ({"scale": 1e-5}, "PAR-001"),
        ({"scale": float("nan")}, "PAR-001"),
        ({"last": Quarter(2025, 3)}, "PAR-001"),
        ({"last": Quarter(2027, 1)}, "PAR-001"),
        ({"region": example_region((*CBS_YOUTHS, "GM0626"))}, "VRB-001"),  # Voorschoten has no target here
    ],
)
def test_what_it_cannot_do_is_refused(tmp_path: Path, change: dict[str, object], code: str) -> None:
    call: Callable[..., list[Path]] = write_example
    with pytest.raises(JeugdError) as refused:
        call(tmp_path, **{"region": example_region(), "last": LAST, "scale": 0.001, **change})
    assert refused.value.code == code
    assert not list(tmp_path.iterdir())
