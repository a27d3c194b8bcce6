"""Every entry of SOURCES: its example delivery is recognised by it alone, and reads into a frame its table accepts.

A new source needs an example here: a function that writes one small delivery into a folder and returns its path.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import httpx
import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.example.messages import test_numbers as numbers_for_tests
from jeugd_analysis.fetch import fetch_table
from jeugd_analysis.sources import SOURCES, Context, Reading
from jeugd_analysis.sources.cbs_statline import HEADINGS
from jeugd_analysis.sources.cbs_v3 import MEASURES
from jeugd_analysis.sources.municipal_figures import WITH_STATUS
from jeugd_analysis.sources.neighbourhood_figures import COLUMNS as NEIGHBOURHOOD
from jeugd_analysis.sources.pseudonym import youth_pseudonym
from jeugd_analysis.tables import TABLES, columns_of, require
from tests.fake_cbs import indicators, served

HEAD = 4096
CONTEXT = Context(area_codes={"Zoetermeer": "GM0637"}, pseudonym=youth_pseudonym(bytes(32)))
YOUTH = "00112233445566ab"
OWN_LINES = {
    "youths": f"{YOUTH},2012,1,GM0637,WK063701,2020-01-01,",
    "allocations": f"T1,{YOUTH},GM0637,00000001,45A48,2024-01-01,2024-12-31,120,04,6,",
    "removed_allocations": "T2,2024-01-08T10:30:00",
    "requests": f"V1,{YOUTH},00000001,45A48,02,2023-12-15",
    "care_periods": "T1,2024-01-08,2024-11-30,31",
    "claims": f"D1,T1,{YOUTH},GM0637,00000001,45A48,2024-02-01,10,04,9500,95000,,2024-03-12",
    "claim_answers": "D1,afgewezen,9346,2024-03-20",
    "declaration_answers": "00000001/GM0637/N1,00000001/GM0637/M1,GM0637,2024-03-12,2024-03-20,9333",
    "unanswered_lines": "D2,00000001/GM0637/N2,00000001/GM0637/M2,GM0637,2024-03-12",
    "tariffs": "00000001,45A48,04,2024-01-01,9500",
    "providers": "00000001,Hulp BV",
    "population": "GM0637,2024,0,17,26000,voorlopig",
    "population_by_sex": "GM0637,2024,0,17,12700,voorlopig,2",
    "open_youth_care": "85335NED,GM0637,Zoetermeer,2022JJ00,youths,4630,count,,voorlopig,,2023-06-24",
    "ledger": "GM0637,6.72a,2025,1234500000",
    "waiting": "GM0637,S3,kdc,2026-K3,4,182.5,1",
    "capacity": "S1,crisis,2026-K3,20,21",
    "budget": "GM0637,S5,2026,primitief,4500000000,Programmabegroting 2026",
    "task_payments": "S4,GM0637,00000001,2026-09-01,2500000,40,5,3,2,88.5,75.0,6.5",
}


def own_example(name: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / f"{name}.csv"
        path.write_text(f"{','.join(columns_of(TABLES[name]))}\n{OWN_LINES[name]}\n", "utf8")
        return path

    return write


def statline_example(folder: Path) -> Path:
    path = folder / "export.csv"
    header = ";".join(f'"{name}"' for name in ("Regio's", "Perioden", *HEADINGS))
    path.write_text(f'\ufeff{header}\n"Zoetermeer";"2022*";17,5;7,2;1,3;;0,6\n', "utf8")
    return path


def v3_example(folder: Path) -> Path:
    path = folder / "85335NED.csv"
    about = ["Gemeentenaam", "SoortRegio", "Codering", "IndelingswijzigingWijken"]
    names = [f"{name}_{at}" for at, name in enumerate([*MEASURES, *about], 1)]
    cells = ["    4630", *["       ."] * (len(MEASURES) - 1), "Zoetermeer  ", "Gemeente ", "GM0637    ", "  1"]
    header = ["", "ID", "VormenVanJeugdzorg", "Wijken", "Perioden", *names]
    path.write_text(f"{','.join(header)}\n0,2,T001203,GM0637    ,2022JJ00,{','.join(cells)}\n", "utf8")
    return path


def municipal_example(folder: Path) -> Path:
    path = folder / "gemeenten.csv"
    numbers = ",".join(["20"] * (len(WITH_STATUS) - 5))
    line = f"2022,GM0637,Zoetermeer,True,{numbers},CBS 85335NED voorlopig (vintage 2023-06)"
    path.write_text(f"{','.join(WITH_STATUS)}\n{line}\n", "utf8")
    return path


def neighbourhood_example(folder: Path) -> Path:
    path = folder / "wijken.csv"
    numbers = ",".join(["20"] * (len(NEIGHBOURHOOD) - 4))
    path.write_text(f"{','.join(NEIGHBOURHOOD)}\n2022,WK063711,Wijk 11 Dorp,Zoetermeer,{numbers}\n", "utf8")
    return path


def scp_example(folder: Path) -> Path:
    path = folder / "scp.csv"
    path.write_text("wijk,wijknaam,gemeentecode,perc_jhzv,perc_przv,residu\n63711,Dorp,637,15.3,14.25,1.05\n", "utf8")
    return path


def message_example(folder: Path) -> Path:
    """A start message (JW305) for a number of the range for tests."""
    path = folder / "start.xml"
    body = "".join(f"<jw305:{name}>{value}</jw305:{name}>" for name, value in (
        ("BerichtCode", 438), ("BerichtVersie", 3), ("BerichtSubversie", 2), ("Afzender", "00000001"),
        ("Ontvanger", "0637"),
    ))  # fmt: skip
    space = "http://www.istandaarden.nl/ijw/3_2"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<jw305:Bericht xmlns:jw305="{space}/jw305/schema" '
        f'xmlns:ijw="{space}/basisschema/schema"><jw305:Header>{body}<jw305:BerichtIdentificatie>'
        "<ijw:Identificatie>1</ijw:Identificatie><ijw:Dagtekening>2026-07-02</ijw:Dagtekening>"
        "</jw305:BerichtIdentificatie><jw305:XsdVersie><ijw:BasisschemaXsdVersie>1.0.0</ijw:BasisschemaXsdVersie>"
        "<ijw:BerichtXsdVersie>1.0.0</ijw:BerichtXsdVersie></jw305:XsdVersie></jw305:Header><jw305:Client>"
        f"<jw305:Bsn>{numbers_for_tests(1)[0]}</jw305:Bsn><jw305:Geboortedatum><ijw:Datum>2012-01-01</ijw:Datum>"
        "<ijw:DatumGebruik>2</ijw:DatumGebruik></jw305:Geboortedatum><jw305:Geslacht>1</jw305:Geslacht><jw305:Naam>"
        "<ijw:Geslachtsnaam><ijw:Achternaam>Voorbeelddata</ijw:Achternaam></ijw:Geslachtsnaam></jw305:Naam>"
        "<jw305:StartProducten><jw305:StartProduct><jw305:ToewijzingNummer>5</jw305:ToewijzingNummer>"
        "<jw305:Begindatum>2026-07-01</jw305:Begindatum><jw305:StatusAanlevering>1</jw305:StatusAanlevering>"
        "</jw305:StartProduct></jw305:StartProducten></jw305:Client></jw305:Bericht>\n",
        "utf8",
    )
    return path


def odata_example(folder: Path) -> Path:
    """The file that a fetch from a server of our own leaves."""
    with served() as service, httpx.Client(trust_env=False) as client:
        service.put(indicators())
        day = date(2023, 7, 1)
        return fetch_table("85098NED", folder, today=day, base_url=service.address, client=client).path


EXAMPLES: dict[str, Callable[[Path], Path]] = {
    **{f"own_{name}": own_example(name) for name in OWN_LINES},
    "ijw": message_example,
    "cbs_odata": odata_example,
    "cbs_statline": statline_example,
    "cbs_v3": v3_example,
    "municipal_figures": municipal_example,
    "neighbourhood_figures": neighbourhood_example,
    "scp_neighbourhoods": scp_example,
}


def test_every_source_has_an_example() -> None:
    assert set(EXAMPLES) == set(SOURCES), "schrijf een voorbeeldlevering voor elke bron"


def test_names_are_those_of_the_table() -> None:
    assert [source.name for source in SOURCES.values()] == list(SOURCES)
    assert len({source.dutch for source in SOURCES.values()}) == len(SOURCES)


def readings(name: str, path: Path) -> list[Reading]:
    """What the source makes of one file."""
    source = SOURCES[name]
    assert (source.read is None) != (source.read_all is None)
    return source.read_all([path], CONTEXT) if source.read_all else [source.read(path, CONTEXT)]


@pytest.mark.parametrize("name", SOURCES)
def test_example_is_recognised_by_its_source_alone(tmp_path: Path, name: str) -> None:
    path = EXAMPLES[name](tmp_path)
    head = path.read_bytes()[:HEAD]
    assert [source.name for source in SOURCES.values() if source.recognise(path, head)] == [name]


@pytest.mark.parametrize("name", SOURCES)
def test_recognising_does_not_open_the_file(tmp_path: Path, name: str) -> None:
    path = EXAMPLES[name](tmp_path)
    head = path.read_bytes()[:HEAD]
    path.unlink()
    assert SOURCES[name].recognise(path, head)


@pytest.mark.parametrize("name", SOURCES)
def test_example_reads_into_its_table(tmp_path: Path, name: str) -> None:
    path = EXAMPLES[name](tmp_path)
    for reading in readings(name, path):
        require(TABLES[reading.table], reading.frame, file=path.name, first_row=reading.first_row)
        assert len(reading.frame) >= 1 and reading.slot.startswith(reading.table)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("damage", ["cut", "nul", "empty"])
def test_damaged_example_is_refused_in_words(tmp_path: Path, name: str, damage: str) -> None:
    path = EXAMPLES[name](tmp_path)
    content = path.read_bytes()
    path.write_bytes({"cut": content[:-4], "nul": content[:-3] + b"\x00" + content[-3:], "empty": b""}[damage])
    with pytest.raises(DeliveryError) as refused:
        readings(name, path)
    assert path.name in refused.value.wat and refused.value.doe


@pytest.mark.parametrize("name", SOURCES)
def test_foreign_files_are_left_alone(tmp_path: Path, name: str) -> None:
    for head in (b"", b"\x00\x01", b"\xff\xfe", b"a;b;c\n", b'"Pseudo","Geslacht"\n', b"\n"):
        assert not SOURCES[name].recognise(tmp_path / "iets-anders.csv", head)
