"""OData v3 dump: padding goes, signs stay, and the table number comes from the file name or not at all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources import Context, Reading
from jeugd_analysis.sources.cbs_v3 import MEASURES, read
from jeugd_analysis.tables import TABLES, require

SHARED = Path(__file__).resolve().parents[4] / "shared"
REAL = SHARED / "data" / "raw" / "cbs_85335NED_2022_typeddataset_v3.csv"
needs_real = pytest.mark.skipif(not REAL.is_file(), reason="de open data in shared/ is hier niet aanwezig")
COLUMNS = [*MEASURES, "Gemeentenaam", "SoortRegio", "Codering", "IndelingswijzigingWijken"]
HEADER = ",ID,VormenVanJeugdzorg,Wijken,Perioden," + ",".join(f"{name}_{at}" for at, name in enumerate(COLUMNS, 1))


def line(area: str, name: str, youths: str = "  120", *, form: str = "T001203", period: str = "2022JJ00") -> str:
    numbers = [youths, *(f"   {10 * at}" for at in range(1, len(MEASURES) - 1)), "    ."]
    return ",".join(
        ["0", "2", form, f"{area:10}", period, *numbers, f"{name:12}", "Gemeente ", f"{area:10}", "       1"]
    )


def take_in(folder: Path, *lines: str, header: str = HEADER, name: str = "cbs_85335NED_2022.csv") -> Reading:
    path = folder / name
    path.write_text("\n".join([header, *lines, ""]), "utf8")
    reading = read(path, Context())
    require(TABLES[reading.table], reading.frame, file=path.name, first_row=reading.first_row)
    return reading


def value(frame: pd.DataFrame, area: str, measure: str) -> float:
    found = frame.loc[(frame["area"] == area) & (frame["measure"] == measure), "value"]
    assert len(found) == 1
    return float(found.iloc[0])


def test_country_municipality_and_neighbourhood_are_read(tmp_path: Path) -> None:
    reading = take_in(
        tmp_path, line("NL00", "", "  9000"), line("GM0637", "Zoetermeer"), line("WK063701", "Zoetermeer", "   15")
    )
    frame = reading.frame
    assert len(frame) == 3 * len(MEASURES) and reading.slot == "open_youth_care/85335NED/2022JJ00"
    assert frame["area_name"].unique().tolist() == ["Nederland", "Zoetermeer", "Zoetermeer WK063701"]
    assert [value(frame, area, "youths") for area in ("NL00", "GM0637", "WK063701")] == [9000, 120, 15]
    assert value(frame, "GM0637", "youths_0_3") == 10 and value(frame, "GM0637", "trajectories") == 80
    secret = frame[frame["measure"] == "referrer_unknown"]
    assert secret["value"].isna().all() and (secret["missing"] == ".").all()
    assert (frame["unit"] == "count").all() and (frame["status"] == "onbekend").all()
    assert reading.normalised["velden ontdaan van opvulspaties"] > 0
    assert any("status" in warning for warning in reading.warnings)


def test_index_column_and_positions_may_differ(tmp_path: Path) -> None:
    header = HEADER.removeprefix(",").replace("_9", "_19")
    reading = take_in(tmp_path, line("GM0637", "Zoetermeer").removeprefix("0,"), header=header, name="85685ned.csv")
    assert value(reading.frame, "GM0637", "trajectories") == 80 and set(reading.frame["source_table"]) == {"85685NED"}


def test_rows_without_a_place_in_the_table_are_counted(tmp_path: Path) -> None:
    reading = take_in(
        tmp_path,
        line("GM0637", "Zoetermeer"),
        line("GM0637", "Zoetermeer", form="A045561"),
        line("BU06370101", "Zoetermeer"),
    )
    assert set(reading.frame["area"]) == {"GM0637"} and len(reading.frame) == len(MEASURES)
    assert sum(warning.startswith("1 regels over") for warning in reading.warnings) == 2


@pytest.mark.parametrize("name", ["jeugdzorg.csv", "85335NED_en_85685NED.csv"])
def test_file_name_must_tell_the_table(tmp_path: Path, name: str) -> None:
    with pytest.raises(DeliveryError, match="tabelnummer") as refused:
        take_in(tmp_path, line("GM0637", "Zoetermeer"), name=name)
    assert "cbs_85335NED_2022.csv" in refused.value.doe


FAULTS = {
    "decimal": (line("GM0637", "Zoetermeer", "  12.5"), ["regel 3, kolom TotaalJongeren", "geheel getal"]),
    "words": (line("GM0637", "Zoetermeer", "  veel"), ["regel 3, kolom TotaalJongeren"]),
    "period": (line("GM0637", "Zoetermeer", period="2022"), ["regel 3, kolom Perioden", "2022JJ00"]),
    "row too short": (line("GM0637", "Zoetermeer").rpartition(",")[0], ["regel 3 heeft 25 velden, verwacht 26"]),
    "no name": (line("GM0637", ""), ["regel 3", "kolom area_name"]),
    "same cell twice": (line("NL00", ""), ["regel 3", "vaker"]),
}


@pytest.mark.parametrize(("faulty", "said"), FAULTS.values(), ids=FAULTS)
def test_faulty_line_is_refused_with_its_place(tmp_path: Path, faulty: str, said: list[str]) -> None:
    with pytest.raises(DeliveryError) as refused:
        take_in(tmp_path, line("NL00", ""), faulty)
    assert refused.value.doe
    for part in ["cbs_85335NED_2022.csv", *said]:
        assert part in refused.value.wat


def test_single_forms_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"regel 2, kolom VormenVanJeugdzorg.*T001203"):
        take_in(tmp_path, line("GM0637", "Zoetermeer", form="A045561"))


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="ontbreekt: Huisarts; onbekend: Tandarts"):
        take_in(tmp_path, line("GM0637", "Zoetermeer"), header=HEADER.replace("Huisarts", "Tandarts"))


def test_cut_off_dump_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cbs_85335NED_2022.csv"
    path.write_text("\n".join([HEADER, line("GM0637", "Zoetermeer"), line("GM0503", "Delft")[:40]]), "utf8")
    with pytest.raises(DeliveryError, match="regel 3 is niet afgesloten"):
        read(path, Context())


@needs_real
def test_genuine_dump_cell_by_cell() -> None:
    """Cells by hand from the dump of table 85335NED, year 2022; the same figures are in the region's own overview."""
    reading = read(REAL, Context())
    frame = reading.frame
    require(TABLES["open_youth_care"], frame, file=REAL.name, first_row=reading.first_row)
    assert len(frame) == 346 * 17 and reading.slot == "open_youth_care/85335NED/2022JJ00"
    by_hand = {
        ("NL00", "youths"): 461_985,
        ("NL00", "trajectories"): 695_095,
        ("NL00", "referrer_gp"): 227_295,
        ("GM0637", "youths"): 4_630,
        ("GM0637", "trajectories"): 7_070,
        ("GM0637", "referrer_municipality"): 1_895,
        ("GM0518", "youths"): 15_985,
        ("GM0820", "youths_18_22"): 45,  # a municipality with a comma in its name
    }
    for (area, measure), expected in by_hand.items():
        assert value(frame, area, measure) == expected
    assert (frame.loc[frame["area"] == "GM0820", "area_name"] == "Nuenen, Gerwen en Nederwetten").all()
    assert (frame["value"].isna() == (frame["missing"] == ".")).all() and frame["value"].isna().any()
    referrers = frame[(frame["area"] == "NL00") & frame["measure"].str.startswith("referrer_")]
    # The total also counts protection and rehabilitation, which have no referrer (domain facts, trap 1).
    assert value(frame, "NL00", "trajectories") - referrers["value"].sum() == 51_385
