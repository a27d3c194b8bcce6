"""The contract of each segment: its start and route from reference data, and measures that follow it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_plan import read_scenario
from jeugd_analysis.chapters.segment_contracts import contracts_of
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.methods.savings import assumptions_of, phase
from jeugd_analysis.store import Store

BASE = 100_000_000_00  # cents: 100 million in every segment


def starts(store: Store, scenario: str = "basis") -> dict[str, list[str]]:
    """Segment -> starts of its measures."""
    edition = Edition(store=store, quarter=Quarter(2026, 3), area=store.region.area)
    rows = pd.DataFrame(read_scenario(edition, scenario)["measures"])
    return {str(code): part["start"].tolist() for code, part in rows.groupby("segment")}


def rewrite(store: Store, name: str, before: str, after: str) -> Store:
    """A store that reads the reference file with one piece of text replaced."""
    path = Path(store.project / "data" / "reference" / name)
    told = path.read_text("utf8")
    assert before in told
    path.write_text(told.replace(before, after, 1), "utf8")
    return Store(store.project, store.work)


def test_what_ships_says_one_date_for_every_segment_and_keeps_the_reservation(own_project):
    # Zoetermeer 2025-038583, text line 121: contracts from 1 January 2027; lines 571-606: both under reservation.
    told = contracts_of(own_project)
    assert {code: each.start.label for code, each in told.items()} == dict.fromkeys(
        ["S1", "S2", "S3", "S4", "S5"], "2027-K1"
    )
    assert {each.status for each in told.values()} == {"onder voorbehoud"}
    # Midden-Delfland 2025, text line 161: a revision is most logical for four of the five; the fifth has no route.
    assert [code for code, each in told.items() if each.route.startswith("Herziening")] == ["S1", "S2", "S3", "S4"]
    assert told["S5"].route_status == "onder voorbehoud"


def test_a_later_contract_of_one_segment_moves_its_measures_alone(own_project):
    before = starts(own_project)
    later = rewrite(own_project, "contracts.csv", "S5,,", "S5,2028-K3,")
    after = starts(later)
    assert after.pop("S5") == ["2028-K3", "2028-K3"] and before.pop("S5") == ["2027-K1", "2027-K1"]
    assert after == before


def test_what_moves_in_money(own_project):
    # Residential care: 6 % of 100 million in 16 equal quarters. From 2027-K1 its first year has 1 to 4 sixteenths:
    # 10/64 of 6 million. From 2028-K1 that is what 2028 saves, and 2027 saves nothing.
    first = 6_000_000_00 * 10 // 64
    assert residential(own_project)[0] == first
    assert residential(rewrite(own_project, "contracts.csv", "S1,,", "S1,2028-K1,")) == [0, first]


def residential(store: Store) -> list[int]:
    """What the measure in S1 saves in 2027 and 2028, in cents."""
    edition = Edition(store=store, quarter=Quarter(2026, 3), area=store.region.area)
    measures = pd.DataFrame(read_scenario(edition, "basis")["measures"]).query("segment == 'S1'")
    goals = pd.DataFrame({"year": [2027, 2028], "segment": "S1", "target_cents": 0})
    told: list[int] = phase(measures.assign(base_cents=BASE), goals, years=[2027, 2028])["saving_cents"].tolist()
    return told


def test_a_scenario_changes_the_contract_of_a_segment_for_itself_and_what_is_based_on_it(own_project):
    changed = rewrite(
        own_project,
        "scenarios/minder_effect.toml",
        "target_factor = 1",
        'target_factor = 1\n[contracts]\nS2 = "2028-K2"',
    )
    # Its measure starts two quarters after the contract; the base scenario keeps its own.
    assert starts(changed, "minder_effect")["S2"] == ["2028-K4"] and starts(changed)["S2"] == ["2027-K3"]
    told = contracts_of(changed, {"S2": "2028-K2"}, "aanname")
    assert (told["S2"].status, told["S1"].status) == ("aanname", "onder voorbehoud")


def test_a_start_of_a_scenarios_own_takes_the_place_of_one_that_follows_the_contract(own_project):
    changed = rewrite(
        own_project, "scenarios/kansen.toml", 'measure = "Collectieve hulp op school"\n',
        'measure = "Collectieve hulp op school"\nstart = "2030-K2"\n',
    )  # fmt: skip
    assert starts(changed, "kansen")["S4"] == ["2030-K2"] and starts(changed)["S4"] == ["2028-K1"]


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("contracts.csv", "S5,,", "S7,,", "segment S7"),
        ("contracts.csv", "S5,,", "S1,,", "segment S1"),
        ("contracts.csv", "S5,,", "S9,,", "segment S9"),
        ("contracts.csv", "S5,,", "S5,1 januari 2027,", "segment S5: de start is geen kwartaal"),
        ("scenarios/basis.toml", "[[measures]]", '[contracts]\nS9 = "2028-K1"\n[[measures]]', "contracts noemt"),
        ("scenarios/basis.toml", "[[measures]]", '[contracts]\nS1 = "2028"\n[[measures]]', "segment S1: de start"),
    ],
)
def test_a_mistake_is_named(own_project, file, before, after, said):
    with pytest.raises(JeugdError, match=r"REF-00[67]") as refused:
        starts(rewrite(own_project, file, before, after))
    assert said in refused.value.wat


def test_a_start_is_never_earlier_than_the_contract_of_its_own_segment():
    plan = pd.DataFrame({"measure": ["A", "B"], "segment": ["S1", "S2"], "full_effect_share": 0.1,
                         "start": ["2028-K3", "2028-K3"]})  # fmt: skip
    told = assumptions_of(plan, delay_quarters=4, earliest={"S1": "2028-K1", "S2": "2027-K1"}).set_index("assumption")
    assert told.loc["start: A", "high"] == "2028-K1" and told.loc["start: B", "high"] == "2027-K3"
