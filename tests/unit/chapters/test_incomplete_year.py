"""A year that has just ended is shown as provisional and never compared: its claims are still coming in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jeugd_analysis.chapters import growth, usage
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.estimates import estimate
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Store
from tests.conftest import CODE, ROOT

EDITION = Quarter(2025, 4)


@pytest.fixture(scope="module")
def winter(first_edition: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The edition of 2025-K4: 2025 has ended, its last claims come in 2026."""
    work = tmp_path_factory.mktemp("dit-jaar")
    store = Store(ROOT, Path(shutil.copytree(first_edition.work, work, dirs_exist_ok=True)))
    estimate(EDITION, store=store, code=CODE)
    return store


@pytest.fixture(autouse=True)
def in_winter(winter: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROJECT_VARIABLE, str(ROOT))
    monkeypatch.setenv(WORK_VARIABLE, str(winter.work))


@pytest.mark.parametrize("finding", [usage.youths_per_year, growth.cost_per_year])
def test_the_sentence_is_about_the_last_settled_year_and_says_which_is_not(finding):
    told = " ".join(finding("GM0637", EDITION.label).texts.values())
    assert "In 2024 " in told
    assert "Het jaar 2025 is nog niet compleet" in told
    assert "In 2025 " not in told


def test_the_incomplete_year_has_an_open_point():
    chart = usage.youths_per_year("GM0637", EDITION.label).chart
    values = chart["layer"][1]["data"]["values"] if "data" in chart["layer"][1] else chart["data"]["values"]
    assert {row["period"] for row in values if row["soort"] == "voorlopig"} == {"2025"}


@pytest.mark.parametrize(
    ("area", "pair"),
    [
        ("GM0603", ("2023", "2024")),
        # Everywhere prices by the hour came back on 1 January 2023. Here lump sums began on 1 January 2024: for schools
        # in Zoetermeer, for light help in Den Haag. The region has both.
        ("GM0637", ("2021", "2022")),
        ("GM0518", ("2021", "2022")),
        ("GM0000", ("2021", "2022")),
    ],
)
def test_growth_is_split_over_the_latest_settled_pair_without_a_break(area, pair):
    texts = growth.effects(area, EDITION.label).texts
    assert (texts["groei_van"], texts["groei_naar"]) == pair
