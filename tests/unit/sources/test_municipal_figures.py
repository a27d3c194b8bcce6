"""Figures per municipality: both layouts, table and vintage from the status text, population kept apart."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources import Context, Reading
from jeugd_analysis.sources.municipal_figures import WITH_STATUS, WITHOUT_STATUS, read
from jeugd_analysis.tables import TABLES, require

SHARED = Path(__file__).resolve().parents[4] / "shared"
REGION = SHARED / "data" / "h9_jeugdzorg_gemeente_2021_2022.csv"
COUNTRY = SHARED / "data" / "nl_gemeenten_jeugdzorg_2021_2022.csv"
needs_real = pytest.mark.skipif(not REGION.is_file(), reason="de open data in shared/ is hier niet aanwezig")
CARE = "120,10,50,50,10,40,70,10,200,60,70,10,20,10,,30,"
STATUS = "CBS 85335NED voorlopig (vintage 2023-06)"


def told(
    year: str = "2022", code: str = "GM0637", name: str = "Zoetermeer", care: str = CARE, status: str = STATUS
) -> str:
    return f"{year},{code},{name},True,1000,200,100,{care},{status}"


def take_in(folder: Path, *lines: str, columns: list[str] = WITH_STATUS) -> Reading:
    path = folder / "gemeenten.csv"
    path.write_text("\n".join([",".join(columns), *lines, ""]), "utf8")
    reading = read(path, Context())
    require(TABLES[reading.table], reading.frame, file=path.name, first_row=reading.first_row)
    return reading


def rows(frame: pd.DataFrame, area: str, period: str, measure: str) -> pd.DataFrame:
    return frame[(frame["area"] == area) & (frame["period"] == period) & (frame["measure"] == measure)]


def test_status_text_gives_table_status_and_vintage(tmp_path: Path) -> None:
    reading = take_in(
        tmp_path, told(), told(year="2021", status="CBS 85075NED (vintage 2023-06)"), told(code="H9", name="H9")
    )
    frame = reading.frame
    assert len(frame) == 3 * 20
    now = rows(frame, "GM0637", "2022JJ00", "youths").iloc[0]
    assert (now["value"], now["source_table"], now["status"]) == (120, "85335NED", "voorlopig")
    assert now["vintage"] == pd.Timestamp(2023, 6, 1)
    before = rows(frame, "GM0637", "2021JJ00", "trajectories").iloc[0]
    assert (before["value"], before["source_table"], before["status"]) == (200, "85075NED", "onbekend")
    court = rows(frame, "H9", "2022JJ00", "referrer_court").iloc[0]
    assert pd.isna(court["value"]) and court["missing"] == "blank"
    assert reading.slot == "open_youth_care/85075NED+85335NED+KWB/2021JJ00+2022JJ00"


def test_population_is_another_table(tmp_path: Path) -> None:
    frame = take_in(tmp_path, told()).frame
    people = frame[frame["measure"].str.startswith("inhabitants")]
    assert people["value"].tolist() == [1000, 200, 100] and set(people["source_table"]) == {"KWB"}
    assert people["vintage"].isna().all()


def test_layout_without_status_has_no_table_number(tmp_path: Path) -> None:
    reading = take_in(tmp_path, f"2022,GM0637,Zoetermeer,1000,200,100,{CARE}", columns=WITHOUT_STATUS)
    assert set(reading.frame["source_table"]) == {"municipal_figures"} and set(reading.frame["status"]) == {"onbekend"}
    assert len(reading.frame) == 20 and reading.warnings


FAULTS = {
    "year": (told(year="22"), ["regel 3, kolom jaar"]),
    "code without GM": (told(code="637"), ["regel 3, kolom regio_code", "GM0637"]),
    "code without zero": (told(code="GM637"), ["regel 3, kolom regio_code"]),
    "decimal number of youths": (told(care=CARE.replace("120", "120.5", 1)), ["regel 3, kolom jongeren_totaal"]),
    "thousands": (told(care=CARE.replace("120", "1.200", 1)), ["regel 3, kolom jongeren_totaal"]),
    "status": (told(status="eigen telling"), ["regel 3, kolom status", "85335NED"]),
    "impossible vintage": (told(status=STATUS.replace("2023-06", "2023-13")), ["regel 3, kolom status"]),
    "row too short": (told().rpartition(",")[0], ["regel 3 heeft 24 velden, verwacht 25"]),
    "same cell twice": (told(year="2021"), ["regel 3", "vaker"]),
}


@pytest.mark.parametrize(("faulty", "said"), FAULTS.values(), ids=FAULTS)
def test_faulty_line_is_refused_with_its_place(tmp_path: Path, faulty: str, said: list[str]) -> None:
    with pytest.raises(DeliveryError) as refused:
        take_in(tmp_path, told(year="2021"), faulty)
    assert refused.value.doe
    for part in ["gemeenten.csv", *said]:
        assert part in refused.value.wat


def test_other_columns_are_refused(tmp_path: Path) -> None:
    columns = [name.replace("verw_gi", "verw_ci") for name in WITH_STATUS]
    with pytest.raises(DeliveryError, match="ontbreekt: verw_gi; onbekend: verw_ci"):
        take_in(tmp_path, told(), columns=columns)


def test_cut_off_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gemeenten.csv"
    path.write_text(",".join(WITH_STATUS) + "\n" + told()[:-3], "utf8")
    with pytest.raises(DeliveryError, match="regel 2 is niet afgesloten"):
        read(path, Context())


@needs_real
def test_genuine_region_file_cell_by_cell() -> None:
    """Cells by hand from domain facts, section 2.1 and 2.5."""
    reading = read(REGION, Context())
    require(TABLES["open_youth_care"], reading.frame, file=REGION.name, first_row=reading.first_row)
    by_hand = {
        ("GM0637", "2021JJ00", "youths"): 4_110,
        ("GM0637", "2022JJ00", "youths"): 4_630,
        ("GM0629", "2022JJ00", "trajectories"): 870,
        ("GM0626", "2022JJ00", "youths"): 630,
        ("H9", "2021JJ00", "youths"): 31_280,
        ("H9", "2022JJ00", "trajectories"): 51_400,
        ("NL00", "2022JJ00", "youths"): 461_985,
        ("GM0637", "2022JJ00", "inhabitants"): 125_767,
    }
    for (area, period, measure), expected in by_hand.items():
        assert rows(reading.frame, area, period, measure)["value"].tolist() == [expected]
    assert len(reading.frame) == 23 * 20


@needs_real
def test_genuine_country_file_cell_by_cell() -> None:
    reading = read(COUNTRY, Context())
    require(TABLES["open_youth_care"], reading.frame, file=COUNTRY.name, first_row=reading.first_row)
    assert len(reading.frame) == (352 + 345) * 20
    assert rows(reading.frame, "GM0637", "2021JJ00", "youths")["value"].tolist() == [4_110]
    assert rows(reading.frame, "GM0034", "2021JJ00", "youths")["value"].tolist() == [6_555]
    assert reading.slot == "open_youth_care/municipal_figures/2021JJ00+2022JJ00"
