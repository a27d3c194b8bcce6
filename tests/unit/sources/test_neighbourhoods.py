"""Figures per neighbourhood: of CBS in one wide file, and of the SCP for 2017."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources import Context, Reading
from jeugd_analysis.sources.neighbourhood_figures import COLUMNS, NEIGHBOURHOOD_FIGURES
from jeugd_analysis.sources.scp_neighbourhoods import SCP_NEIGHBOURHOODS
from jeugd_analysis.tables import TABLES, require

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
WIJKEN, SCP = DATA / "h9_jeugdzorg_wijk_2021_2022.csv", DATA / "scp_wijk_2017_h9.csv"
needs_real = pytest.mark.skipif(not WIJKEN.is_file(), reason="the open figures are not beside this project")
CARE = ",".join(["20"] * 17)
PEOPLE = "1000,200,100,30,55.5,352,400,150,130.0,417,1"
SCP_HEAD = "wijk,wijknaam,gemeentecode,gm,perc_jhzv,perc_przv,residu"


def take_in(folder: Path, source: object, *lines: str) -> Reading:
    path = folder / "wijken.csv"
    path.write_text("\n".join(lines) + "\n", "utf8")
    reading = source.read(path, Context())
    require(TABLES["open_youth_care"], reading.frame, file=path.name, first_row=reading.first_row)
    return reading


def values(frame: pd.DataFrame, area: str) -> dict[str, float]:
    return frame[frame["area"] == area].set_index("measure")["value"].to_dict()


def wijk(code: str = "WK063711", people: str = PEOPLE, year: str = "2022") -> str:
    return f"{year},{code},Wijk 11 Dorp,Zoetermeer,{people},{CARE}"


def test_features_and_youths_of_a_neighbourhood(tmp_path: Path) -> None:
    reading = take_in(tmp_path, NEIGHBOURHOOD_FIGURES, ",".join(COLUMNS), wijk())
    told = values(reading.frame, "WK063711")
    assert (told["inhabitants"], told["share_owner_occupied"], told["home_value"]) == (1000, 55.5, 352)
    assert (told["social_assistance"], told["urbanity"], told["youths"]) == (130, 1, 20)
    assert "p_ink_li" not in " ".join(told) and any("p_ink_li" in warning for warning in reading.warnings)
    assert reading.normalised == {"hele getallen met .0 in a_soz_wb": 1}
    assert set(reading.frame["area_name"]) == {"Wijk 11 Dorp WK063711"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (wijk(code="063711"), "kolom wijk_code"),
        (wijk(year="22"), "kolom jaar"),
        (wijk(people=PEOPLE.replace("1000", "1.000", 1)), "kolom a_inw"),
        (wijk(people=PEOPLE.replace("130.0", "130.5")), "kolom a_soz_wb"),
    ],
)
def test_a_faulty_neighbourhood_is_refused_with_its_place(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(DeliveryError, match=said):
        take_in(tmp_path, NEIGHBOURHOOD_FIGURES, ",".join(COLUMNS), line)


def test_observed_and_expected_share_of_the_scp(tmp_path: Path) -> None:
    lines = ["63711,Dorp,637,637,15.3,14.25,1.05", "50311,Stad,503,503,,3.7070000000000003,"]
    reading = take_in(tmp_path, SCP_NEIGHBOURHOODS, SCP_HEAD, *lines)
    assert values(reading.frame, "WK063711") == {"share_non_residential_scp": 15.3, "share_expected_scp": 14.25}
    other = values(reading.frame, "WK050311")
    assert other["share_expected_scp"] == 3.707 and pd.isna(other["share_non_residential_scp"])
    assert set(reading.frame["period"]) == {"2017JJ00"}
    assert reading.normalised == {"percentages teruggebracht tot drie decimalen": 1}


@pytest.mark.parametrize(
    ("head", "line", "said"),
    [
        (SCP_HEAD, "WK063711,Dorp,637,637,15.3,14.2,1", "kolom wijk"),
        (SCP_HEAD, "63711,Dorp,637,637,veel,14.2,1", "kolom perc_jhzv"),
        (SCP_HEAD, "63711,Dorp,637,637,115.3,14.2,1", "OPN-002"),
        ("wijk,wijknaam,gemeentecode,perc_jhzv", "63711,Dorp,637,15.3", "ontbreekt: perc_przv"),
    ],
)
def test_a_faulty_file_of_the_scp_is_refused(tmp_path: Path, head: str, line: str, said: str) -> None:
    with pytest.raises(DeliveryError, match=said):
        take_in(tmp_path, SCP_NEIGHBOURHOODS, head, line)


@needs_real
def test_genuine_files_cell_by_cell() -> None:
    """Cells by hand from the files; sums of neighbourhoods as in domain facts (Den Haag 13,980, Zoetermeer 4,200)."""
    wijken, scp = NEIGHBOURHOOD_FIGURES.read(WIJKEN, Context()), SCP_NEIGHBOURHOODS.read(SCP, Context())
    for reading in (wijken, scp):
        require(TABLES["open_youth_care"], reading.frame, file="echt", first_row=reading.first_row)
    youths = wijken.frame[(wijken.frame["measure"] == "youths") & (wijken.frame["period"] == "2022JJ00")]
    sums = youths.groupby(youths["area"].str[2:6])["value"].sum()
    assert (sums["0518"], sums["0637"]) == (13_980, 4_200)
    assert values(scp.frame, "WK050311") == {"share_non_residential_scp": 8.987, "share_expected_scp": 8.218}
    assert len(scp.frame) == 102 * 2 and scp.frame["value"].isna().sum() == 5
