"""A share of a change, with its interval, or the reason why there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.decomposition import effect_draws, share_of_change

BOTH = ("intensity", "harmonisation")


def draws(intensity: list[float], harmonisation: list[float]) -> pd.DataFrame:
    """The estimate first, then the draws."""
    numbers = pd.DataFrame([intensity, harmonisation])
    return pd.concat([pd.DataFrame({"effect": BOTH}), numbers], axis=1)


CLEAR = draws([69, 60, 64, 68, 72, 76], [31, 40, 36, 32, 28, 24])


def test_a_share_by_hand():
    # Shares of the draws: 0.60, 0.64, 0.68, 0.72, 0.76; the middle 80 %: from place 0.4 to place 3.6.
    told = share_of_change(CLEAR, "intensity", of=BOTH)
    assert (told.share, told.reason) == (0.69, "")
    assert (told.low, told.high) == pytest.approx((0.60 + 0.4 * 0.04, 0.72 + 0.6 * 0.04))
    other = share_of_change(CLEAR, "harmonisation", of=BOTH)
    assert (other.share, other.low, other.high) == pytest.approx((0.31, 1 - told.high, 1 - told.low))


def test_a_fall_has_shares_too():
    told = share_of_change(CLEAR.set_index("effect").mul(-1).reset_index(), "intensity", of=BOTH)
    assert told == share_of_change(CLEAR, "intensity", of=BOTH)


def test_a_share_of_the_total():
    table = pd.DataFrame({"effect": ["intensity", "total"], 0: [30, 100], 1: [20, 90], 2: [40, 110]})
    assert share_of_change(table, "intensity", of=["total"]).share == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (draws([5, -20, 30], [5, -20, 30]), "change_not_clear"),  # may as well be a fall
        (draws([5, 5, 5], [-5, -5, -5]), "change_not_clear"),  # exactly nothing
        (draws([5, 0, 0], [0, 0, 0]), "change_not_clear"),
        (draws([-5, 5, 6], [-5, 5, 6]), "change_not_clear"),  # the estimate lies on the other side of its own draws
        (draws([130, 120, 140], [-30, -20, -40]), "opposite_signs"),  # 130 % and -30 %
        (draws([-30, -20, -40], [130, 120, 140]), "opposite_signs"),
    ],
)
def test_no_share_is_given_when_it_would_mislead(table, reason):
    told = share_of_change(table, "intensity", of=BOTH)
    assert told.reason == reason and (told.share, told.low, told.high) == (None, None, None)


def test_more_than_the_whole_is_no_share():
    table = pd.DataFrame({"effect": ["intensity", "total"], 0: [120, 100], 1: [110, 90], 2: [130, 110]})
    assert share_of_change(table, "intensity", of=["total"]).reason == "opposite_signs"


def test_how_sure_the_change_must_be_is_a_choice():
    # Two of twenty draws are a fall: clear at 80 %, not at 95 %.
    table = draws([69, -10, -10, *[60 + n for n in range(18)]], [31, -10, -10, *[40 - n for n in range(18)]])
    assert share_of_change(table, "intensity", of=BOTH, sure=0.95).reason == "change_not_clear"
    told = share_of_change(table, "intensity", of=BOTH, sure=0.8)
    assert told.share == 0.69 and told.low is not None and told.low >= 0.6  # those two draws have no share of their own


def test_from_lines_to_a_share():
    # Every youth goes from 10 hours at 100 cents to 12 at 110: intensity 2 x 105 = 210, tariff 10 x 11 = 110 of 320.
    lines = pd.DataFrame([
        {"youth_id": f"y{n}", "product": "P", "year": year, "units": hours, "amount_cents": hours * price}
        for n in range(40) for year, hours, price in ((1, 10, 100), (2, 12, 110))
    ])  # fmt: skip
    told = effect_draws(lines, base=1, compare=2, keys=["product"], draws=50, rng=np.random.default_rng(1))
    share = share_of_change(told, "intensity", of=BOTH)
    assert (share.share, share.low, share.high) == pytest.approx((210 / 320,) * 3)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "unknown effect": ({"effect": "weer"}, "weer"),
    "unknown part": ({"of": ["weer"]}, "weer"),
    "no parts": ({"of": []}, "waarvan"),
    "part twice": ({"of": ["intensity", "intensity"]}, "twee keer"),
    "double row": ({"draws": pd.concat([CLEAR, CLEAR])}, "intensity"),
    "no draws": ({"draws": CLEAR[["effect", 0, 1]]}, "weinig"),
    "no effects": ({"draws": CLEAR.drop(columns="effect")}, "intensity"),
    "level": ({"level": 80}, "niveau"),
    "sure": ({"sure": 1}, "niveau"),
}


@pytest.mark.parametrize(("changed", "named"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(changed, named):
    told = {"draws": CLEAR, "effect": "intensity", "of": BOTH, **changed}
    with pytest.raises(FactorError) as refused:
        share_of_change(told.pop("draws"), told.pop("effect"), **told)
    assert named in refused.value.wat and refused.value.doe
