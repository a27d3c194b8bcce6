"""The region as data: areas, segments, and which years may be compared."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from jeugd_analysis.domain.region import Area, Break, Region, Segment
from jeugd_analysis.errors import UnknownNameError


def made_break(year: int, areas: str, measures: str) -> Break:
    return Break(
        year=year,
        areas=tuple(areas.split(";")),
        measures=frozenset(measures.split(";")),
        label=f"{year}: iets",
        explanation="Er veranderde iets.",
        source="test",
    )


# Two municipalities: A and B. C has left: its breaks are no longer those of the region.
REGION = Region(
    code="R",
    name="Duin en Polder",
    municipalities=(Area(code="A", name="Aa"), Area(code="B", name="Bee")),
    segments=(
        Segment(code="S1", name="Verblijf", funding="taakgericht"),
        Segment(code="S0", name="Rest", funding="geen"),
    ),
    breaks=(
        made_break(2022, "*", "cost"),
        made_break(2020, "*", "tariff;intensity"),
        made_break(2024, "A", "tariff;youths"),
        made_break(2023, "C", "tariff;cost"),
        made_break(2025, "B;C", "youths"),
    ),
)


@pytest.mark.parametrize(
    ("area", "measure", "years"),
    [
        ("A", "tariff", [2020, 2024]),
        ("B", "tariff", [2020]),
        ("R", "tariff", [2020, 2024]),  # that of A touches the region, that of C does not
        ("R", "youths", [2024, 2025]),
        ("B", "youths", [2025]),
        ("R", "cost", [2022]),
        ("C", "cost", [2022, 2023]),
        ("R", "cbs", []),
    ],
)
def test_breaks_of(area, measure, years):
    assert [b.year for b in REGION.breaks_of(area, measure)] == years


@pytest.mark.parametrize(
    ("area", "base", "compare", "years"),
    [
        ("A", 2019, 2020, [2020]),  # the break lies at 1 January 2020
        ("A", 2020, 2023, []),  # after the base year
        ("A", 2023, 2024, [2024]),
        ("A", 2019, 2024, [2020, 2024]),
        ("B", 2023, 2024, []),
        ("A", 2024, 2023, []),
    ],
)
def test_breaks_between(area, base, compare, years):
    assert [b.year for b in REGION.breaks_between(area, "tariff", base, compare)] == years


@pytest.mark.parametrize(
    ("area", "measure", "last", "pair"),
    [
        ("A", "tariff", 2024, (2022, 2023)),  # 2023-2024 is broken
        ("A", "tariff", 2025, (2024, 2025)),
        ("B", "tariff", 2024, (2023, 2024)),
        ("A", "tariff", 2020, (2018, 2019)),
        ("R", "youths", 2025, (2022, 2023)),  # 2025 and 2024 are both broken
    ],
)
def test_the_latest_pair_of_years_without_a_break(area, measure, last, pair):
    assert REGION.comparable_years(area, measure, last) == pair


def test_no_pair_at_all():
    assert REGION.comparable_years("A", "tariff", 2020, first=2019) is None
    assert REGION.comparable_years("A", "tariff", 2019, first=2019) is None


def test_areas_and_their_pages():
    assert [area.code for area in REGION.areas] == ["R", "A", "B"]
    assert [area.folder for area in REGION.areas] == ["regio", "a", "b"]
    assert [area.in_name for area in REGION.areas][:2] == ["de regio Duin en Polder", "Aa"]
    assert [area.is_region for area in REGION.areas] == [True, False, False]


def test_find_gives_the_area_or_the_choices():
    assert REGION.find("B").name == "Bee" and REGION.find("R").is_region
    with pytest.raises(UnknownNameError, match="R, A, B") as refused:
        REGION.find("../../x")
    assert refused.value.exit_code == 3


def test_find_segment_gives_the_segment_none_for_all_or_the_choices():
    found = REGION.find_segment("S1")
    assert found is not None and found.name == "Verblijf" and REGION.find_segment("alle") is None
    with pytest.raises(UnknownNameError, match="alle, S1, S0"):
        REGION.find_segment("s1")


def test_a_region_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        REGION.code = "X"


def test_what_is_left_out_is_told_from_its_year_on_for_the_part_and_for_the_region():
    place = Area(code="GM0001", name="Aa")
    other = Area(code="GM0002", name="Bee")
    lump_sum = Break(
        year=2024, areas=("GM0001",), measures=frozenset({"youths"}), label="taakgericht", explanation="-", source="-",
        left_out="de taakgerichte hulp in Aa",
    )  # fmt: skip
    region = Region(code="R", name="R", municipalities=(place, other), segments=(), breaks=(lump_sum,))
    assert region.left_out("GM0001", "youths", 2024) == "de taakgerichte hulp in Aa"
    assert region.left_out("R", "youths", 2025) == "de taakgerichte hulp in Aa"
    assert region.left_out("R", "youths", 2023) == ""
    assert region.left_out("GM0002", "youths", 2025) == ""
    assert region.left_out("R", "cost", 2025) == ""
