"""Our own CSV: every bad input of the trust reference stops with its line number, and never shows the value."""

from __future__ import annotations

from pathlib import Path

import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources import SOURCES, Context, Reading
from jeugd_analysis.sources.text import read_text
from jeugd_analysis.tables import TABLES, require

CONTEXT = Context()
PROVIDERS = "provider,name\n00000001,Hulp BV\n00000002,Zorg & Co\n"
TARIFFS = "provider,product,unit,valid_from,tariff_cents\n"
YOUTHS = "youth_id,birth_year,sex,municipality,neighbourhood,valid_from,valid_to\n"
KEY = "00112233445566ab"
MOVED = f"{KEY},2012,1,GM0637,,2020-01-01,"
SECRET = "Geheim"


def take_in(folder: Path, table: str, content: str | bytes) -> Reading:
    """Read and check a file of our own layout, as the program does."""
    path = folder / f"{table}.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    reading = SOURCES[f"own_{table}"].read(path, CONTEXT)
    require(TABLES[table], reading.frame, file=path.name, first_row=reading.first_row)
    return reading


def refusal(folder: Path, table: str, content: str | bytes) -> str:
    with pytest.raises(DeliveryError) as refused:
        take_in(folder, table, content)
    assert f"{table}.csv" in refused.value.wat and refused.value.doe
    return refused.value.wat


BAD = {
    "B007 code without its zero": ("tariffs", TARIFFS + ",45A48,4,2025-01-01,100\n", ["regel 2, kolom unit"]),
    "B007 municipality as a number": ("youths", YOUTHS + MOVED.replace("GM0637", "637") + "\n", ["kolom municipality"]),
    "B009 pseudonym like a number": ("youths", f"{YOUTHS}{MOVED}\n12E4{MOVED[16:]}\n", ["regel 3, kolom youth_id"]),
    "B010 pseudonym INF": ("youths", f"{YOUTHS}INF{MOVED[16:]}\n", ["regel 2, kolom youth_id"]),
    "B010 pseudonym NA": ("youths", f"{YOUTHS}NA{MOVED[16:]}\n", ["regel 2, kolom youth_id"]),
    "B010 pseudonym null": ("youths", f"{YOUTHS}null{MOVED[16:]}\n", ["regel 2, kolom youth_id"]),
    "B011 read with the wrong code page": (
        "providers",
        f"{PROVIDERS}00000003,{SECRET} CafÃ©\n",
        ["regel 4", "verminkte letters"],
    ),
    "B011 apostrophe of a wrong code page": (
        "providers",
        f"{PROVIDERS}00000003,{SECRET}â€™s\n",
        ["regel 4", "verminkte letters"],
    ),
    "B011 a letter that was lost": ("providers", f"{PROVIDERS}00000003,{SECRET}\ufffd\n", ["regel 4", "verminkte"]),
    "B011 Windows-1252": (
        "providers",
        f"{PROVIDERS}00000003,{SECRET} Café\n".encode("cp1252"),
        ["regel 4", "niet in de afgesproken codering"],
    ),
    "B013 UTF-16": ("providers", PROVIDERS.encode("utf-16"), ["UTF-16"]),
    "B013 UTF-16 without its mark": ("providers", PROVIDERS.encode("utf-16-le"), ["regel 1", "stuurteken"]),
    "B014 BOM in the middle": ("providers", f"{PROVIDERS}\ufeff00000003,{SECRET}\n", ["regel 4", "BOM"]),
    "B015 semicolons": ("providers", PROVIDERS.replace(",", ";"), ["puntkomma"]),
    "B015 semicolons, and commas in the names": ("providers", f"provider;name\n00000003;{SECRET}, x\n", ["puntkomma"]),
    "B015 other columns": ("providers", "provider,naam\n00000001,Hulp\n", ["ontbreekt: name", "onbekend: naam"]),
    "B015 other order": ("providers", f"name,provider\n{SECRET},00000001\n", ["andere volgorde"]),
    "B015 a column twice": ("providers", "provider,name,name\n00000001,a,b\n", ["dubbel: name"]),
    "no header": ("youths", f"{MOVED}\n{MOVED}\n", ["eerste regel", "kolomnamen"]),
    "B017 too few fields": ("providers", f"{PROVIDERS}00000003\n", ["regel 4 heeft 1 veld, verwacht 2"]),
    "B017 too many fields": ("providers", f"{PROVIDERS}00000003,{SECRET},x\n", ["regel 4 heeft 3 velden, verwacht 2"]),
    "B017 an empty line": ("providers", PROVIDERS.replace("\n00000002", "\n\n00000002"), ["regel 3 is leeg"]),
    "B018 open quote": (
        "providers",
        f'provider,name\n00000001,"{SECRET}\n00000002,b\n',
        ["regel 2", "aanhalingsteken niet gesloten"],
    ),
    "B018 two open quotes": (
        "providers",
        f'provider,name\n00000001,"{SECRET}\n00000002,"b\n',
        ["regel 2", "aanhalingsteken niet gesloten"],
    ),
    "B018 text after a closing quote": (
        "providers",
        f'{PROVIDERS}00000003,"{SECRET}"b\n',
        ["regel 4", "los aanhalingsteken"],
    ),
    "B018 quotes inside a plain field": (
        "providers",
        f'{PROVIDERS}00000003,{SECRET}"x"b\n',
        ["regel 4", "los aanhalingsteken"],
    ),
    "B019 NUL": ("providers", f"{PROVIDERS}00000003,{SECRET}\x00\n", ["regel 4, veld 2", "stuurteken"]),
    "B019 line end of an old Mac": ("providers", PROVIDERS.replace("\n", "\r"), ["regel 1", "losse regelterugloop"]),
    "B021 header only": ("providers", "provider,name\n", ["geen regels onder de kop"]),
    "B022 nothing at all": ("providers", "", ["leeg (0 bytes)"]),
    "B023 cut off": (
        "tariffs",
        f"{TARIFFS},45A48,04,2025-01-01,1200\n,45A49,04,2025-01-01,12",
        ["regel 3 is niet afgesloten"],
    ),
    "B025 a total among the lines": ("youths", f"{YOUTHS}{MOVED}\nTotaal{MOVED[16:]}\n", ["regel 3, kolom youth_id"]),
    "B026 day first": ("tariffs", f"{TARIFFS},45A48,04,01-02-2025,100\n", ["regel 2, kolom valid_from", "2026-01-31"]),
    "B026 a day that does not exist": (
        "tariffs",
        f"{TARIFFS},45A48,04,2025-02-30,100\n",
        ["regel 2", "bestaande datum"],
    ),
    "B027 open end, day first": ("youths", f"{YOUTHS}{MOVED}31-12-9999\n", ["regel 2, kolom valid_to"]),
    "B027 open end where a date is needed": ("tariffs", f"{TARIFFS},45A48,04,9999-12-31,100\n", ["kolom valid_from"]),
    "B027 far past": ("tariffs", f"{TARIFFS},45A48,04,1815-01-01,100\n", ["regel 2, kolom valid_from"]),
    "amount with an exponent": ("tariffs", f"{TARIFFS},45A48,04,2025-01-01,12E4\n", ["regel 2, kolom tariff_cents"]),
    "amount with a thousands point": ("tariffs", f"{TARIFFS},45A48,04,2025-01-01,1.200\n", ["kolom tariff_cents"]),
    "required field left empty": ("tariffs", f"{TARIFFS},45A48,04,2025-01-01,\n", ["regel 2, kolom tariff_cents"]),
}


@pytest.mark.parametrize(("table", "content", "said"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_with_its_place(tmp_path: Path, table: str, content: str | bytes, said: list[str]) -> None:
    wat = refusal(tmp_path, table, content)
    for part in said:
        assert part in wat


@pytest.mark.parametrize(("table", "content", "said"), BAD.values(), ids=BAD)
def test_refusal_never_shows_what_stands_in_a_line(
    tmp_path: Path, table: str, content: str | bytes, said: list[str]
) -> None:
    wat = refusal(tmp_path, table, content)
    for value in (SECRET, KEY, "12E4", "1.200", "1200", "1815", "01-02-2025", "00000003", "Totaal", "null"):
        assert value not in wat


def test_bom_at_the_start_is_skipped_and_told(tmp_path: Path) -> None:
    reading = take_in(tmp_path, "providers", "\ufeff" + PROVIDERS)
    assert list(reading.frame.columns) == ["provider", "name"]
    assert reading.normalised == {"BOM aan het begin": 1}


def test_open_end_becomes_missing_and_is_counted(tmp_path: Path) -> None:
    lines = f"{MOVED}9999-12-31\n{MOVED}2024-06-30\n{MOVED}\n".splitlines()
    for year, line in enumerate(lines):
        lines[year] = line.replace("2020-01-01", f"202{year}-01-01")
    reading = take_in(tmp_path, "youths", YOUTHS + "\n".join(lines) + "\n")
    assert reading.frame["valid_to"].isna().tolist() == [True, False, True]
    assert reading.normalised == {"9999-12-31 gelezen als open einde": 1}


def test_codes_and_words_stay_what_they_are(tmp_path: Path) -> None:
    content = 'provider,name\r\n00000007,NA\r\n00000008,"007, ""null"" en INF"\r\n'
    frame = take_in(tmp_path, "providers", content).frame
    assert frame.values.tolist() == [["00000007", "NA"], ["00000008", '007, "null" en INF']]


def test_line_numbers_hold_beyond_the_first_blocks(tmp_path: Path) -> None:
    """Arrow reads 16 MiB at a time and our own checks 4 MiB: a line far down must keep its number."""
    count, at = 110_000, 109_001
    long_name = "aanbieder " * 16
    lines = ["provider,name", *(f"{number:08d},{long_name}" for number in range(count))]
    assert len("\n".join(lines)) > 17 * 2**20
    faults = {
        "00000001": f"regel {at} heeft 1 veld",
        "00000001,a,b": f"regel {at} heeft 3 velden",
        '00000001,"a': f"regel {at} is een aanhalingsteken",
        "00000001,\x07": f"regel {at}, veld 2",
        "": f"regel {at} is leeg",
        "1,a": f"regel {at}, kolom provider",
    }
    for fault, said in faults.items():
        content = "\n".join([*lines[: at - 1], fault, *lines[at:], ""])
        assert said in refusal(tmp_path, "providers", content)
    quoted = "\r\n".join([f'"{line.replace(",", chr(34) + "," + chr(34))}"' for line in lines[: at - 1]] + ["x", ""])
    assert f"regel {at} heeft 1 veld" in refusal(tmp_path, "providers", quoted)


def test_line_longer_than_any_record_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lang.csv"
    path.write_bytes(b"a,b\n" + b"1," + b"x" * (1 << 23) + b"\n")
    with pytest.raises(DeliveryError, match=r"lang\.csv"):
        read_text(path, separator=",")


def test_declared_code_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "oud.csv"
    path.write_bytes("naam;aantal\nCafé;1\n".encode("cp1252"))
    assert read_text(path, separator=";", encoding="cp1252").column("naam").to_pylist() == ["Café"]
