"""The example region: accepted by our own reader and schemas, repeatable, and near the figures it imitates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis import pipeline
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.example import ExampleInput, write_example
from jeugd_analysis.example.assumptions import COMBINATIONS, PROFILE_OF, PROFILES, RESIDENTIAL
from jeugd_analysis.methods.decomposition import cost_growth
from jeugd_analysis.sources.own_csv import read_table
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES, require
from jeugd_analysis.tables.claims import amount_differs

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / "data" / "reference"
SCALE = 0.01
LAST = Quarter(2026, 3)
FOLDERS = ["2025-K4", "2026-K1", "2026-K2", "2026-K3"]
NAMES = [
    "youths", "allocations", "requests", "care_periods", "claims", "tariffs", "providers", "population",
    "population_by_sex", "task_payments", "waiting", "capacity", "budget", "ledger",
]  # fmt: skip

CBS_YOUTHS = {  # 85075NED (2021) and 85335NED (2022, provisional)
    "GM0503": (2610, 2685), "GM0518": (15840, 15985), "GM1916": (2020, 2120), "GM1842": (365, 410),
    "GM1926": (1525, 1580), "GM0603": (1435, 1570), "GM0629": (640, 605), "GM1783": (2735, 2755),
    "GM0637": (4110, 4630), "GM0626": (740, 630),
}  # fmt: skip
NATIONAL = {  # nji.nl/cijfers/jeugdzorg: youths below 23 with youth care, personal budgets included
    2016: 404080, 2017: 419580, 2018: 430175, 2019: 443585, 2020: 435760,
    2021: 469705, 2022: 476560, 2023: 489895, 2024: 481355,
}  # fmt: skip


def example_region(**changes: object) -> ExampleInput:
    """The input that `jeugd sample` takes from the reference data and the published figures."""
    return replace(pipeline.example_input(Store(ROOT, ROOT)), **changes)


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
        f"{folder}/{name}.csv" for folder in FOLDERS for name in ("providers", "population", "population_by_sex")
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
    by_the_month = again["product"].isin(COMBINATIONS)
    assert (again["units"] != again["units_again"])[~by_the_month].all()
    assert (again["units"] == again["units_again"])[by_the_month].all()
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
    elsewhere = lived["municipality"] != lived["municipality_lived"]
    assert elsewhere.any()  # before 2022 another municipality could pay for residential care
    assert (lived["month"][elsewhere] < pd.Timestamp(2022, 1, 1)).all()
    assert lived["product"][elsewhere].isin(RESIDENTIAL).all()


def test_tariffs_are_those_of_the_contract_in_that_year(deliveries: Written) -> None:
    claims, tariffs = deliveries.claims, deliveries.table("tariffs")
    contract = ["provider", "product", "unit"]
    priced = pd.merge_asof(
        claims.sort_values("month"), tariffs.sort_values("valid_from"), left_on="month", right_on="valid_from",
        by=contract, suffixes=("", "_contract"),
    )  # fmt: skip
    assert len(priced) == len(claims)
    assert (priced["tariff_cents"] == priced["tariff_cents_contract"]).all()
    tariffs = tariffs[(tariffs["valid_from"].dt.month == 1) & (tariffs["valid_from"].dt.year >= 2023)]
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
    ended = periods[
        (periods["end_reason"] == "36") & periods["allocation_id"].isin(allocations[ambulant]["allocation_id"])
    ]
    assert set(ended["end"]) == {pd.Timestamp(2023, 12, 31)}
    running = (periods["start"] < new_year) & ~(periods["end"] < pd.Timestamp(2023, 12, 31))
    both = running & periods["allocation_id"].isin(allocations[ambulant]["allocation_id"])
    assert len(ended) / both.sum() == pytest.approx(0.6, abs=0.15)
    begun = allocations[ambulant & (allocations["start"].dt.dayofyear > 1)]  # on 1 January 2023 contracts changed
    new = begun.groupby(begun["start"].dt.year).size()
    assert new[2024] / new[2023] == pytest.approx(0.4, abs=0.15)
    late = claims[claims["month"] >= new_year]
    assert not late["allocation_id"].isin(ended["allocation_id"]).any()


def test_ages_in_care_are_near_those_of_cbs(tenth: Written) -> None:
    claims, youths = tenth.claims, tenth.table("youths").drop_duplicates("youth_id").set_index("youth_id")
    seen = claims[claims["month"].dt.year == 2022]["youth_id"].drop_duplicates()
    bands = pd.cut(2022 - seen.map(youths["birth_year"]), [-1, 3, 11, 17, 22]).value_counts(sort=False)
    assert bands.sum() == len(seen)  # nobody of 23 or older
    published = np.array([2905, 15480, 13005, 965])  # CBS 85335NED, the nine together
    assert bands.to_numpy() / bands.sum() == pytest.approx(published / published.sum(), abs=0.025)


def test_one_in_seven_episodes_is_repeat_use(tenth: Written) -> None:
    care = tenth.table("care_periods").merge(tenth.table("allocations")[["allocation_id", "youth_id"]])
    care = care.fillna({"end": pd.Timestamp(2099, 1, 1)}).sort_values(["youth_id", "start", "end"], ascending=[1, 1, 0])
    earlier = care.groupby("youth_id")["end"].transform(lambda end: end.cummax().shift())
    # A contract that changes ends one allocation and begins the next on the following day: the same episode.
    care["episode"] = (earlier.isna() | (earlier + pd.Timedelta(days=1) < care["start"])).cumsum()
    episodes = care.groupby("episode").agg(start=("start", "min"), youth=("youth_id", "first"))
    recent = episodes["start"].dt.year.between(2021, 2023)
    assert episodes["youth"].duplicated()[recent].mean() == pytest.approx(0.15, abs=0.02)


def test_about_350_mln_euro_in_2025_with_the_lump_sums(tenth: Written) -> None:
    claims, payments = tenth.claims, tenth.table("task_payments")
    claimed = claims.loc[claims["month"].dt.year == 2025, "amount_cents"].sum()
    paid = payments.loc[payments["month"].dt.year == 2025, "amount_cents"].sum()
    assert (claimed + paid) / 1e8 == pytest.approx(350 * 0.1, rel=0.05)  # Westland memo 25-0094740


def test_ten_providers_receive_about_half(tenth: Written) -> None:
    euros = tenth.claims.groupby("provider")["amount_cents"].sum().sort_values(ascending=False)
    assert 180 <= len(euros) <= 189  # the smallest may have no youth at this size
    assert euros.head(10).sum() / euros.sum() == pytest.approx(0.5, abs=0.07)


def test_claims_come_in_after_weeks_to_months(tenth: Written) -> None:
    claims = tenth.claims
    billed = claims[claims["credit_of"].isna() & (claims["month"] < pd.Timestamp(2025, 1, 1))]
    first = billed.drop_duplicates(["allocation_id", "month"])
    lag = (first["received_on"] - (first["month"] + pd.offsets.MonthEnd(0))).dt.days
    assert 31 <= lag.median() <= 37
    assert 160 <= lag.quantile(0.95) <= 186  # some are first billed after a credit
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
    assert zoetermeer["inhabitants"].sum() == pytest.approx(326, abs=2)  # 32,584 x 0.01; four rounded groups
    assert deliveries.table("population", "2025-K4")["year"].max() == 2025


def test_every_product_of_the_region_gets_care(tenth: Written) -> None:
    products = pd.read_csv(REFERENCE / "products.csv", dtype=str)["product"]
    assert set(products) == set(PROFILES) == set(tenth.claims["product"])


def test_combinations_replace_hours_from_2020_up_to_2022_and_cost_about_as_much(tenth: Written) -> None:
    claims = tenth.claims
    by_hour, by_month = claims["product"].isin(PROFILE_OF), claims["product"].isin(COMBINATIONS)
    between = claims["month"].between(pd.Timestamp(2020, 1, 1), pd.Timestamp(2022, 12, 31))
    assert between[by_month].all()
    assert not between[by_hour].any()
    kinds = tenth.table("allocations")
    touched = kinds[kinds["product"].isin([*PROFILE_OF, *COMBINATIONS])]
    for boundary in (pd.Timestamp(2020, 1, 1), pd.Timestamp(2023, 1, 1)):
        assert (touched["start"] == boundary).sum() > 300  # running trajectories move on the day
    cost = claims[by_hour | by_month].groupby(claims["month"].dt.year)["amount_cents"].sum()
    assert cost[2020] / cost[2019] == pytest.approx(1.033, abs=0.07)  # 3.28 % indexation, hours up, youths down
    # 6.43 % indexation, 2.8 % youths, and the hours that grew 2.7 % a year while a month had one price
    assert cost[2023] / cost[2022] == pytest.approx(1.0643 * 1.028 * 1.027**3, abs=0.07)


def test_who_leaves_the_region_brings_no_later_care(tenth: Written) -> None:
    claims, allocations = tenth.claims, tenth.table("allocations")
    left = claims[claims["municipality"] == "GM0626"]
    assert left["month"].max() == pd.Timestamp(2023, 12, 1)
    assert allocations.loc[allocations["municipality"] == "GM0626", "start"].max() <= pd.Timestamp(2023, 12, 31)
    assert "GM0626" not in set(tenth.table("waiting")["municipality"])
    population = tenth.table("population")
    assert population.loc[population["municipality"] == "GM0626", "year"].max() == 2023


def test_lump_sums_take_the_place_of_the_claims_that_are_gone(tenth: Written) -> None:
    paid = tenth.table("task_payments")
    assert paid["month"].min() == pd.Timestamp(2024, 1, 1)
    assert set(paid.loc[paid["segment"] == "S5", "municipality"]) == {"GM0518"}
    schools = set(paid.loc[paid["segment"] == "S4", "municipality"])
    assert {"GM0503", "GM1926", "GM1783", "GM0637"} <= schools <= {"GM0503", "GM1842", "GM1926", "GM1783", "GM0637"}
    assert paid.groupby("segment")["provider"].nunique().to_dict() == {"S4": 1, "S5": 2}
    assert not set(paid["provider"]) & set(tenth.claims["provider"])
    per_month = paid.groupby(["provider", "municipality", paid["month"].dt.year])["amount_cents"].nunique()
    assert (per_month == 1).all()  # the same amount every month of a year: no price x quantity
    claims = tenth.claims
    light = claims["product"].isin(["45A48", "45A49"]) & (claims["municipality"] == "GM0518")
    cost = claims[light].groupby(claims["month"].dt.year)["amount_cents"].sum()
    lump = paid[(paid["segment"] == "S5") & (paid["month"].dt.year == 2024)]["amount_cents"].sum()
    assert (cost[2024] + lump) / cost[2023] == pytest.approx(1.06, abs=0.12)  # 6.3 % indexation; hours, a maximum
    assert 0.45 < lump / cost[2023] < 0.65  # 60 % of the trajectories, the light ones more often


def test_the_kdc_waiting_list_doubled(tenth: Written) -> None:
    waiting = tenth.table("waiting")
    kdc = waiting[waiting["kind"] == "kdc"].groupby(waiting["quarter"].str[:4])["waiting"].sum()
    assert kdc["2024"] == 2 * kdc["2023"] > 0  # Westland memo 25-0094740


def test_measures_have_the_effect_that_the_file_of_truths_gives_them(tmp_path: Path) -> None:
    plain = replace(example_region().truth, measures=())
    for name, region in {"with": example_region(), "without": example_region(truth=plain)}.items():
        write_example(tmp_path / name, region=region, last=Quarter(2025, 4), scale=0.3)
    made = {name: Written(tmp_path / name) for name in ("with", "without")}
    starts = {
        name: starts_of(written, product="54001", municipality="GM0503", referrer="02")
        for name, written in made.items()
    }
    assert starts["with"] / starts["without"] == pytest.approx(0.75, abs=0.10)  # works
    same = {name: starts_of(w, product="45A48", municipality="GM1783", referrer="01") for name, w in made.items()}
    assert same["with"] / same["without"] == pytest.approx(1.0, abs=0.15)  # does not work; the draws differ
    hours = {name: hours_of(written, product="45A49", municipality="GM0518") for name, written in made.items()}
    assert hours["with"] / hours["without"] == pytest.approx(0.90, abs=0.05)  # works, but begins with the lump sums


@pytest.mark.parametrize(("scale", "seed"), [(0.1, 2026), (0.05, 11), (0.03, 4)])
def test_the_known_answer_holds_for_every_seed_and_size(tmp_path: Path, scale: float, seed: int) -> None:
    """Published for the full year 2017-2018 in Zoetermeer: 69 % intensity, 31 % harmonisation, no volume, no index."""
    write_example(tmp_path, region=example_region(), last=Quarter(2025, 4), scale=scale, seed=seed)
    claims = Written(tmp_path).table("claims", FOLDERS[0])
    claims = claims[(claims["municipality"] == "GM0637") & ~amount_differs(claims)].assign(year=claims["month"].dt.year)
    keys = ["municipality", "product", "unit", "provider"]
    cells = claims.groupby([*keys, "year"], as_index=False).agg(
        clients=("youth_id", "nunique"), units=("units", "sum"), amount_cents=("amount_cents", "sum")
    )
    youths = claims.groupby(["municipality", "year"], as_index=False).agg(youths=("youth_id", "nunique"))
    effects = cost_growth(cells, base=2017, compare=2018, keys=keys, youths=youths, indexation=0)
    amounts = effects.drop(columns=keys).astype(float).sum()
    assert amounts["harmonisation"] / (amounts["harmonisation"] + amounts["intensity"]) == pytest.approx(0.31, abs=0.01)
    for name in ("volume", "stacking", "mix", "indexation", "entry", "exit"):
        assert abs(amounts[name]) < 0.02 * amounts["total"], name


def starts_of(written: Written, *, product: str, municipality: str, referrer: str) -> int:
    """New allocations of 2023-2025 that this referrer asked for."""
    asked = written.table("requests", FOLDERS[0]).drop_duplicates(["youth_id", "provider", "product"])
    begun = written.table("allocations", FOLDERS[0]).merge(asked, on=["youth_id", "provider", "product"])
    chosen = begun[(begun["product"] == product) & (begun["municipality"] == municipality)]
    late = chosen["start"] > pd.Timestamp(2023, 1, 1)
    return int((late & (chosen["referrer"] == referrer)).sum())


def hours_of(written: Written, *, product: str, municipality: str) -> float:
    """Units per line in 2024 and 2025."""
    claims = written.table("claims", FOLDERS[0])
    chosen = claims[(claims["product"] == product) & (claims["municipality"] == municipality)]
    return float(chosen.loc[chosen["month"].dt.year >= 2024, "units"].mean())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scale": 0.0}, "PAR-001"),
        ({"scale": 1.5}, "PAR-001"),
        ({"scale": 1e-5}, "PAR-001"),
        ({"scale": float("nan")}, "PAR-001"),
        ({"last": Quarter(2025, 3)}, "PAR-001"),
        ({"last": Quarter(2027, 1)}, "PAR-001"),
        ({"region": example_region(municipalities={"GM9999": "Elders"})}, "VRB-001"),  # no target
    ],
)
def test_what_it_cannot_do_is_refused(tmp_path: Path, change: dict[str, object], code: str) -> None:
    call: Callable[..., list[Path]] = write_example
    with pytest.raises(JeugdError) as refused:
        call(tmp_path, **{"region": example_region(), "last": LAST, "scale": 0.001, **change})
    assert refused.value.code == code
    assert not list(tmp_path.iterdir())
