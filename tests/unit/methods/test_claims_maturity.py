"""Claims still to come: small triangles by hand, other shapes against the formulas written out, and what is refused."""

from __future__ import annotations

import re
from decimal import Decimal
from math import inf, nan, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.claims_maturity import mack

COLUMNS = ["latest", "ultimate", "reserve", "standard_error"]


def triangle(*rows: list[float], names: Any = None) -> pd.DataFrame:
    """Rows of known amounts, filled up with NaN."""
    width = max(len(row) for row in rows)
    return pd.DataFrame([[*row, *[nan] * (width - len(row))] for row in rows], index=names, columns=range(1, width + 1))


def run_off(lengths: list[int], seed: int) -> pd.DataFrame:
    """Rows known to the given ages, of random amounts that grow."""
    draw = np.random.default_rng(seed)
    rows = draw.uniform(50, 200, (len(lengths), 1)) * np.cumprod(
        draw.uniform(0.95, 1.6, (len(lengths), max(lengths))), 1
    )
    return triangle(*[list(row[:length]) for row, length in zip(rows, lengths, strict=True)])


def written_out(table: pd.DataFrame) -> dict[Any, tuple[float, float]]:
    """Reserve and standard error, with the sums of Mack (1993) as they stand there; ages count from 1."""
    amount = {(i, k): table.loc[i, k] for i in table.index for k in table.columns if not np.isnan(table.loc[i, k])}
    last, rows = max(table.columns), list(table.index)
    age = {i: max(k for j, k in amount if j == i) for i in rows}
    factor, variance, weight = {}, {}, {}
    for k in range(1, last):
        have = [i for i in rows if (i, k + 1) in amount]
        weight[k] = sum(amount[i, k] for i in have)
        factor[k] = sum(amount[i, k + 1] for i in have) / weight[k]
        if len(have) > 1:
            misses = [amount[i, k] * (amount[i, k + 1] / amount[i, k] - factor[k]) ** 2 for i in have]
            variance[k] = sum(misses) / (len(have) - 1)
        else:
            variance[k] = min(variance[k - 1] ** 2 / variance[k - 2], min(variance[k - 2], variance[k - 1]))
    full = dict(amount)
    for i in rows:
        for k in range(age[i], last):
            full[i, k + 1] = full[i, k] * factor[k]
    square = {
        i: full[i, last] ** 2
        * sum(variance[k] / factor[k] ** 2 * (1 / full[i, k] + 1 / weight[k]) for k in range(age[i], last))
        for i in rows
    }
    crossed = sum(
        2 * full[i, last] * full[j, last]
        * sum(variance[k] / factor[k] ** 2 / weight[k] for k in range(max(age[i], age[j]), last))
        for n, i in enumerate(rows) for j in rows[n + 1 :]
    )  # fmt: skip
    told = {i: (full[i, last] - amount[i, age[i]], sqrt(square[i])) for i in rows}
    return told | {"total": (sum(reserve for reserve, _ in told.values()), sqrt(sum(square.values()) + crossed))}


def test_one_open_row_by_hand():
    # Factor (130 + 350) / (100 + 300) = 1.2; variance 100 x 0.1^2 + 300 x (350/300 - 1.2)^2 = 4/3, for 2 - 1 ratios.
    # The third row: 120 x 1.2 = 144; square 144^2 x (4/3) / 1.2^2 x (1/120 + 1/400) = 19,200 x (1/120 + 1/400) = 208.
    told = mack(triangle([100, 130], [300, 350], [120], names=["2026-K1", "2026-K2", "2026-K3"]))
    assert told.loc["2026-K3"].tolist() == pytest.approx([120, 144, 24, sqrt(208)], rel=1e-12)
    assert told.loc["2026-K1"].tolist() == [130, 130, 0, 0]
    assert told.loc["total"].tolist() == pytest.approx([600, 624, 24, sqrt(208)], rel=1e-12)
    assert list(told.index) == ["2026-K1", "2026-K2", "2026-K3", "total"] and told.index.name == "origin"
    assert list(told.columns) == COLUMNS and {str(kind) for kind in told.dtypes} == {"float64"}


def test_two_open_rows_share_the_error_of_the_factor_by_hand():
    # As above with a row of 280: 336. Alone 336^2 x (4/3) / 1.44 x (1/280 + 1/400). Together the rows have the sum of
    # their own parts, and for the factor (144 + 336)^2 x (4/3) / 1.44 / 400.
    told = mack(triangle([100, 130], [300, 350], [120], [280]))
    spread = 4 / 3 / 1.44
    assert told.loc[3, "standard_error"] ** 2 == pytest.approx(336**2 * spread * (1 / 280 + 1 / 400))
    own = spread * (144**2 / 120 + 336**2 / 280)
    assert told.loc["total", "standard_error"] ** 2 == pytest.approx(own + spread * 480**2 / 400)


def test_the_last_variance_by_the_rule_of_mack():
    # Factors 2, 600 / 400 = 1.5 and 1.2. Variance of age 1: (100 x 0.2^2 + 100 x 0.2^2 + 100 x 0) / 2 = 4, of age 2:
    # (220 x (1.6 - 1.5)^2 + 180 x (248/180 - 1.5)^2) / 1 = 2.2 + 2.6889 = 4.8889. Age 3 has one ratio and gets
    # min(4.8889^2 / 4, 4, 4.8889) = 4. The second row, 248 x 1.2: square 297.6^2 x 4 / 1.44 x (1/248 + 1/352).
    told = mack(triangle([100, 220, 352, 422.4], [100, 180, 248], [100, 200], [100]))
    assert told.loc[1].tolist() == pytest.approx([248, 297.6, 49.6, 297.6 * sqrt(4 / 1.44 * (1 / 248 + 1 / 352))])


def test_a_rule_that_meets_no_variance_at_all_gives_none():
    told = mack(triangle([100, 200, 300, 330], [50, 100, 150], [80, 160], [70]))
    assert told["reserve"].tolist() == pytest.approx([0, 15, 104, 161, 280])
    assert told["standard_error"].tolist() == pytest.approx([0] * 5, abs=1e-6)


SHAPES = {
    "square": [5, 4, 3, 2, 1],
    "old rows are complete": [4, 4, 4, 4, 3, 2, 1],
    "the youngest are not that young": [6, 6, 6, 5, 4, 3],
    "three months each quarter": [4, 4, 4, 3, 3, 3, 2, 2, 2, 1, 1, 1],
    "receipts by three months": [9, 9, 6, 6, 3, 3],
    "more than one age with one ratio": [7, 4, 4, 3, 2],
    "jumps": [6, 6, 3, 3, 1],
}


@pytest.mark.parametrize("lengths", SHAPES.values(), ids=SHAPES)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_every_shape_is_the_formula_written_out(lengths, seed):
    table = run_off(lengths, seed)
    told = mack(table)
    for origin, (reserve, error) in written_out(table).items():
        assert told.loc[origin, "reserve"] == pytest.approx(reserve, rel=1e-9, abs=1e-9)
        assert told.loc[origin, "standard_error"] == pytest.approx(error, rel=1e-9, abs=1e-9)


def test_chainladder_agrees():
    cl = pytest.importorskip("chainladder", reason="chainladder is not installed: an oracle for developers only")
    table = run_off([8, 7, 6, 5, 4, 3, 2, 1], 3)
    long = table.rename_axis("origin").melt(ignore_index=False, var_name="age").dropna().reset_index()
    long["valuation"] = 2010 + long["origin"] + long["age"].astype("int64") - 1
    long["origin"] += 2010
    other = cl.Triangle(long, origin="origin", development="valuation", columns="value", cumulative=True)
    model = cl.MackChainladder().fit(cl.Development(sigma_interpolation="mack").fit_transform(other))
    summary, told = model.summary_.to_frame(), mack(table)
    assert told["standard_error"].iloc[1:-1].tolist() == pytest.approx(summary["Mack Std Err"].iloc[1:].tolist())
    assert told.loc["total", "standard_error"] == pytest.approx(float(model.total_mack_std_err_.iloc[0, 0]))
    assert told["ultimate"].iloc[:-1].tolist() == pytest.approx(summary["Ultimate"].tolist())


def test_all_complete_has_nothing_to_come():
    told = mack(triangle([100, 130], [300, 350]))
    assert told[["reserve", "standard_error"]].to_numpy().tolist() == [[0, 0]] * 3


def test_other_units_give_the_same_answer_in_those_units():
    table = run_off([5, 4, 3, 2, 1], 8)
    np.testing.assert_allclose(mack(table * 100), mack(table) * 100, rtol=1e-10, atol=1e-6)


@pytest.mark.parametrize("kind", ["float64", "Float64", "Int64", "object", "decimal", "int64[pyarrow]"])
def test_any_kind_of_number_will_do(kind):
    plain = triangle([100, 130], [300, 350], [120])
    if kind == "decimal":
        table = plain.map(lambda value: None if np.isnan(value) else Decimal(int(value))).astype("object")
    else:
        table = plain.astype(kind)
    kept = table.copy()
    pd.testing.assert_frame_equal(mack(table), mack(plain))
    pd.testing.assert_frame_equal(table, kept)


def test_a_row_may_fall_by_credits():
    told = mack(triangle([100, 90], [200, 170], [100]))  # 260 / 300
    assert told.loc[2, "reserve"] == pytest.approx(-100 * 40 / 300)


def test_the_error_is_about_right_in_triangles_made_by_the_model():
    # Amounts that follow Mack's model: mean factor x amount, variance proportional to the amount (gamma). Six rows more
    # than there are ages, so that every variance is estimated and none comes from the rule.
    draw, factors = np.random.default_rng(5), [1.8, 1.3, 1.15, 1.08, 1.04, 1.02]
    misses, squares = [], []
    for _ in range(600):
        full = np.full((13, 7), 1000.0)
        for age, factor in enumerate(factors):
            mean, variance = full[:, age] * factor, full[:, age] * 4.0 / (age + 1)
            full[:, age + 1] = draw.gamma(mean**2 / variance, variance / mean)
        rows = [list(row[: min(13 - place, 7)]) for place, row in enumerate(full)]
        total = mack(triangle(*rows)).loc["total"]
        misses.append(total["ultimate"] - full[:, -1].sum())
        squares.append(total["standard_error"] ** 2)
    # The spread of 600 misses is known to about 3 %; the mean is not far from zero.
    assert np.std(misses) / sqrt(np.mean(squares)) == pytest.approx(1, abs=0.1)
    assert abs(np.mean(misses)) < 3 * np.std(misses) / sqrt(600)


BAD: dict[str, tuple[pd.DataFrame, str]] = {
    "hole": (triangle([100, 130, 140], [300, nan, 350], [120, 130], [100]), "Periode 1: ontwikkeling 2 ontbreekt"),
    "starts with a hole": (triangle([100, 130], [nan, 350], [120]), "Periode 1: ontwikkeling 1 ontbreekt"),
    "zero": (triangle([100, 130], [0, 350], [120]), "Periode 1: ontwikkeling 1 is geen bedrag boven nul"),
    "zero on the diagonal": (triangle([100, 130], [300, 350], [0]), "Periode 2: ontwikkeling 1 is geen"),
    "negative": (triangle([100, 130], [300, -5], [120]), "Periode 1: ontwikkeling 2 is geen"),
    "infinite": (triangle([100, 130], [300, inf], [120]), "Periode 1: ontwikkeling 2 is geen"),
    "nothing known": (triangle([100, 130], [300, 350], []), "Van periode 2 is nog niets bekend"),
    "upside down": (triangle([120], [300, 350], [100, 130]), "Periode 1 is verder bekend"),
    "empty column": (triangle([100, 130, nan], [300, 350, nan], [120, nan, nan]), "Ontwikkeling 3 is van geen"),
    "one row": (triangle([100, 130]), "te klein"),
    "one column": (triangle([100], [130]), "te klein"),
    "nothing": (pd.DataFrame(), "te klein"),
    "two by two": (triangle([100, 130], [300]), "Naar ontwikkeling 2 is er maar één overgang"),
    "three by three": (triangle([100, 130, 140], [300, 350], [120]), "Naar ontwikkeling 3 is er maar één overgang"),
    "columns from 0": (triangle([100, 130], [300, 350]).rename(columns={1: 0, 2: 1}), "kolommen"),
    "columns in another order": (triangle([100, 130], [300, 350])[[2, 1]], "kolommen"),
    "columns as text": (triangle([100, 130], [300, 350]).rename(columns=str), "kolommen"),
    "period twice": (triangle([100, 130], [300, 350], names=["a", "a"]), "vaker"),
    "period missing": (triangle([100, 130], [300, 350], names=["a", None]), "leeg"),
    "period called total": (triangle([100, 130], [300, 350], names=["a", "total"]), "total"),
    "text": (triangle([100, 130], [300, 350]).astype({2: "str"}), "Ontwikkeling 2 bevat geen getallen"),
    "some text": (triangle([100, 130], [300, 350]).astype({2: object}).replace(350, "350"), "Ontwikkeling 2 bevat"),
    "truth": (pd.DataFrame({1: [1, 2], 2: [True, True]}), "Ontwikkeling 2 bevat"),
    "dates": (pd.DataFrame({1: [1, 2], 2: pd.to_datetime(["2026-01-01"] * 2)}), "Ontwikkeling 2 bevat"),
    "dates as objects": (pd.DataFrame({1: [1, 2], 2: [pd.Timestamp(0)] * 2}, dtype=object), "Ontwikkeling 2 bevat"),
}  # fmt: skip


@pytest.mark.parametrize(("table", "told"), BAD.values(), ids=BAD)
def test_bad_triangles_are_refused_by_name(table, told):
    with pytest.raises(FactorError, match=re.escape(told)) as refused:
        mack(table)
    assert refused.value.doe
