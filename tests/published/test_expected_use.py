"""Standardised use and funnel limits as Public Health England published them, to the digits it printed.

Test data of PHEindicatormethods 2.1.0 (UK Health Security Agency), first computed with PHE's Excel tools. The files are
not ours to spread: the tests read them from a folder beside the project and are skipped without it. What is typed in
here: Breslow and Day (1987), table 2.10 (exact limits of the standardised ratio); Deb and Trivedi (2002), visits to a
doctor in the RAND experiment, negative binomial as R's MASS glm.nb() and Stata's nbreg print it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from jeugd_analysis.methods.count_models import fit_counts
from jeugd_analysis.methods.expected_use import (
    byar_limits,
    direct_rate,
    exact_limits,
    expected_counts,
    funnel,
    funnel_limits,
    reference_rates,
    standardised_ratio,
    wilson_limits,
)

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "benchmarks"
USE, FUNNELS = CASES / "14_standardised_use_phe", CASES / "15_funnel_limits_phe"
needs_cases = pytest.mark.skipif(not FUNNELS.is_dir(), reason="the published cases are not beside this project")
LEVELS = {"2s": 0.95, "3s": 0.998}
# Where PHE looked for the point at which a limit passes a whole count, it stopped at about the sixth digit.
SEARCHED = 1e-5


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig")


def areas() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Population and reference rates by age of case 14."""
    table = read(USE / "input_areas.csv")
    one = table[table["area"] == "testdata_big"]
    rates = reference_rates(one, strata=["ageband"], events="refcount", persons="refpop")
    return table.dropna(subset=["pop"]), rates  # one area lacks an age in which nobody in the reference has an event


@needs_cases
@pytest.mark.parametrize("area", ["testdata_big", "testdata_small", "testdata_tiny"])
def test_indirectly_standardised_ratios_and_rates(area):
    table, rates = areas()
    expected = expected_counts(table, rates, by="area", strata=["ageband"], persons="pop")[area]
    observed = table.loc[table["area"] == area, "count"].sum()
    for file, times in (("ratio", 1.0), ("rate", None)):
        told = read(USE / f"expected_isr_{file}.csv").set_index("area").loc[area]
        assert (observed, expected) == (told["observed"], pytest.approx(told["expected"], rel=1e-12))
        factor = times or told["ref_rate"]
        for level, name in ((0.95, "95_0"), (0.998, "99_8")):
            ratio, low, high = standardised_ratio(observed, expected, level=level)
            printed = [told["value"], told[f"lower{name}cl"], told[f"upper{name}cl"]]
            assert [ratio * factor, low * factor, high * factor] == pytest.approx(printed, rel=1e-9)


@needs_cases
def test_byar_and_wilson_limits():
    for row in read(USE / "expected_byars_wilson.csv").itertuples():
        level = float(row.confidence.rstrip("%")) / 100
        low, high = (
            byar_limits(row.x, level=level) if row.method == "Byars" else wilson_limits(row.x, row.n, level=level)
        )
        assert high == pytest.approx(row.uppercl, rel=1e-12)
        # One lower limit would lie below zero: printed as missing, here 0.
        assert low == pytest.approx(0 if pd.isna(row.lowercl) else row.lowercl, rel=1e-12)


@needs_cases
@pytest.mark.parametrize("area", ["big", "small", "nonind_big", "nonind_dummy", "nonind_small"])
def test_directly_standardised_rates(area):
    repeated = area.startswith("nonind")
    table = read(USE / ("input_nonindependent_events.csv" if repeated else "input_areas.csv"))
    rows = table[table["area"] == f"testdata_{area}"].fillna(0)
    told = read(USE / "expected_dsr.csv").set_index("area").loc[f"testdata_{area}"]
    frequencies = ["f1", "f2", "f3", "f4"] if repeated else []
    for level, name in ((0.95, "95_0"), (0.998, "99_8")):
        found = direct_rate(
            rows, events="count", persons="pop", standard="esp2013", frequencies=frequencies, level=level
        )
        printed = [told["value"], told[f"lower{name}cl"], told[f"upper{name}cl"]]
        assert found == pytest.approx(printed, rel=1e-9)


@needs_cases
@pytest.mark.parametrize("name", LEVELS)
def test_funnel_limits_of_proportions(name):
    told = read(FUNNELS / "prop_outputs.csv")
    low, high = funnel_limits(
        told["Population"], kind="proportion", level=LEVELS[name], target=told["Baseline"][0] / 100
    )
    tail = {"2s": "2s0025", "3s": "3s0001"}[name]
    assert (100 * low).tolist() == pytest.approx(told[f"Lower{tail}limit"].tolist(), abs=1e-6)
    assert (100 * high).tolist() == pytest.approx(told[f"Upper{tail}limit"].tolist(), abs=1e-6)


@needs_cases
@pytest.mark.parametrize("name", LEVELS)
@pytest.mark.parametrize("side", ["lower", "upper"])
def test_funnel_limits_of_ratios(name, side):
    told = read(FUNNELS / "ratio_outputs.csv")
    found = funnel_limits(told[f"{side}_{name}_exp_events"], kind="ratio", level=LEVELS[name])[side == "upper"]
    assert (100 * found).tolist() == pytest.approx(told[f"{side}_{name}_isr"].tolist(), rel=SEARCHED)


@needs_cases
@pytest.mark.parametrize("name", LEVELS)
@pytest.mark.parametrize("side", ["lower", "upper"])
def test_funnel_limits_of_rates(name, side):
    told = read(FUNNELS / "rate_outputs.csv")
    baseline = told["baseline"][0]  # per 100,000 a year, of events in three years
    expected = told[f"{side}_{name}_population_1_year"] * 3 * baseline / 100_000
    found = funnel_limits(expected, kind="rate", level=LEVELS[name], target=baseline)[side == "upper"]
    assert found.tolist() == pytest.approx(told[f"{side}_{name}_limit"].tolist(), rel=SEARCHED)


SIGNIFICANCE = {
    "High (0.001)": ("hoger", "hoger"), "High (0.025)": ("hoger", "binnen"), "Not significant": ("binnen", "binnen"),
    "Low (0.025)": ("lager", "binnen"), "Low (0.001)": ("lager", "lager"),
}  # fmt: skip


@needs_cases
def test_every_area_lies_where_it_was_published():
    shares, ratios = read(FUNNELS / "prop_inputs.csv"), read(FUNNELS / "ratio_inputs.csv")
    target = shares["numerator"].sum() / shares["denominator"].sum()
    told = [
        funnel(shares, observed="numerator", expected="denominator", kind="proportion", target=target),
        funnel(ratios, observed="obs", expected="expected"),
    ]
    for table in told:
        found = list(zip(table["position_95"], table["position_99_8"], strict=True))
        assert found == [SIGNIFICANCE[name] for name in table["significance"]]


@pytest.mark.parametrize(
    ("observed", "low", "high"),
    [
        (0, "0.000", "3.689"),
        (1, "0.025", "5.572"),
        (2, "0.242", "7.225"),
        (3, "0.619", "8.767"),
        (10, "4.795", "18.390"),
    ],
)
def test_exact_limits_of_a_count(observed, low, high):
    assert tuple(f"{limit:.3f}" for limit in exact_limits(observed)) == (low, high)


def test_negative_binomial_of_the_rand_experiment():
    data = sm.datasets.randhie.load_pandas()
    names = ["lncoins", "idp", "lpi", "fmde", "physlm", "disea", "hlthg", "hlthf", "hlthp"]
    design = np.column_stack([data.exog[names], np.ones(len(data.exog))])
    fitted = fit_counts(data.endog.to_numpy("float64"), design, family="negative_binomial")
    printed = [
        -0.0579469537244314, -0.267787718814838, 0.0412060770911646, -0.0381376804392121, 0.268915772213171,
        0.0381637446219235, -0.0441338846217674, 0.0172521803400544, 0.177960787443151, 0.663556087183864,
    ]  # fmt: skip
    assert fitted.results.params.tolist() == pytest.approx(printed, abs=2e-6)
    assert fitted.alpha == pytest.approx(1.292953339909746, abs=2e-5)
    assert fitted.results.llf == pytest.approx(-43383.66207653563, abs=1e-4)
