"""What a page derives from published numbers: means, estimates and earlier days say no more of the exact ones."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.chapters import growth_tested, growth_youths, waiting
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_shown import known_published
from jeugd_analysis.store import Store
from tests.unit.test_release_more import RULES

PERIOD = "2026-K3"


def cells(**numbers: object) -> pd.DataFrame:
    """A release with the waiting lists of Zoetermeer: levels with an underscore for the space."""
    return pd.DataFrame(
        [("GM0637", "waiting", PERIOD, level.replace("_", " "), told) for level, told in numbers.items()],
        columns=["area", "dimension", "period", "level", "published"],
    ).astype({"published": "Int64"})


@pytest.fixture
def lists(in_example: Store, monkeypatch):
    """Sets the exact numbers on the lists; what is published stays the same."""

    def of(kdc: int, dagbesteding: int) -> pd.DataFrame:
        table = pd.DataFrame(
            [("GM0637", "S3", "kdc", PERIOD, kdc, 100.0, 0),
             ("GM0637", "S3", "dagbesteding", PERIOD, dagbesteding, 20.0, 0),
             ("GM0637", "S2", "ggz", PERIOD, 0, None, 0)],
            columns=["municipality", "segment", "kind", "quarter", "waiting", "mean_wait_days", "harmful"],
        )  # fmt: skip
        monkeypatch.setattr(Store, "table", lambda self, name, until: table)
        return waiting.reported(Edition.open("GM0637", PERIOD), PERIOD).set_index("level")

    return of


def test_a_mean_wait_is_weighed_with_published_numbers(lists, monkeypatch):
    told = {"S3_kdc": 30, "S3_dagbesteding": None, "S2": 0}
    monkeypatch.setattr(Store, "release", lambda self, quarter: cells(**told))
    mine = lists(32, 8)
    # kdc as published (30 x 100 days), dagbesteding hidden: 5 x 20 days. 3,100 / 35, whatever the exact numbers are.
    assert mine.loc["S3", "waited_days"] == 3100 and mine.loc["S3", "weight"] == 35
    assert mine.loc["S2", "weight"] == 0 and mine.loc["alle", "waiting"] == 40
    other = lists(28, 3)
    assert other.loc["S3", ["weight", "waited_days"]].tolist() == mine.loc["S3", ["weight", "waited_days"]].tolist()


def test_lists_of_which_nobody_knows_how_long_they_are_have_no_mean_wait(lists, monkeypatch):
    told = {"S3_kdc": None, "S3_dagbesteding": 20, "S2": 0}
    monkeypatch.setattr(Store, "release", lambda self, quarter: cells(**told))
    # The hidden list weighs 5 of 25: just sure enough, (5 x 100 + 20 x 20) / 25. On the shorter list it weighs 5 of 20.
    days = waiting.mean_days(lists(8, 20).loc[["S3"]])
    assert days.tolist() == [36]
    monkeypatch.setattr(Store, "release", lambda self, quarter: cells(**{**told, "S3_dagbesteding": 15}))
    assert waiting.mean_days(lists(8, 15).loc[["S3", "S2"]]).isna().all()


def test_exact_weights_would_tell_the_number_on_a_list():
    """The means of two lists and of both, in whole days, and the published numbers: one pair of numbers is left."""
    first, second, days = 32, 12, (100, 20)
    mean = round((first * days[0] + second * days[1]) / (first + second))
    fits = [
        (a, b) for a in range(31, 40) for b in range(11, 20)
        if a + b in range(41, 50) and round((a * days[0] + b * days[1]) / (a + b)) == mean
    ]  # fmt: skip
    assert len({b for _, b in fits}) < 5  # published as 35, 15 and 45


@pytest.mark.parametrize("exact", [31, 35, 39])
def test_youths_to_come_follow_from_the_published_number(exact, in_example: Store, monkeypatch):
    """Half is known: as many are to come. With the exact number that would tell it to within five."""
    edition = Edition.open("GM0637", PERIOD)
    quarter = edition.usage("totaal", "kwartaal")["period"].max()
    estimates = pd.DataFrame({
        "area": ["GM0637"], "period_kind": "kwartaal", "period": quarter, "latest": [float(exact)],
        "ultimate": [2.0 * exact], "low": [1.5 * exact], "high": [2.5 * exact],
    })  # fmt: skip
    monkeypatch.setattr(Store, "estimates", lambda *_: estimates)
    real = edition.shown("totaal", "kwartaal")
    youths = real.frame["youths"].mask(real.frame["period"].eq(quarter), 35)
    monkeypatch.setattr(Edition, "shown", lambda *_: real.derived(real.frame.assign(youths=youths)))
    row = growth_youths.quarters_of_youths(edition).frame.iloc[0]
    assert row["known"] == 35 and row["to_come"] == 35 and (row["low"], row["high"]) == (50, 90)


def test_an_earlier_day_is_told_by_the_number_of_now():
    now = pd.DataFrame({"youths": [39, 39, 39, 7], "published": pd.array([35, 35, 35, None], dtype="Int64")})
    known = pd.Series([39, 30, 27, 7])
    # none since: 35; nine since count as none; twelve since are ten: 25; a hidden number stays five.
    assert known_published(known, now, RULES).tolist() == [35, 35, 25, 5]


def test_the_coverage_of_older_quarters_is_told(in_example: Store, monkeypatch):
    """14, 12 and 10 of 16 inside: 36 of 48 is 75 %."""
    tested = pd.DataFrame({
        "area": "GM0637", "age": ["1", "2", "3", "4", "total"], "predictions": [16, 16, 16, 16, 64],
        "inside": [16 / 16, 14 / 16, 12 / 16, 10 / 16, 52 / 64], "miss": 0.01,
    })  # fmt: skip
    monkeypatch.setattr(Store, "estimates", lambda *_: tested)
    told = growth_tested.tested_words(Edition.open("GM0637", PERIOD), "run_off_test")
    assert told.endswith("Bij kwartalen van 2 tot en met 4 kwartalen oud lag 75% binnen de band.")
    monkeypatch.setattr(Store, "estimates", lambda *_: tested[tested["age"].ne("3")])
    assert "tot en met 4" not in growth_tested.tested_words(Edition.open("GM0637", PERIOD), "run_off_test")
