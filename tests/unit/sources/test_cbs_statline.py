"""StatLine export: signs, decimal comma and status are read as they are written; anything else is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources import Context, Reading
from jeugd_analysis.sources.cbs_statline import HEADINGS, parse_period, read
from jeugd_analysis.tables import TABLES, require

SHARED = Path(__file__).resolve().parents[4] / "shared"
REAL = SHARED / "data" / "raw" / "cbs_85098NED_statline_export.csv"
needs_real = pytest.mark.skipif(not REAL.is_file(), reason="de open data in shared/ is hier niet aanwezig")
CODES = {"'s-Gravenhage (gemeente)": "GM0518", "Rijswijk (ZH.)": "GM0603", "Zoetermeer": "GM0637"}
HEADER = "\ufeff" + ";".join(f'"{name}"' for name in ("Regio's", "Perioden", *HEADINGS))
LINES = [
    '"Nederland";"2022*";11,2;8;1,1;44,4;0,2',
    '"Rijswijk (ZH.)";"2022**";9,5;.;0,5;;-',
    '"Verweggistan";"2021";10;7,25;1;40;x',
]


def take_in(folder: Path, lines: list[str], *, header: str = HEADER, vintage: date | None = None) -> Reading:
    path = folder / "export.csv"
    path.write_text("\n".join([header, *lines, ""]), "utf8")
    reading = read(path, Context(area_codes=CODES, vintage=vintage))
    require(TABLES[reading.table], reading.frame, file=path.name, first_row=reading.first_row)
    return reading


def cell(frame: pd.DataFrame, area_name: str, measure: str) -> pd.Series:
    found = frame[(frame["area_name"] == area_name) & (frame["measure"] == measure)]
    assert len(found) == 1
    return found.iloc[0]


def test_every_cell_keeps_its_number_sign_and_status(tmp_path: Path) -> None:
    reading = take_in(tmp_path, LINES, vintage=date(2024, 5, 1))
    frame = reading.frame
    assert len(frame) == 3 * 5 and set(frame["measure"]) == set(HEADINGS.values())
    assert frame["value"].dropna().tolist() == [11.2, 8, 1.1, 44.4, 0.2, 9.5, 0.5, 10, 7.25, 1, 40]
    assert frame["missing"].dropna().tolist() == [".", "blank", "-", "x"]
    assert frame.groupby("area_name")["status"].first().to_dict() == {
        "Nederland": "voorlopig",
        "Rijswijk (ZH.)": "nader voorlopig",
        "Verweggistan": "definitief",
    }
    assert set(frame["source_table"]) == {"85098NED"} and set(frame["vintage"]) == {pd.Timestamp(2024, 5, 1)}
    assert reading.slot == "open_youth_care/85098NED/2021JJ00+2022JJ00"
    assert reading.normalised == {"BOM aan het begin": 1}


def test_names_become_codes_where_they_are_known(tmp_path: Path) -> None:
    frame = take_in(tmp_path, LINES).frame.drop_duplicates("area_name").set_index("area_name")
    assert frame.loc["Nederland", "area"] == "NL00" and frame.loc["Rijswijk (ZH.)", "area"] == "GM0603"
    assert pd.isna(frame.loc["Verweggistan", "area"]) and frame["vintage"].isna().all()


def test_shares_of_different_groups_are_told_apart(tmp_path: Path) -> None:
    frame = take_in(tmp_path, LINES).frame
    said = frame.drop_duplicates("measure").set_index("measure")["denominator"]
    assert "0 tot en met 17" in said["share_youth_assistance"] and "jeugdhulp" in said["share_residential"]
    assert "jeugdbescherming" in said["share_protection_residential"] and (frame["unit"] == "percent").all()


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2022", ("2022JJ00", "definitief")),
        ("2022*", ("2022JJ00", "voorlopig")),
        ("2022**", ("2022JJ00", "nader voorlopig")),
        ("2023 1e halfjaar*", ("2023HJ01", "voorlopig")),
        ("2023 4e kwartaal", ("2023KW04", "definitief")),
        ("2022***", None),
        ("2023 3e halfjaar", None),
        ("2022JJ00", None),
    ],
)
def test_periods(written: str, read_as: tuple[str, str] | None) -> None:
    assert parse_period(written) == read_as


FAULTS = {
    "decimal point": (LINES[0].replace("11,2", "11.2"), ["regel 3", "jeugdhulp in natura", "komma"]),
    "thousands point": (LINES[0].replace("11,2", "1.100,2"), ["regel 3", "komma"]),
    "words": (LINES[0].replace("11,2", "veel"), ["regel 3", "komma"]),
    "negative": (LINES[0].replace("11,2", "-1,2"), ["regel 3", "komma"]),
    "lost its comma": (LINES[0].replace("11,2", "112"), ["regel 3", "OPN-002"]),
    "unknown period": (LINES[0].replace("2022*", "jan 2022"), ["regel 3, kolom Perioden", "2022*"]),
    "row too short": (LINES[0].rpartition(";")[0], ["regel 3 heeft 6 velden, verwacht 7"]),
    "no area": (LINES[0].replace("Nederland", ""), ["regel 3", "kolom area_name"]),
    "same cell twice": (LINES[1], ["regel 3", "vaker"]),
}


@pytest.mark.parametrize(("line", "said"), FAULTS.values(), ids=FAULTS)
def test_faulty_line_is_refused_with_its_place(tmp_path: Path, line: str, said: list[str]) -> None:
    with pytest.raises(DeliveryError) as refused:
        take_in(tmp_path, [LINES[1], line])
    assert refused.value.doe
    for part in ["export.csv", *said]:
        assert part in refused.value.wat


def test_other_table_is_refused_by_its_headings(tmp_path: Path) -> None:
    header = HEADER.replace("jeugdreclassering", "iets anders")
    with pytest.raises(DeliveryError, match=r"ontbreekt: Jongeren met jeugdreclassering.*onbekend: Jongeren met iets"):
        take_in(tmp_path, LINES, header=header)


def test_cut_off_export_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(HEADER + "\n" + LINES[0][:-1], "utf8")
    with pytest.raises(DeliveryError, match="regel 2 is niet afgesloten"):
        read(path, Context())


@needs_real
def test_genuine_export_cell_by_cell() -> None:
    """Cells by hand from the export of 24 June 2023, table 85098NED, year 2022*."""
    reading = read(REAL, Context(area_codes=CODES))
    frame = reading.frame
    require(TABLES["open_youth_care"], frame, file=REAL.name, first_row=reading.first_row)
    assert len(frame) == 356 * 5 and reading.slot == "open_youth_care/85098NED/2022JJ00"
    zoetermeer = cell(frame, "Zoetermeer", "share_youth_assistance")
    assert (zoetermeer["value"], zoetermeer["area"], zoetermeer["status"]) == (17.5, "GM0637", "voorlopig")
    by_hand = {
        ("Nederland", "share_youth_assistance"): 13.2,
        ("Nederland", "share_protection_residential"): 46.3,
        ("'s-Gravenhage (gemeente)", "share_residential"): 7.6,
        ("Rijswijk (ZH.)", "share_protection_residential"): 33.0,
        ("Zoetermeer", "share_juvenile_rehabilitation"): 0.6,
    }
    for (area, measure), value in by_hand.items():
        assert cell(frame, area, measure)["value"] == value
    hidden = cell(frame, "Midden-Delfland", "share_juvenile_rehabilitation")
    assert pd.isna(hidden["value"]) and hidden["missing"] == "blank"
    assert set(frame.loc[frame["area"].notna(), "area"]) >= {"NL00", "GM0518", "GM0603", "GM0637"}
