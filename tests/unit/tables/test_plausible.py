"""What is odd about claims together: each remark appears, and a step less odd it does not."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.tables.plausible import Limits, Remark, claim_summary, gaps, jumps, months_in_words, remarks
from jeugd_analysis.tables.rules import RULES

ROOT = Path(__file__).resolve().parents[3]
K2, K3 = Quarter(2026, 2), Quarter(2026, 3)
A, B = "GM0637", "GM0626"
LIMITS = Limits(
    max_change_share=0.4, care_quarters=2, min_cents={"municipality": 1000, "provider": 500},
    min_youth_months={"municipality": 20, "provider": 10}, quarters_before=2, months_back=12, min_lines_per_month=3,
)  # fmt: skip
PLACES = pd.DataFrame(
    [(A, "2015-01-01", None), (B, "2015-01-01", "2026-03-31")], columns=["municipality", "valid_from", "valid_to"]
)


def summary(*rows: tuple[str, str, str, str, int, int, int]) -> pd.DataFrame:
    """municipality, provider, month, receipt quarter, lines, youths, cents."""
    names = ["municipality", "provider", "month", "receipt_quarter", "lines", "youths", "amount_cents"]
    made = pd.DataFrame(rows, columns=names)
    return made.assign(month=pd.to_datetime(made["month"]), last_received=pd.Timestamp("2026-09-30"))


def steady(provider: str = "P1", *, place: str = A, cents: int = 2000, youths: int = 30) -> list[tuple[Any, ...]]:
    """The same every month of 2026, each received in its own quarter."""
    months = [f"2026-{month:02}-01" for month in range(1, 10)]
    return [(place, provider, month, f"2026-K{1 + at // 3}", 10, youths, cents) for at, month in enumerate(months)]


def codes(found: Iterable[Remark]) -> list[tuple[str, str]]:
    return sorted((one.code, one.subject) for one in found)


def told(*rows: tuple[Any, ...], quarter: Quarter = K3) -> list[Remark]:
    return remarks(summary(*rows), quarter=quarter, municipalities=PLACES, limits=LIMITS)


def test_a_steady_region_gives_no_remark() -> None:
    assert told(*steady()) == []


def with_third_quarter(change: float, *, cents: int = 2000, youths: int = 30) -> list[tuple[Any, ...]]:
    """July gets a share more (or less), of money and of youths."""
    rows = steady(cents=cents, youths=youths)
    place, provider, month, received, lines, *_ = rows[6]
    return [*rows[:6], (place, provider, month, received, lines, round(youths * (1 + change)),
                        round(cents * (1 + change))), *rows[7:]]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "limit", "odd"),
    [(1.19, 1, False), (1.2, 1, False), (1.21, 1, True), (-1.19, 1, False), (-1.21, 1, True), (1.21, 3000, False)],
)
def test_a_jump_is_more_than_the_share_and_more_than_the_amount(change: float, limit: int, odd: bool) -> None:
    """Three months of 2,000 (of 30 youths): 1.2 times one month more is 40 % of the quarter."""
    limits = Limits(
        max_change_share=0.4, care_quarters=1, min_cents={"municipality": limit, "provider": limit},
        min_youth_months={"municipality": limit, "provider": limit}, quarters_before=2, months_back=12,
        min_lines_per_month=3,
    )  # fmt: skip
    found = jumps(summary(*with_third_quarter(change, youths=1000)), quarter=K3, municipalities=PLACES, limits=limits)
    every = [("PLA-001", A), ("PLA-002", A), ("PLA-003", "P1"), ("PLA-004", "P1")]
    assert codes(found) == (every if odd else [])


def test_a_jump_says_how_much_and_since_when() -> None:
    found = [one for one in told(*with_third_quarter(3.0)) if one.code == "PLA-003"]
    assert [(one.period, one.number, one.amount_cents, one.severity) for one in found] == [
        ("2026-K3", 90, 6000, "middel")  # July: four times 30 youths and four times 2,000
    ]
    assert found[0].text == "Het gedeclareerde bedrag steeg met 100% sinds 2026-K2."  # 12,000 beside 6,000
    assert found[0].remedy == RULES["PLA-003"].remedy
    lower = [one.text for one in told(*with_third_quarter(-1.5)) if one.code == "PLA-004"]
    assert lower == ["Het aantal jeugdigen per maand, opgeteld, daalde met 50% sinds 2026-K2."]
    steep = [one.text for one in told(*with_third_quarter(7.5)) if one.code == "PLA-001"]
    assert steep == ["Het gedeclareerde bedrag werd 3,5 keer zo hoog als in 2026-K2."]


def test_only_care_of_the_same_age_is_compared() -> None:
    old = (A, "P1", "2025-06-01", "2026-K3", 900, 900, 900_000)  # a late package on an older year
    assert [one for one in told(*steady(), old) if one.code in ("PLA-001", "PLA-003")] == []


def test_a_new_provider_is_a_jump_and_a_new_small_one_is_not() -> None:
    rows = steady(cents=20_000)
    new = [(A, "P2", "2026-07-01", "2026-K3", 5, 9, 500), (A, "P3", "2026-07-01", "2026-K3", 5, 9, 499)]
    found = told(*rows, *new)
    assert codes(found) == [("PLA-003", "P2")]
    assert found[0].text == "In 2026-K2 was er per saldo nog niets, in 2026-K3 wel."


def test_a_municipality_that_left_the_region_may_fall() -> None:
    rows = [*steady(cents=900_000, youths=900), *steady("P1", place=B, cents=9000)[:4]]
    assert codes(told(*rows, quarter=K2)) == []
    still = PLACES.assign(valid_to=None)
    found = remarks(summary(*rows), quarter=K2, municipalities=still, limits=LIMITS)
    assert ("PLA-001", B) in codes(found)


def test_a_provider_that_always_claimed_and_is_silent() -> None:
    rows = [*steady(cents=90_000, youths=900), *steady("P2", cents=100)[:6]]
    found = told(*rows)
    assert codes(found) == [("PLA-005", "P2")]
    assert (found[0].number, found[0].amount_cents, found[0].severity) == (30, 300, "hoog")  # per quarter


def test_a_provider_that_was_silent_before_is_not_new_in_that() -> None:
    rows = [*steady(cents=90_000, youths=900), *steady("P2", cents=100)[:3]]
    assert told(*rows) == []


def test_in_the_first_quarter_of_the_record_nothing_is_usual_yet() -> None:
    rows = [*steady()[:3], *steady(place=B)[:3]]
    assert told(*rows, quarter=Quarter(2026, 1)) == []


def test_nothing_received_at_all_is_said_of_provider_and_municipality() -> None:
    found = told(*steady()[:6])
    assert [(one.code, one.subject, one.number, one.amount_cents) for one in found] == [
        ("PLA-005", "P1", 30, 6000),  # 20 lines and 4,000 cents over 6 months: 10 lines and 2,000 cents a month
        ("PLA-007", A, 30, 6000),
    ]


def test_months_between_the_first_and_the_last_without_a_line() -> None:
    rows = steady()
    found = gaps(summary(*rows[:2], *rows[4:]), quarter=K3, limits=LIMITS)
    assert [(one.subject, one.period, one.number, one.amount_cents) for one in found] == [("P1", "2026-03", 2, 4000)]
    assert "2026-03 en 2026-04" in found[0].text
    assert gaps(summary(*rows[2:7]), quarter=K3, limits=LIMITS) == []  # before the first and after the last: no gap
    enough, few = ([(*row[:4], lines, *row[5:]) for row in rows] for lines in (3, 2))
    assert len(gaps(summary(*enough[:2], *enough[4:]), quarter=K3, limits=LIMITS)) == 1
    assert gaps(summary(*few[:2], *few[4:]), quarter=K3, limits=LIMITS) == []
    later = Quarter(2027, 2)  # twelve months back: July 2026 is the first that counts
    assert gaps(summary(*rows[:2], *rows[4:]), quarter=later, limits=LIMITS) == []


def test_a_municipality_of_the_region_that_is_missing() -> None:
    places = PLACES.assign(valid_to=None)
    rows = steady(cents=90_000, youths=900)
    only_a = remarks(summary(*rows), quarter=K3, municipalities=places, limits=LIMITS)
    assert [(one.code, one.subject, one.period) for one in only_a] == [("PLA-007", B, "2026-K3")]
    assert RULES["PLA-007"].kind.value == "stop"
    gap = [row for row in steady(place=B) if row[2] != "2026-05-01"]
    with_gap = remarks(summary(*rows, *gap), quarter=K3, municipalities=places, limits=LIMITS)
    assert ("PLA-007", B, "2026-05", 1) in [(one.code, one.subject, one.period, one.number) for one in with_gap]
    few = [(*row[:4], 1, *row[5:]) for row in gap]
    quiet = remarks(summary(*rows, *few), quarter=K3, municipalities=places, limits=LIMITS)
    assert "PLA-007" not in [one.code for one in quiet]


def test_a_municipality_that_leaves_during_the_quarter_is_not_missed() -> None:
    places = PLACES.assign(valid_to=[None, "2026-08-15"])
    assert remarks(summary(*steady()), quarter=K3, municipalities=places, limits=LIMITS) == []


def test_empty_months_of_long_ago_are_not_mentioned() -> None:
    """Twelve months back from September 2026 is October 2025."""
    old = [(A, "P1", f"2025-{month:02}-01", "2025-K4", 10, 30, 2000) for month in (7, 8, 9, 10, 11, 12)]
    for absent, found in ((9, []), (10, ["2025-10"])):
        rows = [*(row for row in old if row[2] != f"2025-{absent:02}-01"), *steady()]
        assert [one.period for one in told(*rows) if one.code == "PLA-007"] == found


def test_a_new_municipality_is_expected_from_its_first_day() -> None:
    places = pd.concat([PLACES, PLACES.iloc[:1].assign(municipality="GM0001", valid_from="2026-04-01")])
    rows = [*steady(), *steady("P2", place="GM0001")[3:]]
    assert "PLA-007" not in [
        one.code for one in remarks(summary(*rows), quarter=K3, municipalities=places, limits=LIMITS)
    ]
    without_april = remarks(
        summary(*steady(), *steady("P2", place="GM0001")[4:]), quarter=K3, municipalities=places, limits=LIMITS
    )
    assert [(one.subject, one.period) for one in without_april if one.code == "PLA-007"] == [("GM0001", "2026-04")]
    joins_later = places.assign(valid_from=places["valid_from"].replace("2026-04-01", "2026-08-01"))
    alone = remarks(summary(*steady()), quarter=K3, municipalities=joins_later, limits=LIMITS)
    assert "PLA-007" not in [one.code for one in alone]  # not yet there during the whole quarter


def test_what_came_in_later_is_not_known_yet() -> None:
    rows = steady()
    later = (A, "P1", "2026-04-01", "2026-K3", 1, 1, -5000)
    assert told(*rows, later, quarter=K2) == told(*rows, quarter=K2) == []
    march = (A, "P1", "2026-03-01", "2026-K3", 10, 30, 2000)
    gap = told(*rows[:2], *rows[3:], quarter=K2)
    assert told(*rows[:2], *rows[3:], march, quarter=K2) == gap and "2026-03" in {one.period for one in gap}


def test_the_most_severe_comes_first_and_then_the_most_money() -> None:
    rows = [*steady(cents=90_000, youths=900), *steady("P2", cents=100)[:6], *with_third_quarter(7.5)]
    found = told(*[(A, "P3", *row[2:]) if row in with_third_quarter(7.5) else row for row in rows])
    order = [(("hoog", "middel", "laag").index(one.severity), -abs(one.amount_cents)) for one in found]
    assert order == sorted(order) and len(found) >= 3


# -- the summary -----------------------------------------------------------------------------------


def test_claims_are_counted_per_month_and_quarter_of_receipt() -> None:
    lines = [  # youth, month, received, cents
        ("a", "2026-05-01", "2026-06-30", 100), ("a", "2026-05-01", "2026-06-01", 50),
        ("b", "2026-05-01", "2026-06-02", 25), ("a", "2026-05-01", "2026-07-01", -100),
    ]  # fmt: skip
    claims = pd.DataFrame(lines, columns=["youth_id", "month", "received_on", "amount_cents"])
    claims = claims.assign(
        month=pd.to_datetime(claims["month"]), received_on=pd.to_datetime(claims["received_on"]),
        municipality=A, provider="90000001",
    )  # fmt: skip
    found = claim_summary(claims)
    assert found.drop(columns=["municipality", "provider", "month"]).to_dict("split")["data"] == [
        ["2026-K2", 3, 2, 175, pd.Timestamp("2026-06-30")],
        ["2026-K3", 1, 1, -100, pd.Timestamp("2026-07-01")],
    ]
    assert claim_summary(claims.iloc[:0]).empty


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "2026-01"),
        (2, "2026-01 en 2026-02"),
        (3, "2026-01, 2026-02 en 2026-03"),
        (7, "2026-01, 2026-02, 2026-03, 2026-04, 2026-05, 2026-06 en nog 1 maand"),
        (9, "2026-01, 2026-02, 2026-03, 2026-04, 2026-05, 2026-06 en nog 3 maanden"),
    ],
)
def test_months_in_words(count: int, words: str) -> None:
    assert months_in_words(pd.date_range("2026-01-01", periods=count, freq="MS")) == words


def test_the_limits_of_the_project_can_be_read() -> None:
    settings = tomllib.loads((ROOT / "data" / "reference" / "quality.toml").read_text("utf8"))
    limits = Limits.from_settings(settings)
    assert limits.min_cents["provider"] == settings["jump"]["provider"]["euro"] * 100
    assert 0 < limits.max_change_share < 1
