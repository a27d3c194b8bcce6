"""A scenario file with a mistake is refused, with the file, the entry and what to do."""

from __future__ import annotations

import pytest

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_plan import read_scenario, scenario_names
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import Store


def edition(store: Store) -> Edition:
    return Edition(store=store, quarter=Quarter(2026, 3), area=store.region.area)


def test_the_files_that_ship_are_right_and_start_with_the_contracts(own_project):
    told = edition(own_project)
    for name in scenario_names(told):
        assert all(row["start"] >= "2027-K1" for row in read_scenario(told, name)["measures"])
    base = {row["measure"]: row["start"] for row in read_scenario(told, "basis")["measures"]}
    assert base["Korter en minder verblijf"] == "2027-K1" and base["Collectieve hulp op school"] == "2028-K1"


def test_later_contracts_move_every_measure(own_project):
    path = own_project.project / "data" / "reference" / "region.toml"
    path.write_text(path.read_text("utf8").replace("contract_start = 2027", "contract_start = 2028"), "utf8")
    rows = read_scenario(edition(Store(own_project.project, own_project.work)), "basis")["measures"]
    assert min(row["start"] for row in rows) == "2028-K1"


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("basis", 'name = "Rekenvoorbeeld"', "", "name ontbreekt"),
        ("basis", 'segment = "S2"', 'segment = "S7"', "segment S7 bestaat niet"),
        ("basis", "full_effect_share = 0.04\nafter_contract_quarters = 2", "after_contract_quarters = 2", "ontbreekt"),
        (
            "basis",
            "after_contract_quarters = 2",
            'start = "2027-K3"\nafter_contract_quarters = 2',
            "geen start, of twee",
        ),
        ("basis", "ramp_quarters = 16", "ramp_quarter = 16", "ontbreekt ramp_quarters"),
        ("kansen", "rho = 0.3", "rho = 3", "rho klopt niet"),
        ("kansen", "seed = 2027", "", "voor een simulatie ontbreekt"),
        ("kansen", 'measure = "Korter en minder verblijf"', 'measure = "Korter verblijf"', "staat niet in het basis"),
        ("kansen", "low_share = 0.015", "lo_share = 0.015", "de kolom lo_share bestaat niet"),
        ("vertraging", "delay_quarters = 4", "delay = 4", "de regel delay bestaat niet"),
        ("vertraging", "delay_quarters = 4", "delay_quarters = true", "delay_quarters klopt niet"),
    ],
)
def test_a_mistake_is_named(own_project, name, before, after, said):
    path = own_project.project / "data" / "reference" / "scenarios" / f"{name}.toml"
    told = path.read_text("utf8")
    assert before in told
    path.write_text(told.replace(before, after, 1), "utf8")
    with pytest.raises(JeugdError, match="REF-006") as refused:
        read_scenario(edition(own_project), name)
    assert f"scenarios/{name}.toml" in refused.value.wat and said in refused.value.wat
