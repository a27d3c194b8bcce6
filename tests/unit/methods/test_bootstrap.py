"""The interval of the effects: against a slow redraw with the same weights, against theory, and on made populations."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition import bootstrap, cells_of_lines, cost_growth, effect_draws

KEYS = ["municipality", "product", "provider"]
NUMBERS = ["clients", "units", "amount_cents"]
EFFECTS = ["volume", "mix", "intensity", "indexation", "harmonisation", "entry", "exit", "residual", "total"]
STACKED = ["volume", "stacking", *EFFECTS[1:]]


def rng(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def region(seed: int, youths: int = 60) -> pd.DataFrame:
    """Lines of youths in two municipalities; some cells are in one year only, some youths were credited in full."""
    draw = rng(seed)
    rows = [
        {
            "youth_id": f"y{youth:03}", "municipality": "AB"[youth % 2], "product": product, "provider": provider,
            "year": year, "units": units, "amount_cents": units * int(price) * (draw.random() > 0.1),
        }
        for youth in range(youths)
        for product, provider in {(int(draw.integers(3)), int(draw.integers(3))) for _ in range(3)}
        for year in (1, 2)
        if draw.random() < 0.8
        for units, price in [(int(draw.integers(1, 30)), draw.integers(50, 90))]
    ]  # fmt: skip
    lines = pd.DataFrame(rows)
    lines.loc[lines.index % 17 == 0, ["units", "amount_cents"]] *= -1  # more credited than claimed in that year
    return lines[~((lines["product"] == 2) & (lines["provider"] == 2) & (lines["year"] == 1))].reset_index(drop=True)


def drawn(lines: pd.DataFrame, weights: str, draws: int, seed: int) -> list[pd.DataFrame]:
    """Every draw written out: copies of the lines of each youth that came up, or its lines with their weight."""
    people, chance = np.sort(lines["youth_id"].unique()), rng(seed)
    samples = []
    for _ in range(draws):
        if weights == "multinomial":
            chosen = chance.integers(len(people), size=len(people))
            again = pd.DataFrame({"youth_id": people[chosen], "copy": range(len(people)), "weight": 1.0})
        else:
            share = chance.standard_exponential(len(people))
            again = pd.DataFrame({"youth_id": people, "copy": 0, "weight": len(people) * share / share.sum()})
        samples.append(again.merge(lines, on="youth_id"))
    return samples


def slow_effects(sample: pd.DataFrame, keys: list[str], within: list[str], *, stacking: bool, rate: float) -> Any:
    """Effects of one draw by the ordinary function, indexed by the keys."""
    counted = sample.assign(
        clients=sample["weight"] * (sample["amount_cents"] > 0),
        units=sample["weight"] * sample["units"],
        net=sample["amount_cents"],
        amount_cents=sample["weight"] * sample["amount_cents"],
    )
    cells = counted.groupby([*keys, "year"], as_index=False)[NUMBERS].sum()
    per_youth = counted.groupby([*within, "year", "youth_id", "copy"], as_index=False).agg(
        weight=("weight", "first"), net=("net", "sum")
    )
    youths = per_youth[per_youth["net"] > 0].groupby([*within, "year"], as_index=False)["weight"].sum()
    told = {"youths": youths.rename(columns={"weight": "youths"})} if stacking else {}
    return cost_growth(cells, base=1, compare=2, keys=keys, within=within, indexation=rate, **told).set_index(keys)


@pytest.mark.parametrize("weights", ["multinomial", "dirichlet"])
@pytest.mark.parametrize(
    ("within", "stacking", "by", "rate"),
    [
        (["municipality"], False, None, 0.0),
        (["municipality"], True, ["municipality"], 0.05),
        ([], False, ["provider"], 0.0),
        (["municipality", "product"], True, [], -0.02),
        ([], False, [], 0.05),
        (["municipality"], True, ["product", "municipality"], 0.0),
    ],
)
def test_it_is_the_ordinary_split_of_every_draw(weights, within, stacking, by, rate):
    lines, shown, level = region(3), KEYS if by is None else by, 0.6
    asked = {"stacking": stacking, "rate": rate}
    whole = slow_effects(lines.assign(weight=1.0, copy=0), KEYS, within, **asked)
    samples = [slow_effects(sample, KEYS, within, **asked) for sample in drawn(lines, weights, 25, seed=11)]
    every = [split.reindex(whole.index, fill_value=0.0) for split in [whole, *samples]]
    summed = [split.groupby(shown).sum().to_numpy() if shown else split.sum().to_numpy()[None, :] for split in every]
    low, high = np.quantile(np.stack(summed[1:]), [0.2, 0.8], axis=0)

    got = bootstrap(
        lines, base=1, compare=2, keys=KEYS, draws=25, rng=rng(11), level=level, within=within, by=by,
        stacking=stacking, indexation=rate, weights=weights,
    )  # fmt: skip
    assert list(got.columns) == [*shown, "effect", "estimate", "low", "high"]
    for name, numbers in (("estimate", summed[0]), ("low", low), ("high", high)):
        np.testing.assert_allclose(got[name], numbers.ravel(), rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("stacking", [False, True])
def test_rows_are_the_keys_in_order_with_the_effects_of_cost_growth(stacking):
    lines = region(5)
    kept = lines.copy()
    got = bootstrap(lines, base=1, compare=2, keys=KEYS, draws=3, rng=rng(), stacking=stacking)
    effects = STACKED if stacking else EFFECTS
    cells = lines[KEYS].drop_duplicates().sort_values(KEYS)
    assert list(got["effect"]) == effects * len(cells)
    assert list(got[KEYS].drop_duplicates().itertuples(index=False)) == list(cells.itertuples(index=False))
    assert isinstance(got.index, pd.RangeIndex) and {str(kind) for kind in got.dtypes.iloc[-3:]} == {"float64"}
    pd.testing.assert_frame_equal(lines, kept)


def test_the_same_generator_gives_the_same_numbers_whatever_the_order_and_the_size_of_the_blocks(monkeypatch):
    lines = region(6)
    told = {"base": 1, "compare": 2, "keys": KEYS, "draws": 40, "by": ["provider"], "stacking": True}
    once = bootstrap(lines, rng=rng(1), **told)
    assert not once["low"].equals(bootstrap(lines, rng=rng(2), **told)["low"])
    pd.testing.assert_frame_equal(once, bootstrap(lines, rng=rng(1), **told))
    shuffled = lines.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(once, bootstrap(shuffled, rng=rng(1), **told), rtol=1e-9)
    for block in (1, 100, 300):  # one cell at a time; two; seven, so that rows of the result are cut in parts
        monkeypatch.setattr(sys.modules["jeugd_analysis.methods.decomposition.resample"], "_BLOCK", block)
        pd.testing.assert_frame_equal(once, bootstrap(lines, rng=rng(1), **told), rtol=1e-9)


def test_years_that_are_not_asked_for_and_their_youths_do_not_count():
    lines = region(8)
    other = lines.assign(year=3, youth_id=lines["youth_id"] + "x")
    told = {"base": 1, "compare": 2, "keys": KEYS, "draws": 10}
    both = bootstrap(pd.concat([other, lines]), rng=rng(), **told)
    pd.testing.assert_frame_equal(both, bootstrap(lines, rng=rng(), **told))


# -- against theory -------------------------------------------------------------------------------


def care(youth: str, product: str, *cents: int | None) -> list[dict[str, Any]]:
    """One unit in every year that has an amount."""
    return [
        {"youth_id": youth, "product": product, "year": year, "units": 1, "amount_cents": amount}
        for year, amount in enumerate(cents, start=1)
        if amount is not None
    ]


def split(rows: Sequence[list[dict[str, Any]]], **options: Any) -> pd.DataFrame:
    lines = pd.DataFrame([line for youth in rows for line in youth])
    told = {"base": 1, "compare": 2, "keys": ["product"], "draws": 20_000, "rng": rng(), **options}
    return bootstrap(lines, **told).set_index(["product", "effect"]) if "by" not in told else bootstrap(lines, **told)


def numbers(table: pd.DataFrame, product: str, effect: str) -> list[float]:
    return table.loc[(product, effect), ["estimate", "low", "high"]].tolist()


def test_a_youth_alone_is_as_it_is():
    told = split([care("a", "P", 100, 130)])
    assert numbers(told, "P", "harmonisation") == numbers(told, "P", "total") == [30, 30, 30]
    assert numbers(told, "P", "volume") == [0, 0, 0]


def test_a_cell_of_one_youth_follows_the_weight_of_that_youth():
    # One of 20 youths rises by 100 cents. Its weight is 20 x Beta(1, 19), at chance q 20 x (1 - (1 - q)^(1/19)).
    told = split([care("a", "P", 100, 200), *(care(f"b{i}", "Q", 100, 100) for i in range(19))])
    expected = [100.0, *(2000 * (1 - (1 - q) ** (1 / 19)) for q in (0.1, 0.9))]
    assert numbers(told, "P", "harmonisation") == pytest.approx(expected, rel=0.05)
    assert numbers(told, "P", "total") == pytest.approx(expected, rel=0.05)
    assert numbers(told, "Q", "total") == pytest.approx([0, 0, 0], abs=1e-9)


def test_whole_draws_count_a_youth_never_once_or_more():
    # The same cell drawn with return: 20 draws with chance 1/20. None in 0.95^20 = 36 %, two or less in 92 %.
    told = split([care("a", "P", 100, 200), *(care(f"b{i}", "Q", 100, 100) for i in range(19))], weights="multinomial")
    assert numbers(told, "P", "total") == [100, 0, 200]


def test_the_sum_over_youths_has_the_spread_of_a_mean():
    # 400 youths with rises of 0 and 200 cents: mean 100, standard deviation 100. Of the sum: 100 x 400^0.5 = 2,000, and
    # four in five within 1.2816 of those.
    rows = [care(f"y{i}", "P", 100, 100 + 200 * (i % 2)) for i in range(400)]
    expected = [40_000, 40_000 - 1.2816 * 2000, 40_000 + 1.2816 * 2000]
    for weights in ("dirichlet", "multinomial"):
        assert numbers(split(rows, weights=weights, draws=4000), "P", "total") == pytest.approx(expected, rel=0.01)


def test_care_of_one_youth_moves_together():
    # Each youth gains in one product what it loses in the other: the products vary, their sum does not.
    rows = [
        [*care(f"y{i}", "P", 100, 100 + rise), *care(f"y{i}", "Q", 300, 300 - rise)]
        for i, rise in enumerate([0, 20, 40, 80])
    ]
    apart = split(rows)
    assert apart.loc[("P", "total"), "high"] - apart.loc[("P", "total"), "low"] > 50
    together = split(rows, by=[]).set_index("effect").loc["total"]
    assert together[["estimate", "low", "high"]].tolist() == pytest.approx([0, 0, 0], abs=1e-9)


def test_a_cell_in_one_year_is_entry_or_exit_and_nothing_else():
    rows = [care("a", "P", 100, 100), care("b", "P", 100, 100), care("c", "new", None, 70), care("d", "old", 50, None)]
    told = split(rows)
    for product, effect, sign in (("new", "entry", 1), ("old", "exit", -1)):
        row = told.loc[(product, effect)]
        assert row.tolist() == told.loc[(product, "total")].tolist()
        assert row["low"] < row["estimate"] < row["high"] and row["estimate"] * sign > 0
        rest = told.loc[product].drop(index=[effect, "total"])
        assert (rest == 0).all(axis=None)


def test_small_cells_leave_no_year_by_chance_unless_whole_youths_are_drawn():
    # 60 cells of one youth per year, another in each year: nothing is new. Drawn with return, a third of them is away.
    rows = [[*care(f"a{i}", f"P{i}", 100, None), *care(f"b{i}", f"P{i}", None, 100)] for i in range(60)]
    smooth = split(rows, by=[], draws=200).set_index("effect")
    assert smooth.loc["entry", ["estimate", "low", "high"]].tolist() == [0, 0, 0]
    whole = split(rows, by=[], draws=200, weights="multinomial").set_index("effect")
    assert whole.loc["entry", "estimate"] == 0 < 600 < whole.loc["entry", "low"]


def test_a_youth_with_more_credits_than_claims_is_no_client_of_the_cell():
    # b has a credit in P: the cell has one client with 2 units and 60 cents, then two clients with 2 units and 200.
    rows = [care("a", "P", 100, 100), care("b", "P", -40, 100)]
    told = split(rows, draws=1)
    cells = pd.DataFrame(
        {"product": "P", "year": [1, 2], "clients": [1, 2], "units": [2, 2], "amount_cents": [60, 200]}
    )
    expected = cost_growth(cells, base=1, compare=2, keys=["product"], within=[])
    for effect in EFFECTS:
        assert told.loc[("P", effect), "estimate"] == pytest.approx(float(expected[effect].iloc[0]), rel=1e-12)


# A youth is of one of these kinds: chance in 100, product, and hours in both years; None is no care. An hour costs 100
# cents in A and 300 in B, and 110 and 310 in the second year.
KINDS = [
    (25, "A", 10, 12), (15, "A", 20, 18), (10, "A", 8, None), (14, "A", None, 15), (12, "B", 30, 40),
    (8, "B", 50, 45), (6, "B", 20, None), (10, "B", None, 35),
]  # fmt: skip
PRICE = {("A", 1): 100, ("A", 2): 110, ("B", 1): 300, ("B", 2): 310}


def kind_lines() -> pd.DataFrame:
    """The lines of every kind, one youth each."""
    rows = [
        {"kind": kind, "chance": chance, "product": product, "year": year, "units": hours}
        for kind, (chance, product, *both) in enumerate(KINDS)
        for year, hours in enumerate(both, start=1)
        if hours is not None
    ]
    lines = pd.DataFrame(rows)
    lines["amount_cents"] = [PRICE[p, y] * u for p, y, u in lines[["product", "year", "units"]].itertuples(index=False)]
    return lines


@pytest.mark.parametrize("weights", ["dirichlet", "multinomial"])
def test_four_in_five_intervals_hold_the_truth(weights):
    youths, samples, chance = 300, 150, rng(20)
    lines = kind_lines()
    expected = lines.assign(
        clients=[Fraction(c * youths, 100) for c in lines["chance"]],
        units=[Fraction(c * u * youths, 100) for c, u in zip(lines["chance"], lines["units"], strict=True)],
        amount_cents=[
            Fraction(c * a * youths, 100) for c, a in zip(lines["chance"], lines["amount_cents"], strict=True)
        ],
    )
    cells = expected.groupby(["product", "year"], as_index=False)[NUMBERS].sum()
    told = {"base": 1, "compare": 2, "keys": ["product"], "within": []}
    truth = cost_growth(cells, **told)[EFFECTS].sum().astype("float64").to_numpy()
    held = np.zeros(len(EFFECTS))
    for _ in range(samples):
        who = chance.choice(len(KINDS), size=youths, p=[kind[0] / 100 for kind in KINDS])
        people = pd.DataFrame({"youth_id": np.arange(youths), "kind": who})
        got = bootstrap(people.merge(lines, on="kind"), draws=200, rng=chance, by=[], weights=weights, **told)
        held += (got["low"] <= truth + 1e-6) & (truth - 1e-6 <= got["high"])
    rates = dict(zip(EFFECTS, held / samples, strict=True))
    for name in ("volume", "mix", "intensity", "harmonisation", "total"):
        # One standard deviation of a share of 0.8 over 150 samples is 0.033; 200 draws take a little off.
        assert 0.7 < rates[name] < 0.9, (name, rates)


# -- what is refused ------------------------------------------------------------------------------

GOOD = {"youth_id": ["a", "b", "a", "b"], "product": ["P"] * 4, "year": [1, 1, 2, 2], "units": 1, "amount_cents": 100}
BAD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "unknown base": ({}, {"base": 2019}, "2019"),
    "unknown key": ({}, {"keys": ["weg"]}, "weg"),
    "unknown period": ({}, {"period": "jaar"}, "jaar"),
    "within no key": ({}, {"within": ["youth_id"]}, "youth_id"),
    "by no key": ({}, {"by": ["year"]}, "year"),
    "key twice": ({}, {"keys": ["product", "product"]}, "product"),
    "key is the period": ({}, {"keys": ["year"]}, "year"),
    "key is a result": ({"effect": "x"}, {"keys": ["effect"]}, "effect"),
    "key is the youth": ({}, {"keys": ["youth_id"]}, "youth_id"),
    "double youth": ({"youth_id": ["a", "a", "a", "b"]}, {}, "youth_id"),
    "youth missing": ({"youth_id": ["a", None, "a", "b"]}, {}, "youth_id"),
    "key missing": ({"product": ["P", None, "P", "P"]}, {}, "product"),
    "NaN": ({"units": [1, 1, np.nan, 1]}, {}, "units"),
    "infinite": ({"amount_cents": [1, 1, np.inf, 1]}, {}, "amount_cents"),
    "text": ({"amount_cents": "100"}, {}, "amount_cents"),
    "no generator": ({}, {"rng": 7}, "generator"),
    "old generator": ({}, {"rng": np.random.RandomState(7)}, "generator"),
    "no draws": ({}, {"draws": 0}, "trekkingen"),
    "half a draw": ({}, {"draws": 1.5}, "trekkingen"),
    "true draws": ({}, {"draws": True}, "trekkingen"),
    "level 0": ({}, {"level": 0}, "niveau"),
    "level in percent": ({}, {"level": 80}, "niveau"),
    "indexation": ({}, {"indexation": -1}, "indexatie"),
    "no indexation": ({}, {"indexation": np.nan}, "indexatie"),
    "weights": ({}, {"weights": "poisson"}, "poisson"),
}


@pytest.mark.parametrize(("columns", "call", "named"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_by_name(columns, call, named):
    lines = pd.DataFrame({**GOOD, **columns})
    told = {"base": 1, "compare": 2, "keys": ["product"], "draws": 2, "rng": rng(), **call}
    with pytest.raises(FactorError) as refused:
        bootstrap(lines, **told)
    assert named in refused.value.wat and refused.value.doe


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(FactorError, match="amount_cents"):
        bootstrap(pd.DataFrame(GOOD).drop(columns="amount_cents"), base=1, compare=2, keys=["product"], rng=rng())


def test_clients_in_a_place_without_youths_are_refused():
    # a has 100 in P and a credit of 300 in Q: a client of P, and no youth of the place.
    rows = [{"youth_id": "a", "product": p, "year": y, "units": 1, "amount_cents": c}
            for p, c in (("P", 100), ("Q", -300)) for y in (1, 2)]  # fmt: skip
    told = {"base": 1, "compare": 2, "keys": ["product"], "draws": 2}
    with pytest.raises(FactorError, match="zonder jeugdigen"):
        bootstrap(pd.DataFrame(rows), rng=rng(), stacking=True, **told)
    total = bootstrap(pd.DataFrame(rows), rng=rng(), **told).query("effect == 'total'")
    assert total["estimate"].tolist() == [0, 0]


# -- duration and frequency, late claims, and the draws themselves --------------------------------


def test_duration_and_frequency_are_those_of_the_ordinary_split_in_every_draw():
    lines = region(4)
    lines["months"] = 1 + lines.index % 7
    told = {"base": 1, "compare": 2, "keys": KEYS, "draws": 20, "by": []}
    split = bootstrap(lines, rng=rng(2), months="months", **told).set_index("effect")
    whole = bootstrap(lines, rng=rng(2), **told).set_index("effect")
    names = ["volume", "mix", "indexation", "harmonisation", "entry", "exit", "residual", "total"]
    np.testing.assert_allclose(split.loc[names], whole.loc[names], rtol=1e-9, atol=1e-6)
    parts = split.loc[["duration", "frequency"], "estimate"].sum()
    assert parts == pytest.approx(whole.loc["intensity", "estimate"])
    cells, _ = cells_of_lines(lines, keys=KEYS, months="months")
    exact = cost_growth(cells, base=1, compare=2, keys=KEYS, months="client_months")
    for name in ("duration", "frequency"):
        assert split.loc[name, "estimate"] == pytest.approx(float(exact[name].sum()))


def monthly(seed: int) -> pd.DataFrame:
    """The lines of region() cut into two care periods."""
    lines = region(seed)
    half = lines.assign(units=lines["units"] // 2, amount_cents=lines["amount_cents"] // 2, quarter="K3")
    rest = lines.assign(
        units=lines["units"] - half["units"], amount_cents=lines["amount_cents"] - half["amount_cents"], quarter="K4"
    )
    both = pd.concat([half, rest], ignore_index=True)
    both["quarter"] = both["year"].astype("str") + "-" + both["quarter"]
    return both


def completion(draws: int, **ratios: Sequence[float]) -> pd.DataFrame:
    """Per care period what it ends at per euro known, the same rows as draw_completion gives."""
    named = {name.replace("_", "-")[1:]: list(values) for name, values in ratios.items()}
    return pd.DataFrame(named, index=range(draws + 1)).T.rename_axis("quarter")


def test_care_periods_without_late_claims_change_nothing():
    lines = monthly(9)
    whole = lines.groupby(["youth_id", *KEYS, "year"], as_index=False)[["units", "amount_cents"]].sum()
    told = {"base": 1, "compare": 2, "keys": KEYS, "draws": 12, "by": ["provider"], "stacking": True}
    late = completion(12, _2_K4=[1.0] * 13)
    one, other = bootstrap(lines, rng=rng(3), late=late, **told), bootstrap(whole, rng=rng(3), **told)
    pd.testing.assert_frame_equal(one, other, rtol=1e-9)


def test_late_claims_raise_units_and_money_of_their_care_period_in_every_draw():
    lines, draws = monthly(9), 15
    ratios = rng(8).uniform(1.0, 1.6, (2, draws + 1))
    late = completion(draws, _2_K3=ratios[0], _2_K4=ratios[1])
    told = {"base": 1, "compare": 2, "keys": KEYS, "draws": draws, "by": ["municipality"], "indexation": 0.02}
    got = effect_draws(lines, rng=rng(3), late=late, **told)
    for draw in range(draws + 1):
        growth = lines["quarter"].map(late[draw]).fillna(1.0)
        known = lines.groupby(["youth_id", *KEYS, "year"])["amount_cents"].sum().rename("known").reset_index()
        grown = lines.assign(units=lines["units"] * growth, amount_cents=lines["amount_cents"] * growth)
        whole = grown.groupby(["youth_id", *KEYS, "year"], as_index=False)[["units", "amount_cents"]].sum().merge(known)
        people = np.sort(lines["youth_id"].unique())
        weight = pd.Series(got_weights(len(people), draw), index=people)
        own = whole["youth_id"].map(weight)
        cells = (
            whole.assign(
                clients=own * (whole["known"] > 0), units=own * whole["units"], amount_cents=own * whole["amount_cents"]
            )
            .groupby([*KEYS, "year"], as_index=False)[NUMBERS]
            .sum()
        )
        split = cost_growth(cells, base=1, compare=2, keys=KEYS, indexation=0.02).groupby("municipality")[EFFECTS].sum()
        np.testing.assert_allclose(got[draw], split.to_numpy().ravel(), rtol=1e-9, atol=1e-6)


def got_weights(youths: int, draw: int) -> np.ndarray:
    """The weights that draw number `draw` of rng(3) has; 0 is the lines as they are."""
    if draw == 0:
        return np.ones(youths)
    chance = rng(3)
    for _ in range(draw):
        share = chance.standard_exponential(youths)
    return youths * share / share.sum()


def test_claims_to_come_by_hand():
    # Two youths have 10 hours at 100 cents each, then 5 in K3 and 4 known in K4. K4 ends at 1.25 times that: 10
    # hours each again, so no change. In both draws it ends at 1.5 times that: 11 hours, 2 x 1 x 100 cents more.
    lines = pd.DataFrame([
        {"youth_id": y, "product": "P", "year": year, "quarter": quarter, "units": units, "amount_cents": units * 100}
        for y in "ab" for year, quarter, units in ((1, "1-K4", 10), (2, "2-K3", 5), (2, "2-K4", 4))
    ])  # fmt: skip
    told = {"base": 1, "compare": 2, "keys": ["product"], "draws": 2, "by": [], "rng": rng()}
    late = completion(2, _2_K4=[1.25, 1.5, 1.5])
    got = bootstrap(lines, late=late, **told).set_index("effect")
    assert got.loc["intensity"].tolist() == pytest.approx([0, 200, 200])
    assert got.loc[["volume", "harmonisation"]].to_numpy() == pytest.approx(0, abs=1e-9)


def test_the_interval_with_late_claims_is_wider():
    lines = pd.DataFrame([
        {"youth_id": f"y{n}", "product": "P", "year": year, "quarter": f"{year}-K4", "units": 1, "amount_cents": 100}
        for n in range(30) for year in (1, 2)
    ])  # fmt: skip
    told = {"base": 1, "compare": 2, "keys": ["product"], "draws": 400, "by": []}
    without = bootstrap(lines, rng=rng(), **told).set_index("effect").loc["total"]
    ratios = np.concatenate([[1.1], rng(4).normal(1.1, 0.05, 400)])
    joint = bootstrap(lines, rng=rng(), late=completion(400, _2_K4=ratios), **told).set_index("effect").loc["total"]
    assert without[["estimate", "low", "high"]].tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    # 30 youths x 100 cents x 0.1 is 300; four in five draws within 1.2816 x 0.05 x 3,000 = 192 of it.
    assert joint["estimate"] == pytest.approx(300)
    assert [joint["low"], joint["high"]] == pytest.approx([108, 492], abs=25)


def test_the_draws_are_those_of_the_interval():
    lines = region(6)
    told = {"base": 1, "compare": 2, "keys": KEYS, "draws": 40, "by": ["provider"]}
    drawn, told_of = effect_draws(lines, rng=rng(1), **told), bootstrap(lines, rng=rng(1), level=0.5, **told)
    assert list(drawn.columns) == ["provider", "effect", *range(41)]
    assert drawn[0].tolist() == told_of["estimate"].tolist()
    low, high = np.quantile(drawn[list(range(1, 41))], [0.25, 0.75], axis=1)
    np.testing.assert_allclose([low, high], [told_of["low"], told_of["high"]])


def test_without_keys_all_care_is_one_cell():
    rows = [care("a", "P", 100, 130), care("b", "P", 100, 90), care("c", "P", 200, 260)]
    told = {"base": 1, "compare": 2, "draws": 30}
    lines = pd.DataFrame([line for youth in rows for line in youth])
    one, same = bootstrap(lines, keys=[], rng=rng(), **told), bootstrap(lines, keys=["product"], rng=rng(), **told)
    pd.testing.assert_frame_equal(one, same.drop(columns="product"), check_column_type=False)


LATE_BAD: dict[str, tuple[Any, dict[str, Any], str]] = {
    "too few draws": (completion(3, _2_K4=[1.0] * 4), {}, "aanvulling"),
    "no name": (completion(2, _2_K4=[1.0] * 3).rename_axis(None), {}, "aanvulling"),
    "period twice": (pd.concat([completion(2, _2_K4=[1.0] * 3)] * 2), {}, "aanvulling"),
    "zero": (completion(2, _2_K4=[1.0, 0.0, 1.0]), {}, "boven nul"),
    "missing": (completion(2, _2_K4=[1.0, np.nan, 1.0]), {}, "boven nul"),
    "no such column": (completion(2, _2_K4=[1.0] * 3).rename_axis("week"), {}, "week"),
    "no months": (None, {"months": "weken"}, "weken"),
    "months of zero": (None, {"months": "nul"}, "nul"),
}


def test_youths_that_are_still_to_come_are_volume():
    # Two youths with 10 hours at 100 cents in both years; in the second a tenth of the youths and of the money is late.
    lines = pd.DataFrame({
        "youth_id": ["a", "b"] * 2, "year": [1, 1, 2, 2], "care": [1, 1, 2, 2], "product": "45A48", "units": 10,
        "amount_cents": 1000,
    })  # fmt: skip
    grown = pd.DataFrame(1.1, index=[2], columns=range(3))
    told = {"base": 1, "compare": 2, "keys": ["product"], "draws": 2}
    late = grown.rename_axis("care")
    alone = bootstrap(lines, rng=rng(), late=late, **told).set_index("effect")["estimate"]
    both = bootstrap(lines, rng=rng(), late=late, late_youths=grown.rename_axis("year"), **told)
    both = both.set_index("effect")["estimate"]
    assert alone.loc[["volume", "intensity", "total"]].tolist() == pytest.approx([0, 200, 200])
    assert both.loc[["volume", "intensity", "total"]].tolist() == pytest.approx([200, 0, 200])


def test_clients_that_are_still_to_come_are_stacking():
    # As many youths, a tenth more cells per youth: cost rises by what those cells hold.
    lines = pd.DataFrame({
        "youth_id": ["a", "b"] * 2, "municipality": "GM0001", "year": [1, 1, 2, 2], "care": [1, 1, 2, 2],
        "product": "45A48", "units": 10, "amount_cents": 1000,
    })  # fmt: skip
    grown = pd.DataFrame(1.1, index=[2], columns=range(3))
    told = bootstrap(
        lines, base=1, compare=2, keys=["municipality", "product"], draws=2, rng=rng(), stacking=True,
        late=grown.rename_axis("care"), late_clients=grown.rename_axis("year"),
    ).set_index("effect")["estimate"]  # fmt: skip
    assert told.loc[["volume", "stacking", "intensity", "total"]].tolist() == pytest.approx([0, 200, 0, 200])


@pytest.mark.parametrize(("late", "options", "named"), LATE_BAD.values(), ids=LATE_BAD)
def test_late_claims_and_months_that_do_not_fit_are_refused(late, options, named):
    lines = monthly(9).assign(nul=0)
    with pytest.raises(FactorError) as refused:
        bootstrap(lines, base=1, compare=2, keys=[*KEYS, "quarter"][:3], draws=2, rng=rng(), late=late, **options)
    assert named in refused.value.wat and refused.value.doe
