"""Expected use: by hand, what is refused, and on the real figures of every municipality where those are at hand."""

from __future__ import annotations

from math import exp, log, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.count_models import fit_counts
from jeugd_analysis.methods.expected_use import (
    Overdispersion,
    byar_limits,
    direct_rate,
    exact_limits,
    expected_counts,
    expected_model,
    expected_share,
    features_of,
    funnel,
    funnel_limits,
    overdispersion,
    peers,
    reference_rates,
    standardised_ratio,
    usable,
    wilson_limits,
)

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the open figures of CBS and SCP are not beside this project")


# -- ratios and rates ------------------------------------------------------------------------------


def test_the_method_changes_at_ten():
    counts = pd.Series([9.0, 10.0], index=["klein", "groot"])
    _, low, high = standardised_ratio(counts, pd.Series([1.0, 1.0], index=counts.index))
    assert [low["klein"], high["klein"]] == [limit for limit in exact_limits(9)]
    assert [low["groot"], high["groot"]] == [limit for limit in byar_limits(10)]
    assert list(low.index) == ["klein", "groot"]


def test_nobody_where_some_were_expected():
    ratio, low, high = standardised_ratio(0, 4.0)
    assert (ratio, low) == (0.0, 0.0) and high == pytest.approx(-log(0.025) / 4)  # P(0) = 2.5 % at this number


@pytest.mark.parametrize(
    ("observed", "expected", "named"),
    [
        (-1, 2.0, "observed"),
        (1, 0.0, "expected"),
        (float("nan"), 2.0, "observed"),
        ("veel", 2.0, "observed"),
        ([1, 2], [1.0, 2.0, 3.0], "niet even lang"),
    ],
)
def test_odd_numbers_are_refused_by_name(observed, expected, named):
    with pytest.raises(FactorError, match=named):
        standardised_ratio(observed, expected)


def test_series_of_different_rows_are_refused():
    with pytest.raises(FactorError, match="niet dezelfde rijen"):
        standardised_ratio(pd.Series([1.0], index=["a"]), pd.Series([1.0], index=["b"]))


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_a_share(level):
    with pytest.raises(FactorError, match="niveau"):
        exact_limits(3, level=level)


def test_a_share_above_one_is_refused():
    with pytest.raises(FactorError, match="groter dan de groep"):
        wilson_limits(11, 10)


POPULATION = pd.DataFrame({
    "municipality": ["A", "A", "B", "B"], "age_band": ["0-9", "10-17"] * 2, "sex": "1",
    "inhabitants": [100, 300, 200, 200], "youths": [5, 45, 10, 30],
})  # fmt: skip


def test_indirect_standardisation_by_hand():
    rates = reference_rates(POPULATION)
    # 15 of 300 young ones is 5 %, 75 of 500 older ones 15 %: A 100 x 5 % + 300 x 15 % = 50, B 10 + 30 = 40.
    assert rates["rate"].tolist() == [0.05, 0.15]
    assert expected_counts(POPULATION, rates).to_dict() == {"A": 50.0, "B": 40.0}


def test_a_group_without_a_rate_is_named():
    rates = reference_rates(POPULATION).iloc[:1]
    with pytest.raises(FactorError, match="10-17 1"):
        expected_counts(POPULATION, rates)


@pytest.mark.parametrize(
    ("population", "rates", "named"),
    [
        (pd.concat([POPULATION, POPULATION]), reference_rates(POPULATION), "municipality, age_band, sex komt vaker"),
        (POPULATION, pd.concat([reference_rates(POPULATION)] * 2), "age_band, sex komt vaker"),
        (POPULATION.drop(columns="sex"), reference_rates(POPULATION), "Kolom sex ontbreekt"),
        (POPULATION.assign(inhabitants=[None, 1, 1, 1]), reference_rates(POPULATION), "inhabitants ontbreken"),
    ],
)
def test_cells_must_be_whole_and_single(population, rates, named):
    with pytest.raises(FactorError, match=named):
        expected_counts(population, rates)


def test_a_group_without_people_has_no_rate():
    empty = POPULATION.assign(inhabitants=0)
    with pytest.raises(FactorError, match="geen inwoners"):
        reference_rates(empty)
    with pytest.raises(FactorError, match="geen inwoners"):
        direct_rate(empty.assign(standard=1))


def test_direct_standardisation_by_hand():
    here = POPULATION[POPULATION["municipality"] == "A"].assign(standard=[1, 1])
    rate, low, high = direct_rate(here, multiplier=100)
    assert rate == pytest.approx(10.0)  # half of 5 % and half of 15 %
    # variance (1/4)(5/100^2 + 45/300^2) = 0.00025; Byar around 50
    step = sqrt(0.00025 / 50) * 100
    assert [low, high] == pytest.approx([10 + step * (limit - 50) for limit in byar_limits(50)])


def test_direct_standardisation_refuses_what_means_little():
    few = POPULATION.assign(youths=1, standard=1)
    with pytest.raises(FactorError, match="minder dan 10"):
        direct_rate(few)
    odd = POPULATION.assign(standard=1, once=[5, 45, 10, 29], twice=0)
    with pytest.raises(FactorError, match="tellen niet op"):
        direct_rate(odd, frequencies=["once", "twice"])


# -- funnels ---------------------------------------------------------------------------------------


def test_limits_of_a_ratio_are_exact_tails():
    """P(X <= 8 | 15.763) = 2.5 %, the upper limit of 8 seen: an area with 15.763 expected is low from 8 down."""
    expected = exact_limits(8)[1]
    assert funnel_limits(expected, kind="ratio", level=0.95)[0] * expected == pytest.approx(8, abs=1e-8)
    expected = exact_limits(8)[0]
    assert funnel_limits(expected, kind="ratio", level=0.95)[1] * expected == pytest.approx(8, abs=1e-8)


def test_a_small_area_cannot_be_low():
    """With 3 expected even nobody (5 %) is not rare enough."""
    assert funnel_limits(3.0, kind="ratio", level=0.95)[0] == 0
    assert funnel_limits(3.7, kind="ratio", level=0.95)[0] > 0  # exp(-3.7) is 2.47 %


def test_limits_of_a_share_by_hand():
    low, high = funnel_limits(100, kind="proportion", level=0.95, target=0.5)
    assert [low, high] == pytest.approx([0.5 - 1.959964 * 0.05, 0.5 + 1.959964 * 0.05], abs=1e-7)
    assert funnel_limits(2, kind="proportion", level=0.95, target=0.5) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"kind": "kans"}, "kans"),
        ({"kind": "proportion"}, "streefaandeel"),
        ({"kind": "ratio", "target": 0.0}, "streefwaarde"),
        ({"kind": "rate", "overdispersion": Overdispersion(phi=2, tau2=0.1, areas=9, kind="ratio")}, "ander soort"),
    ],
)
def test_odd_funnels_are_refused(told, named):
    with pytest.raises(FactorError, match=named):
        funnel_limits(10.0, level=0.95, **told)


def test_overdispersion_by_hand():
    """Five areas of 100 expected: on the root scale chance has a standard deviation of 1/20."""
    observed = np.array([81.0, 100, 121, 144, 64])  # roots of the ratio: 0.9, 1, 1.1, 1.2, 0.8
    told = overdispersion(observed, np.full(5, 100.0), kind="ratio", winsorise=0)
    # z: -2, 0, 2, 4, -4: phi = 40 / 5; all weights 400, so tau2 = (5 x 8 - 4) / (2000 - 400) = 36 / 1600
    assert told == Overdispersion(phi=pytest.approx(8.0), tau2=pytest.approx(0.0225), areas=5, kind="ratio")
    cut = overdispersion(observed, np.full(5, 100.0), kind="ratio", winsorise=0.25)
    assert cut.phi == pytest.approx(16 / 5)  # 4 and -4 count as 2 and -2


def test_no_more_spread_than_chance_leaves_the_limits_alone():
    told = overdispersion([100, 100, 100, 101, 99], [100.0] * 5, kind="ratio")
    assert told.tau2 == 0
    plain = funnel_limits(40.0, kind="ratio", level=0.95)
    assert funnel_limits(40.0, kind="ratio", level=0.95, overdispersion=told) == pytest.approx(plain)


@pytest.mark.parametrize(("kind", "target"), [("ratio", 1.0), ("rate", 250.0), ("proportion", 0.12)])
def test_spread_between_areas_makes_limits_wider_also_for_large_areas(kind, target):
    size = 1e7
    excess = Overdispersion(phi=9.0, tau2=0.01, areas=20, kind=kind)
    low, high = funnel_limits(size, kind=kind, level=0.95, target=target, overdispersion=excess)
    if kind == "proportion":
        middle = np.arcsin(sqrt(target))
        told = [np.sin(middle - 1.959964 * 0.1) ** 2, np.sin(middle + 1.959964 * 0.1) ** 2]
    else:
        told = [(sqrt(target) - 1.959964 * 0.1) ** 2, (sqrt(target) + 1.959964 * 0.1) ** 2]
    assert [low, high] == pytest.approx(told, rel=2e-3)  # without chance: Spiegelhalter's target -/+ z times tau


def test_too_few_areas_and_odd_shares_are_refused():
    with pytest.raises(FactorError, match="minder dan 5"):
        overdispersion([1, 2], [1.0, 2.0], kind="ratio")
    with pytest.raises(FactorError, match="afgekapt"):
        overdispersion([1.0] * 5, [1.0] * 5, kind="ratio", winsorise=0.5)


def test_where_an_area_lies():
    table = pd.DataFrame({"observed": [50, 100, 150], "expected": [100.0, 100.0, 100.0]}, index=["x", "y", "z"])
    told = funnel(table)
    assert told["position_99_8"].to_dict() == {"x": "lager", "y": "binnen", "z": "hoger"}
    assert told["value"].tolist() == [0.5, 1.0, 1.5] and {"low_95", "high_99_8"} <= set(told.columns)


# -- models ----------------------------------------------------------------------------------------


def made(rng: np.random.Generator, areas: int, alpha: float) -> pd.DataFrame:
    """Areas whose use is e^(-2 + 0.3 x), with a spread between areas of its own."""
    feature, size = rng.normal(size=areas), rng.uniform(2000, 20_000, areas)
    mean = size * np.exp(-2 + 0.3 * feature)
    own = rng.gamma(1 / alpha, alpha, areas) if alpha else 1.0
    return pd.DataFrame({
        "area": range(areas), "youths": rng.poisson(mean * own), "inhabitants": size, "feature": 5 + 2 * feature,
    })  # fmt: skip


def test_the_model_finds_what_was_put_in():
    table = made(np.random.default_rng(1), 2000, 0.04)
    told = expected_model(table, observed="youths", exposure="inhabitants", covariates=["feature"], keys=["area"])
    assert told.alpha == pytest.approx(0.04, rel=0.1) and told.dispersion == pytest.approx(1, abs=0.1)
    assert told.coefficients["ratio"][0] == pytest.approx(exp(0.3), rel=0.02)
    assert told.coefficients["low"][0] < exp(0.3) < told.coefficients["high"][0]
    quasi = expected_model(
        table, observed="youths", exposure="inhabitants", covariates=["feature"], keys=["area"], family="quasipoisson"
    )
    assert quasi.dispersion > 10 and quasi.alpha == 0
    assert quasi.areas["expected"].sum() == pytest.approx(table["youths"].sum())  # what a Poisson score says
    assert 0 < quasi.explained < 1 and quasi.degrees == 1998


def test_without_spread_of_its_own_it_is_poisson():
    table = made(np.random.default_rng(2), 500, 0.0)
    told = expected_model(table, observed="youths", exposure="inhabitants", covariates=["feature"], keys=["area"])
    assert told.alpha < 0.0005


def test_an_odd_area_is_pointed_out():
    table = made(np.random.default_rng(3), 60, 0.01)
    table.loc[7, ["youths", "feature"]] = [table.loc[7, "youths"] * 6, 12.0]
    told = expected_model(table, observed="youths", exposure="inhabitants", covariates=["feature"], keys=["area"])
    assert told.areas.loc[told.areas["cooks_distance"].idxmax(), "area"] == 7
    assert told.areas.loc[7, "influential"] and told.areas["leverage"].sum() == pytest.approx(2)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"feature": 1.0}, "feature is in elk gebied gelijk"),
        ({"feature": None}, "feature ontbreken"),
        ({"inhabitants": 0.0}, "inhabitants"),
        ({"area": 1}, "komt vaker voor"),
    ],
)
def test_a_model_refuses_what_it_cannot_use(change, named):
    table = made(np.random.default_rng(4), 20, 0.0).assign(**change)
    with pytest.raises(FactorError, match=named):
        expected_model(table, observed="youths", exposure="inhabitants", covariates=["feature"], keys=["area"])


def test_features_that_say_the_same_and_unknown_families_are_refused():
    table = made(np.random.default_rng(5), 20, 0.0).assign(again=lambda t: t["feature"] * 3 + 1)
    told = {"observed": "youths", "exposure": "inhabitants", "keys": ["area"]}
    with pytest.raises(FactorError, match="hetzelfde"):
        expected_model(table, covariates=["feature", "again"], **told)
    with pytest.raises(FactorError, match="te weinig"):
        expected_model(table.head(2), covariates=["feature"], **told)
    with pytest.raises(FactorError, match="zijn nul"):
        expected_model(table.assign(youths=0), covariates=["feature"], **told)
    with pytest.raises(FactorError, match="gamma"):
        fit_counts(np.ones(3), np.ones((3, 1)), family="gamma")


def test_shares_without_counts():
    table = made(np.random.default_rng(6), 200, 0.0).assign(share=lambda t: t["youths"] / t["inhabitants"])
    areas, coefficients = expected_share(table, share="share", covariates=["feature"], keys=["area"])
    assert areas["difference"].sum() == pytest.approx(0, abs=1e-8)  # what a logistic score says
    assert coefficients["low"][0] > 1
    with pytest.raises(FactorError, match="boven 1"):
        expected_share(table.assign(share=12.0), share="share", covariates=["feature"], keys=["area"])
    with pytest.raises(FactorError, match="te weinig"):
        expected_share(table.head(2), share="share", covariates=["feature"], keys=["area"])


# -- on real figures -------------------------------------------------------------------------------


@needs_data
@pytest.mark.parametrize(("year", "areas"), [(2021, 352), (2022, 345)])
def test_every_municipality(year, areas):
    table = pd.read_csv(DATA / "nl_gemeenten_jeugdzorg_2021_2022.csv").query("jaar == @year")
    young = table["a_00_14"] + table["a_15_24"]
    table = table.assign(young=young, older=table["a_15_24"] / young, size=np.log(table["a_inw"]))
    told = {
        "observed": "jongeren_totaal", "exposure": "young", "covariates": ["older", "size"], "keys": ["regio_code"],
    }  # fmt: skip
    model, check = expected_model(table, **told), expected_model(table, **told, family="quasipoisson")
    assert len(model.areas) == areas
    # Chance and two features do not explain why municipalities differ; with alpha the variance fits.
    assert check.dispersion > 20 and model.dispersion == pytest.approx(1, abs=0.1)
    assert model.deviance / model.degrees == pytest.approx(1, abs=0.1)
    assert check.areas["influential"].sum() > 5
    excess = overdispersion(model.areas["observed"], model.areas["expected"], kind="ratio")
    plain = funnel(model.areas, levels=(0.998,))
    wide = funnel(model.areas, levels=(0.998,), overdispersion=excess)
    assert (plain["position_99_8"] != "binnen").mean() > 0.3 > 0.1 > (wide["position_99_8"] != "binnen").mean()


@needs_data
def test_neighbourhoods_of_nine_municipalities():
    table = pd.read_csv(DATA / "h9_jeugdzorg_wijk_2021_2022.csv").query("jaar == 2022")
    table = table.dropna(subset=["jongeren_totaal", "p_koopw", "g_wozbag"])
    table = table.assign(young=table["a_00_14"] + table["a_15_24"]).query("young > 0")
    told = expected_model(
        table, observed="jongeren_totaal", exposure="young", covariates=["p_koopw", "g_wozbag"], keys=["wijk_code"]
    )
    assert len(told.areas) > 90 and told.dispersion == pytest.approx(1, abs=0.15)
    assert told.coefficients.set_index("term").loc["g_wozbag", "high"] < 1  # dearer houses, less use


@needs_data
def test_shares_of_neighbourhoods_beside_those_of_the_scp():
    features = ["perc_hhmk", "groenedruk", "perc_ao", "perc_laagopl", "gem_gestink", "perc_antsur", "perc_1gez"]
    table = pd.read_csv(DATA / "scp_wijk_2017_h9.csv").dropna(subset=["perc_jhzv"])
    table = table.assign(share=table["perc_jhzv"] / 100)
    areas, _ = expected_share(table, share="share", covariates=features, keys=["wijk"])
    assert len(areas) == 97
    # SCP fitted 27 features on the whole country: ours, on nine municipalities, must point the same way.
    assert np.corrcoef(areas["expected"], table["perc_przv"])[0, 1] > 0.4


# -- features and comparable areas -----------------------------------------------------------------


def places() -> pd.DataFrame:
    """Four areas of one class of size and one that is larger; feature f has mean 2 over all."""
    return pd.DataFrame({
        "area": ["A", "B", "C", "D", "E"],
        "inhabitants": [30_000, 30_000, 40_000, 49_999, 50_000],
        "f": [0.0, 0.0, 2.0, 4.0, 4.0],
    })  # fmt: skip


def test_peers_are_the_nearest_of_the_same_size():
    near = peers(places(), area="A", features=["f"])
    assert near["area"].tolist() == ["B", "C", "D"]  # E has 50,000 inhabitants: another class
    spread = np.sqrt((4 + 4 + 0 + 4 + 4) / 5)
    assert near["distance"].tolist() == pytest.approx([0, 2 / spread, 4 / spread])
    assert peers(places(), area="A", features=["f"], number=1)["area"].tolist() == ["B"]


def test_distance_is_the_root_of_the_mean_square_over_features():
    table = places().assign(g=[3.0, 1.0, 1.0, 1.0, 1.0])  # standard deviation 0.8: A lies 2.5 of them from the others
    near = peers(table, area="A", features=["f", "g"]).set_index("area")["distance"]
    assert near["B"] == pytest.approx(np.sqrt((0 + 2.5**2) / 2))


def test_equally_near_areas_come_in_order_and_an_area_alone_has_none():
    table = places().assign(f=[1.0, 2.0, 0.0, 2.0, 9.0])
    assert peers(table, area="A", features=["f"])["area"].tolist() == ["B", "C", "D"]
    assert peers(table, area="E", features=["f"]).empty


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"area": "Z"}, "Z staat niet in de tabel"),
        ({"features": ["same"]}, "in elk gebied gelijk"),
        ({"features": ["hole"]}, "ontbreken waarden"),
        ({"features": ["nothing"]}, "nothing ontbreekt"),
    ],
)
def test_peers_that_cannot_be_told(change, said):
    table = places().assign(same=1.0, hole=[1.0, np.nan, 1.0, 2.0, 3.0])
    with pytest.raises(FactorError, match=said):
        peers(table, **{"area": "A", "features": ["f"], **change})


def test_features_follow_from_the_columns_that_are_there():
    table = pd.DataFrame({
        "inhabitants": [1000.0, 0.0], "people_0_24": [300.0, 0.0], "inhabitants_15_24": [120.0, 0.0],
        "social_assistance": [50.0, 0.0], "share_owner_occupied": [60.0, np.nan],
    })  # fmt: skip
    told = features_of(table, ["size", "young", "young_adults", "social_assistance", "owner_occupied", "families"])
    assert list(told) == ["size", "young", "young_adults", "social_assistance", "owner_occupied"]
    assert told.iloc[0].tolist() == pytest.approx([np.log(1000), 0.3, 0.4, 0.05, 0.6])
    assert told.iloc[1].isna().all()  # nobody lives there


def test_features_that_a_model_cannot_use_are_left_out():
    rng = np.random.default_rng(1)
    good = rng.normal(size=40)
    table = pd.DataFrame({
        "good": good, "copy": 2 * good + 0.01 * rng.normal(size=40), "same": 1.0,
        "holes": np.where(np.arange(40) < 3, np.nan, rng.normal(size=40)), "other": rng.normal(size=40),
    })  # fmt: skip
    assert usable(table) == ["good", "other"]
    assert usable(table.head(15)) == ["good"]  # ten areas for each feature


def test_an_area_that_is_left_out_gets_an_expected_number_and_does_not_pull():
    """Use is about 0.1 per person everywhere, but one area has four times as many."""
    table = pd.DataFrame({
        "area": list("ABCDEFGHIJ"), "youths": [98, 103, 97, 104, 100, 99, 102, 96, 101, 400], "people": 1000.0,
        "f": np.arange(10.0),
    })  # fmt: skip
    told = {"observed": "youths", "exposure": "people", "covariates": ["f"], "keys": ["area"]}
    out = table["area"].eq("J")
    model = expected_model(table, leave_out=out, **told).areas.set_index("area")
    assert model["expected"].to_numpy() == pytest.approx([100] * 10, rel=0.03)
    assert model.loc["J", "ratio"] == pytest.approx(4, rel=0.03) and np.isnan(model.loc["J", "cooks_distance"])
    assert not model.loc["J", "influential"]
    pulled = expected_model(table, **told).areas.set_index("area")
    assert pulled.loc["J", "ratio"] < 3 and pulled.loc["J", "influential"]
